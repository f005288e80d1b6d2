"""The Tensor: an array that knows its gradient, its tangent, its name and what made it."""

import numpy as np

from .backend import get_array_module, is_cupy, to_backend, to_numpy
from .recording import name_layer


class Tensor:
    """An n-dimensional array on which derivatives can be taken.

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
                "these are token numbers, explain the embedding instead: it is what a network "
                "computes with"
            )
        self.requires_grad = requires_grad
        self.keeps_grad = requires_grad
        self.grad = None
        self.name = name
        self.creator = None
        self.made_by = None  # (operation, file, line), for people; set by Function
        self.rank = 0  # longest chain of recorded operations behind this tensor

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
        label = f"{self.name!r}, " if self.name else ""
        place = " on the GPU" if is_cupy(self.data) else ""
        made = f", {describe_origin(self)}" if self.made_by else ""
        flags = ", requires_grad" if self.requires_grad and self.creator is None else ""
        flags += ", with tangent" if self.tangent is not None else ""
        array = f"shape {self.shape}, {self.dtype}{place}"
        return f"Tensor({label}{array}{made}{flags}, {some_values(self.data)})"

    def __bool__(self):
        return bool(self.item())

    def __float__(self):
        return float(self.item())

    def __array__(self, *args, **kwargs):
        raise TypeError(
            "a Tensor does not turn into an array silently, since its graph would be lost; "
            "use .numpy() or .data"
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
        """A leaf with the same data (and tangent) in the memory of ``"numpy"`` or ``"cupy"``."""
        data = to_backend(self.data, backend)
        tangent = None if self.tangent is None else to_backend(self.tangent, backend)
        return Tensor(data, tangent=tangent, requires_grad=self.requires_grad, name=self.name)

    def detach(self):
        """The same data as a leaf: no graph, no tangent."""
        return Tensor(self.data, name=self.name)

    # ---- derivatives ----

    def named(self, name):
        """Make this tensor a hidden layer: returns it, its gradient kept after ``backward``.

        The tape begins here if nothing upstream asks for a gradient. Inside
        ``attribution.ablate`` the filters that are ablated are set to zero here, and the
        tensor returned is the ablated one.
        """
        return name_layer(self, name)


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
            "Tensor: the nested list has rows of different lengths; "
            "every row must be as long as the others"
        ) from None
    return array.astype(default) if array.dtype.kind == "f" else as_array(array)


def describe_origin(tensor):
    """'from conv2d at model.py:12' for a tensor that an operation made, 'a leaf' otherwise."""
    if tensor.made_by is None:
        return "a leaf"
    operation, file, line = tensor.made_by
    return f"from {operation} at {file}:{line}"


def some_values(array, count=4):
    """The first few values, for a repr."""
    values = to_numpy(array.reshape(-1)[:count])
    text = ", ".join(f"{value:.4g}" for value in values.tolist())
    return f"values [{text}, …]" if array.size > count else f"values [{text}]"
