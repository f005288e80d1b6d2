"""What the exercises of lesson 3 are held to: two tangents, and a Jacobian by columns.

What is right comes from ways that need no forward mode: a complex step, and reverse mode.
"""

import numpy as np

import minigrad as mg
from lessons.classroom.checking import require, require_equal

A, DA = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [0.0, 2.0]])
B, DB = np.array([[1.0, 1.0], [0.0, 2.0]]), np.array([[0.0, 3.0], [1.0, 0.0]])
STILL = np.zeros((2, 2))

# the property, the tangent of A, the tangent of B
PRODUCTS = (
    ("a factor that stands still is a constant", DA, STILL),
    ("a factor that stands still is a constant", STILL, DB),
    ("linearity in the tangents", 1000 * DA, 1000 * DB),
    ("agreement with the complex step", DA, DB),
)


def check_matmul_jvp(matmul_jvp):
    """Exercise 1: one factor moves, or both; Im((A + ih da) @ (B + ih db)) / h is right."""
    h = 1e-30
    for broken, da, db in PRODUCTS:
        got = matmul_jvp(A, da, B, db)
        expected = ((A + 1j * h * da) @ (B + 1j * h * db)).imag / h
        said = f"a = {A}, b = {B}, da = {da}, db = {db}: {got}, not {expected}."
        require_equal(got, expected, broken, said, rtol=1e-10)


def check_softmax_jvp(softmax_jvp):
    """Exercise 2: what a softmax's tangents add up to, and that both modes read one Jacobian."""
    x, dx, u = np.random.default_rng(2).standard_normal((3, 2, 4))
    output, pullback = mg.vjp(mg.softmax, x)
    y, JTu = output.data, pullback(u)[0]
    Jv, of_ones, of_double = (softmax_jvp(y, one) for one in (dx, np.ones_like(dx), 2 * dx))
    apart = softmax_jvp(y[:, None], dx[:, None])  # the same rows with an axis between them
    said = f"It gave shape {np.shape(Jv)}, not {dx.shape}."
    require(np.shape(Jv) == dx.shape, "a tangent is shaped like its value", said)
    sums, sums_apart = Jv.sum(axis=-1), apart.sum(axis=(1, 2))
    # the property, what came, what is right
    for broken, got, expected in (
        ("y sums to 1 in every row, so its tangents sum to 0", sums, np.zeros(2)),
        ("y sums to 1 in every row, so its tangents sum to 0", sums_apart, np.zeros(2)),
        ("adding one number to all x moves nothing", of_ones, np.zeros(dx.shape)),
        ("linearity in the tangent", of_double, 2 * Jv),
        ("⟨u, Jv⟩ = ⟨Jᵀu, v⟩", (u * Jv).sum(), (JTu * dx).sum()),
    ):
        require_equal(got, expected, broken, f"It gave {got}, not {expected}.", rtol=0, atol=1e-12)


def check_jacobian_by_columns(jacobian_by_columns):
    """Exercise 3: of a linear map, whose sweeps are counted, and of one that bends."""
    x = np.array([0.5, -1.0, 2.0])
    matrix = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    calls = []

    def linear(x):
        calls.append(x.tangent is not None)
        return matrix @ x

    J, sweeps = jacobian_by_columns(linear, x), sum(calls)
    shape = "a row for each output, a column for each input"
    require(np.shape(J) == (2, 3), shape, f"It is {np.shape(J)}, not (2, 3).", J, matrix)
    said = f"f was called with a tangent {sweeps} times, not 3."
    require(sweeps == 3, "one forward sweep a column", said)
    said = f"For f(x) = A x it gave {J}, not {matrix}."
    require_equal(J, matrix, "a linear map is its own Jacobian", said, rtol=1e-12)

    pullback = mg.vjp(mg.log_softmax, x)[1]
    rows = np.stack([pullback(unit)[0] for unit in np.eye(3)])
    J = jacobian_by_columns(mg.log_softmax, x)
    both = "columns of forward mode, rows of reverse mode"
    require_equal(J, rows, both, f"{J}, not {rows}.", rtol=0, atol=1e-12)
