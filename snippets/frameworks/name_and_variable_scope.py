"""What were name_scope and variable_scope for, and what replaced them?

--8<-- [start:scopes]
>>> for scope in name_scope, variable_scope:
...     with scope("encoder"):
...         weight, bias = get_variable("weight"), variable("bias")
...         print(f"{weight['name']:15} {bias['name']:15} {unique('add')}")
weight          encoder/bias    encoder/add
encoder/weight  encoder_1/bias  encoder_1/add

--8<-- [end:scopes]

--8<-- [start:sharing]
>>> weight["value"] = 7  # set here, and read below after asking by name
>>> with variable_scope("encoder", reuse=True):
...     get_variable("weight")["value"], unique("add"), unique("add")
(7, 'encoder_2/add', 'encoder_2/add_1')
>>> with variable_scope("model"), variable_scope("encoder"):
...     get_variable("weight")["name"]  # scopes nest, as folders do
'model/encoder/weight'

--8<-- [end:sharing]

--8<-- [start:proof]
>>> _ = torch.manual_seed(3)
>>> encoder, head = linear(4, 3), linear(3, 1)
>>> model = nn.ModuleDict({"encoder": encoder, "head": head})
>>> for name, parameter in model.named_parameters():
...     print(f"{name:14} {list(parameter.shape)}")
encoder.weight [3, 4]
encoder.bias   [3]
head.weight    [1, 3]
head.bias      [1]
>>> twin = linear(4, 3)
>>> twin.load_state_dict(encoder.state_dict())  # the same values
<All keys matched successfully>
>>> both = gradients(encoder, encoder, head)[encoder.weight]  # used twice
>>> once = gradients(encoder, twin, head)  # two objects, each used once
>>> left, right = once[encoder.weight], once[twin.weight]
>>> print(f"{left.norm():.2f} {right.norm():.2f} {both.norm():.2f}")
0.16 0.17 0.19
>>> print(f"{(both - (left + right)).abs().max():.6f}")  # it is their sum
0.000000

--8<-- [end:proof]

--8<-- [start:tied]
>>> embedding, output = nn.Embedding(10, 4), nn.Linear(4, 10, bias=False)
>>> output.weight = embedding.weight  # the same Parameter under two names
>>> tied = nn.Sequential(embedding, output)
>>> for name, tensor in tied.state_dict().items():
...     print(name, tensor.numel())
0.weight 40
1.weight 40
>>> sum(parameter.numel() for parameter in tied.parameters())
40

--8<-- [end:tied]

--8<-- [start:wrong-name-scope]
>>> with name_scope("left"):
...     get_variable("kernel")["name"]
'kernel'
>>> with name_scope("right"):
...     get_variable("kernel")
Traceback (most recent call last):
ValueError: Variable kernel already exists, disallowed.

--8<-- [end:wrong-name-scope]

--8<-- [start:wrong-auto-reuse]
>>> before = len(variables)
>>> for branch in "left", "right":  # meant to be two
...     with name_scope(branch), variable_scope("conv", reuse=AUTO_REUSE):
...         kernel = get_variable("kernel")
>>> len(variables) - before
1
>>> for name in "offset", "ofset":  # meant to be one
...     with variable_scope("conv", reuse=AUTO_REUSE):
...         offset = get_variable(name)
>>> len(variables) - before - 1
2
>>> with variable_scope("conv", reuse=True):  # share, and nothing else
...     get_variable("offfset")
Traceback (most recent call last):
ValueError: Variable conv/offfset does not exist.

--8<-- [end:wrong-auto-reuse]

--8<-- [start:wrong-copy]
>>> print(f"{(encoder.weight - twin.weight).abs().max():.3f}")
0.000
>>> step(gradients(encoder, twin, head))
>>> print(f"{(encoder.weight - twin.weight).abs().max():.3f}")  # no longer
0.017

--8<-- [end:wrong-copy]

--8<-- [start:wrong-list]
>>> repeated = nn.Sequential(*[nn.Linear(4, 4)] * 3)
>>> separate = nn.Sequential(*[nn.Linear(4, 4) for _ in range(3)])
>>> for stack in repeated, separate:  # names, then parameters
...     print(len(stack.state_dict()), len(list(stack.parameters())))
6 2
6 6

--8<-- [end:wrong-list]

--8<-- [start:rename]
>>> saved = model.state_dict()
>>> renamed = nn.ModuleDict({"backbone": encoder, "head": head})
>>> renamed.load_state_dict(saved, strict=False).missing_keys
['backbone.weight', 'backbone.bias']
>>> fixed = {k.replace("encoder.", "backbone."): saved[k] for k in saved}
>>> renamed.load_state_dict(fixed)
<All keys matched successfully>

--8<-- [end:rename]

--8<-- [start:graph]
>>> network = nn.Sequential()
>>> network.encoder = nn.Sequential(linear(4, 3), nn.ReLU())
>>> network.head = linear(3, 1)
>>> for node in torch.fx.symbolic_trace(network).graph.nodes:
...     print(f"{node.op:12} {node.target}")
placeholder  input
call_module  encoder.0
call_module  encoder.1
call_module  head
output       output

--8<-- [end:graph]
"""

# --8<-- [start:scope-code]
from contextlib import contextmanager

import torch
from torch import nn

AUTO_REUSE = "auto"
scope_now = {"operations": "", "variables": "", "reuse": False}
taken, variables = set(), {}  # names in the graph; variables by name


@contextmanager
def within(**changes):
    before = dict(scope_now)
    scope_now.update(changes)
    try:
        yield
    finally:
        scope_now.update(before)


def unique(name):
    """Return the name of something new: prefixed, and numbered if taken."""
    full = first = scope_now["operations"] + name
    count = 0
    while full in taken:
        count += 1
        full = f"{first}_{count}"
    taken.add(full)
    return full


def name_scope(name):
    """Prefix what is new: operations, and what ``variable`` makes."""
    return within(operations=unique(name) + "/")


def variable_scope(name, reuse=False):
    """Prefix these as well as the names that ``get_variable`` looks up."""
    return within(
        operations=unique(name) + "/",
        variables=scope_now["variables"] + name + "/",  # never numbered
        reuse=reuse or scope_now["reuse"],
    )


def variable(name):
    """Return a new variable, always."""
    return {"name": unique(name), "value": 0}


def get_variable(name):
    """Return the variable of that name; make it if the scope allows.

    Raises ValueError if it exists and ``reuse`` is False, or it doesn't and
    ``reuse`` is True.
    """
    name = scope_now["variables"] + name
    if name in variables and not scope_now["reuse"]:
        raise ValueError(f"Variable {name} already exists, disallowed.")
    if name not in variables and scope_now["reuse"] is True:
        raise ValueError(f"Variable {name} does not exist.")
    return variables.setdefault(name, {"name": name, "value": 0})


# --8<-- [end:scope-code]

# --8<-- [start:code]
generator = torch.Generator().manual_seed(0)
LEFT, RIGHT = torch.randn(2, 8, 4, generator=generator).double()  # 8 pairs


def linear(n_in, n_out):
    return nn.Linear(n_in, n_out, dtype=torch.float64)


def gradients(first, second, head):
    """Return {weight: its gradient} for one loss that uses both encoders."""
    loss = head(first(LEFT) * second(RIGHT)).mean()
    weights = {first.weight, second.weight}  # one, if they are one object
    slopes = torch.autograd.grad(loss, list(weights))
    return dict(zip(weights, slopes, strict=True))


def step(gradients, lr=0.1):
    for weight, gradient in gradients.items():
        weight.data -= lr * gradient


# --8<-- [end:code]
