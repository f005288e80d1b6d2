"""The true conductance of a photo's filters, and the steps that a fixed rule needs to reach it.

The work of finding out is not timed. It is minutes a photo, so what is found is kept in a file.
"""

import math
from dataclasses import dataclass
from functools import partial
from itertools import chain

import numpy as np

import minigrad as mg
from minigrad.attribution import ClassScore, conductance
from minigrad.attribution.filters import by_filter
from minigrad.attribution.path.quadrature import nearest_weights
from minigrad.attribution.path.straight import StraightPath
from minigrad.attribution.score import score_and_layers
from tests.benchmarks.harness.timing import check_equal

LADDER = (25, 50, 75, 100, 150, 200, 300, 400)
EVEN = (300, 400)  # of equal steps these hold all others, as every second, third … of theirs
FEWEST_POINTS = 1000
TIGHTEST = 0.02
# Chain rule and line integral, which are right for other reasons, have to agree to this.
AGREEMENT = TIGHTEST / 3


@dataclass
class Reference:
    """One photo.

    Attributes
    ----------
    label : int
        The network's strongest.
    points : int
        Of the reference.
    apart : float
        How far the reference by the chain rule is from it, in the worst layer, relative.
    filters : dict of str to numpy.ndarray, shape (C,)
        By layer, the line integral at so many points.
    errors : dict of str to numpy.ndarray, shape (len(LADDER),)
        By rule, the true relative error of the worst layer's filters.
    """

    label: int
    points: int
    apart: float
    filters: dict
    errors: dict

    def error(self, found):
        """The relative error of the worst layer, of {layer: (C,)}."""
        return worst(found, self.filters)

    def enough(self, rule, tolerance):
        """The smallest number of the `LADDER` that is within the tolerance, or None."""
        return next(
            (steps for steps, error in zip(LADDER, self.errors[rule]) if error <= tolerance), None
        )


def worst(found, filters):
    """The largest ‖found − filters‖ / ‖filters‖ of a layer."""
    return max(
        float(np.linalg.norm(found[layer] - true) / np.linalg.norm(true))
        for layer, true in filters.items()
    )


def reference(model, picture, folder=None):
    """The `Reference` of a photo: computed, or read from ``folder`` where it was kept before.

    Parameters
    ----------
    model : models.inception.Inception
    picture : pathlib.Path
    folder : pathlib.Path, optional
    """
    file = folder / f"{picture.stem}.npz" if folder else None
    if file and file.is_file():
        with np.load(file) as kept:
            return unpacked(kept)
    found = computed(model, model.preprocess(picture))
    if file:
        np.savez(file, **packed(found))
    return found


def computed(model, x):
    """The `Reference` of a picture x (1, H, W, 3)."""
    label = int(mg.predict(model, x)[0].argmax())
    F, baseline = ClassScore(model, label), model.baseline()
    path = StraightPath(x, baseline, F)
    # the points that a tight tolerance asks for, each panel cut into equal parts
    points = conductance(F, x, baseline, steps="auto", tolerance=TIGHTEST).points
    parts = math.ceil(FEWEST_POINTS / (len(points) - 1))
    ends = np.arange(len(points))
    points = np.interp(np.linspace(0, ends[-1], parts * ends[-1] + 1), ends, points)
    walk = Walk(path, points, model.layers)
    filters, again = walk.line_integral(), walk.chain_rule(nearest_weights(points))
    apart = worst(again, filters)
    for layer in filters:
        check_equal(f"reference, {layer}", filters[layer], again[layer], AGREEMENT)
    errors = errors_by_rule(path, model.layers, filters)
    return Reference(label, len(points), apart, filters, errors)


def errors_by_rule(path, layers, filters):
    """The true error of each of the `RULES`, for each number of the `LADDER`."""
    errors = {rule: np.zeros(len(LADDER)) for rule in RULES}
    walks = {steps: Walk(path, equal_points(steps), layers, strides_to(steps)) for steps in EVEN}
    for k, steps in enumerate(LADDER):
        whole = next(many for many in EVEN if many % steps == 0)
        equal, stride = walks[whole], whole // steps
        gauss = Walk(path, legendre_points(steps), layers)
        found = {
            "equal points, chain rule": equal.chain_rule(equal_weights(steps), stride),
            "equal points, left difference": equal.left(stride),
            "Gauss–Legendre, chain rule": gauss.chain_rule(legendre_weights(steps)),
            CAPTUM: gauss.left(1),
        }
        for rule in RULES:
            errors[rule][k] = worst(found[rule], filters)
    return errors


def equal_points(steps):
    """The ends of ``steps`` equal parts of the path."""
    return np.linspace(0, 1, steps + 1)


def equal_weights(steps):
    """The trapezoid rule's."""
    return nearest_weights(equal_points(steps))


def legendre_points(steps):
    """Where Captum's LayerConductance looks: n + 1 Gauss–Legendre points."""
    return (np.polynomial.legendre.leggauss(steps + 1)[0] + 1) / 2


def legendre_weights(steps):
    """Gauss–Legendre's."""
    return np.polynomial.legendre.leggauss(steps + 1)[1] / 2


CAPTUM = "Gauss–Legendre, left difference"
# What people use: where the points are, and their weights for the chain rule. Without weights
# it is the left difference: ∂F/∂y at a point times the way of y to the next.
RULES = {
    "equal points, chain rule": (equal_points, equal_weights),
    "equal points, left difference": (equal_points, None),
    "Gauss–Legendre, chain rule": (legendre_points, legendre_weights),
    CAPTUM: (legendre_points, None),
}


def strides_to(steps):
    """1, and every other number n of points after which a coarser rung of the ladder stops."""
    return [steps // fewer for fewer in LADDER if steps % fewer == 0]


class Walk:
    """What the filters of all layers add up to along a path, by several rules at once.

    Parameters
    ----------
    path : StraightPath
        Of one example.
    alphas : numpy.ndarray
    layers : sequence of str
    strides : sequence of int
        1: from each point to the next; 2: to the next but one; and so on.
    """

    def __init__(self, path, alphas, layers, strides=(1,)):
        self.integrand = {layer: [] for layer in layers}  # by point, ∂F/∂y · dy/dα by filter
        self._at_left = {stride: dict.fromkeys(layers, 0.0) for stride in strides}
        self._at_right = dict.fromkeys(layers, 0.0)
        batches, before = path.batches(alphas), {}
        with path.visits(partial(seen, layers, path), batches) as visits:
            for k, here in enumerate(chain.from_iterable(visits)):
                for layer, (_, _, product) in here.items():
                    self.integrand[layer].append(product)
                for stride in strides:
                    if k % stride == 0:
                        self._add(stride, before.get(stride, {}), here)
                        before[stride] = here

    def _add(self, stride, before, here):
        for layer, (dF_dy_before, y_before, _) in before.items():
            dF_dy, y, _ = here[layer]
            dy = y - y_before
            self._at_left[stride][layer] += by_filter((dF_dy_before * dy)[None])[0]
            if stride == 1:
                self._at_right[layer] += by_filter((dF_dy * dy)[None])[0]

    def chain_rule(self, weights, stride=1):
        """Σ weight · ∂F/∂y · dy/dα: {layer: (C,)}."""
        return {layer: weights @ np.array(of[::stride]) for layer, of in self.integrand.items()}

    def left(self, stride):
        """Σ ∂F/∂y · Δy, with ∂F/∂y before Δy: {layer: (C,)}."""
        return self._at_left[stride]

    def line_integral(self):
        """Σ ∂F/∂y · Δy, with the mean of ∂F/∂y before and after it: {layer: (C,)}."""
        left, right = self._at_left[1], self._at_right
        return {layer: (left[layer] + right[layer]) / 2 for layer in left}


def seen(layers, path, alphas):
    """At each of a few points {layer: (∂F/∂y, y, ∂F/∂y · dy/dα by filter)}."""
    with path.located(alphas):
        x_alpha = mg.Tensor(path.points(alphas), tangent=path.velocity(alphas))
        _, hidden = score_and_layers(path.F, x_alpha, layers)
    arrays = {
        layer: (y.grad, y.data, by_filter(y.grad * y.tangent).astype(np.float64))
        for layer, y in hidden.items()
    }
    return [
        {layer: tuple(array[k] for array in of) for layer, of in arrays.items()}
        for k in range(len(alphas))
    ]


def packed(found):
    """A `Reference` as arrays for a file."""
    arrays = {"label": found.label, "points": found.points, "apart": found.apart}
    arrays |= {f"filters {layer}": of for layer, of in found.filters.items()}
    return arrays | {f"errors {rule}": of for rule, of in found.errors.items()}


def unpacked(kept):
    """The `Reference` of such arrays."""
    parts = {
        kind: {name.removeprefix(kind): kept[name] for name in kept if name.startswith(kind)}
        for kind in ("filters ", "errors ")
    }
    filters, errors = parts.values()
    return Reference(int(kept["label"]), int(kept["points"]), float(kept["apart"]), filters, errors)
