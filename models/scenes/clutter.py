"""What stands about in a background and says nothing about the class: clouds, birds, hills.

Every function takes a pen whose unit is the picture's side, with y down from the top, a generator
and the horizon.
"""

import numpy as np

from models.scenes.pen import darker, lighter, pick, smooth_path

LEAVES = ((60, 120, 55), (85, 135, 60), (45, 95, 60), (120, 140, 60), (150, 120, 50))
ROCK = ((130, 125, 120), (100, 98, 102), (160, 145, 125), (115, 105, 95))
# A bush's four balls: how far right and up, how large, how light.
BUSH = (
    (-1.0, 0.6, 0.85, 0.8),
    (1.0, 0.55, 0.8, 0.75),
    (0.1, 1.0, 1.1, 0.9),
    (-0.1, 1.3, 0.6, 1.08),
)


def clouds(pen, rng, horizon):
    tone = (255, 252, 248, int(rng.integers(110, 200)))
    for _ in range(rng.integers(1, 4)):
        x, y, size = rng.uniform(0, 1), rng.uniform(0.04, 0.6) * horizon, rng.uniform(0.05, 0.11)
        for shift, rise, share in ((-1, 0.1, 0.6), (0, -0.25, 0.8), (1, 0.05, 0.65)):
            centre, radii = (x + shift * size, y + rise * size), (share * 1.5, share * 0.6)
            pen.ellipse(*centre, radii[0] * size, radii[1] * size, tone)


def sun(pen, rng, horizon):
    x, y = rng.uniform(0.08, 0.92), rng.uniform(0.1, 0.9) * horizon
    radius = rng.uniform(0.035, 0.07)
    pen.ellipse(x, y, radius * 1.5, radius * 1.5, (255, 235, 170, 90))
    pen.ellipse(x, y, radius, radius, (255, 240, 190), edge=False)


def stars(pen, rng, horizon):
    for x, y in rng.random((14, 2)).tolist():
        y = y * horizon * 0.9
        pen.box(x, y, x + 0.012, y + 0.012, (255, 250, 225), edge=False)


def birds(pen, rng, horizon):
    x, y = rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.5) * horizon
    for dx, dy in rng.normal(0, 0.07, (3, 2)).tolist():
        wing = 0.028
        path = (
            (x + dx - wing, y + dy - wing / 2), (x + dx, y + dy),
            (x + dx + wing, y + dy - wing / 2),
        )  # fmt: skip
        pen.line(path, (50, 50, 60), 0.012)


def hills(pen, rng, horizon, tones=((95, 130, 95), (110, 125, 130), (130, 140, 100))):
    tone = pick(rng, tones)
    heights = rng.uniform(0.02, 0.13, 6)
    places = np.linspace(-0.1, 1.1, 6)
    crest = smooth_path([(x, horizon - height) for x, height in zip(places, heights)])
    pen.polygon([*crest, (1.1, horizon + 0.005), (-0.1, horizon + 0.005)], tone, edge=False)


def dunes(pen, rng, horizon):
    hills(pen, rng, horizon, ((225, 180, 115), (205, 150, 95), (185, 125, 90)))


def snowy_hills(pen, rng, horizon):
    hills(pen, rng, horizon, ((215, 225, 235), (180, 195, 215), (130, 145, 165)))


def mountains(pen, rng, horizon):
    tone = pick(rng, ((110, 115, 135), (125, 110, 110), (90, 105, 120)))
    for _ in range(rng.integers(2, 4)):
        x, high, wide = rng.uniform(0, 1), rng.uniform(0.14, 0.28), rng.uniform(0.2, 0.36)
        outline = (x - wide, horizon), (x, horizon - high), (x + wide, horizon)
        pen.polygon(outline, tone, edge=False)
        outline = (
            (x - wide * 0.28, horizon - high * 0.72), (x, horizon - high),
            (x + wide * 0.28, horizon - high * 0.72), (x + wide * 0.05, horizon - high * 0.8),
        )  # fmt: skip
        pen.polygon(outline, (238, 240, 245), edge=False)


def skyline(pen, rng, horizon):
    """Plain blocks of a distant town."""
    tone = pick(rng, ((120, 125, 140), (150, 145, 150), (85, 90, 110)))
    x = -0.02
    while x < 1:
        wide, high = rng.uniform(0.06, 0.15), rng.uniform(0.06, 0.24)
        wall, panes = darker(tone, rng.uniform(0.85, 1.0)), lighter(tone, 0.25)
        pen.box(x, horizon, x + wide, horizon - high, wall, edge=False)
        for row in range(int(high / 0.05)):
            top, bottom = horizon - high + 0.015 + 0.05 * row, horizon - high + 0.03 + 0.05 * row
            pen.box(x + 0.015, top, x + wide - 0.015, bottom, panes, edge=False)
        x += wide + rng.uniform(0, 0.02)


def far_trees(pen, rng, horizon):
    tone = pick(rng, LEAVES)
    for x in rng.uniform(-0.05, 1.05, 7).tolist():
        high = rng.uniform(0.08, 0.2)
        crown = darker(tone, rng.uniform(0.7, 1.0))
        pen.ellipse(x, horizon - high * 0.6, high * 0.5, high * 0.6, crown, edge=False)
        pen.box(x - 0.01, horizon, x + 0.01, horizon - high * 0.4, (80, 60, 45), edge=False)


def firs(pen, rng, horizon):
    tone = pick(rng, ((40, 80, 60), (55, 95, 65), (45, 70, 70)))
    for x in rng.uniform(-0.05, 1.05, 8).tolist():
        high, foot = rng.uniform(0.14, 0.34), horizon + rng.uniform(0, 0.04)
        for low, top in ((0.0, 0.6), (0.35, 1.0)):
            wide = high * 0.28 * (1 - 0.4 * low)
            outline = (
                (x - wide, foot - high * low), (x, foot - high * top),
                (x + wide, foot - high * low),
            )  # fmt: skip
            pen.polygon(outline, darker(tone, rng.uniform(0.75, 1.05)), edge=False)


def bushes(pen, rng, horizon):
    tone = pick(rng, LEAVES)
    for _ in range(rng.integers(1, 4)):
        x, size = rng.uniform(0, 1), rng.uniform(0.025, 0.05)
        y = rng.uniform(horizon + 0.03, 0.98)
        pen.ellipse(x, y + size * 0.1, size * 2.1, size * 0.35, (15, 20, 15, 80))
        for across, up, share, light in BUSH:
            centre, radius = (x + across * size, y - up * size), share * size
            pen.ellipse(*centre, radius, radius * 0.9, darker(tone, light), edge=False)


def stones(pen, rng, horizon):
    for _ in range(rng.integers(2, 5)):
        tone = pick(rng, ROCK)
        x, y = rng.uniform(0, 1), rng.uniform(horizon + 0.03, 0.98)
        size = rng.uniform(0.02, 0.05)
        lit, off = lighter(tone, 0.3), size * 0.2
        pen.ellipse(x, y, size, size * 0.55, tone, edge=False)
        pen.ellipse(x - off, y - off, size * 0.6, size * 0.25, lit, edge=False)


def flowers(pen, rng, horizon):
    tone = pick(rng, ((235, 90, 90), (245, 220, 90), (245, 240, 250), (190, 120, 220)))
    for x, y in rng.random((16, 2)).tolist():
        y = horizon + 0.05 + y * (0.95 - horizon)
        pen.box(x, y, x + 0.016, y + 0.016, tone, edge=False)


def grass(pen, rng, horizon):
    for x, y in rng.random((22, 2)).tolist():
        y = horizon + 0.03 + y * (0.97 - horizon)
        pen.line(((x, y), (x + 0.012, y - 0.03)), (40, 80, 30, 90), 0.012)


def cacti(pen, rng, horizon):
    tone = pick(rng, ((80, 120, 70), (100, 125, 80)))
    for _ in range(rng.integers(1, 3)):
        x, y = rng.uniform(0.04, 0.96), horizon + rng.uniform(0.02, 0.1)
        size = rng.uniform(0.08, 0.16)
        pen.line(((x, y), (x, y - size)), tone, size * 0.2)
        path = (
            (x, y - size * 0.4), (x + size * 0.3, y - size * 0.45),
            (x + size * 0.3, y - size * 0.8),
        )  # fmt: skip
        pen.line(path, tone, size * 0.14)


def waves(pen, rng, horizon):
    for x, depth in rng.random((16, 2)).tolist():
        y, half = horizon + 0.015 + depth**1.4 * (0.97 - horizon), 0.02 + 0.06 * depth
        tone = (240, 246, 250, 95) if rng.random() < 0.6 else (15, 40, 75, 70)
        pen.line(((x - half, y), (x, y - 0.008), (x + half, y)), tone, 0.012)


def road(pen, rng, horizon):
    """A pavement along the horizon, a carriageway, its markings."""
    far = horizon + rng.uniform(0.04, 0.1)
    pavement = pick(rng, ((175, 170, 162), (150, 148, 145), (185, 165, 145)))
    pen.box(-0.1, horizon, 1.1, far, pavement, edge=False)
    pen.box(-0.1, far, 1.1, far + 0.015, (90, 88, 88), edge=False)
    middle, shift = (far + 1) / 2, rng.uniform(0, 0.2)
    for x in np.arange(-0.2, 1.2, 0.25).tolist():
        pen.box(x + shift, middle, x + shift + 0.12, middle + 0.022, (225, 222, 205), edge=False)


def lamp_posts(pen, rng, horizon):
    for x in (rng.uniform(0.02, 0.3), rng.uniform(0.7, 0.98)):
        high = rng.uniform(0.2, 0.3)
        path = (x, horizon + 0.04), (x, horizon - high), (x + 0.06, horizon - high)
        pen.line(path, (70, 72, 78), 0.014)


def snowfall(pen, rng, horizon):
    for x, y in rng.random((26, 2)).tolist():
        pen.ellipse(x, y, 0.008, 0.008, (255, 255, 255), edge=False)
