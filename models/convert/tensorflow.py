"""inception5h out of a frozen TensorFlow graph: its arrays, and that it computes what we compute.

The graph is followed from the score back to the picture, one step of the specification
after the other. Only the Const nodes are known by their names; every other node is known
by what it is connected to.
"""

import math
from dataclasses import replace

import numpy as np

from ..inception.specifications import INCEPTION5H, Conv, MaxPool, Mixed, Norm
from . import messages
from .graph import Graph
from .layout import (
    HEAD,
    ConversionError,
    check_names,
    check_shape,
    expected_shapes,
    tensorflow_names,
)
from .sources import read_bytes

# The two classifiers that helped in training and have no part in the score.
AUXILIARY = ("head0_", "nn0_", "softmax0_", "head1_", "nn1_", "softmax1_")

# TensorFlow's number of a dtype: NumPy's name, and where a tensor keeps such numbers one by one.
FLOATS = {1: ("<f4", "float_val"), 2: ("<f8", "double_val"), 19: ("<f2", "half_val")}

# What TensorFlow takes where a node says nothing.
LRN_DEFAULTS = {"depth_radius": 5, "bias": 1.0, "alpha": 1.0, "beta": 0.5}


def read(path):
    """Read the file; what comes back is in `convert.Reader`.

    TensorFlow's kernels are (height, width, in, out) already. The specification has the
    constants of local response normalisation that the graph's own nodes give.

    Parameters
    ----------
    path : pathlib.Path
        A frozen GraphDef, or a zip with one in it.

    Raises
    ------
    ConversionError
        The file is broken, its arrays are not those of inception5h, or a node computes
        something else than the specification says; the message names the node.
    """
    graph = Graph(messages.parse(messages.TENSORFLOW, "GraphDef", read_bytes(path), path), path)
    names, layers = {}, {}
    for theirs, ours in tensorflow_names(INCEPTION5H).items():
        names[f"{theirs}_w"], names[f"{theirs}_b"] = f"{ours}.weight", f"{ours}.bias"
        layers[ours] = theirs
    consts = _float_consts(graph)
    check_names(consts, names, path)
    shapes = expected_shapes(INCEPTION5H)
    state = {}
    for theirs, ours in names.items():
        state[ours] = _array(consts[theirs], shapes[ours], theirs, path)
    spec = _follow(graph, layers, {name: node.name for name, node in consts.items()})
    return state, spec, []


def _float_consts(graph):
    """The Const nodes that hold floats, by name without prefix and without the auxiliary heads."""
    consts = {name: node for name, node in graph.nodes.items() if _holds_floats(node)}
    # A graph that went through import_graph_def has a prefix, "import/", before every name.
    last = f"{HEAD}_w"
    prefix = next((name.removesuffix(last) for name in consts if name.endswith(last)), "")
    plain = {name.removeprefix(prefix): node for name, node in consts.items()}
    return {name: node for name, node in plain.items() if not name.startswith(AUXILIARY)}


def _holds_floats(node):
    return node.op == "Const" and node.attr["value"].tensor.dtype in FLOATS


def _array(node, expected, name, path):
    """The numbers of a Const node; sizes are compared before an array is made of them."""
    tensor = node.attr["value"].tensor
    shape = tuple(dim.size for dim in tensor.tensor_shape.dim)
    check_shape(shape, expected, name, path)
    dtype, field = FLOATS[tensor.dtype]
    count = math.prod(shape)
    says = f"{path}: array {name!r} says shape {shape}"
    if tensor.tensor_content:
        held = len(tensor.tensor_content) / np.dtype(dtype).itemsize
        if held != count:
            raise ConversionError(f"{says} but holds {held:g} numbers")
        return np.frombuffer(tensor.tensor_content, dtype).reshape(shape)
    values = getattr(tensor, field)
    if not 0 < len(values) <= count:
        raise ConversionError(f"{says} but holds {len(values)} numbers")
    if field == "half_val":  # half precision is kept as the integer of its 16 bits
        array = np.array([value & 0xFFFF for value in values], np.uint16).view(np.float16)
    else:
        array = np.fromiter(values, dtype, count=len(values))
    # The last number stands for all that are not written out.
    return np.concatenate([array, np.repeat(array[-1:], count - len(array))]).reshape(shape)


def _follow(graph, layers, consts):
    """Walk from the score to the picture; the specification with the graph's own LRN constants."""
    node = _head(graph, consts)
    body = []
    for step in reversed(INCEPTION5H.body):
        if isinstance(step, Mixed):
            node = _mixed(graph, node, step, layers, consts)
        elif isinstance(step, Conv):
            node = _convolution(graph, node, layers[step.name], step.kernel, step.stride, consts)
        elif isinstance(step, MaxPool):
            node = _max_pool(graph, node, step.size, step.stride)
        else:
            node, step = _norm(graph, node, step)
        body.insert(0, step)
    graph.require(node, ("Placeholder", "PlaceholderWithDefault"), "the picture")
    return replace(INCEPTION5H, body=tuple(body))


def _head(graph, consts):
    """From ``softmax2_w`` to the last mixed layer."""
    weight, bias = consts[f"{HEAD}_w"], consts[f"{HEAD}_b"]
    product = graph.reader_of(weight, "MatMul")
    for side in ("transpose_a", "transpose_b"):
        graph.equal(product, side, product.attr[side].b, False)
    total = graph.reader_of(bias, ("BiasAdd", "Add", "AddV2"))
    graph.same(graph.input(total, 0), product, "what the head's bias is added to")
    reshaped = graph.input(product, 0)
    graph.require(reshaped, ("Reshape", "Squeeze"), "the averages as a matrix")
    pool = graph.input(reshaped, 0)
    graph.require(pool, "AvgPool", "the average over positions")
    side = INCEPTION5H.side // 32
    graph.equal(pool, "ksize", graph.sizes(pool, "ksize"), [1, side, side, 1])
    graph.channels_last(pool)
    if graph.sizes(pool, "strides")[1:3] != [side, side]:  # else any padding makes one average
        graph.equal(pool, "padding", graph.padding(pool), "VALID")
    return graph.input(pool, 0)


def _mixed(graph, node, step, layers, consts):
    """From a mixed layer's concatenation to the node all four branches read."""
    graph.require(node, ("Concat", "ConcatV2"), f"the concatenation {step.name}")
    towers, axis = graph.concatenated(node)
    if axis not in (3, -1) or len(towers) != 4:
        joins = f"joins {len(towers)} arrays along axis {axis}"
        raise graph.error(node, f"{joins}; the specification says 4 along axis 3")

    def branch(end, name, kernel):
        return _convolution(graph, end, layers[f"{step.name}.{name}"], kernel, 1, consts)

    ends = [
        branch(towers[0], "conv1x1", 1),
        branch(branch(towers[1], "conv3x3", 3), "bottleneck3x3", 1),
        branch(branch(towers[2], "conv5x5", 5), "bottleneck5x5", 1),
        _max_pool(graph, branch(towers[3], "pool_reduce", 1), 3, 1),
    ]
    for end in ends[1:]:
        graph.same(end, ends[0], f"what the branches of {step.name} read")
    return ends[0]


def _convolution(graph, node, name, kernel, stride, consts):
    """From the ReLU after a convolution to the node the convolution reads."""
    graph.require(node, "Relu", f"the ReLU after {name}")
    total = graph.input(node, 0)
    graph.require(total, ("BiasAdd", "Add", "AddV2"), f"the bias of {name}")
    graph.same(graph.input(total, 1), graph.nodes[consts[f"{name}_b"]], f"the bias of {name}")
    product = graph.input(total, 0)
    graph.require(product, "Conv2D", f"the convolution {name}")
    graph.same(graph.input(product, 1), graph.nodes[consts[f"{name}_w"]], f"the weight of {name}")
    graph.channels_last(product)
    graph.equal(product, "strides", graph.sizes(product, "strides"), [1, stride, stride, 1])
    graph.equal(product, "dilations", graph.sizes(product, "dilations") or [1] * 4, [1] * 4)
    if (kernel, stride) != (1, 1):  # a 1×1 needs no padding: the published conv2d1 says VALID
        graph.equal(product, "padding", graph.padding(product), "SAME")
    return graph.input(product, 0)


def _max_pool(graph, node, size, stride):
    graph.require(node, "MaxPool", f"a max-pool {size}×{size}")
    graph.channels_last(node)
    graph.equal(node, "ksize", graph.sizes(node, "ksize"), [1, size, size, 1])
    graph.equal(node, "strides", graph.sizes(node, "strides"), [1, stride, stride, 1])
    graph.equal(node, "padding", graph.padding(node), "SAME")
    return graph.input(node, 0)


def _norm(graph, node, step):
    """What the node normalises, and the step with the node's own constants."""
    graph.require(node, "LRN", f"the normalisation {step.name}")
    given = dict(LRN_DEFAULTS)
    for name in LRN_DEFAULTS:
        if name in node.attr:
            given[name] = node.attr[name].i if name == "depth_radius" else node.attr[name].f
    radius, bias, alpha, beta = given.values()
    # Outside of these a root of a negative number, or a division by zero, comes out.
    positive = 0 < bias < math.inf
    not_negative = 0 <= radius <= 1024 and 0 <= alpha < math.inf and 0 <= beta < math.inf
    if not (positive and not_negative):
        raise graph.error(node, f"has constants that cannot be: {given}")
    return graph.input(node, 0), Norm(step.name, radius, bias, alpha, beta)
