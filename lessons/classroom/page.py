"""The page that a run ends with: each lesson's text, what it printed and drew, in one file."""

from contextlib import suppress
from html import escape
from pathlib import Path
from urllib.parse import quote

from models.output.page import page_of

from ..figures import drawing as figures
from .progress import LearnersRecord
from .prose import printed_by_heading, sections_of

PAGE_FILE = "index.html"
# where `python -m lessons site` builds, unless told, seen from the folder of the page
SITE = "../minigrad-site/html/index.html"

STYLE = """\
body { overflow-wrap: break-word; }
h2 { border-top: 1px solid var(--line); padding-top: 1em; }
code, pre { font-size: 0.85rem; }
pre { line-height: 1.35; }
summary { cursor: pointer; }
"""


def write_page(folder, lessons):
    """Write ``index.html`` into a folder from the logs and figures there.

    Parameters
    ----------
    folder : str or os.PathLike
        Where lessons were run to.
    lessons : list of Lesson
        All of the course; one without a log is named as not yet run.

    Returns
    -------
    pathlib.Path
    """
    from minigrad.weights import atomic_file

    folder = Path(folder)
    runs = LearnersRecord(folder).runs
    contents = [
        f'<li><a href="#lesson-{lesson.number}">{escape(lesson.title)}</a></li>'
        for lesson in lessons
    ]
    body = ["<h1>The lessons of minigrad</h1>", *site_link(folder)]
    body += ['<nav aria-label="Lessons"><ol>', *contents, "</ol></nav>"]
    for lesson in lessons:
        body += section(folder, lesson, runs.get(str(lesson.number)))
    with atomic_file(folder / PAGE_FILE) as file:
        file.write(page_of("The lessons of minigrad", "\n".join(body), STYLE).encode())
    return folder / PAGE_FILE


def site_link(folder):
    """A paragraph that leads to the course's site if it was built beside the folder."""
    if (folder / SITE).is_file():
        return [
            "<p>The lessons' text, with what they printed and drew here. With their code: "
            f'<a href="{SITE}">the course as pages</a>.</p>'
        ]
    return [
        "<p>The lessons' text, with what they printed and drew here. With their code, as pages: "
        "<code>python -m lessons site</code>.</p>"
    ]


def section(folder, lesson, run):
    """One lesson as lines of HTML: title, figures, and what it printed."""
    lines = [f'<h2 id="lesson-{lesson.number}">Lesson {lesson.number}: {escape(lesson.title)}</h2>']
    log = folder / f"{lesson.path.stem}.txt"
    if not log.is_file():
        return [*lines, f"<p>Not yet run: <code>python -m lessons run {lesson.number}</code></p>"]
    if run is not None:
        failed = (
            f" <strong>It stopped with exit status {run['status']}; the end of the text says "
            "why.</strong>"
        )
        ended = failed if run["status"] else ""
        lines.append(
            f"<p><code>{escape(run['file'])}</code>, run on {run['when']} in "
            f"{run['seconds']:.0f} seconds.{ended}</p>"
        )
    printed = printed_by_heading(log.read_text(encoding="utf-8", errors="replace"))
    lines += outputs(folder, lesson, printed.pop(None, []))
    for heading, text in sections_of(lesson):
        if heading.startswith("## "):
            lines.append(f"<h3>{escape(heading.removeprefix('## '))}</h3>")
        lines += [text, *outputs(folder, lesson, printed.pop(heading, []))]
    for heading, rest in printed.items():  # a section that the learner's own file has besides
        lines += [f"<h3>{escape(heading.lstrip('# '))}</h3>", *outputs(folder, lesson, rest)]
    return lines


def outputs(folder, lesson, printed):
    """What one section printed and drew, as lines of HTML."""
    lines = []
    for is_figure, shown in figures.text_and_figures(printed):
        path = folder / Path(shown).name  # the folder may have been moved since
        if not is_figure:
            # A region that scrolls sideways must be reachable with the keyboard.
            lines.append(
                f'<pre tabindex="0" role="region" aria-label="What lesson {lesson.number} '
                f'printed">{escape(shown)}</pre>'
            )
        elif path.is_file():
            source = quote(path.name)
            picture = f'<img src="{source}" alt="{escape(alternative_text(path))}" loading="lazy">'
            # on a small screen: the picture by itself, to enlarge
            lines.append(f'<p><a href="{source}">{picture}</a></p>')
    return lines


def alternative_text(path):
    """What a figure says of itself to people who do not see it, or its name."""
    said = None
    with suppress(OSError):  # one file that is no picture must not cost the page
        said = figures.alternative_text(path)
    return said or f"A figure, {Path(path).stem}"
