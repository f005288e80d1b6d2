"""The ablation study: its records on the shipped Inception, its numbers by hand, and its report."""

import csv
import json
from types import SimpleNamespace

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
from minigrad.attribution import MEASURES
from models.__main__ import main
from models.inception import mini_inception
from models.scenes import random_scene
from models.study.ablation import numbers as ablation_numbers
from models.study.ablation import study as ablation
from models.study.ablation.prefixes import Lacking, until_it_flips
from models.study.measure import ORDERS, measure_ablation
from models.study.photos import Photo

NAMES = ("sailboat", "windmill")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder of photos: two classes, one photo each, and one that is broken."""
    folder = tmp_path_factory.mktemp("photos")
    for name in NAMES:
        (folder / name).mkdir()
        Image.fromarray(random_scene(name, seed=11).draw()).save(folder / name / "1.png")
    (folder / NAMES[0] / "2.png").write_bytes(b"no picture")
    return folder


def test_a_record_holds_each_order_s_own_search(folder):
    single = models.load("mini-inception")
    photo = Photo("windmill/1.png", str(folder / "windmill" / "1.png"), None, "windmill")
    settings = {"tolerance": 0.5, "curve": 8, "most": 12, "seed": 3}
    arrays, facts = measure_ablation(single, photo, settings)
    assert tuple(facts["flips"]) == ORDERS and arrays["curves"].shape == (5, 9)
    assert arrays["measures"].shape == (4, 520)
    x = single.preprocess(photo.path)
    assert facts["label"] == int(mg.predict(single, x)[0].argmax())
    for place, measure in enumerate(MEASURES):
        order = np.argsort(-arrays["measures"][place], kind="stable")
        flip, scores = until_it_flips(Lacking(single, x), order, facts["label"], 8, 12)
        assert facts["flips"][measure] == flip
        np.testing.assert_allclose(arrays["curves"][place], scores, rtol=1e-4, atol=1e-4)
    other = measure_ablation(single, photo, settings | {"seed": 4})[0]["curves"]
    np.testing.assert_array_equal(other[:4], arrays["curves"][:4])
    assert (other[4] != arrays["curves"][4]).any()  # the seed is the random order's only


MOST = 20
FLIPS = {
    "conductance": np.array([1, 2, 3, 12]),
    "activation": np.array([21, 21, 5, 21]),  # three that never changed
    "gradient × activation": np.array([2, 2, 2, 10]),
    "internal influence": np.array([4, 4, 4, 20]),
    "random order": np.array([21, 21, 21, 21]),
}


def test_a_label_that_never_changed_counts_as_one_more_than_were_tried():
    flips = [dict.fromkeys(ORDERS, 3), dict.fromkeys(ORDERS, 3) | {"conductance": None}]
    found = ablation_numbers.flips_of([(None, {}, {"flips": one}) for one in flips], MOST)
    assert found["conductance"].tolist() == [3, 21] and found["random order"].tolist() == [3, 3]


def test_the_summary_by_hand():
    rows = {row["order"]: row for row in ablation_numbers.summarise(FLIPS, MOST)}
    ours, never = rows["conductance"], rows["random order"]
    assert (
        ours["mean"],
        ours["mean_is"],
        ours["over_10"],
        ours["within_10"],
        ours["maximum"],
        ours["median"],
    ) == (4.5, "exact", 1, 3, 12, 2)
    assert ours["lower_quartile"] == 1 and ours["upper_quartile"] == 3
    assert ours["conductance_minus_order"] is None
    assert (
        never["mean"],
        never["mean_is"],
        never["median"],
        never["maximum"],
        never["changed"],
    ) == (21, "a lower bound", None, None, 0)
    assert (
        rows["activation"]["lower_quartile"],
        rows["activation"]["median"],
        rows["activation"]["over_10"],
    ) == (5, None, 3)
    gradient = rows["gradient × activation"]
    assert (gradient["conductance_minus_order"], gradient["difference_is"]) == (0.5, "exact")
    assert (gradient["within_10"], gradient["over_10"]) == (4, 0)
    assert (
        gradient["conductance_needs_fewer"],
        gradient["the_same"],
        gradient["conductance_needs_more"],
    ) == (1, 1, 2)
    assert rows["activation"]["difference_is"] == "an upper bound"
    assert never["conductance_needs_fewer"] == 4
    # beyond on the one photo where activation is not
    apart = dict(FLIPS, conductance=np.array([1, 2, 21, 3]))
    assert ablation_numbers.summarise(apart, MOST)[1]["difference_is"] == "neither bound"
    turned = dict(FLIPS, conductance=FLIPS["random order"])
    against = {row["order"]: row for row in ablation_numbers.summarise(turned, MOST)}
    assert against["gradient × activation"]["difference_is"] == "a lower bound"
    assert (
        against["random order"]["difference_is"],
        against["random order"]["neither_changed"],
    ) == ("neither bound", 4)


def test_a_mean_is_a_bound_in_the_table_and_never_a_claim():
    table = ablation.quantities(ablation_numbers.summarise(FLIPS, MOST), MOST)
    rows = {row["filters until the label changes"]: row for row in table}
    assert rows["mean"]["conductance"].startswith("4.5 (")
    assert rows["mean"]["random order"] == "≥ 21.0 (21.0 to 21.0)"
    assert rows["maximum"]["random order"] == "> 20"
    assert rows["quartiles"]["activation"] == "5, > 20"
    assert rows["mean"]["conductance, the paper [B]"] == "3.7"
    assert rows["mean"]["internal influence, the paper [B]"] is None
    words = ablation.places_in_words(ablation_numbers.summarise(FLIPS, MOST))
    assert words[0].startswith("- Against activation: conductance needs fewer filters; ≤ −12.50 (")
    assert "Against gradient × activation: no difference shows; 0.50 (" in words[1]
    turned = ablation_numbers.summarise(dict(FLIPS, conductance=FLIPS["random order"]), MOST)
    assert "conductance needs more filters; ≥ 17.00" in ablation.places_in_words(turned)[1]
    assert "no difference shows; about" in ablation.places_in_words(turned)[3]
    assert "(activation 3, random order 4) count as 21" in ablation.beyond(FLIPS, MOST)


def test_the_curve_is_the_ratio_of_means():
    curves = np.array([[[10.0, 4.0]] * 5, [[6.0, 2.0]] * 5])
    records = [
        (None, {"curves": one}, {"score": one[0, 0], "difference": difference})
        for one, difference in zip(curves, (8.0, 2.0))
    ]
    value, low, high = ablation_numbers.score_shares(records)["conductance"]
    np.testing.assert_allclose(value, [1, ((4 - 2) + (2 - 4)) / 10], rtol=1e-14)
    assert (low <= value).all() and (value <= high).all() and low[0] == high[0] == 1
    black = [(None, {"curves": curves[0]}, {"score": 10.0, "difference": 0.0})]
    with pytest.raises(ValueError, match="the strongest label should score more than on black"):
        ablation_numbers.score_shares(black)


def test_the_command_writes_what_its_records_say(folder, tmp_path, capsys):
    command = [
        "study",
        "ablation",
        "--images",
        str(folder),
        "--out",
        str(tmp_path),
        "--tolerance",
        "0.5",
        "--most",
        "12",
    ]
    assert main(command) in (None, 0)
    written = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert written == {
        "ablation.md",
        "ablation.html",
        "ablation_photos.csv",
        "ablation_summary.csv",
        "ablation_scores.csv",
        "ablation_flips.png",
        "ablation_scores.png",
    }
    with open(tmp_path / "ablation_photos.csv", newline="", encoding="utf-8") as file:
        rows = {row["photo"]: row for row in csv.DictReader(file)}
    assert sorted(rows) == sorted(f"{name}/1.png" for name in NAMES)
    _, metadata = mg.load_weights(tmp_path / "ablation" / "windmill+1.png.npz")
    flips = metadata["facts"]["flips"]
    assert {order: rows["windmill/1.png"][order] for order in ORDERS} == {
        order: "" if n is None else str(n) for order, n in flips.items()
    }
    text = (tmp_path / "ablation.md").read_text("utf-8")
    assert "Photos: 2; 1 skipped" in text and "`sailboat/2.png`" in text and "2 of 2 photos" in text
    assert str(folder) not in text and "nan" not in text.lower().split()
    assert (
        json.loads((tmp_path / "ablation" / "settings.json").read_text(encoding="utf-8"))["most"]
        == 12
    )


def test_the_first_ten_are_counted_by_layer_and_silence():
    measures = np.zeros((4, 520), dtype=np.float32)
    measures[:, :10] = 1.0  # all in the first layer
    measures[3, :10] = 0.0
    measures[3, 510:] = 1.0  # conductance's all in the last
    means = np.ones(520)
    means[:4] = 0.0
    study = SimpleNamespace(
        model=mini_inception(0), records=[(None, {"measures": measures, "means": means}, {})] * 2
    )
    of_layers, silent = ablation_numbers.first_filters(study)
    assert of_layers["activation"].tolist() == [10, 0, 0, 0, 0]
    assert of_layers["conductance"].tolist() == [0, 0, 0, 0, 10]
    assert silent == {
        "activation": 4.0,
        "gradient × activation": 4.0,
        "internal influence": 4.0,
        "conductance": 0.0,
    }
