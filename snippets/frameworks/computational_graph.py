"""What is a computational graph?

--8<-- [start:proof]
>>> order(NOTES, "c")  # each name after those it is made of
['x', 'y', 'a', 'z', 'b', 'c']
>>> x, y, z = torch.tensor([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
>>> ours = gradients(NOTES, "c", x=x, y=y, z=z)
>>> leaves = [value.clone().requires_grad_() for value in (x, y, z)]
>>> c = (leaves[0] * leaves[1] + leaves[2]).sum()
>>> c.backward()
>>> run(NOTES, "c", x=x, y=y, z=z)["c"].item(), c.item()
(56.0, 56.0)
>>> for name, leaf in zip("xyz", leaves):
...     print(name, ours[name].tolist(), leaf.grad.tolist())
x [4.0, 5.0, 6.0] [4.0, 5.0, 6.0]
y [1.0, 2.0, 3.0] [1.0, 2.0, 3.0]
z [1.0, 1.0, 1.0] [1.0, 1.0, 1.0]
>>> for edge in recorded(c):  # the graph that torch has kept: the same
...     print(*edge)
SumBackward0 AddBackward0
AddBackward0 MulBackward0
AddBackward0 AccumulateGrad
MulBackward0 AccumulateGrad
MulBackward0 AccumulateGrad

--8<-- [end:proof]

--8<-- [start:ahead]
>>> graph = {"p": ("mul", "x", "y"), "q": ("mul", "x", "y"),
...          "r": ("mul", "p", "z"), "s": ("add", "p", "q"),
...          "c": ("sum", "s")}  # nothing is computed yet
>>> shared = share(graph)
>>> for each in graph, shared:
...     steps = [name for name in order(each, "c") if name in each]
...     print(steps, run(each, "c", x=x, y=y, z=z)["c"].item())
['p', 'q', 's', 'c'] 64.0
['p', 's', 'c'] 64.0
>>> gradients(shared, "c", x=x, y=y)["x"].tolist()  # 2y, from p used twice
[8.0, 10.0, 12.0]

--8<-- [end:ahead]

--8<-- [start:wrong-nodes]
>>> operations = NOTES.keys()
>>> edges = [(i, name) for name, (_, *ins) in NOTES.items() for i in ins]
>>> len(operations), len(edges)
(3, 5)
>>> h = leaves[0] * leaves[0]  # one tensor, used twice: two edges
>>> for edge in recorded(h * h):
...     print(*edge)
MulBackward0 MulBackward0
MulBackward0 MulBackward0
MulBackward0 AccumulateGrad
MulBackward0 AccumulateGrad

--8<-- [end:wrong-nodes]

--8<-- [start:wrong-none]
>>> for start in 1.0, 6.0:
...     x = torch.tensor(start, requires_grad=True)
...     y = doubled(x)  # until it is 10 or more
...     print(len(recorded(y)), "edges;", end=" ")
...     y.backward()
...     print("gradient", x.grad.item())
4 edges; gradient 16.0
1 edges; gradient 2.0
>>> try:
...     y.backward()
... except RuntimeError as error:
...     print(str(error).split(" (")[0])
Trying to backward through the graph a second time

--8<-- [end:wrong-none]

--8<-- [start:wrong-paths]
>>> chain = {f"x{i + 1}": ("add", f"x{i}", f"x{i}") for i in range(30)}
>>> len(order(chain, "x30"))  # nodes; each is visited once
31
>>> one = torch.tensor(1.0)
>>> gradients(chain, "x30", x0=one)["x0"].item() / 2**30  # of 2**30 paths
1.0

--8<-- [end:wrong-paths]

--8<-- [start:trace]
>>> def wasteful(x, y, z):
...     p, q = x * y, x * y
...     r = p * z
...     return (p + q).sum()
>>> traced = torch.fx.symbolic_trace(wasteful)  # runs it on stand-ins
>>> [node.name for node in traced.graph.nodes]
['x', 'y', 'z', 'mul', 'mul_1', 'mul_2', 'add', 'sum_1', 'output']
>>> _ = traced.graph.eliminate_dead_code()
>>> [node.name for node in traced.graph.nodes]
['x', 'y', 'z', 'mul', 'mul_1', 'add', 'sum_1', 'output']
>>> try:
...     torch.fx.symbolic_trace(doubled)
... except torch.fx.proxy.TraceError as error:
...     print(str(error)[-40:])
cannot be used as inputs to control flow

--8<-- [end:trace]
"""

# --8<-- [start:code]
import torch
import torch.fx

OPERATIONS = {  # what it computes; what it passes back of a gradient g
    "mul": (lambda x, y: x * y, lambda g, x, y: (g * y, g * x)),
    "add": (lambda x, y: x + y, lambda g, x, y: (g, g)),
    "sum": (lambda x: x.sum(), lambda g, x: (g.expand_as(x),)),
}
NOTES = {  # name: (operation, inputs)
    "a": ("mul", "x", "y"),
    "b": ("add", "a", "z"),
    "c": ("sum", "b"),
}


def order(graph, wanted, names=()):
    """List ``names`` and those ``wanted`` needs, each after its inputs."""
    if wanted in names:
        return names
    for i in graph.get(wanted, ())[1:]:
        names = order(graph, i, names)
    return [*names, wanted]


def run(graph, wanted, **values):
    """Return the values of all names that ``wanted`` needs, fed ``values``."""
    for name in order(graph, wanted):
        if name in graph:
            operation, *inputs = graph[name]
            forward, _ = OPERATIONS[operation]
            values[name] = forward(*(values[i] for i in inputs))
    return values


def gradients(graph, wanted, **values):
    """Return the gradient of ``wanted`` by all names that it needs."""
    values = run(graph, wanted, **values)
    found = {wanted: torch.ones_like(values[wanted])}
    for name in reversed(order(graph, wanted)):
        if name in graph:
            operation, *inputs = graph[name]
            _, backward = OPERATIONS[operation]
            parts = backward(found[name], *(values[i] for i in inputs))
            for i, part in zip(inputs, parts, strict=True):
                found[i] = found.get(i, 0) + part  # each use adds its part
    return found


def share(graph):
    """Merge names that apply the same operation to the same inputs.

    The graph must list each name after its inputs.
    """
    first, same = {}, {}
    for name, (operation, *inputs) in graph.items():
        node = operation, *(same.get(i, i) for i in inputs)
        same[name] = first.setdefault(node, name)
    return {name: node for node, name in first.items()}


# --8<-- [end:code]


# --8<-- [start:torch]
def recorded(tensor):
    """List the edges of the graph behind a tensor, from user to used."""
    edges, seen, waiting = [], set(), [tensor.grad_fn]
    while waiting:
        user = waiting.pop()
        for used, _ in user.next_functions:
            if used:  # not a constant
                edges.append((type(user).__name__, type(used).__name__))
                waiting += [used] * (used not in seen)
                seen.add(used)
    return edges


def doubled(x):
    """Double ``x`` until it is 10 or more: the data decide how often."""
    while x < 10:
        x = x * 2
    return x


# --8<-- [end:torch]
