"""Wrong answers to lesson 6."""

SUM = "sum(w * look(F, x, baseline, a).{0}[0, unit] for a, w in zip(alphas, weights))"
LAYERS = "ys = [look(F, x, baseline, a) for a in alphas]\n    "
PRODUCTS = LAYERS + "products = [y.grad[0, unit] * y.tangent[0, unit] for y in ys]\n    "
TOTAL = PRODUCTS + "total = sum(w * p for w, p in zip(weights, products))\n    "
ENDS = "y_x, y_baseline = (look(F, x, baseline, a).data[0, unit] for a in (1, 0))\n    "

TERM = {
    "without the tangent": ("return dF_dy", "insensitivity"),
    "one Jacobian entry for the tangent": ("return dF_dy * dy_dx[:, 0]", "the path"),
    "forgets x − x′": ("return dF_dy * dy_dx.sum(axis=1)", "the path"),
    "x for x − x′": ("return dF_dy * (dy_dx @ x)", "the path"),
    "sums before the product over inputs": (
        "return dF_dy * dy_dx.sum(axis=1) * (x - baseline).sum()",
        "product before sum",
    ),
    "mean of x − x′": (
        "return dF_dy * dy_dx.sum(axis=1) * (x - baseline).mean()",
        "product before sum",
    ),
    "gradients summed over units before the product": (
        "return dF_dy.sum() / len(dF_dy) * (dy_dx @ (x - baseline))",
        "each unit meets its own gradient",
    ),
    "dy/dα alone": ("return dy_dx @ (x - baseline)", "each unit meets its own gradient"),
    "the size of the gradient": (
        "return abs(dF_dy) * (dy_dx @ (x - baseline))",
        "each unit meets its own gradient",
    ),
    "from x to x′": ("return dF_dy * (dy_dx @ (baseline - x))", "the path"),
    "the layer's sum": ("return dF_dy @ dy_dx @ (x - baseline)", "one number for each unit"),
    "units and inputs not summed": (
        "return dF_dy[:, None] * dy_dx * (x - baseline)",
        "one number for each unit",
    ),
    "units and inputs exchanged where both are equally many": (
        "return dF_dy * ((dy_dx.T if dy_dx.shape == (2, 2) else dy_dx) @ (x - baseline))",
        "reverse mode · forward mode",
    ),
}

CONDUCTANCE_OF_UNIT = {
    "internal influence (without the tangent)": (
        f"return {SUM.format('grad')}",
        "insensitivity (this y",
    ),
    "gradient × activation at x": (
        "y = look(F, x, baseline, 1); return y.grad[0, unit] * y.data[0, unit]",
        "insensitivity (this y",
    ),
    "dy/dα alone, integrated": (f"return {SUM.format('tangent')}", "insensitivity (F does not"),
    "from x to x′, by 1 − α": (
        TOTAL.replace("baseline, a)", "baseline, 1 - a)") + "return total",
        "the path",
    ),
    "a plain gradient at x, times the way": (
        ENDS + "return look(F, x, baseline, 1).grad[0, unit] * (y_x - y_baseline)",
        "saturation",
    ),
    "a plain gradient at x′, times the way": (
        ENDS + "return look(F, x, baseline, 0).grad[0, unit] * (y_x - y_baseline)",
        "saturation",
    ),
    "Δy · ∫ ∂F/∂y dα": (ENDS + f"return (y_x - y_baseline) * {SUM.format('grad')}", "curved path"),
    "gradients summed over the layer before the product": (
        LAYERS + "return sum(w * y.grad.sum() * y.tangent[0, unit] for w, y in zip(weights, ys))",
        "product before sum",
    ),
    "the layer, not the unit": (
        LAYERS + "return sum(w * (y.grad * y.tangent).sum() for w, y in zip(weights, ys))",
        "product before sum",
    ),
    "all units at once": (
        LAYERS + "return sum(w * y.grad * y.tangent for w, y in zip(weights, ys))",
        "one number for one unit",
    ),
    "weights that sum to (n − 1) / n": (
        TOTAL + "return total * (len(weights) - 1) / len(weights)",
        "weights that sum to 1",
    ),
    "weights left out": (PRODUCTS + "return sum(products)", "weights that sum to 1"),
    "a mean for the weights": (PRODUCTS + "return np.mean(products)", "the rule's own weights"),
    "divided by x − x′": (TOTAL + "return total / (x - baseline).item()", "the path"),
    "zero activation, so zero conductance": (
        ENDS + TOTAL + "return 0.0 if y_x == 0 else total",
        "zero at both ends",
    ),
    "no way from end to end, so zero conductance": (
        ENDS + TOTAL + "return 0.0 if y_x == y_baseline else total",
        "zero at both ends",
    ),
    "only what speaks for the score": (TOTAL + "return max(total, 0.0)", "linearity"),
    "the size of the tangent": (
        LAYERS
        + "return sum(w * y.grad[0, unit] * abs(y.tangent[0, unit]) for w, y in zip(weights, ys))",
        "wrong sign",
    ),
    "only the positive terms": (
        PRODUCTS + "return sum(w * max(p, 0) for w, p in zip(weights, products))",
        "linearity",
    ),
    "sizes of the terms": (
        PRODUCTS + "return sum(w * abs(p) for w, p in zip(weights, products))",
        "linearity",
    ),
}

MATRIX_OF_EQ2 = {
    "units × inputs": (
        "return np.einsum('k,ku,kui,i->ui', weights, dF_dy, dy_dx, x - baseline)",
        "a row for each input",
    ),
    "inputs summed": (
        "return np.einsum('k,ku,kui,i->u', weights, dF_dy, dy_dx, x - baseline)",
        "a row for each input",
    ),
    "without ∂y/∂x": (
        "return (x - baseline)[:, None] * (weights @ dF_dy)[None, :]",
        "insensitivity",
    ),
    "without ∂F/∂y": (
        "return np.einsum('k,kui,i->iu', weights, dy_dx, x - baseline)",
        "each unit meets its own gradient",
    ),
    "x − x′ along the units": (
        "m = np.einsum('k,ku,kui->iu', weights, dF_dy, dy_dx)\n"
        "    return m * (x - baseline) if m.shape[0] == m.shape[1] else m",
        "each input's own",
    ),
    "from x to x′, by input": (
        "return np.einsum('k,ku,kui,i->iu', weights, dF_dy, dy_dx, baseline - x)",
        "each input's own",
    ),
    "x for x − x′, by input": (
        "return np.einsum('k,ku,kui,i->iu', weights, dF_dy, dy_dx, x)",
        "each input's own",
    ),
    "forgets x − x′, by input": (
        "return np.einsum('k,ku,kui->iu', weights, dF_dy, dy_dx)",
        "each input's own",
    ),
    "gradients summed over units before the product, by input": (
        "return np.einsum('k,kv,kui,i->iu', weights, dF_dy, dy_dx, x - baseline)",
        "each unit meets its own gradient",
    ),
    "weights that sum to (n − 1) / n, by input": (
        "weights = weights * max(len(weights) - 1, 1) / len(weights)\n"
        "    return np.einsum('k,ku,kui,i->iu', weights, dF_dy, dy_dx, x - baseline)",
        "weights that sum to 1",
    ),
    "weights left out, by input": (
        "return np.einsum('ku,kui,i->iu', dF_dy, dy_dx, x - baseline)",
        "weights that sum to 1",
    ),
    "each factor integrated by itself": (
        "dF_dy, dy_dx = weights @ dF_dy, np.tensordot(weights, dy_dx, 1)\n"
        "    return np.einsum('u,ui,i->iu', dF_dy, dy_dx, x - baseline)",
        "product before integral",
    ),
    "a mean for the weights, by input": (
        "return np.einsum('ku,kui,i->iu', dF_dy, dy_dx, x - baseline) / len(weights)",
        "the rule's own weights",
    ),
    "negative entries as sizes": (
        "return abs(np.einsum('k,ku,kui,i->iu', weights, dF_dy, dy_dx, x - baseline))",
        "Eq. 2 of the two neurons",
    ),
}

MEAN, WAY = "(dF_dy[:-1] + dF_dy[1:]) / 2", "np.diff(y, axis=0)"

AREA_OVER_Y = {
    "the layer's": (f"return ({MEAN} * {WAY}).sum()", "one number for each unit"),
    "not yet summed": (f"return {MEAN} * {WAY}", "one number for each unit"),
    "summed over the units": (f"return ({MEAN} * {WAY}).sum(axis=1)", "one number for each unit"),
    "without the way": (f"return ({MEAN}).sum(axis=0)", "where y stands still"),
    "∂F/∂y's way, y's mean": (
        "return ((y[:-1] + y[1:]) / 2 * np.diff(dF_dy, axis=0)).sum(axis=0)",
        "one number for each unit",
    ),
    "the length of the way": (f"return ({MEAN} * abs({WAY})).sum(axis=0)", "the way back"),
    "the left end": (f"return (dF_dy[:-1] * {WAY}).sum(axis=0)", "both ends of a panel"),
    "the right end": (f"return (dF_dy[1:] * {WAY}).sum(axis=0)", "both ends of a panel"),
    "both ends added": (f"return (2 * {MEAN} * {WAY}).sum(axis=0)", "one number for each unit"),
    "from end to end": (
        f"return ({MEAN}).mean(axis=0) * (y[-1] - y[0])",
        "each panel's own Δy",
    ),
    "even panels": (
        f"return ({MEAN}).mean(axis=0) * {WAY}.sum(axis=0)",
        "each panel's own Δy",
    ),
}

EXERCISES = {
    "term": TERM,
    "conductance_of_unit": CONDUCTANCE_OF_UNIT,
    "matrix_of_eq2": MATRIX_OF_EQ2,
    "area_over_y": AREA_OVER_Y,
}
