"""What lesson 10 draws and prints."""

import time

import matplotlib.pyplot as plt
import numpy as np

from models.scenes import CLASSES, random_scene
from models.study.ablation.prefixes import Lacking, prefixes, until_it_flips

from .drawing import BLACK, GREY, tidy
from .lesson_07 import COLOURS as MEASURE_COLOURS

COLOURS = MEASURE_COLOURS | {"random order": GREY}
STYLES = dict(zip(COLOURS, (":", "--", "-.", "-", (0, (5, 1, 1, 1, 1, 1)))))
PAPER = 3.7  # filters by conductance, GoogLeNet: from reading notes on the paper


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
    tidy(
        axis,
        f"The score, mean of {len(curves)} scenes",
        "filters removed",
        "F without them, as a share of F(x)",
    )


def counts(flips, filters):
    """How many filters each scene took, as an array; where all were not enough, one more than there
    are.
    """
    return np.array([filters + 1 if flip is None else flip for flip in flips])


def draw_flips(axis, found, filters):
    """A dot for each scene at the number of filters that it took, hollow if all were not enough; a
    line at the mean.
    """
    for place, name in enumerate(COLOURS):
        flips = counts(found[name][0], filters)
        for value in np.unique(flips):  # scenes of the same number one above the other
            level = place + 0.075 * (
                np.arange((flips == value).sum()) - ((flips == value).sum() - 1) / 2
            )
            face = "white" if value > filters else COLOURS[name]
            axis.plot(
                np.full(len(level), value),
                level,
                "o",
                markersize=5,
                color=COLOURS[name],
                markerfacecolor=face,
            )
        axis.plot([flips.mean()] * 2, [place - 0.33, place + 0.33], color=BLACK, linewidth=1.5)
        clear = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        axis.text(
            flips.mean(),
            place - 0.37,
            f"mean {flips.mean():.1f}",
            ha="center",
            va="bottom",
            fontsize=10,
            bbox=clear,
        )
        if None in found[name][0]:
            axis.text(
                filters, place + 0.12, "not even all", ha="right", va="top", fontsize=9, color=GREY
            )
    axis.axvline(PAPER, color=GREY, linestyle="--", linewidth=1.2, zorder=0)
    note = f"dashed: conductance in the paper,\non GoogLeNet, mean {PAPER} [B]"
    axis.text(PAPER * 1.07, len(COLOURS) - 0.3, note, color=GREY, fontsize=9, va="bottom")
    axis.set_xscale("log")
    axis.set_xticks(
        (1, 2, 5, 10, 20, 50, 100, 200, 500), ("1", "2", "5", "10", "20", "50", "100", "200", "500")
    )
    axis.minorticks_off()
    axis.set_yticks(range(len(COLOURS)), COLOURS)
    axis.set(xlim=(0.9, 600), ylim=(len(COLOURS) - 0.25, -0.75))
    axis.tick_params(axis="y", length=0)
    tidy(axis, "How many until the label changes, a dot a scene", "filters removed (logarithmic)")


def draw_labels(axis, seen, label):
    """For one picture and every order a row of cells: filled where the label is still the
    strongest.
    """
    for place, (name, labels) in enumerate(seen.items()):
        same = labels == labels[0]
        for k, stays in enumerate(same):
            face = COLOURS[name] if stays else "white"
            axis.bar(
                k,
                0.62,
                0.86,
                bottom=place - 0.31,
                color=face,
                edgecolor=COLOURS[name],
                linewidth=0.8,
            )
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
        gone = (
            ("{:>8}, {:<4} {:12.3f}").format(*filters[order[k - 1]], values[order[k - 1]])
            if k
            else " " * 27
        )
        print(
            f"{k:4}      {gone} {row[label]:16.2f}            {labels[row.argmax()]} "
            f"({row.max():.2f})".replace("-", "−")
        )
    print()


def print_two_ways(one, other, x, order, most):
    """How far the scores of two ways are apart, and how long each took; ``one`` and ``other`` take
    the last three.
    """
    began = time.perf_counter()
    first = one(x, order, most)
    between = time.perf_counter()
    apart = np.abs(first - other(x, order, most)).max()
    times = (
        f"one by one {between - began:.2f} s, with Lacking {time.perf_counter() - between:.2f} s"
    )
    print(f"without the first 0 to {most} filters: {times}; the scores are apart by {apart:.0e}\n")


def print_flips(found, filters):
    """How many filters each order took: mean, median, share over 10, the most; below it the paper's
    numbers.

    Parameters
    ----------
    found : dict of str to (flips, curves)
    filters : int
        How many the network has.
    """
    print("order                         mean   median   over 10    most")
    for name, (flips, _) in found.items():
        taken = counts(flips, filters)
        print(
            f"{name:26} {taken.mean():7.1f} {np.median(taken):8.1f} {(taken > 10).mean():9.0%} "
            f"{taken.max():7}"
        )
        if None in flips:
            print(
                f"    (in {flips.count(None)} of the scenes all {filters} were not enough: "
                f"counted as {filters + 1})"
            )
    print(
        f"paper: conductance             {PAPER}                 3%      16    [B] GoogLeNet, "
        "5484 filters, 100 pictures"
    )
    print(
        "paper: internal influence                          95%            [B] (the same label "
        "without the first ten)\n"
    )


def print_together(model, x, measure):
    """The filters that change the label, by drop alone and by conductance: what they take one at a
    time, and together.

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
    # each filter alone
    drops = score - lacking.scores(np.eye(lacking.filters, dtype=bool))[:, label]
    print(
        f"{model.labels[label]}, F(x) = {score:.2f}   filters until the label changes   drops "
        "alone, added up   together"
    )
    for name, values in (
        ("drop alone", drops),
        ("conductance", measure(model, x, label)["conductance"]),
    ):
        order = np.argsort(-values, kind="stable")
        flip, _ = until_it_flips(lacking, order, label, 0, lacking.filters)
        together = score - lacking.scores(prefixes(order, flip, flip, lacking.filters))[0, label]
        print(f"ordered by {name:12} {flip:32} {drops[order[:flip]].sum():23.2f} {together:10.2f}")
    print()


def print_googlenet(found, most):
    """How many filters each order took on one photo; ``found`` by the order's name: (flip, scores)."""
    for name, (flip, _) in found.items():
        print(f"{name:26} {f'more than {most}' if flip is None else flip}")


def landing(model, measure, own_measure, most=128):
    """How many filters it takes on average by two of the measures, by lot, and by a learner's own,
    on four scenes.

    Where ``most`` are not enough, one more is counted.

    Parameters
    ----------
    model, measure
        As for `print_together`.
    own_measure : callable
        From the measures for the strongest label, those for the next, and the number of positions
        of each filter.

    Returns
    -------
    dict of str to float
    """
    flips = {}
    for seed, name in enumerate(CLASSES[2::5], 3000):  # one scene from each of the four groups
        x = model.preprocess(random_scene(name, seed).draw())
        lacking = Lacking(model, x)
        label, second = (int(one) for one in np.argsort(-lacking.scores_intact)[:2])
        positions = np.concatenate(
            [np.full(y.shape[-1], y[0, ..., 0].size) for y in lacking.intact.values()]
        )
        of_label = measure(model, x, label)
        values = {name: of_label[name] for name in ("conductance", "gradient × activation")}
        values["random order"] = np.random.default_rng(seed).random(lacking.filters)
        copied = {name: one.copy() for name, one in of_label.items()}
        values["your own"] = np.asarray(own_measure(copied, measure(model, x, second), positions))
        for name, one in values.items():
            flip, _ = until_it_flips(lacking, np.argsort(-one, kind="stable"), label, 0, most)
            flips.setdefault(name, []).append(flip)
    return {name: round(float(counts(taken, most).mean()), 2) for name, taken in flips.items()}
