"""Pictures for a network of a graph: the recipes that people train with, and back again."""

from typing import NamedTuple

import numpy as np

from ..inception.images import squash
from ..inception.reading import ImageError, read_image


class Preset(NamedTuple):
    """A recipe: from a picture of 0–255 to (v − mean) / scale, channel by channel.

    Attributes
    ----------
    channels : {"RGB", "BGR"}
    mean, scale : tuple of 3 float
        In that order.
    squashed : bool
        Whether the whole picture is squashed to a square; otherwise its shorter side is resized.
        Of what is there, 8/7 of the network's side, the centre is cropped.
    """

    channels: str
    mean: tuple
    scale: tuple
    squashed: bool


PRESETS = {
    # torchvision's weights: mean (0.485, 0.456, 0.406), deviation (0.229, 0.224, 0.225) of 0…1
    "torchvision": Preset(
        "RGB", (123.675, 116.28, 103.53), (58.395, 57.12, 57.375), squashed=False
    ),
    "caffe": Preset("BGR", (104.0, 117.0, 123.0), (1.0, 1.0, 1.0), squashed=True),
    # TensorFlow's slim and Keras: −1…1
    "tensorflow": Preset("RGB", (127.5,) * 3, (127.5,) * 3, squashed=False),
    "none": Preset("RGB", (0.0,) * 3, (255.0,) * 3, squashed=False),  # 0…1 as it is
}
ALIASES = {"bvlc": "caffe", "0..1": "none", "imagenet": "torchvision"}


def preset_named(name):
    """The preset of a name, or a ValueError that lists them."""
    if name is None:
        raise ValueError(
            "nothing in the file says how this network wants its pictures: give convert or "
            f"explain --preprocess with one of {', '.join(PRESETS)} (in Python model.preset)"
        )
    known = PRESETS.get(ALIASES.get(name, name))
    if known is None:
        raise ValueError(f"no preset {name!r}; there are {', '.join([*PRESETS, *ALIASES])}")
    return known


def preprocess(picture, preset, shape):
    """A picture as the network sees it: float32, (1, height, width, channels)."""
    recipe, (height, width, channels) = checked(preset, shape)
    image = read_image(picture)
    resized = round(height * 8 / 7), round(width * 8 / 7)
    image = squash(image, resized[0]) if recipe.squashed else shorter_side(image, *resized)
    top, left = (image.height - height) // 2, (image.width - width) // 2
    image = image.crop((left, top, left + width, top + height))
    pixels = np.asarray(image if channels == 3 else image.convert("L"), dtype=np.float32)
    pixels = pixels.reshape(1, height, width, channels)
    mean, scale = constants(recipe, channels)
    return np.ascontiguousarray((swapped(pixels, recipe) - mean) / scale)


def shorter_side(image, height, width):
    """The picture in its proportions, as small as still covers so many pixels; averaged over."""
    from PIL import Image

    factor = max(height / image.height, width / image.width)
    size = max(width, round(image.width * factor)), max(height, round(image.height * factor))
    return image.resize(size, Image.Resampling.BILINEAR)


def deprocess(x, preset, shape):
    """The picture behind ``x``, (1, H, W, C) or (H, W, C), as uint8 (H, W, 3) in RGB."""
    recipe, (*_, channels) = checked(preset, shape)
    mean, scale = constants(recipe, channels)
    pixels = np.asarray(x).reshape(x.shape[-3:])
    pixels = swapped(pixels * scale + mean, recipe)
    pixels = np.clip(np.rint(pixels), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(np.broadcast_to(pixels, (*pixels.shape[:2], 3)))


def black(preset, shape):
    """The black picture as the network sees it: float32, (1, height, width, channels)."""
    recipe, shape = checked(preset, shape)
    mean, scale = constants(recipe, shape[-1])
    return np.broadcast_to(-mean / scale, (1, *shape)).copy()


def checked(preset, shape):
    """The recipe and the shape, if the network's input can be a picture."""
    if len(shape) != 3 or shape[-1] not in (1, 3):
        raise ImageError(
            f"the network takes an input of shape {shape}, which is no picture (H, W, 3) or (H, W, "
            "1): make its input, and its baseline, yourself"
        )
    recipe = preset_named(preset)
    if recipe.squashed and shape[0] != shape[1]:
        raise ImageError(f"preset {preset!r} is for square pictures, the network takes {shape}")
    if shape[-1] == 1 and len(set(recipe.mean)) > 1:
        raise ImageError(
            f"preset {preset!r} is for colours, the network takes grey: give --preprocess none"
        )
    return recipe, shape


def constants(recipe, channels):
    """Mean and scale as arrays (channels,)."""
    both = np.asarray([recipe.mean, recipe.scale], dtype=np.float32)
    return both[:, :channels]


def swapped(pixels, recipe):
    """RGB to the order of the recipe, or back: the same exchange."""
    return pixels[..., ::-1] if recipe.channels == "BGR" else pixels
