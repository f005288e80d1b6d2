"""Building the pages: the sources staged in a folder, Sphinx run over them, the result checked."""

import io
import os
import re
import shutil
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from ..classroom.reading import CourseError
from .check import complaints

HERE = Path(__file__).resolve().parent
MOST_LINES = 20  # of warnings in one message
MADE_BY = "made_by.txt"  # among the doctrees once a build has ended well
COLOUR = re.compile(r"\x1b\[[0-9;]*m")  # Sphinx's warnings are for a terminal


def check_installed():
    """Raise a CourseError unless everything that makes pages is there; before the long work."""
    missing = [
        name
        for name in ("sphinx", "myst_parser", "furo", "jupytext", "matplotlib")
        if find_spec(name) is None
    ]
    if missing:
        raise CourseError(f"the pages need {', '.join(missing)}: pip install -e '.[site]'")


def stage(files, folder):
    """Make a folder hold just these files; what is the same keeps its date, for Sphinx.

    Parameters
    ----------
    files : dict of str to (str or pathlib.Path)
        By path below ``folder``: text, or a file to copy.
    folder : pathlib.Path

    Returns
    -------
    bool
        Whether a file that was there before is gone.
    """
    for name, content in files.items():
        path = folder / name
        data = content.encode() if isinstance(content, str) else content.read_bytes()
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f"{path.name}.part")
            part.write_bytes(data)
            os.replace(part, path)
    old = [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).as_posix() not in files
    ]
    for path in old:
        path.unlink()
    return bool(old)


def render(sources, pages, doctrees, extra=()):
    """Run Sphinx; every warning is an error.

    Parameters
    ----------
    sources, pages, doctrees : pathlib.Path
        The staged sources, where the pages go, and what Sphinx remembers between two builds.
    extra : sequence of pathlib.Path
        Folders whose files are copied beside the pages as they are: the explorer's.

    Raises
    ------
    CourseError
        Sphinx warned, or `complaints` found something; the message says what.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    made_by = fingerprint()
    if (
        not (doctrees / MADE_BY).is_file()
        or (doctrees / MADE_BY).read_text(encoding="utf-8") != made_by
    ):
        # Pages of an earlier version would stay as they are; and what a build that failed or was
        # cut off warned of, Sphinx would not say again.
        shutil.rmtree(doctrees, ignore_errors=True)
    (doctrees / MADE_BY).unlink(missing_ok=True)
    warnings = io.StringIO()
    settings = {
        "html_extra_path": [str(path) for path in extra],
        "html_context": {"with_explorer": bool(extra)},
    }
    try:
        with patch_docutils(str(HERE)), docutils_namespace():
            app = Sphinx(
                sources,
                HERE,
                pages,
                doctrees,
                "html",
                confoverrides=settings,
                status=None,
                warning=warnings,
                keep_going=True,
            )
            app.build()
    except SphinxError as error:
        raise CourseError(f"Sphinx stopped: {error}") from None
    wrong = COLOUR.sub("", warnings.getvalue()).strip().splitlines() or complaints(pages)
    if wrong:
        more = [f"and {len(wrong) - MOST_LINES} more"] if len(wrong) > MOST_LINES else []
        raise CourseError(
            "\n  ".join([f"the pages have {len(wrong)} faults:", *wrong[:MOST_LINES], *more])
        )
    (doctrees / MADE_BY).write_text(made_by, encoding="utf-8")


def fingerprint():
    """What besides the sources decides how pages look: our files, and others' versions."""
    from .writing.cells import (
        checksum,
    )  # here, because it imports what `check_installed` may find missing

    own = [
        f"{path.name} {checksum(path)}"
        for path in sorted(HERE.rglob("*"))
        if path.suffix in (".py", ".html")
    ]
    return "\n".join(
        [
            *own,
            *(f"{name} {version(name)}" for name in ("sphinx", "docutils", "myst-parser", "furo")),
        ]
    )
