"""Broken and hostile files of sentiment networks: one line of error, no file written."""

import json
import os
import pickle
import sys
import zipfile

import numpy as np
import pytest
from safetensors.numpy import save, save_file

from minigrad.weights import WeightsError
from models.convert import ConversionError, convert, pytorch
from tests.helpers.files.hostile import assert_refused, check_converted_or_refused
from tests.helpers.files.kim import kim_state


@pytest.fixture
def state(rng):
    return kim_state(rng)


# --- networks that are not understood ----------------------------------------------------


def floats(*shape):
    return np.ones(shape, np.float32)


def nan(state):
    array = state["convs.1.weight"].copy()
    array[2, 0, 1, 3] = np.nan
    return {"convs.1.weight": array}


CASES = {
    "recurrent": (
        lambda state: {"lstm.weight_ih_l0": floats(8, 7)},
        "'lstm.weight_ih_l0' belongs to a recurrent layer",
    ),
    "batch norm": (
        lambda state: {"bn.running_mean": floats(6)},
        "'bn.running_mean' belongs to batch normalisation",
    ),
    "batch norm's count": (
        lambda state: {"bn.num_batches_tracked": np.array(3)},
        "belongs to batch normalisation",
    ),
    "layer norm": (
        lambda state: {"ln.weight": floats(6), "ln.bias": floats(6)},
        "'ln.weight' has shape (6,)",
    ),
    "weight norm": (
        lambda state: {"convs.0.weight_g": floats(6, 1, 1, 1)},
        "belongs to weight normalisation",
    ),
    "no layer's": (
        lambda state: {"table": floats(20, 7)},
        "'table' is neither a layer's weight nor its bias",
    ),
    "a bias alone": (lambda state: {"other.bias": floats(6)}, "'other.bias' has no weight"),
    "two linear layers": (
        lambda state: {"fc2.weight": floats(1, 4), "fc2.bias": floats(1)},
        "more than one linear layer, 'fc2.weight' and 'fc.weight'",
    ),
    "two embeddings": (
        lambda state: {"static.weight": floats(20, 7)},
        "more than one embedding, 'embedding.weight' and 'static.weight'",
    ),
    "no embedding": (lambda state: {"embedding.weight": None}, "are two matrices, found are 1"),
    "no convolution": (
        lambda state: {
            f"convs.{index}.{kind}": None for index in range(3) for kind in ("weight", "bias")
        },
        "no convolution",
    ),
    "three outputs": (
        lambda state: {"fc.weight": floats(3, 18), "fc.bias": floats(3)},
        "'fc.weight' has shape (3, 18), expected (1, 18) or (2, 18)",
    ),
    "too few inputs": (
        lambda state: {"fc.weight": floats(1, 17)},
        "'fc.weight' has shape (1, 17), expected (1, 18)",
    ),
    "embedding's width": (
        lambda state: {"embedding.weight": floats(20, 8)},
        "'convs.0.weight' has shape (6, 1, 3, 7), expected (filters, 1, k, 8)",
    ),
    "two channels": (
        lambda state: {"convs.1.weight": floats(6, 2, 4, 7)},
        "'convs.1.weight' has shape (6, 2, 4, 7), expected (filters, 1, k, 7)",
    ),
    "turned": (
        lambda state: {"convs.0.weight": floats(6, 1, 7, 3)},
        "'convs.0.weight' has shape (6, 1, 7, 3), expected",
    ),
    "flat kernels": (
        lambda state: {"convs.0.weight": floats(6, 1, 21)},
        "'convs.0.weight' has shape (6, 1, 21), expected",
    ),
    "square kernels": (
        lambda state: {f"convs.{index}.weight": floats(6, 1, 7, 7) for index in range(3)},
        "ambiguous",
    ),
    "bias of another size": (
        lambda state: {"convs.2.bias": floats(5)},
        "'convs.2.bias' has shape (5,), expected (6,)",
    ),
    "bias of the embedding": (
        lambda state: {"embedding.bias": floats(20)},
        "'embedding.bias' is a bias of what should be the embedding",
    ),
    "two candidates": (
        lambda state: {"embedding.weight": floats(2, 18)},
        "'convs.0.weight' has shape",
    ),
    "no candidate told": (
        lambda state: {"embedding.weight": floats(2, 18), "fc.bias": None},
        "could both be the linear layer",
    ),
    "five dimensions": (
        lambda state: {"convs.0.weight": floats(6, 1, 1, 3, 7)},
        "'convs.0.weight' has shape (6, 1, 1, 3, 7)",
    ),
    "one number": (lambda state: {"scale.weight": floats()}, "has shape (), no numbers"),
    "no numbers": (
        lambda state: {"convs.1.weight": floats(0, 1, 4, 7)},
        "'convs.1.weight' has shape (0, 1, 4, 7), no numbers",
    ),
    "integers": (
        lambda state: {"embedding.weight": np.ones((20, 7), np.int64)},
        "'embedding.weight' has dtype int64",
    ),
    "lossy doubles": (lambda state: {"fc.weight": np.full((1, 18), 0.1)}, "float32 cannot hold"),
    "NaN": (nan, "'convs.1.weight' holds NaN"),
    "infinity": (
        lambda state: {"fc.bias": np.array([np.inf], np.float32)},
        "'fc.bias' holds NaN or infinity",
    ),
    "order": (
        lambda state: {"first.weight": floats(6, 1, 3, 7), "fc.weight": floats(1, 24)},
        "names that differ by a number",
    ),
    "hostile name": (lambda state: {"a\nb" * 900: floats(3)}, "'a\\nba\\nb"),
    "empty name": (lambda state: {"": floats(3)}, "'' is neither"),
}


@pytest.mark.parametrize("edit, word", CASES.values(), ids=CASES)
def test_network_with_one_thing_wrong(edit, word, state, tmp_path):
    edited = {name: array for name, array in (state | edit(state)).items() if array is not None}
    save_file(edited, tmp_path / "kim.safetensors")
    assert_refused(tmp_path / "kim.safetensors", tmp_path / "out", word)


def test_difference_of_two_outputs_that_overflows(rng, tmp_path):
    state = kim_state(rng, outputs=2)
    state["fc.weight"][:] = [[-3e38], [3e38]]
    save_file(state, tmp_path / "kim.safetensors")
    with pytest.raises(WeightsError, match="'output.weight' holds NaN or infinity"):
        convert(tmp_path / "kim.safetensors", tmp_path / "kim.npz")
    assert not (tmp_path / "kim.npz").exists()


# --- broken and hostile files ------------------------------------------------------------


def header(text, data=b""):
    text = text if isinstance(text, bytes) else json.dumps(text).encode()
    return len(text).to_bytes(8, "little") + text + data


def entry(shape, end, dtype="F32", start=0):
    return {"x.weight": {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}}


FILES = {
    "no arrays": header({}),
    "not JSON": header(b"{" * 300),
    "deep JSON": header(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "header beyond the file": (10**6).to_bytes(8, "little") + b"{}",
    "data beyond the file": header(entry([3], 12), bytes(8)),
    "data left over": header(entry([3], 12), bytes(16)),
    "another size": header(entry([4], 12), bytes(12)),
    "absurd size": header(entry([2**62, 2**62], 12), bytes(12)),
    "negative size": header(entry([-3], 12), bytes(12)),
    "backwards": header(entry([3], 0, start=12), bytes(12)),
    "unknown dtype": header(entry([3], 12, "F128"), bytes(12)),
    "float8": header(entry([3], 3, "F8_E5M2"), bytes(3)),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_broken_safetensors(content, tmp_path):
    (tmp_path / "file").write_bytes(content)
    assert pytorch.kind_of(tmp_path / "file") == "safetensors"
    assert_refused(tmp_path / "file", tmp_path / "out")


def test_safetensors_cut_off_anywhere(state, tmp_path):
    data = save(state)
    for length in [0, 1, 7, 8, 9, 10, 100, *np.linspace(200, len(data) - 1, 20).astype(int)]:
        (tmp_path / "file").write_bytes(data[:length])
        assert_refused(tmp_path / "file", tmp_path / "out")


def test_safetensors_with_a_byte_of_its_header_changed(state, tmp_path):
    data = bytearray(save(state))
    size = int.from_bytes(data[:8], "little")
    for at in np.random.default_rng(1).integers(0, 8 + size, 150):
        before, data[at] = data[at], data[at] ^ 0x15
        (tmp_path / "file").write_bytes(data)
        check_converted_or_refused(tmp_path / "file", tmp_path / "a.npz")
        data[at] = before


def test_places_that_hold_no_network(tmp_path):
    (tmp_path / "kim.pth").mkdir()
    assert_refused(tmp_path / "kim.pth", tmp_path / "out", "a folder")
    assert_refused(tmp_path / "none.pth", tmp_path / "out", "no such file")
    os.mkfifo(tmp_path / "pipe.pth")
    assert_refused(tmp_path / "pipe.pth", tmp_path / "out", "not a plain file")
    (tmp_path / "empty.pth").write_bytes(b"")
    assert_refused(tmp_path / "empty.pth", tmp_path / "out", "an empty file", ".safetensors")
    with open(tmp_path / "large", "wb") as file:
        file.write(header({}))
        file.truncate(pytorch.MAX_BYTES + 1)  # a sparse file takes no room
    assert_refused(tmp_path / "large", tmp_path / "out", "more than the")


def test_packages_that_are_not_installed(state, tmp_path, monkeypatch):
    save_file(state, tmp_path / "kim.safetensors")
    monkeypatch.setitem(sys.modules, "safetensors", None)
    assert_refused(tmp_path / "kim.safetensors", tmp_path / "out", "pip install -e '.[convert]'")
    monkeypatch.setitem(sys.modules, "torch", None)
    with zipfile.ZipFile(tmp_path / "kim.pth", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}))
    assert_refused(
        tmp_path / "kim.pth",
        tmp_path / "out",
        "pip install torch",
        "save the arrays as .safetensors",
    )


def test_pth_that_unpacks_to_too_much_is_refused_before_pytorch_sees_it(tmp_path):
    with zipfile.ZipFile(
        tmp_path / "kim.pth", "w", zipfile.ZIP_DEFLATED, compresslevel=1
    ) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}))
        with archive.open("archive/data/0", "w") as member:
            for _ in range(pytorch.MAX_BYTES // 2**22 + 1):
                member.write(bytes(2**22))
    assert_refused(tmp_path / "kim.pth", tmp_path / "out", "more than the")


def test_options_of_text_are_refused_for_pictures(tmp_path):
    from tests.helpers.files.caffemodel import bvlc_message, random_state

    (tmp_path / "a.caffemodel").write_bytes(
        bvlc_message(random_state(np.random.default_rng(0)), "V1").SerializeToString()
    )
    with pytest.raises(
        ConversionError,
        match="--unknown and --pad-to are for sentiment networks; this is a Caffe model",
    ):
        convert(tmp_path / "a.caffemodel", tmp_path / "a.npz", padding=0)
