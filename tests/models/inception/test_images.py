"""Pictures of every kind and every way to be broken, and the exact numbers a network sees."""

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.inception.images import black, deprocess, preprocess
from models.inception.reading import MAX_PIXELS, ImageError, read_image
from models.inception.specifications import (
    GOOGLENET_BVLC,
    GOOGLENET_TORCHVISION,
    INCEPTION5H,
    MINI_INCEPTION,
)

SPECS = [INCEPTION5H, GOOGLENET_BVLC, GOOGLENET_TORCHVISION, MINI_INCEPTION]
COLOUR = (200, 100, 50)


def solid(mode, colour, size=(8, 6)):
    return Image.new(mode, size, colour)


def only_colour(image):
    """The one colour of a picture, which must be a solid RGB one."""
    assert image.mode == "RGB"
    colours = image.getcolors()
    assert len(colours) == 1, colours
    return colours[0][1]


def png(*chunks):
    """A PNG file out of (type, data) pairs, with correct checksums."""
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def png_header(width, height, depth=8, colour_type=2):
    return b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)


def refusal(picture):
    """The message with which a picture is refused: one short line."""
    with pytest.raises(ImageError) as caught:
        read_image(picture)
    message = str(caught.value)
    assert "\n" not in message and len(message) < 400
    return message


def has(message, *words):
    """Whether all of the words stand in a message."""
    return all(word in message for word in words)


# What is read -----------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp", "gif", "ppm", "jpg"])
def test_formats(tmp_path, suffix):
    path = tmp_path / f"picture.{suffix}"
    solid("RGB", COLOUR).save(path, **({"lossless": True} if suffix == "webp" else {}))
    for given in (path, str(path)):
        image = read_image(given)
        assert image.size == (8, 6)
        tolerance = 2 if suffix == "jpg" else 0
        np.testing.assert_allclose(only_colour(image), COLOUR, atol=tolerance)


def test_the_suffix_does_not_matter(tmp_path):
    solid("RGB", COLOUR).save(tmp_path / "photo.jpg", format="PNG")
    assert only_colour(read_image(tmp_path / "photo.jpg")) == COLOUR


@pytest.mark.parametrize(
    "image, colour",
    [
        (solid("L", 90), (90, 90, 90)),
        (solid("1", 1), (255, 255, 255)),
        (solid("LA", (90, 255)), (90, 90, 90)),
        (solid("LA", (0, 0)), (255, 255, 255)),
        (solid("RGBA", (*COLOUR, 255)), COLOUR),
        (solid("RGBA", (0, 0, 0, 0)), (255, 255, 255)),
        (solid("RGBA", (0, 0, 0, 51)), (204, 204, 204)),
        (solid("CMYK", (0, 0, 0, 0)), (255, 255, 255)),
        (solid("CMYK", (0, 255, 255, 0)), (255, 0, 0)),
        (solid("RGB", COLOUR).quantize(4), COLOUR),
    ],
    ids=lambda value: getattr(value, "mode", str(value)),
)
def test_modes_become_rgb(tmp_path, image, colour):
    assert only_colour(read_image(image)) == colour
    path = tmp_path / ("picture.tiff" if image.mode == "CMYK" else "picture.png")
    image.save(path)
    assert only_colour(read_image(path)) == colour


def test_cmyk_jpeg(tmp_path):
    solid("CMYK", (0, 255, 255, 0)).save(tmp_path / "print.jpg")
    np.testing.assert_allclose(only_colour(read_image(tmp_path / "print.jpg")), (255, 0, 0), atol=3)


@pytest.mark.parametrize("suffix", ["png", "gif"])
def test_a_transparent_palette_colour_shows_white(tmp_path, suffix):
    image = Image.new("P", (4, 2), 1)
    image.putpalette([10, 20, 30, *COLOUR])
    image.paste(0, (0, 0, 2, 2))
    image.save(tmp_path / f"p.{suffix}", transparency=0)
    pixels = np.asarray(read_image(tmp_path / f"p.{suffix}"))
    assert (pixels[:, :2] == 255).all() and (pixels[:, 2:] == COLOUR).all()


@pytest.mark.parametrize("mode, key", [("L", 7), ("RGB", (1, 2, 3))])
def test_a_transparent_key_colour_shows_white(tmp_path, mode, key):
    solid(mode, key).save(tmp_path / "key.png", transparency=key)
    assert only_colour(read_image(tmp_path / "key.png")) == (255, 255, 255)


@pytest.mark.parametrize("value, brightness", [(0, 0), (257, 1), (32768, 128), (65535, 255)])
@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_sixteen_bits_are_scaled_to_eight(tmp_path, suffix, value, brightness):
    image = Image.fromarray(np.full((6, 8), value, np.uint16))
    image.save(tmp_path / f"deep.{suffix}")
    assert only_colour(read_image(tmp_path / f"deep.{suffix}")) == (brightness,) * 3
    assert only_colour(read_image(image)) == (brightness,) * 3


def test_sixteen_bit_greymap(tmp_path):
    (tmp_path / "deep.pgm").write_bytes(b"P5 2 1 65535\n" + struct.pack(">HH", 0, 65535))
    assert np.asarray(read_image(tmp_path / "deep.pgm")).tolist() == [[[0, 0, 0], [255, 255, 255]]]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(tmp_path, orientation):
    """A file whose EXIF data turn it back: the stored corners are where no viewer shows them."""
    corners = {
        (0, 0): (255, 0, 0),
        (0, -1): (0, 255, 0),
        (-1, 0): (0, 0, 255),
        (-1, -1): (255, 255, 255),
    }
    upright = np.zeros((4, 6, 3), np.uint8)
    for place, colour in corners.items():
        upright[place] = colour
    # How the standard says the stored rows and columns lie: the 0th row at the visual top, right, …
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "turned.png", exif=exif)
    image = read_image(tmp_path / "turned.png")
    np.testing.assert_array_equal(np.asarray(image), upright)
    # not turned a second time
    np.testing.assert_array_equal(np.asarray(read_image(image)), upright)


@pytest.mark.parametrize("exif", [b"", b"Exif\0\0nonsense", b"Exif\0\0MM\0*\xff\xff\xff\xff"])
def test_broken_exif_is_no_reason_to_refuse_a_photo(tmp_path, exif):
    solid("RGB", COLOUR).save(tmp_path / "p.jpg", exif=exif)
    np.testing.assert_allclose(only_colour(read_image(tmp_path / "p.jpg")), COLOUR, atol=2)


@pytest.mark.parametrize("suffix", ["gif", "png", "webp", "tiff"])
def test_the_first_frame_of_an_animation(tmp_path, suffix):
    frames = [solid("RGB", colour) for colour in (COLOUR, (0, 0, 255), (0, 255, 0))]
    lossless = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(tmp_path / f"film.{suffix}", save_all=True, append_images=frames[1:], **lossless)
    assert only_colour(read_image(tmp_path / f"film.{suffix}")) == COLOUR


def test_arrays():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    np.testing.assert_array_equal(np.asarray(read_image(pixels)), pixels)
    np.testing.assert_array_equal(np.asarray(read_image(pixels[::-1, ::2])), pixels[::-1, ::2])
    np.testing.assert_array_equal(
        np.asarray(read_image(pixels[..., 0])), np.repeat(pixels[..., :1], 3, axis=2)
    )


def test_the_given_image_stays_as_it_is():
    image = solid("RGBA", (*COLOUR, 10))
    read_image(image)
    assert image.mode == "RGBA" and image.getpixel((0, 0)) == (*COLOUR, 10)
    rgb = solid("RGB", COLOUR)
    read_image(rgb).putpixel((0, 0), (0, 0, 0))
    assert rgb.getpixel((0, 0)) == COLOUR


# What is refused --------------------------------------------------------------------------------


def test_missing_files_folders_and_pipes(tmp_path):
    assert has(refusal(tmp_path / "none.jpg"), "none.jpg", "no such file")
    assert has(refusal(str(tmp_path)), "a folder")
    assert has(refusal(""), "a folder")  # Path("") is the current one
    assert has(refusal("nul\0byte.jpg"), "no such file")
    assert has(refusal(tmp_path / "two\nlines.jpg"), "no such file")
    assert refusal("a" * 5000)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert has(refusal(tmp_path / "pipe"), "not a regular file")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    solid("RGB", COLOUR).save(tmp_path / "p.png")

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert has(refusal(tmp_path / "p.png"), "cannot be read", "Permission denied")


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", ("empty",)),
        (b"This is a text.\n" * 20, ("no picture in a known format", "JPEG")),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ("a drawing (SVG)",)),
        # no Ghostscript
        (
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n",
            ("a PostScript file",),
        ),
        (b"\x89PNG\r\n\x1a\n", ()),
        (b"\xff\xd8\xff\xe0", ()),
        (b"GIF89a", ()),
        (b"BM" + b"\0" * 10, ()),
        (b"II*\0\x08\0\0\0", ()),
        (png(png_header(0, 5), (b"IEND", b"")), ()),
        (png(png_header(5, 5), (b"IEND", b"")), ("damaged or cut off",)),
        (png(png_header(5, 5), (b"IDAT", b"nonsense"), (b"IEND", b"")), ("damaged or cut off",)),
    ],
    ids=range(12),
)
def test_files_that_are_no_picture(tmp_path, content, words):
    (tmp_path / "photo.jpg").write_bytes(content)
    assert has(refusal(tmp_path / "photo.jpg"), "photo.jpg: ", *words)


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "webp", "bmp", "tiff"])
def test_truncated_files(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(noise).save(stream, {"jpg": "jpeg"}.get(suffix, suffix))
    whole = stream.getvalue()
    for kept in (0.02, 0.3, 0.6, 0.9):
        (tmp_path / f"cut.{suffix}").write_bytes(whole[: int(kept * len(whole))])
        assert refusal(tmp_path / f"cut.{suffix}")


def test_single_damaged_bytes_never_end_in_another_error(tmp_path):
    """A hundred damaged files of each format: a picture or an ImageError, nothing else."""
    rng = np.random.default_rng(0)
    path = tmp_path / "damaged"
    for suffix in ("jpeg", "png", "gif", "webp", "bmp", "tiff"):
        stream = io.BytesIO()
        Image.fromarray(rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)).save(stream, suffix)
        for _ in range(100):
            content = bytearray(stream.getvalue())
            for place in rng.integers(0, min(len(content), 200), 3):
                content[place] = rng.integers(256)
            path.write_bytes(content)
            try:
                assert read_image(path).mode == "RGB"
            except ImageError as error:
                assert "\n" not in str(error)


@pytest.mark.parametrize("side", [60_000, 12_000, 8_000])
def test_decompression_bombs_are_refused_by_their_header(tmp_path, side, recwarn):
    """Pillow raises at the first size, warns at the second and would decode the third."""
    (tmp_path / "bomb.png").write_bytes(png(png_header(side, side), (b"IDAT", b""), (b"IEND", b"")))
    assert has(refusal(tmp_path / "bomb.png"), "too many", "50 million")
    assert not recwarn.list


def test_a_compressed_text_bomb(tmp_path):
    text = b"k\0\0" + zlib.compress(b"a" * 100_000_000, 9)
    pixels = zlib.compress(b"\0" * 4)
    (tmp_path / "text.png").write_bytes(
        png(png_header(1, 1), (b"zTXt", text), (b"IDAT", pixels), (b"IEND", b""))
    )
    assert has(refusal(tmp_path / "text.png"), "damaged")


def test_the_limit_holds_for_images_and_arrays_too():
    wide = np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (MAX_PIXELS + 1, 1, 3))
    assert has(refusal(wide), "the array: 1×50000001", "too many")
    assert has(refusal(Image.new("1", (10_000, 5_001))), "10000×5001")


@pytest.mark.parametrize(
    "picture, words",
    [
        (np.zeros((4, 4, 3)), ("dtype float64", "expected uint8")),
        (np.zeros((4, 4), bool), ("dtype bool",)),
        (np.zeros((4, 4, 4), np.uint8), ("(4, 4, 4)",)),
        (np.zeros((1, 4, 4, 3), np.uint8), ("(1, 4, 4, 3)",)),
        (np.zeros(4, np.uint8), ("(4,)",)),
        (np.zeros((0, 4, 3), np.uint8), ("4×0 pixels", "nothing to see")),
        (np.zeros((4, 0), np.uint8), ("0×4 pixels",)),
        (Image.new("RGB", (0, 3)), ("0×3 pixels",)),
        (Image.new("I", (4, 4)), ("mode 'I'", "convert it to 8 bits")),
        (Image.new("F", (4, 4), 2), ("mode 'F'", "from 2 to 2")),
        (Image.new("La", (4, 4)), ("mode 'La'", "does not turn into RGB")),
        (None, ("got a NoneType",)),
        (7, ("got a int",)),
        (b"photo.jpg", ("got a bytes",)),
        ([[0, 1], [2, 3]], ("got a list",)),
    ],
    ids=range(15),
)
def test_other_things_are_refused(picture, words):
    assert has(refusal(picture), *words)


def test_a_truncated_image_opened_by_the_caller(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.jpg")
    (tmp_path / "cut.jpg").write_bytes((tmp_path / "whole.jpg").read_bytes()[:-500])
    with Image.open(tmp_path / "cut.jpg") as image:
        assert has(refusal(image), "the Pillow image", "damaged or cut off")


def test_without_pillow_the_error_says_what_to_install():
    code = (
        "import sys; sys.modules['PIL'] = None; "
        "from models.inception import reading; reading.read_image('x.jpg')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        encoding="utf-8",
    )
    assert ran.returncode == 1 and "pip install -e '.[lessons]'" in ran.stderr.splitlines()[-1]


# What the network sees --------------------------------------------------------------------------


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("size", [(8, 6), (1, 1), (3000, 2), (2, 3000), (300, 257)])
def test_a_solid_colour_is_the_same_number_everywhere(spec, size):
    seen = preprocess(solid("RGB", COLOUR, size), spec)
    assert seen.shape == (1, spec.side, spec.side, 3) and seen.dtype == np.float32
    assert seen.flags.c_contiguous
    expected = {
        "inception5h": (83, -17, -67),
        "googlenet_bvlc": (-54, -17, 77),
        "googlenet_torchvision": (72.5, -27.5, -77.5),
        "mini_inception": (83, -17, -67),
    }
    assert (seen == np.float32(expected[spec.name])).all()


def test_the_centre_is_cropped():
    """256 × 256 pixels that say where they are: BVLC keeps 16 … 239 of each axis."""
    rows, columns = np.mgrid[0:256, 0:256].astype(np.uint8)
    seen = preprocess(np.stack([rows, columns, np.zeros_like(rows)], axis=-1), GOOGLENET_BVLC)
    blue, green, red = np.moveaxis(seen[0] + np.float32([104, 117, 123]), -1, 0)
    assert (blue == 0).all()
    assert (red == np.arange(16, 240)[:, None]).all() and (green == np.arange(16, 240)).all()


def test_resizing_averages_over_the_pixels_that_become_one():
    """Stripes one pixel wide become grey, not stripes of another width."""
    stripes = np.zeros((1024, 1024), np.uint8)
    stripes[:, ::2] = 255
    seen = preprocess(stripes, INCEPTION5H) + 117
    assert 110 < seen.min() and seen.max() < 145


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_black_is_what_a_black_picture_becomes(spec):
    assert black(spec).dtype == np.float32
    np.testing.assert_array_equal(black(spec), preprocess(np.zeros((9, 9, 3), np.uint8), spec))
    assert black(spec)[0, 0, 0].tolist() == [-value for value in spec.mean]
    assert (deprocess(black(spec), spec) == 0).all()


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_deprocess_is_the_inverse(spec):
    pixels = np.random.default_rng(0).integers(
        0, 256, (spec.resize, spec.resize, 3), dtype=np.uint8
    )
    seen = preprocess(pixels, spec)
    shown = deprocess(seen, spec)
    corner = (spec.resize - spec.side) // 2
    assert shown.dtype == np.uint8 and shown.flags.c_contiguous
    np.testing.assert_array_equal(
        shown, pixels[corner : corner + spec.side, corner : corner + spec.side]
    )
    np.testing.assert_array_equal(deprocess(seen[0].astype(np.float64), spec), shown)


def test_deprocess_rounds_and_cuts_off():
    values = np.array([[[-200.0, 0.6, 500.0]]])
    assert deprocess(values, INCEPTION5H).tolist() == [[[0, 118, 255]]]
    assert deprocess(np.zeros((2, 2, 3), int), GOOGLENET_BVLC)[0, 0].tolist() == [123, 117, 104]


@pytest.mark.parametrize(
    "array, words",
    [
        (np.zeros((2, 4, 4, 3)), "(2, 4, 4, 3)"),
        (np.zeros((4, 4)), "(4, 4)"),
        (np.zeros((3, 4, 4)), "(3, 4, 4)"),
        (np.full((4, 4, 3), np.nan), "NaN"),
        (np.full((4, 4, 3), np.inf), "infinity"),
        (np.zeros((4, 4, 3), complex), "complex128"),
        ("photo.jpg", "expected numbers"),
    ],
    ids=range(7),
)
def test_deprocess_refuses_what_is_no_picture(array, words):
    with pytest.raises(ImageError) as caught:
        deprocess(array, INCEPTION5H)
    assert words in str(caught.value)


# torchvision's recipe -----------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(500, 375), (300, 777), (256, 256), (100, 91), (1001, 257)])
def test_shorter_side_is_resized_and_the_centre_cropped(size):
    """What torchvision's Resize(256) and CenterCrop(224) do to a Pillow image."""
    width, height = size
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    shorter = min(size)
    image = Image.fromarray(pixels).resize(
        (256 * width // shorter, 256 * height // shorter), Image.Resampling.BILINEAR
    )
    left, top = (int(round((length - 224) / 2.0)) for length in image.size)
    expected = np.asarray(image.crop((left, top, left + 224, top + 224)), np.float32) - 127.5
    np.testing.assert_array_equal(preprocess(pixels, GOOGLENET_TORCHVISION)[0], expected)


def test_very_long_picture_takes_no_room():
    image = Image.new("RGB", (5_000_000, 1), COLOUR)
    seen = preprocess(image, GOOGLENET_TORCHVISION)
    assert seen.shape == (1, 224, 224, 3) and np.all(seen == np.float32(COLOUR) - 127.5)
