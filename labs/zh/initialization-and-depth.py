# ---
# jupyter:
#   english: '5aad08087c5c'
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 信号能走多远？
#
# 网络还没学任何东西，随机权重就已经决定了什么能到达最后一层，什么能回到第一层。这里把信号送过 50 层，看一个圆怎样走完全程，数一数有多少个方向能通过，最后看哪些网络学得会。
#
# 配合这几页阅读：[初始化（Xavier、He）如何缓解梯度消失和爆炸？](../gradients/initialization.md)、[权重为什么不能初始化为零？](../gradients/zero-initialization.md)、[什么是梯度消失和梯度爆炸？](../gradients/vanishing-exploding-gradients.md)、[怎样解决？](../gradients/fixing-unstable-gradients.md)、[sigmoid、tanh 与 ReLU](../activations/comparing-activations.md)。

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
# | 旋钮 | 取值 | 会看到什么 |
# |---|---|---|
# | `SEED` | 1、2 | 数字变了，谁能通过不变 |
# | `DEPTH` | 10 | 浅网络很宽容：`nn.Linear` 的初值配 tanh，到最后一层还有 0.003；Xavier 下通过的方向是 50 个，不是 14 个 |
# | `DEPTH` | 100 | tanh 传过去的大小，在 Xavier 下减半，在 `nn.Linear` 的初值下变成平方，即 1e-24：一个是深度的幂，一个是指数 |
# | `WIDTH` | 64 | 宽度变了，同一个标准差就是另一种尺度：这时 0.125 恰好就是 Xavier，每一位数字都相同 |
# | `MINE` | 0.108、0.153 | 均匀分布，方差分别等于 Xavier 和 He，结果也分别与它们一样 |
# | `SCALE` | 0.8 | 信号很小时，tanh 就是一条直线：圆保持形状，大小却在消失 |
# | `SCALE` | 4 | 第 3 节里的“近亲”，到第 16 层就成了陌生人 |
# | `OPTIMIZER` | "Adam" | ReLU 从尺度 1.2 往上几乎全都学得会；32 层的 tanh 在尺度 2 以上仍然失败 |
# | `STEPS` | 400 | 层归一化最深的网络也学会了；tanh 和 ReLU 的走廊还在 |
# | `STEPS` | 25 | 图样相同，时间不到一半；有残差连接时，所有尺度都已超过 0.9 |

# %%
# %config InlineBackend.figure_formats = ["svg"]
import math
from itertools import pairwise

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F

# %% [markdown]
# ## 1. 比赛
#
# `signal` 把随机输入送过一个随机网络，再把随机梯度送回来，两者起初大小都是 1（均方根）。权重有这几种：全零；全部相等（都是 1/n，每层 n 个单元）；随机，其中有标准差 0.01 的、`nn.Linear` 默认的（这里都不带偏置）、Xavier 的（在这个宽度下是 0.0625）、随机旋转的、He 的（0.088）、标准差 0.125 的，还有你自己的。
#
# 运行之前先猜：用 tanh、用 ReLU，哪几种能把信号送到两端？

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
# 两列分别是最后一层的输出和第一层的梯度。用 ReLU，只有 He 和常数能到达。`nn.Linear` 的权重（什么都不选，用的就是它）只剩 1e-20，配 tanh 是 1e-12。
#
# 用 tanh，九种里有五种的输出在 0.05 到 1 之间，它们的梯度却从 0.06 到 2,000 都有。**输出正常，说明不了梯度。** Xavier 和正交（orthogonal，虚线）两条线重合：方差相同，大小就相同。常数那条线在四幅图里都是平的，留意它。
#
# 真正的 `nn.Linear` 还带偏置。偏置帮得上忙吗？

# %%
# nn.Linear as it comes, with biases: the output; is it the same for all inputs?
torch.manual_seed(SEED)
h = torch.randn(32, WIDTH).double()
for _ in range(DEPTH):
    h = torch.relu(nn.Linear(WIDTH, WIDTH).double()(h))
print(f"{rms(h):.2g}", rms(h - h.mean(dim=0)) < 1e-15)
# within 10 %

# %% [markdown]
# 输出看上去正常，却全是偏置：能把一个输入与另一个区分开的那部分不到 1e-15，淹没在舍入误差里。
#
# ## 2. 大小在哪里不变
#
# 从这里开始，“尺度”指权重的标准差除以 Xavier 的标准差：Xavier 是 1，He 是 √2，0.125 是 2。`theory` 算出无限宽的层会怎样。
#
# 运行之前先猜：能保住输出的尺度有几个，能保住梯度的又有几个？

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
# ReLU 只有一个好尺度 √2，前向反向都是它。在这个尺度上，进来多大，出去就多大（右图）；偏一点，每层就都乘上同一个因子，没有止境。
#
# tanh 不同。只要尺度大于 1，就有一个大小经过一层之后不变，而且它会吸引别的大小：输入不论大小，最后都到那里（中图）。所以能让输出正常的尺度有一大片，能让梯度正常的仍只有一个：每层给梯度乘的因子，尺度为 1 时是 0.99，尺度为 4 时是 1.54。后者从前面看毫无毛病，从后面看，梯度爆炸到 2e9。
#
# ## 3. 它还是信号吗
#
# 大小不等于内容。在输入空间里随机取一个平面，在上面的圆上取 200 个点，`deep` 让它们走过 DEPTH 个块，每块先激活、再乘权重。下面三个网络都能保住大小，其中 tanh 配 Xavier 会降到十分之一。
#
# 运行之前先猜：圆在这三个网络里各会变成什么？


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
# Xavier 下的 tanh 把圆弯了弯，它还是一个环。尺度 1.5 时，环被揉成一团，相邻的点已经找不到彼此。ReLU 把它缩成远离零点的一小团。
#
# 表里用成对的输入说了同一件事：一对是陌生人（余弦为 0），一对是近亲（0.99）。这里也有不动点，两种遗忘各有一个。tanh 在 1.5 时是 0：近亲变成陌生人，到第 50 层，余弦已降到 0.35。ReLU 是 1：陌生人变成近亲。对 ReLU 来说换个尺度也没用，因为权重前面乘一个数，不改变任何角度。尺度为 1 的 tanh 两样都不做，它站在所谓混沌（chaos）的边缘（[Poole 等，2016](https://arxiv.org/abs/1606.05340)；[Schoenholz 等，2017](https://arxiv.org/abs/1611.01232)）。
#
# 所以，“方差选对，信号就能通过”只说对了一半。He 保住了大小，但过了 50 层，它说的话对所有输入几乎都一样。
#
# ## 4. 有多少个方向能通过
#
# 给输入一个微小的扰动，它一路上会被拉长或压短，各个方向程度不同，倍数就是雅可比矩阵（Jacobian）的奇异值。在第 1 节里，Xavier 和正交的大小前向反向都一样。
#
# 运行之前先猜：在这里它们也一样吗？

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
# 常数现了原形：只有一个方向。它的 256 个单元其实是一个，就像[权重为零](../gradients/zero-initialization.md)那一页所说。
#
# 256 个方向里，强度达到最强者十分之一的，Xavier 下有 14 个，正交权重下有 210 个，而两者的大小相同。每个高斯矩阵都有偏爱的方向，连乘之后，被偏爱的胜出；旋转没有偏爱。用 ReLU，旋转也只是让 6 个变成 13 个，因为每层都有一半单元是关着的。这不是碰巧抽到的：深的 ReLU 网络做不到一视同仁地通过所有方向，tanh 网络配正交权重可以，而且实验中学得更快（[Pennington 等，2017](https://arxiv.org/abs/1711.04735)）。
#
# ## 5. 归一化与捷径
#
# 在激活之前加归一化，或者绕过整块加一条捷径（即残差连接），或者两样都加：用 ReLU 和 He 的初值，两端的大小都从 1 开始。
#
# 运行之前先猜：哪些能同时保住输出、梯度，以及陌生人之间的差别？


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
# **层归一化**稳住了大小，对内容毫无帮助：余弦照样爬到 0.98。**批归一化**让陌生人保持距离，停在 0.31，梯度却爆炸了。只加**捷径**，每块让方差翻倍。**捷径加归一化**，三样都保住了：配层归一化时，输出和梯度都在 7 左右，过了 50 块，余弦是 0.63，普通网络到第四层就有这么大。捷径的好处正在这里：第 l 块只是往已有的 l 份上再加一份，而 1/2 + 1/3 + … + 1/51 等于 3.5。深的残差网络，生来是浅的（一般的规律见 [Yang 和 Schoenholz，2017](https://arxiv.org/abs/1712.08969)）。
#
# ## 6. 谁学得会
#
# 现在圆上有 64 个点，分成六段弧，要把奇数段和偶数段分开。`learn` 训练宽度为 32 的网络，初始权重的九种尺度一起训练，各取四个学习率中最好的结果。
#
# 运行之前先画一画：横轴是尺度，纵轴是深度，四种网络各有哪一片学得会？

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
# 白色是学会了，黑色是瞎猜。tanh 的走廊随深度变窄：左边什么都传不回来，右边相邻的点找不到彼此。ReLU 的走廊收拢到 √2。加上层归一化，尺度不再重要，但陌生人看上去都一样，最深的学得慢：100 步之后平均 0.82（换别的种子是 0.80 到 0.93）。给它们 400 步就学会了；普通的 tanh 和 ReLU 却几乎没有长进。加上捷径，每种尺度、每种深度都学得会。
#
# 这会不会只是步长的问题，换成 Adam 就好了？试一试。ReLU 的尺度选错了，只影响大小，而 Adam 正好除以大小：32 层时，从尺度 1.2 往上它几乎全都学得会。tanh 在尺度 2 以上仍然失败：走散的邻居，除以大小是找不回来的。（给 400 步，有的种子在 2.8 也能学会；到 4，试过的三个种子都不行。）
#
# 可见，只量没有训练过的网络，就能知道谁学得会。至于学得多好，训练又会把权重带到哪里，它没有说；接着看[如何解决梯度消失和梯度爆炸？](../gradients/fixing-unstable-gradients.md)
