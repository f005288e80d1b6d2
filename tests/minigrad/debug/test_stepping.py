"""The debugger that skips the plumbing: sessions typed to it, each in a process of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

SCRIPT = """\
import sys
import numpy as np
import minigrad as mg
x = mg.Tensor(np.array([1.0, 2.0]), requires_grad=True, tangent=np.ones(2))
y = 3 * x
z = (y + x).sum()
z.backward()
print("gradient", x.grad.tolist(), sys.argv[1:], __name__)
"""


def answers(arguments, commands, **environment):
    """What the debugger prints, and the places at which it stopped, as (file, function)."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        **environment,
    }
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        input="\n".join(commands) + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        timeout=60,
        check=False,
    )
    printed = done.stdout + done.stderr
    stops = re.findall(r"(?:^|\(Pdb\) )> (.+)\(\d+\)(\w+|<module>)\(\)", printed, re.MULTILINE)
    return printed, [(Path(file).name, function) for file, function in stops]


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "two steps.py"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def functions_met(stops):
    """The names of the functions, each once for a visit."""
    names = [name for _, name in stops]
    return [name for name, before in zip(names, [None, *names]) if name != before]


def test_step_goes_from_a_line_of_the_users_into_the_mathematics(script):
    commands = ["next"] * 4 + ["step"] * 24 + ["continue"]
    printed, stops = answers(["-m", "minigrad.debug", script, "a"], commands)
    names = functions_met(stops)
    assert names[:7] == ["<module>", "multiply", "forward", "jvp", "multiply", "<module>", "add"]
    files = {file for file, _ in stops}
    assert files <= {"two steps.py", "script", "arithmetic.py", "reduce.py", "autodiff.py"}
    assert "gradient [4.0, 4.0] ['a'] __main__" in printed
    assert printed.endswith("The program has ended\n")


def test_step_goes_from_backward_into_the_loop_and_into_a_backward(script):
    commands = ["next"] * 6 + ["step"] * 90 + ["continue"]
    _, stops = answers(["-m", "minigrad.debug", script], commands)
    names = functions_met(stops)
    start = names.index("backward")
    assert names[start : start + 2] == ["backward", "gradients"]
    assert "gradients_of_inputs" in names
    assert ("reduce.py", "backward") in stops


def test_a_breakpoint_inside_the_plumbing_stops_all_the_same(script):
    commands = [*["next"] * 3, "break mg.tensor.as_array", "continue", "clear 1", "continue"]
    _, stops = answers(["-m", "minigrad.debug", script], commands)
    assert ("tensor.py", "as_array") in stops


def test_an_error_that_nobody_catches_can_be_looked_at_where_it_arose(tmp_path):
    script = tmp_path / "wrong.py"
    script.write_text("import minigrad as mg\nmg.add([1.0], None)\n", encoding="utf-8")
    printed, _ = answers(["-m", "minigrad.debug", script], ["continue", "p inputs", "quit"])
    assert "TypeError: add: an input is None" in printed
    assert "stands where it arose" in printed and "([1.0], None)" in printed


def test_the_exit_status_of_a_script_is_said(tmp_path):
    script = tmp_path / "leaves.py"
    script.write_text("import sys\nsys.exit(3)\n", encoding="utf-8")
    printed, _ = answers(["-m", "minigrad.debug", script], ["continue"])
    assert "exit status 3" in printed


def test_quit_ends_without_a_traceback(script):
    printed, _ = answers(["-m", "minigrad.debug", script], ["next", "quit"])
    assert "Traceback" not in printed and "gradient" not in printed


@pytest.mark.parametrize(
    "line, environment",
    [
        ("mg.debug.set_trace()", {}),
        ("breakpoint()", {"PYTHONBREAKPOINT": "minigrad.debug.set_trace"}),
    ],
)
def test_a_line_of_the_users_own_starts_the_debugger(tmp_path, line, environment):
    script = tmp_path / "stops.py"
    script.write_text(SCRIPT.replace("y = 3", f"{line}\ny = 3"), encoding="utf-8")
    # from Python 3.13 on the first stop is the line itself, before that the next one
    commands = ["until 6", "step", "step", "step", "p a, b", "continue"]
    printed, stops = answers([script], commands, **environment)
    assert functions_met(stops)[:3] == ["<module>", "multiply", "forward"]
    assert "(array(3.), array([1., 2.]))" in printed and "gradient [4.0, 4.0]" in printed


def test_without_a_script_or_with_a_missing_one_it_says_what_to_give(tmp_path):
    printed, _ = answers(["-m", "minigrad.debug"], [])
    assert printed == "usage: python -m minigrad.debug SCRIPT [ARGUMENT …]\n"
    printed, _ = answers(["-m", "minigrad.debug", tmp_path / "none.py"], [])
    assert "No such file" in printed and "Traceback" not in printed
