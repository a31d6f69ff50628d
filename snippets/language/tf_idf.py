"""How do bag of words and TF-IDF represent text?

--8<-- [start:proof]
>>> for texts, query in (
...     (ENGLISH, "the gold of the bank"),
...     (CHINESE, "他 的 黄金 是 银行 的"),
... ):
...     bags = [Counter(text.split()) for text in texts]
...     weight = idf(bags)
...     once = dict.fromkeys(weight, 1)  # all words weigh the same
...     for w in once, weight, idf(bags, smooth):
...         asked = weigh(Counter(query.split()), w)
...         print(*[f"{cosine(asked, weigh(bag, w)):.2f}" for bag in bags])
0.76 0.68 0.57 0.50
0.15 0.67 0.12 0.00
0.52 0.64 0.37 0.25
0.71 0.62 0.40 0.43
0.09 0.71 0.00 0.10
0.45 0.62 0.18 0.28

--8<-- [end:proof]

--8<-- [start:table]
>>> print(CHINESE[2])
牛奶 的 价格 和 面包 的 价格 都 涨 了
>>> for word in "价格", "牛奶", "的":  # count, idf, and TF-IDF
...     n = bags[2][word]
...     print(word, n, f"{weight[word]:.2f} {n * weight[word]:.2f}")
价格 2 1.39 2.77
牛奶 1 0.69 0.69
的 2 0.00 0.00

--8<-- [end:table]

--8<-- [start:sklearn]
>>> counts = (3, 0, 1), (2, 0, 0), (3, 0, 0), (4, 0, 0), (3, 2, 0), (3, 0, 2)
>>> bags = [Counter({w: n for w, n in enumerate(row) if n}) for row in counts]
>>> published = {
...     plus_one: {0: 0.81940995, 2: 0.57320793},  # smooth_idf=False
...     smooth: {0: 0.85151335, 2: 0.52433293},  # the default
... }
>>> for formula, row in published.items():
...     ours = unit(weigh(bags[0], idf(bags, formula)))
...     gaps = [abs(ours[w] - row[w]) for w in row]
...     print([f"{x:.3f}" for x in ours.values()], f"{max(gaps):.7f}")
['0.819', '0.573'] 0.0000000
['0.852', '0.524'] 0.0000000

--8<-- [end:sklearn]

--8<-- [start:segmentation]
>>> print(*bigrams("产品 和 服务"))
产品 品和 和服 服务
>>> for one, other in (
...     ("上海", "海上"),  # Shanghai; at sea
...     ("和服", "产品 和 服务"),  # a kimono; products and services
...     ("南京市 长江 大桥", "南京 市长 江大桥"),  # cut in two ways
... ):
...     for cut in characters, bigrams, str.split:
...         a, b = (Counter(cut(text)) for text in (one, other))
...         print(f"{cosine(a, b):.2f}", end=" ")
...     print(one, "|", other)
1.00 0.00 0.00 上海 | 海上
0.63 0.50 0.00 和服 | 产品 和 服务
1.00 1.00 0.00 南京市 长江 大桥 | 南京 市长 江大桥

--8<-- [end:segmentation]

--8<-- [start:wrong-inverse]
>>> for df in 1, 2, 4, 8, 16, 32, 64, 128:
...     print(f"{df:3} {128 / df:5.0f} {plain(128, df):.2f}")
  1   128 4.85
  2    64 4.16
  4    32 3.47
  8    16 2.77
 16     8 2.08
 32     4 1.39
 64     2 0.69
128     1 0.00

--8<-- [end:wrong-inverse]

--8<-- [start:wrong-zero]
>>> for formula in plain, plus_one, smooth, df_plus_one:
...     weights = [f"{formula(6, df):5.2f}" for df in (1, 5, 6)]
...     print(*weights, formula.__name__)  # in 1, 5 and all of 6 documents
 1.79  0.18  0.00 plain
 2.79  1.18  1.00 plus_one
 2.25  1.15  1.00 smooth
 1.10  0.00 -0.15 df_plus_one
>>> first = unit(weigh(bags[0], idf(bags, smooth)))
>>> [f"{x:.2f}" for x in first.values()]  # first: the word in all six
['0.85', '0.52']

--8<-- [end:wrong-zero]

--8<-- [start:wrong-meaning]
>>> for one, other in (
...     ("the movie was great", "a superb film"),
...     ("电影 很 好看", "影片 非常 精彩"),
...     ("not bad it was good", "not good it was bad"),
...     ("不是 难看 是 好看", "不是 好看 是 难看"),
... ):
...     a, b = Counter(one.split()), Counter(other.split())
...     print(f"{cosine(a, b):.2f}", one, "|", other)
0.00 the movie was great | a superb film
0.00 电影 很 好看 | 影片 非常 精彩
1.00 not bad it was good | not good it was bad
1.00 不是 难看 是 好看 | 不是 好看 是 难看

--8<-- [end:wrong-meaning]

--8<-- [start:order]
>>> for one, other in (
...     ("dog bites man", "man bites dog"),
...     ("从 上海 到 北京", "从 北京 到 上海"),
... ):
...     a, b = one.split(), other.split()
...     pairs = [Counter(x + list(pairwise(x))) for x in (a, b)]
...     print(f"{cosine(Counter(a), Counter(b)):.2f} {cosine(*pairs):.2f}")
1.00 0.60
1.00 0.57

--8<-- [end:order]
"""

# --8<-- [start:code]
import math
from collections import Counter
from itertools import pairwise

ENGLISH = (
    "the eyes of the cat are the color of the sky",
    "a bank sold the gold",
    "the price of milk and the price of bread rose",
    "the dog and the cat drank milk",
)
CHINESE = (  # cut into words by hand
    "我 的 猫 的 眼睛 是 蓝 的",
    "银行 卖 的 黄金 涨 了",
    "牛奶 的 价格 和 面包 的 价格 都 涨 了",
    "狗 和 猫 喝 的 是 牛奶",
)


def plain(n, df):
    return math.log(n / df)


def plus_one(n, df):
    return math.log(n / df) + 1


def smooth(n, df):
    return math.log((1 + n) / (1 + df)) + 1


def df_plus_one(n, df):
    return math.log(n / (1 + df))


def idf(bags, formula=plain):
    """Return the weight of each word, from the documents that contain it."""
    df = Counter(word for bag in bags for word in bag)
    return {word: formula(len(bags), df[word]) for word in df}


def weigh(bag, weight):
    """Return a document's vector; words without a weight are left out."""
    return {word: bag[word] * weight[word] for word in bag if word in weight}


def unit(vector):
    """Return ``vector`` scaled to length 1."""
    length = math.hypot(*vector.values())
    return {word: x / length for word, x in vector.items()}


def cosine(a, b):
    a, b = unit(a), unit(b)
    return sum(x * b.get(word, 0.0) for word, x in a.items())


def characters(text):
    return list(text.replace(" ", ""))


def bigrams(text):
    """Return each two adjacent characters, whatever the spaces say."""
    return [a + b for a, b in pairwise(characters(text))]


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the weight of a word that is in so many of 1000 documents."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.6), layout="constrained")
    df = [10 ** (k / 20) for k in range(61)]
    inverse = [plain(1000, 1) / n for n in df]
    ax.plot(df, [smooth(1000, n) for n in df], color="C1")
    ax.plot(df, [plain(1000, n) for n in df], color="C0")
    ax.plot(df, inverse, color="0.5", linestyle="dashed")
    ax.text(30, 4.9, "log((1+N) / (1+df)) + 1", color="C1")
    ax.text(1.9, 4.0, "log(N / df)", color="C0")
    ax.text(11, 0.9, "proportional to 1 / df", color="0.5")
    ax.set_xscale("log")
    ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
    ax.set(xlabel="df, of N = 1000 documents", ylabel="weight")
    return fig


# --8<-- [end:figure]
