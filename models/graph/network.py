"""A network that walks a list of steps: one step, one call, one named tensor."""

import minigrad as mg

from . import pictures
from .operations import OPERATIONS


class GraphNetwork(mg.Module):
    """A network as a graph; ``model(x)`` is the score of every class before the softmax.

    Parameters
    ----------
    graph : models.graph.steps.Graph
    weights : dict of str to array
        Channels-last: kernels (height, width, in, out), linear weights (in, out).
    preset : str, optional
        How pictures are prepared: a name in `models.graph.pictures.PRESETS`.
    labels : sequence of str, optional
        The classes' names, in the order of the scores.

    Attributes
    ----------
    layers : tuple of str
        The tensors that are explained unless told: of the cuts those behind an activation.
    cuts : tuple of str
        Every tensor that cuts the network: all paths from the input to the scores go through
        it, so the conductances of its entries sum to F(x) − F(x').
    labels : tuple of str
        "class 7" where no names are known.
    """

    def __init__(self, graph, weights, preset=None, labels=None):
        self.graph = graph
        self.weights = {name: mg.Parameter(weights[name]) for name in graph.weights}
        self.preset = preset
        self.labels = tuple(labels or [f"class {index}" for index in range(graph.classes)])
        self.layers, self.cuts = graph.layers(), graph.cuts()
        self.done_with = last_readings(graph)

    def forward(self, x):
        """Examples as the network sees them, (N, *graph.shape), to scores, (N, classes)."""
        self.check_input(x)
        return self.walk({self.graph.input: x}, 0)

    def walk(self, values, first, meet=None):
        """The steps from number ``first`` on, given the tensors that they read; the scores."""
        values = {**self.weights, **values}
        for step, done_with in zip(self.graph.steps[first:], self.done_with[first:]):
            inputs = [values[name] for name in step.inputs]
            y = OPERATIONS[step.operation](*inputs, **step.options).named(step.name)
            values[step.name] = y if meet is None else meet(step.name, y)
            for name in done_with:  # no later step reads it: its memory may be used again
                del values[name]
        return values[self.graph.output]

    def resume(self, layer, y, meet):
        """The scores from a cut on, whose value is ``y``; ``meet(name, y)`` may replace others."""
        names = [step.name for step in self.graph.steps]
        return self.walk({layer: y}, names.index(layer) + 1, meet)

    @property
    def specification(self):
        """The network as data: the graph."""
        return self.graph

    def check_input(self, x):
        """Raise a ValueError unless ``x`` are examples of this network."""
        expected = self.graph.shape
        if x.ndim != len(expected) + 1 or x.shape[0] == 0 or x.shape[-1] != expected[-1]:
            raise ValueError(
                f"the network's input {self.graph.input!r} has shape {x.shape}; expected "
                f"(N, {', '.join(map(str, expected))}), at least one example, channels last"
            )

    def describe(self):
        """The steps as lines of text: what cuts the network is marked with a bar."""
        cuts, lines = set(self.cuts), [f"  {self.graph.input} {self.graph.shape}"]
        for step in self.graph.steps:
            mark = "|" if step.name in cuts else " "
            call = f"{step.operation}({', '.join(step.inputs)})"
            lines.append(f"{mark} {step.name} {step.shape} = {call}")
        return "\n".join(lines)

    def preprocess(self, picture):
        """A path, a Pillow image or an array (H, W, 3) of 0–255 as the network sees it.

        Returns
        -------
        numpy.ndarray
            float32, (1, height, width, channels).

        Raises
        ------
        ValueError
            Nobody said how: see `models.graph.pictures.PRESETS`.
        """
        return pictures.preprocess(picture, self.preset, self.graph.shape)

    def deprocess(self, x):
        """The picture that the network sees as ``x``: uint8, (H, W, 3), RGB."""
        return pictures.deprocess(x, self.preset, self.graph.shape)

    def baseline(self):
        """The black picture as the network sees it, (1, height, width, channels)."""
        return pictures.black(self.preset, self.graph.shape)


def last_readings(graph):
    """For each step the tensors that no later step reads."""
    done_with = [[] for _ in graph.steps]
    for name, positions in graph.readers().items():
        if positions:
            done_with[positions[-1]].append(name)
    return done_with
