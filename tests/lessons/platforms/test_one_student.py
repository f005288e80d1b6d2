"""Which file counts where a folder is one student's, as on Gradescope."""

from lessons.classroom import course
from lessons.platforms.one_student import files_of_one

from ...helpers.lessons.handed_in import solved_copy

LESSONS = course.all_lessons()
FIRST, SECOND = LESSONS[:2]


def chosen(folder, files, asked=LESSONS):
    for name, text in files.items():
        path = folder / "submission" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found, passed_over = files_of_one(
        folder / "submission", list(asked), LESSONS, folder / "unpacked"
    )
    names = {lesson.number: path.name for lesson, path in found.items()}
    return names, "\n".join(passed_over)


def test_all_folders_are_one_students(tmp_path):
    files = {
        "lesson 1/engine.py": solved_copy(FIRST),
        "lesson 2/slopes.py": solved_copy(SECOND),
        "old/engine.py": FIRST.student_copy(),
        "plot_01.py": "print(1)",
    }
    names, passed_over = chosen(tmp_path, files)
    assert names == {1: "engine.py", 2: "slopes.py"}
    assert "old/engine.py: nothing was tried in it" in passed_over
    assert "plot_01.py: neither a lesson's heading" in passed_over


def test_a_lesson_that_was_not_asked_for_is_named(tmp_path):
    files = {"a.py": solved_copy(FIRST), "b.py": solved_copy(SECOND)}
    names, passed_over = chosen(tmp_path, files, asked=[FIRST])
    assert names == {1: "a.py"}
    assert passed_over == "b.py: of lesson 2, not asked for here"


def test_the_solved_master_is_never_a_students(tmp_path):
    names, passed_over = chosen(tmp_path, {"mine.py": FIRST.source})
    assert names == {}
    assert passed_over == "mine.py: the course's own file, with its solutions"
