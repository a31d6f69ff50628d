"""Walk through a convolutional network layer by layer: shapes and parameters.

--8<-- [start:proof]
>>> table(network())
            shape       values  parameters  multiply-adds
input       3 x 32 x 32   3072           0              0
Conv2d      8 x 28 x 28   6272         608         470400
MaxPool2d   8 x 14 x 14   1568           0              0
Conv2d      16 x 10 x 10  1600        3216         320000
MaxPool2d   16 x 5 x 5     400           0              0
Linear      120            120       48120          48000
Linear      84              84       10164          10080
Linear      10              10         850            840
all                      13126       62958         849320

--8<-- [end:proof]

--8<-- [start:by-hand]
>>> 32 - 5 + 1, 28 // 2, 14 - 5 + 1, 10 // 2, 16 * 5 * 5  # rows; flattened
(28, 14, 10, 5, 400)
>>> 5 * 5 * 3 * 8 + 8, 5 * 5 * 8 * 16 + 16  # kernel, depth, filters; biases
(608, 3216)
>>> 400 * 120 + 120, 120 * 84 + 84, 84 * 10 + 10  # in, out; biases
(48120, 10164, 850)
>>> 28 * 28 * 8 * (5 * 5 * 3), 10 * 10 * 16 * (5 * 5 * 8)  # values, each's
(470400, 320000)

--8<-- [end:by-hand]

--8<-- [start:shares]
>>> rows = walk(network())[1:]  # without the input
>>> for column, name in (2, "values"), (3, "parameters"), (4, "multiply-adds"):
...     part = sum(row[column] for row in rows[:4])  # up to the last pooling
...     print(f"{name:13} {part / sum(row[column] for row in rows):.3f}")
values        0.979
parameters    0.061
multiply-adds 0.931

--8<-- [end:shares]

--8<-- [start:wrong-table]
>>> printed = [208, 416, 48001, 10081, 841]
>>> counted = [row[3] for row in walk(network()) if row[3]]
>>> [c - p for c, p in zip(counted, printed)]
[400, 2800, 119, 83, 9]
>>> 5 * 5 * (3 - 1) * 8, 5 * 5 * (8 - 1) * 16, 120 - 1, 84 - 1, 10 - 1
(400, 2800, 119, 83, 9)

--8<-- [end:wrong-table]

--8<-- [start:wrong-shrinks]
>>> print(*[row[2] for row in walk(network())])
3072 6272 1568 1600 400 120 84 10

--8<-- [end:wrong-shrinks]

--8<-- [start:wrong-image]
>>> for size in 32, 64:
...     counts = [row[3] for row in walk(network(size), size)]
...     print(size, sum(counts[:5]), sum(counts[5:]))  # convolutions, linear
32 3824 59134
64 3824 335614

--8<-- [end:wrong-image]

--8<-- [start:any-size]
>>> pooled = network(side=1)  # 16 values for the first linear layer
>>> pooled[5] = nn.AdaptiveAvgPool2d(1)  # in place of the second pooling
>>> [sum(row[3] for row in walk(pooled, size)) for size in (32, 64)]
[16878, 16878]

--8<-- [end:any-size]
"""

# --8<-- [start:code]
import torch
from torch import nn


def network(size=32, side=None):
    """Return the network for (3, size, size) images and 10 classes."""
    side = side or ((size - 4) // 2 - 4) // 2  # of the last map
    return nn.Sequential(
        nn.Conv2d(3, 8, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * side * side, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def walk(model, size=32):
    """Return name, shape, values, parameters, multiply-adds of each layer.

    The input comes first; ReLU and Flatten, which keep the number of values
    and have no parameters, are left out.
    """
    image = torch.zeros(1, 3, size, size)
    rows = [("input", image.shape[1:], image.numel(), 0, 0)]
    for layer in model:
        image = layer(image)
        if isinstance(layer, (nn.ReLU, nn.Flatten)):
            continue
        name, shape = type(layer).__name__, image.shape[1:]
        values = image.numel()
        parameters = sum(tensor.numel() for tensor in layer.parameters())
        each = layer.weight[0].numel() if parameters else 0  # for one value
        rows.append((name, shape, values, parameters, values * each))
    return rows


def table(model):
    """Print the rows of ``walk`` and, of each column, the sum."""
    rows = walk(model)
    print(f"{'shape':>17}       values  parameters  multiply-adds")
    for name, shape, *counts in rows:
        shape = " x ".join(map(str, shape))
        print(
            f"{name:11} {shape:12} {counts[0]:5}{counts[1]:12}{counts[2]:15}"
        )
    sums = [sum(row[column] for row in rows) for column in (2, 3, 4)]
    print(f"{'all':24} {sums[0]:5}{sums[1]:12}{sums[2]:15}")


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw each layer's share of values, parameters and multiply-adds."""
    import matplotlib.pyplot as plt

    rows = walk(network())[1:]
    names = ["conv", "pool", "conv", "pool", "linear", "linear", "linear"]
    size = {"figsize": (4.8, 2.2), "layout": "constrained"}
    fig, axes = plt.subplots(1, 3, sharey=True, **size)
    columns = (2, "values"), (3, "parameters"), (4, "multiply-adds")
    for ax, (column, title) in zip(axes, columns, strict=True):
        counts = [row[column] for row in rows]
        shares = [count / sum(counts) for count in counts]
        colors = [{"conv": "C0", "pool": "0.5"}.get(n, "C1") for n in names]
        ax.barh(range(7), shares, color=colors, height=0.7)
        for y, share in enumerate(shares):
            ax.text(share + 0.02, y, f"{share:.0%}", va="center")
        ax.set(title=title, xlim=(0, 1), xticks=[])
        ax.spines["bottom"].set_visible(False)
    axes[0].set_yticks(range(7), names)
    axes[0].invert_yaxis()
    return fig


# --8<-- [end:figure]
