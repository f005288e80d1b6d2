"""Wrong answers to every lesson's exercises, one module a lesson.

A module's ``MUTANTS`` maps each exercise to its wrong answers: what is wrong, to the body of the
function and how the name of the property that must break begins. Here they are together, with
(lesson, exercise, body, property).
"""

from importlib import import_module
from pathlib import Path

MUTANTS = {}
for path in sorted(Path(__file__).parent.glob("lesson_*.py")):
    lesson = int(path.stem.removeprefix("lesson_"))
    for exercise, wrong in import_module(f"{__name__}.{path.stem}").MUTANTS.items():
        for what, (body, broken) in wrong.items():
            MUTANTS[f"lesson {lesson}: {what}"] = lesson, exercise, body, broken
