"""An array made small enough to be kept and looked at: whole, or its ends, norm and a picture."""

from dataclasses import dataclass

import numpy as np

from ...machine.backend import to_numpy

ALL = 64  # entries up to which an array is kept whole
FIRST = 8  # … and of a larger one so many
SIDE = 60  # rows and columns of a picture at most: 3600 entries
DIGITS = 6  # of a number on a page


@dataclass(frozen=True)
class Snapshot:
    """An array as it was at one step.

    Attributes
    ----------
    shape : tuple of int
    dtype : str
    values : numpy.ndarray or None
        All entries of a small array.
    first : numpy.ndarray
        The first entries of a large one.
    norm, low, high : float
        The Euclidean norm, the smallest and the largest entry; NaN where one is NaN.
    picture : numpy.ndarray of int8, two axes, or None
        A slice of a large array, in steps of ``unit``: -127 to 127; -128 is not finite.
    unit : float
    where : str
        Which slice that is.
    """

    shape: tuple
    dtype: str
    values: np.ndarray = None
    first: np.ndarray = None
    norm: float = 0.0
    low: float = 0.0
    high: float = 0.0
    picture: np.ndarray = None
    unit: float = 0.0
    where: str = ""


def snapshot(array, channel=None):
    """The `Snapshot` of an array.

    Parameters
    ----------
    array : array
    channel : int, optional
        Which entry of the last axis the picture is of, for three axes and more; the one with the
        largest entries unless told.
    """
    array = to_numpy(array)
    shape, dtype = array.shape, str(array.dtype)
    if array.size <= ALL:
        return Snapshot(shape, dtype, values=np.array(array))
    real = abs(array) if array.dtype.kind == "c" else array.astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        norm, low, high = float(np.linalg.norm(real)), float(real.min()), float(real.max())
    picture, where = slice_of(real, channel)
    unit = float(abs(picture[np.isfinite(picture)]).max(initial=0.0)) / 127
    steps = np.nan_to_num(picture / (unit or 1.0), nan=-128, posinf=-128, neginf=-128)
    picture = np.rint(steps).astype(np.int8)
    first = np.array(array.reshape(-1)[:FIRST])
    return Snapshot(shape, dtype, None, first, norm, low, high, picture, unit, where)


def slice_of(array, channel=None):
    """Two axes of an array, thinned out to at most `SIDE` rows and columns, and what they are."""
    index = []
    if array.ndim > 2:
        channel = strongest_channel(array) if channel is None else channel
        index = [*(0 for _ in range(array.ndim - 3)), ..., channel]
        array = array[tuple(index)]
    array = array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)
    thin = [-(-length // SIDE) for length in array.shape]
    shown = ", ".join(":" if part is ... else str(part) for part in index).replace(":", ":, :", 1)
    parts = [f"[{shown}]"] if index else []
    if max(thin) > 1:
        parts.append(f"every {ordinal(thin[0])}row, every {ordinal(thin[1])}column")
    return array[:: thin[0], :: thin[1]], ", ".join(parts)


def strongest_channel(array):
    """The last axis's index whose entries reach furthest from 0, in the first example."""
    sizes = abs(np.nan_to_num(array[0], posinf=0, neginf=0))
    return int(sizes.max(axis=tuple(range(sizes.ndim - 1)), initial=0).argmax())


def ordinal(count):
    """'' for every one, '3rd ' for every third."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(count % 10 if count // 10 % 10 != 1 else 0, "th")
    return "" if count == 1 else f"{count}{ending} "


def rounded(value):
    """A number to `DIGITS` significant digits; a word where JSON has none for it."""
    if isinstance(value, (bool, int)):
        return int(value)
    if isinstance(value, complex):
        return f"{value:.{DIGITS}g}"
    if not np.isfinite(value):
        return "NaN" if np.isnan(value) else "∞" if value > 0 else "−∞"
    return float(f"{value:.{DIGITS}g}") + 0.0  # never −0
