"""Thirty students who hand in two lessons each, and the verdicts that they are due.

Each is made from the students' copies, the masters' solutions and the table of wrong answers; so
what every exercise is due is known from how it was made. In lesson 2 each has a way of their own
with `multiply_backward`, or with the file.
"""

import textwrap
from dataclasses import dataclass, field

from lessons.classroom import course
from lessons.classroom.properties import PENCIL
from tests.lessons.mutants import MUTANTS

from .forms import notebook
from .platform_trees import zipped

RIGHT, WRONG, UNTRIED, UNGRADED = "right", "wrong", "not yet tried", "not graded"
FIRST, SECOND = course.find_lesson(1), course.find_lesson(2)
NAME = SECOND.path.name
ASKED = "multiply_backward"  # the exercise of lesson 2 that is answered in every form
SOLUTION = "return grad_output * b, grad_output * a"
SECONDS = 8  # for an exercise; one of the students has a loop without end


@dataclass(frozen=True)
class Student:
    """What a student hands in, by path; what is due, by (lesson, exercise)."""

    name: str
    files: dict
    due: dict = field(repr=False)


def answered(lesson, bodies):
    """The students' copy with some exercises answered.

    Parameters
    ----------
    lesson : Lesson
    bodies : dict of str to (str or None)
        By exercise the lines in its body; None for the master's solution.
    """

    def answer(match):
        body = bodies.get(match["name"], "")
        if body is None:
            return match["solution"]
        if not body or match["name"] == PENCIL:
            return course.unsolved(match)
        return f"{match['indent']}{body}\n"

    text = course.EXERCISE.sub(answer, lesson.source)
    if bodies.get(PENCIL):
        call = f"attempt(PENCIL, lesson={lesson.number})"
        text = text.replace(call, f"PENCIL = {bodies[PENCIL]}\n{call}")
    return text


def first_lesson(index):
    """(text, due) of lesson 1 of the student of a number: right, wrong, not tried, in turn."""
    bodies, due = {}, {}
    for place, exercise in enumerate(FIRST.exercises):
        wrong = [
            body for number, name, body, _ in MUTANTS.values() if (number, name) == (1, exercise)
        ]
        status = (RIGHT, WRONG, UNTRIED)[(index + place) % 3]
        bodies[exercise] = {RIGHT: None, WRONG: wrong[index % len(wrong)], UNTRIED: ""}[status]
        due[1, exercise] = status
    return answered(FIRST, bodies), due


def definition(*body, head="def multiply_backward(a, b, grad_output):"):
    """A definition of `multiply_backward` with these lines in its body."""
    return f"{head}\n" + textwrap.indent("\n".join(body) + "\n", "    ")


def solved(*body, before="", define=None):
    """Lesson 2, all right, `multiply_backward` written anew with lines of the student's above."""
    text = answered(SECOND, dict.fromkeys(SECOND.exercises))
    start = text.index(f"def {ASKED}")
    end = text.index(f"attempt({ASKED})")
    return f"{text[:start]}{before}{define or definition(*body)}\n\n{text[end:]}"


PLAIN = solved(SOLUTION)
COPY = SECOND.student_copy()
TYPED = definition(SOLUTION, head=f"def {ASKED}(a: Array, b: Array, grad_output: Array):")
ALIAS = f"{definition(SOLUTION, head='def mine(a, b, grad_output):')}\n\n{ASKED} = mine\n"
BOOK = NAME.replace(".py", ".ipynb")
# a whole clone, with what the student did in a folder of it
CLONE = {
    "minigrad/__init__.py": "",
    "lessons/__init__.py": "",
    f"lessons/{FIRST.path.name}": FIRST.source,
    f"lessons/{NAME}": SECOND.source,
}


def cells(change):
    """Lesson 2, all right, as a notebook whose cell with the exercise asked is changed."""
    return {BOOK: notebook(PLAIN, change=change, holds=f"def {ASKED}(")}


def wrong(mutant):
    """Lesson 2 with one wrong answer from the table, all else right."""
    bodies = [body for _, name, body, _ in MUTANTS.values() if name == ASKED]
    return answered(SECOND, dict.fromkeys(SECOND.exercises) | {ASKED: bodies[mutant]})


# the way of each student: the files of lesson 2, and what is due where it is not right
WAYS = [
    ({NAME: PLAIN}, {}),
    ({NAME: solved(define=ALIAS)}, {}),
    ({NAME: solved(define=f"{ASKED} = lambda a, b, g: (g * b, g * a)\n")}, {}),
    ({NAME: solved(define="if True:\n" + textwrap.indent(definition(SOLUTION), "    "))}, {}),
    ({NAME: solved(define=TYPED, before="Array = np.ndarray\n\n\n")}, {}),
    (
        {NAME: solved(define=f"@same\n{definition(SOLUTION)}", before="same = lambda f: f\n\n\n")},
        {},
    ),
    (
        {NAME: solved("return mine(grad_output, b, a)", before="from helpers import mine\n"),
         "helpers.py": "def mine(g, b, a):\n    return g * b, g * a\n"},
        {},
    ),
    (cells(lambda cell: ["%%time\n" + cell]), {}),
    (cells(lambda cell: ["%%writefile notes.txt\nIt isn't so.", "%pylab\n" + cell]), {}),
    (cells(lambda cell: [cell, "for k in", "<<<<<<< HEAD\nx = 1"]), {}),
    (cells(lambda cell: [("markdown", cell)]), {ASKED: UNGRADED}),
    ({NAME: solved("return grad_output * b, (grad_output * a")}, {ASKED: WRONG}),
    ({NAME: solved("np.seterr(all='raise'); print('x' * 10**6); input('?')", SOLUTION)}, {}),
    (
        {NAME: solved("import matplotlib.pyplot as plt; plt.plot([1]); plt.show()",
                      "import os; os.chdir('/')", SOLUTION)},
        {},
    ),
    (
        {NAME: solved("return np.loadtxt('one.txt') * grad_output * b, grad_output * a"),
         "one.txt": "1\n"},
        {},
    ),
    ({NAME: solved("import os; os._exit(0)")}, {ASKED: WRONG}),
    ({NAME: solved("np.allclose = None", "import sys; sys.exit()")}, {ASKED: UNGRADED}),
    ({NAME: solved("import subprocess; subprocess.run(['ls'])", SOLUTION)}, {ASKED: UNGRADED}),
    ({NAME: solved("while True: pass")}, {ASKED: WRONG}),
    ({NAME: wrong(0)}, {ASKED: WRONG}),
    ({NAME: wrong(1)}, {ASKED: WRONG}),
    ({NAME: COPY}, dict.fromkeys(SECOND.exercises, UNTRIED)),
    ({NAME: PLAIN.encode("utf-16")}, {}),
    ({NAME: b"\xef\xbb\xbf" + PLAIN.replace("\n", "\r\n").encode()}, {}),
    ({NAME: COPY, NAME.replace(".py", " (1).py"): PLAIN}, {}),
    ({"work.zip": zipped({f"my work/{NAME}": PLAIN})}, {}),
    ({NAME: PLAIN, "test_01.py": "x = 1\n", "plot_02.py": "import this\n"}, {}),
    ({f"mine/{NAME}": PLAIN, **CLONE}, {}),
    ({f"mine/{NAME}": COPY, **CLONE}, dict.fromkeys(SECOND.exercises, UNTRIED)),
    ({"Lesson 2.py": wrong(2), f"solved/{NAME}": SECOND.source}, {ASKED: WRONG}),
]  # fmt: skip


def students():
    """The thirty `Student`."""
    found = []
    for index, (files, other) in enumerate(WAYS):
        text, due = first_lesson(index)
        due |= {(2, exercise): other.get(exercise, RIGHT) for exercise in SECOND.exercises}
        found.append(Student(f"student {index:02}", {FIRST.path.name: text} | files, due))
    return found


def as_moodle(people):
    """A tree of Moodle's folders."""
    return {
        f"{one.name}_{4000 + k}_assignsubmission_file/{name}": content
        for k, one in enumerate(people)
        for name, content in one.files.items()
    }


def as_folders(people):
    """A tree of a folder for each, a level too high."""
    return {
        f"submitted/{one.name}/{name}": text for one in people for name, text in one.files.items()
    }


def as_canvas(people):
    """A flat tree of Canvas, late, each student's files of lesson 2 in a zip."""
    tree = {}
    for k, one in enumerate(people):
        files = dict(one.files)
        tree[f"{one.name}_LATE_{k}_990_{FIRST.path.name}"] = files.pop(FIRST.path.name)
        tree[f"{one.name}_LATE_{k}_991_work.zip"] = zipped(files)
    return tree
