"""A stand-in for `bvlc_googlenet.caffemodel`: Caffe's messages and names, random weights.

In both forms of the format.
"""

import numpy as np

from models.convert.layout import caffe_names, expected_shapes
from models.convert.messages import message_class
from models.inception.specifications import GOOGLENET_BVLC

# Auxiliary heads, small: their sizes do not matter, they are left out.
EXTRA = {"loss1/conv": (8, 4, 1, 1), "loss1/classifier": (10, 8), "loss2/fc": (8, 8)}
CONVOLUTION, INNER_PRODUCT, POOLING, RELU = 4, 14, 17, 18  # in V1LayerParameter.LayerType


def random_state(rng):
    """A state dictionary of BVLC GoogLeNet under our names."""
    shapes = expected_shapes(GOOGLENET_BVLC)
    return {name: rng.standard_normal(shape, dtype=np.float32) for name, shape in shapes.items()}


def bvlc_message(state, form):
    """A NetParameter that holds ``state``; ``form`` is ``"V1"`` or ``"new"``.

    The old form has blobs of always four sizes, the new one has a list of sizes.
    """
    net = message_class("caffe", "NetParameter")(name="GoogleNet")
    _layer(net, form, "data", 5, "Data")
    for theirs, ours in caffe_names(GOOGLENET_BVLC).items():
        weight = state[f"{ours}.weight"]
        stored = weight.transpose(3, 2, 0, 1) if weight.ndim == 4 else weight.T
        _fill(
            _layer(net, form, theirs, CONVOLUTION, "Convolution"),
            form,
            stored,
            state[f"{ours}.bias"],
        )
        _layer(net, form, theirs.replace("/", "/relu_"), RELU, "ReLU")
    _layer(net, form, "pool1/3x3_s2", POOLING, "Pooling")
    for name, shape in EXTRA.items():
        ones = np.ones(shape, np.float32)
        _fill(
            _layer(net, form, name, INNER_PRODUCT, "InnerProduct"),
            form,
            ones,
            np.zeros(shape[0], np.float32),
        )
    return net


def _layer(net, form, name, number, word):
    if form == "V1":
        return net.layers.add(name=name, type=number, bottom=["below"], top=[name])
    return net.layer.add(name=name, type=word, bottom=["below"], top=[name])


def _fill(layer, form, *arrays):
    for array in arrays:
        blob = layer.blobs.add()
        if form == "V1":
            sizes = (1,) * (4 - array.ndim) + array.shape
            blob.num, blob.channels, blob.height, blob.width = sizes
        else:
            blob.shape.dim.extend(array.shape)
        blob.data.extend(array.ravel().tolist())
