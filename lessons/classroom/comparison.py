"""The picture of a wrong answer: what was expected, what came, and the difference."""

import numpy as np

PANEL = 3.2  # inches across
FEW = 2  # numbers that a verdict says well enough without a picture
# a panel of more rows, or whose numbers would be smaller (points), has none
ROWS_WITH_NUMBERS, SMALLEST_PRINT = 8, 6.5
EXPECTED_MAP, DIFFERENCE_MAP, NOT_A_NUMBER = "cividis", "PuOr", "#B0B0B0"


def show(verdict):
    """Inside a lesson: save the picture of a wrong verdict, where both arrays are known."""
    if drawable(verdict):
        from ..figures import drawing as figures

        figures.save(draw(verdict), file_name(verdict))


def save(verdict, folder):
    """Save the picture of a verdict in a folder, or remove that of an earlier one.

    Parameters
    ----------
    verdict : lessons.classroom.checking.Verdict
    folder : pathlib.Path
        Made if missing.

    Returns
    -------
    pathlib.Path or None
    """
    path = folder / file_name(verdict)
    if not drawable(verdict):
        path.unlink(missing_ok=True)
        return None
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    figure = draw(verdict)
    figure.savefig(path, dpi=150)
    plt.close(figure)
    return path


def file_name(verdict):
    return f"check_{verdict.exercise}.png"


def drawable(verdict):
    """Whether both arrays are known, neither is empty or complex, and words would not do."""
    arrays = verdict.expected, verdict.got
    known = all(array is not None and array.size and array.dtype.kind != "c" for array in arrays)
    return known and max(array.size for array in arrays) > FEW


def draw(verdict):
    """Three panels: expected, yours (on one colour scale), and yours − expected.

    Parameters
    ----------
    verdict : lessons.classroom.checking.Verdict
        With ``expected`` and ``got``. Where their shapes differ, this stands in place of
        the difference. Of more than two axes the two longest are shown, at the place where
        the difference is largest.

    Returns
    -------
    matplotlib.figure.Figure
    """
    import matplotlib.pyplot as plt

    expected, got = (np.asarray(array, float) for array in (verdict.expected, verdict.got))
    same_shape = expected.shape == got.shape
    with np.errstate(all="ignore"):
        difference = got - expected if same_shape else None
    index = where_to_look(difference) if same_shape else None
    shown = [plane(expected, index), plane(got, index)]
    height = max(height_of(panel) for panel in shown)
    figure, axes = plt.subplots(1, 3, figsize=(3 * PANEL + 0.6, height), layout="constrained")
    finite = np.concatenate([panel[np.isfinite(panel)] for panel in shown])
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    for axis, panel, array, name in zip(axes, shown, (expected, got), ("expected", "yours")):
        draw_panel(axis, panel, EXPECTED_MAP, low, high)
        axis.set_title(f"{name}, {shape_in_words(array.shape)}", fontsize=10)
    if same_shape:
        panel = plane(difference, index)
        largest = np.abs(panel[np.isfinite(panel)]).max(initial=0.0) or 1.0
        draw_panel(axes[2], panel, DIFFERENCE_MAP, -largest, largest)
        axes[2].set_title("yours − expected", fontsize=10)
    else:
        told = f"No difference: the shapes differ.\n\nexpected {expected.shape}\nyours {got.shape}"
        axes[2].text(0.5, 0.5, told, ha="center", va="center", transform=axes[2].transAxes)
        axes[2].set_axis_off()
    part = f", the part {written(index)}" if index is not None and expected.ndim > 2 else ""
    figure.suptitle(f"{verdict.exercise}: {verdict.property}{part}", fontsize=11)
    return figure


def where_to_look(difference):
    """The index of the plane in which the difference is largest (or no number)."""
    if difference.ndim <= 2:
        return None
    off = np.where(np.isfinite(difference), np.abs(difference), np.inf)
    worst = np.unravel_index(np.argmax(off), off.shape)
    return plane_index(difference.shape, worst)


def plane_index(shape, at):
    """All of the two longest axes (of equal ones the later), on the others the place ``at``."""
    longest = np.argsort(shape, kind="stable")[-2:]
    return tuple(slice(None) if axis in longest else int(at[axis]) for axis in range(len(shape)))


def plane(array, index):
    """An array as rows and columns."""
    if array.ndim > 2:
        return array[
            plane_index(array.shape, np.zeros(array.ndim, int)) if index is None else index
        ]
    return np.atleast_2d(array)


def roomy(panel):
    """Whether cells can be squares: neither side is more than eight times the other."""
    return max(panel.shape) <= 8 * min(panel.shape)


def height_of(panel):
    """Inches for a panel with title and colour bar: cells are squares of an inch at most."""
    rows, columns = panel.shape
    high = min(1.2 * PANEL, PANEL * rows / columns, rows) if roomy(panel) else 1.4
    return max(high, 0.5) + (0.8 if print_size(panel) else 1.4)


def print_size(panel):
    """How large a panel's numbers can be written into its cells, in points; 0 if not at all."""
    longest = (
        max(len(number(value, panel)) for value in panel.flat) if panel.size <= 200 else panel.size
    )
    size = min(11.0, 72 * PANEL / panel.shape[1] / (0.68 * longest))
    return size if panel.shape[0] <= ROWS_WITH_NUMBERS and size >= SMALLEST_PRINT else 0


def number(value, panel):
    """A number with four digits, or with three where there are many."""
    return f"{value:.{4 if panel.shape[1] <= 4 else 3}g}".replace("-", "−")


def draw_panel(axis, panel, colours, low, high):
    """One array as cells: numbers if they are few, else a colour bar; grey is no number."""
    from matplotlib import colormaps

    if low == high:
        low, high = low - 0.5, high + 0.5
    colours = colormaps[colours].with_extremes(bad=NOT_A_NUMBER)
    values = np.where(np.isfinite(panel), panel, np.nan)
    image = axis.imshow(
        values,
        cmap=colours,
        vmin=low,
        vmax=high,
        aspect="equal" if roomy(panel) else "auto",
        interpolation="nearest",
    )
    axis.set_xticks([])
    axis.set_yticks([])
    size = print_size(panel)
    if not size:
        bar = axis.figure.colorbar(image, ax=axis, location="bottom", shrink=0.8, aspect=25)
        bar.set_ticks(
            [low, (low + high) / 2, high],
            labels=[f"{value:.3g}".replace("-", "−") for value in (low, (low + high) / 2, high)],
        )
        return
    for (row, column), value in np.ndenumerate(panel):
        red, green, blue, _ = image.to_rgba(values[row, column])
        ink = "black" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"
        axis.text(
            column, row, number(value, panel), ha="center", va="center", color=ink, fontsize=size
        )


def shape_in_words(shape):
    """``one number``, ``3 numbers``, or ``2 × 3``."""
    if len(shape) > 1:
        return " × ".join(map(str, shape))
    return f"{shape[0]} numbers" if shape and shape[0] != 1 else "one number"


def written(index):
    """An index as it stands in brackets: ``[0, :, :, 2]``."""
    return "[" + ", ".join(":" if isinstance(one, slice) else str(one) for one in index) + "]"
