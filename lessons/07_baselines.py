# %% [markdown]
# # Lesson 7: Baselines
#
# About 60 minutes, after lesson 6 (integrated gradients).
# At the end you have black, blurred and averaged baselines, and know what each of them asks.
#
# **A question first.** The two neurons again, with F(1, 1) = 4:
#
# ```math
# y₁ = relu(x₁ + 2 · x₂ − 1)
# y₂ = relu(3 · x₁ − x₂)
# F = y₁ · y₂
# ```
#
# Three baselines have F = 0: (0, 0), (1, 0) and (0, 1). From each of them the same 4 points are
# shared out between x₁ and x₂. Will the shares be the same? Write your guess down.

# %%
import numpy as np
from scipy.ndimage import gaussian_filter

import minigrad as mg
from lessons import attempt, boat, figures
from lessons.figures.lesson_07 import (
    blurred,
    draw_baselines,
    draw_blind_spots,
    explained,
    noise,
    painted,
    print_baselines,
    print_two_neurons,
)
from lessons.networks.two_neurons import F, X
from minigrad.attribution import integrated_gradients

# %% [markdown]
# ## By pencil
# From (1, 0) to (1, 1) only x₂ moves. From (0, 1) only x₁ moves. What does not move has no share
# (lesson 6), and Σ IG is F(x) − F(x′).

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: from (1, 0), x₁ is 1 all the way: what is x₁ − x′₁?
    # hint: the shares of both inputs are 4 together
    # solution
    "IG₁ from (1, 0)": 0,
    "IG₂ from (1, 0)": 4,
    "IG₁ from (0, 1)": 4,
    # end solution
}

attempt(PENCIL, lesson=7)

# %% [markdown]
# ## Another baseline, another question
# The table has one baseline in each row, then what is shared out, then the shares.


# %%
def explain(F, x, baseline):
    """F at both ends, and IG of every input."""
    F_baseline = F(mg.Tensor(baseline))
    F_x = F(mg.Tensor(x))
    IG = integrated_gradients(F, x, baseline, steps=60, rule="midpoint")
    return explained(F_baseline, F_x, IG)


print_two_neurons(explain, F, X)

# %% [markdown]
# Each row is complete, and each is right. An attribution answers "why F(x), *and not F(x′)*?" In
# the last row x′ is x itself, and nothing is asked.
#
# ## What black is
# A network does not see a picture's numbers from 0 to 255. Its `preprocess` changes them first: one
# network subtracts a mean, one scales, one reorders the colours, one cuts off the border. The
# baseline must be in the same space as x. Where is black surely 0?


# %%
def black_baseline(preprocess, shape):
    """x′ for black, as the network sees it, (1, H, W, 3).

    preprocess takes a picture of this shape, (H, W, 3) of uint8, to what the network sees.
    """
    # exercise: black_baseline
    # hint: 0 is black in a picture. After preprocess it may be another colour
    # hint: np.zeros(shape, np.uint8) is a black picture. It goes the same way as x
    # solution
    return preprocess(np.zeros(shape, np.uint8))
    # end solution


attempt(black_baseline)

# %% [markdown]
# The network of the boat subtracts 117, about the mean of all pictures. So black is **−117** there,
# and 0 is a grey.
#
# ## Five pictures to begin from

# %%
model, sailboat, scene = boat.example(3)  # another number, another boat


def pictures_to_begin_from(picture):
    """x′ as pictures, by name; each goes through preprocess, like x."""
    return {
        "black": 0 * picture,
        "grey": 0 * picture + 117,
        "blurred": blurred(picture),
        "noise": noise(picture, 3),
        "other noise": noise(picture, 4),
    }


def explain_from_each(picture):
    """The picture explained from each of the five, by name."""
    found = {}
    x = model.preprocess(picture)
    for name, begin in pictures_to_begin_from(picture).items():
        baseline = model.preprocess(begin)
        found[name] = explain(sailboat, x, baseline)
    return found


# %% [markdown]
# Read the figure column by column. Above is x′, below it the IG of each pixel: blue lifts the
# score, orange lowers it. Below x stands the mean of the five maps.

# %%
picture = scene.draw()
pictures = pictures_to_begin_from(picture)
found = explain_from_each(picture)
figure = draw_baselines(scene, pictures, found)
figures.save(figure, "07_baselines.png")
print_baselines(model, pictures, found)

# %% [markdown]
# The table has a row for each column of the figure: what the network sees, then the sums, then how
# many pixels have another sign than in the map from black. The first three maps share out about the
# same 23 points. Yet in the maps from grey and blurred, half of the pixels have another sign: no
# fewer than by chance. Noise scores far below 0, so from there more is shared out. Look at F(x′)
# before you look at a map. Σ IG (with 60 values of α; lesson 6 took 241 and 50) is close to
# F(x) − F(x′) each time, so **no sum tells you which
# baseline to take**.
#
# <details><summary>Break it: zeros for a baseline. Predict the map, run, then unfold.</summary>
#
# In `explain_from_each`, baseline = np.zeros_like(x) gives each column the map of "grey". Zeros in
# the network's space are not a black picture. The map is as complete as any.
#
# </details>
#
# ## The blind spot
# No baseline sees everything. Some pixels have an IG of exactly 0, whatever the network is. Which?


# %%
def blind_spot(x, baseline):
    """Where IG of all three colours must be 0: an array (H, W) of bool, for x (1, H, W, 3)."""
    # exercise: blind_spot
    # hint: what does not move has no share
    # hint: a pixel is three numbers: .all(axis=-1)
    # solution
    return (x[0] == baseline[0]).all(axis=-1)
    # end solution


attempt(blind_spot)

# %% [markdown]
# In the figure the boat is painted black, then grey. Below each map stands which part of Σ |IG| is
# on the boat.

# %%
boats = {"black": painted(scene, 0), "grey": painted(scene, 117)}
figure = draw_blind_spots(scene, boats, explain_from_each)
figures.save(figure, "07_blind_spots.png")

# %% [markdown]
# Each baseline of one colour has such a blind spot. A blurred one hardly sees what is flat in x.
# Noise sees almost all, but each noise says something else. So say which x′ you took. And ask
# whether the thing that you look for could look like x′.
#
# ## Two more baselines
# First the blurred one, in the network's space. With width 0 it is x itself.


# %%
def blurred_baseline(x, width):
    """x, (1, side, side, 3), blurred by a bell curve, and reflected at the border.

    The standard deviation of the curve is width, in pixels. "Reflected" is mode="reflect", which
    gaussian_filter has by default: beyond the last pixel comes the last one again.
    """
    # exercise: blurred_baseline
    # hint: gaussian_filter(x, sigma=…) takes one sigma for each of the four axes
    # hint: which two axes are places? On the others sigma is 0
    # solution
    return gaussian_filter(x, sigma=(0, width, width, 0))
    # end solution


attempt(blurred_baseline)

# %% [markdown]
# Then several baselines together. Each gives an attribution; take the mean of these. It is complete
# for F(x) − mean F(x′).


# %%
def averaged(attribute, x, baselines):
    """The mean attribution, shaped like x; ``attribute(x, baseline)`` gives it for one baseline."""
    # exercise: averaged
    # hint: first a list: one attribution for each baseline
    # hint: then np.mean over this list, input by input: axis=0
    # solution
    each = [attribute(x, baseline) for baseline in baselines]
    return np.mean(each, axis=0)
    # end solution


attempt(averaged)

# %% [markdown]
# ## Before you go on
# **The answer to the question**: no. From (1, 0) x₂ has all 4, from (0, 1) x₁ has all 4. A baseline
# is the other half of the question. It stands in the network's space, and it does not see what
# looks like itself.
#
# <details><summary>Why not one attribution from the mean of all baselines?</summary>
#
# The mean is a baseline of its own. The mean of many noises is nearly a grey picture: it has a
# blind spot, and F has another value there.
#
# </details>
#
# <details><summary>Between two token numbers there is no path. How can a text have one?</summary>
#
# Its path leads from embedding to embedding. The baseline of each word is the embedding of the
# padding word, not zeros: zeros are no word of the table. Lesson 17 does it.
#
# </details>
#
# Lesson 8 shares out the same F(x) − F(x′) among hidden units. Their shares depend on x′, too.
