"""The instructor's guide: what it says of the lessons is what the lessons say."""

import re

import pytest

from lessons.classroom import course

GUIDE = course.FOLDER / "guide" / "instructor.md"
ROWS = re.findall(
    r"^\| (\d+) \| (.+) \| (\d+) \| (.+) \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE
)


def test_every_lesson_has_its_row():
    assert [int(number) for number, *_ in ROWS] == [
        lesson.number for lesson in course.all_lessons()
    ]


@pytest.mark.parametrize("number, goal, minutes, mistakes", ROWS, ids=[row[0] for row in ROWS])
def test_minutes_and_properties_are_the_lessons_own(number, goal, minutes, mistakes):
    lesson = course.find_lesson(number)
    assert lesson.minutes == int(minutes)
    written = lesson.source + lesson.path_of_checks.read_text(encoding="utf-8")
    text = " ".join(re.sub(r"^# ?", "", written, flags=re.MULTILINE).replace('"', " ").split())
    named = re.findall(r"\*([^*]+)\*", mistakes)
    assert named and [name for name in named if comparable(name) not in comparable(text)] == []


def comparable(text):
    """Brackets and dashes differ between code, prose and tables."""
    return re.sub(r"[<>⟨⟩ ]", "", text)
