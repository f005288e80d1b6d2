"""Pooling: the largest entry or the mean of each window, channels last."""

import math
from functools import lru_cache

import numpy as np

from ...function import Function
from ...machine.backend import on_gpu, pieces, scatter_add
from ..windows import (
    columns_inside,
    padded,
    padded_shape,
    place_windows,
    rows_inside,
    tap,
    without_padding,
)


class MaxPool2d(Function):
    """The largest entry of each window; of equal ones the first has the whole derivative.

    ``pieces`` are the few images that are worked on together, and ``winners`` says for each
    piece where in its images the largest entry of each window is: one flat position for
    each entry of the output. `max_pool2d_plain` is the specification.
    """

    operation = "max_pool2d"

    def __init__(self, size, stride=None, padding=0, ceil_mode=False):
        self.size = size
        self.stride = size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode

    def forward(self, x):
        self.windows = w = place_windows(
            self.name, x.shape, self.size, self.stride, self.padding, self.ceil_mode
        )
        check_windows_meet_image(self.name, w)
        self.x_shape = x.shape
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


def max_pool2d_plain(xp, x_padded, windows):
    """The specification: each window's maximum, and the number of the first tap that reaches it."""
    stacked = xp.stack([tap(x_padded, windows, i, j) for i, j in taps(windows)])
    return stacked.max(axis=0), stacked.argmax(axis=0)


def taps(windows):
    """Every (row, column) inside a window, row by row."""
    return [(i, j) for i in range(windows.height) for j in range(windows.width)]


def largest_at_once(xp, x, w, with_winners=True):
    """The largest entry of each window, and where it is: the specification as it stands.

    Few kernels, which is what counts on a GPU; `largest_by_columns` moves fewer numbers.

    Returns
    -------
    y : array, shape (N, rows, columns, C)
    winners : array of int, shape (N, rows, columns, C)
        Positions in the images as one long row of numbers.
    """
    y, tap_number = max_pool2d_plain(xp, padded(xp, x, w, -np.inf), w)
    if not with_winners:
        return y, None
    first_tap, pixels, entries = tables_of_positions(xp, w, x.shape)
    return y, xp.take(pixels, tap_number + first_tap) + entries


@lru_cache(maxsize=100)
def tables_of_positions(xp, w, shape):
    """Where the taps of all windows lie in images, made once: a GPU takes few calls for the rest.

    Returns
    -------
    first_tap : array of int, shape (rows, columns, 1)
        The number of each window's first tap among all taps of all windows.
    pixels : array of int, shape (all taps,)
        Where each tap's pixel begins in an image as one long row of numbers. That of padding
        is the nearest of the image: padding wins where all else is −∞ too, and then that does.
    entries : array of int, shape (N, 1, 1, C)
        What is to be added for the image and the channel.
    """
    images, height, width, channels = shape
    number = position_type(math.prod(shape))
    row = np.arange(w.rows)[:, None] * w.down - w.top + np.arange(w.height)
    column = np.arange(w.columns)[:, None] * w.across - w.left + np.arange(w.width)
    row, column = np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)
    # (rows, columns, height, width of the window)
    pixels = row[:, None, :, None] * width + column[:, None, :]
    first_tap = np.arange(w.rows * w.columns).reshape(w.rows, w.columns, 1) * w.height * w.width
    image = np.arange(images)[:, None, None, None] * (height * width * channels)
    tables = first_tap, pixels.reshape(-1) * channels, image + np.arange(channels)
    return tuple(xp.asarray(table.astype(number)) for table in tables)


def largest_by_columns(xp, x, w, with_winners=True):
    """The same as `largest_at_once`: the maximum of every column of a window, then of those.

    Nothing is padded: padding never wins.
    """
    down, across = rows_inside(w, x.shape[1]), columns_inside(w, x.shape[2])
    columns_maxima = largest_along(xp, x, down, w.rows, axis=1)
    y = largest_along(xp, columns_maxima, across, w.columns, axis=2)
    if not with_winners:
        return y, None
    return y, winners_of(xp, x, columns_maxima, y, w, down, across)


def position_type(size):
    """Whole numbers that can say where one of so many entries is."""
    return np.int32 if size < 2**31 else np.int64


def largest_along(xp, x, taps, windows, axis):
    """The maximum over the entries along one axis of each of ``windows`` windows."""
    everywhere = [pixels for _, some, pixels in taps if some[axis] == slice(0, windows)]
    if everywhere:
        best = x[everywhere[0]].copy()
    else:  # each entry of a window is beyond the image somewhere
        best = xp.full((*x.shape[:axis], windows, *x.shape[axis + 1 :]), -np.inf, dtype=x.dtype)
    for _, some, pixels in taps:
        if pixels not in everywhere[:1]:
            xp.maximum(best[some], x[pixels], out=best[some])  # to a view, and so to best
    return best


def winners_of(xp, x, columns_maxima, y, w, down, across):
    """Where in the images, as one long row of numbers, the largest entry of each window is.

    A window's winner is so many pixels after the window's first, counted through the whole
    width of the image. Of equal entries the first, row by row, has the fewest.

    Parameters
    ----------
    x : array, shape (N, H, W, C)
    columns_maxima : array, shape (N, rows, W, C)
        The maximum of each column of each window.
    y : array, shape (N, rows, columns, C)
        The maximum of each window.
    w : Windows
    down, across : list
        As `rows_inside` and `columns_inside` make them.
    """
    images, height, width, channels = x.shape
    furthest = (w.height - 1) * width + w.width - 1
    # most often one byte: 32 of them are compared at once
    step_type = np.min_scalar_type(furthest + 1)
    in_columns = [(some, x[pixels], i * width) for i, some, pixels in down]
    # Where no earlier entry of a column is its maximum, the last one is.
    last = in_columns[-1][2]
    step = smallest_step(xp, columns_maxima, in_columns[:-1], step_type, otherwise=last)
    among_columns = [(some, columns_maxima[pixels], step[pixels] + j) for j, some, pixels in across]
    step = smallest_step(xp, y, among_columns, step_type, otherwise=np.iinfo(step_type).max)
    number = position_type(x.size)
    first_pixel = (
        xp.arange(images, dtype=number)[:, None, None, None] * (height * width)
        + (xp.arange(w.rows, dtype=number) * w.down - w.top)[:, None, None] * width
        + (xp.arange(w.columns, dtype=number) * w.across - w.left)[:, None]
    )
    position = step.astype(number)
    position *= channels
    position += first_pixel * channels + xp.arange(channels, dtype=number)
    return position


def smallest_step(xp, best, candidates, step_type, otherwise):
    """For each window the smallest step of a candidate that reaches its maximum, ``best``.

    Parameters
    ----------
    candidates : list of (some, values, steps)
        Which windows have this candidate, its value in each of them, and how many pixels
        after the window's first it is.
    step_type : numpy.dtype
        An unsigned integer whose largest is above every step: it stands for "too low".
    otherwise : int
        What it is if none does; no smaller than any step.
    """
    too_low = np.iinfo(step_type).max
    smallest = xp.full(best.shape, otherwise, dtype=step_type)
    for some, values, steps in candidates:
        # Arithmetic with bytes instead of `where`, which is many times slower: all bits of
        # too_low are ones, so step | too_low is too_low. NaN is not below NaN, and wins.
        step = xp.multiply((values < best[some]).view(np.uint8), too_low, dtype=step_type)
        step |= steps
        xp.minimum(smallest[some], step, out=smallest[some])
    return smallest


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
        self.windows = place_windows(
            self.name, x.shape, self.size, self.stride, self.padding, self.ceil_mode
        )
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
            beyond = w._replace(
                top=0, left=0, bottom=w.bottom - asked.bottom, right=w.right - asked.right
            )
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


def check_windows_meet_image(operation, windows):
    """Raise a ValueError if a window could lie in the padding alone, with nothing to pool."""
    w = windows
    if max(w.top, w.bottom) >= w.height or max(w.left, w.right) >= w.width:
        raise ValueError(
            f"{operation}: padding ({w.top}, {w.bottom}), ({w.left}, {w.right}) is as large as the "
            f"window {w.height}×{w.width}, so some windows would hold no pixel; use less padding"
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
