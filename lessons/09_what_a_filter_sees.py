# %% [markdown]
# # Lesson 9: What a filter sees
#
# About 50 minutes, after lesson 8 (every layer sums the same).
# At the end you have the importance of a filter as a number and as a map, within the memory that
# you allow.
#
# **A question first.** A small Inception scores a drawn sailboat. Take the filters that add most to
# that score. How much of what they add comes through the pixels of the sail? And if the sail is
# left out, do they lose just that much? Guess, then run.
#
# **Notation**, the paper's. F is the score of one class (reported: before the softmax), x the
# picture, x′ the baseline (black), x(α) = x′ + α (x − x′), y a hidden unit with gradient ∂F/∂y and
# tangent dy/dα. Its conductance is ∫₀¹ ∂F/∂y · dy/dα dα (Eq. 3); the part of it that comes through
# input i is (x_i − x′_i) ∫₀¹ ∂F/∂y · ∂y/∂x_i dα (Eq. 2).

# %%
import numpy as np

import minigrad as mg
import models
from lessons import attempt, figures, googlenet
from minigrad.attribution import ClassScore, conductance, integrated_gradients
from minigrad.autodiff import Pullback

PART, LAYERS, STEPS = "sail", ("mixed3b", "mixed4b", "mixed5a"), 32
MODEL, IN_FLOAT64 = (models.load("mini-inception").astype(t) for t in (np.float32, np.float64))
SCENES = figures.lesson_09.sailboats(6)
PICTURES = np.concatenate([MODEL.preprocess(scene.draw()) for scene in SCENES])
X, BASELINE = PICTURES[:1], MODEL.baseline()
F, F_IN_FLOAT64 = (ClassScore(model, SCENES[0].label) for model in (MODEL, IN_FLOAT64))

# %% [markdown]
# ## Per unit, per filter, per layer
# *Learners trip here.* A layer is an array (examples, rows, columns, filters), so three different
# numbers are "its" conductance: that of a **unit**, one filter at one position; that of a
# **filter**, the sum over its positions; that of the **layer**, the sum over everything, the same
# in all layers (lesson 8). Always sums: means are not complete.

# %%
result = conductance(F, X, BASELINE, steps=STEPS)
figures.lesson_09.print_sums(result)

# %% [markdown]
# ## Back to the picture
# Lesson 3's identity ⟨u, Jv⟩ = ⟨Jᵀu, v⟩ holds for every u. With J = ∂y/∂x at one α and v = x − x′
# it reads
#
#     Σ u · dy/dα over units    =    Σ (x − x′) · Jᵀu over pixels and colours
#
# Now let u be ∂F/∂y on the units of **one filter, and 0 elsewhere**. The left side is the filter's
# term of Eq. 3 at this α. The right side sums over the picture: what is summed is the filter's
# **map** (Eq. 2). So a map's sum is its filter's conductance, with any number of steps; only
# rounding lies between. Break in `two_sides` and make such a u (in pdb `!u = …`; `u` means up).


# %%
def look(F, x, baseline, alpha, layer):
    """The layer at x(α), with ∂F/∂y in ``.grad`` and dy/dα in ``.tangent``, and its pullback.

    The pullback takes u to the 1-tuple (Jᵀu,).
    """
    velocity = x - baseline
    x_alpha = mg.Tensor(baseline + float(alpha) * velocity, tangent=velocity, requires_grad=True)
    with mg.watch_layers([layer]) as hidden:
        F(x_alpha).sum().backward()
    y = hidden.tensors[layer]
    return y, Pullback(y, (x_alpha,))


def two_sides(u, y, pullback, velocity):
    """Σ u · dy/dα over the units, and Σ (x − x′) · Jᵀu over the picture."""
    over_units = u * y.tangent
    over_pixels = velocity * pullback(u)[0]
    return over_units.sum(), over_pixels.sum()


y, pullback = look(F, X, BASELINE, 0.3, "mixed4b")
figures.lesson_09.print_two_sides(two_sides, y, pullback, X - BASELINE)

# %% [markdown]
# ## The picture
# *Learners trip here:*
# - **x − x′ is a factor of the map.** A black pixel has nothing to give, whatever the filter does
#   there; a bright sail has much. So compare a filter's share on the sail not with the sail's area
#   alone, but with the share of **all filters together**, which has the same factor. Summed over a
#   layer that cuts the network, the maps are integrated gradients (Eq. 1).
# - A map has both signs. Its shares on the sail and on the rest sum to 1, but one may be negative
#   and the other above 1.
# - **Two questions.** The map says what came through the sail's pixels on the way from black.
#   Leaving the sail out puts the background there, not black, and changes what other units do. The
#   two numbers need not agree.
# - One picture may be luck, so the table asks the strongest filter of the last layer about six.
#   Even that does not say what the filter "is for": other parts, other classes and the filters
#   beside it are still to be asked (lessons 10 and 11).


# %%
def share(one_map, mask):
    """What part of a map's sum lies on a mask."""
    return one_map[mask].sum() / one_map.sum()


def draw_lesson(scene, result):
    """The strongest filters of three layers over the scene; their shares on the part, as bars."""
    mask, without_part = scene.mask(PART), MODEL.preprocess(scene.draw(without=(PART,)))
    without = conductance(F, without_part, BASELINE, steps=STEPS)
    all_filters = integrated_gradients(F, X, BASELINE, steps=STEPS)[0].sum(axis=-1)
    rows = figures.lesson_09.strongest_maps(F, X, BASELINE, result, LAYERS, STEPS)
    fall = 1 - without.difference[0] / result.difference[0]
    bars = [("all filters\nof a layer", share(all_filters, mask), fall)]
    for layer, filter, value, one_map in (found for row in rows for found in row):
        total = one_map.sum()
        print(f"{layer}, filter {filter}: conductance {value:+.3f}, sum of its map {total:+.3f}")
        fall = 1 - without.per_filter(layer)[0, filter] / value
        bars.append((f"{layer}\nfilter {filter}", share(one_map, mask), fall))
    figure = figures.lesson_09.draw_scene(scene, PART, all_filters, rows, bars)
    figures.save(figure, "09_what_a_filter_sees.png")


draw_lesson(SCENES[0], result)
strongest, _ = result.strongest("mixed5a")[0][0]
figures.lesson_09.print_scenes(MODEL, F, SCENES, PART, "mixed5a", strongest, STEPS)

# %% [markdown]
# ## Six examples at once, and still one by one
# Path points of all examples go through the network together, `batch_size` rows at a time; row k ·
# N + n is point k of example n. Three properties make that harmless:
# - **Batch invariance**: whatever `batch_size`, the same numbers, to rounding (which may decide a
#   tie in a maximum: see float64).
# - **Bit for bit** the same whatever `workers`: threads take whole batches, which are added up in
#   the order of the path.
# - **Independence**: an example's numbers do not depend on the others in the batch. No operation
#   mixes rows, so the gradient of the sum of all scores is, row by row, the gradient of each score.
#
# *Learners trip here:* **memory grows with steps** where all path points go through the network as
# one batch. Here a few rows are computed, multiplied, added to the sum and forgotten: the peak
# grows with `batch_size` (times `workers`), not with `steps`, unless `keep_terms=True` asks for
# every factor to be kept.

# %%
figures.lesson_09.print_invariances(F, PICTURES[:3], BASELINE)
figures.lesson_09.print_invariances(F_IN_FLOAT64, PICTURES[:3].astype(np.float64), BASELINE)
figures.lesson_09.print_memory(F, X, BASELINE)

# %% [markdown]
# ## A tensor changed in place
# *Learners trip here:* **a layer overwritten in place** is not what the tape recorded. Here the two
# neurons of lesson 6 (Cond = 8/3 and 4/3) do their relu in place: the score is right, but neither
# sweep knows of the relu. Conservation holds, since both make the same mistake; **completeness**
# breaks. A new tensor at every step avoids it (`figures.lesson_09.in_place`).

# %%
figures.lesson_09.print_in_place()

# %% [markdown]
# ## Exercise 1: from units to filters
# *Learners trip here:* each row is an example, and not every layer has positions, or two axes of
# them.


# %%
def per_filter(units):
    """The filters' conductances, (N, filters), from those of their units.

    units: (N, rows, columns, filters), (N, words, filters) or (N, filters).
    """
    # exercise: per_filter
    # hint: what does the first axis count, what the last, and what becomes of those between?
    # solution
    return units.reshape(len(units), -1, units.shape[-1]).sum(axis=1)
    # end solution


attempt(per_filter)

# %% [markdown]
# ## Exercise 2: memory within a cap
# *Learners trip here:* a row is one point of one example, so a point costs as many rows as there
# are examples.


# %%
def rows_within(cap, bytes_per_row, examples, workers):
    """The largest `batch_size` whose rows, of all threads together, fit into ``cap`` bytes.

    But at least ``examples``.
    """
    # exercise: rows_within
    # hint: how many bytes does one path point of every example take, in all threads together?
    #       How often does that fit?
    # solution
    points = cap // (bytes_per_row * examples * workers)
    return examples * max(1, points)
    # end solution


attempt(rows_within)

# %% [markdown]
# ## Exercise 3: the map of one filter
# Given at every α: dF_dy, shaped (1, rows, columns, filters), and the pullback of `look`;
# `pullback(u)` is (Jᵀu,), and Jᵀu is shaped like x. *Learners trip here:* a map may have the right
# sum and still stand in the wrong place.


# %%
def filter_map(points, weights, filter, velocity):
    """Eq. 2 summed over a filter's units and over colours: (H, W).

    points: (dF_dy, pullback) at each α; velocity: x − x′.
    """
    # exercise: filter_map
    # hint: at each α a u like dF_dy, but 0 in other filters; pull it back; weight it.
    #       x − x′ comes in before colours are summed
    # solution
    integral = 0
    for (dF_dy, pullback), weight in zip(points, weights):
        seed = np.zeros_like(dF_dy)
        seed[..., filter] = dF_dy[..., filter]
        integral = integral + weight * pullback(seed)[0]
    return (velocity * integral)[0].sum(axis=-1)
    # end solution


attempt(filter_map)

# %% [markdown]
# ## What to break
# One change at a time: run the file, read which property breaks, put it back.
# - `per_filter` with `mean`: *sums, not means, and with signs*. With `axis=(1, 2)`: *any number of
#   axes*.
# - `rows_within` without `examples` or `workers`: *within the cap*. Without `max`: *at least one
#   path point of every example*.
# - `filter_map` with a u of ones: *u is ∂F/∂y*. Without x − x′: *x − x′ is a factor*. Transposed:
#   *each pixel in its place*.
# - `print_invariances(lambda x: F(x - x.mean(axis=0)), …)`, every batch centred: *batch invariance*
#   and *independence* break.

# %% The same on GoogLeNet
if googlenet.available():
    figures.lesson_09.draw_googlenet(*googlenet.example(), STEPS // 2)
