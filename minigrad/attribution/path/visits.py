"""What `StraightPath` does at a few points: weighted sums, F at both ends, a word to exceptions."""

from contextlib import nullcontext

import numpy as np

from ...functions.chain_rule import unchecked
from ...machine.backend import fetched, to_numpy
from ...recording import current_mode, no_grad, watch_layers
from ...tensor import Tensor
from ..score import check_layers, score_of


def weighted(path, visit, pair, careful=False):
    """Σ weight · ``visit(path, alphas)`` over a few points, (alphas, weights).

    What is not finite shows in the sums; then all is done again, with care.
    """
    alphas, weights = pair
    with path.located(alphas), nullcontext() if careful else unchecked():
        found = visit(path, alphas)
    sums = {name: path.sum_over_points(weights, array) for name, array in found.items()}
    if not (careful or np.isfinite(fetched(*(of.sum() for of in sums.values()))).all()):
        return weighted(path, visit, pair, careful=True)
    for watcher in current_mode().watchers:
        for name, array in found.items():
            apart = array.reshape(len(alphas), path.examples, *array.shape[1:])
            watcher.added(name, alphas, weights, (apart,), None)
    return sums


def scores_beside(path, layers, pair):
    """F(x) and F of its neighbours, (alphas, rows), from one pass; the layers are checked."""
    alphas, neighbours = pair
    rows = path.xp.concatenate([path.x, neighbours])
    with path.located(alphas), watch_layers(layers) as hidden, no_grad():
        scores = to_numpy(score_of(path.F, Tensor(rows)).data).astype(np.float64)
    if layers is None or len(layers):
        check_layers(hidden, len(rows))
    return np.split(scores, 2)


class located:
    """Context manager: watchers, and an exception, are told at which points of the path it is."""

    def __init__(self, alphas, examples):
        self.alphas, self.examples = alphas, examples

    def __enter__(self):
        for watcher in current_mode().watchers:
            watcher.located(self.alphas)
        return self

    def __exit__(self, kind, error, traceback):
        for watcher in current_mode().watchers:
            watcher.located(None)
        if isinstance(error, Exception):
            points = ", ".join(f"{alpha:.6g}" for alpha in self.alphas)
            whose = f"; row r is point r // {self.examples}, example r % {self.examples}"
            error.add_note(
                "on the path from the baseline (α = 0) to x (α = 1), where the rows are "
                f"α = {points}" + (whose if self.examples > 1 else "")
            )
