"""The study of agreement: does a measure say what the score loses without a filter alone?"""

import numpy as np

from .. import intervals
from ..report import (
    MARKS,
    about_again,
    about_skipped,
    about_the_run,
    table,
    write_csv,
    write_report,
)
from .figures import draw_layers, draw_photos
from .numbers import ACTIVE, ALL, COLUMNS, KINDS, correlations, photo_rows, shared_firsts, summarise

ASKED = (
    "Each filter alone is set to zero at all its positions, and the score computed again: "
    "the change is F(x) − F(x without the filter). For each photo each measure is correlated "
    "with the change over the filters of all layers together. Spearman's correlation compares "
    "the ranks, Pearson's the values, in which a few strong filters decide."
)
PAPER = (
    "The paper reports that conductance correlates better than the other measures **[A]**; "
    "its correlations are not known, so their column is blank. "
)
LAYERS = (
    "Spearman's correlation among a layer's own filters, mean over the photos. Gradient × "
    "activation, summed over a filter, is what the score loses without it to first order; "
    "behind the last layer the network is linear, so there it is the change itself, up to rounding."
)


def report(study):
    """Write agreement.md, .html, the tables and the figures.

    Parameters
    ----------
    study : models.study.command.Study
    """
    found = correlations(study.records, study.model)
    summary = summarise(found)
    write_csv(study.folder / "agreement_photos.csv", photo_rows(study, found))
    write_csv(study.folder / "agreement_summary.csv", summary)
    draw_photos(found, study.folder / "agreement_photos.png")
    draw_layers(summary, study.model.layers, study.folder / "agreement_layers.png")
    write_report(study.folder, "agreement", lines_of(study, summary))


def lines_of(study, summary):
    """The report."""
    return [
        "# Agreement of the measures with single ablation",
        "",
        ASKED,
        "",
        *about_the_run(study, "the label that the network finds strongest"),
        about_time(study),
        "",
        *places_in_words(summary),
        "",
        "![Each photo's correlations, for the four measures](agreement_photos.png)",
        "",
        "## Correlation with the change, over photos",
        "",
        *table(means_and_quartiles(study, summary)),
        "",
        about_spread(summary),
        "",
        PAPER + MARKS,
        "",
        "## Conductance against each other measure, on the same photos",
        "",
        *table(differences(summary)),
        "",
        "## By layer",
        "",
        "![Mean Spearman correlation in each layer, for the four measures](agreement_layers.png)",
        "",
        *table(by_layer(study, summary)),
        "",
        LAYERS,
        "",
        *about_skipped(study),
        *about_again(study, ("tolerance",)),
    ]


def about_time(study):
    """How long a photo took, and what was not computed."""
    seconds = np.array([facts["seconds"] for _, _, facts in study.records])
    silent = np.array([facts["silent"] for _, _, facts in study.records])
    filters = len(study.records[0][1]["change"])
    low, middle, high = np.quantile(seconds, (0.25, 0.5, 0.75))
    return (
        f"- Time: {middle:.1f} seconds a photo (median; quartiles {low:.1f} and {high:.1f}), "
        f"{seconds.sum() / 60:.1f} minutes in all, the measures included. "
        "What makes it affordable: a pass begins at the layer of the filter that is missing, "
        "on the layer as it is kept, and computes nothing below it; a pass takes several filters "
        "of one layer at once, a row each; and filters that are zero everywhere on the photo "
        f"(silent: {silent.mean():.0f} of {filters} on average) change nothing and are not asked"
    )


def rows_of(summary, group, kind):
    """The rows of one group of filters and one kind of correlation, by measure."""
    of_group = [row for row in summary if row["filters"] == group]
    return {row["measure"]: row for row in of_group if row["correlation"] == kind}


def places_in_words(summary):
    """One line a rival and kind: whether conductance correlates better, by how much, how surely."""
    lines = []
    for kind in KINDS:
        for measure, row in rows_of(summary, ALL, kind).items():
            if row["conductance_minus_measure"] is None:
                continue
            says = "no difference shows"
            if row["difference_low"] > 0:
                says = "conductance correlates better"
            if row["difference_high"] < 0:
                says = "conductance correlates less well"
            lines.append(
                f"- {kind}, against {measure}: {says}; {difference_in_words(row)} on average; "
                f"higher on {tally(row)} photos."
            )
    return lines


def difference_in_words(row):
    """The mean difference with its interval; None where there is none."""
    if row["conductance_minus_measure"] is None:
        return None
    ends = row["difference_low"], row["difference_high"]
    return intervals.with_interval(row["conductance_minus_measure"], *ends, 3)


def tally(row):
    """On how many photos conductance's correlation is the higher."""
    return f"{row['conductance_higher']} of {row['photos']}"


def means_and_quartiles(study, summary):
    """The main table: for both kinds and both groups of filters, a column for each measure."""
    rows = []
    for group in (ALL, ACTIVE):
        for kind in KINDS:
            of = rows_of(summary, group, kind)
            for name, show in (("mean", mean_in_words), ("quartiles", quartiles_in_words)):
                row = {"correlation": f"{kind}, {group}, {name}"}
                row |= {measure: show(of[measure]) for measure in COLUMNS}
                rows.append(row | {"the paper": None})
    shared = shared_firsts(study.records)
    row = {"correlation": "of the ten with the largest change, among the measure's first ten"}
    for place, measure in enumerate(COLUMNS):
        row[measure] = intervals.with_interval(*intervals.mean(shared[:, place]), 1)
    return [*rows, row | {"the paper": None}]


def mean_in_words(row):
    """The mean with its interval; None where no photo gives one."""
    if row["mean"] is None:
        return None
    return intervals.with_interval(row["mean"], row["mean_low"], row["mean_high"], 3)


def quartiles_in_words(row):
    """Lower quartile, median and upper quartile; None where no photo gives one."""
    if row["mean"] is None:
        return None
    names = ("lower_quartile", "median", "upper_quartile")
    return ", ".join(intervals.number(row[name], 3) for name in names)


def about_spread(summary):
    """What stands in brackets, and where a correlation was not defined."""
    text = (
        f"In brackets: {intervals.PERCENT} % intervals of the mean, the photos drawn again "
        f"{intervals.RESAMPLES} times. Quartiles are over photos, the median between them."
    )
    gaps = []
    for row in summary:
        if row["not_defined"]:
            where = f"{row['correlation']}, {row['filters']}, {row['measure']}"
            gaps.append(f"{where}: {row['not_defined']}")
    if gaps:
        listed = "; ".join(gaps)
        text += f" Not defined, because one side is constant, and left out (photos): {listed}."
    return text


def differences(summary):
    """The table of paired differences."""
    rows = []
    for group in (ALL, ACTIVE):
        for kind in KINDS:
            of = rows_of(summary, group, kind)
            row = {"conductance −": f"{kind}, {group}"}
            for measure in COLUMNS[1:]:
                told = difference_in_words(of[measure])
                row[measure] = told
                row[f"higher on, than {measure}"] = None if told is None else tally(of[measure])
            rows.append(row)
    return rows


def by_layer(study, summary):
    """Spearman's correlation in each layer."""
    rows = []
    for layer in study.model.layers:
        of = rows_of(summary, layer, KINDS[0])
        rows.append({"layer": layer} | {measure: mean_in_words(of[measure]) for measure in COLUMNS})
    return rows
