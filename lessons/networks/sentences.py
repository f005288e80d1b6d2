"""The sentences of lesson 12, all made for it, and the arrays that are made of them."""

from typing import NamedTuple

import numpy as np

import minigrad as mg
from models.sentiment import SentimentCNN

NOUNS = ("film", "cast")
PRAISE = ("good", "funny", "warm", "clever", "moving", "beautiful")
CRITICISM = ("bad", "dull", "silly", "empty", "boring", "tedious")
TEMPLATES = ("the {} is {}", "it is a {1} {0}", "the {} is not {}", "it is not a {1} {0}")

# The second half is the first, sentence by sentence, with "not".
SENTENCES = [
    form.format(noun, word) for form in TEMPLATES for noun in NOUNS for word in PRAISE + CRITICISM
]
# has a word of praise
PRAISES = np.array([not set(PRAISE).isdisjoint(sentence.split()) for sentence in SENTENCES])
PAIRS = len(SENTENCES) // 2

SHOWN = (
    "this is good", "this is not good", "this is bad", "this is not bad",
    "a warm and funny film", "it is not a warm film", "a film without a dull moment", "nothing "
                                                                                      "works here",
)  # fmt: skip

# The first five in the shipped network, for "this is not good".
NEGATION_FILTERS = [162, 241, 36, 183, 154]


class Found(NamedTuple):
    """What is found for N sentences, padded to T words.

    Attributes
    ----------
    F_x, F_baseline : numpy.ndarray, shape (N,)
    by_word : numpy.ndarray, shape (N, T)
        Eq. 1, summed over a word's embedding.
    by_filter : numpy.ndarray, shape (N, 256)
        Eq. 3.
    """

    F_x: np.ndarray
    F_baseline: np.ndarray
    by_word: np.ndarray
    by_filter: np.ndarray


def untrained(model):
    """A network of the same form and words, with random weights, in float64."""
    return SentimentCNN(model.vocabulary, rng=0).astype(np.float64).requires_grad(False)


def embed(model, texts, kind):
    """Token numbers (N, T), x and x′ (N, T, E); x′ by its name, "padding", "zero", "unknown"."""
    tokens = model.tokenize(texts)
    if kind == "unknown":
        return tokens, model.embed(tokens).data, model.embed(np.ones_like(tokens)).data
    return tokens, model.embed(tokens).data, model.baseline(tokens, kind)


def gradients(model, text, alphas, weights):
    """x and x′ (T, E), ∂F/∂x at every α (points, T, E), and the weights."""
    tokens, x, baseline = embed(model, [text], "padding")
    found = []
    for alpha in alphas:
        _, pullback = mg.vjp(model.scorer(tokens), baseline + alpha * (x - baseline))
        found.append(pullback(np.ones(1))[0][0])
    return x[0], baseline[0], np.array(found), weights


def responses(model, text):
    """For each filter its width, and its response in every window, after the ReLU."""
    embedded = model.embed(model.tokenize([text]))
    pairs = zip(model.widths, model.convolutions)
    return [
        (size, one)
        for size, convolution in pairs
        for one in mg.relu(convolution(embedded)).data[0].T
    ]
