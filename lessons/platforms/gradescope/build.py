"""The zips that are uploaded to Gradescope as they are."""

import io
import json
import zipfile
from pathlib import Path

from models.output.progress import Progress

from ...classroom.answers.file import StudentsFile
from ...classroom.properties import properties_of
from ..packages import NEEDED, files_of_packages
from ..points import points_of

HERE = Path(__file__).parent
SCRIPTS = ("setup.sh", "run_autograder")  # at the root of the zip
ALL = "all_lessons"
# Gradescope ends a run after 10 minutes and shows nothing then; its smallest machine has 0.75 GiB.
LIMITS = {"seconds": 60, "seconds_in_all": 480, "memory": 0.5}
DAY = (1980, 1, 1, 0, 0, 0)  # of every file in a zip: the same course makes the same zip


def contents(folder, lessons):
    """A zip for each lesson, and one for all of them.

    Parameters
    ----------
    folder : pathlib.Path
    lessons : list of Lesson

    Returns
    -------
    dict of pathlib.Path to bytes
    """
    asked = {}
    with Progress(0, len(lessons), unit="lesson") as bar:
        for lesson in lessons:
            asked[lesson.path.stem] = entry_of(lesson)
            bar.update(len(asked), lesson.title)
    groups = {name: [one] for name, one in asked.items()}
    if len(lessons) > 1:
        groups[ALL] = list(asked.values())
    files = {name: path.read_bytes() for name, path in files_of_packages(masters=True).items()}
    for name in SCRIPTS:
        files[name] = (HERE / name).read_bytes().replace(b"\r\n", b"\n")
    files["requirements.txt"] = "\n".join((*NEEDED, "")).encode()
    made = {}
    for name, group in groups.items():
        table = json.dumps({**LIMITS, "lessons": group}, indent=1, ensure_ascii=False)
        made[folder / f"{name}.zip"] = zipped(files | {"assignment.json": table.encode()})
    return made


def entry_of(lesson):
    """A lesson in ``assignment.json``: its exercises, their points and properties."""
    checks = lesson.checks()
    answers, failures = StudentsFile(lesson.source, lesson.path).run(lesson.exercises)
    for failure in failures:
        raise failure.error
    points = points_of(lesson)
    return {
        "number": lesson.number,
        "title": lesson.title,
        "exercises": [
            {
                "name": exercise,
                "points": points[exercise],
                "properties": properties_of(checks[f"check_{exercise}"], answers[exercise]),
            }
            for exercise in lesson.exercises
        ],
    }


def zipped(files):
    """A zip of files by their paths; those that are started are executable in it.

    Parameters
    ----------
    files : dict of str to bytes

    Returns
    -------
    bytes
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, DAY)
            member.external_attr = (0o100755 if name in SCRIPTS else 0o100644) << 16
            packed = name.endswith(".npz")  # already compressed
            member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return whole.getvalue()
