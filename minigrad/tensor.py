"""The Tensor: an array that knows its gradient, its tangent, its name and what made it."""

import numpy as np

from .machine.backend import get_array_module, is_cupy, to_backend, to_numpy
from .recording import current_mode, short_place


class Tensor:
    """An n-dimensional array on which derivatives can be taken.

    As the last line of a notebook's cell it shows itself: its range, a picture of data, tangent
    and gradient, and the line that made it.

    Parameters
    ----------
    data : array_like
        NumPy and CuPy arrays keep their dtype (float16 becomes float32); Python floats
        and lists of them become float32.
    tangent : array_like, optional
        The direction of forward mode, shaped like ``data``: the derivative of ``data``
        with respect to the one variable that moves (α, in conductance). Every operation
        carries it along.
    requires_grad : bool
        Whether ``backward`` computes the gradient with respect to this tensor.
    name : str, optional
        A label for people; `named` makes a *layer* of a tensor.

    Attributes
    ----------
    grad : array or None
        The gradient that the last ``backward`` found: written on leaves and named
        tensors only, replaced (not added to) each time.
    creator : Function or None
        The recorded operation that made this tensor; None for a leaf.
    made_by : (str, str, int) or None
        The operation that made it, recorded or not, with file and line of your code.
    used_at : (str, int) or None
        Where an operation was last applied to it.
    rank : int
        The longest chain of recorded operations behind it.
    direction : object
        Whose tangent it carries: one `jvp`'s, or None for a tangent given to a Tensor.
    replaced_by : attribution.ablate or None
        The block in which `named` returned another tensor in this one's place.
    shape, dtype, ndim, size
        Those of ``data``.
    """

    # NumPy and CuPy must leave `array * tensor` to Tensor.__rmul__ instead of looping over objects.
    __array_ufunc__ = None
    is_parameter = False

    def __init__(self, data, *, tangent=None, requires_grad=False, name=None):
        self.data = as_array(data)
        self.tangent = None if tangent is None else self._checked_tangent(tangent)
        if requires_grad and self.data.dtype.kind not in "fc":
            raise TypeError(
                f"Tensor: requires_grad=True on dtype {self.data.dtype}; only floating-point "
                "tensors have gradients. Give floats, for example data.astype(np.float32); if "
                "these are token numbers, explain the embedding, which the network computes with"
            )
        self.requires_grad = requires_grad
        self.keeps_grad = requires_grad
        self.grad = None
        self.name = name
        self.creator = None
        self.made_by = None
        self.used_at = None
        self.rank = 0
        self.direction = None
        self.replaced_by = None

    def _checked_tangent(self, tangent):
        if self.data.dtype.kind not in "fc":
            raise TypeError(
                f"Tensor: a tangent for dtype {self.data.dtype}; "
                "only floating-point tensors move. Give floats"
            )
        tangent = as_array(tangent, default=self.data.dtype)
        get_array_module(self.data, tangent)  # refuses a mix of NumPy and CuPy
        if tangent.shape != self.data.shape:
            raise ValueError(
                f"Tensor: the tangent has shape {tangent.shape}, the data {self.data.shape}; "
                "they must be equal"
            )
        return tangent.astype(self.data.dtype, copy=False)

    # ---- what it is ----

    @property
    def shape(self):
        return self.data.shape

    @property
    def dtype(self):
        return self.data.dtype

    @property
    def ndim(self):
        return self.data.ndim

    @property
    def size(self):
        return self.data.size

    def __len__(self):
        if self.ndim == 0:
            raise TypeError("a Tensor of no dimensions has no length")
        return self.shape[0]

    def __iter__(self):
        return (self[position] for position in range(len(self)))

    def __repr__(self):
        # of a tensor in a list debuggers show the first 85 characters and the last 42
        label = f"{self.name!r}, " if self.name else ""
        place = " on the GPU" if is_cupy(self.data) else ""
        array = f"shape {self.shape}, {self.dtype}{place}, {some_values(self.data)}"
        flags = ", requires_grad" if self.requires_grad and self.creator is None else ""
        flags += ", with tangent" if self.tangent is not None else ""
        made = f", {describe_origin(self, whole_path=False)}" if self.made_by else ""
        return f"Tensor({label}{array}{flags}{made})"

    def safely_stringify_for_pudb(self):
        """What pudb's variables pane says of it; also inside ``__init__``, before all is there."""
        try:
            return repr(self)
        except AttributeError:
            return f"{type(self).__name__}, not yet made"

    def _repr_html_(self):
        """What Jupyter shows: where it comes from, and pictures of data, tangent and grad."""
        from .debug.notebook import tensor_html

        return tensor_html(self)

    def __treescope_repr__(self, path, subtree_renderer):
        """What treescope shows, where it is installed: the attributes, each to be unfolded."""
        from .debug.notebook import tensor_in_treescope

        return tensor_in_treescope(self, path, subtree_renderer)

    def __bool__(self):
        return bool(self.item())

    def __float__(self):
        return float(self.item())

    def __int__(self):
        return int(self.item())

    def __format__(self, how):
        """``f"{loss:.4f}"``: the one number of a tensor of size 1; without a format its repr."""
        return format(self.item(), how) if how else str(self)

    def __array__(self, *args, **kwargs):
        raise TypeError(
            "a Tensor does not turn into an array silently, since its graph would be lost; "
            "use .numpy() or .data. In a debugger's viewer open the tensor's data: y.data, not y"
        )

    def item(self):
        """The one number of a tensor of size 1."""
        if self.size != 1:
            raise ValueError(
                f"item: the tensor has shape {self.shape}, {self.size} numbers; "
                "expected exactly one"
            )
        return self.data.item()

    def numpy(self):
        """The data in NumPy's memory, without the graph."""
        return to_numpy(self.data)

    def to(self, backend):
        """A leaf with the same data (and tangent) in the memory of ``"numpy"`` or ``"cupy"``.

        CuPy multiplies float32 matrices in full precision, as NumPy does, unless the environment
        says ``CUPY_TF32=1``. What several windows or rows add to one place, in the gradients of
        pooling and `embedding`, a GPU adds in any order: the last bits may differ from run to run.
        """
        data = to_backend(self.data, backend)
        tangent = None if self.tangent is None else to_backend(self.tangent, backend)
        return Tensor(data, tangent=tangent, requires_grad=self.requires_grad, name=self.name)

    def detach(self):
        """The same data as a leaf: no graph, no tangent."""
        return Tensor(self.data, name=self.name)

    # ---- derivatives ----

    def named(self, name):
        """Make this tensor a hidden layer: returns it, its gradient kept after ``backward``.

        The tape begins here if nothing upstream asks for a gradient, so name a tensor before
        anything is computed from it. Inside ``attribution.ablate`` the filters that are
        ablated are set to zero here, and the tensor returned is the ablated one: go on with
        what is returned, ``h = h.named("h")``.

        Raises
        ------
        ValueError
            Something was computed from the tensor already, and would not count.
        """
        mode, tensor = current_mode(), self
        for watcher in mode.watchers:
            tensor = watcher.naming(tensor, name)
        watched = mode.layers is None or mode.layers.meet(tensor, name)
        # whole numbers have no gradient
        if watched and mode.gradients and tensor.dtype.kind in "fc":
            if not tensor.requires_grad:
                check_unused(tensor, name)
            tensor.requires_grad = tensor.keeps_grad = True
        tensor.name = name
        for watcher in mode.watchers:
            watcher.named(tensor)
        return tensor


def check_unused(tensor, name):
    """Raise a ValueError if what was computed from ``tensor`` would not know its new name."""
    if tensor.used_at is not None and tensor.name != name:
        file, line = tensor.used_at
        raise ValueError(
            f"named: {describe(tensor)} becomes layer {name!r} after an operation was applied to "
            f"it at {file}:{line}, which would not count; name it before its first use, "
            f"h = h.named({name!r}), and go on with h"
        )


def data_of(value):
    """The array of a Tensor, or the value itself."""
    return value.data if isinstance(value, Tensor) else value


def as_array(data, default=np.float32):
    """The array of ``data``; see `Tensor` for the rule on dtypes.

    Python floats become ``default``.
    """
    if isinstance(data, (np.ndarray, np.generic)):
        array = np.asarray(data)
    elif is_cupy(data):
        array = data
    else:
        return numbers_as_array(data, default)
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind not in "fiubc":
        raise TypeError(f"Tensor: cannot hold dtype {array.dtype}; give numbers")
    if not array.dtype.isnative:  # written by another kind of machine
        array = array.astype(array.dtype.newbyteorder("="))
    if kind == "f" and size not in (4, 8):  # half, or long double
        return array.astype(np.float32 if size < 4 else np.float64)
    return array


def numbers_as_array(data, default):
    """The array of a Python number, or of a list of them."""
    if isinstance(data, Tensor):
        raise TypeError(
            "Tensor: the data is a Tensor already; use it as it is, or its .data "
            "(which leaves the graph behind)"
        )
    try:
        array = np.asarray(data)
    except ValueError:
        raise ValueError(
            "Tensor: the nested list has rows of different lengths; make them equally long"
        ) from None
    is_object = array.dtype.kind == "O"
    if is_object and all([isinstance(number, int) for number in array.flat]):
        array = np.asarray(data, dtype=float)  # whole numbers beyond every integer type
    return array.astype(default) if array.dtype.kind == "f" else as_array(array)


def describe(tensor):
    """One phrase that finds a tensor again: its name, its shape, and the line that made it."""
    label = f"{tensor.name!r} " if tensor.name else ""
    return f"{label}{tensor.shape} {tensor.dtype} ({describe_origin(tensor)})"


def describe_origin(tensor, whole_path=True):
    """'from conv2d at model.py:12' for a tensor that an operation made, 'a leaf' otherwise."""
    if tensor.made_by is None:
        return "a leaf"
    operation, file, line = tensor.made_by
    return f"from {operation} at {f'{file}:{line}' if whole_path else short_place(file, line)}"


def some_values(array, count=4):
    """The first few values, for a repr."""
    values = to_numpy(array.reshape(-1)[:count])
    text = ", ".join(f"{value:.4g}" for value in values.tolist())
    return f"values [{text}, …]" if array.size > count else f"values [{text}]"
