"""How do you fix exploding and vanishing gradients in an RNN?

--8<-- [start:proof]
>>> for name, cell in variants().items():  # 100 steps back, untrained
...     print(f"{name:19}", report(cell))  # largest factor, directions kept
RNN                   1e-28   0
RNN, orthogonal       6e-09   0
RNN, 2 x orthogonal   3e+06   8
LSTM                  2e-20   0
LSTM, gate open       3e+01  30
GRU                   5e-19   0
GRU, gate open        6e-01  32

--8<-- [end:proof]

--8<-- [start:clipping]
>>> rnn = variants()["RNN, 2 x orthogonal"]
>>> raw, clipped = gradient(rnn), gradient(rnn, max_norm=1.0)
>>> print(f"{raw.norm():.0e} {clipped.norm():.3f}")  # length before, after
2e+06 1.000
>>> cosine = nn.CosineSimilarity(dim=0)  # 1 means: the same direction
>>> print(f"{cosine(raw, clipped):.3f}")
1.000
>>> print(f"{cosine(raw, raw.clamp(-1, 1)):.2f}")  # clipped value by value
0.67

--8<-- [end:clipping]

--8<-- [start:by-hand]
>>> rnn, product = make(nn.RNNCell), torch.eye(UNITS, dtype=torch.float64)
>>> for h in run(rnn)[1:]:
...     product = (1 - h[0] ** 2)[:, None] * rnn.weight_hh @ product
>>> by_torch = jacobians(rnn)[STEPS]
>>> print(f"{(product - by_torch).norm() / by_torch.norm():.6f}")
0.000000
>>> lstm = make(nn.LSTMCell, nn.init.zeros_)  # no gate reads h any more
>>> gates = inputs() @ lstm.weight_ih.T + lstm.bias_ih + lstm.bias_hh
>>> forget = gates[1:, UNITS : 2 * UNITS].sigmoid()  # step, unit
>>> by_torch = jacobians(lstm)[STEPS]
>>> difference = forget.prod(dim=0).diag() - by_torch
>>> print(f"{difference.norm() / by_torch.norm():.6f}")
0.000000

--8<-- [end:by-hand]

--8<-- [start:wrong-lstm]
>>> for bias in 0.0, 1.0, 3.0, 5.0:
...     path = torch.tensor(bias).double().sigmoid() ** 100  # additive alone
...     lstm = open_gate(make(nn.LSTMCell), bias)
...     print(f"{bias} {path:.0e}", report(lstm))
0.0 8e-31   1e-22   0
1.0 2e-14   8e-09   0
3.0 8e-03   8e+00  13
5.0 5e-01   3e+01  30
>>> print(report(open_gate(make(nn.GRUCell), -5.0)))  # the wrong sign
  4e-57   0

--8<-- [end:wrong-lstm]

--8<-- [start:wrong-relu]
>>> relu = {"nonlinearity": "relu"}
>>> for seed in range(4):
...     cell = make(nn.RNNCell, nn.init.xavier_normal_, seed, **relu)
...     blocked = (torch.stack(run(cell)) == 0).double().mean()
...     print(f"{blocked:.2f}", report(cell))  # share of slopes that are 0
0.49   2e-09   0
0.41   2e-13   0
0.50   2e-17   0
0.46   1e-13   0
>>> identity = make(nn.RNNCell, nn.init.eye_, **relu)
>>> for back in 1, 10, 100:
...     print(f"{back:3}", report(identity, back))  # of 32 directions
  1   1e+00  22
 10   1e+00  17
100   1e+00   8

--8<-- [end:wrong-relu]

--8<-- [start:wrong-clipping]
>>> for name in "RNN", "GRU, gate open":
...     cell = variants()[name]
...     full, recent = gradient(cell), gradient(cell, since=81)
...     old = (full - recent).norm()  # what all but the last 20 steps add
...     factor = gradient(cell, max_norm=1.0).norm() / full.norm()
...     print(f"{name:15}{full.norm():5.1f} {old:.0e} {old * factor:.0e}")
RNN             18.8 2e-05 1e-06
GRU, gate open   3.4 3e+00 8e-01

--8<-- [end:wrong-clipping]

--8<-- [start:wrong-safe]
>>> for scale in 1, 4, 8:
...     lstm = make(nn.LSTMCell, lambda weight, by=scale: weight.mul_(by))
...     print(scale, report(open_gate(lstm)))
1   3e+01  30
4   3e+03  23
8   4e+04  20

--8<-- [end:wrong-safe]
"""

# --8<-- [start:code]
import torch
from torch import nn

UNITS, STEPS = 32, 100


def make(kind, weight_hh_=None, seed=0, **options):
    """Return a torch cell; ``weight_hh_`` resets its recurrent weights."""
    torch.manual_seed(seed)
    cell = kind(8, UNITS, dtype=torch.float64, **options)
    if weight_hh_:
        with torch.no_grad():
            weight_hh_(cell.weight_hh)
    return cell


def open_gate(cell, bias=5.0):
    """Set the bias of an LSTM's forget gate or a GRU's update gate."""
    second = slice(UNITS, 2 * UNITS)  # torch stacks i, f, g, o and r, z, n
    with torch.no_grad():
        cell.bias_ih[second] = 0  # torch adds two biases: one must be 0
        cell.bias_hh[second] = bias
    return cell


def double_orthogonal_(weight):
    return nn.init.orthogonal_(weight, gain=2)


def variants():
    return {
        "RNN": make(nn.RNNCell),
        "RNN, orthogonal": make(nn.RNNCell, nn.init.orthogonal_),
        "RNN, 2 x orthogonal": make(nn.RNNCell, double_orthogonal_),
        "LSTM": make(nn.LSTMCell),
        "LSTM, gate open": open_gate(make(nn.LSTMCell)),
        "GRU": make(nn.GRUCell),
        "GRU, gate open": open_gate(make(nn.GRUCell)),
    }


def inputs():
    generator = torch.Generator().manual_seed(1)
    shape = STEPS + 1, 8
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def run(cell, copies=1, since=0):
    """Return the states, each (copies, UNITS): h, or an LSTM's c.

    No gradient passes to the steps before ``since``.
    """
    state, states = None, []
    for step, x in enumerate(inputs()):
        with torch.set_grad_enabled(step >= since):
            state = cell(x.expand(copies, -1), state)
        states.append(state[1] if isinstance(state, tuple) else state)
    return states


def jacobians(cell):
    """Return d last state / d state k steps back, (STEPS + 1, UNITS, UNITS).

    Row i is copy i's gradient of unit i of the last state.
    """
    states = run(cell, copies=UNITS)
    rows = torch.eye(UNITS, dtype=torch.float64)
    return torch.stack(torch.autograd.grad(states[-1], states, rows)[::-1])


def report(cell, back=STEPS):
    """Return the largest factor, and how many of UNITS are above 0.01."""
    factors = torch.linalg.svdvals(jacobians(cell)[back])
    return f"{factors[0]:7.0e} {(factors > 0.01).sum():3}"


def gradient(cell, max_norm=float("inf"), since=0):
    """Return the gradient of the last state's sum, clipped, as a vector."""
    cell.zero_grad()
    run(cell, since=since)[-1].sum().backward()
    nn.utils.clip_grad_norm_(cell.parameters(), max_norm)
    return torch.cat([weight.grad.flatten() for weight in cell.parameters()])


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    import matplotlib.pyplot as plt

    relu = {"nonlinearity": "relu"}
    cells = variants() | {
        "ReLU RNN, Xavier": make(nn.RNNCell, nn.init.xavier_normal_, **relu),
        "ReLU RNN, identity": make(nn.RNNCell, nn.init.eye_, **relu),
    }
    colors = {"RNN": "C0", "LSTM": "C2", "GRU": "C3", "ReLU RNN": "C1"}
    lift = {  # powers of ten by which a label leaves its line's end
        "RNN, orthogonal": 0.7,
        "ReLU RNN, Xavier": -0.7,
        "LSTM": -0.5,
        "LSTM, gate open": 1.1,
        "ReLU RNN, identity": 0.4,
        "GRU, gate open": -1.4,
    }
    fig, ax = plt.subplots(figsize=(4.8, 3.8), layout="constrained")
    for name, cell in cells.items():
        norms = torch.linalg.matrix_norm(jacobians(cell), 2).detach()
        style = "--" if name.endswith(("open", "identity")) else "-"
        color = colors[name.partition(",")[0]]
        ax.semilogy(norms, style, color=color)
        height = norms[-1] * 10 ** lift.get(name, 0.0)
        ax.text(102, height, name, color=color, va="center")
    exponents = range(-30, 11, 10)
    ax.set_yticks([10.0**e for e in exponents], [f"1e{e}" for e in exponents])
    ax.set(xlim=(0, 100), xlabel="steps back", ylabel="largest factor")
    return fig


# --8<-- [end:figure]
