"""How do LeNet, AlexNet, VGG, GoogLeNet and ResNet compare?

--8<-- [start:proof]
>>> nets = {build: on_meta(build) for build in NETWORKS}
>>> for build, size in NETWORKS.items():  # layers, parameters, multiply-adds
...     net = nets[build]
...     counts = f"{depth(net):2} {parameters(net):11,}"
...     print(f"{build.__name__:9} {counts} {multiply_adds(net, size):14,}")
lenet5     7      60,000        328,096
alexnet    8  60,965,224    724,406,816
vgg16     16 138,357,544 15,470,264,320
googlenet 22   6,998,552  1,582,671,872
resnet50  50  25,557,032  4,089,184,256
>>> {p.device.type for net in nets.values() for p in net.parameters()}
{'meta'}

--8<-- [end:proof]

--8<-- [start:pieces]
>>> def cost(size, build, *args, **options):  # both counts, in millions
...     net = on_meta(build, *args, **options)
...     print(f"{parameters(net) / 1e6:5.2f}", end="")
...     print(f"{multiply_adds(net, size) / 1e6:8.1f}")
>>> cost((3, 224, 224), alexnet, groups=1)  # AlexNet, not in two halves
62.38  1135.3
>>> cost((64, 56, 56), chain, 64, (64, 3), (64, 3), (64, 3))  # VGG
 0.11   346.8
>>> cost((64, 56, 56), chain, 64, (64, 7))  # the same window of 7x7
 0.20   629.4
>>> cost((192, 28, 28), chain, 192, (16, 1), (32, 5))  # GoogLeNet
 0.02    12.4
>>> cost((192, 28, 28), chain, 192, (32, 5))  # without the 1x1
 0.15   120.4
>>> cost((256, 56, 56), chain, 256, (64, 1), (64, 3), (256, 1))  # ResNet
 0.07   218.4
>>> cost((256, 56, 56), chain, 256, (256, 3), (256, 3))  # without them
 1.18  3699.4

--8<-- [end:pieces]

--8<-- [start:wrong-deeper]
>>> for build in vgg16, googlenet, resnet50:  # convolutional part, dense part
...     *convolutional, dense_part = nets[build]
...     first = sum(map(parameters, convolutional))
...     print(f"{build.__name__:9} {first:10,} {parameters(dense_part):11,}")
vgg16     14,714,688 123,642,856
googlenet  5,973,552   1,025,000
resnet50  23,508,032   2,049,000

--8<-- [end:wrong-deeper]

--8<-- [start:wrong-computation]
>>> for build, size in NETWORKS.items():  # multiply-adds per parameter
...     share = multiply_adds(nets[build], size) / parameters(nets[build])
...     print(f"{build.__name__:9} {share:3.0f}")
lenet5      5
alexnet    12
vgg16     112
googlenet 226
resnet50  160
>>> resnet = nets[resnet50]  # at 448x448 and 224x224
>>> large, small = (multiply_adds(resnet, (3, n, n)) for n in (448, 224))
>>> f"{large / small:.2f}"
'4.00'

--8<-- [end:wrong-computation]

--8<-- [start:wrong-gradient]
>>> for kind in "plain", "norm", "skip", "skip norm", "skip small":
...     ratios = (gradient_ratio(kind, blocks) for blocks in (8, 16, 32))
...     print(f"{kind:10}", *(f"{ratio:.0e}" for ratio in ratios))
plain      2e-01 6e-02 2e-02
norm       8e+00 2e+02 3e+04
skip       7e+00 9e+01 2e+04
skip norm  5e+00 1e+01 3e+01
skip small 9e-01 8e-01 8e-01

--8<-- [end:wrong-gradient]

--8<-- [start:variants]
>>> for build, options in (
...     (alexnet, {"widths": (64, 192, 384, 256, 256), "groups": 1}),
...     (googlenet, {"kernel": 3, "norm": True}),
...     (resnet50, {"strides": (2, 1)}),
... ):
...     net = on_meta(build, **options)
...     print(f"{parameters(net):10,} {multiply_adds(net, (3, 224, 224)):13,}")
61,100,840   714,188,480
 6,624,904 1,498,376,192
25,557,032 3,857,973,248

--8<-- [end:variants]

--8<-- [start:connections]
>>> units = [6 * 28**2, 6 * 14**2, 16 * 10**2, 16 * 5**2, 120, 84]
>>> inputs = 3 * (units[1] + units[3])  # a mean takes four units, not one
>>> multiply_adds(nets[lenet5], (1, 32, 32)) + sum(units) + inputs
340908

--8<-- [end:connections]

--8<-- [start:identity]
>>> x, block = torch.randn(1, 256, 8, 8), bottleneck(256, 64)
>>> _ = nn.init.zeros_(block[0][-1][-1].weight)  # the branch's last norm
>>> (block(x) - x.relu()).abs().max().item()  # the block passes x on
0.0

--8<-- [end:identity]
"""

# --8<-- [start:parts]
from itertools import pairwise

import torch
from torch import nn
from torch.nn import functional as F

HALVE = nn.MaxPool2d(3, 2, padding=1)


class Concatenated(nn.ModuleList):
    def forward(self, x):
        return torch.cat([branch(x) for branch in self], dim=1)


class Added(nn.ModuleList):
    def forward(self, x):
        return sum(branch(x) for branch in self).relu()


def conv(inputs, outputs, kernel, stride=1, norm=False, **options):
    """Return a convolution, batch norm in place of its bias, and ReLU."""
    options = {"padding": kernel // 2, "bias": not norm} | options
    layer = nn.Conv2d(inputs, outputs, kernel, stride, **options)
    return nn.Sequential(layer, *[nn.BatchNorm2d(outputs)] * norm, nn.ReLU())


def chain(inputs, *steps, norm=False):
    """Return convolutions in a row: (outputs, kernel), maybe a stride."""
    layers = []
    for outputs, *kernel_and_stride in steps:
        layers.append(conv(inputs, outputs, *kernel_and_stride, norm=norm))
        inputs = outputs
    return nn.Sequential(*layers)


def dense(*sizes):
    layers = [nn.Flatten()]
    for inputs, outputs in pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])  # the last one gives the scores


# --8<-- [end:parts]


# --8<-- [start:lenet]
TABLE = [[(i + j) % 6 for j in range(n)] for n in (3, 4) for i in range(6)]
TABLE += [[0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5], [0, 1, 2, 3, 4, 5]]


class Partial(nn.ModuleList):  # each map of C3 sees some maps of S2
    def forward(self, x):
        pairs = zip(self, TABLE, strict=True)
        return torch.cat([layer(x[:, maps]) for layer, maps in pairs], dim=1)


def subsample(maps):  # a coefficient and a bias for each map
    scale = nn.Conv2d(maps, maps, kernel_size=1, groups=maps)
    return [nn.AvgPool2d(2), scale, nn.Tanh()]


def lenet5():
    c3 = Partial(nn.Conv2d(len(maps), 1, 5) for maps in TABLE)
    layers = [nn.Conv2d(1, 6, 5), nn.Tanh(), *subsample(6), c3, nn.Tanh()]
    layers += [*subsample(16), nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten()]
    scores = nn.Linear(84, 10, bias=False).requires_grad_(False)  # set by hand
    return nn.Sequential(*layers, nn.Linear(120, 84), nn.Tanh(), scores)


# --8<-- [end:lenet]


# --8<-- [start:networks]
def alexnet(widths=(96, 256, 384, 384, 256), groups=2):
    a, b, c, d, e = widths
    pool = nn.MaxPool2d(3, 2)
    layers = [conv(3, a, 11, 4, padding=2), pool]
    layers += [conv(a, b, 5, groups=groups), pool, conv(b, c, 3)]
    layers += [conv(c, d, 3, groups=groups), conv(d, e, 3, groups=groups)]
    return nn.Sequential(*layers, pool, dense(e * 6**2, 4096, 4096, 1000))


def vgg16():
    layers, inputs = [], 3
    for width, count in (64, 2), (128, 2), (256, 3), (512, 3), (512, 3):
        layers += [chain(inputs, *[(width, 3)] * count), nn.MaxPool2d(2)]
        inputs = width
    return nn.Sequential(*layers, dense(512 * 7**2, 4096, 4096, 1000))


INCEPTIONS = [  # 1x1; 1x1 before 3x3, 3x3; 1x1 before 5x5, 5x5; 1x1 after pool
    (64, 96, 128, 16, 32, 32),
    (128, 128, 192, 32, 96, 64),
    (192, 96, 208, 16, 48, 64),
    (160, 112, 224, 24, 64, 64),
    (128, 128, 256, 24, 64, 64),
    (112, 144, 288, 32, 64, 64),
    (256, 160, 320, 32, 128, 128),
    (256, 160, 320, 32, 128, 128),
    (384, 192, 384, 48, 128, 128),
]


def inception(inputs, widths, kernel, norm):
    a, b, c, d, e, f = widths
    rows = [(a, 1)], [(b, 1), (c, 3)], [(d, 1), (e, kernel)], [(f, 1)]
    branches = [chain(inputs, *row, norm=norm) for row in rows]
    branches[3].insert(0, nn.MaxPool2d(3, 1, padding=1))
    return Concatenated(branches)


def googlenet(kernel=5, norm=False):
    layers = [conv(3, 64, 7, 2, norm), HALVE]
    layers.append(chain(64, (64, 1), (192, 3), norm=norm))
    inputs = 192
    for i, widths in enumerate(INCEPTIONS):
        layers += [HALVE] * (i in (0, 2, 7))
        layers.append(inception(inputs, widths, kernel, norm))
        inputs = sum(widths[i] for i in (0, 2, 4, 5))
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), dense(1024, 1000))


def bottleneck(inputs, width, first=1, second=1):
    """Return 1x1, 3x3 (with these strides) and 1x1 beside a shortcut."""
    steps = (width, 1, first), (width, 3, second), (4 * width, 1)
    branch = chain(inputs, *steps, norm=True)
    shortcut = chain(inputs, (4 * width, 1, first * second), norm=True)
    del branch[-1][-1], shortcut[-1][-1]  # ReLU comes after the sum
    return Added([branch, shortcut if inputs != 4 * width else nn.Identity()])


def resnet50(strides=(1, 2)):
    layers, inputs = [conv(3, 64, 7, 2, norm=True), HALVE], 64
    for width, count in (64, 3), (128, 4), (256, 6), (512, 3):
        for i in range(count):
            halves = i == 0 and width > 64
            layers.append(bottleneck(inputs, width, *strides * halves))
            inputs = 4 * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), dense(2048, 1000))


# --8<-- [end:networks]


# --8<-- [start:counts]
NETWORKS = {lenet5: (1, 32, 32)}  # and the input: channels, height, width
NETWORKS |= dict.fromkeys((alexnet, vgg16, googlenet, resnet50), (3, 224, 224))


def on_meta(build, *args, **options):
    """Build a network whose tensors have shapes but no storage."""
    with torch.device("meta"):
        return build(*args, **options)


def parameters(net):
    return sum(p.numel() for p in net.parameters() if p.requires_grad)


def depth(net):
    """Count the layers with weights on the longest path."""
    if isinstance(net, nn.Sequential):
        return sum(map(depth, net))
    if isinstance(net, nn.ModuleList):  # branches
        return max(map(depth, net))
    return int(isinstance(net, nn.Conv2d | nn.Linear))


def record(layer, _, output):  # a hook: it sees what goes in and comes out
    layer.multiply_adds = output.shape[1:].numel() * layer.weight[0].numel()


def multiply_adds(net, size):
    """Count those of convolutions and dense layers, for one input.

    A batch of no images goes through, so only shapes are worked out; for
    that each tensor of the network is one zero, repeated without storage.
    """
    layers = [m for m in net.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    for layer in layers:
        layer.register_forward_hook(record)
    state = net.state_dict().items()
    zeros = {name: torch.zeros(()).expand(t.shape) for name, t in state}
    torch.func.functional_call(net.eval(), zeros, torch.empty(0, *size))
    return sum(layer.multiply_adds for layer in layers)


# --8<-- [end:counts]


# --8<-- [start:gradient]
def gradient_ratio(kind, blocks, seed=0):
    """Return the norm of dL/d(input) over that of dL/d(output), untrained.

    A block has two 3x3 convolutions of 8 maps with He's initialization;
    "small" divides its branch by the root of the number of blocks.
    """
    torch.manual_seed(seed)
    x = h = torch.randn(8, 8, 8, 8, dtype=torch.float64, requires_grad=True)
    for _ in range(blocks):
        z = h
        for _ in range(2):
            weight = torch.randn(8, 8, 3, 3, dtype=h.dtype) * (2 / 72) ** 0.5
            z = F.conv2d(z.relu(), weight, padding=1)
            if "norm" in kind:
                z = F.batch_norm(z, None, None, training=True)
        z = z / blocks**0.5 if "small" in kind else z
        h = (h + z if "skip" in kind else z).relu()
    output_grad = torch.randn_like(h)
    (input_grad,) = torch.autograd.grad((h * output_grad).sum(), x)
    return (input_grad.norm() / output_grad.norm()).item()


# --8<-- [end:gradient]


# --8<-- [start:figure]
def figure():
    """Draw each network's multiply-adds against its parameters."""
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots(figsize=(4.8, 2.8), layout="constrained")
    for times in 1, 10, 100:
        ax.plot([1e6, 3e8], [1e6 * times, 3e8 * times], color="0.5", lw=0.8)
        ax.text(3.6e8, 3e8 * times, f"{times} each", va="center")
    for build, size in NETWORKS.items():
        net = on_meta(build)
        x, y = parameters(net), multiply_adds(net, size)
        ax.plot(x, y, "o", color="C0")
        ax.text(x / 1.2, y * 1.2, build.__name__, ha="right")
    ax.set(xscale="log", yscale="log", xlabel="parameters")
    ax.set(ylabel="multiply-adds", xlim=(1e4, 3e8), ylim=(3e4, 6e10))
    ax.set_xticks([1e5, 1e6, 1e7, 1e8], ["0.1 M", "1 M", "10 M", "100 M"])
    ax.set_yticks([1e5, 1e7, 1e9], ["0.1 M", "10 M", "1 G"])
    ax.minorticks_off()
    return fig


# --8<-- [end:figure]
