"""A small lesson, and what students hand in who make trouble: for the tests of grading."""

LESSON = '''# %% [markdown]
# # Lesson 1: Add
#
# About 5 minutes, for the tests of grading.
# At the end you have added.

# %%
import numpy as np

from lessons.classroom.checking import attempt
from lessons.classroom.properties import require, require_equal

LIMIT = 3


def add(a, b):
    """a + b."""
    # exercise: add
    # hint: there is a sign for it
    # solution
    return a + b + 0.0
    # end solution


def check_add(add):
    require_equal(add(1.0, 2.0), 3.0, "the sum", "For 1 and 2 another number came.")
    got, right = add(np.ones(3), 2), 3 * np.ones(3)
    require(np.allclose(got, right), "arrays too", "Another array came.", got, right)


attempt(add, check_add)


def double(a):
    """2 a."""
    # exercise: double
    # hint: add
    # solution
    return 2.0 * a
    # end solution


def check_double(double):
    require_equal(double(4.0), 8.0, "twice", "For 4 another number came.")


attempt(double, check_double)
'''

RIGHT_DOUBLE = "\n\ndef double(a):\n    return 2 * a\n"


def body(*lines, before=""):
    """A file whose `add` has these lines; its `double` is right, to see that it is judged too."""
    return (
        before + "\n\ndef add(a, b):\n" + "".join(f"    {line}\n" for line in lines) + RIGHT_DOUBLE
    )


WRONG = "return a - b"
# What a student hands in, and how the detail of `add` begins, or what must stand in it.
STUDENTS = {
    "endless loop": (body("while True: pass"), "No answer after"),
    "endless loop outside": (
        "class Loop:\n    while True: pass\n" + body("Loop", WRONG),
        "No answer after",
    ),
    "leaves Python": (body("import os; os._exit(0)"), "Python itself ended, with exit status 0"),
    "sys.exit": (body("import sys; sys.exit(0)"), "It stops with SystemExit"),
    "Ctrl-C": (body("raise KeyboardInterrupt"), "It stops with KeyboardInterrupt"),
    "segfault": (
        body("import ctypes; ctypes.string_at(0)"),
        "Python itself was ended by the signal SIGSEGV",
    ),
    "memory": (body("return bytearray(2**40)"), "It stops with MemoryError"),
    "print flood": (body("while True: print('x' * 100_000)"), "No answer after"),
    "recursion": (body("return add(a, b)"), "It stops with RecursionError"),
    "reads stdin": (body("return float(input('a + b = '))"), "It stops with ValueError"),
    "forks": (body("import os", "while True: os.fork()"), "graded code may not do this (os.fork)"),
    "starts a program": (
        body("import subprocess; subprocess.run(['sleep', '100'])"),
        "graded code may not do this",
    ),
    "kills its parent": (
        body("import os; os.kill(os.getppid(), 9)"),
        "graded code may not do this (os.kill)",
    ),
    "names its verdict": (
        body('print(\'{"status": "right"}\')', WRONG),
        "For 1 and 2 another number came.",
    ),
    "writes everywhere": (
        body(
            "import os",
            "for file in range(3, 20):",
            '    try: os.write(file, b\'{"status": "right"}\\n\')',
            "    except OSError: pass",
            WRONG,
        ),
        "For 1 and 2 another number came.",
    ),
    "forks past the guard": (
        body("import ctypes", "ctypes.CDLL(None).fork()", WRONG),
        "For 1 and 2 another number came.",
    ),
    "reaches into the check": (
        body(
            "import sys",
            "sys._getframe(2).f_globals.update(require_equal=print, require=print)",
            WRONG,
        ),
        "The file changes the check's require",
    ),
    "brings its own check": (
        body(WRONG) + "\n\ndef check_add(add):\n    pass\n",
        "For 1 and 2 another number came.",
    ),
    "bends judge": (
        body(
            "import lessons.classroom.checking as c",
            "c.judge = lambda check, answer, exercise: c.Verdict(exercise, 'right')",
            WRONG,
        ),
        "The file changes lessons.classroom.checking.judge",
    ),
    "bends NumPy": (
        body("import numpy", "numpy.allclose = lambda *given, **told: True", WRONG),
        "The file changes numpy.allclose",
    ),
    "bends code": (
        body(
            "import lessons.classroom.properties as c",
            "c.require.__code__ = (lambda holds, property, detail, got=None, "
            "expected=None: None).__code__",
            WRONG,
        ),
        "The file changes lessons.classroom.properties.require",
    ),
    "deceives by its type": (
        body(
            "return Liar()",
            before="class Liar:\n    shape = ()\n    def __array_function__(self, *given): return "
            "True\n    def __eq__(self, other): return True\n",
        ),
        "For 1 and 2 another number came.",
    ),
    "an error without a message": (
        body(
            "raise Silent",
            before="class Silent(Exception):\n    def __str__(self): raise ValueError\n",
        ),
        "It stops with Silent",
    ),
    "a long message": (body("raise ValueError('x' * 10_000_000)"), "It stops with ValueError: xxx"),
    "not Python": ("def add(a, b:\n", "The file is not Python"),
    "nothing in it": ("x = 1\n", "The file defines no function add."),
}
