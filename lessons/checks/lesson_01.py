"""What the exercises of lesson 1 are held to: the product rule, and the loop of reverse mode.

What is right comes from differences for the one, and from minigrad's own loop for the other.
"""

from functools import partial

import numpy as np

import minigrad as mg
from lessons.classroom.checking import require, require_equal
from minigrad import autodiff


def slopes(f, x):
    """∂f/∂x by central differences, shaped like x; exact if f is linear in x."""
    steps = np.eye(x.size).reshape(-1, *x.shape)
    return np.reshape([(f(x + step) - f(x - step)) / 2 for step in steps], x.shape)


def weighted_product(grad_output, factor, other):
    """A score F whose ∂F/∂(factor · other) is ``grad_output``; linear in each of its arguments."""
    return np.sum(grad_output * factor * other)


def small_graphs():
    """Triples: a property, a formula, and an F of it that shows whether the loop has it."""
    x = mg.Tensor([3.0, 4.0], requires_grad=True, name="x")
    v = mg.Tensor([1.0, 2.0], requires_grad=True, name="v")
    y = x.sum().named("y")
    z = (y * y).named("z")
    s, t = (x + v).named("s"), (x * 7).named("t")
    w = ((s + t).named("u") * 2).named("w")
    return (
        ("∂F/∂F = 1", "y = Σ x, F = y", y),
        ("chain rule", "y = Σ x, F = 5 y", (y * 5).named("F")),
        ("adds when a tensor is used twice", "y = Σ x, z = y · y, F = z", z),
        ("complete before it is passed on", "y = Σ x, z = y · y, F = z · y", (z * y).named("F")),
        ("complete before it is passed on", "y = Σ x, z = y · y, F = y · z", (y * z).named("F")),
        ("nothing is changed in place", "s = x + v, t = 7 x, u = s + t, F = Σ 2 u",
            w.sum().named("F")),
    )  # fmt: skip


# the property, a, b, ∂F/∂(output)
PRODUCTS = (
    ("product rule", [2, -3], [5, 7], [1, 1]),
    ("chain rule (∂F/∂(output) is passed on)", [2, -3], [5, 7], [10, -1]),
    ("adds when an entry is used twice", [[1, 2, 3], [4, 5, 6]], [7, 8, 9], [[1, 1, 1], [1, 1, 1]]),
    ("adds when an entry is used twice", [[1], [2]], [[3, 4, 5]], [[0, 1, 2], [3, 4, 5]]),
)


def check_multiply_backward(multiply_backward):
    """Exercise 1: the two gradients of a product, of equal shapes and of shapes that broadcast."""
    for broken, *given in PRODUCTS:
        a, b, grad_output = (np.array(array, float) for array in given)
        pair = multiply_backward(a, b, grad_output)
        two = isinstance(pair, (tuple, list)) and len(pair) == 2
        require(two, "a pair, (∂F/∂a, ∂F/∂b)", f"It returned {pair!r}.")
        unchanged = all(map(np.array_equal, (a, b, grad_output), given))
        said = "a, b or grad_output is changed after the call; make new arrays."
        require(unchanged, "nothing is changed in place", said)
        by_a = slopes(partial(weighted_product, grad_output, b), a)
        by_b = slopes(partial(weighted_product, grad_output, a), b)
        for name, got, expected in ("a", pair[0], by_a), ("b", pair[1], by_b):
            said = "For a = {}, b = {} and ∂F/∂(output) = {}, ".format(*given)
            said += f"∂F/∂{name} = {np.asarray(got).tolist()}"
            shapes = f"{said} of shape {np.shape(got)}; {name} has {expected.shape}."
            same = np.shape(got) == expected.shape
            require(same, "shape of the gradient", shapes, got, expected)
            require_equal(got, expected, broken, f"{said}; differences give {expected.tolist()}.")


def check_all_gradients(all_gradients):
    """Exercise 2: ∂F/∂tensor of every tensor of a graph, and once more of the same graph."""
    for property, formula, F in small_graphs():
        order = autodiff.topological_order(F)
        right = autodiff.gradients(F, wanted=order)
        for call, broken in (("", property), (", asked a second time", "second backward right")):
            found = all_gradients(order)
            for tensor in order:
                said = f"For {formula} there is no key {tensor.name}, the tensor."
                require(tensor in found, "reaches every tensor", said)
                got, expected = found[tensor], right[tensor]
                said = f"For {formula}{call}, ∂F/∂{tensor.name} = {got}; {expected} is right."
                same = np.shape(got) == tensor.shape
                require(same, "shape of the gradient", said, got, expected)
                require_equal(got, expected, broken, said)
