"""What is an activation function, and why must it be non-linear?

--8<-- [start:proof]
>>> net = linear_network(3, 64, 64, 64, 2)  # no activation in between
>>> weight, bias = collapse(net)
>>> sum(p.numel() for p in net.parameters()), weight.numel() + bias.numel()
(8706, 8)
>>> x = torch.randn(1000, 3, dtype=torch.float64)
>>> gap = net(x) - (x @ weight.T + bias)  # the network minus one matrix
>>> round(gap.abs().max().item(), 12)
0.0

--8<-- [end:proof]

--8<-- [start:xor]
>>> for g in identity, torch.relu, torch.tanh:  # rms error of 200 units on XOR
...     print(f"{g.__name__:8} {error(best_fit(g, *XOR), *XOR):.3f}")
identity 0.500
relu     0.000
tanh     0.000
>>> hidden = torch.relu(XOR[0].sum(1, keepdim=True) - torch.tensor([0, 1]))
>>> hidden.int().tolist()  # two units: (0, 1) and (1, 0) now coincide
[[0, 0], [1, 0], [1, 0], [2, 1]]
>>> (hidden[:, 0] - 2 * hidden[:, 1]).int().tolist()
[0, 1, 1, 0]

--8<-- [end:xor]

--8<-- [start:wrong-logistic]
>>> hours = torch.tensor([[1.0, 2, 3, 4, 5, 6, 30]]).double().T / 10
>>> passed = torch.tensor([[0.0, 0, 0, 1, 1, 1, 1]]).double().T
>>> score = train(linear_network(1, 4, 4, 1), hours, passed, squared_error)
>>> [round(s, 2) for s in score.flatten().tolist()]  # the last exceeds 1
[0.41, 0.44, 0.46, 0.49, 0.51, 0.54, 1.15]
>>> ((score > 0.5) != passed).sum().item()  # mistakes: the fourth
1
>>> logit = train(linear_network(1, 4, 4, 1), hours, passed, cross_entropy)
>>> ((torch.sigmoid(logit) > 0.5) != passed).sum().item()
0

--8<-- [end:wrong-logistic]

--8<-- [start:wrong-output]
>>> logit = train(linear_network(2, 4, 4, 1), *XOR, cross_entropy)
>>> [round(p, 1) for p in torch.sigmoid(logit).flatten().tolist()]
[0.5, 0.5, 0.5, 0.5]

--8<-- [end:wrong-output]

--8<-- [start:wrong-any]
>>> print(f"{error(best_fit(torch.square, *XOR), *XOR):.3f}")  # XOR is easy
0.000
>>> for g in identity, torch.square, cube, torch.relu, torch.tanh:
...     fits = [best_fit(g, *WAVE, units=n) for n in (10, 50, 200)]
...     print(f"{g.__name__:8}", *(f"{error(f, *WAVE):.3f}" for f in fits))
identity 0.661 0.661 0.661
square   0.661 0.661 0.661
cube     0.556 0.556 0.556
relu     0.243 0.028 0.004
tanh     0.020 0.000 0.000
>>> for g in identity, torch.square, cube:  # functions that 200 units span
...     torch.linalg.matrix_rank(hidden_units(g, TIME, 200, depth=1)).item()
2
3
4

--8<-- [end:wrong-any]

--8<-- [start:wrong-any-depth]
>>> for depth in 1, 2, 3, 4:  # layers of squares: degree 2, 4, 8, 16
...     fit = best_fit(torch.square, *WAVE, depth=depth)
...     print(depth, f"{error(fit, *WAVE):.3f}")
1 0.661
2 0.556
3 0.028
4 0.000

--8<-- [end:wrong-any-depth]

--8<-- [start:wrong-same]
>>> for width in 1, 3, 8:
...     weight, _ = collapse(linear_network(8, width, 8))
...     print(width, torch.linalg.matrix_rank(weight).item())
1 1
3 3
8 8

--8<-- [end:wrong-same]
"""

# --8<-- [start:code]
import itertools

import torch
from torch import nn

XOR = (
    torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float64),
    torch.tensor([[0], [1], [1], [0]], dtype=torch.float64),
)
TIME = torch.linspace(-1, 1, 500, dtype=torch.float64)[:, None]
WAVE = TIME, torch.sin(6 * TIME)
squared_error = nn.functional.mse_loss
cross_entropy = nn.functional.binary_cross_entropy_with_logits


def identity(z):
    return z


def cube(z):
    return z**3


def linear_network(*sizes):
    """Linear layers from each size to the next, nothing in between."""
    torch.manual_seed(0)
    layers = [nn.Linear(n, m) for n, m in itertools.pairwise(sizes)]
    return nn.Sequential(*layers).double()


def collapse(net):
    """Multiply linear layers out: the one weight (out, in) and bias (out,)."""
    weight, bias = net[0].weight, net[0].bias
    for layer in net[1:]:
        weight = layer.weight @ weight
        bias = layer.weight @ bias + layer.bias
    return weight, bias


def hidden_units(g, x, units, depth):
    """Outputs of random hidden layers with activation g, and a one."""
    torch.manual_seed(0)  # the same units at every call
    for _ in range(depth):
        weight = torch.randn(x.shape[1], units, dtype=torch.float64)
        bias = torch.randn(units, dtype=torch.float64)
        x = g(3 * (x @ weight / x.shape[1] ** 0.5 + bias))
    return torch.cat([x, torch.ones_like(x[:, :1])], dim=1)


def best_fit(g, x, y, units=200, depth=1):
    """Function of x with random hidden layers, output by least squares."""
    hidden = hidden_units(g, x, units, depth)
    output = torch.linalg.lstsq(hidden, y, driver="gelsd").solution
    return lambda x: hidden_units(g, x, units, depth) @ output


def error(f, x, y):
    """Root-mean-square error of f on the inputs x."""
    return (f(x) - y).square().mean().sqrt().item()


def train(net, x, y, loss, steps=400, rate=0.1):
    """Outputs on x after gradient descent on the loss over all of (x, y)."""
    weights = tuple(net.parameters())
    for _ in range(steps):
        gradients = torch.autograd.grad(loss(net(x), y), weights)
        with torch.no_grad():
            for weight, gradient in zip(weights, gradients, strict=True):
                weight -= rate * gradient
    return net(x).detach()


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.6), layout="constrained")
    t = torch.linspace(-1, 1, 161, dtype=torch.float64)[:, None]
    ax.plot(t, torch.sin(6 * t), color="0.5", lw=5, alpha=0.5)
    for g, style in (torch.square, "C1--"), (cube, "C2-."), (torch.relu, "C0"):
        ax.plot(t, best_fit(g, *WAVE)(t), style)
    ax.annotate("relu on sin 6t", (0.42, 0.75), color="C0")
    ax.annotate("square", (-0.4, 0.3), color="C1")
    ax.annotate("cube", (-0.88, 1.15), color="C2")
    ax.set(xlabel="t", ylabel="sin 6t and its best fits", ylim=(-1.4, 1.4))
    ax.set(xticks=[-1, -0.5, 0, 0.5, 1], yticks=[-1, 0, 1])
    return fig


# --8<-- [end:figure]


# --8<-- [start:figure-xor]
def figure_xor():
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(4.8, 2.4), layout="constrained")
    x, y = XOR
    hidden = torch.relu(x.sum(1, keepdim=True) - torch.tensor([0, 1]))
    for ax, points in zip(axes, (x, hidden), strict=True):
        for label, marker in (0, "C0o"), (1, "C1s"):
            chosen = points[y[:, 0] == label]
            ax.plot(*chosen.T, marker, ms=8)
    axes[0].set(xlabel="x1", ylabel="x2", xlim=(-0.4, 1.4), ylim=(-0.4, 1.4))
    axes[0].set(xticks=[0, 1], yticks=[0, 1])
    axes[1].set(xlabel="relu(x1 + x2)", ylabel="relu(x1 + x2 - 1)")
    axes[1].set(xlim=(-0.4, 2.4), ylim=(-0.4, 1.4), xticks=[0, 1, 2])
    axes[1].set(yticks=[0, 1])
    axes[1].plot([-0.1, 2.4], [-0.3, 0.95], "black", lw=1)
    axes[1].annotate("(0, 1) and (1, 0)", (0.95, -0.27))
    return fig


# --8<-- [end:figure-xor]
