"""What do momentum, RMSProp and Adam add to gradient descent?

--8<-- [start:proof]
>>> steady, large = [1.0] * 3000, [1000.0] * 3000
>>> alternating = [1.0, -1.0] * 1500
>>> for rule in gradient_descent, momentum, rmsprop, adam:
...     steps = [abs(respond(rule, g)) for g in (steady, large, alternating)]
...     print(f"{rule.__name__:16}", *[f"{step:9.3f}" for step in steps])
gradient_descent     1.000  1000.000     1.000
momentum            10.000 10000.000     0.526
rmsprop              1.000     1.000     1.000
adam                 1.000     1.000     0.053

--8<-- [end:proof]

--8<-- [start:torch]
>>> same_steps(momentum, torch.optim.SGD, momentum=0.9)  # of 100
100
>>> same_steps(nesterov, torch.optim.SGD, momentum=0.9, nesterov=True)
100
>>> same_steps(rmsprop, torch.optim.RMSprop)
100
>>> same_steps(adam, torch.optim.Adam)
100

--8<-- [end:torch]

--8<-- [start:valley]
>>> for kappa in 10, 100, 1000:
...     valley, root = torch.tensor([1, kappa]).double().diag(), kappa**0.5
...     start, mu = torch.ones(2).double(), ((root - 1) / (root + 1)) ** 2
...     plain = walk(gradient_descent, valley, start, lr=2 / (kappa + 1))
...     heavy = walk(momentum, valley, start, lr=4 / (root + 1) ** 2, mu=mu)
...     print(kappa, count_steps(plain, 1e-6), count_steps(heavy, 1e-6))
10 69 27
100 691 93
1000 6908 315

--8<-- [end:valley]

--8<-- [start:wrong-ten]
>>> for mu in 0.9, 0.999:
...     impulse, weights, state = [1.0] + [0.0] * 20_000, [], ()
...     for g in impulse:  # what is left of one gradient, so many steps later
...         v, *state = weighted_mean(g, *state, mu=mu)
...         weights.append(v)
...     sample = 1 / sum(weight**2 for weight in weights)
...     newest = round(1 / (1 - mu))
...     print(newest, f"{sum(weights[:newest]):.2f} {sample:.0f}")
10 0.65 19
1000 0.63 1999

--8<-- [end:wrong-ten]

--8<-- [start:wrong-slow]
>>> noise = torch.randn(1000, generator=torch.Generator().manual_seed(0))
>>> for step in 1, 12, 100, 1000:
...     g = noise[:step].double()
...     ratio = respond(adam, g, correct=False) / respond(adam, g)
...     print(step, f"{ratio:.2f}")  # uncorrected over corrected step
1 3.16
12 6.57
100 3.24
1000 1.26

--8<-- [end:wrong-slow]

--8<-- [start:wrong-better]
>>> rates = torch.logspace(-3, 0.5, 15).double()[:, None]  # tried all at once
>>> for seed in range(5):  # steps along the axes, turned; 500: not by then
...     for rule in momentum, rmsprop, adam:
...         for valley, start in valleys(seed):
...             points = walk(rule, valley, start, rates)
...             print(f"{count_steps(points, 1e-3, most=500):5}", end="")
...     print()
  123  123    5  500  122  349
  126  126    5  500  113  291
  126  126    5  500  108  216
  130  130    5  500  120  382
  125  125    5  500  115  312

--8<-- [end:wrong-better]

--8<-- [start:course]
>>> same_steps(weighted_mean, torch.optim.SGD, lr=1e-4, momentum=0.9)
100
>>> damped = {"momentum": 0.9, "dampening": 0.9}  # all but the first step
>>> same_steps(weighted_mean, torch.optim.SGD, **damped)
0

--8<-- [end:course]

--8<-- [start:decay]
>>> for optim in torch.optim.Adam, torch.optim.AdamW:
...     for weight_decay in 0.01, 0.1:
...         w = torch.ones(1)  # after 100 steps that only decay pulls at
...         optimizer = optim([w], lr=0.001, weight_decay=weight_decay)
...         for _ in range(100):
...             w.grad = torch.zeros(1)
...             optimizer.step()
...         print(f"{optim.__name__:5} {weight_decay:4} {w.item():.3f}")
Adam  0.01 0.902
Adam   0.1 0.902
AdamW 0.01 0.999
AdamW  0.1 0.990

--8<-- [end:decay]
"""

# --8<-- [start:code]
from itertools import islice

import torch


def gradient_descent(g):
    return [g]


def momentum(g, v=0.0, mu=0.9):
    v = mu * v + g
    return v, v


def weighted_mean(g, v=0.0, mu=0.9):
    v = mu * v + (1 - mu) * g
    return v, v


def nesterov(g, v=0.0, mu=0.9):
    v = mu * v + g
    return g + mu * v, v


def rmsprop(g, s=0.0, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    return g / (s**0.5 + eps), s


def adam(g, m=0.0, s=0.0, t=0, betas=(0.9, 0.999), eps=1e-8, correct=True):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * g**2
    t, m_hat, s_hat = t + 1, m, s
    if correct:  # both means began at zero
        m_hat, s_hat = m / (1 - betas[0] ** t), s / (1 - betas[1] ** t)
    return m_hat / (s_hat**0.5 + eps), m, s, t


def respond(rule, gradients, **options):
    """Return the last direction that ``rule`` makes of the gradients.

    A rule takes a gradient and its own state; it returns the direction,
    which the learning rate multiplies, and the new state.
    """
    state = ()
    for g in gradients:
        direction, *state = rule(g, *state, **options)
    return direction


def walk(rule, valley, start, lr, **options):
    """Yield the points on the way down w @ valley @ w / 2, without end."""
    w, state = start, ()
    while True:
        yield w
        direction, *state = rule(w @ valley, *state, **options)
        w = w - lr * direction


def count_steps(points, goal, most=10_000):
    """Count steps until |w| is below ``goal`` times the first, in any row."""
    first = next(points).norm(dim=-1)
    for step, w in enumerate(points, start=1):
        if (w.norm(dim=-1) < goal * first).any() or step == most:
            return step


def valleys(seed, size=10, kappa=1000):
    """Return valley and start: along the axes, and both turned at random."""
    generator = torch.Generator().manual_seed(seed)
    start = torch.randn(size, generator=generator).double()
    square = torch.randn(size, size, generator=generator).double()
    turn, _ = torch.linalg.qr(square)
    valley = (kappa ** torch.linspace(0, 1, size).double()).diag()
    return (valley, start), (turn @ valley @ turn.T, start @ turn.T)


def same_steps(rule, optim, lr=0.001, **options):
    """Count the points, of 100, at which ``rule`` and torch's agree."""
    (valley, w), _ = valleys(seed=0)
    ours = list(islice(walk(rule, valley, w, lr=0.001), 101))
    optimizer, theirs = optim([w], lr=lr, **options), []
    for _ in range(100):
        w.grad = w @ valley
        optimizer.step()
        theirs.append(w.clone())
    pairs = zip(ours[1:], theirs, strict=True)
    return sum(torch.allclose(a, b, rtol=0, atol=1e-12) for a, b in pairs)


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw 25 steps of each rule down a valley 30 times as steep across."""
    import matplotlib.pyplot as plt

    valley, root = torch.tensor([1, 30]).double().diag(), 30**0.5
    start = torch.tensor([-10, 1]).double()
    lr, mu = 4 / (root + 1) ** 2, ((root - 1) / (root + 1)) ** 2
    runs = {
        "gradient descent": walk(gradient_descent, valley, start, lr=2 / 31),
        "momentum": walk(momentum, valley, start, lr=lr, mu=mu),
        "RMSProp": walk(rmsprop, valley, start, lr=0.3),
        "Adam": walk(adam, valley, start, lr=0.5),
    }
    fig, axes = plt.subplots(
        2,
        2,
        figsize=(4.8, 2.8),
        sharex=True,
        sharey=True,
        layout="constrained",
    )
    angle = torch.linspace(0, 2 * torch.pi, 100)
    for ax, (name, points) in zip(axes.flat, runs.items(), strict=True):
        for radius in 3, 6, 10, 14:
            x, y = radius * angle.cos(), radius * angle.sin() / 30**0.5
            ax.plot(x, y, color="0.5", linewidth=0.6)
        x, y = torch.stack(list(islice(points, 26))).T
        ax.plot(x, y, color="C0", marker="o", markersize=2.5, linewidth=1)
        ax.plot(0, 0, "+", color="C3")
        ax.set_title(name)
    return fig


# --8<-- [end:figure]
