"""Fine-tuned caffemodels: another number of classes, other names, and what must not be mistaken."""

import numpy as np
import pytest

import models
from models.convert import ConversionError, convert
from models.convert.caffe import layers_of_the_score, read_layers
from models.convert.families.caffe_layers import as_trained
from models.convert.families.heads import described_head, with_classes
from models.inception.specifications import GOOGLENET_BVLC, Norm
from tests.helpers.data import data_path
from tests.helpers.files.caffemodel import bvlc_message, fine_tuned, random_state
from tests.helpers.files.hostile import assert_refused


@pytest.fixture(scope="module")
def state():
    """The arrays of BVLC GoogLeNet with a head of twenty classes."""
    state = random_state(np.random.default_rng(0))
    for kind in ("weight", "bias"):
        state[f"softmax2.{kind}"] = np.ascontiguousarray(state[f"softmax2.{kind}"][..., :20])
    return state


@pytest.fixture
def sizes(state):
    """The same as a message whose blobs say their sizes, without numbers."""
    return bvlc_message(state, "new", filled=False)


def write(net, path):
    path.write_bytes(net.SerializeToString())
    return path


def ones(*shape):
    return np.ones(shape, np.float32)


@pytest.mark.parametrize("form", ["V1", "new"])
def test_twenty_classes(form, state, tmp_path):
    (tmp_path / "labels.txt").write_bytes(
        "\r\n".join(f"Möwe {i}" for i in range(20)).encode("utf-8-sig")
    )
    net = bvlc_message(state, form)
    if form == "V1":
        net = fine_tuned(net, "loss3/birds")
    source = write(net, tmp_path / "snapshot iter_10.caffemodel")
    convert(source, tmp_path / "a.npz", labels=tmp_path / "labels.txt")
    model = models.load(tmp_path / "a.npz")
    assert len(model.labels) == 20 and model.labels[19] == "Möwe 19"
    for name, parameter in model.named_parameters():
        np.testing.assert_array_equal(parameter.data, state[name], err_msg=name)


@pytest.mark.parametrize("form", ["V1", "new"])
def test_renamed_heads_are_told_apart_by_what_they_read(form, state):
    """The auxiliary classifiers are renamed as well and have the same shape."""
    others = {
        "loss1/fc": ("inception_4a/output", ones(1024, 6)),
        "birds_loss1/classifier": ("loss1/fc", ones(20, 1024)),
        "mine/fc": ("inception_4d/output", ones(1024, 6)),
        "mine/classifier": ("mine/fc", ones(20, 1024)),
    }
    net = fine_tuned(bvlc_message(state, form, filled=False), "birds_loss3/classifier", others)
    found, head = layers_of_the_score([*net.layers, *net.layer], "net")
    assert head.name == "birds_loss3/classifier" and len(found) == 58
    assert "mine/fc" not in found and "birds_loss1/classifier" not in found
    spec = with_classes(GOOGLENET_BVLC, 20, is_published=False)
    assert described_head(head.name, "loss3/classifier", spec) == [
        "last layer: 'birds_loss3/classifier', 20 classes (published: 'loss3/classifier')"
    ]


def test_only_candidate_is_taken_without_connections(sizes):
    rename("loss3/classifier", "fc_birds")(sizes)
    assert layers_of_the_score(list(sizes.layer), "net")[1].name == "fc_birds"


def test_a_thousand_classes_under_another_name_are_not_imagenets():
    spec = with_classes(GOOGLENET_BVLC, 1000, is_published=False)
    assert spec.classes == GOOGLENET_BVLC.classes and spec.labels is None
    assert with_classes(GOOGLENET_BVLC, 1000, is_published=True) is GOOGLENET_BVLC


def remove_head(net):
    kept = [layer for layer in net.layer if layer.name != "loss3/classifier"]
    del net.layer[:]
    net.layer.extend(kept)


def rename(old, new):
    def edit(net):
        next(layer for layer in net.layer if layer.name == old).name = new

    return edit


REFUSED = {
    "no head": (remove_head, ["without its last layer", "no score to explain"]),
    "no numbers": (lambda net: None, ["but holds 0 numbers: half precision"]),
    "another layer missing": (rename("conv2/3x3", "other"), ["'conv2/3x3' is missing"]),
}


@pytest.mark.parametrize("edit, words", REFUSED.values(), ids=REFUSED)
def test_refused_with_the_true_reason(edit, words, sizes, tmp_path):
    edit(sizes)
    assert_refused(write(sizes, tmp_path / "net"), tmp_path / "out", *words)


@pytest.mark.parametrize("head", ["loss3/classifier", "birds"])
def test_head_of_two_layers(head, sizes):
    net = fine_tuned(sizes, head, {"fc_out": (head, ones(7, 20))})
    with pytest.raises(ConversionError, match=f"'fc_out' reads the scores of '{head}'"):
        layers_of_the_score(list(net.layer), "net")


def test_two_layers_that_could_be_the_head(sizes):
    net = fine_tuned(sizes, "a", {"b": ("pool5/7x7_s1", ones(7, 1024))})
    with pytest.raises(ConversionError, match="'a' and 'b' could each be its last layer"):
        layers_of_the_score(list(net.layer), "net")


# --- what the layers say of themselves ---------------------------------------------------


def normalised(net, **constants):
    """Two normalisations, the second with these constants."""
    for name, given in (("pool1/norm1", {"alpha": 1e-4, "beta": 0.75}), ("conv2/norm2", constants)):
        layer = net.layer.add(name=name, type="LRN")
        layer.lrn_param.SetInParent()
        for key, value in given.items():
            setattr(layer.lrn_param, key, value)


def transformed(net, **given):
    layer = net.layer.add(name="data", type="Data")
    layer.transform_param.mean_value.extend(given.pop("mean_value", []))
    layer.transform_param.SetInParent()
    for key, value in given.items():
        setattr(layer.transform_param, key, value)


def test_constants_as_published_are_found_to_be_so(sizes):
    normalised(sizes, local_size=5, alpha=1e-4, beta=0.75, k=1.0)
    transformed(sizes, mean_value=[104, 117, 123])
    assert as_trained(GOOGLENET_BVLC, list(sizes.layer), "net") == (GOOGLENET_BVLC, [])


def test_other_constants_are_taken_from_the_file(sizes):
    normalised(sizes, local_size=3, alpha=0.5, k=2.0)
    transformed(sizes, mean_value=[1, 2, 3], scale=1.0)
    transformed(sizes, mean_value=[1, 2, 3])
    spec, found = as_trained(GOOGLENET_BVLC, list(sizes.layer), "net")
    assert spec.body[2] == GOOGLENET_BVLC.body[2]
    assert spec.body[5] == Norm("localresponsenorm1", 1, 2.0, 0.5 / 3, 0.75)
    assert spec.mean == (1, 2, 3)
    assert found == [
        "localresponsenorm1 is not as published",
        "its data layer subtracts 3, 2, 1 from red, green, blue",
    ]


def test_mean_image_is_said_to_be_elsewhere(sizes):
    transformed(sizes, mean_file="/data/mean.binaryproto")
    spec, found = as_trained(GOOGLENET_BVLC, list(sizes.layer), "net")
    assert spec.mean == GOOGLENET_BVLC.mean and "'/data/mean.binaryproto'; give --mean" in found[0]
    transformed(sizes, mean_value=[7])
    assert as_trained(GOOGLENET_BVLC, list(sizes.layer), "net")[0].mean == (7, 7, 7)


@pytest.mark.parametrize(
    "edit, given, word",
    [
        (normalised, {"local_size": 4}, "local_size 4"),
        (normalised, {"alpha": float("nan")}, "alpha nan"),
        (normalised, {"k": -1.0}, "k -1"),
        (normalised, {"norm_region": 1}, "'conv2/norm2' normalises within a channel"),
        (transformed, {"scale": 0.00390625}, "multiplied by 0.00390625"),
        (transformed, {"mean_value": [1, 2]}, "do not agree on the mean"),
    ],
)
def test_what_no_specification_can_say_is_refused(edit, given, word, sizes):
    edit(sizes, **given)
    with pytest.raises(ConversionError, match=word):
        as_trained(GOOGLENET_BVLC, list(sizes.layer), "net")


# --- real files of other networks --------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize(
    "name, words",
    [
        (
            "cifar10_full_iter_70000.caffemodel",
            ["in the old form V1, with 4 layers of weights ('conv1', 'conv2', 'conv3', 'ip1')"],
        ),
        ("slim-320.caffemodel", ["a Caffe network, with 42 layers of weights ('185', '188',"]),
    ],
)
def test_real_strangers_are_described(name, words, tmp_path):
    path = data_path("foreign-networks", name)
    assert_refused(path, tmp_path / "out", *words, "none of the networks minigrad knows")


@pytest.mark.data
def test_real_old_form_is_read_whole():
    layers = read_layers(data_path("foreign-networks", "cifar10_full_iter_70000.caffemodel"))
    held = {layer.name: [len(blob.data) for blob in layer.blobs] for layer in layers if layer.blobs}
    assert held["conv1"] == [32 * 3 * 5 * 5, 32] and held["ip1"] == [10 * 1024, 10]
    norms = [layer for layer in layers if layer.HasField("lrn_param")]
    assert [layer.name for layer in norms] == ["norm1", "norm2"]
    for layer in norms:
        constants = layer.lrn_param
        given = constants.local_size, constants.alpha, constants.beta, constants.norm_region
        assert given == (3, np.float32(5e-5), np.float32(0.75), 1)
