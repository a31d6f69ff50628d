"""What is end-to-end learning, and when is a pipeline better?

--8<-- [start:proof]
>>> for n in 30, 130, 1000:  # examples; error: measured, then formula
...     x, y = sample(n, draws=150_000 // n)
...     print(f"{n:4}", f"pipeline {error(pipeline(x, y)):.2f}",
...           f"{expected(n, 4, FLOOR):.2f}",
...           f"end-to-end {error(end_to_end(x, y)):.2f}",
...           f"{expected(n, 20, floor=0):.2f}")
  30 pipeline 0.33 0.33 end-to-end 2.22 2.22
 130 pipeline 0.18 0.18 end-to-end 0.18 0.18
1000 pipeline 0.15 0.15 end-to-end 0.02 0.02

--8<-- [end:proof]

--8<-- [start:crossing]
>>> for shape in [0, 0, 1, 0, 0], [1, 1, 1, 1, 1], [1, 2, 2, 2, 1]:
...     floor = lost(stage(shape))  # what this stage one throws away
...     print(f"floor {floor:.3f}, crossing {crossing(floor):3}",
...           f"(formula {16 / floor + 20 + 1:.0f})")
floor 0.526, crossing  52 (formula 51)
floor 0.147, crossing 130 (formula 130)
floor 0.038, crossing 447 (formula 447)

--8<-- [end:crossing]

--8<-- [start:wrong-network]
>>> x, y = sample(1000, draws=1)
>>> for frozen in True, False:
...     learned = train(x, y, frozen)  # the network's weight of each input
...     gaps = learned - pipeline(x, y), learned - end_to_end(x, y)
...     near = [f"{np.linalg.norm(gap):.2f}" for gap in gaps]
...     print(f"error {error(learned):.2f}; from the pipeline {near[0]},",
...           f"from end-to-end {near[1]}")
error 0.15; from the pipeline 0.00, from end-to-end 0.44
error 0.03; from the pipeline 0.44, from end-to-end 0.00

--8<-- [end:wrong-network]

--8<-- [start:wrong-bigger]
>>> x, y = sample(40, draws=10)
>>> for width in 4, 32, 256:
...     print(f"width {width:3}: {relu_network(x, y, width):.2f}")
width   4: 0.72
width  32: 0.56
width 256: 0.50
>>> print(f"linear, with weight decay {error(ridge(x, y)):.2f},",
...       f"without {error(end_to_end(x, y)):.2f};",
...       f"pipeline {error(pipeline(x, y)):.2f}")
linear, with weight decay 0.40, without 1.02; pipeline 0.27

--8<-- [end:wrong-bigger]

--8<-- [start:wrong-add]
>>> deaf = TRUE * np.array([[0], [1], [1], [1]])  # band one lost
>>> stages = {"flat": HAND, "doubled": 2 * TRUE, "deaf": deaf}
>>> for name, first in stages.items():
...     own = ((first - TRUE) ** 2).sum()  # stage one, by its own measure
...     print(f"{name:8}{own:.2f} {error(first.T @ V):.3f}",
...           f"{lost(first):.3f}")  # stage two true; stage two refitted
flat    0.61 0.153 0.147
doubled 4.00 1.000 0.000
deaf    1.00 0.250 0.250

--8<-- [end:wrong-add]

--8<-- [start:ridge]
>>> x, y = sample(110, draws=1000)
>>> for learn in end_to_end, pipeline, ridge:
...     print(f"{learn.__name__:10} {error(learn(x, y)):.2f}")
end_to_end 0.23
pipeline   0.19
ridge      0.18

--8<-- [end:ridge]

--8<-- [start:pairs]
>>> inputs, labels = sample(1000, draws=100, weights=TRUE.T)
>>> bands, answers = sample(1000, draws=100, weights=V, seed=2)
>>> x, y = sample(30, draws=3000)  # few inputs with the final answer
>>> stages = fit(inputs, labels) @ fit(bands, answers)
>>> print(f"{error(stages):.2f} against {error(end_to_end(x, y)):.1f}")
0.02 against 2.2

--8<-- [end:pairs]

--8<-- [start:ceiling]
>>> for n in 30, 1000:  # error: as it is, stage one true, stage two best
...     x, y = sample(n, draws=60_000 // n)
...     second = fit(x @ HAND.T, y)
...     print(f"{n:4} {error(HAND.T @ second):.2f}",
...           f"{error(TRUE.T @ second):.2f} {lost(HAND):.2f}")
  30 0.33 0.19 0.15
1000 0.15 0.01 0.15

--8<-- [end:ceiling]

--8<-- [start:both]
>>> for n in 30, 130, 1000:
...     x, y = sample(n, draws=60_000 // n)
...     better = min(error(pipeline(x, y)), error(end_to_end(x, y)))
...     print(f"{n:4} {error(both(x, y)) / better:.1f}")
  30 0.9
 130 0.6
1000 0.9

--8<-- [end:both]
"""

# --8<-- [start:code]
import numpy as np


def stage(shape):
    """Return a 4 by 20 matrix: ``shape`` over each band of five samples."""
    return np.kron(np.eye(4), shape / np.linalg.norm(shape))


TRUE = stage([1, 2, 3, 2, 1])  # nature's intermediate: four weighted sums
HAND = stage([1, 1, 1, 1, 1])  # the engineer's stage one: flat averages
V = np.array([[0.5], [-0.5], [0.5], [-0.5]])
BETA = TRUE.T @ V  # y = BETA . x + noise of variance 1


def sample(n, draws, weights=BETA, seed=1):
    """Return inputs (draws, n, d) and targets (draws, n, outputs)."""
    rng = np.random.default_rng(seed)
    d, outputs = weights.shape
    x = rng.standard_normal((draws, n, d))
    return x, x @ weights + rng.standard_normal((draws, n, outputs))


def fit(x, y, penalty=0):
    """Return the least-squares weights of each draw, (draws, d, outputs)."""
    return np.linalg.solve(x.mT @ x + penalty, x.mT @ y)


def pipeline(x, y):
    """Compute the hand-made stage one, learn stage two; weights of x."""
    return HAND.T @ fit(x @ HAND.T, y)


def end_to_end(x, y):
    return fit(x, y)


def ridge(x, y):
    """End-to-end with weight decay of the best strength, 20 / |BETA|**2."""
    return fit(x, y, 20 * np.eye(20))


def both(x, y):
    """End-to-end, but what the pipeline cannot express is penalized."""
    return fit(x, y, 16 / FLOOR * (np.eye(20) - HAND.T @ HAND))


def error(weights):
    """Return the squared error beyond the noise on new inputs."""
    return ((weights - BETA) ** 2).sum((-2, -1)).mean()


def lost(first):
    """Return the error that the best stage two leaves after ``first``."""
    return error(first.T @ np.linalg.pinv(first.T) @ BETA)


FLOOR = lost(HAND)


def expected(n, p, floor):
    """Return the expected error of least squares, ``p`` weights learned."""
    return floor + (1 + floor) * p / (n - p - 1)


def crossing(floor):
    """Return the first n at which end-to-end has the smaller error."""
    n = 22
    while expected(n, 20, floor=0) > expected(n, 4, floor):
        n += 1
    return n


# --8<-- [end:code]


# --8<-- [start:networks]
def train(x, y, frozen):
    """Train a 20-4-1 linear network, its first layer starting as HAND.

    Return its weights of x, (draws, 20, 1).
    """
    first, second = HAND.T, np.zeros((4, 1))
    for _ in range(100):
        slope = 2 * x.mT @ (x @ first @ second - y) / x.shape[1]
        into_first, into_second = slope @ second.mT, first.mT @ slope
        second = second - 0.2 * into_second
        if not frozen:
            first = first - 0.2 * into_first
    return first @ second


def relu_network(x, y, width):
    """Train one for each draw; return their mean error at the best of times.

    x is (draws, n, 20), y is (draws, n, 1).
    """
    rng = np.random.default_rng(0)
    first = rng.standard_normal((len(x), 20, width)) / 10**0.5
    second = rng.standard_normal((len(x), width, 1)) / 10
    fresh = rng.standard_normal((300, 20))
    errors = []
    for _ in range(60):
        hidden = np.maximum(x @ first, 0) / width**0.5
        slope = 2 * (hidden @ second - y) / x.shape[1]
        into_hidden = slope @ second.mT * (hidden > 0) / width**0.5
        first = first - 0.2 * x.mT @ into_hidden
        second = second - 0.2 * hidden.mT @ slope
        out = np.maximum(fresh @ first, 0) @ second / width**0.5
        errors += [((out - fresh @ BETA) ** 2).mean((1, 2))]
    return np.min(errors, axis=0).mean()


# --8<-- [end:networks]


# --8<-- [start:figure]
def figure():
    """Draw the errors against n: the formulas, and what is measured."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 3), layout="constrained")
    sizes = 30, 50, 85, 150, 260, 450, 780, 1350, 2300
    ns = [24 * 1.05**i for i in range(95)]
    data = [sample(n, draws=200_000 // n) for n in sizes]
    for name, color, learn, p, floor in (
        ("pipeline", "C0", pipeline, 4, FLOOR),
        ("end-to-end", "C1", end_to_end, 20, 0),
    ):
        ax.plot(ns, [expected(n, p, floor) for n in ns], color=color)
        errors = [error(learn(x, y)) for x, y in data]
        ax.plot(sizes, errors, "o", color=color, markersize=4, label=name)
    errors = [error(both(x, y)) for x, y in data]
    ax.plot(sizes, errors, "s--", color="C2", markersize=3, lw=1, label="both")
    ax.axhline(FLOOR, color="0.5", lw=0.8, ls=":")
    ax.axvline(crossing(FLOOR), color="0.5", lw=0.8, ls=":")
    ax.set(xscale="log", yscale="log", xlabel="examples n", ylabel="error")
    ax.set_xticks([30, 130, 300, 1000], ["30", "130", "300", "1000"])
    ax.set_yticks([0.01, 0.1, 1], ["0.01", "0.1", "1"])
    ax.minorticks_off()
    ax.text(24, FLOOR * 0.95, "floor", color="0.5", va="top")
    ax.legend()
    return fig


# --8<-- [end:figure]
