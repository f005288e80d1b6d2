"""What lesson 2's answers are held to: slopes by pencil, differences, two gradients of arrays."""

import numpy as np

import minigrad as mg
from lessons.classroom.properties import in_brief, require, require_pencil, require_same
from lessons.networks import two_neurons


def check_PENCIL(answers):
    """The two neurons at x = (2, 1)."""
    x = mg.Tensor([[2.0, 1.0]], requires_grad=True)
    with mg.watch_layers() as hidden:
        two_neurons.F(x).sum().backward()
    y = hidden.tensors["y"]
    right = {
        "∂F/∂y₁": y.grad[0, 0],
        "∂F/∂y₂": y.grad[0, 1],
        "∂F/∂x₁": x.grad[0, 0],
        "∂F/∂x₂": x.grad[0, 1],
    }
    one_way = "x is used twice. That is the contribution of one way; the two add."
    alone = "These are the slopes of the two neurons alone. What is each of their units worth?"
    traps = {
        "∂F/∂y₁": [
            (3, "That is y₁. By how much does F = y₁ · 5 grow if y₁ grows by 1?"),
            (15, "That is F."),
        ],
        "∂F/∂y₂": [
            (5, "That is y₂. By how much does F = 3 · y₂ grow if y₂ grows by 1?"),
            (15, "That is F."),
        ],
        "∂F/∂x₁": [
            (5, one_way),
            (9, one_way),
            (4, alone),
            (8, "That is ∂F/∂y₁ + ∂F/∂y₂. Multiply each by the slope of its neuron first."),
            (45, "The two ways do not follow each other: they add."),
        ],
        "∂F/∂x₂": [
            (10, one_way),
            (-3, one_way),
            (1, alone),
            (13, "More x₂ lowers y₂: its slope there is −1."),
        ],
    }
    return require_pencil(answers, right, traps) + " Contributions of two ways add."


def check_central(central):
    """Exact for straight lines and parabolas; twice the way, and both sides."""
    for given, f, x, h, right in (
        ("f(x) = 3 x at x = 2, h = 0.25.", lambda x: 3 * x, 2.0, 0.25, 3.0),
        ("f(x) = 7 at x = 2, h = 0.5.", lambda x: 7.0, 2.0, 0.5, 0.0),
    ):
        require_same(central(f, x, h), right, "the slope of a straight line", given)
    given = "f(x) = x² at x = 2, h = 0.5."
    require_same(central(lambda x: x * x, 2.0, 0.5), 4.0, "both sides", given)
    given = "f(x) = x³ at x = 1, h = 0.1."
    require_same(central(lambda x: x**3, 1.0, 0.1), 3.01, "h as it is given", given)
    return "You can check any slope of any program now."


def check_slope_of_entry(slope_of_entry):
    """Each entry alone, in an array of its own."""
    weight = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    x = np.arange(6.0).reshape(2, 3)
    before = x.copy()
    for entry in ((0, 0), (1, 2), (0, 1)):
        given = f"f(x) = Σ weight · x, the entry {entry}, whose weight is {weight[entry]:g}."
        got = slope_of_entry(lambda x: (weight * x).sum(), x, entry)
        require_same(got, weight[entry], "this entry alone", given, rtol=1e-6)
    same = np.allclose(x, before, rtol=0, atol=1e-12)  # + h − 2h + h is rounded
    require(same, "x stays as it was", "Afterwards x is changed. Right: a copy.")
    given = "f(x) = Σ x³ for x = [[1, 2]], the entry (0, 1), h = 0.1."
    got = slope_of_entry(lambda x: (x**3).sum(), np.array([[1.0, 2.0]]), (0, 1), 0.1)
    require_same(got, 12.01, "central, with the h that is given", given)
    return "So every entry of any gradient can be checked, at two runs each."


# the property, a, b, ∂F/∂(output)
PRODUCTS = (
    ("product rule", [[2, -3]], [[5, 7]], [[1, 1]]),
    ("chain rule: ∂F/∂(output) is passed on", [[2, -3]], [[5, 7]], [[10, -1]]),
    ("entry by entry", [[1, 2], [3, 4]], [[5, 6], [7, 8]], [[1, 0], [2, 1]]),
)


def check_multiply_backward(multiply_backward):
    """The two gradients of a product; what is right comes from minigrad's own operation."""
    for broken, *arrays in PRODUCTS:
        a, b, grad_output = (np.array(array, float) for array in arrays)
        given = "a = {}, b = {}, ∂F/∂(output) = {}.".format(*arrays).replace("-", "−")
        pair = multiply_backward(a, b, grad_output)
        stacked = isinstance(pair, np.ndarray) and pair.ndim == 1 + a.ndim
        two = (stacked or isinstance(pair, (tuple, list))) and len(pair) == 2
        require(
            two, "a pair, (∂F/∂a, ∂F/∂b)", f"{given} Yours: {in_brief(pair)}. Right: two arrays."
        )
        unchanged = all(map(np.array_equal, (a, b, grad_output), arrays))
        said = "a, b or grad_output is changed after the call. Right: make new arrays."
        require(unchanged, "nothing is changed in place", said)
        tensors = [mg.Tensor(one, requires_grad=True) for one in (a, b)]
        (tensors[0] * tensors[1]).backward(grad_output)
        for name, got, tensor in zip("ab", pair, tensors):
            require_same(got, tensor.grad, broken, f"∂F/∂{name} for {given}")
    return "Open multiply in minigrad/functions/arithmetic.py: these are its two lines."


def check_bias_backward(bias_backward):
    """One number for each neuron: what all rows contribute."""
    grad_output = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    given = f"∂F/∂(output) = {grad_output.astype(int).tolist()}, three rows of two neurons."
    got = bias_backward(grad_output.copy())
    shape = np.shape(got)
    said = f"{given} Yours: shape {shape}. Right: shape (2,), as b has it."
    require(shape == (2,), "the shape of its tensor", said)
    require_same(got, [6.0, 60.0], "the contributions of all rows add", given)
    return "Wherever NumPy uses one number many times, its gradient is a sum."
