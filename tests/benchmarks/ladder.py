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

    def __str__(self):
        reached = "" if self.reached else "not with "
        return f"{reached}{self.steps}, {self.seconds:.1f} s"


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
    seconds, given : float
        With "auto", and with its points given.
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
    given: float
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

    def times_ours(self, who):
        """A rival's time / ours; at least that where it did not get there.

        With the same points, ours is the time with its points given.
        0 if only the rival got there, None if neither did.
        """
        rival = getattr(self, who)
        if self.reached:
            return rival.seconds / (self.given if who == "same" else self.seconds)
        return 0.0 if rival.reached else None

    def verdict(self, who):
        """The ratio in words."""
        if not self.reached:
            return "only the rival got there" if self.times_ours(who) == 0 else "neither got there"
        least = "" if getattr(self, who).reached else "at least "
        return f"{least}{self.times_ours(who):.1f}"

    def __str__(self):
        rivals = "; ".join(
            f"{who} ({rival.rule}) {rival}, {self.verdict(who)} times ours"
            for who, rival in ((who, getattr(self, who)) for who in RIVALS)
        )
        return (
            f"{self.photo} at {self.tolerance:.0%}: ours {self.points} points, "
            f"{self.seconds:.2f} s, error {self.error:.2%}, said {self.estimate:.2%}, "
            f"{self.within:.1%} of the filters within twice theirs"
            f"{'' if self.converged else ' (says: not converged)'}; {rivals}"
        )


RIVALS = ("captum", "careful", "same")


def median_ratio(rows, who):
    """The median of a rival's time / ours: a lower bound where the rival did not get there.

    A photo on which only the rival got there counts as 0, one on which neither did is left
    out. None if there is nothing to take the median of.
    """
    ratios = [ratio for row in rows if (ratio := row.times_ours(who)) is not None]
    return float(np.median(ratios)) if ratios else None


HEADER = [
    *("photo", "points, seconds", "error", "estimate", "within twice"),
    *("Captum: steps, seconds", "Captum : ours"),
    *("careful PyTorch: rule, steps, seconds", "careful : ours"),
    *("our points given: ours, PyTorch", "PyTorch : ours"),
]


def tables(rows):
    """A Markdown table for each tolerance as (title, header, lines)."""
    for tolerance in sorted({row.tolerance for row in rows}, reverse=True):
        photos = [row for row in rows if row.tolerance == tolerance]
        title = f"Time to a true error of at most {tolerance:.0%} in the filters of every layer"
        yield title, HEADER, [*map(line, photos), summary(photos)]


def line(row):
    """The cells of one photo."""
    return [
        *(row.photo, f"{row.points}, {row.seconds:.2f} s"),
        *(f"{row.error:.2%}", f"{row.estimate:.2%}", f"{row.within:.1%}"),
        *(str(row.captum), row.verdict("captum")),
        *(f"{row.careful.rule}, {row.careful}", row.verdict("careful")),
        *(f"{row.given:.2f} s, {row.same.seconds:.2f} s", row.verdict("same")),
    ]


def summary(rows):
    """The last line of a table: medians, and how many got there."""

    def median(values, form):
        return format(float(np.median(list(values))), form)

    def rival(who):
        found = [getattr(row, who) for row in rows]
        steps = median((one.steps for one in found), ".0f")
        seconds = median((one.seconds for one in found), ".1f")
        return f"{steps}, {seconds} s; {got_there(one.reached for one in found)}"

    def ratio(who):
        found = median_ratio(rows, who)
        least = "" if all(getattr(row, who).reached for row in rows) else "at least "
        return "none" if found is None else f"{least}{found:.1f}"

    def got_there(reached):
        return f"{sum(reached)} of {len(rows)} got there"

    points = median((row.points for row in rows), ".0f")
    seconds = median((row.seconds for row in rows), ".2f")
    given = [median(of, ".2f") for of in zip(*((row.given, row.same.seconds) for row in rows))]
    return [
        *("median", f"{points}, {seconds} s", got_there(row.reached for row in rows)),
        "÷ error " + median((row.estimate / row.error for row in rows), ".2f"),
        median((row.within for row in rows), ".1%"),
        *(rival("captum"), ratio("captum"), rival("careful"), ratio("careful")),
        *(f"{given[0]} s, {given[1]} s", ratio("same")),
    ]
