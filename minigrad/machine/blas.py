"""How many threads a matrix product uses: one, and the few calls of OpenBLAS that say so.

OpenBLAS's threads wait for each other by spinning. That is fast on a quiet machine, but beside
one busy program every small product waits until the system gives both threads a core again: a
GoogLeNet then takes tens of times as long. So importing minigrad holds NumPy's products to one
thread each, and `minigrad.machine.parallel` shares the work among threads that do not wait for each
other. ``MINIGRAD_BLAS_THREADS=4`` in the environment gives the products their threads back.
"""

import ctypes
import itertools
import os
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np


class BlasThreads:
    """The two functions of OpenBLAS that read and set how many threads a product may use."""

    def __init__(self, get_num_threads, set_num_threads):
        self.get_num_threads = get_num_threads
        self.set_num_threads = set_num_threads


def hold_to_one_thread():
    """Give each of NumPy's products one thread, or as many as $MINIGRAD_BLAS_THREADS says."""
    told = os.environ.get("MINIGRAD_BLAS_THREADS", "")
    blas = numpy_blas()
    if blas is not None:
        blas.set_num_threads(int(told) if told.isdecimal() and int(told) > 0 else 1)


@contextmanager
def one_scipy_thread():
    """Context manager: inside, SciPy's own products use one thread each, as NumPy's do."""
    blas = scipy_blas()
    if blas is None:
        yield
        return
    before = blas.get_num_threads()
    blas.set_num_threads(1)
    try:
        yield
    finally:
        blas.set_num_threads(before)


@cache
def numpy_blas():
    """The OpenBLAS that NumPy's wheels bring along, as `BlasThreads`; None with any other BLAS."""
    return openblas_of(np)


@cache
def scipy_blas():
    """The OpenBLAS that SciPy's wheels bring along, beside NumPy's; None with any other BLAS."""
    import scipy.linalg  # loads it

    return openblas_of(scipy)


def openblas_of(module):
    """The OpenBLAS in the wheels of NumPy or SciPy, which have loaded it; None if there is none."""
    package = Path(module.__file__).parent
    for folder in (package.parent / f"{package.name}.libs", package / ".dylibs"):
        for path in sorted(folder.glob("lib*openblas*")):
            library = ctypes.CDLL(str(path))  # already loaded by the module: this is the same one
            # NumPy 1.26 and SciPy 1.11 have OpenBLAS under its own name
            for prefix, suffix in itertools.product(("scipy_openblas", "openblas"), ("64_", "")):
                names = [f"{prefix}_{verb}_num_threads{suffix}" for verb in ("get", "set")]
                if all(hasattr(library, name) for name in names):
                    return BlasThreads(*(getattr(library, name) for name in names))
    return None
