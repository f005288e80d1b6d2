"""Two findings of the paper about a sentiment network: divided labour, and filters of negation.

``python -m models findings --data FOLDER --out FOLDER`` computes both, from the Stanford
Sentiment Treebank's files (``LABEL words …`` a line), as JSON, Markdown and two figures.
"""

import numpy as np

from ..explain.attributions import filter_conductance
from .division_of_labour import division_of_labour, filters_at_ends, untrained_controls
from .negation import negation


def find(model, sentences, progress=None):
    """Both findings.

    Parameters
    ----------
    model : models.sentiment.SentimentCNN
    sentences : models.sentiment.treebank.FirstSentences
    progress : callable, optional
        As for `explain_sentences`.

    Returns
    -------
    report : dict
        What JSON holds.
    conductance : numpy.ndarray, shape (sentences, filters)
    """
    widest = max(model.widths)
    numbers = [model.vocabulary.encode([words], widest)[0] for words in sentences.words]
    conductance, difference = filter_conductance(model, numbers, progress=progress)
    gap = np.abs(conductance.sum(axis=1, dtype=np.float64) - difference)
    labour = division_of_labour(model, conductance)
    labour["silent_for_padding"] = int((filters_at_ends(model, numbers[:1])[1] == 0).sum())
    labour["untrained"] = untrained_controls(model, numbers, labour["nonzero_share"], progress)
    report = {
        "files": sentences.counts,
        "largest_gap_of_the_filters_sum": float(gap.max()),
        "division_of_labour": labour,
        "negation": negation(model, sentences.words, conductance),
    }
    for name in ("not_good", "not_bad"):
        found = report["negation"][name]["sentences"] or {"numbers": []}
        places = [sentences.place(number) for number in found.pop("numbers")]
        found["places"] = [f"{file}:{line}" for file, line in places]
    return report, conductance
