"""Which part of an array is shown, and how: its number, its bars, its rows or a few maps."""

from html import escape
from math import prod

import numpy as np

from ...machine.backend import to_numpy
from .pictures import WIDE, bar_table, bars, heat_map, number, number_table, quiet, side_by_side

MOST = 2**18  # entries that are looked at, and that come from a GPU
FEW, COLUMNS = 64, 8  # entries of a matrix that are written as numbers, so many in a row
FEW_BARS = 12  # entries of a vector that are
LIMITS = {1: (128,), 2: (32, 128)}  # rows and columns that are drawn; of a map 32 each
AXES = {4: ("N", "H", "W", "C"), 3: ("N", "T", "E")}  # a matrix may be anything
KERNEL_AXES = {4: ("kh", "kw", "in", "out"), 3: ("k", "in", "out"), 2: ("in", "out")}


def axes_of(array, kernel):
    """('N', 'H', 'W', 'C'), as this engine reads so many axes; () where it has no names."""
    return (KERNEL_AXES if kernel else AXES).get(array.ndim, ())


def array_html(array, title, kernel=False, most=8):
    """An array's range and picture.

    Parameters
    ----------
    array : numpy.ndarray or cupy.ndarray
        At most `MOST` entries of it are read, and none is changed.
    title : str
    kernel : bool
        Whether the axes are those of a weight: the first filters are shown. Of other arrays of
        three axes and more it is the first example, and its strongest channels.
    most : int
        How many maps are shown.
    """
    index = shown_index(array.shape, kernel)
    part = to_numpy(array[tuple(index)])
    values = as_floats(part)
    strength = float(np.abs(values[np.isfinite(values)]).max(initial=0))
    few, limits = array.size <= FEW, LIMITS.get(part.ndim, (32, 32))
    pictures = []
    if part.size and part.ndim:
        found = planes(part, values, index, kernel, most)
        pictures = [picture(*plane, strength, few, limits) for plane in found]
    facts = told_range(part, index[-1].step if part.ndim == 1 and len(part) > FEW_BARS else 0)
    if part.size < array.size:
        facts = f"a slice of it, {expression(index)}: {facts}"
    drawn = side_by_side(pictures) if pictures else ""
    lines = quiet(facts) + quiet(order(part.shape, array, index, kernel, len(pictures)))
    return (
        f'<div role="group" aria-label="{escape(title)}" style="max-width:100%">'
        f"<div><b>{escape(title)}</b></div>{lines}{drawn}</div>"
    )


def order(shape, array, index, kernel, shown):
    """'8 of 64 channels, the strongest first; H goes down, W across', as far as it is so."""
    said = []
    if len(shape) > 2 and shown:
        said.append(f"{shown} of {array.shape[-1]} {'filters' if kernel else 'channels'}")
        said[0] += "" if kernel else ", the strongest first"
        said[0] += ", each at its strongest input" if len(shape) == 4 else ""
    axes = axes_of(array, kernel)
    free = [name for name, one in zip(axes, index) if isinstance(one, slice)]
    if len(free) > 1 and shown:
        said.append(f"{free[0]} goes down, {free[1]} across")
    elif free and shown:
        said.append(f"along {free[0]}")
    return "; ".join(said)


def shown_index(shape, kernel):
    """What is read of an array: for each axis one number, or a slice that steps over entries.

    Of examples the first; axes of length 1 in front are passed over.
    """
    leading = max(len(shape) - (4 if kernel else 3), 0 if kernel or len(shape) < 3 else 1)
    while leading < len(shape) and shape[leading] == 1:
        leading += 1
    if 0 in shape:
        leading = 0
    return [0] * leading + stepping(shape[leading:])


def stepping(shape, most=MOST):
    """A slice for each axis, so that at most so many entries are read; at least one."""
    steps = [1] * len(shape)
    while prod(-(-n // step) for n, step in zip(shape, steps)) > max(most, 1):
        lengths = [n // step for n, step in zip(shape, steps)]
        steps[lengths.index(max(lengths))] *= 2
    return [slice(None, None, step) for step in steps]


def expression(index):
    """'[0, :, ::2, 12]', as one writes it."""
    parts = [
        str(one) if not isinstance(one, slice) else ":" if one.step == 1 else f"::{one.step}"
        for one in index
    ]
    return f"[{', '.join(parts)}]"


def as_floats(part):
    """The entries as float64, for colours; of complex numbers the real part."""
    with np.errstate(over="ignore"):
        return (part.real if part.dtype.kind == "c" else part).astype(np.float64)


def told_range(part, step=0):
    """'from -1.2 to 3.4, 2 of 9 not finite, 12 % zeros'; of a vector by steps, where they are."""
    if part.size == 0:
        return "no entries"
    if part.size == 1:
        return number(part.item(), 6)
    if part.dtype.kind == "b":
        return f"{np.count_nonzero(part)} of {part.size} are True"
    is_finite = np.isfinite(part)
    finite = part[is_finite].real
    told = []
    if finite.size:
        low, high = number(finite.min().item()), number(finite.max().item())
        if part.ndim == 1 and step:
            at = np.flatnonzero(is_finite) * step
            low, high = f"{low} at {at[finite.argmin()]}", f"{high} at {at[finite.argmax()]}"
        told.append(f"{'real part ' if part.dtype.kind == 'c' else ''}from {low} to {high}")
    if finite.size < part.size:
        told.append(f"{part.size - finite.size} of {part.size} not finite (yellow)")
    zeros = part.size - np.count_nonzero(part)
    return ", ".join(told + ([f"{100 * zeros / part.size:.2g} % zeros"] if zeros else []))


def planes(part, values, index, kernel, most):
    """What is drawn: (entries, the same as floats, the expression of their place)."""
    free = [axis for axis, one in enumerate(index) if isinstance(one, slice)]
    if part.ndim < 3:
        yield part, values, index
        return
    places = []
    if kernel:
        for out in range(part.shape[-1])[:most]:
            inner = () if part.ndim == 3 else (strongest(values[..., out], 1)[0],)
            places.append((*inner, out))
    else:
        places = [(channel,) for channel in strongest(values, most)]
    for place in places:
        shown = list(index)
        for axis, one in zip(free[-len(place) :], place):
            shown[axis] = one * index[axis].step
        yield part[..., *place], values[..., *place], shown


def strongest(values, most):
    """The entries of the last axis with the largest norms, at most so many, the largest first."""
    flat = np.abs(np.where(np.isfinite(values), values, 0)).reshape(-1, values.shape[-1])
    scaled = flat / (flat.max(initial=0) or 1)  # so that no square overflows
    return np.argsort(-np.linalg.norm(scaled, axis=0), kind="stable")[:most].tolist()


def picture(part, values, index, strength, few, most):
    """Numbers on tinted cells, bars, or a heat map, above the expression of what it shows.

    Of more rows or columns than ``most`` every second or third or later one is drawn.
    """
    if part.ndim == 1:
        return captioned(*vector_picture(part, values, expression(index), strength, *most))
    steps = [-(-n // limit) for n, limit in zip(part.shape, most)]
    thinned = tuple(slice(None, None, step) for step in steps)
    part, values, left = part[thinned], values[thinned], iter(steps)
    place = expression(
        slice(None, None, one.step * next(left)) if isinstance(one, slice) else one for one in index
    )
    if few and part.shape[1] <= COLUMNS:
        texts = [number(entry) for entry in part.reshape(-1).tolist()]
        return captioned(number_table(texts, values, strength, f"the numbers {place}"), place)
    told = f"heat map of {place}, {told_range(part)}"
    return captioned(heat_map(values, strength, told, WIDE if most[1] > 32 else 112), place)


def vector_picture(part, values, place, strength, most):
    """Bars, of a few entries with the numbers, of many the largest of each few; and their place."""
    if len(part) <= FEW_BARS:
        texts = [number(entry) for entry in part.tolist()]
        return bar_table(texts, values, strength, f"the numbers {place}"), place
    step = -(-len(part) // most)
    groups = np.pad(values, (0, -len(part) % step)).reshape(-1, step)
    sizes = np.where(np.isfinite(groups), np.abs(groups), np.inf)
    largest = np.take_along_axis(groups, sizes.argmax(axis=1)[:, None], axis=1)[:, 0]
    place += f", of every {step} the largest" if step > 1 else ""
    return bars(largest, strength, f"bars of {place}, {told_range(part)}"), place


def captioned(drawn, place):
    """A picture above the expression of its place, unless that is the whole array."""
    below = f'<code style="font-size:85%">{place}</code>' if place.strip("[:, ]") else ""
    return f'<div style="max-width:100%">{drawn}{below}</div>'
