"""Operations that fold axes together: sum, mean, max, norm …, and the softmax over one axis."""

import math

from ..function import Function
from .broadcasting import as_axes, as_axis
from .chain_rule import divided, times


class Reduction(Function):
    """What the three reductions share: which axes are folded, and how a gradient is unfolded."""

    def __init__(self, axis=None, keepdims=False):
        self.axis = axis
        self.keepdims = keepdims

    def read_axes(self, x):
        """Set `axes`, the folded ones, and `kept_shape`, the result's with these kept as 1."""
        self.axes = as_axes(self.name, self.axis, x.ndim)
        self.x_shape = x.shape
        self.kept_shape = tuple(
            [1 if axis in self.axes else length for axis, length in enumerate(x.shape)]
        )
        self.count = math.prod([x.shape[axis] for axis in self.axes])

    def unfold(self, grad_output):
        """``grad_output`` repeated along the folded axes."""
        return self.xp.broadcast_to(grad_output.reshape(self.kept_shape), self.x_shape)


def check_not_empty(operation, count, shape):
    """Raise a ValueError if no entries are folded: they have a sum, but no mean or maximum."""
    if count == 0:
        raise ValueError(
            f"{operation}: a tensor of shape {shape} has no entries to take the {operation} of"
        )


class Sum(Reduction):
    def forward(self, x):
        self.read_axes(x)
        return x.sum(axis=self.axes, keepdims=self.keepdims)

    def backward(self, grad_output):
        return (self.unfold(grad_output),)

    def jvp(self, dx):
        return dx.sum(axis=self.axes, keepdims=self.keepdims)


class Mean(Reduction):
    def forward(self, x):
        self.read_axes(x)
        check_not_empty(self.name, self.count, x.shape)
        return x.mean(axis=self.axes, keepdims=self.keepdims)

    def backward(self, grad_output):
        return (self.unfold(grad_output / self.count),)

    def jvp(self, dx):
        return dx.mean(axis=self.axes, keepdims=self.keepdims)


class Max(Reduction):
    """The largest entry; of equal ones the first has the whole derivative.

    The first in the order of the axes: the last axis runs fastest.
    """

    def forward(self, x):
        self.read_axes(x)
        check_not_empty(self.name, self.count, x.shape)
        self.order = tuple([axis for axis in range(x.ndim) if axis not in self.axes]) + self.axes
        rows = self.as_rows(x)
        extreme = self.extreme(rows)
        if self.differentiated:
            self.winner = self.first(rows, extreme)[..., None]
        return extreme.reshape(self.kept_shape) if self.keepdims else extreme

    def extreme(self, rows):
        return rows.max(axis=-1)

    def first(self, rows, largest):
        return first_largest(self.xp, rows, largest)

    def as_rows(self, x):
        """``x`` with the folded axes moved last and made one, so that each row has one maximum."""
        moved = x.transpose(self.order)
        return moved.reshape(moved.shape[: x.ndim - len(self.axes)] + (self.count,))

    def backward(self, grad_output):
        rows_shape = self.winner.shape[:-1] + (self.count,)
        position = self.xp.broadcast_to(self.xp.arange(self.count), rows_shape)
        rows = self.xp.where(position == self.winner, grad_output.reshape(self.winner.shape), 0)
        moved = rows.reshape([self.x_shape[axis] for axis in self.order])
        back = [self.order.index(axis) for axis in range(len(self.order))]
        return (moved.transpose(back),)

    def jvp(self, dx):
        dy = self.xp.take_along_axis(self.as_rows(dx), self.winner, axis=-1)[..., 0]
        return dy.reshape(self.kept_shape) if self.keepdims else dy


class Min(Max):
    """The smallest entry; of equal ones the first has the whole derivative."""

    def extreme(self, rows):
        return rows.min(axis=-1)

    def first(self, rows, smallest):
        return rows.argmin(axis=-1)


class Var(Reduction):
    """The mean square of the deviations from the mean."""

    def forward(self, x):
        self.read_axes(x)
        check_not_empty(self.name, self.count, x.shape)
        self.deviation = x - x.mean(axis=self.axes, keepdims=True)
        return self.fold(self.deviation * self.deviation)

    def fold(self, squares):
        return squares.mean(axis=self.axes, keepdims=self.keepdims)

    def backward(self, grad_output):
        return (self.unfold(grad_output * (2 / self.count)) * self.deviation,)

    def jvp(self, dx):
        return self.fold(2 * self.deviation * dx)  # the mean moves too, but Σ deviation = 0


class Norm(Reduction):
    """√Σ x². Where all entries are 0 the derivative is taken to be 0."""

    def forward(self, x):
        self.read_axes(x)
        self.x = x
        self.y = self.xp.sqrt((x * x).sum(axis=self.axes, keepdims=self.keepdims))
        return self.y

    def slope(self):
        """x / ‖x‖, and 0 where that is 0 / 0."""
        return divided(self.xp, self.x, self.y.reshape(self.kept_shape))

    def backward(self, grad_output):
        return (times(self.xp, self.unfold(grad_output), self.slope()),)

    def jvp(self, dx):
        moved = times(self.xp, dx, self.slope())
        return moved.sum(axis=self.axes, keepdims=self.keepdims)


def first_largest_plain(rows):
    """The specification of `first_largest`."""
    return rows.argmax(axis=-1)


def first_largest(xp, rows, largest):
    """Where in each row its largest entry stands, the first of equal ones.

    The same as `first_largest_plain`, but several times faster where the entries of a row
    lie apart in memory, as the words of a sentence do when the filters come last.

    Parameters
    ----------
    rows : array, shape (..., count)
    largest : array, shape (...)
        ``rows.max(axis=-1)``.

    Returns
    -------
    integer array, shape (...)
    """
    count = rows.shape[-1]
    if rows.strides[-1] == rows.itemsize or count > 65535:
        return first_largest_plain(rows)
    # the first of equal entries has the largest number here
    countdown = xp.arange(count, 0, -1, dtype=xp.uint16)
    # NaN is larger than any number, and equals nothing
    is_largest = (rows == largest[..., None]) | (rows != rows)
    return count - (is_largest * countdown).max(axis=-1).astype(int)


class Softmax(Function):
    """e^x_i / Σ_j e^x_j along one axis."""

    def __init__(self, axis=-1):
        self.axis = axis

    def forward(self, x):
        self.axis = as_axis(self.name, self.axis, x.ndim)
        check_not_empty(self.name, x.shape[self.axis], x.shape)
        # Subtracting the largest entry changes nothing but keeps e^x from overflowing.
        exponentials = self.xp.exp(x - x.real.max(axis=self.axis, keepdims=True))
        self.y = exponentials / exponentials.sum(axis=self.axis, keepdims=True)
        return self.y

    def backward(self, grad_output):
        return (self.jvp(grad_output),)  # the Jacobian diag(y) − y yᵀ is symmetric

    def jvp(self, dx):
        mean = times(self.xp, dx, self.y).sum(axis=self.axis, keepdims=True)
        return times(self.xp, dx - mean, self.y)


class LogSoftmax(Function):
    """x_i − log Σ_j e^x_j along one axis."""

    operation = "log_softmax"

    def __init__(self, axis=-1):
        self.axis = axis

    def forward(self, x):
        self.axis = as_axis(self.name, self.axis, x.ndim)
        check_not_empty(self.name, x.shape[self.axis], x.shape)
        shifted = x - x.real.max(axis=self.axis, keepdims=True)
        y = shifted - self.xp.log(self.xp.exp(shifted).sum(axis=self.axis, keepdims=True))
        self.softmax = self.xp.exp(y)
        return y

    def backward(self, grad_output):
        total = grad_output.sum(axis=self.axis, keepdims=True)
        return (grad_output - times(self.xp, total, self.softmax),)

    def jvp(self, dx):
        return dx - times(self.xp, dx, self.softmax).sum(axis=self.axis, keepdims=True)


def sum(x, axis=None, keepdims=False):
    """The sum over ``axis``: None for all, an int, or a tuple of ints."""
    return Sum(axis, keepdims)(x)


def mean(x, axis=None, keepdims=False):
    """The mean over ``axis``: None for all, an int, or a tuple of ints."""
    return Mean(axis, keepdims)(x)


def max(x, axis=None, keepdims=False):
    """The largest entry over ``axis``; of equal entries the first has the whole derivative."""
    return Max(axis, keepdims)(x)


def min(x, axis=None, keepdims=False):
    """The smallest entry over ``axis``; of equal entries the first has the whole derivative."""
    return Min(axis, keepdims)(x)


def var(x, axis=None, keepdims=False):
    """The mean square of the deviations from the mean over ``axis``.

    It divides by the number of entries, as NumPy does; PyTorch's divides by one less.
    """
    return Var(axis, keepdims)(x)


def norm(x, axis=None, keepdims=False):
    """The Euclidean norm √Σ x² over ``axis``; its derivative where all entries are 0 is 0."""
    return Norm(axis, keepdims)(x)


def softmax(x, axis=-1):
    """Probabilities e^x_i / Σ_j e^x_j along ``axis``."""
    return Softmax(axis)(x)


def log_softmax(x, axis=-1):
    """Logarithms of the probabilities that `softmax` gives, without overflow."""
    return LogSoftmax(axis)(x)
