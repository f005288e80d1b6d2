"""What lesson 17's answers are held to: words' shares, windows that won, and a search.

What is right comes from pencil, and from minigrad's conductance and pullbacks of the network.
"""

import functools

import numpy as np

import models
from lessons import sentences
from lessons.classroom.properties import require, require_pencil, require_same
from minigrad.attribution import quadrature

# the property: x − x′, ∂F/∂x at each point, the weights; each word's share
SHARES = {
    "one number for each word":
        ([[1, 1], [1, 1], [1, 1]], [[[1, 1], [1, 1], [1, 1]]], [1], [2, 2, 2]),
    "a word that does not move has no share":
        ([[0]], [[[3]]], [1], [0]),
    "the path (x − x′ is a factor)":
        ([[3]], [[[2]]], [1], [6]),
    "product before sum (each number meets its own gradient)":
        ([[1, -1]], [[[1, -1]]], [1], [2]),
    "a share has a sign":
        ([[1]], [[[-1]]], [1], [-1]),
    "weights that sum to 1 (a constant is integrated exactly)":
        ([[1]], [[[1]], [[1]]], [0.5, 0.5], [1]),
    "the rule's own weights":
        ([[1]], [[[0]], [[4]]], [0.25, 0.75], [3]),
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

# the property: conductances with and without “not”, whose windows hold it; who is a candidate
SEARCHES = {
    "against counts as well as for":
        ([-0.05], [0], [True], [True]),
    "“not” moved it, by ZERO at least":
        ([0.05, 0.05], [0.045, 0.03], [True, True], [False, True]),
    "moved to its own side":
        ([0.05, -0.05], [0.09, -0.09], [True, True], [False, False]),
    "the move counts, and not the sizes' difference":
        ([0.02, -0.03], [-0.05, 0.03], [True, True], [True, True]),
}  # fmt: skip

# The candidates of the shipped network in "this is not good".
CANDIDATES = [
    24, 32, 34, 36, 92, 128, 132, 136, 154, 162, 164, 173, 174, 182, 183, 193, 195, 203, 209,
    215, 216, 223, 225, 238, 239, 241, 248, 252,
]  # fmt: skip


def check_PENCIL(answers):
    """Eq. 1 of a word of two numbers, Eq. 3 of two filters."""
    x, baseline = np.array([2.0, 1.0]), np.array([1.0, -1.0])
    integral = np.array([3.0, -0.5])
    filters = {"A": (-0.2, 0.5, 0.0), "B": (0.3, 0.4, 0.1)}
    right = {"share of the word": np.dot(x - baseline, integral)}
    traps = {
        "share of the word": [
            ((x - baseline).sum() * integral.sum(), "Product before sum: number by number."),
            (np.dot(x, integral), "x − x′ is the factor, not x."),
            (integral.sum(), "And x − x′?"),
            (np.dot(x - baseline, abs(integral)), "The second integral is negative."),
            (np.dot(x - abs(baseline), integral), "1 − (−1) is 2."),
        ]
    }
    for name, (w, begin, end) in filters.items():
        key = f"Cond({name})"
        right[key] = w * end - w * begin
        traps[key] = [
            (-right[key], "Mind the sign: the way goes from y(x′) to y(x)."),
            (w * end, "That is w · y(x). The filter was not 0 for x′."),
            (end - begin, "That is how far y moves. What does F gain per unit of y?"),
            (w, "That is ∂F/∂y. And how far does y move?"),
        ]
    return require_pencil(answers, right, traps) + " The filters of this network need no integral."


@functools.cache
def network():
    """The shipped network in float64, where sums agree to 1e-12."""
    return models.load("sentiment").astype(np.float64)


def check_word_scores(word_scores):
    """Shares by pencil; then of a sentence, whose words sum to what its filters do."""
    for broken, (velocity, gradients, weights, right) in SHARES.items():
        arrays = [np.array(one, float) for one in (velocity, gradients, weights)]
        given = f"Given x − x′ = {velocity}, gradients {gradients}, weights {weights}."
        require_same(word_scores(*arrays), right, broken, given)
    text, (alphas, weights) = "this is not bad", quadrature(sentences.STEPS)
    velocity, gradients = sentences.gradients(network(), text, alphas)
    words = word_scores(velocity, gradients, weights)
    filters = sentences.filters_conductance(network(), [text])
    given = f"Given “{text}”, the sum of the words, and that of its filters."
    require_same(np.sum(words), filters.sum(), "word sum = filter total", given)
    return "These are the numbers in the boxes."


def check_winning_window(winning_window):
    """Windows by pencil; then of all filters the words that have a gradient."""
    for broken, (responses, size, length, right) in WINDOWS.items():
        got = winning_window(np.array(responses, float), size, length)
        given = f"Given responses {responses}, a filter of size {size}, {length} words."
        require_places(got, right, broken, given)
    text = "this is not bad at all"
    words, won = text.split(), sentences.windows_that_won(network(), text)
    for expected, (size, responses) in zip(won, sentences.responses(network(), text)):
        got = winning_window(responses, size, len(words))
        right = [words.index(word) for word in expected]
        given = f"Given “{text}” and a filter of size {size}."
        require_places(got, right, "the words whose gradient is not 0", given)
    return "Two ways, the same words: by responses, and by gradients."


def require_places(got, right, broken, given):
    """A list of places, in any kind of sequence."""
    said = f"{given} Yours: {got}. Right: {right}."
    require(np.ravel(got).tolist() == right, broken, said)


def check_negation_filters(negation_filters):
    """Choices by pencil; then those of the network, for one sentence."""
    for broken, (with_not, without, holds, right) in SEARCHES.items():
        got = negation_filters(np.array(with_not), np.array(without, float), np.array(holds))
        given = f"Given conductances with “not” {with_not}, without {without}, windows {holds}."
        said = f"{given} Yours: {np.array(got).tolist()}. Right: {right}."
        require(np.array(got).tolist() == right, broken, said)
    text = "this is not good"
    with_not, without = sentences.filters_conductance(network(), [text, "this is good"])
    got = negation_filters(with_not, without, sentences.holds_not(network(), text))
    found = np.flatnonzero(got).tolist()
    said = f"Given “{text}”. Yours: filters {found}. Right: {CANDIDATES}."
    require(found == CANDIDATES, "the network's filters", said)
    return f"There are {len(found)} candidates in “{text}”. Now they are tried on others."
