"""An ONNX file as a graph that one can walk: its nodes in order, its constants, its ends."""

import heapq
import re
from dataclasses import dataclass, field

from .. import messages
from ..layout import ConversionError, shown
from .tensors import array_of

OLDEST_OPSET = 7
MOST_NODES = 20_000
STANDARD = ("", "ai.onnx")  # names of the domain in which ONNX's own operations are
DEFAULT_SIDE = 224  # of a picture whose size the file leaves open
# What a quantised network is made of.
QUANTISED = ("Quantize", "QLinear", "Integer", "DynamicQuantize")


@dataclass
class Node:
    """One node of the graph.

    Attributes
    ----------
    name : str
        Its own name or, where it has none, that of its first output.
    operation : str
        With its domain, if that is not ONNX's own: "com.microsoft:Gelu".
    inputs, outputs : tuple of str
        An empty name stands for one that is left out.
    attributes : dict of str to AttributeProto
    module : str
        The module that it comes from, where PyTorch says so: "layer1.0.relu".
    """

    name: str
    operation: str
    inputs: tuple
    outputs: tuple
    attributes: dict = field(repr=False)
    module: str = ""

    def integer(self, name, default=None):
        """An attribute that is one whole number."""
        return self.attributes[name].i if name in self.attributes else default

    def number(self, name, default=None):
        """An attribute that is one float."""
        return self.attributes[name].f if name in self.attributes else default

    def integers(self, name, default=None):
        """An attribute that is a list of whole numbers."""
        return list(self.attributes[name].ints) if name in self.attributes else default

    def text(self, name, default=""):
        """An attribute that is text."""
        if name not in self.attributes:
            return default
        return self.attributes[name].s[:40].decode("ascii", "backslashreplace")


@dataclass
class OnnxFile:
    """What is in an ONNX file.

    Attributes
    ----------
    source : pathlib.Path
    opset : int
    nodes : list of Node
        Those that the scores depend on, each behind what it reads.
    constants : dict of str to TensorProto
        The initializers.
    input : str
        Name of the one input that is no initializer.
    shape : tuple of int or None
        Its shape, as the file says it; None where that is left open.
    output : str
        The name of the scores: before a softmax at the end.
    found : list of str
        What is to be said of the choices made.
    """

    source: object
    opset: int
    nodes: list
    constants: dict
    input: str
    shape: tuple
    output: str
    found: list

    def array(self, name):
        """An initializer as an array."""
        return array_of(self.constants[name], self.source)


def read_file(data, source):
    """Read a ModelProto and check that it hangs together.

    Parameters
    ----------
    data : bytes
    source : pathlib.Path

    Returns
    -------
    OnnxFile

    Raises
    ------
    ConversionError
    """
    model = messages.parse(messages.ONNX, "ModelProto", data, source)
    graph, opset = model.graph, opset_of(model, source)
    if not graph.node:
        raise ConversionError(f"{source}: an ONNX file without nodes: there is no network in it")
    if len(graph.node) > MOST_NODES:
        raise ConversionError(f"{source}: {len(graph.node)} nodes; at most {MOST_NODES} are read")
    if graph.sparse_initializer:
        raise ConversionError(f"{source}: sparse weights; save the network with plain ones")
    constants = {tensor.name: tensor for tensor in graph.initializer}
    if len(constants) != len(graph.initializer):
        raise ConversionError(f"{source}: two initializers have the same name; the file is broken")
    inputs = [entry for entry in graph.input if entry.name not in constants]
    if len(inputs) != 1:
        names = ", ".join(shown(entry.name) for entry in inputs[:4])
        raise ConversionError(
            f"{source}: the network has {len(inputs)} inputs ({names}); expected one: the "
            "picture. Export it with the others as constants"
        )
    nodes = nodes_of(graph, {inputs[0].name, *constants}, source)
    if not graph.output:
        raise ConversionError(f"{source}: the graph has no output; the file is broken")
    found = []
    output = graph.output[0].name
    if len(graph.output) > 1:
        others = ", ".join(shown(entry.name) for entry in graph.output[1:4])
        found.append(f"explained is the first of {len(graph.output)} outputs, not {others}")
    nodes = needed(nodes, output, source)
    output = before_softmax(nodes, output, found)
    return OnnxFile(
        source,
        opset,
        needed(nodes, output, source),
        constants,
        inputs[0].name,
        shape_of(inputs[0]),
        output,
        found,
    )


def opset_of(model, source):
    """The version of ONNX's operations that the file was written for."""
    versions = [entry.version for entry in model.opset_import if entry.domain in STANDARD]
    version = max(versions, default=1)
    if version < OLDEST_OPSET:
        raise ConversionError(
            f"{source}: opset {version}; from {OLDEST_OPSET} on they are read. Export the network "
            "again, or bring the file up to date with onnx.version_converter"
        )
    return version


def nodes_of(graph, known, source):
    """The nodes in an order in which each reads only what is before it."""
    nodes, known = [], set(known)
    made = known.union(*(message.output for message in graph.node))
    for position, message in enumerate(graph.node):
        outputs = tuple(message.output)
        name = message.name or next((one for one in outputs if one), f"number {position}")
        for one in message.input:
            if one and one not in made:
                raise ConversionError(
                    f"{source}: node {shown(name)} reads {shown(one)}, which no input, initializer "
                    "or node gives: something is missing"
                )
        for one in outputs:
            if one in known and one:
                raise ConversionError(f"{source}: {shown(one)} is made twice; the file is broken")
            known.add(one)
        domain = "" if message.domain in STANDARD else f"{message.domain}:"
        attributes = {attribute.name: attribute for attribute in message.attribute}
        operation = domain + message.op_type
        read, module = tuple(message.input), module_of(message)
        nodes.append(Node(name, operation, read, outputs, attributes, module))
    return sorted_nodes(nodes, source)


def sorted_nodes(nodes, source):
    """Each node behind those it reads: in the file's order where that is one, as it should be.

    onnxruntime's converter to half precision puts casts of the input last, for example.
    """
    makers = {name: place for place, node in enumerate(nodes) for name in node.outputs if name}
    waiting = [{makers[name] for name in node.inputs if name in makers} for node in nodes]
    readers = [[] for _ in nodes]
    for place, others in enumerate(waiting):
        for other in others:
            readers[other].append(place)
    missing = [len(others) for others in waiting]
    ready = [place for place, count in enumerate(missing) if count == 0]
    found = []
    while ready:
        place = heapq.heappop(ready)  # the first in the file, so that its order is kept
        found.append(nodes[place])
        for reader in readers[place]:
            missing[reader] -= 1
            if missing[reader] == 0:
                heapq.heappush(ready, reader)
    if len(found) < len(nodes):
        node = next(node for node, count in zip(nodes, missing) if count)
        raise ConversionError(
            f"{source}: the nodes go in a circle, node {shown(node.name)} among them or behind it"
        )
    return found


def module_of(message):
    """The innermost module in what PyTorch's exporter notes of a node, or an empty name.

    It notes the scopes as text: ['', 'layer1', 'layer1.0', 'layer1.0.relu', 'relu_2'].
    """
    notes = {entry.key: entry.value for entry in message.metadata_props}
    scopes = re.findall(r"'([\w.]*)'", notes.get("pkg.torch.onnx.name_scopes", "")[:2000])
    return scopes[-2][-100:] if len(scopes) > 1 else ""


def needed(nodes, output, source):
    """The nodes that an output depends on, in their order."""
    wanted, kept = {output}, []
    for node in reversed(nodes):
        if wanted.intersection(node.outputs):
            kept.append(node)
            wanted.update(name for name in node.inputs if name)
    if not kept:
        raise ConversionError(f"{source}: no node makes the output {shown(output)}")
    return kept[::-1]


def before_softmax(nodes, output, found):
    """The name of the scores: what goes into a softmax at the end, if there is one."""
    makers = {name: node for node in nodes for name in node.outputs}
    node, name = makers.get(output), output
    same = ("Identity", "Cast")  # a cast: converters to half precision give float32 back
    passed = (*same, "Softmax", "LogSoftmax")
    while node is not None and node.operation in passed and node.inputs:
        if node.operation not in same:
            found.append(f"explained are the scores before the {node.operation} at the end")
        name = node.inputs[0]
        node = makers.get(name)
    return output if node is None else name


def shape_of(entry):
    """The shape in a ValueInfoProto; None for a length that is left open."""
    dims = entry.type.tensor_type.shape.dim
    return tuple(dim.dim_value if dim.dim_value > 0 else None for dim in dims)


def reason_of(operation):
    """Why an operation is not supported, and what to do, where more is known than its name."""
    if any(word in operation for word in QUANTISED):
        return "the network is quantised; convert the one it was made from, in float32"
    if operation.startswith("com.microsoft"):
        return (
            "it is onnxruntime's own, which put it there to be faster; convert the file that this "
            "one was made from, or optimise with ORT_ENABLE_BASIC"
        )
    return REASONS.get(operation, "minigrad has no such operation")


REASONS = {
    "ArgMax": "it has no derivative; export the scores before it",
    "TopK": "it has no derivative; export the scores before it",
    "NonMaxSuppression": "it has no derivative; export the scores before it",
    "If": "which way it goes is known only in a run; export the network for one input",
    "Loop": "how long it runs is known only in a run; export the network for one input",
    "ConvTranspose": "minigrad has no transposed convolution",
    "Resize": "minigrad has no interpolation",
    "Erf": "minigrad has no error function; a GELU can be exported in its tanh form: "
    "nn.GELU(approximate='tanh')",
    "Gelu": "minigrad has no error function; a GELU can be exported in its tanh form: "
    "nn.GELU(approximate='tanh')",
}
