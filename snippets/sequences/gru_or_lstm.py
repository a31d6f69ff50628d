"""How do GRU and LSTM differ?

--8<-- [start:proof]
>>> gru, x = random_gru(), torch.randn(50, 4)  # 50 steps
>>> expected, _ = gru(x)
>>> for form in {}, {"reset": "before"}, {"keep": False}:
...     print(f"{(run(gru, x, **form) - expected).abs().max():.3f}", form)
0.000 {}
0.836 {'reset': 'before'}
1.823 {'keep': False}

--8<-- [end:proof]

--8<-- [start:parameters]
>>> for size in (1, 1), (100, 100), (300, 1024):  # input, hidden
...     counts = [count(nn.GRU(*size)), count(nn.LSTM(*size))]
...     print(*counts, counts[0] / counts[1])
12 16 0.75
60600 80800 0.75
4073472 5431296 0.75

--8<-- [end:parameters]

--8<-- [start:counting]
>>> for n in 5, 50, 500:  # n times a, n times b: the last two outputs
...     lstm, gru = counter()(word(n, n))[0], leaky()(word(n, n))[0]
...     lstm = [f"{h:.3f}" for h in lstm[-2:, 0]]
...     print("LSTM", *lstm, " GRU", *[f"{h:.3f}" for h in gru[-2:, 0]])
LSTM 0.762 0.000  GRU -0.001 -0.051
LSTM 0.762 0.000  GRU -0.844 -0.852
LSTM 0.762 0.000  GRU -1.000 -1.000

--8<-- [end:counting]

--8<-- [start:wrong-merged]
>>> gru, x = random_gru(), torch.randn(50, 4)
>>> output, _ = merged(gru)(x)  # an LSTM with i = 1 - f and o = 1
>>> print(f"{(output - gru(x)[0]).abs().max():.3f}")
0.716
>>> gru.bias_ih_l0[:4] = 99  # r = 1, nothing is reset
>>> print(f"{(output - run(gru, x)).abs().max():.3f}")
0.748
>>> c = run(gru, x, read=torch.tanh)  # its candidate and z see tanh(c)
>>> print(f"{(output - c.tanh()).abs().max():.3f}")
0.000

--8<-- [end:wrong-merged]

--8<-- [start:wrong-notation]
>>> gru, x = random_gru(), torch.randn(50, 4)
>>> expected, _ = gru(x)
>>> for p in gru.parameters():
...     p[4:8] *= -1  # the rows of z, since 1 - sigmoid(a) = sigmoid(-a)
>>> print(f"{(run(gru, x, keep=False) - expected).abs().max():.3f}")
0.000
>>> for reset in "after", "before":
...     slopes = jacobians(random_gru().double(), reset)  # 100 inputs
...     print(reset, rank(slopes[:, 0, :]), rank(slopes[:, :, 0]))
after 2 4
before 4 1

--8<-- [end:wrong-notation]

--8<-- [start:wrong-counting]
>>> states, _ = binary(10)(word(1023, 3), -torch.ones(1, 10))
>>> numbers = (states > 0).float() @ 2.0 ** torch.arange(10)
>>> numbers[[0, 1, 99, 1022, 1025]].tolist()  # the last after three b
[1.0, 2.0, 100.0, 1023.0, 1023.0]
>>> (numbers[:1023] == torch.arange(1, 1024)).sum().item()  # right each time
1023
>>> print(f"{states.abs().min():.3f}")  # each unit as good as -1 or 1
1.000

--8<-- [end:wrong-counting]

--8<-- [start:limit]
>>> start = torch.zeros(1, 1), torch.tensor([[2.0**24 - 2]])
>>> for n in 1, 2, 3, 1000:
...     _, (h, c) = counter()(word(n, 0), start)
...     print(int(c), h.item())
16777215 1.0
16777216 1.0
16777216 1.0
16777216 1.0

--8<-- [end:limit]
"""

# --8<-- [start:code]
import torch
from torch import nn


def candidate(x, h, gru, reset="after"):
    """Return the gate z, and the candidate n before its tanh."""
    w, u, b, c = (p.chunk(3) for p in gru.parameters())  # each: r, z, n
    r = torch.sigmoid(x @ w[0].T + b[0] + h @ u[0].T + c[0])
    z = torch.sigmoid(x @ w[1].T + b[1] + h @ u[1].T + c[1])
    if reset == "after":
        recurrent = r * (h @ u[2].T + c[2])
    else:
        recurrent = (r * h) @ u[2].T + c[2]
    return z, x @ w[2].T + b[2] + recurrent


def gru_cell(x, h, gru, reset="after", keep=True, read=lambda h: h):
    """Return the next state; by default in torch's form."""
    z, a = candidate(x, read(h), gru, reset)
    n = torch.tanh(a)
    return (1 - z) * n + z * h if keep else z * n + (1 - z) * h


def run(gru, x, **form):
    """Return the states, (steps, units), from a state of zero."""
    states = [torch.zeros(gru.hidden_size)]
    for row in x:
        states.append(gru_cell(row, states[-1], gru, **form))
    return torch.stack(states[1:])


def random_gru():
    torch.manual_seed(0)
    gru = nn.GRU(4, 4).requires_grad_(False)
    for p in gru.parameters():
        nn.init.normal_(p)
    return gru


def count(module):
    return sum(p.numel() for p in module.parameters())


def blank(module):
    for p in module.requires_grad_(False).parameters():
        nn.init.zeros_(p)
    return module


def word(n, m):
    """Return n times a, then m times b, one-hot."""
    return torch.eye(2)[[0] * n + [1] * m]


def counter():
    """Return an LSTM unit with i = f = o = 1, and g = 1 at a, -1 at b."""
    lstm = blank(nn.LSTM(2, 1))
    lstm.bias_ih_l0[[0, 1, 3]] = 30.0
    lstm.weight_ih_l0[2] = torch.tensor([30.0, -30.0])
    return lstm


def leaky(z=0.95):
    """Return a GRU unit with z fixed, and n = 1 at a, -1 at b."""
    gru = blank(nn.GRU(2, 1))
    gru.bias_ih_l0[1] = torch.logit(torch.tensor(z))
    gru.weight_ih_l0[2] = torch.tensor([30.0, -30.0])
    return gru


def merged(gru):
    """Return an LSTM with i = 1 - f, o = 1, and the GRU's z, n as f, g."""
    lstm = blank(nn.LSTM(4, 4))
    for p, q in zip(lstm.parameters(), gru.parameters(), strict=True):
        _, z, n = q.chunk(3)
        p[:12] = torch.cat([-z, z, n])  # i, f, g
    lstm.bias_ih_l0[12:] = 99  # o
    return lstm


def jacobians(gru, reset):
    """Return the candidate's slopes at h = 0: (inputs, unit, entry of h)."""
    x = torch.randn(100, 4, dtype=torch.double)
    h = torch.zeros_like(x, requires_grad=True)
    _, a = candidate(x, h, gru, reset)
    rows = [torch.autograd.grad(u.sum(), h, retain_graph=True)[0] for u in a.T]
    return torch.stack(rows, dim=1)


def rank(matrix):
    return torch.linalg.matrix_rank(matrix).item()


def binary(bits):
    """Return a GRU that counts letters a: its units are bits, -1 or 1."""
    gru, i = blank(nn.GRU(2, bits)), torch.arange(bits)
    z, n = slice(bits, 2 * bits), slice(2 * bits, 3 * bits)
    gru.weight_hh_l0[n] = -30 * torch.eye(bits)  # n: the bit inverted
    gru.weight_hh_l0[z] = -30 * torch.ones(bits, bits).tril(-1)
    gru.bias_ih_l0[z] = 30.0 * (i - 1)  # let n in if all lower bits are 1
    gru.weight_ih_l0[z, 1] = 60.0  # at b, keep
    return gru


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the outputs of a counter and a GRU unit after two words."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        1, 2, figsize=(4.8, 2.4), sharey=True, layout="constrained"
    )
    for ax, name, model in zip(
        axes, ("LSTM", "GRU"), (counter(), leaky()), strict=True
    ):
        ends = [model(word(n, n))[0][-2:, 0].tolist() for n in range(1, 81)]
        fewer, equal = zip(*ends, strict=True)
        ax.plot(range(1, 81), fewer, "C1--", label="one b fewer")
        ax.plot(range(1, 81), equal, "C0", label="as many b as a")
        ax.set(title=name, xlabel="number of a")
    axes[0].set_ylabel("output")
    handles, labels = axes[0].get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=2)
    return fig


# --8<-- [end:figure]
