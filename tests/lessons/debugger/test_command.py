"""``python -m lessons debugger``: the learner's own file, steps that land in the mathematics."""

import subprocess
import sys

from lessons.classroom.course import child_environment, find_lesson
from lessons.debugger.command import script_of

SCRIPT = """\
import sys
import minigrad as mg
x = mg.Tensor([2.0], requires_grad=True)
y = x * x
print("argument", sys.argv[1:])
"""


def test_step_lands_in_the_mathematics_and_the_script_has_its_arguments(tmp_path):
    script = tmp_path / "mine.py"
    script.write_text(SCRIPT, encoding="utf-8")
    command = [sys.executable, "-m", "lessons", "debugger", str(script), "--deep", "3"]
    typed = "break 4\ncontinue\nstep\nwhere\nstep\nnext\nstep\ncontinue\nquit\n"
    ran = subprocess.run(
        command,
        input=typed,
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=child_environment(),
        timeout=100,
    )
    assert "multiply(" in ran.stdout and "arithmetic.py" in ran.stdout, ran.stdout + ran.stderr
    assert "argument ['--deep', '3']" in ran.stdout
    assert "tensor.py" not in ran.stdout and "function.py" not in ran.stdout.split("where")[0]


def test_a_number_is_the_learners_file_before_the_master(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    master = find_lesson("1").path
    assert script_of("1") == master
    (tmp_path / master.name).write_text("pass\n", encoding="utf-8")
    assert script_of("1").resolve() == tmp_path / master.name
    assert script_of("x.py").name == "x.py"


def test_a_script_that_is_not_there_is_one_line(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "lessons", "debugger", "nowhere.py"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=child_environment(),
        timeout=100,
    )
    assert ran.returncode == 1 and "nowhere.py" in ran.stderr and "Traceback" not in ran.stderr
