"""A lesson that is run as a script says where it is: its headings, before what they print."""

import re
import sys
from pathlib import Path

HEADING = re.compile(r"^# (##? .+)$")


def print_headings():
    """From now on a lesson's heading stands above the first thing that its cells print.

    Only where Python was given a lesson's file: a notebook and a page have their own headings, and
    what a debugger prints is not a cell's.
    """
    if sys.gettrace() is not None:
        return
    script = getattr(sys.modules["__main__"], "__file__", None)
    if script and re.match(r"\d\d_.*\.py$", Path(script).name) and Path(script).is_file():
        lines = Path(script).read_text(encoding="utf-8-sig").splitlines()
        headings = {
            number: found.group(1)
            for number, line in enumerate(lines, 1)
            if (found := HEADING.match(line))
        }
        sys.stdout = WithHeadings(sys.stdout, headings)


class WithHeadings:
    """A text stream that writes a script's heading when the first text below it comes.

    Parameters
    ----------
    stream : file object
    headings : dict of int to str
        By line of the script.
    """

    def __init__(self, stream, headings):
        self.stream, self.headings, self.last = stream, headings, None

    def write(self, text):
        """Write, and before it the heading under which the script is now."""
        heading = self.heading_now()
        if heading is not None and heading != self.last and text.strip():
            self.last = heading
            self.stream.write(f"\n{heading}\n\n")
        return self.stream.write(text)

    def heading_now(self):
        """The last heading above the line that the script has come to; None before the first."""
        frame = sys._getframe()
        while frame is not None and frame.f_globals.get("__name__") != "__main__":
            frame = frame.f_back
        while frame is not None and frame.f_code.co_name != "<module>":
            frame = frame.f_back
        line = frame.f_lineno if frame is not None else 0
        above = max((number for number in self.headings if number <= line), default=None)
        return self.headings.get(above)

    def __getattr__(self, name):
        return getattr(self.stream, name)
