"""nbgrader: a course folder whose notebooks have a locked cell with points for every exercise."""

import nbformat

from .notebooks import graded_notebook
from .points import points_of
from .verdict import test_of

SCHEMA = 3  # of nbgrader's metadata
CONFIG = '''"""nbgrader's settings for this course; nbgrader is started in this folder."""

c = get_config()
c.CourseDirectory.course_id = "conductance"
# a test cell that a student deleted is put back, and judges what is there
c.OverwriteCells.add_missing_cells = True
'''


def contents(folder, lessons):
    """The course folder: ``source``, an assignment for each lesson, and the settings.

    Parameters
    ----------
    folder : pathlib.Path
    lessons : list of Lesson

    Returns
    -------
    dict of pathlib.Path to str
    """
    made = {folder / "nbgrader_config.py": CONFIG}
    for lesson in lessons:
        name = lesson.path.stem
        made[folder / "source" / name / f"{name}.ipynb"] = with_test_cells(lesson)
    return made


def with_test_cells(lesson):
    """The student's notebook of a lesson with its test cells at the end, as text.

    The cells of the exercises have no metadata: whoever copies or splits one harms nothing.
    """
    cells = []
    for exercise, points in points_of(lesson).items():
        worth = f"# {exercise}: {points} point{'' if points == 1 else 's'}"
        cell = nbformat.v4.new_code_cell(f"{worth}\n{test_of(lesson, exercise)}")
        cell.metadata["nbgrader"] = {
            "schema_version": SCHEMA,
            "grade": True,
            "solution": False,
            "locked": True,
            "task": False,
            "grade_id": f"lesson-{lesson.number:02d}-{exercise}",
            "points": points,
        }
        cells.append(cell)
    return graded_notebook(lesson, after=cells)
