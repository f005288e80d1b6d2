"""What `handout --for` writes: all of the course, none of the solutions where students look."""

import ast
import io
import json
import re
import zipfile

import pytest

nbformat = pytest.importorskip("nbformat")

from lessons.__main__ import main
from lessons.classroom import course, handout
from lessons.classroom.reading import CourseError
from lessons.platforms import command, nbgrader, otter
from lessons.platforms.gradescope import build
from lessons.platforms.notebooks import LEFT_OUT, halves
from lessons.platforms.points import POINTS, points_of
from lessons.platforms.verdict import judge_cells

LESSONS = course.all_lessons()
LESSON = LESSONS[0]
SOME = LESSONS[::6]


def notebooks(contents):
    """{name: notebook} among files."""
    return {
        path.name: nbformat.reads(text, as_version=4)
        for path, text in contents.items()
        if path.suffix == ".ipynb"
    }


def code(cells):
    return "\n".join(line for cell in cells for line in cell.source.split("\n") if line.strip())


@pytest.mark.parametrize("platform", [nbgrader, otter])
def test_a_notebook_is_the_handouts_with_tests_at_its_end(platform, tmp_path):
    books = notebooks(platform.contents(tmp_path, SOME))
    for lesson in SOME:
        plain = nbformat.reads(handout.notebook(lesson, lesson.student_copy()), as_version=4)
        book = books[f"{lesson.path.stem}.ipynb"]
        nbformat.validate(book)
        assert code(plain.cells) in code(book.cells)
        lesson.check_no_solution_in(code(book.cells))
        tests = book.cells[-len(lesson.exercises) :]
        for exercise, cell in zip(lesson.exercises, tests):
            assert f'"{exercise}"' in cell.source


def test_what_nbgrader_knows_of_a_cell_is_as_it_wants_it(tmp_path):
    for name, book in notebooks(nbgrader.contents(tmp_path, SOME)).items():
        known = [cell.metadata.nbgrader for cell in book.cells if "nbgrader" in cell.metadata]
        lesson = course.find_lesson(name)
        assert [one["points"] for one in known] == list(points_of(lesson).values())
        assert len({one["grade_id"] for one in known}) == len(known)
        for one in known:
            assert re.fullmatch(r"[\w-]+", one["grade_id"], re.ASCII)
            assert (one["grade"], one["solution"], one["locked"]) == (True, False, True)
            assert one["schema_version"] == 3 and one["points"] > 0


def test_otters_tests_are_python_with_what_otter_asks_for(tmp_path):
    made = otter.contents(tmp_path, [LESSON])
    tests = {path.stem: text for path, text in made.items() if path.parent.name == "tests"}
    assert list(tests) == LESSON.exercises
    for exercise, text in tests.items():
        names = {
            node.targets[0].id: node.value
            for node in ast.parse(text).body
            if isinstance(node, ast.Assign)
        }
        assert ast.literal_eval(names["name"]) == exercise
        assert ast.literal_eval(names["OK_FORMAT"]) is False
        assert ast.literal_eval(names["points"]) == points_of(LESSON)[exercise]
    assert not [path for path in made if re.match(r"\d\d_.*\.py", path.name)]  # no solutions


def test_a_cell_is_cut_before_what_only_calls():
    cell = nbformat.v4.new_code_cell("x = 1\n\n\ndef f():\n    pass\n\n\n# now\nf()\nprint(x)")
    first, last = halves(cell)
    assert first.source == "x = 1\n\n\ndef f():\n    pass"
    assert (last.source, last.metadata.tags) == ("# now\nf()\nprint(x)", [LEFT_OUT])
    assert [one.source for one in halves(nbformat.v4.new_code_cell("f()\ny = f()"))] == [
        "f()\ny = f()"
    ]


def test_gradescopes_zip_is_whole_and_always_the_same(tmp_path):
    made = build.contents(tmp_path, [LESSON])
    assert made == build.contents(tmp_path, [LESSON])
    (data,) = made.values()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert {*build.SCRIPTS, "assignment.json", "minigrad/__init__.py"} <= {*names}
        assert f"lessons/{LESSON.path.name}" in names
        assert not [name for name in names if name.endswith((".pyc", ".md"))]
        for script in build.SCRIPTS:
            assert archive.read(script).startswith(b"#!/usr/bin/env bash\n")
            assert archive.getinfo(script).external_attr >> 16 & 0o111
        table = json.loads(archive.read("assignment.json"))
    (lesson,) = table["lessons"]
    assert {one["name"]: one["points"] for one in lesson["exercises"]} == points_of(LESSON)
    assert lesson["exercises"][2]["properties"] == [
        "the first contribution as it comes",
        "contributions add",
        "nothing is changed in place",
    ]


def test_every_point_of_the_table_is_of_an_exercise():
    known = {exercise for lesson in LESSONS for exercise in lesson.exercises}
    assert {*POINTS} <= known
    assert all(points > 0 for lesson in LESSONS for points in points_of(lesson).values())


def test_the_verdict_is_on_the_last_cell_whatever_was_run_before():
    cells = ["x = 1", "def pick(waiting):\n    return None", "def pick(waiting:", "%time x"]
    cells.append("def pick(waiting):\n    return max(waiting, key=lambda tensor: tensor.rank)")
    assert judge_cells(1, "pick", cells).status == "right"


def test_files_that_differ_are_replaced_only_when_told(tmp_path):
    path = tmp_path / "deep" / "a.zip"
    handout.write_files(tmp_path, {path: b"1"}, replace=False)
    handout.write_files(tmp_path, {path: b"1"}, replace=False)
    with pytest.raises(CourseError, match="deep/a.zip, perhaps with somebody's work"):
        handout.write_files(tmp_path, {path: b"2", tmp_path / "b": b"3"}, replace=False)
    assert path.read_bytes() == b"1" and not (tmp_path / "b").exists()
    handout.write_files(tmp_path, {path: "2"}, replace=True)
    assert path.read_bytes() == b"2"


@pytest.mark.parametrize("platform", command.NEXT)
def test_the_command_names_what_it_wrote_and_the_page_that_says_more(
    platform, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(command, "all_lessons", lambda: [LESSON])
    assert main(["handout", str(tmp_path / "of mine"), "--for", platform]) == 0
    *paths, _, what_next = capsys.readouterr().out.splitlines()
    assert any(LESSON.path.stem in path for path in paths)
    assert all(path.startswith(str(tmp_path / "of mine")) for path in paths)
    page = what_next.rpartition(" ")[2]
    assert (course.FOLDER.parent / page).is_file()


def test_another_platform_is_refused(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["handout", str(tmp_path), "--for", "moodle"])
    said = capsys.readouterr().err
    assert all(platform in said for platform in command.NEXT)
