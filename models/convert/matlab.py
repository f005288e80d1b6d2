"""BVLC GoogLeNet out of a folder of MATLAB files: one array a file, as (width, height, in, out).

The version-5 format is read here, field by field. SciPy's reader can do more, but a broken
file can make it crash the whole interpreter, where no error is left to report.
"""

import math
import zlib

import numpy as np

from ..inception.specifications import GOOGLENET_BVLC
from .layout import (
    HEAD,
    MATLAB_AUXILIARY,
    ConversionError,
    check_names,
    check_shape,
    expected_shapes,
    matlab_names,
)

HEADER_BYTES = 128
# The format's numbers of data types ...
INT8, INT32, UINT32, MATRIX, COMPRESSED = 1, 5, 6, 14, 15
NUMBERS = {1: "i1", 2: "u1", 3: "i2", 4: "u2", 5: "i4", 6: "u4", 7: "f4", 9: "f8"}
# ... and of the classes of arrays; those that are not floats are refused by name.
FLOATS = {6: "f8", 7: "f4"}
CLASSES = {1: "cell", 2: "struct", 3: "object", 4: "char", 5: "sparse"}
COMPLEX = 0x0800
VARIABLES = {"weight": "weights", "bias": "bias"}


def read(folder):
    """Read the folder; what comes back is in `convert.Reader`.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``conv1_7x7_s2_w.mat``, ``conv1_7x7_s2_b.mat`` and so on; other files
        are passed over.

    Raises
    ------
    ConversionError
        A file is missing, too much, broken or has another shape.
    """
    spec = GOOGLENET_BVLC
    files = {}
    for name, ours in matlab_names(spec).items():
        files[f"{name}_w.mat"], files[f"{name}_b.mat"] = f"{ours}.weight", f"{ours}.bias"
    found = [path.name for path in folder.glob("*_[wb].mat")]
    check_names([name for name in found if not name.startswith(MATLAB_AUXILIARY)], files, folder)
    shapes = expected_shapes(spec)
    state = {name: _read_array(folder / file, name, shapes[name]) for file, name in files.items()}
    return state, spec, []


def _read_array(path, name, shape):
    """One parameter, in our axis order."""
    layer, _, kind = name.rpartition(".")
    variable = VARIABLES[kind]
    swapped = len(shape) == 4
    stored = (shape[1], shape[0], *shape[2:]) if swapped else shape
    array = _load(path, variable, stored)
    if kind == "bias" and array.ndim == 2 and 1 in array.shape:
        array = array.reshape(-1)  # MATLAB has no vectors: a bias is a matrix of one column
    if layer == HEAD and kind == "weight" and array.shape == stored[::-1]:
        raise ConversionError(
            f"{path}: {variable!r} is (classes, in) = {array.shape}, "
            f"expected (in, classes) = {stored}"
        )
    check_shape(array.shape, stored, variable, path)
    return np.ascontiguousarray(array.transpose(1, 0, 2, 3) if swapped else array)


def _load(path, variable, shape):
    """The array of the file, as float32 or float64, if it is called ``variable``."""
    # Room for the array as doubles, and for its header and name.
    data, order = _unpacked(path, 8 * math.prod(shape) + 4096)
    try:
        return _parse(data, order, variable)
    except ValueError as error:
        raise ConversionError(f"{path}: {error}") from None


def _unpacked(path, limit):
    """The first element of the file, unpacked, and the order of its bytes."""
    if not path.is_file() or path.stat().st_size > limit:
        raise ConversionError(
            f"{path}: not a file of at most {limit} bytes, as this array would take"
        )
    data = path.read_bytes()
    if data.startswith(b"MATLAB 7.3"):
        raise ConversionError(f"{path}: MATLAB v7.3 (HDF5); save it again with -v6 or -v7")
    if len(data) < HEADER_BYTES + 8 or not data.startswith(b"MATLAB 5.0"):
        raise ConversionError(f"{path}: not a MATLAB v5 file, or cut off")
    order = {b"IM": "<", b"MI": ">"}.get(data[HEADER_BYTES - 2 : HEADER_BYTES])
    if order is None:
        raise ConversionError(f"{path}: a broken header; it does not say the order of bytes")
    kind, size = np.frombuffer(data, f"{order}u4", 2, HEADER_BYTES).tolist()
    start = HEADER_BYTES + 8
    if start + size > len(data):
        raise ConversionError(
            f"{path}: cut off; {start + size} bytes expected, {len(data)} are there"
        )
    if kind == COMPRESSED:
        return _inflate(data[start : start + size], limit, path), order
    return data[HEADER_BYTES : start + size], order


def _inflate(packed, limit, path):
    unpacker = zlib.decompressobj()
    try:
        plain = unpacker.decompress(packed, limit)
    except zlib.error as error:
        raise ConversionError(f"{path}: broken compression ({error})") from None
    if not unpacker.eof:
        raise ConversionError(
            f"{path}: cut off, or unpacks to more than the {limit} bytes that its array takes"
        )
    return plain


def _parse(data, order, variable):
    """An array out of its element: flags, sizes, name and numbers, one after the other."""
    _, data, _ = _element(data, 0, order, {MATRIX})
    _, flags, position = _element(data, 0, order, {UINT32})
    if len(flags) != 8:
        raise ValueError(f"broken; the flags of its array take {len(flags)} bytes, expected 8")
    flags = int(np.frombuffer(flags, f"{order}u4")[0])
    _, sizes, position = _element(data, position, order, {INT32})
    _, name, position = _element(data, position, order, {INT8})
    name = name[:40].decode("ascii", "backslashreplace")
    held = CLASSES.get(flags & 0xFF, "float" if flags & 0xFF in FLOATS else "integer")
    held = "complex" if flags & COMPLEX else held
    if name != variable or held != "float":
        raise ValueError(f"holds {name!r} ({held}), expected {variable!r} (float)")
    if len(sizes) % 4:
        raise ValueError(f"broken; the sizes of its array take {len(sizes)} bytes")
    shape = np.frombuffer(sizes, f"{order}i4").tolist()
    # MATLAB may keep whole numbers as integers, whatever the class of the array.
    kind, numbers, _ = _element(data, position, order, NUMBERS)
    stored = np.dtype(order + NUMBERS[kind])
    if math.prod(shape) * stored.itemsize != len(numbers) or min(shape, default=0) < 0:
        says = f"says shape {tuple(shape[:8])}"
        raise ValueError(f"array {name!r} {says} but holds {len(numbers)} bytes")
    return np.frombuffer(numbers, stored).astype(FLOATS[flags & 0xFF]).reshape(shape, order="F")


def _element(data, position, order, kinds):
    """Type, content and end of the element at ``position``, of one of these types."""
    tag = data[position : position + 8]
    if len(tag) < 8:
        raise ValueError("broken; it ends within an array")
    kind, size = np.frombuffer(tag, f"{order}u4").tolist()
    start = position + 8
    if kind >> 16:  # up to four bytes stand inside the tag itself
        kind, size, start = kind & 0xFFFF, kind >> 16, position + 4
    end = start + size
    if kind not in kinds:
        expected = ", ".join(map(str, sorted(kinds)))
        raise ValueError(f"broken; data of type {kind} where {expected} belongs")
    if end > len(data) or (start == position + 4 and size > 4):
        raise ValueError(f"broken; {size} bytes of data announced, more than there are")
    return kind, data[start:end], -(-end // 8) * 8  # elements begin at multiples of eight
