"""A network as a list of steps: its file, hostile files, its cuts, its pictures."""

import json
import weakref
import zipfile

import numpy as np
import pytest

import minigrad as mg
import models
from minigrad.weights import WeightsError, load_weights, save_weights
from models.graph import GraphNetwork
from models.graph.file import graph_network_from, save_graph
from models.graph.pictures import PRESETS
from models.graph.steps import Graph, Step, graph_from


def small_graph():
    """x → conv → relu → mean → linear, and a branch around the convolution's ReLU."""
    shape = {"stride": (1, 1), "padding": ((1, 1), (1, 1))}
    steps = (
        Step("conv", "conv2d", ("x", "conv.weight"), shape, (8, 8, 4)),
        Step("relu", "relu", ("conv",), {}, (8, 8, 4)),
        Step("tanh", "tanh", ("conv",), {}, (8, 8, 4)),
        Step("sum", "add", ("relu", "tanh"), {}, (8, 8, 4)),
        Step("mean", "mean", ("sum",), {"axis": (1, 2)}, (4,)),
        Step("scores", "linear", ("mean", "scores.weight"), {}, (5,)),
    )
    return Graph("x", (8, 8, 3), steps, {"conv.weight": (3, 3, 3, 4), "scores.weight": (4, 5)}, 5)


def random_weights(graph, seed=0):
    rng = np.random.default_rng(seed)
    return {
        name: rng.standard_normal(shape, dtype=np.float32) for name, shape in graph.weights.items()
    }


@pytest.fixture
def model():
    graph = small_graph()
    return GraphNetwork(graph, random_weights(graph), "torchvision", list("abcde"))


def test_a_file_gives_the_same_network_back(model, tmp_path):
    save_graph(tmp_path / "a b.npz", model, {"source": {"name": "nothing"}})
    again = models.load(tmp_path / "a b.npz")
    assert again.graph == model.graph and again.labels == ("a", "b", "c", "d", "e")
    assert again.preset == "torchvision" and again.cuts == ("conv", "sum", "mean")
    x = np.random.default_rng(1).standard_normal((2, 8, 8, 3), dtype=np.float32)
    np.testing.assert_array_equal(mg.predict(again, x), mg.predict(model, x))
    assert not any(parameter.requires_grad for parameter in again.parameters())


def test_cuts_by_trying_every_tensor():
    """A tensor cuts the network if without it nothing connects the input with the scores."""
    rng = np.random.default_rng(3)
    for _ in range(200):
        steps = []
        for k in range(8):
            before = ["x", *(step.name for step in steps)]
            inputs = tuple(rng.choice(before[-3:], size=rng.integers(1, 3)).tolist())
            steps.append(Step(f"t{k}", "add", inputs, {}))
        needed = {steps[-1].name}
        for step in reversed(steps):
            needed |= set(step.inputs) if step.name in needed else set()
        steps = tuple(step for step in steps if step.name in needed)
        graph = Graph("x", (1,), steps, {}, 1)
        expected = [step.name for step in steps[:-1] if not connected(steps, without=step.name)]
        assert list(graph.cuts()) == expected


def connected(steps, without):
    reached = {"x"}
    for step in steps:
        if step.name != without and reached & set(step.inputs):
            reached.add(step.name)
    return steps[-1].name in reached


def test_every_step_is_a_named_tensor_and_no_tensor_is_kept_too_long(model):
    with mg.watch_layers() as layers:
        model(mg.Tensor(np.zeros((1, 8, 8, 3), np.float32)))
    assert list(layers.tensors) == ["conv", "relu", "tanh", "sum", "mean", "scores"]
    assert model.done_with == [["x"], [], ["conv"], ["relu", "tanh"], ["sum"], ["mean"]]
    assert "| sum (8, 8, 4) = add(relu, tanh)" in model.describe()
    assert "  relu (8, 8, 4) = relu(conv)" in model.describe()


class Remembering:
    """Notes every tensor without keeping it, and which are still there at the last step."""

    def __init__(self):
        self.seen, self.alive = {}, None

    def __call__(self, name, y):
        self.seen[name] = weakref.ref(y)
        self.alive = [name for name, tensor in self.seen.items() if tensor() is not None]
        return y


def test_memory_of_what_no_step_reads_any_more_is_free(model):
    meet = Remembering()
    with mg.no_grad():
        model.walk({"x": mg.Tensor(np.zeros((1, 8, 8, 3), np.float32))}, 0, meet)
    assert list(meet.seen) == ["conv", "relu", "tanh", "sum", "mean", "scores"]
    assert meet.alive == ["mean", "scores"]


def test_an_input_of_another_shape(model):
    for shape in ((1, 3, 8, 8), (8, 8, 3), (0, 8, 8, 3)):
        with pytest.raises(ValueError, match=r"expected \(N, 8, 8, 3\)"):
            model(mg.Tensor(np.zeros(shape, np.float32)))


# ---- files that were tampered with ----


def tampered(tmp_path, edit, state=None):
    """A weight file whose graph, as JSON, was changed."""
    graph = small_graph()
    data = json.loads(json.dumps(graph.as_json()))
    metadata = {"network": "graph", "specification": {"graph": data}, "labels": None}
    edit(metadata, data)
    arrays = {f"weights.{name}": array for name, array in random_weights(graph).items()}
    save_weights(tmp_path / "net.npz", arrays | (state or {}), metadata)
    return tmp_path / "net.npz"


def step(number, place, value):
    def edit(metadata, data):
        data["steps"][number][place] = value

    return edit


def entry(name, value):
    def edit(metadata, data):
        data[name] = value

    return edit


def of_metadata(name, value):
    def edit(metadata, data):
        metadata[name] = value

    return edit


CASES = {
    "no graph": (of_metadata("specification", {}), "the graph is a NoneType"),
    "no specification": (of_metadata("specification", [1]), "no specification"),
    "unknown operation": (step(1, 1, "__import__"), "'__import__', which is no operation"),
    "operation is a list": (step(1, 1, ["relu"]), "no operation here"),
    "reads what comes later": (step(1, 2, ["sum"]), "reads 'sum', which is not there before"),
    "reads weights alone": (step(1, 2, ["conv.weight"]), "reads weights alone"),
    "name twice": (step(2, 0, "relu"), "expected a name that is new"),
    "name of a weight": (step(2, 0, "conv.weight"), "expected a name that is new"),
    "too many inputs": (step(1, 2, ["conv", "conv"]), "too many positional arguments"),
    "too few inputs": (step(3, 2, ["relu"]), "missing a required argument"),
    "unknown option": (step(1, 3, {"cls": 1}), "unexpected keyword argument 'cls'"),
    "option is text": (step(4, 3, {"axis": "1"}), "options are not numbers"),
    "option too large": (step(0, 3, {"padding": 2**40}), "too large"),
    "option of NaN": (step(0, 3, {"padding": float("nan")}), "options are not numbers"),
    "shape of a step": (step(1, 4, [8, "8"]), "its shape is not a list"),
    "step is text": (lambda metadata, data: data["steps"].insert(0, "relu"), "is not [name"),
    "no steps": (entry("steps", []), "steps are not a list"),
    "not read": (
        lambda metadata, data: data["steps"].insert(1, ["idle", "relu", ["conv"], {}, []]),
        "no step reads 'idle'",
    ),
    "no input": (entry("input", 3), "no name"),
    "shape": (entry("shape", [8, -8, 3]), "no shape"),
    "weights": (entry("weights", {"conv.weight": [3, "3", 3, 4]}), "not a dictionary of shapes"),
    "classes": (entry("classes", 2**40), "number of classes"),
    "other shape": (
        lambda metadata, data: data["weights"].update({"conv.weight": [3, 3, 3, 5]}),
        "array 'weights.conv.weight': (3, 3, 3, 4), the graph says (3, 3, 3, 5)",
    ),
    "labels": (of_metadata("labels", ["a"]), "labels are 1, expected 5 names"),
    "a label of two lines": (of_metadata("labels", ["a", "b", "c", "d", "e\nf"]), "on one line"),
    "preset": (of_metadata("preprocess", "cafe"), "no preset 'cafe'"),
    "more classes than scores": (entry("classes", 6), "have shape (5,), the graph says 6 classes"),
    "scores are a picture": (step(5, 4, [8, 8, 5]), "have shape (8, 8, 5)"),
    "input beyond memory": (entry("shape", [2**20, 2**20, 3]), "tensor 'x' has shape"),
    "tensor beyond memory": (step(0, 4, [2**20, 2**20, 4]), "tensor 'conv' has shape"),
    "padding beyond memory": (
        step(0, 3, {"padding": [[2**20, 1], [1, 1]]}),
        "padding is too large",
    ),
    "a name of two lines": (step(5, 0, "a\nb"), "is called 'a\\nb'"),
}


@pytest.mark.parametrize("edit, words", CASES.values(), ids=CASES)
def test_a_file_with_one_thing_wrong(edit, words, tmp_path):
    with pytest.raises(WeightsError) as refusal:
        models.load(tampered(tmp_path, edit))
    assert words in str(refusal.value) and "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 500


def test_a_file_with_an_array_too_much(tmp_path):
    path = tampered(tmp_path, lambda *_: None, {"weights.other": np.zeros(3, np.float32)})
    with pytest.raises(WeightsError, match="no such array"):
        models.load(path)


def test_nothing_in_the_file_is_a_pickle(model, tmp_path):
    save_graph(tmp_path / "net.npz", model, {})
    with zipfile.ZipFile(tmp_path / "net.npz") as archive:
        assert all(name.endswith(".npy") for name in archive.namelist())
    state, metadata = load_weights(tmp_path / "net.npz")
    assert graph_from(metadata["specification"]["graph"]) == model.graph
    assert graph_network_from(state, metadata, "a").cuts == model.cuts


# ---- pictures ----


def test_presets_by_hand(model):
    pytest.importorskip("PIL")
    picture = np.zeros((20, 20, 3), np.uint8) + np.array([10, 100, 250], np.uint8)
    expected = {
        "torchvision": (np.array([10, 100, 250]) / 255 - [0.485, 0.456, 0.406])
        / [0.229, 0.224, 0.225],
        "caffe": np.array([250 - 104, 100 - 117, 10 - 123]),
        "tensorflow": np.array([10, 100, 250]) / 127.5 - 1,
        "none": np.array([10, 100, 250]) / 255,
    }
    assert set(expected) == set(PRESETS)
    for preset, pixel in expected.items():
        model.preset = preset
        x = model.preprocess(picture)
        assert x.shape == (1, 8, 8, 3) and x.dtype == np.float32
        np.testing.assert_allclose(x, np.broadcast_to(pixel, x.shape), rtol=1e-5)
        np.testing.assert_array_equal(model.deprocess(x)[0, 0], [10, 100, 250])
        black = model.preprocess(np.zeros((9, 9, 3), np.uint8))
        np.testing.assert_allclose(model.baseline(), black, atol=1e-6)


def test_a_picture_keeps_its_proportions_or_is_squashed(model):
    """A stripe at the left edge of a wide picture is cropped away, or squashed with the rest."""
    pytest.importorskip("PIL")
    wide = np.zeros((16, 64, 3), np.uint8)
    wide[:, :12] = 255
    model.preset = "none"
    assert model.preprocess(wide).max() == 0
    model.preset = "caffe"
    assert model.deprocess(model.preprocess(wide)).max() == 255


def test_nobody_said_how_pictures_are_prepared(model):
    model.preset = None
    for ask in (model.baseline, lambda: model.preprocess(np.zeros((8, 8, 3), np.uint8))):
        with pytest.raises(ValueError, match="explain --preprocess with one of torchvision, caffe"):
            ask()
    model.preset = "imagenet"  # another word for torchvision's
    assert model.baseline().shape == (1, 8, 8, 3)
