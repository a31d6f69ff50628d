# ---
# jupyter:
#   english: 'c7acbab2c698'
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 优化器赛跑
#
# 哪个优化器最快？这里有四个优化器比赛，每个都用许多学习率中最好的那个：下山谷，过弯道，离开鞍点，顶着噪声，训练网络。名次有多少取决于赛道，有多少取决于终点怎么算，又有多少取决于试过哪些学习率？
#
# 对应的问题：[动量、RMSProp 和 Adam 给梯度下降加了什么？](../optimization/momentum-rmsprop-adam.md)[难点是局部极小值还是鞍点？](../optimization/saddle-points.md)[常见的学习率衰减方法有哪些？](../optimization/learning-rate-decay.md)[批量、随机与小批量梯度下降有什么区别？](../optimization/minibatch-gradient-descent.md)

# %%
# Knobs: change one, run all cells again.
SEED = 0  # of turns, noise, networks and mini-batches; try 1, 2
KAPPAS = (1, 10, 100, 1000)  # the valleys' steepness across; try 10_000
MU = 0.9  # momentum's memory; try 0, 0.99
RATES = 51  # learning rates that each rule may try; try 6
TURNED = 1000  # steepness of the turned valleys; try 10, 10_000
WALLS = (10, 100)  # steepness of the walls beside the saddle; try 1, 1000
NOISE = 1  # size of the gradient's noise in the bowl; try 0.1, 10
BATCH = 50  # samples in a mini-batch of the networks, of 200; try 5
STEPS = 500  # of the networks; try 100
DECAY = False  # whether the networks' rate falls to zero; try True

# %% [markdown]
# | 旋钮 | 取值 | 会看到什么 |
# |---|---|---|
# | `KAPPAS` | (1, 10_000) | 梯度下降到不了，动量要 1421 步，Adam 仍是 78 步 |
# | `MU` | 0 | 动量就是梯度下降 |
# | `MU` | 0.99 | 不论山谷多陡，动量都要约 780 步：总是冲过头 |
# | `RATES` | 6 | 搜得粗，比赛就变了：κ = 1000 时动量要 423 步，不是 92 步；过弯道时，六个起点里有两个它到不了 |
# | `TURNED` | 10 | 梯度下降用 20 步左右取胜；旋转让 Adam 最多多花三分之一（换别的种子，最多一半） |
# | `TURNED` | 10_000 | 对 0.9 的动量来说太陡：它要一千步左右，Adam 还要多一些；再把 `MU` 改成 0.97，动量只要 300 步左右 |
# | `WALLS` | (1, 1000) | 墙低，梯度下降最先离开；墙陡，它根本到不了 |
# | `NOISE` | 0.1 | Adam 和 RMSProp 落后，学习率衰减之后才追上来 |
# | `SEED` | 1, 2 | 数字变了，下面说的都还成立 |
# | `BATCH` | 5 | 500 步之内噪声太大：没有一个网络降到 0.1 以下 |
# | `STEPS` | 100 | 只有 Adam 降到 0.1 以下 |
# | `DECAY` | True | 成功的网络反而少了：500 步缺的是速度，学习率衰减会更慢 |

# %%
# %config InlineBackend.figure_formats = ["svg"]
import matplotlib.pyplot as plt
import torch
from torch.nn import functional as F

torch.set_num_threads(1)

# %% [markdown]
# ## 四种规则
#
# 每条规则把梯度和它记住的东西变成一个方向，再乘以学习率。讲动量的那一页把这四条与 `torch.optim` 逐步核对过。`descend` 让所有学习率同时出发，这样每条规则都按自己最好的学习率来评判。


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


def descend(name, gradient, start, steps=2000, decay=False):
    """Return the points, a path for each rate: (steps + 1, ..., rates, size).

    ``start`` is (..., size). With ``decay`` the rates fall to zero, linearly.
    """
    rule, options = RULES[name]
    w, state = start[..., None, :] + 0 * rates[:, None], ()
    points = [w]
    for step in range(steps):
        direction, *state = rule(gradient(w), *state, **options)
        share = 1 - step / steps if decay else 1
        w = w - share * rates[:, None] * direction
        points.append(w)
    return torch.stack(points)


def first_there(there):
    """Return for each rate the first step at the goal, inf if there is none."""
    return torch.where(there.any(0), there.int().argmax(0), torch.inf)


def stays_there(there):
    """Return for each rate the step from which on it is at the goal."""
    last_away = torch.zeros(there.shape[1:])
    for step, now in enumerate(there, start=1):
        last_away[~now] = step
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
# 圆碗上梯度下降一步到底。此后步数随 κ 增长：平缓方向需要的学习率，陡的方向承受不了。动量在前三个山谷都用 76 步：只要它在来回摆动，μ = 0.9 总体上每步就让偏差缩小到 √0.9 倍，与陡度无关；到了 κ = 1000，几乎没有哪个学习率能让两个方向都摆动、又都不发散。Adam 把每个坐标除以它自己梯度的大小，κ 就约掉了：一步不差，都是 78。RMSProp 也这样做，却要 982 步。为什么？

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
# κ 取 30，各走四十步。RMSProp 的路径最直，却几乎没有动：对它最好的学习率就是这么小。再数一数**第一次**到达目标要几步。

# %%
goal, gradient, start = valley(100)
print("                  first at the goal   stays there")
for name in RULES:
    there = goal(descend(name, gradient, start))
    first, stays = first_there(there), stays_there(there)
    print(f"{name:16} {first.min():8.0f} {stays.min():18.0f}")

# %%
# RMSProp's distance from the bottom by step, at three rates; dotted: the goal.
fig, ax = plt.subplots(figsize=(6.4, 2.6), layout="constrained")
points = descend("RMSProp", gradient, start)
far, there = points.norm(dim=-1), goal(points)
tried = (
    first_there(there).argmin(),
    RATES * 3 // 5,
    stays_there(there).argmin(),
)
print("rate     first there  farthest later  at step")
for color, k in zip(("C3", "C1", "C0"), tried, strict=True):
    first = int(there[:, k].int().argmax())
    step = first + int(far[first:, k].argmax())
    print(f"{rates[k]:<8.2g}{first:12}{far[step, k]:16.2f}{step:9}")
    label = f"rate {rates[k]:.2g}"
    ax.semilogy(range(0, 2001, 7), far[::7, k], color=color, label=label)
ax.axhline(0.1, color="0.5", linestyle=":")
ax.set(xlabel="step", ylabel="distance", ylim=(1e-3, 20))
fig.legend(loc="outside right center")
plt.show()

# %% [markdown]
# ## 先到，还是留得住
#
# RMSProp 3 步就能到目标，没有谁更快，可是随后又被甩了出去。谷底附近梯度很小；大约一百步之后，RMSProp 就忘了从前的大梯度，除数越来越小，步子越来越大，直到迈过头。学习率为 0.1 时，它 104 步就到了，静静待着，到第 1197 步却已在 0.66 之外。学习率小到 0.013，这样的爆发才不超过 0.1，而整段路就要 982 步。
#
# 所以谁赢取决于终点怎么算。梯度除以自身的大小，到了极小值附近也不会变小：这样的规则需要[衰减的学习率](../optimization/learning-rate-decay.md)。
#
# ## 把山谷转个方向
#
# Adam 和 RMSProp 逐个坐标处理。山谷沿着坐标轴时，这很有用。现在换成十维，κ = 1000，再把同一个山谷随机旋转，各取三个起点，目标是剩下最初距离的百分之一。旋转会让梯度下降多花多少步？Adam 呢？


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
# 梯度下降和动量的步数一步不差：转过的梯度就是梯度转一下。Adam 沿坐标轴要 75 到 77 步，转过之后要 206 到 430 步，RMSProp 约为原来的两倍。现在没有哪个坐标有自己的陡度，除以梯度的大小也就消不掉 κ：“Adam 能适应曲率”只在坐标轴方向上成立。这里动量赢了，却不全是它的功劳：0.9 恰好适合 κ = 1000。改一改 `TURNED` 就知道。
#
# ## 过弯道
#
# Rosenbrock 函数的山谷是弯的，谷底几乎是平的。目标：高度降到 0.001 以下，并且不再回升，从六个起点各跑一次。先猜：起点有多重要？


# %%
def height(w):
    """Rosenbrock's curved valley, whose lowest point is (1, 1)."""
    x, y = w.unbind(-1)
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def slope(w):
    x, y = w.unbind(-1)
    across = 200 * (y - x**2)
    return torch.stack([2 * (x - 1) - 2 * x * across, across], dim=-1)


starts = [[-1.2, 1], [-1.5, 2], [0, 0], [0, 2], [1.5, 0], [2, -1]]
starts = torch.tensor(starts).double()
print("start           ", *[f"{x:4g},{y:2g}" for x, y in starts])
paths, best = {}, {}
for name in RULES:
    paths[name] = descend(name, slope, starts)
    steps = stays_there(height(paths[name]) < 0.001)
    best[name] = steps.argmin(dim=-1)
    print(f"{name:16}", *[f"{step:7.0f}" for step in steps.amin(dim=-1)])
# within 5 %

# %%
# 40 steps of each rule at its best rate, from two starts in a curved valley.
fig, axes = plt.subplots(
    1, 4, figsize=(6.4, 2), sharex=True, sharey=True, layout="constrained"
)
x, y = torch.linspace(-2, 2, 40), torch.linspace(-1.5, 3, 40)
grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
for ax, (name, points) in zip(axes, paths.items(), strict=True):
    levels = [3, 30, 300]
    ax.contour(x, y, height(grid), levels, colors="0.5", linewidths=0.6)
    for k, color in (1, "C0"), (3, "C1"):
        path = points[:41, k, best[name][k]].clip(-9, 9)
        ax.plot(*path.T, color=color, linewidth=1)
        ax.plot(*path[0], "o", color=color, markersize=4)
    ax.plot(1, 1, "+", color="C3")
    ax.set(title=name, xlim=(-2, 2), ylim=(-1.5, 3))
    ax.title.set_fontsize(9)
plt.show()

# %% [markdown]
# 动量从两个起点领先，Adam 从三个起点领先；从 (−1.5, 2) 出发（蓝色路径），梯度下降一跃就到了终点，与动量并列。Adam 的步数是动量的 0.4 到 6 倍。RMSProp 用什么学习率都安定不下来。谁只给你看一条路径，谁就已经选好了冠军。
#
# ## 离开鞍点
#
# 鞍点处坡度为零，却有一个方向可以往下走。这里的鞍点在 (0, 0)，左右两边是墙；起点是 (1, 0.001)，几乎就在山脊上；目标是 y = 1 或 −1 处的极小值。常听人说“动量靠惯性冲出鞍点”，真是这样吗？


# %%
def saddle(wall, turned):
    """Return the goal test, gradient and start of a saddle between walls.

    Its height is wall x² / 2 + (y² - 1)² / 4; the minima are at y = -1 and 1.
    """
    turn = torch.eye(2).double()
    if turned:
        turn = torch.tensor([[1, 1], [-1, 1]]).double() / 2**0.5
    minimum = torch.tensor([0.0, 1.0]).double()

    def goal(w):
        return ((w @ turn.T).abs() - minimum).norm(dim=-1) < 0.1

    def gradient(w):
        x, y = (w @ turn.T).unbind(-1)
        return torch.stack([wall * x, y**3 - y], dim=-1) @ turn

    return goal, gradient, torch.tensor([1.0, 0.001]).double() @ turn


print("                 along the axes     turned by 45°")
print("walls           ", 2 * "".join(f"{wall:7}" for wall in WALLS))
for name in RULES:
    print(f"{name:16}", end=" ")
    for turned in 0, 1:
        for wall in WALLS:
            goal, gradient, start = saddle(wall, turned)
            there = goal(descend(name, gradient, start, steps=1000))
            print(f"{stays_there(there).min():7.0f}", end="")
    print()
# within 10 %

# %%
# 40 steps of each rule at its best rate, off the saddle in the middle.
fig, axes = plt.subplots(
    1, 4, figsize=(6.4, 2), sharex=True, sharey=True, layout="constrained"
)
goal, gradient, start = saddle(WALLS[0], turned=0)
x, y = torch.linspace(-0.6, 1.1, 40), torch.linspace(-0.4, 1.6, 40)
hills = WALLS[0] * x**2 / 2 + (y[:, None] ** 2 - 1) ** 2 / 4
for ax, name in zip(axes, RULES, strict=True):
    points = descend(name, gradient, start, steps=1000)
    path = points[:41, stays_there(goal(points)).argmin()].clip(-9, 9)
    levels = [0.05, 0.25, 1, 3]
    ax.contour(x, y, hills, levels, colors="0.5", linewidths=0.6)
    ax.plot(*path.T, color="C0", linewidth=1)
    ax.plot(0, 1, "+", color="C3")
    ax.set(title=name, xlim=(-0.6, 1.1), ylim=(-0.4, 1.6))
    ax.title.set_fontsize(9)
plt.show()

# %% [markdown]
# 墙低的时候，动量和梯度下降都要 51 步：惯性没帮上忙。墙陡到 100，是 74 步对 485 步。拖住梯度下降的是墙，鞍点需要的大学习率，墙不允许：这还是山谷里的那个麻烦。沿着坐标轴时，Adam 和 RMSProp 根本感觉不到墙；转 45°，就感觉到了。
#
# ## 顶着噪声
#
# 小批量的梯度，就是真正的梯度加上噪声。那就在圆碗里给每个梯度加上噪声，除此之外没有别的障碍：400 维，都从 3 出发；代价是 w² / 2 的平均，所以起初是 4.5。运行之前先猜：动量会平均梯度，它能滤掉噪声吗？

# %%
# The cost left after 300 noisy steps against the learning rate, for four rules.
generator = torch.Generator()


def noisy(w):
    return w + NOISE * torch.randn(400, generator=generator).double()


fig, ax = plt.subplots(figsize=(6.4, 2.6), layout="constrained")
print("                  best rate   cost left   with decay")
for name in RULES:
    left = []
    for decay in False, True:
        generator.manual_seed(SEED)  # the same noise for all
        start = torch.full((400,), 3.0).double()
        w = descend(name, noisy, start, steps=300, decay=decay)[-1]
        left.append((w**2).mean(dim=1).nan_to_num(9).clip(max=9) / 2)
    best = rates[left[0].argmin()]
    low = [cost.min() for cost in left]
    print(f"{name:16} {best:10.4f} {low[0]:11.2g} {low[1]:12.2g}")
    ax.loglog(rates, left[0], label=name)
ax.set(xlabel="learning rate", ylabel="cost left", ylim=(1e-3, 5))
fig.legend(loc="outside right center")
plt.show()
# within 10 %

# %% [markdown]
# 平局，相差不过四分之一左右。动量确实平均了噪声，可是它稳定下来的步子也长了十倍：用梯度下降十分之一的学习率，它做的事就和梯度下降一样，图上的曲线也只是平移了一下。对谁都有用的，是让学习率降到零：代价至少再少约三分之一。
#
# ## 训练网络
#
# 两条螺旋线，200 个点，一个 2-32-32-1 的 tanh 网络，500 个小批量（mini-batch），每批 50 个样本。每条规则同时训练 25 × 5 个网络：25 个学习率（0.001 到 10），五个起点。评判的是在全部 200 个点上的损失，瞎猜是 0.69。先猜：如果四条规则都必须用 0.001，哪条最吃亏？


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
    for step in range(STEPS):
        batch = torch.randperm(len(X), generator=generator)[:BATCH]
        weights = [w.requires_grad_() for w in weights]
        share = 1 - step / STEPS if DECAY else 1
        total = losses(weights, X[batch], Y[batch]).sum()
        for i, g in enumerate(torch.autograd.grad(total, weights)):
            direction, *states[i] = rule(g, *states[i], **options)
            weights[i] = (weights[i] - share * lr * direction).detach()
    return losses(weights, X, Y).view(-1, 5)


# %%
few = torch.logspace(-3, 1, 25).double()
final = {name: train(name, few).nan_to_num(99) for name in RULES}
print("loss, median of five     at 0.001   at the best rate")
for name, loss in final.items():
    median = loss.median(1).values
    print(f"{name:16} {median[0]:13.2f} {median.min():18.2f}")
# within 0.07

# %%
for name, loss in final.items():
    good = (loss < 0.1).sum()
    print(f"{name:16} {good:3} of 125 networks end below a tenth")
# within 6

# %%
# The networks' final loss against the learning rate, for four rules.
fig, ax = plt.subplots(figsize=(6.4, 2.8), layout="constrained")
for name, loss in final.items():
    ax.loglog(few, loss.median(1).values, marker="o", markersize=3, label=name)
ax.set(xlabel="learning rate", ylabel="loss, median of five", ylim=(0.005, 20))
fig.legend(loc="outside right center")
plt.show()

# %% [markdown]
# 用 0.001 时，谁都没学到什么。各用自己最好的学习率，后三条规则都降到 0.1 以下，谁在前面随 `SEED` 而变。梯度下降也可能做到，却只靠一个离发散不远的学习率，换个 `SEED` 就不行了：搜得粗一点，就会错过它。
#
# 真正不同的是，搜索有多大一部分能成功。125 个网络里，降到 0.1 以下的，Adam 有 40 个左右，RMSProp 有 20 到 30 个，动量不到 20 个，梯度下降最多 5 个。学习率试得少的人会觉得 Adam 最好，原因就在这里。
#
# ## 记住什么
#
# - 优化器的排名，是优化器**连同学习率**、连同所选赛道的排名。给每个优化器各自搜索学习率，说明搜索了哪些值，并且不要只给一个起点。
# - 麻烦出在坐标轴方向上时，Adam 能消掉；转个方向就不行。
# - 动量对付的是陡墙，不论什么方向。它滤掉的噪声，把学习率调小也一样能滤掉。
# - 梯度有噪声，或者规则要除以梯度的大小，就让学习率衰减。
