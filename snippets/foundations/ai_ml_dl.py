"""How do AI, machine learning and deep learning relate?

--8<-- [start:proof]
>>> accuracy(rule(TEST))  # written by hand: has seen no example
0.979
>>> w, b = fit(linear, zeros(64), pixels(TRAIN))
>>> accuracy(linear(pixels(TEST), w, b))  # learned, on raw pixels
0.494
>>> w, b = fit(linear, zeros(2), by_hand(TRAIN))
>>> accuracy(linear(by_hand(TEST), w, b))  # the same, on two features
0.973
>>> for seed in range(4):  # a network, on raw pixels, from four starts
...     learned = fit(network, start(seed), patches(TRAIN))
...     print(accuracy(network(patches(TEST), *learned)))
0.99
0.971
0.96
0.989

--8<-- [end:proof]

--8<-- [start:wrong-learning]
>>> value(" " * 9)  # of tic-tac-toe, if both play their best: a draw
0
>>> value.cache_info().misses  # boards that the program has looked at
5478
>>> [value(f"x{' ' * i}o{' ' * (7 - i)}") for i in range(8)]  # o answers x
[1, 1, 1, 0, 1, 1, 1, 1]
>>> value("oo  xx  x")  # o is to move, and completes the row
-1

--8<-- [end:wrong-learning]

--8<-- [start:wrong-layers]
>>> def deep(inputs, first, second, w, b):  # 64-16-16-1, all linear
...     return linear(inputs @ first @ second, w, b)
>>> rng = np.random.default_rng(0)
>>> layers = [rng.normal(size=s) / 8 for s in ((64, 16), (16, 16), 16, 1)]
>>> layers = [torch.from_numpy(layer) for layer in layers]
>>> learned = fit(deep, layers, pixels(TRAIN), rate=0.3)
>>> accuracy(deep(pixels(TEST), *learned))
0.492
>>> def frozen(seed, n):  # the network, but its n kernels left at the start
...     kernels, offsets, *_ = start(seed, n)
...     train, test = (
...         features(patches(images), kernels, offsets)
...         for images in (TRAIN, TEST)
...     )
...     return accuracy(linear(test, *fit(linear, zeros(n), train)))
>>> [frozen(seed, 8) for seed in range(4)]
[0.843, 0.824, 0.911, 0.743]
>>> [frozen(seed, 64) for seed in range(4)]  # eight times as many
[0.958, 0.96, 0.93, 0.973]

--8<-- [end:wrong-layers]

--8<-- [start:wrong-best]
>>> ten = TRAIN[:10]
>>> w, b = fit(linear, zeros(2), by_hand(ten))
>>> accuracy(linear(by_hand(TEST), w, b))
0.973
>>> for seed in range(4):
...     learned = fit(network, start(seed), patches(ten))
...     print(accuracy(network(patches(TEST), *learned)))
0.815
0.915
0.851
0.893

--8<-- [end:wrong-best]
"""

# --8<-- [start:code]
import functools

import numpy as np
import torch
from torch.nn import functional as F


def bars(n, seed, size=8, length=5, noise=0.25):
    """Draw noisy images of one bar, light or dark: (n, size, size).

    Even ones hold a horizontal bar, odd ones a vertical bar.
    """
    rng = np.random.default_rng(seed)
    images = noise * rng.normal(size=(n, size, size))
    for i, image in enumerate(images):
        row, start = rng.integers(size), rng.integers(size - length + 1)
        across = image.T if i % 2 else image
        across[row, start : start + length] += rng.choice([-1, 1])
    return torch.from_numpy(images)


def vertical(images):
    return (torch.arange(len(images)) % 2).double()


TRAIN, TEST = bars(200, seed=0), bars(1000, seed=1000)


def by_hand(images):
    """Return the mean change from left to right and from top to bottom."""
    changes = [images.diff(dim=d).abs().mean((1, 2)) for d in (2, 1)]
    return 10 * torch.stack(changes, dim=1)


def rule(images):
    """A vertical bar changes more from left to right."""
    across, down = by_hand(images).T
    return across - down


def pixels(images):
    return images.flatten(1)


def patches(images):
    """Return the 3x3 patches of each image: (n, 36, 9)."""
    return F.unfold(images[:, None], 3).transpose(1, 2)


def linear(inputs, w, b):
    return inputs @ w + b


def features(inputs, kernels, offsets):
    """Return how strongly each kernel responds, on average: (n, kernels)."""
    return (inputs @ kernels + offsets).relu().mean(1)


def network(inputs, kernels, offsets, w, b):
    """The same linear model, on features that are learned along with it."""
    return linear(features(inputs, kernels, offsets), w, b)


def zeros(n):
    return [torch.zeros(n).double(), torch.zeros(1).double()]


def start(seed=0, n=8):
    """Return random kernels (9, n) and weights (n,), both offsets zero."""
    rng = np.random.default_rng(seed)
    kernels, w = rng.normal(size=(9, n)) / 3, rng.normal(size=n)
    return [
        torch.from_numpy(x) for x in (kernels, np.zeros(n), w, np.zeros(1))
    ]


def fit(model, parameters, inputs, rate=3.0, steps=200):
    """Return parameters fitted to whether the bars are vertical."""
    targets = vertical(inputs)
    for _ in range(steps):
        parameters = [p.detach().requires_grad_() for p in parameters]
        scores = model(inputs, *parameters)
        loss = F.binary_cross_entropy_with_logits(scores, targets)
        gradients = torch.autograd.grad(loss, parameters)
        parameters = [
            p - rate * g for p, g in zip(parameters, gradients, strict=True)
        ]
    return [p.detach() for p in parameters]


def accuracy(scores):
    correct = (scores > 0) == (vertical(scores) > 0)
    return round(correct.double().mean().item(), 3)


@functools.cache
def value(board):
    """Return 1 if x, 0 if nobody, -1 if o wins when both play their best.

    ``board`` has nine characters, x, o or blank; who has fewer is to move.
    """
    rows = [board[i : i + 3] for i in (0, 3, 6)]
    columns = [board[i::3] for i in range(3)]
    lines = *rows, *columns, board[::4], board[2:7:2]
    if "xxx" in lines or "ooo" in lines:
        return 1 if "xxx" in lines else -1
    if " " not in board:
        return 0
    player = "xo"[board.count("x") > board.count("o")]
    moves = (i for i in range(9) if board[i] == " ")
    best = max if player == "x" else min
    return best(value(board[:i] + player + board[i + 1 :]) for i in moves)


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw a network's kernels: the area is the weight, the color its sign."""
    import matplotlib.pyplot as plt

    kernels, _, w, _ = fit(network, start(), patches(TRAIN))
    order = w.argsort()  # from the strongest for horizontal
    fig, axes = plt.subplots(
        2,
        4,
        figsize=(4.8, 2.9),
        layout="constrained",
        subplot_kw={"aspect": 1},
    )
    for ax, j in zip(axes.flat, order.tolist(), strict=True):
        kernel = kernels[:, j] / kernels.abs().max()
        for i, weight in enumerate(kernel.tolist()):
            side = abs(weight) ** 0.5
            corner = i % 3 - side / 2, 2 - i // 3 - side / 2
            color = "C0" if weight > 0 else "C1"
            ax.add_patch(plt.Rectangle(corner, side, side, color=color, lw=0))
        ax.set(xlim=(-0.6, 2.6), ylim=(-0.6, 2.6), xticks=[], yticks=[])
        ax.set_title(f"{w[j]:+.1f}")
    return fig


# --8<-- [end:figure]
