"""What the exercises of lesson 5 are held to: a black, a blurred and an averaged baseline.

What is right is told by the preprocessings of real networks, by what a blur must keep, and by
attributions that are known by pencil.
"""

from functools import partial

import numpy as np

import minigrad as mg
from lessons.classroom.checking import require, require_equal
from lessons.networks.two_neurons import F, X
from minigrad.attribution import integrated_gradients
from models.inception import images, specifications


def prepare(picture, scale=1.0, mean=0.0, deviation=1.0):
    """A preprocessing as networks differ in it: scaled, minus the mean, by the deviation."""
    return (picture[None] / scale - mean) / deviation


# the property, a preprocessing, and what it makes of a black pixel
PREPROCESSINGS = (
    ("minus the mean",
        partial(prepare, mean=117), (-117, -117, -117)),
    ("the network's scale (−1 to 1)",
        partial(prepare, scale=127.5, mean=1), (-1, -1, -1)),
    ("each channel its own",
        partial(prepare, scale=255, mean=(0.5, 0.4, 0.3), deviation=(0.25, 0.2, 0.1)),
        (-2, -2, -3)),
    ("black is not always the least (ink: 1 − x/255)",
        partial(prepare, scale=-255, mean=-1), (1, 1, 1)),
    ("cropped and in BGR, as x is",
        partial(images.preprocess, spec=specifications.GOOGLENET_BVLC), (-104, -117, -123)),
)  # fmt: skip


def check_black_baseline(black_baseline):
    """Exercise 1: black as five networks see it."""
    shape = (300, 260, 3)
    for broken, preprocess, black in PREPROCESSINGS:
        got, x = black_baseline(preprocess, shape), preprocess(np.full(shape, 200, np.uint8))
        said = f"x is {x.shape}, x′ {np.shape(got)}."
        require(np.shape(got) == x.shape, f"{broken}: the shape of x", said)
        said = f"A pixel of x′ is {np.ravel(got)[:3]}; black is {black} here."
        require(np.allclose(got, black), broken, said)


def check_blurred_baseline(blurred_baseline):
    """Exercise 2: what a blur keeps, of noise and of one red spot, and how far the spot spreads."""
    x = np.random.default_rng(5).uniform(-117, 138, (1, 33, 33, 3))
    grey, red, before = np.full_like(x, -117), np.zeros_like(x), x.copy()
    red[0, 16, 16, 0] = 1.0  # in the middle
    at_the_right = np.roll(red, 16, axis=2)
    blurred, spot = blurred_baseline(x, 3), blurred_baseline(red, 3)
    said = f"x is {x.shape}, the baseline {np.shape(blurred)}."
    require(np.shape(blurred) == x.shape, "shaped like x", said, blurred, x)
    places = (0, 1, 2)  # all axes but the colours
    left = (0, slice(None), 0)  # the leftmost column
    # the property, what came, what is right
    for broken, got, expected in (
        ("x stays as it is", x, before),
        ("x = x′ gives 0 (width 0 is x itself)", blurred_baseline(x, 0), x),
        ("a uniform picture stays as it is", blurred_baseline(grey, 3), grey),
        ("each colour by itself", spot[..., 1:], red[..., 1:]),
        ("nothing goes round the border", blurred_baseline(at_the_right, 2)[left], red[left]),
        ("the mean colour stays", np.mean(blurred, axis=places), x.mean(axis=places)),
    ):
        worst = np.argmax(np.abs(got - expected))
        off = f"Some number is {np.ravel(got)[worst]:.4g}, not {expected.ravel()[worst]:.4g}."
        require_equal(got, expected, broken, off, rtol=0, atol=1e-6)
    down, across = spot.sum(axis=(0, 2, 3)), spot.sum(axis=(0, 1, 3))
    wide = np.sqrt(np.array([down, across]) @ np.arange(-16, 17) ** 2)
    smooth = abs(wide - 3).max() < 0.3
    require(smooth, "smooth edges (a spot spreads over width pixels)", f"Width 3 gave {wide}.")


def share(power, x, baseline):
    """IG for F = Σ_i x_i^power, of which each input has a part of its own."""
    return x**power - baseline**power


# the property, the power of F = Σ_i x_i^power, x, the baselines, and the mean of IG
MEANS = (
    ("x = x′ gives 0", 2, [3, 1], [[3, 1]], [0, 0]),
    ("a mean over all baselines, x itself too", 1, [3], [[3], [1]], [1]),
    ("attributions have signs", 1, [0], [[1], [-1]], [0]),
    ("the mean of attributions, not the attribution from the mean", 2, [2], [[1], [-1]], [3]),
    ("every baseline counts alike", 1, [0], [[-6], [0], [0]], [2]),
)


def check_averaged(averaged):
    """Exercise 3: means by pencil, and completeness for the mean of several baselines."""
    for broken, power, x, baselines, expected in MEANS:
        got = averaged(partial(share, power), np.array(x, float), np.array(baselines, float))
        said = f"For F = Σ x_i^{power}, x = {x}, baselines {baselines}: {got}, not {expected}."
        require_equal(got, expected, broken, said)
    baselines = np.array([[[0.0, 0.0]], [[1.0, 0.0]], [[0.5, 1.0]], [[1.0, 2.0]]])
    attribute = partial(integrated_gradients, F, steps=600, rule="midpoint")
    total = np.sum(averaged(attribute, X, baselines))
    gained = F(mg.Tensor(X)).item() - F(mg.Tensor(baselines[:, 0])).data.mean()
    complete = abs(total - gained) < 1e-4
    said = f"Σ is {total:.4f}, not {gained:.4f}."
    require(complete, "completeness for the mean of F(x) − F(x′)", said)
