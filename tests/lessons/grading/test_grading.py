"""Grading: what a student hands in is a row, harms nobody else, and cannot give itself a mark."""

import csv
import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest

jupytext = pytest.importorskip("jupytext")

from lessons.__main__ import main
from lessons.classroom import course, reading
from lessons.grading import examining, submissions
from lessons.grading import grade as grading

from ...helpers.lessons.nasty_students import LESSON, RIGHT_DOUBLE, STUDENTS, body

pytestmark = pytest.mark.skipif(os.name == "nt", reason="process groups and limits are POSIX")
NAME = "01_add.py"
LIMITS = examining.Limits(seconds=1.5, memory=2.0)
GOOD = body("return a + b")


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    path = tmp_path_factory.mktemp("masters") / NAME
    path.write_text(LESSON, encoding="utf-8")
    return course.Lesson(path)


def hand_in(folder, files):
    """Write {path inside the folder: text or bytes}."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def graded(folder, lesson, kept, workers=2, limits=LIMITS):
    rows, passed_over, _, unfinished = grading.grade(folder, [lesson], kept, limits, workers)
    assert unfinished == 0
    return {(row["student"], row["exercise"]): row for row in rows}, passed_over


# ---- troublemakers ----


@pytest.fixture(scope="module")
def trouble(lesson, tmp_path_factory):
    """All of them graded together, beside an honest student and a victim whose file is in reach."""
    folder, kept = tmp_path_factory.mktemp("students"), tmp_path_factory.mktemp("kept")
    victim = folder / "victim" / NAME
    destroyer = [
        "import os, shutil, pathlib",
        "for harm in (",
        f"    lambda: os.remove({str(victim)!r}),",
        f"    lambda: open({str(victim)!r}, 'w').close(),",
        f"    lambda: shutil.rmtree({str(victim.parent)!r}),",
        f"    lambda: os.rename({str(victim)!r}, 'mine'),",
        "    lambda: (pathlib.Path.home() / 'note.txt').write_text('in its own folder'),",
        f"    lambda: os.chdir({str(victim.parent)!r}) or os.remove({NAME!r}),",
        "):",
        "    try: harm()",
        "    except OSError: pass",
        "return a + b",
    ]
    hand_in(folder, {f"victim/{NAME}": GOOD, f"destroyer/{NAME}": body(*destroyer)})
    hand_in(folder, {f"{who}/{NAME}": source for who, (source, _) in STUDENTS.items()})
    started = time.monotonic()
    rows, _ = graded(folder, lesson, kept)
    return rows, victim, time.monotonic() - started


@pytest.mark.parametrize("who", STUDENTS)
def test_trouble_is_a_row_that_says_what_happened(trouble, who):
    row = trouble[0][who, "add"]
    refused = STUDENTS[who][1].startswith(("graded code may not", "The file changes"))
    assert (row["status"], row["student"], row["lesson"], row["file"]) == (
        "not graded" if refused else "wrong",
        who,
        1,
        f"{who}/{NAME}",
    )
    assert row["detail"].startswith(STUDENTS[who][1]) or STUDENTS[who][1] in row["detail"], row[
        "detail"
    ]
    assert len(row["detail"]) < 2100 and "\n" not in row["detail"]


@pytest.mark.parametrize(
    "who",
    [
        who
        for who, (source, _) in STUDENTS.items()
        if RIGHT_DOUBLE in source and "outside" not in who
    ],
)
def test_the_next_exercise_of_the_same_file_is_judged_all_the_same(trouble, who):
    assert trouble[0][who, "double"]["status"] == "right"


def test_nobody_else_is_harmed(trouble):
    rows, victim, _ = trouble
    assert victim.read_text(encoding="utf-8") == GOOD
    assert rows["victim", "add"]["status"] == rows["victim", "double"]["status"] == "right"
    assert rows["destroyer", "add"]["status"] == "right"  # it adds, whatever else it wanted


def test_nothing_is_left_running(trouble):
    if not os.path.isdir("/proc/self"):
        pytest.skip("no /proc")
    commands = [
        Path(f"/proc/{pid}/cmdline").read_bytes()
        for pid in os.listdir("/proc")
        if pid.isdigit() and mine(pid)
    ]
    assert not [command for command in commands if b"lessons.grading.answering" in command]


def mine(pid):
    """Whether a process was started by this one."""
    try:
        return (
            int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            == os.getpid()
        )
    except OSError:
        return False


# ---- whose file, which lesson ----


def test_folders_nested_folders_and_flat_names(lesson, tmp_path):
    lesson_text = lesson.student_copy()
    hand_in(
        tmp_path,
        {
            f"Ann/{NAME}": GOOD,
            f"Ben_123_assignsubmission_file/deep/er/{NAME}": GOOD,
            f"curie_LATE_12_34_{NAME}": GOOD,
            "dirac_lesson 1.py": lesson_text,
            "fermi_01.py": GOOD,  # two digits make no lesson
            "Eve/whatever.py": LESSON,  # its heading says which lesson
            "Fay/01_add (1).py": GOOD,  # as a browser names a second download
            "Gus/.ipynb_checkpoints/01_add.py": GOOD,
            "Gus/helper.py": "x = 1\n",
            f"__MACOSX/Hal/{NAME}": GOOD,
            "notes.txt": "",
            f"Zoë Weiß_{NAME}": GOOD,
        },
    )
    (tmp_path / "Ida").mkdir()
    (tmp_path / "Ida" / NAME).symlink_to(tmp_path / "Ann" / NAME)
    os.mkfifo(tmp_path / "Ida" / "01_add_.py")
    found, passed_over = submissions.find_submissions(tmp_path, [lesson])
    names = [
        "Ann",
        "Ben",
        "curie",
        "dirac",
        "Eve",
        "Fay",
        "Zoë Weiß",
    ]
    assert [one.student for one in found] == names
    assert [line.partition(":")[0] for line in passed_over] == [
        "Gus/helper.py",
        "fermi_01.py",
        "notes.txt",
        "Gus",
        "Ida",
    ]


def test_of_two_files_of_a_lesson_the_one_with_more_tried_counts(lesson, tmp_path):
    hand_in(
        tmp_path,
        {
            f"ann/{NAME}": lesson.student_copy(),
            f"bob/{NAME}": GOOD,
            f"bob/old/{NAME}": body("return a"),
        },
    )
    os.utime(tmp_path / "bob" / "old" / NAME, (1, 1))
    filled = lesson.student_copy().replace(
        'raise NotImplementedError("exercise: double")', "return a + a"
    )
    (tmp_path / "ann" / "01_add.ipynb").write_text(
        jupytext.writes(jupytext.reads(filled, fmt="py:percent"), fmt="ipynb"), encoding="utf-8"
    )
    rows, passed_over = graded(tmp_path, lesson, tmp_path / ".kept")
    assert rows["ann", "double"]["status"] == "right"
    assert rows["ann", "add"]["status"] == "not yet tried"
    assert rows["ann", "add"]["file"] == "ann/01_add.ipynb"
    assert rows["bob", "add"]["file"] == f"bob/{NAME}"
    assert passed_over == [
        f"ann/{NAME}: nothing was tried in it; ann/01_add.ipynb is taken",
        f"bob/old/{NAME}: bob/{NAME} is taken, in which as much or more was tried",
    ]


@pytest.mark.parametrize(
    "name, content, said",
    [
        (NAME, b"", "the file is empty"),
        (NAME, b"  \n", "the file is empty"),
        (NAME, "x = 'ä'".encode("latin-1"), "not UTF-8 text"),
        (NAME, b"#" * (reading.LARGEST_SCRIPT + 1), "too large"),
        ("01_add.ipynb", b"{}", "cannot be read as a notebook"),
        ("01_add.ipynb", b"[" * 100_000, "cannot be read as a notebook"),
        ("01_add.ipynb", b"import this", "cannot be read as a notebook"),
        ("01_add.ipynb", b'{"nbformat": 3, "worksheets": []}', "save it again"),
        ("01_add.docx", b"PK", "neither .py nor .ipynb"),
    ],
)
def test_what_cannot_be_read_is_one_row_that_says_why(lesson, tmp_path, name, content, said):
    hand_in(tmp_path, {f"ann/{name}": content})
    rows, _ = graded(tmp_path, lesson, tmp_path / ".kept")
    assert list(rows) == [("ann", "")]
    assert rows["ann", ""]["status"] == "not graded" and said in rows["ann", ""]["detail"]
    assert "unreadable" in grading.summary(list(rows.values()), [lesson])[1]


def test_what_may_not_be_opened_ends_nobody_elses_grading(lesson, tmp_path, monkeypatch):
    """As the operating system refuses it; here it may be root who asks."""
    hand_in(
        tmp_path,
        {
            "ann/sub/x.py": "x = 1",
            f"ann/{NAME}": body("return a + b"),
            f"bob/{NAME}": body("return a + b"),
        },
    )
    hand_in(tmp_path, {"bob/own.py": "x = 1", "bob/secret.csv": "1"})
    refused = {tmp_path / "ann" / NAME, tmp_path / "ann" / "sub"}
    refused |= {tmp_path / "bob" / "own.py", tmp_path / "bob" / "secret.csv"}
    access, read = os.access, Path.read_bytes

    def refuse(path):
        if path in refused:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(os, "access", lambda path, mode: path not in refused and access(path, mode))
    monkeypatch.setattr(Path, "read_bytes", refuse)
    rows, _ = graded(tmp_path, lesson, tmp_path / ".kept")
    assert "cannot be opened (Permission denied)" in rows["ann", ""]["detail"]
    assert rows["bob", "add"]["status"] == "right"
    assert [path.name for path in reading.files_in(tmp_path / "ann")] == [NAME]
    assert examining.files_beside(tmp_path / "bob" / NAME) == []


def test_a_byte_order_mark_and_a_students_own_module_are_welcome(lesson, tmp_path):
    hand_in(
        tmp_path,
        {
            f"ann/{NAME}": b"\xef\xbb\xbf"
            + body("return plus(a, b)", before="from mine import plus\n").encode()
        },
    )
    hand_in(tmp_path, {"ann/mine.py": "def plus(a, b):\n    return a + b\n"})
    rows, _ = graded(tmp_path, lesson, tmp_path / ".kept")
    assert rows["ann", "add"]["status"] == "right"
    assert sorted(os.listdir(tmp_path / "ann")) == [NAME, "mine.py"]  # no cache is left beside them


def test_a_students_own_module_is_found_from_a_relative_folder(lesson, tmp_path, monkeypatch):
    hand_in(
        tmp_path / "all",
        {f"ann/{NAME}": body("return plus(a, b)", before="from mine import plus\n")},
    )
    hand_in(tmp_path / "all", {"ann/mine.py": "def plus(a, b):\n    return a + b\n"})
    monkeypatch.chdir(tmp_path)
    assert graded("all", lesson, tmp_path / ".kept")[0]["ann", "add"]["status"] == "right"


def test_in_a_flat_folder_no_student_imports_another(lesson, tmp_path):
    hand_in(
        tmp_path, {f"ann_{NAME}": GOOD, f"bob_{NAME}": f"from ann_{NAME[:-3]} import add, double\n"}
    )
    rows, _ = graded(tmp_path, lesson, tmp_path / ".kept")
    assert "ModuleNotFoundError" in rows["bob", "add"]["detail"]


def test_the_environment_of_the_teacher_is_not_passed_on(lesson, tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "x")
    look = [
        "import os",
        "assert 'SECRET_KEY' not in os.environ and os.environ['HOME'] == os.getcwd() "
        "and not os.listdir()",
        "return a + b",
    ]
    hand_in(tmp_path, {f"ann/{NAME}": body(*look)})
    assert graded(tmp_path, lesson, tmp_path / ".kept")[0]["ann", "add"]["status"] == "right"


# ---- what is kept, what is written ----


def test_what_has_not_changed_is_not_graded_again(lesson, tmp_path, monkeypatch, capsys):
    hand_in(
        tmp_path, {f"ann/{NAME}": GOOD, f"bob/{NAME}": GOOD + "# bob\n", f"eve/{NAME}": "x = 1\n"}
    )
    first, _ = graded(tmp_path, lesson, tmp_path / ".kept")
    asked = []
    monkeypatch.setattr(grading, "grade_file", lambda one, *rest: asked.append(one.student) or [])
    assert graded(tmp_path, lesson, tmp_path / ".kept")[0] == first and asked == []
    assert "3 files, 3 of them graded before" in capsys.readouterr().err
    hand_in(tmp_path, {"eve/module.py": "y = 1\n"})
    graded(tmp_path, lesson, tmp_path / ".kept")
    # what imported it does so no more
    (tmp_path / "eve/module.py").rename(tmp_path / "eve/another.py")
    graded(tmp_path, lesson, tmp_path / ".kept")
    assert asked == 2 * ["eve"]
    hand_in(tmp_path, {f"bob/{NAME}": GOOD + "# again\n"})
    graded(tmp_path, lesson, tmp_path / ".kept")
    assert asked == ["eve", "eve", "bob"]
    for kept in (tmp_path / ".kept").glob("*.json"):
        kept.write_text("[", encoding="utf-8")  # cut off by a full disk
    graded(tmp_path, lesson, tmp_path / ".kept", workers=1)
    graded(tmp_path, lesson, tmp_path / ".kept", workers=1, limits=examining.Limits(9, 2.0))
    assert asked == ["eve", "eve", "bob"] + 2 * ["ann", "bob", "eve"]


def test_a_time_out_is_tried_again(lesson, tmp_path):
    hand_in(tmp_path, {f"ann/{NAME}": body("while True: pass")})
    limits = examining.Limits(0.2, 2.0)
    assert (
        "No answer"
        in graded(tmp_path, lesson, tmp_path / ".kept", limits=limits)[0]["ann", "add"]["detail"]
    )
    assert list((tmp_path / ".kept").iterdir()) == []


def test_an_interrupt_ends_the_children_and_keeps_what_is_done(lesson, tmp_path):
    hand_in(tmp_path, {f"ann/{NAME}": GOOD, f"bob/{NAME}": body("while True: pass")})
    kept = tmp_path / ".kept"

    def interrupt_once_ann_is_done():
        while not (kept.is_dir() and list(kept.glob("*.json"))):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt_once_ann_is_done, daemon=True).start()
    started = time.monotonic()
    rows, _, _, unfinished = grading.grade(tmp_path, [lesson], kept, examining.Limits(60, 2.0), 1)
    assert time.monotonic() - started < 30 and unfinished == 1
    assert [(row["student"], row["status"]) for row in rows] == [("ann", "right"), ("ann", "right")]


def test_the_command_writes_a_table_and_prints_a_summary(lesson, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(course, "all_lessons", lambda: [lesson])
    monkeypatch.chdir(tmp_path)
    hand_in(
        tmp_path / "all",
        {f"=ann()/{NAME}": GOOD, f"bob/{NAME}": lesson.student_copy(), "bob/notes.pdf": b"x"},
    )
    assert main(["grade", "all", "--seconds", "20"]) == 0
    said = capsys.readouterr()
    table = list(csv.DictReader(Path("grades.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert list(table[0]) == [
        "student",
        "lesson",
        "exercise",
        "status",
        "property",
        "detail",
        "seconds",
        "file",
    ]
    assert [(row["student"], row["exercise"], row["status"]) for row in table] == [
        # not a formula in anybody's spreadsheet
        ("'=ann()", "add", "right"),
        ("'=ann()", "double", "right"),
        ("bob", "add", "not yet tried"),
        ("bob", "double", "not yet tried"),
    ]
    assert said.out.splitlines()[1].split() == ["'=ann()", "2/2", "2"]
    assert said.out.splitlines()[2].split() == ["bob", "0/2", "0"]
    assert "2 students; 2 right, 0 wrong, 2 not yet tried" in said.out
    assert "passed over: bob/notes.pdf" in said.err


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["nowhere"], "no folder"),
        (["."], "holds no lesson's file"),
        ([".", "--out", "no/x.csv"], "does not exist"),
    ],
)
def test_a_wrong_argument_of_grade_is_one_line(tmp_path, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    assert main(["grade", *arguments]) == 1
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_a_lesson_that_cannot_be_loaded_is_no_students_fault(tmp_path):
    (tmp_path / NAME).write_text(
        LESSON.replace("import numpy as np", "import no_such_module as np"), encoding="utf-8"
    )
    hand_in(tmp_path / "all", {f"ann/{NAME}": GOOD})
    with pytest.raises(reading.CourseError, match="checks cannot be run: .*no_such_module"):
        grading.grade(
            tmp_path / "all", [course.Lesson(tmp_path / NAME)], tmp_path / "kept", LIMITS, 1
        )


def test_the_masters_own_answers_change_nothing_that_is_watched():
    """The guard finds no fault with lessons as they are: lesson 1, judged as a student's file."""
    master = course.find_lesson(1)
    found = list(examining.examine(master, master.source, master.path, examining.Limits(60, 4.0)))
    assert [verdict.status for verdict, _ in found] == ["right"] * len(master.exercises)


def test_unguarded_checks_take_the_same_way(lesson, tmp_path, capfd, monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    (tmp_path / NAME).write_text(body("print('seen')", "return (a - b) * 1"), encoding="utf-8")
    verdicts = list(examining.check_file(lesson, tmp_path / NAME))
    assert [verdict.status for verdict in verdicts] == ["wrong", "right"]
    assert verdicts[0].expected == 3.0 and verdicts[0].got == -1.0
    assert "seen" in capfd.readouterr().err
    (tmp_path / NAME).write_text(
        body("print('seen'); os._exit(3)", before="import os\n"), encoding="utf-8"
    )
    verdicts = list(examining.check_file(lesson, tmp_path / NAME))
    assert "exit status 3" in verdicts[0].detail and "seen" in capfd.readouterr().err


def test_json_of_the_kept_rows_is_not_trusted(tmp_path):
    for text in ("", "{", "[]x", '[{"exercise": 1}]', "3"):
        (tmp_path / "a.json").write_text(text, encoding="utf-8")
        assert grading.read_kept(tmp_path / "a.json") is None
    (tmp_path / "a.json").write_text(
        json.dumps(
            [{name: "" for name in grading.HEADS if name not in ("student", "lesson", "file")}]
        ),
        encoding="utf-8",
    )
    assert len(grading.read_kept(tmp_path / "a.json")) == 1
