"""Two pages: the example of "A model of your own" runs, and "A network of your own" is true."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

import minigrad as mg
from lessons.networks import own_model
from minigrad.attribution import Attribution
from models import convert
from models.graph.network import GraphNetwork
from models.graph.pictures import PRESETS

PAGE = Path(own_model.__file__).parents[1] / "guide" / "own_model.md"
OWN_NETWORK = PAGE.with_name("own_network.md")


def test_the_page_shows_the_code_that_runs():
    source = Path(own_model.__file__).read_text(encoding="utf-8")
    shown = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    listings = [code for code in shown if code.startswith(("class ", "def "))]
    assert len(listings) == 2 and all(code in source for code in listings)
    lines = [line for line in "".join(listings).splitlines() if line.strip()]
    assert len(lines) <= 20 + 2  # "twenty lines of minigrad"


def test_a_flattened_layer_is_put_into_our_order():
    state = own_model.random_state()
    # as PyTorch has it
    x = np.random.default_rng(1).standard_normal((2, 16, 4, 4)).astype(np.float32)
    theirs = x.reshape(2, -1) @ state["output.weight"].T
    ours = x.transpose(0, 2, 3, 1).reshape(2, -1) @ own_model.from_torch(state)["output.weight"]
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_every_filter_is_explained_and_both_layers_are_complete():
    network = own_model.rebuilt(own_model.random_state())
    found = own_model.explain(network, own_model.cross(), label=0, steps=500)
    assert found.per_filter("conv1").shape == (1, 8) and found.per_filter("conv2").shape == (1, 16)
    assert found.conservation_error()[0] < 1e-5
    assert max(found.completeness_error(layer)[0] for layer in found) < 0.01


def test_the_example_runs_on_a_file(tmp_path, capsys):
    np.savez(tmp_path / "small.npz", **own_model.random_state(3))
    own_model.main([str(tmp_path / "small.npz")])
    assert "conv2: total" in capsys.readouterr().out


@pytest.mark.oracle
def test_the_rebuilt_network_is_pytorchs():
    torch = pytest.importorskip("torch", reason="needs PyTorch (extra 'oracle')")
    captum = pytest.importorskip("captum.attr", reason="needs Captum (extra 'oracle')")
    torch.manual_seed(0)
    network = torch.nn.Sequential()
    network.add_module("conv1", torch.nn.Conv2d(1, 8, 3, padding=1))
    network.add_module("relu1", torch.nn.ReLU())
    network.add_module("pool1", torch.nn.MaxPool2d(2))
    network.add_module("conv2", torch.nn.Conv2d(8, 16, 3, padding=1))
    network.add_module("relu2", torch.nn.ReLU())
    network.add_module("pool2", torch.nn.MaxPool2d(2))
    network.add_module("flatten", torch.nn.Flatten())
    network.add_module("output", torch.nn.Linear(256, 3))
    ours = own_model.rebuilt({name: array.numpy() for name, array in network.state_dict().items()})
    x = np.random.default_rng(0).random((5, 16, 16, 1)).astype(np.float32)
    as_torch = torch.tensor(x.transpose(0, 3, 1, 2))
    np.testing.assert_allclose(mg.predict(ours, x), network(as_torch).detach().numpy(), atol=1e-5)
    ours, network = ours.astype(np.float64), network.double()
    found = own_model.explain(ours, x.astype(np.float64), label=1, steps=50)
    theirs = captum.NeuronConductance(network, network.relu2)
    unit = (7, 3, 5)  # filter, row, column
    by_input = theirs.attribute(
        as_torch.double(), unit, target=1, n_steps=50, method="gausslegendre"
    )
    np.testing.assert_allclose(
        found["conv2"][:, 3, 5, 7],
        by_input.sum(dim=(1, 2, 3)).detach().numpy(),
        rtol=1e-9,
        atol=1e-12,
    )


def test_the_page_on_onnx_has_a_row_for_every_preset():
    lines = OWN_NETWORK.read_text(encoding="utf-8").splitlines()
    rows = [
        line for line in lines if line.startswith("| `") and " | RGB" in line.replace("BGR", "RGB")
    ]
    assert [row.split("`")[1] for row in rows] == list(PRESETS)


def test_the_page_on_onnx_quotes_the_converters_errors():
    text = OWN_NETWORK.read_text(encoding="utf-8")
    quoted = [row.split('"')[1] for row in text.splitlines() if row.startswith('| "')]
    assert len(quoted) == 7
    folders = Path(convert.__file__).parent, Path(convert.__file__).parents[1] / "graph"
    paths = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    source = "".join(path.read_text(encoding="utf-8") for path in paths)
    source = "".join(source.replace('"\n', '" ').replace('f"', '"').split())
    for message in quoted:
        for part in re.split("[ :]…: ", message):
            words = "".join(part.split()).replace("axis2", "axis{axis+1}")
            assert words in source.replace('""', ""), part


def test_the_code_of_the_page_on_onnx_compiles():
    text = OWN_NETWORK.read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    compile(code, str(OWN_NETWORK), "exec")
    tree = ast.parse(code)
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    methods = {"describe", "preprocess", "baseline", "conservation_error", "per_filter"}
    assert methods <= called
    assert all(hasattr(GraphNetwork, name) or hasattr(Attribution, name) for name in methods)
