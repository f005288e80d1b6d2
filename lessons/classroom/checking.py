"""Checking an exercise: right, wrong and which property broke, not yet tried, or not graded.

An exercise is a top-level function (or class) NAME of a lesson, and ``check_NAME(answer)``
raises `PropertyBroken`, by what `lessons.classroom.properties` has, where the answer breaks one.
A check may return a sentence: what the right answer makes possible.
The checks of lesson 8 are in `lessons/checks/lesson_08.py`.
"""

import bdb
import contextlib
import functools
import linecache
import re
import sys
import types
import warnings
from dataclasses import dataclass, field

import numpy as np

from minigrad.recording import changed_mode

from .answers.again import SECONDS_AGAIN, TooLong, at_most, unseen
from .answers.errors import CHECKS, blame, failed, message, stopped, where
from .answers.file import StudentsFile, main_module
from .properties import (
    NOT_GRADED,
    NOT_TRIED,
    NOT_TRIED_STATUS,
    PENCIL,
    RIGHT,
    WRONG,
    YOURS,
    PropertyBroken,
)

# what Python 3.12 knows and 3.11 does not: type X = …, def f[T](…)
NEWER = re.compile(r"\s*(type +\w+.*=|(?:def|class) +\w+\[)")
USUAL = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}


@dataclass(frozen=True)
class Verdict:
    """What a check found.

    ``status`` is "right", "wrong", "not yet tried" or "not graded"; ``detail`` says of a wrong
    answer what was given, and on a line of its own what came and what is right, of a right one
    what it makes possible, of one that is not graded why and what to change; ``expected`` and
    ``got``, if known, are arrays.
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
        with usual_settings():
            said = check(shielded(answer))
    except NotImplementedError as error:
        if message(error).startswith(NOT_TRIED):
            return not_tried(exercise, message(error).removeprefix(NOT_TRIED))
        return Verdict(exercise, WRONG, detail=stopped(error, answer))
    except PropertyBroken as broken:
        return Verdict(exercise, WRONG, broken.property, broken.detail, broken.expected, broken.got)
    except bdb.BdbQuit:  # whoever leaves a debugger inside a check leaves the lesson
        raise
    # whatever a student's code may raise is a verdict, not a crash
    except (Exception, SystemExit) as error:
        return Verdict(exercise, *blame(error, stopped(error, answer)))
    return Verdict(exercise, RIGHT, detail=said if isinstance(said, str) else "")


def not_tried(exercise, said):
    """The verdict where an exercise, this one or another that it calls, says that it is not tried.

    Parameters
    ----------
    exercise : str
    said : str
        ``NAME``, or of a `PENCIL` also how far it is.
    """
    name, _, so_far = said.partition("; ")
    if name != exercise:
        so_far = f"It calls {name}, which is not yet tried"
    return Verdict(exercise, NOT_TRIED_STATUS, detail=so_far and f"{so_far}.")


@contextlib.contextmanager
def usual_settings():
    """Within it NumPy and Python only warn, whatever a file has set; then all is as before."""
    with np.errstate(**USUAL), warnings.catch_warnings():
        if any(action == "error" for action, *_ in warnings.filters):
            warnings.simplefilter("ignore")
        yield


def shielded(answer):
    """A function whose every call leaves NumPy's and Python's settings as they were."""
    if not isinstance(answer, types.FunctionType) or sys.gettrace() is not None:
        return answer

    @functools.wraps(answer)
    def call(*given, **named):
        with usual_settings():
            return answer(*given, **named)

    return call


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
    """The name by which a lesson gave an answer to `attempt`: of an alias, not what it was first.

    It stands in the line that is running; else it is the answer's own, or one it is bound to.
    """
    frame = sys._getframe(2)
    line = linecache.getline(frame.f_code.co_filename, frame.f_lineno, frame.f_globals)
    own = getattr(answer, "__name__", "<lambda>")
    written = re.findall(r"\battempt\( *(\w+)", line)
    bound = [name for name, value in frame.f_globals.items() if value is answer]
    known = [name for name in dict.fromkeys([*written, own, *bound]) if name in bound] or [own]
    return next((name for name in known if name in written or file_of_check(name)), known[0])


def file_of_check(exercise, lesson=None):
    """The file in the folder of checks that has ``check_NAME``, or None."""
    for path in sorted(CHECKS.glob(f"lesson_{'*' if lesson is None else f'{lesson:02d}'}.py")):
        if f"\ndef check_{exercise}(" in path.read_text(encoding="utf-8"):
            return path
    return None


def check_of_the_course(exercise, lesson=None):
    """The function ``check_NAME`` in the folder of checks; a NameError if there is none."""
    name, path = f"check_{exercise}", file_of_check(exercise, lesson)
    if path is None:
        raise NameError(f"{exercise} is no exercise of the course: there is no {name} in {CHECKS}")
    return definitions(path.read_text(encoding="utf-8"), path)[name]


def definitions(source, path):
    """What a lesson's checks are, with all that they need; the rest of the file is not run.

    Parameters
    ----------
    source : str
        Python code.
    path : str or os.PathLike
        Where it came from, for error messages and debuggers.

    Returns
    -------
    dict
        The names it defines, ``check_NAME`` among them; raises what a definition raises.
    """
    file = StudentsFile(source, path)
    for broken in file.broken:
        raise SyntaxError(broken.said, (str(path), broken.line, None, broken.text))
    names = [name for one in file.statements for name in one.defines if name.startswith("check_")]
    found, failures = file.run(names)
    for failure in failures:
        raise failure.error
    return found


def judge_source(checks, source, exercise, path="answer.py", course=()):
    """The verdict on one exercise of a student's file.

    A wrong answer is judged once more with all that the student wrote above it: it may change what
    the answer reads without a name that says so. What is right then is right.

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
    course : collection of str
        `StudentsFile.marks` of the lesson: what stands there, too, is not the student's.

    Returns
    -------
    Verdict
    """
    file = StudentsFile(source, path)
    verdict = judge_a_part(checks, file, exercise)
    if verdict.status == WRONG:
        own = file.own(course)
        if file.needed([exercise], own) != file.needed([exercise]):
            with contextlib.suppress(TooLong), unseen(), at_most(SECONDS_AGAIN):
                again = judge_a_part(checks, file, exercise, own)
                verdict = again if again.status == RIGHT else verdict
    return verdict


def judge_a_part(checks, file, exercise, besides=()):
    """The verdict on one exercise where what it needs of a file is run, and some statements more.

    Parameters
    ----------
    checks, exercise
        As in `judge_source`.
    file : StudentsFile
    besides : list of int
        Indices of statements.
    """
    with main_module() as module:
        with usual_settings():
            found, failures = file.run([exercise], besides, module)
        answer = found.get(exercise)
        if not (isinstance(answer, dict) if exercise == PENCIL else callable(answer)):
            return Verdict(exercise, *why_there_is_none(file, exercise, failures, answer))
        verdict = judge(checks[f"check_{exercise}"], answer, exercise)
    if verdict.status == WRONG and failures and not verdict.property:
        status, _, detail = blame(failures[0].error, verdict.detail)
        detail = f"{detail} Before that: {failed(failures[0], file.source)}"
        return Verdict(exercise, status, detail=detail)
    return verdict


def why_there_is_none(file, exercise, failures, answer):
    """The status, the property and the detail where a file has no answer to an exercise."""
    broken = file.lost(exercise)
    if failures and not broken:
        at_fault = next((one for one in failures if exercise in one.names), failures[0])
        said = [failed(one, file.source) for one in dict.fromkeys([failures[0], at_fault])]
        # the first that stopped is why the others did
        return blame(failures[0].error, " ".join(said))
    broken = broken or next(iter(file.broken), None)
    if broken:
        line = dict(enumerate(file.source.split("\n"), 1)).get(broken.line, "")
        place = where(broken.line, line)
        if NEWER.match(line) and sys.version_info < (3, 12):
            return NOT_GRADED, "", f"This asks for Python 3.12; here it is 3.11{place}."
        return WRONG, "", f"The file is not Python: {broken.said}{place}."
    kind = "dictionary" if exercise == PENCIL else "function"
    if file.makers(exercise):
        return WRONG, "", f"{exercise} is no {kind}: it is {type(answer).__name__}."
    commented = rf"^#[# ]*(?:(?:def|class) +{exercise}\b|{exercise} *= *\{{)"
    if re.search(commented, file.source, re.MULTILINE):
        said = (
            f"The {kind} {exercise} stands in a comment, or in a notebook's cell that is no code "
            "cell: make it code again (in Jupyter: Esc, then Y)."
        )
        return NOT_GRADED, "", said
    return WRONG, "", f"The file defines no {kind} {exercise}."
