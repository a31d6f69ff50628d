"""Which training recipes hold up for CNNs and RNNs?

--8<-- [start:initial-scale]
>>> n = 200  # inputs, and outputs
>>> for line, weight in initial(n).items():
...     print(f"{line:18}{n * (weight**2).mean():6.1g}")
uniform sqrt(3/n)      1
uniform sqrt(6/n)      2
normal sqrt(n)     4e+04
normal sqrt(2/n)       2
svd                    1
>>> _ = torch.manual_seed(0)
>>> x, kernel = torch.randn(8, 32, 16, 16), torch.randn(64, 32, 3, 3)
>>> for n in 32, 32 * 3 * 3:  # channels; channels times entries
...     y = F.conv2d(x, kernel * math.sqrt(2 / n))
...     print(f"{n:3} {(y**2).mean() / (x**2).mean():2.0f}")
 32 18
288  2

--8<-- [end:initial-scale]

--8<-- [start:normalize]
>>> raw, y = data()
>>> X = raw.copy()
>>> exec(NOTES)  # as the notes have it: the division is in the comment
>>> X.std(axis=0).round(1).tolist()
[1.0, 0.9, 1.0, 10.4]
>>> normal = X / X.std(axis=0)
>>> steps(raw, y), steps(X, y), steps(normal, y)
(2512, 374, 2)

--8<-- [end:normalize]

--8<-- [start:divide]
>>> for batch in 2, 20, 200:  # steps if divided by the batch size, if not
...     summed = steps(normal, y, 0.1, batch, divide=False)
...     print(f"{batch:3} {steps(normal, y, 0.1, batch)} {summed}")
  2 36 20
 20 34 inf
200 33 inf

--8<-- [end:divide]

--8<-- [start:clip]
>>> for limit in math.inf, 5, 10, 15:  # the loss after 30 steps
...     print(f"{limit:3} {descend(limit)[0]:.3f}")
inf nan
  5 0.000
 10 0.000
 15 0.000
>>> _, weights = descend(count=0)  # before the first step
>>> gradient = weights.grad.clone()
>>> norm = nn.utils.clip_grad_norm_([weights], 5.0)
>>> by_hand = gradient * 5 / (gradient**2).sum().sqrt()
>>> print(f"{norm:.0e} {(weights.grad - by_hand).norm():.6f}")
2e+06 0.000000

--8<-- [end:clip]

--8<-- [start:dropout]
>>> for masks in "none", "one", "anew":  # on the recurrent path
...     print(masks, [survivors(masks, length) for length in (5, 10, 20)])
none [4993, 4993, 4993]
one [2474, 2474, 2474]
anew [334, 13, 0]
>>> _ = torch.manual_seed(0)
>>> rnn, x = nn.RNN(4, 8, num_layers=2, dropout=0.5), torch.randn(20, 1, 4)
>>> first, second = rnn(x)[1], rnn(x)[1]  # last states, two draws of masks
>>> [torch.equal(first[layer], second[layer]) for layer in (0, 1)]
[True, False]

--8<-- [end:dropout]

--8<-- [start:halve]
>>> for schedule, *found in zip(SCHEDULES, *sgd(SCHEDULES), strict=True):
...     print("{:5} {:3} {} ".format(*schedule), end=" ")
...     print("{:.2f} {:.3f} {:.0e}".format(*found))
 0.05   1 0  0.27 0.292 5e-02
0.002   1 0  1.22 0.008 2e-03
 0.05 0.5 0  0.07 0.030 2e-17
 0.05 0.5 2  0.14 0.008 3e-06

--8<-- [end:halve]

--8<-- [start:shuffle]
>>> for order in "sorted", "once", "anew":  # after one epoch, after ten
...     first, *_, tenth = accuracy(order)
...     print(f"{order:6} {first:.2f} {tenth:.2f}")
sorted 0.50 0.81
once   0.85 0.89
anew   0.85 0.89

--8<-- [end:shuffle]

--8<-- [start:forget-gate]
>>> for bias in 0.0, 1.0:  # the gate, what eight steps leave, accuracy
...     gate = forget_gate(bias, 0.0)
...     print(f"{gate:.2f} {gate**8:.3f} {remember(bias):.1f}")
0.50 0.004 0.5
0.73 0.082 0.7

--8<-- [end:forget-gate]

--8<-- [start:ensemble]
>>> for seed in 2, 3:
...     mean, best, together, spread = ensemble(seed)
...     print(f"{together:.3f} = {mean:.3f} - {spread:.3f}; best: {best:.3f}")
0.096 = 0.128 - 0.032; best: 0.062
0.114 = 1.251 - 1.137; best: 0.138

--8<-- [end:ensemble]

--8<-- [start:wrong-clip]
>>> print(f"{descend(count=0)[1].norm():.1f}")  # the weights at the start
1.3
>>> print(f"{descend(limit_weights=5)[0]:.0e}")  # the loss, their norm held
1e+28

--8<-- [end:wrong-clip]

--8<-- [start:wrong-bias]
>>> for biases in (1.0, 0.0), (1.0, 1.0):  # bias_ih, bias_hh
...     print(f"{forget_gate(*biases):.2f} {forget_gate(*biases) ** 8:.3f}")
0.73 0.082
0.88 0.362

--8<-- [end:wrong-bias]

--8<-- [start:wrong-rate]
>>> copies = np.tile(normal, 32)  # each feature 32 times
>>> for X in normal, raw, copies:
...     print([steps(X, y, rate) for rate in (1.0, 0.1)])
[1, 33]
[inf, inf]
[inf, inf]

--8<-- [end:wrong-rate]

--8<-- [start:plateau]
>>> import inspect
>>> scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau
>>> default = inspect.signature(scheduler).parameters
>>> [default[name].default for name in ("factor", "patience")]
[0.1, 10]

--8<-- [end:plateau]
"""

# --8<-- [start:code]
import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

NOTES = "X -= np.mean(X, axis=0) # zero-centerX /= np.std(X, axis=0)"
# rate at the start, its factor at a plateau, checks to wait for one
SCHEDULES = (0.05, 1, 0), (0.002, 1, 0), (0.05, 0.5, 0), (0.05, 0.5, 2)


def initial(n, seed=0):
    """Return the notes' initial weights, n by n, by what they scale with."""
    rng = np.random.default_rng(seed)
    three, six = np.sqrt(3 / n), np.sqrt(6 / n)
    return {
        "uniform sqrt(3/n)": rng.uniform(-three, three, (n, n)),
        "uniform sqrt(6/n)": rng.uniform(-six, six, (n, n)),
        "normal sqrt(n)": rng.normal(size=(n, n)) * np.sqrt(n),
        "normal sqrt(2/n)": rng.normal(size=(n, n)) * np.sqrt(2 / n),
        "svd": np.linalg.svd(rng.normal(size=(n, n)))[0],
    }


def data(n=200, seed=0):
    """Return four features, one of them ten times as wide, and targets."""
    x = np.random.default_rng(seed).normal(3, 1, (n, 4)) * [1, 1, 1, 10]
    return x, x @ [1, -1, 1, 0.1] + 1


def steps(x, y, rate=None, batch=None, divide=True):
    """Count the steps of linear regression to a thousandth of its loss.

    Without ``rate`` it is one over the largest curvature; without ``batch``
    each step takes all examples. Return inf if the weights diverge.
    """
    x = np.c_[x, np.ones(len(x))]
    rate = rate or 1 / np.linalg.eigvalsh(x.T @ x / len(x))[-1]
    rng, weights, step = np.random.default_rng(0), np.zeros(len(x.T)), 0
    while ((x @ weights - y) ** 2).sum() > 1e-3 * (y**2).sum():
        rows = rng.permutation(len(x))[:batch]
        gradient = x[rows].T @ (x[rows] @ weights - y[rows])
        weights -= rate * gradient / (len(rows) if divide else 1)
        step += 1
        if abs(weights).max() > 1e9:
            return math.inf
    return step


def descend(limit=math.inf, limit_weights=math.inf, count=30, rate=0.01):
    """Fit the last state of a linear RNN; return its loss, and its weights.

    ``limit`` clips the gradient's norm, ``limit_weights`` the weights'.
    """
    weights = torch.tensor([1.3, 0.1], dtype=torch.float64)
    for step in range(count + 1):
        weights.requires_grad_()
        state = 1.0
        for _ in range(20):
            state = weights[0] * state + weights[1]
        loss = (state - 0.5) ** 2
        loss.backward()
        if step < count:
            g = weights.grad * min(1, limit / weights.grad.norm())
            weights = (weights - rate * g).detach()
            weights *= min(1, limit_weights / weights.norm())
    return loss.item(), weights


def survivors(masks, length, layers=2, draws=40_000):
    """Count the draws of masks that spare a path from input to output."""
    recurrent = {"none": 0, "one": 1, "anew": length - 1}[masks]
    rng = np.random.default_rng(0)
    kept = rng.random((layers + 1 + recurrent, draws)) < 0.5
    return int(kept.all(axis=0).sum())


def sgd(schedules, checks=60, runs=20):
    """Fit noisy data by SGD; return the weights' errors and the last rates.

    Errors are squared, the median of ``runs``, after 10 checks and after all;
    a check looks at 500 held-out examples, after every 50 steps.
    """
    rate, factor, patience = np.array(schedules).T[..., None]
    rng, rate = np.random.default_rng(0), np.tile(rate, runs)
    true, weights = rng.normal(size=(runs, 10)), np.zeros((*rate.shape, 10))
    x = rng.normal(size=(500 + 50 * checks, runs, 10))
    y = (x * true).sum(axis=2) + rng.normal(size=x.shape[:2])
    best, bad, errors = np.inf, 0, []
    for step in range(500, len(x)):
        error = (x[step] * weights).sum(axis=2) - y[step]
        weights -= (rate * error)[..., None] * x[step]
        if step % 50 == 49:
            held_out = [(x[:500] * w).sum(axis=2) - y[:500] for w in weights]
            cost = np.square(held_out).mean(axis=1)
            bad = np.where(cost < best, 0, bad + 1)
            best = np.minimum(best, cost)
            rate = np.where(bad > patience, rate * factor, rate)
            bad = np.where(bad > patience, 0, bad)
            squares = ((weights - true) ** 2).sum(axis=2)
            errors.append(np.median(squares, axis=1))
    return errors[9], errors[-1], np.median(rate, axis=1)


def accuracy(order, epochs=10, seeds=5):
    """Train softmax regression on ten classes; return the mean by epoch."""
    rng, y = np.random.default_rng(0), np.repeat(np.arange(10), 50)
    x = 2 * rng.normal(size=(seeds, 10, 5))[:, y]
    x = x + rng.normal(size=(2, seeds, 500, 5))
    x, held_out = np.concatenate([x, np.ones((2, seeds, 500, 1))], axis=3)
    weights, rows, found = np.zeros((seeds, 6, 10)), np.arange(500), []
    for epoch in range(epochs):
        if order == "anew" or (order == "once" and epoch == 0):
            rows = rng.permutation(500)
        for batch in rows.reshape(50, 10):
            p = np.exp(x[:, batch] @ weights)
            p = p / p.sum(axis=2, keepdims=True) - np.eye(10)[y[batch]]
            weights -= 0.5 * x[:, batch].transpose(0, 2, 1) @ p / 10
        found.append(((held_out @ weights).argmax(axis=2) == y).mean())
    return found


def set_forget_bias_(lstm, ih, hh):
    """Set an LSTM's biases to 0, but those of the forget gate."""
    forget = slice(lstm.hidden_size, 2 * lstm.hidden_size)  # i, f, g, o
    for bias, value in (lstm.bias_ih_l0, ih), (lstm.bias_hh_l0, hh):
        nn.init.zeros_(bias)[forget] = value


def forget_gate(ih, hh):
    """Return what torch's LSTM keeps of its cell when it sees only zeros."""
    lstm, zero = nn.LSTM(1, 1), torch.zeros(1, 1, 1)
    with torch.no_grad():
        set_forget_bias_(lstm, ih, hh)
        return lstm(zero, (zero, zero + 1))[1][1].item()


def remember(bias, length=8, units=16, count=80, seed=0):
    """Train an LSTM to tell the first input's sign.

    Return its accuracy on fresh batches, the mean of the last 20 steps.
    """
    torch.manual_seed(seed)
    lstm, read = nn.LSTM(1, units), nn.Linear(units, 1)
    weights, right = [*lstm.parameters(), *read.parameters()], []
    with torch.no_grad():
        set_forget_bias_(lstm, bias, 0.0)
    for _ in range(count):
        x = torch.randn(length, 48, 1)
        answer, sign = read(lstm(x)[1][0][0]), (x[0] > 0).float()
        F.binary_cross_entropy_with_logits(answer, sign).backward()
        nn.utils.clip_grad_norm_(weights, 0.5)
        for weight in weights:
            weight.data -= weight.grad
            weight.grad = None
        right.append(((answer > 0) == (sign > 0)).float().mean().item())
    return np.mean(right[-20:])


def ensemble(seed, members=5, units=10):
    """Fit noisy points by nets with random hidden layers; return errors.

    Mean squared errors: the members' mean, the best, their average's; then
    the mean square by which members differ from their average.
    """
    rng, t = np.random.default_rng(seed), np.linspace(-3, 3, 100)
    x = rng.uniform(-3, 3, 20)
    y, outputs = np.sin(x) + 0.3 * rng.normal(size=20), []
    for _ in range(members):
        w, b = rng.normal(size=(2, units))
        last = np.linalg.lstsq(np.tanh(np.outer(x, w) + b), y)[0]
        outputs.append(np.tanh(np.outer(t, w) + b) @ last)
    average = np.mean(outputs, axis=0)
    errors = ((outputs - np.sin(t)) ** 2).mean(axis=1)
    together = ((average - np.sin(t)) ** 2).mean()
    spread = ((outputs - average) ** 2).mean()
    return errors.mean(), errors.min(), together, spread


# --8<-- [end:code]
