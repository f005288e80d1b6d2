"""Whether a graph is BVLC GoogLeNet, step by step; then its arrays, under the class's names.

Names say nothing here: exporters change them. The graph is followed from the picture to the
score, and every step must compute what the specification says.
"""

from minigrad.functions.windows import place_windows

from ...inception.specifications import GOOGLENET_BVLC, Conv, MaxPool, Mixed
from ..layout import HEAD


class Different(Exception):
    """The graph is another network."""


def as_googlenet(graph, weights):
    """The state dictionary of BVLC GoogLeNet, if that is what the graph computes; or None.

    Parameters
    ----------
    graph : models.graph.steps.Graph
    weights : dict of str to numpy.ndarray

    Returns
    -------
    dict of str to numpy.ndarray, or None
    """
    if graph.shape != (GOOGLENET_BVLC.side, GOOGLENET_BVLC.side, 3):
        return None
    try:
        return Walk(graph, weights).state()
    except Different:
        return None


class Walk:
    """The way through a graph along the specification.

    Attributes
    ----------
    found : dict of str to numpy.ndarray
        The arrays so far, under the class's names.
    side : int
        Of the picture at the place that is reached.
    """

    def __init__(self, graph, weights):
        self.steps, self.weights, self.found = graph.steps, weights, {}
        self.readers = graph.readers()
        self.name, self.side = graph.input, graph.shape[0]

    def state(self):
        for step in GOOGLENET_BVLC.body:
            if isinstance(step, Conv):
                self.name = self.convolution(self.name, step.name, step.kernel, step.stride)
                self.side //= step.stride
            elif isinstance(step, MaxPool):
                (pool,) = self.after(self.name, 1)
                self.same_pool(pool, step.size, step.stride, step.stride > 1)
                self.name, self.side = pool.name, self.side // step.stride
            elif isinstance(step, Mixed):
                self.name = self.mixed(step)
            else:
                self.name = self.norm(step)
        self.head()
        return self.found

    def after(self, name, count):
        """The steps that read a tensor, of which there must be so many."""
        readers = [self.steps[position] for position in self.readers[name]]
        return require(len(readers) == count) and readers

    def norm(self, step):
        (norm,) = self.after(self.name, 1)
        require(norm.operation == "local_response_norm")
        for option in ("radius", "bias", "alpha", "beta"):
            expected = getattr(step, option)
            require(abs(norm.options[option] - expected) <= 1e-6 * expected)
        return norm.name

    def mixed(self, step):
        """The four branches, told apart by the convolutions that they are made of."""
        ends = {}
        for first in self.after(self.name, 4):
            end, kind = self.branch(first, step)
            ends[kind] = end
        require(len(ends) == 4)
        (joined,) = self.after(ends["conv1x1"], 1)
        require(joined.operation == "concatenate" and joined.options["axis"] == 3)
        order = [ends[kind] for kind in ("conv1x1", "conv3x3", "conv5x5", "pool_reduce")]
        require(list(joined.inputs) == order)
        return joined.name

    def branch(self, first, step):
        """One branch from its first step: the name of its end, and which it is."""
        if first.operation == "max_pool2d":
            self.same_pool(first, 3, 1, False)
            return self.convolution(first.name, f"{step.name}.pool_reduce", 1, 1), "pool_reduce"
        require(first.operation == "conv2d")
        (relu,) = self.after(first.name, 1)
        (second,) = self.after(relu.name, 1)
        if second.operation == "concatenate":
            return self.taken(first, f"{step.name}.conv1x1", 1, 1), "conv1x1"
        kernel = self.weights[second.inputs[1]].shape[0]
        require(second.operation == "conv2d" and kernel in (3, 5))
        kind = f"{kernel}x{kernel}"
        end = self.taken(first, f"{step.name}.bottleneck{kind}", 1, 1)
        return self.convolution(end, f"{step.name}.conv{kind}", kernel, 1), f"conv{kind}"

    def convolution(self, name, ours, kernel, stride):
        """The one convolution that reads a tensor, and its ReLU: the name of its output."""
        (step,) = self.after(name, 1)
        return self.taken(step, ours, kernel, stride)

    def taken(self, step, ours, kernel, stride):
        """The same of a convolution that was found."""
        require(step.operation == "conv2d" and len(step.inputs) == 3)
        options, half = step.options, kernel // 2
        require(list(options["stride"]) == [stride] * 2)
        require([list(pair) for pair in options["padding"]] == [[half, half]] * 2)
        weight, bias = (self.weights[name] for name in step.inputs[1:])
        require(weight.shape[:2] == (kernel, kernel))
        self.found[f"{ours}.weight"], self.found[f"{ours}.bias"] = weight, bias
        (relu,) = self.after(step.name, 1)
        require(relu.operation == "relu")
        return relu.name

    def same_pool(self, step, size, stride, ceil_mode):
        """A pool with the windows of the specification's: symmetric padding, rounded up."""
        require(step.operation == "max_pool2d")
        shape = (1, self.side, self.side, 1)
        padding = 0 if stride > 1 else size // 2
        expected = place_windows("pool", shape, size, stride, padding, ceil_mode)
        options = {key: pairs(value) for key, value in step.options.items()}
        came = place_windows("pool", shape, *options.values())
        for where in ("height", "width", "down", "across", "top", "left", "rows", "columns"):
            require(getattr(came, where) == getattr(expected, where))

    def head(self):
        """The average over all positions, and the linear layer."""
        (pool,) = self.after(self.name, 1)
        whole = pool.operation == "avg_pool2d" and pairs(pool.options["size"]) == (self.side,) * 2
        padded = whole and any(map(any, pool.options["padding"]))
        mean = pool.operation == "mean" and sorted(pool.options["axis"]) == [1, 2]
        require(mean or (whole and not padded))
        (step,) = self.after(pool.name, 1)
        if step.operation in ("flatten", "reshape"):
            (step,) = self.after(step.name, 1)
        require(step.operation == "linear" and len(step.inputs) == 3)
        require(step.name == self.steps[-1].name)
        weight, bias = (self.weights[name] for name in step.inputs[1:])
        require(weight.ndim == 2)
        self.found[f"{HEAD}.weight"], self.found[f"{HEAD}.bias"] = weight, bias


def pairs(value):
    """Lists as tuples, at any depth."""
    return tuple(map(pairs, value)) if isinstance(value, (list, tuple)) else value


def require(condition):
    """Raise `Different` unless it holds."""
    if not condition:
        raise Different
    return True
