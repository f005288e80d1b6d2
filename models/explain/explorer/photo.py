"""The explorer's page for one picture of one's own and one network."""

from pathlib import Path

from minigrad.colours import BLUE, VERMILION

from ... import SHIPPED
from .build import write_page
from .maps import picture, pixel_map, place_map
from .numbers import class_numbers, kind_and_rule, network, rounded, strongest

# Of each layer so many filters for and as many against have a map: by position it comes with the
# conductance, by pixel (Eq. 2) it takes a backward pass for each.
BY_POSITION = 3
# More make no better page, but a larger one.
MOST_POINTS = 1025


def check_points(steps):
    """Raise a ValueError for a number of points that a page has no room for."""
    if steps is not None and steps > MOST_POINTS:
        raise ValueError(
            f"--steps {steps}: a page has room for at most {MOST_POINTS} points; leave out --page "
            "or take fewer"
        )


def write_photo_page(path, explanation, photo, weights):
    """Write the page that shows an explanation.

    Parameters
    ----------
    path : str or os.PathLike
    explanation : models.explain.Explanation
        Made with ``for_page=True``.
    photo, weights : str or os.PathLike
        Where the picture and the network came from, a file or a shipped network's name: their
        names are told, and the network's checksum.
    """
    write_page(path, photo_data(explanation, photo, weights), title_of(explanation))


def title_of(explanation):
    """What the page is called."""
    return f"Where the score for “{explanation.name}” comes from"


def photo_data(explanation, photo, weights):
    """Everything that the page shows, as `page_of` takes it."""
    found, (strongest_label, *_) = explanation.conductance, explanation.top
    kind, rule = kind_and_rule(found)
    name = Path(photo).name
    filters = sum(found.per_filter(layer).shape[1] for layer in found)
    explained = {
        "label": explanation.label,
        "name": explanation.name,
        "role": "highest" if explanation.label == strongest_label[0] else "asked for",
        "probability": rounded(explanation.probability),
    }
    return {
        "network": network(Path(weights).name, SHIPPED.get(str(weights), weights), filters),
        "layers": list(found),
        "kind": kind,
        "rule": rule,
        "colours": {"for": BLUE, "against": VERMILION},
        "pictures": [
            {
                "title": name,
                "about": f"{name}, as the network sees it. {in_words(explanation)}",
                "alt": name,
                **picture(explanation.pixels),
                "classes": [
                    explained | class_numbers(found, explanation.score, grids_of(explanation))
                ],
            }
        ],
    }


def in_words(explanation):
    """The strongest labels, which one is explained, and whether that went well."""
    shares = ", ".join(f"{name} {p:.1%}" for _, name, _, p in explanation.top)
    score = f"{explanation.score:.3f}".replace("-", "−")  # as all numbers of the page
    told = (
        f"The highest probabilities: {shares}. Explained: {explanation.name}, score "
        f"{score} before the softmax, probability {explanation.probability:.1%}."
    )
    if explanation.conductance.converged is False:
        told += (
            " The errors of some layer's filters are NOT within the tolerance, though as many "
            "points were taken as are allowed."
        )
    return told


def grids_of(explanation):
    """The maps of the strongest filters: by position, and by pixel those that were computed."""
    found = explanation.conductance
    grids = {
        (layer, index): place_map(found[layer][0, ..., index])
        for layer in found
        for index in strongest(found, layer, BY_POSITION)
    }
    for one in explanation.maps:
        grids.setdefault((one.layer, one.filter), {}).update(pixel_map(one.pixels))
    return grids
