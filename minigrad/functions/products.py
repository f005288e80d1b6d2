"""The product of two arrays; of large matrices it is shared among cores."""

from functools import partial

import numpy as np

from ..parallel import WORTH_SHARING, share_out

PIECE = 2.5e6  # multiply-adds of the rows that one thread takes at a time


def product(xp, a, b):
    """``a @ b``; of two large matrices the rows of ``a`` are shared among cores."""
    cost = a.size * b.shape[-1]
    if xp is not np or a.ndim != 2 or b.ndim != 2 or cost < WORTH_SHARING:
        return a @ b
    y = np.empty((len(a), b.shape[1]), dtype=np.result_type(a, b))
    step = -(-len(a) // int(cost // PIECE))
    rows = [(slice(start, start + step),) for start in range(0, len(a), step)]
    share_out(partial(product_of_rows, a, b, y), rows, cost)
    return y


def product_of_rows(a, b, y, rows):
    """Some rows of ``a @ b``, written to ``y``."""
    np.matmul(a[rows], b, out=y[rows])
