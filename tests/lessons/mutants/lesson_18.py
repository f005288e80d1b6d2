"""Wrong answers to lesson 18."""

RIGHT = {
    "F loses, y₁ patched": 4,
    "F loses, both patched": 4,
    "(y₁ − y₁′) · ∂F/∂y₁": 4,
    "the same for y₂, added": 8,
}


def pencil(key, number):
    """The right numbers but for one, and the key that must break."""
    return repr(RIGHT | {key: number}), key


PENCIL = {
    "what y₁ loses for what F loses": pencil("F loses, y₁ patched", 2),
    "what is left of F": pencil("F loses, y₁ patched", 0),
    "losses of single patches added": pencil("F loses, both patched", 8),
    "one factor for the product": pencil("(y₁ − y₁′) · ∂F/∂y₁", 2),
    "one prediction for two": pencil("the same for y₂, added", 4),
}

VALUES = "values = activation(F, baseline, layers=[layer]); "

PATCH_LOSS = {
    "ablation to zero": (
        "return loss_of(F, x, None, layer, filters)",
        "the baseline's values, not zero",
    ),
    "the other way round": (
        VALUES + "return -loss_of(F, x, values, layer, filters)",
        "what F loses",
    ),
    "all filters whatever was asked": (
        VALUES + "return loss_of(F, x, values, layer, range(values[layer].shape[-1]))",
        "nothing set, nothing lost",
    ),
    "x and the baseline exchanged": (
        "values = activation(F, x, layers=[layer]); "
        "return loss_of(F, baseline, values, layer, filters)",
        "what F loses",
    ),
    "the first filter for all": (
        VALUES + "return loss_of(F, x, values, layer, filters[:1])",
        "every filter that was asked",
    ),
    "what the gradient says": (
        "said = gradient_times_difference(F, x, baseline, layers=[layer])[layer]; "
        "return said[:, filters].sum(axis=1)",
        "all of a cut take F(x) − F(x′)",
    ),
    "what conductance says": (
        "said = conductance(F, x, baseline, layers=[layer])[layer]; "
        "return said[:, filters].sum(axis=1)",
        "what F loses",
    ),
    "the layer's mean": (
        "mean = activation(F, baseline, layers=[layer])[layer].mean(); "
        "return loss_of(F, x, {layer: mean}, layer, filters)",
        "the baseline's values, not zero",
    ),
    "the score that is left": (
        VALUES + "return F(mg.Tensor(x)).data - loss_of(F, x, values, layer, filters)",
        "what F loses",
    ),
    "one number": (
        VALUES + "return loss_of(F, x, values, layer, filters)[0]",
        "a number for each example",
    ),
}


def along(points="line", way="(y - y_baseline)", mean="mean(axis=0)"):
    """The right answer with one of its expressions exchanged."""
    made = f"points = mg.Tensor({points}, requires_grad=True); rest(points).sum().backward(); "
    return made + f"return {way} * points.grad.{mean}"


ALONG_THE_LINE = {
    "the slope at the end": (along(points="y + 0 * t"), "shares add up to the climb"),
    "the slope at the beginning": (
        along(points="y_baseline + 0 * t * y"),
        "shares add up to the climb",
    ),
    "without the way": (along(way="1"), "a unit that stands still has none"),
    "y for the way": (along(way="y"), "a unit that stands still has none"),
    "a sum for the mean": (along(mean="sum(axis=0)"), "shares add up to the climb"),
    "a mean over units": (along(mean="mean(axis=1)[:3]"), "shares add up to the climb"),
    "from zero": (along(points="t * y"), "shares add up to the climb"),
    "the way back": (along(way="(y_baseline - y)"), "shares add up to the climb"),
    "to the baseline twice": (along(points="y_baseline + t * y"), "shares add up to the climb"),
    "a row for each step": (along(mean="copy()"), "a share for each unit"),
    "the climb in equal shares": (
        "return np.full(3, 2.0) * (y != y_baseline) + np.array([1, 0, 1.0])",
        "the whole line, not its end",
    ),
}

RIGHT_ALONE = {
    "a sum": ("return one + two + three", "wrong together"),
    "the smallest of the three": (
        "return mg.minimum(mg.minimum(one, two), three)",
        "right alone",
    ),
    "a curve of the sum": ("return mg.tanh(y.sum(axis=1))", "right alone"),
    "a square": ("return one * one * two * three", "right alone"),
    "a way past all": ("return one * two * three + x[:, 0]", "all together"),
    "two that need each other, and one alone": ("return one * two + three", "wrong together"),
    "two for three": ("return one * two", "wrong together"),
    "nothing happens": ("return 0 * one * two * three", "something to explain"),
}

EXERCISES = {
    "PENCIL": PENCIL,
    "along_the_line": ALONG_THE_LINE,
    "patch_loss": PATCH_LOSS,
    "right_alone": RIGHT_ALONE,
}
