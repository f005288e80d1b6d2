# %% [markdown]
# # Lesson 11: Every layer sums the same
#
# About 55 minutes, after lesson 10 (three rivals and how they fail).
# At the end you have summed layers at every α and over the path, know for which sets of tensors the
# sums agree and why, and know what that does not promise.
#
# **A question first.** A picture passes through five layers on its way to a score. The title says
# that their sums of conductance are the same. How nearly: to 1 %, to 0.01 %, or to the last digit?
# And if the sum of a layer is right, is each of its units right? Write both guesses down.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, small_inception
from lessons.figures.lesson_11 import (
    print_accuracy,
    print_slopes,
    print_totals,
    print_trained_networks,
    show_branches,
    show_slider,
)

# %% [markdown]
# ## By pencil
# Two layers of the two neurons: the layer y, and the inputs x themselves. At α = 1/2 on the way
# from x′ = (0, 0) to x = (1, 1), y₁ is 1/2 and y₂ is 1. What does each unit add, ∂F/∂(unit) ·
# d(unit)/dα?
#
#     unit                      ∂F/∂(unit)                d(unit)/dα
#     y₁ = relu(x₁ + 2x₂ − 1)   y₂, since F = y₁ · y₂     3
#     y₂ = relu(3x₁ − x₂)       y₁                        2
#     x₁                        ∂F/∂y₁ · 1 + ∂F/∂y₂ · 3   1
#     x₂                        ∂F/∂y₁ · 2 − ∂F/∂y₂ · 1   1

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: ∂F/∂y₁ is the value of y₂, which is 1. It is multiplied by 3
    # hint: for x₁, put the numbers of ∂F/∂y₁ and ∂F/∂y₂ into the third row: 1 · 1 + 1/2 · 3
    # solution
    "y₁": 3,
    "y₂": 1,
    "x₁": 2.5,
    "x₂": 1.5,
    # end solution
}

attempt(PENCIL, lesson=11)

# %% [markdown]
# 3 + 1, and 2.5 + 1.5: both are dF/dα, the slope of F = 2α · (3α − 1) at 1/2. Is this chance?
#
# ## The slider
# We look at five layers of a small Inception with random weights. `walk` is lesson 10's, for
# pictures: one row for each α.


# %%
def walk(F, x, baseline, alphas):
    """The named layers at every α: y in ``.data``, ∂F/∂y in ``.grad``, dy/dα in ``.tangent``."""
    alpha = alphas.reshape(-1, 1, 1, 1)
    velocity = x - baseline
    points = baseline + alpha * velocity
    velocities = np.broadcast_to(velocity, points.shape)
    x_alpha = mg.Tensor(points, tangent=velocities)
    with mg.watch_layers() as hidden:
        score = F(x_alpha)
        score.sum().backward()
    return hidden.tensors


# %% [markdown]
# In the explorer on the course's site a slider moves α. The picture shows three positions. On the
# left is the slope of the score, dF/dα. In the other panels each layer has a row: to the right all
# units that raise F there, to the left all that lower it. The diamond is the sum of both.

# %%
show_slider(walk)

# %% [markdown]
# The bars have different lengths. Yet all diamonds of a panel stand on one line, at dF/dα.
#
# ## Why
# Let F depend on x only through the units y of one layer. G is the rest of the network:
#
# ```math
# F(x(α)) = G(y(α))
# dF/dα = Σ_y ∂F/∂y · dy/dα
# ```
#
# The second line is the chain rule for G. No layer occurs on its left side, so the right side is
# the same for every layer, to rounding. In the table each row is one α.


# %%
def layer_slope(y):
    """Σ_y ∂F/∂y · dy/dα over all units of one named tensor: an array, a number for each row.

    y is (rows, units) or (rows, height, width, filters).
    """
    # exercise: layer_slope
    # hint: y.grad and y.tangent have the same shape as y. What is multiplied unit by unit?
    # hint: table.reshape(len(table), -1) has one row for each row, whatever the shape
    # solution
    return (y.grad * y.tangent).reshape(len(y), -1).sum(axis=1)
    # end solution


attempt(layer_slope)
F, x, baseline = small_inception.example()
alphas = np.linspace(0.1, 0.9, 5)
hidden = walk(F, x, baseline, alphas)
print_slopes(layer_slope, hidden, alphas)

# %% [markdown]
# ## Cuts
# It need not be a layer. A set of tensors is enough, if F depends on x through the set and through
# nothing else, and no tensor of the set depends on another. Such a set is a **cut**: every way from
# x to F crosses it exactly once. Inside `mixed` four branches run side by side, and every tensor
# has a name, such as `mixed/reduce3x3`:
#
#                ┌ 1x1 ───────────┐
#     x → stem → ┼ reduce3x3, 3x3 ┼ → mixed → deep → average → hidden → F
#                ├ reduce5x5, 5x5 ┤
#                └ pool ──────────┘
#
# Find a cut with `mixed/reduce3x3` in it.


# %%
def find_cut():
    """The names of a cut that contains "mixed/reduce3x3", as a list."""
    # exercise: find_cut
    # hint: go along each of the four branches with a finger: you must meet one tensor of the set
    # hint: print(*small_inception.ways(), sep="\n") shows all ways
    # solution
    return ["mixed/1x1", "mixed/reduce3x3", "mixed/reduce5x5", "mixed/pool"]
    # end solution


attempt(find_cut)
show_branches(find_cut)

# %% [markdown]
# The picture has a bar for each layer's total conductance. The orange bars are your cut: each
# begins where the one above ends, and the last one ends where `mixed` does.
#
# <details><summary>Break it: leave out the pool branch; add mixed. Predict, run, unfold.</summary>
#
# Without the pool branch the sum misses what goes that way. With `mixed` added, everything counts
# twice.
#
# </details>
#
# ## The integral
# The sums are equal at every α. So their integrals are equal, by any rule. Write a layer's total.


# %%
def layer_total(weights, dF_dy, dy_dalpha):
    """Σ_y Cond(y) of one layer: one number.

    The weights are (points,), ∂F/∂y and dy/dα are (points, units).
    """
    # exercise: layer_total
    # hint: first one number for each point, as in layer_slope; then the weights
    # solution
    return weights @ (dF_dy * dy_dalpha).sum(axis=1)
    # end solution


attempt(layer_total)
print_totals(layer_total)

# %% [markdown]
# All five are off by the same amount. It is the rule's error for **one function of one number**,
# dF/dα, in which no layer occurs (lesson 9). The first **answer**: to the last digit, even where
# the sum is wrong.
#
# <details><summary>Do the totals agree with ∂F/∂y · Δy, too, taken at the left end of each step?
# Guess, then unfold.</summary>
#
# No. With finite steps it is not the chain rule, and each layer has its own error: 1.4 % at `stem`,
# 3.2 % at `mixed`, 0.3 % at `deep`. `hidden` is exact, because F is linear in it. To see it, call
# `conductance(F, x, baseline, steps=20, method="difference", rule="left")` of minigrad.attribution,
# and print its `completeness_error("stem")`.
#
# </details>
#
# ## Complete is not accurate
# A right sum can be a sum of wrong numbers. One filter adds a bump p, another takes it away:
#
# ```math
# p = relu(2x − 1)
# y₁ = x + p
# y₂ = −p
# F = y₁ + y₂ = x
# ```
#
# From x′ = 0 to x = 1 the filters move by 2 and by −1, and ∂F/∂y is 1: so 2 and −1 are their
# conductances. Each row of the table is one rule. Compare the last column with the filters.


# %%
def F_with_bump(x):
    """F = y₁ + y₂ = x, for each row of x (N, 1); the layer "y" is (N, 2)."""
    bump = mg.relu(2 * x - 1)
    y_1 = x + bump
    y_2 = -bump
    both = mg.concatenate([y_1, y_2], axis=1)
    y = both.named("y")
    return y.sum(axis=1)


print_accuracy(F_with_bump)

# %% [markdown]
# dF/dα is 1 at every α, so every rule has the right sum, even with few points. But the filters are
# wrong: the second **answer** is no. Look at the filter's own error (lesson 9). Even that is an
# estimate: the first row is off by 0.5 and says 0.35.
#
# <details><summary>Does this happen on a real network?</summary>
#
# Yes. GoogLeNet explained a photo of a spider with 50 Gauss–Legendre points: each layer's sum was
# right to 5 %, the filters of the worst layer to 15 %. With 100 points for a cockroach the sums
# were right to 0.2 %, the filters to 8 %: errors of both signs, and luck. Look at `relative_error`,
# the filters' own, and let minigrad place the points: with `steps="auto"` some 40 were enough for
# 5 % in every layer.
#
# </details>
#
# A trained network, with 50 points. "Off by" is the error of a layer's sum, the last column
# that of its filters.

# %%
print_trained_networks()

# %% [markdown]
# ## Before you go on
# At every α every cut of a network shares out the same dF/dα, so all cuts have the same total and
# the same completeness error. This tests the program: a layer that differs has a mistake in it. It
# does not test how well the integral of one filter is done.
#
# <details><summary>A probability is explained, not a score. Does conservation notice?</summary>
#
# No. It holds for every F. Completeness cannot tell which F was explained.
#
# </details>
#
# <details><summary>With the mean over units in place of the sum, which layer wins?</summary>
#
# The one with the fewest units: equal totals are divided by different numbers of units.
#
# </details>
#
# Lesson 12 divides a layer's sum among its filters, and a filter's among the pixels.
