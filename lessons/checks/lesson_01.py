"""The checks of lesson 1."""

import numpy as np

import minigrad as mg
from lessons.classroom.checking import require, require_equal
from minigrad import autodiff


def by_difference(f, inputs, position, h=1e-5):
    """∂f/∂(one input) by central differences, shaped like that input; f takes arrays and gives a
    number.
    """
    slope = np.zeros(inputs[position].shape)
    for entry in np.ndindex(slope.shape):
        above, below = [array.copy() for array in inputs], [array.copy() for array in inputs]
        above[position][entry] += h
        below[position][entry] -= h
        slope[entry] = (f(*above) - f(*below)) / (2 * h)
    return slope


def weighted_product(a, b, grad_output):
    """A score F whose ∂F/∂(a · b) is ``grad_output``."""
    return (grad_output * (a * b)).sum()


def small_graphs():
    """Triples: a property, a formula, and an F of it that shows whether the loop has the property."""
    x, v = (
        mg.Tensor(np.array(data, float), requires_grad=True, name=name)
        for name, data in (("x", [3, 4]), ("v", [1, 2]))
    )
    y = x.sum().named("y")
    z = (y * y).named("z")
    yield "∂F/∂F = 1", "y = Σ x, F = y", y
    yield "chain rule", "y = Σ x, F = 5 y", (y * 5).named("F")
    yield "adds when a tensor is used twice", "y = Σ x, z = y · y, F = z", z
    yield "complete before it is passed on", "y = Σ x, z = y · y, F = z · y", (z * y).named("F")
    yield "complete before it is passed on", "y = Σ x, z = y · y, F = y · z", (y * z).named("F")
    both = ((x + v).named("s") + (x * 7).named("t")).named("u")
    yield (
        "nothing is changed in place",
        ("s = x + v, t = 7 x, u = s + t, F = Σ 2 u"),
        (both * 2).named("w").sum().named("F"),
    )


def check_multiply_backward(multiply_backward):
    for broken, *given in (
        ("product rule", [2, -3], [5, 7], [1, 1]),
        ("chain rule (∂F/∂(output) is passed on)", [2, -3], [5, 7], [10, -1]),
        (
            "adds when an entry is used twice",
            [[1, 2, 3], [4, 5, 6]],
            [7, 8, 9],
            [[1, 1, 1], [1, 1, 1]],
        ),
        ("adds when an entry is used twice", [[1], [2]], [[3, 4, 5]], [[0, 1, 2], [3, 4, 5]]),
    ):
        arrays = [np.array(array, float) for array in given]
        pair = multiply_backward(*arrays)
        two = isinstance(pair, (tuple, list)) and len(pair) == 2
        require(two, "a pair, (∂F/∂a, ∂F/∂b)", f"It returned {pair!r}.")
        unchanged = all(np.array_equal(*both) for both in zip(arrays, given))
        require(
            unchanged,
            "nothing is changed in place",
            "a, b or grad_output is changed after the call; make new arrays.",
        )
        for position, name, got in ((0, "a", pair[0]), (1, "b", pair[1])):
            expected = by_difference(weighted_product, arrays, position)
            seen = "For a = {}, b = {} and ∂F/∂(output) = {}, ".format(*given) + (
                f"∂F/∂{name} = {np.asarray(got).tolist()}"
            )
            wrong = f"{seen} of shape {np.shape(got)}; {name} has {expected.shape}."
            require(np.shape(got) == expected.shape, "shape of the gradient", wrong, got, expected)
            require_equal(
                got,
                expected,
                broken,
                f"{seen}; differences give {expected.round(6).tolist()}.",
                rtol=1e-5,
            )


def check_all_gradients(all_gradients):
    for property, formula, output in small_graphs():
        order = autodiff.topological_order(output)
        expected = autodiff.gradients(output, wanted=order)
        for call, broken in (("", property), (", asked a second time", "second backward right")):
            got = all_gradients(order)
            for tensor in order:
                require(
                    tensor in got,
                    "reaches every tensor",
                    f"For {formula} there is no key {tensor.name}, the tensor.",
                )
                seen = (
                    f"For {formula}{call}, ∂F/∂{tensor.name} = {got[tensor]}; "
                    f"{expected[tensor]} is right."
                )
                require(
                    np.shape(got[tensor]) == tensor.shape,
                    "shape of the gradient",
                    seen,
                    got[tensor],
                    expected[tensor],
                )
                require_equal(got[tensor], expected[tensor], broken, seen)
