"""The pages of the study of classes: for each filter photos of the class and others, with maps."""

from ...explain.figures import draw_map, smoothed
from ...output.figures import new_figure, save

LINE = 24  # characters of a photo's title
CENTRED = {"ha": "center", "va": "center"}


def draw_class(title, rows, path):
    """Draw a page: a row for each filter, photos of the class on the left, others on the right.

    Parameters
    ----------
    title : str
    rows : list of (text, here, elsewhere)
        What stands beside the row, and two lists of (text, pixels, map); pixels and map are
        None for a photo that cannot be read.
    path : str or os.PathLike
    """
    columns = max(1, *(len(side) for row in rows for side in row[1:]))
    figure = new_figure((1.2 + 5.9 * columns, 0.9 + 1.8 * len(rows)))
    colours = "blue: for the photo's class, orange: against it"
    figure.suptitle(f"{title}, and where their conductance comes from ({colours})", fontsize=11)
    headings = ("photos of the class", "photos of other classes, each for its own class")
    for side, part, heading in zip((1, 2), figure.subfigures(1, 2), headings, strict=True):
        part.suptitle(f"{heading}, with the filter's conductance", fontsize=10)
        panels = part.subplots(len(rows), 2 * columns, squeeze=False)
        for line, row in zip(panels, rows, strict=True):
            for axes in line:
                axes.set_axis_off()
            for number, tile in enumerate(row[side]):
                draw_tile(line[2 * number], line[2 * number + 1], *tile)
            # Unseen on the right: both sides fit alike.
            shown = {"alpha": 1 if side == 1 else 0, "transform": line[0].transAxes}
            line[0].text(-0.14, 0.5, row[0], rotation=90, fontsize=9, **CENTRED, **shown)
    save(figure, path)


def draw_tile(photo, overlay, text, pixels, conductance_map):
    """A photo, and beside it where the filter gets its conductance from."""
    photo.set_title(text, fontsize=8, loc="left")
    if pixels is None:
        photo.text(0.5, 0.5, "cannot be read", fontsize=8, transform=photo.transAxes, **CENTRED)
        return
    photo.imshow(pixels)
    draw_map(overlay, pixels, smoothed(conductance_map))


def shortened(text):
    """A title that fits above a photo and its map."""
    return text if len(text) <= LINE else text[: LINE - 1] + "…"
