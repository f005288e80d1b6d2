"""How the studies' figures show the measures: each by one colour and mark, its name beside it."""

import numpy as np

from minigrad.colours import BLACK, GREEN, PURPLE, SKY

from ..output.figures import BLUE, GREY, ORANGE

COLOURS = {
    "conductance": BLUE,
    "activation": GREEN,
    "gradient × activation": ORANGE,
    "internal influence": PURPLE,
    "gradient × (y − y′)": BLACK,
    "influence × (y − y′)": PURPLE,
    "layer integrated gradients": SKY,
    "random order": GREY,
}
MARKS = {
    "conductance": "o",
    "activation": "s",
    "gradient × activation": "D",
    "internal influence": "^",
    "gradient × (y − y′)": "X",
    "influence × (y − y′)": "P",
    "layer integrated gradients": "p",
    "random order": "v",
}


def name_lines(axes, heights, apart, said=None):
    """Write each measure's name to the right of the axes, as near to its line's end as it goes.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    heights : dict of str to float
        Where each line ends, in the units of the axis.
    apart : float
        How far apart two names stand at least, in the same units.
    said : dict of str to str, optional
        What is written instead of the name.
    """
    ascending = sorted(heights, key=heights.get)
    beside = {"xytext": (6, 0), "textcoords": "offset points", "va": "center"}
    for name, height in zip(ascending, spread_out(sorted(heights.values()), apart)):
        axes.annotate(
            said[name] if said else name,
            (1, height),
            xycoords=("axes fraction", "data"),
            annotation_clip=False,
            color=COLOURS[name],
            fontsize=9,
            **beside,
        )


def spread_out(heights, apart):
    """Ascending heights moved as little as it takes for neighbours to be ``apart``.

    Those that crowd share their middle.
    """
    lowered = np.asarray(heights) - apart * np.arange(len(heights))  # these only have to ascend
    groups = []  # (sum, members) of neighbours that share one value
    for value in lowered:
        groups.append((value, 1))
        while len(groups) > 1 and groups[-2][0] / groups[-2][1] > groups[-1][0] / groups[-1][1]:
            total, members = groups.pop()
            groups[-1] = (groups[-1][0] + total, groups[-1][1] + members)
    shared = [total / members for total, members in groups for _ in range(members)]
    return np.array(shared) + apart * np.arange(len(heights))
