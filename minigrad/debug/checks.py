"""Blocks in which something silent becomes an error: `check_finite` and `check_unchanged`."""

import hashlib
from weakref import WeakKeyDictionary

import numpy as np

from ..function import NOTED
from ..machine.backend import get_array_module, is_array, to_numpy
from ..recording import Watcher
from ..tensor import describe


class check_finite(Watcher):
    """Context manager: inside, the first NaN or infinity is a `FloatingPointError`.

    It names the operation, whether the value, the tangent or a gradient went wrong, where
    in the array the first such number stands, what went in, and the line of your code that
    applied the operation; on a path, which α it was.
    """

    def made(self, function, output):
        try:
            check_is_finite(output.data, f"the value of {describe(output)}")
            if output.tangent is not None:
                check_is_finite(output.tangent, f"the tangent of {describe(output)}")
        except FloatingPointError as error:
            error.add_note(function.circumstances("forward"))
            for position, tensor in enumerate(function.inputs):
                error.add_note(f"  input {position} is {extent(tensor.data)}")
            raise

    def went_back(self, function, output, grad_output, grad_inputs):
        for argument, grad_input in enumerate(grad_inputs):
            if grad_input is not None:
                tensor = describe(function.inputs[argument])
                gradient = f"the gradient that {function.name}.backward gave for input {argument}"
                check_is_finite(grad_input, f"{gradient}, {tensor},")


class check_unchanged(Watcher):
    """Context manager: inside, an array overwritten between forward and backward is an error.

    An operation keeps the arrays that it was given, not copies: whoever writes into one
    before the backward sweep (a buffer of a data loader, ``parameter.data -= …``) gets the
    gradient at another point. Here a checksum of every array is taken as an operation is
    applied and compared when its backward has run; the `ValueError` names the array, the
    operation and the line of your code that applied it. Nothing is copied, but the sums take
    about as long as the forward pass.
    """

    def __init__(self):
        super().__init__()
        self._sums = WeakKeyDictionary()

    def made(self, function, output):
        if output.creator is function:
            arrays = arrays_of(function)
            self._sums[function] = [(what, array, checksum(array)) for what, array in arrays]

    def went_back(self, function, output, grad_output, grad_inputs):
        for what, array, before in self._sums.get(function, ()):
            if checksum(array) != before:
                raise ValueError(
                    f"{what} of {function.name} was overwritten after that was applied, so its "
                    "backward works at another point; give it a copy, or write into a new array"
                )


def arrays_of(function):
    """Pairs (what it is, array) of all that an operation was given or has kept."""
    found = [(f"input {place}", tensor.data) for place, tensor in enumerate(function.inputs)]
    for name, value in vars(function).items():
        if name not in NOTED:
            parts = value if isinstance(value, (tuple, list)) else [value]
            found += [(f"{name!r}", part) for part in parts if is_array(part)]
    return found


def checksum(array):
    """A short fingerprint of an array's entries."""
    return hashlib.blake2b(np.ascontiguousarray(to_numpy(array)), digest_size=8).digest()


def check_is_finite(array, what):
    """Raise a FloatingPointError if ``array`` holds NaN or infinity."""
    if array.dtype.kind not in "fc":
        return
    xp = get_array_module(array)
    bad = ~xp.isfinite(array)
    count = int(bad.sum())
    if count:
        first = np.unravel_index(int(xp.argmax(bad)), array.shape)
        raise FloatingPointError(
            f"{what} holds {count} of {array.size} numbers that are NaN or infinite, "
            f"the first at {tuple(map(int, first))}"
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
