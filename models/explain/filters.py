"""Explain one picture: its labels, the conductance of every filter, where the strongest look."""

from dataclasses import dataclass
from math import floor, isfinite, log10
from typing import NamedTuple

import numpy as np

import minigrad as mg
from minigrad.attribution import Attribution, ClassScore, conductance, conductance_maps

from ..inception.labels import find_label


class FilterMaps(NamedTuple):
    """Where a filter gets its conductance from.

    Attributes
    ----------
    layer, filter, value : str, int, float
        The filter and its conductance.
    pixels : numpy.ndarray, shape (H, W)
        Eq. 2, by pixel of the picture, summed over colours; other filters' pixels disturb it.
    places : numpy.ndarray, shape (rows, columns)
        Eq. 3, by position in the layer: the summands of ``value``.
    """

    layer: str
    filter: int
    value: float
    pixels: np.ndarray
    places: np.ndarray


@dataclass(frozen=True)
class Explanation:
    """What `explain_picture` found.

    Attributes
    ----------
    pixels : numpy.ndarray, uint8, shape (H, W, 3)
        The picture as the network saw it.
    top : list of (label, name, score, probability)
        The five strongest labels.
    label, name : int, str
        The label that is explained.
    score, probability : float
        Of that label; F(x) is the score, before the softmax.
    conductance : Attribution
        Of every filter of every layer, for one example.
    maps : list of FilterMaps
        For each layer its strongest filter; for the page also the strongest against the score.
    """

    pixels: np.ndarray
    top: list
    label: int
    name: str
    score: float
    probability: float
    conductance: Attribution
    maps: list

    @property
    def difference(self):
        """F(x) − F(x'), what the filters of every layer share."""
        return float(self.conductance.difference[0])


def explain_picture(
    model,
    picture,
    label=None,
    steps="auto",
    tolerance=0.05,
    with_maps=True,
    for_page=False,
    progress=None,
):
    """Score a picture and compute the conductance of every filter for one label.

    Parameters
    ----------
    model : models.inception.Inception
    picture : str, os.PathLike, PIL.Image.Image or numpy.ndarray
        As `models.inception.reading.read_image` takes it.
    label : int or str, optional
        The label to explain, by index or name; the strongest unless told.
    steps : int or "auto"
        Points on the path from the black picture; "auto": as many as the tolerance takes.
    tolerance : float
        For "auto": how far, relative, the filters of any layer may be off.
    with_maps : bool
        Whether to compute the map of each layer's strongest filter too.
    for_page : bool
        Whether to keep what `models.explain.explorer` shows besides: every filter's sums along
        the path, and the maps of the strongest filters against the score.
    progress : callable, optional
        As for `minigrad.attribution.conductance`.

    Returns
    -------
    Explanation
    """
    x = model.preprocess(picture)
    with mg.no_grad():
        scores = model(mg.Tensor(x))
        probabilities = scores.softmax().numpy()[0]
    scores = scores.numpy()[0]
    names = model.labels
    order = np.argsort(-scores, kind="stable")
    top = [(int(i), names[i], float(scores[i]), float(probabilities[i])) for i in order[:5]]
    chosen = int(order[0]) if label is None else find_label(names, label)

    F = ClassScore(model, chosen)
    path = {"layers": model.layers, "steps": steps, "tolerance": tolerance, "progress": progress}
    found = conductance(F, x, model.baseline(), keep_terms="filters" if for_page else False, **path)
    if steps == "auto":
        steps = found.points
    maps = []
    if with_maps or for_page:
        sides = (0, 1) if for_page else (0,)
        maps = strongest_maps(F, x, model.baseline(), found, steps, progress, sides)
    return Explanation(
        model.deprocess(x),
        top,
        chosen,
        names[chosen],
        float(scores[chosen]),
        float(probabilities[chosen]),
        found,
        maps,
    )


def strongest_maps(F, x, baseline, found, steps, progress, sides=(0,)):
    """For each layer the filter that speaks most for the score, and from where in the picture.

    Of ``sides`` 0 is for the score and 1 against it.
    """
    strongest = [(layer, found.strongest(layer, 1)[side]) for layer in found for side in sides]
    strongest = [(layer, filters[0]) for layer, filters in strongest if filters]
    selections = [(layer, index) for layer, (index, _) in strongest]
    maps = conductance_maps(F, x, baseline, selections=selections, steps=steps, progress=progress)
    return [
        # a layer without positions is one place
        FilterMaps(
            layer, index, value, one[0].sum(axis=-1), np.atleast_2d(found[layer][0, ..., index])
        )
        for (layer, (index, value)), one in zip(strongest, maps)
    ]


def describe(explanation, count=3):
    """The explanation as lines of text.

    Parameters
    ----------
    explanation : Explanation
    count : int
        How many filters for and against to list in each layer.

    Returns
    -------
    str
    """
    found, difference = explanation.conductance, explanation.difference
    lines = ["The strongest labels (score before the softmax, probability):"]
    for label, name, score, p in explanation.top:
        lines.append(f"  {label:4d}  {name:32s} {score:8.3f}  {p:7.2%}")
    lines += [
        "",
        f"Explained: {explanation.name} ({explanation.label}), against the black picture, "
        f"{len(found.points)} points on the path",
        f"F(x) − F(x') = {difference:.4f}. Every layer shares it out among its filters: of each",
        "its number, its conductance, how far that may be off, and its share of F(x) − F(x').",
        "Between ≈ stand two that are closer to each other than they may be off.",
    ]
    for layer in found:
        filters, total = found.per_filter(layer).shape[1], found.total(layer)[0]
        error, errors = found.relative_error(layer)[0], found.error(layer)[0]
        error = f"{error:.1%}" if isfinite(error) else "∞"
        lines += ["", f"  {layer}: {filters} filters ± {error}, together {total:.4f}"]
        for word, side in zip(("for", "against"), found.strongest(layer, count)):
            lines.append(f"    {word:8s} {listed(side, errors, difference)}")
    return "\n".join([*lines, "", *how_well(found)])


def how_well(found):
    """What is known of the errors, as lines of text."""
    worst = max(found.relative_error(layer)[0] for layer in found)
    total = max(found.completeness_error(layer)[0] for layer in found)
    off = f"are off by about {worst:.1%} or less (2-norm, estimated)"
    if not isfinite(worst):
        off = "may be off by any amount: of one point no error can be estimated"
    lines = [
        f"The filters of the worst layer {off}.",
        f"Completeness error: {total:.3%} of F(x) − F(x'), in the worst layer.",
    ]
    if found.converged is False:
        lines.insert(1, "That is NOT within the tolerance, though more points were tried.")
    if found.converged is None and worst > 0.05:
        lines.insert(1, "Without --steps there are as many points as 5 % takes.")
    if found.converged is None:  # by the chain rule
        lines.append(
            "Conservation at every α: the layers agree with dF/dα within "
            f"{found.conservation_error()[0]:.1e} of its largest value."
        )
    return lines


def listed(filters, errors, difference):
    """'51 +0.42 ± 0.02 (2%), …' for a few (filter, value) pairs, strongest first."""
    told, before = "", None
    for index, value in filters:
        if before is not None:
            tie = abs(value - before[1]) <= errors[index] + errors[before[0]]
            told += " ≈ " if tie else ", "
        share = f" ({value / difference:.0%})" if difference else ""
        told += f"{index} {with_error(value, errors[index])}{share}"
        before = index, value
    return told or "none"


def with_error(value, error):
    """'+2.05 ± 0.03': the error to one digit, rounded up, and the value to the same place."""
    if not isfinite(error):
        return f"{value:+.3f} ± ∞"
    if error < 5e-5:
        return f"{value:+.4f}"
    place = -floor(log10(error))
    error = np.ceil(round(error * 10.0**place, 6)) / 10.0**place
    if place < 0:
        value, place = round(value, place), 0
    return f"{value:+.{place}f} ± {error:.{place}f}"
