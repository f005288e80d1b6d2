"""`trace`: every forward, tangent and backward step of a block, printed or collected as it happens."""

import sys
from dataclasses import dataclass

from .backend import get_array_module
from .recording import changed_mode


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
        went_in, came_out = (
            self._arrays(part)
            for part in (slice(None, -self.came_out), slice(-self.came_out, None))
        )
        arrays = came_out if self.kind == "name" else f"{went_in} → {came_out}"
        return (
            f"{self.kind:9}{self.operation:20} {arrays}  "
            f"{self._names()}{self.applied_at[0]}:{self.applied_at[1]}"
        )

    def _names(self):
        """'a', … → 'z' of the inputs and the output; … stands for one without a name."""
        *inputs, output = ("…" if name is None else repr(name) for name in self.names)
        if all(name is None for name in self.names):
            return ""
        return f"{output}  " if not inputs else f"{', '.join(inputs)} → {output}  "

    def _arrays(self, part):
        return (
            ", ".join(
                f"{shape} ‖{norm:.4g}‖" for shape, norm in zip(self.shapes[part], self.norms[part])
            )
            or "nothing"
        )


class trace(changed_mode):
    """Context manager: inside, each forward, tangent and backward step is printed, or collected in
    ``steps``.

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

    def changes(self):
        return {"trace": self}

    def saw_forward(self, function, output):
        """`Function` calls this once the output, and its tangent if there is one, are there."""
        self._note(
            "forward", function, output, [tensor.data for tensor in function.inputs], [output.data]
        )
        if output.tangent is not None:
            tangents = [tensor.tangent for tensor in function.inputs if tensor.tangent is not None]
            self._note("tangent", function, output, tangents, [output.tangent])

    def saw_backward(self, function, output, grad_output, grad_inputs):
        """`autodiff.gradients` calls this once the gradients of the inputs are there."""
        self._note("backward", function, output, [grad_output], grad_inputs)

    def saw_name(self, tensor):
        """`Tensor.named` calls this."""
        if tensor.made_by is not None and self._wanted(tensor.made_by[0], [tensor.name]):
            operation, *applied_at = tensor.made_by
            array = [tensor.data]
            self._add(
                Step(
                    "name",
                    operation,
                    (tensor.name,),
                    shapes(array),
                    norms(array),
                    1,
                    tuple(applied_at),
                )
            )

    def _note(self, kind, function, output, went_in, came_out):
        names = tuple(tensor.name for tensor in (*function.inputs, output))
        if came_out and self._wanted(function.name, names):
            arrays = [*went_in, *came_out]
            self._add(
                Step(
                    kind,
                    function.name,
                    names,
                    shapes(arrays),
                    norms(arrays),
                    len(came_out),
                    function.applied_at,
                )
            )

    def _wanted(self, operation, names):
        return self.only is None or operation in self.only or not self.only.isdisjoint(names)

    def _add(self, step):
        if self.collect:
            self.steps.append(step)
        else:
            print(step, file=self.file or sys.stdout)


def shapes(arrays):
    """Their shapes, as a tuple."""
    return tuple(array.shape for array in arrays)


def norms(arrays):
    """Their Euclidean norms, as a tuple of floats."""
    return tuple(norm(array) for array in arrays)


def norm(array):
    """The Euclidean norm of all entries; of indices and masks too."""
    xp = get_array_module(array)
    flat = array.reshape(-1)
    return float(xp.linalg.norm(flat if flat.dtype.kind in "fc" else flat.astype("float64")))
