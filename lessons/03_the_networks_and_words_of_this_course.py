# %% [markdown]
# # Lesson 3: The networks and words of this course
#
# About 55 minutes, after lesson 1 (an engine in an hour) and lesson 2 (is the gradient right?).
# At the end you can read the drawing of this course's network for pictures, have computed one of
# its units yourself, and know the words that all later lessons use.
#
# **A question first.** A picture of 64 × 64 pixels in three colours is 12,288 numbers. A network
# computes new numbers from them in five large blocks, and 20 scores at the end. How many numbers do
# the five blocks have together: about 500, 5,000 or 50,000? Write your guess down.

# %%
import numpy as np

import minigrad as mg
import models
from lessons import attempt
from lessons.figures.lesson_03 import (
    compare_with_network,
    draw_network,
    draw_path,
    draw_window,
    print_layers,
    print_scores,
)
from models.scenes import random_scene

# %% [markdown]
# ## By pencil
# Read the figure from left to right: a small picture with a framed **window**, a **kernel** of
# nine numbers, the responses. For a **response**, lay the kernel on the window, multiply each pixel
# by the number that lies on it, and add up the products. Then the window moves on. This is a
# **convolution**.

# %%
draw_window()

# %% [markdown]
# The **stride** is how far the window moves: one, two, or more pixels. The window always lies
# inside the picture. After a convolution comes a **ReLU**: what is below 0 becomes 0.
#
# A network ends with a **score** for each class, also called **logit**. **Softmax** makes
# **probabilities** of the scores:
#
# ```math
# p_i = exp(score_i) / Σ_j exp(score_j)
# ```
#
# Take two classes with the scores ln 3 and 0: exp(score) is 3 and 1.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: this kernel is the window's right column minus its left column
    # hint: with stride 2 windows begin in columns 0, 2, 4, … Which of them lie inside?
    # solution
    "the response at ?": -9,
    "after the ReLU": 0,
    "responses per row, stride 2": 2,
    "probability of the first class": 3 / 4,
    # end solution
}

attempt(PENCIL, lesson=3)

# %% [markdown]
# ## How many windows?
# **Padding** first puts a border around the picture: `padding` rows or columns of zeros on each
# side. **Max pooling** slides windows too, but has no kernel: it keeps the largest number of each
# window. How many windows fit into one row?


# %%
def output_size(size, window, stride, padding):
    """How many windows, each ``window`` wide, fit into ``size`` pixels with a border."""
    # exercise: output_size
    # hint: with the border there are size + 2 · padding pixels. Where does the last window begin?
    # hint: begins are 0, stride, 2 · stride, …; a // b is division without the remainder
    # solution
    return (size + 2 * padding - window) // stride + 1
    # end solution


attempt(output_size)

# %% [markdown]
# ## One response
# For two arrays of one shape, **⟨u, v⟩** is the sum of the products of their entries, the **inner
# product**. A response is ⟨window, kernel⟩. A coloured picture has three numbers at each pixel, its
# **channels**, so window and kernel have three axes. Nothing else changes.


# %%
def response(x, kernel, top, left):
    """⟨window, kernel⟩ for the window that begins at row ``top`` and column ``left``.

    x is (rows, columns, channels), the kernel (size, size, channels).
    """
    # exercise: response
    # hint: x[2:5] are the rows 2, 3 and 4; len(kernel) is how many rows a kernel has
    # hint: a * b multiplies entry by entry, for equal shapes; (a * b).sum() adds all of them
    # solution
    window = x[top : top + len(kernel), left : left + len(kernel)]
    return (window * kernel).sum()
    # end solution


attempt(response)

# %% [markdown]
# ## A network for pictures
# The **embedded Inception** is small, comes with minigrad, and knows 20 classes of drawn scenes.
# The figure's upper row has its **layers**, each an array. The first is called the stem. Below is
# one **block**, opened. Its four **branches** read the same input (1×1: windows of one pixel), and
# their outputs are put side by side.

# %%
model = models.load("mini-inception")
scene = random_scene("sailboat", seed=3)
picture = scene.draw()
x = model.preprocess(picture)  # the picture as the network sees it
with mg.watch_layers() as hidden:
    scores = model(x)
layers = hidden.tensors  # the five blocks, by name
draw_network(model, picture, layers)

# %% [markdown]
# A **filter** is one kernel and what it computes: a slice of the array. A **position** is a row and
# a column: a place where the window stood. A **unit**, y in this course, is one filter at one
# position: a single number.

# %%
mixed4a = layers["mixed4a"]
block = mixed4a.data[0]  # of the first picture, our only one
one_filter = block[:, :, 60]
one_unit = one_filter[4, 3]
print("the block:", block.shape)
print("one filter:", one_filter.shape)
print("one unit:", one_unit)
print("the largest of its filter:", np.max(one_filter))
compare_with_network(response, model, x)

# %% [markdown]
# The last line compares your function with the network. (A filter also adds one number, its
# **bias**. All operations: the replay on the course's site.) The table has a row for each block;
# its last row is **the answer to the question**.

# %%
print_layers(layers)

# %% [markdown]
# ## Score or probability?
# The three highest scores, and what softmax makes of them:

# %%
print_scores(model, scores)

# %% [markdown]
# **F** is the number to be explained: here the score of "sailboat".
#
# ## From nothing to the picture
# "Important" needs a comparison. The **baseline** x′ is an input that says nothing: here the black
# picture. The **path** is the straight line from x′ to the input x. Its points are x(α): x′ at
# α = 0, x at α = 1, and the point halfway at α = ½.


# %%
def path_point(x, baseline, alpha):
    """x(α), shaped like x."""
    # exercise: path_point
    # hint: what must be added to the baseline to reach x? That is the whole way
    # hint: begin at the baseline, and add the part α of the whole way
    # solution
    return baseline + alpha * (x - baseline)
    # end solution


attempt(path_point)
draw_path(path_point, model, x)

# %% [markdown]
# Above: points of your path. Below: score (solid) and probability (dashed). After α = 0.4 the
# probability stands still, but the score rises further. That is why F is mostly the score.
#
# <details><summary>Break it: α · x in place of your path. Predict, run, then unfold.</summary>
#
# Then the picture at α = 0 is not black but grey: the network subtracts 117 from each colour, so
# its 0 is a grey and its −117 is black. The score begins at another value, too.
#
# </details>
#
# ## The other networks, and how sure we are
# **Two neurons**, small enough for a pencil, come back in most lessons:
#
# ```math
# y₁ = relu(x₁ + 2 · x₂ − 1)
# y₂ = relu(3 · x₁ − x₂)
# F = y₁ · y₂
# ```
#
# The **sentiment network** reads sentences; its filters read three to six words at a time.
#
# The course follows a paper, "How Important Is a Neuron?" (arXiv 1805.12233). We have not seen its
# text, so its numbers are **reported**: **[A]** from a review with its tables, **[B]** from reading
# notes. A **reported mean** is an average over pictures that we do not have.
#
# ## Before you go on
# A network makes arrays from arrays. A filter is a slice of one, a unit a single number. The path
# leads from a baseline to the input.
#
# <details><summary>Padding and stride change the number of units. Why not the number of filters?
# </summary>
#
# They change where windows may stand: the positions. There is one filter for each kernel.
#
# </details>
#
# <details><summary>All scores grow by 5. What do the probabilities do?</summary>
#
# Nothing: every exp(score) is multiplied by exp(5), and so is their sum.
#
# </details>
#
# Lesson 4 goes back through these operations; lesson 5 walks along the path.
