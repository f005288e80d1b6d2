"""The command line: ``python -m lessons COMMAND``; one function a command, its imports inside it."""

import argparse
import signal
import sys
from pathlib import Path


def add_list(commands):
    command = commands.add_parser("list", help="the lessons: number, title, minutes")
    command.set_defaults(run=run_list)


def run_list(arguments):
    from .course import all_lessons

    for lesson in all_lessons():
        print(f"{lesson.number:>2}  {lesson.title}  ({lesson.minutes} minutes)")
    return 0


def add_run(commands):
    command = commands.add_parser("run", help="run a lesson, or all of them, and save the figures")
    command.add_argument("number", metavar="N|all", nargs="?", default="all")
    command.add_argument(
        "--out", metavar="DIR", default="minigrad-lessons", help="for figures and logs; minigrad-lessons here unless told"
    )
    command.set_defaults(run=run_run)


def run_run(arguments):
    from .course import all_lessons, find_lesson
    from .running import run_lessons

    lessons = all_lessons() if arguments.number == "all" else [find_lesson(arguments.number)]
    done = []
    for run in run_lessons(lessons, Path(arguments.out)):
        done.append(run)
        if run.status == 0:
            print(f"lesson {run.lesson.number}: {run.lesson.title}: done in {run.seconds:.1f} s")
        else:
            print(f"lesson {run.lesson.number}: {run.lesson.title}: FAILED (exit status {run.status}). Its last lines:\n")
            print(run.last_lines(), end="\n\n")
    failed = [run for run in done if run.status]
    print("\nTo open:")
    for run in done:
        for path in (*run.figures, run.log):
            print(f"  {path}")
    if failed:
        print(f"\n{len(failed)} of {len(done)} failed: lesson {', '.join(str(run.lesson.number) for run in failed)}")
    return 1 if failed else 0


def add_check(commands):
    command = commands.add_parser("check", help="say of each exercise of your file: right, wrong (what broke) or not yet tried")
    command.add_argument("number", metavar="N")
    command.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="your .py or .ipynb; unless told, the lesson's file in this folder, else the master",
    )
    command.set_defaults(run=run_check)


def run_check(arguments):
    from .checking import check_file
    from .course import find_lesson

    lesson = find_lesson(arguments.number)
    here = Path(lesson.path.name)
    path = Path(arguments.file) if arguments.file else here if here.is_file() else lesson.path
    print(f"checking {path}")
    verdicts = []
    for verdict in check_file(lesson, path):
        print(f"  {verdict}", flush=True)
        verdicts.append(verdict)
    right = sum(verdict.status == "right" for verdict in verdicts)
    print(f"{right} of {len(verdicts)} right")
    return 0 if right == len(verdicts) else 1


def add_handout(commands):
    command = commands.add_parser("handout", help="write the students' copies, .py and .ipynb, without solutions")
    command.add_argument("folder", metavar="DIR")
    command.add_argument("--replace", action="store_true", help="replace files that are there and differ")
    command.set_defaults(run=run_handout)


def run_handout(arguments):
    from .course import handout

    for path in handout(arguments.folder, replace=arguments.replace):
        print(path)
    return 0


# Each adds one command: its arguments, and the function that runs it as `run`.
COMMANDS = (add_list, add_run, add_check, add_handout)


def main(arguments=None):
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        Of the command line, without the program's name; ``sys.argv`` unless told.

    Returns
    -------
    int
        Exit status: 0; 1 after an error, a failed lesson or an answer that is not right; 130 after Ctrl-C.
    """
    parser = argparse.ArgumentParser(prog="python -m lessons", description="The course: run, check and hand out its lessons.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    chosen = parser.parse_args(arguments)
    try:
        return chosen.run(chosen)
    except KeyboardInterrupt:
        print("interrupted; what was finished is kept", file=sys.stderr)
        return 130
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def terminate(number, frame):
    """Leave by an exception, as Ctrl-C does, so that a lesson that runs is ended too."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, terminate)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # α and ∂ print wherever the output goes
    sys.exit(main())
