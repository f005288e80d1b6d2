"""Graphs that are broken, or compute something else: refused, and the node is named."""

import numpy as np
import pytest

from models.convert import ConversionError, tensorflow
from tests.helpers.files.graphdef import inception5h_graph
from tests.helpers.files.hostile import assert_refused


@pytest.fixture(scope="module")
def graph():
    return inception5h_graph(np.random.default_rng(0))[0]


def edited(graph, edit):
    copy = type(graph)()
    copy.CopyFrom(graph)
    edit(copy, {node.name: node for node in copy.node})
    return copy.SerializeToString()


def tensor(nodes, name):
    return nodes[name].attr["value"].tensor


def remove(name):
    return lambda graph, nodes: graph.node.remove(nodes[name])


def text(name, attribute, value):
    def edit(graph, nodes):
        nodes[name].attr[attribute].s = value

    return edit


def sizes(name, attribute, value):
    def edit(graph, nodes):
        nodes[name].attr[attribute].list.i[:] = value

    return edit


def constant(name, attribute, value):
    def edit(graph, nodes):
        nodes[name].attr[attribute].f = value

    return edit


def feed(name, index, other):
    def edit(graph, nodes):
        nodes[name].input[index] = other

    return edit


def extra(graph, nodes):
    graph.node.add(name="conv2d3_w", op="Const").CopyFrom(nodes["conv2d1_w"])
    graph.node[-1].name = "conv2d3_w"


def absurd_size(graph, nodes):
    tensor(nodes, "mixed4c_1x1_w").tensor_shape.dim[3].size = 2**60
    tensor(nodes, "mixed4c_1x1_w").tensor_content = b""
    tensor(nodes, "mixed4c_1x1_w").float_val.append(0.0)


def too_many(graph, nodes):
    tensor(nodes, "conv2d0_b").tensor_content = b""
    tensor(nodes, "conv2d0_b").float_val.extend([0.0] * 65)


def poison(value):
    def edit(graph, nodes):
        data = np.frombuffer(tensor(nodes, "softmax2_b").tensor_content, np.float32).copy()
        data[1007] = value
        tensor(nodes, "softmax2_b").tensor_content = data.tobytes()

    return edit


def twice(graph, nodes):
    graph.node.add().CopyFrom(nodes["maxpool4"])


def loop(graph, nodes):
    graph.node.add(name="round", op="Identity", input=["round"])
    nodes["maxpool4"].input[0] = "round"


def preprocessed(graph, nodes):
    graph.node.add(name="centred", op="Sub", input=["input", "mean"])
    nodes["conv2d0_pre_relu/conv"].input[0] = "centred"


def pool_then_norm(graph, nodes):
    nodes["maxpool1"].input[0], nodes["localresponsenorm1"].input[0] = "conv2d2", "maxpool1"
    for branch in (
        "1x1_pre_relu/conv",
        "3x3_bottleneck_pre_relu/conv",
        "5x5_bottleneck_pre_relu/conv",
        "pool",
    ):
        nodes[f"mixed3a_{branch}"].input[0] = "localresponsenorm1"


def other_order(graph, nodes):
    nodes["mixed4b"].input[1:3] = ["mixed4b_3x3", "mixed4b_1x1"]


def other_axis(graph, nodes):
    tensor(nodes, "mixed4b/concat_dim").tensor_content = (1).to_bytes(4, "little")


def transposed(graph, nodes):
    nodes["softmax2_pre_activation/matmul"].attr["transpose_b"].b = True


CONV = "mixed5a_3x3_pre_relu/conv"
CASES = {
    "missing": (remove("mixed4d_5x5_b"), "'mixed4d_5x5_b' is missing"),
    "no head": (remove("softmax2_w"), "'softmax2_w' is missing"),
    "extra": (extra, "'conv2d3_w' is not expected"),
    "absurd size": (absurd_size, "shape (1, 1, 512, 1152921504606846976)"),
    "too few": (
        lambda graph, nodes: tensor(nodes, "conv2d0_b").ClearField("tensor_content"),
        "holds 0 numbers",
    ),
    "too many": (too_many, "holds 65 numbers"),
    "NaN": (poison(np.nan), "'softmax2.bias' holds NaN"),
    "infinity": (poison(np.inf), "'softmax2.bias' holds NaN or infinity"),
    "node twice": (twice, "same name"),
    "node not there": (remove("maxpool4"), "has no input 0"),
    "loop": (loop, "loop of Identity"),
    "channels first": (text(CONV, "data_format", b"NCHW"), f"node '{CONV}' has data_format 'NCHW'"),
    "pool channels first": (
        text("maxpool0", "data_format", b"NCHW"),
        "node 'maxpool0' has data_format",
    ),
    "padding": (
        text(CONV, "padding", b"VALID"),
        f"node '{CONV}' has padding 'VALID', the specification says 'SAME'",
    ),
    "pool padding": (text("mixed3a_pool", "padding", b"VALID"), "node 'mixed3a_pool' has padding"),
    "strange padding": (text(CONV, "padding", b"\xff\n"), "padding '\\\\xff\\n'"),
    "strides": (
        sizes("conv2d0_pre_relu/conv", "strides", [1, 4, 4, 1]),
        "has strides [1, 4, 4, 1]",
    ),
    "pool strides": (sizes("maxpool10", "strides", [1, 1, 1, 1]), "node 'maxpool10' has strides"),
    "pool size": (
        sizes("maxpool4", "ksize", [1, 2, 2, 1]),
        "node 'maxpool4' has ksize [1, 2, 2, 1]",
    ),
    "average size": (sizes("avgpool0", "ksize", [1, 5, 5, 1]), "node 'avgpool0' has ksize"),
    "average padding": (text("avgpool0", "padding", b"SAME"), "node 'avgpool0' has padding"),
    "dilations": (sizes(CONV, "dilations", [1, 2, 2, 1]), "has dilations"),
    "NaN constant": (
        constant("localresponsenorm0", "beta", np.nan),
        "node 'localresponsenorm0' has constants",
    ),
    "no bias constant": (
        constant("localresponsenorm1", "bias", 0.0),
        "node 'localresponsenorm1' has constants",
    ),
    "preprocessing": (preprocessed, "node 'centred' is 'Sub'"),
    "order of norm and pool": (pool_then_norm, "node 'localresponsenorm1' is 'LRN'"),
    "order of branches": (other_order, "node 'mixed4b_3x3_b' stands where 'mixed4b_1x1_b' should"),
    "axis": (other_axis, "node 'mixed4b' joins 4 arrays along axis 1"),
    "no ReLU": (
        feed("mixed3b", 1, "mixed3b_1x1_pre_relu"),
        "node 'mixed3b_1x1_pre_relu' is 'BiasAdd'",
    ),
    "another bias": (
        feed("mixed4c_1x1_pre_relu", 1, "mixed4a_1x1_b"),
        "node 'mixed4a_1x1_b' stands where",
    ),
    "another weight": (
        feed("mixed5a_pool_reduce_pre_relu/conv", 1, "mixed5a_1x1_w"),
        "node 'mixed5a_1x1_w' stands",
    ),
    "branch elsewhere": (
        feed("mixed4c_pool", 0, "mixed4a"),
        "node 'mixed4a' stands where 'mixed4b' should",
    ),
    "transposed head": (transposed, "has transpose_b True"),
}


@pytest.mark.parametrize("edit, word", CASES.values(), ids=CASES)
def test_graph_with_one_thing_wrong(edit, word, graph, tmp_path, monkeypatch):
    data = edited(graph, edit)
    # refused by the reader: no need to go over the disk
    if word.startswith(("node", "has", "loop", "padding")):
        monkeypatch.setattr(tensorflow, "read_bytes", lambda path: data)
        with pytest.raises(ConversionError) as refusal:
            tensorflow.read(tmp_path / "graph.pb")
        assert word in str(refusal.value) and "\n" not in str(refusal.value)
    else:
        (tmp_path / "graph.pb").write_bytes(data)
        assert_refused(tmp_path / "graph.pb", tmp_path / "out", word)


def test_graph_cut_off_anywhere(graph, tmp_path):
    data = graph.SerializeToString()
    for length in [1, 2, 9, 10, 100, *np.linspace(1000, len(data) - 1, 8).astype(int)]:
        (tmp_path / "graph.pb").write_bytes(data[:length])
        assert_refused(tmp_path / "graph.pb", tmp_path / "out")


def test_graph_with_nodes_missing_at_its_end(graph, tmp_path):
    """Cut off between two nodes it is a whole message: completeness is what has to be checked."""
    for kept in (3, 150, len(graph.node) - 12):
        cut = type(graph)(node=graph.node[:kept])
        (tmp_path / "graph.pb").write_bytes(cut.SerializeToString())
        assert_refused(tmp_path / "graph.pb", tmp_path / "out")


def test_graph_with_a_byte_changed_anywhere(graph, tmp_path, monkeypatch):
    """A graph or a ConversionError comes out, nothing else; mostly the nodes after the weights."""
    data = bytearray(graph.SerializeToString())
    monkeypatch.setattr(tensorflow, "read_bytes", lambda path: bytes(data))
    rng = np.random.default_rng(1)
    for at in rng.integers(len(data) - 40_000, len(data), 40):
        before, data[at] = data[at], rng.integers(256)
        try:
            tensorflow.read(tmp_path / "graph.pb")
        except ConversionError as refusal:
            assert "\n" not in str(refusal)
        data[at] = before
