"""One lesson as a page: the students' text, what the master prints, folded solutions."""

import json
import re
import textwrap

from ...classroom.course import EXERCISE
from ...classroom.formulas import set_formulas
from ...classroom.handout import folded
from ...classroom.reading import jupytext
from ...replay.build import page_name
from . import glossary

EXPLORER = re.compile(r"explorer\s+on\s+the\s+course's\s+site")  # how a lesson speaks of it
REPLAY = re.compile(r"replay\s+on\s+the\s+course's\s+site")
MATH = "```{math}\n%s\n```"  # as MyST has it


def lesson_page(lesson, cells, with_source=True, with_explorer=False):
    """The Markdown of a lesson.

    Parameters
    ----------
    lesson : Lesson
    cells : list of list of dict
        What each cell printed and drew, as `lessons.site.writing.cells.run_cells` returns it.
    with_source : bool
        Whether there are pages of the source, to which an exercise's check is a link.
    with_explorer : bool
        Whether there are an explorer and replays, to which the words `EXPLORER` and `REPLAY` are
        links.

    Returns
    -------
    str
        MyST Markdown. Figures and the students' copies are named as files beside it.
    """
    masters = jupytext().reads(lesson.source, fmt="py:percent").cells
    students = jupytext().reads(lesson.student_copy(), fmt="py:percent").cells
    parts, terms, linked = [], glossary.known_at(lesson.number), set()
    for position, (master, student, outputs) in enumerate(
        zip(masters, students, cells, strict=True)
    ):
        if student.cell_type == "markdown":
            text = student.source
            if with_explorer:
                text = EXPLORER.sub(r'<a href="../explorer.html">\g<0></a>', text)
                page = page_name(lesson.number)
                text = REPLAY.sub(rf'<a href="../{page}">\g<0></a>', text)
            text = glossary.with_links(text, terms, linked)
            text = set_formulas(text, MATH)
            parts.append(with_downloads(text, lesson) if position == 0 else text)
            continue
        parts.append(fenced(student.source, "python"))
        answers = list(EXERCISE.finditer(master.source + "\n"))
        for answer in answers:
            exercise = answer["name"]
            parts += [folded(f"Hint {k}", hint) for k, hint in enumerate(lesson.hints[exercise], 1)]
            parts.append(solution(exercise, answer["solution"]))
            if with_source and lesson.path_of_checks != lesson.path:
                parts.append(link_to_check(lesson, exercise))
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
    code = fenced(textwrap.dedent(body).rstrip(), "python")
    return folded(f"A solution of <code>{exercise}</code>", code)


def link_to_check(lesson, exercise):
    """A line that leads to the check of an exercise, on the page of its file."""
    lines = lesson.path_of_checks.read_text(encoding="utf-8").splitlines()
    line = 1 + next(k for k, text in enumerate(lines) if text.startswith(f"def check_{exercise}("))
    page = f"../source/lessons/checks/{lesson.path_of_checks.stem}.html"
    link = f'<a href="{page}#line-{line}"><code>check_{exercise}</code></a>'
    return f"<p>What it is held to: {link}.</p>"


def shown(output, solved):
    """What a cell printed, as a block with a caption, or drew, as a figure with a link."""
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
