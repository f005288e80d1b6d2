"""Read a picture: a file, a Pillow image or an array as 8-bit RGB, upright and opaque.

Every way a picture can be wrong ends in an `ImageError` of one line. Pillow is imported
only when a picture is read.
"""

import contextlib
import os
import warnings
from pathlib import Path

import numpy as np

from . import brightness

# A photo of 50 million pixels takes 150 MB in memory; networks see 256 × 256.
MAX_PIXELS = 50_000_000
_SHRINK = f"shrink the picture to at most {MAX_PIXELS // 1_000_000} million pixels first"

# What people have and Pillow reads in this process: for an EPS file it would run Ghostscript.
# PPM stands for its family too: .pbm, .pgm, .pnm, .pfm. JPEG2000 and AVIF some builds lack.
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "TIFF", "PPM", "JPEG2000", "ICO", "QOI")

# What such files are called, for who has but a name; what a file is, its content decides.
ENDINGS = tuple(
    ".jpg .jpeg .jpe .jfif .jif .pjpeg .pjp .png .apng .gif .webp .avif .bmp .dib .tif .tiff "
    ".ppm .pgm .pbm .pnm .pfm .jp2 .j2k .jpx .ico .qoi".split()
)


# Other files that people give for a picture, by how they begin (in lower case).
OTHERS = {
    b"%pdf": "a PDF",
    b"%!ps": "a PostScript file",
    b"8bps": "a Photoshop file",
    b"<svg": "a drawing (SVG)",
    b"<!doctype": "a web page, as a failed download leaves it",
    b"<html": "a web page, as a failed download leaves it",
    b"version https://git-lfs": "a pointer of Git LFS instead of the file",
    b"\xff\x0a": "a JPEG XL picture",
    b"\0\0\0\x0cjxl ": "a JPEG XL picture",
    b"pk\3\4": "a zip archive",
}
HEIC, AVIF = "a HEIC picture as phones save it", "an AVIF picture without a decoder in this Pillow"
BOXES = dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), HEIC)
BOXES |= {b"avif": AVIF, b"avis": AVIF}
BOXES |= dict.fromkeys((b"isom", b"mp41", b"mp42", b"qt  ", b"M4V "), "a film")


class ImageError(ValueError):
    """A picture that cannot be used; the message says what came and what to do."""


def read_image(path_or_image):
    """A picture as 8-bit RGB, upright and opaque.

    Parameters
    ----------
    path_or_image : str, os.PathLike, PIL.Image.Image or numpy.ndarray
        A file in one of `FORMATS`, told by its content, whatever its name ends in; of an
        animation or several pages the first is taken. Or a Pillow image; or a uint8 array,
        (H, W, 3) in RGB order or (H, W) in grey.

    Returns
    -------
    PIL.Image.Image
        In mode RGB, turned as its EXIF data say. What is transparent shows white: so
        pages and viewers show it, while the colour stored underneath is arbitrary,
        often black. 16 bits, and fractions from 0 to 1, are scaled to 8. A colour profile
        is not applied: nor was it to the pictures that the networks learned from.

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
        return _to_rgb(image, shown, _low_bytes(image, path, shown))


def read_header(path):
    """Check that a file holds a picture in a known format, by its beginning.

    Raises
    ------
    ImageError, ImportError
        As `read_image`.
    """
    _pillow()
    path = Path(path)
    shown = _shown(path)
    _check_file(path, shown)
    _opened(path, shown).close()


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

    Image.init()  # before it, few formats are known
    known = [name for name in FORMATS if name in Image.OPEN]
    try:
        with _quiet():
            return _opened_as(path, known)
    except Image.DecompressionBombError as error:
        raise ImageError(f"{shown}: the picture has too many pixels; {_SHRINK}") from error
    except UnidentifiedImageError as error:
        raise ImageError(
            f"{shown}: {what_else(path)} a known format ({', '.join(known)}); convert it first"
        ) from error
    except Exception as error:  # decoders raise nearly anything on a broken header
        raise ImageError(f"{shown}: {_damage(error)}") from error


def _opened_as(path, formats):
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(path, formats=formats)
    except UnidentifiedImageError:
        turned = brightness.as_black_is_zero(path)
        if turned is None:
            raise
        image = Image.open(turned, formats=("TIFF",))
        image.tag_v2[brightness.PHOTOMETRIC] = brightness.WHITE_IS_ZERO
        return image


def what_else(path):
    """What a file is that is no picture we read, by its first bytes: half a sentence."""
    with open(path, "rb") as file:
        first = file.read(512)
    if first[4:8] == b"ftyp":
        kind = BOXES.get(first[8:12])
    else:
        begin = first.lstrip().lower()
        kind = next((kind for mark, kind in OTHERS.items() if begin.startswith(mark)), None)
    return f"{kind}, not" if kind else "no picture in"


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


def _to_rgb(image, source, low=None):
    """The picture in RGB; ``low`` as `brightness.to_rgb` takes it."""
    _check_size(*image.size, source)  # before the pixels are decoded
    key = brightness.transparent_key(image)
    upright = _decoded_upright(image, source)
    try:
        return brightness.to_rgb(image, upright, key, low)
    except ValueError as error:
        raise ImageError(f"{source}: {error}") from error


def _low_bytes(image, path, shown):
    """The lower halves of the colours where `brightness.to_rgb` needs them: decoded once more."""
    if not brightness.has_deep_key(image):
        return None
    _check_size(*image.size, shown)
    with _opened(path, shown) as again:
        brightness.keep_low_bytes(again)
        return np.asarray(_decoded_upright(again, shown))


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
