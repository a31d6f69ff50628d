# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Racing optimizers
#
# Which optimizer is fastest? In this lab you race four of them, each at the best of 51 learning rates, down valleys, round a bend and through a network, and see how much of the answer depends on the course, on the finishing line and on who chose the rates.
#
# It goes with [What do momentum, RMSProp and Adam add to gradient descent?](../optimization/momentum-rmsprop-adam.md), [Are local minima or saddle points the problem?](../optimization/saddle-points.md), [Which learning-rate decay schedules are common?](../optimization/learning-rate-decay.md) and [How do batch, stochastic and mini-batch gradient descent differ?](../optimization/minibatch-gradient-descent.md)

# %%
# Knobs: change one, run all cells again.
SEED = 0  # of turns, networks and mini-batches; try 1, 2
KAPPAS = (1, 10, 100, 1000)  # the valleys' steepness across; try 10_000
MU = 0.9  # momentum's memory; try 0, 0.99
RATES = 51  # learning rates that each rule may try; try 6
TURNED = 1000  # steepness of the turned valleys; try 10
BATCH = 50  # samples in a mini-batch, of 200; try 5, 200
STEPS = 500  # of the networks; try 2000

# %% [markdown]
# | knob | value | what you'll see |
# |---|---|---|
# | `KAPPAS` | (1, 10_000) | gradient descent doesn't arrive, momentum needs 1421 steps, Adam 78 as before |
# | `MU` | 0 | momentum is gradient descent |
# | `MU` | 0.99 | momentum takes some 780 steps down every valley: it overshoots |
# | `RATES` | 6 | one rate per power of ten: in the curved valley gradient descent doesn't arrive, and momentum takes 568 steps in place of 164 |
# | `TURNED` | 10 | a turn costs Adam a third at most |
# | `SEED` | 1, 2 | another order among the networks; another turn, and still a multiple of Adam's steps |
# | `BATCH` | 5 | too noisy for 500 steps: no rule gets below 0.1 |
# | `STEPS` | 2000 | all four get below 0.01 at their best, gradient descent at a rate above 4 |

# %%
# %config InlineBackend.figure_formats = ["svg"]
import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

torch.set_num_threads(1)

# %% [markdown]
# ## Four rules
#
# A rule turns a gradient and what it remembers into a direction; the learning rate multiplies that. These are the ones that the page on momentum checks against `torch.optim`, step for step. `descend` walks with all learning rates at once, so that each rule is judged by its best.


# %%
# from snippets/optimization/momentum_rmsprop_adam.py
def gradient_descent(g):
    return [g]


def momentum(g, v=0.0, mu=0.9):
    v = mu * v + g
    return v, v


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


# %%
RULES = {
    "gradient descent": (gradient_descent, {}),
    "momentum": (momentum, {"mu": MU}),
    "RMSProp": (rmsprop, {}),
    "Adam": (adam, {}),
}
rates = torch.logspace(-4, 1, RATES).double()  # 0.0001 to 10


def descend(name, gradient, start, steps=2000):
    """Return the points (steps + 1, rates, size), one path for each rate."""
    rule, options = RULES[name]
    w, state = start.expand(len(rates), -1), ()
    points = [w]
    for _ in range(steps):
        direction, *state = rule(gradient(w), *state, **options)
        w = w - rates[:, None] * direction
        points.append(w)
    return torch.stack(points)


def first_there(there):
    """Return for each rate the first step at the goal, inf if there is none."""
    steps = torch.where(there.any(0), there.int().argmax(0), torch.inf)
    return steps


def stays_there(there):
    """Return for each rate the step from which on it is at the goal."""
    step = torch.arange(1, len(there) + 1)[:, None]
    last_away = torch.where(there, 0, step).amax(0)
    return torch.where(last_away < len(there), last_away, torch.inf)


# %% [markdown]
# ## Down a valley
#
# The valley is a bowl, one way as steep as κ times the other: 1 is round, 1000 a ravine. It starts ten times as far along the gentle side. Counted are the steps until the rule is within 0.1 of the bottom **and stays there**; inf means not within 2000.
#
# Before you run it: which of the four won't care about κ?


# %%
def valley(kappa):
    """Return the goal test, the gradient and the start of a 2-D valley."""
    hessian = torch.tensor([1, kappa]).double().diag()
    start = torch.tensor([10.0, 1.0]).double()
    return lambda w: w.norm(dim=-1) < 0.1, lambda w: w @ hessian, start


print("steepness       ", *[f"{kappa:6}" for kappa in KAPPAS])
for name in RULES:
    row = []
    for kappa in KAPPAS:
        goal, gradient, start = valley(kappa)
        there = goal(descend(name, gradient, start))
        row.append(stays_there(there).min().item())
    print(f"{name:16}", *[f"{steps:6.0f}" for steps in row])

# %% [markdown]
# Gradient descent does best on the round bowl: one step. From there its steps grow with κ, since the rate that the steep side bears is too small for the gentle one. Momentum takes 76 steps down the first three valleys: with μ = 0.9 a deviation shrinks by √0.9 a step at best, whatever the steepness, and only past κ of some hundreds is the rate the limit again. Adam divides each coordinate by its own gradients' size, so κ cancels: 78, to the step. RMSProp does the same and takes 982. Why, the paths show.

# %%
# 40 steps of each rule at its best rate, down a valley 30 times as steep across.
goal, gradient, start = valley(30)
fig, axes = plt.subplots(
    2, 2, figsize=(6.4, 3.2), sharex=True, sharey=True, layout="constrained"
)
angle = torch.linspace(0, 2 * torch.pi, 100)
for ax, name in zip(axes.flat, RULES, strict=True):
    points = descend(name, gradient, start)
    best = stays_there(goal(points)).argmin()
    for size in 3, 6, 10, 14:
        x, y = size * angle.cos(), size * angle.sin() / 30**0.5
        ax.plot(x, y, color="0.5", linewidth=0.6)
    x, y = points[:41, best].T
    ax.plot(x, y, color="C0", marker="o", markersize=2.5, linewidth=1)
    ax.plot(0, 0, "+", color="C3")
    ax.set_title(f"{name}, rate {rates[best]:.3g}")
plt.show()

# %% [markdown]
# A κ of 30, forty steps each. RMSProp's path is the straightest, and it has hardly moved: its best rate is the smallest. To see why, count the steps until it is at the goal for the **first** time.

# %%
goal, gradient, start = valley(100)
print("                  first at the goal   stays there")
for name in RULES:
    there = goal(descend(name, gradient, start))
    first, stays = first_there(there), stays_there(there)
    print(f"{name:16} {first.min():8.0f} {stays.min():18.0f}")

# %% [markdown]
# ## First there, or there to stay
#
# RMSProp can be at the goal in 3 steps, and nobody is faster. But its steps are as long as the learning rate, near the bottom as anywhere: a rate that gets there in 3 steps walks right past. To stay within 0.1 it needs a rate so small that the way takes 982. So who wins depends on the finishing line; and a rule whose steps don't shrink by themselves needs a [rate that decays](../optimization/learning-rate-decay.md).
#
# ## Turn the valley
#
# Adam and RMSProp treat each coordinate by itself. That helps if the valley lies along the axes. Now ten dimensions, with κ = 1000, and the same valley turned at random: three starts each. What will the turn cost gradient descent, and what Adam?


# %%
# from snippets/optimization/momentum_rmsprop_adam.py
def valleys(seed, size=10, kappa=1000):
    """Return valley and start: along the axes, and both turned at random."""
    generator = torch.Generator().manual_seed(seed)
    start = torch.randn(size, generator=generator).double()
    square = torch.randn(size, size, generator=generator).double()
    turn, _ = torch.linalg.qr(square)
    valley = (kappa ** torch.linspace(0, 1, size).double()).diag()
    return (valley, start), (turn @ valley @ turn.T, start @ turn.T)


# %%
# within 5 %
print("                  along the axes         turned")
for name in RULES:
    row = []
    for turned in range(2):
        for seed in range(SEED, SEED + 3):
            hessian, start = valleys(seed, kappa=TURNED)[turned]
            points = descend(name, lambda w, h=hessian: w @ h, start)
            there = points.norm(dim=-1) < 0.01 * start.norm()
            row.append(stays_there(there).min().item())
    steps = [f"{steps:5.0f}" for steps in row]
    print(f"{name:16}", *steps[:3], "  ", *steps[3:])

# %% [markdown]
# Gradient descent and momentum take the same steps to the number: a turned gradient is the gradient, turned. Adam takes 75 to 77 steps along the axes and 206 to 430 turned, RMSProp about twice as many as before. No coordinate has a steepness of its own now, and dividing by its size no longer undoes κ. “Adam adapts to the curvature” is true along the axes only, and here momentum wins.
#
# ## Round a bend
#
# Rosenbrock's valley is curved, and its floor is nearly flat. The goal: a height below 0.001, for good, within 5000 steps.


# %%
def height(w):
    """Rosenbrock's curved valley, whose lowest point is (1, 1)."""
    x, y = w.unbind(-1)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def slope(w):
    x, y = w.unbind(-1)
    across = 200 * (y - x**2)
    return torch.stack([2 * (x - 1) - 2 * x * across, across], dim=-1)


start = torch.tensor([-1.2, 1.0]).double()
paths = {name: descend(name, slope, start, steps=5000) for name in RULES}
for name, points in paths.items():
    steps = stays_there(height(points) < 0.001)
    best = steps.argmin()
    print(f"{name:16} {steps[best]:5.0f} steps at rate {rates[best]:.4f}")

# %%
# 150 steps of each rule at its best rate, in Rosenbrock's curved valley.
fig, axes = plt.subplots(
    1, 4, figsize=(6.4, 2), sharex=True, sharey=True, layout="constrained"
)
x = torch.linspace(-1.6, 1.6, 60)
y = torch.linspace(-0.6, 2, 60)
grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
for ax, (name, points) in zip(axes, paths.items(), strict=True):
    best = stays_there(height(points) < 0.001).argmin()
    levels = [0.3, 3, 30, 300]
    ax.contour(x, y, height(grid), levels, colors="0.5", linewidths=0.6)
    ax.plot(*points[:151, best].clip(-3, 3).T, color="C0", linewidth=1)
    ax.plot(1, 1, "+", color="C3")
    ax.set(title=name, xlim=(-1.6, 1.6), ylim=(-0.6, 2))
    ax.title.set_fontsize(9)
plt.show()

# %% [markdown]
# Momentum is twenty times as fast as gradient descent, and Adam lies between. Its best rate is above 2: what looks absurd by the usual 0.001 is what this course asks for.
#
# ## A network
#
# Two spirals, 200 points, a 2-32-32-1 network with tanh, 500 mini-batches of 50. Each rule trains 16 × 5 networks side by side: 16 rates, five starts. Judged is the loss on all 200 points. First a guess: which rule loses most if all four must use 0.001?


# %%
def spirals(count=200):
    """Return points (count, 2) on two spirals, and which one each is on."""
    generator = torch.Generator().manual_seed(0)
    side = torch.arange(count) % 2
    far = torch.rand(count, generator=generator).double().sqrt()
    angle = 3 * torch.pi * far + torch.pi * side
    points = torch.stack([angle.cos(), angle.sin()], dim=1) * far[:, None]
    jitter = torch.randn(count, 2, generator=generator).double()
    return points + 0.02 * jitter, side.double()[:, None]


X, Y = spirals()


def networks(count, width=32):
    """Return 5 networks, 2-32-32-1, as torch would start them, ``count`` times."""
    generator = torch.Generator().manual_seed(SEED)
    sizes = 2, width, width, 1
    weights = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        for rows in fan_in, 1:  # weight and bias
            w = torch.rand(5, rows, fan_out, generator=generator).double()
            weights.append((2 * w - 1) / fan_in**0.5)
    return [w.repeat(count, 1, 1) for w in weights]


def losses(weights, x, y):
    """Return the loss of each network."""
    w1, b1, w2, b2, w3, b3 = weights
    h = torch.tanh(torch.tanh(x @ w1 + b1) @ w2 + b2)
    z = h @ w3 + b3
    loss = F.binary_cross_entropy_with_logits
    return loss(z, y.expand_as(z), reduction="none").mean((1, 2))


def train(name, rates):
    """Return the final losses (rates, 5) of networks trained side by side."""
    rule, options = RULES[name]
    weights = networks(len(rates))
    states = [()] * len(weights)
    lr = rates.repeat_interleave(5)[:, None, None]
    generator = torch.Generator().manual_seed(SEED)
    for _ in range(STEPS):
        batch = torch.randperm(len(X), generator=generator)[:BATCH]
        weights = [w.requires_grad_() for w in weights]
        total = losses(weights, X[batch], Y[batch]).sum()
        for i, g in enumerate(torch.autograd.grad(total, weights)):
            direction, *states[i] = rule(g, *states[i], **options)
            weights[i] = (weights[i] - lr * direction).detach()
    return losses(weights, X, Y).view(-1, 5)


# %%
# within 0.05
few = torch.logspace(-4, 1, 16).double()
final = {name: train(name, few).nan_to_num(99) for name in RULES}
usual = (few / 0.001).log().abs().argmin()
print("loss, median of five   at the best rate   at 0.001")
for name, loss in final.items():
    median = loss.median(1).values
    print(f"{name:16} {median.min():18.2f} {median[usual]:13.2f}")

# %%
# The networks' final loss against the learning rate, for four rules.
fig, ax = plt.subplots(figsize=(6.4, 2.8), layout="constrained")
for k, (name, loss) in enumerate(final.items()):
    ax.plot(few, loss.median(1).values, f"C{k}", marker="o", markersize=3)
    ax.plot([], [], f"C{k}", label=name)
ax.set(xscale="log", yscale="log", ylim=(0.005, 20))
ax.set(xlabel="learning rate", ylabel="loss, median of five")
fig.legend(loc="outside right center")
plt.show()

# %%
# within 1
for name, loss in final.items():
    good = (loss.median(1).values < 0.1).sum()
    print(f"{name:16} {good} of 16 rates bring it below a tenth")

# %% [markdown]
# At 0.001 none of them has learnt much: 0.61 to 0.69, and 0.69 is guessing. At their own best rates momentum, RMSProp and Adam end below 0.1, in an order that changes with `SEED`; gradient descent stays near 0.4. What Adam has is patience with the rate: about 4 of the 16 bring it below 0.1, and about 2 each of momentum's and RMSProp's. That is why it looks best to whoever tries few.
#
# ## What to take away
#
# - A ranking of optimizers is a ranking of optimizers **with their learning rates**. Give each its own search, and say over which rates.
# - Where the trouble lies along the coordinates, Adam undoes it; turned, it doesn't. A ravine of any direction is momentum's course.
# - A rule with steps of constant length is fast to come near and slow to settle: let its rate decay.
