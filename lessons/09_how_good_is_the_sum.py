# %% [markdown]
# # Lesson 9: How good is the sum?
#
# About 55 minutes, after lesson 8 (conductance by the chain rule).
# At the end you have written a rule of your own, an estimate of how wrong a sum is, and conductance
# as an area.
#
# **A question first.** For y₁ of our two neurons lesson 8 integrated
#
# ```math
# g(α) = ∂F/∂y₁ · dy₁/dα
# ```
#
# With six equal cells and their middles the sum was exactly 8/3. Take 200 cells. Is the sum better,
# equally good or worse? And how could a program know, without being told 8/3? Write both guesses
# down.

# %%
import numpy as np

from lessons import attempt, figures, two_neurons
from lessons.figures.lesson_09 import (
    draw_areas,
    draw_doubts,
    draw_errors,
    print_sums,
    print_two_ways,
    print_units,
    try_doubts,
)
from minigrad.attribution import conductance

F = two_neurons.F
X = two_neurons.X
BASELINE = two_neurons.BASELINE

# %% [markdown]
# ## By pencil
# The true g is 0 until α = 1/3, where y₁ wakes, and then 6α. Suppose that we know it at three
# points:
#
# | α | 0 | 1/2 | 1 |
# | --- | --- | --- | --- |
# | g | 0 | 3 | 6 |
#
# Draw straight lines from point to point. What lies between two neighbouring points is a **panel**.
# How large is the area under the line in each panel? And how much more than 8/3 is their sum?

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: under a straight line the area is the width, times the mean of both ends
    # hint: the first panel is 1/2 wide, and g goes from 0 to 3 in it
    # solution
    "first panel": 0.75,
    "second panel": 2.25,
    "sum − 8/3": 1 / 3,
    # end solution
}

attempt(PENCIL, lesson=9)

# %% [markdown]
# ## Points and weights
# The same sum can be written point by point. Each point α_k has a weight w_k:
#
# ```math
# ∫₀¹ g dα ≈ Σ_k w_k · g(α_k)
# ```
#
# Such points and weights are called a **quadrature rule**. Straight lines make the **trapezoid**
# rule.


# %%
def trapezoid_rule(steps):
    """(alphas, weights), each (steps,): points evenly from 0 to 1, straight lines between them."""
    alphas = np.linspace(0, 1, steps)
    # exercise: trapezoid_rule
    # hint: how many panels lie between n points, and how wide is one?
    # hint: a panel adds width · (g at its left end + g at its right end) / 2.
    #       In how many panels does each point take part?
    # solution
    weights = np.full(steps, 1 / (steps - 1))
    weights[[0, -1]] /= 2
    # end solution
    return alphas, weights


attempt(trapezoid_rule)

# %% [markdown]
# The table has the sum for y₁ by three rules, a row for each number of points; 2.666667 is right.
# *Midpoint* is lesson 8's rule. *Gauss–Legendre* is minigrad's default: with n points it is exact
# for every polynomial up to degree 2n − 1.

# %%
print_sums(trapezoid_rule)

# %% [markdown]
# More points are not always better. In the figure both scales are logarithmic: a straight line
# means a power of the number of points.

# %%
errors = draw_errors()
figures.save(errors, "09_errors.png")

# %% [markdown]
# A rule has **order** p if with n points its error falls like 1/nᵖ. For a smooth network (the
# corner of each relu is rounded) midpoint has order 2, and the error of Gauss–Legendre falls faster
# than any power. Our g **jumps** at α = 1/3, as it does wherever a ReLU wakes. The cell with the
# jump is wrong by about its width times the jump: order 1. The crosses at the bottom are exact:
# there the jump lies between two cells. The black line is the rule that comes next.
#
# ## The doubt of a panel
# Of a panel of width h we know both ends. Suppose that g keeps its left value, jumps once
# somewhere, and keeps its right value. Then the area is between h · g_left and h · g_right. The
# trapezoid takes the middle, and is wrong by at most the panel's **doubt**:
#
# ```math
# e = h · |g_right − g_left| / 2
# ```
#
# In the figure each doubt is half of an orange box. On the right, each new point was put into the
# middle of the panel with the largest doubt.

# %%
boxes = draw_doubts()
figures.save(boxes, "09_doubts.png")

# %% [markdown]
# Write the doubts of all panels. The points need not be even.


# %%
def doubts(alphas, g):
    """e of every panel, (points − 1,); alphas and g, the integrand there, are (points,)."""
    # exercise: doubts
    # hint: np.diff gives the widths of all panels, and what g gains in each
    # hint: a doubt is never negative
    # solution
    return abs(np.diff(alphas) * np.diff(g)) / 2
    # end solution


attempt(doubts)

# %% [markdown]
# If the jump may be anywhere in the panel, the error may be anything from −e to e, and its square
# is e²/3 on average. Errors of several panels partly cancel: together they are about √(Σ e² / 3).
# Now your `doubts` places the points. In the table *error* is how wrong the sum is, *doubt* is this
# root.

# %%
try_doubts(doubts)

# %% [markdown]
# With even points the order is about 1, and three errors exceed the doubt: it is a usual size, no
# bound. Placed points bring order 2 back.
#
# <details><summary>Can a doubt be 0 where the panel is wrong?</summary>
#
# Yes. Let g rise and fall again between two points: both ends agree, and e = 0. A doubt knows only
# the ends, so it is an estimate, not a bound. Therefore a rule that places its points begins with
# several. And where g rises evenly, e is larger than 0 though the trapezoid is exact. That costs
# points, not accuracy. minigrad's ± is a third more than this root, and at least the largest e.
#
# </details>
#
# ## An area over y
# dy/dα · dα is dy. So Eq. 3 can be read without α:
#
# ```math
# Cond(y) = ∫ ∂F/∂y dy
# ```
#
# In the figure the horizontal axis is y itself. The area under ∂F/∂y is the conductance; the boxes
# are as before.

# %%
areas = draw_areas()
figures.save(areas, "09_area_over_y.png")

# %% [markdown]
# A panel goes from one point of the path to the next: its width is Δy = y_right − y_left, its
# height the mean of ∂F/∂y at both ends.


# %%
def area_over_y(dF_dy, y):
    """Cond(y) of every unit: (units,), from ∂F/∂y and y at the points of the path, (points, units).

    The first point is x′, the last is x.
    """
    # exercise: area_over_y
    # hint: dF_dy[:-1] has the left ends of the panels, dF_dy[1:] the right ends
    # hint: np.diff(y, axis=0) goes from point to point; the sum is over panels, not units
    # solution
    height = (dF_dy[:-1] + dF_dy[1:]) / 2
    return (height * np.diff(y, axis=0)).sum(axis=0)
    # end solution


attempt(area_over_y)

# %% [markdown]
# The table has both ways, with the same points.

# %%
print_two_ways()

# %% [markdown]
# <details><summary>Why is Δy better than dy/dα · Δα at a kink? Guess, then unfold.</summary>
#
# Let y₁ wake between two points. dy₁/dα is 0 at the left one and 3 at the right one, and their mean
# is right only if y₁ woke in the middle. Δy₁ is right wherever it woke.
#
# </details>
#
# <details><summary>Break it: abs(Δy). Which units change? Predict, run, then unfold.</summary>
#
# Not our two: they only rise. A unit that turns back goes one part of its way twice. The way back
# must count negative, and the check has such a unit.
#
# </details>
#
# ## A tolerance instead of a number
# `steps="auto"` uses all of this: areas over y, a ± for every unit, and new points where the doubts
# are large, until each layer is within the tolerance, here 1 %.

# %%
found = conductance(F, X, BASELINE, steps="auto", tolerance=0.01)
print_units(found)

# %% [markdown]
# ## Before you go on
# A sum is points and weights, and a jump lowers its order. The two ends of a panel say how wrong it
# may be, and where to look next. Over y the same integral needs fewer points. **The answer to the
# question**: worse. The doubts can tell a program.
#
# <details><summary>The units of a layer sum to F(x) − F(x′), to six digits. Are six digits of each
# unit right?</summary>
#
# No. In the sum, errors up and errors down cancel. Look at the ± of the unit.
#
# </details>
#
# <details><summary>A unit stands still from α = 0 to 1/2, while ∂F/∂y rises from 0 to 100. How much
# conductance does it get there?</summary>
#
# Nothing. Over y its panels have width 0: the curve goes straight up.
#
# </details>
#
# Lesson 11 needs the ± of single units, where sums are right and units are not.
