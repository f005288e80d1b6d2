"""Any network of known operations out of an ONNX file, as a graph of ours.

`file` reads it and checks that it hangs together, `tensors` its arrays; `constants` works out what
does not depend on the picture, `translation` and `operators` make steps of the rest, channels
last; `googlenet` finds out whether it is a network that has a class of its own.
"""

import json

from ...graph.steps import graph_from
from ..layout import ConversionError, one_line, shown
from ..sources import ONNX_BYTES, read_bytes
from . import googlenet, network
from .constants import fold
from .file import DEFAULT_SIDE, read_file, reason_of
from .operators import CHECKS, OPERATORS
from .translation import Translation, Unsupported, channels_are_last

MOST_REASONS = 12


def read(path):
    """The network in an ONNX file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    graph : models.graph.steps.Graph
    weights : dict of str to numpy.ndarray
        float32, channels last, those of the graph.
    found : list of str
        What was assumed, for people.

    Raises
    ------
    ConversionError
        The file is broken, or has operations that minigrad has not: all of them are named.
    """
    translation = translate(path)
    file = translation.file
    try:
        graph, weights = translation.graph()
    except Unsupported as error:
        raise ConversionError(f"{path}: the output {shown(file.output)}: {error}") from None
    try:  # whatever is written can be read again
        graph_from(json.loads(json.dumps(graph.as_json())))
    except ValueError as error:
        raise ConversionError(f"{path}: {error}") from None
    return graph, weights, file.found


def translate(path):
    """The `Translation` of an ONNX file: its steps, and what each of its tensors became."""
    file = read_file(read_bytes(path, ONNX_BYTES), path)
    shape = input_shape(file)
    problems = Problems(path)
    for node in file.nodes:
        problems.check(node, file)
    problems.raise_them()
    translation = Translation(file, shape)
    for node in file.nodes:
        problems.translate(translation, node)
    problems.raise_them()
    return translation


def input_shape(file):
    """The input's shape for one example, in ONNX's order; what the file leaves open is assumed."""
    shape = file.shape
    if not 2 <= len(shape) <= 4:
        raise ConversionError(
            f"{file.source}: the input {shown(file.input)} has shape {shape}; expected pictures "
            "(N, channels, height, width), sequences (N, channels, length), or rows (N, length)"
        )
    sizes = list(shape[1:])
    sides = () if len(shape) < 4 else (0, 1) if channels_are_last(file) else (1, 2)
    for axis, size in enumerate(sizes):
        if size is None:
            if axis not in sides:
                raise ConversionError(
                    f"{file.source}: the input {shown(file.input)} leaves axis {axis + 1} open; "
                    "export the network for one size"
                )
            sizes[axis] = DEFAULT_SIDE
            file.found.append(f"the file leaves the size of axis {axis + 1} open: {DEFAULT_SIDE}")
    if max(sizes) > 2**20:
        raise ConversionError(f"{file.source}: the input has shape {shape}: absurd")
    return (1, *sizes)


class Problems:
    """What is not supported, gathered, so that it is said all at once.

    Parameters
    ----------
    source : pathlib.Path
    """

    def __init__(self, source):
        self.source, self.reasons = source, {}

    def check(self, node, file):
        """Look at one node by itself, before any shape is known."""
        constant = all(name in file.constants for name in node.inputs if name)
        if node.operation not in OPERATORS and node.operation not in FOLDED_ONLY and not constant:
            self.note(node, reason_of(node.operation))
        elif node.operation in CHECKS:
            try:
                CHECKS[node.operation](node)
            except Unsupported as error:
                self.note(node, str(error))

    def translate(self, translation, node):
        """Fold one node or make a step of it; after what could not be done, go on without it."""
        if not all(map(translation.knows, node.inputs)):
            return  # it reads what an earlier problem has left out
        try:
            array = fold(translation, node)
            if array is not None:
                translation.keep_array(node.outputs[0], array)
                return
            if node.operation not in OPERATORS:
                raise Unsupported(reason_of(node.operation))
            found = OPERATORS[node.operation](translation, node)
        except Unsupported as error:
            self.note(node, str(error))
            return
        except ConversionError:
            raise
        # NumPy says in many ways that shapes, axes or numbers of a hostile file do not fit
        except Exception as error:
            self.note(node, one_line(f"{type(error).__name__}: {error}", 120))
            return
        found = found if isinstance(found, tuple) and isinstance(found[0], tuple) else (found,)
        for name, value in zip(node.outputs, found):
            translation.keep(name, value)

    def note(self, node, reason):
        """Keep what is wrong with a node, beside others of the same kind."""
        self.reasons.setdefault((node.operation, reason), []).append(node.name)

    def raise_them(self):
        """One error for all that was noted; nothing if that is nothing."""
        if not self.reasons:
            return
        told = []
        for (operation, reason), names in list(self.reasons.items())[:MOST_REASONS]:
            more = f" and {len(names) - 2} more" if len(names) > 2 else ""
            nodes = ", ".join(shown(name) for name in names[:2])
            told.append(f"{operation[:60]} ({nodes}{more}): {reason}")
        if len(self.reasons) > MOST_REASONS:
            told.append(f"and {len(self.reasons) - MOST_REASONS} kinds more")
        raise ConversionError(f"{self.source}: not supported: {'; '.join(told)}")


# What is worked out at conversion, and never becomes a step.
FOLDED_ONLY = (
    "Constant",
    "ConstantOfShape",
    "Shape",
    "Size",
    "Range",
    "Floor",
    "Ceil",
    "Mod",
    "Equal",
    "Where",
    "Less",
    "Greater",
    "Not",
    "And",
    "ReduceProd",
)
