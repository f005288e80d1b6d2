"""Threads over independent pieces of work. NumPy's element-wise operations use one core; two
threads use two.
"""

import contextvars
import ctypes
import os
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path

import numpy as np

from .backend import get_array_module
from .recording import current_mode, no_grad
from .tensor import Tensor

MOST_WORKERS = 8


def default_workers(array):
    """How many threads to use for work on ``array`` when the caller does not say.

    One for each core that this process may use, at most `MOST_WORKERS`; but only one on
    the GPU, where BLAS's own threads cannot be held back, and under a debugger or inside
    `trace`, so that steps are met in order and in the main thread.
    """
    if (
        not isinstance(array, np.ndarray)
        or numpy_blas() is None
        or debugging()
        or current_mode().trace is not None
    ):
        return 1
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return min(cores, MOST_WORKERS)


def debugging():
    """Whether a debugger (or another tracer) is watching this thread."""
    monitoring = getattr(sys, "monitoring", None)
    return sys.gettrace() is not None or (
        monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None
    )


def in_order(function, items, workers):
    """Yield ``function(item)`` for every item, in order, computed by ``workers`` threads.

    At most ``workers`` + 1 results wait or are being computed at a time, so memory does not
    grow with the number of items, and no thread is idle while the caller takes a result in.
    Results do not depend on the number of workers. An exception, or closing the generator,
    stops the work that has not begun. A generator may stay suspended for as long as somebody
    holds it, so it changes nothing around it: `one_blas_thread` and the like belong around the
    loop, as in `all_in_order`.
    """
    if workers == 1:
        for item in items:
            yield function(item)
        return
    waiting = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="minigrad")
    try:
        for item in items:
            # Each call sees the caller's contexts (ablate, check_finite), as it would here.
            waiting.append(pool.submit(contextvars.copy_context().run, function, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def all_in_order(function, items, workers):
    """The list of what `in_order` yields; with several workers BLAS uses one thread meanwhile."""
    if workers == 1:
        return [function(item) for item in items]
    with one_blas_thread():
        return list(in_order(function, items, workers))


def shares(count, workers):
    """Slices that share ``count`` rows out among at most ``workers``, as evenly as they go."""
    step = max(1, -(-count // workers))
    return [slice(start, start + step) for start in range(0, count, step)]


def predict(model, x, workers=None):
    """``model(x)`` for a batch, recording nothing, the rows shared out among threads.

    Parameters
    ----------
    model : callable
        From a Tensor (N, ...) to a Tensor (N, ...) whose rows do not depend on each other.
    x : array, shape (N, ...)
    workers : int, optional
        Threads; see `default_workers`.

    Returns
    -------
    array, shape (N, ...)
    """
    workers = min(len(x), default_workers(x) if workers is None else workers)
    parts = [x[rows] for rows in shares(len(x), max(1, workers))]
    with no_grad():
        found = all_in_order(partial(output_of, model), parts, workers)
    return found[0] if len(found) == 1 else get_array_module(x).concatenate(found)


def output_of(model, x):
    """The data of ``model(x)``."""
    return model(Tensor(x)).data


class one_blas_thread:
    """Context manager: inside, NumPy's matrix products use one thread each, since the work is
    already shared out.
    """

    _lock = threading.Lock()
    _inside = 0
    _before = 1

    def __enter__(self):
        blas = numpy_blas()
        with self._lock:
            if blas is not None and one_blas_thread._inside == 0:
                one_blas_thread._before = blas.get_num_threads()
                blas.set_num_threads(1)
            one_blas_thread._inside += 1

    def __exit__(self, kind, error, traceback):
        blas = numpy_blas()
        with self._lock:
            one_blas_thread._inside -= 1
            if blas is not None and one_blas_thread._inside == 0:
                blas.set_num_threads(one_blas_thread._before)


class BlasThreads:
    """The two functions of OpenBLAS that read and set how many threads a product may use."""

    def __init__(self, get_num_threads, set_num_threads):
        self.get_num_threads = get_num_threads
        self.set_num_threads = set_num_threads


@cache
def numpy_blas():
    """The OpenBLAS that NumPy's wheels bring along, as `BlasThreads`; None with any other BLAS."""
    return openblas_of(np)


def openblas_of(module):
    """The OpenBLAS that the wheels of NumPy or SciPy bring along, as `BlasThreads`, once the module
    has loaded it; or None.
    """
    package = Path(module.__file__).parent
    for folder in (package.parent / f"{package.name}.libs", package / ".dylibs"):
        for path in sorted(folder.glob("libscipy_openblas*")):
            library = ctypes.CDLL(str(path))  # already loaded by the module: this is the same one
            for suffix in ("64_", ""):
                names = [f"scipy_openblas_{verb}_num_threads{suffix}" for verb in ("get", "set")]
                if all(hasattr(library, name) for name in names):
                    return BlasThreads(*(getattr(library, name) for name in names))
    return None
