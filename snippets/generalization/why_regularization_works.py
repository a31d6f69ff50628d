"""Why does regularization prevent overfitting?

--8<-- [start:proof]
>>> for penalty in 0, 0.3, 1, 3, 10, 100:
...     bias, variance, freedom = theory(penalty)
...     train, test = measure(penalty)
...     print(f"{penalty:4} df {freedom:4.1f}", end=" ")
...     print(f"| gap {2 * freedom / 40:.2f} {test - train:.2f}", end=" ")
...     print(f"| test error {bias + variance + 1:.2f} {test:.2f}")
   0 df 30.0 | gap 1.50 1.50 | test error 1.75 1.75
 0.3 df 23.3 | gap 1.17 1.17 | test error 1.51 1.51
   1 df 18.1 | gap 0.91 0.91 | test error 1.43 1.43
   3 df 12.5 | gap 0.63 0.63 | test error 1.50 1.50
  10 df  6.9 | gap 0.35 0.35 | test error 1.86 1.86
 100 df  1.3 | gap 0.07 0.07 | test error 3.40 3.40

--8<-- [end:proof]

--8<-- [start:shrink]
>>> plain, shrunk = VT @ ridge(0) @ LABELS[0], VT @ ridge(3) @ LABELS[0]
>>> for i in 0, 9, 29:  # from the widest direction of the inputs, narrower
...     factor = S[i] ** 2 / (S[i] ** 2 + 3)
...     print(f"{S[i] ** 2:4.1f} {shrunk[i] / plain[i]:.3f} {factor:.3f}")
43.6 0.936 0.936
 4.2 0.582 0.582
 0.1 0.018 0.018

--8<-- [end:shrink]

--8<-- [start:network]
>>> show(train_networks(torch.tanh))
penalty   train    test     gap weights   slope  linear   units
  0.000    0.00    1.05    1.05   69.93    1.72    0.81   19.40
  0.003    0.02    0.84    0.82   22.47    1.39    0.87   17.10
  0.030    0.20    0.56    0.36    5.57    0.84    0.90    8.60
  0.300    0.55    0.70    0.15    0.74    0.36    1.00   16.90

--8<-- [end:network]

--8<-- [start:wrong-linear]
>>> z = torch.linspace(-3, 3, 601)[:, None]
>>> for scale in 1, 0.1, 0.01:
...     tanh, relu = torch.tanh(scale * z), F.relu(scale * z)
...     print(f"{scale:4} {linear(tanh, z):.3f} {linear(relu, z):.3f}")
   1 0.930 0.800
 0.1 1.000 0.800
0.01 1.000 0.800
>>> show(train_networks(F.relu, biases=False))
penalty   train    test     gap weights   slope  linear   units
  0.000    0.01    1.16    1.14   60.96    1.90    0.74   19.90
  0.003    0.04    0.82    0.78   19.26    1.44    0.73   19.40
  0.030    0.17    0.56    0.39    5.58    0.90    0.74   17.70
  0.300    0.70    0.85    0.15    0.59    0.17    0.72   13.50

--8<-- [end:wrong-linear]

--8<-- [start:wrong-gap]
>>> for penalty in 1, 10, 200:
...     bias, variance, _ = theory(penalty)
...     train, test = measure(penalty)
...     print(f"{penalty:3} gap {test - train:.2f}, test error", end=" ")
...     print(f"{bias:.2f} + {variance:.2f} + 1 = {test:.2f}")
  1 gap 0.91, test error 0.10 + 0.33 + 1 = 1.43
 10 gap 0.35, test error 0.79 + 0.07 + 1 = 1.86
200 gap 0.04, test error 2.77 + 0.00 + 1 = 3.77

--8<-- [end:wrong-gap]

--8<-- [start:wrong-normalization]
>>> for scale in 1, 10:
...     loss, penalty, step = normalized(scale)
...     print(f"loss {loss:.2f}, penalty {penalty:.0f}, step {step:.3%}")
loss 1.16, penalty 7, step 0.739%
loss 1.16, penalty 688, step 0.007%

--8<-- [end:wrong-normalization]

--8<-- [start:adam]
>>> for optim in torch.optim.Adam, torch.optim.AdamW:
...     left = decayed(optim, spreads=[0.1, 1, 10])
...     print(f"{optim.__name__:5}", *(f"{weight:.2f}" for weight in left))
Adam  0.81 0.87 0.98
AdamW 0.82 0.82 0.82

--8<-- [end:adam]
"""

# --8<-- [start:code]
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

rng = np.random.default_rng(0)
INPUTS = rng.normal(size=(40, 30)) / np.sqrt(np.arange(1, 31))
TRUTH = INPUTS @ rng.normal(size=30)
NOISE = np.linalg.qr(rng.normal(size=(40, 40)))[0] * np.sqrt(40)
LABELS = TRUTH + np.concatenate([NOISE, -NOISE])  # 80 outcomes, equally likely
U, S, VT = np.linalg.svd(INPUTS, full_matrices=False)


def ridge(penalty):
    """Return the matrix that makes 30 weights of 40 labels."""
    return np.linalg.solve(INPUTS.T @ INPUTS + penalty * np.eye(30), INPUTS.T)


def theory(penalty):
    """Return squared bias, variance, and effective degrees of freedom."""
    shrink = S**2 / (S**2 + penalty)
    missing = (1 - shrink) * (U.T @ TRUTH)
    return np.sum(missing**2) / 40, np.sum(shrink**2) / 40, np.sum(shrink)


def measure(penalty):
    """Return the mean error on the labels trained on, and on fresh ones."""
    fitted = LABELS @ (INPUTS @ ridge(penalty)).T
    fresh = fitted[:, None] - LABELS  # every outcome against every other
    return np.mean((fitted - LABELS) ** 2), np.mean(fresh**2)


# --8<-- [end:code]


# --8<-- [start:networks]
def linear(values, inputs, weights=1):
    """Return how much of the values' variance a linear fit explains."""
    inputs = torch.cat([inputs, torch.ones_like(inputs[..., :1])], dim=-1)
    rest = values - inputs @ torch.linalg.lstsq(inputs, values).solution
    left, all_ = (
        (weights * x.var(dim=-2)).sum(dim=-1) for x in (rest, values)
    )
    return 1 - left / all_


def draw(runs, examples):
    """Return inputs (runs, examples, 5) and noisy targets."""
    x = torch.randn(runs, examples, 5, dtype=torch.float64)
    y = torch.sin(x[..., :1]) + x[..., 1:2] * x[..., 2:3] / 2
    return x, y + torch.randn(y.shape, dtype=torch.float64) / 2


def train_networks(activation, penalties=(0, 0.003, 0.03, 0.3), biases=True):
    """Train 5-20-1 networks, ten for each of ``penalties``, all at once.

    Each of the ten has 40 examples and a start of its own. Return the means
    over the ten: name -> a list with one number for each penalty.
    """
    torch.manual_seed(0)
    (inputs, targets), (fresh, labels) = draw(10, 40), draw(10, 400)
    start = torch.randn(10, 5, 20) / 5**0.5, torch.zeros(10, 1, 20)
    start += torch.randn(10, 20, 1) / 20**0.5, torch.zeros(10, 1, 1)
    parameters = [
        p.double().repeat(len(penalties), 1, 1, 1).requires_grad_()
        for p in start
    ]
    w1, b1, w2, b2 = parameters
    penalty = torch.tensor(penalties)[:, None]
    b1.requires_grad_(biases)  # without, they stay at zero
    optimizer = torch.optim.Adam(parameters, lr=0.05)
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0, 200)
    for _ in range(200):
        optimizer.zero_grad()
        output = activation(inputs @ w1 + b1) @ w2 + b2
        error = (output - targets).square().mean(dim=(2, 3))
        size = w1.square().sum(dim=(2, 3)) + w2.square().sum(dim=(2, 3))
        (error + penalty * size).sum().backward()
        optimizer.step()
        decay.step()
    fresh = fresh.repeat(len(penalties), 1, 1, 1).requires_grad_()
    units = activation(fresh @ w1 + b1)
    output = units @ w2 + b2
    (slope,) = torch.autograd.grad(output.sum(), fresh, retain_graph=True)
    test = (output - labels).square().mean(dim=(2, 3))
    part = w1.norm(dim=2) * w2[..., 0].abs()
    found = {
        "penalty": penalty.expand_as(error),
        "train": error,
        "test": test,
        "gap": test - error,
        "weights": size,
        "slope": slope.square().sum(dim=3).mean(dim=2).sqrt(),
        "linear": linear(units, fresh, w2[..., 0] ** 2),
        "units": (part > part.amax(dim=2, keepdim=True) / 100).sum(dim=2),
    }
    return {name: x.double().mean(dim=1).tolist() for name, x in found.items()}


def show(found):
    print(*(f"{name:>7}" for name in found))
    for row in zip(*found.values(), strict=True):
        print(f"{row[0]:7.3f}", *(f"{x:7.2f}" for x in row[1:]))


# --8<-- [end:networks]


# --8<-- [start:follow-ups]
def normalized(scale):
    """Return loss, squared weights, and how far a step of SGD moves them."""
    torch.manual_seed(0)
    layer, norm = nn.Linear(5, 20, bias=False), nn.BatchNorm1d(20)
    layer.weight.data *= scale
    output = F.relu(norm(layer(torch.randn(40, 5)))).mean(dim=1)
    loss = F.mse_loss(output, torch.randn(40))
    loss.backward()
    size, step = layer.weight.norm(), 0.1 * layer.weight.grad.norm()
    return loss.item(), size.item() ** 2, (step / size).item()


def decayed(optim, spreads, steps=200):
    """Return what is left of weights of 1 whose gradients are only noise.

    It is the mean of 2000 weights for each of ``spreads``, the noise's size.
    """
    torch.manual_seed(0)
    weights = torch.ones(len(spreads), 2000, requires_grad=True)
    optimizer = optim([weights], lr=0.001, weight_decay=1)
    for _ in range(steps):
        weights.grad = torch.tensor(spreads)[:, None] * torch.randn(2000)
        optimizer.step()
    return weights.mean(dim=1).tolist()


# --8<-- [end:follow-ups]


# --8<-- [start:figure]
def figure():
    """Draw errors and gap against the penalty: ridge, then networks."""
    import matplotlib.pyplot as plt

    fig, (ax, bx) = plt.subplots(
        1, 2, figsize=(4.8, 2.8), layout="constrained"
    )
    grid = np.logspace(-2, 2, 41)
    bias, variance, freedom = np.transpose([theory(p) for p in grid])
    error, gap = 1 + bias + variance, 2 * freedom / 40
    ax.plot(grid, error, "black", label="test")
    ax.plot(grid, error - gap, "0.5", label="train")
    ax.plot(grid, gap, "C0", label="gap")
    dots = grid[::5]
    train, test = np.transpose([measure(p) for p in dots])
    for values, color in (test, "black"), (train, "0.5"), (test - train, "C0"):
        ax.plot(dots, values, "o", color=color, markersize=3)
    ax.set(xscale="log", ylim=(0, 3.5), title="ridge", xlabel="penalty")
    ax.set_xticks([0.01, 1, 100], [0.01, 1, 100])
    ax.legend(frameon=False)
    penalties = np.logspace(-3, 0, 10)
    for activation, color in (torch.tanh, "C1"), (F.relu, "C2"):
        found = train_networks(activation, penalties.tolist())
        name = activation.__name__
        bx.plot(penalties, found["test"], color, linestyle="--")
        bx.plot(penalties, found["gap"], color, label=name)
    bx.set(xscale="log", ylim=(0, 1.2), title="networks", xlabel="penalty")
    bx.set_xticks([0.001, 0.03, 1], [0.001, 0.03, 1])
    for axis in ax, bx:
        axis.minorticks_off()
    bx.legend(frameon=False)
    return fig


# --8<-- [end:figure]
