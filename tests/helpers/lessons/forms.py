"""One right answer to the small lesson's `add` in all the forms that students give it.

Each is a change to the lesson's students' copy with both exercises filled in, so that the file is
a script, too, that says itself what it thinks of the answer.
"""

import json
import textwrap

from .nasty_students import LESSON

DEFINE = '''def add(a, b):
    """a + b."""
    return a + b
'''
TEXT = (
    LESSON[: LESSON.index("def add")]
    + "# %%\n"
    + DEFINE
    + LESSON[LESSON.index("\n\ndef check_add") : LESSON.index("def double")]
    + "# %%\ndef double(a):\n    return 2 * a\n"
    + LESSON[LESSON.index("\n\ndef check_double") :]
)


def written(definition, before=""):
    """The file with another definition of `add`, and with lines of the student's own above it."""
    return TEXT.replace(DEFINE, f"{before}{definition}")


def body(*lines, before=""):
    """The file whose `add` has these lines in its body."""
    return written("def add(a, b):\n" + textwrap.indent("\n".join(lines) + "\n", "    "), before)


INDENTED = textwrap.indent(DEFINE, "    ")
TYPED = "def add(a: Array, b: Array) -> Array:\n    return a + b\n"
# forms in which a definition may be written
DEFINITIONS = {
    "plain": TEXT,
    "alias": written(DEFINE.replace("add", "my_version", 1) + "\n\nadd = my_version\n"),
    "lambda": written("add = lambda a, b: a + b\n"),
    "under if": written(f"if True:\n{INDENTED}"),
    "under if, one of two": written(
        f"FAST = np.__version__ > '0'\nif FAST:\n{INDENTED}else:\n    add = None\n"
    ),
    "in try": written(f"try:\n{INDENTED}except Exception:\n    pass\n"),
    "in with": written(f"with np.errstate(all='ignore'):\n{INDENTED}"),
    "in for": written(f"for _ in range(2):\n{INDENTED}"),
    "under main": written(f"if __name__ == '__main__':\n{INDENTED}"),
    "type alias": written(TYPED, "Array = np.ndarray\n\n\n"),
    "type alias, annotated": written(
        TYPED, "from typing import TypeAlias\n\nArray: TypeAlias = np.ndarray\n\n\n"
    ),
    "type variable": written(TYPED, "from typing import TypeVar\n\nArray = TypeVar('Array')\n\n\n"),
    "annotations as text": "from __future__ import annotations\n" + written(TYPED),
    "computed default": written(
        "def add(a, b, tiny=eps):\n    return a + b + 0 * tiny\n", "eps = np.finfo(float).eps\n\n\n"
    ),
    "decorated": written("@plain\n" + DEFINE, "plain = lambda f: f\n\n\n"),
    "decorated, under another name": written(
        "@twice\n" + DEFINE,
        "def twice(f):\n    def wrapper(*given):\n        f(*given)\n        return f(*given)\n\n"
        "    return wrapper\n\n\n",
    ),
    "partial": written(
        "add = partial(plus, 0)\n",
        "from functools import partial\n\n\ndef plus(zero, a, b):\n    return zero + a + b\n\n\n",
    ),
    "an object that is called": written(
        "class Adder:\n    def __call__(self, a, b):\n        return a + b\n\n\nadd = Adder()\n"
    ),
    "a static method": written(
        "class Sums:\n    @staticmethod\n    def add(a, b):\n        return a + b\n\n\n"
        "add = Sums.add\n"
    ),
    "unpacked": written("add, _ = (lambda a, b: a + b), None\n"),
    "import under try": body(
        "return xp.add(a, b)",
        before="try:\n    import no_such as xp\nexcept ImportError:\n    import numpy as xp\n\n\n",
    ),
    "star import": body("return pi - pi + a + b", before="from math import *\n\n\n"),
    "helper and its constant": body(
        "return plus(a, b)",
        before="start = abs(-0.0)\n\n\ndef plus(a, b):\n    return start + a + b\n\n\n",
    ),
    "a table that a loop fills": body(
        "return a + b + TABLE[-1]",
        before="TABLE = []\nfor k in range(3):\n    TABLE.append(0 * k)\n\n\n",
    ),
    "an array changed in place": body(
        "return a + b + w[0]", before="w = np.ones(2)\nw[0] = 1.0\nw -= 1\n\n\n"
    ),
    "an array filled by NumPy": body(
        "return a + b + w[0]", before="w = np.ones(2)\nnp.copyto(w, 0)\n\n\n"
    ),
    "a dictionary that is added to": body(
        "return a + b + known['zero']", before="known = {}\nknown.update(zero=0)\n\n\n"
    ),
    "a global that a function sets": body(
        "return a + b + ZERO",
        before="def prepare():\n    global ZERO\n    ZERO = 0\n\n\nprepare()\n\n\n",
    ),
    "made by exec": written('exec("def add(a, b):\\n    return a + b")\n'),
    "put into globals": written('globals()["add"] = lambda a, b: a + b\n'),
    "what NumPy has no more": body(
        "return a + b + 0 * np.eins", before="np.eins = 1.0  # as older versions had it\n\n\n"
    ),
    "recursive": body("return a if not np.any(b) else add(a + b, 0 * b)"),
    "a name that means another thing below": body(
        "return a + b + shift", before="shift = 0\n\n\n"
    ).replace("def double", "shift = 5\n\n\ndef double"),
    "a copy that was not filled": TEXT.replace(
        "attempt(add, check_add)\n",
        "attempt(add, check_add)\n\n\ndef again(add):\n    return add\n\n\n# %%\n",
    ),
    "with a form feed": written("\x0c\n" + DEFINE),
    "a cell below waits": TEXT + "\n# %%\nimport asyncio\n\nawait_me = asyncio.sleep(0)\n",
}
# right answers that do something besides
BESIDES = {
    "prints": body("print('x' * 100_000)", "return a + b"),
    "prints at the top": "print('x' * 1_000_000)\n" + TEXT,
    "is slow": body("import time; time.sleep(0.3)", "return a + b"),
    "plots": body("import matplotlib.pyplot as plt", "plt.plot([1]); plt.show()", "return a + b"),
    "asks for input": body("input('Press Enter: ')", "return a + b"),
    "has a breakpoint": body("breakpoint()", "return a + b"),
    "changes the folder": body("import os; os.chdir('/')", "return a + b"),
    "makes NumPy raise": body("np.seterr(all='raise')", "return a + b"),
    "makes NumPy raise at the top": body("return a + b", before="np.seterr(all='raise')\n\n\n"),
    "makes warnings errors": body(
        "return a + b", before="import warnings\n\nwarnings.simplefilter('error')\n\n\n"
    ),
    "sets seeds": body("np.random.seed(0)", "return a + b", before="np.random.seed(1)\n\n\n"),
    "changes how NumPy prints": body("np.set_printoptions(precision=1)", "return a + b"),
    "starts a thread": body(
        "import threading, time",
        "threading.Thread(target=time.sleep, args=(3,)).start()",
        "return a + b",
    ),
    "writes a file": body("open('mine.txt', 'w').close()", "return a + b"),
}
ALL_BESIDES = body(
    "import os, threading, time, warnings",
    "print('x' * 100_000)",
    "input('Press Enter: ')",
    "breakpoint()",
    "os.chdir('/')",
    "np.seterr(all='raise')",
    "warnings.simplefilter('error')",
    "np.random.seed(0)",
    "threading.Thread(target=time.sleep, args=(3,)).start()",
    "return a + b",
    before="np.seterr(all='raise')\n\n\n",
)


def notebook(text, *, change=None, holds="def add("):
    """A script of cells as a notebook's JSON.

    ``change`` gives for the source of the cell that ``holds`` a definition those of the cells in
    its place, each text or (kind, text).
    """
    cells = []
    for part in text.split("# %%")[1:]:
        head, _, source = part.partition("\n")
        kind = "markdown" if "markdown" in head else "code"
        source = source.strip("\n")
        if kind == "markdown":
            source = "\n".join(
                line.removeprefix("#").removeprefix(" ") for line in source.split("\n")
            )
        made = [source]
        if change is not None and holds in source:
            made = change(source)
        for one in made:
            cell_kind, one = one if isinstance(one, tuple) else (kind, one)
            cell = {"cell_type": cell_kind, "metadata": {}, "source": one}
            cells.append(
                cell | ({"outputs": [], "execution_count": None} if cell_kind == "code" else {})
            )
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


UNFILLED = 'def add(a, b):\n    raise NotImplementedError("exercise: add")'
# notebooks whose cells are right
NOTEBOOKS = {
    name: notebook(TEXT, change=change)
    for name, change in {
        "as it is": lambda cell: [cell],
        "%%time": lambda cell: ["%%time\n" + cell],
        "%%capture, then %%time": lambda cell: ["%%capture out\n%%time\n" + cell],
        "magics": lambda cell: [
            f"!echo hello\n%matplotlib inline\n{cell}\n?np.sum\nnp.sum?\na = !ls\nt = %time 1"
        ],
        "a magic on two lines": lambda cell: ["%precision \\\n    3\n" + cell],
        "a magic under if": lambda cell: ["if True:\n    %matplotlib inline\n" + cell],
        "other languages": lambda cell: ["%%bash\nls; echo (", "%%html\n<b>", cell],
        "%%writefile with prose": lambda cell: ["%%writefile notes.txt\nIt isn't so.", cell],
        "indented": lambda cell: ["".join(f"    {line}" for line in cell.splitlines(True))],
        "copied, the copy not filled": lambda cell: [cell, UNFILLED],
        "a half-typed cell below": lambda cell: [cell, "for k in"],
        "a merge mark above": lambda cell: ["<<<<<<< HEAD\nx = 1", cell],
        "await": lambda cell: ["import asyncio\nzero = await asyncio.sleep(0, 0)",
                               cell.replace("return a + b", "return a + b + zero")],
    }.items()
}  # fmt: skip
# what it needs beside it: data/zero.txt
WRITES_A_MODULE_AND_READS = notebook(
    TEXT,
    change=lambda cell: [
        "%%writefile sums.py\n" + DEFINE.replace("add", "plus"),
        "from sums import plus\nzero = np.loadtxt('data/zero.txt')",
        cell.replace("return a + b", "return plus(a, b) + zero"),
    ],
)
# what costs `add` alone: the text of the file, the status of `add`, and what is said of it
COSTS_ADD_ALONE = {
    "a half-typed line in it": (body("return a +"), "wrong", "not Python"),
    "a merge mark around it": (
        written(f"<<<<<<< HEAD\n{DEFINE}=======\n{DEFINE}>>>>>>> other\n"), "wrong", "not Python",
    ),
    "without cells": (
        body("return (a + b").replace("# %%", "#"), "wrong", "not Python",
    ),
    "in a comment": (
        TEXT.replace(DEFINE, textwrap.indent(DEFINE, "# ")), "not graded", "in a comment",
    ),
    "a module that is not here": (
        body("return a + b + no_such.x", before="import no_such\n"), "not graded", "no_such.py",
    ),
    "another exercise's, not tried": (
        body("return double(a) - a + b").replace(
            "return 2 * a", 'raise NotImplementedError("exercise: double")'
        ),
        "not yet tried", "It calls double",
    ),
    "no function": (written("add = 3\n"), "wrong", "it is int"),
    "gone": (TEXT.replace(DEFINE, ""), "wrong", "defines no function"),
}  # fmt: skip
