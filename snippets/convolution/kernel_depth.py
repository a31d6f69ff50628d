"""Is a convolution kernel one layer deep or many?

--8<-- [start:proof]
>>> for groups in 1, 2, 4:
...     layer = conv(groups=groups)  # 4 channels in, 8 out
...     ours = conv2d(IMAGE, layer.weight, stride=2, padding=1, groups=groups)
...     error = (ours - layer(IMAGE)).abs().max()
...     print(list(layer.weight.shape), list(ours.shape), f"{error:.6f}")
[8, 4, 3, 3] [8, 4, 3] 0.000000
[8, 2, 3, 3] [8, 4, 3] 0.000000
[8, 1, 3, 3] [8, 4, 3] 0.000000

--8<-- [end:proof]

--8<-- [start:sees]
>>> for groups in 1, 2, 4:  # the channels that each of the 8 filters sees
...     print(groups, *sees(conv(groups=groups)))
1 0123 0123 0123 0123 0123 0123 0123 0123
2 01 01 01 01 23 23 23 23
4 0 0 1 1 2 2 3 3

--8<-- [end:sees]

--8<-- [start:slices]
>>> layer = conv()
>>> slices = [
...     conv2d(IMAGE[[c]], layer.weight[:, [c]], stride=2, padding=1)
...     for c in range(4)
... ]
>>> error = (sum(slices) - layer(IMAGE)).abs().max()
>>> print(list(slices[0].shape), f"{error:.6f}")  # one slice; all four, added
[8, 4, 3] 0.000000

--8<-- [end:slices]

--8<-- [start:wrong-3d]
>>> volume = IMAGE[None]  # one channel, and the four of before as depth
>>> for depth in 2, 4:
...     layer = nn.Conv3d(1, 8, (depth, 3, 3), bias=False).double()
...     print(list(layer.weight.shape), list(layer(volume).shape))
[8, 1, 2, 3, 3] [8, 3, 5, 4]
[8, 1, 4, 3, 3] [8, 1, 5, 4]
>>> flat = conv2d(IMAGE, layer.weight[:, 0])  # of the second, depth 4
>>> print(f"{(flat - layer(volume)[:, 0]).abs().max():.6f}")
0.000000

--8<-- [end:wrong-3d]

--8<-- [start:wrong-shared]
>>> green, red = torch.zeros(2, 4, 7, 6).double()
>>> green[1], red[0] = IMAGE[0], IMAGE[0]  # one shape, two colors
>>> same = torch.randn(8, 1, 3, 3).double().expand(8, 4, 3, 3)
>>> for weight in same, conv().weight:
...     print(f"{(conv2d(red, weight) - conv2d(green, weight)).norm():.1f}")
0.0
4.6

--8<-- [end:wrong-shared]

--8<-- [start:wrong-stacked]
>>> first, second = conv(4, 4, groups=2), conv(4, 4, groups=2)
>>> print(*sees(nn.Sequential(first, second)))
01 01 23 23
>>> shuffle = nn.ChannelShuffle(2)  # 0 1 2 3 becomes 0 2 1 3
>>> print(*sees(nn.Sequential(first, shuffle, second)))
0123 0123 0123 0123

--8<-- [end:wrong-stacked]

--8<-- [start:pointwise]
>>> layer = nn.Conv2d(4, 8, 1, bias=False).double()
>>> matrix = layer.weight[:, :, 0, 0]  # (8, 4), the same at every pixel
>>> by_matrix = torch.einsum("oi,ihw->ohw", matrix, IMAGE)
>>> print(f"{(by_matrix - layer(IMAGE)).abs().max():.6f}")
0.000000

--8<-- [end:pointwise]

--8<-- [start:separable]
>>> full = nn.Conv2d(64, 64, 3, bias=False)
>>> depthwise = nn.Conv2d(64, 64, 3, groups=64, bias=False)
>>> pointwise = nn.Conv2d(64, 64, 1, bias=False)
>>> n = [x.weight.numel() for x in (full, depthwise, pointwise)]
>>> print(n, f"{n[0] / (n[1] + n[2]):.1f} times as many in the first")
[36864, 576, 4096] 7.9 times as many in the first

--8<-- [end:separable]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(0)
IMAGE = torch.randn(4, 7, 6).double()  # channels, height, width


def conv(c_in=4, c_out=8, groups=1):
    """Return torch's 3x3 layer, its weights as torch initializes them."""
    torch.manual_seed(1)
    options = {"stride": 2, "padding": 1, "groups": groups, "bias": False}
    return nn.Conv2d(c_in, c_out, 3, **options).double()


def conv2d(image, weight, stride=1, padding=0, groups=1):
    """Slide each filter over the channels of its group.

    image (C_in, H, W); weight (C_out, C_in / groups, kh, kw); returns
    (C_out, (H + 2 padding - kh) // stride + 1, the same of W and kw).
    """
    image = F.pad(image, [padding] * 4)
    c_out, depth, kh, kw = weight.shape
    height = (image.shape[1] - kh) // stride + 1
    width = (image.shape[2] - kw) // stride + 1
    output = image.new_zeros(c_out, height, width)
    for n in range(c_out):
        start = n // (c_out // groups) * depth  # the first channel it sees
        for y in range(height):
            for x in range(width):
                top, left = y * stride, x * stride
                block = image[start : start + depth, top:, left:][:, :kh, :kw]
                output[n, y, x] = (block * weight[n]).sum()  # all of the depth
    return output


def sees(layer):
    """Return, for each output channel, the input channels with a gradient."""
    image = IMAGE.clone().requires_grad_()
    seen = []
    for output in layer(image[None])[0]:
        (slope,) = torch.autograd.grad(output.sum(), image, retain_graph=True)
        channels = slope.abs().sum(dim=(1, 2)).nonzero().flatten()
        seen.append("".join(str(c.item()) for c in channels))
    return seen


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the filters' view of the channels, measured by gradient."""
    import matplotlib.pyplot as plt

    size = {"figsize": (4.8, 2), "layout": "constrained"}
    fig, axes = plt.subplots(1, 3, **size)
    for ax, groups in zip(axes, (1, 2, 4), strict=True):
        for n, channels in enumerate(sees(conv(groups=groups))):
            for c in map(int, channels):
                ax.plot([2 * c + 0.5, n], [1, 0], f"C{c}", linewidth=1)
        for c in range(4):
            ax.plot(2 * c + 0.5, 1, f"C{c}", marker="s", markersize=7)
        ax.plot(range(8), [0] * 8, "black", marker="s", linestyle="")
        ax.set(title=f"groups={groups}", xlim=(-1, 8), ylim=(-0.3, 1.3))
        ax.axis("off")
    axes[0].text(-0.4, 1.12, "channels", va="bottom")
    axes[0].text(-0.4, -0.12, "filters", va="top")
    return fig


def figure_sliding():
    """Draw where a 3x3 window stops, and the outputs that it makes."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 1.8), layout="constrained")
    for left, padding, stride in (0, 0, 1), (14, 1, 2):
        right, n = left + 7, (5 + 2 * padding - 3) // stride + 1
        if padding:
            grid(ax, left - padding, -padding, 5 + 2 * padding, "0.5", ":")
        grid(ax, left, 0, 5, "black")
        grid(ax, right, 0, n, "black")
        for x, color in enumerate(["C0", "C1"]):
            box(ax, left + x * stride - padding, -padding, 3, color)
            box(ax, right + x, 0, 1, color)
        ax.text(left, -1.5, f"stride {stride}, padding {padding}")
        ax.text(left + 2.5, 6.9, "input", ha="center")
        ax.text(right + n / 2, 6.9, "output", ha="center")
    ax.set(aspect="equal", xlim=(-0.2, 24.2), ylim=(7.2, -2.5))
    ax.axis("off")
    return fig


def grid(ax, left, top, n, color, linestyle="-"):
    for at in range(n + 1):
        options = {"linewidth": 0.8, "linestyle": linestyle, "color": color}
        ax.plot([left + at] * 2, [top, top + n], **options)
        ax.plot([left, left + n], [top + at] * 2, **options)


def box(ax, left, top, size, color):
    a, b = left + 0.08, left + size - 0.08
    c, d = top + 0.08, top + size - 0.08
    ax.plot([a, b, b, a, a], [c, c, d, d, c], color, linewidth=2)


# --8<-- [end:figure]
