"""Winograd's convolution: an output depends on its own window only, kernels on their weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minigrad as mg
from minigrad.attribution import ClassScore, conductance
from minigrad.functions import winograd
from minigrad.functions.windowed.conv import conv2d_plain
from minigrad.functions.windows import place_windows, turned_windows
from minigrad.functions.winograd import correlate_winograd, keep_kernels, pays, turned_kernel
from tests.helpers.googlenet import googlenet, photos


def wild(rng, shape):
    """Images with what networks and sensors bring: wide ranges, gaps, outliers, infinity, NaN."""
    images, height, width, channels = shape
    x = rng.standard_normal(shape)
    if rng.random() < 0.3:
        x = np.maximum(x, 0)
    if rng.random() < 0.3:
        x *= 10 ** rng.uniform(-rng.uniform(0, 6), 0, (images, height, width, 1))
    if rng.random() < 0.3:
        x *= 10 ** rng.uniform(-rng.uniform(0, 6), 0, shape)
    if rng.random() < 0.3:
        x[rng.random(shape) < 0.9] = 0
    if rng.random() < 0.3:
        x[:, : rng.integers(height), : rng.integers(width)] = 0
    if rng.random() < 0.3:
        x *= rng.integers(channels) == np.arange(channels)
    for value in (10 ** rng.uniform(1, 9), np.inf, -np.inf, np.nan):
        if rng.random() < 0.2:
            for _ in range(rng.integers(1, 4)):
                x[tuple(rng.integers(shape))] = value
    return (x * 10 ** rng.uniform(-9, 9)).astype(np.float32)


def assert_kept_promise(found, x, weight, windows):
    """Finite where the definition is, and there within 1e-5 of the window's own size."""
    with np.errstate(invalid="ignore"):
        exact = conv2d_plain(np, x.astype(float), weight.astype(float), windows)
    finite = np.isfinite(exact)
    np.testing.assert_array_equal(np.isfinite(found), finite)
    magnitude = np.where(np.isfinite(x), np.abs(x), 0).astype(float)
    window_size = conv2d_plain(np, magnitude, np.ones((*weight.shape[:3], 1)), windows)
    size = window_size * np.abs(weight).max(axis=(0, 1, 2))
    error = np.abs(found[finite] - exact[finite])
    assert (error <= 1e-5 * size[finite]).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.sampled_from((3, 5)), side=st.integers(13, 30))
def test_an_output_depends_on_its_own_window_only(seed, size, side):
    rng = np.random.default_rng(seed)
    padding = int(rng.integers(size))
    x, dx = (wild(rng, (2, side, side, 16)) for _ in range(2))
    weight = rng.standard_normal((size, size, 16, 24)).astype(np.float32)
    windows = place_windows("conv2d", x.shape, (size, size), 1, padding)
    grad_output = wild(rng, (2, windows.rows, windows.columns, 24))
    with keep_kernels(), np.errstate(all="ignore"):
        assert pays(np, x.shape, weight.shape, windows)
        leaf = mg.Tensor(x, tangent=dx, requires_grad=True)
        y = mg.conv2d(leaf, weight, padding=padding)
        y.backward(grad_output)
    assert_kept_promise(y.data, x, weight, windows)
    assert_kept_promise(y.tangent, dx, weight, windows)
    around = turned_windows(windows, x.shape)
    assert_kept_promise(leaf.grad, grad_output, turned_kernel(weight), around)


@pytest.mark.parametrize("value", (-9999, 1e6, 3e38, np.inf, -np.inf, np.nan))
@pytest.mark.parametrize("size", (3, 5))
def test_one_pixel_changes_nothing_that_does_not_see_it(rng, size, value):
    x = rng.standard_normal((1, 32, 32, 16)).astype(np.float32)
    weight = rng.standard_normal((size, size, 16, 16)).astype(np.float32)
    windows = place_windows("conv2d", x.shape, (size, size), 1, size // 2)
    before = correlate_winograd(np, x, weight, windows)
    x[0, 10, 10, 3] = value
    with np.errstate(all="ignore"):
        after = correlate_winograd(np, x, weight, windows)
    sees = np.zeros((32, 32), dtype=bool)
    reach = size // 2
    sees[10 - reach : 11 + reach, 10 - reach : 11 + reach] = True
    # each output is a sum of so many products about 0.6 large
    assert np.abs(after - before)[0, ~sees].max() < 1e-6 * size * size * 16
    assert np.isfinite(after[0, sees]).all() == (abs(value) < 1e38)


def test_check_finite_names_the_first_pixel_that_sees_infinity(rng):
    x = rng.standard_normal((1, 32, 32, 16)).astype(np.float32)
    x[0, 10, 10, 3] = np.inf
    weight = rng.standard_normal((3, 3, 16, 16)).astype(np.float32)
    names_it = pytest.raises(
        FloatingPointError, match=r"144 of 16384 numbers.*the first at \(0, 9, 9, 0\)"
    )
    with names_it, mg.check_finite(), np.errstate(invalid="ignore"):
        mg.conv2d(x, weight, padding=1)


def test_windows_of_zeros_are_exactly_the_bias(rng):
    x = rng.standard_normal((1, 32, 32, 16)).astype(np.float32)
    x[0, 8:21, 8:21] = 0
    weight = rng.standard_normal((3, 3, 16, 16)).astype(np.float32)
    bias = rng.standard_normal(16).astype(np.float32)
    y = mg.conv2d(x, weight, bias, padding=1).data
    assert (y[0, 9:20, 9:20] == bias).all()


@pytest.mark.parametrize("share", (0, 1e-3, 0.2, 1))
def test_delicate_windows_are_the_definition_whatever_their_share(rng, share, monkeypatch):
    x = rng.standard_normal((2, 21, 18, 16))
    weight, bias = rng.standard_normal((3, 3, 16, 17)), rng.standard_normal(17)
    windows = place_windows("conv2d", x.shape, (3, 3), 1, 1)
    delicate = rng.random((2, windows.rows, windows.columns)) < share
    monkeypatch.setattr(winograd, "delicate_windows", lambda *_: delicate)
    found = correlate_winograd(np, x, weight, windows, bias)
    exact = conv2d_plain(np, x, weight, windows) + bias
    np.testing.assert_allclose(found, exact, rtol=1e-11, atol=1e-12)


def test_delicate_windows_stay_on_the_device(rng, strict):
    x = rng.standard_normal((1, 32, 32, 16)).astype(np.float32)
    x[0, 10, 10, 3] = 1e6
    weight = rng.standard_normal((3, 3, 16, 16)).astype(np.float32)
    bias = rng.standard_normal(16).astype(np.float32)
    windows = place_windows("conv2d", x.shape, (3, 3), 1, 1)
    there = [strict.asarray(array) for array in (x, weight)]
    found = correlate_winograd(strict, *there, windows, strict.asarray(bias))
    assert isinstance(found, strict.ndarray)
    expected = correlate_winograd(np, x, weight, windows, bias)
    np.testing.assert_array_equal(strict.asnumpy(found), expected)


@pytest.mark.data
def test_of_a_photo_in_googlenet_few_windows_are_delicate(monkeypatch):
    """The fast form is what a real network gets: forward, tangents and gradients."""
    counts = []
    original = winograd.delicate_windows

    def counted(*given):
        delicate = original(*given)
        counts.append((delicate.sum(), delicate.size))
        return delicate

    monkeypatch.setattr(winograd, "delicate_windows", counted)
    model, (path, label) = googlenet(), photos()[0]
    x = model.preprocess(path)
    conductance(ClassScore(model, label), x, model.baseline(), steps=4, workers=1)
    delicate, windows = np.sum(counts, axis=0)
    assert len(counts) > 100 and delicate < 0.02 * windows


# ---- the kernels that are kept ----


@pytest.mark.parametrize("dtypes", ((np.float64, np.float32), (np.float32, np.float64)))
def test_mixed_precision_is_as_accurate_as_its_result(rng, dtypes):
    """The transform of the weights has the result's dtype, and so has a kept one."""
    x = rng.standard_normal((1, 32, 32, 16)).astype(dtypes[0])
    weight = rng.standard_normal((3, 3, 16, 16)).astype(dtypes[1])
    windows = place_windows("conv2d", x.shape, (3, 3), 1, 1)
    exact = conv2d_plain(np, x.astype(float), weight.astype(float), windows)
    with keep_kernels():
        correlate_winograd(np, x.astype(np.float32), weight.astype(np.float32), windows)
        if weight.dtype == np.float32:  # keeps it in float32
            correlate_winograd(np, x.astype(np.float32), weight, windows)
        found = correlate_winograd(np, x, weight, windows)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, exact, rtol=1e-11, atol=1e-12)


def test_gradcheck_of_a_convolution_with_weights_in_single_precision(rng):
    layer = mg.layers.Conv2d(16, 16, 3, padding=1)
    assert mg.gradcheck(layer, rng.standard_normal((1, 32, 32, 16)), complex_step=True)


def walk_that_keeps(points):
    """A generator that keeps kernels round its `yield`, as a walk over a path might."""
    with keep_kernels():
        yield from range(points)


@pytest.mark.parametrize("around", (True, False))
def test_a_generator_that_is_closed_late_keeps_nothing(rng, around):
    weight = rng.standard_normal((3, 3, 16, 16))
    x = rng.standard_normal((1, 32, 32, 16))
    walk = walk_that_keeps(3)
    if around:
        with keep_kernels():
            next(walk)
            mg.conv2d(x, weight, padding=1)
        assert winograd._kept.get() is None  # although the walk is suspended
    else:
        next(walk)
    walk.close()
    assert winograd._kept.get() is None
    before = mg.conv2d(x, weight, padding=1).data
    weight *= 2
    np.testing.assert_allclose(mg.conv2d(x, weight, padding=1).data, 2 * before, atol=1e-12)


def test_blocks_left_in_another_order_end_with_the_outermost():
    outer, inner = keep_kernels(), keep_kernels()
    outer.__enter__()
    inner.__enter__()
    assert inner.kernels is outer.kernels
    outer.__exit__(None, None, None)
    assert winograd._kept.get() is None
    with keep_kernels() as later:
        inner.__exit__(None, None, None)
        assert winograd._kept.get() is later


def test_kernels_of_weights_made_in_forward_are_forgotten_with_them(rng):
    x = rng.standard_normal((1, 32, 32, 16))
    fixed = rng.standard_normal((3, 3, 16, 16))
    expected = conv2d_plain(np, x, fixed, place_windows("conv2d", x.shape, (3, 3), 1, 1))
    with keep_kernels() as block:
        for step in range(1, 20):
            weight = mg.Tensor(fixed) * step
            y = mg.conv2d(x, weight, padding=1) + mg.conv2d(x, fixed, padding=1)
            np.testing.assert_allclose(y.data, (1 + step) * expected, rtol=1e-9, atol=1e-9)
            assert len(block.kernels) <= 3  # the fixed one's, this step's, and the one's before
