"""Checking an exercise: right, wrong and which property broke, or not yet tried.

An exercise is a top-level function (or class) NAME of a lesson, and ``check_NAME(answer)``
raises `PropertyBroken`, by what `lessons.classroom.properties` has, where the answer breaks one.
A check may return a sentence: what the right answer makes possible.
The checks of lesson 8 are in `lessons/checks/lesson_08.py`.
"""

import ast
import bdb
import builtins
import linecache
import re
import sys
import traceback
import types
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from minigrad.recording import changed_mode

from .properties import NOT_TRIED, PENCIL, YOURS, PropertyBroken

CHECKS = Path(__file__).resolve().parents[1] / "checks"
RIGHT, WRONG, NOT_TRIED_STATUS = "right", "wrong", "not yet tried"  # the three verdicts
RUN_BY_A_CHECK = (
    "only imports, functions, classes, plain numbers and constants in CAPITALS of a file"
)
ARITHMETIC = (ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.Load)


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    ``status`` is "right", "wrong" or "not yet tried"; ``detail`` says of a wrong answer what was
    given, and on a line of its own what came and what is right, of a right one what it makes
    possible; ``expected`` and ``got``, if known, are arrays.
    """

    exercise: str
    status: str
    property: str = ""
    detail: str = ""
    expected: np.ndarray | None = field(default=None, compare=False, repr=False)
    got: np.ndarray | None = field(default=None, compare=False, repr=False)

    def __str__(self):
        # NumPy prints an array over several lines
        said = " ".join(self.detail.split())
        if self.status != WRONG:
            return f"{self.exercise}: {self.status}. {said}".rstrip()
        broken = f" The property that broke: {self.property}." if self.property else ""
        lines = [f"{self.exercise}: wrong.{broken}", *said.replace(YOURS, f"\n{YOURS}").split("\n")]
        return "\n    ".join(line.strip() for line in lines if line.strip())


def judge(check, answer, exercise):
    """Run a check on an answer.

    Parameters
    ----------
    check : callable
        Takes the answer; raises where a property breaks.
    answer : callable
        The student's function or class.
    exercise : str
        The name to show.

    Returns
    -------
    Verdict
    """
    try:
        said = check(answer)
    except NotImplementedError as error:
        if message(error).startswith(NOT_TRIED):
            so_far = message(error).partition("; ")[2]
            return Verdict(exercise, NOT_TRIED_STATUS, detail=so_far and f"{so_far}.")
        return Verdict(exercise, WRONG, detail=stopped(error, answer))
    except PropertyBroken as broken:
        return Verdict(exercise, WRONG, broken.property, broken.detail, broken.expected, broken.got)
    except bdb.BdbQuit:  # whoever leaves a debugger inside a check leaves the lesson
        raise
    # whatever a student's code may raise is a verdict, not a crash
    except (Exception, SystemExit) as error:
        return Verdict(exercise, WRONG, detail=stopped(error, answer))
    return Verdict(exercise, RIGHT, detail=said if isinstance(said, str) else "")


def attempt(answer, check=None, lesson=None):
    """Inside a lesson: print what `judge` finds, and draw it; the lesson goes on either way.

    Parameters
    ----------
    answer : callable or dict
        The function or class of an exercise; or the lesson's ``PENCIL``.
    check : callable, optional
        The course's own check for an exercise of this name, unless told.
    lesson : int, optional
        The lesson's number, for ``PENCIL``, which every lesson has.
    """
    from .comparison import show

    exercise = PENCIL if isinstance(answer, dict) else name_of(answer)
    with changed_mode(watchers=()):  # who traces the lesson is not told of a check's own steps
        verdict = judge(check or check_of_the_course(exercise, lesson), answer, exercise)
    print(verdict)
    show(verdict)


def name_of(answer):
    """A function's name; of a lambda the name that the lesson gave it."""
    if answer.__name__ != "<lambda>":
        return answer.__name__
    lesson = sys._getframe(2).f_globals
    return next((name for name, value in lesson.items() if value is answer), answer.__name__)


def check_of_the_course(exercise, lesson=None):
    """The function ``check_NAME`` in the folder of checks; a NameError if there is none."""
    name = f"check_{exercise}"
    for path in sorted(CHECKS.glob(f"lesson_{'*' if lesson is None else f'{lesson:02d}'}.py")):
        source = path.read_text(encoding="utf-8")
        if f"\ndef {name}(" in source:
            return definitions(source, path)[name]
    raise NameError(f"{exercise} is no exercise of the course: there is no {name} in {CHECKS}")


def message(error):
    """The message of an error, or what to say where a student's own kind of error has none."""
    try:
        return str(error)
    except Exception:
        return "(an error whose message cannot be made)"


def stopped(error, answer):
    """'It stops with TypeError: … (line 12: ``return a + None``).', a line of the answer's file."""
    own_file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == own_file
    ]
    place = " (in the check, given what was returned)"
    if frames:
        place = where(frames[-1].lineno, frames[-1].line)
    text = f"{given_in(error)}It stops with {type(error).__name__}: {message(error)}{place}."
    if not frames and isinstance(error, TypeError) and "NoneType" in text:
        text += " A function without a return gives None."
    if isinstance(error, ValueError) and "truth value of an array" in text:
        text += " Is one side None? `is None` asks that; `== None` asks every entry."
    if isinstance(error, NameError) and computed_outside(error.name, own_file):
        text += (
            f" Your file computes {error.name} outside a function, but a check runs "
            f"{RUN_BY_A_CHECK}."
        )
    return text


def given_in(error):
    """What the check had said of the question when an answer stopped, with a space; or ''."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if Path(frame.f_code.co_filename).parent == CHECKS:
            said = frame.f_locals.get("given")
            if isinstance(said, str):
                return f"{said} "
    return ""


def where(number, line):
    """' (line 12: `return a + None`)': the line too, for a notebook's cells count otherwise."""
    line = (line or "").strip()
    return f" (line {number}{f': `{line}`' if line else ''})"


def computed_outside(name, file):
    """Whether a file assigns to a name at its top level."""
    return bool(
        name
        and file
        and re.search(
            rf"^{re.escape(name)}\b[^=\n]*=", "".join(linecache.getlines(file)), re.MULTILINE
        )
    )


def definitions(source, path):
    """The imports, functions, classes and constants of a lesson; the rest is not run.

    A constant that is made from what is not run is not made either.

    Parameters
    ----------
    source : str
        Python code.
    path : str or os.PathLike
        Where it came from, for error messages and debuggers.

    Returns
    -------
    dict
        The names it defines.
    """
    tree = ast.parse(source, filename=str(path))
    kept, known = [], set(dir(builtins))
    for node in tree.body:
        if is_definition(node) and names_that_are(ast.Load, node) <= known | defined_by(node):
            kept.append(node)
            known |= defined_by(node)
    module = types.ModuleType("lesson")
    module.__file__ = str(path)
    # for tracebacks, as it is here
    linecache.cache[str(path)] = len(source), None, source.splitlines(keepends=True), str(path)
    exec(compile(ast.Module(kept, type_ignores=[]), str(path), "exec"), vars(module))
    return vars(module)


def is_definition(node):
    """Whether a top-level statement only defines something.

    An assignment does if its names are in CAPITALS or its value is plain.
    """
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [
            name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)
        ]
        plain = all(isinstance(target, (ast.Name, ast.Tuple)) for target in targets) and (
            is_plain(node.value) or isinstance(node.value, ast.Lambda)
        )
        return bool(names) and (plain or all(name.isupper() for name in names))
    return isinstance(
        node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    )


def names_that_are(context, node):
    """The names that a constant's line reads, `ast.Load`, or binds, `ast.Store`."""
    if not isinstance(node, (ast.Assign, ast.AnnAssign)):
        return set()
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)
             and isinstance(one.ctx, context)}  # fmt: skip
    if context is ast.Store:
        names |= {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
    return names


def defined_by(node):
    """The names that a top-level statement gives a meaning to."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(one.asname or one.name).partition(".")[0] for one in node.names}
    return names_that_are(ast.Store, node) | {getattr(node, "name", "")}


def is_plain(value):
    """Whether an expression is a number, a text, a list or the like of them, or arithmetic."""
    if all(isinstance(node, ARITHMETIC) for node in ast.walk(value)):
        return True
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def judge_source(checks, source, exercise, path="answer.py"):
    """The verdict on one exercise of a student's file.

    Parameters
    ----------
    checks : dict
        What the file with the checks defines, as `definitions` gives it; what the student's own
        file says of them does not count.
    source : str
        The student's file as Python code.
    exercise : str
    path : str or os.PathLike
        The student's file, for messages.

    Returns
    -------
    Verdict
    """
    try:
        answer = definitions(source, path).get(exercise)
    except SyntaxError as error:
        # `error.text` would be a line of the notebook's JSON
        line = dict(enumerate(source.splitlines(), 1)).get(error.lineno)
        return Verdict(
            exercise,
            WRONG,
            detail=f"The file is not Python: {error.msg}{where(error.lineno, line)}.",
        )
    except (Exception, SystemExit) as error:
        return Verdict(
            exercise, WRONG, detail=f"The file stops with {type(error).__name__}: {message(error)}."
        )
    if not (isinstance(answer, dict) if exercise == PENCIL else callable(answer)):
        kind = "dictionary" if exercise == PENCIL else "function"
        return Verdict(exercise, WRONG, detail=f"The file defines no {kind} {exercise}.")
    return judge(checks[f"check_{exercise}"], answer, exercise)
