"""The verdict on an exercise of a notebook that Otter or nbgrader runs: what a test cell starts.

    python -E -P -m lessons.platforms.verdict LESSON EXERCISE < CELLS

CELLS is a JSON list of the code cells that the notebook has run. They are judged like a file that
is handed in, with limits of time and memory, so the verdict is that of `grade`. It runs in a
process of its own: what a student's cell changes in its kernel, and modules that a student hands
in under our names, do not reach it. Nothing is written to the kernel's stderr, which would cost a
student of nbgrader every point.
"""

import json
import sys
from pathlib import Path

from ..classroom.answers.cells import as_percent
from ..classroom.course import FOLDER, Lesson
from ..classroom.properties import RIGHT
from ..grading.examining import Child, Limits
from ..grading.grade import MEMORY

SECONDS = 20  # for an exercise: nbgrader ends a cell after 30
# A locked cell, or the inside of a test: it imports nothing that a student may have changed, but
# for Python's own.
TEST = """\
import json
import subprocess
import sys

cells = json.dumps(get_ipython().history_manager.input_hist_raw)
command = [sys.executable, {flags}, "-m", "lessons.platforms.verdict", "{number}", "{exercise}"]
said = subprocess.run(command, input=cells, capture_output=True, encoding="utf-8"{options})
assert said.returncode == 0, said.stdout or said.stderr
print(said.stdout)"""


def test_of(lesson, exercise, flags='"-E", "-P"', options=""):
    """The code that says the verdict on an exercise of the notebook it runs in, or stops with it.

    Parameters
    ----------
    lesson : lessons.classroom.course.Lesson
    exercise : str
    flags : str
        Python's own: by these it finds what is installed, not what lies beside a notebook or what
        a cell has put into the environment.
    options : str
        More arguments for `subprocess.run`.
    """
    return TEST.format(number=lesson.number, exercise=exercise, flags=flags, options=options)


def judge_cells(number, exercise, cells):
    """The verdict on one exercise of a notebook.

    Parameters
    ----------
    number : int
        The lesson's.
    exercise : str
    cells : list of str
        The code cells in the order in which they were run.

    Returns
    -------
    lessons.classroom.checking.Verdict
    """
    # its checks are found by the number: students who have the package have no masters
    paths = [*FOLDER.glob(f"{number:02d}_*.py"), FOLDER / f"{number:02d}_notebook.py"]
    lesson = Lesson(paths[0])
    source = as_percent([{"cell_type": "code", "source": cell} for cell in cells])
    path = Path.cwd() / "this notebook.ipynb"  # what lies beside it may be read
    with Child(lesson, source, path, [exercise], Limits(SECONDS, MEMORY), never) as child:
        verdict, _ = child.next_verdict(exercise)
    return verdict


def never():
    """Whether this examination is called off."""
    return False


def main(number, exercise):
    """Print the verdict; the exit status is 0 if the exercise is right, else 1."""
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    verdict = judge_cells(int(number), exercise, json.load(sys.stdin))
    print(verdict)
    return 0 if verdict.status == RIGHT else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
