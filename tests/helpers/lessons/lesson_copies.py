"""What the tests of the lessons share: students' copies filled in, and commands as processes."""

import subprocess
import sys

from lessons.classroom import course
from lessons.classroom.properties import PENCIL

GOOD = (
    "# %% [markdown]\n# # Lesson 1: A title\n#\n# About 5 minutes\n# At the end you have f.\n\n"
    "# %%\ndef f():\n    # exercise: f\n    # hint: h\n    # solution\n    return 41 + 1\n"
    "    # end solution\n\n\ndef check_f(f):\n    pass\n"
)


def answered(lesson, exercise, body):
    """The student's copy with one exercise filled in; of PENCIL ``body`` is the dictionary."""
    if exercise == PENCIL:
        return f"{lesson.student_copy()}\n\nPENCIL = {body}\n"
    unfilled = f'raise NotImplementedError("exercise: {exercise}")'
    copy = lesson.student_copy()
    assert copy.count(unfilled) == 1
    return copy.replace(unfilled, body)


def lessons_command(*arguments, folder, **options):
    """``python -m lessons ARGUMENTS`` in a folder, finished."""
    environment = course.child_environment()
    environment.pop("MINIGRAD_GOOGLENET", None)
    return subprocess.run(
        [sys.executable, "-m", "lessons", *map(str, arguments)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        **options,
    )
