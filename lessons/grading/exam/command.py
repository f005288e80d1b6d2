"""``python -m lessons exam``: a new examination, verified, handed out, graded."""

import argparse
import tempfile
from pathlib import Path

TEMPLATE = Path(__file__).with_name("template.py")
USAGE = """python -m lessons exam NEW.py
       python -m lessons exam verify FILE.py … [--seed S]
       python -m lessons exam handout FILE.py --seed S --out DIR
       python -m lessons exam grade FILE.py DIR --seed S [--out FILE.csv] [--summary [FILE.html]]"""
TEXT = """An examination of your own, whose numbers follow a seed that you keep.

NEW.py   a new file from a template; it is called NN_name.py, like 90_exam.py
verify   refuse a file whose check a wrong answer survives, whose solution is not right, whose
         numbers by pencil do not follow from the network, or whose verdict gives the answer away
handout  write the students' copies, .py and .ipynb, with the numbers of a seed
grade    judge what they hand in, like python -m lessons grade, with the numbers of that seed

The whole way is told in lessons/guide/exam.md."""


def add_exam(commands):
    from ..command import add_options

    command = commands.add_parser(
        "exam",
        help="make an examination, verify it, hand it out and grade it",
        usage=USAGE,
        description=TEXT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("words", nargs="+", metavar="NEW.py, or verify, handout, grade and files")
    command.add_argument("--seed", type=seed, metavar="S", help="whole number that you keep")
    command.add_argument("--replace", action="store_true", help="replace copies that differ")
    add_options(command)
    command.set_defaults(run=run_exam, out=None)


def seed(text):
    """A seed, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number, 0 or more")
    return int(text)


def run_exam(arguments):
    from ...classroom.reading import CourseError

    # how many files each takes, whether it needs a seed, and what does it
    verbs = {
        "verify": (None, False, run_verify),
        "handout": (1, True, run_handout),
        "grade": (2, True, run_grade),
    }
    verb, *files = arguments.words
    if verb not in verbs:
        if files:
            raise CourseError(
                f"{verb} is none of verify, handout, grade; and a new file is one name"
            )
        return run_new(verb)
    number, needs_seed, run = verbs[verb]
    if not files or (number and len(files) != number) or (needs_seed and arguments.seed is None):
        line = next(line for line in USAGE.splitlines() if f"exam {verb}" in line)
        raise CourseError(f"expected: {line.strip()}")
    return run(arguments, *files)


def run_new(name):
    from ...classroom.reading import CourseError
    from .sheet import checked_name

    path = checked_name(name)
    if path.exists():
        raise CourseError(f"{path} is there already; give another name")
    if not path.resolve().parent.is_dir():
        raise CourseError(f"{path}: its folder does not exist")
    text = TEMPLATE.read_text(encoding="utf-8")
    text = text.replace("# # Examination 90:", f"# # Examination {path.name[:2]}:", 1)
    with open(path, "x", encoding="utf-8", newline="\n") as file:
        file.write(text)
    print(f"{path}: the smallest examination that has all parts. Change it, then:")
    print(f"python -m lessons exam verify {quoted(path)}")
    return 0


def run_verify(arguments, *files):
    from .sheet import Exam
    from .verify import SEEDS, faults

    seeds = SEEDS if arguments.seed is None else (arguments.seed, *SEEDS)
    bad = 0
    for name in files:
        found = faults(Exam(name), seeds)
        bad += bool(found)
        print(f"{name}: {'refused' if found else 'fit to be handed out'}")
        for fault in found:
            print(f"  - {fault}")
    return 1 if bad else 0


def run_handout(arguments, name):
    from ...classroom.handout import handout
    from ...classroom.reading import CourseError
    from .sheet import Exam
    from .verify import SEEDS, faults

    if arguments.out is None:
        raise CourseError("--out DIR: the folder for the students' copies")
    exam = Exam(name)
    found = faults(exam, (arguments.seed, *SEEDS))
    if found:
        raise CourseError(f"{name} is not handed out: {found[0]} (all: exam verify {quoted(name)})")
    with tempfile.TemporaryDirectory(prefix="minigrad-") as folder:
        sheet = exam.sheet(arguments.seed, folder)
        for path in handout(arguments.out, [sheet], replace=arguments.replace):
            print(path)
        print(f"\nSheet {sheet.mark or '(no mark: the text has no {sheet})'}. Keep the seed:")
    print(f"python -m lessons exam grade {quoted(name)} DIR --seed {arguments.seed}")
    return 0


def run_grade(arguments, name, submitted):
    from ..command import grade_and_tell
    from .sheet import Exam

    if arguments.out is None:
        arguments.out = "grades.csv"
    with tempfile.TemporaryDirectory(prefix="minigrad-") as folder:
        sheet = Exam(name).sheet(arguments.seed, folder)
        return grade_and_tell(arguments, submitted, [sheet], OtherSheets(sheet))


class OtherSheets:
    """Notes on the files of a folder that are of another sheet: another seed made them.

    Parameters
    ----------
    sheet : lessons.grading.exam.sheet.Sheet
    """

    def __init__(self, sheet):
        self.sheet = sheet

    def __call__(self, folder):
        from ...classroom.reading import CourseError, read_code
        from ..submissions import find_submissions
        from .sheet import MARK

        for one in find_submissions(folder, [self.sheet])[0]:
            try:
                found = MARK.search(read_code(one.path))
            except CourseError:
                continue
            if found and self.sheet.mark and found[1] != self.sheet.mark:
                yield (
                    f"{one.shown}: is sheet {found[1]}, and was judged by sheet "
                    f"{self.sheet.mark}: grade it with the seed that it was handed out with"
                )


def quoted(path):
    """A path as it is typed."""
    from ...classroom.commands import quoted as as_typed

    return as_typed(str(path))
