"""`trace`: every forward, tangent and backward step of a block, printed or collected."""

import sys
from dataclasses import dataclass

from ..machine.backend import get_array_module
from ..recording import Watcher, current_mode


@dataclass(frozen=True)
class Step:
    """One step of one sweep, as `trace` saw it.

    Attributes
    ----------
    kind : {"forward", "tangent", "backward", "name"}
        "name" is not a step of the mathematics: there the tensor made last became a layer.
    operation : str
    names : tuple of (str or None)
        Names of the operation's inputs, then of its output. Going forward, an output has none yet.
    shapes : tuple of tuple
        Of the arrays that went in, then of the one that came out. Going backward, dF/d(output)
        goes in and a gradient for each input that asks for one comes out.
    norms : tuple of float
        The Euclidean norms of the same arrays.
    came_out : int
        How many of the shapes and norms, counted from the end, came out.
    applied_at : (str, int)
        File and line of the user's code.
    """

    kind: str
    operation: str
    names: tuple
    shapes: tuple
    norms: tuple
    came_out: int
    applied_at: tuple

    def __str__(self):
        went_in, came_out = self._arrays(None, -self.came_out), self._arrays(-self.came_out, None)
        arrays = came_out if self.kind == "name" else f"{went_in} → {came_out}"
        file, line = self.applied_at
        return f"{self.kind:9}{self.operation:20} {arrays}  {self._names()}{file}:{line}"

    def _arrays(self, start, stop):
        """Shape and norm of some of the arrays."""
        pairs = zip(self.shapes[start:stop], self.norms[start:stop])
        return ", ".join(f"{shape} ‖{norm:.4g}‖" for shape, norm in pairs) or "nothing"

    def _names(self):
        """'a', … → 'z' of the inputs and the output; … stands for one without a name."""
        if all(name is None for name in self.names):
            return ""
        *inputs, output = ("…" if name is None else repr(name) for name in self.names)
        return f"{output}  " if not inputs else f"{', '.join(inputs)} → {output}  "


class trace(Watcher):
    """Context manager: inside, every forward, tangent and backward step is printed or collected.

    Parameters
    ----------
    only : sequence of str, optional
        Only steps of these operations ("conv2d"), or with one of these names ("mixed4c")
        on their inputs or output.
    collect : bool
        Keep the steps in ``steps`` instead of printing them.
    file : file object, optional
        Where to print; the standard output unless told.

    Attributes
    ----------
    steps : list of Step
        Filled with ``collect=True``.

    Notes
    -----
    Where nothing is traced, each operation asks once whether it is, and that is all.
    `conductance` and its like use one thread while they are traced, so steps come in order.
    Of blocks inside each other the innermost traces alone.

    Examples
    --------
    >>> with mg.trace(only=["multiply"]):
    ...     (x * y).backward()
    forward  multiply             () ‖3‖, () ‖2‖ → () ‖6‖  'x', 'y' → …  example.py:2
    backward multiply             () ‖1‖ → () ‖2‖, () ‖3‖  'x', 'y' → …  example.py:2
    """

    def __init__(self, only=None, collect=False, file=None):
        super().__init__()
        if isinstance(only, str):
            raise TypeError(f"trace: only={only!r} is one name; give a list of them, [{only!r}]")
        self.only = None if only is None else frozenset(only)
        self.collect = collect
        self.file = file
        self.steps = []

    def __repr__(self):
        return f"trace({len(self.steps)} steps)"

    def _repr_html_(self):
        """What Jupyter shows: a table of the steps that were kept."""
        from .notebook import trace_html

        return trace_html(self)

    in_one_thread = True

    def changes(self):
        others = [watcher for watcher in current_mode().watchers if not isinstance(watcher, trace)]
        return {"watchers": (*others, self)}

    def made(self, function, output):
        inputs = function.inputs
        names = names_of(function, output)
        values = [tensor.data for tensor in inputs]
        self._add("forward", function.name, names, values, [output.data], function.applied_at)
        if output.tangent is not None:
            tangents = [tensor.tangent for tensor in inputs if tensor.tangent is not None]
            moved = [output.tangent]
            self._add("tangent", function.name, names, tangents, moved, function.applied_at)

    def went_back(self, function, output, grad_output, grad_inputs):
        names = names_of(function, output)
        grads = [grad_input for grad_input in grad_inputs if grad_input is not None]
        self._add("backward", function.name, names, [grad_output], grads, function.applied_at)

    def named(self, tensor):
        if tensor.made_by is not None:
            operation, file, line = tensor.made_by
            self._add("name", operation, (tensor.name,), [], [tensor.data], (file, line))

    def _add(self, kind, operation, names, went_in, came_out, applied_at):
        """Print or keep one step, if it is wanted."""
        of_operation = self.only is None or operation in self.only
        if not came_out or not (of_operation or self.only.intersection(names)):
            return
        arrays = [*went_in, *came_out]
        shapes = tuple(array.shape for array in arrays)
        norms = tuple(norm(array) for array in arrays)
        step = Step(kind, operation, names, shapes, norms, len(came_out), applied_at)
        if self.collect:
            self.steps.append(step)
        else:
            print(step, file=self.file or sys.stdout)


def names_of(function, output):
    """The names of an operation's inputs, then of its output."""
    return tuple(tensor.name for tensor in (*function.inputs, output))


def norm(array):
    """The Euclidean norm of all entries; of indices and masks too."""
    xp = get_array_module(array)
    flat = array.reshape(-1)
    return float(xp.linalg.norm(flat if flat.dtype.kind in "fc" else flat.astype("float64")))
