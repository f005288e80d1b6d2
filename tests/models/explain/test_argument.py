"""A picture that is not there is never explained as a sentence, nor a sentence as a picture."""

import pytest
from PIL import Image

from models.__main__ import main
from models.explain.argument import is_picture

MISSING = [
    "photo.jpg",
    "photo.JFIF",
    "photo.heic",
    "boat.png ",
    "'boat.png'",
    "my boat.jpe",
    "holiday/boat.avif",
    "holiday/boat.xyz",
    "holiday/the boat.webp",
    "C:\\x\\boat.png",
    "C:\\my pictures\\boat",
    "\\\\server\\pictures\\boat",
    "./boat",
    "../boat",
    "~/boat",
    "/boat",
    "/my/pictures of/boat",
]
SENTENCES = [
    "good",
    "and/or",
    "9/11",
    "funny/sad",
    "good.film",
    "a film/movie.Great",
    "I saw file.txt",
    "http://example.org is a bad site",
    "/s it is great",
    "~ great ~",
    "...",
    "so. so. png",
    "a" * 5000,
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(capsys, *arguments):
    """What the command line says as it refuses: one line."""
    assert main(["explain", *arguments]) == 1
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1
    return printed.err


@pytest.mark.parametrize("what", MISSING)
def test_a_missing_picture_is_missing(what, folder, capsys):
    assert f"{what}: no such picture" in refused(capsys, what)


@pytest.mark.parametrize("what", ["photo.jpg", "holiday/boat.avif", "C:\\x\\boat.png"])
def test_a_missing_picture_is_no_sentence_for_those_who_name_the_weights_either(
    what, folder, capsys
):
    assert f"{what}: no such picture" in refused(capsys, what, "--weights", "sentiment")


@pytest.mark.parametrize("what", SENTENCES)
def test_a_sentence_is_a_sentence(what, folder):
    assert not is_picture(what)


def test_a_sentence_that_ends_as_pictures_do_is_one_if_told_so(folder, capsys):
    assert "for the sentence “" in refused(capsys, "I like my boat.jpg")
    arguments = ["I like my boat.jpg", "--weights", "sentiment", "--steps", "1"]
    assert main(["explain", *arguments]) == 0


@pytest.mark.parametrize("name", ["a b/photo.jfif", "photo", "photo.txt", "2024.07 boat"])
def test_a_picture_is_one_whatever_its_name_ends_in(name, folder, capsys):
    (folder / "a b").mkdir()
    Image.new("RGB", (8, 8)).save(folder / name, "jpeg")
    assert is_picture(name)
    assert "the weights read sentences" in refused(capsys, name, "--weights", "sentiment")


def test_what_else_lies_there_is_called_what_it_is(folder, capsys):
    (folder / "my boats").mkdir()
    (folder / "empty.png").touch()
    (folder / "notes").write_text("good\n", encoding="utf-8")
    (folder / "boat.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    (folder / "page.jpg").write_bytes(b"<!DOCTYPE html>")
    assert "my boats is a folder" in refused(capsys, "my boats")
    assert "empty.png: the file is empty" in refused(capsys, "empty.png")
    assert "give --file notes" in refused(capsys, "notes")
    assert "boat.heic: a HEIC picture" in refused(capsys, "boat.heic")
    assert "page.jpg: a web page" in refused(capsys, "page.jpg")
    assert "is an address; download" in refused(capsys, "https://example.org/boat.jpg?size=9")
