"""The score F that is explained, and what one pass through it gives: ∂F/∂y of every layer y."""

import warnings

import numpy as np

from ..autodiff import data_of, gradients
from ..machine.backend import get_array_module
from ..recording import layer_names, watch_layers
from ..tensor import Tensor


def score_of(F, x_alpha):
    """F(x_alpha), once it is known to be one score for each row."""
    score = F(x_alpha)
    if not isinstance(score, Tensor):
        raise TypeError(
            f"F returned {type(score).__name__}; expected a Tensor of shape (N,), made "
            "by operations of minigrad"
        )
    if score.shape != x_alpha.shape[:1]:
        raise ValueError(
            f"F returned shape {score.shape} for an input of shape {x_alpha.shape}; expected "
            f"{x_alpha.shape[:1]}, one score "
            "for each row. Pick a class: ClassScore(model, label), or model(x)[:, label]"
        )
    return score


def layers_of(layers, F):
    """The names of layers as a tuple, from any iterable of them or "cuts"; None stays None."""
    if not (isinstance(layers, str) and layers == "cuts"):
        return layer_names(layers)
    if getattr(F, "cuts", None) is None:
        raise ValueError(
            "layers='cuts': F does not say which layers cut the network. A ClassScore of a "
            "network that models.load made does; otherwise give a list of names"
        )
    return tuple(F.cuts)


def score_and_layers(F, x_alpha, layers):
    """F(x_alpha) and the watched layers, with ∂F/∂y in ``grad`` and dy/dα in ``tangent``.

    Where F does not depend on y, ∂F/∂y is 0; where y does not depend on α its tangent is None.
    """
    with watch_layers(layers) as hidden:
        score = score_of(F, x_alpha)
        backward_to_layers(score, hidden)
    return score, hidden.tensors


def backward_to_layers(score, hidden):
    """∂F/∂y into ``y.grad`` of every watched layer, row by row; an error if one is missing.

    Only there: gradients of anything else that F holds are left as they are.
    """
    check_layers(hidden, len(score))
    for name, y in hidden.tensors.items():
        if y.dtype.kind in "fc" and not y.requires_grad:
            raise ValueError(
                f"layer {name!r} was named inside no_grad(), where nothing is recorded, so F's "
                "gradient cannot reach it; take no_grad() out of F"
            )
    if not score.requires_grad:
        warnings.warn(
            f"F(x) does not depend on the layers {list(hidden.tensors)} by recorded operations, so "
            "they count as 0; if it should, look in F for no_grad(), for Tensor(...) around a "
            "result, or for NumPy's functions",
            stacklevel=2,
        )
    # Each row has a score of its own, so the gradient of the sum is every row's.
    wanted = hidden.tensors.values()
    dF_d = gradients(score.sum(), wanted=wanted) if score.requires_grad else {}
    for y in wanted:
        y.grad = or_zeros(dF_d.get(y), y)


def check_layers(hidden, rows):
    """Raise an error unless F named the layers asked for, each with ``rows`` rows."""
    hidden.check_all_met()
    if not hidden.tensors:
        raise ValueError(
            'F names no layer; in the forward pass write h = h.named("some name") where a layer is'
        )
    for name, y in hidden.tensors.items():
        if y.shape[:1] != (rows,):
            raise ValueError(
                f"layer {name!r} has shape {y.shape} where {rows} examples went "
                "in; its first axis must be theirs"
            )


def or_zeros(derivative, y):
    """A derivative, or zeros where there is none: F does not depend on y, or y not on x."""
    return get_array_module(y.data).zeros_like(y.data) if derivative is None else derivative


class ClassScore:
    """F for a classifier: the score of one class, before the softmax.

    Parameters
    ----------
    model : callable
        From a Tensor (N, ...) to a Tensor (N, classes).
    labels : int or sequence of int
        The class, or one for each example. Path points come stacked, point after point,
        so row r belongs to example ``r % len(labels)``.

    Attributes
    ----------
    examples : int or None
        How many examples it is for; None if one label is for all.
    cuts : tuple of str
        The layers that cut the network, if the model knows them.
    """

    def __init__(self, model, labels):
        self.model = model
        self.labels = np.atleast_1d(np.asarray(data_of(labels)))
        if self.labels.dtype.kind not in "iu" or self.labels.ndim != 1 or self.labels.size == 0:
            raise ValueError(
                f"ClassScore: labels {labels!r}; expected a class index, or one for each example"
            )
        self.examples = len(self.labels) if len(self.labels) > 1 else None

    @property
    def cuts(self):
        return self.model.cuts

    def for_rows(self, rows):
        """The same for some of the examples, those of the slice ``rows``."""
        return self if self.examples is None else ClassScore(self.model, self.labels[rows])

    def __call__(self, x):
        scores = self.model(x)
        if scores.ndim != 2:
            raise ValueError(
                f"ClassScore: the model returned shape {scores.shape}; expected (N, classes). "
                "Reshape it, or pick what you mean: F = lambda x: model(x)[:, 0, 0, label]"
            )
        classes = scores.shape[-1]
        if self.labels.min() < 0 or self.labels.max() >= classes:
            raise IndexError(
                f"ClassScore: labels {self.labels.tolist()} are not all from 0 to {classes - 1}"
            )
        if len(scores) % len(self.labels):
            raise ValueError(
                f"ClassScore: {len(scores)} rows cannot be shared among "
                f"{len(self.labels)} labels; give one for each example"
            )
        if len(self.labels) == 1:
            return scores[:, int(self.labels[0])]
        rows = np.arange(len(scores))
        xp = get_array_module(scores.data)
        return scores[xp.asarray(rows), xp.asarray(self.labels[rows % len(self.labels)])]
