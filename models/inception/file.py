"""What a weight file's metadata say of an Inception, and the specification they make.

Published networks need no more than their name and the constants of their normalisations.
A fine-tuned one has other classes, and may have another mean and names of its own.
"""

import math
from dataclasses import replace

from minigrad.weights import WeightsError

from .specifications import SPECIFICATIONS, Norm

MAX_CLASSES = 100_000


def describe(spec):
    """The metadata's ``"specification"``: what differs from the published one, and every norm.

    Parameters
    ----------
    spec : Specification

    Returns
    -------
    dict
        What JSON can hold; `specification_from` reads it.
    """
    published = SPECIFICATIONS[spec.name]
    described = {"lrn": [list(step) for step in spec.body if isinstance(step, Norm)]}
    for field in ("classes", "mean", "labels"):
        value = getattr(spec, field)
        if value != getattr(published, field):
            described[field] = list(value) if isinstance(value, tuple) else value
    return described


def specification_from(metadata, source):
    """The specification that a weight file's metadata describe.

    Parameters
    ----------
    metadata : dict
        With ``"network"``, one of `SPECIFICATIONS`, and ``"specification"`` from `describe`.
    source : str
        What errors call the file.

    Returns
    -------
    Specification

    Raises
    ------
    minigrad.weights.WeightsError
        A number or a name in it cannot be.
    """
    spec = SPECIFICATIONS[metadata["network"]]
    described = metadata.get("specification", {})
    try:
        classes = _classes(described.get("classes", spec.classes))
        return replace(
            spec,
            body=_with_norms(spec.body, described.get("lrn", [])),
            classes=classes,
            mean=_mean(described.get("mean", spec.mean)),
            labels=_labels(described.get("labels", spec.labels), classes),
        )
    except (AttributeError, TypeError, ValueError) as error:
        raise WeightsError(
            f"{source}: the metadata describe no {spec.name} ({error}); convert it again"
        ) from None


def _with_norms(body, norms):
    """The body with the constants of the normalisations that the file gives."""
    given = {}
    for name, radius, bias, alpha, beta in norms:
        given[name] = Norm(name, int(radius), float(bias), float(alpha), float(beta))
    return tuple(given.get(step.name, step) if isinstance(step, Norm) else step for step in body)


def _classes(count):
    if type(count) is not int or not 1 <= count <= MAX_CLASSES:
        raise ValueError(f"{str(count)[:40]} classes, expected 1 to {MAX_CLASSES}")
    return count


def _mean(mean):
    red, green, blue = (float(number) for number in mean)
    if not all(math.isfinite(number) for number in (red, green, blue)):
        raise ValueError(f"the mean {red, green, blue} is not finite")
    return red, green, blue


def _labels(labels, classes):
    if labels is None or labels in [spec.labels for spec in SPECIFICATIONS.values()]:
        return labels
    if not isinstance(labels, list):
        raise ValueError(f"{str(labels)[:40]!r} are no labels")
    if len(labels) != classes or not all(isinstance(name, str) for name in labels):
        raise ValueError(f"{len(labels)} labels for {classes} classes")
    return tuple(labels)
