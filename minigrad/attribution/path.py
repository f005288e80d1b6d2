"""The straight path from the baseline to the input, walked a few points at a time."""

from contextlib import closing
from functools import partial

import numpy as np

from ..autodiff import data_of
from ..backend import get_array_module, to_numpy
from ..blas import one_blas_thread
from ..functions.winograd import keep_kernels
from ..parallel import default_workers, in_order
from ..recording import no_grad
from ..tensor import Tensor

# Rows (path points × examples) in one forward pass unless told: few enough that what one
# operation writes is still in the cache when the next reads it.
DEFAULT_BATCH_SIZE = 3
FEWEST_BATCHES = 4


class StraightPath:
    """x(α) = x' + α (x − x'), for one example or a batch.

    Several path points go through the network together: row ``k·N + n`` of `points`
    is point k of example n.

    Parameters
    ----------
    x : array_like or Tensor, shape (N, ...)
        The inputs, floating point and finite.
    baseline : array_like or Tensor
        x'; broadcasts to the shape of ``x``.

    Attributes
    ----------
    x, baseline, difference : array, shape (N, ...)
        x, x' and x − x'.
    """

    def __init__(self, x, baseline):
        x = data_of(x)
        xp = get_array_module(x)
        self.x = checked_input("x", x if xp is not np else np.asarray(x))
        if self.x.ndim < 2:
            raise ValueError(
                f"x has shape {self.x.shape}; expected a batch (N, ...), for one example x[None]"
            )
        if self.x.shape[0] == 0:
            raise ValueError(
                f"x has shape {self.x.shape}: the batch is empty, give at least one example"
            )
        baseline = data_of(baseline)
        get_array_module(self.x, baseline)  # refuses a mix of NumPy and CuPy
        baseline = checked_input("baseline", xp.asarray(baseline, dtype=self.x.dtype))
        try:
            self.baseline = xp.broadcast_to(baseline, self.x.shape)
        except ValueError:
            raise ValueError(
                f"the baseline has shape {baseline.shape}, which does not broadcast "
                f"to x's {self.x.shape}"
            ) from None
        self.difference = self.x - self.baseline
        self.xp = xp

    def __repr__(self):
        return f"StraightPath({self.examples} examples of shape {self.x.shape[1:]}, {self.x.dtype})"

    @property
    def examples(self):
        """N, the number of examples."""
        return self.x.shape[0]

    def points(self, alphas):
        """x(α) for every α and every example: shape (len(alphas) · N, ...)."""
        alpha = self.xp.asarray(alphas, dtype=self.x.dtype).reshape(-1, *(1,) * self.x.ndim)
        x_alpha = self.baseline + alpha * self.difference
        return x_alpha.reshape(-1, *self.x.shape[1:])

    def velocity(self, alphas):
        """dx/dα = x − x' at every α and every example, shaped like `points`; of a single example,
        or at a single α, a view.
        """
        if len(alphas) == 1:
            return self.difference
        if self.examples == 1:
            return self.xp.broadcast_to(self.difference, (len(alphas), *self.x.shape[1:]))
        repeated = self.xp.broadcast_to(self.difference, (len(alphas), *self.x.shape))
        return repeated.reshape(-1, *self.x.shape[1:])

    def batches(self, alphas, weights, batch_size=None):
        """Pairs (alphas, weights) of a few path points, at most ``batch_size`` rows together (but
        one point at least).
        """
        batch_size = DEFAULT_BATCH_SIZE if batch_size is None else batch_size
        if not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
            raise ValueError(f"batch_size is {batch_size!r}; expected a whole number of at least 1")
        points = max(1, batch_size // self.examples)
        # Batches of almost the same size, and a multiple of four of them, so that two or
        # four threads end together. The number of threads itself must not matter: with
        # other batches the last bits would be others.
        count = min(len(alphas), FEWEST_BATCHES * -(-len(alphas) // (FEWEST_BATCHES * points)))
        return list(zip(np.array_split(alphas, count), np.array_split(weights, count)))

    def walk(self, visit, batches, take, workers=None, progress=None):
        """``take(visit(batch))`` for each batch of path points, in the order of the path.

        Parameters
        ----------
        visit : callable
            Called in several threads.
        batches : list of (alphas, anything)
        take : callable
            Called in this thread, one result after the other.
        workers : int, optional
            Threads; see `minigrad.parallel.default_workers`.
        progress : callable, optional
            Wraps ``batches`` while they are walked.
        """
        shown = batches if progress is None else progress(batches)
        taken = 0
        # one BLAS thread also for one worker: a product's last bits depend on how it is split
        with (
            keep_kernels(),
            one_blas_thread(),
            closing(in_order(visit, shown, self.threads(workers))) as results,
        ):
            try:
                for result in results:
                    take(result)
                    taken += 1
            except Exception as error:
                if taken < len(batches):
                    error.add_note(self.whereabouts(batches[taken][0]))
                raise

    def integrate(self, visit, batches, workers=None, progress=None):
        """Σ ``visit(batch)`` over the batches of the path, each a dictionary of arrays: a
        dictionary.
        """
        sums = {}
        self.walk(visit, batches, partial(add_to, sums), workers, progress)
        return sums

    def whereabouts(self, alphas):
        """Which points of the path the rows of a batch are, for the note of an exception."""
        points = ", ".join(f"{alpha:.6g}" for alpha in alphas)
        whose = f"; row r is point r // {self.examples}, example r % {self.examples}"
        return (
            f"on the path from the baseline (α = 0) to x (α = 1), where the rows are α = {points}"
            + (whose if self.examples > 1 else "")
        )

    def threads(self, workers):
        """How many threads to use: what the caller says, or `minigrad.parallel.default_workers`."""
        if workers is None:
            return default_workers(self.x)
        if not isinstance(workers, (int, np.integer)) or workers < 1:
            raise ValueError(f"workers is {workers!r}; expected a whole number of at least 1")
        return workers

    def sum_over_points(self, weights, values, out=None):
        """Σ_k weight_k · values[point k], for values (points · N, ...): shape (N, ...), written to
        ``out`` if it is given.
        """
        if out is None:
            out = self.xp.empty((self.examples, *values.shape[1:]), dtype=values.dtype)
        weights = self.xp.asarray(weights, dtype=values.dtype).reshape(1, -1)
        self.xp.matmul(weights, values.reshape(weights.size, -1), out=out.reshape(1, -1))
        return out

    def scores_at_ends(self, F, workers=None):
        """F(x) and F(x'), each of shape (N,), in float64."""
        ends = ([1.0], self.x), ([0.0], self.xp.ascontiguousarray(self.baseline))
        scores = []
        with no_grad():
            self.walk(partial(score_at, F), ends, scores.append, min(2, self.threads(workers)))
        return tuple(scores)


def add_to(sums, found):
    """Add a dictionary of arrays to the sums, name by name."""
    for name, array in found.items():
        sums[name] = sums[name] + array if name in sums else array


def score_at(F, end):
    """F at one end of the path, (alphas, x), in float64."""
    _, x = end
    return to_numpy(score_of(F, Tensor(x)).data).astype(np.float64)


def checked_input(what, array):
    """The array as floats, if it holds finite numbers."""
    if array.dtype.kind in "iub":
        raise TypeError(
            f"{what} has dtype {array.dtype}; the path from the baseline runs through fractions, "
            "so give floats "
            "(for text, the embedding of the tokens)"
        )
    if not bool(get_array_module(array).isfinite(array).all()):
        raise ValueError(f"{what} holds NaN or infinity; mend the input first")
    return array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)


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


class ClassScore:
    """F for a classifier: the score of one class, before the softmax.

    Parameters
    ----------
    model : callable
        From a Tensor (N, ...) to a Tensor (N, classes).
    labels : int or sequence of int
        The class, or one for each example. Path points come stacked, point after point,
        so row r belongs to example ``r % len(labels)``.
    """

    def __init__(self, model, labels):
        self.model = model
        self.labels = np.atleast_1d(np.asarray(labels))
        if self.labels.dtype.kind not in "iu" or self.labels.ndim != 1 or self.labels.size == 0:
            raise ValueError(
                f"ClassScore: labels are {labels!r}; expected a class index, or one "
                "for each example"
            )

    def for_rows(self, rows):
        """The same for some of the examples, those of the slice ``rows``, so that a batch can be
        shared out.
        """
        return self if len(self.labels) == 1 else ClassScore(self.model, self.labels[rows])

    def __call__(self, x):
        scores = self.model(x)
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
        rows = np.arange(len(scores))
        xp = get_array_module(scores.data)
        return scores[xp.asarray(rows), xp.asarray(self.labels[rows % len(self.labels)])]
