"""What lesson 7 draws and prints: one picture explained from several baselines, tables."""

from fractions import Fraction
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image, ImageFilter

from .drawing import BLACK, for_and_against, mask_of, tidy

BLUR = 6  # pixels
BEGINNINGS = ((0, 0), (1, 0), (0, 1), (1, 1))  # of the two neurons' paths


class Explanation(NamedTuple):
    """What one baseline makes of F(x): F at both ends, and Eq. 1 of every input."""

    F_baseline: float
    F_x: float
    IG: np.ndarray

    @property
    def difference(self):
        """What is shared out."""
        return self.F_x - self.F_baseline

    @property
    def pixels(self):
        """IG of a picture's pixels, their colours summed."""
        return self.IG.sum(axis=-1)


def explained(F_baseline, F_x, IG):
    """The `Explanation` of one input: two scores, tensors (1,), and IG, (1, …)."""
    return Explanation(F_baseline.data[0], F_x.data[0], IG[0])


def blurred(picture):
    """A picture, uint8, blurred by a bell curve."""
    return np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(BLUR)))


def noise(picture, seed):
    """A picture of the same shape, each number drawn by chance."""
    return np.random.default_rng(seed).integers(0, 256, picture.shape, dtype=np.uint8)


def painted(scene, colour):
    """The scene's picture with its object in one colour, from 0 to 255."""
    return np.where(mask_of(scene)[..., None], np.uint8(colour), scene.draw())


def signed(value, form=".2f"):
    """A number with a real minus sign."""
    return format(value, form).replace("-", "−")


def draw_baselines(scene, pictures, found):
    """The scene beside its baselines; below, the IG of each pixel from there.

    Parameters
    ----------
    scene : models.scenes.Scene
    pictures : dict of str to array
        The baselines.
    found : dict of str to Explanation
        By the same names.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(2, 1 + len(found), figsize=(14.5, 5.6), layout="constrained")
    maps = [each.pixels for each in found.values()]
    strength = np.quantile(np.abs(maps), 0.99)
    F_x = next(iter(found.values())).F_x
    draw_picture(axes[0, 0], scene.draw(), "x", f"F(x) = {signed(F_x)}")
    gained = signed(np.mean([each.difference for each in found.values()]))
    below = f"F(x) − mean F(x′) = {gained}"
    draw_pixels(axes[1, 0], np.mean(maps, axis=0), strength, scene, "mean of the five", below)
    for column, (name, each) in zip(axes.T[1:], found.items()):
        draw_picture(column[0], pictures[name], f"x′: {name}", f"F(x′) = {signed(each.F_baseline)}")
        below = f"F(x) − F(x′) = {signed(each.difference)}"
        image = draw_pixels(column[1], each.pixels, strength, scene, f"IG from {name}", below)
    draw_scale(figure, image, axes[1])
    return figure


def draw_scale(figure, image, axes):
    """A colour bar beside some panels."""
    look = {"shrink": 0.85, "extend": "both", "pad": 0.01}
    figure.colorbar(image, ax=axes, label="IG of a pixel (score)", **look)


def draw_picture(axis, picture, title, below):
    """A picture without ticks."""
    axis.imshow(picture)
    frameless(axis, title, below)


def draw_pixels(axis, pixels, strength, scene, title, below):
    """IG summed over colours, with the boat's outline; returns the image, for a colour bar."""
    side = np.arange(len(pixels))
    colours = {"cmap": for_and_against(), "vmin": -strength, "vmax": strength}
    image = axis.imshow(pixels, interpolation="nearest", **colours)
    axis.contour(side, side, mask_of(scene), levels=[0.5], colors=BLACK, linewidths=0.8)
    frameless(axis, title, below)
    return image


def frameless(axis, title, below):
    """Title, a line of text below, and no axes."""
    tidy(axis, title, below)
    axis.set(xticks=[], yticks=[])
    axis.spines[["left", "bottom"]].set_visible(False)


def draw_blind_spots(scene, boats, explain_from_each):
    """The scene with its boat repainted, explained, one paint a row.

    ``boats`` has for each paint the picture; ``explain_from_each`` makes of a picture Explanations
    by their baselines.
    """
    rows = {paint: (picture, explain_from_each(picture)) for paint, picture in boats.items()}
    columns = 1 + len(next(iter(rows.values()))[1])
    size = (14.5, 2.8 * len(rows))
    figure, axes = plt.subplots(
        len(rows), columns, figsize=size, layout="constrained", squeeze=False
    )
    everything = [each.pixels for _, found in rows.values() for each in found.values()]
    strength = np.quantile(np.abs(everything), 0.99)
    boat = mask_of(scene)
    for line, (paint, (picture, found)) in zip(axes, rows.items()):
        F_x = signed(next(iter(found.values())).F_x)
        draw_picture(line[0], picture, f"a {paint} boat", f"F(x) = {F_x}")
        for axis, (name, each) in zip(line[1:], found.items()):
            share = np.abs(each.pixels[boat]).sum() / np.abs(each.pixels).sum()
            below = f"{share:.0%} of Σ|IG| on the boat"
            image = draw_pixels(axis, each.pixels, strength, scene, f"IG from {name}", below)
    draw_scale(figure, image, axes)
    return figure


def print_two_neurons(explain, F, x):
    """What is shared out from each baseline, and both shares, as fractions."""
    print("x′        F(x′)   F(x) − F(x′)      IG₁      IG₂")
    for begin in BEGINNINGS:
        each = explain(F, x, np.array([begin], float))
        exact = (str(Fraction(float(value)).limit_denominator(30)) for value in each.IG)
        shares = "".join(f"{text:>9}" for text in exact)
        print(f"{begin!s:9}{each.F_baseline:6.0f}{each.difference:15.0f}{shares}")
    print()


def print_baselines(model, pictures, found):
    """What the network sees at x′, what is shared out, and how many signs differ from the first."""
    first = next(iter(found.values()))
    print("x′             seen as     F(x′)   F(x) − F(x′)    Σ IG   another sign")
    for name, each in found.items():
        seen = model.preprocess(pictures[name])
        turned = np.mean(each.pixels * first.pixels < 0)
        sums = f"{each.F_baseline:9.2f}{each.difference:14.2f}{each.IG.sum():10.1f}{turned:14.0%}"
        print(f"{name:12}{seen.min():5.0f} to {seen.max():4.0f}{sums}".replace("-", "−"))
    print()
