"""Why must weights not be initialized to zero?

--8<-- [start:proof]
>>> equal = fit(network(half_), XOR)  # every weight 0.5, every bias 0
>>> distinct_units(equal), accuracy(equal, XOR)  # four units act as one
(1, 0.75)
>>> mixed = fit(network(nn.init.xavier_normal_), XOR)  # biases still 0
>>> distinct_units(mixed), accuracy(mixed, XOR)
(4, 1.0)

--8<-- [end:proof]

--8<-- [start:zero]
>>> zero = fit(network(nn.init.zeros_), LINE)
>>> for name, parameter in zero.named_parameters():  # once trained
...     print(f"{name:9}{parameter.abs().max():.2f}")
0.weight 0.00
0.bias   0.00
2.weight 0.00
2.bias   0.99

--8<-- [end:zero]

--8<-- [start:wrong-logistic]
>>> accuracy(zero, LINE), round(LINE[1].mean().item(), 3)  # share of ones
(0.73, 0.73)
>>> logistic = nn.Linear(2, 1)
>>> _ = nn.init.zeros_(logistic.weight), nn.init.zeros_(logistic.bias)
>>> accuracy(fit(logistic, LINE), LINE)  # from zero, and none the worse
1.0

--8<-- [end:wrong-logistic]

--8<-- [start:wrong-small]
>>> small = network(lambda weight: nn.init.constant_(weight, 0.01))
>>> distinct_units(fit(small, LINE)), accuracy(small, LINE)  # one is enough
(1, 1.0)
>>> distinct_units(fit(network(half_), XOR, torch.optim.Adam))
1

--8<-- [end:wrong-small]

--8<-- [start:wrong-biases]
>>> tilted = fit(network(half_, bias_=nn.init.normal_), XOR)
>>> distinct_units(tilted), accuracy(tilted, XOR)  # equal weights, solved
(4, 1.0)
>>> woken = fit(network(nn.init.zeros_, bias_=nn.init.normal_), LINE)
>>> distinct_units(woken), accuracy(woken, LINE)  # all weights zero, solved
(4, 1.0)

--8<-- [end:wrong-biases]

--8<-- [start:nudge]
>>> for nudge in 1e-6, 1e-9:  # added to one weight of the first unit
...     nudged = network(half_).double()
...     nudged[0].weight.data[0, 0] += nudge
...     nudged = fit(nudged, [tensor.double() for tensor in XOR])
...     first, second, *_ = nudged[0].weight[:, 0]
...     print(f"{(first - second).abs() / nudge:.0f} times as far apart")
74 times as far apart
74 times as far apart

--8<-- [end:nudge]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F

X = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
XOR = X, (X.prod(dim=1, keepdim=True) < 0).float()  # takes two units
X = torch.randn(200, 2, generator=torch.Generator().manual_seed(0))
LINE = X, (X.sum(dim=1, keepdim=True) > -0.65).float()  # takes one


def half_(weight):
    return nn.init.constant_(weight, 0.5)


def network(weight_, bias_=nn.init.zeros_):
    """Return a 2-4-1 tanh network, initialized by the two functions."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    for layer in model[0], model[2]:
        weight_(layer.weight)
        bias_(layer.bias)
    return model


def fit(model, data, optim=torch.optim.SGD, steps=300):
    """Train ``model`` with the whole of ``data`` at each step; return it."""
    inputs, targets = data
    optimizer = optim(model.parameters(), lr=0.5)
    for _ in range(steps):
        optimizer.zero_grad()
        F.binary_cross_entropy_with_logits(model(inputs), targets).backward()
        optimizer.step()
    return model


def accuracy(model, data):
    """Return the share of ``data`` that ``model`` classifies correctly."""
    inputs, targets = data
    correct = (model(inputs) > 0) == (targets > 0)
    return round(correct.float().mean().item(), 3)


def distinct_units(model):
    """Count the hidden units whose incoming weights or bias differ."""
    units = torch.cat([model[0].weight, model[0].bias[:, None]], dim=1)
    same = torch.cdist(units, units) < 1e-3  # row j: who is like unit j
    return len(same.unique(dim=0))


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw one incoming weight of each hidden unit while XOR is learned."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        1, 2, figsize=(4.8, 2.4), sharey=True, layout="constrained"
    )
    steps = range(0, 201, 20)
    starts = ("all weights 0.5", half_), ("Xavier", nn.init.xavier_normal_)
    for ax, (name, weight_) in zip(axes, starts, strict=True):
        models = [fit(network(weight_), XOR, steps=n) for n in steps]
        weights = [model[0].weight[:, 0].tolist() for model in models]
        ax.plot(steps, weights, color="C0", marker="o", markersize=2.5)
        ax.set(title=name, xlabel="step")
    axes[0].set_ylabel("weight, 4 units")
    axes[0].text(50, 0.1, "4 lines in one")
    return fig


# --8<-- [end:figure]
