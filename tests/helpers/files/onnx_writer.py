"""Writes small ONNX files with the descriptions of the messages that the converter reads by."""

import math

import numpy as np

from models.convert.messages import message_class
from models.convert.onnx.tensors import DTYPES

NUMBERS = {
    "float32": 1,
    "uint8": 2,
    "int8": 3,
    "int32": 6,
    "int64": 7,
    "float16": 10,
    "float64": 11,
}
FLOAT, INT, STRING, TENSOR, FLOATS, INTS = 1, 2, 3, 4, 6, 7


class OnnxWriter:
    """A graph to which nodes are added one after the other.

    Parameters
    ----------
    shape : tuple of int or str
        Of the input ``x``; text stands for a length that is left open.
    opset : int
    """

    def __init__(self, shape=("N", 3, 8, 8), opset=13, elem_type=1):
        self.model = message_class("onnx", "ModelProto")(ir_version=8, producer_name="a test")
        self.model.opset_import.add(version=opset)
        self.graph, self.opset = self.model.graph, opset
        self.graph.name = "network"
        self.add_input("x", shape, elem_type)

    def add_input(self, name, shape, elem_type=1):
        tensor_type = self.graph.input.add(name=name).type.tensor_type
        tensor_type.elem_type = elem_type
        for size in shape:
            kind = "dim_param" if isinstance(size, str) else "dim_value"
            tensor_type.shape.dim.add(**{kind: size})

    def weight(self, array, name=None, form="raw"):
        """An initializer; ``form`` says where its numbers stand: "raw" or one by one, "field"."""
        tensor = self.graph.initializer.add(name=name or f"w{len(self.graph.initializer)}")
        fill(tensor, np.asarray(array), form)
        return tensor.name

    def node(self, operation, inputs, outputs=1, name=None, **attributes):
        """A node; the name of its output, or a list of several."""
        number = len(self.graph.node)
        made = [f"{operation}{number}" + ("" if outputs == 1 else f"_{k}") for k in range(outputs)]
        node = self.graph.node.add(op_type=operation, input=inputs, output=made, name=name or "")
        for key, value in attributes.items():
            set_attribute(node.attribute.add(name=key), value)
        return made[0] if outputs == 1 else made

    def save(self, path, *outputs):
        """Write the file, with these outputs."""
        for name in outputs:
            self.graph.output.add(name=name)
        with open(path, "wb") as file:
            file.write(self.model.SerializeToString())
        return path


def set_attribute(attribute, value):
    """An attribute of the kind that ``value`` has."""
    if isinstance(value, np.ndarray):
        attribute.type = TENSOR
        fill(attribute.t, value, "raw")
    elif isinstance(value, str):
        attribute.type, attribute.s = STRING, value.encode()
    elif isinstance(value, float):
        attribute.type, attribute.f = FLOAT, value
    elif isinstance(value, (list, tuple)):
        floats = any(isinstance(one, float) for one in value)
        attribute.type = FLOATS if floats else INTS
        (attribute.floats if floats else attribute.ints).extend(value)
    else:
        attribute.type, attribute.i = INT, int(value)


def fill(tensor, array, form):
    """An array's numbers into a TensorProto."""
    tensor.data_type = NUMBERS[array.dtype.name]
    tensor.dims.extend(array.shape)
    if form == "raw":
        tensor.raw_data = array.tobytes()
        return
    field = DTYPES[tensor.data_type][1]
    if array.dtype == np.float16:  # kept as the integer of its 16 bits
        array = array.view(np.uint16)
    getattr(tensor, field).extend(array.ravel().tolist())


def make_external(path, folder_file="weights.bin", align=1):
    """Move the initializers of a file into another beside it, as large networks have them."""
    model = message_class("onnx", "ModelProto").FromString(path.read_bytes())
    data = b""
    for tensor in model.graph.initializer:
        data += b"\0" * (-len(data) % align)
        for key, value in (
            ("location", folder_file),
            ("offset", len(data)),
            ("length", len(tensor.raw_data)),
        ):
            tensor.external_data.add(key=key, value=str(value))
        data += tensor.raw_data
        tensor.data_location = 1
        tensor.raw_data = b""
    path.write_bytes(model.SerializeToString())
    (path.parent / folder_file).write_bytes(data)
    return model


def kernel(rng, *shape):
    """Random weights (out, in, ...), scaled so that a signal neither grows nor fades."""
    return (rng.standard_normal(shape) * math.sqrt(2 / math.prod(shape[1:]))).astype(np.float32)
