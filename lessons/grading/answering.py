"""The process in which a student's file is judged: one question in, one line an exercise out.

`lessons.grading.examining` starts it and reads what it says. Each exercise is judged in a copy of
this process, so what one does to the machine, or to NumPy, is not there for the next.
"""

import builtins
import contextlib
import json
import os
import pdb
import signal
import sys
import time
from pathlib import Path

from ..classroom.answers.cells import written_modules
from ..classroom.answers.errors import blame, message
from ..classroom.checking import Verdict, definitions, judge_source
from ..classroom.properties import NOT_GRADED
from . import guard

LONGEST_DETAIL = 2000  # characters
MOST_COMPARED = 100_000  # entries of an array that is sent back for a picture
# Elsewhere a copy of a process is dear or unsafe: there each exercise gets a process anew.
COPIES = sys.platform == "linux" and hasattr(os, "fork")


def answer():
    """Read the question from stdin, judge, write a line an exercise; leave without clean-up."""
    question = json.load(sys.stdin)
    channel = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what the student's code prints is no verdict
    sys.stdout.reconfigure(line_buffering=True)  # and is seen even if this process is ended
    # bound here, whatever the student's code renames
    dumps, write, leave, secret = json.dumps, os.write, os._exit, question["secret"]

    def send(**said):
        line = f"{secret}{dumps(said)}\n".encode()
        while line:
            line = line[write(channel, line) :]

    try:
        checks_file = Path(question["checks"])
        checks = definitions(checks_file.read_text(encoding="utf-8"), checks_file)
    except Exception as error:
        send(error=f"the lesson's checks stop with {type(error).__name__}: {message(error)}")
        leave(1)
    nobody_at_the_keyboard()
    make_importable(question)
    judge_one = Judge(question, checks)
    send(ready=True)
    for exercise in question["exercises"]:
        copy = os.fork() if COPIES else 0
        if not copy:
            send(**judge_one(exercise), last=not COPIES)
            leave(0)
        status = wait_for(copy)
        send(exercise=exercise, ended=os.waitstatus_to_exitcode(status))
    leave(0)


def wait_for(copy):
    """How a copy of this process ended; one that is told to end takes its copy along."""

    def end_both(*_):
        with contextlib.suppress(ProcessLookupError, ChildProcessError):  # it has just ended
            os.kill(copy, signal.SIGKILL)
            os.waitpid(copy, 0)  # else it would be left to whoever has no use for it
        os._exit(0)

    before = signal.signal(signal.SIGTERM, end_both)
    _, status = os.waitpid(copy, 0)
    signal.signal(signal.SIGTERM, before)
    return status


def nobody_at_the_keyboard():
    """Whoever is asked presses Enter; a breakpoint that was forgotten stops nobody."""

    def pressed_enter(prompt=""):
        print(prompt)
        return ""

    def walk_on(*given, **named):
        pass

    builtins.input = pressed_enter
    sys.breakpointhook = pdb.set_trace = walk_on


def make_importable(question):
    """The student's own modules: those beside the file, and those that a notebook's cells write."""
    for name, text in written_modules(question["source"]).items():
        Path(question["folder"], name).write_text(text, encoding="utf-8")
    sys.path += [question["folder"], str(Path(question["path"]).resolve().parent)]


class Judge:
    """Judges one exercise, for good behind the guard rail where there is one.

    Parameters
    ----------
    question : dict
        See `lessons.grading.examining.Child`.
    checks : dict
        By name what the file with the checks defines.
    """

    def __init__(self, question, checks):
        self.question, self.checks = question, checks
        self.guarded = question["memory"] is not None
        self.changed_since = guard.changed_since
        self.before = guard.functions_of_checks(checks) if self.guarded else {}

    def __call__(self, exercise):
        """The verdict as what JSON can hold."""
        question, changed_since, clock = self.question, self.changed_since, time.perf_counter
        as_json = verdict_as_json
        if self.guarded:
            os.environ["HOME"] = os.getcwd()
            guard.limit_resources(question["seconds"], question["memory"])
            guard.refuse_harm(os.getcwd())
        started = clock()
        name = Path(question["path"]).name
        verdict = judged(self.checks, question["source"], exercise, name, question["course"])
        changed = changed_since(self.before, self.checks)
        if changed:
            said = (
                f"The file changes {changed}, on which checks rely. Take that out and hand in "
                "again: nothing else was looked at."
            )
            verdict = Verdict(exercise, NOT_GRADED, detail=said)
        return as_json(verdict) | {"seconds": round(clock() - started, 3)}


def judged(checks, source, exercise, path, course):
    """The verdict on one exercise, whatever the student's code raises."""
    try:
        return judge_source(checks, source, exercise, path, course)
    # KeyboardInterrupt too: Ctrl-C goes to the parent, so this one is the student's own
    except BaseException as error:
        said = f"It stops with {type(error).__name__}: {message(error)}."
        return Verdict(exercise, *blame(error, said))


def verdict_as_json(verdict):
    """A verdict as what JSON can hold; long texts are cut, and large arrays left out."""
    detail = (
        verdict.detail
        if len(verdict.detail) <= LONGEST_DETAIL
        else verdict.detail[:LONGEST_DETAIL] + " …"
    )
    arrays = (verdict.expected, verdict.got)
    known = all(
        array is not None and array.dtype.kind != "c" and array.size <= MOST_COMPARED
        for array in arrays
    )
    expected, got = (array.tolist() for array in arrays) if known else (None, None)
    return {
        "exercise": verdict.exercise,
        "status": verdict.status,
        "property": verdict.property,
        "detail": detail,
        "expected": expected,
        "got": got,
    }
