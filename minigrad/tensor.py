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
        if requires_grad and not np.issubdtype(self.data.dtype, np.inexact):
            raise TypeError(
                f"Tensor: requires_grad=True on dtype {self.data.dtype}; only floating-point "
                "tensors have "
                "gradients. Give floats, for example data.astype(np.float32); if these are token "
                "numbers, explain the "
                "embedding instead: it is what a network computes with"
            )
        self.requires_grad = requires_grad
        self.keeps_grad = requires_grad
        self.grad = None
        self.name = name
        self.creator = None
        self.made_by = None  # (operation, file, line), for people; set by Function
        self.rank = 0  # longest chain of recorded operations behind this tensor

    def _checked_tangent(self, tangent):
        if not np.issubdtype(self.data.dtype, np.inexact):
            raise TypeError(
                f"Tensor: a tangent for dtype {self.data.dtype}; only floating-point "
                "tensors move. Give floats"
            )
        tangent = as_array(tangent, default=self.data.dtype)
        get_array_module(self.data, tangent)  # refuses a mix of NumPy and CuPy
        if tangent.shape != self.data.shape:
            raise ValueError(
                f"Tensor: the tangent has shape {tangent.shape}, the data "
                f"{self.data.shape}; they must be equal"
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

    @property
    def T(self):
        """The tensor with its axes in reverse order."""
        return functions.transpose(self)

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
        return (
            f"Tensor({label}shape {self.shape}, {self.dtype}{place}{made}{flags}, "
            f"{some_values(self.data)})"
        )

    def __bool__(self):
        return bool(self.item())

    def __float__(self):
        return float(self.item())

    def __array__(self, *args, **kwargs):
        raise TypeError(
            "a Tensor does not turn into an array silently, since its graph would be "
            "lost; use .numpy() or .data"
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
        tangent = None if self.tangent is None else to_backend(self.tangent, backend)
        return Tensor(
            to_backend(self.data, backend),
            tangent=tangent,
            requires_grad=self.requires_grad,
            name=self.name,
        )

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

    def backward(self, grad_output=None):
        """Compute the gradient of this tensor and write it to ``.grad`` of leaves and layers.

        Parameters
        ----------
        grad_output : array_like, optional
            The gradient with respect to this tensor, shaped like it; 1 for a scalar.

        Raises
        ------
        ValueError
            The tensor is no scalar and ``grad_output`` is missing, or of another shape.
        """
        autodiff.backward(self, grad_output)

    # ---- operators and methods: each is the function of the same name ----

    def __add__(self, other):
        return functions.add(self, other)

    def __radd__(self, other):
        return functions.add(other, self)

    def __sub__(self, other):
        return functions.subtract(self, other)

    def __rsub__(self, other):
        return functions.subtract(other, self)

    def __mul__(self, other):
        return functions.multiply(self, other)

    def __rmul__(self, other):
        return functions.multiply(other, self)

    def __truediv__(self, other):
        return functions.divide(self, other)

    def __rtruediv__(self, other):
        return functions.divide(other, self)

    def __pow__(self, other):
        return functions.power(self, other)

    def __rpow__(self, other):
        return functions.power(other, self)

    def __matmul__(self, other):
        return functions.matmul(self, other)

    def __rmatmul__(self, other):
        return functions.matmul(other, self)

    def __neg__(self):
        return functions.negative(self)

    def __getitem__(self, index):
        return functions.get_item(self, index)

    def exp(self):
        return functions.exp(self)

    def log(self):
        return functions.log(self)

    def sqrt(self):
        return functions.sqrt(self)

    def tanh(self):
        return functions.tanh(self)

    def sigmoid(self):
        return functions.sigmoid(self)

    def softplus(self):
        return functions.softplus(self)

    def relu(self):
        return functions.relu(self)

    def sum(self, axis=None, keepdims=False):
        return functions.sum(self, axis, keepdims)

    def mean(self, axis=None, keepdims=False):
        return functions.mean(self, axis, keepdims)

    def max(self, axis=None, keepdims=False):
        return functions.max(self, axis, keepdims)

    def softmax(self, axis=-1):
        return functions.softmax(self, axis)

    def log_softmax(self, axis=-1):
        return functions.log_softmax(self, axis)

    def reshape(self, *shape):
        return functions.reshape(self, *shape)

    def transpose(self, *axes):
        return functions.transpose(self, *axes)


def data_of(value):
    """The array of a Tensor, or the value itself."""
    return value.data if isinstance(value, Tensor) else value


def as_array(data, default=np.float32):
    """The array of ``data``; see `Tensor` for the rule on dtypes. Python floats become ``default``."""
    if isinstance(data, Tensor):
        raise TypeError(
            "Tensor: the data is a Tensor already; use it as it is, or its .data "
            "(which leaves the graph behind)"
        )
    given = is_cupy(data) or isinstance(data, (np.ndarray, np.generic))
    try:
        array = data if is_cupy(data) else np.asarray(data)
    except ValueError:
        raise ValueError(
            "Tensor: the nested list has rows of different lengths; every row must be "
            "as long as the others"
        ) from None
    if array.dtype.kind not in "fiubc":
        raise TypeError(f"Tensor: cannot hold dtype {array.dtype}; give numbers")
    if array.dtype.kind == "f" and not given:
        return array.astype(default)
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        array = array.astype(np.float64)  # long double
    if array.dtype.kind == "f" and array.dtype.itemsize < 4:
        return array.astype(np.float32)
    return array


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


# At the end, because these are themselves made of the class above.
from . import autodiff, functions  # noqa: E402
