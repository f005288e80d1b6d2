# %% [markdown]
# # Lesson 4: Ties and kinks
#
# About 60 minutes, after lesson 3 (the networks and words of this course).
# At the end you have written the way back through max pooling, convolution and a look-up of words,
# and know what an engine says where there is no derivative.
#
# **A question first.** Two pixels of a window are equally bright, and both are its maximum. What is
# the derivative of the maximum with respect to the first of them: 1, a half or 0? And with respect
# to the second? Write both guesses down.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt
from lessons.figures.lesson_04 import draw_touch, print_kinks, print_padding, print_words
from lessons.networks.small_grids import IMAGE, KERNEL, TOKENS

# %% [markdown]
# ## By pencil
# Here are four numbers in one window, and three numbers in two windows:
#
# ```math
# y = max(3, 7, 6, 1)
# F = 3 · max(2, 9) + 4 · max(9, 5)
# ```
#
# The 9 is one pixel that lies in both windows of F.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: nudge the entry a little. By how much does the maximum move?
    # hint: the 9 moves F through both windows, and the two contributions add
    # solution
    "∂y/∂(the 7)": 1,
    "∂y/∂(the 6)": 0,
    "∂F/∂(the 9)": 7,
    # end solution
}

attempt(PENCIL, lesson=4)

# %% [markdown]
# ## Which input touched which output
# Here are three operations, each in one call. Lesson 3 taught the first two. The third is an
# **embedding**: a table with a row of numbers for each word. A sentence is a list of row numbers,
# its **tokens**, and looking up copies the rows. Arrays are (pictures, rows, columns, channels).


# %%
def convolve(x):
    """(1, 6, 6, 1) → (1, 4, 4, 1), with windows of 3 × 3."""
    kernel = KERNEL.reshape(3, 3, 1, 1)  # rows, columns, channels, filters
    return mg.conv2d(x, kernel)


def pool(x):
    """(1, 6, 6, 1) → (1, 5, 5, 1): the largest of each window of 2 × 2; they overlap."""
    return mg.max_pool2d(x, 2, stride=1)


def look_up(table):
    """(5, 3) → (4, 3): the row of each of four words."""
    return mg.embedding(table, TOKENS)


# %% [markdown]
# Give `backward` an array with 1 at one y and 0 elsewhere: it answers with ∂y/∂x for every x.

# %%
picture = IMAGE.reshape(1, 6, 6, 1)
x = mg.Tensor(picture, requires_grad=True)
y = convolve(x)
one = np.zeros(y.shape)
one[0, 1, 2, 0] = 1
y.backward(one)
print(x.grad.reshape(6, 6))

# %% [markdown]
# That is the first panel of the figure. In each row, read the left half from the framed y back to
# x, and the right half from the framed x on to y. Every large number is a ∂y/∂x that minigrad
# computed.

# %%
draw_touch(convolve, pool, look_up)

# %% [markdown]
# - **Convolution.** Back from one y we find the kernel. Forward from one x we find the kernel
#   turned by 180°: in the first window that reaches x, x lies in the last corner.
# - **Max pooling.** One entry of a window has the whole derivative, though all four were read. The
#   9 wins four windows.
# - **Embedding.** "not" stands twice in the sentence, so its row was copied twice.
#
# ## Kinks and ties
# A derivative is a limit of differences, and must be the same from the right and from the left.
# The table shows both slopes, and what minigrad says.

# %%
print_kinks()

# %% [markdown]
# At a **tie** and at the **kink** of a ReLU the sides differ: there is no derivative. An engine
# must say something, so it has a written **rule**. ReLU′(0) is 0. Of equal entries, the first one,
# row by row, gets the whole gradient. **The answer to the question** is 1 and 0. Ties are
# not rare: in a black picture every window is one.
#
# ## Back through max pooling
# First one window: where is its maximum?


# %%
def winner(window):
    """(row, column) of the largest entry; the window is an array with two axes."""
    # exercise: winner
    # hint: window.argmax() numbers the entries row by row, and gives the first of the largest
    # hint: np.unravel_index(7, (3, 4)) is the row and column of entry 7 in an array (3, 4)
    # solution
    return np.unravel_index(window.argmax(), window.shape)
    # end solution


attempt(winner)

# %% [markdown]
# Now all windows. `np.ndenumerate` gives each entry of an array with its place: here `passed`, the
# ∂F/∂y of one window's maximum, with the window's row and column.


# %%
def max_pool_backward(x, size, stride, grad_y):
    """∂F/∂x, (H, W), of the maxima of windows, size × size, that begin stride apart."""
    grad_x = np.zeros(x.shape)
    for (row, column), passed in np.ndenumerate(grad_y):
        top = row * stride
        left = column * stride
        window = x[top : top + size, left : left + size]
        # exercise: max_pool_backward
        # hint: winner(window) counts from the window's own corner, which is x[top, left]
        # hint: what should happen if two windows have the same winner? See the pencil's 9
        # solution
        down, across = winner(window)
        grad_x[top + down, left + across] += passed
        # end solution
    return grad_x


attempt(max_pool_backward)

# %% [markdown]
# <details><summary>Break it: `=` in place of `+=`. Predict, run, then unfold.</summary>
#
# Windows that overlap may have the same winner. With `=` the last of them overwrites what the
# others passed: the check names *adds*.
#
# </details>
#
# ## A border for a maximum
# For a convolution the border is 0. Here all pixels are negative. The picture gets a border, then
# max pooling, 3 × 3. F is the sum of the 36 maxima, so Σ ∂F/∂x should be 36. Predict the first
# line: what does a border of zeros do?

# %%
print_padding()

# %% [markdown]
# The zeros win 20 windows, whose gradient goes to pixels that do not exist. For a maximum the
# border is **−∞**.
#
# ## Back through a convolution
# Let x be one row of numbers: y[t] = ⟨window, weight⟩, where window t begins at x[t · stride].


# %%
def conv1d_backward(weight, stride, length, grad_y):
    """∂F/∂x, (length,); ``grad_y`` is ∂F/∂y, one number for each window."""
    grad_x = np.zeros(length)
    for t, passed in enumerate(grad_y):
        begin = t * stride
        # exercise: conv1d_backward
        # hint: y = x[0] · weight[0] + x[1] · weight[1] + …: what is ∂y/∂x[1]?
        # hint: a window is a slice of x, as long as the weight; so is its part of grad_x
        # solution
        grad_x[begin : begin + len(weight)] += passed * weight
        # end solution
    return grad_x


attempt(conv1d_backward)

# %% [markdown]
# ## Back through a look-up
# A token is the number of a row. There is no word 2½ between two words, so tokens have no gradient.
# The rows do. Let y be the rows that were looked up. A filter reads each pair of words; after a
# ReLU, F is the sum of its responses. The first line below is minigrad's refusal. Then come ∂F/∂y,
# a row for each word of the sentence, and ∂F/∂table, a row for each word of the table. Compare
# "not".

# %%
print_words(look_up)


# %%
def embedding_backward(table, tokens, grad_y):
    """∂F/∂table, shaped like it: (words, columns), for any number of both.

    tokens is (length,), and ``grad_y`` is ∂F/∂y, (length, columns): one row for each token.
    """
    grad_table = np.zeros(table.shape)
    # exercise: embedding_backward
    # hint: go through the sentence, one token after another
    # solution
    for token, passed in zip(tokens, grad_y):
        grad_table[token] += passed
    # end solution
    return grad_table


attempt(embedding_backward)

# %% [markdown]
# <details><summary>Break it: one line, `grad_table[tokens] += grad_y`. Predict, run, then unfold.
# </summary>
#
# NumPy reads all rows, adds, and writes all rows. Of equal tokens only the last is kept: the check
# names *adds*.
#
# </details>
#
# ## Before you go on
# On the way back, each output passes its gradient to the inputs that it depends on. What meets at
# one input adds. Where there is no derivative, a written rule decides.
#
# <details><summary>Is a derivative of 0 a sign that y did not read x?</summary>
#
# No. A maximum reads its whole window, and all entries but one have the derivative 0.
#
# </details>
#
# <details><summary>`mg.gradcheck` compares a gradient with differences. What does it say at a tie?
# </summary>
#
# That they differ, because a central difference is the mean of both slopes, ½. The engine is right
# by its rule. Check beside the tie.
#
# </details>
#
# Lesson 5 goes forward through a network. Lesson 17 explains sentences by their
# embedding.
