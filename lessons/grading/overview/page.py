"""The page itself: HTML that stands alone, for a projector, a phone and paper."""

import re
import time
from html import escape

from models.output.page import page_of

from ...classroom.properties import NOT_GRADED, NOT_TRIED_STATUS, RIGHT, WRONG
from .anonymous import Anonymous
from .counts import exercises_of, progress_of

STATUSES = (
    (RIGHT, "right", "right"),
    (WRONG, "wrong", "wrong"),
    (NOT_TRIED_STATUS, "untried", "not tried"),
    (NOT_GRADED, "open", "not graded"),
)
SHOWN = 3  # properties of an exercise that have an example
TITLE = "What the next hour needs"
STYLE = """\
:root { --right: #006f52; --wrong: #b84a00; --untried: #767676; --open: #8f4f76; }
@media screen and (prefers-color-scheme: dark) {
  :root { --right: #2fbf94; --wrong: #f58442; --untried: #a0a0a0; --open: #dc93bd; } }
body { overflow-wrap: break-word; }
h3 { margin: 1.6em 0 0.3em; line-height: 1.3; }
svg.bar { display: block; width: 100%; height: 0.9rem; border: 1px solid var(--line); \
box-sizing: border-box; }
svg.bar rect { stroke: var(--paper); stroke-width: 2px; vector-effect: non-scaling-stroke; }
.right { fill: var(--right); } .wrong { fill: var(--wrong); }
.untried { fill: var(--untried); } .open { fill: var(--open); }
svg.key { width: 0.8rem; height: 0.8rem; }
p.key span { white-space: nowrap; margin-right: 1em; }
table { border-collapse: collapse; width: 100%; margin-bottom: 1.5em; }
caption { text-align: left; padding-bottom: 0.5em; }
th, td { text-align: right; padding: 0.35em 0.5em; border-top: 1px solid var(--line); \
vertical-align: top; font-variant-numeric: tabular-nums; }
thead th { border-top: 0; vertical-align: bottom; font-size: 0.85rem; }
th:first-child { text-align: left; font-weight: normal; width: 55%; }
thead th:first-child { font-weight: bold; }
ol.broken { padding-left: 1.4em; margin: 0.5em 0; }
ol.broken li { margin-bottom: 0.8em; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 0.8em; margin: 0.2em 0; \
padding: 0.4em 0.7em; background: var(--shade); }
dt { font-size: 0.85rem; line-height: 1.6rem; } dd { margin: 0; min-width: 0; }
th code { overflow-wrap: anywhere; }
@media (max-width: 40rem) { th:first-child { width: 45%; } th, td { padding: 0.35em 0.25em; } }
@media print {
  :root { --ink: #000; --paper: #fff; --line: #999; --shade: #f3f3f3; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  section.exercise, tr { break-inside: avoid; } h2, h3 { break-after: avoid; }
  body { max-width: none; padding: 0; font-size: 10pt; } }
"""


def overview(rows, lessons, table, unfinished=0):
    """The page as text; no name, login or path of a student is on it.

    Parameters
    ----------
    rows : list of dict
        As `lessons.grading.grade.grade` returns them.
    lessons : list of Lesson
    table : str
        The name of the CSV file, which has the names.
    unfinished : int
        Files that are not graded yet.

    Returns
    -------
    str
    """
    anonymous = Anonymous(rows, lessons)
    exercises = exercises_of(rows, lessons, anonymous)
    students = len({row["student"] for row in rows})
    body = [f"<h1>{TITLE}</h1>", *introduction(rows, students, table, unfinished)]
    wrong = [one for one in exercises if one.counts[WRONG]]
    body.append("<h2>What broke</h2>")
    if not wrong:
        body.append("<p>Nothing: no answer is wrong.</p>")
    for one in wrong:
        body += section_of(one, students)
    body += [*table_of_exercises(exercises, students), *progress(rows, lessons, students)]
    return page_of(TITLE, "\n".join(body), STYLE)


def introduction(rows, students, table, unfinished):
    """How much there is, what the colours mean, where the names are."""
    statuses = [row["status"] for row in rows]
    counted = ", ".join(
        f"{statuses.count(status)} {said}" for status, _, said in STATUSES if status in statuses
    )
    keys = "".join(
        f'<span><svg class="key" viewBox="0 0 1 1" aria-hidden="true"><rect class="{kind}" '
        f'width="1" height="1"/></svg> {said}</span>'
        for _, kind, said in STATUSES
    )
    yield f"<p>{time.strftime('%Y-%m-%d')}. {people(students)}. Answers: {counted}.</p>"
    if unfinished:
        yield f"<p><strong>{unfinished} files are not graded yet.</strong></p>"
    yield (
        "<p>What most got wrong comes first. Nobody is named here, so the page may be projected; "
        f"the names are in <code>{escape(table)}</code>.</p>"
    )
    yield f'<p class="key">{keys}<span>□ no file</span></p>'


def section_of(one, students):
    """An exercise with wrong answers, as lines of HTML."""
    yield f'<section class="exercise"><h3>{title_of(one)}: {one.counts[WRONG]} wrong</h3>'
    yield bar(one.counts, students)
    yield '<ol class="broken">'
    for broken in one.broken[:SHOWN]:
        yield f"<li><strong>{escape(broken.what)}</strong>: {broken.times}"
        yield from example_of(broken.example)
        yield "</li>"
    yield "</ol>"
    if one.broken[SHOWN:]:
        rest = "; ".join(f"{escape(one.what)}: {one.times}" for one in one.broken[SHOWN:])
        yield f"<p>Besides: {rest}.</p>"
    yield "</section>"


def example_of(example):
    """An example as a list of up to three lines."""
    if example is None:
        yield "<br>An example is in the table; its text is a student's own."
        return
    parts = {
        "Given": example.given,
        "Answer": example.theirs,
        "Right": example.right.rstrip("."),
        "Told": example.more,
    }
    shown = "".join(
        f"<dt>{name}</dt><dd>{with_code(said)}</dd>" for name, said in parts.items() if said
    )
    yield f"<dl>{shown}</dl>"


def table_of_exercises(exercises, students):
    """Every exercise with its counts, in the same order."""
    heads = "".join(f'<th scope="col">{said}</th>' for _, _, said in STATUSES)
    yield f"<h2>Every exercise</h2><table><caption>Of {people(students)}; who is in no column has "
    yield "given no file of the lesson.</caption>"
    yield f'<thead><tr><th scope="col">exercise</th>{heads}</tr></thead><tbody>'
    for one in exercises:
        cells = "".join(f"<td>{one.counts[status] or '–'}</td>" for status, _, _ in STATUSES)
        yield f'<tr><th scope="row">{title_of(one)}{bar(one.counts, students)}</th>{cells}</tr>'
    yield "</tbody></table>"


def progress(rows, lessons, students):
    """How far the class is: lesson by lesson, and how many have how many lessons done."""
    titles = {lesson.number: lesson.title for lesson in lessons}
    by_lesson, by_number = progress_of(rows, lessons)
    yield "<h2>How far the class is</h2><table><caption>Done: every exercise of the lesson is "
    yield 'right.</caption><thead><tr><th scope="col">lesson</th><th scope="col">handed in</th>'
    yield '<th scope="col">begun</th><th scope="col">done</th></tr></thead><tbody>'
    for one in by_lesson:
        drawn = bar({RIGHT: one.done, NOT_TRIED_STATUS: one.handed_in - one.done}, students, "done")
        yield f'<tr><th scope="row">{one.lesson} {escape(titles[one.lesson])}{drawn}</th>'
        yield f"<td>{one.handed_in}</td><td>{one.begun}</td><td>{one.done}</td></tr>"
    yield "</tbody></table>"
    if len(by_lesson) < 2:
        return
    yield '<table><caption>Who has so many lessons done.</caption><thead><tr><th scope="col">'
    yield 'lessons done</th><th scope="col">students</th></tr></thead><tbody>'
    for number, times in sorted(by_number.items()):
        drawn = bar({RIGHT: times}, students, "students")
        yield f'<tr><th scope="row">{number}{drawn}</th><td>{times}</td></tr>'
    yield "</tbody></table>"


def with_code(text):
    """A text as HTML, what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def title_of(one):
    """'Lesson 8, term'; where all are of one lesson its number says nothing."""
    return f"{one.where}<code>{escape(one.name)}</code>"


def people(number):
    return f"{number} student{'' if number == 1 else 's'}"


def bar(counts, whole, said=None):
    """Counts as one bar, as long as the class is large.

    Parameters
    ----------
    counts : dict of str to int
        By status.
    whole : int
    said : str, optional
        What the first colour is, for those who hear it; each status's own word unless told.
    """
    rects, at, heard = [], 0, []
    for status, kind, name in STATUSES:
        number = counts.get(status, 0)
        if number:
            rects.append(f'<rect class="{kind}" x="{at}" width="{number}" height="1"/>')
            heard.append(f"{number} {said if said and status == RIGHT else name}")
            at += number
    if said:
        heard = heard[:1] if counts.get(RIGHT) else [f"0 {said}"]
    return (
        f'<svg class="bar" viewBox="0 0 {whole} 1" preserveAspectRatio="none" role="img" '
        f'aria-label="{", ".join(heard) or "none"}, of {whole}">{"".join(rects)}</svg>'
    )
