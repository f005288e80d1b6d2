"""Gradescope's folders laid out here: its two scripts run as root, and what students do to them."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from lessons.classroom import course, handout
from lessons.platforms.command import handout_for
from lessons.platforms.gradescope.run import STUDENT
from lessons.platforms.packages import files_of_packages

from ...helpers.lessons.autograder import Autograder, faults
from ...helpers.lessons.handed_in import solved_copy, solved_notebook

pytestmark = [
    pytest.mark.large,
    pytest.mark.skipif(
        getattr(os, "geteuid", lambda: 1)() != 0 or not Path("/proc/self").exists(),
        reason="Gradescope runs its scripts as root on Linux: run this test as root",
    ),
]
LESSON = course.find_lesson(1)
POINTS = {"PENCIL": 1, "walk_back": 2, "receive": 2, "pick": 2}
# what would be written by a student who knows where the results are; libc is asked, because
# Python's own open() would be refused by the guard rail already
FORGER = """\
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
said = []
for path in (b"{base}/results/results.json", b"{base}/results/more.json"):
    said.append(libc.open(path, os.O_WRONLY | os.O_CREAT, 0o666))
for path in (b"{base}/results/results.json", b"{base}/source/lessons/{master}"):
    said.append(libc.open(path, os.O_RDONLY))
said.append(libc.kill(os.getppid() and {parent}, 9))
if libc.fork() == 0:
    libc.setsid()
    libc.sleep(300)
    os._exit(0)
raise ValueError(f"opened {{said}} as {{os.getuid()}}")
"""


@pytest.fixture(scope="module")
def autograder(tmp_path_factory):
    """Lesson 1's zip, uploaded and set up."""
    zips, _ = handout_for("gradescope", tmp_path_factory.mktemp("zips of mine"), replace=False)
    (zip_file,) = [path for path in zips if path.stem == LESSON.path.stem]
    # pytest's own folders are closed to other users
    base = Path(tempfile.mkdtemp(prefix="gradescope "))
    base.chmod(0o755)
    built = Autograder(zip_file, base / "autograder")
    assert built.set_up.returncode == 0, built.set_up.stdout + built.set_up.stderr
    change(built, seconds=4)
    yield built
    shutil.rmtree(base)


def change(autograder, **limits):
    """Set limits in the table, as an instructor may."""
    table = autograder.base / "source" / "assignment.json"
    assignment = json.loads(table.read_text(encoding="utf-8"))
    table.write_text(json.dumps(assignment | limits), encoding="utf-8")


def results(autograder, files):
    """{exercise: its entry} and all that was written, after a run."""
    ended = autograder.grade(files)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    found = json.loads(autograder.results_file.read_text(encoding="utf-8"))
    assert list(faults(found)) == []
    scored = [one for one in found["tests"] if "score" in one]
    assert [one["max_score"] for one in scored] == list(POINTS.values())
    return dict(zip(POINTS, scored)), found


def scores(entries):
    return {name: entry["score"] for name, entry in entries.items()}


def owners():
    """The users of all processes."""
    for path in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            yield path.stat().st_uid


def test_the_set_up_leaves_the_systems_python(autograder):
    said = autograder.set_up.stdout
    assert re.search(r"^Python for the course: /usr/\S*bin/python3", said, re.MULTILINE), said
    assert "apt-get is not run" not in autograder.set_up.stderr  # this machine has one already
    assert (autograder.base / "venv" / "bin" / "python").exists()


def test_a_renamed_notebook_that_is_right_has_every_point(autograder):
    import nbformat

    book = nbformat.reads(handout.notebook(LESSON, LESSON.student_copy()), as_version=4)
    text = nbformat.writes(solved_notebook(book, LESSON))
    entries, found = results(autograder, {"week 1/my work (1).ipynb": text})
    assert scores(entries) == POINTS
    assert [one["status"] for one in found["tests"] if "status" in one] == ["passed"] * 17
    assert len(found["tests"]) == 17  # four exercises and thirteen properties


def test_a_wrong_answer_loses_its_own_points_and_names_the_property(autograder):
    wrong = solved_copy(LESSON, {"receive": "return passed"})
    entries, found = results(autograder, {LESSON.path.name: wrong})
    assert scores(entries) == POINTS | {"receive": 0}
    by_name = {one["name"]: one for one in found["tests"]}
    first = by_name["receive: the first contribution as it comes"]
    broken = by_name["receive: contributions add"]
    later = by_name["receive: nothing is changed in place"]
    assert (first["status"], broken["status"], later.get("status")) == ("passed", "failed", None)
    assert "Yours: 4. Right: 7." in broken["output"]


def test_an_untouched_file_and_none_at_all_are_not_tried(autograder):
    entries, _ = results(autograder, {LESSON.path.name: LESSON.student_copy()})
    assert scores(entries) == dict.fromkeys(POINTS, 0)
    assert "not yet tried" in entries["pick"]["output"]
    entries, found = results(autograder, {"essay.txt": "I could not do it"})
    assert scores(entries) == dict.fromkeys(POINTS, 0)
    assert "No file of this lesson was handed in" in found["output"]
    assert "essay.txt" in found["output"]


def test_the_courses_own_solutions_are_worth_nothing(autograder):
    clone = {
        f"minigrad-main/{name}": path.read_text(encoding="utf-8")
        for name, path in files_of_packages(masters=True).items()
        if path.suffix == ".py"
    }
    for files in (clone, {"my answer.py": LESSON.source}):
        entries, found = results(autograder, files)
        assert scores(entries) == dict.fromkeys(POINTS, 0)
        assert "course" in found["output"]


def test_a_syntax_error_an_endless_loop_an_exit_and_a_hog_cost_their_own_points(autograder):
    bad = {
        "walk_back": "return max(waiting, key=",
        "receive": "while True: pass",
        "pick": "import os; os._exit(0)",
    }
    entries, _ = results(autograder, {LESSON.path.name: solved_copy(LESSON, bad)})
    assert scores(entries) == dict.fromkeys(POINTS, 0) | {"PENCIL": 1}
    assert "No answer after 4 seconds" in entries["receive"]["output"]
    assert "Python itself ended" in entries["pick"]["output"]
    hog = {"pick": "rows = [bytearray(2**20) for _ in range(2**20)]; return rows"}
    entries, _ = results(autograder, {LESSON.path.name: solved_copy(LESSON, hog)})
    assert scores(entries) == POINTS | {"pick": 0}
    assert "MemoryError" in entries["pick"]["output"]


def test_who_writes_the_results_himself_gets_nothing_for_it(autograder):
    forger = FORGER.format(base=autograder.base, master=LESSON.path.name, parent=os.getpid())
    body = "\n    ".join(forger.splitlines())
    plain = f"open({str(autograder.results_file)!r}, 'w').write('{{\"score\": 100}}')"
    text = solved_copy(LESSON, {"pick": body, "receive": plain})
    entries, found = results(autograder, {LESSON.path.name: text, "results.json": '{"score": 9}'})
    assert scores(entries) == POINTS | {"pick": 0, "receive": 0}
    # nothing opened, nobody ended, and the process that was left behind is gone
    assert f"opened [-1, -1, -1, -1, -1] as {STUDENT}" in entries["pick"]["output"]
    assert "score" not in found
    assert [path.name for path in autograder.results_file.parent.iterdir()] == ["results.json"]
    deadline = time.monotonic() + 5  # a process takes a moment to end
    while STUDENT in owners() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert STUDENT not in owners()


def test_what_was_seen_is_there_when_the_run_is_killed(autograder):
    text = solved_copy(LESSON, {"receive": "while True: pass"})
    autograder.hand_in({LESSON.path.name: text})
    running = subprocess.Popen(
        ["bash", autograder.base / "run_autograder"],
        stdout=subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin"},
        start_new_session=True,
    )
    for line in running.stdout:
        if b"walk_back" in line:
            break
    time.sleep(0.5)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    found = json.loads(autograder.results_file.read_text(encoding="utf-8"))
    assert list(faults(found)) == []
    seen = {one["name"]: one["score"] for one in found["tests"] if "score" in one}
    assert list(seen.values()) == [1, 2, 0, 0]
    assert "not reached" in next(one["output"] for one in found["tests"] if one["number"] == "1.4")


def test_when_the_time_for_all_is_over_it_says_so(autograder):
    change(autograder, seconds_in_all=0)
    entries, _ = results(autograder, {LESSON.path.name: solved_copy(LESSON)})
    change(autograder, seconds_in_all=480)
    assert scores(entries) == dict.fromkeys(POINTS, 0)
    assert all("not reached" in entry["output"] for entry in entries.values())


def test_a_broken_autograder_says_so(autograder):
    checks = autograder.base / "source" / "lessons" / "checks" / "lesson_01.py"
    text = checks.read_text(encoding="utf-8")
    checks.write_text("def broken(:", encoding="utf-8")
    try:
        autograder.grade({LESSON.path.name: LESSON.student_copy()})
    finally:
        checks.write_text(text, encoding="utf-8")
    found = json.loads(autograder.results_file.read_text(encoding="utf-8"))
    assert list(faults(found)) == []
    assert "no fault of yours" in found["output"]
