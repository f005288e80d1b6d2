"""Part 1b: every row of the table of operations, against NumPy: value, backward, jvp."""

import traceback

import numpy as np

from minigrad.machine.backend import is_cupy, to_numpy
from tests.gpu.setup import Result
from tests.minigrad.functions.operations import ROWS
from tests.minigrad.functions.test_operations import derivatives, example

# Of the largest number of an array: sums are taken in another order.
TOLERANCES = {np.float64: 1e-12, np.float32: 2e-5}


def run(setup):
    """Yield a `Result` for each row and precision."""
    for dtype, tolerance in TOLERANCES.items():
        for row in ROWS[:: 8 if setup.small else 1]:
            yield compared(setup, row, dtype, tolerance)


def compared(setup, row, dtype, tolerance):
    """One row of the table in one precision."""
    what = f"{row.name}, {np.dtype(dtype).name}"
    arrays, tangents = example(row, dtype)
    _, expected = derivatives(row, arrays, tangents)
    names = ["value", "tangent", *(f"gradient of input {n}" for n in range(len(arrays)))]
    try:
        _, found = derivatives(row, arrays, tangents, place=setup.place)
        wrong = [
            difference
            for name, ours, numpys in zip(names, found, expected)
            if (difference := differing(setup, name, ours, numpys, tolerance))
        ]
    except Exception:  # whatever it is, the next row is to be tried
        return Result(what, False, note=traceback.format_exc())
    return Result(what, not wrong, note="\n".join(wrong))


def differing(setup, name, ours, numpys, tolerance):
    """What is wrong with an array, with the array; "" if nothing is."""
    if setup.on_gpu and not is_cupy(ours):
        return f"{name}: not on the GPU but {type(ours)}"
    if ours.dtype != numpys.dtype:
        return f"{name}: dtype {ours.dtype}, expected {numpys.dtype}"
    ours = to_numpy(ours)
    scale = float(np.abs(numpys).max(initial=0))
    if np.allclose(ours, numpys, rtol=0, atol=tolerance * max(scale, 1.0), equal_nan=True):
        return ""
    gap = float(np.nanmax(np.abs(ours - numpys)))
    return f"{name}: up to {gap:.3g} apart\nhere {ours!r}\nNumPy {numpys!r}"
