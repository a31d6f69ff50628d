# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # A character language model in Chinese and English
#
# A language model says how likely each next character is. Multiplied along a text, these probabilities score it; drawn from one after the other, they write one. In this lab a GRU of 64 units does both in English and in Chinese, twice over: on numbers written out in words, where the best possible score is known and every sample is right or wrong, and on poems, of which there are far too few.
#
# It goes with [How do GRU and LSTM differ?](../sequences/gru-or-lstm.md), [Derive the LSTM. Why is it better than a plain RNN?](../sequences/lstm.md), [How do bag of words and TF-IDF represent text?](../language/tf-idf.md) and [How should data be split, and why did deep learning change it?](../generalization/data-splits.md)

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
# | knob | value | what you'll see |
# |---|---|---|
# | `SEED` | 1, 2 | other samples; the comparisons come out the same |
# | `NUMBERS` | 1000 | half of all numbers are learnt, and the networks are hardly ahead of the counts |
# | `NUMBERS` | 1_000_000 | the networks lead the counts by 1.2 bits in English and 1.9 in Chinese; but the English one isn't done, 30% of its samples at temperature 1 are wrong |
# | `TRAIN` | 200 | in Chinese 11 bits on what was learnt, 22 held out, and worse than counts; in English 3.5 bits ahead of them |
# | `HIDDEN` | 8 | in Chinese as many bits as with 64, in English 10 more |
# | `STEPS` | 2000 | English still gains, 97% valid; Chinese overfits: 21 bits held out, the samples as valid as before, a quarter of them copied |
# | `TEMPERATURES` | (0.02, 0.8, 5) | 0.8 is a compromise, 96% valid in English; at 5 hardly anything is valid in English, and 10% in Chinese, most of it small |
# | `EXAMPLE` | 70_012 | fewer characters, as many bits: what isn't said had to be predicted too |
# | `VERSE_STEPS` | 40 | the English network knows no line by heart, and predicts the held-out sonnet better than the counts do |

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
# ## The same numbers, in two languages
#
# The texts are numbers below 100,000: 1,000 to learn from and 500 held out, the same in both languages. `read` turns a name back into its number, so every sample can be checked. A line break ends each numeral, and is a character like the others. Scores are in bits: a character that was given the probability p costs −log2(p), nothing if it was certain, 1 bit at even odds, and a text costs the sum.
#
# Before you run it: Chinese needs far fewer characters for a number. In which language is the next character easier to predict?

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
# One of 100,000 equally likely numbers takes log2(100,000) = 16.61 bits in any language. On unseen numbers no model can do with fewer on average (but for a hair, by ruling out those it has seen). English spreads them over 44.6 characters, Chinese over 9.3. So a perfect model has 0.37 bits a character in English and 1.79 in Chinese, and neither language is harder. Bits a character compare models of one text; languages are compared by the bits for the same content, here a numeral, in [Cotterell et al. (2018)](https://arxiv.org/abs/1806.03743) translated sentences.
#
# ## Counting first
#
# A network's honest opponent is a table of counts. A model of order n (an n-gram model) looks up what followed the last n − 1 characters in the texts it learnt from. Contexts may be rare, so they are mixed: one seen s times, with k different successors, gets the weight s / (s + k), the context shorter by a character the rest ([Witten and Bell, 1991](https://doi.org/10.1109/18.87000)). Guess the best order for each language.


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
# In Chinese it is 4, and a trigram (order 3) is nearly as good. In English a trigram hardly sees a word, and the best of these orders is 16. Beyond that both get worse: long contexts are rare.
#
# ## The network
#
# A GRU carries its context along in 64 numbers. Here is the cell from the question's page, which we shall draw with. We train torch's, which computes the same (the training cell checks it in its last lines) but faster. Both languages get the same numbers, steps of Adam, [clipping](../gradients/fixing-unstable-gradients.md) and [decay of the learning rate](../optimization/learning-rate-decay.md).


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
# The dashed line is the limit. Both networks end within half a bit of it, 16.95 and 16.88, and ahead of the best counts: by 0.6 bits in English, 0.4 in Chinese (with other seeds by 0.3 to 0.7 and 0.2 to 0.4). Against the trigram alone the English lead would have been more than 17 bits: an opponent is easily chosen too weak.
#
# On the numerals it learnt from, the Chinese network needs 16.34 bits, fewer than the limit allows. Only memory can do that.
#
# ## Where the bits are
#
# Before you run it: at which of its characters does “seventy-three thousand five hundred and nineteen” surprise?

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
# Five digits, about a fifth of the bits each. In Chinese a digit is one character. English pays in the first letter or two of a word, and in “nineteen” once more, where it parts from “ninety”; the rest is spelling, and free. Units cost next to nothing, `thousand` as well as 千 (here “1000”). So of the same 17 bits, nearly all stand on 8 of 49 characters, or on 5 of 10.
#
# ## Drawing, hot and cold
#
# To draw, feed each drawn character back in. The temperature divides the scores before the softmax: below 1 the likely gets likelier, above 1 all gets more alike. Before you run it: which language goes wrong first as it gets hotter? Does anything get worse as it gets colder? (A question mark: no number below 100,000.)


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
# English breaks first. At temperature 1 the share of valid samples is 89% against 99%, at 1.5 it is 35% against 88%: a text of 45 characters has more occasions to slip than one of 9.
#
# Cold looks like pure gain, since at 0.5 every sample is valid. Now see the column `small`: numbers below 10,000 are a tenth of all, and at 0.5 they have all but vanished. In Chinese the odds are 9 to 1 that the first digit counts ten thousands, and temperature 0.5 squares odds: 81 to 1. At 0.1 what is left falls into clusters. A low temperature buys validity with variety, and samples that are all right may come from a distribution that is wrong.
#
# Can one tell from samples at temperature 1 which model is best? Against the network draw two tables of counts:


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
# One can't. By samples, counts of order 16 are as good as the network in Chinese and better in English: nearly all are valid. By bits they lose to the network, in Chinese by four bits. There two thirds of their valid numerals are copied whole. In English hardly one is, a numeral being three times as long as the context; yet each choice rests on the few cases that shared the last 15 letters. Held-out bits punish both, validity neither.
#
# ## Far too little text
#
# Thirty Tang quatrains by Wang Wei, Li Bai, Du Fu and others, 24 to learn and 6 held out. Shakespeare's sonnets 18 and 29 to learn, 73 held out. Each quatrain, and each line of a sonnet, is a text. Before you run it: will the networks predict unseen verse better than chance?

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
# Full lines: what is learnt falls to almost nothing. In the end a learnt quatrain costs 4.66 bits, about what it takes to say which of the 24 it is (log2 24 = 4.58). The network has become a book with an index.
#
# Dotted lines: in English the network gets about as good as counts of pairs (order 2), and soon worse than chance (dashed). In Chinese it is at no point better than counts of single characters: 42% of those in the held-out poems are new to it, and the more it learns, the surer it is that they don't exist. A model that isn't to recite is stopped by [a held-out score](../generalization/data-splits.md), or [regularized](../generalization/why-regularization-works.md), or given more to read.
#
# How much of what it writes is its own? Count the texts that stand in the book whole, and the pieces of eight characters, in Chinese of four, that do.


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
# Of the sonnet that it didn't learn, hardly a piece stands in the other two. Of what it draws, all does at 0.5, 80% at 1 (with other seeds 61% to 81%). Even at 1.5, where the English is no longer English, 27% of the pieces are Shakespeare's own (18% to 33%). It sounds like him because it is him. Compare the numerals above, with the same kind of network and the same sampling: 99% of the valid ones were new. They were a thousand examples of one small grammar, this is 28 lines of a large one; and each numeral was read 32 × 600 / 1000 ≈ 19 times, each line 32 × 250 / 28 ≈ 286 times. Both count: at `STEPS = 2000` the Chinese network copies a quarter of its numerals, too.
