"""Wrong answers to lesson 6."""

LOOP = """total = np.zeros_like(x)
    for alpha in {points}:
        total = total + gradient({point})
    return {change} * total{mean}"""
MIDDLES = "(np.arange(steps) + 0.5) / steps"


def pencil(first="26 / 9", second="10 / 9", both=4):
    """The dictionary by pencil with something exchanged."""
    areas = f'"area under ∂F/∂x₁": {first}, "area under ∂F/∂x₂": {second}'
    return f'{{{areas}, "both together": {both}}}'


def loop(
    points=MIDDLES, point="baseline + alpha * (x - baseline)", change="(x - baseline)",
    mean=" / steps",
):  # fmt: skip
    """Eq. 1 with something exchanged."""
    return LOOP.format(points=points, point=point, change=change, mean=mean)


PENCIL = {
    "the gradient at x": (pencil(first=8, second=2, both=10), "area under ∂F/∂x₁"),
    "the mean height": (pencil(first="13 / 3"), "area under ∂F/∂x₁"),
    "from 0 on": (pencil(first=2.5), "area under ∂F/∂x₁"),
    "a triangle": (pencil(second="2 / 3"), "area under ∂F/∂x₂"),
    "a rectangle": (pencil(second="4 / 3"), "area under ∂F/∂x₂"),
    "the slope at x": (pencil(both=10), "both together"),
    "in the proportion of the gradients": (pencil(3.2, 0.8), "area under ∂F/∂x₁"),
}

INPUT_PARTS = {
    "the gradient alone": ("return dF_dx", "an input that does not change"),
    "times the input": ("return dF_dx * x", "an input that does not change"),
    "their sum": ("return (dF_dx * (x - baseline)).sum()", "a part for each input"),
    "as a dot product": ("return dF_dx @ (x - baseline)", "a part for each input"),
    "divided by the change": (
        "return dF_dx / np.where(x == baseline, 1, x - baseline) * (x != baseline)",
        "score, not slope",
    ),
    "the sign of the change": ("return dF_dx * np.sign(x - baseline)", "score, not slope"),
    "the distance": ("return dF_dx * abs(x - baseline)", "a part has a sign"),
    "from x to the baseline": ("return dF_dx * (baseline - x)", "the path goes from x′ to x"),
}

MIDPOINTS = {
    "both ends": ("return np.linspace(0, 1, steps)", "in the middle of each cell"),
    "left ends": ("return np.arange(steps) / steps", "as many on the left"),
    "right ends": ("return (np.arange(steps) + 1) / steps", "as many on the left"),
    "ends of the cells": ("return np.linspace(0, 1, steps + 1)", "a point for each cell"),
    "between the two ends": (
        "return np.linspace(0, 1, steps + 2)[1:-1]",
        "in the middle of each cell",
    ),
    "not divided": ("return np.arange(steps) + 0.5", "as many on the left"),
    "the middle for all": ("return np.full(steps, 0.5)", "in the middle of each cell"),
}

INTEGRATE_GRADIENTS = {
    "a sum, no mean": (loop(mean=""), "the mean over the points"),
    "one point too many in the mean": (loop(mean=" / (steps + 1)"), "the mean over the points"),
    "without x − x′": (loop(change="1"), "an input that does not change has no share"),
    "times x": (loop(change="x"), "an input that does not change has no share"),
    "the length of x − x′": (
        loop(change="np.linalg.norm(x - baseline)"),
        "an input that does not change has no share",
    ),
    "summed over the inputs": (
        f"{loop()}".replace("return ", "return np.sum(") + ")",
        "the mean over the points",
    ),
    "x′ − x for x − x′": (loop(change="(baseline - x)"), "the path goes from x′ to x"),
    "the sign of x − x′": (loop(change="np.sign(x - baseline)"), "score, not slope"),
    "its size alone": (loop().replace("return ", "return abs(") + ")", "score, not slope"),
    "the distance instead of x − x′": (loop(change="abs(x - baseline)"), "score, not slope"),
    "the gradient at x alone": ("return (x - baseline) * gradient(x)", "sensitivity"),
    "the gradient at x′ alone": ("return (x - baseline) * gradient(baseline)", "sensitivity"),
    "the mean of both ends": (
        "return (x - baseline) * (gradient(x) + gradient(baseline)) / 2",
        "in the middle of each cell",
    ),
    "along α x": (loop(point="alpha * x"), "the path begins at x′"),
    "along x − x′ from 0": (loop(point="alpha * (x - baseline)"), "the path begins at x′"),
    "on the other side of x": (
        loop(point="x + alpha * (x - baseline)"),
        "sensitivity",
    ),
    "left ends of the cells": (loop(points="np.arange(steps) / steps"), "the path begins at x′"),
    "both ends of the path": (
        loop(points="np.linspace(0, 1, steps)"),
        "in the middle of each cell",
    ),
    "the middle of the path alone": (
        "return (x - baseline) * gradient((x + baseline) / 2)",
        "sensitivity",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "input_parts": INPUT_PARTS,
    "midpoints": MIDPOINTS,
    "integrate_gradients": INTEGRATE_GRADIENTS,
}
