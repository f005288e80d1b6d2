"""What students handed in: which files of a folder are whose, and of which lesson.

A folder as course sites make it when all of a task is downloaded. A file is a student's if

- it lies in a folder of the student's, however deep: ``DIR/STUDENT/…/01_name.py``, or
- its name begins with the student's: ``DIR/STUDENT_01_name.py`` (``_1234_`` and the like between
  them is the student's too).

Which lesson it is says the file's name, or else its heading ``# Lesson N:``, or a number like 01 in
its name."""

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from ..classroom.course import TITLE, Lesson, tried
from ..classroom.reading import CourseError, files_in, read_code

NUMBER = re.compile(r"(?:^|[_\- ])(\d\d)(?=$|[_\- ])")
SKIPPED = re.compile(r"^(\.|__)")  # hidden files, .ipynb_checkpoints, __pycache__, __MACOSX


@dataclass(frozen=True)
class Submission:
    """One student's file of one lesson; ``own_folder`` has the student's other modules."""

    student: str
    lesson: Lesson
    path: Path
    own_folder: Path | None


def find_submissions(folder, lessons):
    """Every student's file of every lesson.

    Parameters
    ----------
    folder : str or os.PathLike
    lessons : list of Lesson

    Returns
    -------
    submissions : list of Submission
        Ordered by student and lesson. Of several files of one student and lesson the one in
        which more exercises were tried, of equal ones the one changed last.
    passed_over : list of str
        What was not taken, and why; a second file in which nothing was tried is not worth a word.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CourseError(f"{folder} is no folder; give the one with the students' files")
    found, passed_over = defaultdict(list), []
    for path in files_in(folder):
        inner = path.relative_to(folder)
        lesson = lesson_of(path, lessons)
        if lesson is None:
            passed_over.append(
                f"{inner}: the name has no lesson in it, like {lessons[0].path.name}"
            )
        else:
            student = (
                inner.parts[0]
                if len(inner.parts) > 1
                else before_the_lesson(path.stem, lesson) or folder.resolve().name
            )
            own_folder = path.parent if len(inner.parts) > 1 else None
            found[student, lesson.number].append(Submission(student, lesson, path, own_folder))
    chosen = []
    for key in sorted(found, key=lambda key: (key[0].casefold(), key)):
        best = max(
            found[key],
            key=lambda one: (
                tried(one.lesson, one.path),
                one.path.stat().st_mtime,
                one.path.suffix == ".py",
            ),
        )
        chosen.append(best)
        name = best.path.relative_to(folder)
        others = [
            one.path for one in found[key] if one is not best and tried(one.lesson, one.path) > 0
        ]
        passed_over += [
            f"{path.relative_to(folder)}: {name} is taken, in which as much or more was tried"
            for path in others
        ]
    handed_in = {student for student, _ in found}
    for path in sorted(folder.iterdir()):  # a student without a row would be easily forgotten
        if path.is_dir() and not SKIPPED.match(path.name) and path.name not in handed_in:
            passed_over.append(f"{path.name}: no file of a lesson is in this folder")
    return chosen, passed_over


def lesson_of(path, lessons):
    """The lesson that a file is of, by its name, its heading, or two digits; None if none."""
    name = path.stem.casefold()
    whole = [lesson for lesson in lessons if lesson.path.stem.casefold() in name]
    if whole:
        return max(whole, key=lambda lesson: len(lesson.path.stem))
    if path.suffix not in (".py", ".ipynb"):
        return None
    try:
        heading = TITLE.search(read_code(path))
    except CourseError:
        heading = None
    numbers = (
        [int(heading.group(1))] if heading else [int(digits) for digits in NUMBER.findall(name)]
    )
    return next(
        (lesson for number in numbers for lesson in lessons if lesson.number == number), None
    )


def before_the_lesson(stem, lesson):
    """In a flat folder, the student: what stands before the lesson in a file's name."""
    # not casefold: ß becomes two letters there
    whole = re.search(re.escape(lesson.path.stem), stem, re.IGNORECASE)
    position = whole.start() if whole else -1
    if position < 0:
        position = next(
            (
                match.start()
                for match in NUMBER.finditer(stem)
                if int(match.group(1)) == lesson.number
            ),
            len(stem),
        )
    return stem[:position].strip("_- .")
