"""Wrong answers to lesson 2."""

NUDGE = "nudge = np.zeros(x.shape)\n    nudge[entry] = h\n    "

PENCIL = {
    "its own value": (
        '{"∂F/∂y₁": 3, "∂F/∂y₂": 3, "∂F/∂x₁": 14, "∂F/∂x₂": 7}',
        "∂F/∂y₁",
    ),
    "the score": ('{"∂F/∂y₁": 5, "∂F/∂y₂": 15, "∂F/∂x₁": 14, "∂F/∂x₂": 7}', "∂F/∂y₂"),
    "one way of two": ('{"∂F/∂y₁": 5, "∂F/∂y₂": 3, "∂F/∂x₁": 9, "∂F/∂x₂": 7}', "∂F/∂x₁"),
    "a sign": ('{"∂F/∂y₁": 5, "∂F/∂y₂": 3, "∂F/∂x₁": 14, "∂F/∂x₂": 13}', "∂F/∂x₂"),
}

CENTRAL = {
    "divided by h": ("return (f(x + h) - f(x - h)) / h", "the slope of a straight line"),
    "not divided": ("return f(x + h) - f(x - h)", "the slope of a straight line"),
    "from below": ("return (f(x - h) - f(x + h)) / (2 * h)", "the slope of a straight line"),
    "a mean for a difference": (
        "return (f(x + h) + f(x - h)) / (2 * h)",
        "the slope of a straight line",
    ),
    "one-sided": ("return (f(x + h) - f(x)) / h", "both sides"),
    "an h of its own": (
        "h = 1e-5\n    return round((f(x + h) - f(x - h)) / (2 * h), 6)",
        "h as it is given",
    ),
}

SLOPE_OF_ENTRY = {
    "all entries together": (
        "return (f(x + h) - f(x - h)) / (2 * h)",
        "this entry alone",
    ),
    "the first entry": (
        NUDGE.replace("nudge[entry]", "nudge[(0,) * x.ndim]")
        + "return (f(x + nudge) - f(x - nudge)) / (2 * h)",
        "this entry alone",
    ),
    "a row": (
        NUDGE.replace("nudge[entry]", "nudge[entry[0]]")
        + "return (f(x + nudge) - f(x - nudge)) / (2 * h)",
        "this entry alone",
    ),
    "in x itself": (
        "x[entry] += h\n    above = f(x)\n    x[entry] -= 2 * h\n"
        "    return (above - f(x)) / (2 * h)",
        "x stays as it was",
    ),
    "one-sided": (NUDGE + "return (f(x + nudge) - f(x)) / h", "central"),
    "an h of its own": (
        "h = 1e-5\n    " + NUDGE + "return (f(x + nudge) - f(x - nudge)) / (2 * h)",
        "central",
    ),
}

MULTIPLY_BACKWARD = {
    "each factor's own value": ("return grad_output * a, grad_output * b", "product rule"),
    "the product itself": ("return grad_output * a * b, grad_output * a * b", "product rule"),
    "a sum's gradients": ("return grad_output, grad_output", "product rule"),
    "both gradients in one row": (
        "return np.concatenate([grad_output * b, grad_output * a])",
        "a pair",
    ),
    "one gradient": ("return grad_output * b", "a pair"),
    "the local slopes alone": ("return b, a", "chain rule"),
    "∂F/∂(output) added": ("return b + grad_output - 1, a + grad_output - 1", "chain rule"),
    "a matrix product": (
        "return (grad_output @ b if len(b) > 1 else grad_output * b), grad_output * a",
        "entry by entry",
    ),
    "in place": (
        "grad_a = grad_output * b\n    grad_output *= a\n    return grad_a, grad_output",
        "nothing is changed in place",
    ),
}

BIAS_BACKWARD = {
    "as it comes": ("return grad_output", "the shape of its tensor"),
    "over the neurons": ("return grad_output.sum(axis=1)", "the shape of its tensor"),
    "one number": ("return grad_output.sum()", "the shape of its tensor"),
    "with the axis kept": (
        "return grad_output.sum(axis=0, keepdims=True)",
        "the shape of its tensor",
    ),
    "a mean": ("return grad_output.mean(axis=0)", "the contributions of all rows add"),
    "the last row": ("return grad_output[-1]", "the contributions of all rows add"),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "central": CENTRAL,
    "slope_of_entry": SLOPE_OF_ENTRY,
    "multiply_backward": MULTIPLY_BACKWARD,
    "bias_backward": BIAS_BACKWARD,
}
