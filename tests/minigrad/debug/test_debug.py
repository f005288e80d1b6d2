"""What helps to step through the math: trace, graphs, a unit's ledger, readable frames."""

import contextlib
import gc
import importlib
import inspect
import io
import os
import re
import sys
from collections import Counter

import numpy as np
import pytest

import minigrad as mg
from lessons.networks import two_neurons
from minigrad.attribution import conductance, explain_unit, quadrature
from minigrad.autodiff import gradients, topological_order
from minigrad.debug import graph
from minigrad.machine import parallel
from models.inception import mini_inception
from tests.minigrad.functions.operations import ROWS

THIS_FILE = __file__


def leaf(value, **options):
    return mg.Tensor(np.asarray(value, dtype=np.float64), requires_grad=True, **options)


def product():
    """z = x · y, named, and z², with x moving."""
    z = (leaf(3, name="x", tangent=1.0) * leaf(2, name="y")).named("z")
    return z * z


# ---- trace ----


def test_trace_collects_every_step_in_order_with_shapes_and_norms():
    with mg.trace(collect=True) as traced:
        product().backward()
    assert [step.kind for step in traced.steps] == [
        *("forward", "tangent", "name"),
        *("forward", "tangent"),
        "backward",
        "backward",
    ]
    assert [step.norms for step in traced.steps] == [
        (3, 2, 6),
        (1, 2),
        (6,),
        (6, 6, 36),
        (2, 2, 24),
        (1, 6, 6),
        (12, 24, 36),
    ]
    assert traced.steps[-1].names == ("x", "y", "z") and traced.steps[-1].came_out == 2
    assert {step.operation for step in traced.steps} == {"multiply"}
    assert all(step.applied_at[0] == THIS_FILE for step in traced.steps)


def test_trace_prints_one_line_a_step(capsys):
    with mg.trace():
        product()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert re.fullmatch(
        r"forward  multiply +\(\) ‖3‖, \(\) ‖2‖ → \(\) ‖6‖  'x', 'y' → …  \S+test_debug.py:\d+",
        lines[0],
    )
    assert re.fullmatch(r"name     multiply +\(\) ‖6‖  'z'  \S+test_debug.py:\d+", lines[2])
    file = io.StringIO()
    with mg.trace(file=file):
        product()
    assert file.getvalue().count("\n") == 5 and capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "only, kinds", [(["z"], 6), (["multiply"], 7), (["x"], 3), (["relu", "nothing"], 0), ([], 0)]
)
def test_trace_filters_by_operation_and_by_name(only, kinds):
    with mg.trace(only=only, collect=True) as traced:
        product().backward()
    steps = (
        [step for step in traced.steps if step.kind != "name"] if only == ["z"] else traced.steps
    )
    assert len(steps) == (4 if only == ["z"] else kinds)


def test_trace_refuses_one_name_that_is_no_list():
    with pytest.raises(TypeError, match=r"give a list of them, \['conv2d'\]"):
        mg.trace(only="conv2d")


def test_nothing_is_traced_outside_the_block_or_in_another_block():
    with mg.trace(collect=True) as outer:
        with mg.trace(collect=True) as inner:
            leaf(1) + 1
        leaf(1) * 2
    leaf(1) - 1
    assert [step.operation for step in inner.steps] == ["add"]
    assert [step.operation for step in outer.steps] == ["multiply"]


def test_a_traced_conductance_runs_in_one_thread_and_gives_the_same():
    args = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    found = conductance(*args, steps=8)["y"]
    with mg.trace(collect=True) as traced:
        assert parallel.default_workers(two_neurons.X) == 1
        np.testing.assert_array_equal(conductance(*args, steps=8)["y"], found)
    kinds = Counter(step.kind for step in traced.steps if step.operation == "relu")
    assert kinds["tangent"] and kinds["forward"] > kinds["tangent"]  # the two ends have no tangent


# ---- graphs ----


def printed_graph(tensor, depth=None):
    file = io.StringIO()
    mg.print_graph(tensor, depth, file)
    return file.getvalue()


def test_print_graph_of_two_neurons_line_by_line():
    x = mg.Tensor(two_neurons.X, requires_grad=True, name="x", tangent=two_neurons.X)
    score = two_neurons.F(x)
    score.backward()
    assert printed_graph(score).splitlines() == [
        "  1 multiply (1,)  value 4  tangent 10",
        "├─   2 get_item (1,)  value 2  tangent 3",
        "│    3 'y': relu (1, 2)  value 2, 2  gradient 2, 2  tangent 3, 2",
        "│    4 linear (1, 2)  value 2, 2  tangent 3, 2",
        "│    5 'x': leaf (1, 2)  value 1, 1  gradient 8, 2  tangent 1, 1",
        "└─   6 get_item (1,)  value 2  tangent 2",
        "   'y': relu (1, 2)  (as in line 3)",
    ]


def test_a_deep_chain_is_printed_without_recursion():
    x = leaf(1.0)
    for _ in range(5000):
        x = x + 1.0
    assert printed_graph(x).count("\n") == 5001


def test_inception_is_one_line_a_block_at_depth_1():
    model, x = (
        mini_inception(0),
        np.random.default_rng(0).standard_normal((1, 64, 64, 3)).astype(np.float32),
    )
    score = model(mg.Tensor(x))[:, 0]  # the parameters ask for gradients: all is recorded
    lines = printed_graph(score, depth=1).splitlines()
    for block in model.layers:
        (line,) = [line for line in lines if f" {block} MixedBlock (1, " in line]
        assert "6 conv2d, 6 relu, 1 max_pool2d, 1 concatenate" in line
    assert len(lines) < 30 < 60 < printed_graph(score).count("\n")
    assert any("conv2d0 Conv2d" in line for line in lines) and "leaf" not in "".join(lines)
    assert len(printed_graph(score, depth=0).splitlines()) == 2
    inside = printed_graph(score, depth=2)
    assert f"{model.layers[0]}.conv3x3 Conv2d" in inside


def test_two_calls_of_one_module_are_two_nodes():
    layer = mg.layers.Linear(2, 2, rng=0)
    twice = mg.layers.Sequential(layer, layer)
    assert printed_graph(twice(leaf(np.ones((1, 2)))), depth=1).count(" Linear ") == 2


def test_the_shown_graph_has_the_edges_of_the_tape():
    score = two_neurons.F(leaf([[1.0, 1.0]]))
    waiting, edges = [graph.shown_graph(score)], set()
    while waiting:
        node = waiting.pop()
        edges |= {(node.tensor, other.tensor) for other in node.inputs}
        waiting += node.inputs
    tape = {
        (t, parent)
        for t in topological_order(score)
        if t.creator
        for parent in t.creator.inputs
        if parent.requires_grad
    }
    assert edges == tape


@pytest.mark.parametrize("depth", [-1, 1.5, "1"])
def test_a_depth_that_is_none_is_refused(depth):
    with pytest.raises(ValueError, match="depth is"):
        mg.print_graph(leaf(1.0) + 1, depth)


def test_draw_graph_draws_or_without_graphviz_writes_the_text(tmp_path, monkeypatch):
    x = leaf([[1.0, 1.0]], name="x")
    score = two_neurons.F(x)
    path = mg.draw_graph(score, tmp_path / "graph.svg")
    assert path.is_file()
    if path.suffix == ".svg":
        assert all(
            word in path.read_text(encoding="utf-8")
            for word in ("<svg", "multiply", "get_item", "x&#39;")
        )
    monkeypatch.setattr("shutil.which", lambda name: None)
    path = mg.draw_graph(score, tmp_path / "other.svg")
    assert path.name == "other.txt" and path.read_text(encoding="utf-8") == printed_graph(score)
    with pytest.raises(ValueError, match=r"\.svg, \.pdf or \.png"):
        mg.draw_graph(score, tmp_path / "graph.jpg")


def test_the_picture_has_every_node_once_and_every_edge():
    pytest.importorskip("graphviz")
    source = graph.as_dot(two_neurons.F(leaf([[1.0, 1.0]], name="x"))).source
    assert source.count("label=") == 6 and source.count("->") == 6


# ---- the ledger of a unit ----


@pytest.mark.parametrize("unit", [0, 1, (1,), -1])
def test_the_ledger_of_a_unit_is_its_conductance(unit):
    args = two_neurons.F, two_neurons.X, two_neurons.BASELINE
    ledger = explain_unit(*args, layer="y", unit=unit, steps=9)
    kept = conductance(*args, steps=9, keep_terms=True)
    place = unit[0] if isinstance(unit, tuple) else unit
    assert ledger.conductance == pytest.approx(kept["y"][0, place], rel=1e-14)
    terms = kept.terms["y"]
    for name in ("dF_dy", "dy_dalpha"):
        np.testing.assert_allclose(
            getattr(ledger, name), getattr(terms, name)[:, 0, place], rtol=1e-14
        )
    np.testing.assert_array_equal(ledger.product, ledger.dF_dy * ledger.dy_dalpha)
    np.testing.assert_allclose(
        ledger.running_sum, np.cumsum(ledger.weight * ledger.product), rtol=1e-14
    )


def test_the_printed_ledger_can_be_checked_with_a_calculator():
    text = str(
        explain_unit(two_neurons.F, two_neurons.X, two_neurons.BASELINE, layer="y", unit=1, steps=6)
    ).replace("−", "-")
    header, *lines, last = text.splitlines()[1:]
    assert header.split() == ["α", "weight", "∂F/∂y", "dy/dα", "product", "running", "sum"]
    assert len(lines) == 6
    running = 0.0
    for line in lines:
        alpha, weight, dF_dy, dy_dalpha, shown_product, shown_sum = map(float, line.split())
        assert dF_dy == pytest.approx(max(3 * alpha - 1, 0), abs=1e-5) and dy_dalpha == 2  # by hand
        assert shown_product == pytest.approx(dF_dy * dy_dalpha, rel=1e-5)
        running += weight * shown_product
        assert shown_sum == pytest.approx(running, rel=1e-5, abs=1e-9)
    assert last == f"conductance {running:.6g}"


@pytest.mark.parametrize("unit", [2, -3, (0, 0), (0.5,), "0", (), None])
def test_a_unit_that_is_none_is_refused(unit):
    with pytest.raises(
        IndexError, match=r"is none of layer 'y', whose units are \(2,\); give \(unit,\)"
    ):
        explain_unit(two_neurons.F, two_neurons.X, two_neurons.BASELINE, layer="y", unit=unit)


def test_a_ledger_is_of_one_example():
    with pytest.raises(ValueError, match="2 examples; give one"):
        explain_unit(two_neurons.F, np.ones((2, 2)), two_neurons.BASELINE, layer="y", unit=0)


# ---- check_finite ----


def notes(error):
    return "\n".join([str(error), *getattr(error, "__notes__", ())])


@pytest.mark.filterwarnings("ignore:invalid value")
def test_check_finite_says_operation_input_line_and_place():
    here = inspect.currentframe().f_lineno + 2
    with pytest.raises(FloatingPointError) as caught, mg.check_finite():
        mg.log(mg.Tensor([[1.0, 2.0], [-1.0, 3.0]], name="x"))
    said = notes(caught.value)
    assert "the value of (2, 2) float32" in said
    assert "1 of 4 numbers that are NaN or infinite, the first at (1, 0)" in said
    assert f"in log.forward, applied at {THIS_FILE}:{here} to\n  input 0: 'x' (2, 2)" in said
    assert "input 0 is from -1 to 3" in said


def breaks_at_the_end(x):
    """NaN where x is above 0.9: at the end of the path."""
    y = mg.sqrt(mg.Tensor(0.9) - x).named("y")
    return y.sum(axis=1)


@pytest.mark.filterwarnings("ignore:invalid value", "ignore:divide by zero")
@pytest.mark.parametrize(
    "method, workers", [("chain_rule", 1), ("chain_rule", 2), ("difference", 1)]
)
def test_check_finite_says_which_step_of_the_path(method, workers):
    with pytest.raises(FloatingPointError) as caught, mg.check_finite():
        conductance(
            lambda x: breaks_at_the_end(0.95 * x),
            [[1.0], [0.5]],
            0.0,
            steps=100,
            method=method,
            workers=workers,
        )
    said = notes(caught.value)
    alphas, _ = quadrature(100, "trapezoid" if method == "difference" else None)
    first = alphas[0.95 * alphas > 0.9][0]
    where = f"where the rows are α = {first:.6g}; row r is point r // 2, example r % 2"
    assert "sqrt" in said and where in said


@pytest.mark.filterwarnings("ignore:invalid value", "ignore:divide by zero")
def test_an_error_on_the_path_says_at_which_alpha():
    def breaks_in_the_middle(x):
        return mg.sqrt((x - 0.5) * (x - 0.6)).named("y").sum(axis=1)

    with pytest.raises(FloatingPointError) as caught, mg.check_finite():
        conductance(breaks_in_the_middle, [[1.0]], 0.0, steps=50, batch_size=1, workers=2)
    alpha = float(re.search(r"where the rows are α = (\S+)", notes(caught.value)).group(1))
    assert 0.5 < alpha < 0.6


# ---- frames ----


class Frames:
    """A profiler's view: every Python frame that is entered while it is on."""

    def __init__(self):
        self.codes = []

    def __call__(self, frame, event, argument):
        if event == "call" and frame.f_code is not type(self).__exit__.__code__:
            self.codes.append(frame.f_code)

    def __enter__(self):
        gc.disable()  # a collection calls back what others have registered
        sys.setprofile(self)
        return self

    def __exit__(self, *error):
        sys.setprofile(None)
        gc.enable()


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_every_frame_of_a_backward_is_a_named_function_in_a_file(row):
    """A debugger that steps into any backward finds a source line and a name.

    Never a lambda or generated code.
    """
    inputs = [
        mg.Tensor(array, requires_grad=array.dtype.kind == "f")
        for array in row.draw(np.random.default_rng(0))
    ]
    output = row.apply(*inputs)
    operation = type(output.creator)
    with Frames() as frames:
        gradients(output, np.ones(output.shape))
    libraries = tuple(os.path.dirname(module.__file__) for module in (np, contextlib, importlib))
    ours = [code for code in frames.codes if not code.co_filename.startswith(libraries)]
    assert operation.backward.__code__ in ours and gradients.__code__ in ours
    for code in ours:
        # also refuses <string> and <frozen …>
        assert code.co_filename.startswith(os.path.dirname(mg.__file__)), code
        assert code.co_name.isidentifier() or code.co_name in (
            "<genexpr>",
            "<listcomp>",
            "<dictcomp>",
            "<setcomp>",
        ), code
        inspect.getsource(code)  # raises where there is none


def test_the_walk_over_frames_would_find_a_lambda():
    with Frames() as frames:
        (lambda: None)()
    assert [code.co_name for code in frames.codes][0] == "<lambda>"
