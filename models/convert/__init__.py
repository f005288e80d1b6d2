"""Other people's weight files into ours: read, checked array by array, written whole or not at all."""

import importlib.metadata
from pathlib import Path
from typing import Callable, NamedTuple

from minigrad.weights import save_weights

from ..specifications import Norm
from . import caffe, matlab, sources, tensorflow
from .layout import ConversionError, check_state, expected_shapes

__all__ = ["ConversionError", "Reader", "check_destination", "check_state", "convert", "expected_shapes", "recognise"]


class Reader(NamedTuple):
    """A format of weight files.

    Attributes
    ----------
    format : str
        What the metadata of a converted file call it.
    read : callable
        From a path to the arrays under our names and the specification they belong to.
    """

    format: str
    read: Callable


MATLAB = Reader("MATLAB v5 files of BVLC GoogLeNet", matlab.read)
READERS = {
    "caffe": Reader("Caffe model", caffe.read),
    "tensorflow": Reader("TensorFlow frozen graph", tensorflow.read),
}


def recognise(source):
    """Find out by its content what a file or a folder is.

    Parameters
    ----------
    source : str or os.PathLike

    Returns
    -------
    Reader

    Raises
    ------
    ConversionError
        It is none of the formats that can be converted; the message lists them.
    """
    path = Path(source)
    if path.is_dir():
        if any(path.glob("*_w.mat")):
            return MATLAB
        raise ConversionError(f"{path}: a folder without *_w.mat files; {sources.accepted()}")
    if not path.is_file():
        raise ConversionError(f"{path}: no such file or folder" if not path.exists() else f"{path}: not a plain file")
    data = sources.read_bytes(path)
    kind, whole = sources.protobuf_kind(data)
    if kind is None:
        what = sources.stranger(data)
        raise ConversionError(f"{path}: {what or 'not a file of weights that is known here'}; {sources.accepted()}")
    if not whole:
        raise ConversionError(f"{path}: a {READERS[kind].format}, but cut off; fetch it again")
    return READERS[kind]


def convert(source, destination):
    """Convert published weights to a file that `minigrad.load_weights` reads.

    Parameters
    ----------
    source : str or os.PathLike
        The folder of BVLC GoogLeNet's MATLAB files, ``bvlc_googlenet.caffemodel``, or
        inception5h as ``tensorflow_inception_graph.pb`` or ``inception5h.zip``. What it
        is, its content decides, not its name.
    destination : str or os.PathLike
        The `.npz` file to write; an older one is replaced only by a whole new one.

    Returns
    -------
    dict
        The metadata written: the network's name, its LRN constants, and where the
        weights came from with the SHA-256 of the source.

    Raises
    ------
    ConversionError
        In one line, what is wrong with the source or the destination. Nothing is written.

    Notes
    -----
    Takes about 150 MB of memory for the published files. A source above 128 MiB is refused,
    and no array is made before its size has been compared with what the network needs.
    """
    path = Path(source)
    check_destination(destination, source)
    reader = recognise(path)
    state, spec = reader.read(path)
    state = check_state(state, spec, path)
    metadata = {
        "network": spec.name,
        "specification": {"lrn": [list(step) for step in spec.body if isinstance(step, Norm)]},
        "source": {"format": reader.format, "name": path.resolve().name, "sha256": sources.sha256(path)},
        "converted_by": f"minigrad {_version()}",
    }
    save_weights(destination, state, metadata)
    return metadata


def check_destination(destination, source=None):
    """Say before the work, not after it, that the result has no place to go.

    Parameters
    ----------
    destination : str or os.PathLike
    source : str or os.PathLike, optional
        What will be converted, which must be another file.

    Raises
    ------
    ConversionError
    """
    path = Path(destination)
    if not path.parent.is_dir():
        raise ConversionError(f"{path}: there is no folder {str(path.parent)!r}; make it first")
    if path.is_dir():
        raise ConversionError(f"{path}: a folder; expected the name of the .npz file to write")
    if path.suffix != ".npz":
        raise ConversionError(f"{path}: the file to write is an .npz; give it that ending")
    if source is not None and path.exists() and Path(source).exists() and path.samefile(source):
        raise ConversionError(f"{path}: source and destination are the same file")


def _version():
    try:
        return importlib.metadata.version("minigrad")
    except importlib.metadata.PackageNotFoundError:  # run from the sources, not installed
        return "from its sources"
