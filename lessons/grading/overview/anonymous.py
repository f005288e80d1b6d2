"""What of a verdict may stand on a page that a class sees: no name, login or path gets through.

A verdict quotes the student: a string that was returned, a line of the file, the message of an
error. So a text is shown only if the course itself wrote every word of it, and if none of them is
part of anybody's name or path. Numbers may stand, but not those of a login.
"""

import builtins
import re
from dataclasses import dataclass

from ...classroom import course, properties

NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d*)?(?:e[-+−]?\d+)?(?!\w)")
WORD, LETTERS, LONG_NUMBER = re.compile(r"\w+"), re.compile(r"[^\W\d_]+"), re.compile(r"\d{4,}")
ALWAYS = {"nan", "inf", "True", "False", "None", "j"}
RIGHT_IS = "Right: "
# how a verdict without a property begins, and what is said of it
KINDS = (
    (re.compile(r"(?:^|[.!?] )It stops with (\w+)"), "it stops with {}"),
    (re.compile(r"^The file stops with (\w+)"), "the file stops with {}"),
    (re.compile(r"^No answer after"), "no answer in time"),
    (re.compile(r"^Python itself"), "Python itself ended"),
    (re.compile(r"^The file is not Python"), "the file is not Python"),
    (re.compile(r"^The file defines no|is no (function|dictionary)"), "not defined in the file"),
)


@dataclass(frozen=True)
class Example:
    """What was given, what came of it, what is right, and what else the check says; or empty."""

    given: str
    theirs: str
    right: str
    more: str


class Anonymous:
    """Decides what may be shown, knowing all names of a class.

    Parameters
    ----------
    rows : list of dict
        As `lessons.grading.grade.grade` returns them.
    lessons : list of Lesson
    """

    def __init__(self, rows, lessons):
        self.lessons = {lesson.number: lesson for lesson in lessons}
        names = {word for lesson in lessons for word in words(lesson.path.name)}
        self.identity, self.numbers, self.known = set(), set(), {}
        for student, file in {(row["student"], row["file"]) for row in rows}:
            self.identity |= set(words(student)) | (set(words(file)) - names)
            self.numbers |= set(LONG_NUMBER.findall(f"{student} {file}"))

    def written(self, number):
        """The words of a lesson's checks, and those of all that the course says in this lesson."""
        if number not in self.known:
            lesson = self.lessons[number]
            own = lesson.path_of_checks.read_text(encoding="utf-8")
            own += properties_text()
            networks = (course.FOLDER / "networks").glob("*.py")
            more = [lesson.source, *(path.read_text(encoding="utf-8") for path in networks)]
            self.known[number] = (
                set(words(own)),
                set(WORD.findall("\n".join([own, *more]))) | ALWAYS,
            )
        return self.known[number]

    def allows(self, text, number, quoted=False):
        """Whether a text may be shown.

        Parameters
        ----------
        text : str
        number : int
            The lesson's.
        quoted : bool
            It is what an answer gave: a word of the checks that is also somebody's name is a name.
        """
        of_checks, of_course = self.written(number)
        rest = NUMBER.sub(" ", text)
        if any(re.search(r"[^\W\d_]", word) for word in set(WORD.findall(rest)) - of_course):
            return False
        if set(LONG_NUMBER.findall(text)) & self.numbers:
            return False
        return not (set(words(rest)) & self.identity) - (set() if quoted else of_checks)

    def example(self, row):
        """A wrong row's detail as an `Example`; None if a part of it may not be shown."""
        given, _, said = row["detail"].removeprefix("'").partition(properties.YOURS)
        if not row["property"]:  # the answer stopped: what it was given may be known, no more
            stops = KINDS[0][0].search(given)
            given, said = given[: stops.start() + 1] if stops and stops.start() else "", ""
        said, _, right = said.partition(RIGHT_IS)
        theirs, _, more = said.partition(". ")
        parts = given.strip(), theirs.strip().rstrip("."), right.strip(), more.strip()
        # what comes after a full stop may be the student's own, too
        allowed = (
            self.allows(part, row["lesson"], quoted)
            for part, quoted in zip(parts, (False, True, False, True))
        )
        return Example(*parts) if any(parts) and all(allowed) else None

    def broken(self, row):
        """The name of what broke in a wrong row."""
        if row["property"]:
            shown = self.allows(row["property"], row["lesson"])
            return row["property"] if shown else "a property of the answer's own making"
        for pattern, said in KINDS:
            found = pattern.search(row["detail"].removeprefix("'"))
            if found:
                return said.format(kind_of_error(found[1]) if "{}" in said else "")
        return "something else"


def kind_of_error(name):
    """The name of one of Python's own errors; a student's own kind may be called anything."""
    known = getattr(builtins, name, None)
    is_error = isinstance(known, type) and issubclass(known, BaseException)
    return name if is_error else "an error of its own"


def words(text):
    """The words of a text in small letters; what is one letter long is no name."""
    return [word.casefold() for word in LETTERS.findall(text) if len(word) > 1]


def properties_text():
    """The file whose functions put a verdict into words."""
    with open(properties.__file__, encoding="utf-8") as file:
        return file.read()
