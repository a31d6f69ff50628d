"""What is dilated convolution?

--8<-- [start:proof]
>>> x = torch.randn(2, 3, 12, 15, dtype=torch.float64)
>>> for rate in 1, 2, 3:  # 1 is the ordinary convolution
...     conv = nn.Conv2d(3, 4, (3, 2), dilation=rate, dtype=x.dtype)
...     by_hand = dilated(x, conv.weight, conv.bias, rate)
...     sparse = insert_zeros(conv.weight, rate)
...     ordinary = F.conv2d(x, sparse, conv.bias)  # no dilation
...     print(f"kernel {sparse[0, 0].numel()} numbers, weights 6, apart "
...           f"{(by_hand - conv(x)).abs().max():.3f} "
...           f"{(ordinary - conv(x)).abs().max():.3f}")
kernel 6 numbers, weights 6, apart 0.000 0.000
kernel 15 numbers, weights 6, apart 0.000 0.000
kernel 28 numbers, weights 6, apart 0.000 0.000

--8<-- [end:proof]

--8<-- [start:field]
>>> paths((1, 1, 1))  # from each input of the field to one output
[1, 3, 6, 7, 6, 3, 1]
>>> paths((1, 2, 4))
[1, 1, 2, 1, 3, 2, 3, 1, 3, 2, 3, 1, 2, 1, 1]
>>> paths((2, 2, 2))  # 0: the output never sees this input
[1, 0, 3, 0, 6, 0, 7, 0, 6, 0, 3, 0, 1]
>>> doubling = 1, 2, 4, 8, 16
>>> [len(paths(doubling[:layers])) for layers in range(1, 6)]
[3, 7, 15, 31, 63]

--8<-- [end:field]

--8<-- [start:stride]
>>> image = torch.randn(1, 8, 64, 64, dtype=torch.float64)
>>> strided = network(strides=(2, 2, 2), rates=(1, 1, 1))
>>> dense = network(strides=(1, 1, 1), rates=(1, 2, 4))  # same weights
>>> strided(image).shape[2:], dense(image).shape[2:]
(torch.Size([8, 8]), torch.Size([64, 64]))
>>> apart = strided(image) - dense(image)[:, :, ::8, ::8]
>>> print(f"{apart.abs().max():.3f}")  # every 8th output is the strided one
0.000

--8<-- [end:stride]

--8<-- [start:wrong-exponential]
>>> [len(paths((2,) * layers)) for layers in range(1, 6)]  # 4 more a layer
[5, 9, 13, 17, 21]
>>> [len(paths((4,) * layers)) for layers in range(1, 6)]  # 8 more a layer
[9, 17, 25, 33, 41]

--8<-- [end:wrong-exponential]

--8<-- [start:wrong-memory]
>>> ones = 1, 1, 1, 1, 1, 1, 1
>>> for name, model in [  # each has a field of 15 by 15
...     ("plain", network(strides=ones, rates=ones)),
...     ("dilated", dense),
...     ("strided", strided),
... ]:
...     print("{:8}weights {:4}, activations {:6}, multiply-adds {:8}".format(
...         name, *cost(model, image)))
plain   weights 4032, activations 229376, multiply-adds 16515072
dilated weights 1728, activations  98304, multiply-adds  7077888
strided weights 1728, activations  10752, multiply-adds   774144

--8<-- [end:wrong-memory]

--8<-- [start:wrong-factor]
>>> for rates in (2, 4, 8), (2, 3), (1, 2, 9), (1, 2, 5):
...     counts = paths(rates)
...     print(rates, sum(n > 0 for n in counts), "of", len(counts))
(2, 4, 8) 15 of 29
(2, 3) 9 of 11
(1, 2, 9) 21 of 25
(1, 2, 5) 17 of 17

--8<-- [end:wrong-factor]

--8<-- [start:rates]
>>> paths((1, 3))
[1, 1, 1, 1, 1, 1, 1, 1, 1]
>>> tripling = 1, 3, 9, 27
>>> [len(paths(tripling[:layers])) for layers in range(1, 5)]
[3, 9, 27, 81]
>>> max(paths(tripling)), min(paths(tripling))  # each input, by one path
(1, 1)

--8<-- [end:rates]

--8<-- [start:too-far]
>>> small = image[:, :, :10, :10]
>>> far = nn.Conv2d(8, 4, 3, padding=10, dilation=10, dtype=image.dtype)
>>> centre = F.conv2d(small, far.weight[:, :, 1:2, 1:2], far.bias)  # 1x1
>>> print(f"{(far(small) - centre).abs().max():.3f}")
0.000

--8<-- [end:too-far]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)


def dilated(x, weight, bias, rate):
    """Convolve ``x`` (N, C, H, W) with ``weight`` (O, C, kh, kw)."""
    kh, kw = weight.shape[2:]
    height = x.shape[2] - rate * (kh - 1)
    width = x.shape[3] - rate * (kw - 1)
    out = bias[:, None, None]
    for i in range(kh):
        for j in range(kw):  # one weight reads the input, shifted
            top, left = rate * i, rate * j
            window = x[:, :, top : top + height, left : left + width]
            out = out + torch.einsum(
                "nchw,oc->nohw", window, weight[..., i, j]
            )
    return out


def insert_zeros(weight, rate):
    """Return the larger kernel with ``rate - 1`` zeros between weights."""
    kh, kw = weight.shape[2:]
    size = rate * (kh - 1) + 1, rate * (kw - 1) + 1
    sparse = weight.new_zeros(*weight.shape[:2], *size)
    sparse[:, :, ::rate, ::rate] = weight
    return sparse


def gradients(rates):
    """Differentiate one output of a 1-D stack by its input and each layer.

    The kernels are [1, 1, 1], so that each path to the output adds 1.
    """
    layers = [torch.zeros(1, 1, 401, requires_grad=True)]
    for rate in rates:
        kernel = torch.ones(1, 1, 3)
        out = F.conv1d(layers[-1], kernel, dilation=rate, padding="same")
        layers.append(out)
    return torch.autograd.grad(layers[-1][0, 0, 200], layers)


def paths(rates):
    """Return the gradient by each input, from first to last non-zero."""
    counts = gradients(rates)[0][0, 0].int()
    inside = counts.nonzero()
    return counts[inside.min() : inside.max() + 1].tolist()


def network(strides, rates):
    """Return 3x3 convolutions of 8 channels with ReLU, padded by the rate."""
    torch.manual_seed(0)
    layers = []
    for stride, rate in zip(strides, rates, strict=True):
        conv = nn.Conv2d(8, 8, 3, stride, padding=rate, dilation=rate)
        layers += [conv, nn.ReLU()]
    return nn.Sequential(*layers).double()


def cost(model, image):
    """Count the convolutions' weights, outputs and multiplications."""
    weights = activations = multiply_adds = 0
    for layer in model:
        image = layer(image)
        if isinstance(layer, nn.Conv2d):
            weights += layer.weight.numel()
            activations += image.numel()
            multiply_adds += image.numel() * layer.weight[0].numel()
    return weights, activations, multiply_adds


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw where the gradient of one output flows, layer by layer."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(3, 1, figsize=(4.8, 3.0), layout="constrained")
    for ax, rates in zip(axes, [(2, 2, 2), (1, 2, 4), (1, 2, 5)], strict=True):
        reached = []
        for height, grad in enumerate(gradients(rates)):
            places = (grad[0, 0].nonzero().flatten() - 200).tolist()
            reached.append(places)
            ax.plot(range(-8, 9), [height] * 17, ".", color="0.5", ms=3)
            ax.plot(places, [height] * len(places), "o", color="C0", ms=4.5)
        for height, rate in enumerate(rates):
            for place in reached[height + 1]:
                for tap in (-rate, 0, rate):
                    ends = [place, place + tap], [height + 1, height]
                    ax.plot(*ends, color="C0", lw=0.6)
        name = "rates " + ", ".join(str(rate) for rate in rates)
        ax.set(xticks=[], yticks=[0, 1.5, 3], ylim=(-0.5, 3.5))
        ax.set_yticklabels(["input", name, "output"])
        ax.spines[:].set_visible(False)
        ax.tick_params(left=False)
    return fig


# --8<-- [end:figure]
