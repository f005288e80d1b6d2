"""What lesson 10 draws and prints."""

import time

import matplotlib.pyplot as plt
import numpy as np

from models.scenes import CLASSES, random_scene
from models.study.ablation.prefixes import Lacking, prefixes, until_it_flips

from .drawing import BLACK, GREY, tidy
from .lesson_07 import COLOURS as MEASURE_COLOURS

FIRST_SEED = 2000  # a training's scenes have seeds from 10,000,000 up
COLOURS = MEASURE_COLOURS | {"random order": GREY}
STYLES = dict(zip(COLOURS, (":", "--", "-.", "-", (0, (5, 1, 1, 1, 1, 1)))))
PAPER = 3.7  # filters by conductance, GoogLeNet: from reading notes on the paper


def scene(name):
    """A drawn scene of one class, each class from a seed of its own."""
    return random_scene(name, FIRST_SEED + CLASSES.index(name))


def filters_of(model):
    """Every filter of a network's layers as (layer, number), those of the first layer first."""
    steps = [step for step in model.specification.body if step.name in model.layers]
    return [(step.name, number) for step in steps for number in range(step.channels)]


def draw(found, seen, label, filters):
    """The lesson's picture.

    Parameters
    ----------
    found : dict of str to (flips, curves)
        By the order's name: for each scene how many filters it took (None: all are not enough), and
        its score without the first 0, 1, … filters.
    seen : dict of str to array
        The strongest label of one picture without the first 0, 1, … filters, (k,).
    label : str
        The name of that picture's label, ``seen[order][0]``.
    filters : int
        How many the network has.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = plt.figure(figsize=(12, 8.6), layout="constrained")
    grid = figure.add_gridspec(2, 2, height_ratios=(1.45, 1))
    draw_curves(figure.add_subplot(grid[0, 0]), found)
    draw_flips(figure.add_subplot(grid[0, 1]), found, filters)
    draw_labels(figure.add_subplot(grid[1, :]), seen, label)
    return figure


def draw_curves(axis, found):
    """The mean score of the label as a share of the whole network's, against filters removed."""
    for name, colour in COLOURS.items():
        curves = np.array(found[name][1])
        mean = (curves / curves[:, :1]).mean(axis=0)
        axis.plot(mean, color=colour, linestyle=STYLES[name], linewidth=2, label=name)
    axis.axhline(0, color=BLACK, linewidth=0.8)
    axis.set_xlim(0, curves.shape[1] - 1)
    axis.yaxis.set_major_formatter(lambda share, _: f"{share:.0%}".replace("-", "−"))
    axis.legend(frameon=False, fontsize=10)
    title = f"The score, mean of {len(curves)} scenes"
    tidy(axis, title, "filters removed", "F without them, as a share of F(x)")


def counts(flips, filters):
    """How many filters each scene took; one more than there are where all were not enough."""
    return np.array([filters + 1 if flip is None else flip for flip in flips])


def draw_flips(axis, found, filters):
    """How many filters each scene took: for every order its dots, and a line at their mean."""
    clear = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    for place, name in enumerate(COLOURS):
        flips = counts(found[name][0], filters)
        draw_dots(axis, flips, place, filters, COLOURS[name])
        mean = flips.mean()
        axis.plot([mean, mean], [place - 0.33, place + 0.33], color=BLACK, linewidth=1.5)
        centred = {"ha": "center", "va": "bottom", "fontsize": 10}
        axis.text(mean, place - 0.37, f"mean {mean:.1f}", **centred, bbox=clear)
        if None in found[name][0]:
            under = {"ha": "right", "va": "top", "fontsize": 9, "color": GREY}
            axis.text(filters, place + 0.12, "not even all", **under)
    axis.axvline(PAPER, color=GREY, linestyle="--", linewidth=1.2, zorder=0)
    note = f"dashed: conductance in the paper,\non GoogLeNet, mean {PAPER} [B]"
    axis.text(PAPER * 1.07, len(COLOURS) - 0.3, note, color=GREY, fontsize=9, va="bottom")
    ticks = (1, 2, 5, 10, 20, 50, 100, 200, 500)
    axis.set_xscale("log")
    axis.set_xticks(ticks, map(str, ticks))
    axis.minorticks_off()
    axis.set_yticks(range(len(COLOURS)), COLOURS)
    axis.set(xlim=(0.9, 600), ylim=(len(COLOURS) - 0.25, -0.75))
    axis.tick_params(axis="y", length=0)
    tidy(axis, "How many until the label changes, a dot a scene", "filters removed (logarithmic)")


def draw_dots(axis, flips, place, filters, colour):
    """A dot for each scene, hollow if all filters were not enough; equal ones side by side."""
    for value in np.unique(flips):
        equal = (flips == value).sum()
        level = place + 0.075 * (np.arange(equal) - (equal - 1) / 2)
        face = "white" if value > filters else colour
        dot = {"markersize": 5, "color": colour, "markerfacecolor": face}
        axis.plot(np.full(equal, value), level, "o", **dot)


def draw_labels(axis, seen, label):
    """For one picture and every order a row of cells, filled where the label is still strongest."""
    for place, (name, labels) in enumerate(seen.items()):
        same = labels == labels[0]
        for k, stays in enumerate(same):
            colour = {"color": COLOURS[name] if stays else "white", "edgecolor": COLOURS[name]}
            axis.bar(k, 0.62, 0.86, bottom=place - 0.31, **colour, linewidth=0.8)
        if not same.all():
            axis.plot(same.argmin(), place - 0.42, "v", color=BLACK, markersize=6)
    axis.set_yticks(range(len(seen)), seen)
    axis.set(xlim=(-0.7, len(labels) - 0.3), ylim=(len(seen) - 0.5, -0.75))
    title = (
        f"One scene: filled while “{label}” is strongest, ▾ the first change. After that the "
        "label may come back"
    )
    tidy(axis, title, "filters removed")
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)


def print_one_by_one(labels, filters, values, scores):
    """Which filter goes, what it was ordered by, and which label is strongest then.

    Parameters
    ----------
    labels : sequence of str
    filters : list of (layer, number)
    values : numpy.ndarray, shape (filters,)
        The highest go first.
    scores : numpy.ndarray, shape (k, classes)
        Without the first 0, 1, … filters.
    """
    label, order = scores[0].argmax(), np.argsort(-values, kind="stable")
    print(f"removed   filter          conductance   score of “{labels[label]}”   strongest label")
    for k, row in enumerate(scores):
        gone = " " * 27
        if k:
            number = order[k - 1]
            layer, filter = filters[number]
            gone = f"{layer:>8}, {filter:<4} {values[number]:12.2f}"
        strongest = f"{labels[row.argmax()]} ({row.max():.2f})"
        print(f"{k:4}      {gone} {row[label]:16.2f}            {strongest}".replace("-", "−"))
    print()


def print_two_ways(one, other, x, order, most):
    """How far the scores of two ways are apart, and how long each took."""
    began = time.perf_counter()
    first = one(x, order, most)
    between = time.perf_counter()
    second = other(x, order, most)
    ended = time.perf_counter()
    apart = np.abs(first - second).max()
    times = f"one by one {between - began:.2f} s, with Lacking {ended - between:.2f} s"
    print(f"without the first 0 to {most} filters: {times}; the scores are apart by {apart:.0e}\n")


def print_flips(found, filters):
    """How many filters each order took, and below it what the paper reports.

    Parameters
    ----------
    found : dict of str to (flips, curves)
    filters : int
        How many the network has.
    """
    print("order                         mean   median   over 10    most")
    for name, (flips, _) in found.items():
        taken = counts(flips, filters)
        middle, over = np.median(taken), (taken > 10).mean()
        print(f"{name:26} {taken.mean():7.1f} {middle:8.1f} {over:9.0%} {taken.max():7}")
        missed = flips.count(None)
        if missed:
            said = f"all {filters} were not enough: counted as {filters + 1}"
            print(f"    (in {missed} of the scenes {said})")
    print(
        f"paper: conductance             {PAPER}                 3%      16    [B] GoogLeNet, "
        "5484 filters, 100 pictures"
    )
    print(
        "paper: internal influence                          95%            [B] (the same label "
        "without the first ten)\n"
    )


def print_together(model, x, measure):
    """By drop alone and by conductance: what filters take one at a time, and what together.

    Parameters
    ----------
    model : models.inception.Inception
    x : numpy.ndarray, shape (1, H, W, 3)
    measure : callable
        From model, x and label to the measures of every filter, by name.
    """
    lacking = Lacking(model, x)
    label = int(lacking.scores_intact.argmax())
    score = lacking.scores_intact[label]
    one_each = np.eye(lacking.filters, dtype=bool)
    drops = score - lacking.scores(one_each)[:, label]
    heads = "filters until the label changes   drops alone, added up   together"
    print(f"{model.labels[label]}, F(x) = {score:.2f}   {heads}")
    conductance = measure(model, x, label)["conductance"]
    for name, values in ("drop alone", drops), ("conductance", conductance):
        order = np.argsort(-values, kind="stable")
        flip, _ = until_it_flips(lacking, order, label, 0, lacking.filters)
        without_all = lacking.scores(prefixes(order, flip, flip, lacking.filters))[0, label]
        alone, together = drops[order[:flip]].sum(), score - without_all
        print(f"ordered by {name:12} {flip:32} {alone:23.1f} {together:10.1f}")
    print()


def print_googlenet(found, most):
    """How many filters each order took on one photo; ``found``: (flip, scores) by its name."""
    for name, (flip, _) in found.items():
        print(f"{name:26} {f'more than {most}' if flip is None else flip}")
