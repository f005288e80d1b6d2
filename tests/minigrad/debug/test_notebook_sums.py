"""What a notebook shows of a trace, an attribution, its terms and a graph; and all in a browser."""

import itertools
from collections import Counter

import numpy as np
import pytest

import minigrad as mg
from minigrad import colours
from minigrad.attribution import Attribution, activation, conductance
from minigrad.attribution.result import Terms
from minigrad.debug.notebook import attributions, graphs, pictures
from minigrad.debug.notebook.pictures import shortened
from minigrad.debug.rows import laid_out, with_waypoints
from tests.helpers.networks import SmoothNet
from tests.helpers.notebooks import SVG, cells_of, everything, shown, text_of
from tests.helpers.tensors import leaf

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outputs</title><style>
body {{ color-scheme: {scheme}; background: Canvas; color: CanvasText }}
</style></head><body><main><h1>Outputs</h1>{outputs}</main></body></html>"""
HEIGHTS = "[...document.querySelectorAll('main > div')].map(one => one.scrollHeight)"
BROKEN = "[...document.images].filter(one => !(one.complete && one.naturalWidth)).length"


def test_a_trace_is_a_table_of_its_first_steps():
    x = leaf([1.0, 2.0], name="x")
    with mg.trace(collect=True) as seen:
        y = x
        for _ in range(70):
            y = y * 1.5
    tree = shown(seen)
    rows = cells_of(tree)
    assert rows[0] == ["step", "sweep", "operation", "names", "place", "in → out"]
    place = f"test_notebook_sums.py:{seen.steps[0].applied_at[1]}"
    arrays = "(2,) ‖2.236‖, () ‖1.5‖ → (2,) ‖3.354‖"
    assert rows[1] == ["0", "forward", "multiply", "'x', … → …", place, arrays]
    assert len(rows) == 61 and "and 10 more steps" in text_of(tree)
    assert "70 steps: 70 forward" in text_of(tree)


def test_long_names_and_many_inputs_stay_small():
    parts = [
        leaf(np.ones((2, 3, 4, 5)), name=f"{k} a name as long as a line <&>" * 9) for k in range(50)
    ]
    with mg.trace(collect=True) as seen:
        for _ in range(70):
            joined = mg.concatenate(parts)
        joined.sum().backward()
    for thing in (seen, joined, joined.creator, mg.shown_graph(joined), parts[0]):
        shown(thing)
    layers = {f"layer {k} of many <&>" * 9: np.ones((1, 3)) * k for k in range(200)}
    assert "170 more layers" in text_of(shown(Attribution(layers)))


def test_an_attribution_is_bars_by_layer_with_their_errors():
    net = SmoothNet()
    found = conductance(net, *net.example(2), steps=6, keep_terms=True)
    tree = shown(found)
    rows = cells_of(tree)[1:6]
    for layer, row in zip(found, rows):
        want = [
            f"{found.total(layer)[0]:.4g}",
            f"{100 * found.completeness_error(layer)[0]:.3g} %",
            f"{100 * found.relative_error(layer)[0]:.3g} %",
        ]
        assert row[0] == repr(layer) and row[3:] == want
    drawn = [one for one in tree.iter(f"{SVG}svg") if one.get("role") == "img"]
    ends = [found.per_filter(layer)[0] for layer in found]
    low, high = (limit([f(s) for s in ends]) for f, limit in ((below, min), (above, max)))
    for one, sums in zip(drawn, ends):
        added, taken = (float(rect.get("width")) for rect in one.iter(f"{SVG}rect"))
        scale = (180 - 12) / (high - low)
        assert added == pytest.approx(scale * above(sums), abs=0.06)
        assert taken == pytest.approx(-scale * below(sums), abs=0.06)
        lefts = [float(rect.get("x")) for rect in one.iter(f"{SVG}rect")]
        zero = 6 - scale * low
        assert lefts == pytest.approx([zero, zero - taken], abs=0.11)
    (filter_, value), *_ = found.strongest("top", 1)[0]
    assert f"{filter_}: {value:+.4g} ± {found.error('top')[0, filter_]:.1g}" in text_of(tree)
    assert "the first of 2 examples" in text_of(tree)
    assert tree.find(".//details").get("open") is None  # five layers: folded


def above(sums):
    return max(0.0, sums[sums > 0].sum())


def below(sums):
    return min(0.0, sums[sums < 0].sum())


def test_an_attribution_without_a_baseline_has_neither_difference_nor_error():
    net = SmoothNet()
    text = text_of(shown(activation(net, net.example()[0])))
    assert "F(x)" not in text and "error" not in text and "'stem'" in text


@pytest.mark.filterwarnings("error")
def test_odd_attributions_and_terms_are_shown():
    odd = np.ones((2, 3, 4))
    odd[0, 0] = np.nan, np.inf, -np.inf, 1e300
    for values, difference in (
        (odd, np.nan),
        (odd, np.inf),
        (np.zeros((2, 4)), 0.0),
        (np.ones(3), 1),
    ):
        shown(Attribution({"<h>": np.nan_to_num(values)}, np.full(len(values), difference)))
    assert "nan" in text_of(shown(Attribution({"h": odd}, np.ones(2))))
    net = SmoothNet()
    shown(conductance(net, *net.example(2), steps="auto"))  # lists, one for each example
    for shape in ((3, 1, 4), (3, 2), (0, 1, 4), (3, 1, 0)):
        alpha, term = np.linspace(0, 1, shape[0]), np.full(shape, np.nan)
        shown(Terms(alpha, alpha, term, term, term))


def test_the_terms_are_a_ledger_of_the_strongest_unit():
    net = SmoothNet()
    found = conductance(net, *net.example(2), steps=5, keep_terms=True)
    for layer in found:
        terms = found.terms[layer]
        tree, first = shown(terms), np.abs(found[layer][0])
        unit = np.unravel_index(first.argmax(), first.shape)
        at_unit = [array[(slice(None), 0, *unit)] for array in (terms.dF_dy, terms.dy_dalpha)]
        columns = [terms.alpha, terms.weight, *at_unit, terms.term[(slice(None), 0, *unit)]]
        want = [[pictures.number(number) for number in row] for row in np.array(columns).T.tolist()]
        assert cells_of(tree)[1:] == want
        assert f"{list(map(int, unit))}: Σ weight · product = " in text_of(tree)
        assert len(list(tree.iter("img"))) == 3


def test_of_the_terms_of_a_large_layer_every_second_or_later_unit_is_read(monkeypatch):
    monkeypatch.setattr(attributions, "MOST", 4 * 16)
    term = np.zeros((4, 1, 10, 12))
    term[:, 0, 6, 9] = 9.0  # where no one looks
    term[:, 0, 4, 8] = 2.0
    terms = Terms(np.arange(4) / 4, np.full(4, 0.25), term, np.ones_like(term), term)
    text = text_of(shown(terms))
    assert "the strongest unit of the slice, [4, 8]: Σ weight · product = 2" in text
    assert "a slice of it, [:, 0, ::2, ::4]" in text


def test_a_graph_is_drawn_without_graphviz(capsys):
    net = SmoothNet()
    score = net(mg.Tensor(net.example()[0], requires_grad=True, name="x"))
    graph = mg.shown_graph(score)
    tree = shown(graph)
    nodes = graphs.all_behind(graph)
    assert len(list(tree.iter(f"{SVG}rect"))) == len(nodes)
    edges = sum(len(node.inputs) for node in nodes)
    assert len(list(tree.iter(f"{SVG}path"))) == edges
    strokes = Counter(one.get("stroke") for one in tree.iter(f"{SVG}rect"))
    assert strokes[colours.GREEN] == 1 and strokes[colours.BLUE] == 5  # x; the layers
    texts = [one.text for one in tree.iter(f"{SVG}text")]
    assert sorted(texts) == sorted(
        shortened(line, graphs.LETTERS) for node in nodes for line in node.lines
    )
    mg.print_graph(score)
    assert capsys.readouterr().out == f"{graph}\n"


def test_no_box_of_a_graph_lies_on_another_and_each_line_goes_down():
    x = leaf([1.0, 2.0], name="x")
    a = x * 2
    score = (a * x + mg.relu(a) * mg.tanh(x) + a).sum() + x.sum()
    graph = mg.shown_graph(score)
    rows = graphs.rows_of(graph)
    row_of = {node: k for k, row in enumerate(rows) for node in row}
    assert set(row_of) == set(graphs.all_behind(graph))
    assert all(row_of[node] < row_of[other] for node in row_of for other in node.inputs)
    boxes = [
        [float(one.get(key)) for key in ("x", "y", "width", "height")]
        for one in shown(graph).iter(f"{SVG}rect")
    ]
    for k, (x1, y1, w1, h1) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[:k]:
            assert x1 + w1 < x2 or x2 + w2 < x1 or y1 + h1 < y2 or y2 + h2 < y1


def test_few_lines_of_a_graph_cross():
    """Sweeps that asked the neighbours of the wrong side left eight crossings here."""
    x = leaf([1.0, 2.0], name="x")
    a = x * 2
    score = (a * x + mg.relu(a) * mg.tanh(x) + a).sum() + x.sum()
    rows = graphs.rows_of(mg.shown_graph(score))
    edges = [(node, other) for row in rows for node in row for other in node.inputs]
    rows, lines = with_waypoints(rows, edges)
    x = laid_out(rows, lines, dict.fromkeys(itertools.chain(*rows), 50))
    row_of = {place: k for k, row in enumerate(rows) for place in row}
    pieces = itertools.combinations([pair for line in lines for pair in zip(line, line[1:])], 2)
    crossings = [
        (x[a] - x[c]) * (x[b] - x[d]) < 0 for (a, b), (c, d) in pieces if row_of[a] == row_of[c]
    ]
    assert sum(crossings) <= 2


def test_of_a_large_graph_the_nearest_the_output_is_drawn():
    x = leaf([1.0])
    for _ in range(200):
        x = x * 2.0
    tree = shown(mg.shown_graph(x))
    assert "the 60 nearest the output are drawn" in text_of(tree)
    assert len(list(tree.iter(f"{SVG}rect"))) == 60


@pytest.fixture(scope="module")
def outputs():
    """What is shown of one of each, and of some arrays that are large or odd."""
    rng = np.random.default_rng(0)
    many = rng.standard_normal((4, 300))
    odd = [
        rng.standard_normal((8, 8)) * 1e-7,
        np.where(rng.random(many.shape) < 0.1, np.nan, many),
        rng.standard_normal(90),
        rng.standard_normal((2, 70, 90, 64)),
    ]
    return [thing._repr_html_() for thing in (*everything(), *map(mg.Tensor, odd))]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width, height", [(400, 900), (1400, 700)])
def test_no_output_is_too_wide_too_high_or_too_pale(
    outputs, browser, axe, tmp_path, scheme, width, height
):
    page, asked = tmp_path / "a page.html", []
    page.write_text(PAGE.format(scheme=scheme, outputs="".join(outputs)), encoding="utf-8")
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, offline=True
    )
    tab = context.new_page()
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    heights = tab.evaluate(HEIGHTS)
    assert len(heights) == len(outputs) and max(heights) <= height
    assert tab.evaluate(BROKEN) == 0
    found = axe.run(tab, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:200]) for one in found] == []
    context.close()
