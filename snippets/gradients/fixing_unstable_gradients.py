"""How do you fix vanishing and exploding gradients?

--8<-- [start:proof]
>>> for name, network in REMEDIES.items():  # scale 0.5, then scale 4
...     small, large = (typical(**{"scale": s} | network) for s in (0.5, 4))
...     print(f"{name:14} {small:.0e} {large:.0e}")
nothing        2e-06 3e+03
ReLU           3e-09 4e+08
residual       3e+00 2e+02
highway        7e-01 7e-01
Xavier init    3e-01 3e-01
batch norm     6e+00 6e+00
layer norm     5e+00 5e+00
norm in branch 3e+00 3e+00
>>> for chi in 0.5**2, 0.5**2 / 2, 4**2 / 2:  # tanh when small, ReLU, ReLU
...     print(f"{chi ** (19 / 2):.0e}")  # as the formula says
2e-06
3e-09
4e+08

--8<-- [end:proof]

--8<-- [start:training]
>>> for options in {}, {"max_norm": 2.0}, {"decay": 0.01}, {"decay": 1.0}:
...     losses = (loss_after(start, **options) for start in (0.5, 1.0, 1.3))
...     print(*(f"{loss:5.2f}" for loss in losses), options)
 0.50  0.00   nan {}
 0.50  0.00  0.00 {'max_norm': 2.0}
 0.50  0.00   nan {'decay': 0.01}
 0.50  0.50   nan {'decay': 1.0}

--8<-- [end:training]

--8<-- [start:wrong-batch-norm]
>>> he = 2**0.5  # He's scale, the one for ReLU
>>> deep = dict(activation=torch.relu, depth=50, rows=128)
>>> print(f"{gradient_ratio(he, **deep):.0e}")  # without a norm
1e+00
>>> print(f"{gradient_ratio(he, **deep, norm=0):.0e}")  # batch norm
1e+04
>>> print(f"{(math.pi / (math.pi - 1)) ** (49 / 2):.0e}")  # the formula
1e+04
>>> print(f"{gradient_ratio(he, **deep, norm=1):.0e}")  # layer norm
1e+00
>>> print(f"{gradient_ratio(he, **deep, norm=0, skip='residual'):.0e}")
9e+00

--8<-- [end:wrong-batch-norm]

--8<-- [start:wrong-small-batch]
>>> for batch in 1, 16, 256:  # mean of |g|^2
...     drawn, formula = squared_norms(batch)
...     print(f"{batch:3}  drawn {drawn:2.0f}  formula {formula:2.0f}")
  1  drawn 51  formula 51
 16  drawn  9  formula  9
256  drawn  6  formula  6

--8<-- [end:wrong-small-batch]

--8<-- [start:wrong-relu]
>>> for act in torch.relu, torch.tanh, torch.sigmoid:
...     ratios = (typical(s, activation=act) for s in (1, 2**0.5, 4))
...     print(f"{act.__name__:8}", *(f"{ratio:.0e}" for ratio in ratios))
relu     1e-03 1e+00 4e+08
tanh     3e-01 2e+00 3e+03
sigmoid  1e-12 3e-10 1e-04

--8<-- [end:wrong-relu]

--8<-- [start:wrong-value]
>>> g = torch.tensor([3.0, -40.0])
>>> for clip_ in nn.utils.clip_grad_value_, nn.utils.clip_grad_norm_:
...     c = clipped(g, clip_)  # to at most 1
...     cosine = nn.functional.cosine_similarity(c, g, dim=0)
...     print([round(v, 3) for v in c.tolist()], f"cosine {cosine:.3f}")
[1.0, -1.0] cosine 0.758
[0.075, -0.997] cosine 1.000

--8<-- [end:wrong-value]

--8<-- [start:adam]
>>> for g in 1e-4, 1e-7, 1e-9, 1e-12:  # Adam's first step / learning rate
...     print(f"{g:.0e} {g / (g + 1e-8):.2f}")
1e-04 1.00
1e-07 0.91
1e-09 0.09
1e-12 0.00

--8<-- [end:adam]
"""

# --8<-- [start:code]
import math
import statistics

import torch
from torch import nn

WIDTH = 128
REMEDIES = {
    "nothing": {},
    "ReLU": {"activation": torch.relu},
    "residual": {"skip": "residual"},
    "highway": {"skip": "highway"},
    "Xavier init": {"scale": 1},
    "batch norm": {"norm": 0},
    "layer norm": {"norm": 1},
    "norm in branch": {"norm": 1, "skip": "residual"},
}


def gradient_ratio(
    scale,
    activation=torch.tanh,
    norm=None,
    skip=None,
    depth=20,
    rows=32,
    seed=0,
):
    """Return |dL/dh_1| / |dL/dh_L| of an untrained network's outputs h.

    Weights have variance ``scale``**2 / WIDTH. ``norm`` is the axis of mean
    and variance: 0, the examples, or 1, the units. dL/dh_L is random.
    """
    torch.manual_seed(seed)
    h = torch.randn(rows, WIDTH)
    for layer in range(depth):
        z = h @ torch.randn(WIDTH, WIDTH) * (scale / WIDTH**0.5)
        if norm is not None:
            z = (z - z.mean(norm, keepdim=True)) / z.std(norm, keepdim=True)
        new = activation(z)
        if skip == "residual":
            new = h + new
        elif skip == "highway":  # an untrained gate: its bias, here -4
            t = 1 / (1 + math.exp(4))
            new = t * new + (1 - t) * h
        h = new
        if layer == 0:
            first = h.requires_grad_()
    last_grad = torch.randn(rows, WIDTH)
    (first_grad,) = torch.autograd.grad(h, first, last_grad)
    return (first_grad.norm() / last_grad.norm()).item()


def typical(scale, **network):
    """Return the geometric mean of the ratio over five seeds."""
    ratios = [gradient_ratio(scale, seed=s, **network) for s in range(5)]
    return statistics.geometric_mean(ratios)


def loss_after(start, max_norm=None, decay=0.0, rate=0.01):
    """Fit the product of 20 weights, one for each layer, to 1: 200 steps."""
    weights = torch.full((20,), start, requires_grad=True)
    for _ in range(200):
        loss = (weights.prod() - 1) ** 2 / 2
        (gradient,) = torch.autograd.grad(loss, weights)
        if max_norm and gradient.norm() > max_norm:
            gradient = gradient * max_norm / gradient.norm()
        with torch.no_grad():
            weights -= rate * (gradient + decay * weights)
    return loss.item()


# --8<-- [end:code]


# --8<-- [start:batches]
def squared_norms(batch):
    """Return the mean of |g|^2 over drawn batches, and the formula's."""
    torch.manual_seed(0)
    x, y = torch.randn(256, 5), torch.randn(256)
    grads = (x.sum(1) - y)[:, None] * x  # of (w.x - y)^2 / 2 at w = 1
    full = grads.mean(0)
    variance = (grads - full).square().sum(1).mean()  # tr(S)
    draws = torch.randint(256, (256_000 // batch, batch))
    drawn = grads[draws].mean(1).square().sum(1).mean()
    return drawn, full.square().sum() + variance / batch


# --8<-- [end:batches]


# --8<-- [start:clip]
def clipped(g, clip_):
    """Return the gradient ``g`` after ``clip_`` with limit 1."""
    p = nn.Parameter(torch.zeros_like(g))
    p.grad = g.clone()
    clip_(p, 1.0)
    return p.grad


# --8<-- [end:clip]


# --8<-- [start:figure]
def figure():
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 3.1), layout="constrained")
    ax.axvline(1, color="0.5", linewidth=1)
    for row, network in enumerate(REMEDIES.values()):
        for scale, style in (0.5, "oC0"), (4, "sC3"):
            setting = {"scale": scale} | network
            ratios = [gradient_ratio(seed=s, **setting) for s in range(5)]
            ratios = [float(f"{ratio:.2g}") for ratio in ratios]
            size = 4 if scale < 1 else 8
            ax.plot(
                ratios, [row] * 5, style, markersize=size, fillstyle="none"
            )
    ax.text(2e-6, -0.45, "scale 0.5", ha="center", color="C0")
    ax.text(3e3, -0.45, "scale 4", ha="center", color="C3")
    ax.set_xscale("log")
    ticks = [10.0**k for k in range(-8, 9, 4)]
    ax.set_xticks(ticks, ["1e-8", "1e-4", "1", "1e4", "1e8"])
    ax.set_yticks(range(len(REMEDIES)), REMEDIES)
    ax.set_ylim(len(REMEDIES) - 0.5, -1)
    ax.set_xlabel("gradient at the first layer / at the last")
    return fig


def figure_clipping():
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.9), layout="constrained")
    g = torch.tensor([3.0, -40.0])
    x, y = (g / g.norm() * 1.9).tolist()
    ax.plot([0, x], [0, y], "--", color="0.5")
    ax.text(x + 0.08, y, "on to g = (3, -40)", va="bottom", color="0.5")
    turn = torch.linspace(0, 2 * math.pi, 100)
    ax.plot(turn.cos(), turn.sin(), color="C0", linewidth=0.8)
    ax.plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], "C3", linewidth=0.8)
    for clip_, color in (
        (nn.utils.clip_grad_value_, "C3"),
        (nn.utils.clip_grad_norm_, "C0"),
    ):
        arrow = {"color": color, "width": 1.5, "headwidth": 7}
        arrow |= {"headlength": 8, "shrink": 0}
        ax.annotate("", clipped(g, clip_).tolist(), (0, 0), arrowprops=arrow)
    ax.text(1.08, -1, "by value: (1, -1)", va="center", color="C3")
    ax.text(0, -1.08, "by norm", ha="right", va="top", color="C0")
    ax.text(0, 0.72, "length 1", ha="center", color="C0")
    ax.text(1.08, 0.9, "each entry within 1", color="C3")
    ax.set(xlim=(-1.3, 2.6), ylim=(-1.95, 1.1), aspect="equal")
    ax.axis("off")
    return fig


# --8<-- [end:figure]
