"""A picture explained by a network of a graph, from the command line and in a figure."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("PIL")

from PIL import Image

import models
from models.__main__ import main
from models.explain import describe, explain_picture
from models.explain.figures import draw_explanation
from models.graph import GraphNetwork
from models.graph.file import save_graph
from models.graph.steps import Graph, Step

SAME = {"stride": (1, 1), "padding": ((1, 1), (1, 1))}


@pytest.fixture
def path(tmp_path):
    """A weight file: a convolution, a pool, and two linear layers, of which one has no positions.

    It lies in a folder with a picture.
    """
    name = "features.a_very_long_name_of_a_module"
    steps = (
        Step("conv", "conv2d", ("x", "conv.weight"), SAME, (16, 16, 6)),
        Step(name, "relu", ("conv",), {}, (16, 16, 6)),
        Step("flat", "flatten", (name,), {}, (1536,)),
        Step("hidden", "linear", ("flat", "hidden.weight"), {}, (8,)),
        Step("relu", "relu", ("hidden",), {}, (8,)),
        Step("scores", "linear", ("relu", "scores.weight"), {}, (4,)),
    )
    shapes = {"conv.weight": (3, 3, 3, 6), "hidden.weight": (1536, 8), "scores.weight": (8, 4)}
    rng = np.random.default_rng(5)
    weights = {
        name: (rng.standard_normal(shape) * np.prod(shape[:-1]) ** -0.5).astype(np.float32)
        for name, shape in shapes.items()
    }
    model = GraphNetwork(Graph("x", (16, 16, 3), steps, shapes, 4), weights)
    save_graph(tmp_path / "my net.npz", model, {})
    grain = rng.integers(0, 256, (20, 24, 3)).astype(np.uint8)
    Image.fromarray(grain).save(tmp_path / "my picture.png")
    return tmp_path / "my net.npz"


def test_every_layer_shares_the_same_difference(path):
    model = models.load(path)
    model.preset = "tensorflow"
    found = explain_picture(model, path.with_name("my picture.png"), label="class 2", steps=30)
    assert found.label == 2 and found.pixels.shape == (16, 16, 3)
    assert list(found.conductance) == ["features.a_very_long_name_of_a_module", "relu"]
    for layer in found.conductance:
        assert abs(found.conductance.total(layer)[0] - found.difference) < 0.02
    assert [one.places.shape for one in found.maps] == [(16, 16), (1, 1)]
    assert "class 2" in describe(found)
    draw_explanation(found, path.with_name("figure.png"))
    assert path.with_name("figure.png").stat().st_size > 10_000


def test_command_line(path, capsys):
    picture = str(path.with_name("my picture.png"))
    assert main(["explain", picture, "--weights", str(path)]) == 1
    assert "--preprocess with one of torchvision, caffe" in capsys.readouterr().err
    assert main(["explain", picture, "--weights", str(path), "--preprocess", "cafe"]) == 1
    assert "no preset 'cafe'" in capsys.readouterr().err
    options = ["--preprocess", "caffe", "--steps", "5"]
    assert main(["explain", picture, "--weights", str(path), *options]) == 0
    said = capsys.readouterr().out
    assert "relu: 8 filters" in said and "F(x) − F(x') =" in said
    assert main(["explain", picture, "--preprocess", "caffe"]) == 1
    assert "knows how its pictures are prepared" in capsys.readouterr().err
