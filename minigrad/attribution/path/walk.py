"""The walk from the baseline to the input: what is seen at a point, and what it adds."""

from contextlib import nullcontext
from functools import partial
from heapq import merge
from itertools import chain, islice

import numpy as np

from ...functions.chain_rule import unchecked
from ...functions.winograd import keep_kernels
from ...machine.backend import fetched, get_array_module, on_gpu, to_numpy
from ...machine.parallel import watched_in_one_thread
from ...tensor import Tensor
from ..filters import by_filter
from ..score import or_zeros, score_and_layers
from .quadrature import far_apart, refined
from .sums import Stretch, joined

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
        From the path and some points α to a `Stretch`; called in several threads.
    add : callable
        ``add(sums, left, right)`` takes in a `Stretch`, given the one before it (None at first),
        and gives it back as the next one's left.
    held : list of Stretch
        Single points of an earlier walk.
    hold_bytes : int
        How much memory may be held for a later one.

    Returns
    -------
    list of Stretch
        Single points: those held, and as many new ones as there is room for.
    """
    known = {point.alphas[0] for point in held}
    new = [alpha for alpha in sums.alphas if alpha not in known]
    holding, room = list(held), hold_bytes - sum(point.nbytes for point in held)
    batches, left = path.batches(new, batch_size), None
    with path.visits(partial(visit, path), batches, workers, progress) as stretches:
        if held:  # they lie between the new ones, also between those of one stretch
            stretches = merge(held, chain.from_iterable(map(points_of, stretches)), key=alpha_of)
            if on_gpu(path.xp):
                stretches = in_few(stretches, len(batches[0]) if batches else len(held))
        for right in stretches:
            left = add(sums, left, right)
            for point in points_of(left) if room > 0 else ():
                if point.alphas[0] not in known and point.nbytes <= room:
                    holding.append(point)
                    room -= point.nbytes
    return sorted(holding, key=alpha_of)


def points_of(stretch):
    """Every point of a stretch by itself."""
    return map(stretch.point, range(len(stretch.alphas)))


def in_few(points, count):
    """Stretches of so many points, for a GPU, which adds many as fast as one."""
    while some := list(islice(points, count)):
        yield joined(some)


def alpha_of(point):
    """Where a single point is."""
    return point.alphas[0]


def points_apart(examples, array):
    """From (points · N, ...) to (points, N, ...): a view."""
    return array.reshape(-1, examples, *array.shape[1:])


def sums_of(array):
    """A layer (points, N, *layer), summed over each filter's positions: (points, N, filters)."""
    with np.errstate(invalid="ignore"):  # ∞ − ∞ is NaN, which is what is looked for
        return points_apart(array.shape[1], by_filter(array.reshape(-1, *array.shape[2:])))


def product(dF_dy, dy):
    """∂F/∂y · dy; 0 · ∞ is NaN, which shows in the sums, and is not warned of before."""
    with np.errstate(invalid="ignore"):
        return dF_dy * dy


def finite(infinite, name, alphas, array, moving=True):
    """The array (points, N, *layer) with 0 where it is infinite or NaN.

    Whose that is, where y moves, is written into ``infinite``; see `Sums`.
    """
    xp = get_array_module(array)
    broken = ~xp.isfinite(array)
    for alpha, filters in zip(alphas.tolist(), to_numpy(sums_of(broken & moving)) > 0):
        if filters.any():
            infinite[name, alpha] = filters | infinite.get((name, alpha), False)
    return xp.where(broken, xp.zeros_like(array), array)


# ---- by the chain rule ----


def chain_rule(layers, keep_terms, path, alphas, careful=False):
    """∂F/∂y · dy/dα of every unit at a few points, the integrand of Eq. 3: a `Stretch`.

    One forward sweep with tangents, one backward sweep, and their product. What is not finite
    shows in the sums; then all is done again, with care.
    """
    found, infinite, apart = {}, {}, partial(points_apart, path.examples)
    with path.located(alphas), nullcontext() if careful else unchecked():
        # x' + α (x − x'), dx/dα = x − x'
        x_alpha = Tensor(path.points(alphas), tangent=path.velocity(alphas))
        score, hidden = score_and_layers(path.F, x_alpha, layers)
        for name, y in hidden.items():
            dF_dy = y.grad
            dy_dalpha = or_zeros(y.tangent, y)
            term = product(dF_dy, dy_dalpha)
            found[name] = apart(dF_dy), apart(dy_dalpha), apart(term)
    numbers = apart(score.data), apart(or_zeros(score.tangent, score))
    score, slope, *sums = fetched(*numbers, *(sums_of(term) for *_, term in found.values()))
    if not (careful or all(np.isfinite(of).all() for of in (slope, *sums))):
        return chain_rule(layers, keep_terms, path, alphas, careful=True)
    if careful:
        found = beside_infinity(infinite, alphas, found)
        sums = fetched(*(sums_of(term) for *_, term in found.values()))
    if not (keep_terms or watched_in_one_thread()):
        found = {name: (term,) for name, (_, _, term) in found.items()}
    return Stretch(alphas, found, score, slope, np.concatenate(sums, axis=-1), infinite)


def beside_infinity(infinite, alphas, found):
    """What `chain_rule` found, 0 · ∞ as 0, and so what is infinite, but that is told."""
    mended = {}
    for name, (dF_dy, dy_dalpha, term) in found.items():
        xp = get_array_module(term)
        term = xp.where((dF_dy == 0) | (dy_dalpha == 0), xp.zeros_like(term), term)
        mended[name] = dF_dy, dy_dalpha, finite(infinite, name, alphas, term)
    return mended


def add_chain_rule(sums, left, right):
    """Take in a few points: weight · ∂F/∂y · dy/dα.

    The doubt of a panel is half the change from its one end to the other, as though it came all
    at once somewhere between.
    """
    weights, nearest = sums.weights_of(right.alphas)
    xp = get_array_module(*next(iter(right.layers.values())))
    weights_there = xp.asarray(weights)
    for name, (*factors, term) in right.layers.items():
        sums.add(name, xp.tensordot(weights_there.astype(term.dtype, copy=False), term, 1))
        if sums.keep_terms is True:
            sums.keep(name, *factors, term)
        sums.tell(name, right.alphas, weights, *factors, term)
    sums.infinite |= right.infinite
    sums.note(right.alphas, weights, right.score, right.slope, right.sums)
    sums.stray(np.tensordot(weights - nearest, right.sums, 1))
    alphas, terms = after(left, right, "alphas"), after(left, right, "sums")
    widths = np.diff(alphas)[:, None, None]
    sums.panels(np.diff(terms, axis=0) / 2 * widths, (terms[:-1] + terms[1:]) / 2 * widths)
    return right


def after(left, right, what):
    """A number of every point of a stretch, behind that of the last point before it."""
    ours = getattr(right, what)
    if left is None:
        return ours
    return get_array_module(ours).concatenate([getattr(left, what)[-1:], ours])


# ---- as a line integral ----


def gradients_and_values(layers, path, alphas, careful=False):
    """∂F/∂y and y of every unit at a few points, without tangents: a `Stretch`."""
    apart = partial(points_apart, path.examples)
    with path.located(alphas), nullcontext() if careful else unchecked():
        score, hidden = score_and_layers(path.F, Tensor(path.points(alphas)), layers)
        found = {name: (apart(y.grad), apart(y.data)) for name, y in hidden.items()}
    again = None if careful else partial(gradients_and_values, layers, path, careful=True)
    return Stretch(alphas, found, apart(score.data), again=again)


def add_line_integral(sums, left, right, careful=False):
    """Take in ∫ ∂F/∂y dy from point to point: the way of y times ∂F/∂y at both ends.

    The doubt of a panel is half the difference between its two ends. What is infinite shows in
    the sums; then all is done again, with care.
    """
    alphas, shares, ends = after(left, right, "alphas"), {}, []
    if len(alphas) == 1:  # no panel yet
        return right
    for name in right.layers:
        dF_dy_left, dF_dy_right, dy = panels(left, right, name)
        if careful:
            dF_dy_left = finite(sums.infinite, name, alphas[:-1], dF_dy_left, dy != 0)
            dF_dy_right = finite(sums.infinite, name, alphas[1:], dF_dy_right, dy != 0)
        term_left = product(dF_dy_left, dy)
        term_right = product(dF_dy_right, dy)
        ends += [sums_of(term_left), sums_of(term_right)]
        if sums.rule != "left":  # ½ (left + right), in the place of the left one
            term_left += term_right
            term_left *= 0.5
        shares[name] = term_left.sum(axis=0)
    score, *ends = fetched(after(left, right, "score"), *ends)
    if not (careful or all(np.isfinite(of).all() for of in ends)):
        return add_line_integral(sums, left and left.with_care(), right.with_care(), careful=True)
    widths = np.diff(alphas)
    for name, share in shares.items():
        sums.add(name, share)
        if sums.keep_terms is True or watched_in_one_thread():
            keep_panels(sums, name, alphas, *panels(left, right, name))
    at_left, at_right = (np.concatenate(ends[end::2], axis=-1) for end in (0, 1))
    doubts, share = (at_right - at_left) / 2, (at_left + at_right) / 2
    sums.panels(doubts, share)
    if sums.rule == "left":
        sums.stray(doubts.sum(axis=0))
        share = at_left
    slope = np.diff(score, axis=0) / widths[:, None]
    sums.note(alphas[:-1], widths, score[:-1], slope, share / widths[:, None, None])
    return right


def panels(left, right, name):
    """∂F/∂y at the left and at the right end of each panel of a layer, and the way of y between."""
    dF_dy, y = right.layers[name]
    if left is not None:
        dF_dy_before, y_before = (of[-1:] for of in left.layers[name])
        if len(y) == 1:  # nothing to be copied
            return dF_dy_before, dF_dy, y - y_before
        xp = get_array_module(y)
        dF_dy, y = xp.concatenate([dF_dy_before, dF_dy]), xp.concatenate([y_before, y])
    return dF_dy[:-1], dF_dy[1:], y[1:] - y[:-1]


def keep_panels(sums, name, alphas, dF_dy_left, dF_dy_right, dy):
    """Keep ∂F/∂y as the rule has it, and dy/dα, of each panel of a layer; tell who watches."""
    slope = dF_dy_left if sums.rule == "left" else (dF_dy_left + dF_dy_right) / 2
    sums.tell(name, alphas[1:], None, slope, dy, slope * dy)
    if sums.keep_terms is not True:
        return
    xp, widths = get_array_module(dy), np.diff(alphas)
    rate = dy / xp.asarray(widths, dtype=dy.dtype).reshape(-1, *(1,) * (dy.ndim - 1))
    sums.keep(name, slope, rate, slope * rate)
