"""Real ONNX files that nobody here wrote: read, equal to the network's other forms, or refused."""

import copy

import numpy as np
import pytest

from models.convert import messages, onnx
from models.convert.messages import message_class
from models.convert.onnx.tensors import array_of
from models.convert.pytorch import read_pytorch
from tests.helpers.data import data_path
from tests.helpers.files.hostile import assert_refused

pytestmark = pytest.mark.data


@pytest.fixture
def slim():
    return data_path("foreign-networks", "version-slim-320.onnx")


def message_of(path):
    return message_class("onnx", "ModelProto").FromString(path.read_bytes())


def test_arrays_are_those_of_the_pth(slim):
    pytest.importorskip("torch")
    theirs = read_pytorch(slim.with_suffix(".pth"))
    ours = {tensor.name: array_of(tensor, slim) for tensor in message_of(slim).graph.initializer}
    shared = [name for name in ours if name in theirs and theirs[name].dtype.kind == "f"]
    assert len(shared) == 159
    for name in shared:
        assert ours[name].dtype == theirs[name].dtype
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)


def test_batch_normalisation_folds_as_its_author_folded_it(slim, tmp_path):
    """Every convolution without groups, with its normalisation, against the caffemodel's."""
    net = messages.parse(
        messages.CAFFE, "NetParameter", (slim.parent / "slim-320.caffemodel").read_bytes(), slim
    )
    folded = [
        [np.array(blob.data, np.float32).reshape(blob.shape.dim) for blob in layer.blobs]
        for layer in net.layer
        if len(layer.blobs) == 2
    ]
    model = message_of(slim)
    makers = {node.output[0]: node for node in model.graph.node}
    compared = 0
    for node in model.graph.node:
        conv = makers.get(node.input[0]) if node.op_type == "BatchNormalization" else None
        if conv is None or next(a.i for a in conv.attribute if a.name == "group") != 1:
            continue
        weight, bias = folded_pair(model, conv, node, tmp_path / "pair.onnx")
        alike = [pair for pair in folded if pair[0].shape == weight.shape]
        gaps = [np.linalg.norm(weight - w) / np.linalg.norm(w) for w, _ in alike]
        best = int(np.argmin(gaps))
        assert gaps[best] < 1e-6
        np.testing.assert_allclose(bias, alike[best][1], rtol=1e-5, atol=1e-6)
        compared += 1
    assert compared == 13


def folded_pair(model, conv, norm, path):
    """Weight (out, in, h, w) and bias of one convolution and its normalisation, as converted."""
    small = type(model)()
    small.CopyFrom(model)
    del small.graph.node[:], small.graph.output[:]
    kernel = next(t for t in model.graph.initializer if t.name == conv.input[1])
    small.graph.node.extend([copy.deepcopy(conv), copy.deepcopy(norm)])
    small.graph.node.add(op_type="GlobalAveragePool", input=[norm.output[0]], output=["mean"])
    small.graph.node[0].input[0] = "input"
    small.graph.output.add(name="mean")
    small.graph.input[0].type.tensor_type.shape.dim[1].dim_value = kernel.dims[1]
    path.write_bytes(small.SerializeToString())
    graph, weights, _ = onnx.read(path)
    kernel, bias = (weights[name] for name in graph.steps[0].inputs[1:])
    assert len(graph.steps) == 3  # the convolution, the mean and its shape
    return kernel.transpose(3, 2, 0, 1), bias


def test_a_detector_with_grouped_convolutions_is_refused_for_that(slim, tmp_path):
    assert_refused(slim, tmp_path / "out", "Conv ('188', '194'", "a convolution in groups")


def test_a_graph_without_numbers_is_refused_as_that(tmp_path):
    path = data_path("foreign-networks", "light_inception_v1.onnx")
    assert_refused(path, tmp_path / "out", "ConstantOfShape", "graph without its numbers")
    nodes = message_of(path).graph.node
    assert sum(node.op_type == "Conv" for node in nodes) == 57


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["squeezenet", "bvlc_alexnet", "vgg19", "resnet50", "densenet121"])
def test_other_graphs_without_numbers(name, tmp_path):
    """Those in the package onnx: none is taken for a network."""
    package = pytest.importorskip("onnx", reason="needs onnx (extra 'oracle')")
    from pathlib import Path

    folder = Path(package.__file__).parent / "backend" / "test" / "data" / "light"
    path = folder / f"light_{name}.onnx"
    if not path.is_file():
        pytest.skip(f"the package onnx has no {path.name}")
    assert_refused(path, tmp_path / "out", "not supported")
