"""``python -m lessons handout DIR --for PLATFORM``."""

from ..classroom.course import all_lessons
from ..classroom.handout import own_folder, write_files

PLATFORMS = ("gradescope", "otter", "nbgrader")
NEXT = {
    "gradescope": "Upload a lesson's zip as it is: Assignment, Configure Autograder.",
    "otter": "In a lesson's folder: otter generate, see the guide's page.",
    "nbgrader": "In this folder: nbgrader generate_assignment NAME, NAME of a folder in source.",
}


def handout_for(platform, folder, replace):
    """Write what a platform needs.

    Parameters
    ----------
    platform : str
        One of PLATFORMS.
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
    from . import nbgrader, otter
    from .gradescope import build as gradescope

    folder, lessons = own_folder(folder), all_lessons()
    make = {"gradescope": gradescope, "otter": otter, "nbgrader": nbgrader}[platform]
    guide = f"Word by word: lessons/guide/{platform}.md"
    return write_files(folder, make.contents(folder, lessons), replace), f"{NEXT[platform]} {guide}"
