"""Which properties must an activation function have, and which are only nice?

--8<-- [start:proof]
>>> losses = {name: train(f) for name, f in ACTIVATIONS.items()}
>>> for name, has in PROPERTIES.items():  # the lowest loss without it
...     lack = [a for a, f in ACTIVATIONS.items() if not has(f)]
...     print(f"{name:17}{min(losses[a] for a in lack):.2f}", *lack)
non-linear       0.69 identity
non-polynomial   0.69 identity square cube
useful gradient  0.51 step
cheap            0.00 sigmoid tanh selu silu gelu mish
non-saturating   0.00 step sigmoid tanh relu selu silu gelu mish
monotonic        0.00 square silu gelu mish
bounded          0.00 identity square cube relu selu silu gelu mish
near identity    0.00 square cube step sigmoid relu selu silu gelu mish
self-normalizing 0.00 identity square cube sigmoid tanh relu silu gelu mish

--8<-- [end:proof]

--8<-- [start:selu]
>>> for variance in 0.25, 1.0, 4.0:  # of the input; the mean is 0
...     out = deep(torch.selu, variance=variance)[-1]
...     print(f"mean {out.mean():5.2f}, variance {out.var():.2f}")
mean -0.01, variance 0.95
mean  0.00, variance 0.95
mean  0.01, variance 0.95

--8<-- [end:selu]

--8<-- [start:wrong-monotonic]
>>> z = torch.linspace(-8, 0, 801)
>>> for name in "silu", "gelu", "mish":  # its minimum, left of 0; its loss
...     print(f"{name} {ACTIVATIONS[name](z).min():.2f} {losses[name]:.1f}")
silu -0.28 0.0
gelu -0.17 0.0
mish -0.31 0.0

--8<-- [end:wrong-monotonic]

--8<-- [start:wrong-differentiable]
>>> slope(torch.sign, Z).count_nonzero().item(), len(Z)  # slopes that aren't 0
(0, 32)
>>> for name in "step", "tanh":  # loss; loss with the hidden layer frozen
...     frozen = train(ACTIVATIONS[name], frozen=True)
...     print(f"{name} {losses[name]:.2f} {frozen:.2f}")
step 0.51 0.51
tanh 0.00 0.69
>>> gap = straight_through(Z) - torch.sign(Z)  # forward it is the step
>>> print(f"{gap.abs().max():.2f} {train(straight_through):.2f}")  # and loss
0.00 0.00

--8<-- [end:wrong-differentiable]

--8<-- [start:wrong-init]
>>> for gain_of in "linear", "relu", "selu":  # LeCun's, He's, torch's for SELU
...     print(f"{gain_of:7}{deep(torch.selu, gain_of)[-1].var():.2g}")
linear 0.95
relu   2.9e+02
selu   0.032

--8<-- [end:wrong-init]

--8<-- [start:poincare]
>>> z = torch.randn(10**5, generator=torch.Generator().manual_seed(0))
>>> out, gain = torch.selu(z), slope(torch.selu, z).square()
>>> print(f"variance {out.var():.2f}, squared slope {gain.mean():.2f}")
variance 1.00, squared slope 1.07

--8<-- [end:poincare]
"""

# --8<-- [start:code]
import torch
from torch import nn

ACTIVATIONS = {
    "identity": nn.Identity(),
    "square": torch.square,
    "cube": lambda z: z**3,
    "step": torch.sign,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "selu": torch.selu,
    "silu": nn.SiLU(),
    "gelu": nn.GELU(),
    "mish": nn.Mish(),
}
Z = torch.linspace(-8, 8, 32, dtype=torch.float64)


def slope(f, z):
    """Return f'(z) as autograd sees it, in the shape of ``z``."""
    z = z.clone().requires_grad_()
    return torch.autograd.grad(f(z).sum(), z)[0]


def differences(f, n):
    """Count the n-th differences of f on Z that are not zero.

    A polynomial of degree below n has none, a kink makes at most n.
    """
    return (f(Z).diff(n=n).abs() > 1e-6).sum()


def deep(f, gain_of="linear", variance=1.0, depth=50, width=256):
    """Return the outputs of ``depth`` random layers for 128 normal inputs.

    ``gain_of`` is torch's name: "linear" is LeCun's variance 1/n, "relu" He's.
    """
    torch.manual_seed(0)
    outputs = [variance**0.5 * torch.randn(128, width)]
    for _ in range(depth):
        weight = torch.empty(width, width)
        nn.init.kaiming_normal_(weight, nonlinearity=gain_of)
        outputs.append(f(outputs[-1] @ weight.T))
    return outputs[1:]


def is_normal(x):
    """Tell whether the mean of ``x`` is near 0 and its variance near 1."""
    return abs(x.mean()) < 0.2 and abs(x.var() - 1) < 0.2


PROPERTIES = {
    "non-linear": lambda f: differences(f, 2) > 0,
    "non-polynomial": lambda f: differences(f, 9) > 0,
    "useful gradient": lambda f: slope(f, Z).any(),
    "cheap": lambda f: differences(f, 4) <= 4,
    "non-saturating": lambda f: slope(f, Z)[[0, -1]].abs().min() > 0.01,
    "monotonic": lambda f: (slope(f, Z) >= 0).all(),
    "bounded": lambda f: f(1e6 * Z).abs().max() < 10,
    "near identity": lambda f: (f(Z / 1e3) - Z / 1e3).abs().max() < 1e-4,
    "self-normalizing": lambda f: is_normal(deep(f, variance=4.0)[-1]),
}


def train(f, frozen=False):
    """Return a 6-24-1 network's loss on the parity of six bits (-1 or 1)."""
    torch.manual_seed(0)
    bits = torch.cartesian_prod(*[torch.tensor([-1.0, 1.0])] * 6)
    parity = bits.prod(dim=1, keepdim=True)
    hidden = nn.Linear(6, 24).requires_grad_(not frozen)
    last = nn.Linear(24, 1)
    weights = [*hidden.parameters(), *last.parameters()]
    optimizer = torch.optim.Adam(weights, lr=0.1)
    for _ in range(150):
        optimizer.zero_grad()
        loss = nn.functional.soft_margin_loss(last(f(hidden(bits))), parity)
        loss.backward()
        optimizer.step()
    return loss.item()


def straight_through(z):
    """Return sign(z), but let the gradient see tanh (Bengio et al., 2013)."""
    return torch.sign(z) + torch.tanh(z) - torch.tanh(z).detach()


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw mean and variance through 50 layers for four choices."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        2, 1, sharex=True, figsize=(4.8, 4), layout="constrained"
    )
    for f, gain_of, label, style in (
        (torch.selu, "linear", "SELU, LeCun", "C0-"),
        (torch.selu, "relu", "SELU, He", "C3--"),
        (torch.selu, "selu", "SELU, gain 3/4", "C1-."),
        (torch.tanh, "linear", "tanh, LeCun", "C2:"),
    ):
        outputs = deep(f, gain_of)
        layers = range(1, len(outputs) + 1)
        axes[0].plot(layers, [out.mean() for out in outputs], style)
        variances = [out.var() for out in outputs]
        axes[1].semilogy(layers, variances, style)
        axes[1].text(51, variances[-1], label, va="center", color=style[:2])
    axes[0].set(ylim=(-0.5, 2), ylabel="mean")
    axes[1].set(xlabel="layer", ylabel="variance")
    return fig


# --8<-- [end:figure]
