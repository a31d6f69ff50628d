"""What does the sigmoid do?

--8<-- [start:proof]
>>> for x1, x2 in (0, 0), (0, 1), (1, 0), (1, 1):  # one unit computes AND
...     z = torch.tensor(-30.0 + 20 * x1 + 20 * x2)
...     print(x1, x2, *(f"{torch.sigmoid(v).item():.3f}" for v in (z, z / 20)))
0 0 0.000 0.182
0 1 0.000 0.378
1 0 0.000 0.378
1 1 1.000 0.622
>>> z = torch.tensor([0.0, 2, 4, 6, 10], dtype=torch.float64)
>>> slope = derivative(torch.sigmoid, z)
>>> [round(s, 3) for s in slope.tolist()]  # 1/4 at zero, then saturation
[0.25, 0.105, 0.018, 0.002, 0.0]
>>> p = torch.sigmoid(z)
>>> round((slope - p * (1 - p)).abs().max().item(), 12)  # the formula's error
0.0

--8<-- [end:proof]

--8<-- [start:bayes]
>>> from math import log
>>> x = torch.linspace(-5, 5, 101, dtype=torch.float64)
>>> z = 2 * x - 2 + log(0.3 / 0.7)  # linear in x
>>> gap = bayes(x, means=(0, 2), prior=0.3) - torch.sigmoid(z)
>>> round(gap.abs().max().item(), 12)  # Bayes' rule minus the sigmoid
0.0

--8<-- [end:bayes]

--8<-- [start:wrong-probability]
>>> test_x, test_y = sample(20_000, seed=0)
>>> for rows in 150, 20_000:  # rows that the 30 weights are fitted to
...     p = torch.sigmoid(test_x @ fit(*sample(rows, seed=2)))
...     said, true = share(p, test_y, 0.85, 0.95)
...     print(f"{rows} rows: says {said:.2f}, comes true {true:.2f}")
150 rows: says 0.91, comes true 0.70
20000 rows: says 0.90, comes true 0.91
>>> weight = fit(*sample(150, seed=2))
>>> x, y = sample(5000, seed=3)  # held out, to fit one number
>>> scale = fit(x @ weight[:, None], y)
>>> p = torch.sigmoid(scale * (test_x @ weight))
>>> said, true = share(p, test_y, 0.85, 0.95)
>>> print(f"scaled {scale.item():.2f}: says {said:.2f}, comes true {true:.2f}")
scaled 0.33: says 0.90, comes true 0.90

--8<-- [end:wrong-probability]

--8<-- [start:wrong-product]
>>> w = torch.linspace(-6, 6, 241, dtype=torch.float64)
>>> x, y = torch.tensor([-1, 1, 2, -0.5]), torch.tensor([0, 1, 0, 1])
>>> p = torch.sigmoid(w[:, None] * x)  # one weight, four cases
>>> likelihood = torch.where(y == 1, p, 1 - p).prod(dim=1)
>>> for loss in -likelihood, (p - y).square().sum(dim=1), -likelihood.log():
...     curvature = loss.diff(n=2) / 0.05**2  # convex: never negative
...     print(f"from {curvature.min():.3f} to {curvature.max():.3f}")
from -0.038 to 0.098
from -0.214 to 0.842
from 0.017 to 1.562

--8<-- [end:wrong-product]

--8<-- [start:wrong-formula]
>>> z = torch.tensor([-1000.0, 0, 1000])
>>> for f in reciprocal, quotient, torch.sigmoid:
...     print(f"{f.__name__:10}", f(z).tolist(), derivative(f, z).tolist())
reciprocal [0.0, 0.5, 1.0] [nan, 0.25, 0.0]
quotient   [0.0, 0.5, nan] [0.0, 0.25, nan]
sigmoid    [0.0, 0.5, 1.0] [0.0, 0.25, 0.0]

--8<-- [end:wrong-formula]

--8<-- [start:wrong-open]
>>> for dtype in torch.float64, torch.float32, torch.float16, torch.bfloat16:
...     print(f"{str(dtype):14} {first_one(dtype):5.2f}")
torch.float64  36.74
torch.float32  16.64
torch.float16   8.32
torch.bfloat16  6.25
>>> round(24 * log(2), 2)  # here exp(-z) is half of 1's last digit
16.64
>>> z = torch.tensor(20.0)
>>> (1 - torch.sigmoid(z)).item(), f"{torch.sigmoid(-z).item():.1e}"
(0.0, '2.1e-09')
>>> z, y = torch.tensor([20.0]), torch.tensor([0.0])  # sure, and wrong
>>> for loss in separate, fused:
...     print(loss(z, y).item(), derivative(loss, z, y).item())
100.0 0.0
20.0 1.0

--8<-- [end:wrong-open]

--8<-- [start:wrong-saturated]
>>> z, y = torch.tensor([-10.0]), torch.tensor([1.0])  # saturated, and wrong
>>> for loss in squared, fused:
...     print(f"{derivative(loss, z, y).item():.1e}")
-9.1e-05
-1.0e+00

--8<-- [end:wrong-saturated]
"""

# --8<-- [start:code]
import torch
from torch import nn


def derivative(f, z, *rest):
    """Derivative of f(z, *rest) at each element of z."""
    z = z.clone().requires_grad_()
    return torch.autograd.grad(f(z, *rest).sum(), z)[0]


def bayes(x, means, prior):
    """Probability of class 1 given x: Gaussians of variance 1, Bayes' rule."""
    density = [torch.exp(-((x - mean) ** 2) / 2) for mean in means]
    zero, one = (1 - prior) * density[0], prior * density[1]
    return one / (zero + one)


def sample(rows, seed):
    """Rows of 30 numbers, and labels whose true logit is 0.4 times the sum."""
    torch.manual_seed(seed)
    x = torch.randn(rows, 30, dtype=torch.float64)
    return x, torch.bernoulli(torch.sigmoid(0.4 * x.sum(dim=1)))


def fit(x, y, steps=15):
    """Weights of a logistic regression of y on x, by Newton's method."""
    weight = torch.zeros_like(x[0])
    for _ in range(steps):
        p = torch.sigmoid(x @ weight)
        hessian = (x.T * (p * (1 - p))) @ x
        weight += torch.linalg.solve(hessian, x.T @ (y - p))
    return weight


def share(p, y, low, high):
    """Of the outputs between low and high: their mean, the share of ones."""
    inside = (p > low) & (p < high)
    return p[inside].mean().item(), y[inside].mean().item()


def reciprocal(z):
    return 1 / (1 + torch.exp(-z))


def quotient(z):
    return torch.exp(z) / (1 + torch.exp(z))


def first_one(dtype):
    """Smallest z (to 1/1024) whose sigmoid is exactly 1 in the dtype."""
    z = torch.arange(40 * 1024, dtype=torch.float64).div(1024).to(dtype)
    return z[torch.sigmoid(z) == 1][0].item()


def squared(z, y):
    return nn.functional.mse_loss(torch.sigmoid(z), y)


def separate(z, y):
    return nn.functional.binary_cross_entropy(torch.sigmoid(z), y)


def fused(z, y):
    return nn.functional.binary_cross_entropy_with_logits(z, y)


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.6), layout="constrained")
    z = torch.linspace(-8, 8, 161)
    ax.plot(z, torch.sigmoid(z), "C0")
    ax.plot(z, derivative(torch.sigmoid, z), "C1--")
    ax.axhline(0.25, color="0.5", lw=0.8, ls=":")
    ax.axvspan(-8, -4, color="0.5", alpha=0.15, lw=0)
    ax.axvspan(4, 8, color="0.5", alpha=0.15, lw=0)
    ax.annotate("sigmoid", (1.6, 0.72), color="C0")
    ax.annotate("derivative", (1.9, 0.13), color="C1")
    ax.annotate("flat", (-6.4, 0.5))
    ax.annotate("flat", (5.6, 0.5))
    ax.set(xlabel="z", xlim=(-8, 8), yticks=[0, 0.25, 0.5, 1])
    return fig


# --8<-- [end:figure]


# --8<-- [start:figure-calibration]
def figure_calibration():
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.9), layout="constrained")
    x, y = sample(20_000, seed=0)
    ax.plot([0, 1], [0, 1], color="0.5", lw=0.8, ls=":")
    for rows, style in (20_000, "C0o-"), (150, "C1s--"):
        p = torch.sigmoid(x @ fit(*sample(rows, seed=2)))
        bins = [share(p, y, n / 10, (n + 1) / 10) for n in range(10)]
        ax.plot(*zip(*bins, strict=True), style, ms=4)
    ax.annotate("fitted to\n20,000 rows", (0.47, 0.8), color="C0")
    ax.annotate("fitted to\n150 rows", (0.8, 0.4), color="C1")
    ax.set(xlabel="output of the sigmoid", ylabel="share of ones")
    return fig


# --8<-- [end:figure-calibration]
