"""A scene: an object, where it stands, its light and its background, all drawn from a seed."""

import dataclasses

import numpy as np

from models.scenes.backgrounds import BACKGROUNDS, paint_background
from models.scenes.catalogue import CLASSES, DRAWINGS, GROUPS, PARTS
from models.scenes.pen import Pen

SIDE = 64
OVERSAMPLING = 4  # drawn so many times larger and averaged, so that edges are smooth
NOTICEABLE = 10  # of 255: the difference in a channel from which a part counts as visible
NOISE = 2.0  # of 255: the standard deviation of the grain

USUAL_BACKGROUNDS = {
    "water vessels": ("sea", "lake"),
    "land vehicles": ("street", "desert"),
    "animals": ("meadow", "forest"),
    "buildings": ("snow", "dusk"),
}
USUAL_SHARE = 0.5  # this share of scenes stands before a usual background, the rest before any

# What is drawn after the scene itself has a generator of its own, so that a change in one leaves
# the others as they were.
SCENERY, OBJECT, GRAIN = 1, 2, 3


@dataclasses.dataclass(frozen=True)
class Scene:
    """One picture's plan.

    Attributes
    ----------
    name : str
        The class.
    seed : int
    background : str
    horizon, x, base : float
        The height of the horizon and the place of the object's foot, as shares of the side, from
        the top left.
    size : float
        The object's longer extent as a share of the side.
    stretch, tilt : float
        How much wider than usual the object is, and its lean in radians.
    flipped : bool
        Whether it faces left.
    brightness, contrast, warmth : float
        The light; 0, 1 and 0 leave the colours as they are.
    """

    name: str
    seed: int
    background: str
    horizon: float
    x: float
    base: float
    size: float
    stretch: float
    tilt: float
    flipped: bool
    brightness: float
    contrast: float
    warmth: float

    @property
    def label(self):
        """The class's index in CLASSES."""
        return CLASSES.index(self.name)

    def draw(self, without=()):
        """The picture.

        Parameters
        ----------
        without : str or collection of str
            Parts to leave out; all else is the same to the pixel.

        Returns
        -------
        array (64, 64, 3) of uint8

        Raises
        ------
        ValueError
            For a part that the class does not have.
        """
        without = (without,) if isinstance(without, str) else tuple(without)
        for part in without:
            self._check_part(part)
        drawing = DRAWINGS[self.name]
        foot = self.x, self.base, self.size * drawing.width * self.stretch
        scenery = self._generator(SCENERY, BACKGROUNDS.index(self.background))
        image = paint_background(self.background, SIDE * OVERSAMPLING, self.horizon, foot, scenery)
        drawing.draw(self._pen(image, without), self._generator(OBJECT))
        return self._in_its_light(np.asarray(image.reduce(OVERSAMPLING), dtype=np.float32))

    def mask(self, part):
        """Where the part is visible: where the pictures with and without it differ noticeably.

        Returns
        -------
        array (64, 64) of bool
        """
        self._check_part(part)
        difference = np.abs(self.draw().astype(np.int16) - self.draw(without=(part,)))
        return difference.max(axis=-1) >= NOTICEABLE

    def with_background(self, background):
        """The same object in the same light and place before another background."""
        if background not in BACKGROUNDS:
            raise ValueError(f"no background {background!r}; there are {', '.join(BACKGROUNDS)}")
        return dataclasses.replace(self, background=background)

    def _check_part(self, part):
        parts = PARTS[self.name]
        if part not in parts:
            raise ValueError(
                f"a {self.name} has no part {part!r}; its parts are {', '.join(parts)}"
            )

    def _generator(self, *stream):
        return np.random.default_rng([self.seed, self.label, *stream])

    def _pen(self, image, without):
        """A pen whose unit is the object's longer extent, x to its front, y up from its foot."""
        canvas = SIDE * OVERSAMPLING
        scale = self.size * canvas
        ahead = -scale * self.stretch if self.flipped else scale * self.stretch
        matrix = ((ahead, scale * self.tilt), (-ahead * self.tilt, -scale))
        return Pen(image, matrix, (self.x * canvas, self.base * canvas), without)

    def _in_its_light(self, picture):
        """The picture with the scene's contrast, brightness, warmth and grain.

        Contrast is about a fixed grey, not about the picture's mean: leaving out a part must
        not change the rest.
        """
        noise = self._generator(GRAIN).standard_normal((SIDE, SIDE, 1), dtype=np.float32)
        grain = noise * np.float32(NOISE)
        tint = np.array([self.warmth, 0.2 * self.warmth, -self.warmth], dtype=np.float32)
        offset = tint + np.float32(128 + self.brightness)
        lit = (picture - np.float32(128)) * np.float32(self.contrast) + offset + grain
        return np.clip(lit, 0, 255).astype(np.uint8)


def random_scene(name, seed):
    """A scene of the class `name`; the same name and seed give the same scene on every machine.

    Parameters
    ----------
    name : str
        One of CLASSES.
    seed : int, at least 0

    Returns
    -------
    Scene

    Raises
    ------
    ValueError
        For a name that is no class, or a seed that is no number from 0 up.
    """
    if name not in CLASSES:
        raise ValueError(f"no class {name!r}; the classes are {', '.join(CLASSES)}")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"a scene's seed is a whole number from 0 up, not {seed!r}")
    rng = np.random.default_rng([int(seed), CLASSES.index(name)])
    background = _choose_background(name, rng)
    horizon = rng.uniform(0.42, 0.66)
    stretch = rng.uniform(0.9, 1.1)
    size = rng.uniform(0.42, 0.82)
    x, base = _choose_place(DRAWINGS[name], size, stretch, horizon, rng)
    return Scene(
        name=name,
        seed=int(seed),
        background=background,
        horizon=horizon,
        x=x,
        base=base,
        size=size,
        stretch=stretch,
        tilt=float(np.clip(rng.normal(0, 0.02), -0.05, 0.05)),
        flipped=bool(rng.random() < 0.5),
        brightness=rng.uniform(-22, 22),
        contrast=rng.uniform(0.8, 1.2),
        warmth=rng.uniform(-14, 14),
    )


def _choose_background(name, rng):
    """Half of a group's scenes stand where one expects them.

    So accuracy on swapped backgrounds means something.
    """
    choices = BACKGROUNDS
    if rng.random() < USUAL_SHARE:
        group = next(group for group, names in GROUPS.items() if name in names)
        choices = USUAL_BACKGROUNDS[group]
    return choices[rng.integers(len(choices))]


def _choose_place(drawing, size, stretch, horizon, rng):
    """Where the object stands: wholly inside the picture, its foot below the horizon."""
    half = size * drawing.width * stretch / 2
    x = rng.uniform(half + 0.02, 0.98 - half) if half < 0.48 else 0.5
    highest = max(horizon + 0.05, size * drawing.height + 0.03)
    base = rng.uniform(min(highest, 0.93), 0.95)
    return float(x), float(base)


def draw_scenes(labels, seeds):
    """Many scenes at once.

    Parameters
    ----------
    labels : sequence of N int
        Indices in CLASSES.
    seeds : sequence of N int

    Returns
    -------
    array (N, 64, 64, 3) of uint8
    """
    labels, seeds = list(labels), list(seeds)
    if len(labels) != len(seeds):
        raise ValueError(
            f"{len(labels)} labels and {len(seeds)} seeds: every scene needs one of each"
        )
    pictures = np.empty((len(labels), SIDE, SIDE, 3), dtype=np.uint8)
    for index, (label, seed) in enumerate(zip(labels, seeds)):
        if not 0 <= label < len(CLASSES):
            raise ValueError(
                f"no class has the index {label}; there are {len(CLASSES)} classes, from 0 up"
            )
        pictures[index] = random_scene(CLASSES[label], seed).draw()
    return pictures
