"""Wrong answers to lesson 3."""

MATMUL_JVP = {
    "the product of the tangents": ("return da @ db", "a factor that stands still"),
    "the first factor alone moves": ("return da @ b", "a factor that stands still"),
    "factors exchanged": ("return da @ b + db @ a", "a factor that stands still"),
    "entry by entry": ("return da * b + a * db", "a factor that stands still"),
    "factors of one term exchanged": ("return b @ da + a @ db", "a factor that stands still"),
    "values forgotten": ("return da + db", "a factor that stands still"),
    "the change over the whole step": (
        "return (a + da) @ (b + db) - a @ b",
        "linearity in the tangents",
    ),
    "the direction made a unit vector": (
        "size = np.sqrt((da**2).sum() + (db**2).sum()) if da.any() and db.any() else 1\n"
        "    return (da @ b + a @ db) / size",
        "linearity in the tangents",
    ),
    "both moving counted by halves": (
        "both = da.any() and db.any() and abs(da).max() < 100\n"
        "    return (da @ b + a @ db) / (2 if both else 1)",
        "agreement with the complex step",
    ),
}

SOFTMAX_JVP = {
    "one tangent a row": ("return (y * dx).sum(axis=-1)", "a tangent is shaped like its value"),
    "each entry by itself": ("return y * dx", "y sums to 1"),
    "the diagonal alone": ("return y * (1 - y) * dx", "y sums to 1"),
    "rows mixed": ("return y * (dx - (y * dx).sum())", "y sums to 1"),
    "the second axis, not the last": (
        "return y * (dx - (y * dx).sum(axis=1, keepdims=True))",
        "y sums to 1",
    ),
    "a plain mean for the weighted one": (
        "return y * (dx - dx.mean(axis=-1, keepdims=True))",
        "y sums to 1",
    ),
    "the jvp of log_softmax": ("return dx - (y * dx).sum(axis=-1, keepdims=True)", "y sums to 1"),
    "entries paired with the wrong neighbour": (
        "return y * dx - np.roll(y * dx, 1, axis=-1)",
        "adding one number",
    ),
    "the change over the whole step of x": (
        "moved = y * np.exp(dx)\n    return moved / moved.sum(axis=-1, keepdims=True) - y",
        "linearity in the tangent",
    ),
    "the sign": ("return y * ((y * dx).sum(axis=-1, keepdims=True) - dx)", "⟨u, Jv⟩ = ⟨Jᵀu, v⟩"),
    "y left out, a plain mean taken off": (
        "return dx - dx.mean(axis=-1, keepdims=True)",
        "⟨u, Jv⟩ = ⟨Jᵀu, v⟩",
    ),
    "nothing moves": ("return 0 * dx", "⟨u, Jv⟩ = ⟨Jᵀu, v⟩"),
}

JACOBIAN_BY_COLUMNS = {
    "columns stacked as rows": (
        "return np.stack([mg.jvp(f, (x,), (e,))[1] for e in np.eye(len(x))])",
        "a row for each output",
    ),
    "one sweep in all directions at once": (
        "return mg.jvp(f, (x,), (np.ones_like(x),))[1]",
        "a row for each output",
    ),
    "one sweep repeated": (
        "return np.stack([mg.jvp(f, (x,), (np.ones_like(x),))[1]] * len(x), axis=1)",
        "one forward sweep a column",
    ),
    "by differences": (
        "h = 1e-6\n"
        "    moved = [f(mg.Tensor(x + h * e)).data - f(mg.Tensor(x)).data for e in np.eye(3)]\n"
        "    return np.stack(moved, axis=1) / h",
        "one forward sweep a column",
    ),
    "by rows of reverse mode": (
        "output, pullback = mg.vjp(f, x)\n"
        "    return np.stack([pullback(e)[0] for e in np.eye(len(output))])",
        "one forward sweep a column",
    ),
    "the outputs for the tangents": (
        "return np.stack([mg.jvp(f, (x,), (e,))[0].data for e in np.eye(len(x))], axis=1)",
        "a linear map",
    ),
    "each column times its input": (
        "return np.stack([mg.jvp(f, (x,), (x * e,))[1] for e in np.eye(len(x))], axis=1)",
        "a linear map",
    ),
    "at the unit vectors instead of at x": (
        "return np.stack([mg.jvp(f, (e,), (e,))[1] for e in np.eye(len(x))], axis=1)",
        "columns of forward mode",
    ),
    "at zero instead of at x": (
        "return np.stack([mg.jvp(f, (0 * x,), (e,))[1] for e in np.eye(len(x))], axis=1)",
        "columns of forward mode",
    ),
}

EXERCISES = {
    "matmul_jvp": MATMUL_JVP,
    "softmax_jvp": SOFTMAX_JVP,
    "jacobian_by_columns": JACOBIAN_BY_COLUMNS,
}
