"""Winograd's algorithm: convolution of stride 1 with a quarter of the multiplications (Lavin, Gray 2016).

A kernel g of ``size`` numbers that slides over 6 pixels d gives 7 − size outputs, and as
polynomials do, the two can be multiplied at 6 points instead of number by number:

    y = A [(G g) ⊙ (B d)]

For 3 numbers in the kernel that is 6 products where the definition has 12; in two
dimensions, where A, B and G act on the rows and then on the columns, 36 where it has 144.
Between the transforms stands one matrix product over the channels for each of the 36 places.

The last bits of an output depend on its place in its tile. Where outputs are equal in exact
arithmetic, as they are all over a picture of one colour, rounding therefore decides between
them in a maximum that follows, and no longer which of them comes first.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

import numpy as np

from .windows import bands, padded

TILE = 6
SIZES = (3, 5)
# Where the polynomials are evaluated, besides infinity. Any five numbers will do; with
# these, rounding in float32 is a fifth of what it is with the usual 0, ±1, ±2.
POINTS = (0, 3 / 4, -3 / 4, 3 / 2, -3 / 2)
TILES_AT_ONCE = 128  # few enough to stay in the cache, enough for an efficient matrix product
# With fewer tiles, transforming the kernel costs more than it saves; of 5×5 always, if it is not kept.
FEWEST_TILES = {3: 32, 5: np.inf}
FEWEST_TILES_WITH_KERNELS_KEPT = 8
FEWEST_CHANNELS = 16

_kept = ContextVar("kept", default=None)


def pays(x_shape, weight_shape, windows):
    """Whether `correlate_winograd` can be used, and is faster than one product with the columns."""
    size, step = windows.height, TILE + 1 - windows.height
    if size not in SIZES or size != windows.width or (windows.down, windows.across) != (1, 1):
        return False
    tiles = x_shape[0] * -(-windows.rows // step) * -(-windows.columns // step)
    fewest = FEWEST_TILES[size] if _kept.get() is None else FEWEST_TILES_WITH_KERNELS_KEPT
    return tiles >= fewest and min(weight_shape[2:]) >= FEWEST_CHANNELS


@cache
def transforms(size):
    """The matrices A (7 − size, 6), G (6, size) and B (6, 6) for a kernel of ``size`` numbers.

    G evaluates the kernel, as a polynomial, at the points; the rows of B are the
    polynomials that vanish at all points but one; A evaluates again, transposed. The last
    point is infinity: there a polynomial is its highest coefficient.
    """
    step = TILE + 1 - size
    points = np.array(POINTS)
    A, G, B = np.zeros((step, TILE)), np.zeros((TILE, size)), np.zeros((TILE, TILE))
    for row, point in enumerate(points):
        others = np.delete(points, row)
        A[:, row] = point ** np.arange(step)
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
    step = TILE + 1 - windows.height
    dtype = xp.result_type(x, weight) if bias is None else xp.result_type(x, weight, bias)
    A, _, B = (xp.asarray(matrix, dtype=dtype) for matrix in transforms(windows.height))
    kernel = kernel_of(xp, weight, turned)
    down, across = -(-windows.rows // step), -(-windows.columns // step)  # how many tiles cover the output
    x_padded = xp.ascontiguousarray(padded(xp, x, whole_tiles(windows, x.shape, down * step, across * step)))
    y = xp.empty((x.shape[0], windows.rows, windows.columns, kernel.shape[2]), dtype=dtype)
    for images, tile_rows in bands(x.shape[0], down, max(1, TILES_AT_ONCE // across)):
        first, last = tile_rows.start * step, tile_rows.stop * step
        places = transformed_tiles(xp, B, x_padded[images, first : last + windows.height - 1], across, step)
        products = xp.matmul(places, kernel)
        outputs = transformed_back(xp, A, products)
        if bias is not None:
            outputs += bias
        write_tiles(y[images, first:last], outputs, across, step)
    return y


def whole_tiles(windows, x_shape, rows, columns):
    """The windows with so much padding below and to the right that there are ``rows`` × ``columns`` of them."""
    bottom = rows + windows.height - 1 - windows.top - x_shape[1]
    right = columns + windows.width - 1 - windows.left - x_shape[2]
    return windows._replace(bottom=bottom, right=right)


@contextmanager
def keep_kernels():
    """Context manager: inside, each kernel is transformed once and kept. Nothing may change the weights meanwhile.

    Blocks may be nested: an inner one uses what the outer one keeps.
    """
    token = _kept.set({} if _kept.get() is None else _kept.get())
    try:
        yield
    finally:
        _kept.reset(token)


def kernel_of(xp, weight, turned):
    """The transformed kernel (36, in, out), from what `keep_kernels` keeps if it is there."""
    kept = _kept.get()
    if kept is None:
        return transformed_kernel(xp, weight, turned)
    if (id(weight), turned) not in kept:
        # The weight is kept too, so that no other array can be given its id.
        kept[id(weight), turned] = weight, transformed_kernel(xp, weight, turned)
    return kept[id(weight), turned][1]


def transformed_kernel(xp, weight, turned):
    """G g Gᵀ for every pair of channels: from (size, size, in, out) to (36, in, out), the 36 column by column."""
    if turned:
        weight = weight[::-1, ::-1].swapaxes(2, 3)
    size, _, channels, out = weight.shape
    G = xp.asarray(transforms(size)[1], dtype=weight.dtype)
    by_columns = (G @ weight.swapaxes(0, 1).reshape(size, -1)).reshape(TILE, size, -1)
    return xp.matmul(G, by_columns).reshape(TILE * TILE, channels, out)


def transformed_tiles(xp, B, x_padded, across, step):
    """B d Bᵀ for every tile d of 6×6 pixels, ``step`` apart: from (n, H, W, in) to (36, tiles, in), the 36 column by column."""
    images, height, width, channels = x_padded.shape
    down = (height - TILE) // step + 1
    as_strided = xp.lib.stride_tricks.as_strided
    per_image, per_row, _, per_channel = x_padded.strides
    tile_rows = as_strided(x_padded, (images, down, TILE, width * channels), (per_image, step * per_row, per_row, per_channel))
    by_rows = xp.matmul(B, tile_rows).reshape(images, down, TILE, width, channels)
    per_image, per_tile, per_row, per_column, per_channel = by_rows.strides
    tiles = xp.empty((TILE, TILE, images, down, across, channels), dtype=by_rows.dtype)
    # tiles[j, i] is column j, transformed row i, of every tile.
    tiles[...] = as_strided(by_rows, tiles.shape, (per_column, per_row, per_image, per_tile, step * per_column, per_channel))
    return (B @ tiles.reshape(TILE, -1)).reshape(TILE * TILE, -1, channels)


def transformed_back(xp, A, products):
    """A m Aᵀ for every tile m of products: from (36, tiles, out) to (step · step, tiles, out), both column by column."""
    _, tiles, out = products.shape
    by_columns = (A @ products.reshape(TILE, -1)).reshape(-1, TILE, tiles * out)
    return xp.matmul(A, by_columns).reshape(-1, tiles, out)


def write_tiles(y, outputs, across, step):
    """Put the outputs (step · step, tiles, out) of every tile where they belong in y (n, rows, columns, out)."""
    images, _, _, out = y.shape
    by_place = outputs.reshape(step, step, images, -1, across, out)
    for i in range(step):
        for j in range(step):
            place = y[:, i::step, j::step]  # a view: writing to it writes to y
            place[...] = by_place[j, i, :, : place.shape[1], : place.shape[2]]
