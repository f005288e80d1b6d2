"""The ablation study: how many filters must go until the strongest label changes, by measure."""

from .. import intervals
from ..report import (
    MARKS,
    about_again,
    about_skipped,
    about_the_run,
    heading,
    table,
    write_csv,
    write_report,
)
from .figures import draw_flips, draw_scores
from .numbers import (
    COLUMNS,
    CONDUCTANCE,
    TOP,
    first_filters,
    flips_of,
    photo_rows,
    score_rows,
    score_shares,
    summarise,
)

PAPER = {  # as reported: notes on the paper, mark [B]
    CONDUCTANCE: {"mean": "3.7", "over": "3 of 100", "within": "97 of 100", "maximum": "16"},
    "internal influence": {"within": "5 of 100"},
}
# What stands before a difference that is a bound.
SIGNS = {"exact": "", "an upper bound": "≤ ", "a lower bound": "≥ ", "neither bound": "about "}

ASKED = (
    "The filters of all layers together are ranked by a measure, the highest first, "
    "and set to zero one after the other until the strongest label is another, {most} at most. "
    "Every number is tried in turn, so the number found is the smallest. A filter's measure "
    "is the sum over its positions: the paper's for conductance, our choice for the others **[C]**."
)
SCORES = (
    "Mean over the photos of F without the first filters, less F(black), as a share of the mean "
    "of F(x) − F(black): 1 is the whole network, 0 what it says of a black picture."
)
FIRST = (
    "How many of a measure's first ten filters lie in each layer, mean over the photos. "
    "A silent filter is zero everywhere on the photo, so that setting it to zero changes nothing. "
    "The early layers have the most positions to sum over."
)


def report(study):
    """Write ablation.md, .html, the tables and the figures.

    Parameters
    ----------
    study : models.study.command.Study
    """
    most = study.settings["most"]
    flips = flips_of(study.records, most)
    summary = summarise(flips, most)
    shares = score_shares(study.records)
    rows = photo_rows(study)
    write_csv(study.folder / "ablation_photos.csv", rows)
    write_csv(study.folder / "ablation_summary.csv", summary)
    write_csv(study.folder / "ablation_scores.csv", score_rows(shares))
    draw_flips(flips, most, study.folder / "ablation_flips.png")
    draw_scores(shares, study.folder / "ablation_scores.png")
    write_report(study.folder, "ablation", lines_of(study, flips, summary, shares))


def lines_of(study, flips, summary, shares):
    """The report."""
    most = study.settings["most"]
    known = [(photo, facts) for photo, _, facts in study.records if photo.label is not None]
    scored = "the label that the network finds strongest; it is what must change."
    if known:
        own = sum(photo.label == facts["label"] for photo, facts in known)
        scored += f" It is the photo's own class in {own} of {len(known)} photos"
    return [
        heading(study, "Ablation: filters removed until the label changes"),
        "",
        ASKED.format(most=most),
        "",
        *about_the_run(study, scored),
        "",
        *places_in_words(summary),
        "",
        "![Share of photos whose label has changed, against filters removed](ablation_flips.png)",
        "",
        "## Filters until the label changes",
        "",
        *table(quantities(summary, most)),
        "",
        f"In brackets: {intervals.PERCENT} % intervals, the photos drawn again "
        f"{intervals.RESAMPLES} times. " + beyond(flips, most),
        "",
        "The paper's figures are for 100 images and, by its count of 5484 filters [A], "
        "for TensorFlow's inception5h. As reported it compares conductance here with internal "
        "influence alone: of gradient × activation no figure is known, so none is contradicted. "
        + MARKS,
        "",
        "## Conductance against each other order, on the same photos",
        "",
        *table(against(summary)),
        "",
        "## The score on the way",
        "",
        "![Mean score against filters removed](ablation_scores.png)",
        "",
        *table(scores_at(shares)),
        "",
        SCORES,
        "",
        "## The first ten",
        "",
        *table(first_rows(study)),
        "",
        FIRST,
        "",
        *about_skipped(study),
        *about_again(study, ("tolerance", "most", "seed")),
    ]


def places_in_words(summary):
    """One line an order: whether conductance needs fewer filters, by how much, how surely."""
    lines = []
    for row in summary[1:]:
        says = "no difference shows"
        if row["difference_high"] < 0 and row["difference_is"] in ("exact", "an upper bound"):
            says = "conductance needs fewer filters"
        if row["difference_low"] > 0 and row["difference_is"] in ("exact", "a lower bound"):
            says = "conductance needs more filters"
        tally = (
            f"fewer on {row['conductance_needs_fewer']} photos, as many on {row['the_same']}, "
            f"more on {row['conductance_needs_more']}"
        )
        lines.append(
            f"- Against {row['order']}: {says}; {difference_in_words(row)} on average; {tally}."
        )
    return lines


def difference_in_words(row):
    """The mean difference with its interval, and what kind of bound it is."""
    ends = row["difference_low"], row["difference_high"]
    return SIGNS[row["difference_is"]] + intervals.with_interval(
        row["conductance_minus_order"], *ends
    )


def quantities(summary, most):
    """The main table: a row for each quantity, a column for each order, the paper's beside it."""
    heads = {
        "mean": "mean",
        "median": "median",
        "quartiles": "quartiles",
        "over": f"photos that need more than {TOP}",
        "within": f"photos that changed with {TOP}",
        "maximum": "maximum",
        "changed": f"photos that changed with {most}",
    }
    columns = {row["order"]: column_of(row, most) for row in summary}
    rows = []
    for name, head in heads.items():
        row = {"filters until the label changes": head}
        for order, column in columns.items():
            row[order] = str(column[name])
            if order in PAPER:
                row[f"{order}, the paper [B]"] = PAPER[order].get(name)
        rows.append(row)
    return rows


def column_of(row, most):
    """One order's cells of the main table."""
    shown = {}
    for name in ("lower_quartile", "median", "upper_quartile", "maximum"):
        shown[name] = f"> {most}" if row[name] is None else row[name]
    sign = "≥ " if row["mean_is"] == "a lower bound" else ""
    mean = intervals.with_interval(row["mean"], row["mean_low"], row["mean_high"], 1)
    return {
        "mean": sign + mean,
        "median": shown["median"],
        "quartiles": f"{shown['lower_quartile']}, {shown['upper_quartile']}",
        "over": f"{row[f'over_{TOP}']} of {row['photos']}",
        "within": f"{row[f'within_{TOP}']} of {row['photos']}",
        "maximum": shown["maximum"],
        "changed": f"{row['changed']} of {row['photos']}",
    }


def beyond(flips, most):
    """What was done about photos whose label never changed."""
    never = {order: int((flips[order] > most).sum()) for order in COLUMNS}
    named = ", ".join(f"{order} {count}" for order, count in never.items() if count)
    if not named:
        return f"Every photo's label changed within {most} filters in every order."
    return (
        f"Labels that had not changed with {most} filters ({named}) count as {most + 1}: "
        "with them a mean is a lower bound (≥), and a mean difference a bound too (≤, ≥), "
        "or neither (about) if both sides have them."
    )


def against(summary):
    """The table of paired differences."""
    return [
        {
            "conductance −": row["order"],
            f"mean difference, filters ({intervals.PERCENT} %)": difference_in_words(row),
            "photos: conductance needs fewer": row["conductance_needs_fewer"],
            "as many": row["the_same"],
            "more": row["conductance_needs_more"],
            "neither changed": row["neither_changed"],
        }
        for row in summary[1:]
    ]


def scores_at(shares):
    """The curve at a few numbers of filters."""
    length = len(shares[CONDUCTANCE][0])
    rows = []
    for k in (1, 2, 5, 10, 20, 32):
        if k < length:
            row = {"filters removed": k}
            for order in COLUMNS:
                row[order] = intervals.with_interval(*(one[k] for one in shares[order]))
            rows.append(row)
    return rows


def first_rows(study):
    """The table of the layers of the first ten."""
    of_layers, silent = first_filters(study)
    measures = [order for order in COLUMNS if order in of_layers]
    rows = []
    for place, layer in enumerate(study.model.layers):
        found = {name: f"{of_layers[name][place]:.1f}" for name in measures}
        rows.append({"layer": layer, **found})
    last = {"layer": "silent, of the ten"}
    return [*rows, last | {name: f"{silent[name]:.1f}" for name in measures}]
