"""A stand-in for inception5h's frozen graph: the published nodes and names, random weights.

The published file is not at hand in tests. What stands here about it (the order of its
nodes, Concat with its axis first, conv2d1's padding VALID, the LRN constants) is what
others have read out of `tensorflow_inception_graph.pb`.
"""

import numpy as np

from models.convert.layout import convolutions, tensorflow_names
from models.convert.messages import message_class
from models.inception.specifications import INCEPTION5H, Conv, MaxPool, Mixed

DT_FLOAT, DT_INT32 = 1, 3
PUBLISHED_LRN = (5, 2.0, 1e-4, 0.5)


def write_inception5h(path, rng, lrn=PUBLISHED_LRN, prefix=""):
    """Write a complete graph of inception5h with random weights.

    Parameters
    ----------
    path : str or os.PathLike
    rng : numpy.random.Generator
    lrn : tuple
        (depth_radius, bias, alpha, beta) of both LRN nodes.
    prefix : str
        Before every node's name, say ``"import/"``.

    Returns
    -------
    dict of str to numpy.ndarray
        Every float array by its Const node's name without prefix: ``"conv2d0_w"``,
        (height, width, in, out), ``"softmax2_b"``, the auxiliary heads' ``"nn0_w"``.
    """
    graph, arrays = inception5h_graph(rng, lrn, prefix)
    with open(path, "wb") as file:
        file.write(graph.SerializeToString())
    return arrays


def inception5h_graph(rng, lrn=PUBLISHED_LRN, prefix=""):
    """The same as a GraphDef message that a test can change, and the arrays."""
    writer = Writer(lrn, prefix)
    arrays = _weights(rng)
    writer.add("input", "Placeholder", dtype=DT_FLOAT)
    for name, array in arrays.items():
        writer.const(name, array)
    last = writer.body()
    writer.auxiliary("0", "mixed4a")
    writer.auxiliary("1", "mixed4d")
    writer.pool("avgpool0", "AvgPool", last, 7, 1, b"VALID")
    writer.reshape("avgpool0/reshape", "avgpool0", [-1, 1024])
    writer.dense("softmax2_pre_activation", "avgpool0/reshape", "softmax2")
    writer.add("softmax2", "Softmax", ["softmax2_pre_activation"])
    for output, score in (("output", "softmax0"), ("output1", "softmax1"), ("output2", "softmax2")):
        writer.add(output, "Identity", [score])
    return writer.graph, arrays


def _weights(rng):
    """Every array by TensorFlow's name, scaled so that a signal neither grows nor fades."""
    theirs = {ours: name for name, ours in tensorflow_names(INCEPTION5H).items()}
    shapes = {theirs[name]: shape for name, shape in convolutions(INCEPTION5H).items()}
    for index, channels in (("0", 508), ("1", 528)):
        shapes[f"head{index}_bottleneck"] = (1, 1, channels, 128)
        shapes[f"nn{index}"] = (2048, 1024)
        shapes[f"softmax{index}"] = (1024, 1008)
    shapes["softmax2"] = (1024, 1008)
    arrays = {}
    for name, shape in shapes.items():
        scale = np.float32(np.sqrt(2 / np.prod(shape[:-1])))
        arrays[f"{name}_w"] = scale * rng.standard_normal(shape, dtype=np.float32)
        arrays[f"{name}_b"] = np.float32(0.1) * rng.standard_normal(shape[-1], dtype=np.float32)
    return arrays


class Writer:
    """Adds nodes to a GraphDef the way TensorFlow 0.6 wrote them."""

    def __init__(self, lrn, prefix):
        self.graph = message_class("tensorflow", "GraphDef")()
        self.lrn, self.prefix = lrn, prefix

    def add(self, name, op, inputs=(), **attributes):
        node = self.graph.node.add(
            name=self.prefix + name, op=op, input=[self.prefix + other for other in inputs]
        )
        if op not in ("Placeholder", "Const"):
            attributes["T"] = DT_FLOAT
        for key, value in attributes.items():
            if isinstance(value, list):
                node.attr[key].list.i.extend(value)
            elif isinstance(value, bytes):
                node.attr[key].s = value
            elif isinstance(value, float):
                node.attr[key].f = value
            else:
                setattr(node.attr[key], "type" if key in ("T", "dtype") else "i", value)
        return node

    def const(self, name, array):
        dtype = DT_FLOAT if array.dtype == np.float32 else DT_INT32
        tensor = self.add(name, "Const", dtype=dtype).attr["value"].tensor
        tensor.dtype = dtype
        for size in array.shape:
            tensor.tensor_shape.dim.add(size=size)
        tensor.tensor_content = array.tobytes()

    def body(self):
        """The steps of the specification, each from the one before; the name of the last."""
        last = "input"
        for step in INCEPTION5H.body:
            if isinstance(step, Conv):
                padding = b"VALID" if step.name == "conv2d1" else b"SAME"
                self.convolution(step.name, last, step.stride, padding)
            elif isinstance(step, MaxPool):
                self.pool(step.name, "MaxPool", last, step.size, step.stride, b"SAME")
            elif isinstance(step, Mixed):
                self.mixed(step.name, last)
            else:
                radius, bias, alpha, beta = self.lrn
                constants = {"bias": float(bias), "alpha": float(alpha), "beta": float(beta)}
                self.add(step.name, "LRN", [last], depth_radius=radius, **constants)
            last = step.name
        return last

    def convolution(self, name, last, stride=1, padding=b"SAME"):
        strides = [1, stride, stride, 1]
        self.add(
            f"{name}_pre_relu/conv", "Conv2D", [last, f"{name}_w"], strides=strides, padding=padding
        )
        self.add(f"{name}_pre_relu", "BiasAdd", [f"{name}_pre_relu/conv", f"{name}_b"])
        self.add(name, "Relu", [f"{name}_pre_relu"])

    def pool(self, name, op, last, size, stride, padding):
        self.add(
            name,
            op,
            [last],
            ksize=[1, size, size, 1],
            strides=[1, stride, stride, 1],
            padding=padding,
        )

    def mixed(self, name, last):
        self.convolution(f"{name}_1x1", last)
        self.convolution(f"{name}_3x3_bottleneck", last)
        self.convolution(f"{name}_3x3", f"{name}_3x3_bottleneck")
        self.convolution(f"{name}_5x5_bottleneck", last)
        self.convolution(f"{name}_5x5", f"{name}_5x5_bottleneck")
        self.pool(f"{name}_pool", "MaxPool", last, 3, 1, b"SAME")
        self.convolution(f"{name}_pool_reduce", f"{name}_pool")
        self.const(f"{name}/concat_dim", np.array(3, np.int32))
        towers = [f"{name}_{branch}" for branch in ("1x1", "3x3", "5x5", "pool_reduce")]
        self.add(name, "Concat", [f"{name}/concat_dim", *towers], N=4)

    def reshape(self, name, last, shape):
        self.const(f"{name}/shape", np.array(shape, np.int32))
        self.add(name, "Reshape", [last, f"{name}/shape"])

    def dense(self, name, last, weights):
        self.add(f"{name}/matmul", "MatMul", [last, f"{weights}_w"])
        self.add(name, "BiasAdd", [f"{name}/matmul", f"{weights}_b"])

    def auxiliary(self, index, layer):
        """One of the two classifiers that helped in training."""
        self.pool(f"head{index}_pool", "AvgPool", layer, 5, 3, b"VALID")
        self.convolution(f"head{index}_bottleneck", f"head{index}_pool")
        self.reshape(f"head{index}_bottleneck/reshape", f"head{index}_bottleneck", [-1, 2048])
        self.dense(f"nn{index}_pre_relu", f"head{index}_bottleneck/reshape", f"nn{index}")
        self.add(f"nn{index}", "Relu", [f"nn{index}_pre_relu"])
        self.reshape(f"nn{index}/reshape", f"nn{index}", [-1, 1024])
        self.dense(f"softmax{index}_pre_activation", f"nn{index}/reshape", f"softmax{index}")
        self.add(f"softmax{index}", "Softmax", [f"softmax{index}_pre_activation"])
