"""Batch normalisation folded into the convolution before it: in evaluation both are linear."""

import numpy as np


def fold_batch_norm(kernel, bias, scale, shift, mean, variance, epsilon):
    """The one convolution that computes a convolution and the batch normalisation after it.

    With s = scale / √(variance + epsilon), for each output channel: kernel′ = s · kernel and
    bias′ = shift + (bias − mean) · s. Exact at borders too: zeros are padded before the
    convolution, and bias′ comes after it.

    Parameters
    ----------
    kernel : numpy.ndarray, shape (out, ...)
    bias : numpy.ndarray of shape (out,), or 0.0
    scale, shift, mean, variance : numpy.ndarray, shape (out,)
        PyTorch's ``weight``, ``bias``, ``running_mean`` and ``running_var``.
    epsilon : float
        Stands in no file: the network's definition says it.

    Returns
    -------
    kernel, bias : numpy.ndarray
        float64, so that whoever stores them rounds once.
    """
    with np.errstate(all="ignore"):  # NaN and infinity are refused where the file is written
        slope = scale.astype(np.float64) / np.sqrt(variance.astype(np.float64) + epsilon)
        folded = kernel.astype(np.float64) * slope.reshape(-1, *[1] * (kernel.ndim - 1))
        return folded, shift + (np.asarray(bias, np.float64) - mean) * slope
