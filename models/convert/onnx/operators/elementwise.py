"""Operations entry by entry: activations, arithmetic of two tensors or a tensor and a constant."""

from functools import partial

import numpy as np

from ..file import REASONS
from ..translation import Unsupported


def same(t, node):
    """Nothing to do: what goes in comes out."""
    return t.value(node)


def cast(t, node):
    if node.integer("to", 1) not in (1, 10, 11, 16):
        raise Unsupported(
            "it makes whole numbers or truth values of the network's, which have no derivative"
        )
    return t.value(node)


def unary(operation, t, node):
    x = t.value(node)
    return t.add(node, operation, [x], x.shape, x.order)._replace(flat=x.flat)


def with_options(operation, options, t, node):
    """``options``: ours, with ONNX's name and its default."""
    x = t.value(node)
    given = {ours: node.number(name, default) for ours, (name, default) in options.items()}
    return t.add(node, operation, [x], x.shape, x.order, given)._replace(flat=x.flat)


def elu(t, node):
    x = t.value(node)
    options = {"alpha": node.number("alpha", 1.0)}
    if node.operation == "Selu":
        options = {
            "alpha": node.number("alpha", 1.67326319217681884765625),
            "scale": node.number("gamma", 1.05070102214813232421875),
        }
    return t.add(node, "elu", [x], x.shape, x.order, options)._replace(flat=x.flat)


def clip(t, node):
    x, options = t.value(node), {}
    for position, (ours, name) in enumerate((("low", "min"), ("high", "max")), start=1):
        bound = node.number(name)
        if t.array(node, position) is not None:
            bound = float(t.array(node, position).ravel()[0])
        elif position < len(node.inputs) and node.inputs[position]:
            raise Unsupported("its bounds depend on the picture")
        if bound is not None and abs(bound) < 3e38:  # the largest float32 stands for no bound
            options[ours] = bound
    return t.add(node, "clip", [x], x.shape, x.order, options)._replace(flat=x.flat)


def gelu(t, node):
    if node.text("approximate", "none") != "tanh":
        raise Unsupported(REASONS["Gelu"])
    return unary("gelu", t, node)


def prelu(t, node):
    x = t.unflattened(node, t.value(node))
    slope = t.constant_beside(node, t.weight_array(node, 1), x)
    return t.add(node, "leaky_relu", [x], x.shape, x.order, weights={"slope": slope})


def binary(operation, t, node):
    """Two tensors, or a tensor and a constant on either side."""
    constants = [t.array(node, position) for position in (0, 1)]
    if constants[0] is None and constants[1] is None:
        return of_two(operation, t, node, t.value(node, 0), t.value(node, 1))
    position = 0 if constants[0] is None else 1
    x = t.unflattened(node, t.value(node, position))
    constant = t.constant_beside(node, constants[1 - position], x)
    shape = np.broadcast_shapes(x.shape, constants[1 - position].shape)
    found = t.add(node, operation, [x], shape, x.order, weights={"constant": constant})
    if position == 1:  # constant − x, constant / x
        step = t.steps.pop()
        t.steps.append(step._replace(inputs=step.inputs[::-1]))
    return found


def of_two(operation, t, node, a, b):
    """Two tensors that both depend on the picture."""
    if len(a.shape) != len(b.shape):
        raise Unsupported(
            f"tensors of shape {a.shape} and {b.shape}: with different numbers of axes the "
            "examples of one would meet other axes of the other"
        )
    flat = None
    if a.flat == b.flat:
        flat = a.flat
    else:
        a, b = t.unflattened(node, a), t.unflattened(node, b)
    if a.order != b.order:
        # the larger one stays as it is
        if np.prod(a.shape) >= np.prod(b.shape):
            b = t.in_order(node, b, a.order)
        else:
            a = t.in_order(node, a, b.order)
    shape = np.broadcast_shapes(a.shape, b.shape)
    return t.add(node, operation, [a, b], shape, a.order)._replace(flat=flat)


def several(operation, t, node):
    """One, two or more tensors, taken two at a time."""
    found = t.value(node, 0) if t.array(node, 0) is None else None
    if found is None or any(t.array(node, k) is not None for k in range(len(node.inputs))):
        if len(node.inputs) == 2:
            return binary(operation, t, node)
        raise Unsupported("constants among three or more inputs")
    for position in range(1, len(node.inputs)):
        found = of_two(operation, t, node, found, t.value(node, position))
    return found


def power(t, node):
    exponent = t.array(node, 1)
    if exponent is None or exponent.size != 1:
        raise Unsupported("an exponent that is not one constant number")
    x = t.value(node)
    weights = {"exponent": exponent.reshape(()).astype(np.float32)}
    found = t.add(node, "power", [x], x.shape, x.order, weights=weights)
    return found._replace(flat=x.flat)


def softmax(t, node):
    x = t.unflattened(node, t.value(node))
    rank, axis = len(x.shape), node.integer("axis", -1 if t.file.opset >= 13 else 1)
    axis = axis % rank if -rank <= axis < rank else axis
    if t.file.opset < 13 and max(x.shape[axis + 1 :], default=1) > 1:
        raise Unsupported(f"over axes {axis} and behind, in the old form; export with opset 13")
    operation = "softmax" if node.operation == "Softmax" else "log_softmax"
    return t.add(node, operation, [x], x.shape, x.order, {"axis": x.axis(node, axis)})


def dropout(t, node):
    if len(node.outputs) > 1 and node.outputs[1] in t.readers:
        raise Unsupported("its mask is read; export with model.eval()")
    return t.value(node)


OPERATORS = {
    "Identity": same,
    "Dropout": dropout,
    "Cast": cast,
    "Relu": partial(unary, "relu"),
    "Sigmoid": partial(unary, "sigmoid"),
    "Tanh": partial(unary, "tanh"),
    "Softplus": partial(unary, "softplus"),
    "Softsign": partial(unary, "softsign"),
    "Exp": partial(unary, "exp"),
    "Log": partial(unary, "log"),
    "Sqrt": partial(unary, "sqrt"),
    "Neg": partial(unary, "negative"),
    "Abs": partial(unary, "abs"),
    "Reciprocal": partial(unary, "reciprocal"),
    "HardSwish": partial(unary, "hard_swish"),
    "Mish": partial(unary, "mish"),
    "Swish": partial(with_options, "swish", {"alpha": ("alpha", 1.0)}),
    "LeakyRelu": partial(with_options, "leaky_relu", {"slope": ("alpha", 0.01)}),
    "HardSigmoid": partial(
        with_options, "hard_sigmoid", {"alpha": ("alpha", 0.2), "beta": ("beta", 0.5)}
    ),
    "Gelu": gelu,
    "Elu": elu,
    "Selu": elu,
    "Clip": clip,
    "PRelu": prelu,
    "Add": partial(binary, "add"),
    "Sub": partial(binary, "subtract"),
    "Mul": partial(binary, "multiply"),
    "Div": partial(binary, "divide"),
    "Sum": partial(several, "add"),
    "Max": partial(several, "maximum"),
    "Min": partial(several, "minimum"),
    "Pow": power,
    "Softmax": softmax,
    "LogSoftmax": softmax,
}
