"""Puts the explorer's page together: template, style, scripts and data in one file."""

import json
from html import escape
from pathlib import Path
from string import Template

from minigrad import colours
from minigrad.weights import atomic_file

from .data import PICTURES, STEPS, explore

HERE = Path(__file__).resolve().parent
PAGE_FILE = "explorer.html"
SCRIPTS = ("charts.js", "pictures.js", "tables.js", "explorer.js")
MOST_BYTES = 8_000_000


def build_explorer(folder, pictures=PICTURES, steps=STEPS, home=None, progress=None):
    """Compute the explorer's numbers and write its page.

    Parameters
    ----------
    folder : str or os.PathLike
        Where ``explorer.html`` goes; made if missing.
    pictures, steps, progress
        As for `lessons.explorer.data.explore`.
    home : str, optional
        The address of the page that leads here, for a link back to the course.

    Returns
    -------
    pathlib.Path
        The page. The same arguments give the same bytes.

    Raises
    ------
    ValueError
        The page is too large to be opened at ease.
    """
    folder = Path(folder)
    page = page_of(explore(pictures, steps, progress), home).encode()
    if len(page) > MOST_BYTES:
        raise ValueError(
            f"the explorer is {len(page) / 1e6:.1f} MB; expected at most {MOST_BYTES / 1e6:.1f} "
            "MB: "
            f"take fewer than {len(list(pictures))} pictures, or fewer than {steps} steps"
        )
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_file(folder / PAGE_FILE) as file:
        file.write(page)
    return folder / PAGE_FILE


def page_of(data, home=None):
    """The page as text.

    Parameters
    ----------
    data : dict
        As `lessons.explorer.data.explore` gives it.
    home : str, optional

    Returns
    -------
    str
    """
    names = "BLUE", "SKY", "VERMILION", "ORANGE", "GREEN"
    palette = " ".join(f"--{name.lower()}: {getattr(colours, name)};" for name in names)
    scripts = "\n".join(f"<script>\n{read(name)}</script>" for name in SCRIPTS)
    link = f'<p><a href="{escape(home)}">Back to the course</a></p>' if home else ""
    # "</" would end the element that holds the data.
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace(
        "</", "<\\/"
    )
    style = f":root {{ {palette} }}\n{read('explorer.css')}"
    return Template(read(PAGE_FILE)).substitute(style=style, data=text, scripts=scripts, home=link)


def read(name):
    """A file beside this one."""
    return (HERE / name).read_text(encoding="utf-8")
