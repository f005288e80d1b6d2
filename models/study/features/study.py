"""The study of feature selection: how well the k filters of each measure tell classes apart."""

import numpy as np

import minigrad as mg

from ...output.progress import Progress
from ...parts.measure import filters_of
from ..report import write_csv, write_report
from .figures import draw_accuracy
from .logistic import PENALTY
from .numbers import (
    ALL_TASKS,
    choice_rows,
    filter_rows,
    of_all_tasks,
    split_rows,
    summary_rows,
    with_all_tasks,
)
from .selection import COUNTS, SPLITS, Examples, Recipe, run_task
from .tasks import find_tasks, without_repeats
from .text import AVERAGED, lines


def report(study):
    """Choose, train and score, and write ``features.md``, ``.html``, ``.csv`` and the figure.

    Parameters
    ----------
    study : models.study.command.Study
        With records of the kind "labelled".
    """
    records, repeats = without_repeats(study.records)
    tasks, left_out = find_tasks([photo for photo, _, _ in records], study.seed)
    examples = Examples(
        np.array([photo.label for photo, _, _ in records]),
        np.stack([arrays["measures"] for _, arrays, _ in records]),
        np.stack([arrays["means"] for _, arrays, _ in records]),
    )
    recipes = variants(study.model)
    work = SPLITS * sum(map(len, tasks.values())) * (1 + len(recipes))
    with Progress(0, work, unit="split") as progress:
        count = Counter(progress)
        outcomes = run_tasks(examples, tasks, study.seed, Recipe(), count)
        varied = {}
        for name, recipe in recipes.items():
            varied[name] = run_tasks(examples, tasks, study.seed, recipe, count)
    shown = with_all_tasks(outcomes) | {f"{ALL_TASKS},\n{AVERAGED}": of_all_tasks(varied[AVERAGED])}
    draw_accuracy(shown, COUNTS, study.folder / "features.png")
    write_csv(study.folder / "features.csv", summary_rows(outcomes))
    write_csv(study.folder / "features_choices.csv", choice_rows(varied))
    write_csv(study.folder / "features_splits.csv", split_rows(outcomes))
    write_csv(study.folder / "features_filters.csv", filter_rows(outcomes, filters_of(study.model)))
    write_report(study.folder, "features", lines(study, outcomes, varied, left_out | repeats))


def run_tasks(examples, tasks, seed, recipe, count):
    """The `Outcome` of each task by one recipe."""
    outcomes = {}
    for task, draws in tasks.items():
        outcomes[task] = run_task(examples, draws, seed, recipe, SPLITS, count)
    return outcomes


class Counter:
    """Tells a `Progress` of one more split each time it is called."""

    def __init__(self, progress):
        self.progress, self.done = progress, 0

    def __call__(self):
        self.done += 1
        self.progress.update(self.done)


def variants(model):
    """Other ways to do what the paper does not say, by name."""
    return {
        "each class's strongest filters in turn": Recipe(in_turn=True),
        AVERAGED: Recipe(per_position=positions_of_filters(model)),
        "a tenth of the penalty": Recipe(penalty=PENALTY / 10),
        "ten times the penalty": Recipe(penalty=PENALTY * 10),
    }


def positions_of_filters(model):
    """How many positions each filter has, over all layers: shape (filters,)."""
    with mg.watch_layers(model.layers) as watched, mg.no_grad():
        model(mg.Tensor(model.baseline()))
    shapes = [watched.tensors[name].shape for name in model.layers]
    positions = [height * width for _, height, width, _ in shapes]
    return np.repeat(positions, [filters for _, _, _, filters in shapes])
