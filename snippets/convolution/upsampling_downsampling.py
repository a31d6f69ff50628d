"""What are upsampling and downsampling?

--8<-- [start:proof]
>>> for own in METHODS:  # a row: ours; a column: torch's, in the same order
...     gaps = (gap(METHODS[own], torchs) for torchs in METHODS.values())
...     print(f"{own:15}", *(f"{value:.2f}" for value in gaps))
nearest         0.00 2.90 2.69 2.65 2.22
nearest-exact   2.90 0.00 1.69 3.29 1.82
bilinear        2.69 1.69 0.00 2.07 1.18
+ align_corners 2.65 3.29 2.07 0.00 2.03
+ antialias     2.22 1.82 1.18 2.03 0.00

--8<-- [end:proof]

--8<-- [start:alias]
>>> for waves in 10, 24, 36, 44:  # in 160 pixels, of which 40 are kept
...     small = [interpolate(stripes(waves), (4, 40), **METHODS[name])
...              for name in ("nearest", "bilinear", "+ antialias")]
...     peak = strength(small[0]).argmax().item()
...     print(waves, "seen as", f"{peak:2}, strength",
...           *(f"{strength(image)[peak]:.2f}" for image in small))
10 seen as 10, strength 1.00 0.98 0.80
24 seen as 16, strength 1.00 0.89 0.25
36 seen as  4, strength 1.00 0.76 0.02
44 seen as  4, strength 1.00 0.65 0.01
>>> errors = [(stripes(waves)[:, ::4] - stripes(alias(waves), 40)).abs().max()
...           for waves in range(81)]
>>> seen = [alias(waves) for waves in range(81)]
>>> print(f"{max(errors):.3f}", min(seen), max(seen))  # 40 / 2 at most
0.000 0 20

--8<-- [end:alias]

--8<-- [start:wrong-between]
>>> row = torch.tensor([[0.0, 8, 4, 12]])
>>> for width in 8, 7:
...     for align in False, True:
...         how = {"mode": "bilinear", "align_corners": align}
...         wide = interpolate(row, (1, width), **how)[0]
...         print(f"{align!s:5}", *(f"{value:4.1f}" for value in wide))
False  0.0  2.0  6.0  7.0  5.0  6.0 10.0 12.0
True   0.0  3.4  6.9  6.9  5.1  5.1  8.6 12.0
False  0.0  2.9  7.4  6.0  4.6  9.1 12.0
True   0.0  4.0  8.0  6.0  4.0  8.0 12.0

--8<-- [end:wrong-between]

--8<-- [start:wrong-smooth]
>>> read = (weights(64, 8) > 0).any(dim=0).double()  # by any of 8 outputs
>>> image = 1 - torch.outer(read, read)  # black where read, else white
>>> print(f"{read.sum():.0f} of 64 read; mean of image {image.mean():.2f}")
16 of 64 read; mean of image 0.94
>>> for name in "bilinear", "+ antialias":
...     small = interpolate(image, (8, 8), **METHODS[name])
...     print(f"{name:12}{small.min():.2f} to {small.max():.2f}")
bilinear    0.00 to 0.00
+ antialias 0.92 to 0.94

--8<-- [end:wrong-smooth]

--8<-- [start:wrong-inverse]
>>> kernel = torch.tensor([[[1.0, 3, 2]]])
>>> conv = F.conv1d(torch.eye(7)[:, None], kernel, padding=1)[:, 0].T
>>> impulse = torch.tensor([0.0, 0, 0, 1, 0, 0, 0])
>>> after = F.conv1d(impulse[None], kernel, padding=1)
>>> after[0].int().tolist(), (conv @ impulse).int().tolist()
([0, 0, 2, 3, 1, 0, 0], [0, 0, 2, 3, 1, 0, 0])
>>> back = F.conv_transpose1d(after, kernel, padding=1)
>>> back[0].int().tolist(), (conv.T @ after[0]).int().tolist()
([0, 2, 9, 14, 9, 2, 0], [0, 2, 9, 14, 9, 2, 0])
>>> solved = torch.linalg.solve(conv, after[0])
>>> (solved.round() + 0).int().tolist()  # the inverse: another matrix
[0, 0, 0, 1, 0, 0, 0]

--8<-- [end:wrong-inverse]

--8<-- [start:checkerboard]
>>> for kernel in [1, 1, 1], [1, 1, 1, 1], [1, 2, 3, 4]:
...     kernel = torch.tensor([[kernel]])
...     F.conv_transpose1d(torch.ones(1, 5).long(), kernel, stride=2).tolist()
[[1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]]
[[1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]]
[[1, 2, 4, 6, 4, 6, 4, 6, 4, 6, 3, 4]]

--8<-- [end:checkerboard]

--8<-- [start:shuffle]
>>> _ = torch.manual_seed(0)
>>> small, weight = torch.randn(1, 3, 5, 5), torch.randn(3, 2, 2, 2)
>>> large = F.conv_transpose2d(small, weight, stride=2)
>>> pointwise = weight.permute(1, 2, 3, 0).reshape(8, 3, 1, 1)
>>> channels = F.conv2d(small, pointwise)  # 1x1, at the small size
>>> tuple(channels.shape), tuple(large.shape)
((1, 8, 5, 5), (1, 2, 10, 10))
>>> print(f"{(F.pixel_shuffle(channels, 2) - large).abs().max():.3f}")
0.000

--8<-- [end:shuffle]

--8<-- [start:unpool]
>>> row = torch.tensor([[1.0, 5, 2, 0, 3, 4]])
>>> highest, places = F.max_pool1d(row, 2, return_indices=True)
>>> F.max_unpool1d(highest, places, 2).tolist()
[[0.0, 5.0, 2.0, 0.0, 0.0, 4.0]]

--8<-- [end:unpool]
"""

# --8<-- [start:code]
import torch
from torch.nn import functional as F

METHODS = {
    "nearest": {"mode": "nearest"},
    "nearest-exact": {"mode": "nearest-exact"},
    "bilinear": {"mode": "bilinear"},
    "+ align_corners": {"mode": "bilinear", "align_corners": True},
    "+ antialias": {"mode": "bilinear", "antialias": True},
}


def positions(n_in, n_out, mode="bilinear", align_corners=False):
    """Return where on the inputs' axis, 0 to n_in - 1, each output looks."""
    i = torch.arange(n_out, dtype=torch.float64)
    if align_corners:  # the centres of the outer pixels stay
        return i * (n_in - 1) / max(n_out - 1, 1)
    if mode == "nearest":
        return (i * n_in / n_out).floor()
    where = (i + 0.5) * n_in / n_out - 0.5  # the outer edges stay
    return (where + 0.5).floor() if mode == "nearest-exact" else where


def weights(n_in, n_out, antialias=False, **how):
    """Return the matrix, (n_out, n_in), that resizes one axis."""
    reach = max(n_in / n_out, 1) if antialias else 1
    where = positions(n_in, n_out, **how)
    away = (where[:, None] - torch.arange(n_in)).abs()
    triangle = (1 - away / reach).clamp(min=0)
    return triangle / triangle.sum(dim=1, keepdim=True)


def resize(image, size, **how):
    """Return ``image``, (height, width), resized one axis after the other."""
    rows, columns = (
        weights(n_in, n_out, **how)
        for n_in, n_out in zip(image.shape, size, strict=True)
    )
    return rows @ image @ columns.T


def interpolate(image, size, **how):
    """Apply torch's own function to a single image, (height, width)."""
    return F.interpolate(image[None, None], size, **how)[0, 0]


def gap(ours, torchs):
    """Return the largest difference of two methods over six sizes."""
    generator = torch.Generator().manual_seed(0)
    image = torch.randn(9, 6, generator=generator, dtype=torch.float64)
    sizes = (1, 2), (4, 3), (5, 11), (9, 6), (18, 12), (25, 31)
    return max(
        (resize(image, size, **ours) - interpolate(image, size, **torchs))
        .abs()
        .max()
        for size in sizes
    )


def stripes(waves, width=160):
    """Return an image, (4, width), with so many periods of a cosine."""
    x = torch.arange(width, dtype=torch.float64) / width
    return torch.cos(2 * torch.pi * waves * x).expand(4, -1)


def strength(image):
    """Return the amplitude of 0, 1, 2, ... waves in the first row."""
    return torch.fft.rfft(image[0]).abs() * 2 / image.shape[1]


def alias(waves, samples=40):
    """Return the number of waves that so many look like in few samples."""
    return abs(waves - samples * round(waves / samples))


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw four pixels and the twelve made of them, in three ways."""
    import matplotlib.pyplot as plt

    row = torch.tensor([[0.0, 8, 4, 12]]).double()
    fig, axes = plt.subplots(
        1,
        3,
        figsize=(4.8, 2.2),
        sharex=True,
        sharey=True,
        layout="constrained",
    )
    names = "nearest", "bilinear", "+ align_corners"
    for ax, name in zip(axes, names, strict=True):
        how = METHODS[name]
        where = positions(4, 12, align_corners=how.get("align_corners"))
        step = "steps-mid" if name == "nearest" else "default"
        wide = resize(row, (1, 12), **how)[0]
        ax.plot(where, wide, "C0", drawstyle=step, marker="o", markersize=3)
        ax.plot(range(4), row[0], "o", color="C1", markersize=8, mfc="none")
        ax.set(title=name, xticks=range(4), yticks=range(0, 13, 4))
    return fig


def figure_alias():
    """Draw 9 waves in 40 pixels, and what every 4th pixel has of them."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2), layout="constrained")
    x = torch.linspace(0, 36, 199)
    ax.plot(x, torch.cos(2 * torch.pi * 9 * x / 40), color="0.5", linewidth=1)
    ax.plot(x, torch.cos(2 * torch.pi * x / 40), color="C1")
    ax.plot(range(0, 40, 4), stripes(36)[0, :40:4], "o", color="C0")
    ax.set(xlabel="pixel", yticks=(-1, 0, 1))
    return fig


# --8<-- [end:figure]
