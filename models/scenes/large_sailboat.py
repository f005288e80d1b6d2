"""A sailboat before evening light, drawn large with Pillow and reduced: its edges are smooth."""

import math

import numpy as np

OVERSAMPLING = 4


def sailboat(side=512, seed=0):
    """A white sailboat on a blue sea under an evening sky.

    Parameters
    ----------
    side : int
        The picture's width and height in pixels.
    seed : int
        For the clouds and the waves.

    Returns
    -------
    PIL.Image.Image, RGB
    """
    from PIL import Image, ImageDraw, ImageFilter

    size = side * OVERSAMPLING
    rng = np.random.default_rng(seed)
    image = Image.fromarray(_sky_and_sea(size, rng))
    draw = ImageDraw.Draw(image, "RGBA")
    _clouds(draw, size, rng)
    image = image.filter(ImageFilter.GaussianBlur(size / 300))
    draw = ImageDraw.Draw(image, "RGBA")
    _waves(draw, size, rng)
    _boat(draw, size)
    _foam(draw, size, rng)
    return image.resize((side, side), Image.Resampling.LANCZOS)


HORIZON = 0.62  # as a share of the height


def _sky_and_sea(size, rng):
    """Two gradients that meet at the horizon."""
    height = np.linspace(0, 1, size)[:, None]
    top, haze = np.array([110, 165, 220]), np.array([250, 225, 190])
    sky = top + (haze - top) * (height / HORIZON) ** 2
    far, near = np.array([70, 130, 165]), np.array([15, 55, 95])
    depth = np.clip((height - HORIZON) / (1 - HORIZON), 0, 1)
    sea = far + (near - far) * depth
    column = np.where(height < HORIZON, sky, sea)
    picture = np.repeat(column[:, None, :], size, axis=1) + rng.normal(0, 2.5, (size, size, 1))
    return np.clip(picture, 0, 255).astype(np.uint8)


def _clouds(draw, size, rng):
    for _ in range(7):
        x, y = rng.uniform(0, size), rng.uniform(0.05, 0.35) * size
        for _ in range(9):
            dx, dy = rng.normal(0, 0.06) * size, rng.normal(0, 0.008) * size
            wide, high = rng.uniform(0.03, 0.09) * size, rng.uniform(0.008, 0.02) * size
            box = [x + dx - wide, y + dy - high, x + dx + wide, y + dy + high]
            draw.ellipse(box, fill=(255, 250, 245, 45))


def _boat(draw, size):
    def scaled(points):
        return [(x * size, y * size) for x, y in points]

    mast = 0.505
    fore, aft = mast - 0.008, mast + 0.008
    mainsail = [*_curve((aft, 0.14), (0.74, 0.655), 0.035), (aft, 0.655)]
    jib = [(fore, 0.65), *_curve((0.30, 0.65), (fore, 0.19), 0.03)]
    draw.polygon(scaled(mainsail), fill=(248, 246, 240))
    draw.polygon(scaled(jib), fill=(232, 229, 220))
    for share in (0.3, 0.5, 0.7):  # the seams of the sail
        y = 0.14 + share * 0.515
        seam = scaled([(aft, y), (aft + share * 0.235, y)])
        draw.line(seam, fill=(190, 190, 190, 160), width=size // 500)
    draw.line(scaled([(mast, 0.12), (mast, 0.70)]), fill=(95, 70, 50), width=size // 110)
    hull = [
        *_curve((0.78, 0.675), (0.70, 0.755), 0.01),
        *_curve((0.33, 0.755), (0.25, 0.685), 0.01),
    ]
    draw.polygon(scaled(hull), fill=(245, 245, 245))
    stripe = [(0.275, 0.712), (0.755, 0.705), (0.745, 0.718), (0.285, 0.725)]
    draw.polygon(scaled(stripe), fill=(165, 40, 40))
    cabin = [(0.42, 0.682), (0.62, 0.68), (0.60, 0.655), (0.44, 0.657)]
    draw.polygon(scaled(cabin), fill=(225, 222, 215))
    for x in (0.46, 0.51, 0.56):
        porthole = [(x - 0.009) * size, 0.661 * size, (x + 0.009) * size, 0.674 * size]
        draw.ellipse(porthole, fill=(60, 75, 90))


def _curve(start, end, bulge, count=24):
    """Points from start to end on an arc that bulges to its right."""
    (x0, y0), (x1, y1) = start, end
    length = math.hypot(x1 - x0, y1 - y0)
    across = (-(y1 - y0) / length, (x1 - x0) / length)
    points = []
    for step in range(count + 1):
        t = step / count
        out = -4 * bulge * t * (1 - t)
        points.append((x0 + t * (x1 - x0) + out * across[0], y0 + t * (y1 - y0) + out * across[1]))
    return points


def _waves(draw, size, rng):
    for _ in range(420):
        depth = rng.uniform(0, 1) ** 1.5
        y = (HORIZON + 0.01 + depth * (1 - HORIZON)) * size
        x, half = rng.uniform(0, size), (0.01 + 0.05 * depth) * size
        light = rng.uniform() < 0.55
        fill = (225, 235, 240, 60) if light else (10, 40, 70, 70)
        width = max(1, int(size * (0.001 + 0.003 * depth)))
        box = [x - half, y - half * 0.12, x + half, y + half * 0.12]
        draw.arc(box, 180, 360, fill=fill, width=width)


def _foam(draw, size, rng):
    """Along the hull."""
    for _ in range(140):
        x = rng.uniform(0.29, 0.73) * size
        y = (0.752 + abs(rng.normal(0, 0.008))) * size
        half = rng.uniform(0.004, 0.014) * size
        box = [x - half, y - half * 0.3, x + half, y + half * 0.3]
        draw.ellipse(box, fill=(250, 252, 255, 130))
