"""Means, sums and maxima along axes; the global poolings are the same over all positions."""

from functools import partial

from ..translation import Unsupported


def reduction(operation, t, node):
    x = t.unflattened(node, t.value(node))
    axes = t.constant_list(node, 1, "axes")
    if not axes:
        if node.integer("noop_with_empty_axes", 0):
            return x
        raise Unsupported("over all axes, that of the examples too; expected axes")
    return along(operation, t, node, x, axes, bool(node.integer("keepdims", 1)))


def global_pool(operation, t, node):
    x = t.value(node)
    if len(x.shape) < 3:
        raise Unsupported(f"a tensor of shape {x.shape}, expected pictures")
    return along(operation, t, node, x, range(2, len(x.shape)), True)


def along(operation, t, node, x, axes, keepdims):
    """The step, with ONNX's axes as ours, and the shape and order that are left."""
    axes = sorted({x.checked_axis(node, axis) for axis in axes})
    ours = sorted(x.order.index(axis) for axis in axes)
    options = {"axis": ours, "keepdims": keepdims}
    if keepdims:
        shape = tuple(1 if axis in axes else size for axis, size in enumerate(x.shape))
        return t.add(node, operation, [x], shape, x.order, options)
    left = [axis for axis in range(len(x.shape)) if axis not in axes]
    order = tuple(left.index(axis) for axis in x.order if axis in left)
    return t.add(node, operation, [x], [x.shape[axis] for axis in left], order, options)


OPERATORS = {
    "GlobalAveragePool": partial(global_pool, "mean"),
    "GlobalMaxPool": partial(global_pool, "max"),
    "ReduceMean": partial(reduction, "mean"),
    "ReduceSum": partial(reduction, "sum"),
    "ReduceMax": partial(reduction, "max"),
    "ReduceMin": partial(reduction, "min"),
    "ReduceL2": partial(reduction, "norm"),
}
