"""What lesson 10 prints: one order filter by filter, the same scores faster, many scenes beside the
paper, overlap.
"""

import time

import numpy as np

from models.scenes import CLASSES, random_scene
from models.study.prefixes import Lacking, prefixes, until_it_flips

from .figures_10 import PAPER, counts


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
