"""A TensorFlow graph that one can walk, with errors that name the node."""

from .layout import ConversionError

INT32 = 3  # TensorFlow's number of the dtype


class Graph:
    """The nodes of a GraphDef by name.

    Parameters
    ----------
    message : GraphDef
    source : str
        What errors call the file.
    """

    def __init__(self, message, source):
        self.source = source
        self.nodes = {node.name: node for node in message.node}
        if len(self.nodes) != len(message.node):
            raise ConversionError(f"{source}: two nodes have the same name; the file is broken")

    def error(self, node, problem):
        """The exception to raise about a node."""
        return ConversionError(f"{self.source}: node {node.name[:80]!r} {problem}")

    def input(self, node, index):
        """The node whose output is data input ``index``, passing over Identity nodes."""
        # A loop of Identity nodes would go round for ever; no chain is longer than the graph.
        for _ in range(len(self.nodes)):
            # Inputs that begin with ^ only say what runs first; ":0" is the first output.
            names = [name.removesuffix(":0") for name in node.input if not name.startswith("^")]
            if index >= len(names) or names[index] not in self.nodes:
                raise self.error(node, f"has no input {index} in this graph")
            node = self.nodes[names[index]]
            if node.op != "Identity":
                return node
            index = 0
        raise self.error(node, "is part of a loop of Identity nodes")

    def reader_of(self, name, ops):
        """The one node of these operations whose second input is the node ``name``."""
        ops = (ops,) if isinstance(ops, str) else ops
        candidates = [node for node in self.nodes.values() if node.op in ops]
        readers = [node for node in candidates if self._second(node) == name]
        if len(readers) != 1:
            problem = f"is read by {len(readers)} nodes {' or '.join(ops)}, expected one"
            raise self.error(self.nodes[name], problem)
        return readers[0]

    def _second(self, node):
        """Name of a node's second input, or None."""
        try:
            return self.input(node, 1).name
        except ConversionError:
            return None

    def concatenated(self, node):
        """The nodes a concatenation joins, and its axis.

        The axis is the first input of Concat, the last of ConcatV2.
        """
        count = sum(not name.startswith("^") for name in node.input)
        inputs = [self.input(node, index) for index in range(count)]
        if not inputs:
            raise self.error(node, "joins nothing")
        axis = inputs.pop(0 if node.op == "Concat" else -1)
        return inputs, self._integer(axis)

    def _integer(self, node):
        """The value of a Const node of one int32."""
        self.require(node, "Const", "an axis")
        tensor = node.attr["value"].tensor
        if tensor.dtype == INT32 and len(tensor.tensor_content) == 4:
            return int.from_bytes(tensor.tensor_content, "little", signed=True)
        if tensor.dtype == INT32 and len(tensor.int_val) == 1:
            return tensor.int_val[0]
        raise self.error(node, "does not hold one int32")

    def require(self, node, ops, role):
        """Refuse the graph where ``node`` is none of these operations."""
        ops = (ops,) if isinstance(ops, str) else ops
        if node.op not in ops:
            wanted = f"as {role} the specification wants {' or '.join(ops)}"
            raise self.error(node, f"is {node.op[:40]!r}; {wanted}")

    def equal(self, node, attribute, came, expected):
        """Refuse the graph where an attribute is not what the specification says."""
        if came != expected:
            raise self.error(node, f"has {attribute} {came!r}, the specification says {expected!r}")

    def same(self, node, expected, role):
        """Refuse the graph where another node stands in the place of ``expected``."""
        if node.name != expected.name:
            raise self.error(node, f"stands where {expected.name[:80]!r} should: {role}")

    def channels_last(self, node):
        """Refuse any order of axes but (N, height, width, channels), TensorFlow's default."""
        self.equal(node, "data_format", _text(node.attr["data_format"].s) or "NHWC", "NHWC")

    @staticmethod
    def sizes(node, attribute):
        """An attribute that is a list of integers, at most eight of them."""
        return list(node.attr[attribute].list.i[:8])

    @staticmethod
    def padding(node):
        """``"SAME"``, ``"VALID"`` or what else the node says."""
        return _text(node.attr["padding"].s)


def _text(data):
    return data[:40].decode("ascii", "backslashreplace")
