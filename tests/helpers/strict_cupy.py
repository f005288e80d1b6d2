"""A strict stand-in for CuPy: arrays in NumPy's memory that refuse what real CuPy refuses.

With ``minigrad.machine.backend.cupy = strict_cupy`` every operation of the engine runs as it would
on a GPU, where there is none: an array that goes round the seam ``xp = get_array_module(x)``
fails here with CuPy's own words. It is stricter than CuPy where CuPy is lenient in ways that
hide a transfer: ``np.exp(x)`` and NumPy arrays as indices fail.

What it cannot show, because NumPy does the sums: on a GPU an index out of bounds wraps
around silently (here: IndexError), ``x[i] = v`` with an index twice stores either value, a
sum is added up in another order, a broadcast view can be written to (here: ValueError), and
before version 14 a NumPy scalar does not widen an array's dtype.
"""

import operator
from collections import Counter
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np

_DTYPES = frozenset("?bhilqBHILQefdFD")  # no long double, no objects, no strings
_SCALARS = (bool, int, float, complex, np.bool_, np.number)
_SCATTER_DTYPES = frozenset(
    "int32 uint32 uint64 float16 float32 float64 complex64 complex128".split()
)

# Keywords that NumPy takes and CuPy does not: everywhere, and in single functions.
_REFUSED_EVERYWHERE = frozenset("where initial subok like device signature writeable".split())
_REFUSED = {
    "clip": {"min", "max"},
    "reshape": {"shape", "newshape"},
    "einsum": {"out", "order", "casting"},
    "take": {"mode"},
    "ndarray.take": {"mode"},
}
_TAKEN_AFTER_ALL = {"copyto": {"where"}}


# A view of the same numbers: no kernel runs, unless the numbers have to be laid out anew.
_VIEWS = frozenset(
    "reshape transpose swapaxes moveaxis expand_dims squeeze ravel view broadcast_to split "
    "atleast_1d real imag astype ascontiguousarray".split()
)
_counts = None  # what `counted` counts into


class Counts:
    """What a GPU would have been asked for: see `counted`.

    Attributes
    ----------
    kernels : collections.Counter
        Launches by name; one call of a function may be more than one on a GPU, or none.
    up, down : int
        Copies from NumPy's memory and back. Each of the latter waits for all that was asked before.
    """

    def __init__(self):
        self.kernels, self.up, self.down = Counter(), 0, 0

    def __repr__(self):
        return f"Counts({self.kernels.total()} kernels, {self.up} copies up, {self.down} down)"


@contextmanager
def counted():
    """In the block, count kernels and copies: a `Counts`."""
    global _counts
    before, _counts = _counts, Counts()
    try:
        yield _counts
    finally:
        _counts = before


def _count(name):
    if _counts is not None:
        _counts.kernels[name.removeprefix("ndarray.")] += 1


def _count_copy(way):
    if _counts is not None:
        setattr(_counts, way, getattr(_counts, way) + 1)


def _missing(name):
    return AttributeError(
        f"the strict stand-in does not offer {name}; check that CuPy has it before adding it"
    )


def _unsupported(value):
    return TypeError(f"Unsupported type {type(value)}")  # CuPy's words


def _operand(value):
    """What NumPy is to compute with: the array inside a strict array, or a scalar."""
    if isinstance(value, ndarray):
        return value._array
    if isinstance(value, _SCALARS):
        return value
    raise _unsupported(value)


def _plain(value):
    """Any other argument: a shape, an axis, a dtype, an index, a list of such; no NumPy array."""
    if isinstance(value, ndarray):
        return value._array
    if isinstance(value, np.ndarray):
        raise _unsupported(value)
    if type(value) in (list, tuple):
        return type(value)(_plain(entry) for entry in value)
    return value


def _wrap(value):
    """NumPy's result as CuPy would give it: a scalar becomes a 0-d array."""
    if isinstance(value, (np.ndarray, *_SCALARS)):
        return ndarray(np.asarray(value))
    if isinstance(value, (tuple, list)):
        return type(value)(_wrap(entry) for entry in value)
    return value


def _call(name, function, arguments, keywords):
    """``function(*arguments, **keywords)`` on the arrays inside; ``out`` is given back itself."""
    refused = _REFUSED_EVERYWHERE | _REFUSED.get(name, set())
    refused = (refused - _TAKEN_AFTER_ALL.get(name, set())) & set(keywords)
    if refused:
        raise TypeError(f"{name}() got the keyword {min(refused)!r}, which CuPy does not take")
    out = keywords.get("out")
    if not (out is None or isinstance(out, ndarray)):
        raise _unsupported(out)
    keywords = {keyword: _plain(value) for keyword, value in keywords.items()}
    result = _wrap(function(*arguments, **keywords))
    if name.removeprefix("ndarray.") not in _VIEWS or _is_new(result, arguments, function):
        _count(name)
    return result if out is None else out


def _is_new(result, arguments, function):
    """Whether what might have been a view holds numbers of its own."""
    whose = (getattr(function, "__self__", None), *arguments[:1])
    source = next(array for array in whose if isinstance(array, np.ndarray))
    return isinstance(result, ndarray) and not np.may_share_memory(result._array, source)


def _same(strict, result):
    """``result``, or ``strict`` itself where NumPy gave its array back untouched, as CuPy does."""
    return strict if isinstance(result, ndarray) and result._array is strict._array else result


def _gives_way(other):
    """Whether Python shall try the reflected operator of ``other``: NEP 13, as CuPy reads it."""
    if isinstance(other, (ndarray, np.ndarray, np.generic)):
        return False
    if hasattr(other, "__array_ufunc__"):
        return other.__array_ufunc__ is None
    return getattr(other, "__array_priority__", 0) > ndarray.__array_priority__


def _index(index):
    """An index NumPy takes; the Ellipsis makes a single element a 0-d view, as in CuPy."""
    index = tuple(_plain(entry) for entry in (index if isinstance(index, tuple) else (index,)))
    masks = [
        entry
        for entry in index
        if isinstance(entry, (np.ndarray, list)) and np.asarray(entry).dtype == bool
    ]
    if len(masks) > 1:
        raise TypeError("CuPy does not take more than one boolean array in an index")
    return index if any(entry is Ellipsis for entry in index) else (*index, Ellipsis)


class ndarray:
    """A NumPy array that behaves as if it lay on a GPU.

    Parameters
    ----------
    array : numpy.ndarray
        Kept, not copied: only this module makes strict arrays this way. Others
        use ``asarray``, which copies, as a transfer does.
    """

    __slots__ = ("_array", "__weakref__")
    __hash__ = None
    __array_priority__ = 100  # CuPy's
    # CuPy would send np.exp(x) on to cupy.exp(x). With None NumPy refuses every ufunc
    # by itself, and leaves `numpy_array + x` to our __radd__, which refuses too.
    __array_ufunc__ = None

    def __init__(self, array):
        if not isinstance(array, np.ndarray):
            raise _unsupported(array)
        if array.dtype.char not in _DTYPES:
            raise ValueError(f"Unsupported dtype {array.dtype}")
        self._array = array

    def __array__(self, *_, **__):
        raise TypeError(
            "Implicit conversion to a NumPy array is not allowed. "
            "Please use `.get()` to construct a NumPy array explicitly."
        )

    def __array_function__(self, function, *_):
        raise TypeError(
            f"numpy.{function.__name__} got an array of the GPU; "
            f"call xp.{function.__name__} instead"
        )

    def __getattr__(self, name):
        raise _missing(f"ndarray.{name}")

    shape = property(operator.attrgetter("_array.shape"))
    dtype = property(operator.attrgetter("_array.dtype"))
    ndim = property(operator.attrgetter("_array.ndim"))
    size = property(operator.attrgetter("_array.size"))
    strides = property(operator.attrgetter("_array.strides"))
    nbytes = property(operator.attrgetter("_array.nbytes"))
    itemsize = property(operator.attrgetter("_array.itemsize"))
    T = property(lambda self: _wrap(self._array.T))
    real = property(lambda self: _wrap(self._array.real))
    imag = property(lambda self: _wrap(self._array.imag))
    base = property(lambda self: _wrap(self._array.base))
    # where the numbers lie, not the numbers
    data = property(lambda self: SimpleNamespace(ptr=id(self._array)))

    @property
    def flags(self):
        flags = self._array.flags
        return SimpleNamespace(
            c_contiguous=flags.c_contiguous, f_contiguous=flags.f_contiguous, owndata=flags.owndata
        )

    def get(self):
        """A copy in NumPy's memory: the one way back."""
        _count_copy("down")
        return self._array.copy()

    def item(self):
        _count_copy("down")
        return self._array.item()

    def tolist(self):
        _count_copy("down")
        return self._array.tolist()

    def fill(self, value):
        self._array.fill(_operand(value))

    def __getitem__(self, index):
        part = self._array[_index(index)]
        if not np.may_share_memory(part, self._array):
            _count("getitem")
        return _wrap(part)

    def __setitem__(self, index, value):
        _count("setitem")
        self._array[_index(index)] = _operand(value)

    def __len__(self):
        return len(self._array)

    def __iter__(self):
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        _count_copy("down")
        return bool(self._array)

    def __int__(self):
        return int(self.item())

    def __float__(self):
        return float(self.item())

    def __complex__(self):
        return complex(self.item())

    def __index__(self):
        _count_copy("down")
        return operator.index(self._array)

    def __copy__(self):
        return self.copy()

    def __deepcopy__(self, memo):
        return self.copy()

    def __repr__(self):
        return repr(self._array)

    def __str__(self):
        return str(self._array)

    def __format__(self, specification):
        return format(self._array, specification)


def _method(name):
    def method(self, *arguments, **keywords):
        function = getattr(self._array, name)
        return _same(self, _call(f"ndarray.{name}", function, _plain(arguments), keywords))

    return method


def _operator(operation, reflected=False):
    def method(self, other):
        if _gives_way(other):
            return NotImplemented
        left, right = self._array, _operand(other)
        _count(operation.__name__)
        return _wrap(operation(right, left) if reflected else operation(left, right))

    return method


def _in_place(operation):
    def method(self, other):
        _count(operation.__name__)
        operation(self._array, _operand(other))
        return self

    return method


def _unary(operation):
    def method(self):
        _count(operation.__name__)
        return _wrap(operation(self._array))

    return method


for _name in (
    "reshape transpose astype copy sum mean max min argmax argmin any all ravel flatten squeeze "
    "take dot clip conj view swapaxes cumsum prod"
).split():
    setattr(ndarray, _name, _method(_name))
for _name in "add sub mul truediv floordiv mod pow matmul lshift rshift and or xor".split():
    setattr(ndarray, f"__{_name}__", _operator(getattr(operator, f"__{_name}__")))
    setattr(ndarray, f"__r{_name}__", _operator(getattr(operator, f"__{_name}__"), reflected=True))
    setattr(ndarray, f"__i{_name}__", _in_place(getattr(operator, f"__i{_name}__")))
ndarray.__divmod__ = _operator(divmod)
ndarray.__rdivmod__ = _operator(divmod, reflected=True)
for _name in "lt le eq ne gt ge".split():
    setattr(ndarray, f"__{_name}__", _operator(getattr(operator, _name)))
for _name in "neg pos abs invert".split():
    setattr(ndarray, f"__{_name}__", _unary(getattr(operator, _name)))


def _function(name, arrays=1):
    """A function whose first argument is an array, the next ``arrays - 1`` arrays or scalars."""
    function = getattr(np, name)

    def strict(first, *rest, **keywords):
        if not isinstance(first, ndarray):
            raise _unsupported(first)
        operands = [value if value is None else _operand(value) for value in rest[: arrays - 1]]
        arguments = (first._array, *operands, *_plain(rest[arrays - 1 :]))
        return _same(first, _call(name, function, arguments, keywords))

    return strict


def _creation(name):
    """A function of shapes and numbers."""
    return lambda *arguments, **keywords: _call(
        name, getattr(np, name), _plain(arguments), keywords
    )


def _joining(name):
    """A function of a list of arrays, none of them a scalar."""

    def strict(arrays, *arguments, **keywords):
        if isinstance(arrays, ndarray) or not all(isinstance(array, ndarray) for array in arrays):
            raise TypeError(f"{name}: only a list of CuPy arrays can be joined")
        return _call(name, getattr(np, name), (_plain(list(arrays)), *_plain(arguments)), keywords)

    return strict


class _Ufunc:
    """exp, add and their like: operands are strict arrays or scalars, and there is no ``where``."""

    def __init__(self, name):
        self.__name__ = name
        self._ufunc = getattr(np, name)

    def __call__(self, *operands, **keywords):
        if len(operands) > self._ufunc.nin:  # `out` given by position
            *operands, keywords["out"] = operands
        return _call(self.__name__, self._ufunc, [_operand(value) for value in operands], keywords)

    def __getattr__(self, name):
        raise _missing(f"{self.__name__}.{name}")


class _Add(_Ufunc):
    def at(self, target, index, values):
        """``target[index] += values``, adding up where an index stands more than once."""
        if not isinstance(target, ndarray):
            raise _unsupported(target)
        if target.dtype.name not in _SCATTER_DTYPES:
            raise TypeError(
                f"add.at only supports {', '.join(sorted(_SCATTER_DTYPES))}; got {target.dtype}"
            )
        _count("add.at")
        np.add.at(target._array, _index(index), _operand(values))


def _transferred(value):
    """What ``array`` gets, on its way to the GPU; a list may not mix the two memories."""
    if isinstance(value, (list, tuple)):
        if {np.ndarray, ndarray} <= {type(entry) for entry in value}:
            raise TypeError("a list of NumPy and CuPy arrays cannot become one array")
        return [_transferred(entry) for entry in value]
    return value._array if isinstance(value, ndarray) else value


def _array(obj, dtype=None, copy=True, order="K", ndmin=0):
    if isinstance(obj, ndarray) and not copy and ndmin <= obj.ndim:
        return _same(obj, _wrap(np.asarray(obj._array, dtype, order)))
    _count("copy") if isinstance(obj, ndarray) else _count_copy("up")
    return ndarray(np.array(_transferred(obj), dtype, order=order, ndmin=ndmin))


def _asarray(a, dtype=None, order=None, *, blocking=False):
    return _array(a, dtype, copy=False, order=order or "K")


def _asnumpy(a):
    return a.get() if isinstance(a, ndarray) else np.asarray(a)


def _einsum(subscripts, *operands, **keywords):
    return _call("einsum", np.einsum, (subscripts, *map(_operand, operands)), keywords)


def _broadcast_arrays(*arrays):
    return [_wrap(array) for array in np.broadcast_arrays(*map(_operand, arrays))]


def _result_type(*arrays_and_dtypes):
    return np.result_type(*map(_plain, arrays_and_dtypes))


def _can_cast(from_, to, casting="safe"):
    return np.can_cast(from_.dtype if isinstance(from_, ndarray) else from_, to, casting)


def _as_strided(x, shape=None, strides=None):
    return _wrap(np.lib.stride_tricks.as_strided(_operand(x), shape, strides))


def _sliding_window_view(x, window_shape, axis=None):
    return _wrap(np.lib.stride_tricks.sliding_window_view(_operand(x), window_shape, axis))


def _norm(x):
    return _call("norm", np.linalg.norm, (_operand(x),), {})


def _iscomplexobj(x):
    return np.iscomplexobj(_operand(x))  # Python's bool, in CuPy too: the dtype says it


class _Namespace(SimpleNamespace):
    def __getattr__(self, name):
        raise _missing(name)


FREE_BYTES = 2**34  # of the GPU that is not there


_UFUNCS = """
    exp log log1p expm1 sqrt power tanh sinh cosh abs absolute sign maximum minimum matmul isfinite
    isnan isinf logical_and logical_or logical_not logical_xor subtract multiply divide
    true_divide negative floor ceil square reciprocal logaddexp equal not_equal greater
    greater_equal less less_equal
"""
_FUNCTIONS = """
    sum mean max amax min amin argmax argmin prod cumsum any all split pad reshape transpose
    moveaxis swapaxes expand_dims squeeze take broadcast_to nonzero flip tile repeat ravel
    atleast_1d count_nonzero unique sort argsort real imag ascontiguousarray
    empty_like zeros_like ones_like
"""
_FUNCTIONS_OF_TWO = """
    dot tensordot take_along_axis allclose array_equal searchsorted bincount copyto full_like
"""
_BORROWED = """
    float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool_
    complex64 complex128 intp integer floating dtype finfo issubdtype promote_types
    newaxis pi inf nan
"""
_OFFERED = {
    "add": _Add("add"),
    "array": _array,
    "asarray": _asarray,
    "asnumpy": _asnumpy,
    "where": _function("where", arrays=3),
    "clip": _function("clip", arrays=3),
    "einsum": _einsum,
    "broadcast_arrays": _broadcast_arrays,
    "result_type": _result_type,
    "can_cast": _can_cast,
    "iscomplexobj": _iscomplexobj,
    "cuda": _Namespace(runtime=_Namespace(memGetInfo=lambda: (FREE_BYTES, FREE_BYTES))),
    "get_default_memory_pool": lambda: _Namespace(free_bytes=lambda: 0),
    "linalg": _Namespace(norm=_norm),
    "lib": _Namespace(
        stride_tricks=_Namespace(as_strided=_as_strided, sliding_window_view=_sliding_window_view)
    ),
    **{name: _Ufunc(name) for name in _UFUNCS.split()},
    **{name: _function(name) for name in _FUNCTIONS.split()},
    **{name: _function(name, arrays=2) for name in _FUNCTIONS_OF_TWO.split()},
    **{name: _creation(name) for name in "empty zeros ones full arange linspace eye".split()},
    **{name: _joining(name) for name in ("concatenate", "stack")},
    **{name: getattr(np, name) for name in _BORROWED.split()},
}


def __getattr__(name):
    """Everything but ``ndarray``: as globals `abs`, `max` and so on would hide Python's own."""
    if name in _OFFERED:
        return _OFFERED[name]
    raise _missing(name)
