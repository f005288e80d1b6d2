# %% [markdown]
# # Lesson 14: Ablation
#
# About 60 minutes, after lessons 10 (three rivals and how they fail) and 11 (every layer sums the
# same).
# At the end you have set filters to zero until the label changed, and know which of five orders
# gets there soonest.
#
# **A question first.** A small Inception gives a drawn sailboat the score 12.5 for "sailboat"; the
# next class has 3.5. It has 520 filters. Set them to zero, one after the other, until another class
# is strongest. How many must go if you choose them well? How many in a random order? Write both
# down.

# %%
import numpy as np

import minigrad as mg
import models
from lessons import attempt, googlenet
from lessons.figures.lesson_14 import (
    by_layer,
    picture,
    print_googlenet,
    print_one_by_one,
    print_together,
    show_orders,
    try_search,
)
from lessons.networks import filters
from minigrad.attribution import ablate

# %% [markdown]
# ## By pencil
# A network of four filters is linear, so what each filter adds to a score can be written down:
#
# | filter | 1 | 2 | 3 | 4 | score |
# |---|---|---|---|---|---|
# | sailboat | 4 | 4 | 3 | 1 | 12 |
# | duck | 1 | 0 | 6 | 0 | 7 |
#
# The label is the class with the higher score. The filters are taken away in this order, filter 1
# first; a filter that is gone adds 0.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: without filter 1 the scores are 12 − 4 and 7 − 1
    # hint: go on with filter 2, then 3, and write both scores down each time
    # solution
    "sailboat's score without the first two": 4,
    "filters gone when the label first changes": 2,
    "filters gone when it is sailboat again": 3,
    # end solution
}

attempt(PENCIL, lesson=14)

# %% [markdown]
# ## One scene, filter by filter
# To **ablate** a filter is to set it to zero at all its positions. So we order filters by their
# conductance: the sum over positions (lesson 12). A label is a number here; "sailboat" is 0.

# %%
model = models.load("mini-inception")


def scores_without(x, gone):
    """The score of every class with some filters at zero: (20,). Put a breakpoint here."""
    missing = by_layer(model, gone)  # {layer: its filters that are gone}
    with ablate(missing):
        scores = model(mg.Tensor(x))
    return scores.data[0]


# %% [markdown]
# Each row of the table takes one more filter away. It shows that filter and its conductance; then
# the score of "sailboat" and the two strongest labels without it and all filters above it.

# %%
boat = picture(model, "sailboat")
of_boat = filters.measures_of(model, boat, label=0)  # four measures of all 520 filters, by name
values = of_boat["conductance"]
order = np.argsort(-values)
scores = []
for count in range(9):
    gone = order[:count]
    scores.append(scores_without(boat, gone))
print_one_by_one(model, order, values, scores)

# %% [markdown]
# ## The exact search
# Let the computer read such a table. `strongest(k)` is the strongest label without the first k
# filters. Each call takes a pass of the network, so make no more calls than you need.


# %%
def first_change(strongest, label, most):
    """The smallest k from 1 to ``most`` at which another label than ``label`` is strongest.

    ``label`` is the whole network's. None if there is no such k.
    """
    # exercise: first_change
    # hint: k is the first only if 1, …, k − 1 all keep the label
    # hint: a loop over k that returns as soon as it can
    # solution
    for k in range(1, most + 1):
        if strongest(k) != label:
            return k
    # end solution
    return None


attempt(first_change)
try_search(first_change, scores_without, boat, order)

# %% [markdown]
# <details><summary>Break it: halve the interval each time. Predict, run, then unfold.</summary>
#
# It assumes that a label which has gone never comes back. By pencil it came back, and in the lower
# panel of the next picture it does, too.
#
# </details>
#
# ## Twenty scenes, five orders
# This is the paper's experiment, on one scene of each class. Filters are taken away, the highest
# first, until another label is strongest. In the upper panel each dot is a scene, and the black
# line is the mean. The lower panel is the sailboat: a cell is filled if "sailboat" is strongest.

# %%
show_orders(model, boat)

# %% [markdown]
# **The answer to the question**: the sailboat loses its label after two filters, if conductance
# chooses them. In the mean of twenty scenes, conductance and gradient × activation need about three
# of 520, a random order 116. Neither of the two is ahead: with 50 points on the path in place of
# 20, conductance needs 3.05. All numbers in the table are means:
#
# | order | here, 20 scenes | GoogLeNet, 100 photos | the paper, 100 pictures [B] |
# |---|---|---|---|
# | activation | 14.8 | 32.8 | |
# | gradient × activation | 3.0 | 5.3 | |
# | internal influence | 7.8 | 28.7 | |
# | conductance | 2.9 | 5.4 | 3.7 |
# | random order | 116 | 110 or more | |
#
# The paper compares conductance with internal influence only (reported [B]): without the first ten
# filters by influence, 5 of 100 pictures have another label. With us 30 of 100 photos have, on
# GoogLeNet, and 14 of these 20 scenes. So conductance is ahead here too, but by less. For gradient
# × activation we know no number of the paper's, so our result does not contradict it.
#
# <details><summary>Why is activation so late?</summary>
#
# Neither activation nor influence is in units of the score. So one order over five layers compares
# what cannot be compared: sums over 256 positions with sums over 16. With means over positions
# activation needs 7.3 filters in place of 14.8, but influence 11.0 in place of 7.8.
#
# </details>
#
# <details><summary>Is zero the right value for a filter that is gone?</summary>
#
# It is a choice. A silent ReLU gives 0, but on the black picture 388 of the 520 filters are above 0
# at some position. Lesson 18 sets filters to the values that they have there.
#
# </details>
#
# ## A measure of your own
# Give each filter a number, without any ablation. You have the four measures for the strongest
# label and for the second strongest. The check ablates filters on four other scenes in your order,
# and says how far it is from the best.


# %%
def own_measure(of_label, of_second):
    """A number for each filter, (filters,); the highest go first.

    Both are {measure: (filters,)}, for example of_label["conductance"].
    """
    # exercise: own_measure
    # hint: begin with any one measure, and read how far it is from the best
    # hint: what changes the label is not F alone but F minus another score
    # solution
    return of_label["gradient × activation"] - of_second["gradient × activation"]
    # end solution


attempt(own_measure)

# %% [markdown]
# ## Alone and together
# Here is a tempting order: ablate each filter alone, and begin with the filter that lowers F most.
# The table adds up these single drops, and shows by how much F falls without all these filters.

# %%
print_together(model, "giraffe")

# %% [markdown]
# **Drops do not add up.** The giraffe's 8 largest drops sum to 40, 1.7 times its score; without all
# eight filters F falls by 23. Filters that need each other are counted twice. (This scene was
# chosen to show it: in the mean of the twenty, this order needs 2.95 filters.)
#
# The opposite happens too. Build two filters that **stand in for each other**, with x′ = 0 and
# x = 1. Without either one F stays the same. Without both it falls by all of F(x) − F(x′).
# Conductance gives each filter at least a tenth of that.


# %%
def backup(x):
    """From (N, 1) to (N,), through a layer of two filters, both equal to x."""
    y = mg.concatenate([x, x], axis=1).named("y")
    # exercise: backup
    # hint: with both filters y.sum(axis=1) is 2 at x = 1, with one of them 1, with none 0
    # hint: which function is the same at 2 and at 1, and smaller at 0?
    # solution
    return mg.minimum(y.sum(axis=1), 1.0)
    # end solution


attempt(backup)

# %% [markdown]
# <details><summary>Break it: mg.maximum of the two filters. Predict, run, then unfold.</summary>
#
# The property is *conductance sees both*. The two entries are equal, and the first of them gets the
# whole gradient (lesson 4). So the second filter has none, at every α.
#
# </details>
#
# ## Before you go on
# Ablation is an experiment, and a measure is a prediction of it. To change a label, conductance and
# gradient × activation choose filters equally well, here and on GoogLeNet. The drop without one
# filter says little about the drop without many.
#
# <details><summary>Which measure predicts the drop without one single filter?</summary>
#
# On GoogLeNet gradient × activation does: it is the first-order guess at just that. The correlation
# of its ranks with those of the drops is 0.96 (Spearman, mean of 20 photos), that of conductance
# 0.54. The paper reports conductance ahead [A]; we do not find that.
#
# </details>
#
# <details><summary>Why does a filter of negative conductance go last, not first?</summary>
#
# It moved F down. Without it F tends to rise, and then the label stays.
#
# </details>
#
# <details><summary>Why may the label come back when still more filters go?</summary>
#
# The next filters may add to the other class, as filter 3 of the pencil work does to the duck.
#
# </details>
#
# Lesson 18 asks what a measure predicts for a part of a layer. `python -m models study ablation`
# does this lesson's experiment on many photos.

# %%
if googlenet.available():
    print_googlenet(googlenet.example())
