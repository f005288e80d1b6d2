"""Checking an exercise: `require` names the property that broke, `attempt` says right, wrong or not yet tried.

An exercise is a top-level function (or class) NAME of a lesson, and ``check_NAME(answer)``
raises `PropertyBroken` through `require` where the answer breaks a property.
"""

import ast
import contextlib
import json
import os
import subprocess
import sys
import traceback
import types
from dataclasses import asdict, dataclass
from pathlib import Path

NOT_TRIED = "exercise: "  # how the message of an unfilled exercise's NotImplementedError begins
SECONDS = 60  # for one exercise, the start of Python included


class PropertyBroken(AssertionError):
    """A check's verdict: ``property`` is its name, ``detail`` what was seen."""

    def __init__(self, property, detail):
        super().__init__(f"{property}: {detail}")
        self.property = property
        self.detail = detail


def require(holds, property, detail):
    """Raise `PropertyBroken` unless ``holds``.

    Parameters
    ----------
    holds : bool
    property : str
        The name of the property, as the lesson calls it.
    detail : str
        What was seen and what was expected.
    """
    if not holds:
        raise PropertyBroken(property, detail)


@dataclass(frozen=True)
class Verdict:
    """What a check found: ``status`` is "right", "wrong" or "not yet tried"."""

    exercise: str
    status: str
    property: str = ""
    detail: str = ""

    def __str__(self):
        if self.status != "wrong":
            return f"{self.exercise}: {self.status}"
        broken = f" The property that broke: {self.property}." if self.property else ""
        return f"{self.exercise}: wrong.{broken} {self.detail}"


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
        if str(error).startswith(NOT_TRIED):
            return Verdict(exercise, "not yet tried")
        return Verdict(exercise, "wrong", detail=stopped(error, answer))
    except PropertyBroken as broken:
        return Verdict(exercise, "wrong", broken.property, broken.detail)
    except (Exception, SystemExit) as error:  # whatever a student's code may raise is a verdict, not a crash
        return Verdict(exercise, "wrong", detail=stopped(error, answer))
    return Verdict(exercise, "right")


def attempt(check, answer):
    """Inside a lesson: print what `judge` finds, so that the rest of the lesson runs either way."""
    print(judge(check, answer, answer.__name__))


def stopped(error, answer):
    """'It stops with TypeError: … (line 12).', the line being the last one in the answer's own file."""
    own_file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == own_file]
    place = f" (line {lines[-1]} of {Path(own_file).name})" if lines else " (in the check, given what was returned)"
    return f"It stops with {type(error).__name__}: {error}{place}."


def definitions(source, path):
    """The imports, functions, classes and CONSTANTS of a lesson, without running the rest of it.

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
    exec(compile(ast.Module(kept, type_ignores=[]), str(path), "exec"), vars(module))
    return vars(module)


def is_definition(node):
    """Whether a top-level statement only defines something: assignments count if every name is in CAPITALS."""
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        return bool(names) and all(name.isupper() for name in names)
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def judge_source(master_source, source, exercise, path="answer.py"):
    """The verdict on one exercise of a student's file; the check is the master's, whatever the file says.

    Parameters
    ----------
    master_source, source : str
        The lesson and the student's file, both as Python code.
    exercise : str
    path : str or os.PathLike
        The student's file, for messages.

    Returns
    -------
    Verdict
    """
    check = definitions(master_source, "master.py")[f"check_{exercise}"]
    try:
        answer = definitions(source, path).get(exercise)
    except SyntaxError as error:
        return Verdict(exercise, "wrong", detail=f"The file is not Python: {error.msg} (line {error.lineno}).")
    except (Exception, SystemExit) as error:
        return Verdict(exercise, "wrong", detail=f"The file stops with {type(error).__name__}: {error}.")
    if not callable(answer):
        return Verdict(exercise, "wrong", detail=f"The file defines no function {exercise}.")
    return judge(check, answer, exercise)


def check_file(lesson, path, seconds=SECONDS):
    """The verdict on every exercise of a student's file, each in a process of its own.

    Parameters
    ----------
    lesson : lessons.course.Lesson
    path : str or os.PathLike
        The student's ``.py`` or ``.ipynb`` file.
    seconds : float
        How long one exercise may take; an endless loop is a wrong answer, not a hang.

    Yields
    ------
    Verdict
    """
    from .course import child_environment, read_code

    source = read_code(path)
    command = [sys.executable, "-P", "-c", "from lessons.checking import answer_parent; answer_parent()"]
    for exercise in lesson.exercises:
        question = json.dumps({"master": lesson.source, "source": source, "exercise": exercise, "path": str(path)})
        try:
            child = subprocess.run(
                command, input=question, stdout=subprocess.PIPE, text=True, encoding="utf-8",
                timeout=seconds, env=child_environment(), check=False,
            )  # fmt: skip
            yield Verdict(**json.loads(child.stdout))
        except subprocess.TimeoutExpired:
            yield Verdict(exercise, "wrong", detail=f"No answer after {seconds:g} seconds; does a loop never end?")
        except ValueError:
            yield Verdict(exercise, "wrong", detail=f"Python itself ended, with exit status {child.returncode}.")


def answer_parent():
    """The child of `check_file`: read the question from stdin, write the verdict to stdout."""
    question = json.load(sys.stdin)
    sys.path.append(os.path.dirname(os.path.abspath(question["path"])))  # a student's own modules
    with contextlib.redirect_stdout(sys.stderr):  # what the student's code prints is shown, and is not the verdict
        verdict = judge_source(question["master"], question["source"], question["exercise"], question["path"])
    json.dump(asdict(verdict), sys.stdout)
