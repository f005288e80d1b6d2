"""The command line: ``python -m lessons COMMAND``."""

import argparse

from models.output.console import outcome, run_as_program

from .classroom.commands import add_check, add_handout, add_hint, add_list, add_run
from .debugger.command import add_debugger
from .grading.command import add_grade
from .grading.exam.command import add_exam
from .replay.command import add_replay
from .site.command import add_site

# Each adds one command: its arguments, and the function that runs it as `run`.
COMMANDS = (
    add_list,
    add_run,
    add_check,
    add_hint,
    add_debugger,
    add_replay,
    add_handout,
    add_grade,
    add_exam,
    add_site,
)


def main(arguments=None):
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        Of the command line, without the program's name; ``sys.argv`` unless told.

    Returns
    -------
    int
        Exit status: 0; 1 after an error, a failed lesson or an answer that is not right; 130 after
        Ctrl-C.
    """
    parser = argparse.ArgumentParser(
        prog="python -m lessons",
        description="The course: run, check, hand out, grade its lessons; examinations.",
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    chosen = parser.parse_args(arguments)
    return outcome(chosen.run, chosen, interrupted="interrupted; what was finished is kept")


if __name__ == "__main__":
    run_as_program(main)
