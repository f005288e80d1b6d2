"""The conductance explorer: the course's page on which α moves, of pictures it draws itself.

The page and what makes it are `models.explain.explorer`'s; `data` has what is the course's own.
"""

from .data import build_explorer

__all__ = ["build_explorer"]
