"""Why is ReLU usually better than sigmoid and tanh?

--8<-- [start:proof]
>>> for f in torch.sigmoid, torch.tanh, torch.relu:  # what 20 layers leave
...     left, slopes = backpropagate(f)
...     print(f"{f.__name__:8}{left[0]:.1e}")
sigmoid 2.5e-13
tanh    5.3e+00
relu    1.0e+00
>>> f"{0.25**20:.1e}"  # the sigmoid's largest slope, 20 times
'9.1e-13'

--8<-- [end:proof]

--8<-- [start:training]
>>> for f in torch.sigmoid, torch.tanh, torch.relu:  # accuracy, zero outputs
...     weights = fit(f)
...     zeros = share(torch.stack(forward(weights, f)[:-1]) == 0)
...     print(f"{f.__name__:8}{accuracy(weights, f):.2f} {zeros:.1f}")
sigmoid 0.54 0.0
tanh    1.00 0.0
relu    1.00 0.5
>>> round(1 - LABELS.mean().item(), 2)  # the larger class
0.54

--8<-- [end:training]

--8<-- [start:cost]
>>> z = torch.linspace(-20, 20, 1001, dtype=torch.float64)
>>> error = (exp(z) / torch.exp(z) - 1).abs().max()  # with 7 multiply-adds
>>> f"{error:.1e}", f"{torch.finfo(torch.float32).eps:.1e}"
('7.0e-09', '1.2e-07')
>>> f"{7 / 512:.1%}"  # of the multiply-adds of a unit with 512 inputs
'1.4%'

--8<-- [end:cost]

--8<-- [start:wrong-saturation]
>>> for gain in 1, 12:
...     left, slopes = backpropagate(torch.sigmoid, gain)
...     print(f"{share(slopes < 0.05):.2f} flat, gradient {left[0]:.1e}")
0.00 flat, gradient 2.5e-13
0.72 flat, gradient 4.9e+00
>>> weights = fit(torch.sigmoid, rate=0.3, gain=12)
>>> accuracy(weights, torch.sigmoid)
1.0

--8<-- [end:wrong-saturation]

--8<-- [start:wrong-l1]
>>> for l1 in 0, 0.03:  # without an L1 penalty and with one
...     weights = fit(torch.relu, l1=l1)
...     zeros = share(torch.cat([w.flatten() for w in weights]) == 0)
...     right = accuracy(weights, torch.relu)
...     print(f"{zeros:.2f} of weights zero, accuracy {right:.2f}")
0.00 of weights zero, accuracy 1.00
0.92 of weights zero, accuracy 0.46

--8<-- [end:wrong-l1]

--8<-- [start:wrong-dead]
>>> for rate in 0, 3:  # before and after one step that is far too long
...     weights = fit(torch.relu, rate, steps=1)
...     off = forward(weights, torch.relu)[-2] == 0  # 100 inputs, 32 units
...     gradient = torch.autograd.grad(loss(weights, torch.relu), weights)[-2]
...     still = (gradient == 0).all(dim=0)  # no incoming weight will move
...     [units.sum().item() for units in (off.any(0), off.all(0), still)]
[29, 3, 3]
[16, 14, 14]

--8<-- [end:wrong-dead]
"""

# --8<-- [start:code]
import itertools
import math

import torch
from torch import nn
from torch.nn import functional as F


def share(mask):
    return mask.float().mean().item()


def random_weight(n, m, f, gain=None):
    """Return weights of variance gain**2 / n; torch knows a gain for f."""
    gain = gain or nn.init.calculate_gain(f.__name__)
    return torch.randn(n, m) * gain / math.sqrt(n)


def backpropagate(f, gain=None, depth=20, width=200):
    """Send a random gradient back through ``depth`` layers without biases.

    Return the gradient's norm at each layer's input, as a share of what was
    sent, and the slopes met on the way.
    """
    torch.manual_seed(0)
    sums, outputs = [], [torch.randn(100, width, requires_grad=True)]
    for _ in range(depth):
        sums.append(outputs[-1] @ random_weight(width, width, f, gain))
        outputs.append(f(sums[-1]))
    sent = torch.randn(100, width)
    gradients = torch.autograd.grad(outputs[-1], outputs, sent)
    left = [(gradient.norm() / sent.norm()).item() for gradient in gradients]
    sums = torch.stack(sums).detach().requires_grad_()
    (slopes,) = torch.autograd.grad(f(sums).sum(), sums)
    return left, slopes


generator = torch.Generator().manual_seed(0)
INPUTS = torch.randn(100, 20, generator=generator)
LABELS = torch.randint(2, (100, 1), generator=generator).float()  # random


def forward(weights, f):
    """Return the outputs of each hidden layer, then the logits."""
    outputs = [INPUTS]
    for weight in weights[:-1]:
        outputs.append(f(outputs[-1] @ weight))
    return [*outputs[1:], outputs[-1] @ weights[-1]]


def loss(weights, f):
    logits = forward(weights, f)[-1]
    return F.binary_cross_entropy_with_logits(logits, LABELS)


def accuracy(weights, f):
    return share((forward(weights, f)[-1] > 0) == (LABELS > 0))


def fit(f, rate=0.1, l1=0, gain=None, steps=150, depth=10, width=32):
    """Learn ``LABELS`` by gradient descent; return the weight matrices."""
    torch.manual_seed(0)
    sizes = [INPUTS.shape[1], *[width] * depth, 1]
    weights = [
        random_weight(n, m, f, gain).requires_grad_()
        for n, m in itertools.pairwise(sizes)
    ]
    for _ in range(steps):
        gradients = torch.autograd.grad(loss(weights, f), weights)
        for weight, gradient in zip(weights, gradients, strict=True):
            moved = weight.data - rate * gradient
            weight.data = F.softshrink(moved, rate * l1)  # the L1 penalty
    return weights


# --8<-- [end:code]


# --8<-- [start:exp]
def exp(z):
    """Return e**z as 2**n * e**r, with seven multiply-adds for e**r."""
    n = (z / math.log(2)).round()
    r = z - n * math.log(2)
    power = 1
    for k in range(7, 0, -1):
        power = 1 + r / k * power
    return torch.ldexp(power, n)


# --8<-- [end:exp]


# --8<-- [start:figure]
def figure():
    """Draw the share of the gradient that is left at each layer."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.8), layout="constrained")
    lines = (  # name, activation, gain, style, where to write the name
        ("tanh, gain 5/3", torch.tanh, 5 / 3, "-", (13, 30)),
        ("ReLU, gain √2", torch.relu, math.sqrt(2), "--", (13, 4e-2)),
        ("ReLU, gain 1", torch.relu, 1, "-.", (11.5, 7e-5)),
        ("sigmoid, gain 1", torch.sigmoid, 1, ":", (3, 2e-8)),
    )
    for i, (name, f, gain, style, position) in enumerate(lines):
        left, _ = backpropagate(f, gain)
        ax.semilogy(left[::-1], style, color=f"C{i}")
        ax.annotate(name, position, color=f"C{i}")
    ax.set(xlabel="layers passed on the way back", ylabel="gradient left")
    ax.set(xticks=range(0, 21, 5), ylim=(1e-13, 1e3))
    ax.set(yticks=[1, 1e-4, 1e-8, 1e-12])
    ax.set_yticklabels(["1", "1e-4", "1e-8", "1e-12"])
    ax.minorticks_off()
    return fig


# --8<-- [end:figure]
