"""An examination as a file, and the sheet that a seed makes of it.

The file is a lesson like the others (see `lessons.classroom.course`), with three things more:

    # drawn: …                     the numbers of this sheet, computed from SEED
    SEED = 1
    …
    # end drawn

In the text ``{a}`` stands for the number `a` that is drawn, and ``{sheet}`` for the sheet's mark.
All from the line ``# %% instructor`` on is the instructor's: the functions ``check_NAME``, and
``MUTANTS``, which maps every exercise to wrong answers: {what is wrong: (the body, how the name of
the property that must break begins)}. So is what stands before the first ``# %%``.

A sheet has the numbers written out where they were drawn: whoever has it does not learn the seed.
"""

import hashlib
import re
from pathlib import Path

import numpy as np

from ...classroom.course import EXERCISE, Lesson, all_lessons, unsolved
from ...classroom.properties import PENCIL, in_brief
from ...classroom.reading import CourseError

DRAWN = re.compile(r"^# drawn\b.*\n(?P<code>(?:(?!# end drawn$).*\n)*)# end drawn$", re.MULTILINE)
SEED = re.compile(r"^SEED = .+$", re.MULTILINE)
CELL = re.compile(r"^# %%.*$", re.MULTILINE)
INSTRUCTORS = re.compile(r"^# %% instructor\b.*$", re.MULTILINE)
PLACE = re.compile(r"\{(\w+)\}")
MARK = re.compile(r"\bSheet ([0-9a-f]{6})\b")
NAME = re.compile(r"[0-9]{2}_\w+\.py$")
UNDRAWN = {"SEED", "np", "__builtins__"}


class Sheet(Lesson):
    """The examination with the numbers of one seed: a lesson that can be handed out and graded."""

    def handed_out(self):
        """The file without what is the instructor's, its solutions still in it."""
        first = CELL.search(self.source)
        last = INSTRUCTORS.search(self.source)
        return self.source[first.start() : last.start()].rstrip() + "\n"

    def student_copy(self):
        text = EXERCISE.sub(unsolved, self.handed_out()) if self.exercises else self.handed_out()
        self.check_no_solution_in(text)
        return text

    def answered(self, exercise, body):
        """The solved file with another answer to one exercise; of PENCIL a whole dictionary."""
        text = self.handed_out()
        if exercise == PENCIL:
            return f"{text}\n\nPENCIL = {body}\n"

        def other(match):
            same = match["name"] == exercise
            return f"{match['indent']}{body}\n" if same else match[0]

        return EXERCISE.sub(other, text)

    @property
    def mark(self):
        """What tells one sheet from another, or '' where the text has no ``{sheet}``."""
        found = MARK.search(self.handed_out())
        return found[1] if found else ""


class Exam:
    """An examination's file.

    Parameters
    ----------
    path : str or os.PathLike
        Named as a lesson is, ``NN_name.py``, with a number that no lesson has.
    """

    def __init__(self, path):
        self.path = checked_name(path)
        try:
            self.text = self.path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise CourseError(
                f"{path}: no such file; python -m lessons exam {path} makes one"
            ) from None
        except UnicodeDecodeError:
            raise CourseError(f"{path}: not UTF-8 text; save it as UTF-8") from None
        for pattern, expected in (
            (DRAWN, "'# drawn' … '# end drawn' around what is computed from SEED"),
            (INSTRUCTORS, "a line '# %% instructor' before the checks and MUTANTS"),
        ):
            if len(pattern.findall(self.text)) != 1:
                raise CourseError(f"{self.path.name}: expected once {expected}")
        self.block = DRAWN.search(self.text)
        if not SEED.search(self.block["code"]):
            raise CourseError(f"{self.path.name}: no line 'SEED = 1' below '# drawn'")

    def drawn(self, seed):
        """{name: number, text, list or array} that a seed gives."""
        code, found = SEED.sub(f"SEED = {int(seed)}", self.block["code"], count=1), {"np": np}
        first = self.text.count("\n", 0, self.block.start("code"))
        try:
            exec(compile("\n" * first + code, str(self.path), "exec"), found)
        except Exception as error:
            raise CourseError(
                f"{self.path.name}: what is drawn with seed {seed} stops with "
                f"{type(error).__name__}: {error}"
            ) from None
        return {
            name: value
            for name, value in found.items()
            if name not in UNDRAWN and name[0] != "_" and not hasattr(value, "bit_generator")
        }

    def sheet(self, seed, folder):
        """The `Sheet` of a seed, written into a folder as a file of the same name.

        Parameters
        ----------
        seed : int
        folder : str or os.PathLike
            Nobody's but the instructor's: the file has the solutions.
        """
        drawn = self.drawn(seed)
        written = "\n".join(f"{name} = {literal(value, name)}" for name, value in drawn.items())
        text = self.text[: self.block.start()] + written + self.text[self.block.end() :]
        drawn["sheet"] = hashlib.sha256(f"{self.path.name}\n{written}".encode()).hexdigest()[:6]
        path = Path(folder) / self.path.name
        path.write_text(filled_in(text, drawn, self.path.name), encoding="utf-8")
        return Sheet(path)


def checked_name(path):
    """The path of an examination, whose name is fit for one."""
    path, taken = Path(path), {lesson.number for lesson in all_lessons()}
    if not NAME.fullmatch(path.name) or int(path.name[:2]) in taken:
        stem = re.sub(r"\W+", "_", re.sub(r"^\d+_", "", path.name.removesuffix(".py")))
        raise CourseError(
            f"{path}: an examination is called NN_name.py, with a number that no lesson has: "
            f"90_{stem or 'exam'}.py"
        )
    return path


def literal(value, name):
    """A drawn value as Python code."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()!r})"
    if isinstance(value, (int, float, str, list, tuple)):
        return repr(value)
    raise CourseError(
        f"{name} is drawn and is {type(value).__name__}; only numbers, text, lists and arrays can "
        f"be written into the copies (what is only needed on the way: call it _{name})"
    )


def filled_in(text, drawn, name):
    """A file's text with what is drawn in the place of ``{a}``, in its Markdown cells alone."""
    lines, prose = [], False
    for line in text.split("\n"):
        if line.startswith("# %%"):
            prose = "[markdown]" in line
        if prose:
            unknown = [place for place in PLACE.findall(line) if place not in drawn]
            if unknown:
                raise CourseError(f"{name}: the text names {{{unknown[0]}}}, which is not drawn")
            line = PLACE.sub(lambda place: shown(drawn[place[1]]), line)
        lines.append(line)
    return "\n".join(lines)


def shown(value):
    """A drawn value as the text has it."""
    return value if isinstance(value, str) else in_brief(value)
