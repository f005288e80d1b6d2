"""What the lessons draw with: colours, a drawn picture, the folder for figures."""

import os
from pathlib import Path

import numpy as np

from minigrad.colours import (  # noqa: F401 (for the lessons too)
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
)
from models import scenes
from models.explain.figures import for_and_against  # noqa: F401 (for the lessons too)

OUTPUT_VARIABLE = "MINIGRAD_LESSONS_OUT"
FIGURE = "figure: "  # what `save` prints before a figure's path
ALTERNATIVE_TEXT = "Description"  # the key of a PNG file's metadata


def output_folder():
    """Where figures go: $MINIGRAD_LESSONS_OUT, or ``minigrad-lessons`` here; made if missing."""
    folder = Path(os.environ.get(OUTPUT_VARIABLE) or "minigrad-lessons")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def save(figure, name, alt=None):
    """Save a Matplotlib figure as ``name`` in the output folder, and print where.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    name : str
        A file name with its ending, for example ``"11_main.png"``.
    alt : str, optional
        What the figure shows, for people who do not see it; kept in the file. Unless told,
        its titles and axes, see `described`.

    Returns
    -------
    pathlib.Path
    """
    path = output_folder() / name
    figure.savefig(path, dpi=150, metadata={ALTERNATIVE_TEXT: alt or described(figure)})
    print(f"{FIGURE}{path}")
    return path


def text_and_figures(lines):
    """Lines cut where a figure was saved: pairs (is a figure, its path or the text)."""
    text = []
    for line in [*lines, FIGURE]:
        if not line.startswith(FIGURE):
            text.append(line)
            continue
        shown = "\n".join(text).strip("\n")
        if shown.strip():
            yield False, shown
        text = []
        if line != FIGURE:
            yield True, line.removeprefix(FIGURE)


def alternative_text(path):
    """What `save` wrote into a figure for people who do not see it; "" in others' pictures."""
    from PIL import Image

    with Image.open(path) as image:
        return image.info.get(ALTERNATIVE_TEXT, "")


def described(figure):
    """'Figure of 2 panels. F along the path: score against α. …': titles and axes' labels.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    str
        One line; what several panels have in common is said once.
    """
    panels = [axis for axis in figure.axes if axis.get_label() != "<colorbar>"]
    said = [
        f"Figure of {len(panels)} panels" if len(panels) > 1 else "Figure",
        figure.get_suptitle(),
    ]
    for axis in figure.axes:
        title = axis.get_title("left") or axis.get_title("center") or axis.get_title("right")
        against = " against ".join(filter(None, [axis.get_ylabel(), axis.get_xlabel()]))
        said.append(": ".join(filter(None, [title, against])))
    said.append(figure.get_supxlabel())
    sentences = dict.fromkeys(f"{' '.join(one.split()).rstrip('.')}." for one in said if one)
    return " ".join(sentences)


def tidy(axis, title, xlabel="", ylabel=""):
    """Title and labels of one panel, and no box around it."""
    axis.set_title(title, loc="left", fontsize=11)
    axis.set_xlabel(xlabel)
    axis.set_ylabel(ylabel)
    axis.spines[["top", "right"]].set_visible(False)


def mask_of(scene):
    """Where a drawn scene's object is visible, (side, side) of bool."""
    return np.any([scene.mask(part) for part in scenes.PARTS[scene.name]], axis=0)
