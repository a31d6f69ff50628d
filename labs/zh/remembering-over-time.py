# ---
# jupyter:
#   english: 'c4ddb7f9891f'
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 跨时间的记忆
#
# 网络逐个读入四十个数，其中两个带标记，读完要给出这两个数的和。普通 RNN、用 ReLU 的 RNN、LSTM、GRU，谁学得会，谁学不会？你会看到梯度沿时间能往回走多远，哪个门才要紧，梯度爆炸时会怎样；最后再问：它们学会的究竟是什么。
#
# 相关的问题：[LSTM 的结构怎么推导？为什么比 RNN 好？](../sequences/lstm.md)、[LSTM 为什么既用 sigmoid 又用 tanh？](../sequences/lstm-sigmoid-and-tanh.md)、[GRU 和 LSTM 有什么区别？](../sequences/gru-or-lstm.md)、[如何解决 RNN 的梯度爆炸和梯度消失？](../gradients/rnn-gradients.md)

# %%
# Knobs: change one, then run all cells again.
SEED = 0  # draws weights and sequences; try 1, 2
SHOWN = 0  # the sequence in the pictures, of 100; try any
LENGTH = 40  # of the sequences; try 80
UNITS = 32  # of each network; try 8
STEPS = 600  # of training, at most; try 2000
CLIP = 1.0  # longest gradient that is let through; try 0.1, 10
FORGET, WRITE = 4.0, -4.0  # the LSTM's biases in section 4; try 8 and -8

# %% [markdown]
# | 旋钮 | 取值 | 会看到什么 |
# |---|---|---|
# | `SEED` | 2 | LSTM 早得多就离开平台；谁学得会、谁学不会，不变 |
# | `SHOWN` | 任意 | 标记换了位置，隐藏单元也在别处切换 |
# | `LENGTH` | 80 | GRU 用的步数和长度 40 时一样少 |
# | `UNITS` | 8 | GRU 仍学得会，步数最多翻一倍；LSTM 时间到了还没学好 |
# | `STEPS` | 2000 | 步数多了，RNN 学会长度 20，长度 40 还是学不会 |
# | `CLIP` | 0.1 | 没多大变化：要紧的是把离群的梯度挡住 |
# | `CLIP` | 10 | 有些离群的梯度漏了进来：LSTM 来不及学会（有的种子来得及） |
# | `FORGET, WRITE` | 8, -8 | 和 4, -4 一样快 |

# %%
# %config InlineBackend.figure_formats = ["svg"]
from math import inf

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)  # matrices this small are not worth sharing

# %% [markdown]
# ## 1. 任务，以及解决它的两个单元
#
# 这就是加法问题（adding problem）：每个位置有一个 0 到 1 之间的值和一个标记，前后两半各有一个位置标记为 1，其余为 0。误差是读完之后答案的均方误差。永远答均值 1，误差就是和的方差，1/6；抓住了第二个数、把第一个当作 0.5，误差是 1/12。


# %%
def adding(length, count):
    """Return (length, count, 2) values beside marks, and each sum."""
    values, marks = torch.rand(length, count), torch.zeros(length, count)
    half = length // 2
    for start in 0, half:  # a mark in each half
        place = start + torch.randint(half, (count,))
        marks[place, torch.arange(count)] = 1
    return torch.stack([values, marks], dim=-1), (values * marks).sum(dim=0)


torch.manual_seed(SEED)
x, y = adding(LENGTH, 100_000)
values, marks = x[LENGTH // 2 :].unbind(dim=-1)
second = (values * marks).sum(dim=0)
print(f"always 1                 {F.mse_loss(torch.ones_like(y), y):.3f}")
print(f"the second number + 0.5  {F.mse_loss(second + 0.5, y):.3f}")
# within 0.002

# %% [markdown]
# 难的不是记住。两个 ReLU 单元，像 [LSTM 那一页](../sequences/lstm.md)上那样手工设定，就没有误差：

# %%
by_hand = nn.RNN(2, 2, nonlinearity="relu").requires_grad_(False)
rows = [[1, 1], [0, 0]], [[0, 0], [1, 1]], [-1, 0], [0, 0]
for weight, row in zip(by_hand.parameters(), rows, strict=True):
    weight.copy_(torch.tensor(row))

torch.manual_seed(SEED)
for length in LENGTH, 1000:
    x, y = adding(length, 1000)
    answer = by_hand(x)[0][-1].sum(dim=1)
    print(f"length {length:4}   error {F.mse_loss(answer, y):.6f}")

# %%
# A sequence, its marked numbers in color, and what the two units hold.
torch.manual_seed(SEED)
shown = adding(LENGTH, 100)[0][:, [SHOWN]]
values, marks = shown[:, 0].T
picks, adds = by_hand(shown)[0][:, 0].T
fig, axes = plt.subplots(
    2, 1, figsize=(6.4, 3), sharex=True, layout="constrained"
)
axes[0].bar(range(LENGTH), values, color="0.5", alpha=0.5)
axes[0].bar(range(LENGTH), values * marks, color="C1")
axes[0].set(ylabel="value")
axes[1].step(range(LENGTH), picks, "C1", where="mid", label="a: picks")
axes[1].step(range(LENGTH), adds, "C0", where="mid", label="s: adds")
axes[1].set(xlabel="position", ylabel="state")
axes[1].legend(loc="upper left")
plt.show()

# %% [markdown]
# 单元 a 是 `max(0, value + mark - 1)`，只有带标记的数通得过。单元 s 加上 a 在前一个位置的值，到自身的权重是 1，所以一直留着。答案是 a + s。两个单元就表示得了；三十二个能学会吗？
#
# ## 2. 四个要靠学的网络
#
# - **RNN**：tanh 单元。
# - **ReLU RNN**：和上面那两个单元同类，循环权重从单位矩阵开始（[Le 等，2015](https://arxiv.org/abs/1504.00941)）。
# - **LSTM** 和 **GRU**：靠门（0 到 1 之间的数）决定保留什么、写入什么；用 torch 的初始化。
#
# 每个网络都接一个线性读出层。torch 的模块快，但只露出 h；要看里面，就用问答页上的单元，前提是两者算的一样：


# %%
# from snippets/sequences/lstm.py
def lstm_cell(x, h, c, w_ih, w_hh, b_ih, b_hh, peep=(0, 0, 0)):
    """Take one step; return h and c, each (batch, units).

    Weights as torch stores them: rows for i, f, g, o, and two biases.
    ``peep``: the peepholes of i, f and o, which torch does not have.
    """
    i, f, g, o = (x @ w_ih.T + b_ih + h @ w_hh.T + b_hh).chunk(4, dim=1)
    i, f = (i + peep[0] * c).sigmoid(), (f + peep[1] * c).sigmoid()
    c = f * c + i * g.tanh()
    return (o + peep[2] * c).sigmoid() * c.tanh(), c


def gates_(net, forget, write=0):
    """Set the biases of an LSTM's forget and input gate, a GRU's update."""
    units = net.hidden_size
    _, _, bias_ih, bias_hh = net.parameters()
    with torch.no_grad():
        bias_ih[: 2 * units] = 0  # torch adds two biases: one must be 0
        bias_hh[:units] = write
        bias_hh[units : 2 * units] = forget
    return net


# %%
# from snippets/sequences/gru_or_lstm.py
def candidate(x, h, gru, reset="after"):
    """Return the gate z, and the candidate n before its tanh."""
    w, u, b, c = (p.chunk(3) for p in gru.parameters())  # each: r, z, n
    r = torch.sigmoid(x @ w[0].T + b[0] + h @ u[0].T + c[0])
    z = torch.sigmoid(x @ w[1].T + b[1] + h @ u[1].T + c[1])
    if reset == "after":
        recurrent = r * (h @ u[2].T + c[2])
    else:
        recurrent = (r * h) @ u[2].T + c[2]
    return z, x @ w[2].T + b[2] + recurrent


def gru_cell(x, h, gru, reset="after", keep=True, read=lambda h: h):
    """Return the next state; by default in torch's form."""
    z, a = candidate(x, read(h), gru, reset)
    n = torch.tanh(a)
    return (1 - z) * n + z * h if keep else z * n + (1 - z) * h


# %%
class Adder(nn.Module):
    """A recurrent network that gives an answer at each position."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        if kind == "ReLU RNN":
            self.cell = nn.RNN(2, UNITS, nonlinearity="relu")
            nn.init.eye_(self.cell.weight_hh_l0)  # the identity matrix
            nn.init.zeros_(self.cell.bias_ih_l0)
            nn.init.zeros_(self.cell.bias_hh_l0)
        else:
            self.cell = getattr(nn, kind)(2, UNITS)
        self.readout = nn.Linear(UNITS, 1)

    def forward(self, x):
        return self.readout(self.cell(x)[0])[..., 0]


def start(kind):
    torch.manual_seed(SEED)
    return Adder(kind)


def step_by_step(net, x):
    """Return the last h, and all states: h or, in an LSTM, c."""
    weights = list(net.cell.parameters())
    h = c = torch.zeros(x.shape[1], UNITS)
    states = []
    for row in x:
        if net.kind == "LSTM":
            h, c = lstm_cell(row, h, c, *weights)
        elif net.kind == "GRU":
            h = gru_cell(row, h, net.cell)
        else:
            w_ih, w_hh, b_ih, b_hh = weights
            z = row @ w_ih.T + b_ih + h @ w_hh.T + b_hh
            h = z.tanh() if net.kind == "RNN" else z.relu()
        states.append(c if net.kind == "LSTM" else h)
    return h, torch.stack(states)


RATES = {"RNN": 0.01, "ReLU RNN": 0.003, "LSTM": 0.03, "GRU": 0.03}
for kind in RATES:
    net = start(kind)
    x, y = adding(LENGTH, 100)
    h, _ = step_by_step(net, x)
    count = sum(weight.numel() for weight in net.parameters())
    difference = (h - net.cell(x)[0][-1]).abs().max()
    print(f"{kind:9}{count:5} weights, {difference:.4f} from torch's")

# %% [markdown]
# 一样。训练用 Adam，每步 32 个新序列，梯度裁剪到长度 1，学习率在 0.001、0.003、0.01、0.03 里各取最好的，最多 600 步，误差低于 0.002 就停；权重取途中最好的。
#
# **运行之前先猜**：长度 10 谁学得会，长度 40 谁学得会，谁最先？


# %%
def reach(net, x):
    """Return by how much the answer follows the value at each position."""
    x = x.clone().requires_grad_()
    (slope,) = torch.autograd.grad(net(x)[-1].sum(), x)
    return slope[..., 0].abs().mean(dim=1)


def train(net, lengths, clip=CLIP, optimizer=None, steps=STEPS, goal=0.002):
    """Train until the error is below ``goal``; measure at every 20th step.

    Leave the net as it was at its lowest error. Return the errors, the
    reaches and the length of the first gradient.
    """
    if optimizer is None:
        optimizer = torch.optim.Adam(net.parameters(), RATES[net.kind])
    test_x, test_y = adding(max(lengths), 500)
    errors, reaches, norms = [], [], []
    for step in range(steps + 1):
        if step % 20 == 0:
            with torch.no_grad():
                errors.append(F.mse_loss(net(test_x)[-1], test_y).item())
            reaches.append(reach(net, test_x[:, :100]))
            if errors[-1] == min(errors):
                best = {k: w.clone() for k, w in net.state_dict().items()}
            if errors[-1] < goal:
                break
        x, y = adding(lengths[torch.randint(len(lengths), ())], 32)
        optimizer.zero_grad()
        F.mse_loss(net(x)[-1], y).backward()
        norms.append(nn.utils.clip_grad_norm_(net.parameters(), clip))
        optimizer.step()
    net.load_state_dict(best)
    return errors, torch.stack(reaches), norms[0].item()


# %%
nets, runs = {}, {}
print("lowest error at length")
print(f"{'':9}{10:6}{LENGTH:6}")
for kind in RATES:
    short, *_ = train(start(kind), [10])
    nets[kind] = start(kind)
    runs[kind] = train(nets[kind], [LENGTH])
    print(f"{kind:9}{min(short):6.3f}{min(runs[kind][0]):6.3f}")
# within 0.02

# %%
# Error over training. Dotted: always 1, and the second number + 0.5.
COLORS = {"RNN": "C0", "ReLU RNN": "C3", "LSTM": "C2", "GRU": "C1"}
fig, ax = plt.subplots(layout="constrained")
for kind, (errors, *_) in runs.items():
    steps = range(0, 20 * len(errors), 20)
    ax.semilogy(steps, errors, COLORS[kind], label=kind)
for level in 1 / 6, 1 / 12:
    ax.axhline(level, color="0.5", linestyle=":")
ax.set(xlabel="training step", ylabel="error")
ax.legend(loc="upper right")
plt.show()

# %% [markdown]
# 长度 10，四个都低于 1/12。长度 40，RNN 停在“永远答 1”的水平，六个种子都是如此；每次都是 GRU 最先学会。LSTM 先在平台上停几百步，然后几十步之内就降下来。“没有门就学不会”也不成立：换成 ReLU 和单位矩阵，就学得会。
#
# 从 10 到 40，RNN 在哪里学不动了？

# %%
print("lowest error of the RNN")
for length in LENGTH * 3 // 10, LENGTH // 2:
    errors, *_ = train(start("RNN"), [length])
    print(f"length {length:3}{min(errors):7.3f}")
# within 0.05

# %% [markdown]
# 600 步之内，长度 12 还学得会，20 就几乎学不动了；中间要看种子。步数多几倍，20 也学得会，40 还是不行：把 `STEPS` 设为 2000 试试。
#
# ## 3. 沿时间往回的梯度
#
# 通常的解释是：RNN 的梯度会消失，有门就不会。把答案对某个位置上的值的斜率取绝对值，再对各序列平均，叫作**可及度**（reach）。上面那两个单元，标记处是 1，别处是 0，平均 2/40。图里从上到下是训练的进程。
#
# **运行之前先猜**：最上面一行，也就是训练之前，是什么样？

# %%
# Reach by position and training step: black 1e-6 or less, white 0.1.
fig, axes = plt.subplots(1, 4, figsize=(6.4, 2.8), layout="constrained")
for ax, (kind, (_, reaches, _)) in zip(axes, runs.items(), strict=True):
    bottom = 20 * len(reaches) - 10
    image = ax.imshow(
        reaches.log10(),
        cmap="gray",
        vmin=-6,
        vmax=-1,
        aspect="auto",
        extent=(0.5, LENGTH + 0.5, bottom, -10),
    )
    ax.set(title=kind, xlabel="position", yticks=[0, bottom - 10])
axes[0].set(ylabel="training step")
fig.colorbar(image, ax=axes, label="reach, power of 10")
plt.show()

print("reach of the first value, before training, as a power of 10")
for kind, (_, reaches, _) in runs.items():
    print(f"{kind:9}{reaches[0, 0].log10():4.0f}")
# within 1

# %% [markdown]
# 训练之前，门什么也没保住：torch 的门一开始只开一半，记忆每步丢一半；LSTM 和 GRU 里，第一个值的分量和 RNN 里一样微不足道。不同的是，训练能改变这一点。GRU 的可及度几十步就打开了；LSTM 的误差停在平台上多久，可及度就黑多久，然后一下子全部打开；RNN 的只是闪几下。ReLU RNN 一开始就处处可及，却比 GRU 学得慢：梯度传得到，还不够。

# %% [markdown]
# ## 4. 哪个门？
#
# 对 LSTM 的常见建议是打开遗忘门，把偏置设为 1 或更大。偏置为 4，每步保留记忆的 σ(4) = 0.98；输入门的偏置为 −4，新来的只写进 0.02。
#
# **运行之前先猜**：打开遗忘门、几乎关上输入门、两样都做，哪种有用？学习率调小一些，答案会不会变？

# %%
# The error of LSTMs with four starts, each at two learning rates.
STARTS = {
    "torch's": None,
    "forget": (FORGET, 0),
    "write": (0, WRITE),
    "both": (FORGET, WRITE),
}
fig, axes = plt.subplots(
    1, 4, figsize=(6.4, 2.4), sharex=True, sharey=True, layout="constrained"
)
print(f"keeps {torch.tensor(FORGET).sigmoid():.2f}", end=", ")
print(f"lets in {torch.tensor(WRITE).sigmoid():.2f}")
print(f"steps until the error is below 0.05, {STEPS} at most")
print("learning rate  0.01  0.03")
for ax, (name, biases) in zip(axes, STARTS.items(), strict=True):
    solved = []
    for rate, style in (0.01, "C2--"), (0.03, "C2"):
        net = start("LSTM")
        if biases:
            gates_(net.cell, *biases)
        optimizer = torch.optim.Adam(net.parameters(), rate)
        errors, *_ = train(net, [LENGTH], CLIP, optimizer, goal=0.05)
        solved.append(20 * len(errors) - 20)
        steps = range(0, 20 * len(errors), 20)
        ax.semilogy(steps, errors, style, label=rate)
    ax.set(title=name, xlabel="step")
    print(f"{name:13}", *(f"{n:5}" for n in solved))
axes[0].set(ylabel="error")
axes[3].legend()
plt.show()
# within 25 %

# %% [markdown]
# 两样都做，在两个学习率下都最快，四个种子都是如此。只开遗忘门，要看学习率：0.01 时和 torch 的初始化一样快，或者更快；0.03 时每次都更慢。什么都不忘，输入门又开着一半，四十个位置就全加进去了，而要的只是两个。只关输入门，有几次有用。要记住，一要不丢，二要不照单全收；那条建议只说了前一半。Chrono 初始化（[Tallec 和 Ollivier，2018](https://arxiv.org/abs/1804.11188)）给输入门的偏置，正是遗忘门的偏置取负。[GRU](../sequences/gru-or-lstm.md) 天生如此：保留 z，写入 1 − z。
#
# ## 5. 梯度裁剪
#
# ReLU RNN 用单位矩阵，是有代价的：

# %%
print("length of the first gradient")
for kind, (*_, norm) in runs.items():
    print(f"{kind:9}{norm:6.1f}")
# within 5 %

# %% [markdown]
# 到这里为止，梯度的长度都裁剪到了 1 以内。**运行之前先猜**：不裁剪，SGD 和 Adam 谁更吃亏？Adam 的步长可是几乎与梯度的长度无关。


# %%
# The ReLU RNN's error over training, clipped and not.
def sgd(net):
    return torch.optim.SGD(net.parameters(), lr=0.01)


def adam(net, memory=0.999):
    return torch.optim.Adam(net.parameters(), lr=0.003, betas=(0.9, memory))


CASES = {
    "SGD": (sgd, inf, "C0--"),
    "SGD, clipped": (sgd, CLIP, "C0"),
    "Adam": (adam, inf, "C3--"),
    "Adam, short memory": (lambda net: adam(net, 0.9), inf, "C4--"),
    "Adam, clipped": (adam, CLIP, "C3"),
}
fig, ax = plt.subplots(layout="constrained")
print(f"{'error after':20}20 steps  300 steps")
for name, (optimizer, clip, style) in CASES.items():
    net = start("ReLU RNN")
    errors, *_ = train(net, [LENGTH], clip, optimizer(net), steps=300)
    ax.semilogy(range(0, 20 * len(errors), 20), errors, style, label=name)
    cells = [f"{e:.2f}" if e < 1 else "> 1" for e in (errors[1], errors[-1])]
    print(f"{name:19} {cells[0]:>8}  {cells[1]:>9}")
ax.set(xlabel="training step", ylabel="error", ylim=(0.005, 10))
ax.legend(loc="upper center")
plt.show()
# within 0.05

# %% [markdown]
# SGD 二十步之内就被甩到远处，六个种子都是如此；裁剪之后没事了，只是这个学习率下学不会。Adam 没有被甩出去，而是被拖慢了：它要除以梯度平方的均值的平方根，这个均值记得大约 1 / (1 − 0.999) = 1000 步，几个巨大的梯度，就让后面几百步都迈不开。只记 10 步，不裁剪也学得快得多。可见裁剪不只防爆炸，还不让离群的梯度进入 Adam 的记忆。消失了的，它找不回来：上面的 RNN 也是裁剪过的。
#
# ## 6. 记住了什么，能用多远
#
# 长度 40 的误差很小，那么网络真会加了吗？每种再训练一个网络，用 10 到 40 的所有偶数长度。（LSTM 两个都重新训练，两个门都设好。）


# %%
def begin(kind):
    net = start(kind)
    if kind == "LSTM":
        gates_(net.cell, FORGET, WRITE)
    return net


KINDS = "ReLU RNN", "LSTM", "GRU"
nets["LSTM"] = begin("LSTM")
train(nets["LSTM"], [LENGTH])
trained = {}
for kind in KINDS:
    net = begin(kind)
    train(net, range(10, LENGTH + 1, 2))
    trained[kind, "one"] = nets[kind].requires_grad_(False)
    trained[kind, "many"] = net.requires_grad_(False)

# %%
# Above: the sum so far (dotted), and the answer so far after training at
# one length (C0) and at many (C1). Below: the units, after the second.
so_far = shown[:, 0].prod(dim=1).cumsum(dim=0)
fig, axes = plt.subplots(
    2, 3, figsize=(6.4, 4), sharex=True, sharey="row", layout="constrained"
)
for (top, bottom), kind in zip(axes.T, KINDS, strict=True):
    for name, color in ("one", "C0"), ("many", "C1"):
        top.plot(trained[kind, name](shown)[:, 0], color)
    top.step(range(LENGTH), so_far, "k:", where="post")
    top.set(title=kind)
    _, states = step_by_step(trained[kind, "many"], shown)
    states = states[:, 0].T
    order = (states @ (so_far - so_far.mean())).argsort()
    edge = states.abs().max()
    bottom.imshow(
        states[order], cmap="RdBu_r", vmin=-edge, vmax=edge, aspect="auto"
    )
    bottom.set(xlabel="position")
axes[0, 0].set(ylabel="answer so far")
axes[1, 0].set(ylabel="unit")
plt.show()

torch.manual_seed(SEED)
x, _ = adding(LENGTH, 500)
between = x[..., 1].cumsum(dim=0) == 1  # from the first mark to the second
between = between[:-1] & between[1:]
print("rise of the answer in ten steps between the marks")
print(f"{'trained at':13} one   many")
for kind in KINDS:
    rises = [
        10 * trained[kind, name](x).diff(dim=0)[between].mean()
        for name in ("one", "many")
    ]
    print(f"{kind:9}", *(f"{rise:7.2f}" for rise in rises))
# within 0.05

# %% [markdown]
# 训练只问最后的答案，但读出层在哪个位置都可以问。只用一个长度训练（蓝），ReLU RNN 和 LSTM 的答案在两个标记之间往上漂，换种子也一样，GRU 漂得少些：它们学的是一个时钟，到第 40 个位置正好走准。用许多长度训练（橙），答案就不怎么动了。下面是各个单元：GRU 的在标记处切换，然后不变；ReLU RNN 只靠少数几个传下去。
#
# **运行之前先猜**：这个时钟，在长度 10 和 80 上要付多大代价？


# %%
# Error by length. Solid: trained at one. Dashed: at many. Dotted: always 1.
def error_at(net, length):
    torch.manual_seed(SEED)
    x, y = adding(length, 500)
    return F.mse_loss(net(x)[-1], y).item()


scales = 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 6, 8
tested = [int(scale * LENGTH) for scale in scales]
fig, ax = plt.subplots(layout="constrained")
print(
    f"{'':9}{'trained at':8}   error at{LENGTH // 4:3}{LENGTH:8}{2 * LENGTH:8}"
)
for (kind, name), net in trained.items():
    line = [error_at(net, length) for length in tested]
    style = "-" if name == "one" else "--"
    ax.loglog(tested, line, style, color=COLORS[kind], label=f"{kind}, {name}")
    cells = [f"{e:.3f}" if e < 1 / 6 else "> 1/6" for e in line]
    cells = [cells[tested.index(n)] for n in (tested[0], LENGTH, 2 * LENGTH)]
    print(f"{kind:9}{name:13}", *(f"{cell:>7}" for cell in cells))
ax.axhline(1 / 6, color="0.5", linestyle=":")
ax.set(xlabel="length", ylabel="error")
ax.set_xticks(tested[::3], tested[::3])
ax.minorticks_off()
fig.legend(loc="outside right upper")
plt.show()
# within 0.06

# %% [markdown]
# 只用一个长度训练的 ReLU RNN，换成长度 80，比永远答 1 还差，长度 10 也一样。LSTM 和 GRU 的 V 形浅一些，浅多少要看种子。用许多长度训练，V 的左臂就没有了；超过 40，误差仍会增长。只有手工设定的那两个单元没有误差，这条坐标轴上画不出来。网络能表示什么，在一个长度上学会什么，在许多长度上学会什么，是三回事。
