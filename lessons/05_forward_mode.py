# %% [markdown]
# # Lesson 5: Forward mode
#
# About 60 minutes, after lesson 4 (ties and kinks).
# At the end you have written the tangents of a product, a quotient and a softmax, and know when one
# sweep forward is better than one walk back.
#
# **A question first.** One walk back gives ∂F/∂x for a million x (lesson 1). Now the other way
# round: the input moves along one path, and you want to know how fast each of a million hidden
# units moves. How many runs of the network does that take? Write your guess down.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, figures, two_neurons
from lessons.figures.lesson_05 import draw_journey, draw_two_neurons, print_by_hand, print_sweeps
from lessons.networks import moving_disc
from lessons.networks.moving_disc import X, averages

# %% [markdown]
# ## By pencil
# The two neurons, on the path from x′ = (0, 0) to x = (1, 1). Both inputs are α there:
#
# ```math
# x₁ = x₂ = α
# y₁ = relu(x₁ + 2 · x₂ − 1)
# y₂ = relu(3 · x₁ − x₂)
# F = y₁ · y₂
# ```
#
# At α = 0.5, y₁ is 0.5 and y₂ is 1. The slope dy₁/dα is what y₁ gains for each unit of α. It is
# called the **tangent** of y₁. Find these three tangents at α = 0.5.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: put α in place of x₁ and x₂: y₁ = 3 · α − 1 where it is awake
    # hint: F = y₁ · y₂. Each unit that y₁ moves is worth y₂, and each unit that y₂ moves is worth
    #       y₁. Both move, so the two contributions add
    # solution
    "dy₁/dα": 3,
    "dy₂/dα": 2,
    "dF/dα": 4,
    # end solution
}

attempt(PENCIL, lesson=5)

# %% [markdown]
# The next figure shows the path. The number beside a dot is the tangent there: the slope of the
# black line.

# %%
figure = draw_two_neurons()
figures.save(figure, "05_tangents.png")

# %% [markdown]
# ## A product
# For dF/dα you used a rule. Write it for any two arrays that are multiplied entry by entry. Each
# factor comes with its tangent.


# %%
def product_tangent(a, da, b, db):
    """The tangent of a · b, entry by entry; da and db are the tangents of a and b."""
    # exercise: product_tangent
    # hint: if only a moves, a · b gains da · b
    # hint: if both move, the two contributions add
    # solution
    return da * b + a * db
    # end solution


attempt(product_tangent)

# %% [markdown]
# ## By hand, line by line
# Now every value gets its tangent, from the first line to the last. A line needs only values and
# tangents of lines above it. That is **forward mode**. Set a breakpoint in the function. The table
# has a row for each α; after each value comes its tangent.


# %%
def by_hand(alpha):
    """(y₁, dy₁/dα, y₂, dy₂/dα, F, dF/dα) of the two neurons."""
    x1 = x2 = alpha
    dx1 = dx2 = 1.0
    z1 = x1 + 2 * x2 - 1
    dz1 = dx1 + 2 * dx2
    z2 = 3 * x1 - x2
    dz2 = 3 * dx1 - dx2
    y1 = max(z1, 0.0)
    dy1 = dz1 if z1 > 0 else 0.0
    y2 = max(z2, 0.0)
    dy2 = dz2 if z2 > 0 else 0.0
    F = y1 * y2
    dF = product_tangent(y1, dy1, y2, dy2)
    return y1, dy1, y2, dy2, F, dF


print_by_hand(by_hand)

# %% [markdown]
# <details><summary>Why has row 1/3 a 0, where the figure has a corner?</summary>
#
# There z₁ is exactly 0, a kink (lesson 4). Left of it the slope of y₁ is 0, right of it 3. minigrad
# takes relu′(0) = 0, forward and back alike.
#
# </details>
#
# ## In one sweep
# In minigrad a tensor may carry its tangent. We give x the tangent dx/dα = x − x′. Then each
# operation finds the tangent of its output, in its method `jvp`. A tensor without a tangent, like
# the weights, does not move. `mg.watch_layers` keeps each tensor that has a name.


# %%
def sweep(F, x, baseline, alpha):
    """By name: x(α), the named tensors and F. Each has its value and its tangent."""
    direction = x - baseline
    point = baseline + alpha * direction
    x_alpha = mg.Tensor(point, tangent=direction)
    with mg.watch_layers() as hidden:
        score = F(x_alpha)
    return {"x": x_alpha, **hidden.tensors, "F": score}


print_sweeps(sweep, two_neurons)

# %% [markdown]
# These are the same numbers. A sweep costs as much as two or three runs, for two units or for a
# million.
#
# The next figure is one sweep through a small network: two convolutions, conv and deep, then the
# average of each filter. Along the path an orange disc appears. Values are above, their tangents
# below: blue rises, orange falls, white does not move.

# %%
figure = draw_journey(sweep, moving_disc)
figures.save(figure, "05_forward_mode.png")

# %% [markdown]
# Only a unit whose window meets the disc moves. So the moving part grows with each convolution.
#
# <details><summary>Break it: in `sweep`, direction = x. Predict, run, then unfold.</summary>
#
# The two neurons keep their numbers, because x − x′ and x are both (1, 1). In the figure the ground
# moves too: that is another path. A baseline of zeros hides this mistake.
#
# </details>
#
# ## From the product to a softmax
# An exponential and a sum have short rules:
#
# | value | tangent |
# | --- | --- |
# | e = exp(x) | de = e · dx |
# | s = Σ_j e_j | ds = Σ_j de_j |
#
# The rule for a quotient follows from your product: q = a / b means q · b = a.


# %%
def quotient_tangent(a, da, b, db):
    """The tangent of a / b, entry by entry; da and db are the tangents of a and b.

    b and db are arrays shaped like a, or one number each, for all entries of a.
    """
    # exercise: quotient_tangent
    # hint: take the tangent of both sides of q · b = a: dq · b + q · db = da
    # hint: solve for dq, and put a / b in place of q
    # solution
    return (da * b - a * db) / b**2
    # end solution


attempt(quotient_tangent)

# %% [markdown]
# A softmax is all three, one after the other: y_i = exp(x_i) / Σ_j exp(x_j).


# %%
def softmax_tangent(x, dx):
    """The tangent of softmax(x), shaped (n,) like x and its tangent dx."""
    e = np.exp(x)
    # exercise: softmax_tangent
    # hint: first the tangent of e, by the table
    # hint: then a quotient: e / e.sum(). What is the tangent of e.sum()?
    # solution
    de = e * dx
    return quotient_tangent(e, de, e.sum(), de.sum())
    # end solution


attempt(softmax_tangent)

# %% [markdown]
# ## Forward against reverse
# Let f make m numbers from n. All its slopes are a matrix J, the **Jacobian**: a row for each
# output, a column for each input. Forward mode gives **Jv**, the output's tangent if the input's is
# v. Reverse mode gives **Jᵀu**, the gradient of ⟨u, f⟩. Both use the same J, so for all u and v:
#
# ```math
# ⟨u, Jv⟩ = ⟨Jᵀu, v⟩
# ```
#
# `mg.jvp(f, (x,), (v,))` gives f(x) and Jv. `mg.vjp(f, x)` gives f(x) and a function that makes Jᵀu
# of u. Here f is the small network. Nothing is nudged, so the two numbers agree to rounding.

# %%
u, v = moving_disc.two_directions()  # random
_, Jv = mg.jvp(averages, (X,), (v,))
_, pullback = mg.vjp(averages, X)
JTu = pullback(u)
print("⟨u, Jv⟩  =", np.vdot(u, Jv))
print("⟨Jᵀu, v⟩ =", np.vdot(JTu, v))

# %% [markdown]
# With v = (1, 0, …, 0), what is Jv? Fill J, one sweep after another.


# %%
def jacobian_by_columns(f, x):
    """J, (m, n), of f from a Tensor (n,) to a Tensor (m,), at the array x."""
    y = f(mg.Tensor(x))
    J = np.zeros((y.size, x.size))
    directions = np.eye(x.size)  # row i is 1 at input i, and 0 elsewhere
    for i, direction in enumerate(directions):
        # exercise: jacobian_by_columns
        # hint: one sweep gives a column: J[:, i]
        # hint: mg.jvp is used in the cell above. Of its two results you need the second
        # solution
        J[:, i] = mg.jvp(f, (x,), (direction,))[1]
        # end solution
    return J


attempt(jacobian_by_columns)

# %% [markdown]
# ## Before you go on
# **The answer to the question**: one sweep, for any number of units. Tangents are computed with the
# values, line by line. One sweep forward gives a column of J, one walk back a row.
#
# <details><summary>All ∂F/∂x of one score, for a picture: forward or reverse?</summary>
#
# Reverse: one row of J. Forward mode would need a sweep for each pixel and colour.
#
# </details>
#
# <details><summary>minigrad's softmax first subtracts the largest x from all x. Why is that right?
# </summary>
#
# One number added to all x multiplies e and Σ e by the same factor, so y stays the same. And exp of
# numbers below 0 cannot overflow. The check of your tangent used this: for dx = (1, …, 1) it is 0.
#
# </details>
#
# Lesson 6 needs dF/dα: the area under it is what F gains on the path. Lesson 8 needs dy/dα for
# every hidden unit.
