"""The formula that each operation applies, forward, backward and for tangents, as text.

Each is an expression that Python can compute, so that a test compares all of them with the
engine: no second, prettier version can go wrong. A replay puts in the numbers of one entry.

In the expressions ``a``, ``b``, ``x`` are what the operation's ``forward`` calls its inputs, ``g``
is ∂F/∂(output), ``out`` the output, ``da`` the tangent of ``a``. A comparison is 1 where it holds
and 0 elsewhere.
"""

import math
import re

# operation: (forward, backward for each input, tangent)
ENTRYWISE = {
    "add": ("a + b", ("g", "g"), "da + db"),
    "subtract": ("a - b", ("g", "-g"), "da - db"),
    "multiply": ("a * b", ("g * b", "g * a"), "da * b + db * a"),
    "divide": ("a / b", ("g / b", "-g / b * out"), "(da - db * out) / b"),
    "power": ("a ** b", ("g * b * a ** (b - 1)", "g * out * log(a)"), None),
    "negative": ("-x", ("-g",), "-dx"),
    "maximum": ("max(a, b)", ("g * (a >= b)", "g * (a < b)"), "da * (a >= b) + db * (a < b)"),
    "minimum": ("min(a, b)", ("g * (a <= b)", "g * (a > b)"), "da * (a <= b) + db * (a > b)"),
    "exp": ("exp(x)", ("g * out",), "dx * out"),
    "log": ("log(x)", ("g / x",), "dx / x"),
    "sqrt": ("sqrt(x)", ("g / (2 * out)",), "dx / (2 * out)"),
    "tanh": ("tanh(x)", ("g * (1 - out ** 2)",), "dx * (1 - out ** 2)"),
    "sigmoid": ("1 / (1 + exp(-x))", ("g * out * (1 - out)",), "dx * out * (1 - out)"),
    "softplus": ("log(1 + exp(x))", ("g / (1 + exp(-x))",), "dx / (1 + exp(-x))"),
    "relu": ("max(x, 0)", ("g * (x > 0)",), "dx * (x > 0)"),
    "abs": ("abs(x)", ("g * sign(x)",), "dx * sign(x)"),
}

# operation: how forward, backward and tangent go, where a formula for one entry would be long.
WORDS = {
    "where": (
        "a where the condition holds, b elsewhere",
        "∂F/∂out goes to whichever of the two was taken; the other gets 0",
        "the tangent of whichever of the two was taken",
    ),
    "power": (None, None, "da · b · a^(b − 1), and if the exponent moves too, db · out · log(a)"),
    "max": (
        "the largest entry along the axis",
        "∂F/∂out goes to the largest entry (the first of equal ones); the others get 0",
        "the tangent of the entry that was the largest",
    ),
    "min": (
        "the smallest entry along the axis",
        "∂F/∂out goes to the smallest entry (the first of equal ones); the others get 0",
        "the tangent of the entry that was the smallest",
    ),
    "var": (
        "the mean of the squared deviations from the mean",
        "∂F/∂out · 2 · (x − mean) / count",
        "the mean of 2 · (x − mean) · dx",
    ),
    "norm": ("√(Σ x²)", "∂F/∂out · x / out", "Σ dx · x / out"),
    "softmax": (
        "exp(x_i) / Σ_j exp(x_j) along the axis",
        "out_i · (∂F/∂out_i − Σ_j ∂F/∂out_j · out_j)",
        "out_i · (dx_i − Σ_j dx_j · out_j)",
    ),
    "log_softmax": (
        "x_i − log Σ_j exp(x_j) along the axis",
        "∂F/∂out_i − softmax(x)_i · Σ_j ∂F/∂out_j",
        "dx_i − Σ_j dx_j · softmax(x)_j",
    ),
    "cross_entropy": (
        "−log softmax(row)[label], the mean over the rows",
        "∂F/∂out · (softmax(row) − 1 at the label) / rows",
        "Σ dlogits · (softmax(row) − 1 at the label) / rows",
    ),
    "reshape": (
        "the same entries in another shape",
        "∂F/∂out in the shape of x",
        "dx in the new shape",
    ),
    "matmul": (
        "for each batch: rows of a times columns of b, entry by entry, summed",
        "∂F/∂a = ∂F/∂out @ bᵀ and ∂F/∂b = aᵀ @ ∂F/∂out; what was broadcast is summed",
        "da @ b + a @ db",
    ),
    "get_item": (
        "the entries that the index picks",
        "∂F/∂out goes back to the places it was picked from; all others get 0",
        "the tangents of the entries that the index picks",
    ),
    "concatenate": (
        "the inputs one after another along the axis",
        "each input gets its own part of ∂F/∂out",
        "the tangents one after another",
    ),
    "stack": (
        "the inputs side by side along a new axis",
        "each input gets its own part of ∂F/∂out",
        "the tangents side by side",
    ),
    "pad": (
        "x inside a border",
        "∂F/∂out without its border",
        "dx inside a border of zeros: the border does not move",
    ),
    "conv2d": (
        "at each position: the window of x times the kernel, entry by entry, summed; plus the bias",
        "x: every window gets its ∂F/∂out times the kernel, and what overlaps adds. "
        "kernel: Σ over positions of the window times ∂F/∂out. bias: Σ over positions of ∂F/∂out",
        "the same convolution of the tangents: a convolution is linear",
    ),
    "max_pool2d": (
        "the largest entry of each window",
        "∂F/∂out goes to the entry that was the largest of its window; the others get 0",
        "the tangent of the entry that was the largest of its window",
    ),
    "avg_pool2d": (
        "the mean of each window",
        "∂F/∂out, divided by the number of entries, goes to every entry of its window",
        "the mean of the tangents of each window",
    ),
    "local_response_norm": (
        "x / (bias + alpha · Σ x² over neighbouring channels) ^ beta",
        "∂F/∂out · scale^(−beta) − 2 · alpha · beta · x · Σ over neighbours of ∂F/∂out · out / "
        "scale",
        "dx · scale^(−beta) − 2 · alpha · beta · out / scale · Σ over neighbours of x · dx",
    ),
    "embedding": (
        "for every token its row of the weights",
        "each row gets the sum of ∂F/∂out over the places where its token stands",
        "for every token its row of the weights' tangent",
    ),
    "dropout": (
        "x · mask: some entries 0, the others made larger by 1 / (1 − rate)",
        "∂F/∂out · mask",
        "dx · mask",
    ),
}
WORDS["conv1d"] = WORDS["conv2d"]
LETTERS, KEPT = "ijklmnpq", "rstuvwxy"  # of axes; of axes of length 1 that stay
ROWS = "mpqkl"  # of the axes before the last two


def formulas(kind, operation, arguments, shapes, attributes, moving=()):
    """What a step computes, for each array that comes out of it.

    Parameters
    ----------
    kind : {"forward", "tangent", "backward"}
    operation : str
    arguments : sequence of str
        What the operation calls its inputs.
    shapes : sequence of tuple
        Of the inputs and of the output.
    attributes : dict of str to str
    moving : collection of str
        The arguments that have a tangent; a product with another one is left out.

    Returns
    -------
    list of dict
        For the output, or going backward for each input: ``{"entry": expression}``,
        ``{"sum": [(einsum subscripts, (names,)), …], "scale": number}`` or ``{"words": text}``.
    """
    place = ("forward", "backward", "tangent").index(kind)
    if operation in ENTRYWISE and ENTRYWISE[operation][place] is not None:
        found = ENTRYWISE[operation][place]
        return [{"entry": one} for one in (found if kind == "backward" else (found,))]
    contraction = contraction_of(operation, arguments, shapes, attributes)
    if contraction is not None:
        terms, scale = contraction
        if kind == "forward":
            return [{"sum": terms, "scale": scale}]
        if kind == "tangent":
            return [{"sum": tangent_terms(terms, moving), "scale": scale}]
        return [{"sum": gradient_terms(terms, name), "scale": scale} for name in arguments]
    words = WORDS.get(operation, ("see its method on the left",) * 3)[place]
    return [{"words": words}] * (len(arguments) if kind == "backward" else 1)


def contraction_of(operation, arguments, shapes, attributes):
    """The sum of products that an operation is, as (terms, scale); None if it is none.

    Each term is the subscripts of `numpy.einsum` and the names of what is multiplied.
    """
    *inputs, out = shapes
    if operation == "linear":
        rows = ("n" + ROWS)[: len(inputs[0]) - 1][::-1]
        bias = [(f"j->{rows}j", ("bias",))] if len(inputs) == 3 else []
        return [(f"{rows}i,ij->{rows}j", ("x", "weight")), *bias], 1
    if operation == "matmul":
        return matrix_product(*inputs)
    if operation in ("sum", "mean"):
        return sum_over_axes(operation, inputs[0], out, attributes)
    if operation == "transpose":
        letters = LETTERS[: len(inputs[0])]
        moved = "".join(letters[axis] for axis in numbers_in(attributes["axes"]))
        return [(f"{letters}->{moved}", ("x",))], 1
    return None


def matrix_product(a, b):
    """`contraction_of` for a matmul of two shapes; None where batches are broadcast."""
    many = max(a[:-2], b[:-2], key=len)
    if a[:-2] and b[:-2] and a[:-2] != b[:-2]:
        return None
    rows = ROWS[: len(many)]
    left = ("n" if len(a) > 1 else "") + "i"
    right = "i" + ("j" if len(b) > 1 else "")
    result = rows + (left + right).replace("i", "")
    left, right = rows[len(rows) - len(a[:-2]) :] + left, rows[len(rows) - len(b[:-2]) :] + right
    return [(f"{left},{right}->{result}", ("a", "b"))], 1


def sum_over_axes(operation, shape, out, attributes):
    """`contraction_of` for a sum or a mean; an axis that is kept has a letter of its own."""
    axes = numbers_in(attributes["axis"]) if "axis" in attributes else range(len(shape))
    folded = {axis % len(shape) for axis in axes}
    letters, kept = LETTERS[: len(shape)], ""
    for axis, letter in enumerate(letters):
        if axis not in folded:
            kept += letter
        elif len(out) == len(shape):
            kept += KEPT[axis]
    count = math.prod(shape[axis] for axis in folded)
    return [(f"{letters}->{kept}", ("x",))], 1 / count if operation == "mean" and count else 1


def numbers_in(text):
    """The whole numbers of ``"(0, -1)"``."""
    return [int(number) for number in re.findall(r"-?\d+", text)]


def tangent_terms(terms, moving):
    """By the product rule: every term once for each of its factors that moves."""
    found = []
    for subscripts, names in terms:
        for name in names:
            if name in moving:
                moved = tuple(f"d{other}" if other == name else other for other in names)
                found.append((subscripts, moved))
    return found


def gradient_terms(terms, name):
    """∂F/∂(one input): in each term with it, ∂F/∂out takes its place."""
    found = []
    for subscripts, names in terms:
        if name in names:
            parts, result = subscripts.split("->")
            letters = dict(zip(names, parts.split(",")))
            mine = letters.pop(name)
            others = ",".join([result, *letters.values()])
            found.append((f"{others}->{mine}", ("g", *letters)))
    return found
