"""Small steps: numbers by pencil, hints one at a time, headings where a script is, prose beside."""

import json
import re

import numpy as np
import pytest

pytest.importorskip("jupytext")
pytest.importorskip("matplotlib")

from lessons.__main__ import main
from lessons.classroom import checking, course, handout, headings, prose, running
from lessons.classroom.properties import PENCIL, PropertyBroken, require_pencil, require_same
from lessons.figures import drawing

from ..helpers.lessons.lesson_copies import lessons_command

FIRST = course.find_lesson(1)
RIGHT = {"∂F/∂y": 5, "∂F/∂x": 8 / 3}
TRAPS = {"∂F/∂x": [(3, "That is ∂y/∂x.")]}


@pytest.mark.parametrize("number", [8 / 3, 2.667, 2.67])
def test_a_number_by_pencil_is_right_to_three_digits(number):
    assert require_pencil({"∂F/∂y": 5, "∂F/∂x": number}, RIGHT) == "All 2."


@pytest.mark.parametrize("number", [2.6, 2.7, -8 / 3, "8/3", None, [8 / 3]])
def test_another_number_by_pencil_is_wrong(number):
    with pytest.raises(PropertyBroken) as caught:
        require_pencil({"∂F/∂y": 5, "∂F/∂x": number}, RIGHT)
    assert caught.value.property == "∂F/∂x" and "Yours: " in caught.value.detail


def test_whoever_falls_into_a_trap_is_told_and_nobody_else():
    for number, told in ((3, True), (4, False)):
        with pytest.raises(PropertyBroken) as caught:
            require_pencil({"∂F/∂y": 5, "∂F/∂x": number}, RIGHT, TRAPS)
        assert ("That is ∂y/∂x." in caught.value.detail) is told


def test_numbers_that_are_not_tried_are_no_mistakes_and_a_wrong_one_counts_all_the_same():
    def check(answers):
        return require_pencil(answers, RIGHT)

    untried = checking.judge(check, {"∂F/∂y": ..., "∂F/∂x": ...}, PENCIL)
    assert str(untried) == "PENCIL: not yet tried."
    half = checking.judge(check, {"∂F/∂y": 5, "∂F/∂x": ...}, PENCIL)
    assert str(half) == "PENCIL: not yet tried. 1 of 2 right so far, next: ∂F/∂x."
    wrong = checking.judge(check, {"∂F/∂y": 6, "∂F/∂x": ...}, PENCIL)
    assert (wrong.status, wrong.property) == ("wrong", "∂F/∂y")


def test_a_verdict_has_three_lines():
    def check(answer):
        require_same(answer(), [1.0, 2.5], "the sum", "Two numbers.")

    said = str(checking.judge(check, lambda: [1.0, 3.0], "f")).splitlines()
    assert said == [
        "f: wrong. The property that broke: the sum.",
        "    Two numbers.",
        "    Yours: [1, 3]. Right: [1, 2.5].",
    ]


def test_of_a_file_with_checks_only_what_the_checks_need_is_run():
    source = "import math\nx = open('nothing')\nROOT = math.sqrt(4)\ndef check_f(f):\n    ROOT\n"
    found = checking.definitions(source, "mine.py")
    assert found["ROOT"] == 2.0 and "x" not in found


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A folder with the students' copy of lesson 1, where one stands."""
    handout.handout(tmp_path / "mine", [FIRST])
    monkeypatch.chdir(tmp_path / "mine")
    monkeypatch.delenv("MINIGRAD_LESSONS_OUT", raising=False)
    return tmp_path / "mine"


def test_hints_come_one_at_a_time(mine, capsys):
    hints = FIRST.hints["PENCIL"]
    for given in (1, 2, 2):
        assert main(["hint", "1"]) == 0
        said = capsys.readouterr().out
        assert said.startswith(f"PENCIL, hint {given} of 2: {hints[given - 1]}\n")
        assert ("the last" in said) is (given == 2)
    assert main(["hint", "1", "pick"]) == 0
    assert capsys.readouterr().out.startswith("pick, hint 1 of 2: which rank")
    assert main(["hint", "1", "nothing"]) == 1
    assert "it has: PENCIL, walk_back, receive, pick" in capsys.readouterr().err


def test_the_hint_is_for_the_first_exercise_that_is_not_tried(mine, capsys):
    solved = FIRST.student_copy().replace(": ...,", ": 1,")
    (mine / FIRST.path.name).write_text(solved, encoding="utf-8")
    assert main(["hint", "1"]) == 0
    assert capsys.readouterr().out.startswith("walk_back, hint 1 of")


def test_copies_hold_no_hint_and_notebooks_hold_it_folded(mine):
    script = (mine / FIRST.path.name).read_text(encoding="utf-8")
    book = json.loads((mine / f"{FIRST.path.stem}.ipynb").read_text(encoding="utf-8"))
    cells = [("".join(cell["source"]), cell["cell_type"]) for cell in book["cells"]]
    for hint in (hint for hints in FIRST.hints.values() for hint in hints):
        assert hint[:40] not in script
        assert [kind for text, kind in cells if hint in text] == ["markdown"]
    assert all("<details>" in text for text, _ in cells if "Hint 1" in text)
    assert any("$$\n\\begin{aligned}" in text for text, _ in cells)


def test_a_script_prints_each_heading_once_where_it_has_something_to_say(mine):
    done = lessons_command("run", "1", folder=mine)
    assert done.returncode == 0, done.stderr
    printed = (mine / "minigrad-lessons" / f"{FIRST.path.stem}.txt").read_text(encoding="utf-8")
    found = re.findall(r"^## .+$", printed, re.MULTILINE)
    assert found[:3] == ["## By pencil", "## Computing leaves a trace", "## Back, by hand"]
    assert len(set(found)) == len(found) and "## Before you go on" not in found
    page = (mine / "minigrad-lessons" / "index.html").read_text(encoding="utf-8")
    assert (
        page.index("<h3>By pencil") < page.index("PENCIL: not yet tried") < page.index("<h3>Back")
    )
    assert "A <strong>tensor</strong> is an array that remembers its maker" in page


def test_no_heading_where_no_lesson_runs(capsys):
    headings.print_headings()
    print("as before")
    assert capsys.readouterr().out == "as before\n"


def test_what_was_printed_is_found_by_its_heading():
    log = "before\n\n## One\n\nfigure: a.png\ntext\n\n## Two\n\nmore\n"
    found = prose.printed_by_heading(log)
    assert list(found) == [None, "## One", "## Two"]
    assert list(drawing.text_and_figures(found["## One"])) == [(True, "a.png"), (False, "text")]


def test_statuses_are_read_from_what_a_run_printed(tmp_path):
    log = tmp_path / "log.txt"
    log.write_text(
        "PENCIL: right. All 3.\nwalk_back: wrong. The …\npick: not yet tried.\n", "utf-8"
    )
    run = running.Run(FIRST, FIRST.path, 0, 1.0, log, [])
    assert run.statuses() == {"PENCIL": "right", "walk_back": "wrong", "pick": "not yet tried"}


def test_a_pencil_may_use_names_that_are_computed_from_numbers():
    source = "y1 = 2 + 2 * 1 - 1\ny2 = y1 + 2\nPENCIL = {'∂F/∂y': y2, '∂F/∂x': 8 / 3}\n"
    checks = {"check_PENCIL": lambda answers: require_pencil(answers, RIGHT)}
    assert checking.judge_source(checks, source, PENCIL).status == "right"


@pytest.mark.parametrize(
    "number, said", [(2.7, "three digits"), ("8/3", "without quotes"), ([8 / 3], "or brackets")]
)
def test_a_pencils_form_is_explained(number, said):
    with pytest.raises(PropertyBroken, match=said):
        require_pencil({"∂F/∂y": 5, "∂F/∂x": number}, RIGHT)


def test_an_answer_in_float32_is_held_to_its_digits():
    require_same(np.float32(0.1), 0.1, "p", "Given.")
    with pytest.raises(PropertyBroken):
        require_same(np.float32(0.1001), 0.1, "p", "Given.")
    with pytest.raises(PropertyBroken):
        require_same(0.1 + 1e-7, 0.1, "p", "Given.")


def test_a_lambda_is_an_answer_too(capsys):
    source = "double = lambda a: 2 * a\n"
    checks = {"check_double": lambda double: require_same(double(2), 4, "p", "Given.")}
    assert checking.judge_source(checks, source, "double").status == "right"
    lesson = {"attempt": checking.attempt, "check": checks["check_double"]}
    exec(source + "attempt(double, check)", lesson)
    assert capsys.readouterr().out == "double: right.\n"


def test_none_compared_with_an_array_is_explained():
    def compared(known, passed):
        return passed if known == None else known + passed  # noqa: E711

    found = checking.judge(FIRST.checks()["check_receive"], compared, "receive")
    assert "`is None` asks that" in found.detail


def test_a_verdict_on_an_answer_that_stops_says_what_was_given():
    found = checking.judge(course.find_lesson(2).checks()["check_central"], lambda f: 0, "central")
    assert (
        found.detail.startswith("f(x) = 3 x at x = 2") and "It stops with TypeError" in found.detail
    )
