"""The figure of the study of feature selection, drawn with matplotlib."""

import numpy as np

from ...output.figures import GREY, new_figure, save
from ..styles import COLOURS, MARKS
from .numbers import paper_of
from .selection import RANDOM_FILTERS, ROWS

STYLES = {name: (COLOURS.get(name, GREY), MARKS.get(name, "x")) for name in ROWS}


def draw_accuracy(tasks, counts, path):
    """Draw accuracy against the number of filters, one panel a task.

    Parameters
    ----------
    tasks : dict of str to models.study.features.numbers.Accuracies
    counts : sequence of int
    path : str or os.PathLike
    """
    columns = min(3, len(tasks))
    lines = -(-len(tasks) // columns)
    figure = new_figure((4.1 * columns, 0.9 + 3.3 * lines))
    panels = figure.subplots(lines, columns, sharex=True, sharey=True, squeeze=False)
    for axes in panels.ravel()[len(tasks) :]:
        axes.set_axis_off()
    for axes, (task, found) in zip(panels.ravel(), tasks.items()):
        draw_task(axes, counts, found, paper_of(task))
        axes.set(xticks=counts, xlabel="filters chosen")
        axes.set_title(task, fontsize=10)
        axes.tick_params(labelbottom=True, labelleft=True)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in panels[:, 0]:
        axes.set_ylabel("held-out photos right (%)")
    panels[0, 0].set_ylim(0, 102)
    title = "Mean over splits; bars: one standard deviation over splits"
    figure.suptitle(title, fontsize=9, color=GREY)
    first = panels[0, 0]
    handles, labels = first.get_legend_handles_labels()
    if any(map(paper_of, tasks)):
        (open_mark,) = first.plot([], [], "o", markerfacecolor="white", markeredgecolor="black")
        handles, labels = [*handles, open_mark], [*labels, "the paper, as reported [A]"]
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=9, frameon=False)
    save(figure, path)


def draw_task(axes, counts, found, paper):
    """One task: each measure's mean over splits with one standard deviation, and the paper's."""
    mean, deviation = 100 * found.runs.mean(axis=0), 100 * found.runs.std(axis=0, ddof=1)
    # Side by side, so that the bars do not cover each other.
    for row, apart in enumerate(np.linspace(-0.8, 0.8, len(ROWS))):
        name, at = ROWS[row], np.array(counts) + apart
        colour, mark = STYLES[name]
        line = {"linestyle": "--" if name == RANDOM_FILTERS else "-", "linewidth": 1.4}
        style = {"color": colour, "marker": mark, "markersize": 5, "elinewidth": 1, **line}
        axes.errorbar(at, mean[row], deviation[row], label=name, **style)
        if name in paper:
            open_mark = {"markeredgecolor": colour, "markerfacecolor": "white", "markersize": 5.5}
            axes.plot(at, paper[name], mark, zorder=3, **open_mark)
    told = "always the most frequent class"
    axes.axhline(100 * found.chance, color=GREY, linewidth=1, linestyle=":", label=told)
