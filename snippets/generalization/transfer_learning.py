"""When does transfer learning help?

--8<-- [start:proof]
>>> trained = fit(network(3), sample(A, 300))  # on the three tasks A
>>> starts = graft(trained)  # hidden layer: random, or shares 2, 1, 0 with B
>>> tuned = {n: fit(starts, sample(B, n)) for n in (10, 40, 160)}
>>> whole = {n: error(tuned[n]) for n in tuned}
>>> for n, errors in whole.items():  # n examples of B train all weights
...     print(f"{n:3}", show(errors))
 10 0.55 0.14 0.76 0.87
 40 0.22 0.03 0.09 0.35
160 0.01 0.01 0.01 0.03

>>> last = {n: error(fit(starts, sample(B, n), frozen=2)) for n in whole}
>>> for n, errors in last.items():  # the hidden layer is frozen
...     print(f"{n:3}", show(errors))
 10 1.91 0.02 0.71 1.54
 40 0.74 0.01 0.48 1.01
160 0.67 0.01 0.43 0.91

>>> sizes = [parameter[0, 0].numel() for parameter in starts]
>>> sum(sizes), sum(sizes[2:])  # to be learned: all, or the last layer's
(49, 5)

--8<-- [end:proof]

--8<-- [start:wrong-input]
>>> for n, (scratch, *_, unrelated) in whole.items():
...     print(f"{n:3} {unrelated / scratch:.1f} times the error")
 10 1.6 times the error
 40 1.6 times the error
160 3.6 times the error
>>> weight = tuned[10][0][3]  # after 10 examples; B needs inputs 1 and 2
>>> weight.square().sum(-1).mean(0).round()[:4].tolist()  # of 1 to 4
[3.0, 2.0, 5.0, 5.0]

--8<-- [end:wrong-input]

--8<-- [start:wrong-labels]
>>> _, labels_a = sample(A, 2000)  # each task A labels the inputs of TEST
>>> [abs(round(correlation(labels, TEST[1]), 1)) for labels in labels_a]
[0.0, 0.5, 0.0]
>>> show(last[40][1:])
'0.01 0.48 1.01'

--8<-- [end:wrong-labels]

--8<-- [start:wrong-freeze]
>>> for n in whole:  # with the hidden layer that shares 1: all weights, last
...     print(f"{n:3}", show([whole[n][2], last[n][2]]))
 10 0.76 0.71
 40 0.09 0.48
160 0.01 0.43

--8<-- [end:wrong-freeze]

--8<-- [start:rate]
>>> for n in 10, 160:  # a tenth of the learning rate
...     print(f"{n:3}", show(error(fit(starts, sample(B, n), lr=0.005))))
 10 0.48 0.07 0.61 1.01
160 0.10 0.01 0.08 0.20

--8<-- [end:rate]

--8<-- [start:forgetting]
>>> test_a = sample(A, 1000)
>>> show(error(trained, test_a))  # before B is learned
'0.01 0.01 0.01'
>>> slow = fit(starts, sample(B, 40), lr=0.005)  # a tenth of the rate
>>> for after in tuned[40], slow:  # with A's old last layers
...     hidden = [parameter[1:] for parameter in after[:2]]
...     print(show(error(hidden + trained[2:], test_a)))
0.05 0.22 0.76
0.02 0.15 0.28

--8<-- [end:forgetting]

--8<-- [start:source]
>>> for n in 40, 160:  # examples of the task A that shares both
...     both = graft(fit(network(1), sample(A[:1], n)))
...     print(f"{n:3}", show(error(fit(both, sample(B, 40), frozen=2))[1:]))
 40 0.41
160 0.01

--8<-- [end:source]
"""

# --8<-- [start:code]
from functools import partial

import torch

REPEATS = 8  # each with data and random weights of its own; means are shown


def task(first, second, sign=1):
    """Return what a label takes of each tanh(2 x): all but two are zero."""
    weights = torch.zeros(1, 10, 1, dtype=torch.float64)
    weights[:, first], weights[:, second] = 1, sign
    return weights


B = task(0, 1, -1)[None]
A = torch.stack([task(0, 1), task(0, 2), task(2, 3)])  # B's: both, one, none


def normal(seed):
    generator = torch.Generator().manual_seed(seed)
    return partial(torch.randn, generator=generator, dtype=torch.float64)


def sample(tasks, n):
    """Draw ``n`` inputs and, for each task, labels with noise of 0.1."""
    randn = normal(seed=n)
    inputs = randn(REPEATS, n, 10)
    labels = torch.tanh(2 * inputs) @ tasks
    return inputs, labels + 0.1 * randn(labels.shape)


def network(copies):
    """Return weights and biases of 10-4-1 networks, alike in all copies."""
    randn = normal(seed=0)
    hidden = randn(REPEATS, 10, 4) / 10**0.5
    last = randn(REPEATS, 4, 1) / 4**0.5
    parameters = hidden, 0 * hidden[:, :1], last, 0 * last[:, :1]
    return [parameter.repeat(copies, 1, 1, 1) for parameter in parameters]


def predict(parameters, inputs):
    weight, bias, last_weight, last_bias = parameters
    return torch.tanh(inputs @ weight + bias) @ last_weight + last_bias


def fit(start, data, frozen=0, lr=0.05, steps=200):
    """Descend with momentum 0.9; the first ``frozen`` parameters stay."""
    inputs, labels = data
    fixed = start[:frozen]
    free = [p.clone().requires_grad_() for p in start[frozen:]]
    velocities = [0] * len(free)
    for _ in range(steps):
        squares = (predict(fixed + free, inputs) - labels).square()
        slopes = torch.autograd.grad(squares.mean((-2, -1)).sum(), free)
        with torch.no_grad():
            for i, slope in enumerate(slopes):
                velocities[i] = 0.9 * velocities[i] + slope
                free[i] -= lr * velocities[i]
    return fixed + [p.detach() for p in free]


def graft(trained):
    """Put a new last layer on random hidden layers, and on trained ones."""
    new = network(1 + len(trained[0]))
    hidden = [torch.cat([new[i][:1], trained[i]]) for i in (0, 1)]
    return hidden + new[2:]


TEST = sample(B, 2000)


def error(parameters, data=TEST):
    """Return each network's squared error, as a share of the variance."""
    inputs, labels = data
    squares = (predict(parameters, inputs) - labels).square()
    return (squares.mean((-2, -1)) / labels.var((-2, -1))).mean(1).tolist()


def show(errors):
    return " ".join(f"{value:.2f}" for value in errors)


def correlation(x, y):
    return torch.corrcoef(torch.stack([x.flatten(), y.flatten()]))[0, 1].item()


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        1, 3, figsize=(4.8, 2.6), sharey=True, layout="constrained"
    )
    sizes = 10, 20, 40, 80, 160, 320
    starts = graft(fit(network(3), sample(A, 300)))
    lines = [
        [error(fit(starts, sample(B, n), f)) for n in sizes] for f in (0, 2)
    ]
    whole, last = (list(zip(*line, strict=True)) for line in lines)
    for i, ax in enumerate(axes, 1):
        ax.loglog(sizes, whole[0], "0.5", marker="o", ms=3)
        ax.loglog(sizes, whole[i], "C0", marker="o", ms=3)
        ax.loglog(sizes, last[i], "C1--", marker="s", ms=3)
        ax.set(title=f"shares {3 - i} of 2", xticks=[10, 100], ylim=(0.006, 3))
        ax.set(yticks=[0.01, 0.1, 1], yticklabels=["0.01", "0.1", "1"])
        ax.set(xticklabels=["10", "100"])
        ax.minorticks_off()
    axes[2].text(30, 1.3, "last layer", color="C1")
    axes[2].text(45, 0.35, "all weights", color="C0")
    axes[2].text(10, 0.03, "from\nscratch", color="0.5")
    axes[0].set_ylabel("error on B")
    axes[1].set_xlabel("examples of B")
    return fig


# --8<-- [end:figure]
