"""How the benchmarks time: ours and the rivals in turn, and the median of the ratios."""

import os
import platform
import time
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Row:
    """One line of the table.

    Attributes
    ----------
    what : str
    seconds : dict of str to float
        The median time of ours and of each rival.
    ratios : dict of str to float
        The median over the rounds of rival / ours: above 1, ours is faster.
    """

    what: str
    seconds: dict
    ratios: dict = field(default_factory=dict)

    def __str__(self):
        times = ", ".join(f"{name} {value:.3f} s" for name, value in self.seconds.items())
        ratios = ", ".join(f"{name} : ours = {value:.2f}" for name, value in self.ratios.items())
        return f"{self.what}: {ratios} ({times})"


def in_turn(what, ours, rivals, rounds=5, synchronise=None):
    """Time ``ours`` and each of ``rivals`` once a round, one after another.

    Parameters
    ----------
    what : str
    ours : callable
    rivals : dict of str to callable
    rounds : int
    synchronise : callable, optional
        Waits for a GPU; called before each reading of the clock.

    Returns
    -------
    Row
    """
    competitors = {"ours": ours, **rivals}
    wait = synchronise or no_wait
    for run in competitors.values():
        run()  # once before it counts: caches, thread pools, memory
    times = {name: [] for name in competitors}
    for _ in range(rounds):
        for name, run in competitors.items():
            wait()
            start = time.perf_counter()
            run()
            wait()
            times[name].append(time.perf_counter() - start)
    ratios = {name: float(np.median(np.divide(times[name], times["ours"]))) for name in rivals}
    return Row(what, {name: float(np.median(values)) for name, values in times.items()}, ratios)


def no_wait():
    """On a CPU a call has done its work when it returns."""


def better(row, names):
    """The row with only the fastest of several variants of one rival.

    They are called alike but for the part behind the first comma.
    """
    fastest = min(names, key=row.seconds.get)
    kept = fastest.split(",")[0]
    for name in names:
        seconds, ratio = row.seconds.pop(name), row.ratios.pop(name)
        if name == fastest:
            row.seconds[kept], row.ratios[kept] = seconds, ratio
    return row


def check_equal(what, ours, theirs, tolerance):
    """Raise an AssertionError unless ‖ours − theirs‖ ≤ tolerance · ‖ours‖; returns the ratio.

    A norm, not the largest difference: in float32 two right implementations disagree on
    which side of its kink a ReLU is that is zero but for rounding, and there on its gradient.
    """
    ours, theirs = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    gap = float(np.linalg.norm(ours - theirs) / np.linalg.norm(ours))
    if not gap <= tolerance:
        raise AssertionError(
            f"{what}: the results differ by {gap:.2e} of their norm, "
            f"where {tolerance:.0e} is allowed"
        )
    return gap


def grainy(x, seed=0):
    """A drawn picture, or a black one, with a little noise, as a photo has it.

    In areas of one colour neighbours are equal, so that only rounding decides which of them
    is the maximum of a pooling, and gets the gradient: two right implementations then differ.
    """
    return x + np.random.default_rng(seed).normal(0, 4, x.shape).astype(x.dtype)


def machine():
    """What the table must say of the machine: cores, versions, threads."""
    from importlib.metadata import PackageNotFoundError, version

    def version_of(package):
        try:
            return version(package)
        except PackageNotFoundError:
            return "not installed"

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    facts = {"processor": processor_name(), "cores": cores, "python": platform.python_version()}
    facts.update(
        {package: version_of(package) for package in ("numpy", "scipy", "torch", "captum", "cupy")}
    )
    return facts


def processor_name():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next(
                line.split(":")[1].strip() for line in file if line.startswith("model name")
            )
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
