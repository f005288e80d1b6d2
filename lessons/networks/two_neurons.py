"""The network for pencil and paper that the lessons share: two inputs, two neurons, one product.

    y₁ = relu(x₁ + 2 x₂ − 1)      y₂ = relu(3 x₁ − x₂)      F = y₁ · y₂

On the way from x′ = (0, 0) to x = (1, 1), where both inputs are α, y₁ is relu(3α − 1),
asleep until α = 1/3, and y₂ is 2α. All integrals are of polynomials, so every number that
a lesson computes can be checked by hand; those below are exact.
"""

from fractions import Fraction

import numpy as np

import minigrad as mg

W = np.array([[1.0, 3.0], [2.0, -1.0]])  # W[i, j]: from input i to neuron j
B = np.array([-1.0, 0.0])
X, BASELINE = np.array([[1.0, 1.0]]), np.array([[0.0, 0.0]])

# ∫ ∂F/∂y · dy/dα dα for y₁ (∫ 2α · 3 from 1/3 on) and y₂ (∫ (3α − 1) · 2 from 1/3 on).
CONDUCTANCE = (Fraction(8, 3), Fraction(4, 3))
# The same divided among the inputs (Eq. 2): row i is input i, column j neuron j. Rows sum to Eq. 1,
# columns to Eq. 3.
BY_INPUT = ((Fraction(8, 9), Fraction(2)), (Fraction(16, 9), Fraction(-2, 3)))


def F(x):
    """The score of every row of ``x`` (N, 2); the two neurons are the layer ``"y"``."""
    y = mg.relu(mg.linear(x, W, B)).named("y")
    return y[:, 0] * y[:, 1]


def smooth(x):
    """F with softplus for ReLU, without a kink anywhere; computed in the precision of ``x``."""
    y = mg.softplus(mg.linear(x, W.astype(x.dtype), B.astype(x.dtype))).named("y")
    return y[:, 0] * y[:, 1]
