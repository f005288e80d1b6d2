"""Weights on disk: `.npz` files without pickle, every array checked before any is used."""

import hashlib
import json
import math
import os
import tempfile
import zipfile

import numpy as np

from .machine.backend import to_numpy

METADATA = "__metadata__"
MAX_BYTES = 2**30


class WeightsError(ValueError):
    """A weight file is broken, hostile, or not for this network."""


def checksum(state):
    """SHA-256 over names, dtypes, shapes and bytes of a state dictionary.

    Parameters
    ----------
    state : dict of str to numpy.ndarray

    Returns
    -------
    str
        64 hexadecimal digits; the order of the dictionary does not matter.
    """
    digest = hashlib.sha256()
    for name in sorted(state):
        array = np.ascontiguousarray(state[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def save_weights(path, module, metadata=None):
    """Write the parameters of a module to an `.npz` file, all of it or nothing.

    Parameters
    ----------
    path : str or os.PathLike
        The file to write; an older one is replaced only once the new one is whole.
    module : Module or dict of str to array
        What to save: a module's ``state_dict()`` or the dictionary itself.
    metadata : dict, optional
        Anything JSON can hold: the network's name, where the weights came from, how
        they were made. ``"sha256"``, the checksum of the arrays, is added here.
    """
    state = module if isinstance(module, dict) else module.state_dict()
    state = {name: to_numpy(array) for name, array in state.items()}
    if METADATA in state:
        raise WeightsError(f"save_weights: no parameter may be called {METADATA!r}")
    _check_finite_floats("save_weights", state)
    described = dict(metadata or {}, sha256=checksum(state))
    text = np.frombuffer(json.dumps(described, indent=1).encode(), dtype=np.uint8)
    # As np.savez does it, but any name may be a parameter's, and the same weights make the same
    # file.
    with atomic_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in {METADATA: text, **state}.items():
            with archive.open(zipfile.ZipInfo(name + ".npy"), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def load_weights(path, max_bytes=MAX_BYTES):
    """Read a file that `save_weights` wrote.

    Parameters
    ----------
    path : str or os.PathLike
    max_bytes : int
        Refuse a file whose arrays would take more than this; 1 GiB unless told.

    Returns
    -------
    state : dict of str to numpy.ndarray
        One array a parameter, floating point and finite.
    metadata : dict

    Raises
    ------
    WeightsError
        The file is not an `.npz`, is cut off, holds a pickle, has absurd sizes, has
        values that are not finite, or does not match its own checksum.
    OSError
        There is no such file, or it may not be read.
    """
    with open(path, "rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                arrays = _read_archive(path, archive, max_bytes)
        except WeightsError:
            raise
        # zipfile, zlib and their like raise a dozen kinds on broken files
        except Exception as error:
            raise WeightsError(f"{path}: not a readable .npz file ({_one_line(error)})") from None
    metadata = _read_metadata(path, arrays)
    _check_finite_floats(path, arrays)
    if checksum(arrays) != metadata.get("sha256"):
        raise WeightsError(
            f"{path}: the arrays do not match the checksum in the metadata; fetch or convert again"
        )
    return arrays, metadata


def _read_archive(path, archive, max_bytes):
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise WeightsError(f"{path}: the same array stands twice in the file")
    total = sum(member.file_size for member in members)
    if total > max_bytes:
        raise WeightsError(f"{path}: unpacks to {total} bytes, more than the {max_bytes} allowed")
    arrays = {}
    for member in members:
        if not member.filename.endswith(".npy"):
            raise WeightsError(
                f"{path}: {member.filename!r} is not an array; "
                "a weight file holds only .npy members"
            )
        arrays[member.filename[:-4]] = _read_member(path, archive, member)
    return arrays


def _read_member(path, archive, member):
    """One array; its header is compared with the size of its member before memory is taken."""
    with archive.open(member) as file:
        try:
            version = np.lib.format.read_magic(file)
            read_header = {
                (1, 0): np.lib.format.read_array_header_1_0,
                (2, 0): np.lib.format.read_array_header_2_0,
            }
            if version not in read_header:
                raise ValueError(f"format version {version}")
            shape, fortran, dtype = read_header[version](file)
        # the header is Python text, and there are many ways for it to be wrong
        except Exception as error:
            raise WeightsError(
                f"{path}: {member.filename!r} is not a NumPy array ({_one_line(error)})"
            ) from None
        if dtype.hasobject:
            raise WeightsError(f"{path}: {member.filename!r} holds pickled objects; refused")
        if dtype.itemsize == 0 or any(not 0 <= length <= member.file_size for length in shape):
            raise WeightsError(
                f"{path}: {member.filename!r} says shape {_one_line(shape)} "
                f"and dtype {dtype}, which no array has"
            )
        expected = math.prod(shape) * dtype.itemsize
        if file.tell() + expected != member.file_size:
            raise WeightsError(
                f"{path}: {member.filename!r} says shape {_one_line(shape)}, {expected} bytes, "
                f"but {member.file_size - file.tell()} bytes are there"
            )
        data = file.read()
    if len(data) != expected:
        raise WeightsError(f"{path}: {member.filename!r} is cut off")
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C").copy()


def _read_metadata(path, arrays):
    text = arrays.pop(METADATA, None)
    if text is None:
        raise WeightsError(
            f"{path}: no metadata; not a file that minigrad wrote. "
            "Run: python -m models convert SOURCE DESTINATION.npz"
        )
    try:
        metadata = json.loads(text.tobytes())
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"{path}: the metadata is not JSON ({_one_line(error)})") from None
    if not isinstance(metadata, dict):
        raise WeightsError(
            f"{path}: the metadata is a {type(metadata).__name__}, expected a dictionary"
        )
    return metadata


def _check_finite_floats(where, arrays):
    for name, array in arrays.items():
        if not np.issubdtype(array.dtype, np.floating):
            raise WeightsError(f"{where}: array {name!r} has dtype {array.dtype}, expected floats")
        if not np.isfinite(array).all():
            raise WeightsError(f"{where}: array {name!r} holds NaN or infinity")


def _one_line(what, length=200):
    """Text from a file that may be hostile, or about it, as the end of a one-line message."""
    text = " ".join(str(what).split())
    return text if len(text) <= length else text[:length] + "…"


class atomic_file:
    """Context manager: a binary file that takes its name only once it is written whole.

    An exception or an interrupt inside the block leaves what was at ``path`` as it
    was, and nothing beside it.
    """

    def __init__(self, path):
        self.path = os.path.abspath(os.fspath(path))

    def __enter__(self):
        folder, name = os.path.split(self.path)
        descriptor, self.part = tempfile.mkstemp(prefix=name + ".", suffix=".part", dir=folder)
        self.file = os.fdopen(descriptor, "wb")
        return self.file

    def __exit__(self, kind, error, traceback):
        try:
            if kind is None:
                self.file.flush()
                os.fsync(self.file.fileno())
                os.chmod(self.part, 0o644)
            self.file.close()
            if kind is None:
                os.replace(self.part, self.path)
        finally:
            if os.path.exists(self.part):
                os.unlink(self.part)
