"""What lesson 10's answers are held to: four measures of one walk, and two failures of one's own.

Both failures are walked from x′ = 0 to x = 1, in steps so small that a kink cannot hide.
"""

import numpy as np

import minigrad as mg
from lessons import two_neurons
from lessons.classroom.properties import in_brief, require, require_pencil, require_same
from lessons.networks import one_unit
from lessons.networks.one_unit import BASELINE, X
from minigrad import attribution

FINE = {"layers": ["y"], "steps": 6600, "rule": "midpoint", "batch_size": 600}


def check_PENCIL(answers):
    """What each measure says of y = 2x, F = min(y, 1)."""
    rule = {"steps": 4, "rule": "midpoint"}  # exact: the kink falls between two cells
    path = one_unit.saturation, X, BASELINE
    found = {
        "activation": attribution.activation(*path[:2]),
        "gradient × activation": attribution.gradient_times_activation(*path[:2]),
        "internal influence": attribution.internal_influence(*path, **rule),
        "conductance": attribution.conductance(*path, **rule),
    }
    right = {name: result["y"].item() for name, result in found.items()}
    traps = {
        "activation": [
            (1, "That is F(x). Activation does not ask F: what is y = 2x at x = 1?"),
            (0.5, "That is the α where F becomes level. What is y at x?"),
        ],
        "gradient × activation": [
            (2, "That is y(x). It is multiplied by ∂F/∂y at x, where F is level."),
            (1, "∂F/∂y is 1 at first, but at x, where the dot is, it is 0."),
        ],
        "internal influence": [
            (1, "∂F/∂y is 1 only until α = 1/2. How large is the area?"),
            (0, "That is ∂F/∂y at x alone. The integral goes over the whole path."),
            (2, "That is dy/dα, which influence leaves out."),
        ],
        "conductance": [
            (2, "The product is 2 only until α = 1/2. How large is the area?"),
            (0.5, "That is the area under ∂F/∂y. Here dy/dα = 2 is a factor of it, too."),
            (0, "At x the product is 0. The integral goes over the whole path."),
        ],
    }
    said = require_pencil(answers, right, traps)
    return f"{said} Four measures, four answers: only one of them is what F gained."


def check_at_x(at_x):
    """The last row of a walk, of one unit and of several."""
    # the second unit falls, so x is not where it is largest
    y, dF_dy = np.array([[0.0, 7.0], [3.0, 2.0]]), np.array([[1.0, 6.0], [4.0, 5.0]])
    given = "y = [[0, 7], [3, 2]], ∂F/∂y = [[1, 6], [4, 5]]: two points, two units."
    got = two_results(at_x(y, dF_dy), "activation, gradient × activation", given)
    require_each_unit(got, ("Activation", "Gradient × activation"), 2, given)
    require_order(got, ([3, 2], [12, 10]), "activation first", given)
    activation, product = got
    require_same(activation, [3, 2], "activation at x", f"{given} Activation.")
    given = f"{given} Gradient × activation."
    require_same(product, [12, 10], "gradient × activation at x", given)
    walked = walk_of_two_neurons(5)
    activation, product = at_x(walked.y, walked.dF_dy)
    path, given = (two_neurons.F, two_neurons.X), "The two neurons, five points."
    right = attribution.activation(*path)["y"][0]
    require_same(activation, right, "the two neurons", given)
    right = attribution.gradient_times_activation(*path)["y"][0]
    require_same(product, right, "the two neurons", given)
    return "Two measures from one row. The other two need them all."


# the property; which of the two results; weights, ∂F/∂y and dy/dα of one unit at each point; right
WALKS = (
    ("internal influence: an integral, not the gradient at x", 0, [0.5, 0.5], [1, 0], [2, 2], 0.5),
    ("internal influence: without dy/dα", 0, [0.5, 0.5], [-1, -1], [-1, -1], -1),
    ("conductance: a unit that does not move has none", 1, [0.5, 0.5], [1, 1], [0, 0], 0),
    ("conductance: product before integral", 1, [0.5, 0.5], [0, 2], [0, 2], 2),
    ("the rule's own weights", 0, [0.25, 0.75], [4, 8], [1, 1], 7),
    ("the rule's own weights", 1, [0.25, 0.75], [4, 8], [1, 1], 7),
)


def check_on_the_path(on_the_path):
    """Integrals by pencil, and of the two neurons as minigrad has them."""
    for broken, which, *arrays, right in WALKS:
        weights, dF_dy, dy_dalpha = (np.array(one, float) for one in arrays)
        given = "Weights {}, ∂F/∂y = {}, dy/dα = {}, one unit.".format(*map(in_brief, arrays))
        got = on_the_path(weights, dF_dy[:, None], dy_dalpha[:, None])
        got = two_results(got, "internal influence, conductance", given)
        require_each_unit(got, ("Influence", "Conductance"), 1, given)
        both = [weights @ dF_dy], [weights @ (dF_dy * dy_dalpha)]
        require_order(got, both, "influence first", given)
        require_same(got[which], [right], broken, given)
    walked = walk_of_two_neurons(9)
    influence, conductance = on_the_path(walked.weights, walked.dF_dy, walked.dy_dalpha)
    path, given = walked.path, "The two neurons, nine points."
    right = attribution.internal_influence(*path, **walked.rule)["y"][0]
    require_same(influence, right, "the two neurons", given)
    right = attribution.conductance(*path, **walked.rule)["y"][0]
    require_same(conductance, right, "the two neurons", given)
    return "All four measures are yours, for every unit of a layer at once."


def two_results(got, names, given):
    """What a function of two results gave, if it gave two."""
    two = isinstance(got, (tuple, list)) and len(got) == 2
    said = f"{given} Yours: {got!r}. Right: two results, {names}."
    require(two, "two results", said)
    return got


def require_each_unit(got, names, units, given):
    """Raise unless both results have a number for each unit."""
    for name, one in zip(names, got):
        said = f"{given} {name}. Yours: of shape {np.shape(one)}. Right: ({units},)."
        require(np.shape(one) == (units,), "one number for each unit", said)


def require_order(got, right, property, given):
    """Raise if the two results are right, but each in the other's place."""
    first, second = (np.asarray(one, float) for one in right)
    exchanged = np.allclose(got[0], second) and np.allclose(got[1], first)
    said = f"{given} Yours: {in_brief(got)}. Right: {in_brief([first, second])}."
    require(np.allclose(first, second) or not exchanged, property, said)


class walk_of_two_neurons:
    """What a walk sees of the two neurons, at equally far points from x′ to x."""

    def __init__(self, points):
        self.path = two_neurons.F, two_neurons.X, two_neurons.BASELINE
        self.rule = {"steps": points, "rule": "trapezoid"}
        terms = attribution.conductance(*self.path, keep_terms=True, **self.rule).terms["y"]
        rows = np.linspace(0, 1, points)[:, None] * two_neurons.X
        self.y = attribution.activation(two_neurons.F, rows)["y"]
        self.weights, self.dF_dy = terms.weight, terms.dF_dy[:, 0]
        self.dy_dalpha = terms.dy_dalpha[:, 0]


def check_saturates(saturates):
    """A smooth F of y = x that changes, and is level at x."""
    y = mg.Tensor(np.array([[0.0], [0.5], [1.0]]))
    got = saturates(y)
    shape = getattr(got, "shape", None)
    said = f"y of three rows, (3, 1). Yours: {shape or got!r}. Right: a tensor (3, 1)."
    require(isinstance(got, mg.Tensor) and shape == (3, 1), "one score a row", said)
    F_0, _, F_1 = got.data[:, 0]
    said = f"F at y = 0, then at y = 1. Yours: {F_0:.4g}, {F_1:.4g}. Right: not the same number."
    require(abs(F_1 - F_0) > 1e-3, "something to explain", said)
    found = attribution.conductance(
        one_unit.saturating(saturates), X, BASELINE, keep_terms=True, **FINE
    )
    slopes = found.terms["y"].dF_dy[:, 0, 0]
    at_x = attribution.gradient_times_activation(one_unit.saturating(saturates), X)["y"].item()
    said = f"∂F/∂y at y = 1. Yours: {at_x:.4g}. Right: 0, or less than a millionth of F's change."
    require(abs(at_x) < 1e-6 * abs(F_1 - F_0), "saturation", said)
    jump = abs(np.diff(slopes)).max() / np.ptp(slopes)
    given = "∂F/∂y at many points of the path."
    said = f"{given} Yours: it jumps by {jump:.0%} of its range. Right: no jump."
    require(jump < 0.1, "no kink", said)
    gained = f"{F_1 - F_0:.3g}".replace("-", "−")
    return f"F(x) − F(x′) is {gained}, all of it through y, and gradient × activation says 0."


def check_misleads(misleads):
    """A unit that never falls, through which F rises, and whose influence is negative."""
    x = mg.Tensor(np.linspace(0, 1, 5)[:, None])
    got = misleads(x)
    shape = getattr(got, "shape", None)
    said = f"x of five rows, (5, 1). Yours: {shape or got!r}. Right: a tensor (5, 1)."
    require(isinstance(got, mg.Tensor) and shape == (5, 1), "one unit a row", said)
    ends = got.data[[0, -1], 0]
    require_same(ends, [0, 1], "from 0 to 1", "y at x = 0 and at x = 1.", atol=1e-6)
    F = one_unit.misleading(misleads)
    found = attribution.conductance(F, X, BASELINE, keep_terms=True, **FINE)
    slowest = found.terms["y"].dy_dalpha.min()
    said = f"The smallest dy/dα. Yours: {slowest:.4g}. Right: 0 or more."
    require(slowest > -1e-9, "a unit that never falls", said.replace("-", "−"))
    influence = attribution.internal_influence(F, X, BASELINE, **FINE)["y"].item()
    mean = (influence + 0.5) / 2  # ∂F/∂y = 2y − 1/2
    given = f"Internal influence; on this path the mean of y is {mean:.3f}."
    shown = 0.0 if abs(influence) < 1e-6 else influence
    said = f"{given} Yours: {shown:.4g}. Right: less than 0."
    require(influence < -1e-6, "wrong sign", said.replace("-", "−"))
    conductance = found["y"].item()
    return f"Conductance {conductance:.3g}, influence {influence:.3g}".replace("-", "−") + (
        ": the same unit, two signs."
    )
