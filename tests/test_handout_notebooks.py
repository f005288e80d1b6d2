"""The handout's notebooks as a student has them: in a folder far from the repository, run from top to bottom by Jupyter."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

jupytext = pytest.importorskip("jupytext")
for _package in ("nbconvert", "ipykernel", "matplotlib"):
    pytest.importorskip(_package, reason="notebooks are run by nbconvert: pip install -e '.[notebooks]'")

from lessons import course

pytestmark = pytest.mark.large

LESSONS = course.all_lessons()
FINISHED = [course.find_lesson(number) for number in (1, 6)]  # the quickest


def run_notebook(path, home):
    """The executed notebook; nothing of this machine's settings, of this process's search path or of the repository is near."""
    foreign = ("MINIGRAD_", "PYTHONPATH", "MPL", "JUPYTER")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    folders = {"HOME": home, "IPYTHONDIR": home / "ipython", "JUPYTER_CONFIG_DIR": home, "JUPYTER_DATA_DIR": home}
    done = path.with_name(f"done_{path.name}")
    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", path.name, "--output", done.name]
    ended = subprocess.run(
        command, cwd=path.parent, env=kept | {name: str(folder) for name, folder in folders.items()} | {"OMP_NUM_THREADS": "1"},
        capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=600, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, f"{path.name}: {ended.stderr[-2000:]}"
    return json.loads(done.read_text(encoding="utf-8"))


def outputs(book):
    """What the cells printed, what they said on stderr, and how many pictures stand under them."""
    said = [output for cell in book["cells"] for output in cell.get("outputs", [])]
    printed, complained = (
        "".join("".join(output["text"]) for output in said if output.get("name") == stream) for stream in ("stdout", "stderr")
    )
    return printed, complained, sum("image/png" in output.get("data", {}) for output in said)


def assert_ran(lesson, book, status):
    printed, complained, pictures = outputs(book)
    assert [exercise for exercise in lesson.exercises if f"{exercise}: {status}" not in printed] == []
    assert complained == ""
    assert pictures > 0


def test_a_handouts_notebooks_run_as_they_come_and_finished(tmp_path):
    folder, home = tmp_path / "mine", tmp_path / "home"
    course.handout(folder)
    for lesson in FINISHED:
        book = jupytext.reads(lesson.source, fmt="py:percent")
        jupytext.write(book, folder / f"finished_{lesson.path.stem}.ipynb", fmt="ipynb")
    names = [(lesson, f"{lesson.path.stem}.ipynb", "not yet tried") for lesson in LESSONS]
    names += [(lesson, f"finished_{lesson.path.stem}.ipynb", "right") for lesson in FINISHED]
    with ThreadPoolExecutor(2) as pool:
        books = list(pool.map(lambda one: run_notebook(folder / one[1], home), names))
    for (lesson, _, status), book in zip(names, books):
        assert_ran(lesson, book, status)
    kept = {path.name for path in (folder / "minigrad-lessons").iterdir()}
    assert all(any(name.startswith(lesson.path.name[:2]) for name in kept) for lesson in LESSONS)
