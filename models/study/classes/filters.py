"""Which filters a class has: their conductance over its photos, and where else they are strong."""

from dataclasses import dataclass

import numpy as np

from minigrad.attribution import MEASURES

from ...parts.arithmetic import highest, roc_area
from ...parts.measure import filters_of

FEWEST = 5  # photos that a class needs
TOP = 20  # filters of a photo, and of a class, that count as its strongest
ELSEWHERE = 3  # photos of other classes that are listed for a filter


@dataclass(frozen=True)
class ClassFilters:
    """The conductance of every filter over the photos of one class, for that class.

    Attributes
    ----------
    label : int
    name : str
    rows, others : numpy.ndarray of int
        The class's photos among all, and those of other classes.
    mean, deviation : numpy.ndarray, shape (filters,)
        Over the class's photos.
    among_top : numpy.ndarray, shape (filters,)
        In which share of them the filter is among the photo's `TOP` highest.
    elsewhere : numpy.ndarray of shape (filters,), or None
        The mean over photos of other classes, each for its own class; None if there are none.
    top : list of int
        The `TOP` filters with the highest means, the highest first.
    of_layer, of_stage : dict of str to int
        The filter with the highest mean of every layer, and of every stage ("mixed3" is mixed3a and
        mixed3b).
    """

    label: int
    name: str
    rows: np.ndarray
    others: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    among_top: np.ndarray
    elsewhere: np.ndarray | None
    top: list
    of_layer: dict
    of_stage: dict


class Findings:
    """The filters of every class that has at least `FEWEST` photos.

    Parameters
    ----------
    model : models.inception.Inception
    records : list of (Photo, arrays, facts)
        Of the kind "labelled".

    Attributes
    ----------
    photos : list of Photo
    conductance : numpy.ndarray, shape (photos, filters)
        For the class that the photo shows.
    filters : list of (layer, index)
        What each column is.
    classes : list of ClassFilters
        In the order of the labels.

    Raises
    ------
    ValueError
        No class has enough photos.
    """

    def __init__(self, model, records):
        self.photos = [photo for photo, _, _ in records]
        place = MEASURES.index("conductance")
        self.conductance = np.stack([arrays["measures"][place] for _, arrays, _ in records])
        self.filters = filters_of(model)
        self._label = np.array([photo.label for photo in self.photos])
        self._layer = np.array([layer for layer, _ in self.filters])
        labels, counts = np.unique(self._label, return_counts=True)
        if counts.max() < FEWEST:
            raise ValueError(
                f"no class has {FEWEST} photos (the most is {counts.max()}), "
                "too few for a mean over a class"
            )
        among = highest(self.conductance, TOP)
        enough = labels[counts >= FEWEST].tolist()
        self.classes = [self._of_class(label, model.labels[label], among) for label in enough]

    def _of_class(self, label, name, among):
        rows, others = np.flatnonzero(self._label == label), np.flatnonzero(self._label != label)
        own = self.conductance[rows]
        mean = own.mean(axis=0, dtype=np.float64)
        elsewhere = self.conductance[others].mean(axis=0, dtype=np.float64) if len(others) else None
        layers = list(dict.fromkeys(self._layer.tolist()))
        stages = {}
        for layer in layers:
            stages.setdefault(layer[:-1], []).append(layer)
        return ClassFilters(
            label=label,
            name=name,
            rows=rows,
            others=others,
            mean=mean,
            deviation=own.std(axis=0, ddof=1, dtype=np.float64),
            among_top=among[rows].mean(axis=0),
            elsewhere=elsewhere,
            top=np.argsort(-mean, kind="stable")[:TOP].tolist(),
            of_layer={layer: self._highest_of([layer], mean) for layer in layers},
            of_stage={stage: self._highest_of(several, mean) for stage, several in stages.items()},
        )

    def _highest_of(self, layers, mean):
        among = np.flatnonzero(np.isin(self._layer, layers))
        return int(among[mean[among].argmax()])

    def called(self, filter):
        """A filter's name, as ``mixed4c/76``."""
        layer, index = self.filters[filter]
        return f"{layer}/{index}"

    def strongest_photos(self, filter, rows, count):
        """The photos, of those in ``rows``, in which a filter's conductance is highest.

        Returns
        -------
        list of int
            At most ``count`` rows, the highest first; only where it is positive.
        """
        values = self.conductance[rows, filter]
        order = np.argsort(-values, kind="stable")[:count]
        return [int(rows[place]) for place in order if values[place] > 0]

    def specificity(self, found, filter):
        """How often a photo of the class has a higher conductance in a filter than another photo.

        Equal ones count half: 1 is a filter of this class only, 0.5 of none in particular
        (the area under the ROC curve). None where there are no photos of other classes.
        """
        if found.elsewhere is None:
            return None
        return float(roc_area(self.conductance[:, filter], self._label == found.label))

    def sharing(self, found, filter):
        """How many other classes have a filter among their `TOP`."""
        return sum(filter in other.top for other in self.classes if other.label != found.label)

    def class_rows(self):
        """A row for each class and each filter that is among its `TOP`, or its layer's highest."""
        return [self._row(found, filter) for found in self.classes for filter in listed(found)]

    def _row(self, found, filter):
        layer, index = self.filters[filter]
        mean_elsewhere = specificity = None
        if found.elsewhere is not None:
            mean_elsewhere = rounded(found.elsewhere[filter])
            specificity = rounded(self.specificity(found, filter))
        row = {
            "class": found.name,
            "photos": len(found.rows),
            "layer": layer,
            "filter": index,
            "rank": found.top.index(filter) + 1 if filter in found.top else None,
            "highest_of_its_layer": int(found.of_layer[layer] == filter),
            "mean": rounded(found.mean[filter]),
            "standard_deviation": rounded(found.deviation[filter]),
            f"share_of_photos_among_{TOP}": rounded(found.among_top[filter]),
            "mean_elsewhere": mean_elsewhere,
            "specificity": specificity,
            f"other_classes_with_it_among_{TOP}": self.sharing(found, filter),
        }
        strongest = self.strongest_photos(filter, found.others, ELSEWHERE)
        keys = [self.photos[one].key for one in strongest]
        for place in range(ELSEWHERE):
            row[f"elsewhere_{place + 1}"] = keys[place] if place < len(keys) else None
        return row

    def mean_rows(self):
        """A row for each filter: its mean conductance over the photos of every class."""
        means = np.stack([found.mean for found in self.classes], axis=1)
        heads = [f"{found.label} {found.name}" for found in self.classes]
        rows = []
        for (layer, index), values in zip(self.filters, means):
            rows.append({"layer": layer, "filter": index, **dict(zip(heads, map(rounded, values)))})
        return rows


def listed(found):
    """The filters that the CSV lists for a class: its `TOP`, then the other layers' highest."""
    return found.top + [filter for filter in found.of_layer.values() if filter not in found.top]


def rounded(value):
    """Five significant digits: what float32 sums hold."""
    return float(f"{value:.5g}")
