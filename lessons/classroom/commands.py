"""The commands of the course: one function adds a command, one runs it, its imports inside it."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from models.output.console import one_line


def add_list(commands):
    command = commands.add_parser(
        "list", help="the lessons: title, minutes, what you will have at the end, your progress"
    )
    command.set_defaults(run=run_list)


def run_list(arguments):
    from .course import all_lessons, own_file
    from .progress import LearnersRecord, work_folder

    progress = LearnersRecord(work_folder())
    lessons = all_lessons()
    files = [own_file(lesson) for lesson in lessons]
    for lesson, path in zip(lessons, files):
        print(f"{lesson.number:>2}  {lesson.title} ({lesson.minutes} minutes)")
        print(f"    At the end {lesson.at_the_end}")
        if path is not None:
            print(f"    Your progress: {progress.of(lesson, path)}")
    if not any(files):
        print(
            "\nYour progress: there is no file of yours in this folder. To begin: python -m "
            "lessons handout DIR, then cd DIR"
        )
    elif not progress.checked:
        print(
            "\nNothing is checked yet. Write an exercise into its file, then: python -m lessons "
            "check N"
        )
    return 0


def add_run(commands):
    command = commands.add_parser(
        "run", help="run a lesson, or all of them, and make a page of what they print and draw"
    )
    command.add_argument(
        "number",
        metavar="N|all",
        nargs="?",
        default="all",
        help="all unless told; your .py if it is in this folder",
    )
    command.add_argument(
        "--out",
        metavar="DIR",
        help="for the page, figures and logs; minigrad-lessons here unless told",
    )
    command.set_defaults(run=run_run)


def run_run(arguments):
    from .course import all_lessons, find_lesson, need_drawing
    from .page import write_page
    from .progress import LearnersRecord, work_folder
    from .running import run_lessons

    need_drawing()
    lessons = all_lessons() if arguments.number == "all" else [find_lesson(arguments.number)]
    here = [Path(lesson.path.name) for lesson in lessons]
    files = [
        own if own.is_file() and own.resolve() != lesson.path else lesson.path
        for own, lesson in zip(here, lessons)
    ]
    folder = Path(arguments.out) if arguments.out else work_folder()
    progress = LearnersRecord(folder)
    seconds_before = {int(number): run["seconds"] for number, run in progress.runs.items()}
    done = []
    try:
        for run in run_lessons(lessons, folder, files, seconds_before):
            done.append(run)
            progress.note_run(run.lesson, run.path, run.status, run.seconds)
            if run.path != run.lesson.path:
                progress.note_exercises(run.lesson, run.path, run.statuses())
            print_run(run)
    finally:  # after Ctrl-C too
        failed = [str(run.lesson.number) for run in done if run.status]
        if failed:
            print(f"\n{len(failed)} of {len(done)} failed: lesson {', '.join(failed)}")
        if done:
            print(f"\nOpen this page in a browser: {write_page(folder, all_lessons())}", flush=True)
    return 1 if failed else 0


def print_run(run):
    """How one lesson went."""
    whose = "" if run.path == run.lesson.path else " (your file)"
    if run.status == 0:
        print(
            f"lesson {run.lesson.number}: {run.lesson.title}{whose}: done in {run.seconds:.1f} s",
            flush=True,
        )
    else:
        print(
            f"lesson {run.lesson.number}: {run.lesson.title}{whose}: FAILED (exit status "
            f"{run.status}). Its last lines:\n"
        )
        print(run.last_lines(), end="\n\n", flush=True)


def add_check(commands):
    command = commands.add_parser(
        "check",
        help="say of each exercise of your file: right, wrong (what broke) or not yet tried",
    )
    command.add_argument("number", metavar="N")
    command.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="your .py or .ipynb; unless told, the lesson's file in this folder, else the solved "
        "master",
    )
    command.set_defaults(run=run_check)


def run_check(arguments):
    from ..grading.examining import check_file
    from . import comparison
    from .answers.file import StudentsFile
    from .course import find_lesson, need_drawing, own_file
    from .progress import LearnersRecord, counted, work_folder
    from .properties import RIGHT
    from .reading import read_code

    need_drawing()
    lesson = find_lesson(arguments.number)
    mine = own_file(lesson)
    path = Path(arguments.file) if arguments.file else mine or lesson.path
    if path == lesson.path:
        print(
            f"checking the solved master, {path} (no {path.name} or .ipynb of yours is in this "
            "folder)"
        )
    else:
        print(f"checking {path}")
    for broken in StudentsFile(read_code(path), path).broken:
        print(f"note: line {broken.line} is not Python: {broken.said}", file=sys.stderr)
    verdicts = []
    for verdict in check_file(lesson, path):
        print(f"  {verdict}", flush=True)
        picture = kept(comparison.save, verdict, work_folder())
        if picture is not None:
            print(f"    picture (expected, yours, the difference): {picture}", flush=True)
        verdicts.append(verdict)
    print(counted(verdict.status for verdict in verdicts))
    if mine is not None and path.resolve() == mine.resolve():
        statuses = {verdict.exercise: verdict.status for verdict in verdicts}
        kept(LearnersRecord(work_folder()).note_exercises, lesson, mine, statuses)
    return 0 if all(verdict.status == RIGHT for verdict in verdicts) else 1


def kept(write, *arguments):
    """``write(*arguments)``, or a note where nothing can be written: the verdicts matter more."""
    try:
        return write(*arguments)
    except OSError as error:
        print(f"note: nothing is kept of this check: {one_line(error)}", file=sys.stderr)
        return None


def add_hint(commands):
    command = commands.add_parser("hint", help="one more hint for an exercise, one at a time")
    command.add_argument("number", metavar="N")
    command.add_argument(
        "exercise",
        metavar="EXERCISE",
        nargs="?",
        help="the first of your file that is not tried unless told",
    )
    command.set_defaults(run=run_hint)


def run_hint(arguments):
    from .course import find_lesson, own_file, untried
    from .progress import LearnersRecord, work_folder
    from .reading import CourseError

    lesson = find_lesson(arguments.number)
    mine = own_file(lesson)
    exercise = arguments.exercise or next(iter(untried(lesson, mine)), lesson.exercises[0])
    if exercise not in lesson.hints:
        known = ", ".join(lesson.exercises)
        raise CourseError(f"lesson {lesson.number} has no exercise {exercise}; it has: {known}")
    hints = lesson.hints[exercise]
    record = LearnersRecord(work_folder())
    name = f"{lesson.number} {exercise}"
    given = kept(record.next_hint, name, hints) or len(hints)
    print(f"{exercise}, hint {given} of {len(hints)}: {hints[given - 1]}")
    if given == len(hints):
        print(
            "That was the last. A solution is folded on the lesson's page: python -m lessons site"
        )
    return 0


def add_handout(commands):
    command = commands.add_parser(
        "handout", help="write the students' copies, .py and .ipynb, without solutions"
    )
    command.add_argument("folder", metavar="DIR")
    command.add_argument(
        "--replace", action="store_true", help="replace files that are there and differ"
    )
    command.add_argument(
        "--for",
        dest="platform",
        choices=("gradescope", "otter", "nbgrader"),
        help="write what this platform's instructors upload, in place of the plain copies",
    )
    command.set_defaults(run=run_handout)


def run_handout(arguments):
    from .handout import handout

    if arguments.platform:
        from ..platforms.command import handout_for

        paths, what_next = handout_for(arguments.platform, arguments.folder, arguments.replace)
        print(*paths, "", what_next, sep="\n")
        return 0
    paths = handout(arguments.folder, replace=arguments.replace)
    for path in paths:
        print(path)
    # whole, for the environment need not be the shell's
    python = quoted(sys.executable or "python")
    folder, first = quoted(arguments.folder), paths[0].name
    print(
        f"\nTo begin: cd {folder}, write an exercise into {first}, then: {python} -m lessons "
        "check 1"
    )
    return 0


def quoted(path, windows=os.name == "nt"):
    """A path as it is typed after a prompt: Windows knows double quotes only, and only at need."""
    return subprocess.list2cmdline([path]) if windows else shlex.quote(path)
