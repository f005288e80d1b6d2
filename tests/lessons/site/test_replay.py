"""``python -m lessons replay``: a script or a lesson as a page, also after an error."""

import subprocess
import sys

import pytest

from lessons.classroom.checking import attempt
from lessons.classroom.course import FOLDER, child_environment, find_lesson
from lessons.replay import build, build_replays, replay
from lessons.replay.command import file_of
from minigrad import trace

from ...minigrad.debug.replay.tracing import page_data

MINE = """\
import sys
import minigrad as mg
from helper import double
x = mg.Tensor([2.0], requires_grad=True, name="x")
y = double(x).named("y")
print("argument", sys.argv[1:])
y.backward([1.0])
mg.linear(y, [[1.0], [2.0]])
"""


def test_a_script_with_a_mistake_is_replayed_up_to_it(tmp_path):
    folder = tmp_path / "my scripts"
    folder.mkdir()
    (folder / "helper.py").write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
    script = folder / "mine.py"
    script.write_text(MINE, encoding="utf-8")
    out = folder / "the page.html"
    command = [sys.executable, "-m", "lessons", "replay", str(script), "--out", str(out)]
    ran = subprocess.run(
        [*command, "--args", "--deep"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=child_environment(),
        timeout=100,
    )
    assert ran.returncode == 1
    assert "argument ['--deep']" in ran.stdout and str(out) in ran.stdout
    assert "linear: x has shape (1,)" in ran.stderr and "replayed mine.py: 3 steps" in ran.stderr
    page = out.read_text(encoding="utf-8")
    assert "<title>Replay: mine.py</title>" in page and "ValueError: linear" in page
    assert str(tmp_path) not in page and "helper.py" in page


def test_no_script_is_one_sentence(tmp_path, capsys):
    from lessons.__main__ import main

    status = main(["replay", str(tmp_path / "none.py"), "--out", str(tmp_path / "page.html")])
    assert status == 1 and "no script" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_script_may_leave_and_only_keeps_what_is_named(tmp_path):
    script = tmp_path / "leaves.py"
    script.write_text(
        "import minigrad as mg\nx = mg.Tensor(2.0, name='x')\nmg.exp(x)\nmg.tanh(mg.exp(x))\n"
        "raise SystemExit(3)\n",
        encoding="utf-8",
    )
    before = sys.argv[:], sys.path[:]
    seen, status = replay(script, tmp_path / "page.html", only=["tanh"])
    assert status == 3 and [step.operation for step in seen.steps] == ["tanh"]
    assert (sys.argv, sys.path) == before
    assert (tmp_path / "page.html").is_file()


def test_how_a_script_left_is_told_as_python_tells_it(tmp_path, capsys):
    script, out = tmp_path / "leaves.py", tmp_path / "page.html"
    script.write_text("import sys\nsys.exit('the data are missing')\n", encoding="utf-8")
    seen, status = replay(script, out)
    assert status == 1 and "the data are missing" in capsys.readouterr().err
    assert "the data are missing" in seen.error
    script.write_text("import sys\nsys.exit(0)\n", encoding="utf-8")
    seen, status = replay(script, out)
    assert status == 0 and not seen.error and page_data(seen)["error"] == ""


def test_what_cannot_be_replayed_is_said_before_anything_runs(tmp_path):
    notebook, script = tmp_path / "mine.ipynb", tmp_path / "mine.py"
    notebook.write_text("{}", encoding="utf-8")
    script.write_text("raise AssertionError('it ran')\n", encoding="utf-8")
    with pytest.raises(ValueError, match="mine.ipynb is a notebook.*nbconvert --to script"):
        replay(notebook, tmp_path / "page.html")
    with pytest.raises(IsADirectoryError, match="name the page in it"):
        replay(script, tmp_path)


@pytest.mark.parametrize(
    "line, told", [("print(1)", "in the thread that was traced"), ("mg.exp(1.0)", None)]
)
def test_why_there_is_no_step_is_said(tmp_path, capsys, line, told):
    from lessons.__main__ import main

    script, out = tmp_path / "mine.py", tmp_path / "page.html"
    script.write_text(f"import minigrad as mg\n{line}\n", encoding="utf-8")
    assert main(["replay", str(script), "--out", str(out)]) == 0
    said, page = capsys.readouterr().err, out.read_text(encoding="utf-8")
    if told:
        assert "0 steps" in said and told in said and told in page
    else:
        assert "1 step\n" in said and "No step" not in said + page
    assert main(["replay", str(script), "--out", str(out), "--only", "nothing"]) == 0
    said = capsys.readouterr().err
    assert "of these operations or on a tensor of these names" in said


def test_a_number_is_the_learners_file_then_the_excerpt_then_the_master(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert file_of("8") == build.excerpt_of(8)
    assert file_of("4") == find_lesson("4").path
    own = tmp_path / find_lesson("8").path.name
    own.write_text("", encoding="utf-8")
    assert file_of("8").resolve() == own
    assert file_of("script.py").name == "script.py"


def test_a_checks_own_steps_are_not_the_lessons():
    import minigrad as mg

    def check_twice(twice):
        assert mg.exp(mg.Tensor(twice(0.0))).item() == 1

    def twice(x):
        return 2 * x

    with trace(collect=True) as seen:
        attempt(twice, check_twice)
    assert seen.steps == []


@pytest.mark.parametrize("number", build.TITLES)
def test_what_is_replayed_is_the_lessons_own(number):
    """All lines of an excerpt but its last print stand in the lesson, or are said to differ."""
    lesson = find_lesson(str(number)).path.read_text(encoding="utf-8")
    excerpt = build.excerpt_of(number).read_text(encoding="utf-8")
    assert excerpt.startswith(f'"""Lesson {number}, replayed: ')
    code = [line for line in excerpt.split('"""')[2].splitlines() if line and line[0] != "#"]
    theirs = [line for line in code if line in lesson]
    ours = [line for line in code if line not in lesson and "import " not in line]
    allowed = {"F.backward()", 'F = (y + y * y).named("F")'}  # lesson 1 writes its own loop
    ours = [line for line in ours if not line.startswith("print(") and line not in allowed]
    assert len(theirs) >= len(ours)
    assert all("batch_size=1" in line for line in ours)  # fewer points, one at a time
    assert "replay on" in " ".join(lesson.replace("\n# ", " ").split())


def test_the_sites_replays_are_small_whole_and_the_same_each_time(tmp_path):
    pages = build_replays(tmp_path / "one")
    again = build_replays(tmp_path / "two", numbers=(1, 8))
    assert [page.name for page in pages] == [f"replay_0{k}.html" for k in (1, 2, 3, 6, 8)]
    assert again[0].read_bytes() == pages[0].read_bytes()
    assert again[1].read_bytes() == pages[-1].read_bytes()
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert len(text) < 300_000 and str(FOLDER.parent) not in text
        assert 'href="lessons/0' in text and "more steps were counted" not in text


def test_an_excerpt_that_fails_stops_the_build(tmp_path, monkeypatch):
    broken = tmp_path / "lesson_01.py"
    broken.write_text("1 / 0", encoding="utf-8")
    monkeypatch.setattr(build, "excerpt_of", lambda number: broken)
    with pytest.raises(RuntimeError, match="lesson 1 ended early: ZeroDivisionError"):
        build_replays(tmp_path, numbers=(1,))


def test_the_replay_of_two_neurons_ends_in_their_conductance(tmp_path):
    seen, _ = replay(build.excerpt_of(8), tmp_path / "page.html")
    data = page_data(seen)
    last = [step for step in data["steps"] if step["kind"] == "product"][-1]
    assert last["running"][-1] == pytest.approx([8 / 3, 4 / 3], rel=1e-5)
    assert [len(step["alphas"]) for step in data["steps"] if step["kind"] == "product"] == [1] * 6


def test_the_words_of_a_lesson_and_the_front_page_lead_to_replays():
    pytest.importorskip("jupytext")
    from lessons.classroom.reading import jupytext
    from lessons.site.writing.front import front_page
    from lessons.site.writing.lesson_page import lesson_page

    lesson = find_lesson("8")
    cells = [[] for _ in jupytext().reads(lesson.source, fmt="py:percent").cells]
    link = '<a href="../replay_08.html">replay on the course'
    assert link in lesson_page(lesson, cells, with_explorer=True)
    assert "replay_08" not in lesson_page(lesson, cells, with_explorer=False)
    page = front_page([lesson], {"The course": []}, False, True)
    assert "lessons/pictures/replay.png" in page
    assert all(f'href="{build.page_name(number)}"' in page for number in build.TITLES)
    assert "replay" not in front_page([lesson], {"The course": []}, False, False)
