"""The straight path from the baseline to the input, walked a few points at a time."""

import warnings
from contextlib import closing, contextmanager
from functools import partial

import numpy as np

from ...autodiff import data_of
from ...functions.winograd import keep_kernels
from ...machine.backend import free_bytes, get_array_module, on_gpu
from ...machine.parallel import in_order, threads_for
from ...recording import current_mode
from .quadrature import FIRST_POINTS, is_auto, quadrature
from .visits import located, scores_beside, weighted

# Rows (path points × examples) in one forward pass unless told: few enough that what one
# operation writes is still in the cache when the next reads it.
DEFAULT_BATCH_SIZE = 3
FEWEST_BATCHES = 4
# On a GPU: as many rows as its free memory takes. A row of GoogLeNet takes 100 times its input,
# and while a layer is computed its columns or windows as well.
BYTES_PER_INPUT_BYTE = 400
MOST_ROWS_ON_GPU = 64


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
    F : callable, optional
        The score. If it says in an attribute ``examples`` for how many examples it was made, as
        `ClassScore` does, ``x`` must hold so many.

    Attributes
    ----------
    x, baseline, difference : array, shape (N, ...)
        x, x' and x − x'.
    F : callable or None
    """

    def __init__(self, x, baseline, F=None):
        x = data_of(x)
        if isinstance(x, tuple):
            raise TypeError(
                f"x came as a tuple of {len(x)}; F takes one input: put the parts side by side in "
                "one array and take them apart in F"
            )
        xp = get_array_module(x)
        self.x = checked_input("x", x if xp is not np else np.asarray(x))
        if self.x.ndim < 2:
            raise ValueError(
                f"x has shape {self.x.shape}; expected a batch (N, ...), for one example x[None]"
            )
        if self.x.shape[0] == 0:
            raise ValueError(f"x has shape {self.x.shape}: the batch is empty, give at least one")
        baseline = data_of(baseline)
        get_array_module(self.x, baseline)  # refuses a mix of NumPy and CuPy
        baseline = checked_input("baseline", xp.asarray(baseline, dtype=self.x.dtype))
        try:
            self.baseline = xp.broadcast_to(baseline, self.x.shape)
        except ValueError:
            raise ValueError(
                f"the baseline's shape {baseline.shape} does not broadcast to x's {self.x.shape}"
            ) from None
        with np.errstate(over="ignore"):
            self.difference = self.x - self.baseline
        if not bool(xp.isfinite(self.difference).all()):
            raise ValueError(
                f"x − x' is too large for {self.x.dtype}; give smaller numbers, or float64"
            )
        self.xp, self.F = xp, F
        made_for = getattr(F, "examples", None)
        if made_for not in (None, self.examples):
            raise ValueError(
                f"F was made for {made_for} examples (labels, lengths), but x holds {self.examples}"
            )

    def __repr__(self):
        return f"StraightPath({self.examples} examples of shape {self.x.shape[1:]}, {self.x.dtype})"

    @property
    def examples(self):
        """N, the number of examples."""
        return self.x.shape[0]

    def with_points(self, steps, rule=None):
        """The path with its points; or a path for each example, where each has points of its own.

        Parameters
        ----------
        steps : int, "auto", array_like of float, or list of arrays
            As for `conductance`; a list has the points of every example.
        rule : str, optional
            As for `quadrature`.

        Returns
        -------
        list of (path, alphas, weights)
            With "auto" the points of the first walk.
        """
        if is_auto(steps):
            return [(one, *quadrature(FIRST_POINTS, "trapezoid")) for one in self.one_by_one()]
        if not (isinstance(steps, list) and steps and np.ndim(steps[0]) == 1):
            return [(self, *quadrature(steps, rule))]
        paths = self.one_by_one()
        if len(steps) != len(paths):
            raise ValueError(f"steps holds points for {len(steps)} examples; expected {len(paths)}")
        return [(one, *quadrature(points, rule)) for one, points in zip(paths, steps)]

    def one_by_one(self):
        """A path for each example, if F can be asked about some of its examples only."""
        if self.examples == 1 or not hasattr(self.F, "for_rows"):
            return [self]
        rows = [slice(n, n + 1) for n in range(self.examples)]
        return [StraightPath(self.x[n], self.baseline[n], self.F.for_rows(n)) for n in rows]

    def points(self, alphas):
        """x(α) for every α and every example: shape (len(alphas) · N, ...)."""
        alpha = self.xp.asarray(alphas, dtype=self.x.dtype).reshape(-1, *(1,) * self.x.ndim)
        x_alpha = self.baseline + alpha * self.difference
        return x_alpha.reshape(-1, *self.x.shape[1:])

    def velocity(self, alphas):
        """dx/dα = x − x' at every α and example, shaped like `points`; a view if it can be."""
        if self.examples == 1:
            return self.xp.broadcast_to(self.difference, (len(alphas), *self.x.shape[1:]))
        repeated = self.xp.broadcast_to(self.difference, (len(alphas), *self.x.shape))
        return repeated.reshape(-1, *self.x.shape[1:])

    def batches(self, alphas, batch_size=None):
        """The points cut into batches of at most ``batch_size`` rows (but one point at least)."""
        if batch_size is None:
            batch_size = self.fitting_rows() if on_gpu(self.xp) else DEFAULT_BATCH_SIZE
        if not isinstance(batch_size, (int, np.integer)) or batch_size < 1:
            raise ValueError(f"batch_size is {batch_size!r}; expected a whole number of at least 1")
        points = max(1, batch_size // self.examples)
        if on_gpu(self.xp):
            count = -(-len(alphas) // points)
        else:
            # Batches of almost the same size, an even number of them and four at least, so that
            # two threads end together. The number of threads itself must not matter: with other
            # batches the last bits would be others.
            count = min(len(alphas), max(FEWEST_BATCHES, 2 * -(-len(alphas) // (2 * points))))
        return np.array_split(np.asarray(alphas), count) if count else []

    def fitting_rows(self):
        """How many rows a GPU's free memory takes, if a row takes as much as one of GoogLeNet."""
        row_bytes = BYTES_PER_INPUT_BYTE * self.x[0].nbytes
        return int(min(MOST_ROWS_ON_GPU, max(1, free_bytes() // row_bytes)))

    @contextmanager
    def visits(self, visit, batches, workers=None, progress=None):
        """In the block: ``visit(batch)`` for each batch, in order, computed by several threads.

        Parameters
        ----------
        visit : callable
        batches : list
        workers : int, optional
            Threads; see `minigrad.machine.parallel.default_workers`.
        progress : callable, optional
            Wraps ``batches`` while they are walked.
        """
        shown = batches if progress is None else progress(batches)
        found = in_order(visit, shown, threads_for(self.x, workers))
        with keep_kernels(), closing(found):
            yield found

    def integrate(self, visit, steps, rule, batch_size=None, workers=None, progress=None):
        """∫₀¹ of what ``visit(path, alphas)`` finds at the points: a dictionary of arrays (N, ...).

        Parameters
        ----------
        visit : callable
            From a `StraightPath` and a few points α to a dictionary of arrays (points · N, ...).
        steps, rule
            As for `with_points`.
        """
        parts = []
        for one, alphas, weights in self.with_points(steps, rule):
            batches = one.batches(alphas, batch_size)
            cuts = np.cumsum([len(batch) for batch in batches])[:-1]
            pairs, sums = list(zip(batches, np.split(weights, cuts))), {}
            with one.visits(partial(weighted, one, visit), pairs, workers, progress) as visits:
                for found in visits:
                    for name, array in found.items():
                        sums[name] = sums[name] + array if name in sums else array
            parts.append(sums)
        if len(parts) == 1:
            return parts[0]
        return {name: self.xp.concatenate([part[name] for part in parts]) for name in parts[0]}

    def located(self, alphas):
        """Context manager for a visit: an exception is told which points the rows are."""
        return located(alphas, self.examples)

    def sum_over_points(self, weights, values):
        """Σ_k weight_k · values[point k], for values (points · N, ...): shape (N, ...)."""
        weights = self.xp.asarray(weights, dtype=values.dtype).reshape(1, -1)
        found = self.xp.matmul(weights, values.reshape(weights.size, -1))
        return found.reshape(self.examples, *values.shape[1:])

    def times_difference(self, integral):
        """(x − x') · integral; 0 where x is x', also beside an infinite one."""
        product = self.difference * integral
        product = self.xp.where(self.difference == 0, self.xp.zeros_like(product), product)
        for watcher in current_mode().watchers:
            watcher.added("x", None, None, (integral, self.difference, product), product)
        return product

    def scores_at_ends(self, layers=(), workers=None):
        """F(x) and F(x'), each of shape (N,), in float64; a warning if rows see each other.

        Two passes, x beside x' and x beside itself: a row whose score hangs on its neighbours, or
        on chance, has two scores.
        """
        beside = ([1.0, 0.0], self.baseline), ([1.0, 1.0], self.x)
        visit = partial(scores_beside, self, layers)
        with self.visits(visit, beside, min(2, threads_for(self.x, workers))) as visits:
            (score_x, score_baseline), (again, _) = visits
        gap = np.abs(again - score_x)
        if (gap > np.sqrt(np.finfo(self.x.dtype).eps) * np.abs(score_x)).any():
            warnings.warn(
                f"F gives the same rows other scores beside other rows (up to {gap.max():.3g} "
                "apart): dropout or batch statistics are on (model.eval() turns them off), or "
                "something is drawn or compared across rows. What is computed along the path is "
                "then of no one row's path",
                stacklevel=3,
            )
        return score_x, score_baseline


def checked_input(what, array):
    """The array as floats in the machine's byte order, if it holds finite numbers."""
    if array.dtype.kind in "iub":
        raise TypeError(
            f"{what} has dtype {array.dtype}; the path from the baseline runs through fractions, "
            "so give floats (for text, the embedding of the tokens)"
        )
    if array.dtype.kind != "f":
        raise TypeError(f"{what} has dtype {array.dtype}; expected real floating-point numbers")
    wide = np.float64 if array.dtype.itemsize >= 8 else np.float32
    array = array.astype(wide, copy=False)  # also from another byte order, or a long double
    if not bool(get_array_module(array).isfinite(array).all()):
        raise ValueError(f"{what} holds NaN or infinity; mend the input first")
    return array
