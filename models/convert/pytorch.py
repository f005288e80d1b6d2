"""PyTorch's files of arrays: `.pth`, `.pt`, `.safetensors`, read without running anything."""

import pickle
import re
import warnings
import zipfile

import numpy as np

from .layout import ConversionError, one_line, shown

MAX_BYTES = 2**29  # 400,000 words of 300 numbers fit in
NESTED = ("state_dict", "model_state_dict", "model", "net")  # where checkpoints keep the arrays
QUANTISED = ("_packed_params", "_packed_params.dtype", "zero_point")  # how such names end
LEGACY = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."  # what torch.save began with before 2020
HEADER = 2**27  # bytes; the header of a .safetensors is a list of its arrays
DTYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "i1",
    "U8": "u1",
    "BOOL": "?",
}
NUMBER = re.compile(r"[0-9]{1,9}")


def kind_of(path):
    """Which of PyTorch's formats a file has.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    {"pytorch", "safetensors", None}
    """
    with open(path, "rb") as file:
        first = file.read(len(LEGACY))
    if first == LEGACY:
        return "pytorch"
    if first[8:9] == b"{" and int.from_bytes(first[:8], "little") <= HEADER:
        return "safetensors"
    if first.startswith(b"PK") and any(name.endswith("data.pkl") for name in _members(path)):
        return "pytorch"
    return None


def read_pytorch(path):
    """The arrays of a state dictionary that `torch.save` wrote, in the order of the layers.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict of str to numpy.ndarray
        Under the file's own names; one inside "state_dict" or "model" is taken out.

    Raises
    ------
    ConversionError
        PyTorch is not installed; the file is broken, too large, holds Python objects or
        anything but arrays in its memory.

    Notes
    -----
    PyTorch is imported here and nowhere else. ``weights_only`` lets its unpickler make
    arrays and containers, and call nothing else.
    """
    _check_size(path, sum(_members(path).values()))
    _check_no_program(path)
    try:
        import torch
    except ImportError:
        raise ConversionError(
            f"{path}: PyTorch's own format needs PyTorch: pip install torch; "
            "or save the arrays as .safetensors, which does not"
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        raise ConversionError(
            f"{path}: broken, or with Python objects in it, which could run any program "
            "and are not read; save model.state_dict(), not the model"
        ) from None
    except Exception as error:  # a broken file makes PyTorch raise a dozen kinds
        raise ConversionError(f"{path}: PyTorch cannot read it ({one_line(error)})") from None
    tensors = _state_of(loaded, path)
    _check_not_quantised(tensors, path)
    for name, tensor in tensors.items():
        if not isinstance(name, str):
            raise ConversionError(
                f"{path}: {shown(str(name))} is the name of an array, expected text; "
                "save model.state_dict()"
            )
        if not isinstance(tensor, torch.Tensor):
            kind = type(tensor).__name__
            expected = "expected an array; save model.state_dict()"
            raise ConversionError(f"{path}: {shown(name)} is of type {kind}, {expected}")
        if tensor.layout != torch.strided or tensor.is_quantized or tensor.device.type != "cpu":
            raise ConversionError(
                f"{path}: array {shown(name)} is sparse, quantised or empty, expected plain numbers"
            )
    _check_size(path, sum(tensor.numel() * 4 for tensor in tensors.values()))
    return {name: _array(torch, tensor) for name, tensor in tensors.items()}


def read_safetensors(path):
    """The arrays of a `.safetensors`, sorted by name, numbers as numbers: it keeps no order.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict of str to numpy.ndarray

    Raises
    ------
    ConversionError
        The package safetensors is not installed, or the file is broken or too large.
    """
    _check_size(path, 0)
    try:
        from safetensors import deserialize
    except ImportError:
        raise ConversionError(
            f"{path}: reading it needs the package safetensors: pip install -e '.[convert]'"
        ) from None
    try:
        found = {name: _numbers(name, **entry) for name, entry in deserialize(path.read_bytes())}
    except Exception as error:  # its own errors, and NumPy's for what they let through
        raise ConversionError(f"{path}: not a readable .safetensors ({one_line(error)})") from None
    _check_not_quantised(found, path)
    return {name: found[name] for name in sorted(found, key=with_numbers)}


def describe(arrays):
    """What a state dictionary holds that no network here has: a half sentence."""
    first, last = list(arrays)[0], list(arrays)[-1]
    return (
        f"a state dictionary of {len(arrays)} arrays, from {shown(first)} {arrays[first].shape} to "
        f"{shown(last)} {arrays[last].shape}, none of the networks minigrad knows by their names"
    )


def is_of_pictures(arrays):
    """Whether a convolution reads three channels or more, as none of a sentence does."""
    return any(array.ndim == 4 and array.shape[1] >= 3 for array in arrays.values())


def skeleton(name):
    """A name without its numbers: the same for layers that stand in one list."""
    return NUMBER.sub("#", name)


def with_numbers(name):
    """Sorts "convs.2" before "convs.10"."""
    return skeleton(name), [int(digits) for digits in NUMBER.findall(name)], name


def _members(path):
    """Names and unpacked sizes of what is in a zip; empty for any other file."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {member.filename: member.file_size for member in archive.infolist()}
    except Exception:  # zipfile has many ways to say that this is not a zip
        return {}


def _check_size(path, unpacked):
    size = max(path.stat().st_size, unpacked)
    if size > MAX_BYTES:
        raise ConversionError(
            f"{path}: {size} bytes, more than the {MAX_BYTES} allowed for PyTorch's files"
        )


def _check_no_program(path):
    """Refuse the two kinds of zip that hold a program beside the arrays."""
    names = _members(path)
    if any(name.endswith("constants.pkl") for name in names) or any(
        "/code/" in name for name in names
    ):
        raise ConversionError(
            f"{path}: a TorchScript archive, a program with its arrays; save them alone: "
            "torch.save(torch.jit.load(FILE).state_dict(), 'weights.pth')"
        )


def _check_not_quantised(names, path):
    """Refuse a network of 8-bit numbers, whose layers are other ones than the names say."""
    for name in names:
        if isinstance(name, str) and name.endswith(QUANTISED):
            raise ConversionError(
                f"{path}: a quantised network ({shown(name)}): 8-bit numbers with scales; "
                "give the float32 weights that it was made from"
            )


def _state_of(loaded, path):
    """The dictionary of arrays itself, out of the checkpoint around it."""
    for _ in NESTED:
        if isinstance(loaded, dict):
            inner = [loaded[key] for key in NESTED if isinstance(loaded.get(key), dict)]
            loaded = inner[0] if inner else loaded
    if not isinstance(loaded, dict):
        raise ConversionError(
            f"{path}: holds a {type(loaded).__name__}, expected a state dictionary; "
            "save model.state_dict()"
        )
    if not loaded:
        raise ConversionError(f"{path}: a state dictionary without arrays; the model has none")
    return loaded


def _array(torch, tensor):
    """A tensor as an array; bfloat16 and smaller, which NumPy lacks, as float32."""
    tensor = tensor.detach()
    numpys = torch.float16, torch.float32, torch.float64
    if tensor.is_floating_point() and tensor.dtype not in numpys:
        tensor = tensor.float()
    return tensor.resolve_conj().resolve_neg().numpy()


def _numbers(name, dtype, shape, data):
    """One entry of a `.safetensors`; bfloat16 is the upper half of a float32."""
    if dtype == "BF16":
        return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(shape)
    if dtype not in DTYPES:
        raise ValueError(
            f"array {shown(name)} has dtype {dtype}, expected one of BF16, {', '.join(DTYPES)}"
        )
    return np.frombuffer(data, DTYPES[dtype]).reshape(shape)
