"""``python -m lessons grade``."""

import os
import sys
from pathlib import Path


def add_grade(commands):
    from .examining import SECONDS
    from .grade import MEMORY

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
    command.add_argument(
        "--out",
        metavar="FILE.csv",
        default="grades.csv",
        help="a row for each exercise; grades.csv unless told",
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
    command.set_defaults(run=run_grade)


def positive(text):
    """A number above 0, for argparse."""
    if not 0 < float(text) < 1e6:
        raise ValueError(text)
    return float(text)


def run_grade(arguments):
    from models.study.report import write_csv

    from ..classroom.course import all_lessons
    from ..classroom.progress import work_folder
    from ..classroom.reading import CourseError
    from .examining import Limits
    from .grade import grade, plain, summary

    if not Path(arguments.out).resolve().parent.is_dir():
        raise CourseError(f"--out {arguments.out}: its folder does not exist")
    lessons, limits = all_lessons(), Limits(arguments.seconds, arguments.memory)
    rows, passed_over, noted, unfinished = grade(
        arguments.folder, lessons, work_folder() / "grades", limits, arguments.workers
    )
    # with the mark by which Excel knows UTF-8: Jörg, ∂F/∂y
    write_csv(arguments.out, rows, encoding="utf-8-sig")
    print("\n".join(summary(rows, lessons)))
    print(f"\nEvery exercise with what broke: {arguments.out}")
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
