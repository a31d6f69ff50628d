"""What is pooling for?

--8<-- [start:proof]
>>> for name, layers in NETWORKS.items():
...     model = network(*layers)
...     counts = parameters(model), multiply_adds(model), field(model)
...     print("{:14}{:6,} {:10,} {:2}".format(name, *counts))
no pooling     5,088 20,643,840  7
max pooling    5,088  4,718,592 22
strided        5,088  1,179,648 15
conv for pool 12,048  7,815,168 29

--8<-- [end:proof]

--8<-- [start:noise]
>>> noise = torch.randn(1, 1, 1200, 1200)
>>> mean_and_std(noise[..., ::2, ::2])  # one value of four, as it is
(0.0, 1.0)
>>> [mean_and_std(op(noise, 2)) for op in POOLS]  # average, maximum
[(0.0, 0.5), (1.03, 0.7)]
>>> correlated = 3 * F.avg_pool2d(noise, 3, stride=1)  # by a convolution
>>> mean_and_std(F.avg_pool2d(correlated, 2))
(0.0, 0.83)

--8<-- [end:noise]

--8<-- [start:position]
>>> spikes = torch.eye(64).reshape(64, 1, 8, 8)  # 64 maps, one spike in each
>>> for op in POOLS:  # how many can be told apart
...     print(len(op(spikes, 2).unique(dim=0)))
16
16

--8<-- [end:position]

--8<-- [start:wrong-exponential]
>>> x = torch.randn(1, 16, 64, 64)
>>> conv = nn.Conv2d(16, 16, 3, stride=2, padding=1)
>>> for y in F.max_pool2d(x, 2), conv(x), F.max_pool2d(x, 2, stride=1):
...     print(tuple(y.shape), f"{x.numel() / y.numel():.1f} times fewer")
(1, 16, 32, 32) 4.0 times fewer
(1, 16, 32, 32) 4.0 times fewer
(1, 16, 63, 63) 1.0 times fewer

--8<-- [end:wrong-exponential]

--8<-- [start:wrong-invariance]
>>> line = torch.zeros(1, 1, 16, 16)
>>> line[..., 5:10, 7] = 1  # upright, five pixels long, one wide
>>> images = {
...     "as it is": line,
...     "moved": line.roll(3, dims=-1),
...     "a quarter turn": line.rot90(dims=(2, 3)),
...     "twice as large": F.interpolate(line, scale_factor=2),
... }
>>> upright = torch.tensor([-0.5, 1, -0.5]).expand(1, 1, 5, 3)  # a kernel
>>> for name, image in images.items():
...     maps = F.conv2d(image, upright), F.conv2d(image, upright.mT)
...     one, two = (x.max().item() for x in maps)  # pool the whole map
...     print(f"{name:15}{one} {max(one, two)}")
as it is       5.0 5.0
moved          5.0 5.0
a quarter turn 0.5 5.0
twice as large 2.5 2.5

--8<-- [end:wrong-invariance]

--8<-- [start:wrong-parameters]
>>> for name in "no pooling", "max pooling":
...     model = network(*NETWORKS[name])
...     maps = model(torch.zeros(1, 3, 64, 64))
...     dense = nn.Linear(maps.numel(), 10)
...     print(f"{name:12}{parameters(model):6,} {parameters(dense):8,}")
no pooling   5,088  655,370
max pooling  5,088   10,250

--8<-- [end:wrong-parameters]

--8<-- [start:max-or-average]
>>> spike, patch = [[4, 0], [0, 0]], [[4, 4], [4, 4]]  # in every window
>>> for feature in spike, patch:
...     x = noise + torch.tensor(feature).repeat(600, 600)
...     print(*(f"{distance(op, x, noise):.1f}" for op in POOLS))
2.0 4.2
8.0 5.7

--8<-- [end:max-or-average]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
POOLS = F.avg_pool2d, F.max_pool2d
NETWORKS = {  # (stride of the convolution, what follows it), three times
    "no pooling": (1, None),
    "max pooling": (1, "pool"),
    "strided": (2, None),
    "conv for pool": (1, "conv"),
}


def network(stride, after, channels=16):
    """Return three 3 x 3 convolutions with ReLU, and what goes after each."""
    layers = []
    for inputs in 3, channels, channels:
        layers += [nn.Conv2d(inputs, channels, 3, stride, 1), nn.ReLU()]
        if after == "pool":
            layers += [nn.MaxPool2d(2)]
        if after == "conv":
            layers += [nn.Conv2d(channels, channels, 3, 2, 1), nn.ReLU()]
    return nn.Sequential(*layers)


def field(model):
    """Return how many columns of a 64 x 64 image the middle output sees."""
    x = torch.randn(1, 3, 64, 64, requires_grad=True)
    y = model(x)
    middle = y.shape[-1] // 2
    y[..., middle, middle].sum().backward()
    return (x.grad.abs().sum(dim=(0, 1, 2)) > 0).sum().item()


def multiply_adds(model):
    """Count the multiply-adds of the convolutions on a 64 x 64 image."""
    counts = []
    for layer in model:
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(
                lambda conv, inputs, output: counts.append(
                    output.numel() * conv.weight[0].numel()
                )
            )
    model(torch.zeros(1, 3, 64, 64))
    return sum(counts)


def parameters(model):
    return sum(weight.numel() for weight in model.parameters())


def mean_and_std(x):
    """Return both, rounded; adding 0 turns -0.0 into 0.0."""
    return round(x.mean().item(), 2) + 0.0, round(x.std().item(), 2)


def distance(op, with_feature, noise):
    """Return how far a feature lifts the pooled noise, in its deviations."""
    with_feature, noise = op(with_feature, 2), op(noise, 2)
    return ((with_feature.mean() - noise.mean()) / noise.std()).item()


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the receptive fields and the multiply-adds of the networks."""
    import matplotlib.pyplot as plt

    models = [network(*layers) for layers in NETWORKS.values()]
    fields = [field(model) for model in models]
    counts = [multiply_adds(model) / 1e6 for model in models]
    fig, axes = plt.subplots(
        1, 2, figsize=(4.8, 2), sharey=True, layout="constrained"
    )
    for ax, values, title, text in (
        (axes[0], fields, "receptive field", "{}"),
        (axes[1], counts, "million multiply-adds", "{:.1f}"),
    ):
        bars = ax.barh(list(NETWORKS), values, color=["0.5", "C0", "C1", "C2"])
        ax.bar_label(bars, [text.format(value) for value in values], padding=3)
        ax.set(title=title, xticks=[], xlim=(0, 1.25 * max(values)))
        ax.spines["bottom"].set_visible(False)
    axes[0].invert_yaxis()
    return fig


# --8<-- [end:figure]
