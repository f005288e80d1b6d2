"""What a class's rows come to: for every exercise how many are right, and what broke how often."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from ...classroom.properties import NOT_GRADED, NOT_TRIED_STATUS, RIGHT, WRONG
from .anonymous import Example


@dataclass(frozen=True)
class Broken:
    """What broke in how many answers to one exercise, with an example that names nobody."""

    what: str
    times: int
    example: Example | None


@dataclass
class Exercise:
    """How the class stands with one exercise, as counts of students; ``absent`` gave no file."""

    lesson: int
    name: str
    counts: Counter = field(default_factory=Counter)
    where: str = ""
    absent: int = 0
    broken: list = field(default_factory=list)

    @property
    def need(self):
        """What puts an exercise before another: most wrong answers, then most that were left."""
        open_ = self.counts[NOT_TRIED_STATUS] + self.counts[NOT_GRADED]
        return -self.counts[WRONG], -open_, self.lesson


@dataclass(frozen=True)
class Reached:
    """How far the class is in one lesson, as counts of students."""

    lesson: int
    handed_in: int
    begun: int
    done: int


def exercises_of(rows, lessons, anonymous):
    """Every exercise of the lessons that anybody handed in; what needs the next hour comes first.

    Parameters
    ----------
    rows : list of dict
        As `lessons.grading.grade.grade` returns them.
    lessons : list of Lesson
    anonymous : Anonymous

    Returns
    -------
    list of Exercise
    """
    students, found = len({row["student"] for row in rows}), []
    several = len({row["lesson"] for row in rows}) > 1
    for lesson in lessons:
        own = [row for row in rows if row["lesson"] == lesson.number]
        if not own:
            continue
        unreadable = sum(not row["exercise"] for row in own)
        for name in lesson.exercises:
            answers = [row for row in own if row["exercise"] == name]
            counts = Counter(row["status"] for row in answers)
            counts[NOT_GRADED] += unreadable
            absent = students - len(answers) - unreadable
            broken = broken_of([row for row in answers if row["status"] == WRONG], anonymous)
            where = f"Lesson {lesson.number}, " if several else ""
            found.append(Exercise(lesson.number, name, counts, where, absent, broken))
    return sorted(found, key=lambda one: one.need)


def broken_of(wrong, anonymous):
    """What broke in the wrong answers to one exercise, the most frequent first."""
    rows, found = defaultdict(list), []
    for row in wrong:
        rows[anonymous.broken(row)].append(row)
    for what, those in rows.items():
        often = Counter(row["detail"] for row in those)
        typical = sorted(those, key=lambda row: -often[row["detail"]])
        example = next(filter(None, map(anonymous.example, typical)), None)
        found.append(Broken(what, len(those), example))
    return sorted(found, key=lambda one: -one.times)


def progress_of(rows, lessons):
    """How many students are how far.

    Returns
    -------
    by_lesson : list of Reached
        For each lesson that anybody handed in.
    by_number : Counter
        Of students, by the number of lessons in which all is right.
    """
    standing = defaultdict(list)
    for row in rows:
        standing[row["student"], row["lesson"]].append(row["status"])
    by_lesson, done_by = [], Counter({row["student"]: 0 for row in rows})
    for lesson in lessons:
        own = {who: said for (who, number), said in standing.items() if number == lesson.number}
        if own:
            done = [who for who, said in own.items() if set(said) == {RIGHT}]
            begun = sum(bool({RIGHT, WRONG} & set(said)) for said in own.values())
            by_lesson.append(Reached(lesson.number, len(own), begun, len(done)))
            done_by.update(done)
    return by_lesson, Counter(done_by.values())
