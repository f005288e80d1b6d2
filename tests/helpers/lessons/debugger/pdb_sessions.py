"""The pdb sessions of `lessons/debugger/afternoon.md`: read, run again, compared, written anew.

A session is a fenced block that begins with ``$ python -m pdb SCRIPT``; every line
``(Pdb) COMMAND`` after it is followed by pdb's answer. A script without a folder is the learner's
own copy of a lesson, finished.
``python -m tests.helpers.lessons.debugger.pdb_sessions`` runs them all and writes the answers into
the page: after that, read what changed.
"""

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lessons.classroom.course import EXERCISE, FOLDER, child_environment, find_lesson

PAGE = FOLDER / "debugger" / "afternoon.md"
ROOT = FOLDER.parent
PROMPT = "(Pdb) "
# where Pythons differ: until 3.12 the line of `def`, from 3.13 on the first one inside the function
BREAKPOINT_LINE = re.compile(r"^((?:Breakpoint|Deleted breakpoint) \d+ at .*):\d+$", re.MULTILINE)
BLOCK = re.compile(r"^```\n\$ python -m pdb (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass
class Session:
    """One block of the page: the script, and pairs (command, answer).

    The first command is "", before any is typed.
    """

    script: str
    steps: list

    @property
    def is_own_copy(self):
        return "/" not in self.script

    @property
    def needs_googlenet(self):
        return "googlenet" in self.script

    def __str__(self):
        text = "".join(
            (f"{PROMPT}{command}\n" if command else "") + answer for command, answer in self.steps
        )
        return f"```\n$ python -m pdb {self.script}\n{text}```"


def sessions(text):
    """Every session of a page's text."""
    return [Session(match.group(1), parsed(match.group(2))) for match in BLOCK.finditer(text)]


def parsed(transcript):
    """(command, answer) pairs of a transcript in which the commands can be seen."""
    first, *rest = re.split(r"^\(Pdb\) ", transcript, flags=re.MULTILINE)
    return [("", first)] + [tuple(part.split("\n", 1)) for part in rest]


def run(session, **environment):
    """The same session as pdb answers today, the lines of breakpoints left open as on the page."""
    commands = [command for command, _ in session.steps if command]
    plain = {"PYTHONWARNINGS": "ignore", "PYTHON_COLORS": "0", **environment}
    with tempfile.TemporaryDirectory() as folder:
        if session.is_own_copy:
            own = Path(folder, session.script)
            own.write_text(finished_copy(find_lesson(session.script)), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "pdb", session.script],
            input="\n".join(commands) + "\n",
            cwd=folder if session.is_own_copy else ROOT,
            check=False,
            timeout=120,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=child_environment(**plain),
        )
    said = done.stdout + done.stderr
    for place in (os.path.realpath(folder), folder, str(ROOT)):
        said = said.replace(f"{place}{os.sep}", "")
    said = said.replace(os.sep, "/")
    answers = [BREAKPOINT_LINE.sub(r"\1:…", answer) for answer in said.split(PROMPT)]
    return Session(session.script, list(zip(["", *commands], answers)))


def finished_copy(lesson):
    """What a learner has who solved a lesson as its master does."""
    return EXERCISE.sub(lambda found: found["solution"], lesson.source)


def main():
    """Write today's answers into the page."""
    text = PAGE.read_text(encoding="utf-8")
    for session in sessions(text):
        environment = {}
        if session.needs_googlenet:
            from tests.helpers.googlenet import converted_path

            environment["MINIGRAD_GOOGLENET"] = str(converted_path())
        text = text.replace(str(session), str(run(session, **environment)))
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
