# %% [markdown]
# # Lesson 6: Integrated gradients
#
# About 60 minutes, after lesson 5 (forward mode).
# At the end you have written Eq. 1 of the paper, which divides among the inputs what F gains.
#
# **A question first.** The two neurons again:
#
# ```math
# y₁ = relu(x₁ + 2 · x₂ − 1)
# y₂ = relu(3 · x₁ − x₂)
# F = y₁ · y₂
# ```
#
# From x′ = (0, 0) to x = (1, 1) the score rises from 0 to 4. At x its gradient is (8, 2). How much
# of the 4 is due to x₁, and how much to x₂? Perhaps 3.2 and 0.8, in the ratio of 8 to 2? Write your
# guess down.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, boat, figures
from lessons.figures.lesson_06 import (
    draw_areas,
    draw_parts,
    print_parts,
    print_scores,
    try_integral,
    walk,
)
from lessons.networks.two_neurons import BASELINE, F, X
from minigrad.attribution import integrated_gradients

SEED = 3  # of the drawn boat: change it

# %% [markdown]
# ## An area
# The next figure has a path in each row: above for the two neurons, below for a network that scores
# a drawn boat. The boat's baseline is black, so along its path the boat gets brighter. Left is F
# along the path, right is its slope dF/dα. Compare the arrow on the left with the area on the
# right.

# %%
model, sailboat, scene = boat.example(SEED)
picture = scene.draw()
x = model.preprocess(picture)  # as the network sees it
black = model.baseline()
neurons_path = walk(F, X, BASELINE)
boat_path = walk(sailboat, x, black)
figure = draw_areas(neurons_path, boat_path, scene)
figures.save(figure, "06_area.png")

# %% [markdown]
# **The area under the slope is what F gains:**
#
# ```math
# F(x) − F(x′) = ∫₀¹ dF/dα dα
# ```
#
# (The boat's area is 23.00, its arrow 23.05: the figure has 241 points only.)
#
# ## By pencil
# The slope has a part from each input. By the chain rule:
#
# ```math
# dF/dα = ∂F/∂x₁ · (x₁ − x′₁) + ∂F/∂x₂ · (x₂ − x′₂)
# ```
#
# For the two neurons x − x′ is (1, 1), so the parts are ∂F/∂x₁ and ∂F/∂x₂ themselves. Until
# α = 1/3 neuron y₁ sleeps, and both are 0. From there to α = 1 they are straight lines:
#
# | | just after α = 1/3 | at α = 1 |
# | --- | --- | --- |
# | ∂F/∂x₁ | 2/3 | 8 |
# | ∂F/∂x₂ | 4/3 | 2 |
#
# How large is the area under each line? Write fractions, like 5 / 7, or three digits.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: from 1/3 to 1 the width is 2/3
    # hint: under a straight line, the area is the width times the mean of both ends
    # solution
    "area under ∂F/∂x₁": 26 / 9,
    "area under ∂F/∂x₂": 10 / 9,
    "both together": 4,
    # end solution
}

attempt(PENCIL, lesson=6)

# %% [markdown]
# ## A part for each input
# Write the parts for any number of inputs. Now x − x′ need not be 1. The table below has a row for
# each α: both parts, from reverse mode; their sum; and the tangent of F, from forward mode (lesson
# 5).


# %%
def input_parts(dF_dx, x, baseline):
    """Each input's part in dF/dα, shaped like x; dF_dx is ∂F/∂x at one point of the path.

    All three have one shape, and it may be any: (2,), (1, 2), or that of a picture.
    """
    # exercise: input_parts
    # hint: one line of the formula above, entry by entry: nothing is summed
    # solution
    return dF_dx * (x - baseline)
    # end solution


attempt(input_parts)


def gradient(point):
    """∂F/∂x of the two neurons at a point."""
    x = mg.Tensor(point, requires_grad=True)
    F(x).backward()
    return x.grad


print_parts(input_parts, gradient)

# %% [markdown]
# The last two columns agree: that is the chain rule.
#
# <details><summary>Break it: `input_parts` without x − x′. Predict, run, then unfold.</summary>
#
# The table stays the same, because x − x′ is (1, 1). The check notices. ∂F/∂x_i is score *for each
# unit of x_i*. Multiply it by the change of x_i, and you have score. A pixel may change by up to
# 255 units.
#
# </details>
#
# ## Eq. 1
# The area under the part of input i is its **integrated gradient**:
#
# ```math
# IG_i = (x_i − x′_i) · ∫₀¹ ∂F(x(α))/∂x_i dα
# ```
#
# This is Eq. 1 of "How Important Is a Neuron?" (arXiv 1805.12233). All parts add to the slope, so
# all areas add to what F gains. This is **completeness**:
#
# ```math
# Σ_i IG_i = F(x) − F(x′)
# ```
#
# The next figure divides the areas. Left and middle: the parts as dashed lines, each with its area.
# Right: the area of each pixel. The black line is the boat's outline.

# %%
figure = draw_parts(neurons_path, boat_path, scene)
figures.save(figure, "06_integrated_gradients.png")

# %% [markdown]
# ## The area as a sum
# A computer can try only some α. Cut the path into equal cells, and take the middle of each.


# %%
def midpoints(steps):
    """The middles of ``steps`` equal cells between 0 and 1, an array (steps,)."""
    # exercise: midpoints
    # hint: with 2 cells they are 0.25 and 0.75
    # hint: np.arange(steps) is 0, 1, 2, …; where is the middle of cell 0? And of cell 1?
    # solution
    return (np.arange(steps) + 0.5) / steps
    # end solution


attempt(midpoints)

# %% [markdown]
# We treat the slope as constant in each cell. So the integral becomes a mean over the midpoints.
# Now write Eq. 1. The program tries it with 5, 20 and 200 steps. The last line is minigrad's own,
# with 200.


# %%
def integrate_gradients(gradient, x, baseline, steps):
    """IG of every input, shaped like x; ``gradient(point)`` is ∂F/∂x there, shaped like x too."""
    # exercise: integrate_gradients
    # hint: begin with np.zeros_like(x), and add one gradient for each α of midpoints(steps)
    # hint: the point at α is baseline + α · (x − baseline)
    # hint: divide by steps: that is the mean. What is before the integral in Eq. 1?
    # solution
    total = np.zeros_like(x)
    for alpha in midpoints(steps):
        total += gradient(baseline + alpha * (x - baseline))
    return (x - baseline) * total / steps
    # end solution


attempt(integrate_gradients)
try_integral(integrate_gradients, gradient)
IG = integrated_gradients(F, X, BASELINE, steps=200, rule="midpoint")
print("minigrad:", IG)

# %% [markdown]
# A sum over a few points is not exact: the slope jumps at α = 1/3. Lesson 9 measures the error, and
# finds better rules. The replay on the course's site does the sum with four points, step by step.
#
# <details><summary>Break it: the gradient at x alone, not the mean. Predict, run, then unfold.
# </summary>
#
# 8 and 2, together 10. The gradient at x answers another question: what if x moved a little from
# where it is? For F = min(2x, 1) it is 0 at x = 1, though x made the whole score. That is called
# **saturation**.
#
# </details>
#
# ## Which score?
# The table explains the same boat four times, with 50 points. In the first two rows F is the score
# before the softmax (logit), as in the paper. In the last two rows F is a probability: the softmax
# of the scores, and of 1000 times the scores. Compare Σ IG with F(x) − F(x′). In two rows every IG
# is 0. Why?

# %%
print_scores(model, sailboat, scene)

# %% [markdown]
# <details><summary>Two reasons why every IG is 0. Guess both, then unfold.</summary>
#
# With x′ = x the path does not move: F(x) − F(x′) is 0 too. With 1000 · scores F jumps from 0 to 1
# between two of the 50 points, and is flat at all of them: a **saturated softmax**. Here F(x) −
# F(x′) is 1, and completeness shows that something is wrong.
#
# </details>
#
# Each score has its own sum, so completeness cannot tell you that you explained the wrong score.
# (The first row is off by 1.5 %: 50 points are few.)
#
# ## Before you go on
# **The answer to the question**: 26/9 and 10/9, about 2.89 and 1.11. What F gains is the area under
# its slope. Each input has a part of the slope, and its IG is the area under this part.
#
# <details><summary>x₂ is the same in x and in x′. What is its IG?</summary>
#
# 0: it has not moved, so it has no part in the slope.
#
# </details>
#
# <details><summary>Can IG be negative, though F rises?</summary>
#
# Yes. One input may lower F while others raise it. The sum is still what F gains.
#
# </details>
#
# Every path here began at x′. Lesson 7 asks what happens if you choose another x′.
