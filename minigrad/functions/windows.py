"""Where the windows of a convolution or a pooling lie, and views of what is in them."""

import operator
from typing import NamedTuple

import numpy as np


class Windows(NamedTuple):
    """The geometry of one sliding window over an image (N, H, W, C).

    ``top, bottom, left, right`` count the rows and columns added around the image; the
    windows are ``height`` × ``width``, ``down`` and ``across`` apart, and there are
    ``rows`` × ``columns`` of them.
    """

    height: int
    width: int
    down: int
    across: int
    top: int
    bottom: int
    left: int
    right: int
    rows: int
    columns: int

    @property
    def is_pointwise(self):
        """Whether each window is one pixel and every pixel has one: a 1×1 convolution."""
        return self[:8] == (1, 1, 1, 1, 0, 0, 0, 0)

    def of_rows(self, rows):
        """The windows of a slice of the rows, and the slice of padded pixels they lie on."""
        first, last = rows.start * self.down, (rows.stop - 1) * self.down
        return self._replace(rows=rows.stop - rows.start), slice(first, last + self.height)


def place_windows(operation, shape, size, stride, padding, ceil_mode=False):
    """Work out the `Windows` of an operation, or say what does not fit.

    Parameters
    ----------
    operation : str
        For error messages.
    shape : tuple
        (N, H, W, C) of the images.
    size, stride : int or (int, int)
    padding : int, "same" or ((top, bottom), (left, right))
        "same" is TensorFlow's rule: ⌈H / stride⌉ windows, the odd row of padding below.
    ceil_mode : bool
        Whether a last window that only partly fits counts. It is dropped all the same
        if it would begin beyond the image and its padding on the first side.
    """
    if len(shape) != 4:
        raise ValueError(f"{operation}: x has shape {shape}; expected images (N, H, W, C)")
    if 0 in shape:
        raise ValueError(
            f"{operation}: x has shape {shape}: the batch is empty; give at least one image, "
            "with at least one channel"
        )
    size, stride = as_pair(operation, "size", size), as_pair(operation, "stride", stride)
    before, after, count = [], [], []
    for axis in (0, 1):
        length = shape[1 + axis]
        low, high = padding_along(operation, axis, length, size[axis], stride[axis], padding)
        free = length + low + high - size[axis]
        if free < 0:
            raise ValueError(
                f"{operation}: a window of {size[0]}×{size[1]} does not fit into images of "
                f"{shape[1]}×{shape[2]} with padding {padding}; use larger images or more padding"
            )
        number = -(-free // stride[axis]) + 1 if ceil_mode else free // stride[axis] + 1
        if ceil_mode and (number - 1) * stride[axis] >= length + low:
            number -= 1
        before.append(low)
        after.append(max(high, (number - 1) * stride[axis] + size[axis] - length - low))
        count.append(number)
    return Windows(*size, *stride, before[0], after[0], before[1], after[1], *count)


def as_pair(operation, what, value):
    """An int or a pair of ints as a pair of positive ints."""
    pair = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(pair) != 2 or not all(isinstance(one, (int, np.integer)) and one > 0 for one in pair):
        raise ValueError(f"{operation}: {what} {value!r} is not a positive int or a pair of them")
    return pair


def padding_along(operation, axis, length, size, stride, padding):
    """(before, after): the padding of one axis, from any of the three forms."""
    if isinstance(padding, str) and padding == "same":
        number = -(-length // stride)
        total = max((number - 1) * stride + size - length, 0)
        return total // 2, total - total // 2
    pairs = ((padding, padding),) * 2 if isinstance(padding, (int, np.integer)) else padding
    try:
        (top, bottom), (left, right) = (map(operator.index, pair) for pair in pairs)
    except (TypeError, ValueError):
        raise ValueError(
            f"{operation}: padding {padding!r}; expected an int, 'same' or "
            "((top, bottom), (left, right))"
        ) from None
    if min(top, bottom, left, right) < 0:
        raise ValueError(f"{operation}: padding {padding!r} is negative")
    return ((top, bottom), (left, right))[axis]


def padded(xp, x, windows, value=0):
    """``x`` (N, H, W, C) with the windows' border of ``value``; ``x`` itself if there is none."""
    shape = padded_shape(windows, x.shape)
    if shape == x.shape:
        return x
    result = xp.full(shape, value, dtype=x.dtype) if value else xp.zeros(shape, dtype=x.dtype)
    without_padding(result, windows)[...] = x  # a view: what is written to it is written to result
    return result


def padded_shape(windows, shape):
    """The shape of images (N, H, W, C) with the windows' border."""
    images, height, width, channels = shape
    height += windows.top + windows.bottom
    width += windows.left + windows.right
    return images, height, width, channels


def without_padding(x, windows):
    """The inside of an array that `padded` made; a view."""
    bottom, right = x.shape[1] - windows.bottom, x.shape[2] - windows.right
    return x[:, windows.top : bottom, windows.left : right]


def tap(x, windows, i, j):
    """The pixel at row i, column j of every window of the padded ``x``: a view.

    Its shape is (N, rows, columns, C).
    """
    rows = slice(i, i + (windows.rows - 1) * windows.down + 1, windows.down)
    columns = slice(j, j + (windows.columns - 1) * windows.across + 1, windows.across)
    return x[:, rows, columns]


def taps(windows):
    """Every (row, column) inside a window, row by row."""
    return [(i, j) for i in range(windows.height) for j in range(windows.width)]


def rows_inside(windows, height):
    """For each row i of a window: which rows of windows have it inside the image, and where.

    Returns
    -------
    list of (i, some, pixels)
        Indices for arrays of windows (N, rows, ...) and of pixels (N, H, ...).
    """
    places = places_inside(windows.height, windows.down, windows.top, windows.rows, height)
    return [(i, (slice(None), some), (slice(None), pixels)) for i, some, pixels in places]


def columns_inside(windows, width):
    """The same for each column j, for arrays (N, rows, columns, ...) and (N, H, W, ...)."""
    places = places_inside(windows.width, windows.across, windows.left, windows.columns, width)
    both = (slice(None), slice(None))
    return [(j, (*both, some), (*both, pixels)) for j, some, pixels in places]


def places_inside(size, stride, before, count, length):
    """Along one axis, for each place in a window: the windows that have it inside the image.

    Yields triples (place, slice of windows, slice of pixels).
    """
    for place in range(size):
        # ⌈(before − place) / stride⌉: the first that is not before the image
        first = max(0, -((place - before) // stride))
        last = min(count - 1, (length - 1 + before - place) // stride)
        start, stop = first * stride + place - before, last * stride + place - before + 1
        if first <= last:
            yield place, slice(first, last + 1), slice(start, stop, stride)


def turned_windows(windows, x_shape):
    """Where the turned kernel lies on the output's gradient to give that of images ``x_shape``."""
    return windows._replace(
        top=windows.height - 1 - windows.top,
        bottom=windows.height - 1 - windows.bottom,
        left=windows.width - 1 - windows.left,
        right=windows.width - 1 - windows.right,
        rows=x_shape[1],
        columns=x_shape[2],
    )
