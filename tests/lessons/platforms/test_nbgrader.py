"""nbgrader itself on our notebooks: assignment made, validated, and students' work autograded."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
for _package in ("nbgrader", "ipykernel"):
    pytest.importorskip(
        _package, reason="notebooks are graded by nbgrader: pip install -e '.[platforms]'"
    )

from lessons.classroom import course
from lessons.platforms.command import handout_for

from ...helpers.lessons.handed_in import solved_notebook

pytestmark = pytest.mark.large

LESSON = course.find_lesson(1)
NAME = LESSON.path.stem
ALL, RECEIVE = 7.0, 2.0
NOISY = """\
import sys, warnings
    warnings.warn("careful")
    print("hm", file=sys.stderr)
    return max(waiting, key=lambda tensor: tensor.rank)"""
CHEAT = """\
import os
import lessons.platforms.verdict, lessons.grading.examining
from lessons.classroom.properties import RIGHT
lessons.platforms.verdict.main = print
lessons.grading.examining.Child.next_verdict = lambda *_: RIGHT
os.environ["PYTHONPATH"] = os.getcwd()
attempt = print"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The course folder with lesson 1 released."""
    folder = tmp_path_factory.mktemp("a course")
    handout_for("nbgrader", folder, replace=False)
    found = subprocess.run(
        [sys.executable, "-E", "-P", "-c", "import lessons; print(lessons.__path__[0])"],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert Path(found.stdout.strip()) == course.FOLDER, (
        "nbgrader's kernel must find this repository: pip install -e ."
    )
    ended = nbgrader("generate_assignment", NAME, folder=folder)
    assert ended.returncode == 0, ended.stderr
    return folder


def nbgrader(*arguments, folder):
    """A command of nbgrader's, finished; it starts programs that lie beside it."""
    place = str(Path(sys.executable).parent)
    return subprocess.run(
        [sys.executable, "-m", "nbgrader", *map(str, arguments)],
        cwd=folder,
        env={
            **os.environ,
            "PATH": os.pathsep.join((place, os.environ["PATH"])),
            "JUPYTER_DATA_DIR": str(folder / "jupyter"),
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=580,
        check=False,
    )


def released(folder):
    return nbformat.read(folder / "release" / NAME / f"{NAME}.ipynb", as_version=4)


def hand_in(folder, student, book, name=NAME):
    path = folder / "submitted" / student / NAME / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(book, path)
    return path


def doubled(book):
    """Every cell of an exercise copied, with its metadata."""
    cells = []
    for cell in book.cells:
        cells.append(cell)
        if cell.source.startswith("def "):
            cells.append(nbformat.v4.new_code_cell(cell.source, metadata=cell.metadata))
    book.cells = cells
    return book


def cheated(book, folder):
    """Our functions replaced in the kernel and on disk, and a test cell emptied."""
    book.cells.insert(0, nbformat.v4.new_code_cell(CHEAT))
    book.cells[-1].source = "print('right')"
    own = folder / "submitted" / "cheat" / NAME / "lessons" / "platforms"
    own.mkdir(parents=True)
    for path in (own.parent / "__init__.py", own / "__init__.py", own / "verdict.py"):
        path.write_text("print('right')", encoding="utf-8")
    path = own.parents[1] / f"{NAME}.ipynb"
    nbformat.write(book, path)


@pytest.fixture(scope="module")
def graded(home):
    """{student: points} of all that was handed in, graded in one go; and what nbgrader said."""
    bad = {
        "walk_back": "return max(waiting, key=",
        "receive": "while True: pass",
        "pick": "import os; os._exit(0)",
    }
    works = {
        "right": solved_notebook(released(home), LESSON),
        "wrong": solved_notebook(released(home), LESSON, {"receive": "return passed"}),
        "untouched": released(home),
        "noisy": doubled(solved_notebook(released(home), LESSON, {"pick": NOISY})),
        "bad": solved_notebook(released(home), LESSON, bad),
    }
    works["wrong"].cells.pop()  # a test cell
    for student, book in works.items():
        hand_in(home, student, book)
    cheated(released(home), home)
    hand_in(home, "renamed", solved_notebook(released(home), LESSON), name="my work (1)")
    said = nbgrader("autograde", NAME, folder=home)
    assert nbgrader("export", folder=home).returncode == 0
    with open(home / "grades.csv", encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}
    return rows, said


def test_right_wrong_and_untouched_have_what_they_deserve(graded):
    points, _ = graded
    assert points["right"] == ALL
    assert points["wrong"] == ALL - RECEIVE  # the test cell that was deleted is put back
    assert points["untouched"] == 0


def test_warnings_and_copied_cells_cost_nothing(graded):
    assert graded[0]["noisy"] == ALL


def test_a_syntax_error_an_endless_loop_and_an_exit_cost_their_own_points(graded):
    assert graded[0]["bad"] == 1  # its pencil was right


def test_nobody_gives_himself_points(graded):
    assert graded[0]["cheat"] == 0


def test_a_renamed_notebook_is_named_and_stops_nobody(graded):
    points, said = graded
    assert points["renamed"] == 0
    assert "my work (1).ipynb" in said.stderr


@pytest.mark.parametrize(
    ("own", "expected"),
    [({}, "Success"), ({"pick": "return None"}, "failed")],
    ids=["right", "wrong"],
)
def test_a_student_sees_it_before(home, own, expected, tmp_path):
    path = tmp_path / f"{NAME}.ipynb"
    nbformat.write(solved_notebook(released(home), LESSON, own), path)
    said = " ".join(nbgrader("validate", path, folder=home).stdout.split())
    assert expected in said, said
    # nbgrader cuts long lines
    assert ("The property that broke: complete before" in said) == bool(own)
