"""What is named entity recognition and how is it scored?

--8<-- [start:proof]
>>> text = "王刚和李明去北京大学上课"  # one tag for each character
>>> gold = {(0, 2, "PER"), (3, 5, "PER"), (6, 10, "ORG")}
>>> print(*encode(gold, 12))  # BIO: begin, inside, outside
B-PER I-PER O B-PER I-PER O B-ORG I-ORG I-ORG I-ORG O O
>>> for answer, third in [  # what a tagger finds in 北京大学
...     ("right", {(6, 10, "ORG")}),
...     ("type wrong", {(6, 10, "LOC")}),
...     ("boundary wrong", {(6, 8, "ORG")}),
...     ("cut in two", {(6, 8, "LOC"), (8, 10, "ORG")}),
...     ("missed", set()),
... ]:
...     found = {(0, 2, "PER"), (3, 5, "PER")} | third
...     print(f"{answer:15}", *score(gold, found))  # TP, FP, FN, F1
right           3 0 0 1.0
type wrong      2 1 1 0.667
boundary wrong  2 1 1 0.667
cut in two      2 2 1 0.571
missed          2 0 1 0.8

--8<-- [end:proof]

--8<-- [start:schemes]
>>> text, gold = "王刚李明访华", {(0, 2, "PER"), (2, 4, "PER"), (5, 6, "LOC")}
>>> schemes = "BIO", "BIOES", "IOB1", "IO"
>>> for row in zip(text, *[encode(gold, 6, scheme) for scheme in schemes]):
...     print(row[0], " ".join(f"{tag:5}" for tag in row[1:]).rstrip())
王 B-PER B-PER I-PER I-PER
刚 I-PER E-PER I-PER I-PER
李 B-PER B-PER B-PER I-PER
明 I-PER E-PER I-PER I-PER
访 O     O     O     O
华 B-LOC S-LOC I-LOC I-LOC
>>> every = list(product(TAGS, repeat=5))  # two types, five tokens
>>> legal = [tags for tags in every if is_legal(tags)]
>>> readings = {spans(tags) for tags in every}
>>> len(every), len(legal), len(readings)
(3125, 571, 571)
>>> for scheme in schemes:  # how many of these sets come back unchanged?
...     back = [spans(encode(found, 5, scheme)) for found in readings]
...     print(f"{scheme:6}{sum(map(frozenset.__eq__, back, readings))}")
BIO   571
BIOES 571
IOB1  571
IO    243

--8<-- [end:schemes]

--8<-- [start:viterbi]
>>> rng = np.random.default_rng(0)
>>> same = illegal = 0
>>> for _ in range(100):  # random scores for five tokens and for transitions
...     emissions = rng.normal(size=(5, 5))
...     transitions = MASK + rng.normal(size=(5, 5))
...     exact = brute_force(emissions, transitions)
...     same += viterbi(emissions, transitions) == exact
...     illegal += not is_legal([TAGS[i] for i in emissions.argmax(1)])
>>> same, illegal  # Viterbi's best is the best of all 3125 sequences
(100, 89)

--8<-- [end:viterbi]

--8<-- [start:wrong-accuracy]
>>> words = "The central bank said that it had just named Li Ming as its"
>>> words = (words + " new head after a long search .").split()
>>> gold, n = {(9, 11, "PER")}, len(words)  # Li Ming, of 20 words
>>> for found in set(), {(9, 10, "PER")}:  # nothing at all; only Li
...     right = np.array(encode(gold, n)) == encode(found, n)
...     print(right.mean(), *score(gold, found))
0.9 0 0 1 0.0
0.95 0 1 1 0.0

--8<-- [end:wrong-accuracy]

--8<-- [start:wrong-binary]
>>> two, one = {(0, 2, "PER"), (2, 4, "PER")}, {(0, 4, "PER")}  # 王刚李明
>>> for found in two, one:
...     print(*encode(found, 4, "IO"))
I-PER I-PER I-PER I-PER
I-PER I-PER I-PER I-PER
>>> score(two, spans(encode(two, 4, "IO")))  # not a single tag was wrong
(0, 1, 2, 0.0)
>>> score(two, spans(encode(two, 4, "BIO")))
(2, 0, 0, 1.0)

--8<-- [end:wrong-binary]

--8<-- [start:wrong-greedy]
>>> gold = {(0, 2, "PER"), (3, 5, "LOC")}
>>> paths = TABLE.argmax(1), viterbi(np.log(TABLE), MASK)
>>> greedy, best = ([TAGS[i] for i in path] for path in paths)
>>> for path, tags in zip(paths, (greedy, best)):  # first: the probability
...     print(f"{TABLE[range(5), path].prod():.3f}", *tags)
0.098 O I-PER O B-LOC I-LOC
0.087 B-PER I-PER O B-LOC I-LOC
>>> lenient = spans(greedy)  # conlleval: a stray I begins a span
>>> strict = {span for span in lenient if greedy[span[0]][0] == "B"}
>>> for found in lenient, strict, spans(best):
...     print(*score(gold, found))
1 1 1 0.5
1 0 1 0.667
2 0 0 1.0

--8<-- [end:wrong-greedy]

--8<-- [start:worse]
>>> gold = {(1, 2, "PER"), (3, 5, "LOC")}  # had only Ming been the name
>>> score(gold, lenient), score(gold, spans(best))
((2, 0, 0, 1.0), (1, 1, 1, 0.5))

--8<-- [end:worse]
"""

# --8<-- [start:code]
from itertools import product

import numpy as np


def spans(tags):
    """Return {(start, end, type)} of ``tags``, read as conlleval reads them.

    The end is excluded. BIO, BIOES and IOB1 are understood; a tag that cannot
    go on the span before it begins one.
    """
    found, start, last = set(), 0, "O"
    for i, tag in enumerate([*tags, "O"]):
        goes_on = tag[0] in "IE" and last[0] in "BI" and tag[2:] == last[2:]
        if not goes_on:
            if last != "O":
                found.add((start, i, last[2:]))
            start = i
        last = tag
    return frozenset(found)


def encode(found, length, scheme="BIO"):
    """Return the tags of the spans ``found`` in a text of so many tokens."""
    tags = ["O"] * length
    ends = {(end, kind) for _, end, kind in found}
    for start, end, kind in found:
        tags[start:end] = [f"I-{kind}"] * (end - start)
        if scheme == "BIOES":
            tags[end - 1] = f"E-{kind}"
        if scheme in ("BIO", "BIOES") or (
            scheme == "IOB1" and (start, kind) in ends
        ):
            tags[start] = f"B-{kind}"
        if scheme == "BIOES" and end - start == 1:
            tags[start] = f"S-{kind}"
    return tags


def score(gold, found):
    """Return (true positives, false positives, false negatives, F1)."""
    right = len(gold & found)
    f1 = 2 * right / max(len(gold) + len(found), 1)
    return right, len(found - gold), len(gold - found), round(f1, 3)


TAGS = "O", "B-PER", "I-PER", "B-LOC", "I-LOC"


def allowed(last, tag):
    """Tell whether ``tag`` may follow ``last``; a text begins as after O."""
    return tag[0] != "I" or last[2:] == tag[2:]


def is_legal(tags):
    return all(map(allowed, ["O", *tags], tags))


MASK = np.array(
    [[0 if allowed(a, b) else -np.inf for b in TAGS] for a in TAGS]
)
TABLE = np.array(  # a tagger's probabilities, made up: a row for each word
    [
        [0.45, 0.40, 0.05, 0.08, 0.02],  # Li
        [0.10, 0.15, 0.70, 0.02, 0.03],  # Ming
        [0.94, 0.02, 0.01, 0.02, 0.01],  # visits
        [0.20, 0.05, 0.05, 0.60, 0.10],  # New
        [0.10, 0.05, 0.05, 0.25, 0.55],  # York
    ]
)


def viterbi(emissions, transitions):
    """Return the tag indices with the highest sum of scores.

    emissions: (tokens, tags); transitions: (tag before, tag), both logarithms.
    """
    total, back = emissions[0] + transitions[0], []
    for row in emissions[1:]:
        paths = total[:, None] + transitions
        back.append(paths.argmax(0))
        total = paths.max(0) + row
    best = [total.argmax()]
    for pointers in reversed(back):
        best.append(pointers[best[-1]])
    return best[::-1]


def brute_force(emissions, transitions):
    """Return the same by scoring every sequence of tags."""
    paths = np.array(list(product(range(len(TAGS)), repeat=len(emissions))))
    before = np.pad(paths, ((0, 0), (1, 0)))[:, :-1]
    scores = (
        emissions[range(len(emissions)), paths] + transitions[before, paths]
    )
    return paths[scores.sum(1).argmax()].tolist()


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the lattice of TABLE with the greedy and the best path."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.7), layout="constrained")
    words = "Li", "Ming", "visits", "New", "York"
    for i, row in enumerate(TABLE):
        for j, share in enumerate(row):
            dot = {"marker": "o", "markersize": 22, "zorder": 3}
            ax.plot(i, -j, color="white", **dot)  # hides the paths below
            ax.plot(i, -j, color="0.5", alpha=share / 2, **dot)
            text = f".{share * 100:02.0f}"
            ax.text(i, -j, text, ha="center", va="center", zorder=4)
    for path, color, style, name in [
        (TABLE.argmax(1), "C3", "--", "greedy"),
        (viterbi(np.log(TABLE), MASK), "C0", "-", "Viterbi"),
    ]:
        x, y = np.arange(5), -np.array(path)
        ax.plot(x, y, color=color, linestyle=style, label=name)
    ax.text(0.35, -0.55, "illegal", color="C3")
    ax.set_xticks(range(5), words)
    ax.set_yticks(range(0, -5, -1), TAGS)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.set(xlim=(-0.4, 4.4), ylim=(-4.5, 0.5))
    fig.legend(loc="outside upper center", ncols=2)
    return fig


# --8<-- [end:figure]
