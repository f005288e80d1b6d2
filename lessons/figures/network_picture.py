"""The embedded Inception as a picture: its layers, one block opened, one filter and one unit."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Polygon, Rectangle

from models.inception.specifications import Mixed

from .drawing import BLACK, BLUE, GREY, ORANGE, VERMILION, save

HALVED = "mixed3b", "mixed4b"  # after these a max pooling halves rows and columns
BLOCK, FILTER, ROW, COLUMN = "mixed4a", 60, 4, 3  # what is opened, and the unit that is marked
SLANT = np.array([0.62, 0.42])  # where a box goes for one unit of its depth
FACE, SIDES, OPENED = "#E8F1F8", "#C9DDEB", "#FBE3CC"
ALT = (
    "Above, the network from the picture to the probabilities, each array as a box with its shape. "
    "Below, the block mixed4a opened into its four branches; its array as a box in which one "
    "filter is a slice, one position a rod, one unit where they cross; and that filter's 8 × 8 "
    "numbers for the drawn sailboat."
)


def draw_network(model, picture, tensors):
    """The network, a block, and a unit of it.

    Parameters
    ----------
    model : models.inception.Inception
    picture : numpy.ndarray
        (64, 64, 3), as people see it.
    tensors : dict of str to minigrad.Tensor
        The five blocks' arrays for that picture.
    """
    figure = plt.figure(figsize=(11, 7), layout="constrained")
    parts = [["chain"] * 3, ["block", "unit", "slice"]]
    axes = figure.subplot_mosaic(parts, height_ratios=(1, 1.75), width_ratios=(1.25, 1.2, 0.8))
    titles = (
        "From the picture to the probabilities: every box is an array",
        f"The block {BLOCK}, opened: four branches",
        f"Its array, {written(tensors[BLOCK].shape[1:])}",
        f"Filter {FILTER}: its 64 units for this picture",
    )
    for axis, title in zip(axes.values(), titles):
        axis.set_title(title, loc="left", fontsize=10.5)
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set_visible(False)
    draw_chain(axes["chain"], model, picture, {name: y.shape for name, y in tensors.items()})
    draw_block(axes["block"], model)
    draw_unit(axes["unit"])
    draw_slice(axes["slice"], tensors[BLOCK].data[0, :, :, FILTER])
    save(figure, "03_the_embedded_inception.png", ALT)


def written(shape):
    """8 × 8 × 112."""
    return " × ".join(map(str, shape))


# ---- above: the chain ----


def draw_chain(axis, model, picture, shapes):
    """Boxes from left to right; their faces shrink as the side does, depth goes with filters."""
    stem = shapes["mixed3a"][1:3] + (model.mixed3a.conv1x1.weight.shape[2],)
    boxes = [("picture", picture.shape), ("the stem", stem)]
    boxes += [(name, shape[1:]) for name, shape in shapes.items()]
    left, middle = 0.0, 0.0
    for name, shape in boxes:
        side, depth = 0.16 * shape[0] ** 0.55, 0.006 * shape[2]
        corner = np.array([left, middle - side / 2])
        colour = OPENED if name == BLOCK else FACE
        draw_box(axis, corner, (side, side), depth, colour)
        if name == "picture":
            extent = (left, left + side, corner[1], corner[1] + side)
            axis.imshow(picture, extent=extent, zorder=3)
        width = side + depth * SLANT[0]
        text = f"{name}\n{written(shape)}"
        axis.text(left + width / 2, -0.95, text, ha="center", va="top", fontsize=8.5)
        left += max(width, 0.85) + 0.42
        next_arrow(axis, left - 0.36, 0.28)
        if name in HALVED:
            axis.text(left - 0.22, -0.1, "max\npool", ha="center", va="top", fontsize=7)
    for text in (
        "average of\npositions\n144",
        "scores\n(logits)\n20",
        "softmax:\nprobabilities\n20",
    ):
        axis.text(left + 0.45, 0, text, ha="center", va="center", fontsize=8.5)
        left += 1.4
        if "softmax" not in text:
            next_arrow(axis, left - 0.42, 0.28)
    axis.set(xlim=(-0.1, left - 0.35), ylim=(-1.5, 1.0), aspect="equal")


def next_arrow(axis, start, length):
    """An arrow to the next box."""
    look = {"arrowstyle": "-|>", "color": BLACK, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0}
    axis.annotate("", (start + length, 0), (start, 0), arrowprops=look)


def draw_box(axis, corner, size, depth, colour, **look):
    """A box: its front from a lower left corner on, and two sides that go back."""
    width, height = size
    back = depth * SLANT
    a, b = np.array(corner), np.array(corner) + (width, 0)
    c, d = b + (0, height), a + (0, height)
    look = {"edgecolor": GREY, "linewidth": 0.8} | look
    for corners, shade in (
        ((b, c, c + back, b + back), SIDES),
        ((d, c, c + back, d + back), SIDES),
    ):
        axis.add_patch(Polygon(corners, facecolor=shade, **look))
    axis.add_patch(Rectangle(a, width, height, facecolor=colour, **look))


# ---- below, left: the block ----


def draw_block(axis, model):
    """Four branches from the block's input to its output, with the filters of each."""
    spec = next(step for step in model.specification.body if step.name == BLOCK)
    assert isinstance(spec, Mixed)
    columns = (
        (f"1×1\n{spec.conv1x1}",),
        (f"1×1\n{spec.bottleneck3x3}", f"3×3\n{spec.conv3x3}"),
        (f"1×1\n{spec.bottleneck5x5}", f"5×5\n{spec.conv5x5}"),
        ("max pool\n3×3", f"1×1\n{spec.pool_reduce}"),
    )
    inputs = getattr(model, BLOCK).conv1x1.weight.shape[2]
    bar(axis, 0, f"input, 8 × 8 × {inputs}", FACE)
    bar(axis, 3, f"side by side: 8 × 8 × {spec.channels}", OPENED)
    for place, steps in enumerate(columns):
        heights = (1.5,) if len(steps) == 1 else (1, 2)
        stops = [0.28, *(height for height in heights), 2.72]
        for step, height in zip(steps, heights):
            box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": BLUE}
            axis.text(place, height, step, ha="center", va="center", fontsize=9, bbox=box, zorder=3)
        for low, high in zip(stops, stops[1:]):
            near = 0.0 if low == 0.28 else 0.3
            far = 0.0 if high == 2.72 else 0.3
            look = {"arrowstyle": "-|>", "color": BLACK, "shrinkA": 0, "shrinkB": 0}
            axis.annotate("", (place, high - far), (place, low + near), arrowprops=look)
    axis.set(xlim=(-0.6, 3.6), ylim=(-0.45, 3.4))


def bar(axis, height, text, colour):
    """A wide box across all four branches."""
    corner = (-0.5, height - 0.25)
    axis.add_patch(Rectangle(corner, 4, 0.5, facecolor=colour, edgecolor=GREY))
    axis.text(1.5, height, text, ha="center", va="center", fontsize=9.5)


# ---- below, right: the unit ----


def draw_unit(axis, side=8, depth=6.0):
    """The block's array: a slice is a filter, a rod a position, where they cross is a unit."""
    back = depth * SLANT
    draw_box(axis, (0, 0), (side, side), depth, "white")
    for k in range(1, side):
        axis.plot([k, k], [0, side], color=GREY, linewidth=0.4)
        axis.plot([0, side], [k, k], color=GREY, linewidth=0.4)
    place = np.array([COLUMN, side - 1 - ROW])
    shift = back * 60 / 112
    slice_ = np.array([(0, 0), (side, 0), (side, side), (0, side)]) + shift
    axis.add_patch(Polygon(slice_, facecolor=ORANGE, alpha=0.45, edgecolor=ORANGE, linewidth=1.5))
    rod(axis, place, place + back)
    cell = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) + place + shift
    axis.add_patch(Polygon(cell, facecolor=VERMILION, edgecolor=BLACK, linewidth=1.2, zorder=5))
    label(axis, "one filter:\na slice", slice_[2] - (0.4, 0.5), (side + 5.7, side + 0.1))
    label(axis, "one position:\na rod", place + (0.5, 0.5), (1.5, -1.6))
    label(axis, "one unit", cell[1] + (0, 0.5), (side + 5.3, 1.6))
    axis.text(-0.4, side / 2, "8 rows", rotation=90, ha="right", va="center", fontsize=9)
    axis.text(side - 2.2, -0.4, "8 columns", ha="center", va="top", fontsize=9)
    middle = np.array([0, side]) + back / 2
    axis.text(middle[0] - 0.4, middle[1] + 0.3, "112 filters", ha="right", fontsize=9)
    axis.set(xlim=(-1.6, side + 7.4), ylim=(-3.2, side + 3.4), aspect="equal", anchor="N")


def rod(axis, start, end):
    """A square rod from a cell of the front to the same cell of the back."""
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    front, behind = corners + start, corners + end
    hull = [front[0], front[1], behind[1], behind[2], behind[3], front[3]]
    axis.add_patch(Polygon(hull, facecolor=BLUE, alpha=0.35, edgecolor=BLUE, zorder=4))
    axis.add_patch(Polygon(front, facecolor=BLUE, alpha=0.6, edgecolor=BLUE, zorder=4))


def label(axis, text, target, place):
    """What a part is called, with a line to it."""
    look = {"arrowstyle": "-", "color": BLACK, "linewidth": 1, "shrinkB": 0}
    axis.annotate(text, target, place, arrowprops=look, fontsize=9.5, ha="center", va="center",
                  zorder=6)  # fmt: skip


def draw_slice(axis, units):
    """One filter's numbers as shades, the marked unit framed."""
    axis.imshow(units, cmap="cividis")
    axis.set_anchor("N")
    middle = units.max() / 2
    for (row, column), value in np.ndenumerate(units):
        colour = "white" if value < middle else "black"
        axis.text(column, row, f"{value:.0f}", color=colour, ha="center", va="center", fontsize=8.5)
    look = {"fill": False, "edgecolor": VERMILION, "linewidth": 2.5}
    axis.add_patch(Rectangle((COLUMN - 0.5, ROW - 0.5), 1, 1, **look))
    axis.set_xlabel(f"framed: row {ROW}, column {COLUMN}", fontsize=9)
