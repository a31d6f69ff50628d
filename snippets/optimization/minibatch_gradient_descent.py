"""How do batch, stochastic and mini-batch gradient descent differ?

--8<-- [start:proof]
>>> for size in 1, 10, 100, 500, 1000:  # noise, in units of one sample's
...     drawn = noise(size, replace=True), noise(size, replace=False)
...     formulas = size**-0.5, ((1000 - size) / (999 * size)) ** 0.5
...     print(f"{size:4}", *(f"{share:6.3f}" for share in drawn + formulas))
   1  0.989  0.989  1.000  1.000
  10  0.325  0.316  0.316  0.315
 100  0.103  0.096  0.100  0.095
 500  0.046  0.031  0.045  0.032
1000  0.032  0.000  0.032  0.000

--8<-- [end:proof]

--8<-- [start:race]
>>> for size in 1, 10, 100, 1000:  # until 5 % of the way is left
...     left = descend(size)
...     steps = first_below(left, 0.05)
...     floor = left[-100:].mean()  # in the last 100 of 1000 steps
...     print(f"{size:4} {steps} steps {steps * size:5} samples {floor:.0e}")
   1 79 steps    79 samples 7e-03
  10 75 steps   750 samples 3e-04
 100 75 steps  7500 samples 4e-06
1000 75 steps 75000 samples 4e-15

--8<-- [end:race]

--8<-- [start:wrong-falls]
>>> largest = np.linalg.eigvalsh(H)[-1]  # L
>>> for times in 0.5, 1.9, 1.99, 2.01, 2.1, 2.5:  # the rate is times / L
...     left = descend(1000, rate=times / largest, steps=40)
...     rises = (np.diff(left) > 0).sum()
...     print(f"{times:4} {rises:2} rises in 40 steps, left {left[-1]:.0e}")
 0.5  0 rises in 40 steps, left 1e-16
 1.9  0 rises in 40 steps, left 2e-05
1.99  0 rises in 40 steps, left 3e-02
2.01 27 rises in 40 steps, left 2e-01
 2.1 35 rises in 40 steps, left 1e+02
 2.5 40 rises in 40 steps, left 9e+12

--8<-- [end:wrong-falls]

--8<-- [start:wrong-never]
>>> for name, options in {
...     "constant rate": {},
...     "decaying rate": {"decay": 0.02},
...     "labels that fit": {"labels": X @ TRUE},  # at the constant rate
... }.items():  # batches of 1: what is left after 1, 3 and 6 epochs
...     left = descend(1, steps=6000, **options)[[1000, 3000, 6000]]
...     left = left.clip(1e-20)  # below that, rounding
...     print(f"{name:15}", *(f"{share:.0e}" for share in left))
constant rate   7e-03 7e-03 7e-03
decaying rate   2e-03 3e-04 8e-05
labels that fit 3e-16 1e-20 1e-20

--8<-- [end:wrong-never]

--8<-- [start:wrong-powers]
>>> for size in 1, 64, 128, 256, 257, 384:  # tiles of 128 samples
...     per_number, per_needed = multiply_adds(size)
...     print(f"{size:3} {per_number:5.1f} {per_needed:6.2f}")
  1   1.0 128.00
 64  56.7   2.00
128 101.9   1.00
256 169.3   1.00
257 169.7   1.49
384 217.2   1.00

--8<-- [end:wrong-powers]

--8<-- [start:tuned]
>>> for size in 1, 10, 100, 1000:  # each at the best of seven rates
...     steps, rate = min(
...         (first_below(descend(size, rate, steps=120), 0.05), rate)
...         for rate in (0.0125, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8)
...     )
...     print(f"{size:4} {steps:2} steps {steps * size:4} samples rate {rate}")
   1 47 steps   47 samples rate 0.05
  10  6 steps   60 samples rate 0.4
 100  2 steps  200 samples rate 0.8
1000  1 steps 1000 samples rate 0.8

--8<-- [end:tuned]

--8<-- [start:shuffle]
>>> for size in 1, 10, 100:  # drawn anew for each step, and reshuffled
...     floors = (
...         descend(size, shuffle=shuffle)[-100:].mean()
...         for shuffle in (False, True)
...     )
...     print(f"{size:3}", *(f"{floor:.0e}" for floor in floors))
  1 8e-03 7e-03
 10 7e-04 3e-04
100 7e-05 4e-06

--8<-- [end:shuffle]
"""

# --8<-- [start:code]
import math

import numpy as np

RNG = np.random.default_rng(0)
X = RNG.normal(size=(1000, 10))  # m = 1000 samples of 10 features
TRUE = RNG.normal(size=10)
Y = X @ TRUE + RNG.normal(size=1000)  # no weights fit every label
H = X.T @ X / 1000  # Hessian of the cost, the mean of (x w - y)^2 / 2


def gradient(w, batch, labels=Y):
    """Return a mean gradient for each row: ``w`` (r, 10), ``batch`` (r, b)."""
    x = X[batch]
    error = (x @ w[:, :, None])[:, :, 0] - labels[batch]
    return (error[:, None] @ x)[:, 0] / batch.shape[1]


def noise(size, replace, draws=500):
    """Return a batch gradient's root mean square error at w = 0, in units
    of that of a single sample's gradient."""
    rng = np.random.default_rng(0)
    each = gradient(np.zeros((1000, 10)), np.arange(1000)[:, None])
    error = each - each.mean(axis=0)
    drawn = [rng.choice(1000, size, replace) for _ in range(draws)]
    means = np.array([error[batch].mean(axis=0) for batch in drawn])
    return ((means**2).sum(1).mean() / (error**2).sum(1).mean()) ** 0.5


def descend(size, rate=0.02, steps=1000, decay=0.0, labels=Y, shuffle=True):
    """Return the cost above its minimum before and after each step, as a
    share of the first: the mean of 20 runs (the full batch has but one)."""
    rng = np.random.default_rng(0)
    minimum = np.linalg.solve(H, X.T @ labels / 1000)
    w = np.zeros((1 if size == 1000 else 20, 10))
    every = np.tile(np.arange(1000), (len(w), 1))
    left = []
    for step in range(steps + 1):
        left.append((((w - minimum) @ H) * (w - minimum)).sum(1).mean())
        at = step * size % 1000
        if at == 0:  # an epoch begins
            order = rng.permuted(every, axis=1)
        batch = order[:, at : at + size]
        if not shuffle:
            batch = rng.integers(1000, size=batch.shape)
        w = w - rate / (1 + decay * step) * gradient(w, batch, labels)
    return np.array(left) / left[0]


def first_below(left, target):
    """Return the first step at which ``left`` is below ``target``."""
    return next((n for n, share in enumerate(left) if share < target), 10**9)


def multiply_adds(size, width=1000, tile=128):
    """Return the multiply-adds of a layer of ``width`` inputs and outputs
    per number read or written, and, done in whole tiles, per one needed."""
    needed = size * width**2
    numbers = width**2 + 2 * size * width  # weights, then inputs and outputs
    return needed / numbers, math.ceil(size / tile) * tile / size


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the noise of a batch's gradient against the batch size."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.6), layout="constrained")
    sizes = np.array([1, 3, 10, 30, 100, 300, 600, 900, 980])
    fine = np.geomspace(1, 999, 150)
    formulas = fine**-0.5, ((1000 - fine) / (999 * fine)) ** 0.5
    for k, formula in enumerate(formulas):
        ax.plot(fine, formula, color=f"C{k}")
        drawn = [noise(size, replace=k == 0) for size in sizes]
        ax.plot(sizes, drawn, "o", color=f"C{k}", markersize=4)
    ax.set(xscale="log", yscale="log", ylim=(0.003, 1.5))
    ax.set(xlabel="batch size, of 1000 samples", ylabel="gradient noise")
    ax.text(120, 0.12, "with replacement", color="C0")
    ax.text(150, 0.012, "without", color="C1")
    return fig


def figure_race():
    """Draw what is left of the cost by samples seen and by steps taken."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        1, 2, figsize=(4.8, 2.6), sharey=True, layout="constrained"
    )
    steps = np.unique(np.geomspace(1, 700, 100).astype(int))
    for k, size in enumerate((1, 10, 1000)):
        left = descend(size, steps=700)[steps]
        axes[0].plot(steps * size, left, color=f"C{k}")
        axes[1].plot(steps, left, color=f"C{k}", label=f"batch {size}")
    for ax, name in zip(axes, ("samples seen", "steps"), strict=True):
        ax.set(xscale="log", yscale="log", xlabel=name, ylim=(1e-5, 2))
    axes[0].set_ylabel("cost left")
    axes[1].legend(loc="lower left")
    return fig


# --8<-- [end:figure]
