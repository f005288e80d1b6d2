"""The checks of lesson 5."""

from functools import partial

import numpy as np

import minigrad as mg
from lessons import two_neurons
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import integrated_gradients
from models.inception import images, specifications

F, X = two_neurons.F, two_neurons.X


def prepare(picture, scale=1.0, mean=0.0, deviation=1.0):
    """A preprocessing, as networks differ in it: scaled, minus the mean, by the standard deviation."""
    return (picture[None] / scale - mean) / deviation


def check_black_baseline(black_baseline):
    for broken, preprocess, expected in (
        ("minus the mean", partial(prepare, mean=117), (-117, -117, -117)),
        ("the network's scale (−1 to 1)", partial(prepare, scale=127.5, mean=1), (-1, -1, -1)),
        (
            "each channel its own",
            partial(prepare, scale=255, mean=(0.5, 0.4, 0.3), deviation=(0.25, 0.2, 0.1)),
            (-2, -2, -3),
        ),
        (
            "black is not always the least (ink: 1 − x/255)",
            partial(prepare, scale=-255, mean=-1),
            (1, 1, 1),
        ),
        (
            "cropped and in BGR, as x is",
            partial(images.preprocess, spec=specifications.GOOGLENET_BVLC),
            (-104, -117, -123),
        ),
    ):
        got, x = (
            black_baseline(preprocess, (300, 260, 3)),
            preprocess(np.full((300, 260, 3), 200, np.uint8)),
        )
        require(
            np.shape(got) == x.shape,
            f"{broken}: the shape of x",
            f"x is {x.shape}, x′ {np.shape(got)}.",
        )
        require(
            np.allclose(got, expected),
            broken,
            f"A pixel of x′ is {np.ravel(got)[:3]}; black is {expected} here.",
        )


def check_blurred_baseline(blurred_baseline):
    x, red = np.random.default_rng(5).uniform(-117, 138, (1, 33, 33, 3)), np.zeros((1, 33, 33, 3))
    red[0, 16, 16, 0] = 1.0  # a spot in the middle
    before, blurred, spot = x.copy(), blurred_baseline(x, 3), blurred_baseline(red, 3)
    require(
        np.shape(blurred) == x.shape,
        "shaped like x",
        f"x is {x.shape}, the baseline {np.shape(blurred)}.",
        blurred,
        x,
    )
    for broken, got, expected in (
        ("x stays as it is", x, before),
        ("x = x′ gives 0 (width 0 is x itself)", blurred_baseline(x, 0), x),
        ("a uniform picture stays as it is", blurred_baseline(0 * x - 117, 3), 0 * x - 117),
        ("each colour by itself", spot[..., 1:], 0 * spot[..., 1:]),
        (
            "nothing goes round the border",
            blurred_baseline(np.roll(red, 16, axis=2), 2)[0, :, 0],
            np.zeros((33, 3)),
        ),
        ("the mean colour stays", np.mean(blurred, axis=(0, 1, 2)), x.mean(axis=(0, 1, 2))),
    ):
        worst = np.argmax(np.abs(got - expected))
        off = f"Some number is {np.ravel(got)[worst]:.4g}, not {expected.ravel()[worst]:.4g}."
        require_equal(got, expected, broken, off, rtol=0, atol=1e-6)
    # down and across
    wide = np.sqrt([spot.sum(axis=(0, axis, 3)) @ np.arange(-16, 17) ** 2 for axis in (2, 1)])
    require(
        abs(wide - 3).max() < 0.3,
        "smooth edges (a spot spreads over width pixels)",
        f"Width 3 gave {wide}.",
    )


def check_averaged(averaged):
    # F = Σ_i x_i^power, so IG_i = x_i^power − x′_i^power
    for broken, power, x, baselines, expected in (
        ("x = x′ gives 0", 2, [3, 1], [[3, 1]], [0, 0]),
        ("a mean over all baselines, x itself too", 1, [3], [[3], [1]], [1]),
        ("attributions have signs", 1, [0], [[1], [-1]], [0]),
        ("the mean of attributions, not the attribution from the mean", 2, [2], [[1], [-1]], [3]),
        ("every baseline counts alike", 1, [0], [[-6], [0], [0]], [2]),
    ):
        got = averaged(
            lambda x, begin, p=power: x**p - begin**p,
            np.array(x, float),
            np.array(baselines, float),
        )
        require_equal(
            got,
            expected,
            broken,
            f"For F = Σ x_i^{power}, x = {x}, baselines {baselines}: {got}, not {expected}.",
        )
    begin = np.array([[[0.0, 0.0]], [[1.0, 0.0]], [[0.5, 1.0]], [[1.0, 2.0]]])
    total = np.sum(averaged(partial(integrated_gradients, F, steps=600, rule="midpoint"), X, begin))
    gained = F(mg.Tensor(X)).data[0] - F(mg.Tensor(begin[:, 0])).data.mean()
    require(
        abs(total - gained) < 1e-4,
        "completeness for the mean of F(x) − F(x′)",
        f"Σ is {total:.4f}, not {gained:.4f}.",
    )
