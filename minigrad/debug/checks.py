"""`check_finite`: a block in which the first NaN or infinity is an error that says where."""

import numpy as np

from ..backend import get_array_module
from ..function import describe
from ..recording import Watcher


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
