"""How far a mean over photos is to be trusted: bootstrap intervals, the photos drawn again."""

import numpy as np

RESAMPLES = 2000
PERCENT = 95


def times_drawn(photos, seed=0):
    """How often each photo is taken: once in the first row, and in the others as chance has it.

    Returns
    -------
    numpy.ndarray, shape (1 + RESAMPLES, photos)
    """
    drawn = np.random.default_rng(seed).multinomial(photos, np.full(photos, 1 / photos), RESAMPLES)
    return np.concatenate([np.ones((1, photos)), drawn])


def estimate(resampled):
    """The value of the photos as they are, and the ends of its 95 % interval by percentiles.

    Parameters
    ----------
    resampled : numpy.ndarray, shape (1 + RESAMPLES, ...)
        The first from the photos as they are, the others from `times_drawn`'s.

    Returns
    -------
    value, low, high : numpy.ndarray, shape (...)
    """
    tail = (1 - PERCENT / 100) / 2
    return resampled[0], *np.quantile(resampled[1:], (tail, 1 - tail), axis=0)


def mean(values, seed=0):
    """The mean over photos with its interval.

    Photos of one class resemble each other, which the bootstrap does not know: it takes
    them as drawn independently.

    Parameters
    ----------
    values : array, shape (photos, ...)
    seed : int

    Returns
    -------
    value, low, high : numpy.ndarray, shape (...)
    """
    values = np.asarray(values, dtype=np.float64)
    counts = times_drawn(len(values), seed)
    return estimate(np.tensordot(counts, values, 1) / len(values))


def with_interval(value, low, high, digits=2):
    """As in ``3.70 (3.10 to 4.40)``."""
    return f"{number(value, digits)} ({number(low, digits)} to {number(high, digits)})"


def number(value, digits=2):
    """A number with so many decimals, its minus a minus sign, and no minus before zero."""
    text = f"{value:.{digits}f}"
    return (text if float(text) else text.lstrip("-")).replace("-", "−")
