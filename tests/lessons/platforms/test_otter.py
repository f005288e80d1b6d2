"""Otter itself on our tests: its zip made, and students' notebooks run by it."""

import json
import os
import subprocess
import sys

import pytest

nbformat = pytest.importorskip("nbformat")
for _package in ("otter", "ipykernel"):
    pytest.importorskip(
        _package, reason="notebooks are graded by otter-grader: pip install -e '.[platforms]'"
    )

from lessons.classroom import course
from lessons.platforms.command import handout_for

from ...helpers.lessons.handed_in import solved_notebook

pytestmark = pytest.mark.large

LESSON = course.find_lesson(1)
NAME = LESSON.path.stem
POINTS = {"PENCIL": 1, "walk_back": 2, "receive": 2, "pick": 2}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """What is handed out, with lesson 1's zip as `otter generate` makes it."""
    folder = tmp_path_factory.mktemp("a course")
    handout_for("otter", folder, replace=False)
    tests, made = f"../{NAME}/tests", f"../{NAME}.zip"
    packages = ("minigrad", "models", "lessons")
    otter("generate", "-t", tests, "-o", made, *packages, folder=folder / "autograder")
    return folder


def otter(*arguments, folder):
    """A command of Otter's, finished, where minigrad is not installed."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run(
        [sys.executable, "-m", "otter", *map(str, arguments)],
        cwd=folder,
        env={**kept, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended


def handed_out(home):
    return nbformat.read(home / NAME / f"{NAME}.ipynb", as_version=4)


def graded(home, folder, book, name=f"{NAME}.ipynb"):
    """{exercise: (points, what Otter says)} of a notebook."""
    nbformat.write(book, folder / name)
    otter("run", "-a", home / f"{NAME}.zip", "-o", folder, folder / name, folder=folder)
    found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return {one["name"]: (one["score"], one["output"]) for one in found["tests"] if "score" in one}


def points(found):
    return {name: score for name, (score, _) in found.items()}


def test_a_renamed_notebook_that_is_right(home, tmp_path):
    book = solved_notebook(handed_out(home), LESSON)
    assert points(graded(home, tmp_path, book, "my work (1).ipynb")) == POINTS


def test_a_wrong_answer_has_our_verdict_and_costs_its_own_points(home, tmp_path):
    book = solved_notebook(handed_out(home), LESSON, {"receive": "return passed"})
    found = graded(home, tmp_path, book)
    assert points(found) == POINTS | {"receive": 0}
    assert "The property that broke: contributions add." in found["receive"][1]


def test_a_loop_an_exit_and_a_syntax_error_cost_their_own_points(home, tmp_path):
    bad = {
        "walk_back": "return max(waiting, key=",
        "receive": "while True: pass",
        "pick": "import os; os._exit(0)",
    }
    found = graded(home, tmp_path, solved_notebook(handed_out(home), LESSON, bad))
    assert points(found) == dict.fromkeys(POINTS, 0) | {"PENCIL": 1}
    assert "No answer after 20 seconds" in found["receive"][1]


def test_untouched_is_nothing_whatever_is_changed_around_it(home, tmp_path):
    book = handed_out(home)
    book.cells.insert(1, nbformat.v4.new_code_cell("import lessons.platforms.verdict as ours"))
    book.cells.insert(2, nbformat.v4.new_code_cell("ours.main = print"))
    (tmp_path / "results.json").write_text('{"score": 100}', encoding="utf-8")
    found = graded(home, tmp_path, book)
    assert points(found) == dict.fromkeys(POINTS, 0)
    assert "pick: not yet tried." in found["pick"][1]
