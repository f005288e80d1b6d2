"""Checking an exercise: right, wrong and which property broke, or not yet tried.

An exercise is a top-level function (or class) NAME of a lesson, and ``check_NAME(answer)``
raises `PropertyBroken` through `require` or `require_equal` where the answer breaks a property.
The checks of lesson 6 are in `lessons/checks/lesson_06.py`.
"""

import ast
import contextlib
import linecache
import numbers
import re
import traceback
import types
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

CHECKS = Path(__file__).resolve().parents[1] / "checks"
NOT_TRIED = "exercise: "  # how the message of an unfilled exercise's NotImplementedError begins
RIGHT, WRONG, NOT_TRIED_STATUS = "right", "wrong", "not yet tried"  # the three verdicts
RUN_BY_A_CHECK = (
    "only imports, functions, classes, plain numbers and constants in CAPITALS of a file"
)


class PropertyBroken(AssertionError):
    """A check's verdict.

    ``property`` is its name, ``detail`` what was seen, ``expected`` and ``got`` arrays or None.
    """

    def __init__(self, property, detail, expected=None, got=None):
        super().__init__(f"{property}: {detail}")
        self.property = property
        self.detail = detail
        self.expected = expected
        self.got = got


def require(holds, property, detail, got=None, expected=None):
    """Raise `PropertyBroken` unless ``holds``.

    Parameters
    ----------
    holds : bool
    property : str
        The name of the property, as the lesson calls it.
    detail : str
        What was seen and what was expected.
    got, expected : array_like, optional
        What a picture can be drawn of: what the answer gave, of any kind, and what is right.
    """
    if not holds:
        with contextlib.suppress(TypeError):  # a Tensor is no array: no picture then
            raise PropertyBroken(property, detail, as_numbers(expected), as_numbers(got))
        raise PropertyBroken(property, detail)


def require_alike(got, expected, shape, property, detail):
    """`require_equal`, where another shape breaks a property of its own, called ``shape``."""
    require(np.shape(got) == np.shape(expected), shape, detail, got, expected)
    require_equal(got, np.asarray(expected, dtype=float), property, detail)


def require_equal(got, expected, property, detail, rtol=1e-9, atol=1e-9):
    """`require` that shape and numbers agree.

    Parameters
    ----------
    got, expected : array_like
        What the answer gave, of any kind; and what is right.
    property, detail : str
        As in `require`.
    rtol, atol : float
        As in `numpy.allclose`; to the rounding of float64 unless told.
    """
    ours, right = as_numbers(got), as_numbers(expected)
    holds = (
        ours is not None
        and ours.shape == right.shape
        and np.allclose(ours, right, rtol=rtol, atol=atol)
    )
    require(holds, property, detail, ours, right)


def as_numbers(value):
    """A value as an array of numbers; None if it is none (text, rows of different lengths)."""
    with contextlib.suppress(ValueError):
        array = np.asarray(value)
        if array.dtype.kind in "biufc":
            return array
        # fractions
        if array.dtype == object and all(isinstance(entry, numbers.Number) for entry in array.flat):
            return array.astype(float)
    return None


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    ``status`` is "right", "wrong" or "not yet tried"; ``expected`` and ``got``, if known, arrays.
    """

    exercise: str
    status: str
    property: str = ""
    detail: str = ""
    expected: np.ndarray | None = field(default=None, compare=False, repr=False)
    got: np.ndarray | None = field(default=None, compare=False, repr=False)

    def __str__(self):
        if self.status != WRONG:
            return f"{self.exercise}: {self.status}"
        broken = f" The property that broke: {self.property}." if self.property else ""
        # NumPy prints an array over several lines
        return f"{self.exercise}: wrong.{broken} {' '.join(self.detail.split())}"


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
        check(answer)
    except NotImplementedError as error:
        if message(error).startswith(NOT_TRIED):
            return Verdict(exercise, NOT_TRIED_STATUS)
        return Verdict(exercise, WRONG, detail=stopped(error, answer))
    except PropertyBroken as broken:
        return Verdict(exercise, WRONG, broken.property, broken.detail, broken.expected, broken.got)
    # whatever a student's code may raise is a verdict, not a crash
    except (Exception, SystemExit) as error:
        return Verdict(exercise, WRONG, detail=stopped(error, answer))
    return Verdict(exercise, RIGHT)


def attempt(answer, check=None):
    """Inside a lesson: print what `judge` finds, and draw it; the lesson goes on either way.

    Parameters
    ----------
    answer : callable
        The function or class of an exercise.
    check : callable, optional
        The course's own check for an exercise of this name, unless told.
    """
    from .comparison import show

    exercise = answer.__name__
    verdict = judge(check or check_of_the_course(exercise), answer, exercise)
    print(verdict)
    show(verdict)


def check_of_the_course(exercise):
    """The function ``check_NAME`` in the folder of checks; a NameError if there is none."""
    name = f"check_{exercise}"
    for path in sorted(CHECKS.glob("lesson_*.py")):
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
    text = f"It stops with {type(error).__name__}: {message(error)}{place}."
    if not frames and isinstance(error, TypeError) and "NoneType" in text:
        text += " A function without a return gives None."
    if isinstance(error, NameError) and computed_outside(error.name, own_file):
        text += (
            f" Your file computes {error.name} outside a function, but a check runs "
            f"{RUN_BY_A_CHECK}."
        )
    return text


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
    kept = [node for node in tree.body if is_definition(node)]
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
        plain = all(isinstance(target, (ast.Name, ast.Tuple)) for target in targets) and is_plain(
            node.value
        )
        return bool(names) and (plain or all(name.isupper() for name in names))
    return isinstance(
        node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    )


def is_plain(value):
    """Whether an expression is a number, a text, or a list or the like of them."""
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
    if not callable(answer):
        return Verdict(exercise, WRONG, detail=f"The file defines no function {exercise}.")
    return judge(checks[f"check_{exercise}"], answer, exercise)
