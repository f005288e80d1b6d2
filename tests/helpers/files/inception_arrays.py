"""Stand-ins for PyTorch's files of Inception: the original names and sizes, random numbers.

The tables are written anew here, from what the published code says, not taken from `models`.
"""

import numpy as np

# block: in, 1×1, 3×3 reduce, 3×3, 5×5 reduce, 5×5, pool
TENSORFLOW = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 204, 16, 48, 64),
    "4b": (508, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 48, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}
CAFFE = TENSORFLOW | {
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "5a": (832, 256, 160, 320, 32, 128, 128),
}
PORT = ("conv_1x1", "conv_3x3_reduce", "conv_3x3", "conv_5x5_reduce", "conv_5x5", "pool_proj")
FLAT = ("1x1", "3x3_bottleneck", "3x3", "5x5_bottleneck", "5x5", "pool_reduce")
FLAT_CAFFE = ("1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj")
TORCHVISION = ("branch1", "branch2.0", "branch2.1", "branch3.0", "branch3.1", "branch4.1")

# family: names of the three convolutions of the stem, of a block's six, of the head; the sizes
FAMILIES = {
    "lucent": (
        [f"conv2d{i}_pre_relu_conv" for i in range(3)],
        lambda block: [f"mixed{block}_{branch}_pre_relu_conv" for branch in FLAT],
        "softmax2_pre_activation_matmul",
        TENSORFLOW,
        1008,
    ),
    "captum": (
        ["conv1", "conv2", "conv3"],
        lambda block: [f"mixed{block}.{branch}" for branch in PORT],
        "fc",
        TENSORFLOW,
        1008,
    ),
    "captum_places365": (
        ["conv1", "conv2", "conv3"],
        lambda block: [f"mixed{block}.{branch}" for branch in PORT],
        "fc",
        CAFFE,
        365,
    ),
    "crowsonkb": (
        ["conv1", "conv2_reduce", "conv2"],
        lambda block: [f"inception_{block}.{branch}" for branch in PORT],
        "loss3_classifier",
        CAFFE,
        1000,
    ),
    "underscored": (
        ["conv1_7x7_s2", "conv2_3x3_reduce", "conv2_3x3"],
        lambda block: [f"inception_{block}_{branch}" for branch in FLAT_CAFFE],
        "loss3_classifier",
        CAFFE,
        1000,
    ),
    "torchvision": (
        ["conv1", "conv2", "conv3"],
        lambda block: [f"inception{block}.{branch}" for branch in TORCHVISION],
        "fc",
        CAFFE,
        1000,
    ),
}
# Sizes of the kernels: (out, in, side) of the stem; side of a block's six.
STEM = ((64, 3, 7), (64, 64, 1), (192, 64, 3))


def layer_shapes(family):
    """Name of every convolution of a family, to (out, in, side, side), in order."""
    stem, block_names, _, sizes, _ = FAMILIES[family]
    shapes = {name: (out, fed, side, side) for name, (out, fed, side) in zip(stem, STEM)}
    wide = 3 if family == "torchvision" else 5
    for block, (fed, one, three_in, three, five_in, five, pool) in sizes.items():
        made = one, three_in, three, five_in, five, pool
        read = fed, fed, three_in, fed, five_in, fed
        for name, out, into, side in zip(block_names(block), made, read, (1, 1, 3, 1, wide, 1)):
            shapes[name] = (out, into, side, side)
    return shapes


def inception_arrays(family, rng, classes=None, head=None):
    """A state dictionary as PyTorch would hold it, with sensible random numbers.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    rng : numpy.random.Generator
    classes : int, optional
        The published number unless told.
    head : str, optional
        The last layer's name; the published one unless told.
    """
    *_, published_head, _, published = FAMILIES[family]
    arrays = {}
    for name, shape in layer_shapes(family).items():
        deviation = np.float32(np.sqrt(2 / np.prod(shape[1:])))
        kernel = rng.standard_normal(shape, dtype=np.float32) * deviation
        if family == "torchvision":
            arrays[f"{name}.conv.weight"] = kernel
            arrays |= _norm(f"{name}.bn", shape[0], rng)
        else:
            arrays[f"{name}.weight"] = kernel
            arrays[f"{name}.bias"] = rng.standard_normal(shape[0], dtype=np.float32) * 0.1
    classes, head = classes or published, head or published_head
    weight = rng.standard_normal((classes, 1024), dtype=np.float32)
    arrays[f"{head}.weight"] = weight * np.float32(0.05)
    arrays[f"{head}.bias"] = rng.standard_normal(classes, dtype=np.float32)
    return arrays


def auxiliary_arrays(family, rng, classes):
    """The two classifiers that torchvision's and captum's Places files have beside the network.

    Their last layers have the shape of the head.
    """
    arrays = {}
    for name, fed in (("aux1", 512), ("aux2", 528)):
        if family == "torchvision":
            arrays[f"{name}.conv.conv.weight"] = rng.random((128, fed, 1, 1), dtype=np.float32)
            arrays |= _norm(f"{name}.conv.bn", 128, rng)
        else:
            arrays[f"{name}.conv.weight"] = rng.random((128, fed, 1, 1), dtype=np.float32)
            arrays[f"{name}.conv.bias"] = rng.random(128, dtype=np.float32)
        for layer, shape in (("fc1", (1024, 2048)), ("fc2", (classes, 1024))):
            arrays[f"{name}.{layer}.weight"] = rng.random(shape, dtype=np.float32)
            arrays[f"{name}.{layer}.bias"] = rng.random(shape[0], dtype=np.float32)
    return arrays


def _norm(name, channels, rng):
    return {
        f"{name}.weight": rng.uniform(0.5, 1.5, channels).astype(np.float32),
        f"{name}.bias": rng.uniform(-0.2, 0.2, channels).astype(np.float32),
        f"{name}.running_mean": rng.uniform(-0.3, 0.3, channels).astype(np.float32),
        f"{name}.running_var": rng.uniform(0.2, 2.0, channels).astype(np.float32),
        f"{name}.num_batches_tracked": np.array(7, np.int64),
    }
