# %% [markdown]
# # Lesson 12: Sentiment
#
# About 60 minutes, after lessons 5 (baselines), 6 (conductance by the chain rule) and 8 (every
# layer sums the same).
# At the end you have words coloured by their shares, and have looked for the filters whose work is
# negation.
#
# **A question first.** A small network reads sentences; a score above 0 means "positive". *this is
# good* has +0.99 and *this is bad* −4.13. And *this is not bad*? Does *not* count for that sentence
# or against it? Is there, among the network's 256 filters, one whose work is negation? Guess, then
# run.
#
# **Notation**, the paper's. F is the score (before the sigmoid), x the sentence, x′ the baseline,
# x(α) = x′ + α (x − x′), y a hidden unit. Integrated gradient: (x_i − x′_i) ∫₀¹ ∂F/∂x_i dα (Eq. 1).
# Conductance of y: ∫₀¹ ∂F/∂y · dy/dα dα (Eq. 3).

# %%
import numpy as np

import minigrad as mg
import models
from lessons import attempt, figures, sentences
from minigrad.attribution import quadrature

# in float64 sums agree to 1e-12: no mistake hides in rounding
MODEL = models.load("sentiment").astype(np.float64)
STEPS = 50  # path points
ZERO = 0.01  # less counts as 0 (reported)
ONE_SIDED = 0.9  # the share that makes a filter one-sided: our choice

# %% [markdown]
# ## A sentence as numbers
# *Learners trip here:* **token numbers have no gradient.** They say how frequent a word is; halfway
# between two of them is no word, or a wrong one. What moves along the path is the **embedding**, 64
# numbers for each word, and a word's share is the sum over its 64. The first call below asks for a
# path between token numbers. Read the error.
#
# ## Words are a layer, too
# Embedding → windows of 3, 4, 5 and 6 words, 64 filters each → ReLU → each filter's **maximum over
# its windows** (the layer `filters`) → a weighted sum, F. Words and filters are both cuts: by
# lesson 8 both sum to dF/dα at every α, and so
#
#     sum of the words = sum of the filters ≈ F(x) − F(x′), with one shared quadrature error
#
# For the words dx/dα is x − x′: their conductance is Eq. 1. Put a breakpoint into `shares` and
# multiply by hand.


# %%
def shares(model, tokens, x, baseline, alpha):
    """dF/dα at one α, (N,), and what of it goes through each word and through each filter.

    Through the words, (N, T), the sum over a word's numbers; through the filters, (N, 256).
    """
    with mg.watch_layers() as hidden:
        x_alpha = mg.Tensor(baseline + alpha * (x - baseline), tangent=x - baseline).named("words")
        score = model.scorer(tokens)(x_alpha)
        # every sentence has a score of its own, so this is each one's gradient
        score.sum().backward()
    words, filters = hidden.tensors["words"], hidden.tensors["filters"]
    by_word = (words.grad * words.tangent).sum(axis=-1)
    by_filter = filters.grad * filters.tangent
    return score.tangent, by_word, by_filter


def explain(texts, kind="padding", model=MODEL):
    """F(x), F(x′), Eq. 1 of every word, Eq. 3 of every filter, each with a row a sentence."""
    tokens, x, baseline = sentences.embed(model, texts, kind)
    F_x, F_baseline = (model.scorer(tokens)(mg.Tensor(end)).data for end in (x, baseline))
    by_word, by_filter = 0, 0
    for alpha, weight in zip(*quadrature(STEPS)):
        _, words, filters = shares(model, tokens, x, baseline, alpha)
        by_word = by_word + weight * words
        by_filter = by_filter + weight * filters
    return sentences.Found(F_x, F_baseline, by_word, by_filter)


figures.lesson_12.print_token_numbers(MODEL, "this is not good")
figures.lesson_12.print_slopes(shares, MODEL, "this is not bad", (0.1, 0.3, 0.5, 0.7, 0.9))
shown = "this is good", "this is not good", "this is bad", "this is not bad", "nothing works here"
figures.lesson_12.print_words(explain, shown)
figures.lesson_12.print_baselines(explain, "this is not good")

# %% [markdown]
# *this is not bad* stays at −3.67, and its *not* has −0.58, **against**; yet F is 0.47 higher than
# without it. The one number is a share of F(x) − F(x′), all words coming from padding at once; the
# other compares sentences. Without *not*, *bad* has −3.78.
#
# *Learners trip here:* **padding as baseline, by its right index.** x′ is a sentence of padding,
# number 0. Number 1 is "unknown", and taking it is no error anywhere: the sums are as complete. But
# the padding behind a short sentence then moves, and gets a share. So it does from the zero
# embedding, which is no word. From padding x = x′ there: its share must be exactly 0.
#
# ## The filters' shares need no integral
# F is a weighted sum of the filters, so ∂F/∂y is the weight w at every α, and Cond^y = w · (y(x) −
# y(x′)). No rule for other networks, but it shows how a sign comes about. *Learners trip here:*
# **what a negative sign means.** That the filter, changing from x′ to x, moved F down. Not that w <
# 0: a filter with w < 0 that is on for padding and falls silent has a *positive* conductance,
# though it is 0 in the sentence. And where did a filter look? Of its windows only the winner has a
# gradient.


# %%
def windows(text):
    """For each filter the words of the window that won, a list; empty where the filter is 0."""
    tokens, words = np.repeat(MODEL.tokenize([text]), 256, axis=0), text.split()
    with mg.watch_layers() as hidden:
        MODEL.scorer(tokens)(mg.Tensor(MODEL.embed(tokens).data).named("words"))
        hidden.tensors["filters"].backward(np.eye(256))  # row k: the sentence as filter k sees it
    touched = (hidden.tensors["words"].grad != 0).any(axis=-1)
    return [[word for word, is_touched in zip(words, row) if is_touched] for row in touched]


figures.lesson_12.print_filters(explain, windows, MODEL, "this is not good")

# %% [markdown]
# ## Division of labour
# The paper reports that nearly every filter supports one sentiment only. Ask 96 sentences, made
# from four templates: the sign of each conductance, and of each filter's signs that are not 0 the
# share of the larger side. **Then ask what else would give that result.** A maximum of ReLUs is
# never below 0. Where a filter is 0 for x′, y(x) − y(x′) ≥ 0 in every sentence, and its sign is
# that of w, always. From the zero embedding nearly all begin at 0. And a network with random
# weights knows nothing of sentiment.


# %%
def sides(by_filter):
    """The signs −1, 0 (below ZERO) and 1; of each filter's signs the share of the larger side.

    And how many signs it has that are not 0.
    """
    signs = np.where(abs(by_filter) < ZERO, 0, np.sign(by_filter)).astype(int)
    positive, negative = (signs > 0).sum(axis=0), (signs < 0).sum(axis=0)
    count = positive + negative
    return signs, np.maximum(positive, negative) / np.maximum(count, 1), count


def divide_labour(texts):
    """A line of the table for two networks and two baselines, and the picture."""
    networks, found = {"untrained": sentences.untrained(MODEL), "trained": MODEL}, {}
    for name, network in networks.items():
        for kind in ("padding", "zero"):
            found[kind] = sides(explain(texts, kind, network).by_filter)
            figures.lesson_12.print_sides(name, kind, network, *found[kind], ONE_SIDED)
    figure = figures.lesson_12.draw(explain(sentences.SHOWN), found, ONE_SIDED)
    figures.save(figure, "12_sentiment.png")


divide_labour(sentences.SENTENCES)
figures.lesson_12.print_negation(explain, windows, ZERO)

# %% [markdown]
# From zero every filter is one-sided, trained or not: the network's form, nothing about sentiment.
# From padding the trained ones are *less* one-sided. What training did shows in the rows: cut in
# two, the tree of the trained network's sentences parts praise from criticism, the other does not.
# (The paper has another network and about 4000 real sentences, reported: no verdict on it.)
#
# ## Negation
# The paper takes filters with a high conductance for *this is not good* that look at *not good*.
# But in four words every window of four or more holds *not*; and what one sentence shows must be
# tried on others: half of the 96 are the other half with *not*.
#
# Plainly: in these sentences the network has a **word against**, not a negation. *not* lowers the
# score in all 48 pairs, also in criticism, where it should rise. The filters of *not good* hold up
# to a degree; asking that *not* moved them helps. Those of *not bad* are little better than any of
# that size. One filter of 256 is turned, on average, as by a negation: perhaps by luck.
#
# ## Exercise 1: a word's share
# Eq. 1 from the gradients at all points. *Learners trip here:* a word is 64 numbers, each with its
# own x − x′.


# %%
def word_scores(x, baseline, gradients, weights):
    """One share for each word: (T,).

    x and x′ are (T, E), the gradients ∂F/∂x (points, T, E), the weights (points,).
    """
    # exercise: word_scores
    # hint: the integral of each number's gradient, (T, E); then times its x − x′;
    #       then a word's numbers together
    # solution
    integral = np.tensordot(weights, gradients, axes=1)
    return ((x - baseline) * integral).sum(axis=1)
    # end solution


attempt(word_scores)

# %% [markdown]
# ## Exercise 2: the window that won
# Another way to what `windows` asks gradients for. Response k, after the ReLU, is of the places
# from k to k + size − 1. A window may begin only where the filter still fits into the sentence, or
# at 0. *Learners trip here:* padding gives responses, too.


# %%
def winning_window(responses, size, length):
    """Places of the words in the first highest window, a list, [] if it is 0.

    ``length`` words stand before the padding.
    """
    # exercise: winning_window
    # hint: which windows may win? np.argmax gives the first of equal ones.
    #       Which of its places are words?
    # solution
    windows = max(length - size, 0) + 1
    first = int(np.argmax(responses[:windows]))
    last = min(first + size, length)
    return list(range(first, last)) if responses[first] > 0 else []
    # end solution


attempt(winning_window)

# %% [markdown]
# ## Exercise 3: find the negation filters
# A filter is chosen if all of this holds: its |conductance| with *not* is at least ZERO; its window
# holds the word "not"; *not* moved it **to the side it is on**, by at least ZERO. The most moved
# first, of equal ones the smaller number.


# %%
def find_negation_filters(with_not, without, windows):
    """Numbers of the chosen filters, a list.

    Two arrays (filters,) of conductances; each filter's window, a list of words.
    """
    # exercise: find_negation_filters
    # hint: with_not − without, times the sign of with_not, is above 0 where "not" moved
    #       the filter to its own side
    # solution
    moved = (with_not - without) * np.sign(with_not)
    holds = np.array(["not" in words for words in windows])
    chosen = (abs(with_not) >= ZERO) & holds & (moved >= ZERO)
    return [k for k in np.argsort(-moved, kind="stable").tolist() if chosen[k]]
    # end solution


attempt(find_negation_filters)

# %% [markdown]
# ## What to break
# One change at a time: run the file, read which property breaks, put it back.
# - `word_scores` without x − x′: *a word that does not move has no share*. Sums before the product:
#   *product before sum*.
# - `winning_window` over all windows: *never in padding*. With the last of equal ones: *the first
#   of equal ones*.
# - `find_negation_filters` without `abs`: *against counts as well as for*. With `abs(moved)`:
#   *moved to its own side*.
# - `shares` with `words.tangent.mean()`: the first table's two sums part. With `"unknown"` as the
#   default of `explain` the sums of the second still agree: completeness sees no wrong baseline.
#   Exercise 1, whose gradients are from padding, does.
