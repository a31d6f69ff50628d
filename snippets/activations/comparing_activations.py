"""What are the strengths and weaknesses of sigmoid, tanh and ReLU, and what
improves on them?

--8<-- [start:proof]
>>> print(f"{'':11} mean  flat    5x   slope dead")
            mean  flat    5x   slope dead
>>> for name, kind in ACTIVATIONS.items():
...     mean, flat, flat_5x, slope = portrait(kind)
...     print(f"{name:11}{mean:z5.2f} {flat:5.2f} {flat_5x:5.2f}", end="")
...     print(f"{slope:8.1e} {dead(kind):4.1f}")
sigmoid     0.50  0.00  0.56 6.1e-06  0.0
tanh        0.00  0.03  0.66 0.0e+00  1.0
ReLU        0.40  0.50  0.50 0.0e+00  1.0
Leaky ReLU  0.39  0.50  0.50 1.0e-02  0.0
PReLU       0.30  0.00  0.00 2.5e-01  0.0
ELU         0.16  0.00  0.27 6.1e-06  0.0
SELU        0.00  0.00  0.24 1.1e-05  0.0
Maxout      0.56  0.00  0.00 1.0e+00  0.0
SiLU        0.21  0.08  0.24 6.8e-05  0.0
GELU        0.28  0.08  0.34 2.6e-31  1.0

--8<-- [end:proof]

--8<-- [start:maxout]
>>> _ = torch.manual_seed(0)
>>> relu = nn.Sequential(nn.Linear(10, 8), nn.ReLU())
>>> maxout = nn.Sequential(nn.Linear(10, 16), Maxout())
>>> with torch.no_grad():  # odd pieces zero, even ones the ReLU layer's
...     for ours, theirs in zip(maxout.parameters(), relu.parameters()):
...         _ = ours.zero_()
...         ours[::2] = theirs
>>> inputs = torch.randn(100, 10)
>>> round((maxout(inputs) - relu(inputs)).abs().max().item(), 6)
0.0
>>> maxout(inputs).sum().backward()
>>> gradient = maxout[0].weight.grad  # the zeros will not stay zero
>>> (gradient[1::2] != 0).float().mean().item()
1.0

--8<-- [end:maxout]

--8<-- [start:wrong-alive]
>>> for kind in nn.ELU, nn.SELU, nn.SiLU, nn.GELU, nn.LeakyReLU:
...     print(f"{kind.__name__:10}{dead(kind, rescale=False):.1f}")
ELU       1.0
SELU      1.0
SiLU      1.0
GELU      1.0
LeakyReLU 0.0

--8<-- [end:wrong-alive]

--8<-- [start:wrong-centered]
>>> z = torch.randn(100_000, generator=torch.Generator().manual_seed(0))
>>> for f in nn.Sigmoid(), nn.ReLU(), nn.Tanh():  # mean / root mean square
...     print(f"{(f(z).mean() / f(z).square().mean().sqrt()).item():z.2f}")
0.92
0.56
0.00

--8<-- [end:wrong-centered]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F


class Maxout(nn.Module):
    def forward(self, z):
        """Return the larger of each two neighbors (arXiv:1302.4389)."""
        return z.unflatten(-1, (-1, 2)).amax(dim=-1)


ACTIVATIONS = {
    "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh,
    "ReLU": nn.ReLU,
    "Leaky ReLU": nn.LeakyReLU,  # slope 0.01 below zero
    "PReLU": nn.PReLU,  # learns that slope, from 0.25
    "ELU": nn.ELU,
    "SELU": nn.SELU,
    "Maxout": Maxout,
    "SiLU": nn.SiLU,  # Swish with beta = 1
    "GELU": nn.GELU,
}


def pieces(kind):
    return 2 if kind is Maxout else 1


def slopes(f, z):
    """Return the sizes of the derivatives of ``f`` with respect to ``z``."""
    z = z.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(f(z).sum(), z)
    return gradient.abs().unflatten(-1, (-1, pieces(type(f)))).sum(dim=-1)


def portrait(kind):
    """Return the mean output and three properties of the slope.

    They are: the share of slopes under 0.05, where the input is standard
    normal; that share, where it is five times as wide; the slope at -12.
    """
    f = kind()
    normal = torch.special.ndtri((torch.arange(500) + 0.5) / 500)
    z = torch.cartesian_prod(*[normal] * pieces(kind))
    z = z.reshape(-1, pieces(kind))
    flat, flat_5x = (
        (slopes(f, scale * z) < 0.05).float().mean().item() for scale in (1, 5)
    )
    slope = slopes(f, torch.full((1, pieces(kind)), -12.0)).item()
    return f(z).mean().item(), flat, flat_5x, slope


def dead(kind, rescale=True, rate=0.2, steps=50, width=50):
    """Set all biases to -12, train, and return the share of dead units.

    A unit is dead whose slope is less than 0.001 for each of the inputs. To
    rescale is to divide each gradient by its size, which is Adam with both
    betas zero. Otherwise this is plain gradient descent.
    """
    torch.manual_seed(0)
    inputs = torch.randn(100, 10)
    labels = (inputs[:, :1] * inputs[:, 1:2] > 0).float()
    f = kind()
    layer = nn.Linear(10, width * pieces(kind))
    nn.init.constant_(layer.bias, -12)
    model = nn.Sequential(layer, f, nn.Linear(width, 1))
    parameters = list(model.parameters())
    for _ in range(steps):
        loss = F.binary_cross_entropy_with_logits(model(inputs), labels)
        gradients = torch.autograd.grad(loss, parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            if rescale:
                gradient = gradient / (gradient.abs() + 1e-8)
            parameter.data -= rate * gradient
    silent = (slopes(f, layer(inputs)) < 0.001).all(dim=0)
    return silent.float().mean().item()


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw each activation and its derivative, from -4 to 4."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        3, 4, figsize=(4.8, 4), sharex=True, sharey=True, layout="constrained"
    )
    points = torch.linspace(-4, 4, 50)  # none of them at a kink
    *panels, legend, empty = axes.flat
    for ax, (name, kind) in zip(panels, ACTIVATIONS.items(), strict=True):
        z = points.clone().requires_grad_()
        line = z if pieces(kind) == 1 else torch.stack([z, -z / 2], dim=1)
        output = kind()(line).flatten()
        (slope,) = torch.autograd.grad(output.sum(), z)
        ax.axhline(0, color="0.5", linewidth=0.5)
        ax.plot(points, output.detach(), color="C0")
        ax.plot(points, slope, "--", color="C1", linewidth=1.2)
        ax.set(title=name, ylim=(-1.8, 2.6), xticks=(-3, 0, 3))
    legend.plot([], color="C0", label="function")
    legend.plot([], "--", color="C1", linewidth=1.2, label="derivative")
    legend.legend(loc="upper left", borderpad=0)
    legend.axis("off")
    empty.axis("off")
    return fig


# --8<-- [end:figure]
