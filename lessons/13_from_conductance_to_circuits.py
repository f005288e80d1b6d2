# %% [markdown]
# # Lesson 13: From conductance to circuits
#
# About 60 minutes, after lessons 7 (three rivals and how they fail), 8 (every layer sums the same)
# and 10 (ablation).
# At the end you know which measure to ask about one filter and which about a hundred, and have
# built a network on which the gradient is right about each unit and wrong about both.
#
# **A question first.** In one layer of a small Inception some filters are set to what they are for
# the black picture. For each you know (y − y′) · ∂F/∂y, for each its conductance. Which of the two
# says better what the score loses: with one filter set, with eight, with all 64? Guess a winner for
# each, then run.
#
# **Notation**, the paper's ("How Important Is a Neuron?", arXiv 1805.12233), as before: F is the
# score of one class before the softmax, x the picture, x′ the baseline, x(α) the path, y a hidden
# unit, y′ what it is for the baseline. People who look for **circuits**, the few units that do a
# task, *patch*: they set units to what they are for another input. Patching every unit in turn
# takes a forward pass each, so they predict it from gradients, under names of their own:
#
#     here                          elsewhere                  the path through the layer
#     (y − y′) · ∂F/∂y              attribution patching       none: the slope at its end, y(x)
#     (y − y′) · ∫ ∂F/∂y dα         EAP-IG                     that of y(x(α)), but not its steps
#     layer integrated gradients    the same                   the straight line from y′ to y
#     conductance                   Eq. 3, ∫ ∂F/∂y dy          that of y(x(α))

# %%
import numpy as np

import minigrad as mg
from lessons import attempt, figures, two_neurons
from minigrad.attribution import (
    ablate,
    activation,
    conductance,
    gradient_times_difference,
    influence_times_difference,
    layer_integrated_gradients,
)


def measures(F, x, baseline, layer, **path):
    """What each of the four says of every unit of one layer, by name."""
    inputs, subject = (F, x, baseline), {"layers": [layer]}
    found = {
        "gradient × (y − y′)": gradient_times_difference(*inputs, **subject),
        "influence × (y − y′)": influence_times_difference(*inputs, **subject, **path),
        "layer integrated gradients": layer_integrated_gradients(*inputs, **subject, **path),
        "conductance": conductance(*inputs, **subject, **path),
    }
    return {name: one[layer] for name, one in found.items()}


# %% [markdown]
# ## A way through the layer
# Take a layer's units as the axes of a space. While the picture goes from x′ to x, the layer draws
# a curve there, from y′ to y. F, which sees the picture only through this layer, is a landscape
# over that space, and ∂F/∂y its slope. **Along any way from y′ to y, slopes times steps add up to
# the whole climb, F(x) − F(x′)**: which units get how much of it hangs on the way.
#
# Lesson 6's two neurons: F = y₁ · y₂, from y′ = (0, 0) to y = (2, 2), a climb of 4. The curve first
# goes up y₂ alone, while y₁ sleeps. By pencil:
#
#     measure                      way              ∂F/∂y₁ = y₂      y₁      y₂      sum
#     gradient × (y − y′)          none             2, at x          4       4       8
#     influence × (y − y′)         curve, no steps  1, its mean      2       4/3     10/3
#     layer integrated gradients   straight line    1, its mean      2       2       4
#     conductance                  the curve        2α, step by step 8/3     4/3     4

# %%
LAYER = "y"


def draw_ways():
    """Both ways through the layer of the two neurons over F, and what the measures say."""
    path = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    figures.lesson_13.print_measures(measures(*path, LAYER, steps=600, rule="midpoint"))
    alphas = np.linspace(0, 1, 301)[:, None]  # 1/3 is one of them
    curve = activation(two_neurons.F, alphas * two_neurons.X)[LAYER]
    figures.save(figures.lesson_13.draw_ways(curve), "13_ways_through_a_layer.png")


draw_ways()

# %% [markdown]
# *Learners trip here:*
# - **The mean slope times the way.** Influence × (y − y′) takes both from the same curve, and is
#   neither way's sum: it has lost which step met which slope (lesson 7, the curved path).
# - **"The straight line is the right one."** It adds up as well. But where it leads, (1, 1) for
#   example, this layer never is for any α: y₁ is 1 where y₂ is 4/3. Conductance walks where the
#   network has been.
#
# ## One filter, a part, all of them
# Now a judge: set some filters and see what the score loses. `ablate` with `values` sets them to
# what they are for the black picture. One line is the whole experiment; put a breakpoint there.


# %%
def loss_of(F, x, values, layer, filters):
    """F(x) − F(x with some filters of a layer as in ``values``)."""
    with mg.no_grad():
        intact = F(mg.Tensor(x)).data
        with ablate({layer: filters}, values):
            return intact - F(mg.Tensor(x)).data


def gaps_by_size(F, x, baseline, layer, sizes, draws, random):
    """|what a measure says of a part − what the score loses|, as a share of F(x) − F(x′).

    By measure: the mean over random parts of each size, (sizes,).
    """
    said = {
        name: one.sum(axis=(0, 1, 2))
        for name, one in measures(F, x, baseline, layer, steps=100).items()
    }
    values, filters = activation(F, baseline, layers=[layer]), len(said["conductance"])
    climb = F(mg.Tensor(x)).data[0] - F(mg.Tensor(baseline)).data[0]
    gaps = {name: np.zeros(len(sizes)) for name in said}
    for _ in range(draws):
        order = random.permutation(filters)
        for place, size in enumerate(sizes):
            part = order[:size]
            lost = loss_of(F, x, values, layer, part)[0]
            for name, one in said.items():
                gaps[name][place] += abs(one[part].sum() - lost) / abs(climb) / draws
    return gaps


SCENES = ("sailboat", "giraffe", "lighthouse", "submarine")
SUBJECT, SIZES, DRAWS = "mixed3a", (1, 2, 4, 8, 16, 32, 64), 6


def draw_lesson():
    """The gaps against the size of the part, a line for each measure, mean of some scenes."""
    random, found = np.random.default_rng(0), []
    for name in SCENES:
        F, x, baseline = figures.lesson_13.example(name)
        found.append(gaps_by_size(F, x, baseline, SUBJECT, SIZES, DRAWS, random))
    gaps = {name: np.mean([one[name] for one in found], axis=0) for name in found[0]}
    figures.lesson_13.print_gaps(gaps, SIZES)
    figure = figures.lesson_13.draw_gaps(gaps, SIZES, SUBJECT, len(SCENES))
    figures.save(figure, "13_one_filter_and_many.png")


draw_lesson()

# %% [markdown]
# **One filter: the gradient at x is nearest. All 64: it is off by 71 % of the score, influence by
# 36 %, conductance and layer integrated gradients by about 1 % or less.** With 16 and 32 nothing is
# good: a part of a layer is no cut, and no measure promises anything about it. (Four scenes, one
# small network. On GoogLeNet and photos: `python -m models study predict`.)
#
# Both are right about what they answer. The gradient asks what a small change of one unit does, at
# x, with all others as they are: the question of a patch of one. Conductance shares out what all
# of them together did from x′ to x, and a share is no prediction: of F = y₁ · y₂ = 4 either neuron
# alone takes all 4 with it, and no two shares of 4 can say so.
#
# *Learners trip here:*
# - **Ranking a circuit by one and judging it by the other.** Say first how many units go at once.
# - **Zero for y′.** Ablation to zero asks about an input that gives zeros; for the black picture
#   most filters of this layer are not 0.
# - **"Complete, so right about parts."** See 16 and 32.
#
# ## Exercise 1: what a patch takes
# `loss_of` with the baseline for the values. *Learners trip here:* **y of the baseline, not 0**,
# and every unit in its place.


# %%
def patch_loss(F, x, baseline, layer, filters):
    """F(x) − F(x with some filters of a layer as they are for the baseline): (N,)."""
    # exercise: patch_loss
    # hint: activation(F, baseline) is a mapping from layers to arrays, which `ablate` takes
    # solution
    values = activation(F, baseline, layers=[layer])
    return loss_of(F, x, values, layer, filters)
    # end solution


attempt(patch_loss)

# %% [markdown]
# ## Exercise 2: along the straight line
# Given is the rest of the network, from the layer on: `rest(y)` is the score of every row of y.
# Walk from y′ to y in a straight line and give every unit its part of the climb. *Learners trip
# here:* **the slope at one end for the slope all the way**; and a mean slope is not a part of the
# score until it is multiplied by a way.


# %%
def along_the_line(rest, y, y_baseline, steps):
    """(y − y′) times the mean of ∂F/∂y over midpoints of the line: an array (units,).

    y and y_baseline are (units,), rest takes a Tensor (N, units).
    """
    # exercise: along_the_line
    # hint: the points are rows of one array: y′ + t (y − y′), a t for each row. Each row has a
    #       score of its own, so the gradient of the sum is every row's.
    # solution
    t = (np.arange(steps)[:, None] + 0.5) / steps
    points = mg.Tensor(y_baseline + t * (y - y_baseline), requires_grad=True)
    rest(points).sum().backward()
    return (y - y_baseline) * points.grad.mean(axis=0)
    # end solution


attempt(along_the_line)

# %% [markdown]
# ## Exercise 3: right alone, wrong together
# Build a network of two units, from x′ = 0 to x = 1, for which (y − y′) · ∂F/∂y says exactly what
# patching either unit takes from the score, and their sum is off by the whole score or more. So
# each prediction is right and the two together are not: units that **need each other**. (Lesson
# 10's third exercise had two that stand in for each other: the gradient is wrong there as well.)


# %%
def right_alone(x):
    """From (N, 1) to (N,), with a layer of two units named "y", (N, 2)."""
    # exercise: right_alone
    # hint: the gradient is exact where F is linear in the unit that changes. Which F is linear in
    #       y₁ and in y₂, and not in both?
    # solution
    y = mg.concatenate([x, 2 * x], axis=1).named("y")
    one, other = y[:, 0], y[:, 1]
    return one * other
    # end solution


attempt(right_alone)

# %% [markdown]
# ## What to break
# One change at a time: run the file, read which property breaks, put it back.
# - `patch_loss` with zeros for the values: *the baseline's values, not zero*. With all filters,
#   whatever was asked: *nothing set, nothing lost*. With what the gradient says: *all of a cut*.
# - `along_the_line` with the slope at y: *shares add up to the climb*. Without (y − y′): *a unit
#   that stands still*. With the climb in equal shares: *the whole line, not its end*.
# - `right_alone` with y₁ + y₂: *wrong together*. Why can no sum of functions of one unit each do
#   it? With min(y₁, y₂): *right alone*. A third way from x to F: *both together*.
