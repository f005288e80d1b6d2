"""The report of the study of feature selection in words and tables."""

import numpy as np

from minigrad.attribution import MEASURES

from ...parts.measure import filters_of
from ..intervals import with_interval
from ..report import MARKS, about_again, about_skipped, about_the_run, heading, table, verbatim
from .logistic import PENALTY
from .numbers import ALL_TASKS, PERCENT, ahead, of_all_tasks, paper_of, with_all_tasks
from .selection import COUNTS, ROWS, SPLITS
from .tasks import DRAWS, HELD_OUT, TRAIN, TRAIN_SHARE

RIVALS = [name for name in ROWS if name != "conductance"]
AVERAGED = "measures averaged over positions, not summed"

ASKED = """\
The paper chooses k filters by each measure from training photos, trains a classifier on them \
and reports its accuracy. How good are the filters that conductance chooses, beside those of \
its rivals and beside k filters drawn at random?"""
DONE = """\
- **Tasks**: the classes of each folder of folders; and *random labels*, {draws} draws of as many \
classes as the largest task has, from all of them. *{all_tasks}* is the mean of the tasks' \
accuracies, each task counting once; the paper's table leaves that row empty, so what it would \
hold is our choice [C].
- **Splits**: {splits} random ones of each task. Of a class with 50 photos {train} train and \
{held_out} are held out [B]; of one with fewer {share:.0%} train and the rest is held out [C].
- **Filters**: a filter's score is the mean over the training photos of its measure for the class \
that the photo shows; a measure is a sum over the filter's positions, and the k highest of all \
layers together are chosen. How the paper joins classes and positions is not known [C].
- **Features**: the filters' activations at the photo, averaged over positions; nothing else. A \
held-out photo's class says only whether the answer is right, and the network's own answer is used \
for nothing.
- **Classifier**: multinomial logistic regression on features standardised by the training photos, \
minimised by L-BFGS: the sum of the cross-entropies + ½ · {penalty:g} · Σ weight². The penalty was \
fixed beforehand, not tuned [C].
- **Spread**: ± is the standard deviation over splits, for *random labels* over draws and \
splits. Intervals of differences ({percent} %) are paired by split and corrected for the photos \
that splits share (Nadeau and Bengio, 2003: the variance of the mean over J splits is 1/J + \
held out/trained times that of one). They say how far another choice of training photos might \
lead, not other photos or classes."""
PAPERS = """\
Held-out photos right, in percent, with k filters; the paper's figures [A] in the next column. \
The paper's network was inception5h, and its classes and its classifier are not known: a task \
of the same name is not the same task. Bold: the highest of the four measures. Always naming \
the most frequent class would reach {chance}. """
VARIED = """\
The same splits with one choice changed: {all_tasks}, percent right with k filters, and \
conductance − gradient × activation in points. A filter of an early layer has many positions \
and one of a late layer few: a sum over positions counts the early one for more than a mean \
does."""


def lines(study, outcomes, varied, left_out):
    """The report, as lines of Markdown."""
    found = with_all_tasks(outcomes)
    own = np.mean([facts["strongest"] == facts["label"] for _, _, facts in study.records])
    scored = (
        "the class that the photo shows, whatever the network says of it "
        f"(it names that class for {own:.0%} of the photos)"
    )
    done = DONE.format(
        draws=DRAWS,
        all_tasks=ALL_TASKS,
        splits=SPLITS,
        train=TRAIN,
        held_out=HELD_OUT,
        share=TRAIN_SHARE,
        penalty=PENALTY,
        percent=PERCENT,
    )
    chance = ", ".join(f"{task} {one.chance:.1%}" for task, one in found.items())
    return [
        heading(study, "Feature selection: classes told apart by k filters"),
        "",
        ASKED,
        "",
        *about_the_run(study, scored),
        *done.split("\n"),
        "",
        *in_words(found),
        varied_in_words(outcomes, varied),
        "",
        "![Held-out photos right against filters chosen, four measures, "
        "one panel a task](features.png)",
        "",
        "## Accuracy",
        "",
        *table(accuracy_rows(found)),
        "",
        PAPERS.format(chance=chance) + MARKS,
        "",
        "## How far conductance is ahead",
        "",
        f"Percentage points, the mean over splits and its {PERCENT} % interval.",
        "",
        *table(ahead_rows(found)),
        "",
        "## The tasks",
        "",
        *table(task_rows(outcomes)),
        "",
        *about_left_out(left_out),
        "## Had we chosen otherwise",
        "",
        VARIED.format(all_tasks=ALL_TASKS),
        "",
        *table(varied_rows(outcomes, varied)),
        "",
        "## The layers they come from",
        "",
        f"Of the {COUNTS[-1]} filters, in percent; all splits, {ALL_TASKS}.",
        "",
        *table(layer_rows(study.model, outcomes)),
        "",
        *about_skipped(study),
        *about_again(study, ("tolerance",)),
        "",
        f"Splits and random labels were drawn from `--seed {study.seed}`.",
    ]


def in_words(found):
    """How often conductance is first, and for each rival how far apart they are."""
    cells = [(task, column) for task in found if task != ALL_TASKS for column in range(len(COUNTS))]
    ours = MEASURES.index("conductance")
    first = 0
    for task, column in cells:
        means = found[task].runs[:, : len(MEASURES)].mean(axis=0)
        first += means[ours, column] == means[:, column].max()
    told = [
        f"- Conductance has the highest mean of the four measures in {first} of {len(cells)} cells "
        "(tasks by numbers of filters)."
    ]
    for rival in RIVALS:
        gaps = {task: ahead(one, ROWS.index(rival)) for task, one in found.items()}
        above = sum(gaps[task][1][column] > 0 for task, column in cells)
        below = sum(gaps[task][2][column] < 0 for task, column in cells)
        average = gaps[ALL_TASKS]
        listed = [f"{points(average, column)} with {count}" for column, count in enumerate(COUNTS)]
        told.append(
            f"- Conductance − {rival}, in points, {ALL_TASKS}: {', '.join(listed)} filters; "
            f"the interval is above 0 in {above} of {len(cells)} cells, below 0 in {below}."
        )
    return told


def points(gap, column):
    """A difference in points with its interval, for one number of filters."""
    return with_interval(*(part[column] for part in gap), digits=1)


def varied_in_words(outcomes, varied):
    """What becomes of conductance and its nearest rival when one choice is changed."""
    column, rival = COUNTS.index(10), ROWS.index("gradient × activation")
    gaps = []
    for name, found in {"as above": outcomes, **varied}.items():
        gaps.append(f"{name} {points(ahead(of_all_tasks(found), rival), column)}")
    return (
        f"- The same difference from gradient × activation with {COUNTS[column]} filters "
        f"and one choice changed: {'; '.join(gaps)}."
    )


def accuracy_rows(found):
    """The main table: mean and deviation by task, measure and count, the paper's beside them."""
    rows = []
    for task, one in found.items():
        paper = paper_of(task)
        mean, deviation = 100 * one.runs.mean(axis=0), 100 * one.runs.std(axis=0, ddof=1)
        best = mean[: len(MEASURES)].max(axis=0)
        for i, name in enumerate(ROWS):
            row = {"task": task, "filters chosen by": name}
            for j, count in enumerate(COUNTS):
                text = f"{mean[i, j]:.1f} ± {deviation[i, j]:.1f}"
                if i < len(MEASURES) and mean[i, j] == best[j]:
                    text = f"**{text}**"
                row[f"k = {count}"] = text
                row[f"paper, {count} [A]"] = f"{paper[name][j]:.2f}" if name in paper else None
            rows.append(row)
    return rows


def ahead_rows(found):
    """The table of differences."""
    rows = []
    for task, one in found.items():
        for rival in RIVALS:
            gap = ahead(one, ROWS.index(rival))
            cells = {f"k = {count}": points(gap, j) for j, count in enumerate(COUNTS)}
            rows.append({"task": task, "conductance −": rival} | cells)
    return rows


def task_rows(outcomes):
    """The table of the tasks' sizes."""
    return [
        {
            "task": task,
            "classes": outcome.labels,
            "photos": f"{outcome.photos:.0f}",
            "train": f"{outcome.train:.0f}",
            "held out": f"{outcome.held_out:.0f}",
            "draws": len(outcome.accuracy),
            "splits in all": outcome.accuracy[..., 0, 0].size,
        }
        for task, outcome in outcomes.items()
    ]


def about_left_out(left_out):
    """What is in no task, as lines of Markdown; none if everything is in one."""
    if not left_out:
        return []
    return [
        "Left out:",
        "",
        *table([{"what": verbatim(name), "why": why} for name, why in left_out.items()]),
        "",
    ]


def varied_rows(outcomes, varied):
    """The table of other choices: accuracies of `ROWS`, and conductance against its best rival."""
    rows = []
    for name, found in {"as above": outcomes, **varied}.items():
        one = of_all_tasks(found)
        gap = ahead(one, ROWS.index("gradient × activation"))
        for j, count in enumerate(COUNTS):
            cells = {row: f"{100 * one.runs[:, i, j].mean():.1f}" for i, row in enumerate(ROWS)}
            rows.append({"choice": name, "k": count, **cells, "difference": points(gap, j)})
    return rows


def layer_rows(model, outcomes):
    """The table of the layers that the filters come from."""
    layer_of = np.array([layer for layer, _ in filters_of(model)])
    chosen = np.mean([outcome.chosen for outcome in outcomes.values()], axis=0) / COUNTS[-1]
    rows = []
    for layer in model.layers:
        row = {"layer": layer}
        for name, shares in zip(ROWS, chosen):
            row[name] = f"{100 * shares[layer_of == layer].sum():.1f}"
        rows.append(row)
    return rows
