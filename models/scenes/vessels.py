"""Water vessels, bow to the right, afloat at y = 0."""

from models.scenes.drawing import Drawing
from models.scenes.pen import any_paint, darker, lighter, pick, smooth_path

SAILCLOTH = (
    (250, 248, 240),
    (250, 248, 240),
    (240, 225, 190),
    (205, 80, 60),
    (235, 150, 60),
    (90, 140, 200),
    (150, 60, 70),
)
WOOD = ((120, 80, 50), (90, 62, 42), (165, 120, 75))
SKIN = ((235, 195, 165), (200, 150, 115), (140, 95, 70), (95, 65, 50))
WHITEWASH = ((245, 243, 236), (235, 225, 200), (215, 220, 225))
SMOKE = ((60, 60, 64), (90, 88, 88), (150, 148, 150), (225, 222, 220))
GLASS = (70, 95, 120)
WATERLINE_RED = (150, 45, 40)


def sailboat(pen, rng):
    paint, cloth = any_paint(rng), pick(rng, SAILCLOTH)
    wood, stripe = pick(rng, WOOD), any_paint(rng)
    mast, top, boom = rng.uniform(-0.04, 0.1), rng.uniform(0.93, 1.0), rng.uniform(0.24, 0.29)
    aft, bulge, seams = rng.uniform(-0.42, -0.34), rng.uniform(0.02, 0.07), rng.random() < 0.5
    pen.part("mast")
    pen.line(((mast, 0.12), (mast, top)), wood, 0.034)
    pen.line(((mast, boom - 0.015), (aft, boom - 0.015)), wood, 0.02)
    pen.part("sail")
    middle = ((mast + aft) / 2 - 0.03 - bulge, (top + boom) / 2)
    leech = smooth_path(((mast - 0.035, top - 0.03), middle, (aft, boom)))
    pen.polygon([*leech, (mast - 0.035, boom)], cloth)
    fore = smooth_path(((mast + 0.035, top - 0.12), (mast + 0.2 + bulge / 2, 0.5), (0.44, 0.22)))
    jib = darker(cloth, 0.9) if rng.random() < 0.6 else lighter(stripe, 0.3)
    pen.polygon([*fore, (mast + 0.045, 0.24)], jib)
    for share in (0.3, 0.55, 0.8) if seams else ():
        height, back = boom + (top - boom) * (1 - share), mast - 0.035 + (aft - mast) * share * 0.93
        pen.line(((mast - 0.04, height), (back, height)), darker(cloth, 0.75), 0.012)
    pen.part("hull")
    deck = rng.uniform(0.15, 0.2)
    outline = (
        (-0.42, deck - 0.015), (0.48, deck + 0.02),
        *smooth_path(((0.47, deck), (0.4, 0.06), (0.3, 0))), (-0.34, 0),
    )  # fmt: skip
    pen.polygon(outline, paint)
    outline = (-0.41, deck - 0.02), (0.47, deck + 0.01), (0.44, deck - 0.045), (-0.4, deck - 0.065)
    pen.polygon(outline, stripe, edge=False)
    outline = (-0.36, 0.035), (0.36, 0.035), (0.3, 0), (-0.34, 0)
    pen.polygon(outline, darker(paint, 0.65), edge=False)


def canoe(pen, rng):
    paint, shirt, skin, wood = any_paint(rng, 0.1), any_paint(rng), pick(rng, SKIN), pick(rng, WOOD)
    hat, hatted, lean = any_paint(rng), rng.random() < 0.5, rng.uniform(-0.03, 0.06)
    seats = (-0.05,) if rng.random() < 0.6 else (-0.22, 0.1)
    reach = rng.uniform(0.1, 0.18)
    for seat in seats:
        head = (seat + lean, 0.43)
        pen.part("paddler")
        outline = (
            (seat - 0.07, 0.1), (seat - 0.065 + lean / 2, 0.28), (seat + lean, 0.35),
            (seat + 0.065 + lean / 2, 0.28), (seat + 0.07, 0.1),
        )  # fmt: skip
        pen.curve(outline, shirt)
        pen.ellipse(*head, 0.055, 0.065, skin)
        if hatted:
            pen.polygon(((head[0] - 0.09, 0.455), (head[0], 0.54), (head[0] + 0.09, 0.455)), hat)
        else:
            outline = (
                (head[0] - 0.06, 0.42), (head[0] - 0.05, 0.49),
                (head[0] + 0.01, 0.505), (head[0] + 0.05, 0.47),
            )  # fmt: skip
            pen.curve(outline, (50, 38, 30))
        pen.part("paddle")
        hand, blade = (seat + reach * 0.2, 0.36), (seat + reach + 0.14, 0.03)
        pen.line((hand, blade), wood, 0.028)
    pen.part("hull")
    rise = rng.uniform(0.2, 0.27)
    gunwale = smooth_path(((-0.5, rise), (-0.36, 0.15), (0, 0.125), (0.36, 0.15), (0.5, rise)))
    path = (0.5, rise), (0.46, 0.07), (0.34, 0), (-0.34, 0), (-0.46, 0.07), (-0.5, rise)
    keel = smooth_path(path)
    pen.polygon([*gunwale, *keel], paint)
    pen.polygon([*gunwale, *(gunwale[::-1] - (0, 0.035))], lighter(paint, 0.45), edge=False)
    for seat in seats:
        pen.part("paddle")  # the blade is on our side of the hull
        blade = (seat + reach + 0.14, 0.03)
        pen.line(((seat + reach * 0.75, 0.18), blade), wood, 0.028)
        pen.ellipse(*blade, 0.045, 0.085, lighter(wood, 0.25))
        pen.part("paddler")
        pen.line(((seat + lean * 0.5, 0.3), (seat + reach * 0.6, 0.2)), darker(shirt, 0.75), 0.04)
        pen.ellipse(seat + reach * 0.6, 0.2, 0.028, 0.028, skin, edge=False)


def steamer(pen, rng):
    paint, white, smoke = any_paint(rng), pick(rng, WHITEWASH), pick(rng, SMOKE)
    funnel, band = any_paint(rng), any_paint(rng)
    deck, count, wind = rng.uniform(0.19, 0.24), int(rng.integers(1, 4)), rng.uniform(0.05, 0.12)
    places = {1: (0.0,), 2: (-0.12, 0.12), 3: (-0.19, 0.0, 0.19)}[count]
    broad = 0.06 if count == 1 else 0.048
    pen.part("smoke")
    for step in range(5):
        puff = 0.055 + 0.014 * step
        x, y = places[-1] - wind * step - 0.02, 0.72 + 0.05 * step + rng.uniform(-0.015, 0.015)
        pen.ellipse(x, y, puff * 1.2, puff, lighter(smoke, 0.06 * step), edge=False)
    pen.part("funnel")
    for x in places:
        outline = (
            (x - broad, 0.3), (x + broad, 0.3), (x + broad - 0.02, 0.69), (x - broad - 0.02, 0.69),
        )  # fmt: skip
        pen.polygon(outline, funnel)
        outline = (
            (x - broad - 0.018, 0.63), (x + broad - 0.018, 0.63),
            (x + broad - 0.02, 0.69), (x - broad - 0.02, 0.69),
        )  # fmt: skip
        pen.polygon(outline, (30, 28, 30))
        pen.box(x - broad - 0.01, 0.52, x + broad - 0.012, 0.58, band, edge=False)
    pen.part("cabin")
    pen.box(-0.36, deck - 0.02, 0.34, deck + 0.12, white)
    pen.box(-0.28, deck + 0.12, 0.27, deck + 0.23, white)
    for x in range(7):
        pen.box(-0.31 + 0.09 * x, deck + 0.035, -0.265 + 0.09 * x, deck + 0.085, GLASS, edge=False)
    pen.box(-0.24, deck + 0.15, 0.24, deck + 0.19, GLASS, edge=False)
    pen.part("hull")
    outline = (
        (-0.48, deck + 0.05), (-0.36, deck), (0.38, deck),
        (0.5, deck + 0.06), (0.45, 0), (-0.4, 0), (-0.46, 0.08),
    )  # fmt: skip
    pen.polygon(outline, paint)
    pen.polygon(((-0.41, 0.05), (0.455, 0.05), (0.45, 0), (-0.4, 0)), WATERLINE_RED, edge=False)
    for x in range(6):
        pen.ellipse(-0.3 + 0.12 * x, deck * 0.62, 0.016, 0.016, lighter(paint, 0.7), edge=False)


def submarine(pen, rng):
    paint = any_paint(rng, 0.55)
    thick, place, tall = rng.uniform(0.13, 0.17), rng.uniform(-0.05, 0.14), rng.uniform(0.14, 0.19)
    portholes, middle = rng.random() < 0.6, rng.uniform(0.14, 0.17)
    deck = middle + thick
    pen.part("periscope")
    path = (place, deck), (place, deck + tall + 0.17), (place + 0.1, deck + tall + 0.17)
    pen.line(path, (60, 64, 68), 0.038)
    pen.part("tower")
    left, right, top = place - 0.1, place + 0.08, deck + tall
    outline = (left - 0.04, deck - 0.04), (left, top), (right, top), (right + 0.03, deck - 0.04)
    pen.polygon(outline, lighter(paint, 0.12))
    pen.box(left, top - 0.045, right, top, darker(paint, 0.75), edge=False)
    pen.part("hull")
    outline = (
        (-0.5, middle + 0.2), (-0.4, middle + 0.2), (-0.33, middle),
        (-0.4, middle - 0.16), (-0.5, middle - 0.16),
    )  # fmt: skip
    pen.polygon(outline, darker(paint, 0.7))
    path = (
        (-0.46, middle), (-0.3, middle + thick * 0.75), (-0.08, deck),
        (0.3, deck), (0.45, middle + thick * 0.6), (0.5, middle),
        (0.45, middle - thick * 0.65), (0.3, middle - thick),
        (-0.08, middle - thick), (-0.3, middle - thick * 0.75), (-0.46, middle),
    )  # fmt: skip
    outline = smooth_path(path)
    pen.polygon(outline, paint)
    shade = (outline - (0, middle)) * (0.97, 0.42) + (0, middle - thick * 0.5)
    pen.polygon(shade, darker(paint, 0.78), edge=False)
    pen.line(((-0.2, deck - 0.055), (0.32, deck - 0.055)), lighter(paint, 0.45), 0.025)
    for step in range(4) if portholes else ():
        x = -0.14 + 0.14 * step
        pen.ellipse(x, middle + 0.02, 0.034, 0.034, (235, 225, 170), edge=(45, 45, 50))


def container_ship(pen, rng):
    paint, white = any_paint(rng), pick(rng, WHITEWASH)
    columns, deck = int(rng.integers(5, 8)), rng.uniform(0.15, 0.19)
    wide, high = 0.68 / columns, rng.uniform(0.085, 0.105)
    pen.part("containers")
    for column in range(columns):
        left = -0.26 + column * wide
        for row in range(int(rng.integers(2, 5)) if column < columns - 1 else 2):
            bottom, top = deck + row * high, deck + (row + 1) * high
            pen.box(left, bottom, left + wide, top, any_paint(rng, 0.15))
    pen.part("bridge")
    tall = deck + rng.uniform(0.36, 0.44)
    pen.box(-0.42, deck - 0.02, -0.29, tall, white)
    pen.box(-0.45, tall - 0.1, -0.27, tall - 0.03, white)
    pen.box(-0.42, tall - 0.085, -0.28, tall - 0.045, GLASS, edge=False)
    for step in range(3):
        bottom, top = deck + 0.03 + 0.08 * step, deck + 0.055 + 0.08 * step
        pen.box(-0.4, bottom, -0.31, top, GLASS, edge=False)
    pen.box(-0.39, tall, -0.34, tall + 0.07, darker(paint, 0.7))
    pen.part("hull")
    outline = (
        (-0.48, deck), (0.4, deck), (0.42, deck + 0.06),
        (0.5, deck + 0.07), (0.44, 0), (-0.45, 0), (-0.48, 0.06),
    )  # fmt: skip
    pen.polygon(outline, paint)
    pen.polygon(((-0.47, 0.045), (0.45, 0.045), (0.44, 0), (-0.45, 0)), WATERLINE_RED, edge=False)


WATER_VESSELS = {
    "sailboat": Drawing(sailboat, ("hull", "sail", "mast"), 0.96, 1.0),
    "canoe": Drawing(canoe, ("hull", "paddler", "paddle"), 1.0, 0.54),
    "steamer": Drawing(steamer, ("hull", "cabin", "funnel", "smoke"), 1.0, 1.0),
    "submarine": Drawing(submarine, ("hull", "tower", "periscope"), 1.0, 0.68),
    "container ship": Drawing(container_ship, ("hull", "containers", "bridge"), 1.0, 0.66),
}
