"""Operations that move entries: Flatten, Reshape, Transpose, Concat, Slice, Pad and their like."""

import math

import numpy as np

from ..constants import slice_numbers
from ..translation import Unsupported, last, straight
from .linear import embedding


def flatten(t, node):
    x = t.value(node)
    axis = node.integer("axis", 1)
    axis = axis + len(x.shape) if axis < 0 else axis
    if axis != 1:
        raise Unsupported(f"axis {axis}: the examples would not stay apart; expected 1")
    return flattened(t, node, x)


def flattened(t, node, x):
    """Each example as one row; a picture keeps its entries where they are, and that is noted."""
    if len(x.shape) == 2:
        return x
    shape = (1, math.prod(x.shape))
    if len(x.shape) == 4 and x.order == last(4):
        flat = x.shape[1:] if x.shape[1] > 1 and max(x.shape[2:]) > 1 else None
    else:
        x, flat = t.plain(node, x), None
    return t.add(node, "flatten", [x], shape, (0, 1))._replace(flat=flat)


def reshape(t, node):
    x = t.value(node)
    sizes = t.constant_list(node, 1, "shape")
    if not sizes:
        raise Unsupported("its shape depends on the picture; export with a fixed size")
    if not node.integer("allowzero", 0):
        for axis, size in enumerate(sizes):
            if size == 0 and axis < len(x.shape):
                sizes[axis] = x.shape[axis]
    sizes = t.for_one(sizes)
    count, known = math.prod(x.shape), math.prod(size for size in sizes if size != -1)
    if sizes.count(-1) > 1 or known <= 0 or count % known:
        raise Unsupported(f"{x.shape} does not fill {sizes}")
    sizes = [count // known if size == -1 else size for size in sizes]
    if sizes[0] != 1 or math.prod(sizes) != count:
        raise Unsupported(
            f"{x.shape} becomes {tuple(sizes)}: the examples would not stay apart, or the file is "
            "for a batch of several; export it for a batch of one, or of any size"
        )
    if tuple(sizes) == x.shape:
        return x
    if len(sizes) == 2:
        return flattened(t, node, x)
    x = t.plain(node, x)
    return t.add(node, "reshape", [x], sizes, straight(len(sizes)), {"shape": sizes[1:]})


def transpose(t, node):
    """No step: the same array, whose axes ONNX counts in another order."""
    x = t.unflattened(node, t.value(node))
    rank = len(x.shape)
    axes = node.integers("perm", list(reversed(range(rank))))
    if sorted(axes) != list(range(rank)):
        raise Unsupported(f"perm {axes} of a tensor of shape {x.shape}")
    if axes[0] != 0:
        raise Unsupported("it moves the axis of the examples, which is the first one here")
    order = tuple(axes.index(axis) for axis in x.order)
    return x._replace(shape=tuple(x.shape[axis] for axis in axes), order=order)


def squeeze(t, node):
    x = t.unflattened(node, t.value(node))
    axes = t.constant_list(node, 1, "axes")
    if axes is None:
        axes = [axis for axis in range(1, len(x.shape)) if x.shape[axis] == 1]
    axes = [x.checked_axis(node, axis) for axis in axes]
    if any(x.shape[axis] != 1 for axis in axes):
        raise Unsupported(f"axes {axes} of shape {x.shape} are not all 1")
    left = [axis for axis in range(len(x.shape)) if axis not in axes]
    order = tuple(left.index(axis) for axis in x.order if axis in left)
    return moved(t, node, x, [x.shape[axis] for axis in left], order)


def unsqueeze(t, node):
    x = t.unflattened(node, t.value(node))
    axes = t.constant_list(node, 1, "axes")
    rank = len(x.shape) + len(axes or ())
    new = {axis + rank if axis < 0 else axis for axis in axes or ()}
    if not new or len(new) != len(axes) or 0 in new or max(new) >= rank:
        raise Unsupported(f"axes {axes} for a tensor of shape {x.shape}")
    old = [axis for axis in range(rank) if axis not in new]
    shape = [1 if axis in new else x.shape[old.index(axis)] for axis in range(rank)]
    # the new axes, which are 1, stand at the end in ours
    order = (*(old[axis] for axis in x.order), *sorted(new))
    return moved(t, node, x, shape, order)


def moved(t, node, x, shape, order):
    """The same entries in the same order under another shape."""
    ours = [shape[axis] for axis in order][1:]
    return t.add(node, "reshape", [x], shape, order, {"shape": ours})


def concatenate(t, node):
    if any(t.array(node, position) is not None for position in range(len(node.inputs))):
        raise Unsupported("it joins a constant to what depends on the picture")
    parts = [t.unflattened(node, t.value(node, k)) for k in range(len(node.inputs))]
    axis = parts[0].checked_axis(node, node.integer("axis", 1))
    if len({part.shape[:axis] + part.shape[axis + 1 :] for part in parts}) > 1:
        raise Unsupported(f"shapes {[part.shape for part in parts]} along axis {axis}")
    order = max(parts, key=size_of).order
    parts = [t.in_order(node, part, order) for part in parts]
    shape = list(parts[0].shape)
    shape[axis] = sum(part.shape[axis] for part in parts)
    return t.add(node, "concatenate", parts, shape, order, {"axis": order.index(axis)})


def size_of(value):
    """How many entries a tensor has."""
    return math.prod(value.shape)


def gather(t, node):
    if t.array(node, 1) is None:
        return embedding(t, node)
    x, indices = t.unflattened(node, t.value(node)), t.array(node, 1)
    axis = x.checked_axis(node, node.integer("axis", 0))
    size = x.shape[axis]
    if indices.ndim > 1 or indices.size > 4096 or not ((-size <= indices) & (indices < size)).all():
        raise Unsupported(f"entries {str(indices.tolist())[:60]} of an axis of {size}")
    numbers = (indices % size).tolist()
    options = {"axis": x.order.index(axis), "index": numbers}
    if indices.ndim == 1:
        shape = [*x.shape[:axis], len(numbers), *x.shape[axis + 1 :]]
        return t.add(node, "take", [x], shape, x.order, options)
    left = [other for other in range(len(x.shape)) if other != axis]
    order = tuple(left.index(other) for other in x.order if other != axis)
    return t.add(node, "take", [x], [x.shape[other] for other in left], order, options)


def expand(t, node):
    """Axes of one entry repeated, by number; none where whoever reads it does so anyway."""
    x, sizes = t.unflattened(node, t.value(node)), t.constant_list(node, 1)
    if sizes is None or len(sizes) > len(x.shape) or max(sizes, default=1) > 4096:
        raise Unsupported(f"a tensor of shape {x.shape} to the shape {sizes}")
    sizes = t.for_one(sizes) if len(sizes) == len(x.shape) else sizes
    shape = np.broadcast_shapes(x.shape, tuple(sizes))
    if shape[0] != 1:
        raise Unsupported(f"it repeats the examples: shape {shape}")
    if is_broadcast_anyway(t, node.outputs[0], shape):
        return x
    for axis, (size, wanted) in enumerate(zip(x.shape, shape)):
        if size != wanted:
            larger = (*x.shape[:axis], wanted, *x.shape[axis + 1 :])
            options = {"axis": x.order.index(axis), "index": [0] * wanted}
            x = t.add(node, "take", [x], larger, x.order, options)
    return x


def is_broadcast_anyway(t, name, shape):
    """Whether all readers of a tensor do arithmetic with another one, known, of this shape."""
    for reader in t.file.nodes:
        if name in reader.inputs:
            others = [t.values.get(other) for other in reader.inputs if other != name]
            arithmetic = reader.operation in ("Add", "Sub", "Mul", "Div") and others
            if not arithmetic or others[0] is None or others[0].shape != shape:
                return False
    return True


def slices(t, node):
    x = t.unflattened(node, t.value(node))
    for start, end, axis, step in zip(*slice_numbers(t, node, len(x.shape))):
        if step < 1:
            raise Unsupported(f"a step of {step}; expected 1 or more")
        if axis % len(x.shape) == 0 and start == 0 and end >= 1:
            continue  # all examples
        axis = x.checked_axis(node, axis)
        start, end, _ = slice(start, end).indices(x.shape[axis])
        x = part_of(t, node, x, axis, start, end, step)
    return x


def part_of(t, node, x, axis, start, end, step=1, output=0):
    """Some entries along an axis."""
    if end <= start:
        raise Unsupported(f"nothing is left of axis {axis} of shape {x.shape}")
    shape = list(x.shape)
    shape[axis] = len(range(start, end, step))
    options = {"axis": x.order.index(axis), "start": start, "stop": end, "step": step}
    return t.add(node, "part", [x], shape, x.order, options, suffix=f".{output}" * (output > 0))


def split(t, node):
    """One `Value` for each output."""
    x = t.unflattened(node, t.value(node))
    axis = x.checked_axis(node, node.integer("axis", 0))
    sizes = t.constant_list(node, 1, "split")
    if sizes is None:
        each = -(-x.shape[axis] // len(node.outputs))
        sizes = [each] * (len(node.outputs) - 1)
        sizes.append(x.shape[axis] - sum(sizes))
    if sum(sizes) != x.shape[axis] or min(sizes) < 1 or len(sizes) != len(node.outputs):
        raise Unsupported(f"sizes {str(sizes)[:80]} of axis {axis} of shape {x.shape}")
    found, start = [], 0
    for output, size in enumerate(sizes):
        found.append(part_of(t, node, x, axis, start, start + size, output=output))
        start += size
    return tuple(found)


def pad(t, node):
    x = t.unflattened(node, t.value(node))
    rank, mode = len(x.shape), node.text("mode", "constant")
    pads = t.constant_list(node, 1, "pads")
    axes = t.constant_list(node, 3) or range(rank)
    value = node.number("value", 0.0) if t.array(node, 2) is None else t.array(node, 2).ravel()[0]
    if mode != "constant":
        raise Unsupported(f"mode {mode!r}; minigrad pads with a constant")
    if pads is None or len(pads) != 2 * len(axes) or min(pads) < 0 or max(pads) > 2**16:
        raise Unsupported(f"pads {pads} for a tensor of shape {x.shape}; expected from 0 on")
    pairs = [[0, 0] for _ in range(rank)]
    for place, axis in enumerate(axes):
        pairs[axis] = [pads[place], pads[place + len(axes)]]
    if pairs[0] != [0, 0]:
        raise Unsupported("it pads the axis of the examples")
    if not any(map(any, pairs)):
        return x
    shape = [size + sum(pair) for size, pair in zip(x.shape, pairs)]
    options = {"pad_width": [pairs[axis] for axis in x.order], "value": float(value)}
    return t.add(node, "pad", [x], shape, x.order, options)


OPERATORS = {
    "Flatten": flatten,
    "Reshape": reshape,
    "Transpose": transpose,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Concat": concatenate,
    "Gather": gather,
    "Expand": expand,
    "Slice": slices,
    "Split": split,
    "Pad": pad,
}
