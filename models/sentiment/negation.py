"""Negation: the filters that "not" sets off, and the sentences in which they count most."""

import numpy as np

from ..explain.text import explain_sentences
from .division_of_labour import ZERO, share
from .treebank import NEGATIONS, hold_negation

STRONGEST = 10  # filters of a sentence that count as its filters
TOP = 40  # sentences with the highest conductance, 1 % of 4000
SURE = 0.01  # how likely it is that chance makes any negation filter


def negation(model, sentences, conductance):
    """The filters that "not" sets off, and the sentences in which their conductance is highest.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    sentences : list of list of str
    conductance : numpy.ndarray, shape (sentences, filters)

    Returns
    -------
    dict
        ``"not_good"``, ``"not_bad"``: the filters whose window in "this is not good" (bad)
        holds "not" and whose conductance it moved most from that in "this is good" (bad),
        and how many of the sentences with the highest conductance in them hold a negation.
        ``"negation_filters"``: of all filters those whose sentences hold too many for chance.
    """
    texts = ["this is good", "this is not good", "this is bad", "this is not bad"]
    good, not_good, bad, not_bad = explain_sentences(model, texts)
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
            rates = rate_by_length(sentences, negated)
            together["rate_of_as_long"] = float(rates[together["numbers"]].mean())
        report[name] = {
            "score": changed.score,
            "score_without_not": plain.score,
            "filters": filters,
            "sentences": together,
        }
    report["negation_filters"] = negation_filters(conductance, negated)
    return report


def rate_by_length(sentences, negated, near=100):
    """For each sentence, the share with a negation among those about as long.

    Long sentences hold more of everything.
    """
    order = np.argsort([len(words) for words in sentences], kind="stable")
    rates = np.empty(len(order))
    for place, number in enumerate(order):
        as_long = order[max(0, place - near) : place + near + 1]
        rates[number] = negated[as_long].mean()
    return rates


def changed_filters(plain, changed):
    """The filters whose window holds a negation that moved them most, towards their own side."""
    moved = changed.conductance - plain.conductance
    found = []
    for i in np.argsort(-np.abs(moved), kind="stable").tolist():
        value, window = float(changed.conductance[i]), changed.window(i)
        if abs(value) >= ZERO and value * moved[i] > 0 and not NEGATIONS.isdisjoint(window):
            told = {
                "filter": i,
                "conductance": value,
                "conductance_without_not": float(plain.conductance[i]),
                "window": window,
            }
            found.append(told)
    return found[:STRONGEST]


def negation_filters(conductance, negated):
    """The filters whose strongest sentences hold more negations than chance gives any filter."""
    tried = 2 * conductance.shape[1]
    found = []
    for side, sign in (("for", 1), ("against", -1)):
        for i, column in enumerate(conductance.T * sign):
            top = negated_at_the_top(column, negated)
            if top["chance"] < SURE / tried:
                told = {"share": top["share"], "chance": top["chance"]}
                found.append({"filter": i, "side": side, **told})
    return sorted(found, key=strength)


def strength(found):
    """The order of negation filters: the surest first."""
    return found["chance"], found["filter"]


def negated_at_the_top(conductance, negated):
    """How many of the sentences with the highest conductance hold a negation, and by what chance.

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

    count = min(TOP, int((conductance >= ZERO).sum()))
    top = np.argsort(-conductance, kind="stable")[:count]
    found = int(negated[top].sum())
    chance = float(hypergeom.sf(found - 1, len(negated), int(negated.sum()), len(top)))
    return {
        "top": len(top),
        "negated": found,
        "share": share(negated[top]),
        "chance": chance,
        "numbers": top.tolist(),
    }
