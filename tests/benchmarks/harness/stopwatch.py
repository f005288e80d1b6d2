"""Where the time goes by kind of operation, and the multiply-adds that each takes by definition."""

import math
import time
from collections import Counter, defaultdict
from contextlib import nullcontext

from minigrad.function import Function
from minigrad.functions.linear import Linear, Matmul
from minigrad.functions.windowed.conv import Conv2d
from tests.benchmarks.harness.timing import no_wait

METHODS = ("forward", "jvp", "backward")


class Stopwatch:
    """Context manager: inside, forward, jvp and backward of every `Function` subclass are timed.

    Their multiply-adds are counted.

    For one thread only: the times of several would be mixed up.

    Parameters
    ----------
    wait : callable, optional
        Waits for a GPU; called before each reading of the clock.
    label : callable, optional
        From ``"kind, method"`` to a context manager that is open meanwhile: a profiler's.

    Attributes
    ----------
    seconds : dict of (kind, method) to float
        The kind is as `kind_of` says.
    multiply_adds, calls : dict of (kind, method) to int
    """

    def __init__(self, wait=no_wait, label=nullcontext):
        self.wait, self.label = wait, label
        self.seconds, self.multiply_adds = defaultdict(float), defaultdict(int)
        self.calls = Counter()
        self._originals = []
        self._running = False

    def __enter__(self):
        for cls in subclasses(Function):
            for method in METHODS:
                if method in vars(cls):
                    self._originals.append((cls, method, vars(cls)[method]))
                    setattr(cls, method, self._timed(method, vars(cls)[method]))
        return self

    def __exit__(self, kind, error, traceback):
        while self._originals:
            setattr(*self._originals.pop())

    def _timed(self, method, original):
        def timed(function, *arrays):
            # a method that calls its base class's: the time is being taken already
            if self._running:
                return original(function, *arrays)
            self._running = True
            key = kind_of(function), method
            self.wait()
            start = time.perf_counter()
            try:
                with self.label(", ".join(key)):
                    result = original(function, *arrays)
                    self.wait()
            finally:
                self._running = False
            self.seconds[key] += time.perf_counter() - start
            self.calls[key] += 1
            self.multiply_adds[key] += multiply_adds(function, method, arrays, result)
            return result

        return timed


def subclasses(cls):
    """Every class derived from ``cls``, each once."""
    return {found for sub in cls.__subclasses__() for found in {sub} | subclasses(sub)}


def kind_of(function):
    """The name of an operation; of a convolution also the size of its kernel."""
    if isinstance(function, Conv2d):
        height, width = function.inputs[1].shape[:2]
        return f"{function.name} {height}×{width}"
    return function.name


def multiply_adds(function, method, arrays, result):
    """How many multiply-adds one call takes by the operation's definition; 0 without matrices.

    Every window of a convolution counts its whole kernel, also where it lies on padding.

    Parameters
    ----------
    function : Function
    method : {"forward", "jvp", "backward"}
    arrays : tuple of array
        What went into the method.
    result : array or tuple of array
        What came out.

    Returns
    -------
    int
    """
    if not isinstance(function, (Conv2d, Linear, Matmul)):
        return 0
    left, right = function.inputs[0].shape, function.inputs[1].shape
    # products added up for one output
    inner = left[-1] if isinstance(function, Matmul) else math.prod(right[:-1])
    if method == "forward":
        return result.size * inner
    if method == "jvp":  # a product for each of the two factors that moves
        return result.size * inner * sum(tangent is not None for tangent in arrays[:2])
    # and one for each whose gradient is asked for
    return arrays[0].size * inner * sum(function.needs_grad[:2])
