"""What all figures have in common: their colours, where they can be written, how that is done."""

import warnings
from pathlib import Path

from minigrad.colours import BLUE, DARK_GREY, VERMILION

from .destination import check_destination

__all__ = ["BLUE", "GREY", "ORANGE", "check_figure_path", "new_figure", "save"]

ORANGE, GREY = VERMILION, DARK_GREY  # the darker ones: they stand on white, also as text
FORMATS = (".png", ".svg", ".pdf")


def check_figure_path(path):
    """Raise a ValueError unless a figure can be drawn and written there."""
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise ValueError(
            f"{path}: figures are written as {', '.join(FORMATS)}; "
            "give the file one of these endings"
        )
    check_destination(path)
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise ValueError("drawing needs matplotlib: pip install -e '.[lessons]'") from None


def new_figure(size):
    """A figure that needs no window."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure, path):
    """Write a figure; a sign that the font does not have is drawn as a box, without a warning."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        figure.savefig(path, dpi=110)
