"""Agreement with single ablation: the changes one by one, the correlations, a report."""

import csv

import numpy as np
import pytest
from scipy import stats

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
from minigrad.attribution import MEASURES, ablate
from models.inception import mini_inception
from models.scenes import random_scene
from models.study.agreement import numbers as agreement_numbers
from models.study.agreement import study as agreement
from models.study.agreement.numbers import ACTIVE, ALL, COLUMNS, KINDS
from models.study.command import Study
from models.study.measure import measure_agreement
from models.study.photos import Photo

FILTERS = 520


@pytest.fixture(scope="module")
def model():
    return models.load("mini-inception")


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    path = tmp_path_factory.mktemp("photos") / "1.png"
    Image.fromarray(random_scene("lighthouse", seed=11).draw()).save(path)
    return Photo("1.png", str(path), None, "")


@pytest.fixture(scope="module")
def record(model, photo):
    return measure_agreement(model, photo, {"tolerance": 0.5})


def test_each_change_is_that_of_ablating_the_filter_alone(model, photo, record):
    arrays, facts = record
    x = model.preprocess(photo.path)
    with mg.watch_layers(model.layers) as watched:
        scores = model(mg.Tensor(x)).data[0]
    active = np.concatenate(
        [watched.tensors[layer].data.any(axis=(0, 1, 2)) for layer in model.layers]
    )
    assert facts["label"] == scores.argmax() and facts["silent"] == (~active).sum() > 0
    np.testing.assert_array_equal(arrays["means"] != 0, active)
    assert (arrays["change"][~active] == 0).all()
    places = [
        (layer, index)
        for layer in model.layers
        for index in range(watched.tensors[layer].shape[-1])
    ]
    strongest = np.argsort(-np.abs(arrays["change"]))[:8]
    for place in {*strongest, *range(0, FILTERS, 37)}:
        layer, index = places[place]
        with ablate({layer: [index]}):
            without = model(mg.Tensor(x)).data[0, facts["label"]]
        # single precision: a score of about 20, added up in batches of other sizes
        assert arrays["change"][place] == pytest.approx(scores[facts["label"]] - without, abs=1e-4)
    assert np.abs(arrays["change"]).max() > 1


def test_correlations_are_scipy_s_ties_included(rng):
    a, b = rng.integers(0, 6, 200).astype(np.float32), rng.standard_normal(200)
    b[::3] = 0
    assert agreement_numbers.pearson(a, b) == pytest.approx(stats.pearsonr(a, b)[0], abs=1e-13)
    assert agreement_numbers.spearman(a, b) == pytest.approx(stats.spearmanr(a, b)[0], abs=1e-13)
    assert agreement_numbers.spearman(b, np.exp(b)) == 1
    assert agreement_numbers.pearson(b, -2 * b + 1e3) == pytest.approx(-1, abs=1e-13)


@pytest.mark.parametrize("correlation", [agreement_numbers.pearson, agreement_numbers.spearman])
def test_no_correlation_with_a_constant(correlation):
    varied = np.arange(5.0)
    with np.errstate(all="raise"):
        for a, b in (
            (np.full(5, 0.1), varied),
            (varied, np.zeros(5)),
            (np.ones(1), np.ones(1)),
            (np.zeros(0), np.zeros(0)),
        ):
            assert np.isnan(correlation(a, b))


def test_the_summary_leaves_out_what_is_not_defined_and_counts_it():
    values = np.array(
        [[0.9, 0.2, 0.9, np.nan], [0.7, 0.4, 0.8, np.nan], [np.nan, 0.6, 0.1, np.nan]]
    )
    rows = {row["measure"]: row for row in agreement_numbers.summarise({(ALL, "Spearman"): values})}
    ours, activation, gradient, none = (rows[measure] for measure in COLUMNS)
    assert (ours["photos"], ours["not_defined"], ours["highest"], ours["lowest"]) == (
        2,
        1,
        0.9,
        0.7,
    )
    assert ours["mean"] == ours["median"] == pytest.approx(0.8)
    assert ours["conductance_minus_measure"] is None
    assert activation["mean"] == pytest.approx(0.4) and activation["photos"] == 3
    assert activation["conductance_minus_measure"] == pytest.approx(0.5)
    assert activation["conductance_higher"] == 2
    assert gradient["conductance_minus_measure"] == pytest.approx(-0.05)
    assert gradient["conductance_higher"] == 0
    assert none["photos"] == 0 and none["not_defined"] == 3 and none["mean"] is None
    assert none["conductance_minus_measure"] is None


def test_each_group_takes_its_own_filters():
    net, rng = mini_inception(0), np.random.default_rng(1)
    change, means = rng.standard_normal(FILTERS), np.ones(FILTERS)
    measures = np.zeros((4, FILTERS))
    measures[MEASURES.index("conductance")] = change  # agrees everywhere
    measures[MEASURES.index("activation")] = -change  # nowhere
    layer = agreement_numbers.layers_of(net)
    influence = np.where(layer == 0, change, -change)  # in the first layer only
    measures[MEASURES.index("internal influence")] = influence
    means[layer > 0] = 0
    found = agreement_numbers.correlations(
        [(None, {"measures": measures, "means": means, "change": change}, {})], net
    )
    assert set(found) == {(group, kind) for group in (ALL, ACTIVE, *net.layers) for kind in KINDS}
    for kind in KINDS:
        np.testing.assert_allclose(found[ALL, kind][0, :2], [1, -1], rtol=1e-12)
        np.testing.assert_allclose(found[ACTIVE, kind][0, [0, 1, 3]], [1, -1, 1], rtol=1e-12)
        np.testing.assert_allclose(
            [found[name, kind][0, 3] for name in net.layers], [1, -1, -1, -1, -1], rtol=1e-12
        )
        assert np.isnan(found[ALL, kind][0, 2])


def study_of(records, model, folder):
    settings = {"sha256": "ab" * 32, "tolerance": 0.5}
    return Study("agreement", model, "mini-inception", settings, records, {}, folder, 0)


def test_the_report_holds_the_numbers_of_the_records(model, photo, record, tmp_path):
    arrays, facts = record
    other = dict(arrays, change=arrays["measures"][MEASURES.index("conductance")])
    facts = facts | {"seconds": 2.5}
    agreement.report(
        study_of(
            [(photo, arrays, facts), (Photo("2.png", "2.png", 3, ""), other, facts)],
            model,
            tmp_path,
        )
    )
    with open(tmp_path / "agreement_photos.csv", newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    expected = stats.spearmanr(arrays["measures"][MEASURES.index("activation")], arrays["change"])[
        0
    ]
    assert float(first[f"Spearman, {ALL}, activation"]) == pytest.approx(expected, abs=1e-12)
    assert float(second[f"Pearson, {ALL}, conductance"]) == pytest.approx(1, abs=1e-12)
    assert second["silent_filters"] == str(facts["silent"])
    text = (tmp_path / "agreement.md").read_text("utf-8")
    assert "2.5 seconds a photo" in text and f"{facts['silent']} of 520 on average" in text
    assert "Not defined" not in text
    assert {path.name for path in tmp_path.iterdir()} == {
        "agreement.md",
        "agreement.html",
        "agreement_photos.csv",
        "agreement_summary.csv",
        "agreement_photos.png",
        "agreement_layers.png",
    }


def test_photos_where_nothing_changes_or_nothing_is_active_leave_no_nan(photo, record, tmp_path):
    arrays, facts = record
    facts = facts | {"seconds": 1.0}
    still = dict(arrays, change=np.zeros(FILTERS))
    silent = dict(arrays, measures=np.zeros((4, FILTERS)), means=np.zeros(FILTERS))
    net = mini_inception(0)
    for number, records in enumerate(([still, silent], [still])):
        folder = tmp_path / str(number)
        folder.mkdir()
        agreement.report(study_of([(photo, one, facts) for one in records], net, folder))
        for name in ("agreement.md", "agreement_photos.csv", "agreement_summary.csv"):
            assert (
                "nan"
                not in (folder / name)
                .read_text("utf-8")
                .lower()
                .replace(",", " ")
                .replace("|", " ")
                .split()
            )
        text = (folder / "agreement.md").read_text("utf-8")
        assert f"Spearman, {ALL}, conductance: {len(records)}" in text  # not defined on any
