"""A study's records: the same to the bit however work is shared or interrupted, never half."""

import dataclasses
import errno
import os
import signal
import struct
import subprocess
import sys
import time
import zlib

import numpy as np
import pytest

pytest.importorskip("PIL", reason="scenes are drawn with Pillow; pip install -e '.[lessons]'")
pytest.importorskip(
    "matplotlib", reason="figures are drawn with matplotlib; pip install -e '.[lessons]'"
)

import minigrad as mg
import models
from minigrad import weights
from minigrad.weights import checksum, load_weights
from models.__main__ import main
from models.scenes import GROUPS, random_scene
from models.scenes.command import draw_to
from models.study.ablation import prefixes
from models.study.photos import find_photos
from models.study.running import run
from models.study.running.run import Task, measure_photos
from models.study.running.store import Store

TOLERANCE = 0.5
CHOSEN = ["sailboat", "submarine", "bicycle", "truck", "giraffe", "duck", "windmill", "castle"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Eight scenes as a folder of photos."""
    root = tmp_path_factory.mktemp("photos")
    for seed, name in enumerate(CHOSEN):
        group = next(group for group, names in GROUPS.items() if name in names)
        draw_to(root / group / name / f"{seed}.png", name, seed)
    return root


@pytest.fixture(scope="module")
def photos(folder):
    return find_photos([folder], models.load("mini-inception").labels, labelled=True)


def task_of(kind, **settings):
    return Task(
        kind,
        "mini-inception",
        {"sha256": checksum(run.network("mini-inception").state_dict()), **settings},
    )


@pytest.fixture(scope="module")
def task():
    return task_of("labelled", tolerance=TOLERANCE)


@pytest.fixture(scope="module")
def uninterrupted(task, photos):
    """The records of one process that nothing disturbed, by key."""
    return {photo.key: task(photo) for photo in photos}


def assert_records(store, photos, expected):
    """The store holds these photos' records, the same to the bit, and its settings, no more."""
    for photo in photos:
        assert_same_record(store.load(photo), expected[photo.key])
    assert {path.name for path in store.folder.iterdir()} == {
        "settings.json",
        *(store.path(photo).name for photo in photos),
    }


def assert_same_record(found, expected):
    (arrays, facts), (arrays_expected, facts_expected) = found, expected
    assert arrays.keys() == arrays_expected.keys()
    for name, array in arrays_expected.items():
        np.testing.assert_array_equal(arrays[name], array, err_msg=name)
    assert {**facts, "seconds": 0} == {**facts_expected, "seconds": 0} and facts["seconds"] > 0


def command(folder, out, *options):
    """``python -m models study classes`` as `main` takes it, by the settings of ``task``."""
    return [
        "study",
        "classes",
        "--images",
        str(folder),
        "--out",
        str(out),
        "--tolerance",
        str(TOLERANCE),
        *options,
    ]


@pytest.fixture
def no_report(monkeypatch):
    """The report is tested elsewhere."""
    monkeypatch.setattr("models.study.classes.study.report", lambda study: None)


def start(*arguments):
    """A process with a group of its own, as a terminal gives one, slow enough to be met at it."""
    program = (
        "import sys, time; from models import __main__; from models.study import measure\n"
        "plain = measure.KINDS['labelled']\n"
        "measure.KINDS['labelled'] = lambda *given: (time.sleep(0.2), plain(*given))[1]\n"
        "sys.exit(__main__.main(sys.argv[1:]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def wait_for_records(store_folder, count, process):
    """Return as soon as there are so many records."""
    while len(list(store_folder.glob("*.npz"))) < count:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)


def test_kill_9_loses_the_photo_in_hand_only(
    folder, photos, task, uninterrupted, tmp_path, no_report, capsys
):
    process = start(*command(folder, tmp_path))
    wait_for_records(tmp_path / "labelled", 3, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    for unfinished in (tmp_path / "labelled").glob("*.part"):
        unfinished.unlink()
    kept = list((tmp_path / "labelled").glob("*.npz"))
    assert 3 <= len(kept) < 8
    times = {path: path.stat().st_mtime_ns for path in kept}
    assert main(command(folder, tmp_path)) == 0
    assert f"{len(kept)} of 8 photos are done already" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in kept} == times  # not measured again
    assert_records(Store(tmp_path / "labelled", task.settings), photos, uninterrupted)


def test_ctrl_c_says_how_to_go_on(
    folder, photos, task, uninterrupted, tmp_path, no_report, monkeypatch, capsys
):
    process = start(*command(folder, tmp_path))
    wait_for_records(tmp_path / "labelled", 2, process)
    os.killpg(process.pid, signal.SIGINT)
    told = process.communicate()[1]
    assert process.returncode == 130 and told.endswith("error: interrupted\n")
    assert "Traceback" not in told
    kept = len(list((tmp_path / "labelled").glob("*.npz")))
    assert (
        f"{kept} of 8 photos are done and kept in {tmp_path / 'labelled'}; "
        "the same command goes on from there"
    ) in told
    assert main(command(folder, tmp_path)) == 0
    assert_records(Store(tmp_path / "labelled", task.settings), photos, uninterrupted)


def test_a_full_disk_loses_the_photo_in_hand_only(
    folder, photos, task, uninterrupted, tmp_path, no_report, monkeypatch, capsys
):
    written, fsync = [], os.fsync

    def full(descriptor):
        written.append(descriptor)
        if len(written) == 4:  # the settings and two photos went well
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as full_disk:
        full_disk.setattr(weights.os, "fsync", full)
        assert main(command(folder, tmp_path)) == 1
    told = capsys.readouterr().err
    assert "2 of 8 photos are done and kept" in told
    assert told.splitlines()[-1].startswith(f"error: {tmp_path / 'labelled'}")
    assert told.endswith(": No space left on device\n")
    assert_records(Store(tmp_path / "labelled", task.settings), photos[:2], uninterrupted)
    assert main(command(folder, tmp_path)) == 0
    assert_records(Store(tmp_path / "labelled", task.settings), photos, uninterrupted)


def break_photos(folder):
    """Files called like photos that are none; what is said of each."""
    from PIL import Image

    folder.mkdir()
    picture = folder / "cut.jpg"
    Image.fromarray(random_scene("duck", 5).draw()).save(picture)
    picture.write_bytes(picture.read_bytes()[:900])
    (folder / "text.jpg").write_text("a photo, honestly", encoding="utf-8")
    (folder / "zero.png").touch()
    header = b"IHDR" + struct.pack(">IIBBBBB", 9_000, 9_000, 8, 2, 0, 0, 0)
    header = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    (folder / "huge.png").write_bytes(b"\x89PNG\r\n\x1a\n" + header + bytes(4) + b"IDAT" + bytes(4))
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    said = {
        "cut.jpg": "damaged or cut off",
        "text.jpg": "no picture",
        "zero.png": "empty",
        "huge.png": "too many",
    }
    return said | {"gone.png": "no such file"}


def test_broken_photos_are_listed_and_skipped(
    folder, photos, task, uninterrupted, tmp_path, capsys
):
    said = break_photos(tmp_path / "duck")
    broken_photos = find_photos([tmp_path], models.load("mini-inception").labels, labelled=True)
    mixed = [photos[0], *broken_photos, *photos[1:3]]
    store = Store(tmp_path / "store", task.settings)
    done, broken = measure_photos(task, mixed, store)
    assert done == photos[:3] and list(broken) == [photo.key for photo in broken_photos]
    told = capsys.readouterr().err
    for key, message in broken.items():
        assert said[key.removeprefix("duck/")] in message and str(tmp_path) not in message
        assert f"{key} skipped: {message}" in told
    assert_records(store, photos[:3], uninterrupted)
    assert (
        main(["study", "classes", "--images", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    )
    assert "none of the photos could be read" in capsys.readouterr().err


def test_another_choice_is_refused_by_name(folder, tmp_path, no_report, capsys):
    assert main(command(folder, tmp_path, "--photos", "1")) == 0
    state, metadata = load_weights(models.SHIPPED["mini-inception"])
    other = tmp_path / "other.npz"
    mg.save_weights(
        other, {name: array * np.float32(1.01) for name, array in state.items()}, metadata
    )
    for options, words in (
        (["--tolerance", "0.4"], "begun with tolerance = 0.5, this run has 0.4"),
        (["--weights", str(other)], "begun with the weights' sha256"),
        (["--tolerance", "0"], "--tolerance is 0.0; expected a number above 0"),
        (["--photos", "0"], "--photos is 0"),
        (["--seed", "-1"], "--seed is -1"),
        (["--weights", "sentiment"], "the weights are SentimentCNN's"),
        (
            ["--called", "duck=cat", "--photos", "1"],
            "was measured for duck, and is now said to show cat",
        ),
    ):
        assert main(command(folder, tmp_path, *options)) == 1
        assert words in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["ablation", "agreement", "labelled"])
def test_the_number_of_threads_changes_nothing(kind, photos, monkeypatch):
    settings = {"ablation": {"curve": 8, "most": 40, "seed": 0}}.get(kind, {})
    task, records = task_of(kind, tolerance=0.5, **settings), []
    for cores in (1, 3):
        monkeypatch.setattr(
            os, "sched_getaffinity", lambda process, cores=cores: set(range(cores)), raising=False
        )
        records.append(task(photos[4]))
    assert_same_record(records[0], records[1])


def test_the_number_of_rows_in_a_pass_changes_rounding_only(photos, monkeypatch):
    ablation, agreement = (
        task_of("ablation", tolerance=9.0, curve=10, most=24, seed=0),
        task_of("agreement", tolerance=9.0),
    )
    records, changes = {}, {}
    for rows in (1, 3, 8):
        monkeypatch.setattr(prefixes, "ROWS", rows)
        records[rows] = ablation(photos[0])
        if rows > 1:
            changes[rows] = agreement(photos[0])[0]["change"]
    (arrays, facts), scale = records[8], np.abs(records[8][0]["curves"]).max()
    assert any(flip is not None for flip in facts["flips"].values())
    for rows in (1, 3):
        assert records[rows][1]["flips"] == facts["flips"]
        np.testing.assert_allclose(
            records[rows][0]["curves"], arrays["curves"], rtol=0, atol=1e-5 * scale
        )
    np.testing.assert_allclose(changes[3], changes[8], rtol=0, atol=1e-5 * scale)


def test_the_random_order_is_the_photos_own(photos):
    tasks = [task_of("ablation", tolerance=9.0, curve=4, most=4, seed=seed) for seed in (0, 0, 1)]
    renamed = dataclasses.replace(photos[0], key="another.png")
    pairs = [*((task, photos[0]) for task in tasks), (tasks[0], renamed)]
    first, again, other_seed, other_key = (
        task(photo)[0]["curves"][-1].tolist() for task, photo in pairs
    )
    assert first == again and first not in (other_seed, other_key)
