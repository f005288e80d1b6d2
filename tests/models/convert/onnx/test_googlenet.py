"""BVLC GoogLeNet as ONNX: the class it has, and the arrays of the Caffe file."""

import numpy as np
import pytest

import minigrad as mg
import models
from minigrad.weights import load_weights
from models.convert import convert
from models.inception.specifications import GOOGLENET_BVLC
from tests.helpers.files.caffemodel import bvlc_message, random_state
from tests.helpers.files.onnx_googlenet import googlenet_onnx
from tests.helpers.googlenet import converted_path


@pytest.fixture(scope="module")
def state():
    return random_state(np.random.default_rng(4))


def written(path, *arguments, **options):
    writer, output = googlenet_onnx(*arguments, **options)
    return writer.save(path, output)


def test_the_class_and_its_arrays(state, tmp_path):
    metadata = convert(written(tmp_path / "net.onnx", state), tmp_path / "net.npz")
    assert metadata["network"] == "googlenet_bvlc"
    found, _ = load_weights(tmp_path / "net.npz")
    assert list(found) == list(state)
    for name, array in state.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)


@pytest.mark.large
def test_the_arrays_are_those_of_the_caffe_file(state, tmp_path):
    (tmp_path / "net.caffemodel").write_bytes(bvlc_message(state, "new").SerializeToString())
    convert(tmp_path / "net.caffemodel", tmp_path / "caffe.npz")
    caffe, _ = load_weights(tmp_path / "caffe.npz")
    metadata = convert(written(tmp_path / "net.onnx", state), tmp_path / "onnx.npz")
    assert metadata["network"] == "googlenet_bvlc"
    assert metadata["source"]["format"] == "ONNX model"
    found, _ = load_weights(tmp_path / "onnx.npz")
    assert list(found) == list(caffe)
    for name, array in caffe.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)
    assert models.load(tmp_path / "onnx.npz").layers == GOOGLENET_BVLC.layers


def test_a_head_of_ones_own(state, tmp_path):
    """Fine-tuned: other classes, by names from a file."""
    few = state | {name: state[name][..., :3] for name in ("softmax2.weight", "softmax2.bias")}
    (tmp_path / "names.txt").write_text("cat\ndog\nbird\n", encoding="utf-8")
    path = written(tmp_path / "net.onnx", few)
    metadata = convert(path, tmp_path / "net.npz", labels=tmp_path / "names.txt")
    assert metadata["network"] == "googlenet_bvlc"
    model = models.load(tmp_path / "net.npz")
    assert model.labels == ("cat", "dog", "bird") and model.layers == GOOGLENET_BVLC.layers
    np.testing.assert_array_equal(model.softmax2.bias.data, few["softmax2.bias"])


@pytest.mark.large
def test_a_classifier_of_four_axes(state, tmp_path):
    path = written(tmp_path / "net.onnx", state, opset=12, head_shape=(1, 1, 1000, 1024))
    assert convert(path, tmp_path / "net.npz")["network"] == "googlenet_bvlc"


@pytest.mark.parametrize(
    "what",
    [
        "other order",
        pytest.param("pools round down", marks=pytest.mark.large),
        pytest.param("other constants", marks=pytest.mark.large),
    ],
)
def test_what_only_looks_alike_stays_a_graph(what, state, tmp_path):
    """Its numbers are its own, and the class would compute others."""
    writer, output = googlenet_onnx(state, pads_at_end=0 if what == "pools round down" else 2)
    for node in writer.graph.node:
        if what == "other order" and node.op_type == "Concat":
            inputs = list(node.input)
            node.input[:] = [inputs[1], inputs[0], *inputs[2:]]
            break
        if what == "other constants" and node.op_type == "LRN":
            node.attribute[1].f *= 2
            break
    if what == "pools round down":  # then 6×6 places are left: zoo's inception-v1 averages those
        pool = next(node for node in writer.graph.node if node.op_type == "AveragePool")
        next(one for one in pool.attribute if one.name == "pads").ints[:] = [0, 0, 1, 1]
    metadata = convert(writer.save(tmp_path / "net.onnx", output), tmp_path / "net.npz")
    assert metadata["network"] == "graph"
    assert len(models.load(tmp_path / "net.npz").layers) > 9


@pytest.mark.data
@pytest.mark.large
def test_the_real_weights_as_class_and_as_graph(tmp_path):
    """The graph, which knows nothing of the class, computes the same scores."""
    state, _ = load_weights(converted_path())
    metadata = convert(written(tmp_path / "net.onnx", state), tmp_path / "class.npz")
    assert metadata["network"] == "googlenet_bvlc"
    found, _ = load_weights(tmp_path / "class.npz")
    for name, array in state.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)
    from models.convert import onnx
    from models.graph import GraphNetwork
    from models.scenes import sailboat

    graph, weights, _ = onnx.read(tmp_path / "net.onnx")
    network = GraphNetwork(graph, weights, "caffe").requires_grad(False)
    model = models.load(tmp_path / "class.npz")
    picture = sailboat(256)
    x = model.preprocess(picture)
    np.testing.assert_allclose(network.preprocess(picture), x, atol=1e-4)
    np.testing.assert_array_equal(network.baseline(), model.baseline())
    ours, theirs = mg.predict(network, x), mg.predict(model, x)
    np.testing.assert_allclose(ours, theirs, atol=1e-4 * abs(theirs).max())
    cuts = [name for name in network.cuts if name.startswith("Concat")]
    assert len(cuts) == len(model.layers) == 9
