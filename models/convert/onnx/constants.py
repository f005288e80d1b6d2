"""What does not depend on the picture, worked out: shapes, and what is computed from weights."""

import math

import numpy as np

from ...graph.steps import MOST_ENTRIES
from .tensors import DTYPES, array_of
from .translation import Unsupported

MOST_MADE = 2**24  # entries of an array that no file holds


def fold(context, node):
    """The output of a node whose inputs are all known, as an array; None if it is not one such."""
    if node.operation in ("Constant", "ConstantOfShape", "Shape", "Size"):
        return SOURCES[node.operation](context, node)
    arrays = [context.array(node, position) for position in range(len(node.inputs))]
    given = [array for array, name in zip(arrays, node.inputs) if name]
    if not given or any(array is None for array in given):
        return None
    if node.operation not in FOLDED:
        raise Unsupported(
            f"all its inputs are constants, and {node.operation} of those is not known"
        )
    if any(name in context.made_up for name in node.inputs):
        context.made_up.update(node.outputs)
    with np.errstate(all="ignore"):
        return np.asarray(FOLDED[node.operation](context, node, *arrays))


def constant(context, node):
    """A Constant: a tensor, or numbers in an attribute of their kind."""
    if "value" in node.attributes:
        return array_of(node.attributes["value"].t, context.file.source)
    for name, dtype in (("value_int", np.int64), ("value_float", np.float32)):
        if name in node.attributes:
            entry = node.attributes[name]
            return np.array(entry.i if name == "value_int" else entry.f, dtype)
        if name + "s" in node.attributes:
            entry = node.attributes[name + "s"]
            return np.array(entry.ints if name == "value_int" else entry.floats, dtype)
    raise Unsupported("it holds text, or a sparse array; expected numbers")


def constant_of_shape(context, node):
    """One number all over."""
    shape = context.constant_list(node, 0)
    if shape is None or min(shape, default=0) < 0 or math.prod(shape) > MOST_MADE:
        raise Unsupported(f"an array of shape {str(shape)[:80]}")
    value = np.zeros(1, np.float32)
    if "value" in node.attributes:
        value = array_of(node.attributes["value"].t, context.file.source)
    context.made_up.update(node.outputs)
    return np.full(shape, value.ravel()[0], value.dtype)


def shape_of(context, node):
    """The shape of a tensor, for one example."""
    array = context.array(node, 0)
    shape = context.value(node).shape if array is None else array.shape
    start, end = node.integer("start", 0), node.integer("end")
    return np.array(shape[start:end], np.int64)


def size_of(context, node):
    """How many entries a tensor has, for one example."""
    array = context.array(node, 0)
    return np.array(math.prod(context.value(node).shape if array is None else array.shape))


SOURCES = {
    "Constant": constant,
    "ConstantOfShape": constant_of_shape,
    "Shape": shape_of,
    "Size": size_of,
}


def cast(context, node, x):
    to = node.integer("to", 1)
    if to not in DTYPES:
        raise Unsupported(f"it casts to ONNX's data type {to}")
    return x.astype(np.float32 if to in (10, 16) else DTYPES[to][0])


def gather(context, node, x, indices):
    return np.take(x, indices.astype(np.int64), axis=node.integer("axis", 0))


def concatenate(context, node, *arrays):
    return np.concatenate(arrays, axis=node.integer("axis", 0))


def squeeze(context, node, x, *_):
    axes = context.constant_list(node, 1, "axes")
    return np.squeeze(x, None if axes is None else tuple(axes))


def unsqueeze(context, node, x, *_):
    return np.expand_dims(x, tuple(context.constant_list(node, 1, "axes")))


def reshape(context, node, x, shape):
    sizes = [x.shape[k] if size == 0 and k < x.ndim else int(size) for k, size in enumerate(shape)]
    return x.reshape(sizes)


def transpose(context, node, x):
    return np.transpose(x, node.integers("perm"))


def slices(context, node, x, *_):
    starts, ends, axes, steps = slice_numbers(context, node, x.ndim)
    index = [slice(None)] * x.ndim
    for start, end, axis, step in zip(starts, ends, axes, steps):
        index[axis] = slice(start, None if step < 0 and end < -(10**9) else end, step)
    return x[tuple(index)]


def slice_numbers(context, node, rank):
    """Starts, ends, axes and steps of a Slice, in either of its forms."""
    starts = context.constant_list(node, 1, "starts")
    ends = context.constant_list(node, 2, "ends")
    if starts is None or ends is None:
        raise Unsupported("its starts or ends are missing")
    axes = context.constant_list(node, 3, "axes") or list(range(len(starts)))
    steps = context.constant_list(node, 4) or [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise Unsupported("its starts, ends, axes and steps do not fit each other")
    if any(not -rank <= axis < rank for axis in axes):
        raise Unsupported(f"axes {axes} of a tensor of {rank}")
    return starts, ends, axes, steps


def expand(context, node, x, shape):
    return np.broadcast_to(
        x, checked_shape(np.broadcast_shapes(x.shape, tuple(map(int, shape))), MOST_MADE)
    )


def spread(context, node, start, end, step):
    checked_shape((max(0, math.ceil((end - start) / step)),), MOST_MADE)
    return np.arange(start, end, step).astype(start.dtype)


def checked_shape(shape, most=MOST_ENTRIES):
    """The shape, if an array of it can be made."""
    if math.prod(shape) > most:
        raise Unsupported(f"an array of shape {str(shape)[:80]}: too large")
    return shape


def divide(context, node, a, b):
    if a.dtype.kind == "f":
        return a / b
    return (np.sign(a) * np.sign(b) * (abs(a) // abs(b))).astype(a.dtype)  # towards zero


class Reduced:
    """A reduction of NumPy's, called as the others are."""

    def __init__(self, function):
        self.function = function

    def __call__(self, context, node, x, *_):
        axes = context.constant_list(node, 1, "axes")
        axes = None if axes is None else tuple(axes)
        return self.function(x, axis=axes, keepdims=bool(node.integer("keepdims", 1)))


class Plain:
    """A function of NumPy's of the inputs alone."""

    def __init__(self, function):
        self.function = function

    def __call__(self, context, node, *arrays):
        checked_shape(np.broadcast_shapes(*(array.shape for array in arrays)))
        return self.function(*arrays)


def same(x, *_):
    return x


FOLDED = {
    "Add": Plain(np.add),
    "Sub": Plain(np.subtract),
    "Mul": Plain(np.multiply),
    "Div": divide,
    "Mod": Plain(np.mod),
    "Pow": Plain(np.power),
    "Neg": Plain(np.negative),
    "Abs": Plain(np.abs),
    "Floor": Plain(np.floor),
    "Ceil": Plain(np.ceil),
    "Sqrt": Plain(np.sqrt),
    "Exp": Plain(np.exp),
    "Equal": Plain(np.equal),
    "Less": Plain(np.less),
    "Greater": Plain(np.greater),
    "Not": Plain(np.logical_not),
    "And": Plain(np.logical_and),
    "Where": Plain(np.where),
    "Reciprocal": Plain(np.reciprocal),
    "Identity": Plain(same),
    "Dropout": Plain(same),
    "Cast": cast,
    "Gather": gather,
    "Concat": concatenate,
    "Squeeze": squeeze,
    "Unsqueeze": unsqueeze,
    "Reshape": reshape,
    "Transpose": transpose,
    "Slice": slices,
    "Expand": expand,
    "Range": spread,
    "ReduceProd": Reduced(np.prod),
    "ReduceSum": Reduced(np.sum),
    "ReduceMean": Reduced(np.mean),
    "ReduceMin": Reduced(np.min),
    "ReduceMax": Reduced(np.max),
}
