"""Sentences: conductance of the network's filters and the words' gradients, against Captum."""

import copy
from functools import partial

import numpy as np
import torch
import torch.nn.functional as tf

from models.explain.attributions import attributions_of_batch, filter_conductance, in_batches
from tests.benchmarks.harness.timing import check_equal, in_turn

STEPS = 50
SENTENCES = 128
INTERNAL_BATCHES = (64, 256)  # rows in one of Captum's passes: the faster one counts


class TorchSentiment(torch.nn.Module):
    """A SentimentCNN in PyTorch, from embedded sentences (N, T, width); `filters`, for hooks.

    T words each; `filters` is a module.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    """

    def __init__(self, model):
        super().__init__()
        self.convolutions = torch.nn.ModuleList()
        for one in model.convolutions:
            size, width, filters = one.weight.shape
            convolution = torch.nn.Conv1d(width, filters, size)
            convolution.weight.data = torch.tensor(
                np.ascontiguousarray(one.weight.numpy().transpose(2, 1, 0))
            )
            convolution.bias.data = torch.tensor(one.bias.numpy())
            self.convolutions.append(convolution)
        self.filters = torch.nn.Identity()
        self.output = torch.nn.Linear(*model.output.weight.shape)
        self.output.weight.data = torch.tensor(np.ascontiguousarray(model.output.weight.numpy().T))
        self.output.bias.data = torch.tensor(model.output.bias.numpy())
        self.requires_grad_(False)

    def forward(self, embedded):
        x = embedded.transpose(1, 2)
        pooled = [tf.relu(convolution(x)).amax(dim=2) for convolution in self.convolutions]
        return self.output(self.filters(torch.cat(pooled, 1)))[:, 0]


def made_up(model, count=SENTENCES, seed=0):
    """Sentences of random known words, as long as the treebank's.

    That is 19 words on average, from the widest filter to 50.

    Returns
    -------
    list of numpy.ndarray of int64
    """
    generator = np.random.default_rng(seed)
    lengths = np.clip(generator.normal(19, 9, count).round().astype(int), max(model.widths), 50)
    return [generator.integers(2, len(model.vocabulary), length) for length in lengths]


def by_length(rows):
    """Sentences of equal length together, as arrays (N, T): Captum's network has no padding."""
    groups = {}
    for row in rows:
        groups.setdefault(len(row), []).append(row)
    return [np.array(groups[length]) for length in sorted(groups)]


def captum_conductance(network, groups, steps, internal_batch_size):
    """Captum's conductance of the filters, (sentences, filters), by groups (embedded, baseline)."""
    from captum.attr import LayerConductance

    method = LayerConductance(network, network.filters)
    found = []
    for x, baseline in groups:
        options = {"n_steps": steps, "internal_batch_size": max(internal_batch_size, len(x))}
        found.append(method.attribute(x, baseline, **options).detach())
    return torch.cat(found).numpy()


def captum_words(network, groups, steps, internal_batch_size):
    """Captum's integrated gradient of every word: a list of (N, T)."""
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(network)
    found = []
    for x, baseline in groups:
        options = {"n_steps": steps, "internal_batch_size": max(internal_batch_size, len(x))}
        found.append(method.attribute(x, baseline, **options).detach().sum(2))
    return found


def our_words(model, tokens, steps):
    """Our integrated gradient of every word, and the filters' conductance: two lists.

    Both by sentence.
    """
    rows = [row for group in tokens for row in group]
    words, filters = [None] * len(rows), [None] * len(rows)
    attribute = partial(attributions_of_batch, model, steps, "padding")
    for members, found in in_batches(attribute, model, rows):
        for place, i in enumerate(members):
            words[i] = found.words[place, : len(rows[i])].sum(axis=-1)
            filters[i] = found.filters[place]
    return words, filters


def embedded_groups(model, tokens):
    """Each group of token numbers as PyTorch's (embedded, baseline)."""
    return [
        (torch.tensor(model.embed(rows).numpy()), torch.tensor(model.baseline(rows)))
        for rows in tokens
    ]


def check(model, tokens, steps=50):
    """Compare in float64, where rounding decides no maximum; an AssertionError where they differ.

    The words are compared at the same points of the path. For the filters Captum sums
    ∂F/∂y · (y_{k+1} − y_k) between its points, of which the first and the last are not the
    ends of the path; behind the filters the network is linear, so what it leaves out is small.
    """
    model = copy.deepcopy(model).astype(np.float64)
    network, groups = TorchSentiment(model), embedded_groups(model, tokens)
    words, filters = our_words(model, tokens, steps)
    theirs = [row for group in captum_words(network, groups, steps, 64) for row in group.numpy()]
    for ours, captums in zip(words, theirs, strict=True):
        check_equal("words, float64", ours, captums, 1e-8)
    check_equal(
        "filters, float64", np.stack(filters), captum_conductance(network, groups, steps, 64), 0.05
    )
    exact = [exact_conductance(model, rows) for rows in tokens]
    check_equal(
        "filters against w (y(x) − y(x′)), float64", np.stack(filters), np.concatenate(exact), 0.05
    )


def exact_conductance(model, tokens):
    """w (y(x) − y(x′)): what the integral is for a network that is linear behind the layer."""
    from minigrad.attribution import activation

    F = model.scorer(tokens)
    ends = [
        activation(F, x, layers=["filters"])["filters"]
        for x in (model.embed(tokens).data, model.baseline(tokens))
    ]
    return model.output.weight.numpy()[:, 0] * (ends[0] - ends[1])


def fastest(row, name):
    """The row with only the faster of Captum's internal batches, and our sentences per second."""
    best = min(row.seconds.keys() - {"ours"}, key=row.seconds.get)
    row.seconds = {"ours": row.seconds["ours"], name: row.seconds[best]}
    row.ratios = {name: row.ratios[best]}
    row.what += f", {SENTENCES / row.seconds['ours']:.0f} sentences/s"
    return row


def run(model, rounds):
    """Yield the rows of the table.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    rounds : int
    """
    tokens = by_length(made_up(model))
    check(model, tokens[:4])
    network, groups = TorchSentiment(model), embedded_groups(model, tokens)
    sentences = [row for rows in tokens for row in rows]
    what = (
        f"conductance of {model.output.weight.shape[0]} filters, "
        f"{SENTENCES} sentences, {STEPS} steps"
    )
    captum = {
        f"{size}": (lambda size=size: captum_conductance(network, groups, STEPS, size))
        for size in INTERNAL_BATCHES
    }
    yield fastest(
        in_turn(what, lambda: filter_conductance(model, sentences), captum, rounds), "Captum"
    )

    def both(size):
        return captum_words(network, groups, STEPS, size), captum_conductance(
            network, groups, STEPS, size
        )

    captum = {f"{size}": (lambda size=size: both(size)) for size in INTERNAL_BATCHES}
    what = "the same and the words' integrated gradients"
    yield fastest(
        in_turn(what, lambda: our_words(model, tokens, STEPS), captum, rounds), "Captum, two runs"
    )
