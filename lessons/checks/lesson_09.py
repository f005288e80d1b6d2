"""What the exercises of lesson 9 are held to: a filter's number, its map, and memory within a cap.

What is right comes from pencil, and from minigrad's own sums and maps of one drawn sailboat.
"""

import numpy as np

import minigrad as mg
import models
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import Attribution, ClassScore, conductance, conductance_map
from models.scenes import random_scene

LAYER, STEPS = "mixed4b", 3

# the property, the units' conductances, the filters'
UNITS = (
    ("rows are examples", [[[[1]]], [[[2]]]], [[1], [2]]),
    ("sums, not means, and with signs", [[[[3]], [[-1]], [[1]], [[1]]]], [[4]]),
    ("filters are the last axis", [[[[1, 2, 4]], [[0, 1, 1]]]], [[1, 3, 5]]),
    ("any number of axes (words)", [[[1, 2], [3, 4]]], [[4, 6]]),
    ("any number of axes (no positions)", [[1, 2], [3, 4]], [[1, 2], [3, 4]]),
)

# cap in bytes, bytes of a row, examples, workers
CAPS = (
    (100, 10, 1, 1),
    (99, 10, 1, 1),
    (100, 10, 3, 1),
    (100, 10, 1, 2),
    (1000, 7, 5, 4),
    (100, 10, 12, 1),
)

# the property: (∂F/∂y of each pixel, V) at each α, where y = x V at every pixel; the weights;
# x − x′; filter 0's map, one row of pixels
MAPS = {
    "a number for each pixel (colours are summed)":
        ([([[1]], [[1], [0], [0]])], [1], [[1, 0, 0]], [1]),
    "only this filter":
        ([([[1, 5]], [[1, 1]])], [1], [[1]], [1]),
    "u is ∂F/∂y on all the filter's positions":
        ([([[3], [2]], [[1]])], [1], [[1], [1]], [3, 2]),
    "x − x′ is a factor, with its sign":
        ([([[1]], [[1]])], [1], [[-2]], [-2]),
    "product before sum (each colour meets its own x − x′)":
        ([([[1]], [[1], [-1]])], [1], [[1, -1]], [2]),
    "weights that sum to 1 (a constant is integrated exactly)":
        ([([[1]], [[1]]), ([[1]], [[1]])], [0.5, 0.5], [[1]], [1]),
    "each α has its own pullback":
        ([([[0]], [[5]]), ([[2]], [[1]])], [0.5, 0.5], [[1]], [1]),
    "the rule's own weights":
        ([([[0]], [[1]]), ([[4]], [[1]])], [0.25, 0.75], [[1]], [3]),
}  # fmt: skip


def times(V, velocity):
    """The pullback of y = x V, a product at every pixel."""
    _, pullback = mg.vjp(lambda x: x @ np.array(V, float), velocity)
    return pullback


def sailboat():
    """F, x and x′ of a drawn sailboat in float64, where rounding decides no tie in a maximum."""
    model = models.load("mini-inception").astype(np.float64)
    scene = random_scene("sailboat", 1)
    x = model.preprocess(scene.draw()).astype(np.float64)
    return ClassScore(model, scene.label), x, model.baseline()


def pullback_at(F, x_alpha):
    """The pullback from LAYER to the picture, at one α."""

    def layer_of(x):
        with mg.watch_layers([LAYER]) as hidden:
            F(x)
        return hidden.tensors[LAYER]

    _, pullback = mg.vjp(layer_of, x_alpha)
    return pullback


def check_per_filter(per_filter):
    """Exercise 1: sums by pencil, and those that minigrad finds for a layer of 3 × 4 positions."""
    layer = np.random.default_rng(9).normal(size=(2, 3, 4, 5))
    rows = (*UNITS, ("filters sum to the layer", layer, Attribution({"y": layer}).per_filter("y")))
    for broken, units, right in rows:
        got = per_filter(np.array(units, float))
        said = f"For units {np.shape(units)}, {np.ravel(units)[:4]} …: {got}, not {right}."
        require_equal(got, right, broken, said)


def check_rows_within(rows_within):
    """Exercise 2: whole path points of all examples, as many as fit, and at least one."""
    for case in CAPS:
        cap, _, examples, _ = case
        got, point = rows_within(*case), np.prod(case[1:])
        of = "For {} bytes, {} a row, {} examples and {} workers it gave ".format(*case)
        require(got % 1 == 0, "a whole number", f"{of}{got}.")
        require(got >= examples, "at least one path point of every example", f"{of}{got}.")
        used = got // examples * point  # `conductance` takes whole points
        said = f"{of}{got}, which takes {used} bytes"
        require(used <= max(cap, point), "within the cap", f"{said}.")
        require(used + point > cap, "the largest that fits", f"{said}; {point} more fit.")


def check_filter_map(filter_map):
    """Exercise 3: maps by pencil, and the strongest filter's of one layer of the network."""
    for broken, (points, weights, velocity, right) in MAPS.items():
        difference = np.array([[velocity]], float)
        given = [(np.array([[dF_dy]], float), times(V, difference)) for dF_dy, V in points]
        got = filter_map(given, np.array(weights), 0, difference)
        said = f"For (∂F/∂y, V) = {points}, weights {weights}, x − x′ = {velocity}: "
        require_equal(got, [right], broken, f"{said}{got}, not {[right]}.")
    F, x, baseline = sailboat()
    found = conductance(F, x, baseline, layers=[LAYER], steps=STEPS, keep_terms=True)
    filter, value = found.strongest(LAYER)[0][0]
    terms = found.terms[LAYER]
    pullbacks = (pullback_at(F, baseline + alpha * (x - baseline)) for alpha in terms.alpha)
    got = filter_map(list(zip(terms.dF_dy, pullbacks)), terms.weight, filter, x - baseline)
    said = f"The sum is {got.sum()}, the filter has {value}."
    require(abs(got.sum() - value) < 1e-9, "map sum = filter total", said)
    right = conductance_map(F, x, baseline, layer=LAYER, select=filter, steps=STEPS)
    right = right[0].sum(axis=-1)
    require_equal(got, right, "each pixel in its place", "Only the sum is right.", rtol=0)
