"""A picture that is drawn, so that a lesson needs no photo."""

import numpy as np


def drawn_picture(side):
    """An orange disc over a blue and green ground, so that lessons need no photo.

    Parameters
    ----------
    side : int
        Height and width in pixels.

    Returns
    -------
    numpy.ndarray
        float64, (1, side, side, 3): RGB from 0 to 1.
    """
    row, column = np.mgrid[0:side, 0:side] / (side - 1)
    disc = (row - 0.45) ** 2 + (column - 0.55) ** 2 < 0.1
    red = np.where(disc, 1.0, 0.2 * row)
    green = np.where(disc, 0.6 * column, 0.5 * row)
    blue = np.where(disc, 0.1, 0.9 - 0.5 * row)
    return np.stack([red, green, blue], axis=-1)[None]
