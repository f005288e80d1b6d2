"""Time to accuracy: ``steps="auto"`` against rivals that are told how many steps they need.

``python -m tests.benchmarks.tolerance --weights FILE [--photos N] [--cache FOLDER]``, over
photos spread over the classes, none of which was looked at while the estimate was made, each
for its strongest label. A run gets there when the **true** error of the filters, relative, is
at most the tolerance in **every one of the nine layers**. The truth is `references.reference`:
a thousand points or more, by the chain rule and as a line integral, which have to agree.

minigrad finds its points by itself, and its time includes that. A rival is given the smallest
number on the ladder that gets there; where none does, its time with the largest is a lower
bound. Finding it is not counted, nor which rule serves it best:

- *Captum*, LayerConductance as it comes (Gauss–Legendre points, the gradient at the earlier
  one times the difference of the layer), on PyTorch with channels last, with the fastest of
  its internal batch sizes.
- *careful PyTorch*, all layers in one sweep, with the fastest of `references.RULES`, which are
  what people use: equal or Gauss–Legendre points, chain rule or left difference.
- *the same points*: the careful PyTorch with our points and our rule, which it would have to
  be told, against minigrad that is told them too. What is left is the engine.

A rival's time is proportional to its steps; it is timed with `TIMED_STEPS`, which is checked to
give its numbers, and multiplied.
"""

import sys
import time

import numpy as np
import torch

from minigrad.attribution import ClassScore, conductance
from tests.benchmarks import references
from tests.benchmarks.harness import rivals
from tests.benchmarks.harness.timing import check_equal
from tests.benchmarks.ladder import Comparison, Rival
from tests.benchmarks.references import CAPTUM, LADDER, RULES

TOLERANCES = (0.05, 0.02)
TIMED_STEPS = 50
BATCH = 10  # points in one pass of the careful PyTorch
ROUNDING = 1e-4  # of a layer's largest filter, in sums of a thousand points
# How far two engines may be apart with the same points: in float32 a few ReLUs and maxima near
# their kink fall to either side. From float64 either is up to 8e-4 away (photo 166).
KINKS = 3e-3
FIRST = 8  # of the photos; with twenty none is met that the estimate was made with


class Contest:
    """One photo, and what is known of it.

    Parameters
    ----------
    model : models.inception.Inception
    network : rivals.TorchGoogLeNet
    internal_batch : int
        Of Captum.
    picture : pathlib.Path
    truth : references.Reference
    """

    def __init__(self, model, network, internal_batch, picture, truth):
        self.model, self.network, self.internal_batch = model, network, internal_batch
        self.name, self.truth, self.label = picture.stem, truth, truth.label
        self.x, self.baseline = model.preprocess(picture), model.baseline()
        self.F = ClassScore(model, truth.label)
        arrays = self.x, np.ascontiguousarray(self.baseline)
        self.torch_inputs = [network.as_input(array) for array in arrays]

    def ours(self, tolerance):
        """minigrad's result."""
        return conductance(self.F, self.x, self.baseline, steps="auto", tolerance=tolerance)

    def given(self, points):
        """The filters of minigrad's result with points that it is told: {layer: (C,)}."""
        found = conductance(self.F, self.x, self.baseline, steps=points)
        return {layer: found.per_filter(layer)[0] for layer in found}

    def captum(self):
        """The filters of Captum's result: {layer: (C,)}."""
        inputs = *self.torch_inputs, self.label, self.model.layers
        found = rivals.captum_conductance(self.network, *inputs, TIMED_STEPS, self.internal_batch)
        return filters_of({layer: array[0] for layer, array in found.items()})

    def careful(self, rule):
        """The filters of the careful PyTorch's result with one of the `RULES`."""
        points, weights = RULES[rule]
        if weights is None:
            return self.by_difference(points(TIMED_STEPS), "left")
        inputs = *self.torch_inputs, self.label, points(TIMED_STEPS), weights(TIMED_STEPS)
        return filters_of(rivals.careful_chain_rule(self.network, *inputs, BATCH))

    def by_difference(self, points, rule):
        """The filters of the careful PyTorch's result without tangents."""
        inputs = *self.torch_inputs, self.label, points
        return filters_of(rivals.careful_difference(self.network, *inputs, BATCH, rule))

    def contestants(self, points):
        """Everything that is timed, by name; ``points`` are ours for each tolerance."""
        ours = {("ours", t): lambda t=t: self.ours(t) for t in TOLERANCES}
        given = {("given", t): lambda t=t: self.given(points[t]) for t in points}
        same = {("same", t): lambda t=t: self.by_difference(points[t], "trapezoid") for t in points}
        careful = {
            rule: lambda rule=rule: self.careful(rule)
            for rule in {best_rule(self.truth, t, chain) for t in points for chain in (True, False)}
        }
        return ours | {"Captum": self.captum} | careful | given | same

    def compare(self, backwards):
        """Time everybody once, check that they agree; a `Comparison` for each tolerance."""
        points = {t: self.ours(t).points for t in TOLERANCES}  # this run does not count
        contestants = self.contestants(points)
        found, seconds = {}, {}
        for who in reversed(contestants) if backwards else contestants:
            start = time.perf_counter()
            found[who] = contestants[who]()
            seconds[who] = time.perf_counter() - start
        self.check_rivals(found)
        return [self.comparison(t, found["ours", t], seconds) for t in TOLERANCES]

    def check_rivals(self, found):
        """The rivals compute what their numbers of steps were found for."""
        for t in TOLERANCES:
            for layer, filters in found["same", t].items():
                ours = found["ours", t].per_filter(layer)[0]
                check_equal(f"{self.name}, our points, {layer}", ours, filters, KINKS)
                check_equal(f"{self.name}, given, {layer}", ours, found["given", t][layer], KINKS)
        for rule in RULES.keys() & found.keys():
            self.check_error(rule, found[rule])
        self.check_error(CAPTUM, found["Captum"])

    def check_error(self, rule, filters):
        known = self.truth.errors[rule][LADDER.index(TIMED_STEPS)]
        error = self.truth.error(filters)
        if not abs(error - known) < 1e-3:
            raise AssertionError(f"{self.name}, {rule}: error {error}, expected {known}")

    def comparison(self, tolerance, ours, seconds):
        """The `Comparison` at one tolerance."""
        truth, filters = self.truth, {layer: ours.per_filter(layer)[0] for layer in ours}
        gaps = [abs(filters[layer] - truth.filters[layer]) for layer in ours]
        # where a layer is exact, as the last is for a line integral, float32 still rounds
        rounding = {layer: ROUNDING * abs(filters[layer]).max() for layer in ours}
        within = [
            gap <= 2 * ours.error(layer)[0] + rounding[layer] for gap, layer in zip(gaps, ours)
        ]
        careful = [
            self.rival(rule, tolerance, seconds[rule])
            for rule in (best_rule(truth, tolerance, chain) for chain in (True, False))
        ]
        points = len(ours.points)
        error = truth.error(filters)
        return Comparison(
            photo=self.name,
            tolerance=tolerance,
            apart=truth.apart,
            points=points,
            seconds=seconds["ours", tolerance],
            given=seconds["given", tolerance],
            error=error,
            estimate=max(float(ours.relative_error(layer)[0]) for layer in ours),
            within=float(np.concatenate(within).mean()),
            converged=ours.converged,
            captum=self.rival(CAPTUM, tolerance, seconds["Captum"]),
            careful=min(careful, key=lambda rival: (not rival.reached, rival.seconds)),
            same=Rival("ours", points, error <= tolerance, error, seconds["same", tolerance]),
        )

    def rival(self, rule, tolerance, seconds):
        """What a rule needs for a tolerance, given its time with `TIMED_STEPS`."""
        enough = self.truth.enough(rule, tolerance)
        steps = enough or LADDER[-1]
        error = float(self.truth.errors[rule][LADDER.index(steps)])
        return Rival(rule, steps, enough is not None, error, seconds * steps / TIMED_STEPS)


def filters_of(layers):
    """The sums over each filter's positions, of PyTorch's {layer: (C, h, w)}."""
    return {
        layer: rivals.as_ours(array).sum(axis=(0, 1), dtype=np.float64)
        for layer, array in layers.items()
    }


def best_rule(truth, tolerance, chain):
    """The rule that needs fewest steps, of those by the chain rule or of the others.

    If none gets there, the one that is nearest with the most steps.
    """
    alike = [rule for rule, (_, weights) in RULES.items() if (weights is not None) == chain]
    return min(
        alike,
        key=lambda rule: (truth.enough(rule, tolerance) or np.inf, truth.errors[rule][-1]),
    )


def run(model, pictures, folder=None):
    """Yield the `Comparison` of each photo and tolerance.

    Parameters
    ----------
    model : models.inception.Inception
        BVLC GoogLeNet.
    pictures : list of pathlib.Path
    folder : pathlib.Path, optional
        Where the references are kept.
    """
    network, internal_batch = rivals.TorchGoogLeNet(model, channels_last=True), None
    for number, picture in enumerate(pictures):
        truth = references.reference(model, picture, folder)
        with torch.no_grad():  # Captum switches gradients on where it needs them
            contest = Contest(model, network, internal_batch, picture, truth)
            if internal_batch is None:
                inputs = *contest.torch_inputs, truth.label, TIMED_STEPS, model.layers[-1]
                internal_batch = rivals.fastest_internal_batch(network, *inputs)
                contest.internal_batch = internal_batch
            yield from contest.compare(backwards=number % 2 == 1)


def find_photos(count):
    """The paths of ``count`` photos, spread over the classes."""
    from tests.helpers.googlenet import photos

    every = max(1, 500 // count)
    return [path for path, _ in photos()[min(FIRST, every - 1) :: every][:count]]


if __name__ == "__main__":
    from tests.benchmarks.__main__ import main

    sys.exit(main(["--only", "tolerance", *sys.argv[1:]]))
