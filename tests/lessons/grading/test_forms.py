"""A right answer is right in any form that its file accepts; what is lost costs itself alone."""

import os
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from lessons.classroom import checking, course, reading
from lessons.classroom.answers import cells, file
from lessons.grading import examining

from ...helpers.lessons import forms
from ...helpers.lessons.nasty_students import LESSON

pytestmark = pytest.mark.skipif(os.name == "nt", reason="process groups and limits are POSIX")
BOTH = ["add", "double"]


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    path = tmp_path_factory.mktemp("masters") / "01_add.py"
    path.write_text(LESSON, encoding="utf-8")
    return course.Lesson(path)


@pytest.fixture(scope="module")
def checks(lesson):
    return lesson.checks()


def statuses(checks, source):
    """What a check says of both exercises, in this process."""
    return [checking.judge_source(checks, source, name, "mine.py").status for name in BOTH]


def graded(lesson, path):
    """What grading says of both, behind the guard rail."""
    source = reading.read_code(path)
    limits = examining.Limits(20, 2.0)
    return [one.status for one, _ in examining.examine(lesson, source, path, limits)]


@pytest.mark.parametrize("text", forms.DEFINITIONS.values(), ids=forms.DEFINITIONS)
def test_a_right_answer_is_right_in_any_form(checks, text):
    assert statuses(checks, text) == ["right", "right"]


@pytest.mark.parametrize("text", forms.DEFINITIONS.values(), ids=forms.DEFINITIONS)
def test_a_wrong_answer_is_wrong_in_the_same_form(checks, text):
    """What is judged is the form itself: the sum's sign turned, the verdict turns."""
    wrong = text.replace("a + b", "a - b").replace("np.add(", "np.subtract(")
    wrong = wrong.replace("xp.add(", "xp.subtract(")
    assert statuses(checks, wrong) == ["wrong", "right"]


@pytest.mark.parametrize("book", forms.NOTEBOOKS.values(), ids=forms.NOTEBOOKS)
def test_a_notebooks_cell_is_judged_as_jupyter_runs_it(checks, tmp_path, book):
    (tmp_path / "a.ipynb").write_text(book, encoding="utf-8")
    assert statuses(checks, reading.read_code(tmp_path / "a.ipynb")) == ["right", "right"]


@pytest.mark.parametrize("form", forms.COSTS_ADD_ALONE.values(), ids=forms.COSTS_ADD_ALONE)
def test_what_is_lost_costs_its_own_exercise(checks, form):
    text, status, said = form
    verdict = checking.judge_source(checks, text, "add", "mine.py")
    assert (verdict.status, said in verdict.detail) == (status, True), verdict
    if "It calls" not in said:
        assert checking.judge_source(checks, text, "double", "mine.py").status == "right"


def test_what_an_answer_does_besides_changes_no_verdict(lesson, tmp_path):
    (tmp_path / "01_add.py").write_text(forms.ALL_BESIDES, encoding="utf-8")
    assert graded(lesson, tmp_path / "01_add.py") == ["right", "right"]


@pytest.mark.large
@pytest.mark.parametrize("text", forms.BESIDES.values(), ids=forms.BESIDES)
def test_nor_does_one_thing_alone(lesson, tmp_path, text):
    (tmp_path / "01_add.py").write_text(text, encoding="utf-8")
    assert graded(lesson, tmp_path / "01_add.py") == ["right", "right"]


def test_an_exercise_that_ends_python_costs_itself_alone(lesson, tmp_path):
    (tmp_path / "01_add.py").write_text(
        forms.body("import os, sys", "np.ones = None", "os._exit(0)"), encoding="utf-8"
    )
    assert graded(lesson, tmp_path / "01_add.py") == ["wrong", "right"]


def with_a_module_and_data(folder):
    """A notebook that writes a module of its own, imports it, and reads a file beside it."""
    (folder / "data").mkdir()
    (folder / "data" / "zero.txt").write_text("0", encoding="utf-8")
    path = folder / "01_add.ipynb"
    path.write_text(forms.WRITES_A_MODULE_AND_READS, encoding="utf-8")
    return path


def test_a_module_that_a_cell_writes_and_a_file_beside_it_are_there(lesson, tmp_path):
    assert graded(lesson, with_a_module_and_data(tmp_path)) == ["right", "right"]


def test_numpys_settings_of_an_answer_stay_inside_it():
    def answer(x):
        np.seterr(all="raise")
        return x

    def check(answer):
        answer(1)
        assert np.geterr()["divide"] == "warn"

    before = np.geterr()
    with np.errstate(divide="raise"):
        assert checking.judge(check, answer, "answer").status == "right"
    assert np.geterr() == before


def test_an_alias_is_judged_by_the_name_it_is_handed_over_by(capsys):
    def mine(waiting):
        return None

    lesson = {"attempt": checking.attempt, "mine": mine}
    exec("pick = mine\nattempt(pick)", lesson)
    exec("del mine\nwalk_back = 3\nattempt(pick)", lesson)
    said = capsys.readouterr().out
    assert said.count("pick: wrong") == 2


SCRIPTS = [
    name for name in forms.DEFINITIONS if name not in ("with a form feed", "a cell below waits")
]


@pytest.mark.large
@pytest.mark.parametrize("name", [*SCRIPTS, *forms.BESIDES])
def test_the_script_itself_says_the_same(tmp_path, name):
    (tmp_path / "01_add.py").write_text((forms.DEFINITIONS | forms.BESIDES)[name], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "01_add.py"],
        cwd=tmp_path,
        env=course.child_environment(PYTHONBREAKPOINT="0"),
        input="\n" * 9,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert "add: right." in done.stdout and "double: right." in done.stdout, done.stderr


@pytest.mark.large
@pytest.mark.parametrize("name", [*forms.NOTEBOOKS, None])
def test_the_notebook_itself_says_the_same(tmp_path, name):
    pytest.importorskip("nbconvert")
    pytest.importorskip("ipykernel")
    path = with_a_module_and_data(tmp_path)
    if name is not None:
        path.write_text(forms.NOTEBOOKS[name], encoding="utf-8")
    command = f"-m nbconvert --to notebook --execute --allow-errors {path.name} --output b.ipynb"
    subprocess.run(
        [sys.executable, *command.split()],
        cwd=tmp_path,
        env=course.child_environment(MPLBACKEND=""),
        capture_output=True,
        timeout=120,
        check=True,
    )
    said = (tmp_path / "b.ipynb").read_text(encoding="utf-8")
    assert "double: right." in said
    assert "add: right." in said or name == "%%capture, then %%time"


def test_only_what_an_answer_needs_is_run():
    text = "\n".join(
        [
            "import math",
            "def f(x):",
            "    y = 1",
            "    return math.pi * x * scale",
            "scale = 2",
            "y = 1 / 0",
            "print(f(1))",
            "attempt(f)",
            "scale = 3",
        ]
    )
    known = file.StudentsFile(text, "f.py")
    assert [known.statements[k].node.lineno for k in known.needed(["f"])] == [1, 2, 5]
    found, failures = known.run(["f"])
    assert found["scale"] == 2 and failures == [] and "y" not in found


def test_what_the_course_itself_computes_is_not_run_once_more(checks):
    """The student's own lines are, before an answer counts as wrong."""
    course = "import time\nstarted = time.time()\n"
    text = course + "known = []\nlast = known.append(0)\ndef f():\n    return known[0]\n"
    own = file.StudentsFile(text, "f.py").own(file.StudentsFile(course, "course.py").marks())
    assert own == [2, 3, 4]


def test_what_never_ends_above_a_wrong_answer_leaves_it_wrong(checks, monkeypatch, capsys):
    monkeypatch.setattr(checking, "SECONDS_AGAIN", 0.2)
    loop = "def endless():\n    while True:\n        pass\n\n\nendless()\nprint(3)\n\n\n"
    verdict = checking.judge_source(checks, forms.body("return a - b", before=loop), "add")
    assert verdict.status == "wrong" and verdict.property == "the sum"
    assert capsys.readouterr().out == ""


def test_text_that_is_python_already_is_left_alone():
    text = '"""\n%time is no magic here\n!\n"""\nx = 5 % 3'
    assert cells.plain_python(text) == text
    assert cells.plain_python("!ls\nx?\ny = !ls\nz = 1").split("\n") == [
        "pass  # !ls",
        "pass  # x?",
        "pass  # y = !ls",
        "z = 1",
    ]


def test_the_depth_of_calls_that_a_file_sets_ends_with_its_verdict(checks):
    before = sys.getrecursionlimit()
    text = forms.body("return a + b", before=f"import sys\nsys.setrecursionlimit({before + 77})\n")
    deep = text + "\n\nimport sys\nsys.setrecursionlimit(3333)\n"
    assert checking.judge_source(checks, deep, "add").status == "right"
    assert sys.getrecursionlimit() == before
