"""What an editor's variables pane says of minigrad's objects, through the debugger's protocol."""

import os

import numpy as np
import pytest

pytest.importorskip("debugpy")

from tests.helpers.lessons.debugger.editor import ROOT, attached, launched

PATH = os.pathsep.join([str(ROOT), str(ROOT / "lessons" / "debugger")])

OURS = """\
import numpy as np
import minigrad as mg
from minigrad.attribution import conductance
from lessons.networks.two_neurons import B, BASELINE, W, X, F

class Late(mg.Tensor):
    def __init__(self, data):
        super().__init__(data)  # half made

late = Late([1.0])
found = conductance(F, X, BASELINE, steps=2, keep_terms=True)
picture = np.linspace(0, 52.25, 6272, dtype=np.float32).reshape(2, 14, 14, 16)
weight = mg.Parameter(W, name="weight")
with mg.trace(collect=True) as seen:
    x = mg.Tensor([[1.0, 0.5]], tangent=[[1.0, 1.0]], requires_grad=True, name="x")
    y = mg.relu(x @ weight + B).named("y")
    score = y[:, 0] * y[:, 1]
    score.backward()
    several = [x, y, score]
    several  # look
"""

OTHERS = """\
class Tensor:
    def __init__(self):
        self.data = "not ours"
    def __repr__(self):
        return "Tensor of their own"
tensor = Tensor()
tensor  # without NumPy
import numpy as np
array = np.arange(6.0).reshape(2, 3)
array  # with NumPy
"""


@pytest.fixture(scope="module")
def stopped(tmp_path_factory):
    """A session that stands at the last line of `OURS`, inside a trace that collects."""
    script = tmp_path_factory.mktemp("a folder") / "stopped.py"
    script.write_text(OURS, encoding="utf-8")
    with attached(script, script.parent, {"PYTHONPATH": PATH}) as session:
        session.run_to(script, "# half made", "# look")
        session.half_made = session.variables()["self"]
        session.below_half_made = session.children(session.half_made)
        session.go_on()
        session.line = session.frame["line"]
        yield session


def test_one_line_the_most_telling_first(stopped):
    rows = {name: row["value"] for name, row in stopped.variables().items()}
    assert [rows[name] for name in ("x", "y", "score", "weight")] == [
        "Tensor 'x' (1, 2) float32, [[1, 0.5]], requires_grad, with tangent and grad",
        "Tensor 'y' (1, 2) float64, [[1, 2.5]], from relu at stopped.py:16, with tangent and grad",
        "Tensor (1,) float64, [2.5], from multiply at stopped.py:17, with tangent",
        "Parameter 'weight' (2, 2) float64, [[1, 3], [2, -1]], requires_grad, with grad",
    ]
    assert rows["picture"] == "(2, 14, 14, 16) float32, 0 … 52.25"
    assert rows["W"] == "(2, 2) float64: [[1, 3], [2, -1]]"
    assert rows["found"] == "Attribution of 1 layer: y (1, 2), F(x) − F(x') [4]"
    assert rows["seen"] == "trace of 19 steps: 6 forward, 6 tangent, 1 name, 6 backward"


@pytest.mark.parametrize(
    "parent, first",
    [
        ("y", ["data", "tangent", "grad", "creator", "made_by", "name"]),
        ("score.creator", ["inputs[0]", "inputs[1]", "a", "b", "applied_at", "needs_grad"]),
        ("found", ["['y']", "difference", "converged", "points", "along", "terms"]),
        ("found.terms['y']", ["term", "dF_dy", "dy_dalpha", "alpha", "weight"]),
        ("found.along", ["score", "slope", "layer_slope", "alpha", "weight"]),
        ("seen", ["steps"]),
    ],
)
def test_children_come_in_order_and_their_expressions_give_them(stopped, parent, first):
    children = stopped.children(stopped.watched(parent))
    names = [child["name"] for child in children]
    assert names[: len(first)] == first
    assert not {"T", "shape", "xp", "modules"}.intersection(names)
    for name, child in zip(names, children):
        meant = parent + (name if name.startswith("[") else f".{name}")
        assert stopped.evaluate(f"({child['evaluateName']}) is {meant}") == "True", name


def test_looking_at_everything_adds_no_step_to_a_running_trace(stopped):
    met = []

    def open_all(rows, depth):
        for row in rows:
            met.append(row["value"])
            if row["variablesReference"] and row["type"] and depth:
                # below an array there is nothing of ours
                open_all(stopped.children(row), 0 if row["type"] == "ndarray" else depth - 1)

    rows = stopped.variables()
    open_all([rows[name] for name in ("y", "several", "found", "late")], depth=2)
    open_all([stopped.watched("score.creator"), stopped.watched("found.terms['y']")], depth=2)
    for name in ("y", "several", "y.creator", "found", "seen"):
        for context in ("hover", "watch", "repl", "clipboard"):
            stopped.evaluate(name, context)
    assert stopped.evaluate("len(seen.steps)") == "19"
    assert len(met) > 100 and "relu of (1, 2), at stopped.py:16" in met


def test_what_is_typed_or_copied_is_answered_by_the_object_itself(stopped):
    for context in ("repl", "clipboard"):
        assert stopped.evaluate("y.data", context) == repr(np.array([[1.0, 2.5]]))
        assert stopped.evaluate("y", context).startswith("Tensor('y', shape (1, 2), float64, ")
    for context in ("hover", "watch"):
        assert stopped.evaluate("y.data", context) == "(1, 2) float64: [[1, 2.5]]"


def test_a_list_of_tensors_says_name_shape_dtype_values_and_place(stopped):
    """The debugger shortens each one's repr, and keeps its first and its last characters."""
    _, y, _ = stopped.variables()["several"]["value"].split("Tensor(")[1:]
    assert y.startswith("'y', shape (1, 2), float64, values [1, 2.5], ")
    assert y.endswith("from relu at stopped.py:16), ")


def test_a_tensor_inside_its_own_init_is_no_trap(stopped):
    assert stopped.half_made["value"] == "Late, not yet made"
    assert stopped.below_half_made == []


def test_a_program_without_minigrad_is_debugged_as_ever(tmp_path):
    script = tmp_path / "theirs.py"
    script.write_text(OTHERS, encoding="utf-8")
    with launched(script, tmp_path, {"PYTHONPATH": PATH}) as session:
        session.run_to(script, "# without NumPy", "# with NumPy")
        assert session.variables()["tensor"]["value"] == "Tensor of their own"
        loaded = "sorted({'numpy', 'minigrad'} & set(__import__('sys').modules))"
        assert session.evaluate(loaded) == "[]"
        ours = "pydevd_plugins.extensions.pydevd_plugin_minigrad"
        assert session.evaluate(f"'{ours}' in __import__('sys').modules") == "True"
        session.go_on()
        assert session.variables()["array"]["value"] == repr(np.arange(6.0).reshape(2, 3))
