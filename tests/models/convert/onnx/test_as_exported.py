"""What exporters and converters write besides: broadcasts, casts, other orders, fixed batches."""

import time

import numpy as np
import pytest

import minigrad as mg
import models
from models.convert import ConversionError, convert, onnx
from tests.helpers.files.onnx_writer import OnnxWriter, kernel


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def scores(writer, output, x, tmp_path):
    """The scores of the converted network for arrays in minigrad's order of axes."""
    convert(writer.save(tmp_path / "net.onnx", output), tmp_path / "net.npz")
    return mg.predict(models.load(tmp_path / "net.npz"), x)


def pictures(rng):
    x = rng.standard_normal((2, 6, 6, 3)).astype(np.float32)
    return x, x.transpose(0, 3, 1, 2)


@pytest.mark.parametrize("reader", ["Mul", "Concat"])
def test_expand(reader, rng, tmp_path):
    """What arithmetic broadcasts anyway is no step; what a concatenation reads is repeated."""
    x, theirs = pictures(rng)
    writer = OnnxWriter(("N", 3, 6, 6))
    mean = writer.node("GlobalAveragePool", ["x"])
    larger = writer.node("Expand", [mean, writer.weight(np.array([1, 3, 6, 6]))])
    joined = writer.node(reader, ["x", larger], **({} if reader == "Mul" else {"axis": 1}))
    flat = writer.node("Flatten", [writer.node("Relu", [joined])])
    spread = np.broadcast_to(theirs.mean((2, 3), keepdims=True), theirs.shape)
    made = theirs * spread if reader == "Mul" else np.concatenate([theirs, spread], axis=1)
    matrix = kernel(rng, made[0].size, 4)
    output = writer.node("MatMul", [flat, writer.weight(matrix)])
    expected = np.maximum(made, 0).reshape(2, -1) @ matrix
    np.testing.assert_allclose(scores(writer, output, x, tmp_path), expected, atol=1e-4)
    steps = [step.operation for step in models.load(tmp_path / "net.npz").graph.steps]
    assert ("take" in steps) == (reader == "Concat")


def test_gelu_in_its_tanh_form(rng, tmp_path):
    x = rng.standard_normal((5, 7)).astype(np.float32) * 3
    writer = OnnxWriter(("N", 7), opset=20)
    output = writer.node("Gelu", ["x"], approximate="tanh")
    cubic = np.sqrt(2 / np.pi) * (x + 0.044715 * x.astype(np.float64) ** 3)
    expected = x * (1 + np.tanh(cubic)) / 2
    np.testing.assert_allclose(scores(writer, output, x, tmp_path), expected, atol=1e-6)


def test_nodes_in_any_order(rng, tmp_path):
    """onnxruntime's converter to half precision puts the cast of the input behind all others."""
    x, theirs = pictures(rng)
    writer = OnnxWriter(("N", 3, 6, 6))
    cast = writer.node("Cast", ["x"], to=10)
    relu = writer.node("Relu", [cast])
    output = writer.node("Flatten", [writer.node("GlobalAveragePool", [relu])])
    order = [writer.graph.node[place] for place in (1, 3, 2, 0)]
    messages = [node.SerializeToString() for node in order]
    del writer.graph.node[:]
    for message in messages:
        writer.graph.node.add().ParseFromString(message)
    expected = np.maximum(theirs, 0).mean((2, 3))
    np.testing.assert_allclose(scores(writer, output, x, tmp_path), expected, atol=1e-6)


def test_a_file_for_a_batch_of_several(rng, tmp_path):
    """view(x.size(0), -1), exported for two pictures, holds the number 2."""
    x, theirs = pictures(rng)
    x, theirs = np.concatenate([x, x, x])[:5], np.concatenate([theirs] * 3)[:5]
    writer = OnnxWriter((2, 3, 6, 6))
    relu = writer.node("Relu", ["x"])
    flat = writer.node("Reshape", [relu, writer.weight(np.array([2, -1]))])
    matrix = kernel(rng, 108, 4)
    output = writer.node("MatMul", [flat, writer.weight(matrix)])
    expected = np.maximum(theirs, 0).reshape(5, -1) @ matrix
    np.testing.assert_allclose(scores(writer, output, x, tmp_path), expected, atol=1e-4)


def test_the_open_size_of_pictures_with_their_channels_last(tmp_path):
    writer = OnnxWriter(("N", "height", "width", 3))
    turned = writer.node("Transpose", ["x"], perm=[0, 3, 1, 2])
    output = writer.node("Flatten", [writer.node("GlobalMaxPool", [turned])])
    convert(writer.save(tmp_path / "net.onnx", output), tmp_path / "net.npz")
    assert models.load(tmp_path / "net.npz").graph.shape == (224, 224, 3)


def test_three_columns_are_no_colours(rng, tmp_path):
    """A convolution reads the input as it is: its channels are ONNX's."""
    x = rng.standard_normal((2, 6, 3, 4)).astype(np.float32)
    writer, filters = OnnxWriter(("N", 4, 6, 3)), kernel(rng, 5, 4, 6, 3)
    output = writer.node("Flatten", [writer.node("Conv", ["x", writer.weight(filters)])])
    expected = np.einsum("nhwc,ochw->no", x, filters)
    np.testing.assert_allclose(scores(writer, output, x, tmp_path), expected, atol=1e-4)


def test_pictures_with_their_channels_last(rng, tmp_path):
    """As a network of Keras begins: no step is needed to turn what is in order."""
    x, theirs = pictures(rng)
    writer = OnnxWriter(("N", 6, 6, 3))
    turned = writer.node("Transpose", ["x"], perm=[0, 3, 1, 2])
    filters = kernel(rng, 4, 3, 6, 6)
    conv = writer.node("Conv", [turned, writer.weight(filters)])
    output = writer.node("Flatten", [conv])
    expected = np.einsum("nchw,ochw->no", theirs, filters)
    np.testing.assert_allclose(scores(writer, output, x, tmp_path), expected, atol=1e-4)
    network = models.load(tmp_path / "net.npz")
    assert network.graph.shape == (6, 6, 3)
    assert [step.operation for step in network.graph.steps] == ["conv2d", "flatten"]


def test_scores_before_a_softmax_that_is_cast(rng, tmp_path):
    x = rng.standard_normal((2, 5)).astype(np.float32)
    writer = OnnxWriter(("N", 5))
    soft = writer.node("Softmax", [writer.node("Neg", ["x"])])
    output = writer.node("Cast", [soft], to=1)
    np.testing.assert_allclose(scores(writer, output, x, tmp_path), -x)


def test_what_is_worked_out_has_a_limit(monkeypatch, tmp_path):
    monkeypatch.setattr(onnx.translation, "MOST_FOLDED", 2**12)
    writer = OnnxWriter(("N", 4))
    name = writer.weight(np.ones((4, 4), np.float32))
    for _ in range(20):  # twice as large each time
        name = writer.node("Concat", [name, name], axis=1)
    path = writer.save(tmp_path / "net.onnx", writer.node("MatMul", ["x", name]))
    with pytest.raises(ConversionError, match="more than 4096 bytes"):
        convert(path, tmp_path / "net.npz")


@pytest.mark.large
def test_time_grows_as_the_number_of_nodes(tmp_path):
    def seconds(count):
        writer, name = OnnxWriter(("N", 3, 2, 2)), "x"
        numbers = [writer.weight(np.ones(3, np.float32)) for _ in range(4)]
        weight = writer.weight(np.ones((3, 3, 1, 1), np.float32))
        for _ in range(count):
            name = writer.node("Conv", [name, weight])
            name = writer.node("BatchNormalization", [name, *numbers])
        path = writer.save(tmp_path / "net.onnx", writer.node("GlobalAveragePool", [name]))
        start = time.process_time()
        onnx.translate(path)
        return time.process_time() - start

    seconds(10)
    assert seconds(8000) < 8 * seconds(2000)  # 16 times, if each node looks at all others
