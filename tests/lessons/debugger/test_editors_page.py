"""The page on editors shows what debuggers answer today."""

import re

import pytest

pytest.importorskip("debugpy")
pytest.importorskip("PIL")

from lessons.classroom.course import FOLDER
from tests.helpers.lessons.debugger import editor_pictures

PAGE = (FOLDER / "guide" / "editors.md").read_text(encoding="utf-8")


def test_its_pictures_are_there_described_and_small():
    shown = re.findall(r"!\[([^]]+)\]\(\.\./pictures/(\w+\.png)\)", PAGE)
    assert {name for _, name in shown} == {
        path.name for path in (FOLDER / "pictures").glob("editor_*.png")
    }
    for words, name in shown:
        assert len(words) > 60 and (FOLDER / "pictures" / name).stat().st_size < 40_000


def test_no_picture_shows_where_somebody_keeps_the_repository():
    for name in ("editor_with_presenters.png", "editor_without_presenters.png"):
        rows = editor_pictures.text_in(editor_pictures.PICTURES / name)
        assert "y: Tensor" in rows and not re.search(r"(?<![\w…])/\w+/", rows), rows


@pytest.mark.large
def test_the_drawn_rows_are_what_the_adapter_answers_today():
    for path, rows in editor_pictures.panes():
        assert editor_pictures.text_of(rows) == editor_pictures.text_in(path)
