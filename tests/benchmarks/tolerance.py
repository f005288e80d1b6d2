"""Time to a completeness error under 1 %: ``steps="auto"`` against Captum's smallest number.

``python -m tests.benchmarks.tolerance --weights FILE [--photos N]``, over photos spread
over the classes, each for its strongest label. A run gets there when the error
|Σ conductance − (F(x) − F(x'))| / |F(x) − F(x')| of **all nine layers** is under 1 %.
minigrad finds the number of points by itself, and its time includes that. Captum is given
the smallest number on the `LADDER` that gets there (found by halving), and the time of
finding it is not counted; where none does, its time with the largest is a lower bound.

Captum runs as it comes (``method="gausslegendre"``): differences of a layer between
``n_steps + 1`` neighbouring points, times the gradient at the earlier one. Its error
falls about as 1 / n and differs from layer to layer; in the last, mixed5b, it is next to
none with any number of steps, since the score is linear in that layer. To find its number
of steps the same sums are formed for all nine layers in one sweep (`careful_difference` at
Captum's own points), which is several times faster and, as a check on every photo with
`TIMED_STEPS` asserts, gives Captum's numbers. Captum itself is timed with `TIMED_STEPS`
steps; its time is proportional to them, and is multiplied accordingly.
"""

import sys
import time

import numpy as np
import torch

import minigrad as mg
from minigrad.attribution import ClassScore, conductance
from tests.benchmarks.harness import rivals
from tests.benchmarks.harness.timing import check_equal
from tests.benchmarks.ladder import LADDER, TOLERANCE, Comparison, smallest_rung

INTERNAL_BATCH = 10
TIMED_STEPS = 50
# Of a layer's units, by check_equal. The two integrate by different rules, and totals that are
# right to 1 % leave units that differ by 20 %; a wrong label, layer or layout differs by more than
# this.
LARGEST_GAP = 0.5


class CaptumOnPhoto:
    """Captum's conductance of one photo and label.

    Parameters
    ----------
    network : rivals.TorchGoogLeNet
    x, baseline : numpy.ndarray, shape (1, H, W, 3)
    label : int
    layers : sequence of str
    """

    def __init__(self, network, x, baseline, label, layers):
        self.network, self.label, self.layers = network, label, layers
        self.x, self.baseline = (
            network.as_input(np.ascontiguousarray(array)) for array in (x, baseline)
        )
        score_x, score_baseline = (
            float(network(images)[0, label]) for images in (self.x, self.baseline)
        )
        self.difference = score_x - score_baseline
        self.swept = {}  # by number of steps, what `in_one_sweep` found

    def attributions(self, steps=TIMED_STEPS):
        """Captum's own: {layer: array (h, w, C)}."""
        found = rivals.captum_conductance(
            self.network, self.x, self.baseline, self.label, self.layers, steps, INTERNAL_BATCH
        )
        return {layer: rivals.as_ours(array)[0] for layer, array in found.items()}

    def in_one_sweep(self, steps):
        """The same numbers, all layers together."""
        if steps not in self.swept:
            alphas = rivals.captum_points(steps)
            found = rivals.careful_difference(
                self.network, self.x, self.baseline, self.label, alphas, INTERNAL_BATCH
            )
            self.swept[steps] = {layer: rivals.as_ours(array) for layer, array in found.items()}
        return self.swept[steps]

    def error(self, steps):
        """The largest completeness error of the layers with so many steps, as a fraction."""
        totals = [float(array.sum(dtype=np.float64)) for array in self.in_one_sweep(steps).values()]
        return max(abs(total - self.difference) for total in totals) / abs(self.difference)


def run(model, paths, ladder=LADDER):
    """Yield the `Comparison` of each photo.

    Parameters
    ----------
    model : models.inception.Inception
        BVLC GoogLeNet.
    paths : list of pathlib.Path
        The photos.
    ladder : sequence of int
    """
    network, baseline = rivals.TorchGoogLeNet(model, channels_last=True), model.baseline()
    for number, path in enumerate(paths):
        x = model.preprocess(path)
        label = int(mg.predict(model, x)[0].argmax())
        with torch.no_grad():  # Captum switches gradients on where it needs them
            captum = CaptumOnPhoto(network, x, baseline, label, model.layers)
            yield compare(
                path.stem,
                ClassScore(model, label),
                x,
                baseline,
                captum,
                ladder,
                ours_first=number % 2 == 0,
            )


def compare(name, F, x, baseline, captum, ladder, ours_first):
    """Find Captum's number of steps, time both in turn, check that they agree; the `Comparison`."""
    enough = smallest_rung(ladder, captum.error)
    steps = ladder[-1] if enough is None else enough
    runs = {
        "ours": lambda: conductance(F, x, baseline, steps="auto", tolerance=TOLERANCE),
        "Captum": captum.attributions,
    }
    runs["ours"]()  # once before it counts; Captum's network has just run
    found, seconds = {}, {}
    for who in runs if ours_first else reversed(runs):
        start = time.perf_counter()
        found[who] = runs[who]()
        seconds[who] = time.perf_counter() - start
    ours, swept = found["ours"], captum.in_one_sweep(TIMED_STEPS)
    for layer, array in found["Captum"].items():
        check_equal(
            f"{name}, {layer}, Captum in one sweep",
            swept[layer].sum(axis=(0, 1)),
            array.sum(axis=(0, 1)),
            1e-3,
        )
    for layer, array in captum.in_one_sweep(steps).items():
        check_equal(f"{name}, {layer}", ours[layer][0], array, LARGEST_GAP)
    return Comparison(
        photo=name,
        points=len(ours.along.alpha),
        seconds=seconds["ours"],
        error=max(float(ours.completeness_error(layer)[0]) for layer in ours),
        converged=ours.converged,
        captum_steps=steps,
        captum_seconds=seconds["Captum"] * steps / TIMED_STEPS,
        captum_error=captum.error(steps),
        captum_reached=enough is not None,
    )


def find_photos(count):
    """The paths of ``count`` photos: those that `tests.benchmarks.completeness` takes."""
    from tests.helpers.googlenet import spread_photos

    return [path for path, _ in spread_photos(count)]


if __name__ == "__main__":
    from tests.benchmarks.__main__ import main

    sys.exit(main(["--only", "tolerance", *sys.argv[1:]]))
