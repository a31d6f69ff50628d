"""How does word2vec's skip-gram learn word vectors?

--8<-- [start:pairs]
>>> for word, around in windows("the cat eats fish".split(), 1):
...     print(word, "->", *around)
the -> cat
cat -> the eats
eats -> cat fish
fish -> eats

--8<-- [end:pairs]

--8<-- [start:proof]
>>> print(len(corpus()), corpus()[:2])
300 [['fox', 'smells', 'fish'], ['dog', 'smells', 'cheese']]
>>> n = count(corpus())  # n[w, c]: how often c stood within 2 places of w
>>> int(n[SAME_SLOT].sum())  # cat and dog, eats and smells: never together
0
>>> for steps in 0, 400:  # the two words of one slot that are least alike
...     vectors, _ = train(n, noise(n, k=2), steps=steps)
...     least = cosine(vectors)[SAME_SLOT].min()
...     print(f"{steps:3} steps: {least:.2f}")
  0 steps: -0.59
400 steps: 0.87

--8<-- [end:proof]

--8<-- [start:gradient]
>>> v, u = [m.requires_grad_() for m in start(dim=8)]
>>> w, c = n.nonzero().T  # every pair that occurs, once
>>> _ = torch.manual_seed(0)
>>> drawn = torch.randint(9, (len(w), 2))  # k = 2 negatives for each pair
>>> sgns_loss(v, u, w, c, drawn).backward()
>>> one = torch.eye(9).double()  # a row for each pair, so that inputs = w
>>> with torch.no_grad():
...     by_hand = gradients(v, u, one[c], one[drawn].sum(1), inputs=one[w])
>>> for m, hand in zip((v, u), by_hand):  # the largest entry, and difference
...     gap = (hand - m.grad).abs().max().item()
...     print(f"{m.grad.abs().max():.2f} {gap:.3f}")
2.05 0.000
2.07 0.000

--8<-- [end:gradient]

--8<-- [start:cost]
>>> w, c, negatives = torch.arange(7).split([1, 1, 5])
>>> v, u = [m.requires_grad_() for m in start(dim=8, words=10_000)]
>>> F.cross_entropy(v[w] @ u.T, c).backward()  # the full softmax
>>> int(u.grad.any(dim=1).sum())  # rows of u that this one pair moves
10000
>>> v, u = [m.requires_grad_() for m in start(dim=8, words=10_000)]
>>> sgns_loss(v, u, w, c, negatives[None]).backward()
>>> int(u.grad.any(dim=1).sum())
6

--8<-- [end:cost]

--8<-- [start:optimum]
>>> m = count([sum(corpus(), [])], window=4)  # one long text, no cell empty
>>> pmi = (m * m.sum() / m.sum(0) / m.sum(1, keepdim=True)).log()
>>> print(f"{m.min():.0f} {pmi.min():.2f} {pmi.max():.2f}")
22 -0.56 0.29
>>> import math
>>> for k in 1, 5:
...     for dim in 2, 32:
...         v, u = train(m, noise(m, k), dim=dim, steps=1000)
...         gap = v @ u.T - (pmi - math.log(k))
...         print(f"k={k} dim={dim:2} {gap.abs().max():.3f}")
k=1 dim= 2 0.287
k=1 dim=32 0.000
k=5 dim= 2 0.488
k=5 dim=32 0.000

--8<-- [end:optimum]

--8<-- [start:wrong-together]
>>> w, c = divmod(int(n.argmax()), 9)  # the two most often together
>>> print(WORDS[w], WORDS[c], int(n[w, c]), f"{cosine(vectors)[w, c]:.2f}")
cat eats 82 0.02
>>> never, ever = [], []  # the cosines of words that stand together
>>> for seed in range(10):  # other texts, other starts
...     other = count(corpus(seed=seed))
...     like = cosine(train(other, noise(other, k=2), seed=seed)[0])
...     never.append(like[SAME_SLOT].min())
...     ever.append(like[other > 0].max())
>>> print(f"never: {min(never):.2f} or more; ever: {max(ever):.2f} or less")
never: 0.81 or more; ever: 0.14 or less

--8<-- [end:wrong-together]

--8<-- [start:wrong-softmax]
>>> p = m / m.sum(1, keepdim=True)  # p[w, c]: the share of c around w
>>> print(f"{p.min():.2f} {p.max():.2f}")
0.04 0.21
>>> v, u = train(m, None, slope=softmax_slope, dim=32, steps=1000)
>>> print(f"{((v @ u.T).softmax(1) - p).abs().max():.3f}")
0.000
>>> for k, power in (1, 1), (20, 1), (20, 0):  # power 0: uniform noise
...     v, u = train(m, noise(m, k, power), dim=32, steps=1000)
...     scores = v @ u.T, v @ u.T + power * m.sum(0).log()  # as is; mended
...     print(k, power, *[f"{(s.softmax(1) - p).abs().max():.3f}"
...                       for s in scores])
1 1 0.080 0.000
20 1 0.080 0.000
20 0 0.000 0.000

--8<-- [end:wrong-softmax]

--8<-- [start:wrong-order]
>>> for order in (2, 1, 0), (0, 2, 1):  # backwards; verb last
...     text = [[s[i] for i in order] for s in corpus()]
...     print(*text[0], int((count(text) - n).abs().sum()))
fish smells fox 0
fox fish smells 0
>>> int((count(text, window=1) - count(corpus(), window=1)).abs().sum())
1200

--8<-- [end:wrong-order]

--8<-- [start:cbow]
>>> bags, targets = cbow_examples(corpus())
>>> int(n.sum()), len(bags)  # examples: skip-gram's, CBOW's
(1800, 900)
>>> v, _ = train(targets, noise(targets, k=2), inputs=bags)
>>> print(f"{cosine(v)[SAME_SLOT].min():.2f} {cosine(v)[n > 0].max():.2f}")
0.89 0.02

--8<-- [end:cbow]

--8<-- [start:power]
>>> q = m.sum(0) ** 0.75
>>> v, u = train(m, noise(m, k=5, power=0.75), dim=32, steps=1000)
>>> print(f"{(v @ u.T - (p / (5 * q / q.sum())).log()).abs().max():.3f}")
0.000

--8<-- [end:power]
"""

# --8<-- [start:code]
import random
from collections import Counter

import torch
from torch.nn import functional as F

SLOTS = "cat cat dog fox", "eats eats steals smells", "fish fish meat cheese"
WORDS = list(dict.fromkeys(" ".join(SLOTS).split()))  # nine
SLOT = torch.tensor([i for i, s in enumerate(SLOTS) for _ in set(s.split())])
SAME_SLOT = SLOT[:, None] == SLOT


def corpus(size=300, seed=0):
    """Return sentences of three words, one drawn from each slot."""
    rng = random.Random(seed)
    return [[rng.choice(s.split()) for s in SLOTS] for _ in range(size)]


def windows(words, size):
    """Return each word with the words at most ``size`` places away."""
    return [
        (word, words[max(0, i - size) : i] + words[i + 1 : i + 1 + size])
        for i, word in enumerate(words)
    ]


def count(sentences, window=2):
    """Return n, where n[w, c] counts the pairs of word w and context c."""
    n = Counter(
        (w, c) for s in sentences for w, cs in windows(s, window) for c in cs
    )
    return torch.tensor([[n[w, c] for c in WORDS] for w in WORDS]).double()


def noise(n, k, power=1.0):
    """Return how often c is expected as noise for w, k draws a pair."""
    q = n.sum(0) ** power
    return k * n.sum(1, keepdim=True) * q / q.sum()


def start(dim, words=9, seed=0):
    """Return v, the words' vectors, and u, their vectors as contexts."""
    torch.manual_seed(seed)
    return 0.3 * torch.randn(2, words, dim, dtype=torch.float64)


def sgns_loss(v, u, w, c, negatives):
    """Return the paper's loss, over pairs (w, c) with a row of negatives each.

    Mikolov et al., Distributed Representations ..., 2013, equation 4.
    """
    near = (v[w] * u[c]).sum(1)
    far = (v[w][:, None] * u[negatives]).sum(2)
    return -F.logsigmoid(near).sum() - F.logsigmoid(-far).sum()


def sgns_slope(score, positive, negative):
    return negative * score.sigmoid() - positive * (-score).sigmoid()


def softmax_slope(score, positive, negative):
    return positive.sum(1, keepdim=True) * score.softmax(1) - positive


def gradients(v, u, positive, negative, slope=sgns_slope, inputs=None):
    """Return the gradients of the loss for v and u.

    Row i of ``inputs`` mixes words (default: word i itself); row i of
    ``positive`` and of ``negative`` counts its contexts and its noise words.
    """
    inputs = torch.eye(len(v)).double() if inputs is None else inputs
    hidden = inputs @ v
    error = slope(hidden @ u.T, positive, negative)
    return inputs.T @ error @ u, error.T @ hidden


def train(positive, negative, dim=8, steps=400, rate=2.0, seed=0, **how):
    """Return v and u after gradient descent on the mean loss of a pair."""
    v, u = start(dim, seed=seed)
    for _ in range(steps):
        for_v, for_u = gradients(v, u, positive, negative, **how)
        v = v - rate / positive.sum() * for_v
        u = u - rate / positive.sum() * for_u
    return v, u


def cosine(v):
    """Return the cosine of the angle between each two rows."""
    return F.cosine_similarity(v[:, None], v, dim=2)


def cbow_examples(sentences, window=2):
    """Return for each position the mean of its contexts, and its word."""
    one = dict(zip(WORDS, torch.eye(len(WORDS)).double(), strict=True))
    rows = [row for s in sentences for row in windows(s, window)]
    bags = [torch.stack([one[c] for c in cs]).mean(0) for _, cs in rows]
    return torch.stack(bags), torch.stack([one[w] for w, _ in rows])


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the vectors before and after, seen on one plane."""
    import matplotlib.pyplot as plt

    n = count(corpus())
    before, after = (
        train(n, noise(n, 2), steps=s, seed=16)[0] for s in (0, 400)
    )
    plane = torch.linalg.svd(after - after.mean(0)).Vh[:2]  # most variance
    plane = plane * (after @ plane.T)[0].sign()[:, None]  # fix the signs
    fig, axes = plt.subplots(1, 2, figsize=(4.8, 2.8), layout="constrained")
    for ax, v in zip(axes, (before, after), strict=True):
        points = (v @ plane.T).tolist()
        for word, slot, at in zip(WORDS, SLOT, points, strict=True):
            below = sum(y < at[1] for _, y in points[3 * slot : 3 * slot + 3])
            ax.plot(*at, "o", color=f"C{slot}", markersize=3)
            shift = (-5 if slot == 1 else 5), 9 * below - 12  # labels apart
            ax.annotate(
                word,
                at,
                shift,
                textcoords="offset points",
                ha="right" if slot == 1 else "left",
                color=f"C{slot}",
            )
        ax.set(title="before", xticks=[], yticks=[])
        ax.margins(0.3, 0.12)
    axes[1].set_title("after 400 steps")
    return fig


# --8<-- [end:figure]
