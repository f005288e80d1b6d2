"""Which file of a folder is graded where all of the folder is one student's."""

from collections import defaultdict

from ..classroom.reading import read_code
from ..grading.belonging import courses_own, is_master, looked_at
from ..grading.platforms import Owner
from ..grading.submissions import rank, why_not
from ..grading.unpacking import handed_in

NOBODY = Owner("")


def files_of_one(folder, lessons, all_lessons, unpacked):
    """The student's file of each lesson, whatever it is called and however deep it lies.

    Parameters
    ----------
    folder : pathlib.Path
    lessons : list of Lesson
        Those that were asked for.
    all_lessons : list of Lesson
        Those that a file may be of.
    unpacked : pathlib.Path
        Where zips are unpacked.

    Returns
    -------
    chosen : dict of Lesson to pathlib.Path
    passed_over : list of str
        What was not taken, and why.
    """
    passed_over, found = [], defaultdict(list)
    files, clones = courses_own(list(handed_in(folder, unpacked, passed_over)))
    passed_over += clones
    for one in files:
        work = looked_at(one, all_lessons)
        if work.lesson is None:
            passed_over.append(f"{work.shown}: {work.why}")
        elif work.lesson not in lessons:
            passed_over.append(f"{work.shown}: of lesson {work.lesson.number}, not asked for here")
        elif work.courses and is_master(read_code(work.path), work.lesson):
            passed_over.append(f"{work.shown}: the course's own file, with its solutions")
        else:
            found[work.lesson].append(work)
    chosen = {}
    for lesson, works in found.items():
        best, *others = sorted(works, key=lambda work: rank(work, NOBODY))
        chosen[lesson] = best.path
        passed_over += [why_not(work, NOBODY, best, NOBODY) for work in others]
    return chosen, passed_over
