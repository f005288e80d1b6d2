"""What lesson 4 draws and prints: which input touched which output; slopes at kinks; padding."""

import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg

from ..networks.small_grids import (
    IMAGE,
    SENTENCE,
    TABLE,
    TOKENS,
    VOCABULARY,
    WORD_PAIR,
)
from .drawing import save
from .grids import draw_arrow, draw_grid, frame, written

DASHED = {"linestyle": (0, (3, 2)), "linewidth": 1.6}
HEADINGS = "One y: ∂y/∂x for every x", "One x: ∂y/∂x of every y"
LEGEND = (
    "Small: the values of x and y. Large: ∂y/∂x where it is not 0. "
    "Heavy frame: the one y or x. Dashed: the window of y."
)
WORDS = {"embedding": (VOCABULARY, SENTENCE)}  # what the rows of x and of y are called
# of the one y, framed in the first panel; without a tie, which the lesson asks about later
WINDOWS = {"max pooling 2×2": ((3, 4), (5, 6))}
PLACES = {  # the one y and the one x to look at
    "convolution 3×3": ((1, 2), (2, 2)),
    "max pooling 2×2": ((3, 4), (2, 2)),
    "embedding": ((2, 1), (1, 1)),
}
NEAR, TIE = np.array([[3.0, 7.0], [6.0, 1.0]]), np.array([[3.0, 7.0], [7.0, 1.0]])


def jacobian(f, x):
    """∂y/∂x, shaped (*y, *x), by one backward sweep for each y; axes of length 1 are left out."""
    y, backward = mg.vjp(f, x)
    ones = np.eye(y.size).reshape(-1, *y.shape)
    rows = [backward(one)[0] for one in ones]
    return np.reshape(rows, y.data.squeeze().shape + x.squeeze().shape)


def draw_touch(convolve, pool, look_up):
    """One operation a row: every x for one y, that y; one x, every y for it.

    Parameters
    ----------
    convolve, pool : callable
        From a picture, (1, 6, 6, 1), to another.
    look_up : callable
        From a table to its rows.
    """
    picture = IMAGE.reshape(1, 6, 6, 1)
    operations = (convolve, picture), (pool, picture), (look_up, TABLE)
    figure, axes = plt.subplots(3, 4, figsize=(11, 8.8), layout="constrained")
    for panels, case, (f, x) in zip(axes, PLACES, operations):
        draw_operation(panels, case, x.squeeze(), f(mg.Tensor(x)).data.squeeze(), jacobian(f, x))
    axes[0, 0].set_title(HEADINGS[0], loc="left", fontsize=12)
    axes[0, 2].set_title(HEADINGS[1], loc="left", fontsize=12)
    figure.supxlabel(LEGEND, fontsize=10)
    save(figure, "04_which_input_touched_which_output.png")


def draw_operation(panels, case, x, y, J):
    """The four panels of one operation."""
    output, entry = PLACES[case]
    draw_grid(panels[0], x, J[output])
    draw_grid(panels[1], y)
    draw_grid(panels[2], x)
    draw_grid(panels[3], y, J[..., *entry])
    frame(panels[1], output, np.add(output, 1), linewidth=3)
    frame(panels[2], entry, np.add(entry, 1), linewidth=3)
    if case in WINDOWS:
        frame(panels[0], *WINDOWS[case], **DASHED)
    label_panels(panels, case, x.shape, y.shape)
    start = (x.shape[1] + 0.2, x.shape[0] / 2)  # right of x
    end = (-1.2 if case in WORDS else -0.2, y.shape[0] / 2)  # left of y, or of its words
    draw_arrow(panels[0], panels[1], start, end, "<|-")
    draw_arrow(panels[2], panels[3], start, end, "-|>")


def label_panels(panels, case, shape_x, shape_y):
    """The operation at the left; below each panel its array's shape, beside its rows the words."""
    shapes, words = (shape_x, shape_y) * 2, WORDS.get(case, ((), ())) * 2
    for panel, (rows, columns), what, labels in zip(panels, shapes, "xyxy", words):
        text = f"{what}, {rows} × {columns}"
        panel.text(columns / 2, rows + 0.15, text, ha="center", va="top", fontsize=10)
        for row, word in enumerate(labels):
            panel.text(-0.12, row + 0.5, word, ha="right", va="center", fontsize=9)
    look = {"rotation": 90, "va": "center", "ha": "right", "fontsize": 12}
    panels[0].annotate(case, (-0.03, 0.5), xycoords="axes fraction", **look)


def slopes(f, x, entry, h=2.0**-10):
    """(f(x + h) − f(x)) / h, (f(x) − f(x − h)) / h, and minigrad's ∂f/∂x, for one entry of x."""
    step = np.zeros(x.shape)
    step[entry] = h
    below, here, above = (f(mg.Tensor(moved)).item() for moved in (x - step, x, x + step))
    return (above - here) / h, (here - below) / h, jacobian(f, x)[entry]


def print_kinks():
    """The slopes to both sides, and minigrad's derivative, beside a tie and a kink and at them."""
    print("∂y/∂x of                   from the right   from the left   minigrad")
    for what, f, x, entry in (
        ("max(3, 7, 6, 1): the 7", mg.max, NEAR, (0, 1)),
        ("max(3, 7, 7, 1): first 7", mg.max, TIE, (0, 1)),
        ("max(3, 7, 7, 1): second 7", mg.max, TIE, (1, 0)),
        ("ReLU at 1", mg.relu, np.array(1.0), ()),
        ("ReLU at 0", mg.relu, np.array(0.0), ()),
    ):
        right, left, ours = slopes(f, x, entry)
        print(f"{what:26}{right:15g}{left:16g}{ours:11g}")


def print_padding():
    """Σ_x ∂F/∂x for F = Σ y, where y are the 3×3 maxima of negative pixels in a border."""
    x = mg.Tensor(-1 - IMAGE.reshape(1, 6, 6, 1), requires_grad=True)
    zeros = mg.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    for what, y in (
        ("0 ", mg.max_pool2d(zeros, 3, stride=1)),
        ("−∞", mg.max_pool2d(x, 3, stride=1, padding=1)),
    ):
        y.sum().backward()
        zero = f"{np.sum(y.data == 0):2} of {y.size} maxima are 0"
        print(f"a border of {what}: {zero}, and Σ ∂F/∂x = {x.grad.sum():g}")


def print_words(look_up):
    """What is refused of tokens; ∂F/∂y by word and ∂F/∂table, where F reads pairs of words."""
    try:
        mg.Tensor(TOKENS, requires_grad=True)
    except TypeError as error:
        print("tokens that want a gradient:", str(error).partition(". ")[0])
    table = mg.Tensor(TABLE, requires_grad=True)
    embedded = look_up(table).named("embedded")
    responses = mg.conv1d(embedded.reshape(1, 4, 3), WORD_PAIR[:, :, None])
    mg.relu(responses).sum().backward()
    for what, words, grad in (
        ("y", SENTENCE, embedded.grad),
        ("table", VOCABULARY, table.grad),
    ):
        rows = [f"{word} ({', '.join(map(written, row))})" for word, row in zip(words, grad)]
        print(f"∂F/∂{what}:", *rows, sep="  ")
