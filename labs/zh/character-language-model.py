# ---
# jupyter:
#   english: '84bbda6c0772'
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # 中英文字符级语言模型
#
# 语言模型（language model）给出下一个字符是什么的概率。沿着一段文本把这些概率乘起来，就是给文本打分；照这些概率一个接一个地抽，就写出文本。在这个实验里，一个 64 个单元的 GRU 用中文和英文各做两遍：先是写成文字的数，最好能得几分是已知的，每个样本是对是错也查得出；再是诗，少得远远不够学。
#
# 相关的问题：[GRU 和 LSTM 有什么区别？](../sequences/gru-or-lstm.md)、[LSTM 的结构怎么推导？为什么比 RNN 好？](../sequences/lstm.md)、[词袋和 TF-IDF 怎样表示文本？](../language/tf-idf.md)、[数据应当怎样划分，深度学习为什么改变了划分方式？](../generalization/data-splits.md)

# %%
# Knobs: change one, run all cells again.
SEED = 0  # of the numbers, the weights and the samples; try 1, 2
NUMBERS = 100_000  # numerals are drawn from below this; try 1000, 1_000_000
TRAIN = 1000  # numerals to learn from; try 200
HIDDEN = 64  # units of the GRU; try 8
STEPS = 600  # of training on numerals; try 2000
TEMPERATURES = (0.1, 0.5, 1, 1.5, 2)  # of sampling; try (0.02, 0.8, 5)
EXAMPLE = 73_519 % NUMBERS  # looked at closely; try 70_012
VERSE_STEPS = 250  # of training on verse; try 40

# %% [markdown]
# | 旋钮 | 取值 | 会看到什么 |
# |---|---|---|
# | `SEED` | 1, 2 | 样本变了，比较的结果不变 |
# | `NUMBERS` | 1000 | 一半的数都学过，网络只比计数强一点点 |
# | `NUMBERS` | 1_000_000 | 网络领先计数，英文 1.2 比特，中文 1.9 比特；但英文还没学完，温度为 1 时有 30% 的样本是错的 |
# | `TRAIN` | 200 | 中文在学过的数上是 11 比特，在留出的数上是 22，不如计数；英文比计数强 3.5 比特 |
# | `HIDDEN` | 8 | 中文的比特数与 64 个单元一样，英文多 10 比特 |
# | `STEPS` | 2000 | 英文还在进步，97% 有效；中文过拟合，留出的数要 21 比特，样本和先前一样有效，却有四分之一是抄来的 |
# | `TEMPERATURES` | (0.02, 0.8, 5) | 0.8 是个折中，英文 96% 有效；到 5，英文几乎无一有效，中文还有 10%，多半是小的数 |
# | `EXAMPLE` | 70_012 | 字符少了，比特没有少：没写出来的，同样得预测 |
# | `VERSE_STEPS` | 40 | 英文网络一行也背不出，预测留出的那首却胜过计数 |

# %%
# %config InlineBackend.figure_formats = ["svg"]
import math
import random
import re
from collections import Counter, defaultdict

import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.nn import functional as F

# %% [markdown]
# ## 同样的数，两种语言
#
# 文本是 100,000 以下的数：1,000 个用来学，500 个留出，两种语言用的是同一批。`read` 把文字读回数，所以每个样本都能核对。每个数以换行结束，换行也算一个字符。得分以比特计：模型给一个字符的概率是 p，它就花 −log2(p) 比特：必然出现的不花，机会对半的花 1 比特；一段文本花的是各字符之和。
#
# 运行之前先猜：同一个数，中文用的字符少得多。哪种语言的下一个字符更好猜？

# %%
END = "\n"  # ends each text, and stands before it
ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
).split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
DIGITS = "零一二三四五六七八九"


def english(n):
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + ("-" + ONES[n % 10]) * (n % 10 > 0)
    unit, name = (1000, "thousand") if n >= 1000 else (100, "hundred")
    rest = n % unit
    link = " and " if rest < 100 else " "
    return f"{english(n // unit)} {name}" + (link + english(rest)) * (rest > 0)


def chinese(n, first=True):
    for unit, name in (10_000, "万"), (1000, "千"), (100, "百"), (10, "十"):
        if n >= unit:
            head = "" if first and n < 20 else chinese(n // unit)
            rest = n % unit
            link = "零" if rest < unit // 10 else ""
            return head + name + (link + chinese(rest, False)) * (rest > 0)
    return DIGITS[n]


VALUE = {name: n for names in (ONES, DIGITS) for n, name in enumerate(names)}
VALUE |= {name: 10 * n for n, name in enumerate(TENS)}
UNIT = {"hundred": 100, "thousand": 1000}
UNIT |= {"十": 10, "百": 100, "千": 1000, "万": 10_000}


def read(text):
    """Return the number below NUMBERS of that name, if there is one."""
    terms = [0]
    for word in re.findall("[a-z]+|[^a-z -]", text):
        if word in UNIT:  # it multiplies the smaller terms before it
            factor = 0
            while terms and terms[-1] < UNIT[word]:
                factor += terms.pop()
            terms.append((factor or 1) * UNIT[word])
        else:
            terms.append(VALUE.get(word, 0))
    n = sum(terms)
    return n if n < NUMBERS and text in (english(n), chinese(n)) else None


WRITE = {"English": english, "Chinese": chinese}
size = min(TRAIN, NUMBERS // 2)
others = [n for n in range(NUMBERS) if n != EXAMPLE]
drawn = random.Random(SEED).sample(others, size + min(500, NUMBERS // 4))
known, held_out, letters, length = {}, {}, {}, {}
best = math.log2(NUMBERS)  # bits for one of so many, each as likely
for name, write in WRITE.items():
    assert all(read(write(n)) == n for n in range(0, NUMBERS, 7))
    texts = [write(n) for n in drawn]
    known[name], held_out[name] = texts[:size], texts[size:]
    letters[name] = [END, *sorted(set("".join(texts)))]
    length[name] = sum(len(t + END) for t in texts[size:]) / len(texts[size:])
    print(f"{name}: {write(EXAMPLE)}, {write(40_506)}, {write(12)}")
print("\n         different  length of  bits at best:")
print("        characters  a numeral  a numeral  a character")
for name in WRITE:
    print(
        f"{name:8} {len(letters[name]):9} {length[name]:10.1f} {best:10.2f}"
        f" {best / length[name]:12.2f}"
    )

# %% [markdown]
# 100,000 个数机会均等，说清是哪一个要 log2(100,000) = 16.61 比特，用什么语言都一样。对没见过的数，任何模型平均下来都不会更少（排除见过的数能省下一点点，可以不计）。英文把它摊到 44.6 个字符上，中文摊到 9.3 个。所以，完美的模型在英文上是每字符 0.37 比特，在中文上是 1.79，而两种语言并没有难易之分。每字符比特数（bits per character）只能用来比较同一份文本上的模型；要比较语言，就得让两边说同样的内容：这里是一个数，[Cotterell 等（2018）](https://arxiv.org/abs/1806.03743)用的是互译的句子。
#
# ## 先数一数
#
# 网络该认真对待的对手是计数表。n 阶模型（n-gram）查最后 n − 1 个字符：学过的文本里，它们后面跟过什么？上下文可能很少见，所以要混合：一个上下文出现过 s 次，后面跟过 k 种字符，它的权重就是 s / (s + k)，余下的给少一个字符的上下文，依此类推（[Witten 和 Bell，1991](https://doi.org/10.1109/18.87000)）。猜一猜，两种语言各以几阶为最好？


# %%
def count_contexts(texts, order):
    """Count what follows each context of fewer than ``order`` characters."""
    counts = defaultdict(Counter)
    for text in texts:
        text = END + text + END
        for i in range(1, len(text)):
            for start in range(max(0, i - order + 1), i + 1):
                counts[text[start:i]][text[i]] += 1
    return counts


def share(counts, size, context, c):
    """Return the probability of ``c``, smoothed as by Witten and Bell."""
    p = 1 / size
    for start in range(len(context), -1, -1):  # from no context to the longest
        seen = counts.get(context[start:])
        if not seen:
            break
        p = (seen[c] + len(seen) * p) / (seen.total() + len(seen))
    return p


def count_bits(known, texts, order, letters):
    """Return the mean bits of one of ``texts``, by counts of ``known``."""
    counts, bits = count_contexts(known, order), 0
    for text in texts:
        text = END + text + END
        for i in range(1, len(text)):
            context = text[max(0, i - order + 1) : i]
            bits -= math.log2(share(counts, len(letters), context, text[i]))
    return bits / len(texts)


counted = {name: {} for name in WRITE}
print("       bits a numeral     bits a character")
print("order  English  Chinese   English  Chinese")
for order in 1, 2, 3, 4, 8, 16, 20:
    row = []
    for name in WRITE:
        bits = count_bits(known[name], held_out[name], order, letters[name])
        counted[name][order] = bits
        row += [bits, bits / length[name]]
    print(f"{order:5} {row[0]:8.2f} {row[2]:8.2f} {row[1]:9.2f} {row[3]:8.2f}")

# %% [markdown]
# 中文是 4 阶，3 阶（trigram）也差不多。英文的 3 阶连一个词都看不全，这几种阶数里最好的是 16。过了最好的阶数，两边都变差：长的上下文太少见。
#
# ## 网络
#
# GRU 把上下文装在 64 个数里带着走。下面是问题页上的那个单元，待会儿抽样就用它。训练用 torch 的，算的是同一个函数（训练那一格的最后几行会核对），只是更快。两种语言用同样的数、同样多步的 Adam、同样的[梯度裁剪](../gradients/fixing-unstable-gradients.md)和[学习率衰减](../optimization/learning-rate-decay.md)。


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


def run(gru, x, **form):
    """Return the states, (steps, units), from a state of zero."""
    states = [torch.zeros(gru.hidden_size)]
    for row in x:
        states.append(gru_cell(row, states[-1], gru, **form))
    return torch.stack(states[1:])


# %%
class CharacterModel(nn.Module):
    def __init__(self, letters):
        super().__init__()
        self.letters = letters
        self.gru = nn.GRU(len(letters), HIDDEN)
        self.readout = nn.Linear(HIDDEN, len(letters))

    def encode(self, texts):
        """Return indices, (characters, texts), from END to END, then -1."""
        index = {c: i for i, c in enumerate(self.letters)}
        rows = [torch.tensor([index[c] for c in END + t + END]) for t in texts]
        return nn.utils.rnn.pad_sequence(rows, padding_value=-1)

    def one_hot(self, indices):
        return F.one_hot(indices, len(self.letters)).float()

    def bits(self, indices, reduction="mean"):
        """Return what each character costs, given those before it."""
        states, _ = self.gru(self.one_hot(indices[:-1].clamp(min=0)))
        scores = self.readout(states).transpose(1, 2)
        nats = F.cross_entropy(
            scores, indices[1:], ignore_index=-1, reduction=reduction
        )
        return nats / math.log(2)


@torch.no_grad()
def mean_bits(model, texts):
    """Return the mean bits of a text."""
    return model.bits(model.encode(texts), "sum").item() / len(texts)


def train(letters, texts, others, steps, every, lr=0.01):
    """Return a model, and rows of step, bits of the texts and of others."""
    torch.manual_seed(SEED)
    model, history = CharacterModel(letters), []
    indices = model.encode(texts)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    decay = torch.optim.lr_scheduler.LinearLR(optimizer, 1, 0, steps)
    for step in range(steps + 1):
        if step % every == 0:
            rows = [mean_bits(model, part[:200]) for part in (texts, others)]
            history.append((step, *rows))
        batch = torch.randint(len(texts), (32,))
        optimizer.zero_grad()
        model.bits(indices[:, batch]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        decay.step()
    return model, history


# %%
# Both networks while they learn: bits of a held-out numeral.
# within 0.1
models, histories = {}, {}
for name in WRITE:
    models[name], histories[name] = train(
        letters[name], known[name], held_out[name], STEPS, every=20
    )
fig, ax = plt.subplots(layout="constrained")
for color, (name, history) in zip(("C0", "C1"), histories.items()):
    steps, _, bits = zip(*history)
    ax.semilogy(steps, bits, color)
    ax.text(-10, bits[0], name, color=color, ha="right", va="center")
ax.axhline(best, color="0.5", linestyle="--")
ax.set_yticks([10, 20, 50, 100, 200], [10, 20, 50, 100, 200])
ax.minorticks_off()
ax.set(xlabel="step", ylabel="bits a numeral")
ax.set(xlim=(-STEPS / 6, None), xticks=[0, STEPS // 2, STEPS])
ax.set_ylim(best / 1.2, None)
plt.show()

print("bits a numeral   English  Chinese")
for title, texts in ("learnt from", known), ("held out", held_out):
    row = [mean_bits(model, texts[name]) for name, model in models.items()]
    print(f"GRU, {title:11} {row[0]:8.2f} {row[1]:8.2f}")
row = [min(counted[name].values()) for name in WRITE]
print(f"best counts      {row[0]:7.2f} {row[1]:8.2f}")
print(f"at best          {best:7.2f} {best:8.2f}")
for name, model in models.items():  # is the cell above torch's?
    x = model.one_hot(model.encode([WRITE[name](EXAMPLE)])[:, 0])
    assert torch.allclose(run(model.gru, x), model.gru(x)[0], atol=1e-5)

# %% [markdown]
# 虚线是极限。两个网络最后离它都不到半比特，是 16.95 和 16.88，也都胜过最好的计数：英文领先 0.6 比特，中文 0.4（换别的种子，是 0.3 到 0.7 和 0.2 到 0.4）。若只跟 3 阶比，英文就领先 17 比特还多：对手很容易选得太弱。
#
# 在学过的数上，中文网络只用 16.34 比特，比极限还少。能做到这一点的，只有记忆。
#
# ## 比特花在哪里
#
# 运行之前先猜：“seventy-three thousand five hundred and nineteen”里，哪些字符出人意料？

# %%
# What each character of one numeral costs, in both languages.
# within 0.2
GLOSS = dict(zip("十百千万", ("10", "100", "1000", "10⁴"))) | {END: "↵"}
GLOSS |= {c: str(n) for n, c in enumerate(DIGITS)}
fig, axes = plt.subplots(
    2, 1, figsize=(6.4, 3.4), sharey=True, layout="constrained"
)
for ax, color, (name, model) in zip(axes, ("C0", "C1"), models.items()):
    text = WRITE[name](EXAMPLE)
    with torch.no_grad():
        bits = model.bits(model.encode([text]), "none")[:, 0]
    ax.bar(range(len(bits)), bits, color=color)
    ax.set_xticks(range(len(bits)), [GLOSS.get(c, c) for c in text + END])
    ax.set(title=name, ylabel="bits", xlim=(-0.7, len(bits) - 0.3))
    costly = (bits > 0.5).sum()
    print(f"{name}: {bits.sum():.1f} bits in {len(bits)} characters,", end=" ")
    print(f"{bits[bits > 0.5].sum():.1f} of them in {costly}")
plt.show()

# %% [markdown]
# 五个数字，各占约五分之一的比特。在中文里，一个数字就是一个字符。英文的比特花在词首的一两个字母上，“nineteen”还要再花一次，在它与“ninety”分道的地方；其余只是拼写，不花比特。单位几乎不花，千（图中写作“1000”）如此，`thousand` 也如此。所以同样的 17 比特，英文几乎全落在 49 个字符中的 8 个上，中文落在 10 个中的 5 个上。
#
# ## 抽样：热与冷
#
# 抽样就是把抽到的字符当作下一步的输入。温度（temperature）是 softmax 之前除在分数上的数：小于 1，容易出现的更容易出现；大于 1，各个字符更接近。运行之前先猜：温度升高，哪种语言先出错？温度降低，会不会有什么变差？（不是 100,000 以下的数，前面标问号。）


# %%
# text: any
@torch.no_grad()
def sample(model, count, temperature, longest=90):
    """Return texts drawn character by character."""
    torch.manual_seed(SEED)
    h, c = torch.zeros(count, HIDDEN), torch.zeros(count, dtype=torch.long)
    columns = []
    for _ in range(longest):
        h = gru_cell(model.one_hot(c), h, model.gru)
        shares = (model.readout(h) / temperature).softmax(dim=1)
        c = torch.multinomial(shares, 1)[:, 0]
        columns.append(c)
    rows = torch.stack(columns, dim=1).tolist()
    texts = ["".join(model.letters[i] for i in row) for row in rows]
    return [text.split(END)[0] for text in texts]


for model in models.values():
    for temperature in TEMPERATURES:
        for text in sample(model, 3, temperature):
            mark = "?" if read(text) is None else " "
            print(f"{temperature:4} {mark} {text}")

# %%
# The numbers drawn at each temperature, a line for each.
# within 3
fig, axes = plt.subplots(1, 2, sharey=True, layout="constrained")
rows = {temperature: f"{temperature:11}" for temperature in TEMPERATURES}
for ax, color, (name, model) in zip(axes, ("C0", "C1"), models.items()):
    for height, temperature in enumerate(TEMPERATURES):
        numbers = [read(text) for text in sample(model, 1000, temperature)]
        valid = [n for n in numbers if n is not None]
        small = sum(n < NUMBERS / 10 for n in valid) / max(1, len(valid))
        rows[temperature] += f" {len(valid) / 10:6.0f}% {100 * small:5.0f}%"
        ax.eventplot(
            [n for n in numbers[:60] if n is not None],
            lineoffsets=height,
            linelengths=0.6,
            linewidths=0.7,
            colors=color,
        )
    ax.set(title=name, xlim=(0, NUMBERS), xticks=[0, NUMBERS // 2, NUMBERS])
axes[0].set_yticks(range(len(TEMPERATURES)), TEMPERATURES)
axes[0].set_ylabel("temperature")
plt.show()
print("               English         Chinese")
print("temperature   valid  small    valid  small")
print(*rows.values(), sep="\n")

# %% [markdown]
# 先出错的是英文。温度为 1 时，有效样本的比例是 89% 对 99%；温度为 1.5 时，是 35% 对 88%：写 45 个字符，出错的机会比写 9 个多。
#
# 降温看上去只有好处：0.5 时样本全部有效。可是看 `small` 那一列：10,000 以下的数应占十分之一，到 0.5 却几乎绝迹。中文里，写完第一个数字，后面是“万”的机会是 9 比 1，而温度 0.5 把这样的比例平方，成了 81 比 1。到 0.1，剩下的也聚成了几堆。低温用多样换有效；样本个个都对，分布却可以是错的。
#
# 看温度为 1 时的样本，分得出哪个模型最好吗？让网络和两张计数表比一比：


# %%
# within 3
def draw(counts, order, letters, rng):
    """Return a text drawn from counts."""
    text = END
    while len(text) == 1 or text[-1] != END and len(text) < 90:
        context = text[max(0, len(text) - order + 1) :]
        weights = [share(counts, len(letters), context, c) for c in letters]
        text += rng.choices(letters, weights)[0]
    return text.strip()


print("                    bits  valid  new among them")
for name, model in models.items():
    found = {"GRU": (mean_bits(model, held_out[name]), sample(model, 1000, 1))}
    for order in 3, 16:
        rng, counts = random.Random(SEED), count_contexts(known[name], order)
        texts = [draw(counts, order, letters[name], rng) for _ in range(200)]
        found[f"counts, {order}"] = counted[name][order], texts
    for way, (bits, texts) in found.items():
        valid = [text for text in texts if read(text) is not None]
        new = sum(text not in known[name] for text in valid)
        print(f"{name} {way:10} {bits:5.2f}", end=" ")
        print(f"{100 * len(valid) / len(texts):5.0f}%", end=" ")
        print(f"{100 * new / max(1, len(valid)):14.0f}%")

# %% [markdown]
# 分不出。看样本，16 阶计数在中文里与网络不相上下，在英文里还更好：几乎全部有效。看比特，它不如网络，在中文里差 4 比特。原来它写出的有效中文数，三分之二是从训练集里整个抄来的。英文里几乎没有整个抄的，因为一个数的长度是上下文的三倍；但它每一步依据的，只是最后 15 个字母相同的那几个例子。留出文本上的比特，两种毛病都要罚；有效比例一种也不罚。
#
# ## 文本太少
#
# 三十首唐人五绝，有王维、李白、杜甫等人的，24 首用来学，6 首留出。莎士比亚十四行诗的第 18、29 首用来学，第 73 首留出。一首五绝、一行十四行诗，各是一个文本。运行之前先猜：没见过的诗，网络能不能预测得比瞎猜好？

# %%
QUATRAINS = """
白日依山尽，黄河入海流。欲穷千里目，更上一层楼。
床前明月光，疑是地上霜。举头望明月，低头思故乡。
春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。
千山鸟飞绝，万径人踪灭。孤舟蓑笠翁，独钓寒江雪。
红豆生南国，春来发几枝。愿君多采撷，此物最相思。
空山不见人，但闻人语响。返景入深林，复照青苔上。
独坐幽篁里，弹琴复长啸。深林人不知，明月来相照。
人闲桂花落，夜静春山空。月出惊山鸟，时鸣春涧中。
山中相送罢，日暮掩柴扉。春草明年绿，王孙归不归。
君自故乡来，应知故乡事。来日绮窗前，寒梅著花未。
众鸟高飞尽，孤云独去闲。相看两不厌，只有敬亭山。
移舟泊烟渚，日暮客愁新。野旷天低树，江清月近人。
松下问童子，言师采药去。只在此山中，云深不知处。
向晚意不适，驱车登古原。夕阳无限好，只是近黄昏。
锄禾日当午，汗滴禾下土。谁知盘中餐，粒粒皆辛苦。
春种一粒粟，秋收万颗子。四海无闲田，农夫犹饿死。
功盖三分国，名成八阵图。江流石不转，遗恨失吞吴。
迟日江山丽，春风花草香。泥融飞燕子，沙暖睡鸳鸯。
江碧鸟逾白，山青花欲燃。今春看又过，何日是归年。
绿蚁新醅酒，红泥小火炉。晚来天欲雪，能饮一杯无。
日暮苍山远，天寒白屋贫。柴门闻犬吠，风雪夜归人。
月黑雁飞高，单于夜遁逃。欲将轻骑逐，大雪满弓刀。
林暗草惊风，将军夜引弓。平明寻白羽，没在石棱中。
故国三千里，深宫二十年。一声何满子，双泪落君前。
寥落古行宫，宫花寂寞红。白头宫女在，闲坐说玄宗。
岭外音书断，经冬复历春。近乡情更怯，不敢问来人。
三日入厨下，洗手作羹汤。未谙姑食性，先遣小姑尝。
打起黄莺儿，莫教枝上啼。啼时惊妾梦，不得到辽西。
白发三千丈，缘愁似个长。不知明镜里，何处得秋霜。
美人卷珠帘，深坐颦蛾眉。但见泪痕湿，不知心恨谁。
""".split()

SONNETS = """
Shall I compare thee to a summer's day?
Thou art more lovely and more temperate:
Rough winds do shake the darling buds of May,
And summer's lease hath all too short a date:
Sometime too hot the eye of heaven shines,
And often is his gold complexion dimm'd;
And every fair from fair sometime declines,
By chance or nature's changing course untrimm'd;
But thy eternal summer shall not fade
Nor lose possession of that fair thou owest;
Nor shall Death brag thou wander'st in his shade,
When in eternal lines to time thou growest:
So long as men can breathe or eyes can see,
So long lives this and this gives life to thee.
When, in disgrace with fortune and men's eyes,
I all alone beweep my outcast state
And trouble deaf heaven with my bootless cries
And look upon myself and curse my fate,
Wishing me like to one more rich in hope,
Featured like him, like him with friends possess'd,
Desiring this man's art and that man's scope,
With what I most enjoy contented least;
Yet in these thoughts myself almost despising,
Haply I think on thee, and then my state,
Like to the lark at break of day arising
From sullen earth, sings hymns at heaven's gate;
For thy sweet love remember'd such wealth brings
That then I scorn to change my state with kings.
That time of year thou mayst in me behold
When yellow leaves, or none, or few, do hang
Upon those boughs which shake against the cold,
Bare ruin'd choirs, where late the sweet birds sang.
In me thou seest the twilight of such day
As after sunset fadeth in the west,
Which by and by black night doth take away,
Death's second self, that seals up all in rest.
In me thou see'st the glowing of such fire
That on the ashes of his youth doth lie,
As the death-bed whereon it must expire
Consumed with that which it was nourish'd by.
This thou perceivest, which makes thy love more strong,
To love that well which thou must leave ere long.
""".strip().splitlines()
VERSE = {
    "English": (SONNETS[:28], SONNETS[28:]),
    "Chinese": (QUATRAINS[:24], QUATRAINS[24:]),
}

# %%
# Bits a character: of the learnt verse (full line), of the held-out (dotted).
# within 0.3
table, verse_models = defaultdict(str), {}
fig, axes = plt.subplots(1, 2, sharey=True, layout="constrained")
for ax, color, (name, (learnt, test)) in zip(
    axes, ("C0", "C1"), VERSE.items()
):
    alphabet = [END, *sorted(set("".join(learnt + test)))]
    model, history = train(
        alphabet, learnt, test, VERSE_STEPS, every=5, lr=0.03
    )
    verse_models[name] = model
    width, new_width = (
        sum(len(t + END) for t in part) / len(part) for part in (learnt, test)
    )
    steps = [step for step, _, _ in history]
    old = [bits / width for _, bits, _ in history]
    new = [bits / new_width for _, _, bits in history]
    ax.plot(steps, old, color)
    ax.plot(steps, new, color, linestyle=":")
    ax.axhline(math.log2(len(alphabet)), color="0.5", linestyle="--")
    ax.set(title=name, xlabel="step")
    rows = {"any, all as likely": math.log2(len(alphabet))}
    for order in 1, 2:
        bits = count_bits(learnt, test, order, alphabet)
        rows[f"counts, order {order}"] = bits / new_width
    rows |= {"GRU, best step": min(new), "GRU, last step": new[-1]}
    rows["a learnt line"] = mean_bits(model, learnt)
    rows["log2 of their number"] = math.log2(len(learnt))
    for title, bits in rows.items():
        table[title] += f"{bits:9.2f}"
    fresh = sum(c not in "".join(learnt) for c in "".join(test))
    table["characters unseen"] += f"{100 * fresh / len(''.join(test)):8.0f}%"
axes[0].set_ylabel("bits a character")
plt.show()
print(f"{'':20}  English  Chinese")
print(*(f"{title:20}{row}" for title, row in table.items()), sep="\n")

# %%
# text: any
for model in verse_models.values():
    for temperature in 0.5, 1, 1.5:
        for text in sample(model, 3, temperature):
            print(f"{temperature:4}  {text}")

# %% [markdown]
# 实线：学过的几乎降到零。一首学过的五绝最后只花 4.66 比特，差不多就是说出“是 24 首中的哪一首”所需的（log2 24 = 4.58）。网络成了一本带索引的书。
#
# 点线：英文里，网络先与两个字符一组的计数（2 阶）不相上下，不久就比瞎猜（虚线）还差。中文里，它任何时候都不如单字的计数：留出的诗里，42% 的字它从没见过，学得越久，它越肯定这些字不存在。不想让模型背书，就要靠[留出的成绩](../generalization/data-splits.md)及时停下，或者[正则化](../generalization/why-regularization-works.md)，或者多给些文本。
#
# 它写的东西，有多少是自己的？数一数：整个文本都在书里的有多少，八个字符（中文是四个）一段、在书里找得到的又有多少。


# %%
# within 6
def copied(texts, book, n):
    """Return the share of n characters in a row that stand in the book."""
    pieces = [t[i : i + n] for t in texts for i in range(len(t) - n + 1)]
    return sum(piece in END.join(book) for piece in pieces) / len(pieces)


print("                      whole lines  pieces")
for name, n in ("English", 8), ("Chinese", 4):
    learnt, test = VERSE[name]
    drawn = {"held-out verse": test}
    for temperature in 0.5, 1, 1.5:
        texts = sample(verse_models[name], 200, temperature)
        drawn[f"drawn at {temperature}"] = texts
    for title, texts in drawn.items():
        whole = sum(text in learnt for text in texts) / len(texts)
        pieces = copied(texts, learnt, n)
        print(f"{name} {title:14} {100 * whole:9.0f}% {100 * pieces:6.0f}%")

# %% [markdown]
# 第 73 首是它没学过的真诗，几乎没有一段出现在另外两首里。它自己抽出来的，温度 0.5 时全都出现，1 时是 80%（换别的种子，61% 到 81%）。就连 1.5 时，英文已经不成英文，仍有 27% 是莎士比亚的原文（18% 到 33%）。听起来像他，因为就是他。再看前面的数：同一种网络，同样的抽法，有效的样本 99% 是新的。那里是一套小语法的一千个例子，这里是一套大语法的 28 行；那里每个数读了 32 × 600 / 1000 ≈ 19 遍，这里每行读了 32 × 250 / 28 ≈ 286 遍。两样都要紧：`STEPS = 2000` 时，中文网络写的数也有四分之一是抄来的。
