# ---
# jupyter:
#   english: 'ba24f1af47ad'
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 偏差、方差与双下降
#
# 只在一个训练集上拟合，看到的是一条曲线；在一百个训练集上各拟合一次，才看得出模型平均下来怎样，运气又会把它带偏多远。这个实验把两者都画出来，核对它们加起来正好是测试误差，再把误差一直跟到每个样本都被精确拟合之后：在那里误差急剧上升，然后又降下来，而用到的只有最小二乘。
#
# 相关的问题：[什么是偏差和方差，各自怎么应对？](../generalization/bias-variance.md)、[正则化为什么能防止过拟合？](../generalization/why-regularization-works.md)、[数据应当怎样划分，深度学习为什么改变了划分方式？](../generalization/data-splits.md)

# %%
# Knobs: change one, run all cells again.
SEED = 0  # of the polynomials' training sets and of the units; try 1, 2
COEFFICIENTS = (3, 6, 15, 500)  # of the polynomials; try (6, 12, 20, 100)
POINTS = 15  # in a polynomial's training set; try 30
FADE = 1  # how fast the features shrink as the degree rises; try 0
EXAMPLES = 40  # in a training set of the random units; try 160
NOISE = 0.3  # standard deviation of the labels' noise; try 0, 1
PENALTIES = (0, 0.1, 3)  # of ridge regression; try (0, 10, 100)

# %% [markdown]
# | 旋钮 | 取值 | 会看到什么 |
# |---|---|---|
# | `SEED` | 2 | 多项式的尖峰高出十倍以上；640 个单元处几乎不变 |
# | `COEFFICIENTS` | (6, 12, 20, 100) | 走上尖峰，再走下来 |
# | `POINTS` | 30 | 15 个系数只有点数的一半，只剩两端还在摆动 |
# | `FADE` | 0 | 500 个系数：一把尖刺，穿过所有的点，点与点之间近乎零 |
# | `EXAMPLES` | 160 | 尖峰移到 160 个单元，640 个单元不再胜过 25 个 |
# | `NOISE` | 0 | 多项式没有尖峰，随机单元的尖峰还在 |
# | `NOISE` | 1 | 640 个单元输给 4 个 |
# | `PENALTIES` | (0, 10, 100) | 没有尖峰；100 在 60 个单元以内偏大，在 640 个单元处比 10 好 |

# %%
# %config InlineBackend.figure_formats = ["svg"]
from functools import cache

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## 一个模型，许多训练集
#
# 真值是一条波浪线。一个训练集是线上的 15 个点：把横轴分成 15 段，每段里随机取一个，标签带噪声。在每个训练集上拟合系数为 3、6、15、500 个的多项式。系数比点多时，能穿过所有点的多项式有许多个，`least_squares` 返回其中系数最小的一个。`powers` 把各次多项式缩小，次数越高缩得越多（`FADE`），所以曲线要扭来扭去，就得用大系数。


# %%
# from snippets/generalization/bias_variance.py
def least_squares(features, targets):
    """Return the output weights that fit best; among equals, the smallest."""
    return np.linalg.lstsq(features, targets, rcond=None)[0]


# %%
GRID = np.linspace(-1, 1, 201)


def wave(x):
    return np.sin(4 * x)


def powers(x, coefficients):
    """Return Legendre polynomials of degree 0, 1, 2, ..., ever smaller."""
    degree = np.arange(coefficients)
    features = np.polynomial.legendre.legvander(x, coefficients - 1)
    return features * np.sqrt(2 * degree + 1) / (1 + degree) ** FADE


def draw_points(rng, noise):
    """Return one x at random in each of POINTS strips, and labels."""
    x = 2 * (np.arange(POINTS) + rng.random(POINTS)) / POINTS - 1
    return x, wave(x) + noise * rng.normal(size=POINTS)


def fit_many(coefficients, noise=NOISE, sets=100):
    """Fit a polynomial to each of many training sets; return the curves."""
    rng, curves = np.random.default_rng(SEED), []
    on_grid = powers(GRID, coefficients)
    for _ in range(sets):
        x, y = draw_points(rng, noise)
        curves.append(on_grid @ least_squares(powers(x, coefficients), y))
    return np.array(curves)


# %% [markdown]
# 运行之前先猜：3 个系数太少，15 个正好能穿过每一个点，那么 500 个会怎样？

# %%
# Polynomials of four sizes, each fitted to twenty training sets.
fig, axes = plt.subplots(
    1, len(COEFFICIENTS), figsize=(6.4, 2.4), layout="constrained"
)
x, y = draw_points(np.random.default_rng(SEED), NOISE)  # the first set
for ax, coefficients in zip(axes, COEFFICIENTS, strict=True):
    curves = fit_many(coefficients, sets=20)
    ax.plot(GRID, curves[1:].T.clip(-9, 9), "C0", linewidth=0.5, alpha=0.5)
    ax.plot(GRID, curves[0].clip(-9, 9), "C1", linewidth=1.2)
    ax.plot(GRID, wave(GRID), "black")
    ax.plot(x, y, "o", color="C1", markersize=3)
    ax.set(ylim=(-2.5, 2.5), xticks=[-1, 0, 1], title=coefficients)
    ax.label_outer()
fig.suptitle("coefficients", fontsize=10)
plt.show()

# %% [markdown]
# 黑线是真值，橙色是一个训练集和它的拟合，蓝线是另外 19 个训练集的拟合。3 个系数：曲线彼此一致，也一致地错。6 个：彼此一致，而且对。15 个：每个点都命中，点与点之间什么都可能发生。500 个：同样命中每个点，中间的曲线却又平静下来。
#
# 这两种毛病各有名称：**偏差**（bias）是曲线的平均离真值多远，**方差**（variance）是各条曲线围绕平均散得多开：


# %%
# within 1 %
def parts(predictions, right):
    """Return squared bias and variance, each a mean over the inputs."""
    bias = predictions.mean(axis=0) - right
    return np.mean(bias**2), predictions.var(axis=0).mean()


print("coefficients   bias²   variance")
for coefficients in COEFFICIENTS:
    bias, variance = parts(fit_many(coefficients), wave(GRID))
    print(f"{coefficients:12} {bias:7.3f} {variance:10.3f}")

# %% [markdown]
# 15 个系数时偏差很大，那是偶然：一百条曲线的平均，仍带着约为方差百分之一的起伏。500 个系数比 15 个好几个数量级，比 6 个略差。可见“参数越多越过拟合”和“参数越多越好”都不对。
#
# ## 量一量，加起来对不对
#
# 从这里起，模型换成一个由随机 ReLU 单元组成的隐藏层，从不训练；输出权重由最小二乘拟合，用 40 个样本，每个样本有 5 个输入。每种大小各用一百个训练集。测试误差在新标签上测得，列在它前面的三项加起来应当等于它。（每次抽到的新噪声正负各用一次，所以两边恰好相等，而不只是平均相等。）

# %%
# from snippets/generalization/bias_variance.py
WEIGHTS = np.random.default_rng(0).normal(size=(640, 6)) * [1, 1, 1, 1, 1, 0.5]
TEST = np.random.default_rng(3).normal(size=(1000, 5))


def truth(inputs):
    return np.sin(inputs[:, 0]) + inputs[:, 1] * inputs[:, 2] / 2


def hidden(inputs, units):
    """Return the first ``units`` ReLUs of one random layer, never trained."""
    inputs = np.column_stack([inputs, np.ones(len(inputs))])  # 1 for the bias
    return np.maximum(inputs @ WEIGHTS[:units].T, 0)


@cache
def train_many(units, examples=40, noise=0.3, fit=least_squares):
    """Train on a hundred training sets, each of fresh inputs and labels.

    Return the predictions on ``TEST``, (100, 1000), and the mean squares of
    the training error, of fresh labels' noise, and of the error on those.
    """
    rng, weights, train = np.random.default_rng(0), [], []
    for _ in range(100):
        inputs = rng.normal(size=(examples, 5))
        targets = truth(inputs) + noise * rng.normal(size=examples)
        features = hidden(inputs, units)
        weights.append(fit(features, targets))
        train.append(np.mean((features @ weights[-1] - targets) ** 2))
    predictions = np.array(weights) @ hidden(TEST, units).T
    fresh = noise * rng.normal(size=predictions.shape)
    labels = truth(TEST) + np.stack([fresh, -fresh])  # the noise, both ways
    return {
        "predictions": predictions,
        "train": np.mean(train),
        "noise": np.mean(fresh**2),
        "test": np.mean((predictions - labels) ** 2),
    }


def decompose(runs):
    """Return squared bias and variance, each a mean over the test points."""
    bias = runs["predictions"].mean(axis=0) - truth(TEST)
    return np.mean(bias**2), runs["predictions"].var(axis=0).mean()


# %%
# within 1 %
WEIGHTS = np.random.default_rng(SEED).normal(size=WEIGHTS.shape)
WEIGHTS[:, 5] *= 0.5  # with another SEED, other units
assert EXAMPLES <= 300, "more takes minutes, and there are only 640 units"


def run(units, **change):
    return train_many(units, **{"examples": EXAMPLES, "noise": NOISE} | change)


print("units     bias² variance    noise      sum     test    train")
for units in 4, 10, 16, 25, 60, 160, 640:
    runs = run(units)
    total = sum(decompose(runs)) + runs["noise"]
    row = *decompose(runs), runs["noise"], total, runs["test"], runs["train"]
    print(f"{units:5}  ", *(f"{x:8.3f}" for x in row))
errors = (run(EXAMPLES)["predictions"] - truth(TEST)) ** 2
errors = errors.mean(axis=1)  # of each training set
print(f"worst set's share of the error at {EXAMPLES} units:", end=" ")
print(f"{errors.max() / errors.sum():.2f}")

# %%
# Squared bias, variance, noise and test error against the number of units.
SIZES = [2, 3, 4, 6, 8, 10, 13, 16, 18, 20, 22, 25, 30, 40, 50, 60, 70, 80]
SIZES += [90, 110, 160, 230, 320, 450, 640]
SIZES += [EXAMPLES + d for d in (-5, -2, 0, 2, 5)]
SIZES = sorted(size for size in set(SIZES) if 0 < size <= 640)
bias, variance = np.transpose([decompose(run(units)) for units in SIZES])
fig, ax = plt.subplots(figsize=(6.4, 3), layout="constrained")
ax.plot(SIZES, [run(units)["test"] for units in SIZES], "black")
ax.plot(SIZES, bias, "C0", SIZES, variance, "C1")
ax.axhline(NOISE**2, color="0.5", linestyle="--")
ax.axvline(EXAMPLES, color="0.5", linestyle=":")
ax.set(xscale="log", yscale="log", ylim=(0.03, 20), xlabel="units")
ticks = [2, 5, 10, 20, 40, 80, 160, 320, 640]
ax.set_xticks(ticks, ticks)
ax.minorticks_off()
for name, color in {
    "test error": "black",
    "bias²": "C0",
    "variance": "C1",
    "noise": "0.5",
}.items():
    ax.plot([], [], color, label=name)
fig.legend(loc="outside upper center", ncols=4)
plt.show()

# %% [markdown]
# 到 25 个单元为止，和教科书一样：偏差下降，方差上升，误差有一个谷。到 40 个单元，单元数等于样本数，方差冲出图外，量出来的偏差也跟着冲出去，因为里面又带着方差的百分之一。冲多高要看运气：那里的误差有一半来自一百个训练集中的一个。过了 40，**两者**一起下降，尽管训练误差是零，并且一直是零；到 640 个单元，误差比图中所有更小的模型都低（`SEED = 4` 时只低一点）。这就是双下降（double descent；[Belkin 等人，2019](https://doi.org/10.1073/pnas.1903070116)）。
#
# ## 在 40 处出了什么事
#
# 40 × 40 的特征矩阵（每行一个样本）勉强可逆：能拟合的权重只有一组，不论代价多大。特征在有些方向上散得很开，在有些方向上几乎不散；散得多开，由奇异值（singular value）来量，拟合则沿每个方向把标签中的那一份[除以](../generalization/why-regularization-works.md)它。运行之前先猜：单元数经过 40 时，最小的奇异值会怎样变？

# %%
# The singular values of one training set's features, for three sizes.
fig, ax = plt.subplots(figsize=(6.4, 2.6), layout="constrained")
inputs = np.random.default_rng(SEED).normal(size=(EXAMPLES, 5))
for color, units in ("C0", EXAMPLES // 2), ("C1", EXAMPLES), ("C2", 640):
    values = np.linalg.svd(hidden(inputs, units), compute_uv=False)
    ax.plot(range(1, len(values) + 1), values, color, label=f"{units} units")
ax.set(yscale="log", xlabel="direction", ylabel="singular value")
fig.legend(loc="outside upper center", ncols=3)
plt.show()


# %%
# within 1 %
def strain(units, sets=100):
    """Return the smallest singular value and the weights' norm: medians."""
    rng, found = np.random.default_rng(SEED), []
    for _ in range(sets):
        inputs = rng.normal(size=(EXAMPLES, 5))
        targets = truth(inputs) + NOISE * rng.normal(size=EXAMPLES)
        features = hidden(inputs, units)
        smallest = np.linalg.svd(features, compute_uv=False)[-1]
        norm = np.linalg.norm(least_squares(features, targets))
        found.append([smallest, norm])
    return np.median(found, axis=0)


print("units  smallest singular value  norm of the weights  times √units")
near = {EXAMPLES - 2, EXAMPLES, EXAMPLES + 2}
for units in sorted({10, 25, 60, 160, 640} | near):
    smallest, norm = strain(units)
    print(f"{units:5}  {smallest:23.3f}  {norm:19.2f}", end="")
    print(f"  {norm * units**0.5:12.1f}")

# %% [markdown]
# 它在 40 个单元处几乎降到零，之后又升上去。640 个单元时方向仍是 40 个，但每个方向都由许多单元共同支撑，没有一个是薄弱的。权重随之变小，而且过了 40 必然如此：60 个单元的一种拟合，补上零就也是 160 个单元的拟合，所以其中最小的只会更小。
#
# 分担的单元多了，每个权重本来就会变小。最后一列除去了这一点：把特征除以 √单元数，拟合的结果不变，权重的范数就是这一列。这样看，640 个单元所需的比 10 个单元大，约为 60 个单元的一半。权重的大小解释了第二次下降，但解释不了整条曲线。
#
# ## 惩罚、噪声、样本数
#
# 岭回归（ridge）在损失里加上 λ 乘权重的平方和。于是拟合除以的不再是奇异值 s，而是 s + λ/s，它不会小于 2√λ。猜一猜：惩罚、噪声、样本数这三样，哪个消除尖峰，哪个抬高它，哪个挪动它？


# %%
# from snippets/generalization/bias_variance.py
def ridge(penalty):
    """Return a fit with ``penalty`` times the squared weights in its loss."""

    def fit(features, targets):
        gram = features @ features.T + penalty * np.eye(len(targets))
        return features.T @ np.linalg.solve(gram, targets)

    return fit


# %%
# Bias² + variance by units: three penalties, three noises, three sizes.
FITS = {p: ridge(p) if p else least_squares for p in PENALTIES}
sets = EXAMPLES // 2, EXAMPLES, 2 * EXAMPLES
panels = {
    "penalty": {p: {"fit": fit} for p, fit in FITS.items()},
    "noise": {s: {"noise": s} for s in sorted({0, NOISE, 1})},
    "examples": {n: {"examples": n} for n in sets},
}
fig, axes = plt.subplots(1, 3, figsize=(6.4, 2.9), layout="constrained")
for ax, (title, settings) in zip(axes, panels.items(), strict=True):
    for n, (value, change) in enumerate(settings.items()):
        runs = [run(units, **change) for units in SIZES]
        error = [sum(decompose(r)) for r in runs]
        ax.plot(SIZES, error, f"C{n}", label=value)
    ax.set(xscale="log", yscale="log", ylim=(0.1, 20), xlabel="units")
    ax.set_xticks([4, 40, 640], [4, 40, 640])
    ax.minorticks_off()
    ax.set_title(title)
    ax.label_outer()
    ax.legend(handlelength=1, loc="upper right", fontsize=8)
plt.show()

# %%
# within 1 %
sizes = sorted({4, 16, EXAMPLES - 2, 60, 640})
print("bias² + variance", *(f"{units:6}" for units in sizes), "units")
for title, settings in panels.items():
    for value, change in settings.items():
        errors = [sum(decompose(run(units, **change))) for units in sizes]
        row = f"{title:>9} {value:<6}"
        print(row, *(f"{error:6.2f}" for error in errors))

# %% [markdown]
# **惩罚消除尖峰。** λ = 0.1 时还剩一个小包，λ = 3 时什么都不剩，大模型也毫无损失。**噪声抬高尖峰**，噪声为 1 时第二次下降已经不合算：640 个单元最后还不如 4 个。**样本数挪动尖峰**，它总在单元数等于样本数的地方。所以模型大小不变，数据增加也可能变差：看左边的图里 47 个单元那一行：从 22 个样本起越往右越亮，直到白色条带。右边加了惩罚，条带不见了：

# %%
# A map of the test error over units and examples, without and with ridge.
SIDES = [10, 15, 22, 32, 47, 69, 101, 150]
colors = {"cmap": "gray", "vmin": -0.7, "vmax": 0.52, "origin": "lower"}
fig, axes = plt.subplots(1, 2, figsize=(6.4, 3.1), layout="constrained")
for ax, penalty in zip(axes, (min(FITS), max(FITS)), strict=True):
    tests = [
        [run(units, examples=n, fit=FITS[penalty])["test"] for n in SIDES]
        for units in SIDES
    ]
    image = ax.imshow(np.log10(tests), **colors)
    ax.set_xticks(range(8), SIDES)
    ax.set_yticks(range(8), SIDES)
    ax.set(title=f"penalty {penalty}", xlabel="examples", ylabel="units")
    ax.label_outer()
    row = (f"{tests[4][n]:.2f}" for n in (2, 3, 5, 6))
    print(f"penalty {penalty}: 47 units, 22, 32, 69, 101 examples:", *row)
bar = fig.colorbar(image, ax=axes, label="test error")
levels = [0.2, 0.4, 0.8, 1.6, 3.2]
bar.set_ticks(np.log10(levels), labels=levels)
plt.show()
# within 1 %

# %% [markdown]
# ## 怪噪声吗？
#
# 把噪声彻底去掉，两种模型都从完全正确的标签学习。猜一猜，哪一种的尖峰还在？

# %%
# within 1 %
print("no noise: bias² + variance")
for coefficients in 6, 14, 15, 16, 20, 500:
    error = sum(parts(fit_many(coefficients, noise=0), wave(GRID)))
    print(f"{coefficients:3} coefficients {error:6.3f}")
for units in 16, 38, 42, 60, 640:
    error = sum(decompose(run(units, noise=0)))
    print(f"{units:3} units        {error:6.3f}")

# %% [markdown]
# 多项式的尖峰没有了。15 个系数几乎能精确表示这条波浪，没有剩下什么可以除以一个小数；这里误差反而在过了 15 之后上升，因为这时有许多多项式可选，最小的那个并不是波浪。随机单元的尖峰还在：40 个单元表示不了的那部分，对拟合的作用和噪声一样（[Schaeffer 等人，2023](https://arxiv.org/abs/2303.14151)）。出现尖峰，三样缺一不可：训练集里有一个薄弱的方向，标签里有模型表示不了的东西，测试输入在那个方向上又比训练集走得远。
#
# ## 记住什么
#
# - “参数越多越过拟合”：到与样本一样多为止，方差确实上升。再往后，要看在众多拟合中取哪一个。最小二乘取最小的一个；试试 `FADE = 0`，那时最小的就没有用。
# - “双下降要有深层网络才会出现”：这里没有深度，也没有训练；第一幅图里连网络都没有。[深层网络也有双下降](https://arxiv.org/abs/1912.02292)。
# - “那么最大的模型最好”：噪声大时不是，在这里样本有 160 个时（`EXAMPLES`）也不是。惩罚取 3，38 个单元就和 640 个差不多好。惩罚取多大，由[验证集](../generalization/data-splits.md)来定。
