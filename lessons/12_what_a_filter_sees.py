# %% [markdown]
# # Lesson 12: What a filter sees
#
# About 60 minutes, after lesson 11 (every layer sums the same).
# At the end you have the importance of a filter as one number and as a map over the picture, and
# know which question such a map does not answer.
#
# **A question first.** A small Inception scores a drawn sailboat. Take the filters that add most to
# that score. How much of what they add comes through the pixels of the sail? And if the sail is not
# drawn, do they lose exactly that much? Write down two guesses.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, boat, figures, googlenet
from lessons.figures.lesson_12 import (
    draw_googlenet,
    draw_maps,
    draw_two_questions,
    print_scenes,
    print_sums,
    strongest_maps,
    try_map,
)
from minigrad.attribution import conductance
from minigrad.autodiff import Pullback

# %% [markdown]
# ## By pencil
# Eq. 2 (lesson 8) divides what a unit y does among the inputs. At one α, input i has
#
# ```math
# (x_i − x′_i) · ∂F/∂y · ∂y/∂x_i
# ```
#
# Take the two neurons, with x = (1, 2), x′ = (0, 0) and α = 0.5. Both are awake:
#
# | unit | ∂F/∂y | ∂y/∂x₁ | ∂y/∂x₂ |
# | --- | --- | --- | --- |
# | y₁ | 0.5 | 1 | 2 |
# | y₂ | 1.5 | 3 | −1 |

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: x₁ moves by x₁ − x′₁ = 1, and x₂ by 2
    # hint: three numbers are multiplied: how far the input moves, what F gains per unit of y, and
    #       what y gains per unit of the input
    # solution
    "y₁ through x₁": 0.5,
    "y₁ through x₂": 2,
    "y₂ through x₂": -3,
    # end solution
}

attempt(PENCIL, lesson=12)

# %% [markdown]
# The two numbers of y₁ sum to 2.5, its term of Eq. 3: ∂F/∂y₁ · dy₁/dα = 0.5 · 5. And (0.5, 2) is a
# picture with two pixels: the **map** of y₁. Now for 64 × 64 pixels.
#
# ## One number for each filter
# A layer is an array (examples, rows, columns, filters). A unit is one filter at one position, and
# the conductance of a filter is the sum over its positions. In the table, each row is a layer:
# what its filters add, what they take away, both together, and the strongest filter.

# %%
model, F, scene = boat.example(1)
picture = scene.draw()
x = model.preprocess(picture)
baseline = model.baseline()
result = conductance(F, x, baseline)
print_sums(result)

# %% [markdown]
# The totals are equal, as in lesson 11. Now write the sums yourself, first for a layer of pictures
# only.


# %%
def sum_over_positions(units):
    """From units (N, rows, columns, filters) to filters (N, filters)."""
    # exercise: sum_over_positions
    # hint: axis 0 counts examples, axis 3 filters. Which axes are positions?
    # hint: sum takes several axes at once: axis=(…, …)
    # solution
    return units.sum(axis=(1, 2))
    # end solution


attempt(sum_over_positions)

# %% [markdown]
# A layer of sentences has one axis of positions, (N, words, filters). A layer without positions
# has none.


# %%
def per_filter(units):
    """From units (N, …, filters), with any number of axes between, to filters (N, filters)."""
    # exercise: per_filter
    # hint: make one axis of all positions first; lesson 11 made one of all units
    # hint: reshape(len(units), −1, …): the −1 is counted out for you. What is the last axis?
    # solution
    return units.reshape(len(units), -1, units.shape[-1]).sum(axis=1)
    # end solution


attempt(per_filter)

# %% [markdown]
# ## One map for each filter
# The figure has the strongest filters of an early and of a late layer. Each map is laid over the
# scene, in blocks of 4 × 4 pixels: blue adds to the score, orange takes away, and a map's sum is
# its filter's conductance. The sail is outlined.

# %%
maps = strongest_maps(F, x, baseline, result)
figure = draw_maps(scene, maps)
figures.save(figure, "12_what_a_filter_sees.png")

# %% [markdown]
# ## How a map is made
# In the pencil work, y₁ alone is a vector u, and one walk back gives Jᵀu, with J = ∂y/∂x:
#
#     u              = (∂F/∂y₁, 0)        = (0.5, 0)
#     Jᵀu            = (0.5 · 1, 0.5 · 2) = (0.5, 1)
#     (x − x′) · Jᵀu = (1 · 0.5, 2 · 1)   = (0.5, 2)     the map of y₁
#
# A layer has thousands of units; one walk back still finds their sum. Lesson 5 had ⟨u, Jv⟩ =
# ⟨Jᵀu, v⟩ for every u and v. Here v is x − x′, so Jv is dy/dα:
#
# ```math
# Σ_y u · dy/dα = Σ_i (x_i − x′_i) · (Jᵀu)_i
# ```
#
# On the left stand units, on the right pixels. With u = ∂F/∂y, the left side is the layer's term of
# Eq. 3, and the right side divides it among the pixels. `pullback(u)` is the walk back from the
# layer to the picture: it begins with u where lesson 1 began with 1.


# %%
velocity = x - baseline


def layer_at(alpha, layer):
    """The layer y at x(α), with ``y.grad`` and ``y.tangent``; and the pullback from y to x(α)."""
    place = baseline + alpha * velocity
    x_alpha = mg.Tensor(place, tangent=velocity, requires_grad=True)
    with mg.watch_layers() as hidden:
        score = F(x_alpha)
        score.backward()
    y = hidden.tensors[layer]
    return y, Pullback(y, [x_alpha])


y, pullback = layer_at(0.3, "mixed5a")
u = y.grad
(pulled,) = pullback(u)  # a tuple: one array for each input, and here there is one
over_units = u * y.tangent
over_pixels = velocity * pulled
print("over units: ", over_units.sum())
print("over pixels:", over_pixels.sum())

# %% [markdown]
# For **one** filter, let u be ∂F/∂y on its units and 0 on all others.


# %%
def seed(dF_dy, filter):
    """The u of one filter. ``dF_dy`` is (N, rows, columns, filters), and so is u."""
    # exercise: seed
    # hint: np.zeros_like(dF_dy) is an array of that shape, all 0
    # hint: u[..., filter] are all units of the filter; they take over what dF_dy has there
    # solution
    u = np.zeros_like(dF_dy)
    u[..., filter] = dF_dy[..., filter]
    # end solution
    return u


attempt(seed)

# %% [markdown]
# At each α such a u is pulled back. The map is the integral of what comes out, times x − x′:


# %%
def filter_map(points, velocity):
    """The map of one filter, (rows, columns).

    ``points`` has (weight, u, pullback) for each α; ``velocity`` is x − x′, (1, rows, columns, 3).
    """
    found = np.zeros_like(velocity)
    for weight, u, pullback in points:
        (pulled,) = pullback(u)
        # exercise: filter_map
        # hint: `found` is a sum over the points. What does one point add to it?
        # hint: the right side above, before its Σ_i; and the weight of the point
        # solution
        found = found + weight * velocity * pulled
        # end solution
    return found[0].sum(axis=-1)  # the three colours of a pixel together


attempt(filter_map)
try_map(filter_map, seed, layer_at, velocity, result)

# %% [markdown]
# <details><summary>Break it: `seed` with ones for ∂F/∂y. What is the map's sum now? Predict, run,
# then unfold.</summary>
#
# The sum is about 1300 in place of 8. With u = 1 the left side is dy/dα, and its integral is
# y(x) − y(x′), summed over positions. Such a map shows what switches the filter on, and not what
# that does to F.
#
# </details>
#
# ## Two questions
# The first question asked for a share, the second for a fall:
#
#     share = map summed over the sail / map summed over the picture
#     fall  = 1 − conductance without the sail / conductance with it     (below 0: it gains)
#
# The share (blue bars) says what came through the sail's pixels on the way from black. The fall
# (green bars) compares with another picture, which has background where the sail was. A map has
# both signs, so a share may be below 0 or above 1. The table has one filter and six scenes.

# %%
figure = draw_two_questions(F, model, scene, maps)
figures.save(figure, "12_two_questions.png")
print_scenes(F, model)

# %% [markdown]
# **The answer**: no. No filter has two bars of equal height, and some shares are below 0. In the
# table, the filter loses 34 to 86 % of its conductance when the sail is missing, and its share goes
# from 0 to 110 %.
#
# Compare a share with the first bar, all filters together, and not with the area of the sail: x −
# x′ is a factor, so bright pixels count more. And do not call the filter "sail": you have not tried
# other parts, classes and filters.
#
# <details><summary>Break it: paint the sail black in x. What is its share? Predict, run, then
# unfold.</summary>
#
# Write `picture = scene.draw() * ~scene.mask("sail")[..., None]`. The share is exactly 0 in every
# map: x − x′ is 0 there. It is the blind spot of lesson 7.
#
# </details>
#
# ## Before you go on
# The conductance of a filter is a sum over its positions, never a mean. Pulled back to the picture,
# it is a map with the same sum. A map says what came through which pixels on the way from this
# baseline, and nothing about a picture without them.
#
# <details><summary>Sum the maps of all filters of a layer. What do you get?</summary>
#
# Integrated gradients (Eq. 1), if every way from x to F crosses the layer. Then u is all of ∂F/∂y,
# and Jᵀu is ∂F/∂x.
#
# </details>
#
# <details><summary>Why is a map's sum right with any number of points?</summary>
#
# It equals the filter's conductance by the same rule: the two sides agree at every α. How well that
# number fits the integral is another matter (lesson 9).
#
# </details>
#
# Lesson 14 takes filters out of the network and looks at what F loses. Lesson 13 is for those who
# build such programs, and may be left out.

# %% The same on GoogLeNet
if googlenet.available():
    draw_googlenet(*googlenet.example())
