"""What several test files share: generators, and the strict stand-in for CuPy."""

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
