"""BVLC GoogLeNet and its fine-tunes out of a `.caffemodel`, in Caffe's old (V1) or new form."""

import math

import numpy as np

from ..inception.specifications import GOOGLENET_BVLC
from . import messages
from .families.caffe_layers import as_trained
from .families.heads import described_head, ends_without_head, with_classes
from .layout import (
    CAFFE_AUXILIARY,
    HEAD,
    ConversionError,
    caffe_names,
    check_names,
    check_shape,
    expected_shapes,
    shown,
)
from .sources import read_bytes

PUBLISHED_HEAD = "loss3/classifier"
LAST = "inception_5b/1x1"
CONVOLUTIONS = caffe_names(GOOGLENET_BVLC)  # Caffe's name, to ours
del CONVOLUTIONS[PUBLISHED_HEAD]


def read(path):
    """Read the file; what comes back is in `convert.Reader`.

    Caffe stores kernels as (out, in, height, width) and fully-connected weights as
    (out, in). The first convolution expects its channels in the order BGR and is left so.

    Parameters
    ----------
    path : pathlib.Path
        A `.caffemodel`, or a zip with one in it.

    Raises
    ------
    ConversionError
        The file is broken, or its layers are not those of BVLC GoogLeNet.
    """
    layers = read_layers(path)
    found, head = layers_of_the_score(layers, path)
    spec = with_classes(GOOGLENET_BVLC, _classes(head), head.name == PUBLISHED_HEAD)
    shapes, state = expected_shapes(spec), {}
    for theirs, ours in {**CONVOLUTIONS, head.name: HEAD}.items():
        blobs = found[theirs].blobs
        if len(blobs) != 2:
            raise ConversionError(
                f"{path}: layer {theirs!r} has {len(blobs)} arrays, expected weight and bias"
            )
        state[f"{ours}.weight"] = _weight(blobs[0], ours, theirs, shapes[f"{ours}.weight"], path)
        state[f"{ours}.bias"] = array_of(blobs[1], shapes[f"{ours}.bias"], f"{theirs} bias", path)
    spec, read = as_trained(spec, layers, path)
    return state, spec, described_head(head.name, PUBLISHED_HEAD, spec) + read


def read_layers(path):
    """Every layer of a `.caffemodel`, in its order: messages with ``name`` and ``blobs``."""
    net = messages.parse(messages.CAFFE, "NetParameter", read_bytes(path), path)
    return [*net.layers, *net.layer]


def layers_of_the_score(layers, path):
    """The layers of GoogLeNet that the score comes from.

    Parameters
    ----------
    layers : list
        From `read_layers`.
    path : pathlib.Path
        What errors call the file.

    Returns
    -------
    found : dict
        The 57 convolutions and the last layer, by their names.
    head : LayerParameter or V1LayerParameter
        The last layer.

    Raises
    ------
    ConversionError
        It is another network, or one is missing, or which is the last is not to be told.
    """
    with_arrays = {layer.name for layer in layers if layer.blobs}
    if len(with_arrays & set(CONVOLUTIONS)) < len(CONVOLUTIONS) / 2:
        raise ConversionError(f"{path}: {_described(layers)}; export it as ONNX")
    head = _head(layers, path)
    found = _of_the_score(layers, head, path)
    check_names(found, [*CONVOLUTIONS, head.name], path)
    return found, head


def sizes_of(blob):
    """The shape a blob says it has; in the old form always four sizes."""
    if blob.HasField("shape"):
        return tuple(blob.shape.dim)
    return blob.num, blob.channels, blob.height, blob.width


def array_of(blob, expected, name, path):
    """The numbers of a blob; shape and length are compared before an array is made of them."""
    shape = sizes_of(blob)
    if not blob.HasField("shape"):  # a vector or a matrix is filled up with ones in front
        spare = len(shape) - len(expected)
        shape = shape[spare:] if shape[:spare] == (1,) * spare else shape
    check_shape(shape, expected, name, path)
    data, dtype = (blob.data, np.float32) if blob.data else (blob.double_data, np.float64)
    if len(data) != math.prod(shape):
        hint = "" if data else ": half precision, or a network without its weights"
        raise ConversionError(
            f"{path}: array {name!r} says shape {shape} but holds {len(data)} numbers{hint}"
        )
    return np.fromiter(data, dtype, count=len(data)).reshape(shape)


def _described(layers):
    """What a network of Caffe is that is not GoogLeNet: a half sentence."""
    names = [layer.name for layer in layers if layer.blobs]
    if not names:
        return f"a Caffe network of {len(layers)} layers without any weights"
    few = ", ".join(shown(name) for name in names[:4]) + (", …" if len(names) > 4 else "")
    # The old messages give a layer's type as a number, the new ones as a word.
    old = "in the old form V1, " if isinstance(layers[0].type, int) else ""
    return (
        f"a Caffe network, {old}with {len(names)} layers of weights ({few}), "
        "none of the networks minigrad knows by Caffe's names: BVLC GoogLeNet and its fine-tunes"
    )


def _head(layers, path):
    """The layer that gives the scores.

    That is the one with the published name, or the only matrix (classes, 1024). The
    auxiliary classifiers have such matrices too and are renamed along with it; but only
    the head reads what the last block makes.
    """
    width = expected_shapes(GOOGLENET_BVLC)[f"{HEAD}.weight"][0]
    fitting = []
    for layer in layers:
        if layer.name == PUBLISHED_HEAD and layer.blobs:
            return layer
        if layer.blobs and layer.name not in CONVOLUTIONS and _is_matrix(layer.blobs[0], width):
            fitting.append(layer)
    fitting = [layer for layer in fitting if not layer.name.startswith(CAFFE_AUXILIARY)]
    fitting = [layer for layer in fitting if LAST in _read_by(layers, layer)] or fitting
    if len(fitting) != 1:
        candidates = [layer.name for layer in fitting]
        raise ConversionError(
            f"{path}: {ends_without_head(candidates, width, 'BVLC GoogLeNet in Caffe')}"
        )
    return fitting[0]


def _is_matrix(blob, width):
    shape = sizes_of(blob)
    return len(shape) >= 2 and shape[-1] == width and math.prod(shape[:-2]) == 1


def _classes(layer):
    return (0, 0, *sizes_of(layer.blobs[0]))[-2]


def _read_by(layers, layer):
    """Names of the layers with arrays that this one's result depends on, by the connections."""
    above = layers[: next(index for index, other in enumerate(layers) if other is layer)]
    wanted, found = set(layer.bottom), set()
    for other in reversed(above):
        # A layer may overwrite what it reads: then what was there before it is still wanted.
        if wanted & set(other.top):
            wanted = (wanted - set(other.top)) | set(other.bottom)
            if other.blobs:
                found.add(other.name)
    return found


def _of_the_score(layers, head, path):
    """The layers that hold arrays, by name, without the auxiliary classifiers."""
    needed = _read_by(layers, head)
    # Where the file says what reads what, only that counts, however layers are called.
    connected = needed.issuperset(CONVOLUTIONS)
    found = {}
    for layer in layers:
        if not layer.blobs or layer.name.startswith(CAFFE_AUXILIARY):
            continue
        if layer.name in found:
            raise ConversionError(f"{path}: layer {layer.name!r} stands twice in the file")
        beside = connected and layer is not head and layer.name not in needed
        if beside and head.name in _read_by(layers, layer):
            raise ConversionError(
                f"{path}: layer {shown(layer.name)} reads the scores of {shown(head.name)}; a head "
                "of several layers is none of these networks: export it as ONNX"
            )
        if not beside:
            found[layer.name] = layer
    return found


def _weight(blob, ours, theirs, shape, path):
    """A weight in our axis order."""
    if ours == HEAD:
        return np.ascontiguousarray(array_of(blob, shape[::-1], f"{theirs} weight", path).T)
    height, width, fed, made = shape
    kernel = array_of(blob, (made, fed, height, width), f"{theirs} weight", path)
    return np.ascontiguousarray(kernel.transpose(2, 3, 1, 0))
