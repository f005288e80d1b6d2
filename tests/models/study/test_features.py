"""Feature selection: the classifier, the splits, held-out photos without a say, the report."""

import csv
from dataclasses import replace

import numpy as np
import pytest

import models
from minigrad.attribution import MEASURES
from models.__main__ import main
from models.scenes import random_scene
from models.study.features import numbers as features_numbers
from models.study.features import selection, tasks
from models.study.features import study as features
from models.study.features.logistic import fit, loss_and_gradient
from models.study.features.selection import COUNTS, ROWS, Examples, Recipe, ranking, run_task, train
from models.study.features.tasks import DRAWS, RANDOM_LABELS, find_tasks, split, without_repeats
from models.study.photos import Photo

CONDUCTANCE, RANDOM = ROWS.index("conductance"), len(ROWS) - 1


@pytest.mark.parametrize("penalty", [1.0, 100.0])
def test_the_gradient_is_the_slope_of_the_loss(rng, penalty):
    examples, targets = rng.normal(size=(12, 3)), np.eye(4)[rng.integers(4, size=12)]
    at, along = rng.normal(size=16), rng.normal(size=16)
    _, gradient = loss_and_gradient(at, examples, targets, penalty)
    step = 1e-4
    above, below = (
        loss_and_gradient(at + sign * step * along, examples, targets, penalty)[0]
        for sign in (1, -1)
    )
    # The central difference is off by its third derivative times step², about 1e-8, and by rounding
    # / step, about 1e-12.
    assert (above - below) / (2 * step) == pytest.approx(gradient @ along, abs=1e-6)


def test_scores_of_any_size_do_not_overflow():
    loss, gradient = loss_and_gradient(
        np.array([1e5, -1e5, 0.0, 0.0]), np.array([[1.0], [-1.0]]), np.eye(2), 1.0
    )
    assert np.isfinite(loss) and np.isfinite(gradient).all()


def test_the_minimum_of_two_mirrored_examples():
    """The features ±1 of two labels: the loss is 2 log(1 + exp(−2w)) + w².

    Its minimum is where w (1 + exp 2w) = 2.
    """
    found = fit([[3.0], [1.0]], [7, 2])
    assert found.classes.tolist() == [2, 7] and found.mean == 2 and found.deviation == 1
    (against, weight) = found.weight[0]
    assert against == pytest.approx(-weight, abs=1e-6)
    assert weight * (1 + np.exp(2 * weight)) == pytest.approx(2, abs=1e-3)
    assert found.predict(np.array([[2.5], [1.5]])).tolist() == [7, 2]


def test_the_penalty_counts_less_the_more_examples_there_are(rng):
    """Each example twice with twice the penalty is the same minimum."""
    examples, labels = rng.normal(size=(20, 3)), np.arange(20) % 3
    once, twice = (
        fit(examples, labels, 1.0),
        fit(np.tile(examples, (2, 1)), np.tile(labels, 2), 2.0),
    )
    assert twice.weight == pytest.approx(once.weight, abs=1e-3)


def test_units_do_not_matter_and_a_constant_feature_says_nothing(rng):
    examples, labels = rng.normal(size=(30, 3)), np.arange(30) % 3
    examples[:, 1] = 0.1  # its mean is not exactly 0.1
    plain, scaled = fit(examples, labels), fit(examples * [1e-6, 1, 1e6] + [5, 0, 0], labels)
    assert scaled.weight == pytest.approx(plain.weight, abs=1e-6)
    assert np.abs(plain.weight[1]).max() < 1e-9


@pytest.mark.parametrize(
    "examples, labels, penalty, words",
    [
        (np.ones(3), [0, 1, 0], 1, "expected .examples, features"),
        (np.ones((3, 2)), [0, 1], 1, "expected .examples, features"),
        (np.full((2, 2), np.nan), [0, 1], 1, "NaN"),
        (np.ones((2, 2)), [3, 3], 1, "at least two"),
        (np.ones((2, 2)), [0, 1], 0, "penalty is 0"),
    ],
)
def test_what_no_classifier_can_be_trained_on(examples, labels, penalty, words):
    with pytest.raises(ValueError, match=words):
        fit(examples, labels, penalty)


@pytest.mark.parametrize(
    "photos, trained, held_out", [(50, 30, 20), (80, 30, 20), (37, 22, 15), (30, 18, 12), (5, 3, 2)]
)
def test_a_split_takes_so_many_of_every_label(rng, photos, trained, held_out):
    label = np.repeat([3, 8], [photos, 50])
    training, scored = split(label, rng)
    assert not set(training) & set(scored)
    assert (label[training] == 3).sum() == trained and (label[scored] == 3).sum() == held_out
    assert (label[training] == 8).sum() == 30 and (label[scored] == 8).sum() == 20


def test_filters_are_ranked_by_the_mean_or_in_turn():
    # two photos of label 0, one of label 1
    scores = np.array([[5.0, 0, 1, 3], [5, 0, 1, 3], [0, 0.5, 4, 3]])
    label = np.array([0, 0, 1])
    assert ranking(scores, label).tolist() == [0, 3, 2, 1]
    assert ranking(scores, label, in_turn=True).tolist() == [0, 2, 3, 1]


def photo(key):
    return Photo(key, key, sum(map(ord, key.split("/")[-2])), key.rpartition("/")[0])


def test_tasks_are_the_folders_and_draws_of_all_labels():
    names = [f"sea/{label}/{i}" for label in "abc" for i in range(5)] + [
        f"land/{label}/{i}" for label in "de" for i in range(6)
    ]
    names += [f"sea/f/{i}" for i in range(4)] + [f"air/g/{i}" for i in range(5)]
    photos = [photo(name) for name in names]
    tasks, left_out = find_tasks(photos, seed=1)
    assert list(tasks) == ["land", "sea", RANDOM_LABELS] and set(left_out) == {"sea/f", "air"}
    (sea,) = tasks["sea"]
    assert {photos[row].folder for row in sea} == {"sea/a", "sea/b", "sea/c"} and len(sea) == 15
    assert len(tasks[RANDOM_LABELS]) == DRAWS
    for rows in tasks[RANDOM_LABELS]:
        assert len({photos[row].label for row in rows}) == 3
        assert len(set(rows.tolist())) == len(rows)
    again, _ = find_tasks(photos, seed=1)
    assert all(
        (a == b).all() for a, b in zip(tasks[RANDOM_LABELS], again[RANDOM_LABELS], strict=True)
    )


def test_the_same_picture_counts_once(rng):
    means = rng.normal(size=(3, 8)).astype(np.float32)
    records = [(photo(f"a/b/{i}"), {"means": means[row]}, {}) for i, row in enumerate([0, 1, 0, 2])]
    kept, left_out = without_repeats(records)
    assert [one.key for one, _, _ in kept] == ["a/b/0", "a/b/1", "a/b/3"]
    assert list(left_out) == ["a/b/2"] and "a/b/0" in left_out["a/b/2"]


def made_up(rng, photos=60, filters=80):
    """Photos of three labels, told apart by filters 0 to 9; only conductance says so."""
    label = np.repeat([4, 9, 2], photos // 3)
    means = rng.normal(size=(photos, filters))
    # each rises for one label
    means[:, :10] += 4 * np.eye(3)[np.arange(10) % 3][:, np.repeat([0, 1, 2], photos // 3)].T
    measures = rng.normal(size=(photos, len(MEASURES), filters))
    measures[:, :, 10:20] += 5
    measures[:, CONDUCTANCE, 10:20] -= 5
    measures[:, CONDUCTANCE, :10] += 5
    return Examples(label, measures, means)


def test_a_measure_that_knows_the_filters_is_ahead(rng):
    outcome = run_task(made_up(rng), [np.arange(60)], 0, Recipe(), splits=4)
    assert outcome.accuracy.shape == (
        1,
        4,
        len(ROWS),
        len(COUNTS),
    )
    assert outcome.chance == pytest.approx(1 / 3)
    reached = outcome.accuracy.mean(axis=(0, 1))
    assert reached[CONDUCTANCE, 1] > 0.95
    assert np.delete(reached, CONDUCTANCE, axis=0)[:, 1].max() < 0.8
    assert outcome.chosen[CONDUCTANCE, :10] == pytest.approx(1)
    assert outcome.chosen.sum(axis=1) == pytest.approx(COUNTS[-1])
    assert (outcome.labels, outcome.photos, outcome.train, outcome.held_out) == (3, 60, 36, 24)


def test_held_out_photos_have_no_say(rng, monkeypatch):
    """With other held-out photos: the same filters and classifier, to the bit.

    Their labels, measures and activations are other ones.
    """
    examples = made_up(rng)
    training, held_out = split(examples.label, np.random.default_rng(5))
    spoilt = Examples(
        *(array.copy() for array in (examples.label, examples.measures, examples.means))
    )
    spoilt.label[held_out] = rng.permutation(spoilt.label[held_out])
    spoilt.measures[held_out] = np.nan
    spoilt.means[held_out] = 1e6 * rng.normal(size=spoilt.means[held_out].shape)
    trained = []

    def remembered(*arguments):
        trained.append(train(*arguments))
        return trained[-1]

    monkeypatch.setattr(selection, "split", lambda label, generator: (training, held_out))
    monkeypatch.setattr(selection, "train", remembered)
    for recipe in (Recipe(), Recipe(in_turn=True), Recipe(per_position=np.arange(1.0, 81))):
        trained.clear()
        before, after = (
            run_task(one, [np.arange(60)], 0, recipe, splits=1) for one in (examples, spoilt)
        )
        assert (before.accuracy != after.accuracy).any()
        for one, other in zip(
            *([cell for row in table for cell in row] for table in trained), strict=True
        ):
            assert (one[0] == other[0]).all()
            for name in ("classes", "mean", "deviation", "weight", "bias"):
                assert (getattr(one[1], name) == getattr(other[1], name)).all()


def test_the_interval_is_wider_than_that_of_independent_splits():
    accuracy = np.zeros((5, len(ROWS), 1))
    accuracy[:, CONDUCTANCE, 0] = [0.1, 0.2, 0.3, 0.2, 0.2]
    found = features_numbers.Accuracies(accuracy, accuracy, 2 / 3, 0.25)
    mean, low, high = features_numbers.ahead(found, RANDOM)
    # The differences' standard deviation is √50 points; t for 4 degrees of freedom and 95 % is
    # 2.77645.
    half = 2.77645 * np.sqrt(50 * (1 / 5 + 2 / 3))
    assert [mean[0], low[0], high[0]] == pytest.approx([20, 20 - half, 20 + half], rel=1e-4)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Drawn scenes of two groups, two classes each, six of a class."""
    image = pytest.importorskip(
        "PIL.Image", reason="pictures need Pillow; pip install -e '.[lessons]'"
    )
    root = tmp_path_factory.mktemp("scenes")
    for name in ("water vessels/canoe", "water vessels/steamer", "animals/cat", "animals/duck"):
        (root / name).mkdir(parents=True)
        for seed in range(6):
            image.fromarray(random_scene(name.rpartition("/")[2], 9_000_000 + seed).draw()).save(
                root / name / f"{seed}.png"
            )
    return root


@pytest.fixture
def quick(monkeypatch):
    """Fewer splits, draws and other choices."""
    monkeypatch.setattr(features, "SPLITS", 2)
    monkeypatch.setattr(tasks, "DRAWS", 1)
    monkeypatch.setattr(features, "variants", lambda model: {features.AVERAGED: Recipe()})


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables_of(folder):
    return {path.name: path.read_bytes() for path in folder.glob("features*.csv")}


@pytest.mark.large
def test_the_report_and_that_the_networks_answers_change_no_number_of_it(
    folder, tmp_path, quick, monkeypatch
):
    pytest.importorskip("matplotlib", reason="figures need matplotlib; pip install -e '.[lessons]'")
    studies, report = [], features.report
    monkeypatch.setattr(features, "report", studies.append)
    assert (
        main(
            [
                "study",
                "features",
                "--images",
                str(folder),
                "--out",
                str(tmp_path),
                "--tolerance",
                "9",
            ]
        )
        == 0
    )
    (study,) = studies
    report(study)
    check_written(tmp_path)

    written = tables_of(tmp_path)
    # slow, and tested above
    monkeypatch.setattr(features, "draw_accuracy", lambda *arguments: None)
    report(
        replace(
            study,
            records=[
                (photo, arrays, facts | {"strongest": 0}) for photo, arrays, facts in study.records
            ],
        )
    )
    assert tables_of(tmp_path) == written and len(written) == 4


def check_written(out):
    """Tables, figure and report of two folders of two classes, one draw, two splits."""
    rows = rows_of(out / "features.csv")
    assert len(rows) == 4 * len(ROWS) * len(COUNTS)  # two folders, random labels, and their mean
    papers = {(row["task"], row["measure"], row["filters"]): row["paper"] for row in rows}
    assert papers["water vessels", "conductance", "15"] == "96.43"
    assert papers["random labels", "activation", "5"] == "46.52"
    assert (
        papers["animals", "conductance", "15"]
        == papers["mean of the tasks", "conductance", "15"]
        == ""
    )
    accuracies = {
        (row["task"], row["measure"], row["filters"]): float(row["accuracy"]) for row in rows
    }
    for measure in ROWS:
        tasks = [
            accuracies[task, measure, "10"]
            for task in ("animals", "water vessels", "random labels")
        ]
        # rounded to 1e-3
        assert accuracies["mean of the tasks", measure, "10"] == pytest.approx(
            np.mean(tasks), abs=2e-3
        )
    assert len(rows_of(out / "features_splits.csv")) == 3 * 2 * len(ROWS) * len(COUNTS)
    shares = [float(row["share_of_splits"]) for row in rows_of(out / "features_filters.csv")]
    assert sum(shares) == pytest.approx(3 * len(MEASURES) * COUNTS[-1], abs=0.1)
    text = (out / "features.md").read_text(encoding="utf-8")
    assert "88.10" in text and "the class that the photo shows" in text and "[A]" in text
    assert (out / "features.png").stat().st_size > 10_000 and (out / "features.html").exists()


def test_the_positions_of_mini_inceptions_filters():
    positions = features.positions_of_filters(models.load("mini-inception"))
    assert positions.tolist() == [256] * (56 + 80) + [64] * (112 + 128) + [16] * 144


def test_a_folder_without_a_task_is_one_line(folder, tmp_path, capsys):
    arguments = [
        "study",
        "features",
        "--images",
        str(folder / "animals" / "cat"),
        "--out",
        str(tmp_path),
        "--tolerance",
        "0.5",
    ]
    (folder / "animals" / "cat" / "3_cat.png").write_bytes(
        (folder / "animals" / "cat" / "0.png").read_bytes()
    )
    try:
        assert main(arguments) == 1
    finally:
        (folder / "animals" / "cat" / "3_cat.png").unlink()
    assert "nothing to tell apart" in capsys.readouterr().err.splitlines()[-1]
