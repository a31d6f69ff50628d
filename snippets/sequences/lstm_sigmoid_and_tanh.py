"""Why does an LSTM use both sigmoid and tanh?

--8<-- [start:proof]
>>> _ = torch.manual_seed(0)
>>> net = torch.nn.LSTM(8, 16).double()
>>> x = torch.randn(30, 64, 8).double()
>>> def tanh_made_of_sigmoid(z):
...     return 2 * torch.sigmoid(2 * z) - 1
>>> def sigmoid_made_of_tanh(z):
...     return (1 + torch.tanh(z / 2)) / 2
>>> only_sigmoid = {"value": tanh_made_of_sigmoid, "out": tanh_made_of_sigmoid}
>>> only_tanh = {"gate": sigmoid_made_of_tanh}
>>> for functions in {}, only_sigmoid, only_tanh:
...     h, _ = lstm(x, net.parameters(), **functions)
...     print(f"{(h - net(x)[0][-1]).abs().max():.6f}")
0.000000
0.000000
0.000000
>>> h, _ = lstm(x, net.parameters(), gate=torch.tanh)  # as it is
>>> print(f"{(h - net(x)[0][-1]).abs().max():.2f}")
0.65

--8<-- [end:proof]

--8<-- [start:range]
>>> for name, functions in VARIANTS.items():  # of 3 networks, 100 steps
...     c = cells(**functions)
...     falls = (c.diff(dim=0) < 0).double().mean()
...     print(f"{name:15} {c.min():4.0f} {c.max():4.0f} {falls:.2f}")
torch            -67   62 0.47
clipped lines    -67   66 0.43
tanh gates       -47   46 0.50
sigmoid values     0   68 0.00
ReLU values        0  231 0.00

--8<-- [end:range]

--8<-- [start:gate]
>>> bias = torch.linspace(-10, 10, 201).double()  # 0.1 apart
>>> ranks = torch.linspace(0.0005, 0.9995, 1000).double()
>>> noise = torch.special.ndtri(ranks)  # a normal distribution's
>>> for gate in torch.sigmoid, F.hardsigmoid, torch.tanh, torch.relu:
...     outputs = gate(bias)
...     leak = gate(bias[:, None] + noise).abs().mean(dim=1).min()
...     name = f"{gate.__name__:11} {outputs.min():5.2f} {outputs.max():5.2f}"
...     print(name, f"{leak:.2f}")
sigmoid      0.00  1.00 0.00
hardsigmoid  0.00  1.00 0.00
tanh        -1.00  1.00 0.56
relu         0.00 10.00 0.00

--8<-- [end:gate]

--8<-- [start:wrong-relu]
>>> for value in torch.tanh, torch.relu:
...     for out in torch.tanh, torch.relu:
...         c = largest(cells(value=value, out=out))[[24, 49, 99]]
...         print(value.__name__, out.__name__, *(f"{top:.0e}" for top in c))
tanh tanh 2e+01 3e+01 7e+01
tanh relu 2e+01 4e+01 9e+01
relu tanh 5e+01 1e+02 2e+02
relu relu 2e+04 4e+06 1e+11

--8<-- [end:wrong-relu]

--8<-- [start:wrong-binary]
>>> seen = []
>>> def gate(z):  # torch's, but noted down
...     seen.append(z.sigmoid())
...     return seen[-1]
>>> for rate in 0.05, 0.1:
...     weights = train(rate)
...     seen.clear()
...     guess, last = guesses(weights, 200, gate=gate)
...     gates = torch.stack(seen)
...     near = ((gates < 0.1) | (gates > 0.9)).double().mean()
...     print(f"{(guess * last > 0).double().mean():.2f} {near:.1f}")
1.00 0.1
1.00 0.4

--8<-- [end:wrong-binary]

--8<-- [start:wrong-slope]
>>> with torch.no_grad():
...     _ = net.weight_hh_l0.zero_()  # the gates do not read h
...     net.bias_ih_l0[16:32], net.bias_hh_l0[16:32] = 5, 0  # f is near 1
>>> for value in torch.tanh, torch.sigmoid, torch.relu:
...     _, c = lstm(x, net.parameters(), value=value)
...     (slope,) = torch.autograd.grad(c[-1].sum(), c[0])
...     print(f"{value.__name__:7} {slope.min():.3f} {slope.max():.3f}")
tanh    0.750 0.847
sigmoid 0.750 0.847
relu    0.750 0.847

--8<-- [end:wrong-slope]

--8<-- [start:learn]
>>> for name in "tanh gates", "sigmoid values":
...     functions = VARIANTS[name]
...     guess, last = guesses(train(0.05, **functions), 200, **functions)
...     print(f"{name:15} {(guess * last > 0).double().mean():.2f}")
tanh gates      1.00
sigmoid values  0.81

--8<-- [end:learn]
"""

# --8<-- [start:code]
import torch
from torch.nn import functional as F

VARIANTS = {
    "torch": {},
    "clipped lines": {
        "gate": F.hardsigmoid,
        "value": F.hardtanh,
        "out": F.hardtanh,
    },
    "tanh gates": {"gate": torch.tanh},
    "sigmoid values": {"value": torch.sigmoid},
    "ReLU values": {"value": torch.relu},
}


def lstm(x, weights, gate=torch.sigmoid, value=torch.tanh, out=torch.tanh):
    """Return the last h (batch, units) and the list of every c, as large.

    x: (steps, batch, inputs); weights as torch stores them. Both may have
    several networks in front of their last two dimensions.
    """
    w_ih, w_hh, b_ih, b_hh = weights
    h = c = x.new_zeros(*x.shape[1:-1], w_hh.shape[-1])
    cells = []
    for from_x in x @ w_ih.mT + b_ih + b_hh:
        i, f, g, o = (from_x + h @ w_hh.mT).chunk(4, dim=-1)
        c = gate(f) * c + gate(i) * value(g)
        h = gate(o) * out(c)
        cells.append(c)
    return h, cells


# --8<-- [end:code]


# --8<-- [start:measure]
def networks(inputs, size):
    """Return the weights of 3 LSTMs of 16 units, none above ``size``."""
    torch.manual_seed(0)
    shapes = (64, inputs), (64, 16), (1, 64), (1, 64)
    empty = (torch.empty(3, *s, dtype=torch.float64) for s in shapes)
    return [weight.uniform_(-size, size) for weight in empty]


def cells(**functions):
    """Return every c (100 steps, 3 networks, 16 sequences, 16 units).

    The inputs are random, the forget gates 1.
    """
    weights = networks(8, size=1)
    weights[2][..., 16:32] = 50
    x = torch.randn(100, 3, 16, 8, dtype=torch.float64)
    return torch.stack(lstm(x, weights, **functions)[1])


def largest(c):
    """Return the largest abs(c) at each step, networks' geometric mean."""
    return c.abs().amax(dim=(2, 3)).log().mean(dim=1).exp()


def last_marked(count):
    """Return 8 symbols of 1 or -1 beside marks, and the last one marked."""
    symbols = torch.randint(2, (8, 3, count)) * 2.0 - 1
    marks = torch.rand(8, 3, count) < 0.3
    marks[0] = True
    last = symbols[0]
    for symbol, mark in zip(symbols, marks, strict=True):
        last = torch.where(mark, symbol, last)
    return torch.stack([symbols, marks], dim=-1).double(), last


def guesses(weights, count, **functions):
    """Return guesses (3, count) on new sequences, and what is right."""
    x, last = last_marked(count)
    *weights, readout = weights
    h, _ = lstm(x, weights, **functions)
    return (h @ readout)[..., 0], last


def train(rate, **functions):
    """Take 60 steps with Adam; return the weights of 3 networks."""
    weights = [*networks(2, size=0.25), torch.zeros(3, 16, 1).double()]
    means, squares = ([torch.zeros_like(w) for w in weights] for _ in "ab")
    for step in range(1, 61):
        leaves = [w.detach().requires_grad_() for w in weights]
        guess, last = guesses(leaves, 32, **functions)
        loss = (guess - last).square().mean()
        gradients = torch.autograd.grad(loss, leaves)
        for w, g, mean, square in zip(
            weights, gradients, means, squares, strict=True
        ):
            mean.lerp_(g, 0.1)
            square.lerp_(g**2, 0.01)
            size = (square / (1 - 0.99**step)).sqrt() + 1e-8
            w -= rate * mean / (1 - 0.9**step) / size
    return weights


# --8<-- [end:measure]


# --8<-- [start:figure]
def figure():
    import matplotlib.pyplot as plt

    lines = {
        "ReLU, ReLU": ("C3", torch.relu, torch.relu, 0),
        "ReLU, tanh": ("C2", torch.relu, torch.tanh, 0.9),
        "tanh, ReLU": ("C1", torch.tanh, torch.relu, 0.0),
        "tanh, tanh": ("C0", torch.tanh, torch.tanh, -1),
    }
    fig, ax = plt.subplots(figsize=(4.8, 2.9), layout="constrained")
    for name, (color, value, out, lift) in lines.items():
        tops = largest(cells(value=value, out=out))
        ax.semilogy(range(1, 101), tops, color=color)
        height = tops[-1] * 10**lift
        ax.text(102, height, name, color=color, va="center")
    ax.semilogy(range(1, 101), range(1, 101), ":", color="black")
    exponents = range(0, 13, 4)
    ax.set_yticks([10.0**e for e in exponents], [f"1e{e}" for e in exponents])
    ax.set(xlim=(0, 100), xlabel="step", ylabel="largest |c|")
    return fig


# --8<-- [end:figure]
