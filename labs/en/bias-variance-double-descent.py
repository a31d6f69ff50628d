# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Bias, variance and double descent
#
# A model fitted to one training set shows one curve. Fitted to a hundred, it shows what it does on average, and how far chance carries it from there. In this lab you draw both, check that they add up to the test error, and follow the error past the size at which everything is fitted exactly: it explodes there, and then comes down again, on nothing but least squares.
#
# It goes with [What are bias and variance, and what do you do about each?](../generalization/bias-variance.md), [Why does regularization prevent overfitting?](../generalization/why-regularization-works.md) and [How should data be split, and why did deep learning change it?](../generalization/data-splits.md)

# %%
# Knobs: change one, run all cells again.
SEED = 0  # of the polynomials' training sets and of the units; try 1, 2
COEFFICIENTS = (3, 6, 15, 500)  # of the polynomials; try (6, 12, 20, 100)
POINTS = 15  # in a polynomial's training set; try 30
FADE = 1  # how fast the features shrink as the degree rises; try 0
EXAMPLES = 40  # in a training set of the random units; try 160
NOISE = 0.3  # standard deviation of the labels' noise; try 0, 1
PENALTIES = (0, 0.1, 3)  # of ridge regression; try (0, 10, 100)

# %% [markdown]
# | knob | value | what you'll see |
# |---|---|---|
# | `SEED` | 2 | the polynomials' peak more than ten times as high; at 640 units hardly a change |
# | `COEFFICIENTS` | (6, 12, 20, 100) | up to the peak, and down from it |
# | `POINTS` | 30 | 15 coefficients are half as many as the points now: only the ends still swing |
# | `FADE` | 0 | 500 coefficients: a comb of spikes, through all the points and near zero between them |
# | `EXAMPLES` | 160 | the peak moves to 160 units, and 640 units no longer beat 25 |
# | `NOISE` | 0 | no peak for the polynomials; for the random units it stays |
# | `NOISE` | 1 | 640 units lose to four |
# | `PENALTIES` | (0, 10, 100) | no peak; 100 is too much up to 60 units, and better than 10 at 640 |

# %%
# %config InlineBackend.figure_formats = ["svg"]
from functools import cache

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## One model, many training sets
#
# The truth is a wave. A training set is 15 points on it, one somewhere in each of 15 strips, with noise on the labels. To each training set we fit polynomials with 3, 6, 15 and 500 coefficients. Where there are more coefficients than points, many polynomials go through all of them, and `least_squares` returns the one with the smallest coefficients. `powers` scales each degree down, the higher the more (`FADE`): so wiggles cost large coefficients.


# %%
# from snippets/generalization/bias_variance.py
def least_squares(features, targets):
    """Return the output weights that fit best; among equals, the smallest."""
    return np.linalg.lstsq(features, targets, rcond=None)[0]


# %%
GRID = np.linspace(-1, 1, 201)


def wave(x):
    return np.sin(4 * x)


def powers(x, coefficients):
    """Return Legendre polynomials of degree 0, 1, 2, ..., ever smaller."""
    degree = np.arange(coefficients)
    features = np.polynomial.legendre.legvander(x, coefficients - 1)
    return features * np.sqrt(2 * degree + 1) / (1 + degree) ** FADE


def draw_points(rng, noise):
    """Return one x at random in each of POINTS strips, and labels."""
    x = 2 * (np.arange(POINTS) + rng.random(POINTS)) / POINTS - 1
    return x, wave(x) + noise * rng.normal(size=POINTS)


def fit_many(coefficients, noise=NOISE, sets=100):
    """Fit a polynomial to each of many training sets; return the curves."""
    rng, curves = np.random.default_rng(SEED), []
    on_grid = powers(GRID, coefficients)
    for _ in range(sets):
        x, y = draw_points(rng, noise)
        curves.append(on_grid @ least_squares(powers(x, coefficients), y))
    return np.array(curves)


# %% [markdown]
# Before you run it: three coefficients are too few, and 15 can go through every point. What will 500 do?

# %%
# Polynomials of four sizes, each fitted to twenty training sets.
fig, axes = plt.subplots(
    1, len(COEFFICIENTS), figsize=(6.4, 2.4), layout="constrained"
)
x, y = draw_points(np.random.default_rng(SEED), NOISE)  # the first set
for ax, coefficients in zip(axes, COEFFICIENTS, strict=True):
    curves = fit_many(coefficients, sets=20)
    ax.plot(GRID, curves[1:].T.clip(-9, 9), "C0", linewidth=0.5, alpha=0.5)
    ax.plot(GRID, curves[0].clip(-9, 9), "C1", linewidth=1.2)
    ax.plot(GRID, wave(GRID), "black")
    ax.plot(x, y, "o", color="C1", markersize=3)
    ax.set(ylim=(-2.5, 2.5), xticks=[-1, 0, 1], title=coefficients)
    ax.label_outer()
fig.suptitle("coefficients", fontsize=10)
plt.show()

# %% [markdown]
# Black is the truth, orange one training set and its fit, blue the fits to 19 others. With 3 coefficients the curves agree and are wrong together; with 6 they agree and are right. With 15 every point is hit, and between the points anything happens. With 500 every point is hit too, yet between them the curve is calm again.
#
# The two faults have names. **Bias** is how far the mean of the curves lies from the truth, **variance** how far the curves scatter around their mean:


# %%
# within 1 %
def parts(predictions, right):
    """Return squared bias and variance, each a mean over the inputs."""
    bias = predictions.mean(axis=0) - right
    return np.mean(bias**2), predictions.var(axis=0).mean()


print("coefficients   bias²   variance")
for coefficients in COEFFICIENTS:
    bias, variance = parts(fit_many(coefficients), wave(GRID))
    print(f"{coefficients:12} {bias:7.3f} {variance:10.3f}")

# %% [markdown]
# The large bias at 15 coefficients is chance: a mean of a hundred curves still carries about a hundredth of their variance. 500 coefficients do better than 15 by orders of magnitude, and somewhat worse than 6. So neither “more parameters always overfit” nor “more are always better” is right.
#
# ## The sum, measured
#
# From here on the model is one hidden layer of random ReLU units, never trained; least squares fits its output weights to 40 examples with five inputs. For each size a hundred training sets. The test error is measured on fresh labels, and before it stand the three terms that should add up to it. (Each draw of fresh noise is used with both signs: so they agree exactly, not only on average.)

# %%
# from snippets/generalization/bias_variance.py
WEIGHTS = np.random.default_rng(0).normal(size=(640, 6)) * [1, 1, 1, 1, 1, 0.5]
TEST = np.random.default_rng(3).normal(size=(1000, 5))


def truth(inputs):
    return np.sin(inputs[:, 0]) + inputs[:, 1] * inputs[:, 2] / 2


def hidden(inputs, units):
    """Return the first ``units`` ReLUs of one random layer, never trained."""
    inputs = np.column_stack([inputs, np.ones(len(inputs))])  # 1 for the bias
    return np.maximum(inputs @ WEIGHTS[:units].T, 0)


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


# %%
# within 1 %
WEIGHTS = np.random.default_rng(SEED).normal(size=WEIGHTS.shape)
WEIGHTS[:, 5] *= 0.5  # with another SEED, other units
assert EXAMPLES <= 300, "more takes minutes, and there are only 640 units"


def run(units, **change):
    return train_many(units, **{"examples": EXAMPLES, "noise": NOISE} | change)


print("units     bias² variance    noise      sum     test    train")
for units in 4, 10, 16, 25, 60, 160, 640:
    runs = run(units)
    total = sum(decompose(runs)) + runs["noise"]
    row = *decompose(runs), runs["noise"], total, runs["test"], runs["train"]
    print(f"{units:5}  ", *(f"{x:8.3f}" for x in row))
errors = (run(EXAMPLES)["predictions"] - truth(TEST)) ** 2
errors = errors.mean(axis=1)  # of each training set
print(f"worst set's share of the error at {EXAMPLES} units:", end=" ")
print(f"{errors.max() / errors.sum():.2f}")

# %%
# Squared bias, variance, noise and test error against the number of units.
SIZES = [2, 3, 4, 6, 8, 10, 13, 16, 18, 20, 22, 25, 30, 40, 50, 60, 70, 80]
SIZES += [90, 110, 160, 230, 320, 450, 640]
SIZES += [EXAMPLES + d for d in (-5, -2, 0, 2, 5)]
SIZES = sorted(size for size in set(SIZES) if 0 < size <= 640)
bias, variance = np.transpose([decompose(run(units)) for units in SIZES])
fig, ax = plt.subplots(figsize=(6.4, 3), layout="constrained")
ax.plot(SIZES, [run(units)["test"] for units in SIZES], "black")
ax.plot(SIZES, bias, "C0", SIZES, variance, "C1")
ax.axhline(NOISE**2, color="0.5", linestyle="--")
ax.axvline(EXAMPLES, color="0.5", linestyle=":")
ax.set(xscale="log", yscale="log", ylim=(0.03, 20), xlabel="units")
ticks = [2, 5, 10, 20, 40, 80, 160, 320, 640]
ax.set_xticks(ticks, ticks)
ax.minorticks_off()
for name, color in {
    "test error": "black",
    "bias²": "C0",
    "variance": "C1",
    "noise": "0.5",
}.items():
    ax.plot([], [], color, label=name)
fig.legend(loc="outside upper center", ncols=4)
plt.show()

# %% [markdown]
# Up to 25 units it is the textbook: bias falls, variance rises, the error has a valley. At 40 units, as many as examples, the variance leaves the picture, and with it the bias as measured, which carries a hundredth of the variance again. How high they go is luck: half of the error there comes from a single one of the hundred training sets. Past 40 **both** fall, though the training error is zero and stays zero, and at 640 units the error is below that of every smaller size drawn here (with `SEED = 4` only just). This is double descent ([Belkin et al., 2019](https://doi.org/10.1073/pnas.1903070116)).
#
# ## What goes wrong at 40
#
# The 40 × 40 matrix of features (a row for each example) can be inverted, just: one set of weights fits, whatever it costs. In some directions the features spread far, in others hardly; a singular value says how far, and along each direction the fit [divides](../generalization/why-regularization-works.md) what it finds in the labels by it. Before you run it: what does the smallest of them do as the units pass 40?

# %%
# The singular values of one training set's features, for three sizes.
fig, ax = plt.subplots(figsize=(6.4, 2.6), layout="constrained")
inputs = np.random.default_rng(SEED).normal(size=(EXAMPLES, 5))
for color, units in ("C0", EXAMPLES // 2), ("C1", EXAMPLES), ("C2", 640):
    values = np.linalg.svd(hidden(inputs, units), compute_uv=False)
    ax.plot(range(1, len(values) + 1), values, color, label=f"{units} units")
ax.set(yscale="log", xlabel="direction", ylabel="singular value")
fig.legend(loc="outside upper center", ncols=3)
plt.show()


# %%
# within 1 %
def strain(units, sets=100):
    """Return the smallest singular value and the weights' norm: medians."""
    rng, found = np.random.default_rng(SEED), []
    for _ in range(sets):
        inputs = rng.normal(size=(EXAMPLES, 5))
        targets = truth(inputs) + NOISE * rng.normal(size=EXAMPLES)
        features = hidden(inputs, units)
        smallest = np.linalg.svd(features, compute_uv=False)[-1]
        norm = np.linalg.norm(least_squares(features, targets))
        found.append([smallest, norm])
    return np.median(found, axis=0)


print("units  smallest singular value  norm of the weights  times √units")
near = {EXAMPLES - 2, EXAMPLES, EXAMPLES + 2}
for units in sorted({10, 25, 60, 160, 640} | near):
    smallest, norm = strain(units)
    print(f"{units:5}  {smallest:23.3f}  {norm:19.2f}", end="")
    print(f"  {norm * units**0.5:12.1f}")

# %% [markdown]
# It falls to nearly nothing at 40 and grows again after. With 640 units there are again 40 directions, but each is carried by many units, and none is thin. The weights follow, and past 40 they must: a fit by 60 units is also one by 160, with zeros for the rest, so the smallest can only become smaller.
#
# Where more units share the work, each weight is smaller anyway. The last column allows for it: it is the norm with the features divided by √units, which leaves the fits as they are. There 640 units need more than 10, and about half of what 60 need. The size of the weights explains the second descent, not all of the curve.
#
# ## Penalty, noise, number of examples
#
# Ridge regression adds λ times the squared weights to the loss. Then the fit divides not by a singular value s but by s + λ/s, which is never below 2√λ. Guess: which of the three, a penalty, the noise, or the number of examples, removes the peak, which raises it, and which moves it?


# %%
# from snippets/generalization/bias_variance.py
def ridge(penalty):
    """Return a fit with ``penalty`` times the squared weights in its loss."""

    def fit(features, targets):
        gram = features @ features.T + penalty * np.eye(len(targets))
        return features.T @ np.linalg.solve(gram, targets)

    return fit


# %%
# Bias² + variance by units: three penalties, three noises, three sizes.
FITS = {p: ridge(p) if p else least_squares for p in PENALTIES}
sets = EXAMPLES // 2, EXAMPLES, 2 * EXAMPLES
panels = {
    "penalty": {p: {"fit": fit} for p, fit in FITS.items()},
    "noise": {s: {"noise": s} for s in sorted({0, NOISE, 1})},
    "examples": {n: {"examples": n} for n in sets},
}
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.9), layout="constrained")
for ax, (title, settings) in zip(axes, panels.items(), strict=True):
    for n, (value, change) in enumerate(settings.items()):
        runs = [run(units, **change) for units in SIZES]
        error = [sum(decompose(r)) for r in runs]
        ax.plot(SIZES, error, f"C{n}", label=value)
    ax.set(xscale="log", yscale="log", ylim=(0.1, 20), xlabel="units")
    ax.set_xticks([4, 40, 640], [4, 40, 640])
    ax.minorticks_off()
    ax.set_title(title)
    ax.label_outer()
    ax.legend(handlelength=1, loc="upper right", fontsize=8)
plt.show()

# %%
# within 1 %
sizes = sorted({4, 16, EXAMPLES - 2, 60, 640})
print("bias² + variance", *(f"{units:6}" for units in sizes), "units")
for title, settings in panels.items():
    for value, change in settings.items():
        errors = [sum(decompose(run(units, **change))) for units in sizes]
        row = f"{title:>9} {value:<6}"
        print(row, *(f"{error:6.2f}" for error in errors))

# %% [markdown]
# **A penalty removes it.** With λ = 0.1 a bump is left of it, with λ = 3 nothing, and the large models have lost nothing. **Noise raises it**, and with noise of 1 the second descent does not pay: 640 units end above 4. **The number of examples moves it**, to where units and examples are equal. So at a fixed size more data can make it worse: in the map on the left, follow the row of 47 units: from 22 examples on it brightens, up to the white stripe. With a penalty, on the right, the stripe is gone:

# %%
# A map of the test error over units and examples, without and with ridge.
SIDES = [10, 15, 22, 32, 47, 69, 101, 150]
colors = {"cmap": "gray", "vmin": -0.7, "vmax": 0.52, "origin": "lower"}
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.1), layout="constrained")
for ax, penalty in zip(axes, (min(FITS), max(FITS)), strict=True):
    tests = [
        [run(units, examples=n, fit=FITS[penalty])["test"] for n in SIDES]
        for units in SIDES
    ]
    image = ax.imshow(np.log10(tests), **colors)
    ax.set_xticks(range(8), SIDES)
    ax.set_yticks(range(8), SIDES)
    ax.set(title=f"penalty {penalty}", xlabel="examples", ylabel="units")
    ax.label_outer()
    row = (f"{tests[4][n]:.2f}" for n in (2, 3, 5, 6))
    print(f"penalty {penalty}: 47 units, 22, 32, 69, 101 examples:", *row)
bar = fig.colorbar(image, ax=axes, label="test error")
levels = [0.2, 0.4, 0.8, 1.6, 3.2]
bar.set_ticks(np.log10(levels), labels=levels)
plt.show()
# within 1 %

# %% [markdown]
# ## Is the noise to blame?
#
# Take it away altogether. Both models then learn from labels that are exactly right. Guess which of the two keeps its peak.

# %%
# within 1 %
print("no noise: bias² + variance")
for coefficients in 6, 14, 15, 16, 20, 500:
    error = sum(parts(fit_many(coefficients, noise=0), wave(GRID)))
    print(f"{coefficients:3} coefficients {error:6.3f}")
for units in 16, 38, 42, 60, 640:
    error = sum(decompose(run(units, noise=0)))
    print(f"{units:3} units        {error:6.3f}")

# %% [markdown]
# The polynomials lose theirs. Fifteen coefficients can express the wave almost exactly, so nothing is left over to be divided by a small number; here the error even rises past 15, when there is a choice of polynomials and the smallest is not the wave. The random units keep it. What 40 of them cannot express acts on the fit just as noise does ([Schaeffer et al., 2023](https://arxiv.org/abs/2303.14151)). A peak takes three things: a direction that is thin in the training set, something in the labels that the model cannot say, and test inputs that reach further in that direction than the training set did.
#
# ## What to take away
#
# - “More parameters always overfit”: variance does rise up to as many as there are examples. Past that it depends on which of the many fits is taken. Least squares takes the smallest; try `FADE = 0`, where the smallest is of no use.
# - “Double descent needs deep networks”: there is no depth here, and no training. In the first picture there is not even a network. [Deep ones show it too](https://arxiv.org/abs/1912.02292).
# - “So the largest model is best”: not with much noise, and here not with 160 examples either (`EXAMPLES`). With a penalty of 3, 38 units were about as good as 640. Which penalty is right, a [dev set](../generalization/data-splits.md) tells.
