"""Explain sentences: every word's integrated gradient, every filter's conductance, and the windows that the filters chose."""

import math
from dataclasses import dataclass

import numpy as np

import minigrad as mg
from minigrad.attribution import conductance
from minigrad.backend import to_numpy

from .text import tokens_of

BATCH = 32  # sentences of about the same length that go through the network together
UNKNOWN_NUMBER = 1  # every word outside the vocabulary
WORDS_IN_A_PASS = 1280  # sentences × words × path points in one forward pass: what it writes stays in the cache


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
        order = np.argsort(-self.conductance, kind="stable")
        values = self.conductance
        for_score = [(int(i), float(values[i]), self.window(i)) for i in order[:count] if values[i] > 0]
        against = [(int(i), float(values[i]), self.window(i)) for i in order[::-1][:count] if values[i] < 0]
        return for_score, against


def explain_sentences(model, texts, steps=50, baseline="padding", batch=BATCH, workers=None, progress=None):
    """Score sentences and share each score out among its words and among the filters.

    One sweep along the path serves both: the conductance of the layer of words, x itself,
    is its integrated gradient, since there dy/dα = x − x′.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    texts : list of str
    steps : int
        Points on the path from the baseline.
    baseline : {"padding", "zero"}
        As `SentimentCNN.baseline` takes it.
    batch : int
        Sentences that go through the network together. Peak memory grows with it, not
        with ``steps``. The last bits of a sentence's numbers may depend on its neighbours.
    workers : int, optional
        Threads, as for `minigrad.attribution.conductance`.
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
    batches = batches_by_length([len(row) for row in tokens], batch)
    for members in batches if progress is None else progress(batches):
        some = explain_batch(model, [texts[i] for i in members], stacked([tokens[i] for i in members]), steps, baseline, workers)
        for i, explanation in zip(members, some):
            explanations[i] = explanation
    return explanations


def explain_batch(model, texts, tokens, steps, baseline, workers):
    """The `Explanation` of each of a few sentences, whose token numbers are (N, T)."""
    found, embedded = conductance_of(model, tokens, ("words", "filters"), steps, baseline, workers)
    with mg.no_grad():
        scores = to_numpy(model.scorer(tokens)(mg.Tensor(embedded)).data).astype(np.float64)
        windows = winning_windows(model, embedded, model.lengths(tokens))
    by_word = to_numpy(found["words"]).sum(axis=-1)
    by_filter, widths = to_numpy(found["filters"]), filter_widths(model)
    explanations = []
    for row, text in enumerate(texts):
        words = tokens_of(text)
        explanations.append(
            Explanation(
                text,
                words,
                [bool(number != UNKNOWN_NUMBER) for number in tokens[row, : len(words)]],
                float(scores[row]),
                float(scores[row] - found.difference[row]),
                by_word[row, : len(words)],
                float(by_word[row, len(words) :].sum(dtype=np.float64)),
                by_filter[row],
                windows[row],
                widths,
                baseline,
                steps,
            )
        )
    return explanations


def filter_conductance(model, tokens, steps=50, baseline="padding", batch=BATCH, workers=None, progress=None):
    """The conductance of every filter for many sentences; nothing before the filters is on the tape.

    Parameters
    ----------
    model, steps, baseline, batch, workers, progress
        As for `explain_sentences`.
    tokens : list of integer array (T,)
        The sentences' token numbers, each without the others' padding.

    Returns
    -------
    conductance : numpy.ndarray, shape (N, filters)
    difference : numpy.ndarray, shape (N,)
        F(x) − F(x′).
    """
    values, difference = [None] * len(tokens), np.zeros(len(tokens))
    batches = batches_by_length([len(row) for row in tokens], batch)
    for members in batches if progress is None else progress(batches):
        found, _ = conductance_of(model, stacked([tokens[i] for i in members]), ("filters",), steps, baseline, workers)
        difference[members] = found.difference
        for i, row in zip(members, to_numpy(found["filters"])):
            values[i] = row
    return np.array(values), difference


def conductance_of(model, tokens, layers, steps, baseline, workers):
    """The conductance of "words", "filters" or both for token numbers (N, T), and the embedded sentences (N, T, width)."""
    with mg.no_grad():
        embedded = model.embed(tokens).data
    F = NamedWords(model.scorer(tokens)) if "words" in layers else model.scorer(tokens)
    rows = max(1, WORDS_IN_A_PASS // tokens.shape[1])
    found = conductance(F, embedded, model.baseline(tokens, baseline), layers, steps, batch_size=rows, workers=workers)
    return found, embedded


class NamedWords:
    """F with its input as a layer of its own, "words"."""

    def __init__(self, F):
        self.F = F

    def __call__(self, embedded):
        return self.F(embedded.named("words"))


def winning_windows(model, embedded, lengths):
    """Where each filter's maximum over time comes from.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    embedded : array, shape (N, T, width)
    lengths : integer array (N,)

    Returns
    -------
    numpy.ndarray of int, shape (N, filters)
        The first word of the window, the first of equal ones; −1 where the filter is 0.
    """
    found = []
    for size, convolution in zip(model.widths, model.convolutions):
        y = mg.relu(convolution(mg.Tensor(embedded)))
        y = to_numpy((y * model.window_counts(y, lengths, size)).data)
        found.append(np.where(y.max(axis=1) > 0, y.argmax(axis=1), -1))
    return np.concatenate(found, axis=-1)


def filter_widths(model):
    """The width of every filter, in the order of the layer."""
    return np.concatenate([np.full(one.weight.shape[-1], one.weight.shape[0]) for one in model.convolutions])


def token_rows(model, texts):
    """The token numbers of every text, each by itself; an error if one has none."""
    if isinstance(texts, str):
        raise TypeError(f"explain: {texts!r} is one text; give a list of them, [{texts!r}]")
    if not len(texts):
        raise ValueError("explain: an empty list; give at least one sentence")
    return [model.tokenize([text])[0] for text in texts]


def batches_by_length(lengths, batch):
    """Lists of sentence numbers, those of about the same length together, the shortest first.

    At most ``batch`` sentences and, from two sentences on, `WORDS_IN_A_PASS` words with their padding.
    """
    if not isinstance(batch, (int, np.integer)) or batch < 1:
        raise ValueError(f"explain: batch is {batch!r}; expected a whole number of at least 1")
    batches = []
    for i in np.argsort(lengths, kind="stable").tolist():
        full = not batches or len(batches[-1]) == batch or (len(batches[-1]) + 1) * lengths[i] > WORDS_IN_A_PASS
        if full:
            batches.append([])
        batches[-1].append(i)
    return batches


def stacked(rows):
    """Token numbers (T,) of several sentences as one array (N, longest T), padded at the end."""
    tokens = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
    for to, row in zip(tokens, rows):
        to[: len(row)] = row
    return tokens
