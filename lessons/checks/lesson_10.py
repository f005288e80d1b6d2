"""What the exercises of lesson 10 are held to: an exact search, an order, and two filters for one.

The order is judged by ablation itself, on four scenes that the lesson does not show.
"""

from unittest.mock import Mock

import numpy as np

import minigrad as mg
import models
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import MEASURES, ClassScore, ablate, conductance, measures_per_filter
from models.scenes import CLASSES, random_scene
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


def twelve_filters():
    """Measures by name of twelve filters for two labels of one picture, and their positions."""
    random, silent = np.random.default_rng(0), np.arange(12) == 3
    of_label, of_second = (
        {name: np.where(silent, 0, random.normal(size=12)) for name in MEASURES} for _ in range(2)
    )
    of_label["activation"] = of_second["activation"] = abs(of_label["activation"])
    return of_label, of_second, np.repeat([16, 4], 6)


def in_reverse(values):
    """The same filters from the last to the first."""
    return {name: one[::-1] for name, one in values.items()}


def measures_of(model, x, label):
    """The four measures of every filter of the network for one label, by name."""
    F, path = ClassScore(model, label), {"layers": model.layers, "steps": 20}
    layers = measures_per_filter(F, x, model.baseline(), **path).layers.values()
    return dict(zip(MEASURES, np.concatenate(list(layers), axis=-1)[:, 0]))


def removed(model, x, own_measure, random):
    """How many filters must go to change the label of one picture, in each of four orders."""
    lacking = Lacking(model, x)
    label, second = (int(one) for one in np.argsort(-lacking.scores_intact)[:2])
    of_label, of_second = measures_of(model, x, label), measures_of(model, x, second)
    values = {name: of_label[name].copy() for name in ("conductance", "gradient × activation")}
    values["random order"] = random.random(lacking.filters)
    positions = [np.full(y.shape[-1], y[0, ..., 0].size) for y in lacking.intact.values()]
    values["your own"] = np.asarray(own_measure(of_label, of_second, np.concatenate(positions)))
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
        x = model.preprocess(random_scene(name, seed).draw())
        found.append(removed(model, x, own_measure, np.random.default_rng(seed)))
    means = {}
    for order in found[0]:
        flips = [MOST + 1 if one[order] is None else one[order] for one in found]
        means[order] = round(float(np.mean(flips)), 2)
    return means


def check_first_change(first_change):
    """Exercise 1: the first change of labels by pencil, in as few passes as it takes."""
    for broken, labels, label, right in SEARCHES:
        got = first_change([label, *labels, label].__getitem__, label, len(labels))
        said = f"For the labels {labels} without 1, 2, … filters it gave {got}, not {right}."
        require(got == right, broken, said)
    strongest = Mock(side_effect=[0, *SAILBOAT].__getitem__)
    first_change(strongest, 0, len(SAILBOAT))
    asked = strongest.call_count
    said = f"It asked {asked} times to find 13."
    require(asked <= MOST_PASSES, "no pass more than is needed", said)


def check_own_measure(own_measure):
    """Exercise 2: a number for each filter, whatever its place, that beats a random order."""
    of_label, of_second, positions = twelve_filters()
    got = own_measure(of_label, of_second, positions)
    moved = own_measure(in_reverse(of_label), in_reverse(of_second), positions[::-1])
    said = f"For 12 filters it gave the shape {np.shape(got)}."
    require(np.shape(got) == (12,), "one number for each filter", said)
    said = f"It gave {got}; filter 3 is 0 in every measure."
    require(np.isfinite(got).all(), "numbers, for silent filters too", said)
    said = "The same filters in reverse got other numbers."
    require_equal(moved, np.asarray(got)[::-1], "each filter keeps its number", said)
    require(np.ptp(got) > 0, "filters differ", f"Every filter has {got[0]}.")
    landed = landing(own_measure)
    print("filters removed, mean of four other scenes:", landed)
    said = f"Filters removed, on average: {landed}."
    require(landed["your own"] < landed["random order"], "sooner than by lot", said)


def check_backup(backup):
    """Exercise 3: either filter can go at no cost, both take all, and conductance sees both."""
    x, baseline = mg.Tensor(np.ones((1, 1))), np.zeros((1, 1))
    path = {"layers": ["y"], "steps": 2000, "rule": "midpoint", "batch_size": 500}
    found = conductance(backup, x, baseline, **path)
    y, difference, intact = found["y"], found.difference[0], backup(x).data
    require(y.shape == (1, 2), "two filters", f"The layer y is {y.shape}, not (1, 2).")
    said = f"F(x) − F(x′) is {difference:.4g}; expected a score that changes."
    require(abs(difference) > 1e-3, "something to explain", said)
    for broken, gone, right in ABLATIONS:
        with ablate({"y": gone}):
            drop = (intact - backup(x).data)[0] / difference
        said = f"Without unit {gone} of y {drop:.0%} of F(x) − F(x′) goes, not {right:.0%}."
        require(abs(drop - right) < 1e-6, broken, said)
    said = f"They have {y[0]} of {difference:.3g}."
    require((y / difference).min() > 0.1, "conductance sees both", said)
