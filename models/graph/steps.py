"""A network as a list of steps: the data, checked, and which of its tensors cut the network."""

import inspect
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import NamedTuple

from .operations import ACTIVATIONS, MOVES, OPERATIONS

MOST_STEPS = 20_000
MOST_CLASSES = 2**20
MOST_ENTRIES = 2**28  # of a tensor, for one example
MOST_PADDING = 2**16  # on one side
LARGEST = 2**24  # of the numbers in a step's options: sizes, strides, axes


class Step(NamedTuple):
    """One call: ``name = operation(*inputs, **options)``.

    Attributes
    ----------
    name : str
        Of the tensor that it makes.
    operation : str
        A key of `models.graph.operations.OPERATIONS`.
    inputs : tuple of str
        Names of weights, of tensors that steps before it made, or of the network's input.
    options : dict
    shape : tuple of int
        What it makes of one example: (height, width, channels) or (channels,).
    """

    name: str
    operation: str
    inputs: tuple
    options: dict
    shape: tuple = ()


@dataclass(frozen=True)
class Graph:
    """A network as data.

    Attributes
    ----------
    input : str
        Name of the network's input.
    shape : tuple of int
        Of one example: (height, width, channels) for pictures, (tokens,) for text.
    steps : tuple of Step
    weights : dict of str to tuple of int
        The shape of every weight.
    classes : int
        How many scores come out.
    """

    input: str
    shape: tuple
    steps: tuple
    weights: dict
    classes: int

    @property
    def name(self):
        """What the network is called among others."""
        return f"graph of {len(self.steps)} steps"

    @property
    def output(self):
        """Name of the tensor with the scores: the last step's."""
        return self.steps[-1].name

    def readers(self):
        """For every tensor the positions of the steps that read it."""
        found = {self.input: []} | {step.name: [] for step in self.steps}
        for position, step in enumerate(self.steps):
            for name in step.inputs:
                if name in found:
                    found[name].append(position)
        return found

    def cuts(self):
        """The tensors through which every path from the input to the scores goes, in order.

        The steps stand in an order in which each reads what is before it. A path that passes
        a tensor by therefore has a step that reads over it: from before it to behind it.
        """
        readers, found = self.readers(), []
        furthest = max(readers[self.input])
        for position, step in enumerate(self.steps[:-1]):
            if furthest <= position:
                found.append(step.name)
            furthest = max([furthest, *readers[step.name]])
        return tuple(found)

    def layers(self):
        """Of the cuts those worth explaining one by one.

        Left out is what an activation function follows at once, such as a convolution before
        its ReLU; and what only brings entries into another shape or averages them, whose filters
        have the conductance of those before.
        """
        readers, made = self.readers(), {step.name: step for step in self.steps}
        found = []
        for name in self.cuts():
            after = [self.steps[position].operation for position in readers[name]]
            before_activation = len(after) == 1 and after[0] in ACTIVATIONS
            if not before_activation and made[name].operation not in (*MOVES, "mean"):
                found.append(name)
        return tuple(found)

    @property
    def widths(self):
        """How many filters each of the `layers` has."""
        shapes = {step.name: step.shape for step in self.steps}
        return {layer: shapes[layer][-1] for layer in self.layers()}

    def summary(self):
        """What people are told of the network, as lines."""
        cuts, layers = self.cuts(), self.layers()
        shape = " × ".join(map(str, self.shape))
        return [
            f"input {self.input}: {shape}; output {self.output}: {self.classes} classes",
            f"{len(self.steps)} steps, {sum(map(prod, self.weights.values())):,} numbers",
            f"{len(cuts)} tensors cut the network; explained are {len(layers)}: "
            + ", ".join(layers),
        ]

    def as_json(self):
        """The graph as JSON can hold it."""
        steps = [[*step[:2], list(step.inputs), step.options, step.shape] for step in self.steps]
        weights = {name: list(shape) for name, shape in self.weights.items()}
        return {
            "input": self.input,
            "shape": list(self.shape),
            "steps": steps,
            "weights": weights,
            "classes": self.classes,
        }


def graph_from(data):
    """The `Graph` that `Graph.as_json` gave, every part of it checked.

    Raises
    ------
    ValueError
        In one line, what is wrong with it.
    """
    if not isinstance(data, dict):
        raise ValueError(f"the graph is a {type(data).__name__}, expected a dictionary")
    name, shape, weights = data.get("input"), data.get("shape"), data.get("weights")
    rows, classes = data.get("steps"), data.get("classes")
    if not isinstance(name, str) or not is_shape(shape) or not shape:
        raise ValueError("the graph's input has no name, or no shape of positive whole numbers")
    if not isinstance(weights, dict) or not all(map(is_shape, weights.values())):
        raise ValueError("the graph's weights are not a dictionary of shapes")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_STEPS:
        raise ValueError(f"the graph's steps are not a list of 1 to {MOST_STEPS}")
    if not is_shape([classes]) or not 0 < classes <= MOST_CLASSES:
        raise ValueError(f"the graph's number of classes is not one of 1 to {MOST_CLASSES}")
    if name in weights:
        raise ValueError(f"{shown(name)} is the input and a weight")
    known, steps = {name, *weights}, []
    for row in rows:
        step = checked_step(row, known)
        if all(one in weights for one in step.inputs):
            raise ValueError(f"step {shown(step.name)} reads weights alone, and not the input")
        steps.append(step)
        known.add(step.name)
    graph = Graph(
        name,
        tuple(shape),
        tuple(steps),
        {weight: tuple(size) for weight, size in weights.items()},
        classes,
    )
    read = graph.readers()
    unread = [step.name for step in steps[:-1] if not read[step.name]]
    if unread or not read[name]:
        raise ValueError(f"no step reads {shown(unread[0] if unread else name)}")
    check_sizes(graph)
    return graph


def check_sizes(graph):
    """Raise a ValueError for tensors that would fill the memory, or scores of another number."""
    for name, shape in [
        (graph.input, graph.shape),
        *((step.name, step.shape) for step in graph.steps),
    ]:
        if prod(shape) > MOST_ENTRIES:
            raise ValueError(f"tensor {shown(name)} has shape {shape}: too large")
    scores = graph.steps[-1]
    if scores.shape != (graph.classes,):
        raise ValueError(
            f"the scores {shown(scores.name)} have shape {scores.shape}, the graph says "
            f"{graph.classes} classes"
        )


def checked_step(row, known):
    """A row of JSON as a `Step` that can be called, given the names that it may read."""
    if not isinstance(row, list) or len(row) != 5:
        raise ValueError("a step of the graph is not [name, operation, inputs, options, shape]")
    name, operation, inputs, options, shape = row
    if not isinstance(name, str) or not name.isprintable() or not name or name in known:
        raise ValueError(
            f"a step is called {shown(name)}: expected a name that is new, of letters and signs"
        )
    if not isinstance(operation, str) or operation not in OPERATIONS:
        raise ValueError(f"step {shown(name)} is {shown(operation)}, which is no operation here")
    if not isinstance(inputs, list) or not all(isinstance(one, str) for one in inputs):
        raise ValueError(f"step {shown(name)}: its inputs are not a list of names")
    unknown = [one for one in inputs if one not in known]
    if unknown:
        raise ValueError(f"step {shown(name)} reads {shown(unknown[0])}, which is not there before")
    if not isinstance(options, dict) or not all(map(is_option, options.values())):
        raise ValueError(f"step {shown(name)}: its options are not numbers, or too large")
    options = {key: as_tuple(value) for key, value in options.items()}
    for key in ("padding", "pad_width"):
        if any(size > MOST_PADDING for size in whole_numbers_in(options.get(key))):
            raise ValueError(f"step {shown(name)}: its {key} is too large")
    try:
        signature(operation).bind(*inputs, **options)
    except TypeError as error:
        raise ValueError(f"step {shown(name)}, {operation}: {error}") from None
    if not is_shape(shape):
        raise ValueError(f"step {shown(name)}: its shape is not a list of whole numbers")
    return Step(name, operation, tuple(inputs), options, tuple(shape))


@lru_cache(maxsize=None)
def signature(operation):
    """What arguments an operation takes; worked out once, as thousands of steps may ask."""
    return inspect.signature(OPERATIONS[operation])


def is_shape(value):
    """Whether a value from a file is a list of whole numbers from 0 on."""
    whole = isinstance(value, list) and all(type(size) is int for size in value)
    return whole and len(value) <= 8 and all(0 <= size < 2**31 for size in value)


def is_option(value, depth=2):
    """Whether a value from a file is a number, true or false, none, or lists of those."""
    if isinstance(value, list):
        return depth > 0 and len(value) <= 4096 and all(is_option(one, depth - 1) for one in value)
    if value is None or isinstance(value, bool):
        return True
    # an infinite pad is one: below every number, as a maximum wants it
    number = isinstance(value, float) and value == value
    return number or (type(value) is int and abs(value) <= LARGEST)


def whole_numbers_in(value):
    """The whole numbers in a number, or in tuples of numbers."""
    if isinstance(value, tuple):
        return [number for one in value for number in whole_numbers_in(one)]
    return [value] if isinstance(value, int) else []


def as_tuple(value):
    """Lists, which JSON has, as tuples."""
    return tuple(map(as_tuple, value)) if isinstance(value, (list, tuple)) else value


def shown(name):
    """A name from a file as it stands in a message: on one line, not too long."""
    return repr(name if not isinstance(name, str) else name[:80])[:100]
