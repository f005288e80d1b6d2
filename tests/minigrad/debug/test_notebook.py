"""What a notebook shows: true, small, without script or network, and made without a trace."""

import base64
import re
import subprocess
import sys
import zlib
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minigrad as mg
from minigrad.attribution import Attribution, activation, conductance
from minigrad.debug.notebook import arrays, graphs, pictures
from tests.helpers.networks import SmoothNet
from tests.helpers.tensors import leaf

DTYPES = "float32 float64 int8 int64 uint64 bool complex64 complex128".split()


def shown(thing):
    """The HTML of anything, parsed; it is one well-formed element, small, and quiet."""
    html = thing._repr_html_()
    assert len(html.encode()) < 100_000
    addresses = set(re.findall(r"\w+://[^\s\"<)]*", html))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    tree = ElementTree.fromstring(html)
    tags = {element.tag.split("}")[-1] for element in tree.iter()}
    assert not tags & {"script", "style", "link", "iframe", "object"}
    for element in tree.iter():
        assert not [key for key in element.attrib if key.startswith("on")]
        if element.tag == "img":
            assert element.get("src").startswith("data:image/png;base64,") and element.get("alt")
        if element.tag.endswith("}svg"):
            hidden = element.get("aria-hidden") == "true"
            assert hidden or element.get("role") == "img" and element.get("aria-label")
    return tree


def text_of(tree):
    return " ".join(" ".join(tree.itertext()).split())


def cells_of(tree):
    """The texts of all tables' cells, in rows."""
    return [[" ".join(cell.itertext()) for cell in row] for row in tree.iter("tr")]


def pixels_of(image):
    """The palette's entries in an <img>, by a reader of our own: (height, width)."""
    data = base64.b64decode(image.get("src").split(",")[1])
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert int.from_bytes(data[at + 8 + length :][:4], "big") == zlib.crc32(kind + body)
        chunks[kind] = body
        at += 12 + length
    width, height = (int.from_bytes(chunks[b"IHDR"][k : k + 4], "big") for k in (0, 4))
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    assert not rows[:, 0].any()
    return rows[:, 1:]


# ---- any array ----


@st.composite
def odd_arrays(draw):
    """Arrays of any shape, dtype and memory layout, with what is not a number among them."""
    shape = tuple(draw(st.lists(st.integers(0, 7), max_size=5)))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    scale = draw(st.sampled_from([0.0, 1e-310, 1e-3, 1.0, 100.0, 1e38, 1e300]))
    with np.errstate(all="ignore"):
        array = (rng.standard_normal(shape) * scale).astype(draw(st.sampled_from(DTYPES)))
    if array.dtype.kind in "fc" and draw(st.booleans()):
        odd = rng.choice([np.nan, np.inf, -np.inf], shape)
        array = np.where(rng.random(shape) < 0.3, odd, array).astype(array.dtype)
    layout = draw(st.sampled_from(["plain", "turned", "stepping", "broadcast"]))
    if layout == "turned":
        return array.T
    if layout == "stepping" and array.ndim:
        return array[..., ::-2]
    return np.broadcast_to(array, (2, *shape)) if layout == "broadcast" else array


@settings(max_examples=60, deadline=None)
@given(odd_arrays(), st.booleans(), st.text(max_size=80))
def test_any_array_is_shown(array, kernel, name):
    tensor = mg.Tensor(array, name=name)
    tensor.is_parameter = kernel
    text = text_of(shown(tensor))
    assert str(tensor.shape) in text and str(tensor.dtype) in text


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 8), st.integers(1, 8), st.sampled_from(DTYPES), st.integers(0, 99))
def test_the_numbers_of_a_small_matrix_are_its_numbers(rows, columns, dtype, seed):
    with np.errstate(all="ignore"):
        numbers = np.random.default_rng(seed).standard_normal((rows, columns)) * 40
        array = numbers.astype(dtype)
    cells = cells_of(shown(mg.Tensor(array)))
    found = [row if rows > 1 else row[1:2] for row in cells]
    want = array.tolist() if rows > 1 else [[entry] for entry in array[0].tolist()]
    if array.size == 1:
        assert found == []
    else:
        assert found == [[pictures.number(entry) for entry in row] for row in want]


@pytest.mark.parametrize(
    "shape", [(10**8,), (10**4, 10**4), (2, 5000, 100, 100), (50, 50, 200, 200), (3, 10**7)]
)
@pytest.mark.parametrize("kernel", [False, True])
def test_of_a_huge_array_a_slice_is_read(shape, kernel, monkeypatch):
    read = []
    monkeypatch.setattr(arrays, "to_numpy", lambda part: read.append(part.size) or part)
    tensor = mg.Tensor(np.broadcast_to(np.float32(1), shape))
    tensor.is_parameter = kernel
    assert "a slice of it, [" in text_of(shown(tensor))
    assert read == [min(read)] and read[0] <= arrays.MOST


def test_what_is_not_finite_is_told_and_yellow():
    values = np.ones((1, 4, 4, 2))
    values[0, 1, 2, 0], values[0, 3, 3, 1] = np.nan, -np.inf
    tree = shown(mg.Tensor(values))
    assert "from 1 to 1, 2 of 32 not finite (yellow)" in text_of(tree)
    for number, place in (("nan", (1, 2)), ("-inf", (3, 3))):
        assert number in [cell for row in cells_of(tree) for cell in row]
        picture = pictures.shades(values[0, ..., 0 if number == "nan" else 1], 1.0)
        assert np.argwhere(picture == pictures.NOT_FINITE).tolist() == [list(place)]
    assert [*zip(["0", "1", "2"], ["1", "nan", "-inf"])] == [
        tuple(row[:2]) for row in cells_of(shown(mg.Tensor([1.0, np.nan, -np.inf])))
    ]


# ---- what is shown of which ----


def test_of_an_activation_the_strongest_channels_of_the_first_example(rng):
    values = rng.standard_normal((3, 6, 5, 40)) * np.linspace(1, 2, 40)
    values[1] *= 100  # another example
    tree = shown(mg.Tensor(values))
    norms = np.linalg.norm(values[0], axis=(0, 1))
    want = [f"[0, :, :, {channel}]" for channel in np.argsort(-norms)[:8]]
    assert [one.text for one in tree.iter("code")][1:] == want
    assert "read as N, H, W, C" in text_of(tree) and "H goes down, W across" in text_of(tree)
    largest = np.abs(values[0]).max()
    for image, place in zip(tree.iter("img"), want):
        plane = values[0, :, :, int(place[10:-1])]
        steps = np.rint(plane / largest * pictures.SHADES) + pictures.SHADES
        np.testing.assert_array_equal(pixels_of(image), steps)


def test_of_a_kernel_the_first_filters(rng):
    kernel = mg.Parameter(rng.standard_normal((3, 3, 4, 20)), name="w")
    tree = shown(kernel)
    places = [one.text for one in tree.iter("code")][1:]
    inputs = np.linalg.norm(kernel.data, axis=(0, 1)).argmax(axis=0)
    assert places == [f"[:, :, {inputs[k]}, {k}]" for k in range(8)]
    assert "read as kh, kw, in, out" in text_of(tree)


def test_rows_of_a_matrix_bars_of_a_vector_the_number_of_a_scalar(rng):
    matrix = rng.standard_normal((5, 300))
    (image,) = shown(mg.Tensor(matrix)).iter("img")
    assert "[:, ::3]" in image.get("alt")
    steps = np.rint(matrix[:, ::3] / np.abs(matrix).max() * pictures.SHADES) + pictures.SHADES
    np.testing.assert_array_equal(pixels_of(image), steps)
    (drawn,) = shown(mg.Tensor(rng.standard_normal(30))).iter("{http://www.w3.org/2000/svg}svg")
    bars = "".join(path.get("d") for path in drawn if path.get("fill"))
    assert bars.count("M") == 30
    assert "0.333333" in text_of(shown(mg.Tensor(np.float64(1 / 3))))


def test_data_tangent_and_gradient_stand_beside_each_other():
    x = mg.Tensor([[1.0, -2.0]], tangent=[[3.0, 4.0]], requires_grad=True, name="x")
    y = (x * x).named("<y>")
    y.sum().backward()
    groups = [one.get("aria-label") for one in shown(y).iter("div") if one.get("role") == "group"]
    assert groups == ["data", "tangent", "grad"]
    numbers = [row[1] for row in cells_of(shown(y))]
    assert numbers == ["1", "4", "6", "-16", "1", "1"]
    assert "'<y>'" in text_of(shown(y)) and "made by multiply at test_notebook.py:" in text_of(
        shown(y)
    )
    assert "a leaf · requires a gradient" in text_of(shown(x))


def test_half_made_objects_are_shown():
    shown(mg.Tensor.__new__(mg.Tensor))
    tensor = mg.Tensor.__new__(mg.Parameter)
    tensor.data = np.ones(3)
    assert "(3,)" in text_of(shown(tensor))
    relu = type(mg.relu(leaf([1.0])).creator)
    assert "not applied" in text_of(shown(relu()))
    assert "of no steps" in text_of(shown(mg.trace()))
    shown(mg.trace.__new__(mg.trace))
    shown(Attribution({}))
    shown(Attribution({"h": np.zeros((0, 3))}))


def test_a_function_says_what_it_computes_and_what_it_keeps():
    x = leaf([[-1.0, 2.0]], name="x")
    text = text_of(shown(mg.relu(x).creator))
    assert "max(x, 0)" in text and "'x' (1, 2) float64" in text and "input 0" in text
    assert "saved: positive (1, 2) bool" in text
    tree = shown(mg.concatenate([x] * 40).creator)
    assert "34 more" in text_of(tree)
    text = text_of(shown(x.sum(axis=1).creator))
    assert "The sum over axis" in text and "axis = 1" in text


# ---- a trace, an attribution, a graph ----


def test_a_trace_is_a_table_of_its_first_steps():
    x = leaf([1.0, 2.0], name="x")
    with mg.trace(collect=True) as seen:
        y = x
        for _ in range(70):
            y = y * 1.5
    tree = shown(seen)
    rows = cells_of(tree)
    step = seen.steps[0]
    assert rows[1][:5] == ["0", "forward", "multiply", "(2,) ‖2.236‖, () ‖1.5‖", "(2,) ‖3.354‖"]
    assert rows[1][5] == "'x', … → …" and rows[1][6] == f"test_notebook.py:{step.applied_at[1]}"
    assert len(rows) == 61 and "and 10 more steps" in text_of(tree)
    assert "70 steps: 70 forward" in text_of(tree)


def test_an_attribution_is_bars_by_layer_with_their_errors():
    net = SmoothNet()
    found = conductance(net, *net.example(2), steps=6, keep_terms=True)
    tree = shown(found)
    rows = cells_of(tree)[1:6]
    for layer, row in zip(found, rows):
        want = [
            f"{found.total(layer)[0]:.4g}",
            f"{found.completeness_error(layer)[0]:.2g}",
            f"{100 * found.relative_error(layer)[0]:.2g} %",
        ]
        assert row[0] == repr(layer) and row[3:] == want
    svg = "{http://www.w3.org/2000/svg}"
    drawn = [one for one in tree.iter(f"{svg}svg") if one.get("role") == "img"]
    ends = [found.per_filter(layer)[0] for layer in found]
    low, high = (limit([f(s) for s in ends]) for f, limit in ((below, min), (above, max)))
    for one, sums in zip(drawn, ends):
        added, taken = (float(rect.get("width")) for rect in one.iter(f"{svg}rect"))
        scale = (180 - 12) / (high - low)
        assert added == pytest.approx(scale * above(sums), abs=0.06)
        assert taken == pytest.approx(-scale * below(sums), abs=0.06)
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


def test_a_graph_is_drawn_without_graphviz(capsys):
    net = SmoothNet()
    score = net(mg.Tensor(net.example()[0], requires_grad=True, name="x"))
    graph = mg.shown_graph(score)
    tree = shown(graph)
    nodes = graphs.all_behind(graph)
    svg = "{http://www.w3.org/2000/svg}"
    assert len(list(tree.iter(f"{svg}rect"))) == len(nodes)
    edges = sum(len(node.inputs) for node in nodes)
    assert len(list(tree.iter(f"{svg}path"))) == edges
    texts = [one.text for one in tree.iter(f"{svg}text")]
    assert sorted(texts) == sorted(graphs.cut(line) for node in nodes for line in node.lines)
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
        for one in shown(graph).iter("{http://www.w3.org/2000/svg}rect")
    ]
    for k, (x1, y1, w1, h1) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[:k]:
            assert x1 + w1 < x2 or x2 + w2 < x1 or y1 + h1 < y2 or y2 + h2 < y1


def test_of_a_large_graph_the_nearest_the_output_is_drawn():
    x = leaf([1.0])
    for _ in range(200):
        x = x * 2.0
    tree = shown(mg.shown_graph(x))
    assert "the 60 nearest the output are drawn" in text_of(tree)
    assert len(list(tree.iter("{http://www.w3.org/2000/svg}rect"))) == 60


# ---- looking changes nothing ----


def everything():
    """One of each, in a state in which there is much to show."""
    net = SmoothNet()
    x = mg.Tensor(net.example()[0], requires_grad=True, name="x", tangent=net.example()[0])
    score = net(x)
    score.sum().backward()
    found = conductance(net, *net.example(), steps=4, keep_terms=True)
    with mg.trace(collect=True) as seen:
        mg.relu(x).sum().backward()
    graph = mg.shown_graph(score)
    return [x, score, score.creator, mg.Parameter(net.stem), found, found.terms["top"], seen, graph]


def test_looking_adds_no_step_and_changes_nothing():
    things = everything()
    before = [dict(vars(thing)) for thing in things]
    with mg.trace(collect=True) as seen:
        for thing in things:
            shown(thing)
            assert repr(thing)
    assert seen.steps == []
    for thing, noted in zip(things, before):
        assert vars(thing).keys() == noted.keys()
        assert all(vars(thing)[key] is value for key, value in noted.items())


def test_on_the_gpu_a_small_slice_is_fetched(strict, rng, monkeypatch):
    big = mg.Tensor(rng.standard_normal((4, 40, 40, 300)).astype(np.float32)).to("cupy")
    sizes, get = [], strict.ndarray.get
    monkeypatch.setattr(strict.ndarray, "get", lambda one: sizes.append(one.size) or get(one))
    text = text_of(shown(big))
    assert "on the GPU" in text and len(sizes) == 1 and sizes[0] <= arrays.MOST
    w = mg.Parameter(rng.standard_normal((3, 3, 2, 4))).to("cupy")
    x = mg.Tensor(rng.standard_normal((1, 5, 5, 2)), requires_grad=True).to("cupy")
    y = mg.conv2d(x, w)
    (y * y).sum().backward()
    for thing in (x, y, y.creator, mg.Tensor(strict.zeros((0, 2)))):
        shown(thing)
    shown(mg.shown_graph(y))

    def F(inputs):
        return mg.tanh(inputs).named("h").sum(axis=1)

    found = conductance(F, strict.ones((2, 3)), strict.zeros((2, 3)), steps=3, keep_terms=True)
    shown(found)
    shown(found.terms["h"])


def test_nothing_of_the_notebook_is_imported_before_it_is_asked_for():
    script = (
        "import sys, minigrad as mg; assert 'minigrad.debug.notebook' not in sys.modules; "
        "mg.Tensor([1.0])._repr_html_(); assert 'minigrad.debug.notebook' in sys.modules; "
        "assert not {'IPython', 'treescope', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_treescope_unfolds_a_tensor():
    treescope = pytest.importorskip("treescope", reason="needs treescope: pip install treescope")
    y = mg.tanh(leaf([[1.0, -2.0]], name="x")).named("y")
    y.sum().backward()
    with mg.trace(collect=True) as seen:
        text = treescope.render_to_text(y)
        html = treescope.render_to_html(y)
        treescope.render_to_text(mg.Tensor.__new__(mg.Tensor))
        shown_too = treescope.render_to_text([y, y.creator, seen])
    assert seen.steps == []
    assert text.startswith("Tensor(") and "name='y'" in text and "data=" in text and "grad=" in text
    assert "trace(0 steps)" in shown_too
    assert len(html) < 200_000 and "treescope" in html
