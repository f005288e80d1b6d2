"""Pictures and maps as an explorer's page holds them: whole numbers of 8 bits, in base64."""

import base64

import numpy as np

from .numbers import rounded

# What is finer is summed in blocks: single pixels are hard to see.
MOST_CELLS, LEAST_PIXELS = 32, 4  # along a side: cells of a map, pixels of the picture in a cell


def place_map(values):
    """A filter's map by position (Eq. 3), if its layer has positions in rows and columns.

    Parameters
    ----------
    values : numpy.ndarray, shape (rows, columns) or another
        The conductance of the filter's units.

    Returns
    -------
    dict
        Empty for a layer without such positions, else ``{"places": grid}``.
    """
    return {"places": grid(values)} if values.ndim == 2 and values.size > 1 else {}


def pixel_map(values):
    """A filter's map by pixel (Eq. 2), an array (height, width): ``{"pixels": grid}``."""
    return {"pixels": grid(values, LEAST_PIXELS)}


def grid(values, least=1):
    """A map as whole numbers from −127 to 127.

    Parameters
    ----------
    values : numpy.ndarray, shape (height, width)
    least : int
        How many entries along a side make a cell, at least.

    Returns
    -------
    dict
        ``rows`` and ``columns`` of cells; ``block``, how many entries along a side make a cell,
        which has their sum; ``height`` and ``width`` in entries; ``values``, and the ``unit``
        that one of them counts.
    """
    block = max(least, -(-max(values.shape) // MOST_CELLS))
    cells = in_blocks(values, block)
    unit = float(np.abs(cells).max()) / 127
    steps = np.rint(cells / unit) if unit else np.zeros_like(cells)
    return {
        "rows": cells.shape[0],
        "columns": cells.shape[1],
        "block": block,
        "height": values.shape[0],
        "width": values.shape[1],
        "unit": rounded(unit),
        "values": packed(steps.astype(np.int8)),
    }


def in_blocks(values, block):
    """The sums over blocks of ``block`` × ``block``; the last ones may be smaller."""
    rows = np.add.reduceat(values, np.arange(0, values.shape[0], block), axis=0, dtype=np.float64)
    return np.add.reduceat(rows, np.arange(0, values.shape[1], block), axis=1)


def picture(pixels):
    """A picture, uint8 (height, width, 3), as the page holds it."""
    return {"height": pixels.shape[0], "width": pixels.shape[1], "pixels": packed(pixels)}


def packed(array):
    """The bytes of an array of 8-bit whole numbers, row after row, in base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
