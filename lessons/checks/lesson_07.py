"""What lesson 7's answers are held to: shares by pencil, baselines, what a baseline cannot see.

What is right is told by the preprocessings of real networks, by what a blur must keep, and by
attributions that are known by pencil.
"""

from functools import partial

import numpy as np

import minigrad as mg
from lessons.classroom.properties import (
    in_brief,
    require,
    require_equal,
    require_pencil,
    require_same,
)
from lessons.networks.two_neurons import F, X
from minigrad.attribution import integrated_gradients
from models.inception import images, specifications


def check_PENCIL(answers):
    """The two neurons from (1, 0) and from (0, 1)."""
    from_left, from_above, from_0 = (
        integrated_gradients(F, X, np.array([begin]), steps=6, rule="midpoint")[0].round(9)
        for begin in ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0))
    )
    right = {
        "IG₁ from (1, 0)": from_left[0],
        "IG₂ from (1, 0)": from_left[1],
        "IG₁ from (0, 1)": from_above[0],
    }
    other = "That is from (0, 0), where both inputs move."
    half = "Only one of them moves: the 4 is not halved."
    traps = {
        "IG₁ from (1, 0)": [
            (from_0[0], other),
            (1, "That is the value of x₁. How far does it move?"),
            (2, half),
            (4, "x₁ is 1 at both ends. What does not move has no share."),
        ],
        "IG₂ from (1, 0)": [
            (from_0[1], other),
            (2, half),
            (0, "x₂ moves from 0 to 1, and nothing else does."),
        ],
        "IG₁ from (0, 1)": [
            (from_0[0], other),
            (2, half),
            (0, "x₁ moves from 0 to 1, and nothing else does."),
            (8, "That is ∂F/∂x₁ at x. Σ IG is F(x) − F(x′)."),
        ],
    }
    return require_pencil(answers, right, traps) + " Same x, same 4 points, other shares."


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
    """Black as five networks see it."""
    shape = (300, 260, 3)
    for broken, preprocess, black in PREPROCESSINGS:
        given = f"shape = {shape} ({broken})."
        got, x = black_baseline(preprocess, shape), preprocess(np.full(shape, 200, np.uint8))
        said = f"{given} x has shape {x.shape}. Yours: {np.shape(got)}. Right: the same."
        require(np.shape(got) == x.shape, "the shape of x", said)
        same = np.allclose(got, black)
        pixel = tuple(np.ravel(got)[:3].round(3).tolist())
        said = f"A black pixel, as this network sees it. Yours: {pixel}. Right: {black}."
        require(same, broken, said.replace("-", "−"))
    return "It is black for any network, without knowing what preprocess does."


# the property, x, x′, and where x′ is blind: a row of pixels, each with three colours
PIXELS = (
    ("a pixel that does not move", [[1, 2, 3], [4, 5, 6]], [[1, 2, 3], [0, 0, 0]], [True, False]),
    ("all three colours stand still", [[1, 2, 3], [4, 5, 6]], [[1, 2, 0], [0, 5, 0]],
        [False, False]),
    ("black has no special place", [[0, 0, 0], [7, 7, 7]], [[7, 7, 7], [7, 7, 7]], [False, True]),
    ("it is the difference that is 0, not its sum", [[1, 2, 3], [4, 5, 6]],
        [[3, 2, 1], [4, 5, 6]], [False, True]),
)  # fmt: skip


def check_blind_spot(blind_spot):
    """Two pixels by hand; and that IG is 0 there for the shape of a picture."""
    for broken, *pixels, expected in PIXELS:
        x, baseline = (np.array(each, float)[None, None] for each in pixels)
        given = f"x = {pixels[0]}, x′ = {pixels[1]}, one row of two pixels."
        got = blind_spot(x, baseline)
        shape = f"{given} Yours: shape {np.shape(got)}. Right: (1, 2)."
        require(np.shape(got) == (1, 2), "one truth value for each pixel", shape)
        require_same(got, [expected], broken, given)
    return "Now look where it is in a picture."


def check_blurred_baseline(blurred_baseline):
    """What a blur keeps, of noise and of one red spot, and how far the spot spreads."""
    x = np.random.default_rng(5).uniform(-117, 138, (1, 33, 33, 3))
    grey, red, before = np.full_like(x, -117), np.zeros_like(x), x.copy()
    red[0, 16, 16, 0] = 1.0  # in the middle
    at_the_right = np.roll(red, 16, axis=2)
    given = f"x of shape {x.shape}."
    blurred, spot = blurred_baseline(x, 3), blurred_baseline(red, 3)
    said = f"x has shape {x.shape}. Yours: {np.shape(blurred)}. Right: the same."
    require(np.shape(blurred) == x.shape, "shaped like x", said, blurred, x)
    places = (0, 1, 2)  # all axes but the colours
    left = (0, slice(None), 0)  # the leftmost column
    # the property, what was given, what came, what is right
    for broken, given, got, expected in (
        ("x stays as it is", "x after the call", x, before),
        ("x = x′ gives 0 (width 0 is x itself)", "Width 0", blurred_baseline(x, 0), x),
        ("a uniform picture stays as it is", "All −117", blurred_baseline(grey, 3), grey),
        ("each colour by itself", "A red spot: green and blue", spot[..., 1:], red[..., 1:]),
        ("nothing goes round the border", "A spot at the right: the leftmost column",
            blurred_baseline(at_the_right, 2)[left], red[left]),
        ("the mean colour stays", "Means of the colours",
            np.mean(blurred, axis=places), x.mean(axis=places)),
    ):  # fmt: skip
        worst = np.argmax(np.abs(got - expected))
        ours, right = np.ravel(got)[worst], expected.ravel()[worst]
        off = f"{given}, the number most off. Yours: {ours:.4g}. Right: {right:.4g}."
        require_equal(got, expected, broken, off.replace("-", "−"), rtol=0, atol=1e-6)
    down, across = spot.sum(axis=(0, 2, 3)), spot.sum(axis=(0, 1, 3))
    wide = np.sqrt(np.array([down, across]) @ np.arange(-16, 17) ** 2)
    said = f"How far a spot spread with width 3, down and across. Yours: {wide}. Right: 3, 3."
    smooth = abs(wide - 3).max() < 0.3
    require(smooth, "smooth edges (a spot spreads over width pixels)", said)
    return "On its path the picture is sharpened; from black it is lit."


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
    """Means by pencil, and completeness for the mean of several baselines."""
    for broken, power, x, baselines, expected in MEANS:
        given = f"F = Σ x_i to the power {power}, x = {x}, baselines {baselines}."
        got = averaged(partial(share, power), np.array(x, float), np.array(baselines, float))
        shape = f"{given} Yours: of shape {np.shape(got)}. Right: {np.shape(x)}, shaped like x."
        require(np.shape(got) == np.shape(x), "one number for each input", shape)
        swapped = np.any(expected) and np.array_equal(got, np.negative(expected))
        said = (
            f"{given} Yours: {in_brief(got)}. Right: {in_brief(expected)}: attribute(x, baseline)."
        )
        require(not swapped, "from the baseline to x", said)
        require_same(got, expected, broken, given)
    baselines = np.array([[[0.0, 0.0]], [[1.0, 0.0]], [[0.5, 1.0]], [[1.0, 2.0]]])
    attribute = partial(integrated_gradients, F, steps=600, rule="midpoint")
    gained = F(mg.Tensor(X)).item() - F(mg.Tensor(baselines[:, 0])).data.mean()
    given = f"The two neurons, their sum from {len(baselines)} baselines."
    total = np.sum(averaged(attribute, X, baselines))
    complete = "completeness for the mean of F(x) − F(x′)"
    require_same(total, gained, complete, given, rtol=0, atol=1e-4)
    return "With many noises, no single noise decides."
