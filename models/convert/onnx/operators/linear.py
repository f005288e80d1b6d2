"""Matrix products, embedding, and batch normalisation, which goes into what is before it."""

import numpy as np

from ..names import name_of
from ..translation import Unsupported, Value, straight


def check_norm(node):
    """Raise `Unsupported` for a batch normalisation by the batch's own numbers."""
    if node.integer("training_mode", 0) or any(node.outputs[1:]):
        raise Unsupported(
            "it normalises by the batch's own numbers, as in training; export with model.eval()"
        )


def gemm(t, node):
    alpha, beta = node.number("alpha", 1.0), node.number("beta", 1.0)
    if node.integer("transA", 0):
        raise Unsupported("transA: the examples would stand in the columns")
    weight = t.weight_array(node, 1)
    weight = weight.T if node.integer("transB", 0) else weight
    weights = {"weight": scaled(weight, alpha)}
    if len(node.inputs) > 2 and node.inputs[2]:
        bias = t.weight_array(node, 2)
        if bias.size not in (1, weight.shape[1]) or bias.shape[:-1] not in ((), (1,)):
            raise Unsupported(f"a bias of shape {bias.shape} for {weight.shape[1]} outputs")
        weights["bias"] = scaled(np.broadcast_to(bias.ravel(), weight.shape[1:]), beta)
    return product(t, node, t.value(node), weights)


def matrix_product(t, node):
    if t.array(node, 1) is not None:
        weight = t.weight_array(node, 1)
        if weight.ndim == 2:
            return product(t, node, t.value(node), {"weight": weight})
        raise Unsupported(f"a constant of shape {weight.shape} as the second factor")
    if t.array(node, 0) is not None:
        raise Unsupported("a constant as the first factor: it would mix what is along axis -2")
    a, b = (t.plain(node, t.value(node, position)) for position in (0, 1))
    if len(a.shape) != len(b.shape) or len(a.shape) < 3 or a.shape[-1] != b.shape[-2]:
        raise Unsupported(f"a product of tensors of shape {a.shape} and {b.shape}")
    shape = (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), a.shape[-2], b.shape[-1])
    return t.add(node, "matmul", [a, b], shape, straight(len(shape)))


def product(t, node, x, weights):
    """Rows times a matrix of weights; behind a flattened picture its rows change places."""
    weight = weights["weight"]
    if weight.ndim != 2 or x.shape[-1] != weight.shape[0] or len(x.shape) < 2:
        raise Unsupported(f"a tensor of shape {x.shape} times weights {weight.shape}")
    if x.flat is not None:
        by_place = weight.reshape(*x.flat, weight.shape[1])
        weights["weight"] = by_place.transpose(1, 2, 0, 3).reshape(weight.shape)
    else:
        x = t.plain(node, x)
    shape = (*x.shape[:-1], weight.shape[1])
    return t.add(node, "linear", [x], shape, straight(len(shape)), weights=weights)


def scaled(array, factor):
    return array if factor == 1 else np.asarray(array, np.float64) * factor


def embedding(t, node):
    """Gather of rows of weights by numbers that are the network's input."""
    if t.array(node, 0) is None:
        raise Unsupported("both its inputs depend on the network's")
    table, tokens = t.weight_array(node, 0), t.plain(node, t.value(node, 1))
    if table.ndim != 2 or node.integer("axis", 0) not in (0, -2):
        raise Unsupported(f"rows of a constant of shape {table.shape}")
    shape = (*tokens.shape, table.shape[1])
    found = t.add(node, "embedding", [], shape, straight(len(shape)), weights={"weight": table})
    step = t.steps.pop()
    t.steps.append(step._replace(inputs=(*step.inputs, tokens.name)))
    return found


def batch_norm(t, node):
    """γ (x − μ) / √(σ² + ε) + β for every channel, with the numbers that training found."""
    gamma, beta, mean, variance = (
        t.weight_array(node, position).astype(np.float64) for position in (1, 2, 3, 4)
    )
    x = t.unflattened(node, t.value(node))
    shapes = {array.shape for array in (gamma, beta, mean, variance)}
    if shapes != {x.shape[1:2]} or (variance < 0).any():
        raise Unsupported(f"its numbers have shapes {shapes}, or a variance below 0, for {x.shape}")
    deviation = np.sqrt(variance + node.number("epsilon", 1e-5))
    if not deviation.all():
        raise Unsupported("a variance of 0, and an epsilon of 0: it would divide by 0")
    scale = gamma / deviation
    shift = beta - mean * scale
    before = folds_into(t, node, x)
    if before is not None:
        return folded(t, node, x, before, scale, shift)
    axes = (1,) * (len(x.shape) - 1 - x.order.index(1))
    weights = {"scale": scale.reshape(-1, *axes), "shift": shift.reshape(-1, *axes)}
    return t.add(node, "scale_and_shift", [x], x.shape, x.order, weights=weights)


def folds_into(t, node, x):
    """Where the step is that a batch normalisation goes into: it alone reads what that makes."""
    name = node.inputs[0]
    if t.values[name].name != x.name or t.aliases[x.name] > 1 or t.readers[name] > 1:
        return None
    places = range(len(t.steps) - 1, -1, -1)
    place = next((place for place in places if t.steps[place].name == x.name), None)
    if place is None:
        return None
    is_linear = t.steps[place].operation == "linear" and len(x.shape) == 2
    return place if is_linear or t.steps[place].operation in ("conv1d", "conv2d") else None


def folded(t, node, x, place, scale, shift):
    """The convolution with scale · weight and scale · bias + shift, under the node's name."""
    step = t.steps[place]
    weight = t.weights.pop(step.inputs[1]).astype(np.float64) * scale  # the last axis is `out`
    bias = t.weights.pop(step.inputs[2]) if len(step.inputs) > 2 else np.zeros(len(scale))
    t.names -= {step.name, *step.inputs[1:]}
    name = t.new_name(name_of(node, step.operation))
    inputs = [
        step.inputs[0],
        t.new_weight(f"{name}.weight", weight),
        t.new_weight(f"{name}.bias", bias * scale + shift),
    ]
    t.steps[place] = step._replace(name=name, inputs=tuple(inputs))
    del (
        t.values[node.inputs[0]],
        t.aliases[step.name],
    )  # that of the convolution alone is not computed any more
    return Value(name, x.shape, x.order)


OPERATORS = {
    "Gemm": gemm,
    "MatMul": matrix_product,
    "BatchNormalization": batch_norm,
}
CHECKS = {"BatchNormalization": check_norm}
