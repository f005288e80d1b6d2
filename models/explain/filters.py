"""Explain one picture: its labels, the conductance of every filter, where the strongest look."""

from dataclasses import dataclass

import numpy as np

import minigrad as mg
from minigrad.attribution import Attribution, ClassScore, conductance, conductance_maps

from ..inception.images import deprocess
from ..inception.labels import find_label


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
    conductance : Attribution
        Of every filter of every layer, for one example.
    maps : list of (layer, filter, conductance, numpy.ndarray of shape (H, W))
        For each layer its strongest filter and its conductance map, summed over colours.
    """

    pixels: np.ndarray
    top: list
    label: int
    name: str
    conductance: Attribution
    maps: list

    @property
    def difference(self):
        """F(x) − F(x'), what the filters of every layer share."""
        return float(self.conductance.difference[0])


def explain_picture(model, picture, label=None, steps=50, with_maps=True, progress=None):
    """Score a picture and compute the conductance of every filter for one label.

    Parameters
    ----------
    model : models.inception.Inception
    picture : str, os.PathLike, PIL.Image.Image or numpy.ndarray
        As `models.inception.reading.read_image` takes it.
    label : int or str, optional
        The label to explain, by index or name; the strongest unless told.
    steps : int
        Points on the path from the black picture.
    with_maps : bool
        Whether to compute the map of each layer's strongest filter too.
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
    found = conductance(F, x, model.baseline(), layers=model.layers, steps=steps, progress=progress)
    maps = strongest_maps(F, x, model.baseline(), found, steps, progress) if with_maps else []
    return Explanation(deprocess(x, model.specification), top, chosen, names[chosen], found, maps)


def strongest_maps(F, x, baseline, found, steps, progress):
    """For each layer the filter that speaks most for the score, and from where in the picture."""
    strongest = [(layer, found.strongest(layer, 1)[0]) for layer in found]
    strongest = [(layer, filters[0]) for layer, filters in strongest if filters]
    selections = [(layer, index) for layer, (index, _) in strongest]
    maps = conductance_maps(F, x, baseline, selections=selections, steps=steps, progress=progress)
    over_colours = [one[0].sum(axis=-1) for one in maps]
    return [(layer, *filter, one) for (layer, filter), one in zip(strongest, over_colours)]


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
        f"{len(found.along.alpha)} steps",
        f"F(x) − F(x') = {difference:.4f}. Every layer shares it out among its filters:",
        "",
        "  layer     filters     total   strongest for: "
        "filter conductance (share of F(x) − F(x'))   strongest against",
    ]
    for layer in found:
        filters, total = found.per_filter(layer).shape[1], found.total(layer)[0]
        for_score, against = found.strongest(layer, count)
        lines.append(
            f"  {layer:8s}  {filters:7d}  {total:8.4f}   "
            f"{listed(for_score, difference):56s}   {listed(against, difference)}"
        )
    errors = [found.completeness_error(layer)[0] for layer in found]
    advice = " Use more --steps." if max(errors) > 0.05 else ""
    lines += [
        "",
        f"Completeness error: {max(errors):.3%} of F(x) − F(x'), "
        f"in the worst layer (the layers differ by rounding only).{advice}",
        "Conservation at every α: the layers agree with dF/dα within "
        f"{found.conservation_error()[0]:.1e} of its largest value.",
    ]
    return "\n".join(lines)


def listed(filters, difference):
    """'51 +0.42 (2%), …' for a few (filter, value) pairs."""
    told = []
    for index, value in filters:
        share = f" ({value / difference:.0%})" if difference else ""
        told.append(f"{index} {value:+.3f}{share}")
    return ", ".join(told) or "none"
