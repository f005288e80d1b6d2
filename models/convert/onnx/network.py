"""A converted graph as a network that knows its pictures and its classes' names, if told."""

from ...graph import GraphNetwork
from ...graph.pictures import preset_named
from ...inception.labels import read_label_file
from ..layout import ConversionError


def named(graph, weights, preprocess, labels, source):
    """The network, ready to be written.

    Parameters
    ----------
    graph : models.graph.steps.Graph
    weights : dict of str to numpy.ndarray
    preprocess : str or None
        A name in `models.graph.pictures.PRESETS`.
    labels : str, os.PathLike or None
        A file with the classes' names, one a line.
    source : pathlib.Path
        What errors call the file.

    Returns
    -------
    GraphNetwork

    Raises
    ------
    ConversionError, LabelError
        There is no such preset, or the file does not name each class.
    """
    if preprocess is not None:
        try:
            preset_named(preprocess)
        except ValueError as error:
            raise ConversionError(f"{source}: {error}") from None
    names = None if labels is None else read_label_file(labels, graph.classes)
    return GraphNetwork(graph, weights, preprocess, names)
