"""How do you search hyperparameters?

--8<-- [start:proof]
>>> for trials in GRID, RANDOM:
...     print([len(np.unique(values)) for values in trials.T])
[3, 3]
[9, 9]
>>> for second in 0, 0.1, 0.3, 1:  # how much the second one matters
...     print(f"{second:<3}", show(compare(9, [1, second])))
0   0.083 0.055 0.033
0.1 0.084 0.069 0.050
0.3 0.090 0.103 0.086
1   0.128 0.182 0.158
>>> show([1 / 12, (9 + 3) / (2 * (9 + 1) * (9 + 2))])  # row 0 by theory
'0.083 0.055'

--8<-- [end:proof]

--8<-- [start:scale]
>>> rng = np.random.default_rng(0)
>>> for rate in rng.uniform(1e-4, 1, 10_000), log_uniform(1e-4, 1, 10_000):
...     counts, _ = np.histogram(rate, [1e-4, 1e-3, 1e-2, 1e-1, 1])
...     print(show(counts / 10_000))  # share of the trials in each decade
0.001 0.008 0.094 0.897
0.252 0.247 0.251 0.251

--8<-- [end:scale]

--8<-- [start:wrong-always]
>>> for dims in 1, 2, 3:  # 64 trials; all hyperparameters matter alike
...     print(dims, show(compare(64, [1] * dims)))
1 0.004 0.008 0.005
2 0.047 0.065 0.062
3 0.120 0.150 0.146

--8<-- [end:wrong-always]

--8<-- [start:wrong-sixty]
>>> show([1 - 0.95**60])  # one of 60 trials among the best 5 % of all
'0.954'
>>> for dims in 1, 2, 5, 10:
...     print(f"{dims:2}", show(sixty(dims)))
 1 0.950 0.033
 2 0.951 0.166
 5 0.956 0.459
10 0.953 0.637

--8<-- [end:wrong-sixty]

--8<-- [start:wrong-winner]
>>> rng = np.random.default_rng(0)
>>> true = rng.uniform(0.80, 0.90, (10_000, 60))  # 60 networks, 10000 times
>>> seen = rng.binomial(200, true) / 200  # accuracy on 200 examples
>>> won = np.arange(10_000), seen.argmax(1)
>>> show([seen[won].mean(), true[won].mean()])  # announced, and true
'0.927 0.888'

--8<-- [end:wrong-winner]

--8<-- [start:beta]
>>> for beta in 0.9, 0.9005, 0.999, 0.9995:
...     weights = (1 - beta) * beta ** np.arange(100_000)
...     window = round(1 / (1 - beta))
...     equivalent = 1 / (weights**2).sum()  # values of a plain mean
...     print(beta, window, show([weights[:window].sum()]), round(equivalent))
0.9 10 0.651 19
0.9005 10 0.649 19
0.999 1000 0.632 1999
0.9995 2000 0.632 3999
>>> even = np.random.default_rng(0).uniform(0.9, 0.999, 10_000)
>>> for betas in even, 1 - log_uniform(0.001, 0.1, 10_000):
...     print(show([(1 / (1 - betas) > 100).mean()]))  # windows over 100
0.089
0.499

--8<-- [end:beta]

--8<-- [start:coarse]
>>> for noise in 0, 0.1, 0.2:  # standard deviation of the scores
...     print(f"{noise:<3}", show(coarse_to_fine(noise)))
0   0.127 0.096 0.120
0.1 0.166 0.155 0.181
0.2 0.221 0.218 0.229

--8<-- [end:coarse]
"""

# --8<-- [start:code]
import numpy as np


def grid(trials, dims):
    """Return the centres of as many equal cells, of shape (trials, dims)."""
    side = round(trials ** (1 / dims))
    values = (np.arange(side) + 0.5) / side
    return np.stack(np.meshgrid(*[values] * dims), -1).reshape(-1, dims)


def latin(rng, draws, trials, dims):
    """Cut each range into as many parts as trials; try each part once."""
    parts = np.tile(np.arange(trials)[:, None], (draws, 1, dims))
    return (rng.permuted(parts, axis=1) + rng.random(parts.shape)) / trials


def distance(trials, best, importance=1):
    return np.sqrt((((trials - best) * importance) ** 2).sum(-1))


def compare(trials, importance, draws=4000):
    """Return the mean distance of the best trial for grid, random, Latin."""
    rng = np.random.default_rng(0)
    dims = len(importance)
    best = rng.random((draws, 1, dims))  # anywhere, and unknown
    searches = (
        grid(trials, dims),
        rng.random((draws, trials, dims)),
        latin(rng, draws, trials, dims),
    )
    return [distance(s, best, importance).min(1).mean() for s in searches]


def log_uniform(low, high, size, seed=0):
    rng = np.random.default_rng(seed)
    return np.exp(rng.uniform(np.log(low), np.log(high), size))


def sixty(dims, draws=10_000):
    """Return how often 60 trials hit the top 5 %, and how near they come."""
    rng = np.random.default_rng(0)
    best = np.full(dims, 0.5)
    everywhere = distance(rng.random((300_000, dims)), best)
    nearest = distance(rng.random((draws, 60, dims)), best).min(1)
    hits = nearest < np.quantile(everywhere, 0.05)
    return hits.mean(), nearest.mean() / everywhere.mean()


def show(values):
    return " ".join(f"{value:.3f}" for value in values)


GRID = grid(9, 2)
RANDOM = np.random.default_rng(0).random((9, 2))
# --8<-- [end:code]


# --8<-- [start:follow-ups]
def winner(trials, best, noise, rng):
    """Return the trial of each draw that scores best, noise added."""
    scores = distance(trials, best)
    scores += noise * rng.normal(size=scores.shape)
    return trials[np.arange(len(trials)), scores.argmin(1)][:, None]


def coarse_to_fine(noise, draws=10_000):
    """Return the winner's mean distance: 18 trials, or 9 and then 9 nearby."""
    rng = np.random.default_rng(0)
    best = rng.random((draws, 1, 2))
    coarse, fine = rng.random((2, draws, 9, 2))
    around = winner(coarse, best, noise, rng)
    searches = [rng.random((draws, 18, 2))]
    for side in 0.4, 0.2:  # of the smaller square
        nearby = np.clip(around + side * (fine - 0.5), 0, 1)
        searches.append(np.concatenate([coarse, nearby], 1))
    winners = [winner(trials, best, noise, rng) for trials in searches]
    return [distance(trials, best).mean() for trials in winners]


# --8<-- [end:follow-ups]


# --8<-- [start:figure]
def figure():
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        2,
        2,
        figsize=(4.8, 3.2),
        sharex=True,
        sharey="row",
        height_ratios=[1, 1.6],
        layout="constrained",
    )
    curve = np.linspace(0, 1, 120)
    for i, points in enumerate((GRID, RANDOM)):
        above, below = axes[:, i]
        for x, color, style in (curve, "0.5", "-"), (points[:, 0], "C1", "o"):
            loss = 1 - np.exp(-(((x - 0.67) / 0.1) ** 2))
            above.plot(x, loss, style, color=color, ms=4)
        above.set(title=("grid", "random")[i], yticks=[])
        below.vlines(points[:, 0], 0, 1, "C1", lw=0.7, ls=":")
        below.plot(*points.T, "C0o", ms=5)
        below.set(xlim=(-0.04, 1.04), ylim=(-0.06, 1.06), xticks=[], yticks=[])
        below.set_xlabel("matters")
    axes[0, 0].set_ylabel("loss")
    axes[1, 0].set_ylabel("does not matter")
    return fig


# --8<-- [end:figure]
