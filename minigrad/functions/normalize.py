"""Local response normalisation and dropout."""

import numpy as np

from ..function import Function
from ..machine.backend import pieces
from .chain_rule import has_nan, times


class LocalResponseNorm(Function):
    """y_i = x_i · s_i^−β with s_i = bias + α Σ_{|j−i| ≤ radius} x_j², over the last axis."""

    operation = "local_response_norm"

    def __init__(self, radius, bias, alpha, beta):
        self.radius = radius
        self.bias = bias
        self.alpha = alpha
        self.beta = beta

    def forward(self, x):
        self.x = x
        # Not `empty_like`, which would copy x's order in memory: rows must be views to write to.
        self.scale, self.slope, y = (self.xp.empty(x.shape, dtype=x.dtype) for _ in range(3))
        for few in self.few_rows(x, self.scale, self.slope, y):
            self.normalise(*few)
        return y

    def few_rows(self, *arrays):
        """The arrays as rows of channels, a few rows (pixels) at a time: views."""
        channels = self.x.shape[-1]
        rows = [array.reshape(-1, channels) for array in arrays]
        for few in pieces(self.xp, (len(rows[0]),), channels * self.x.itemsize):
            yield [array[few] for array in rows]

    def normalise(self, x, scale, slope, y):
        """`forward` for a few rows (pixels): fills in their scale, slope and y."""
        s = self.window_sum(x**2)
        s *= self.alpha
        s += self.bias
        scale[...] = to_minus(self.xp, s, self.beta)
        self.xp.multiply(x, scale, out=y)
        if self.differentiated:  # slope_i · x_j is −dy_i/dx_j for i ≠ j
            self.xp.divide(y, s, out=slope)
            slope *= 2 * self.alpha * self.beta

    def window_sum(self, values):
        """Σ_{|j−i| ≤ radius} values_j for every channel i: shifted slices of a padded copy, added.

        The copy is taken as one long row of numbers, with zeros between one pixel's
        channels and the next's; the sums that lie between are left out at the end.
        """
        pixels, channels = values.shape
        radius = min(self.radius, channels - 1)
        wide = self.xp.zeros((pixels, channels + 2 * radius), dtype=values.dtype)
        wide[:, radius : radius + channels] = values
        total, numbers = wide.copy(), wide.reshape(-1)
        for shift in range(1, 2 * radius + 1):
            total.reshape(-1)[:-shift] += numbers[shift:]
        return self.xp.ascontiguousarray(total[:, :channels])

    def backward(self, grad_output):
        # dF/dx_j = g_j · scale_j − x_j Σ_i g_i · slope_i
        return (self.through_windows(grad_output, self.slope, self.x),)

    def jvp(self, dx):
        # dy_i = scale_i · dx_i − slope_i Σ_j x_j · dx_j
        return self.through_windows(dx, self.x, self.slope)

    def through_windows(self, v, inside, outside):
        """v · scale − outside · window_sum(v · inside): the Jacobian, and its transpose too."""
        result = self.xp.empty(v.shape, dtype=v.dtype)
        for few in self.few_rows(v, inside, outside, self.scale, result):
            self.some_through_windows(*few)
        return result

    def some_through_windows(self, v, inside, outside, scale, result):
        """`through_windows` for a few rows (pixels): fills in their result."""
        with np.errstate(invalid="ignore"):
            sums = self.window_sum(v * inside)
            sums *= outside
            self.xp.multiply(v, scale, out=result)
            result -= sums
        if has_nan(self.xp, result):
            sums = self.window_sum(times(self.xp, v, inside))
            result[...] = times(self.xp, v, scale) - times(self.xp, sums, outside)


def to_minus(xp, s, beta):
    """s^−β; for β = 3/4, as in every published network, by two square roots.

    They take a fifth of the time of a power.
    """
    if beta == 0.75:
        root = xp.sqrt(s)
        return 1 / (root * xp.sqrt(root))
    return s**-beta


class Dropout(Function):
    """x · mask, where the mask is 0 with probability ``rate`` and 1 / (1 − rate) otherwise."""

    def __init__(self, rate, rng):
        self.rate = rate
        self.rng = rng

    def forward(self, x):
        # Drawn by NumPy, so that a seed gives the same mask on every device.
        kept = self.rng.random(x.shape, dtype="float32") >= self.rate
        self.mask = self.xp.asarray(kept).astype(x.dtype) / (1 - self.rate)
        return x * self.mask

    def backward(self, grad_output):
        return (times(self.xp, grad_output, self.mask),)

    def jvp(self, dx):
        return times(self.xp, dx, self.mask)


def local_response_norm(x, radius, bias, alpha, beta):
    """x / (bias + alpha · Σ_{|j−i| ≤ radius} x_j²)^beta over the channels.

    Parameters
    ----------
    x : Tensor, shape (..., C)
    radius : int
        How many channels to either side take part. (Caffe's ``local_size`` is
        2 · radius + 1, and its ``alpha`` is ours times ``local_size``.)
    bias, alpha, beta : float
    """
    if radius < 0 or radius != int(radius):
        raise ValueError(f"local_response_norm: radius {radius} is not a whole number from 0 on")
    # Python's floats: a NumPy float64 would make float64 of a float32 image.
    return LocalResponseNorm(int(radius), float(bias), float(alpha), float(beta))(x)


def dropout(x, rate, rng):
    """Set entries to zero with probability ``rate`` and scale the others by 1 / (1 − rate).

    Parameters
    ----------
    x : Tensor
    rate : float, 0 ≤ rate < 1
    rng : numpy.random.Generator
        Where the mask comes from; the same state gives the same mask.
    """
    if not 0 <= rate < 1:
        raise ValueError(f"dropout: rate {rate} is not a probability below 1")
    if rate == 0:
        return x
    return Dropout(float(rate), rng)(x)
