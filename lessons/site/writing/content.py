"""What the pages are made of: the lessons, the documents, the reference, the front page."""

from markdown_it import MarkdownIt

from ...classroom.course import FOLDER
from ...classroom.handout import notebook
from . import glossary
from .cells import ROOT
from .front import PAGES, PICTURE, PICTURE_OF_REPLAY, front_page
from .lesson_page import lesson_page
from .sources import map_page, source_pages

AFTERNOON = "lessons/debugger/afternoon.md"
GUIDE = (  # these first
    "glossary", "instructor", "gradescope", "otter", "nbgrader", "own_model", "own_network",
    "editors", "gpu",
)  # fmt: skip
REPORTS = ("lessons/reports", "models/study/reports")


def all_files(records, with_source=True):
    """Everything that Sphinx is given.

    Parameters
    ----------
    records : dict of Job to dict
        As `lessons.site.execute.execute` yields them.
    with_source : bool
        Whether to include the reference and the pages of the source.

    Returns
    -------
    dict of str to (str or pathlib.Path)
        By the path below Sphinx's source folder: text, or a file to copy. Files of the
        repository have the path that they have there, so links between them hold.
    """
    lessons = {job.lesson: (job, record) for job, record in records.items() if job.lesson}
    with_explorer = len(lessons) < len(records)
    files = {}
    for lesson, (job, record) in lessons.items():
        files.update(lesson_files(lesson, job.folder, record["cells"], with_source, with_explorer))
    sections = documents()
    for paths in sections.values():
        for path in paths:
            files.update(document_files(path))
    if with_source:
        files.update({"map.md": map_page(), **source_pages()})
        files.update(
            {f"reference/{path.name}": path for path in (PAGES / "reference").glob("*.rst")}
        )
    files["index.md"] = front_page(list(lessons), sections, with_source, with_explorer)
    files[PICTURE] = ROOT / PICTURE
    if with_explorer:
        files[PICTURE_OF_REPLAY] = ROOT / PICTURE_OF_REPLAY
    return files


def lesson_files(lesson, folder, cells, with_source=True, with_explorer=False):
    """The page of one lesson, its figures, and the students' copies."""
    copy, stem = lesson.student_copy(), f"lessons/{lesson.path.stem}"
    files = {
        f"{stem}.md": lesson_page(lesson, cells, with_source, with_explorer),
        f"{stem}.py": copy,
        f"{stem}.ipynb": notebook(lesson, copy),
    }
    names = [part["figure"] for cell in cells for part in cell if "figure" in part]
    return {**files, **{f"lessons/{name}": folder / name for name in names}}


def documents():
    """The Markdown of the repository that becomes pages: heading -> paths."""

    def order(path):
        return (GUIDE.index(path.stem) if path.stem in GUIDE else len(GUIDE), path.stem)

    reports = [path for folder in REPORTS for path in sorted((ROOT / folder).glob("**/*.md"))]
    sections = {
        "The course": [ROOT / AFTERNOON],
        "Guide": sorted((FOLDER / "guide").glob("*.md"), key=order),
        "Networks and studies": [ROOT / "models/README.md", *reports],
    }
    return {
        heading: [path for path in paths if path.is_file()] for heading, paths in sections.items()
    }


def document_files(path):
    """One document and the files that it links to; lessons and README by their pages."""
    # one number, one line
    text = path.read_text(encoding="utf-8").replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}")
    name = path.relative_to(ROOT).as_posix()
    text = glossary.with_anchors(text) if path == glossary.PATH else text
    files = {}
    for target in links(text):
        file = (path.parent / target.partition("#")[0]).resolve()
        if not file.is_file() or not file.is_relative_to(ROOT):
            continue  # elsewhere, or broken: Sphinx says so, with the line
        if file == ROOT / "README.md":
            text = text.replace(f"]({target})", f"]({target.replace('README', 'index')})")
        elif file.parent == FOLDER and file.name[0].isdecimal():
            text = text.replace(f"]({target})", f"]({target.replace('.py', '.md')})")
        elif file.suffix != ".md":
            files[file.relative_to(ROOT).as_posix()] = file
    return {name: text, **files}


def links(text):
    """The targets of a document's links and pictures."""
    tokens = [child for token in MarkdownIt().parse(text) for child in token.children or []]
    return [
        token.attrs.get("href") or token.attrs.get("src")
        for token in tokens
        if token.type in ("link_open", "image")
    ]
