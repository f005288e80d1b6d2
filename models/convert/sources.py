"""Files from outside: read with a limit on size, unpacked from a zip, known by their content."""

import hashlib
import io
import re
import zipfile
from collections import Counter
from pathlib import Path

from .layout import ConversionError

# The published files take 54 MB. A hostile one can make protobuf take forty times its own size.
MAX_BYTES = 2**27
MAX_FIELDS = 10_000
MESSAGE = 2  # protobuf's wire type of a message, a string or packed numbers
LFS = b"version https://git-lfs.github.com/spec/"

# What people take for a weight file, by its first bytes, and what to say of it.
STRANGERS = {
    b"\x93NUMPY": "a single NumPy array",
    b"\x89HDF\r\n": "an HDF5 file (Keras, Caffe's HDF5 snapshots, MATLAB v7.3); save it otherwise",
    b"\x1f\x8b": "a gzip file; unpack it first (tar xzf for a .tar.gz)",
    b"MATLAB": "one MATLAB file; give the folder that holds all of them",
    b"<": "a web page, not weights",
}


def read_bytes(path):
    """The bytes of a file, or of the one model inside a zip.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    bytes

    Raises
    ------
    ConversionError
        The file, or what a zip says it unpacks to, is larger than any network here.
    """
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ConversionError(
            f"{path}: {size} bytes, more than the {MAX_BYTES} that any of these networks needs"
        )
    with open(path, "rb") as file:
        data = file.read(MAX_BYTES + 1)
    return _unzip(data, path) if data.startswith(b"PK") else data


def sha256(path):
    """SHA-256 of a file, or of the names and bytes of a folder's `.mat` files, in hexadecimal."""
    digest = hashlib.sha256()
    for file in sorted(path.glob("*.mat")) if path.is_dir() else [path]:
        if path.is_dir():
            digest.update(f"{file.name} {file.stat().st_size}\n".encode())
        with open(file, "rb") as stream:
            while block := stream.read(2**20):
                digest.update(block)
    return digest.hexdigest()


def protobuf_kind(data):
    """Which framework's message this is, by the numbers of its outermost fields.

    A TensorFlow graph is a long row of field 1, its nodes. A Caffe network is a long
    row of field 2 or 100, its layers.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    kind : {"caffe", "tensorflow", None}
    whole : bool
        False when the last field says it goes on after the end of the file.
    """
    count, end, whole = Counter(), 0, True
    try:
        for index, (number, wire, after) in enumerate(_fields(data)):
            count[number, wire] += 1
            end = after
            if index == MAX_FIELDS:
                return None, False
    except IndexError:
        whole = False
    except ValueError:
        return None, False
    whole = whole and end <= len(data)
    if count[2, MESSAGE] + count[100, MESSAGE] > 1:
        return "caffe", whole
    return ("tensorflow" if count[1, MESSAGE] > 1 else None), whole


def stranger(data):
    """What a file that is not accepted seems to be, or an empty string."""
    if len(data) == 0:
        return "an empty file"
    if data.startswith(LFS):
        return _pointer(data)
    if data[257:262] == b"ustar":
        return "a tar archive; unpack it first (or PyTorch's form before 2017, to be saved anew)"
    if data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"):
        return "a pickle, which could run any program when it is read"
    return next((what for first, what in STRANGERS.items() if data.lstrip().startswith(first)), "")


def _pointer(data):
    """Git LFS keeps large files elsewhere; many a download gets the note that says where."""
    size = re.search(rb"^size ([0-9]{1,15})$", data, re.MULTILINE)
    promised = f"a file of {int(size[1])} bytes" if size else "the file"
    return (
        f"a Git LFS pointer, which stands for {promised} and is not it; fetch the file itself "
        "(git lfs pull in the clone, or the Download button of its page)"
    )


def _fields(data):
    """Number, wire type and end of every outermost field; IndexError where the data are cut off."""
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        number, wire = key >> 3, key & 7
        if wire == 0:
            _, position = _varint(data, position)
        elif wire == 1:
            position += 8
        elif wire == 2:
            length, position = _varint(data, position)
            position += length
        elif wire == 5:
            position += 4
        else:
            raise ValueError(f"wire type {wire}")
        if number == 0:
            raise ValueError("field number 0")
        yield number, wire, position


def _varint(data, position):
    """Protobuf's integer: seven bits a byte, the lowest first; the top bit says that more come."""
    value = 0
    for shift in range(0, 70, 7):
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError("an integer of more than ten bytes")


def _unzip(data, path):
    """The one `.pb` or `.caffemodel` in a zip; sizes are checked before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            member = _model_in(archive, path)
            if member.file_size > MAX_BYTES:
                raise ConversionError(
                    f"{path}: {member.filename!r} unpacks to {member.file_size} bytes, "
                    f"more than {MAX_BYTES} allowed"
                )
            return archive.read(member)
    except ConversionError:
        raise
    # zlib, lzma and zipfile each have their own errors for broken data, and passwords one more.
    except Exception as error:
        raise ConversionError(
            f"{path}: not a readable zip file ({error}); fetch it again"
        ) from None


def _model_in(archive, path):
    names = archive.namelist()
    if any(name.endswith(".npy") for name in names):
        if "__metadata__.npy" in names:
            raise ConversionError(
                f"{path}: already converted; load it as it is, with models.load({str(path)!r})"
            )
        raise ConversionError(f"{path}: an .npz file that minigrad did not write; {accepted()}")
    endings = ".pb", ".caffemodel"
    members = archive.infolist()
    models = [member for member in members if Path(member.filename).suffix in endings]
    if len(models) != 1:
        raise ConversionError(
            f"{path}: a zip with {len(models)} .pb or .caffemodel files, expected one"
        )
    return models[0]


def accepted():
    """The sentence that lists what can be converted."""
    return (
        "accepted are a folder of BVLC GoogLeNet's *_w.mat and *_b.mat, "
        "a bvlc_googlenet.caffemodel or a fine-tune of it, "
        "inception5h's tensorflow_inception_graph.pb or inception5h.zip, "
        "and an Inception or a sentiment network from PyTorch as .pth, .pt or .safetensors"
    )
