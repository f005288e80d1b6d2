"""Whose file it is and which is taken: as platforms name them, beside stray files and clones."""

import os
import random

import pytest

from lessons.classroom import course
from lessons.classroom.answers import file
from lessons.grading import likeness, platforms, submissions

from ...helpers.lessons.platform_trees import NEW, trees, zipped

FIRST, SECOND = course.find_lesson(1), course.find_lesson(2)
NAME = FIRST.path.name
TREES = trees(NAME, SECOND.path.name)
FILLED = FIRST.student_copy().replace('raise NotImplementedError("exercise: pick")', "return 1")


def laid_out(folder, files):
    """Write {path: text or bytes}."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def found_in(folder, files):
    return submissions.find_submissions(laid_out(folder, files), [FIRST, SECOND])


def taken(folder, files):
    """{(student, lesson): path as it was handed in}, and what is passed over."""
    found, passed_over = found_in(folder, files)
    return {(one.student, one.lesson.number): one.shown for one in found}, passed_over


@pytest.mark.parametrize("platform", TREES)
def test_a_platforms_download_is_two_students_and_the_last_attempt(tmp_path, platform):
    tree, ada, grace, late, lines = TREES[platform]
    found, passed_over = found_in(tmp_path, tree)
    assert {(one.student, one.lesson.number) for one in found} == {(ada, 1), (ada, 2), (grace, 1)}
    assert len(found) == 3 and {one.late for one in found if one.student == grace} == {late}
    assert all(one.path.read_text(encoding="utf-8") == NEW for one in found)
    assert len(passed_over) == lines, passed_over


def test_a_folder_that_two_students_share_is_neithers_own(tmp_path):
    tree = {f"all_submissions/ann_1_2_{NAME}": FILLED, f"all_submissions/bob_3_4_{NAME}": FILLED}
    found, _ = found_in(tmp_path / "flat", tree)
    assert [(one.student, one.own_folder) for one in found] == [("ann", None), ("bob", None)]
    (found,), _ = found_in(tmp_path / "own", {f"ann/{NAME}": FILLED})
    assert found.own_folder == tmp_path / "own" / "ann"


def test_two_people_of_one_name_are_two(tmp_path):
    files, _ = taken(
        tmp_path,
        {
            f"Ann Lee_1_assignsubmission_file/{NAME}": FILLED,
            f"Ann Lee_2_assignsubmission_file/{NAME}": FILLED,
        },
    )
    assert list(files) == [("Ann Lee (1)", 1), ("Ann Lee (2)", 1)]


@pytest.mark.parametrize(
    "name, content",
    [
        ("Lesson 1.py", FILLED),
        ("mine.py", FILLED.replace("# # Lesson 1", "# # L 1")),  # the exercises are marked
        (NAME, "x = 1"),
        (NAME.replace(".py", ".PY"), FILLED),
        (f"{NAME}.txt", FILLED),
        (NAME, FILLED.encode("utf-16")),
        (NAME, FILLED.replace("\n", "\0\n")),
        ("work.zip", zipped({f"a/{NAME}": FILLED})),
        ("outer.zip", zipped({"inner.zip": zipped({NAME: FILLED})})),
    ],
)
def test_a_lesson_is_known_by_its_heading_its_exercises_or_its_full_name(tmp_path, name, content):
    files, _ = taken(tmp_path, {f"ann/{name}": content})
    assert list(files) == [("ann", 1)]


@pytest.mark.parametrize(
    "name, said",
    [
        ("test_01.py", "neither a lesson's heading"),
        ("plot_01.py", "neither a lesson's heading"),
        ("01.csv", "the name has no lesson in it"),
        ("work.rar", "not a zip"),
        ("work.zip", "cannot be unpacked"),
        ("old/" + NAME, "nothing was tried in it"),
    ],
)
def test_a_stray_file_is_passed_over_with_the_reason(tmp_path, name, said):
    stray = FIRST.student_copy() if NAME in name else "x = 1"
    files, passed_over = taken(tmp_path, {f"ann/{NAME}": FILLED, f"ann/{name}": stray})
    assert files == {("ann", 1): f"ann/{NAME}"}
    assert len(passed_over) == 1 and passed_over[0].startswith(f"ann/{name}: ")
    assert said in passed_over[0]


def test_many_stray_files_are_one_line(tmp_path):
    tree = {f"ann/{number}.png": b"" for number in range(90)} | {f"ann/{NAME}": FILLED}
    tree |= {"ann/venv/pyvenv.cfg": "", f"ann/venv/{NAME}": FIRST.source}
    assert taken(tmp_path, tree)[1] == [
        "ann: 90 files of no lesson (0.png, 1.png, 10.png, 11.png, 12.png, …)"
    ]


CLONE = {
    "minigrad/__init__.py": "",
    "lessons/__init__.py": "",
    f"lessons/{NAME}": FIRST.source,
    f"lessons/{SECOND.path.name}": SECOND.source,
    "tests/lessons/test_x.py": f"TEXT = '''\n{FIRST.student_copy()[:80]}'''\n",
}


def test_of_a_whole_clone_the_students_own_folder_counts(tmp_path):
    tree = {f"ann/minigrad-main/{name}": text for name, text in CLONE.items()}
    tree |= {f"bob/{name}": text for name, text in CLONE.items()}
    untouched = FIRST.student_copy()
    files, passed_over = taken(tmp_path, tree | {f"ann/minigrad-main/mine/{NAME}": untouched})
    assert files == {("ann", 1): f"ann/minigrad-main/mine/{NAME}"}
    assert passed_over == [
        "ann/minigrad-main: 5 files of the course itself, from a clone",
        "bob: 5 files of the course itself, from a clone",
        "bob: no file of a lesson is in this folder",
    ]
    own = tmp_path / "bob" / "lessons" / NAME  # who wrote over the master
    own.write_text(FILLED, encoding="utf-8")
    assert taken(tmp_path, {})[0]["bob", 1] == f"bob/lessons/{NAME}"


def test_the_solved_master_is_taken_for_nobodys_work_but_by_itself(tmp_path):
    tree = {f"ann/{NAME}": FIRST.student_copy(), f"ann/solved/{NAME}": FIRST.source}
    tree |= {f"bob/lessons/{NAME}": FIRST.source, f"eve/{NAME}": FIRST.source, NAME: FIRST.source}
    found, passed_over = found_in(tmp_path, tree)
    assert [one.shown for one in found] == [f"ann/{NAME}", f"eve/{NAME}"]
    assert likeness.facts(found) == [f"eve/{NAME}: is the course's solved master, line by line"]
    assert [line.partition(":")[0] for line in passed_over] == [
        f"bob/lessons/{NAME}", NAME, f"ann/solved/{NAME}", "bob",
    ]  # fmt: skip


def test_the_choice_does_not_hang_on_dates(tmp_path):
    names = [NAME, f"a/{NAME}", NAME.replace(".py", " (1).py"), NAME.replace(".py", "-Copy1.py")]
    tree = {f"ann/{name}": FILLED for name in names}
    first = taken(tmp_path, tree)[0]
    for seed in range(5):
        order = random.Random(seed).sample(names, len(names))
        for time, name in enumerate(order):
            os.utime(tmp_path / "ann" / name, (time, time))
        assert taken(tmp_path, {})[0] == first
    assert first["ann", 1].endswith("(1).py")  # a browser's second download


def test_equal_files_are_a_fact_and_others_are_not(tmp_path):
    solved = FIRST.student_copy().replace(
        'raise NotImplementedError("exercise: pick")',
        "best = max(waiting, key=rank)\n    return best",
    )
    renamed = solved.replace("best", "chosen").replace("# %%\n", "# by Bob\n\n\n# %%\n")
    tree = {
        f"ann/{NAME}": solved,
        f"bob/{NAME}": renamed,
        f"cem/{NAME}": solved.replace("max(", "min("),
        f"dan/{NAME}": FIRST.student_copy(),
        f"eve/{NAME}": FIRST.student_copy(),
    }
    found, _ = found_in(tmp_path, tree)
    assert likeness.facts(found) == [
        f"lesson 1: ann/{NAME}, bob/{NAME} are equal apart from names, comments and blank lines"
    ]


def test_a_zip_that_leads_outside_or_holds_too_much_harms_nothing(tmp_path, monkeypatch):
    evil = zipped({"../outside.py": "x", "/absolute.py": "x", NAME: FILLED})
    files, _ = taken(tmp_path / "all", {"ann/work.zip": evil})
    assert files == {("ann", 1): f"ann/work.zip/{NAME}"}
    assert not list(tmp_path.rglob("outside.py"))
    monkeypatch.setattr("lessons.grading.unpacking.MOST_BYTES", 1000)
    files, passed_over = taken(tmp_path / "more", {"ann/work.zip": zipped({NAME: FILLED + "#"})})
    assert files == {} and "cannot be unpacked (more than" in passed_over[0]


@pytest.mark.parametrize(
    "odd",
    [
        "x = " + "+".join("1" * 3000),
        "x = " + "(" * 500 + ")" * 500,
        "x = " + "-" * 5000 + "1",
        "from __future__ import braces",
        "from __future__ import *",
        "def f(x, x): pass\nreturn\nx = '\\d'",
        "global pick\nnonlocal y",
        "class A[T]: pass\nmatch 1:\n    case pick: pass",
    ],
    ids=lambda text: text[:20],
)
def test_no_text_ends_the_look_at_all_the_others(tmp_path, odd, recwarn):
    tree = {f"ann/{NAME}": f"{FILLED}\n{odd}\n", f"bob/{NAME}": FILLED}
    found, _ = found_in(tmp_path, tree)
    likeness.facts(found)
    assert [one.student for one in found] == ["ann", "bob"]
    assert [file.StudentsFile(f"{FILLED}\n{odd}\n", "a.py").tried("pick")] == [True]
    assert not recwarn.list


def test_times_of_platforms_sort():
    times = [
        "Mar 5, 2026 1011 AM",
        "Mar 5, 2026 111 PM",
        "Mar 14, 2026 0911 AM",
        "Nov 1, 2026 12:00 PM",
    ]
    sortable = [platforms.as_sortable(time) for time in times]
    assert sortable == sorted(sortable) and sortable[0] == "2026-03-05-10-11-00"
