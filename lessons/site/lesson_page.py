"""One lesson as a page: the students' text with what the solved master prints and draws, solutions
folded away.
"""

import json
import re
import textwrap

from ..classroom.course import EXERCISE
from ..classroom.reading import jupytext


def lesson_page(lesson, cells):
    """The Markdown of a lesson.

    Parameters
    ----------
    lesson : Lesson
    cells : list of list of dict
        What each cell printed and drew, as `lessons.site.cells.run_cells` returns it.

    Returns
    -------
    str
        MyST Markdown. Figures and the students' copies are named as files beside it.
    """
    masters = jupytext().reads(lesson.source, fmt="py:percent").cells
    students = jupytext().reads(lesson.student_copy(), fmt="py:percent").cells
    parts = []
    for position, (master, student, outputs) in enumerate(
        zip(masters, students, cells, strict=True)
    ):
        if student.cell_type == "markdown":
            parts.append(
                with_downloads(student.source, lesson) if position == 0 else student.source
            )
            continue
        parts.append(fenced(student.source, "python"))
        answers = list(EXERCISE.finditer(master.source + "\n"))
        parts += [solution(answer.group(1), answer.group(3)) for answer in answers]
        parts += [shown(output, solved=bool(answers)) for output in outputs]
    return "\n\n".join(parts) + "\n"


def with_downloads(text, lesson):
    """The first cell: its heading, then the students' copies, then the rest of it."""
    heading, _, rest = text.partition("\n")
    stem = lesson.path.stem
    links = " and ".join(
        f"{{download}}`{stem}.{ending} <{stem}.{ending}>`" for ending in ("py", "ipynb")
    )
    check = f"`python -m lessons check {lesson.number} {stem}.py`"
    return (
        f"{heading}\n\nYour own copy, without the solutions: {links}. Afterwards {check} tells "
        f"which answers are right.\n{rest}"
    )


def solution(exercise, body):
    """One solution, folded away until somebody asks for it."""
    summary = f"<details>\n<summary>A solution of <code>{exercise}</code></summary>"
    return f"{summary}\n\n{fenced(textwrap.dedent(body).rstrip(), 'python')}\n\n</details>"


def shown(output, solved):
    """What a cell printed, as a block with a caption, or what it drew, as a figure that leads to
    itself in full size.
    """
    if "figure" in output:
        name = output["figure"]
        options = {"alt": output["alt"], "target": f"../_images/{name}"}
        lines = [
            f":{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in options.items()
        ]
        return "\n".join([f"```{{figure}} {name}", *lines, "```"])
    caption = "Output, once the exercise is solved" if solved else "Output"
    return fenced(output["text"], "{code-block} none", ":class: output", f":caption: {caption}", "")


def fenced(text, language, *options):
    """A block of code in a fence that is longer than any inside it."""
    longest = max((len(ticks) for ticks in re.findall("`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return "\n".join([f"{fence}{language}", *options, text, fence])
