"""Running lessons: each as a script in a process of its own, its output kept beside its figures."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from models.output.progress import Bar, clock

from ..figures.drawing import OUTPUT_VARIABLE, text_and_figures
from .course import Lesson, child_environment

LAST_LINES = 12


@dataclass(frozen=True)
class Run:
    """One lesson that was run: the file, exit status, seconds, log, and the figures it made."""

    lesson: Lesson
    path: Path
    status: int
    seconds: float
    log: Path
    figures: list

    def printed(self):
        """What the lesson printed, errors included."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def last_lines(self):
        """The end of what it printed."""
        return "\n".join(self.printed().splitlines()[-LAST_LINES:])

    def statuses(self):
        """By exercise, what the lesson's own attempts said: right, wrong or not yet tried."""
        said = dict(
            re.findall(r"^(\w+): (right|wrong|not yet tried)\.", self.printed(), re.MULTILINE)
        )
        return {exercise: said[exercise] for exercise in self.lesson.exercises if exercise in said}


def run_lesson(lesson, folder, path=None, while_waiting=lambda: None):
    """Run one lesson and wait for it; Ctrl-C ends it too.

    Parameters
    ----------
    lesson : Lesson
    folder : pathlib.Path
        For the figures and the log, ``NN_name.txt``.
    path : pathlib.Path, optional
        What to run in place of the master: a learner's file.
    while_waiting : callable, optional
        Called twice a second.

    Returns
    -------
    Run
    """
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    log, path = folder / f"{lesson.path.stem}.txt", path or lesson.path
    # after an interrupt the log of the last whole run is still there
    part = log.with_name(f"{log.name}.part")
    environment = child_environment(**{OUTPUT_VARIABLE: str(folder)})
    started = time.perf_counter()
    with open(part, "w", encoding="utf-8") as file:
        command = [sys.executable, "-u", str(path)]
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        try:
            while child.poll() is None:
                try:
                    child.wait(timeout=0.5)
                except subprocess.TimeoutExpired:
                    while_waiting()
        finally:
            if child.poll() is None:  # an interrupt
                child.terminate()
                child.wait()
                part.unlink()
    os.replace(part, log)
    return Run(lesson, path, child.returncode, time.perf_counter() - started, log, figures_of(log))


def figures_of(log):
    """The figures that a lesson's log says were saved."""
    printed = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [shown for is_figure, shown in text_and_figures(printed) if is_figure]


def run_lessons(lessons, folder, files, seconds_before):
    """Run lessons one after another, with a bar or a line each; yields each `Run`.

    Parameters
    ----------
    lessons : list of Lesson
    folder : pathlib.Path
    files : list of pathlib.Path
        What to run for each lesson.
    seconds_before : dict of int to float
        What lessons took before, by number, for the time left.

    Yields
    ------
    Run
    """
    with CourseBar(lessons, seconds_before) as bar:
        for lesson, path in zip(lessons, files):
            bar.begin(lesson)
            run = run_lesson(lesson, folder, path, bar.show)
            bar.end(run.seconds)
            yield run


class CourseBar:
    """Context manager: how far the course is and how long it still takes, on stderr.

    Parameters
    ----------
    lessons : list of Lesson
    seconds_before : dict of int to float
        As in `run_lessons`; a lesson that is not there is taken to last as long as the mean of
        those that are known.
    """

    def __init__(self, lessons, seconds_before):
        self.lessons, self.known = lessons, dict(seconds_before)
        self.position, self.started, self.bar = 0, time.monotonic(), None

    def __enter__(self):
        if Bar is not None and sys.stderr.isatty():
            form = "{desc} |{bar}| {percentage:3.0f}%, {elapsed} gone{postfix}"
            self.bar = Bar(
                total=len(self.lessons), bar_format=form, file=sys.stderr, dynamic_ncols=True
            )
        return self

    def __exit__(self, *error):
        if self.bar is not None:
            self.bar.close()

    def begin(self, lesson):
        """A lesson starts."""
        self.started = time.monotonic()
        if self.bar is None:
            text = (
                f"lesson {lesson.number}, {self.position + 1} of {len(self.lessons)}: "
                f"{lesson.title} …"
            )
            print(f"{text} ({self.left_in_words()})", file=sys.stderr, flush=True)
        self.show()

    def end(self, seconds):
        """The lesson is done."""
        self.known[self.lessons[self.position].number] = seconds
        self.position += 1
        if self.bar is not None:
            self.bar.clear()  # what is printed next stands on a line of its own

    def show(self):
        """Bring the bar up to date."""
        if self.bar is not None:
            lesson, gone = self.lessons[self.position], time.monotonic() - self.started
            expected = self.expected(lesson)
            self.bar.n = self.position + (min(gone / expected, 0.95) if expected else 0.0)
            self.bar.set_description_str(
                f"lesson {lesson.number}, {self.position + 1} of {len(self.lessons)}", refresh=False
            )
            self.bar.set_postfix_str(self.left_in_words(), refresh=True)

    def expected(self, lesson):
        """The seconds that a lesson takes, or None if nothing is known of any."""
        mean = sum(self.known.values()) / len(self.known) if self.known else None
        return self.known.get(lesson.number, mean)

    def left_in_words(self):
        """'about 1:20 left', or that it is not known yet."""
        if not self.known:
            return "time left not yet known"
        now, *later = (self.expected(lesson) for lesson in self.lessons[self.position :])
        left = max(now - (time.monotonic() - self.started), 0.0) + sum(later)
        return f"about {clock(left)} left"
