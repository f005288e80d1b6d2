"""What lesson 5's answers are held to: slopes by pencil, three tangents, a Jacobian by columns.

What is right comes from ways that need no forward mode: a complex step, and reverse mode.
"""

from fractions import Fraction
from unittest import mock

import numpy as np

import minigrad as mg
from lessons.classroom.properties import in_brief, require, require_pencil, require_same
from lessons.networks import two_neurons
from minigrad.functions.reduce import Softmax

SHAPE = "a tangent is shaped like its value"
TINY = 1e-30  # the complex step: Im f(x + i · TINY · dx) / TINY


def check_PENCIL(answers):
    """Tangents of the two neurons at α = 1/2, where x₁ = x₂ = α."""
    first, second = (Fraction(slope) for slope in two_neurons.W.sum(axis=0))
    alpha = Fraction(1, 2)
    y1, y2 = alpha * first - 1, alpha * second
    right = {"dy₁/dα": first, "dy₂/dα": second, "dF/dα": first * y2 + y1 * second}
    traps = {
        "dy₁/dα": [
            (
                first - 1,
                "Did only x₂ move? x₁ is α too. Or was −1 added? It stands still: no tangent.",
            ),
            (y1, "That is y₁ itself. How much does it gain for each unit of α?"),
            (1, "x₂ moves too, and counts twice."),
        ],
        "dy₂/dα": [
            (4, "x₂ has a minus sign."),
            (first, "Only x₁ moved. x₂ is α too."),
            (y2, "That is y₂ itself. How much does it gain for each unit of α?"),
        ],
        "dF/dα": [
            (first * second, "The tangents were multiplied: a factor that moves meets a value."),
            (first + second, "That is the tangent of y₁ + y₂. Each unit of y₁ is worth y₂ here."),
            (first * y2, "Only y₁ moved. y₂ moves too."),
            (y1 * second, "Only y₂ moved. y₁ moves too."),
            (y1 * y2, "That is F itself. How much does it gain for each unit of α?"),
            (
                first * y1 + second * y2,
                "Each tangent met its own factor's value. It meets the other one's.",
            ),
            (10, "That is at α = 1."),
        ],
    }
    return require_pencil(answers, right, traps) + " The last one is the product rule, forward."


A, DA = np.array([1.0, 2.0, 3.0]), np.array([1.0, 0.0, -2.0])
B, DB = np.array([4.0, 0.5, -1.0]), np.array([0.0, 3.0, 2.0])
STILL = np.zeros(3)
# the property, the tangent of A, the tangent of B
MOTIONS = (
    ("nothing moves, so nothing changes", STILL, STILL),
    ("a factor that stands still is a constant", DA, STILL),
    ("a factor that stands still is a constant", STILL, DB),
    ("linearity in the tangents", 1000 * DA, 1000 * DB),
    ("agreement with the complex step", DA, DB),
)


def check_by_complex_step(answer, operation):
    """Hold a tangent to the motions above; Im(operation(A + ih da, B + ih db)) / h is right."""
    for broken, da, db in MOTIONS:
        broken = broken.replace("factor", "number") if operation is np.divide else broken
        expected = operation(A + 1j * TINY * da, B + 1j * TINY * db).imag / TINY
        arrays = zip(("a", "da", "b", "db"), (A, da, B, db))
        given = ", ".join(f"{name} = {in_brief(array)}" for name, array in arrays) + "."
        got = answer(A, da, B, db)
        said = f"{given} Yours: shape {np.shape(got)}. Right: (3,)."
        require(np.shape(got) == (3,), SHAPE, said)
        require_same(got, expected + 0.0, broken, given)


def check_product_tangent(product_tangent):
    """The product rule, forward."""
    check_by_complex_step(product_tangent, np.multiply)
    given = "a = [0, 2], da = [3, 1], b = [5, 0], db = [1, 4]."
    with np.errstate(all="ignore"):  # whoever divides by a factor
        got = product_tangent(
            *(np.array(pair) for pair in ([0.0, 2], [3.0, 1], [5.0, 0], [1.0, 4]))
        )
    require_same(got, [15, 8], "a factor may be 0", given)
    return "Every line of the two neurons has its tangent now. (For a @ b the same, in this order.)"


def check_quotient_tangent(quotient_tangent):
    """The quotient rule, also for an array over one number."""
    check_by_complex_step(quotient_tangent, np.divide)
    expected = ((A + 1j * TINY * DA) / (2 + 3j * TINY)).imag / TINY
    given = f"a = {in_brief(A)}, da = {in_brief(DA)}, and one number for all: b = 2, db = 3."
    require_same(quotient_tangent(A, DA, 2.0, 3.0), expected, "an array over one number", given)
    return "With exp and a sum it is all that a softmax needs."


def check_softmax_tangent(softmax_tangent):
    """What a softmax's tangents add up to, and that both modes read one Jacobian."""
    x, dx, u = np.random.default_rng(2).standard_normal((3, 4)).round(2)
    given = f"x = {in_brief(x)}, dx = {in_brief(dx)}."
    with mock.patch.object(Softmax, "jvp", side_effect=NotImplementedError("of your own, please")):
        Jv, of_ones, of_double = (softmax_tangent(x, one) for one in (dx, np.ones(4), 2 * dx))
    require(np.shape(Jv) == (4,), SHAPE, f"{given} Yours: {np.shape(Jv)}. Right: (4,).")
    require_same(np.sum(Jv), 0, "y sums to 1, so its tangents sum to 0", f"Their sum for {given}")
    ones = f"x = {in_brief(x)}, dx = [1, 1, 1, 1]."
    require_same(of_ones, np.zeros(4), "adding one number to all x moves nothing", ones)
    require_same(
        of_double, 2 * np.asarray(Jv), "linearity in the tangent", f"For twice this dx: {given}"
    )
    _, pullback = mg.vjp(mg.softmax, x)
    unit = np.eye(4)[0]
    first = f"dy[0] for {given}"
    require_same(Jv[0], pullback(unit)[0] @ dx, "the quotient rule, for one entry", first)
    both = f"⟨u, dy⟩ for u = {in_brief(u)}, {given}"
    require_same(np.dot(u, Jv), np.dot(pullback(u)[0], dx), "⟨u, Jv⟩ = ⟨Jᵀu, v⟩", both)
    return "minigrad's own is `Softmax.jvp`: compare."


def check_jacobian_by_columns(jacobian_by_columns):
    """Of a linear map, whose sweeps are counted, and of one that bends."""
    x = np.array([0.5, -1.0, 2.0])
    matrix = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    shape = "a row for each output, a column for each input"
    square = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0], [6.0, 9.0, 8.0]])
    given = f"f(x) = A x with A = {in_brief(square)}, at x = {in_brief(x)}."
    J = jacobian_by_columns(lambda x: square @ x, x)
    said = f"{given} Yours: {in_brief(J)}. Right: A itself; your rows are its columns."
    require(not np.array_equal(J, square.T), shape, said, J, square)
    calls = []

    def linear(x):
        calls.append(x.tangent is not None)
        return matrix @ x

    given = f"f(x) = A x with A = {in_brief(matrix)}, at x = {in_brief(x)}."
    J = jacobian_by_columns(linear, x)
    require(np.shape(J) == (2, 3), shape, f"{given} Yours: {np.shape(J)}. Right: (2, 3).")
    said = f"{given} f met a tangent. Yours: {sum(calls)} times. Right: 3."
    require(sum(calls) == 3, "one forward sweep a column", said)
    require_same(J, matrix, "a linear map is its own Jacobian", given)
    pullback = mg.vjp(mg.log_softmax, x)[1]
    rows = np.stack([pullback(unit)[0] for unit in np.eye(3)])
    given = f"f = log_softmax, at x = {in_brief(x)}."
    J = jacobian_by_columns(mg.log_softmax, x)
    require_same(J, rows, "columns of forward mode, rows of reverse mode", given)
    return "It took n sweeps. Row by row, by reverse mode, it takes m."
