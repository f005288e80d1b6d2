"""BVLC GoogLeNet out of a `.caffemodel`, in Caffe's old (V1) or new form."""

import math

import numpy as np

from ..inception.specifications import GOOGLENET_BVLC
from . import messages
from .layout import (
    CAFFE_AUXILIARY,
    HEAD,
    ConversionError,
    caffe_names,
    check_names,
    check_shape,
    expected_shapes,
)
from .sources import read_bytes


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
    spec = GOOGLENET_BVLC
    net = messages.parse(messages.CAFFE, "NetParameter", read_bytes(path), path)
    names = caffe_names(spec)
    layers = _layers_with_weights(net, path)
    check_names(layers, names, path)
    shapes = expected_shapes(spec)
    state = {}
    for theirs, ours in names.items():
        blobs = layers[theirs].blobs
        if len(blobs) != 2:
            raise ConversionError(
                f"{path}: layer {theirs!r} has {len(blobs)} arrays, expected weight and bias"
            )
        state[f"{ours}.weight"] = _weight(blobs[0], ours, theirs, shapes[f"{ours}.weight"], path)
        state[f"{ours}.bias"] = _array(blobs[1], shapes[f"{ours}.bias"], f"{theirs} bias", path)
    return state, spec


def _layers_with_weights(net, path):
    """The layers that hold arrays, by name, without the auxiliary heads."""
    layers = {}
    for layer in (*net.layers, *net.layer):
        if not layer.blobs or layer.name.startswith(CAFFE_AUXILIARY):
            continue
        if layer.name in layers:
            raise ConversionError(f"{path}: layer {layer.name!r} stands twice in the file")
        layers[layer.name] = layer
    return layers


def _weight(blob, ours, theirs, shape, path):
    """A weight in our axis order."""
    if ours == HEAD:
        return np.ascontiguousarray(_array(blob, shape[::-1], f"{theirs} weight", path).T)
    height, width, fed, made = shape
    kernel = _array(blob, (made, fed, height, width), f"{theirs} weight", path)
    return np.ascontiguousarray(kernel.transpose(2, 3, 1, 0))


def _array(blob, expected, name, path):
    """The numbers of a blob; shape and length are compared before an array is made of them."""
    if blob.HasField("shape"):
        shape = tuple(blob.shape.dim)
    else:
        # The old form always has four sizes; a vector or a matrix is filled up with ones in front.
        shape = (blob.num, blob.channels, blob.height, blob.width)
        spare = len(shape) - len(expected)
        shape = shape[spare:] if shape[:spare] == (1,) * spare else shape
    check_shape(shape, expected, name, path)
    data, dtype = (blob.data, np.float32) if blob.data else (blob.double_data, np.float64)
    if len(data) != math.prod(shape):
        raise ConversionError(
            f"{path}: array {name!r} says shape {shape} but holds {len(data)} numbers"
        )
    return np.fromiter(data, dtype, count=len(data)).reshape(shape)
