"""What the network says of scenes with and without a part: four measures and two truths.

Each is of every filter. The measures are those of the paper: conductance, activation,
gradient × activation, internal influence, of the class's score before the softmax, summed over a
filter's positions, the path beginning at the black picture.

The truths, whether a filter *responds to the part*:

rises
    The filter's mean activation inside the part's region (each of the layer's cells counts by the
    share of it that the part covers) is higher with the part than without, by a large effect over
    the scenes. This is partly circular for the measure "activation": both are made from the
    filter's activation with the part, one as a sum over the whole picture, the other as a
    difference inside the region. It knows nothing of the score, which is unfair to the other three:
    a filter may see the part and not count.
intervention
    With the filter set to zero, the part's worth F(with) − F(without) shrinks; the tenth of the
    filters for which it shrinks most. This is partly circular for gradient × activation, which is
    to first order what F loses when the filter is set to zero; for conductance too, though less
    directly.
"""

import numpy as np

import minigrad as mg
from minigrad import attribution
from minigrad.attribution import ClassScore, activation, measures_per_filter
from minigrad.machine.parallel import predict

MEASURES = ("conductance", "activation", "gradient × activation", "internal influence")
# What has its scenes first; all else has them second, after with and without.
ONE_A_SCENE = ("rise", "covered")
CHUNK = 4  # scenes at a time, each with and without


def filters_of(model):
    """(layer, index) of every filter of the layers, in the order of all arrays here."""
    widths = model.specification.widths
    return [(layer, index) for layer, width in widths.items() for index in range(width)]


def measure_part(model, scenes, part, tolerance, ablated, progress=None):
    """Everything the study needs of one part.

    Parameters
    ----------
    model : models.inception.Inception
    scenes : sequence of N Scene, all of one class
    part : str
    tolerance : float
        Of conductance: the path has points until every layer's filters are right to so much.
    ablated : int
        For how many of the scenes, the first ones, each filter is set to zero.
    progress : callable, optional
        Wraps the list of jobs while it is walked.

    Returns
    -------
    dict of str to array of float64
        One of shape (2, N, filters) for each of `MEASURES`, with the part and without. "score" (2,
        N), "difference" (2, N): F(x) − F(x'), and "right" (2, N): 1 where the class scores highest.
        "rise" (N, filters): how much higher the activation inside the region is with the part.
        "covered" (N,): the region's share of the picture. "shrinks" (ablated, filters): by how much
        F(with) − F(without) shrinks without the filter.
    """
    chunks = [scenes[start : start + CHUNK] for start in range(0, len(scenes), CHUNK)]
    jobs = [(measure_scenes, some, tolerance) for some in chunks]
    jobs += [(worth_lost, scenes[:ablated], layer) for layer in model.layers]
    walked = jobs if progress is None else progress(jobs)
    done = [job(model, some, part, option) for job, some, option in walked]
    measured, shrinks = done[: len(chunks)], done[len(chunks) :]
    joined = {"shrinks": np.concatenate(shrinks, axis=1)}
    for name in measured[0]:
        axis = 0 if name in ONE_A_SCENE else 1
        joined[name] = np.concatenate([one[name] for one in measured], axis=axis)
    return joined


def pictures_of(model, scenes, part):
    """The scenes with the part, then without, as the network sees them: (2 · N, side, side, 3)."""
    with_part = [scene.draw() for scene in scenes]
    without_part = [scene.draw(without=(part,)) for scene in scenes]
    return np.concatenate([model.preprocess(one) for one in with_part + without_part])


def measure_scenes(model, scenes, part, tolerance):
    """The measures, the scores and the rise of a few scenes; see `measure_part`."""
    x, label = pictures_of(model, scenes, part), scenes[0].label
    F = ClassScore(model, label)
    # One worker: how rows are shared out among threads would show in the last bits.
    path = {"layers": model.layers, "steps": "auto", "tolerance": tolerance, "workers": 1}
    found = measures_per_filter(F, x, model.baseline(), **path)
    scores = predict(model, x, workers=1)
    rows = {
        "score": scores[:, label],
        "difference": found.difference,
        "right": scores.argmax(axis=1) == label,
    }
    of_layers = np.concatenate(list(found.layers.values()), axis=-1)
    rows |= dict(zip(attribution.MEASURES, of_layers))
    measured = {}
    for name, values in rows.items():  # with the part and without: (2 · N, …) to (2, N, …)
        measured[name] = values.reshape(2, len(scenes), *values.shape[1:]).astype(np.float64)
    active = activation(F, x, layers=model.layers, workers=1)
    masks = np.stack([scene.mask(part) for scene in scenes])
    rise = np.concatenate([rise_inside(active[layer], masks) for layer in model.layers], axis=1)
    return measured | {"rise": rise, "covered": masks.mean(axis=(1, 2))}


def rise_inside(active, masks):
    """How much higher each filter's mean activation inside the region is with the part.

    Parameters
    ----------
    active : array (2 · N, H, W, filters)
        Of N scenes with the part, then without.
    masks : array (N, side, side) of bool
        H and W divide the side.

    Returns
    -------
    array (N, filters)
        0 where the part is nowhere to be seen.
    """
    scenes, side, _ = masks.shape
    _, height, width, _ = active.shape
    covered = masks.reshape(scenes, height, side // height, width, side // width).mean(axis=(2, 4))
    change = active[:scenes].astype(np.float64) - active[scenes:]
    inside = np.einsum("nhw,nhwf->nf", covered, change)
    return inside / np.maximum(covered.sum(axis=(1, 2)), np.finfo(np.float64).tiny)[:, None]


def worth_lost(model, scenes, part, layer):
    """By how much F(with) − F(without) shrinks when a filter of a layer is set to zero.

    What comes before the layer is computed once and not for every filter; otherwise this is
    `minigrad.attribution.ablate`.

    Returns
    -------
    numpy.ndarray, shape (N, filters)
    """
    x = pictures_of(model, scenes, part)
    label, body = scenes[0].label, model.specification.body
    place = [step.name for step in body].index(layer) + 1
    y = predict(Steps(model, body[:place]), x, workers=2)
    rest = ScoreAfter(model, body[place:])
    worth = part_worth(predict(rest, y, workers=2), label)
    shrinks = np.empty((len(scenes), y.shape[-1]))
    for index in range(y.shape[-1]):
        ablated = y.copy()
        ablated[..., index] = 0
        shrinks[:, index] = worth - part_worth(predict(rest, ablated, workers=2), label)
    return shrinks


def part_worth(scores, label):
    """F(with) − F(without) of the class, from scores (2 · N, classes)."""
    score_with, score_without = scores[:, label].astype(np.float64).reshape(2, -1)
    return score_with - score_without


class Steps:
    """Some steps of a network, one after the other."""

    def __init__(self, model, steps):
        self.model, self.steps = model, steps

    def __call__(self, x):
        for step in self.steps:
            x = self.model.apply(step, x)
        return x


class ScoreAfter(Steps):
    """The last steps of a network, and its scores."""

    def __call__(self, x):
        return self.model.softmax2(mg.mean(super().__call__(x), axis=(1, 2)))
