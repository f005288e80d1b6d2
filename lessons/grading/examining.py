"""A student's file judged in a process of its own: an endless loop or a crash ends there.

The parent asks by stdin, once. The child judges each exercise in a copy of itself and
answers line by line on what was its stdout; before any of the student's code runs, it moves both
out of reach of `print` and `input`. A line counts only if it begins with a secret of this run, so
what else gets into the channel is no verdict.
"""

import contextlib
import json
import os
import queue
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..classroom.answers.file import marks_of
from ..classroom.checking import Verdict
from ..classroom.course import child_environment
from ..classroom.properties import WRONG
from ..classroom.reading import CourseError, files_in, read_code
from .answering import COPIES

SECONDS = 60  # for one exercise
SECONDS_TO_START = 120  # for Python and the lesson's own definitions, on a busy machine
SECONDS_TO_END = 2
LONGEST_LINE = 2**24  # bytes of one answer
# of what lies beside a student's file, for answers that read it
MOST_FILES, MOST_BYTES = 200, 64 * 2**20
# of the environment, for code that is graded: where things are, and no keys or passwords
KEPT_VARIABLES = (
    "PATH", "HOME", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL",
    "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONPATH", "PYTHONIOENCODING",
    "MPLBACKEND", "MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME",
)  # fmt: skip
ONE_THREAD = {
    name: "1"
    for name in (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
    )
}


class Stopped(Exception):
    """The examination was called off."""


@dataclass(frozen=True)
class Limits:
    """What one exercise may take: seconds; behind the guard rail GiB of memory, too.

    ``user``, a number, is who runs the student's code; only root can choose.
    """

    seconds: float = SECONDS
    memory: float | None = None
    user: int | None = None


def check_file(lesson, path, seconds=SECONDS):
    """The verdict on every exercise of a file of one's own; what it prints goes to stderr.

    ``seconds`` is how long one exercise may take.
    """
    for verdict, _ in examine(lesson, read_code(path), Path(path), Limits(seconds)):
        yield verdict


def examine(lesson, source, path, limits, called_off=lambda: False):
    """The verdict on every exercise, in one child; another one goes on where a child ended.

    Parameters
    ----------
    lesson : lessons.classroom.course.Lesson
    source : str
        The student's file as Python code.
    path : pathlib.Path
        Where it lies: the student's own modules are found there.
    limits : Limits
    called_off : callable
        Asked a few times a second; ends the child and raises `Stopped`.

    Yields
    ------
    verdict : Verdict
    seconds : float
        What the exercise took.
    """
    left = list(lesson.exercises)
    while left:
        with Child(lesson, source, path, left, limits, called_off) as child:
            while left:
                verdict, seconds = child.next_verdict(left[0])
                left.pop(0)
                yield verdict, seconds
                if child.ended:
                    break


class Child:
    """One process that judges exercises in order; on leaving, all it started is ended.

    Parameters
    ----------
    lesson, source, path, limits, called_off
        As in `examine`.
    exercises : list of str
    """

    def __init__(self, lesson, source, path, exercises, limits, called_off):
        self.limits, self.called_off = limits, called_off
        self.secret, self.answers, self.ended = secrets.token_hex(16), queue.Queue(), False
        self.question = {
            "secret": self.secret,
            "checks": str(lesson.path_of_checks),
            "course": marks_of(lesson.path),
            "source": source,
            "path": str(path),
            "folder": None,  # of this child, for what it writes
            "exercises": list(exercises),
            "seconds": limits.seconds,
            "memory": limits.memory,
        }

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="minigrad-", ignore_cleanup_errors=True)
        self.question["folder"] = self.folder.name
        # what a learner's code prints goes to the learner's console, as that console has it
        shown = f"{getattr(sys.stderr, 'encoding', None) or 'utf-8'}:backslashreplace"
        options, environment = {}, child_environment(PYTHONIOENCODING=shown)
        if self.limits.memory is not None:
            environment = {
                name: value for name, value in environment.items() if name in KEPT_VARIABLES
            } | ONE_THREAD
            options = {"cwd": self.folder.name, "stderr": subprocess.DEVNULL}
            for path in files_beside(Path(self.question["path"])):
                place = Path(self.folder.name, path.relative_to(Path(self.question["path"]).parent))
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)
        if self.limits.user is not None:
            options |= as_user(self.limits.user, self.folder.name)
        command = [
            sys.executable,
            "-B",
            "-P",
            "-c",
            "from lessons.grading.answering import answer; answer()",
        ]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            start_new_session=hasattr(os, "killpg"),  # not on Windows
            **options,
        )
        try:
            threading.Thread(target=self.read, daemon=True).start()
            with contextlib.suppress(BrokenPipeError), self.process.stdin as pipe:
                pipe.write(json.dumps(self.question).encode())
            started = self.next_answer(SECONDS_TO_START)
            if not started or "error" in started:
                why = started["error"] if started else how_it_ended(self.end())
                raise CourseError(f"the checks cannot be run: {why}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def read(self):
        """In a thread: put the child's answers into the queue, None when its channel is closed."""
        mark = self.secret.encode()
        with contextlib.suppress(ValueError, OSError):  # no JSON, or closed under our hands
            for line in iter(lambda: self.process.stdout.readline(LONGEST_LINE), b""):
                if line.startswith(mark):
                    self.answers.put(json.loads(line[len(mark) :]))
        self.answers.put(None)

    def next_answer(self, seconds):
        """What the child says next; None if it ended; a TimeoutError after so many seconds."""
        deadline = time.monotonic() + seconds
        while True:
            if self.called_off():
                raise Stopped
            try:
                return self.answers.get(timeout=max(0.0, min(0.2, deadline - time.monotonic())))
            except queue.Empty:
                if time.monotonic() >= deadline:
                    raise TimeoutError from None

    def next_verdict(self, exercise):
        """The verdict on the next exercise and its seconds; ``ended``: another child must go on."""
        started = time.monotonic()
        try:
            answer = self.next_answer(self.limits.seconds)
            # how the one before ended; and one that was forked past the guard says all twice
            while answer and answer["exercise"] != exercise:
                answer = self.next_answer(
                    max(0.0, started + self.limits.seconds - time.monotonic())
                )
        except TimeoutError:
            self.ended = True
            said = f"No answer after {self.limits.seconds:g} seconds; does a loop never end?"
            return Verdict(exercise, WRONG, detail=said), time.monotonic() - started
        if answer is None:
            self.ended = True
            return Verdict(
                exercise, WRONG, detail=how_it_ended(self.end())
            ), time.monotonic() - started
        if "ended" in answer:
            said = how_it_ended(answer["ended"])
            return Verdict(exercise, WRONG, detail=said), time.monotonic() - started
        self.ended = answer["last"]
        arrays = {
            name: np.array(answer[name]) if answer[name] is not None else None
            for name in ("expected", "got")
        }
        texts = {name: answer[name] for name in ("exercise", "status", "property", "detail")}
        return Verdict(**texts, **arrays), answer["seconds"]

    def end(self):
        """End the child and everything in its group; its exit status."""
        if self.process.returncode is None:
            if not hasattr(os, "killpg"):
                self.process.kill()
            else:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    self.tell_to_end()
                    # before it is waited for: its number is still its own
                    os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        return self.process.returncode

    def tell_to_end(self):
        """Give the child a moment to end the copy of itself that is judging, and to bury it."""
        if COPIES:
            os.kill(self.process.pid, signal.SIGTERM)
            deadline = time.monotonic() + SECONDS_TO_END
            looked_at = os.WEXITED | os.WNOWAIT | os.WNOHANG
            while os.waitid(os.P_PID, self.process.pid, looked_at) is None:
                if time.monotonic() > deadline:
                    break
                time.sleep(0.01)

    def __exit__(self, *error):
        self.end()
        self.folder.cleanup()


def as_user(user, folder):
    """What `subprocess.Popen` needs to run as another user, who gets the folder, too."""
    os.chown(folder, user, user)
    return {"user": user, "group": user, "extra_groups": []}


def how_it_ended(status):
    """A sentence on a process that ended by itself."""
    if status < 0:
        try:
            name = signal.Signals(-status).name
        except ValueError:
            name = str(-status)
        return f"Python itself was ended by the signal {name}."
    return f"Python itself ended, with exit status {status}."


def files_beside(path):
    """The files in a student's own folder that an answer may read: no code, and not too much.

    Parameters
    ----------
    path : pathlib.Path
        The student's file; a bare name has no folder of its own.
    """
    found, size = [], 0
    if path.is_absolute():
        for one in files_in(path.parent):
            size += one.stat().st_size
            if len(found) >= MOST_FILES or size > MOST_BYTES:
                break
            if one != path and one.suffix not in (".py", ".ipynb") and os.access(one, os.R_OK):
                found.append(one)
    return found
