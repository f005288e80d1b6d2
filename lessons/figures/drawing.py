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
        A file name with its ending, for example ``"08_main.png"``.
    alt : str, optional
        What the figure shows, for people who do not see it; kept in the file. Unless told,
        its titles and axes, see `described`.

    Returns
    -------
    pathlib.Path
    """
    path = output_folder() / name
    figure.savefig(path, dpi=150, metadata={ALTERNATIVE_TEXT: alt or described(figure)})
    print(f"figure: {path}")
    return path


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


# Drawn from the back to the front: large hollow markers behind small ones, so that all stay
# visible.
NESTED = (
    ("o", 15, BLUE),
    ("s", 11, ORANGE),
    ("^", 9, GREEN),
    ("D", 5, VERMILION),
    ("v", 3, PURPLE),
)
RULE_STYLES = {
    "left": ("o", ORANGE),
    "trapezoid": ("s", PURPLE),
    "midpoint": ("^", GREEN),
    "gauss_legendre": ("D", BLUE),
}


def draw_slopes(axis, result, layers, title):
    """Σ_y ∂F/∂y · dy/dα of up to five layers along the path, as nested markers.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    result : minigrad.attribution.Attribution
    layers : sequence of str
    title : str
    """
    for name, (marker, size, colour) in zip(layers, NESTED):
        slopes = result.along.layer_slope[name][:, 0]
        axis.plot(
            result.along.alpha,
            slopes,
            marker,
            markersize=size,
            fillstyle="none",
            color=colour,
            label=name,
        )
    axis.set_ylim(bottom=min(0, axis.get_ylim()[0]))
    axis.legend(frameon=False, labelspacing=0.7, loc="lower right")
    tidy(axis, title, "α (0: baseline, 1: picture)", "Σ_y ∂F/∂y · dy/dα (score per unit of α)")


def draw_totals(axis, result, layers, title, parts=None):
    """One bar a layer, under some layers their parts end to end, and a line at F(x) − F(x′).

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    result : minigrad.attribution.Attribution
    layers : sequence of str
    title : str
    parts : dict of str to dict of str to str, optional
        For a layer, what to call its branches and the tensors that they are.
    """
    rows = []
    for name in layers:
        rows.append((name, 0.0, result.total(name)[0], BLUE))
        end = 0.0
        for label, tensor in (parts or {}).get(name, {}).items():
            value = result.total(tensor)[0]
            rows.append((f"{label} branch", end, value, ORANGE))
            end += value
    ends = [0.0] + [start + width for _, start, width, _ in rows]
    low, high = min(ends), max(ends)
    for row, (_, start, width, colour) in enumerate(rows):
        axis.barh(row, width, left=start, color=colour, height=0.7)
        axis.text(high + 0.03 * (high - low), row, f"{width:+.4f}".replace("-", "−"), va="center")
    difference = result.difference[0]
    axis.plot([difference, difference], [-0.55, len(rows) - 0.4], "k--")
    axis.text(difference, -0.8, f"F(x) − F(x′) = {difference:.4f}", ha="center")
    axis.set_yticks(range(len(rows)), [label for label, *_ in rows])
    axis.set(xlim=(low, high + 0.2 * (high - low)), ylim=(len(rows) - 0.4, -1.2))
    tidy(axis, title, "total conductance (score, before the softmax)")


def draw_residuals(axis, title, residuals, steps):
    """Relative residuals against steps, one line a rule, between guides of order 1 and 2.

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    title : str
    residuals : dict of str to sequence of float
        By the rule's name.
    steps : numpy.ndarray of int
    """
    start = 1.5 * max(values[0] for values in residuals.values())
    for power, text in ((1, "1 / steps"), (2, "1 / steps²")):
        guide = start * (steps[0] / steps) ** power
        axis.loglog(steps, guide, ":", color=GREY)
        axis.annotate(
            text,
            (steps[-1], guide[-1]),
            (4, 0),
            textcoords="offset points",
            color=GREY,
            va="center",
        )
    for rule, values in residuals.items():
        marker, colour = RULE_STYLES[rule]
        shown = np.maximum(values, np.finfo(float).eps / 2)  # 0 has no logarithm
        axis.loglog(
            steps, shown, marker=marker, markersize=4, linewidth=1.2, color=colour, label=rule
        )
    axis.set_xlim(right=2.5 * steps[-1])
    lowest = min(min(values) for values in residuals.values())
    if lowest < 1e-12:
        axis.annotate(
            "rounding",
            (steps[-1], max(lowest, 1e-16)),
            (0, 8),
            textcoords="offset points",
            color=GREY,
            ha="right",
        )
    corner = (
        {"loc": "lower right", "bbox_to_anchor": (1, 0.13)}
        if lowest < 1e-12
        else {"loc": "upper right"}
    )
    axis.legend(frameon=False, **corner)
    tidy(axis, title, "steps", "|total − (F(x) − F(x′))| / |F(x) − F(x′)|")
