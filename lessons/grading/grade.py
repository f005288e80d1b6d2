"""Grading: every student's file judged behind the guard rail, a row for each exercise.

Students' code runs in processes of its own with limits of time and memory, in an empty folder.
That keeps accidents and pranks from harming others. It is **not a security sandbox**: see
`lessons.grading.guard`."""

import hashlib
import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from minigrad.weights import atomic_file
from models.output.progress import Progress

from ..classroom.course import FOLDER
from ..classroom.properties import NOT_GRADED, NOT_TRIED_STATUS, RIGHT, WRONG
from ..classroom.reading import CourseError, read_code
from .examining import examine, files_beside
from .likeness import facts
from .submissions import find_submissions

MEMORY = 4.0  # GiB for one file
HEADS = ("student", "lesson", "exercise", "status", "property", "detail", "seconds", "file")
TIMED_OUT = "No answer after"


def grade(folder, lessons, kept, limits, workers):
    """Grade what a folder holds; what was graded before and has not changed is not graded again.

    Parameters
    ----------
    folder : str or os.PathLike
        With the students' files, see `lessons.grading.submissions`.
    lessons : list of Lesson
    kept : pathlib.Path
        A folder for the results of every file, so that an interrupted run goes on where it was.
    limits : lessons.grading.examining.Limits
    workers : int
        Files judged at a time.

    Returns
    -------
    rows : list of dict
        With the keys HEADS; ordered by student, lesson and exercise.
    passed_over : list of str
        Files that were not taken, and why.
    noted : list of str
        What else an instructor should know, see `lessons.grading.likeness`.
    unfinished : int
        Files that an interrupt left ungraded; 0 unless there was one.
    """
    submissions, passed_over = find_submissions(folder, lessons, kept / "unpacked")
    if not submissions:
        raise CourseError(
            f"{folder} holds no lesson's file; expected names like {lessons[0].path.name}, in a "
            "folder for each student"
            + "".join(f"; passed over: {line}" for line in passed_over[:3])
        )
    kept.mkdir(parents=True, exist_ok=True)
    code = code_version()
    places = {one: kept / f"{key(one, limits, code)}.json" for one in submissions}
    results = {one: rows for one, place in places.items() if (rows := read_kept(place)) is not None}
    todo = [one for one in submissions if one not in results]
    call_off = threading.Event()
    print(
        f"{len(submissions)} files, {len(results)} of them graded before",
        file=sys.stderr,
        flush=True,
    )
    with (
        Progress(len(results), len(submissions), unit="file") as bar,
        ThreadPoolExecutor(max(1, workers)) as pool,
    ):
        waiting = {pool.submit(grade_file, one, limits, call_off.is_set): one for one in todo}
        try:
            for done in as_completed(waiting):
                one, rows = waiting[done], done.result()
                results[one] = rows
                # the machine may have been busy: tried again
                if not any(row["detail"].startswith(TIMED_OUT) for row in rows):
                    with atomic_file(places[one]) as file:
                        file.write(json.dumps(rows).encode())
                bar.update(len(results), f"{plain(one.student)}, lesson {one.lesson.number}")
        except KeyboardInterrupt:
            pass  # what is finished is written
        finally:
            call_off.set()
            pool.shutdown(cancel_futures=True)
    rows = [
        {
            "student": one.student,
            "lesson": one.lesson.number,
            **row,
            "file": one.shown,
        }
        for one in submissions
        for row in results.get(one, [])
    ]
    return (
        [{head: plain(row[head]) for head in HEADS} for row in rows],
        passed_over,
        facts(submissions),
        len(submissions) - len(results),
    )


def grade_file(submission, limits, called_off):
    """The rows of one file; one row without an exercise if it cannot be read."""
    try:
        source = read_code(submission.path)
    except CourseError as error:
        why = str(error).removeprefix(f"{submission.path}: ")
        return [
            {"exercise": "", "status": NOT_GRADED, "property": "", "detail": why, "seconds": 0.0}
        ]
    # In a flat folder the neighbours are other students' files, which must not be importable.
    # Whole, because the child runs in another folder and would look for the student's own modules
    # there.
    path = submission.path.absolute() if submission.own_folder else Path(submission.path.name)
    return [
        {
            "exercise": verdict.exercise,
            "status": verdict.status,
            "property": verdict.property,
            "detail": verdict.detail,
            "seconds": round(seconds, 2),
        }
        for verdict, seconds in examine(submission.lesson, source, path, limits, called_off)
    ]


def key(submission, limits, code):
    """A name for the result of a file: another one if anything that decides it changes."""
    digest = hashlib.sha256(
        f"{code} {limits} {submission.lesson.number} {submission.path.name}\0".encode()
    )
    folder = submission.own_folder
    beside = (
        [*sorted(folder.glob("*.py")), *files_beside(submission.path.absolute())] if folder else []
    )
    for path in (submission.lesson.path, submission.path, *beside):
        if path.is_file() and not path.is_symlink() and os.access(path, os.R_OK):
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode(errors="surrogateescape"))
            with open(path, "rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:32]


def code_version():
    """A digest of this project's code, on which every verdict rests."""
    digest = hashlib.sha256()
    for package in ("minigrad", "models", "lessons"):
        for path in sorted((FOLDER.parent / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def read_kept(place):
    """The rows that an earlier run kept, or None."""
    try:
        rows = json.loads(place.read_text(encoding="utf-8"))
        return (
            rows
            if all({*row} == {*HEADS} - {"student", "lesson", "file"} for row in rows)
            else None
        )
    except (OSError, ValueError, TypeError):
        return None


def plain(value):
    """A cell on one line that no spreadsheet takes for a formula: students choose its text."""
    if not isinstance(value, str):
        return value
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in value).split())
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def summary(rows, lessons):
    """One line a student: right of all for each lesson that anyone handed in, and the total.

    Parameters
    ----------
    rows : list of dict
        As `grade` returns them.
    lessons : list of Lesson

    Returns
    -------
    list of str
    """
    numbers = sorted({row["lesson"] for row in rows})
    exercises = {lesson.number: len(lesson.exercises) for lesson in lessons}
    students = list(dict.fromkeys(row["student"] for row in rows))
    width = max(len("student"), *map(len, students)) + 2
    lines = [
        "student".ljust(width)
        + "".join(f"{f'lesson {number}':>11}" for number in numbers)
        + "      right"
    ]
    for student in students:
        cells, total = [], 0
        for number in numbers:
            own = [row for row in rows if (row["student"], row["lesson"]) == (student, number)]
            right = sum(row["status"] == RIGHT for row in own)
            total += right
            open_ = [row["exercise"] for row in own if row["status"] == NOT_GRADED]
            count = f"{right}/{exercises[number]}" + ("?" if open_ else "")
            cells.append("unreadable" if "" in open_ else count if own else "–")
        lines.append(
            student.ljust(width) + "".join(f"{cell:>11}" for cell in cells) + f"{total:>11}"
        )
    tried = [row for row in rows if row["status"] in (RIGHT, WRONG)]
    untried = sum(row["status"] == NOT_TRIED_STATUS for row in rows)
    right = sum(row["status"] == RIGHT for row in tried)
    open_ = sum(row["status"] == NOT_GRADED for row in rows)
    return [
        *lines,
        "",
        f"{len(students)} students; {right} right, {len(tried) - right} wrong, "
        f"{untried} not yet tried" + (f", {open_} not graded (?): see why" if open_ else ""),
    ]
