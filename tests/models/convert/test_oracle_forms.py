"""Inception under each family's names, saved by PyTorch, converted, and scored beside PyTorch.

The network in PyTorch is written here, from what the published code of each family computes.
"""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the oracle is PyTorch; pip install -e '.[oracle]'")

import torch.nn.functional as tf

import minigrad as mg
import models
from minigrad.attribution import ClassScore, conductance
from models.convert import convert
from tests.helpers.files.inception_arrays import FAMILIES, auxiliary_arrays, inception_arrays

pytestmark = pytest.mark.oracle
LAYERS = tuple(f"mixed{block}" for block in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"))
TENSORFLOW_FAMILIES = "lucent", "captum"


class Network:
    """An Inception in PyTorch, for pictures of 224 pixels, from arrays under original names."""

    def __init__(self, family, arrays, head=None):
        self.stem, self.block_names, published, *_ = FAMILIES[family]
        self.family, self.head = family, head or published
        self.arrays = {name: torch.tensor(array) for name, array in arrays.items()}
        self.normalised = family == "torchvision"

    def conv(self, x, name, stride=1):
        if self.normalised:
            weight = self.arrays[f"{name}.conv.weight"]
            y = tf.conv2d(x, weight, None, stride, weight.shape[2] // 2)
            mean, var = (self.arrays[f"{name}.bn.running_{what}"] for what in ("mean", "var"))
            scale, shift = (self.arrays[f"{name}.bn.{what}"] for what in ("weight", "bias"))
            return tf.relu(tf.batch_norm(y, mean, var, scale, shift, eps=0.001))
        weight, bias = self.arrays[f"{name}.weight"], self.arrays[f"{name}.bias"]
        if stride == 2 and self.family in TENSORFLOW_FAMILIES:
            return tf.relu(tf.conv2d(tf.pad(x, (2, 3, 2, 3)), weight, bias, 2))
        return tf.relu(tf.conv2d(x, weight, bias, stride, weight.shape[2] // 2))

    def pool(self, x, size=3):
        if self.family == "lucent":
            return tf.max_pool2d(tf.pad(x, (0, 1, 0, 1), value=-np.inf), size, 2)
        return tf.max_pool2d(x, size, 2, ceil_mode=True)

    def norm(self, x):
        if self.normalised:
            return x
        size, alpha, beta, k = 5, 1e-4, 0.75, 1.0
        if self.family in TENSORFLOW_FAMILIES:
            size, alpha, beta, k = 11, 0.0011, 0.5, 2.0
        return tf.local_response_norm(x, size, alpha, beta, k)

    def block(self, x, name):
        one, three_in, three, five_in, five, pool = self.block_names(name)
        pooled = tf.max_pool2d(x, 3, 1, padding=1)
        three, five = (
            self.conv(self.conv(x, three_in), three),
            self.conv(self.conv(x, five_in), five),
        )
        return torch.cat([self.conv(x, one), three, five, self.conv(pooled, pool)], 1)

    def __call__(self, x):
        x = self.norm(self.pool(self.conv(x, self.stem[0], 2)))
        x = self.pool(self.norm(self.conv(self.conv(x, self.stem[1]), self.stem[2])))
        x = self.pool(self.block(self.block(x, "3a"), "3b"))
        for name in ("4a", "4b", "4c", "4d", "4e"):
            x = self.block(x, name)
        x = self.pool(x, 2 if self.normalised else 3)
        x = self.block(self.block(x, "5a"), "5b").mean(dim=(2, 3))
        return tf.linear(x, self.arrays[f"{self.head}.weight"], self.arrays[f"{self.head}.bias"])


def seen_by_theirs(family, pixels, transform_input=True):
    """Pixels of 0–255, (N, 224, 224, 3), as each family's own code hands them to its network."""
    p = torch.tensor(pixels.transpose(0, 3, 1, 2), dtype=torch.float32)
    if family in TENSORFLOW_FAMILIES:
        return p - 117
    if family == "torchvision":
        mean = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1)
        deviation = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1)
        x = (p / 255 - mean) / deviation
        return x * (deviation / 0.5) + (mean - 0.5) / 0.5 if transform_input else x
    means = {"captum_places365": (116.7894, 112.6004, 104.0437)}
    mean = torch.tensor(means.get(family, (123.0, 117.0, 104.0))).reshape(3, 1, 1)
    return (p - mean).flip(1)


def save(arrays, path, form):
    if form == "safetensors":
        from safetensors.numpy import save_file

        save_file(arrays, path)
        return
    tensors = {name: torch.tensor(array) for name, array in arrays.items()}
    if form == "wrapped":
        tensors = {f"module.module.{name}": tensor for name, tensor in tensors.items()}
        tensors = {"epoch": 3, "state_dict": tensors}
    torch.save(tensors, path, _use_new_zipfile_serialization=form != "legacy")


CASES = [
    ("lucent", "legacy", {}),
    ("captum", "zip", {}),
    ("captum_places365", "legacy", {}),
    ("crowsonkb", "wrapped", {}),
    ("underscored", "zip", {"classes": 7}),
    ("torchvision", "zip", {}),
    ("torchvision", "safetensors", {"classes": 20, "head": "new_fc"}),
    ("torchvision", "legacy", {"transform_input": False}),
]


@pytest.mark.parametrize("family, form, options", CASES)
def test_scores_as_pytorch_and_conductance_conserved(family, form, options, tmp_path):
    rng = np.random.default_rng(3)
    transform = {"transform_input": False} if "transform_input" in options else {}
    changed = {name: value for name, value in options.items() if name != "transform_input"}
    arrays = inception_arrays(family, rng, **changed)
    classes = changed.get("classes", FAMILIES[family][-1])
    beside = {}
    if family in ("torchvision", "captum_places365") and "head" not in options:
        beside = auxiliary_arrays(family, rng, classes)
    save(arrays | beside, tmp_path / "file", form)
    convert(tmp_path / "file", tmp_path / "net.npz", **transform)
    model = models.load(tmp_path / "net.npz")
    assert model.layers == LAYERS and len(model.labels) == classes
    pixels = rng.integers(0, 256, (1, 224, 224, 3), dtype=np.uint8)
    x = model.preprocess(pixels[0])
    if model.specification.resize != 224:  # the pixels as they are, without resizing
        spec = model.specification
        ordered = pixels[..., ::-1] if spec.channels == "BGR" else pixels
        x = ordered - np.asarray(spec.mean, np.float32)
    theirs = Network(family, arrays, changed.get("head"))
    with mg.no_grad(), torch.no_grad():
        ours = model(mg.Tensor(x)).numpy()
        expected = theirs(seen_by_theirs(family, pixels, not transform)).numpy()
    assert ours.shape == (1, classes) and np.ptp(expected) > 0.5
    np.testing.assert_allclose(ours, expected, atol=1e-4 * np.abs(expected).max(), rtol=0)
    small = x[:, 64:160, 64:160]
    score = ClassScore(model, int(expected.argmax()))
    found = conductance(score, small, np.zeros_like(small), layers=list(LAYERS), steps=3)
    assert found.conservation_error()[0] < 1e-4
