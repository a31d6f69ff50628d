"""What is the difference between parameters and hyperparameters?

--8<-- [start:proof]
>>> _ = torch.manual_seed(1)
>>> x, y = torch.randn(64, 3), torch.randn(64, 1)
>>> model = network(nn.Tanh)
>>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
>>> for name, when in when_changed(model, optimizer, x, y).items():
...     print(f"{name:22}", *when or ["never"])
0.weight               step
1.weight               step
1.bias                 step
1.running_mean         forward
1.running_var          forward
1.num_batches_tracked  forward
3.weight               step
3.bias                 step
lr                     never
momentum               never
units                  never

--8<-- [end:proof]

--8<-- [start:buffers]
>>> fresh = network(nn.Tanh)
>>> mean = fresh[0](x).mean(dim=0)  # what batch normalization averages
>>> for passes in range(101):
...     if passes in (0, 10, 100):
...         off = (mean - fresh[1].running_mean).norm() / mean.norm()
...         print(f"{passes:3} forward passes: off by {off:.3f}")
...     _ = fresh(x)  # no backward, no step
  0 forward passes: off by 1.000
 10 forward passes: off by 0.349
100 forward passes: off by 0.000

--8<-- [end:buffers]

--8<-- [start:choose]
>>> train, validation = data()
>>> for lam in 0, 0.1, 1, 10:
...     w = ridge(train, lam)
...     print(f"{lam:3} {loss(w, train):.2f} {loss(w, validation):.2f}")
  0 0.59 3.13
0.1 0.63 2.45
  1 0.97 2.10
 10 1.48 2.24
>>> def best_size(train, chosen_on):
...     losses = [loss(ridge(train, 0, k), chosen_on) for k in range(1, 21)]
...     return 1 + losses.index(min(losses))
>>> [best_size(train, train) for train, _ in map(data, range(5))]
[20, 20, 20, 20, 20]
>>> [best_size(train, held_out) for train, held_out in map(data, range(5))]
[5, 5, 6, 7, 11]

--8<-- [end:choose]

--8<-- [start:wrong-human]
>>> def ridge_loss(lam):
...     return loss(ridge(train, lam), validation)
>>> def loss_after_20_steps(lr):
...     return loss(descend(train, lr, steps=20), validation)
>>> print(f"{by_formula(train, validation, 0.1):.3f}")
-3.317
>>> for function in ridge_loss, loss_after_20_steps:
...     slope, difference = derivative(function, 0.1)
...     *_, found = tune(function, 0.01)
...     print(f"{slope:.3f} {difference:.3f}, found {found:.2g}:", end=" ")
...     best = min(function(10 ** (k / 10)) for k in range(-30, 11))
...     print(f"{function(found):.3f}, best of 41 {best:.3f}")
-3.317 -3.317, found 0.73: 2.091, best of 41 2.092
4.124 4.124, found 0.023: 2.111, best of 41 2.112

--8<-- [end:wrong-human]

--8<-- [start:wrong-training]
>>> w = torch.zeros(20, dtype=torch.float64, requires_grad=True)
>>> lam = torch.tensor(1.0, requires_grad=True)  # made a parameter
>>> optimizer = torch.optim.SGD([w, lam], lr=0.05)
>>> for step in range(1, 81):
...     optimizer.zero_grad()
...     (loss(w, train) + lam * (w**2).sum()).backward()
...     optimizer.step()
...     if step % 20 == 0:
...         print(f"{step} steps: {lam:.2f}")
20 steps: 0.86
40 steps: 0.58
60 steps: 0.17
80 steps: -0.80

--8<-- [end:wrong-training]

--8<-- [start:wrong-state]
>>> parameters = dict(model.named_parameters())
>>> [name for name in model.state_dict() if name not in parameters]
['1.running_mean', '1.running_var', '1.num_batches_tracked']
>>> other = network(nn.ReLU)
>>> other.load_state_dict(model.state_dict())  # ReLU for tanh: unnoticed
<All keys matched successfully>
>>> _ = model.eval(), other.eval()
>>> f"{(model(x) - other(x)).abs().max():.1f}"
'1.7'

--8<-- [end:wrong-state]

--8<-- [start:prelu]
>>> for activation in nn.LeakyReLU(0.25), nn.PReLU(init=0.25):
...     names = [name for name, _ in activation.named_parameters()]
...     print(activation(torch.tensor([-4.0])).item(), names)
-1.0 []
-1.0 ['weight']

--8<-- [end:prelu]

--8<-- [start:same]
>>> ends = [descend(train, lr, steps=600) for lr in (0.1, 0.2)]
>>> f"{(ends[0] - ends[1]).abs().max():.3f}"  # another lr, the same end
'0.000'
>>> ends = [ridge(train, lam) for lam in (0.05, 0.1)]
>>> f"{(ends[0] - ends[1]).abs().max():.3f}"  # another penalty
'0.102'

--8<-- [end:same]

--8<-- [start:checkpoint]
>>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
>>> resumed = torch.optim.SGD(model.parameters(), lr=0.5)
>>> resumed.load_state_dict(optimizer.state_dict())
>>> resumed.param_groups[0]["lr"]  # what the file says, not the line above
0.1

--8<-- [end:checkpoint]
"""

# --8<-- [start:code]
import torch
from torch import nn
from torch.nn import functional as F


def network(activation):
    """Return a 3-4-1 network with batch normalization."""
    torch.manual_seed(0)
    first, last = nn.Linear(3, 4, bias=False), nn.Linear(4, 1)
    return nn.Sequential(first, nn.BatchNorm1d(4), activation(), last)


def snapshot(model, optimizer):
    """Return {name: value} for numbers of all kinds that make up a run."""
    state = {name: v.tolist() for name, v in model.state_dict().items()}
    for name in "lr", "momentum":
        state[name] = optimizer.param_groups[0][name]
    state["units"] = model[0].out_features
    return state


def when_changed(model, optimizer, x, y, steps=50):
    """Train, and return {name: what changed it} for what a snapshot holds."""
    when = {name: set() for name in snapshot(model, optimizer)}
    for _ in range(steps):
        start = snapshot(model, optimizer)
        error = F.mse_loss(model(x), y)
        after_forward = snapshot(model, optimizer)
        optimizer.zero_grad()
        error.backward()
        optimizer.step()
        end = snapshot(model, optimizer)
        for name in when:
            if after_forward[name] != start[name]:
                when[name].add("forward")
            if end[name] != after_forward[name]:
                when[name].add("step")
    return when


# --8<-- [end:code]


# --8<-- [start:ridge]
def data(seed=0):
    """Return (inputs, targets) to train on and to validate on, 40 each.

    Of 20 features 5 count, each with weight 0.5; the noise has variance 1.
    """
    torch.manual_seed(seed)
    sets = []
    for n in 40, 40:
        x = torch.randn(n, 20, dtype=torch.float64)
        noise = torch.randn(n, dtype=torch.float64)
        sets.append((x, 0.5 * x[:, :5].sum(dim=1) + noise))
    return sets


def loss(w, examples):
    """Return the mean squared error of the first len(w) features."""
    x, y = examples
    return ((x[:, : len(w)] @ w - y) ** 2).mean()


def ridge(examples, lam, k=20):
    """Return the w that minimizes loss + lam * |w|^2, of k features."""
    x, y = examples[0][:, :k], examples[1]
    penalty = lam * torch.eye(k, dtype=x.dtype)
    return torch.linalg.solve(x.T @ x / len(y) + penalty, x.T @ y / len(y))


# --8<-- [end:ridge]


# --8<-- [start:hypergradient]
def descend(examples, lr, steps):
    """Return w after some steps of gradient descent on the loss, from 0."""
    x, y = examples
    w = torch.zeros(20, dtype=x.dtype)
    for _ in range(steps):
        w = w - lr * 2 * x.T @ (x @ w - y) / len(y)
    return w


def by_formula(train, validation, lam):
    """Return d loss(ridge(train, lam), validation) / d lam."""
    (x, y), w = train, ridge(train, lam)
    slope = -torch.linalg.solve(
        x.T @ x / len(y) + lam * torch.eye(20, dtype=x.dtype), w
    )
    x, y = validation
    return 2 * (x @ w - y) @ (x @ slope) / len(y)


def derivative(function, at, eps=1e-5):
    """Return the derivative by backpropagation and by finite difference."""
    h = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(function(h), h)
    return slope, (function(at + eps) - function(at - eps)) / (2 * eps)


def tune(function, start, steps=30, rate=2.0):
    """Return the path of gradient descent on ``function``, in log h."""
    log_h = torch.tensor(start, dtype=torch.float64).log().requires_grad_()
    path = [log_h.exp().detach()]
    for _ in range(steps):
        (slope,) = torch.autograd.grad(function(log_h.exp()), log_h)
        log_h.data -= rate * slope
        path.append(log_h.exp().detach())
    return path


# --8<-- [end:hypergradient]


# --8<-- [start:figure]
def figure():
    """Draw the losses against the penalty, and the hypergradient's path."""
    import matplotlib.pyplot as plt

    train, validation = data()
    fig, ax = plt.subplots(figsize=(4.8, 2.6), layout="constrained")
    lams = torch.logspace(-2.5, 1.5, 81).double()
    curves = ("training", train, "C0"), ("validation", validation, "C1")
    for name, examples, color in curves:
        losses = [loss(ridge(train, lam), examples) for lam in lams]
        ax.plot(lams, losses, color=color)
        ax.text(40, losses[-1], name, color=color, va="center")
    path = tune(
        lambda lam: loss(ridge(train, lam), validation), 0.01, steps=12
    )
    losses = [loss(ridge(train, lam), validation) for lam in path]
    ax.plot(path, losses, "o", color="black", markersize=3.5)
    ax.set(xscale="log", xlabel="lambda", ylabel="loss", ylim=(0, 3.4))
    ax.set_xlim(0.003, 300)
    return fig


# --8<-- [end:figure]
