"""The checks of lesson 7."""

import numpy as np

from lessons import two_neurons
from lessons.classroom.checking import require, require_equal
from minigrad import attribution

MEASURES = ("activation", "gradient × activation", "internal influence", "conductance")


def measure(F, x, baseline, layers=None, **path):
    """The four measures of every unit, by name. Put a breakpoint here and step into each."""
    at_x = (
        attribution.activation(F, x, layers=layers),
        attribution.gradient_times_activation(F, x, layers=layers),
    )
    influence = attribution.internal_influence(F, x, baseline, layers=layers, **path)
    whole = attribution.conductance(F, x, baseline, layers=layers, **path)
    return dict(zip(MEASURES, (*at_x, influence, whole)))


def from_0_to(x, F, steps, rule):
    """What the unit y of a one-input F gets from each measure, F(x) − F(x′), and the terms of Eq. 3
    at many α.
    """
    path = F, np.array([[float(x)]]), np.zeros((1, 1))
    found = measure(*path, ["y"], steps=steps, rule=rule, batch_size=500)
    curves = attribution.conductance(
        *path, layers=["y"], steps=2200, batch_size=500, rule="midpoint", keep_terms=True
    )
    return (
        {name: found[name]["y"].item() for name in MEASURES},
        curves.difference.item(),
        curves.terms["y"],
    )


def seen(F):
    """`from_0_to` x = 1, once it is known that F changes, and all of it through one unit y."""
    numbers, difference, terms = from_0_to(1, F, 6600, "midpoint")
    require(
        abs(difference) > 1e-3,
        "something to explain",
        f"F(x) − F(x′) is {difference:.4g}; expected a score that changes.",
    )
    share = numbers["conductance"] / difference
    require(
        abs(share - 1) < 1e-4,
        "completeness",
        f"Conductance is {share:.4%} of F(x) − F(x′): a way past y, or a kink?",
    )
    return numbers, difference, terms


def check_saturates(saturates):
    numbers, difference, terms = seen(saturates)
    y, rival, slopes = numbers["activation"], numbers["gradient × activation"], terms.dF_dy[:, 0, 0]
    require(
        abs(y) > 1e-3,
        "an active unit",
        f"y(x) is {y:.4g}: a failure too, but here only the gradient is to be 0.",
    )
    require(
        abs(rival) < 1e-6 * abs(difference),
        "saturation",
        f"Gradient × activation is {rival:.4g}; expected 0.",
    )
    jump = abs(np.diff(slopes)).max() / np.ptp(slopes)
    require(
        jump < 0.1,
        "no kink",
        f"Between two of {len(slopes)} neighbouring points ∂F/∂y jumps by {jump:.0%} of its range.",
    )


def check_misleads(misleads):
    numbers, difference, terms = seen(misleads)
    slowest, influence = terms.dy_dalpha.min(), numbers["internal influence"]
    require(
        slowest > -1e-9,
        "a unit that never falls",
        f"dy/dα goes down to {slowest:.4g}; expected 0 or more.",
    )
    require(difference > 0, "a rise", f"F(x) − F(x′) is {difference:.4g}; expected more than 0.")
    require(
        influence < -1e-6,
        "wrong sign",
        f"Internal influence is {influence:.4g}; expected less than 0.",
    )


def check_four_measures(four_measures):
    for broken, which, *given, expected in (
        ("gradient × activation at x", 1, [0.5, 0.5], [3, 2], [1, 4], [5, 5], 8),
        (
            "influence is an integral, not the gradient at x (saturation)",
            2,
            [0.5, 0.5],
            [0, 2],
            [1, 0],
            [2, 2],
            0.5,
        ),
        ("influence has no dy/dα (wrong sign)", 2, [0.5, 0.5], [0, -1], [-1, -1], [-1, -1], -1),
        ("insensitivity (this unit does not move)", 3, [0.5, 0.5], [3, 3], [1, 1], [0, 0], 0),
        ("product before integral (curved path)", 3, [0.5, 0.5], [0, 1], [0, 2], [0, 2], 2),
        ("zero at both ends", 3, [0.25, 0.5, 0.25], [0, 1, 0], [0, 1, 2], [2, 0, -2], -1),
        ("the rule's own weights", 2, [0.25, 0.75], [0, 1], [4, 8], [1, 1], 7),
    ):
        got = four_measures(
            np.array(given[0]), *(np.array(factor, float)[:, None] for factor in given[1:])
        )
        require(
            np.shape(got) == (4, 1),
            "four measures, one number for each unit",
            f"For one unit it gave {got}.",
        )
        detail = (
            f"For weight, y, ∂F/∂y, dy/dα = {given} {MEASURES[which]} came as "
            f"{got[which][0]:.6g}, not {expected}."
        )
        require_equal(got[which][0], expected, broken, detail)
    path = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    units = [
        attribution.explain_unit(*path, layer="y", unit=unit, steps=9, rule="trapezoid")
        for unit in (0, 1)
    ]
    walk = (
        np.transpose([getattr(unit, factor) for unit in units])
        for factor in ("y", "dF_dy", "dy_dalpha")
    )
    got, ours = (
        four_measures(units[0].weight, *walk),
        [one["y"][0] for one in measure(*path, steps=9, rule="trapezoid").values()],
    )
    require_equal(
        got, ours, "the two neurons", f"It gave {got}, minigrad {ours}.", rtol=0, atol=1e-12
    )
