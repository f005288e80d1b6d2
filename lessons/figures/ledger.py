"""A unit's ledger as a picture: ∂F/∂y, dy/dα and their product over α; ∂F/∂y over y."""

import numpy as np

from .drawing import BLUE, GREEN, GREY, ORANGE


def plot_ledger(ledger, axes=None):
    """Draw ∂F/∂y, dy/dα and their product over α; beside them ∂F/∂y over y.

    The conductance is the shaded area, of the product over α and of ∂F/∂y over y.

    Parameters
    ----------
    ledger : minigrad.attribution.UnitLedger
        As `minigrad.attribution.explain_unit` returns it.
    axes : sequence of four matplotlib.axes.Axes, optional
        Those of a new figure unless told.

    Returns
    -------
    matplotlib.figure.Figure
    """
    *over_alpha, over_y = new_axes() if axes is None else axes
    plot_over_alpha(ledger, over_alpha)
    plot_over_y(ledger, over_y)
    return over_y.figure


def plot_over_alpha(ledger, axes):
    """The two factors and their product, on three axes."""
    edges = np.concatenate([[0], np.cumsum(ledger.weight)])
    bars = {"align": "edge", "color": GREEN, "alpha": 0.3, "edgecolor": "white"}
    axes[2].bar(edges[:-1], ledger.product, ledger.weight, linewidth=0.5, **bars)
    curves = (
        (ledger.dF_dy, "∂F/∂y", ORANGE),
        (ledger.dy_dalpha, "dy/dα", BLUE),
        (ledger.product, "∂F/∂y · dy/dα", GREEN),
    )
    for axis, (values, label, colour) in zip(axes, curves):
        draw_curve(axis, ledger.alpha, values, label, colour)
    axes[0].set_title(f"Unit {list(ledger.unit)} of {ledger.layer}", loc="left", fontsize=11)
    title = f"shaded: weight × product, together {ledger.conductance:.4g}"
    axes[2].set_title(title, loc="left", fontsize=10)
    axes[2].set(xlabel="α (0: baseline x′, 1: input x)", xlim=(0, 1))


def plot_over_y(ledger, axis):
    """∂F/∂y over y, from the first point of the path to the last; the area is ∫ ∂F/∂y dy."""
    outline = np.concatenate([ledger.y, ledger.y[[-1, 0]]])
    axis.fill(outline, np.concatenate([ledger.dF_dy, [0, 0]]), color=GREEN, alpha=0.3)
    draw_curve(axis, ledger.y, ledger.dF_dy, "∂F/∂y", ORANGE)
    for end, at in (("first", 0), ("last", -1)):
        place = (ledger.y[at], ledger.dF_dy[at])
        text = f"{end}, α = {ledger.alpha[at]:.3g}"
        axis.annotate(text, place, (4, 6), textcoords="offset points", fontsize=9)
    title = f"shaded: ∫ ∂F/∂y dy between these points, {ledger.line_integral:.4g}"
    axis.set_title(title, loc="left", fontsize=10)
    axis.set_xlabel("y")
    axis.margins(0.18, 0.12)


def draw_curve(axis, x, values, label, colour):
    """Values at the points of the path, over α or y, and the line of 0."""
    axis.axhline(0, color=GREY, linewidth=0.8)
    axis.plot(x, values, "o-", color=colour, markersize=4, linewidth=1.2)
    axis.set_ylabel(label)
    axis.spines[["top", "right"]].set_visible(False)


def new_axes():
    """Three axes one above the other that share α, and one beside them."""
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=(10.5, 6.5), layout="constrained")
    grid = figure.add_gridspec(3, 2)
    first = figure.add_subplot(grid[0, 0])
    others = [figure.add_subplot(grid[row, 0], sharex=first) for row in (1, 2)]
    return [first, *others, figure.add_subplot(grid[:, 1])]
