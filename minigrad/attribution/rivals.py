"""The rivals of conductance: what people ask of a hidden unit instead.

Each answers a question of its own. The gradients at x tell what a small change of one unit does
there; those along the path from x' to x, or along a line in the layer's own space, what all of
the layer together has done. `conductance` and `layer_integrated_gradients` add up to
F(x) − F(x') over a layer that cuts the network; the others do not.
"""

from functools import partial

from ..machine.backend import get_array_module
from ..machine.parallel import in_order, shares, threads_for
from ..recording import Watcher, no_grad, watch_layers
from ..tensor import Tensor
from .conductance import conductance
from .path.quadrature import is_auto
from .path.straight import StraightPath
from .result import Attribution
from .score import layers_of, score_and_layers, score_of


def activation(F, x, *, layers=None, workers=None):
    """The value y(x) of every unit: how active it is, whether or not the score depends on it.

    Parameters
    ----------
    F, x, layers, workers
        As for `conductance`. A batch is shared out among threads if F is a `ClassScore`.

    Returns
    -------
    Attribution
    """
    return Attribution(at_x(activations, F, x, layers, workers))


def gradient_times_activation(F, x, *, layers=None, workers=None):
    """y(x) · ∂F(x)/∂y of every unit: a first-order guess at what removing it would cost, at x
    alone.

    Parameters
    ----------
    F, x, layers, workers
        As for `conductance`. A batch is shared out among threads if F is a `ClassScore`.

    Returns
    -------
    Attribution
    """
    return Attribution(at_x(gradients_times_activations, F, x, layers, workers))


def gradient_times_difference(F, x, baseline, *, layers=None, workers=None):
    """(y(x) − y(x')) · ∂F(x)/∂y of every unit: a first-order guess at what patching it would cost.

    Patching sets the unit to y(x'), what it is for the baseline (`ablate` with values). Known as
    attribution patching (Nanda 2023; AtP, and mended for saturation as AtP*, arXiv 2403.00745).
    It sums to F(x) − F(x') only if F is linear behind the layer.

    Parameters
    ----------
    F, x, baseline, layers, workers
        As for `conductance`. A batch is shared out among threads if F is a `ClassScore`.

    Returns
    -------
    Attribution
    """
    path = StraightPath(x, baseline, F)
    slopes = at_x(gradients, F, x, layers, workers)
    moved = differences(path, layers, workers)
    return Attribution({name: slopes[name] * moved[name] for name in slopes})


def differences(path, layers, workers=None):
    """y(x) − y(x') of every layer: a dictionary of arrays (N, *layer)."""
    ends = (at_x(activations, path.F, end, layers, workers) for end in (path.x, path.baseline))
    y, y_baseline = ends
    return {name: y[name] - y_baseline[name] for name in y}


def activations(layers, part):
    """y of every layer for some rows of x, (F, x)."""
    F, x = part
    with watch_layers(layers) as hidden, no_grad():
        score_of(F, Tensor(x))
    hidden.check_all_met()
    return {name: y.data for name, y in hidden.tensors.items()}


def gradients_times_activations(layers, part):
    """y · ∂F/∂y of every layer for some rows of x, (F, x)."""
    F, x = part
    _, hidden = score_and_layers(F, Tensor(x), layers)
    return {name: y.data * y.grad for name, y in hidden.items()}


def gradients(layers, part):
    """∂F/∂y of every layer for some rows of x, (F, x)."""
    F, x = part
    _, hidden = score_and_layers(F, Tensor(x), layers)
    return {name: y.grad for name, y in hidden.items()}


def at_x(measure, F, x, layers, workers):
    """``measure(layers, (F, x))``, a few rows at a time if F can be asked about some rows only: a
    dictionary of arrays (N, *layer).
    """
    path = StraightPath(x, 0.0, F)  # for its checks
    layers, workers = layers_of(layers, F), threads_for(path.x, workers)
    if hasattr(F, "for_rows"):
        parts = [(F.for_rows(rows), path.x[rows]) for rows in shares(path.examples, workers)]
    else:
        parts = [(F, path.x)]
    found = list(in_order(partial(measure, layers), parts, min(workers, len(parts))))
    if len(found) == 1:
        return found[0]
    return {name: path.xp.concatenate([part[name] for part in found]) for name in found[0]}


def internal_influence(
    F,
    x,
    baseline,
    *,
    layers=None,
    steps=50,
    rule=None,
    tolerance=0.05,
    most_steps=1025,
    batch_size=None,
    workers=None,
    progress=None,
):
    """∫₀¹ ∂F(x(α))/∂y dα of every unit: how much the score depends on it along the path, however
    little it moves.

    Parameters
    ----------
    F, x, baseline, layers, steps, rule, tolerance, most_steps, batch_size, workers, progress
        As for `conductance`; ``steps`` may be its ``points``, and with "auto" they are.

    Returns
    -------
    Attribution
    """
    path, layers = StraightPath(x, baseline, F), layers_of(layers, F)
    how = {"batch_size": batch_size, "workers": workers, "progress": progress}
    if is_auto(steps):
        options = {"steps": "auto", "tolerance": tolerance, "most_steps": most_steps, **how}
        steps = conductance(F, x, baseline, layers=layers, **options).points
    return Attribution(path.integrate(partial(layer_gradients, layers), steps, rule, **how))


def layer_gradients(layers, path, alphas):
    """∂F/∂y at a few points, for every layer: a dictionary of (points · N, *layer)."""
    return gradients(layers, (path.F, path.points(alphas)))


def influence_times_difference(F, x, baseline, *, layers=None, workers=None, **how):
    """(y(x) − y(x')) · ∫₀¹ ∂F(x(α))/∂y dα of every unit: often taken for conductance, and not it.

    Known as EAP-IG (Hanna, Pezzelle, Belinkov 2024), where the units are a circuit's edges. It
    would be conductance if y moved in step with α; where it bends it does not sum to
    F(x) − F(x'), however many the points.

    Parameters
    ----------
    F, x, baseline, layers, workers, **how
        As for `internal_influence`.

    Returns
    -------
    Attribution
    """
    influence = internal_influence(F, x, baseline, layers=layers, workers=workers, **how)
    moved = differences(StraightPath(x, baseline, F), layers_of(layers, F), workers)
    return Attribution({name: influence[name] * moved[name] for name in influence})


class FromLayer:
    """F as a function of one hidden layer: what comes in stands where the layer was.

    Parameters
    ----------
    F : callable
    x : array, shape (N, ...)
        The input that the rest of the network sees; row r of the layer is of example r % N.
    layer : str

    Attributes
    ----------
    examples : int
        N.
    """

    def __init__(self, F, x, layer):
        self.F, self.x, self.layer, self.examples = F, x, layer, len(x)
        if hasattr(F, "for_rows"):
            self.for_rows = self._for_rows

    def _for_rows(self, rows):
        return FromLayer(self.F.for_rows(rows), self.x[rows], self.layer)

    def __call__(self, y):
        xp = get_array_module(self.x)
        x = xp.concatenate([self.x] * (len(y) // self.examples))
        with Instead(self.layer, y):
            return self.F(Tensor(x))


class Instead(Watcher):
    """Context manager: inside, a tensor takes the place of the one that is named ``layer``."""

    def __init__(self, layer, y):
        super().__init__()
        self.layer, self.y = layer, y

    def naming(self, tensor, layer):
        """What takes the tensor's place, if it is that layer."""
        if layer != self.layer:
            return tensor
        return self.y if tensor.ndim > 1 else self.y[:, 0]  # see `as_batch`


def layer_integrated_gradients(F, x, baseline, *, layers=None, workers=None, **how):
    """(y − y') · ∫₀¹ ∂F/∂y dt of every unit, along y' + t (y − y'), the line from y(x') to y(x).

    Integrated gradients with the layer for its input (Captum's LayerIntegratedGradients). What
    the network in front of the layer does between x' and x is not asked; the line passes through
    values that the layer may never take together. It sums to F(x) − F(x') over a layer that cuts
    the network. It is the conductance of the layer along that line, and computed as such, with
    its error, layer after layer: each has a path of its own.

    Parameters
    ----------
    F, x, baseline, layers, workers, **how
        As for `conductance`: ``steps``, ``rule``, ``tolerance`` and the rest.

    Returns
    -------
    Attribution
        ``points`` are a dictionary, {layer: points}, as ``along`` and ``terms`` are not kept.
    """
    path, layers = StraightPath(x, baseline, F), layers_of(layers, F)
    score_x, score_baseline = path.scores_at_ends(layers, workers)
    ends = [at_x(activations, F, end, layers, workers) for end in (path.x, path.baseline)]
    found = {}
    for layer in ends[0]:
        y, y_baseline = (as_batch(end[layer]) for end in ends)
        along_line = {"layers": [layer], "workers": workers, **how}
        found[layer] = conductance(FromLayer(F, path.x, layer), y, y_baseline, **along_line)
    states = {one.converged for one in found.values()}
    return Attribution(
        {layer: one[layer] for layer, one in found.items()},
        score_x - score_baseline,
        {layer: one.points for layer, one in found.items()},
        {layer: one.error(layer) for layer, one in found.items()},
        converged=None if None in states else all(states),
    )


def as_batch(y):
    """A layer (N,) as (N, 1): a path leads through a batch of arrays."""
    return y[:, None] if y.ndim == 1 else y
