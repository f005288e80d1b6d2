"""The gallery of mistakes: every program prints what the page says, and names its lesson."""

import re

import pytest

from lessons.classroom.course import all_lessons
from tests.helpers.lessons import mistakes

TEXT = mistakes.PAGE.read_text(encoding="utf-8")
PROGRAMS = mistakes.programs(TEXT)


@pytest.mark.parametrize("heading, program, expected", PROGRAMS, ids=[one[0] for one in PROGRAMS])
def test_a_program_prints_what_stands_below_it(heading, program, expected):
    assert expected and mistakes.printed(program) == expected


def test_every_section_has_a_check_a_lesson_and_an_origin():
    sections = re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:]
    assert len(sections) == len(PROGRAMS) >= 12
    for number, section in enumerate(sections, 1):
        assert section.startswith(f"{number}. ")
        assert "**What catches it:**" in section
        assert 1 <= int(re.search(r"\*\*Lesson (\d+)", section)[1]) <= len(all_lessons())
        assert re.search(r"[\w-]+/[\w-]+ #\d+", section)


def test_no_program_is_longer_than_a_screen():
    assert max(len(program.splitlines()) for _, program, _ in PROGRAMS) <= 30
