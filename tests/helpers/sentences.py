"""Sentences, and small networks that read them."""

import numpy as np

from minigrad.attribution import activation
from models.sentiment import SentimentCNN
from models.sentiment.words import Vocabulary

WORDS = "this is not good bad a film the plot was n't and never dull but clever . ,".split()
TEXTS = [
    "This is not good.",
    "good",
    "The plot was clever, but the film was dull and never good.",
    "a film",
    "It isn't bad 😀 zzyzx!",
    "not bad",
]


def untrained():
    """A network in float64 that knows a few words; its biases silence some of the filters."""
    vocabulary = Vocabulary(["<pad>", "<unk>", *WORDS])
    model = SentimentCNN(vocabulary, 16, rng=3).astype(np.float64).eval().requires_grad(False)
    generator = np.random.default_rng(1)
    for one in model.convolutions:
        one.bias.data = generator.normal(-0.5, 0.5, one.bias.shape)
    return model


def hand_made():
    """Two filters of width 2: one looks for "not good", one for "bad" followed by anything."""
    vocabulary = Vocabulary(["<pad>", "<unk>", *WORDS])
    model = SentimentCNN(vocabulary, len(vocabulary), rng=0, widths=(2,), filters=2)
    model = model.astype(np.float64).eval().requires_grad(False)
    model.embedding.weight.data = np.eye(len(vocabulary))
    number = vocabulary.numbers
    (convolution,) = model.convolutions
    kernel = np.zeros(convolution.weight.shape)
    kernel[0, number["not"], 0] = kernel[1, number["good"], 0] = 1
    kernel[0, number["bad"], 1] = 1
    convolution.weight.data, convolution.bias.data = kernel, np.array([-1.0, 0.0])
    model.output.weight.data, model.output.bias.data = np.array([[-3.0], [-1.0]]), np.array([0.5])
    return model


def filters_of(network, tokens, embedded):
    """The layer "filters" of the first sentence."""
    return activation(network.scorer(tokens), embedded, layers=["filters"])["filters"][0]
