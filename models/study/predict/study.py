"""The study of prediction: what does a measure of a part say of the score without that part?"""

import numpy as np

from .. import intervals
from ..ablation.numbers import about_photo
from ..report import (
    about_again,
    about_skipped,
    about_the_run,
    table,
    write_csv,
    write_report,
)
from .figures import draw_errors, draw_layers
from .numbers import (
    HIGHEST,
    KINDS,
    RANDOM,
    crossing,
    errors_of,
    over_layers,
    ranks_of,
    summarise,
)
from .subsets import ALL, ASKED, DRAWS, IN_SCORE, SETS, SHARES

ASKED_FOR = (
    "In one layer some filters are set, at all their positions, to zero or to what they are for "
    "the black picture; the score is computed again, and what it loses is compared with the sum "
    "of a measure over those filters. Parts are 1, 2, 4, … filters, an eighth, a quarter, half and "
    f"all of the layer's: {DRAWS} random ones of each size, and for each measure its own highest "
    "filters. An error is "
    "|the measure's sum − what the score loses|, as a share of |F(x) − F(x′)|: first the mean over "
    "the parts of a size, then over layers, then over photos."
)
WHAT_THEY_ARE = (
    "Gradient × (y − y′) is known as attribution patching, influence × (y − y′), which is "
    "(y − y′) · ∫∂F/∂y dα along the path of the pictures, as EAP-IG. Layer integrated gradients "
    "take the straight line from y(x′) to y(x). Over a whole layer that cuts the network, set to "
    "what it is for the black picture, the score loses F(x) − F(x′) exactly, and that is what "
    "conductance and layer integrated gradients sum to; the others have no reason to."
)


def report(study):
    """Write predict.md, .html, the tables and the figures.

    Parameters
    ----------
    study : models.study.command.Study
    """
    layers = study.model.layers
    errors, ranks = errors_of(study.records, layers), ranks_of(study.records, layers)
    write_csv(study.folder / "predict_photos.csv", photo_rows(study, errors))
    write_csv(study.folder / "predict_summary.csv", summarise(errors, ranks, layers))
    draw_errors(errors, layers, study.folder / "predict_errors.png")
    draw_errors(errors, layers, study.folder / "predict_highest.png", HIGHEST)
    draw_layers(errors, layers, study.folder / "predict_layers.png")
    write_report(study.folder, "predict", lines_of(study, errors, ranks))


def lines_of(study, errors, ranks):
    """The report."""
    layers = study.model.layers
    return [
        "# What a measure of a part predicts",
        "",
        ASKED_FOR,
        "",
        *about_the_run(study, "the label that the network finds strongest"),
        f"- Time: {seconds_in_words(study)}",
        "",
        "![Error against the number of filters set together, a line for each measure]"
        "(predict_errors.png)",
        "",
        *table(crossings(errors, layers)),
        "",
        "By the means over layers and photos; where it changes more than once, the last time.",
        "",
        "## Random parts, all layers together",
        "",
        *tables_by_size(errors, layers, IN_SCORE, in_words, RANDOM),
        WHAT_THEY_ARE,
        "",
        f"In brackets: {intervals.PERCENT} % intervals of the mean, the photos drawn again "
        f"{intervals.RESAMPLES} times. Sizes are those that every layer has.",
        "",
        "## Which part loses more: ranks",
        "",
        f"Spearman's correlation of what is said of the {DRAWS} random parts of a size and what "
        "the score loses, mean over layers and photos.",
        "",
        *tables_by_size(ranks, layers, ASKED, mean_in_words),
        "## Each measure's own highest filters",
        "",
        "![The same, each measure's own highest filters](predict_highest.png)",
        "",
        *tables_by_size(errors, layers, IN_SCORE, in_words, HIGHEST),
        "## By layer",
        "",
        "![Error against the number of filters set together, for each layer](predict_layers.png)",
        "",
        *table(all_by_layer(errors, layers)),
        "",
        "All filters of the layer at once, set to what they are for the black picture.",
        "",
        *about_skipped(study),
        *about_again(study, ("tolerance", "seed")),
    ]


def seconds_in_words(study):
    """How long a photo took."""
    seconds = np.array([facts["seconds"] for _, _, facts in study.records])
    return f"{np.median(seconds):.1f} seconds a photo (median), {seconds.sum() / 60:.1f} minutes"


def crossings(errors, layers):
    """From how many filters on conductance predicts better than each of the others."""
    rows = []
    for measure in IN_SCORE[1:]:
        row = {"conductance is nearer than": measure}
        for what in reversed(SETS):
            for kind in KINDS:
                ours, theirs = (
                    over_layers(errors, layers, what, kind, one) for one in (IN_SCORE[0], measure)
                )
                row[f"set to {name_of(what)}, {kind}"] = in_words_from(crossing(ours, theirs))
        rows.append(row)
    return rows


def in_words_from(size):
    """The size from which on something holds."""
    if size in (None, "1"):
        return "at no size" if size is None else "at every size"
    if size == ALL:
        return "all filters only"
    return f"from {size} of the filters on" if size in SHARES else f"from {size} filters on"


def name_of(what):
    """What filters are set to, in words."""
    return "the black picture's" if what == "baseline" else what


def tables_by_size(found, layers, measures, in_words, *kind):
    """For either thing that filters are set to: a row a size, a column a measure."""
    lines = []
    for what in reversed(SETS):
        sizes = {measure: over_layers(found, layers, what, *kind, measure) for measure in measures}
        rows = [
            {f"filters, set to {name_of(what)}": str(size)}
            | {measure: in_words(sizes[measure][size]) for measure in measures}
            for size in sizes[measures[0]]
        ]
        lines += [*table(rows), ""]
    return lines


def all_by_layer(errors, layers):
    """The error of all filters together for each layer and measure."""
    return [
        {"layer": layer}
        | {
            measure: in_words(errors[layer, "baseline", RANDOM, measure][ALL])
            for measure in IN_SCORE
        }
        for layer in layers
    ]


def in_words(values):
    """The mean over photos with its interval, in percent."""
    return intervals.with_interval(*(100 * one for one in intervals.mean(values)), 1) + " %"


def mean_in_words(values):
    """The mean over photos where it is defined; None where it is not."""
    defined = values[~np.isnan(values)]
    return intervals.number(defined.mean()) if len(defined) else None


def photo_rows(study, errors):
    """One row a photo: what was explained, and every measure's error over all layers."""
    layers, rows = study.model.layers, []
    for index, (photo, _, facts) in enumerate(study.records):
        row = about_photo(study, photo, facts) | {"seconds": round(facts["seconds"], 2)}
        for what in SETS:
            for measure in IN_SCORE:
                for size, values in over_layers(errors, layers, what, RANDOM, measure).items():
                    row[f"{measure}, {size} filters set to {what}"] = float(values[index])
        rows.append(row)
    return rows
