"""``python -m lessons debugger``: the learner's own file, steps that land in the mathematics."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from lessons.__main__ import main
from lessons.classroom.course import FOLDER, child_environment, find_lesson
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


# ---- the presenters of an editor's debugger ----


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """The site-packages and the Python of a virtual environment, which we seem to run in."""
    home = tmp_path / "an environment"
    venv.create(home, with_pip=False)
    names = {"base": str(home), "platbase": str(home)}
    packages = Path(sysconfig.get_path("purelib", "venv", names))
    assert packages.is_dir()
    monkeypatch.setattr(sys, "prefix", str(home))
    monkeypatch.setattr(sysconfig, "get_path", {"purelib": str(packages)}.get)
    return packages, home / ("Scripts" if os.name == "nt" else "bin") / "python"


def finds_presenters(python):
    """Whether a Python that is told nothing finds debugpy's extension folder of ours."""
    code = "import pydevd_plugins.extensions as found; print(*found.__path__)"
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    own["PYTHONIOENCODING"] = "utf-8"
    ran = subprocess.run(
        [python, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=own,
        timeout=60,
    )
    return str(FOLDER / "debugger" / "pydevd_plugins") in ran.stdout


@pytest.mark.parametrize("asked", [["debugger"], ["debugger", "--help"]], ids=["alone", "help"])
def test_without_a_script_it_says_how_a_debugger_finds_the_presenters(asked, capsys):
    try:
        assert main(asked) == 0
    except SystemExit as left:
        assert left.code == 0
    said = capsys.readouterr().out
    for word in (str(FOLDER / "debugger"), "PYTHONPATH=", "--install-presenters", "editors.md"):
        assert word in said


def test_the_line_for_an_environment_is_written_and_taken_out(environment, capsys):
    packages, python = environment
    assert not finds_presenters(python)
    assert main(["debugger", "--install-presenters"]) == 0
    assert str(packages / "minigrad_presenters.pth") in capsys.readouterr().out
    assert finds_presenters(python)
    assert main(["debugger", "--remove-presenters"]) == 0
    assert not finds_presenters(python)
    assert list(packages.iterdir()) == []
    capsys.readouterr()
    assert main(["debugger", "--remove-presenters"]) == 0
    assert "there is no " in capsys.readouterr().out


def test_outside_a_virtual_environment_nothing_is_written(environment, monkeypatch, capsys):
    packages, _ = environment
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    for option in ("--install-presenters", "--remove-presenters"):
        assert main(["debugger", option]) == 1
        said = capsys.readouterr().err
        assert "no virtual environment" in said and f"{FOLDER / 'debugger'} on PYTHONPATH" in said
    assert list(packages.iterdir()) == []


def test_an_environment_that_may_not_be_written_is_said_in_one_line(environment, capsys):
    packages, _ = environment
    packages.rmdir()
    packages.write_text("no folder", encoding="utf-8")
    assert main(["debugger", "--install-presenters"]) == 1
    said = capsys.readouterr().err
    assert "cannot be written" in said and "PYTHONPATH instead" in said and said.count("\n") == 1


def test_what_stands_behind_a_script_is_the_scripts_own(tmp_path, monkeypatch):
    met = []
    monkeypatch.setattr("minigrad.debug.stepping.run_script", lambda *given: met.append(given))
    assert main(["debugger", "mine.py", "--install-presenters", "-h"]) == 0
    assert met == [(Path("mine.py"), ["--install-presenters", "-h"])]
