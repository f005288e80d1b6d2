"""The small scenes: the same from the same seed, whole without a part, before any background."""

import hashlib
import subprocess
import sys

import numpy as np
import pytest

pytest.importorskip("PIL")

from models.scenes import (  # noqa: E402
    BACKGROUNDS,
    CLASSES,
    GROUPS,
    PARTS,
    SIDE,
    contact_sheet,
    draw_scenes,
    random_scene,
    sailboat,
)

PAIRS = [(name, part) for name in CLASSES for part in PARTS[name]]
EVERY_CLASS = (
    "from models.scenes import *; "
    "print(hashlib.sha256(draw_scenes(range(20), range(20)).tobytes()).hexdigest())"
)


def widened(mask, margin):
    """The mask and all pixels within a margin of it."""
    padded, wider = np.pad(mask, margin), np.zeros_like(mask)
    for down in range(2 * margin + 1):
        for across in range(2 * margin + 1):
            wider |= padded[down : down + SIDE, across : across + SIDE]
    return wider


def test_there_are_twenty_classes_in_four_groups_of_five():
    assert len(CLASSES) == len(set(CLASSES)) == 20
    assert [len(names) for names in GROUPS.values()] == [5] * 4
    assert tuple(name for names in GROUPS.values() for name in names) == CLASSES
    assert all(len(PARTS[name]) >= 3 for name in CLASSES) and len(BACKGROUNDS) >= 6


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_draws_and_its_seeds_differ(name):
    scenes = [random_scene(name, seed) for seed in range(4)]
    pictures = [scene.draw() for scene in scenes]
    assert {(picture.shape, picture.dtype) for picture in pictures} == {
        ((SIDE, SIDE, 3), np.dtype(np.uint8))
    }
    assert CLASSES[scenes[0].label] == name
    assert all(np.abs(pictures[0].astype(int) - other).mean() > 5 for other in pictures[1:])
    assert random_scene(name, 2) == scenes[2]
    np.testing.assert_array_equal(random_scene(name, 2).draw(), pictures[2])


def test_another_process_draws_the_same_pixels():
    there = subprocess.run(
        [sys.executable, "-c", f"import hashlib; {EVERY_CLASS}"],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    here = hashlib.sha256(draw_scenes(range(20), range(20)).tobytes()).hexdigest()
    assert there.stdout.strip() == here


@pytest.mark.parametrize("name, part", PAIRS)
def test_leaving_out_a_part_changes_the_picture_there_and_nowhere_else(name, part):
    for seed in range(2):
        scene = random_scene(name, seed)
        mask, changed = scene.mask(part), (scene.draw() != scene.draw(without=(part,))).any(axis=-1)
        assert mask.shape == (SIDE, SIDE) and mask.dtype == bool
        assert mask.sum() >= 10, f"seed {seed}: the part is hardly to be seen"
        # a part of the background's own colour shows before another one
        for background in ("snow", "dusk"):
            mask = mask | scene.with_background(background).mask(part)
        far = changed & ~widened(mask, 2)
        assert far.sum() <= 3, f"seed {seed}: pixels changed far from the part"


@pytest.mark.parametrize("name", CLASSES)
def test_another_background_leaves_the_object_as_it_is(name):
    scene = random_scene(name, 3)
    outside = (scene.draw() == scene.draw(without=PARTS[name])).all(axis=-1)
    inside = ~widened(outside, 1)  # the edge's pixels are mixed with the background's
    same = 0.15 if name == "bicycle" else 0.8  # one sees through its spokes
    for background in BACKGROUNDS:
        other = scene.with_background(background)
        assert other.background == background and other.with_background(scene.background) == scene
        equal = (scene.draw() == other.draw()).all(axis=-1)
        assert equal[inside].mean() > same
        assert background == scene.background or equal[outside].mean() < 0.6


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_prefers_some_backgrounds_and_appears_before_all(group):
    seen = [random_scene(name, seed).background for name in GROUPS[group] for seed in range(60)]
    counts = sorted(seen.count(background) for background in BACKGROUNDS)
    assert counts[0] > 0 and 0.5 < sum(counts[-2:]) / len(seen) < 0.75


def test_the_object_is_where_the_scene_says():
    for name in CLASSES:
        for seed in range(3):
            scene = random_scene(name, seed)
            rows, columns = np.nonzero(np.any([scene.mask(part) for part in PARTS[name]], axis=0))
            assert abs((columns.min() + columns.max()) / 2 / SIDE - scene.x) < 0.12
            assert abs(rows.max() / SIDE - scene.base) < 0.06
            assert 0.3 < max(np.ptp(rows), np.ptp(columns)) / SIDE < 0.95


def test_errors_name_what_there_is():
    scene = random_scene("steamer", 0)
    with pytest.raises(
        ValueError, match="no part 'sail'; its parts are hull, cabin, funnel, smoke"
    ):
        scene.draw(without=("sail",))
    with pytest.raises(ValueError, match="no part 'sail'"):
        scene.mask("sail")
    with pytest.raises(ValueError, match="no background 'moon'; there are sea"):
        scene.with_background("moon")
    with pytest.raises(ValueError, match="no class 'yacht'; the classes are sailboat"):
        random_scene("yacht", 0)
    for seed in (-1, 0.5, True, "1"):
        with pytest.raises(ValueError, match="whole number from 0 up"):
            random_scene("car", seed)
    with pytest.raises(ValueError, match="2 labels and 1 seeds"):
        draw_scenes([0, 1], [0])
    with pytest.raises(ValueError, match="no class has the index 20"):
        draw_scenes([20], [0])


def test_a_part_may_be_named_alone():
    scene = random_scene("cat", 1)
    np.testing.assert_array_equal(scene.draw(without="ears"), scene.draw(without=("ears",)))


def test_the_sheet_shows_every_class(tmp_path):
    from PIL import Image

    contact_sheet(tmp_path / "sheet.png", examples=1)
    sheet = np.asarray(Image.open(tmp_path / "sheet.png").convert("RGB"))
    assert sheet.shape[0] > 10 * SIDE and sheet.std() > 20


def test_the_large_sailboat_is_still_drawn():
    assert sailboat(48, seed=1).size == (48, 48)
