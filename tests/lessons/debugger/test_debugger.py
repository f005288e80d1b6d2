"""The debugger page is what pdb answers today; the launch configuration stops in the engine."""

import ast
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("jupytext")

import minigrad as mg
from lessons.classroom.course import FOLDER
from tests.helpers.lessons.debugger import editor, pdb_sessions

SESSIONS = pdb_sessions.sessions(pdb_sessions.PAGE.read_text(encoding="utf-8"))


def changed_answers(session, **environment):
    """(command, what pdb answers today) wherever that is not what the page says."""
    assert len(session.steps) > 10
    found = pdb_sessions.run(session, **environment)
    pairs = zip(session.steps, found.steps, strict=True)
    return [
        (command, answered) for (command, written), (_, answered) in pairs if answered != written
    ]


def test_the_page_has_its_sessions():
    assert [session.script for session in SESSIONS] == [
        "01_an_engine_in_an_hour.py",
        "lessons/debugger/two_neurons.py",
        "lessons/debugger/googlenet.py",
    ]
    # how pdb says that it failed
    assert "***" not in "".join(answer for session in SESSIONS for _, answer in session.steps)


@pytest.mark.parametrize("session", SESSIONS[:2], ids=["the learner's own loop", "two neurons"])
def test_a_session_answers_as_written(session):
    assert changed_answers(session) == []


def test_no_breakpoint_is_on_a_line_that_loops():
    """From 3.13 on pdb stops at the first line inside: at a comprehension, once for each turn."""
    commands = [command.split() for session in SESSIONS for command, _ in session.steps]
    wanted = {words[1] for words in commands if words[:1] == ["break"]}
    engine = (FOLDER.parent / "minigrad").rglob("*.py")
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in engine]
    found = {name: node for tree in trees for name, node in functions_by_name(tree)}
    assert wanted <= set(found)
    loops = ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.For
    for name in wanted:
        function = found[name]
        first = function.body[ast.get_docstring(function) is not None]
        there = [node for node in ast.walk(first) if getattr(node, "lineno", 0) == first.lineno]
        assert not [node for node in there if isinstance(node, loops)], name


def functions_by_name(tree):
    """Functions of a file, and methods as Class.method."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield f"{node.name}.{method.name}", method


@pytest.mark.data
def test_the_session_on_googlenet_answers_as_written():
    from tests.helpers.googlenet import converted_path

    assert changed_answers(SESSIONS[2], MINIGRAD_GOOGLENET=str(converted_path())) == []


@pytest.mark.data
def test_the_figures_of_googlenets_session_do_not_hang_on_the_last_bits(tmp_path):
    """Each processor rounds in its own way: weights that differ in the last bits print the same."""
    import models
    from tests.helpers.googlenet import converted_path

    model, rng = models.load(converted_path()), np.random.default_rng(0)
    for parameter in model.parameters():
        last_bits = 1 + 1e-6 * rng.standard_normal(parameter.shape)
        parameter.data = (parameter.data * last_bits).astype(parameter.dtype)
    _, metadata = mg.load_weights(converted_path())
    mg.save_weights(tmp_path / "nearby.npz", model, metadata)
    assert changed_answers(SESSIONS[2], MINIGRAD_GOOGLENET=str(tmp_path / "nearby.npz")) == []


def test_a_session_with_another_answer_is_found_out():
    changed = pdb_sessions.sessions(str(SESSIONS[1]).replace("array([[3., 2.]])", "array([[3.]])"))[
        0
    ]
    ((command, answered),) = changed_answers(changed)
    assert command == "p dy_dalpha" and "array([[3., 2.]])" in answered


# ---- the editor's configuration, through the protocol that editors speak ----


def test_the_editors_configuration_stops_in_gradients_of_inputs_on_lesson_1(tmp_path):
    pytest.importorskip("debugpy")
    configuration = editor.configurations()[0]
    assert configuration["program"] == "${file}" and configuration["justMyCode"] is False
    environment = editor.configured(configuration) | {"MPLBACKEND": "Agg"}
    environment["MINIGRAD_LESSONS_OUT"] = str(tmp_path)
    source = Path(sys.modules["minigrad"].__file__).parent / "autodiff.py"
    lesson, call = next(FOLDER.glob("01_*.py")), "function.backward(grad_output)"
    with editor.launched(lesson, tmp_path, environment) as session:
        frame = session.run_to(source, call)
        assert frame["name"].split(".")[-1] == "gradients_of_inputs"
        assert call in source.read_text(encoding="utf-8").splitlines()[frame["line"] - 1]
        assert "input 0: Tensor(" in session.evaluate("function", context="repl")
        assert session.evaluate("function").startswith("mean of (200,), at 01_an_engine")


def test_windows_has_the_same_paths_between_its_own_separators():
    for configuration in editor.configurations():
        ours, windows = configuration["env"], configuration["windows"]["env"]
        assert ours["PYTHONPATH"].endswith(":${workspaceFolder}/lessons/debugger")
        assert {name: value.replace(";", ":") for name, value in windows.items()} == ours
        assert windows["PYTHONPATH"].count(";") == 1
