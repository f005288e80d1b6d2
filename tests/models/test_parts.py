"""The study of parts: its arithmetic on numbers made by hand, and a small run."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="scenes are drawn with Pillow; pip install -e '.[lessons]'")
pytest.importorskip(
    "matplotlib", reason="figures are drawn with matplotlib; pip install -e '.[lessons]'"
)

import models
from minigrad.attribution import ablate, conductance, internal_influence
from minigrad.machine.parallel import predict
from minigrad.weights import checksum
from models.__main__ import main
from models.inception import mini_inception
from models.parts import arithmetic, measure, report
from models.parts.command import FIRST_SEED, PAIRS, Unfinished, run_study
from models.scenes import GROUPS, PARTS, random_scene
from models.train.pictures import HELD_OUT_SEEDS

ONCE = np.ones((1, 4))  # each of four scenes once


def area_by_counting(scores, positive):
    """Every positive against every negative."""
    pairs = list(product(scores[positive], scores[~positive]))
    return sum((a > b) + (a == b) / 2 for a, b in pairs) / len(pairs)


@pytest.mark.parametrize("values", [3, 10, 10**9])  # many ties, some, none
def test_the_area_by_ranks_is_the_count_of_pairs(rng, values):
    scores = rng.integers(0, values, (6, 40)).astype(float)
    positive = rng.random((6, 40)) < 0.3
    found = arithmetic.roc_area(scores, positive)
    np.testing.assert_allclose(
        found, [area_by_counting(*row) for row in zip(scores, positive)], rtol=1e-14
    )


def test_the_area_at_its_ends_and_where_there_is_none():
    scores, high = np.array([1.0, 2.0, 3.0, 4.0]), np.array([False, False, True, True])
    assert arithmetic.roc_area(scores, high) == 1 and arithmetic.roc_area(scores, ~high) == 0
    assert arithmetic.roc_area(np.zeros(4), high) == 0.5
    assert np.isnan(arithmetic.roc_area(scores, np.ones(4, bool)))
    assert np.isnan(arithmetic.roc_area(scores, np.zeros(4, bool)))


def test_the_area_within_layers_is_the_mean_of_the_layers_that_have_one():
    scores = np.array([[1.0, 2.0, 30.0, 20.0, 5.0, 6.0]])
    positive = np.array([[False, True, False, True, False, False]])
    layers = np.array(["a", "a", "b", "b", "c", "c"])
    # 1 in a, 0 in b, none in c
    assert arithmetic.roc_area_within_layers(scores, positive, layers) == [0.5]
    assert np.isnan(arithmetic.roc_area_within_layers(scores, np.zeros((1, 6), bool), layers)).all()


def test_effect_sizes_by_hand():
    change = np.array(
        [[1.0, 0.0, 2.0, -1.0], [3.0, 0.0, 2.0, -1.0], [1.0, 0.0, 2.0, 1.0], [3.0, 0.0, 2.0, 1.0]]
    )
    found = arithmetic.effect_size(change, ONCE)[0]
    np.testing.assert_allclose(found, [2 / np.sqrt(4 / 3), 0, np.inf, 0])


def test_a_row_of_counts_is_the_sample_written_out(rng):
    change = rng.standard_normal((30, 5)) + 1e3
    counts = arithmetic.scene_counts(30, 3, seed=0)
    assert (counts[0] == 1).all() and (counts.sum(axis=1) == 30).all() and counts.max() > 1
    for row, one in zip(counts, arithmetic.effect_size(change, counts)):
        sample = np.repeat(change, row.astype(int), axis=0)
        np.testing.assert_allclose(one, sample.mean(axis=0) / sample.std(axis=0, ddof=1), rtol=1e-9)
    np.testing.assert_array_equal(counts, arithmetic.scene_counts(30, 3, seed=0))


def test_highest_share_and_estimate_by_hand():
    assert arithmetic.highest(np.array([[3.0, 5.0, 5.0, 1.0]]), 2).tolist() == [
        [False, True, True, False]
    ]
    assert arithmetic.highest(np.array([[3.0, 3.0, 3.0]]), 1).tolist() == [[True, False, False]]
    assert arithmetic.share_gone(4.0, 1.0) == 0.75 and arithmetic.share_gone(4.0, 5.0) == -0.25
    assert arithmetic.responder_count(520) == 52
    assert arithmetic.estimate([2.0, *range(101)]) == [2.0, 5.0, 95.0]
    assert arithmetic.estimate([1.0]) == [1.0, 1.0, 1.0]
    assert arithmetic.estimate([np.nan, 1.0]) is None


def test_the_rise_inside_a_region_by_hand():
    masks = np.zeros((2, 4, 4), bool)
    masks[0, :2, :2] = True  # all of the first cell
    masks[0, 0, 2] = True  # a quarter of the second; the second scene shows nothing of the part
    active = np.zeros((4, 2, 2, 1))
    # with the part; what is outside does not count
    active[0, 0, :, 0], active[0, 1, :, 0] = (2.0, 4.0), 100.0
    active[2, 0, 0, 0] = 1.0  # without
    active[1], active[3] = 5.0, 1.0
    np.testing.assert_allclose(
        measure.rise_inside(active, masks), [[((2 - 1) * 1 + 4 * 0.25) / 1.25], [0.0]]
    )


def test_the_parts_are_what_their_choice_says():
    assert len(PAIRS) == 5 and all(part in PARTS[name] for name, part in PAIRS)
    assert {group for group, names in GROUPS.items() for name, _ in PAIRS if name in names} == set(
        GROUPS
    )
    assert 2000 <= FIRST_SEED < FIRST_SEED + 1000 < HELD_OUT_SEEDS
    for name, part in PAIRS:
        scenes = [random_scene(name, FIRST_SEED + seed) for seed in range(20)]
        covered = np.mean([scene.mask(part).mean() for scene in scenes])
        whole = [
            np.abs(scene.draw().astype(int) - scene.draw(without=PARTS[name])).max(axis=-1) >= 10
            for scene in scenes
        ]
        assert covered > 0.03 and 1 / 4 < covered / np.mean(whole) < 2 / 3, name


@pytest.fixture(scope="module")
def network():
    return mini_inception(0).requires_grad(False)


@pytest.fixture(scope="module")
def windmills():
    return [random_scene("windmill", seed) for seed in range(3)]


def test_the_measures_are_those_of_the_package(network, windmills):
    found = measure.measure_scenes(network, windmills, "blades", tolerance=0.5)
    x = np.concatenate([network.preprocess(scene.draw(without="blades")) for scene in windmills])
    F = measure.ClassScore(network, windmills[0].label)
    names = measure.filters_of(network)
    assert found["conductance"].shape == (2, 3, len(names)) == (2, 3, network.specification.filters)
    path = F, x, network.baseline()
    auto = conductance(*path, layers=network.layers, steps="auto", tolerance=0.5)
    influence = internal_influence(*path, layers=network.layers, steps=auto.points)
    for name, whole in (("conductance", auto), ("internal influence", influence)):
        for layer in network.layers:
            own = [index for index, (of, _) in enumerate(names) if of == layer]
            expected = whole.per_filter(layer)
            np.testing.assert_allclose(
                found[name][1][:, own], expected, rtol=1e-4, atol=1e-5 * np.abs(expected).max()
            )
    # a part's pixels are its region's share of the picture
    assert found["covered"].tolist() == [scene.mask("blades").mean() for scene in windmills]


def test_what_a_part_is_worth_without_a_filter_is_what_ablate_says(network, windmills):
    label, layer = windmills[0].label, "mixed4a"
    x = measure.pictures_of(network, windmills, "blades")
    shrinks = measure.worth_lost(network, windmills, "blades", layer)
    worth = measure.part_worth(predict(network, x), label)
    for index in (0, 7, 111):
        with ablate({layer: [index]}):
            left = measure.part_worth(predict(network, x), label)
        np.testing.assert_allclose(shrinks[:, index], worth - left, atol=1e-5)


def small(model, pairs, unfinished=None):
    return run_study(
        model, scenes=8, pairs=pairs, tolerance=0.2, ablated=1, resamples=20, unfinished=unfinished
    )


@pytest.fixture(scope="module")
def study():
    return small(models.load("mini-inception"), PAIRS[:1] + PAIRS[4:])


@pytest.mark.large
def test_a_small_study_says_what_it_found(study, tmp_path):
    assert [(pair["class"], pair["part"]) for pair in study["pairs"]] == [
        ("sailboat", "sail"),
        ("windmill", "blades"),
    ]
    assert study["settings"]["filters"] == 520 and study["settings"]["responders"] == 52
    for pair in study["pairs"]:
        assert pair["right_with"] >= 0.75  # the network knows the class
        conductances = [found["conductance_with"] for found in pair["top"]]
        assert len(conductances) == 10 and conductances == sorted(conductances, reverse=True)
        assert conductances[-1] > 0
        for truth, of_forms in pair["areas"].items():
            assert set(of_forms) == {*report.FORMS, "mean within layers"}, truth
            for measure_name in measure.MEASURES:
                area, low, high = of_forms["mean"][measure_name]
                assert 0 <= area <= 1 and low <= high
    text = report.tables(study)
    assert text.count("| sailboat, sail |") == 3 and "nan" not in text
    assert json.loads(report.as_json(study)) == study


@pytest.mark.large
def test_the_filters_for_sailboat_lose_less_of_their_conductance_than_the_score_loses(study):
    """Not "more than half", as one might expect: they see more of a sailboat than its sail."""
    gone = study["pairs"][0]["share_gone"]
    assert 0.2 < gone["top ten"][0] < 0.5
    assert gone["top ten"][0] < gone["F(x)"][0]


@pytest.mark.large
def test_the_ten_highest_by_conductance_are_filters_through_which_the_part_acts(study):
    assert all(pair["among_top_ten"]["intervention"] >= 7 for pair in study["pairs"])  # chance is 1


def test_the_published_study_is_of_the_shipped_network_and_the_page_shows_it():
    folder = Path(models.__file__).parent
    published = json.loads((folder / "pictures" / "parts.json").read_text(encoding="utf-8"))
    assert published["settings"]["weights"] == checksum(models.load("mini-inception").state_dict())
    assert [(pair["class"], pair["part"]) for pair in published["pairs"]] == list(PAIRS)
    assert report.tables(published) in (folder / "README.md").read_text(encoding="utf-8")
    # what the page says of them
    for pair in published["pairs"]:
        gone = {name: value[0] for name, value in pair["share_gone"].items()}
        assert gone["top ten"] < gone["filters for the class"] < gone["all filters"]
        assert gone["filters for the class"] < gone["F(x)"]
        # completeness
        assert gone["all filters"] == pytest.approx(gone["F(x) − F(black)"], abs=0.03)
        assert pair["among_top_ten"]["intervention"] == 10
    ahead = published["conductance_ahead_by"]
    assert (
        ahead["rises"]["mean"]["activation"][2] < 0 < ahead["intervention"]["mean"]["activation"][1]
    )
    low, high = ahead["intervention"]["mean"]["gradient × activation"][1:]
    assert low < 0 < high


def test_measuring_again_gives_the_same_to_the_bit(network, windmills):
    once, again = (
        measure.measure_scenes(network, windmills[:2], "blades", tolerance=0.5) for _ in range(2)
    )
    for name, array in once.items():
        np.testing.assert_array_equal(array, again[name], err_msg=name)


@pytest.mark.large
def test_a_study_goes_on_where_it_was_stopped(study, tmp_path, rng):
    path, filters = tmp_path / "unfinished.npz", study["settings"]["filters"]
    settings = {
        name: study["settings"][name]
        for name in ("weights", "scenes", "first_seed", "tolerance", "ablated")
    }
    shapes = dict.fromkeys(measure.MEASURES, (2, 8, filters)) | dict.fromkeys(
        ("score", "difference", "right"), (2, 8)
    )
    shapes |= {"rise": (8, filters), "covered": (8,), "shrinks": (1, filters)}
    Unfinished(path, settings).add(
        "sailboat", "sail", {name: rng.random(shape) for name, shape in shapes.items()}
    )
    # another study: begun anew
    assert not Unfinished(path, settings | {"tolerance": 0.07}).has("sailboat", "sail")
    kept = Unfinished(path, settings)
    assert kept.has("sailboat", "sail") and not kept.has("windmill", "blades")
    again = small(models.load("mini-inception"), PAIRS[:1], path)  # nothing is left to measure
    assert again["pairs"][0]["covered"] == round(
        kept.measured("sailboat", "sail")["covered"].mean(), 4
    )
    assert not path.exists()


def test_the_command_says_what_is_wrong(tmp_path, capsys):
    for options, words in (
        (["--scenes", "1"], "needs at least 2"),
        (["--out", str(tmp_path / "no")], "does not exist"),
        (["--weights", "nowhere.npz"], "no such weight file"),
    ):
        assert main(["parts", "--out", str(tmp_path), *options]) == 1
        assert words in capsys.readouterr().err
