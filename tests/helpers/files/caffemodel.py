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


def bvlc_message(state, form, filled=True):
    """A NetParameter that holds ``state``; ``form`` is ``"V1"`` or ``"new"``.

    The old form has blobs of always four sizes, the new one has a list of sizes. Where not
    ``filled``, the blobs say their sizes and hold no numbers.
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
            filled=filled,
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


def _fill(layer, form, *arrays, filled=True):
    for array in arrays:
        blob = layer.blobs.add()
        if form == "V1":
            sizes = (1,) * (4 - array.ndim) + array.shape
            blob.num, blob.channels, blob.height, blob.width = sizes
        else:
            blob.shape.dim.extend(array.shape)
        if filled:
            blob.MergeFromString(_packed(array))


def _packed(array):
    """Field 5 of a blob, `data`, as it stands in a file: much faster than float by float."""
    length, data = array.nbytes, b"\x2a"
    while length > 127:
        data, length = data + bytes([length & 127 | 128]), length >> 7
    return data + bytes([length]) + array.astype("<f4").tobytes()


def fine_tuned(net, head, others=()):
    """The same network as Caffe's fine-tuning writes it: connected, and with a renamed head.

    Parameters
    ----------
    net : NetParameter
        From `bvlc_message`.
    head : str
        The last layer's new name.
    others : dict of str to tuple
        Layers added at the end: their name, to (what they read, the array they hold).

    Returns
    -------
    NetParameter
    """
    copy = type(net)()
    copy.CopyFrom(net)
    layers = copy.layers if copy.layers else copy.layer
    form = "V1" if copy.layers else "new"
    plain = {layer.name: layer for layer in layers}
    order, below = [], "data"
    for name in ("conv1/7x7_s2", "conv2/3x3_reduce", "conv2/3x3"):
        below = _connect(order, plain[name], below)
    for block in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"):
        first, ends = f"inception_{block}/", []
        for branch in (("1x1",), ("3x3_reduce", "3x3"), ("5x5_reduce", "5x5"), ("pool_proj",)):
            end = below
            for name in branch:
                end = _connect(order, plain[first + name], end)
            ends.append(end)
        below = _connect(order, _layer(copy, form, first + "output", 3, "Concat"), *ends)
    _connect(order, _layer(copy, form, "pool5/7x7_s1", POOLING, "Pooling"), below)
    _connect(order, _layer(copy, form, "pool5/drop", 6, "Dropout"), "pool5/7x7_s1", over=True)
    plain["loss3/classifier"].name = head
    _connect(order, plain["loss3/classifier"], "pool5/7x7_s1")
    for name, (read, array) in dict(others).items():
        layer = _layer(copy, form, name, INNER_PRODUCT, "InnerProduct")
        _fill(layer, form, array, np.zeros(len(array), np.float32))
        _connect(order, layer, read)
    order = [layer.SerializeToString() for layer in order]
    del layers[:]
    for data in order:
        layers.add().ParseFromString(data)
    return copy


def _connect(order, layer, *read, over=False):
    """Put a layer behind what it reads; ``over`` lets it overwrite that, as Caffe's ReLU does."""
    layer.bottom[:], layer.top[:] = read, [read[0] if over else layer.name]
    order.append(layer)
    return layer.top[0]
