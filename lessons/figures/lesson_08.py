"""What lesson 8 draws: five layers on one curve, their equal totals, and the error they share."""

import matplotlib.pyplot as plt

from ..networks.small_inception import BRANCHES, CUTS
from .drawing import draw_residuals, draw_slopes, draw_totals


def draw(result, curve, kinked, smooth, steps):
    """The lesson's picture.

    Parameters
    ----------
    result : minigrad.attribution.Attribution
        Of the network with kinks.
    curve : (array, array)
        α and dF/dα, by forward mode alone.
    kinked, smooth : dict of str to sequence of float
        By the rule's name, the residuals of the network with kinks and of the smooth one.
    steps : numpy.ndarray of int

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, (above, below) = plt.subplots(2, 2, figsize=(12, 9), layout="constrained")
    above[0].plot(*curve, "k-", linewidth=1, label="dF/dα, by forward mode alone")
    draw_slopes(above[0], result, CUTS, "Five layers, one curve")
    branches = {branch: f"mixed/{parts[-1]}" for branch, parts in BRANCHES.items()}
    title = "Five equal totals, one shared error (20 steps)"
    draw_totals(above[1], result, CUTS, title, {"mixed": branches})
    draw_residuals(below[0], "ReLU and maxima: no rule keeps its order", kinked, steps)
    draw_residuals(below[1], "softplus and means: every rule has its order", smooth, steps)
    return figure
