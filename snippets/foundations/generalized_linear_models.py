"""How is deep learning a recursion of generalized linear models?

--8<-- [start:proof]
>>> for name, (mean, loss, targets) in UNITS.items():
...     unit = descend(loss, targets)  # torch's loss, gradient descent
...     glm = irls(INPUTS, targets, mean)  # the statistician's way
...     print(f"{name:9}", *(f"{w:6.3f}" for w in [*unit, *glm]))
normal     0.443  0.989 -1.008  0.443  0.989 -1.008
Bernoulli  0.449  0.693 -1.067  0.449  0.693 -1.067
Poisson    0.484  0.970 -1.005  0.484  0.970 -1.005

--8<-- [end:proof]

--8<-- [start:stack]
>>> stack = fit_stack(INPUTS, XOR)
>>> w, v = stack
>>> hidden = layer(INPUTS, w)  # a one, and the means of the first four GLMs
>>> output = irls(hidden, XOR, torch.sigmoid, DECAY)  # a GLM on those five
>>> for weights in v, output:
...     print(*(f"{w:5.2f}" for w in weights))
 0.22  4.97 -5.23  4.87 -5.30
 0.22  4.97 -5.23  4.87 -5.30
>>> alone = irls(INPUTS, XOR, torch.sigmoid, DECAY)  # one on the raw inputs
>>> right(INPUTS @ alone, XOR), right(hidden @ v, XOR)  # of 400 points
(236, 355)

--8<-- [end:stack]

--8<-- [start:recursion]
>>> by_hand = gradients(INPUTS, XOR, w / 2, v)  # away from the minimum
>>> leaves = (w / 2).requires_grad_(), v.clone().requires_grad_()
>>> by_torch = torch.autograd.grad(nll(*leaves), leaves)
>>> for ours, theirs in zip(by_hand, by_torch):  # w's, v's: largest entry
...     gap = (ours - theirs).abs().max()
...     print(f"{ours.abs().max():.4f}, torch's differs by {gap:.6f}")
0.0255, torch's differs by 0.000000
0.0111, torch's differs by 0.000000

--8<-- [end:recursion]

--8<-- [start:wrong-link]
>>> eta = torch.tensor([-2.0, 0.5, 2.0])
>>> torch.logit(torch.sigmoid(eta))  # the link undoes the activation
tensor([-2.0000,  0.5000,  2.0000])
>>> torch.logit(torch.tensor(0.9))  # if sigmoid were the link: P(y = 1)
tensor(2.1972)
>>> F.relu(torch.tensor([-2.0, -1.0]))  # which link undoes this?
tensor([0., 0.])

--8<-- [end:wrong-link]

--8<-- [start:wrong-optimum]
>>> swapped = w[:, [1, 0, 2, 3]], v[[0, 2, 1, 3, 4]]  # two units change places
>>> halfway = [(one + other) / 2 for one, other in zip(stack, swapped)]
>>> for weights in stack, swapped, halfway:
...     print(f"{nll(*weights):.2f}")
0.30
0.30
0.67
>>> loss = lambda w: bce(INPUTS @ w, XOR)
>>> pairs = torch.from_numpy(rng.normal(size=(200, 2, 3)))
>>> gains = [loss(a) + loss(b) - 2 * loss((a + b) / 2) for a, b in pairs]
>>> sum(gain < 0 for gain in gains).item()  # one GLM: halfway never worse
0

--8<-- [end:wrong-optimum]

--8<-- [start:wrong-targets]
>>> [right(sign * (INPUTS @ unit), XOR)  # of 400 points
...  for unit, sign in zip(w.T, v[1:].sign())]
[267, 256, 246, 274]

--8<-- [end:wrong-targets]

--8<-- [start:separable]
>>> right_half = (INPUTS[:, 1] > 0).double()  # a line separates these labels
>>> def slope(decay, steps):  # the weight of x1
...     return irls(INPUTS, right_half, torch.sigmoid, decay, steps)[1].item()
>>> [round(slope(0, steps)) for steps in (4, 6, 8)]  # away to infinity
[12, 26, 61]
>>> [round(slope(DECAY, steps), 1) for steps in (4, 6, 8)]  # held
[8.6, 9.1, 9.1]

--8<-- [end:separable]
"""

# --8<-- [start:code]
import numpy as np
import torch
from torch.nn import functional as F

bce = F.binary_cross_entropy_with_logits


def tensor(array):
    return torch.from_numpy(array).double()


rng = np.random.default_rng(0)
points = rng.uniform(-1, 1, (400, 2))
INPUTS = tensor(np.insert(points, 0, 1, axis=1))  # the one is for the bias
eta = 0.5 + points @ [1.0, -1.0]
# Logistic noise around eta is above zero with probability sigmoid(eta).
UNITS = {  # distribution: activation, loss of the sum w'x, targets
    "normal": (lambda eta: eta, F.mse_loss, tensor(rng.normal(eta))),
    "Bernoulli": (torch.sigmoid, bce, tensor(rng.logistic(eta) > 0)),
    "Poisson": (
        torch.exp,
        F.poisson_nll_loss,
        tensor(rng.poisson(np.exp(eta))),
    ),
}
XOR = tensor(rng.logistic(16 * points.prod(axis=1)) > 0)
DECAY = 1e-3


def descend(loss, targets, rate=0.4, steps=800):
    """Train one unit, from zero, by gradient descent on ``loss``."""
    w = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    for _ in range(steps):
        (gradient,) = torch.autograd.grad(loss(INPUTS @ w, targets), w)
        w = (w - rate * gradient).detach().requires_grad_()
    return w.detach()


def irls(inputs, targets, mean, decay=0.0, steps=20):
    """Fit a GLM by iteratively reweighted least squares.

    ``mean`` is the inverse of the canonical link. Each step solves a linear
    regression in which example i weighs ``mean'(eta_i)`` (Nelder and
    Wedderburn, 1972). ``decay`` is a ridge penalty on the mean loss. Returns
    the coefficients, one for each column of ``inputs``.
    """
    n, p = inputs.shape
    ridge = n * decay * torch.eye(p)
    w = torch.zeros(p, dtype=inputs.dtype)
    for _ in range(steps):
        eta = (inputs @ w).requires_grad_()
        mu = mean(eta)
        (slope,) = torch.autograd.grad(mu.sum(), eta)  # of mean, at each eta
        eta, mu = eta.detach(), mu.detach()
        weighted = slope[:, None] * inputs
        response = weighted.T @ eta + inputs.T @ (targets - mu)
        w = torch.linalg.solve(weighted.T @ inputs + ridge, response)
    return w


def layer(inputs, w):
    """Return the means of the layer's GLMs, and a one for the next."""
    means = torch.sigmoid(inputs @ w)
    return torch.cat([torch.ones(len(means), 1), means], dim=1)


def gradients(inputs, targets, w, v):
    """Return the stack's gradients: at each layer, inputs times errors."""
    hidden = layer(inputs, w)
    error = torch.sigmoid(hidden @ v) - targets  # mean - y
    slope = hidden[:, 1:] * (1 - hidden[:, 1:])
    errors = error[:, None] * v[1:] * slope  # the hidden units' share of it
    n = len(targets)
    return inputs.T @ errors / n, hidden.T @ error / n


def fit_stack(inputs, targets, units=4, rate=3.0, steps=3000, seed=0):
    """Fit w (3, units) and v (units + 1,), a GLM on a layer of GLMs."""
    rng = np.random.default_rng(seed)
    w = torch.from_numpy(2 * rng.normal(size=(3, units)))
    v = torch.from_numpy(rng.normal(size=units + 1))
    for _ in range(steps):
        dw, dv = gradients(inputs, targets, w, v)
        w = w - rate * (dw + DECAY * w)
        v = v - rate * (dv + DECAY * v)
    return w, v


def nll(w, v):
    """Return the stack's mean negative log-likelihood on XOR."""
    return bce(layer(INPUTS, w) @ v, XOR)


def right(eta, targets):
    """Count the targets, 0 or 1, that the sign of ``eta`` predicts."""
    return ((eta > 0) == (targets > 0)).sum().item()


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw what each unit learned: the mean of y against the sum w'x."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 3, figsize=(4.8, 2.1), layout="constrained")
    axis = torch.linspace(-2, 2, 41, dtype=torch.float64)
    for ax, (name, (mean, loss, targets)) in zip(
        axes, UNITS.items(), strict=True
    ):
        eta = INPUTS @ descend(loss, targets)
        ax.plot(eta[:80], targets[:80], "o", color="0.5", markersize=2)
        ax.plot(axis, mean(axis), color="C0")
        ax.set(title=name, xlabel="w'x")
    axes[0].set_ylabel("y, and its mean")
    return fig


# --8<-- [end:figure]
