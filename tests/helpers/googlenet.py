"""The real GoogLeNet for tests, converted once from the MATLAB files; skips without the data."""

import os
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

import minigrad as mg
import models
from models.convert import convert
from tests.helpers.data import data_path


@cache
def converted_path():
    """The weights as `python -m models convert` writes them."""
    source = data_path("googlenet-bvlc", "parameters")
    path = Path(tempfile.mkdtemp(prefix="minigrad-test-")) / f"bvlc-{os.getpid()}.npz"
    convert(source, path)
    return path


@cache
def googlenet():
    """The network with its weights, as constants."""
    return models.load(converted_path())


def photos(every=1):
    """(path, ImageNet index) of the one-per-class photos, or of every n-th of them."""
    folder = data_path("images", "imagenet-one-per-class")
    paths = sorted(folder.glob("*.jpg"))[::every]
    return [(path, int(path.name.split("_")[0])) for path in paths]


def spread_photos(count):
    """(path, ImageNet index) of ``count`` photos, spread over the classes."""
    return photos(every=max(1, 500 // count))[:count]


def activations(model, x):
    """Every intermediate result of one forward pass, under BVLC's names, read off the tape.

    With the parameters asking for gradients the tape holds every operation. A
    convolution is recognised by its parameter, everything else by its place.
    """
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    model.requires_grad(True)
    try:
        output = model(mg.Tensor(x, requires_grad=True))
    finally:
        model.requires_grad(False)
    nodes = sorted(tape(output), key=lambda tensor: tensor.rank)
    found = {"data": x, "loss3_classifier": output.data, "prob": output.softmax().data}
    strided, norms = (
        ["pool1_3x3_s2", "pool2_3x3_s2", "pool3_3x3_s2", "pool4_3x3_s2"],
        ["pool1_norm1", "conv2_norm2"],
    )
    for tensor in nodes:
        function = tensor.creator
        if function.name == "relu":  # Caffe's ReLU overwrites the convolution
            layer = caffe_name(names[id(function.inputs[0].creator.inputs[1])])
            found[layer] = tensor.data
            if layer.endswith("pool_proj"):  # its convolution's input is the block's own pooling
                found[layer.removesuffix("_proj")] = function.inputs[0].creator.inputs[0].data
        elif function.name == "max_pool2d" and function.stride == 2:
            found[strided.pop(0)] = tensor.data
        elif function.name == "local_response_norm":
            found[norms.pop(0)] = tensor.data
        elif function.name == "concatenate":
            found[f"inception_{tensor.name.removeprefix('mixed')}_output"] = tensor.data
        elif function.name == "mean":
            found["pool5_7x7_s1"] = tensor.data
    return found


def tape(output):
    """Every tensor that an operation made, behind ``output``."""
    return [
        tensor for tensor in mg.autodiff.topological_order(output) if tensor.creator is not None
    ]


def caffe_name(parameter):
    """BVLC's name of the convolution whose kernel is called ``parameter`` here."""
    stem = {"conv2d0": "conv1_7x7_s2", "conv2d1": "conv2_3x3_reduce", "conv2d2": "conv2_3x3"}
    branch = {
        "conv1x1": "1x1",
        "bottleneck3x3": "3x3_reduce",
        "conv3x3": "3x3",
        "bottleneck5x5": "5x5_reduce",
        "conv5x5": "5x5",
        "pool_reduce": "pool_proj",
    }
    layer, *rest = parameter.split(".")
    return (
        stem[layer]
        if layer in stem
        else f"inception_{layer.removeprefix('mixed')}_{branch[rest[0]]}"
    )


def relative_gap(ours, theirs):
    """The largest difference, relative to the largest value of the reference."""
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())
