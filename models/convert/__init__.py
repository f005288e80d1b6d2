"""Other people's weight files into ours: checked array by array, written whole or not at all."""

import importlib.metadata
from pathlib import Path
from typing import Callable, NamedTuple

from minigrad.weights import save_weights

from ..graph.file import save_graph
from ..inception import file as inception_file
from ..inception.specifications import GOOGLENET_BVLC, SPECIFICATIONS
from ..output.destination import check_destination as can_be_written
from ..sentiment.file import save_sentiment
from ..sentiment.network import SentimentCNN
from . import caffe, kim, matlab, onnx, published, pytorch, sources, tensorflow, words
from .families import state_dict
from .families.heads import assumed, with_classes, with_input, with_labels
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
        From a path to ``(state, spec, found)``: the arrays under our names, kernels as
        (height, width, in, out), the specification they belong to, and lines that say what
        was understood or assumed. Where ``only_arrays``, to the arrays under the file's names;
        for ONNX, to what `onnx.read` gives. What is wrong with the file is a `ConversionError`.
    only_arrays : bool
        Whether the format says nothing of the network but the arrays' names.
    """

    format: str
    read: Callable
    only_arrays: bool = False


MATLAB = Reader("MATLAB v5 files of BVLC GoogLeNet", matlab.read)
READERS = {
    "caffe": Reader("Caffe model", caffe.read),
    "tensorflow": Reader("TensorFlow frozen graph", tensorflow.read),
    "onnx": Reader("ONNX model", onnx.read),
    "pytorch": Reader("PyTorch state dictionary", pytorch.read_pytorch, only_arrays=True),
    "safetensors": Reader("safetensors", pytorch.read_safetensors, only_arrays=True),
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
    source,
    destination,
    vocabulary=None,
    padding=None,
    unknown=None,
    pad_to=None,
    *,
    labels=None,
    preprocess=None,
    mean=None,
    transform_input=None,
    url=None,
):
    """Convert published weights to a file that `minigrad.load_weights` reads.

    Parameters
    ----------
    source : str or os.PathLike
        BVLC GoogLeNet as the folder of MATLAB files or a `.caffemodel`, fine-tuned or not;
        inception5h as ``tensorflow_inception_graph.pb`` or ``inception5h.zip``; any of the
        families in `families.schemes` from PyTorch, as `.pth`, `.pt` or `.safetensors`; any
        network of known operations as `.onnx`, of which BVLC GoogLeNet is recognised; or a
        sentiment network from PyTorch, as `kim.understand` finds it. What it is, its content
        decides, not its name.
    destination : str or os.PathLike
        The `.npz` file to write; an older one is replaced only by a whole new one.
    vocabulary : str or os.PathLike, optional
        For a sentiment network: its words, one a line in the order of the embedding's rows.
    padding, unknown : int or "none", optional
        For a sentiment network: its row of padding and of unknown words; see `words.Rows`.
    pad_to : int, optional
        For a sentiment network: to how many words its source pads shorter sentences, all
        windows of which count; the width of its widest filter, the least that it can score,
        unless told.
    labels : str or os.PathLike, optional
        For an Inception or a network from ONNX: the classes' names, one a line, for a last
        layer of one's own.
    preprocess : str, optional
        For a network from ONNX: how it wants its pictures, a name in
        `models.graph.pictures.PRESETS`. It can be told later as well.
    mean : tuple of 3 float, optional
        For an Inception: what it subtracts from red, green and blue (0–255), where that is
        not what the published network subtracts.
    transform_input : bool, optional
        For torchvision's: False if it was trained without ``transform_input``.
    url : str, optional
        Where the source was fetched, for the metadata.

    Returns
    -------
    dict
        The metadata written: the network's name, its LRN constants or its sizes and
        words, and where the weights came from with the SHA-256 of the source.

    Raises
    ------
    ConversionError, LabelError
        In one line, what is wrong with the source, the destination or an option. Nothing
        is written.

    Notes
    -----
    Takes about 150 MB of memory for the published files. A source above 128 MiB is refused,
    or above 512 MiB in a format of PyTorch and 1 GiB of ONNX, and no array of protobuf is made
    before its size has been compared with what the network needs.
    """
    path = Path(source)
    check_destination(destination, source)
    reader = recognise(path)
    of_inception = {"mean": mean, "no-transform-input": transform_input}
    of_pictures = {"labels": labels, "preprocess": preprocess, **of_inception}
    of_text = {
        "vocabulary": vocabulary,
        "padding": padding,
        "unknown": unknown,
        "pad-to": pad_to,
    }
    read, arrays = None, None
    if reader is READERS["onnx"]:
        graph, weights, found = reader.read(path)
        state = onnx.googlenet.as_googlenet(graph, weights)
        if state is None:
            came = f"an {reader.format} without a class of its own"
            _check_options(of_text, "sentiment networks", path, came)
            _check_options(of_inception, "an Inception", path, came)
            network = onnx.network.named(graph, weights, preprocess, labels, path)
            metadata = _origin(reader, path)
            metadata["source"]["found"] = found + graph.summary()
            return save_graph(destination, network, metadata)
        read = state, with_classes(GOOGLENET_BVLC, graph.classes, True), found
    elif reader.only_arrays:
        arrays = reader.read(path)
        read = state_dict.understand(arrays, path, transform_input is not False)
    else:
        read = reader.read(path)
    if read is None:
        network = _sentiment_in(arrays, reader, path)
        _check_options(
            of_pictures, "networks of pictures", path, f"a {reader.format} of a sentiment network"
        )
        return _convert_sentiment(
            reader, network, path, destination, vocabulary, padding, unknown, pad_to
        )
    state, spec, found = read
    if preprocess is not None:
        own = "--preprocess is for a network from ONNX without a class of its own"
        raise ConversionError(f"{path}: {own}; this is {spec.name}, which has it")
    _check_options(of_text, "sentiment networks", path, f"a {reader.format} of {spec.name}")
    spec = with_labels(with_input(spec, mean, transform_input, path), labels, path)
    state = check_state(state, spec, path)
    found = [*found, *assumed(spec, mean is not None)]
    metadata = {
        "network": spec.name,
        "specification": inception_file.describe(spec),
        **_origin(reader, path),
    }
    is_published = spec.labels == SPECIFICATIONS[spec.name].labels
    known = published.identify(path, spec.name if is_published else None)
    about = {"found": found, "published": known, "url": url}
    metadata["source"] |= {key: value for key, value in about.items() if value}
    save_weights(destination, state, metadata)
    return metadata


def _check_options(options, whose, path, came):
    """Refuse options that are for another kind of network than came."""
    if any(value is not None for value in options.values()):
        *others, last = (f"--{name}" for name in options)
        raise ConversionError(
            f"{path}: {', '.join(others)} and {last} are for {whose}; this is {came}"
        )


def _sentiment_in(arrays, reader, path):
    """The sentiment network among arrays; of what is a network of pictures, the error says that."""
    try:
        return kim.understand(arrays, path, in_order=reader is not READERS["safetensors"])
    except ConversionError:
        if pytorch.is_of_pictures(arrays):
            raise ConversionError(
                f"{path}: {pytorch.describe(arrays)}; export it as ONNX"
            ) from None
        raise


def _convert_sentiment(reader, network, path, destination, vocabulary, padding, unknown, pad_to):
    """`convert` for a network of text."""
    count, width = network.embedding.shape
    listed = None if vocabulary is None else words.read_words(vocabulary, count)
    rows = words.Rows(count, listed, padding, unknown, path if vocabulary is None else vocabulary)
    widths = [kernel.shape[0] for kernel in network.kernels]
    filters = [kernel.shape[2] for kernel in network.kernels]
    least, padded = words.least_length(widths, pad_to, path)
    model = SentimentCNN(
        rows.vocabulary(), width, widths=widths, filters=filters, least_length=least
    )
    state = {"embedding.weight": rows.moved(network.embedding)}
    for index, (kernel, bias) in enumerate(zip(network.kernels, network.biases)):
        state |= {f"convolutions.{index}.weight": kernel, f"convolutions.{index}.bias": bias}
    model.load_state_dict(state | {"output.weight": network.weight, "output.bias": network.bias})
    metadata = _origin(reader, path)
    metadata["source"] |= {
        "found": [*network.found, padded, *rows.found()],
        "padding": rows.padding,
        "unknown": rows.unknown,
    }
    return save_sentiment(destination, model, metadata)


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
    try:
        can_be_written(path)
    except ValueError as error:
        raise ConversionError(str(error)) from None
    if path.suffix != ".npz":
        raise ConversionError(f"{path}: the file to write is an .npz; give it that ending")
    if source is not None and path.exists() and Path(source).exists() and path.samefile(source):
        raise ConversionError(f"{path}: source and destination are the same file")


def _version():
    try:
        return importlib.metadata.version("minigrad")
    except importlib.metadata.PackageNotFoundError:  # run from the sources, not installed
        return "from its sources"
