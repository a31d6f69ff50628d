"""What pytest needs for the snippets' doctests: each starts from the same state."""

import os

import pytest

# A worker on each core is enough; more threads only get in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def same_start(request):
    """Reset what a snippet could leave behind for the next."""
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    import numpy
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    numpy.random.seed(0)
    dtype, printing = torch.get_default_dtype(), numpy.get_printoptions()
    yield
    torch.set_default_dtype(dtype)
    torch.set_printoptions(profile="default")
    torch.set_grad_enabled(True)
    numpy.set_printoptions(**printing)
