"""Wrong answers to lesson 3."""

KEYS = (
    "the response at ?",
    "after the ReLU",
    "responses per row, stride 2",
    "probability of the first class",
)
RIGHT = dict(zip(KEYS, (-9, 0, 2, 0.75)))


def pencil(place, number):
    """The right numbers but for one, and the key that must break."""
    return repr(RIGHT | {KEYS[place]: number}), KEYS[place]


PENCIL = {
    "left minus right": pencil(0, 9),
    "the pixels' sum": pencil(0, 39),
    "a window one further on": pencil(0, 1),
    "a ReLU that lets all through": pencil(1, -9),
    "a ReLU that turns the sign": pencil(1, 9),
    "stride 1": pencil(2, 4),
    "a window that leaves the picture": pencil(2, 3),
    "exponentials for probabilities": pencil(3, 3),
    "the other class": pencil(3, 0.25),
    "equal shares": pencil(3, 0.5),
}

OUTPUT_SIZE = {
    "without the one": ("return (size - window + 2 * padding) // stride", "a window moves by one"),
    "with one too many": (
        "return (size - window + 2 * padding) // stride + 2",
        "a window moves by one",
    ),
    "every pixel begins one": ("return size", "a window moves by one"),
    "the stride forgotten": ("return size - window + 2 * padding + 1", "windows begin stride"),
    "a border on one side": ("return (size - window + padding) // stride + 1", "a border on both"),
    "no border": ("return (size - window) // stride + 1", "a border on both"),
    "with a fraction": ("return (size - window + 2 * padding) / stride + 1", "a whole number"),
    "rounded up": (
        "return -((window - size - 2 * padding) // stride) + 1",
        "a window lies inside",
    ),
}

WINDOW = "window = x[top : top + len(kernel), left : left + len(kernel)]; "

RESPONSE = {
    "added, not multiplied": (WINDOW + "return (window + kernel).sum()", "a product"),
    "one pixel alone": ("return x[top, left, 0] * kernel[0, 0, 0]", "products are summed"),
    "a mean": (WINDOW + "return (window * kernel).mean()", "products are summed"),
    "the products, not their sum": (WINDOW + "return window * kernel", "a single number"),
    "the kernel turned": (
        WINDOW + "return (window * kernel[::-1, ::-1]).sum()",
        "each entry meets its own",
    ),
    "the kernel mirrored": (
        WINDOW + "return (window * kernel.transpose(1, 0, 2)).sum()",
        "each entry meets its own",
    ),
    "rows and columns exchanged": (
        "size = len(kernel); window = x[left : left + size, top : top + size]; "
        "return (window * kernel).sum()",
        "the window begins at",
    ),
    "always the first window": (
        "size = len(kernel); window = x[:size, :size]; return (window * kernel).sum()",
        "the window begins at",
    ),
    "the first channel alone": (
        WINDOW + "return (window * kernel)[:, :, 0].sum()",
        "all channels",
    ),
}

PATH_POINT = {
    "from nothing at all": ("return alpha * x", "begins at the baseline"),
    "the other way round": ("return x + alpha * (baseline - x)", "begins at the baseline"),
    "the way, without where it begins": (
        "return alpha * (x - baseline)",
        "begins at the baseline",
    ),
    "the input added to the baseline": ("return baseline + alpha * x", "ends at the input"),
    "the way from 0": ("return baseline + alpha * (x + baseline)", "ends at the input"),
    "halves": ("return baseline + round(alpha) * (x - baseline)", "a straight line"),
    "a bent way": ("return baseline + alpha**2 * (x - baseline)", "a straight line"),
    "in place": (
        "step = alpha * (x - baseline); baseline += step; return baseline",
        "nothing is changed in place",
    ),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "output_size": OUTPUT_SIZE,
    "response": RESPONSE,
    "path_point": PATH_POINT,
}
