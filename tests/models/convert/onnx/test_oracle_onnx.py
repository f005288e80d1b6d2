"""Networks that PyTorch exports, and random graphs, against onnxruntime and PyTorch."""

import io
import logging

import numpy as np
import pytest

pytest.importorskip("onnxruntime")

import minigrad as mg
import models
from models.convert import convert
from tests.helpers.files.onnx_graphs import write_random
from tests.helpers.onnx_oracle import worst_difference

pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore")]  # of PyTorch's exporters
NAMES = [
    "ResNet",
    "VGG",
    "VGG with batch normalisation",
    "SqueezeNet",
    "DenseNet",
    "Inception v3",
]


def exported(name, path, **how):
    """The network, a picture of two examples, and the file that PyTorch wrote of it."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("onnx")
    from tests.helpers.torch_networks import random_network

    network, x = random_network(name)
    logging.disable(logging.WARNING)
    try:
        if how.pop("new", False):
            pytest.importorskip("onnxscript")
            size = {0: torch.export.Dim("N")}
            torch.onnx.export(
                network, (x,), path, dynamo=True, dynamic_shapes=(size,), verbose=False, **how
            )
        else:
            free = {"input": {0: "N"}}
            torch.onnx.export(
                network, x, path, dynamo=False, input_names=["input"], dynamic_axes=free, **how
            )
    finally:
        logging.disable(logging.NOTSET)
    return network, x


def unfolded():
    """Options of the older exporter that leave batch normalisation as it is."""
    torch = pytest.importorskip("torch")
    keep = torch.onnx.TrainingMode.PRESERVE
    return {"opset_version": 9, "do_constant_folding": False, "training": keep}


@pytest.mark.parametrize(
    "form",
    [
        "opset 13",
        pytest.param("opset 9, not folded", marks=pytest.mark.large),
        pytest.param("new exporter", marks=pytest.mark.large),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_every_tensor_of_an_exported_network(name, form, tmp_path):
    how = {
        "opset 13": {"opset_version": 13},
        "opset 9, not folded": unfolded(),
        "new exporter": {"new": True},
    }[form]
    path = tmp_path / "net work.onnx"
    network, x = exported(name, path, **how)
    worst, compared = worst_difference(path, x.numpy())
    assert worst < 1e-5 and compared > 15
    convert(path, tmp_path / "net.npz")
    model = models.load(tmp_path / "net.npz")
    ours = mg.predict(model, np.ascontiguousarray(x.numpy().transpose(0, 2, 3, 1)))
    theirs = network(x).detach().numpy()
    np.testing.assert_allclose(ours, theirs, atol=1e-5 * abs(theirs).max())


def test_resnet_and_pytorch_agree_on_gradients(tmp_path):
    """∂F/∂y of every block, by hooks there and by names here."""
    torch = pytest.importorskip("torch")
    network, x = exported("ResNet", tmp_path / "net.onnx", opset_version=13)
    convert(tmp_path / "net.onnx", tmp_path / "net.npz")
    model, seen = models.load(tmp_path / "net.npz"), {}
    for name in ("layer1.0", "layer2.1", "layer4.0"):
        block = network.get_submodule(name)
        block.register_forward_hook(lambda _, __, y, name=name: seen.update({name: y}))
    score = network(x)[:, 3].sum()
    theirs = torch.autograd.grad(score, list(seen.values()))
    with mg.watch_layers([f"{name}.relu_1" for name in seen]) as layers:
        ours = np.ascontiguousarray(x.numpy().transpose(0, 2, 3, 1))
        model(mg.Tensor(ours))[:, 3].sum().backward()
    for name, gradient in zip(seen, theirs):
        found = layers.tensors[f"{name}.relu_1"].grad.transpose(0, 3, 1, 2)
        gap = np.linalg.norm(found - gradient.numpy()) / np.linalg.norm(gradient.numpy())
        assert gap < 1e-4


@pytest.mark.parametrize("seed", range(25))
def test_random_graphs(seed, tmp_path):
    x = write_random(tmp_path / "graph.onnx", seed)
    worst, compared = worst_difference(tmp_path / "graph.onnx", x)
    assert worst < 1e-4 and compared > 1


@pytest.mark.large
@pytest.mark.parametrize("start", range(25, 825, 100))
def test_many_random_graphs(start, tmp_path):
    for seed in range(start, start + 100):
        x = write_random(tmp_path / "graph.onnx", seed, steps=12)
        worst, _ = worst_difference(tmp_path / "graph.onnx", x)
        assert worst < 1e-4, seed


def test_a_network_in_half_precision(tmp_path):
    """Its weights are widened without loss; PyTorch computes with the widened ones too."""
    torch = pytest.importorskip("torch")
    from tests.helpers.torch_networks import random_network

    network, x = random_network("SqueezeNet")
    network = network.half().float()
    buffer = io.BytesIO()
    torch.onnx.export(network, x[:1], buffer, dynamo=False, opset_version=13)
    import onnx

    model = onnx.load_from_string(buffer.getvalue())
    for tensor in model.graph.initializer:
        array = onnx.numpy_helper.to_array(tensor)
        if array.dtype == np.float32:
            half = onnx.numpy_helper.from_array(array.astype(np.float16), tensor.name)
            tensor.CopyFrom(half)
    onnx.save(model, tmp_path / "half.onnx")
    convert(tmp_path / "half.onnx", tmp_path / "half.npz")
    found = models.load(tmp_path / "half.npz")
    ours = mg.predict(found, np.ascontiguousarray(x.numpy().transpose(0, 2, 3, 1)))
    np.testing.assert_allclose(ours, network(x).detach().numpy(), atol=1e-5)
