"""How does a generative adversarial network work?

--8<-- [start:proof]
>>> f"{REAL.mean():.2f} {REAL.std():.2f} {(REAL < 0).sum()}"
'0.41 1.68 20'
>>> for seed in 1, 2, 3:
...     samples, judge = train(seed)
...     first, last, d = samples[0], samples[-1], judge(REAL)
...     print(f"{last.mean():.2f} {last.std():.2f} {(last < 0).sum()}",
...           f" off by {distance(first):.1f}, then {distance(last):.1f};",
...           f"D {d.min():.2f} to {d.max():.2f}")
0.39 1.65 22  off by 1.6, then 0.2; D 0.43 to 0.52
0.39 1.65 22  off by 1.4, then 0.2; D 0.44 to 0.52
0.38 1.66 22  off by 1.6, then 0.2; D 0.44 to 0.52

--8<-- [end:proof]

--8<-- [start:optimum]
>>> p, q = torch.tensor([[0.5, 0.3, 0.2], [0.1, 0.3, 0.6]])
>>> logits, value = best_discriminator(p, q)  # trained, one logit a cell
>>> for best in logits.sigmoid(), p / (p + q):
...     print([round(d, 3) for d in best.tolist()])
[0.833, 0.5, 0.25]
[0.833, 0.5, 0.25]
>>> print(f"{value:.3f} {2 * jsd(p, q) - math.log(4):.3f}")
-1.136 -1.136
>>> print(f"{best_discriminator(p, p)[1]:.3f}")  # q = p: D says 1/2
-1.386
>>> left = torch.tensor([0.5, 0.5, 0, 0])  # nothing in common with q:
>>> for q in [0, 0, 0.5, 0.5], [0, 0, 0.1, 0.9]:  # q moves, log 2 stays
...     print(f"{jsd(left, torch.tensor(q)):.3f}")
0.693
0.693

--8<-- [end:optimum]

--8<-- [start:saturating]
>>> for logit in 0.0, -3.0, -6.0:  # D ever surer that a sample is fake
...     x = torch.tensor(logit, requires_grad=True)
...     old, = torch.autograd.grad(logsigmoid(-x), x)  # of log(1 - D)
...     new, = torch.autograd.grad(-logsigmoid(x), x)  # of -log D
...     print(f"D {x.sigmoid():.3f}: {old:.3f} {new:.3f}, x {new / old:.0f}")
D 0.500: -0.500 -0.500, x 1
D 0.047: -0.047 -0.953, x 20
D 0.002: -0.002 -0.998, x 403

--8<-- [end:saturating]

--8<-- [start:wrong-jsd]
>>> for shift in 0.5, 2.0, 6.0:  # data N(0, 1), generator N(shift, 1)
...     old, new, js, kl = slopes(shift)
...     print(f"saturating {old:.3f} {2 * js:.3f}",
...           f" other {new:.3f} {kl - 2 * js:.3f}")
saturating 0.235 0.235  other 0.265 0.265
saturating 0.450 0.450  other 1.550 1.550
saturating 0.012 0.012  other 5.988 5.988

--8<-- [end:wrong-jsd]

--8<-- [start:wrong-descent]
>>> for lr in 0.2, 0.1:  # how much further away after 400 steps
...     print(f"{circle(lr):.3f}, predicted {(1 + lr**2 / 4)**200:.3f};",
...           f"data with a spread: {circle(lr, spread=1):.1e}")
7.316, predicted 7.316; data with a spread: 7.5e-09
1.648, predicted 1.648; data with a spread: 6.1e-05
>>> f"{circle(0.2, start=1.0):.3f}"  # from far away, where D is not 1/2
'3.095'

--8<-- [end:wrong-descent]

--8<-- [start:wrong-fooled]
>>> f"{REAL.max():.1f}"  # the largest number of the data
'2.4'
>>> grid = torch.linspace(-8, 8, 1601).double()[:, None]
>>> for seed in 1, 2, 3:  # one turn: 30 steps of D, then 100 of G
...     samples, judge = train(seed, rounds=1, d_steps=30, g_steps=100)
...     last, top = samples[-1], grid[judge(grid).argmax()].item()
...     print(f"samples {last.mean():.1f} +- {last.std():.1f};",
...           f"D largest at {top:.1f}; D of samples",
...           f"{judge(last).mean():.2f}, of data {judge(REAL).mean():.2f}")
samples 3.1 +- 0.1; D largest at 3.2; D of samples 0.99, of data 0.80
samples 3.4 +- 0.1; D largest at 3.4; D of samples 0.99, of data 0.78
samples 3.1 +- 0.2; D largest at 3.1; D of samples 0.99, of data 0.81

--8<-- [end:wrong-fooled]
"""

# --8<-- [start:code]
import math

import torch
from torch import nn
from torch.nn.functional import logsigmoid


def quantiles(n):
    """Return ``n`` evenly likely values of a standard normal variable."""
    return torch.special.ndtri((torch.arange(n).double() + 0.5) / n)


NOISE = quantiles(64)[:, None]
REAL = torch.cat([0.4 * quantiles(20) - 2, 0.4 * quantiles(44) + 1.5])[:, None]
CENTRES = torch.linspace(-5, 5, 11).double()


def bumps(x):
    """Return 11 Gaussian features, (n, 11), of the numbers ``x``, (n, 1)."""
    return (-(((x - CENTRES) / 1.5) ** 2) / 2).exp()


def descend(model, loss, lr):
    parameters = list(model.parameters())
    gradients = torch.autograd.grad(loss, parameters)
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.data -= lr * gradient


def train(seed, rounds=300, d_steps=1, g_steps=1):
    """Return the samples after each round, (rounds + 1, 64, 1), and D(x)."""
    torch.manual_seed(seed)
    generator = nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))
    generator, logit = generator.double(), nn.Linear(11, 1).double()
    samples = [generator(NOISE).detach()]
    for _ in range(rounds):
        real, fake = bumps(REAL), bumps(samples[-1])
        for _ in range(d_steps):
            real_loss = -logsigmoid(logit(real)).mean()
            fake_loss = -logsigmoid(-logit(fake)).mean()
            descend(logit, real_loss + fake_loss, lr=1.0)
        for _ in range(g_steps):  # no data here: only D's opinion
            loss = -logsigmoid(logit(bumps(generator(NOISE)))).mean()
            descend(generator, loss, lr=0.5)
        samples.append(generator(NOISE).detach())
    return torch.stack(samples), lambda x: logit(bumps(x)).sigmoid()


def distance(samples):
    """Return the mean distance of samples (64, 1) and data, both sorted."""
    return (samples.sort(dim=0).values - REAL).abs().mean().item()


# --8<-- [end:code]


# --8<-- [start:theory]
def jsd(p, q):
    """Return the Jensen-Shannon divergence, in nats, of two tables."""
    middle = (p + q) / 2
    return sum(torch.xlogy(r, r / middle).sum() / 2 for r in (p, q))


def best_discriminator(p, q, steps=300):
    """Maximize V by gradient steps; return the logits and V's value."""
    logits = torch.zeros_like(p, requires_grad=True)
    for _ in range(steps):
        value = (p * logsigmoid(logits) + q * logsigmoid(-logits)).sum()
        logits.data += 5 * torch.autograd.grad(value, logits)[0]
    return logits.detach(), value.item()


def slopes(shift):
    """Return four derivatives by the mean of the generator, at ``shift``.

    Of log(1 - D) and of -log D at its samples, with D the best one for data
    N(0, 1) and samples N(shift, 1), and fixed; of JSD; of KL(q || p).
    """
    x = torch.linspace(-12, 20, 3201).double()
    mean = torch.tensor(shift).double().requires_grad_()
    p, q = (-(x**2) / 2).softmax(0), (-((x - mean) ** 2) / 2).softmax(0)
    logit = shift * (shift / 2 - (x + mean))  # log p/q at noise x plus mean
    old, new = (p * logsigmoid(-logit)).sum(), -(p * logsigmoid(logit)).sum()
    kinds = old, new, jsd(p, q), torch.xlogy(q, q / p).sum()
    grad = torch.autograd.grad
    return [grad(y, mean, retain_graph=True)[0].item() for y in kinds]


def circle(lr, spread=0, steps=400, start=0.001):
    """Return how many times further from the equilibrium the players end.

    Real samples are -spread and spread, the generator adds theta to them,
    and D(x) is sigmoid(psi * x): both should become zero.
    """
    theta, psi, noise = start, 0.0, (-spread, spread)
    for _ in range(steps):
        real = [1 / (1 + math.exp(-psi * x)) for x in noise]
        fake = [1 / (1 + math.exp(-psi * (x + theta))) for x in noise]
        ascent = sum(
            (1 - r) * x - f * (x + theta)
            for x, r, f in zip(noise, real, fake, strict=True)
        )
        descent = -psi * sum(fake)
        theta, psi = theta - lr * descent / 2, psi + lr * ascent / 2
    return math.hypot(theta, psi) / start


# --8<-- [end:theory]


# --8<-- [start:figure]
def figure():
    """Draw every fourth sample over rounds, and over turns of 100 steps."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        1, 2, figsize=(4.8, 2.6), sharey=True, layout="constrained"
    )
    for ax, rounds, turn, title in (
        (axes[0], 300, {}, "1 step each a round"),
        (axes[1], 8, {"d_steps": 30, "g_steps": 100}, "30 and 100 steps"),
    ):
        samples = train(2, rounds, **turn)[0][:, ::4, 0]
        step = max(rounds // 150, 1)
        times = range(0, rounds + 1, step)
        ax.plot(times, samples[::step], color="C0", linewidth=0.8)
        ax.plot([rounds * 1.04] * 16, REAL[::4], "_", color="C1")
        ax.set(title=title, xlabel="round", xticks=[0, rounds // 2, rounds])
    axes[0].set_ylabel("samples")
    return fig


# --8<-- [end:figure]
