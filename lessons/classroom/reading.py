"""A student's file, script or notebook, as Python code; and jupytext, which knows both."""

import io
import json
import re
import stat
import tokenize
from pathlib import Path

from .answers.cells import as_percent

LARGEST = 16 * 2**20  # bytes of a student's file; notebooks hold their figures
# 01_name.py, and what browsers and mail programs make of it: .PY, .py.txt, .ipynb.json
SCRIPT = re.compile(r"\.py(\.txt|\.py)*$", re.IGNORECASE)
NOTEBOOK = re.compile(r"\.ipynb(\.json|\.txt)*$", re.IGNORECASE)

# hidden files, .ipynb_checkpoints, __pycache__, __MACOSX, Python packages, and our own output
MACHINES = re.compile(
    r"\.|(__pycache__|__MACOSX|site-packages|node_modules|minigrad-lessons|minigrad-site)$"
)


class CourseError(ValueError):
    """A lesson is not there, not well marked, or cannot be written; the message says which, why."""


def read_code(path):
    """The Python code of a student's ``.py`` or ``.ipynb``; a CourseError says why not."""
    path = Path(path)
    if not path.is_file():
        raise CourseError(f"{path}: no such file")
    if not (SCRIPT.search(path.name) or NOTEBOOK.search(path.name)):
        raise CourseError(f"{path}: neither .py nor .ipynb")
    if path.stat().st_size > LARGEST:
        raise CourseError(
            f"{path}: {path.stat().st_size / 2**20:.0f} MiB, too large for a lesson; at most "
            f"{LARGEST >> 20} are read"
        )
    try:
        text = decoded(path.read_bytes())
    except UnicodeDecodeError as error:
        raise CourseError(
            f"{path}: not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from None
    if not text.strip():
        raise CourseError(f"{path}: the file is empty")
    return text if SCRIPT.search(path.name) else code_of_notebook(text, path)


def decoded(data):
    """A file's text, in the encoding that its first bytes or its coding line name, else UTF-8.

    Line ends become those of Unix. NUL is in no Python file; some editors leave one.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif data[:4].count(0) == 2:  # UTF-16 without its mark, of a text that begins in ASCII
        encoding = "utf-16-le" if data[1] == 0 else "utf-16-be"
    else:
        lines = io.BytesIO(data.replace(b"\r", b"\n"))
        try:
            encoding = tokenize.detect_encoding(lines.readline)[0]
        except SyntaxError:  # an unknown coding line, or not UTF-8: the bytes will tell
            encoding = "utf-8-sig"
    text = data.decode(encoding).removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def code_of_notebook(text, path):
    """The code of a notebook's text; a CourseError says why there is none."""
    try:
        book = json.loads(text)
        if "worksheets" in book:
            raise TypeError("its format 3 is too old; open it in Jupyter and save it again")
        if not isinstance(book["cells"], list):
            raise TypeError("its cells are no list")
        return as_percent(book["cells"])
    # what a broken notebook holds is not to be foreseen
    except Exception as error:
        why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise CourseError(f"{path}: cannot be read as a notebook ({why})") from None


def files_in(folder):
    """Ordinary files at any depth, in order.

    Hidden ones, links, and what other programs keep (`MACHINES`) are left out.
    """
    for path in sorted(folder.iterdir()):
        if not MACHINES.match(path.name):
            mode = path.lstat().st_mode
            if stat.S_ISREG(mode):
                yield path
            elif stat.S_ISDIR(mode) and not (path / "pyvenv.cfg").exists():
                yield from files_in(path)


def jupytext():
    """The module, or an error that says how to get it."""
    try:
        import jupytext
    except ImportError:
        raise CourseError("notebooks need jupytext: pip install -e '.[lessons]'") from None
    return jupytext
