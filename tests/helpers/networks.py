"""Small networks with named layers, for the tests of attribution."""

import numpy as np

import minigrad as mg


class SmoothNet:
    """A smooth convolutional network with a branched block, in float64; a score per example.

    Layers that cut the network: ``stem``, ``mixed`` and ``top``. The branches ``left`` and
    ``right`` of ``mixed`` cut it only together.
    """

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.stem = rng.standard_normal((3, 3, 2, 4)) * 0.4
        self.left = rng.standard_normal((1, 1, 4, 3)) * 0.6
        self.right = rng.standard_normal((3, 3, 4, 2)) * 0.4
        self.top = rng.standard_normal((5, 6)) * 0.7
        self.head = rng.standard_normal((6,))

    def __call__(self, x):
        stem = mg.tanh(mg.conv2d(x, self.stem, stride=2, padding="same")).named("stem")
        left = mg.softplus(mg.conv2d(stem, self.left)).named("left")
        right = mg.sigmoid(mg.conv2d(stem, self.right, padding=1)).named("right")
        mixed = mg.concatenate([left, right]).named("mixed")
        mixed = mg.local_response_norm(mixed, 1, 1.0, 0.3, 0.75)
        top = mg.softplus(mg.matmul(mixed.mean(axis=(1, 2)), self.top)).named("top")
        return mg.matmul(top * top, self.head)

    def example(self, count=1, seed=1):
        """``count`` inputs and their baselines."""
        rng = np.random.default_rng(seed)
        return rng.standard_normal((count, 5, 4, 2)), 0.3 * rng.standard_normal((count, 5, 4, 2))


def saturation(x):
    """y = 2x, z = min(y, 1): x = 1 is beyond the kink."""
    y = (2 * x).named("y")
    z = mg.minimum(1.0, y).named("z")
    return z[:, 0]


def overshoot(x):
    """f = x, g = max(f − 1, 0)."""
    f = (1 * x).named("f")
    g = mg.relu(f - 1).named("g")
    return g[:, 0]


def wrong_sign(x):
    """f = −x, g = −f."""
    f = (-x).named("f")
    g = (-f).named("g")
    return g[:, 0]


def curved_path(x):
    """y = x², F = y²."""
    y = (x * x).named("y")
    return (y * y)[:, 0]


def zero_at_both_ends(x):
    """y = min(x, 1 − x), F = x · y; y is 0 at x = 0 and at x = 1.

    ``direct`` is the path that does not pass y.
    """
    y = mg.minimum(x, 1 - x).named("y")
    direct = (1 * x).named("direct")
    return (direct * y)[:, 0]


class KinkedNet:
    """Two layers of ReLUs and a maximum, with biases: the slope jumps some fifty times.

    Classes: three. Layers: ``one`` and ``two`` of 24 units, ``three`` of 12, behind which the
    network is linear.
    """

    def __init__(self, seed=0, width=24, dtype=np.float64):
        rng = np.random.default_rng(seed)
        self.first = rng.standard_normal((6, width)).astype(dtype)
        self.second = (rng.standard_normal((width, width)) / np.sqrt(width)).astype(dtype)
        self.head = rng.standard_normal((width // 2, 3)).astype(dtype)
        self.biases = rng.standard_normal((2, width)).astype(dtype)

    def __call__(self, x):
        one = mg.relu(x @ self.first + self.biases[0]).named("one")
        two = mg.relu(one @ self.second + self.biases[1]).named("two")
        three = mg.maximum(two[:, ::2], two[:, 1::2]).named("three")
        return three @ self.head

    def example(self, count=1, seed=1):
        """``count`` inputs and their baselines."""
        rng = np.random.default_rng(seed)
        return rng.standard_normal((count, 6)), 0.3 * rng.standard_normal((count, 6))
