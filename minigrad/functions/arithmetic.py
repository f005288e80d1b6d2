"""Operations on two tensors, entry by entry: arithmetic, and the choice of one of two."""

import numpy as np

from ..function import Function
from ..machine.backend import is_array
from ..tensor import data_of
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
        xp, b = self.xp, self.b
        return b * self.a ** xp.where(b == 0, xp.ones_like(b), b - 1)

    def derivative_by_exponent(self):
        """a^b · log a, and 0 where a is 0."""
        xp, a = self.xp, self.a
        return self.power * xp.log(xp.where(a == 0, xp.ones_like(a), a))

    def backward(self, grad_output):
        grad_a = grad_b = None
        if self.needs_grad[0]:
            grad = times(self.xp, grad_output, self.derivative_by_base())
            grad_a = sum_to_shape(grad, self.a.shape)
        if self.needs_grad[1]:
            grad = times(self.xp, grad_output, self.derivative_by_exponent())
            grad_b = sum_to_shape(grad, self.b.shape)
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


class Where(Maximum):
    """a where the condition holds, b elsewhere; the whole derivative goes to the one chosen."""

    def __init__(self, condition):
        self.condition = condition

    def forward(self, a, b):
        self.first = self.xp.asarray(self.condition)
        check_broadcast("where", self.first, a, b)
        self.shapes = a.shape, b.shape
        return self.xp.where(self.first, a, b)


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


def maximum(a, b):
    """The larger of a and b, entry by entry; a tie's derivative goes wholly to ``a``."""
    return Maximum()(a, b)


def minimum(a, b):
    """The smaller of a and b, entry by entry; a tie's derivative goes wholly to ``a``."""
    return Minimum()(a, b)


def where(condition, a, b):
    """``a`` where ``condition`` holds and ``b`` elsewhere, with broadcasting.

    Parameters
    ----------
    condition : boolean array
        A mask, such as ``x.data > 0``; it has no gradient.
    a, b : Tensor, array or number
    """
    condition = data_of(condition)
    condition = condition.copy() if is_array(condition) else np.array(condition)
    if condition.dtype != bool:
        raise TypeError(
            f"where: the condition has dtype {condition.dtype}; expected a mask of True and "
            "False, such as x.data > 0"
        )
    return Where(condition)(a, b)
