"""The backgrounds: a sky, a ground and what stands about, whatever the class of the object."""

from typing import NamedTuple

import numpy as np

from models.scenes import clutter
from models.scenes.pen import Pen, pick


class Background(NamedTuple):
    """One kind of background.

    Attributes
    ----------
    skies, grounds : tuple of pairs of colours
        From the top down to the horizon, and from the horizon down; one pair of each is picked.
    things : tuple of functions of `models.scenes.clutter`
        What may stand about, from back to front.
    always : tuple of functions
        Those of the things that are never missing; each other one is there now and then.
    wet : bool
        Whether the ground is water.
    """

    skies: tuple
    grounds: tuple
    things: tuple
    always: tuple = ()
    wet: bool = False


FAIR = ((95, 155, 220), (200, 225, 240))
GREY = ((165, 175, 185), (215, 215, 212))
MORNING = ((140, 175, 215), (250, 225, 195))
EVENING = ((85, 85, 140), (245, 165, 110))

KINDS = {
    "sea": Background(
        skies=(FAIR, GREY, MORNING, EVENING),
        grounds=(
            ((85, 145, 185), (30, 80, 135)),
            ((110, 150, 160), (60, 100, 115)),
            ((70, 160, 170), (25, 105, 130)),
        ),
        things=(clutter.sun, clutter.clouds, clutter.hills, clutter.birds, clutter.waves),
        always=(clutter.waves,),
        wet=True,
    ),
    "lake": Background(
        skies=(FAIR, GREY, MORNING),
        grounds=(
            ((120, 165, 170), (50, 95, 110)),
            ((140, 175, 195), (70, 110, 150)),
            ((120, 140, 120), (60, 85, 80)),
        ),
        things=(
            clutter.clouds,
            clutter.mountains,
            clutter.hills,
            clutter.far_trees,
            clutter.firs,
            clutter.birds,
            clutter.waves,
        ),
        always=(clutter.waves,),
        wet=True,
    ),
    "meadow": Background(
        skies=(FAIR, GREY, MORNING),
        grounds=(
            ((150, 185, 95), (85, 140, 60)),
            ((175, 185, 100), (120, 140, 60)),
            ((120, 165, 90), (60, 115, 55)),
        ),
        things=(
            clutter.sun,
            clutter.clouds,
            clutter.hills,
            clutter.far_trees,
            clutter.birds,
            clutter.grass,
            clutter.flowers,
            clutter.bushes,
            clutter.stones,
        ),
        always=(clutter.grass,),
    ),
    "forest": Background(
        skies=(((150, 190, 205), (210, 225, 205)), GREY, ((120, 150, 150), (190, 200, 180))),
        grounds=(
            ((95, 115, 65), (65, 80, 45)),
            ((130, 105, 70), (85, 65, 45)),
            ((80, 110, 75), (50, 75, 50)),
        ),
        things=(
            clutter.birds,
            clutter.far_trees,
            clutter.firs,
            clutter.grass,
            clutter.bushes,
            clutter.stones,
        ),
        always=(clutter.firs,),
    ),
    "street": Background(
        skies=(FAIR, GREY, MORNING, EVENING),
        grounds=(
            ((115, 115, 118), (85, 85, 90)),
            ((135, 130, 125), (105, 100, 98)),
            ((95, 98, 108), (70, 72, 80)),
        ),
        things=(
            clutter.clouds,
            clutter.birds,
            clutter.skyline,
            clutter.far_trees,
            clutter.road,
            clutter.lamp_posts,
        ),
        always=(clutter.skyline, clutter.road),
    ),
    "desert": Background(
        skies=(FAIR, ((110, 165, 205), (245, 225, 180)), EVENING),
        grounds=(
            ((235, 205, 145), (205, 160, 100)),
            ((215, 160, 110), (180, 115, 80)),
            ((225, 210, 175), (190, 170, 130)),
        ),
        things=(
            clutter.sun,
            clutter.clouds,
            clutter.birds,
            clutter.mountains,
            clutter.dunes,
            clutter.cacti,
            clutter.stones,
        ),
        always=(clutter.dunes,),
    ),
    "snow": Background(
        skies=(GREY, ((140, 175, 210), (225, 232, 240)), ((110, 120, 145), (190, 195, 210))),
        grounds=(
            ((235, 240, 246), (205, 215, 230)),
            ((225, 228, 232), (190, 196, 208)),
            ((240, 236, 236), (210, 205, 215)),
        ),
        things=(
            clutter.clouds,
            clutter.mountains,
            clutter.snowy_hills,
            clutter.firs,
            clutter.stones,
            clutter.snowfall,
        ),
        always=(clutter.snowy_hills,),
    ),
    "dusk": Background(
        skies=(
            ((40, 40, 85), (215, 120, 110)),
            ((25, 30, 60), (120, 95, 135)),
            ((55, 45, 80), (245, 150, 90)),
            ((20, 28, 55), (60, 80, 120)),
        ),
        grounds=(
            ((75, 75, 85), (45, 45, 58)),
            ((70, 85, 75), (40, 55, 50)),
            ((95, 75, 80), (60, 48, 58)),
        ),
        things=(
            clutter.stars,
            clutter.sun,
            clutter.clouds,
            clutter.hills,
            clutter.skyline,
            clutter.far_trees,
            clutter.bushes,
            clutter.stones,
        ),
    ),
}
BACKGROUNDS = tuple(KINDS)
PERHAPS = 0.45  # the chance of each thing that is there now and then


def paint_background(name, canvas, horizon, foot, rng):
    """A new picture of the background, with the ground prepared for an object.

    Parameters
    ----------
    name : str
        One of BACKGROUNDS.
    canvas : int
        Its side in pixels.
    horizon : float
        As a share of the side, from the top.
    foot : tuple of 3 float
        Where the object's foot will be, from the left and from the top, and how wide it is, as
        shares of the side.
    rng : numpy.random.Generator

    Returns
    -------
    PIL.Image.Image, RGB
    """
    kind = KINDS[name]
    image = _sky_and_ground(kind, canvas, horizon, rng)
    pen = Pen(image, ((canvas, 0), (0, canvas)), (0, 0))
    chances = rng.random(len(kind.things)).tolist()
    for paint, chance in zip(kind.things, chances):
        if paint in kind.always or chance < PERHAPS:
            paint(pen, rng, horizon)
    _paint_contact(pen, kind.wet, *foot)
    return image


def _sky_and_ground(kind, canvas, horizon, rng):
    """Two gradients that meet at the horizon; every row is of one colour."""
    from PIL import Image

    sky = kind.skies[rng.integers(len(kind.skies))]
    ground = kind.grounds[rng.integers(len(kind.grounds))]
    colours = [pick(rng, (colour,)) for colour in (*sky, *ground)]
    height, places = np.arange(canvas) / canvas, (0.0, horizon - 1e-6, horizon, 1.0)
    channels = [np.interp(height, places, channel) for channel in zip(*colours)]
    column = np.stack(channels, axis=-1).astype(np.uint8)
    return Image.fromarray(column[:, None, :]).resize((canvas, canvas), Image.Resampling.NEAREST)


def _paint_contact(pen, wet, x, base, width):
    """A shadow, or on water a dark reflection and foam."""
    if not wet:
        pen.ellipse(x, base, width * 0.5, 0.028, (15, 12, 20, 95))
        return
    pen.ellipse(x, base + 0.012, width * 0.5, 0.035, (10, 30, 55, 80))
    for shift, half, drop in ((-0.1, 0.46, 0.004), (0.12, 0.4, 0.022), (-0.05, 0.34, 0.04)):
        left, right, y = x + (shift - half) * width, x + (shift + half) * width, base + drop
        pen.line(((left, y), (right, y)), (240, 247, 250, 150), 0.012)
