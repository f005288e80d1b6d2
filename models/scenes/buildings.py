"""Buildings, on the ground at y = 0."""

import math

import numpy as np

from models.scenes.drawing import Drawing
from models.scenes.pen import any_paint, darker, lighter, pick

PLASTER = (
    (240, 232, 215),
    (225, 205, 170),
    (205, 150, 120),
    (190, 200, 205),
    (170, 95, 75),
    (235, 205, 130),
    (160, 180, 150),
)
WHITEWASH = ((245, 242, 235), (240, 228, 200), (220, 222, 225))
TIMBER = ((120, 85, 55), (80, 60, 48), (235, 230, 220))
TILES = ((165, 70, 50), (120, 55, 45), (85, 85, 95), (70, 80, 100), (140, 100, 65), (60, 95, 85))
STONE = ((175, 170, 160), (140, 138, 140), (200, 180, 145), (165, 140, 115), (120, 125, 135))
DOOR = ((100, 65, 40), (60, 80, 110), (130, 45, 40), (50, 90, 60), (70, 50, 45))
PANE = ((250, 225, 140), (120, 150, 175), (70, 85, 105), (205, 225, 235))
FRAME = (70, 60, 55)
SHADE = (20, 15, 30, 60)


def house(pen, rng):
    wall, tiles, door, pane = pick(rng, PLASTER), pick(rng, TILES), pick(rng, DOOR), pick(rng, PANE)
    eaves, ridge, gabled = rng.uniform(0.4, 0.46), rng.uniform(0.72, 0.8), rng.random() < 0.5
    chimney, doorway = rng.uniform(0.1, 0.24), rng.choice((-0.06, 0.0, 0.06))
    pen.part("chimney")
    pen.box(chimney, 0.5, chimney + 0.11, ridge + 0.08, darker(wall, 0.75))
    left, right, tone = chimney - 0.02, chimney + 0.13, darker(wall, 0.55)
    pen.box(left, ridge + 0.05, right, ridge + 0.09, tone, edge=False)
    pen.part("walls")
    pen.box(-0.42, 0, 0.42, eaves, wall)
    if gabled:
        pen.polygon(((-0.42, eaves), (0, ridge - 0.02), (0.42, eaves)), wall)
    pen.polygon(((-0.42, eaves), (0.42, eaves), (0.42, eaves - 0.07), (-0.42, eaves - 0.05)), SHADE)
    pen.part("roof")
    if gabled:
        for side in (-1, 1):
            outline = (
                (0, ridge + 0.02), (side * 0.5, eaves - 0.06),
                (side * 0.47, eaves - 0.13), (0, ridge - 0.11),
            )  # fmt: skip
            pen.polygon(outline, tiles)
    else:
        outline = (-0.5, eaves - 0.03), (-0.36, ridge), (0.36, ridge), (0.5, eaves - 0.03)
        pen.polygon(outline, tiles)
        for share in (0.33, 0.66):
            y, half = eaves + share * (ridge - eaves), 0.48 - 0.12 * share
            pen.line(((-half, y), (half, y)), darker(tiles, 0.8), 0.014)
    pen.part("door")
    pen.box(doorway - 0.07, 0, doorway + 0.07, 0.26, door)
    pen.ellipse(doorway + 0.04, 0.12, 0.015, 0.015, (230, 200, 120), edge=False)
    pen.part("windows")
    for x in (-0.27, 0.27):
        pen.box(x - 0.085, 0.13, x + 0.085, 0.3, pane, edge=FRAME)
        pen.line(((x, 0.13), (x, 0.3)), FRAME, 0.014)
        pen.line(((x - 0.08, 0.215), (x + 0.08, 0.215)), FRAME, 0.014)
    if gabled:
        pen.ellipse(0, eaves + 0.1, 0.06, 0.06, pane, edge=FRAME)


def lighthouse(pen, rng):
    wall, rock = pick(rng, WHITEWASH), pick(rng, STONE)
    stripe, roof = any_paint(rng, 0.15), any_paint(rng)
    foot, head, top = rng.uniform(0.13, 0.165), rng.uniform(0.075, 0.095), rng.uniform(0.72, 0.76)
    bands, phase = int(rng.integers(2, 5)), rng.uniform(0.05, 0.14)
    slanted = rng.choice((0.0, 0.05))
    pen.part("tower")
    outline = (-0.24, 0), (-0.18, 0.06), (-0.05, 0.08), (0.1, 0.07), (0.22, 0.05), (0.25, 0)
    pen.curve(outline, darker(rock, 0.8))
    pen.polygon(((-foot, 0.04), (-head, top), (head, top), (foot, 0.04)), wall)
    pen.part("stripes")
    period = (top - phase) / bands
    for band in range(bands):
        low, high = phase + band * period, phase + (band + 0.5) * period
        at_low, at_high = foot + (head - foot) * low / top, foot + (head - foot) * high / top
        outline = (
            (-at_low, low), (at_low, low + slanted), (at_high, high + slanted), (-at_high, high),
        )  # fmt: skip
        pen.polygon(outline, stripe, edge=False)
    pen.part("tower")
    pen.polygon(((0.02, 0.05), (0.02, top), (head, top), (foot, 0.05)), SHADE)
    pen.box(-0.035, 0.06, 0.035, 0.15, FRAME, edge=False)
    pen.part("lamp")
    pen.box(-head - 0.045, top, head + 0.045, top + 0.035, (55, 55, 62), edge=False)
    pen.box(-head + 0.01, top + 0.035, head - 0.01, top + 0.145, (255, 232, 130), edge=(60, 55, 50))
    pen.line(((0, top + 0.04), (0, top + 0.14)), (120, 100, 60), 0.014)
    outline = (
        (-head - 0.02, top + 0.145), (-head * 0.6, top + 0.2),
        (0, top + 0.235), (head * 0.6, top + 0.2), (head + 0.02, top + 0.145),
    )  # fmt: skip
    pen.curve(outline, roof)


def windmill(pen, rng):
    wall, cap = pick(rng, PLASTER), pick(rng, TILES)
    blade, cloth = pick(rng, TIMBER), pick(rng, PLASTER)
    foot, head, hub = rng.uniform(0.2, 0.26), rng.uniform(0.12, 0.15), 0.62
    turn, reach = rng.uniform(0.15, 1.4), rng.uniform(0.38, 0.41)
    pen.part("tower")
    pen.polygon(((-foot, 0), (-head, 0.56), (head, 0.56), (foot, 0)), wall)
    pen.polygon(((0.03, 0), (0.03, 0.56), (head, 0.56), (foot, 0)), SHADE)
    pen.box(-0.06, 0, 0.06, 0.17, FRAME)
    pen.box(-0.04, 0.28, 0.04, 0.37, (110, 130, 150), edge=FRAME)
    pen.part("cap")
    outline = (
        (-head - 0.04, 0.55), (-head - 0.01, 0.64), (0, 0.74),
        (head + 0.01, 0.64), (head + 0.04, 0.55), (0, 0.545),
    )  # fmt: skip
    pen.curve(outline, cap)
    pen.part("blades")
    for quarter in range(4):
        angle = turn + quarter * math.pi / 2
        along = np.array((math.cos(angle), math.sin(angle)))
        across = np.array((-math.sin(angle), math.cos(angle)))
        centre = np.array((0.0, hub))
        sail = (0.09, 0.005), (0.09, 0.085), (reach, 0.1), (reach, 0.005)
        corners = [centre + along * out + across * off for out, off in sail]
        pen.polygon(corners, cloth, edge=darker(blade, 0.6))
        for share in (0.25, 0.5, 0.75):
            middle = centre + along * (0.09 + share * (reach - 0.09))
            pen.line((middle, middle + across * 0.09), darker(blade, 0.7), 0.012)
        pen.line((centre, centre + along * (reach + 0.01)), darker(blade, 0.75), 0.028)
    pen.ellipse(0, hub, 0.035, 0.035, (50, 45, 42), edge=False)


def castle(pen, rng):
    stone, flag, tiles = pick(rng, STONE), any_paint(rng, 0.05), pick(rng, TILES)
    wall, tall, keep = rng.uniform(0.32, 0.4), rng.uniform(0.56, 0.64), rng.random() < 0.6
    pointed, half = rng.random() < 0.4, rng.uniform(0.1, 0.125)
    pen.part("flags")
    for x, top in ((-0.38, tall), (0.38, tall)):
        above = top + (0.2 if pointed else 0.04)
        pen.line(((x, top), (x, above + 0.14)), FRAME, 0.018)
        pen.polygon(((x, above + 0.14), (x + 0.13, above + 0.1), (x, above + 0.05)), flag)
    if keep:
        pen.part("walls")
        _battlement(pen, -0.17, 0.17, tall - 0.02, 0.05, darker(stone, 0.85))
        for x in (-0.08, 0.08):
            pen.box(x - 0.018, tall - 0.14, x + 0.018, tall - 0.06, FRAME, edge=False)
    pen.part("walls")
    _battlement(pen, -0.4, 0.4, wall, 0.05, stone)
    pen.line(((-0.26, wall - 0.09), (0.26, wall - 0.09)), darker(stone, 0.8), 0.014)
    pen.part("towers")
    for x in (-0.38, 0.38):
        _battlement(pen, x - half, x + half, tall, 0.05, lighter(stone, 0.12))
        pen.box(x + half * 0.3, 0.01, x + half - 0.01, tall - 0.03, SHADE)
        pen.box(x - 0.022, tall - 0.2, x + 0.022, tall - 0.1, FRAME, edge=False)
        pen.box(x - 0.022, 0.17, x + 0.022, 0.26, FRAME, edge=False)
        if pointed:
            pen.polygon(((x - half - 0.03, tall), (x, tall + 0.22), (x + half + 0.03, tall)), tiles)
    pen.part("gate")
    angles = np.linspace(0, math.pi, 9)
    arch = [(0.1 * math.cos(angle), 0.15 + 0.1 * math.sin(angle)) for angle in angles]
    pen.polygon([(0.1, 0), *arch, (-0.1, 0)], (52, 40, 34))
    for x in (-0.05, 0, 0.05):
        pen.line(((x, 0), (x, 0.22)), (120, 105, 90), 0.012)


def _battlement(pen, left, right, top, tooth, colour):
    """A wall from the ground up whose crest is notched."""
    count = 2 * round((right - left) / (2 * tooth)) + 1
    edges = np.linspace(left, right, count + 1)
    crest = []
    for index in range(count):
        y = top + (0.055 if index % 2 == 0 else 0)
        crest += [(edges[index], y), (edges[index + 1], y)]
    pen.polygon([(left, 0), *crest, (right, 0)], colour)


def church(pen, rng):
    wall, tiles, pane = pick(rng, PLASTER), pick(rng, TILES), pick(rng, PANE)
    spire, eaves, ridge = pick(rng, TILES), rng.uniform(0.24, 0.29), rng.uniform(0.4, 0.46)
    shaft, top, half = rng.uniform(0.52, 0.58), rng.uniform(0.88, 0.92), rng.uniform(0.11, 0.13)
    pen.part("nave")
    pen.box(-0.18, 0, 0.46, eaves, wall)
    for x in (-0.02, 0.14, 0.3):
        outline = (x, 0.05), (x, 0.15), (x + 0.035, 0.2), (x + 0.07, 0.15), (x + 0.07, 0.05)
        pen.polygon(outline, pane, edge=FRAME)
    pen.part("roof")
    pen.polygon(((-0.2, eaves - 0.015), (-0.2, ridge), (0.4, ridge), (0.5, eaves - 0.015)), tiles)
    pen.line(((-0.18, (eaves + ridge) / 2), (0.43, (eaves + ridge) / 2)), darker(tiles, 0.8), 0.014)
    pen.part("tower")
    pen.box(-0.27 - half, 0, -0.27 + half, shaft, lighter(wall, 0.15))
    pen.box(-0.27 + half * 0.3, 0.005, -0.27 + half - 0.01, shaft - 0.01, SHADE)
    pen.polygon(((-0.31, 0), (-0.31, 0.1), (-0.27, 0.15), (-0.23, 0.1), (-0.23, 0)), FRAME)
    pen.ellipse(-0.27, shaft - 0.1, 0.05, 0.05, (240, 235, 215), edge=FRAME)  # the clock
    pen.line(((-0.27, shaft - 0.1), (-0.27, shaft - 0.065)), FRAME, 0.014)
    pen.part("spire")
    pen.polygon(((-0.3 - half, shaft - 0.01), (-0.27, top), (-0.24 + half, shaft - 0.01)), spire)
    pen.polygon(((-0.26, shaft), (-0.27, top - 0.02), (-0.25 + half, shaft)), SHADE)
    pen.line(((-0.27, top - 0.02), (-0.27, top + 0.09)), FRAME, 0.024)
    pen.line(((-0.31, top + 0.05), (-0.23, top + 0.05)), FRAME, 0.024)


BUILDINGS = {
    "house": Drawing(house, ("walls", "roof", "door", "windows", "chimney"), 1.0, 0.88),
    "lighthouse": Drawing(lighthouse, ("tower", "stripes", "lamp"), 0.5, 1.0),
    "windmill": Drawing(windmill, ("tower", "cap", "blades"), 0.84, 1.04),
    "castle": Drawing(castle, ("walls", "towers", "gate", "flags"), 1.02, 0.9),
    "church": Drawing(church, ("nave", "roof", "tower", "spire"), 1.0, 1.0),
}
