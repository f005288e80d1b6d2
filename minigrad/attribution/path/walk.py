"""The walk from the baseline to the input: what is seen at a point, and what it adds."""

from functools import partial
from heapq import merge
from itertools import chain, pairwise
from operator import attrgetter

import numpy as np

from ...functions.winograd import keep_kernels
from ...machine.backend import get_array_module, to_numpy
from ...tensor import Tensor
from ..filters import as_float64, by_filter, side_by_side
from ..score import or_zeros, score_and_layers
from .quadrature import far_apart, refined
from .sums import Point

# Points kept from one walk to the next, so that they are not computed again: of GoogLeNet 30.
HELD_BYTES = 300_000_000


def walks(path, visit, add, sums, until=None, **how):
    """Walk along the path, or walk as often as it takes.

    The first walk has the points of ``sums``. Each other has all points of the one before, and
    new ones where its doubts ask for them, until every layer is within the tolerance.

    Parameters
    ----------
    path : StraightPath
    visit, add : callable
        As for `walk`.
    sums : Sums
        Nothing added yet.
    until : (tolerance, most_steps), optional
        When to end; without it there is one walk.
    **how
        ``batch_size``, ``workers`` and ``progress``.

    Returns
    -------
    sums : Sums
        Of the last walk.
    converged : bool or None
    """
    held = []
    # what Winograd's algorithm makes of the weights, once for all walks
    with keep_kernels():
        while True:
            held = walk(path, visit, add, sums, held, HELD_BYTES if until else 0, **how)
            if until is None:
                return sums, None
            tolerance, most_steps = until
            error, doubts, shares = sums.relative_panels()
            alphas = refined(sums.alphas, doubts, shares, tolerance, most_steps)
            if len(alphas) == len(sums.alphas):
                seen = not sums.infinite and not far_apart(alphas, shares)
                return sums, seen and error <= tolerance
            sums = sums.anew(alphas)


def walk(path, visit, add, sums, held, hold_bytes, batch_size, workers, progress):
    """Visit the points that are not held, and add all in the order of the path.

    Parameters
    ----------
    visit : callable
        From the path and some points α to a list of `Point`; called in several threads.
    add : callable
        ``add(sums, left, right)`` takes in a `Point`, given the one before it (None at first).
    held : list of Point
        From an earlier walk.
    hold_bytes : int
        How much memory may be held for a later one.

    Returns
    -------
    list of Point
        Those held, and as many new ones as there is room for.
    """
    known = {point.alpha for point in held}
    new = [alpha for alpha in sums.alphas if alpha not in known]
    holding, room = list(held), hold_bytes - sum(point.nbytes for point in held)
    batches = path.batches(new, batch_size)
    with path.visits(partial(visit, path), batches, workers, progress) as visits:
        points = chain.from_iterable(visits)
        if held:
            points = merge(held, points, key=attrgetter("alpha"))
        for left, right in pairwise(chain([None], points)):
            add(sums, left, right)
            if right.alpha not in known and right.nbytes <= room:
                holding.append(right)
                room -= right.nbytes
    return sorted(holding, key=attrgetter("alpha"))


def points_of(path, alphas, layers, infinite, *rows):
    """A pass through the network taken apart, point by point: a list of `Point`.

    Parameters
    ----------
    layers : dict of str to tuple of array (points · N, *layer)
    infinite : set of str
    *rows : numpy.ndarray, shape (points · N, ...)
        Score, slope and sums, as far as there are any.
    """
    points = []
    for k, alpha in enumerate(alphas.tolist()):
        at = slice(k * path.examples, (k + 1) * path.examples)
        here = {name: tuple(array[at] for array in arrays) for name, arrays in layers.items()}
        points.append(Point(alpha, here, infinite, *(row[at] for row in rows)))
    return points


def finite(sums, name, alpha, array, moving):
    """The array with 0 where it is infinite or NaN; whose that is, where y moves, is told."""
    xp = get_array_module(array)
    broken = ~xp.isfinite(array)
    sums.tell_infinite(name, alpha, to_numpy(by_filter(broken & moving)) > 0)
    return xp.where(broken, xp.zeros_like(array), array)


# ---- by the chain rule ----


def chain_rule(layers, keep_terms, path, alphas):
    """∂F/∂y · dy/dα of every unit at a few points, the integrand of Eq. 3: a list of `Point`.

    One forward sweep with tangents, one backward sweep, and their product.
    """
    found, sums, infinite = {}, [], set()
    with path.located(alphas):
        # x' + α (x − x'), dx/dα = x − x'
        x_alpha = Tensor(path.points(alphas), tangent=path.velocity(alphas))
        score, hidden = score_and_layers(path.F, x_alpha, layers)
        for name, y in hidden.items():
            dF_dy = or_zeros(y.grad, y)
            dy_dalpha = or_zeros(y.tangent, y)
            term = dF_dy * dy_dalpha
            found[name] = dF_dy, dy_dalpha, term
            sums.append(by_filter(term))
    sums = side_by_side(sums)
    if not np.isfinite(sums).all():
        found, sums, infinite = beside_infinity(path.xp, found)
    if not keep_terms:
        found = {name: (term,) for name, (_, _, term) in found.items()}
    slope = or_zeros(score.tangent, score)
    rows = as_float64(score.data), as_float64(slope), sums
    return points_of(path, alphas, found, infinite, *rows)


def beside_infinity(xp, found):
    """What `chain_rule` found, 0 · ∞ as 0; the sums of what is finite; and where not all is."""
    mended, sums = {}, []
    for name, (dF_dy, dy_dalpha, term) in found.items():
        zeros = xp.zeros_like(term)
        term = xp.where((dF_dy == 0) | (dy_dalpha == 0), zeros, term)
        mended[name] = dF_dy, dy_dalpha, term
        sums.append(by_filter(xp.where(xp.isfinite(term), term, zeros)))
    return mended, side_by_side(sums), set(mended)


def add_chain_rule(sums, left, right):
    """Take in a point: weight · ∂F/∂y · dy/dα.

    The doubt is half the change since the point before, as though it came all at once
    somewhere between.
    """
    weight, nearest = sums.weights[right.alpha]
    for name, (*factors, term) in right.layers.items():
        if name in right.infinite:
            term = finite(sums, name, right.alpha, term, moving=True)
        sums.add(name, weight * term)
        if factors:
            sums.keep(name, *factors, term)
    sums.note(right.alpha, weight, right.score, right.slope, right.sums)
    sums.stray((weight - nearest) * right.sums)
    if left is not None:
        width = right.alpha - left.alpha
        sums.panel((right.sums - left.sums) / 2 * width, (left.sums + right.sums) / 2 * width)


# ---- as a line integral ----


def gradients_and_values(layers, path, alphas):
    """∂F/∂y and y of every unit at a few points, without tangents: a list of `Point`."""
    with path.located(alphas):
        score, hidden = score_and_layers(path.F, Tensor(path.points(alphas)), layers)
        found = {name: (or_zeros(y.grad, y), y.data) for name, y in hidden.items()}
    return points_on_line(path, alphas, found, score.data)


def points_on_line(path, alphas, found, score):
    """{layer: (∂F/∂y, y)} as a list of `Point`, which know where ∂F/∂y is infinite."""
    # of every layer 0 · Σ ∂F/∂y: 0, or NaN if one of them is not finite
    zeros = to_numpy(path.xp.stack([0 * dF_dy.sum() for dF_dy, _ in found.values()]))
    infinite = {name for name, zero in zip(found, zeros) if zero != 0}
    return points_of(path, alphas, found, infinite, as_float64(score))


def add_line_integral(sums, left, right):
    """Take in ∫ ∂F/∂y dy from one point to the next: the way of y times ∂F/∂y at both ends.

    The doubt is half the difference between the two ends.
    """
    if left is None:
        return
    width = right.alpha - left.alpha
    at_left, at_right = [], []
    for name, (dF_dy_right, y_right) in right.layers.items():
        dF_dy_left, y_left = left.layers[name]
        dy = y_right - y_left
        if name in left.infinite or name in right.infinite:
            dF_dy_left = finite(sums, name, left.alpha, dF_dy_left, moving=dy != 0)
            dF_dy_right = finite(sums, name, right.alpha, dF_dy_right, moving=dy != 0)
        term_left = dF_dy_left * dy
        term_right = dF_dy_right * dy
        at_left.append(by_filter(term_left))
        at_right.append(by_filter(term_right))
        if sums.rule != "left":  # ½ (left + right), in the place of the left one
            term_left += term_right
            term_left /= 2
        sums.add(name, term_left)
        if sums.keep_terms:
            slope = dF_dy_left if sums.rule == "left" else (dF_dy_left + dF_dy_right) / 2
            sums.keep(name, slope, dy / width, slope * (dy / width))
    at_left, at_right = side_by_side(at_left), side_by_side(at_right)
    doubts, share = (at_right - at_left) / 2, (at_left + at_right) / 2
    sums.panel(doubts, share)
    if sums.rule == "left":
        sums.stray(doubts)
        share = at_left
    sums.note(left.alpha, width, left.score, (right.score - left.score) / width, share / width)
