"""The checks of lesson 3."""

import numpy as np

import minigrad as mg
from lessons.classroom.checking import require, require_equal


def check_matmul_jvp(matmul_jvp):
    a, da, b, db, still = np.array(
        [[1, 2, 3, 4], [1, 0, 0, 2], [1, 1, 0, 2], [0, 3, 1, 0], [0, 0, 0, 0]], float
    ).reshape(5, 2, 2)
    for broken, v, w in (
        ("a factor that stands still is a constant", da, still),
        ("a factor that stands still is a constant", still, db),
        ("linearity in the tangents", 1000 * da, 1000 * db),
        ("agreement with the complex step", da, db),
    ):
        got, expected = matmul_jvp(a, v, b, w), ((a + 1e-30j * v) @ (b + 1e-30j * w)).imag / 1e-30
        require_equal(
            got,
            expected,
            broken,
            f"a = {a}, b = {b}, da = {v}, db = {w}: {got}, not {expected}.",
            rtol=1e-10,
        )


def check_softmax_jvp(softmax_jvp):
    x, v, u = np.random.default_rng(2).standard_normal((3, 2, 4))
    output, pullback = mg.vjp(mg.softmax, x)
    Jv, of_ones, of_double = (softmax_jvp(output.data, dx) for dx in (v, np.ones_like(v), 2 * v))
    require(
        np.shape(Jv) == v.shape,
        "a tangent is shaped like its value",
        f"It gave shape {np.shape(Jv)}, not {v.shape}.",
    )
    for broken, got, expected in (
        ("y sums to 1 in every row, so its tangents sum to 0", Jv.sum(axis=-1), np.zeros(2)),
        ("adding one number to all x moves nothing", of_ones, np.zeros(v.shape)),
        ("linearity in the tangent", of_double, 2 * Jv),
        ("⟨u, Jv⟩ = ⟨Jᵀu, v⟩", (u * Jv).sum(), (pullback(u)[0] * v).sum()),
    ):
        require_equal(got, expected, broken, f"It gave {got}, not {expected}.", rtol=0, atol=1e-12)


def check_jacobian_by_columns(jacobian_by_columns):
    x, A, sweeps = np.array([0.5, -1.0, 2.0]), np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]), []
    J = jacobian_by_columns(lambda x: sweeps.append(x.tangent is not None) or A @ x, x)
    require(
        np.shape(J) == (2, 3),
        "a row for each output, a column for each input",
        f"It is {np.shape(J)}, not (2, 3).",
        J,
        A,
    )
    require(
        sum(sweeps) == 3,
        "one forward sweep a column",
        f"f was called with a tangent {sum(sweeps)} times, not 3.",
    )
    require_equal(
        J,
        A,
        "a linear map is its own Jacobian",
        f"For f(x) = A x it gave {J}, not {A}.",
        rtol=1e-12,
    )
    rows = np.stack([mg.vjp(mg.log_softmax, x)[1](unit)[0] for unit in np.eye(3)])
    J = jacobian_by_columns(mg.log_softmax, x)
    require_equal(
        J,
        rows,
        "columns of forward mode, rows of reverse mode",
        f"{J}, not {rows}.",
        rtol=0,
        atol=1e-12,
    )
