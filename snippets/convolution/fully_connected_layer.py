"""What is the fully connected layer for?

--8<-- [start:proof]
>>> features, head = lenet()
>>> whole = as_convolution(head[1], channels=50, size=4)
>>> for layer in head[1], whole:  # the same numbers, in another shape
...     print(tuple(layer.weight.shape), parameters(layer))
(500, 800) 400500
(500, 50, 4, 4) 400500
>>> sliding = nn.Sequential(whole, head[2], as_convolution(head[3], 500, 1))
>>> maps = features(images(100, 28))  # of a hundred images
>>> scores, again = head(maps), sliding(maps)
>>> tuple(maps.shape), tuple(scores.shape), tuple(again.shape)
((100, 50, 4, 4), (100, 10), (100, 10, 1, 1))
>>> f"{(scores - again[:, :, 0, 0]).abs().max() / scores.std():.9f}"
'0.000000000'

--8<-- [end:proof]

--8<-- [start:slide]
>>> image = images(1, 64)  # larger than what the network was made for
>>> windows = image.unfold(2, 28, 4).unfold(3, 28, 4)  # every fourth pixel
>>> windows = windows.reshape(100, 1, 28, 28)
>>> scores, alone = sliding(features(image)), head(features(windows))
>>> tuple(scores.shape), tuple(alone.shape)
((1, 10, 10, 10), (100, 10))
>>> f"{(scores[0].flatten(1).T - alone).abs().max() / alone.std():.9f}"
'0.000000000'
>>> for x, last in (windows, head), (image, sliding):  # multiply-adds
...     work = multiply_adds(features, x), multiply_adds(last, features(x))
...     print("{:,} + {:,}".format(*work))
188,800,000 + 40,500,000
18,700,000 + 40,500,000

--8<-- [end:slide]

--8<-- [start:wrong-position]
>>> maps, left = spots(6)
>>> tuple(maps.shape), left.mean().item()  # half of them are to the left
((1080, 2, 6, 6), 0.5)
>>> for inputs in maps.flatten(1), maps.mean(dim=(2, 3)):
...     distinct = len(inputs.unique(dim=0))
...     print(inputs.shape[1], distinct, f"{accuracy(inputs, left):.2f}")
72 1080 1.00
2 1 0.50

--8<-- [end:wrong-position]

--8<-- [start:wrong-share]
>>> for name, network in NETWORKS.items():
...     convolutions, dense = counts(*network)
...     share = dense / (convolutions + dense)
...     print(f"{name:9} {convolutions:10,} {dense:11,} {share:5.1%}")
LeNet         25,570     405,510 94.1%
AlexNet    2,469,696  58,631,144 96.0%
VGG-16    14,714,688 123,642,856 89.4%
ResNet-50 23,508,032   2,049,000  8.0%

--8<-- [end:wrong-share]

--8<-- [start:wrong-one-by-one]
>>> maps = features(images(1, 28))
>>> one = nn.Conv2d(50, 500, kernel_size=1).double()
>>> for layer in one, whole:
...     change = (layer(maps.flip(3)) - layer(maps)).mean(dim=(2, 3))
...     shape = tuple(layer(maps).shape)
...     print(parameters(layer), shape, f"{change.abs().max():.2f}")
25500 (1, 500, 4, 4) 0.00
400500 (1, 500, 1, 1) 0.50

--8<-- [end:wrong-one-by-one]

--8<-- [start:average]
>>> maps, dense = features(images(1, 64)), nn.Linear(50, 10).double()
>>> scores = dense(maps.mean(dim=(2, 3)))  # first average, then weigh
>>> places = as_convolution(dense, 50, 1)(maps)  # first weigh, at each place
>>> tuple(places.shape), parameters(dense)
((1, 10, 13, 13), 510)
>>> f"{(scores - places.mean(dim=(2, 3))).abs().max() / scores.std():.9f}"
'0.000000000'

--8<-- [end:average]
"""

# --8<-- [start:code]
from itertools import pairwise, product

import torch
from torch import nn


def lenet():
    """Return Caffe's LeNet for 28x28 digits: features, and dense layers."""
    torch.manual_seed(0)
    features = [nn.Conv2d(1, 20, 5), nn.MaxPool2d(2)]
    features += [nn.Conv2d(20, 50, 5), nn.MaxPool2d(2)]
    head = [nn.Flatten(), nn.Linear(4 * 4 * 50, 500)]
    head += [nn.ReLU(), nn.Linear(500, 10)]
    return [nn.Sequential(*part).double() for part in (features, head)]


def images(count, size):
    """Return noise: what is said here of the layers holds for any input."""
    generator = torch.Generator().manual_seed(1)
    shape = count, 1, size, size
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def as_convolution(dense, channels, size):
    """Return ``dense`` as a convolution over a map of this size."""
    layer = nn.Conv2d(channels, dense.out_features, size)
    layer.weight.data = dense.weight.data.view(-1, channels, size, size)
    layer.bias.data = dense.bias.data
    return layer


def parameters(net):
    return sum(p.numel() for p in net.parameters())


def record(layer, _, output):  # a hook: it sees what goes in and comes out
    layer.multiply_adds = output.numel() * layer.weight[0].numel()


def multiply_adds(net, x):
    layers = [layer for layer in net if hasattr(layer, "weight")]
    for layer in layers:
        layer.register_forward_hook(record)
    net(x)
    return sum(layer.multiply_adds for layer in layers)


# --8<-- [end:code]


# --8<-- [start:spots]
def spots(size):
    """Return maps with a spot in each channel: is the first one left?"""
    places = list(product(range(size), repeat=2))
    pairs = [(a, b) for a, b in product(places, places) if a[1] != b[1]]
    maps = torch.zeros(len(pairs), 2, size, size, dtype=torch.float64)
    for i, (a, b) in enumerate(pairs):
        maps[i, 0][a] = maps[i, 1][b] = 1
    return maps, torch.tensor([a[1] < b[1] for a, b in pairs]).double()


def accuracy(inputs, labels):
    """Fit one dense layer by least squares; return its share of hits."""
    signs = 2 * labels - 1  # half of them 1, half -1, so no bias is needed
    weight = torch.linalg.lstsq(inputs, signs, driver="gelsd").solution
    return (inputs @ weight * signs > 0).double().mean().item()


# --8<-- [end:spots]


# --8<-- [start:counts]
def counts(convolutions, sizes, per_map=1):
    """Count the parameters of convolutions and of dense layers.

    A convolution is (inputs, outputs, kernel). ``per_map`` is 1 for a bias,
    2 for batch normalization instead.
    """
    weights = sum(i * o * k * k for i, o, k in convolutions)
    dense = sum(i * o + o for i, o in pairwise(sizes))
    return weights + per_map * sum(o for _, o, _ in convolutions), dense


def resnet50():
    layers, inputs = [(3, 64, 7)], 64
    for width, blocks in (64, 3), (128, 4), (256, 6), (512, 3):
        layers.append((inputs, 4 * width, 1))  # the shortcut's
        for _ in range(blocks):
            layers += [(inputs, width, 1), (width, width, 3)]
            layers.append((width, 4 * width, 1))
            inputs = 4 * width
    return layers


ALEXNET = [(3, 64, 11), (64, 192, 5), (192, 384, 3), (384, 256, 3)]
ALEXNET += [(256, 256, 3)]  # as torchvision has it
WIDTHS = [3, 64, 64, 128, 128, 256, 256, 256, *[512] * 6]
VGG = [(i, o, 3) for i, o in pairwise(WIDTHS)]
NETWORKS = {
    "LeNet": ([(1, 20, 5), (20, 50, 5)], (4 * 4 * 50, 500, 10)),
    "AlexNet": (ALEXNET, (6 * 6 * 256, 4096, 4096, 1000)),
    "VGG-16": (VGG, (7 * 7 * 512, 4096, 4096, 1000)),
    "ResNet-50": (resnet50(), (2048, 1000), 2),
}
# --8<-- [end:counts]


# --8<-- [start:figure]
def figure():
    """Draw the parameters of four networks, split in two."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2), layout="constrained")
    for name, network in reversed(NETWORKS.items()):
        convolutions, dense = (n / 1e6 for n in counts(*network))
        ax.barh(name, convolutions, color="C0", height=0.6)
        ax.barh(name, dense, left=convolutions, color="C1", height=0.6)
    ax.set(xlabel="parameters, millions", xlim=(0, 145))
    ax.text(60, 3, "convolutions", color="C0", va="center")
    ax.text(100, 3, "fully connected", color="C1", va="center")
    return fig


# --8<-- [end:figure]
