"""What is a perceptron, and what can it not learn?

--8<-- [start:proof]
>>> trail = learn(POINTS, AND)  # the weights, and those after each mistake
>>> len(trail) - 1, trail[-1].tolist(), right(trail[-1], POINTS, AND)
(18, [-4, 3, 2], 4)
>>> gamma = margin([-3, 2, 2], POINTS, AND)
>>> round(squared_length(POINTS).max() / gamma**2)  # Novikoff's bound
51
>>> len(list(any_order(POINTS, AND))) - 1  # most mistakes, in any order
22

--8<-- [end:proof]

--8<-- [start:xor]
>>> [weights.tolist() for weights in learn(POINTS, XOR)]
[[0, 0, 0], [-1, 0, 0], [0, 0, 1], [1, 1, 1], [0, 0, 0]]
>>> reached = list(itertools.islice(any_order(POINTS, XOR), 100))
>>> [len(set.union(*reached[:mistakes])) for mistakes in (10, 20, 40, 100)]
[101, 154, 162, 162]
>>> ever = set.union(*reached)
>>> max(right(np.array(weights), POINTS, XOR) for weights in ever)  # of 4
3

--8<-- [end:xor]

--8<-- [start:count]
>>> for n in 1, 2, 3:  # inputs; functions learned, of all that there are
...     print(n, learnable(n), "of", 2 ** 2**n)
1 4 of 4
2 14 of 16
3 104 of 256

--8<-- [end:count]

--8<-- [start:hidden]
>>> units = [learn(POINTS, OR)[-1], learn(POINTS, AND)[-1]]
>>> hidden = layer(units, POINTS)  # a one, then OR and AND of the inputs
>>> hidden[:, 1:].tolist()  # (0, 1) and (1, 0) have become the same point
[[0, 0], [1, 0], [1, 0], [1, 1]]
>>> output = learn(hidden, XOR)[-1]
>>> right(units[0], POINTS, XOR), right(output, hidden, XOR)  # line, network
(3, 4)

--8<-- [end:hidden]

--8<-- [start:wrong-two-values]
>>> score = POINTS @ [-1, 1, 1]  # one weighted sum: x1 + x2 - 1
>>> np.where(score > 0, 1, -1).tolist()  # two values, by a threshold: AND
[-1, -1, -1, 1]
>>> np.where(score == 0, 1, -1).tolist()  # two values, by a window: XOR
[-1, 1, 1, -1]

--8<-- [end:wrong-two-values]

--8<-- [start:wrong-best]
>>> found = set()
>>> for order in itertools.permutations(range(4)):
...     order = list(order)
...     last = learn(POINTS[order], AND[order])[-1]
...     found.add((*last.tolist(), round(distance(last, POINTS, AND), 3)))
>>> sorted(found)  # weights and distance, over all 24 orders
[(-4, 2, 3, 0.277), (-4, 3, 2, 0.277)]
>>> round(distance([-3, 2, 2], POINTS, AND), 3)  # the best line
0.354
>>> stays = learn(POINTS, AND, start=(-19, 10, 10))
>>> len(stays) - 1, round(distance(stays[-1], POINTS, AND), 3)
(0, 0.071)

--8<-- [end:wrong-best]

--8<-- [start:wrong-rate]
>>> from fractions import Fraction  # a tenth, without rounding
>>> for rate in 8, 1, 1 / 8, Fraction(1, 10):
...     easy, hard = (learn(POINTS, labels, rate) for labels in (AND, XOR))
...     weights = (easy[-1] / rate).tolist()  # in units of the rate
...     print(len(easy) - 1, [round(w) for w in weights], len(hard) - 1)
18 [-4, 3, 2] 4
18 [-4, 3, 2] 4
18 [-4, 3, 2] 4
18 [-4, 3, 2] 4

--8<-- [end:wrong-rate]

--8<-- [start:association]
>>> for units in 2, 10, 100:  # random, and never trained
...     solved = 0
...     for seed in range(20):
...         random = np.random.default_rng(seed).normal(size=(units, 3))
...         features = layer(random, POINTS)
...         solved += right(learn(features, XOR)[-1], features, XOR) == 4
...     print(units, solved, "of 20")
2 1 of 20
10 11 of 20
100 20 of 20

--8<-- [end:association]
"""

# --8<-- [start:code]
import itertools

import numpy as np


def corners(n):
    """All inputs of n bits, each after a constant one for the bias."""
    return np.array(
        [(1, *bits) for bits in itertools.product((0, 1), repeat=n)]
    )


POINTS = corners(2)  # (0, 0), (0, 1), (1, 0), (1, 1)
OR = np.array([-1, 1, 1, 1])
AND = np.array([-1, -1, -1, 1])
XOR = np.array([-1, 1, 1, -1])


def learn(points, labels, rate=1, start=None):
    """Weights at the start and after each mistake, by the perceptron's rule.

    Passes over the points until one ends with weights that an earlier one
    has ended with: either it made no mistake, or all will come again.
    """
    trail = [np.array(start or np.zeros(points.shape[1], int))]
    met = set()
    while tuple(trail[-1]) not in met:
        met.add(tuple(trail[-1]))
        for x, label in zip(points, labels, strict=True):
            if label * (trail[-1] @ x) <= 0:
                trail.append(trail[-1] + rate * label * x)
    return trail


def right(weights, points, labels):
    """How many points are on their side; on the line is wrong."""
    return int((labels * (points @ weights) > 0).sum())


def any_order(points, labels):
    """Yield the set of weights that 0, 1, 2 ... mistakes can lead to."""
    reached = {(0,) * points.shape[1]}
    while reached:
        yield reached
        reached = {
            tuple((weights + label * x).tolist())
            for weights in reached
            for x, label in zip(points, labels, strict=True)
            if label * (x @ weights) <= 0
        }


def learnable(n):
    """Count the Boolean functions of n bits that the rule learns."""
    points, count = corners(n), 0
    for labels in itertools.product((-1, 1), repeat=2**n):
        weights = learn(points, labels)[-1]
        count += right(weights, points, labels) == 2**n
    return count


def squared_length(vectors):
    return (np.array(vectors) ** 2).sum(axis=-1)


def margin(weights, points, labels):
    """The least score, with the weights scaled to length one."""
    return (labels * (points @ weights)).min() / squared_length(weights) ** 0.5


def distance(weights, points, labels):
    """From the line to the nearest point; the bias only shifts the line."""
    scores = labels * (points @ weights)
    return float(scores.min() / squared_length(weights[1:]) ** 0.5)


def layer(units, points):
    """Outputs 0 or 1 of threshold units, after a constant one."""
    fires = points @ np.array(units).T > 0
    return np.column_stack([np.ones(len(points), int), fires])


# --8<-- [end:code]


# --8<-- [start:figure]
SQUARE = [(-0.4, -0.4), (1.4, -0.4), (1.4, 1.4), (-0.4, 1.4)]


def side(polygon, weights):
    """Cut the polygon, corners (x1, x2), to where the score is positive."""
    kept = []
    scores = [np.dot(weights, (1, *corner)) for corner in polygon]
    for i, corner in enumerate(polygon):
        before, a, b = np.array(polygon[i - 1]), scores[i - 1], scores[i]
        if a * b < 0:  # an edge crosses the line
            kept.append(tuple(before + a / (a - b) * (corner - before)))
        if b > 0:
            kept.append(corner)
    return kept


def draw(ax, points, labels, regions):
    for region in regions:
        ax.fill(*zip(*region, strict=True), color="C1", alpha=0.3, lw=0)
    for label, marker in (-1, "C0o"), (1, "C1s"):
        ax.plot(*points[np.array(labels) == label, 1:].T, marker, ms=6)
    ax.set(xlim=(-0.4, 1.4), ylim=(-0.4, 1.4), xticks=[0, 1], yticks=[0, 1])
    ax.set_aspect("equal")


def figure():
    """Draw the side that answers 1 after 2, 6, 12 and 18 mistakes on AND."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        1, 4, figsize=(4.8, 1.7), sharey=True, layout="constrained"
    )
    trail = learn(POINTS, AND)
    for ax, mistakes in zip(axes, (2, 6, 12, 18), strict=True):
        draw(ax, POINTS, AND, [side(SQUARE, trail[mistakes])])
        ax.set(title=f"{mistakes} mistakes", xlabel="x1")
    axes[0].set_ylabel("x2")
    return fig


# --8<-- [end:figure]


# --8<-- [start:figure-xor]
def figure_xor():
    """Draw what one unit, and two below another, make of XOR."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 3, figsize=(4.8, 2.1), layout="constrained")
    units = np.array([learn(POINTS, OR)[-1], learn(POINTS, AND)[-1]])
    hidden = layer(units, POINTS)
    output = learn(hidden, XOR)[-1]
    draw(axes[0], POINTS, XOR, [side(SQUARE, units[0])])
    draw(axes[1], hidden, XOR, [side(SQUARE, output)])
    pieces = [
        side(side(SQUARE, first * units[0]), second * units[1])
        for first, second in itertools.product((-1, 1), repeat=2)
        if output @ (1, first > 0, second > 0) > 0
    ]
    draw(axes[2], POINTS, XOR, pieces)
    axes[0].set(title="one line", xlabel="x1", ylabel="x2")
    axes[1].set(title="hidden layer", xlabel="OR", ylabel="AND")
    axes[2].set(title="network", xlabel="x1", ylabel="x2")
    return fig


# --8<-- [end:figure-xor]
