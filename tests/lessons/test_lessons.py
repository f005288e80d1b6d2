"""The course: masters run, students' copies hold no solution, checks reject wrong formulas."""

import ast
import functools
import json
import re
from pathlib import Path

import pytest

jupytext = pytest.importorskip("jupytext")
pytest.importorskip("matplotlib")

from lessons.classroom import checking, course, handout, reading, running
from lessons.classroom.answers.file import marks_of
from lessons.classroom.properties import PENCIL
from lessons.grading import examining
from lessons.networks import googlenet
from lessons.networks.drawn import drawn_picture

from ..helpers.data import data_path
from ..helpers.lessons.lesson_copies import GOOD, answered
from .mutants import MUTANTS

LESSONS = course.all_lessons()
EXERCISES = [(lesson, exercise) for lesson in LESSONS for exercise in lesson.exercises]
every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.path.stem)

# ---- the masters ----


@pytest.mark.large  # the README's first command runs them all, too
@every_lesson
def test_a_master_runs_and_makes_its_figures(lesson, tmp_path, monkeypatch):
    monkeypatch.delenv("MINIGRAD_GOOGLENET", raising=False)
    run = running.run_lesson(lesson, tmp_path)
    assert run.status == 0, run.last_lines()
    assert run.seconds < 60
    assert run.figures and all(Path(path).stat().st_size > 10_000 for path in run.figures)
    printed = run.log.read_text(encoding="utf-8")
    assert all(f"{exercise}: right." in printed for exercise in lesson.exercises)
    assert not re.search(r"Warning|\bnan\b|\binf\b", printed)


@every_lesson
def test_a_master_says_what_it_is_and_is_in_percent_format(lesson):
    assert lesson.title and 5 <= lesson.minutes <= 120
    assert re.match(r"you (have|know|can) ", lesson.at_the_end)
    book = jupytext.reads(lesson.source, fmt="py:percent")
    kinds = [cell.cell_type for cell in book.cells]
    assert kinds[0] == "markdown" and kinds.count("code") >= 5 and kinds.count("markdown") >= 5
    assert book.cells[0].source.startswith(f"# Lesson {lesson.number}: ")
    again = jupytext.reads(jupytext.writes(book, fmt="py:percent"), fmt="py:percent")
    assert [cell.source for cell in again.cells] == [cell.source for cell in book.cells]
    assert "?" in book.cells[0].source


def test_no_two_lessons_have_an_exercise_of_the_same_name():
    # the pictures of wrong answers are named by it
    names = [exercise for _, exercise in EXERCISES if exercise != PENCIL]
    assert len(set(names)) == len(names)


@every_lesson
def test_every_exercise_has_a_hint_and_one_solution(lesson):
    for exercise in lesson.exercises:
        assert lesson.hints[exercise], exercise


def test_the_modules_of_the_course_are_short_and_say_what_they_hold():
    for path in course.FOLDER.glob("[a-z_]*.py"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 300, path
        assert ast.get_docstring(ast.parse(text)), path


# ---- the checks ----


@functools.cache
def checks_of(lesson):
    """Made once for all answers, which is half the work of a check."""
    return lesson.checks()


@functools.cache
def marks_in(lesson):
    """What stands in the lesson is not the student's, so it is not run once more."""
    return frozenset(marks_of(lesson.path))


def judged(lesson, source, exercise):
    return checking.judge_source(checks_of(lesson), source, exercise, course=marks_in(lesson))


@pytest.mark.parametrize(
    "lesson, exercise", EXERCISES, ids=lambda value: getattr(value, "number", value)
)
def test_the_solution_is_right_and_the_unfilled_copy_not_yet_tried(lesson, exercise):
    assert judged(lesson, lesson.source, exercise).status == "right"
    verdict = judged(lesson, lesson.student_copy(), exercise)
    assert verdict.status == "not yet tried"


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_wrong_formula_breaks_the_property_that_is_named(mutant):
    number, exercise, body, broken = mutant
    lesson = course.find_lesson(number)
    verdict = judged(lesson, answered(lesson, exercise, body), exercise)
    assert verdict.status == "wrong"
    assert verdict.property.startswith(broken), verdict
    assert verdict.detail


@pytest.mark.parametrize(
    "body", ["return ['mixed/1x1', 'mixed/reduce3x3', 'mixed/5x5', 'mixed/pool']"]
)
def test_another_right_answer_is_right(body):
    lesson = course.find_lesson(11)
    assert (
        checking.judge_source(
            checks_of(lesson), answered(lesson, "find_cut", body), "find_cut"
        ).status
        == "right"
    )


@pytest.mark.parametrize(
    "body, said",
    [
        ("return None", "Yours: None."),
        ("return y.grad * missing", "NameError: name 'missing' is not defined (line"),
        ("raise NotImplementedError('later')", "NotImplementedError: later"),
        ("import sys; sys.exit(0)", "SystemExit"),
    ],
)
def test_code_that_stops_or_gives_nothing_is_wrong_and_the_verdict_says_why(body, said):
    lesson = course.find_lesson(11)
    verdict = checking.judge_source(
        checks_of(lesson), answered(lesson, "layer_slope", body), "layer_slope"
    )
    assert verdict.status == "wrong"
    assert said in verdict.detail


def test_a_verdict_is_the_property_then_what_was_given_then_both_numbers():
    detail = "For x = [1\n 2]. Yours: 3. Right: 4."
    verdict = checking.Verdict("f", checking.WRONG, "shape", detail)
    said = "f: wrong. The property that broke: shape.\n    For x = [1 2].\n    Yours: 3. Right: 4."
    assert str(verdict) == said
    assert str(checking.Verdict("f", checking.RIGHT)) == "f: right."
    assert str(checking.Verdict("f", checking.RIGHT, detail="On to g.")) == "f: right. On to g."


def test_the_line_that_is_not_python_is_shown_as_the_cell_has_it(tmp_path):
    lesson, path = course.find_lesson(11), tmp_path / "08.ipynb"
    book = jupytext.reads("# %%\ny = 1\n# %%\nfor k in y\n", fmt="py:percent")
    jupytext.write(book, path)
    verdict = checking.judge_source(checks_of(lesson), reading.read_code(path), "layer_slope", path)
    assert re.search(r"not Python: .*\(line \d+: `for k in y`\)", verdict.detail)


def test_a_file_that_is_not_python_or_lacks_the_function_is_wrong():
    lesson = course.find_lesson(11)
    assert (
        "not Python"
        in checking.judge_source(checks_of(lesson), "def layer_slope(y:", "layer_slope").detail
    )
    assert "no function" in checking.judge_source(checks_of(lesson), "x = 1", "layer_slope").detail
    assert (
        "ModuleNotFoundError"
        in checking.judge_source(
            checks_of(lesson), "from no_such_module import layer_slope", "layer_slope"
        ).detail
    )


def test_the_masters_check_counts_and_not_the_students():
    lesson = course.find_lesson(11)
    cheat = answered(lesson, "layer_slope", "return y.grad.sum()") + (
        "\n\ndef check_layer_slope(layer_slope):\n    pass\n"
    )
    assert checking.judge_source(checks_of(lesson), cheat, "layer_slope").status == "wrong"


def test_an_endless_loop_is_a_wrong_answer(tmp_path):
    lesson = course.find_lesson(11)
    file = tmp_path / "mine.py"
    file.write_text(answered(lesson, "layer_slope", "while True: pass"), encoding="utf-8")
    verdicts = {one.exercise: one for one in examining.check_file(lesson, file, seconds=3)}
    verdict = verdicts["layer_slope"]
    assert verdict.status == "wrong" and "No answer after 3 seconds" in verdict.detail


# ---- students' copies ----


def test_handouts_hold_no_solution_and_are_the_same_lesson(tmp_path):
    written = handout.handout(tmp_path / "students")
    assert len(written) == 2 * len(LESSONS)
    for lesson in LESSONS:
        script = (tmp_path / "students" / lesson.path.name).read_text(encoding="utf-8")
        book = json.loads(
            (tmp_path / "students" / f"{lesson.path.stem}.ipynb").read_text(encoding="utf-8")
        )
        assert lesson.solutions
        code = reading.read_code(tmp_path / "students" / f"{lesson.path.stem}.ipynb")
        for text in (script, code):
            assert "# solution" not in text and "# end solution" not in text
            assert not set(lesson.solutions) & {line.strip() for line in text.splitlines()}
            for exercise in lesson.exercises:
                assert course.untouched(exercise, text)
        assert all(cell.get("outputs", []) == [] for cell in book["cells"])
        assert book["metadata"]["kernelspec"]["name"] == "python3"
        compile(script, lesson.path.name, "exec")
    assert handout.handout(tmp_path / "students") == written  # the same again: nothing is lost


@every_lesson
def test_no_module_beside_the_lessons_holds_a_line_of_a_solution(lesson):
    beside = [
        path.read_text(encoding="utf-8")
        for path in course.FOLDER.rglob("[a-z_]*.*")
        if path.suffix in (".py", ".md")
    ]
    assert len(beside) > 20
    for line in lesson.solutions:
        assert len(line) <= 20 or not any(line in text for text in beside), line


def test_a_handout_does_not_overwrite_somebodys_work(tmp_path):
    file = handout.handout(tmp_path)[0]
    file.write_text("my work\n", encoding="utf-8")
    with pytest.raises(reading.CourseError, match="somebody's work"):
        handout.handout(tmp_path)
    assert file.read_text(encoding="utf-8") == "my work\n"
    handout.handout(tmp_path, replace=True)
    assert file.read_text(encoding="utf-8") != "my work\n"


def test_a_handout_refuses_the_masters_folder():
    with pytest.raises(reading.CourseError, match="masters"):
        handout.handout(course.FOLDER, replace=True)


@pytest.mark.parametrize(
    "source, said",
    [
        (GOOD.replace("    # end solution\n", ""), "out of place|outside"),
        (GOOD.replace("    # solution\n", ""), "outside"),
        (GOOD.replace("def f", "def g"), "inside a top-level function f"),
        (GOOD.replace("check_f", "check_g"), "no top-level function check_f"),
        (
            GOOD
            + "\n# 41 + 1 is the answer\n# return 41 + 1\nprint(41 + 1)\n\n\ndef again():\n    "
            "return 41 + 1\n",
            "would be in",
        ),
    ],
)
def test_a_badly_marked_master_is_refused(tmp_path, source, said):
    path = tmp_path / "01_title.py"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(reading.CourseError, match=said):
        course.Lesson(path).student_copy()


def test_a_well_marked_master_is_read(tmp_path):
    (tmp_path / "01_title.py").write_text(GOOD, encoding="utf-8")
    (lesson,) = course.all_lessons(tmp_path)
    assert (lesson.number, lesson.title, lesson.minutes, lesson.exercises) == (
        1,
        "A title",
        5,
        ["f"],
    )
    assert lesson.at_the_end == "you have f."
    assert lesson.student_copy() == GOOD.replace(
        "    # exercise: f\n    # hint: h\n    # solution\n    return 41 + 1\n    # end solution\n",
        '    raise NotImplementedError("exercise: f")\n',
    )


# ---- what is around ----


def test_the_launch_configurations_step_into_minigrad():
    text = (course.FOLDER.parent / ".vscode" / "launch.json").read_text(encoding="utf-8")
    configurations = json.loads(text)["configurations"]
    assert configurations[0]["name"] == "Debug the current file"
    assert configurations[0]["program"] == "${file}"
    for configuration in configurations:
        assert configuration["type"] == "debugpy" and configuration["justMyCode"] is False
        program = configuration["program"].replace("${workspaceFolder}", str(course.FOLDER.parent))
        assert program == "${file}" or Path(program).is_file()


def test_the_drawn_picture_is_a_picture():
    picture = drawn_picture(16)
    assert picture.shape == (1, 16, 16, 3) and picture.min() >= 0 and picture.max() <= 1


def test_without_googlenets_weights_one_sentence_says_how_to_get_them(monkeypatch, capsys):
    monkeypatch.delenv(googlenet.WEIGHTS_VARIABLE, raising=False)
    assert not googlenet.available()
    printed = capsys.readouterr().out
    assert "python -m models download bvlc_googlenet" in printed and printed.count(".\n") == 1
    assert max(map(len, printed.splitlines())) <= 92  # what a page shows beside its margins


@pytest.mark.data
def test_the_lessons_explain_googlenet_where_its_weights_are(tmp_path, monkeypatch, capsys):
    from minigrad.attribution import conductance
    from models.convert import convert

    convert(data_path("googlenet-bvlc", "parameters"), tmp_path / "googlenet.npz")
    monkeypatch.setenv(googlenet.WEIGHTS_VARIABLE, str(tmp_path / "googlenet.npz"))
    monkeypatch.delenv(googlenet.PHOTO_VARIABLE, raising=False)
    assert googlenet.available()
    F, x, baseline, layers = googlenet.example()
    assert len(layers) == 9 and "the drawn picture" in capsys.readouterr().out
    result = conductance(F, x, baseline, layers=layers, steps=2)
    assert result.conservation_error()[0] < 1e-5
