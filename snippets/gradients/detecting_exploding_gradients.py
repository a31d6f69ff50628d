"""How do you tell that gradients are exploding?

--8<-- [start:proof]
>>> healthy = train()  # a constant rate
>>> diverging = train(growth=1.05)  # the rate rises by 5 % at each step
>>> fired = alarm(diverging.norms)
>>> alarm(healthy.norms), fired  # never; at this step of 80
(None, 33)
>>> runs = healthy.norms, diverging.norms[:fired], diverging.norms[: fired + 1]
>>> for norms in runs:  # largest norm relative to those before it
...     print(f"{max(jump(norms[: n + 1]) for n in range(len(norms))):.1f}")
1.9
4.0
15.6
>>> sum(map(math.isfinite, diverging.norms[fired : fired + 5]))  # of five
5
>>> for growth in 1, 1.05:  # the same with five seeds
...     runs = [train(growth=growth, seed=seed) for seed in range(5)]
...     print([alarm(run.norms) for run in runs])
[None, None, None, None, None]
[38, 35, 33, 39, 42]

--8<-- [end:proof]

--8<-- [start:wrong-threshold]
>>> scaled = train(scale=1024)  # loss times 1024, rate over 1024
>>> (scaled.weights - healthy.weights).abs().max().item()  # the same run
0.0
>>> for run in healthy, scaled:
...     share = sum(norm > 1 for norm in run.norms) / len(run.norms)
...     print(f"{statistics.median(run.norms):.3g} {share:.2f}")
1.48 0.90
1.52e+03 1.00
>>> small = train(growth=1.05, scale=1 / 1024)  # the run that diverges
>>> alarm(scaled.norms), alarm(small.norms)  # as before
(None, 33)
>>> print(f"{max(small.norms[: fired + 1]):.3f}")  # the largest so far
0.029

--8<-- [end:wrong-threshold]

--8<-- [start:wrong-wait]
>>> for step in fired - 4, fired, fired + 3:
...     print(f"{diverging.losses[step]:.0e}")  # 1: always answering 0
9e-01
1e+01
1e+04
>>> diverging.weights.isnan().float().mean().item()  # share, in the end
1.0

--8<-- [end:wrong-wait]

--8<-- [start:wrong-compare]
>>> norms = healthy.norms[:50] + [math.nan] * 30
>>> [step for step, norm in enumerate(norms) if norm > 100]  # not one
[]
>>> alarm(norms)
50

--8<-- [end:wrong-compare]

--8<-- [start:wrong-stuck]
>>> stuck = train(activation=nn.Sigmoid)
>>> for run in healthy, stuck:  # loss over the last 20 steps
...     print(f"{statistics.mean(run.losses[-20:]):.2f}")
0.38
1.10
>>> print(alarm(stuck.norms))
None
>>> first, *_, last = stuck.layers  # gradient norms of the weights
>>> print(f"{first / last:.4f}")
0.0007

--8<-- [end:wrong-stuck]

--8<-- [start:factor]
>>> relu = [train(0.25, activation=nn.ReLU, seed=seed) for seed in range(10)]
>>> [alarm(run.norms) for run in relu]
[None, None, None, None, None, None, None, None, 42, None]
>>> print(f"{statistics.mean(relu[8].losses[-20:]):.2f}")  # it recovered
0.67
>>> for growth in 1.2, 1.3:  # a norm that grows by 20 or 30 % at each step
...     print(alarm([growth**step for step in range(80)]))
None
17

--8<-- [end:factor]
"""

# --8<-- [start:code]
import math
import statistics
from types import SimpleNamespace

import torch
from torch import nn
from torch.nn import functional as F


def jump(norms, window=20):
    """Return the last norm over the median of the ``window`` before it."""
    return norms[-1] / statistics.median(norms[-window - 1 : -1] or norms)


def exploding(norms, factor=10):
    """Tell whether the last norm is not finite or has jumped."""
    # NaN > factor is false, so NaN must be asked for
    return not math.isfinite(norms[-1]) or jump(norms) > factor


def alarm(norms):
    """Return the first step at which ``exploding`` holds, or None."""
    steps = range(len(norms))
    return next((t for t in steps if exploding(norms[: t + 1])), None)


def train(rate=0.1, growth=1.0, scale=1.0, activation=nn.Tanh, seed=2):
    """Learn the sign of a product of two inputs in 80 steps of SGD.

    The rate grows by the factor ``growth`` at each step. ``scale`` multiplies
    the loss and divides the rate. Return the loss and the gradient's norm at
    each step, the last weights, and the last gradient's norm by layer.
    """
    torch.manual_seed(seed)
    layers = []
    for width in 4, 32, 32, 32:
        layers += [nn.Linear(width, 32), activation()]
    model = nn.Sequential(*layers, nn.Linear(32, 1))
    for layer in model[::2]:
        nn.init.normal_(layer.weight, std=1 / math.sqrt(layer.in_features))
        nn.init.zeros_(layer.bias)
    weights = list(model.parameters())
    optimizer = torch.optim.SGD(weights, lr=rate / scale)
    losses, norms = [], []
    for _ in range(80):
        x = torch.randn(32, 4)
        y = (x[:, :1] * x[:, 1:2]).sign()
        loss = F.mse_loss(model(x), y)
        optimizer.zero_grad()
        (scale * loss).backward()
        gradients = [weight.grad for weight in weights]
        norms.append(nn.utils.get_total_norm(gradients).item())
        losses.append(loss.item())
        optimizer.step()
        optimizer.param_groups[0]["lr"] *= growth
    return SimpleNamespace(
        losses=losses,
        norms=norms,
        weights=nn.utils.parameters_to_vector(weights).detach(),
        layers=[layer.weight.grad.norm().item() for layer in model[::2]],
    )


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw both runs' norms, the alarm, and the limit that sets it off."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.8), layout="constrained")
    healthy, diverging = train().norms, train(growth=1.05).norms
    fired = alarm(diverging)
    shown = diverging[: fired + 3]
    limit = [10 * shown[n] / jump(shown[: n + 1]) for n in range(len(shown))]
    ax.semilogy(healthy, color="C0")
    ax.semilogy(shown, color="C3")
    ax.semilogy(limit, color="0.5", linestyle="--")
    ax.semilogy(fired, shown[fired], "o", color="C3")
    ax.set(xlabel="step", ylabel="gradient norm", ylim=(0.3, 1e4))
    ax.text(fired + 2, shown[fired], "alarm", color="C3")
    ax.text(37, 2e3, "rising rate", color="C3")
    ax.text(55, 4, "constant rate", color="C0")
    ax.text(0, 35, "10 times the median", color="0.5")
    return fig


# --8<-- [end:figure]
