# %% [markdown]
# # Lesson 10: Three rivals and how they fail
#
# About 60 minutes, after lesson 9 (how good is the sum?).
# At the end you have computed four measures of a hidden unit from one walk, and have built networks
# on which two of them fail.
#
# **A question first.** A unit y = 2x feeds a score that saturates: F = min(y, 1). From x′ = 0 to
# x = 1 the score rises from 0 to 1, through this unit alone. How important was the unit: 2, 1, 1/2
# or 0? Each is the answer of a measure that people use. Guess, then read on.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, two_neurons
from lessons.figures.lesson_10 import (
    print_walk,
    show_cases,
    show_own,
    show_saturation,
    try_measures,
)
from lessons.networks.one_unit import BASELINE, X
from minigrad.attribution import quadrature

# %% [markdown]
# ## Four measures, one picture
# The picture follows this unit from x′ (α = 0) to x (α = 1). The first panel is the score. Every
# other panel is one measure, with its definition above. A dot is what a measure takes at x alone; a
# shaded area is an integral over the path.

# %%
show_saturation()

# %% [markdown]
# The same as formulas:
#
# ```math
# activation = y(x)
# gradient × activation = y(x) · ∂F/∂y(x)
# internal influence = ∫₀¹ ∂F/∂y dα
# conductance = ∫₀¹ ∂F/∂y · dy/dα dα
# ```
#
# The last one is Cond(y), Eq. 3 of lesson 8. The other three are its **rivals**. Find the four
# numbers in the picture.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: activation is the height of the green dot. Gradient × activation is that height times
    #       the height of the other dot
    # hint: the shaded areas are rectangles: width times height
    # solution
    "activation": 2,
    "gradient × activation": 0,
    "internal influence": 0.5,
    "conductance": 1,
    # end solution
}

attempt(PENCIL, lesson=10)

# %% [markdown]
# ## All four from one walk
# `walk` sends points of the path through the network, one row for each α, and goes
# back once. Set a breakpoint on its last line.


# %%
def saturation(x):
    """F = min(y, 1) of one unit y = 2x; x is (N, 1)."""
    y = (2 * x).named("y")
    score = mg.minimum(y, 1)
    return score[:, 0]


def walk(F, x, baseline, alphas):
    """The named layers at every α: y in ``.data``, ∂F/∂y in ``.grad``, dy/dα in ``.tangent``."""
    alpha = alphas.reshape(-1, 1)
    velocity = x - baseline
    points = baseline + alpha * velocity
    velocities = np.broadcast_to(velocity, points.shape)
    x_alpha = mg.Tensor(points, tangent=velocities)
    with mg.watch_layers() as hidden:
        score = F(x_alpha)
        score.sum().backward()
    return hidden.tensors


alphas, weights = quadrature(4, "trapezoid")
layers = walk(saturation, X, BASELINE, alphas)
y = layers["y"]
print_walk(alphas, weights, y)

# %% [markdown]
# Each row is one α, and the last row is x itself. Two measures look at that row alone.


# %%
def at_x(y, dF_dy):
    """Activation and gradient × activation of every unit; y and ∂F/∂y are (points, units)."""
    # exercise: at_x
    # hint: table[-1] is the last row of a table
    # solution
    return y[-1], y[-1] * dF_dy[-1]
    # end solution


attempt(at_x)

# %% [markdown]
# The other two look at every row.


# %%
def on_the_path(weights, dF_dy, dy_dalpha):
    """Internal influence and conductance of every unit.

    ∂F/∂y and dy/dα are (points, units), the weights (points,).
    """
    # exercise: on_the_path
    # hint: weights @ table is Σ_k weights[k] · table[k]: an integral for every unit
    # hint: which table is integrated for internal influence, and which for conductance? The
    #       definitions say it
    # solution
    return weights @ dF_dy, weights @ (dF_dy * dy_dalpha)
    # end solution


attempt(on_the_path)
try_measures(at_x, on_the_path, weights, y)

# %% [markdown]
# ## Five cases
# Each row is a network of one unit. A number is framed where it equals F(x) − F(x′) and the unit
# brought all of that. **Guess first**: which rivals ever get a frame?

# %%
show_cases()

# %% [markdown]
# In rows 1 to 4 only conductance is framed each time.
# - **Saturation.** ∂F/∂y is 0 at x. F rose earlier.
# - **Overshoot.** The slope at x is taken for the slope all the way.
# - **Wrong sign.** Influence −1 is true of F: raising y lowers it. But here y falls, and F rises.
#   Gradient × activation is right where F is linear in y and y(x′) is 0.
# - **Curved path.** y moves fastest where ∂F/∂y is largest; influence ignores that. Activation's
#   frame is chance: with y = 2x² and F = (y/2)² it says 2.
# - **Zero at both ends.** Here x also reaches F directly, and that way brings +1/4. y takes it
#   away: it rises while ∂F/∂y is small and falls while it is large. So the true number is −1/4, and
#   the zeros have no frame.
#
# ## A saturation of your own
# min has a kink. Build a saturation without one. The unit is y = x; write an F of it that changes
# from y = 0 to y = 1 and is level at y = 1 (slope 0; below 10⁻⁶ counts).


# %%
def saturates(y):
    """F, (N, 1), of the unit y, (N, 1).

    y is a Tensor: it knows + − * **, mg.relu, mg.minimum and mg.tanh. NumPy's functions do
    not take it.
    """
    # exercise: saturates
    # hint: which smooth curve rises and has a level point? A parabola has one
    # hint: a parabola that is 0 at y = 0 and again at y = 2 is level at y = 1
    # solution
    return y * (2 - y)
    # end solution


attempt(saturates)

# %% [markdown]
# ## A wrong sign of your own
# Now F = y² − y/2 is given: it falls until y = 1/4, then rises. Write a unit that goes from 0 to 1,
# **never falls**, and has a negative internal influence. Yet F rises through it.


# %%
def misleads(x):
    """The unit y, (N, 1), of the input x, (N, 1); both are Tensors, as in `saturates`."""
    # exercise: misleads
    # hint: ∂F/∂y = 2y − 1/2, and influence is its mean over the path. How small must the mean of y
    #       be?
    # hint: y must be late: it stays low for most of the path and rises at the end. Powers of x
    #       do that
    # solution
    return x * x * x * x
    # end solution


attempt(misleads)
show_own(saturates, misleads)

# %% [markdown]
# <details><summary>Break it: the unit y = x in misleads. Predict, run, then unfold.</summary>
#
# The influence is 1/2, and this is right. At constant speed dy/dα is y(x) − y(x′) all the way, so
# conductance is this number times influence. Where y rises, both have the same sign.
#
# </details>
#
# <details><summary>Mend influence: multiply it by y(x) − y(x′). In which of the five rows is it
# right then? Predict, then unfold.</summary>
#
# In rows 1 to 3. With the curved path it is 2/3, with zero at both ends it is 0: the mean of a
# product is not the product of the means.
#
# </details>
#
# ## Two neurons
# Lesson 8's network, F = y₁ · y₂ with F(x) − F(x′) = 4, by your functions. A column is a neuron:

# %%
F = two_neurons.F
x = two_neurons.X
baseline = two_neurons.BASELINE
alphas, weights = quadrature(1001, "trapezoid")
layers = walk(F, x, baseline, alphas)
y = layers["y"]
try_measures(at_x, on_the_path, weights, y)

# %% [markdown]
# At x the neurons are alike, so no measure at x alone tells them apart. Gradient × activation gives
# each the whole product: together 8, twice F.
#
# <details><summary>Double y₁, and let F halve it again: whose numbers change?</summary>
#
# Activation is doubled and internal influence is halved: neither is in units of the score. Gradient
# × activation and conductance stay the same.
#
# </details>
#
# ## Different questions
# Are the rivals useless? No. Give some filters of GoogLeNet the values that they have on the black
# picture x′: the score changes. How well does the sum of a measure over these filters predict the
# change? Each cell is the mean error as a share of |F(x) − F(x′)|, so small is good (40 photos,
# nine layers). The last column has y(x) − y(x′) in place of y(x).
#
# | given black's values | conductance | gradient × activation | gradient × (y − y′) |
# | --- | --- | --- | --- |
# | one filter | 0.4 % | 0.2 % | 0.1 % |
# | half of a layer's filters, at random | 11.7 % | 20.4 % | 19.4 % |
# | all of a layer | 0.9 % | 56.3 % | 53.5 % |
#
# One filter, at x: a gradient answers just that. All of a layer: conductance is nearly exact,
# because it adds up to F(x) − F(x′) (lesson 11). The paper's own experiment compares conductance
# with internal influence only (reported [B]).
#
# ## Before you go on
# **The answer**: activation says 2, gradient × activation 0, internal influence 1/2, and
# conductance 1, all that F gained. Each rival leaves something out, and there is a network where
# exactly that counts. Which measure to take depends on the question.
#
# <details><summary>All conductances of a layer are 0. What can be the cause?</summary>
#
# The layer stands still on the path, or F ignores it on all of the path. Or F jumps between two
# points of the rule and is level at each of them: then F(x) − F(x′) is not 0.
#
# </details>
#
# <details><summary>A unit has internal influence 1/2 and conductance −1/4. How is that?</summary>
#
# On average over the path, raising y raises F. But y fell where that counted most, so it lowered F
# (row 5).
#
# </details>
#
# Lesson 11 adds up the conductance of every layer. Lesson 14 takes filters away.
