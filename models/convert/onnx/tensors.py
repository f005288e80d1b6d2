"""ONNX's tensors as arrays: inside the file, number by number, or in a file beside it."""

import math
from pathlib import Path

import numpy as np

from ..layout import ConversionError, shown

# ONNX's number of a dtype: NumPy's name, and the field where such numbers stand one by one.
FLOAT, INT64, FLOAT16, DOUBLE, BFLOAT16 = 1, 7, 10, 11, 16
DTYPES = {
    FLOAT: ("<f4", "float_data"),
    2: ("u1", "int32_data"),
    3: ("i1", "int32_data"),
    4: ("<u2", "int32_data"),
    5: ("<i2", "int32_data"),
    6: ("<i4", "int32_data"),
    INT64: ("<i8", "int64_data"),
    9: ("?", "int32_data"),
    FLOAT16: ("<f2", "int32_data"),
    DOUBLE: ("<f8", "double_data"),
    12: ("<u4", "uint64_data"),
    13: ("<u8", "uint64_data"),
    BFLOAT16: ("<u2", "int32_data"),
}
FLOATS = (FLOAT, FLOAT16, DOUBLE, BFLOAT16)
LARGEST = 2**30  # bytes of one array
EXTERNAL = 1  # data_location: the numbers lie in another file


def array_of(tensor, source):
    """The numbers of a TensorProto; sizes are compared before an array is made of them.

    Parameters
    ----------
    tensor : TensorProto
    source : pathlib.Path
        The `.onnx` file: what errors call it, and beside which other files may lie.

    Returns
    -------
    numpy.ndarray
        float16 and bfloat16 as float32, which holds them exactly.
    """
    name, shape = shown(tensor.name), tuple(tensor.dims)
    if tensor.data_type not in DTYPES:
        raise ConversionError(
            f"{source}: array {name} has ONNX's data type {tensor.data_type}, of 8 bits or fewer, "
            "text or complex numbers; expected floats or whole numbers"
        )
    dtype, field = DTYPES[tensor.data_type]
    dtype = np.dtype(dtype)
    if any(not 0 <= size <= LARGEST for size in shape) or len(shape) > 8:
        raise ConversionError(f"{source}: array {name} says shape {str(shape)[:120]}: absurd")
    count = math.prod(shape)
    if count * dtype.itemsize > LARGEST:
        raise ConversionError(
            f"{source}: array {name} says shape {shape}, "
            f"{count * dtype.itemsize} bytes; at most {LARGEST} are read"
        )
    if tensor.data_location == EXTERNAL:
        data = external_bytes(tensor, count * dtype.itemsize, name, source)
    elif tensor.raw_data:
        data = tensor.raw_data
    else:
        return one_by_one(tensor, field, dtype, shape, name, source)
    if len(data) != count * dtype.itemsize:
        held = len(data) / dtype.itemsize
        raise ConversionError(
            f"{source}: array {name} says shape {shape} but holds {held:g} numbers"
        )
    return widened(np.frombuffer(data, dtype), tensor.data_type).reshape(shape)


def one_by_one(tensor, field, dtype, shape, name, source):
    """An array whose numbers stand in the field of their type."""
    values = getattr(tensor, field)
    if len(values) != math.prod(shape):
        raise ConversionError(
            f"{source}: array {name} says shape {shape} but holds {len(values)} numbers"
        )
    array = np.fromiter(values, np.dtype(field_dtype(field)), count=len(values))
    if tensor.data_type == FLOAT16:  # kept as the integer of its 16 bits
        array = (array & 0xFFFF).astype(np.uint16).view(np.float16)
    return widened(array.astype(dtype, copy=False), tensor.data_type).reshape(shape)


def field_dtype(field):
    """NumPy's name for what a field of numbers holds."""
    kinds = {"float": "f4", "double": "f8", "int32": "i4", "int64": "i8", "uint64": "u8"}
    return kinds[field.removesuffix("_data")]


def widened(array, data_type):
    """Half precision as float32; bfloat16 is the upper half of one."""
    if data_type == BFLOAT16:
        return (array.astype(np.uint32) << 16).view(np.float32)
    return array.astype(np.float32) if data_type == FLOAT16 else array


def external_bytes(tensor, size, name, source):
    """The bytes of an array that lie in another file, in the folder of the `.onnx` and below."""
    entries = {entry.key: entry.value for entry in tensor.external_data}
    where = f"{source}: array {name} is in another file, {shown(entries.get('location', ''))}"
    path = file_beside(source, entries.get("location", ""), where)
    try:
        offset = int(entries.get("offset") or 0)
        length = int(entries.get("length") or size)
    except ValueError:
        raise ConversionError(f"{where}, at a place that is no number") from None
    if length != size:
        raise ConversionError(f"{where}, of {length} bytes; its shape takes {size}")
    if offset < 0 or offset + size > path.stat().st_size:
        raise ConversionError(
            f"{where}, which ends before byte {offset + size}; fetch it again, whole"
        )
    with open(path, "rb") as file:
        file.seek(offset)
        return file.read(size)


def file_beside(source, location, where):
    """A file that an `.onnx` names, if that is below its own folder and no link leads away."""
    parts = location.replace("\\", "/").split("/")
    if not location or location[0] in "/\\" or ":" in location or ".." in parts:
        raise ConversionError(f"{where}: not the name of a file beside it; refused")
    folder = Path(source).resolve().parent
    path = folder
    for part in parts:
        path = path / part
        if path.is_symlink():
            raise ConversionError(
                f"{where}, a symbolic link; copy the file itself beside the .onnx"
            )
    try:
        is_file = path.is_file() and path.resolve().is_relative_to(folder)
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        raise ConversionError(f"{where}, which is not there; put it beside the .onnx")
    return path
