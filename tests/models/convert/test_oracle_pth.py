"""PyTorch's own files, written by PyTorch: broken and hostile ones are refused, and run nothing."""

import io
import os

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the oracle is PyTorch; pip install -e '.[oracle]'")

from minigrad.weights import load_weights
from models.convert import convert
from models.convert.caffe import array_of, read_layers, sizes_of
from models.convert.families.fold import fold_batch_norm
from models.convert.pytorch import read_pytorch
from tests.helpers.data import data_path
from tests.helpers.files.hostile import assert_refused, check_converted_or_refused
from tests.helpers.files.inception_arrays import inception_arrays
from tests.helpers.files.kim import kim_state

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.filterwarnings("ignore:torch.quantize_per_tensor:UserWarning"),
    pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated:DeprecationWarning"),
]


class Attack:
    def __reduce__(self):
        return os.mkdir, ("attacked",)


def torch_bytes(content, **options):
    file = io.BytesIO()
    torch.save(content, file, **options)
    return file.getvalue()


def test_broken_and_hostile_pth(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    contents = {
        "model": (torch.nn.Linear(2, 3), "save model.state_dict(), not the model"),
        "attack": ({"a.weight": Attack()}, "could run any program"),
        "list": ([torch.ones(2)], "holds a list, expected a state dictionary"),
        "tensor": (torch.ones(2), "holds a Tensor"),
        "epoch": (
            {"epoch": 3, "fc.weight": torch.ones(1, 2)},
            "'epoch' is of type int, expected an array",
        ),
        "number": ({3: torch.ones(2)}, "'3' is the name of an array, expected text"),
        "sparse": ({"fc.weight": torch.eye(3).to_sparse()}, "'fc.weight' is sparse"),
        "meta": (
            {"fc.weight": torch.ones(3, device="meta")},
            "'fc.weight' is sparse, quantised or empty",
        ),
        "quantised": (
            {"q.weight": torch.quantize_per_tensor(torch.ones(3), 0.1, 0, torch.qint8)},
            "quantised",
        ),
        "expanded": ({"fc.weight": torch.ones(1).expand(2**40)}, "more than the"),
        "complex": (
            {
                "e.weight": torch.ones((9, 2), dtype=torch.cfloat),
                "c.weight": torch.ones((3, 1, 2, 2)),
                "f.weight": torch.ones((1, 3)),
            },
            "ambiguous",
        ),
        "nothing": ({}, "without arrays"),
        "nested": (
            {"state_dict": {"model": {"state_dict": {"rnn.weight_hh_l0": torch.ones(2, 2)}}}},
            "a recurrent layer",
        ),
    }
    for name, (content, word) in contents.items():
        for new in (True, False):
            if name in ("meta", "sparse", "quantised") and not new:
                continue  # the older form has none of them
            (tmp_path / "file.pth").write_bytes(
                torch_bytes(content, _use_new_zipfile_serialization=new)
            )
            assert_refused(tmp_path / "file.pth", tmp_path / "out", word)
    assert not (tmp_path / "attacked").exists()


@pytest.mark.parametrize("new", [True, False])
def test_pth_cut_off_or_with_a_byte_changed_anywhere(new, rng, tmp_path):
    data = bytearray(
        torch_bytes(
            {k: torch.tensor(v) for k, v in kim_state(rng).items()},
            _use_new_zipfile_serialization=new,
        )
    )
    for length in [1, 2, 4, 20, 30, 100, *np.linspace(200, len(data) - 1, 8).astype(int)]:
        (tmp_path / "file").write_bytes(data[:length])
        assert_refused(tmp_path / "file", tmp_path / "out")
    for at in np.random.default_rng(2).integers(0, len(data), 100):
        before, data[at] = data[at], data[at] ^ 0x15
        (tmp_path / "file").write_bytes(data)
        check_converted_or_refused(tmp_path / "file", tmp_path / "a.npz")
        data[at] = before


def test_torchscript_export_and_quantised_archives_are_named_as_such(tmp_path):
    torch.jit.script(torch.nn.Linear(2, 3)).save(tmp_path / "script.pt")
    assert_refused(tmp_path / "script.pt", tmp_path / "out", "TorchScript", "state_dict()")
    quantised = torch.ao.nn.quantized.Linear(2, 3).state_dict()
    (tmp_path / "8bit.pth").write_bytes(torch_bytes(quantised))
    assert_refused(tmp_path / "8bit.pth", tmp_path / "out", "quantised", "float32 weights")


def test_inception_in_pth_broken_and_hostile(rng, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arrays = inception_arrays("crowsonkb", rng)
    tensors = {name: torch.tensor(array) for name, array in arrays.items()}
    cases = {
        "attack": ({"conv3.weight": Attack()}, "could run any program"),
        "meta": ({"conv2.bias": torch.ones(192, device="meta")}, "'conv2.bias' is sparse"),
        "complex": (
            {"conv2.bias": torch.ones(192, dtype=torch.cfloat)},
            "'conv2.bias' has dtype complex64",
        ),
        "lossy": (
            {"conv2.bias": torch.full((192,), 0.1, dtype=torch.double)},
            "float32 cannot hold",
        ),
        "NaN": ({"conv2.bias": torch.full((192,), float("nan"))}, "holds NaN or infinity"),
    }
    for changed, word in cases.values():
        torch.save(tensors | changed, tmp_path / "file.pth")
        assert_refused(tmp_path / "file.pth", tmp_path / "out", word)
    assert not (tmp_path / "attacked").exists()


def test_views_of_one_storage_are_read_with_their_strides(rng, tmp_path):
    """Several arrays may lie in one storage, turned; only their numbers count."""
    arrays = inception_arrays("captum", rng)
    tensors = {name: torch.tensor(array) for name, array in arrays.items()}
    both = torch.tensor(rng.standard_normal((1024, 2016), dtype=np.float32))
    tensors["fc.weight"] = both.T[::2]
    torch.save(tensors, tmp_path / "file.pth")
    convert(tmp_path / "file.pth", tmp_path / "a.npz")
    state, _ = load_weights(tmp_path / "a.npz")
    np.testing.assert_array_equal(state["softmax2.weight"], both[:, ::2].numpy())


@pytest.mark.data
def test_real_network_as_pth_and_as_folded_caffemodel(tmp_path):
    """Each batch normalisation of the `.pth`, folded, is what its authors' caffemodel holds."""
    arrays = read_pytorch(data_path("foreign-networks", "version-slim-320.pth"))
    layers = read_layers(data_path("foreign-networks", "slim-320.caffemodel"))
    theirs = [layer for layer in layers if layer.blobs]
    # The caffemodel is in the graph's order, the other in the modules'; names have nothing in
    # common. So each layer takes the nearest, and each is taken once.
    ours = list(convolutions(arrays))
    assert len(theirs) == len(ours) == 42
    folded = 0
    for layer in theirs:
        kernel = array_of(layer.blobs[0], sizes_of(layer.blobs[0]), layer.name, "caffemodel")
        bias = array_of(layer.blobs[1], sizes_of(layer.blobs[1]), layer.name, "caffemodel")
        gaps = [gap(mine, (kernel, bias)) for mine, _ in ours]
        best = int(np.argmin(gaps))
        assert gaps[best] < 3e-7, layer.name
        folded += ours.pop(best)[1]
    assert folded == 25
    path = data_path("foreign-networks", "version-slim-320.pth")
    words = "a state dictionary of 184 arrays, from 'base_net.0.0.weight' (16, 3, 3, 3)"
    assert_refused(path, tmp_path / "out", words, "none of the networks", "export it as ONNX")


def convolutions(arrays):
    """Pairs ((kernel, bias), whether a batch normalisation was folded), in the file's order."""
    for name, kernel in arrays.items():
        if kernel.ndim != 4:
            continue
        layer, _, index = name.removesuffix(".weight").rpartition(".")
        norm = f"{layer}.{int(index) + 1}"
        bias = arrays.get(name.replace(".weight", ".bias"), 0.0)
        if f"{norm}.running_mean" in arrays:
            kinds = ("weight", "bias", "running_mean", "running_var")
            given = (arrays[f"{norm}.{kind}"] for kind in kinds)
            yield fold_batch_norm(kernel, bias, *given, 1e-5), True
        else:
            yield (kernel, bias), False


def gap(ours, theirs):
    """The largest difference, relative to the largest number; infinite for other shapes."""
    gaps = []
    for one, other in zip(ours, theirs):
        if one.shape != other.shape:
            return np.inf
        gaps.append(np.abs(one - other).max() / np.abs(other).max())
    return max(gaps)
