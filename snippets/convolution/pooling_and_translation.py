"""Why does pooling contribute to translation invariance?

--8<-- [start:proof]
>>> for size in 1, 2, 3, 4:
...     share = changed(pool(NOISE, size), pool(shift(NOISE), size))
...     print(f"{size} x {size}: {share:.2f} changed, 2/{size + 1} expected")
1 x 1: 1.00 changed, 2/2 expected
2 x 2: 0.67 changed, 2/3 expected
3 x 3: 0.50 changed, 2/4 expected
4 x 4: 0.40 changed, 2/5 expected

--8<-- [end:proof]

--8<-- [start:exact]
>>> for pixels in range(5):  # 4 x 4 windows, with stride 1, 2 and 4
...     shares = [
...         changed(
...             shift(pool(NOISE, 4, stride), pixels // stride),
...             pool(shift(NOISE, pixels), 4, stride),
...         )
...         for stride in (1, 2, 4)
...     ]
...     print(pixels, *(f"{share:.2g}" for share in shares))
0 0 0 0
1 0 0.4 0.4
2 0 0 0.66
3 0 0.4 0.85
4 0 0 0

--8<-- [end:exact]

--8<-- [start:smooth]
>>> maps = {"noise": NOISE, "smooth": smooth(NOISE)}
>>> for name, x in maps.items():  # windows 1 x 1, 2 x 2 and 4 x 4
...     for op in F.max_pool2d, F.avg_pool2d:
...         changes = [
...             change(pool(x, size, op=op), pool(shift(x), size, op=op))
...             for size in (1, 2, 4)
...         ]
...         print(f"{name:7}", *(f"{c:.2f}" for c in changes))
noise   1.41 1.07 0.78
noise   1.41 0.99 0.70
smooth  0.47 0.47 0.44
smooth  0.47 0.45 0.37

--8<-- [end:smooth]

--8<-- [start:aliasing]
>>> stripes = torch.tensor([0.0, 0, 1, 1]).repeat(8, 2)[None, None]
>>> for pixels in 0, 1:  # one row of eight pixels, pooled to four outputs
...     x = shift(stripes, pixels)
...     print(pool(x, 2)[0, 0, 0].tolist(), blur_pool(x)[0, 0, 0].tolist())
[0.0, 1.0, 0.0, 1.0] [0.5, 1.0, 0.5, 1.0]
[1.0, 1.0, 1.0, 1.0] [0.75, 0.75, 0.75, 0.75]
>>> for name, x in maps.items():
...     two = [aliasing(f, x) for f in (lambda x: pool(x, 2), blur_pool)]
...     print(f"{name:7}max pool {two[0]:.2f}, with blur {two[1]:.2f}")
noise  max pool 0.95, with blur 0.38
smooth max pool 0.15, with blur 0.05

--8<-- [end:aliasing]

--8<-- [start:wrong-same]
>>> spikes = torch.eye(64).reshape(64, 1, 8, 8)  # 64 maps, one spike in each
>>> for size in 2, 4:  # how many maps are pooled to the same as before
...     moved = pool(spikes, size) != pool(shift(spikes), size)
...     print((moved.flatten(1).sum(dim=1) == 0).sum().item(), "of 64")
32 of 64
48 of 64

--8<-- [end:wrong-same]

--8<-- [start:wrong-downsampling]
>>> for size, stride in (1, 2), (2, 1), (2, 2):
...     share = changed(
...         pool(NOISE, size, stride), pool(shift(NOISE), size, stride)
...     )
...     print(f"window {size}, stride {stride}: {share:.2f} changed")
window 1, stride 2: 1.00 changed
window 2, stride 1: 0.67 changed
window 2, stride 2: 0.67 changed

--8<-- [end:wrong-downsampling]

--8<-- [start:wrong-network]
>>> generator = torch.Generator().manual_seed(7)
>>> images = torch.randn(20, 1, 32, 32, generator=generator)
>>> for size, stride in (1, 1), (2, 1), (2, 2), (1, 2):
...     print(f"window {size}, stride {stride}:", end="")
...     before = features(images, size, stride)
...     for pixels in 1, 2, 4, 8:
...         after = features(shift(images, pixels), size, stride)
...         print(f" {change(before, after):.1f}", end="")
...     print()
window 1, stride 1: 0.0 0.0 0.0 0.0
window 2, stride 1: 0.0 0.0 0.0 0.0
window 2, stride 2: 1.2 1.1 0.5 0.0
window 1, stride 2: 1.4 1.7 1.4 0.0

--8<-- [end:wrong-network]
"""

# --8<-- [start:code]
import math

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
NOISE = torch.randn(1, 1, 600, 600)  # each pixel independent of the others


def shift(x, pixels=1):
    """Move a map to the right; what leaves it comes in on the left."""
    return x.roll(pixels, dims=-1)


def pool(x, size, stride=None, op=F.max_pool2d):
    """Pool a map whose borders are joined, so that no shift loses a pixel."""
    x = F.pad(x, (0, size - 1, 0, size - 1), mode="circular")
    return op(x, size, stride)


def changed(before, after):
    """Return the share of values that are not what they were."""
    return ((before - after).abs() > 1e-5).double().mean().item()


def change(before, after):
    """Return the rms change, in standard deviations of each channel."""
    spread = before.std(dim=(0, 2, 3), keepdim=True)
    return ((before - after) / spread).square().mean().sqrt().item()


def smooth(x, times=8):
    """Replace each pixel by the mean of 2 x 2, several times over."""
    for _ in range(times):
        x = pool(x, 2, 1, F.avg_pool2d)
    return x


def blur_pool(x):
    """Max pool with stride 1, blur, keep every second (Zhang, 2019)."""
    weight = torch.tensor([1.0, 2.0, 1.0]) / 4
    x = F.pad(pool(x, 2, 1), (1, 1, 1, 1), mode="circular")
    return F.conv2d(x, weight.outer(weight)[None, None], stride=2)


def aliasing(downsample, x):
    """Return the change under a shift that no move by half an output explains.

    A map whose waves are all longer than two outputs is known from them, so
    a shift by one pixel moves them by half an output, in the Fourier domain.
    """
    before, after = downsample(x), downsample(shift(x))
    frequency = torch.fft.rfftfreq(before.shape[-1])  # cycles per output
    turn = torch.exp(-2j * math.pi * frequency * 0.5)
    moved = torch.fft.irfft(torch.fft.rfft(before) * turn)
    return change(moved, after)


def features(x, size, stride):
    """Return the means over the map after three random, pooled convolutions.

    The convolutions join the borders too, so they move with their input.
    Pooling 1 x 1 with stride 2 makes them convolutions of stride 2.
    """
    torch.manual_seed(0)
    for _ in range(3):
        conv = nn.Conv2d(x.shape[1], 8, 3, padding=1, padding_mode="circular")
        x = pool(conv(x).tanh(), size, stride)
    return x.mean(dim=(2, 3), keepdim=True)


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw a wave and stripes, pooled before and after a one-pixel shift."""
    import matplotlib.pyplot as plt

    wave = (1 - torch.cos(torch.arange(16) * math.pi / 8)) / 2
    spike, stripes = [0.0, 0, 0, 0, 1, 0, 0, 0], [0.0, 0, 1, 1] * 3
    row = torch.cat([wave, torch.tensor(spike + stripes + [0, 0])])
    x = row.repeat(2, 1)[None, None]
    rows = (
        ("map", lambda x: x, 1),
        ("2 x 2 max pool", lambda x: pool(x, 2), 2),
        ("2 x 2 max pool with blur", blur_pool, 2),
    )
    fig, axes = plt.subplots(
        3, 1, figsize=(4.8, 3.4), sharex=True, sharey=True, layout="tight"
    )
    for ax, (name, pooled, stride) in zip(axes, rows, strict=True):
        at = range(0, len(row), stride)
        for pixels, style in (0, "o-"), (1, "s--"):
            values = pooled(shift(x, pixels))[0, 0, 0]
            ax.plot(at, values, style, color=f"C{pixels}", markersize=3)
        ax.set(ylim=(-0.15, 1.15), yticks=[0, 1])
        ax.set_title(name, loc="left")
    axes[0].legend(
        ["before", "shifted"],
        loc="lower right",
        bbox_to_anchor=(1, 1),
        borderaxespad=0,
        ncols=2,
    )
    axes[-1].set_xlabel("pixel")
    return fig


# --8<-- [end:figure]
