"""Ablation: a forward pass with some filters of some layers set to zero."""

import numpy as np

from ..function import Function
from ..recording import Watcher
from ..tensor import check_unused
from .filters import check_filters


def as_filters(chosen):
    """One filter, or several in any kind of sequence or set, as an array."""
    several = isinstance(chosen, set) or np.ndim(chosen) > 0
    filters = np.asarray(list(chosen) if several else [chosen])
    return filters if filters.size else filters.astype(int)


class Ablate(Function):
    """The same entries, but 0 in some filters, whatever stood there; so are the derivatives."""

    def __init__(self, filters, count):
        self.filters = filters
        self.count = count

    def without_filters(self, array):
        result = array.copy()
        result.reshape(-1, self.count)[:, self.xp.asarray(self.filters)] = 0
        return result

    def forward(self, x):
        return self.without_filters(x)

    def backward(self, grad_output):
        return (self.without_filters(grad_output),)

    def jvp(self, dx):
        return self.without_filters(dx)


class ablate(Watcher):
    """Context manager: inside, the given filters are zero, forward, backward and in tangents.

    It acts where a layer is named: ``h.named("mixed4c")`` returns the ablated tensor.
    Blocks may be nested; each takes away its own filters.

    Parameters
    ----------
    filters : dict of str to sequence of int
        For each layer the filters (entries of its last axis) to set to zero.

    Raises
    ------
    IndexError, TypeError
        A filter that the layer does not have (on the forward pass).
    KeyError
        A layer that no forward pass inside the block has named (on leaving it).

    Examples
    --------
    >>> with ablate({"mixed4c": [12, 40]}):
    ...     score_without = F(x)
    """

    def __init__(self, filters):
        super().__init__()
        if not isinstance(filters, dict):
            raise TypeError(
                f"ablate: filters came as {type(filters).__name__}; "
                'expected a dictionary such as {"mixed4c": [12, 40]}'
            )
        self.filters = {layer: as_filters(chosen) for layer, chosen in filters.items()}
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
        """The tensor without this block's filters of ``layer``: itself if there are none."""
        self.met.add(layer)
        chosen = self.filters.get(layer)
        if chosen is None or chosen.size == 0:
            return tensor
        count = tensor.shape[-1] if tensor.ndim > 1 else 1  # (N,) is one filter
        check_filters("ablate", chosen, layer, count)
        if tensor.replaced_by is None:  # it may have been replaced in an earlier pass
            check_unused(tensor, layer)
        tensor.replaced_by = None
        ablated = Ablate(chosen, count)(tensor)
        tensor.replaced_by = self
        return ablated
