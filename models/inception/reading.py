"""Read a picture: a file, a Pillow image or an array as 8-bit RGB, upright and opaque.

Every way a picture can be wrong ends in an `ImageError` of one line. Pillow is imported
only when a picture is read.
"""

import contextlib
import os
import warnings
from pathlib import Path

import numpy as np

# A photo of 50 million pixels takes 150 MB in memory; networks see 256 × 256.
MAX_PIXELS = 50_000_000
_SHRINK = f"shrink the picture to at most {MAX_PIXELS // 1_000_000} million pixels first"

# Pillow reads more, but not all with decoders of its own: for an EPS file it runs Ghostscript.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM")

# The modes in which 16 bits come out of Pillow's decoders. "I" has room for 32: there,
# only of these formats is it known that white is 65535.
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
SIXTEEN_BITS_IN_I = ("PNG", "PPM")


class ImageError(ValueError):
    """A picture that cannot be used; the message says what came and what to do."""


def read_image(path_or_image):
    """A picture as 8-bit RGB, upright and opaque.

    Parameters
    ----------
    path_or_image : str, os.PathLike, PIL.Image.Image or numpy.ndarray
        A JPEG, PNG, GIF, WebP, BMP, TIFF or PPM file, of which the first frame is taken;
        a Pillow image; or a uint8 array, (H, W, 3) in RGB order or (H, W) in grey.

    Returns
    -------
    PIL.Image.Image
        In mode RGB, turned as its EXIF data say. What is transparent shows white: so
        pages and viewers show it, while the colour stored underneath is arbitrary,
        often black. 16 bits are scaled to 8.

    Raises
    ------
    ImageError
        It is missing, no picture, damaged, empty, too large, or of a kind that says not
        how bright its values are.
    ImportError
        Pillow is not installed.
    """
    _pillow()
    from PIL import Image

    if isinstance(path_or_image, np.ndarray):
        return _to_rgb(_image_of_array(path_or_image), "the array")
    if isinstance(path_or_image, Image.Image):
        return _to_rgb(path_or_image, "the Pillow image")
    if not isinstance(path_or_image, (str, os.PathLike)):
        raise ImageError(
            "a picture is a path, a Pillow image or a uint8 array; "
            f"got a {type(path_or_image).__name__}"
        )
    path = Path(path_or_image)
    shown = _shown(path)
    _check_file(path, shown)
    with _opened(path, shown) as image:
        return _to_rgb(image, shown)


def _pillow():
    try:
        import PIL  # noqa: F401
    except ImportError:
        raise ImportError("reading pictures needs Pillow: pip install -e '.[lessons]'") from None


def _shown(path):
    """The path as a message of one line can bear it."""
    text = str(path) if str(path).isprintable() else repr(str(path))
    return text if len(text) <= 200 else f"{text[:50]}…{text[-150:]}"


def _check_file(path, shown):
    try:
        if path.is_dir():
            raise ImageError(f"{shown}: a folder; give the path of one picture in it")
        if not path.exists():
            raise ImageError(
                f"{shown}: no such file; check the path (the current folder is {Path.cwd()})"
            )
        if not path.is_file():  # reading a pipe or a device might never end
            raise ImageError(f"{shown}: not a regular file; save the picture to a file first")
        path.open("rb").close()
        if path.stat().st_size == 0:
            raise ImageError(f"{shown}: the file is empty; save or download the picture again")
    except OSError as error:
        raise ImageError(f"{shown}: cannot be read: {error.strerror}") from error


@contextlib.contextmanager
def _quiet():
    """No warnings from Pillow: what is wrong with a picture, an error says once."""
    from PIL import Image

    with warnings.catch_warnings():
        # Past its own limit of pixels Pillow warns, past twice that it raises; ours is below both.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        warnings.simplefilter("ignore", UserWarning)  # damaged metadata
        yield


def _opened(path, shown):
    """The file's header as a Pillow image; the pixels are not decoded yet."""
    from PIL import Image, UnidentifiedImageError

    try:
        with _quiet():
            return Image.open(path, formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(f"{shown}: the picture has too many pixels; {_SHRINK}") from error
    except UnidentifiedImageError as error:
        raise ImageError(
            f"{shown}: no picture in a known format ({', '.join(FORMATS)}); convert it first"
        ) from error
    except Exception as error:  # decoders raise nearly anything on a broken header
        raise ImageError(f"{shown}: {_damage(error)}") from error


def _image_of_array(array):
    from PIL import Image

    if array.dtype != np.uint8:
        raise ImageError(
            f"an array of dtype {array.dtype} came; expected uint8, brightness from 0 to 255"
        )
    if array.ndim != 2 and not (array.ndim == 3 and array.shape[2] == 3):
        raise ImageError(
            f"an array of shape {array.shape} came; expected (H, W, 3) in RGB or (H, W) in grey"
        )
    _check_size(array.shape[1], array.shape[0], "the array")
    return Image.fromarray(np.ascontiguousarray(array))


def _to_rgb(image, source):
    _check_size(*image.size, source)  # before the pixels are decoded
    upright = _decoded_upright(image, source)
    if image.mode in SIXTEEN_BITS or (image.mode == "I" and image.format in SIXTEEN_BITS_IN_I):
        return _scaled_to_8_bits(upright)
    if image.mode in ("I", "F"):
        raise ImageError(
            f"{source}: mode {image.mode!r} does not say which value is white; "
            "convert it to 8 bits first"
        )
    try:
        return _on_white(upright)
    except ValueError as error:
        raise ImageError(
            f"{source}: mode {image.mode!r} does not turn into RGB ({error}); convert it first"
        ) from error


def _decoded_upright(image, source):
    from PIL import ImageOps

    try:
        with _quiet():
            image.load()
            return ImageOps.exif_transpose(image)
    except Exception as error:  # decoders raise nearly anything on broken data
        raise ImageError(f"{source}: {_damage(error)}") from error


def _check_size(width, height, source):
    if width < 1 or height < 1:
        raise ImageError(
            f"{source}: {width}×{height} pixels, there is nothing to see; expected at least 1×1"
        )
    if width * height > MAX_PIXELS:
        raise ImageError(f"{source}: {width}×{height} pixels are too many; {_SHRINK}")


def _damage(error):
    """One line about a file that a decoder gave up on."""
    reason = " ".join(str(error).split()) or type(error).__name__
    return f"the picture is damaged or cut off ({reason[:200]}); save or download it again"


def _scaled_to_8_bits(image):
    """65535 becomes 255. Pillow's own conversion would cut everything above 255 to white."""
    from PIL import Image

    values = np.clip(np.asarray(image).astype(np.float64), 0, 65535)
    return Image.fromarray(np.rint(values / 257).astype(np.uint8)).convert("RGB")


def _on_white(image):
    from PIL import Image

    if not image.has_transparency_data:
        return image.convert("RGB")
    picture = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
