"""Why many small kernels instead of a few large ones?

--8<-- [start:proof]
>>> for sizes in (7,), (3, 3), (3, 3, 3):  # 64 channels, a 32 by 32 map
...     print(sizes, "field", field(sizes), "weights {}, multiply-adds {}, "
...           "activations {}".format(*cost(sizes)))
(7,) field 7 weights 200704, multiply-adds 205520896, activations 65536
(3, 3) field 5 weights 73728, multiply-adds 75497472, activations 131072
(3, 3, 3) field 7 weights 110592, multiply-adds 113246208, activations 196608

--8<-- [end:proof]

--8<-- [start:linear]
>>> linear = network((3, 3, 3), 8, 8, activation=nn.Identity)
>>> kernel = compose(*(layer.weight for layer in linear[::2]))
>>> kernel.shape
torch.Size([8, 8, 7, 7])
>>> x = torch.randn(1, 8, 20, 20, dtype=torch.float64)
>>> print(f"{(linear(x) - F.conv2d(x, kernel)).abs().max():.3f}")
0.000
>>> [pieces((7,), seed) for seed in range(5)]  # straight pieces
[2, 2, 2, 2, 2]
>>> [pieces((3, 3, 3), seed) for seed in range(5)]
[63, 75, 69, 91, 64]

--8<-- [end:linear]

--8<-- [start:wrong-context]
>>> for sizes in (7,), (3, 3, 3):
...     share = influence(sizes)
...     middle = share[6:9, 6:9].sum()
...     print(f"middle 3x3 {middle:.1f}, spread {spread(share):.1f} pixels")
middle 3x3 0.2, spread 2.0 pixels
middle 3x3 0.5, spread 1.4 pixels

--8<-- [end:wrong-context]

--8<-- [start:wrong-cheaper]
>>> for sizes in (7,), (3, 3, 3):  # a first layer, which reads RGB
...     print("weights {}, multiply-adds {}, activations {}".format(
...         *cost(sizes, inputs=3)))
weights 9408, multiply-adds 9633792, activations 65536
weights 75456, multiply-adds 77266944, activations 196608

--8<-- [end:wrong-cheaper]

--8<-- [start:wrong-equivalent]
>>> for channels in 1, 2, 3:  # three 3x3 kernels, the 7x7 they make
...     print("{} of {}".format(*freedom((3, 3), channels)))
25 of 49
100 of 196
225 of 441
>>> freedom((1, 3), channels=1), freedom((1, 3), channels=2)
((7, 7), (28, 28))

--8<-- [end:wrong-equivalent]

--8<-- [start:large]
>>> for sizes in (31,), (3,) * 15:  # both have a field of 31
...     share = influence(sizes, channels=4, size=35)
...     print(field(sizes, channels=4, size=35), round(spread(share)))
31 9
31 3

--8<-- [end:large]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)


def network(sizes, inputs, channels, activation=nn.ReLU, padding="valid"):
    """Return a convolution of each kernel size, each with an activation."""
    layers = []
    for size in sizes:
        conv = nn.Conv2d(inputs, channels, size, padding=padding, bias=False)
        nn.init.kaiming_normal_(conv.weight)
        layers += [conv, activation()]
        inputs = channels
    return nn.Sequential(*layers).double()


def cost(sizes, inputs=64, channels=64):
    """Count weights, multiplications and outputs on a map of 32 by 32."""
    image = torch.zeros(1, inputs, 32, 32, dtype=torch.float64)
    weights = multiply_adds = activations = 0
    for layer in network(sizes, inputs, channels, padding="same"):
        image = layer(image)
        if isinstance(layer, nn.Conv2d):
            weights += layer.weight.numel()
            multiply_adds += image.numel() * layer.weight[0].numel()
            activations += image.numel()
    return weights, multiply_adds, activations


def influence(sizes, channels=16, size=15):
    """Return the mean squared gradient of the middle output by each pixel.

    It is the mean over 20 random networks, divided by its sum.
    """
    torch.manual_seed(0)
    total = torch.zeros(size, size, dtype=torch.float64)
    for _ in range(20):
        x = torch.randn(1, channels, size, size, dtype=torch.float64)
        x.requires_grad_()
        out = network(sizes, channels, channels)(x)
        middle = out[0, :, out.shape[2] // 2, out.shape[3] // 2].sum()
        total += torch.autograd.grad(middle, x)[0][0].square().sum(dim=0)
    return total / total.sum()


def field(sizes, **options):
    """Return the number of rows that have an influence at all."""
    return int((influence(sizes, **options).sum(dim=1) > 0).sum())


def spread(share):
    """Return the standard deviation of the influence along one axis."""
    offsets = torch.arange(len(share)) - len(share) // 2
    return (share.sum(dim=1) * offsets**2).sum().sqrt().item()


def compose(first, *others):
    """Return the one kernel that does what these kernels do in turn."""
    kernel = first.transpose(0, 1)  # its inputs become a batch of images
    for other in others:
        rows, columns = other.shape[2:]
        padding = rows - 1, columns - 1
        kernel = F.conv2d(kernel, other.flip(2, 3), padding=padding)
    return kernel.transpose(0, 1)


def freedom(shape, channels):
    """Return the rank of three kernels' composition, and its dimensions."""
    kernels = torch.randn(3, channels, channels, *shape, dtype=torch.float64)
    kernels = kernels.unbind()
    parts = torch.autograd.functional.jacobian(compose, kernels)
    size = compose(*kernels).numel()
    matrix = torch.cat([part.reshape(size, -1) for part in parts], dim=1)
    return torch.linalg.matrix_rank(matrix).item(), size


def pieces(sizes, seed):
    """Count the pieces of the most bent output along a line of inputs."""
    torch.manual_seed(seed)
    start, way = torch.randn(2, 4, 7, 7, dtype=torch.float64)
    t = torch.linspace(-5, 5, 401, dtype=torch.float64, requires_grad=True)
    line = start + t[:, None, None, None] * way
    most = 0
    for out in network(sizes, 4, 4)(line).flatten(1).unbind(dim=1):
        (slope,) = torch.autograd.grad(out.sum(), t, retain_graph=True)
        bends = (slope.diff().abs() > 1e-9).sum().item()
        most = max(most, bends + 1)
    return most


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw each pixel's influence on one output as the area of a square."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 4, figsize=(4.8, 1.5), layout="constrained")
    names = "one 3x3", "two 3x3", "three 3x3", "one 7x7"
    stacks = (3,), (3, 3), (3, 3, 3), (7,)
    for ax, name, sizes in zip(axes, names, stacks, strict=True):
        share = influence(sizes)[3:12, 3:12]
        for row in range(9):
            for column in range(9):
                side = 2.6 * share[row, column].item() ** 0.5
                corner = column - side / 2, row - side / 2
                if side > 0:
                    square = plt.Rectangle(
                        corner, side, side, color="C0", lw=0
                    )
                    ax.add_patch(square)
                else:
                    ax.plot(column, row, ".", color="0.5", ms=1.5)
        ax.set(title=name, xlim=(-0.6, 8.6), ylim=(-0.6, 8.6), aspect="equal")
        ax.axis("off")
    return fig


# --8<-- [end:figure]
