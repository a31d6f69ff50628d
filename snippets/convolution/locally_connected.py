"""Why do face networks end in locally connected layers?

--8<-- [start:proof]
>>> _ = torch.manual_seed(0)
>>> images, own = torch.randn(2, 3, 8, 8), torch.randn(6, 6, 4, 3, 3, 3)
>>> outputs = local(images, own)  # 6 x 6 places, each with its 4 kernels
>>> for y, x in (0, 0), (2, 5), (5, 3):  # by torch, one place at a time
...     window = images[:, :, y : y + 3, x : x + 3]
...     by_torch = F.conv2d(window, own[y, x])[:, :, 0, 0]
...     print(f"{(outputs[:, :, y, x] - by_torch).abs().max():.4f}")
0.0000
0.0000
0.0000
>>> same = own[2, 5].expand_as(own)  # the same kernels at every place
>>> by_torch = F.conv2d(images, own[2, 5])
>>> print(f"{(local(images, same) - by_torch).abs().max():.4f}")
0.0000

--8<-- [end:proof]

--8<-- [start:share]
>>> for share in 0, 0.2, 1:  # how much of the kernels is a place's own
...     for n in 30, 100, 500:  # faces; error of own and of shared kernels
...         print(share, n, *[f"{error:.2f}" for error in race(share, n)])
0 30 0.45 0.01
0 100 0.10 0.00
0 500 0.02 0.00
0.2 30 0.45 0.21
0.2 100 0.10 0.20
0.2 500 0.02 0.20
1 30 0.45 1.01
1 100 0.10 1.01
1 500 0.02 1.00

--8<-- [end:share]

--8<-- [start:misaligned]
>>> for jitter in (0, 0), (0, 1), (1, 1):  # pixels, in training and in use
...     print(jitter, *[f"{error:.2f}" for error in race(0.2, 500, jitter)])
(0, 0) 0.02 0.20
(0, 1) 0.38 0.20
(1, 1) 0.20 0.20

--8<-- [end:misaligned]

--8<-- [start:deepface]
>>> for name, side, weights in deepface():
...     print(f"{name} {side:3} x {side:<3} {weights:11,}")
C1 142 x 142      11,616
M2  71 x 71            0
C3  63 x 63       41,472
L4  55 x 55   62,726,400
L5  25 x 25    7,840,000
L6  21 x 21    2,822,400
F7   1 x 1    28,901,376
F8   1 x 1    16,506,880
>>> print(f"{sum(weights for _, _, weights in deepface()):,}")
118,850,144

--8<-- [end:deepface]

--8<-- [start:wrong-correlation]
>>> for photo in noise, smooth, lit:  # correlation of neighbors; errors
...     _ = torch.manual_seed(0)
...     neighbors = photo(10000)[:, 0, 0, :2].T.corrcoef()[0, 1]
...     errors = [race(share, 100, photo=photo) for share in (0, 0.2, 1)]
...     print(f"{neighbors:.1f}:", *[f"{e:.1f}" for e in torch.cat(errors)])
0.0: 0.1 0.0 0.1 0.2 0.1 1.0
0.7: 0.1 0.0 0.1 0.3 0.1 1.0
0.9: 0.1 0.0 0.1 0.4 0.1 1.0

--8<-- [end:wrong-correlation]

--8<-- [start:wrong-cannot]
>>> everywhere = F.conv2d(images, own.flatten(0, 2))  # each kernel a channel
>>> everywhere = everywhere.unflatten(1, (6, 6, 4))
>>> picked = torch.einsum("nyxoyx->noyx", everywhere)
>>> print(f"{(picked - outputs).abs().max():.4f}")
0.0000
>>> outputs.numel(), everywhere.numel()
(288, 10368)

--8<-- [end:wrong-cannot]
"""

# --8<-- [start:code]
import math

import torch
from torch.nn import functional as F


def local(images, kernels):
    """Apply to each window the kernels of its place.

    Shapes: images (n, c_in, height, width), kernels (rows, columns, c_out,
    c_in, k, k), outputs (n, c_out, rows, columns).
    """
    k = kernels.shape[-1]
    windows = images.unfold(2, k, 1).unfold(3, k, 1)
    return torch.einsum("ncyxij,yxocij->noyx", windows, kernels)


def wrap(images):
    """Join opposite borders, so that there is a window at each pixel."""
    return F.pad(images, (1, 1, 1, 1), mode="circular")


def noise(n):
    return torch.randn(n, 1, 6, 6)


def smooth(n):
    return F.avg_pool2d(wrap(noise(n)), 3, stride=1)


def lit(n):
    return noise(n) + 3 * torch.randn(n, 1, 1, 1)


def right_kernels(share):
    """Draw 6 x 6 kernels; ``share`` of their mean square is each one's own."""
    own, common = torch.randn(36, 9), torch.randn(9)
    own = own - own.mean(dim=0)
    own, common = 6 * own / own.norm(), common / common.norm()
    kernels = share**0.5 * own + (1 - share) ** 0.5 * common
    return kernels.view(6, 6, 1, 1, 3, 3)


def move(faces, jitter):
    """Roll each face by up to ``jitter`` pixels along both axes."""
    by = torch.randint(-jitter, jitter + 1, (len(faces), 2)).tolist()
    pairs = zip(faces, by, strict=True)
    return torch.stack([face.roll(pixels, (1, 2)) for face, pixels in pairs])


def learn(images, targets):
    """Return the least-squares kernels: own ones, then a shared one."""
    windows = F.unfold(wrap(images), 3).permute(2, 0, 1)  # 36, n, 9
    targets = targets.flatten(1).T[:, :, None]  # 36, n, 1
    own = torch.linalg.lstsq(windows, targets).solution
    shared = torch.linalg.lstsq(windows.flatten(0, 1), targets.flatten(0, 1))
    both = own, shared.solution.expand_as(own)
    return [kernels.reshape(6, 6, 1, 1, 3, 3) for kernels in both]


def race(share, n, jitter=(0, 0), photo=noise, seeds=range(4)):
    """Learn from n faces; return the errors of own and of shared kernels.

    Targets are what the right kernels make of a face, in training with as
    much noise. Jitter, in training and in use, moves a face together with
    its targets. Errors are mean squares relative to the targets'.
    """
    errors = []
    for seed in seeds:
        torch.manual_seed(seed)
        kernels, pairs = right_kernels(share), []
        for n_faces, pixels in (n, jitter[0]), (300, jitter[1]):
            images = photo(n_faces)
            pair = torch.cat([images, local(wrap(images), kernels)], dim=1)
            pairs.append(move(pair, pixels).split(1, dim=1))
        (images, targets), (new, truth) = pairs
        targets = targets + truth.std() * torch.randn_like(targets)
        gaps = [local(wrap(new), k) - truth for k in learn(images, targets)]
        errors.append([g.square().sum() / truth.square().sum() for g in gaps])
    return torch.tensor(errors).mean(dim=0)


def deepface():
    """Yield each layer of DeepFace: its name, output's side and weights."""
    side, c_in = 152, 3
    for name, c_out, k, stride in (
        ("C1", 32, 11, 1),
        ("M2", 32, 3, 2),
        ("C3", 16, 9, 1),
        ("L4", 16, 9, 1),
        ("L5", 16, 7, 2),
        ("L6", 16, 5, 1),
        ("F7", 4096, 21, 1),  # one window, the whole map
        ("F8", 4030, 1, 1),
    ):
        side = math.ceil((side - k) / stride) + 1
        kernels = {"M": 0, "L": side**2}.get(name[0], 1)
        yield name, side, kernels * c_out * c_in * k**2
        c_in = c_out


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the errors against the number of faces."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.8), layout="constrained")
    counts = [20, 30, 50, 100, 200, 400, 800]
    for i, share in enumerate((0, 0.05, 0.2, 1), start=1):
        own, shared = zip(*[race(share, n) for n in counts], strict=True)
        ax.plot(counts, shared, f"C{i}.-")
        name = f"shared, {share}"
        ax.text(880, shared[-1], name, color=f"C{i}", va="center")
    ax.plot(counts, own, "C0.")
    fine = [20 * 40 ** (i / 60) for i in range(61)]
    ax.plot(fine, [9 / (n - 10) for n in fine], "C0")
    ax.text(880, 0.0095, "own", color="C0", va="center")
    ax.set(xscale="log", yscale="log", xlabel="faces", ylabel="error")
    ax.set_xticks(counts, counts)
    ax.set_yticks([0.001, 0.01, 0.1, 1], ["0.001", "0.01", "0.1", "1"])
    ax.minorticks_off()
    ax.set(xlim=(18, 2300), ylim=(0.0002, 2))
    return fig


# --8<-- [end:figure]
