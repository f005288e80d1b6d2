"""The debugger page is what pdb answers today; the launch configuration stops in the engine."""

import ast
import json
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("jupytext")

import minigrad as mg
from lessons.classroom.course import FOLDER
from tests.helpers.lessons import pdb_sessions

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


class Editor:
    """As much of the Debug Adapter Protocol as a breakpoint and a look at a variable take."""

    def __init__(self, port):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.stream = self.connection.makefile("rwb")
        self.sent = 0
        self.met = []

    def send(self, command, **arguments):
        self.sent += 1
        body = json.dumps(
            {"seq": self.sent, "type": "request", "command": command, "arguments": arguments}
        ).encode()
        self.stream.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.stream.flush()
        return self.sent

    def receive(self):
        headers = iter(lambda: self.stream.readline().strip(), b"")
        length = next(
            int(line.split(b":")[1])
            for line in list(headers)
            if line.lower().startswith(b"content-length")
        )
        return json.loads(self.stream.read(length))

    def event(self, name):
        """Wait for an event."""
        return self._first(lambda message: message.get("event") == name)

    def ask(self, command, **arguments):
        """Send a request and wait for its answer."""
        number = self.send(command, **arguments)
        answer = self._first(lambda message: message.get("request_seq") == number)
        assert answer["success"], answer
        return answer.get("body", {})

    def _first(self, wanted):
        while True:
            found = next((message for message in self.met if wanted(message)), None)
            if found is not None:
                self.met.remove(found)
                return found
            self.met.append(self.receive())


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def test_the_editors_configuration_stops_in_gradients_of_inputs_on_lesson_1(tmp_path):
    pytest.importorskip("debugpy")
    launch = json.loads((FOLDER.parent / ".vscode" / "launch.json").read_text(encoding="utf-8"))
    configuration = launch["configurations"][0]
    assert configuration["program"] == "${file}" and configuration["justMyCode"] is False
    lesson, port = next(FOLDER.glob("01_*.py")), free_port()
    adapter = subprocess.Popen(
        [sys.executable, "-m", "debugpy.adapter", "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        editor = connected(port)
        editor.ask(
            "initialize",
            adapterID="test",
            linesStartAt1=True,
            columnsStartAt1=True,
            pathFormat="path",
        )
        environment = {name: str(FOLDER.parent) for name in configuration["env"]} | {
            "MPLBACKEND": "Agg"
        }
        environment["MINIGRAD_LESSONS_OUT"] = str(tmp_path)
        editor.send(
            "launch",
            type="python",
            request="launch",
            program=str(lesson),
            console="internalConsole",
            cwd=str(tmp_path),
            justMyCode=configuration["justMyCode"],
            python=[sys.executable],
            env=environment,
        )
        editor.event("initialized")
        source = Path(sys.modules["minigrad"].__file__).parent / "autodiff.py"
        lines = source.read_text(encoding="utf-8").splitlines()
        line = next(
            number
            for number, text in enumerate(lines, 1)
            if "function.backward(grad_output)" in text
        )
        editor.ask("setBreakpoints", source={"path": str(source)}, breakpoints=[{"line": line}])
        editor.ask("configurationDone")
        stopped = editor.event("stopped")["body"]
        assert stopped["reason"] == "breakpoint"
        frame = editor.ask("stackTrace", threadId=stopped["threadId"])["stackFrames"][0]
        assert (frame["name"].split(".")[-1], frame["line"]) == ("gradients_of_inputs", line)
        shown = editor.ask("evaluate", expression="function", frameId=frame["id"], context="hover")[
            "result"
        ]
        assert "input 0: Tensor(" in shown
        editor.send("disconnect", terminateDebuggee=True)
    finally:
        try:
            adapter.wait(10)  # it ends the lesson, then itself
        except subprocess.TimeoutExpired:
            adapter.kill()
            adapter.wait()


def connected(port):
    """An `Editor`, once the adapter listens."""
    for _ in range(100):
        try:
            return Editor(port)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the adapter does not listen")
