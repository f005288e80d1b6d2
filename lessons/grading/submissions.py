"""What students handed in: which files of a folder are whose, and of which lesson.

A folder as course sites make it when all of a task is downloaded, see `lessons.grading.platforms`.
Where no site's pattern fits, a file is a student's if

- it lies in a folder of the student's, however deep: ``DIR/STUDENT/…/01_name.py``, or
- its name begins with the student's: ``DIR/STUDENT_01_name.py``.

Which lesson it is says its heading ``# Lesson N:``, the exercises marked in it, or its full name.
"""

import atexit
import re
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path

from ..classroom.course import Lesson
from ..classroom.reading import MACHINES, CourseError
from .belonging import courses_own, looked_at
from .platforms import (
    ABOVE,
    PLATFORMS_OWN,
    TYPED,
    WITHIN,
    Owner,
    exported_by_gradescope,
    owner_by_platform,
    owner_of_name,
)
from .unpacking import handed_in

MOST_NAMED = 5  # stray files of one student that are named one by one


@dataclass(frozen=True)
class Submission:
    """One student's file of one lesson; ``own_folder`` has the student's other modules.

    ``shown`` is its path as it was handed in, zips as if they were folders.
    """

    student: str
    lesson: Lesson
    path: Path
    own_folder: Path | None
    shown: str = ""
    late: bool = False


def find_submissions(folder, lessons, unpacked=None):
    """Every student's file of every lesson.

    Parameters
    ----------
    folder : str or os.PathLike
    lessons : list of Lesson
    unpacked : pathlib.Path, optional
        Where zips are unpacked; a folder that goes when Python ends unless told.

    Returns
    -------
    submissions : list of Submission
        Ordered by student and lesson; of several files of one student and lesson the one that
        `rank` puts first, whatever the order and the dates of the files.
    passed_over : list of str
        What was not taken, and why.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise CourseError(f"{folder} is no folder; give the one with the students' files")
    if unpacked is None:
        unpacked = Path(tempfile.mkdtemp(prefix="minigrad-"))
        atexit.register(shutil.rmtree, unpacked, ignore_errors=True)
    outer, passed_over = folder.resolve().name, []
    files, exported = list(handed_in(folder, unpacked, passed_over)), {}
    for one in files:
        if re.match(r"submission_metadata\.ya?ml$", one.path.name):
            exported |= exported_by_gradescope(one.path.read_text("utf-8", errors="replace"))
    works, strays, said = sorted_out(files, lessons)
    passed_over += said
    found, people = defaultdict(list), defaultdict(set)
    for work, owner in zip(works, owners_of(works, outer, exported)):
        if owner is None:
            passed_over.append(f"{work.shown}: the course's own file, in no student's folder")
        else:
            found[owner.student, work.lesson.number].append((work, owner))
            people[work.path.parent].add(owner.student)
    chosen = []
    for key in sorted(found, key=lambda key: (key[0].casefold(), key)):
        (best, owner), *others = sorted(found[key], key=lambda pair: rank(*pair))
        # in a flat folder the neighbours are other students' files
        alone = len(best.parts) > 1 and len(people[best.path.parent]) == 1
        own_folder = best.path.parent if alone else None
        chosen.append(
            Submission(key[0], best.lesson, best.path, own_folder, best.shown, owner.late)
        )
        passed_over += [why_not(work, whose, best, owner) for work, whose in others]
    passed_over += about_strays(strays, outer)
    passed_over += without_a_file(folder, [work.parts for work in works])
    return chosen, passed_over


def sorted_out(files, lessons):
    """The files that are of a lesson, those of none, and a line for each of the course's own."""
    works, strays = [], []
    files, said = courses_own(files)
    for one in files:
        work = looked_at(one, lessons)
        if work.lesson is None:
            strays.append(work)
        elif work.courses and "lessons" in work.parts[-2:-1]:
            said.append(f"{work.shown}: holds the course's own solutions, where it has them")
        else:
            works.append(work)
    return works, strays, said


def rank(work, owner):
    """What puts one of a student's files of a lesson before another; the smallest is taken."""
    return (
        work.tried < 0,  # unreadable
        work.courses,  # the student's own before the course's
        [-ord(letter) for letter in owner.attempt] or [1],  # the last attempt
        -work.tried,
        -work.copy,  # of equal ones the second download
        len(work.parts),
        work.path.stem.casefold() != work.lesson.path.stem.casefold(),
        work.path.suffix.lower() != ".py",
        work.parts,
    )


def why_not(work, owner, best, owner_of_best):
    """A line on a file that another one of the same student is taken for."""
    if work.tried < 0:
        why = f"cannot be read ({work.why}); {best.shown} is taken"
    elif work.courses and not best.courses:
        why = f"holds the course's own solutions; {best.shown} is taken"
    elif owner.attempt != owner_of_best.attempt and best.tried >= 0:
        why = f"an earlier attempt; {best.shown} is taken"
    elif not work.tried:
        why = f"nothing was tried in it; {best.shown} is taken"
    else:
        why = f"{best.shown} is taken, in which as much or more was tried"
    return f"{work.shown}: {why}"


def owners_of(works, outer, exported):
    """The `Owner` of every file; None of a solved master that is nobody's."""
    above = folders_above([work.parts for work in works], outer)
    owners = [
        owner_by_platform(work.parts, outer, exported, above) or owner_by_place(work, above)
        for work in works
    ]
    for index, (work, owner) in enumerate(zip(works, owners)):
        if owner.student == "":  # it lies in DIR itself
            nobodys = work.courses and len(works) > 1
            owners[index] = None if nobodys else replace(owner, student=outer)
    return told_apart(works, owners)


def owner_by_place(work, above):
    """The owner by the first folder that is a student's, or else by the front of the name."""
    parts = work.parts
    while len(parts) > 1 and work.parts[: len(work.parts) - len(parts) + 1] in above:
        parts = parts[1:]
    name = without_zip(parts[0])
    if len(parts) > 1 and name == parts[0]:
        return Owner(name)
    stem = name if len(parts) > 1 else Path(name).stem
    return Owner(before_the_lesson(stem, work.lesson) or (stem if len(parts) > 1 else ""))


def told_apart(works, owners):
    """The owners, with their numbers where one lesson has two people of one name."""
    numbers = defaultdict(set)
    for work, owner in zip(works, owners):
        if owner is not None:
            numbers[owner.student, work.lesson.number].add(owner.number)
    shared = {student for (student, _), known in numbers.items() if len(known) > 1}
    return [
        replace(owner, student=f"{owner.student} ({owner.number})")
        if owner is not None and owner.student in shared and owner.number
        else owner
        for owner in owners
    ]


def folders_above(paths, outer):
    """The folders, as tuples of names, that hold students' folders: DIR was one level too high.

    Such a folder has no lesson's file of its own, and a name like *submitted* or *lesson 1*, or
    nothing beside it; or all in it is named as a platform names students' work.
    """
    held = defaultdict(set)
    for parts in paths:
        for depth in range(len(parts)):
            held[parts[:depth]].add((parts[depth], depth < len(parts) - 1))
    found = {()}
    for folder in sorted(held, key=len)[1:]:
        above = (outer, *folder)[-2]
        if folder[:-1] in found and owner_of_name(above, folder[-1], folder=True) is None:
            named = all(owner_of_name(folder[-1], *one) for one in held[folder])
            direct = any(not is_folder for _, is_folder in held[folder])
            people = {name for name, _ in held[folder] if not WITHIN.match(name)}
            alone = len(held[folder[:-1]]) == 1 and len(people) > 1
            if named or (people and not direct and (ABOVE.match(folder[-1]) or alone)):
                found.add(folder)
    return found - {()}


def without_zip(name):
    """A zip's name as if it were a folder."""
    return re.sub(r"\.zip$", "", name, flags=re.IGNORECASE)


def before_the_lesson(stem, lesson):
    """In a flat folder, the student: what stands before the lesson in a file's name."""
    # not casefold: ß becomes two letters there
    whole = re.search(re.escape(lesson.path.stem), stem, re.IGNORECASE)
    if not whole:
        number = rf"(?:lesson|lektion|exercise|ex|hw|l)?[_\- ]*0*{lesson.number}(?!\d)"
        whole = re.search(rf"(?:^|[_\- .]){number}", stem, re.IGNORECASE)
    return stem[: whole.start() if whole else len(stem)].strip("_- .")


def about_strays(strays, outer):
    """A line for each file that is of no lesson; one for many of one student or one platform."""
    said, own, by_folder = [], 0, defaultdict(list)
    for one in strays:
        if TYPED.match(one.parts[-1]):
            said.append(f"{one.shown}: text that was typed into the site, no file")
        elif PLATFORMS_OWN.match(one.parts[-1]) or "Feedback Attachment(s)" in one.parts:
            own += 1
        else:
            by_folder[one.parts[0] if len(one.parts) > 1 else ""].append(one)
    for folder, files in by_folder.items():
        if len(files) > MOST_NAMED:
            names = ", ".join(one.parts[-1] for one in files[:MOST_NAMED])
            said.append(f"{folder or outer}: {len(files)} files of no lesson ({names}, …)")
        else:
            said += [f"{one.shown}: {one.why}" for one in files]
    if own:
        said.append(f"{own} {'file' if own == 1 else 'files'} that the platform itself adds")
    return said


def without_a_file(folder, paths):
    """A line for each first folder without a lesson's file: else it would be easily forgotten."""
    handed = {parts[0] for parts in paths}
    return [
        f"{path.name}: no file of a lesson is in this folder"
        for path in sorted(folder.iterdir())
        if path.is_dir() and not MACHINES.match(path.name) and path.name not in handed
    ]
