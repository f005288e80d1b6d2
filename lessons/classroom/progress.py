"""The learner's progress: a small file that says how each exercise stood when last seen."""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

from ..figures.drawing import OUTPUT_VARIABLE
from .checking import NOT_GRADED, NOT_TRIED_STATUS, RIGHT, WRONG

FILE = "progress.json"


def work_folder():
    """Where figures, logs and the progress are kept.

    $MINIGRAD_LESSONS_OUT, or ``minigrad-lessons`` in the current folder.
    """
    return Path(os.environ.get(OUTPUT_VARIABLE) or "minigrad-lessons")


class LearnersRecord:
    """What is known of a learner's work in one folder; nothing is sent anywhere.

    Parameters
    ----------
    folder : str or os.PathLike
        Holds ``progress.json``, or will once something is noted. A file that cannot be
        read counts as none, which is said on stderr.
    """

    def __init__(self, folder):
        self.path = Path(folder) / FILE
        self.checked, self.runs, self.hints = {}, {}, {}
        if self.path.exists():
            try:
                self.checked, self.runs, self.hints = read(self.path)
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                print(
                    f"note: {self.path} cannot be read; it is begun anew with the next check or "
                    "run",
                    file=sys.stderr,
                )

    def note_exercises(self, lesson, path, statuses):
        """Keep how the exercises of the learner's file stand.

        Parameters
        ----------
        lesson : lessons.classroom.course.Lesson
        path : pathlib.Path
            The file that was looked at.
        statuses : dict of str to str
            By exercise: right, wrong, not yet tried, not graded.
        """
        known = {
            "file": path.name,
            "sha256": checksum(path),
            "when": time.strftime("%Y-%m-%d %H:%M"),
            "exercises": statuses,
        }
        self.checked[str(lesson.number)] = known
        self.write()

    def note_run(self, lesson, path, status, seconds):
        """Keep how a lesson's last run ended; the next run tells the time left by its seconds."""
        now = time.strftime("%Y-%m-%d %H:%M")
        self.runs[str(lesson.number)] = {
            "file": path.name,
            "when": now,
            "status": status,
            "seconds": round(seconds, 1),
        }
        self.write()

    def next_hint(self, exercise, hints):
        """How many hints of an exercise have been given, this one included, and no more."""
        given = min(self.hints.get(exercise, 0) + 1, len(hints))
        self.hints[exercise] = given
        self.write()
        return given

    def of(self, lesson, path):
        """One sentence on the learner's own file of a lesson.

        Parameters
        ----------
        lesson : lessons.classroom.course.Lesson
        path : pathlib.Path or None
            The file there is now.

        Returns
        -------
        str
        """
        if path is None:
            return "no file of yours in this folder"
        known = self.checked.get(str(lesson.number))
        if known is None or known["file"] != path.name:
            return (
                (f"{path.name}: nothing tried yet")
                if untouched(lesson, path)
                else f"{path.name}: not yet checked"
            )
        changed = "" if checksum(path) == known["sha256"] else ", changed since: check it again"
        return f"{counted(known['exercises'].values())} (on {known['when']}{changed})"

    def write(self):
        """Write the file anew, whole or not at all."""
        from minigrad.weights import atomic_file

        self.path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(self.path) as file:
            known = {"checked": self.checked, "runs": self.runs, "hints": self.hints}
            file.write(json.dumps(known, indent=1, ensure_ascii=False).encode())


def read(path):
    """(checked, runs, hints) of what `LearnersRecord.write` wrote; raises if it is any other."""
    known = json.loads(path.read_text(encoding="utf-8"))
    for one in known["checked"].values():
        if not all(
            isinstance(one[key], str) for key in ("file", "sha256", "when")
        ) or not isinstance(one["exercises"], dict):
            raise ValueError(path)
    for number, one in known["runs"].items():
        if not number.isdecimal() or not all(
            isinstance(one[key], kind)
            for key, kind in (("file", str), ("when", str), ("status", int), ("seconds", float))
        ):
            raise ValueError(path)
    hints = known.get("hints", {})  # older files have none
    if not all(isinstance(given, int) for given in hints.values()):
        raise ValueError(path)
    return known["checked"], known["runs"], hints


def untouched(lesson, path):
    """Whether no exercise of a file was tried."""
    from .course import tried

    return tried(lesson, path) == 0


def counted(statuses):
    """'1 of 3 right, 1 wrong, 1 not yet tried'; what there is none of is left out."""
    statuses = list(statuses)
    parts = [f"{statuses.count(RIGHT)} of {len(statuses)} right"]
    parts += [
        f"{statuses.count(status)} {status}"
        for status in (WRONG, NOT_TRIED_STATUS, NOT_GRADED)
        if status in statuses
    ]
    return ", ".join(parts)


def checksum(path):
    """The SHA-256 of a file, as hexadecimal digits."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
