"""Local response normalisation and dropout."""

from ..function import Function


class LocalResponseNorm(Function):
    """y_i = x_i · s_i^−β with s_i = bias + α Σ_{|j−i| ≤ radius} x_j², over the channels (last axis)."""

    operation = "local_response_norm"

    def __init__(self, radius, bias, alpha, beta):
        self.radius = radius
        self.bias = bias
        self.alpha = alpha
        self.beta = beta

    def forward(self, x):
        self.x = x
        s = self.window_sum(x * x)
        s *= self.alpha
        s += self.bias
        self.scale = s**-self.beta
        if self.differentiated:
            self.slope = x * self.scale  # slope_i · x_j is −dy_i/dx_j for i ≠ j
            self.slope /= s
            self.slope *= 2 * self.alpha * self.beta
        return x * self.scale

    def window_sum(self, values):
        """Σ_{|j−i| ≤ radius} values_j for every channel i: shifted slices of a padded copy, added."""
        channels = values.shape[-1]
        radius = min(self.radius, channels - 1)
        wide = self.xp.zeros((*values.shape[:-1], channels + 2 * radius), dtype=values.dtype)
        wide[..., radius : radius + channels] = values
        total = wide[..., :channels].copy()
        for shift in range(1, 2 * radius + 1):
            total += wide[..., shift : shift + channels]
        return total

    def backward(self, grad_output):
        return (grad_output * self.scale - self.x * self.window_sum(grad_output * self.slope),)

    def jvp(self, dx):
        return dx * self.scale - self.slope * self.window_sum(self.x * dx)


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
        return (grad_output * self.mask,)

    def jvp(self, dx):
        return dx * self.mask


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
