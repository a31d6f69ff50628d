"""Why convolution?

--8<-- [start:matrix]
>>> matrix = as_matrix(KERNEL)  # from 36 pixels to 16 outputs
>>> image = random_images(1)
>>> convolved = F.conv2d(image.view(1, 1, SIDE, SIDE), KERNEL[None, None])
>>> print(f"{(matrix @ image[0] - convolved.flatten()).abs().max():.6f}")
0.000000
>>> matrix.numel(), matrix.count_nonzero().item(), len(matrix.unique()) - 1
(576, 144, 9)

--8<-- [end:matrix]

--8<-- [start:proof]
>>> for n in 1, 8, 9, 35, 36:  # images to learn from
...     print(f"{n:2}", *[f"{e:.2f}" for e in errors(n, as_matrix(KERNEL))])
 1 0.99 0.96 0.00
 8 0.88 0.25 0.00
 9 0.86 0.00 0.00
35 0.14 0.00 0.00
36 0.00 0.00 0.00

--8<-- [end:proof]

--8<-- [start:counts]
>>> weights(6, 6, 1, 1, 3)  # as counted in the matrix
(576, 144, 9)
>>> full, local, shared = weights(32, 32, 3, 6, 5)
>>> print(f"{full:,} {local:,} {shared:,}")
14,450,688 352,800 450

--8<-- [end:counts]

--8<-- [start:wrong-sparse]
>>> print(f"{full / local:.0f} times fewer by sparsity")
41 times fewer by sparsity
>>> print(f"{local / shared:.0f} times fewer by sharing")
784 times fewer by sharing

--8<-- [end:wrong-sparse]

--8<-- [start:wrong-work]
>>> places = 28 * 28
>>> print(f"{shared * places:,} multiplications with {shared} weights")
352,800 multiplications with 450 weights
>>> print(f"{full:,} without sparsity and sharing")  # one for each weight
14,450,688 without sparsity and sharing

--8<-- [end:wrong-work]

--8<-- [start:wrong-always]
>>> for n in 9, 36, 500:
...     print(f"{n:3}", *[f"{e:.1f}" for e in errors(n, as_matrix(OWN))])
  9 0.9 0.0 1.0
 36 0.0 0.0 1.0
500 0.0 0.0 1.0

--8<-- [end:wrong-always]

--8<-- [start:gradient]
>>> image = random_images(1)
>>> kernels = KERNEL.repeat(N, N, 1, 1).requires_grad_()  # equal, not shared
>>> (as_matrix(kernels) @ image[0]).square().sum().backward()
>>> print(*[f"{g:.2f}" for g in kernels.grad.sum(dim=(0, 1))[0]])  # a row
45.26 -1.44 -33.66
>>> kernel = KERNEL.clone().view(1, 1, K, K).requires_grad_()  # shared
>>> F.conv2d(image.view(1, 1, SIDE, SIDE), kernel).square().sum().backward()
>>> print(*[f"{g:.2f}" for g in kernel.grad[0, 0, 0]])
45.26 -1.44 -33.66

--8<-- [end:gradient]

--8<-- [start:unfold]
>>> image = random_images(1)
>>> windows = F.unfold(image.view(1, 1, SIDE, SIDE), K)[0]  # one a column
>>> by_windows = KERNEL.flatten() @ windows
>>> print(f"{(by_windows - as_matrix(KERNEL) @ image[0]).abs().max():.6f}")
0.000000
>>> image.numel(), windows.numel()
(36, 144)

--8<-- [end:unfold]
"""

# --8<-- [start:code]
import torch
from torch.nn import functional as F

SIDE, K = 6, 3  # of the image and of the kernel
N = SIDE - K + 1  # of the output


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, dtype=torch.float64, generator=generator)


KERNEL = normal(K, K)  # one for all places
OWN = normal(N, N, K, K)  # one for each place


def random_images(n, seed=1):
    return normal(n, SIDE * SIDE, seed=seed)


def as_matrix(kernel):
    """Return the (N * N, SIDE * SIDE) matrix that convolves with ``kernel``.

    A kernel of shape (K, K) is used at every place; one of shape
    (N, N, K, K) has weights of its own for each place.
    """
    kernels = kernel.expand(N, N, K, K)
    matrix = kernel.new_zeros(N, N, SIDE, SIDE)
    for y in range(N):
        for x in range(N):
            matrix[y, x, y : y + K, x : x + K] = kernels[y, x]
    return matrix.view(N * N, SIDE * SIDE)


def errors(n, matrix):
    """Learn ``matrix`` from n images by least squares, in three ways.

    Returns the relative error on new images if each output may use all
    pixels, if each uses its own window, and if all share one kernel. With
    fewer equations than unknowns ``pinv`` gives the shortest solution.
    """
    images, new = random_images(n), random_images(1000, seed=2)
    targets = images @ matrix.T
    full = (torch.linalg.pinv(images) @ targets).T
    windows = F.unfold(images.view(n, 1, SIDE, SIDE), K)  # n, K * K, N * N
    windows, targets = windows.permute(2, 0, 1), targets.T[..., None]
    local = torch.linalg.pinv(windows) @ targets  # N * N, K * K, 1
    windows, targets = windows.reshape(-1, K * K), targets.reshape(-1)
    shared = torch.linalg.pinv(windows) @ targets  # K * K
    learnt = (
        full,
        as_matrix(local.view(N, N, K, K)),
        as_matrix(shared.view(K, K)),
    )
    size = (new @ matrix.T).norm()
    return [(new @ (m - matrix).T).norm() / size for m in learnt]


def weights(height, width, c_in, c_out, k):
    """Count the weights of a fully connected, a local and a shared layer."""
    outputs = (height - k + 1) * (width - k + 1) * c_out
    window = c_in * k * k
    return outputs * c_in * height * width, outputs * window, c_out * window


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw which pixel each output sees, one color for each kernel row."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.5), layout="constrained")
    for row in range(K):
        kernel = torch.zeros(K, K)
        kernel[row] = 1
        outputs, pixels = as_matrix(kernel).nonzero().T.tolist()
        style = {"color": f"C{row}", "marker": "s", "markersize": 4}
        ax.plot(pixels, outputs, linestyle="", label=f"row {row + 1}", **style)
    ax.set(xlabel="pixel", ylabel="output", ylim=(15.7, -0.7))
    fig.legend(loc="outside upper center", ncols=3, title="kernel's")
    return fig


def figure_learning():
    """Draw the three errors against the number of images."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.4), layout="constrained")
    counts = range(1, 41)
    curves = zip(*[errors(n, as_matrix(KERNEL)) for n in counts], strict=True)
    names = (
        ("fully connected", 22, 0.7),
        ("local", 5, 0.75),
        ("shared", 1, 0.06),
    )
    for n, (curve, (name, *at)) in enumerate(zip(curves, names, strict=True)):
        ax.plot(counts, curve, f"C{n}", marker="o", markersize=2.5)
        ax.text(*at, name, color=f"C{n}")
    ax.set(xlabel="images", ylabel="relative error", ylim=(-0.04, 1.04))
    return fig


# --8<-- [end:figure]
