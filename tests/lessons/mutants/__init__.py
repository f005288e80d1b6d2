"""Wrong answers to every lesson's exercises: each must break the property that it names.

There is a module for each lesson. ``MUTANTS`` maps what is wrong to (lesson, exercise, body of
the function, how the name of the property that must break begins).
"""

from importlib import import_module
from pathlib import Path

MUTANTS = {}
for path in sorted(Path(__file__).parent.glob("lesson_*.py")):
    for what, mutant in import_module(f"{__name__}.{path.stem}").MUTANTS.items():
        MUTANTS[f"lesson {mutant[0]}: {what}"] = mutant
