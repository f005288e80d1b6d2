"""The presenters without a debugger: odd arrays, long names, half-made objects, old Pythons."""

import ast
import importlib
import importlib.util
import sys
from random import Random
from types import ModuleType

import numpy as np
import pytest

import minigrad as mg
from lessons.classroom.course import FOLDER
from lessons.networks.two_neurons import BASELINE, F, X
from minigrad.attribution import conductance

FILE = FOLDER / "debugger/pydevd_plugins/extensions/pydevd_plugin_minigrad.py"


def loaded():
    """The presenters, on a stand-in for the debugger's own module: importing that one here would
    disturb a debugger that comes later."""
    api = ModuleType("_pydevd_bundle.pydevd_extension_api")
    api.StrPresentationProvider = type("StrPresentationProvider", (), {})
    api.TypeResolveProvider = type("TypeResolveProvider", (), {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "_pydevd_bundle", ModuleType("_pydevd_bundle"))
        patch.setitem(sys.modules, api.__name__, api)
        spec = importlib.util.spec_from_file_location("presenters_alone", FILE)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return module


presenters = loaded()


def test_it_keeps_to_python_3_8_and_imports_neither_minigrad_nor_numpy():
    tree = ast.parse(FILE.read_text(encoding="utf-8"), feature_version=(3, 8))
    imports = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert [getattr(node, "module", None) or node.names[0].name for node in imports] == [
        "sys",
        "_pydevd_bundle.pydevd_extension_api",
    ]
    # at module level: words, tables, functions and classes, nothing that could raise
    allowed = ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.FunctionDef, ast.ClassDef
    assert [node for node in tree.body if not isinstance(node, allowed)] == []
    values = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    assert [
        node for value in values for node in ast.walk(value) if isinstance(node, ast.Call)
    ] == []


def test_its_folders_belong_to_nobody():
    """The debugger has folders of the same names, and finds ours beside its own: a namespace."""
    assert not list(FILE.parents[1].rglob("__init__.py"))


def test_the_classes_are_where_it_looks_for_them():
    for (module, name), kind in presenters.KINDS.items():
        assert presenters.kind_of(getattr(importlib.import_module(module), name)) == kind
    assert presenters.kind_of(mg.Parameter) == "Tensor"
    theirs = type("Tensor", (), {"__module__": "torch"})
    odd = type("Odd", (type,), {"__mro__": property(lambda cls: 1 / 0)})("Odd", (), {})
    for other in (theirs, odd, int, type, np.ndarray, None, "text"):
        assert presenters.kind_of(other) is None


def test_arrays_are_headed_only_where_minigrad_is_in_use(monkeypatch):
    provider = presenters.ArrayLine()
    assert provider.can_provide(np.ndarray, "ndarray")
    assert not provider.can_provide(np.ma.MaskedArray, "MaskedArray")
    assert not provider.can_provide(type(None), "NoneType")
    monkeypatch.delitem(sys.modules, "minigrad")
    assert not provider.can_provide(np.ndarray, "ndarray")


@pytest.mark.parametrize(
    "array, line",
    [
        (np.array(2.5), "() float64: 2.5"),
        (np.zeros((0, 3)), "(0, 3) float64"),
        (np.ones((4, 5), np.float32), "(4, 5) float32, all 1"),
        (np.arange(20), "(20,) int64, 0 … 19"),
        (np.arange(20) < 5, "(20,) bool, 5 of 20 True"),
        (np.array([np.nan] * 3 + [1.0] * 8 + [np.inf] * 9), "(20,) float64, 3 NaN, others 1 … inf"),
        (np.full(20, np.nan), "(20,) float64, 20 NaN"),
        (np.full(20, 1j), "(20,) complex128"),
        (np.array([object()] * 20), "(20,) object"),
        (np.broadcast_to(np.float32(1), (2**12, 2**11)), "(4096, 2048) float32"),
        (np.arange(6).reshape(2, 3), "(2, 3) int64: [[0, 1, 2], [3, 4, 5]]"),
        (np.full((12, 1), -1.234e-5), "(12, 1) float64, all -1.234e-05"),
    ],
    ids=lambda value: "" if isinstance(value, str) else str(value.shape),
)
def test_an_array_is_headed_by_shape_dtype_and_range(array, line):
    assert presenters.line_of_array(array) == line


def test_of_what_is_too_long_the_place_survives():
    y = mg.relu(mg.Tensor(np.arange(6.0), requires_grad=True))
    y.name, y.made_by = "layer " * 40, ("relu", "/a/b/" + "lesson_" * 30 + ".py", 123)
    line = presenters.line_of(y)
    assert len(line) <= 100 and line.endswith("_.py:123") and "(6,) float64, 0 … 5, from" in line
    many = mg.concatenate([mg.Tensor(np.ones((1, 28, 28, 64)), requires_grad=True)] * 9, axis=-1)
    line = presenters.line_of(many.creator)
    assert len(line) == 100 and line.startswith("concatenate of (1, 28, 28, 64), (")
    assert ", at test_presenters_alone.py:" in line
    y.name = "two\nlines"
    assert presenters.line_of(y).startswith("Tensor 'two\\nlines' (6,)")


def test_an_attribution_that_did_not_converge_says_so():
    found = conductance(F, X, BASELINE, steps=2)
    found.converged = False
    assert presenters.line_of(found).endswith(", F(x) − F(x') [4], NOT converged")


class Hostile:
    """Raises at whatever it is asked."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def __repr__(self):
        raise RuntimeError("repr")


def examples():
    """One whole object of each kind."""
    with mg.trace(collect=True) as seen:
        y = F(mg.Tensor(X, requires_grad=True))
        y.backward()
    found = conductance(F, X, BASELINE, steps=2, keep_terms=True)
    return [y, y.creator, found, found.terms["y"], found.along, seen, seen.steps[0]]


WHOLE = examples()
ODD = [None, 0, "", "two\nlines\x00", "x" * 10**4, (), ("relu",), (1, 2, 3, 4), {3: WHOLE[0]}]
ODD += [Hostile(), Hostile, [Hostile()], (Hostile(),), {"y": Hostile()}, np.float32(1), np.zeros(0)]
ODD += [np.array([None]), np.array([[np.nan, 1]]), mg.Tensor.__new__(mg.Tensor), *WHOLE]


@pytest.mark.parametrize("whole", WHOLE, ids=lambda thing: type(thing).__name__)
def test_half_made_objects_never_raise(whole):
    drawn = Random(0)
    for _ in range(200):
        thing = object.__new__(type(whole))
        for name, value in vars(whole).items():
            if drawn.random() < 0.6:
                value = drawn.choice(ODD) if drawn.random() < 0.4 else value
                object.__setattr__(thing, name, value)
        line = presenters.MinigradLine().get_str(thing)
        assert 0 < len(line) <= 100 and line.isprintable()
        children = presenters.MinigradChildren().get_contents_debug_adapter_protocol(thing)
        public = {name for name in vars(thing) if not name.startswith("_")} - {"xp", "modules"}
        assert public <= {name for name, _, _ in children}


def test_a_child_is_found_by_its_name_too():
    """PyCharm asks so."""
    provider, found = presenters.MinigradChildren(), WHOLE[2]
    assert list(provider.get_dictionary(found))[:2] == ["['y']", "difference"]
    assert provider.resolve(found, "['y']") is found["y"]
