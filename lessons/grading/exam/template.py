"""What `python -m lessons exam NEW` begins with: the smallest examination that has all parts.

Change everything below; after each change `python -m lessons exam verify FILE` says what is still
wrong. The students get neither these lines nor what stands below "instructor".
"""
# %% [markdown]
# # Examination 90: Title
#
# About 20 minutes. Sheet {sheet}.
# At the end you have handed in this file; its name and this heading stay as they are.
#
# Numbers may be fractions, like 8 / 3, or have three digits. Your network, on the path from
# x′ = 0 to x = 1:
#
# ```math
# y = relu({a} · x − {b})
# F = y · y
# ```

# %%
import numpy as np

import minigrad as mg

# drawn: the numbers of a sheet, from a SEED that you keep; the copies have the numbers alone
SEED = 1
rng = np.random.default_rng(SEED)
b = int(rng.integers(2, 6))
a = b + int(rng.integers(2, 9))
# end drawn

X, BASELINE = np.array([[1.0]]), np.array([[0.0]])


def F(x):
    """The score of every row of x (N, 1); the unit is the layer "y"."""
    y = mg.relu(a * x - b).named("y")
    return (y * y)[:, 0]


# %% [markdown]
# ## By pencil

# %%
PENCIL = {
    # exercise: PENCIL
    # solution
    "dy/dα at α = 1": a,
    "Cond(y)": (a - b) ** 2,
    # end solution
}

# %% [markdown]
# ## In code
# Write the sum that stands for an integral.


# %%
def integral(values, weights):
    """∫ f dα: a number. values are f at each point, weights those of the points, both (points,)."""
    # exercise: integral
    # solution
    return float(np.sum(values * weights))
    # end solution


# %% instructor: from here on nothing is handed out
from lessons.classroom.properties import require_pencil, require_same
from minigrad.attribution import conductance


def check_PENCIL(answers):
    """The numbers as the network gives them, and not written down a second time."""
    found = conductance(F, X, BASELINE, steps=50, keep_terms=True)
    right = {
        "dy/dα at α = 1": found.terms["y"].dy_dalpha[-1, 0, 0],
        "Cond(y)": found.total("y")[0],
    }
    # what is said of a usual mistake; no right number may stand here
    traps = {"Cond(y)": [(a * a, "The unit sleeps at first: it begins to move later.")]}
    return require_pencil(answers, right, traps)


# the property, the values, the weights, the integral
SUMS = (
    ("each point with its weight", [1, 3], [0.25, 0.75], 2.5),
    ("signs stay", [1, -3], [0.5, 0.5], -1),
)


def check_integral(integral):
    """By hand; these numbers are the same on every sheet, so the verdict may show them."""
    for broken, values, weights, expected in SUMS:
        given = f"values = {values}, weights = {weights}."
        got = integral(np.array(values, float), np.array(weights))
        require_same(got, expected, broken, given)
    return "That is the sum below every number of this examination."


# for every exercise what may be written instead, and the property that must break
MUTANTS = {
    "PENCIL": {
        "b for a": (repr(PENCIL | {"dy/dα at α = 1": b}), "dy/dα at α = 1"),
        "the unit never sleeps": (repr(PENCIL | {"Cond(y)": a * a}), "Cond(y)"),
    },
    "integral": {
        "a mean": ("return values.mean()", "each point with its weight"),
        "without weights": ("return values.sum()", "each point with its weight"),
        "sizes": ("return np.sum(abs(values) * weights)", "signs stay"),
    },
}
