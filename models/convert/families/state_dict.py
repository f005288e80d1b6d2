"""Inception out of a state dictionary of PyTorch, whoever named its arrays."""

from dataclasses import replace

import numpy as np

from ..layout import (
    HEAD,
    ConversionError,
    check_names,
    check_shape,
    expected_shapes,
    shown,
)
from .fold import fold_batch_norm
from .heads import described_head, ends_without_head, with_classes
from .schemes import scheme_of

COUNTER = "num_batches_tracked"
NORM = ("weight", "bias", "running_mean", "running_var")
TORCHVISION_EPSILON = 1e-3  # of its own class; PyTorch's default is another, 1e-5
SECOND_HALF = "mixed4b_", "mixed4c_", "mixed4d_", "mixed4e_", "mixed5a_", "mixed5b_"

# torchvision's transforms: (p - mean) / deviation for p from 0 to 1. Its pre-trained network
# undoes that ("transform_input") and sees 2p - 1.
DEVIATIONS = (0.229, 0.224, 0.225)
MEANS = (0.485, 0.456, 0.406)


def understand(arrays, source, transform_input=True):
    """The network that a state dictionary holds, if it is an Inception.

    Parameters
    ----------
    arrays : dict of str to numpy.ndarray
        Under the file's own names. Kernels are (out, in, height, width).
    source : str
        What errors call the file.
    transform_input : bool
        Of torchvision's network: whether it sees numbers from -1 to 1, as the published one
        and all trained from it do, or the picture as torchvision's transforms leave it.

    Returns
    -------
    tuple or None
        As `convert.Reader` says; None for names that no Inception has.

    Raises
    ------
    ConversionError
        It is an Inception, but not one of those here, or not whole.
    """
    scheme, prefix = scheme_of(arrays)
    if scheme is None:
        return None
    arrays = _plain(arrays, prefix, scheme, source)
    names = scheme.names(scheme.spec)
    published = next(theirs for theirs, ours in names.items() if ours == HEAD)
    layers = {theirs: ours for theirs, ours in names.items() if ours != HEAD}
    expected = _expected(layers, scheme)
    _check_whole(arrays, expected, scheme, source)
    head = _head(arrays, expected, published, scheme, source)
    classes = len(arrays[f"{head}.weight"])
    spec = with_classes(scheme.spec, classes, is_published=head == published)
    spec = replace(spec, mean=scheme.means.get(classes, spec.mean))
    state = _converted(arrays, layers, spec, scheme, source)
    state |= _converted_head(arrays, head, spec, source)
    found = [scheme.family, *described_head(head, published, spec)]
    if any(array.dtype == np.float16 for array in arrays.values()):
        found.append("half precision: its numbers were rounded before they came here")
    if scheme.normalised:
        spec = _scale_input(state, spec, transform_input)
        found += ["batch normalisation folded into the convolutions", _input(transform_input)]
    return state, spec, found


def _plain(arrays, prefix, scheme, source):
    """The arrays without a wrapper's prefix, auxiliary heads and counters."""
    plain = {}
    for name, array in arrays.items():
        bare = name.removeprefix(prefix)
        if bare.startswith(scheme.auxiliary) or bare.rpartition(".")[2] == COUNTER:
            continue
        if array.dtype.kind != "f":
            raise ConversionError(
                f"{source}: array {shown(name)} has dtype {array.dtype}, expected floats"
            )
        if bare in plain:
            raise ConversionError(
                f"{source}: array {shown(bare)} is there with {shown(prefix)} before it "
                "and without; leave one of the two networks in the file"
            )
        plain[bare] = array
    return plain


def _expected(layers, scheme):
    """The names of the arrays of the convolutions."""
    if scheme.normalised:
        kinds = ("conv.weight", *(f"bn.{kind}" for kind in NORM))
    else:
        kinds = ("weight", "bias")
    return [f"{layer}.{kind}" for layer in layers for kind in kinds]


def _check_whole(arrays, expected, scheme, source):
    """Refuse half a network, and one that has these names but computes something else."""
    if scheme.normalised and not any(".bn." in name for name in arrays):
        raise ConversionError(
            f"{source}: {scheme.family} by its names, but without batch normalisation: a network "
            "of somebody's own; export it as ONNX"
        )
    of_lucent = any(name.startswith(SECOND_HALF) for name in expected)
    if of_lucent and not any(name.startswith(SECOND_HALF) for name in arrays):
        raise ConversionError(
            f"{source}: half of inception5h, which ends at an auxiliary classifier after mixed4a: "
            "what lay at its address before 2020-04-10; fetch it again"
        )
    check_names([name for name in arrays if name in set(expected)], expected, source)


def _head(arrays, expected, published, scheme, source):
    """The name of the linear layer that gives the scores, whatever it is called."""
    left = [name for name in arrays if name not in set(expected)]
    layers = {name.rpartition(".")[0] for name in left}
    width = expected_shapes(scheme.spec)[f"{HEAD}.weight"][0]
    fitting = []
    for layer in sorted(layers):
        array = arrays.get(f"{layer}.weight")
        if array is not None and array.ndim == 2 and array.shape[1] == width:
            fitting.append(layer)
    head = published if published in layers else fitting[0] if len(fitting) == 1 else None
    if head is None:
        raise ConversionError(f"{source}: {ends_without_head(fitting, width, scheme.family)}")
    weight = arrays.get(f"{head}.weight")
    if weight is None or weight.ndim != 2:
        came = "is missing" if weight is None else f"has shape {weight.shape}"
        raise ConversionError(
            f"{source}: array {shown(head + '.weight')} {came}, expected (classes, {width})"
        )
    extra = [name for name in left if name not in (f"{head}.weight", f"{head}.bias")]
    if extra:
        raise ConversionError(
            f"{source}: array {shown(extra[0])} is not expected beside the classifier "
            f"{shown(head)}; a head of several layers, or another network: export it as ONNX"
        )
    return head


def _converted(arrays, layers, spec, scheme, source):
    """The convolutions under our names, kernels as (height, width, in, out)."""
    shapes, state = expected_shapes(spec), {}
    for theirs, ours in layers.items():
        height, width, fed, made = shapes[f"{ours}.weight"]
        weight = f"{theirs}.conv.weight" if scheme.normalised else f"{theirs}.weight"
        check_shape(arrays[weight].shape, (made, fed, height, width), weight, source)
        if scheme.normalised:
            kernel, bias = _folded(arrays, theirs, made, source)
        else:
            kernel, bias = arrays[weight], arrays[f"{theirs}.bias"]
        state[f"{ours}.weight"], state[f"{ours}.bias"] = kernel.transpose(2, 3, 1, 0), bias
    return state


def _folded(arrays, layer, made, source):
    """Kernel and bias of one convolution with its batch normalisation."""
    norm = [arrays[f"{layer}.bn.{kind}"] for kind in NORM]
    for kind, array in zip(NORM, norm):
        check_shape(array.shape, (made,), f"{layer}.bn.{kind}", source)
    if not (norm[-1] >= 0).all():
        raise ConversionError(
            f"{source}: array {shown(layer + '.bn.running_var')} holds a variance below zero"
        )
    kernel = arrays[f"{layer}.conv.weight"]
    return fold_batch_norm(kernel, 0.0, *norm, TORCHVISION_EPSILON)


def _converted_head(arrays, head, spec, source):
    """The head under our names, its weight as (in, classes); without a bias it gets zeros."""
    weight = arrays[f"{head}.weight"]
    bias = arrays.get(f"{head}.bias", np.zeros(spec.classes, np.float32))
    check_shape(weight.T.shape, expected_shapes(spec)[f"{HEAD}.weight"], f"{head}.weight", source)
    return {f"{HEAD}.weight": weight.T, f"{HEAD}.bias": bias}


def _scale_input(state, spec, transform_input):
    """Put the factor of the preprocessing into the first kernel, and round everything once.

    Zero padding stays zero after the mean is subtracted, so the factor may go into the
    weights; the mean may not go into the bias.
    """
    if transform_input:
        mean, factor = spec.mean, np.full(3, 1 / 127.5)
    else:
        mean, factor = tuple(255 * m for m in MEANS), 1 / (255 * np.asarray(DEVIATIONS))
    state["conv2d0.weight"] = state["conv2d0.weight"] * factor[None, None, :, None]
    with np.errstate(over="ignore"):  # infinity is refused where the file is written
        for name, array in state.items():
            if not name.startswith(HEAD):  # computed here, so rounding loses nothing of the file's
                state[name] = array.astype(np.float32)
    return replace(spec, mean=mean)


def _input(transform_input):
    """What was assumed of the picture, a line."""
    if transform_input:
        return "assumed, as no file of arrays says it: transform_input, so it sees -1 to 1"
    return "told: no transform_input, so it sees the picture as torchvision's transforms leave it"
