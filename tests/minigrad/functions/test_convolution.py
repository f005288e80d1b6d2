"""The fast forms of convolution, max-pooling and maximum against their plain specifications."""

import itertools

import numpy as np
import pytest

import minigrad as mg
from minigrad.functions.reduce import first_largest, first_largest_plain
from minigrad.functions.windowed import conv, pool
from minigrad.functions.windowed.columns import gradient_of_kernel
from minigrad.functions.windowed.largest import max_pool2d_plain
from minigrad.functions.windows import padded, place_windows, turned_windows
from minigrad.functions.winograd import (
    correlate_winograd,
    keep_kernels,
    kernel_of,
    pays,
    transforms,
)
from minigrad.machine import backend

PADDINGS = (0, 1, 2, "same", ((0, 1), (2, 0)))
SIDES = ((28, 28), (14, 13), (7, 9))


def example(rng, images, side, size, padding, dtype=np.float64, channels=(3, 5)):
    """(x, weight, windows) of a convolution of stride 1."""
    x = rng.standard_normal((images, *side, channels[0])).astype(dtype)
    weight = rng.standard_normal((size, size, *channels)).astype(dtype)
    return x, weight, place_windows("conv2d", x.shape, (size, size), 1, padding)


def relative_gap(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize("size", (3, 5))
@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("images", (1, 5))
def test_winograd_is_the_plain_convolution(rng, size, padding, side, images):
    x, weight, windows = example(rng, images, side, size, padding)
    bias = rng.standard_normal(weight.shape[3])
    found = correlate_winograd(np, x, weight, windows, bias)
    assert relative_gap(found, conv.conv2d_plain(np, x, weight, windows) + bias) < 1e-13


@pytest.mark.parametrize("size", (3, 5))
@pytest.mark.parametrize("padding", PADDINGS)
def test_the_turned_kernel_gives_the_gradient_of_the_plain_convolution(
    rng, size, padding, monkeypatch
):
    x, weight, windows = example(rng, 2, (12, 11), size, padding)
    grad_output = rng.standard_normal((2, windows.rows, windows.columns, 5))
    around = turned_windows(windows, x.shape)
    found = correlate_winograd(np, grad_output, weight, around, turned=True)
    scattered = conv.scatter_columns(np, grad_output, weight, windows, x.shape)
    assert relative_gap(found, scattered) < 1e-13
    monkeypatch.setattr(conv, "pays", lambda *_: False)
    monkeypatch.setattr(conv, "on_gpu", lambda _: True)
    by_columns = conv.correlate_backward_x(np, grad_output, weight, windows, x.shape)
    assert relative_gap(by_columns, scattered) < 1e-13
    # And it is the transpose of the forward pass: <g, conv(x)> = <gradient, x>.
    left, right = np.vdot(grad_output, conv.conv2d_plain(np, x, weight, windows)), np.vdot(found, x)
    assert abs(left - right) < 1e-12 * abs(left)


@pytest.mark.parametrize("size", (3, 5))
def test_winograd_in_float32_rounds_about_as_much_as_a_product_of_columns(rng, size):
    x, weight, windows = example(rng, 4, (28, 28), size, size // 2, np.float32, (64, 96))
    exact = conv.conv2d_plain(np, x.astype(float), weight.astype(float), windows)
    found = correlate_winograd(np, x, weight, windows)
    assert found.dtype == np.float32
    assert relative_gap(found, exact) < 1e-5


@pytest.mark.parametrize("size", (3, 5))
def test_transforms_multiply_a_kernel_and_a_tile_in_one_dimension(rng, size):
    A, G, B = transforms(size)
    kernel, pixels = rng.standard_normal(size), rng.standard_normal(size + 3)
    assert np.allclose(A @ ((G @ kernel) * (B @ pixels)), np.correlate(pixels, kernel), atol=1e-14)


def test_conv2d_takes_winograds_way_where_it_pays_and_only_there(rng, monkeypatch):
    taken = []
    monkeypatch.setattr(
        conv,
        "correlate_winograd",
        lambda *given, **how: taken.append(how) or correlate_winograd(*given, **how),
    )
    x, weight, windows = example(rng, 1, (28, 28), 3, 1, np.float64, (24, 24))
    assert pays(np, x.shape, weight.shape, windows)
    leaf = mg.Tensor(x, requires_grad=True, tangent=x)
    mg.conv2d(leaf, weight, padding=1).sum().backward()
    assert taken == [{}, {}, {"turned": True}]  # forward, tangent, gradient
    for stride, size, channels in ((2, 3, 24), (1, 1, 24), (1, 7, 24), (1, 3, 8)):
        weight = rng.standard_normal((size, size, channels, 24))
        mg.conv2d(
            rng.standard_normal((1, 28, 28, channels)), weight, stride=stride, padding=size // 2
        )
    assert len(taken) == 3


def test_keep_kernels_transforms_each_kernel_once_and_forgets_it(rng):
    weight = rng.standard_normal((3, 3, 4, 5))
    with keep_kernels():
        kept = kernel_of(np, weight, weight.dtype, False)
        assert kernel_of(np, weight, weight.dtype, False) is kept
        assert kernel_of(np, weight, weight.dtype, True) is not kept
        with keep_kernels():
            assert kernel_of(np, weight, weight.dtype, False) is kept
    weight *= 2
    assert np.allclose(kernel_of(np, weight, weight.dtype, False), 2 * kept)
    with keep_kernels():
        assert np.allclose(kernel_of(np, weight, weight.dtype, False), 2 * kept)


def test_a_tangent_that_is_the_same_for_every_image_is_convolved_once(rng, monkeypatch):
    x, weight, _ = example(rng, 3, (8, 8), 3, 1)
    dx = rng.standard_normal((1, 8, 8, 3))
    each = mg.conv2d(mg.Tensor(x, tangent=np.repeat(dx, 3, axis=0)), weight, padding=1).tangent
    images = []
    correlate = conv.correlate
    monkeypatch.setattr(
        conv, "correlate", lambda xp, x, *rest: images.append(len(x)) or correlate(xp, x, *rest)
    )
    once = mg.conv2d(mg.Tensor(x, tangent=np.broadcast_to(dx, x.shape)), weight, padding=1).tangent
    assert images == [3, 1]
    assert np.allclose(once, each, atol=1e-13)


@pytest.mark.parametrize("piece_bytes", (1, 3000, 10**7))
@pytest.mark.parametrize(
    "stride, size, padding", ((1, 3, 1), (2, 7, 3), (2, 3, ((0, 1), (0, 1))), (1, 1, 0))
)
def test_convolution_does_not_depend_on_how_many_rows_are_taken_together(
    rng, monkeypatch, piece_bytes, stride, size, padding
):
    monkeypatch.setattr(backend, "PIECE_BYTES", piece_bytes)
    x, weight = rng.standard_normal((3, 17, 15, 2)), rng.standard_normal((size, size, 2, 4))
    windows = place_windows("conv2d", x.shape, (size, size), stride, padding)
    assert (
        relative_gap(
            conv.correlate(np, x, weight, windows), conv.conv2d_plain(np, x, weight, windows)
        )
        < 1e-14
    )
    u = rng.standard_normal((3, windows.rows, windows.columns, 4))
    forward = np.vdot(u, conv.correlate(np, x, weight, windows))
    back = np.vdot(conv.correlate_backward_x(np, u, weight, windows, x.shape), x)
    kernel = np.vdot(gradient_of_kernel(np, u, x, windows, weight.shape), weight)
    assert abs(forward - back) < 1e-12 * abs(forward)
    assert abs(forward - kernel) < 1e-12 * abs(forward)


@pytest.mark.parametrize(
    "images, rows, most", list(itertools.product((0, 1, 2, 5), (1, 7), (1, 3, 7, 20)))
)
def test_pieces_cover_every_row_once_and_are_as_few_as_fit(images, rows, most, monkeypatch):
    monkeypatch.setattr(backend, "PIECE_BYTES", 10 * most)
    seen, sizes = np.zeros((images, rows), dtype=int), []
    for piece in backend.pieces(np, (images, rows), entry_bytes=10):
        seen[piece] += 1
        sizes.append(seen[piece].size)
    assert (seen == 1).all()
    if most >= rows:
        assert len(sizes) == -(-images // (most // rows))  # whole images together
    else:
        assert len(sizes) == images * -(-rows // most)  # some rows of one
    assert max(sizes, default=0) <= most


def test_the_gpu_takes_everything_at_once_unless_it_cannot_count_so_far(strict):
    assert backend.pieces(strict, (64, 56), 10**5) == [(slice(0, 64), slice(0, 56))]
    large = backend.pieces(strict, (10**4, 56), 10**5)  # 56 GB
    assert all((n.stop - n.start) * (r.stop - r.start) * 10**5 < 2**31 for n, r in large)
    assert sum((n.stop - n.start) * (r.stop - r.start) for n, r in large) == 560000


@pytest.mark.parametrize(
    "size, stride, padding, ceil_mode",
    (
        (3, 2, 0, True),
        (3, 1, 1, False),
        ((2, 3), (1, 2), 1, False),
        (5, 3, 2, True),
        (2, 1, 1, False),
        (4, 4, 3, False),
    ),
)
@pytest.mark.parametrize("shape", ((3, 11, 9, 4), (2, 5, 140, 2), (2, 7, 3, 3)))
def test_max_pool_is_the_plain_one_with_ties(rng, size, stride, padding, ceil_mode, shape):
    # Pictures over 127 wide need steps of two bytes; a window may be larger than the picture.
    x = rng.integers(-2, 3, shape).astype(float)  # few values, so many ties
    operation = pool.MaxPool2d(size, stride, padding, ceil_mode)
    leaf = mg.Tensor(x, requires_grad=True, tangent=rng.standard_normal(x.shape))
    y = operation(leaf)
    windows = operation.windows
    largest, first = max_pool2d_plain(np, padded(np, x, windows, value=-np.inf), windows)
    assert (y.data == largest).all()
    offsets = padded(np, leaf.tangent, windows)
    stacked = np.stack([pool.tap(offsets, windows, i, j) for i, j in pool.taps(windows)])
    assert (y.tangent == np.take_along_axis(stacked, first[None], axis=0)[0]).all()
    u = rng.standard_normal(y.shape)
    y.backward(u)
    assert abs(np.vdot(u, y.tangent) - np.vdot(leaf.grad, leaf.tangent)) < 1e-12


def test_a_window_of_nan_or_minus_infinity_gives_its_derivative_to_one_of_its_own_pixels(rng):
    for value in (np.nan, -np.inf):
        x = np.full((2, 4, 4, 1), value)
        leaf = mg.Tensor(x, requires_grad=True, tangent=np.ones(x.shape))
        # windows at the corners, each with four pixels or fewer
        y = mg.max_pool2d(leaf, 3, stride=3, padding=1)
        np.testing.assert_array_equal(y.data, np.full((2, 2, 2, 1), value))
        y.backward(np.arange(8.0).reshape(y.shape))
        # of each picture, corner by corner
        by_corner = leaf.grad.reshape(2, 2, 2, 2, 2).sum(axis=(2, 4))
        np.testing.assert_array_equal(by_corner, np.arange(8.0).reshape(2, 2, 2))


def test_the_fast_forms_stay_on_the_device(rng, strict):
    x, weight, _ = example(rng, 1, (28, 28), 3, 1, np.float32, (24, 24))
    leaf = mg.Tensor(strict.asarray(x), requires_grad=True, tangent=strict.asarray(x))
    y = mg.max_pool2d(mg.conv2d(leaf, strict.asarray(weight), padding=1), 3, stride=2)
    y.sum().backward()
    on_host = mg.Tensor(x, requires_grad=True, tangent=x)
    z = mg.max_pool2d(mg.conv2d(on_host, weight, padding=1), 3, stride=2)
    z.sum().backward()
    for theirs, ours in ((y.data, z.data), (y.tangent, z.tangent), (leaf.grad, on_host.grad)):
        assert isinstance(theirs, strict.ndarray)
        assert relative_gap(strict.asnumpy(theirs), ours) < 1e-6


@pytest.mark.parametrize("dtype", (np.float32, np.float64, np.complex128))
@pytest.mark.parametrize("count", (1, 2, 19, 300))
def test_the_first_largest_is_argmaxs_even_where_rows_lie_apart(rng, dtype, count):
    x = rng.integers(-3, 3, (4, count, 7)).astype(dtype)  # few values, so that many are equal
    x = x + 1j * rng.integers(-2, 2, x.shape) if dtype is np.complex128 else x
    rows = x.transpose(0, 2, 1)  # a view: the entries of a row lie 7 apart
    np.testing.assert_array_equal(
        first_largest(np, rows, rows.max(axis=-1)), first_largest_plain(rows)
    )
    together = np.ascontiguousarray(rows)
    np.testing.assert_array_equal(
        first_largest(np, together, rows.max(axis=-1)), first_largest_plain(rows)
    )


def test_a_maximum_over_words_lets_nan_through():
    x = np.zeros((2, 5, 3), dtype=np.float32)
    x[0, 3, 1] = np.nan
    found = mg.max(mg.Tensor(x, requires_grad=True), axis=1)
    assert np.isnan(found.data[0, 1]) and np.isfinite(np.delete(found.data.ravel(), 1)).all()
    assert found.creator.winner[0, 1, 0] == 3  # as argmax has it


# NumPy may give an axis of length 1 any stride and calls the array contiguous all the same.
@pytest.mark.parametrize("new", (np.newaxis, 0), ids=("a new axis", "a repeated one"))
@pytest.mark.parametrize(
    "operation",
    (
        lambda x: mg.conv2d(x, np.arange(27.0).reshape(3, 3, 1, 3) - 9),
        lambda x: mg.conv2d(x, np.arange(12.0).reshape(2, 2, 1, 3) - 5, stride=2),
        lambda x: mg.conv1d(x[:, 0], np.arange(6.0).reshape(3, 1, 2)),
        lambda x: mg.max_pool2d(x, 3, stride=2, padding=1),
        lambda x: mg.avg_pool2d(x, 2),
    ),
    ids=("winograd", "columns", "conv1d", "max_pool2d", "avg_pool2d"),
)
def test_an_axis_of_length_one_is_read_whatever_its_stride(rng, operation, new):
    picture, moving = rng.standard_normal((2, 30, 30))
    wide = [np.broadcast_to(one[None, :, :, None], (1, 30, 30, 4)) for one in (picture, moving)]
    odd = [
        one[..., :1] if new == 0 else array[None, :, :, None]
        for one, array in zip(wide, (picture, moving))
    ]
    plain = [array.reshape(1, 30, 30, 1).copy() for array in (picture, moving)]
    assert all(array.strides[-1] == 0 for array in odd)
    found = [both_ways(operation, *pair) for pair in (odd, plain)]
    for got, right in zip(*found):
        np.testing.assert_allclose(got, right, rtol=1e-12, atol=1e-12)


def both_ways(operation, x, dx):
    """Value, tangent and gradient of an operation."""
    tensor = mg.Tensor(x, tangent=dx, requires_grad=True)
    y = operation(tensor)
    y.backward(np.cos(np.arange(y.size)).reshape(y.shape))
    return y.data, y.tangent, tensor.grad
