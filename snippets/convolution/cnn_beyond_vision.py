"""Why do CNNs also work for language, speech and Go?

--8<-- [start:proof]
>>> x, y = sequences(400, range(6), seed=0)  # ACGT begins at places 0 to 5
>>> seen = sequences(1000, range(6), seed=5)
>>> unseen = sequences(1000, range(7, 13), seed=4)  # at places 7 to 12
>>> order = torch.randperm(16, generator=torch.Generator().manual_seed(0))
>>> for build in cnn, dense:  # share of wrong answers
...     net = fit(build(4, 16), x, y)
...     mixed = fit(build(4, 16), x[..., order], y)  # one shuffle for all
...     errors = [wrong(net, *seen), wrong(net, *unseen)]
...     errors.append(wrong(mixed, seen[0][..., order], seen[1]))
...     print(f"{build.__name__:5}", *(f"{error:.2f}" for error in errors))
cnn   0.00 0.00 0.44
dense 0.23 0.50 0.23

--8<-- [end:proof]

--8<-- [start:go]
>>> board = boards(1, 9, seed=0)  # one board of 9 by 9 points
>>> windows = F.unfold(planes(board), 3, padding=1)[0].T  # 81 x 27
>>> rule = torch.linalg.lstsq(windows, liberties(board).reshape(81, 1))
>>> kernel = rule.solution.reshape(1, 3, 3, 3)  # for black, white, empty
>>> (kernel[0, 2] + 0.0).round().int()
tensor([[0, 1, 0],
        [1, 0, 1],
        [0, 1, 0]], dtype=torch.int32)
>>> many = boards(100, 19, seed=1)
>>> counted = F.conv2d(planes(many), kernel, padding=1)[:, 0]
>>> error = (counted - liberties(many)).abs().max()
>>> f"{error:.3f} at most, on {many.numel()} points"
'0.000 at most, on 36100 points'

--8<-- [end:go]

--8<-- [start:wrong-order]
>>> first = "then it was good then it was bad then it was over"
>>> second = "then it was bad then it was good then it was over"
>>> for size in range(1, 6):  # how many of 100 features tell them apart
...     gap = text_features(first, size) != text_features(second, size)
...     print(size, gap.sum().item())
1 0
2 0
3 0
4 0
5 41

--8<-- [end:wrong-order]

--8<-- [start:wrong-correlation]
>>> correlation(planes(many))  # of neighbouring points
0.0
>>> x, left = bumps()  # a bump at each of 24 places
>>> correlation(x), left.sum().item()
(0.92, 12)
>>> for build in cnn, dense:  # least score on the left - greatest on the right
...     scores = fit(build(1, 40), x, left.float())(x)[:, 0]
...     margin = scores[left].min() - scores[~left].max()
...     print(f"{build.__name__:5} {round(margin.item(), 1) + 0.0}")
cnn   0.0
dense 8.7

--8<-- [end:wrong-correlation]

--8<-- [start:wrong-pooling]
>>> blocks = torch.cartesian_prod(*[torch.arange(3)] * 4).reshape(-1, 2, 2)
>>> pooled = F.max_pool2d(planes(blocks)[:, :2], 2)
>>> len(blocks), len(pooled.unique(dim=0))
(81, 4)
>>> board = torch.tensor([[2, 0, 2, 2], [0, 1, 2, 2], [2, 0, 2, 2], [2] * 4])
>>> moved = board.clone()
>>> moved[2, 1], moved[3, 1] = 2, 0  # a black stone, one point further
>>> pair = torch.stack([board, moved])
>>> liberties(pair)[:, 1, 1]  # of the white stone
tensor([1., 2.], dtype=torch.float64)
>>> len(F.max_pool2d(planes(pair)[:, :2], 2).unique(dim=0))
1

--8<-- [end:wrong-pooling]

--8<-- [start:speech]
>>> beep, later, higher = tone(10, 512), tone(10, 1024), tone(20, 512)
>>> for sound in beep, later, higher:  # frequency and time of the maximum
...     print(divmod(sound.argmax().item(), sound.shape[1]))
(10, 24)
(10, 40)
(20, 24)
>>> for height in len(beep), 3:  # kernels span all frequencies, or three
...     was = loudest(beep, height)
...     gaps = [loudest(sound, height) - was for sound in (later, higher)]
...     print(f"{height:2}", *(f"{x.norm() / was.norm():.2f}" for x in gaps))
33 0.00 1.90
 3 0.00 0.00

--8<-- [end:speech]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F


def sequences(n, places, seed):
    """Return n x 4 x 16 random letters, one-hot, and which contain ACGT.

    It is planted in about half of them, beginning at one of ``places``;
    sequences in which it also came about by chance are thrown away.
    """
    random = torch.Generator().manual_seed(seed)
    letters = torch.randint(4, (2 * n, 16), generator=random)
    planted = torch.rand(2 * n, generator=random) < 0.5
    choice = torch.randint(len(places), (2 * n,), generator=random)
    for row in planted.nonzero()[:, 0]:
        start = places[choice[row]]
        letters[row, start : start + 4] = torch.arange(4)
    found = (letters.unfold(1, 4, 1) == torch.arange(4)).all(2).sum(1)
    keep = (found == planted).nonzero()[:n, 0]
    one_hot = F.one_hot(letters[keep], 4).transpose(1, 2)
    return one_hot.float(), planted[keep].float()


def cnn(channels, length):
    """Return windows of four, shared weights, the maximum over all places."""
    torch.manual_seed(0)
    convolution = nn.Conv1d(channels, 64, 4)
    pool = nn.AdaptiveMaxPool1d(1), nn.Flatten(), nn.Linear(64, 1)
    return nn.Sequential(convolution, nn.ReLU(), *pool)


def dense(channels, length):
    """Return a network with a hidden layer that sees all places at once."""
    torch.manual_seed(0)
    hidden = nn.Linear(channels * length, 64)
    return nn.Sequential(nn.Flatten(), hidden, nn.ReLU(), nn.Linear(64, 1))


def fit(net, x, y, steps=60):
    """Train with momentum 0.9 on the whole of ``x`` at each step."""
    weights = list(net.parameters())
    velocities = [0.0] * len(weights)
    for _ in range(steps):
        loss = F.binary_cross_entropy_with_logits(net(x)[:, 0], y)
        gradients = torch.autograd.grad(loss, weights)
        for i, gradient in enumerate(gradients):
            velocities[i] = 0.9 * velocities[i] + gradient
            weights[i].data -= 0.2 * velocities[i]
    return net


def wrong(net, x, y):
    """Return the share of sequences on which the score's sign is wrong."""
    return ((net(x)[:, 0] > 0) != (y > 0)).float().mean().item()


# --8<-- [end:code]


# --8<-- [start:boards]
def boards(n, size, seed):
    """Return n boards: 0 black, 1 white, 2 empty, each point drawn alone."""
    random = torch.Generator().manual_seed(seed)
    return torch.randint(3, (n, size, size), generator=random)


def planes(board):
    """Return a plane each of black, white and empty: n x 3 x size x size."""
    return F.one_hot(board, 3).permute(0, 3, 1, 2).double()


def liberties(board):
    """Count the empty neighbours of each point, without convolution."""
    empty = F.pad((board == 2).double(), (1, 1, 1, 1))
    above, below = empty[:, :-2, 1:-1], empty[:, 2:, 1:-1]
    return above + below + empty[:, 1:-1, :-2] + empty[:, 1:-1, 2:]


def correlation(x):
    """Return the correlation of neighbours along the last axis."""
    pair = torch.stack([x[..., :-1].flatten(), x[..., 1:].flatten()])
    return round(pair.corrcoef()[0, 1].item(), 2) + 0.0


def bumps():
    """Return 24 x 1 x 40 curves, zero but for a bump, and which are left."""
    bump = torch.hann_window(11, periodic=False)[1:-1]
    x = [F.pad(bump, (place, 31 - place)) for place in range(4, 28)]
    return torch.stack(x)[:, None], torch.arange(24) < 12


# --8<-- [end:boards]


# --8<-- [start:senses]
def text_features(sentence, kernel_size):
    """Return 100 features: random kernels, maximum over the sentence.

    Word vectors and kernels are whole numbers, so that sums are exact.
    """
    random = torch.Generator().manual_seed(0)
    words = sentence.split()
    vocabulary = sorted(set(words))
    vectors = torch.randint(-5, 6, (len(vocabulary), 16), generator=random)
    kernels = torch.randint(-5, 6, (100, 16, kernel_size), generator=random)
    x = vectors[[vocabulary.index(word) for word in words]].T.double()
    return F.conv1d(x, kernels.double()).relu().amax(1)


def tone(cycles, start):
    """Return the spectrogram, 33 frequencies x 65 times, of one beep.

    It has ``cycles`` in 64 samples, and begins at sample ``start`` of 2048.
    """
    time = torch.arange(512).double()
    beep = torch.sin(2 * torch.pi * cycles * time / 64)
    sound = F.pad(beep * torch.hann_window(512), (start, 1536 - start))
    window = torch.hann_window(64).double()
    return torch.stft(sound, 64, 32, window=window, return_complex=True).abs()


def loudest(spectrogram, height):
    """Return the maxima over all places of 16 random kernels height x 3."""
    random = torch.Generator().manual_seed(0)
    kernels = torch.randn(16, 1, height, 3, generator=random).double()
    return F.conv2d(spectrogram[None], kernels).amax((1, 2))


# --8<-- [end:senses]


# --8<-- [start:figure]
def figure():
    """Draw the share of wrong answers against the place of the motif."""
    import matplotlib.pyplot as plt

    x, y = sequences(400, range(6), seed=0)
    order = torch.randperm(16, generator=torch.Generator().manual_seed(0))
    same = torch.arange(16)
    fig, ax = plt.subplots(figsize=(4.8, 2.5), layout="constrained")
    ax.axvspan(-0.5, 5.5, color="0.5", alpha=0.2, linewidth=0)
    for name, build, columns, style in (
        ("CNN, shuffled", cnn, order, "C0o--"),
        ("dense", dense, same, "C1s-"),
        ("dense, shuffled", dense, order, "C1s--"),
        ("CNN", cnn, same, "C0o-"),
    ):
        net = fit(build(4, 16).double(), x[..., columns].double(), y.double())
        errors = []
        for place in range(13):
            others, truth = sequences(1000, [place], seed=10 + place)
            errors.append(wrong(net, others[..., columns].double(), truth))
        ax.plot(errors, style, markersize=3, label=name)
    ax.text(2.5, 0.08, "places in training", ha="center")
    ax.set(
        xlabel="place of the motif", ylabel="share wrong", ylim=(-0.03, 0.89)
    )
    ax.legend(loc="upper center", ncols=2, frameon=False)
    return fig


# --8<-- [end:figure]
