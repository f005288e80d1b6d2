"""The programs of `lessons/guide/mistakes.md`: read, run, their output written into the page.

``python -m tests.helpers.lessons.mistakes`` writes anew what each program prints.
"""

import contextlib
import io
import re

from lessons.classroom.course import FOLDER

PAGE = FOLDER / "guide" / "mistakes.md"
PROGRAM = re.compile(r"```python\n(.*?)```\n\n```text\n(.*?)```", re.DOTALL)


def programs(text):
    """(heading, program, what it prints as written) of every section of the page."""
    sections = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return [(section.splitlines()[0], *PROGRAM.search(section).groups()) for section in sections]


def printed(program):
    """What a program prints today."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(program, str(PAGE), "exec"), {"__name__": "mistake"})
    return said.getvalue()


def main():
    """Write what the programs print today into the page."""
    text = PAGE.read_text(encoding="utf-8")

    def with_output(match):
        return match.group(0).replace(
            f"```text\n{match.group(2)}```", f"```text\n{printed(match.group(1))}```"
        )

    PAGE.write_text(PROGRAM.sub(with_output, text), encoding="utf-8")


if __name__ == "__main__":
    main()
