"""The process in which a student's file is judged: one question in, one line an exercise out.

`lessons.grading.examining` starts it and reads what it says.
"""

import json
import os
import sys
import time
from pathlib import Path

from ..classroom.checking import WRONG, Verdict, definitions, judge_source, message
from . import guard

LONGEST_DETAIL = 2000  # characters
MOST_COMPARED = 100_000  # entries of an array that is sent back for a picture


def answer():
    """Read the question from stdin, judge, write a line an exercise; leave without clean-up."""
    question = json.load(sys.stdin)
    # bound here, whatever the student's code renames
    channel, dumps, write, leave = os.dup(1), json.dumps, os.write, os._exit
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what the student's code prints is no verdict
    sys.stdout.reconfigure(line_buffering=True)  # and is seen even if this process is ended
    changed_since, secret = guard.changed_since, question["secret"]

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
    guarded = question["memory"] is not None
    if guarded:
        os.environ["HOME"] = os.getcwd()
        guard.limit_resources(
            question["seconds"] * len(question["exercises"]) + time.process_time(),
            question["memory"],
        )
        guard.refuse_harm(os.getcwd())
    before = guard.functions_of_checks(checks) if guarded else {}
    path = Path(question["path"])
    sys.path.append(str(path.resolve().parent))
    send(ready=True)
    for number, exercise in enumerate(question["exercises"], 1):
        started = time.perf_counter()
        verdict = judged(checks, question["source"], exercise, path.name)
        changed = changed_since(before, checks)
        if changed:
            verdict = Verdict(
                exercise,
                WRONG,
                detail=f"The file changes {changed}, on which checks rely; "
                "nothing else was looked at.",
            )
        last = bool(changed) or number == len(question["exercises"])
        send(**as_json(verdict), seconds=round(time.perf_counter() - started, 3), last=last)
        if last:
            leave(0)


def judged(checks, source, exercise, path):
    """The verdict on one exercise, whatever the student's code raises."""
    try:
        return judge_source(checks, source, exercise, path)
    # KeyboardInterrupt too: Ctrl-C goes to the parent, so this one is the student's own
    except BaseException as error:
        return Verdict(
            exercise, WRONG, detail=f"It stops with {type(error).__name__}: {message(error)}."
        )


def as_json(verdict):
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
