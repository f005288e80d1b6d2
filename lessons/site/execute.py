"""Running the lessons for the pages, and using again what nothing has changed since."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ..classroom.course import Lesson, child_environment
from ..classroom.reading import CourseError
from ..figures.drawing import OUTPUT_VARIABLE
from ..networks.googlenet import WEIGHTS_VARIABLE
from .writing.cells import RECORD, ROOT, checksum, name_of, versions

LOG = "log.txt"


@dataclass(frozen=True)
class Job:
    """A lesson to run, or the explorer and replays to build, in a folder that is its cache."""

    folder: Path
    lesson: Lesson | None = None

    @property
    def name(self):
        return f"lesson {self.lesson.number}" if self.lesson else "the explorer and the replays"

    def start(self):
        """Begin it in a process of its own, without GoogLeNet's weights: alike everywhere."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        environment = child_environment(**{OUTPUT_VARIABLE: str(self.folder)})
        environment.pop(WEIGHTS_VARIABLE, None)
        command = [
            sys.executable,
            "-c",
            "from lessons.site.writing.cells import child; child()",
            str(self.folder),
        ]
        command += [str(self.lesson.path)] if self.lesson else []
        with open(self.folder / LOG, "w", encoding="utf-8") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
            )

    def finished(self, status):
        """The record of a run that has ended; a CourseError if it failed or a solution is wrong."""
        if status:
            lines = (self.folder / LOG).read_text(encoding="utf-8", errors="replace").splitlines()
            last = next((line for line in reversed(lines) if line.strip()), "nothing was printed")
            raise CourseError(
                f"{self.name} stopped with exit status {status}: {last} (more in "
                f"{self.folder / LOG})"
            )
        record = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
        printed = "\n".join(
            part.get("text", "") for cell in record.get("cells", []) for part in cell
        )
        for exercise in self.lesson.exercises if self.lesson else []:
            if f"{exercise}: right" not in printed:
                (self.folder / RECORD).unlink()
                raise CourseError(
                    f"{self.name}: the master's own answer to {exercise} is not "
                    f"right; run {self.lesson.path.name}"
                )
        return record

    def usable_record(self):
        """The record of an earlier run; None if there is none that still holds."""
        try:
            record = json.loads((self.folder / RECORD).read_text(encoding="utf-8"))
            same = record["versions"] == versions() and (
                self.lesson is None or name_of(self.lesson.path) in record["files"]
            )
            same = same and all(
                checksum(ROOT / name) == known for name, known in record["files"].items()
            )
            figures = [
                part["figure"]
                for cell in record.get("cells", [])
                for part in cell
                if "figure" in part
            ]
            return (
                record if same and all((self.folder / name).is_file() for name in figures) else None
            )
        # none, one that was cut off, or of another version
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def jobs(lessons, folder, with_explorer=True):
    """A job for each lesson, and one for the explorer where it is.

    Parameters
    ----------
    lessons : list of Lesson
    folder : pathlib.Path
        For the jobs' own folders.
    with_explorer : bool

    Returns
    -------
    list of Job
    """
    folder = Path(folder).resolve()
    explorer = [Job(folder / "explorer")] if with_explorer and find_spec("lessons.explorer") else []
    # the longest first
    return explorer + [Job(folder / lesson.path.stem, lesson) for lesson in lessons]


def execute(waiting, processes=None):
    """Do the jobs, or take what was kept of them.

    Parameters
    ----------
    waiting : list of Job
    processes : int, optional
        How many at a time; as many as there are cores unless told.

    Yields
    ------
    job : Job
    record : dict
        ``cells`` as `lessons.site.writing.cells.run_cells` returns them, for a lesson.
    reused : bool

    Raises
    ------
    CourseError
        A lesson stopped, or an exercise of its own is not right.
    """
    undone, running = [], {}
    for job in waiting:
        record = job.usable_record()
        if record is None:
            undone.append(job)
        else:
            yield job, record, True
    try:
        while undone or running:
            while undone and len(running) < (processes or cores()):
                job = undone.pop(0)
                running[job] = job.start()
            for job in [job for job, child in running.items() if child.poll() is not None]:
                yield job, job.finished(running.pop(job).returncode), False
            time.sleep(0.05)
    finally:
        for child in running.values():  # an interrupt, or a lesson that failed
            child.terminate()
            child.wait()


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
