"""The share of the matrix-product limit that conductance reaches, by kind of operation.

``python -m tests.benchmarks.limit --weights FILE [--rounds N] [--quick]``.

The limit is the time that bare float32 ``numpy.matmul``, at the best speed which it
reaches here on large square matrices with as many threads, would need for the
multiply-adds of the convolutions and linear layers **as their definition counts them**:
rows · columns · kernel height · kernel width · in · out for every picture and sweep:
every layer forward, every layer's tangent, and backward as far as the first watched
layer, not into what made it. Whatever needs fewer multiplications than the definition
(Winograd's algorithm; computing once a tangent that is the same at every point, as in
the first convolution) gets no discount, so its share can exceed what direct products
could reach, and even 100 %.
"""

import sys
import time
from dataclasses import dataclass

import numpy as np

from minigrad.attribution import ClassScore, conductance
from minigrad.machine.blas import numpy_blas
from minigrad.machine.parallel import default_workers
from tests.benchmarks.harness.stopwatch import METHODS, Stopwatch

SIDE = 2048  # of the square matrices: so large that handing out the work costs nothing
SWEEPS = ("forward", "tangent", "backward")  # what the three METHODS are called in print


@dataclass
class Whole:
    """A whole conductance run against the limit for its number of threads.

    Attributes
    ----------
    what : str
    threads : int
    seconds : float
        The median over the rounds.
    multiply_adds : int
        Of the whole run, by definition.
    limit_rate : float
        Multiply-adds a second that ``numpy.matmul`` does with so many threads.
    """

    what: str
    threads: int
    seconds: float
    multiply_adds: int
    limit_rate: float

    @property
    def share(self):
        """The limit's time as a part of the time taken."""
        return self.multiply_adds / self.limit_rate / self.seconds

    def __str__(self):
        return (
            f"{self.what}, {self.threads} thread(s): {self.seconds:.2f} s "
            f"for {self.multiply_adds / 1e9:.1f}·10⁹ multiply-adds; numpy.matmul does "
            f"{self.limit_rate / 1e9:.1f}·10⁹ a second: {self.share:.0%} of the limit"
        )


@dataclass
class Kind:
    """One kind of operation, on one thread; lists hold one entry for each of `SWEEPS`.

    Attributes
    ----------
    what : str
    milliseconds : list of float
        For each path point; the median over the rounds.
    shares : list of (float or None)
        Of the limit of one thread; None where no matrices are multiplied.
    percent : float
        Of the time of the whole run.
    """

    what: str
    milliseconds: list
    shares: list
    percent: float

    def __str__(self):
        of_limit = [
            "" if share is None else f" ({share:.0%} of the limit)" for share in self.shares
        ]
        parts = [
            f"{sweep} {value:.2f} ms{share}"
            for sweep, value, share in zip(SWEEPS, self.milliseconds, of_limit)
        ]
        each = f"{', '.join(parts)} a path point; " if parts else ""
        return f"{self.what}: {each}{self.percent:.1f} % of the time"


def run(model, x, rounds, steps=50):
    """Yield the `Whole` run with the default number of workers and with one, then each `Kind`.

    Parameters
    ----------
    model : models.inception.Inception
    x : numpy.ndarray, shape (1, side, side, 3)
    rounds : int
    steps : int
        Path points of one run.
    """
    # which class makes no difference to the time
    F, baseline, many = ClassScore(model, 0), model.baseline(), default_workers(x)
    rates, seconds, watches = (
        {threads: matmul_rate(threads) for threads in {1, many}},
        {"many": [], "one": []},
        [],
    )
    conductance(F, x, baseline, steps=steps)  # once before it counts: memory, thread pools
    for _ in range(rounds):
        # Between the runs, so that all meet the same machine; a limit is the best speed ever met.
        rates = {threads: max(rate, matmul_rate(threads)) for threads, rate in rates.items()}
        seconds["many"].append(time_of(lambda: conductance(F, x, baseline, steps=steps)))
        with Stopwatch() as watch:
            seconds["one"].append(
                time_of(lambda: conductance(F, x, baseline, steps=steps, workers=1))
            )
        watches.append(watch)
    counted = sum(watches[0].multiply_adds.values())
    what = f"conductance of {len(model.layers)} layers, {steps} steps"
    yield Whole(what, many, float(np.median(seconds["many"])), counted, rates[many])
    if many > 1:
        yield Whole(what, 1, float(np.median(seconds["one"])), counted, rates[1])
    yield from kinds(watches, float(np.median(seconds["one"])), steps, rates[1])


def time_of(run):
    """Seconds that one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def matmul_rate(threads, repeats=5):
    """The best speed of ``numpy.matmul`` on float32 matrices of `SIDE` × `SIDE`.

    In multiply-adds a second.

    With ``threads`` of BLAS's own; with a BLAS whose threads cannot be set, as many as it takes.
    """
    left, right = np.random.default_rng(0).standard_normal((2, SIDE, SIDE), dtype=np.float32)
    out, blas = np.empty_like(left), numpy_blas()
    before = blas.get_num_threads() if blas else None
    try:
        if blas:
            blas.set_num_threads(threads)
        return SIDE**3 / min(
            time_of(lambda: np.matmul(left, right, out=out)) for _ in range(repeats)
        )
    finally:
        if blas:
            blas.set_num_threads(before)


def kinds(watches, whole, steps, rate):
    """The `Kind` of every operation that took time, the longest first, and of what lies between.

    Parameters
    ----------
    watches : list of Stopwatch
        One for each round.
    whole : float
        Seconds of the whole run.
    steps : int
    rate : float
        The limit, in multiply-adds a second.
    """
    found = []
    for name in {kind for watch in watches for kind, _ in watch.seconds}:
        seconds = [
            float(np.median([watch.seconds.get((name, method), 0.0) for watch in watches]))
            for method in METHODS
        ]
        counts = [watches[0].multiply_adds.get((name, method), 0) for method in METHODS]
        shares = [count / rate / spent if count else None for count, spent in zip(counts, seconds)]
        found.append(
            Kind(
                name,
                [1000 * spent / steps for spent in seconds],
                shares,
                100 * sum(seconds) / whole,
            )
        )
    found.sort(key=lambda kind: -kind.percent)
    yield from found
    yield Kind("between operations", [], [], 100 - sum(kind.percent for kind in found))


def tables(rows):
    """The two Markdown tables as (title, header, lines)."""
    header = [
        "run",
        "threads",
        "seconds",
        "10⁹ multiply-adds",
        "numpy.matmul, 10⁹ a second",
        "share of the limit",
    ]
    yield (
        "The matrix-product limit",
        header,
        [whole_cells(row) for row in rows if isinstance(row, Whole)],
    )
    header = [
        "one thread",
        *(f"{sweep}, ms a point" for sweep in SWEEPS),
        "of the time",
        f"share of the limit: {', '.join(SWEEPS)}",
    ]
    yield "By kind of operation", header, [cells(row) for row in rows if isinstance(row, Kind)]


def whole_cells(row):
    """A `Whole` as the cells of its line."""
    billions = [f"{value / 1e9:.1f}" for value in (row.multiply_adds, row.limit_rate)]
    return [row.what, str(row.threads), f"{row.seconds:.2f}", *billions, f"{row.share:.0%}"]


def cells(row):
    """A `Kind` as the cells of its line."""
    shares = ["–" if share is None else f"{share:.0%}" for share in row.shares]
    printed = "" if set(shares) <= {"–"} else " / ".join(shares)
    times = [f"{value:.2f}" for value in row.milliseconds] or [""] * len(SWEEPS)
    return [row.what, *times, f"{row.percent:.1f} %", printed]


if __name__ == "__main__":
    from tests.benchmarks.__main__ import main

    sys.exit(main(["--only", "limit", *sys.argv[1:]]))
