"""What lesson 12's answers are held to: parts by input, a filter's number, its u and its map.

What is right comes from pencil, and from minigrad's own sums and maps of one drawn sailboat.
"""

import functools

import numpy as np

import minigrad as mg
import models
from lessons import two_neurons
from lessons.classroom.properties import in_brief, require, require_pencil, require_same
from minigrad.attribution import Attribution, ClassScore, conductance, conductance_map
from models.scenes import random_scene

LAYER, STEPS = "mixed4b", 3

# the property, the units' conductances, the filters'
UNITS_OF_PICTURES = (
    ("rows are examples", [[[[1]]], [[[2]]]], [[1], [2]]),
    ("sums, not means, and with signs", [[[[3]], [[-1]], [[1]], [[1]]]], [[4]]),
    ("filters are the last axis", [[[[1, 2, 4]], [[0, 1, 1]]]], [[1, 3, 5]]),
)
UNITS = (
    *UNITS_OF_PICTURES,
    ("any number of axes (words)", [[[1, 2], [3, 4]]], [[4, 6]]),
    ("any number of axes (no positions)", [[1, 2], [3, 4]], [[1, 2], [3, 4]]),
)

# the property: (weight, Jᵀu at each of two pixels) for each α; x − x′; the map
POINTS = {
    "x − x′ is a factor, with its sign":
        ([(1, [1, 1])], [-2, 3], [-2, 3]),
    "points are summed":
        ([(1, [1, 0]), (1, [0, 2])], [1, 1], [1, 2]),
    "the rule's own weights":
        ([(0.25, [0, 4]), (0.75, [4, 0])], [1, 1], [3, 1]),
    "a map has both signs":
        ([(1, [1, -1])], [1, 1], [1, -1]),
}  # fmt: skip


def check_PENCIL(answers):
    """Eq. 2 of the two neurons on the way to (1, 2), at α = 0.5."""
    velocity = np.array([1.0, 2.0])
    x_alpha = 0.5 * velocity[None]

    def neurons(x):
        return mg.relu(mg.linear(x, two_neurons.W, two_neurons.B))

    y, pullback = mg.vjp(neurons, x_alpha)
    dF_dy = y.data[0, ::-1]  # F is their product
    right, traps = {}, {}
    for unit, i in ((0, 0), (0, 1), (1, 1)):
        (row,) = pullback(np.eye(2)[unit : unit + 1])
        key = f"y{'₁₂'[unit]} through x{'₁₂'[i]}"
        right[key] = velocity[i] * dF_dy[unit] * row[0, i]
        traps[key] = [
            (x_alpha[0, i] * dF_dy[unit] * row[0, i], "How far does the input move, all the way?"),
            (velocity[i] * row[0, i], "That much y moves. And what does F gain from it?"),
            (-right[key], "Look at the sign of ∂y/∂x."),
        ]
    return require_pencil(answers, right, traps) + " Eq. 2 at one α: a map with two pixels."


def require_sums(sums, cases):
    """Sums by pencil, and those that minigrad finds for a layer of 3 × 4 positions."""
    layer = np.random.default_rng(9).normal(size=(2, 3, 4, 5))
    rows = (*cases, ("filters sum to the layer", layer, Attribution({"y": layer}).per_filter("y")))
    for broken, units, right in rows:
        units = np.array(units, float)
        shown = f": {in_brief(units)}" if units.size < 9 else ""
        given = f"Given units of shape {units.shape}{shown}."
        got = sums(units)
        if units.ndim == 4:
            said = f"{given} Yours: of shape {np.shape(got)}. Right: of shape {np.shape(right)}."
            require(np.ndim(got) == 2, "examples and filters, no other axis", said)
        require_same(got, right, broken, given)


def check_sum_over_positions(sum_over_positions):
    """Sums over two axes of positions."""
    require_sums(sum_over_positions, UNITS_OF_PICTURES)
    return "Every number of the table is such a sum. Now for layers of any shape."


def check_per_filter(per_filter):
    """Sums over any number of axes."""
    require_sums(per_filter, UNITS)
    return "It is what `result.per_filter(layer)` does."


def check_seed(seed):
    """∂F/∂y on one filter's units, 0 elsewhere, and nothing written into ∂F/∂y."""
    one_place = np.array([[[[1.0, 5.0, 2.0]]]])
    given = "Given ∂F/∂y = [1, 5, 2] at one position and filter 1."
    got = np.asarray(seed(one_place.copy(), 1))
    require(np.shape(got) == one_place.shape, "u is shaped like the layer",
            f"{given} Yours: shape {np.shape(got)}. Right: {one_place.shape}.")  # fmt: skip
    require(not np.any(got[..., [0, 2]]), "0 on all other filters",
            f"{given} Yours: {in_brief(got[0, 0, 0])}. Right: [0, 5, 0].")  # fmt: skip
    require_same(got, [[[[0, 5, 0]]]], "u is ∂F/∂y on the filter's units", given)
    dF_dy = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    given = "Given ∂F/∂y = [[1, 2], [3, 4]] at two positions, and filter 1."
    expected = [[[[0, 2], [0, 4]]]]
    require_same(seed(dF_dy, 1), expected, "u is ∂F/∂y at every position", given)
    said = f"{given} Yours: afterwards ∂F/∂y is {in_brief(dF_dy[0, 0])}. Right: make a new array."
    untouched = dF_dy.tolist() == [[[[1, 2], [3, 4]]]]
    require(untouched, "nothing is changed in place", said)
    examples = np.random.default_rng(3).normal(size=(2, 2, 3, 4))
    expected = examples * (np.arange(4) == 3)
    given = "Given 2 examples with 2 × 3 positions, and filter 3."
    got = np.asarray(seed(examples.copy(), 3))
    require_same(np.shape(got), examples.shape, "u is shaped like the layer", f"{given} The shape.")
    wrong = [n for n in range(2) if not np.allclose(got[n], expected[n])]
    said = "all 0" if wrong and not np.any(got[wrong[0]]) else "other than ∂F/∂y"
    said = f"{given} Yours: u of example {wrong} is {said}. Right: ∂F/∂y on filter 3 of each."
    require(not wrong, "every example has its u", said, got, expected)
    return "Pulled back, it is what comes through this filter alone."


@functools.cache
def sailboat():
    """F, x and x′ of a drawn sailboat in float64, where rounding decides no tie in a maximum."""
    model = models.load("mini-inception").astype(np.float64)
    scene = random_scene("sailboat", 1)
    x = model.preprocess(scene.draw()).astype(np.float64)
    return ClassScore(model, scene.label), x, model.baseline()


def unchanged(u):
    """The pullback of y = x."""
    return (u,)


def pullback_at(F, x_alpha):
    """The pullback from LAYER to the picture, at one α."""

    def layer_of(x):
        with mg.watch_layers([LAYER]) as hidden:
            F(x)
        return hidden.tensors[LAYER]

    return mg.vjp(layer_of, x_alpha)[1]


def check_filter_map(filter_map):
    """Maps by pencil, and the strongest filter's of one layer of the network."""
    for broken, (points, velocity, right) in POINTS.items():
        difference = np.array(velocity, float).reshape(1, 1, 2, 1)
        given = [
            (weight, np.array(pulled, float).reshape(1, 1, 2, 1), unchanged)
            for weight, pulled in points
        ]
        shown = f"Given (weight, Jᵀu) = {points} and x − x′ = {velocity} at two pixels."
        shown = shown.replace("-", "−")
        require_same(filter_map(given, difference), [right], broken, shown)
    F, x, baseline = sailboat()
    path = {"layers": [LAYER], "steps": STEPS, "keep_terms": True}
    found = conductance(F, x, baseline, **path)
    filter, value = found.strongest(LAYER)[0][0]
    terms = found.terms[LAYER]
    of_filter = np.arange(terms.dF_dy.shape[-1]) == filter
    points = [
        (weight, dF_dy * of_filter, pullback_at(F, baseline + alpha * (x - baseline)))
        for alpha, weight, dF_dy in zip(terms.alpha, terms.weight, terms.dF_dy)
    ]
    got = filter_map(points, x - baseline)
    given = f"Given the sailboat and filter {filter} of {LAYER}."
    require_same(np.sum(got), value, "a map's sum is the filter's conductance", given)
    right = conductance_map(F, x, baseline, layer=LAYER, select=filter, steps=STEPS)
    said = f"{given} Yours: a right sum, in other pixels. Right: add arrays, pixel by pixel."
    place = np.allclose(got, right[0].sum(axis=-1), rtol=0, atol=1e-9)
    require(place, "each pixel in its place", said)
    return "You can ask any filter of any network where its conductance comes from."
