"""What are vanishing and exploding gradients, and what do they break?

--8<-- [start:proof]
>>> cases = [(identity, 0.05), (identity, 0.2), (torch.relu, 0.07)]
>>> cases += [(torch.relu, 0.28), (torch.tanh, 1)]
>>> cases += [(torch.sigmoid, 0.12), (torch.sigmoid, 2)]
>>> for activation, std in cases:
...     signals, _, predicted = backward(activation, std)
...     fitted = factor(signals)
...     print(f"{activation.__name__:8} {std:4}: {fitted:.2f} {predicted:.2f}")
identity 0.05: 0.50 0.50
identity  0.2: 1.99 2.00
relu     0.07: 0.50 0.50
relu     0.28: 2.00 2.01
tanh        1: 2.34 2.36
sigmoid  0.12: 0.27 0.28
sigmoid     2: 1.34 1.38

--8<-- [end:proof]

--8<-- [start:weights]
>>> for activation in torch.relu, torch.sigmoid:
...     signals, weights, _ = backward(activation, 0.1)  # first / last layer
...     print(f"{signals[0] / signals[-1]:.0e} {weights[0] / weights[-1]:.0e}")
5e-05 1e+00
5e-19 1e-18

--8<-- [end:weights]

--8<-- [start:frozen]
>>> losses, moved = train(sgd, nn.Sigmoid, gain=1, depth=20, lr=0.5)
>>> for layer in 0, 10, 20:  # the change of its weights over their size
...     print(f"{moved[layer]:.0e}")
0e+00
1e-08
2e-01
>>> print(f"{losses[-1] / math.log(2):.2f}")  # 1: as good as a coin
1.00
>>> _ = torch.manual_seed(0)
>>> h = torch.randn(128, 32, dtype=torch.float64)  # the way forward
>>> for _ in range(20):
...     h = torch.sigmoid(h @ torch.randn(32, 32, dtype=h.dtype) / 32**0.5)
>>> print(f"{h.std(dim=0).max():.0e}")  # how far the inputs still differ
5e-13

--8<-- [end:frozen]

--8<-- [start:nan]
>>> losses, _ = train(sgd, nn.ReLU, gain=4, depth=10, lr=0.01)
>>> [f"{loss:.0e}" for loss in losses]
['8e+04', '3e+18', 'nan']
>>> losses, _ = train(sgd, nn.ReLU, math.sqrt(2), depth=10, lr=0.01)
>>> print(f"{len(losses)} steps, loss {losses[-1]:.2f}")
100 steps, loss 0.36

--8<-- [end:nan]

--8<-- [start:wrong-entries]
>>> for entries in [[0.5] * 4] * 4, [[0.6, -0.8], [0.8, 0.6]], [[2, -2]] * 2:
...     weight = torch.tensor(entries, dtype=torch.float64)
...     product = torch.linalg.matrix_power(weight, 30)  # thirty layers
...     print(f"{product.norm():.0e}")
1e+09
1e+00
0e+00

--8<-- [end:wrong-entries]

--8<-- [start:wrong-common]
>>> def normalized(z):  # batch normalization, then ReLU
...     return torch.relu(F.batch_norm(z, None, None, training=True))
>>> default = nn.Linear(100, 100).weight.std().item()
>>> for std in default, math.sqrt(2 / 100), 1:  # nn.Linear's, He's, randn's
...     plain, normed = (backward(f, std)[0] for f in (torch.relu, normalized))
...     print(f"{factor(plain):.1f} {factor(normed):.1f}")
0.4 1.2
1.0 1.2
7.1 1.2

--8<-- [end:wrong-common]

--8<-- [start:wrong-slow]
>>> for method, rate in (sgd, 0.5), (adam, 0.02):  # 4 layers
...     losses, moved = train(method, nn.Sigmoid, 1, depth=4, lr=rate)
...     print(f"loss {losses[-1]:.2f}, first layer moved {moved[0]:.0e}")
loss 0.69, first layer moved 6e-04
loss 0.01, first layer moved 2e+00
>>> for method, rate in (sgd, 500), (adam, 0.02):  # 20 layers
...     losses, moved = train(method, nn.Sigmoid, 1, 20, steps=40, lr=rate)
...     print(f"loss {max(losses):.0e}, first layer moved {moved[0]:.0e}")
loss 1e+03, first layer moved 0e+00
loss 8e-01, first layer moved 2e-09

--8<-- [end:wrong-slow]

--8<-- [start:wrong-nan]
>>> losses, _ = train(adam, nn.ReLU, gain=4, depth=10, lr=0.003)
>>> print(f"{losses[0]:.0e} {losses[-1]:.2f}")  # first and last
8e+04 0.00
>>> losses, _ = train(adam, nn.Tanh, gain=10, depth=20, steps=60, lr=0.003)
>>> sum(loss < math.log(2) for loss in losses)  # better than a coin
0

--8<-- [end:wrong-nan]
"""

# --8<-- [start:code]
import math

import torch
from torch import nn
from torch.nn import functional as F

sgd, adam = torch.optim.SGD, torch.optim.Adam


def identity(z):
    return z


def backward(activation, std, depth=30, width=100):
    """Send a random gradient back through ``depth`` layers without bias.

    The weights are normal with deviation ``std``. Return the norms of dL/dz
    and of dL/dW at each layer, first layer first, and the predicted factor.
    """
    torch.manual_seed(0)
    h = torch.randn(64, width, dtype=torch.float64)
    weights = std * torch.randn(depth, width, width, dtype=h.dtype)
    weights = [weight.requires_grad_() for weight in weights]
    zs, slopes = [], []
    for weight in weights:
        zs.append(h @ weight.T)
        h = activation(zs[-1])
        # each h depends on its own z, so this is the slope
        slopes += torch.autograd.grad(h.sum(), zs[-1], retain_graph=True)
    loss = (h * torch.randn_like(h)).sum()
    gradients = torch.autograd.grad(loss, zs + weights)
    norms = torch.stack([gradient.norm() for gradient in gradients])
    slope = torch.stack(slopes).square().mean().sqrt().item()
    return norms[:depth], norms[depth:], std * math.sqrt(width) * slope


def factor(norms):
    """Fit norm = c * factor ** (layers from the end), by least squares."""
    layer = torch.arange(len(norms), dtype=norms.dtype)
    layer -= layer.mean()
    return math.exp(-(layer * norms.log()).sum() / layer.square().sum())


def train(method, activation, gain, depth, steps=100, **options):
    """Learn to tell XOR's quadrants apart, until NaN ends it.

    The weights start with deviation gain / sqrt(inputs). Return the losses
    and, for each layer, the change of its weights relative to their norm.
    """
    torch.manual_seed(0)
    x = torch.randn(128, 2)
    y = (x.prod(dim=1, keepdim=True) > 0).float()
    layers = []
    for width in [2] + [32] * (depth - 1):
        layers += [nn.Linear(width, 32), activation()]
    model = nn.Sequential(*layers, nn.Linear(32, 1))
    for layer in model[::2]:
        nn.init.normal_(layer.weight, std=gain / math.sqrt(layer.in_features))
        nn.init.zeros_(layer.bias)
    start = [layer.weight.detach().clone() for layer in model[::2]]
    optimizer = method(model.parameters(), **options)
    losses = []
    while len(losses) < steps and not math.isnan(sum(losses)):
        loss = F.binary_cross_entropy_with_logits(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    pairs = zip(model[::2], start, strict=True)
    moved = [(layer.weight - old).norm() / old.norm() for layer, old in pairs]
    return losses, [change.item() for change in moved]


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw both gradients by layer, ReLU at five scales, sigmoid at one."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        1, 2, figsize=(4.8, 3.4), sharey=True, layout="constrained"
    )
    layers = range(1, 31)
    for std in 0.05, 0.1, 0.14, 0.2, 0.28:
        signals, weights, _ = backward(torch.relu, std)
        for ax, norms in zip(axes, (signals, weights), strict=True):
            ax.semilogy(layers, norms, color="C0")
            label = "ReLU 0.28" if std == 0.28 else str(std)
            falls = norms[0] < norms[-1] / 100  # then below the line
            ax.annotate(
                label,
                (4 if falls else 1, norms[3 if falls else 0]),
                (3, -3 if falls else 3),
                textcoords="offset points",
                va="top" if falls else "bottom",
            )
    for ax, norms in zip(axes, backward(torch.sigmoid, 0.1)[:2], strict=True):
        ax.semilogy(layers, norms, color="C1", linestyle="--")
        ax.text(29, 1e-16, "sigmoid 0.1", color="C1", ha="right")
    for ax, title in zip(axes, ("dL/dz", "dL/dW"), strict=True):
        ax.set(title=title, xlabel="layer", xticks=[1, 10, 20, 30])
    ax.set(ylim=(1e-18, 1e14))
    return fig


# --8<-- [end:figure]
