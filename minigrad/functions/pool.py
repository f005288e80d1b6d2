"""Pooling: the largest entry or the mean of each window, channels last."""

import numpy as np

from ..backend import blocks, scatter_add
from ..function import Function
from .windows import padded, place_windows, tap, without_padding


class MaxPool2d(Function):
    """The largest entry of each window; of equal ones the first, row by row, has the whole derivative.

    ``winners[block]`` says where in the padded images of a block the largest entry of each
    window is: one flat position for each entry of the output. `max_pool2d_plain` is the
    specification.
    """

    operation = "max_pool2d"

    def __init__(self, size, stride=None, padding=0, ceil_mode=False):
        self.size = size
        self.stride = size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode

    def forward(self, x):
        xp = self.xp
        self.windows = w = place_windows(self.name, x.shape, self.size, self.stride, self.padding, self.ceil_mode)
        check_windows_meet_image(self.name, w)
        self.x_shape = x.shape
        # The two passes as windows of their own: one row high, then one column wide.
        along_rows = w._replace(height=1, down=1, rows=w.top + x.shape[1] + w.bottom)
        down_columns = w._replace(width=1, across=1)
        self.blocks = blocks(x)
        self.winners = []
        y = xp.empty((len(x), w.rows, w.columns, x.shape[3]), dtype=x.dtype)
        for few in self.blocks:
            x_padded = padded(xp, x[few], w, value=-np.inf)
            row_maxima, column = largest(xp, x_padded, along_rows, self.differentiated)
            y[few], row = largest(xp, row_maxima, down_columns, self.differentiated)
            if self.differentiated:
                self.winners.append(flat_positions(xp, row, column, w, x_padded.shape))
        return y

    def backward(self, grad_output):
        xp, w = self.xp, self.windows
        _, height, width, channels = self.x_shape
        grad_x = xp.empty(self.x_shape, dtype=grad_output.dtype)
        for few, winners in zip(self.blocks, self.winners):
            shape = (len(grad_x[few]), w.top + height + w.bottom, w.left + width + w.right, channels)
            grad_padded = xp.zeros(shape, dtype=grad_output.dtype)
            # A pixel that won several windows has the sum of their gradients.
            scatter_add(grad_padded.reshape(-1), winners.reshape(-1).astype(np.intp), grad_output[few].reshape(-1))
            grad_x[few] = without_padding(grad_padded, w)
        return (grad_x,)

    def jvp(self, dx):
        xp, w = self.xp, self.windows
        dy = xp.empty((len(dx), w.rows, w.columns, dx.shape[3]), dtype=dx.dtype)
        for few, winners in zip(self.blocks, self.winners):
            dy[few] = xp.take(padded(xp, dx[few], w), winners)
        return dy


def max_pool2d_plain(xp, x_padded, windows):
    """The specification of max-pooling: the maximum over each window's taps, and the number of the first that reaches it."""
    stacked = xp.stack([tap(x_padded, windows, i, j) for i, j in taps(windows)])
    return stacked.max(axis=0), stacked.argmax(axis=0)


def taps(windows):
    """Every (row, column) inside a window, row by row."""
    return [(i, j) for i in range(windows.height) for j in range(windows.width)]


def largest(xp, x, windows, remember):
    """The maximum over each window's taps, and, if ``remember``, the number of the first tap that reaches it (else None)."""
    first, *others = [tap(x, windows, i, j) for i, j in taps(windows)]
    best = first.copy()
    number = xp.zeros(best.shape, dtype=np.min_scalar_type(len(others))) if remember else None
    for k, candidate in enumerate(others, 1):
        if remember:
            xp.maximum(number, (candidate > best).view(np.uint8) * number.dtype.type(k), out=number)
        xp.maximum(best, candidate, out=best)
    return best, number


def flat_positions(xp, row, column, w, shape):
    """Where in the padded images of ``shape``, as one long row of numbers, the largest entry of each window is.

    Parameters
    ----------
    row : array of int, shape (N, rows, columns, C)
        The row of each window in which its largest entry is.
    column : array of int, shape (N, H, columns, C)
        For each row of the images, the column of each window in which its largest entry is.
    """
    first, *others = [tap(column, w._replace(width=1, across=1), i, 0) for i in range(w.height)]
    chosen = first.copy()
    for k, candidate in enumerate(others, 1):
        # A choice by arithmetic, which is exact also where small unsigned integers wrap, and faster than `where`.
        chosen += (row == k) * (candidate - chosen)
    images, height, width, channels = shape
    dtype = np.int32 if np.prod(shape, dtype=np.int64) < 2**31 else np.int64
    one_row, one_column = width * channels, channels
    position = xp.multiply(row, one_row, dtype=dtype)
    position += xp.multiply(chosen, one_column, dtype=dtype)
    corners = [
        xp.arange(images, dtype=dtype)[:, None, None, None] * (height * one_row),
        xp.arange(w.rows, dtype=dtype)[:, None, None] * (w.down * one_row),
        xp.arange(w.columns, dtype=dtype)[:, None] * (w.across * one_column) + xp.arange(channels, dtype=dtype),
    ]
    position += corners[0] + corners[1] + corners[2]
    return position


class AvgPool2d(Function):
    """The mean of each window. It is linear, so its tangent is itself."""

    operation = "avg_pool2d"

    def __init__(self, size, stride=None, padding=0, ceil_mode=False, count_include_pad=False):
        self.size = size
        self.stride = size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, x):
        self.windows = place_windows(self.name, x.shape, self.size, self.stride, self.padding, self.ceil_mode)
        check_windows_meet_image(self.name, self.windows)
        self.x_shape = x.shape
        self.count = self.pixels_in_windows(x.dtype)
        return self.means(x)

    def pixels_in_windows(self, dtype):
        """How many entries each window's sum is divided by: (1, rows, columns, 1)."""
        xp, w = self.xp, self.windows
        ones = xp.ones((1, *self.x_shape[1:3], 1), dtype=dtype)
        if self.count_include_pad:
            # The padding that was asked for counts; what ceil_mode adds beyond it never does.
            asked = place_windows(self.name, self.x_shape, self.size, self.stride, self.padding)
            inner = padded(xp, ones, asked, value=1)
            beyond = (
                (0, 0),
                (0, w.top + w.bottom - asked.top - asked.bottom),
                (0, w.left + w.right - asked.left - asked.right),
                (0, 0),
            )
            return self.window_sums(xp.pad(inner, beyond))
        return self.window_sums(padded(xp, ones, w))

    def means(self, x):
        return self.window_sums(padded(self.xp, x, self.windows)) / self.count

    def window_sums(self, x_padded):
        total = 0
        for i, j in taps(self.windows):
            total = total + tap(x_padded, self.windows, i, j)
        return total

    def backward(self, grad_output):
        w = self.windows
        shape = (self.x_shape[0], self.x_shape[1] + w.top + w.bottom, self.x_shape[2] + w.left + w.right, self.x_shape[3])
        grad_padded = self.xp.zeros(shape, dtype=grad_output.dtype)
        share = grad_output / self.count
        for i, j in taps(w):
            pixels = tap(grad_padded, w, i, j)  # a view: adding to it adds to grad_padded
            pixels += share
        return (without_padding(grad_padded, w),)

    def jvp(self, dx):
        return self.means(dx)


def check_windows_meet_image(operation, windows):
    """Raise a ValueError if a window could lie in the padding alone, where there is nothing to pool."""
    if max(windows.top, windows.bottom) >= windows.height or max(windows.left, windows.right) >= windows.width:
        raise ValueError(
            f"{operation}: padding ({windows.top}, {windows.bottom}), ({windows.left}, {windows.right}) is as large as the window "
            f"{windows.height}×{windows.width}, so some windows would hold no pixel; use less padding"
        )


def max_pool2d(x, size, stride=None, padding=0, ceil_mode=False):
    """The largest entry of each window; padding is −∞ and never wins.

    Parameters
    ----------
    x : Tensor, shape (N, H, W, C)
    size : int or (int, int)
    stride : int or (int, int), optional
        As ``size`` unless told.
    padding : int, "same" or ((top, bottom), (left, right))
    ceil_mode : bool
        Whether a last window that only partly fits counts, as in Caffe.

    Returns
    -------
    Tensor, shape (N, rows, columns, C)
        Of equal entries in a window the first, row by row, has the whole derivative.
    """
    return MaxPool2d(size, stride, padding, ceil_mode)(x)


def avg_pool2d(x, size, stride=None, padding=0, ceil_mode=False, count_include_pad=False):
    """The mean of each window, over the pixels of the image that lie in it.

    Parameters
    ----------
    x : Tensor, shape (N, H, W, C)
    size, stride, padding, ceil_mode
        As for `max_pool2d`.
    count_include_pad : bool
        Whether the zeros of the padding count as pixels (PyTorch's default; TensorFlow
        does not count them, and neither do we unless told).

    Returns
    -------
    Tensor, shape (N, rows, columns, C)
    """
    return AvgPool2d(size, stride, padding, ceil_mode, count_include_pad)(x)
