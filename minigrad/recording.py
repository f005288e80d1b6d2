"""What is written on the tape: the contexts that `Function` and `Tensor.named` ask about.

All of them change one `Mode`, which lives in a `ContextVar`: a block opened in one thread is
not seen by another. A mode knows which mode it was changed from, and leaving a block goes
back to that one, so a block may be entered again inside itself and from several threads.
"""

import os
import sys
from concurrent.futures import thread
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep


@dataclass(frozen=True)
class Mode:
    """The state that the context managers below change.

    Attributes
    ----------
    gradients : bool
        Whether anything is recorded at all.
    parameters : bool
        Whether parameters ask for a gradient; if not they are constants.
    layers : watch_layers or None
        Where named tensors report themselves.
    watchers : tuple of Watcher
        The open blocks that are told of every step, outermost first.
    modules : tuple of module.Call
        The modules whose ``forward`` is running, outermost first.
    called_from : (str, int) or None
        In a thread of `minigrad.machine.parallel`, the user's line that shared the work out.
    before : Mode or None
        The mode outside the innermost open block; None outside all of them.
    """

    gradients: bool = True
    parameters: bool = True
    layers: object = None
    watchers: tuple = ()
    modules: tuple = ()
    called_from: object = None
    before: object = field(default=None, repr=False)


_outside = Mode()
_mode = ContextVar("minigrad_mode", default=_outside)


def current_mode():
    """The `Mode` in force in this thread."""
    return _mode.get()


class changed_mode:
    """Context manager: inside, the mode has the given fields changed."""

    def __init__(self, **changes):
        self._changes = changes

    def changes(self):
        """The fields to change; a block that is itself the change works them out here."""
        return self._changes

    def __enter__(self):
        mode = _mode.get()
        _mode.set(replace(mode, before=mode, **self.changes()))
        return self

    def __exit__(self, kind, error, traceback):
        before = _mode.get().before
        if before is None:
            raise RuntimeError(
                f"{type(self).__name__}: this block was opened in another thread or context; "
                "a generator must not be left suspended inside one"
            )
        _mode.set(before)


class no_grad(changed_mode):
    """Context manager: inside, nothing is recorded, so a forward pass keeps no arrays.

    Tangents still flow: forward mode needs no tape.
    """

    def __init__(self):
        super().__init__(gradients=False)


class unwatched(changed_mode):
    """Context manager: inside, named tensors report to nobody.

    For sweeps of their own inside somebody else's `watch_layers`.
    """

    def __init__(self):
        super().__init__(layers=None)


class Watcher(changed_mode):
    """A block that is told of every step inside it; each kind overrides what it listens to.

    Attributes
    ----------
    in_one_thread : bool
        Whether the work inside must not be shared among threads, so that steps come in order.
    """

    in_one_thread = False

    def __init__(self):
        super().__init__()

    def changes(self):
        return {"watchers": (*current_mode().watchers, self)}

    def made(self, function, output):
        """``function`` has made ``output``, with its tangent if one flows."""

    def went_back(self, function, output, grad_output, grad_inputs):
        """``function`` has given a gradient for each input, None for one that asks for none."""

    def naming(self, tensor, name):
        """``tensor`` is about to be named; returns the tensor that gets the name."""
        return tensor

    def named(self, tensor):
        """``tensor`` has become the layer ``tensor.name``."""

    def located(self, alphas):
        """What follows is computed at these points α of a path; None once they are left."""

    def added(self, name, alphas, weights, factors, total):
        """A walk along a path has taken a few points, or panels, into the integral ``name``.

        Parameters
        ----------
        name : str
            The layer, or "x" for the input.
        alphas : sequence of float
            The points, or where the panels end; None where an integral is done.
        weights : sequence of float or None
            What each counts; 1 if None.
        factors : tuple of array (points, N, ...)
            What is multiplied, and last the product: ∂F/∂y, dy/dα and their product.
        total : array (N, ...) or None
            The sum so far, if it is known here.
        """


class watch_layers(changed_mode):
    """Context manager: inside, only named layers (and plain tensors) ask for a gradient.

    Parameters are constants, and the tape begins at the first watched layer: nothing
    upstream of it is recorded, however deep the network.

    Parameters
    ----------
    names : iterable of str, optional
        The layers to watch; every named tensor if None.

    Attributes
    ----------
    tensors : dict of str to Tensor
        The watched layers met so far, in the order of the forward pass.
    met : list of str
        Every name met, watched or not.

    Examples
    --------
    >>> with mg.watch_layers(["mixed4c"]) as watched:
    ...     model(x)[:, 207].sum().backward()
    >>> watched.tensors["mixed4c"].grad
    """

    def __init__(self, names=None):
        super().__init__()
        self.names = layer_names(names)
        self.tensors = {}
        self.met = []

    def __repr__(self):
        return f"watch_layers(watched {list(self.tensors)}, met {self.met})"

    def changes(self):
        return {"gradients": True, "parameters": False, "layers": self}

    def __enter__(self):
        self.tensors, self.met = {}, []  # a block that is entered again begins anew
        return super().__enter__()

    def meet(self, tensor, name):
        """Note that ``tensor`` was named; returns whether it is watched."""
        if name in self.met:
            raise ValueError(
                f"two tensors are named {name!r} in one forward pass; a layer's name is its own"
            )
        self.met.append(name)
        if self.names is not None and name not in self.names:
            return False
        self.tensors[name] = tensor
        return True

    def check_all_met(self):
        """Raise a KeyError if a layer that was asked for was not in the forward pass."""
        for name in self.names or ():
            if name not in self.met:
                raise KeyError(
                    f"no layer named {name!r} in this forward pass; the named layers are {self.met}"
                )


def layer_names(layers):
    """The names of layers as a tuple, from any iterable of them; None stays None."""
    if isinstance(layers, str):
        raise TypeError(f"layers: {layers!r} is one name; give a list of them, [{layers!r}]")
    return None if layers is None else tuple(layers)


def asks_gradient(tensor, mode):
    """Whether an operation on a tensor that requires a gradient must be recorded."""
    return mode.gradients and (mode.parameters or not tensor.is_parameter)


def short_place(file, line):
    """'model.py:12', without the folder; a cell of a notebook has no name of its own."""
    folder, name = os.path.split(file)
    in_cell = os.path.basename(folder).startswith("ipykernel_")
    return f"line {line} of a cell" if in_cell else f"{name}:{line}"


def users_line():
    """(file, line) of the nearest caller outside this package, which applied an operation."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    if frame.f_code.co_filename == thread.__file__:  # all of this thread is ours
        return current_mode().called_from or (thread.__file__, frame.f_lineno)
    return frame.f_code.co_filename, frame.f_lineno
