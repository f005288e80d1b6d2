"""Puts an explorer's page together: template, style, scripts and data in one file."""

import json
from html import escape
from pathlib import Path
from string import Template

from minigrad import colours
from minigrad.weights import atomic_file

from ...output.destination import check_destination

HERE = Path(__file__).resolve().parent
SCRIPTS = ("charts.js", "pictures.js", "tables.js", "page.js")
ENDINGS = (".html", ".htm")
MOST_BYTES = 8_000_000


def check_page_path(path):
    """Raise a ValueError unless a page can be written there."""
    path = Path(path)
    if path.suffix.lower() not in ENDINGS:
        raise ValueError(f"{path}: the page is a web page; give the file the ending .html")
    check_destination(path)


def write_page(path, data, title, home=None):
    """Write an explorer's page.

    Parameters
    ----------
    path : str or os.PathLike
        Replaced if it is there, once the page is whole.
    data, title, home
        As for `page_of`. The same give the same bytes.

    Raises
    ------
    ValueError
        The page is too large to be opened at ease.
    """
    page = page_of(data, title, home).encode()
    if len(page) > MOST_BYTES:
        raise ValueError(
            f"the page would be {len(page) / 1e6:.1f} MB; expected at most "
            f"{MOST_BYTES / 1e6:.1f} MB: take fewer points on the path, or fewer pictures"
        )
    with atomic_file(path) as file:
        file.write(page)


def page_of(data, title, home=None):
    """The page as text.

    Parameters
    ----------
    data : dict
        Of strings, numbers, lists and dicts only, as JSON can hold them: ``network``, ``layers``,
        ``kind`` and ``rule`` (see `numbers.kind_and_rule`), ``colours``, and ``pictures``, each
        with its ``classes``, which `numbers.class_numbers` makes.
    title : str
        Any text.
    home : str, optional
        The address of the page that leads here, for a link back.

    Returns
    -------
    str
    """
    names = "BLUE", "SKY", "VERMILION", "ORANGE", "GREEN"
    palette = " ".join(f"--{name.lower()}: {getattr(colours, name)};" for name in names)
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Template(read("page.html")).substitute(
        title=escape(title),
        kind=data["kind"],
        style=f":root {{ {palette} }}\n{read('page.css')}",
        home=f'<p><a href="{escape(home)}">Back to the course</a></p>' if home else "",
        data=text.replace("<", "\\u003c"),  # no tag begins or ends in it
        scripts="\n".join(f"<script>\n{read(name)}</script>" for name in SCRIPTS),
    )


def read(name):
    """A file beside this one."""
    return (HERE / name).read_text(encoding="utf-8")
