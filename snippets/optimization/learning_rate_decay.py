"""Which learning-rate decay schedules are common?

--8<-- [start:proof]
>>> for name, share in SHARES.items():  # of the first rate, in 50 epochs
...     seen = rates(TORCH[name], range(50))
...     equal = sum(math.isclose(share(t), seen[t]) for t in range(50))
...     shown = [f"{seen[t]:.3f}" for t in (0, 1, 10, 30)]
...     print(f"{name:12}", *shown, f"torch's: {equal} of 50")
exponential  1.000 0.950 0.599 0.215 torch's: 50 of 50
1/t          1.000 0.909 0.500 0.250 torch's: 50 of 50
1/sqrt(t)    1.000 0.707 0.302 0.180 torch's: 50 of 50
staircase    1.000 1.000 0.500 0.125 torch's: 50 of 50
linear       1.000 0.980 0.800 0.400 torch's: 50 of 50
cosine       1.000 0.999 0.905 0.345 torch's: 50 of 50
warm-up      0.167 0.333 0.970 0.413 torch's: 50 of 50

--8<-- [end:proof]

--8<-- [start:plateau]
>>> losses = [5, 4, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2]  # of twelve epochs
>>> rates(lambda opt: ReduceLROnPlateau(opt, factor=0.5, patience=2), losses)
[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]

--8<-- [end:plateau]

--8<-- [start:floor]
>>> for rate in 0.4, 0.2, 0.1:  # constant: drawn, exact, formula
...     floors = expected([rate] * 50)[-1], rate / (2 * (2 - rate))
...     print(rate, f"{cost([rate] * 50):.3f}", *(f"{f:.3f}" for f in floors))
0.4 0.125 0.125 0.125
0.2 0.056 0.056 0.056
0.1 0.027 0.026 0.026
>>> for name, share in SHARES.items():  # at most 0.4: exact, drawn / exact
...     decayed = [0.4 * share(t) for t in range(50)]
...     exact = expected(decayed)[-1]
...     print(f"{name:12} {exact:.3f} {cost(decayed) / exact:.2f}")
exponential  0.009 1.01
1/t          0.018 1.01
1/sqrt(t)    0.015 1.01
staircase    0.006 1.01
linear       0.006 1.03
cosine       0.005 1.03
warm-up      0.005 1.03

--8<-- [end:floor]

--8<-- [start:wrong-constant]
>>> for spread in 1.0, 0.0:  # of the labels round a linear function
...     print([f"{far:.0e}" for far in distances(spread)])
['2e-01', '2e-01', '4e-01']
['4e-04', '8e-09', '1e-12']

--8<-- [end:wrong-constant]

--8<-- [start:wrong-faster]
>>> for name in "exponential", "1/t", "1/sqrt(t)":
...     for epochs in 100, 1000, 10_000:
...         seen = [SHARES[name](t) for t in range(epochs)]
...         sums = f"{sum(seen):6.1f} {sum(rate**2 for rate in seen):5.1f}"
...         left = math.prod(1 - 0.05 * rate for rate in seen)
...         print(f"{name:12}{epochs:5}{sums}  left {left:.3f}")
exponential   100  19.9  10.3  left 0.365
exponential  1000  20.0  10.3  left 0.363
exponential 10000  20.0  10.3  left 0.363
1/t           100  24.4   9.6  left 0.291
1/t          1000  46.7  10.4  left 0.096
1/t         10000  69.6  10.5  left 0.030
1/sqrt(t)     100  18.6   5.2  left 0.392
1/sqrt(t)    1000  61.8   7.5  left 0.045
1/sqrt(t)   10000 198.5   9.8  left 0.000

--8<-- [end:wrong-faster]

--8<-- [start:wrong-adam]
>>> cosine = [0.1 * SHARES["cosine"](t) for t in range(50)]
>>> for schedule in [0.1] * 50, [0.025] * 50, cosine:
...     print(f"{cost(schedule, torch.optim.Adam):.3f}")
0.023
0.005
0.003

--8<-- [end:wrong-adam]

--8<-- [start:zero]
>>> try:
...     rates(lambda opt: LambdaLR(opt, lambda t: 1 / math.sqrt(t)), range(50))
... except ZeroDivisionError:
...     print("no rate for epoch 0")
no rate for epoch 0

--8<-- [end:zero]

--8<-- [start:best]
>>> for c in 0.25, 0.5, 1, 2, 4:  # rate c / n in step n, 1000 steps
...     reached = expected([c / n for n in range(1, 1001)], steps=1)[-1]
...     print(f"{c:4} {reached * 2000:5.1f}")  # in units of 1 / 2000
0.25 195.0
 0.5   4.8
   1   1.0
   2   1.3
   4   2.3

--8<-- [end:best]
"""

# --8<-- [start:code]
import math

import torch
from torch.optim.lr_scheduler import (
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    PolynomialLR,
    ReduceLROnPlateau,
    SequentialLR,
    StepLR,
)

SHARES = {  # the rate in epoch t = 0, 1, ..., as a share of the first
    "exponential": lambda t: 0.95**t,
    "1/t": lambda t: 1 / (1 + 0.1 * t),
    "1/sqrt(t)": lambda t: 1 / math.sqrt(1 + t),
    "staircase": lambda t: 0.5 ** (t // 10),
    "linear": lambda t: 1 - t / 50,
    "cosine": lambda t: (1 + math.cos(math.pi * t / 50)) / 2,
    "warm-up": lambda t: (
        (1 + t) / 6 if t < 5 else (1 + math.cos(math.pi * (t - 5) / 45)) / 2
    ),
}
TORCH = {
    "exponential": lambda opt: ExponentialLR(opt, gamma=0.95),
    "1/t": lambda opt: LambdaLR(opt, SHARES["1/t"]),
    "1/sqrt(t)": lambda opt: LambdaLR(opt, SHARES["1/sqrt(t)"]),
    "staircase": lambda opt: StepLR(opt, step_size=10, gamma=0.5),
    "linear": lambda opt: PolynomialLR(opt, total_iters=50, power=1),
    "cosine": lambda opt: CosineAnnealingLR(opt, T_max=50),
    "warm-up": lambda opt: SequentialLR(
        opt,
        [
            LinearLR(opt, start_factor=1 / 6, total_iters=5),
            CosineAnnealingLR(opt, T_max=45),
        ],
        milestones=[5],
    ),
}


def rates(scheduler_for, losses):
    """Return the rate that torch uses in each epoch, given its loss."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    scheduler = scheduler_for(optimizer)
    seen = []
    for loss in losses:
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if isinstance(scheduler, ReduceLROnPlateau):
            scheduler.step(loss)
        else:
            scheduler.step()
    return seen


def cost(rates, optim=torch.optim.SGD, steps=10, runs=2500):
    """Return the mean of w^2 / 2 over ``runs``, from w = 3, after ``steps``
    at each rate. The gradient is w and standard normal noise."""
    generator = torch.Generator().manual_seed(0)
    w = torch.full((runs,), 3.0)
    optimizer = optim([w], lr=1.0)
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        for _ in range(steps):
            w.grad = w + torch.randn(runs, generator=generator)
            optimizer.step()
    return (w**2).mean().item() / 2


def expected(rates, steps=10):
    """Return what ``cost`` is on average, for SGD, after each step."""
    mean, variance, costs = 3.0, 0.0, []
    for rate in rates:
        for _ in range(steps):
            mean *= 1 - rate
            variance = (1 - rate) ** 2 * variance + rate**2
            costs.append((mean**2 + variance) / 2)
    return costs


def distances(spread, rate=0.05):
    """Return how far SGD with batches of one is from the least squares
    solution after 250, 500 and 750 steps."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(100, 5, generator=generator, dtype=torch.float64)
    labels = inputs.sum(1) + spread * torch.randn(100, generator=generator)
    solution = torch.linalg.pinv(inputs) @ labels
    w, far = torch.zeros_like(solution), []
    for i in torch.randint(100, (750,), generator=generator):
        w = w - rate * (inputs[i] @ w - labels[i]) * inputs[i]
        far.append((w - solution).norm().item())
    return far[249::250]


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the rate, as a share of the first, over 50 epochs."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        1, 2, figsize=(4.8, 2.5), sharey=True, layout="constrained"
    )
    colors = "C0", "C1", "C2", "C3", "0.5", "C4", "C5"
    for k, (name, share) in enumerate(SHARES.items()):
        drawn = "steps-post" if name == "staircase" else "default"
        axes[k // 4].plot(
            range(50),
            [share(t) for t in range(50)],
            color=colors[k],
            drawstyle=drawn,
            label=name,
        )
    for ax in axes:
        ax.set(xlabel="epoch", ylim=(0, 1.05))
        ax.legend(loc="upper right", handlelength=1.2)
    axes[0].set_ylabel("learning rate")
    return fig


def figure_floor():
    """Draw the expected cost, step by step, for four schedules."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.6), layout="constrained")
    ax.axhline(0.4 / (2 * (2 - 0.4)), color="0.5", linestyle="--")
    shares = {"constant": lambda t: 1} | SHARES
    for name, color in {
        "constant": "black",
        "1/t": "C1",
        "exponential": "C0",
        "cosine": "C4",
    }.items():
        costs = expected([0.4 * shares[name](t) for t in range(50)])
        ax.plot(range(1, 501, 5), costs[::5], color=color, label=name)
    ax.set(yscale="log", ylim=(0.001, 2), xlabel="step", ylabel="cost")
    ax.legend(loc="upper right", ncols=2)
    return fig


# --8<-- [end:figure]
