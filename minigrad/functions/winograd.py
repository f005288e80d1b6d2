"""Winograd's algorithm: convolution with a fraction of the products (Lavin, Gray 2016).

A kernel g of ``size`` numbers that slides, at stride 1, over a tile of ``size`` + 3 pixels d
gives 4 outputs, and as polynomials do, the two can be multiplied at so many points as the
tile has pixels instead of number by number:

    y = A [(G g) ⊙ (B d)]

For 3 numbers in the kernel that is 6 products where the definition has 12; in two
dimensions, where A, B and G act on the rows and then on the columns, 36 where it has 144,
and for 5 numbers 64 where it has 400. Between the transforms stands one matrix product over
the channels for each of the 36 or 64 places of the tile.

In exact arithmetic what a window does not see cancels out of its output. Rounding leaves a
trace of it, and infinity and NaN do not cancel at all. So windows that are small beside
their tile are left to the definition: see `delicate_windows`.

The last bits of an output depend on its place in its tile. Where outputs are equal in exact
arithmetic, as they are all over a picture of one colour, rounding therefore decides between
them in a maximum that follows, and no longer which of them comes first.
"""

import weakref
from contextvars import ContextVar
from functools import cache, partial

import numpy as np

from ..machine.backend import on_gpu, pieces
from ..machine.parallel import share_out
from .windowed.columns import correlate_columns, windows_of
from .windows import padded

STEP = 4  # outputs of a tile along each axis, and so the pixels from one tile to the next
# Where the polynomials are evaluated, besides infinity, for each size of kernel. Any
# different numbers will do, but rounding depends on them: for 3 it is a fifth of what it is
# with the usual 0, ±1, ±2; for 5 these were the best of 220 choices.
POINTS = {3: (0, 3 / 4, -3 / 4, 3 / 2, -3 / 2), 5: (0, 1 / 2, -1 / 2, 1, -1, 2, -2)}
# How large a window must be beside the largest of its tile, see `delicate_windows`. So the
# error of an output was at most 5e-6 (3×3) and 7e-6 (5×5) of its window's size in 50,000
# random images of wide ranges, gaps and outliers; a window that is all one pixel makes the most.
DELICATE = {3: 1 / 4, 5: 3 / 2}
MOST_DELICATE = 1 / 4  # a larger share of delicate windows, and all are left to the definition
# With fewer tiles, transforming the kernel costs more than it saves; if it is not kept, always
# for 5×5.
FEWEST_TILES = {3: 32, 5: np.inf}
FEWEST_TILES_WITH_KERNELS_KEPT = 8
FEWEST_CHANNELS = 16


def pays(xp, x_shape, weight_shape, windows):
    """Whether `correlate_winograd` can be used, and is faster than one product with the columns.

    On a GPU the products are not what takes the time.
    """
    size = windows.height
    if (
        on_gpu(xp)
        or size not in POINTS
        or size != windows.width
        or (windows.down, windows.across) != (1, 1)
    ):
        return False
    tiles = x_shape[0] * -(-windows.rows // STEP) * -(-windows.columns // STEP)
    fewest = FEWEST_TILES[size] if _kept.get() is None else FEWEST_TILES_WITH_KERNELS_KEPT
    return tiles >= fewest and min(weight_shape[2:]) >= FEWEST_CHANNELS


@cache
def transforms(size):
    """The matrices A (4, tile), G (tile, size) and B (tile, tile), where tile is ``size`` + 3.

    G evaluates the kernel, as a polynomial, at the points; the rows of B are the
    polynomials that vanish at all points but one; A evaluates again, transposed. The last
    point is infinity: there a polynomial is its highest coefficient.
    """
    points = np.array(POINTS[size])
    tile = len(points) + 1
    A, G, B = np.zeros((STEP, tile)), np.zeros((tile, size)), np.zeros((tile, tile))
    for row, point in enumerate(points):
        others = np.delete(points, row)
        A[:, row] = point ** np.arange(STEP)
        G[row] = point ** np.arange(size) / np.prod(point - others)
        B[row, :-1] = np.poly(others)[::-1]  # Π (t − other), lowest power first
    A[-1, -1] = G[-1, -1] = 1
    B[-1] = np.poly(points)[::-1]
    return A, G, B


def correlate_winograd(xp, x, weight, windows, bias=None, turned=False):
    """The same as `conv2d_plain` (plus the bias), for kernels of 3×3 or 5×5 and stride 1.

    An output depends on its own window only: it is not finite only where the window or the
    kernel is not, and in float32 its error is at most 1e-5 of Σ|x| over the window, times
    the largest |w| of its kernel.

    Parameters
    ----------
    x : array, shape (N, H, W, in)
    weight : array, shape (size, size, in, out)
    bias : array, shape (out,), optional
    turned : bool
        Whether to use the kernel `turned_kernel` makes of ``weight``, as the gradient with
        respect to x does.

    Returns
    -------
    array, shape (N, rows, columns, out)
    """
    dtype = xp.result_type(x, weight) if bias is None else xp.result_type(x, weight, bias)
    x = x.astype(dtype, copy=False)
    x_padded = xp.ascontiguousarray(padded(xp, x, whole_tiles(windows, x.shape)))
    delicate = delicate_windows(xp, x_padded, windows)
    count = int(delicate.sum())
    plain_weight = turned_kernel(weight) if turned else weight
    if count > MOST_DELICATE * delicate.size:
        return correlate_columns(xp, x, plain_weight, windows, bias)
    kernel = kernel_of(xp, weight, dtype, turned)
    with np.errstate(over="ignore", invalid="ignore"):  # what comes of ∞ is replaced below
        y = outputs_of_tiles(xp, x_padded, kernel, windows.height, bias)
    y = y[:, : windows.rows, : windows.columns]
    if count:
        y[delicate] = outputs_at(xp, x_padded, plain_weight, windows, delicate, bias)
    return y


def outputs_of_tiles(xp, x_padded, kernel, size, bias):
    """Whole tiles: from (N, H, W, in) and (tile · tile, in, out) to (N, rows, columns, out)."""
    images, height, width, channels = x_padded.shape
    dtype, out = x_padded.dtype, kernel.shape[2]
    A, _, B = (xp.asarray(matrix, dtype=dtype) for matrix in transforms(size))
    down, across = (height - size + 1) // STEP, (width - size + 1) // STEP
    y = xp.empty((images, down, STEP, across, STEP, out), dtype=dtype)
    row_of_tiles = across * B.size * channels * dtype.itemsize
    work = partial(outputs_of_piece, xp, A, B, x_padded, kernel, bias, y)
    share_out(work, pieces(xp, (images, down), row_of_tiles), images * down * across * kernel.size)
    return y.reshape(images, down * STEP, across * STEP, out)


def outputs_of_piece(xp, A, B, x_padded, kernel, bias, y, images, tile_rows):
    """`outputs_of_tiles` for a few images or rows of tiles, written to ``y``."""
    overlap = len(B) - STEP
    pixel_rows = slice(tile_rows.start * STEP, tile_rows.stop * STEP + overlap)
    across, out = y.shape[3], y.shape[5]
    tiles = transformed_tiles(xp, B, x_padded[images, pixel_rows], across)
    outputs = transformed_back(xp, A, xp.matmul(tiles, kernel))
    if bias is not None:
        outputs += bias
    piece = y[images, tile_rows]
    by_place = outputs.reshape(STEP, STEP, len(piece), -1, across, out)
    piece[...] = by_place.transpose(2, 3, 1, 4, 0, 5)


def outputs_at(xp, x_padded, weight, windows, where, bias):
    """The outputs of some of the windows by the definition: shape (how many, out)."""
    size, _, channels, _ = weight.shape
    pixels = windows_of(xp, x_padded, windows)[where].reshape(-1, size, size, channels)
    y = sum(pixels[:, i, j] @ weight[i, j] for i in range(size) for j in range(size))
    return y if bias is None else y + bias


def delicate_windows(xp, x_padded, windows):
    """Which windows are too small beside their tile for Winograd's rounding: (N, rows, columns).

    Rounding grows with the Euclidean norms of the tile's windows, an output with the sum of
    its own window's pixels, each of them measured by its norm. Where a tile holds infinity or
    NaN all its windows are delicate, and so they are where squares overflow.
    """
    size = windows.height
    rows, columns = (length - size + 1 for length in x_padded.shape[1:3])
    squares = xp.einsum("nhwc,nhwc->nhw", x_padded, x_padded.conj()).real
    pixels = xp.stack([xp.sqrt(squares), squares])
    by_rows = sum(pixels[:, :, i : i + rows] for i in range(size))
    total, squares = sum(by_rows[..., j : j + columns] for j in range(size))
    by_tile = len(total), rows // STEP, STEP, columns // STEP, STEP
    largest = xp.sqrt(squares.reshape(by_tile).max(axis=(2, 4), keepdims=True))
    with np.errstate(invalid="ignore"):  # ∞ − ∞ is NaN, and NaN is not ≥ 0
        sturdy = total.reshape(by_tile) - DELICATE[size] * largest >= 0
    return ~sturdy.reshape(total.shape)[:, : windows.rows, : windows.columns]


def whole_tiles(windows, x_shape):
    """The windows with more padding below and to the right, so that tiles cover the images."""
    rows, columns = -(-windows.rows // STEP) * STEP, -(-windows.columns // STEP) * STEP
    bottom = rows + windows.height - 1 - windows.top - x_shape[1]
    right = columns + windows.width - 1 - windows.left - x_shape[2]
    return windows._replace(bottom=bottom, right=right)


class keep_kernels:
    """Context manager: inside, each kernel is transformed once and kept while its weights live.

    Nothing may change the weights meanwhile. Blocks may be nested: an inner one uses what
    the outer one keeps, and ends with it at the latest. So a block in a generator that is
    closed late changes nothing any more.
    """

    def __enter__(self):
        self.around = _kept.get()
        self.kernels = {} if self.around is None else self.around.kernels
        _kept.set(self)
        return self

    def __exit__(self, kind, error, traceback):
        block = _kept.get()
        while block is not None and block is not self:
            block = block.around
        if block is self:
            _kept.set(self.around)


# the innermost `keep_kernels` that is open
_kept = ContextVar("kept", default=None)


def kernel_of(xp, weight, dtype, turned):
    """The transformed kernel (tile · tile, in, out), kept if `keep_kernels` says so."""
    block = _kept.get()
    if block is None:
        return transformed_kernel(xp, weight, dtype, turned)
    kernels, key = block.kernels, (id(weight), dtype, turned)
    whose, kernel = kernels.get(key, (None, None))
    if whose is None or whose() is not weight:
        # Weights may be made anew for every forward pass: their kernels go with them.
        for other, (whose, _) in list(kernels.items()):
            if whose() is None:
                kernels.pop(other, None)
        kernel = transformed_kernel(xp, weight, dtype, turned)
        kernels[key] = weakref.ref(weight), kernel
    return kernel


def turned_kernel(weight):
    """The kernel turned by 180°, its channels exchanged: a view."""
    return weight[::-1, ::-1].swapaxes(2, 3)


def transformed_kernel(xp, weight, dtype, turned):
    """G g Gᵀ for every pair of channels, column by column.

    From (size, size, in, out) to (tile · tile, in, out).
    """
    weight = (turned_kernel(weight) if turned else weight).astype(dtype, copy=False)
    size, _, channels, out = weight.shape
    G = xp.asarray(transforms(size)[1], dtype=dtype)
    by_columns = (G @ weight.swapaxes(0, 1).reshape(size, -1)).reshape(len(G), size, -1)
    return xp.matmul(G, by_columns).reshape(-1, channels, out)


def transformed_tiles(xp, B, x_padded, across):
    """B d Bᵀ for every tile d of the images, the places column by column.

    From (n, H, W, in) to (tile · tile, tiles, in).
    """
    images, height, width, channels = x_padded.shape
    tile = len(B)
    down = (height - tile) // STEP + 1
    as_strided = xp.lib.stride_tricks.as_strided
    per_image, per_row, *_ = x_padded.strides
    tile_rows = as_strided(
        x_padded,
        (images, down, tile, width * channels),
        # an axis of length 1 may have any stride: that of the channels is not asked
        (per_image, STEP * per_row, per_row, x_padded.itemsize),
    )
    by_rows = xp.matmul(B, tile_rows).reshape(images, down, tile, width, channels)
    per_image, per_tile, per_row, per_column, per_channel = by_rows.strides
    tiles = xp.empty((tile, tile, images, down, across, channels), dtype=by_rows.dtype)
    # tiles[j, i] is column j, transformed row i, of every tile.
    tiles[...] = as_strided(
        by_rows,
        tiles.shape,
        (per_column, per_row, per_image, per_tile, STEP * per_column, per_channel),
    )
    return (B @ tiles.reshape(tile, -1)).reshape(tile * tile, -1, channels)


def transformed_back(xp, A, products):
    """A m Aᵀ for every tile m of products, both column by column.

    From (tile · tile, tiles, out) to (16, tiles, out).
    """
    _, tiles, out = products.shape
    tile = A.shape[1]
    by_columns = (A @ products.reshape(tile, -1)).reshape(STEP, tile, tiles * out)
    return xp.matmul(A, by_columns).reshape(-1, tiles, out)
