"""Convolution as a matrix product: every window is a row of a matrix, the kernel another matrix.

The rows are made for a few images or rows of windows at a time, so that they are still in
the cache when the product reads them.
"""

from functools import partial

from ...machine.backend import pieces
from ...machine.parallel import share_out
from ..windows import padded, padded_shape, tap, taps, without_padding


def correlate_columns(xp, x, weight, windows, bias=None):
    """The same as `conv2d_plain`, plus the bias: shape (N, rows, columns, out)."""
    out = weight.shape[-1]
    matrix = weight.reshape(-1, out)
    dtype = xp.result_type(x, weight) if bias is None else xp.result_type(x, weight, bias)
    if windows.is_pointwise:
        y = x.reshape(-1, len(matrix)) @ matrix
        y = y if bias is None else y + bias
        return y.reshape(*x.shape[:3], out)
    y = xp.empty((len(x), windows.rows, windows.columns, out), dtype=dtype)
    x_padded = xp.ascontiguousarray(padded(xp, x, windows))
    work = partial(correlate_piece, xp, x_padded, matrix, bias, windows, y)
    share_out(work, column_pieces(xp, x, windows), cost=y.size * len(matrix))
    return y


def correlate_piece(xp, x_padded, matrix, bias, windows, y, images, rows):
    """`correlate_columns` for a few images or rows of windows, written to ``y``."""
    some, pixels = windows.of_rows(rows)
    columns = columns_of(xp, x_padded[images, pixels], some)
    y_piece = y[images, rows].reshape(len(columns), -1)  # a view: what is written to it is in y
    xp.matmul(columns, matrix, out=y_piece)
    if bias is not None:
        y_piece += bias  # while it is still in the cache


def scatter_columns(xp, grad_output, weight, windows, x_shape):
    """The gradient with respect to x: each window's gradient added back to its pixels."""
    out = weight.shape[-1]
    matrix = weight.reshape(-1, out).T
    if windows.is_pointwise:
        return (grad_output.reshape(-1, out) @ matrix).reshape(x_shape)
    dtype = xp.result_type(grad_output, weight)
    grad_padded = xp.zeros(padded_shape(windows, x_shape), dtype=dtype)
    for images, rows in column_pieces(xp, grad_padded, windows):
        some, pixels = windows.of_rows(rows)
        grad_columns = grad_output[images, rows].reshape(-1, out) @ matrix
        shape = (-1, some.rows, some.columns, some.height, some.width, x_shape[3])
        grad_windows = grad_columns.reshape(shape)
        for i, j in taps(some):
            met = tap(grad_padded[images, pixels], some, i, j)  # a view
            met += grad_windows[:, :, :, i, j]
    return without_padding(grad_padded, windows)


def gradient_of_kernel(xp, grad_output, x, windows, weight_shape):
    """The gradient with respect to the kernel: what each entry met, times the gradient there."""
    out = weight_shape[-1]
    grad_weight = xp.zeros(weight_shape, dtype=xp.result_type(grad_output, x))
    grad_matrix = grad_weight.reshape(-1, out)  # a view
    x_padded = xp.ascontiguousarray(padded(xp, x, windows))
    for images, rows in column_pieces(xp, x, windows):
        some, pixels = windows.of_rows(rows)
        columns = columns_of(xp, x_padded[images, pixels], some)
        grad_matrix += columns.T @ grad_output[images, rows].reshape(-1, out)
    return grad_weight


def column_pieces(xp, x, windows):
    """Pairs of slices (images, rows of windows) whose `columns_of` stay in the cache."""
    one_row = windows.columns * windows.height * windows.width * x.shape[3] * x.itemsize
    # where the pixels themselves are the columns nothing is written
    return pieces(xp, (len(x), windows.rows), 0 if windows.is_pointwise else one_row)


def columns_of(xp, x_padded, windows):
    """Every window of the padded images as one row of a matrix (windows, kh · kw · in)."""
    entries = windows.height * windows.width * x_padded.shape[3]
    return windows_of(xp, x_padded, windows).reshape(-1, entries)


def windows_of(xp, x_padded, windows):
    """Every window of the padded images: a view (N, rows, columns, kh, kw · in).

    Channels come last, so the pixels that a window has in one row of the image lie side
    by side in memory: each row of a window is one run of kw · in numbers.
    """
    images, _, _, channels = x_padded.shape
    per_image, per_row, per_column, _ = x_padded.strides
    next_one = x_padded.itemsize  # the stride of a single channel may be anything
    return xp.lib.stride_tricks.as_strided(
        x_padded,
        (images, windows.rows, windows.columns, windows.height, windows.width * channels),
        (per_image, per_row * windows.down, per_column * windows.across, per_row, next_one),
    )
