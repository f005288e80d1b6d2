"""The students' copies of the lessons, as scripts and as notebooks, without solutions."""

import os
from pathlib import Path

from . import course
from .formulas import set_formulas
from .reading import CourseError, jupytext


def handout(folder, lessons=None, replace=False):
    """Write the students' copies, ``.py`` and ``.ipynb``, without solutions.

    Parameters
    ----------
    folder : str or os.PathLike
        Made if missing.
    lessons : list of Lesson, optional
        All unless told.
    replace : bool
        Whether files that are there and differ may be replaced; if not, nothing is written.

    Returns
    -------
    list of pathlib.Path
        The files written.
    """
    folder = own_folder(folder)
    texts = {}
    for lesson in course.all_lessons() if lessons is None else lessons:
        copy = lesson.student_copy()
        texts[folder / lesson.path.name] = copy
        texts[folder / f"{lesson.path.stem}.ipynb"] = notebook(lesson, copy)
    return write_files(folder, texts, replace)


def own_folder(folder):
    """The path of a folder for what is handed out; a CourseError if it cannot be one."""
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise CourseError(f"{folder} is a file; give a folder")
    if folder.resolve() == course.FOLDER:
        raise CourseError(
            f"{folder} holds the masters; give another folder for the students' copies"
        )
    return folder


def write_files(folder, contents, replace):
    """Write files into a folder: all, or none where one is there and differs.

    Parameters
    ----------
    folder : pathlib.Path
        Made if missing.
    contents : dict of pathlib.Path to (str or bytes)
    replace : bool
        Whether files that are there and differ may be replaced.

    Returns
    -------
    list of pathlib.Path
    """
    data = {
        path: content.encode() if isinstance(content, str) else content
        for path, content in contents.items()
    }
    changed = [
        path.relative_to(folder).as_posix()
        for path in data
        if path.exists() and path.read_bytes() != data[path]
    ]
    if changed and not replace:
        raise CourseError(
            f"{folder} has its own {', '.join(changed)}, perhaps with somebody's work; give "
            "another folder or --replace"
        )
    for path, content in data.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(content)
        os.replace(part, path)
    return list(data)


def folded(summary, text):
    """Markdown that is seen when its one line is opened."""
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


def with_hints(lesson, cells):
    """A notebook's cells, after that of an exercise its hints, each folded."""
    from nbformat.v4 import new_markdown_cell  # comes with jupytext

    for cell in cells:
        yield cell
        hints = [
            hint for name in lesson.exercises if asks(cell, name) for hint in lesson.hints[name]
        ]
        if hints:
            text = "\n\n".join(folded(f"Hint {k}", hint) for k, hint in enumerate(hints, 1))
            yield new_markdown_cell(text)


def asks(cell, exercise):
    """Whether a cell of a student's notebook is where an exercise is answered."""
    first = "PENCIL = {" if exercise == course.PENCIL else f"def {exercise}("
    return cell.cell_type == "code" and first in cell.source


def notebook(lesson, text):
    """Percent-format text as a notebook without outputs; the same text gives the same notebook."""
    book = jupytext().reads(text, fmt="py:percent")
    book.cells = list(with_hints(lesson, book.cells))
    book.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    book.metadata.pop("jupytext", None)
    for position, cell in enumerate(book.cells):
        cell["id"] = f"cell-{position}"
        lesson.check_no_solution_in(cell.source)
        if cell.cell_type == "markdown":
            cell.source = set_formulas(cell.source, "$$\n%s\n$$")
    return jupytext().writes(book, fmt="ipynb") + "\n"
