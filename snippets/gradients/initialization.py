"""How does initialization (Xavier, He) keep gradients alive?

--8<-- [start:proof]
>>> for activation in torch.tanh, torch.relu, torch.sigmoid:
...     for name, init_, n_var in ("Xavier", XAVIER, 1), ("He", HE, 2):
...         outputs, gradients = signal(activation, init_)
...         forward, backward = theory(activation, n_var)
...         last = f"{rms(outputs[-1]):.2g} ({forward[-1]:.2g})"
...         first = f"{rms(gradients[0]):.2g} ({backward[0]:.2g})"
...         print(f"{activation.__name__:8}{name:7}{last:20}{first}")
tanh    Xavier 0.093 (0.1)         0.17 (0.18)
tanh    He     0.55 (0.56)         8.6 (9.6)
relu    Xavier 1.7e-08 (3e-08)     2.6e-08 (4.2e-08)
relu    He     0.55 (1)            0.62 (1)
sigmoid Xavier 0.52 (0.51)         1.9e-31 (1.9e-31)
sigmoid He     0.54 (0.53)         3.8e-25 (4e-25)

--8<-- [end:proof]

--8<-- [start:wrong-formula]
>>> _ = torch.manual_seed(0)
>>> weight = XAVIER(torch.empty(2000, 500))  # n_out, n_in, as in nn.Linear
>>> glorot, lecun = (2 / (500 + 2000)) ** 0.5, (1 / 500) ** 0.5
>>> print(f"{weight.std():.4f}: Glorot's {glorot:.4f}, LeCun's {lecun:.4f}")
0.0283: Glorot's 0.0283, LeCun's 0.0447

--8<-- [end:wrong-formula]

--8<-- [start:wrong-root]
>>> _ = torch.manual_seed(0)
>>> inputs, weight = torch.randn(1000, 256), torch.randn(256, 256)
>>> for std in 256**0.5, 256**-0.5:
...     z = inputs @ (std * weight).T
...     flat = (z.tanh().abs() > 0.999).float().mean()
...     print(f"std {std:.4f}: z has std {z.std():.1f}, {flat:.1%} saturated")
std 16.0000: z has std 256.5, 98.8% saturated
std 0.0625: z has std 1.0, 0.0% saturated

--8<-- [end:wrong-root]

--8<-- [start:wrong-sigmoid]
>>> for gain in 4, 10:  # times Xavier's standard deviation
...     _, gradients = signal(torch.sigmoid, lambda w: XAVIER(w, gain))
...     print(f"{gain:2}: {rms(gradients[0]):.1g}")  # gradient at layer 1
 4: 1e-10
10: 0.6

--8<-- [end:wrong-sigmoid]

--8<-- [start:wrong-slows]
>>> depths = 25, 50, 100, 200  # the gradient at layer 1 of so many
>>> for name, n_var in ("relu", 1), ("tanh", 1), ("relu", 2):  # 2 is He's
...     activation = getattr(torch, name)
...     sizes = [theory(activation, n_var, depth)[1][0] for depth in depths]
...     print(name, n_var, *(f"{size:.2g}" for size in sizes))
relu 1 0.00024 4.2e-08 1.3e-15 1.1e-30
tanh 1 0.25 0.18 0.12 0.087
relu 2 1 1 1 1

--8<-- [end:wrong-slows]

--8<-- [start:wrong-any]
>>> for depth, steps in (1, 40), (12, 40), (12, 240):  # hidden layers
...     losses = [train(init_, depth, steps) for init_ in (XAVIER, HE)]
...     print(depth, steps, losses)
1 40 [0.1, 0.1]
12 40 [0.7, 0.0]
12 240 [0.0, 0.0]

--8<-- [end:wrong-any]

--8<-- [start:widths]
>>> widths = (64, 256) * 25 + (64,)  # 64, 256, 64, 256, ..., 64
>>> for init_ in XAVIER, lambda w: HE(w, nonlinearity="linear"):  # 1/n_in
...     outputs, gradients = signal(nn.Identity(), init_, widths)
...     print(f"{rms(outputs[-1]):.2g} {rms(gradients[0]):.2g}")
0.0035 0.0027
0.94 0.46

--8<-- [end:widths]

--8<-- [start:default]
>>> _ = torch.manual_seed(0)
>>> print(f"{256 * nn.Linear(256, 256).weight.var():.2f}")  # n_in times it
0.33
>>> print(f"{theory(torch.relu, n_var=1 / 3)[1][0]:.0e}")  # at layer 1 of 50
9e-20

--8<-- [end:default]

--8<-- [start:angle]
>>> for activation, init_ in (torch.relu, HE), (torch.tanh, XAVIER):
...     outputs, _ = signal(activation, init_)
...     cosines = [
...         F.cosine_similarity(h[1:], h[:-1]).abs().mean().item()
...         for h in (outputs[0], outputs[-1])
...     ]
...     print(activation.__name__, *(f"{cosine:.2f}" for cosine in cosines))
relu 0.32 0.99
tanh 0.06 0.26

--8<-- [end:angle]
"""

# --8<-- [start:code]
import math
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

XAVIER, HE = nn.init.xavier_normal_, nn.init.kaiming_normal_


def signal(activation, init_, widths=(256,) * 51):
    """Send 32 random inputs through a random network, and a gradient back.

    Return each layer's output, and the gradient at each of these. What enters
    at either end is standard normal. In float64: squares of 1e-31 are zero in
    float32.
    """
    torch.manual_seed(0)
    h = torch.randn(32, widths[0]).double().requires_grad_()
    outputs = []
    for n_in, n_out in pairwise(widths):
        weight = init_(torch.empty(n_out, n_in)).double()
        h = activation(h @ weight.T)
        outputs.append(h)
    gradient = torch.randn(h.shape).double()
    return outputs, torch.autograd.grad((h * gradient).sum(), outputs)


def theory(activation, n_var, depth=50):
    """Return the rms of outputs and of gradients by layer, at infinite width.

    ``n_var`` is the width times the variance of a weight: Xavier's 1, He's 2.
    """
    z = torch.linspace(-8, 8, 2000).double()
    density = torch.softmax(-(z**2) / 2, dim=0)  # of a standard normal
    q, forward, factors = 1.0, [], []
    for _ in range(depth):
        x = (z * math.sqrt(n_var * q)).requires_grad_()
        h = activation(x)
        (slope,) = torch.autograd.grad(h.sum(), x)
        q = (density @ h**2).item()
        forward.append(math.sqrt(q))
        factors.append(math.sqrt(n_var * (density @ slope**2)))
    backward = [math.prod(factors[layer:]) for layer in range(1, depth + 1)]
    return forward, backward


def rms(tensor):
    """Return the root mean square of the elements."""
    return tensor.square().mean().sqrt().item()


def train(init_, depth, steps):
    """Return the loss of a ReLU network after so many steps of SGD."""
    torch.manual_seed(0)
    inputs = torch.randn(64, 64)
    targets = (inputs[:, :1] > 0).float()
    shapes = [(64, 64)] * depth + [(1, 64)]
    weights = [init_(torch.empty(shape)).requires_grad_() for shape in shapes]
    biases = [torch.zeros(n_out, requires_grad=True) for n_out, _ in shapes]
    for _ in range(steps):
        h = inputs
        for weight, bias in zip(weights, biases, strict=True):
            z = F.linear(h, weight, bias)
            h = torch.relu(z)
        loss = F.binary_cross_entropy_with_logits(z, targets)
        gradients = torch.autograd.grad(loss, weights + biases)
        for values, gradient in zip(weights + biases, gradients, strict=True):
            values.data -= 0.1 * gradient
    return round(loss.item(), 1)


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the gradient's size by layer, for good and bad initialization."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        1, 2, figsize=(4.8, 2.9), sharey=True, layout="constrained"
    )
    starts = {
        "std 0.01": (lambda w: nn.init.normal_(w, std=0.01), 256 * 0.01**2),
        "Xavier": (XAVIER, 1),
        "He": (HE, 2),
        "std 0.125": (lambda w: nn.init.normal_(w, std=0.125), 256 * 0.125**2),
    }
    places = {
        torch.relu: ((15, 1e-9), (2, 1e-4), (2, 5), (15, 3e6)),
        torch.tanh: ((13, 1e-9), (2, 3e-3), (2, 25), (15, 5e3)),
    }
    layers = range(1, 51)
    for ax, (activation, where) in zip(axes, places.items(), strict=True):
        for i, (name, (init_, n_var)) in enumerate(starts.items()):
            sizes = [
                rms(gradient) for gradient in signal(activation, init_)[1]
            ]
            ax.plot(layers, sizes, color=f"C{i}")
            ax.plot(layers, theory(activation, n_var)[1], ":", color="0.5")
            ax.text(*where[i], name, color=f"C{i}")
        ax.set(title=activation.__name__, xlabel="layer", yscale="log")
        ax.set_xticks((1, 25, 50))
    axes[0].set(ylabel="gradient (rms)", ylim=(1e-10, 1e10))
    return fig


def figure_outputs():
    """Draw how the outputs of each layer are spread."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        2,
        2,
        figsize=(4.8, 3.6),
        sharex=True,
        sharey="row",
        layout="constrained",
    )
    layers = range(1, 51)
    ranks = torch.tensor([0.05, 0.25, 0.5, 0.75, 0.95]).double()
    for row, activation in zip(axes, (torch.relu, torch.tanh), strict=True):
        for ax, init_, color in zip(
            row, (XAVIER, HE), ("C1", "C2"), strict=True
        ):
            outputs = [h.detach() for h in signal(activation, init_)[0]]
            if activation is torch.relu:
                outputs = [h[h > 0] for h in outputs]
                ax.set_yscale("log")
            bands = torch.stack([h.quantile(ranks) for h in outputs], dim=1)
            low, lower, middle, upper, high = bands.tolist()
            ax.fill_between(layers, low, high, color=color, alpha=0.25, lw=0)
            ax.fill_between(layers, lower, upper, color=color, alpha=0.4, lw=0)
            ax.plot(layers, middle, color=color)
            ax.set_xticks((1, 25, 50))
    axes[0, 0].set(title="Xavier", ylabel="relu, outputs > 0")
    axes[0, 1].set(title="He")
    axes[1, 0].set(ylabel="tanh", xlabel="layer")
    axes[1, 1].set(xlabel="layer")
    return fig


# --8<-- [end:figure]
