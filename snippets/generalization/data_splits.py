"""How should data be split, and why did deep learning change it?

--8<-- [start:proof]
>>> for n in 100, 1000, 10_000, 100_000:  # test cases, true accuracy 0.9
...     points = 100 * half_width(0.9, n)
...     print(f"{n:6} {points:.2f} {coverage(0.9, n):.2f}")
   100 5.88 0.94
  1000 1.86 0.95
 10000 0.59 0.95
100000 0.19 0.95

--8<-- [end:proof]

--8<-- [start:paired]
>>> joint = [0.89, 0.01, 0.02, 0.08]  # both right, only A, only B, neither
>>> one_set = 0.01 + 0.02 - 0.01**2  # variance of B's lead, per case
>>> two_sets = 0.90 * 0.10 + 0.91 * 0.09
>>> paired, apart = cases_needed(one_set, 0.01), cases_needed(two_sets, 0.01)
>>> paired, apart
(2345, 13477)
>>> leads = lead_on_one_set(joint, paired), lead_on_two_sets(0.9, 0.91, apart)
>>> for z in leads:
...     print(f"{(z > 1.96).mean():.1f}")  # how often B is found better
0.8
0.8
>>> leads = lead_on_one_set(joint, 1000), lead_on_two_sets(0.9, 0.91, 1000)
>>> for z in leads:
...     print(f"{(z < 0).mean():.2f}")  # how often A comes out ahead
0.03
0.21

--8<-- [end:paired]

--8<-- [start:wrong-ratio]
>>> for total in 1000, 10_000, 1_000_000:
...     widths = half_width(0.9, total // 5), half_width(0.9, total // 100)
...     print(f"{total:7} {100 * widths[0]:5.2f} {100 * widths[1]:5.2f}")
   1000  4.16 18.59
  10000  1.31  5.88
1000000  0.13  0.59

--8<-- [end:wrong-ratio]

--8<-- [start:wrong-dev]
>>> for k in 1, 10, 100:  # coin flippers, each with 100 or 10,000 cases
...     scores = best_of(k, 0.5, 100), best_of(k, 0.5, 10_000)
...     print(f"{k:3} {scores[0]:.3f} {scores[1]:.3f}")
  1 0.500 0.500
 10 0.577 0.508
100 0.625 0.513
>>> rng = np.random.default_rng(0)
>>> true = rng.normal(0.85, 0.01, size=(5000, 50))  # 5000 times 50 models
>>> dev = rng.binomial(100, true) / 100
>>> best = np.arange(5000), dev.argmax(axis=1)
>>> print(f"{dev[best].mean():.3f} {true[best].mean():.3f}")
0.927 0.856

--8<-- [end:wrong-dev]

--8<-- [start:wrong-random]
>>> print(mean_of(patients))  # split at random, split by patient
['0.99', '0.50']
>>> print(mean_of(walks))  # the same for days: at random, by time
['0.80', '3.27']

--8<-- [end:wrong-random]

--8<-- [start:preprocess]
>>> print(mean_of(scaled))  # by all rows, by the training rows, differ
['0.88', '0.88', '0.04']
>>> print(mean_of(chosen))  # likewise; nothing is there to be learned
['0.80', '0.50']

--8<-- [end:preprocess]

--8<-- [start:mismatch]
>>> print(mean_of(mismatched))  # train, train-dev, dev, test
['1.00', '0.96', '0.64', '0.64']

--8<-- [end:mismatch]
"""

# --8<-- [start:code]
import math

import numpy as np


def half_width(accuracy, n):
    """Return the half-width of the 95 % interval from ``n`` test cases."""
    return 1.96 * math.sqrt(accuracy * (1 - accuracy) / n)


def binomial(accuracy, n):
    """Return the probabilities of 0 to ``n`` right answers."""
    logs = np.log(np.arange(n + 1).clip(1)).cumsum()  # of the factorials
    right = np.arange(n + 1)
    return np.exp(
        logs[n]
        - logs[right]
        - logs[n - right]
        + right * math.log(accuracy)
        + (n - right) * math.log(1 - accuracy)
    )


def coverage(accuracy, n):
    """How often the measured accuracy is within the half-width, exactly."""
    off = np.abs(np.arange(n + 1) / n - accuracy)
    return binomial(accuracy, n)[off < half_width(accuracy, n)].sum()


def best_of(k, accuracy, n):
    """Return the mean top score of ``k`` equal models on ``n`` cases."""
    below = binomial(accuracy, n).cumsum()[:-1]  # P(at most 0..n-1 right)
    return (1 - below**k).sum() / n


def cases_needed(variance, difference):
    """Test cases to find a difference at 5 %, two-sided, 8 times in 10."""
    return math.ceil((1.96 + 0.84) ** 2 * variance / difference**2)


# --8<-- [end:code]


# --8<-- [start:more]
def lead_on_one_set(joint, n, times=20_000):
    """Return McNemar's z of B over A, both tested on the same ``n`` cases."""
    counts = np.random.default_rng(0).multinomial(n, joint, size=times)
    only_a, only_b = counts[:, 1], counts[:, 2]
    return (only_b - only_a) / np.sqrt(only_a + only_b)


def lead_on_two_sets(a, b, n, times=20_000):
    """Return the z of B over A, each tested on ``n`` cases of its own."""
    a, b = np.random.default_rng(0).binomial(n, [a, b], size=(times, 2)).T / n
    return (b - a) / np.sqrt((a * (1 - a) + b * (1 - b)) / n)


def nearest(inputs, labels, test):
    """Return the score on ``test`` of copying the nearest other example."""
    known = inputs[~test]  # squared distances, but for a constant in a row:
    gaps = (known**2).sum(axis=1) - 2 * inputs[test] @ known.T
    copied = labels[~test][gaps.argmin(axis=1)]
    return (copied == labels[test]).mean()


def patients(rng):
    """Score two splits of 100 patients' scans, labelled by coin flips."""
    patient = np.repeat(np.arange(100), 5)  # 5 scans each
    scans = rng.normal(size=(100, 10))[patient]
    scans += 0.3 * rng.normal(size=scans.shape)
    labels = rng.integers(2, size=100)[patient]
    at_random = rng.permutation(500) < 100
    return [
        nearest(scans, labels, test) for test in (at_random, patient >= 80)
    ]


def walks(rng):
    """Return two splits' mean error for a random walk of 200 days."""
    day, level = np.arange(200), rng.normal(size=200).cumsum()
    errors = []
    for test in rng.permutation(200) < 40, day >= 160:
        gaps = np.abs(day[test][:, None] - day[~test])
        copied = level[~test][gaps.argmin(axis=1)]
        errors.append(np.abs(copied - level[test]).mean())
    return errors


def scaled(rng):
    """Score ridge regression, scaled by all rows and by the training rows.

    Last, the share of test rows that the two judge differently.
    """
    labels, test = rng.choice([-1, 1], size=40), np.arange(40) >= 20
    inputs = rng.normal(size=(40, 10)) + labels[:, None] / 2
    signs = []
    for rows in test | ~test, ~test:
        standard = inputs - inputs[rows].mean(axis=0)
        standard /= inputs[rows].std(axis=0)
        x, y = standard[~test], labels[~test]
        weights = np.linalg.solve(x.T @ x + 5 * np.eye(10), x.T @ y)
        signs.append(np.sign(standard[test] @ weights))
    scores = [(sign == labels[test]).mean() for sign in signs]
    return [*scores, (signs[0] != signs[1]).mean()]


def chosen(rng):
    """Score the 10 features, of 1,000 of noise, nearest to coin flips."""
    labels, test = rng.integers(2, size=40), np.arange(40) >= 20
    inputs = rng.normal(size=(40, 1000))
    scores = []
    for rows in test | ~test, ~test:
        relation = np.abs((2 * labels[rows] - 1) @ inputs[rows])
        best = relation.argsort()[-10:]
        scores.append(nearest(inputs[:, best], labels, test))
    return scores


def mismatched(rng):
    """Score a linear model whose second feature helps only where it trains."""
    scores, weights = [], None
    for n, help in (60, 2), (1000, 2), (1000, 0), (1000, 0):
        labels = rng.choice([-1, 1], size=n)
        inputs = rng.normal(size=(n, 20))
        inputs[:, 0] += labels
        inputs[:, 1] += help * labels
        if weights is None:
            weights = np.linalg.lstsq(inputs, labels, rcond=None)[0]
        scores.append((np.sign(inputs @ weights) == labels).mean())
    return scores


def mean_of(experiment, times=100):
    """Return the means of an experiment's results over ``times`` seeds."""
    results = [experiment(np.random.default_rng(s)) for s in range(times)]
    return [f"{mean:.2f}" for mean in np.mean(results, axis=0)]


# --8<-- [end:more]


# --8<-- [start:figure]
def figure():
    """Draw the interval by test cases, and the best of k equal models."""
    import matplotlib.pyplot as plt

    fig, (left, right) = plt.subplots(
        1, 2, figsize=(4.8, 2.6), layout="constrained"
    )
    cases = [100, 1000, 10_000, 100_000]
    for accuracy, color in (0.9, "C0"), (0.99, "C1"):
        widths = [100 * half_width(accuracy, n) for n in cases]
        left.plot(cases, widths, color=color, marker="o", markersize=3)
    left.set(xscale="log", yscale="log", title="95 % interval")
    left.set(xlabel="test cases", ylabel="± points")
    left.set_xticks([100, 10_000], ["100", "10,000"])
    left.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    left.minorticks_off()
    left.text(1500, 1.9, "accuracy 0.9", color="C0")
    left.text(110, 0.45, "0.99", color="C1")
    models = np.unique(np.logspace(0, 2, 40).round())
    places = (
        (1.3, 94.6, "100 cases"),
        (8, 92.1, "1,000"),
        (14, 90.85, "10,000"),
    )
    for n, (x, y, words) in zip((100, 1000, 10_000), places, strict=True):
        color = f"C{len(right.lines)}"
        means = [100 * best_of(k, 0.9, n) for k in models]
        right.plot(models, means, color=color)
        right.text(x, y, words, color=color)
    right.axhline(90, color="0.5", linestyle=":")
    right.set(xscale="log", title="best of k, all 90 %", ylim=(89.5, 97.5))
    right.set(xlabel="k models", ylabel="mean top score")
    right.set_xticks([1, 10, 100], ["1", "10", "100"])
    right.minorticks_off()
    return fig


# --8<-- [end:figure]
