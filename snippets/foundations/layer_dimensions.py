"""What shapes do the weights, biases and activations of each layer have?

--8<-- [start:proof]
>>> for name, value, d, theirs, grad in compare(network(3, 5, 4, 2), m=7):
...     gap = 1e12 * (d - grad).abs().max()  # ours minus torch's
...     print(name, *map(shape, (value, d, theirs)), f"{gap:.0f}")
A0 (3, 7) (3, 7) (7, 3) 0
W1 (5, 3) (5, 3) (5, 3) 0
b1 (5, 1) (5, 1) (5,) 0
Z1 (5, 7) (5, 7) (7, 5) 0
A1 (5, 7) (5, 7) (7, 5) 0
W2 (4, 5) (4, 5) (4, 5) 0
b2 (4, 1) (4, 1) (4,) 0
Z2 (4, 7) (4, 7) (7, 4) 0
A2 (4, 7) (4, 7) (7, 4) 0
W3 (2, 4) (2, 4) (2, 4) 0
b3 (2, 1) (2, 1) (2,) 0
Z3 (2, 7) (2, 7) (7, 2) 0

--8<-- [end:proof]

--8<-- [start:count]
>>> for sizes in (3, 5, 4, 2), (784, 128, 10):
...     parameters = list(network(*sizes).parameters())
...     formula = sum(n * (before + 1) for before, n in pairwise(sizes))
...     print(sum(parameter.numel() for parameter in parameters), formula)
54 54
101770 101770

--8<-- [end:count]

--8<-- [start:wrong-target]
>>> x = torch.linspace(-1, 1, 50)[:, None]  # (50, 1)
>>> y = 3 * x[:, 0] + 2  # (50,), as one column of a table comes
>>> for target in y[:, None], y:
...     outputs, loss = fit(x, target)
...     spread = outputs.max() - outputs.min()  # the targets': 6
...     print(shape(outputs - target), f"{spread:.2f} {loss:.2f}")
(50, 1) 6.00 0.00
(50, 50) 0.00 3.12
>>> f"{outputs.mean():.2f} {y.mean():.2f}, {y.var(correction=0):.2f}"
'2.00 2.00, 3.12'

--8<-- [end:wrong-target]

--8<-- [start:wrong-bias]
>>> found = {name: of for name, *of in compare(network(3, 5, 4, 2), m=7)}
>>> (b, _, _, grad), (_, dz, *_) = found["b1"], found["Z1"]
>>> for db in dz, dz.sum(), dz.sum(dim=1), dz.sum(dim=1, keepdim=True):
...     error = (db - grad).abs().max() / grad.abs().max()
...     print(f"{shape(db)}: b is now {shape(b - db)}, error {error:.2f}")
(5, 7): b is now (5, 7), error 4.94
(): b is now (5, 1), error 1.26
(5,): b is now (5, 5), error 1.24
(5, 1): b is now (5, 1), error 0.00
>>> b -= dz.sum(dim=1)  # in place, b must keep its shape
Traceback (most recent call last):
RuntimeError: output with shape [5, 1] doesn't match the broadcast shape [5, 5]
>>> dz = found["Z3"][1]  # the output layer's entries cancel
>>> f"{dz.sum().abs():.3f}, {dz.abs().sum():.3f}"
'0.000, 0.975'

--8<-- [end:wrong-bias]

--8<-- [start:wrong-transposed]
>>> x, layer = torch.ones(7, 3), nn.Linear(3, 5)
>>> shape(layer.weight)
(5, 3)
>>> x @ layer.weight + layer.bias
Traceback (most recent call last):
RuntimeError: mat1 and mat2 shapes cannot be multiplied (7x3 and 5x3)
>>> [square] = network(4, 4)  # as many units out as in: nothing complains
>>> x = torch.eye(4, dtype=torch.float64)
>>> for w in square.weight.T, square.weight:
...     z = x @ w + square.bias
...     print(shape(z), f"{(z - square(x)).abs().max():.2f}")
(4, 4) 0.00
(4, 4) 0.73

--8<-- [end:wrong-transposed]

--8<-- [start:losses]
>>> for loss in F.mse_loss, F.binary_cross_entropy, F.poisson_nll_loss:
...     print(loss.__name__, reaction(loss))
mse_loss UserWarning
binary_cross_entropy ValueError
poisson_nll_loss nothing

--8<-- [end:losses]

--8<-- [start:axes]
>>> layer = nn.Linear(3, 5)
>>> z = layer(torch.ones(7, 4, 3))  # 7 examples of 4 steps
>>> z.sum().backward()
>>> shape(z), shape(layer.weight.grad), shape(layer.bias.grad)
((7, 4, 5), (5, 3), (5,))
>>> layer.bias.grad  # a sum over all axes but the last
tensor([28., 28., 28., 28., 28.])

--8<-- [end:axes]
"""

# --8<-- [start:code]
import warnings
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F


def forward(w, b, x):
    """Return lists z and a, one example a column; layer l is at index l."""
    z, a = [None], [x]
    for i in range(1, len(w)):
        z.append(w[i] @ a[i - 1] + b[i])  # (n[i], n[i-1]) @ (n[i-1], m)
        a.append(z[i].tanh())  # (n[i], m)
    a[-1] = z[-1].softmax(dim=0)  # down each column
    return z, a


def backward(w, a, y):
    """Return the mean cross-entropy's gradients: lists dw, db, dz, da.

    ``y`` (n[L], m) has a one at each example's class, zeros elsewhere.
    """
    dw, db, dz, da = ([None] * len(w) for _ in range(4))
    dz[-1] = (a[-1] - y) / y.shape[1]  # softmax and mean cross-entropy
    for i in reversed(range(1, len(w))):
        dw[i] = dz[i] @ a[i - 1].T  # (n[i], m) @ (m, n[i-1])
        db[i] = dz[i].sum(dim=1, keepdim=True)  # (n[i], 1)
        da[i - 1] = w[i].T @ dz[i]  # (n[i-1], n[i]) @ (n[i], m)
        if i > 1:
            dz[i - 1] = da[i - 1] * (1 - a[i - 1] ** 2)  # tanh'
    return dw, db, dz, da


# --8<-- [end:code]


# --8<-- [start:torch]
def network(*sizes):
    """Return torch's layers: a tanh between two linear ones; float64."""
    torch.manual_seed(0)
    layers = []
    for before, n in pairwise(sizes):
        layers += [nn.Linear(before, n), nn.Tanh()]
    return nn.Sequential(*layers[:-1]).double()


def compare(model, m):
    """Yield name, value, its gradient, torch's tensor, torch's gradient.

    The last has its examples in columns, as our gradient has.
    """
    x = torch.randn(m, model[0].in_features, dtype=torch.float64)
    labels = torch.arange(m) % model[-1].out_features
    linear = list(model[::2])
    w = [None, *(layer.weight.detach() for layer in linear)]
    b = [None, *(layer.bias.detach()[:, None] for layer in linear)]
    z, a = forward(w, b, x.T)
    dw, db, dz, da = backward(w, a, F.one_hot(labels).T)
    rows = [x.clone().requires_grad_()]  # what goes through, in rows
    for layer in model:
        rows.append(layer(rows[-1]))
        rows[-1].retain_grad()
    F.cross_entropy(rows[-1], labels).backward()
    for i, layer in enumerate(linear, start=1):
        before, after = rows[2 * i - 2], rows[2 * i - 1]
        weight, bias = layer.parameters()
        yield f"A{i - 1}", a[i - 1], da[i - 1], before, before.grad.T
        yield f"W{i}", w[i], dw[i], weight, weight.grad
        yield f"b{i}", b[i], db[i], bias, bias.grad[:, None]
        yield f"Z{i}", z[i], dz[i], after, after.grad.T


def shape(tensor):
    return tuple(tensor.shape)


# --8<-- [end:torch]


# --8<-- [start:fit]
def fit(x, target, steps=200):
    """Fit a line by gradient descent; return its outputs and its loss."""
    [line] = network(1, 1).float()
    for _ in range(steps):
        outputs = line(x)  # (m, 1)
        loss = ((outputs - target) ** 2).mean()
        grads = torch.autograd.grad(loss, line.parameters())
        for parameter, grad in zip(line.parameters(), grads, strict=True):
            parameter.data -= 0.5 * grad
    return outputs.detach(), loss.item()


# --8<-- [end:fit]


# --8<-- [start:reaction]
def reaction(loss):
    """Name what ``loss`` raises, or warns of, at (7, 1) against (7,)."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            loss(torch.full((7, 1), 0.5), torch.ones(7))
        except (UserWarning, ValueError) as error:
            return type(error).__name__
    return "nothing"


# --8<-- [end:reaction]
