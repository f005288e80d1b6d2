"""Layers: the operations that own parameters, as modules."""

import math

import numpy as np

from . import functions
from .module import Module, Parameter


def he_normal(rng, shape, fan_in):
    """Normal numbers of variance 2 / fan_in, as He et al. (2015) draw them.

    So the activations of a network of ReLUs stay level from layer to layer.
    """
    return (rng.standard_normal(shape) * math.sqrt(2 / fan_in)).astype(np.float32)


def as_rng(rng):
    """A generator from a generator, a seed, or None: seed 0, so that two runs are alike."""
    return np.random.default_rng(0 if rng is None else rng)


class Linear(Module):
    """``x @ weight + bias``: (..., inputs) to (..., outputs)."""

    def __init__(self, inputs, outputs, bias=True, rng=None):
        self.weight = Parameter(he_normal(as_rng(rng), (inputs, outputs), inputs))
        self.bias = Parameter(np.zeros(outputs, np.float32)) if bias else None

    def forward(self, x):
        return functions.linear(x, self.weight, self.bias)


class Conv2d(Module):
    """A convolution: (N, H, W, inputs) to (N, rows, columns, outputs); see `minigrad.conv2d`."""

    def __init__(self, inputs, outputs, kernel, stride=1, padding=0, bias=True, rng=None):
        height, width = (kernel, kernel) if isinstance(kernel, int) else kernel
        shape = (height, width, inputs, outputs)
        self.weight = Parameter(he_normal(as_rng(rng), shape, height * width * inputs))
        self.bias = Parameter(np.zeros(outputs, np.float32)) if bias else None
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        return functions.conv2d(x, self.weight, self.bias, self.stride, self.padding)


class Conv1d(Module):
    """A convolution over a sequence: (N, T, inputs) to (N, windows, outputs); see `conv1d`."""

    def __init__(self, inputs, outputs, kernel, stride=1, padding=0, bias=True, rng=None):
        self.weight = Parameter(he_normal(as_rng(rng), (kernel, inputs, outputs), kernel * inputs))
        self.bias = Parameter(np.zeros(outputs, np.float32)) if bias else None
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        return functions.conv1d(x, self.weight, self.bias, self.stride, self.padding)


class Embedding(Module):
    """A table of ``entries`` rows of ``width`` numbers: integers (...) to (..., width)."""

    def __init__(self, entries, width, rng=None):
        normal = as_rng(rng).standard_normal((entries, width))
        self.weight = Parameter(normal.astype(np.float32) * 0.1)

    def forward(self, indices):
        return functions.embedding(self.weight, indices)


class Dropout(Module):
    """Dropout while training, nothing otherwise; see `minigrad.dropout`."""

    def __init__(self, rate, rng=None):
        self.rate = rate
        self.rng = as_rng(rng)

    def forward(self, x):
        return functions.dropout(x, self.rate, self.rng) if self.training else x


class Sequential(Module):
    """Steps one after another: modules, or functions such as `minigrad.relu`."""

    def __init__(self, *steps):
        self.steps = list(steps)

    def forward(self, x):
        for step in self.steps:
            x = step(x)
        return x
