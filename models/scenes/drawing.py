"""What the catalogue knows of a class: how to draw it, of which parts, and how large it is."""

from typing import Callable, NamedTuple


class Drawing(NamedTuple):
    """One class.

    Attributes
    ----------
    draw : callable
        `draw(pen, rng)`, with x from -width / 2 to width / 2, facing right, and y from 0, the foot,
        up to height.
    parts : tuple of str
    width, height : float
        About the object's extent; the larger is 1.
    """

    draw: Callable
    parts: tuple
    width: float
    height: float
