"""The course as pages, built again: what an earlier build left is used only while it holds."""

import os

import pytest

for _package in ("sphinx", "myst_parser", "furo", "jupytext", "matplotlib"):
    pytest.importorskip(_package, reason=f"the pages need {_package}: pip install 'minigrad[site]'")

from lessons.classroom.reading import CourseError
from lessons.site import build, command, execute
from lessons.site.writing import cells, content

from ...helpers.lessons.small_lesson import DRAWING, LESSON, lesson_of


def test_a_record_holds_only_with_its_figures_and_the_same_versions(tmp_path, monkeypatch):
    (job,) = execute.jobs([lesson_of(tmp_path)], tmp_path / "lessons", with_explorer=False)
    list(execute.execute([job]))
    assert job.usable_record()
    with monkeypatch.context() as patch:
        patch.setattr(execute, "versions", lambda: cells.versions() | {"numpy": "0.1"})
        assert job.usable_record() is None
    (job.folder / "01_line.png").unlink()
    assert job.usable_record() is None


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"cells": []}', '{"versions": 1, "files": []}'])
def test_a_record_of_another_form_is_none(tmp_path, monkeypatch, text):
    monkeypatch.setattr(execute, "versions", lambda: 1)
    (job,) = execute.jobs([lesson_of(tmp_path)], tmp_path, with_explorer=False)
    job.folder.mkdir()
    (job.folder / cells.RECORD).write_text(text, encoding="utf-8")
    assert job.usable_record() is None


def test_what_the_explorer_read_is_in_its_record():
    import lessons.explorer  # noqa: F401 (as its job imports it)

    read = cells.files_read([])
    for name in (
        "models/weights/mini-inception.npz",
        "models/inception/labels/scenes.txt",
        "models/explain/explorer/charts.js",
    ):
        assert read[name] == cells.checksum(cells.ROOT / name)


def test_lessons_run_without_the_weights_of_googlenet(tmp_path, monkeypatch):
    from lessons.networks.googlenet import WEIGHTS_VARIABLE

    monkeypatch.setenv(WEIGHTS_VARIABLE, "somewhere.npz")
    seen = f"'weights:', __import__('os').environ.get({WEIGHTS_VARIABLE!r})"
    source = LESSON.replace('"printed first"', seen).replace(*DRAWING)
    jobs = execute.jobs([lesson_of(tmp_path, source)], tmp_path / "work", with_explorer=False)
    ((_, record, _),) = execute.execute(jobs)
    assert "weights: None" in str(record["cells"])


def test_a_build_begins_anew_after_one_that_was_cut_off_or_of_another_version(
    tmp_path, monkeypatch
):
    folders = [tmp_path / name for name in ("sources", "html", "doctrees")]
    page = folders[1] / "index.html"

    def written_again():
        os.utime(page, (2e9, 2e9))  # newer than its source: Sphinx would leave it
        build.render(*folders)
        return page.stat().st_mtime != 2e9

    build.stage({"index.md": "# A\n"}, folders[0])
    build.render(*folders)
    assert not written_again()
    with monkeypatch.context() as patch:
        patch.setattr(build, "complaints", lambda pages: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            build.render(*folders)
    assert written_again()
    monkeypatch.setattr(build, "version", lambda name: "another")
    assert written_again()


def test_a_page_that_is_gone_goes_from_the_pages_too(tmp_path, monkeypatch):
    lesson = lesson_of(tmp_path)
    sources = [
        {"index.md": "# A\n", "b.md": "---\norphan: true\n---\n\n# B\n"},
        {"index.md": "# A\n"},
    ]
    monkeypatch.setattr(content, "all_files", lambda *_, **__: sources.pop(0))
    monkeypatch.setattr(execute, "execute", lambda jobs: [(job, {}, True) for job in jobs])
    for there in (True, False):
        pages = command.build_site([lesson], tmp_path / "out", everything=False)
        assert (pages / "index.html").is_file() and (pages / "b.html").is_file() is there


@pytest.mark.parametrize("name", ["html", "work"])
def test_a_folder_of_somebody_else_is_left_alone(tmp_path, name):
    (tmp_path / name).mkdir()
    (tmp_path / name / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(CourseError, match="not of an earlier build"):
        command.build_site([lesson_of(tmp_path)], tmp_path, everything=False)
    assert os.listdir(tmp_path / name) == ["mine.txt"]
