"""Wrong answers to lesson 13."""

LOSS = "with mg.no_grad(): return F(mg.Tensor(x)).data - "
VALUES = "values = activation(F, baseline, layers=[layer]); "

PATCH_LOSS = {
    "ablation to zero": (
        "return loss_of(F, x, None, layer, filters)",
        "the baseline's values, not zero",
    ),
    "the other way round": (
        VALUES + "return -loss_of(F, x, values, layer, filters)",
        "the baseline's values, not zero",
    ),
    "all filters whatever was asked": (
        VALUES + "return loss_of(F, x, values, layer, range(values[layer].shape[-1]))",
        "nothing set, nothing lost",
    ),
    "x and the baseline exchanged": (
        "values = activation(F, x, layers=[layer]); "
        "return loss_of(F, baseline, values, layer, filters)",
        "the baseline's values, not zero",
    ),
    "the first filter for all": (
        VALUES + "return loss_of(F, x, values, layer, filters[:1])",
        "a loss is positive",
    ),
    "what the gradient says": (
        "said = gradient_times_difference(F, x, baseline, layers=[layer])[layer]; "
        "return said[:, filters].sum(axis=1)",
        "all of a cut take F(x) − F(x′)",
    ),
    "what conductance says": (
        "said = conductance(F, x, baseline, layers=[layer])[layer]; "
        "return said[:, filters].sum(axis=1)",
        "the baseline's values, not zero",
    ),
    "the layer's mean": (
        "mean = activation(F, baseline, layers=[layer])[layer].mean(); "
        "return loss_of(F, x, {layer: mean}, layer, filters)",
        "the baseline's values, not zero",
    ),
    "the score that is left": (
        VALUES + "return F(mg.Tensor(x)).data - loss_of(F, x, values, layer, filters)",
        "nothing set, nothing lost",
    ),
    "one number": (
        VALUES + "return loss_of(F, x, values, layer, filters)[0]",
        "a number for each example",
    ),
}

LINE = "t = (np.arange(steps)[:, None] + 0.5) / steps; "
GRADIENT = "points = mg.Tensor({points}, requires_grad=True); rest(points).sum().backward(); "


def along(points="y_baseline + t * (y - y_baseline)", way="(y - y_baseline)", mean="mean(axis=0)"):
    """The right answer with one of its expressions exchanged."""
    return LINE + GRADIENT.format(points=points) + f"return {way} * points.grad.{mean}"


ALONG_THE_LINE = {
    "the slope at the end": (
        along(points="y + 0 * t"),
        "shares add up to the climb",
    ),
    "the slope at the beginning": (
        along(points="y_baseline + 0 * t * y"),
        "shares add up to the climb",
    ),
    "without the way": (along(way="1"), "a unit that stands still has none"),
    "y for the way": (along(way="y"), "a unit that stands still has none"),
    "a sum for the mean": (along(mean="sum(axis=0)"), "shares add up to the climb"),
    "from zero": (along(points="t * y"), "shares add up to the climb"),
    "the way back": (along(way="(y_baseline - y)"), "shares add up to the climb"),
    "to the baseline twice": (
        along(points="y_baseline + t * y"),
        "shares add up to the climb",
    ),
    "a row for each step": (
        LINE
        + GRADIENT.format(points="y_baseline + t * (y - y_baseline)")
        + "return (y - y_baseline) * points.grad",
        "a share for each unit",
    ),
    "the climb in equal shares": (
        "return np.full(3, 2.0) * (y != y_baseline) + np.array([1, 0, 1.0])",
        "the whole line, not its end",
    ),
}

BOTH = 'y = mg.concatenate([x, 2 * x], axis=1).named("y"); '

RIGHT_ALONE = {
    "a sum": (BOTH + "return y[:, 0] + y[:, 1]", "wrong together"),
    "the smaller of the two": (BOTH + "return mg.minimum(y[:, 0], y[:, 1])", "right alone"),
    "a curve of the sum": (BOTH + "return mg.tanh(y.sum(axis=1))", "right alone"),
    "a square": (BOTH + "return y[:, 0] * y[:, 0] * y[:, 1]", "right alone"),
    "a way past both": (BOTH + "return y[:, 0] * y[:, 1] + x[:, 0]", "both together"),
    "a product and a sum": (
        BOTH + "return y[:, 0] * y[:, 1] + y[:, 0]",
        "wrong together",
    ),
    "one unit": ('y = (1 * x).named("y"); return y[:, 0] * y[:, 0]', "two units"),
    "three units": (
        'y = mg.concatenate([x, x, x], axis=1).named("y"); return y[:, 0] * y[:, 1]',
        "two units",
    ),
    "nothing happens": (BOTH + "return 0 * y[:, 0] * y[:, 1]", "something to explain"),
}

EXERCISES = {
    "patch_loss": PATCH_LOSS,
    "along_the_line": ALONG_THE_LINE,
    "right_alone": RIGHT_ALONE,
}
