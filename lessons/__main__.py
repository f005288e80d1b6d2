"""The command line: ``python -m lessons COMMAND``."""

import argparse
import signal
import sys

from .classroom.commands import add_check, add_handout, add_list, add_run
from .grading.command import add_grade
from .site.command import add_site

# Each adds one command: its arguments, and the function that runs it as `run`.
COMMANDS = (add_list, add_run, add_check, add_handout, add_grade, add_site)


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
        prog="python -m lessons", description="The course: run, check, hand out, grade its lessons."
    )
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
    # not under nohup
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        # a closed terminal: a check has a session of its own, and would go on for ever
        signal.signal(signal.SIGHUP, terminate)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # α and ∂ print wherever the output goes
    sys.exit(main())
