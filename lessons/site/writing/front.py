"""The front page, from which all others are reached, and the navigation beside every page."""

from pathlib import Path
from string import Template

from ...replay.build import TITLES, page_name
from .cells import ROOT

PAGES = Path(__file__).resolve().parents[1] / "pages"
REPLAYED = 8  # the lesson whose replay the front page shows
PICTURE_OF_REPLAY = "lessons/pictures/replay.png"
PICTURE = "lessons/pictures/explained_sailboat.png"
REFERENCE = ("attribution", "tensor", "operations", "networks", "models")


def front_page(lessons, sections, with_source, with_explorer):
    """The Markdown of the front page.

    Parameters
    ----------
    lessons : list of Lesson
    sections : dict of str to list of pathlib.Path
        The repository's documents by heading.
    with_source, with_explorer : bool
        Whether there are pages of the reference and the source, and an explorer.

    Returns
    -------
    str
        ``pages/index.md`` with its blanks filled in.
    """
    return Template((PAGES / "index.md").read_text(encoding="utf-8")).substitute(
        picture=PICTURE,
        replay=picture_of_replay() if with_explorer else "",
        lessons="\n".join(list_of_lessons(lessons)),
        more="\n".join(further_pages(sections, with_source, with_explorer)),
        toctrees="\n\n".join(navigation(lessons, sections, with_source)),
        first=lessons[0].path.name,
    )


def picture_of_replay():
    """A figure that leads to a replay."""
    page = page_name(REPLAYED)
    return f"""```{{figure}} {PICTURE_OF_REPLAY}
:alt: One step of a replay: the line that runs, the graph with its numbers, the formula, and below \
the points of the path with the sum so far.
:target: {page}

One step at a time, forward and back, with the arrow keys:
<a href="{page}">replay {TITLES[REPLAYED]}</a>
```
"""


def list_of_lessons(lessons):
    """The lines of a list: title, minutes, what a learner has at the end."""
    lines = []
    for lesson in lessons:
        link = f"[{lesson.title}](lessons/{lesson.path.stem}.md)"
        lines.append(
            f"{lesson.number}. {link}, {lesson.minutes} minutes. At the end {lesson.at_the_end}"
        )
    return lines


def further_pages(sections, with_source, with_explorer):
    """The lines of a list of everything that is not a lesson."""
    lines = []
    if with_explorer:  # no document of Sphinx's, so no link that Sphinx could make
        lines.append(
            '- <a href="explorer.html">The conductance explorer</a>: pick a picture, a '
            "class and a layer, and move α"
        )
        lines += [
            f'- <a href="{page_name(number)}">Replay: {title}</a>: one step at a time, forward and '
            "back"
            for number, title in TITLES.items()
        ]
    for paths in sections.values():
        lines += [f"- [{title(path)}]({path.relative_to(ROOT).as_posix()})" for path in paths]
    if with_source:
        lines.append(
            "- [The reference](reference/attribution.rst), with its equations, and "
            "{ref}`every name in it <genindex>`"
        )
        lines.append("- [A map of the source](map.md)")
    return lines


def navigation(lessons, sections, with_source):
    """The parts of the navigation, each a toctree."""
    parts = {
        heading: [f"{title(path)} <{docname(path)}>" for path in paths]
        for heading, paths in sections.items()
    }
    parts["The course"] = [docname(lesson.path) for lesson in lessons] + parts["The course"]
    if with_source:
        parts["Reference"] = [*(f"reference/{page}" for page in REFERENCE), "map"]
    return [toctree(heading, names) for heading, names in parts.items() if names]


def toctree(caption, names):
    """One part of the navigation."""
    return "\n".join(["```{toctree}", ":hidden:", f":caption: {caption}", "", *names, "```"])


def docname(path):
    """What Sphinx calls a document of the repository, or the page of a lesson."""
    inside = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path("lessons", path.name)
    return inside.with_suffix("").as_posix()


def title(path):
    """What a link to a document says: its heading."""
    return next(
        line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# ")
    )[2:]
