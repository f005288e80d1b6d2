"""The picture of a unit's ledger: its shaded areas are the sums."""

import numpy as np
import pytest

from lessons.networks import two_neurons
from minigrad.attribution import explain_unit

pytest.importorskip("matplotlib").use("Agg")
from lessons.figures.ledger import plot_ledger


def test_the_plotted_area_is_the_conductance():
    ledger = explain_unit(two_neurons.F, two_neurons.X, two_neurons.BASELINE, layer="y", unit=0)
    figure = plot_ledger(ledger)
    area = sum(bar.get_width() * bar.get_height() for bar in figure.axes[2].patches)
    assert area == pytest.approx(ledger.conductance, rel=1e-12)
    labels = ["∂F/∂y", "dy/dα", "∂F/∂y · dy/dα", "∂F/∂y"]
    assert [axis.get_ylabel() for axis in figure.axes] == labels


def test_the_area_of_the_gradient_over_the_unit_is_its_line_integral():
    """By the shoelace formula; for a unit that falls and rises again, parts count twice or not."""
    x, baseline = np.array([[1.0]]), np.zeros((1, 1))

    def F(x):
        y = (x * (1.0 - x)).named("y")
        return (y * x).sum(axis=1)

    for rule in ("trapezoid", "gauss_legendre"):
        ledger = explain_unit(F, x, baseline, layer="y", unit=0, steps=200, rule=rule)
        (area,) = plot_ledger(ledger).axes[3].patches
        y, g = area.get_xy().T
        shoelace = np.sum(y * np.roll(g, 1) - g * np.roll(y, 1)) / 2
        assert ledger.line_integral == pytest.approx(shoelace, rel=1e-9)
        assert ledger.line_integral == pytest.approx(-1 / 6, rel=1e-3)  # ∫ α (1 − 2α) dα
