# ---
# jupyter:
#   english: '7a6931effb69'
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 优化器赛跑
#
# 哪个优化器最快？这个实验让四个优化器比赛，每个都用 51 个学习率中最好的那个：下山谷、过弯道、训练网络。你会看到，答案有多少取决于赛道、终点怎么算，以及学习率由谁来选。
#
# 对应的问题：[动量、RMSProp 和 Adam 给梯度下降加了什么？](../optimization/momentum-rmsprop-adam.md)[难点是局部极小值还是鞍点？](../optimization/saddle-points.md)[常见的学习率衰减方法有哪些？](../optimization/learning-rate-decay.md)[批量、随机与小批量梯度下降有什么区别？](../optimization/minibatch-gradient-descent.md)

# %%
# Knobs: change one, run all cells again.
SEED = 0  # of turns, networks and mini-batches; try 1, 2
KAPPAS = (1, 10, 100, 1000)  # the valleys' steepness across; try 10_000
MU = 0.9  # momentum's memory; try 0, 0.99
RATES = 51  # learning rates that each rule may try; try 6
TURNED = 1000  # steepness of the turned valleys; try 10
BATCH = 50  # samples in a mini-batch, of 200; try 5, 200
STEPS = 500  # of the networks; try 2000

# %% [markdown]
# | 旋钮 | 取值 | 会看到什么 |
# |---|---|---|
# | `KAPPAS` | (1, 10_000) | 梯度下降到不了，动量要 1421 步，Adam 仍是 78 步 |
# | `MU` | 0 | 动量就是梯度下降 |
# | `MU` | 0.99 | 不论山谷多陡，动量都要约 780 步：总是冲过头 |
# | `RATES` | 6 | 每个数量级只试一个学习率：弯曲山谷里梯度下降到不了，动量从 164 步变成 568 步 |
# | `TURNED` | 10 | 旋转对 Adam 的影响最多三分之一 |
# | `SEED` | 1, 2 | 网络部分的名次会变；旋转后的山谷也变，但 Adam 仍然多花几倍的步数 |
# | `BATCH` | 5 | 噪声太大，500 步之内谁也降不到 0.1 以下 |
# | `STEPS` | 2000 | 四个在各自最好的学习率下都降到 0.01 以下，梯度下降的学习率超过 4 |

# %%
# %config InlineBackend.figure_formats = ["svg"]
import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

torch.set_num_threads(1)

# %% [markdown]
# ## 四种规则
#
# 每条规则把梯度和它记住的东西变成一个方向，再乘以学习率。这四条在讲动量的页面上与 `torch.optim` 逐步核对过。`descend` 让所有学习率同时出发，这样每条规则都按自己最好的学习率来评判。


# %%
# from snippets/optimization/momentum_rmsprop_adam.py
def gradient_descent(g):
    return [g]


def momentum(g, v=0.0, mu=0.9):
    v = mu * v + g
    return v, v


def rmsprop(g, s=0.0, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    return g / (s**0.5 + eps), s


def adam(g, m=0.0, s=0.0, t=0, betas=(0.9, 0.999), eps=1e-8, correct=True):
    m = betas[0] * m + (1 - betas[0]) * g
    s = betas[1] * s + (1 - betas[1]) * g**2
    t, m_hat, s_hat = t + 1, m, s
    if correct:  # both means began at zero
        m_hat, s_hat = m / (1 - betas[0] ** t), s / (1 - betas[1] ** t)
    return m_hat / (s_hat**0.5 + eps), m, s, t


# %%
RULES = {
    "gradient descent": (gradient_descent, {}),
    "momentum": (momentum, {"mu": MU}),
    "RMSProp": (rmsprop, {}),
    "Adam": (adam, {}),
}
rates = torch.logspace(-4, 1, RATES).double()  # 0.0001 to 10


def descend(name, gradient, start, steps=2000):
    """Return the points (steps + 1, rates, size), one path for each rate."""
    rule, options = RULES[name]
    w, state = start.expand(len(rates), -1), ()
    points = [w]
    for _ in range(steps):
        direction, *state = rule(gradient(w), *state, **options)
        w = w - rates[:, None] * direction
        points.append(w)
    return torch.stack(points)


def first_there(there):
    """Return for each rate the first step at the goal, inf if there is none."""
    steps = torch.where(there.any(0), there.int().argmax(0), torch.inf)
    return steps


def stays_there(there):
    """Return for each rate the step from which on it is at the goal."""
    step = torch.arange(1, len(there) + 1)[:, None]
    last_away = torch.where(there, 0, step).amax(0)
    return torch.where(last_away < len(there), last_away, torch.inf)


# %% [markdown]
# ## 下山谷
#
# 山谷是一个碗，横向的陡度（曲率）是纵向的 κ 倍：κ 为 1 是圆碗，1000 是峡谷。起点在平缓方向上远十倍。数的是到谷底 0.1 以内、**并且从此不再离开**所需的步数；inf 表示 2000 步之内做不到。
#
# 先猜一猜：四个里面哪个不在乎 κ？


# %%
def valley(kappa):
    """Return the goal test, the gradient and the start of a 2-D valley."""
    hessian = torch.tensor([1, kappa]).double().diag()
    start = torch.tensor([10.0, 1.0]).double()
    return lambda w: w.norm(dim=-1) < 0.1, lambda w: w @ hessian, start


print("steepness       ", *[f"{kappa:6}" for kappa in KAPPAS])
for name in RULES:
    row = []
    for kappa in KAPPAS:
        goal, gradient, start = valley(kappa)
        there = goal(descend(name, gradient, start))
        row.append(stays_there(there).min().item())
    print(f"{name:16}", *[f"{steps:6.0f}" for steps in row])

# %% [markdown]
# 圆碗上梯度下降最好：一步到底。此后步数随 κ 增长，因为陡的方向能承受的学习率，对平缓的方向来说太小。动量在前三个山谷都用 76 步：μ = 0.9 时，不论多陡，偏差每步最快也只缩小到 √0.9 倍；κ 到了几百以上，学习率才重新成为瓶颈。Adam 把每个坐标除以它自己梯度的大小，κ 就约掉了：一步不差，都是 78。RMSProp 也这样做，却要 982 步。原因看路径就知道。

# %%
# 40 steps of each rule at its best rate, down a valley 30 times as steep across.
goal, gradient, start = valley(30)
fig, axes = plt.subplots(
    2, 2, figsize=(6.4, 3.2), sharex=True, sharey=True, layout="constrained"
)
angle = torch.linspace(0, 2 * torch.pi, 100)
for ax, name in zip(axes.flat, RULES, strict=True):
    points = descend(name, gradient, start)
    best = stays_there(goal(points)).argmin()
    for size in 3, 6, 10, 14:
        x, y = size * angle.cos(), size * angle.sin() / 30**0.5
        ax.plot(x, y, color="0.5", linewidth=0.6)
    x, y = points[:41, best].T
    ax.plot(x, y, color="C0", marker="o", markersize=2.5, linewidth=1)
    ax.plot(0, 0, "+", color="C3")
    ax.set_title(f"{name}, rate {rates[best]:.3g}")
plt.show()

# %% [markdown]
# κ 取 30，各走四十步。RMSProp 的路径最直，却几乎没有动：它最好的学习率是最小的。要知道原因，就数一数**第一次**到达目标要几步。

# %%
goal, gradient, start = valley(100)
print("                  first at the goal   stays there")
for name in RULES:
    there = goal(descend(name, gradient, start))
    first, stays = first_there(there), stays_there(there)
    print(f"{name:16} {first.min():8.0f} {stays.min():18.0f}")

# %% [markdown]
# ## 先到，还是留得住
#
# RMSProp 3 步就能到目标，没有谁更快。但它的步长就是学习率，在谷底也一样：3 步能到的学习率，会直接走过头。要留在 0.1 以内，学习率必须小到整段路要 982 步。所以谁赢取决于终点怎么算；步长不会自己变小的规则，需要[衰减的学习率](../optimization/learning-rate-decay.md)。
#
# ## 把山谷转个方向
#
# Adam 和 RMSProp 逐个坐标处理。山谷沿着坐标轴时，这很有用。现在换成十维，κ = 1000，再把同一个山谷随机旋转，各取三个起点。旋转会让梯度下降多花多少步？Adam 呢？


# %%
# from snippets/optimization/momentum_rmsprop_adam.py
def valleys(seed, size=10, kappa=1000):
    """Return valley and start: along the axes, and both turned at random."""
    generator = torch.Generator().manual_seed(seed)
    start = torch.randn(size, generator=generator).double()
    square = torch.randn(size, size, generator=generator).double()
    turn, _ = torch.linalg.qr(square)
    valley = (kappa ** torch.linspace(0, 1, size).double()).diag()
    return (valley, start), (turn @ valley @ turn.T, start @ turn.T)


# %%
# within 5 %
print("                  along the axes         turned")
for name in RULES:
    row = []
    for turned in range(2):
        for seed in range(SEED, SEED + 3):
            hessian, start = valleys(seed, kappa=TURNED)[turned]
            points = descend(name, lambda w, h=hessian: w @ h, start)
            there = points.norm(dim=-1) < 0.01 * start.norm()
            row.append(stays_there(there).min().item())
    steps = [f"{steps:5.0f}" for steps in row]
    print(f"{name:16}", *steps[:3], "  ", *steps[3:])

# %% [markdown]
# 梯度下降和动量的步数一步不差：转过的梯度就是梯度转一下。Adam 沿坐标轴要 75 到 77 步，转过之后要 206 到 430 步，RMSProp 约为原来的两倍。现在没有哪个坐标有自己的陡度，除以梯度的大小也就消不掉 κ。“Adam 能适应曲率”只在坐标轴方向上成立，这里赢的是动量。
#
# ## 过弯道
#
# Rosenbrock 函数的山谷是弯的，谷底几乎是平的。目标：高度降到 0.001 以下，并且不再回升，限 5000 步。


# %%
def height(w):
    """Rosenbrock's curved valley, whose lowest point is (1, 1)."""
    x, y = w.unbind(-1)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def slope(w):
    x, y = w.unbind(-1)
    across = 200 * (y - x**2)
    return torch.stack([2 * (x - 1) - 2 * x * across, across], dim=-1)


start = torch.tensor([-1.2, 1.0]).double()
paths = {name: descend(name, slope, start, steps=5000) for name in RULES}
for name, points in paths.items():
    steps = stays_there(height(points) < 0.001)
    best = steps.argmin()
    print(f"{name:16} {steps[best]:5.0f} steps at rate {rates[best]:.4f}")

# %%
# 150 steps of each rule at its best rate, in Rosenbrock's curved valley.
fig, axes = plt.subplots(
    1, 4, figsize=(6.4, 2), sharex=True, sharey=True, layout="constrained"
)
x = torch.linspace(-1.6, 1.6, 60)
y = torch.linspace(-0.6, 2, 60)
grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
for ax, (name, points) in zip(axes, paths.items(), strict=True):
    best = stays_there(height(points) < 0.001).argmin()
    levels = [0.3, 3, 30, 300]
    ax.contour(x, y, height(grid), levels, colors="0.5", linewidths=0.6)
    ax.plot(*points[:151, best].clip(-3, 3).T, color="C0", linewidth=1)
    ax.plot(1, 1, "+", color="C3")
    ax.set(title=name, xlim=(-1.6, 1.6), ylim=(-0.6, 2))
    ax.title.set_fontsize(9)
plt.show()

# %% [markdown]
# 动量比梯度下降快二十倍，Adam 居中。它最好的学习率超过 2：按惯用的 0.001 来看很荒唐，这条赛道要的却正是它。
#
# ## 训练网络
#
# 两条螺旋线，200 个点，一个 2-32-32-1 的 tanh 网络，500 个小批量（mini-batch），每批 50 个样本。每条规则同时训练 16 × 5 个网络：16 个学习率，五个起点。评判的是在全部 200 个点上的损失。先猜：如果四条规则都必须用 0.001，哪条最吃亏？


# %%
def spirals(count=200):
    """Return points (count, 2) on two spirals, and which one each is on."""
    generator = torch.Generator().manual_seed(0)
    side = torch.arange(count) % 2
    far = torch.rand(count, generator=generator).double().sqrt()
    angle = 3 * torch.pi * far + torch.pi * side
    points = torch.stack([angle.cos(), angle.sin()], dim=1) * far[:, None]
    jitter = torch.randn(count, 2, generator=generator).double()
    return points + 0.02 * jitter, side.double()[:, None]


X, Y = spirals()


def networks(count, width=32):
    """Return 5 networks, 2-32-32-1, as torch would start them, ``count`` times."""
    generator = torch.Generator().manual_seed(SEED)
    sizes = 2, width, width, 1
    weights = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        for rows in fan_in, 1:  # weight and bias
            w = torch.rand(5, rows, fan_out, generator=generator).double()
            weights.append((2 * w - 1) / fan_in**0.5)
    return [w.repeat(count, 1, 1) for w in weights]


def losses(weights, x, y):
    """Return the loss of each network."""
    w1, b1, w2, b2, w3, b3 = weights
    h = torch.tanh(torch.tanh(x @ w1 + b1) @ w2 + b2)
    z = h @ w3 + b3
    loss = F.binary_cross_entropy_with_logits
    return loss(z, y.expand_as(z), reduction="none").mean((1, 2))


def train(name, rates):
    """Return the final losses (rates, 5) of networks trained side by side."""
    rule, options = RULES[name]
    weights = networks(len(rates))
    states = [()] * len(weights)
    lr = rates.repeat_interleave(5)[:, None, None]
    generator = torch.Generator().manual_seed(SEED)
    for _ in range(STEPS):
        batch = torch.randperm(len(X), generator=generator)[:BATCH]
        weights = [w.requires_grad_() for w in weights]
        total = losses(weights, X[batch], Y[batch]).sum()
        for i, g in enumerate(torch.autograd.grad(total, weights)):
            direction, *states[i] = rule(g, *states[i], **options)
            weights[i] = (weights[i] - lr * direction).detach()
    return losses(weights, X, Y).view(-1, 5)


# %%
# within 0.05
few = torch.logspace(-4, 1, 16).double()
final = {name: train(name, few).nan_to_num(99) for name in RULES}
usual = (few / 0.001).log().abs().argmin()
print("loss, median of five   at the best rate   at 0.001")
for name, loss in final.items():
    median = loss.median(1).values
    print(f"{name:16} {median.min():18.2f} {median[usual]:13.2f}")

# %%
# The networks' final loss against the learning rate, for four rules.
fig, ax = plt.subplots(figsize=(6.4, 2.8), layout="constrained")
for k, (name, loss) in enumerate(final.items()):
    ax.plot(few, loss.median(1).values, f"C{k}", marker="o", markersize=3)
    ax.plot([], [], f"C{k}", label=name)
ax.set(xscale="log", yscale="log", ylim=(0.005, 20))
ax.set(xlabel="learning rate", ylabel="loss, median of five")
fig.legend(loc="outside right center")
plt.show()

# %%
# within 1
for name, loss in final.items():
    good = (loss.median(1).values < 0.1).sum()
    print(f"{name:16} {good} of 16 rates bring it below a tenth")

# %% [markdown]
# 用 0.001 时，四条规则都没学到什么：损失在 0.61 到 0.69 之间，而瞎猜就是 0.69。各用自己最好的学习率，动量、RMSProp 和 Adam 都降到 0.1 以下，谁在前面随 `SEED` 而变；梯度下降停在 0.4 左右。Adam 的长处是宽容：16 个学习率里有 4 个左右能让它降到 0.1 以下，动量和 RMSProp 各只有 2 个左右。学习率搜得少的人会觉得 Adam 更好，原因就在这里。
#
# ## 记住什么
#
# - 优化器的排名，是优化器**连同学习率**的排名。给每个优化器各自搜索学习率，并说明搜索了哪些值。
# - 麻烦出在坐标轴方向上时，Adam 能消掉；转个方向就不行。动量对任何方向的峡谷都一样。
# - 步长不变的规则，靠近得快，安定得慢：要让学习率衰减。
