"""Each format of published weights, converted: every number arrives in its place."""

import subprocess
import sys
import zipfile

import numpy as np
import pytest

from minigrad.weights import load_weights
from models.convert import convert, expected_shapes
from models.convert.layout import caffe_names, matlab_names, tensorflow_names
from models.inception.specifications import GOOGLENET_BVLC, INCEPTION5H, Mixed
from tests.helpers.data import REPOSITORY, data_path
from tests.helpers.files.caffemodel import bvlc_message, random_state
from tests.helpers.files.graphdef import inception5h_graph, write_inception5h

LRN = (4, 2.0, 0.03125, 0.75)  # exact in float32, and other than any default


@pytest.fixture(scope="module")
def graph_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("graph") / "graph.pb"
    return path, write_inception5h(path, np.random.default_rng(0), lrn=LRN)


@pytest.fixture(scope="module")
def matlab_folder():
    return data_path("googlenet-bvlc", "parameters")


def assert_same_state(state, expected):
    assert list(state) == list(expected)
    for name, array in expected.items():
        assert state[name].dtype == np.float32 and state[name].flags.c_contiguous, name
        np.testing.assert_array_equal(state[name], array, err_msg=name)


def renamed(arrays):
    """TensorFlow's arrays under our names, in our order."""
    ours = {ours: theirs for theirs, ours in tensorflow_names(INCEPTION5H).items()}
    return {
        name: arrays[f"{ours[name.rpartition('.')[0]]}_{'w' if name.endswith('weight') else 'b'}"]
        for name in expected_shapes(INCEPTION5H)
    }


@pytest.mark.parametrize(
    "spec, filters, numbers", [(GOOGLENET_BVLC, 5488, 6_998_552), (INCEPTION5H, 5484, None)]
)
def test_expected_shapes_count_what_the_paper_counts(spec, filters, numbers):
    shapes = expected_shapes(spec)
    assert len(shapes) == 116
    assert shapes["conv2d0.weight"] == (7, 7, 3, 64)
    assert shapes["mixed4a.conv3x3.bias"] == (spec.body[10].conv3x3,)
    assert shapes["softmax2.weight"] == (1024, spec.classes)
    outputs = ("conv1x1.bias", "conv3x3.bias", "conv5x5.bias", "pool_reduce.bias")
    ends = [
        f"{step.name}.{output}"
        for step in spec.body
        if isinstance(step, Mixed)
        for output in outputs
    ]
    assert sum(shapes[name][0] for name in ends) == filters
    if numbers:
        assert sum(np.prod(shape) for shape in shapes.values()) == numbers


@pytest.mark.data
def test_matlab_folder(matlab_folder, tmp_path):
    from scipy.io import loadmat

    metadata = convert(matlab_folder, tmp_path / "bvlc.npz")
    state, read = load_weights(tmp_path / "bvlc.npz")
    assert read == metadata | {"sha256": read["sha256"]}
    assert metadata["network"] == "googlenet_bvlc"
    assert metadata["specification"]["lrn"][0] == ["localresponsenorm0", 2, 1.0, 1e-4 / 5, 0.75]
    assert metadata["source"]["name"] == "parameters" and len(metadata["source"]["sha256"]) == 64
    assert {name: array.shape for name, array in state.items()} == expected_shapes(GOOGLENET_BVLC)
    theirs = loadmat(matlab_folder / "conv1_7x7_s2_w.mat")["weights"]  # (width, height, in, out)
    assert state["conv2d0.weight"][1, 6, 2, 9] == theirs[6, 1, 2, 9]
    theirs = loadmat(matlab_folder / "inception_4a_3x3_reduce_b.mat")["bias"]
    np.testing.assert_array_equal(state["mixed4a.bottleneck3x3.bias"], theirs[:, 0])
    theirs = loadmat(matlab_folder / "loss3_classifier_w.mat")["weights"]
    np.testing.assert_array_equal(state["softmax2.weight"], theirs)


@pytest.mark.parametrize("form", ["V1", "new"])
def test_caffemodel(form, tmp_path):
    state = random_state(np.random.default_rng(1))
    (tmp_path / "weights").write_bytes(bvlc_message(state, form).SerializeToString())
    metadata = convert(tmp_path / "weights", tmp_path / "bvlc.npz")
    assert metadata["network"] == "googlenet_bvlc" and metadata["source"]["format"] == "Caffe model"
    assert_same_state(load_weights(tmp_path / "bvlc.npz")[0], state)


def test_frozen_graph(graph_file, tmp_path):
    path, arrays = graph_file
    metadata = convert(path, tmp_path / "inception5h.npz")
    assert metadata["network"] == "inception5h"
    assert metadata["specification"]["lrn"] == [
        ["localresponsenorm0", *LRN],
        ["localresponsenorm1", *LRN],
    ]
    assert str(tmp_path) not in str(metadata)
    assert_same_state(load_weights(tmp_path / "inception5h.npz")[0], renamed(arrays))


def test_zip_gives_what_its_graph_gives(graph_file, tmp_path):
    path, arrays = graph_file
    with zipfile.ZipFile(tmp_path / "inception5h.zip", "w") as archive:
        archive.write(path, "tensorflow_inception_graph.pb")
        archive.writestr("LICENSE", "Apache")
        archive.writestr("imagenet_comp_graph_label_strings.txt", "dummy\n")
    metadata = convert(tmp_path / "inception5h.zip", tmp_path / "a.npz")
    assert metadata["source"]["name"] == "inception5h.zip"
    assert_same_state(load_weights(tmp_path / "a.npz")[0], renamed(arrays))


def test_other_ways_to_write_the_same_graph(tmp_path):
    """A prefix, Identity nodes before weights, ConcatV2, renamed nodes, numbers one by one.

    And LRN by its defaults.
    """
    graph, arrays = inception5h_graph(np.random.default_rng(2), prefix="import/")
    arrays["mixed5b_1x1_b"][7:] = arrays["mixed5b_1x1_b"][7]
    for node in list(graph.node):
        if node.op == "Conv2D":
            read = f"{node.input[1]}/read"
            graph.node.add(name=read, op="Identity", input=[node.input[1]])
            node.input[1] = f"{read}:0"
            node.attr["data_format"].s = b"NHWC"
        elif node.op == "Concat":
            node.op = "ConcatV2"
            inputs = list(node.input)
            node.input[:] = [*inputs[1:], inputs[0], "^import/maxpool0"]
        elif node.op == "LRN":
            node.ClearField("attr")
        elif node.name == "import/mixed5b_1x1_b":
            tensor = node.attr["value"].tensor
            tensor.tensor_content = b""
            tensor.float_val.extend(arrays["mixed5b_1x1_b"][:8])
    rename(graph, {"import/maxpool0": "P", "import/localresponsenorm0": "L", "import/mixed4c": "M"})
    (tmp_path / "graph.pb").write_bytes(graph.SerializeToString())
    metadata = convert(tmp_path / "graph.pb", tmp_path / "a.npz")
    assert metadata["specification"]["lrn"][1] == ["localresponsenorm1", 5, 1.0, 1.0, 0.5]
    assert_same_state(load_weights(tmp_path / "a.npz")[0], renamed(arrays))


def rename(graph, names):
    for node in graph.node:
        node.name = names.get(node.name, node.name)
        node.input[:] = [names.get(name, name) for name in node.input]


def test_half_precision_is_widened_without_loss(tmp_path):
    graph, arrays = inception5h_graph(np.random.default_rng(3))
    for node in graph.node:
        if node.name in ("conv2d0_w", "conv2d0_b"):
            half = arrays[node.name].astype(np.float16)
            arrays[node.name] = half.astype(np.float32)
            tensor = node.attr["value"].tensor
            tensor.dtype, tensor.tensor_content = 19, b""
            tensor.half_val.extend(half.view(np.uint16).ravel().tolist())
    (tmp_path / "graph.pb").write_bytes(graph.SerializeToString())
    convert(tmp_path / "graph.pb", tmp_path / "a.npz")
    assert_same_state(load_weights(tmp_path / "a.npz")[0], renamed(arrays))


def test_command_line_converts_and_says_what_it_wrote(graph_file, tmp_path):
    command = [
        sys.executable,
        "-m",
        "models",
        "convert",
        str(graph_file[0]),
        str(tmp_path / "a.npz"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "inception5h, from graph.pb" in done.stdout and "radius 4, bias 2" in done.stdout
    assert load_weights(tmp_path / "a.npz")[1]["network"] == "inception5h"


def test_names_of_published_layers():
    caffe, tensorflow = caffe_names(GOOGLENET_BVLC), tensorflow_names(INCEPTION5H)
    assert caffe["conv2/3x3_reduce"] == tensorflow["conv2d1"] == "conv2d1"
    assert (
        caffe["inception_3b/3x3_reduce"]
        == tensorflow["mixed3b_3x3_bottleneck"]
        == "mixed3b.bottleneck3x3"
    )
    assert caffe["inception_4e/5x5"] == tensorflow["mixed4e_5x5"] == "mixed4e.conv5x5"
    assert (
        caffe["inception_5b/pool_proj"]
        == tensorflow["mixed5b_pool_reduce"]
        == "mixed5b.pool_reduce"
    )
    assert caffe["loss3/classifier"] == tensorflow["softmax2"] == "softmax2"
    assert "inception_5a_5x5_reduce" in matlab_names(GOOGLENET_BVLC)
