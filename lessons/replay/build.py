"""The replays of the course's site: one page for each ``lesson_NN.py`` beside this file."""

import contextlib
import io
from pathlib import Path

from ..classroom.course import find_lesson
from .running import replay

HERE = Path(__file__).resolve().parent
TITLES = {
    1: "lesson 1, a graph walked back",
    2: "lesson 2, the whole graph",
    3: "lesson 3, a picture through a network",
    6: "lesson 6, integrated gradients",
    8: "lesson 8, conductance",
}


def excerpt_of(number):
    """The file that is replayed of a lesson."""
    return HERE / f"lesson_{number:02d}.py"


def page_name(number):
    """What a lesson's replay is called on the site."""
    return f"replay_{number:02d}.html"


def build_replays(folder, numbers=tuple(TITLES)):
    """Write the replays of some lessons.

    Parameters
    ----------
    folder : str or os.PathLike
        Where ``replay_NN.html`` go; made if missing.
    numbers : sequence of int

    Returns
    -------
    list of pathlib.Path
        The pages. The same lessons give the same bytes.
    """
    pages = []
    for number in numbers:
        page = Path(folder) / page_name(number)
        with contextlib.redirect_stdout(io.StringIO()):  # the lesson's page has what it prints
            home = f"lessons/{find_lesson(str(number)).path.stem}.html", f"Back to lesson {number}"
            seen, status = replay(excerpt_of(number), page, title=TITLES[number], home=home)
        if status:
            raise RuntimeError(f"the replay of lesson {number} ended early: {seen.error}")
        pages.append(page)
    return pages
