"""How many threads a matrix product uses: the few calls of OpenBLAS that set it."""

import ctypes
import threading
from functools import cache
from pathlib import Path

import numpy as np


class BlasThreads:
    """The two functions of OpenBLAS that read and set how many threads a product may use."""

    def __init__(self, get_num_threads, set_num_threads):
        self.get_num_threads = get_num_threads
        self.set_num_threads = set_num_threads


class one_blas_thread:
    """Context manager: inside, NumPy's matrix products use one thread each.

    For work that is shared out already. Blocks may stand inside each other and in several
    threads; the first to begin and the last to end change the number.
    """

    _lock = threading.Lock()
    _inside = 0
    _before = 1

    def __enter__(self):
        block, blas = type(self), self.blas()
        with block._lock:
            if blas is not None and block._inside == 0:
                block._before = blas.get_num_threads()
                blas.set_num_threads(1)
            block._inside += 1

    def __exit__(self, kind, error, traceback):
        block, blas = type(self), self.blas()
        with block._lock:
            block._inside -= 1
            if blas is not None and block._inside == 0:
                blas.set_num_threads(block._before)

    def blas(self):
        return numpy_blas()


class one_scipy_thread(one_blas_thread):
    """Context manager: inside, SciPy's own products use one thread each.

    For a few hundred numbers, waking a second one takes longer than the work.
    """

    _inside = 0

    def blas(self):
        return scipy_blas()


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
        for path in sorted(folder.glob("libscipy_openblas*")):
            library = ctypes.CDLL(str(path))  # already loaded by the module: this is the same one
            for suffix in ("64_", ""):
                names = [f"scipy_openblas_{verb}_num_threads{suffix}" for verb in ("get", "set")]
                if all(hasattr(library, name) for name in names):
                    return BlasThreads(*(getattr(library, name) for name in names))
    return None
