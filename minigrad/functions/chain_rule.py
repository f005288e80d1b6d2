"""The products of the chain rule, in which 0 wins: 0 · ∞ is 0, and so is 0 · NaN.

A derivative where F is constant is 0, also behind an infinite slope: of √relu(x) at x = −1,
where relu's slope is 0 and that of √ is infinite, of (√x)[1:] with respect to x[0] = 0. So
in every ``backward`` and ``jvp`` a factor that is exactly 0, be it the local slope, the
gradient that comes from above or the tangent from below, makes the product 0. Where F is
not constant and a slope is infinite, the product of the others with it says so: ∞ or NaN.

Where F is not constant and yet a slope vanishes where another is infinite, as at x = 0 in
√(x²) or (√x)², the chain rule says nothing, and 0 is a choice, as it is at a kink.

Where all is finite there is nothing to mend, and only looking for NaN takes time. Whoever looks
at the end of a sweep can do without: see `unchecked`.
"""

from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

_checked = ContextVar("checked", default=True)


@contextmanager
def unchecked():
    """Inside, nobody looks for the NaN that 0 · ∞ leaves; on a GPU each look would be waited for.

    NaN and infinity in a factor show in all that is computed from it, unless a slope of 0 is
    selected there. So where the results are finite, they are the same as outside. Where one is
    not, whoever opens the block does all again without it.
    """
    before = _checked.set(False)
    try:
        yield
    finally:
        _checked.reset(before)


def times(xp, derivative, slope):
    """``derivative · slope``, entry by entry, and 0 where either of them is 0."""
    with np.errstate(invalid="ignore"):
        product = derivative * slope
    if not has_nan(xp, product):
        return product
    return xp.where((derivative == 0) | (slope == 0), 0, product)


def divided(xp, derivative, divisor):
    """``derivative / divisor``, entry by entry, and 0 where either factor of it is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = derivative / divisor
    if not has_nan(xp, quotient):
        return quotient
    return xp.where((derivative == 0) | xp.isinf(divisor), 0, quotient)


def where_plain(xp, mask, derivative):
    """The specification of `only_where`."""
    return xp.where(mask, derivative, 0)


def only_where(xp, mask, derivative):
    """The derivative where ``mask`` is true, and 0 elsewhere, whatever stands there.

    The same as `where_plain`, which is many times slower where the mask is irregular: the
    bits of a number, read as those of a whole number, times 1 or 0.
    """
    if derivative.dtype.kind != "f":
        return where_plain(xp, mask, derivative)
    bits = derivative.view(f"i{derivative.dtype.itemsize}")
    return (bits * mask).view(derivative.dtype)


def dot(xp, a, b):
    """The matrix product ``a @ b``, in which 0 wins."""
    return bilinear(xp, matmul_plain, a, b)


def matmul_plain(xp, a, b):
    """``a @ b``."""
    return a @ b


def bilinear(xp, multiply, a, b, *geometry):
    """``multiply(xp, a, b, *geometry)``, sums of products of an entry of a and one of b: 0 wins.

    Parameters
    ----------
    multiply : callable
        A matrix product, a convolution or one of its derivatives.
    a, b : array
        A derivative and what it is multiplied by, in either order.
    """
    with np.errstate(invalid="ignore"):
        y = multiply(xp, a, b, *geometry)
    if not has_nan(xp, y):
        return y
    finite = [xp.where(xp.isfinite(factor), factor, 0) for factor in (a, b)]
    is_infinite = [(~xp.isfinite(factor)).astype(y.dtype) for factor in (a, b)]
    is_not_zero = [(factor != 0).astype(y.dtype) for factor in (a, b)]
    # how many of the terms of each sum are infinite, or NaN, because no factor is 0
    infinite_terms = multiply(xp, is_infinite[0], is_not_zero[1], *geometry)
    infinite_terms = infinite_terms + multiply(xp, is_not_zero[0], is_infinite[1], *geometry)
    return xp.where(infinite_terms < 0.5, multiply(xp, *finite, *geometry), y)


def has_nan(xp, array):
    """Whether any entry is NaN, unless nobody is to look: the maximum then is."""
    return _checked.get() and bool(array.size) and bool(xp.isnan(array.max()))
