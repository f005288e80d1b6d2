"""The checks of lesson 9."""

import numpy as np

import minigrad as mg
import models
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import (
    ClassScore,
    conductance,
    conductance_map,
    quadrature,
)
from minigrad.autodiff import Pullback
from models.scenes import random_scene

MODEL, PART, LAYERS, STEPS = (
    models.load("mini-inception"),
    "sail",
    ("mixed3b", "mixed4b", "mixed5a"),
    32,
)


SCENES = [random_scene("sailboat", seed) for seed in range(1, 7)]


PICTURES = np.concatenate([MODEL.preprocess(scene.draw()) for scene in SCENES])


X, BASELINE = PICTURES[:1], MODEL.baseline()


F, F_IN_FLOAT64 = (
    ClassScore(models.load("mini-inception").astype(t), SCENES[0].label)
    for t in (np.float32, np.float64)
)


RESULT = conductance(F, X, BASELINE, steps=STEPS)


def look(F, x, baseline, alpha, layer):
    """The layer at x(α), with y.grad = ∂F/∂y and y.tangent = dy/dα, and its pullback: u to the
    1-tuple (Jᵀu,).
    """
    x_alpha = mg.Tensor(
        baseline + float(alpha) * (x - baseline), tangent=x - baseline, requires_grad=True
    )
    with mg.watch_layers([layer]) as hidden:
        F(x_alpha).sum().backward()
    y = hidden.tensors[layer]
    return y, Pullback(y, (x_alpha,))


def check_per_filter(per_filter):
    for broken, y, expected in (
        ("rows are examples", [[[[1]]], [[[2]]]], [[1], [2]]),
        ("sums, not means, and with signs", [[[[3]], [[-1]], [[1]], [[1]]]], [[4]]),
        ("filters are the last axis", [[[[1, 2, 4]], [[0, 1, 1]]]], [[1, 3, 5]]),
        ("any number of axes (words)", [[[1, 2], [3, 4]]], [[4, 6]]),
        ("any number of axes (no positions)", [[1, 2], [3, 4]], [[1, 2], [3, 4]]),
        ("filters sum to the layer", RESULT["mixed5a"], RESULT.per_filter("mixed5a")),
    ):
        got = per_filter(np.array(y, float))
        require_equal(
            got,
            expected,
            broken,
            f"For units {np.shape(y)}, {np.ravel(y)[:4]} …: {got}, not {expected}.",
            atol=1e-5,
        )


def check_rows_within(rows_within):
    for case in (
        (100, 10, 1, 1),
        (99, 10, 1, 1),
        (100, 10, 3, 1),
        (100, 10, 1, 2),
        (1000, 7, 5, 4),
        (100, 10, 12, 1),
    ):
        got, of = (
            rows_within(*case),
            "For {} bytes, {} a row, {} examples and {} workers it gave ".format(*case),
        )
        cap, point = case[0], np.prod(case[1:])
        require(got % 1 == 0, "a whole number", f"{of}{got}.")
        require(got >= case[2], "at least one path point of every example", f"{of}{got}.")
        used = got // case[2] * point  # `conductance` takes whole points
        require(used <= max(cap, point), "within the cap", f"{of}{got}, which takes {used} bytes.")
        require(
            used + point > cap,
            "the largest that fits",
            f"{of}{got}, which takes {used} bytes; {point} more fit.",
        )


def check_filter_map(filter_map):
    # points: ∂F/∂y of each pixel, and V where y = x V at every pixel
    for broken, points, weights, velocity, expected in (
        (
            "a number for each pixel (colours are summed)",
            [([[1]], [[1], [0], [0]])],
            [1],
            [[1, 0, 0]],
            [1],
        ),
        ("only this filter", [([[1, 5]], [[1, 1]])], [1], [[1]], [1]),
        (
            "u is ∂F/∂y on all the filter's positions",
            [([[3], [2]], [[1]])],
            [1],
            [[1], [1]],
            [3, 2],
        ),
        ("x − x′ is a factor, with its sign", [([[1]], [[1]])], [1], [[-2]], [-2]),
        (
            "product before sum (each colour meets its own x − x′)",
            [([[1]], [[1], [-1]])],
            [1],
            [[1, -1]],
            [2],
        ),
        (
            "weights that sum to 1 (a constant is integrated exactly)",
            [([[1]], [[1]])] * 2,
            [0.5, 0.5],
            [[1]],
            [1],
        ),
        ("each α has its own pullback", [([[0]], [[5]]), ([[2]], [[1]])], [0.5, 0.5], [[1]], [1]),
        ("the rule's own weights", [([[0]], [[1]]), ([[4]], [[1]])], [0.25, 0.75], [[1]], [3]),
    ):
        pullbacks = [
            mg.vjp(lambda x, V=V: x @ np.array(V, float), np.array([[velocity]], float))[1]
            for _, V in points
        ]
        given = [
            (np.array([[dF_dy]], float), pullback)
            for (dF_dy, _), pullback in zip(points, pullbacks)
        ]
        got = filter_map(given, np.array(weights), 0, np.array([[velocity]], float))
        said = (
            f"For (∂F/∂y, V) = {points}, weights {weights}, x − x′ = {velocity}: {got}, not "
            f"{[expected]}."
        )
        require_equal(got, [expected], broken, said)
    # float64: rounding decides no tie
    (alphas, weights), layer, x = quadrature(3), "mixed4b", X.astype(np.float64)
    filter, value = conductance(F_IN_FLOAT64, x, BASELINE, layers=[layer], steps=3).strongest(
        layer
    )[0][0]
    given = [
        (y.grad, pullback)
        for y, pullback in (look(F_IN_FLOAT64, x, BASELINE, alpha, layer) for alpha in alphas)
    ]
    got = filter_map(given, weights, filter, x - BASELINE)
    expected = conductance_map(F_IN_FLOAT64, x, BASELINE, layer=layer, select=filter, steps=3)[
        0
    ].sum(axis=-1)
    require(
        abs(got.sum() - value) < 1e-9,
        "map sum = filter total",
        f"The sum is {got.sum()}, the filter has {value}.",
    )
    require_equal(got, expected, "each pixel in its place", "Only the sum is right.", rtol=0)
