"""Inception v1 (GoogLeNet): one class that reads a specification from top to bottom."""

import minigrad as mg
from minigrad import layers

from . import images
from .labels import LabelError, read_labels
from .specifications import (
    GOOGLENET_BVLC,
    GOOGLENET_TORCHVISION,
    INCEPTION5H,
    MINI_INCEPTION,
    Conv,
    MaxPool,
    Mixed,
    Norm,
)


class MixedBlock(mg.Module):
    """Four branches side by side: 1×1; 1×1 → 3×3; 1×1 → 5×5; max-pool 3×3 → 1×1.

    A ReLU comes after every convolution.
    """

    def __init__(self, inputs, spec, rng):
        self.conv1x1 = layers.Conv2d(inputs, spec.conv1x1, 1, rng=rng)
        self.bottleneck3x3 = layers.Conv2d(inputs, spec.bottleneck3x3, 1, rng=rng)
        self.conv3x3 = layers.Conv2d(spec.bottleneck3x3, spec.conv3x3, 3, padding="same", rng=rng)
        self.bottleneck5x5 = layers.Conv2d(inputs, spec.bottleneck5x5, 1, rng=rng)
        sizes = spec.bottleneck5x5, spec.conv5x5, spec.kernel5x5
        self.conv5x5 = layers.Conv2d(*sizes, padding="same", rng=rng)
        self.pool_reduce = layers.Conv2d(inputs, spec.pool_reduce, 1, rng=rng)

    def forward(self, x):
        pointwise = mg.relu(self.conv1x1(x))
        three = mg.relu(self.conv3x3(mg.relu(self.bottleneck3x3(x))))
        five = mg.relu(self.conv5x5(mg.relu(self.bottleneck5x5(x))))
        pooled = mg.relu(self.pool_reduce(mg.max_pool2d(x, 3, stride=1, padding="same")))
        return mg.concatenate([pointwise, three, five, pooled], axis=-1)


class Inception(mg.Module):
    """An Inception network; ``model(x)`` is the score of every class before the softmax.

    Parameters
    ----------
    specification : Specification
        The network as data; see `models.inception.specifications`.
    rng : numpy.random.Generator or int, optional
        For the weights the network begins with.

    Attributes
    ----------
    labels : tuple of str
        The name of every class; "class 1007" for one that has no name. Can be set to as
        many names as there are classes.
    """

    def __init__(self, specification, rng=None):
        self.specification = specification
        rng = layers.as_rng(rng)
        channels = 3
        for step in specification.body:
            if isinstance(step, Conv):
                padding = "same" if specification.padding == "same" else step.kernel // 2
                sizes = channels, step.channels, step.kernel, step.stride
                setattr(self, step.name, layers.Conv2d(*sizes, padding, rng=rng))
                channels = step.channels
            elif isinstance(step, Mixed):
                setattr(self, step.name, MixedBlock(channels, step, rng))
                channels = step.channels
        self.softmax2 = layers.Linear(channels, specification.classes, rng=rng)
        self._labels = None

    def forward(self, x):
        """Pictures as the network sees them, (N, H, W, 3), to scores, (N, classes)."""
        if len(x.shape) != 4 or x.shape[-1] != 3 or x.shape[0] == 0:
            raise ValueError(
                f"{self.specification.name}: x has shape {x.shape}; "
                "expected pictures (N, H, W, 3), at least one"
            )
        for step in self.specification.body:
            x = self.apply(step, x)
        return self.classify(x)

    def classify(self, y):
        """The last layer, (N, h, w, filters), to the score of every class, (N, classes)."""
        return self.softmax2(y.mean(axis=(1, 2)))

    def steps_after(self, layer):
        """The steps of the specification's body that come after a mixed layer, for `apply`."""
        names = [step.name for step in self.specification.body]
        return self.specification.body[names.index(layer) + 1 :]

    def apply(self, step, x):
        """One step of the specification's body."""
        if isinstance(step, Conv):
            return mg.relu(getattr(self, step.name)(x))
        if isinstance(step, MaxPool):
            if self.specification.padding == "same":
                return mg.max_pool2d(x, step.size, step.stride, padding="same")
            return mg.max_pool2d(x, step.size, step.stride, ceil_mode=True)
        if isinstance(step, Norm):
            return mg.local_response_norm(x, step.radius, step.bias, step.alpha, step.beta)
        return getattr(self, step.name)(x).named(step.name)

    @property
    def layers(self):
        """Names of the mixed layers, from the picture to the score."""
        return self.specification.layers

    @property
    def labels(self):
        if self._labels is None:
            classes, known = self.specification.classes, self.specification.labels or ()
            known = read_labels(known)[:classes] if isinstance(known, str) else tuple(known)
            self._labels = known + tuple(f"class {index}" for index in range(len(known), classes))
        return self._labels

    @labels.setter
    def labels(self, names):
        if len(names) != self.specification.classes:
            raise LabelError(
                f"{self.specification.name}: {len(names)} labels for "
                f"{self.specification.classes} classes; give one name for each class"
            )
        self._labels = tuple(names)

    def preprocess(self, picture):
        """A path, a Pillow image or an array (H, W, 3) of 0–255 as the network sees it.

        Returns
        -------
        numpy.ndarray
            float32, (1, side, side, 3).
        """
        return images.preprocess(picture, self.specification)

    def baseline(self):
        """The black picture as the network sees it, (1, side, side, 3): minus the mean, not 0."""
        return images.black(self.specification)


def inception5h(rng=None):
    """TensorFlow's inception5h: 5484 filters in nine mixed layers, 1008 classes; untrained."""
    return Inception(INCEPTION5H, rng)


def googlenet_bvlc(rng=None):
    """Caffe's BVLC GoogLeNet: 5488 filters in nine mixed layers, 1000 classes; untrained."""
    return Inception(GOOGLENET_BVLC, rng)


def googlenet_torchvision(rng=None):
    """torchvision's GoogLeNet: 5488 filters in nine mixed layers, 1000 classes; untrained."""
    return Inception(GOOGLENET_TORCHVISION, rng)


def mini_inception(rng=None):
    """A small Inception for 64×64 pictures, with the same blocks and layer names; untrained."""
    return Inception(MINI_INCEPTION, rng)
