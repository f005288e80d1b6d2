"""Operations that treat every entry by itself: arithmetic, exp, log, relu and their like."""

from ..function import Function
from .broadcasting import check_broadcast, sum_to_shape
from .chain_rule import divided, only_where, times


class Add(Function):
    def forward(self, a, b):
        check_broadcast("add", a, b)
        self.shapes = a.shape, b.shape
        return a + b

    def backward(self, grad_output):
        return sum_to_shape(grad_output, self.shapes[0]), sum_to_shape(grad_output, self.shapes[1])

    def jvp(self, da, db):
        return da + db


class Subtract(Function):
    def forward(self, a, b):
        check_broadcast("subtract", a, b)
        self.shapes = a.shape, b.shape
        return a - b

    def backward(self, grad_output):
        return sum_to_shape(grad_output, self.shapes[0]), sum_to_shape(-grad_output, self.shapes[1])

    def jvp(self, da, db):
        return da - db


class Multiply(Function):
    def forward(self, a, b):
        check_broadcast("multiply", a, b)
        self.a, self.b = a, b
        return a * b

    def backward(self, grad_output):
        grad_a = times(self.xp, grad_output, self.b)
        grad_b = times(self.xp, grad_output, self.a)
        return sum_to_shape(grad_a, self.a.shape), sum_to_shape(grad_b, self.b.shape)

    def jvp(self, da, db):
        return times(self.xp, da, self.b) + times(self.xp, db, self.a)


class Divide(Function):
    def forward(self, a, b):
        check_broadcast("divide", a, b)
        self.b, self.a_shape = b, a.shape
        self.quotient = a / b
        return self.quotient

    def backward(self, grad_output):
        grad_a = divided(self.xp, grad_output, self.b)
        grad_b = -times(self.xp, grad_a, self.quotient)
        return sum_to_shape(grad_a, self.a_shape), sum_to_shape(grad_b, self.b.shape)

    def jvp(self, da, db):
        return divided(self.xp, da - times(self.xp, db, self.quotient), self.b)


class Power(Function):
    def forward(self, a, b):
        check_broadcast("power", a, b)
        self.a, self.b = a, b
        self.power = a**b
        return self.power

    def derivative_by_base(self):
        """b · a^(b−1), and 0 where b is 0, also at a = 0."""
        return self.b * self.a ** self.xp.where(self.b == 0, self.xp.ones_like(self.b), self.b - 1)

    def derivative_by_exponent(self):
        """a^b · log a, and 0 where a is 0."""
        return self.power * self.xp.log(
            self.xp.where(self.a == 0, self.xp.ones_like(self.a), self.a)
        )

    def backward(self, grad_output):
        grad_a = grad_b = None
        if self.needs_grad[0]:
            grad_a = times(self.xp, grad_output, self.derivative_by_base())
            grad_a = sum_to_shape(grad_a, self.a.shape)
        if self.needs_grad[1]:
            grad_b = times(self.xp, grad_output, self.derivative_by_exponent())
            grad_b = sum_to_shape(grad_b, self.b.shape)
        return grad_a, grad_b

    accepts_missing_tangents = True  # the exponent's derivative needs log a, undefined for a < 0

    def jvp(self, da, db):
        by_base = 0 if da is None else times(self.xp, da, self.derivative_by_base())
        by_exponent = 0 if db is None else times(self.xp, db, self.derivative_by_exponent())
        return by_base + by_exponent


class Negative(Function):
    def forward(self, x):
        return -x

    def backward(self, grad_output):
        return (-grad_output,)

    def jvp(self, dx):
        return -dx


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
    """1 / (1 + e^−x) = e^x / (1 + e^x), whichever of the two does not overflow: every digit counts,
    also where it is tiny.
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


class Relu(Function):
    """max(x, 0). At the kink, x = 0, the derivative is taken to be 0."""

    def forward(self, x):
        self.positive = x > 0 if self.differentiated else None
        # A row of zeros: NumPy compares two arrays twice as fast as an array and a number.
        return self.xp.maximum(x, self.xp.zeros(x.shape[-1:], dtype=x.dtype))

    def backward(self, grad_output):
        return (only_where(self.xp, self.positive, grad_output),)

    def jvp(self, dx):
        return only_where(self.xp, self.positive, dx)


class Maximum(Function):
    """The larger of a and b. Where they are equal the whole derivative goes to a, the first."""

    def forward(self, a, b):
        check_broadcast("maximum", a, b)
        self.shapes = a.shape, b.shape
        self.first = a >= b
        return self.xp.maximum(a, b)

    def backward(self, grad_output):
        grad_a = only_where(self.xp, self.first, grad_output)
        grad_b = only_where(self.xp, ~self.first, grad_output)
        return sum_to_shape(grad_a, self.shapes[0]), sum_to_shape(grad_b, self.shapes[1])

    def jvp(self, da, db):
        return self.xp.where(self.first, da, db)


class Minimum(Maximum):
    """The smaller of a and b. Where they are equal the whole derivative goes to a, the first."""

    def forward(self, a, b):
        check_broadcast("minimum", a, b)
        self.shapes = a.shape, b.shape
        self.first = a <= b
        return self.xp.minimum(a, b)


def add(a, b):
    """a + b, with broadcasting."""
    return Add()(a, b)


def subtract(a, b):
    """a − b, with broadcasting."""
    return Subtract()(a, b)


def multiply(a, b):
    """a · b entry by entry, with broadcasting."""
    return Multiply()(a, b)


def divide(a, b):
    """a / b entry by entry, with broadcasting."""
    return Divide()(a, b)


def power(a, b):
    """a to the power b entry by entry, with broadcasting."""
    return Power()(a, b)


def negative(x):
    """−x."""
    return Negative()(x)


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


def maximum(a, b):
    """The larger of a and b, entry by entry; a tie's derivative goes wholly to ``a``."""
    return Maximum()(a, b)


def minimum(a, b):
    """The smaller of a and b, entry by entry; a tie's derivative goes wholly to ``a``."""
    return Minimum()(a, b)
