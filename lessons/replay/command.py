"""``python -m lessons replay``: every step of a lesson or a script, forward and back, as a page."""

import argparse
import sys
from pathlib import Path


def add_replay(commands):
    """Add the command; `lessons.__main__` lists it."""
    text = "a page on which every step goes forward and back: source, graph, arrays, formula"
    command = commands.add_parser("replay", help=f"run a lesson or a script, and write {text}")
    command.add_argument(
        "script",
        metavar="N|SCRIPT",
        help="a lesson's number (your .py if it is in this folder), or any script",
    )
    command.add_argument(
        "--out", metavar="PAGE", default="replay.html", help="replay.html here unless told"
    )
    command.add_argument(
        "--only", metavar="NAME", nargs="+",
        help="keep only steps of these operations, or on tensors of these names",
    )  # fmt: skip
    command.add_argument(
        "--args", metavar="ARGUMENT", nargs=argparse.REMAINDER, default=[],
        help="the script's own; all that follows is theirs",
    )  # fmt: skip
    command.set_defaults(run=run_replay)


def run_replay(arguments):
    """Run the script, write the page, say where it is."""
    from minigrad.debug.replay.page import nothing_seen

    from .running import replay

    script, out = file_of(arguments.script), Path(arguments.out)
    seen, status = replay(script, out, arguments.only, arguments.args)
    count = len(seen.steps)
    print(f"replayed {script.name}: {count} step{'s' * (count != 1)}", file=sys.stderr)
    if not count and not status:
        print(nothing_seen(seen), file=sys.stderr)
    if seen.left_out:
        print(
            f"{seen.left_out:,} more were left out; --only NAME … picks the operations or the "
            "layers that matter",
            file=sys.stderr,
        )
    print(f"\nTo open:\n  {out}")
    return status


def file_of(name):
    """The file to replay: a script, or a lesson's by its number.

    Of a lesson that is the learner's own copy, if it is in this folder; else the excerpt that the
    course's site shows, and of a lesson without one the master.
    """
    from ..classroom.course import FOLDER
    from ..debugger.command import script_of
    from .build import excerpt_of

    script = script_of(name)
    excerpt = excerpt_of(int(name)) if script.parent == FOLDER and name.isdecimal() else script
    return excerpt if excerpt.is_file() else script
