"""What were the turning points in the history of neural networks?

--8<-- [start:proof]
>>> lines = itertools.product(range(-3, 4), repeat=3)  # bias and two weights
>>> max(right(np.array(weights)[:, None]) for weights in lines)  # points of 4
3
>>> solved("sigmoid", depth=1, rate=3)  # networks that get all 4, of 10
10

--8<-- [end:proof]

--8<-- [start:time]
>>> for steps in 1, 10, 100:  # effect of the first state on the last
...     for way in plain, cell, attention:
...         most = max(effect(way, steps, seed) for seed in range(4))
...         print(f"{most:.0e}", end=" ")
...     print("after", steps)
1e+00 1e+00 5e-01 after 1
3e-02 1e+00 9e-02 after 10
6e-21 1e+00 1e-02 after 100

--8<-- [end:time]

--8<-- [start:depth]
>>> for name, gain in ("sigmoid", 1), ("tanh", 0.5), ("tanh", 1):
...     ratio = first_over_last(name, 10, gain)  # gradients of the weights
...     print(name, gain, f"{ratio:.0e}", solved(name, 10, gain))
sigmoid 1 2e-07 0
tanh 0.5 9e-01 0
tanh 1 7e-01 10

--8<-- [end:depth]

--8<-- [start:residual]
>>> for depth in 4, 40:  # two draws of ten plain, then residual networks
...     ratio = first_over_last("relu", depth, 2**0.5)
...     counts = [
...         solved("relu", depth, gain, skip, rate=0.02, seed=seed)
...         for gain, skip in ((2**0.5, False), (1, True))
...         for seed in range(2)
...     ]
...     print(depth, f"{ratio:.0e}", *counts)
4 4e-01 10 10 10 10
40 1e+00 0 0 10 10

--8<-- [end:residual]

--8<-- [start:wrong-minsky]
>>> for bits in 2, 3, 4:  # error when each unit sees 1, 2, ... of the bits
...     errors = [parity_error(bits, seen + 1) for seen in range(bits)]
...     print(bits, *(f"{error:.1f}" for error in errors))
2 1.0 0.0
3 1.0 1.0 0.0
4 1.0 1.0 1.0 0.0

--8<-- [end:wrong-minsky]

--8<-- [start:wrong-saturation]
>>> for gain in 1, 8:  # sigmoid: mean slope, gradient's ratio, solved
...     ratio = first_over_last("sigmoid", 10, gain)
...     slope = mean_slope("sigmoid", 10, gain)
...     print(gain, f"{slope:.2f} {ratio:.0e}", solved("sigmoid", 10, gain))
1 0.23 2e-07 0
8 0.07 3e-02 9

--8<-- [end:wrong-saturation]

--8<-- [start:wrong-pretraining]
>>> [solved("tanh", depth) for depth in (1, 2, 5, 10)]  # of 10
[10, 10, 10, 10]

--8<-- [end:wrong-pretraining]

"""

# --8<-- [start:code]
import itertools

import numpy as np
import torch

X = np.array([(1, a, b) for a in (-1, 1) for b in (-1, 1)])  # one, two bits
Y = np.array([0, 1, 1, 0])  # XOR


def sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


ACTIVATIONS = {  # each with its slope, from its output
    "sigmoid": (sigmoid, lambda a: a * (1 - a)),
    "tanh": (np.tanh, lambda a: 1 - a**2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0).astype(float)),
}


def network(depth, gain, skip=False, seed=0, runs=10, width=16):
    """Weights of ``runs`` networks: normal, of deviation gain / sqrt(inputs).

    Residual branches (``skip``) start at 1 / depth of ReLU's scale.
    """
    random = np.random.default_rng(seed)
    sizes = [3] + [width] * depth + [1]
    gains = [gain] * (depth + 1)
    if skip:
        gains[1:-1] = [2**0.5 / depth] * (depth - 1)
    return [
        random.standard_normal((runs, n, m)) * g / n**0.5
        for (n, m), g in zip(itertools.pairwise(sizes), gains, strict=True)
    ]


def forward(weights, name, skip=False):
    """Each layer's input, each activation's output, and the last score."""
    inputs, outputs = [X], []
    for layer, weight in enumerate(weights[:-1]):
        outputs.append(ACTIVATIONS[name][0](inputs[-1] @ weight))
        carried = inputs[-1] if skip and layer else 0
        inputs.append(carried + outputs[-1])
    return inputs, outputs, (inputs[-1] @ weights[-1])[..., 0]


def backward(weights, name, skip=False):
    """Gradient of the mean cross-entropy for each layer's weights."""
    inputs, outputs, score = forward(weights, name, skip)
    delta = ((sigmoid(score) - Y) / len(Y))[..., None]
    gradients = [inputs[-1].mT @ delta]
    carried = delta @ weights[-1].mT
    for layer in reversed(range(len(outputs))):
        delta = carried * ACTIVATIONS[name][1](outputs[layer])
        gradients.append(inputs[layer].mT @ delta)
        back = delta @ weights[layer].mT
        carried = carried + back if skip and layer else back
    return gradients[::-1]


def right(score_weights):
    """How many of XOR's points a line has on their side."""
    score = (X @ score_weights)[..., 0]
    return int((score * (2 * Y - 1) > 0).sum())


def solved(name, depth, gain=1, skip=False, rate=0.1, steps=200, seed=0):
    """How many networks get XOR right after ``steps`` of gradient descent."""
    weights = network(depth, gain, skip, seed)
    for _ in range(steps):
        for weight, gradient in zip(
            weights, backward(weights, name, skip), strict=True
        ):
            weight -= rate * gradient
    score = forward(weights, name, skip)[-1]
    return int((score * (2 * Y - 1) > 0).all(axis=-1).sum())


def first_over_last(name, depth, gain):
    """Norm of the first layer's gradient over the last's, geometric mean."""
    gradients = backward(network(depth, gain), name)
    first, last = (np.linalg.norm(gradients[k], axis=(1, 2)) for k in (0, -1))
    return np.exp(np.log(first / last).mean())


def mean_slope(name, depth, gain):
    outputs = forward(network(depth, gain), name)[1]
    return np.mean([ACTIVATIONS[name][1](output) for output in outputs])


def plain(states, weight):
    """Recurrent tanh layer; the inputs follow the first state."""
    state = states[0]
    for x in states[1:]:
        state = torch.tanh(weight @ state + x)
    return state


def cell(states, weight):
    """The LSTM's cell as of 1997: it adds, and forgets nothing."""
    state = states[0]
    for x in states[1:]:
        state = state + torch.tanh(weight @ x)
    return state


def attention(states, weight):
    """Mean over all positions, as when all have the same score."""
    return states.mean(dim=0)


def effect(way, steps, seed, width=16):
    """Largest singular value of the last state's Jacobian by the first."""
    torch.manual_seed(seed)
    weight = torch.nn.init.orthogonal_(torch.empty(width, width)).double()
    inputs = torch.randn(steps, width).double()

    def last(first):
        return way(torch.cat([first[None], inputs]), weight)

    first = torch.zeros(width).double()
    jacobian = torch.autograd.functional.jacobian(last, first)
    return torch.linalg.matrix_norm(jacobian, 2).item()


def parity_error(bits, seen):
    """Root-mean-square error of the best sum of functions of ``seen`` bits.

    A function of some bits (as -1 and 1) is a sum of products of them.
    """
    points = np.array(list(itertools.product((-1, 1), repeat=bits)))
    products = [
        points[:, list(chosen)].prod(axis=1)
        for size in range(seen + 1)
        for chosen in itertools.combinations(range(bits), size)
    ]
    features, parity = np.column_stack(products), points.prod(axis=1)
    best = np.linalg.lstsq(features, parity)[0]
    return np.sqrt(((features @ best - parity) ** 2).mean())


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw from when to when each failure stood, and what repaired it."""
    import matplotlib.pyplot as plt

    rows = {
        "XOR": (1969, 1986, "backpropagation"),
        "many time steps": (1991, 1997, "LSTM"),
        "ten layers": (1991, 2010, "scale of weights"),
        "one fixed vector": (2014, 2014, "attention"),
        "forty layers": (2015, 2015, "residual"),
    }
    fig, ax = plt.subplots(figsize=(4.8, 2.2), layout="constrained")
    for row, (failed, repaired, repair) in enumerate(rows.values()):
        ax.plot([failed, repaired], [row, row], "0.5", lw=4, alpha=0.5)
        ax.plot(failed, row, "C3o", ms=7)
        ax.plot(repaired, row, "C0s", ms=5)
        ax.text(repaired + 2, row, repair, va="center")
    ax.set(yticks=range(len(rows)), yticklabels=rows, ylim=(4.6, -0.6))
    ax.set(xticks=range(1970, 2021, 10), xlim=(1966, 2041))
    return fig


# --8<-- [end:figure]
