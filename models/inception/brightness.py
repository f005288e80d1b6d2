"""Which numbers of a decoded picture are black, white or transparent: where Pillow does not say.

Pillow's own conversion cuts 16 bits off at 255, takes a TIFF that counts from white for one
that counts from black, and compares the bits it keeps with a transparent key of more or fewer.
Here each becomes 8-bit RGB on white.
"""

import io
import struct

import numpy as np

# The modes in which 16 bits come out of Pillow's decoders. "I" has room for 32: there,
# only of these formats is it known that white is 65535.
SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
SIXTEEN_BITS_IN_I = ("PNG", "PPM")

DEEP, SCALES = "RGB;16B", {"L;2": 85, "L;4": 17}  # how a PNG stores numbers, as Pillow calls it
BITS, PHOTOMETRIC = 258, 262  # tags of a TIFF
WHITE_IS_ZERO, BLACK_IS_ZERO = 0, 1


def to_rgb(image, upright, key=None, low=None):
    """A picture as 8-bit RGB on white.

    Parameters
    ----------
    image : PIL.Image.Image
        As it was opened: its mode, format and tags say what the numbers mean.
    upright : PIL.Image.Image
        Its pixels, decoded and turned.
    key : int, tuple, bytes or None
        What `transparent_key` said before they were decoded.
    low : numpy.ndarray of uint8, shape (H, W, 3), optional
        The lower halves of 16 bits, if `has_deep_key`; ``upright`` holds the upper.

    Returns
    -------
    PIL.Image.Image

    Raises
    ------
    ValueError
        The mode does not say how bright its numbers are; what is wrong, without the source.
    """
    if image.mode in SIXTEEN_BITS or (image.mode == "I" and image.format in SIXTEEN_BITS_IN_I):
        return _grey(np.asarray(upright).astype(np.float64), image, key, _white(image))
    if image.mode == "F":
        return _grey(_fractions(upright), image, key, white=1)
    if image.mode == "I":
        raise ValueError("mode 'I' does not say which value is white; convert it to 8 bits first")
    if low is not None:
        return _deep_colours(np.asarray(upright), low, image.info["transparency"])
    if key is not None:
        upright.info["transparency"] = key
    try:
        return _on_white(upright)
    except ValueError as error:
        raise ValueError(
            f"mode {image.mode!r} does not turn into RGB ({error}); convert it first"
        ) from error


def _white(image):
    """The number that white has: 65535, but 4095 in a TIFF of 12 bits."""
    bits = _tag(image, BITS, (16,))
    return 2 ** int(bits[0] if isinstance(bits, tuple) else bits) - 1


def _tag(image, number, default):
    return getattr(image, "tag_v2", {}).get(number, default)


def _fractions(upright):
    values = np.asarray(upright).astype(np.float64)
    if not (np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1):
        raise ValueError(
            f"mode 'F' with numbers from {values.min():g} to {values.max():g} does not say which "
            "is white; expected 0 (black) to 1 (white), or convert it to 8 bits first"
        )
    return values


def _grey(values, image, key, white):
    """Numbers from 0 to ``white`` as RGB; those equal to the transparent key are white."""
    from PIL import Image

    levels = np.rint(np.clip(values, 0, white) * (255 / white))
    if _tag(image, PHOTOMETRIC, BLACK_IS_ZERO) == WHITE_IS_ZERO:
        levels = 255 - levels
    if isinstance(key, int):
        levels[values == key] = 255
    return Image.fromarray(levels.astype(np.uint8)).convert("RGB")


def _deep_colours(high, low, key):
    """RGB of 16 bits in two halves; white where all 16 bits of a pixel are the key's."""
    from PIL import Image

    values = high.astype(np.uint16) << 8 | low
    levels = np.rint(values / 257).astype(np.uint8)
    levels[(values == np.asarray(key, np.uint16)).all(axis=-1)] = 255
    return Image.fromarray(levels)


def _on_white(image):
    from PIL import Image

    if not image.has_transparency_data:
        return image.convert("RGB")
    picture = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def transparent_key(image):
    """The number or colour that is transparent, as large as the decoded numbers will be.

    Grey of 2 and 4 bits comes out of Pillow's decoder as 0 to 255, its key does not; of
    colours of 16 bits the upper half comes out. To be asked before the picture is decoded:
    afterwards nobody knows how many bits it had.
    """
    key, stored = image.info.get("transparency"), _stored(image)
    if isinstance(key, int) and stored in SCALES:
        return key * SCALES[stored]
    if isinstance(key, tuple) and stored == DEEP:
        return tuple(number >> 8 for number in key)
    return key


def has_deep_key(image):
    """Whether this is a PNG, not yet decoded, of colours of 16 bits, one of them transparent."""
    return _stored(image) == DEEP and "transparency" in image.info


def _stored(image):
    """How a PNG that is not yet decoded stores its numbers, in Pillow's words; or None."""
    tiles = getattr(image, "tile", None)
    return tiles[0][3] if tiles and image.format == "PNG" else None


def keep_low_bytes(image):
    """Let the decoder keep the lower halves of 16 bits.

    Pillow keeps the upper half of each number. Told that the bytes lie the other way round, it
    keeps the lower.
    """
    decoder, box, offset, _ = image.tile[0]
    image.tile = [(decoder, box, offset, "RGB;16L")]


def as_black_is_zero(path):
    """A big-endian TIFF of 16-bit grey that counts from white, as one that Pillow knows.

    Returns
    -------
    io.BytesIO or None
        The file with `BLACK_IS_ZERO` written into it: the numbers are the same, and whoever
        reads them has to turn them round. None for any other file.
    """
    with open(path, "rb") as file:
        if file.read(4) != b"MM\0*":
            return None
        data = bytearray(b"MM\0*" + file.read())
    if len(data) < 8:
        return None
    directory = int.from_bytes(data[4:8], "big")
    for entry in range(directory + 2, len(data) - 11, 12):
        tag, kind, count, value = struct.unpack(">HHIH", data[entry : entry + 10])
        if tag > PHOTOMETRIC:  # they stand in rising order
            break
        if (tag, kind, count, value) == (PHOTOMETRIC, 3, 1, WHITE_IS_ZERO):
            data[entry + 8 : entry + 10] = struct.pack(">H", BLACK_IS_ZERO)
            return io.BytesIO(data)
    return None
