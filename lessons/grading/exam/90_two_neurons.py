"""A worked example of an examination, after lessons 8 to 11: every sheet has its own two neurons.

`python -m lessons exam verify lessons/grading/exam/90_two_neurons.py` tries it.
Its solutions are public:
copy it, and change what is asked. What is drawn is chosen so that a pencil suffices: y₁ wakes at
α = 1/k, and no two of the mistakes in MUTANTS give the same number.
"""
# %% [markdown]
# # Examination 90: Two neurons of your own
#
# About 45 minutes. Sheet {sheet}.
# At the end you have handed in this file; its name and this heading stay as they are.
#
# Your network, on the straight path from x′ = (0, 0) to x = (1, {p}):
#
# ```math
# y₁ = relu({a} · x₁ + {b} · x₂ − {c})
# y₂ = {d} · x₁ + {e} · x₂
# F = y₁ · y₂
# ```

# %%
import numpy as np

import minigrad as mg

# drawn: the numbers of a sheet, from a SEED that you keep; the copies have the numbers alone
SEED = 1
rng = np.random.default_rng(SEED)
p, b = ((2, 1), (2, 2), (3, 1))[rng.integers(3)]
_k, c = int(rng.integers(2, 4)), int(rng.integers(5, 9))
a = _k * c - b * p
d, e = int(rng.integers(2, 8)), 3 - b
# end drawn

X, BASELINE = np.array([[1.0, p]]), np.array([[0.0, 0.0]])


def F(x):
    """The score of every row of x (N, 2); the two neurons are the layer "y"."""
    y = mg.concatenate([mg.relu(x @ [[a], [b]] - c), x @ [[d], [e]]], axis=1).named("y")
    return y[:, 0] * y[:, 1]


# %% [markdown]
# ## By pencil
# On the path both neurons are straight lines in α, once y₁ is awake. Fractions are welcome, like
# 8 / 3; else give three digits.

# %%
PENCIL = {
    # exercise: PENCIL
    # solution
    "the α at which y₁ wakes": c / (a + b * p),
    "∂F/∂y₁ at α = 3/4": 3 / 4 * (d + e * p),
    "Cond(y₁)": (d + e * p) * (a + b * p) * (1 - (c / (a + b * p)) ** 2) / 2,
    "Cond(y₂)": (d + e * p) * (a + b * p) * (1 - c / (a + b * p)) ** 2 / 2,
    "the part of Cond(y₁) through x₁": (d + e * p) * a * (1 - (c / (a + b * p)) ** 2) / 2,
    # end solution
}

# %% [markdown]
# ## How fast the score rises
# For your network, and every α from 0 to 1.


# %%
def rise(alpha):
    """dF/dα at one α: a number."""
    # exercise: rise
    # solution
    speed_1, speed_2 = a + b * p, d + e * p
    y_1 = max(speed_1 * alpha - c, 0.0)
    return speed_1 * speed_2 * alpha + y_1 * speed_2 if y_1 else 0.0
    # end solution


# %% [markdown]
# ## For and against
# On its way a unit may raise the score for a while and lower it later. Its conductance is the sum
# of both. Take them apart, for any network: the products ∂F/∂y · dy/dα are given at every point.


# %%
def for_and_against(products, weights):
    """(2, units): for each unit what raised the score, and below it what lowered it.

    products is (points, units), weights (points,). Both rows together are the conductance.
    """
    # exercise: for_and_against
    # solution
    raised, lowered = np.maximum(products, 0), np.minimum(products, 0)
    return np.array([weights @ raised, weights @ lowered])
    # end solution


# %% instructor: from here on nothing is handed out
from lessons.classroom.properties import (
    YOURS,
    in_brief,
    require_equal,
    require_pencil,
    require_same,
)
from minigrad.attribution import conductance, conductance_map


def check_PENCIL(answers):
    """The numbers as the network gives them; no cell of twelve has a kink inside, so all exact."""
    halves, whole = (
        conductance(F, X, BASELINE, steps=steps, rule="midpoint", keep_terms=True)
        for steps in (2, 12)
    )
    by_input = conductance_map(F, X, BASELINE, layer="y", select=0, steps=12, rule="midpoint")
    with mg.watch_layers() as hidden:
        F(mg.Tensor(X))
    at_x = hidden.tensors["y"].data[0, 0]
    right = {
        "the α at which y₁ wakes": 1 - at_x / halves.terms["y"].dy_dalpha[1, 0, 0],
        "∂F/∂y₁ at α = 3/4": halves.terms["y"].dF_dy[1, 0, 0],
        "Cond(y₁)": whole["y"][0, 0],
        "Cond(y₂)": whole["y"][0, 1],
        "the part of Cond(y₁) through x₁": by_input[0, 0],
    }
    traps = {
        "the α at which y₁ wakes": [
            (c / a, "Along the path both inputs move, not the first alone.")
        ],
        "∂F/∂y₁ at α = 3/4": [(d + e * p, "That is at the end of the path, where α is 1.")],
        "Cond(y₁)": [
            (
                (a + b * p) * (d + e * p) / 2,
                "The neuron sleeps at first: where does its integral begin?",
            )
        ],
    }
    return require_pencil(answers, right, traps)


# at no kink: the property, and α
MOMENTS = (
    ("asleep: the score stands still", 0.1),
    ("both factors move", 0.75),
    ("at the end of the path", 1.0),
)


def check_rise(rise):
    """Forward mode says the same. These numbers are the sheet's own: no verdict shows them."""
    for broken, alpha in MOMENTS:
        _, slope = mg.jvp(F, (BASELINE + alpha * (X - BASELINE),), (X - BASELINE,))
        got = rise(alpha)
        require_equal(got, slope.item(), broken, f"α = {alpha}. {YOURS}{in_brief(got)}.")
    return "Its integral is F(x) − F(x′), and both conductances together."


# the property, the products at each point, the weights, and both rows; alike on every sheet
PARTS = (
    ("two rows, a number for each unit", [[1, 2, 3]], [1], [[1, 2, 3], [0, 0, 0]]),
    ("what lowers the score is negative", [[-2]], [1], [[0], [-2]]),
    ("each point with its weight", [[1], [5]], [0.25, 0.75], [[4], [0]]),
    ("the sign is asked at each point, before the sum", [[4], [-2]], [0.5, 0.5], [[2], [-1]]),
    ("each unit by itself", [[1, -3], [3, 1]], [0.5, 0.5], [[2, 0.5], [0, -1.5]]),
)


def check_for_and_against(for_and_against):
    """By hand."""
    for broken, products, weights, expected in PARTS:
        given = f"products = {products}, weights = {weights}."
        got = for_and_against(np.array(products, float), np.array(weights, float))
        require_same(got, expected, broken, given)
    return "A conductance near 0 may hide two large numbers."


def but(question, number):
    """The right numbers, one of them replaced, as a student would write them."""
    return repr(PENCIL | {question: number}), question


# for every exercise what may be written instead, and the property that must break
MUTANTS = {
    "PENCIL": {
        "one input alone": but("the α at which y₁ wakes", c / a),
        "at the end of the path": but("∂F/∂y₁ at α = 3/4", d + e * p),
        "y₁ itself": but("∂F/∂y₁ at α = 3/4", 3 / 4 * (a + b * p) - c),
        "never asleep": but("Cond(y₁)", (d + e * p) * (a + b * p) / 2),
        "half of the score": but("Cond(y₁)", (a + b * p - c) * (d + e * p) / 2),
        "the other neuron's": but("Cond(y₂)", PENCIL["Cond(y₁)"]),
        "the whole score": but("Cond(y₂)", (a + b * p - c) * (d + e * p)),
        "half for each input": but("the part of Cond(y₁) through x₁", PENCIL["Cond(y₁)"] / 2),
        "through x₂": but(
            "the part of Cond(y₁) through x₁", PENCIL["Cond(y₁)"] * b * p / (a + b * p)
        ),
    },
    "rise": {
        "never asleep": (
            "return (a + b * p) * (d + e * p) * alpha * 2 - c * (d + e * p)",
            "asleep",
        ),
        "y₂ stands still": (
            "s = a + b * p\n    return s * (d + e * p) * alpha if s * alpha > c else 0.0",
            "both factors move",
        ),
        "y₁ stands still": (
            "return max((a + b * p) * alpha - c, 0.0) * (d + e * p)",
            "both factors move",
        ),
        "the score": (
            "return max((a + b * p) * alpha - c, 0.0) * (d + e * p) * alpha",
            "both factors move",
        ),
        "one input alone": (
            "return a * d * alpha + max(a * alpha - c, 0.0) * d if a * alpha > c else 0.0",
            "both factors move",
        ),
        "the mean": ("return (a + b * p - c) * (d + e * p)", "asleep"),
    },
    "for_and_against": {
        "the sign of the sum": (
            "total = weights @ products\n"
            "    return np.array([np.maximum(total, 0), np.minimum(total, 0)])",
            "the sign is asked",
        ),
        "sizes": (
            "return np.array([weights @ np.maximum(products, 0), "
            "-(weights @ np.minimum(products, 0))])",
            "what lowers",
        ),
        "the conductance alone": ("return weights @ products", "two rows"),
        "the rows exchanged": (
            "return np.array([weights @ np.minimum(products, 0), "
            "weights @ np.maximum(products, 0)])",
            "two rows",
        ),
        "a mean for the weights": (
            "return np.array([np.maximum(products, 0).mean(0), np.minimum(products, 0).mean(0)])",
            "each point",
        ),
        "the layer's sum for each unit": (
            "parts = np.array([weights @ np.maximum(products, 0), "
            "weights @ np.minimum(products, 0)])\n"
            "    return parts.sum(1, keepdims=True) + 0 * parts",
            "two rows",
        ),
        "a unit's first sign": (
            "keep = products[0] > 0\n"
            "    total = weights @ products\n"
            "    return np.array([total * keep, total * ~keep])",
            "the sign is asked",
        ),
    },
}
