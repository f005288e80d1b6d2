"""The handout's notebooks as a student has them: in a folder far away, run by Jupyter."""

import json
import os
import subprocess
import sys

import pytest

jupytext = pytest.importorskip("jupytext")
for _package in ("nbconvert", "ipykernel", "matplotlib"):
    pytest.importorskip(
        _package, reason="notebooks are run by nbconvert: pip install -e '.[notebooks]'"
    )

from lessons.classroom import course, handout

pytestmark = pytest.mark.large

LESSONS = course.all_lessons()
FINISHED = [course.find_lesson(number) for number in (1, 8)]  # the quickest


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    """A student's home, with a handout in its folder ``mine``."""
    home = tmp_path_factory.mktemp("home")
    handout.handout(home / "mine")
    return home


def run_notebook(path, home):
    """The executed notebook, with nothing near of this machine's settings or of the repository.

    Nor of this process's search path.
    """
    foreign = ("MINIGRAD_", "PYTHONPATH", "MPL", "JUPYTER")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    folders = {
        "HOME": home,
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_DIR": home,
        "JUPYTER_DATA_DIR": home,
    }
    done = path.with_name(f"done_{path.name}")
    command = [
        sys.executable,
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        path.name,
        "--output",
        done.name,
    ]
    ended = subprocess.run(
        command,
        cwd=path.parent,
        env=kept
        | {name: str(folder) for name, folder in folders.items()}
        | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=600,
        check=False,
    )
    assert ended.returncode == 0, f"{path.name}: {ended.stderr[-2000:]}"
    return json.loads(done.read_text(encoding="utf-8"))


def outputs(book):
    """What the cells printed, what they said on stderr, and how many pictures stand under them."""
    said = [output for cell in book["cells"] for output in cell.get("outputs", [])]
    printed, complained = (
        "".join("".join(output["text"]) for output in said if output.get("name") == stream)
        for stream in ("stdout", "stderr")
    )
    return printed, complained, sum("image/png" in output.get("data", {}) for output in said)


def assert_runs(name, lesson, status, home):
    """The notebook runs to its end and says of every exercise what it should."""
    folder = home / "mine"
    printed, complained, pictures = outputs(run_notebook(folder / name, home))
    assert [
        exercise for exercise in lesson.exercises if f"{exercise}: {status}" not in printed
    ] == []
    assert complained == ""
    assert pictures > 0
    assert [
        kept.name
        for kept in (folder / "minigrad-lessons").iterdir()
        if kept.name.startswith(lesson.path.name[:2])
    ]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path.stem)
def test_a_handouts_notebook_runs_as_it_comes(lesson, student):
    assert_runs(f"{lesson.path.stem}.ipynb", lesson, "not yet tried", student)


@pytest.mark.parametrize("lesson", FINISHED, ids=lambda lesson: lesson.path.stem)
def test_a_handouts_notebook_runs_when_finished(lesson, student):
    book = jupytext.reads(lesson.source, fmt="py:percent")
    jupytext.write(book, student / "mine" / f"finished_{lesson.path.stem}.ipynb", fmt="ipynb")
    assert_runs(f"finished_{lesson.path.stem}.ipynb", lesson, "right", student)
