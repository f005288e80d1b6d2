"""The students' notebook of a lesson, as a program that grades it needs it."""

import ast

import nbformat

from ..classroom.handout import notebook

# of nbclient, by which Otter and nbgrader run notebooks: a cell that a program leaves out
LEFT_OUT = "skip-execution"
GRADING = """\
## Grading

Leave these cells as they are. Run them: they say what grading will say of this notebook."""


def graded_notebook(lesson, before=(), after=()):
    """A lesson's notebook with more cells; what only prints and draws is for students alone.

    So an endless loop, or whatever else an answer does, is met by its test, which has limits.

    Parameters
    ----------
    lesson : lessons.classroom.course.Lesson
    before : list of cells
    after : list of cells
        At the end, because an answer may need what is defined below it.

    Returns
    -------
    str
    """
    book = nbformat.reads(notebook(lesson, lesson.student_copy()), as_version=4)
    cells = list(before)
    for cell in book.cells:
        cells += halves(cell) if cell.cell_type == "code" else [cell]
    cells += [nbformat.v4.new_markdown_cell(GRADING), *after]
    for position, cell in enumerate(cells):
        cell["id"] = f"cell-{position}"
    book.cells = cells
    return nbformat.writes(book) + "\n"


def halves(cell):
    """A code cell as what defines something, then what only calls.

    Parameters
    ----------
    cell : nbformat.NotebookNode

    Yields
    ------
    nbformat.NotebookNode
    """
    body = ast.parse(cell.source).body
    lines = cell.source.split("\n")
    defines = [index for index, node in enumerate(body) if not isinstance(node, ast.Expr)]
    cut = body[defines[-1]].end_lineno if defines else 0
    first, last = ("\n".join(part).strip("\n") for part in (lines[:cut], lines[cut:]))
    if first:
        yield nbformat.v4.new_code_cell(first)
    if last:
        yield nbformat.v4.new_code_cell(last, metadata={"tags": [LEFT_OUT]})
