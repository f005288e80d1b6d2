"""What the exercises of lesson 7 are held to: two failures of one's own, and all four measures.

The first two are walked from x′ = 0 to x = 1, in steps so small that a kink cannot hide.
"""

import numpy as np

from lessons import two_neurons
from lessons.classroom.checking import require, require_equal
from minigrad import attribution
from minigrad.attribution import MEASURES

X, BASELINE = np.ones((1, 1)), np.zeros((1, 1))
PATH = {"layers": ["y"], "rule": "midpoint", "batch_size": 500}
FINE, COARSE = 6600, 2200


def terms_of(F):
    """Eq. 3's terms of the unit y, and F(x) − F(x′), which changes and all comes through y."""
    found = attribution.conductance(F, X, BASELINE, steps=FINE, **PATH)
    difference, whole = found.difference.item(), found["y"].item()
    said = f"F(x) − F(x′) is {difference:.4g}; expected a score that changes."
    require(abs(difference) > 1e-3, "something to explain", said)
    share = whole / difference
    said = f"Conductance is {share:.4%} of F(x) − F(x′): a way past y, or a kink?"
    require(abs(share - 1) < 1e-4, "completeness", said)
    curves = attribution.conductance(F, X, BASELINE, steps=COARSE, keep_terms=True, **PATH)
    return curves.terms["y"], difference


def walk_of_two_neurons(steps, rule):
    """What a walk sees of the two neurons: the weights, (points,), and y, ∂F/∂y and dy/dα."""
    path = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    first, second = (
        attribution.explain_unit(*path, layer="y", unit=unit, steps=steps, rule=rule)
        for unit in (0, 1)
    )
    y = np.stack([first.y, second.y], axis=1)
    dF_dy = np.stack([first.dF_dy, second.dF_dy], axis=1)
    dy_dalpha = np.stack([first.dy_dalpha, second.dy_dalpha], axis=1)
    return first.weight, y, dF_dy, dy_dalpha


def measures_of_two_neurons(steps, rule):
    """The four measures of the two neurons, each by minigrad's function of that name."""
    F, x, baseline = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    found = (
        attribution.activation(F, x),
        attribution.gradient_times_activation(F, x),
        attribution.internal_influence(F, x, baseline, steps=steps, rule=rule),
        attribution.conductance(F, x, baseline, steps=steps, rule=rule),
    )
    return [result["y"][0] for result in found]


# the property: which measure; weight, y, ∂F/∂y and dy/dα of one unit at each point; what is right
WALKS = {
    "gradient × activation at x":
        (1, [0.5, 0.5], [3, 2], [1, 4], [5, 5], 8),
    "influence is an integral, not the gradient at x (saturation)":
        (2, [0.5, 0.5], [0, 2], [1, 0], [2, 2], 0.5),
    "influence has no dy/dα (wrong sign)":
        (2, [0.5, 0.5], [0, -1], [-1, -1], [-1, -1], -1),
    "insensitivity (this unit does not move)":
        (3, [0.5, 0.5], [3, 3], [1, 1], [0, 0], 0),
    "product before integral (curved path)":
        (3, [0.5, 0.5], [0, 1], [0, 2], [0, 2], 2),
    "zero at both ends":
        (3, [0.25, 0.5, 0.25], [0, 1, 0], [0, 1, 2], [2, 0, -2], -1),
    "the rule's own weights":
        (2, [0.25, 0.75], [0, 1], [4, 8], [1, 1], 7),
}  # fmt: skip


def check_saturates(saturates):
    """Exercise 1: a smooth F that y carries, whose slope at x is 0 although y is not."""
    terms, difference = terms_of(saturates)
    y = attribution.activation(saturates, X, layers=["y"])["y"].item()
    rival = attribution.gradient_times_activation(saturates, X, layers=["y"])["y"].item()
    slopes = terms.dF_dy[:, 0, 0]
    said = f"y(x) is {y:.4g}: a failure too, but here only the gradient is to be 0."
    require(abs(y) > 1e-3, "an active unit", said)
    said = f"Gradient × activation is {rival:.4g}; expected 0."
    require(abs(rival) < 1e-6 * abs(difference), "saturation", said)
    jump = abs(np.diff(slopes)).max() / np.ptp(slopes)
    points = f"two of {len(slopes)} neighbouring points"
    said = f"Between {points} ∂F/∂y jumps by {jump:.0%} of its range."
    require(jump < 0.1, "no kink", said)


def check_misleads(misleads):
    """Exercise 2: y never falls and carries a rise of F, and its influence is negative."""
    terms, difference = terms_of(misleads)
    slowest = terms.dy_dalpha.min()
    found = attribution.internal_influence(misleads, X, BASELINE, steps=FINE, **PATH)
    influence = found["y"].item()
    said = f"dy/dα goes down to {slowest:.4g}; expected 0 or more."
    require(slowest > -1e-9, "a unit that never falls", said)
    said = f"F(x) − F(x′) is {difference:.4g}; expected more than 0."
    require(difference > 0, "a rise", said)
    said = f"Internal influence is {influence:.4g}; expected less than 0."
    require(influence < -1e-6, "wrong sign", said)


def check_four_measures(four_measures):
    """Exercise 3: each measure of walks by pencil, and of the two neurons' as minigrad has it."""
    for broken, (measure, *given, right) in WALKS.items():
        weight, *factors = (np.array(one, float) for one in given)
        got = four_measures(weight, *(factor[:, None] for factor in factors))
        said = f"For one unit it gave {got}."
        require(np.shape(got) == (4, 1), "four measures, one number for each unit", said)
        name, number = MEASURES[measure], got[measure][0]
        said = f"For weight, y, ∂F/∂y, dy/dα = {given} {name} came as {number:.6g}, not {right}."
        require_equal(number, right, broken, said)
    got = four_measures(*walk_of_two_neurons(9, "trapezoid"))
    ours = measures_of_two_neurons(9, "trapezoid")
    said = f"It gave {got}, minigrad {ours}."
    require_equal(got, ours, "the two neurons", said, rtol=0, atol=1e-12)
