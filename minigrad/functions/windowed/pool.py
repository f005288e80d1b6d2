"""Pooling: the largest entry or the mean of each window, channels last."""

import numpy as np

from ...function import Function
from ...machine.backend import on_gpu, pieces, scatter_add
from ..windows import padded, padded_shape, place_windows, tap, taps, without_padding
from .largest import largest_at_once, largest_by_columns


class Pool2d(Function):
    """What the two poolings share: where their windows lie."""

    def __init__(self, size, stride=None, padding=0, ceil_mode=False):
        self.size = size
        self.stride = size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode

    def place(self, x):
        """Set `windows`, or raise a ValueError: one in the padding alone has nothing to pool."""
        how = self.size, self.stride, self.padding, self.ceil_mode
        self.windows = w = place_windows(self.name, x.shape, *how)
        if max(w.top, w.bottom) >= w.height or max(w.left, w.right) >= w.width:
            raise ValueError(
                f"{self.name}: padding ({w.top}, {w.bottom}), ({w.left}, {w.right}) is as large as "
                f"the window {w.height}×{w.width}, so some would hold no pixel; use less padding"
            )
        self.x_shape = x.shape


class MaxPool2d(Pool2d):
    """The largest entry of each window; of equal ones the first has the whole derivative.

    ``pieces`` are the few images that are worked on together, and ``winners`` says for each
    piece where in its images the largest entry of each window is: one flat position for
    each entry of the output. `max_pool2d_plain` is the specification.
    """

    operation = "max_pool2d"

    def forward(self, x):
        self.place(x)
        w = self.windows
        self.pieces = pieces(self.xp, (len(x),), x.nbytes // len(x))
        self.winners = []
        largest_of = largest_at_once if on_gpu(self.xp) else largest_by_columns
        y = self.xp.empty((len(x), w.rows, w.columns, x.shape[3]), dtype=x.dtype)
        for few in self.pieces:
            y[few], winners = largest_of(self.xp, x[few], w, self.differentiated)
            self.winners.append(winners)
        return y

    def backward(self, grad_output):
        grad_x = self.xp.zeros(self.x_shape, dtype=grad_output.dtype)
        for few, winners in zip(self.pieces, self.winners):
            # A pixel that won several windows has the sum of their gradients.
            positions = winners.reshape(-1).astype(np.intp)
            scatter_add(grad_x[few].reshape(-1), positions, grad_output[few].reshape(-1))
        return (grad_x,)

    def jvp(self, dx):
        xp, w = self.xp, self.windows
        dy = xp.empty((len(dx), w.rows, w.columns, dx.shape[3]), dtype=dx.dtype)
        for few, winners in zip(self.pieces, self.winners):
            dy[few] = xp.take(dx[few], winners)
        return dy


class AvgPool2d(Pool2d):
    """The mean of each window. It is linear, so its tangent is itself."""

    operation = "avg_pool2d"

    def __init__(self, size, stride=None, padding=0, ceil_mode=False, count_include_pad=False):
        super().__init__(size, stride, padding, ceil_mode)
        self.count_include_pad = count_include_pad

    def forward(self, x):
        self.place(x)
        self.count = self.pixels_in_windows(x.dtype)
        return self.means(x)

    def pixels_in_windows(self, dtype):
        """How many entries each window's sum is divided by: (1, rows, columns, 1)."""
        xp, w = self.xp, self.windows
        ones = xp.ones((1, *self.x_shape[1:3], 1), dtype=dtype)
        if self.count_include_pad:
            # The padding that was asked for counts; what ceil_mode adds beyond it never does.
            asked = place_windows(self.name, self.x_shape, self.size, self.stride, self.padding)
            bottom, right = w.bottom - asked.bottom, w.right - asked.right
            beyond = w._replace(top=0, left=0, bottom=bottom, right=right)
            return self.window_sums(padded(xp, padded(xp, ones, asked, value=1), beyond))
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
        grad_padded = self.xp.zeros(padded_shape(w, self.x_shape), dtype=grad_output.dtype)
        share = grad_output / self.count
        for i, j in taps(w):
            pixels = tap(grad_padded, w, i, j)  # a view: adding to it adds to grad_padded
            pixels += share
        return (without_padding(grad_padded, w),)

    def jvp(self, dx):
        return self.means(dx)


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
