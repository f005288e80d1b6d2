# %% [markdown]
# # Lesson 15: Which filters know the class
#
# About 50 minutes, after lessons 10 (three rivals and how they fail) and 11 (every layer sums the
# same).
# At the end you have chosen filters by four measures, judged each choice on pictures that had no
# part in it, and know why the layer may count more than the measure.
#
# **A question first.** The small Inception names 99 of 100 drawn scenes right, with 520 filters.
# Now look at ten of them only, and tell twenty classes apart by how active these ten are. Which
# ten: the most active? Those with the highest conductance? Ten drawn at random? Write down a
# percentage of right answers for each of the three (chance is 5 %).

# %%
import numpy as np

import models
from lessons import attempt
from lessons.figures.lesson_15 import print_layers, show, try_choice, try_in_turn
from lessons.networks import filters

# %% [markdown]
# ## By pencil
# A measure gives three filters these numbers, on four pictures, each for the picture's own label.
# We call them the filters' scores by this measure (F remains the score of a class):
#
# | picture | filter 0 | filter 1 | filter 2 |
# |---|---|---|---|
# | sailboat | 6 | 1 | 5 |
# | sailboat | 8 | 3 | 5 |
# | duck | 0 | 5 | 5 |
# | duck | 0 | 7 | 3 |
#
# You may keep one filter. First take the one with the highest mean over all pictures. Then let each
# class take its own: the one with the highest mean over the pictures of this class.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: add up a column and divide by 4
    # hint: for the other three the answer is a filter's number: 0, 1 or 2
    # solution
    "filter 2, mean of all pictures": 4.5,
    "filter of the highest mean": 2,
    "sailboat's own filter": 0,
    "duck's own filter": 1,
    # end solution
}

attempt(PENCIL, lesson=15)

# %% [markdown]
# Filter 2 has the highest mean. It is high for everything, so it tells nothing apart.
#
# ## The experiment
# It is the paper's, as reported:
# - Give each filter its mean score over the **training** pictures. Keep the k highest filters.
# - Train a **classifier** on how active these filters are: a weighted sum of them for each class,
#   and a softmax.
# - Count how many of the other pictures, the **held-out pictures**, it names right.
#
# There are 20 scenes of each class, 12 for training and 8 held out, in five random **splits**.

# %%
model = models.load("mini-inception")
classes = np.arange(20)
shown = np.repeat(classes, 20)  # the class of each picture
x = filters.scenes_of(model, shown)
measured = filters.measured(model, x, shown)
print("scores: measures, pictures, filters", measured.scores.shape)
print("features: pictures, filters", measured.features.shape)

# %% [markdown]
# <details><summary>Where do labels come in, and where not?</summary>
#
# All measures but activation need F, the score of the picture's own label. What the classifier
# reads, the **features**, are activations averaged over positions: there is no label in them.
# Lesson 16 is about that.
#
# </details>
#
# ## Choose


# %%
def choose(scores, train, k):
    """The numbers of k filters, those of the highest mean over training pictures first.

    scores: one measure's, (pictures, filters); train: the training pictures' numbers.
    """
    # exercise: choose
    # hint: scores[train] has the rows of the training pictures; which axis counts pictures?
    # hint: np.argsort sorts from low to high, so sort −means; equal ones may come in any order
    # solution
    means = scores[train].mean(axis=0)
    return np.argsort(-means)[:k]
    # end solution


attempt(choose)
try_choice(choose, measured)

# %% [markdown]
# <details><summary>Break it: the mean over all pictures. Predict, run, then unfold.</summary>
#
# The properties are *training pictures alone* and *held-out scores*. The percentage hardly moves:
# you see this mistake in the code, and not in the result.
#
# </details>
#
# ## Every k, every split
# Each line is a way to choose filters. Its height is the share of held-out scenes that are named
# right, and a bar is the standard deviation over five splits. The left panels have the five kinds
# of ship only, the right ones all classes. In the upper row filters of all layers may be chosen, in
# the lower row only those of the last layer, mixed5a.

# %%
show(measured, ["water vessels", "all twenty classes"])

# %% [markdown]
# **The upper row.** From five filters on, conductance is ahead of activation and influence. It is
# clearly ahead of gradient × activation only for twenty classes with 10 and 15 filters (by 17 ± 10
# and 16 ± 3 points).
#
# **The answer to the question**: for twenty classes the ten most active filters name 30 % right,
# those with the highest conductance 56 %, and ten drawn at random 55 % (means of five splits).
#
# What else would give this result? In the next table a row is a measure: it shows how many of its
# first 20 filters come from each layer.

# %%
print_layers(model, measured)

# %% [markdown]
# Activation's are all from the first two layers. There a sum has 256 positions, in mixed5a only 16.
# So compare **within one layer**, in the lower row. From five filters on, activation is as good as
# conductance or better, and it knows nothing of F. The lines in the upper row differ mostly because
# of the layer.
#
# And a high conductance does not mean that the filter tells classes apart. All layers have the same
# total (lesson 11), and ten random filters of mixed5a (70 %) do better than the ten filters of all
# layers with the highest conductance (56 %).
#
# <details><summary>What do the paper and GoogLeNet say?</summary>
#
# Water vessels, ten filters, % right as reported [A]: conductance 94.05, gradient × activation
# 83.33, influence 67.86, activation 61.90. All are multiples of 1/84, so 84 pictures were scored;
# their spread is unknown, and so is whether the paper sums over positions. Ours, on drawn ships:
# 89.5, 86.0, 65.0, 51.0.
#
# On GoogLeNet, the mean of four tasks with 683 photos, ten filters: conductance 77.7, gradient ×
# activation 83.9; with means over positions 84.9 and 84.2. The paper reports conductance ahead. We
# find that only if the softmax **probability** is explained, and not the score before it: then
# conductance is ahead by 4.6 points (0.5 to 8.7), with five filters by 8.5 (2.4 to 14.6). A
# probability near 1 is saturated, so its gradient at the photo is near 0.
#
# </details>
#
# ## Each class's own
# One mean over all classes finds what is high for all of them, as filter 2 of the pencil work. Let
# each class choose: first come the first filters of all classes, then the second ones, and so on. A
# filter that stands there already is left out.


# %%
def choose_in_turn(orders, k):
    """The first k filters, a list. orders: a row for each class, its filters, highest first."""
    # exercise: choose_in_turn
    # hint: orders.T has a row for all first choices, then one for all second choices; .ravel()
    #       makes one row of them
    # hint: dict.fromkeys(names) keeps each name once, where it first stood
    # solution
    in_turn = orders.T.ravel()
    return list(dict.fromkeys(in_turn))[:k]
    # end solution


attempt(choose_in_turn)
try_in_turn(choose_in_turn, measured)

# %% [markdown]
# Now all four choose better, and conductance and gradient × activation are nearly equal.
#
# ## Before you go on
# Which filters tell classes apart depends on the layer, on a sum or a mean over positions, and on
# whose mean is taken; each of these changes the result as much as the measure does. A random choice
# belongs in every such figure. Over all layers conductance is ahead of activation and influence; it
# is hardly ahead of gradient × activation.
#
# <details><summary>Conductance has 97.5 % of 40 held-out ships, a rival 95 %. Ahead?</summary>
#
# That is one ship of difference. Look first at the spread of such differences: lesson 16.
#
# </details>
#
# <details><summary>Why may a random choice beat the highest scores?</summary>
#
# The highest may all be high for the same reason, as filter 2 of the pencil work is. Filters drawn
# at random come from all layers, and most of them from the large last ones.
#
# </details>
#
# Lesson 16 asks how a class may get into the features. `python -m models study features` does this
# lesson's experiment on your own photos.
