"""``python -m lessons debugger``: a lesson or a script, in a debugger that knows the plumbing."""

import argparse
from pathlib import Path


def add_debugger(commands):
    text = "Python's own debugger, in which step passes from your line into the mathematics"
    command = commands.add_parser("debugger", help=f"step through a lesson or a script: {text}")
    command.add_argument(
        "script",
        metavar="N|SCRIPT",
        help="a lesson's number (your .py if it is in this folder), or any script",
    )
    command.add_argument("arguments", nargs=argparse.REMAINDER, help="the script's own")
    command.set_defaults(run=run_debugger)


def run_debugger(arguments):
    from minigrad.debug.stepping import run_script

    run_script(script_of(arguments.script), arguments.arguments)
    return 0


def script_of(name):
    """The file of a script, or of a lesson's number; the learner's own before the master."""
    from ..classroom.course import find_lesson

    if not name.isdecimal():
        return Path(name)
    master = find_lesson(name).path
    own = Path(master.name)
    return own if own.is_file() else master
