"""The conductance explorer: its numbers are the engine's, and one file shows them offline."""

import hashlib
import re

import numpy as np
import pytest

import minigrad as mg
import models
from lessons.explorer import build_explorer
from lessons.explorer import data as course
from lessons.explorer.data import MAPPED, PICTURES, RULE, STEPS, TITLE, explore_class
from minigrad.attribution import ClassScore, conductance, conductance_maps
from models.explain.explorer import build
from models.explain.explorer.numbers import STRONGEST
from models.scenes import random_scene

from ...helpers.explorer_pages import (
    addresses_in,
    assert_readable,
    assert_shown,
    data_in,
    numbers,
    painted,
    shown,
    values_of,
)
from ...helpers.tabs import opener

SMALL, POINTS = (("bus", 5001), ("windmill", 5008)), 5
ALPHAS = np.linspace(0, 1, POINTS)
# sums of thousands of float32 products in two orders; they are about 1 to 30
FLOAT32 = {"rtol": 2e-5, "atol": 2e-5}


@pytest.fixture(scope="session")
def page(tmp_path_factory):
    """The page of two pictures with 5 points, small enough to be built in every run of tests."""
    return build_explorer(
        tmp_path_factory.mktemp("explorer") / "new", SMALL, POINTS, home="index.html"
    )


@pytest.fixture(scope="session")
def data(page):
    """What the page holds."""
    return data_in(page.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def model():
    return models.load("mini-inception")


def inputs(model, picture, explained):
    """F, x and the baseline of one class of one picture, made anew."""
    x = model.preprocess(random_scene(picture["name"], picture["seed"]).draw())
    return ClassScore(model, model.labels.index(explained["name"])), x, model.baseline()


def test_pictures_and_classes(data, model):
    assert [(one["name"], one["seed"]) for one in data["pictures"]] == list(SMALL)
    filters = sum(
        layer["shape"][-1] for layer in data["pictures"][0]["classes"][0]["layers"].values()
    )
    checksum = hashlib.sha256(models.SHIPPED["mini-inception"].read_bytes()).hexdigest()
    assert data["network"] == {"name": "mini-inception", "sha256": checksum, "filters": filters}
    for picture in data["pictures"]:
        drawn = random_scene(picture["name"], picture["seed"]).draw()
        np.testing.assert_array_equal(
            numbers(picture["pixels"], np.uint8).reshape(64, 64, 3), drawn
        )
        for one in picture["classes"]:
            np.testing.assert_allclose(one["alphas"], ALPHAS)
        names = [one["name"] for one in picture["classes"]]
        assert len(set(names)) == len(names) >= 3 and picture["name"] in names
        scores = [one["scores"][-1] for one in picture["classes"]]
        assert names[np.argmax(scores)] == picture["answer"]
        probabilities = model(mg.Tensor(model.preprocess(drawn))).softmax().numpy()[0]
        expected = [probabilities[one["label"]] for one in picture["classes"]]
        np.testing.assert_allclose(
            [one["probability"] for one in picture["classes"]], expected, rtol=1e-5
        )
    roles = [one["role"] for picture in data["pictures"] for one in picture["classes"]]
    assert roles[:3] == ["drawn, highest", "second", "lowest"]
    # the windmill is taken for a giraffe
    assert roles[3:] == ["drawn, second", "highest", "lowest"]


def test_scores_slopes_and_sums_are_the_engines(data, model):
    for picture in data["pictures"]:
        for explained in picture["classes"]:
            found = conductance(*inputs(model, picture, explained), steps=POINTS, rule="trapezoid")
            np.testing.assert_allclose(explained["scores"], found.along.score[:, 0], rtol=1e-6)
            np.testing.assert_allclose(explained["slopes"], found.along.slope[:, 0], rtol=1e-6)
            np.testing.assert_allclose(explained["difference"], found.difference[0], rtol=1e-6)
            assert list(explained["layers"]) == list(found) == data["layers"]
            for name, layer in explained["layers"].items():
                np.testing.assert_allclose(
                    layer["slopes"], found.along.layer_slope[name][:, 0], rtol=1e-6
                )
                # conservation
                np.testing.assert_allclose(
                    layer["slopes"], explained["slopes"], rtol=1e-4, atol=1e-3
                )
                np.testing.assert_allclose(layer["totals"][-1], found.total(name)[0], **FLOAT32)
                np.testing.assert_allclose(
                    layer["completenessError"], found.completeness_error(name)[0], rtol=1e-6
                )
                assert layer["shape"] == list(found[name].shape[1:])
                expected = [pair for side in found.strongest(name, STRONGEST) for pair in side]
                assert [one["filter"] for one in layer["filters"]] == [
                    index for index, _ in expected
                ]
                got = [one["upTo"][-1] for one in layer["filters"]]
                np.testing.assert_allclose(got, [value for _, value in expected], **FLOAT32)
                errors = found.error(name)[0, [index for index, _ in expected]]
                said = [one["error"] for one in layer["filters"]]
                np.testing.assert_allclose(said, errors, rtol=1e-6)
                assert layer["relativeError"] == pytest.approx(found.relative_error(name)[0], 1e-6)


def test_what_is_accumulated_between_two_alphas_is_the_conductance_of_that_part_of_the_path(
    data, model
):
    """Not from α = 0 on: there all is black, and rounding decides which tied entry is a maximum."""
    picture, (start, end) = data["pictures"][0], (1, 3)
    for explained in picture["classes"][:2]:
        F, x, baseline = inputs(model, picture, explained)
        ends = [baseline + np.float32(ALPHAS[k]) * (x - baseline) for k in (end, start)]
        part = conductance(F, *ends, steps=end - start + 1, rule="trapezoid")
        for name, layer in explained["layers"].items():
            np.testing.assert_allclose(
                layer["totals"][end] - layer["totals"][start],
                part.total(name)[0],
                rtol=1e-4,
                atol=1e-4,
            )
            got = [one["upTo"][end] - one["upTo"][start] for one in layer["filters"]]
            expected = part.per_filter(name)[0, [one["filter"] for one in layer["filters"]]]
            np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4)


def test_the_sums_for_and_against_are_those_of_the_filters(data, model):
    picture = data["pictures"][1]
    for explained in picture["classes"]:
        found = conductance(*inputs(model, picture, explained), steps=POINTS, rule="trapezoid")
        for name, layer in explained["layers"].items():
            sums = found.per_filter(name)[0].astype(float)
            np.testing.assert_allclose(layer["for"][-1], sums[sums > 0].sum(), **FLOAT32)
            np.testing.assert_allclose(layer["against"][-1], sums[sums < 0].sum(), **FLOAT32)
            parts = np.array(layer["for"]) + layer["against"]
            np.testing.assert_allclose(parts, layer["totals"], rtol=1e-6, atol=1e-5)
            assert min(layer["for"]) == max(layer["against"]) == 0  # at α = 0 nothing is there yet


def test_a_filters_terms_are_its_units_products(data, model):
    picture = data["pictures"][1]
    explained = picture["classes"][0]
    found = conductance(
        *inputs(model, picture, explained),
        layers=["mixed4b"],
        steps=POINTS,
        rule="trapezoid",
        keep_terms=True,
    )
    factors = found.terms["mixed4b"]
    for one in explained["layers"]["mixed4b"]["filters"]:
        units = (
            factors.dF_dy[..., one["filter"]].astype(float) * factors.dy_dalpha[..., one["filter"]]
        )
        np.testing.assert_allclose(one["terms"], units.sum(axis=(1, 2, 3)), **FLOAT32)


def test_maps_are_eq_2_and_eq_3_to_half_a_step_of_their_scale(data, model):
    picture = data["pictures"][0]
    explained, layer = picture["classes"][1], "mixed5a"
    with_map = [one for one in explained["layers"][layer]["filters"] if "pixels" in one]
    assert [one["upTo"][-1] > 0 for one in with_map] == [True] * MAPPED + [False] * MAPPED
    selections = [(layer, one["filter"]) for one in with_map]
    arguments = inputs(model, picture, explained)
    path = {"steps": POINTS, "rule": RULE}
    maps = conductance_maps(*arguments, selections=selections, **path)
    found = conductance(*arguments, layers=[layer], **path)
    for one, by_pixel in zip(with_map, maps):
        by_pixel = by_pixel[0].sum(axis=-1)
        by_place = found[layer][0, ..., one["filter"]]
        assert one["pixels"]["block"] == 4 and one["places"]["block"] == 1
        assert_drawn(one["pixels"], by_pixel.reshape(16, 4, 16, 4).sum(axis=(1, 3), dtype=float))
        assert_drawn(one["places"], by_place)
        # a map's sum is its filter's conductance
        assert by_pixel.sum(dtype=float) == pytest.approx(one["upTo"][-1], rel=1e-3)
        assert by_place.sum(dtype=float) == pytest.approx(one["upTo"][-1], rel=1e-5)


def assert_drawn(grid, exact):
    """The map's cells are these numbers, as well as 8 bits can tell them."""
    got = values_of(grid)
    assert got.shape == exact.shape
    assert np.abs(got - exact).max() <= 0.501 * grid["unit"]
    assert np.abs(got).max() == pytest.approx(np.abs(exact).max(), rel=1e-5)


def test_the_same_arguments_give_the_same_bytes(page, data, model):
    picture = data["pictures"][0]
    again = explore_class(
        model, inputs(model, picture, {"name": "bus"})[1], model.labels.index("bus"), POINTS
    )
    assert again == {key: picture["classes"][0][key] for key in again}
    assert build.page_of(data, TITLE, home="index.html").encode() == page.read_bytes()


def test_it_refers_to_nothing_outside(page):
    assert addresses_in(page.read_text(encoding="utf-8")) == ["data:,", "index.html"]


def test_it_says_when_it_is_too_large_and_the_whole_page_is_not(page, data, monkeypatch, tmp_path):
    maps = sum(
        len(value) for value in re.findall(r'"values":"([^"]*)"', page.read_text(encoding="utf-8"))
    )
    # of this a part grows with the points, so this is an upper bound:
    rest = page.stat().st_size - maps
    assert (
        (maps + rest * STEPS / POINTS) * len(PICTURES) / len(SMALL) < build.MOST_BYTES <= 8_000_000
    )
    monkeypatch.setattr(course, "explore", lambda *_: data)
    monkeypatch.setattr(build, "MOST_BYTES", 100_000)
    with pytest.raises(ValueError, match=r"0\.\d MB; expected at most 0\.1 MB: take fewer points"):
        build_explorer(tmp_path, SMALL, POINTS)
    assert not list(tmp_path.iterdir())


# ---- in a browser ----


@pytest.fixture
def opened(browser, page):
    """Opens the page with the network off; in the end nothing was complained of or asked for."""
    with opener(browser, page) as open_page:
        yield open_page


def assert_shows(tab, explained, found, name, k):
    """Everything written on the page for one choice, against a fresh `conductance`."""
    along, whole = found.along, found.per_filter(name)[0]
    assert_shown(tab, "#score", [along.score[k, 0]])
    assert_shown(tab, "#slope", [along.slope[k, 0]])
    assert_shown(tab, "#so-far", [along.score[k, 0] - along.score[0, 0]])
    assert_shown(tab, "#difference", found.difference)
    # all layers, the same number
    assert_shown(tab, "#layers-table tbody td:nth-child(2)", [along.slope[k, 0]] * 5)
    layers = explained["layers"]
    for column, sums in enumerate(("for", "against", "totals"), 3):
        assert_shown(
            tab,
            f"#layers-table tbody td:nth-child({column})",
            [layers[one][sums][k] for one in found],
        )
    assert_shown(
        tab, "#layers-table tfoot td", [along.slope[k, 0], along.score[k, 0] - along.score[0, 0]]
    )
    indices = [index for side in found.strongest(name, STRONGEST) for index, _ in side]
    assert shown(tab, "#filters-table tbody th") == indices
    assert_shown(tab, "#filters-table tbody td:nth-child(4)", whole[indices])
    errors = shown(tab, "#filters-table tbody td:nth-child(5)")  # two significant digits
    np.testing.assert_allclose(errors, found.error(name)[0, indices], rtol=0.06)
    assert_shown(
        tab,
        "#filters-table tbody td:nth-child(3)",
        [one["upTo"][k] for one in layers[name]["filters"]],
    )
    assert (
        tab.locator(".layer-name").all_inner_texts() == [name] * tab.locator(".layer-name").count()
    )
    mapped = [index for side in found.strongest(name, MAPPED) for index, _ in side]
    for kind in ("places", "pixels"):
        assert tab.locator(f"#{kind} span:first-child").all_inner_texts() == [
            f"filter {index}" for index in mapped
        ]
        assert_shown(tab, f"#{kind} span:last-child", whole[mapped])


@pytest.mark.browser
def test_pickers_and_slider_by_keyboard_show_the_engines_numbers(opened, data, model):
    tab = opened()
    tab.keyboard.press("Tab")  # the link back to the course
    for expected in ("picture", "class", "layer", "alpha"):
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.id") == expected
    choices = (  # what has the focus, keys, and where that leads: picture, class, layer, α
        ("alpha", [], (0, 0, "mixed3a", 2)),  # where it begins: in the middle
        ("alpha", ["ArrowLeft"], (0, 0, "mixed3a", 1)),
        ("layer", ["ArrowDown", "ArrowDown"], (0, 0, "mixed4a", 1)),
        ("alpha", ["ArrowRight"], (0, 0, "mixed4a", 2)),
        ("class", ["ArrowDown"], (0, 1, "mixed4a", 2)),
        ("picture", ["ArrowDown"], (1, 0, "mixed4a", 2)),
        ("class", ["End"], (1, 2, "mixed4a", 2)),
        ("alpha", ["End"], (1, 2, "mixed4a", 4)),
        ("alpha", ["Home"], (1, 2, "mixed4a", 0)),
    )
    for focused, keys, (picture, explained, name, k) in choices:
        tab.locator(f"#{focused}").focus()
        for key in keys:
            tab.keyboard.press(key)
        picture = data["pictures"][picture]
        explained = picture["classes"][explained]
        found = conductance(*inputs(model, picture, explained), steps=POINTS, rule="trapezoid")
        assert picture["answer"] in tab.locator("#answer").inner_text()
        assert tab.locator("#alpha-value").inner_text() == f"α = {ALPHAS[k]:.4f}"
        assert_shows(tab, explained, found, name, k)


@pytest.mark.browser
def test_marks_and_the_picture_move_with_alpha(opened, data):
    tab = opened()
    pixels = numbers(data["pictures"][0]["pixels"], np.uint8).reshape(64, 64, 3)
    places = []
    for k in range(POINTS):
        tab.locator("#alpha").fill(str(k))
        np.testing.assert_allclose(painted(tab, "picture-here"), ALPHAS[k] * pixels, atol=0.51)
        marks = [tab.locator(f"#{chart} .mark") for chart in ("score-chart", "slope-chart")]
        places.append([float(mark.get_attribute("cx")) for mark in marks])
    np.testing.assert_allclose(
        np.diff(places, axis=0), np.diff(places, axis=0)[[0] * (POINTS - 1)], atol=0.01
    )
    assert np.diff(places, axis=0).min() > 50  # pixels for a quarter of the path
    np.testing.assert_array_equal(painted(tab, "picture-end"), pixels)
    assert not painted(tab, "picture-start").any()


@pytest.mark.browser
def test_on_a_narrower_screen_nothing_sticks_out_even_before_the_charts_are_drawn_for_it(opened):
    tab = opened()
    wide = tab.locator("#score-chart svg").get_attribute("width")
    tab.evaluate("removeEventListener('resize', showAtAlpha)")
    tab.set_viewport_size({"width": 400, "height": 900})
    assert tab.locator("#score-chart svg").get_attribute("width") == wide
    assert tab.evaluate("document.documentElement.scrollWidth") <= 400


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1400])
def test_it_is_readable_at_this_width_in_this_light(opened, width, scheme, axe):
    assert_readable(opened(width, scheme), width, axe)
