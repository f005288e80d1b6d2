"""Winograd's algorithm: convolution with a fraction of the products (Lavin, Gray 2016).

A kernel g of ``size`` numbers that slides, at stride 1, over a tile of ``size`` + 3 pixels d
gives 4 outputs, and as polynomials do, the two can be multiplied at so many points as the
tile has pixels instead of number by number:

    y = A [(G g) ⊙ (B d)]

For 3 numbers in the kernel that is 6 products where the definition has 12; in two
dimensions, where A, B and G act on the rows and then on the columns, 36 where it has 144,
and for 5 numbers 64 where it has 400. Between the transforms stands one matrix product over
the channels for each of the 36 or 64 places of the tile.

The last bits of an output depend on its place in its tile. Where outputs are equal in exact
arithmetic, as they are all over a picture of one colour, rounding therefore decides between
them in a maximum that follows, and no longer which of them comes first.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

import numpy as np

from ..backend import pieces
from .windows import padded

STEP = 4  # outputs of a tile along each axis, and so the pixels from one tile to the next
# Where the polynomials are evaluated, besides infinity, for each size of kernel. Any
# different numbers will do, but rounding depends on them: for 3 it is a fifth of what it is
# with the usual 0, ±1, ±2; for 5 these were the best of 220 choices.
POINTS = {3: (0, 3 / 4, -3 / 4, 3 / 2, -3 / 2), 5: (0, 1 / 2, -1 / 2, 1, -1, 2, -2)}
# With fewer tiles, transforming the kernel costs more than it saves; if it is not kept, always
# for 5×5.
FEWEST_TILES = {3: 32, 5: np.inf}
FEWEST_TILES_WITH_KERNELS_KEPT = 8
FEWEST_CHANNELS = 16

_kept = ContextVar("kept", default=None)


def pays(x_shape, weight_shape, windows):
    """Whether `correlate_winograd` can be used, and is faster than one product with the columns."""
    size = windows.height
    if size not in POINTS or size != windows.width or (windows.down, windows.across) != (1, 1):
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

    Parameters
    ----------
    x : array, shape (N, H, W, in)
    weight : array, shape (size, size, in, out)
    bias : array, shape (out,), optional
    turned : bool
        Whether to use the kernel turned by 180°, its channels exchanged, as the gradient
        with respect to x does.

    Returns
    -------
    array, shape (N, rows, columns, out)
    """
    dtype = xp.result_type(x, weight) if bias is None else xp.result_type(x, weight, bias)
    A, _, B = (xp.asarray(matrix, dtype=dtype) for matrix in transforms(windows.height))
    kernel = kernel_of(xp, weight, turned)
    # how many tiles cover the output
    down, across = -(-windows.rows // STEP), -(-windows.columns // STEP)
    around = whole_tiles(windows, x.shape, down * STEP, across * STEP)
    x_padded = xp.ascontiguousarray(padded(xp, x, around))
    y = xp.empty((len(x), windows.rows, windows.columns, kernel.shape[2]), dtype=dtype)
    row_of_tiles = across * B.size * x.shape[3] * dtype.itemsize
    for images, tile_rows in pieces(xp, (len(x), down), row_of_tiles):
        first, last = tile_rows.start * STEP, tile_rows.stop * STEP
        pixels = x_padded[images, first : last + windows.height - 1]
        products = xp.matmul(transformed_tiles(xp, B, pixels, across), kernel)
        outputs = transformed_back(xp, A, products)
        if bias is not None:
            outputs += bias
        write_tiles(y[images, first:last], outputs, across)
    return y


def whole_tiles(windows, x_shape, rows, columns):
    """The windows with padding below and to the right for ``rows`` × ``columns`` of them."""
    bottom = rows + windows.height - 1 - windows.top - x_shape[1]
    right = columns + windows.width - 1 - windows.left - x_shape[2]
    return windows._replace(bottom=bottom, right=right)


@contextmanager
def keep_kernels():
    """Context manager: inside, each kernel is transformed once and kept.

    Nothing may change the weights meanwhile. Blocks may be nested: an inner one uses what
    the outer one keeps.
    """
    token = _kept.set({} if _kept.get() is None else _kept.get())
    try:
        yield
    finally:
        _kept.reset(token)


def kernel_of(xp, weight, turned):
    """The transformed kernel (tile · tile, in, out), kept if `keep_kernels` says so."""
    kept = _kept.get()
    if kept is None:
        return transformed_kernel(xp, weight, turned)
    if (id(weight), turned) not in kept:
        # The weight is kept too, so that no other array can be given its id.
        kept[id(weight), turned] = weight, transformed_kernel(xp, weight, turned)
    return kept[id(weight), turned][1]


def transformed_kernel(xp, weight, turned):
    """G g Gᵀ for every pair of channels, column by column.

    From (size, size, in, out) to (tile · tile, in, out).
    """
    if turned:
        weight = weight[::-1, ::-1].swapaxes(2, 3)
    size, _, channels, out = weight.shape
    G = xp.asarray(transforms(size)[1], dtype=weight.dtype)
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
    per_image, per_row, _, per_channel = x_padded.strides
    tile_rows = as_strided(
        x_padded,
        (images, down, tile, width * channels),
        (per_image, STEP * per_row, per_row, per_channel),
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


def write_tiles(y, outputs, across):
    """Put the tiles' outputs (16, tiles, out) where they belong in y (n, rows, columns, out)."""
    images, _, _, out = y.shape
    by_place = outputs.reshape(STEP, STEP, images, -1, across, out)
    for i in range(STEP):
        for j in range(STEP):
            place = y[:, i::STEP, j::STEP]  # a view: writing to it writes to y
            place[...] = by_place[j, i, :, : place.shape[1], : place.shape[2]]
