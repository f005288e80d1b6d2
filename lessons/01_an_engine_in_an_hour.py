# %% [markdown]
# # Lesson 1: An engine in an hour
#
# About 60 minutes, the first lesson: you need Python, arrays and ∂F/∂x, nothing else.
# At the end you have the loop that every deep-learning library is built on, three lines of it
# yours, and have trained two neurons with it.
#
# **A question first.** A program computes one number F from a million numbers x. You want every
# ∂F/∂x. You could nudge one x after another: that takes a million runs of the program. How few runs
# are enough? Write your guess down.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt
from lessons.figures.lesson_01 import (
    draw_training,
    points_of_a_region,
    random_weights,
    snapshot,
    try_loop,
)

# %% [markdown]
# ## By pencil
# Two operations, one after the other:
#
# ```math
# y = 3 · x
# F = y · z
# ```
#
# At x = 2 and z = 5, y is 6 and F is 30. How much does F gain for each unit that y gains? That is
# ∂F/∂y. And for each unit of x? Put numbers in place of the three dots, and run the cell.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: if y grows by 1, F = y · 5 grows by 5
    # hint: if x grows by 1, y grows by 3; and each unit of y is worth ∂F/∂y. The two multiply:
    #       that is the chain rule
    # solution
    "∂F/∂y": 5,
    "∂F/∂z": 6,
    "∂F/∂x": 15,
    # end solution
}

attempt(PENCIL, lesson=1)

# %% [markdown]
# ## Computing leaves a trace
# The same with minigrad. A **tensor** is an array that remembers its maker: `F.creator` is the
# operation that made F, and `F.creator.inputs` are the tensors it was made from. Followed from F
# back to x and z, these references are the **graph**.
# It grows while the lines run.

# %%
x = mg.Tensor(2.0, requires_grad=True, name="x")
z = mg.Tensor(5.0, requires_grad=True, name="z")
y = (3 * x).named("y")
F = (y * z).named("F")
mg.print_graph(F)

# %% [markdown]
# ## Back, by hand
# An operation knows nothing of the rest of the network. Tell it ∂F/∂(its output), and its
# `backward` answers with ∂F/∂(each of its inputs), by the **chain rule**: the slopes of two steps
# multiply. We begin at the end, where ∂F/∂F = 1. (`_` is the answer for the 3.)

# %%
dF_dF = 1.0
dF_dy, dF_dz = F.creator.backward(dF_dF)
_, dF_dx = y.creator.backward(dF_dy)
print("∂F/∂y, ∂F/∂z, ∂F/∂x:", dF_dy, dF_dz, dF_dx)

# %% [markdown]
# ## Back, by a loop
# A network has thousands of operations, so a loop must ask them. Its dictionary `waiting` holds the
# tensors that wait for their turn, each with its ∂F/∂(tensor) so far. You write the middle of the
# loop: give every input what the operation answered for it. Two small functions do the rest. One
# receives what is passed, the other picks who is next:


# %%
def replace(known, passed):
    """∂F/∂(tensor) after one more contribution was passed to it. For now: the new one."""
    return passed


def first(waiting):
    """The tensor whose turn it is. For now: the one that came first."""
    return next(iter(waiting))


def walk_back(F, receive, pick):
    """{tensor: ∂F/∂tensor} for F and all that it was made from."""
    found = {}
    waiting = {F: np.ones(F.shape)}
    while waiting:
        tensor = pick(waiting)
        found[tensor] = waiting.pop(tensor)
        operation = tensor.creator
        if operation is not None:  # nobody made x and z
            answers = operation.backward(found[tensor])
            # exercise: walk_back
            # hint: zip(operation.inputs, answers) gives pairs: an input, and what it is passed
            # hint: waiting.get(input) is what an input has so far, None at first. Give receive
            #       both; what it returns is what the input has now
            # solution
            for input, passed in zip(operation.inputs, answers):
                waiting[input] = receive(waiting.get(input), passed)
            # end solution
    return found


attempt(walk_back)

# %% [markdown]
# ## A tensor that is used twice
# F = x · x at x = 2. By pencil: x², so ∂F/∂x = 2x = 4. What does the loop say?

# %%
try_loop(walk_back, replace, first, "x · x")

# %% [markdown]
# Two. x is used twice, so F changes in two ways. The second contribution has replaced the first.


# %%
def receive(known, passed):
    """∂F/∂(tensor) after one more contribution; ``known`` is None before the first."""
    # exercise: receive
    # hint: F changes in two ways at once. By how much together?
    # hint: never `known += passed`: an operation may have given the same array to another tensor
    # solution
    return passed if known is None else known + passed
    # end solution


attempt(receive)
try_loop(walk_back, receive, first, "x · x")

# %% [markdown]
# ## The order
# Now y = 3x, and F = y · y + y. At x = 2 the slope is 3 · (2y + 1) = 39. The second line is the
# same sum, written the other way round. Predict: two right numbers, one, or none?

# %%
try_loop(walk_back, receive, first, "y · y + y")
try_loop(walk_back, receive, first, "y + y · y")

# %% [markdown]
# In y + y · y the loop came to y too early: y passed on what it had, then y · y passed it more, and
# it had to come again. A tensor's turn has come when **everything that was made from it has had its
# turn**. `tensor.rank` helps: it is above the rank of each tensor that this one was made from.


# %%
def pick(waiting):
    """The tensor of ``waiting`` whose gradient is complete."""
    # exercise: pick
    # hint: which rank must it have, so that none of the others can have been made from it?
    # hint: Python's max takes a key: max(words, key=len) is the longest word
    # solution
    return max(waiting, key=lambda tensor: tensor.rank)
    # end solution


attempt(pick)
try_loop(walk_back, receive, pick, "y + y · y")

# %% [markdown]
# This order is called **topological order**. The loop is called **reverse mode**, or
# backpropagation.
#
# ## minigrad's own loop
# Open `gradients` in `minigrad/autodiff.py` and find your three places. It sorts by rank once, not
# each time, and skips what nobody asked for. The rest is your loop. The replay on the course's site
# has its steps. Stop in it: set a breakpoint on its line with `gradients_of_inputs`, then debug
# this file. Or in a terminal, in its folder:
#
#     $ python -m pdb 01_an_engine_in_an_hour.py
#     (Pdb) from minigrad.autodiff import gradients_of_inputs
#     (Pdb) b gradients_of_inputs
#     (Pdb) c                 stop where an operation is asked
#     (Pdb) p function        the operation, its inputs, and what it kept
#     (Pdb) p grad_output     ∂F/∂(its output)
#     (Pdb) q
#
# ## What it is good for
# Two neurons and a product are the network of this course. Each neuron multiplies its inputs by
# weights W, adds them up with a number b, and is silent below 0 (`relu`). The product is large
# where both are awake; `tanh` keeps it below 1. Points of one region should get 1, all others 0.
# The **loss** says how far off the network is, `backward` runs the loop, and each weight takes a
# small step against its slope.

# %%
points, region = points_of_a_region()
W, b = random_weights(seed=0)


def network(x):
    """A number between 0 and 1 for each of the points, (N, 2)."""
    z = mg.linear(x, W, b)  # both neurons' sums, (N, 2)
    y = mg.relu(z)
    y1 = y[:, 0]
    y2 = y[:, 1]
    return mg.tanh(y1 * y2)


before = snapshot(network, W, b)
for _ in range(300):
    error = network(points) - region
    loss = (error * error).mean()
    loss.backward()
    W.data -= 0.5 * W.grad
    b.data -= 0.5 * b.grad
after = snapshot(network, W, b)
draw_training(before, after, points, region)

# %% [markdown]
# Each neuron has found one edge of the region: it wakes at its line. **The answer to the
# question**: one walk back asks every operation once. That costs as much as a few runs forward, for
# two numbers or for a million.
#
# <details><summary>Break it: seed=3 in place of 0. Predict, run, then unfold.</summary>
#
# Nothing is learnt. At every point of the region one of the two neurons is silent. The product is 0
# there, and so is its slope by every weight: no step can wake the silent one. A neuron that is
# silent at all points is called a dead ReLU. About a third of all seeds end like this.
#
# </details>
#
# ## Before you go on
# The loop is three ideas: an operation answers for itself; contributions add; a gradient is passed
# on when it is complete. The loop knows nothing of what is computed.
#
# <details><summary>Why does the walk begin with 1?</summary>
#
# ∂F/∂F: F gains one for each unit that F gains.
#
# </details>
#
# <details><summary>Would the loop work if F were made of a million operations in a chain?</summary>
#
# Yes: it does not call itself. A function that does stops at Python's limit, a thousand calls.
#
# </details>
#
# Lesson 2 asks how you can know that such a gradient is right.
