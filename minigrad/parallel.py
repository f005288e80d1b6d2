"""Threads over independent pieces of work: NumPy's entry-by-entry operations use one core each."""

import os
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial

import numpy as np

from .backend import get_array_module
from .blas import numpy_blas, one_blas_thread
from .recording import changed_mode, current_mode
from .tensor import Tensor

MOST_WORKERS = 8


def default_workers(array):
    """How many threads to use for work on ``array`` when the caller does not say.

    One for each core that this process may use, at most `MOST_WORKERS`; but only one on
    the GPU, where BLAS's own threads cannot be held back, and under a debugger or inside
    `trace`, so that steps are met in order and in the main thread.
    """
    on_gpu = not isinstance(array, np.ndarray)
    if on_gpu or numpy_blas() is None or debugging() or watched_in_one_thread():
        return 1
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)


def debugging():
    """Whether a debugger (or another tracer) is watching this thread."""
    monitoring = getattr(sys, "monitoring", None)  # from Python 3.12 on
    monitored = monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None
    return monitored or sys.gettrace() is not None


def watched_in_one_thread():
    """Whether somebody is told of every step and wants them in order, as `trace` does."""
    return any(watcher.in_one_thread for watcher in current_mode().watchers)


def in_order(function, items, workers):
    """Yield ``function(item)`` for every item, in order, computed by ``workers`` threads.

    At most ``workers`` + 1 results wait or are being computed at a time, so memory does not
    grow with the number of items, and no thread is idle while the caller takes a result in.
    Results do not depend on the number of workers. An exception, or closing the generator,
    stops the work that has not begun. A generator may stay suspended for as long as somebody
    holds it, so contexts belong around the loop that uses it, never around a ``yield``.
    """
    if workers == 1 or watched_in_one_thread():
        for item in items:
            yield function(item)
        return
    waiting = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="minigrad") as pool:
        try:
            for item in items:
                # Each call sees the caller's contexts (ablate, check_finite), as it would here.
                waiting.append(pool.submit(copy_context().run, in_worker, function, item))
                if len(waiting) > workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def in_worker(function, item):
    """``function(item)`` beside others of its kind, so each of its products is one thread's."""
    with one_blas_thread():
        return function(item)


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
    if not len(x):
        raise ValueError(
            f"predict: x has shape {x.shape}: the batch is empty, give at least one row"
        )
    workers = default_workers(x) if workers is None else checked_workers(workers)
    rows = [x[some] for some in shares(len(x), workers)]
    # no layers: whoever watches them wants to meet each once, and these are several passes
    with changed_mode(gradients=False, layers=None):
        parts = list(in_order(partial(output_of, model), rows, min(workers, len(rows))))
    return parts[0] if len(parts) == 1 else get_array_module(x).concatenate(parts)


def checked_workers(workers):
    """The number of threads, if it is one."""
    if not isinstance(workers, (int, np.integer)) or workers < 1:
        raise ValueError(f"workers is {workers!r}; expected a whole number of at least 1")
    return workers


def output_of(model, x):
    """The array that ``model`` gives for some rows."""
    return model(Tensor(x)).data
