# %% [markdown]
# # Lesson 10: Ablation
#
# About 50 minutes, after lessons 7 (three rivals and how they fail) and 8 (every layer sums the
# same).
# At the end you have ablated filters until the label changed, and know which of six orders gets
# there soonest.
#
# **A question first.** A small Inception gives a drawn sailboat the score 12.5 for "sailboat"; the
# next class has 3.5. It has 520 filters. Set them to zero, one after the other, until another class
# is strongest. How many must go if you choose them well? How many if you draw lots? Guess both,
# then run.
#
# **Notation**, the paper's ("How Important Is a Neuron?", arXiv 1805.12233). F is the score of one
# class (reported: before the softmax), x the picture, x′ the baseline (black), y a hidden unit; its
# conductance is ∫₀¹ ∂F/∂y · dy/dα dα (Eq. 3), a filter's the sum over its positions. To **ablate**
# a filter is to set it to zero at all of them. [A], [B]: the paper's, as reported.

# %%
import numpy as np

import minigrad as mg
import models
from lessons import attempt, figures, googlenet
from minigrad.attribution import MEASURES, ClassScore, ablate, measures_per_filter
from models.study.ablation.prefixes import Lacking, prefixes, until_it_flips

MODEL, STEPS = models.load("mini-inception"), 20
FILTERS = figures.lesson_10.filters_of(MODEL)  # (layer, number), those of the first layer first

# %% [markdown]
# ## One scene, filter by filter
# All 520 filters get one number each, for the strongest label; then they go, the highest number
# first. *Learners trip here:*
# - **Per filter, not per unit.** `ablate` takes a filter away at all its positions, so rank by the
#   sum over them.
# - **The sign.** A filter of negative conductance moved F down; without it F tends to *rise*. Rank
#   by conductance, not by its size.
# - **Zero is a choice.** It is what a silent ReLU gives, but not what the filters are at x′: for
#   the black picture 388 of the 520 are on somewhere. A filter's mean over many pictures would be
#   another choice, and give other numbers.


# %%
def picture(name):
    """A scene of a class, from a seed that nobody trained on, as the network sees it."""
    return MODEL.preprocess(figures.lesson_10.scene(name).draw())


def measure(model, x, label):
    """The four measures of every filter for one label's score, by name: each (filters,)."""
    F = ClassScore(model, label)
    found = measures_per_filter(F, x, model.baseline(), steps=STEPS, layers=model.layers)
    of_all_layers = np.concatenate([layer[:, 0] for layer in found.layers.values()], axis=1)
    return dict(zip(MEASURES, of_all_layers))


def highest_first(values):
    """The filters' numbers in the order in which they go."""
    return np.argsort(-values, kind="stable")


def scores_without(x, numbers):
    """The score of every class with some filters at zero: (classes,). Put a breakpoint here."""
    chosen = [FILTERS[number] for number in numbers]
    missing = {layer: [k for of, k in chosen if of == layer] for layer, _ in chosen}
    with mg.no_grad(), ablate(missing):
        return MODEL(mg.Tensor(x)).data[0]


def one_by_one(x, order, most):
    """The scores without the first 0, 1, …, most filters, each a pass: (most + 1, classes)."""
    return np.stack([scores_without(x, order[:count]) for count in range(most + 1)])


def all_at_once(x, order, most):
    """The same by the study's `Lacking`."""
    return Lacking(MODEL, x).scores(prefixes(order, 0, most, len(FILTERS)))


boat = picture("sailboat")
values = measure(MODEL, boat, MODEL.labels.index("sailboat"))
conductance = values["conductance"]
order = highest_first(conductance)
scores = one_by_one(boat, order, 8)
figures.lesson_10.print_one_by_one(MODEL.labels, FILTERS, conductance, scores)
figures.lesson_10.print_two_ways(one_by_one, all_at_once, boat, order, 40)

# %% [markdown]
# The two agree to rounding. `ablate` acts on all rows of a batch alike. `Lacking` computes the
# layers once, gives every row missing filters of its own, and begins at the first layer that lacks
# one. So every prefix can be tried: the numbers below are exact.
#
# ## Twenty scenes, six orders
# The paper's experiment: they go in the order of a measure until another label is strongest.


# %%
def remove(model, x, random, most):
    """For each order how many filters must go to change the label, and F without 0, 1, …, 30.

    None for the number if even ``most`` are not enough.
    """
    lacking = Lacking(model, x)
    label = int(lacking.scores_intact.argmax())
    values = measure(model, x, label)
    values["conductance, by size"] = abs(values["conductance"])
    values["random order"] = random.random(lacking.filters)
    return {
        name: until_it_flips(lacking, highest_first(one), label, curve=30, most=most)
        for name, one in values.items()
    }


def draw_lesson(boat, values):
    """The table of all scenes; the picture, with the strongest labels of one scene."""
    random = np.random.default_rng(0)
    scenes = [remove(MODEL, picture(name), random, len(FILTERS)) for name in MODEL.labels]
    found = {order: tuple(zip(*(scene[order] for scene in scenes))) for order in scenes[0]}
    figures.lesson_10.print_flips(found, len(FILTERS))
    orders = {name: highest_first(one) for name, one in values.items()}
    seen = {name: all_at_once(boat, one, 24).argmax(axis=1) for name, one in orders.items()}
    figure = figures.lesson_10.draw(found, seen, "sailboat", len(FILTERS))
    figures.save(figure, "10_ablation.png")


draw_lesson(boat, values)

# %% [markdown]
# On this network **conductance and gradient × activation need three filters of 520**, neither fewer
# than the other (conductance 2.9 at 20 steps, 3.05 at 50). Influence needs 8, activation 15, lots
# 92 (the median). By size the submarine takes 8, not 5: filters against it go, too. In the random
# order its label outlasts them all: with none left, this network says "submarine".
#
# In the paper conductance takes 3.7 [B] filters of 5484 [A]; without the first ten by influence 5
# of 100 pictures change [B], here 14 of 20. Those are photos, about a thousand classes, ten times
# the filters: that 2.9 lies near 3.7 confirms nothing.
#
# Why is activation so late? Neither it nor influence is in units of the score, so one order over
# five layers compares what cannot be compared: sums over 256 positions with sums over 16. By means
# over positions activation needs 7.3, but influence 11.0.
#
# ## Alone and together
# A tempting order: note how far F drops when a filter is ablated alone; the largest drops go first.
# But **drops do not add up**. Of lesson 6's two neurons, F = y₁ · y₂ = 4, either one alone takes 4,
# and both together 4, not 8. Filters that need each other are counted twice; of two that stand in
# for each other, neither is seen at all (exercise 3).

# %%
figures.lesson_10.print_together(MODEL, picture("giraffe"), measure)

# %% [markdown]
# The giraffe's 8 largest drops add up to 40, 1.7 times its score; together they take 23. By
# conductance 4 filters are enough. (One scene, chosen to show it: over all twenty, the order by
# drops needs 3.0.)
#
# ## Exercise 1: the exact search
# `strongest(k)` is the strongest label without the first k filters, a pass of the network: ask no
# more than is needed. *Learners trip here:* **halving the interval is wrong.** It takes for granted
# that a label once gone stays away. See the picture.


# %%
def first_change(strongest, label, most):
    """The smallest k from 1 to ``most`` at which another label than ``label`` is strongest.

    ``label`` is the whole network's. None if there is no such k.
    """
    # exercise: first_change
    # hint: k is the first only when 1, …, k − 1 are known to keep the label
    # solution
    for k in range(1, most + 1):
        if strongest(k) != label:
            return k
    return None
    # end solution


attempt(first_change)

# %% [markdown]
# ## Exercise 2: rank by your own measure
# Make a filter's number, without any ablation, of its measures for the strongest label and for the
# next, and of how many positions it has. The check says where your order lands, on four other
# scenes.


# %%
def own_measure(of_label, of_second, positions):
    """A number for each filter, (filters,), the highest go first.

    ``of_label``, ``of_second``: MEASURES by name, each (filters,), as positions is.
    """
    # exercise: own_measure
    # hint: what changes the label is not F but F minus another score;
    #       which measures say something of a difference?
    # solution
    return of_label["gradient × activation"] - of_second["gradient × activation"]
    # end solution


attempt(own_measure)

# %% [markdown]
# ## Exercise 3: two that stand in for each other
# Write an F with one layer "y" of two filters, through which everything goes from x′ = 0 to x = 1.
# Either one alone can go at no cost, both take all of F(x) − F(x′) with them, and conductance gives
# each at least a tenth of it.


# %%
def backup(x):
    """From (N, 1) to (N,), with one hidden layer "y", (N, 2): the two filters."""
    # exercise: backup
    # hint: take `mg.concatenate([x, x], axis=1)`, two copies of x;
    #       for which function of their sum is one enough?
    # solution
    y = mg.concatenate([x, x], axis=1).named("y")
    return mg.minimum(y.sum(axis=1), 1.0)
    # end solution


attempt(backup)

# %% [markdown]
# ## What to break
# One change at a time: run the file, read which property breaks, put it back.
# - `first_change` by halving the interval: *the label may come back*. With `range(1, most)`: *all
#   of them may be needed*.
# - `own_measure` through `np.argsort`: *each filter keeps its number*. Over activation: *numbers*.
#   Negative: *sooner than by lot*.
# - `backup` with `mg.maximum(y[:, 0], y[:, 1])`: *conductance sees both*. With y₁ · y₂, or with
#   y₁ + y₂: *neither alone*.
#
# ## If you have GoogLeNet's weights
# The cell below removes filters for one photo. For many, with a report (what ours found is in
# `models/README.md`):
#
#     python -m models study ablation --weights bvlc_googlenet.npz --images PHOTOS --out FOLDER

# %%
if googlenet.available():
    F, x, *_ = googlenet.example()
    found = remove(F.model, x, np.random.default_rng(0), most=128)
    figures.lesson_10.print_googlenet(found, 128)
