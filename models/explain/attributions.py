"""How a sentence's score is shared out among the network's filters and among its words."""

from functools import partial
from typing import NamedTuple

import numpy as np

import minigrad as mg
from minigrad.attribution import conductance, internal_influence
from minigrad.machine.backend import get_array_module, to_numpy
from minigrad.machine.parallel import default_workers, in_order

from ..sentiment.words import padded

BATCH = 32  # sentences of about the same length that go through the network together
# sentences × words that are convolved together, sentences × path points that are walked together
WORDS_IN_A_PASS = 1280
# F is linear in the filters, so that their line integral needs no point between the two.
ENDS = (0.0, 1.0)


class SentenceAttributions(NamedTuple):
    """What `attributions_of` found for a few sentences.

    Attributes
    ----------
    words : array, shape (N, T, width), or None
        Integrated gradients (Eq. 1).
    filters : array, shape (N, filters)
        Conductance (Eq. 3).
    score, difference : numpy.ndarray, shape (N,)
        F(x) and F(x) − F(x′), in float64.
    windows : numpy.ndarray of int, shape (N, filters)
        The word at which the window begins that each filter chose, the first of equal ones;
        −1 where the filter is 0.
    """

    words: np.ndarray
    filters: np.ndarray
    score: np.ndarray
    difference: np.ndarray
    windows: np.ndarray


def attributions_of(model, tokens, steps, baseline):
    """Conductance of the filters, and integrated gradients of the words, for a few sentences.

    All in one thread. The convolutions are affine, so z = Wx + b of x(α) = x′ + α (x − x′)
    is the straight path from z′ to z, and each end needs to be convolved once, not every
    point. The filters come after z and move along it as they do along x(α), so their
    conductance is the same; and F is linear in them, so it is exact. For the words,
    ∂F/∂x = Wᵀ ∂F/∂z with one W all along: ∫ ∂F/∂z dα, times Wᵀ, is ∫ ∂F/∂x dα.

    x′ is one and the same word all over, so all windows of a filter begin at one z′. Then
    the largest of them at x, z′ + (z − z′), is the largest at every α: it alone matters.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    tokens : integer array, shape (N, T)
    steps : int or None
        Points on the path, for the words; None if they are not asked for.
    baseline : {"padding", "zero"}

    Returns
    -------
    SentenceAttributions
    """
    convolve = partial(model.convolve, lengths=model.lengths(tokens))
    with mg.no_grad():
        x = model.embed(tokens).data
        x_baseline = model.baseline(tokens[:1], baseline)  # (1, T, width): every sentence's
        z = convolve(mg.Tensor(x)).data  # (N, T, filters)
        z_baseline = model.convolve(mg.Tensor(x_baseline)).data
        z_baseline = z_baseline[:, :1]  # (1, 1, filters): every window's
    xp = get_array_module(z)
    winner = z.argmax(axis=1)[:, None]
    largest = xp.take_along_axis(z, winner, axis=1)  # (N, 1, filters)
    options = {"batch_size": WORDS_IN_A_PASS, "workers": 1}
    path = largest, z_baseline
    found = conductance(model.score_windows, *path, layers=["filters"], steps=ENDS, **options)
    words = None
    if steps is not None:
        F = partial(score_of_named, model)
        influence = internal_influence(F, *path, layers=["windows"], steps=steps, **options)
        at_winner = xp.arange(z.shape[1])[:, None] == winner
        # ∫ ∂F/∂z dα, which is 0 where no window wins.
        mean_dF_dz = xp.where(at_winner, influence["windows"], xp.zeros_like(z))
        _, pullback = mg.vjp(convolve, x)
        (mean_dF_dx,) = pullback(mean_dF_dz)
        words = (x - x_baseline) * mean_dF_dx
    with mg.no_grad():
        score = to_numpy(model.score_windows(mg.Tensor(largest)).data).astype(np.float64)
    windows = np.where(to_numpy(largest > 0), to_numpy(winner), -1)[:, 0]
    return SentenceAttributions(words, found["filters"], score, found.difference, windows)


def score_of_named(model, windows):
    """F of z with z as a layer of its own, "windows"."""
    return model.score_windows(windows.named("windows"))


def filter_conductance(model, tokens, baseline="padding", workers=None, progress=None):
    """The conductance of every filter for many sentences, nothing before the filters on the tape.

    Parameters
    ----------
    model, baseline, workers, progress
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
    attribute = partial(attributions_of_batch, model, None, baseline)
    for members, found in in_batches(attribute, model, tokens, workers, progress):
        difference[members] = found.difference
        for i, row in zip(members, to_numpy(found.filters)):
            values[i] = row
    return np.array(values), difference


def attributions_of_batch(model, steps, baseline, batch):
    """`attributions_of` for one batch, (members, tokens)."""
    _, tokens = batch
    return attributions_of(model, tokens, steps, baseline)


def in_batches(function, model, tokens, workers=None, progress=None):
    """Apply a function to sentences, a batch at a time, the batches shared out among threads.

    Parameters
    ----------
    function : callable
        Of (members, tokens): the numbers of a batch's sentences, and their tokens (N, T).
    model : models.sentiment.SentimentCNN
        Says where the arrays are.
    tokens : list of integer array (T,)
    workers, progress
        As for `explain_sentences`.

    Returns
    -------
    list of (members, result)
        The numbers of each batch's sentences, and what the function returned.
    """
    batches = batches_by_length([len(row) for row in tokens])
    workers = default_workers(model.embedding.weight.data) if workers is None else workers
    items = [(members, padded([tokens[i] for i in members])) for members in batches]
    results = in_order(function, items if progress is None else progress(items), workers)
    return list(zip(batches, results))


def batches_by_length(lengths, batch=BATCH):
    """Lists of sentence numbers, those of about the same length together, the shortest first.

    At most ``batch`` sentences and, from two sentences on, `WORDS_IN_A_PASS` words with their
    padding.
    """
    batches, members = [], batch  # as if one were full, so that the first sentence begins one
    for i in np.argsort(lengths, kind="stable").tolist():
        words = (members + 1) * lengths[i]
        if members == batch or words > WORDS_IN_A_PASS:
            batches.append([])
            members = 0
        batches[-1].append(i)
        members += 1
    return batches
