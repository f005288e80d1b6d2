"""The course's own code, for platforms that cannot install it."""

import re

from ..classroom.course import FOLDER

PACKAGES = ("minigrad", "models", "lessons")
# what they import, for a platform's requirements.txt
NEEDED = ("numpy>=1.26", "scipy>=1.11", "matplotlib>=3.8", "pillow>=10.1")
# no verdict rests on these: web pages, texts, figures and the studies' tables
LEFT_OUT = re.compile(
    r"(^|/)(__pycache__|reports)/|\.(md|png|pyc)$"
    r"|^lessons/(site|explorer|replay|debugger|grading/exam|guide|pictures)/"
)
MASTER = re.compile(r"^lessons/\d\d_[^/]*\.py$")


def files_of_packages(masters):
    """The files that checks and verdicts need.

    Parameters
    ----------
    masters : bool
        Whether the lessons themselves, with their solutions, are among them.

    Returns
    -------
    dict of str to pathlib.Path
        By the path inside the repository, with slashes.
    """
    root = FOLDER.parent
    found = {
        path.relative_to(root).as_posix(): path
        for package in PACKAGES
        for path in sorted((root / package).rglob("*"))
        if path.is_file()
    }
    return {
        name: path
        for name, path in found.items()
        if not LEFT_OUT.search(name) and (masters or not MASTER.match(name))
    }
