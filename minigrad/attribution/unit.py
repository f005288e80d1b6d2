"""`explain_unit`: the ledger of one hidden unit, every factor of Eq. 3 at every α."""

from dataclasses import dataclass
from operator import index as as_int

import numpy as np

from ..colours import BLUE, GREEN, GREY, ORANGE
from ..machine.backend import to_numpy
from ..tensor import Tensor
from .path.quadrature import quadrature
from .path.straight import StraightPath
from .score import or_zeros, score_and_layers

COLUMNS = ("α", "weight", "∂F/∂y", "dy/dα", "product", "running sum")


@dataclass(frozen=True)
class UnitLedger:
    """Σ_k weight_k · ∂F/∂y(α_k) · dy/dα(α_k) of one unit, line by line; ``print`` it, or `plot` it.

    Attributes
    ----------
    layer : str
    unit : tuple of int
    alpha, weight, y, dF_dy, dy_dalpha, product, running_sum : numpy.ndarray, float64, shape
    (steps,)
        ``product = dF_dy * dy_dalpha``; ``running_sum`` is the sum of ``weight * product`` so far.
    """

    layer: str
    unit: tuple
    alpha: np.ndarray
    weight: np.ndarray
    y: np.ndarray
    dF_dy: np.ndarray
    dy_dalpha: np.ndarray
    product: np.ndarray
    running_sum: np.ndarray

    @property
    def conductance(self):
        """The last running sum."""
        return float(self.running_sum[-1])

    def __str__(self):
        rows = zip(
            self.alpha, self.weight, self.dF_dy, self.dy_dalpha, self.product, self.running_sum
        )
        lines = [
            f"{self.layer}{list(self.unit)}, running sum of weight × ∂F/∂y × dy/dα:",
            "".join(f"{name:>13}" for name in COLUMNS),
        ]
        lines += ["".join(f"{number:13.6g}" for number in row) for row in rows]
        return "\n".join([*lines, f"conductance {self.conductance:.6g}"]).replace("-", "−")

    @property
    def line_integral(self):
        """∫ ∂F/∂y dy by trapezoids from the first point to the last."""
        return float(np.sum((self.dF_dy[1:] + self.dF_dy[:-1]) / 2 * np.diff(self.y)))

    def plot(self, axes=None):
        """Draw ∂F/∂y, dy/dα and their product over α; beside them ∂F/∂y over y.

        The conductance is the shaded area, of the product over α and of ∂F/∂y over y.

        Parameters
        ----------
        axes : sequence of four matplotlib.axes.Axes, optional
            Those of a new figure unless told.

        Returns
        -------
        matplotlib.figure.Figure
        """
        *over_alpha, over_y = new_axes() if axes is None else axes
        self.plot_over_alpha(over_alpha)
        self.plot_over_y(over_y)
        return over_y.figure

    def plot_over_alpha(self, axes):
        """The two factors and their product, on three axes."""
        edges = np.concatenate([[0], np.cumsum(self.weight)])
        bars = {"align": "edge", "color": GREEN, "alpha": 0.3, "edgecolor": "white"}
        axes[2].bar(edges[:-1], self.product, self.weight, linewidth=0.5, **bars)
        curves = (
            (self.dF_dy, "∂F/∂y", ORANGE),
            (self.dy_dalpha, "dy/dα", BLUE),
            (self.product, "∂F/∂y · dy/dα", GREEN),
        )
        for axis, (values, label, colour) in zip(axes, curves):
            draw_curve(axis, self.alpha, values, label, colour)
        axes[0].set_title(f"Unit {list(self.unit)} of {self.layer}", loc="left", fontsize=11)
        title = f"shaded: weight × product, together {self.conductance:.4g}"
        axes[2].set_title(title, loc="left", fontsize=10)
        axes[2].set(xlabel="α (0: baseline x′, 1: input x)", xlim=(0, 1))

    def plot_over_y(self, axis):
        """∂F/∂y over y, from the first point of the path to the last; the area is ∫ ∂F/∂y dy."""
        outline = np.concatenate([self.y, self.y[[-1, 0]]])
        axis.fill(outline, np.concatenate([self.dF_dy, [0, 0]]), color=GREEN, alpha=0.3)
        draw_curve(axis, self.y, self.dF_dy, "∂F/∂y", ORANGE)
        for end, at in (("first", 0), ("last", -1)):
            place = (self.y[at], self.dF_dy[at])
            text = f"{end}, α = {self.alpha[at]:.3g}"
            axis.annotate(text, place, (4, 6), textcoords="offset points", fontsize=9)
        title = f"shaded: ∫ ∂F/∂y dy between these points, {self.line_integral:.4g}"
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


def explain_unit(F, x, baseline, *, layer, unit, steps=10, rule=None):
    """The ledger of one unit: at each α its weight, ∂F/∂y, dy/dα, their product and the running sum
    (Eq. 3).

    Parameters
    ----------
    F : callable
        As for `conductance`.
    x : array_like or Tensor, shape (1, ...)
        One example.
    baseline : array_like or Tensor
    layer : str
    unit : int or tuple of int
        Which unit of the layer: (row, column, filter) where the layer is (1, rows, columns,
        filters); negative numbers count from the end.
    steps : int
    rule : str
        See `quadrature`.

    Returns
    -------
    UnitLedger
        Its last running sum is ``conductance(F, x, baseline, layers=[layer], steps=steps,
        rule=rule)[layer][0][unit]``, computed here one path point at a time, by the four lines of
        the paper.

    Raises
    ------
    ValueError, IndexError, KeyError
        ``x`` is not one example, ``unit`` is not a unit of the layer, F names no such layer.
    """
    path = StraightPath(x, baseline, F)
    if path.examples != 1:
        raise ValueError(
            f"explain_unit: x has shape {path.x.shape}, {path.examples} examples; "
            "give one, for example x[:1]"
        )
    unit = tuple(unit) if isinstance(unit, (tuple, list)) else (unit,)
    rows, running_sum = [], 0.0
    for alpha, weight in zip(*quadrature(steps, rule)):
        # x' + α (x − x'), and dx/dα = x − x'
        x_alpha = Tensor(path.points([alpha]), tangent=path.difference)
        _, hidden = score_and_layers(F, x_alpha, [layer])
        y = hidden[layer]
        units = y.shape[1:] or (1,)  # a layer (N,) is one unit
        check_unit(layer, unit, units)
        dF_dy = number(or_zeros(y.grad, y).reshape(units)[unit])
        dy_dalpha = number(or_zeros(y.tangent, y).reshape(units)[unit])
        product = dF_dy * dy_dalpha
        running_sum += weight * product
        rows.append(
            (
                alpha,
                weight,
                number(y.data.reshape(units)[unit]),
                dF_dy,
                dy_dalpha,
                product,
                running_sum,
            )
        )
    return UnitLedger(layer, unit, *np.array(rows, dtype=np.float64).T)


def number(entry):
    """One entry of an array as a Python float."""
    return float(to_numpy(entry))


def check_unit(layer, unit, shape):
    """Raise an IndexError unless ``unit`` picks one number of the layer."""
    try:
        inside = len(unit) == len(shape) and all(
            -length <= as_int(place) < length for place, length in zip(unit, shape)
        )
    except TypeError:
        inside = False
    if not inside:
        names = {1: "(unit,)", 3: "(row, column, filter)"}.get(len(shape), f"{len(shape)} numbers")
        raise IndexError(
            f"explain_unit: unit {unit} is none of layer {layer!r}, whose units are "
            f"{shape}; give {names} within it"
        )
