"""The numbers behind the explorer: F along the path, layers' sums, filters, maps."""

import base64

import numpy as np

import minigrad as mg
import models
from minigrad.attribution import ClassScore, conductance, conductance_maps
from minigrad.colours import BLUE, VERMILION
from models.inception.images import deprocess
from models.scenes import random_scene

NETWORK = "mini-inception"
# A sailboat where one expects it; two pictures with two plausible classes; one that the network
# gets wrong; a locomotive on the sea, and a giraffe in the snow.
PICTURES = (
    ("sailboat", 3),
    ("bus", 5001),
    ("house", 5001),
    ("windmill", 5008),
    ("locomotive", 5010),
    ("giraffe", 5004),
)
# equal steps with both ends among them: each is a place of the slider
STEPS, RULE = 33, "trapezoid"
STRONGEST, MAPPED = 6, 3  # filters for, and as many against: listed, and of these with a map
DIGITS = 7  # float32 has no more


def explore(pictures=PICTURES, steps=STEPS, progress=None):
    """Everything that the page shows.

    Parameters
    ----------
    pictures : sequence of (name, seed)
        Drawn scenes, as `models.scenes.random_scene` takes them.
    steps : int
        Points on the path, both ends among them.
    progress : callable, optional
        Wraps the list of pictures while it is walked: ``tqdm.tqdm``, for example.

    Returns
    -------
    dict
        Of strings, numbers, lists and dicts only, as JSON can hold them. Arrays of whole
        numbers are strings, see `packed`.
    """
    model, metadata = models.load(NETWORK), mg.load_weights(models.SHIPPED[NETWORK])[1]
    pictures = list(pictures)
    return {
        "network": {
            "name": NETWORK,
            "sha256": metadata["sha256"],
            "filters": model.specification.filters,
        },
        "layers": list(model.layers),
        "alphas": np.linspace(0, 1, steps).tolist(),
        "rule": RULE,
        "side": model.specification.side,
        "colours": {"for": BLUE, "against": VERMILION},
        "pictures": [
            explore_picture(model, *one, steps)
            for one in (pictures if progress is None else progress(pictures))
        ],
    }


def explore_picture(model, name, seed, steps):
    """One picture with its classes: what was drawn, the two highest scores and the lowest."""
    scene = random_scene(name, seed)
    x = model.preprocess(scene.draw())
    with mg.no_grad():
        scores = model(mg.Tensor(x))
        probabilities = scores.softmax().numpy()[0]
    order = [int(label) for label in np.argsort(-scores.numpy()[0], kind="stable")]
    roles = {"drawn": scene.label, "highest": order[0], "second": order[1], "lowest": order[-1]}
    classes = []
    for label in dict.fromkeys(roles.values()):
        about = {
            "label": label,
            "name": model.labels[label],
            "role": ", ".join(role for role, of in roles.items() if of == label),
            "probability": rounded(probabilities[label]),
        }
        classes.append(about | explore_class(model, x, label, steps))
    return {
        "name": name,
        "seed": seed,
        "background": scene.background,
        "answer": model.labels[order[0]],
        "pixels": packed(deprocess(x, model.specification)),
        "classes": classes,
    }


def explore_class(model, x, label, steps):
    """One class of one picture.

    Parameters
    ----------
    model : models.inception.Inception
    x : numpy.ndarray, shape (1, side, side, 3)
        The picture as the network sees it.
    label : int
    steps : int

    Returns
    -------
    dict
        ``scores`` is F(x(α)) and ``slopes`` dF/dα at every α; ``difference`` is F(x) − F(x');
        ``layers`` has an entry of `explore_layer` for each layer.
    """
    F, baseline = ClassScore(model, label), model.baseline()
    found = conductance(
        F, x, baseline, layers=model.layers, steps=steps, rule=RULE, keep_terms=True
    )
    strongest = {layer: found.strongest(layer, STRONGEST) for layer in found}
    selections = [
        (layer, index) for layer in found for side in strongest[layer] for index, _ in side[:MAPPED]
    ]
    maps = conductance_maps(F, x, baseline, selections=selections, steps=steps, rule=RULE)
    maps = {selection: one[0].sum(axis=-1) for selection, one in zip(selections, maps)}
    return {
        "scores": rounded(found.along.score[:, 0]),
        "slopes": rounded(found.along.slope[:, 0]),
        "difference": rounded(found.difference[0]),
        "layers": {layer: explore_layer(found, layer, strongest[layer], maps) for layer in found},
    }


def explore_layer(found, layer, strongest, maps):
    """One layer: its sums at every α and up to every α, and its strongest filters.

    Parameters
    ----------
    found : Attribution
        With its terms.
    layer : str
    strongest : pair of list of (filter, value)
        As `Attribution.strongest` gives them.
    maps : dict of (layer, filter) to numpy.ndarray of shape (side, side)

    Returns
    -------
    dict
        ``slopes`` is Σ_y ∂F/∂y · dy/dα at every α; ``for``, ``against`` and ``totals`` are the
        sums up to every α of the filters whose sum so far is positive, of those where it is
        negative, and of all. A filter has its term at every α, the sum of it up to there, and the
        ``error`` of the sum over the whole path; ``relativeError`` is that of all filters.
    """
    terms, errors = found.terms[layer].term[:, 0], found.error(layer)[0]
    by_filter = terms.sum(axis=(1, 2), dtype=np.float64)  # (steps, filters)
    up_to = accumulated(found.along.alpha, by_filter)
    filters = []
    for index, _ in strongest[0] + strongest[1]:
        one = {
            "filter": index,
            "terms": rounded(by_filter[:, index]),
            "upTo": rounded(up_to[:, index]),
            "error": rounded(errors[index]),
        }
        filters.append(
            one | ({"map": quantised(maps[layer, index])} if (layer, index) in maps else {})
        )
    return {
        "shape": list(terms.shape[1:]),
        "slopes": rounded(found.along.layer_slope[layer][:, 0]),
        "for": rounded(np.maximum(up_to, 0).sum(axis=1)),
        "against": rounded(np.minimum(up_to, 0).sum(axis=1)),
        "totals": rounded(up_to.sum(axis=1)),
        "completenessError": rounded(found.completeness_error(layer)[0]),
        "relativeError": rounded(found.relative_error(layer)[0]),
        "filters": filters,
    }


def accumulated(alphas, terms):
    """∫ of the terms from 0 to every α by the trapezoid rule: shaped like ``terms``."""
    panels = np.diff(alphas)[:, None] * (terms[:-1] + terms[1:]) / 2
    return np.concatenate([np.zeros_like(terms[:1]), np.cumsum(panels, axis=0)])


def quantised(one):
    """A map as whole numbers from −127 to 127, and what one of them is worth."""
    unit = float(np.abs(one).max()) / 127
    steps = np.rint(one / unit) if unit else np.zeros_like(one)
    return {"unit": rounded(unit), "values": packed(steps.astype(np.int8))}


def packed(array):
    """The bytes of an array of 8-bit whole numbers, row after row, in base64."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def rounded(values):
    """A number or a list of them, to `DIGITS` significant digits."""
    if np.ndim(values):
        return [rounded(value) for value in values]
    return float(f"{float(values):.{DIGITS}g}") + 0.0  # never −0
