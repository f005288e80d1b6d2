"""Threads over independent pieces of work: NumPy's entry-by-entry operations use one core each."""

import os
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache, partial
from threading import local
from time import thread_time

import numpy as np

from ..recording import changed_mode, current_mode, no_grad, unwatched, users_line
from ..tensor import Tensor, data_of
from .backend import get_array_module
from .blas import numpy_blas

MOST_WORKERS = 8
# Multiply-adds of an operation from which on a second core is worth waking: 0.4 ms of one core.
WORTH_SHARING = 2e7
# Seconds of a call from which on calls beside each other are faster than one after the other:
# Python's own share of a shorter one is so large that threads mostly wait for the interpreter.
WORTH_A_THREAD = 0.004

_thread = local()  # ``_thread.is_helper``: whether this thread works for another one


def default_workers(array):
    """How many threads to use for work on ``array`` when the caller does not say.

    One for each core that this process may use, at most `MOST_WORKERS`; but only one on
    the GPU, where BLAS's own threads cannot be held back, and under a debugger or inside
    `trace`, so that steps are met in order and in the main thread.
    """
    on_gpu = not isinstance(array, np.ndarray)
    if on_gpu or numpy_blas() is None or debugging() or watched_in_one_thread():
        return 1
    return min(cores(), MOST_WORKERS)


def cores():
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def threads_for(array, workers=None):
    """How many threads to use: what the caller says, or `default_workers`."""
    if workers is None:
        return default_workers(array)
    if not isinstance(workers, (int, np.integer)) or workers < 1:
        raise ValueError(f"workers is {workers!r}; expected a whole number of at least 1")
    if workers > 1 and not isinstance(array, np.ndarray):
        raise ValueError(
            f"workers is {workers}, but on a GPU one thread walks along the path (the GPU itself "
            "works in parallel); leave workers out, and give a larger batch_size instead"
        )
    return workers


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
    Where the first call was too short for threads, the caller's own does the rest. Results do
    not depend on the number of workers. An exception, or closing the generator,
    stops the work that has not begun. A generator may stay suspended for as long as somebody
    holds it, so contexts belong around the loop that uses it, never around a ``yield``.
    """
    items = iter(items)
    if workers > 1 and not watched_in_one_thread():
        yield from in_threads(function, items, workers)
    for item in items:
        yield function(item)


def in_threads(function, items, workers):
    """`in_order` for an iterator of items, of which those are left that no thread is worth."""
    line, errors, waiting = users_line(), np.geterr(), deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="minigrad")
    try:
        for item in items:
            # Each call sees the caller's contexts (ablate, check_finite), as it would here.
            waiting.append(pool.submit(copy_context().run, in_worker, line, errors, function, item))
            if len(waiting) > workers:
                found, seconds = waiting.popleft().result()
                yield found
                if seconds < WORTH_A_THREAD:
                    break
        while waiting:
            yield waiting.popleft().result()[0]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def in_worker(line, errors, function, item):
    """``function(item)`` beside others of its kind, for the user's ``line``; and how long it took.

    As the processor's seconds of this thread: other threads and programs do not count.
    """
    begun = thread_time()
    with changed_mode(called_from=line):
        return as_helper(errors, function, item), thread_time() - begun


def as_helper(errors, function, *arguments):
    """``function(*arguments)`` with NumPy's ``errors``; its operations share nothing out again."""
    _thread.is_helper = True
    try:
        with np.errstate(**errors):  # NumPy 1.26 has them for each thread, not for each context
            return function(*arguments)
    finally:
        _thread.is_helper = False


def share_out(work, pieces, cost):
    """``work(*piece)`` for all pieces of one operation, on several cores where that pays.

    Each piece writes its own part of the result, so it does not matter who works at it. The
    caller takes one piece after the other, and so does a helper on every other core; nobody
    waits for a helper that has not begun. A core that another program keeps busy therefore
    delays an operation by one piece at most.

    Parameters
    ----------
    work : callable
    pieces : list of tuple
    cost : float
        Multiply-adds of all pieces together.
    """
    helpers = min(cores(), MOST_WORKERS, len(pieces)) - 1
    alone = getattr(_thread, "is_helper", False) or numpy_blas() is None or debugging()
    if helpers < 1 or cost < WORTH_SHARING or alone:
        for piece in pieces:
            work(*piece)
        return
    left = deque(pieces)
    begun = [
        standing_pool().submit(copy_context().run, as_helper, np.geterr(), take, work, left)
        for _ in range(helpers)
    ]
    try:
        take(work, left)
    finally:
        left.clear()  # after an error the others stop, too
        for helper in begun:
            if not helper.cancel():
                helper.result()


def take(work, left):
    """One piece after the other, until nothing is left."""
    while True:
        try:
            piece = left.popleft()
        except IndexError:
            return
        work(*piece)


@cache
def standing_pool():
    """The helpers of `share_out`, which sleep until they are asked."""
    return ThreadPoolExecutor(MOST_WORKERS - 1, thread_name_prefix="minigrad-helper")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=standing_pool.cache_clear)  # threads stay with the parent


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
    x = data_of(x)
    workers = threads_for(x, workers)
    if len(x) == 0:
        raise ValueError(f"predict: x has shape {x.shape}: the batch is empty, give at least one")
    rows = shares(len(x), workers)
    with no_grad(), unwatched():
        found = list(in_order(partial(output_of, model), [x[some] for some in rows], workers))
    return found[0] if len(found) == 1 else get_array_module(x).concatenate(found)


def output_of(model, x):
    """The array that ``model`` gives for some rows."""
    return model(Tensor(x)).data
