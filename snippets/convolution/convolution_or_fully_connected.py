"""Why not use only fully connected layers on images?

--8<-- [start:proof]
>>> for layer in convolve, connect:  # outputs, of 64, that don't shift along
...     print([broken(layer, by) for by in [(0, 1), (3, 2), (7, 7)]])
[0, 0, 0]
[64, 64, 64]

--8<-- [end:proof]

--8<-- [start:average]
>>> mean = average(MATRIX)
>>> broken(lambda image: connect(image, mean), (3, 2))
0
>>> (average(mean) - mean).abs().max().item()  # averaged already
0.0
>>> MATRIX.numel(), len(mean.unique())  # weights, and different ones left
(4096, 64)
>>> torus = F.pad(IMAGE, (0, 7, 0, 7), mode="circular")
>>> convolved = F.conv2d(torus, mean[:1, :1])  # those 64 as the kernel
>>> (convolved - connect(IMAGE, mean)).abs().max().item()
0.0

--8<-- [end:average]

--8<-- [start:places]
>>> left, right = [data([(y, x) for y in range(8)]) for x in (0, 4)]
>>> for network in pooled, dense:  # learns on the left, is tested on both
...     for seed in range(3):
...         model = fit(network, left, seed)
...         print(*[f"{accuracy(model, test):.2f}" for test in (left, right)])
1.00 1.00
1.00 1.00
1.00 1.00
1.00 0.50
1.00 0.69
1.00 0.50
>>> moved = model[1].weight - fit(dense, left, seed, steps=0)[1].weight
>>> print(*[f"{c:.2f}" for c in moved.view(64, 8, 8).abs().amax(dim=(0, 1))])
0.26 0.35 0.26 0.00 0.00 0.00 0.00 0.00

--8<-- [end:places]

--8<-- [start:wrong-contains]
>>> for network, n in (dense, 32), (dense, 48), (pooled, 1):  # places seen
...     print(n, *[f"{a:.2f}" for a in learn(network, n).mean(dim=0)])
32 1.00 0.24
48 1.00 0.09
1 1.00 1.00
>>> one_layer = fit(single, data(PLACES[:48]))
>>> for places in PLACES[:48], PLACES[48:]:
...     print(f"{margins(one_layer, data(places)).sum():.2f}")
12.42
-12.42

--8<-- [end:wrong-contains]

--8<-- [start:wrong-space]
>>> print(*[f"{a:.2f}" for a in learn(dense, 32, where).mean(dim=0)])
1.00 0.96
>>> images, _ = data(PLACES)  # 128
>>> for network in dense, pooled:
...     scores = network().double()(images)
...     print(len(scores.detach().round(decimals=9).unique(dim=0)))
128
2
>>> for network in dense, pooled:
...     accuracies = learn(network, 32, scramble, seeds=range(2))
...     print(*[f"{a:.2f}" for a in accuracies.mean(dim=0)])
1.00 0.23
0.56 0.48

--8<-- [end:wrong-space]

--8<-- [start:wrong-invariant]
>>> (convolve(shift(IMAGE, (0, 1))) != convolve(IMAGE)).sum().item()  # of 64
64
>>> for seed in range(3):
...     model = fit(flat, left, seed)
...     print(*[f"{accuracy(model, test):.2f}" for test in (left, right)])
1.00 0.50
1.00 0.50
1.00 0.50

--8<-- [end:wrong-invariant]

--8<-- [start:augment]
>>> everywhere = torch.cat([shift(IMAGE, by) for by in PLACES])
>>> for images in IMAGE, everywhere:
...     learnt = regress(images, convolve(images))
...     new = images.flip(dims=(3,))
...     error = connect(new, learnt) - convolve(new)
...     print(f"{error.norm() / convolve(new).norm():.3f}")
0.999
0.000

--8<-- [end:augment]

--8<-- [start:borders]
>>> def zeros(image):
...     return convolve(image, mode="constant")
>>> broken(zeros, (0, 1)), broken(lambda x: zeros(zeros(x)), (0, 1))
(24, 40)

--8<-- [end:borders]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F

PLACES = [(y, x) for y in range(8) for x in range(8)]  # down, right
PLUS = [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
TIMES = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]


def integers(*shape):
    """Return random whole numbers, whose sums and products are exact."""
    generator = torch.Generator().manual_seed(0)
    return torch.randint(-9999, 9999, shape, generator=generator).double()


IMAGE, KERNEL = integers(1, 1, 8, 8), integers(1, 1, 3, 3)
MATRIX = integers(8, 8, 8, 8)  # [y, x, v, u] leads from (v, u) to (y, x)


def shift(image, by):
    """Move an image down and right; what leaves it comes in again."""
    return image.roll(by, dims=(-2, -1))


def convolve(image, mode="circular"):
    """Convolve with KERNEL; in the mode "constant", zeros lie around."""
    return F.conv2d(F.pad(image, (1, 1, 1, 1), mode=mode), KERNEL)


def connect(image, matrix=MATRIX):
    """Connect each pixel of an image with each of the output."""
    return torch.einsum("yxvu,ncvu->ncyx", matrix, image)


def broken(layer, by):
    """Count the outputs that depend on whether the shift comes first."""
    return (layer(shift(IMAGE, by)) != shift(layer(IMAGE), by)).sum().item()


def average(matrix):
    """Return the mean of a matrix over all shifts, of input with output."""
    shifted = [matrix.roll(by * 2, dims=(0, 1, 2, 3)) for by in PLACES]
    return torch.stack(shifted).mean(dim=0)


def data(places):
    """Return images of a plus and a times at each place, and their class."""
    pair = torch.zeros(2, 1, 8, 8, dtype=torch.float64)
    pair[:, 0, :3, :3] = torch.tensor([PLUS, TIMES])
    images = torch.cat([shift(pair, place) for place in places])
    return images, torch.tensor([0, 1] * len(places))


def convolutional(*head):
    conv = nn.Conv2d(1, 8, 3, padding=1, padding_mode="circular", bias=False)
    return nn.Sequential(conv, nn.ReLU(), *head)


def pooled():
    pool = nn.AdaptiveMaxPool2d(1)  # the largest output of each kernel
    return convolutional(pool, nn.Flatten(), nn.Linear(8, 2))


def flat():
    return convolutional(nn.Flatten(), nn.Linear(8 * 64, 2))


def dense():
    hidden = nn.Linear(64, 64), nn.ReLU()
    return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(64, 2))


def single():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 2))


def fit(network, data, seed=0, steps=120):
    """Train a new network with all of ``data`` at each step; return it."""
    torch.manual_seed(seed)
    model = network().double()
    weights = list(model.parameters())
    for _ in range(steps):
        loss = F.cross_entropy(model(data[0]), data[1])
        gradients = torch.autograd.grad(loss, weights)
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.data -= 0.5 * gradient
    return model


def margins(model, data):
    """Return, for each image, the right class's score minus the other's."""
    scores = model(data[0]).detach()
    return scores.diff(dim=1)[:, 0] * (2 * data[1] - 1)


def accuracy(model, data):
    return (margins(model, data) > 0).double().mean().item()


def learn(network, n, change=lambda data: data, seeds=range(3)):
    """Train at n random places, test there and at the 64 - n others.

    Returns a row for each seed with the two accuracies. ``change`` makes
    another task of the data.
    """
    results = []
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        order = torch.randperm(64, generator=generator).tolist()
        places = [PLACES[i] for i in order]
        seen, unseen = change(data(places[:n])), change(data(places[n:]))
        model = fit(network, seen, seed)
        results.append([accuracy(model, seen), accuracy(model, unseen)])
    return torch.tensor(results, dtype=torch.float64)


def where(data):
    """Ask which half of the image holds more of the pattern."""
    columns = data[0].sum(dim=(1, 2))
    return data[0], (columns[:, 4:].sum(1) > columns[:, :4].sum(1)).long()


def scramble(data):
    """Put the pixels into another order, the same for all images."""
    generator = torch.Generator().manual_seed(0)
    order = torch.randperm(64, generator=generator)
    return data[0].flatten(1)[:, order].view_as(data[0]), data[1]


def regress(images, targets):
    """Return the smallest matrix that fits the targets by least squares."""
    solution = torch.linalg.pinv(images.flatten(1)) @ targets.flatten(1)
    return solution.T.reshape(8, 8, 8, 8)


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw a plus and its shift, and what the two layers make of them."""
    import matplotlib.pyplot as plt

    size = {"figsize": (4.8, 3.3), "layout": "constrained"}
    fig, axes = plt.subplots(2, 3, **size)
    plus, _ = data([(1, 1)])
    for row, by in zip(axes, [(0, 0), (3, 3)], strict=True):
        image = shift(plus[:1], by)
        maps = image, convolve(image), connect(image)
        for ax, values in zip(row, maps, strict=True):
            quarters = (4 * values[0, 0] / values.abs().max()).round()
            for level in -4, -3, -2, -1, 1, 2, 3, 4:  # larger squares for more
                y, x = (quarters == level).nonzero().T.tolist()
                color = "C0" if level > 0 else "C1"
                ax.plot(x, y, f"{color}s", markersize=2.4 * abs(level))
            ax.set(xlim=(-0.7, 7.7), ylim=(7.7, -0.7), aspect="equal")
            ax.set(xticks=[], yticks=[])
            ax.spines[["top", "right"]].set_visible(True)
    for ax, name in zip(
        axes[0], ("image", "convolution", "dense layer"), strict=True
    ):
        ax.set_title(name)
    return fig


def figure_places():
    """Draw the accuracy at unseen places against the places seen."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.4), layout="constrained")
    counts = [1, 8, 16, 24, 32, 40, 48, 56]
    for color, network in ("C0", pooled), ("C1", dense):
        unseen = torch.stack([learn(network, n)[:, 1] for n in counts])
        ax.plot(counts, unseen, f"{color}.", markersize=3)
        ax.plot(counts, unseen.mean(dim=1), color)
    ax.set(xlabel="places seen, of 64", ylim=(-0.05, 1.1))
    ax.set_ylabel("accuracy at the others")
    ax.text(20, 0.9, "convolution, pooled", color="C0")
    ax.text(30, 0.35, "dense", color="C1")
    return fig


# --8<-- [end:figure]
