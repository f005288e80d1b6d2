"""Building the pages: the sources staged in a folder, Sphinx run over them, the result checked."""

import io
import os
import shutil
from importlib.util import find_spec
from pathlib import Path

from ..course import CourseError
from .check import complaints

HERE = Path(__file__).resolve().parent
MOST_LINES = 20  # of warnings in one message


def check_installed():
    """Raise a CourseError unless everything that makes pages is there; before the long work."""
    missing = [name for name in ("sphinx", "myst_parser", "furo", "jupytext", "matplotlib") if find_spec(name) is None]
    if missing:
        raise CourseError(f"the pages need {', '.join(missing)}: pip install -e '.[site]'")


def stage(files, folder):
    """Make a folder hold just these files; what is the same already keeps its date, so Sphinx does not read it again.

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
    old = [path for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).as_posix() not in files]
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

    warnings = io.StringIO()
    settings = {"html_extra_path": [str(path) for path in extra], "html_context": {"with_explorer": bool(extra)}}
    try:
        with patch_docutils(str(HERE)), docutils_namespace():
            app = Sphinx(
                sources, HERE, pages, doctrees, "html", confoverrides=settings, status=None, warning=warnings, keep_going=True
            )
            app.build()
    except SphinxError as error:
        raise CourseError(f"Sphinx stopped: {error}") from None
    wrong = warnings.getvalue().strip().splitlines() or complaints(pages)
    if wrong:
        shutil.rmtree(doctrees, ignore_errors=True)  # so that the next build warns again
        more = [f"and {len(wrong) - MOST_LINES} more"] if len(wrong) > MOST_LINES else []
        raise CourseError("\n  ".join([f"the pages have {len(wrong)} faults:", *wrong[:MOST_LINES], *more]))
