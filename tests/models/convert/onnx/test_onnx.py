"""Networks from ONNX, written by the test itself: every number arrives, in its place."""

import subprocess
import sys

import numpy as np
import pytest

import minigrad as mg
import models
from minigrad.attribution import ClassScore, conductance
from models.convert import ConversionError, convert
from tests.helpers.data import REPOSITORY
from tests.helpers.files.onnx_graphs import write_random
from tests.helpers.files.onnx_writer import OnnxWriter, kernel, make_external


def by_definition(x, weights):
    """The small network below, in ONNX's order of axes, by NumPy and loops alone."""
    x = x.astype(np.float64)
    mean, variance = weights["mean"][:, None, None], weights["variance"][:, None, None]
    y = convolve(x, weights["first"], pad=1, stride=2)
    y = (y - mean) / np.sqrt(variance + 0.01)
    y = np.maximum(y * weights["gamma"][:, None, None] + weights["beta"][:, None, None], 0)
    z = convolve(y, weights["second"], pad=1) + weights["bias"][:, None, None]
    joined = np.concatenate([y + z, z], axis=1)
    pooled = joined.reshape(*joined.shape[:2], 2, 2, 2, 2).max(axis=(3, 5))
    return pooled.reshape(len(x), -1) @ weights["matrix"].T + weights["offset"]


def convolve(x, weight, pad, stride=1):
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    side = (x.shape[2] - weight.shape[2]) // stride + 1
    y = np.zeros((len(x), len(weight), side, side))
    for i in range(weight.shape[2]):
        for j in range(weight.shape[3]):
            taken = x[:, :, i : i + stride * side : stride, j : j + stride * side : stride]
            y += np.einsum("nchw,oc->nohw", taken, weight[:, :, i, j])
    return y


def weights_of(rng):
    numbers = {name: rng.standard_normal(4) for name in ("gamma", "beta", "mean", "bias")}
    return {
        name: array.astype(np.float32)
        for name, array in {
            "first": kernel(rng, 4, 3, 3, 3),
            "second": kernel(rng, 4, 4, 3, 3),
            "matrix": kernel(rng, 5, 8 * 2 * 2),
            "offset": rng.standard_normal(5),
            "variance": rng.uniform(0.5, 2, 4),
            **numbers,
        }.items()
    }


def small(weights, opset=13, form="raw"):
    """Convolution, BN, ReLU, a shortcut, a concatenation, a pool, Flatten, Gemm, Softmax."""
    writer = OnnxWriter(opset=opset)
    for name, array in weights.items():
        writer.weight(array, name, form)
    conv = writer.node("Conv", ["x", "first"], strides=[2, 2], pads=[1, 1, 1, 1])
    inputs = [conv, "gamma", "beta", "mean", "variance"]
    norm = writer.node("BatchNormalization", inputs, epsilon=0.01)
    relu = writer.node("Relu", [norm])
    second = writer.node("Conv", [relu, "second", "bias"], auto_pad="SAME_UPPER")
    total = writer.node("Add", [relu, second])
    joined = writer.node("Concat", [total, second], axis=1)
    pool = writer.node("MaxPool", [joined], kernel_shape=[2, 2], strides=[2, 2])
    flat = writer.node("Flatten", [writer.node("Dropout", [pool])])
    scores = writer.node("Gemm", [flat, "matrix", "offset"], transB=1)
    return writer, writer.node("Softmax", [scores])


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def weights(rng):
    return weights_of(rng)


def scores_of(path, x):
    """The scores of a converted file for pictures in ONNX's order of axes."""
    return mg.predict(models.load(path), np.ascontiguousarray(np.moveaxis(x, 1, -1)))


def assert_same_scores(source, tmp_path, x, expected, atol=1e-5):
    convert(source, tmp_path / "net.npz")
    np.testing.assert_allclose(scores_of(tmp_path / "net.npz", x), expected, atol=atol)


@pytest.mark.parametrize("opset", [7, 9, 13, 21])
@pytest.mark.parametrize("form", ["raw", "field"])
def test_scores_are_those_of_the_definition(opset, form, weights, rng, tmp_path):
    writer, output = small(weights, opset, form)
    x = rng.standard_normal((3, 3, 8, 8)).astype(np.float32)
    path = writer.save(tmp_path / "net.onnx", output)
    assert_same_scores(path, tmp_path, x, by_definition(x, weights))


def test_half_and_double_precision(weights, rng, tmp_path):
    x = rng.standard_normal((2, 3, 8, 8)).astype(np.float32)
    for dtype in (np.float16, np.float64):
        rounded = {name: array.astype(dtype) for name, array in weights.items()}
        rounded["variance"] = weights["variance"]
        for form in ("raw", "field"):
            writer, output = small(rounded, form=form)
            path = writer.save(tmp_path / "net.onnx", output)
            wide = {name: array.astype(np.float64) for name, array in rounded.items()}
            assert_same_scores(path, tmp_path, x, by_definition(x, wide))


def test_weights_in_a_file_beside(weights, rng, tmp_path):
    writer, output = small(weights)
    path = writer.save(tmp_path / "net.onnx", output)
    make_external(path, align=64)
    x = rng.standard_normal((2, 3, 8, 8)).astype(np.float32)
    assert_same_scores(path, tmp_path, x, by_definition(x, weights))


def test_initializers_that_are_inputs_too(weights, rng, tmp_path):
    """As files before version 4 of the format have them."""
    writer, output = small(weights)
    for name, array in weights.items():
        writer.add_input(name, array.shape)
    x = rng.standard_normal((2, 3, 8, 8)).astype(np.float32)
    path = writer.save(tmp_path / "net.onnx", output)
    assert_same_scores(path, tmp_path, x, by_definition(x, weights))


def test_layers_and_cuts(weights, tmp_path):
    """The batch normalisation is in the convolution; a shortcut's inside cuts nothing."""
    writer, output = small(weights)
    metadata = convert(writer.save(tmp_path / "net.onnx", output), tmp_path / "net.npz")
    model = models.load(tmp_path / "net.npz")
    names = [step.name for step in model.graph.steps]
    assert names == [
        "BatchNormalization1", "Relu2", "Conv3", "Add4", "Concat5", "MaxPool6", "Flatten8", "Gemm9"
    ]  # fmt: skip
    assert model.cuts == ("BatchNormalization1", "Relu2", "Concat5", "MaxPool6", "Flatten8")
    assert model.layers == ("Relu2", "Concat5", "MaxPool6")
    said = " ".join(metadata["source"]["found"])
    assert "before the Softmax" in said and "5 classes" in said and "5 tensors cut" in said
    assert model.describe().count("|") == 5
    assert model.labels == ("class 0", "class 1", "class 2", "class 3", "class 4")


def test_conductance_of_all_cuts(weights, rng, tmp_path):
    writer, output = small(weights)
    convert(writer.save(tmp_path / "net.onnx", output), tmp_path / "net.npz")
    model = models.load(tmp_path / "net.npz").astype(np.float64)
    x, baseline = rng.standard_normal((2, 8, 8, 3)), np.zeros((1, 8, 8, 3))
    F = ClassScore(model, 2)
    found = conductance(F, x, baseline, layers="cuts", steps=20)
    assert tuple(found) == model.cuts
    assert (found.conservation_error() < 1e-12).all()
    everything = conductance(F, x, baseline, steps=20)
    assert set(everything) == {step.name for step in model.graph.steps}
    np.testing.assert_allclose(everything["Relu2"], found["Relu2"], atol=1e-12)
    assert abs(everything.total("Conv3") - everything.difference).max() > 1e-3  # no cut
    with pytest.raises(ValueError, match="does not say which layers cut"):
        conductance(lambda x: model(x)[:, 0], x, baseline, layers="cuts")


def test_a_batch_normalisation_that_others_bypass_stays_a_step(weights, rng, tmp_path):
    writer = OnnxWriter()
    for name in ("first", "gamma", "beta", "mean", "variance"):
        writer.weight(weights[name], name)
    conv = writer.node("Conv", ["x", "first"])
    norm = writer.node("BatchNormalization", [conv, "gamma", "beta", "mean", "variance"])
    total = writer.node("Add", [conv, norm])
    path = writer.save(tmp_path / "net.onnx", writer.node("ReduceMean", [total], axes=[2, 3]))
    convert(path, tmp_path / "net.npz")
    steps = {step.name: step.operation for step in models.load(tmp_path / "net.npz").graph.steps}
    assert steps["BatchNormalization1"] == "scale_and_shift" and steps["Conv0"] == "conv2d"
    x = rng.standard_normal((2, 3, 8, 8)).astype(np.float32)
    y = convolve(x, weights["first"], pad=0)
    deviation = np.sqrt(weights["variance"] + 1e-5)
    scaled = (y.transpose(0, 2, 3, 1) - weights["mean"]) / deviation * weights["gamma"]
    expected = y + (scaled + weights["beta"]).transpose(0, 3, 1, 2)
    found = scores_of(tmp_path / "net.npz", x)
    np.testing.assert_allclose(found, expected.mean(axis=(2, 3)), atol=1e-5)


def test_random_graphs_convert_and_each_example_stands_alone(tmp_path):
    """What onnxruntime says of them is in the oracle's tests."""
    for seed in range(12):
        x = write_random(tmp_path / "graph.onnx", seed)
        convert(tmp_path / "graph.onnx", tmp_path / "net.npz")
        both = scores_of(tmp_path / "net.npz", x)
        model = models.load(tmp_path / "net.npz")
        with mg.watch_layers() as layers:
            model(mg.Tensor(np.ascontiguousarray(np.moveaxis(x, 1, -1))))
        for step in model.graph.steps:
            assert layers.tensors[step.name].shape[1:] == step.shape
        alone = [scores_of(tmp_path / "net.npz", x[k : k + 1])[0] for k in range(2)]
        assert both.shape == (2, 5)
        np.testing.assert_allclose(both, alone, atol=1e-5 * abs(both).max())


def test_words_of_an_embedding(rng, tmp_path):
    writer = OnnxWriter(("N", 6), elem_type=7)
    table, filters = kernel(rng, 9, 4), kernel(rng, 3, 4, 2)
    rows = writer.node("Gather", [writer.weight(table), "x"])
    turned = writer.node("Transpose", [rows], perm=[0, 2, 1])
    conv = writer.node("Relu", [writer.node("Conv", [turned, writer.weight(filters)])])
    pool = writer.node("Squeeze", [writer.node("GlobalMaxPool", [conv]), writer.weight([2])])
    path = writer.save(tmp_path / "net.onnx", pool)
    convert(path, tmp_path / "net.npz")
    tokens = rng.integers(0, 9, (2, 6))
    embedded = table[tokens]
    windows = np.stack([embedded[:, k : k + 2] for k in range(5)], axis=1)  # (N, windows, 2, 4)
    expected = np.einsum("nwke,oek->nwo", windows, filters).max(axis=1)
    model = models.load(tmp_path / "net.npz")
    np.testing.assert_allclose(model(mg.Tensor(tokens)).data, np.maximum(expected, 0), atol=1e-5)
    with pytest.raises(ValueError, match="no picture"):
        model.baseline()


def test_command_line(weights, tmp_path):
    writer, output = small(weights)
    folder = tmp_path / "meine Netze"
    folder.mkdir()
    source = writer.save(folder / "net.onnx", output)
    (folder / "labels.txt").write_text("a\nb b\nc\nd\ne\n", encoding="utf-8")
    options = ["--preprocess", "caffe", "--labels", str(folder / "labels.txt")]
    command = [sys.executable, "-m", "models", "convert", str(source), str(folder / "net.npz")]
    done = subprocess.run(
        command + options, capture_output=True, text=True, cwd=REPOSITORY, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "graph, from net.onnx (ONNX model)" in done.stdout and "5 tensors cut" in done.stdout
    model = models.load(folder / "net.npz")
    assert model.labels == ("a", "b b", "c", "d", "e") and model.preset == "caffe"
    with pytest.raises(ConversionError, match="no preset 'cafe'"):
        convert(source, folder / "other.npz", preprocess="cafe")
    (folder / "labels.txt").write_text("a\nb\n", encoding="utf-8")
    with pytest.raises(ValueError, match="2 labels, expected 5"):
        convert(source, folder / "other.npz", labels=folder / "labels.txt")
