"""``python -m models scenes``: drawn scenes as files, held out, found again as photos."""

import sys

import numpy as np
import pytest

Image = pytest.importorskip(
    "PIL.Image", reason="scenes are drawn with Pillow; pip install -e '.[lessons]'"
)

import models
from models.__main__ import main
from models.parts.command import FIRST_SEED as FIRST_OF_PARTS
from models.scenes import CLASSES, GROUPS, random_scene
from models.scenes import command as command
from models.study.photos import find_photos
from models.train.pictures import HELD_OUT_SEEDS


def pictures(folder):
    return {
        path.relative_to(folder).as_posix(): np.asarray(Image.open(path))
        for path in folder.rglob("*.*")
    }


def test_scenes_are_drawn_for_every_class_and_what_is_there_stays(tmp_path, capsys):
    assert main(["scenes", str(tmp_path), "--each", "2"]) == 0
    assert "40 scenes of 20 classes" in capsys.readouterr().out
    drawn = pictures(tmp_path)
    assert len(drawn) == 40
    np.testing.assert_array_equal(
        drawn["water-vessels/container_ship/0001.png"],
        random_scene("container ship", 1_000_001).draw(),
    )
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.png")}
    last = tmp_path / "buildings" / "windmill" / "0001.png"
    last.unlink()  # as if the command had been stopped before it
    assert main(["scenes", str(tmp_path), "--each", "2"]) == 0
    assert "1 of them drawn now" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.png") if path != last} == {
        path: time for path, time in times.items() if path != last
    }
    np.testing.assert_array_equal(
        pictures(tmp_path)["buildings/windmill/0001.png"], drawn["buildings/windmill/0001.png"]
    )


def test_another_seed_gives_other_scenes_beside_the_first(tmp_path):
    first, other = (command.scene_files(tmp_path, 3, seed) for seed in (0, 1))
    assert {path.name for path, _, _ in other} == {"10000.png", "10001.png", "10002.png"}
    assert not {path for path, _, _ in first} & {path for path, _, _ in other}
    assert not {seed for _, _, seed in first} & {seed for _, _, seed in other}


def test_no_network_was_trained_or_measured_on_them():
    first, last = (
        command.scene_files(models.WEIGHTS, 1, seed)[0][2] for seed in (0, command.MOST_SEED)
    )
    assert 2000 <= first == FIRST_OF_PARTS and last + command.MOST_EACH - 1 < HELD_OUT_SEEDS


def test_the_studies_find_them_and_their_classes(tmp_path):
    assert main(["scenes", str(tmp_path), "--each", "1"]) == 0
    photos = find_photos([tmp_path], models.load("mini-inception").labels, labelled=True)
    assert sorted(CLASSES[photo.label] for photo in photos) == sorted(CLASSES)
    assert {photo.task.replace("-", " "): 0 for photo in photos}.keys() == GROUPS.keys()
    for photo in photos:
        assert CLASSES[photo.label] in GROUPS[photo.task.replace("-", " ")]


def test_the_command_says_what_is_wrong(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").touch()
    for options, words in (
        (["--each", "0"], "--each is 0; expected 1 to"),
        (["--each", "10001"], "--each is 10001"),
        (["--seed", "-1"], "--seed is -1; expected 0 to 899"),
        (["--seed", "900"], "--seed is 900"),
    ):
        assert main(["scenes", str(tmp_path), *options]) == 1
        assert words in capsys.readouterr().err
    assert main(["scenes", str(tmp_path / "file")]) == 1
    assert "error: " in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert main(["scenes", str(tmp_path), "--each", "1"]) == 1
    assert "needs Pillow" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
