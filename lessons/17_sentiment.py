# %% [markdown]
# # Lesson 17: Sentiment
#
# About 60 minutes, after lessons 7 (baselines), 11 (every layer sums the same) and 12 (what a
# filter sees).
# At the end you have coloured words by their shares, and have looked for filters whose work is
# negation.
#
# **A question first.** A small network reads sentences; a score above 0 means "positive". *this is
# good* has +0.99 and *this is bad* −4.13. And *this is not bad*? Does *not* count for a positive
# score there, or against it? Is there, among the network's 256 filters, one whose work is negation?
# Guess.

# %%
import numpy as np

import minigrad as mg
import models
from lessons import attempt, figures
from lessons.figures.lesson_17 import (
    draw_division_of_labour,
    draw_words,
    print_division_of_labour,
    print_filters,
    print_negation,
    print_slopes,
    try_negation,
)

ZERO = 0.01  # a smaller conductance counts as 0 (reported)

# %% [markdown]
# ## By pencil
# A word is 64 numbers here, its embedding (lesson 4). Its share is the sum of their integrated
# gradients (Eq. 1). Take a word of two numbers: x = (2, 1), x′ = (1, −1), and ∫₀¹ ∂F/∂x dα is
# (3, −0.5).
#
# The network ends in a weighted sum of its filters, so ∂F/∂y is a weight w, the same at every α.
# Filter A has w = −0.2 and goes from y(x′) = 0.5 to y(x) = 0. Filter B has w = 0.3 and goes from
# 0.4 to 0.1. What are their conductances?

# %%
PENCIL = {
    # exercise: PENCIL
    # hint: each number of the word has its own x − x′ and its own integral
    # hint: Eq. 3 with a constant: w · ∫₀¹ dy/dα dα. And what is the integral of a slope?
    # solution
    "share of the word": 2,
    "Cond(A)": 0.1,
    "Cond(B)": -0.09,
    # end solution
}

attempt(PENCIL, lesson=17)

# %% [markdown]
# A has a negative weight, is 0 in the sentence, and counts **for** "positive": it fell silent.
#
# ## Words and their shares
# The baseline x′ is a sentence of padding. Each box is a word with its share; F(x) is at the right.

# %%
model = models.load("sentiment").astype(np.float64)
figure = draw_words(model)
figures.save(figure, "17_words.png")

# %% [markdown]
# In *this is not bad* the word *not* has −0.58: against. Yet F is higher than without it, −3.67 in
# place of −4.13. Both are right: a share compares with padding, not with another sentence.
#
# ## Words are a layer, too
# Embedding → windows of 3, 4, 5 and 6 words, 64 filters for each → ReLU → each filter's **maximum
# over its windows** (the layer `filters`) → F. Words and filters are both cuts (lesson 11). So in
# every row of the table, both sum to dF/dα.


# %%
tokens = model.tokenize(["this is not bad"])
baseline = model.baseline(tokens)
velocity = model.embed(tokens).data - baseline


def shares_at(alpha):
    """dF/dα; and ∂F/∂y · dy/dα of every number of the words, and of every filter."""
    with mg.watch_layers() as hidden:
        words = mg.Tensor(baseline + alpha * velocity, tangent=velocity).named("words")
        score = model.scorer(tokens)(words)
        score.backward()
    filters = hidden.tensors["filters"]
    by_word = words.grad * words.tangent
    by_filter = filters.grad * filters.tangent
    return score.tangent, by_word, by_filter


print_slopes(shares_at)


# %%
def word_scores(velocity, gradients, weights):
    """One share for each word, (words,).

    ``velocity`` is x − x′, (words, 64); ``gradients`` are ∂F/∂x, (points, words, 64); ``weights``
    are the rule's, (points,).
    """
    # exercise: word_scores
    # hint: first the integral of every number's gradient, (words, 64), as in the pencil work
    # hint: np.tensordot(weights, gradients, axes=1) is Σ_k weights[k] · gradients[k]
    # solution
    integral = np.tensordot(weights, gradients, axes=1)
    return (velocity * integral).sum(axis=1)
    # end solution


attempt(word_scores)

# %% [markdown]
# <details><summary>Break it: a baseline of "unknown", number 1, in place of padding, number 0. Are
# the sums still complete? Predict, run, then unfold.</summary>
#
# Run `print_baselines(model, "this is not good")`. They are as complete: no sum
# tells which x′ is right. But now the places of the padding after the sentence differ between x and
# x′, and get a share. With padding for x′ they do not differ, and their share is exactly 0.
#
# </details>
#
# ## Where a filter looked
# Only the window that wins the maximum has a gradient. Find it from the filter's responses:
# `responses[k]`, after the ReLU, belongs to the window that begins at word k.


# %%
def winning_window(responses, size, length):
    """Places of the words in the window that won, a list; [] if the filter is 0.

    A window has ``size`` places; ``length`` words stand before the padding.
    """
    windows = max(length - size, 0) + 1  # a later one would begin where the filter does not fit
    if responses[:windows].max() == 0:
        return []
    # exercise: winning_window
    # hint: np.argmax gives the first of equal ones; a maximum's gradient goes there, too (lesson 4)
    # hint: if the sentence is shorter than the filter, the window ends in padding
    # solution
    first = int(np.argmax(responses[:windows]))
    return list(range(first, min(first + size, length)))
    # end solution


attempt(winning_window)

# %% [markdown]
# A row of the table is one of the strongest filters for or against *this is not good*, with its
# conductance by pencil and by the integral.

# %%
print_filters(model, "this is not good")

# %% [markdown]
# ## Division of labour
# Reported: nearly every filter supports one sentiment only. We try 96 sentences, from two
# baselines: padding, and the zero embedding (64 zeros a word). In the figure a row is a sentence, a
# column a filter, and the colour is the sign of its conductance. A filter is **one-sided** if 90 %
# of its signs that are not 0 are equal. The table counts them, also in an untrained network. Last
# column: similar rows form two groups. How well do these match praise and criticism? 50 % is
# chance.

# %%
figure = draw_division_of_labour(model)
figures.save(figure, "17_division_of_labour.png")
print_division_of_labour(model)

# %% [markdown]
# From zero, all filters are one-sided, trained or not. Why? A maximum of ReLUs is never below 0. A
# filter that is 0 for x′ can only rise, so its sign is always that of w. That is not sentiment.
# From padding, the trained filters are even *less* one-sided. What training did shows in the last
# column. (The paper's network and its 4000 real sentences may differ.)
#
# ## Negation
# Half of the 96 sentences are the other half with *not*. One row of the table is praise, the other
# criticism.

# %%
print_negation(model)

# %% [markdown]
# *not* lowers the score of criticism, too, which should rise. Some filters may do better. A
# candidate has a conductance of at least ZERO in size, and *not* moved it **to the side it is on**,
# by at least ZERO; its window holds *not*.


# %%
def negation_filters(with_not, without, holds_not):
    """Which filters are candidates, (filters,) of bool.

    ``with_not`` and ``without`` are conductances, ``holds_not`` says whose window holds "not".
    """
    strong = abs(with_not) >= ZERO
    # exercise: negation_filters
    # hint: set `moved`: how far "not" moved each filter to its side; below 0 if to the other side
    # hint: np.sign(with_not) is the side that a filter is on: 1 or −1
    # solution
    moved = (with_not - without) * np.sign(with_not)
    # end solution
    return holds_not & strong & (moved >= ZERO)


attempt(negation_filters)
try_negation(negation_filters, model)

# %% [markdown]
# On other sentences, where 50 % is chance, the candidates of *not good* are partly right (70 %),
# those of *not bad* hardly (55 %).
#
# **The answers.** *not* counts against. In these sentences the network has no negation. One filter
# falls on average in praise and rises in criticism, as a negation would. Among 256, that may be
# luck.
#
# ## Before you go on
# Words are a layer like any other; their conductance is Eq. 1. A sign depends on x′ as much as on
# x. A pattern says something about training only if an untrained network lacks it.
#
# <details><summary>Why can the path not run between token numbers?</summary>
#
# They are places in a list of words. Halfway between two of them is no word, or a wrong one, and F
# has no gradient with respect to them.
#
# </details>
#
# <details><summary>In a sentence of four words, the window of a filter of size 4 holds "not". Is
# that evidence?</summary>
#
# No: this filter has only one window. So the window shows nothing; how far *not* moved the filter
# may.
#
# </details>
#
# Lesson 18 goes on from single filters to what they do together.
