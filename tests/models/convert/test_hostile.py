"""Broken and hostile weight files: one line of error, no file written, none replaced."""

import io
import os
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minigrad.weights import save_weights
from models.convert import ConversionError, convert, recognise
from models.convert.messages import message_class
from models.convert.sources import MAX_BYTES
from tests.helpers.data import REPOSITORY
from tests.helpers.files.caffemodel import bvlc_message, random_state
from tests.helpers.files.hostile import assert_refused


@pytest.fixture(scope="module")
def state():
    return random_state(np.random.default_rng(0))


@pytest.fixture(scope="module")
def caffe_net(state):
    return bvlc_message(state, "V1")


# --- files of no known format ------------------------------------------------------------


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


STRANGE = {
    "empty": (b"", "empty file"),
    "pickle": (pickle.dumps({"conv2d0.weight": [1.0]}), "pickle"),
    "foreign npz": (npz(a=np.ones(3)), "minigrad did not write"),
    "npy": (npy(np.ones(3)), "single NumPy array"),
    "lfs": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:5725\nsize 28020232\n",
        "a Git LFS pointer, which stands for a file of 28020232 bytes",
    ),
    "lfs cut off": (b"version https://git-lfs.github.com/spec/v1\n", "stands for the file and"),
    "tar": (b"a" * 257 + b"ustar" + bytes(300), "a tar archive; unpack it"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5"),
    "gzip": (b"\x1f\x8b" + bytes(100), "gzip"),
    "html": (b"<!DOCTYPE html><html>404</html>", "web page"),
    "text": (b"these are the weights of a network\n" * 40, "accepted are"),
    "zeros": (bytes(5000), "accepted are"),
    "broken zip": (b"PK\x03\x04" + bytes(200), "zip"),
    "one mat": (b"MATLAB 5.0 MAT-file" + bytes(200), "give the folder"),
    "many empty fields": (b"\x0a\x00" * 200_000, "accepted are"),
    "field beyond the file": (b"\x0a\x03abc\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "cut off"),
    "endless integer": (b"\x0a" + b"\xff" * 40, "accepted are"),
}


@pytest.mark.parametrize("content, word", STRANGE.values(), ids=STRANGE)
def test_file_of_no_known_format(content, word, tmp_path):
    (tmp_path / "file").write_bytes(content)
    assert_refused(tmp_path / "file", tmp_path / "out", word)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400))
def test_random_bytes(tmp_path, data):
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(ConversionError):
        convert(tmp_path / "file", tmp_path / "a.npz")
    assert not (tmp_path / "a.npz").exists()


def test_converted_file_needs_no_conversion(state, tmp_path):
    save_weights(tmp_path / "a.npz", {"x": np.ones(2, np.float32)})
    assert_refused(tmp_path / "a.npz", tmp_path / "out", "already converted")


def test_places_that_do_not_fit(tmp_path):
    (tmp_path / "empty").mkdir()
    assert_refused(tmp_path / "empty", tmp_path / "out", "without *_w.mat")
    assert_refused(tmp_path / "nothing", tmp_path / "out", "no such file")
    os.mkfifo(tmp_path / "pipe")
    assert_refused(tmp_path / "pipe", tmp_path / "out", "not a plain file")
    for destination, word in [
        ("no/such.npz", "no folder"),
        ("empty", "a folder"),
        ("a.pt", ".npz"),
    ]:
        with pytest.raises(ConversionError, match=word):
            convert(tmp_path / "empty", tmp_path / destination)
    (tmp_path / "same.npz").write_bytes(b"x")
    with pytest.raises(ConversionError, match="the same file"):
        convert(tmp_path / "same.npz", tmp_path / "same.npz")


def test_zip_that_unpacks_to_too_much(tmp_path):
    with zipfile.ZipFile(
        tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive:
        with archive.open("graph.pb", "w") as member:
            for _ in range(MAX_BYTES // 2**20 + 1):
                member.write(bytes(2**20))
    assert_refused(tmp_path / "bomb.zip", tmp_path / "out", "unpacks to", "allowed")
    # The same, but lying about its size.
    data = (tmp_path / "bomb.zip").read_bytes()
    size = (MAX_BYTES + 2**20).to_bytes(4, "little")
    (tmp_path / "bomb.zip").write_bytes(data.replace(size, (100).to_bytes(4, "little")))
    assert_refused(tmp_path / "bomb.zip", tmp_path / "out", "not a readable zip")


def test_zip_with_no_model_or_two(tmp_path):
    for names in ([], ["a.pb", "b.pb"]):
        with zipfile.ZipFile(tmp_path / "some.zip", "w") as archive:
            archive.writestr("LICENSE", "Apache")
            for name in names:
                archive.writestr(name, b"")
        assert_refused(tmp_path / "some.zip", tmp_path / "out", f"a zip with {len(names)}")


def test_file_larger_than_any_network(tmp_path):
    with open(tmp_path / "file", "wb") as file:
        file.truncate(MAX_BYTES + 1)  # a sparse file takes no room
    assert_refused(tmp_path / "file", tmp_path / "out", "more than")


# --- Caffe -------------------------------------------------------------------------------


def edited(net, edit):
    copy = type(net)()
    copy.CopyFrom(net)
    edit(copy, {layer.name: layer for layer in copy.layers})
    return copy.SerializeToString()


def set_number(value):
    def edit(net, layers):
        layers["inception_5b/1x1"].blobs[0].data[17] = value

    return edit


def lossy_doubles(net, layers):
    blob = layers["conv1/7x7_s2"].blobs[1]
    blob.double_data.extend([0.1] * len(blob.data))
    del blob.data[:]


def absurd_size(net, layers):
    layers["conv2/3x3"].blobs[0].num = 2**31 - 1


def absurd_new_size(net, layers):
    layers["conv2/3x3"].blobs[0].shape.dim.extend([2**62, 2**62, 3, 3])


CAFFE = {
    "missing layer": (
        lambda net, layers: net.layers.remove(layers["inception_4c/5x5"]),
        "'inception_4c/5x5' is missing",
    ),
    "extra layer": (
        lambda net, layers: net.layers.add(name="a\nb").CopyFrom(layers["conv2/3x3"]),
        "twice",
    ),
    "unknown layer": (
        lambda net, layers: setattr(layers["loss1/conv"], "name", "a\nb"),
        "'a\\nb' is not expected",
    ),
    "no bias": (lambda net, layers: layers["conv2/3x3"].blobs.pop(), "has 1 arrays"),
    "wrong shape": (
        lambda net, layers: setattr(layers["conv2/3x3"].blobs[0], "height", 5),
        "(192, 64, 5, 3), expected",
    ),
    "negative size": (
        lambda net, layers: setattr(layers["conv2/3x3"].blobs[0], "height", -3),
        "(192, 64, -3, 3)",
    ),
    "absurd size": (absurd_size, "expected (192, 64, 3, 3)"),
    "absurd new size": (absurd_new_size, "expected (192, 64, 3, 3)"),
    "too few numbers": (
        lambda net, layers: layers["conv2/3x3"].blobs[0].data.pop(),
        "but holds 110591 numbers",
    ),
    "no numbers": (
        lambda net, layers: layers["conv2/3x3"].blobs[0].ClearField("data"),
        "but holds 0 numbers",
    ),
    "NaN": (set_number(np.nan), "'mixed5b.conv1x1.weight' holds NaN"),
    "infinity": (set_number(-np.inf), "'mixed5b.conv1x1.weight' holds NaN"),
    "lossy doubles": (lossy_doubles, "float32 cannot hold"),
}


@pytest.mark.parametrize("edit, word", CAFFE.values(), ids=CAFFE)
def test_caffemodel_with_one_thing_wrong(edit, word, caffe_net, tmp_path):
    (tmp_path / "file").write_bytes(edited(caffe_net, edit))
    assert_refused(tmp_path / "file", tmp_path / "out", word)


def test_caffemodel_cut_off_anywhere(caffe_net, tmp_path):
    data = caffe_net.SerializeToString()
    lengths = [1, 2, 11, 12, 40, *np.linspace(100, len(data) - 1, 12).astype(int)]
    for length in lengths:
        (tmp_path / "file").write_bytes(data[:length])
        with pytest.raises(ConversionError):
            recognise(tmp_path / "file")
    assert_refused(tmp_path / "file", tmp_path / "out", "cut off")


def test_caffemodel_with_a_name_that_is_not_text(caffe_net, tmp_path):
    data = caffe_net.SerializeToString().replace(b"inception_3a/1x1", b"inception_3a\xff1x1")
    (tmp_path / "file").write_bytes(data)
    assert_refused(tmp_path / "file", tmp_path / "out", "not a whole NetParameter")


# --- the command line --------------------------------------------------------------------


@pytest.mark.parametrize(
    "source, destination", [("file", "a.npz"), ("nothing", "a.npz"), ("file", "no/a.npz")]
)
def test_command_line_says_one_line(source, destination, tmp_path):
    (tmp_path / "file").write_bytes(pickle.dumps([1.0]))
    command = [
        sys.executable,
        "-m",
        "models",
        "convert",
        str(tmp_path / source),
        str(tmp_path / destination),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, encoding="utf-8")
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_without_protobuf_it_says_what_to_install(caffe_net, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(caffe_net.SerializeToString())
    message_class.cache_clear()
    monkeypatch.setitem(sys.modules, "google.protobuf", None)
    assert_refused(tmp_path / "file", tmp_path / "out", "pip install -e '.[convert]'")
