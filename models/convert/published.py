"""The published files of weights: their sizes and checksums, and whether a file is one of them."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from .layout import ConversionError
from .sources import MAX_BYTES, read_bytes

GIT = "git blob id"  # SHA-1 of a header that says the size, and the file


class Published(NamedTuple):
    """A file that its authors published.

    Attributes
    ----------
    name : str
        Of the file.
    network : str
        What it holds, as specifications are called, or in words.
    size : int or None
        In bytes; None where nobody says it to the byte.
    checksums : dict of str to str
        By `hashlib`'s name of the algorithm, or `GIT`, in hexadecimal. Where only the
        beginning is published (PyTorch puts it into the file's name), that beginning.
    """

    name: str
    network: str
    size: int | None = None
    checksums: dict = {}


BVLC_GOOGLENET = Published(
    "bvlc_googlenet.caffemodel",
    "googlenet_bvlc",
    53_533_754,
    # The readme of models/bvlc_googlenet in Caffe's repository; OpenVINO's model zoo.
    {
        "sha1": "405fc5acd08a3bb12de8ee5e23a96bec22f08204",
        "sha256": "6f7101e3a2183738a7125a0c5021ba82a1feb4228c5ca0924d991b6daf6f6fad",
    },
)
INCEPTION5H_ZIP = Published(
    "inception5h.zip",
    "inception5h",
    49_937_555,
    # TensorFlow's own WORKSPACE file gives the first.
    {
        "sha256": "d13569f6a98159de37e92e9c8ec4dae8f674fbf475f69fe6199b514f756d4364",
        "sha1": "e3b84c7e240ce8025b30d868f5e840b4bba9761d",
    },
)
INCEPTION5H_GRAPH = Published(
    "tensorflow_inception_graph.pb",
    "inception5h",
    53_884_595,
    {"sha1": "c8a5a000ee8d8dd75886f152a50a9c5b53d726a5"},  # OpenCV's list of test models
)
# A repository of git keeps a checksum of every file, though nobody published one.
INCEPTION5H_LUCENT = Published(
    "inception5h.pth", "inception5h", None, {GIT: "119f77db85c8352960933e025312b507d9a96ed7"}
)
INCEPTION5H_CAPTUM = Published(
    "inception5h.pth", "inception5h", None, {GIT: "b2712e9c60973c8e13abb1a97ac1ab8441d0085a"}
)
GOOGLENET_TORCHVISION = Published(
    "googlenet-1378be20.pth", "googlenet_torchvision", None, {"sha256": "1378be20"}
)
BVLC_CROWSONKB = Published(
    "bvlc_googlenet-1f25f8c8778a8802.pth", "googlenet_bvlc", None, {"sha256": "1f25f8c8778a8802"}
)
PLACES205_CROWSONKB = Published(
    "googlenet_places205-b57a3fc7a34557585.pth",
    "GoogLeNet for Places205",
    None,
    {"sha256": "b57a3fc7a34557585"},
)
PLACES365_CROWSONKB = Published(
    "googlenet_places365-da1e6512eb7d2613.pth",
    "GoogLeNet for Places365",
    None,
    {"sha256": "da1e6512eb7d2613"},
)


def _onnx(name, network, size, sha256):
    return Published(f"{name}.onnx", network, size, {"sha256": sha256})


# The ONNX model zoo; -3 and -7 are one file, as are -6 and -9.
ZOO = (
    _onnx(
        "googlenet-3",
        "googlenet_bvlc",
        28_020_232,
        "5725ccfd90845735ce5897faf7843c3f9b13acda3c4f3bff82cb21c9337c9de8",
    ),
    _onnx(
        "googlenet-9",
        "googlenet_bvlc",
        28_020_232,
        "bd979d99d10d9acf84c5a67252bcae4992bf4e1afdab046cb0ea370e6f01ee38",
    ),
    _onnx(
        "googlenet-8",
        "googlenet_bvlc",
        28_020_232,
        "3d343d459199fbcc8cd43d45264180e3e1ef91d4908f3541b5b308995206362c",
    ),
    _onnx(
        "googlenet-12",
        "googlenet_bvlc",
        28_021_836,
        "c99c507058eaf41de8723408fdda7db8325cb57f0a89f2ee07a716d6e963e14e",
    ),
    _onnx(
        "googlenet_Opset16",
        "googlenet_torchvision",
        26_503_581,
        "57dbc078e8df80b73bdb60ffe469cada06d1c07d37d8b2d5031b5207b3405433",
    ),
    _onnx(
        "googlenet_Opset17",
        "googlenet_torchvision",
        26_503_581,
        "a27dad530bdfda1febca9c6651fc25437e4ddbe509cc90a647eade928e901db9",
    ),
    _onnx(
        "googlenet_Opset18",
        "googlenet_torchvision",
        26_503_581,
        "d4c7e6715f7160ba18e2cecb7580fdcd821da27ec5791bd5d48ae66584754afb",
    ),
    _onnx(
        "age_googlenet",
        "GoogLeNet for ages",
        23_960_165,
        "fa2a3228e425056aa2b080b3afd3cf607327c86616e952602ed67b5fc16ab356",
    ),
    _onnx(
        "gender_googlenet",
        "GoogLeNet for genders",
        23_935_566,
        "af24a4eaa9eaf70913cc9a337a0387c86f11549cbd9bbc16bffeefcdcf88cbf4",
    ),
)
FILES = (
    BVLC_GOOGLENET,
    INCEPTION5H_ZIP,
    INCEPTION5H_GRAPH,
    INCEPTION5H_LUCENT,
    INCEPTION5H_CAPTUM,
    GOOGLENET_TORCHVISION,
    BVLC_CROWSONKB,
    PLACES205_CROWSONKB,
    PLACES365_CROWSONKB,
    *ZOO,
)


def checksum(data, algorithm):
    """A checksum in hexadecimal.

    Parameters
    ----------
    data : bytes
    algorithm : str
        As `hashlib` calls it, or `GIT`.
    """
    if algorithm == GIT:
        return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    return hashlib.new(algorithm, data).hexdigest()


def difference(data, file):
    """What distinguishes a file from a published one; an empty string where nothing does.

    Parameters
    ----------
    data : bytes
    file : Published

    Returns
    -------
    str
        ``"54 bytes, published are 60"``, or both checksums.
    """
    if file.size is not None and len(data) != file.size:
        return f"{len(data)} bytes, published are {file.size}"
    for algorithm, published in file.checksums.items():
        came, wanted = checksum(data, algorithm), published.lower()
        if not came.startswith(wanted):
            begins = " begins with" if is_beginning(algorithm, wanted) else ""
            return f"{algorithm} {came}, published{begins or ' is'} {wanted}"
    return ""


def is_beginning(algorithm, digest):
    """Whether only the first digits of a checksum are published."""
    return len(digest) < (40 if algorithm == GIT else 2 * hashlib.new(algorithm).digest_size)


def agreement(file):
    """What is known of a file that shows no `difference`, a half sentence."""
    said = []
    for algorithm, digest in file.checksums.items():
        if is_beginning(algorithm, digest):
            said.append(f"the first {len(digest)} digits of its {algorithm} are as published")
        else:
            said.append(f"its {algorithm} is as published")
    return ", ".join(said)


def identify(path, network, files=FILES):
    """Say whether a file is a published one, or in what it differs from the one it seems to be.

    That is told, and stops nobody: a fine-tune is no official file either.

    Parameters
    ----------
    path : pathlib.Path
    network : str or None
        The published network it was found to hold; None for another last layer.
    files : sequence of Published, optional

    Returns
    -------
    str
        Empty where nothing is published that this could be.
    """
    if path.is_dir() or path.stat().st_size > MAX_BYTES:
        return ""
    data = path.read_bytes()
    held = [data, *_unpacked(path, data)]
    for file in files:
        if file.checksums and any(not difference(one, file) for one in held):
            inside = "" if not difference(data, file) else "what is in the zip is "
            what = f"the official file {file.name} of {file.network}"
            return f"{inside or 'this is '}{what}: {agreement(file)}"
    ending = path.suffix.lower()
    likely = [file for file in files if file.name == path.name] or [
        file for file in files if file.network == network and Path(file.name).suffix == ending
    ]
    if len(likely) == 1:
        return f"this is not the official {likely[0].name}: {difference(data, likely[0])}"
    names = " or ".join(dict.fromkeys(file.name for file in likely))
    return f"this is no official {names}: size and checksums are others" if likely else ""


def _unpacked(path, data):
    """The one model in a zip, if it is such a zip."""
    if not data.startswith(b"PK"):
        return []
    try:
        return [read_bytes(path)]
    except ConversionError:  # PyTorch's files are zips too
        return []
