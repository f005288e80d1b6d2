"""What a `.caffemodel` says of its layers beside their arrays: normalisation and preprocessing."""

import math
from dataclasses import replace

from ...inception.specifications import Norm
from ..layout import ConversionError, shown

# What Caffe takes where a file says nothing, which reads as 0.
DEFAULTS = {"local_size": 5, "alpha": 1.0, "beta": 0.75, "k": 1.0}
WITHIN_CHANNEL = 1


def as_trained(spec, layers, path):
    """The specification with the constants that the file's own layers give.

    Parameters
    ----------
    spec : Specification
    layers : list
        As `caffe.read_layers` gives them. One that says nothing changes nothing.
    path : pathlib.Path
        What errors call the file.

    Returns
    -------
    spec : Specification
    found : list of str
        Lines that say what was read, where it differs from the specification.

    Raises
    ------
    ConversionError
        The layers do what the specification has no words for.
    """
    spec, found = _normalised(spec, layers, path)
    mean, told = _mean(spec, layers, path)
    return replace(spec, mean=mean), [*found, *told]


def _normalised(spec, layers, path):
    norms = [layer for layer in layers if layer.HasField("lrn_param")]
    steps = [step for step in spec.body if isinstance(step, Norm)]
    if not norms:
        return spec, []
    if len(norms) != len(steps):
        raise ConversionError(
            f"{path}: {len(norms)} local response normalisations, expected {len(steps)}"
        )
    given = {step.name: _norm(step, layer, path) for step, layer in zip(steps, norms)}
    differing = [step.name for step in steps if given[step.name] != step]
    body = tuple(given.get(step.name, step) for step in spec.body)
    return replace(spec, body=body), [f"{name} is not as published" for name in differing]


def _norm(step, layer, path):
    """A normalisation with the constants of the file's layer; Caffe divides alpha by the size."""
    constants = layer.lrn_param
    size, alpha, beta, k = (getattr(constants, name) or value for name, value in DEFAULTS.items())
    if constants.norm_region == WITHIN_CHANNEL:
        raise ConversionError(
            f"{path}: layer {shown(layer.name)} normalises within a channel, not across channels"
        )
    whole = all(map(math.isfinite, (alpha, beta, k))) and min(alpha, beta, k) > 0
    if not whole or size % 2 == 0 or not 0 < size < 2048:
        raise ConversionError(
            f"{path}: layer {shown(layer.name)} has constants that cannot be: local_size {size}, "
            f"alpha {alpha:g}, beta {beta:g}, k {k:g}"
        )
    norm = Norm(step.name, (size - 1) // 2, k, alpha / size, beta)
    # A float32 of the file is not the decimal fraction that was meant.
    same = all(math.isclose(one, other, rel_tol=1e-6) for one, other in zip(norm[1:], step[1:]))
    return step if same else norm


def _mean(spec, layers, path):
    """What is subtracted from blue, green and red, as the data layers say."""
    given = [layer.transform_param for layer in layers if layer.HasField("transform_param")]
    scales = {one.scale for one in given} - {0.0, 1.0}
    if scales:
        raise ConversionError(
            f"{path}: its pictures are multiplied by {scales.pop():g}, as no network here expects"
        )
    means = {tuple(one.mean_value) for one in given if one.mean_value}
    means = {mean * 3 if len(mean) == 1 else mean for mean in means}
    if len(means) > 1 or any(len(mean) != 3 for mean in means):
        raise ConversionError(f"{path}: its data layers do not agree on the mean; {sorted(means)}")
    if not means:
        files = sorted({one.mean_file for one in given if one.mean_file})
        lost = "trained with a mean image, which is not in the file: {}; give --mean R G B"
        return spec.mean, [lost.format(shown(file)) for file in files]
    (mean,) = means
    if mean == spec.mean:
        return mean, []
    blue, green, red = mean
    return mean, [f"its data layer subtracts {red:g}, {green:g}, {blue:g} from red, green, blue"]
