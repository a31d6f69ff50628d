"""How does dropout regularize?

--8<-- [start:inverted]
>>> _ = torch.manual_seed(0)
>>> by_hand = dropout(X, p=0.3)
>>> _ = torch.manual_seed(0)
>>> print(f"{(by_hand - nn.Dropout(p=0.3)(X)).abs().max():.3f}")
0.000
>>> scale, probability = masks(6, p=0.3)  # of 6 features, all 64 masks
>>> print([f"{factor:.3f}" for factor in probability @ scale])  # mean factor
['1.000', '1.000', '1.000', '1.000', '1.000', '1.000']

--8<-- [end:inverted]

--8<-- [start:proof]
>>> w = torch.ones(6).double()
>>> losses = ((scale[:, None] * X @ w - y) ** 2).sum(dim=1)  # one a mask
>>> error = ((X @ w - y) ** 2).sum()
>>> penalty = 0.3 / 0.7 * (w**2 @ (X**2).sum(dim=0))
>>> print(f"{probability @ losses:.3f} = {error:.3f} + {penalty:.3f}")
2694.178 = 2469.979 + 224.199
>>> drawn = nn.Dropout(p=0.3)(X.expand(10_000, -1, -1)) @ w  # torch's own
>>> mean = ((drawn - y) ** 2).sum(dim=1).mean()
>>> print(f"{mean / (probability @ losses):.2f}")
1.00

--8<-- [end:proof]

--8<-- [start:fit]
>>> rows = probability.sqrt()[:, None, None] * scale[:, None] * X
>>> targets = probability.sqrt()[:, None] * y  # 64 dropped copies of the data
>>> brute = torch.linalg.lstsq(rows.reshape(-1, 6), targets.reshape(-1, 1))
>>> gap = brute.solution[:, 0] - dropout_fit(X, y, p=0.3)
>>> print(f"{gap.abs().max():.3f}")
0.000

--8<-- [end:fit]

--8<-- [start:ensemble]
>>> scale, probability = masks(8, p=0.5)
>>> inputs, first = sample(20, 8, seed=1), sample(8, 8, seed=2) / 2
>>> hidden, last = (inputs @ first).relu(), sample(8, 3, seed=3)
>>> full = (hidden @ last).softmax(dim=-1)  # eval mode
>>> before_last = (scale[:, None] * hidden) @ last
>>> before_first = (scale[:, None] * inputs @ first).relu() @ last
>>> for logits in before_last, before_first:  # 256 networks each
...     gap = geometric_mean(logits, probability) - full
...     print(f"{gap.abs().max():.3f}")
0.000
0.297

--8<-- [end:ensemble]

--8<-- [start:wrong-l2]
>>> for factor in 0.1, 1, 10:  # the unit in which feature 0 is measured
...     unit = X * torch.tensor([factor, 1, 1, 1, 1, 1])
...     dropped, plain = dropout_fit(unit, y, p=0.3), ridge(unit, y, L2)
...     print(f"{factor * dropped[0]:.2f} {factor * plain[0]:.2f}")
2.74 0.03
2.74 1.84
2.74 6.52
>>> equal = X / X.norm(dim=0)  # columns of length 1
>>> gap = dropout_fit(equal, y, 0.3) - ridge(equal, y, torch.ones(6) * 3 / 7)
>>> print(f"{gap.abs().max():.3f}")
0.000

--8<-- [end:wrong-l2]

--8<-- [start:logistic]
>>> for w in 1, 10, 100:  # one feature, always 1; label 1
...     print(f"{w:3} {logistic_penalty(w, p=0.5):.3f}")
  1 0.097
 10 0.347
100 0.347

--8<-- [end:logistic]

--8<-- [start:wrong-eval]
>>> w = dropout_fit(X, y, p=0.3)
>>> model = nn.Sequential(nn.Dropout(p=0.3), nn.Linear(6, 1, bias=False))
>>> model[1].weight.data = w[None]
>>> new, targets = data(1000, seed=1)
>>> outputs = model.eval()(new)[:, 0]
>>> error = ((outputs - targets) ** 2).mean()
>>> print(f"{error:.2f} {((0.7 * outputs - targets) ** 2).mean():.2f}")
2.14 20.13
>>> penalty = 0.3 / 0.7 * (w**2 @ (new**2).mean(dim=0))
>>> drawn = model.train()(new.expand(500, -1, -1))[..., 0]
>>> mean = ((drawn - targets) ** 2).mean()
>>> print(f"{error + penalty:.2f} {mean / (error + penalty):.2f}")
17.61 1.00

--8<-- [end:wrong-eval]

--8<-- [start:wrong-cost]
>>> scale, probability = masks(6, p=0.5)
>>> _, costs = descend(lambda model: cost(model, scale, probability))
>>> (costs.diff() > 0).sum().item()  # steps up, of 399
0
>>> model, drawn = descend(lambda model: ((model(X)[:, 0] - y) ** 2).mean())
>>> round((drawn.diff() > 0).sum().item(), -2)  # to the nearest hundred
200
>>> average = ((model(X.expand(2000, -1, -1))[..., 0] - y) ** 2).mean()
>>> whole = ((model.eval()(X)[:, 0] - y) ** 2).mean()  # nothing dropped
>>> true = cost(model, scale, probability)
>>> print(f"{average / true:.1f} {whole / true:.1f}")
1.0 0.4

--8<-- [end:wrong-cost]

--8<-- [start:few]
>>> for n in 8, 1000:  # examples to learn from
...     plain, dropped = test_errors(n, p=0.1)
...     print(f"{n:4} {plain:.2f} {dropped:.2f}")
   8 6.06 2.53
1000 1.02 1.20

--8<-- [end:few]
"""

# --8<-- [start:code]
import math
from itertools import product

import torch
from torch import nn
from torch.nn import functional as F


def sample(*shape, seed=0):
    """Return standard normal numbers, in double precision."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def data(n, seed=0):
    """Return ``n`` examples of 6 correlated features, and noisy targets."""
    x = sample(n, 6, seed=seed)
    x[:, 1:] += x[:, :1]
    weights = torch.tensor([3, 2, 1, 1, 2, 3]).double()
    return x, x @ weights + sample(n, seed=seed + 1000)


X, y = data(50)
L2 = torch.full((6,), 30.0)


def dropout(x, p):
    """Zero each number with probability ``p``; divide the rest by 1 - p."""
    keep = torch.empty_like(x).bernoulli_(1 - p)
    return x * keep / (1 - p)


def masks(n, p):
    """Return each mask of ``n`` units (2^n, n), with its probability."""
    keep = torch.tensor(list(product([0, 1], repeat=n))).double()
    probability = ((1 - p) ** keep * p ** (1 - keep)).prod(dim=1)
    return keep / (1 - p), probability


def ridge(x, y, penalty):
    """Return the w that minimizes |xw - y|^2 + sum of penalty_j w_j^2."""
    return torch.linalg.solve(x.T @ x + penalty.diag(), x.T @ y)


def dropout_fit(x, y, p):
    """Return the w of least expected squared error under dropout of x."""
    return ridge(x, y, p / (1 - p) * (x**2).sum(dim=0))


# --8<-- [end:code]


# --8<-- [start:nets]
def logistic_penalty(w, p):
    """What dropout of the only feature, 1, adds to the logistic loss."""
    scale, probability = masks(1, p)
    loss = F.softplus(torch.tensor(-float(w)))  # log(1 + e^-w)
    return probability @ F.softplus(-scale[:, 0] * w) - loss


def geometric_mean(logits, probability):
    """Average softmax outputs over masks, geometrically; renormalize."""
    logs = logits.log_softmax(dim=-1)  # (masks, examples, classes)
    return torch.einsum("m,mec->ec", probability, logs).softmax(dim=-1)


def cost(model, scale, probability):
    """Return the mean squared error of ``model`` averaged over all masks."""
    hidden = model[:2](X)
    outputs = model[3](scale[:, None] * hidden)[..., 0]
    return probability @ ((outputs - y) ** 2).mean(dim=1)


def descend(loss, steps=400, lr=0.005):
    """Train a 6-6-1 network; return it and its loss before each step."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(6, 6), nn.ReLU(), nn.Dropout(p=0.5), nn.Linear(6, 1)
    ).double()
    losses = []
    for _ in range(steps):
        losses.append(loss(model))
        model.zero_grad()
        losses[-1].backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad
    return model, torch.stack(losses)


def test_errors(n, p):
    """Return the mean test errors without and with dropout, of 200 fits."""
    new, targets = data(1000, seed=-1)
    errors = []
    for seed in range(200):
        for rate in 0, p:
            outputs = new @ dropout_fit(*data(n, seed), rate)
            errors.append(((outputs - targets) ** 2).mean())
    return torch.tensor(errors).reshape(200, 2).mean(dim=0)


# --8<-- [end:nets]


# --8<-- [start:figure]
def figure():
    """Draw a feature's effect by its unit, and the logistic penalties."""
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(
        1, 2, figsize=(4.8, 2.5), layout="constrained"
    )
    factors = torch.logspace(-2, 2, 60).tolist()
    units = [X * torch.tensor([f, 1, 1, 1, 1, 1]) for f in factors]
    dropped = [dropout_fit(u, y, p=0.3)[0] * u[0, 0] / X[0, 0] for u in units]
    plain = [ridge(u, y, L2)[0] * u[0, 0] / X[0, 0] for u in units]
    left.plot(factors, plain, color="C1")
    left.plot(factors, dropped, color="C0")
    left.set(xscale="log", ylim=(-0.3, 7), title="squared error")
    left.set(xlabel="feature 0 times", ylabel="its effect")
    left.set_xticks([0.01, 1, 100], ["0.01", "1", "100"])
    left.minorticks_off()
    left.text(0.012, 3.0, "dropout", color="C0")
    left.text(0.02, 0.5, "L2", color="C1")
    weights = torch.linspace(0, 8, 80).tolist()
    penalties = [logistic_penalty(w, p=0.5) for w in weights]
    right.axhline(0.5 * math.log(2), color="0.5", linestyle=":")
    right.plot(weights, [0.01 * w**2 for w in weights], color="C1")
    right.plot(weights, penalties, color="C0")
    right.set(xlabel="weight", ylabel="penalty", title="logistic loss")
    right.text(0.2, 0.38, "dropout", color="C0")
    right.text(6, 0.5, "L2", color="C1")
    return fig


# --8<-- [end:figure]
