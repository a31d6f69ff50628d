"""Which data sets are a poor fit for deep learning?

--8<-- [start:proof]
>>> images, labels = bars(80, seed=0)  # three data sets of 80 images
>>> others, truth = bars(500, seed=1)  # and three of 500 to test on
>>> order = np.random.default_rng(0).permutation(36)
>>> for train in train_cnn, train_mlp:  # share of wrong answers in each
...     scores = train(images, labels, others)
...     print(train.__name__, show(wrong(scores, truth)))
...     scores = train(images[..., order], labels, others[..., order])
...     print(" shuffled", show(wrong(scores, truth)))
train_cnn 0.038 0.050 0.042
 shuffled 0.466 0.440 0.384
train_mlp 0.294 0.288 0.258
 shuffled 0.326 0.248 0.268

--8<-- [end:proof]

--8<-- [start:same]
>>> x, y, z = images[0], labels[0], others[0]  # one data set will do
>>> w, *rest = start(36, 32)
>>> scores = mlp(z, *fit(mlp, [w, *rest], x, y))
>>> for Q in torch.eye(36).double()[:, order], orthogonal(36):
...     moved = fit(mlp, [Q.T @ w, *rest], x @ Q, y)
...     gap = (mlp(z @ Q, *moved) - scores).abs().max()
...     print(f"{scores.std():.2f}, {1e9 * gap:.3f} billionths apart")
0.76, 0.000 billionths apart
0.76, 0.000 billionths apart

--8<-- [end:same]

--8<-- [start:rows]
>>> z, target = smooth(500, seed=1)
>>> for n in 20, 320:  # ten tables of n rows and ten columns
...     x, y = smooth(n, seed=0)
...     line, net = (mse(f(x, y, z), target) for f in (ridge, train_mlp))
...     wins = (net < line).sum().item()
...     print(f"{n:3} rows: {line.mean():.2f} {net.mean():.2f}, {wins} of 10")
 20 rows: 0.73 1.40, 0 of 10
320 rows: 0.56 0.40, 10 of 10

--8<-- [end:rows]

--8<-- [start:columns]
>>> for columns in 2, 64:  # all but one are irrelevant
...     x, y = band(200, columns, seed=0)
...     z, near = band(500, columns, seed=1)
...     Q = orthogonal(columns)
...     scores = train_mlp(x, y, z), boost(x, y, z), boost(x @ Q, y, z @ Q)
...     print(f"{columns:2}:", show(*(wrong(s, near) for s in scores)))
 2: 0.044 0.060 0.088 | 0.004 0.008 0.004 | 0.110 0.086 0.092
64: 0.494 0.500 0.460 | 0.004 0.000 0.010 | 0.466 0.454 0.498

--8<-- [end:columns]

--8<-- [start:wrong-order]
>>> for train in ridge, train_mlp:  # the 500 now teach, shuffled
...     scores = train(others[..., order], truth, images[..., order])
...     print(f"{train.__name__:9}", show(wrong(scores, labels)))
ridge     0.487 0.475 0.537
train_mlp 0.113 0.037 0.037

--8<-- [end:wrong-order]

--8<-- [start:wrong-linear]
>>> show(wrong(ridge(images, labels, others), truth))  # the CNN's: above
'0.516 0.484 0.488'

--8<-- [end:wrong-linear]

--8<-- [start:small]
>>> x, y = smooth(20, seed=0)
>>> z, target = smooth(500, seed=1)
>>> for scale in 0.3, 0.1:
...     net = train_mlp(x, y, z, scale)
...     print(f"{scale}: {mse(net, target).mean():.2f}")
0.3: 0.84
0.1: 0.80

--8<-- [end:small]
"""

# --8<-- [start:code]
import numpy as np
import torch
from torch.nn import functional as F


def normal(*size, seed):
    return torch.from_numpy(np.random.default_rng(seed).normal(size=size))


def orthogonal(n):
    return torch.linalg.qr(normal(n, n, seed=0))[0]


def bars(n, seed, sets=3):
    """Draw 6x6 images of one bar, light or dark: (sets, n, 36).

    Label 1 is a vertical bar, label -1 a horizontal one: (sets, n, 1).
    """
    rng = np.random.default_rng(seed)
    images = 0.25 * rng.normal(size=(sets * n, 6, 6))
    for i, image in enumerate(images):
        across = image.T if i % 2 else image
        row, left = rng.integers(6), rng.integers(3)
        across[row, left : left + 4] += rng.choice([-1, 1])
    labels = torch.tensor([-1.0, 1.0]).double().repeat(sets, n // 2)
    return torch.from_numpy(images).view(sets, n, 36), labels[..., None]


def smooth(n, seed, sets=10):
    """Return tables (sets, n, 10) and noisy targets, 0.7 of them linear."""
    x = normal(sets, n, 11, seed=seed)
    x, noise = x[..., :10], x[..., 10:]
    linear, product = x.sum(-1, keepdim=True), x[..., :1] * x[..., 1:2]
    return x, 0.07**0.5 * linear + 0.3**0.5 * product + 0.5 * noise


def band(n, columns, seed, sets=3):
    """Return tables and labels: 1 if column 0 is near zero, else -1."""
    x = normal(sets, n, columns, seed=seed)
    return x, torch.where(x[..., :1].abs() < 0.674, 1.0, -1.0).double()


def start(inputs, units, scale=1.0, sets=()):
    """Return normal weights, by default scaled as He does; biases zero."""
    w = normal(*sets, inputs, units, seed=2) * (2 / inputs) ** 0.5
    v = normal(*sets, units, 1, seed=3) / units**0.5
    b, c = torch.zeros_like(w[..., :1, :]), torch.zeros_like(v[..., :1, :])
    return [scale * w, b, scale * v, c]


def mlp(x, w, b, v, c):
    return (x @ w + b).relu() @ v + c


def cnn(patches, *parameters):
    """Apply the same to each of an image's 16 patches, and average."""
    scores = mlp(patches.flatten(-3, -2), *parameters)
    return scores.unflatten(-2, (-1, 16)).mean(-2)


def fit(model, parameters, x, y, rate=0.1, steps=100):
    """Return parameters after gradient steps on the squared error."""
    parameters = [p.clone().requires_grad_() for p in parameters]
    for _ in range(steps):
        loss = mse(model(x, *parameters), y).sum()  # the sets don't mix
        gradients = torch.autograd.grad(loss, parameters)
        for p, gradient in zip(parameters, gradients, strict=True):
            p.data -= rate * gradient
    return [p.detach() for p in parameters]


def train_mlp(x, y, z, scale=1.0):
    """Return scores for z of an MLP trained on x and y."""
    begin = start(x.shape[-1], 32, scale, x.shape[:-2])
    return mlp(z, *fit(mlp, begin, x, y))


def train_cnn(x, y, z):
    """Return scores for z of a CNN with twelve 3x3 kernels."""
    x, z = (
        F.unfold(t.reshape(-1, 1, 6, 6), 3).mT.reshape(*t.shape[:2], 16, 9)
        for t in (x, z)
    )
    begin = start(9, 12, sets=x.shape[:1])
    return cnn(z, *fit(cnn, begin, x, y, rate=0.3, steps=80))


def ridge(x, y, z, penalty=10.0):
    """Return predictions for z of a linear model fitted to x and y."""
    x, z = (F.pad(t, (0, 1), value=1.0) for t in (x, z))
    penalties = penalty * torch.eye(x.shape[-1]).double()
    return z @ torch.linalg.solve(x.mT @ x + penalties, x.mT @ y)


def boost(x, y, z, rounds=30, rate=0.3):
    """Return scores for z of boosted stumps fitted to x and y.

    Each stump cuts one column in two, where that explains most of what is
    left of y, and adds ``rate`` times the mean of what is left on each side
    (Friedman, 2001, for squared error).
    """
    if x.dim() == 3:
        return torch.stack([boost(*one) for one in zip(x, y, z, strict=True)])
    (n, columns), left, scores = x.shape, y[:, 0], 0
    order, count = x.argsort(0), torch.arange(1, n)[:, None]
    for _ in range(rounds):
        sums = left[order].cumsum(0)
        sums, rest = sums[:-1], sums[-1] - sums[:-1]
        low, high = sums / count, rest / (n - count)
        i, j = divmod((sums * low + rest * high).argmax().item(), columns)
        cut = x[order[i : i + 2, j], j].mean()
        low, high = rate * low[i, j], rate * high[i, j]
        left = left - torch.where(x[:, j] < cut, low, high)
        scores = scores + torch.where(z[:, j] < cut, low, high)
    return scores[:, None]


def mse(scores, y):
    return (scores - y).square().mean((-2, -1))


def wrong(scores, y):
    """Return the share of signs that are not the label's, for each set."""
    return ((scores > 0) != (y > 0)).double().mean((-2, -1))


def show(*shares):
    return " | ".join(" ".join(f"{x:.3f}" for x in each) for each in shares)


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the error against rows, then against irrelevant columns."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(4.8, 2.4), layout="constrained")
    rows, columns = (20, 40, 80, 160, 320, 640), (2, 4, 8, 16, 32, 64)
    tables = [(*smooth(n, 0), *smooth(500, 1)) for n in rows]
    for learn, color in (ridge, "C0"), (train_mlp, "C1"):
        errors = [mse(learn(x, y, z), w).mean() for x, y, z, w in tables]
        axes[0].plot(rows, errors, color=color, marker="o", markersize=2.5)
    tables = [(*band(200, n, 0), *band(500, n, 1)) for n in columns]
    for learn, color in (train_mlp, "C1"), (boost, "C2"):
        errors = [wrong(learn(x, y, z), w).mean() for x, y, z, w in tables]
        axes[1].plot(columns, errors, color=color, marker="o", markersize=2.5)
    axes[0].set(xscale="log", xlabel="rows", ylabel="squared error", ylim=0)
    axes[0].set_xticks([20, 80, 320], [20, 80, 320], minor=False)
    axes[1].set(xscale="log", xlabel="columns", ylabel="share wrong")
    axes[1].set_xticks([2, 8, 32], [2, 8, 32], minor=False)
    for ax in axes:
        ax.minorticks_off()
    axes[0].text(45, 1.1, "MLP", color="C1")
    axes[0].text(180, 0.62, "ridge", color="C0")
    axes[1].text(4, 0.3, "MLP", color="C1")
    axes[1].text(2.5, 0.03, "boosted stumps", color="C2")
    return fig


# --8<-- [end:figure]
