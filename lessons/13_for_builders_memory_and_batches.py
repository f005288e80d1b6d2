# %% [markdown]
# # Lesson 13: For builders: memory and batches
#
# About 60 minutes, after lesson 12 (what a filter sees). Those who only want to interpret networks
# may go on with lesson 14: nothing later depends on this one.
# At the end you can say how much memory an explanation takes, and have a test that finds networks
# in which one example changes the numbers of another.
#
# **A question first.** You explain one picture with 12 points on the path, then with 48. How many
# times as much memory does the second take? And if three pictures are explained together, do the
# numbers of the first one change? Write down two guesses.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, boat, figures, two_neurons
from lessons.figures.lesson_13 import draw_memory, print_errors, print_invariances, sailboats

# %% [markdown]
# ## By pencil
# The points of all examples go through the network together, some **rows** at a time. A row is one
# point of one example. First comes point 0 of every example, then point 1 of every example, and so
# on; all counts begin with 0. A **batch** is the rows that go through at once, and `batch_size` is
# their largest number. With two `workers`, two threads (parts of a program that run at the same
# time) do this side by side, each with a batch of its own.
#
# Let there be 3 examples and 2 workers, and let a row take 10 MB. A batch has whole points only:
# all 3 examples, or none. You may use 200 MB.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: the rows are: point 0 of examples 0, 1, 2; point 1 of examples 0, 1, 2; …
    # hint: one point is 3 rows in each of the two threads
    # hint: batch_size counts the rows of one thread
    # solution
    "row of point 2 of example 1": 7,
    "MB if each thread has one point": 60,
    "points that fit into each thread": 3,
    "batch_size": 9,
    # end solution
}

attempt(PENCIL, lesson=13)

# %% [markdown]
# ## Memory
# Now as a function, for any numbers. If not even one point fits, take one point all the same: less
# cannot be computed.


# %%
def rows_within(cap, bytes_per_row, examples, workers):
    """The largest `batch_size` whose rows, of all threads together, fit into ``cap`` bytes.

    But at least one point of every example.
    """
    # exercise: rows_within
    # hint: the second number of the pencil work, then the third: a // b is division rounded down
    # hint: max(1, points) is at least 1. And batch_size counts rows
    # solution
    points = cap // (bytes_per_row * examples * workers)
    return examples * max(1, points)
    # end solution


attempt(rows_within)

# %% [markdown]
# And the number of points? The integral is a sum over points, so each batch can be **computed,
# added and forgotten**. Here `batches` computes a batch when your loop asks for it, and not before.


# %%
def add_up(batches):
    """Σ weight · product over all points, (units,).

    Each batch is a pair: weights (points,), and products ∂F/∂y · dy/dα (points, units).
    """
    total = 0
    # exercise: add_up
    # hint: loop over `batches`; each turn gives a pair, which a for can take apart
    # hint: weights @ products is the sum over the points of one batch
    # solution
    for weights, products in batches:
        total = total + weights @ products
    # end solution
    return total


attempt(add_up)

# %% [markdown]
# The figure shows the most memory that `conductance` took at once, for 12, 24 and 48 points. Each
# line is one way to choose the batch. On the highest one every factor is kept: ∂F/∂y and dy/dα at
# all points (`keep_terms=True`). With 12 points the three other lines meet: `conductance` makes at
# least four batches, here of 3 points each.

# %%
model, F, _ = boat.example(seed=1)
x = sailboats(model, 3)
baseline = model.baseline()
figure = draw_memory(F, x[:1], baseline)
figures.save(figure, "13_memory.png")

# %% [markdown]
# **The first answer**: no more at all, if the batch keeps its size. Nearly four times as much, if
# the batch grows with the points, or if every factor is kept.
#
# ## One by one, although together
# What must not change, however the rows are put together? Three properties:
# - **Independence**: an example has the same numbers alone and among others. No operation of the
#   network mixes rows.
# - **Batch invariance**: the numbers are the same for every `batch_size`.
# - **The same for any number of workers**, to the last bit: what the threads find is added in the
#   order of the path.
#
# In the table a row is a precision, and a column is one change: what is computed alone, or with
# another `batch_size` or number of workers. The usual run has all three pictures together, without
# either option. A cell shows how far the numbers move from that run, as a share of the largest one
# in their layer.

# %%
print_invariances(F, x, baseline)

# %% [markdown]
# **The second answer**: no, except for rounding, some 10⁻⁷ in float32 and 10⁻¹⁶ in float64. All of
# this needs independence. Write the test that finds a network without it.


# %%
def is_independent(F, x):
    """Whether every example of the batch x has the same score alone as in the batch."""
    together = F(x).data
    alone = np.zeros(len(x))
    for n in range(len(x)):
        # exercise: is_independent
        # hint: F takes a batch, so give it a batch of one example
        # hint: x[n] has lost its first axis; x[n : n + 1] has kept it
        # solution
        alone[n] = F(x[n : n + 1]).data[0]
        # end solution
    return np.allclose(alone, together)


attempt(is_independent)

# %% [markdown]
# <details><summary>Break it: a network that subtracts the batch's mean. Predict what changes in the
# table, run, then unfold.</summary>
#
# Call `print_invariances` with `lambda x: F(x - x.mean(axis=0))` for F. Only the workers still
# agree: they have the same batches. With another `batch_size` the mean is another one, and an
# example alone is its own mean. minigrad warns of it. A network with a layer that normalises over
# the batch does this during training.
#
# </details>
#
# ## A tensor changed in place
# To save memory, somebody writes the relu of the two neurons into the array that `linear` made. The
# score is right. Guess: what will be wrong? The first line below is the usual network.


# %%
def in_place(x):
    """F = y₁ · y₂, with a relu that no operation recorded."""
    y = mg.linear(x, two_neurons.W, two_neurons.B).named("y")
    np.maximum(y.data, 0, out=y.data)
    return y[:, 0] * y[:, 1]


print_errors(two_neurons.F)
print_errors(in_place)

# %% [markdown]
# y₁ has 3 in place of 8/3. Neither walk, forward or back, knows of this relu: to them y₁ has the
# slope 3 even while it is silent. **Conservation** does not notice, since both walks make the same
# mistake. **Completeness** does: the sum is not F(x) − F(x′). So make a new array at every step.
#
# ## Before you go on
# Memory grows with the rows of a batch, not with the points, as long as nothing is kept. The size
# of a batch changes no number, as long as no operation mixes rows. A graph knows only what
# operations recorded.
#
# <details><summary>Why may `conductance` walk back once from the sum of all scores?</summary>
#
# Each score depends on its own row alone. So the gradient of the sum is, row by row, the gradient
# of each score: independence again.
#
# </details>
#
# <details><summary>Rounding is some 10⁻⁷. Why can it change one number by much more?</summary>
#
# At a tie. If two entries of a maximum are equal but for rounding, rounding decides which of them
# gets the whole gradient (lesson 4). Compute in float64 if you doubt a number.
#
# </details>
#
# Lessons 14 and 15 explain dozens of pictures at once, as batches.
