"""Explain sentences: integrated gradients of words, conductance of filters, the chosen windows."""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np

from minigrad.machine.backend import to_numpy

from ..sentiment.words import tokens_of
from .attributions import attributions_of, in_batches

UNKNOWN_NUMBER = 1  # every word outside the vocabulary


@dataclass(frozen=True)
class Explanation:
    """What `explain_sentences` found for one sentence.

    Attributes
    ----------
    text : str
    words : list of str
        As the network reads it.
    known : list of bool
        Whether each word is in the network's vocabulary.
    score, baseline_score : float
        F(x) and F(x′), before the sigmoid; above 0 means positive.
    gradients : numpy.ndarray, shape (words,)
        The integrated gradient of each word (Eq. 1), summed over its embedding.
    padding : float
        The same of the padding behind the words; 0 for the baseline of padding.
    conductance : numpy.ndarray, shape (filters,)
        Of each filter (Eq. 3).
    windows : numpy.ndarray of int, shape (filters,)
        The word at which the window begins that each filter chose, or −1 where the filter is 0.
    widths : numpy.ndarray of int, shape (filters,)
        How many words a window of each filter holds.
    baseline : str
    steps : int
    """

    text: str
    words: list
    known: list
    score: float
    baseline_score: float
    gradients: np.ndarray
    padding: float
    conductance: np.ndarray
    windows: np.ndarray
    widths: np.ndarray
    baseline: str
    steps: int

    @property
    def probability(self):
        """Of "positive": the sigmoid of the score."""
        return 0.5 * (1 + math.tanh(self.score / 2))  # cannot overflow

    @property
    def difference(self):
        """F(x) − F(x′), what the words share and what the filters share."""
        return self.score - self.baseline_score

    @property
    def words_sum(self):
        """What the words (and the padding behind them) add up to."""
        return float(self.gradients.sum(dtype=np.float64)) + self.padding

    @property
    def filters_sum(self):
        """What the filters add up to."""
        return float(self.conductance.sum(dtype=np.float64))

    def window(self, index):
        """The words in the window that a filter chose; empty where the filter is 0."""
        first = self.windows[index]
        return self.words[first : first + self.widths[index]] if first >= 0 else []

    def strongest(self, count=5):
        """The filters with the largest conductance, for and against the score.

        Returns
        -------
        for_score, against : list of (filter, conductance, window)
            At most ``count`` each, strongest first; ``window`` is a list of words.
        """
        values = self.conductance
        order = np.argsort(-values, kind="stable")
        highest = [i for i in order[:count] if values[i] > 0]
        lowest = [i for i in order[::-1][:count] if values[i] < 0]
        return self._told(highest), self._told(lowest)

    def _told(self, filters):
        """(filter, conductance, window) of each of these filters."""
        return [(int(i), float(self.conductance[i]), self.window(i)) for i in filters]


def explain_sentences(model, texts, steps=50, baseline="padding", workers=None, progress=None):
    """Score sentences and share each score out among its words and among the filters.

    The mathematics is in `attributions_of`.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    texts : list of str
    steps : int
        Points on the path from the baseline.
    baseline : {"padding", "zero"}
        As `SentimentCNN.baseline` takes it.
    workers : int, optional
        Threads over batches of sentences; see `minigrad.machine.parallel.default_workers`. The
        last bits of a sentence's numbers may depend on its neighbours in a batch.
    progress : callable, optional
        Wraps the sequence of batches while it is walked: ``tqdm.tqdm``, for example.

    Returns
    -------
    list of Explanation
        In the order of ``texts``.

    Raises
    ------
    ValueError, TypeError
        A text without a word, or no text at all; the message says which.
    """
    tokens = token_rows(model, texts)
    explanations = [None] * len(tokens)
    explain = partial(explain_batch, model, texts, steps, baseline)
    for members, some in in_batches(explain, model, tokens, workers, progress):
        for i, explanation in zip(members, some):
            explanations[i] = explanation
    return explanations


def explain_batch(model, texts, steps, baseline, batch):
    """The `Explanation` of each sentence of a batch, (members, tokens).

    Those are the numbers of some of the texts, and what the network reads.
    """
    members, tokens = batch
    found = attributions_of(model, tokens, steps, baseline)
    by_word = to_numpy(found.words).sum(axis=-1)
    by_filter, widths = to_numpy(found.filters), filter_widths(model)
    explanations = []
    for row, member in enumerate(members):
        text = texts[member]
        words = tokens_of(text)
        gradients, padding = np.split(by_word[row], [len(words)])
        explanation = Explanation(
            text=text,
            words=words,
            known=[bool(number != UNKNOWN_NUMBER) for number in tokens[row, : len(words)]],
            score=float(found.score[row]),
            baseline_score=float(found.score[row] - found.difference[row]),
            gradients=gradients,
            padding=float(padding.sum(dtype=np.float64)),
            conductance=by_filter[row],
            windows=found.windows[row],
            widths=widths,
            baseline=baseline,
            steps=steps,
        )
        explanations.append(explanation)
    return explanations


def filter_widths(model):
    """The width of every filter, in the order of the layer."""
    shapes = [one.weight.shape for one in model.convolutions]  # (width, word, filters)
    return np.repeat([width for width, _, _ in shapes], [filters for _, _, filters in shapes])


def token_rows(model, texts):
    """The token numbers of every text, each by itself; an error if one has none."""
    if isinstance(texts, str):
        raise TypeError(f"explain: {texts!r} is one text; give a list of them, [{texts!r}]")
    if not len(texts):
        raise ValueError("explain: an empty list; give at least one sentence")
    return [model.tokenize([text])[0] for text in texts]
