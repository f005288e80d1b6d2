"""A lesson's text and what it printed, section by section, for the page of a run."""

import re

from .formulas import set_names_in_summaries
from .headings import HEADING
from .reading import jupytext


def sections_of(lesson):
    """The lesson's text as HTML by its headings, in order; the first stands under its title.

    Parameters
    ----------
    lesson : lessons.classroom.course.Lesson

    Returns
    -------
    list of (str, str)
        Each heading with its signs, ``"## By pencil"``, and what follows it as HTML.
    """
    from markdown_it import MarkdownIt  # comes with jupytext

    render = MarkdownIt("commonmark", {"html": True}).enable("table").render
    cells = jupytext().reads(lesson.student_copy(), fmt="py:percent").cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    text = set_names_in_summaries(text)
    parts = re.split(r"^(##? .+)$", text, flags=re.MULTILINE)
    return [(heading, render(body)) for heading, body in zip(parts[1::2], parts[2::2])]


def printed_by_heading(log):
    """What a run printed, {heading: [line …]}; None has what came before the first.

    Parameters
    ----------
    log : str
        With the headings that `lessons.classroom.headings` puts in.
    """
    found, heading = {}, None
    for line in log.splitlines():
        if HEADING.match(f"# {line}"):
            heading = line
        else:
            found.setdefault(heading, []).append(line)
    return found
