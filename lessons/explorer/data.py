"""The course's pictures in the explorer: drawn scenes, each with the classes one asks about."""

from pathlib import Path

import numpy as np

import minigrad as mg
import models
from minigrad.attribution import ClassScore, conductance, conductance_maps
from minigrad.colours import BLUE, VERMILION
from models.explain.explorer import write_page
from models.explain.explorer.maps import picture, pixel_map, place_map
from models.explain.explorer.numbers import POINTS, class_numbers, network, rounded, strongest
from models.inception.images import deprocess
from models.scenes import random_scene

PAGE_FILE, TITLE = "explorer.html", "The conductance explorer"
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
MAPPED = 3  # filters for, and as many against, that have maps


def build_explorer(folder, pictures=PICTURES, steps=STEPS, home=None, progress=None):
    """Compute the explorer's numbers and write its page.

    Parameters
    ----------
    folder : str or os.PathLike
        Where ``explorer.html`` goes; made if missing.
    pictures, steps, progress
        As for `explore`.
    home : str, optional
        The address of the page that leads here, for a link back to the course.

    Returns
    -------
    pathlib.Path
        The page. The same arguments give the same bytes.

    Raises
    ------
    ValueError
        The page is too large to be opened at ease.
    """
    page = Path(folder) / PAGE_FILE
    data = explore(pictures, steps, progress)
    page.parent.mkdir(parents=True, exist_ok=True)
    write_page(page, data, TITLE, home)
    return page


def explore(pictures=PICTURES, steps=STEPS, progress=None):
    """Everything that the page shows, as `models.explain.explorer.page_of` takes it.

    Parameters
    ----------
    pictures : sequence of (name, seed)
        Drawn scenes, as `models.scenes.random_scene` takes them.
    steps : int
        Points on the path, both ends among them.
    progress : callable, optional
        Wraps the list of pictures while it is walked: ``tqdm.tqdm``, for example.
    """
    model, pictures = models.load(NETWORK), list(pictures)
    return {
        "network": network(NETWORK, models.SHIPPED[NETWORK], model.specification.filters),
        "layers": list(model.layers),
        "kind": POINTS,
        "rule": f"the {RULE} rule with {steps} points",
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
    answer = model.labels[order[0]]
    verdict = (
        "so the network is right" if answer == name else f"the network takes it for a {answer}"
    )
    shares = ", ".join(f"{one['name']} {one['probability']:.1%}" for one in classes)
    return {
        "name": name,
        "seed": seed,
        "answer": answer,
        "title": f"a {name} (background: {scene.background})",
        "about": f"Drawn: a {name} (seed {seed}). Probabilities: {shares}; {verdict}.",
        "alt": f"a drawn {name}, background {scene.background}",
        **picture(deprocess(x, model.specification)),
        "classes": classes,
    }


def explore_class(model, x, label, steps):
    """One class of one picture, as `models.explain.explorer.numbers.class_numbers` tells it.

    Parameters
    ----------
    model : models.inception.Inception
    x : numpy.ndarray, shape (1, side, side, 3)
        The picture as the network sees it.
    label : int
    steps : int
    """
    inputs, path = (ClassScore(model, label), x, model.baseline()), {"steps": steps, "rule": RULE}
    found = conductance(*inputs, layers=model.layers, keep_terms="filters", **path)
    selections = [(layer, index) for layer in found for index in strongest(found, layer, MAPPED)]
    maps = conductance_maps(*inputs, selections=selections, **path)
    grids = {}
    for (layer, index), one in zip(selections, maps):
        places = place_map(found[layer][0, ..., index])
        grids[layer, index] = places | pixel_map(one[0].sum(axis=-1))
    return class_numbers(found, found.along.score[-1, 0], grids)
