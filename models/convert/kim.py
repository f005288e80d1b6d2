"""Which array is which in somebody's sentiment network (Kim 2014), told by the shapes alone."""

from typing import NamedTuple

import numpy as np

from .layout import ConversionError, as_float32, shown
from .pytorch import skeleton, with_numbers

EXPECTED = (
    "expected an embedding (words, E), convolutions (filters, 1, k, E) or (filters, E, k), "
    "one linear layer (1 or 2, filters)"
)
# Endings of parameters that belong to what this network does not have.
FOREIGN = {
    "running_mean": "batch normalisation",
    "running_var": "batch normalisation",
    "num_batches_tracked": "batch normalisation",
    "in_proj_weight": "attention",
    "weight_g": "weight normalisation, to be removed before saving",
    "weight_v": "weight normalisation, to be removed before saving",
    "original0": "weight normalisation, to be removed before saving",
    "original1": "weight normalisation, to be removed before saving",
}


class Network(NamedTuple):
    """A sentiment network as arrays of our layouts.

    Attributes
    ----------
    embedding : numpy.ndarray, shape (words, E)
        The rows in the source's order.
    kernels : list of numpy.ndarray, shape (k, E, filters)
    biases : list of numpy.ndarray, shape (filters,)
    weight, bias : numpy.ndarray, shapes (sum of filters, 1) and (1,)
        Of the one score.
    found : list of str
        What was understood, a line a layer.
    """

    embedding: np.ndarray
    kernels: list
    biases: list
    weight: np.ndarray
    bias: np.ndarray
    found: list


def understand(arrays, source, in_order=True):
    """Find the embedding, the parallel convolutions and the linear layer among arrays from PyTorch.

    Parameters
    ----------
    arrays : dict of str to numpy.ndarray
    source : str
        What errors call the file.
    in_order : bool
        Whether the arrays come in the order of the layers. Where they do not, the numbers
        in the convolutions' names have to tell in which order the linear layer reads them.

    Returns
    -------
    Network

    Raises
    ------
    ConversionError
        Names the first array that is not understood, and says what was expected.
    """
    weights, biases = _layers(arrays, source)
    _check_numbers(arrays, source)
    matrices, convolutions = _by_dimensions(weights, biases, source)
    embedding, output = _roles(matrices, convolutions, biases, source)
    kernels = _kernels(convolutions, embedding, matrices[embedding].shape[1], source)
    if not in_order:
        _check_order(convolutions, source)
    _check_biases(weights, biases, source)
    found = _described(matrices, convolutions, embedding, output, in_order)
    weights = _as_float32({**weights, **kernels}, "weight", source)
    biases = _as_float32(biases, "bias", source)
    for layer, array in {**convolutions, output: matrices[output]}.items():
        biases.setdefault(layer, np.zeros(len(array), np.float32))
    with np.errstate(over="ignore"):  # infinity is refused where the file is written
        weight, bias = _one_score(weights[output]), _one_score(biases[output])
    return Network(
        embedding=weights[embedding],
        kernels=[weights[layer] for layer in convolutions],
        biases=[biases[layer] for layer in convolutions],
        weight=weight[:, None],
        bias=bias[None],
        found=found,
    )


def _layers(arrays, source):
    """The arrays by layer: weights, and biases."""
    found = {"weight": {}, "bias": {}}
    for name, array in arrays.items():
        layer, _, kind = name.rpartition(".")
        if kind not in found:
            recurrent = kind.startswith(("weight_ih", "weight_hh", "bias_ih", "bias_hh"))
            what = "a recurrent layer" if recurrent else FOREIGN.get(kind)
            belongs = f"belongs to {what}" if what else "is neither a layer's weight nor its bias"
            raise ConversionError(f"{source}: array {shown(name)} {belongs}; {EXPECTED}")
        found[kind][layer] = array
    for layer in found["bias"]:
        if layer not in found["weight"]:
            raise ConversionError(
                f"{source}: array {_of(layer, 'bias')} has no weight beside it; {EXPECTED}"
            )
    return found["weight"], found["bias"]


def _check_numbers(arrays, source):
    for name, array in arrays.items():
        if array.size == 0 or array.ndim == 0:
            raise ConversionError(
                f"{source}: array {shown(name)} has shape {array.shape}, no numbers; {EXPECTED}"
            )


def _by_dimensions(weights, biases, source):
    """The weights that are matrices, and those that are kernels of convolutions."""
    for layer, array in weights.items():
        if array.ndim not in (2, 3, 4):
            raise ConversionError(
                f"{source}: array {_of(layer)} has shape {array.shape}; {EXPECTED}"
            )
    matrices = {layer: array for layer, array in weights.items() if array.ndim == 2}
    convolutions = {layer: array for layer, array in weights.items() if array.ndim != 2}
    if not convolutions:
        arrays = len(weights) + len(biases)
        raise ConversionError(f"{source}: no convolution among {arrays} arrays; {EXPECTED}")
    return matrices, convolutions


def _check_order(convolutions, source):
    """Refuse names that do not say which convolution comes first."""
    if len({skeleton(layer) for layer in convolutions}) > 1:
        names = " and ".join(_of(layer) for layer in list(convolutions)[:2])
        raise ConversionError(
            f"{source}: which comes first, {names}, a .safetensors does not keep; "
            "expected names that differ by a number; give the .pth"
        )


def _check_biases(weights, biases, source):
    """Refuse a bias that has not one number for each of its layer's outputs."""
    for layer, array in weights.items():
        expected = array.shape[:1]
        if layer in biases and biases[layer].shape != expected:
            shape = biases[layer].shape
            raise ConversionError(
                f"{source}: array {_of(layer, 'bias')} has shape {shape}, expected {expected}"
            )


def _as_float32(arrays, kind, source):
    """The weights, or the biases, as float32."""
    return {layer: as_float32(array, _name(layer, kind), source) for layer, array in arrays.items()}


def _roles(matrices, convolutions, biases, source):
    """Which of two matrices is the embedding, and which the linear layer."""
    filters = sum(len(array) for array in convolutions.values())
    if len(matrices) != 2:
        raise ConversionError(
            f"{source}: {_too_many_or_few(matrices, convolutions, biases)}; {EXPECTED}"
        )
    either = (1, filters), (2, filters)
    outputs = [layer for layer, array in matrices.items() if array.shape in either]
    if len(outputs) == 2:  # an embedding of one or two words, as wide as there are filters
        outputs = [layer for layer in outputs if layer in biases]
        if len(outputs) != 1:
            names = " and ".join(_of(layer) for layer in matrices)
            raise ConversionError(
                f"{source}: {names} could both be the linear layer; expected a bias on one of them"
            )
    if not outputs:
        with_bias = [layer for layer in matrices if layer in biases]
        layer = (with_bias or list(matrices))[-1]
        raise ConversionError(
            f"{source}: array {_of(layer)} has shape {matrices[layer].shape}, "
            f"expected (1, {filters}) or (2, {filters}): one output or two, "
            f"of the convolutions' {filters} filters"
        )
    embedding = next(layer for layer in matrices if layer != outputs[0])
    if embedding in biases:
        raise ConversionError(
            f"{source}: array {_of(embedding, 'bias')} is a bias of what should be the embedding; "
            f"{EXPECTED}"
        )
    return embedding, outputs[0]


def _too_many_or_few(matrices, convolutions, biases):
    """What is wrong with matrices that are not two: a half sentence."""
    if len(matrices) < 2:
        return f"an embedding and a linear layer are two matrices, found are {len(matrices)}"
    kernels = convolutions.values()
    widths = {array.shape[-1] if array.ndim == 4 else array.shape[1] for array in kernels}
    without_bias = [layer for layer in matrices if layer not in biases]
    shapes = {layer: matrices[layer].shape for layer in without_bias}
    tables = [layer for layer, (rows, width) in shapes.items() if width in widths and rows > 2]
    if len(tables) > 1:
        return f"more than one embedding, {_of(tables[0])} and {_of(tables[1])}"
    others = [layer for layer in matrices if layer not in tables]
    return f"more than one linear layer, {_of(others[0])} and {_of(others[1])}"


def _kernels(convolutions, embedding, width, source):
    """The convolutions' weights as (k, E, filters)."""
    kernels = {}
    for layer, array in convolutions.items():
        if array.ndim == 4 and array.shape[1] == 1 and array.shape[3] == width:
            kernels[layer] = array[:, 0].transpose(1, 2, 0)
        elif array.ndim == 3 and array.shape[1] == width:
            kernels[layer] = array.transpose(2, 1, 0)
        else:
            expected = f"(filters, 1, k, {width}) or (filters, {width}, k)"
            raise ConversionError(
                f"{source}: array {_of(layer)} has shape {array.shape}, expected {expected}, "
                f"as {_of(embedding)} has {width} numbers a word"
            )
    if all(array.ndim == 4 and array.shape[2] == width for array in convolutions.values()):
        layer = next(iter(convolutions))
        raise ConversionError(
            f"{source}: array {_of(layer)} has shape {convolutions[layer].shape}, ambiguous: "
            f"which {width} are words, and which the embedding? "
            "expected a convolution (filters, E, k)"
        )
    return kernels


def _described(matrices, convolutions, embedding, output, in_order):
    """What was understood, a line a layer."""
    words, width = matrices[embedding].shape
    lines = [f"{_of(embedding)}: {words} words of {width} numbers"]
    for layer, array in convolutions.items():
        size = array.shape[2]  # of (filters, 1, k, E) and of (filters, E, k)
        plural = "s" if size > 1 else ""
        lines.append(f"{_of(layer)}: {len(array)} filters over {size} word{plural}")
    score = "one output, the score"
    if len(matrices[output]) == 2:
        score = "two outputs; the score is row 1 (positive) minus row 0 (negative)"
    lines.append(f"{_of(output)}: {score}")
    lines.append(
        "assumed, as no file of arrays says it: ReLU, no padding in the convolutions, "
        "maximum over time, and that the linear layer reads the filters in the order in which "
        + _order(list(convolutions), in_order)
    )
    return lines


def _order(layers, in_order):
    """Where the order of the convolutions comes from: the end of a sentence."""
    if not in_order:
        return "the numbers in the names rise"
    by_number = sorted(layers, key=with_numbers)
    if by_number != layers and len({skeleton(layer) for layer in layers}) == 1:
        first, other = _of(layers[0]), _of(by_number[0])
        return f"they stand in the file, {first} first, though by number {other} would be"
    return "they stand in the file"


def _one_score(rows):
    """One output is the score; of two, positive minus negative."""
    return rows[1] - rows[0] if len(rows) == 2 else rows[0]


def _name(layer, kind="weight"):
    return f"{layer}.{kind}" if layer else kind


def _of(layer, kind="weight"):
    return shown(_name(layer, kind))
