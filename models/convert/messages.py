"""The protobuf messages of Caffe's and TensorFlow's weight files: just the fields that are read.

Neither framework is needed. A protobuf reader skips the fields it has not been told of,
so each message below lists only what a converter looks at, under the numbers that
`caffe.proto` and TensorFlow's `graph.proto` gave them.
"""

from functools import lru_cache

from .layout import ConversionError

# "name": (number, type). A type ending in * is repeated; a capital letter is another message.
CAFFE = {
    "NetParameter": {
        "name": (1, "string"),
        "layers": (2, "V1LayerParameter*"),
        "layer": (100, "LayerParameter*"),
    },
    "V1LayerParameter": {
        "bottom": (2, "string*"),
        "top": (3, "string*"),
        "name": (4, "string"),
        "type": (5, "int32"),
        "blobs": (6, "BlobProto*"),
        "lrn_param": (18, "LRNParameter"),
        "transform_param": (36, "TransformationParameter"),
    },
    "LayerParameter": {
        "name": (1, "string"),
        "type": (2, "string"),
        "bottom": (3, "string*"),
        "top": (4, "string*"),
        "blobs": (7, "BlobProto*"),
        "lrn_param": (118, "LRNParameter"),
        "transform_param": (100, "TransformationParameter"),
    },
    "LRNParameter": {
        "local_size": (1, "int32"),
        "alpha": (2, "float"),
        "beta": (3, "float"),
        "norm_region": (4, "int32"),
        "k": (5, "float"),
    },
    "TransformationParameter": {
        "scale": (1, "float"),
        "mean_file": (4, "string"),
        "mean_value": (5, "float*"),
    },
    "BlobProto": {
        "num": (1, "int32"),
        "channels": (2, "int32"),
        "height": (3, "int32"),
        "width": (4, "int32"),
        "data": (5, "float*"),
        "diff": (6, "float*"),
        "shape": (7, "BlobShape"),
        "double_data": (8, "double*"),
    },
    "BlobShape": {"dim": (1, "int64*")},
}

TENSORFLOW = {
    "GraphDef": {"node": (1, "NodeDef*")},
    "NodeDef": {
        "name": (1, "string"),
        "op": (2, "string"),
        "input": (3, "string*"),
        "device": (4, "string"),
        "attr": (5, "map AttrValue"),
    },
    "AttrValue": {
        "list": (1, "ListValue"),
        "s": (2, "bytes"),
        "i": (3, "int64"),
        "f": (4, "float"),
        "b": (5, "bool"),
        "type": (6, "int32"),
        "shape": (7, "TensorShapeProto"),
        "tensor": (8, "TensorProto"),
    },
    "ListValue": {"s": (2, "bytes*"), "i": (3, "int64*"), "f": (4, "float*"), "b": (5, "bool*")},
    "TensorProto": {
        "dtype": (1, "int32"),
        "tensor_shape": (2, "TensorShapeProto"),
        "version_number": (3, "int32"),
        "tensor_content": (4, "bytes"),
        "float_val": (5, "float*"),
        "double_val": (6, "double*"),
        "int_val": (7, "int32*"),
        "half_val": (13, "int32*"),
    },
    "TensorShapeProto": {"dim": (2, "Dim*"), "unknown_rank": (3, "bool")},
    "Dim": {"size": (1, "int64"), "name": (2, "string")},
}


def parse(table, name, data, source):
    """Read one message.

    Parameters
    ----------
    table : dict
        `CAFFE` or `TENSORFLOW`.
    name : str
        The message at the top of the file, say ``"GraphDef"``.
    data : bytes
    source : str
        What errors call the file.

    Raises
    ------
    ConversionError
        protobuf is not installed, or ``data`` is not such a message.
    """
    kind = message_class("caffe" if table is CAFFE else "tensorflow", name)
    from google.protobuf.message import DecodeError

    try:
        return kind.FromString(data)
    except (DecodeError, UnicodeDecodeError) as error:
        raise ConversionError(
            f"{source}: not a whole {name} message ({error}); fetch the file again"
        ) from None


@lru_cache(maxsize=None)
def message_class(package, name):
    """The Python class of one message of ``package``, ``"caffe"`` or ``"tensorflow"``."""
    try:
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    except ImportError:
        raise ConversionError(
            "protobuf is needed to read this file and is not installed; "
            "run: pip install -e '.[convert]'"
        ) from None
    # Caffe's own is proto2, the same on the wire; proto3 refuses names that are not text.
    file = descriptor_pb2.FileDescriptorProto(
        name=f"minigrad/{package}.proto", package=f"minigrad.{package}", syntax="proto3"
    )
    for message, fields in {"caffe": CAFFE, "tensorflow": TENSORFLOW}[package].items():
        described = file.message_type.add(name=message)
        for field, (number, kind) in fields.items():
            _describe(described, file.package, field, number, kind)
    # A pool of our own: an installed TensorFlow or Caffe has its messages in the shared one.
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{file.package}.{name}"))


def _describe(message, package, name, number, kind):
    """Add one field to a message's description."""
    field = message.field.add(name=name, number=number)
    if kind.startswith("map "):
        # On the wire a map is a repeated message of two fields, key and value.
        entry = message.nested_type.add(name=f"{name.capitalize()}Entry")
        entry.options.map_entry = True
        _describe(entry, package, "key", 1, "string")
        _describe(entry, package, "value", 2, kind.removeprefix("map "))
        kind = f"{message.name}.{entry.name}*"
    field.label = field.LABEL_REPEATED if kind.endswith("*") else field.LABEL_OPTIONAL
    kind = kind.removesuffix("*")
    if kind[0].isupper():
        field.type = field.TYPE_MESSAGE
        field.type_name = f".{package}.{kind}"
    else:
        field.type = getattr(field, f"TYPE_{kind.upper()}")
        if field.label == field.LABEL_REPEATED and kind not in ("string", "bytes"):
            field.options.packed = True
