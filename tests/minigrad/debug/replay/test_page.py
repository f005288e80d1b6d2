"""The page of a traced block: one file, the same each time, of numbers, source and a graph."""

import re
import sys

import numpy as np
import pytest

import minigrad as mg
from lessons.networks.two_neurons import F, X
from minigrad.attribution import integrated_gradients
from minigrad.debug.replay import page
from minigrad.debug.replay.layout import HEIGHT, MOST_NODES, WIDTH
from minigrad.debug.replay.page import data_of, page_of
from minigrad.debug.replay.sources import ROOT
from minigrad.debug.replay.walks import MOST_UNITS
from minigrad.debug.rows import GAP

from .tracing import OTHER, page_data, sweep, traced, walk

HOSTILE = '</script><script>alert("1")</script><!-- & \u2028 \'é∂'


def text_of(seen):
    return page_of(data_of(seen), "a page")


def test_the_same_steps_give_the_same_bytes_and_nothing_of_this_machine(tmp_path):
    pages = []
    for name in ("one.html", "two words.html"):
        seen = traced(lambda: (sweep(), walk()))
        pages.append(seen.save(tmp_path / "new folder" / name).read_text(encoding="utf-8"))
    assert pages[0] == pages[1]
    assert str(ROOT) not in pages[0] and sys.prefix not in pages[0]
    assert set(re.findall(r"https?://[^\s\"'`<>)]+", pages[0])) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\bsrc=|@import|\burl\(|\bfetch\(|XMLHttpRequest|\bimport\(", pages[0])
    assert len(pages[0]) < 200_000


def test_numbers_on_the_page_are_the_steps_to_six_digits():
    seen = traced(lambda: (sweep(), walk()))
    data = page_data(seen)
    assert len(data["steps"]) == len(seen.steps)

    def shown(place):
        array = data["arrays"][place]
        return np.array(array["values"], float).reshape(array["shape"])

    for step, one in zip(seen.steps, data["steps"]):
        assert (one["kind"], one["operation"]) == (step.kind, step.operation)
        assert one["at"][1] == step.applied_at[1]
        detail, about = step.detail, {"rtol": 1e-5}
        if step.kind == "product":
            for key in ("dF_dy", "dy", "term", "running"):
                expected = detail.product[key].reshape(len(detail.alphas), -1)
                np.testing.assert_allclose(one[key], expected, **about)
            continue
        *inputs, output = detail.tensors
        np.testing.assert_allclose(shown(one["output"]["value"]), output.value.values, **about)
        for tensor, held in zip(inputs, one["inputs"]):
            np.testing.assert_allclose(shown(held["value"]), tensor.value.values, **about)
        for given, total, held in zip(detail.contributions, detail.sums, one["inputs"]):
            assert (given is None) == (held["given"] is None)
            if given is not None:
                np.testing.assert_allclose(shown(held["given"]), given.values, **about)
                np.testing.assert_allclose(shown(held["sum"]), total.values, **about)


def test_the_line_and_the_method_that_ran_are_beside_every_step():
    data = page_data(traced(sweep))
    for step in data["steps"]:
        file, line = data["files"][step["at"][0]], step["at"][1]
        (part,) = [
            part
            for part in file["parts"]
            if part["first"] <= line < part["first"] + len(part["lines"])
        ]
        text = part["lines"][line - part["first"]]
        assert file["name"] == "lessons/networks/two_neurons.py"
        assert (
            "mg.relu(mg.linear" if step["operation"] in ("linear", "relu") else "y[:, 0]"
        ) in text
    back = next(step for step in data["steps"] if step["kind"] == "backward")
    method = data["methods"][back["method"]]
    assert method["name"] == "Multiply.backward"
    assert method["file"] == "minigrad/functions/arithmetic.py"
    assert any("grad_output, self.b" in line for line in method["lines"])


def test_the_line_that_adds_is_beside_every_product():
    def run():
        walk(steps=2)
        walk(steps=[0, 1.0], rule=None)
        integrated_gradients(F, X, np.zeros_like(X), steps=2)

    data, lines = page_data(traced(run)), []
    for step in data["steps"]:
        if step["kind"] == "product":
            method = data["methods"][step["method"]]
            lines.append([line for line in method["lines"] if step["told"] in line])
            assert len(lines[-1]) == 1, method["name"]
    assert len({line for (line,) in lines}) == 4 and len(lines) == 2 + 1 + 3


def test_passes_through_one_network_are_drawn_in_the_same_places():
    data = page_data(traced(walk))
    (graph,) = data["graphs"]
    assert len({step["pass"] for step in data["steps"] if "pass" in step}) == 6 + 2
    titles = [node["title"] for node in graph["nodes"]]
    assert titles == ["leaf", "constant", "constant", "linear", "relu", "get_item", "get_item",
                      "multiply", "sum"]  # fmt: skip
    labels = [node["label"] for node in graph["nodes"]]
    assert labels == ["x", "weight", "bias", "v₁", "y", "y[:, 0]", "y[:, 1]", "v₂", "v₃"]
    for one in graph["edges"]:
        start, end = graph["nodes"][one["from"]], graph["nodes"][one["to"]]
        assert start["y"] + HEIGHT < end["y"]
    for k, one in enumerate(graph["nodes"]):
        for other in graph["nodes"][:k]:
            apart = abs(one["x"] - other["x"]) >= WIDTH + GAP or abs(one["y"] - other["y"]) > HEIGHT
            assert apart
        assert 0 <= one["x"] <= graph["width"] - WIDTH and 0 <= one["y"] <= graph["height"] - HEIGHT


def test_what_has_no_name_is_not_called_as_another_tensor_is():
    def subtract():
        b = mg.Tensor([1.0, 2.0], requires_grad=True, name="b")
        (b - np.array([3.0, 4.0]))[0].backward()

    data = page_data(traced(subtract))
    labels = [node["label"] for node in data["graphs"][0]["nodes"]]
    assert labels == ["b", "unnamed b", "v₁", "v₂"]
    told = [tensor["label"] for tensor in data["steps"][0]["inputs"]]
    assert told == ["b", "unnamed b"]


def test_an_edge_that_passes_a_row_goes_round_its_boxes():
    def run():
        y = (mg.Tensor(2.0, requires_grad=True, name="x") * 3).named("y")
        (y + y * y).backward()

    (graph,) = page_data(traced(run))["graphs"]
    (long,) = [one for one in graph["edges"] if one["by"]]
    ((x, y),) = long["by"]
    (box,) = [node for node in graph["nodes"] if node["y"] == y]
    assert not box["x"] <= x <= box["x"] + WIDTH


def test_two_networks_are_two_graphs_and_a_round_of_training_is_a_pass():
    w = mg.Parameter(np.ones((2, 1)))

    def run():
        for _ in range(3):
            loss = (mg.matmul(OTHER, w) ** 2).sum()
            loss.backward()
            w.data = w.data - 0.1 * w.grad
        mg.tanh(mg.Tensor(1.0))

    data = page_data(traced(run))
    assert len(data["graphs"]) == 2
    assert len({step["pass"] for step in data["steps"]}) == 4
    assert [node["role"] for node in data["graphs"][0]["nodes"]].count("parameter") == 1


def test_a_deep_network_is_folded_by_module():
    class Block(mg.Module):
        def forward(self, x):
            for _ in range(20):
                x = mg.relu(x)
            return x.named(f"block {x.rank}")

    class Network(mg.Module):
        def __init__(self):
            self.blocks = [Block(), Block(), Block()]

        def forward(self, x):
            for block in self.blocks:
                x = block(x)
            return x

    seen = traced(lambda: Network()(mg.Tensor(OTHER, requires_grad=True)))
    data = page_data(seen)
    (graph,) = data["graphs"]
    assert len(graph["nodes"]) == 4 <= MOST_NODES
    titles = [node["title"] for node in graph["nodes"] if node["role"] == "block"]
    assert titles == [f"blocks.{k} Block" for k in range(3)]
    assert any("one box" in note for note in data["notes"])


def test_a_leaf_that_only_a_later_operation_of_a_module_takes_stands_above_it():
    class Scaled(mg.Module):
        def forward(self, x):
            for _ in range(MOST_NODES):
                x = mg.tanh(x)
            return x * mg.Tensor(2.0, requires_grad=True, name="scale")

    (graph,) = page_data(traced(lambda: Scaled()(mg.Tensor(OTHER, requires_grad=True))))["graphs"]
    top = {node["label"] or node["title"]: node["y"] for node in graph["nodes"]}
    assert top["scale"] == top["x"] < top["Scaled"]


def test_a_deep_chain_and_a_wide_one_are_laid_out_in_time():
    def run():
        x = mg.Tensor(1.0, requires_grad=True)
        for _ in range(300):  # shared inputs: 2^300 ways through the graph
            x = x * x
        return x

    with np.errstate(under="ignore"):
        data = page_data(traced(run))
    assert len(data["graphs"]) == 1


def test_hostile_names_and_lines_stay_text():
    source = f"x = mg.Tensor([1.0], name=NAME) * 2  # {HOSTILE}\nx.named(NAME)"
    seen = traced(lambda: exec(compile(source, "<input>", "exec"), {"mg": mg, "NAME": HOSTILE}))
    text = page_of(data_of(seen), HOSTILE)
    data = page_data(seen)
    assert text.count("<script") == 1 + len(page.SCRIPTS)
    assert "<!--" not in text and "<title>Replay: &lt;/script&gt;" in text
    assert data["steps"][0]["output"]["label"] == HOSTILE
    assert data["files"][0] == {"name": "<input>", "parts": []}  # no source at hand


def test_an_error_ends_the_block_and_the_page_has_what_ran_until_then(tmp_path):
    seen = mg.trace(collect=True, arrays=True)
    with pytest.raises(ValueError, match="linear"), seen:
        h = mg.relu(mg.Tensor(OTHER))
        mg.linear(h, np.ones((3, 2)))
    data = page_data(seen)
    assert [step["operation"] for step in data["steps"]] == ["relu"]
    assert data["error"].startswith("ValueError: linear: x has shape (1, 2)")
    seen = mg.trace(collect=True, arrays=True)
    with pytest.raises(OSError), seen:
        raise OSError(f"no file {tmp_path}/of mine/weights.npz")
    assert str(tmp_path) not in page_data(seen)["error"]
    assert page_data(seen)["steps"] == []  # and there is a page though nothing ran
    assert text_of(seen)


def test_a_gradient_in_a_block_of_its_own_of_what_was_made_outside():
    x = mg.Tensor(OTHER, requires_grad=True, name="x")
    score = F(x)
    data = page_data(traced(score.backward))
    assert {step["kind"] for step in data["steps"]} == {"backward"}
    assert [step["output"]["label"] for step in data["steps"]][::4] == ["v₂", "v₁"]
    assert (
        page_data(traced(lambda: mg.relu(mg.Tensor(OTHER)).named("h")))["steps"][1]["kind"]
        == "name"
    )


def test_a_function_of_ones_own_is_shown_with_its_rule_missing_and_its_method_there():
    class Double(mg.function.Function):
        def forward(self, x):
            return 2 * x

        def backward(self, grad_output):
            return (2 * grad_output,)

    step = page_data(traced(lambda: Double()(mg.Tensor(X))))
    assert step["steps"][0]["rules"] == [{"words": "see its method on the left"}]
    assert step["methods"][0]["name"] == "Double.forward"


def test_pictures_end_where_the_page_would_be_too_large(monkeypatch, tmp_path):
    monkeypatch.setattr(page, "PICTURE_BYTES", 10_000)
    x = mg.Tensor(np.random.default_rng(0).normal(size=(1, 60, 60, 2)))
    seen = traced(lambda: [mg.relu(x + k) for k in range(5)])
    data = page_data(seen)
    pictured = [array for array in data["arrays"] if "picture" in array]
    assert 0 < len(pictured) < len([array for array in data["arrays"] if "norm" in array])
    assert any("no picture" in note for note in data["notes"])
    monkeypatch.setattr(page, "MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="expected at most"):
        seen.save(tmp_path / "page.html")
    assert not list(tmp_path.iterdir())


def test_of_a_large_layer_the_strongest_filters_are_on_the_page():
    def score(x):
        h = mg.relu(mg.conv2d(x, kernel, padding=1)).named("h")
        return h.sum(axis=(1, 2, 3))

    kernel = np.random.default_rng(0).normal(size=(3, 3, 2, 20))
    x = np.random.default_rng(1).normal(size=(1, 8, 8, 2))
    from minigrad.attribution import conductance

    found = conductance(score, x, np.zeros_like(x), steps=3)
    data = page_data(traced(lambda: conductance(score, x, np.zeros_like(x), steps=3)))
    last = [step for step in data["steps"] if step["kind"] == "product"][-1]
    assert len(last["units"]) == MOST_UNITS and last["hidden"] == 20 - MOST_UNITS
    filters = [int(name.rsplit(" ", 1)[1]) for name in last["units"]]
    by_filter = found.per_filter("h")[0]
    assert sorted(filters) == sorted(np.argsort(-abs(by_filter))[:MOST_UNITS])
    np.testing.assert_allclose(last["running"][-1], by_filter[filters], rtol=1e-5)
