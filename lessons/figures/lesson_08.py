"""What lesson 8 draws and prints: Eq. 2 as a matrix with its sums, the factors of Eq. 3."""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from minigrad.attribution import (
    conductance,
    conductance_by_definition,
    integrated_gradients,
    quadrature,
)

from ..networks.two_neurons import BASELINE, CONDUCTANCE, F, X
from .drawing import BLACK, BLUE, GREY, ORANGE, SKY, VERMILION, tidy

EXACT = {"steps": 6, "rule": "midpoint"}  # for our two neurons on this path
NAMES = "y₁", "y₂"
NOT_YET = "(not yet: the exercise above comes first)"
WRONG = TypeError, ValueError, IndexError  # what a wrong answer makes of the printing


def written(value):
    """'+0.8889 = 8/9': a number with its sign, and a small fraction that is as good."""
    near = Fraction(float(value)).limit_denominator(30)
    exact = f" = {near}" if near.denominator > 1 and abs(near - value) < 1e-9 else ""
    return f"{value:+.4f}{exact}".replace("-", "−")


def draw_matrix():
    """Eq. 2 as a table inputs × units; at the right Eq. 1, below Eq. 3, in the corner F(x) − F(x′).

    The sums are not added up from the cells: each comes from its own function.

    Returns
    -------
    matplotlib.figure.Figure
    """
    matrix = conductance_by_definition(F, X, BASELINE, layer="y", **EXACT)[0]
    of_inputs = integrated_gradients(F, X, BASELINE, **EXACT)[0]
    of_units = conductance(F, X, BASELINE, **EXACT)
    figure, axis = plt.subplots(figsize=(8.4, 6), layout="constrained")
    for (i, unit), value in np.ndenumerate(matrix):
        colour = BLUE if value > 0 else VERMILION
        shade = 0.12 + 0.33 * abs(value) / abs(matrix).max()
        cell = {"color": colour, "alpha": shade, "linewidth": 0}
        axis.add_patch(Rectangle((unit, i), 0.96, 0.94, **cell))
        write_cell(axis, unit, i, written(value), f"x{'₁₂'[i]} through {NAMES[unit]}")
    for i in (0, 1):
        draw_sum(axis, 2.08, i, written(of_inputs[i]), f"x{'₁₂'[i]} through both")
    for unit in (0, 1):
        draw_sum(axis, unit, 2.08, written(of_units["y"][0, unit]), f"Cond({NAMES[unit]})")
    draw_sum(axis, 2.08, 2.08, written(of_units.difference[0]), "F(x) − F(x′)")
    axis.set(xlim=(-0.02, 3.08), ylim=(3.08, -0.02))
    axis.set_xticks((0.48, 1.48, 2.56), (*NAMES, "sum of the row\n(Eq. 1)"))
    axis.set_yticks((0.47, 1.47, 2.55), ("x₁", "x₂", "sum of\nthe column\n(Eq. 3)"))
    axis.xaxis.tick_top()
    axis.tick_params(length=0, labelsize=11)
    tidy(axis, "What each input added to the score through each neuron (Eq. 2)\n")
    axis.spines[["left", "bottom"]].set_visible(False)
    return figure


def draw_sum(axis, left, top, text, what):
    """One framed cell for a row's, a column's or the total sum."""
    axis.add_patch(Rectangle((left, top), 0.96, 0.94, fill=False, edgecolor=GREY, linewidth=1))
    write_cell(axis, left, top, text, what)


def write_cell(axis, left, top, text, what):
    """A number in a cell, and in small letters what it is."""
    centred = {"ha": "center", "va": "center"}
    axis.text(left + 0.48, top + 0.38, text, fontsize=13, **centred)
    axis.text(left + 0.48, top + 0.68, what, fontsize=10, color=BLACK, **centred)


def draw_factors():
    """Along the path, for each neuron: both factors of Eq. 3, their product, and its area.

    Returns
    -------
    matplotlib.figure.Figure
    """
    many = conductance(F, X, BASELINE, steps=600, rule="midpoint", keep_terms=True)
    figure, axes = plt.subplots(1, 2, figsize=(12, 4.6), sharey=True, layout="constrained")
    for unit, (axis, place) in enumerate(zip(axes, ((0.76, 0.75), (0.84, 0.6)))):
        draw_path_of(unit, axis, many.terms["y"], place)
    axes[0].set_ylabel("score per unit of α (product)")
    return figure


def draw_path_of(unit, axis, terms, place):
    """One panel of `draw_factors`; the area's number is written at a place (α, height)."""
    name, alpha, product = NAMES[unit], terms.alpha, terms.term[:, 0, unit]
    axis.fill_between(alpha, product, color=SKY, alpha=0.45, linewidth=0)
    for curve, style, colour, label in (
        (terms.dF_dy[:, 0, unit], "--", BLUE, f"∂F/∂{name}: what F gains per unit of {name}"),
        (terms.dy_dalpha[:, 0, unit], "-.", VERMILION, f"d{name}/dα: how fast {name} moves"),
        (product, "-", BLACK, "their product"),
    ):
        axis.plot(alpha, curve, style, color=colour, linewidth=1.8, label=label)
    area = f"area = Cond({name})\n= {CONDUCTANCE[unit]}"
    axis.text(*place, area, ha="center", va="center", fontsize=11)
    dotted = {"color": ORANGE, "linewidth": 1.3, "linestyle": ":", "ymax": 0.55}
    axis.axvline(1 / 3, label="α = 1/3: y₁ wakes", **dotted)
    axis.set(xlim=(0, 1), ylim=(-0.15, 7.4))
    axis.legend(frameon=False, loc="upper left", fontsize=10)
    tidy(axis, f"Eq. 3 for {name}", "α (0: x′, 1: x)")
    axis.tick_params(labelleft=True)


def print_terms(look, term):
    """Both factors at three α, and what the learner's ``term`` makes of them."""
    heads = (f"   ∂F/∂{name}   d{name}/dα   product" for name in NAMES)
    print("   α " + "  ".join(heads))
    for alpha in (0.25, 0.5, 0.75):
        y = look(F, X, BASELINE, alpha)
        try:
            products = [f"{number:9.2f}" for number in np.ravel(term(y))]
        except NotImplementedError:
            products = ["  not yet"] * len(NAMES)
        except WRONG:
            products = ["    wrong"] * len(NAMES)
        factors = zip(y.grad[0], y.tangent[0], products)
        cells = (
            f"{dF_dy:8.2f} {dy_dalpha:8.2f} {product}" for dF_dy, dy_dalpha, product in factors
        )
        print(f"{alpha:.2f} " + "  ".join(cells))


def try_sum(conductance_of_unit):
    """Print what a learner's sum gives for both neurons, beside the pencil's."""
    alphas, weights = quadrature(**EXACT)
    for unit, (name, exact) in enumerate(zip(NAMES, CONDUCTANCE)):
        try:
            found = f"{conductance_of_unit(F, X, BASELINE, unit, alphas, weights):.6f}"
        except NotImplementedError:
            found = NOT_YET
        except WRONG:
            found = "(no number: see the verdict)"
        print(f"Cond({name}), {len(alphas)} cells: {found}   by pencil: {exact}")
