"""One submission on Gradescope: ``python -m lessons.platforms.gradescope.run FOLDER``, as root.

FOLDER has Gradescope's own folders: source, submission and results. The student's code runs as a
user who owns nothing and can read neither the results nor the solutions.
"""

import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from ...classroom.checking import Verdict
from ...classroom.course import all_lessons
from ...classroom.properties import NOT_GRADED, NOT_TRIED_STATUS
from ...classroom.reading import CourseError, read_code
from ...grading.examining import Limits, examine
from ..one_student import files_of_one
from .results import NO_FILE, Results

STUDENT = 61_999  # a user's number that no account has
SHORTEST = 2.0  # seconds for an exercise, however many there are


def main(base):
    """Judge what lies in ``base/submission``; ``base/results/results.json`` is always there."""
    base, started = Path(base), time.monotonic()
    os.umask(0o022)
    assignment = json.loads((base / "source" / "assignment.json").read_text(encoding="utf-8"))
    results = Results(base / "results" / "results.json", assignment)
    results.write()
    signal.signal(signal.SIGTERM, stopped)
    with tempfile.TemporaryDirectory(prefix="minigrad-submission-") as folder:
        os.chmod(folder, 0o711)  # the student's code may read its own files
        try:
            hide(base)
            judge_all(base, Path(folder), assignment, results, started)
        except Exception as error:
            results.say(
                f"The autograder stopped with {type(error).__name__}: {error}. This is no fault of "
                "yours: tell your instructor."
            )
            raise
        finally:
            end_all_of(STUDENT)
            results.write()


def stopped(*_):
    """Gradescope calls the run off: what is known is written."""
    sys.exit(1)


def hide(base):
    """Nobody but root reads the solutions and the results."""
    os.chmod(base / "results", 0o700)
    for lesson in all_lessons():
        os.chmod(lesson.path, 0o600)


def judge_all(base, folder, assignment, results, started):
    """Judge every exercise of the assignment's lessons; ``folder`` is for copies."""
    own = folder / "submission"
    # links stay links, for they lead anywhere
    shutil.copytree(base / "submission", own, symlinks=True)
    known = all_lessons()
    asked = {lesson["number"]: lesson for lesson in assignment["lessons"]}
    lessons = [lesson for lesson in known if lesson.number in asked]
    chosen, passed_over = files_of_one(own, lessons, known, folder / "unpacked")
    make_readable(folder)
    for lesson, path in chosen.items():
        inside = own if path.is_relative_to(own) else folder / "unpacked"
        results.say(f"Lesson {lesson.number}: {path.relative_to(inside).as_posix()} is judged.")
    for line in passed_over:
        results.say(f"Passed over: {line}")
    for lesson in lessons:
        if lesson not in chosen:
            results.say(f"Lesson {lesson.number}: {NO_FILE}")
            for exercise in lesson.exercises:
                results.note(lesson.number, Verdict(exercise, NOT_TRIED_STATUS, detail=NO_FILE))
    left = sum(len(lesson.exercises) for lesson in chosen)
    for lesson in sorted(chosen, key=lambda lesson: lesson.number):
        time_left = assignment["seconds_in_all"] - (time.monotonic() - started)
        if time_left <= 0:  # else Gradescope would show nothing at all
            break
        seconds = min(assignment["seconds"], max(SHORTEST, time_left / left))
        limits = Limits(round(seconds, 1), assignment["memory"], STUDENT)
        for verdict in verdicts_of(lesson, chosen[lesson], limits):
            results.note(lesson.number, verdict)
            print(
                f"{time.monotonic() - started:6.1f} s  lesson {lesson.number}, {verdict}",
                flush=True,
            )
        left -= len(lesson.exercises)


def verdicts_of(lesson, path, limits):
    """The verdict on every exercise of a file; not graded where the file cannot be read."""
    try:
        source = read_code(path)
    except CourseError as error:
        why = str(error).removeprefix(f"{path}: ")
        for exercise in lesson.exercises:
            yield Verdict(exercise, NOT_GRADED, detail=f"The file {path.name}: {why}.")
        return
    for verdict, _ in examine(lesson, source, path.absolute(), limits):
        yield verdict


def make_readable(top):
    """Let any user read all that lies inside a folder, wherever it came from."""
    for folder, folders, files in os.walk(top):
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            if not os.path.islink(path):
                os.chmod(path, 0o755 if name in folders else 0o644)


def end_all_of(user):
    """End every process of a user: one may have left the group in which it was started."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if place.stat().st_uid == user:
                os.kill(int(place.name), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1])
