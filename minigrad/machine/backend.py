"""The one seam between NumPy and CuPy: the only file of minigrad that imports CuPy.

There is no global switch. The arrays decide: ``xp = get_array_module(x)`` is NumPy for
a NumPy array and CuPy for a CuPy array, and the two are never mixed silently.
"""

import itertools

import numpy as np

try:
    import cupy
except ImportError:  # no CuPy on this machine: everything is NumPy
    cupy = None


def is_cupy(array):
    """Whether ``array`` lies on the GPU."""
    return cupy is not None and isinstance(array, cupy.ndarray)


def is_array(value):
    """Whether ``value`` is an array of NumPy or CuPy."""
    return isinstance(value, np.ndarray) or is_cupy(value)


def get_array_module(*arrays):
    """NumPy or CuPy, whichever the arrays belong to.

    Parameters
    ----------
    *arrays : numpy.ndarray or cupy.ndarray
        ``None`` and Python numbers are passed over: they belong to neither.

    Raises
    ------
    TypeError
        Some arrays lie in NumPy's memory and some on the GPU.
    """
    if cupy is None:
        return np
    places = [place_of(array) for array in arrays if is_array(array)]
    if len(set(places)) == 2:
        raise TypeError(
            f"NumPy and CuPy arrays are mixed: {', '.join(places)}. "
            'Move them to one place first, with .to("numpy") or .to("cupy")'
        )
    return cupy if "CuPy" in places else np


def place_of(array):
    """``"CuPy"`` for an array on the GPU, ``"NumPy"`` for any other."""
    return "CuPy" if is_cupy(array) else "NumPy"


def to_numpy(array):
    """The array in NumPy's memory; copied only when it comes from the GPU."""
    return cupy.asnumpy(array) if is_cupy(array) else np.asarray(array)


def fetched(*arrays):
    """Arrays in NumPy's memory, in float64; from a GPU all by one copy, which waits for it."""
    xp = get_array_module(*arrays)
    line = xp.concatenate([array.reshape(-1) for array in arrays])
    parts = np.split(to_numpy(line).astype(np.float64), np.cumsum([a.size for a in arrays])[:-1])
    return [part.reshape(array.shape) for part, array in zip(parts, arrays)]


def to_backend(array, backend):
    """The array in the memory of ``backend``, ``"numpy"`` or ``"cupy"``."""
    if backend == "numpy":
        return to_numpy(array)
    if backend == "cupy":
        if cupy is None:
            raise RuntimeError("no CuPy on this machine; install it with: pip install -e '.[gpu]'")
        return cupy.asarray(array, blocking=True)  # the caller may change his array at once
    raise ValueError(f"unknown backend {backend!r}; expected 'numpy' or 'cupy'")


def on_gpu(xp):
    """Whether few large operations are fast there, and each small one costs as much to launch."""
    return xp is not np


def free_bytes():
    """How much memory of the GPU is free, or held by CuPy for what comes next."""
    free, _ = cupy.cuda.runtime.memGetInfo()
    return free + cupy.get_default_memory_pool().free_bytes()


# About what one core's own cache holds beside what else is in use.
PIECE_BYTES = 2**20
# On the GPU a pass is a kernel of its own, which counts entries in 32 bits.
GPU_PIECE_BYTES = 2**31 - 1


def pieces(xp, lengths, entry_bytes):
    """Cut work on an array into pieces that a core's cache holds; on the GPU hardly ever.

    An operation that passes over its input several times takes it piece by piece, so that
    one pass finds in the cache what the pass before it wrote.

    Parameters
    ----------
    xp : module
    lengths : tuple of int
        Of the leading axes along which to cut: the last is cut first.
    entry_bytes : int
        What one entry of these axes takes while it is worked on.

    Returns
    -------
    list of tuple of slice
        Indices of the pieces, one slice for each of ``lengths``.
    """
    most = GPU_PIECE_BYTES if on_gpu(xp) else PIECE_BYTES
    cuts = []
    for length in reversed(lengths):
        step = max(1, most // max(1, entry_bytes))
        starts = range(0, length, step)
        cuts.insert(0, [slice(start, min(start + step, length)) for start in starts])
        entry_bytes *= length
    return list(itertools.product(*cuts))


def scatter_add(target, indices, values):
    """``target[indices] += values`` that adds up where an index stands more than once.

    Parameters
    ----------
    target : array
        Changed in place.
    indices : array or tuple, as in ``target[indices]``
    values : array, of the shape of ``target[indices]``
    """
    if is_cupy(target):
        cupy.add.at(target, indices, values)
    else:
        np.add.at(target, indices, values)
