"""`trace`: every forward, tangent and backward step of a block, printed or collected."""

import sys
from dataclasses import dataclass, field

from ..machine.backend import get_array_module
from ..recording import Watcher, current_mode, users_line


@dataclass(frozen=True)
class Step:
    """One step of one sweep, as `trace` saw it.

    Attributes
    ----------
    kind : {"forward", "tangent", "backward", "name", "product"}
        "name" is not a step of the mathematics: there the tensor made last became a layer.
        "product", only where arrays are kept: a walk along a path has added ∂F/∂y · dy/dα.
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
    detail : replay.detail.Detail or None
        Where arrays are kept: which tensors these are, and what they held.
    """

    kind: str
    operation: str
    names: tuple
    shapes: tuple
    norms: tuple
    came_out: int
    applied_at: tuple
    detail: object = field(default=None, repr=False)

    def __str__(self):
        file, line = self.applied_at
        names = self.names_as_text()
        names += "  " if names else ""
        return f"{self.kind:9}{self.operation:20} {self.arrays_as_text()}  {names}{file}:{line}"

    def arrays_as_text(self):
        """'(2,) ‖3‖, (2,) ‖2‖ → (2,) ‖6‖', shape and norm of each array."""
        arrays = [f"{shape} ‖{norm:.4g}‖" for shape, norm in zip(self.shapes, self.norms)]
        went_in, came_out = arrays[: -self.came_out], ", ".join(arrays[-self.came_out :])
        return (
            came_out if self.kind == "name" else f"{', '.join(went_in) or 'nothing'} → {came_out}"
        )

    def names_as_text(self, most=None):
        """'a', … → 'z' of the inputs and the output; … stands for one without a name."""
        if all(name is None for name in self.names):
            return ""
        *inputs, output = ("…" if name is None else repr(name)[:most] for name in self.names)
        return f"{', '.join(inputs)} → {output}" if inputs else output


class trace(Watcher):
    """Context manager: inside, every forward, tangent and backward step is printed or collected.

    Parameters
    ----------
    only : sequence of str, optional
        Only steps of these operations ("conv2d"), or with one of these names ("mixed4c")
        on their inputs or output.
    collect : bool
        Keep the steps in ``steps`` instead of printing them.
    arrays : bool
        Keep with each step what a replay shows of its arrays; goes with ``collect``. Of small
        arrays that is all, of a large one a few numbers and a picture. Of 25 steps that do the
        same on one line, and of 1000 in all, more are counted in ``left_out`` only.
    file : file object, optional
        Where to print; the standard output unless told.

    Attributes
    ----------
    steps : list of Step
        Filled with ``collect=True``.
    left_out : int
        How many steps were too many to be kept.
    error : str
        What ended the block early.

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

    A page on which the same goes forward and back, one step at a time:

    >>> with mg.trace(collect=True, arrays=True) as seen:
    ...     (x * y).backward()
    >>> seen.save("page.html")
    """

    def __init__(self, only=None, collect=False, file=None, arrays=False):
        super().__init__()
        if arrays and not collect:
            raise ValueError("trace: arrays=True keeps arrays with the steps; add collect=True")
        if isinstance(only, str):
            raise TypeError(f"trace: only={only!r} is one name; give a list of them, [{only!r}]")
        self.only = None if only is None else frozenset(only)
        self.collect = collect
        self.file = file
        self.steps = []
        self.left_out, self.error = 0, ""
        self._recorder = None
        if arrays:
            from .replay.record import Recorder  # only who keeps arrays needs its room

            self._recorder = Recorder()

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

    def __exit__(self, kind, error, traceback):
        if error is not None:
            self.error = f"{kind.__name__}: {error}"
        super().__exit__(kind, error, traceback)

    def save(self, path, title=None):
        """Write a page on which the steps go forward and back, one at a time.

        Parameters
        ----------
        path : str or os.PathLike
            An .html file, which needs no other file and no network.
        title : str, optional
            What stands above; the name of the user's file unless told.

        Returns
        -------
        pathlib.Path
            The file written. The same steps give the same bytes.
        """
        from .replay.page import save_page  # only who writes a page needs its room

        if self._recorder is None:
            raise ValueError(
                "trace: no arrays were kept, so there is nothing to show; "
                "open the block as trace(collect=True, arrays=True)"
            )
        return save_page(self, path, title)

    def made(self, function, output):
        names = names_of(function, output)
        if not self._wants(function.name, names):
            return
        inputs = function.inputs
        detail = self._recorder and self._recorder.made(function, output)
        values = [tensor.data for tensor in inputs]
        where = function.applied_at
        self._add("forward", function.name, names, values, [output.data], where, detail)
        if output.tangent is not None:
            tangents = [tensor.tangent for tensor in inputs if tensor.tangent is not None]
            self._add("tangent", function.name, names, tangents, [output.tangent], where, detail)

    def went_back(self, function, output, grad_output, grad_inputs):
        if self._recorder:
            self._recorder.add_up(function, output, grad_output, grad_inputs)
        names = names_of(function, output)
        grads = [grad_input for grad_input in grad_inputs if grad_input is not None]
        if not grads or not self._wants(function.name, names):
            return
        back = function, output, grad_output, grad_inputs
        detail = self._recorder and self._recorder.went_back(*back)
        where = function.applied_at
        self._add("backward", function.name, names, [grad_output], grads, where, detail)

    def named(self, tensor):
        if tensor.made_by is not None and self._wants(tensor.made_by[0], (tensor.name,)):
            operation, file, line = tensor.made_by
            detail = self._recorder and self._recorder.named(tensor)
            self._add("name", operation, (tensor.name,), [], [tensor.data], (file, line), detail)

    def located(self, alphas):
        if self._recorder:
            self._recorder.locate(alphas)

    def added(self, name, alphas, weights, factors, total):
        if self._recorder:
            detail = self._recorder.product(name, alphas, weights, factors, total)
            if self._wants("product", (name,)):
                *went_in, term = factors
                self._add("product", "product", (name,), went_in, [term], users_line(), detail)

    def _wants(self, operation, names):
        """Whether a step of this operation, on tensors of these names, is asked for."""
        return self.only is None or operation in self.only or bool(self.only.intersection(names))

    def _add(self, kind, operation, names, went_in, came_out, applied_at, detail):
        """Print or keep one step."""
        about = kind, operation, applied_at, detail
        if detail is not None and self._recorder.is_too_many(*about):
            self.left_out += 1
            return
        arrays = [*went_in, *came_out]
        shapes = tuple(array.shape for array in arrays)
        norms = tuple(norm(array) for array in arrays)
        step = Step(kind, operation, names, shapes, norms, len(came_out), applied_at, detail)
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
