"""Which arrays a network has, what other frameworks call them, and whether a file has those."""

import numpy as np

from ..inception.specifications import Conv, Mixed

# Kernel size of each convolution in a mixed layer, and which branch it reads; that of conv5x5
# the specification says.
BRANCHES = {
    "conv1x1": (1, None),
    "bottleneck3x3": (1, None),
    "conv3x3": (3, "bottleneck3x3"),
    "bottleneck5x5": (1, None),
    "conv5x5": (5, "bottleneck5x5"),
    "pool_reduce": (1, None),
}
CAFFE_BRANCHES = dict(zip(BRANCHES, ("1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj")))
CAFFE_STEM = {"conv2d0": "conv1/7x7_s2", "conv2d1": "conv2/3x3_reduce", "conv2d2": "conv2/3x3"}
TENSORFLOW_BRANCHES = dict(
    zip(BRANCHES, ("1x1", "3x3_bottleneck", "3x3", "5x5_bottleneck", "5x5", "pool_reduce"))
)
HEAD = "softmax2"
# The two classifiers that helped in training and have no part in the score.
CAFFE_AUXILIARY = ("loss1/", "loss2/")
MATLAB_AUXILIARY = ("loss1_", "loss2_")


class ConversionError(ValueError):
    """A file of weights cannot be converted; the message says in one line why."""


def convolutions(spec):
    """Every convolution of a network, from the picture to the score.

    Parameters
    ----------
    spec : Specification

    Returns
    -------
    dict of str to tuple
        Name, as in the state dictionary without ``.weight``, to the shape of the
        kernel: (height, width, in, out).
    """
    shapes, channels = {}, 3
    for step in spec.body:
        if isinstance(step, Conv):
            shapes[step.name] = (step.kernel, step.kernel, channels, step.channels)
            channels = step.channels
        elif isinstance(step, Mixed):
            for branch, (kernel, reads) in BRANCHES.items():
                fed = channels if reads is None else getattr(step, reads)
                kernel = step.kernel5x5 if branch == "conv5x5" else kernel
                shapes[f"{step.name}.{branch}"] = (kernel, kernel, fed, getattr(step, branch))
            channels = step.channels
    return shapes


def expected_shapes(spec):
    """The state dictionary of a network: names in order, and shapes.

    Parameters
    ----------
    spec : Specification

    Returns
    -------
    dict of str to tuple of int
        Kernels are (height, width, in, out), the head's weight (in, classes).
    """
    layers = convolutions(spec)
    layers[HEAD] = (_width(spec), spec.classes)
    shapes = {}
    for name, shape in layers.items():
        shapes[f"{name}.weight"] = shape
        shapes[f"{name}.bias"] = shape[-1:]
    return shapes


def _width(spec):
    """Channels of the last layer of the body, which the head averages and reads."""
    return [step.channels for step in spec.body if isinstance(step, (Conv, Mixed))][-1]


def caffe_names(spec):
    """Caffe's name of every layer with weights, to ours: ``inception_3a/1x1``, mixed3a.conv1x1."""
    return _names(spec, _caffe_name) | {"loss3/classifier": HEAD}


def matlab_names(spec):
    """The same for the MATLAB files, whose names have ``_`` for Caffe's ``/``."""
    return {name.replace("/", "_"): ours for name, ours in caffe_names(spec).items()}


def tensorflow_names(spec):
    """TensorFlow's name of every layer with weights, without ``_w`` and ``_b``, to ours."""
    return _names(spec, _tensorflow_name) | {HEAD: HEAD}


def _names(spec, translate):
    return {translate(*name.partition(".")[::2]): name for name in convolutions(spec)}


def _caffe_name(layer, branch):
    if not branch:
        return CAFFE_STEM[layer]
    return f"inception_{layer.removeprefix('mixed')}/{CAFFE_BRANCHES[branch]}"


def _tensorflow_name(layer, branch):
    return f"{layer}_{TENSORFLOW_BRANCHES[branch]}" if branch else layer


def check_names(found, expected, source):
    """Refuse a file in which arrays are missing or which holds others.

    Parameters
    ----------
    found, expected : iterable of str
    source : str
        What errors call the file.

    Raises
    ------
    ConversionError
        Names what is missing or what is too much.
    """
    missing = sorted(set(expected) - set(found))
    if missing:
        raise ConversionError(
            f"{source}: {_listed(missing)} missing, of the {len(expected)} arrays expected"
        )
    extra = sorted(set(found) - set(expected))
    if extra:
        raise ConversionError(
            f"{source}: {_listed(extra)} not expected; this is another network's file"
        )


def check_state(state, spec, source):
    """Refuse arrays that are not exactly those of the network.

    Parameters
    ----------
    state : dict of str to numpy.ndarray
        What a converter read, under our names.
    spec : Specification
    source : str
        What errors call the file.

    Returns
    -------
    dict of str to numpy.ndarray
        The same numbers as float32, C-contiguous, in the network's own order.

    Raises
    ------
    ConversionError
        An array is missing or not expected, has another shape, holds something other
        than floats, loses digits as float32, or is not finite.
    """
    shapes = expected_shapes(spec)
    check_names(state, shapes, source)
    return {name: _checked(state[name], name, shape, source) for name, shape in shapes.items()}


def check_shape(shape, expected, name, source):
    """Refuse an array by its shape alone, before memory is taken for it."""
    if tuple(shape) != tuple(expected):
        raise ConversionError(
            f"{source}: array {name!r} has shape {tuple(shape)}, expected {tuple(expected)}"
        )


def _checked(array, name, shape, source):
    check_shape(array.shape, shape, name, source)
    return as_float32(array, name, source)


def as_float32(array, name, source):
    """The same numbers as float32, C-contiguous; an error if that is not what they are.

    They may be no floats, not finite, or need more digits.
    """
    if array.dtype.kind != "f":
        raise ConversionError(
            f"{source}: array {shown(name)} has dtype {array.dtype}, expected float32"
        )
    if not np.isfinite(array).all():
        raise ConversionError(f"{source}: array {shown(name)} holds NaN or infinity")
    with np.errstate(over="ignore"):
        result = np.ascontiguousarray(array, dtype=np.float32)
    if not np.array_equal(result, array):
        raise ConversionError(
            f"{source}: array {shown(name)} has dtype {array.dtype} and values that float32 cannot "
            "hold; save it as float32"
        )
    return result


def _listed(names, most=4):
    """``array 'a' is`` or ``arrays 'a', 'b' and 7 more are``, whatever characters names have."""
    listed = [shown(name) for name in names[:most]]
    if len(names) > most:
        listed.append(f"{len(names) - most} more")
    if len(listed) == 1:
        return f"array {listed[0]} is"
    return f"arrays {', '.join(listed[:-1])} and {listed[-1]} are"


def shown(name):
    """A name from a file as it stands in a message: on one line, not too long."""
    return repr(name if not isinstance(name, str) else name[:80])[:100]


def one_line(error, length=200):
    """Another library's message, on one line."""
    text = " ".join(str(error).split())
    return text if len(text) <= length else text[:length] + "…"
