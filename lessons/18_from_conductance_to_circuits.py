# %% [markdown]
# # Lesson 18: From conductance to circuits
#
# About 60 minutes, after lessons 10 (three rivals and how they fail), 11 (every layer sums the
# same) and 14 (ablation).
# At the end you know which measure to ask about one filter and which about a whole layer, and have
# built a network on which the gradient is right about each unit and wrong about all.
#
# **A question first.** In one layer of a small Inception some filters are set to what they are for
# the black picture. Two numbers predict what the score loses: (y − y′) · ∂F/∂y, and conductance.
# Which is nearer with one filter set? With an eighth of the layer? With half? With all? Write down
# a winner for each. You will find where the winner changes.

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, two_neurons
from lessons.figures.lesson_18 import show_gaps, show_ways
from minigrad.attribution import (
    ablate,
    activation,
    conductance,
    gradient_times_difference,
    influence_times_difference,
    layer_integrated_gradients,
)

# %% [markdown]
# ## By pencil
# To **patch** a unit is to set it to what it is for another input. Lesson 8's two neurons are
#
# ```math
# F = y₁ · y₂
# ```
#
# with y = (2, 2) for x and y′ = (0, 0) for the baseline x′. Set y₁ to y₁′ = 0: how much does F
# lose? And how much does the gradient at x predict?

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: F is 4. How much is left if y₁ is 0? If both are?
    # hint: at x, ∂F/∂y₁ is y₂ = 2, and y₁ − y₁′ is 2
    # solution
    "F loses, y₁ patched": 4,
    "F loses, both patched": 4,
    "(y₁ − y₁′) · ∂F/∂y₁": 4,
    "the same for y₂, added": 8,
    # end solution
}

attempt(PENCIL, lesson=18)

# %% [markdown]
# The prediction is right about each neuron, and for both together it is twice what F loses.
#
# People who look for **circuits**, the few units that do a task, patch one unit after the other.
# Each patch takes a pass of the network. To save these passes, they predict from
# gradients what F loses. Four predictions are in use:

# %%
PREDICTIONS = {
    "gradient × (y − y′)": gradient_times_difference,
    "influence × (y − y′)": influence_times_difference,
    "layer integrated gradients": layer_integrated_gradients,
    "conductance": conductance,
}


def predictions(F, x, baseline, layer):
    """What each of the four says of every unit of one layer, by name."""
    found = {}
    for name, measure in PREDICTIONS.items():
        result = measure(F, x, baseline, layers=[layer])
        found[name] = result[layer]
    return found


# %% [markdown]
# ## A way through the layer
# In this picture the two axes are y₁ and y₂, and a grey line joins points of equal F. While the
# input goes from x′ to x, the layer walks along the dark blue line.

# %%
show_ways(PREDICTIONS)

# %% [markdown]
# Along **any** way from y′ to y, slopes times steps add up to the whole climb:
#
# ```math
# Σ_y ∫ ∂F/∂y dy = F(x) − F(x′)
# ```
#
# How much of it each unit gets depends on the way. Two of the four are such sums:
#
# | name here | name elsewhere | way through the layer |
# |---|---|---|
# | gradient × (y − y′) | attribution patching | none: the slope at the end |
# | influence × (y − y′) | EAP-IG | mean slope on the dark blue line, times the whole step |
# | layer integrated gradients | the same name | the straight line |
# | conductance | Eq. 3 | the dark blue line, where the layer has been |
#
# ## The straight line
# `rest(points)` is what the rest of the network makes of the layer, a score for each row. Give
# every unit its share of the climb along the line from y′ to y: its step times its mean slope.


# %%
def along_the_line(rest, y, y_baseline, steps):
    """Every unit's share of rest(y) − rest(y′): (units,), as y and y_baseline are."""
    t = (np.arange(steps)[:, None] + 0.5) / steps  # midpoints from 0 to 1, one a row
    line = y_baseline + t * (y - y_baseline)
    points = mg.Tensor(line, requires_grad=True)  # (steps, units)
    # exercise: along_the_line
    # hint: each row has a score of its own, so the gradient of their sum is every row's gradient
    # hint: after backward, points.grad is (steps, units). The mean is over which axis?
    # solution
    rest(points).sum().backward()
    return (y - y_baseline) * points.grad.mean(axis=0)
    # end solution


attempt(along_the_line)

# %% [markdown]
# ## One patch
# This function is given; put a breakpoint on its last line.


# %%
def loss_of(F, x, values, layer, filters):
    """F(x) − F(x with some filters of a layer as in ``values``): (N,)."""
    intact = F(mg.Tensor(x)).data
    with mg.no_grad(), ablate({layer: filters}, values):
        patched = F(mg.Tensor(x)).data
    return intact - patched


# %% [markdown]
# `values` are layers by name, as `activation` finds them. For x:

# %%
values = activation(two_neurons.F, two_neurons.X, layers=["y"])
print(values["y"])

# %% [markdown]
# Now the patch of this lesson: the values are those for the baseline.


# %%
def patch_loss(F, x, baseline, layer, filters):
    """F(x) − F(x with some filters of a layer as they are for the baseline): (N,)."""
    # exercise: patch_loss
    # hint: two steps: find the values, then call `loss_of`. For which input are the values found?
    # solution
    values = activation(F, baseline, layers=[layer])
    return loss_of(F, x, values, layer, filters)
    # end solution


attempt(patch_loss)

# %% [markdown]
# <details><summary>Would zeros do for the values?</summary>
#
# They ask another question. On the black picture 52 of the 56 filters of mixed3a, the layer below,
# are above 0 at some position. Only if all filters go to y′ does F lose just F(x) − F(x′).
#
# </details>
#
# ## One filter, a part, all of them
# For each column so many filters of mixed3a are drawn at random and patched together. Each number
# is the **gap**: |the predictions for these filters, added up, − what the score loses|, in percent
# of F(x) − F(x′). Low is good.

# %%
SIZES = (1, 7, 14, 28, 56)  # of 56 filters: one, an eighth, a quarter, half, all
show_gaps(predictions, loss_of, SIZES)

# %% [markdown]
# Where does the winner change? Put more sizes into `SIZES` and find the crossing of the gradient
# and conductance more closely.
#
# <details><summary>What we found. Predict, run, then unfold.</summary>
#
# With 14 and 16 filters the gradient is nearer, with 24 and more conductance is. In between the two
# lines cross more than once: there it depends on which filters were drawn.
#
# </details>
#
# Four scenes and a small network prove little. The mean gap in percent on GoogLeNet (40 photos,
# nine layers):
#
# | set together | gradient × (y − y′) | influence × (y − y′) | layer int. gradients | conductance |
# |---|---|---|---|---|
# | one filter | 0.1 | 0.2 | 0.3 | 0.4 |
# | an eighth | 3.5 | 2.7 | 4.7 | 5.5 |
# | half | 19.4 | 11.7 | 11.1 | 11.7 |
# | all | 53.5 | 36.2 | 0.9 | 0.9 |
#
# **For one filter the gradient is best, for the whole layer the two sums along a way.** In between
# none is good: half a layer is no cut, and no sum along a way promises anything about it.
#
# Gradient and conductance answer different questions. The gradient asks what one unit does at x
# while all others stay as they are. Conductance shares out what all units did together from x′ to
# x, and a share predicts no single patch: 8/3 and 4/3 are shares of 4, but F loses all 4 without
# either neuron.
#
# ## Right alone, wrong together
# Two units that need each other were counted twice. Make it worse, with three units, from x′ = 0 to
# x = 1. The gradient must be exactly right about each unit alone. The sum of its three predictions
# must be off by at least twice what F loses.


# %%
def right_alone(x):
    """From (N, 1) to (N,), through a layer of three units."""
    y = mg.concatenate([x, x, x], axis=1).named("y")
    one, two, three = y[:, 0], y[:, 1], y[:, 2]
    # exercise: right_alone
    # hint: the gradient is exact where F is linear in the unit that changes
    # hint: which F is linear in each of the three, and 0 as soon as one of them is 0?
    # solution
    return one * two * three
    # end solution


attempt(right_alone)

# %% [markdown]
# <details><summary>Break it: one + two + three. Predict, run, then unfold.</summary>
#
# The property is *wrong together*. For a sum of functions of one unit each, what is right about
# each unit is right about all.
#
# </details>
#
# ## Before you go on
# The gradient predicts one patch, a sum along a way all patches of a layer together. Any way
# through a layer gives shares that add up, and conductance takes the way that the network took. Say
# first how many units you patch, then choose the measure.
#
# <details><summary>Go from (0, 0) along y₁ first, then along y₂: which shares of the 4?</summary>
#
# 0 and 4. While y₁ grows, its slope y₂ is 0; then y₂ grows by 2, and its slope y₁ is 2. They add
# up as well.
#
# </details>
#
# <details><summary>Why is conductance 2 % off for all 56 filters, and not 0?</summary>
#
# At every α the layer's sum is exact. The integral over α is not: it has 50 points (lesson 9).
#
# </details>
#
# This was the last lesson. `python -m models study predict` makes this comparison on your own
# photos.
