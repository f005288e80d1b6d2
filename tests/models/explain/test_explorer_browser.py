"""A photo's page in a browser: by keyboard the engine's numbers, at any width, in any light."""

import numpy as np
import pytest

pytest.importorskip("PIL", reason="reading pictures needs Pillow; pip install -e '.[lessons]'")

from models.explain.explorer import build, photo
from tests.helpers.explorer_pages import (
    assert_readable,
    assert_shown,
    numbers,
    painted,
    shown,
)
from tests.helpers.tabs import opener


@pytest.fixture
def opened(browser, page):
    with opener(browser, page) as open_page:
        yield open_page


@pytest.mark.browser
def test_slider_and_layer_by_keyboard_show_the_engines_numbers(opened, data, explained):
    tab, found = opened(), explained.conductance
    (told,), points = data["pictures"][0]["classes"], found.points
    assert not tab.locator("#picture").is_visible() and not tab.locator("#class").is_visible()
    for expected in ("layer", "alpha"):
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.id") == expected
    tab.keyboard.press("Home")
    assert tab.locator("#slope").inner_text() == "–"
    last = len(points) - 1
    for keys, name, k in (
        (["ArrowRight"] * 3, "mixed3a", 3),
        (["End"], "mixed3a", last),
        (["Shift+Tab", "ArrowDown", "ArrowDown", "Tab", "ArrowLeft"], "mixed4a", last - 1),
    ):
        for key in keys:
            tab.keyboard.press(key)
        layer = told["layers"][name]
        assert tab.locator("#alpha-value").inner_text() == f"α = {points[k]:.4f}"
        assert_shown(tab, "#score", [told["scores"][k]])
        assert_shown(tab, "#slope", [found.along.slope[k - 1, 0]])
        assert_shown(tab, "#difference", found.difference)
        assert_shown(
            tab,
            "#layers-table tbody td:nth-child(2)",
            [found.along.layer_slope[one][k - 1, 0] for one in found],
        )
        indices = [index for side in found.strongest(name, 6) for index, _ in side]
        assert shown(tab, "#filters-table tbody th") == indices
        column = "#filters-table tbody td:nth-child"
        slopes = found.along.filter_slope[name][k - 1, 0, indices]
        assert_shown(tab, f"{column}(2)", slopes)
        assert_shown(tab, f"{column}(3)", [one["upTo"][k] for one in layer["filters"]])
        assert_shown(tab, f"{column}(4)", found.per_filter(name)[0, indices])
        assert tab.locator("#places figure").count() == 6
        assert tab.locator("#pixels figure").count() == 2
        seen = numbers(data["pictures"][0]["pixels"], np.uint8).reshape(64, 64, 3)
        np.testing.assert_allclose(painted(tab, "picture-here"), points[k] * seen, atol=0.51)
    visible = tab.locator("main").inner_text()
    assert "mean slope over the stretch" in visible and "its slope here" not in visible


@pytest.mark.browser
def test_points_without_slopes_and_layers_without_maps_are_shown(
    browser, by_points, boat, tmp_path
):
    """The ends have no slope, a layer of a network may have no positions, an error be infinite."""
    told = photo.photo_data(by_points, boat, "mini-inception")
    layer = told["pictures"][0]["classes"][0]["layers"]["mixed3a"]
    layer["shape"] = [56]
    layer["filters"][0]["error"] = None
    for one in layer["filters"]:
        one.pop("places", None)
    build.write_page(tmp_path / "page.html", told, "title")
    with opener(browser, tmp_path / "page.html") as open_page:
        tab = open_page(400)
        assert tab.locator("#layer option").first.inner_text() == "mixed3a (56 filters)"
        assert not tab.locator("#places-figure").is_visible()
        assert tab.locator("#pixels-figure").is_visible()
        errors = tab.locator("#filters-table tbody td:nth-child(5)").all_inner_texts()
        assert errors[0] == "∞" and "∞" not in errors[1:]
        for key, slope in ("Home", None), ("ArrowRight", 0), ("End", None):
            tab.locator("#alpha").press(key)
            told_slope = tab.locator("#slope").inner_text()
            assert (told_slope == "–") == (slope is None)
        assert_shown(tab, "#so-far", by_points.conductance.difference)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1400])
def test_it_is_readable_at_this_width_in_this_light(opened, width, scheme, axe):
    assert_readable(opened(width, scheme), width, axe)


@pytest.mark.browser
def test_keys_keep_their_colours_where_colours_are_forced_and_no_error_is_a_word(
    browser, boat, tmp_path
):
    from models.__main__ import main

    page = tmp_path / "page.html"
    assert main(["explain", str(boat), "--steps", "1", "--page", str(page)]) == 0
    tab = browser.new_page(forced_colors="active")
    tab.goto(page.as_uri())
    assert tab.locator("#filters-error").inner_text() == "∞"
    seen = tab.locator(".key").evaluate_all(
        "keys => keys.map(key => getComputedStyle(key).backgroundColor)"
    )
    assert len(set(seen)) == 3
    tab.close()
