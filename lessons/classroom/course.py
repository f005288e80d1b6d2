"""The course as files: which lessons there are, and what is marked inside them.

A lesson is one percent-format file ``NN_name.py``, the solved master. Its first cell has the lines

    # # Lesson N: TITLE
    # About M minutes …
    # At the end you have …

Inside a top-level function NAME that students are to write stand, as comments,

    # exercise: NAME
    # hint: …                (as many as are useful)
    # solution
    …
    # end solution

and a function ``check_NAME`` takes the answer: in ``checks/lesson_NN.py`` beside the lesson, or in
the lesson itself where there is no such file. In the students' copies a line
that raises NotImplementedError stands where the solution was, and the hints are left out, which
`python -m lessons hint N` gives one at a time; all else is the same.

What is done without a computer is a dictionary ``PENCIL`` with the same marks inside it, for the
exercise ``PENCIL``. Its solution is a line ``"QUESTION": NUMBER,`` for each question, where
the copies have ``...`` for the number.
"""

import ast
import importlib.util
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .answers.file import StudentsFile
from .checking import definitions
from .properties import NOT_TRIED, PENCIL
from .reading import CourseError, read_code

FOLDER = Path(__file__).resolve().parents[1]
TITLE = re.compile(r"^# # (?:Lesson|Examination) (\d+): (.+)$", re.MULTILINE)
MINUTES = re.compile(r"^# About (\d+) minutes", re.MULTILINE)
AT_THE_END = re.compile(r"^# At the end (you .+(?:\n# \S.*)*)$", re.MULTILINE)
HINT = r" *# hint: .*\n(?: *# {3,}\S.*\n)*"  # on as many lines as it takes, the others set in
EXERCISE = re.compile(
    rf"^ *# exercise: (?P<name>\w+)\n(?P<hints>(?:{HINT})*)(?P<indent> *)# solution\n"
    r"(?P<solution>(?:(?! *# end solution$).*\n)*) *# end solution\n",
    re.MULTILINE,
)
MARKER = re.compile(r"^ *# (exercise: |hint: |solution$|end solution$)", re.MULTILINE)


@dataclass(frozen=True)
class Lesson:
    """One lesson: its solved master and what the file says of itself."""

    path: Path

    @cached_property
    def source(self):
        """The master's text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def number(self):
        return int(self.path.name[:2])

    @cached_property
    def title(self):
        return self._found(TITLE, "# # Lesson N: TITLE").group(2)

    @cached_property
    def minutes(self):
        """How long a learner takes, roughly."""
        return int(self._found(MINUTES, "# About N minutes").group(1))

    @cached_property
    def at_the_end(self):
        """What a learner has when the lesson is done: 'you have …'."""
        return self._found(AT_THE_END, "# At the end you …").group(1).replace("\n# ", " ")

    @cached_property
    def path_of_checks(self):
        """The file with the functions ``check_NAME``."""
        path = self.path.parent / "checks" / f"lesson_{self.number:02d}.py"
        return path if path.is_file() else self.path

    def checks(self):
        """What the file with the checks defines: ``check_NAME`` for every exercise."""
        return definitions(self.path_of_checks.read_text(encoding="utf-8"), self.path_of_checks)

    @cached_property
    def exercises(self):
        """The names of the exercises, in order; a CourseError if a marker is out of place."""
        names = [match["name"] for match in EXERCISE.finditer(self.source)]
        functions = top_level(self.source)
        checks = top_level(self.path_of_checks.read_text(encoding="utf-8"))
        if MARKER.search(EXERCISE.sub("", self.source)):
            raise CourseError(
                f"{self.path.name}: a marker stands outside '# exercise: NAME … # "
                "solution … # end solution'"
            )
        for match in EXERCISE.finditer(self.source):
            name, line = match["name"], self.source.count("\n", 0, match.start()) + 1
            home = functions.get(name)
            if home is None or not home.lineno < line <= home.end_lineno:
                kind = "dictionary" if name == PENCIL else "function"
                raise CourseError(
                    f"{self.path.name}:{line}: exercise {name} must stand inside a "
                    f"top-level {kind} {name}"
                )
            if f"check_{name}" not in checks:
                raise CourseError(
                    f"{self.path.name}:{line}: exercise {name} has no top-level "
                    f"function check_{name} in {self.path_of_checks.name}"
                )
        if len(set(names)) != len(names):
            raise CourseError(f"{self.path.name}: two exercises have the same name")
        return names

    @cached_property
    def solutions(self):
        """The lines of every solution that say something, without their indentation."""
        bodies = [match["solution"] for match in EXERCISE.finditer(self.source)]
        lines = [line.strip() for body in bodies for line in body.splitlines()]
        return [line for line in lines if re.search(r"\w", line)]  # not a lone bracket

    @cached_property
    def hints(self):
        """{exercise: its hints, in order}."""
        return {match["name"]: hints_in(match["hints"]) for match in EXERCISE.finditer(self.source)}

    def student_copy(self):
        """The master without its solutions.

        Raises
        ------
        CourseError
            A line of a solution stands elsewhere in the lesson too, and would give it away.
        """
        # `exercises` checks the markers
        text = EXERCISE.sub(unsolved, self.source) if self.exercises else self.source
        self.check_no_solution_in(text)
        return text

    def check_no_solution_in(self, text):
        """Raise a CourseError if a line of a solution is in ``text``."""
        lines = {line.strip() for line in text.splitlines()}
        for line in self.solutions:
            if line in lines or (len(line) > 20 and line in text):
                raise CourseError(
                    f"{self.path.name}: the solution's line {line!r} would be in the students' copy"
                )

    def _found(self, pattern, expected):
        match = pattern.search(self.source)
        if match is None:
            raise CourseError(f"{self.path.name}: no line '{expected}'")
        return match


def top_level(source):
    """The functions and classes of a file, and its ``PENCIL``, by name."""
    found = {}
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id == PENCIL:
                found[PENCIL] = node
    return found


def unsolved(match):
    """One marked exercise as a student finds it: NotImplementedError, or ``...`` for numbers."""
    if match["name"] == PENCIL:
        return re.sub(r'^( *"[^"]+": ).+,$', r"\1...,", match["solution"], flags=re.MULTILINE)
    return f'{match["indent"]}raise NotImplementedError("{NOT_TRIED}{match["name"]}")\n'


def hints_in(text):
    """The hints of one exercise, each as one paragraph."""
    return [
        " ".join(re.sub(r"^ *# *(hint: )?", "", hint, flags=re.MULTILINE).split())
        for hint in re.findall(HINT, text)
    ]


def all_lessons(folder=FOLDER):
    """Every lesson of a folder, in order."""
    return [Lesson(path) for path in sorted(Path(folder).glob("[0-9][0-9]_*.py"))]


def find_lesson(number, folder=FOLDER):
    """The lesson of a number, or of a file's name that begins with it."""
    found = re.match(r"\d+(?=$|_)", Path(number).name if isinstance(number, str) else str(number))
    for lesson in all_lessons(folder):
        if found and lesson.number == int(found.group()):
            return lesson
    known = ", ".join(str(lesson.number) for lesson in all_lessons(folder))
    raise CourseError(f"there is no lesson {number}; the lessons are: {known}")


def own_file(lesson, folder="."):
    """The learner's file of a lesson in a folder.

    Of a ``.py`` and an ``.ipynb`` the one in which more exercises were tried.

    Returns
    -------
    pathlib.Path or None
        None if there is none, or if the folder is the masters'.
    """
    folder = Path(folder)
    files = [
        path
        for path in (folder / lesson.path.name, folder / f"{lesson.path.stem}.ipynb")
        if path.is_file()
    ]
    return (
        None
        if folder.resolve() == FOLDER or not files
        else max(files, key=lambda path: tried(lesson, path))
    )


def tried(lesson, path):
    """How many exercises of a file were tried; −1 if it cannot be read."""
    try:
        return len(lesson.exercises) - len(untried(lesson, path))
    except CourseError:
        return -1


def untried(lesson, path):
    """The exercises of a file that stand as they were handed out; all if there is no file."""
    if path is None:
        return list(lesson.exercises)
    file = StudentsFile(read_code(path), path)
    return [exercise for exercise in lesson.exercises if not file.tried(exercise)]


def untouched(exercise, text):
    """Whether an exercise stands in a file's text as it was handed out, or not at all."""
    return not StudentsFile(text, "answer.py").tried(exercise)


def need_drawing():
    """Raise unless the lessons' extra is there: every lesson draws."""
    if importlib.util.find_spec("matplotlib") is None:
        raise CourseError(
            "the lessons need matplotlib: in the repository, pip install -e '.[lessons]'"
        )


def child_environment(**changes):
    """The environment of a process that runs a lesson: it finds us and opens no window."""
    search = [str(FOLDER.parent), os.environ.get("PYTHONPATH", "")]
    fixed = {
        "PYTHONPATH": os.pathsep.join(filter(None, search)),
        "MPLBACKEND": "Agg",
        "PYTHONIOENCODING": "utf-8",
    }
    return {**os.environ, **fixed, **changes}
