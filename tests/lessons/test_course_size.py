"""The course stays a climb in small steps: sizes, and the table that CONTRIBUTING shows."""

import pytest

pytest.importorskip("jupytext")

from lessons.classroom import course

from ..helpers.lessons import course_size

SIZES = course_size.sizes()
PAGE = course.FOLDER.parent / ".github" / "CONTRIBUTING.md"


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.number)
def test_a_lesson_is_small(size):
    assert size.words <= course_size.GOALS["words"]
    assert size.lines <= course_size.GOALS["lines"]
    assert 2 <= size.pencil <= 4 and size.exercises
    assert size.exercises[0] <= 3 and max(size.exercises) <= 6
    assert 25 <= size.promised <= 60 and abs(size.promised - size.minutes) <= 5


def test_contributing_has_the_table():
    text = PAGE.read_text(encoding="utf-8")
    stale = "python -m tests.helpers.lessons.course_size prints the table of today"
    assert "\n".join(course_size.table()) in text, stale


def test_folded_text_formulas_and_tables_are_not_counted():
    text = "Two words.\n\n<details><summary>no</summary>\nno\n</details>\n\n    no\n\n| no |\n"
    assert course_size.words_in(text + "\n```math\nno\n```\n") == 2


def test_what_a_learner_reads_is_counted_and_nothing_else():
    lesson = course.find_lesson(2)
    size = course_size.size_of(lesson)
    assert size.exercises == (1, 3, 1, 1) and size.pencil == 4
    assert "gradcheck" in size.names and "central" not in size.names
    assert course_size.size_of(lesson, {"gradcheck"}).names == size.names - {"gradcheck"}
