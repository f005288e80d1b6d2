"""Broken and hostile MATLAB files: one line of error, no file written, none replaced."""

import io
import zlib

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from minigrad.weights import load_weights
from models.convert import ConversionError, convert, matlab
from models.convert.layout import matlab_names
from models.inception.specifications import GOOGLENET_BVLC
from tests.helpers.files.caffemodel import random_state
from tests.helpers.files.hostile import assert_refused


@pytest.fixture(scope="module")
def state():
    return random_state(np.random.default_rng(0))


@pytest.fixture(scope="module")
def whole_folder(state, tmp_path_factory):
    """All 116 MATLAB files with random numbers."""
    folder = tmp_path_factory.mktemp("matlab")
    for name, ours in matlab_names(GOOGLENET_BVLC).items():
        weight = state[f"{ours}.weight"]
        savemat(
            folder / f"{name}_w.mat",
            {"weights": weight.swapaxes(0, 1) if weight.ndim == 4 else weight},
        )
        savemat(folder / f"{name}_b.mat", {"bias": state[f"{ours}.bias"][:, None]})
    return folder


@pytest.fixture
def folder(whole_folder, tmp_path):
    """The same as links, so that a test can replace one."""
    copy = tmp_path / "parameters"
    copy.mkdir()
    for path in whole_folder.iterdir():
        (copy / path.name).symlink_to(path)
    return copy


def replaced(folder, name, content):
    """Put bytes, or the variables of a dictionary, in the place of one file."""
    (folder / name).unlink(missing_ok=True)
    if isinstance(content, dict):
        savemat(folder / name, content)
    else:
        (folder / name).write_bytes(content)
    return folder


NAME = "conv2_3x3_reduce_w.mat"
SHAPE = (1, 1, 64, 64)


def matlab_bytes(compress=False, **variables):
    file = io.BytesIO()
    savemat(file, variables, do_compression=compress)
    return file.getvalue()


GOOD = matlab_bytes(weights=np.ones(SHAPE, np.float32))
ZEROS = zlib.compress(bytes(2**25))
BOMB = GOOD[:128] + (15).to_bytes(4, "little") + len(ZEROS).to_bytes(4, "little") + ZEROS
cells = np.empty(2, object)
cells[:] = [np.ones(3), "text"]

MATLAB = {
    "random": (np.random.default_rng(0).bytes(3000), "not a MATLAB v5 file"),
    "random after the header": (GOOD[:128] + np.random.default_rng(0).bytes(3000), NAME),
    "empty": (b"", "cut off"),
    "v7.3": (b"MATLAB 7.3 MAT-file" + bytes(600), "save it again"),
    "too large": (bytes(10**6), "not a file of at most"),
    "bomb": (BOMB, "unpacks to more"),
    "broken compression": (GOOD[:128] + b"\x0f\0\0\0\x10\0\0\0" + bytes(16), "broken compression"),
    "another variable": (
        matlab_bytes(kernel=np.ones(SHAPE, np.float32)),
        "'kernel' (float), expected 'weights'",
    ),
    "cells": ({"weights": cells}, "'weights' (cell), expected"),
    "structure": ({"weights": {"a": 1.0}}, "(struct)"),
    "text": ({"weights": "hello"}, "(char)"),
    "integers": ({"weights": np.ones(SHAPE, np.int32)}, "(integer)"),
    "complex": ({"weights": np.ones(SHAPE, np.complex64)}, "(complex)"),
    "wrong shape": (
        {"weights": np.ones((1, 1, 64, 63), np.float32)},
        "(1, 1, 64, 63), expected (1, 1, 64, 64)",
    ),
    "NaN": ({"weights": np.full(SHAPE, np.nan, np.float32)}, "holds NaN"),
    "infinity": ({"weights": np.full(SHAPE, np.inf)}, "holds NaN or infinity"),
    "lossy": ({"weights": np.full(SHAPE, 0.1)}, "float32 cannot hold"),
}


@pytest.mark.parametrize("content, word", MATLAB.values(), ids=MATLAB)
def test_matlab_folder_with_one_bad_file(content, word, folder, tmp_path):
    assert_refused(replaced(folder, NAME, content), tmp_path / "out", word)


def test_matlab_folder_with_one_file_cut_off_anywhere(folder, tmp_path):
    for whole in (GOOD, matlab_bytes(compress=True, weights=np.ones(SHAPE, np.float32))):
        for length in [
            1,
            30,
            127,
            128,
            135,
            136,
            140,
            150,
            190,
            200,
            len(whole) // 2,
            len(whole) - 1,
        ]:
            if length < len(whole):
                assert_refused(replaced(folder, NAME, whole[:length]), tmp_path / "out", NAME)


def test_matlab_file_with_a_byte_changed_anywhere(tmp_path):
    """Whatever the headers say, out comes an array of the right shape or a ConversionError."""
    path = tmp_path / NAME
    for at in range(116, 208):
        changed = bytearray(GOOD)
        changed[at] ^= 0xFF
        path.write_bytes(changed)
        try:
            assert matlab._read_array(path, "conv2d1.weight", SHAPE).shape == SHAPE
        except ConversionError as refusal:
            assert NAME in str(refusal)


def test_matlab_folder_with_files_missing_or_too_many(folder, tmp_path):
    (folder / NAME).rename(folder / "inception_9z_1x1_w.mat")
    assert_refused(folder, tmp_path / "out", f"'{NAME}' is missing")
    replaced(folder, NAME, GOOD)
    assert_refused(folder, tmp_path / "out", "'inception_9z_1x1_w.mat' is not expected")


def test_matlab_head_the_wrong_way_round(folder, tmp_path):
    head = loadmat(folder / "loss3_classifier_w.mat")["weights"]
    replaced(folder, "loss3_classifier_w.mat", {"weights": head.T})
    assert_refused(folder, tmp_path / "out", "(classes, in) = (1000, 1024)")


@pytest.mark.parametrize("compress", [False, True])
def test_packed_and_whole_numbers_are_read_like_scipy_reads_them(compress, state, folder, tmp_path):
    array = np.round(100 * state["conv2d1.weight"])
    replaced(folder, NAME, matlab_bytes(compress, weights=array.astype(np.float64)))
    convert(folder, tmp_path / "a.npz")
    written = load_weights(tmp_path / "a.npz")[0]
    np.testing.assert_array_equal(written["conv2d1.weight"], loadmat(folder / NAME)["weights"])
    for name, expected in state.items():
        if name != "conv2d1.weight":
            np.testing.assert_array_equal(written[name], expected, err_msg=name)


def test_small_integers_inside_the_tag_and_big_endian():
    """MATLAB keeps whole numbers as bytes, and up to four bytes of data inside the tag."""

    def element(kind, data):
        return kind.to_bytes(4, "big") + len(data).to_bytes(4, "big") + data + bytes(-len(data) % 8)

    sizes = np.array([1, 4], ">i4").tobytes()
    name, numbers = b"\0\x04\0\x01bias", b"\0\x04\0\x02" + bytes([7, 0, 255, 1])
    body = element(6, (6).to_bytes(4, "big") + bytes(4)) + element(5, sizes) + name + numbers
    parsed = matlab._parse(element(14, body), ">", "bias")
    assert parsed.dtype == np.float64
    np.testing.assert_array_equal(parsed, [[7.0, 0.0, 255.0, 1.0]])
