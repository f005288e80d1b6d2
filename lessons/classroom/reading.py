"""A student's file, script or notebook, as Python code; and jupytext, which knows both."""

import json
from pathlib import Path

LARGEST = 16 * 2**20  # bytes of a student's file; notebooks hold their figures


class CourseError(ValueError):
    """A lesson is not there, not well marked, or cannot be written; the message says which, why."""


def read_code(path):
    """The Python code of a student's ``.py`` or ``.ipynb``; a CourseError says why not."""
    path = Path(path)
    if not path.is_file():
        raise CourseError(f"{path}: no such file")
    if path.suffix not in (".py", ".ipynb"):
        raise CourseError(f"{path}: neither .py nor .ipynb")
    if path.stat().st_size > LARGEST:
        raise CourseError(
            f"{path}: {path.stat().st_size / 2**20:.0f} MiB, too large for a lesson; at most "
            f"{LARGEST >> 20} are read"
        )
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors put a mark before UTF-8
    except UnicodeDecodeError as error:
        raise CourseError(
            f"{path}: not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from None
    if not text.strip():
        raise CourseError(f"{path}: the file is empty")
    if path.suffix == ".py":
        return text
    try:
        book = json.loads(text)
        if "worksheets" in book:
            raise TypeError("its format 3 is too old; open it in Jupyter and save it again")
        if not isinstance(book["cells"], list):
            raise TypeError("its cells are no list")
        return jupytext().writes(jupytext().reads(text, fmt="ipynb"), fmt="py:percent")
    except CourseError:  # jupytext is missing
        raise
    # what a broken notebook makes of the packages that read it is not to be foreseen
    except Exception as error:
        why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise CourseError(f"{path}: cannot be read as a notebook ({why})") from None


def jupytext():
    """The module, or an error that says how to get it."""
    try:
        import jupytext
    except ImportError:
        raise CourseError("notebooks need jupytext: pip install -e '.[lessons]'") from None
    return jupytext
