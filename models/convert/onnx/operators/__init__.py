"""What each of ONNX's operations becomes: one function each, from a node to a `Value`."""

from . import elementwise, linear, reductions, shapes, windowed

OPERATORS = {
    **windowed.OPERATORS,
    **linear.OPERATORS,
    **elementwise.OPERATORS,
    **reductions.OPERATORS,
    **shapes.OPERATORS,
}

# What can be said of a node before the shapes are known, so that all of it is said at once.
CHECKS = {**windowed.CHECKS, **linear.CHECKS}
