"""The Inception networks as data: who has read `body` has read the network.

The tables follow Szegedy et al., "Going Deeper with Convolutions" (2014), as three
published sets of weights have it: TensorFlow's *inception5h* (5484 filters in nine
mixed layers), Caffe's *BVLC GoogLeNet* and *torchvision's GoogLeNet* (5488 each).
`models.inception.Inception` turns a specification into a network.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple


class Conv(NamedTuple):
    """A convolution of ``kernel`` × ``kernel`` and a ReLU."""

    name: str
    kernel: int
    stride: int
    channels: int


class MaxPool(NamedTuple):
    """A maximum over ``size`` × ``size``, padded by the specification's rule."""

    name: str
    size: int
    stride: int


class Norm(NamedTuple):
    """Local response normalisation: x / (bias + alpha · Σ_{|j-i|≤radius} x_j²)^beta."""

    name: str
    radius: int
    bias: float
    alpha: float
    beta: float


class Mixed(NamedTuple):
    """Four branches side by side; the fields count the filters of each convolution.

    The output concatenates, in this order: ``conv1x1``; ``bottleneck3x3`` → ``conv3x3``;
    ``bottleneck5x5`` → ``conv5x5``; max-pool 3×3 → ``pool_reduce``. ``kernel5x5`` is the
    side of ``conv5x5``'s kernel: 5, but 3 in torchvision's network, which kept a slip.
    """

    name: str
    conv1x1: int
    bottleneck3x3: int
    conv3x3: int
    bottleneck5x5: int
    conv5x5: int
    pool_reduce: int
    kernel5x5: int = 5

    @property
    def channels(self):
        return self.conv1x1 + self.conv3x3 + self.conv5x5 + self.pool_reduce


@dataclass(frozen=True)
class Specification:
    """Everything that makes one Inception different from another.

    Attributes
    ----------
    name : str
        The name of the network in weight files.
    body : tuple of Conv, MaxPool, Norm and Mixed
        The network from the picture to the last mixed layer.
    classes : int
        Width of the linear layer on the position-averaged last mixed layer.
    padding : {"same", "symmetric"}
        "same" is TensorFlow's rule. "symmetric" is Caffe's: a k×k convolution is
        padded by k // 2 on every side, a strided pool is not padded and rounds its
        output size up, a stride-1 pool is padded by 1.
    side, resize : int
        Pictures are resized as ``fit`` says and cropped to ``side`` × ``side``.
    mean : tuple of 3 float
        Subtracted from the channels (0–255), in the order ``channels``.
    channels : {"RGB", "BGR"}
        The order of the colour channels that the weights expect.
    labels : str, tuple of str or None
        The file in ``models/inception/labels`` that names the classes, or the names
        themselves; None where nobody knows them.
    fit : {"squash", "shorter"}
        "squash" resizes to ``resize`` × ``resize`` whatever the proportions, "shorter"
        keeps them and makes the shorter side ``resize``.
    """

    name: str
    body: tuple
    classes: int
    padding: str
    side: int
    resize: int
    mean: tuple
    channels: str
    labels: str | tuple | None
    fit: str = "squash"

    @property
    def layers(self):
        """Names of the mixed layers, from the picture to the score."""
        return tuple(step.name for step in self.body if isinstance(step, Mixed))

    @property
    def filters(self):
        """How many filters the mixed layers have together."""
        return sum(step.channels for step in self.body if isinstance(step, Mixed))


INCEPTION5H = Specification(
    name="inception5h",
    body=(
        Conv("conv2d0", kernel=7, stride=2, channels=64),
        MaxPool("maxpool0", size=3, stride=2),
        # As a public listing of the graph's nodes has them; `convert` reads the file's own.
        Norm("localresponsenorm0", radius=5, bias=2.0, alpha=1e-4, beta=0.5),
        Conv("conv2d1", kernel=1, stride=1, channels=64),
        Conv("conv2d2", kernel=3, stride=1, channels=192),
        Norm("localresponsenorm1", radius=5, bias=2.0, alpha=1e-4, beta=0.5),
        MaxPool("maxpool1", size=3, stride=2),
        #        name      1×1  3×3: ↓   3×3  5×5: ↓ 5×5  pool
        Mixed("mixed3a", 64, 96, 128, 16, 32, 32),
        Mixed("mixed3b", 128, 128, 192, 32, 96, 64),
        MaxPool("maxpool4", size=3, stride=2),
        Mixed("mixed4a", 192, 96, 204, 16, 48, 64),
        Mixed("mixed4b", 160, 112, 224, 24, 64, 64),
        Mixed("mixed4c", 128, 128, 256, 24, 64, 64),
        Mixed("mixed4d", 112, 144, 288, 32, 64, 64),
        Mixed("mixed4e", 256, 160, 320, 32, 128, 128),
        MaxPool("maxpool10", size=3, stride=2),
        Mixed("mixed5a", 256, 160, 320, 48, 128, 128),
        Mixed("mixed5b", 384, 192, 384, 48, 128, 128),
    ),
    classes=1008,
    padding="same",
    side=224,
    resize=224,
    mean=(117.0, 117.0, 117.0),
    channels="RGB",
    labels="inception5h.txt",
)

# Where Caffe's network differs from TensorFlow's; everything else is the same table.
_BVLC_STEPS = {
    "localresponsenorm0": Norm("localresponsenorm0", radius=2, bias=1.0, alpha=1e-4 / 5, beta=0.75),
    "localresponsenorm1": Norm("localresponsenorm1", radius=2, bias=1.0, alpha=1e-4 / 5, beta=0.75),
    "mixed4a": Mixed("mixed4a", 192, 96, 208, 16, 48, 64),
    "mixed5a": Mixed("mixed5a", 256, 160, 320, 32, 128, 128),
}

GOOGLENET_BVLC = replace(
    INCEPTION5H,
    name="googlenet_bvlc",
    body=tuple(_BVLC_STEPS.get(step.name, step) for step in INCEPTION5H.body),
    classes=1000,
    padding="symmetric",
    resize=256,
    mean=(104.0, 117.0, 123.0),
    channels="BGR",
    labels="imagenet.txt",
)


def _as_torchvision(step):
    """A step of BVLC's body as torchvision's network has it."""
    if isinstance(step, Mixed):
        return step._replace(kernel5x5=3)
    return step._replace(size=2) if step.name == "maxpool10" else step


# A port of TF-slim's Inception v1, trained with batch normalisation, which `convert` folds into
# the convolutions; no local response normalisation. The factor 1/127.5 that belongs to this mean
# (the network was trained on numbers from -1 to 1) goes into the weights of conv2d0.
GOOGLENET_TORCHVISION = replace(
    GOOGLENET_BVLC,
    name="googlenet_torchvision",
    body=tuple(_as_torchvision(step) for step in GOOGLENET_BVLC.body if not isinstance(step, Norm)),
    mean=(127.5, 127.5, 127.5),
    channels="RGB",
    fit="shorter",
)

MINI_INCEPTION = Specification(
    name="mini_inception",
    body=(
        Conv("conv2d0", kernel=5, stride=2, channels=16),
        MaxPool("maxpool0", size=3, stride=2),
        Norm("localresponsenorm0", radius=2, bias=1.0, alpha=1e-3, beta=0.75),
        Conv("conv2d1", kernel=1, stride=1, channels=16),
        Conv("conv2d2", kernel=3, stride=1, channels=32),
        Norm("localresponsenorm1", radius=2, bias=1.0, alpha=1e-3, beta=0.75),
        Mixed("mixed3a", 16, 16, 24, 4, 8, 8),
        Mixed("mixed3b", 24, 24, 32, 8, 16, 8),
        MaxPool("maxpool4", size=3, stride=2),
        Mixed("mixed4a", 32, 24, 48, 8, 16, 16),
        Mixed("mixed4b", 32, 32, 64, 8, 16, 16),
        MaxPool("maxpool10", size=3, stride=2),
        Mixed("mixed5a", 48, 32, 64, 8, 16, 16),
    ),
    classes=20,
    padding="same",
    side=64,
    resize=64,
    mean=(117.0, 117.0, 117.0),
    channels="RGB",
    labels="scenes.txt",
)

PUBLISHED = INCEPTION5H, GOOGLENET_BVLC, GOOGLENET_TORCHVISION
SPECIFICATIONS = {spec.name: spec for spec in (*PUBLISHED, MINI_INCEPTION)}
