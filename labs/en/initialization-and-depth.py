# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # How far does a signal get?
#
# Before a network learns anything, its random weights decide what reaches the last layer, and what comes back to the first. Send signals through 50 layers, watch a circle on its way, count the directions that survive, and then see which networks can learn.
#
# It goes with [How does initialization (Xavier, He) keep gradients alive?](../gradients/initialization.md), [Why must weights not be initialized to zero?](../gradients/zero-initialization.md), [What are vanishing and exploding gradients?](../gradients/vanishing-exploding-gradients.md), [How do you fix them?](../gradients/fixing-unstable-gradients.md) and [Sigmoid, tanh, ReLU](../activations/comparing-activations.md).

# %%
# Knobs: change one, then run all cells again.
SEED = 0  # draws weights and inputs; try 1, 2
DEPTH = 50  # layers in sections 1 to 5; try 10, 100
WIDTH = 256  # units in each of them; try 64
MINE = 0.1  # your own start: uniform from -MINE to MINE; try 0.108, 0.153
SCALE = 1.5  # tanh's weights in sections 2 and 3, over Xavier's; try 0.8, 4
OPTIMIZER = "SGD"  # in section 6; try "Adam"
DEPTHS = 4, 8, 16, 32  # of the networks that learn there
STEPS = 100  # of their training; try 25, 400

# %% [markdown]
# | knob | value | what you'll see |
# |---|---|---|
# | `SEED` | 1, 2 | other digits; who gets through stays the same |
# | `DEPTH` | 10 | shallow forgives: `nn.Linear`'s start arrives at 0.003 with tanh, and 50 directions come through under Xavier instead of 14 |
# | `DEPTH` | 100 | what tanh passes on is halved under Xavier, and squared, to 1e-24, with `nn.Linear`'s start: a power of the depth beside an exponential |
# | `WIDTH` | 64 | a fixed standard deviation is another scale at another width: 0.125 is Xavier's now, to the digit |
# | `MINE` | 0.108, 0.153 | the uniform draws with Xavier's variance and with He's do what theirs do |
# | `SCALE` | 0.8 | small signals go through tanh as through a line: the circle keeps its shape while its size dies |
# | `SCALE` | 4 | the near-twins of section 3 are strangers by layer 16 |
# | `OPTIMIZER` | "Adam" | ReLU now learns nearly all at every scale from 1.2 upwards; tanh at 32 layers still fails above 2 |
# | `STEPS` | 400 | layer norm's deepest have learned, too; tanh and ReLU keep their corridors |
# | `STEPS` | 25 | the same map in less than half the time; with shortcuts every scale is above 0.9 already |

# %%
# %config InlineBackend.figure_formats = ["svg"]
import math
from itertools import pairwise

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F

# %% [markdown]
# ## 1. The race
#
# `signal` sends random inputs through a random network, and a random gradient back, both of size 1 (root mean square) at first. The weights are zeros, or all equal (1/n, with n units in a layer), or random: with standard deviation 0.01, as `nn.Linear` draws them (there are no biases here), Xavier's (0.0625 at this width), a random rotation, He's (0.088), 0.125, and yours.
#
# Before you run it: which of them get something to both ends, with tanh and with ReLU?

# %%
# from snippets/gradients/initialization.py
XAVIER, HE = nn.init.xavier_normal_, nn.init.kaiming_normal_


def signal(activation, init_, widths=(256,) * 51):
    """Send 32 random inputs through a random network, and a gradient back.

    Return each layer's output, and the gradient at each of these. What enters
    at either end is standard normal. In float64: squares of 1e-31 are zero in
    float32.
    """
    torch.manual_seed(0)
    h = torch.randn(32, widths[0]).double().requires_grad_()
    outputs = []
    for n_in, n_out in pairwise(widths):
        weight = init_(torch.empty(n_out, n_in)).double()
        h = activation(h @ weight.T)
        outputs.append(h)
    gradient = torch.randn(h.shape).double()
    return outputs, torch.autograd.grad((h * gradient).sum(), outputs)


def theory(activation, n_var, depth=50):
    """Return the rms of outputs and of gradients by layer, at infinite width.

    ``n_var`` is the width times the variance of a weight: Xavier's 1, He's 2.
    """
    z = torch.linspace(-8, 8, 2000).double()
    density = torch.softmax(-(z**2) / 2, dim=0)  # of a standard normal
    q, forward, factors = 1.0, [], []
    for _ in range(depth):
        x = (z * math.sqrt(n_var * q)).requires_grad_()
        h = activation(x)
        (slope,) = torch.autograd.grad(h.sum(), x)
        q = (density @ h**2).item()
        forward.append(math.sqrt(q))
        factors.append(math.sqrt(n_var * (density @ slope**2)))
    backward = [math.prod(factors[layer:]) for layer in range(1, depth + 1)]
    return forward, backward


def rms(tensor):
    """Return the root mean square of the elements."""
    return tensor.square().mean().sqrt().item()


# %%
generator = torch.Generator()
drawn = {"generator": generator}
STARTS = {
    "zeros": nn.init.zeros_,
    "constant": lambda w: nn.init.constant_(w, 1 / WIDTH),
    "std 0.01": lambda w: nn.init.normal_(w, std=0.01, **drawn),
    "nn.Linear's": lambda w: nn.init.kaiming_uniform_(w, 5**0.5, **drawn),
    "Xavier": lambda w: XAVIER(w, **drawn),
    "orthogonal": lambda w: nn.init.orthogonal_(w, **drawn),
    "He": lambda w: HE(w, **drawn),
    "std 0.125": lambda w: nn.init.normal_(w, std=0.125, **drawn),
    "mine": lambda w: nn.init.uniform_(w, -MINE, MINE, **drawn),
}

sizes = {}
print(f"{'':13}tanh{'':15}ReLU")
print(f"{'':13}" + 2 * "output   gradient  ")
for name, init_ in STARTS.items():
    print(f"{name:13}", end="")
    for activation in torch.tanh, torch.relu:
        generator.manual_seed(SEED + 1)  # seed 0 draws the inputs
        run = signal(activation, init_, (WIDTH,) * (DEPTH + 1))
        outputs, gradients = [[rms(t) for t in tensors] for tensors in run]
        sizes[activation, name] = outputs, gradients
        print(f"{outputs[-1]:<9.2g}{gradients[0]:<10.2g}", end="")
    print()
# within 10 %

# %%
# The size of outputs and gradients by layer, for each start but the zeros.
fig, axes = plt.subplots(
    2, 2, figsize=(6.4, 3.8), sharex=True, sharey=True, layout="constrained"
)
colors = "black", "C0", "C1", "C2", "C3", "C4", "C5", "0.5"
for column, activation in zip(axes.T, (torch.tanh, torch.relu), strict=True):
    for name, color in zip(list(STARTS)[1:], colors, strict=True):
        for ax, line in zip(column, sizes[activation, name], strict=True):
            style = "--" if name == "orthogonal" else "-"
            ax.semilogy(
                range(1, DEPTH + 1), line, style, color=color, label=name
            )
    column[0].set(title=activation.__name__, ylim=(1e-12, 1e12))
    column[1].set(xlabel="layer")
axes[0, 0].set(ylabel="output")
axes[1, 0].set(ylabel="gradient")
fig.legend(*ax.get_legend_handles_labels(), loc="outside right center")
plt.show()

# %% [markdown]
# The columns are the output of the last layer and the gradient at the first. With ReLU, He and the constant arrive, and nobody else. `nn.Linear`'s weights, which you get if you choose none, end at 1e-20, and with tanh at 1e-12.
#
# With tanh, five of nine outputs lie between 0.05 and 1. Their gradients are anywhere from 0.06 to 2,000. **A healthy output says nothing about the gradient.** Xavier and orthogonal (dashed) lie on each other: equal variance, equal size. The constant lies flat in all four panels; keep an eye on it.
#
# And `nn.Linear` as it comes has biases, too. Do they help?

# %%
# nn.Linear as it comes, with biases: the output; is it the same for all inputs?
torch.manual_seed(SEED)
h = torch.randn(32, WIDTH).double()
for _ in range(DEPTH):
    h = torch.relu(nn.Linear(WIDTH, WIDTH).double()(h))
print(f"{rms(h):.2g}", rms(h - h.mean(dim=0)) < 1e-15)
# within 10 %

# %% [markdown]
# The output looks healthy, and it is made of biases: what tells one input from another is below 1e-15, lost in rounding.
#
# ## 2. Where the size stands still
#
# From here on a scale is the weights' standard deviation over Xavier's: Xavier has 1, He √2, 0.125 is 2. `theory` says what infinitely wide layers do.
#
# Before you run it: how many scales keep the output alive, and how many the gradient?

# %%
print(f"{'':7}tanh{'':24}ReLU")
print("scale  " + 2 * "output   gradient  a layer  ")
for scale in 0.8, 1, 1.2, 2**0.5, 2, 4:
    print(f"{scale:<7.2g}", end="")
    for activation in torch.tanh, torch.relu:
        outputs, gradients = theory(activation, scale**2, DEPTH)
        print(f"{outputs[-1]:<9.1g}{gradients[0]:<10.1g}", end="")
        print(f"{gradients[-2]:<9.2f}", end="")  # by what the last multiplies
    print()

# %%
# Four sizes of input on their way through infinitely wide layers.
fig, axes = plt.subplots(
    1, 3, figsize=(6.4, 2.4), sharey=True, layout="constrained"
)
cases = (torch.tanh, 0.8), (torch.tanh, SCALE), (torch.relu, 2**0.5)
for ax, (activation, scale) in zip(axes, cases, strict=True):
    for size in 0.01, 0.1, 1, 10:
        line = [size]
        for _ in range(DEPTH):
            n_var = (scale * line[-1]) ** 2  # as if the input had size 1
            line += theory(activation, n_var, depth=1)[0]
        ax.semilogy(line, color="C0")
    title = f"{activation.__name__}, scale {scale:.3g}"
    ax.set(title=title, xlabel="layer", ylim=(1e-3, 20))
axes[0].set(ylabel="output")
plt.show()

# %% [markdown]
# ReLU has one good scale, √2, the same forward and back. There a layer keeps whatever size comes in (right); beside it, every layer multiplies by the same factor, without end.
#
# Tanh is different. At any scale above 1 there is a size that a layer leaves as it is, and it attracts: large and small inputs all end up there (middle). So the output has a whole range of good scales, but the gradient still has one. A layer multiplies it by 0.99 at scale 1 and by 1.54 at 4, which looks perfect from the front and explodes to 2e9 at the back.
#
# ## 3. Is it still a signal?
#
# Size isn't content. Take 200 points on a circle, in a random plane of all the inputs. `deep` sends them through DEPTH blocks of activation and weights. All three networks below keep the size, tanh under Xavier down to a tenth.
#
# Before you run it: what becomes of the circle in each?


# %%
def block(h, weight, activation, norm=None, skip=False):
    """Return what norm, activation and weights make of ``h``."""
    z = h if norm is None else norm(h)
    z = activation(z) @ weight.mT
    return h + z if skip else z


def deep(h, activation, init_, **options):
    """Return ``h``, and what each of DEPTH random blocks makes of it."""
    path = [h]
    for _ in range(DEPTH):
        weight = init_(torch.empty(WIDTH, WIDTH))
        path.append(block(path[-1], weight, activation, **options))
    return path


def circle(points, width):
    """Return points of size 1 on a circle in a random plane."""
    angle = torch.arange(points) * 2 * math.pi / points
    plane = nn.init.orthogonal_(torch.empty(2, width))
    return torch.stack([angle.cos(), angle.sin()], dim=1) @ plane * width**0.5


NETWORKS = {
    "tanh, Xavier": (torch.tanh, XAVIER),
    f"tanh, scale {SCALE}": (torch.tanh, lambda w: XAVIER(w, SCALE)),
    "ReLU, He": (torch.relu, HE),
}
LAYERS = 0, 1, DEPTH // 10, DEPTH // 3, DEPTH

# %%
# A circle after some of the layers, in the plane that shows most of it; + is 0.
fig, axes = plt.subplots(3, 5, figsize=(6.4, 3.8), layout="constrained")
for row, (name, network) in zip(axes, NETWORKS.items(), strict=True):
    torch.manual_seed(SEED)
    path = deep(circle(200, WIDTH), *network)
    for ax, layer in zip(row, LAYERS, strict=True):
        h = path[layer] / rms(path[layer]) / WIDTH**0.5
        h = torch.cat([h, h[:1]])  # closed
        plane = torch.linalg.svd(h, full_matrices=False)[2][:2]
        ax.plot(*(plane @ h.T), color="C0", linewidth=0.8)
        ax.plot(0, 0, "+", color="C3")
        ax.set(xlim=(-1.7, 1.7), ylim=(-1.7, 1.7), xticks=[], yticks=[])
    row[0].set_ylabel(name, fontsize=8)
for ax, layer in zip(axes[0], LAYERS, strict=True):
    ax.set_title(f"layer {layer}")
plt.show()


# %%
def cosine(h):
    """Return the mean cosine between the two halves of ``h``."""
    first, second = F.normalize(h, dim=1).chunk(2)
    return (first * second).sum(dim=1).mean().item()


print(f"{'cosine at layer':18}", *(f"{layer:5}" for layer in LAYERS))
for name, network in NETWORKS.items():
    for start in 0, 0.99:
        torch.manual_seed(SEED)
        a, b = torch.randn(2, 200, WIDTH)
        b = start * a + math.sqrt(1 - start**2) * b
        path = deep(torch.cat([a, b]), *network)
        print(f"{name:18}", *(f"{cosine(path[k]):z5.2f}" for k in LAYERS))
# within 0.03

# %% [markdown]
# Under Xavier tanh bends the circle, and a ring it remains. At 1.5 the ring is crumpled until neighbours have lost each other. ReLU shrinks it to a blot far from zero.
#
# The table says the same of pairs, strangers (cosine 0) and near-twins (0.99). There are fixed points here too, one for each way of forgetting. For tanh at 1.5 it is 0: twins become strangers; by layer 50 their cosine is down to 0.35. For ReLU it is 1: strangers become twins. And for ReLU no other scale helps, because a factor in front of the weights changes no angle. Tanh at scale 1 does neither: it stands on the edge of what is called chaos ([Poole et al., 2016](https://arxiv.org/abs/1606.05340); [Schoenholz et al., 2017](https://arxiv.org/abs/1611.01232)).
#
# So “the right variance lets the signal through” is half of the truth. He's keeps its size, and after 50 layers nearly everything it says is the same for all inputs.
#
# ## 4. How many directions get through?
#
# A small nudge to an input is stretched or shrunk on its way to the last layer, in some directions more than in others: by the singular values of the Jacobian. In section 1, Xavier and orthogonal had the same size, forward and back.
#
# Before you run it: do they do the same here?

# %%
# How strongly each direction arrives, over the strongest.
fig, ax = plt.subplots(figsize=(6.4, 2.6), layout="constrained")
cases = {
    "constant": (torch.tanh, lambda w: nn.init.constant_(w, 1 / WIDTH), "k"),
    "tanh, Xavier": (torch.tanh, XAVIER, "C0"),
    "tanh, orthogonal": (torch.tanh, nn.init.orthogonal_, "C0--"),
    "ReLU, He": (torch.relu, HE, "C1"),
    "ReLU, orthogonal": (
        torch.relu,
        lambda w: nn.init.orthogonal_(w, 2**0.5),
        "C1--",
    ),
}
print(f"{'':18}above 1/10  above 1/100")
for name, (activation, init_, style) in cases.items():
    torch.manual_seed(SEED)
    x = torch.randn(1, WIDTH).requires_grad_()
    output = deep(x, activation, init_)[-1][0]
    jacobian = torch.autograd.grad(
        output, x, torch.eye(WIDTH), is_grads_batched=True
    )[0][:, 0]
    strength = torch.linalg.svdvals(jacobian)
    strength = strength / strength[0]
    counts = [(strength > limit).sum() for limit in (0.1, 0.01)]
    print(f"{name:18}{counts[0]:10}{counts[1]:13}")
    ax.semilogy(range(1, WIDTH + 1), strength.clip(1e-8), style, label=name)
ax.set(xlabel="direction", ylabel="strength", ylim=(1e-6, 2))
fig.legend(loc="outside right center")
plt.show()
# within 2

# %% [markdown]
# The constant is unmasked: one direction. Its 256 units are one, as on the page about [zeros](../gradients/zero-initialization.md).
#
# Of 256 directions, 14 come through with a tenth of the strongest under Xavier, and 210 under orthogonal weights, at the same size. Each Gaussian matrix has favourite directions, and in a product these win; a rotation has none. With ReLU it gets 13 through instead of 6, since half the units are off at each layer. That is no accident of these draws: deep ReLU networks can't pass all directions alike, tanh networks can, with orthogonal weights, and were seen to learn faster then ([Pennington et al., 2017](https://arxiv.org/abs/1711.04735)).
#
# ## 5. Norms and shortcuts
#
# A normalization before the activation, a shortcut around the block, or both: ReLU, He's start, size 1 at either end.
#
# Before you run it: which keep the output, the gradient, and the difference between strangers?


# %%
def layer_norm(z):
    return F.layer_norm(z, z.shape[-1:])


def batch_norm(z):
    return F.batch_norm(z, None, None, training=True)


REMEDIES = {
    "none": {},
    "layer norm": {"norm": layer_norm},
    "batch norm": {"norm": batch_norm},
    "residual": {"skip": True},
    "residual, layer norm": {"norm": layer_norm, "skip": True},
    "residual, batch norm": {"norm": batch_norm, "skip": True},
}

cosines = {}
print(f"{'ReLU, He':23}output   gradient")
for name, options in REMEDIES.items():
    torch.manual_seed(SEED)
    h = torch.randn(200, WIDTH).requires_grad_()
    path = deep(h, torch.relu, HE, **options)
    gradient = torch.autograd.grad(path[-1], h, torch.randn(200, WIDTH))[0]
    cosines[name] = [cosine(h) for h in path]
    print(f"{name:23}{rms(path[-1]):<9.2g}{rms(gradient):.2g}")
# within 20 %

# %%
shown = sorted({1, 2, 3, 4, 5, DEPTH // 5, DEPTH // 2, DEPTH})
print(f"{'cosine at layer':22}", *(f"{layer:5}" for layer in shown))
for name, line in cosines.items():
    print(f"{name:22}", *(f"{line[layer]:5.2f}" for layer in shown))
# within 0.03

# %% [markdown]
# **Layer norm** holds the size, and does nothing for what it says: the cosine climbs to 0.98 as without it. **Batch norm** keeps strangers apart, at 0.31, and its gradient explodes. A **shortcut** alone doubles the variance at each block. **Shortcut and norm** together keep all three. With layer norm, output and gradient are near 7, and after 50 blocks the cosine is 0.63, where the plain network is by its fourth layer. That is what a shortcut buys: block l adds one part to l parts that are there already, and 1/2 + 1/3 + … + 1/51 is 3.5. A deep residual network is born shallow ([Yang and Schoenholz, 2017](https://arxiv.org/abs/1712.08969), have the general law).
#
# ## 6. Who can learn?
#
# Now 64 points on a circle, in six arcs, have to be told apart, odd arcs from even. `learn` trains networks of width 32, nine scales of the starting weights at once, each judged by the best of four learning rates.
#
# Before you run it: draw the region that learns, scale across, depth down, for each of the four.

# %%
SCALES = 0.5, 0.7, 1, 1.2, 2**0.5, 1.7, 2, 2.8, 4
RATES = 0.001, 0.004, 0.02, 0.1


def learn(depth, rate, activation, width=32, points=64, **options):
    """Train a network of each scale; return the shares of points they get."""
    torch.manual_seed(SEED)
    inputs = circle(points, width)
    labels = (torch.arange(points) * 6 // points % 2).float()  # six arcs
    weights = []
    for n_out in [width] * depth + [1]:
        weight = XAVIER(torch.empty(n_out, width))
        scales = [scale if n_out == width else 1 for scale in SCALES]
        weights.append(torch.stack([scale * weight for scale in scales]))
    weights = [weight.requires_grad_() for weight in weights]
    optimizer = getattr(torch.optim, OPTIMIZER)(weights, lr=rate)
    for _ in range(STEPS):
        h = inputs
        for weight in weights[:-1]:
            h = block(h, weight, activation, **options)
        z = block(h, weights[-1], activation)[..., 0]
        losses = F.binary_cross_entropy_with_logits(
            z, labels.expand_as(z), reduction="none"
        )
        optimizer.zero_grad()
        losses.mean(dim=1).sum().backward()  # no network touches another
        optimizer.step()
    return ((z > 0) == (labels > 0)).float().mean(dim=1)


LEARNERS = {
    "tanh": {"activation": torch.tanh},
    "ReLU": {"activation": torch.relu},
    "+ layer norm": {"activation": torch.relu, "norm": layer_norm},
    "+ residual": {
        "activation": torch.relu,
        "norm": layer_norm,
        "skip": True,
    },
}

# %%
# The share of points learned, white all and black half, at the best rate.
fig, axes = plt.subplots(
    1, 4, figsize=(6.4, 2.3), sharey=True, layout="constrained"
)
print("mean by depth    ", *(f"{depth:5}" for depth in DEPTHS))
for ax, (name, network) in zip(axes, LEARNERS.items(), strict=True):
    shares = []
    for depth in DEPTHS:
        tried = [learn(depth, rate, **network) for rate in RATES]
        shares.append(torch.stack(tried).amax(dim=0))
    shares = torch.stack(shares)
    print(f"{name:17}", *(f"{share:5.2f}" for share in shares.mean(dim=1)))
    ax.imshow(shares, cmap="gray", vmin=0.5, vmax=1, aspect="auto")
    ax.set(title=name, xlabel="scale", xticks=range(0, 9, 2))
    ax.set_xticklabels([f"{scale:.2g}" for scale in SCALES[::2]])
    ax.spines[:].set_visible(True)
axes[0].set(ylabel="depth", yticks=range(len(DEPTHS)), yticklabels=DEPTHS)
plt.show()
# within 0.08

# %% [markdown]
# White has learned, black guesses. Tanh's corridor narrows with depth: to its left nothing comes back, to its right neighbours have lost each other. ReLU's closes in on √2. With layer norm the scale doesn't matter any more, but strangers look alike, and the deepest are slow to learn: 0.82 on average after 100 steps (0.80 to 0.93 with other seeds). Give them 400, and they get there; plain tanh and ReLU hardly gain. With shortcuts every scale learns at every depth.
#
# Is it all a matter of step sizes, so that Adam would cure it? Try it. ReLU's wrong scales spoil sizes and nothing else, and Adam divides by sizes: at 32 layers it gets nearly all from scale 1.2 upwards. Tanh above 2 still fails there: no division brings lost neighbours together. (With 400 steps some seeds learn at 2.8, none of three at 4.)
#
# So measurements on untrained networks told which can learn. They don't tell how well, nor where training will take the weights; [How do you fix vanishing and exploding gradients?](../gradients/fixing-unstable-gradients.md) goes on from here.
