"""Otter-Grader: a test file for every exercise, and notebooks that call them."""

import json
import textwrap

import nbformat

from .notebooks import graded_notebook
from .packages import NEEDED, files_of_packages
from .points import points_of
from .verdict import test_of

CONFIG = {"show_all_public": True}  # students see every verdict
FIRST = """\
# For grading with Otter: leave this cell as it is, and run it first.
import otter

from lessons.platforms.endless import end_endless_cells

grader = otter.Notebook(tests_dir="tests")
if getattr(otter.Notebook, "_grading_mode", False):
    end_endless_cells()"""
TEST = '''\
"""Otter's test of an exercise: the course's own check, with its verdict."""

import os
from pathlib import Path

from IPython import get_ipython
from otter.test_files import test_case

OK_FORMAT = False
name = "{exercise}"
points = {points}

# where Otter grades, the course's code lies here; else it is installed
course = Path("../source/files").resolve()
place = os.environ | ({{"PYTHONPATH": str(course)}} if course.is_dir() else {{}})


@test_case(points={points})
def test_{exercise}(env):
{body}
'''


def contents(folder, lessons):
    """What is handed out, a folder for each lesson; and what `otter generate` takes beside it.

    Parameters
    ----------
    folder : pathlib.Path
    lessons : list of Lesson

    Returns
    -------
    dict of pathlib.Path to (str or bytes)
    """
    beside = folder / "autograder"
    made = {
        beside / "otter_config.json": json.dumps(CONFIG, indent=1) + "\n",
        beside / "requirements.txt": "\n".join((*NEEDED, "")),
    }
    for name, path in files_of_packages(masters=False).items():
        made[beside / name] = path.read_bytes()
    for lesson in lessons:
        own = folder / lesson.path.stem
        made[own / f"{lesson.path.stem}.ipynb"] = with_check_cells(lesson)
        for exercise, points in points_of(lesson).items():
            body = textwrap.indent(test_of(lesson, exercise, '"-P"', ", env=place"), "    ")
            made[own / "tests" / f"{exercise}.py"] = TEST.format(
                exercise=exercise, points=points, body=body
            )
    return made


def with_check_cells(lesson):
    """The student's notebook of a lesson, as text; its last cells call Otter's `check`."""
    checks = [nbformat.v4.new_code_cell(f'grader.check("{name}")') for name in lesson.exercises]
    return graded_notebook(lesson, [nbformat.v4.new_code_cell(FIRST)], checks)
