"""Wrong answers to every lesson's exercises: each must break the property that it names.

A module for each lesson maps in ``EXERCISES`` every exercise to what is wrong, and that to the body
of the function and to how the name of the property that must break begins. ``MUTANTS`` has them
all: what is wrong to (lesson, exercise, body, property).
"""

from importlib import import_module
from pathlib import Path

MUTANTS = {}
for path in sorted(Path(__file__).parent.glob("lesson_*.py")):
    lesson = int(path.stem.removeprefix("lesson_"))
    for exercise, wrong in import_module(f"{__name__}.{path.stem}").EXERCISES.items():
        for what, (body, broken) in wrong.items():
            MUTANTS[f"lesson {lesson}, {exercise}: {what}"] = lesson, exercise, body, broken
