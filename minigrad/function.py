"""Function: one object per application of one differentiable operation."""

import os
import sys

import numpy as np

from .backend import get_array_module, is_array, is_cupy
from .recording import asks_gradient, current_mode
from .tensor import Tensor, as_array, describe_origin

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


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

    def __call__(self, *inputs):
        self.applied_at = users_line()
        self.modules = current_mode().modules
        self.inputs = as_tensors(self.name, inputs)
        arrays = tuple(tensor.data for tensor in self.inputs)
        self.xp = self._array_module(arrays)
        self.needs_grad = tuple(asks_gradient(tensor) for tensor in self.inputs)
        recorded = any(self.needs_grad)
        moving = any(tensor.tangent is not None for tensor in self.inputs)
        self.differentiated = recorded or moving

        try:
            output = Tensor(self.xp.asarray(self.forward(*arrays)))
        except Exception as error:
            error.add_note(self.circumstances("forward"))
            raise
        output.made_by = (self.name, *self.applied_at)
        if moving:
            output.tangent = self._tangent(output)
        if recorded:
            output.creator = self
            output.requires_grad = True
            output.rank = 1 + max(tensor.rank for tensor in self.inputs)
        mode = current_mode()
        if mode.check_finite:
            self._check_finite(output)
        if mode.trace is not None:
            mode.trace.saw_forward(self, output)
        return output

    def forward(self, *inputs):
        raise NotImplementedError(f"{self.name} has no forward")

    def backward(self, grad_output):
        raise NotImplementedError(f"{self.name} has no backward")

    def jvp(self, *tangents):
        raise NotImplementedError(f"{self.name} has no jvp")

    @property
    def name(self):
        """The operation's name, as the function that applies it is called: ``MaxPool2d`` is
        ``max_pool2d``.
        """
        return getattr(self, "operation", type(self).__name__.lower())

    def circumstances(self, method):
        """What an exception inside ``method`` is told: where the operation was applied and to what."""
        lines = [
            f"in {self.name}.{method}, applied at {self.applied_at[0]}:{self.applied_at[1]} to"
        ]
        lines += [
            f"  input {position}: {describe(tensor)}" for position, tensor in enumerate(self.inputs)
        ]
        return "\n".join(lines)

    def __repr__(self):
        own = ("inputs", "xp", "needs_grad", "differentiated", "applied_at", "modules")
        saved = {key: value for key, value in vars(self).items() if key not in own}
        lines = [f"{self.name}("]
        lines += [
            f"  input {position}: {tensor!r}"
            for position, tensor in enumerate(getattr(self, "inputs", ()))
        ]
        lines += [f"  {key}: {short(value)}" for key, value in saved.items()]
        return "\n".join(lines) + ")"

    def _check_finite(self, output):
        try:
            check_is_finite(output.data, f"the value of {describe(output)}")
            check_is_finite(output.tangent, f"the tangent of {describe(output)}")
        except FloatingPointError as error:
            error.add_note(self.circumstances("forward"))
            error.add_note(
                "\n".join(
                    f"  input {position} is {extent(tensor.data)}"
                    for position, tensor in enumerate(self.inputs)
                )
            )
            raise

    def _array_module(self, arrays):
        try:
            return get_array_module(*arrays)
        except TypeError:
            places = ", ".join(
                f"{describe(tensor)} in {'CuPy' if is_cupy(tensor.data) else 'NumPy'}"
                for tensor in self.inputs
            )
            raise TypeError(
                f"{self.name}: NumPy and CuPy arrays are mixed: {places}. Move one with "
                '.to("numpy") or .to("cupy")'
            ) from None

    def _tangent(self, output):
        tangents = [tensor.tangent for tensor in self.inputs]
        if not self.accepts_missing_tangents:
            tangents = [
                zeros_without_memory(self.xp, t) if t.tangent is None else t.tangent
                for t in self.inputs
            ]
        try:
            tangent = self.xp.asarray(self.jvp(*tangents))
            if tangent.shape != output.shape:
                raise AssertionError(
                    f"{self.name}.jvp gave a tangent of shape {tangent.shape} for "
                    f"an output of shape {output.shape}"
                )
        except Exception as error:
            error.add_note(self.circumstances("jvp"))
            raise
        return tangent.astype(output.dtype, copy=False)


def as_tensors(operation, inputs):
    """The inputs as tensors; numbers and lists of them take the dtype (and place) of the tensors
    and arrays beside them.
    """
    if any(item is None for item in inputs):
        raise TypeError(f"{operation}: an input is None; expected a Tensor, an array or a number")
    given = [
        item if isinstance(item, Tensor) or not is_array(item) else Tensor(item) for item in inputs
    ]
    tensors = [item for item in given if isinstance(item, Tensor)]
    beside = next((t for t in tensors if t.dtype.kind in "fc"), tensors[0] if tensors else None)
    return tuple(
        item if isinstance(item, Tensor) else number_beside(beside, item) for item in given
    )


def number_beside(beside, value):
    """A Python or NumPy number, or a list of them, as a tensor of the dtype (and place) of the
    tensor ``beside``, if any.
    """
    if beside is None or beside.dtype.kind not in "fc":
        array = as_array(value)
    else:
        array = as_array(
            value.item() if isinstance(value, np.generic) else value, default=beside.dtype
        )
        array = array if array.dtype.kind == "c" else array.astype(beside.dtype, copy=False)
    return Tensor(array if beside is None else get_array_module(beside.data).asarray(array))


def zeros_without_memory(xp, tensor):
    """Zeros shaped like ``tensor`` that take the memory of one number."""
    return xp.broadcast_to(xp.zeros((), dtype=tensor.dtype), tensor.shape)


def users_line():
    """(file, line) of the nearest caller outside this package: where the user applied the
    operation.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def check_is_finite(array, what):
    """Raise a FloatingPointError if ``array`` (None is passed over) holds NaN or infinity."""
    if array is None or array.dtype.kind not in "fc":
        return
    xp = get_array_module(array)
    bad = ~xp.isfinite(array)
    if bool(bad.any()):
        first = np.unravel_index(int(xp.argmax(bad)), array.shape)
        raise FloatingPointError(
            f"{what} holds {int(bad.sum())} of {array.size} numbers that are NaN or infinite, the "
            f"first at {tuple(map(int, first))}"
        )


def extent(array):
    """'from −1 to 2' of an array's entries, with how many are NaN or infinite."""
    xp = get_array_module(array)
    finite = xp.isfinite(array)
    count = int(finite.sum())
    if not count:
        return f"without a finite number among its {array.size}"
    low, high = float(array[finite].real.min()), float(array[finite].real.max())
    broken = f", and {array.size - count} NaN or infinite" if count < array.size else ""
    return f"from {low:.4g} to {high:.4g}{broken}"


def describe(tensor):
    """One phrase that finds a tensor again: its name, its shape, and the line that made it."""
    label = f"{tensor.name!r} " if tensor.name else ""
    return f"{label}{tensor.shape} {tensor.dtype} ({describe_origin(tensor)})"


def short(value):
    """An attribute on one line: arrays by shape, the rest by repr."""
    return (
        (f"array {value.shape} {value.dtype}")
        if hasattr(value, "shape") and value.shape
        else repr(value)
    )
