"""Ablation and patching: forward passes with parts of layers at zero, or at given values."""

import numpy as np

from ..autodiff import data_of
from ..function import Function
from ..machine.backend import get_array_module, is_array
from ..recording import Watcher
from ..tensor import check_unused
from .filters import filter_mask


def as_filters(chosen):
    """One filter, several in any kind of sequence or set, or a mask of units, as an array."""
    several = isinstance(chosen, set) or np.ndim(chosen) > 0
    filters = np.asarray(list(chosen) if several else [chosen])
    return filters if filters.size else filters.astype(int)


class Ablate(Function):
    """The same entries, but given values in some, whatever stood there; derivatives there are 0.

    Parameters
    ----------
    chosen : array of bool, broadcasting to x
    values : array or number, broadcasting to x
    """

    def __init__(self, chosen, values):
        self.chosen, self.values = chosen, values

    def forward(self, x):
        return self.xp.where(self.chosen, self.values, x)

    def backward(self, grad_output):
        return (self.xp.where(self.chosen, 0, grad_output),)

    def jvp(self, dx):
        return self.xp.where(self.chosen, 0, dx)


class ablate(Watcher):
    """Context manager: inside, part of some layers is zero, or what ``values`` say.

    To set filters to zero is called ablation; to set them to what they are for another input,
    or on the average of many, patching, resampling or mean ablation. Whatever is set does not
    hang on the input any more: gradients and tangents there are 0.

    It acts where a layer is named: ``h.named("mixed4c")`` returns the ablated tensor.
    Blocks may be nested: each sets its own part, the outer ones first.

    Parameters
    ----------
    filters : dict of str to sequence of int, or array of bool
        For each layer the filters (entries of its last axis) to set; or its units, as a mask of
        the layer's shape, or of the shape (rows, *layer), if each row is to lack others.
    values : mapping of str to array_like, optional
        For each of these layers what is set, an array (or a number) that broadcasts to the layer
        (rows, *layer); zero if there is no mapping. What ``activation(F, baseline)`` gives is one:
        the layers as they are for the baseline.

    Raises
    ------
    IndexError, TypeError, ValueError
        A filter that the layer does not have, or a mask or values that do not fit it (on the
        forward pass); no values for a layer.
    KeyError
        A layer that no forward pass inside the block has named (on leaving it).

    Examples
    --------
    >>> with ablate({"mixed4c": [12, 40]}):
    ...     score_without = F(x)
    >>> with ablate({"mixed4c": [12, 40]}, values=activation(F, baseline)):
    ...     score_patched = F(x)
    """

    def __init__(self, filters, values=None):
        super().__init__()
        if not isinstance(filters, dict):
            raise TypeError(
                f"ablate: filters came as {type(filters).__name__}; "
                'expected a dictionary such as {"mixed4c": [12, 40]}'
            )
        self.filters = {layer: as_filters(chosen) for layer, chosen in filters.items()}
        self.values = dict.fromkeys(filters, 0) if values is None else values_of(filters, values)
        self.met = set()

    def __exit__(self, kind, error, traceback):
        super().__exit__(kind, error, traceback)
        unmet = [layer for layer in self.filters if layer not in self.met]
        if kind is None and unmet:
            raise KeyError(
                f"ablate: no layer named {unmet[0]!r} was met in this block; "
                f"the named layers were {sorted(self.met)}"
            )

    def naming(self, tensor, layer):
        """The tensor with this block's part of ``layer`` set: itself if there is none."""
        self.met.add(layer)
        chosen = self.filters.get(layer)
        if chosen is None or chosen.size == 0:
            return tensor
        mask = chosen_units(chosen, layer, tensor)
        values = fitting_values(self.values[layer], layer, tensor)
        if tensor.replaced_by is None:  # it may have been replaced in an earlier pass
            check_unused(tensor, layer)
        tensor.replaced_by = None
        ablated = Ablate(mask, values)(tensor)
        tensor.replaced_by = self
        return ablated


def values_of(filters, values):
    """The values of each layer, or an error if there are none for one of them."""
    if not hasattr(values, "keys"):
        raise TypeError(
            f"ablate: values came as {type(values).__name__}; expected an array for each layer, "
            'such as {"mixed4c": y_baseline}'
        )
    for layer in filters:
        if layer not in values:
            raise ValueError(
                f"ablate: values holds {list(values)}, none for layer {layer!r}; give 0 for zero"
            )
    return {layer: data_of(values[layer]) for layer in filters}


def chosen_units(chosen, layer, tensor):
    """Which units are set, as an array of bool that broadcasts to the layer, beside it."""
    xp = get_array_module(tensor.data)
    if chosen.dtype == bool:
        if chosen.shape not in (tensor.shape[1:], tensor.shape):
            raise ValueError(
                f"ablate: the mask of layer {layer!r} has shape {chosen.shape}; expected the "
                f"layer's, {tensor.shape[1:]}, or {tensor.shape} for rows of their own"
            )
        return xp.asarray(chosen)
    return xp.asarray(filter_mask("ablate", chosen, layer, tensor.shape))


def fitting_values(values, layer, tensor):
    """The values in the layer's dtype, if they fit it; an array must lie in the same memory."""
    xp = get_array_module(tensor.data)
    if not is_array(values) or values.ndim == 0:
        values = xp.asarray(values)
    get_array_module(values, tensor.data)  # refuses a mix of NumPy and CuPy
    try:
        fits = np.broadcast_shapes(values.shape, tensor.shape) == tensor.shape
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(
            f"ablate: the values of layer {layer!r} have shape {values.shape}, which does not "
            f"broadcast to the layer's {tensor.shape}"
        )
    return values.astype(tensor.dtype, copy=False)
