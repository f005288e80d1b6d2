"""``python -m lessons``: list, run, check and handout as a learner meets them."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

jupytext = pytest.importorskip("jupytext")
pytest.importorskip("matplotlib")

from lessons import attempt
from lessons.__main__ import main
from lessons.classroom import course, handout, page, progress, properties, reading, running

from ..helpers.lessons.lesson_copies import GOOD, answered, lessons_command
from ..helpers.lessons.nasty_students import LESSON, body

NAME = "01_add.py"


@pytest.fixture
def add(tmp_path, monkeypatch):
    """A course of one small lesson, in an empty current folder."""
    (tmp_path / "masters").mkdir()
    (tmp_path / "masters" / NAME).write_text(LESSON, encoding="utf-8")
    lesson = course.Lesson(tmp_path / "masters" / NAME)
    monkeypatch.setattr(course, "all_lessons", lambda *folder: [lesson])
    monkeypatch.setattr(course, "FOLDER", tmp_path / "masters")
    monkeypatch.delenv(progress.OUTPUT_VARIABLE, raising=False)
    (tmp_path / "mine").mkdir()
    monkeypatch.chdir(tmp_path / "mine")
    return lesson


# ---- list ----


def test_list_names_every_lesson_and_what_one_has_at_the_end(tmp_path):
    done = lessons_command("list", folder=tmp_path)
    lessons = course.all_lessons()
    assert done.returncode == 0 and not done.stderr
    assert re.findall(r"^ ?(\d+)  ", done.stdout, re.MULTILINE) == [
        str(lesson.number) for lesson in lessons
    ]
    for lesson in lessons:
        assert (
            f"{lesson.title} ({lesson.minutes} minutes)\n    At the end {lesson.at_the_end}\n"
        ) in done.stdout
    assert (
        "there is no file of yours in this folder. To begin: python -m lessons handout DIR"
    ) in done.stdout
    assert not list(tmp_path.iterdir())


def said_by_list(capsys):
    capsys.readouterr()
    assert main(["list"]) == 0
    return capsys.readouterr().out


def test_list_tells_the_progress_of_the_file_in_this_folder(add, capsys):
    handout.handout(".")
    assert "Your progress: 01_add.py: nothing tried yet" in (said := said_by_list(capsys))
    assert "Nothing is checked yet" in said
    Path(NAME).write_text(body("return a - b"), encoding="utf-8")
    assert "Your progress: 01_add.py: not yet checked" in said_by_list(capsys)
    main(["check", "1"])
    assert "Your progress: 1 of 2 right, 1 wrong (on 2" in (said := said_by_list(capsys))
    assert "changed" not in said
    Path(NAME).write_text(body("return a + b"), encoding="utf-8")
    assert "changed since: check it again)" in said_by_list(capsys)
    main(["run", "1"])  # its file has no attempt: nothing is said of any exercise
    Path(NAME).write_text(add.source, encoding="utf-8")
    main(["run"])
    assert "Your progress: 2 of 2 right (on 2" in said_by_list(capsys)


RUN = '{"file": "a.py", "when": "today", "status": 0, "seconds": 1.0}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"checked": {"1": {"file": 3}}, "runs": {}}',
        '{"checked": 1, "runs": 2}',
        f'{{"checked": {{}}, "runs": {{"one": {RUN}}}}}',
    ],
)
def test_a_broken_progress_file_is_said_and_begun_anew(add, capsys, text):
    handout.handout(".")
    Path("minigrad-lessons").mkdir()
    Path("minigrad-lessons/progress.json").write_text(text, encoding="utf-8")
    assert main(["check", "1"]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert "2 not yet tried" in said_by_list(capsys)
    assert os.listdir("minigrad-lessons") == ["progress.json"]


# ---- check ----


def test_check_says_right_wrong_and_not_yet_tried(tmp_path):
    lesson = course.find_lesson(11)
    file = tmp_path / lesson.path.name
    text = answered(
        lesson,
        "layer_slope",
        "print('hello'); return (y.grad * y.tangent).reshape(len(y), -1).sum(axis=1)",
    )
    text = text.replace(
        'raise NotImplementedError("exercise: find_cut")', "return ['mixed/reduce3x3']"
    )
    book = jupytext.reads(text, fmt="py:percent")
    jupytext.write(book, tmp_path / "mine.ipynb")
    file.write_text(text, encoding="utf-8")
    # without a file: the lesson's own name in the current folder
    for given in ((), ("mine.ipynb",)):
        done = lessons_command("check", 11, *given, folder=tmp_path)
        assert done.returncode == 1
        assert "layer_slope: right" in done.stdout and "layer_total: not yet tried" in done.stdout
        assert "find_cut: wrong. The property that broke: no way round the cut." in done.stdout
        assert "1 of 4 right, 1 wrong, 2 not yet tried" in done.stdout
        assert "Traceback" not in done.stderr


def test_check_draws_what_is_wrong_and_removes_the_picture_when_it_is_right(add, capsys):
    for_arrays = body("return a - b if hasattr(a, 'shape') else a + b")
    Path(NAME).write_text(for_arrays, encoding="utf-8")
    assert main(["check", "1"]) == 1
    assert (
        "    picture (expected, yours, the difference): minigrad-lessons/check_add.png\n"
    ) in capsys.readouterr().out
    assert Path("minigrad-lessons/check_add.png").stat().st_size > 5000
    Path(NAME).write_text(body("return a + b"), encoding="utf-8")
    assert main(["check", "1"]) == 0
    assert "picture" not in capsys.readouterr().out
    assert not Path("minigrad-lessons/check_add.png").exists()
    Path(NAME).write_text(body("return a - b"), encoding="utf-8")
    assert main(["check", "1"]) == 1  # of two numbers the words say enough
    assert "picture" not in capsys.readouterr().out


def test_check_takes_the_file_in_which_more_was_tried_and_else_says_that_it_checks_the_master(
    add, capsys
):
    assert main(["check", "1"]) == 0
    assert "checking the solved master" in capsys.readouterr().out
    assert not Path("minigrad-lessons/progress.json").exists()
    handout.handout(".")
    filled = add.student_copy().replace(
        'raise NotImplementedError("exercise: double")', "return 2 * a"
    )
    jupytext.write(jupytext.reads(filled, fmt="py:percent"), "01_add.ipynb")
    main(["check", "1"])
    assert (
        capsys.readouterr().out == "checking 01_add.ipynb\n  add: not yet tried.\n  double: "
        "right.\n1 of 2 right, 1 not yet tried\n"
    )


def test_a_name_that_was_not_computed_is_explained(add, capsys):
    Path(NAME).write_text(
        body("return a + b + nothing + zero", before="nothing = 0.0\nzero = abs(nothng)\n"),
        encoding="utf-8",
    )
    main(["check", "1"])
    said = capsys.readouterr().out
    assert "NameError: name 'zero' is not defined (line 6: `return a + b + nothing + zero`)" in said
    assert "Before that: The file stops with NameError: name 'nothng' is not defined" in said
    assert "(line 2: `zero = abs(nothng)`)" in said


def test_a_half_typed_line_elsewhere_is_said_and_costs_nothing(add, capsys):
    Path(NAME).write_text(body("return a + b") + "\n\nfor k in\n", encoding="utf-8")
    assert main(["check", "1"]) == 0
    said = capsys.readouterr()
    assert "2 of 2 right" in said.out and "note: line 11 is not Python: invalid syntax" in said.err


@pytest.mark.parametrize(
    "arguments", [("check", 99), ("check", 11, "nowhere.py"), ("run", "x"), ("handout", "file")]
)
def test_a_wrong_argument_is_one_line(tmp_path, arguments):
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = lessons_command(*arguments, folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ") and done.stderr.count("\n") == 1


def test_attempt_draws_inside_a_lesson(add, capsys, monkeypatch):
    def wrong(a, b):
        return a - b

    def check(answer):
        properties.require_equal(answer(np.ones(3), 2), [3, 3, 3], "the sum", "No.")

    attempt(wrong, check)
    assert capsys.readouterr().out == (
        "wrong: wrong. The property that broke: the sum.\n    No.\n"
        f"figure: {Path('minigrad-lessons', 'check_wrong.png')}\n"
    )


# ---- run ----


def test_run_makes_a_page_that_needs_no_network(add, capsys):
    figure = (
        "\nimport matplotlib.pyplot as plt\nfrom lessons import figures\n"
        "figures.save(plt.figure(), '01 & a.png')\n"
    )
    add.path.write_text(add.source + figure + "print('<b>α</b>')\n", encoding="utf-8")
    assert main(["run"]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == (
        f"Open this page in a browser: {Path('minigrad-lessons', 'index.html')}"
    )
    assert "lesson 1, 1 of 1: Add … (time left not yet known)" in said.err
    text = Path("minigrad-lessons/index.html").read_text(encoding="utf-8")
    assert "Lesson 1: Add" in text and "&lt;b&gt;α&lt;/b&gt;" in text and "add: right" in text
    assert "python -m lessons site" in text
    assert 'src="01%20%26%20a.png" alt="Figure' in text
    assert not re.search(r"https?://|<script|<link|@import|url\(", text)
    HTMLParser().feed(text)
    Path("minigrad-lessons/01 & a.png").write_bytes(b"")  # cut off by a full disk
    assert 'alt="A figure, 01 &amp; a"' in page.write_page("minigrad-lessons", [add]).read_text(
        encoding="utf-8"
    )
    site = Path("minigrad-site/html/index.html")
    site.parent.mkdir(parents=True)
    site.write_text("", encoding="utf-8")
    page.write_page("minigrad-lessons", [add])
    assert f'href="../{site.as_posix()}"' in Path("minigrad-lessons/index.html").read_text(
        encoding="utf-8"
    )


def test_the_page_says_what_failed_and_what_was_not_run(add, tmp_path, monkeypatch):
    (tmp_path / "masters" / "02_b.py").write_text(
        GOOD.replace("Lesson 1", "Lesson 2"), encoding="utf-8"
    )
    lessons = [add, course.Lesson(tmp_path / "masters" / "02_b.py")]
    monkeypatch.setattr(course, "all_lessons", lambda *folder: lessons)
    add.path.write_text(LESSON + "\nraise RuntimeError('why')\n", encoding="utf-8")
    assert main(["run", "1"]) == 1
    text = Path("minigrad-lessons/index.html").read_text(encoding="utf-8")
    assert "It stopped with exit status 1" in text and "RuntimeError: why" in text
    assert "Not yet run: <code>python -m lessons run 2</code>" in text


def test_run_takes_the_learners_file_and_the_time_left_is_learnt(add, capsys):
    handout.handout(".")
    assert main(["run", "1"]) == 0
    said = capsys.readouterr()
    assert "Add (your file): done in" in said.out
    assert "add: not yet tried" in Path("minigrad-lessons/01_add.txt").read_text(encoding="utf-8")
    known = json.loads(Path("minigrad-lessons/progress.json").read_text(encoding="utf-8"))
    assert known["checked"]["1"]["exercises"] == {"add": "not yet tried", "double": "not yet tried"}
    main(["run", "1"])
    assert re.search(r"\(about 0:\d\d left\)", capsys.readouterr().err)


def test_the_time_left_is_what_lessons_took_before_and_else_their_mean():
    lessons = [course.Lesson(Path(f"{number:02}_x.py")) for number in (1, 2, 3)]
    bar = running.CourseBar(lessons, {1: 10.0, 2: 50.0})
    assert bar.left_in_words() == "about 1:30 left" or bar.left_in_words() == "about 1:29 left"
    bar.position, bar.started = 2, time.monotonic() - 40.0  # the third lasts longer than the mean
    assert bar.left_in_words() == "about 0:00 left"


def test_a_failing_lesson_gives_status_1_and_its_last_lines(tmp_path, monkeypatch, capsys):
    (tmp_path / "01_fails.py").write_text(
        GOOD + "\nprint('before')\nraise RuntimeError('the reason')\n", encoding="utf-8"
    )
    (tmp_path / "02_works.py").write_text(
        GOOD.replace("Lesson 1", "Lesson 2") + "\nprint('figure: somewhere.png')\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(
        course,
        "all_lessons",
        lambda: [course.Lesson(path) for path in sorted(tmp_path.glob("0*.py"))],
    )
    assert main(["run", "--out", str(tmp_path / "out")]) == 1
    printed = capsys.readouterr().out
    assert "FAILED" in printed and "RuntimeError: the reason" in printed and "before" in printed
    assert "1 of 2 failed: lesson 1" in printed and printed.rstrip().endswith("index.html")


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_the_lesson_too(tmp_path):
    source = GOOD + (
        f"\nimport os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()) + '.')\n"
        "time.sleep(100)\n"
    )
    (tmp_path / "01_sleeps.py").write_text(source, encoding="utf-8")
    code = (
        "from lessons.classroom import course; "
        "from lessons.__main__ import main; from pathlib import Path; import sys\n"
        f"course.all_lessons = lambda: [course.Lesson(Path({str(tmp_path / '01_sleeps.py')!r}))]\n"
        "sys.exit(main(['run', '--out', 'out']))"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=course.child_environment(),
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    deadline = time.monotonic() + 30
    while not (
        (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(encoding="utf-8").endswith(".")
    ):
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    said = child.communicate(timeout=20)[1]
    assert child.returncode == 130 and "interrupted" in said and "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text(encoding="utf-8").strip(".")), 0)


def test_an_interrupted_run_leaves_the_log_of_the_last_whole_one(add, tmp_path):
    def interrupt():
        raise KeyboardInterrupt

    running.run_lesson(add, tmp_path / "out")
    before = (tmp_path / "out/01_add.txt").read_text(encoding="utf-8")
    add.path.write_text(
        "print('half', flush=True)\nimport time\ntime.sleep(100)\n", encoding="utf-8"
    )
    with pytest.raises(KeyboardInterrupt):
        running.run_lesson(add, tmp_path / "out", while_waiting=interrupt)
    # the page tells when that one ran
    assert before and (tmp_path / "out/01_add.txt").read_text(encoding="utf-8") == before
    assert os.listdir(tmp_path / "out") == ["01_add.txt"]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals")
def test_a_closed_terminal_ends_a_check_and_the_answer_that_never_comes(tmp_path):
    endless = (
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(__import__('os').getpid()) + '.')\n"
        "    while True:\n        pass"
    )
    file = tmp_path / "mine.py"
    file.write_text(answered(course.find_lesson(11), "layer_slope", endless), encoding="utf-8")
    child = subprocess.Popen(
        [sys.executable, "-m", "lessons", "check", "11", str(file)],
        cwd=tmp_path,
        env=course.child_environment(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (
        (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(encoding="utf-8").endswith(".")
    ):
        assert time.monotonic() < deadline and child.poll() is None
        time.sleep(0.05)
    child.send_signal(signal.SIGHUP)
    assert child.wait(timeout=20) == 128 + signal.SIGHUP
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text(encoding="utf-8").strip(".")), 0)


# ---- handout ----


@pytest.mark.parametrize("name", [1, "1", "01", "01_add.py", "mine/01_add.ipynb"])
def test_a_lesson_is_found_by_its_number_or_by_a_files_name(add, name):
    assert course.find_lesson(name, add.path.parent).number == 1


@pytest.mark.parametrize("name", ["13", "one", "1st.py", "", "-1"])
def test_an_unknown_lesson_is_an_error_that_says_which_there_are(add, name):
    with pytest.raises(reading.CourseError, match="the lessons are: 1"):
        course.find_lesson(name, add.path.parent)


def test_handout_says_how_to_begin(add, capsys):
    assert main(["handout", "out"]) == 0
    assert (
        capsys.readouterr().out.splitlines()[-1]
        == f"To begin: cd out, write an exercise into 01_add.py, then: {sys.executable} -m lessons "
        "check 1"
    )
    shutil.copytree("out", "again")
    assert main(["handout", "again"]) == 0
    assert main(["handout", "two words"]) == 0
    assert "To begin: cd 'two words', write" in capsys.readouterr().out
