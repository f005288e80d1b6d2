# %% [markdown]
# # Lesson 2: Is the gradient right?
#
# About 60 minutes, after lesson 1 (an engine in an hour).
# At the end you can check any gradient against the definition, and have written the gradients of a
# product and of a bias, for whole arrays.
#
# **A question first.** A derivative is a limit: nudge x by h, see how much F changes, divide by h,
# and let h go to 0. A computer has 16 digits. Which h gives the best slope: 0.1, 10⁻⁵, 10⁻¹⁰ or
# 10⁻¹⁵? Guess. The figure below has the answer.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, two_neurons
from lessons.figures.lesson_02 import draw_differences, draw_graph, score_of

# %% [markdown]
# ## By pencil
# The network of this course has two inputs, two neurons and one product. relu(z) is z where z is
# above 0, and 0 elsewhere.
#
# ```math
# y₁ = relu(x₁ + 2 · x₂ − 1)
# y₂ = relu(3 · x₁ − x₂)
# F = y₁ · y₂
# ```
#
# At x = (2, 1) the neurons are y₁ = 3 and y₂ = 5, so F is 15. Go back by hand, as the loop does.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: F is a product. If y₁ grows by 1, F grows by y₂
    # hint: x₁ is used twice: through y₁, where its slope is 1, and through y₂, where it is 3
    # solution
    "∂F/∂y₁": 5,
    "∂F/∂y₂": 3,
    "∂F/∂x₁": 14,
    "∂F/∂x₂": 7,
    # end solution
}

attempt(PENCIL, lesson=2)

# %% [markdown]
# ## The whole graph
# How to read the picture: the blue values were computed from left to right, the orange numbers from
# right to left. Each arrow shows ∂F/∂(output) times the operation's own slope. What meets in a
# tensor is added. z₁ and z₂ are what each relu is given; a, b and c are steps before them. Find
# your four numbers. (The replay on the course's site goes through the picture step by step.)

# %%
x1 = mg.Tensor(2.0, requires_grad=True, name="x₁")
x2 = mg.Tensor(1.0, requires_grad=True, name="x₂")
F = score_of(x1, x2)
F.backward()
print("∂F/∂x₁ and ∂F/∂x₂:", x1.grad, x2.grad)
draw_graph(F)

# %% [markdown]
# ## Ask the definition
# An engine can be wrong, and so can a pencil. The definition needs neither: nudge x up and down by
# h, and divide the difference of F by the distance between the two points.


# %%
def central(f, x, h):
    """The slope of f at the number x, from two nudges."""
    # exercise: central
    # hint: the two nudged points are x + h and x − h. How far apart are they?
    # solution
    return (f(x + h) - f(x - h)) / (2 * h)
    # end solution


attempt(central)

# %% [markdown]
# Left: F against x₁, and a line with the slope that `backward` found. Right: the error of three
# kinds of difference, for every h; lower is better. There the corner of each relu is rounded.

# %%
draw_differences(central)

# %% [markdown]
# **The answer to the question** is 10⁻⁵. With a large h the curve bends between the two points.
# With a small h, F(x + h) and F(x − h) share most of their digits, and the difference keeps only
# the last ones, which are rounded. In between, near h = 10⁻⁵, eleven digits are right.
#
# A number of type float32 has 7 digits. Then h between 10⁻² and 10⁻¹ is best, and about five digits
# are right. With h below 10⁻⁷, x + h is rounded to x: the difference is 0, and the slope is lost.
#
# <details><summary>At z = 0 a relu has a kink. Which slope does a difference give?</summary>
#
# A half, the mean of 0 and 1. There is no derivative at a kink; minigrad's rule is relu′(0) = 0. So
# check beside a kink, never at it. Lesson 4 is about such points.
#
# </details>
#
# ## One entry of an array
# Networks compute with arrays. The gradient of a number F by an array x has **the shape of x**: one
# slope for each entry, and each entry is nudged alone.


# %%
def slope_of_entry(f, x, entry, h=1e-5):
    """∂f/∂x[entry]; f takes an array shaped like x and gives a number.

    entry has an index for each axis of x: (0, 1) for the row 0 and the column 1.
    """
    # exercise: slope_of_entry
    # hint: make an array of zeros shaped like x, and put h at this entry
    # hint: that array is the nudge: f(x + nudge) and f(x - nudge)
    # solution
    nudge = np.zeros(x.shape)
    nudge[entry] = h
    return (f(x + nudge) - f(x - nudge)) / (2 * h)
    # end solution


attempt(slope_of_entry)

# %% [markdown]
# `mg.gradcheck` does this for you: it nudges all entries at once, in a random direction, and stops
# with an error if backward and the differences disagree.

# %%
x = np.array([[2.0, 1.0], [1.0, 1.0]])  # two examples, a row for each
mg.gradcheck(two_neurons.F, x)
print("gradcheck finds nothing")

# %% [markdown]
# ## A product of arrays
# a · b multiplies entry by entry. `backward` is told ∂F/∂(output), an array of the output's shape,
# and answers for a and for b.


# %%
def multiply_backward(a, b, grad_output):
    """The pair (∂F/∂a, ∂F/∂b) for output = a · b, all of one shape, (rows, columns)."""
    # exercise: multiply_backward
    # hint: your pencil did it for one entry: ∂F/∂y₁ was y₂
    # hint: the chain rule: ∂F/∂(output) times the operation's own slope
    # solution
    return grad_output * b, grad_output * a
    # end solution


attempt(multiply_backward)

# %% [markdown]
# That was the **product rule**, for arrays.
#
# ## One bias, many rows
# Each neuron adds one more number to its sum: its **bias**. x has the shape (rows, neurons), a row
# for each example, and b has (neurons,). NumPy uses each entry of b once for every row. That is
# **broadcasting**. What is ∂F/∂b?


# %%
def bias_backward(grad_output):
    """∂F/∂b, (neurons,), for output = x + b; ``grad_output`` is (rows, neurons)."""
    # exercise: bias_backward
    # hint: which shape must it have?
    # hint: each entry of b is used many times. What does lesson 1 say of contributions?
    # solution
    return grad_output.sum(axis=0)
    # end solution


attempt(bias_backward)

# %% [markdown]
# <details><summary>Break it: `mean` in place of `sum`. Predict the verdict, run, then
# unfold.</summary>
#
# The check says *the contributions of all rows add*. A mean divides by the number of rows: the more
# examples there are, the more slowly the bias would learn. The shape is right, so no other part of
# the program would notice.
#
# </details>
#
# <details><summary>And if `backward` is called twice?</summary>
#
# minigrad gives the same gradient again. PyTorch adds the second to the first, and people write
# `zero_grad` for that. Both do what they promise.
#
# </details>
#
# ## Before you go on
# A gradient has the shape of its tensor. Differences check it, with an h that is neither large nor
# tiny. Where one number is used many times, in a graph or in an array, its contributions add.
#
# <details><summary>Why does nobody train a network by nudging?</summary>
#
# Every entry needs two runs of its own: a million weights, two million runs. One walk back gives
# all of them. Nudging is for checking.
#
# </details>
#
# <details><summary>Our F is a product of two straight lines, between its kinks. Why is a central
# difference exact for it, whatever h is?</summary>
#
# F is quadratic there. It bends equally at x + h and at x − h, and the difference of the two
# cancels this. The right panel above has a smooth bend in place of each kink, so that h matters.
#
# </details>
#
# You use `gradcheck` whenever you write an operation; lesson 4 does, for three of them.
