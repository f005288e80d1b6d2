"""Inception from PyTorch under every family's names: each array in its place, or a true refusal."""

import numpy as np
import pytest

import models
from minigrad.weights import load_weights
from models.__main__ import main
from models.convert import ConversionError, check_state, convert
from models.convert.families.heads import assumed, with_labels
from models.convert.families.state_dict import understand
from models.inception import Inception
from tests.helpers.files.hostile import assert_refused
from tests.helpers.files.inception_arrays import FAMILIES, auxiliary_arrays, inception_arrays

safetensors = pytest.importorskip("safetensors.numpy", reason="needs the extra 'convert'")
ADVICE = "export it as ONNX"


@pytest.fixture(scope="module")
def families():
    """The arrays of one family, made once."""
    made = {}

    def arrays(family):
        if family not in made:
            made[family] = inception_arrays(family, np.random.default_rng(0))
        return dict(made[family])

    return arrays


def ones(*shape):
    return np.ones(shape, np.float32)


def save(arrays, folder, name="net.safetensors"):
    safetensors.save_file(arrays, folder / name)
    return folder / name


def converted(arrays, folder, **options):
    """Arrays and metadata of what the conversion wrote."""
    convert(save(arrays, folder), folder / "net.npz", **options)
    return load_weights(folder / "net.npz")


@pytest.mark.parametrize(
    "family, network, first, middle",
    [
        ("lucent", "inception5h", "conv2d0_pre_relu_conv", "mixed4c_5x5_pre_relu_conv"),
        ("captum", "inception5h", "conv1", "mixed4c.conv_5x5"),
        ("captum_places365", "googlenet_bvlc", "conv1", "mixed4c.conv_5x5"),
        ("crowsonkb", "googlenet_bvlc", "conv1", "inception_4c.conv_5x5"),
        ("underscored", "googlenet_bvlc", "conv1_7x7_s2", "inception_4c_5x5"),
    ],
)
def test_each_family_is_known_by_its_names(family, network, first, middle, families):
    arrays = families(family)
    beside = {}
    if family == "captum_places365":
        beside = auxiliary_arrays(family, np.random.default_rng(1), 365)
    state, spec, found = understand(arrays | beside, "net.pth")
    check_state(state, spec, "net.pth")
    assert spec.name == network and len(found) == 1
    np.testing.assert_array_equal(
        state["conv2d0.weight"][6, 1, 2], arrays[f"{first}.weight"][:, 2, 6, 1]
    )
    np.testing.assert_array_equal(
        state["mixed4c.conv5x5.weight"][4, 1, 3], arrays[f"{middle}.weight"][:, 3, 4, 1]
    )
    np.testing.assert_array_equal(state["mixed4c.conv5x5.bias"], arrays[f"{middle}.bias"])
    head = FAMILIES[family][2]
    np.testing.assert_array_equal(state["softmax2.weight"].T, arrays[f"{head}.weight"])


@pytest.mark.parametrize(
    "family, classes, mean",
    [
        ("captum_places365", 365, (104.0437, 112.6004, 116.7894)),
        ("crowsonkb", 365, (104.051, 112.514, 116.676)),
        ("crowsonkb", 205, (105.417, 113.753, 116.047)),
        ("crowsonkb", 20, (104.0, 117.0, 123.0)),
        ("captum", 20, (117.0, 117.0, 117.0)),
    ],
)
def test_what_each_network_subtracts(family, classes, mean, families):
    arrays, head = families(family), FAMILIES[family][2]
    arrays[f"{head}.weight"], arrays[f"{head}.bias"] = ones(classes, 1024), ones(classes)
    _, spec, _ = understand(arrays, "net.pth")
    assert (spec.mean, spec.classes, spec.labels) == (mean, classes, None)


def test_torchvision_is_folded_in_double_and_rounded_once(families, tmp_path):
    arrays = families("torchvision")
    aux = auxiliary_arrays("torchvision", np.random.default_rng(1), 1000)
    state, metadata = converted(arrays | aux, tmp_path)
    assert metadata["network"] == "googlenet_torchvision"
    names = {"mixed5a.conv5x5": "inception5a.branch3.1", "conv2d0": "conv1"}
    for ours, theirs in names.items():
        double = {name: array.astype(float) for name, array in arrays.items()}
        slope = double[f"{theirs}.bn.weight"]
        slope = slope / np.sqrt(double[f"{theirs}.bn.running_var"] + 0.001)
        kernel = double[f"{theirs}.conv.weight"] * slope[:, None, None, None]
        kernel = kernel / 127.5 if ours == "conv2d0" else kernel
        bias = double[f"{theirs}.bn.bias"] - double[f"{theirs}.bn.running_mean"] * slope
        expected = kernel.transpose(2, 3, 1, 0)
        # half a step of float32, and the last digit of a double
        np.testing.assert_allclose(state[f"{ours}.weight"], expected, rtol=2**-24 * 1.0001)
        np.testing.assert_allclose(state[f"{ours}.bias"], bias, rtol=2**-24 * 1.0001, atol=1e-12)
    model = models.load(tmp_path / "net.npz")
    assert model.specification.filters == 5488 and model.labels[0] == "tench"
    assert np.all(model.baseline() == -127.5)


def test_torchvision_without_transform_input_has_a_mean_of_three(families):
    arrays = families("torchvision")
    plain = understand(arrays, "net.pth")[0]["conv2d0.weight"]
    state, spec, found = understand(arrays, "net.pth", transform_input=False)
    np.testing.assert_allclose(spec.mean, [255 * 0.485, 255 * 0.456, 255 * 0.406])
    assert "told: no transform_input" in found[-1]
    for channel, deviation in enumerate((0.229, 0.224, 0.225)):
        np.testing.assert_allclose(
            state["conv2d0.weight"][:, :, channel],
            plain[:, :, channel] * 127.5 / (255 * deviation),
            rtol=1e-6,
        )


@pytest.mark.parametrize(
    "prefix", ["module.", "module.module.", "model.", "_orig_mod.", "net.backbone."]
)
def test_wrappers_are_looked_through(prefix, families):
    arrays = families("crowsonkb")
    wrapped = {prefix + name: array for name, array in arrays.items()}
    state, _, _ = understand(wrapped, "net.pth")
    np.testing.assert_array_equal(state["softmax2.bias"], arrays["loss3_classifier.bias"])


def test_half_precision_is_widened(families):
    half = {name: array.astype(np.float16) for name, array in families("captum").items()}
    state, spec, found = understand(half, "net.pth")
    assert "half precision" in found[1]
    state = check_state(state, spec, "net.pth")
    np.testing.assert_array_equal(state["conv2d1.bias"], half["conv2.bias"].astype(np.float32))


# --- last layers of one's own ------------------------------------------------------------


def test_head_of_twenty_classes_with_names(families, tmp_path):
    arrays = families("lucent")
    for kind in ("weight", "bias"):
        array = arrays.pop(f"softmax2_pre_activation_matmul.{kind}")
        arrays[f"classify.1.{kind}"] = array[:20]
    names = [f"bird {index}" for index in range(20)]
    (tmp_path / "my labels.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    _, metadata = converted(arrays, tmp_path, labels=tmp_path / "my labels.txt", mean=(1, 2, 3))
    model = models.load(tmp_path / "net.npz")
    assert model.labels == tuple(names) and model.specification.mean == (1, 2, 3)
    found = " ".join(metadata["source"]["found"])
    assert "'classify.1', 20 classes" in found and "lucent" in found and "--mean" not in found


def test_renamed_head_of_a_thousand_is_not_taken_for_imagenet(families):
    arrays = families("crowsonkb")
    for kind in ("weight", "bias"):
        arrays[f"mine.{kind}"] = arrays.pop(f"loss3_classifier.{kind}")
    _, spec, found = understand(arrays, "net.pth")
    assert Inception(spec).labels[0] == "class 0"
    assert "'mine', 1000 classes" in found[1]
    assert "subtracts 123, 117, 104 from red" in assumed(spec, mean_told=False)[1]


def test_head_outside_of_the_wrapped_network_and_without_bias(families):
    arrays = {f"backbone.{name}": array for name, array in families("crowsonkb").items()}
    del arrays["backbone.loss3_classifier.bias"]
    arrays["out.weight"] = arrays.pop("backbone.loss3_classifier.weight")
    state, _, _ = understand(arrays, "net.pth")
    np.testing.assert_array_equal(state["softmax2.weight"].T, arrays["out.weight"])
    assert not state["softmax2.bias"].any()


def test_command_line_says_what_was_understood_and_assumed(families, tmp_path, capsys):
    arrays = families("captum")
    arrays["fc.weight"], arrays["fc.bias"] = arrays["fc.weight"][:3], arrays["fc.bias"][:3]
    source, destination = save(arrays, tmp_path, "a net.safetensors"), tmp_path / "a net.npz"
    assert main(["convert", str(source), str(destination)]) == 0
    printed = capsys.readouterr().out
    for words in (
        "inception5h as captum.optim names it",
        "3 classes without names",
        "117, 117, 117",
    ):
        assert words in printed
    names = tmp_path / "names.txt"
    names.write_text("one\ntwo\nthree", encoding="utf-8")
    options = ["--labels", str(names), "--mean", "1", "2.5", "3"]
    assert main(["convert", str(source), str(destination), *options]) == 0
    assert "3 classes, from 'one' to 'three'" in capsys.readouterr().out
    spec = models.load(destination).specification
    assert (spec.mean, spec.labels) == ((1.0, 2.5, 3.0), ("one", "two", "three"))


# --- refusals ----------------------------------------------------------------------------


def without(*endings):
    def edit(arrays):
        return {name: array for name, array in arrays.items() if not name.endswith(endings)}

    return edit


def plus(**extra):
    def edit(arrays):
        return arrays | {name.replace("__", "."): array for name, array in extra.items()}

    return edit


def first_upload(arrays):
    """The file that lay at lucent's address until April 2020 ends with an auxiliary head."""
    kept = {
        name: array
        for name, array in arrays.items()
        if name.startswith(("conv2d", "mixed3", "mixed4a"))
    }
    kept["head0_bottleneck_pre_relu_conv.weight"] = np.ones((128, 508, 1, 1), np.float32)
    return kept | {"softmax0_pre_activation_matmul.weight": np.ones((8, 1024), np.float32)}


def true_five(arrays):
    return arrays | {"inception3a.branch3.1.conv.weight": np.ones((32, 16, 5, 5), np.float32)}


def without_norms(arrays):
    return {name: array for name, array in arrays.items() if ".bn." not in name}


def changed(name, value):
    def edit(arrays):
        array = arrays[name].astype(float)
        array.flat[1] = value
        return arrays | {name: array}

    return edit


REFUSED = {
    "half": ("lucent", first_upload, ["half of inception5h", "2020-04-10"]),
    "port without classifier": (
        "underscored",
        without("classifier.weight", "classifier.bias"),
        ["without its last layer", "no score to explain"],
    ),
    "cut off": ("torchvision", without("fc.weight", "fc.bias"), ["without its last layer"]),
    "two heads": (
        "captum",
        lambda arrays: (
            without("fc.weight", "fc.bias")(arrays)
            | {"a.weight": ones(9, 1024), "b.weight": ones(5, 1024)}
        ),
        ["'a' and 'b' could each be"],
    ),
    "deep head": (
        "captum",
        lambda arrays: (
            without("fc.weight", "fc.bias")(arrays)
            | {"fc.0.weight": ones(256, 1024), "fc.3.weight": ones(9, 256)}
        ),
        ["'fc.3.weight' is not expected", "several layers", ADVICE],
    ),
    "head of another width": (
        "captum",
        plus(fc__weight=ones(9, 2048)),
        ["'fc.weight' has shape (2048, 9), expected (1024, 9)"],
    ),
    "head of no class": ("captum", plus(fc__weight=ones(0, 1024), fc__bias=ones(0)), ["0 classes"]),
    "head that is no matrix": ("captum", plus(fc__weight=ones()), ["'fc.weight' has shape ()"]),
    "bias of another size": (
        "captum",
        plus(fc__bias=ones(3)),
        ["has shape (3,), expected (1008,)"],
    ),
    "missing": (
        "captum",
        without("mixed4b.conv_5x5.bias"),
        ["'mixed4b.conv_5x5.bias' is missing"],
    ),
    "twice": (
        "captum",
        lambda arrays: {f"ema.{name}": array for name, array in arrays.items()} | arrays,
        ["'conv1.weight' is there with 'ema.' before it and without"],
    ),
    "more": ("captum", plus(attention__query=ones(3, 3)), ["'attention.query' is not expected"]),
    "five": (
        "torchvision",
        true_five,
        ["has shape (32, 16, 5, 5), expected (32, 16, 3, 3)"],
    ),
    "no norms": ("torchvision", without_norms, ["without batch normalisation", ADVICE]),
    "variance": (
        "torchvision",
        changed("conv2.bn.running_var", -1.0),
        ["'conv2.bn.running_var' holds a variance below zero"],
    ),
    "NaN": ("torchvision", changed("conv2.bn.weight", np.nan), ["holds NaN"]),
    "overflow": ("torchvision", changed("conv2.bn.weight", 1e300), ["holds NaN or infinity"]),
    "integers": (
        "crowsonkb",
        plus(conv1__weight=np.ones((64, 3, 7, 7), np.int8)),
        ["'conv1.weight' has dtype int8"],
    ),
}


@pytest.mark.parametrize("family, edit, words", REFUSED.values(), ids=REFUSED)
def test_refused_with_the_true_reason(family, edit, words, families):
    with pytest.raises(ConversionError) as refusal:
        state, spec, _ = understand(edit(families(family)), "net.pth")
        check_state(state, with_labels(spec, None, "net.pth"), "net.pth")
    message = str(refusal.value)
    assert message.startswith("net.pth: ") and "\n" not in message and len(message) < 400
    for word in words:
        assert word in message


def test_quantised_is_refused(tmp_path):
    arrays = {"conv1.conv.weight": ones(1), "conv1.conv.zero_point": ones(1)}
    assert_refused(save(arrays, tmp_path), tmp_path / "out", "a quantised network")


def test_stranger_is_described(tmp_path):
    arrays = {"layer1.0.conv1.weight": ones(64, 3, 7, 7), "layer1.0.bn1.weight": ones(64)}
    words = "a state dictionary of 2 arrays", "'layer1.0.conv1.weight' (64, 3, 7, 7)", ADVICE
    assert_refused(save(arrays, tmp_path), tmp_path / "out", *words)


def test_options_that_do_not_fit(families, tmp_path):
    captum = save(families("captum"), tmp_path)
    for options, words in (
        ({"vocabulary": "words.txt"}, "are for sentiment networks"),
        ({"transform_input": False}, "is for torchvision's"),
        ({"labels": tmp_path / "none.txt"}, "no such file of labels"),
    ):
        with pytest.raises(ValueError, match=words):
            convert(captum, tmp_path / "a.npz", **options)
    torchvision = save(families("torchvision"), tmp_path)
    with pytest.raises(ConversionError, match="scales its input too"):
        convert(torchvision, tmp_path / "a.npz", mean=(1.0, 2.0, 3.0))
    assert not (tmp_path / "a.npz").exists()
