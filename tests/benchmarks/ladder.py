"""The smallest fixed number of steps under a completeness error, and a rival that needs one."""

from dataclasses import dataclass

import numpy as np

TOLERANCE = 0.01
LADDER = (10, 20, 35, 50, 75, 100, 150, 200, 300)


def smallest_rung(ladder, error, tolerance=TOLERANCE):
    """A number of the ladder with an error under the tolerance, whose lower neighbour's is not.

    By halving from the top. Where the error does not fall at every rung there can be
    several such numbers; this finds one of them.

    Parameters
    ----------
    ladder : sequence of int, increasing
    error : callable
        ``error(steps)``, the largest of all layers, as a fraction.
    tolerance : float

    Returns
    -------
    int or None
        None if the last rung is not enough.
    """
    if not error(ladder[-1]) < tolerance:
        return None
    # rungs known to fail, or below the ladder, and to be enough
    fails, enough = -1, len(ladder) - 1
    while enough - fails > 1:
        middle = (fails + enough) // 2
        if error(ladder[middle]) < tolerance:
            enough = middle
        else:
            fails = middle
    return ladder[enough]


@dataclass
class Comparison:
    """One photo.

    Attributes
    ----------
    photo : str
    points : int
        Path points that minigrad took.
    seconds, captum_seconds : float
    error, captum_error : float
        The largest completeness error of the nine layers, as a fraction.
    converged : bool
        What minigrad said of its own result.
    captum_steps : int
        The smallest of the ladder that is enough, or else the largest.
    captum_reached : bool
        Whether it is enough.
    """

    photo: str
    points: int
    seconds: float
    error: float
    converged: bool
    captum_steps: int
    captum_seconds: float
    captum_error: float
    captum_reached: bool

    @property
    def reached(self):
        """Whether minigrad got there, by the same measure as Captum."""
        return self.error < TOLERANCE

    @property
    def ratio(self):
        """Captum's time / ours; 0 if only Captum got there, None if neither did.

        At least that where Captum did not get there.
        """
        if self.reached:
            return self.captum_seconds / self.seconds
        return 0.0 if self.captum_reached else None

    @property
    def verdict(self):
        """The ratio in words."""
        if not self.reached:
            return "only Captum got there" if self.captum_reached else "neither got there"
        return f"{'' if self.captum_reached else 'at least '}{self.ratio:.2f}"

    def __str__(self):
        return (
            f"{self.photo}: ours {self.points} points, {self.seconds:.2f} s, "
            f"error {self.error:.2%}{'' if self.converged else ' (says: not converged)'}; "
            f"Captum {'' if self.captum_reached else 'not reached with '}{self.captum_steps} "
            f"steps, {self.captum_seconds:.2f} s, error {self.captum_error:.2%}; "
            f"Captum : ours {self.verdict}"
        )


def median_ratio(rows):
    """The median of Captum's time / ours; a lower bound of it where Captum did not get there.

    A photo on which only Captum got there counts as 0, one on which neither did is left
    out. None if there is nothing to take the median of.
    """
    ratios = [row.ratio for row in rows if row.ratio is not None]
    return float(np.median(ratios)) if ratios else None


def tables(rows):
    """The Markdown table as (title, header, lines)."""
    header = [
        "photo",
        "points",
        "seconds",
        "error",
        "converged",
        "Captum: steps",
        "seconds",
        "error",
        "Captum : ours",
    ]
    lines = []
    for row in rows:
        ours = [str(row.points), f"{row.seconds:.2f}", f"{row.error:.2%}"]
        ours.append("yes" if row.converged else "no")
        steps = f"{'' if row.captum_reached else 'not with '}{row.captum_steps}"
        theirs = [steps, f"{row.captum_seconds:.2f}", f"{row.captum_error:.2%}"]
        lines.append([row.photo, *ours, *theirs, row.verdict])
    yield (
        f"Time to a completeness error under {TOLERANCE:.0%} in all nine layers",
        header,
        [*lines, summary(rows)],
    )


def summary(rows):
    """The last line of the table: medians, and how many got there."""
    ours, theirs, ratio = (
        sum(row.reached for row in rows),
        sum(row.captum_reached for row in rows),
        median_ratio(rows),
    )
    seconds, captum_seconds = (
        float(np.median([getattr(row, name) for row in rows]))
        for name in ("seconds", "captum_seconds")
    )
    least = "" if all(row.captum_reached for row in rows) else "at least "
    return [
        *(
            "median",
            f"{np.median([row.points for row in rows]):.0f}",
            f"{seconds:.2f}",
            f"{ours} of {len(rows)} got there",
            "",
        ),
        *(
            f"{theirs} of {len(rows)} got there",
            f"{captum_seconds:.2f}",
            "",
            "none" if ratio is None else f"{least}{ratio:.2f}",
        ),
    ]
