"""What *time to accuracy* finds on one photo, and the tables of all photos."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Rival:
    """A rival on one photo, at one tolerance.

    Attributes
    ----------
    rule : str
    steps : int
        The smallest number of the ladder that is enough, or else the largest.
    reached : bool
        Whether it is enough.
    error : float
        The true relative error of the worst layer's filters.
    seconds : float
    """

    rule: str
    steps: int
    reached: bool
    error: float
    seconds: float

    def cells(self):
        """Steps, error and seconds as a table has them."""
        steps = f"{'' if self.reached else 'not with '}{self.steps}"
        return [steps, f"{self.error:.1%}", f"{self.seconds:.1f}"]


@dataclass
class Comparison:
    """One photo at one tolerance.

    Attributes
    ----------
    photo : str
    tolerance : float
    apart : float
        How far the two references are from each other, of the worst layer.
    points : int
        That minigrad took.
    seconds : float
    error, estimate : float
        The true relative error of the worst layer's filters, and what minigrad says of it.
    within : float
        The share of all filters whose true error is at most twice their own estimate.
    converged : bool
        What minigrad says of its own result.
    captum, careful : Rival
        Captum, and a careful PyTorch with the fastest of the rules that people use.
    same : Rival
        The careful PyTorch with our points and our rule.
    """

    photo: str
    tolerance: float
    apart: float
    points: int
    seconds: float
    error: float
    estimate: float
    within: float
    converged: bool
    captum: Rival
    careful: Rival
    same: Rival

    @property
    def reached(self):
        """Whether minigrad is within the tolerance in truth."""
        return self.error <= self.tolerance

    def ratio(self, who):
        """A rival's time / ours; at least that where it did not get there.

        0 if only the rival got there, None if neither did.
        """
        rival = getattr(self, who)
        if self.reached:
            return rival.seconds / self.seconds
        return 0.0 if rival.reached else None

    def verdict(self, who):
        """The ratio in words."""
        if not self.reached:
            return "only the rival got there" if self.ratio(who) == 0 else "neither got there"
        least = "" if getattr(self, who).reached else "at least "
        return f"{least}{self.ratio(who):.1f}"

    def __str__(self):
        rivals = "; ".join(
            f"{who} ({rival.rule}) {' '.join(rival.cells())} s, {self.verdict(who)} times ours"
            for who, rival in rivals_of(self)
        )
        return (
            f"{self.photo} at {self.tolerance:.0%}: ours {self.points} points, "
            f"{self.seconds:.2f} s, error {self.error:.2%}, said {self.estimate:.2%}, "
            f"{self.within:.1%} of the filters within twice theirs"
            f"{'' if self.converged else ' (says: not converged)'}; {rivals}"
        )


RIVALS = ("captum", "careful", "same")


def rivals_of(row):
    """(who, `Rival`) of a photo, one after another."""
    return [(who, getattr(row, who)) for who in RIVALS]


def median_ratio(rows, who):
    """The median of a rival's time / ours: a lower bound where the rival did not get there.

    A photo on which only the rival got there counts as 0, one on which neither did is left
    out. None if there is nothing to take the median of.
    """
    ratios = [ratio for row in rows if (ratio := row.ratio(who)) is not None]
    return float(np.median(ratios)) if ratios else None


HEADER = [
    *("photo", "points", "seconds", "error", "estimate", "within twice"),
    *("Captum: steps", "error", "seconds", "Captum : ours"),
    *("careful PyTorch: rule", "steps", "error", "seconds", "careful : ours"),
    *("our points, PyTorch: seconds", "PyTorch : ours"),
]


def tables(rows):
    """A Markdown table for each tolerance as (title, header, lines)."""
    for tolerance in sorted({row.tolerance for row in rows}, reverse=True):
        photos = [row for row in rows if row.tolerance == tolerance]
        title = f"Time to a true error of at most {tolerance:.0%} in the filters of every layer"
        yield title, HEADER, [*map(line, photos), summary(photos)]


def line(row):
    """The cells of one photo."""
    ours = [str(row.points), f"{row.seconds:.2f}", f"{row.error:.2%}", f"{row.estimate:.2%}"]
    ours.append(f"{row.within:.1%}")
    captum = [*row.captum.cells(), row.verdict("captum")]
    careful = [row.careful.rule, *row.careful.cells(), row.verdict("careful")]
    same = [f"{row.same.seconds:.2f}", row.verdict("same")]
    return [row.photo, *ours, *captum, *careful, *same]


def summary(rows):
    """The last line of a table: medians, and how many got there."""

    def median(values, form):
        return format(float(np.median(list(values))), form)

    def ratio(who):
        found = median_ratio(rows, who)
        least = "" if all(getattr(row, who).reached for row in rows) else "at least "
        return "none" if found is None else f"{least}{found:.1f}"

    def got_there(reached):
        return f"{sum(reached)} of {len(rows)} got there"

    ours = [
        median((row.points for row in rows), ".0f"),
        median((row.seconds for row in rows), ".2f"),
        got_there(row.reached for row in rows),
        "÷ error " + median((row.estimate / row.error for row in rows), ".2f"),
        median((row.within for row in rows), ".1%"),
    ]
    rivals = {
        who: [
            median((getattr(row, who).steps for row in rows), ".0f"),
            got_there(getattr(row, who).reached for row in rows),
            median((getattr(row, who).seconds for row in rows), ".1f"),
            ratio(who),
        ]
        for who in RIVALS
    }
    return ["median", *ours, *rivals["captum"], "", *rivals["careful"], *rivals["same"][2:]]
