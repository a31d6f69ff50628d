r"""What is pooling?

--8<-- [start:proof]
>>> for row in pool2d(GRID, np.max, 2, stride=2)[0]:
...     print(*row)
6.0 8.0
7.0 4.0
>>> for row in pool2d(GRID, np.mean, 2, stride=2)[0]:
...     print(*row)
3.25 5.25
3.0 2.0

--8<-- [end:proof]

--8<-- [start:torch]
>>> image = np.random.default_rng(0).normal(size=(3, 9, 7))
>>> for size, stride, padding in (2, 2, 0), (3, 2, 1), (3, 1, 0), (2, 3, 1):
...     for reduce in np.max, np.mean:
...         layer = TORCH[reduce](size, stride, padding)
...         ours = pool2d(image, reduce, size, stride, padding)
...         error = abs(ours - layer(torch.tensor(image)).numpy()).max()
...         print(ours.shape, f"{error:.3f}", end="  ")
...     print(len(list(layer.parameters())))
(3, 4, 3) 0.000  (3, 4, 3) 0.000  0
(3, 5, 4) 0.000  (3, 5, 4) 0.000  0
(3, 7, 5) 0.000  (3, 7, 5) 0.000  0
(3, 4, 3) 0.000  (3, 4, 3) 0.000  0

--8<-- [end:torch]

--8<-- [start:floor]
>>> for n in 6, 7:
...     for ceil_mode in False, True:
...         layer = nn.AvgPool2d(2, stride=2, ceil_mode=ceil_mode)
...         slope = gradient(layer, torch.zeros(1, 1, n, n))
...         size = layer(torch.zeros(1, 1, n, n)).shape[-1]
...         print(n, ceil_mode, size, (slope == 0).sum().item(), "unseen")
6 False 3 0 unseen
6 True 3 0 unseen
7 False 3 13 unseen
7 True 4 0 unseen

--8<-- [end:floor]

--8<-- [start:gradient]
>>> grid = torch.tensor(GRID)
>>> for row in gradient(nn.MaxPool2d(2), grid)[0].tolist():
...     print(*row)
0.0 1.0 1.0 0.0
0.0 0.0 0.0 0.0
1.0 0.0 0.0 0.0
0.0 0.0 1.0 0.0
>>> gradient(nn.AvgPool2d(2), grid).unique()  # the same everywhere
tensor([0.2500], dtype=torch.float64)

--8<-- [end:gradient]

--8<-- [start:wrong-size]
>>> for layer in nn.MaxPool2d(2), nn.AdaptiveMaxPool2d(2):
...     print(*[layer(torch.zeros(1, n, n)).shape[-1] for n in (8, 13, 20)])
4 6 10
2 2 2

--8<-- [end:wrong-size]

--8<-- [start:wrong-padding]
>>> negative = -np.ones((1, 4, 4))
>>> zeros = np.pad(negative, [(0, 0), (1, 1), (1, 1)])
>>> for row in pool2d(zeros, np.max, 3)[0]:  # as if padding were zeros
...     print(*row)
0.0 0.0 0.0 0.0
0.0 -1.0 -1.0 0.0
0.0 -1.0 -1.0 0.0
0.0 0.0 0.0 0.0
>>> nn.MaxPool2d(3, stride=1, padding=1)(torch.tensor(negative)).unique()
tensor([-1.], dtype=torch.float64)
>>> for row in pool2d(-negative, np.mean, 3, padding=1)[0]:
...     print(*row.round(2))
0.44 0.67 0.67 0.44
0.67 1.0 1.0 0.67
0.67 1.0 1.0 0.67
0.44 0.67 0.67 0.44

--8<-- [end:wrong-padding]

--8<-- [start:wrong-same]
>>> for active in 1, 4, 16:  # of 16 values, the others 0
...     image = np.zeros((1, 4, 4))
...     image.flat[:active] = 1
...     most = pool2d(image, np.max, 4).item()
...     print(active, most, pool2d(image, np.mean, 4).item())
1 1.0 0.0625
4 1.0 0.25
16 1.0 1.0

--8<-- [end:wrong-same]

--8<-- [start:linear]
>>> a, b = np.random.default_rng(0).normal(size=(2, 1, 6, 6))
>>> for reduce in np.mean, np.max:
...     whole, *parts = (pool2d(x, reduce, 2) for x in (a + b, a, b))
...     print(f"{abs(whole - sum(parts)).max():.1f}")
0.0
1.4
>>> weight = torch.full((1, 1, 2, 2), 1 / 4, dtype=torch.float64)
>>> convolved = nn.functional.conv2d(torch.tensor(a), weight).numpy()
>>> print(f"{abs(convolved - pool2d(a, np.mean, 2)).max():.3f}")
0.000

--8<-- [end:linear]
"""

# --8<-- [start:code]
import numpy as np
import torch
from torch import nn

TORCH = {np.max: nn.MaxPool2d, np.mean: nn.AvgPool2d}
GRID = np.array([[[1.0, 6, 8, 5], [2, 4, 5, 3], [7, 2, 0, 1], [1, 2, 4, 3]]])


def pool2d(image, reduce, size, stride=1, padding=0):
    """Apply ``reduce`` to each window of each channel.

    image (C, H, W); returns (C, (H + 2 padding - size) // stride + 1, the
    same of W). The padding is minus infinity for ``np.max``, else 0.
    """
    outside = -np.inf if reduce is np.max else 0
    margin = [(0, 0), (padding, padding), (padding, padding)]
    image = np.pad(image, margin, constant_values=outside)
    height = (image.shape[1] - size) // stride + 1
    width = (image.shape[2] - size) // stride + 1
    output = np.empty((len(image), height, width))
    for y in range(height):
        for x in range(width):
            top, left = y * stride, x * stride
            window = image[:, top : top + size, left : left + size]
            output[:, y, x] = reduce(window, axis=(1, 2))
    return output


def gradient(layer, image):
    """Return the gradient of the sum of the layer's outputs."""
    image = image.detach().requires_grad_()
    (slope,) = torch.autograd.grad(layer(image).sum(), image)
    return slope


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw a grid of numbers, its four windows, and what becomes of them."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.1), layout="constrained")
    maxima, means = (
        pool2d(GRID, f, 2, stride=2)[0] for f in (np.max, np.mean)
    )
    grids = (GRID[0], 0, 2), (maxima, 6, 1), (means, 10, 1)
    for values, left, size in grids:
        for (y, x), value in np.ndenumerate(values):
            at = left + x + 0.5, y + 0.5
            ax.text(*at, f"{value:g}", ha="center", va="center")
        for n, (y, x) in enumerate(np.ndindex(2, 2)):
            a, b = left + x * size + 0.06, left + (x + 1) * size - 0.06
            c, d = y * size + 0.06, (y + 1) * size - 0.06
            ax.plot([a, b, b, a, a], [c, c, d, d, c], f"C{n}", linewidth=2)
    for left, name in (2, "input"), (7, "maximum"), (11, "average"):
        ax.text(left, -0.4, name, ha="center")
    ax.set(aspect="equal", xlim=(-0.2, 12.2), ylim=(4.1, -1))
    ax.axis("off")
    return fig


# --8<-- [end:figure]
