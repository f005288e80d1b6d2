"""Checks of a derivative: against differences, the complex step, and reverse against forward."""

import numpy as np

from ..autodiff import jvp, vjp
from ..machine.backend import get_array_module, to_numpy
from ..recording import no_grad, unwatched
from ..tensor import Tensor, data_of


class GradcheckError(AssertionError):
    """A derivative is wrong; the message names the property that broke."""


def gradcheck(
    f, *inputs, complex_step=False, seed=0, step=1e-6, tolerance=1e-6, exact_tolerance=1e-12
):
    """Check the gradients and tangents of ``f`` at ``inputs``.

    With random directions v (for the inputs) and u (for the output):

    1. ``<u, Jv> = <Jᵀu, v>``: reverse mode against forward mode, exact but for rounding;
    2. ``<u, Jv>`` against ``<u, f(x + hv) − f(x − hv)> / 2h``, the definition;
    3. with ``complex_step``, against ``Im <u, f(x + ihv)> / h``: no difference is taken, so
       it is exact but for rounding; ``f`` must be smooth and accept complex numbers.

    Parameters
    ----------
    f : callable
        From Tensors to a Tensor.
    *inputs : array_like or Tensor
        Converted to float64. Stay away from kinks and ties: there no difference is right.
    complex_step : bool
    seed : int
        For the directions.
    step : float
        h of the second check; it is scaled by the size of the inputs.
    tolerance, exact_tolerance : float
        Relative tolerance of check 2, and of checks 1 and 3.

    Returns
    -------
    bool
        True.

    Raises
    ------
    GradcheckError
    """
    xp = get_array_module(*(data_of(x) for x in inputs))
    inputs = [xp.asarray(data_of(x), dtype=np.float64) for x in inputs]
    rng = np.random.default_rng(seed)
    v = [xp.asarray(rng.standard_normal(x.shape)) for x in inputs]
    output, pullback = vjp(f, *inputs)
    u = xp.asarray(rng.standard_normal(output.shape))
    _, Jv = jvp(f, inputs, v)
    JTu = pullback(u)

    by_forward = inner(u, Jv)
    size = inner(abs(u), abs(Jv)) + sum(inner(abs(g), abs(d)) for g, d in zip(JTu, v))
    by_reverse = sum(inner(g, d) for g, d in zip(JTu, v))
    what = "<u, Jv> = <Jᵀu, v>: reverse and forward mode disagree"
    require_close(what, by_reverse, by_forward, size, exact_tolerance)

    h = step * max(1.0, *(float(abs(x).max()) if x.size else 0.0 for x in inputs))
    above = value_at(f, [x + h * d for x, d in zip(inputs, v)])
    below = value_at(f, [x - h * d for x, d in zip(inputs, v)])
    by_difference = inner(u, above - below) / (2 * h)
    what = "directional difference: the derivative is not the limit of differences"
    require_close(what, by_forward, by_difference, size, tolerance)

    if complex_step:
        tiny = 1e-30
        moved = value_at(f, [x + 1j * tiny * d for x, d in zip(inputs, v)])
        by_complex_step = inner(u, moved.imag) / tiny
        what = "complex step: the derivative is not Im f(x + ihv) / h"
        require_close(what, by_forward, by_complex_step, size, exact_tolerance)
    return True


def value_at(f, inputs):
    """The array f(inputs), without a tape."""
    with no_grad(), unwatched():
        return f(*[Tensor(x) for x in inputs]).data


def inner(a, b):
    """Σ a·b as a Python number."""
    return float((to_numpy(a) * to_numpy(b)).sum())


def require_close(what, ours, expected, size, tolerance):
    """Raise a GradcheckError unless the two agree within ``tolerance`` of ``size``."""
    error = abs(ours - expected)
    if not error <= tolerance * max(size, 1e-30):  # not <=, so that NaN fails
        raise GradcheckError(
            f"{what}: {ours!r} against {expected!r}, "
            f"a difference of {error:.3g} where {tolerance * size:.3g} is allowed"
        )
