"""The conductance explorer: one page on which α moves, with every number computed beforehand.

`build_explorer` writes it. The page needs no server and no network; `explorer.html`, `explorer.css`
and the scripts beside them are put into it as they are, and so is what `data` computes.
"""

from .build import build_explorer

__all__ = ["build_explorer"]
