"""What are bias and variance, and what do you do about each?

--8<-- [start:proof]
>>> for units in 4, 10, 25, 60, 640:
...     runs = train_many(units)
...     bias, variance = decompose(runs)
...     noise, test = runs["noise"], runs["test"]
...     print(f"{units:3} {bias:.3f} + {variance:.3f} + {noise:.3f}", end="")
...     print(f" = {bias + variance + noise:.3f}, test error {test:.3f}")
  4 0.483 + 0.082 + 0.090 = 0.656, test error 0.656
 10 0.284 + 0.180 + 0.090 = 0.555, test error 0.555
 25 0.128 + 0.492 + 0.090 = 0.711, test error 0.711
 60 0.100 + 0.815 + 0.090 = 1.005, test error 1.005
640 0.070 + 0.234 + 0.090 = 0.395, test error 0.395

--8<-- [end:proof]

--8<-- [start:cases]
>>> show(60, examples=400)  # training and test error small
train 0.14 test 0.21 Bayes 0.09 | bias^2 0.08 variance 0.04
>>> show(25)  # training error small, test error large
train 0.06 test 0.71 Bayes 0.09 | bias^2 0.13 variance 0.49
>>> show(4, examples=400)  # both large, and close
train 0.56 test 0.58 Bayes 0.09 | bias^2 0.48 variance 0.01
>>> show(8, examples=20)  # training error large, test error far larger
train 0.22 test 0.90 Bayes 0.09 | bias^2 0.35 variance 0.46
>>> show(30, examples=400, noise=0.7)  # the third case again?
train 0.55 test 0.66 Bayes 0.49 | bias^2 0.11 variance 0.06

--8<-- [end:cases]

--8<-- [start:bigger]
>>> show(60, examples=400, noise=0.7)
train 0.48 test 0.68 Bayes 0.49 | bias^2 0.08 variance 0.11

--8<-- [end:bigger]

--8<-- [start:remedies]
>>> for name, units, change in (
...     ("4 units", 4, {}),
...     ("- 10 times the data", 4, dict(examples=400)),
...     ("- an L2 penalty", 4, dict(fit=ridge(3))),
...     ("25 units", 25, {}),
...     ("- 10 times the data", 25, dict(examples=400)),
...     ("- an L2 penalty", 25, dict(fit=ridge(3))),
...     ("- only 5 steps", 25, dict(fit=descend(5))),
...     ("- only 100 steps", 25, dict(fit=descend(100))),
... ):
...     bias, variance = decompose(train_many(units, **change))
...     print(f"{name:20}{bias:.2f} {variance:.2f}")
4 units             0.48 0.08
- 10 times the data 0.48 0.01
- an L2 penalty     0.48 0.07
25 units            0.13 0.49
- 10 times the data 0.12 0.02
- an L2 penalty     0.17 0.13
- only 5 steps      0.36 0.05
- only 100 steps    0.21 0.12

--8<-- [end:remedies]

--8<-- [start:wrong-data]
>>> for units, sizes in (4, (40, 400, 4000)), (640, (10, 40)):
...     for examples in sizes:
...         bias, _ = decompose(train_many(units, examples=examples))
...         print(f"{units:3} units, {examples:4} examples: {bias:.2f}")
  4 units,   40 examples: 0.48
  4 units,  400 examples: 0.48
  4 units, 4000 examples: 0.48
640 units,   10 examples: 0.22
640 units,   40 examples: 0.07

--8<-- [end:wrong-data]

--8<-- [start:wrong-bigger]
>>> for units in 10, 25, 60, 640:
...     show(units)
train 0.24 test 0.55 Bayes 0.09 | bias^2 0.28 variance 0.18
train 0.06 test 0.71 Bayes 0.09 | bias^2 0.13 variance 0.49
train 0.00 test 1.01 Bayes 0.09 | bias^2 0.10 variance 0.81
train 0.00 test 0.39 Bayes 0.09 | bias^2 0.07 variance 0.23

--8<-- [end:wrong-bigger]

--8<-- [start:wrong-train]
>>> show(25)
train 0.06 test 0.71 Bayes 0.09 | bias^2 0.13 variance 0.49
>>> show(640, examples=10)
train 0.00 test 0.67 Bayes 0.09 | bias^2 0.22 variance 0.36

--8<-- [end:wrong-train]

--8<-- [start:hurt]
>>> for examples in 20, 45, 120:
...     plain = train_many(60, examples)["test"]
...     shrunk = train_many(60, examples, fit=ridge(3))["test"]
...     print(f"{examples:3} examples: {plain:.2f}, with L2 {shrunk:.2f}")
 20 examples: 0.89, with L2 0.57
 45 examples: 1.27, with L2 0.35
120 examples: 0.39, with L2 0.24

--8<-- [end:hurt]

--8<-- [start:bagging]
>>> show(4, fit=bag(5))
train 0.51 test 0.68 Bayes 0.09 | bias^2 0.49 variance 0.10
>>> show(60, fit=bag(5))
train 0.11 test 0.50 Bayes 0.09 | bias^2 0.12 variance 0.29

--8<-- [end:bagging]
"""

# --8<-- [start:code]
from functools import cache

import numpy as np

WEIGHTS = np.random.default_rng(0).normal(size=(640, 6)) * [1, 1, 1, 1, 1, 0.5]
TEST = np.random.default_rng(3).normal(size=(1000, 5))


def truth(inputs):
    return np.sin(inputs[:, 0]) + inputs[:, 1] * inputs[:, 2] / 2


def hidden(inputs, units):
    """Return the first ``units`` ReLUs of one random layer, never trained."""
    inputs = np.column_stack([inputs, np.ones(len(inputs))])  # 1 for the bias
    return np.maximum(inputs @ WEIGHTS[:units].T, 0)


def least_squares(features, targets):
    """Return the output weights that fit best; among equals, the smallest."""
    return np.linalg.lstsq(features, targets, rcond=None)[0]


@cache
def train_many(units, examples=40, noise=0.3, fit=least_squares):
    """Train on a hundred training sets, each of fresh inputs and labels.

    Return the predictions on ``TEST``, (100, 1000), and the mean squares of
    the training error, of fresh labels' noise, and of the error on those.
    """
    rng, weights, train = np.random.default_rng(0), [], []
    for _ in range(100):
        inputs = rng.normal(size=(examples, 5))
        targets = truth(inputs) + noise * rng.normal(size=examples)
        features = hidden(inputs, units)
        weights.append(fit(features, targets))
        train.append(np.mean((features @ weights[-1] - targets) ** 2))
    predictions = np.array(weights) @ hidden(TEST, units).T
    fresh = noise * rng.normal(size=predictions.shape)
    labels = truth(TEST) + np.stack([fresh, -fresh])  # the noise, both ways
    return {
        "predictions": predictions,
        "train": np.mean(train),
        "noise": np.mean(fresh**2),
        "test": np.mean((predictions - labels) ** 2),
    }


def decompose(runs):
    """Return squared bias and variance, each a mean over the test points."""
    bias = runs["predictions"].mean(axis=0) - truth(TEST)
    return np.mean(bias**2), runs["predictions"].var(axis=0).mean()


def show(units, **setting):
    runs = train_many(units, **setting)
    bias, variance = decompose(runs)
    bayes = setting.get("noise", 0.3) ** 2
    print(f"train {runs['train']:.2f} test {runs['test']:.2f}", end=" ")
    print(f"Bayes {bayes:.2f} | bias^2 {bias:.2f} variance {variance:.2f}")


# --8<-- [end:code]


# --8<-- [start:fits]
def ridge(penalty):
    """Return a fit with ``penalty`` times the squared weights in its loss."""

    def fit(features, targets):
        gram = features @ features.T + penalty * np.eye(len(targets))
        return features.T @ np.linalg.solve(gram, targets)

    return fit


def descend(steps):
    """Return a fit by ``steps`` steps of gradient descent from zero."""

    def fit(features, targets):
        weights = np.zeros(features.shape[1])
        rate = 1 / np.linalg.norm(features, 2) ** 2
        for _ in range(steps):
            weights -= rate * features.T @ (features @ weights - targets)
        return weights

    return fit


def bag(copies):
    """Return a fit that averages ``copies`` fits to bootstrap samples."""
    rng = np.random.default_rng(1)

    def fit(features, targets):
        picks = rng.integers(len(targets), size=(copies, len(targets)))
        fits = [least_squares(features[i], targets[i]) for i in picks]
        return np.mean(fits, axis=0)

    return fit


# --8<-- [end:fits]


# --8<-- [start:figure]
def figure():
    """Draw bias, variance and test error against the number of units."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 3), layout="constrained")
    sizes = [2, 3, 4, 6, 8, 10, 13, 16, 20, 25, 30, 35]
    sizes += [45, 50, 60, 80, 110, 160, 230, 320, 450, 640]
    runs = [train_many(units) for units in sizes]
    parts = np.array([decompose(run) for run in runs]).T
    error = [run["test"] for run in runs]
    tamed = [train_many(n, fit=ridge(10))["test"] for n in sizes]
    ax.plot(sizes, error, "black", label="test error")
    ax.plot(sizes, parts[1], "C1", label="variance")
    ax.plot(sizes, parts[0], "C0", label="bias²")
    ax.plot(sizes, tamed, "0.5", linestyle="--", label="test error with L2")
    ax.axvline(40, color="0.5", linestyle=":", linewidth=1)
    ax.set(xscale="log", xlim=(2, 640), ylim=(0, 1.5), xlabel="hidden units")
    ax.set_xticks(
        [2, 5, 10, 40, 160, 640], [2, 5, 10, "40 = examples", 160, 640]
    )
    ax.minorticks_off()
    ax.legend(loc="upper left", frameon=False)
    return fig


# --8<-- [end:figure]
