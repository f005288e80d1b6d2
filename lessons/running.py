"""Running the masters: each as a script in a process of its own, its output kept beside its figures."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .course import Lesson, child_environment
from .figures import OUTPUT_VARIABLE

LAST_LINES = 12


@dataclass(frozen=True)
class Run:
    """One lesson that was run: its exit status, seconds, the log, and the figures it made."""

    lesson: Lesson
    status: int
    seconds: float
    log: Path
    figures: list

    def last_lines(self):
        """The end of what the lesson printed, errors included."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:])


def run_lesson(lesson, folder):
    """Run one master and wait for it; Ctrl-C ends it too.

    Parameters
    ----------
    lesson : Lesson
    folder : pathlib.Path
        For the figures and the log, ``NN_name.txt``.

    Returns
    -------
    Run
    """
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{lesson.path.stem}.txt"
    environment = child_environment(**{OUTPUT_VARIABLE: str(folder)})
    started = time.perf_counter()
    with open(log, "w", encoding="utf-8") as file:
        child = subprocess.Popen([sys.executable, "-u", str(lesson.path)], stdout=file, stderr=subprocess.STDOUT, env=environment)
        try:
            status = child.wait()
        finally:
            if child.poll() is None:  # an interrupt
                child.terminate()
                child.wait()
    seconds = time.perf_counter() - started
    printed = log.read_text(encoding="utf-8", errors="replace").splitlines()
    figures = [line.removeprefix("figure: ") for line in printed if line.startswith("figure: ")]
    return Run(lesson, status, seconds, log, figures)


def run_lessons(lessons, folder):
    """Run lessons one after another with a bar, or a line each where tqdm is not installed; yields each `Run`."""
    try:
        from tqdm import tqdm
    except ImportError:
        tqdm = None
    bar = tqdm(total=len(lessons), unit="lesson", file=sys.stderr) if tqdm and sys.stderr.isatty() else None
    try:
        for position, lesson in enumerate(lessons):
            if bar is not None:
                bar.set_description(f"lesson {lesson.number}")
            else:
                print(f"lesson {lesson.number}, {position + 1} of {len(lessons)}: {lesson.title} …", file=sys.stderr, flush=True)
            run = run_lesson(lesson, folder)
            if bar is not None:
                bar.update()
                bar.clear()
            yield run
    finally:
        if bar is not None:
            bar.close()
