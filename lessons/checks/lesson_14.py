"""What lesson 14's answers are held to: an exact search, an order, and two filters for one.

The order is judged by ablation itself, on four scenes that the lesson does not show.
"""

from unittest.mock import Mock

import numpy as np

import minigrad as mg
import models
from lessons.classroom.properties import require, require_equal, require_pencil
from lessons.networks.filters import measures_of, scene
from minigrad.attribution import MEASURES, ablate, conductance
from models.scenes import CLASSES
from models.study.ablation.prefixes import Lacking, until_it_flips

# what the drawn sailboat is without 1, 2, … filters, those of the highest activation first
SAILBOAT = [0] * 12 + [16, 16, 0, 16] + [0] * 4 + [16] * 4
# the property, the strongest labels without 1, 2, … filters, the whole network's, what is right
SEARCHES = (
    ("one filter may be enough", [7, 7], 4, 1),
    ("the label may come back", [4, 7, 4, 4, 4, 4, 7, 7], 4, 2),
    ("label 0 is a label", [4, 0, 7, 4], 4, 2),
    ("all of them may be needed", [4, 4, 4, 7], 4, 4),
    ("None if all are not enough", [4, 4, 4, 4], 4, None),
    ("the drawn sailboat, by activation", SAILBOAT, 0, 13),
)
MOST_PASSES = 14  # to find the sailboat's 13

# the property, which filters go, the share of F(x) − F(x′) that goes with them
ABLATIONS = (("both together", [0, 1], 1), ("neither alone", [0], 0), ("neither alone", [1], 0))

MOST = 128  # filters removed at most, to see where an order lands


# what four filters add to the score of two classes, sailboat and duck
ADDED = np.array([[4, 4, 3, 1], [1, 0, 6, 0]])


def check_PENCIL(answers):
    """Both scores without the first 0, 1, … filters, and which is higher."""
    left = np.array([ADDED[:, count:].sum(axis=1) for count in range(ADDED.shape[1])])
    sailboat = left[:, 0] > left[:, 1]
    first = int(sailboat.argmin())
    again = first + int(sailboat[first:].argmax())
    right = dict(
        zip(
            (
                "sailboat's score without the first two",
                "filters gone when the label first changes",
                "filters gone when it is sailboat again",
            ),
            (left[2, 0], first, again),
        )
    )
    traps = {
        "sailboat's score without the first two": [
            (8, "That is what the two added, or what is left without the first alone."),
            (left[2, 1], "That is the duck's score then."),
        ],
        "filters gone when the label first changes": [
            (0, "Before any filter is gone sailboat has 12 and duck 7."),
            (1, "Without filter 1 sailboat has 8 and duck 6."),
            (3, "Compare both scores after each filter, from the first on."),
        ],
        "filters gone when it is sailboat again": [
            (4, "Without filter 3 the duck has lost its 6. What is left of each?"),
            (2, "That is where it first changes. Take one more away."),
            (1, "Count all filters that are gone, from the first on."),
        ],
    }
    said = require_pencil(answers, right, traps)
    return f"{said} A label may change, and come back."


def twelve_filters():
    """Measures by name of twelve filters for two labels of one picture."""
    random, silent = np.random.default_rng(0), np.arange(12) == 3
    of_label, of_second = (
        {name: np.where(silent, 0, random.normal(size=12)) for name in MEASURES} for _ in range(2)
    )
    of_label["activation"] = of_second["activation"] = abs(of_label["activation"])
    return of_label, of_second


def in_reverse(values):
    """The same filters from the last to the first."""
    return {name: one[::-1] for name, one in values.items()}


def removed(model, x, own_measure, random):
    """How many filters must go to change the label of one picture, by the order's name."""
    lacking = Lacking(model, x)
    label, second = (int(one) for one in np.argsort(-lacking.scores_intact)[:2])
    of_label, of_second = measures_of(model, x, label), measures_of(model, x, second)
    values = {name: one.copy() for name, one in of_label.items()}
    values["a random order"] = random.random(lacking.filters)
    values["your own"] = np.asarray(own_measure(of_label, of_second))
    orders = {name: np.argsort(-one, kind="stable") for name, one in values.items()}
    return {
        name: until_it_flips(lacking, order, label, curve=0, most=MOST)[0]
        for name, order in orders.items()
    }


def landing(own_measure):
    """The mean of four scenes, one of each group of classes, for each order of `removed`."""
    model = models.load("mini-inception")
    found = []
    for seed, name in enumerate(CLASSES[2::5], 3000):
        x = scene(model, name, seed)
        found.append(removed(model, x, own_measure, np.random.default_rng(seed)))
    means = {}
    for order in found[0]:
        flips = [MOST + 1 if one[order] is None else one[order] for one in found]
        means[order] = round(float(np.mean(flips)), 2)
    return means


def check_first_change(first_change):
    """The first change of labels by pencil, in as few passes as it takes."""
    for broken, labels, label, right in SEARCHES:
        given = f"Label {label}; without 1, 2, … filters the labels {labels}."
        got = first_change(strongest_of([label, *labels, label], given), label, len(labels))
        require(got == right, broken, f"{given} Yours: {got}. Right: {right}.")
    strongest = Mock(side_effect=[0, *SAILBOAT].__getitem__)
    first_change(strongest, 0, len(SAILBOAT))
    asked = strongest.call_count
    said = f"The label changes at 13. Yours: {asked} passes. Right: 13."
    require(asked <= MOST_PASSES, "no pass more than is needed", said)
    return "Every number of this lesson comes from such a search: none is a guess."


def strongest_of(labels, given):
    """``strongest`` of a table, which has one label more than there are filters."""

    def strongest(k):
        said = f"{given} Yours: asked for k = {k}. Right: None, and never beyond most."
        require(0 <= k < len(labels), "None if all are not enough", said)
        return labels[k]

    return strongest


def check_own_measure(own_measure):
    """A number for each filter, whatever its place, that beats a random order."""
    of_label, of_second = twelve_filters()
    got = own_measure(of_label, of_second)
    said = f"Twelve filters. Yours: an answer of shape {np.shape(got)}. Right: (12,)."
    require(np.shape(got) == (12,), "one number for each filter", said)
    moved = own_measure(in_reverse(of_label), in_reverse(of_second))
    said = f"Filter 3 is 0 in every measure. Yours: {np.asarray(got)[3]}. Right: a number."
    require(np.isfinite(got).all(), "numbers, for silent filters too", said)
    said = "Twelve filters, then the same in reverse. Yours: others got other numbers. "
    said += "Right: a filter's number depends on its measures alone."
    require_equal(moved, np.asarray(got)[::-1], "each filter keeps its number", said)
    same = f"Yours: every filter has {got[0]}. Right: numbers to rank by."
    require(np.ptp(got) > 0, "filters differ", same)
    said = how_far(landing(own_measure))
    copied = [name for name in MEASURES if same_order(got, of_label[name])]
    if copied:
        said += f" This is {copied[0]} itself. Does {copied[0]} of both labels say more?"
    return said


def same_order(one, other):
    """Whether two numbers for each filter rank them alike."""
    return np.array_equal(np.argsort(one, kind="stable"), np.argsort(other, kind="stable"))


def how_far(landed):
    """What is said of where an order lands, beside the best of the course's measures."""
    own, random = landed["your own"], landed["a random order"]
    best = min(MEASURES, key=landed.get)
    said = f"The mean of four other scenes, in filters removed. Yours: {own}. "
    require(own < random, "sooner than a random order", f"{said}Right: below {random}.")
    said = (
        f"It takes {own} filters, the mean of four other scenes. The best of the course's "
        f"measures, {best}, takes {landed[best]}, a random order {random}."
    )
    if own <= landed[best]:
        return f"{said} Nothing in the course is better."
    return f"{said} Can you come nearer to the best?"


def check_backup(backup):
    """Either filter can go at no cost, both take all, and conductance sees both."""
    x, baseline = mg.Tensor(np.ones((1, 1))), np.zeros((1, 1))
    path = {"layers": ["y"], "steps": 2000, "rule": "midpoint", "batch_size": 500}
    found = conductance(backup, x, baseline, **path)
    y, difference, intact = found["y"], found.difference[0], backup(x).data
    require(y.shape == (1, 2), "two filters", f"Yours: {y.shape}. Right: (1, 2).")
    said = f"Yours: F(x) − F(x′) is {difference:.4g}. Right: a score that changes."
    require(abs(difference) > 1e-3, "something to explain", said)
    for broken, gone, right in ABLATIONS:
        with ablate({"y": gone}):
            drop = (intact - backup(x).data)[0] / difference
        said = f"What F loses without the filters {gone}, as a share of F(x) − F(x′). "
        said += f"Yours: {drop:.2g}. Right: {right}."
        require(abs(drop - right) < 1e-6, broken, said)
    said = (
        f"Conductance of the two. Yours: {y[0]} of {difference:.3g}. Right: each a tenth or more."
    )
    require((y / difference).min() > 0.1, "conductance sees both", said)
    return "By ablating one filter at a time nobody would find either of them."
