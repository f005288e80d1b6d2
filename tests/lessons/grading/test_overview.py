"""The instructor's page: the counts are right, what needs the hour is first, nobody is named."""

import csv
import re
from html import unescape
from pathlib import Path

import pytest

from lessons.classroom import course
from lessons.grading import command
from lessons.grading import grade as grading
from lessons.grading.overview.anonymous import Anonymous, Example
from lessons.grading.overview.counts import exercises_of, progress_of
from lessons.grading.overview.page import overview

from ...helpers.lessons.class_rows import (
    CLASS,
    GIVEN,
    INSENSITIVE,
    NAMES,
    RIGHT,
    row,
    rows_of_the_class,
    wrong,
)

LESSONS = course.all_lessons()
ROWS = rows_of_the_class()
ANONYMOUS = Anonymous(ROWS, LESSONS)


def text_of(page):
    body = page[page.index("<body>") :]
    labels = " ".join(re.findall(r'aria-label="([^"]*)"', body))
    return unescape(re.sub(r"<[^>]+>", " ", body)) + labels


def test_what_most_got_wrong_comes_first_with_its_counts():
    found = exercises_of(ROWS, LESSONS, ANONYMOUS)
    first, second = found[:2]
    assert (first.name, second.name) == ("term", "PENCIL")
    assert (first.counts["wrong"], first.counts["right"], first.absent) == (7, 1, 0)
    assert (second.counts["wrong"], second.counts["not yet tried"]) == (3, 2)
    assert [(one.what, one.times) for one in first.broken] == [
        (INSENSITIVE, 5),
        ("it stops with ValueError", 1),
        ("no answer in time", 1),
    ]
    # the others of lesson 8 were left by all, those of lesson 9 were done by one
    assert [one.lesson for one in found[2:]] == [8] * 3 + [9] * (len(found) - 5)
    assert found[-1].counts["not graded"] == 1 and found[-1].absent == len(CLASS) - 2


def test_progress_is_counts():
    by_lesson, by_number = progress_of(ROWS, LESSONS)
    assert [(one.lesson, one.handed_in, one.begun, one.done) for one in by_lesson] == [
        (8, 8, 8, 0),
        (9, 2, 1, 1),
    ]
    assert by_number == {0: 7, 1: 1}


def test_nobody_is_on_the_page():
    page = overview(ROWS, LESSONS, "grades.csv")
    said = text_of(page)
    assert not [name for name in NAMES if re.search(rf"\b{name}\b", said, re.IGNORECASE)]
    assert not [student for student in CLASS if student in page]
    assert "KayError" not in page and "an error of its own" in said
    assert GIVEN in said and "7 wrong" in said


@pytest.mark.parametrize(
    "yours, shown",
    [
        ("[[3]]", True),
        ("1e−05", True),
        ("None", True),
        ("an array of shape (300, 2)", True),
        ("'Grace was here'", False),
        ("'ada_lovelace'", False),
        ("'max'", False),  # a word of the checks, and somebody's name
        ("'/home/turing/x.py'", False),
        ("'nobody whom the course knows: Eckert'", False),
        ("4713000", False),
        ("[0]. Ada", False),
    ],
)
def test_of_an_answer_only_what_the_course_could_have_written_is_shown(yours, shown):
    one = row("Noether", 8, "term", *wrong(yours), "noether")
    expected = Example(GIVEN, yours, "[[0]].", "") if shown else None
    assert ANONYMOUS.example(one) == expected


def test_a_word_of_the_check_is_shown_though_somebody_is_called_so():
    one = row("Noether", 8, "term", *wrong("1", "from x to kay."), "noether")
    known = Anonymous([*ROWS, row("Shape From", 8, "term", *RIGHT, "x")], LESSONS)
    assert known.example(one) is None  # no word of the course
    one["detail"] = one["detail"].replace("kay", "shape")
    assert known.example(one).given == "from x to shape."


def test_an_example_of_another_student_stands_in_for_one_that_may_not_be_shown():
    rows = [row(f"S{k}", 8, "term", *wrong(said), "s") for k, said in enumerate(["'S'", "'S'", 7])]
    (broken,) = exercises_of(rows, LESSONS, Anonymous(rows, LESSONS))[0].broken
    assert (broken.times, broken.example.theirs) == (3, "7")


def test_markup_in_an_answer_is_text():
    one = row("A", 8, "term", "wrong", "<b>shape</b>", f"{GIVEN} Yours: <i>x</i>. Right: 1.", "a")
    page = overview([one], LESSONS, "<grades>.csv")
    assert "<b>shape" not in page and "<i>" not in page and "&lt;grades&gt;.csv" in page


def test_a_class_without_a_wrong_answer_and_one_that_is_interrupted():
    page = overview([row("A", 8, "term", *RIGHT, "a")], LESSONS, "grades.csv", unfinished=3)
    assert "Nothing: no answer is wrong." in page and "3 files are not graded yet" in page


def test_the_command_writes_page_table_and_notes(tmp_path, monkeypatch, capsys):
    from lessons.__main__ import main

    monkeypatch.chdir(tmp_path)
    equal = "lesson 8: ada/08.py, gh4712/08.py are equal"
    monkeypatch.setattr(grading, "grade", lambda *_: (ROWS, ["ada/x.pdf: stray"], [equal], 0))
    assert main(["grade", ".", "--summary", "--out", "my grades.csv"]) == 0
    page = Path("my grades.html").read_text(encoding="utf-8")
    assert "are equal" not in page and "x.pdf" not in page and "my grades.csv" in page
    with open("my grades_notes.csv", encoding="utf-8-sig", newline="") as file:
        notes = list(csv.DictReader(file))
    assert [note["kind"] for note in notes] == ["passed over", "note"]
    assert notes[1]["note"] == equal
    said = capsys.readouterr()
    assert "my grades.html" in said.out and equal in said.err


@pytest.mark.parametrize(
    "given, said",
    [
        (["--summary", "no/x.html"], "does not exist"),
        (["--summary", "x.csv"], "ends in .html"),
        (["--summary", "x.html", "--out", "x.html"], "give two names"),
    ],
)
def test_a_place_that_will_not_do_is_told_before_the_work(tmp_path, capsys, given, said):
    from lessons.__main__ import main

    assert main(["grade", str(tmp_path), *given]) == 1
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert command.positive("1") == 1
