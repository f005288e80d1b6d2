"""Two findings of the paper about a sentiment network: its filters divide the labour, and some
serve negation.

``python -m models findings --data FOLDER --out FOLDER`` computes both, from the Stanford
Sentiment Treebank's files (``LABEL words …`` a line), as JSON, Markdown and two figures.
"""

import numpy as np

from minigrad.attribution import activation
from minigrad.backend import to_numpy

from ..explain.attributions import filter_conductance, in_batches
from ..explain.text import explain_sentences
from .network import SentimentCNN
from .treebank import NEGATIONS, hold_negation
from .words import padded

ZERO = 0.01  # a conductance that is smaller counts as zero, as in the paper
ONE_SIDED = 0.9  # the share of a filter's signs that makes it one-sided
STRONGEST = 10  # filters of a sentence that count as its filters
TOP = 40  # sentences with the highest conductance, 1 % of 4000
SURE = 0.01  # how likely it is that chance makes any negation filter
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
        # exact: behind the filters the network is linear
        conductance = control.output.weight.numpy()[:, 0] * (y - y_baseline)
        zero = np.quantile(np.abs(conductance), 1 - nonzero_share)
        numbers = {"same_threshold": division_of_labour(control, conductance)}
        numbers["same_share"] = division_of_labour(control, conductance, zero)
        found.append({"seed": seed, "silent_for_padding": int((y_baseline == 0).sum()), **numbers})
    return found


def untrained(model, seed):
    """A network of the same form and words with random weights."""
    width = model.embedding.weight.shape[1]
    network = SentimentCNN(
        model.vocabulary, width, model.dropout, seed, model.widths, model.filters
    )
    return network.eval().requires_grad(False)


def filters_at_ends(model, tokens, progress=None):
    """The layer "filters" of every sentence, y(x), shape (N, filters), and that of padding, y(x′),
    shape (filters,).
    """
    y = [None] * len(tokens)
    for members, found in in_batches(FiltersOfBatch(model), tokens, progress=progress):
        for i, row in zip(members, to_numpy(found)):
            y[i] = row
    # a sentence of padding has the same windows everywhere, so its length does not matter
    one = padded(tokens[:1])
    return np.array(y), to_numpy(
        activation(model.scorer(one), model.baseline(one), ["filters"])["filters"]
    )[0]


class FiltersOfBatch:
    """The layer "filters" for one batch of sentences, (members, tokens)."""

    def __init__(self, model):
        self.model = model

    def __call__(self, item):
        _, tokens = item
        return activation(
            self.model.scorer(tokens), self.model.embed(tokens).data, ["filters"], workers=1
        )["filters"]


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
    return tuple(
        leaves_list(linkage(one, "average", metric="cityblock")) for one in (numbers, numbers.T)
    )


def negation(model, sentences, conductance, steps=50):
    """The filters that "not" sets off, and the sentences in which such filters have the highest
    conductance.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    sentences : list of list of str
    conductance : numpy.ndarray, shape (sentences, filters)
    steps : int

    Returns
    -------
    dict
        ``"not_good"``, ``"not_bad"``: the filters whose window in "this is not good" (bad)
        holds "not" and whose conductance it moved most from that in "this is good" (bad),
        and how many of the sentences with the highest conductance in them hold a negation.
        ``"negation_filters"``: of all filters those whose sentences hold too many for chance.
    """
    texts = ["this is good", "this is not good", "this is bad", "this is not bad"]
    good, not_good, bad, not_bad = explain_sentences(model, texts, steps)
    negated = hold_negation(sentences)
    report = {"words": sorted(NEGATIONS), "sentences": len(sentences), "base_rate": share(negated)}
    for name, plain, changed in (("not_good", good, not_good), ("not_bad", bad, not_bad)):
        filters = changed_filters(plain, changed)
        sides = np.array([np.sign(one["conductance"]) for one in filters])
        chosen = conductance[:, [one["filter"] for one in filters]] * sides
        for one, column in zip(filters, chosen.T):
            one["share"] = negated_at_the_top(column, negated)["share"]
        together = negated_at_the_top(chosen.sum(axis=1), negated) if filters else None
        if together and together["top"]:
            together["rate_of_as_long"] = float(
                rate_by_length(sentences, negated)[together["numbers"]].mean()
            )
        report[name] = {
            "score": changed.score,
            "score_without_not": plain.score,
            "filters": filters,
            "sentences": together,
        }
    report["negation_filters"] = negation_filters(conductance, negated)
    return report


def rate_by_length(sentences, negated, near=100):
    """For each sentence, the share with a negation among those about as long: long ones hold more
    of everything.
    """
    order = np.argsort([len(words) for words in sentences], kind="stable")
    rates = np.empty(len(order))
    for place, number in enumerate(order):
        rates[number] = negated[order[max(0, place - near) : place + near + 1]].mean()
    return rates


def changed_filters(plain, changed):
    """The filters whose window holds a negation and whose conductance it moved most, towards the
    side they are on.
    """
    moved = changed.conductance - plain.conductance
    found = []
    for i in np.argsort(-np.abs(moved), kind="stable").tolist():
        value, window = float(changed.conductance[i]), changed.window(i)
        if abs(value) >= ZERO and value * moved[i] > 0 and not NEGATIONS.isdisjoint(window):
            found.append(
                {
                    "filter": i,
                    "conductance": value,
                    "conductance_without_not": float(plain.conductance[i]),
                    "window": window,
                }
            )
    return found[:STRONGEST]


def negation_filters(conductance, negated):
    """The filters in whose strongest sentences, for or against, there are more negations than
    chance gives one of them all.
    """
    found = []
    for side in (1, -1):
        for i, column in enumerate(conductance.T * side):
            top = negated_at_the_top(column, negated)
            if top["chance"] < SURE / (2 * conductance.shape[1]):  # as many are tried
                found.append(
                    {
                        "filter": i,
                        "side": "for" if side > 0 else "against",
                        "share": top["share"],
                        "chance": top["chance"],
                    }
                )
    return sorted(found, key=strength)


def strength(found):
    """The order of negation filters: the surest first."""
    return found["chance"], found["filter"]


def negated_at_the_top(conductance, negated):
    """How many of the sentences with the highest conductance hold a negation, and how likely so
    many are by chance.

    Parameters
    ----------
    conductance : numpy.ndarray, shape (sentences,)
        Only sentences with at least `ZERO` are counted.
    negated : boolean array, shape (sentences,)

    Returns
    -------
    dict
        ``"chance"`` is the hypergeometric probability of so many or more.
    """
    from scipy.stats import hypergeom

    top = np.argsort(-conductance, kind="stable")[: min(TOP, int((conductance >= ZERO).sum()))]
    found = int(negated[top].sum())
    chance = float(hypergeom.sf(found - 1, len(negated), int(negated.sum()), len(top)))
    return {
        "top": len(top),
        "negated": found,
        "share": share(negated[top]),
        "chance": chance,
        "numbers": top.tolist(),
    }


def find(model, sentences, steps=50, progress=None):
    """Both findings.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    sentences : models.sentiment.treebank.FirstSentences
    steps : int
    progress : callable, optional
        As for `explain_sentences`.

    Returns
    -------
    report : dict
        What JSON holds.
    conductance : numpy.ndarray, shape (sentences, filters)
    """
    numbers = [
        row
        for words in sentences.words
        for row in model.vocabulary.encode([words], max(model.widths))
    ]
    conductance, difference = filter_conductance(model, numbers, steps, progress=progress)
    gap = np.abs(conductance.sum(axis=1, dtype=np.float64) - difference)
    labour = division_of_labour(model, conductance)
    labour["silent_for_padding"] = int((filters_at_ends(model, numbers[:1])[1] == 0).sum())
    labour["untrained"] = untrained_controls(model, numbers, labour["nonzero_share"], progress)
    report = {
        "files": sentences.counts,
        "steps": steps,
        "largest_gap_of_the_filters_sum": float(gap.max()),
        "division_of_labour": labour,
        "negation": negation(model, sentences.words, conductance, steps),
    }
    for name in ("not_good", "not_bad"):
        found = report["negation"][name]["sentences"] or {"numbers": []}
        found["places"] = [
            "{}:{}".format(*sentences.place(number)) for number in found.pop("numbers")
        ]
    return report, conductance
