"""The pages as people meet them: every one opened in headless Chromium with the network off.

Without more, a small site is built and opened. `$MINIGRAD_SITE` names the folder of pages of a
site that is already built (``minigrad-site/html``), and then every page of it is opened.
Playwright and not Selenium: it hears of every request and of the console, and needs no driver
of the browser's own version.
"""

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

expect = pytest.importorskip(
    "playwright.sync_api", reason="the browser tests need Playwright: pip install -e '.[browser]'"
).expect
for _package in ("sphinx", "myst_parser", "furo", "jupytext", "matplotlib"):
    pytest.importorskip(_package, reason=f"the pages need {_package}: pip install -e '.[site]'")

from lessons.site import command

from ...helpers.lessons.small_lesson import lesson_of

WIDE, NARROW = {"width": 1400, "height": 900}, {"width": 400, "height": 800}
# Both sizes and both schemes; the front page has everything that these do not show together, and is
# looked at in all four ways.
WAYS = [(WIDE, "light"), (NARROW, "dark")]
ALL_WAYS = [*WAYS, (WIDE, "dark"), (NARROW, "light")]
# The pages are looked at for barriers in so many tests, which two processes can share: it takes
# longest by far.
SHARES = 4
# Where an element lies that the keyboard has reached, and whether it can be seen there.
FOCUSED = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect();
    const label = element.getAttribute("aria-label");
    const text = (label || element.innerText || "").slice(0, 40);
    const visible = element.checkVisibility({visibilityProperty: true});
    return {
        name: element.tagName + "#" + element.id + " " + text,
        seen: visible && box.width > 0 && box.right > 0 && box.left < innerWidth,
        label: label, expanded: element.getAttribute("aria-expanded"),
    };
}"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The folder of the pages."""
    if os.environ.get("MINIGRAD_SITE"):
        return Path(os.environ["MINIGRAD_SITE"]).resolve()
    folder = tmp_path_factory.mktemp("site")
    return command.build_site([lesson_of(folder)], folder / "out", everything=False)


@pytest.fixture(scope="module")
def lesson_page(pages):
    """One page that has everything: code, output, a figure, folded solutions."""
    return max(pages.glob("lessons/0[16]_*.html"))


@pytest.fixture
def tab(browser):
    """A tab with the network off; `tab.faults` collects what goes wrong in it."""
    context = browser.new_context(viewport=WIDE, offline=True)
    page = context.new_page()
    page.faults = []
    page.on(
        "console",
        lambda message: (
            page.faults.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("requestfailed", lambda request: page.faults.append(f"failed: {request.url}"))
    page.on(
        "request",
        lambda request: (
            page.faults.append(f"asked for {request.url}") if outside(request.url) else None
        ),
    )
    yield page
    context.close()


def outside(url):
    """Whether an address leads to the network."""
    return not url.startswith(("file:", "data:", "blob:"))


def every_page(pages):
    """All pages of a whole site, few of its source files; of the small site one of a kind.

    The source files are all made alike.
    """
    if not os.environ.get("MINIGRAD_SITE"):
        names = (
            "index",
            "search",
            "genindex",
            "lessons/01_a_line",
            "lessons/debugger/afternoon",
            "lessons/guide/own_model",
            "lessons/guide/editors",
        )
        return [page for page in (pages / f"{name}.html" for name in names) if page.is_file()]
    alike = sorted((pages / "source").rglob("*.html"))
    return [path for path in sorted(pages.rglob("*.html")) if path not in alike] + alike[::40]


# ---- every page ----


def test_every_page_opens_without_the_network(tab, pages):
    for path in every_page(pages):
        tab.goto(path.as_uri())
        tab.evaluate("scrollTo(0, document.body.scrollHeight)")
        broken = tab.evaluate(
            "[...document.images].filter(i => !(i.complete && i.naturalWidth)).map(i => i.src)"
        )
        mute = tab.evaluate("[...document.images].filter(i => !i.alt.trim()).map(i => i.src)")
        assert not tab.faults, (path.name, tab.faults)
        assert not broken and not mute, (path.name, broken, mute)
        assert tab.title().strip()


def test_no_page_is_wider_than_the_screen(tab, pages):
    for path in every_page(pages):
        tab.goto(path.as_uri())
        for size in (WIDE, NARROW):
            tab.set_viewport_size(size)
            width = tab.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"], (
                f"{path.name} is {width} pixels wide on a screen of {size['width']}"
            )


@pytest.mark.parametrize("share", range(SHARES))
def test_axe_finds_nothing(tab, pages, axe, share):
    # the corner of a table may be empty
    rules = {"rules": {"empty-table-header": {"enabled": False}}, "resultTypes": ["violations"]}
    paths, found = every_page(pages)[share::SHARES], []
    assert paths
    for path in paths:
        tab.goto(path.as_uri())
        for size, scheme in ALL_WAYS if path.stem == "index" else WAYS:
            tab.set_viewport_size(size)
            tab.emulate_media(color_scheme=scheme)
            for violation in axe.run(tab, options=rules).response["violations"]:
                where = {node["html"][:100] for node in violation["nodes"][:3]}
                found.append(
                    f"{path.name}, {scheme}, {size['width']}: {violation['id']}: "
                    f"{violation['help']}: {where}"
                )
    assert not found, "\n".join(found)


def test_the_dark_scheme_is_dark_and_the_light_one_light(tab, pages):
    brightness = (
        "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, "
        "3).map(Number).reduce((a, b) => a + b) / 3"
    )
    for path in every_page(pages):
        tab.goto(path.as_uri())
        for scheme, dark in (("light", False), ("dark", True)):
            tab.emulate_media(color_scheme=scheme)
            assert (tab.evaluate(brightness) < 128) is dark, (path.name, scheme)


# ---- the keyboard ----


def test_tab_goes_only_where_one_can_see_it(tab, lesson_page):
    for size in (WIDE, NARROW):
        tab.set_viewport_size(size)
        tab.goto(lesson_page.as_uri())
        tab.keyboard.press("Tab")
        assert "Skip to content" in tab.evaluate(FOCUSED)["name"]
        tab.wait_for_function(f"({FOCUSED})().seen")  # the link slides in
        for _ in range(40):
            assert tab.evaluate(FOCUSED)["seen"], tab.evaluate(FOCUSED)
            tab.keyboard.press("Tab")


def test_the_contents_open_and_close_by_keyboard_on_a_narrow_screen(tab, lesson_page):
    tab.set_viewport_size(NARROW)
    tab.goto(lesson_page.as_uri())
    link = tab.locator(".sidebar-tree a").first
    assert not link.is_visible()
    for _ in range(5):
        tab.keyboard.press("Tab")
        if tab.evaluate(FOCUSED)["label"] == "Contents of the course":
            break
    assert tab.evaluate(FOCUSED)["expanded"] == "false"
    tab.keyboard.press("Enter")
    expect(link).to_be_visible()
    assert tab.evaluate(FOCUSED)["expanded"] == "true"
    tab.keyboard.press("Escape")
    expect(link).not_to_be_visible()


def test_a_solution_opens_by_keyboard_and_is_shut_before(tab, lesson_page):
    tab.goto(lesson_page.as_uri())
    details = tab.locator("details:has(pre)").first  # a hint is a sentence
    assert not details.locator("pre").is_visible()
    details.locator("summary").focus()
    tab.keyboard.press("Enter")
    expect(details.locator("pre")).to_be_visible()


def test_what_is_wider_than_a_narrow_screen_scrolls_by_keyboard(tab, lesson_page):
    tab.set_viewport_size({"width": 250, "height": 600})
    tab.goto(lesson_page.as_uri())
    block = tab.locator("article pre[tabindex='0']").first
    block.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.activeElement.scrollLeft > 0")
    assert block.evaluate("one => one.scrollLeft") > 0


def test_the_search_finds_a_word_without_the_network(tab, pages):
    tab.goto((pages / "search.html").as_uri() + "?q=debugger")
    tab.wait_for_selector("#search-results li a")
    assert not tab.faults


def test_a_figure_leads_to_itself_in_full_size(tab, lesson_page):
    tab.goto(lesson_page.as_uri())
    figure = tab.locator("figure a").first
    figure.click()
    assert tab.url.endswith(".png") and not tab.faults
