"""The checks of lesson 12."""

import numpy as np

import minigrad as mg
import models
from lessons import sentences
from lessons.classroom.checking import require, require_equal
from minigrad.attribution import quadrature

# in float64 sums agree to 1e-12: no mistake hides in rounding
MODEL = models.load("sentiment").astype(np.float64)


# path points; less than ZERO counts as 0 (reported); our choice
STEPS, ZERO, ONE_SIDED = 50, 0.01, 0.9


def shares(model, tokens, x, baseline, alpha):
    """dF/dα at one α, (N,), and what of it goes through each word, (N, T), and through each filter,
    (N, 256).
    """
    with mg.watch_layers() as hidden:
        x_alpha = mg.Tensor(baseline + alpha * (x - baseline), tangent=x - baseline).named("words")
        score = model.scorer(tokens)(x_alpha)
        # every sentence has a score of its own, so this is each one's gradient
        score.sum().backward()
    words, filters = hidden.tensors["words"], hidden.tensors["filters"]
    return score.tangent, (words.grad * words.tangent).sum(axis=-1), filters.grad * filters.tangent


def explain(texts, kind="padding", model=MODEL):
    """F(x), F(x′), Eq. 1 of every word and Eq. 3 of every filter, each with a row for every
    sentence.
    """
    (tokens, x, baseline), by_word, by_filter = sentences.embed(model, texts, kind), 0, 0
    for alpha, weight in zip(*quadrature(STEPS)):
        _, words, filters = shares(model, tokens, x, baseline, alpha)
        by_word, by_filter = by_word + weight * words, by_filter + weight * filters
    return sentences.Found(
        *(model.scorer(tokens)(mg.Tensor(end)).data for end in (x, baseline)), by_word, by_filter
    )


def windows(text):
    """For each filter the words of the window that won, a list; empty where the filter is 0."""
    tokens, words = np.repeat(MODEL.tokenize([text]), 256, axis=0), text.split()
    with mg.watch_layers() as hidden:
        MODEL.scorer(tokens)(mg.Tensor(MODEL.embed(tokens).data).named("words"))
        hidden.tensors["filters"].backward(np.eye(256))  # row k: the sentence as filter k sees it
    touched = (hidden.tensors["words"].grad != 0).any(axis=-1)
    return [[word for word, is_touched in zip(words, row) if is_touched] for row in touched]


def check_word_scores(word_scores):
    for broken, *given, expected in (
        (
            "one number for each word",
            [[1, 1], [1, 1], [1, 1]],
            [[0, 0]] * 3,
            [[[1, 1], [1, 1], [1, 1]]],
            [1],
            [2, 2, 2],
        ),
        ("a word that does not move has no share", [[2]], [[2]], [[[3]]], [1], [0]),
        ("the path (x − x′ is a factor)", [[5]], [[2]], [[[1]]], [1], [3]),
        (
            "product before sum (each number meets its own gradient)",
            [[1, -1]],
            [[0, 0]],
            [[[1, -1]]],
            [1],
            [2],
        ),
        ("a share has a sign", [[1]], [[0]], [[[-1]]], [1], [-1]),
        (
            "weights that sum to 1 (a constant is integrated exactly)",
            [[1]],
            [[0]],
            [[[1]], [[1]]],
            [0.5, 0.5],
            [1],
        ),
        ("the rule's own weights", [[1]], [[0]], [[[0]], [[4]]], [0.25, 0.75], [3]),
    ):
        got = word_scores(*(np.array(one, float) for one in given))
        require_equal(
            got,
            expected,
            broken,
            f"For (x, x′, gradients, weights) = {given} it gave {got}, not {expected}.",
        )
    words = word_scores(*sentences.gradients(MODEL, "this is not bad", *quadrature(STEPS))).sum()
    filters = explain(["this is not bad"]).by_filter.sum()
    require(
        abs(words - filters) < 1e-9,
        "word sum = filter total",
        f"The words sum to {words}, the filters to {filters}.",
    )


def check_winning_window(winning_window):
    for broken, *given, expected in (
        ("the highest response, and as many words as the filter has", [1, 2, 3], 3, 5, [2, 3, 4]),
        ("the first of equal ones", [1, 3, 3], 3, 5, [1, 2, 3]),
        (
            "never in padding (no window begins where the filter does not fit)",
            [2, 1, 9, 0],
            3,
            4,
            [0, 1, 2],
        ),
        (
            "never in padding (a short sentence has one window, and only its words)",
            [1, 9],
            5,
            4,
            [0, 1, 2, 3],
        ),
        ("no word where the filter is 0", [0, 0], 3, 4, []),
    ):
        got = list(winning_window(np.array(given[0], float), *given[1:]))
        require(
            got == expected,
            broken,
            f"For (responses, size, length) = {given} it gave {got}, not {expected}.",
            got,
            expected,
        )
    text = "this is not bad at all"
    for seen, (size, responses) in zip(windows(text), sentences.responses(MODEL, text)):
        got = [text.split()[place] for place in winning_window(responses, size, 6)]
        require(
            got == seen,
            "the words whose gradient is not 0",
            f"For width {size}, {responses}: {got}, not {seen}.",
        )


def check_find_negation_filters(find_negation_filters):
    yes, no = ["is", "not", "good"], ["nothing", "is", "good"]
    for broken, *given, expected in (
        ("|conductance| at least ZERO", [0.009, 0.02], [-0.1, 0], [yes, yes], [1]),
        ("against counts as well as for", [-0.05], [0], [yes], [0]),
        ("the window holds the word “not”", [0.05, 0.05, 0.05], [0, 0, 0], [no, [], yes], [2]),
        ("“not” moved it, by ZERO at least", [0.05], [0.045], [yes], []),
        ("moved to its own side", [0.05, -0.05], [0.09, -0.09], [yes, yes], []),
        ("the most moved first", [0.02, 0.06, -0.03], [0, 0.03, 0.02], [yes, yes, yes], [2, 1, 0]),
        ("of equal ones the smaller number", [0.05, -0.05], [0, 0], [yes, yes], [0, 1]),
    ):
        got = list(find_negation_filters(np.array(given[0]), np.array(given[1], float), given[2]))
        require(
            got == expected,
            broken,
            f"For (with, without, windows) = {given} it gave {got}, not {expected}.",
            got,
            expected,
        )
    given = explain(["this is not good", "this is good"]).by_filter
    got, expected = (
        list(find_negation_filters(*given, windows("this is not good")))[:5],
        sentences.NEGATION_FILTERS,
    )
    require(got == expected, "the network's filters", f"The first five are {got}, not {expected}.")
