"""What is wrong with an examination: found by wrong answers, and by the sheets of several seeds."""

import re
import tempfile
from pathlib import Path

from ...classroom.answers.file import StudentsFile
from ...classroom.checking import judge, judge_source
from ...classroom.properties import NOT_TRIED_STATUS, PENCIL, RIGHT, WRONG, as_by_pencil
from ...classroom.reading import CourseError
from .telling import numbers_in, right_part

SEEDS = (0, 1, 2)
MORE = 12  # seeds whose numbers by pencil are looked at besides
FEWEST_MUTANTS = 2
# what no check may take for an answer, whatever the exercise
NO_ANSWERS = {"nothing is returned": "return None", "a word": 'return "0"', "an error": "1 / 0"}
NO_NUMBER = 1234567.0  # no question's answer
SHORTEST_LINE = 10  # of a solution: what is shorter may stand in any sentence


def faults(exam, seeds=SEEDS):
    """Everything that is wrong with an examination.

    Parameters
    ----------
    exam : lessons.grading.exam.sheet.Exam
    seeds : sequence of int
        Whose sheets are tried; two at least.

    Returns
    -------
    list of str
        A sentence each; empty if there is nothing.
    """
    with tempfile.TemporaryDirectory(prefix="minigrad-") as folder:
        tried = []
        for seed in dict.fromkeys(seeds):
            place = Path(folder, str(seed))
            place.mkdir()
            try:
                tried.append(Tried(exam.sheet(seed, place), seed))
            except CourseError as error:
                return [str(error)]
            if tried[-1].faults and not tried[-1].checks:
                return tried[-1].faults  # of no use to go on
        found = [fault for one in tried for fault in one.faults]
        found += between_sheets(tried) + constant(exam, tried[0].pencil)
        # by chance a number may be the same on one sheet: F is 0 while a unit sleeps
        of_network = [one.of_network() for one in tried]
        found += [fault for fault in of_network[0] if all(fault in told for told in of_network)]
    return merged(found)


class Tried:
    """One sheet with its verdicts on the solutions, on the mutants and on what is no answer.

    Parameters
    ----------
    sheet : lessons.grading.exam.sheet.Sheet
    seed : int
    """

    def __init__(self, sheet, seed):
        self.sheet, self.seed, self.checks = sheet, seed, {}
        self.faults, self.said, self.pencil = [], {}, {}
        self.marks = frozenset(StudentsFile(sheet.source, sheet.path).marks())
        if sheet.number != int(sheet.path.name[:2]) or f"Examination {sheet.number}:" not in (
            sheet.source
        ):
            self.fault(
                f"the heading is not '# # Examination {sheet.number}: …', the number of the file"
            )
        try:
            self.copy = sheet.student_copy()
            self.checks = sheet.checks()
        except CourseError as error:
            self.fault(str(error))
        except SyntaxError as error:
            self.fault(f"it is not Python: {error.msg}, at `{(error.text or '').strip()}`")
        except Exception as error:
            self.fault(f"the checks stop with {type(error).__name__}: {error}")
        if not self.checks:
            return
        self.pencil = self.value(PENCIL) or {}
        mutants = self.of_table(self.value("MUTANTS"))
        for exercise in sheet.exercises:
            self.of_solution(exercise)
            for what, entry in mutants.get(exercise, {}).items():
                self.of_mutant(exercise, what, *entry)
            self.of_no_answers(exercise)
        self.of_leaks()

    def fault(self, said):
        self.faults.append(f"seed {self.seed}: {said}")

    def value(self, name):
        """What the file, solved, has under a name; None if it has none."""
        found, failures = StudentsFile(self.sheet.source, self.sheet.path).run([name])
        for one in failures:
            self.fault(f"line {one.line}: {type(one.error).__name__}: {one.error}")
        return found.get(name)

    def judged(self, exercise, text):
        """The verdict on one exercise of a file's text; whatever stops is a verdict, too."""
        return judge_source(self.checks, text, exercise, self.sheet.path.name, self.marks)

    def of_table(self, table):
        """The table of mutants, {exercise: {what: (body, property)}}, without what is out of form.

        It has every exercise, and no other.
        """
        mutants = {}
        for name, wrong in table.items() if isinstance(table, dict) else ():
            if name not in self.sheet.exercises:
                self.fault(f"MUTANTS has {name}, which is no exercise")
            entries = wrong.items() if isinstance(wrong, dict) else [("", wrong)]
            for what, entry in entries:
                if pair_of_texts(entry):
                    mutants.setdefault(name, {})[what] = entry
                else:
                    self.fault(
                        f"MUTANTS, {name}, '{what}': expected two texts, the body of the answer "
                        f"and the property that breaks, not {entry!r}"
                    )
        for name in self.sheet.exercises:
            if len(mutants.get(name, {})) < FEWEST_MUTANTS:
                self.fault(
                    f"{name}: MUTANTS has fewer than {FEWEST_MUTANTS} wrong answers to it; a check "
                    "that was never tried proves nothing"
                )
        return mutants

    def of_solution(self, exercise):
        """The solution is right, and the copy, as it is handed out, not yet tried."""
        verdict = self.judged(exercise, self.sheet.handed_out())
        if verdict.status != RIGHT:
            why = f"{exercise}: its solution is not right. {in_one_line(verdict)}"
            if exercise == PENCIL and verdict.property:
                why += " The number in the solution does not follow from the network."
            self.fault(why)
        self.said[exercise, "the solution"] = verdict
        verdict = self.judged(exercise, self.copy)
        if verdict.status != NOT_TRIED_STATUS:
            self.fault(f"{exercise}: untouched it is not 'not yet tried'. {in_one_line(verdict)}")

    def of_mutant(self, exercise, what, body, broken):
        """A wrong answer breaks the property that the table names."""
        text = self.sheet.answered(exercise, body)
        verdict = self.said[exercise, what] = self.judged(exercise, text)
        if verdict.status == RIGHT:
            self.fault(f"{exercise}: the mutant '{what}' survives: the check finds it right")
        elif verdict.status != WRONG or not verdict.property:
            self.fault(f"{exercise}: the mutant '{what}' is no answer. {in_one_line(verdict)}")
        elif not verdict.property.startswith(broken):
            self.fault(
                f"{exercise}: the mutant '{what}' breaks '{verdict.property}', not '{broken}'"
            )

    def of_no_answers(self, exercise):
        """No number, or nothing at all, is not right; every question of a PENCIL is looked at."""
        if exercise == PENCIL:
            bodies = {
                f"a wrong number for '{key}' alone": repr(
                    {one: NO_NUMBER if one == key else ... for one in self.pencil}
                ).replace("Ellipsis", "...")
                for key in self.pencil
            }
        else:
            bodies = NO_ANSWERS
        for what, body in bodies.items():
            verdict = self.judged(exercise, self.sheet.answered(exercise, body))
            self.said[exercise, what] = verdict
            if verdict.status != WRONG:
                self.fault(f"{exercise}: {what} is {verdict.status}, where it must be wrong")

    def of_leaks(self):
        """No verdict has a line of a solution; none on a PENCIL has a right number."""
        lines = [line.removeprefix("return ") for line in self.sheet.solutions]
        lines = [line for line in lines if len(line) > SHORTEST_LINE]
        for (exercise, what), verdict in self.said.items():
            for line in lines:
                if line in verdict.detail:
                    self.fault(f"{exercise}: the verdict on {what} shows the solution's '{line}'")
            if exercise == PENCIL and what != "the solution":
                shown = numbers_in(verdict.detail)
                for key, right in self.pencil.items():
                    if any(as_by_pencil(number, right) for number in shown):
                        self.fault(
                            f"PENCIL: the verdict on {what} leaks the answer to '{key}': "
                            f"{in_one_line(verdict)}"
                        )

    def of_network(self):
        """Faults: numbers by pencil that another network F does not change."""
        if not self.pencil or f"check_{PENCIL}" not in self.checks:
            return []
        fresh = self.sheet.checks()
        if not callable(fresh.get("F")):
            return [
                "check_PENCIL does not use F, the network: let it compute the numbers from F, "
                "not from a list"
            ]
        fresh["F"] = Changed(fresh["F"])
        found = []
        for key, value in self.pencil.items():
            answers = {one: value if one == key else ... for one in self.pencil}
            if judge(fresh[f"check_{PENCIL}"], answers, PENCIL).status != WRONG:
                found.append(
                    f"PENCIL: the right answer to '{key}' does not follow from the network: it is "
                    "the same for another F"
                )
        return found


class Changed:
    """A network that is another one: steeper, further along its path, and with a way past F."""

    def __init__(self, F):
        self.F = F

    def __call__(self, x):
        return 1.25 * self.F(1.1 * x) + x.sum(axis=tuple(range(1, len(x.shape))))


def pair_of_texts(entry):
    """Whether an entry of the table is (body, property)."""
    pair = isinstance(entry, (tuple, list)) and len(entry) == 2
    return pair and all(isinstance(text, str) for text in entry)


def between_sheets(tried):
    """Faults that are seen when sheets are compared: nothing varies, or a verdict tells what does.

    Parameters
    ----------
    tried : list of Tried
    """
    found, first = [], tried[0]
    if len({one.copy for one in tried}) < 2:
        return ["every seed gives the same sheet: compute something from SEED"]
    for one in tried:
        for other in tried:
            if one.copy != other.copy and not any(
                one.judged(exercise, other.sheet.handed_out()).status == WRONG
                for exercise in one.sheet.exercises
            ):
                found.append(f"seed {one.seed}: the solved sheet of seed {other.seed} is right")
    for exercise, what in first.said:
        verdicts = [one.said.get((exercise, what)) for one in tried]
        if exercise != PENCIL and len(set(map(right_part, filter(None, verdicts)))) > 1:
            found.append(
                f"{exercise}: the verdict on {what} leaks an answer that is the sheet's own: "
                f"{in_one_line(verdicts[0])} Leave out what is right, as `require_equal` can"
            )
    return found


def constant(exam, pencil):
    """Faults: questions whose right number no seed changes."""
    left = dict(pencil)
    with tempfile.TemporaryDirectory(prefix="minigrad-") as folder:
        for seed in range(MORE if left else 0):
            sheet = exam.sheet(seed, folder)
            other = StudentsFile(sheet.source, sheet.path).run([PENCIL])[0].get(PENCIL, {})
            left = {
                key: value
                for key, value in left.items()
                if key in other and as_by_pencil(other[key], value, 1e-6)
            }
            if not left:
                break
    return [f"PENCIL: '{key}' has the same right answer on every sheet" for key in left]


def in_one_line(verdict):
    """A verdict without its exercise."""
    return " ".join(str(verdict).split()).removeprefix(f"{verdict.exercise}: ")


def merged(found):
    """The faults in order; what is the same with several seeds is said once."""
    seeds = {}
    for fault in found:
        seed, said = re.fullmatch(r"(?:seed (\d+): )?(.*)", fault, re.DOTALL).groups()
        seeds.setdefault(said, []).append(seed)
    return [
        said if those[0] is None else f"seed {', '.join(dict.fromkeys(those))}: {said}"
        for said, those in seeds.items()
    ]
