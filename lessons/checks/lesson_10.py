"""The checks of lesson 10."""

from unittest.mock import Mock

import numpy as np

import minigrad as mg
import models
from lessons import figures
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import MEASURES, ClassScore, ablate, conductance, measures_per_filter
from models.scenes import CLASSES, random_scene

MODEL, STEPS = models.load("mini-inception"), 20


def picture(name):
    """A scene of a class, from a seed that nobody trained on, as the network sees it: (1, 64, 64,
    3).
    """
    return MODEL.preprocess(random_scene(name, 2000 + CLASSES.index(name)).draw())


def measure(model, x, label):
    """The four measures of every filter for one label's score, by name: (filters,), those of the
    first layer first.
    """
    found = measures_per_filter(
        ClassScore(model, label), x, model.baseline(), layers=model.layers, steps=STEPS
    )
    return dict(
        zip(MEASURES, np.concatenate([layer[:, 0] for layer in found.layers.values()], axis=1))
    )


boat = picture("sailboat")


values = measure(MODEL, boat, CLASSES.index("sailboat"))


def check_first_change(first_change):
    for broken, labels, label, expected in (
        ("one filter may be enough", [7, 7], 4, 1),
        ("the label may come back", [4, 7, 4, 4, 4, 4, 7, 7], 4, 2),
        ("label 0 is a label", [4, 0, 7, 4], 4, 2),
        ("all of them may be needed", [4, 4, 4, 7], 4, 4),
        ("None if all are not enough", [4, 4, 4, 4], 4, None),
        (
            "the drawn sailboat, by activation",
            [0] * 12 + [16, 16, 0, 16] + [0] * 4 + [16] * 4,
            0,
            13,
        ),
    ):
        got = first_change([label, *labels, label].__getitem__, label, len(labels))
        require(
            got == expected,
            broken,
            f"For the labels {labels} without 1, 2, … filters it gave {got}, not {expected}.",
        )
    strongest = Mock(side_effect=[label, *labels].__getitem__)  # the sailboat's again
    first_change(strongest, label, len(labels))
    require(
        strongest.call_count < 15,
        "no pass more than is needed",
        f"It asked {strongest.call_count} times to find 13.",
    )


def check_own_measure(own_measure):
    rng, positions, silent = np.random.default_rng(0), np.repeat([16, 4], 6), np.arange(12) == 3
    given = [
        {name: np.where(silent, 0, rng.normal(size=12)) for name in MEASURES} for _ in range(2)
    ]
    # of the same picture
    given[0]["activation"] = given[1]["activation"] = abs(given[0]["activation"])
    turned = [{name: values[::-1] for name, values in one.items()} for one in given]
    got, moved = own_measure(*given, positions), own_measure(*turned, positions[::-1])
    require(
        np.shape(got) == (12,),
        "one number for each filter",
        f"For 12 filters it gave the shape {np.shape(got)}.",
    )
    require(
        np.isfinite(got).all(),
        "numbers, for silent filters too",
        f"It gave {got}; filter 3 is 0 in every measure.",
    )
    require_equal(
        moved,
        np.asarray(got)[::-1],
        "each filter keeps its number",
        "The same filters in reverse got other numbers.",
    )
    require(np.ptp(got) > 0, "filters differ", f"Every filter has {got[0]}.")
    landed = figures.lesson_10.landing(MODEL, measure, own_measure)
    print("filters removed, mean of four other scenes:", landed)
    require(
        landed["your own"] < landed["random order"],
        "sooner than by lot",
        f"Filters removed, on average: {landed}.",
    )


def check_backup(backup):
    x = mg.Tensor(np.ones((1, 1)))
    found = conductance(
        backup, x, 0 * x.data, layers=["y"], steps=2000, rule="midpoint", batch_size=500
    )
    difference, intact = found.difference[0], backup(x).data
    require(
        found["y"].shape == (1, 2), "two filters", f"The layer y is {found['y'].shape}, not (1, 2)."
    )
    require(
        abs(difference) > 1e-3,
        "something to explain",
        f"F(x) − F(x′) is {difference:.4g}; expected a score that changes.",
    )
    for broken, gone, expected in (
        ("both together", [0, 1], 1),
        ("neither alone", [0], 0),
        ("neither alone", [1], 0),
    ):
        with ablate({"y": gone}):
            drop = (intact - backup(x).data)[0] / difference
        require(
            abs(drop - expected) < 1e-6,
            broken,
            f"Without unit {gone} of y {drop:.0%} of F(x) − F(x′) goes, not {expected:.0%}.",
        )
    require(
        (found["y"] / difference).min() > 0.1,
        "conductance sees both",
        f"They have {found['y'][0]} of {difference:.3g}.",
    )
