"""From ONNX's nodes to steps of ours: what is known of each tensor, and how its axes stand.

ONNX's pictures are (N, channels, height, width), ours have the channels last. No array of a
picture is ever turned for that: each tensor has an *order*, which says where ONNX's axes are
in ours, and whoever reads it goes by that. ONNX's Transpose is no step, only another order.

Everything is worked out for a batch of one; the first axis of every tensor is that of the
examples, and no operation may touch it.
"""

import math
from typing import NamedTuple

import numpy as np

from ...graph.steps import MOST_ENTRIES, Graph, Step
from ..layout import ConversionError, shown
from .names import name_of, readable

MOST_FOLDED = 2**30  # bytes of all arrays that are worked out at conversion


class Unsupported(Exception):
    """A node cannot be translated; the message says why, and what to do."""


class Value(NamedTuple):
    """What is known of a tensor of the graph.

    Attributes
    ----------
    name : str
        Of the step that makes it.
    shape : tuple of int
        In ONNX's order, the first axis 1: one example.
    order : tuple of int
        Axis i of ours is axis order[i] of ONNX's. (0, 2, 3, 1) is a picture, channels last.
    flat : tuple of int or None
        Of a picture that was flattened its (channels, height, width): ONNX's entries are
        in that order, ours by height, width, channels.
    """

    name: str
    shape: tuple
    order: tuple
    flat: tuple | None = None

    @property
    def ours(self):
        """The shape with our order of axes."""
        return tuple(self.shape[axis] for axis in self.order)

    def axis(self, node, axis):
        """An axis of ONNX's, from the end if negative, as an axis of ours; never the first."""
        axis = self.checked_axis(node, axis)
        return self.order.index(axis)

    def checked_axis(self, node, axis):
        """An axis of ONNX's, counted from the front; never the first."""
        rank = len(self.shape)
        if not -rank <= axis < rank:
            raise Unsupported(f"axis {axis} of a tensor of {rank} axes")
        if axis % rank == 0:
            raise Unsupported("it works along the axis of the examples, which must stay apart")
        return axis % rank


def straight(rank):
    """The order of axes in which ONNX's and ours are the same."""
    return tuple(range(rank))


def last(rank):
    """The order with the channels last: (0, 2, 3, 1) for pictures."""
    return (0, *range(2, rank), 1)


def channels_are_last(file):
    """Whether the input is a picture as TensorFlow has it, (N, height, width, 1 or 3).

    No convolution of ONNX reads such a one before it is turned.
    """
    if len(file.shape) != 4 or file.shape[3] not in (1, 3) or file.shape[1] in (1, 3):
        return False
    return not any(node.operation == "Conv" and file.input in node.inputs for node in file.nodes)


class Translation:
    """The steps so far, and what every tensor of the ONNX graph has become.

    Attributes
    ----------
    values : dict of str to Value
        What depends on the input.
    arrays : dict of str to numpy.ndarray
        What does not: initializers, and what is computed from them and from shapes.
    made_up : set of str
        Arrays that no file holds: made by ConstantOfShape.
    steps, weights : list of Step, dict of str to numpy.ndarray
    """

    def __init__(self, file, shape):
        self.file = file
        self.values, self.arrays, self.made_up = {}, {}, set()
        self.steps, self.weights, self.names = [], {}, set()
        self.readers, self.aliases, self.numbers, self.folded_bytes = {}, {}, {}, 0
        for node in file.nodes:
            for name in node.inputs:
                self.readers[name] = self.readers.get(name, 0) + 1
        self.input = self.new_name(readable(file.input, ""))
        # a picture comes channels last; tokens and rows as they are
        as_it_is = len(shape) == 2 or channels_are_last(file)
        order = straight(len(shape)) if as_it_is else last(len(shape))
        self.shape = tuple(shape[axis] for axis in order)[1:]
        self.keep(file.input, Value(self.input, (1, *shape[1:]), order))

    # ---- what is known ----

    def knows(self, name):
        """Whether a tensor of the file is known, or a name is empty: an input left out."""
        return any(
            name in known for known in (self.values, self.arrays, self.file.constants, ("",))
        )

    def for_one(self, sizes):
        """A shape from the file for one example, where it is for the file's batch of several."""
        batch = self.file.shape[0] or 1
        return [1, *sizes[1:]] if sizes and sizes[0] == batch else sizes

    def keep(self, name, value):
        """Note what a tensor of the file has become; two may be one tensor here."""
        self.values[name] = value
        self.aliases[value.name] = self.aliases.get(value.name, 0) + 1

    def keep_array(self, name, array):
        """Note an array that was worked out, if all of them together are not too large."""
        self.folded_bytes += array.nbytes if array.base is None else 0
        if self.folded_bytes > MOST_FOLDED:
            raise Unsupported(f"what is worked out up to here takes more than {MOST_FOLDED} bytes")
        self.arrays[name] = array

    # ---- what a node reads ----

    def array(self, node, position):
        """Input ``position`` if it is the same for every input of the network; None otherwise."""
        if position >= len(node.inputs) or not node.inputs[position]:
            return None
        name = node.inputs[position]
        if name not in self.arrays and name in self.file.constants:
            self.arrays[name] = self.file.array(name)
        return self.arrays.get(name)

    def value(self, node, position=0):
        """Input ``position``, which depends on the network's input."""
        name = node.inputs[position] if position < len(node.inputs) else ""
        if name not in self.values:
            what = "is the same for every picture" if name in self.arrays else "is missing"
            raise Unsupported(f"its input {position} {what}; expected one that depends on it")
        return self.values[name]

    def weight_array(self, node, position):
        """Input ``position`` as an array of weights: floats, that the file holds."""
        array = self.array(node, position)
        if array is None:
            raise Unsupported("its weights depend on the network's input, or are missing")
        if node.inputs[position] in self.made_up:
            raise Unsupported(
                "its weights are one number all over, made by ConstantOfShape: the file holds "
                "the network's graph without its numbers"
            )
        if array.dtype.kind != "f":
            raise Unsupported(f"its weights are whole numbers ({array.dtype}), expected floats")
        return array

    def constant_list(self, node, position, attribute=None):
        """Whole numbers from an attribute, as older files have them, or from an input; or None."""
        if attribute is not None and attribute in node.attributes:
            return node.integers(attribute)
        array = self.array(node, position)
        if array is None:
            if position < len(node.inputs) and node.inputs[position]:
                raise Unsupported(f"its input {position} depends on the picture, expected numbers")
            return None
        return [int(number) for number in array.ravel()[:4096]]

    # ---- what it becomes ----

    def add(self, node, operation, inputs, shape, order, options=None, weights=None, suffix=""):
        """One step, and its `Value`.

        Parameters
        ----------
        node : Node
            Whose first output gives the step its name.
        operation : str
        inputs : list of Value
        shape, order : tuple of int
        options : dict, optional
        weights : dict of str to numpy.ndarray, optional
            By kind, "weight" or "bias"; they come behind the other inputs.
        suffix : str
            For steps that come before that of the node itself.
        """
        if math.prod(shape) > MOST_ENTRIES:
            raise Unsupported(f"its output has shape {shape}: too large")
        name = self.new_name(name_of(node, operation) + suffix)
        read = [value.name for value in inputs]
        for kind, array in (weights or {}).items():
            read.append(self.new_weight(f"{name}.{kind}", array))
        value = Value(name, tuple(int(size) for size in shape), tuple(order))
        self.steps.append(Step(name, operation, tuple(read), options or {}, value.ours[1:]))
        return value

    def new_name(self, name):
        """A name that nothing has yet."""
        tried, number = name, self.numbers.get(name, 1)
        while tried in self.names:
            number += 1
            tried = f"{name}_{number}"
        self.numbers[name] = number  # of the next of this name
        self.names.add(tried)
        return tried

    def new_weight(self, name, array):
        name = self.new_name(name)
        self.weights[name] = array
        return name

    def in_order(self, node, value, order):
        """The same tensor with its axes in another order: a step, where they are not."""
        value = self.unflattened(node, value)
        if value.order == tuple(order):
            return value
        axes = [value.order.index(axis) for axis in order]
        return self.add(
            node, "transpose", [value], value.shape, order, {"axes": axes}, suffix=".turned"
        )

    def plain(self, node, value):
        """The same tensor as ONNX has it."""
        return self.in_order(node, value, straight(len(value.shape)))

    def unflattened(self, node, value):
        """A flattened picture with its entries in ONNX's order."""
        if value.flat is None:
            return value
        channels, height, width = value.flat
        suffix = ".by_channel"
        ours = {"shape": [height, width, channels]}
        picture = self.add(
            node, "reshape", [value], (1, *value.flat), last(4), ours, suffix=".as_picture"
        )
        turned = self.in_order(node, picture, straight(4))
        shape = (1, math.prod(value.flat))
        return self.add(node, "flatten", [turned], shape, (0, 1), suffix=suffix)

    def constant_beside(self, node, array, value):
        """An array that is broadcast against a tensor, with its axes in our order."""
        if array.dtype.kind not in "fiu":
            raise Unsupported(f"an input of {array.dtype} beside floats")
        array = array.astype(np.float64 if array.dtype.itemsize > 4 else np.float32)
        rank = len(value.shape)
        if array.ndim > rank or (array.ndim == rank and array.shape[:1] not in ((), (1,))):
            raise Unsupported(
                f"a constant of shape {array.shape} beside a tensor of shape {value.shape}: "
                "it would mix the examples"
            )
        spread = array.reshape((1,) * (rank - array.ndim) + array.shape).transpose(value.order)
        while spread.ndim and spread.shape[0] == 1:
            spread = spread[0]
        return np.ascontiguousarray(spread)

    def graph(self):
        """The steps that the output needs, as a `Graph`, and its weights in float32."""
        output = self.scores()
        names = {output.name}
        kept = []
        for step in reversed(self.steps):
            if step.name in names:
                kept.append(step)
                names.update(step.inputs)
        kept.reverse()
        weights = {}
        for step in kept:
            for name in step.inputs:
                if name in self.weights:
                    weights[name] = self.float32(name)
        shapes = {name: array.shape for name, array in weights.items()}
        return Graph(self.input, self.shape, tuple(kept), shapes, output.shape[-1]), weights

    def scores(self):
        """The output, one row of scores for each example."""
        if self.file.output not in self.values:
            raise Unsupported("it does not depend on the input")
        value, ends = self.values[self.file.output], self.file.nodes[-1]
        if len(value.shape) < 2 or max(value.shape[2:], default=1) > 1:
            raise Unsupported(
                f"shape {value.shape}; expected one row of scores for each picture, "
                "(1, classes): the network is no classifier"
            )
        if len(value.shape) > 2:
            shape = (1, value.shape[1])
            return self.add(ends, "flatten", [value], shape, (0, 1), suffix=".scores")
        value = self.unflattened(ends, value)
        if not self.steps or value.name == self.input:
            raise Unsupported("it is the input itself: there is no network in it")
        return value

    def float32(self, name):
        """A weight as it is kept."""
        array = self.weights[name]
        if not np.isfinite(array).all():
            raise ConversionError(f"{self.file.source}: array {shown(name)} holds NaN or infinity")
        with np.errstate(over="ignore"):
            array = np.ascontiguousarray(array, dtype=np.float32)
        if not np.isfinite(array).all():
            raise ConversionError(
                f"{self.file.source}: array {shown(name)} has numbers beyond float32"
            )
        return array
