"""What a measure of a part predicts: parts and changes one by one, the numbers, a report."""

import csv

import numpy as np
import pytest

pytest.importorskip("PIL", reason="scenes are drawn with Pillow; pip install -e '.[lessons]'")
pytest.importorskip(
    "matplotlib", reason="figures are drawn with matplotlib; pip install -e '.[lessons]'"
)
pytest.importorskip(
    "markdown_it", reason="reports are made with markdown-it-py; pip install -e '.[lessons]'"
)

from PIL import Image

import minigrad as mg
import models
from minigrad.attribution import ClassScore, ablate, activation, measures_per_filter
from models.scenes import random_scene
from models.study.command import Study
from models.study.photos import Photo
from models.study.predict import numbers, study
from models.study.predict.subsets import (
    ALL,
    ASKED,
    DRAWS,
    IN_SCORE,
    SETS,
    measure_prediction,
    parts_of,
    sizes_of,
)

SETTINGS = {"tolerance": 0.2, "seed": 0}


@pytest.fixture(scope="module")
def model():
    return models.load("mini-inception")


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    for name, label in (("1.png", "lighthouse"), ("2.png", "cat")):
        Image.fromarray(random_scene(label, seed=11).draw()).save(folder / name)
    return [Photo(name, str(folder / name), None, "") for name in ("1.png", "2.png")]


@pytest.fixture(scope="module")
def records(model, photos):
    return [measure_prediction(model, photo, SETTINGS) for photo in photos]


def test_sizes_double_up_to_an_eighth_and_end_with_shares():
    assert list(sizes_of(256).items()) == [
        *((str(2**k), 2**k) for k in range(5)),
        *zip(("1/8", "1/4", "1/2", "all"), (32, 64, 128, 256)),
    ]
    assert sizes_of(480)["32"] == 32 and "64" not in sizes_of(480)
    for count in (64, 256, 480, 832):
        assert list(sizes_of(count)) == numbers.names_of(len(sizes_of(count)))


def test_parts_are_random_or_the_highest_and_grow(rng):
    measures = rng.standard_normal((7, 48))
    parts = parts_of(measures, rng)
    assert parts.shape == (len(sizes_of(48)), DRAWS + 7, 48)
    assert (parts.sum(axis=2) == np.array(list(sizes_of(48).values()))[:, None]).all()
    assert (parts[:-1] <= parts[1:]).all()  # what is in a part is in the larger ones
    for measure, highest in zip(measures, parts[3, DRAWS:]):
        assert measure[highest].min() > measure[~highest].max()
    assert len({row.tobytes() for row in parts[2, :DRAWS]}) == DRAWS


def test_a_change_is_what_the_score_loses_with_the_part_set(model, photos, records):
    """The last part of some size of a layer, by `ablate` on the whole network, both ways."""
    (arrays, facts), x = records[0], model.preprocess(photos[0].path)
    F = ClassScore(model, facts["label"])
    score, black = model(mg.Tensor(x)).data[0].max(), activation(F, model.baseline())
    found = measures_per_filter(
        F, x, model.baseline(), layers=model.layers, measures=ASKED, steps="auto", tolerance=0.2
    )
    for layer, size, measure in (("mixed3a", 3, "conductance"), ("mixed4b", -1, "activation")):
        sums = found.layers[layer][ASKED.index(measure), 0]
        filters = np.argsort(-sums, kind="stable")[: list(sizes_of(len(sums)).values())[size]]
        column = DRAWS + ASKED.index(measure)
        for place, values in enumerate((None, black)):
            with mg.no_grad(), ablate({layer: filters}, values):
                lost = score - F(mg.Tensor(x)).data[0]
            changed = arrays[f"{layer} changed"][place, size, column]
            assert changed == pytest.approx(lost, rel=1e-4, abs=1e-4)
        said = arrays[f"{layer} predicted"][:, size, column]
        np.testing.assert_allclose(
            said, found.layers[layer][:, 0, filters].sum(axis=1), rtol=1e-4, atol=1e-3
        )


def test_all_filters_at_once_are_what_complete_measures_say(model, records):
    """Within the errors of the integral; layers that the gradient is right about are linear."""
    for arrays, facts in records:
        for layer in model.layers:
            lost = arrays[f"{layer} changed"][SETS.index("baseline"), -1]
            np.testing.assert_allclose(lost, facts["difference"], rtol=1e-4)
            said = dict(zip(ASKED, arrays[f"{layer} predicted"][:, -1, 0]))
            for measure in ("conductance", "layer integrated gradients"):
                assert said[measure] == pytest.approx(facts["difference"], rel=0.2)
    last = model.layers[-1]
    said, lost = (records[0][0][f"{last} {what}"] for what in ("predicted", "changed"))
    for measure in ("conductance", "gradient × (y − y′)", "influence × (y − y′)"):
        np.testing.assert_allclose(said[ASKED.index(measure)], lost[1], rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(said[ASKED.index("gradient × activation")], lost[0], atol=1e-3)


def test_the_same_photo_gives_the_same_record_and_another_seed_another(model, photos, records):
    again, _ = measure_prediction(model, photos[0], SETTINGS)
    other, _ = measure_prediction(model, photos[0], SETTINGS | {"seed": 1})
    for name, array in records[0][0].items():
        np.testing.assert_array_equal(array, again[name])
    assert (other["mixed3a predicted"][0, 0] != again["mixed3a predicted"][0, 0]).any()


def made_up(count, off):
    """A record of one layer of ``count`` filters: each measure is off by so much of the change."""
    sizes = len(sizes_of(count))
    changed = np.arange(1.0, 1 + DRAWS + len(ASKED)) * np.arange(1.0, sizes + 1)[:, None]
    predicted = np.stack([changed + off.get(measure, 0) for measure in ASKED])
    return {"y predicted": predicted, "y changed": np.stack([changed, changed + 1])}


def test_errors_ranks_and_crossings_by_hand():
    arrays = made_up(64, {"conductance": 2.0, "activation": -4.0})
    records = [(None, arrays, {"difference": -8.0})]
    errors = numbers.errors_of(records, ["y"])
    for kind in numbers.KINDS:
        assert errors["y", "zero", kind, "conductance"][ALL] == pytest.approx([0.25])
        assert errors["y", "baseline", kind, "conductance"]["1"] == pytest.approx([1 / 8])
        assert errors["y", "baseline", kind, "gradient × activation"]["2"] == pytest.approx([1 / 8])
    ranks = numbers.ranks_of(records, ["y"])
    assert ranks["y", "zero", "activation"]["1"] == pytest.approx([1])
    assert ALL not in numbers.over_layers(ranks, ["y"], "zero", "activation")
    one, other = (
        {str(k): np.array([v]) for k, v in enumerate(of)} for of in ((3, 1, 4, 1), [2] * 4)
    )
    assert numbers.crossing(one, other) == "3" and numbers.crossing(other, one) is None
    assert numbers.crossing({"1": np.zeros(1)}, {"1": np.ones(1)}) == "1"


def test_the_report_holds_the_numbers_of_the_records(model, photos, records, tmp_path):
    pairs = [
        (photo, arrays, facts | {"seconds": 2.5}) for photo, (arrays, facts) in zip(photos, records)
    ]
    settings = SETTINGS | {"sha256": "ab" * 32}
    study.report(Study("predict", model, "mini-inception", settings, pairs, {}, tmp_path, 0))
    with open(tmp_path / "predict_photos.csv", newline="", encoding="utf-8") as file:
        first, _ = csv.DictReader(file)
    arrays, facts = records[0]
    gaps = [
        abs(arrays[f"{layer} predicted"][ASKED.index("conductance"), -1, 0] - facts["difference"])
        for layer in model.layers
    ]
    expected = np.mean(gaps) / abs(facts["difference"])
    found = float(first["conductance, all filters set to baseline"])
    assert found == pytest.approx(expected, rel=1e-3, abs=1e-6)
    with open(tmp_path / "predict_summary.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["measure"] for row in rows} == set(ASKED)
    assert {row["measure"] for row in rows if row["error"]} == set(IN_SCORE)
    text = (tmp_path / "predict.md").read_text("utf-8")
    assert "2.5 seconds a photo" in text and "nan" not in text
    assert {path.name for path in tmp_path.iterdir()} == {
        *(f"predict.{ending}" for ending in ("md", "html")),
        *(f"predict_{name}.csv" for name in ("photos", "summary")),
        *(f"predict_{name}.png" for name in ("errors", "highest", "layers")),
    }
