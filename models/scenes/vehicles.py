"""Land vehicles, front to the right, wheels on y = 0."""

import math

import numpy as np

from models.scenes.drawing import Drawing
from models.scenes.pen import CIRCLE, any_paint, darker, lighter, pick

TYRE = (32, 32, 36)
GLASS = ((150, 190, 215), (95, 125, 150), (60, 75, 92), (190, 215, 225))
HEADLAMP, TAIL_LAMP = (255, 240, 170), (200, 40, 35)
CARGO = (
    (235, 235, 230),
    (200, 60, 50),
    (60, 110, 175),
    (225, 165, 50),
    (75, 130, 85),
    (150, 155, 160),
)
ROUNDED = np.sign(CIRCLE) * np.abs(CIRCLE) ** 0.5  # between a circle and a square: a tank
HEAP = ((150, 115, 75), (120, 120, 122), (205, 180, 120), (85, 65, 50))


def _wheel(pen, x, radius, rim=(190, 192, 196)):
    pen.ellipse(x, radius, radius, radius, TYRE, edge=False)
    pen.ellipse(x, radius, radius * 0.52, radius * 0.52, rim, edge=False)


def car(pen, rng):
    paint, glass = any_paint(rng, 0.35), pick(rng, GLASS)
    # Where the roof's pillars stand.
    rear, front = rng.uniform(-0.42, -0.26), rng.uniform(0.14, 0.26)
    roof, waist = rng.uniform(0.39, 0.44), rng.uniform(0.235, 0.26)
    radius = rng.uniform(0.095, 0.115)
    pen.part("cabin")
    outline = (
        (rear - 0.03, waist - 0.02), (rear + 0.1, roof),
        (front - 0.13, roof), (front + 0.06, waist - 0.02),
    )  # fmt: skip
    pen.polygon(outline, paint)
    middle = (rear + front) / 2
    outline = (
        (rear + 0.035, waist), (rear + 0.12, roof - 0.035),
        (middle - 0.01, roof - 0.035), (middle - 0.01, waist),
    )  # fmt: skip
    pen.polygon(outline, glass, edge=False)
    outline = (
        (middle + 0.02, waist), (middle + 0.02, roof - 0.035),
        (front - 0.14, roof - 0.035), (front + 0.02, waist),
    )  # fmt: skip
    pen.polygon(outline, glass, edge=False)
    pen.part("body")
    outline = (
        (-0.5, 0.09), (-0.49, 0.2), (-0.45, waist), (rear, waist + 0.01), (front, waist + 0.01),
        (0.4, waist - 0.03), (0.49, 0.17), (0.5, 0.09), (0.3, 0.075), (-0.3, 0.075),
    )  # fmt: skip
    pen.curve(outline, paint)
    outline = (-0.48, 0.12), (0.48, 0.12), (0.48, 0.08), (-0.48, 0.08)
    pen.polygon(outline, darker(paint, 0.6), edge=False)
    pen.line(((-0.42, waist - 0.035), (0.36, waist - 0.045)), lighter(paint, 0.4), 0.02)
    pen.ellipse(0.46, 0.17, 0.03, 0.028, HEADLAMP, edge=False)
    pen.box(-0.495, 0.16, -0.46, 0.205, TAIL_LAMP, edge=False)
    pen.part("wheels")
    for x in (-0.29, 0.29):
        _wheel(pen, x, radius)


def bus(pen, rng):
    paint, stripe, glass = any_paint(rng), any_paint(rng), pick(rng, GLASS)
    decks = 2 if rng.random() < 0.3 else 1
    top, count = (0.68 if decks == 2 else rng.uniform(0.44, 0.5)), int(rng.integers(5, 8))
    pen.part("body")
    outline = (
        (-0.49, 0.07), (-0.5, top - 0.05), (-0.46, top),
        (0.45, top), (0.495, top - 0.05), (0.5, 0.07),
    )  # fmt: skip
    pen.polygon(outline, paint)
    pen.box(-0.48, 0.17, 0.48, 0.205, stripe, edge=False)
    pen.box(-0.48, 0.075, 0.48, 0.11, darker(paint, 0.6), edge=False)
    pen.line(((-0.44, top - 0.025), (0.43, top - 0.025)), lighter(paint, 0.5), 0.022)
    pen.ellipse(0.47, 0.14, 0.025, 0.025, HEADLAMP, edge=False)
    pen.box(-0.495, 0.12, -0.465, 0.16, TAIL_LAMP, edge=False)
    pen.part("windows")
    wide = 0.74 / count
    for deck in range(decks):
        sill = top - 0.2 - 0.22 * deck
        for index in range(count):
            left = -0.45 + index * wide
            pen.box(left + 0.008, sill, left + wide - 0.02, sill + 0.13, glass, edge=(40, 45, 52))
    # the door
    pen.box(0.3, 0.1, 0.4, top - 0.07 - 0.22 * (decks - 1), darker(glass, 0.9), edge=(40, 45, 52))
    pen.box(0.43, top - 0.22, 0.495, top - 0.07, glass, edge=False)
    pen.part("wheels")
    for x in (-0.28, 0.2):
        _wheel(pen, x, 0.088)


def truck(pen, rng):
    paint, glass = any_paint(rng), pick(rng, GLASS)
    kind, cab_top, radius = int(rng.integers(4)), rng.uniform(0.38, 0.43), rng.uniform(0.085, 0.1)
    cargo, heap = pick(rng, CARGO), pick(rng, HEAP)
    pen.part("wheels")
    pen.box(-0.47, 0.1, 0.36, 0.15, (50, 50, 55), edge=False)
    pen.part("load")
    _load(pen, kind, cargo, heap, rng.uniform(0.5, 0.56))
    pen.part("cab")
    outline = (
        (0.24, 0.08), (0.24, cab_top), (0.39, cab_top), (0.43, 0.26), (0.5, 0.235), (0.5, 0.08),
    )  # fmt: skip
    pen.polygon(outline, paint)
    outline = (0.285, 0.25), (0.285, cab_top - 0.04), (0.37, cab_top - 0.04), (0.4, 0.25)
    pen.polygon(outline, glass, edge=False)
    pen.line(((0.265, 0.21), (0.41, 0.21)), darker(paint, 0.6), 0.014)
    pen.box(0.45, 0.08, 0.505, 0.115, (170, 172, 175), edge=False)
    pen.ellipse(0.475, 0.165, 0.025, 0.025, HEADLAMP, edge=False)
    pen.part("wheels")
    for x in (-0.37, -0.165, 0.35):
        _wheel(pen, x, radius)


def _load(pen, kind, cargo, heap, top):
    """A box, a tank, a heap on a tipper, or logs."""
    if kind == 0:
        pen.box(-0.5, 0.145, 0.2, top, cargo)
        for step in range(1, 6):
            x = -0.5 + 0.117 * step
            pen.line(((x, 0.16), (x, top - 0.02)), darker(cargo, 0.8), 0.012)
    elif kind == 1:
        pen.polygon(ROUNDED * (0.35, 0.155) + (-0.15, 0.3), cargo)
        pen.line(((-0.42, 0.39), (0.12, 0.39)), lighter(cargo, 0.5), 0.03)
        pen.box(-0.45, 0.18, 0.15, 0.22, darker(cargo, 0.7), edge=False)
        pen.box(-0.2, 0.45, -0.1, 0.49, darker(cargo, 0.6), edge=False)
    elif kind == 2:
        pen.curve(((-0.46, 0.28), (-0.34, 0.42), (-0.18, 0.5), (0.0, 0.44), (0.15, 0.28)), heap)
        pen.polygon(((-0.47, 0.145), (-0.52, 0.34), (0.22, 0.34), (0.18, 0.145)), cargo)
        for step in range(5):
            x = -0.4 + 0.13 * step
            pen.line(((x, 0.17), (x, 0.32)), darker(cargo, 0.65), 0.016)
    else:
        for y, light in ((0.2, 0.8), (0.3, 0.95), (0.4, 1.1)):
            bark = tuple(min(255, tone) for tone in darker(heap, light))
            pen.box(-0.5, y - 0.05, 0.2, y + 0.05, bark)
            pen.ellipse(-0.49, y, 0.04, 0.05, lighter(heap, 0.4))
        for x in (-0.36, -0.02):
            pen.line(((x, 0.14), (x, 0.5)), (50, 50, 55), 0.025)


def bicycle(pen, rng):
    paint, tyre = any_paint(rng, 0.15), pick(rng, ((35, 35, 38), (70, 50, 40), (25, 25, 30)))
    radius, thick, turn = rng.uniform(0.195, 0.215), rng.uniform(0.032, 0.042), rng.uniform(0, 1)
    rear, front, crank = (-0.29, radius), (0.29, radius), (-0.05, radius - 0.02)
    seat, head = (-0.13, 0.47), (0.2, 0.49)
    pen.part("wheels")
    for x, y in (rear, front):
        for spoke in range(4):
            angle = turn + spoke * math.pi / 4
            across, up = radius * math.cos(angle), radius * math.sin(angle)
            pen.line(((x - across, y - up), (x + across, y + up)), (175, 175, 180), 0.008)
        rim = CIRCLE * radius + (x, y)
        pen.line([*rim, *rim[:2]], tyre, thick)
    pen.part("saddle")
    pen.line(((-0.13, 0.45), (-0.15, 0.545)), (60, 60, 64), 0.026)
    pen.polygon(((-0.25, 0.58), (-0.24, 0.535), (-0.06, 0.55), (-0.05, 0.575)), (45, 32, 28))
    pen.part("frame")
    for points in ((rear, seat, head, crank, seat), (rear, crank), (head, front)):
        pen.line(points, paint, 0.042)
    pen.ellipse(*crank, 0.045, 0.045, (70, 70, 75), edge=False)
    pen.part("handlebar")
    if rng.random() < 0.5:  # a town bicycle's, or a racer's
        pen.line(((0.2, 0.49), (0.175, 0.6), (0.26, 0.64), (0.1, 0.62)), (60, 60, 66), 0.036)
    else:
        path = (0.2, 0.49), (0.18, 0.6), (0.29, 0.6), (0.33, 0.54), (0.27, 0.49)
        pen.line(path, (60, 60, 66), 0.036)


def locomotive(pen, rng):
    paint, trim = any_paint(rng, 0.4), any_paint(rng, 0.1)
    metal = pick(rng, ((40, 40, 44), (70, 72, 76), (55, 45, 40)))
    roof, cab_paint = rng.uniform(0.58, 0.63), any_paint(rng) if rng.random() < 0.5 else paint
    flared, drivers = rng.random() < 0.5, int(rng.integers(2, 4))
    top = rng.uniform(0.38, 0.42)
    pen.part("funnel")
    wide = 0.085 if flared else 0.055
    outline = (0.24, top - 0.02), (0.34, top - 0.02), (0.29 + wide, 0.62), (0.29 - wide, 0.62)
    pen.polygon(outline, metal)
    pen.box(0.29 - wide - 0.015, 0.59, 0.29 + wide + 0.015, 0.635, darker(metal, 0.7))
    pen.part("boiler")
    # the dome
    outline = (-0.03, top - 0.03), (-0.01, top + 0.09), (0.05, top + 0.09), (0.07, top - 0.03)
    pen.curve(outline, trim)
    pen.box(-0.2, 0.19, 0.4, top, paint)
    outline = (
        (0.4, 0.185), (0.425, 0.21), (0.425, top - 0.025),
        (0.4, top + 0.01), (0.35, top + 0.01), (0.35, 0.185),
    )  # fmt: skip
    pen.polygon(outline, metal)
    pen.box(-0.2, top - 0.07, 0.34, top - 0.035, lighter(paint, 0.4), edge=False)
    pen.box(-0.2, 0.195, 0.34, 0.235, darker(paint, 0.65), edge=False)
    for x in (0.0, 0.18):
        pen.box(x, 0.195, x + 0.025, top - 0.005, trim, edge=False)
    pen.polygon(((0.36, 0.15), (0.42, 0.15), (0.5, 0.02), (0.38, 0.02)), metal)  # the cowcatcher
    pen.part("cab")
    pen.box(-0.44, 0.15, -0.16, roof - 0.03, cab_paint)
    pen.box(-0.38, 0.38, -0.22, roof - 0.08, (235, 220, 165), edge=(40, 40, 44))
    outline = (
        (-0.5, roof - 0.035), (-0.44, roof), (-0.3, roof + 0.02),
        (-0.16, roof), (-0.1, roof - 0.035),
    )  # fmt: skip
    pen.curve(outline, metal)
    pen.part("wheels")
    pen.box(-0.46, 0.14, 0.4, 0.19, metal, edge=False)
    places = (-0.32, -0.1) if drivers == 2 else (-0.34, -0.14, 0.06)
    for x in places:
        _wheel(pen, x, 0.115 if drivers == 2 else 0.1, trim)
    for x in (0.2, 0.33) if drivers == 2 else (0.24, 0.36):
        _wheel(pen, x, 0.065, trim)
    pen.line(((places[0], 0.11), (places[-1], 0.11)), (200, 200, 205), 0.03)


LAND_VEHICLES = {
    "car": Drawing(car, ("body", "cabin", "wheels"), 1.0, 0.44),
    "bus": Drawing(bus, ("body", "windows", "wheels"), 1.0, 0.68),
    "truck": Drawing(truck, ("cab", "load", "wheels"), 1.04, 0.56),
    "bicycle": Drawing(bicycle, ("wheels", "frame", "handlebar", "saddle"), 1.04, 0.66),
    "locomotive": Drawing(locomotive, ("boiler", "funnel", "cab", "wheels"), 1.0, 0.65),
}
