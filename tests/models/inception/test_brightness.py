"""Every mode in every format: the picture is the numbers written into the file, in 8 bits."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, features

from models.inception.reading import ImageError, read_image

SIZE = (5, 7)  # rows, columns


def pixels_of(path):
    return np.asarray(read_image(path)).astype(int)


def numbers(rng, *channels, most=255):
    """Random numbers that hold the darkest and the brightest."""
    values = rng.integers(0, most + 1, (*SIZE, *channels))
    values[0, 0], values[0, 1] = 0, most
    return values


def on_white(colours, alpha):
    """What shows of 8-bit colours (…, 3) with alpha (…) before white."""
    opacity = alpha[..., None] / 255
    return colours * opacity + 255 * (1 - opacity)


def three(levels):
    """Grey levels (H, W) as colours (H, W, 3)."""
    return np.repeat(np.asarray(levels)[..., None], 3, axis=-1)


# What Pillow writes ------------------------------------------------------------------------------


def picture_in(mode, rng):
    """A random picture in a mode, and the colours by that mode's definition."""
    bands = {"L": (), "LA": (2,), "RGB": (3,), "RGBA": (4,), "CMYK": (4,), "YCbCr": (3,)}
    if mode in bands:
        values = numbers(rng, *bands[mode])
        image = Image.frombytes(mode, SIZE[::-1], values.astype(np.uint8).tobytes())
        return image, DEFINITIONS[mode](values)
    if mode == "1":
        bits = numbers(rng, most=1)
        return Image.fromarray((255 * bits).astype(np.uint8)).convert("1"), three(255 * bits)
    if mode == "P":
        palette, chosen = numbers(rng, 3)[0], numbers(rng, most=6)
        image = Image.fromarray(chosen.astype(np.uint8))
        image.putpalette(palette.astype(np.uint8).tobytes())
        return image, palette[chosen]
    if mode in ("I;16", "I;16B"):
        values = numbers(rng, most=65535)
        stored = values.astype(">u2" if mode == "I;16B" else "<u2").tobytes()
        return Image.frombytes(mode, SIZE[::-1], stored), three(values / 257)
    values = numbers(rng) / 255
    return Image.fromarray(values.astype(np.float32)), three(255 * values)  # "F"


def cmyk(values):
    return (255 - values[..., :3]) * (255 - values[..., 3:]) / 255


def ycbcr(values):
    """ITU-R BT.601 in the full range, as JFIF has it."""
    y, cb, cr = values[..., 0], values[..., 1] - 128.0, values[..., 2] - 128.0
    return np.stack([y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb], axis=-1)


DEFINITIONS = {
    "L": three,
    "LA": lambda values: on_white(three(values[..., 0]), values[..., 1]),
    "RGB": lambda values: values,
    "RGBA": lambda values: on_white(values[..., :3], values[..., 3]),
    "CMYK": cmyk,
    "YCbCr": ycbcr,
}
WRITTEN = {
    "png": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "tiff": ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I;16B", "F"),
    "bmp": ("1", "L", "P", "RGB"),
    "gif": ("1", "L", "P"),
    "pbm": ("1",),
    "pgm": ("L", "I;16"),
    "pnm": ("1", "L", "RGB"),
    "ppm": ("RGB",),
    "pfm": ("F",),
    "webp": ("RGB", "RGBA"),
    "jp2": ("L", "LA", "RGB", "RGBA", "I;16"),
    "ico": ("RGB", "RGBA"),
}
SAVED_AS = {"pbm": "ppm", "pgm": "ppm", "pnm": "ppm", "pfm": "ppm", "jp2": "jpeg2000"}
NEEDED = {"jp2": "jpg_2000", "webp": "webp"}


@pytest.mark.parametrize(
    "suffix, mode", [(suffix, mode) for suffix, modes in WRITTEN.items() for mode in modes]
)
def test_what_pillow_writes_is_read_as_the_numbers_written(suffix, mode, rng, tmp_path):
    if suffix in NEEDED and not features.check(NEEDED[suffix]):
        pytest.skip(f"this Pillow writes no .{suffix}")
    options = {"sizes": [SIZE[::-1]]} if suffix == "ico" else {}
    options |= {"lossless": True, "exact": True} if suffix == "webp" else {}
    for _ in range(3):
        image, expected = picture_in(mode, rng)
        path = tmp_path / f"picture.{suffix}"
        try:
            image.save(path, SAVED_AS.get(suffix, suffix), **options)
        except OSError as error:
            pytest.skip(f"this Pillow does not: {error}")
        np.testing.assert_allclose(pixels_of(path), np.clip(expected, 0, 255), atol=1.01)


@pytest.mark.parametrize("mode", sorted({mode for modes in WRITTEN.values() for mode in modes}))
def test_an_image_of_pillows_is_its_numbers_too(mode, rng):
    image, expected = picture_in(mode, rng)
    np.testing.assert_allclose(np.asarray(read_image(image)).astype(int), expected, atol=1.01)


def test_ycbcr_is_the_colours_of_its_standard(rng):
    image, expected = picture_in("YCbCr", rng)
    pixels = np.asarray(read_image(image)).astype(int)
    np.testing.assert_allclose(pixels, np.clip(expected, 0, 255), atol=1.5)


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "I;16", "F"])
@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_a_compressed_tiff_is_the_same(mode, compression, rng, tmp_path):
    image, expected = picture_in(mode, rng)
    image.save(tmp_path / "packed.tiff", compression=compression)
    np.testing.assert_allclose(pixels_of(tmp_path / "packed.tiff"), expected, atol=1.01)


def lab_to_rgb(lightness, a, b):
    """CIE L*a*b* with D50 to sRGB: the definitions, and Bradford's matrix to D65 worked in."""
    fy = (lightness + 16) / 116
    f = np.array([fy + a / 500, fy, fy - b / 200])
    xyz = np.where(f > 6 / 29, f**3, 3 * (6 / 29) ** 2 * (f - 4 / 29)) * [0.9642, 1, 0.8249]
    linear = [
        [3.1339, -1.6169, -0.4906],
        [-0.9788, 1.9161, 0.0335],
        [0.0719, -0.2290, 1.4052],
    ] @ xyz
    linear = np.clip(linear, 0, 1)
    bent = np.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)
    return 255 * bent


@pytest.mark.parametrize("lab", [(100, 0, 0), (0, 0, 0), (54, 0, 0), (60, 30, -20), (45, -20, 25)])
def test_lab_is_read_by_its_definition(lab, tmp_path):
    pytest.importorskip("PIL.ImageCms")
    stored = round(lab[0] * 2.55), lab[1] + 128, lab[2] + 128
    Image.new("LAB", (2, 2), stored).save(tmp_path / "lab.tiff")
    np.testing.assert_allclose(pixels_of(tmp_path / "lab.tiff")[0, 0], lab_to_rgb(*lab), atol=2)


# What Pillow does not write ----------------------------------------------------------------------


def packed(values, bits, order=">"):
    """Rows of numbers as a file holds them: as bits, the highest first, or as bytes."""
    if bits in (16, 32):
        return [row.astype(f"{order}u{bits // 8}").tobytes() for row in values]
    digits = values[..., None] >> np.arange(bits - 1, -1, -1) & 1
    return [np.packbits(row).tobytes() for row in digits.reshape(len(values), -1)]


def tiff(values, bits, photometric, order, sample=1):
    """An uncompressed TIFF of grey, as its specification says."""
    height, width = values.shape
    data = b"".join(packed(values, bits, order))
    tags = {256: width, 257: height, 258: bits, 259: 1, 262: photometric, 273: 0, 277: 1}
    tags |= {278: height, 279: len(data), 339: sample}
    tags[273] = 8 + 2 + 12 * len(tags) + 4
    entries = [struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in tags.items()]
    for place, (tag, value) in enumerate(tags.items()):
        if tag in (258, 259, 262, 277, 339):
            entries[place] = struct.pack(order + "HHIHH", tag, 3, 1, value, 0)
    begin = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(order + "IH", 8, len(tags))
    return begin + b"".join(entries) + bytes(4) + data


# Pillow knows 12 bits only little-endian and from black.
GREY = [(bits, zero, order) for bits in (1, 2, 4, 8, 16) for zero in (0, 1) for order in "<>"]


@pytest.mark.parametrize("bits, photometric, order", [*GREY, (12, 1, "<")])
def test_a_tiff_says_how_many_bits_white_has_and_where_it_counts_from(
    bits, photometric, order, rng, tmp_path
):
    most = 2**bits - 1
    values = numbers(rng, most=most)
    (tmp_path / "grey.tif").write_bytes(tiff(values, bits, photometric, order))
    counted = values if photometric else most - values
    np.testing.assert_allclose(
        pixels_of(tmp_path / "grey.tif"), three(counted * 255 / most), atol=1.01
    )


def png(values, bits, colour, key=None):
    """A PNG of grey (colour 0) or RGB (2), (4) grey or (6) RGB with alpha, and its key."""

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    height, width = values.shape[:2]
    rows = packed(values.reshape(height, -1), bits)
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    transparent = b"" if key is None else chunk(b"tRNS", struct.pack(f">{len(key)}H", *key))
    data = chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + transparent + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_the_transparent_key_of_a_grey_png_is_white_and_nothing_else(bits, rng, tmp_path):
    most = 2**bits - 1
    for _ in range(3):
        values = numbers(rng, most=most)
        key = int(values[2, 3])
        values[4, :2] = key ^ 1, key  # beside it, a number that differs in the last bit
        (tmp_path / "key.png").write_bytes(png(values, bits, 0, [key]))
        expected = np.where(values == key, 255, values * 255 / most)
        np.testing.assert_allclose(pixels_of(tmp_path / "key.png"), three(expected), atol=1.01)


@pytest.mark.parametrize("bits", [8, 16])
def test_the_transparent_key_of_a_coloured_png_is_white_and_nothing_else(bits, rng, tmp_path):
    most = 2**bits - 1
    for key in ((0, 0, 0), (most, 0, 1), (200, 100, 50)):
        values = numbers(rng, 3, most=most)
        values[4, :3] = key, np.array(key) ^ (0, 0, 1), np.array(key) ^ (1, 0, 0)
        (tmp_path / "key.png").write_bytes(png(values, bits, 2, key))
        transparent = (values == key).all(axis=-1, keepdims=True)
        expected = np.where(transparent, 255, values * 255 / most)
        np.testing.assert_allclose(pixels_of(tmp_path / "key.png"), expected, atol=1.01)


@pytest.mark.parametrize("colour, channels", [(4, 2), (6, 4)], ids=["grey", "RGB"])
def test_sixteen_bits_with_alpha_show_on_white(colour, channels, rng, tmp_path):
    values = numbers(rng, channels, most=65535)
    (tmp_path / "a.png").write_bytes(png(values, 16, colour))
    eighths = values / 257
    colours = three(eighths[..., 0]) if colour == 4 else eighths[..., :3]
    expected = on_white(colours, eighths[..., -1])
    np.testing.assert_allclose(pixels_of(tmp_path / "a.png"), expected, atol=2)


def test_numbers_whose_white_nobody_knows_are_refused(tmp_path):
    for values, shown in (([0, 255], "0 to 255"), ([-1, 1], "-1 to 1"), ([0, np.nan], "nan")):
        Image.fromarray(np.array([values], np.float32)).save(tmp_path / "f.tiff")
        with pytest.raises(ImageError, match=f"{shown}.*expected 0 .black. to 1 .white."):
            read_image(tmp_path / "f.tiff")
    (tmp_path / "i.tiff").write_bytes(tiff(numbers(np.random.default_rng(0)), 32, 1, "<"))
    with pytest.raises(ImageError, match="does not say which value is white"):
        read_image(tmp_path / "i.tiff")


# Other files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["jfif", "jpe", "JPG", "pjpeg", ""])
def test_a_photo_is_known_by_its_content(suffix, tmp_path):
    Image.new("RGB", (8, 8), (200, 100, 50)).save(tmp_path / f"p.{suffix}", "jpeg")
    np.testing.assert_allclose(pixels_of(tmp_path / f"p.{suffix}")[0, 0], (200, 100, 50), atol=2)


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow has no AVIF")
def test_avif(tmp_path):
    Image.new("RGB", (8, 8), (200, 100, 50)).save(tmp_path / "p.avif", quality=100)
    np.testing.assert_allclose(pixels_of(tmp_path / "p.avif")[0, 0], (200, 100, 50), atol=4)


@pytest.mark.parametrize(
    "content, words",
    [
        (b"\0\0\0\x18ftypheic" + bytes(40), "a HEIC picture"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\n<!DOCTYPE html><html></html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"\xff\x0a" + bytes(40), "JPEG XL"),
        (b"\0\0\0\x20ftypisom" + bytes(40), "a film"),
        (b"MM\0*", "no picture in a known format"),
        (b"MM\0*\0\0\0\x08\0\x01\x01\x06\0\x03\0\0\0\x01\0\0\0\0", "no picture"),
    ],
    ids=["heic", "pdf", "html", "lfs", "jxl", "film", "short tiff", "tiff of one tag"],
)
def test_what_is_no_picture_is_called_by_its_name(content, words, tmp_path):
    (tmp_path / "boat.jpg").write_bytes(content)
    with pytest.raises(ImageError, match=f"boat.jpg: .*{words}") as caught:
        read_image(tmp_path / "boat.jpg")
    assert "\n" not in str(caught.value)
