"""What was measured, summed up: as a dictionary for JSON, and as Markdown tables."""

import json

import numpy as np

from . import arithmetic
from .arithmetic import LARGE_EFFECT, TOP, estimate, highest, means, share_gone
from .measure import MEASURES, filters_of

TRUTHS = ("rises", "intervention")
# How a measure becomes one score a filter; "change", which sees the picture without the part,
# is not one of the paper's.
FORMS = ("mean", "|mean|", "change")


def summarise(model, measured, settings):
    """The study's numbers.

    Parameters
    ----------
    model : models.inception.Inception
    measured : dict of (class, part) to what `measure_part` found
    settings : dict
        What the study was run with; "resamples" among it.

    Returns
    -------
    dict
        "settings"; "pairs", a list of what `summarise_part` returns; "average" of the areas over
        the parts; and by how much "conductance_ahead_by" is ahead of each rival's. An estimate is
        [estimate, 5th percentile, 95th percentile] over bootstrap samples of the scenes, or None.
    """
    filters = filters_of(model)
    parts, areas = [], []
    for seed, ((name, part), found) in enumerate(measured.items()):
        summary, curves = summarise_part(filters, found, settings["resamples"], seed)
        parts.append({"class": name, "part": part} | summary)
        areas.append(curves)
    average = {key: np.mean([curves[key] for curves in areas], axis=0) for key in areas[0]}
    ahead = {}
    for key, of_rival in average.items():
        truth_and_form, rival = key.rsplit("/", 1)
        if rival != MEASURES[0]:
            ahead[key] = estimate(average[f"{truth_and_form}/{MEASURES[0]}"] - of_rival)
    found_with = {
        "filters": len(filters),
        "large_effect": LARGE_EFFECT,
        "responders": arithmetic.responder_count(len(filters)),
    }
    return {
        "settings": settings | found_with,
        "pairs": parts,
        "average": nested({key: estimate(values) for key, values in average.items()}),
        "conductance_ahead_by": nested(ahead),
    }


def summarise_part(filters, found, resamples, seed):
    """One part's numbers, and its areas for every bootstrap sample, the scenes as they are first.

    Returns
    -------
    summary : dict
    areas : dict of str to array (1 + resamples,)
        As `areas_of` returns it.
    """
    conductance, score, difference = found[MEASURES[0]], found["score"], found["difference"]
    layer_of_filter = np.array([layer for layer, _ in filters])
    counts = arithmetic.scene_counts(len(found["rise"]), resamples, [seed, 0])
    counts_ablated = arithmetic.scene_counts(len(found["shrinks"]), resamples, [seed, 1])
    effect = arithmetic.effect_size(found["rise"], counts)
    shrink = means(found["shrinks"], counts_ablated)
    truths = {
        "rises": effect >= LARGE_EFFECT,
        "intervention": highest(shrink, arithmetic.responder_count(len(filters))),
    }
    with_part, without_part = means(conductance[0], counts), means(conductance[1], counts)
    shares = shares_gone(with_part, without_part)
    shares["F(x) − F(black)"] = share_gone(*means_of_pair(difference, counts))
    shares["F(x)"] = share_gone(*means_of_pair(score, counts))
    curves = areas_of(found, truths, counts, layer_of_filter)
    rises, shrinks = truths["rises"][0], truths["intervention"][0]
    order = np.argsort(-with_part[0], kind="stable")[:TOP]
    top = []
    for index in order:
        told = {
            "layer": filters[index][0],
            "filter": filters[index][1],
            "conductance_with": rounded(with_part[0, index]),
            "conductance_without": rounded(without_part[0, index]),
            "effect_size": rounded(effect[0, index], 2),
            "shrinks_worth_by": rounded(shrink[0, index]),
        }
        top.append(told)
    summary = {
        "covered": rounded(found["covered"].mean()),
        "right_with": rounded(found["right"][0].mean()),
        "right_without": rounded(found["right"][1].mean()),
        "score_with": rounded(score[0].mean()),
        "score_without": rounded(score[1].mean()),
        "completeness_error": rounded(completeness_error(conductance, difference, layer_of_filter)),
        "share_gone": {name: estimate(values) for name, values in shares.items()},
        "rising_filters": int(rises.sum()),
        "falling_filters": int((effect[0] <= -LARGE_EFFECT).sum()),
        "both_truths": int((rises & shrinks).sum()),
        "areas": nested({key: estimate(values) for key, values in curves.items()}),
        "among_top_ten": {
            "rises": int(rises[order].sum()),
            "intervention": int(shrinks[order].sum()),
        },
        "top": top,
    }
    return summary, curves


def shares_gone(with_part, without_part):
    """Which share of the summed conductance (rows, filters) goes with the part, of some filters."""
    all_filters = np.ones(with_part.shape, dtype=bool)
    chosen = {
        "top ten": highest(with_part, TOP),
        "filters for the class": with_part > 0,
        "all filters": all_filters,
    }
    shares = {}
    for name, mask in chosen.items():
        sums = (with_part * mask).sum(axis=1), (without_part * mask).sum(axis=1)
        shares[name] = share_gone(*sums)
    return shares


def means_of_pair(values, counts):
    """The means over scenes with and without the part of values (2, scenes): two arrays (rows,)."""
    return [means(one[:, None], counts)[:, 0] for one in values]


def rounded(value, digits=4):
    return round(float(value), digits)


def areas_of(found, truths, counts, layer_of_filter):
    """For each "truth/form/measure" its area under the ROC curve, for each row of counts."""
    curves = {}
    for measure in MEASURES:
        with_part, without_part = (means(values, counts) for values in found[measure])
        forms = dict(zip(FORMS, (with_part, np.abs(with_part), with_part - without_part)))
        for truth, positive in truths.items():
            for form, scores in forms.items():
                curves[f"{truth}/{form}/{measure}"] = arithmetic.roc_area(scores, positive)
            within = arithmetic.roc_area_within_layers(with_part, positive, layer_of_filter)
            curves[f"{truth}/mean within layers/{measure}"] = within
    return curves


def completeness_error(conductance, difference, layer_of_filter):
    """The median over scenes of the completeness error, of the first layer: all share it."""
    total = conductance[..., layer_of_filter == layer_of_filter[0]].sum(axis=-1)
    return float(np.median(np.abs(total - difference) / np.abs(difference)))


def nested(flat):
    """{"a/b/c": x} as {"a": {"b": {"c": x}}}."""
    tree = {}
    for key, value in flat.items():
        *path, last = key.split("/")
        branch = tree
        for name in path:
            branch = branch.setdefault(name, {})
        branch[last] = value
    return tree


def as_json(study):
    """The study as JSON."""
    return json.dumps(study, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


INTRODUCED = """\
{scenes} held-out scenes for each part, with and without it; {filters} filters; from \
black, with points until every layer's filters are right to {tolerance:.0%}. In brackets: \
5 to 95 % of {resamples} bootstrap samples of the scenes."""
SHARES_INTRODUCED = """\
**What goes when the part goes.** The ten filters ranked highest by conductance (mean over the \
scenes with the part): which share of their summed conductance goes with the part. Beside it the \
same for all filters whose conductance is positive, for all filters (which, by completeness, is \
the share of F(x) − F(black)), and for the score F(x)."""
AREAS_INTRODUCED = """\
**Which measure finds the filters that respond to the part.** The area under the ROC curve (0.5 is \
chance, 1 perfect), each filter scored by its mean over the scenes with the part. *Rises*: its \
activation inside the part's region rises by a large effect (at least {large_effect} standard \
deviations). *Intervention*: it is one of the {responders} filters without which \
F(with) − F(without) shrinks most (over {ablated} scenes)."""
FORM_NAMES = {
    "mean": "**mean**",
    "|mean|": "magnitude of the mean",
    "change": "mean with − mean without",
}


def tables(study):
    """The study as two Markdown tables, what they hold said above each."""
    settings = study["settings"]
    parts = [
        INTRODUCED.format(**settings),
        SHARES_INTRODUCED,
        share_table(study),
        AREAS_INTRODUCED.format(**settings),
        area_table(study),
    ]
    return "\n\n".join(parts) + "\n"


def share_table(study):
    """What goes when the part goes, a row a part."""
    lines = [
        "| class, part | covers | recognised | ten highest | all positive | all filters | F(x) "
        "| of the ten, rise / intervention |"
    ]
    lines.append("|---" * 8 + "|")
    columns = "top ten", "filters for the class", "all filters", "F(x)"
    for pair in study["pairs"]:
        gone, hits = pair["share_gone"], pair["among_top_ten"]
        shares = " | ".join(in_percent(gone[name]) for name in columns)
        recognised = f"{pair['right_with']:.0%} → {pair['right_without']:.0%}"
        counts = f"{hits['rises']} / {hits['intervention']}"
        lines.append(
            f"| {pair['class']}, {pair['part']} | {pair['covered']:.1%} | {recognised} "
            f"| {shares} | {counts} |"
        )
    return "\n".join(lines)


def area_table(study):
    """The areas under the ROC curves, a row a part and truth, and their averages over the parts."""
    lines = [
        "| class, part | a filter responds if | filters | " + " | ".join(MEASURES) + " |",
        "|---" * (3 + len(MEASURES)) + "|",
    ]
    for truth in TRUTHS:
        for pair in study["pairs"]:
            count = pair["rising_filters"] if truth == "rises" else study["settings"]["responders"]
            lines.append(
                f"| {pair['class']}, {pair['part']} | {truth} | {count} "
                f"| {area_cells(pair['areas'][truth]['mean'])} |"
            )
    for truth in TRUTHS:
        for form, areas in study["average"][truth].items():
            name = FORM_NAMES.get(form, form)
            lines.append(f"| average: {name} | {truth} | | {area_cells(areas)} |")
    return "\n".join(lines)


def in_percent(value):
    """'59 % (57–61)' of an estimate; 'undefined' of none."""
    if value is None:
        return "undefined"
    middle, low, high = (100 * number for number in value)
    return f"{middle:.0f} % ({low:.0f} to {high:.0f})"


def area_cells(areas):
    """The measures' areas as cells, the highest in bold."""
    best = max((value[0] for value in areas.values() if value), default=None)
    cells = []
    for value in areas.values():
        text = "undefined" if value is None else "{:.2f} ({:.2f} to {:.2f})".format(*value)
        cells.append(f"**{text}**" if value and value[0] == best else text)
    return " | ".join(cells)
