"""What students hand in: copies and notebooks with some exercises solved, well or otherwise."""

import re

from lessons.classroom import course
from lessons.classroom.properties import PENCIL


def solutions(lesson, own=None):
    """{exercise: the lines of its solution}, with ``own`` in place of some."""
    found = {one["name"]: one["solution"] for one in course.EXERCISE.finditer(lesson.source)}
    return found | {name: f"    {body}\n" for name, body in (own or {}).items()}


def filled_in(text, answers):
    """A student's copy, or a cell of it, with answers."""
    for name, body in answers.items():
        if name == PENCIL:
            pattern = r"(?<=^PENCIL = \{\n).*?(?=^\})"
        else:
            pattern = rf'^ *raise NotImplementedError\("exercise: {name}"\)\n?'
        text = re.sub(pattern, lambda _, body=body: body, text, flags=re.MULTILINE | re.DOTALL)
    return text


def solved_copy(lesson, own=None):
    """The student's copy of a lesson, all of it solved but for ``own`` bodies."""
    copy = filled_in(lesson.student_copy(), solutions(lesson, own))
    assert "NotImplementedError" not in copy
    return copy


def solved_notebook(book, lesson, own=None):
    """A notebook (nbformat) with every exercise solved but for ``own`` bodies, in place."""
    answers = solutions(lesson, own)
    for cell in book.cells:
        if cell.cell_type == "code":
            cell.source = filled_in(cell.source, answers)
    return book
