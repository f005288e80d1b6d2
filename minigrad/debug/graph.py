"""The recorded graph behind a tensor, for people: `print_graph` as text, `draw_graph` as a picture.

`shown_graph` is what both are made of; a notebook draws it under its cell, without Graphviz.
With ``depth`` the operations inside one call of a module are one node, so that a deep
network is a page: ``depth=1`` shows the parts of the outermost module.
"""

import shutil
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from ..autodiff import topological_order
from ..colours import BLUE, GREEN, GREY
from ..machine.backend import to_numpy
from .tracing import norm

FEW = 3  # so many numbers are shown; of more, their norm


class Node:
    """One node of the shown graph: a leaf, an operation, or all that one call of a module did.

    Attributes
    ----------
    tensor : Tensor
        What comes out.
    title : str
        The operation, or the module's name and class.
    operations : Counter of str
        How often each operation is inside.
    inputs : list of Node
    """

    def __init__(self, title):
        self.title = title
        self.tensor = None
        self.operations = Counter()
        self.inputs = []

    def __repr__(self):
        return f"Node({self.title}, {len(self.inputs)} inputs)"

    def __str__(self):
        return "\n".join(text_lines(self))

    def _repr_pretty_(self, printer, cycle):
        """IPython's text: what `print_graph` prints."""
        printer.text(repr(self) if cycle else str(self))

    def _repr_html_(self):
        """What Jupyter shows: the graph, drawn."""
        from .notebook import graph_html

        return graph_html(self)

    @property
    def lines(self):
        """What is to be said of the node, from the most to the least important."""
        name = self.tensor.name
        label = f"{name!r}: " if name and name != self.title.split()[0] else ""
        yield f"{label}{self.title} {self.tensor.shape}"
        inside = self.operations.total()
        if inside > 1:
            counts = self.operations.most_common()
            yield ", ".join(f"{count} {operation}" for operation, count in counts)
        yield from quantities(self.tensor)


def quantities(tensor):
    """'value 3, 2', and gradient and tangent where there are; of many entries the norm."""
    arrays = {"value": tensor.data, "gradient": tensor.grad, "tangent": tensor.tangent}
    for label, array in arrays.items():
        if array is None:
            continue
        if array.size > FEW:
            yield f"{label} ‖{norm(array):.4g}‖"
        else:
            numbers = to_numpy(array).reshape(-1).tolist()
            yield f"{label} " + ", ".join(f"{number:.4g}" for number in numbers)


def shown_graph(output, depth=None):
    """The `Node` of ``output``, with all nodes behind it.

    Parameters
    ----------
    output : Tensor
    depth : int, optional
        How many levels of modules to open; all if None. At 0 the outermost module's call is one
        node.

    Returns
    -------
    Node
        As the last line of a notebook's cell it is drawn; ``print`` it, or see `print_graph`, for
        the text.
    """
    if depth is not None and (not isinstance(depth, (int, np.integer)) or depth < 0):
        raise ValueError(f"graph: depth is {depth!r}; expected None or a whole number from 0 on")
    nodes, node_of = {}, {}
    for tensor in reversed(topological_order(output)):  # inputs come before what is made of them
        call = shown_call(tensor, depth)
        key = tensor if call is None else call
        if key not in nodes:
            nodes[key] = Node(title_of(tensor, call, depth))
        node = node_of[tensor] = nodes[key]
        node.tensor = tensor  # the last of a call is what comes out of it
        if tensor.creator is None:
            continue
        node.operations[tensor.creator.name] += 1
        for parent, needed in zip(tensor.creator.inputs, tensor.creator.needs_grad):
            if not needed or node_of[parent] is node:
                continue
            if call is None or node_of[parent] not in node.inputs:
                node.inputs.append(node_of[parent])
    if depth is not None:  # a parameter belongs to the module that is shown
        for node in nodes.values():
            node.inputs = [other for other in node.inputs if not other.tensor.is_parameter]
    return node_of[output]


def shown_call(tensor, depth):
    """The call of a module whose node stands for ``tensor``; None if it has a node of its own."""
    if tensor.creator is None or depth is None or len(tensor.creator.modules) <= depth:
        return None
    return tensor.creator.modules[depth]


def title_of(tensor, call, depth):
    """'leaf', the operation's name, or 'mixed4c MixedBlock'."""
    function = tensor.creator
    if function is None:
        return "leaf" if tensor.made_by is None else f"{tensor.made_by[0]}, where the tape begins"
    if call is None:
        return function.name
    pairs = zip(function.modules[:depth], function.modules[1:])
    names = [name_in(outer.module, inner.module) for outer, inner in pairs]
    return " ".join([".".join(names), type(call.module).__name__]).strip()


def name_in(module, part):
    """The attribute of ``module`` that ``part`` is; its class's name if it is none."""
    return next((name for name, child in module.children() if child is part), type(part).__name__)


def all_behind(node):
    """The node and all that it was made of, as a dictionary's keys, each once."""
    found, waiting = {node: None}, [node]
    while waiting:
        for other in waiting.pop().inputs:
            if other not in found:
                found[other] = None
                waiting.append(other)
    return found


def print_graph(tensor, depth=None, file=None):
    """Print what a tensor was made of: each line from the line, or the branches, below it.

    Parameters
    ----------
    tensor : Tensor
        Only what is recorded is there: see `no_grad` and `watch_layers`.
    depth : int, optional
        How many levels of modules to open. None shows every operation, 1 the parts of the
        outermost module (of GoogLeNet its blocks), 0 the outermost module as one line.
    file : file object, optional
        Where to print; the standard output unless told.

    Examples
    --------
    >>> mg.print_graph((x * y).relu())
    relu ()  value 6
    multiply ()  value 6
    ├─ 'x': leaf ()  value 3  gradient 2
    └─ 'y': leaf ()  value 2  gradient 3
    """
    print(shown_graph(tensor, depth), file=file or sys.stdout)


def text_lines(output):
    """The lines that `print_graph` prints of a `Node`."""
    waiting, shown = [(output, "", "")], {}
    while waiting:
        node, first, rest = waiting.pop()
        if node in shown:
            yield f"{first}{next(node.lines)}  (as in line {shown[node]})"
            continue
        shown[node] = len(shown) + 1
        yield f"{first}{shown[node]:>3} " + "  ".join(node.lines)
        if len(node.inputs) == 1:
            waiting.append((node.inputs[0], rest, rest))
        else:
            branches = [(other, f"{rest}├─ ", f"{rest}│  ") for other in node.inputs]
            if branches:
                branches[-1] = (node.inputs[-1], f"{rest}└─ ", f"{rest}   ")
            waiting += reversed(branches)


def draw_graph(tensor, path, depth=None):
    """Draw what a tensor was made of: leaves on the left, with ``depth`` above.

    Parameters
    ----------
    tensor : Tensor
    path : str or os.PathLike
        A .svg, .pdf or .png file.
    depth : int, optional
        As for `print_graph`.

    Returns
    -------
    pathlib.Path
        The file written: ``path``, or where Graphviz is missing (the Python package
        graphviz and its program ``dot``) the same name with ``.txt``, holding what
        `print_graph` prints.
    """
    path = Path(path)
    if path.suffix.lower() not in (".svg", ".pdf", ".png"):
        raise ValueError(
            f"draw_graph: {path}: graphs are drawn as .svg, .pdf or .png; name the file so"
        )
    dot = as_dot(tensor, depth)
    if dot is None or shutil.which("dot") is None:
        path = path.with_suffix(".txt")
        with open(path, "w", encoding="utf-8") as file:
            print_graph(tensor, depth, file)
        return path
    path.write_bytes(dot.pipe(format=path.suffix[1:].lower()))
    return path


def as_dot(tensor, depth=None):
    """The graph as a ``graphviz.Digraph``; None where the package is missing."""
    try:
        import graphviz
    except ImportError:
        return None
    dot = graphviz.Digraph(
        graph_attr={"rankdir": "LR" if depth is None else "TB", "nodesep": "0.25", "ranksep": "0.4"}
    )
    dot.attr("node", shape="box", style="rounded", fontname="Helvetica", fontsize="11", color=GREY)
    dot.attr("edge", color=GREY, arrowsize="0.7")
    nodes = all_behind(shown_graph(tensor, depth))
    names = {node: f"node{place}" for place, node in enumerate(nodes)}
    for node, name in names.items():
        colour = GREEN if node.tensor.creator is None else BLUE if node.tensor.keeps_grad else GREY
        wide = "2" if node.tensor.keeps_grad else "1"
        dot.node(name, graphviz.escape("\n".join(node.lines)), color=colour, penwidth=wide)
        for other in node.inputs:
            dot.edge(names[other], name)
    return dot
