"""A replay in headless Chromium: keys, slider, address, question, widths, darkness, barriers."""

import re

import numpy as np
import pytest

import minigrad as mg
from tests.helpers.tabs import opener

from .tracing import page_data, sweep, traced, walk

pytestmark = pytest.mark.browser
WIDE, NARROW = 1400, 400


def everything():
    """Small arrays, a conductance, and arrays that are pictures."""
    sweep()
    walk(steps=3)
    x = mg.Tensor(np.random.default_rng(0).normal(size=(1, 9, 9, 4)), requires_grad=True, name="p")
    kernel = mg.Parameter(np.random.default_rng(1).normal(size=(3, 3, 4, 2)))
    mg.relu(mg.conv2d(x, kernel)).mean().backward()


@pytest.fixture(scope="module")
def seen():
    return traced(everything)


@pytest.fixture(scope="module")
def page(seen, tmp_path_factory):
    return seen.save(tmp_path_factory.mktemp("replay") / "a page.html")


@pytest.fixture
def opened(browser, page):
    """Opens the page with the network off; in the end nothing was complained of or asked for."""
    with opener(browser, page, height=950) as open_page:

        def at(address="", width=WIDE, scheme="light", motion="no-preference"):
            return open_page(width, scheme, address, motion)

        yield at


def where(tab):
    """Which step is shown, counted from 1."""
    return int(tab.locator("#where").inner_text().split()[1])


def number(text):
    return float(text.replace("−", "-"))


def first(seen, kind, skip=0):
    """The position, counted from 1, of a step of a kind."""
    return [k for k, step in enumerate(seen.steps, 1) if step.kind == kind][skip]


def test_keys_move_where_the_player_has_the_focus_and_nowhere_else(opened, seen):
    tab, count = opened("#ask=off"), len(seen.steps)
    tab.keyboard.press("ArrowRight")
    assert where(tab) == 1  # nothing has the focus: the page may scroll
    tab.locator("#slider").focus()
    for key, expected in (
        ("ArrowRight", 2), ("ArrowRight", 3), ("ArrowLeft", 2), ("End", count),
        ("ArrowRight", count), ("ArrowLeft", count - 1), ("Home", 1), ("ArrowLeft", 1),
    ):  # fmt: skip
        tab.keyboard.press(key)
        assert where(tab) == expected
    tab.locator("#graph").focus()
    tab.keyboard.press("ArrowRight")
    assert where(tab) == 2
    tab.keyboard.press("Control+ArrowRight")
    assert where(tab) == 2
    tab.locator("#target").focus()
    tab.keyboard.press("ArrowDown")
    assert where(tab) == 2
    assert tab.locator("#slider").get_attribute("aria-valuetext") == (
        f"step 2 of {count}: {tab.locator('#where').inner_text().split(': ')[1]}"
    )
    assert "step 2 of" in tab.locator("#said").inner_text()
    assert tab.locator("#said").get_attribute("aria-live") == "polite"


def test_every_step_has_an_address_and_is_drawn_without_its_neighbours(opened, seen):
    tab = opened("#ask=off")
    shown = (
        "document.querySelector('#columns').innerHTML + document.querySelector('#path').innerHTML"
    )
    tab.locator("#slider").focus()
    walked = {}
    for k in range(1, len(seen.steps) + 1):
        walked[k] = tab.evaluate(shown)
        assert f"#step={k}&ask=off" in tab.url
        tab.keyboard.press("ArrowRight")
    for k in (1, 9, first(seen, "tangent", 4), first(seen, "product", 2), len(seen.steps)):
        alone = opened(f"#step={k}&ask=off")
        assert alone.evaluate(shown) == walked[k], k
    tab.evaluate("location.hash = 'step=7&ask=off'")
    assert where(tab) == 7
    for wrong in ("#step=0", "#step=x", "#step=1.5", "#nonsense"):
        assert where(opened(wrong)) == 1
    assert where(opened("#step=100000")) == len(seen.steps)


def test_numbers_formulas_and_sums_on_the_page_are_the_engines(opened, seen):
    """All steps of the two neurons: what came out, in the table, the formula and the graph."""
    tab, data = opened("#ask=off"), page_data(seen)
    tab.locator("#slider").focus()
    for k, (step, one) in enumerate(zip(seen.steps, data["steps"]), 1):
        if "product" == step.kind:
            bold = [number(text) for text in tab.locator("#rules b").all_inner_texts()]
            product = step.detail.product
            expected = np.stack([product["term"][0, 0], product["running"][0, 0]], axis=-1)
            np.testing.assert_allclose(bold, expected.reshape(-1), rtol=1e-3)
            row = tab.locator("#path-table tr.now td").all_inner_texts()
            unit = [step.detail.alphas[0], product["dF_dy"][0, 0, 0], product["dy"][0, 0, 0]]
            unit += [product["term"][0, 0, 0], product["weights"][0], product["running"][0, 0, 0]]
            np.testing.assert_allclose([number(text) for text in row], unit, rtol=1e-3)
        elif step.kind != "name" and one["graph"] == 0:
            *_, output = step.detail.tensors
            came_out = {"forward": [output.value], "tangent": [output.tangent], "backward": []}
            for held, given, total in zip(
                one["inputs"], step.detail.contributions, step.detail.sums
            ):
                if given is not None:  # the sum stands beside it where it is another
                    came_out["backward"] += [given, total][: 1 + (held["given"] != held["sum"])]
            numbers = tab.locator("#arrays .new .numbers button").all_inner_texts()
            expected = [array.values.reshape(-1) for array in came_out[step.kind]]
            shown = [number(text) for text in numbers]
            np.testing.assert_allclose(shown, np.concatenate(expected), rtol=1e-3)
            for text in tab.locator("#rules .filled").all_inner_texts():
                assert_true(text)
        assert where(tab) == k
        tab.keyboard.press("ArrowRight")


def assert_true(text):
    """'∂F/∂a[0] = 1 · 2.5 = 2.5' computes."""
    *formula, result = text.split(" = ")
    if len(formula) < 2:
        return
    python = formula[-1].replace("−", "-").replace("·", "*").replace("^", "**").replace("≥", ">=")
    python = python.replace("[", "(").replace("]", ")")
    if "…" not in python:
        assert eval(python) == pytest.approx(number(result), rel=2e-3, abs=1e-3), text


def test_a_click_on_an_entry_fills_the_formula_with_it(opened, seen):
    tab = opened("#step=1&ask=off")  # linear: v₁ = x @ W + b
    before = tab.locator("#rules .filled").inner_text()
    assert before.startswith("v₁[0, 0] = 1 · 1 + 0.5 · 2 − 1 = 1")
    tab.locator("#arrays .new button").nth(1).click()
    assert tab.locator("#rules .filled").inner_text().startswith("v₁[0, 1] = 1 · 3 + 0.5 · (−1)")
    assert tab.evaluate("document.activeElement.dataset.place") == "1"


def test_jumps_lead_to_kinds_names_and_lines(opened, seen):
    tab = opened("#ask=off")
    for kind in ("tangent", "backward", "product", "forward"):
        tab.locator("#kinds button", has_text=kind).click()
        assert tab.locator("#where").inner_text().split(": ")[1].startswith(kind)
    tab.locator("#home").click()
    tab.locator("#kinds button", has_text="backward").click()
    assert where(tab) == first(seen, "backward")
    options = tab.locator("#target option").all_inner_texts()
    assert options[:2] == ["this tensor: x", "this tensor: y"]  # in the order of appearance
    tab.locator("#target").select_option(label="this tensor: p")
    tab.locator("#later").click()
    place = where(tab)
    assert seen.steps[place - 1].operation == "conv2d"
    tab.locator("#earlier").click()
    assert where(tab) > place  # round the end, to its gradient
    tab.locator("#target").select_option(label=options[-1])
    tab.locator("#later").click()
    assert options[-1].removeprefix("this line: ") == tab.locator("#file").inner_text()


def test_a_question_comes_before_the_answer_and_is_judged(opened, seen):
    k = first(seen, "backward")  # of the product: ∂F/∂y[:, 0] = 1 · 2.5
    tab = opened(f"#step={k}")
    assert tab.locator("#question").is_visible()
    assert tab.locator("#asked").inner_text() == "∂F/∂y[:, 0][0] = 1 · 2.5 = ?"
    assert tab.locator("#arrays .new .numbers").count() == 0  # nothing gives it away
    assert tab.locator("#rules .filled").count() == 0
    gradients = tab.locator("#graph .gradient").all_text_contents()
    assert gradients == ["1"]
    tab.locator("#answer").fill("two")
    tab.locator("#answer").press("Enter")
    assert "Write a number" in tab.locator("#verdict").inner_text()
    for odd in ("", "/2", "5/", "5/2/1"):
        tab.locator("#answer").fill(odd)
        tab.locator("#answer").press("Enter")
        assert "Write a number" in tab.locator("#verdict").inner_text(), odd
    tab.locator("#answer").fill("-2.5")
    tab.locator("#answer").press("ArrowLeft")  # moves in the field, not in the page
    tab.locator("#answer").press("Enter")
    assert "−2.5 is not it" in tab.locator("#verdict").inner_text() and where(tab) == k
    tab.locator("#answer").fill("−5,0/−2,0")  # as it is written elsewhere, every sign of it
    tab.locator("#answer").press("Enter")
    assert "Right: 2.5" in tab.locator("#said").inner_text()
    assert not tab.locator("#question").is_visible()
    assert tab.locator("#rules b").first.inner_text() == "2.5"
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowLeft")
    assert not tab.locator("#question").is_visible()  # answered once
    # → on a question shows its answer first
    tab.evaluate("location.hash = 'step=1'")
    assert tab.locator("#question").is_visible()
    tab.locator("#slider").focus()
    tab.keyboard.press("ArrowRight")
    assert where(tab) == 1 and not tab.locator("#question").is_visible()
    tab.keyboard.press("ArrowRight")
    assert where(tab) == 2


def test_the_counts_add_up(opened, seen):
    opening = opened().locator("#opening").inner_text()
    whole, *parts = map(int, re.findall(r"\d+", opening))
    assert whole == sum(parts) == len(seen.steps) and " names:" in opening


def shown_at(browser, run, tmp_path, address):
    """A page of its own, drawn at an address."""
    tab = browser.new_page(viewport={"width": WIDE, "height": 950})
    tab.goto(traced(run).save(tmp_path / "page.html").as_uri() + address)
    return tab


def test_of_what_was_broadcast_the_formula_is_a_sum(browser, tmp_path):
    def add():
        x = mg.Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True, name="x")
        b = mg.Tensor([1.0, -1.0], requires_grad=True, name="b")
        (x + b).backward([[1.0, 2.0], [3.0, 5.0]])

    tab = shown_at(browser, add, tmp_path, "#step=2&ask=off")
    rules = tab.locator("#rules .formula").all_inner_texts()
    assert rules[0] == "∂F/∂x = ∂F/∂v₁"
    assert rules[2] == "∂F/∂b = Σ ∂F/∂v₁, over the places it was copied to"
    assert rules[3] == "∂F/∂b[0] = 1 + 3 = 4"
    tab.close()


@pytest.mark.parametrize("rule", ["gauss_legendre", "midpoint", "trapezoid"])
def test_bars_of_the_path_stand_side_by_side_and_hold_their_points(browser, tmp_path, rule):
    tab = shown_at(browser, lambda: walk(steps=4, rule=rule), tmp_path, "#step=999&ask=off")
    bars = tab.locator("#path-chart .bar").evaluate_all(
        "bars => bars.map(bar => [+bar.getAttribute('x'), +bar.getAttribute('width')])"
    )
    zero = tab.locator("#path-chart .zero")
    left, right = (float(zero.get_attribute(one)) for one in ("x1", "x2"))
    edge = left
    points = tab.locator("#path-table tbody tr td:first-child").all_inner_texts()
    assert len(points) == len(bars) >= 4
    for (x, width), alpha in zip(bars, points):
        assert abs(x - edge) < 1e-6 * right
        edge = x + width
        assert x - 0.1 <= left + number(alpha) * (right - left) <= edge + 0.1
    assert abs(edge - right) < 0.01
    tab.close()


def test_a_line_integral_is_told_by_how_far_the_layer_moved(browser, tmp_path):
    run = lambda: walk(steps=[0, 0.25, 1.0], rule=None)  # noqa: E731
    tab = shown_at(browser, run, tmp_path, "#step=999&ask=off")
    heads = tab.locator("#path-table th").all_inner_texts()
    assert heads[2] == "Δy[0]" and "add up" in tab.locator("#path-words").inner_text()
    widths = tab.locator("#path-chart .bar").evaluate_all(
        "bars => bars.map(bar => +bar.getAttribute('width'))"
    )
    assert len(widths) == 2 and abs(widths[1] / widths[0] - 3) < 0.01
    tab.locator("#kinds button", has_text="product").click()
    assert "/dα" not in tab.locator("#right").inner_text()
    assert "∂F/∂y[0] · Δy[0] = " in tab.locator("#rules").inner_text()
    tab.close()


def test_words_stay_inside_their_boxes(browser, tmp_path):
    def long_names():
        x = mg.Tensor([0.123456, -0.234567, 0.345678, 1.5], name="W" * 30, requires_grad=True)
        mg.tanh(x * -1234.5).named("M" * 30)

    tab = shown_at(browser, long_names, tmp_path, "#step=3&ask=off")
    over = tab.locator("#graph .node").evaluate_all(
        "nodes => nodes.flatMap(node => { const box = node.querySelector('rect').getBBox();"
        "return [...node.querySelectorAll('text')].map(text => { const own = text.getBBox();"
        "return own.x + own.width - box.x - box.width; }); })"
    )
    assert len(over) >= 5 and max(over) < 0
    tab.close()


def test_questions_can_be_switched_off_and_the_choice_is_kept(opened):
    tab = opened("#step=1")
    assert tab.locator("#question").is_visible()
    tab.locator("#ask").uncheck()
    assert not tab.locator("#question").is_visible() and tab.url.endswith("#step=1&ask=off")
    address = tab.url.partition("#")[0] + "#step=1"
    again = tab.context.new_page()
    again.goto(address)
    assert not again.locator("#question").is_visible()
    again.locator("#ask").check()
    assert again.locator("#question").is_visible()


def test_it_plays_to_the_end_and_stops(opened, seen):
    tab = opened(f"#step={len(seen.steps) - 1}")
    tab.clock.install()
    tab.reload()
    tab.locator("#play").click()
    assert tab.locator("#play").get_attribute("aria-label") == "Pause"
    tab.clock.run_for(3000)
    assert where(tab) == len(seen.steps)
    assert tab.locator("#play").get_attribute("aria-label") == "Play"
    tab.locator("#home").click()
    tab.locator("#play").click()
    tab.locator("#play").click()
    tab.clock.run_for(5000)
    assert where(tab) == 1


def test_a_picture_is_the_array_and_the_table_has_every_step(opened, seen):
    k = next(k for k, step in enumerate(seen.steps, 1) if step.operation == "conv2d")
    tab = opened(f"#step={k}&ask=off")
    assert tab.locator("#arrays canvas").count() == 3
    pixels = tab.evaluate(
        "(() => { const one = document.querySelector('#arrays canvas');"
        "return [...one.getContext('2d').getImageData(0, 0, one.width, one.height).data]; })()"
    )
    pixels = np.reshape(pixels, (9, 9, 4))
    small = seen.steps[k - 1].detail.tensors[0].value
    positive = small.picture > 20
    assert (pixels[positive][:, 2] >= pixels[positive][:, 0]).all()  # blue above 0
    assert (pixels[small.picture < -20][:, 0] > pixels[small.picture < -20][:, 2]).all()
    tab.locator("#all summary").click()
    rows = tab.locator("#all tbody tr")
    assert rows.count() == len(seen.steps)
    rows.nth(4).locator("a").click()
    assert where(tab) == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_it_is_readable_at_this_width_in_this_light(opened, seen, width, scheme, axe):
    product, last = first(seen, "product", 2), len(seen.steps) - 3
    for address in ("#step=1", f"#step={product}&ask=off", f"#step={last}&ask=off"):
        tab = opened(address, width, scheme, "reduce")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        found = axe.run(tab)
        assert found.violations_count == 0, found.generate_report()
        columns = [tab.locator(f"#{one}").bounding_box() for one in ("source", "middle", "right")]
        beside = columns[0]["x"] < columns[1]["x"] < columns[2]["x"]
        assert beside == (width == WIDE)


def name_alone():
    """A layer named in the block, made before it; then a backward sweep of what was made before."""
    x = mg.Tensor([1.0, np.nan], requires_grad=True)
    y = mg.relu(x * 2)
    seen = mg.trace(collect=True, arrays=True)
    with seen:
        z = y.named("<b>late</b>")
        mg.exp(mg.Tensor(np.array([1 + 2j, np.inf])))
        mg.tanh(mg.Tensor(np.zeros((0, 3))))
        z.backward([1.0, np.inf])
    return seen


def stopped_at_once():
    seen = mg.trace(collect=True, arrays=True)
    with pytest.raises(ZeroDivisionError), seen:
        1 / 0  # noqa: B018
    return seen


@pytest.mark.parametrize("make", [name_alone, stopped_at_once])
def test_odd_blocks_are_shown_without_an_error(browser, make, tmp_path):
    seen, complaints = make(), []
    tab = browser.new_page()
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(seen.save(tmp_path / "page.html").as_uri())
    if seen.steps:
        tab.locator("#slider").focus()
        assert "<b>late</b>" in tab.locator("#where").inner_text()
        shown = ""
        for _ in range(2 * len(seen.steps)):
            tab.keyboard.press("ArrowRight")
            shown += tab.locator("#arrays").inner_text()
        assert where(tab) == len(seen.steps)
        assert all(word in shown for word in ("NaN", "∞", "1+2j", "no entries"))
    else:
        assert "ZeroDivisionError" in tab.locator("#notes").inner_text()
        assert not tab.locator("#player").is_visible()
    tab.close()
    assert not complaints


def test_printed_it_has_the_step_and_the_table_of_all(opened, seen):
    tab = opened("#step=3&ask=off")
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")
    assert not tab.locator("#player").is_visible()
    assert tab.locator("#graph").is_visible()
    assert tab.locator("#all tbody tr").count() == len(seen.steps)


def test_keys_keep_their_colours_where_colours_are_forced(browser, page):
    tab = browser.new_page(forced_colors="active")
    tab.goto(page.as_uri())
    seen = tab.locator("#kinds .key").evaluate_all(
        "keys => keys.map(key => getComputedStyle(key).backgroundColor)"
    )
    assert len(set(seen)) == len(seen) == 4
    tab.close()


def test_another_address_begins_with_the_entry_that_is_not_0(browser, tmp_path):
    def two():
        x = mg.Tensor([0.0, 2.0, 3.0], name="x", requires_grad=True)
        mg.exp(x)
        x * 5

    tab = shown_at(browser, two, tmp_path, "#step=1&ask=off")
    tab.locator("#arrays .new .numbers button").nth(2).click()
    assert "[2] = " in tab.locator("#rules .filled").inner_text()
    tab.evaluate("location.hash = 'step=2&ask=off'")
    tab.wait_for_function("document.querySelector('#where').textContent.startsWith('step 2')")
    assert "[1] = " in tab.locator("#rules .filled").inner_text()
    tab.close()
