"""The study of classes: what is said of a class's filters, the maps, what is written."""

import csv

import numpy as np
import pytest

import models
from minigrad.attribution import MEASURES, ClassScore, conductance
from models.__main__ import main
from models.scenes import CLASSES, random_scene
from models.study.classes import maps
from models.study.classes import study as classes
from models.study.classes.filters import ELSEWHERE, FEWEST, TOP, Findings
from models.study.photos import Photo

FILTERS = 520
CONDUCTANCE = MEASURES.index("conductance")


@pytest.fixture(scope="module")
def model():
    return models.load("mini-inception")


def made_up(rng, labels):
    """Records with conductances drawn at random, those of label 3 higher in mixed4a/4.

    That is filter 140; the other measures are 1.
    """
    records = []
    for number, label in enumerate(labels):
        measures = np.ones((len(MEASURES), FILTERS), dtype=np.float32)
        measures[CONDUCTANCE] = rng.normal(size=FILTERS)
        measures[CONDUCTANCE, 140] = 10 + number if label == 3 else -1 + 0.1 * number
        records.append(
            (Photo(f"{label}/{number}", "", label, str(label)), {"measures": measures}, {})
        )
    return records


def test_the_filters_of_a_class(model, rng):
    labels = [3] * 6 + [5] * 5 + [7] * 4
    found = Findings(model, made_up(rng, labels))
    three, five = found.classes
    assert (three.label, five.label) == (3, 5) and three.name == CLASSES[3]
    assert three.rows.tolist() == list(range(6)) and three.others.tolist() == list(range(6, 15))
    assert three.top[0] == 140 and len(three.top) == TOP and found.called(140) == "mixed4a/4"
    assert three.mean[140] == pytest.approx(12.5)
    assert three.deviation[140] == pytest.approx(np.std(range(6), ddof=1))
    assert three.among_top[140] == 1
    assert three.elsewhere[140] == pytest.approx(np.mean(-1 + 0.1 * np.arange(6, 15)))
    assert three.of_layer["mixed4a"] == three.of_stage["mixed4"] == 140
    assert found.sharing(three, 140) == 0
    assert list(three.of_stage) == ["mixed3", "mixed4", "mixed5"]
    assert list(three.of_layer) == list(model.layers)
    ranked = np.argsort(-found.conductance[:6].mean(axis=0))
    assert three.top == ranked[:TOP].tolist()
    among = [
        filter in np.argsort(-found.conductance[row])[:TOP]
        for row in range(6)
        for filter in [three.top[1]]
    ]
    assert three.among_top[three.top[1]] == pytest.approx(np.mean(among))


def test_specific_is_how_often_a_photo_of_the_class_wins(model, rng):
    records = made_up(rng, [3] * 5 + [5] * 5)
    for number, (_, arrays, _) in enumerate(records):
        arrays["measures"][CONDUCTANCE, 0] = [1, 2, 3, 4, 5, 0, 2, 3.5, 6, 6][number]
    found = Findings(model, records)
    assert found.specificity(found.classes[0], 140) == 1
    assert found.specificity(found.classes[1], 140) == 0
    # 1 beats 0; 2 beats 0 and ties with 2; 3 beats two; 4 and 5 beat three: 10.5 of 25.
    assert found.specificity(found.classes[0], 0) == pytest.approx(10.5 / 25)
    assert found.strongest_photos(0, found.classes[0].others, 3) == [8, 9, 7]
    assert found.strongest_photos(0, np.array([5, 0]), 3) == [0]  # 0 is not for the class


def test_one_class_alone_has_no_elsewhere(model, rng):
    found = Findings(model, made_up(rng, [3] * FEWEST))
    assert found.specificity(found.classes[0], 140) is None
    row = found.class_rows()[0]
    assert row["mean_elsewhere"] is row["specificity"] is row["elsewhere_1"] is None
    assert row["mean"] == 12


def test_too_few_photos(model, rng):
    with pytest.raises(ValueError, match="no class has 5 photos .the most is 4"):
        Findings(model, made_up(rng, [3] * 4 + [5] * 3))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Six scenes of one class, five of a second and one of a third, named by files and folders."""
    image = pytest.importorskip(
        "PIL.Image", reason="pictures need Pillow; pip install -e '.[lessons]'"
    )
    root = tmp_path_factory.mktemp("scenes")
    for name, count in (("steamer", 6), ("cat", 5), ("duck", 1)):
        (root / name).mkdir()
        for seed in range(count):
            image.fromarray(random_scene(name, 9_000_000 + seed).draw()).save(
                root / name / f"{seed}.png"
            )
    return root


def command(folder, out):
    return ["study", "classes", "--images", str(folder), "--out", str(out), "--tolerance", "0.5"]


@pytest.fixture(scope="module")
def study(folder, tmp_path_factory):
    """What the report is made of."""
    pytest.importorskip("matplotlib", reason="figures need matplotlib; pip install -e '.[lessons]'")
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(classes, "report", found.append)
        assert main(command(folder, tmp_path_factory.mktemp("study"))) == 0
    return found[0]


def test_a_map_sums_to_the_conductance_that_was_recorded(study):
    wanted = {
        study.records[0][0]: [("mixed3a", 7), ("mixed5a", 7)],
        study.records[-1][0]: [("mixed4b", 0)],
    }
    pixels, found = maps.maps_of(study, wanted)
    place = {
        layer: start
        for layer, start in zip(study.model.layers, (0, 56, 136, 248, 376), strict=True)
    }
    assert len(found) == 3 and {shape.shape for shape in pixels.values()} == {(64, 64, 3)}
    for photo, arrays, facts in (study.records[0], study.records[-1]):
        for layer, index in wanted[photo]:
            at = found[photo.key, layer, index].sum(), abs(facts["difference"])
            recorded = arrays["measures"][CONDUCTANCE, place[layer] + index]
            assert at[0] == pytest.approx(recorded, abs=0.1 * at[1])
            # float32 sums of 4096 pixels: a hundredth of a per mille of the difference that is
            # shared out
            by_chain_rule = chain_rule(study, photo, arrays["points"], layer)[index]
            assert at[0] == pytest.approx(by_chain_rule, abs=1e-5 * at[1])


def chain_rule(study, photo, points, layer):
    """The conductance of a layer's filters at the same points, by the chain rule as a map is."""
    F, x = ClassScore(study.model, photo.label), study.model.preprocess(photo.path)
    path = {"layers": [layer], "steps": points, "method": "chain_rule"}
    return conductance(F, x, study.model.baseline(), **path).per_filter(layer)[0]


def test_maps_are_kept_and_only_missing_ones_computed(study, monkeypatch):
    photo, asked = study.records[0][0], []
    plain = maps.conductance_maps

    def remembered(F, x, baseline, *, selections, steps):
        asked.append(selections)
        return plain(F, x, baseline, selections=selections, steps=steps)

    monkeypatch.setattr(maps, "conductance_maps", remembered)
    _, first = maps.maps_of(study, {photo: [("mixed3a", 8)]})
    _, second = maps.maps_of(study, {photo: [("mixed5a", 1), ("mixed3a", 8)]})
    _, third = maps.maps_of(study, {photo: [("mixed3a", 8), ("mixed5a", 1)]})
    assert asked == [[("mixed3a", 8)], [("mixed5a", 1)]]
    key = (photo.key, "mixed3a", 8)
    assert (first[key] == second[key]).all() and (first[key] == third[key]).all()
    assert len(third) == 2


def test_a_photo_that_has_gone_is_left_out_of_the_figure(study, tmp_path):
    gone = Photo("gone.png", str(tmp_path / "gone.png"), 0, "")
    pixels, found = maps.maps_of(
        study, {gone: [("mixed3a", 7)], study.records[0][0]: [("mixed3a", 7)]}
    )
    assert list(pixels) == [study.records[0][0].key] and len(found) == 1


def test_the_report_is_written_and_the_second_one_is_the_same(folder, study, monkeypatch):
    out = study.folder
    assert main(command(folder, out)) == 0
    with (out / "classes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["class"] for row in rows} == {"steamer", "cat"}
    ranks = [row["rank"] for row in rows if row["class"] == "cat" and row["rank"]]
    assert ranks == [str(rank) for rank in range(1, TOP + 1)]
    layers = [
        row["layer"] for row in rows if row["class"] == "cat" and row["highest_of_its_layer"] == "1"
    ]
    assert sorted(layers) == ["mixed3a", "mixed3b", "mixed4a", "mixed4b", "mixed5a"]
    assert all(not row["elsewhere_1"].startswith("cat/") for row in rows if row["class"] == "cat")
    assert f"elsewhere_{ELSEWHERE}" in rows[0]
    means = (out / "classes_means.csv").read_text(encoding="utf-8").splitlines()
    assert means[0] == (
        f"layer,filter,{CLASSES.index('steamer')} steamer,{CLASSES.index('cat')} cat"
    )
    assert len(means) == 1 + FILTERS
    text = (out / "classes.md").read_text(encoding="utf-8")
    assert "mixed4c/76" in text and "inception5h" in text and "[B]" in text
    figures = sorted(out.glob("classes_*.png"))
    assert [figure.name for figure in figures] == ["classes_002_steamer.png", "classes_010_cat.png"]
    assert all(figure.name in text and figure.stat().st_size > 50_000 for figure in figures)

    written = {path.name: path.read_bytes() for path in out.glob("classes*.*")}
    monkeypatch.setattr(classes, "draw_class", lambda *row: None)  # slow, and tested above
    monkeypatch.setattr(maps, "conductance_maps", None)  # to call it would be an error
    assert main(command(folder, out)) == 0
    assert {path.name: path.read_bytes() for path in out.glob("classes*.*")} == written


def test_no_class_with_enough_photos_is_one_line(folder, tmp_path, capsys):
    assert main([*command(folder, tmp_path), "--photos", "4"]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("error: no class has 5 photos")
