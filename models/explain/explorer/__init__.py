"""The explorer: one page on which α moves, with every number computed beforehand.

`numbers` makes of an attribution what the page shows, `maps` where in the picture it comes from,
`build` puts both into `page.html` with its scripts and its style. `photo` is the page for one
picture of one's own; the course has one for its drawn pictures, `lessons.explorer`.
"""

from .build import check_page_path, page_of, write_page

__all__ = ["check_page_path", "page_of", "write_page"]
