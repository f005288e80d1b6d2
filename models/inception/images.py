"""Pictures: from a file, a Pillow image or an array to what a network sees, and back."""

import numpy as np

from .reading import ImageError, read_image


def preprocess(path_or_image, spec):
    """A picture as the network of ``spec`` sees it.

    Where ``spec.fit`` is "squash", the whole picture becomes ``spec.resize`` ×
    ``spec.resize``, whatever its proportions: BVLC's recipe, see `squash`. Where it is
    "shorter", its shorter side does: torchvision's, see `shorter_side`. Then the centre is
    cropped.

    Parameters
    ----------
    path_or_image : str, os.PathLike, PIL.Image.Image or numpy.ndarray
        As `read_image` takes it.
    spec : models.inception.specifications.Specification

    Returns
    -------
    numpy.ndarray
        float32, (1, side, side, 3): 0–255 in the order ``spec.channels``, minus ``spec.mean``.

    Raises
    ------
    ImageError, ImportError
        As `read_image`.
    """
    image = read_image(path_or_image)
    if spec.fit == "shorter":
        image = shorter_side(image, spec.resize, spec.side)
    else:
        image = _centre(squash(image, spec.resize), [spec.side, spec.side])
    pixels = np.asarray(image, dtype=np.float32)
    return np.ascontiguousarray(_swap_channels(pixels, spec)[None] - _mean(spec))


def squash(image, side):
    """The picture as ``side`` × ``side`` pixels, as the networks' training saw it.

    Caffe resized with OpenCV: bilinear between the nearest pixels, without averaging over
    those in between. On 500 photos of 256 pixels and more GoogLeNet is right about 401 so,
    399 with averaging. A picture at least twice as large is first reduced by averaging
    whole blocks, since there the pixels left out would show.
    """
    from PIL import Image

    image = image.reduce(max(1, min(image.size) // side))
    width, height = image.size
    stretch = (width / side, 0, 0, 0, height / side, 0)
    return image.transform((side, side), Image.Transform.AFFINE, stretch, Image.Resampling.BILINEAR)


def shorter_side(image, resize, side):
    """The centre, ``side`` × ``side``, of the picture with a shorter side of ``resize`` pixels.

    As torchvision resizes and crops: bilinear, averaging over the pixels in between where
    it shrinks.
    """
    from PIL import Image

    # A picture of one row of a million pixels would grow to 256 rows of 256 million.
    image = _centre(image, [min(length, 32 * min(image.size)) for length in image.size])
    sizes = [resize * length // min(image.size) for length in image.size]
    return _centre(image.resize(sizes, Image.Resampling.BILINEAR), [side, side])


def _centre(image, sizes):
    """The middle of a picture, (width, height) pixels of it."""
    left, top = (round((length - size) / 2) for length, size in zip(image.size, sizes))
    return image.crop((left, top, left + sizes[0], top + sizes[1]))


def deprocess(array, spec):
    """The picture that the network of ``spec`` sees as ``array``: `preprocess` backwards.

    Parameters
    ----------
    array : numpy.ndarray
        (1, H, W, 3) or (H, W, 3).
    spec : models.inception.specifications.Specification

    Returns
    -------
    numpy.ndarray
        uint8, (H, W, 3), RGB; rounded, and cut off below 0 and above 255.

    Raises
    ------
    ImageError
        The array is not one picture, or holds NaN or infinity.
    """
    pixels = np.asarray(array)
    if pixels.ndim == 4 and len(pixels) == 1:
        pixels = pixels[0]
    if pixels.ndim != 3 or pixels.shape[-1] != 3 or pixels.dtype.kind not in "fiu":
        raise ImageError(
            f"an array of shape {np.shape(array)} and dtype {pixels.dtype} is not one picture; "
            "expected numbers of shape (1, H, W, 3) or (H, W, 3)"
        )
    if not np.isfinite(pixels).all():
        raise ImageError("the picture holds NaN or infinity")
    pixels = _swap_channels(pixels + _mean(spec), spec)
    return np.ascontiguousarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))


def black(spec):
    """The black picture as the network of ``spec`` sees it: minus the mean, not zero.

    Returns
    -------
    numpy.ndarray
        float32, (1, side, side, 3).
    """
    return np.zeros((1, spec.side, spec.side, 3), np.float32) - _mean(spec)


def _swap_channels(pixels, spec):
    """RGB to the order of ``spec``, or back: the same exchange."""
    return pixels[..., ::-1] if spec.channels == "BGR" else pixels


def _mean(spec):
    return np.asarray(spec.mean, dtype=np.float32)
