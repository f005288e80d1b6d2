"""What lesson 11's answers are held to: one sum for every cut, at every α and over the path.

What is right comes from pencil, and from forward mode alone, which knows of no layer.
"""

import numpy as np

import minigrad as mg
from lessons import small_inception, two_neurons
from lessons.classroom.properties import in_brief, require, require_pencil, require_same
from minigrad.attribution import conductance, quadrature


def check_PENCIL(answers):
    """Every unit's share of dF/dα at α = 1/2, for the layer y and for the inputs."""
    half = {"steps": 1, "rule": "midpoint", "keep_terms": True}  # its one point is 1/2
    path = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    y_1, y_2 = conductance(*path, **half).terms["y"].term[0, 0]
    x = mg.Tensor(0.5 * two_neurons.X, requires_grad=True)
    two_neurons.F(x).sum().backward()
    x_1, x_2 = x.grad[0]
    right = {"y₁": y_1, "y₂": y_2, "x₁": x_1, "x₂": x_2}
    traps = {
        "y₁": [
            (1, "That is ∂F/∂y₁. It is multiplied by dy₁/dα."),
            (1.5, "∂F/∂y₁ is y₂, not y₁ itself."),
        ],
        "y₂": [
            (0.5, "That is ∂F/∂y₂. It is multiplied by dy₂/dα."),
            (2, "∂F/∂y₂ is y₁, not y₂ itself."),
        ],
        "x₁": [
            (4, "1 and 3 belong to different neurons. Each is multiplied by its own ∂F/∂y."),
            (6, "In the third row stands ∂F/∂y, without dy/dα."),
            (3, "That is y₁. In the row of x₁ both neurons take part."),
            (3.5, "∂F/∂y₁ is y₂ = 1, and ∂F/∂y₂ is y₁ = 1/2."),
        ],
        "x₂": [
            (2.5, "y₂ falls with x₂: the second part is taken away."),
            (1, "Each number is multiplied by its own ∂F/∂y: 2 · 1, and 1 · 1/2."),
            (5, "In the last row stands ∂F/∂y, without dy/dα."),
        ],
    }
    said = require_pencil(answers, right, traps)
    return f"{said} Now add: 3 + 1, and 2.5 + 1.5. What is dF/dα at 1/2?"


def swept(dF_dy, dy_dalpha):
    """A named tensor as the two sweeps leave it: ∂F/∂y in ``.grad``, dy/dα in ``.tangent``."""
    y = mg.Tensor(np.ones(np.shape(dF_dy)), tangent=np.array(dy_dalpha, float))
    y.grad = np.array(dF_dy, float)
    return y


# the property, ∂F/∂y, dy/dα, what is right
SLOPES = (
    ("one number for each α", [[[[3]]], [[[4]]]], [[[[1]]], [[[1]]]], [3, 4]),
    ("insensitivity (a unit that does not move has no share)", [[3, 1]], [[0, 0]], [0]),
    ("a sum over the units, not a mean", [[1, 0]], [[1, 0]], [1]),
    ("product before sum (a unit's gradient meets its own tangent)", [[1, -1]], [[1, -1]], [2]),
    ("shares have signs (a unit may lower F)", [[3, -1]], [[1, 2]], [1]),
)

ALPHA, GAUSS = quadrature(4)
CURVE = 2 * ALPHA[:, None]
# the property: the weights, ∂F/∂y and dy/dα at each point, what is right
TOTALS = {
    "insensitivity (a unit that does not move has no share)":
        ([1], [[3]], [[0]], 0),
    "each point once, with its weight":
        ([0.5, 0.5], [[1], [1]], [[2], [2]], 2),
    "product before sum (a unit's gradient meets its own tangent)":
        ([1], [[1, -1]], [[1, -1]], 2),
    "the rule's own weights":
        ([0.25, 0.75], [[0], [4]], [[1], [1]], 3),
    "shares have signs (a unit may lower F)":
        ([0.5, 0.5], [[3, -1], [3, -1]], [[1, 2], [1, 2]], 1),
    "a total has a sign":
        ([1], [[-3]], [[1]], -3),
    "the curved path (here y = x², F = y², x = 1)":
        (GAUSS, CURVE**2 / 2, CURVE, 1),
}  # fmt: skip


def check_layer_slope(layer_slope):
    """Sums by pencil, and of every cut of the network dF/dα at five α."""
    for broken, dF_dy, dy_dalpha, right in SLOPES:
        given = f"∂F/∂y = {in_brief(dF_dy)}, dy/dα = {in_brief(dy_dalpha)}."
        require_same(layer_slope(swept(dF_dy, dy_dalpha)), right, broken, given)
    walk = {"layers": small_inception.CUTS, "steps": 5, "rule": "midpoint", "keep_terms": True}
    found = conductance(*small_inception.example(), **walk)
    right = found.along.slope[:, 0]
    for name, terms in found.terms.items():
        got = layer_slope(swept(terms.dF_dy[:, 0], terms.dy_dalpha[:, 0]))
        given = f"The layer {name} at five α; right is dF/dα."
        require_same(got, right, "conservation at every α", given)
    return "Five layers, one sum: the chain rule, to rounding."


def check_find_cut(find_cut):
    """Every way from x to F crosses the set once, and so it sums to dF/dα."""
    got, along = find_cut(), conductance(*small_inception.example(), steps=5).along
    names, known = [got] if isinstance(got, str) else list(got), list(along.layer_slope)
    unknown = [name for name in names if name not in known]
    said = f"Yours: {', '.join(map(str, unknown))}. Right: names among {', '.join(known)}."
    require(not unknown, "names of the network", said)
    asked = "mixed/reduce3x3"
    said = f"Yours: {', '.join(names)}. Right: a cut with {asked} in it."
    require(asked in names, "the tensor asked for", said)
    for way in small_inception.ways():
        crossed = [name for name in names if name in way]
        given = f"The way x → {' → '.join(way)} → F."
        said = f"{given} Yours: none of your tensors lies on it. Right: exactly one does."
        require(crossed, "no way round the cut", said)
        said = f"{given} Yours: {' and '.join(crossed)} lie on it, and it counts twice. Right: one."
        require(len(crossed) == 1, "no way crosses twice", said)
    total = sum(along.layer_slope[name] for name in names)[:, 0]
    require_same(total, along.slope[:, 0], "conservation at every α", "The sum over your set.")
    return "A cut through the middle of a layer's branches: it sums to dF/dα, as every layer does."


def check_layer_total(layer_total):
    """Integrals by pencil, of constants, of weights of their own, and of a curve."""
    got = layer_total(np.ones(1), np.ones((1, 2)), np.ones((1, 2)))
    said = f"One point, two units. Yours: {in_brief(got)}. Right: 2, one number for both."
    require(np.shape(got) == (), "one number for the layer", said)
    for broken, (*factors, right) in TOTALS.items():
        got = layer_total(*(np.array(one, float) for one in factors))
        weights, dF_dy, dy_dalpha = (in_brief(one) for one in factors)
        given = f"Weights {weights}, ∂F/∂y = {dF_dy}, dy/dα = {dy_dalpha}."
        require_same(got, right, broken, given)
    return "The total of a layer, by any rule. Do the five layers agree?"
