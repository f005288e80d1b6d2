"""The study of classes: a class's filters by mean conductance, where they look, and where else."""

import re

import numpy as np

from ..intervals import number
from ..report import (
    MARKS,
    about_again,
    about_skipped,
    about_the_run,
    table,
    verbatim,
    write_csv,
    write_report,
)
from .figures import draw_class, shortened
from .filters import FEWEST, TOP, Findings
from .maps import maps_of

SHOWN = 2  # photos on each side of a page's row
NAMED = 5  # of a class's strongest filters, those that its paragraph names

ASKED = """\
The paper averages conductance over the photos of a class, and shows what its strongest filters \
see on these photos and on others. Which filters are that here, how steady are they from photo \
to photo, and are they the class's own?"""
DONE = """\
- **Classes**: those with at least {fewest} photos. *Elsewhere*: the photos of all other classes, \
each with the conductance for its own.
- **Filters**: ranked over all layers together by mean conductance over the class's photos (units \
of the score before the softmax); ± is the standard deviation over photos. *Among a photo's \
{top}*: the share of the class's photos in which the filter is one of the {top} with the highest \
conductance. *Specific*: how often a photo of the class has a higher conductance in it than one \
elsewhere (the area under the ROC curve; 0.5 is no difference, 1 always). Both are of the photos \
by which the filters were ranked, and so a little too high.
- **Figures**: for each class the filter with the highest mean of each stage ({stages}); for each \
filter the {shown} photos of the class and the {shown} elsewhere in which its conductance is \
highest. The rule was fixed beforehand, and nothing was picked by eye. The strongest photos are \
not typical ones.
- **Maps**: Eq. 2 at the same points of the path, summed over colours, blurred by 1.5 % \
of the side, each on its own scale: blue is for the class that the photo shows, orange against \
it. {maps} maps on {photos} photos, at most {most} a class, kept in the folder `maps`. The sum \
of a map is the filter's conductance by the chain rule; it differs from the one recorded, a line \
integral, by at most {gap} of F(x) − F(x')."""
PAPERS = """\
The paper's examples are mixed3a/52, glare; mixed4c/76, red regions; mixed5a/757, meerkat and \
titi [B]. They are filters of inception5h, and a filter's number is as training left it: the \
filters with these numbers in another network are other filters. What is like the paper here is \
the kind of figure, not the filters. """


def report(study):
    """Summarise, draw maps, and write ``classes.md``, ``.html``, two tables and the figures.

    Parameters
    ----------
    study : models.study.command.Study
        With records of the kind "labelled".
    """
    findings = Findings(study.model, study.records)
    write_csv(study.folder / "classes.csv", findings.class_rows())
    write_csv(study.folder / "classes_means.csv", findings.mean_rows())
    chosen = {found.label: choose_photos(findings, found) for found in findings.classes}
    pixels, maps = maps_of(study, wanted_maps(findings, chosen))
    for found in findings.classes:
        rows = rows_of_figure(study, findings, found, chosen[found.label], pixels, maps)
        draw_class(f"Filters of “{found.name}”", rows, study.folder / figure_of(found))
    write_report(study.folder, "classes", lines(study, findings, maps))


def choose_photos(findings, found):
    """{filter: (photos of the class, photos elsewhere)}, as rows, for a class's figure."""
    chosen = {}
    for filter in found.of_stage.values():
        here = findings.strongest_photos(filter, found.rows, SHOWN)
        elsewhere = findings.strongest_photos(filter, found.others, SHOWN)
        chosen[filter] = here, elsewhere
    return chosen


def wanted_maps(findings, chosen):
    """{photo: list of (layer, index)} over all classes: a photo's maps share their passes."""
    wanted = {}
    for of_class in chosen.values():
        for filter, (here, there) in of_class.items():
            for row in here + there:
                wanted.setdefault(findings.photos[row], {})[findings.filters[filter]] = None
    return {photo: list(selections) for photo, selections in wanted.items()}


def rows_of_figure(study, findings, found, chosen, pixels, maps):
    """The rows as `draw_class` takes them."""
    rows = []
    for filter, sides in chosen.items():
        text = f"{findings.called(filter)}\nmean {number(found.mean[filter], 3)}"
        here = [tile(study, findings, filter, row, pixels, maps, False) for row in sides[0]]
        elsewhere = [tile(study, findings, filter, row, pixels, maps, True) for row in sides[1]]
        rows.append((text, here, elsewhere))
    return rows


def tile(study, findings, filter, row, pixels, maps, with_class):
    """One photo's text, pixels and map; the text names the class where it is another one."""
    photo = findings.photos[row]
    value = number(findings.conductance[row, filter], 3)
    text = f"{shortened(study.model.labels[photo.label])}  {value}" if with_class else value
    return text, pixels.get(photo.key), maps.get((photo.key, *findings.filters[filter]))


def figure_of(found):
    """The file of a class's figure."""
    return f"classes_{found.label:03}_{re.sub(r'[^a-z0-9]+', '_', found.name.lower())}.png"


def largest_gap(study, findings, maps):
    """How far maps' sums are from the conductance on record at most, in shares of F(x) − F(x')."""
    place = {key: column for column, key in enumerate(findings.filters)}
    row_of = {photo.key: row for row, photo in enumerate(findings.photos)}
    gaps = [0.0]
    for (key, *filter), one in maps.items():
        row = row_of[key]
        gap = one.sum(dtype=np.float64) - findings.conductance[row, place[tuple(filter)]]
        gaps.append(abs(gap / study.records[row][2]["difference"]))
    return max(gaps)


def lines(study, findings, maps):
    """The report, as lines of Markdown."""
    right = np.array([facts["strongest"] == facts["label"] for _, _, facts in study.records])
    first = findings.classes[0]
    done = DONE.format(
        fewest=FEWEST,
        top=TOP,
        stages=", ".join(first.of_stage),
        shown=SHOWN,
        maps=len(maps),
        photos=len({key for key, *_ in maps}),
        most=2 * SHOWN * len(first.of_stage),
        gap=f"{largest_gap(study, findings, maps):.1%}",
    )
    scored = (
        "the class that the photo shows, whatever the network says of it "
        f"(it names that class for {right.mean():.0%})"
    )
    return [
        "# Filters of a class",
        "",
        ASKED,
        "",
        *about_the_run(study, scored),
        *done.split("\n"),
        "",
        *in_words(findings),
        "",
        *table([class_row(findings, found, right) for found in findings.classes]),
        "",
        PAPERS + MARKS,
        "",
        *(line for found in findings.classes for line in about_class(findings, found)),
        *about_skipped(study),
        *about_again(study, ("tolerance",)),
    ]


def in_words(findings):
    """What holds over all classes."""
    classes = findings.classes
    firsts = {found.top[0] for found in classes}
    own = np.mean([own_filters(findings, found) for found in classes])
    shares = [found.among_top[found.top].mean() for found in classes]
    told = [
        f"- The strongest filters of the {len(classes)} classes are {len(firsts)} different ones.",
        f"- Of a class's {TOP} strongest filters, {number(own, 1)} are in no other class's {TOP} "
        "(mean over the classes).",
        f"- A filter of a class's {TOP} is among a photo's {TOP} in {np.mean(shares):.0%} "
        f"of the class's photos (by class {min(shares):.0%} to {max(shares):.0%}).",
    ]
    areas = [findings.specificity(found, filter) for found in classes for filter in found.top]
    if None not in areas:
        low, middle, high = np.quantile(areas, (0.25, 0.5, 0.75))
        told.append(
            f"- How specific these filters are: median {middle:.2f}, "
            f"quartiles {low:.2f} and {high:.2f}."
        )
    return told


def own_filters(findings, found):
    """How many of a class's strongest filters are in no other class's."""
    return sum(findings.sharing(found, filter) == 0 for filter in found.top)


def class_row(findings, found, right):
    """A class's row of the table."""
    areas = [findings.specificity(found, filter) for filter in found.top]
    first = found.top[0]
    return {
        "class": found.name,
        "photos": len(found.rows),
        "recognised": f"{right[found.rows].mean():.0%}",
        "strongest filter": findings.called(first),
        "mean": f"{number(found.mean[first], 3)} ± {number(found.deviation[first], 3)}",
        f"among a photo's {TOP}": f"{found.among_top[first]:.0%}",
        "mean elsewhere": "" if found.elsewhere is None else number(found.elsewhere[first], 3),
        "specific": "" if areas[0] is None else number(areas[0]),
        f"specific, median of {TOP}": "" if areas[0] is None else number(np.median(areas)),
        f"of its {TOP}, in no other class's": own_filters(findings, found),
    }


def about_class(findings, found):
    """A class's section: its strongest filters, those of the figure, and where else they count."""
    named = []
    for filter in found.top[:NAMED]:
        named.append(f"{findings.called(filter)} ({number(found.mean[filter], 3)})")
    rows = []
    for stage, filter in found.of_stage.items():
        strongest = findings.strongest_photos(filter, found.others, SHOWN)
        keys = [verbatim(findings.photos[row].key) for row in strongest]
        mean_elsewhere = specific = ""
        if found.elsewhere is not None:
            mean_elsewhere = number(found.elsewhere[filter], 3)
            specific = number(findings.specificity(found, filter))
        row = {
            "strongest of": stage,
            "filter": findings.called(filter),
            "mean": f"{number(found.mean[filter], 3)} ± {number(found.deviation[filter], 3)}",
            f"among a photo's {TOP}": f"{found.among_top[filter]:.0%}",
            "mean elsewhere": mean_elsewhere,
            "specific": specific,
            "strongest elsewhere": ", ".join(keys),
        }
        rows.append(row)
    return [
        f"## {found.name}",
        "",
        f"Its {NAMED} strongest: {', '.join(named)}.",
        "",
        *table(rows),
        "",
        f"![Photos and maps of the strongest filters of {found.name}]({figure_of(found)})",
        "",
    ]
