"""``python -m lessons grade``."""

import os
import sys
from pathlib import Path


def add_grade(commands):
    text = (
        "Judge every exercise of every student's file, .py or .ipynb. DIR is what Canvas, Moodle, "
        "Blackboard, Sakai, Brightspace, Gradescope or GitHub Classroom gives, unpacked or not; or "
        "a folder for each student, DIR/STUDENT/…/01_name.py; or DIR/STUDENT_01_name.py. What is "
        "not taken is named, and why. Their code runs in processes "
        "with limits of time and memory, in empty folders: a guard against accidents, not a "
        "security sandbox. What is graded is "
        "kept: after Ctrl-C the same command goes on, and files that have not changed are not "
        "graded again."
    )
    command = commands.add_parser(
        "grade", help="judge many students' files and write a table", description=text
    )
    command.add_argument("folder", metavar="DIR", help="with the students' files")
    add_options(command)
    command.set_defaults(run=run_grade)


def add_options(command):
    """The options of whatever grades: where tables go, and what an answer may take."""
    from .examining import SECONDS
    from .grade import MEMORY

    command.add_argument(
        "--out",
        metavar="FILE.csv",
        default="grades.csv",
        help="a row for each exercise; grades.csv unless told",
    )
    command.add_argument(
        "--summary",
        metavar="FILE.html",
        nargs="?",
        const="",
        help="also a page without names that the next hour is planned from; beside the table "
        "unless told",
    )
    command.add_argument(
        "--seconds",
        type=positive,
        default=SECONDS,
        help=f"that an exercise may take; {SECONDS} unless told",
    )
    command.add_argument(
        "--memory",
        type=positive,
        default=MEMORY,
        metavar="GIB",
        help=f"that a file may take; {MEMORY:g} unless told",
    )
    command.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        help="files judged at a time; one a core unless told",
    )


def positive(text):
    """A number above 0, for argparse."""
    if not 0 < float(text) < 1e6:
        raise ValueError(text)
    return float(text)


def run_grade(arguments):
    from ..classroom.course import all_lessons

    return grade_and_tell(arguments, arguments.folder, all_lessons())


def grade_and_tell(arguments, folder, lessons, more_to_note=lambda folder: ()):
    """Grade a folder, write the tables and the page, and say what came of it.

    Parameters
    ----------
    arguments : argparse.Namespace
        With what `add_options` adds.
    folder : str or os.PathLike
        With the students' files.
    lessons : list of Lesson
        That count.
    more_to_note : callable, optional
        Gives further notes on the folder's files.

    Returns
    -------
    int
        Exit status: 130 if an interrupt left files ungraded.
    """
    from models.study.report import write_csv

    from ..classroom.progress import work_folder
    from .examining import Limits
    from .grade import grade, plain, summary

    table, page = places(arguments)
    limits = Limits(arguments.seconds, arguments.memory)
    rows, passed_over, noted, unfinished = grade(
        folder, lessons, work_folder() / "grades", limits, arguments.workers
    )
    noted = [*noted, *more_to_note(folder)]
    # with the mark by which Excel knows UTF-8: Jörg, ∂F/∂y
    write_csv(table, rows, encoding="utf-8-sig")
    print("\n".join(summary(rows, lessons)))
    print(f"\nEvery exercise with what broke: {table}")
    if page is not None:
        print(f"For the next hour, without names: {page}")
        write_page(page, table, rows, lessons, unfinished)
        said = [("passed over", plain(line)) for line in passed_over]
        said += [("note", plain(line)) for line in noted]
        notes = table.with_name(f"{table.stem}_notes.csv")
        print(f"What else there is to know, for you alone: {notes}")
        write_csv(notes, [{"kind": kind, "note": line} for kind, line in said], "utf-8-sig")
    for line in passed_over:
        print(f"passed over: {plain(line)}", file=sys.stderr)
    for line in noted:
        print(f"note: {plain(line)}", file=sys.stderr)
    if unfinished:
        print(
            f"interrupted: {unfinished} files are not graded yet; the same command goes on with "
            "them",
            file=sys.stderr,
        )
    return 130 if unfinished else 0


def places(arguments):
    """Where the table goes, and the page or None; a CourseError before any work is done."""
    from ..classroom.reading import CourseError

    table, page = Path(arguments.out), None
    if arguments.summary is not None:
        page = Path(arguments.summary) if arguments.summary else table.with_suffix(".html")
    for option, path in (("--out", table), ("--summary", page)):
        if path is not None and not path.resolve().parent.is_dir():
            raise CourseError(f"{option} {path}: its folder does not exist")
    if page is not None and page.resolve() == table.resolve():
        raise CourseError(f"--out and --summary are both {page}; give two names")
    if page is not None and page.suffix.lower() not in (".html", ".htm"):
        raise CourseError(
            f"--summary {page}: a page's name ends in .html; the folder of the students' files "
            "comes first: grade DIR --summary"
        )
    return table, page


def write_page(page, table, rows, lessons, unfinished):
    """Write the page without names, whole or not at all."""
    from minigrad.weights import atomic_file

    from .overview.page import overview

    with atomic_file(page) as file:
        file.write(overview(rows, lessons, table.name, unfinished).encode())
