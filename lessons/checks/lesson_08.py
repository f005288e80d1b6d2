"""What the exercises of lesson 8 are held to: one sum for every cut, at every α and on the way.

What is right comes from pencil, and from forward mode alone, which knows of no layer.
"""

import numpy as np

import minigrad as mg
from lessons import small_inception
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import conductance, quadrature


def swept(dF_dy, dy_dalpha):
    """A named tensor as the two sweeps leave it: ∂F/∂y in ``.grad``, dy/dα in ``.tangent``."""
    y = mg.Tensor(np.ones(np.shape(dF_dy)), tangent=np.array(dy_dalpha, float))
    y.grad = np.array(dF_dy, float)
    return y


# the property, ∂F/∂y, dy/dα, what is right
SLOPES = (
    ("one number for each α", [[[[3]]], [[[4]]]], [[[[1]]], [[[1]]]], [3, 4]),
    ("insensitivity (a unit that does not move has no share)", [[3, 1]], [[0, 0]], [0]),
    ("product before sum (a unit's gradient meets its own tangent)", [[1, -1]], [[1, -1]], [2]),
)

ALPHA, GAUSS = quadrature(4)
CURVE = 2 * ALPHA[:, None]
# the property: ∂F/∂y and dy/dα at each point, the weights, what is right
TOTALS = {
    "insensitivity (a unit that does not move has no share)":
        ([[3]], [[0]], [1], 0),
    "weights that sum to 1 (a constant is integrated exactly)":
        ([[1], [1]], [[2], [2]], [0.5, 0.5], 2),
    "product before sum (a unit's gradient meets its own tangent)":
        ([[1, -1]], [[1, -1]], [1], 2),
    "the rule's own weights":
        ([[0], [4]], [[1], [1]], [0.25, 0.75], 3),
    "the curved path (here y = x², F = y², x = 1)":
        (CURVE**2 / 2, CURVE, GAUSS, 1),
}  # fmt: skip


def check_layer_slope(layer_slope):
    """Exercise 1: sums by pencil, and of every cut of the network dF/dα at five α."""
    for broken, dF_dy, dy_dalpha, right in SLOPES:
        got = layer_slope(swept(dF_dy, dy_dalpha))
        said = f"For ∂F/∂y = {dF_dy} and dy/dα = {dy_dalpha} it gave {got}, not {right}."
        require_equal(got, right, broken, said)
    walk = {"layers": small_inception.CUTS, "steps": 5, "rule": "midpoint", "keep_terms": True}
    found = conductance(*small_inception.example(), **walk)
    right = found.along.slope[:, 0]
    for name, terms in found.terms.items():
        got = layer_slope(swept(terms.dF_dy[:, 0], terms.dy_dalpha[:, 0]))
        said = f"The sum over {name} is {got}, not dF/dα, {right}."
        require_equal(got, right, "conservation at every α", said)


def check_find_cut(find_cut):
    """Exercise 2: every way from x to F crosses the set once, and so it sums to dF/dα."""
    found, along = find_cut(), conductance(*small_inception.example(), steps=5).along
    names, known = [found] if isinstance(found, str) else list(found), list(along.layer_slope)
    require(set(names) <= set(known), "names of the network", f"{names} is not among {known}.")
    asked = "mixed/reduce3x3"
    require(asked in names, "the tensor asked for", f"{asked} is not in {names}.")
    for way in small_inception.ways():
        crossed = [name for name in names if name in way]
        said = f"x → {' → '.join(way)} → F passes none of {names}."
        require(crossed, "no way round the cut", said)
        said = f"{' and '.join(crossed)} lie on one way: counted twice."
        require(len(crossed) == 1, "no way crosses twice", said)
    off = np.abs(sum(along.layer_slope[name] for name in names) - along.slope).max()
    require(off < 1e-9, "conservation at every α", f"The sum is off dF/dα by up to {off:.1e}.")


def check_layer_total(layer_total):
    """Exercise 3: integrals by pencil, of constants, of weights of their own, and of a curve."""
    for broken, (*factors, right) in TOTALS.items():
        got = layer_total(*(np.array(one, float) for one in factors))
        given = [np.round(one, 3).tolist() for one in factors]
        said = f"For dF_dy, dy_dalpha, weight = {given} it gave {got}, not {right}."
        require_equal(got, right, broken, said)
