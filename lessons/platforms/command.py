"""``python -m lessons handout DIR --for PLATFORM``."""

import importlib

from ..classroom.course import all_lessons
from ..classroom.handout import own_folder, write_files
from ..classroom.reading import jupytext

NEXT = {
    "gradescope": "Upload a lesson's zip as it is, under Configure Autograder.",
    "otter": "Hand out a lesson's folder; in the folder autograder: otter generate.",
    "nbgrader": "In this folder: nbgrader generate_assignment NAME, a folder's name in source.",
}


def handout_for(platform, folder, replace):
    """Write what a platform needs.

    Parameters
    ----------
    platform : str
        A key of NEXT.
    folder : str or os.PathLike
        Made if missing.
    replace : bool
        Whether files that are there and differ may be replaced.

    Returns
    -------
    paths : list of pathlib.Path
        What was written.
    what_next : str
    """
    if platform != "gradescope":
        jupytext()  # notebooks need it
    module = "gradescope.build" if platform == "gradescope" else platform
    make = importlib.import_module(f".{module}", __package__)
    folder, lessons = own_folder(folder), all_lessons()
    guide = f"Word by word: lessons/guide/{platform}.md"
    return write_files(folder, make.contents(folder, lessons), replace), f"{NEXT[platform]} {guide}"
