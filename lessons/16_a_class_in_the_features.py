# %% [markdown]
# # Lesson 16: A class in the features
#
# About 55 minutes, after lesson 15 (which filters know the class).
# At the end you have split pictures honestly, found a **leak** (a way by which the answer gets into
# what is judged) with labels that mean nothing, and know when one measure is ahead of another.
#
# **A question first.** Take a hundred drawn pictures of five kinds of ship and **shuffle** their
# labels: now these mean nothing. Choose ten filters, train a classifier on 60 of the pictures, and
# let it name the other 40. What percentage can be right? Write down what you expect, and the lowest
# number that would alarm you.
#
# (In the paper "random labels" are something else: twenty classes drawn at random, whose labels are
# true.)

# %%
import numpy as np

import models
from lessons import attempt
from lessons.figures.lesson_16 import show, try_splits
from lessons.networks import filters
from models.study.features.selection import strongest_first

# %% [markdown]
# ## By pencil
# A feature is 1 and 3 for two training pictures, and 8 for a held-out one. To **standardise** it is
# to subtract a mean and divide by a standard deviation. What becomes of the 8?
#
# And two measures were judged in two splits:
#
# | % right | split 1 | split 2 |
# |---|---|---|
# | conductance | 80 | 60 |
# | a rival | 70 | 50 |
#
# Look at conductance − rival, split by split.

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: a held-out picture stands for one that nobody has seen yet
    # hint: the training pictures have mean 2; both are 1 away from it
    # hint: what is the difference in split 1, and in split 2?
    # solution
    "the held-out 8, standardised": 6,
    "mean of the differences": 10,
    "standard deviation of the differences": 0,
    # end solution
}

attempt(PENCIL, lesson=16)

# %% [markdown]
# ## A split
# From every class the same number of pictures, drawn at random, is for training. The others are
# held out.


# %%
def split(labels, each, random):
    """The numbers of the training pictures, ``each`` of every class, and of the held-out ones."""
    order = random.permutation(len(labels))  # all pictures, in a random order
    train = []
    for label in np.unique(labels):
        # exercise: split
        # hint: labels[order] has the labels in the random order; order[mask] keeps where mask is
        #       true
        # hint: train.extend(some) puts every entry of `some` at the end of the list
        # solution
        of_class = order[labels[order] == label]
        train.extend(of_class[:each])
        # end solution
    test = np.setdiff1d(order, train)
    return np.array(train), test


attempt(split)

# %% [markdown]
# ## Standardise
# One line is missing: from which pictures may the mean and the deviation come?


# %%
def standardise(features, train):
    """Features with mean 0 and deviation 1, for every picture: (pictures, features)."""
    # exercise: standardise
    # hint: `seen` are the features of the pictures that we have when the classifier is trained
    # solution
    seen = features[train]
    # end solution
    mean = seen.mean(axis=0)
    deviation = seen.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1)  # a feature that is constant becomes 0
    return (features - mean) / deviation


attempt(standardise)

# %% [markdown]
# ## Three ways to have features
# Each gives the classifier ten numbers for a picture. Lesson 15 went the first way. Two of the
# three let something in that must stay out: find both places.


# %%
def three_ways(scores, features, train):
    """Ten features of every picture, in three ways: each (pictures, 10).

    scores: one measure's, each for the picture's own label; features: activations.
    `strongest_first` sorts filters by their mean score, as `choose` of lesson 15 does.
    """
    ten = strongest_first(scores[train])[:10]
    other_ten = strongest_first(scores)[:10]
    first = features[:, ten]
    second = features[:, other_ten]
    third = scores[:, ten]
    return first, second, third


# %% [markdown]
# The left panel has the true labels, the right one the shuffled ones. In each, the three groups are
# the three ways, a marker is a measure, and a bar is the standard deviation over five splits.
# **Guess first**: which of the three ways is above chance on the right?

# %%
model = models.load("mini-inception")
shown = np.repeat([0, 1, 2, 3, 4], 20)  # five kinds of ship
random = np.random.default_rng(0)
shuffled = random.permutation(shown)
x = filters.scenes_of(model, shown)
of_true = filters.measured(model, x, shown)
of_shuffled = filters.measured(model, x, shuffled)
show(three_ways, of_true, of_shuffled)

# %% [markdown]
# **The answer to the question**: with labels that mean nothing the first way names about 20 %
# right, which is chance. **The third way names 95 to 100 %.** Its features are scores for the
# picture's own label: whoever computes them for a held-out picture knows the answer already. Only
# activation needs no label, and it stays at chance.
#
# So this is a test: **shuffle the labels and do everything again. What is above chance has
# leaked.** With true labels only, the third way looks like the best of the three.
#
# <details><summary>And the second way?</summary>
#
# It used the held-out pictures, too, when it chose the filters. The result changes by less than the
# spread, so no number here shows this leak. You find it in the code. Lesson 15's check of `choose`
# looks for it: other scores of held-out pictures must not change the choice.
#
# </details>
#
# <details><summary>The third way, but with the class that the network names in place of the label?
# Think, then unfold.</summary>
#
# No label is used, so shuffling finds nothing: the test is passed. But then each feature holds what
# all 520 filters together say about the class, and no longer what ten filters know. A feature must
# not need a class.
#
# </details>
#
# <details><summary>Break it: `seen = features`. Predict, run, then unfold.</summary>
#
# The property is *training pictures only*. This function is yours alone: the figure standardises by
# itself, so no percentage moves. With few pictures, or one far from all others, it would.
#
# </details>
#
# ## Split by split
# A hard split is hard for all measures. So compare within each split, and look at the spread of the
# **differences**. A mean difference that is smaller than its spread may be luck.


# %%
def run_all_four(accuracy, splits):
    """Conductance minus each rival: mean and spread over the splits, (3,) each.

    accuracy(measure, train, test) is one number; measure is 0, 1, 2 or 3, conductance is 3.
    The spread is a standard deviation, divided by one less than the splits: their own mean lies
    nearer to them than the mean of all possible splits does.
    """
    table = []
    for train, test in splits:
        row = [accuracy(measure, train, test) for measure in range(4)]
        table.append(row)
    table = np.array(table)  # (splits, 4)
    # exercise: run_all_four
    # hint: table[:, 3:] is (splits, 1). From it you can subtract the rivals' (splits, 3)
    # hint: of a few splits the spread is array.std(axis=0, ddof=1): divided by one less
    # solution
    ahead = table[:, 3:] - table[:, :3]
    return ahead.mean(axis=0), ahead.std(axis=0, ddof=1)
    # end solution


attempt(run_all_four)
try_splits(run_all_four, three_ways, of_true)

# %% [markdown]
# On these ships conductance is ahead of activation and influence by far more than the spread. Its
# distance to gradient × activation is about one spread and proves nothing. Even that spread is too
# small: all five splits use the same hundred ships, so they are not independent.
#
# ## Before you go on
# A held-out picture must have no part in the choice of filters, in a mean, or in a feature that
# needs its label. A leak may leave the result as it was, so read the code; a large one shows with
# shuffled labels. Compare measures split by split.
#
# <details><summary>Why is 24 % no leak, when chance is 20 %?</summary>
#
# One held-out ship is 2.5 points, and the spread is about 5.
#
# </details>
#
# <details><summary>Would the third way be honest with activation for the measure?</summary>
#
# Yes: activation needs no label. Its features are then those of the first way, as sums in place of
# means over positions. Standardised they are the same.
#
# </details>
#
# Lesson 17 uses a control of this kind: networks that have learnt nothing.
