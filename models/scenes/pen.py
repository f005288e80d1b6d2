"""The pen: shapes in an object's own coordinates, drawn onto a picture, part by part."""

import colorsys
import math

import numpy as np

ANGLES = np.linspace(0, 2 * math.pi, 24, endpoint=False)
CIRCLE = np.array([(math.cos(angle), math.sin(angle)) for angle in ANGLES])
CURVE_STEPS = 5


class Pen:
    """Draws shapes of the part in hand, and draws nothing while that part is one to leave out.

    A drawing says `pen.part("hull")` before the hull's shapes. It runs from its first line to its
    last whatever is left out, so it takes the same numbers from its generator and every other part
    comes out the same to the pixel.

    Parameters
    ----------
    image : PIL.Image.Image, RGB
        The picture to draw on.
    matrix : array (2, 2)
        Takes a point of the object to pixels of the picture.
    origin : array (2,)
        The pixel of the object's point (0, 0).
    without : collection of str
        Names of the parts to leave out.
    """

    def __init__(self, image, matrix, origin, without=()):
        from PIL import ImageDraw

        self.opaque = ImageDraw.Draw(image)
        self.translucent = ImageDraw.Draw(image, "RGBA")
        self.turned = np.asarray(matrix, dtype=float).T
        self.origin = np.asarray(origin, dtype=float)
        (a, b), (c, d) = matrix
        self.scale = math.sqrt(abs(a * d - b * c))
        self.without = without
        self.silent = False

    def part(self, name):
        """Take the part `name` in hand."""
        self.silent = name in self.without

    def polygon(self, points, colour, edge=True):
        """A filled polygon; a colour of four numbers is translucent.

        Parameters
        ----------
        points : array-like (K, 2)
        colour : tuple of 3 or 4 int
        edge : bool or tuple of int
            A thin outline: True for a darker tone of the colour, or a colour of its own.
        """
        if self.silent:
            return
        pixels = (np.asarray(points, dtype=float) @ self.turned + self.origin).ravel().tolist()
        if len(colour) == 4:
            self.translucent.polygon(pixels, fill=colour)
            return
        self.opaque.polygon(pixels, fill=colour)
        if edge:
            tone = darker(colour, 0.55) if edge is True else edge
            width = max(2, round(0.014 * self.scale))
            self.opaque.line(pixels + pixels[:4], fill=tone, width=width)

    def box(self, left, bottom, right, top, colour, edge=True):
        """A rectangle."""
        self.polygon(((left, bottom), (right, bottom), (right, top), (left, top)), colour, edge)

    def ellipse(self, x, y, radius_x, radius_y, colour, edge=True):
        """An ellipse about (x, y)."""
        self.polygon(CIRCLE * (radius_x, radius_y) + (x, y), colour, edge)

    def curve(self, points, colour, edge=True):
        """A smooth closed shape through the points."""
        self.polygon(smooth(points), colour, edge)

    def line(self, points, colour, width):
        """A stroke of the given width, in the object's units, with round ends."""
        if self.silent:
            return
        pixels = (np.asarray(points, dtype=float) @ self.turned + self.origin).tolist()
        pixels = [tuple(pixel) for pixel in pixels]
        thick, joint = max(2, round(width * self.scale)), "curve" if len(pixels) > 2 else None
        draw = self.translucent if len(colour) == 4 else self.opaque
        draw.line(pixels, fill=colour, width=thick, joint=joint)
        if len(colour) == 3 and thick > 3:
            for x, y in (pixels[0], pixels[-1]):
                half = thick / 2 - 0.5
                draw.ellipse((x - half, y - half, x + half, y + half), fill=colour)


def _curve_weights():
    """Catmull and Rom's cubic at CURVE_STEPS places between two points: four points' weights."""
    t = np.arange(CURVE_STEPS)[:, None] / CURVE_STEPS
    powers = np.hstack([np.ones_like(t), t, t**2, t**3])
    cubic = np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]])
    return powers @ cubic / 2


CURVE_WEIGHTS = _curve_weights()


def smooth(points):
    """A closed curve through K points, as array (K * CURVE_STEPS, 2)."""
    points = np.asarray(points, dtype=float)
    return _through(np.concatenate([points[-1:], points, points[:2]]))


def smooth_path(points):
    """An open curve through K points, as array; for strokes."""
    points = np.asarray(points, dtype=float)
    before, after = 2 * points[:1] - points[1:2], 2 * points[-1:] - points[-2:-1]
    padded = np.concatenate([before, points, after])
    return np.concatenate([_through(padded), points[-1:]])


def _through(points):
    """The curve from the second point to the one before the last."""
    around = points[np.arange(len(points) - 3)[:, None] + np.arange(4)]
    return (CURVE_WEIGHTS @ around).reshape(-1, 2)


def darker(colour, factor):
    """The colour times a factor."""
    return tuple(int(value * factor) for value in colour)


def lighter(colour, share):
    """The colour, moved towards white by a share."""
    return tuple(int(value + (255 - value) * share) for value in colour)


def pick(rng, palette, spread=14):
    """One colour of a palette, a little off."""
    which, *shifts = rng.random(4).tolist()
    colour = palette[int(which * len(palette))]
    moved = [value + int(spread * (2 * shift - 1)) for value, shift in zip(colour, shifts)]
    return tuple(min(255, max(0, value)) for value in moved)


def any_paint(rng, grey_share=0.25):
    """Any colour that something may be painted: mostly of full hue, now and then without."""
    hue, saturation, value, chance = rng.random(4).tolist()
    saturation = 0.08 * saturation if chance < grey_share else 0.4 + 0.5 * saturation
    value = 0.2 + 0.75 * value if chance < grey_share else 0.45 + 0.5 * value
    return tuple(int(255 * channel) for channel in colorsys.hsv_to_rgb(hue, saturation, value))
