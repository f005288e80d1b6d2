# %% [markdown]
# # Lesson 7: Three rivals and how they fail
#
# About 60 minutes, after lesson 6 (conductance by the chain rule).
# At the end you have all four measures from one walk, and networks of your own on which two of them
# fail.
#
# **A question first.** A unit y = 2x feeds a score that saturates: F = min(y, 1). From x′ = 0 to x
# = 1 the score rises from 0 to 1, through this unit alone. At x the unit is 2, and ∂F/∂y is 0. How
# important was it: 2, 1, 1/2 or 0? Each of the four answers is one measure's. Guess, then read on.
#
# **Notation**, the paper's ("How Important Is a Neuron?", arXiv 1805.12233). F is the score, x the
# input, x′ the baseline, x(α) = x′ + α (x − x′) the path, α from 0 to 1, y a hidden unit.
# Conductance and three rivals that each leave something out, so that for each there is a case in
# which just that counts:
#
#     activation               y(x)                       at x alone, and without F
#     gradient × activation    y(x) · ∂F(x)/∂y            at x alone
#     internal influence       ∫₀¹ ∂F(x(α))/∂y dα         along the path, without dy/dα
#     conductance              ∫₀¹ ∂F/∂y · dy/dα dα       along the path (Eq. 3)

# %%
import numpy as np

import minigrad as mg
import models
from lessons import attempt, figures
from minigrad import attribution

# %% [markdown]
# ## Five cases, by pencil
# One input, x′ = 0, one unit. Integrate the first two rows yourself before you run the cell: the
# factors are steps.
#
#     case               y              F            x    ∂F/∂y on the path     dy/dα
#     saturation         2x             min(y, 1)    1    1; from α = 1/2: 0    2
#     overshoot          x              relu(y − 1)  1.1  0; from α = 10/11: 1  1.1
#     wrong sign         −x             −y           1    −1                    −1
#     curved path        x²             y²           1    2y = 2α²              2α
#     zero at both ends  min(x, 1 − x)  x · y        1    x = α                 1; from α = 1/2: −1


# %%
def saturation(x):
    y = (2 * x).named("y")
    return mg.minimum(y, 1.0)[:, 0]


def overshoot(x):
    y = (1 * x).named("y")
    return mg.relu(y - 1)[:, 0]


def wrong_sign(x):
    y = (-x).named("y")
    return -y[:, 0]


def curved_path(x):
    y = (x * x).named("y")
    return (y**2)[:, 0]


def zero_at_both_ends(x):
    y = mg.minimum(x, 1 - x).named("y")
    return (y * x)[:, 0]


# F, x, and for the integrals steps and rule: exact here, because no kink falls inside a cell
CASES = {
    "saturation: y = 2x, F = min(y, 1)": (saturation, 1, 4, "midpoint"),
    "overshoot: y = x, F = relu(y − 1)": (overshoot, 1.1, 11, "midpoint"),
    "wrong sign: y = −x, F = −y": (wrong_sign, 1, 2, "midpoint"),
    "curved path: y = x², F = y²": (curved_path, 1, 2, "gauss_legendre"),
    "zero at both ends: y = min(x, 1 − x), F = x y": (zero_at_both_ends, 1, 4, "midpoint"),
}


def measure(F, x, baseline, layers=None, **path):
    """The four measures of every unit, by name. Put a breakpoint here and step into each."""
    return {
        "activation": attribution.activation(F, x, layers=layers),
        "gradient × activation": attribution.gradient_times_activation(F, x, layers=layers),
        "internal influence": attribution.internal_influence(F, x, baseline, layers=layers, **path),
        "conductance": attribution.conductance(F, x, baseline, layers=layers, **path),
    }


def from_0_to(x, F, steps, rule):
    """Of a one-input F: what y gets from each measure, F(x) − F(x′), and Eq. 3's terms over α."""
    path = F, np.array([[float(x)]]), np.zeros((1, 1))
    found = measure(*path, layers=["y"], steps=steps, rule=rule, batch_size=500)
    numbers = {name: result["y"].item() for name, result in found.items()}
    curves = attribution.conductance(
        *path, layers=["y"], steps=2200, rule="midpoint", batch_size=500, keep_terms=True
    )
    return numbers, curves.difference.item(), curves.terms["y"]


def draw_lesson():
    """For every case the numbers to compare with your pencil, and the factors of Eq. 3 over α."""
    cases = {name: from_0_to(x, F, steps, rule) for name, (F, x, steps, rule) in CASES.items()}
    figures.save(figures.lesson_07.show_cases(cases), "07_three_rivals.png")


draw_lesson()

# %% [markdown]
# In rows 1 to 4 the unit carries all of F(x) − F(x′). Only conductance says so in each.
# - **Saturation.** The red dot is all that gradient × activation sees of ∂F/∂y: 0. F rose earlier.
# - **Overshoot.** Gradient × activation takes the slope at x for the slope all the way. Activation
#   would say 1.1 for any F.
# - **Wrong sign.** Influence −1 is true of F: raising y lowers it. But on this path y falls, and by
#   falling raises F.
# - **Curved path.** (y(x) − y(x′)) · influence mends rows 1 to 3. Here it is 2/3: y moves fastest
#   where ∂F/∂y is largest.
# - **Zero at both ends.** y rises while ∂F/∂y is small, falls while it is large: −1/4. The other
#   way from x to F has +1/4.
#
# *Learners trip here:*
# - **"Zero activation, so zero conductance."** Insensitivity asks for more: on the *whole* path y
#   stands still or F ignores it.
# - **What a negative sign means.** Influence: raising y lowers F (row 3). Conductance: y lowered F
#   on this path (row 5).
#
# ## Two neurons
# Lesson 6's network: F = y₁ · y₂, on the path y₁ = relu(3α − 1) and y₂ = 2α. By pencil:
#
#     unit   activation   gradient × activation   internal influence                conductance
#     y₁     2            2 · y₂(x) = 4           ∫ 2α from 0 to 1 = 1              8/3
#     y₂     2            2 · y₁(x) = 4           ∫ 3α − 1 from 1/3 to 1 = 2/3      4/3
#
# At x the neurons are alike, so no measure at x alone tells them apart. Gradient × activation
# credits each with the whole product: together 8 = 2 F. Influence is not in units of the score:
# double y₁ and let F halve it again, and its influence is halved, conductance is not. Below also
# for probabilities: with a second class at score 0, softmax makes sigmoid(F) of F.

# %%
figures.lesson_07.print_two_neurons(measure)

# %% [markdown]
# *Learners trip here:*
# - **Logit or probability?** Sigmoid(10 F) is saturated at x: to rounding every ∂F/∂y is 0, as in
#   row 1. Conductance shares out what the probability gained on the way. The paper's F is the score
#   before the softmax (reported).
# - **All zeros?** Gradient × activation: F is saturated at x. Conductance: the path does not move,
#   or lesson 6's steep slope.
#
# ## A trained network, and a judge
# Drawn scenes with a sailboat, the small Inception trained to name them, F its score for
# "sailboat", x′ the black picture. The judge is **ablation**: set one filter to zero and see how
# far the score drops. Which measure's first filters cost most?

# %%
LABEL, SCENES = "sailboat", 3
LAYER, FIRST = "mixed4a", 5


def drops(F, x, filters):
    """F(x) − F(x without one filter of LAYER), filter by filter: (scenes, filters)."""
    intact = F(mg.Tensor(x)).data
    without = np.empty((len(x), filters))
    for filter in range(filters):
        with mg.no_grad(), attribution.ablate({LAYER: [filter]}):
            without[:, filter] = F(mg.Tensor(x)).data
    return intact[:, None] - without


def compare_by_ablation():
    """The four rankings before the judge, scene by scene."""
    model = models.load("mini-inception")
    F = attribution.ClassScore(model, model.labels.index(LABEL))
    x = figures.lesson_07.drawn_scenes(model, LABEL, SCENES)
    found = measure(F, x, model.baseline(), layers=[LAYER], steps=20)
    filters = {name: result.per_filter(LAYER) for name, result in found.items()}
    dropped = drops(F, x, filters["conductance"].shape[1])
    figure = figures.lesson_07.show_ablations(filters, dropped, FIRST, LAYER)
    figures.save(figure, "07_rivals_and_ablation.png")


compare_by_ablation()

# %% [markdown]
# A filter's number is the sum over its positions. Read the table against what the judge asks.
# Ablation takes a filter from y(x) to 0, at x. Gradient × activation is the first-order guess at
# just that, and exact where F is linear in the layer, as in the last one. Conductance asks what the
# filter did between x′ and x, and at the black picture a filter need not be 0. In the paper
# conductance correlates best with ablation (reported). No theorem says that it must.
#
# ## Exercise 1: a saturation of your own
# Write an F whose one unit "y" carries everything from x′ = 0 to x = 1, while gradient × activation
# is 0. The min above has a kink; do without one: saturation needs no ReLU. Take products, powers,
# `mg.tanh`, `mg.exp`.


# %%
def saturates(x):
    """From (N, 1) to (N,), with one hidden unit named "y"."""
    # exercise: saturates
    # hint: which smooth function of y rises and is level at y(x)? A parabola has such a point.
    # solution
    y = (3 * x).named("y")
    return (y * (6 - y))[:, 0]
    # end solution


attempt(saturates)

# %% [markdown]
# ## Exercise 2: a wrong sign of your own
# In row 3 y falls. Now let the one unit never fall and carry all of a rise of F, while its internal
# influence is negative.


# %%
def misleads(x):
    """From (N, 1) to (N,), with one hidden unit named "y" that never falls."""
    # exercise: misleads
    # hint: let F fall with y at first and rise later. Influence weighs every α alike,
    #       conductance by dy/dα: where is y slow?
    # solution
    y = (x * x * x * x).named("y")
    return (y * y - 0.5 * y)[:, 0]
    # end solution


attempt(misleads)

# %% [markdown]
# ## Exercise 3: all four from one walk
# Given is what a walk saw at the points of a rule with both ends: the first row is at x′, the last
# at x. *Learners trip here:* **internal influence as a plain gradient at x** (row 1 would get 0 for
# 1/2, row 2 would get 1 for 1/11).


# %%
def four_measures(weight, y, dF_dy, dy_dalpha):
    """Activation, gradient × activation, internal influence, conductance: each (units,).

    weight is (points,), the other three (points, units).
    """
    # exercise: four_measures
    # hint: two of them look at the last row alone, two at all rows;
    #       weight @ table is Σ_k weight_k · table[k]
    # solution
    gradient_times_activation = y[-1] * dF_dy[-1]
    internal_influence = weight @ dF_dy
    conductance = weight @ (dF_dy * dy_dalpha)
    return y[-1], gradient_times_activation, internal_influence, conductance
    # end solution


attempt(four_measures)

# %% [markdown]
# ## What to break
# One change at a time in your functions: run the file, read which property breaks, put it back.
# - `saturates` with the min: *no kink*. With a second way from x to F: *completeness*. With y(x) =
#   0: *an active unit*.
# - `misleads` with y = x: *wrong sign*. A unit that rises at constant speed cannot mislead. Why?
# - `four_measures` with the gradient at x for influence: *saturation*. With conductance 0 where
#   y(x) is 0: *zero at both ends*. As (y(x) − y(x′)) · ∫ ∂F/∂y dα: *product before integral*.
#   Without the tangent: *insensitivity*.
