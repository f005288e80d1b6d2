"""Functions of one number, entry by entry: exp, log, tanh, relu and their like."""

from functools import lru_cache

from ..function import Function
from .chain_rule import divided, only_where, times


class Exp(Function):
    def forward(self, x):
        self.y = self.xp.exp(x)
        return self.y

    def backward(self, grad_output):
        return (times(self.xp, grad_output, self.y),)

    def jvp(self, dx):
        return times(self.xp, dx, self.y)


class Log(Function):
    def forward(self, x):
        self.x = x
        return self.xp.log(x)

    def backward(self, grad_output):
        return (divided(self.xp, grad_output, self.x),)

    def jvp(self, dx):
        return divided(self.xp, dx, self.x)


class Sqrt(Function):
    def forward(self, x):
        self.y = self.xp.sqrt(x)
        return self.y

    def backward(self, grad_output):
        return (divided(self.xp, grad_output, 2 * self.y),)

    def jvp(self, dx):
        return divided(self.xp, dx, 2 * self.y)


class Tanh(Function):
    def forward(self, x):
        self.y = self.xp.tanh(x)
        return self.y

    def backward(self, grad_output):
        return (times(self.xp, grad_output, 1 - self.y**2),)

    def jvp(self, dx):
        return times(self.xp, dx, 1 - self.y**2)


def logistic(xp, x):
    """1 / (1 + e^−x) = e^x / (1 + e^x), whichever of the two does not overflow.

    So every digit is right, also where it is tiny.
    """
    positive = x.real > 0
    small = xp.exp(xp.where(positive, -x, x))
    return xp.where(positive, xp.ones_like(small), small) / (1 + small)


class Sigmoid(Function):
    def forward(self, x):
        self.y = logistic(self.xp, x)
        return self.y

    def backward(self, grad_output):
        return (times(self.xp, grad_output, self.y * (1 - self.y)),)

    def jvp(self, dx):
        return times(self.xp, dx, self.y * (1 - self.y))


class Softplus(Function):
    def forward(self, x):
        xp = self.xp
        self.slope = logistic(xp, x)
        # log(1 + e^x) = max(x, 0) + log(1 + e^−|x|), which overflows for no x.
        positive = x.real > 0
        return xp.where(positive, x, xp.zeros_like(x)) + xp.log1p(xp.exp(xp.where(positive, -x, x)))

    def backward(self, grad_output):
        return (times(self.xp, grad_output, self.slope),)

    def jvp(self, dx):
        return times(self.xp, dx, self.slope)


@lru_cache(maxsize=100)
def row_of_zeros(xp, shape, dtype):
    """Nobody writes to it. NumPy compares two arrays twice as fast as an array and a number."""
    return xp.zeros(shape, dtype=dtype)


class Relu(Function):
    """max(x, 0). At the kink, x = 0, the derivative is taken to be 0."""

    def forward(self, x):
        self.positive = x > 0 if self.differentiated else None
        return self.xp.maximum(x, row_of_zeros(self.xp, x.shape[-1:], x.dtype))

    def backward(self, grad_output):
        return (only_where(self.xp, self.positive, grad_output),)

    def jvp(self, dx):
        return only_where(self.xp, self.positive, dx)


class Abs(Function):
    """|x|. At the kink, x = 0, the derivative is taken to be 0."""

    def forward(self, x):
        self.sign = self.xp.sign(x)
        return self.xp.abs(x)

    def backward(self, grad_output):
        return (times(self.xp, grad_output, self.sign),)

    def jvp(self, dx):
        return times(self.xp, dx, self.sign)


def exp(x):
    """e to the power x."""
    return Exp()(x)


def log(x):
    """The natural logarithm."""
    return Log()(x)


def sqrt(x):
    """The square root; its derivative at 0 is infinite."""
    return Sqrt()(x)


def tanh(x):
    """The hyperbolic tangent."""
    return Tanh()(x)


def sigmoid(x):
    """1 / (1 + e^−x)."""
    return Sigmoid()(x)


def softplus(x):
    """log(1 + e^x), the smooth ReLU."""
    return Softplus()(x)


def relu(x):
    """max(x, 0), with derivative 0 at the kink x = 0."""
    return Relu()(x)


def abs(x):
    """|x|, with derivative 0 at the kink x = 0."""
    return Abs()(x)
