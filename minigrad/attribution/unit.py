"""`explain_unit`: the ledger of one hidden unit, every factor of Eq. 3 at every α."""

from dataclasses import dataclass
from operator import index as as_int

import numpy as np

from ..machine.backend import to_numpy
from ..tensor import Tensor
from .path.quadrature import quadrature
from .path.straight import StraightPath
from .score import or_zeros, score_and_layers

COLUMNS = ("α", "weight", "∂F/∂y", "dy/dα", "product", "running sum")


@dataclass(frozen=True)
class UnitLedger:
    """Σ_k weight_k · ∂F/∂y(α_k) · dy/dα(α_k) of one unit, line by line; ``print`` it.

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
        arrays = y.data, y.grad, or_zeros(y.tangent, y)
        value, dF_dy, dy_dalpha = (float(to_numpy(one.reshape(units)[unit])) for one in arrays)
        product = dF_dy * dy_dalpha
        running_sum += weight * product
        rows.append((alpha, weight, value, dF_dy, dy_dalpha, product, running_sum))
    return UnitLedger(layer, unit, *np.array(rows, dtype=np.float64).T)


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
