"""What the exercises of lesson 12 are held to: words' shares, windows that won, and a search.

What is right comes from pencil, and from minigrad's conductance and pullbacks of the network.
"""

import numpy as np

import minigrad as mg
import models
from lessons import sentences
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import conductance, quadrature

STEPS = 50

# the property: x, x′, ∂F/∂x at each point, the weights; each word's share
SHARES = {
    "one number for each word":
        ([[1, 1], [1, 1], [1, 1]], [[0, 0]] * 3, [[[1, 1], [1, 1], [1, 1]]], [1], [2, 2, 2]),
    "a word that does not move has no share":
        ([[2]], [[2]], [[[3]]], [1], [0]),
    "the path (x − x′ is a factor)":
        ([[5]], [[2]], [[[1]]], [1], [3]),
    "product before sum (each number meets its own gradient)":
        ([[1, -1]], [[0, 0]], [[[1, -1]]], [1], [2]),
    "a share has a sign":
        ([[1]], [[0]], [[[-1]]], [1], [-1]),
    "weights that sum to 1 (a constant is integrated exactly)":
        ([[1]], [[0]], [[[1]], [[1]]], [0.5, 0.5], [1]),
    "the rule's own weights":
        ([[1]], [[0]], [[[0]], [[4]]], [0.25, 0.75], [3]),
}  # fmt: skip

# the property: the responses, the filter's size, how many words; the places that won
WINDOWS = {
    "the highest response, and as many words as the filter has":
        ([1, 2, 3], 3, 5, [2, 3, 4]),
    "the first of equal ones":
        ([1, 3, 3], 3, 5, [1, 2, 3]),
    "never in padding (no window begins where the filter does not fit)":
        ([2, 1, 9, 0], 3, 4, [0, 1, 2]),
    "never in padding (a short sentence has one window, and only its words)":
        ([1, 9], 5, 4, [0, 1, 2, 3]),
    "no word where the filter is 0":
        ([0, 0], 3, 4, []),
}  # fmt: skip

YES, NO = ["is", "not", "good"], ["nothing", "is", "good"]
# the property: conductances with and without “not”, the filters' windows; the filters chosen
SEARCHES = {
    "|conductance| at least ZERO":
        ([0.009, 0.02], [-0.1, 0], [YES, YES], [1]),
    "against counts as well as for":
        ([-0.05], [0], [YES], [0]),
    "the window holds the word “not”":
        ([0.05, 0.05, 0.05], [0, 0, 0], [NO, [], YES], [2]),
    "“not” moved it, by ZERO at least":
        ([0.05], [0.045], [YES], []),
    "moved to its own side":
        ([0.05, -0.05], [0.09, -0.09], [YES, YES], []),
    "the most moved first":
        ([0.02, 0.06, -0.03], [0, 0.03, 0.02], [YES, YES, YES], [2, 1, 0]),
    "of equal ones the smaller number":
        ([0.05, -0.05], [0, 0], [YES, YES], [0, 1]),
}  # fmt: skip


def network():
    """The shipped network in float64, where sums agree to 1e-12."""
    return models.load("sentiment").astype(np.float64)


def by_filter(model, texts):
    """The conductance of every filter, from padding: (N, 256)."""
    tokens, x, baseline = sentences.embed(model, texts, "padding")
    found = conductance(model.scorer(tokens), x, baseline, layers=["filters"], steps=STEPS)
    return found["filters"]


def words_with_gradient(model, text):
    """For each filter the words that its value depends on, a list: those of the winning window."""
    tokens, x, _ = sentences.embed(model, [text], "padding")

    def filters(embedded):
        with mg.watch_layers(["filters"]) as hidden:
            model.scorer(tokens)(embedded)
        return hidden.tensors["filters"]

    y, pullback = mg.vjp(filters, x)
    found = []
    for one in np.eye(y.shape[1]):
        (gradient,) = pullback(one[None])
        found.append([word for word, row in zip(text.split(), gradient[0]) if row.any()])
    return found


def check_word_scores(word_scores):
    """Exercise 1: shares by pencil; then of a sentence, whose words sum to what its filters do."""
    for broken, (*given, right) in SHARES.items():
        got = word_scores(*(np.array(one, float) for one in given))
        said = f"For (x, x′, gradients, weights) = {given} it gave {got}, not {right}."
        require_equal(got, right, broken, said)
    model, text = network(), "this is not bad"
    words = word_scores(*sentences.gradients(model, text, *quadrature(STEPS))).sum()
    filters = by_filter(model, [text]).sum()
    said = f"The words sum to {words}, the filters to {filters}."
    require(abs(words - filters) < 1e-9, "word sum = filter total", said)


def check_winning_window(winning_window):
    """Exercise 2: windows by pencil; then of all filters the words that have a gradient."""
    for broken, (responses, size, length, right) in WINDOWS.items():
        got = list(winning_window(np.array(responses, float), size, length))
        given = [responses, size, length]
        said = f"For (responses, size, length) = {given} it gave {got}, not {right}."
        require(got == right, broken, said, got, right)
    model, text = network(), "this is not bad at all"
    words, won = text.split(), words_with_gradient(model, text)
    for right, (size, responses) in zip(won, sentences.responses(model, text)):
        got = [words[place] for place in winning_window(responses, size, len(words))]
        said = f"For width {size}, {responses}: {got}, not {right}."
        require(got == right, "the words whose gradient is not 0", said)


def check_find_negation_filters(find_negation_filters):
    """Exercise 3: choices by pencil; then the first five of the network, for one sentence."""
    for broken, (with_not, without, windows, right) in SEARCHES.items():
        got = list(find_negation_filters(np.array(with_not), np.array(without, float), windows))
        given = [with_not, without, windows]
        said = f"For (with, without, windows) = {given} it gave {got}, not {right}."
        require(got == right, broken, said, got, right)
    model, right = network(), sentences.NEGATION_FILTERS
    with_not, without = by_filter(model, ["this is not good", "this is good"])
    windows = words_with_gradient(model, "this is not good")
    got = list(find_negation_filters(with_not, without, windows))[:5]
    require(got == right, "the network's filters", f"The first five are {got}, not {right}.")
