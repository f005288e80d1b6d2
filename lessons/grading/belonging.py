"""Of which lesson a file is, and whether it is the course's own and no student's."""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from ..classroom.answers.file import StudentsFile
from ..classroom.course import TITLE, Lesson
from ..classroom.properties import PENCIL
from ..classroom.reading import NOTEBOOK, SCRIPT, CourseError, read_code

# an exercise's marks: the handout's line, or the call that judges it
MARKS = re.compile(r"[\"' ]exercise: (\w+)|\battempt\((\w+)")
COPIED = re.compile(r"\((\d+)\)(?=\.|$)")  # a browser's second download
ROOMS = ("minigrad", "models", "lessons", "tests")  # of the repository


@dataclass(frozen=True)
class Work:
    """A file that was looked at.

    ``lesson`` is None for one of no lesson, and ``why`` says so; ``tried`` is how many exercises
    were, or −1 if it cannot be read; ``courses`` says that it holds the course's own solutions;
    ``copy`` is N of "name (N).py".
    """

    path: Path
    parts: tuple
    lesson: Lesson | None
    tried: int = 0
    courses: bool = False
    copy: int = 0
    why: str = ""

    @property
    def shown(self):
        return "/".join(self.parts)


def looked_at(file, lessons):
    """What a file is.

    Parameters
    ----------
    file : lessons.grading.unpacking.HandedIn
    lessons : list of Lesson

    Returns
    -------
    Work
    """
    name = file.parts[-1]
    text, why = None, ""
    try:
        text = read_code(file.path)
    except CourseError as error:
        why = str(error).removeprefix(f"{file.path}: ")
    lesson = lesson_of(name, text, lessons)
    if lesson is None:
        code = SCRIPT.search(name) or NOTEBOOK.search(name)
        if code and why:
            said = why
        elif code:
            said = "neither a lesson's heading nor an exercise is in it, nor a lesson in its name"
        else:
            said = f"the name has no lesson in it, like {lessons[0].path.name}"
        return Work(file.path, file.parts, None, why=said)
    tried, courses = -1, False
    if text is not None:
        known = StudentsFile(text, file.path)
        tried = sum(known.tried(exercise) for exercise in lesson.exercises)
        courses = has_solutions(text, lesson)
    copied = COPIED.search(name)
    copy = int(copied[1]) if copied else 0
    return Work(file.path, file.parts, lesson, tried, courses, copy, why)


def lesson_of(name, text, lessons):
    """The lesson that a file is of: by its heading, its exercises, or its full name; else None.

    Parameters
    ----------
    name : str
    text : str or None
        Its code; None if it cannot be read.
    lessons : list of Lesson
    """
    heading = TITLE.search(text or "")
    for lesson in lessons:
        if heading and lesson.number == int(heading[1]):
            return lesson
    marks = {mark for found in MARKS.findall(text or "") for mark in found if mark} - {PENCIL}
    of_lesson = {lesson.path: len(marks.intersection(lesson.exercises)) for lesson in lessons}
    best = max(lessons, key=lambda lesson: of_lesson[lesson.path])
    if of_lesson[best.path]:
        return best
    whole = [lesson for lesson in lessons if lesson.path.stem.casefold() in name.casefold()]
    return max(whole, key=lambda lesson: len(lesson.path.stem), default=None)


def has_solutions(text, lesson):
    """Whether a file has the marks of every solution, as the master alone has."""
    marked = len(re.findall(r"^ *# end solution$", text, re.MULTILINE))
    return marked >= len(lesson.exercises)


def is_master(text, lesson):
    """Whether a file is a lesson's solved master, but for blank lines and the marks of cells."""
    return essence(text) == essence(lesson.source)


def essence(text):
    """A file's lines without what an editor or a conversion may change."""
    lines = (line.strip() for line in text.split("\n"))
    return [line for line in lines if line.strip("#") and not line.startswith("# %%")]


def courses_own(files):
    """The files without those that a clone of the repository brings, and a line for each clone.

    A clone is a folder with ``minigrad`` and ``lessons`` in it. A file in its ``lessons`` that has
    no solutions is a student's all the same.
    """
    known = {one.parts for one in files}
    roots = {
        parts[:-2]
        for parts in known
        if parts[-2:] == ("minigrad", "__init__.py")
        and (*parts[:-2], "lessons", "__init__.py") in known
    }
    kept, own = [], defaultdict(int)
    for one in files:
        root = next(
            (
                root
                for root in roots
                if one.parts[: len(root)] == root and one.parts[len(root)] in ROOMS
            ),
            None,
        )
        if root is None or worked_on(one, root):
            kept.append(one)
        else:
            own[root] += 1
    return kept, [
        f"{'/'.join(root) or '.'}: {number} files of the course itself, from a clone"
        for root, number in sorted(own.items())
    ]


def worked_on(one, root):
    """Whether a file in a clone's ``lessons`` is one that a student has worked on."""
    inner = one.parts[len(root) :]
    if len(inner) != 2 or inner[0] != "lessons" or not re.match(r"\d\d_", inner[1]):
        return False
    try:
        return not re.search(r"^ *# (end )?solution$", read_code(one.path), re.MULTILINE)
    except CourseError:
        return False
