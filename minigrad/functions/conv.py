"""Convolution (cross-correlation, as every network uses it), channels last."""

import math

from ..function import Function
from .shape import reshape
from .windows import bands, padded, place_windows, tap, turned_windows, without_padding
from .winograd import correlate_winograd, pays

# Columns are made for a few rows of windows at a time, so that they are still in a core's
# own cache when the matrix product reads them.
COLUMN_BYTES = 2**20


def conv2d_plain(xp, x, weight, windows):
    """The specification of `correlate`: each entry of the kernel times the pixels it meets, summed."""
    x_padded = padded(xp, x, windows)
    y = 0
    for i in range(windows.height):
        for j in range(windows.width):
            y = y + tap(x_padded, windows, i, j) @ weight[i, j]
    return y


def correlate(xp, x, weight, windows, bias=None):
    """The same as `conv2d_plain` (plus the bias), in one of two fast ways.

    Either as one matrix product with the `columns_of` a few rows of windows at a time, or,
    where that `pays`, by Winograd's algorithm.

    Parameters
    ----------
    x : array, shape (N, H, W, in)
    weight : array, shape (kh, kw, in, out)
    bias : array, shape (out,), optional

    Returns
    -------
    array, shape (N, rows, columns, out)
    """
    if pays(x.shape, weight.shape, windows):
        return correlate_winograd(xp, x, weight, windows, bias)
    out = weight.shape[-1]
    matrix = weight.reshape(-1, out)
    dtype = xp.result_type(x, weight) if bias is None else xp.result_type(x, weight, bias)
    y = xp.empty((x.shape[0], windows.rows, windows.columns, out), dtype=dtype)
    x_padded = xp.ascontiguousarray(padded(xp, x, windows))
    for images, rows, pixels in column_bands(x, windows):
        columns = columns_of(
            xp, x_padded[images, pixels], windows._replace(rows=rows.stop - rows.start)
        )
        y_band = y[images, rows].reshape(-1, out)  # a view: what is written to it is written to y
        xp.matmul(columns, matrix, out=y_band)
        if bias is not None:
            y_band += bias  # while it is still in the cache
    return y


def correlate_backward_x(xp, grad_output, weight, windows, x_shape):
    """The gradient of `correlate` with respect to x: each window's gradient added back to its
    pixels.

    At stride 1 that is itself a convolution, with the kernel turned by 180° and its
    channels exchanged; Winograd's algorithm takes it as such.
    """
    around = turned_windows(windows, x_shape)
    if min(around.top, around.left, around.bottom, around.right) >= 0 and pays(
        grad_output.shape, weight.shape, around
    ):
        return correlate_winograd(xp, grad_output, weight, around, turned=True)
    out = weight.shape[-1]
    matrix = weight.reshape(-1, out)
    if windows.is_pointwise:
        return (grad_output.reshape(-1, out) @ matrix.T).reshape(x_shape)
    shape = (
        x_shape[0],
        x_shape[1] + windows.top + windows.bottom,
        x_shape[2] + windows.left + windows.right,
        x_shape[3],
    )
    grad_padded = xp.zeros(shape, dtype=xp.result_type(grad_output, weight))
    for images, rows, pixels in column_bands(grad_padded, windows):
        grad_columns = grad_output[images, rows].reshape(-1, out) @ matrix.T
        band = windows._replace(rows=rows.stop - rows.start)
        grad_windows = grad_columns.reshape(
            -1, band.rows, band.columns, band.height, band.width, x_shape[3]
        )
        for i in range(windows.height):
            for j in range(windows.width):
                # a view: adding to it adds to grad_padded
                met = tap(grad_padded[images, pixels], band, i, j)
                met += grad_windows[:, :, :, i, j]
    return without_padding(grad_padded, windows)


def correlate_backward_weight(xp, grad_output, x, weight_shape, windows):
    """The gradient of `correlate` with respect to the kernel: what each entry met, times the
    gradient there.
    """
    out = weight_shape[-1]
    if windows.is_pointwise:
        return (x.reshape(-1, x.shape[-1]).T @ grad_output.reshape(-1, out)).reshape(weight_shape)
    grad_matrix = xp.zeros(
        (math.prod(weight_shape[:-1]), out), dtype=xp.result_type(grad_output, x)
    )
    x_padded = xp.ascontiguousarray(padded(xp, x, windows))
    for images, rows, pixels in column_bands(x, windows):
        columns = columns_of(
            xp, x_padded[images, pixels], windows._replace(rows=rows.stop - rows.start)
        )
        grad_matrix += columns.T @ grad_output[images, rows].reshape(-1, out)
    return grad_matrix.reshape(weight_shape)


def columns_of(xp, x_padded, windows):
    """Every window of the padded images as one row of a matrix (windows, kh · kw · in).

    Channels come last, so the pixels that a window has in one row of the image lie side
    by side in memory: each row of a window is one run of kw · in numbers.
    """
    images, height, _, channels = x_padded.shape
    if windows.is_pointwise:
        return x_padded.reshape(-1, channels)
    per_image, per_row, per_column, per_channel = x_padded.strides
    run = windows.width * channels
    runs = xp.lib.stride_tricks.as_strided(
        x_padded,
        (images, height, windows.columns, run),
        (per_image, per_row, per_column * windows.across, per_channel),
    )
    columns = xp.empty(
        (images, windows.rows, windows.columns, windows.height, run), dtype=x_padded.dtype
    )
    for i in range(windows.height):
        columns[:, :, :, i] = runs[
            :, i : i + windows.rows * windows.down - windows.down + 1 : windows.down
        ]
    return columns.reshape(-1, windows.height * run)


def column_bands(x, windows):
    """Triples of slices (images, rows of windows, rows of padded pixels) whose columns take about
    `COLUMN_BYTES`.
    """
    if windows.is_pointwise:  # the pixels are the columns already
        return [(images, rows, rows) for images, rows in bands(x.shape[0], windows.rows, 2**30)]
    one_row = windows.columns * windows.height * windows.width * x.shape[-1] * x.dtype.itemsize
    return [
        (
            images,
            rows,
            slice(rows.start * windows.down, (rows.stop - 1) * windows.down + windows.height),
        )
        for images, rows in bands(x.shape[0], windows.rows, COLUMN_BYTES // one_row)
    ]


class Conv2d(Function):
    accepts_missing_tangents = True

    def __init__(self, stride=1, padding=0):
        self.stride = stride
        self.padding = padding

    def forward(self, x, weight, bias=None):
        if weight.ndim != 4 or x.ndim != 4 or x.shape[-1] != weight.shape[2]:
            raise ValueError(
                f"conv2d: x has shape {x.shape} and weight {weight.shape}; expected (N, H, W, in) "
                "and (kh, kw, in, out) "
                "with the same in (channels come last)"
            )
        if bias is not None and bias.shape != weight.shape[3:]:
            raise ValueError(
                f"conv2d: bias has shape {bias.shape}, expected {weight.shape[3:]}, "
                "one number for each filter"
            )
        self.windows = place_windows("conv2d", x.shape, weight.shape[:2], self.stride, self.padding)
        self.x, self.weight = x, weight
        return correlate(self.xp, x, weight, self.windows, bias)

    def backward(self, grad_output):
        grad_x = grad_weight = grad_bias = None
        if self.needs_grad[0]:
            grad_x = correlate_backward_x(
                self.xp, grad_output, self.weight, self.windows, self.x.shape
            )
        if self.needs_grad[1]:
            grad_weight = correlate_backward_weight(
                self.xp, grad_output, self.x, self.weight.shape, self.windows
            )
        if len(self.inputs) == 3 and self.needs_grad[2]:
            grad_bias = grad_output.sum(axis=(0, 1, 2))
        return (grad_x, grad_weight, grad_bias)[: len(self.inputs)]

    def jvp(self, dx, dweight, dbias=None):
        # y is linear in x, in the kernel and in the bias, so each tangent goes its own way.
        dy = 0 if dx is None else self.convolved_tangent(dx)
        if dweight is not None:
            dy = dy + correlate(self.xp, self.x, dweight, self.windows)
        if dbias is not None:
            dy = dy + self.xp.broadcast_to(
                dbias, (self.x.shape[0], self.windows.rows, self.windows.columns, len(dbias))
            )
        return dy

    def convolved_tangent(self, dx):
        """`correlate`, but only once for a tangent that is the same for every image, as dx/dα is on
        the path of one example.
        """
        if dx.strides[0] or len(dx) == 1:
            return correlate(self.xp, dx, self.weight, self.windows)
        once = correlate(self.xp, dx[:1], self.weight, self.windows)
        return self.xp.broadcast_to(once, (len(dx), *once.shape[1:]))


def conv2d(x, weight, bias=None, stride=1, padding=0):
    """Slide a bank of filters over images: y[n, r, c] = Σ_ij x[n, r·stride + i, c·stride + j] ·
    weight[i, j] + bias.

    Parameters
    ----------
    x : Tensor, shape (N, H, W, in)
    weight : Tensor, shape (kh, kw, in, out)
    bias : Tensor, shape (out,), optional
    stride : int or (int, int)
    padding : int, "same" or ((top, bottom), (left, right))
        Zeros around the image. "same" is TensorFlow's rule, one more below and to the
        right when the padding is uneven.

    Returns
    -------
    Tensor, shape (N, rows, columns, out)
    """
    function = Conv2d(stride, padding)
    return function(x, weight) if bias is None else function(x, weight, bias)


def conv1d(x, weight, bias=None, stride=1, padding=0):
    """Slide a bank of filters over sequences: `conv2d` on images of height 1.

    Parameters
    ----------
    x : Tensor, shape (N, T, in)
    weight : Tensor, shape (k, in, out)
    bias : Tensor, shape (out,), optional
    stride : int
    padding : int, "same" or (before, after)

    Returns
    -------
    Tensor, shape (N, windows, out)
    """
    if len(x.shape) != 3 or len(weight.shape) != 3 or x.shape[2] != weight.shape[1]:
        raise ValueError(
            f"conv1d: x has shape {x.shape} and weight {weight.shape}; expected (N, T, in) and (k, "
            "in, out) with the same in"
        )
    if not isinstance(padding, str):
        padding = ((0, 0), padding if isinstance(padding, (tuple, list)) else (padding, padding))
    images = reshape(x, x.shape[0], 1, *x.shape[1:])
    y = conv2d(images, reshape(weight, 1, *weight.shape), bias, (1, stride), padding)
    return reshape(y, y.shape[0], *y.shape[2:])
