"""What `trace` costs: nothing measurable while it is off, the norms of all arrays while on.

While it is off each step asks once whether it is on. That question is timed by itself,
counted, and set against the whole run, since the difference of two whole runs is far
below what a shared machine can show.
"""

import time
import timeit
from dataclasses import dataclass

import numpy as np

import minigrad as mg
from minigrad.attribution import ClassScore, conductance
from minigrad.recording import current_mode

STEPS = 4


@dataclass
class Cost:
    """A conductance of nine layers in one thread, in seconds, untraced and traced.

    Attributes
    ----------
    off, on : float
        Medians of whole runs.
    steps : int
        Forward, tangent and backward steps in one run.
    question : float
        How long it takes to ask once, in seconds.
    """

    off: float
    on: float
    steps: int
    question: float

    @property
    def share(self):
        """The part of an untraced run that goes into asking."""
        return self.steps * self.question / self.off

    def __str__(self):
        return (
            f"trace: {self.steps} steps; asking takes {self.question * 1e9:.0f} ns, "
            f"together {self.share:.4%} of a run that is not traced ({self.off:.2f} s); "
            f"traced it takes {self.on / self.off:.2f} times as long"
        )


def is_traced():
    """The question, as `Function` and `autodiff` ask it."""
    return bool(current_mode().watchers)


def run(model, x, label, rounds):
    """Yield the one `Cost`."""
    F, baseline = ClassScore(model, label), model.baseline()
    seconds = {"off": [], "on": []}
    for _ in range(rounds + 1):  # the first does not count
        start = time.perf_counter()
        conductance(F, x, baseline, steps=STEPS, workers=1)
        seconds["off"].append(time.perf_counter() - start)
        start = time.perf_counter()
        with mg.trace(collect=True) as traced:
            conductance(F, x, baseline, steps=STEPS, workers=1)
        seconds["on"].append(time.perf_counter() - start)
    off, on = (float(np.median(seconds[which][1:])) for which in ("off", "on"))
    question = min(timeit.repeat(is_traced, number=10_000, repeat=5)) / 10_000
    yield Cost(off, on, sum(step.kind != "name" for step in traced.steps), question)


def tables(rows):
    """The Markdown table as (title, header, lines)."""
    header = [
        "steps of one run",
        "asking, ns",
        "share of a run that is not traced",
        "traced : not traced",
    ]
    lines = [
        [str(row.steps), f"{row.question * 1e9:.0f}", f"{row.share:.4%}", f"{row.on / row.off:.2f}"]
        for row in rows
    ]
    yield "What trace costs", header, lines
