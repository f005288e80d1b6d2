"""How the time of conductance grows with steps, examples, layers and the side of the picture.

``python -m tests.benchmarks.growth --weights FILE [--rounds N] [--quick]``. One of the
four is changed while the others are held at `HELD`; the sizes take turns, so that a slow
minute of the machine falls on all of them alike.
"""

import dataclasses
import sys
import time

import numpy as np

from minigrad.attribution import ClassScore, conductance
from models.inception import images
from models.scenes import sailboat

# 16 steps: enough for a few threads, few enough that nine layers of one picture are done in
# seconds.
HELD = {"steps": 16, "examples": 1, "layers": 9, "side": 224}
SIZES = {
    "steps": (10, 20, 50, 100, 200, 400),
    "examples": (1, 2, 4, 8, 16),
    "layers": (1, 2, 3, 4, 5, 6, 7, 8, 9),
    "side": (112, 160, 224, 320, 448),
}
QUICK_HELD = {**HELD, "steps": 4}
QUICK_SIZES = {
    "steps": (4, 8, 16),
    "examples": (1, 2, 4),
    "layers": (1, 5, 9),
    "side": (112, 160, 224),
}
MEANING = {
    "steps": "points on the path",
    "examples": "pictures explained together",
    "layers": "layers asked for, from the top (mixed5b first); the tape begins at the first of "
    "them",
    "side": "height and width of the picture, in pixels",
}


@dataclasses.dataclass
class Growth:
    """The times of one axis and the power law seconds = coefficient · size^exponent through them.

    Attributes
    ----------
    axis : str
        A key of `HELD`.
    held : dict of str to int
        The other three.
    sizes : list of int
    seconds : list of float
        The median over the rounds, for each size.
    coefficient, exponent : float
    misfit : float
        The largest |measured / fitted − 1|: how poor a description the power law is.
    """

    axis: str
    held: dict
    sizes: list
    seconds: list
    coefficient: float
    exponent: float
    misfit: float

    @property
    def ratio(self):
        """How many times as long the largest size takes as the smallest."""
        return self.seconds[-1] / self.seconds[0]

    def __str__(self):
        times = ", ".join(f"{size}: {value:.3g} s" for size, value in zip(self.sizes, self.seconds))
        return (
            f"{self.axis}: {times}; "
            f"{self.coefficient:.3g} s · size^{self.exponent:.2f} within {self.misfit:.0%}; "
            f"{self.sizes[-1]} takes {self.ratio:.2f} times as long as {self.sizes[0]}"
        )


def fit_power(sizes, seconds):
    """The power law through the points, by least squares in the logarithms.

    Parameters
    ----------
    sizes, seconds : sequence of float, above 0

    Returns
    -------
    coefficient, exponent, misfit : float
        As in `Growth`.
    """
    exponent, log_coefficient = np.polyfit(np.log(sizes), np.log(seconds), 1)
    fitted = np.exp(log_coefficient) * np.asarray(sizes, dtype=float) ** exponent
    return (
        float(np.exp(log_coefficient)),
        float(exponent),
        float(np.abs(np.divide(seconds, fitted) - 1).max()),
    )


class Explanation:
    """Conductance at one setting of the four axes; call it to compute it once."""

    def __init__(self, model, steps, examples, layers, side):
        given = model.specification
        # In the network's own proportion: what is resized is a little larger than what is cropped.
        spec = dataclasses.replace(given, side=side, resize=round(side * given.resize / given.side))
        picture = images.preprocess(sailboat(spec.resize), spec)
        self.x = np.concatenate([picture * np.float32(1 - 0.02 * n) for n in range(examples)])
        self.baseline = images.black(spec)
        self.F = ClassScore(model, 0)  # which class makes no difference to the time
        self.layers, self.steps = model.layers[-layers:], steps

    def __call__(self):
        return conductance(self.F, self.x, self.baseline, layers=self.layers, steps=self.steps)


def run(model, rounds, quick=False):
    """Yield the `Growth` of each axis in turn.

    Parameters
    ----------
    model : models.inception.Inception
        One that takes pictures of any side.
    rounds : int
        How often each size is timed.
    quick : bool
        Few and small sizes: to see that all works, not to measure.
    """
    held, all_sizes = (QUICK_HELD, QUICK_SIZES) if quick else (HELD, SIZES)
    held = {**held, "layers": min(held["layers"], len(model.layers))}
    for axis, sizes in all_sizes.items():
        others = {name: value for name, value in held.items() if name != axis}
        explanations = {size: Explanation(model, **others, **{axis: size}) for size in sizes}
        seconds = interleaved(explanations, rounds)
        yield Growth(axis, others, list(sizes), seconds, *fit_power(sizes, seconds))


def interleaved(runs, rounds):
    """The median time of each of ``runs`` (a dict of callables), run in turn.

    Every second round goes through them backwards.
    """
    names = list(runs)
    times = {name: [] for name in names}
    runs[names[0]]()  # once before it counts: memory, thread pools
    for number in range(rounds):
        for name in names if number % 2 == 0 else reversed(names):
            start = time.perf_counter()
            runs[name]()
            times[name].append(time.perf_counter() - start)
    return [float(np.median(times[name])) for name in names]


def tables(rows):
    """The Markdown table as (title, header, lines)."""
    header = ["axis", "held fixed", "seconds at each size", "fit", "within", "largest : smallest"]
    lines = [
        [
            f"{row.axis}: {MEANING[row.axis]}",
            ", ".join(f"{name} {value}" for name, value in row.held.items()),
            ", ".join(f"{size}: {value:.3g}" for size, value in zip(row.sizes, row.seconds)),
            f"{row.coefficient:.3g} s · size^{row.exponent:.2f}",
            f"{row.misfit:.0%}",
            f"{row.ratio:.2f}",
        ]
        for row in rows
    ]
    yield "Growth of the time of conductance", header, lines


if __name__ == "__main__":
    from tests.benchmarks.__main__ import main

    sys.exit(main(["--only", "growth", *sys.argv[1:]]))
