# %% [markdown]
# # Lesson 5: Baselines
#
# About 45 minutes, after lesson 4 (integrated gradients).
# At the end you have black, blurred and averaged baselines in the network's own numbers, and see
# what each of them asks.
#
# **A question first.** The two neurons again: y₁ = relu(x₁ + 2 x₂ − 1), y₂ = relu(3 x₁ − x₂),
# F = y₁ · y₂, and F(1, 1) = 4. Three baselines have F = 0: (0, 0), (1, 0) and (0, 1). So there are
# three times the same 4 points to share out between x₁ and x₂. Will the shares be the same? Guess,
# then take a pencil.
#
# **Notation**, the paper's ("How Important Is a Neuron?", arXiv 1805.12233). F is the score of one
# class (reported: before the softmax), x the input, x′ the **baseline**, x(α) = x′ + α (x − x′) the
# path, α from 0 to 1, y a hidden unit:
#
#     IG_i   = (x_i − x′_i) ∫₀¹ ∂F(x(α))/∂x_i dα     (Eq. 1)
#     Cond^y = ∫₀¹ ∂F/∂y · dy/dα dα                  (Eq. 3: the same of a hidden unit, lesson 6)
#
# Completeness: Σ_i IG_i = F(x) − F(x′).

# %%
import numpy as np
from scipy.ndimage import gaussian_filter

import minigrad as mg
from lessons import attempt, boat, figures, two_neurons
from minigrad.attribution import conductance, integrated_gradients

F, X = two_neurons.F, two_neurons.X
SEED = 3  # which drawn scene
STEPS = 60  # points on the path

# %% [markdown]
# ## By pencil
# From (1, 0) only x₂ moves: x(α) = (1, α), y₁ = 2α, y₂ = 3 − α. What does not move has no share, so
# x₂ has all 4, and
#
#     y₁:  ∂F/∂y₁ · dy₁/dα = (3 − α) · 2    its integral   6 − 1 = 5
#     y₂:  ∂F/∂y₂ · dy₂/dα = 2α · (−1)      its integral      −1
#
# From (0, 1) only x₁ moves, and has all 4. Do y₁ and y₂ yourself (y₂ sleeps until α = 1/3). Six
# midpoints are exact here.


# %%
def explain(F, x, baseline, layer, steps=STEPS, rule="gauss_legendre"):
    """One example, one baseline. Put a breakpoint here: nothing below knows any other x′."""
    F_baseline, F_x = (F(mg.Tensor(end)).item() for end in (baseline, x))
    attribution = integrated_gradients(F, x, baseline, steps=steps, rule=rule)[0]
    # (rows, columns): the colours of a pixel together
    pixels = attribution.reshape(*x.shape[1:3], -1).sum(axis=-1)
    found = conductance(F, x, baseline, layers=[layer], steps=steps, rule=rule)
    filters = found.per_filter(layer)[0]
    return figures.lesson_05.Explanation(F_baseline, F_x, pixels, filters)


def explain_two_neurons(begin):
    """F(1, 1) from one of the baselines, exactly."""
    return explain(F, X, np.array([begin], float), "y", steps=6, rule="midpoint")


BEGINNINGS = ((0, 0), (1, 0), (0, 1), (1, 1))
figures.lesson_05.print_two_neurons({begin: explain_two_neurons(begin) for begin in BEGINNINGS})

# %% [markdown]
# Each row is complete, and each is right. An attribution answers "why F(x) *and not F(x′)*":
# another x′ is another question.
#
# *Learners trip here:*
# - **What a negative sign means.** y₂ has −1 from (1, 0), for there it falls from 3 to 2; from
#   (0, 1) it rises and has 10/3. The sign belongs to the comparison with x′, not to the neuron.
# - **All zeros.** In the last row x = x′: the path does not move. F(x) − F(x′) = 0 tells this from
#   a saturated softmax.
# - **F(x′) need not be 0.** Look at it before you look at any map: what is shared out is
#   F(x) − F(x′).
#
# ## Four pictures to begin from
# A path runs between two arrays in the **network's space**. This network takes a picture of 0 to
# 255 minus 117, its constant for the mean of all pictures. So draw x′ as a picture, and send it
# through the same `preprocess` as x.


# %%
LAYER, FIRST = "mixed4b", 10  # whose filters are compared; how many count as the strongest
BLUR = 6  # pixels


def pictures_to_begin_from(picture, seed=SEED):
    """x′ as pictures, (side, side, 3) of uint8, by name."""
    noise = np.random.default_rng(seed).integers(0, 256, picture.shape, dtype=np.uint8)
    return {
        "black": 0 * picture,
        "mean": np.full_like(picture, 117),
        "blurred": figures.lesson_05.blurred(picture, BLUR),
        "noise": noise,
    }


def explain_from_each(model, F, picture, pictures, steps=STEPS):
    """The picture explained from each of the others, by their names."""
    x = model.preprocess(picture)
    return {
        name: explain(F, x, model.preprocess(begin), LAYER, steps)
        for name, begin in pictures.items()
    }


def draw_lesson():
    """One scene, four baselines: the pixels and filters each finds; a table with a second noise."""
    model, sailboat, scene = boat.example(SEED)
    picture = scene.draw()
    pictures = pictures_to_begin_from(picture)
    # black as the network sees it: −117
    assert np.array_equal(model.preprocess(pictures["black"]), model.baseline())
    # what is zero after normalisation is this grey
    assert not model.preprocess(pictures["mean"]).any()
    pictures["other noise"] = pictures_to_begin_from(picture, SEED + 1)["noise"]
    found = explain_from_each(model, sailboat, picture, pictures)
    figure = figures.lesson_05.draw_baselines(scene, pictures, found, FIRST, LAYER)
    figures.save(figure, "05_baselines.png")
    seen = {name: model.preprocess(begin) for name, begin in pictures.items()}
    figures.lesson_05.print_baselines(seen, found, FIRST)


draw_lesson()

# %% [markdown]
# Read a column from above: x′, then who made the difference from it, pixels first, filters below.
# Each Σ IG is its own F(x) − F(x′), but for the quadrature (raise STEPS and see), so no sum tells
# which baseline to take. The table's last three columns compare with black: pixels of the other
# sign, how many of the ten strongest filters are the same, the ranks of all filters.
#
# *Learners trip here:*
# - **Zero after normalisation is not a black picture.** It is grey 117. Black is −117,
#   `model.baseline()`. Where the code says `zeros_like(x)`, you get the column "mean", whatever the
#   text beside it says, and it is as complete as any.
# - **One noise is a sample.** Compare the two noises with each other. A mean over several is
#   complete too: exercise 3.
#
# ## The blind spot
# Black is not "nothing". What is black in x gets **exactly 0** from black, for x_i = x′_i. Paint
# the boat black, or grey 117.


# %%
def draw_blind_spots():
    """A black boat cannot be seen from black, a grey one not from the mean."""
    model, sailboat, scene = boat.example(SEED)
    on_the_boat = figures.mask_of(scene)[..., None]
    rows = {}
    for paint, colour in {"black": 0, "grey": 117}.items():
        picture = np.where(on_the_boat, np.uint8(colour), scene.draw())
        pictures = pictures_to_begin_from(picture)
        rows[paint] = picture, explain_from_each(model, sailboat, picture, pictures, steps=40)
    figure = figures.lesson_05.draw_blind_spots(scene, rows)
    figures.save(figure, "05_blind_spots.png")


draw_blind_spots()

# %% [markdown]
# Every uniform baseline has such a colour. The blurred one is blind where x is flat already, noise
# almost nowhere. So say which x′ you took, and ask whether what you look for might look like it.
#
# *Learners trip here:* **words.** Between token numbers there is no path; it runs between
# embeddings. A text's baseline is the embedding of the **padding word**, by its own index: not
# zeros, which are no word, and not index 0 or 1 by habit (lesson 12).
#
# ## Exercise 1: mend "zero in normalised space"
# The black picture as any network sees it: one preprocessing subtracts, one scales, one reorders
# the colours, one crops.


# %%
def black_baseline(preprocess, shape):
    """x′ for black, as the network sees it, (1, H, W, 3).

    preprocess takes a picture of this shape, (H, W, 3) of uint8, to what the network sees.
    """
    # exercise: black_baseline
    # hint: np.zeros((1, *shape)) is black only if preprocess leaves 0 as it is.
    #       Where is black surely 0?
    # solution
    return preprocess(np.zeros(shape, np.uint8))
    # end solution


attempt(black_baseline)

# %% [markdown]
# ## Exercise 2: a blurred baseline
# In the network's space, with x itself as its limit. *Learners trip here:* filling the border with
# 0 is filling it with grey.


# %%
def blurred_baseline(x, width):
    """x, (1, side, side, 3), blurred by a bell curve, and reflected at the border.

    The standard deviation of the curve is width, in pixels.
    """
    # exercise: blurred_baseline
    # hint: gaussian_filter (imported above) takes one sigma for each axis.
    #       Which of the axes are places? And the border?
    # solution
    return gaussian_filter(x, sigma=(0, width, width, 0))
    # end solution


attempt(blurred_baseline)

# %% [markdown]
# ## Exercise 3: several baselines
# The mean over baselines: complete for F(x) − mean F(x′). *Learners trip here:* the mean baseline
# is a baseline of its own.


# %%
def averaged(attribute, x, baselines):
    """The mean attribution, shaped like x; ``attribute(x, baseline)`` gives it for one baseline."""
    # exercise: averaged
    # hint: one attribution for each baseline, then their mean, input by input
    # solution
    return np.mean([attribute(x, baseline) for baseline in baselines], axis=0)
    # end solution


attempt(averaged)

# %% [markdown]
# ## What to break
# One change at a time in your functions: run the file, read which property breaks, put it back.
# - `black_baseline` as zeros: *minus the mean*. As −117: *the network's scale*. Its least value for
#   all channels: *each channel*.
# - `blurred_baseline` with one sigma for all axes: *each colour by itself*. With `mode="constant"`:
#   *a uniform picture*. With `"nearest"`: *the mean colour stays*. With `"wrap"`: *nothing goes
#   round the border*.
# - `averaged` from the mean of the baselines: *the mean of attributions*. Without those where
#   x = x′: *x itself too*.
