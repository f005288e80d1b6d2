"""The division of labour: has the conductance of each filter one sign, whatever the sentence?"""

from functools import partial

import numpy as np

from minigrad.attribution import activation
from minigrad.machine.backend import to_numpy

from ..explain.attributions import in_batches
from .network import SentimentCNN
from .words import padded

ZERO = 0.01  # a conductance that is smaller counts as zero, as in the paper
ONE_SIDED = 0.9  # the share of a filter's signs that makes it one-sided
SEEDS = (0, 1, 2)  # of the untrained networks that are counted beside the network


def division_of_labour(model, conductance, zero=ZERO):
    """How one-sided each filter is: do its conductances have one sign, whatever the sentence?

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    conductance : numpy.ndarray, shape (sentences, filters)
    zero : float
        A conductance that is smaller counts as zero.

    Returns
    -------
    dict
        The numbers; ``"one_sided_share"`` is among the filters that have any sign.
    """
    signs = signs_of(conductance, zero)
    positive, negative = (signs > 0).sum(axis=0), (signs < 0).sum(axis=0)
    live = positive + negative > 0
    larger = np.maximum(positive, negative)[live] / (positive + negative)[live]
    one_sided = larger >= ONE_SIDED
    of_weight = np.sign(model.output.weight.numpy()[:, 0])
    nonzero = signs != 0
    return {
        "sentences": len(conductance),
        "filters": conductance.shape[1],
        "zero_below": float(zero),
        "filters_with_a_sign": int(live.sum()),
        "one_sided_at": ONE_SIDED,
        "one_sided": int(one_sided.sum()),
        "one_sided_share": share(one_sided),
        "for_positive": int((one_sided & (positive > negative)[live]).sum()),
        "for_negative": int((one_sided & (positive < negative)[live]).sum()),
        "median_one_sidedness": float(np.median(larger)) if live.any() else 0.0,
        "nonzero_share": share(nonzero),
        "nonzero_with_the_sign_of_the_output_weight": share((signs == of_weight)[nonzero]),
    }


def signs_of(conductance, zero=ZERO):
    """−1, 0 and 1; what is smaller than ``zero`` is 0."""
    return np.where(np.abs(conductance) < zero, 0, np.sign(conductance)).astype(np.int8)


def share(flags):
    """The share of true entries; 0 of none."""
    return float(np.mean(flags)) if np.size(flags) else 0.0


def untrained_controls(model, tokens, nonzero_share, progress=None):
    """The division of labour in networks of the same form and words that have learnt nothing.

    How large their conductances are means nothing: half the output weights, half of each.
    So beside `ZERO` they are counted with a threshold of their own, under which lies as
    large a share of their conductances as under `ZERO` in the network itself. (One relative
    to |F(x) − F(x′)| would not do: with random weights the filters cancel there.)

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    tokens : list of integer array (T,)
    nonzero_share : float
        The share of the network's conductances that is not zero.
    progress : callable, optional

    Returns
    -------
    list of dict
        For each of `SEEDS` what `division_of_labour` counts, ``"same_threshold"`` and
        ``"same_share"``.
    """
    found = []
    for seed in SEEDS:
        control = untrained(model, seed)
        y, y_baseline = filters_at_ends(control, tokens, progress)
        # Exact, since behind the filters the network is linear.
        conductance = control.output.weight.numpy()[:, 0] * (y - y_baseline)
        zero = np.quantile(np.abs(conductance), 1 - nonzero_share)
        numbers = {"same_threshold": division_of_labour(control, conductance)}
        numbers["same_share"] = division_of_labour(control, conductance, zero)
        found.append({"seed": seed, "silent_for_padding": int((y_baseline == 0).sum()), **numbers})
    return found


def untrained(model, seed):
    """A network of the same form and words with random weights."""
    width = model.embedding.weight.shape[1]
    form = {"widths": model.widths, "filters": model.filters}
    network = SentimentCNN(model.vocabulary, width, model.dropout, seed, **form)
    return network.eval().requires_grad(False)


def filters_at_ends(model, tokens, progress=None):
    """The layer "filters" of every sentence, y(x), and that of padding, y(x′).

    Returns
    -------
    y : numpy.ndarray, shape (N, filters)
    y_baseline : numpy.ndarray, shape (filters,)
    """
    y = [None] * len(tokens)
    filters_of = partial(filters_of_batch, model)
    for members, found in in_batches(filters_of, model, tokens, progress=progress):
        for i, row in zip(members, to_numpy(found)):
            y[i] = row
    # A sentence of padding has the same windows everywhere, so its length does not matter.
    one = padded(tokens[:1])
    found = activation(model.scorer(one), model.baseline(one), layers=["filters"])
    return np.array(y), to_numpy(found["filters"])[0]


def filters_of_batch(model, batch):
    """The layer "filters" for one batch of sentences, (members, tokens)."""
    _, tokens = batch
    x = model.embed(tokens).data
    return activation(model.scorer(tokens), x, layers=["filters"], workers=1)["filters"]


def clustered(signs):
    """Orders of rows and columns that bring alike ones together, by hierarchical clustering.

    Parameters
    ----------
    signs : numpy.ndarray, shape (sentences, filters)

    Returns
    -------
    rows, columns : numpy.ndarray of int
        Average linkage of city-block distances: how many signs differ.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage

    numbers = signs.astype(np.float64)
    rows = linkage(numbers, "average", metric="cityblock")
    columns = linkage(numbers.T, "average", metric="cityblock")
    return leaves_list(rows), leaves_list(columns)
