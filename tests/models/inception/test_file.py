"""What a weight file's metadata say of an Inception: written, read back, and refused."""

import json
from dataclasses import replace

import pytest

import models
from minigrad.weights import WeightsError, save_weights
from models.inception import Inception, googlenet_torchvision
from models.inception.file import describe, specification_from
from models.inception.labels import LabelError
from models.inception.specifications import (
    GOOGLENET_BVLC,
    GOOGLENET_TORCHVISION,
    INCEPTION5H,
    MINI_INCEPTION,
    SPECIFICATIONS,
    MaxPool,
    Norm,
)


def through_json(spec):
    return json.loads(json.dumps({"network": spec.name, "specification": describe(spec)}))


@pytest.mark.parametrize("spec", SPECIFICATIONS.values(), ids=SPECIFICATIONS)
def test_published_networks_need_no_more_than_their_norms(spec):
    assert list(describe(spec)) == ["lrn"]
    assert specification_from(through_json(spec), "net.npz") == spec
    assert specification_from({"network": spec.name}, "net.npz") == spec


def test_fine_tuned_network_comes_back():
    body = tuple(
        step._replace(alpha=0.5) if isinstance(step, Norm) else step for step in INCEPTION5H.body
    )
    names = ("a", "b", "Möwe")
    spec = replace(INCEPTION5H, body=body, classes=3, labels=names, mean=(1.0, 2.0, 3.5))
    assert specification_from(through_json(spec), "net.npz") == spec
    spec = replace(GOOGLENET_BVLC, classes=3, labels=None)
    assert specification_from(through_json(spec), "net.npz") == spec


def test_network_of_twenty_birds_is_loaded_with_its_names(tmp_path):
    names = tuple(f"bird {index}" for index in range(4))
    spec = replace(MINI_INCEPTION, classes=4, labels=names)
    metadata = {"network": spec.name, "specification": describe(spec)}
    save_weights(tmp_path / "a.npz", Inception(spec, rng=0), metadata)
    model = models.load(tmp_path / "a.npz")
    assert model.labels == names
    model.labels = names[::-1]
    assert model.labels[0] == "bird 3"
    with pytest.raises(LabelError, match="3 labels for 4 classes"):
        model.labels = names[:3]


@pytest.mark.parametrize(
    "described, words",
    [
        ({"classes": 0}, "0 classes, expected 1 to"),
        ({"classes": 10**12}, "classes, expected 1 to"),
        ({"classes": True}, "True classes"),
        ({"classes": "20"}, "20 classes"),
        ({"mean": [1, 2]}, "not enough values"),
        ({"mean": [1, 2, "x"]}, "could not convert"),
        ({"mean": [1, 2, float("nan")]}, "is not finite"),
        ({"labels": ["a"]}, "1 labels for 1008 classes"),
        ({"classes": 2, "labels": ["a", 3]}, "2 labels for 2 classes"),
        ({"labels": 5}, "'5' are no labels"),
        ({"labels": "../secret.txt"}, "are no labels"),
        ({"lrn": [[1, 2]]}, "not enough values"),
        ({"lrn": 7}, "not iterable"),
        ([], "no attribute"),
    ],
)
def test_hostile_metadata(described, words):
    metadata = {"network": "inception5h", "specification": described}
    with pytest.raises(WeightsError, match=words) as refusal:
        specification_from(metadata, "net.npz")
    assert "\n" not in str(refusal.value) and "convert it again" in str(refusal.value)


def test_torchvisions_network():
    spec = GOOGLENET_TORCHVISION
    assert spec.filters == 5488 and spec.layers == INCEPTION5H.layers
    model = googlenet_torchvision(rng=0)
    assert model.mixed3a.conv5x5.weight.shape == (3, 3, 16, 32)
    assert model.softmax2.weight.shape == (1024, 1000)
    pools = [step for step in spec.body if isinstance(step, MaxPool)]
    assert [(step.size, step.stride) for step in pools] == [(3, 2), (3, 2), (3, 2), (2, 2)]
    assert not any(isinstance(step, Norm) for step in spec.body)
