"""The checks of lesson 8."""

import numpy as np

import minigrad as mg
from lessons import figures
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import ClassScore, conductance, quadrature

CUTS = ("stem", "mixed", "deep", "average", "hidden")


BRANCHES = {
    "1×1": ("1x1",),
    "3×3": ("reduce3x3", "3x3"),
    "5×5": ("reduce5x5", "5x5"),
    "pool": ("pool",),
}


class SmallInception(mg.Module):
    """stem → mixed → deep → average over positions → hidden → four scores, in float64."""

    def __init__(self, activation, pool):
        rng = np.random.default_rng(239)
        sizes = {"stem": (3, 6, 3), "1x1": (6, 4, 1), "reduce3x3": (6, 3, 1), "3x3": (3, 6, 3), "reduce5x5": (6, 2, 1),
                 "5x5": (2, 3, 5), "pool": (6, 3, 1), "deep": (16, 16, 3)}  # fmt: skip
        self.conv = {
            name: mg.layers.Conv2d(*size, padding="same", rng=rng) for name, size in sizes.items()
        }
        self.hidden, self.scores = (
            mg.layers.Linear(16, 12, rng=rng),
            mg.layers.Linear(12, 4, rng=rng),
        )
        self.activation, self.pool = activation, pool
        for parameter in self.astype(np.float64).requires_grad(False).parameters():
            if parameter.ndim == 1:  # with zero biases F(αx) = α F(x): a path without a single kink
                parameter.data = 0.3 * rng.standard_normal(parameter.shape)

    def forward(self, x):
        stem = self.pool(self.activation(self.conv["stem"](x)), 2).named("stem")
        branches = []
        for branch in BRANCHES.values():
            y = self.pool(stem, 3, stride=1, padding=1) if branch == ("pool",) else stem
            for part in branch:
                y = self.activation(self.conv[part](y)).named(f"mixed/{part}")
            branches.append(y)
        mixed = mg.concatenate(branches, axis=-1).named("mixed")
        deep = self.activation(self.conv["deep"](self.pool(mixed, 2))).named("deep")
        average = deep.mean(axis=(1, 2)).named("average")
        return self.scores(self.activation(self.hidden(average)).named("hidden"))


def example(activation=mg.relu, pool=mg.max_pool2d):
    """F, x and x′: one score of the network, a drawn picture and the black one."""
    return (
        ClassScore(SmallInception(activation, pool), 1),
        figures.drawn_picture(16),
        np.zeros((1, 16, 16, 3)),
    )


def moving(x, baseline, alphas):
    """x(α) for every α, one row each, with its tangent dx/dα = x − x′."""
    alpha = np.reshape(alphas, (-1, *(1,) * (x.ndim - 1)))
    return mg.Tensor(
        baseline + alpha * (x - baseline), tangent=np.repeat(x - baseline, len(alphas), axis=0)
    )


def walk(F, x, baseline, alphas):
    """One forward and one backward sweep for all α: F(x(α)), and the named tensors with grad and
    tangent.
    """
    with mg.watch_layers() as hidden:
        score = F(moving(x, baseline, alphas))
        score.sum().backward()  # every row has a score of its own, so this is each row's gradient
    return score, hidden.tensors


def ways():
    """All ways from x to F, each as the names of the tensors on it."""
    return [
        ("stem", *(f"mixed/{part}" for part in parts), *CUTS[1:]) for parts in BRANCHES.values()
    ]


def check_layer_slope(layer_slope):
    for broken, grad, tangent, expected in (
        ("one number for each α", [[[[3]]], [[[4]]]], [[[[1]]], [[[1]]]], [3, 4]),
        ("insensitivity (a unit that does not move has no share)", [[3, 1]], [[0, 0]], [0]),
        ("product before sum (a unit's gradient meets its own tangent)", [[1, -1]], [[1, -1]], [2]),
    ):
        y = mg.Tensor(np.ones(np.shape(grad)), tangent=np.array(tangent, float))
        y.grad = np.array(grad, float)
        got = layer_slope(y)
        require_equal(
            got,
            expected,
            broken,
            f"For ∂F/∂y = {grad} and dy/dα = {tangent} it gave {got}, not {expected}.",
        )
    score, hidden = walk(*example(), np.linspace(0.1, 0.9, 5))
    for name in CUTS:
        got = layer_slope(hidden[name])
        require_equal(
            got,
            score.tangent,
            "conservation at every α",
            f"The sum over {name} is {got}, not dF/dα, {score.tangent}.",
        )


def check_find_cut(find_cut):
    found, along = find_cut(), conductance(*example(), steps=5).along
    names = [found] if isinstance(found, str) else list(found)
    require(
        set(names) <= set(along.layer_slope),
        "names of the network",
        f"{names} is not among {list(along.layer_slope)}.",
    )
    require(
        "mixed/reduce3x3" in names, "the tensor asked for", f"mixed/reduce3x3 is not in {names}."
    )
    for way in ways():
        crossed = [name for name in names if name in way]
        require(
            crossed, "no way round the cut", f"x → {' → '.join(way)} → F passes none of {names}."
        )
        require(
            len(crossed) == 1,
            "no way crosses twice",
            f"{' and '.join(crossed)} lie on one way: counted twice.",
        )
    off = np.abs(sum(along.layer_slope[name] for name in names) - along.slope).max()
    require(off < 1e-9, "conservation at every α", f"The sum is off dF/dα by up to {off:.1e}.")


def check_layer_total(layer_total):
    alpha, gauss = quadrature(4)
    for broken, *factors, expected in (
        ("insensitivity (a unit that does not move has no share)", [[3]], [[0]], [1], 0),
        (
            "weights that sum to 1 (a constant is integrated exactly)",
            [[1], [1]],
            [[2], [2]],
            [0.5, 0.5],
            2,
        ),
        (
            "product before sum (a unit's gradient meets its own tangent)",
            [[1, -1]],
            [[1, -1]],
            [1],
            2,
        ),
        ("the rule's own weights", [[0], [4]], [[1], [1]], [0.25, 0.75], 3),
        (
            "the curved path (here y = x², F = y², x = 1)",
            2 * alpha[:, None] ** 2,
            2 * alpha[:, None],
            gauss,
            1,
        ),
    ):
        got, given = (
            layer_total(*(np.array(one, float) for one in factors)),
            [np.round(one, 3).tolist() for one in factors],
        )
        require_equal(
            got,
            expected,
            broken,
            f"For dF_dy, dy_dalpha, weight = {given} it gave {got}, not {expected}.",
        )
