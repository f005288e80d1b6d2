"""The largest entry of each window and where it is: as specified, and in two fast ways."""

import math
from functools import lru_cache

import numpy as np

from ..windows import columns_inside, padded, rows_inside, tap, taps


def max_pool2d_plain(xp, x_padded, windows):
    """The specification: each window's maximum, and the number of the first tap that reaches it."""
    stacked = xp.stack([tap(x_padded, windows, i, j) for i, j in taps(windows)])
    return stacked.max(axis=0), stacked.argmax(axis=0)


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
