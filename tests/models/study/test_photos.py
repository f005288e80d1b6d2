"""Which photos a study takes, the class that each shows, and the file that keeps its record."""

import os
import unicodedata

import numpy as np
import pytest

from models.study.photos import Photo, find_photos, spread
from models.study.running.store import LONGEST_NAME, Store

NAMES = ("tench", "great white shark", "crane", "ship", "crane")


def put(folder, *names):
    """Files of these names; what is in them is not looked at."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"?")
    return folder


def labels(photos):
    return {photo.key: photo.label for photo in photos}


def test_a_folder_is_named_for_its_class_and_a_file_begins_with_its_index(tmp_path):
    put(
        tmp_path,
        "fish/great_white_shark/2.JPG",
        "fish/tench/1.jpeg",
        "fish/tench/notes.txt",
        "3/x.png",
        "002_crane.jpg",
        "099_who.gif",
        "z.bmp",
    )
    photos = find_photos([tmp_path], NAMES)
    assert labels(photos) == {
        "002_crane.jpg": 2,
        "099_who.gif": None,
        "3/x.png": 3,
        "fish/great_white_shark/2.JPG": 1,
        "fish/tench/1.jpeg": 0,
        "z.bmp": None,
    }
    assert [photo.key for photo in photos] == list(labels(photos))
    assert all(os.path.exists(photo.path) for photo in photos)
    assert [(photo.folder, photo.task) for photo in photos[3:5]] == [
        ("fish/great_white_shark", "fish"),
        ("fish/tench", "fish"),
    ]
    assert (photos[0].folder, photos[0].task, photos[2].task) == ("", "", "")


def test_a_class_that_must_be_known(tmp_path):
    put(tmp_path, "holiday/1.jpg", "001_x.jpg", "y.jpg")
    assert labels(find_photos([tmp_path], NAMES)) == {
        "001_x.jpg": 1,
        "holiday/1.jpg": None,
        "y.jpg": None,
    }
    with pytest.raises(
        ValueError, match="the folder holiday: no label is called .* --called holiday=CLASS"
    ):
        find_photos([tmp_path], NAMES, labelled=True)
    assert labels(find_photos([tmp_path], NAMES, ["holiday=ship"], labelled=True)) == {
        "001_x.jpg": 1,
        "holiday/1.jpg": 3,
    }
    (tmp_path / "001_x.jpg").unlink()
    (tmp_path / "holiday" / "1.jpg").unlink()
    with pytest.raises(ValueError, match="nothing says which class"):
        find_photos([tmp_path], NAMES, labelled=True)


def test_called_names_a_folder_or_its_path(tmp_path):
    put(tmp_path, "birds/crane/1.jpg", "machines/crane/2.jpg", "sea/boats/3.jpg")
    called = ["birds/crane=2", "machines/crane/=4", "boats=ship"]
    assert list(labels(find_photos([tmp_path], NAMES, called, labelled=True)).values()) == [2, 4, 3]
    with pytest.raises(
        ValueError, match="birds/crane: .* may be .*crane.* --called birds/crane=CLASS"
    ):
        find_photos([tmp_path], NAMES, labelled=True)


@pytest.mark.parametrize(
    ("called", "words"),
    [
        ("ship", "expected FOLDER=CLASS"),
        ("=ship", "expected FOLDER=CLASS"),
        ("boots=ship", "no photo lies in a folder called boots"),
        ("boats=shipp", "--called boats=shipp: no label is called .*ship"),
    ],
)
def test_called_is_checked_even_if_no_class_is_needed(tmp_path, called, words):
    put(tmp_path, "boats/1.jpg")
    with pytest.raises(ValueError, match=words):
        find_photos([tmp_path], NAMES, [called])


def test_what_is_no_folder_of_photos(tmp_path):
    put(tmp_path, "a/1.jpg", "b/1.jpg", "empty/x.txt")
    for folders, words in (
        (["nowhere"], "no such folder"),
        (["a/1.jpg"], "no such folder"),
        (["empty"], "no photo in it"),
        (["a", "a"], "or is the same folder"),
        (["a", "."], "lies in .* would count twice"),
        ([".", "a"], "lies in .* would count twice"),
        (["a", "b"], "two photos are called 1.jpg: .*a/1.jpg and .*b/1.jpg"),
    ):
        with pytest.raises((ValueError, FileNotFoundError), match=words):
            find_photos([tmp_path / name for name in folders], NAMES)


def test_links_are_followed_but_not_in_circles_and_hidden_files_are_left_out(tmp_path):
    put(tmp_path / "elsewhere", "1.jpg", "2.jpg")
    put(tmp_path / "photos", "tench/3.jpg", "tench/._3.jpg", ".trash/4.jpg")
    (tmp_path / "photos" / "ship").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "photos" / "tench" / "again").symlink_to(tmp_path / "photos")
    (tmp_path / "photos" / "tench" / "5.jpg").symlink_to(tmp_path / "elsewhere" / "2.jpg")
    # listed as broken when it is measured
    (tmp_path / "photos" / "tench" / "6.jpg").symlink_to(tmp_path / "gone.jpg")
    found = labels(find_photos([tmp_path / "photos"], NAMES))
    assert found == {
        "ship/1.jpg": 3,
        "ship/2.jpg": 3,
        "tench/3.jpg": 0,
        "tench/5.jpg": 0,
        "tench/6.jpg": 0,
    }


def test_a_key_is_one_line_of_text_whatever_the_file_is_called(tmp_path):
    name = os.fsdecode(b"line\nbreak \xff.jpg")
    try:
        put(tmp_path, f"tench/{name}")
    except OSError:
        pytest.skip("this file system does not take such a name")
    (photo,) = find_photos([tmp_path], NAMES)
    assert photo.key == r"tench/line\u000abreak \udcff.jpg" and photo.key.encode()
    assert os.path.exists(photo.path)


def test_spread_takes_some_from_everywhere():
    photos = [Photo(str(index), "", None, "") for index in range(10)]
    assert [photo.key for photo in spread(photos, 4)] == ["0", "2", "5", "7"]
    assert spread(photos, None) == spread(photos, 99) == photos
    with pytest.raises(ValueError, match="expected at least 1"):
        spread(photos, 0)


def photo_called(key):
    return Photo(key, key, None, "")


def test_no_two_photos_share_a_record(tmp_path):
    store = Store(tmp_path, {})
    composed, decomposed = (unicodedata.normalize(form, "café.jpg") for form in ("NFC", "NFD"))
    keys = [
        "a/b.jpg",
        "a+b.jpg",
        "a b.jpg",
        "a?b.jpg",
        "a'b.jpg",
        "a_b.jpg",
        "a-b.jpg",
        composed,
        decomposed,
        "x" * 240 + "1",
        "x" * 240 + "2",
    ]
    names = [store.path(photo_called(key)).name for key in keys]
    assert len({name.casefold() for name in names}) == len(keys)
    assert all(
        name.isascii() and len(name) <= LONGEST_NAME + 13 and "/" not in name for name in names
    )
    # as it always was
    assert names[0] == "a+b.jpg.npz" and names[5:7] == ["a_b.jpg.npz", "a-b.jpg.npz"]
    for number, key in enumerate(keys):
        store.add(photo_called(key), {"x": np.float32([number])}, {})
    assert [store.load(photo_called(key))[0]["x"][0] for key in keys] == list(range(len(keys)))


def test_a_record_is_of_one_photo(tmp_path):
    put(tmp_path, "1.jpg")
    photo = Photo("1.jpg", str(tmp_path / "1.jpg"), None, "")
    store = Store(tmp_path / "store", {})
    store.add(photo, {"x": np.ones(3, np.float32)}, {"score": 1.5})
    arrays, facts = store.load(photo)
    assert facts == {"score": 1.5} and arrays["x"].tolist() == [1, 1, 1]
    (tmp_path / "1.jpg").write_bytes(b"another photo")
    with pytest.raises(ValueError, match="not the record of 1.jpg .it is of a photo of 1 bytes"):
        store.load(photo)
    (tmp_path / "1.jpg").write_bytes(b"?")
    os.replace(store.path(photo), store.path(photo_called("2.jpg")))
    with pytest.raises(ValueError, match="not the record of 2.jpg .it is the record of '1.jpg'"):
        store.load(photo_called("2.jpg"))
    store.path(photo).write_bytes(b"PK cut off")
    with pytest.raises(ValueError, match="not the record of 1.jpg .*delete this file"):
        store.load(photo)


def test_a_folder_is_for_one_choice_of_settings(tmp_path):
    Store(tmp_path, {"steps": 50, "sha256": "ab"})
    Store(tmp_path, {"sha256": "ab", "steps": 50})
    for settings, words in (
        ({"steps": 20, "sha256": "ab"}, "begun with steps = 50, this run has 20"),
        ({"steps": 50, "sha256": "cd"}, "begun with the weights' sha256 = 'ab', this run has 'cd'"),
        ({"steps": 50, "sha256": "ab", "most": 9}, "begun with most = None, this run has 9"),
    ):
        with pytest.raises(ValueError, match=words):
            Store(tmp_path, settings)
    for text in ("{", "[1]", "3"):
        (tmp_path / "settings.json").write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="not the settings of a study"):
            Store(tmp_path, {"steps": 50})
