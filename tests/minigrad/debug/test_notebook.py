"""What a notebook shows of arrays: true, of any of them, and made without a trace."""

import io
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minigrad as mg
from minigrad import colours
from minigrad.attribution import Attribution, conductance
from minigrad.debug import graph
from minigrad.debug.notebook import arrays, pictures
from tests.helpers.notebooks import SVG, cells_of, everything, pixels_of, shown, text_of
from tests.helpers.tensors import leaf

DTYPES = "float32 float64 int8 int64 uint64 bool complex64 complex128".split()


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
    yellow = ",".join(map(str, pictures.rgb(colours.YELLOW)))
    table = mg.Tensor([[1.0, np.nan], [np.inf, -2.0]])._repr_html_()
    assert "2 of 4 not finite (yellow)" in table and table.count(f"rgba({yellow},") == 2
    assert [*zip(["0", "1", "2"], ["1", "nan", "-inf"])] == [
        tuple(row[:2]) for row in cells_of(shown(mg.Tensor([1.0, np.nan, -np.inf])))
    ]


def test_another_reader_of_png_sees_blue_vermilion_and_nothing():
    Image = pytest.importorskip("PIL.Image", reason="needs Pillow: pip install -e '.[lessons]'")
    plane = np.array([[1.0, 0.0, -1.0], [0.5, np.nan, -0.25]])
    read = Image.open(io.BytesIO(pictures.png(pictures.shades(plane, 1.0)))).convert("RGBA")
    seen = np.asarray(read).tolist()
    blue, vermilion = (list(pictures.rgb(colour)) for colour in (colours.BLUE, colours.VERMILION))
    assert seen[0] == [[*blue, 255], [*blue, 0], [*vermilion, 255]]
    yellow = list(pictures.rgb(colours.YELLOW))
    assert seen[1] == [[*blue, 127], [*yellow, 255], [*vermilion, 63]]


def test_bars_go_up_and_right_above_0_and_have_the_colours_of_the_pictures():
    (upright,) = shown(mg.Tensor([2.0, -1.0, np.nan] * 5)).iter(f"{SVG}svg")
    ends = [
        (float(one.get("y")), float(one.get("height")), one.get("fill"))
        for one in upright.iter(f"{SVG}rect")
    ]
    assert ends[0] == (0, 30, colours.BLUE)
    assert ends[1] == (30, 15, colours.VERMILION)
    assert ends[2] == (0, 60, colours.YELLOW)
    lying = [
        (float(one.get("x")), float(one.get("width")), one.get("fill"))
        for one in shown(mg.Tensor([2.0, -1.0, np.inf])).iter(f"{SVG}rect")
    ]
    assert lying == [(40, 40, colours.BLUE), (20, 20, colours.VERMILION), (0, 80, colours.YELLOW)]


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


def test_of_many_scores_the_largest_is_never_passed_over(rng):
    scores = rng.standard_normal((1, 1000))
    scores[0, 985], scores[0, 322] = 22.0, -11.0
    tree = shown(mg.Tensor(scores))
    assert "from -11 at 322 to 22 at 985" in text_of(tree)
    assert "[0, :], of every 8 the largest" in text_of(tree)
    heights = [float(one.get("height")) for one in tree.iter(f"{SVG}rect")]
    want = np.abs(scores.reshape(125, 8)).max(axis=1) / 22 * 30
    np.testing.assert_allclose(heights, want, atol=0.06)
    long = np.zeros(2**20)
    long[4 * 999] = 1
    assert "from 0 at 0 to 1 at 3996" in text_of(shown(mg.Tensor(long)))


def test_where_channels_are_passed_over_their_own_numbers_are_told():
    values = np.zeros((1, 2, 2, 2**18), np.float32)
    values[0, 1, 1, 4 * 1234] = 1
    tree = shown(mg.Tensor(values))
    assert "[0, :, :, ::4]" in text_of(tree)
    assert [one.text for one in tree.iter("code")][1] == f"[0, :, :, {4 * 1234}]"


def test_of_a_kernel_the_first_filters(rng):
    kernel = mg.Parameter(rng.standard_normal((3, 3, 4, 20)), name="w")
    tree = shown(kernel)
    places = [one.text for one in tree.iter("code")][1:]
    inputs = np.linalg.norm(kernel.data, axis=(0, 1)).argmax(axis=0)
    assert places == [f"[:, :, {inputs[k]}, {k}]" for k in range(8)]
    assert "read as kh, kw, in, out" in text_of(tree)
    assert "8 of 20 filters, each at its strongest input; kh goes down, kw across" in text_of(tree)


def test_rows_of_a_matrix_bars_of_a_vector_the_number_of_a_scalar(rng):
    matrix = rng.standard_normal((5, 300))
    (image,) = shown(mg.Tensor(matrix)).iter("img")
    assert "[:, ::3]" in image.get("alt")
    steps = np.rint(matrix[:, ::3] / np.abs(matrix).max() * pictures.SHADES) + pictures.SHADES
    np.testing.assert_array_equal(pixels_of(image), steps)
    vector = rng.standard_normal(30)
    (drawn,) = shown(mg.Tensor(vector)).iter(f"{SVG}svg")
    sizes = [float(one.get("height")) for one in drawn if one.tag.endswith("rect")]
    np.testing.assert_allclose(sizes, 30 * np.abs(vector) / np.abs(vector).max(), atol=0.06)
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
    own = type("Own<b>", (type(mg.relu(x).creator),), {"operation": "a < b"})
    assert "a < b" in text_of(shown(own()))
    text = text_of(shown(x.sum(axis=1).creator))
    assert "The sum over axis" in text and "axis = 1" in text


# ---- looking changes nothing ----


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


def test_the_plain_text_stays():
    formatters = pytest.importorskip(
        "IPython.core.formatters", reason="needs IPython: pip install -e '.[notebooks]'"
    )
    for thing in everything():
        bundle, _ = formatters.DisplayFormatter().format(thing)
        told = str(thing) if isinstance(thing, graph.Node) else repr(thing)
        assert bundle["text/plain"] == told
        assert bundle["text/html"] == thing._repr_html_()


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


def test_no_number_is_minus_zero():
    drawn = mg.Tensor(np.array([-0.0, 2.0]))._repr_html_()
    assert ">0<" in drawn and "-0<" not in drawn
