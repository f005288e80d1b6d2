"""A network of a graph in a weight file: the steps stand in the metadata, checked before use."""

from minigrad.weights import WeightsError, save_weights

from .network import GraphNetwork
from .pictures import preset_named
from .steps import graph_from

NETWORK = "graph"  # what metadata call it


def save_graph(path, model, metadata):
    """Write a `GraphNetwork`; returns the metadata written.

    Parameters
    ----------
    path : str or os.PathLike
    model : GraphNetwork
    metadata : dict
        Where it came from; ``"network"``, ``"specification"`` (the graph), ``"preprocess"`` and
        ``"labels"`` are added here.
    """
    described = {
        "network": NETWORK,
        "specification": {"graph": model.graph.as_json()},
        "preprocess": model.preset,
        "labels": list(model.labels) if model.labels[0] != "class 0" else None,
        **metadata,
    }
    save_weights(path, dict(model.state_dict()), described)
    return described


def graph_network_from(state, metadata, path):
    """The network of a file that `save_graph` wrote.

    Raises
    ------
    WeightsError
        In one line, what does not fit.
    """
    try:
        specification = metadata.get("specification")
        if not isinstance(specification, dict):
            raise ValueError("the metadata have no specification")
        graph = graph_from(specification.get("graph"))
        check_arrays(graph, state)
        preset, labels = metadata.get("preprocess"), metadata.get("labels")
        if preset is not None:
            preset_named(str(preset)[:80])
        check_labels(labels, graph.classes)
    except ValueError as error:
        raise WeightsError(f"{path}: {error}") from None
    weights = {name.removeprefix("weights."): array for name, array in state.items()}
    return GraphNetwork(graph, weights, preset, labels)


def check_arrays(graph, state):
    """Raise a ValueError unless the arrays are those of the graph, by name and shape."""
    expected = {f"weights.{name}": shape for name, shape in graph.weights.items()}
    for name in [*expected, *state]:
        came = state[name].shape if name in state else "missing"
        if name not in expected or came != expected[name]:
            wanted = expected.get(name, "no such array")
            raise ValueError(f"array {name[:80]!r}: {came}, the graph says {wanted}")


def check_labels(labels, classes):
    """Raise a ValueError unless there are no labels, or a name for every class."""
    if labels is None:
        return
    named = isinstance(labels, list) and all(map(is_label, labels))
    if not named or len(labels) != classes:
        count = len(labels) if isinstance(labels, list) else type(labels).__name__
        raise ValueError(
            f"the metadata's labels are {count}, expected {classes} names, each on one line"
        )


def is_label(value):
    """Whether a value from a file is a class's name: text on one line, without control signs."""
    return isinstance(value, str) and value.replace("\t", " ").isprintable()
