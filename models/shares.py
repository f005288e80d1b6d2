"""How a sentence's score is shared out: conductance of the filters, integrated gradients of the words, many sentences at a time."""

from typing import NamedTuple

import numpy as np

import minigrad as mg
from minigrad.attribution import conductance, internal_influence
from minigrad.backend import get_array_module, to_numpy
from minigrad.parallel import default_workers, in_order, one_blas_thread

from .sentiment import NEVER
from .text import padded

BATCH = 32  # sentences of about the same length that go through the network together
WORDS_IN_A_PASS = 1280  # sentences × words (or windows) × path points in one forward pass: what it writes stays in the cache


class Shares(NamedTuple):
    """What `shares_of` found for a few sentences.

    Attributes
    ----------
    words : array, shape (N, T, width), or None
        Integrated gradients (Eq. 1).
    filters : array, shape (N, filters)
        Conductance (Eq. 3).
    difference : numpy.ndarray, shape (N,)
        F(x) − F(x′), in float64.
    embedded : array, shape (N, T, width)
        x.
    """

    words: np.ndarray
    filters: np.ndarray
    difference: np.ndarray
    embedded: np.ndarray


def shares_of(model, tokens, steps, baseline, workers, with_words=True):
    """Conductance of the filters, and integrated gradients of the words, for token numbers (N, T).

    The convolutions are affine, so z = Wx + b of x(α) = x′ + α (x − x′) is the straight path
    from z′ to z, and each needs to be convolved once, not at every point. The filters, which
    come after z, move along it as they do along x(α), so their conductance is the same. For
    the words, ∂F/∂x = Wᵀ ∂F/∂z with one W all along: ∫ ∂F/∂z dα, times Wᵀ, is ∫ ∂F/∂x dα.
    And of the windows only the `contenders` matter.
    """
    convolve = Convolution(model, model.lengths(tokens))
    with mg.no_grad():
        x, x_baseline = model.embed(tokens).data, model.baseline(tokens[:1], baseline)  # every sentence has the same x′,
        z, one_window = convolve(mg.Tensor(x)).data, model.convolve(mg.Tensor(x_baseline)).data[:, :1]  # every window of it too
    xp = get_array_module(z)
    z_baseline = xp.where(z == NEVER, z, one_window)
    places = contenders(z, z_baseline)
    start, end = (xp.take_along_axis(one, places, axis=1) for one in (z_baseline, z))
    rows = max(1, WORDS_IN_A_PASS // places.shape[1])
    found = conductance(model.score_windows, end, start, ["filters"], steps, batch_size=rows, workers=workers)
    words = None
    if with_words:
        influence = internal_influence(NamedWindows(model), end, start, steps, ["windows"], rows, workers=workers)
        mean_dF_dz = xp.zeros_like(z)  # ∫ ∂F/∂z dα: 0 for windows that never win
        xp.put_along_axis(mean_dF_dz, places, influence["windows"], axis=1)
        _, pullback = mg.vjp(convolve, x)
        (mean_dF_dx,) = pullback(mean_dF_dz)
        words = (x - x_baseline) * mean_dF_dx
    return Shares(words, found["filters"], found.difference, x)


def contenders(z, z_baseline):
    """The windows that can be a filter's largest somewhere between z_baseline and z.

    Every window moves along a straight line, so one that the winner at z beats (or equals)
    at the baseline too is beaten all along. With a baseline of padding, where all windows
    are equal, the winner alone is left.

    Parameters
    ----------
    z, z_baseline : array, shape (N, T, filters)

    Returns
    -------
    integer array, shape (N, K, filters)
        Places along T, contenders first and in order; K is the largest number of them that
        any filter has in any sentence.
    """
    xp = get_array_module(z)
    winner = z.argmax(axis=1)[:, None]
    ahead = z_baseline > xp.take_along_axis(z_baseline, winner, axis=1)
    most = 1 + int(ahead.sum(axis=1).max())
    if most == 1:
        return winner
    stays = ahead | (xp.arange(z.shape[1])[:, None] == winner)
    return xp.argsort(~stays, axis=1, kind="stable")[:, :most]


class Convolution:
    """z of x: `SentimentCNN.convolve` for sentences of given lengths."""

    def __init__(self, model, lengths):
        self.model, self.lengths = model, lengths

    def __call__(self, embedded):
        return self.model.convolve(embedded, self.lengths)


class NamedWindows:
    """F of z with z as a layer of its own, "windows"."""

    def __init__(self, model):
        self.model = model

    def __call__(self, windows):
        return self.model.score_windows(windows.named("windows"))


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
    share_out = SharesOfBatch(model, steps, baseline, with_words=False)
    for members, found in in_batches(share_out, tokens, batch, workers, progress):
        difference[members] = found.difference
        for i, row in zip(members, to_numpy(found.filters)):
            values[i] = row
    return np.array(values), difference


class SharesOfBatch:
    """`shares_of` for one batch: (members, tokens) to `Shares`."""

    def __init__(self, model, steps, baseline, with_words=True):
        self.model, self.steps, self.baseline, self.with_words = model, steps, baseline, with_words

    def __call__(self, item):
        _, tokens = item
        return shares_of(self.model, tokens, self.steps, self.baseline, 1, self.with_words)


def in_batches(function, tokens, batch, workers=None, progress=None):
    """Apply a function to sentences, a batch at a time, the batches shared out among threads.

    Parameters
    ----------
    function : callable
        Of (members, tokens): the numbers of a batch's sentences, and their tokens (N, T).
    tokens : list of integer array (T,)
    batch, workers, progress
        As for `explain_sentences`.

    Yields
    ------
    members : list of int
    result
        What the function returned.
    """
    batches = batches_by_length([len(row) for row in tokens], batch)
    workers = default_workers(np.empty(0)) if workers is None else workers
    items = [(members, padded([tokens[i] for i in members])) for members in batches]
    with one_blas_thread():  # also for one worker: small products gain nothing from two
        yield from zip(batches, in_order(function, items if progress is None else progress(items), workers))


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
