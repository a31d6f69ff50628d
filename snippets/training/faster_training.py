"""How do you make training faster?

--8<-- [start:proof]
>>> for workers in 0, 1, 2, 4:  # loading takes 6, copying 1, computing 4
...     six = timeline(6, 1, 4, workers, batches=6)
...     print(workers, pace(6, 1, 4, workers), six.max())
0 11.0 66.0
1 6.0 41.0
2 4.0 31.0
4 4.0 31.0
>>> import inspect, itertools
>>> cases = itertools.product((1, 6, 24), (0, 1, 5), (1, 4, 12), (1, 2, 4, 8))
>>> max(abs(pace(a, b, c, w) - max(a / w, b, c)) for a, b, c, w in cases)
0.0
>>> default = inspect.signature(torch.utils.data.DataLoader).parameters
>>> default["num_workers"].default  # torch loads in the main process
0

--8<-- [end:proof]

--8<-- [start:operators]
>>> x, w = torch.randn(1024, 16), torch.randn(16, 32)
>>> rows = x.split(1)
>>> for run in (lambda: [row @ w for row in rows]), (lambda: x @ w):
...     print(count(run))  # calls, FLOPs, bytes in and out
(1024, 1048576, 2293760)
(1, 1048576, 198656)

--8<-- [end:operators]

--8<-- [start:intensity]
>>> for batch in 1, 16, 256, 4096:  # FLOPs for a byte, by type of number
...     row = intensity(batch, torch.float32), intensity(batch, torch.bfloat16)
...     print("{:4} {:5.1f} {:5.1f}".format(batch, *row))
   1   0.5   1.0
  16   7.1  14.2
 256  42.7  85.3
4096  62.1 124.1

--8<-- [end:intensity]

--8<-- [start:fusion]
>>> from torch import nn
>>> x = torch.randn(1000)
>>> fused = lambda: nn.functional.gelu(x, approximate="tanh")
>>> print(count(lambda: gelu(x)), count(fused))  # calls, FLOPs, bytes
(8, 0, 72000) (1, 0, 8000)
>>> print(f"{(gelu(x) - fused()).abs().max():.6f}")  # they agree
0.000000

--8<-- [end:fusion]

--8<-- [start:batch]
>>> least, _ = steps(2**20)
>>> critical = steps(1)[0] / least - 1
>>> print(least, f"{critical:.1f}")
6 9.3
>>> for batch in 1, 4, 16, 64:  # steps: exact, formula; what SGD then leaves
...     n, rate = steps(batch)
...     formula = least * (1 + critical / batch)
...     print(f"{batch:2} {n:2} {formula:4.1f} {sgd(batch, rate, n):.3f}")
 1 62 62.0 0.009
 4 20 20.0 0.009
16  9  9.5 0.009
64  7  6.9 0.007

--8<-- [end:batch]

--8<-- [start:wrong-workers]
>>> for load in 6, 24:  # 1, 2, 4, 8 and 16 workers
...     print([pace(load, 1, 4, 2**n) for n in range(5)])
[6.0, 4.0, 4.0, 4.0, 4.0]
[24.0, 12.0, 6.0, 4.0, 4.0]

--8<-- [end:wrong-workers]

--8<-- [start:wrong-gpu]
>>> for workers in 0, 1, 8:  # compute takes 4, then a tenth of it
...     slow, fast = pace(6, 1, 4, workers), pace(6, 1, 0.4, workers)
...     print(workers, f"{slow / fast:.2f} times as fast")
0 1.49 times as fast
1 1.00 times as fast
8 4.00 times as fast
>>> print(f"{1 / (7 / 11 + 4 / 11 / 10):.2f}")  # Amdahl's law
1.49

--8<-- [end:wrong-gpu]

--8<-- [start:wrong-batch]
>>> for batch in 1, 8, 64, 512:  # steps with it and with twice it; examples
...     n, twice = steps(batch)[0], steps(2 * batch)[0]
...     print(f"{batch:3} {n:2} {twice:2} {batch * n:4}")
  1 62 34   62
  8 13  9  104
 64  7  6  448
512  6  6 3072
>>> _, rate = steps(1)
>>> [steps(batch, np.array([rate]))[0] for batch in (1, 2, 4, 512)]
[62, 44, 40, 36]

--8<-- [end:wrong-batch]

--8<-- [start:checkpoint]
>>> whole, _ = checkpointed(1)
>>> for segments in 1, 4, 8, 16, 64:  # most outputs kept; relative difference
...     gradient, kept = checkpointed(segments)
...     difference = (gradient - whole).norm() / whole.norm()
...     print(f"{segments:2} {kept} {difference:.6f}")
 1 65 0.000000
 4 20 0.000000
 8 16 0.000000
16 20 0.000000
64 65 0.000000

--8<-- [end:checkpoint]
"""

# --8<-- [start:code]
import math

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

CURVATURES = np.geomspace(1, 0.1, 8)
RATES = np.geomspace(0.005, 2, 200)


def timeline(load, copy, compute, workers, batches=40):
    """Return when each batch's three stages start and end: batch, 3, 2.

    Without ``workers`` a batch is loaded once the last one is computed.
    With them, each loads one batch after another; what is loaded waits.
    """
    times = np.zeros((batches, 3, 2))
    for k in range(batches):
        free = times[k - 1, :, 1].copy() if k else np.zeros(3)
        if not workers:
            free[0] = free[2]
        else:  # the worker whose turn it is
            free[0] = times[k - workers, 0, 1] if k >= workers else 0
        end = 0
        for stage, duration in enumerate((load, copy, compute)):
            start = max(end, free[stage])
            end = start + duration
            times[k, stage] = start, end
    return times


def pace(load, copy, compute, workers):
    """Return the time from the end of a step to the next, once it is even."""
    end = timeline(load, copy, compute, workers)[:, 2, 1]
    return float(end[-1] - end[-17]) / 16


class Count(TorchFunctionMode):
    """Count calls of torch, FLOPs of matrix products, bytes in and out."""

    calls = flops = moved = 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        tensors = [t for t in (*args, out) if isinstance(t, torch.Tensor)]
        self.calls += 1
        self.moved += sum(t.nbytes for t in tensors)
        if func.__name__ == "matmul":
            self.flops += 2 * out.numel() * args[0].shape[1]
        return out


def count(run):
    with Count() as counter:
        run()
    return counter.calls, counter.flops, counter.moved


def intensity(batch, dtype, n=256):
    """Return the FLOPs for each byte of a product, batch by n times n by n."""
    x, w = torch.ones(batch, n, dtype=dtype), torch.ones(n, n, dtype=dtype)
    _, flops, moved = count(lambda: x @ w)
    return flops / moved


def gelu(x):
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    return 0.5 * x * (1 + torch.tanh(inner))


def steps(batch, rates=RATES, target=0.01):
    """Return the fewest SGD steps to ``target`` of the loss, and the rate.

    Exact expectation for a quadratic loss, where each example sees its own
    curvature: inputs normal, mean squares ``CURVATURES``, no label noise.
    """
    h, eta, n = CURVATURES, rates[:, None], 0
    error = np.ones((len(rates), len(h)))  # mean square, by direction
    while (error @ h).min() > target * h.sum():
        noise = (h * error + (error @ h)[:, None]) / batch
        error = error * (1 - eta * h) ** 2 + eta**2 * h * noise
        error, n = np.minimum(error, 1e9), n + 1
    return n, rates[(error @ h).argmin()]


def sgd(batch, rate, count, runs=1000, seed=0):
    """Return the share of the loss that real SGD leaves, mean of runs."""
    rng, h = np.random.default_rng(seed), CURVATURES
    error = np.ones((runs, len(h)))  # weights minus their optimum
    for _ in range(count):
        x = rng.normal(size=(runs, batch, len(h))) * np.sqrt(h)
        error -= rate * ((x @ error[:, :, None]) * x).mean(axis=1)
    return (error**2 @ h).mean() / h.sum()


def checkpointed(segments, layers=64):
    """Return a deep net's gradient, and the most outputs kept at a time.

    Forwards only each segment's input is kept; going back, a segment is
    computed again. One segment is plain backpropagation, computed twice.
    """
    torch.manual_seed(0)
    parts = torch.randn(layers, 16, 16).div(4).chunk(segments)
    inputs, gradients, most = [torch.randn(32, 16)], [], 0

    def run(h, part):
        for weight in part:
            h = torch.tanh(h @ weight)
        return h

    def pack(tensor):
        if len(tensor) == 32:  # an output, not a weight
            kept.add(tensor.data_ptr())
        return tensor

    with torch.no_grad():
        for part in parts:
            inputs.append(run(inputs[-1], part))
    upstream = torch.ones_like(inputs.pop())
    for part in reversed(parts):
        kept = {h.data_ptr() for h in inputs}
        leaves = [t.detach().requires_grad_() for t in (inputs.pop(), part)]
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
            out = run(*leaves)
        total = (out * upstream).sum()
        upstream, gradient = torch.autograd.grad(total, leaves)
        gradients.insert(0, gradient)
        most = max(most, len(kept))
    return torch.cat(gradients), most


# --8<-- [end:code]


# --8<-- [start:figure]
def figure():
    """Draw the stages of the first batches, by number of loading workers."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(
        3, 1, figsize=(4.8, 3.0), sharex=True, layout="constrained"
    )
    stages = "load", "copy", "compute"
    for ax, workers in zip(axes, (0, 1, 2), strict=True):
        times = timeline(6, 1, 4, workers, batches=6)
        for k, batch in enumerate(times):
            for stage, (start, end) in enumerate(batch):
                share = max(workers, 1) if stage == 0 else 1
                low = stage - 0.4 + 0.8 / share * (k % share)
                ax.broken_barh(
                    [(start, end - start)],
                    (low, 0.8 / share),
                    color=f"C{stage}",
                    edgecolor="white",
                )
        ax.set_yticks(range(3), stages)
        ax.set(ylim=(2.6, -0.6), xlim=(0, 66))
        ax.set_title(f"workers: {workers}", loc="left", fontsize=9)
    axes[2].set_xlabel("time")
    return fig


# --8<-- [end:figure]
