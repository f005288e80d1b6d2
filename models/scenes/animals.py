"""Animals, head to the right, feet on y = 0."""

import numpy as np

from models.scenes.drawing import Drawing
from models.scenes.pen import darker, lighter, pick, smooth_path

FUR = (
    (235, 150, 70),
    (60, 58, 62),
    (150, 150, 155),
    (240, 235, 228),
    (120, 85, 60),
    (215, 185, 140),
)
HIDE = ((140, 140, 148), (165, 155, 150), (110, 112, 122), (150, 130, 120), (175, 178, 190))
GIRAFFE_COAT = ((235, 190, 100), (240, 210, 140), (220, 165, 85), (245, 225, 175))
GIRAFFE_PATCH = ((150, 85, 40), (110, 65, 40), (175, 105, 45))
PLUMAGE = (
    (250, 248, 242),
    (250, 215, 70),
    (130, 100, 75),
    (165, 165, 170),
    (90, 75, 65),
    (200, 170, 130),
)
DUCK_HEAD = ((30, 110, 75), (250, 248, 242), (250, 215, 70), (95, 65, 50), (40, 70, 110))
BEAK = ((240, 150, 40), (225, 120, 35), (245, 190, 60))
SHELL = ((105, 90, 50), (85, 110, 60), (130, 85, 50), (150, 125, 70), (70, 85, 75))
SKIN = ((150, 160, 90), (120, 135, 95), (170, 150, 105), (105, 115, 80))
EYE = (20, 18, 20)


def cat(pen, rng):
    """Sitting, and looking at us."""
    fur, iris = pick(rng, FUR), pick(rng, ((190, 215, 90), (240, 195, 70), (120, 180, 220)))
    striped, bib = rng.random() < 0.5, rng.random() < 0.5
    head_x, head_y, broad = rng.uniform(0.02, 0.1), 0.7, rng.uniform(0.2, 0.23)
    curl, ear = rng.uniform(-0.06, 0.06), rng.uniform(0.19, 0.23)
    dark = darker(fur, 0.7)
    pen.part("tail")
    path = (
        (-0.12, 0.06), (-0.32, 0.08), (-0.42 + curl / 2, 0.22),
        (-0.36 + curl, 0.36), (-0.4 + curl, 0.5),
    )  # fmt: skip
    tail = smooth_path(path)
    pen.line(tail, darker(fur, 0.5), 0.1)
    pen.line(tail, darker(fur, 0.92), 0.07)
    pen.part("body")
    outline = (
        (-0.22, 0.0), (-0.3, 0.14), (-0.24, 0.36), (-0.1, 0.56),
        (0.1, 0.6), (0.23, 0.5), (0.24, 0.25), (0.26, 0.0),
    )  # fmt: skip
    pen.curve(outline, fur)
    # the haunch
    outline = (-0.24, 0.01), (-0.27, 0.14), (-0.16, 0.27), (-0.03, 0.16), (-0.01, 0.01)
    pen.curve(outline, darker(fur, 0.9))
    if bib:
        outline = (0.04, 0.5), (0.1, 0.54), (0.18, 0.48), (0.14, 0.3)
        pen.curve(outline, lighter(fur, 0.7), edge=False)
    pen.line(((0.12, 0.02), (0.11, 0.26)), dark, 0.022)
    for x in (0.05, 0.19):
        pen.ellipse(x, 0.035, 0.075, 0.035, lighter(fur, 0.25), edge=dark)
    for y in (0.34, 0.42) if striped else ():
        pen.line(((-0.23 + (y - 0.34), y), (-0.06, y + 0.03)), dark, 0.035)
    pen.part("ears")
    for side in (-1, 1):
        inner, outer = head_x + side * 0.04, head_x + side * (broad - 0.005)
        outline = (
            (inner, head_y + 0.13), (head_x + side * (broad - 0.02), head_y + 0.1 + ear),
            (outer, head_y + 0.03),
        )  # fmt: skip
        pen.polygon(outline, fur)
        outline = (
            (inner + side * 0.045, head_y + 0.14),
            (head_x + side * (broad - 0.035), head_y + 0.05 + ear),
            (outer - side * 0.025, head_y + 0.08),
        )  # fmt: skip
        pen.polygon(outline, (225, 150, 145), edge=False)
    pen.part("head")
    pen.ellipse(head_x, head_y, broad, 0.17, fur)
    pen.ellipse(head_x, head_y - 0.075, 0.1, 0.07, lighter(fur, 0.5), edge=False)
    for side in (-1, 1):
        pen.ellipse(head_x + side * 0.09, head_y + 0.02, 0.045, 0.045, iris, edge=EYE)
        pen.ellipse(head_x + side * 0.09, head_y + 0.02, 0.018, 0.04, EYE, edge=False)
    outline = (
        (head_x - 0.035, head_y - 0.04), (head_x + 0.035, head_y - 0.04), (head_x, head_y - 0.08),
    )  # fmt: skip
    pen.polygon(outline, (200, 100, 100), edge=False)


def elephant(pen, rng):
    hide, raised = pick(rng, HIDE), rng.random() < 0.3
    shade, stride, ear = darker(hide, 0.78), rng.uniform(0.0, 0.05), rng.uniform(0.13, 0.16)
    pen.part("legs")
    back, front = (-0.24 + stride, 0.13 - stride), (-0.34 - stride, 0.03 + stride)
    for x, tone in zip(back + front, (shade, shade, hide, hide)):
        pen.polygon(((x - 0.07, 0.38), (x - 0.065, 0), (x + 0.065, 0), (x + 0.07, 0.38)), tone)
        pen.box(x - 0.055, 0.005, x + 0.055, 0.03, lighter(hide, 0.45), edge=False)
    pen.part("body")
    pen.line(smooth_path(((-0.4, 0.56), (-0.47, 0.46), (-0.46, 0.3))), shade, 0.026)
    outline = (
        (-0.44, 0.45), (-0.38, 0.66), (-0.15, 0.73), (0.1, 0.7),
        (0.2, 0.55), (0.17, 0.36), (0.02, 0.28), (-0.22, 0.27), (-0.4, 0.3),
    )  # fmt: skip
    pen.curve(outline, hide)
    outline = (-0.36, 0.32), (-0.1, 0.36), (0.14, 0.36), (0.0, 0.29), (-0.2, 0.28)
    pen.curve(outline, shade, edge=False)
    pen.part("trunk")
    path = (0.36, 0.56), (0.43, 0.42), (0.42, 0.24), (0.4, 0.12), (0.46, 0.06)
    if raised:
        path = (0.37, 0.55), (0.46, 0.5), (0.47, 0.62), (0.44, 0.78)
    path = smooth_path(path)
    pen.line(path, darker(hide, 0.5), 0.115)
    pen.line(path, hide, 0.085)
    pen.part("head")
    outline = (
        (0.14, 0.6), (0.2, 0.75), (0.32, 0.77), (0.42, 0.68),
        (0.43, 0.54), (0.34, 0.42), (0.2, 0.45),
    )  # fmt: skip
    pen.curve(outline, hide)
    pen.ellipse(0.35, 0.63, 0.02, 0.022, EYE, edge=False)
    pen.line(smooth_path(((0.32, 0.46), (0.38, 0.36), (0.48, 0.35))), (250, 245, 225), 0.036)
    pen.part("ear")
    outline = (
        (0.28, 0.7), (0.19, 0.74), (0.18 - ear, 0.64),
        (0.19 - ear, 0.46), (0.19, 0.36), (0.27, 0.5),
    )  # fmt: skip
    pen.curve(outline, darker(hide, 0.88))
    outline = (0.24, 0.66), (0.2 - ear * 0.6, 0.62), (0.2 - ear * 0.6, 0.5), (0.2, 0.44)
    pen.curve(outline, lighter((190, 140, 135), 0.1), edge=False)


def giraffe(pen, rng):
    coat, patch = pick(rng, GIRAFFE_COAT), pick(rng, GIRAFFE_PATCH)
    lean, stride, shade = rng.uniform(-0.05, 0.06), rng.uniform(0, 0.035), darker(coat, 0.78)
    head = np.array((0.23 + lean, 0.92))
    pen.part("legs")
    back, front = (-0.16 + stride, 0.06 - stride), (-0.21 - stride, 0.1 + stride)
    for x, tone in zip(back + front, (shade, shade, coat, coat)):
        pen.polygon(((x - 0.035, 0.42), (x - 0.022, 0), (x + 0.022, 0), (x + 0.035, 0.42)), tone)
        pen.box(x - 0.024, 0, x + 0.024, 0.03, (60, 45, 40), edge=False)
    pen.part("neck")
    pen.polygon(((0.0, 0.5), head + (-0.06, 0.0), head + (0.03, -0.02), (0.15, 0.44)), coat)
    pen.line(((-0.01, 0.53), head + (-0.065, 0.02)), darker(patch, 0.9), 0.022)
    pen.part("body")
    pen.line(smooth_path(((-0.24, 0.5), (-0.3, 0.42), (-0.29, 0.3))), darker(patch, 0.7), 0.022)
    outline = (
        (-0.26, 0.42), (-0.23, 0.52), (-0.05, 0.55), (0.09, 0.58),
        (0.16, 0.48), (0.13, 0.38), (-0.05, 0.34), (-0.2, 0.35),
    )  # fmt: skip
    pen.curve(outline, coat)
    pen.part("patches")
    upper = (-0.18, 0.47), (-0.19, 0.39), (-0.09, 0.5), (-0.09, 0.41)
    lower = (0.01, 0.51), (0.0, 0.42), (0.09, 0.5), (0.08, 0.42)
    for x, y in upper + lower:
        _patch(pen, x, y, 0.042, patch, rng)
    for share in (0.18, 0.36, 0.54, 0.72):
        x, y = 0.08 + share * (head[0] - 0.1), 0.52 + share * 0.4
        _patch(pen, x, y, 0.04 - 0.014 * share, patch, rng)
    for x in (-0.21 - stride, 0.1 + stride):
        _patch(pen, x, 0.3, 0.024, patch, rng)
    pen.part("head")
    for x in (-0.035, 0.005):
        pen.line((head + (x, 0.03), head + (x - 0.01, 0.085)), darker(patch, 0.7), 0.022)
    outline = (
        head + (-0.07, 0.02), head + (-0.03, 0.055), head + (0.05, 0.03), head + (0.14, -0.035),
        head + (0.13, -0.075), head + (0.02, -0.045), head + (-0.05, -0.04),
    )  # fmt: skip
    pen.curve(outline, coat)
    pen.curve((head + (-0.05, 0.035), head + (-0.13, 0.05), head + (-0.1, 0.01)), shade)
    pen.ellipse(*(head + (0.03, 0.01)), 0.014, 0.016, EYE, edge=False)
    pen.ellipse(*(head + (0.125, -0.055)), 0.025, 0.022, darker(coat, 0.7), edge=False)


def _patch(pen, x, y, radius, colour, rng):
    """One of the giraffe's patches: an uneven pentagon."""
    corners = np.array(((-0.9, -0.6), (-0.6, 0.8), (0.4, 1.0), (1.0, 0.1), (0.3, -1.0)))
    corners = corners + rng.uniform(-0.2, 0.2, (5, 2))
    pen.polygon(corners * radius + (x, y), colour, edge=False)


def duck(pen, rng):
    plumage, head, beak = pick(rng, PLUMAGE), pick(rng, DUCK_HEAD), pick(rng, BEAK)
    tall, collar = rng.uniform(0.56, 0.64), rng.random() < 0.5
    pen.part("body")
    outline = (
        (-0.5, 0.4), (-0.38, 0.33), (-0.12, 0.38), (0.14, 0.4),
        (0.34, 0.34), (0.38, 0.16), (0.22, 0.0), (-0.2, 0.0), (-0.4, 0.14),
    )  # fmt: skip
    pen.curve(outline, plumage)
    outline = (-0.34, 0.12), (0.0, 0.1), (0.32, 0.13), (0.2, 0.015), (-0.18, 0.015)
    pen.curve(outline, darker(plumage, 0.8), edge=False)
    pen.part("beak")
    outline = (
        (0.36, tall + 0.03), (0.42, tall + 0.04), (0.54, tall - 0.01),
        (0.52, tall - 0.055), (0.36, tall - 0.06),
    )  # fmt: skip
    pen.curve(outline, beak)
    pen.line(((0.37, tall - 0.025), (0.51, tall - 0.03)), darker(beak, 0.65), 0.014)
    pen.part("head")
    outline = (
        (0.1, 0.3), (0.17, tall - 0.12), (0.13, tall + 0.02), (0.2, tall + 0.13),
        (0.32, tall + 0.13), (0.39, tall + 0.02), (0.34, tall - 0.12), (0.36, 0.3), (0.24, 0.24),
    )  # fmt: skip
    pen.curve(outline, head)
    if collar:
        outline = (0.15, 0.39), (0.355, 0.39), (0.36, 0.34), (0.14, 0.34)
        pen.polygon(outline, (250, 250, 248), edge=False)
    pen.ellipse(0.3, tall + 0.04, 0.034, 0.036, (250, 245, 235), edge=False)
    pen.ellipse(0.305, tall + 0.04, 0.022, 0.025, EYE, edge=False)
    pen.part("wing")
    outline = (-0.36, 0.28), (-0.12, 0.32), (0.1, 0.28), (0.12, 0.17), (-0.05, 0.1), (-0.24, 0.16)
    pen.curve(outline, darker(plumage, 0.72))
    for shift in (0.0, 0.07):
        feather = (-0.26 + shift, 0.24 - shift / 2), (0.04, 0.2 - shift / 2)
        pen.line(feather, lighter(plumage, 0.3), 0.02)


def tortoise(pen, rng):
    shell, skin, high = pick(rng, SHELL), pick(rng, SKIN), rng.uniform(0.44, 0.52)
    lift, mark = rng.uniform(-0.02, 0.08), lighter(shell, rng.uniform(0.3, 0.5))
    pen.part("legs")
    pen.polygon(((-0.4, 0.16), (-0.5, 0.1), (-0.38, 0.1)), skin)
    for x, tone in ((-0.15, 0.75), (0.1, 0.75), (-0.28, 1.0), (0.2, 1.0)):
        outline = (x - 0.075, 0.16), (x - 0.07, 0.0), (x + 0.075, 0.0), (x + 0.07, 0.16)
        pen.curve(outline, darker(skin, tone))
    pen.part("head")
    outline = (
        (0.28, 0.12), (0.3, 0.22), (0.36, 0.28 + lift), (0.44, 0.33 + lift),
        (0.52, 0.28 + lift), (0.51, 0.21 + lift), (0.42, 0.17 + lift), (0.36, 0.1),
    )  # fmt: skip
    pen.curve(outline, skin)
    pen.ellipse(0.46, 0.275 + lift, 0.018, 0.02, EYE, edge=False)
    pen.line(((0.46, 0.215 + lift), (0.51, 0.22 + lift)), darker(skin, 0.55), 0.014)
    pen.part("shell")
    outline = (
        (-0.43, 0.12), (-0.4, 0.26), (-0.24, high - 0.05), (-0.03, high),
        (0.18, high - 0.05), (0.33, 0.26), (0.36, 0.12), (0, 0.1),
    )  # fmt: skip
    pen.curve(outline, shell)
    for x, y, radius in ((-0.05, 0.3, 0.085), (-0.23, 0.27, 0.07), (0.14, 0.27, 0.07)):
        path = (-1, 0), (-0.55, 0.9), (0.55, 0.9), (1, 0), (0.55, -0.9), (-0.55, -0.9)
        corners = np.array(path)
        pen.polygon(corners * radius + (x, y), mark, edge=darker(shell, 0.5))
    outline = (-0.45, 0.13), (0, 0.15), (0.38, 0.13), (0.35, 0.085), (0, 0.075), (-0.42, 0.085)
    pen.curve(outline, darker(mark, 0.85))


ANIMALS = {
    "cat": Drawing(cat, ("body", "head", "ears", "tail"), 0.8, 1.0),
    "elephant": Drawing(elephant, ("body", "legs", "head", "ear", "trunk"), 1.0, 0.8),
    "giraffe": Drawing(giraffe, ("body", "legs", "neck", "head", "patches"), 0.7, 1.0),
    "duck": Drawing(duck, ("body", "head", "beak", "wing"), 1.06, 0.78),
    "tortoise": Drawing(tortoise, ("shell", "head", "legs"), 1.04, 0.52),
}
