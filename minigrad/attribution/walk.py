"""The walk from the baseline to the input: what is seen at a point, and what it adds."""

from functools import partial
from heapq import merge
from itertools import chain, pairwise
from operator import attrgetter

import numpy as np

from ..backend import get_array_module, to_numpy
from ..functions.winograd import keep_kernels
from ..tensor import Tensor
from .filters import by_filter, side_by_side
from .quadrature import refined
from .score import or_zeros, score_and_layers
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
            doubts = sums.relative_doubts()
            if doubts.sum(axis=0).max() <= tolerance**2:
                return sums, not sums.infinite
            alphas = refined(sums.alphas, doubts, tolerance, most_steps)
            if len(alphas) == len(sums.alphas):
                return sums, False
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
        points = merge(held, chain.from_iterable(visits), key=attrgetter("alpha"))
        for left, right in pairwise(chain([None], points)):
            add(sums, left, right)
            if right.alpha not in known and right.nbytes <= room:
                holding.append(right)
                room -= right.nbytes
    return sorted(holding, key=attrgetter("alpha"))


def points_of(path, alphas, found, score, slope=None, sums=None, infinite=()):
    """A pass through the network taken apart, point by point: a list of `Point`."""
    score = to_numpy(score).astype(np.float64)
    points = []
    for k, alpha in enumerate(alphas.tolist()):
        rows = slice(k * path.examples, (k + 1) * path.examples)
        layers = {name: tuple(one[rows] for one in arrays) for name, arrays in found.items()}
        point = Point(alpha, score[rows], layers, infinite)
        if sums is not None:
            its_infinite = {name: filters[rows] for name, filters in infinite.items()}
            point = point._replace(infinite=its_infinite, slope=slope[rows], sums=sums[rows])
        points.append(point)
    return points


# ---- by the chain rule ----


def chain_rule(layers, keep_terms, path, alphas):
    """∂F/∂y · dy/dα of every unit at a few points, the integrand of Eq. 3: a list of `Point`.

    One forward sweep with tangents, one backward sweep, and their product.
    """
    found = {}
    with path.located(alphas):
        # x' + α (x − x'), dx/dα = x − x'
        x_alpha = Tensor(path.points(alphas), tangent=path.velocity(alphas))
        score, hidden = score_and_layers(path.F, x_alpha, layers)
        for name, y in hidden.items():
            dF_dy = or_zeros(y.grad, y)
            dy_dalpha = or_zeros(y.tangent, y)
            term = dF_dy * dy_dalpha
            found[name] = dF_dy, dy_dalpha, term
    sums, infinite = side_by_side([by_filter(term) for _, _, term in found.values()]), {}
    if not np.isfinite(sums).all():
        found, infinite = without_infinite(path.xp, found)
        sums = side_by_side([by_filter(term) for _, _, term in found.values()])
    if not keep_terms:
        found = {name: (term,) for name, (_, _, term) in found.items()}
    slope = to_numpy(or_zeros(score.tangent, score)).astype(np.float64)
    return points_of(path, alphas, found, score.data, slope, sums, infinite)


def without_infinite(xp, found):
    """The terms of `chain_rule`, 0 where a factor is 0, also beside an infinite one.

    Terms that remain infinite count as 0 too, and whose they are is told: {layer: (rows,
    filters)}.
    """
    mended, infinite = {}, {}
    for name, (dF_dy, dy_dalpha, term) in found.items():
        broken = ~xp.isfinite(term)
        mended[name] = dF_dy, dy_dalpha, xp.where(broken, xp.zeros_like(term), term)
        broken = broken & (dF_dy != 0) & (dy_dalpha != 0)
        infinite[name] = to_numpy(by_filter(broken)) > 0
    return mended, infinite


def add_chain_rule(sums, left, right):
    """Take in a point: weight · ∂F/∂y · dy/dα.

    The doubt is half the change since the point before, as though it came all at once
    somewhere between.
    """
    weight, nearest = sums.weights[right.alpha]
    for name, (*factors, term) in right.layers.items():
        sums.add(name, weight * term)
        if factors:
            sums.keep(name, *factors, term)
    sums.note(right.alpha, weight, right.score, right.slope, right.sums)
    sums.stray((weight - nearest) * right.sums)
    for name, filters in right.infinite.items():
        sums.tell_infinite(name, right.alpha, filters)
    if left is not None:
        sums.doubt((right.sums - left.sums) / 2 * (right.alpha - left.alpha))


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
    return points_of(path, alphas, found, score, infinite=infinite)


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
            dF_dy_left = finite_slope(sums, name, left.alpha, dF_dy_left, dy)
            dF_dy_right = finite_slope(sums, name, right.alpha, dF_dy_right, dy)
        term_left = dF_dy_left * dy
        term_right = dF_dy_right * dy
        sums.add(name, term_left if sums.rule == "left" else (term_left + term_right) / 2)
        at_left.append(by_filter(term_left))
        at_right.append(by_filter(term_right))
        if sums.keep_terms:
            slope = dF_dy_left if sums.rule == "left" else (dF_dy_left + dF_dy_right) / 2
            sums.keep(name, slope, dy / width, slope * (dy / width))
    at_left, at_right = side_by_side(at_left), side_by_side(at_right)
    doubts = (at_right - at_left) / 2
    sums.doubt(doubts)
    if sums.rule == "left":
        sums.stray(doubts)
    share = at_left if sums.rule == "left" else (at_left + at_right) / 2
    sums.note(left.alpha, width, left.score, (right.score - left.score) / width, share / width)


def finite_slope(sums, name, alpha, dF_dy, dy):
    """∂F/∂y with 0 where it is infinite; whose it is, where y moves, is told."""
    xp = get_array_module(dF_dy)
    infinite = ~xp.isfinite(dF_dy)
    sums.tell_infinite(name, alpha, to_numpy(by_filter(infinite & (dy != 0))) > 0)
    return xp.where(infinite, xp.zeros_like(dF_dy), dF_dy)
