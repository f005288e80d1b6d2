"""Wrong answers to lesson 5."""


def pencil(first=3, second=2, score=4):
    """The dictionary by pencil with something exchanged."""
    return f'{{"dy₁/dα": {first}, "dy₂/dα": {second}, "dF/dα": {score}}}'


def quotient(de, ds):
    """A softmax's tangent by the quotient rule, with some tangents of e and of its sum."""
    return f"s = e.sum()\n    return (({de}) * s - e * ({ds})) / s**2"


PENCIL = {
    "x₂ alone moves": (pencil(first="0 * 1 + 2 * 1"), "dy₁/dα"),
    "the constant was given a tangent": (pencil(first=2), "dy₁/dα"),
    "the value of y₁": (pencil(first=0.5), "dy₁/dα"),
    "the minus forgotten": (pencil(second=4), "dy₂/dα"),
    "x₁ alone moves": (pencil(second=3), "dy₂/dα"),
    "tangents multiplied": (pencil(score=6), "dF/dα"),
    "tangents added": (pencil(score=5), "dF/dα"),
    "one factor moves": (pencil(score=3), "dF/dα"),
    "one wrong and one not tried": (pencil(first="...", score=1), "dF/dα"),
}

PRODUCT_TANGENT = {
    "the product of the tangents": ("return da * db", "a factor that stands still"),
    "the first factor alone moves": ("return da * b", "a factor that stands still"),
    "each with its own tangent": ("return a * da + b * db", "a factor that stands still"),
    "the minus of a quotient": ("return da * b - a * db", "a factor that stands still"),
    "as a matrix product": ("return da @ b + a @ db", "a tangent is shaped"),
    "by the logarithm, which a 0 has not": (
        "return a * b * (da / a + db / b)",
        "a factor may be 0",
    ),
    "the new value": ("return a * b + da * b + a * db", "nothing moves"),
    "values forgotten": ("return da + db", "a factor that stands still"),
    "the change over the whole step": (
        "return (a + da) * (b + db) - a * b",
        "linearity in the tangents",
    ),
    "both moving counted by halves": (
        "both = da.any() and db.any() and abs(da).max() < 100\n"
        "    return (da * b + a * db) / (2 if both else 1)",
        "agreement with the complex step",
    ),
}

QUOTIENT_TANGENT = {
    "the quotient of the tangents": ("return da / (db + (db == 0))", "a number that stands still"),
    "the numerator alone moves": ("return da / b", "a number that stands still"),
    "the denominator not squared": ("return (da * b - a * db) / b", "a number that stands still"),
    "a plus": ("return (da * b + a * db) / b**2", "a number that stands still"),
    "the other way round": ("return (a * db - da * b) / b**2", "a number that stands still"),
    "the quotient's change over the whole step": (
        "return (a + da) / (b + db) - a / b",
        "a number that stands still",
    ),
    "the new quotient": ("return a / b + (da * b - a * db) / b**2", "nothing moves"),
    "dot products": ("return (da @ b - a @ db) / (b @ b)", "a tangent is shaped"),
    "for arrays of one shape alone": (
        "return np.stack([(da[i] * b[i] - a[i] * db[i]) / b[i] ** 2 for i in range(3)])"
        " if np.ndim(b) else (da * b - a * db) / b",
        "an array over one number",
    ),
}

SOFTMAX_TANGENT = {
    "one number": ("return (e / e.sum() * dx).sum()", "a tangent is shaped like its value"),
    "each entry by itself": ("return e / e.sum() * dx", "y sums to 1"),
    "the diagonal alone": ("y = e / e.sum()\n    return y * (1 - y) * dx", "y sums to 1"),
    "the sum of e stands still": (quotient("e * dx", "0"), "y sums to 1"),
    "the sum moves by the tangents of x": (quotient("e * dx", "dx.sum()"), "y sums to 1"),
    "the tangent of e for that of its sum": (quotient("e * dx", "e * dx"), "y sums to 1"),
    "a plain mean taken off": (
        "y = e / e.sum()\n    return y * (dx - dx.mean())",
        "y sums to 1",
    ),
    "the tangent of e forgotten": (quotient("dx", "dx.sum()"), "adding one number"),
    "the change over the whole step of x": (
        "moved = np.exp(x + dx)\n    return moved / moved.sum() - e / e.sum()",
        "linearity in the tangent",
    ),
    "all tangents turned round": (
        quotient("-e * dx", "(-e * dx).sum()"),
        "the quotient rule, for one entry",
    ),
    "no entry moves": ("return 0 * dx", "the quotient rule, for one entry"),
    "s · dx for the tangent of the sum": (
        quotient("e * dx", "e.sum() * dx"),
        "the quotient rule, for one entry",
    ),
    "two tangents exchanged": (
        "y = e / e.sum()\n    return (y * (dx - (y * dx).sum()))[[0, 1, 3, 2]]",
        "⟨u, Jv⟩ = ⟨Jᵀu, v⟩",
    ),
    "minigrad's own softmax": ("return mg.jvp(mg.softmax, (x,), (dx,))[1]", ""),
}

JACOBIAN_BY_COLUMNS = {
    "a row for each sweep": (
        "J[i] = mg.jvp(f, (x,), (direction,))[1]",
        "a row for each output",
    ),
    "a row for each sweep, in an array of its own": (
        "J = np.zeros(J.shape[::-1]) if i == 0 else J\n"
        "        J[i] = mg.jvp(f, (x,), (direction,))[1]",
        "a row for each output",
    ),
    "one sweep in all directions at once": (
        "return mg.jvp(f, (x,), (np.ones_like(x),))[1]",
        "a row for each output",
    ),
    "one sweep, and its column again": (
        "J[:, i] = mg.jvp(f, (x,), (direction,))[1]\n        return J",
        "one forward sweep a column",
    ),
    "by differences": (
        "J[:, i] = (f(mg.Tensor(x + 1e-6 * direction)).data - f(mg.Tensor(x)).data) / 1e-6",
        "one forward sweep a column",
    ),
    "by columns of Jᵀ": (
        "J[:, i] = mg.vjp(f, x)[1](np.eye(len(J))[0])[0][i]",
        "one forward sweep a column",
    ),
    "the outputs for the tangents": (
        "J[:, i] = mg.jvp(f, (x,), (direction,))[0].data",
        "a linear map",
    ),
    "in the direction x": ("J[:, i] = mg.jvp(f, (x,), (x,))[1]", "a linear map"),
    "each column times its input": (
        "J[:, i] = mg.jvp(f, (x,), (x * direction,))[1]",
        "a linear map",
    ),
    "at the unit vectors instead of at x": (
        "J[:, i] = mg.jvp(f, (direction,), (direction,))[1]",
        "columns of forward mode",
    ),
    "at zero instead of at x": (
        "J[:, i] = mg.jvp(f, (0 * x,), (direction,))[1]",
        "columns of forward mode",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "product_tangent": PRODUCT_TANGENT,
    "quotient_tangent": QUOTIENT_TANGENT,
    "softmax_tangent": SOFTMAX_TANGENT,
    "jacobian_by_columns": JACOBIAN_BY_COLUMNS,
}
