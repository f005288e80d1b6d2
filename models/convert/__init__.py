"""Other people's weight files into ours: checked array by array, written whole or not at all."""

import importlib.metadata
from pathlib import Path
from typing import Callable, NamedTuple

from minigrad.weights import save_weights

from ..graph.file import save_graph
from ..graph.network import GraphNetwork
from ..graph.pictures import preset_named
from ..inception.labels import read_label_file
from ..inception.specifications import GOOGLENET_BVLC, Norm
from ..sentiment.file import save_sentiment
from ..sentiment.network import SentimentCNN
from . import caffe, kim, matlab, onnx, pytorch, sources, tensorflow, words
from .layout import ConversionError, check_state, expected_shapes

__all__ = [
    "ConversionError",
    "Reader",
    "check_destination",
    "check_state",
    "convert",
    "expected_shapes",
    "recognise",
]


class Reader(NamedTuple):
    """A format of weight files.

    Attributes
    ----------
    format : str
        What the metadata of a converted file call it.
    read : callable
        From a path to ``(state, spec)``: the arrays under our names, kernels as (height,
        width, in, out), and the specification they belong to; for a network of text, to
        the arrays under the file's names; for ONNX, to what `onnx.read` gives. What is wrong
        with the file is a `ConversionError`.
    of_text : bool
    """

    format: str
    read: Callable
    of_text: bool = False


MATLAB = Reader("MATLAB v5 files of BVLC GoogLeNet", matlab.read)
READERS = {
    "caffe": Reader("Caffe model", caffe.read),
    "tensorflow": Reader("TensorFlow frozen graph", tensorflow.read),
    "onnx": Reader("ONNX model", onnx.read),
    "pytorch": Reader("PyTorch state dictionary", pytorch.read_pytorch, of_text=True),
    "safetensors": Reader("safetensors", pytorch.read_safetensors, of_text=True),
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
    if not path.exists():
        raise ConversionError(f"{path}: no such file or folder")
    if not path.is_file():
        raise ConversionError(f"{path}: not a plain file")
    if (kind := pytorch.kind_of(path)) is not None:
        return READERS[kind]
    with open(path, "rb") as file:
        starts_as_onnx = file.read(1) == b"\x08"  # field 1, a number
    data = sources.read_bytes(path, sources.ONNX_BYTES if starts_as_onnx else sources.MAX_BYTES)
    kind, whole = sources.protobuf_kind(data)
    if kind is None:
        what = sources.stranger(data) or "not a file of weights that is known here"
        raise ConversionError(f"{path}: {what}; {sources.accepted()}")
    if not whole:
        raise ConversionError(f"{path}: {READERS[kind].format}, but cut off; fetch it again")
    return READERS[kind]


def convert(
    source, destination, vocabulary=None, padding=None, unknown=None, preprocess=None, labels=None
):
    """Convert published weights to a file that `minigrad.load_weights` reads.

    Parameters
    ----------
    source : str or os.PathLike
        The folder of BVLC GoogLeNet's MATLAB files, ``bvlc_googlenet.caffemodel``, or
        inception5h as ``tensorflow_inception_graph.pb`` or ``inception5h.zip``; any network
        of known operations as ``.onnx``, of which BVLC GoogLeNet is recognised; or a
        sentiment network from PyTorch, as `kim.understand` finds it in a `.pth`, `.pt` or
        `.safetensors`. What it is, its content decides, not its name.
    destination : str or os.PathLike
        The `.npz` file to write; an older one is replaced only by a whole new one.
    vocabulary : str or os.PathLike, optional
        For a sentiment network: its words, one a line in the order of the embedding's rows.
    padding, unknown : int or "none", optional
        For a sentiment network: its row of padding and of unknown words; see `words.Rows`.
    preprocess : str, optional
        For a network from ONNX: how it wants its pictures, a name in
        `models.graph.pictures.PRESETS`. It can be told later as well.
    labels : str or os.PathLike, optional
        For a network from ONNX: the names of its classes, one a line.

    Returns
    -------
    dict
        The metadata written: the network's name, its LRN constants or its sizes and
        words, and where the weights came from with the SHA-256 of the source.

    Raises
    ------
    ConversionError
        In one line, what is wrong with the source or the destination. Nothing is written.

    Notes
    -----
    Takes about 150 MB of memory for the published files. A source above 128 MiB (of ONNX 1 GiB)
    is refused, and no array is made before its size has been compared with what the network needs.
    """
    path = Path(source)
    check_destination(destination, source)
    reader = recognise(path)
    if reader.of_text:
        return _convert_sentiment(reader, path, destination, vocabulary, padding, unknown)
    if any(option is not None for option in (vocabulary, padding, unknown)):
        text_only = "--vocabulary, --padding and --unknown are for sentiment networks"
        raise ConversionError(f"{path}: {text_only}; this is a {reader.format}")
    if reader is READERS["onnx"]:
        graph, weights, found = reader.read(path)
        state, spec = onnx.googlenet.as_googlenet(graph, weights), GOOGLENET_BVLC
        if state is None:
            network = graph, weights, found
            return _convert_graph(reader, path, destination, network, preprocess, labels)
    else:
        state, spec = reader.read(path)
    if preprocess is not None or labels is not None:
        own = "--preprocess and --labels are for a network from ONNX without a class of its own"
        raise ConversionError(f"{path}: {own}; this is {spec.name}, which has them")
    state = check_state(state, spec, path)
    metadata = {
        "network": spec.name,
        "specification": {"lrn": [list(step) for step in spec.body if isinstance(step, Norm)]},
        **_origin(reader, path),
    }
    save_weights(destination, state, metadata)
    return metadata


def _convert_sentiment(reader, path, destination, vocabulary, padding, unknown):
    """`convert` for a network of text."""
    network = kim.understand(reader.read(path), path, in_order=reader is not READERS["safetensors"])
    count, width = network.embedding.shape
    listed = None if vocabulary is None else words.read_words(vocabulary, count)
    rows = words.Rows(count, listed, padding, unknown, path if vocabulary is None else vocabulary)
    widths = [kernel.shape[0] for kernel in network.kernels]
    filters = [kernel.shape[2] for kernel in network.kernels]
    model = SentimentCNN(rows.vocabulary(), width, widths=widths, filters=filters)
    state = {"embedding.weight": rows.moved(network.embedding)}
    for index, (kernel, bias) in enumerate(zip(network.kernels, network.biases)):
        state |= {f"convolutions.{index}.weight": kernel, f"convolutions.{index}.bias": bias}
    model.load_state_dict(state | {"output.weight": network.weight, "output.bias": network.bias})
    metadata = _origin(reader, path)
    metadata["source"] |= {
        "found": network.found + rows.found(),
        "padding": rows.padding,
        "unknown": rows.unknown,
    }
    return save_sentiment(destination, model, metadata)


def _convert_graph(reader, path, destination, network, preprocess, labels):
    """`convert` for any other network from ONNX."""
    graph, weights, found = network
    if preprocess is not None:
        try:
            preset_named(preprocess)
        except ValueError as error:
            raise ConversionError(f"{path}: {error}") from None
    names = None if labels is None else read_label_file(labels, graph.classes)
    model = GraphNetwork(graph, weights, preprocess, names)
    found += graph.summary()
    metadata = _origin(reader, path)
    metadata["source"]["found"] = found
    return save_graph(destination, model, metadata)


def _origin(reader, path):
    return {
        "source": {
            "format": reader.format,
            "name": path.resolve().name,
            "sha256": sources.sha256(path),
        },
        "converted_by": f"minigrad {_version()}",
    }


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
