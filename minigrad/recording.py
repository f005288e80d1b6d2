"""What is written on the tape: the few contexts that `Function` and `Tensor.named` ask about.

All of them live in one `ContextVar`, so a block opened in one thread is not seen by
another, and leaving a block always restores what was there before.
"""

from contextvars import ContextVar
from dataclasses import dataclass, replace


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
    ablations : tuple of attribution.ablate
        The open blocks whose filters `Tensor.named` sets to zero, outermost first.
    check_finite : bool
        Whether NaN and infinity are errors.
    trace : debug.trace or None
        What is told of every step.
    modules : tuple of module.Call
        The modules whose ``forward`` is running, outermost first.
    """

    gradients: bool = True
    parameters: bool = True
    layers: object = None
    ablations: tuple = ()
    check_finite: bool = False
    trace: object = None
    modules: tuple = ()


_mode = ContextVar("minigrad_mode", default=Mode())


def current_mode():
    """The `Mode` in force in this thread."""
    return _mode.get()


class changed_mode:
    """Context manager: inside, the mode has the given fields changed."""

    def __init__(self, **changes):
        self._changes = changes
        self._tokens = []

    def changes(self):
        """The fields to change; worked out on entering, so that a block that is its own change
        holds no cycle.
        """
        return self._changes

    def __enter__(self):
        # a list: a block may be entered again inside itself
        self._tokens.append(_mode.set(replace(_mode.get(), **self.changes())))
        return self

    def __exit__(self, kind, error, traceback):
        _mode.reset(self._tokens.pop())


class no_grad(changed_mode):
    """Context manager: inside, nothing is recorded, so a forward pass keeps no arrays.

    Tangents still flow: forward mode needs no tape.
    """

    def __init__(self):
        super().__init__(gradients=False)


class check_finite(changed_mode):
    """Context manager: inside, the first NaN or infinity is a `FloatingPointError`.

    It names the operation, whether the value, the tangent or a gradient went wrong, where
    in the array the first such number stands, what went in, and the line of your code that
    applied the operation; on a path, which α it was.
    """

    def __init__(self):
        super().__init__(check_finite=True)


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
        if isinstance(names, str):
            raise TypeError(f"layers: {names!r} is one name; give a list of them, [{names!r}]")
        self.names = None if names is None else tuple(names)
        self.tensors = {}
        self.met = []

    def __repr__(self):
        return f"watch_layers(watched {list(self.tensors)}, met {self.met})"

    def changes(self):
        return {"gradients": True, "parameters": False, "layers": self}

    def meet(self, tensor, name):
        """Note that ``tensor`` was named; returns whether it is watched."""
        if name in self.met:
            raise ValueError(
                f"two tensors are named {name!r} in one forward pass; a layer's name "
                "must be its own"
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


def asks_gradient(tensor):
    """Whether an operation on ``tensor`` must be recorded."""
    mode = _mode.get()
    return tensor.requires_grad and mode.gradients and (mode.parameters or not tensor.is_parameter)


def name_layer(tensor, name):
    """What `Tensor.named` does; see there."""
    mode = _mode.get()
    for block in mode.ablations:
        tensor = block.apply(tensor, name)
    tensor.name = name
    watched = mode.layers.meet(tensor, name) if mode.layers is not None else True
    if watched and mode.gradients and tensor.dtype.kind in "fc":  # whole numbers have no gradient
        tensor.requires_grad = tensor.keeps_grad = True
    if mode.trace is not None:
        mode.trace.saw_name(tensor)
    return tensor
