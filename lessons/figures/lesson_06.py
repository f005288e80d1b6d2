"""What lesson 6 draws and prints: Eq. 2 as a matrix, the factors of Eq. 3 over α, tables."""

from fractions import Fraction

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

import minigrad as mg
from minigrad.attribution import conductance
from minigrad.attribution.definition import jacobians

from ..networks.two_neurons import BASELINE, F, X
from .drawing import BLACK, BLUE, GREY, ORANGE, SKY, VERMILION, tidy


def written(value):
    """'+0.8889 = 8/9': a number with its sign, and a small fraction that is as good."""
    near = Fraction(float(value)).limit_denominator(30)
    exact = f" = {near}" if near.denominator > 1 and abs(near - value) < 1e-9 else ""
    return f"{value:+.4f}{exact}".replace("-", "−")


def subscript(position):
    """1 as ₁, for names of inputs and units counted from 1."""
    return "".join("₀₁₂₃₄₅₆₇₈₉"[int(digit)] for digit in str(position))


def draw(result, matrix, slopes, row_sums, curves):
    """The whole picture: the matrix on the left, the factors of both neurons on the right.

    Parameters
    ----------
    result : minigrad.attribution.Attribution
        Eq. 3 of a layer "y" of two units.
    matrix, slopes, row_sums
        As for `draw_matrix`.
    curves : minigrad.attribution.result.Terms
        Of many steps.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplot_mosaic(
        [["m", "a"], ["m", "b"]], figsize=(13, 7.5), width_ratios=(1.15, 1), layout="constrained"
    )
    draw_matrix(axes["m"], matrix, slopes, row_sums, result["y"][0], result.difference[0])
    for unit, (panel, place) in enumerate((("a", (0.78, 0.55)), ("b", (0.87, 0.6)))):
        draw_factors(axes[panel], curves, unit, result["y"][0, unit], place)
    return figure


def draw_matrix(axis, matrix, slopes, row_sums, column_sums, total):
    """Eq. 2 as a table inputs × units; at the right Eq. 1, below Eq. 3, in the corner their sum.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    matrix : numpy.ndarray, shape (inputs, units)
        Cond_i^y.
    slopes : numpy.ndarray, shape (units, inputs)
        ∂y/∂x_i at one α.
    row_sums, column_sums : numpy.ndarray
        IG_i and Cond^y.
    total : float
        F(x) − F(x′).
    """
    inputs, units = matrix.shape
    x = [f"x{subscript(i + 1)}" for i in range(inputs)]
    y = [f"y{subscript(unit + 1)}" for unit in range(units)]
    for (i, unit), value in np.ndenumerate(matrix):
        colour = BLUE if value > 0 else VERMILION
        shade = 0.12 + 0.33 * abs(value) / abs(matrix).max()
        axis.add_patch(Rectangle((unit, i), 0.96, 0.94, color=colour, alpha=shade, linewidth=0))
        slope = f"∂{y[unit]}/∂{x[i]} = {slopes[unit, i]:+.0f}".replace("-", "−")
        write_cell(axis, unit, i, written(value), slope)
    for i in range(inputs):
        draw_sum(axis, units + 0.08, i, written(row_sums[i]), f"Eq. 1, {x[i]}")
    for unit in range(units):
        draw_sum(axis, unit, inputs + 0.08, written(column_sums[unit]), f"Eq. 3, {y[unit]}")
    draw_sum(axis, units + 0.08, inputs + 0.08, written(total), "F(x) − F(x′)")
    axis.set(xlim=(-0.02, units + 1.08), ylim=(inputs + 1.08, -0.02))
    axis.set_xticks([*(np.arange(units) + 0.48), units + 0.56], [*y, "row sums"])
    axis.set_yticks([*(np.arange(inputs) + 0.47), inputs + 0.55], [*x, "column\nsums"])
    axis.xaxis.tick_top()
    axis.tick_params(length=0, labelsize=11)
    tidy(axis, "Eq. 2: what each input adds to the score through each neuron\n")
    axis.spines[["left", "bottom"]].set_visible(False)


def draw_sum(axis, left, top, text, what):
    """One framed cell for a row's, a column's or the total sum."""
    axis.add_patch(Rectangle((left, top), 0.96, 0.94, fill=False, edgecolor=GREY, linewidth=1))
    write_cell(axis, left, top, text, what)


def write_cell(axis, left, top, text, what):
    """A number in a cell, and in small letters what it is, or another."""
    centred = {"ha": "center", "va": "center"}
    axis.text(left + 0.48, top + 0.36, text, fontsize=12, **centred)
    axis.text(left + 0.48, top + 0.66, what, fontsize=9, color=BLACK, **centred)


def draw_factors(axis, terms, unit, conductance, place):
    """∂F/∂y, dy/dα and their product of one unit along the path, the area under the product shaded.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    terms : minigrad.attribution.result.Terms
        Of a layer (steps, 1, units), with many steps.
    unit : int
    conductance : float
        To be written into the area.
    place : (float, float)
        Where, in α and score per unit of α.
    """
    name, alpha = f"y{subscript(unit + 1)}", terms.alpha
    product = terms.term[:, 0, unit]
    axis.fill_between(alpha, product, color=SKY, alpha=0.45, linewidth=0)
    for curve, style, colour, label in (
        (product, "-", BLACK, "product"),
        (terms.dF_dy[:, 0, unit], "--", BLUE, f"∂F/∂{name} (reverse mode)"),
        (terms.dy_dalpha[:, 0, unit], "-.", VERMILION, f"d{name}/dα (forward mode)"),
    ):
        axis.plot(alpha, curve, style, color=colour, linewidth=1.8, label=label)
    area = f"area = Cond of {name}\n{written(conductance)}"
    axis.text(*place, area, ha="center", va="center", fontsize=11)
    dotted = {"color": ORANGE, "linewidth": 1, "linestyle": ":", "ymax": 0.55}
    axis.axvline(1 / 3, label="y₁ wakes, α = 1/3", **dotted)
    axis.set(xlim=(0, 1), ylim=(-0.15, 6.3))
    axis.legend(frameon=False, loc="upper left", fontsize=9)
    title = f"Eq. 3 for {name}: two factors and their product"
    tidy(axis, title, "α (0: x′, 1: x)", "product: score per unit of α")


def draw_areas(y, dF_dy, result):
    """∂F/∂y of both neurons over y: the area is Eq. 3, and each panel's box twice its doubt.

    Parameters
    ----------
    y, dF_dy : numpy.ndarray, shape (points, 2)
        Along the path.
    result : minigrad.attribution.Attribution
        The line integral between these points.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(1, 2, figsize=(12, 4.6), sharey=True, layout="constrained")
    alphas = np.linspace(0, 1, 601)
    curve = np.stack([np.maximum(3 * alphas - 1, 0), 2 * alphas], axis=1)
    slopes = curve[:, ::-1]  # ∂F/∂y₁ = y₂, ∂F/∂y₂ = y₁
    for unit, axis in enumerate(axes):
        name, along, heights = f"y{subscript(unit + 1)}", y[:, unit], dF_dy[:, unit]
        axis.fill_between(along, heights, color=SKY, alpha=0.45, linewidth=0)
        box = {"color": ORANGE, "alpha": 0.35, "linewidth": 0}
        for left, low, width, height in zip(along, heights, np.diff(along), np.diff(heights)):
            axis.add_patch(Rectangle((left, low), width, height, **box))
        axis.add_patch(Rectangle((0, 0), 0, 0, label="half of a box: the panel's doubt", **box))
        axis.plot(curve[:, unit], slopes[:, unit], color=BLUE, linewidth=2, label=f"∂F/∂{name}")
        points = f"trapezoids between {len(y)} even points of the path"
        axis.plot(along, heights, "o-", color=BLACK, linewidth=1, label=points)
        value, error = result["y"][0, unit], result.error("y")[0, unit]
        area = f"area = Cond of {name}: {value:.2f} ± {error:.2f}"
        axis.text(1.98, 0.15, area, ha="right", va="center", fontsize=11)
        axis.set(xlim=(-0.06, 2.06), ylim=(-0.05, 2.75))
        axis.legend(frameon=False, loc="upper left", fontsize=9)
        tidy(axis, f"Eq. 3 for {name} as ∫ ∂F/∂y dy", f"{name}, its value", f"∂F/∂{name}")
        axis.tick_params(labelleft=True)
    return figure


def print_terms(one_term, alphas, weight):
    """What ``one_term`` returns, and ∂y/∂x_i; one line an α and unit of the two neurons."""
    print("   α  unit   weight    ∂F/∂y    dy/dα  product weighted      ∂y/∂x₁   ∂y/∂x₂")
    for alpha in alphas:
        x_alpha = mg.Tensor(BASELINE + alpha * (X - BASELINE), requires_grad=True)
        _, dy_dx = jacobians(F, x_alpha, "y")
        for unit in (0, 1):
            term = row_of_numbers(one_term(F, X, BASELINE, alpha, weight, unit))
            slopes = row_of_numbers(dy_dx[unit])
            print(f"{alpha:.2f}   y{subscript(unit + 1)} {term}   {slopes}".replace("-", "−"))


def print_methods(F, x, baseline, steps, exact):
    """Eq. 3 of both neurons at finite steps, by the chain rule and by the telescoped form."""
    print("steps   chain rule: y₁       y₂      sum   difference: y₁       y₂      sum")
    for count in steps:
        by_chain_rule, by_difference = (
            neurons_and_sum(conductance(F, x, baseline, steps=count, **form))
            for form in ({}, {"method": "difference", "rule": "left"})
        )
        print(f"{count:5}      {by_chain_rule}      {by_difference}")
    print("exact      " + row_of_numbers([*map(float, exact), float(sum(exact))]) + "\n")


def print_errors(F, x, baseline, counts, exact):
    """Eq. 3 of both neurons with its error, by the chain rule and as an area over y.

    Both from the same even points by the trapezoid rule.
    """
    print("points   Σ ∂F/∂y · dy/dα: y₁               y₂       Σ ∂F/∂y · Δy: y₁               y₂")
    for count in counts:
        points = {"steps": count, "rule": "trapezoid"}
        forms = (
            conductance(F, x, baseline, method=method, **points)
            for method in ("chain_rule", "difference")
        )
        cells = [
            f"{value:8.4f} ± {error:6.4f}"
            for found in forms
            for value, error in zip(found["y"][0], found.error("y")[0])
        ]
        print(f"{count:6}    " + "  ".join(cells[:2]) + "    " + "  ".join(cells[2:]))
    ends = "           ".join(f"{float(value):8.4f}" for value in exact)
    print(f"exact     {ends}             {ends}\n")


def print_scores(scores, x, baseline, rule):
    """Conductance of both neurons for several scores; last for F on a path that stands still."""
    print("what is explained         Cond y₁  Cond y₂      sum   F(x) − F(x′)")
    cases = [(what, score, baseline) for what, score in scores.items()]
    for what, score, start in (*cases, ("F, with x′ = x", F, x)):
        found = conductance(score, x, start, steps=30, rule=rule)
        print(f"{what:22} {neurons_and_sum(found)}{found.difference[0]:15.4f}")


def neurons_and_sum(found):
    """The conductance of both neurons, and their sum, in columns."""
    return row_of_numbers([*found["y"][0], found.total("y")[0]])


def row_of_numbers(values):
    """Numbers in columns of nine characters."""
    return "".join(f"{value:9.4f}" for value in values)
