"""Examinations: what is unfit is refused and told why; a seed decides numbers, and who is right."""

import csv
import json
import re
import shlex
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("jupytext")

from lessons.__main__ import main
from lessons.classroom.checking import judge_source
from lessons.classroom.course import FOLDER
from lessons.classroom.reading import CourseError, read_code
from lessons.grading.exam import sheet as sheets
from lessons.grading.exam import verify
from lessons.grading.exam.command import TEMPLATE
from lessons.grading.exam.sheet import Exam, literal
from lessons.grading.exam.telling import numbers_in
from lessons.grading.exam.verify import faults, merged

EXAMPLE = TEMPLATE.with_name("90_two_neurons.py")
TEXT = TEMPLATE.read_text(encoding="utf-8")
SUM = "    return float(np.sum(values * weights))\n"


def exam(folder, *changes, text=TEXT):
    """The template, changed, as a file of an examination."""
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    path = folder / "90_exam.py"
    path.write_text(text, encoding="utf-8")
    return path


# changes of the template that do not touch one another, and what must be said of each
FAULTS_OF_CHECKS = {
    "a mutant survives": (
        (
            '    "integral": {\n',
            '    "integral": {\n        "as given": ("return values @ weights", "signs stay"),\n',
        ),
        "seed 0, 1: integral: the mutant 'as given' survives",
    ),
    "another property breaks": (
        ('values.mean()", "each point with its weight"', 'values.mean()", "signs"'),
        "the mutant 'a mean' breaks 'each point with its weight', not 'signs'",
    ),
    "a mutant that cannot run": (
        ("return values.sum()", "return valuse.sum()"),
        "the mutant 'without weights' is no answer. .*NameError",
    ),
    "an entry that is no pair": (
        ('("return np.sum(abs(values) * weights)", "signs stay")', '"return np.sum(abs(values))"'),
        "MUTANTS, integral, 'sizes': expected two texts",
    ),
    "mutants of what is no exercise": (
        ("MUTANTS = {\n", 'MUTANTS = {\n    "sum": {},\n'),
        "MUTANTS has sum, which is no exercise",
    ),
    "fewer than two mutants": (
        (
            '        "b for a": (repr(PENCIL | {"dy/dα at α = 1": b}), "dy/dα at α = 1"),\n',
            "",
        ),
        "PENCIL: MUTANTS has fewer than 2",
    ),
    "a verdict with the solution": (
        ('f"values = {values}, weights', '"float(np.sum(values * weights))'),
        "the verdict on a mean shows the solution's",
    ),
    "a trap that tells": (
        ('"The unit sleeps at first: it begins to move later."', 'f"Not so: {(a - b) ** 2}."'),
        "the verdict on the unit never sleeps leaks the answer to 'Cond\\(y\\)'",
    ),
    "the network for show": (
        ('found.total("y")[0]', "(a - b) ** 2"),
        "'Cond\\(y\\)' does not follow from the network: it is the same for another F",
    ),
}
FAULTS_OF_NUMBERS = {
    "the solution is wrong": (
        ('"Cond(y)": (a - b) ** 2,\n', '"Cond(y)": (a - b) ** 3,\n'),
        "seed 0: PENCIL: its solution is not right. .* does not follow from the network",
    ),
    "a number that does not vary": (
        ("a = b + int(rng.integers(2, 9))", "a, c = 7, SEED"),
        "'dy/dα at α = 1' has the same right answer on every sheet",
    ),
    "a right number of the sheet's own in a verdict": (
        ('("signs stay", [1, -3], [0.5, 0.5], -1)', '("signs stay", [b, -3], [1, 1], b - 3)'),
        "the verdict on sizes leaks an answer that is the sheet's own",
    ),
}
FAULTS_OF_ANSWERS = {
    "a check that is content with all": (
        ("expected in SUMS:", "expected in ():"),
        "integral: nothing is returned is right, where it must be wrong",
    ),
    "a question that nobody looks at": (
        ('        "dy/dα at α = 1": found.terms["y"].dy_dalpha[-1, 0, 0],\n', ""),
        "a wrong number for 'dy/dα at α = 1' alone is",
    ),
}
# what ends it at once
NO_EXAM = {
    "a name that is not drawn": ("{b}", "{z}", "the text names {z}, which is not drawn"),
    "a function that is drawn": ("SEED = 1\n", "SEED = 1\nf = len\n", "f is drawn and is builtin_"),
    "what is drawn stops": ("b = int(rng", "b = int(rgn", "stops with NameError: .*rgn"),
    "the solution elsewhere": (
        "# %% instructor",
        "# %%\nreturn float(np.sum(values * weights))\n\n# %% instructor",
        "would be in the students' copy",
    ),
    "another number in the heading": ("tion 90:", "tion 91:", "the heading is not '# # Exam"),
    "the seed is not used": ("default_rng(SEED)", "default_rng(5)", "gives the same sheet"),
    "no drawn part": ("# end drawn", "# end", "expected once '# drawn'"),
    "no instructor's part": ("# %% instructor", "# %% checks", "expected once a line"),
    "no seed": ("SEED = 1\n", "SEED: int = 1\n", "no line 'SEED = 1'"),
    "no check": ("def check_integral", "def judge_integral", "no top-level function check_"),
    "checks that stop": ("SUMS = (", "SUMS = missing + (", "the checks stop with NameError"),
    "no Python": ("def F(x):", "def F(x:", "it is not Python: .*`def F"),
    "no exercise": ("# exercise: integral", "# task: integral", "a marker stands outside"),
}


@pytest.mark.parametrize(
    "changes",
    [FAULTS_OF_CHECKS, FAULTS_OF_NUMBERS, FAULTS_OF_ANSWERS],
    ids=["checks", "numbers", "answers"],
)
def test_every_fault_is_told(tmp_path, changes):
    found = faults(Exam(exam(tmp_path, *(change for change, _ in changes.values()))), seeds=(0, 1))
    missing = [said for _, said in changes.values() if not re.search(said, "\n".join(found))]
    assert missing == [], found


@pytest.mark.parametrize("before, after, said", NO_EXAM.values(), ids=NO_EXAM)
def test_what_is_no_examination_is_told_at_once(tmp_path, before, after, said):
    try:
        found = faults(Exam(exam(tmp_path, (before, after))), seeds=(0, 1))
    except CourseError as error:
        found = [str(error)]
    assert [fault for fault in found if re.search(said, fault)], found


def test_a_check_that_does_not_ask_the_network_is_told(tmp_path):
    changes = (
        ("    found = conductance(F, X, BASELINE, steps=50, keep_terms=True)\n", ""),
        ('found.terms["y"].dy_dalpha[-1, 0, 0]', "a"),
        ('found.total("y")[0]', "(a - b) ** 2"),
    )
    (fault,) = faults(Exam(exam(tmp_path, *changes)), seeds=(0, 1))
    assert fault.startswith("check_PENCIL does not use F, the network")


def test_the_template_and_the_worked_example_are_fit(tmp_path):
    assert faults(Exam(exam(tmp_path)), seeds=(0, 1)) == []
    assert faults(Exam(EXAMPLE), seeds=(5, 6)) == []


@pytest.mark.large  # what an instructor may try: many seeds
def test_the_worked_example_is_fit_with_any_seed():
    assert faults(Exam(EXAMPLE), seeds=range(20)) == []


# ---- sheets ----


def test_a_sheet_has_its_numbers_written_out_and_nothing_of_the_instructors(tmp_path):
    text = TEXT.replace("a = b +", "_secret, M = 4, np.array([[1.0, -2.5]])\na = b +", 1)
    made = Exam(exam(tmp_path, text=text)).sheet(12, tmp_path)
    copy = made.student_copy()
    drawn = Exam(exam(tmp_path, text=text)).drawn(12)
    assert f"\na = {drawn['a']}\n" in copy and "\nM = np.array([[1.0, -2.5]])\n" in copy
    assert f"y = relu({drawn['a']} · x − {drawn['b']})" in copy
    for word in ("SEED", "rng", "_secret", "drawn", "check_", "MUTANTS", "solution", "{"):
        assert word not in copy.replace("PENCIL = {", ""), word
    assert copy.startswith("# %% [markdown]\n# # Examination 90: Title")
    assert re.search(rf"Sheet {made.mark}\.", copy) and len(made.mark) == 6
    compile(copy, "copy", "exec")


def test_equal_seeds_give_equal_sheets_and_other_seeds_other_numbers(tmp_path):
    one = Exam(exam(tmp_path))
    texts = [one.sheet(seed, tmp_path).student_copy() for seed in (3, 3, 4)]
    assert texts[0] == texts[1] != texts[2]


def test_drawn_values_are_written_as_python_has_them():
    assert [literal(value, "x") for value in (np.int64(3), np.float64(0.5), "a", [1, (2,)])] == [
        *("3", "0.5", "'a'", "[1, (2,)]")
    ]
    with pytest.raises(CourseError, match="x is drawn and is dict"):
        literal({}, "x")


def test_a_solution_of_another_sheet_is_wrong_where_numbers_matter(tmp_path):
    one, folders = Exam(EXAMPLE), [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    mine, other = (one.sheet(seed, folder) for seed, folder in zip((1, 2), folders))
    checks = mine.checks()
    statuses = {
        exercise: [
            judge_source(checks, whose.handed_out(), exercise).status for whose in (mine, other)
        ]
        for exercise in mine.exercises
    }
    assert statuses == {
        "PENCIL": ["right", "wrong"],
        "rise": ["right", "wrong"],
        "for_and_against": ["right", "right"],  # the same on every sheet
    }


def test_numbers_in_a_text():
    assert list(numbers_in("Yours: 7. x₁ is −2.5, not 8/3 or y2; 1e-3.")) == [8 / 3, -2.5, 1e-3]


def test_what_is_the_same_with_several_seeds_is_said_once():
    assert merged(["seed 0: a", "seed 1: a", "b", "seed 1: c"]) == [
        *("seed 0, 1: a", "b", "seed 1: c")
    ]


# ---- the commands, from a new file to a table ----


@pytest.fixture
def few_seeds(monkeypatch):
    monkeypatch.setattr(verify, "SEEDS", (0,))


def test_the_whole_way_as_the_guide_tells_it(tmp_path, monkeypatch, capsys, few_seeds):
    page = (FOLDER / "guide" / "exam.md").read_text(encoding="utf-8")
    told = re.findall(r"^    python -m lessons (exam .+)$", page, re.MULTILINE)
    new, verified, handed_out, grade = (shlex.split(command) for command in told)
    place = tmp_path / "winter term"
    place.mkdir()
    monkeypatch.chdir(place)
    file, seed = new[1], 4711
    assert main(new) == 0 and main([*verified, "--seed", str(seed)]) == 0
    assert "fit to be handed out" in capsys.readouterr().out
    assert main(handed_out) == 0
    assert f"exam grade {file} DIR --seed {seed}" in capsys.readouterr().out
    copies = place / "sheet-a"
    notebook = json.loads((copies / file).with_suffix(".ipynb").read_text(encoding="utf-8"))
    assert not [cell for cell in notebook["cells"] if "check_" in "".join(cell["source"])]
    assert read_code((copies / file).with_suffix(".ipynb")).count("NotImplementedError") == 1
    drawn = Exam(file).drawn(seed)
    numbers = f'"dy/dα at α = 1": {drawn["a"]},\n    "Cond(y)": {(drawn["a"] - drawn["b"]) ** 2},'
    copy = (copies / file).read_text(encoding="utf-8")
    other = Exam(file).sheet(seed + 1, tmp_path).student_copy()
    handed = {
        "ann": re.sub(r'"dy/dα.*\n.*,', numbers, copy).replace(
            'raise NotImplementedError("exercise: integral")', "return values @ weights"
        ),
        "eve": re.sub(r'"dy/dα.*\n.*,', '"dy/dα at α = 1": 1,\n    "Cond(y)": ...,', other),
    }
    for who, text in handed.items():
        Path("DIR", who).mkdir(parents=True)
        Path("DIR", who, file).write_text(text, encoding="utf-8")
    assert main(grade) == 0
    with open("grades.csv", encoding="utf-8-sig", newline="") as table:
        rows = {(row["student"], row["exercise"]): row["status"] for row in csv.DictReader(table)}
    assert rows == {
        ("ann", "PENCIL"): "right",
        ("ann", "integral"): "right",
        ("eve", "PENCIL"): "wrong",
        ("eve", "integral"): "not yet tried",
    }
    error = capsys.readouterr().err
    assert error.count("and was judged by sheet") == 1 and f"eve/{file}: is sheet" in error
    assert "is sheet" in Path("grades_notes.csv").read_text(encoding="utf-8")
    page = Path("grades.html").read_text(encoding="utf-8")
    assert "ann" not in page and "eve" not in re.sub("seven|every|level", "", page)


@pytest.mark.parametrize(
    "given, said",
    [
        (["handout", "90_a.py", "--out", "x"], "expected: python -m lessons exam handout FILE.py"),
        (["grade", "90_a.py", "--seed", "1"], "expected: python -m lessons exam grade FILE.py DIR"),
        (["verify"], "expected: python -m lessons exam verify"),
        (["mark", "90_a.py"], "mark is none of verify, handout, grade"),
        (["91_mid term.py"], "with a number that no lesson has: 90_mid_term.py"),
        (["08_exam.py"], "with a number that no lesson has: 90_exam.py"),
        (["no/90_exam.py"], "its folder does not exist"),
        (["verify", "90_none.py"], "python -m lessons exam 90_none.py makes one"),
        (["90_here.py"], "is there already"),
        (["handout", "90_here.py", "--seed", "1"], "--out DIR"),
        (["handout", "90_here.py", "--seed", "1", "--out", "x"], "no line 'SEED = 1'"),
    ],
)
def test_a_wrong_command_is_one_line(tmp_path, monkeypatch, capsys, given, said):
    monkeypatch.chdir(tmp_path)
    Path("90_here.py").write_text(TEXT.replace("SEED = 1\n", ""), encoding="utf-8")
    assert main(["exam", *given]) == 1
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_a_seed_is_a_whole_number(capsys):
    with pytest.raises(SystemExit):
        main(["exam", "verify", "90_a.py", "--seed", "-1"])
    assert sheets.PLACE.findall("{a} {b c}") == ["a"]


def test_verify_tells_every_file_and_ends_with_one(tmp_path, monkeypatch, capsys, few_seeds):
    monkeypatch.chdir(tmp_path)
    exam(tmp_path, (SUM, "    return 0.0\n"))
    Path("91_bad.py").write_text(TEXT.replace("SEED)", "5)"), encoding="utf-8")
    assert main(["exam", "verify", "90_exam.py", "91_bad.py"]) == 1
    said = capsys.readouterr().out
    assert "90_exam.py: refused\n  - seed 0: integral: its solution is not right." in said
    assert "91_bad.py: refused\n  - seed 0: the heading is not" in said
    assert main(["exam", "handout", "90_exam.py", "--seed", "4", "--out", "x"]) == 1
    assert "90_exam.py is not handed out: seed 4, 0: " in capsys.readouterr().err
