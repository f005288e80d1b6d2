"""How steep the course is: ``python -m tests.helpers.lessons.course_size``, a row a lesson.

What a learner reads is counted in the students' copies: words of the text, without what is folded
away, formulas and tables; lines of code, without imports, docstrings, comments, the exercises'
own heads and the lines that call their checks. The minutes come from these counts, at a pace that
gave about what two people needed for the course's first form: a minute for 100 words, for two lines
of code and for half a number by pencil, five for each line of a solution, twelve for running,
breaking and thinking about it.
"""

import ast
import builtins
import re
from dataclasses import dataclass

from lessons.classroom import course
from lessons.classroom.properties import PENCIL
from lessons.classroom.reading import jupytext

GOALS = {"words": 700, "lines": 45, "nodes a line": 9, "new names": 12}
FOLDED = re.compile(r"<details>.*?</details>", re.DOTALL)
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Size:
    """What one lesson asks of a reader; ``exercises`` are lines of each solution."""

    number: int
    title: str
    words: int
    lines: int
    nodes: float
    names: frozenset
    pencil: int
    exercises: tuple
    promised: int

    @property
    def minutes(self):
        """How long it takes, by the counts."""
        work = 2 * self.pencil + 5 * sum(self.exercises)
        return round(self.words / 100 + self.lines / 2 + work + 12)


def sizes():
    """The `Size` of every lesson; a name is new where no earlier lesson has it."""
    known, found = set(), []
    for lesson in course.all_lessons():
        found.append(size_of(lesson, known))
        known |= found[-1].names
    return found


def size_of(lesson, known=frozenset()):
    """The `Size` of one lesson, after lessons that have the names ``known``."""
    cells = jupytext().reads(lesson.student_copy(), fmt="py:percent").cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    tree = ast.parse(code)
    read = [node for node in tree.body if is_read(node, lesson)]
    lines, nodes = set(), 0
    for statement in read:
        for node in ast.walk(without_docstrings(statement)):
            nodes += 1
            if hasattr(node, "lineno"):
                lines.add(node.lineno)
    bodies = {match["name"]: match["solution"] for match in course.EXERCISE.finditer(lesson.source)}
    return Size(
        number=lesson.number,
        title=lesson.title,
        words=words_in(text),
        lines=len(lines),
        nodes=nodes / max(len(lines), 1),
        names=frozenset(names_in(read) - known),
        pencil=len(code_lines(bodies.get(PENCIL, ""))),
        exercises=tuple(len(code_lines(body)) for name, body in bodies.items() if name != PENCIL),
        promised=lesson.minutes,
    )


def is_read(node, lesson):
    """Whether a statement is code to read: no import, exercise or call of a check."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return False
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return node.name not in lesson.exercises
    if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == PENCIL:
        return False
    call = getattr(node, "value", None)
    return getattr(getattr(call, "func", None), "id", None) != "attempt"


def without_docstrings(statement):
    """A statement without the texts that stand alone in it."""
    for node in ast.walk(statement):
        if isinstance(getattr(node, "body", None), list):
            node.body = [
                one
                for one in node.body
                if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))
            ]
    return statement


def names_in(statements):
    """What a reader must look up: functions that are defined, and names of libraries."""
    found = set()
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found.add(node.name)
            elif isinstance(node, ast.Call):
                found.add(ast.unparse(node.func).rpartition(".")[2])
    return {name for name in found if name.isidentifier()} - set(dir(builtins))


def words_in(text):
    """Words of prose: without what is folded, code and tables."""
    text = FENCED.sub("", FOLDED.sub("", text))
    prose = [line for line in text.splitlines() if not line.startswith(("    ", "|"))]
    return sum(bool(re.search(r"\w", word)) for word in " ".join(prose).split())


def code_lines(text):
    """Lines that are neither empty nor a comment."""
    return [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]


def table():
    """The table as lines of Markdown."""
    heads = ("lesson", "words", "code lines", "nodes a line", "new names", "pencil", "solutions")
    yield "| " + " | ".join((*heads, "minutes said", "minutes")) + " |"
    yield "| --- " * 9 + "|"
    found = sizes()
    for one in found:
        cells = (
            f"{one.number} {one.title}",
            one.words,
            one.lines,
            f"{one.nodes:.1f}",
            len(one.names),
            one.pencil,
            " + ".join(map(str, one.exercises)),
            one.promised,
            one.minutes,
        )
        yield "| " + " | ".join(map(str, cells)) + " |"
    total = [sum(getattr(one, name) for one in found) for name in ("words", "lines")]
    minutes = [sum(getattr(one, name) for one in found) for name in ("promised", "minutes")]
    yield f"| all | {total[0]} | {total[1]} | | | | | {minutes[0]} | {minutes[1]} |"


if __name__ == "__main__":
    print(*table(), sep="\n")
