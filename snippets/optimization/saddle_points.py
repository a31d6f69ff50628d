"""Are local minima or saddle points the problem?

--8<-- [start:proof]
>>> found = sorted(critical_points(size=4, hidden=2))
>>> max(slope for _, _, slope in found)  # the gradient is zero at each
0.0
>>> [loss for loss, _, _ in found]
[1.5, 2.0, 2.5, 2.5, 3.0, 3.0, 3.5, 3.5, 4.0, 4.5, 5.0]
>>> [downward for _, downward, _ in found]  # directions that lead down
[0, 1, 2, 2, 3, 3, 4, 4, 5, 6, 8]

--8<-- [end:proof]

--8<-- [start:wrong-coin]
>>> root, pi = 2**0.5, torch.pi
>>> exact = 1 / 2, (2 - root) / 4, (pi - 2 * root) / (4 * pi)
>>> for size, share, before in zip((1, 2, 3), exact, (1, *exact)):
...     hessians = random_hessians(100_000, size)
...     diagonals = hessians.diagonal(dim1=1, dim2=2)
...     coin = (diagonals > 0).all(dim=1).double().mean() * 2**size
...     drawn = positive_definite(hessians).double().mean() / share
...     rarer = before / share
...     print(f"{size} {coin:.1f} {drawn:.1f} {share:.4f} {rarer:.1f}")
1 1.0 1.0 0.5000 2.0
2 1.0 1.0 0.1464 3.4
3 1.0 1.0 0.0249 5.9

--8<-- [end:wrong-coin]

--8<-- [start:wrong-momentum]
>>> distances = 1e-3, 1e-6
>>> print(*[leave(gradient_descent, y, lr=0.01) for y in distances])
695 1389
>>> print(*[leave(momentum, y, lr=0.01) for y in distances])
115 226
>>> print(*[leave(gradient_descent, y, lr=0.1) for y in distances])
73 145

--8<-- [end:wrong-momentum]

--8<-- [start:adaptive]
>>> for rule in rmsprop, adam:
...     for turn in 0, 30, 45:  # degrees by which the saddle is turned
...         steps = [leave(rule, y, lr=0.01, turn=turn) for y in distances]
...         print(f"{rule.__name__:7} {turn:2}", *steps)
rmsprop  0 17 17
rmsprop 30 41 41
rmsprop 45 112 176
adam     0 77 77
adam    30 130 129
adam    45 302 466
>>> leave(adam, 1e-3, lr=0.01, betas=(0, 0.99))  # RMSProp, corrected
61

--8<-- [end:adaptive]

--8<-- [start:wrong-stuck]
>>> for hidden in 2, 4, 16:
...     networks = train(xor_networks(100, hidden))
...     kicked = kick(networks)  # each weight moved by some 0.03
...     again = train(kicked)
...     print(hidden, *[stuck(n) for n in (networks, kicked, again)])
2 63 81 63
4 14 50 14
16 0 49 0

--8<-- [end:wrong-stuck]

--8<-- [start:stay]
>>> rules = gradient_descent, momentum, rmsprop, adam
>>> [leave(rule, 0.0, lr=0.1, most=200) for rule in rules]
[None, None, None, None]
>>> noise = {"noise": 1e-6}
>>> [leave(gradient_descent, 0.0, lr=0.1, **noise, seed=s) for s in range(5)]
[181, 168, 157, 168, 155]

--8<-- [end:stay]

--8<-- [start:flat]
>>> for sizes in (4, 2, 4), (4, 2, 2, 4):
...     count = sum(m * n for m, n in pairwise(sizes))
...     _, downward, slope = look(torch.zeros(count), sizes)
...     print(count, slope, downward)  # weights, slope, directions down
16 0.0 8
20 0.0 0

--8<-- [end:flat]
"""

# --8<-- [start:code]
from itertools import combinations, islice, pairwise

import torch
from torch.autograd.functional import hessian, jacobian


def linear_loss(flat, sizes):
    """Return the loss of a linear network that has to reproduce its inputs.

    ``flat`` holds all weights of its layers, between ``sizes`` units; the
    n inputs are independent, with variances n, n - 1, ..., 1.
    """
    weights = flat.split([rows * columns for columns, rows in pairwise(sizes)])
    product = torch.eye(sizes[0])
    for weight, rows in zip(weights, sizes[1:], strict=True):
        product = weight.view(rows, -1) @ product
    variances = torch.arange(sizes[0], 0, -1)
    return ((product - torch.eye(sizes[0])) ** 2 * variances).sum() / 2


def look(flat, sizes):
    """Return the loss, the number of directions down, and the slope."""
    loss = linear_loss(flat, sizes)
    slope = jacobian(lambda w: linear_loss(w, sizes), flat).norm()
    curvatures = hessian(lambda w: linear_loss(w, sizes), flat)
    downward = torch.linalg.eigvalsh(curvatures) < -1e-3
    return loss.item(), downward.sum().item(), slope.item()


def critical_points(size, hidden):
    """Look at each kind of critical point: inputs kept, the others dropped."""
    for kept in range(hidden + 1):
        for inputs in combinations(range(size), kept):
            encoder = torch.zeros(hidden, size)
            encoder[range(kept), inputs] = 1
            flat = torch.cat([encoder.flatten(), encoder.T.flatten()])
            yield look(flat, (size, hidden, size))


def random_hessians(number, size):
    """Return (number, size, size): A + A^T, the entries of A normal."""
    generator = torch.Generator().manual_seed(2)
    square = torch.randn(number, size, size, generator=generator)
    return square + square.mT


def positive_definite(hessians):
    return torch.linalg.cholesky_ex(hessians).info == 0


def gradient_descent(g):
    return [g]


def momentum(g, v=0.0, mu=0.9):
    v = mu * v + g
    return v, v


def rmsprop(g, s=0.0, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    return g / (s**0.5 + eps), s


def adam(g, m=0.0, s=0.0, t=0, betas=(0.9, 0.999), eps=1e-8):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * g**2
    t += 1
    m_hat, s_hat = m / (1 - betas[0] ** t), s / (1 - betas[1] ** t)
    return m_hat / (s_hat**0.5 + eps), m, s, t


def walk(rule, start, lr, turn=0, noise=0.0, seed=0, **options):
    """Yield (x, y) on the saddle (x^2 - y^2) / 2; ``turn`` is in degrees.

    A rule takes a gradient and its own state; it returns the direction,
    which the learning rate multiplies, and the new state.
    """
    generator = torch.Generator().manual_seed(seed)
    angle = torch.tensor(turn).double().deg2rad()
    c, s = angle.cos(), angle.sin()
    axes = torch.stack([torch.stack([c, s]), torch.stack([-s, c])])
    saddle = axes.T @ torch.tensor([1, -1]).double().diag() @ axes
    w, state = torch.tensor(start).double() @ axes, ()
    while True:
        yield (axes @ w).tolist()
        error = noise * torch.randn(2, generator=generator)
        direction, *state = rule(w @ saddle + error, *state, **options)
        w = w - lr * direction


def leave(rule, distance, lr, most=3000, **options):
    """Count steps from (1, distance) to |y| = 1; None: not in ``most``."""
    points = walk(rule, (1.0, distance), lr, **options)
    for step, (_, y) in enumerate(islice(points, most + 1)):
        if abs(y) >= 1:
            return step


def xor_networks(number, hidden):
    """Return w, b, v, c of as many ReLU networks, started as torch does."""
    generator = torch.Generator().manual_seed(0)
    shapes = (hidden, 2), (hidden, 1), (1, hidden), (1, 1)
    return [
        (torch.rand(number, *shape, generator=generator) * 2 - 1) / fan**0.5
        for shape, fan in zip(shapes, (2, 2, hidden, hidden), strict=True)
    ]


def kick(networks):
    generator = torch.Generator().manual_seed(1)
    noise = [torch.randn(p.shape, generator=generator) for p in networks]
    return [p + 0.03 * n for p, n in zip(networks, noise, strict=True)]


X = torch.tensor([[-1.0, -1.0, 1.0, 1.0], [-1.0, 1.0, -1.0, 1.0]])
XOR = torch.tensor([0.0, 1.0, 1.0, 0.0])


def train(networks, steps=400, lr=0.1):
    """Take plain gradient steps on each network's mean squared error."""
    w, b, v, c = networks
    for _ in range(steps):
        h = (w @ X + b).relu()
        error = (v @ h + c - XOR) / 2  # derivative of the mean of 4 squares
        back = v.mT @ error * (h > 0)
        v = v - lr * error @ h.mT
        c = c - lr * error.sum(dim=2, keepdim=True)
        w = w - lr * back @ X.T
        b = b - lr * back.sum(dim=2, keepdim=True)
    return w, b, v, c


def stuck(networks):
    """Count the networks that miss a point of XOR by 0.1 or more."""
    w, b, v, c = networks
    error = v @ (w @ X + b).relu() + c - XOR
    return (error.abs() > 0.1).any(dim=2).sum().item()


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the ways off the saddle, and y at each step."""
    import matplotlib.pyplot as plt

    runs = {
        "GD": (gradient_descent, 0.01),
        "RMSProp": (rmsprop, 0.01),
        "momentum": (momentum, 0.01),
        "Adam": (adam, 0.01),
        "GD, 10 x rate": (gradient_descent, 0.1),
    }
    fig, (left, right) = plt.subplots(
        1, 2, figsize=(4.8, 2.9), layout="constrained"
    )
    t = torch.linspace(-2.5, 2.5, 80)
    for level in 0.1, 0.5:  # of |x^2 - y^2|
        near, far = level**0.5 * t.sinh(), level**0.5 * t.cosh()
        for x, y in (near, far), (far, near), (-far, near):
            left.plot(x, y, color="0.5", linewidth=0.6)
    for name, (rule, lr) in runs.items():
        points = walk(rule, (1.0, 1e-3), lr)
        x, y = zip(*islice(points, 151), strict=True)
        left.plot(x, y)
        right.semilogy(y, label=name)
    left.set(xlim=(-0.4, 1.05), ylim=(0, 1), xlabel="x", ylabel="y")
    right.set(ylim=(1e-3, 1), xlabel="step")
    right.set_yticks([1e-3, 1e-2, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
    right.minorticks_off()
    fig.legend(loc="outside upper center", ncols=3)
    return fig


# --8<-- [end:figure]
