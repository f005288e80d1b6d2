"""``python -m lessons debugger``: a lesson or a script, in a debugger that knows the plumbing."""

import argparse
from pathlib import Path

from . import presenters


def add_debugger(commands):
    text = "Python's own debugger, in which step passes from your line into the mathematics"
    command = commands.add_parser(
        "debugger",
        help=f"step through a lesson or a script: {text}",
        epilog=presenters.how(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument(
        "script",
        metavar="N|SCRIPT",
        nargs="?",
        help="a lesson's number (your .py if it is in this folder), or any script",
    )
    command.add_argument("arguments", nargs=argparse.REMAINDER, help="the script's own")
    for option, action, done in (
        ("--install-presenters", install_presenters, "let the editors' debuggers find"),
        ("--remove-presenters", remove_presenters, "undo that: no longer let them find"),
    ):
        command.add_argument(
            option,
            dest="action",
            action="store_const",
            const=action,
            help=f"{done} how tensors are shown, in this virtual environment",
        )
    command.set_defaults(run=run_debugger)


def run_debugger(arguments):
    if arguments.action:
        arguments.action()
    elif arguments.script is None:
        print("usage: python -m lessons debugger N|SCRIPT [its arguments]\n")
        print(presenters.how(), end="")
    else:
        from minigrad.debug.stepping import run_script

        run_script(script_of(arguments.script), arguments.arguments)
    return 0


def install_presenters():
    print(f"{presenters.install()} now names {presenters.FOLDER}")
    print("Debuggers and kernels of this environment that start from now on show tensors in one")
    print("line; python -m lessons debugger --remove-presenters deletes the file")


def remove_presenters():
    file = presenters.remove()
    print(f"{file} is deleted" if file else f"there is no {presenters.path_file()}")


def script_of(name):
    """The file of a script, or of a lesson's number; the learner's own before the master."""
    from ..classroom.course import find_lesson

    if not name.isdecimal():
        return Path(name)
    master = find_lesson(name).path
    own = Path(master.name)
    return own if own.is_file() else master
