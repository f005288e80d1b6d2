"""Wrong answers to lesson 8."""

LAYERS = "ys = [look(F, x, baseline, a) for a in alphas]\n        "
SUM = LAYERS + "total = sum(w * y.{0}[0, unit] for w, y in zip(weights, ys))\n        "
PRODUCTS = LAYERS + "products = [y.grad[0, unit] * y.tangent[0, unit] for y in ys]\n        "
TOTAL = PRODUCTS + "total = sum(w * p for w, p in zip(weights, products))\n        "
ENDS = "y_x, y_baseline = (look(F, x, baseline, a).data[0, unit] for a in (1, 0))\n        "

PENCIL = {
    "the neuron's own value": (
        '{"∂F/∂y₁": 0.5, "dy₁/dα": 3, "∂F/∂y₂ · dy₂/dα": 1}',
        "∂F/∂y₁",
    ),
    "at the end of the path": ('{"∂F/∂y₁": 2, "dy₁/dα": 3, "∂F/∂y₂ · dy₂/dα": 4}', "∂F/∂y₁"),
    "by one input for dy/dα": ('{"∂F/∂y₁": 1, "dy₁/dα": 1, "∂F/∂y₂ · dy₂/dα": 1}', "dy₁/dα"),
    "asleep": ('{"∂F/∂y₁": 1, "dy₁/dα": 0, "∂F/∂y₂ · dy₂/dα": 0}', "dy₁/dα"),
    "one factor of two": ('{"∂F/∂y₁": 1, "dy₁/dα": 3, "∂F/∂y₂ · dy₂/dα": 2}', "∂F/∂y₂ ·"),
    "factors added": ('{"∂F/∂y₁": 1, "dy₁/dα": 3, "∂F/∂y₂ · dy₂/dα": 2.5}', "∂F/∂y₂ ·"),
    "one wrong, the others not tried": (
        '{"∂F/∂y₁": ..., "dy₁/dα": ..., "∂F/∂y₂ · dy₂/dα": 0.5}',
        "∂F/∂y₂ ·",
    ),
}

TERM = {
    "without the tangent": ("return y.grad", "insensitivity"),
    "without the gradient": ("return y.tangent", "insensitivity"),
    "gradient × activation": ("return y.grad * y.data", "insensitivity"),
    "the tangent times y": ("return y.tangent * y.data", "insensitivity"),
    "factors added in code": ("return y.grad + y.tangent", "insensitivity"),
    "the layer's sum": ("return (y.grad * y.tangent).sum()", "one number for each unit"),
    "a matrix product": ("return y.grad @ y.tangent.T", "one number for each unit"),
    "without the axis of examples": ("return y.grad[0] * y.tangent[0]", "one number for each unit"),
    "the first unit alone": ("return y.grad[0, :1] * y.tangent", "each unit meets its own factor"),
    "sizes": ("return abs(y.grad * y.tangent)", "signs stay"),
    "the size of the gradient": ("return abs(y.grad) * y.tangent", "signs stay"),
}

CONDUCTANCE_OF_UNIT = {
    "internal influence (without the tangent)": (
        SUM.format("grad") + "return total",
        "insensitivity (this y",
    ),
    "gradient × activation at x": (
        "y = look(F, x, baseline, 1); return y.grad[0, unit] * y.data[0, unit]",
        "insensitivity (this y",
    ),
    "dy/dα alone, integrated": (
        SUM.format("tangent") + "return total",
        "insensitivity (F does not",
    ),
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
    "Δy · ∫ ∂F/∂y dα": (
        ENDS + SUM.format("grad") + "return (y_x - y_baseline) * total",
        "curved path",
    ),
    "gradients summed over the layer before the product": (
        "y = look(F, x, baseline, alpha)\n"
        "        total += weight * y.grad.sum() * y.tangent[0, unit]",
        "product before sum",
    ),
    "the layer, not the unit": (
        "y = look(F, x, baseline, alpha); total += weight * (y.grad * y.tangent).sum()",
        "product before sum",
    ),
    "all units at once": (
        "y = look(F, x, baseline, alpha); total = total + weight * y.grad * y.tangent",
        "one number for one unit",
    ),
    "the last term alone": (
        "y = look(F, x, baseline, alpha); total = weight * y.grad[0, unit] * y.tangent[0, unit]",
        "each term once",
    ),
    "the first term alone": (
        "y = look(F, x, baseline, alpha); return weight * y.grad[0, unit] * y.tangent[0, unit]",
        "each term once",
    ),
    "weights that sum to (n − 1) / n": (
        TOTAL + "return total * (len(weights) - 1) / len(weights)",
        "each term once",
    ),
    "weights left out": (
        "y = look(F, x, baseline, alpha); total += y.grad[0, unit] * y.tangent[0, unit]",
        "each term once",
    ),
    "a mean for the weights": (
        "y = look(F, x, baseline, alpha)\n"
        "        total += y.grad[0, unit] * y.tangent[0, unit] / len(weights)",
        "the rule's own weights",
    ),
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
        "y = look(F, x, baseline, alpha)\n"
        "        total += weight * y.grad[0, unit] * abs(y.tangent[0, unit])",
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

DIRECTIONAL_DERIVATIVE = {
    "one Jacobian entry for the tangent": ("return dy_dx[:, 0]", "the path"),
    "forgets x − x′": ("return dy_dx.sum(axis=1)", "the path"),
    "x for x − x′": ("return dy_dx @ x", "the path"),
    "from x to x′": ("return dy_dx @ (baseline - x)", "the path"),
    "sums before the product over inputs": (
        "return dy_dx.sum(axis=1) * (x - baseline).sum()",
        "the path (from x′ to x)",
    ),
    "mean of x − x′": (
        "return dy_dx.sum(axis=1) * (x - baseline).mean()",
        "the path (from x′ to x)",
    ),
    "sizes of x − x′": ("return dy_dx @ abs(x - baseline)", "the path (from x′ to x)"),
    "units and inputs not summed": ("return dy_dx * (x - baseline)", "one number for each unit"),
    "the sum of all units": ("return (dy_dx @ (x - baseline)).sum()", "one number for each unit"),
    "units and inputs exchanged where both are equally many": (
        "return (dy_dx.T if dy_dx.shape == (2, 2) else dy_dx) @ (x - baseline)",
        "the same as forward mode",
    ),
    "only what raises y": ("return np.maximum(dy_dx @ (x - baseline), 0)", "the path (from x′"),
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
        "each term once",
    ),
    "weights left out, by input": (
        "return np.einsum('ku,kui,i->iu', dF_dy, dy_dx, x - baseline)",
        "each term once",
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
        "signs stay",
    ),
    "the last point alone": (
        "return (x - baseline)[:, None] * weights[-1] * dF_dy[-1] * dy_dx[-1].T",
        "each term once",
    ),
    "units and inputs exchanged, by input": (
        "slopes = dy_dx.swapaxes(1, 2) if dy_dx.shape[1] == dy_dx.shape[2] else dy_dx\n"
        "    return np.einsum('k,ku,kui,i->iu', weights, dF_dy, slopes, x - baseline)",
        "Eq. 2 of the two neurons",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "term": TERM,
    "conductance_of_unit": CONDUCTANCE_OF_UNIT,
    "directional_derivative": DIRECTIONAL_DERIVATIVE,
    "matrix_of_eq2": MATRIX_OF_EQ2,
}
