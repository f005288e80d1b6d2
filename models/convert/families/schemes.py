"""The names that PyTorch's state dictionaries of Inception have: one scheme for each family.

Names alone decide which family a file belongs to, except that captum.optim's are the same for
TensorFlow's and for Caffe's sizes: there an array's shape tells.
"""

from typing import Callable, NamedTuple

from ...inception.specifications import (
    GOOGLENET_BVLC,
    GOOGLENET_TORCHVISION,
    INCEPTION5H,
    Specification,
)
from ..layout import BRANCHES, HEAD, caffe_names, convolutions, tensorflow_names

PORT_BRANCHES = dict(
    zip(
        BRANCHES,
        ("conv_1x1", "conv_3x3_reduce", "conv_3x3", "conv_5x5_reduce", "conv_5x5", "pool_proj"),
    )
)
TORCHVISION_BRANCHES = dict(
    zip(BRANCHES, ("branch1", "branch2.0", "branch2.1", "branch3.0", "branch3.1", "branch4.1"))
)
IN_ORDER = {"conv2d0": "conv1", "conv2d1": "conv2", "conv2d2": "conv3"}
REDUCED = {"conv2d0": "conv1", "conv2d1": "conv2_reduce", "conv2d2": "conv2"}

# The classifiers that helped in training and have no part in the score.
OF_TENSORFLOW = ("head0_", "nn0_", "softmax0_", "head1_", "nn1_", "softmax1_")
OF_PYTORCH = ("aux1.", "aux2.")
OF_CAFFE = ("loss1_", "loss2_")

# What Places' networks subtract, by their number of classes: (blue, green, red).
CROWSONKB_MEANS = {205: (105.417, 113.753, 116.047), 365: (104.051, 112.514, 116.676)}
CAPTUM_MEANS = {365: (104.0437, 112.6004, 116.7894)}


class Scheme(NamedTuple):
    """How one family of files names its arrays.

    Attributes
    ----------
    family : str
        What messages call it.
    anchor : str
        The name of an array that files of this family have, and no others.
    spec : Specification
    names : callable
        From a specification to a dictionary: the family's name of each layer, to ours.
    auxiliary : tuple of str
        How the names of what is left out begin.
    means : dict of int to tuple
        By the number of classes, where the specification's own mean is not the network's.
    normalised : bool
        Whether each convolution is ``NAME.conv`` without a bias, with ``NAME.bn`` after it.
    """

    family: str
    anchor: str
    spec: Specification
    names: Callable
    auxiliary: tuple
    means: dict = {}
    normalised: bool = False


def lucent_names(spec):
    """TensorFlow's names, and what the layer is: ``mixed3a_1x1_pre_relu_conv``."""
    names = {f"{theirs}_pre_relu_conv": ours for theirs, ours in tensorflow_names(spec).items()}
    del names[f"{HEAD}_pre_relu_conv"]
    return names | {f"{HEAD}_pre_activation_matmul": HEAD}


def captum_names(spec):
    """captum.optim's: ``mixed3a.conv_1x1``."""
    return _dotted(spec, IN_ORDER, "mixed", PORT_BRANCHES) | {"fc": HEAD}


def crowsonkb_names(spec):
    """Those of crowsonkb's ports from Caffe: ``inception_3a.conv_1x1``."""
    return _dotted(spec, REDUCED, "inception_", PORT_BRANCHES) | {"loss3_classifier": HEAD}


def torchvision_names(spec):
    """torchvision's: ``inception3a.branch1``."""
    return _dotted(spec, IN_ORDER, "inception", TORCHVISION_BRANCHES) | {"fc": HEAD}


def underscored_names(spec):
    """Caffe's with ``_`` where Caffe has ``/``: ``inception_3a_1x1``."""
    return {theirs.replace("/", "_"): ours for theirs, ours in caffe_names(spec).items()}


def _dotted(spec, stem, block, branches):
    names = {}
    for ours in convolutions(spec):
        layer, _, branch = ours.partition(".")
        mixed = f"{block}{layer.removeprefix('mixed')}"
        names[f"{mixed}.{branches[branch]}" if branch else stem[layer]] = ours
    return names


SCHEMES = (
    Scheme(
        "inception5h as lucent names it",
        "conv2d0_pre_relu_conv.weight",
        INCEPTION5H,
        lucent_names,
        OF_TENSORFLOW,
    ),
    Scheme(
        "inception5h as captum.optim names it",
        "mixed3a.conv_1x1.weight",
        INCEPTION5H,
        captum_names,
        OF_PYTORCH,
    ),
    Scheme(
        "BVLC GoogLeNet as crowsonkb's port names it",
        "inception_3a.conv_1x1.weight",
        GOOGLENET_BVLC,
        crowsonkb_names,
        OF_CAFFE,
        CROWSONKB_MEANS,
    ),
    Scheme(
        "BVLC GoogLeNet under Caffe's names",
        "inception_3a_1x1.weight",
        GOOGLENET_BVLC,
        underscored_names,
        OF_CAFFE,
    ),
    Scheme(
        "torchvision's GoogLeNet",
        "inception3a.branch1.conv.weight",
        GOOGLENET_TORCHVISION,
        torchvision_names,
        OF_PYTORCH,
        normalised=True,
    ),
)
# The same names with Caffe's sizes, told by the number of filters of one convolution.
CAPTUM_CAFFE = SCHEMES[1]._replace(
    family="Caffe's GoogLeNet as captum.optim names it", spec=GOOGLENET_BVLC, means=CAPTUM_MEANS
)
TELLING, CAFFE_FILTERS = "mixed4a.conv_3x3.weight", 208


def scheme_of(arrays):
    """The scheme of a state dictionary, and what stands before every name; None if there is none.

    Parameters
    ----------
    arrays : dict of str to numpy.ndarray

    Returns
    -------
    scheme : Scheme or None
    prefix : str
        ``""``, ``"module."`` (DataParallel), ``"model."`` (Lightning), ``"_orig_mod."``
        (torch.compile) or whatever a wrapper is called, with its dot.
    """
    for scheme in SCHEMES:
        for name in arrays:
            prefix = name.removesuffix(scheme.anchor)
            if prefix != name and (not prefix or prefix.endswith(".")):
                telling = arrays.get(prefix + TELLING)
                if scheme is SCHEMES[1] and telling is not None and telling.shape:
                    if telling.shape[0] == CAFFE_FILTERS:
                        return CAPTUM_CAFFE, prefix
                return scheme, prefix
    return None, ""
