"""What several test files share: generators, and the strict stand-in for CuPy."""

import os

if "PYTEST_XDIST_WORKER" in os.environ and hasattr(os, "sched_setaffinity"):
    # Two test processes beside each other, each on a core of its own: before NumPy counts the cores.
    _cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {_cores[int(os.environ["PYTEST_XDIST_WORKER"][2:]) % len(_cores)]})


import numpy as np
import pytest

from minigrad import backend
from tests import strict_cupy


@pytest.fixture
def rng():
    """A generator that starts alike in every test."""
    return np.random.default_rng(0)


@pytest.fixture
def strict(monkeypatch):
    """The strict stand-in, in CuPy's place for the length of one test."""
    monkeypatch.setattr(backend, "cupy", strict_cupy)
    return strict_cupy
