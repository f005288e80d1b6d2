"""Function: one object per application of one differentiable operation."""

import numpy as np

from .machine.backend import get_array_module, is_array, place_of
from .recording import asks_gradient, current_mode, users_line
from .tensor import Tensor, as_array, describe


class Function:
    """One application of a differentiable operation; a node of the graph.

    A subclass states three things side by side, on arrays:

    ``forward(*inputs)``
        what it computes; whatever the other two need is saved as an attribute.
    ``backward(grad_output)``
        how a gradient flows back: a tuple with dF/d(input) for each input, given
        dF/d(output). Entries whose ``needs_grad`` is false may be None.
    ``jvp(*tangents)``
        how a tangent flows forward: d(output)/dα, given d(input)/dα for each input.

    Attributes
    ----------
    inputs : tuple of Tensor
    needs_grad : tuple of bool
        Which inputs' gradients are asked for.
    differentiated : bool
        Whether a gradient or a tangent will be asked at all; if not, ``forward`` may
        skip what only they need.
    xp : module
        NumPy or CuPy, the module that the inputs' arrays belong to.
    applied_at : (str, int)
        The file and the line of the user's code that applied the operation.
    modules : tuple of module.Call
        The modules inside whose ``forward`` that was, outermost first.
    """

    # Missing tangents reach `jvp` as zeros, or as None where the operation says that it
    # can make use of knowing (a convolution whose kernel does not move).
    accepts_missing_tangents = False
    inputs = None  # until it is applied

    def __call__(self, *inputs):
        """Apply the operation: note to what, compute, let the tangent follow, record, tell."""
        mode = current_mode()
        arrays = self._note(inputs, mode)
        output = self._compute(arrays)
        if self.moves:
            output.direction = self._direction()
            output.tangent = self._tangent(output)
        if True in self.needs_grad:
            self._record(output)
        for watcher in mode.watchers:
            watcher.made(self, output)
        return output

    def _note(self, inputs, mode):
        """Where the operation is applied, to what, and what is asked of it; returns the arrays."""
        if self.inputs is not None:
            raise RuntimeError(twice(self))
        self.applied_at = users_line()
        self.modules = mode.modules
        self.inputs = as_tensors(self, inputs)
        arrays, needs_grad, moves = [], [], False
        for tensor in self.inputs:
            if tensor.replaced_by is not None and tensor.replaced_by in mode.watchers:
                raise ValueError(replaced(self, tensor))
            tensor.used_at = self.applied_at
            arrays.append(tensor.data)
            needs_grad.append(tensor.requires_grad and asks_gradient(tensor, mode))
            moves = moves or tensor.tangent is not None
        self.needs_grad = tuple(needs_grad)
        self.moves = moves
        self.differentiated = moves or True in needs_grad
        try:
            self.xp = get_array_module(*arrays)
        except TypeError:
            raise TypeError(mixed_places(self)) from None
        return arrays

    def _compute(self, arrays):
        """The output, by `forward`."""
        try:
            output = Tensor(self.xp.asarray(self.forward(*arrays)))
        except Exception as error:
            error.add_note(self.circumstances("forward"))
            raise
        output.made_by = (self.name, *self.applied_at)
        return output

    def _direction(self):
        """Whose tangents the inputs carry; there is room for one derivative at a time."""
        directions = {tensor.direction for tensor in self.inputs if tensor.tangent is not None}
        if len(directions) > 1:
            raise NotImplementedError(two_directions(self))
        return directions.pop()

    def _tangent(self, output):
        """The output's tangent, by `jvp`."""
        tangents = [tensor.tangent for tensor in self.inputs]
        if not self.accepts_missing_tangents:
            tangents = [tangent_or_zeros(tensor) for tensor in self.inputs]
        try:
            tangent = self.xp.asarray(self.jvp(*tangents))
            if tangent.shape != output.data.shape:
                raise AssertionError(
                    f"{self.name}.jvp gave a tangent of shape {tangent.shape} "
                    f"for an output of shape {output.shape}"
                )
        except Exception as error:
            error.add_note(self.circumstances("jvp"))
            raise
        return tangent.astype(output.data.dtype, copy=False)

    def _record(self, output):
        """Put the operation on the tape, as the maker of its output."""
        output.creator = self
        output.requires_grad = True
        output.rank = 1 + max([tensor.rank for tensor in self.inputs])

    def forward(self, *inputs):
        raise NotImplementedError(f"{self.name} has no forward")

    def backward(self, grad_output):
        raise NotImplementedError(f"{self.name} has no backward")

    def jvp(self, *tangents):
        raise NotImplementedError(f"{self.name} has no jvp")

    @property
    def name(self):
        """The operation's name: ``exp`` of `Exp`, or the class's own ``operation``."""
        return getattr(self, "operation", type(self).__name__.lower())

    def circumstances(self, method):
        """What an exception inside ``method`` is told: the line, and what went in."""
        file, line = self.applied_at
        lines = [f"in {self.name}.{method}, applied at {file}:{line} to"]
        for position, tensor in enumerate(self.inputs):
            lines.append(f"  input {position}: {describe(tensor)}")
        return "\n".join(lines)

    def __repr__(self):
        lines = [f"{self.name}("]
        for position, tensor in enumerate(self.inputs or ()):
            lines.append(f"  input {position}: {tensor!r}")
        for key, value in vars(self).items():
            if key not in NOTED:
                lines.append(f"  {key}: {short(value)}")
        return "\n".join(lines) + ")"

    def _repr_html_(self):
        """What Jupyter shows: the inputs, and what was saved, as pictures."""
        from .debug.notebook import function_html

        return function_html(self)


# What `Function` notes itself; the other attributes are what the operation saved.
NOTED = frozenset("inputs xp needs_grad moves differentiated applied_at modules".split())


def as_tensors(function, inputs):
    """The inputs as tensors.

    Numbers and lists of them take the dtype (and place) of the tensors and arrays beside them.
    """
    tensors, numbers = list(inputs), []
    for position, item in enumerate(inputs):
        if isinstance(item, Tensor):
            continue
        if item is None:
            raise TypeError(
                f"{function.name}: an input is None; expected a Tensor, an array or a number"
            )
        if is_array(item):
            tensors[position] = Tensor(item)
        else:
            numbers.append(position)
    if numbers:
        given = [item for item in tensors if isinstance(item, Tensor)]
        floating = [tensor for tensor in given if tensor.dtype.kind in "fc"]
        beside = next(iter(floating + given), None)
        for position in numbers:
            tensors[position] = number_beside(beside, tensors[position])
    return tuple(tensors)


def number_beside(beside, value):
    """A number, or a list of them, as a tensor of the dtype and place of the tensor ``beside``."""
    if beside is None:
        return Tensor(as_array(value))
    xp = get_array_module(beside.data)
    if beside.dtype.kind not in "fc":
        return Tensor(xp.asarray(as_array(value)))
    value = value.item() if isinstance(value, np.generic) else value
    array = as_array(value, default=beside.dtype)
    is_complex = array.dtype.kind == "c"
    dtype = np.result_type(beside.dtype, np.complex64) if is_complex else beside.dtype
    return Tensor(xp.asarray(array.astype(dtype, copy=False)))


def tangent_or_zeros(tensor):
    """The tensor's tangent, or if it has none zeros that take the memory of one number."""
    if tensor.tangent is not None:
        return tensor.tangent
    xp = get_array_module(tensor.data)
    return xp.broadcast_to(xp.zeros((), dtype=tensor.dtype), tensor.shape)


def twice(function):
    """What is said of a Function object that is applied again."""
    file, line = function.applied_at
    return (
        f"{function.name}: this {type(function).__name__} object was applied before, at "
        f"{file}:{line}, and holds what its backward needs for that; make a new object each time"
    )


def replaced(function, tensor):
    """What is said of an input in whose place `named` has returned another tensor."""
    return (
        f"{function.name}: {describe(tensor)} was named, and inside ablate named returned another "
        "tensor, without the ablated filters. Go on with that one: h = h.named(...)"
    )


def two_directions(function):
    """What is said of inputs that carry tangents of different derivatives."""
    moving = [describe(tensor) for tensor in function.inputs if tensor.tangent is not None]
    return (
        f"{function.name}: {' and '.join(moving)} carry the tangents of two derivatives, as in a "
        "jvp inside another whose function uses the outer's argument. minigrad has no second "
        "derivatives; give the inner function x.data, if it is meant to be a constant there"
    )


def mixed_places(function):
    """What is said of inputs of which some lie in NumPy's memory and some on the GPU."""
    places = [f"{describe(tensor)} in {place_of(tensor.data)}" for tensor in function.inputs]
    return (
        f"{function.name}: NumPy and CuPy arrays are mixed: {', '.join(places)}. "
        'Move one with .to("numpy") or .to("cupy")'
    )


def short(value):
    """An attribute on one line: arrays by shape, the rest by repr."""
    is_shaped = hasattr(value, "shape") and value.shape
    return f"array {value.shape} {value.dtype}" if is_shaped else repr(value)
