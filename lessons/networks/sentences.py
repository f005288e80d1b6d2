"""The sentences of lesson 17, all made for it, and what is found for them."""

from typing import NamedTuple

import numpy as np

import minigrad as mg
from minigrad.attribution import conductance, integrated_gradients
from models.sentiment import SentimentCNN

STEPS = 50  # path points
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


def explain(model, texts, kind="padding"):
    """Words' shares and filters' conductances of some sentences: a `Found`."""
    tokens, x, baseline = embed(model, texts, kind)
    F = model.scorer(tokens)
    by_word = integrated_gradients(F, x, baseline, steps=STEPS).sum(axis=-1)
    by_filter = filters_conductance(model, texts, kind)
    return Found(F(mg.Tensor(x)).data, F(mg.Tensor(baseline)).data, by_word, by_filter)


def filters_conductance(model, texts, kind="padding"):
    """Eq. 3 of every filter, (N, 256)."""
    tokens, x, baseline = embed(model, texts, kind)
    found = conductance(model.scorer(tokens), x, baseline, layers=["filters"], steps=STEPS)
    return found["filters"]


def filters_of(model, tokens, embedded):
    """y, the layer `filters`, of embedded sentences: (N, 256)."""
    with mg.watch_layers(["filters"]) as hidden:
        model.scorer(tokens)(mg.Tensor(embedded))
    return hidden.tensors["filters"].data


def windows_that_won(model, text):
    """For each filter the words that it has a gradient in, a list; empty where the filter is 0."""
    count = model.output.weight.shape[0]
    tokens, words = np.repeat(model.tokenize([text]), count, axis=0), text.split()
    with mg.watch_layers() as hidden:
        model.scorer(tokens)(mg.Tensor(model.embed(tokens).data).named("words"))
        # row k: the sentence as filter k sees it
        hidden.tensors["filters"].backward(np.eye(count))
    touched = (hidden.tensors["words"].grad != 0).any(axis=-1)
    return [[word for word, is_touched in zip(words, row) if is_touched] for row in touched]


def holds_not(model, text):
    """Whether the window that won holds "not", for each filter: (256,)."""
    return np.array(["not" in words for words in windows_that_won(model, text)])


def untrained(model):
    """A network of the same form and words, with random weights, in float64."""
    return SentimentCNN(model.vocabulary, rng=0).astype(np.float64).requires_grad(False)


def embed(model, texts, kind="padding"):
    """Token numbers (N, T), x and x′ (N, T, E); x′ by its name, "padding", "zero", "unknown"."""
    tokens = model.tokenize(texts)
    if kind == "unknown":
        return tokens, model.embed(tokens).data, model.embed(np.ones_like(tokens)).data
    return tokens, model.embed(tokens).data, model.baseline(tokens, kind)


def gradients(model, text, alphas):
    """x − x′ (T, E), and ∂F/∂x at every α (points, T, E)."""
    tokens, x, baseline = embed(model, [text])
    found = []
    for alpha in alphas:
        _, pullback = mg.vjp(model.scorer(tokens), baseline + alpha * (x - baseline))
        found.append(pullback(np.ones(1))[0][0])
    return (x - baseline)[0], np.array(found)


def responses(model, text):
    """For each filter its width, and its response in every window, after the ReLU."""
    embedded = model.embed(model.tokenize([text]))
    pairs = zip(model.widths, model.convolutions)
    return [
        (size, one)
        for size, convolution in pairs
        for one in mg.relu(convolution(embedded)).data[0].T
    ]
