"""Derive the LSTM. Why is it better than a plain RNN?

--8<-- [start:proof]
>>> _ = torch.manual_seed(0)
>>> lstm = nn.LSTM(3, 5, dtype=torch.float64)
>>> x = torch.randn(20, 2, 3, dtype=torch.float64)  # steps, sequences, inputs
>>> h = c = torch.zeros(2, 5, dtype=torch.float64)
>>> for step in x:
...     h, c = lstm_cell(step, h, c, *lstm.parameters())
>>> _, (last_h, last_c) = lstm(x)
>>> for by_hand, by_torch in (h, last_h[0]), (c, last_c[0]):
...     difference = (by_hand - by_torch).abs().max()
...     print(f"{by_torch.abs().max():.2f} {difference:.6f}")
0.25 0.000000
0.51 0.000000

--8<-- [end:proof]

--8<-- [start:unit]
>>> for w in 0.9, 1.0, 1.2, 2.0:  # one unit: h becomes tanh(w h)
...     print(w, "tanh  ", keep(lambda h, by=w: torch.tanh(by * h)))
0.9 tanh   0.00 1e-05
1.0 tanh   0.24 1e-02
1.2 tanh   1.32 4e-17
2.0 tanh   1.92 2e-77
>>> for f in 0.9, 1.0:  # one unit: c becomes f c
...     print(f, "linear", keep(lambda c, by=f: by * c))
0.9 linear 0.00 3e-05
1.0 linear 1.00 1e+00

--8<-- [end:unit]

--8<-- [start:path]
>>> for name, cell in cells().items():  # length of a gradient 100 steps back
...     print(f"{name:15} {signal(cell)[100]:.0e}")
RNN             5e-24
RNN, orthogonal 3e-09
LSTM            3e-21
LSTM, gate open 1e+01
GRU, gate open  5e-01
>>> additive = signal(cells()["LSTM, gate open"], cut=True)[100]
>>> print(f"{additive:.2f} {torch.tensor(5.0).sigmoid() ** 100:.2f}")
0.50 0.51

--8<-- [end:path]

--8<-- [start:learn]
>>> for name in "RNN, orthogonal", "LSTM", "LSTM, gates set":
...     solved = [sum(learns(name, n, s) for s in (0, 1)) for n in (10, 50)]
...     print(f"{name:15}", *solved)
RNN, orthogonal 2 0
LSTM            0 0
LSTM, gates set 2 2

--8<-- [end:learn]

--8<-- [start:wrong-adds]
>>> rnn = cells()["RNN"]
>>> def adds(x, h=None):  # a plain RNN, made additive
...     return rnn(x, h) + (0 if h is None else h)
>>> print(f"{signal(adds)[100]:.0f}")
252

--8<-- [end:wrong-adds]

--8<-- [start:wrong-forget]
>>> for bias in 50.0, 2.2:  # of the forget gate, which is then 1.0 or 0.9
...     gates, states = torch.tensor([50.0, bias, 0.5493, 50.0]), []
...     h = c = torch.zeros(1, 1)
...     for _ in range(100):  # every step adds 0.5
...         h, c = lstm_cell(h, h, c, 0 * h, 0 * h, gates, 0 * gates)
...         states.append(round(c.item(), 1))
...     path = gates[1].sigmoid() ** 100  # the gradient, 100 steps back
...     print(f"{path:.0e}", states[9], states[49], states[99])
1e+00 5.0 25.0 50.0
3e-05 3.3 5.0 5.0

--8<-- [end:wrong-forget]

--8<-- [start:wrong-cannot]
>>> net = nn.RNN(2, 2, nonlinearity="relu", dtype=torch.float64)
>>> rows = [[1, 1], [0, 0]], [[0, 0], [1, 1]], [-1, 0], [0, 0]
>>> for weight, row in zip(net.parameters(), rows):
...     weight.data = torch.tensor(row, dtype=torch.float64)
>>> _ = torch.manual_seed(0)
>>> values = torch.rand(1000, 100, dtype=torch.float64)
>>> marks = torch.zeros_like(values)
>>> for start in 0, 500:  # a mark in each half of the 1000 steps
...     marks[start + torch.randint(500, (100,)), torch.arange(100)] = 1
>>> sums = (values * marks).sum(dim=0)
>>> states, _ = net(torch.stack([values, marks], dim=-1))
>>> error = (states[-1].sum(dim=1) - sums).abs().max()
>>> print(f"{sums.max():.1f} {error:.6f}")
1.9 0.000000

--8<-- [end:wrong-cannot]

--8<-- [start:peepholes]
>>> zero = torch.zeros(1, 1)  # x, h and the weights
>>> gates = torch.tensor([0.0, 0.0, 50.0, 0.0])  # i, f and o half open, g = 1
>>> for peep in (0, 0, 0), (1, 2, 3):
...     for old in 2.0, -2.0:
...         state = zero, torch.tensor([[old]]), zero, zero, gates, 0 * gates
...         h, c = lstm_cell(zero, *state, peep)
...         print(peep, f"{old:4} {c.item():5.2f} {h.item():5.2f}")
(0, 0, 0)  2.0  1.50  0.45
(0, 0, 0) -2.0 -0.50 -0.23
(1, 2, 3)  2.0  2.84  0.99
(1, 2, 3) -2.0  0.08  0.05

--8<-- [end:peepholes]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F


def lstm_cell(x, h, c, w_ih, w_hh, b_ih, b_hh, peep=(0, 0, 0)):
    """Take one step; return h and c, each (batch, units).

    Weights as torch stores them: rows for i, f, g, o, and two biases.
    ``peep``: the peepholes of i, f and o, which torch does not have.
    """
    i, f, g, o = (x @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
    i, f = (i + peep[0] * c).sigmoid(), (f + peep[1] * c).sigmoid()
    c = f * c + i * g.tanh()
    return (o + peep[2] * c).sigmoid() * c.tanh(), c


# --8<-- [end:code]


# --8<-- [start:measure]
def keep(update, steps=100):
    """Return the gap between starts 0.5 and -0.5, and d last / d first."""
    first = torch.tensor([0.5, -0.5], dtype=torch.float64, requires_grad=True)
    last = first
    for _ in range(steps):
        last = update(last)
    (slope,) = torch.autograd.grad(last.sum(), first)
    return f"{last[0] - last[1]:.2f} {slope[0]:.0e}"


def gates_(net, forget, write=0):
    """Set the biases of an LSTM's forget and input gate, a GRU's update."""
    units = net.hidden_size
    _, _, bias_ih, bias_hh = net.parameters()
    with torch.no_grad():
        bias_ih[: 2 * units] = 0  # torch adds two biases: one must be 0
        bias_hh[:units] = write
        bias_hh[units : 2 * units] = forget
    return net


def cells():
    """Return cells for 8 inputs, of 32 units, by name."""
    torch.manual_seed(0)
    sizes = {"input_size": 8, "hidden_size": 32, "dtype": torch.float64}
    orthogonal = nn.RNNCell(**sizes)
    nn.init.orthogonal_(orthogonal.weight_hh)
    return {
        "RNN": nn.RNNCell(**sizes),
        "RNN, orthogonal": orthogonal,
        "LSTM": nn.LSTMCell(**sizes),
        "LSTM, gate open": gates_(nn.LSTMCell(**sizes), forget=5),
        # torch's update gate: 1 means keep
        "GRU, gate open": gates_(nn.GRUCell(**sizes), forget=5),
    }


def signal(cell, cut=False, steps=100):
    """Send unit gradients back from the last state; return their lengths.

    The state is h, in an LSTM c; the mean over 16 sequences is geometric.
    ``cut``: in an LSTM, let nothing pass through h. Shape (steps + 1,).
    """
    torch.manual_seed(1)
    state, states = None, []
    for x in torch.randn(steps + 1, 16, 8, dtype=torch.float64):
        if cut and state:
            state = state[0].detach(), state[1]
        state = cell(x, state)
        states.append(state[1] if isinstance(state, tuple) else state)
    unit = F.normalize(torch.randn_like(states[-1]))
    back = torch.autograd.grad((states[-1] * unit).sum(), states)[::-1]
    return torch.stack(back).norm(dim=2).log().mean(dim=1).exp()


# --8<-- [end:measure]


# --8<-- [start:tasks]
def first_of(symbols, count):
    """Return symbols of 1 or -1 beside a mark on the first, and the first."""
    x = torch.randint(2, (symbols, count, 2)) * 2.0 - 1
    x[..., 1] = 0
    x[0, :, 1] = 1
    return x, x[0, :, 0]


def learns(name, symbols, seed):
    """Take 40 steps with Adam; are over 90% of 200 new sequences right?"""
    torch.manual_seed(seed)
    if name == "RNN, orthogonal":
        net, rate = nn.RNN(2, 16), 0.01
        nn.init.orthogonal_(net.weight_hh_l0)
    else:
        net, rate = nn.LSTM(2, 16), 0.1
    if name == "LSTM, gates set":
        gates_(net, forget=7, write=-5)
    readout = nn.Linear(16, 1)
    weights = [*net.parameters(), *readout.parameters()]
    means, squares = ([torch.zeros_like(w) for w in weights] for _ in "ab")
    for step in range(1, 41):
        x, first = first_of(symbols, 32)
        loss = F.mse_loss(readout(net(x)[0][-1])[:, 0], first)
        gradients = torch.autograd.grad(loss, weights)
        with torch.no_grad():  # Adam
            for w, g, mean, square in zip(
                weights, gradients, means, squares, strict=True
            ):
                mean.lerp_(g, 0.1)
                square.lerp_(g**2, 0.01)
                size = (square / (1 - 0.99**step)).sqrt() + 1e-8
                w -= rate * mean / (1 - 0.9**step) / size
    x, first = first_of(symbols, 200)
    right = readout(net(x)[0][-1])[:, 0] * first > 0
    return int(right.float().mean() > 0.9)


# --8<-- [end:tasks]


# --8<-- [start:figure]
def figure():
    import matplotlib.pyplot as plt

    colors = dict(zip(cells(), ("C0", "C1", "C2", "C2", "C3"), strict=True))
    lift = {"LSTM, gate open": 0.8, "GRU, gate open": -1.7}  # powers of ten
    fig, ax = plt.subplots(figsize=(4.8, 3.2), layout="constrained")
    for name, cell in cells().items():
        lengths, color = signal(cell), colors[name]
        style = "--" if name.endswith("open") else "-"
        ax.semilogy(lengths, style, color=color)
        height = lengths[-1] * 10 ** lift.get(name, 0.0)
        ax.text(102, height, name, color=color, va="center")
    additive = signal(cells()["LSTM, gate open"], cut=True)
    ax.semilogy(additive, ":", color="black")
    exponents = range(-30, 1, 10)
    ax.set_yticks([10.0**e for e in exponents], [f"1e{e}" for e in exponents])
    ax.set(xlim=(0, 100), xlabel="steps back", ylabel="length of the gradient")
    return fig


# --8<-- [end:figure]
