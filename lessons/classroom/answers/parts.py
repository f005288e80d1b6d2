"""A file that is no Python as a whole, cell by cell and block by block."""

import ast
import re
from dataclasses import dataclass

CELL = re.compile(r"^#+ *(%%|In\[)", re.MULTILINE)  # of percent format; of a notebook's export
BLOCK = re.compile(r"^(?=[^\s#)\]}])(?!(else|elif|except|finally)\b)", re.MULTILINE)
CONFLICT = re.compile(r"^<{7}.*?^>{7}.*?$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Broken:
    """A part of a file that is no Python: its text, and what Python says of which line."""

    text: str
    said: str
    line: int


def parts(text, mark):
    """[(number of lines before it, part)] of a text that is cut before each mark."""
    held = [found.span() for found in CONFLICT.finditer(text)]
    cuts = [
        found.start()
        for found in mark.finditer(text)
        if found.start() and not any(a < found.start() <= b for a, b in held)
    ]
    edges = [0, *cuts, len(text)]
    return [(text.count("\n", 0, a), text[a:b]) for a, b in zip(edges, edges[1:]) if b > a]


def parse_at(first, text):
    """The statements of a part that begins after so many lines, and None; or [], and `Broken`."""
    try:
        return ast.parse("\n" * first + text).body, None
    except SyntaxError as error:
        line = error.lineno or first + 1
        return [], Broken(text, error.msg, line)
    except (ValueError, RecursionError, MemoryError) as error:
        return [], Broken(text, str(error), first + 1)
