"""The instructor's page in headless Chromium: both widths, both schemes, paper, no barrier."""

import pytest

pytestmark = pytest.mark.browser

from lessons.classroom import course
from lessons.grading.overview.page import overview

from ...helpers.lessons.class_rows import rows_of_the_class


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("overview") / "grades.html"
    page = overview(rows_of_the_class(), course.all_lessons(), "grades.csv")
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
def test_no_barrier_and_nothing_wider_than_the_screen(browser, axe, address, width, scheme):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
    )
    tab, asked = context.new_page(), []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(address)
    found = axe.run(tab, options={"resultTypes": ["violations"]}).response["violations"]
    assert not [(one["id"], one["help"], one["nodes"][0]["html"][:90]) for one in found]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [address]  # nothing from elsewhere
    context.close()


def test_the_bars_are_seen_against_the_paper_in_both_schemes(browser, address):
    brightness = """(kind) => {
        const part = (text) => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const luminance = (rgb) => rgb.map((c) => c / 255)
            .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
            .reduce((sum, c, k) => sum + c * [0.2126, 0.7152, 0.0722][k], 0);
        const bar = luminance(part(getComputedStyle(document.querySelector("rect." + kind)).fill));
        const paper = luminance(part(getComputedStyle(document.body).backgroundColor));
        return (Math.max(bar, paper) + 0.05) / (Math.min(bar, paper) + 0.05);
    }"""
    for scheme in ("light", "dark"):
        tab = browser.new_page(color_scheme=scheme)
        tab.goto(address)
        for kind in ("right", "wrong", "untried", "open"):
            assert tab.evaluate(brightness, kind) >= 3, (scheme, kind)
        tab.close()


def test_on_paper_the_ink_is_black_though_the_screen_is_dark(browser, address):
    tab = browser.new_page(color_scheme="dark")
    tab.goto(address)
    tab.emulate_media(media="print")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    tab.close()
