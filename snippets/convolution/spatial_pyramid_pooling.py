"""What is spatial pyramid pooling?

--8<-- [start:proof]
>>> for height, width in (13, 13), (10, 7), (31, 24), (3, 2):
...     maps = torch.randn(1, 256, height, width, generator=seeded(0))
...     torchs = [F.adaptive_max_pool2d(maps, n) for n in (4, 2, 1)]
...     torchs = torch.cat([level.flatten(1) for level in torchs], dim=1)
...     gap = (pyramid(maps) - torchs).norm()
...     print(height, width, tuple(pyramid(maps).shape), f"{gap:.3f}")
13 13 (1, 5376) 0.000
10 7 (1, 5376) 0.000
31 24 (1, 5376) 0.000
3 2 (1, 5376) 0.000

--8<-- [end:proof]

--8<-- [start:bins]
>>> bins(12, 4)  # 4 divides 12
[(0, 3), (3, 6), (6, 9), (9, 12)]
>>> bins(13, 4)
[(0, 4), (3, 7), (6, 10), (9, 13)]
>>> bins(3, 4)  # fewer rows than bins
[(0, 1), (0, 2), (1, 3), (2, 3)]
>>> cases = [(size, n) for size in range(1, 65) for n in range(1, 9)]
>>> covered = [{row for start, stop in bins(size, n)
...             for row in range(start, stop)} == set(range(size))
...            for size, n in cases]
>>> shared = {bins(size, n)[i - 1][1] - bins(size, n)[i][0]
...           for size, n in cases for i in range(1, n)}
>>> sum(covered), len(cases), shared  # rows that neighbours share
(512, 512, {0, 1})

--8<-- [end:bins]

--8<-- [start:sizes]
>>> for levels in (4, 2, 1), (1,):
...     trained = fit(levels)  # to images of 16 x 16
...     print(levels, *(f"{accuracy(trained, size, levels):.2f}"
...                     for size in SIZES))
(4, 2, 1) 1.00 1.00 1.00 1.00 1.00
(1,) 0.26 0.26 0.26 0.27 0.26

--8<-- [end:sizes]

--8<-- [start:wrong-window]
>>> for size in range(8, 16):
...     rows = torch.arange(1.0, size + 1)[None]
...     last = F.max_pool1d(rows, -(-size // 4), size // 4)[0]
...     print(f"{size:2} rows: {len(last)} bins, {size - last[-1]:.0f} unread")
 8 rows: 4 bins, 0 unread
 9 rows: 4 bins, 0 unread
10 rows: 4 bins, 1 unread
11 rows: 5 bins, 0 unread
12 rows: 4 bins, 0 unread
13 rows: 4 bins, 0 unread
14 rows: 4 bins, 1 unread
15 rows: 4 bins, 2 unread

--8<-- [end:wrong-window]

--8<-- [start:wrong-yolo]
>>> for height, width in (13, 13), (10, 7):
...     maps = torch.randn(1, 256, height, width, generator=seeded(0))
...     pooled = [F.max_pool2d(maps, size, stride=1, padding=size // 2)
...               for size in (5, 9, 13)]
...     block = torch.cat([maps, *pooled], dim=1)
...     tuple(block.shape), tuple(pyramid(maps).shape)
((1, 1024, 13, 13), (1, 5376))
((1, 1024, 10, 7), (1, 5376))

--8<-- [end:wrong-yolo]

--8<-- [start:wrong-only]
>>> square, flat = torch.ones(1, 1, 16, 16), torch.ones(1, 1, 2, 20)
>>> calls = (0, lambda: torch.cat([square, flat])), (
...     -1, lambda: F.conv2d(flat, torch.ones(1, 1, 3, 3)))
>>> for sentence, call in calls:
...     try:
...         call()
...     except RuntimeError as error:
...         print(str(error).split(". ")[sentence])
Sizes of tensors must match except in dimension 0
Kernel size can't be greater than actual input size

--8<-- [end:wrong-only]

--8<-- [start:scale]
>>> for seed in range(5):
...     image, other = torch.rand(2, 1, 1, 32, 32, generator=seeded(seed))
...     double = image.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
...     kernels = torch.randn(8, 1, 3, 3, generator=seeded(seed + 5))
...     vector, doubled, others = (
...         pyramid(F.conv2d(x, kernels)) for x in (image, double, other))
...     plain = (pyramid(image) - pyramid(double)).abs().max()
...     ratio = (vector - doubled).norm() / (vector - others).norm()
...     print(f"{plain:.1f} {ratio:.1f}")
0.0 1.4
0.0 1.3
0.0 1.4
0.0 1.7
0.0 1.1

--8<-- [end:scale]
"""

# --8<-- [start:code]
import torch
from torch.nn import functional as F

LEVELS = 4, 2, 1
SIZES = (16, 16), (12, 20), (24, 24), (9, 31), (40, 28)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def bins(size, n):
    """Return the n bins of an axis as pairs (start, stop)."""
    return [(i * size // n, -(-(i + 1) * size // n)) for i in range(n)]


def bin_maxima(maps, n):
    """Return each bin's maximum: (N, C, H, W) becomes (N, C, n, n)."""
    height, width = maps.shape[2:]
    rows = [
        [
            maps[:, :, top:bottom, left:right].amax(dim=(2, 3))
            for left, right in bins(width, n)
        ]
        for top, bottom in bins(height, n)
    ]
    return torch.stack([torch.stack(row, dim=2) for row in rows], dim=2)


def pyramid(maps, levels=LEVELS, pool=bin_maxima):
    """Return (N, C * bins): each level's maxima, one after the other."""
    return torch.cat([pool(maps, n).flatten(1) for n in levels], dim=1)


def crosses(height, width, seed, count=128):
    """Return noisy images with a cross in one of 4 quarters, and which."""
    generator = seeded(seed)
    shape = count, 1, height, width
    images = torch.rand(shape, generator=generator, dtype=torch.float64) / 2
    quarters = torch.randint(4, (count,), generator=generator)
    cross = torch.tensor([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
    tops, lefts = (
        half * (size // 2)
        + torch.randint(size // 2 - 2, (count,), generator=generator)
        for half, size in ((quarters // 2, height), (quarters % 2, width))
    )
    for image, top, left in zip(images[:, 0], tops, lefts, strict=True):
        image[top : top + 3, left : left + 3] += cross
    return images, quarters


def scores(parameters, images, levels):
    """Apply 4 kernels of 3 x 3, the pyramid and a fully connected layer."""
    kernels, weight, bias = parameters
    images = F.pad(images, (1, 1, 1, 1), mode="circular")  # no edges
    maps = F.conv2d(images, kernels)
    return pyramid(maps, levels, F.adaptive_max_pool2d) @ weight + bias


def fit(levels, steps=60, lr=0.5):
    """Train on images of 16 x 16 only; return the parameters."""
    images, quarters = crosses(16, 16, seed=0)
    kernels = torch.randn(4, 1, 3, 3, generator=seeded(0)).double() / 3
    weight = torch.zeros(4 * sum(n * n for n in levels), 4).double()
    parameters = [kernels, weight, torch.zeros(4).double()]
    for parameter in parameters:
        parameter.requires_grad_()
    for _ in range(steps):
        loss = F.cross_entropy(scores(parameters, images, levels), quarters)
        gradients = torch.autograd.grad(loss, parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.data -= lr * gradient
    return parameters


def accuracy(parameters, size, levels):
    """Return the share of 512 new images of ``size`` that is right."""
    images, quarters = crosses(*size, seed=1, count=512)
    guesses = scores(parameters, images, levels).argmax(dim=1)
    return (guesses == quarters).double().mean()


# --8<-- [end:code]
