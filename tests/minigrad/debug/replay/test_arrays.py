"""Arrays made small enough to be looked at: whole, or by their ends, norm and a picture."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.debug.replay.snapshot import snapshot

from .tracing import page_data, traced


@pytest.mark.parametrize("shape", [(65,), (8, 9), (2, 3, 5, 7), (1, 224, 224, 3), (4, 4, 4, 4, 4)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_large_array_has_its_ends_its_norm_and_a_picture_to_half_a_step(shape, dtype):
    array = np.random.default_rng(0).normal(size=shape).astype(dtype)
    small = snapshot(array)
    assert small.values is None and small.shape == shape and small.dtype == dtype.__name__
    assert (small.low, small.high) == (array.min(), array.max())
    assert small.norm == pytest.approx(np.linalg.norm(array), rel=1e-6)
    np.testing.assert_array_equal(small.first, array.reshape(-1)[:8])
    rows, columns = small.picture.shape
    assert rows <= 60 and columns <= 60
    if len(shape) == 4:
        channel = int(small.where.split("]")[0].split(", ")[-1])
        thin = -(-shape[1] // 60), -(-shape[2] // 60)
        expected = array[0, :: thin[0], :: thin[1], channel]
        assert abs(small.picture * small.unit - expected).max() <= 0.501 * small.unit


def test_odd_arrays_are_shown_as_they_are():
    wild = np.full((10, 10), np.nan)
    wild[0, :3] = np.inf, -np.inf, 2.0
    small = snapshot(wild)
    assert np.isnan(small.low) and small.picture[0, :4].tolist() == [-128, -128, 127, -128]
    assert snapshot(np.zeros(100)).picture.max() == 0
    assert snapshot(np.zeros((0, 3))).values.size == 0
    assert snapshot(np.arange(4)).dtype == "int64"
    assert snapshot(np.ones(70, bool)).high == 1

    def run():
        a = mg.Tensor([np.nan, np.inf, -np.inf, 1e-30], requires_grad=True)
        mg.relu(a).sum().backward()
        mg.exp(mg.Tensor(np.array([1 + 2j])))
        mg.relu(mg.Tensor(np.zeros((0, 2))))
        mg.Tensor(np.arange(3))[1:] + 1
        with mg.no_grad():
            mg.tanh(mg.Tensor(np.ones((3, 40, 2))))

    arrays = page_data(traced(run))["arrays"]
    assert ["NaN", "∞", "−∞", 1e-30] in [array.get("values") for array in arrays]
    assert ["1+2j"] in [array.get("values") for array in arrays]
    assert [] in [array.get("values") for array in arrays]


def test_what_is_kept_of_a_large_array_is_small_and_does_not_hold_the_array():
    small = snapshot(np.ones((1, 224, 224, 64), np.float32))
    kept = [small.picture, small.first]
    assert [array.base for array in kept] == [None, None]
    assert sum(array.nbytes for array in kept) < 4000


def test_pictures_of_one_tensors_arrays_show_one_channel():
    x = mg.Tensor(np.random.default_rng(0).normal(size=(1, 6, 6, 5)), requires_grad=True)
    weight = np.random.default_rng(1).normal(size=(3, 3, 5, 4))
    seen = traced(lambda: mg.relu(mg.conv2d(x, weight, padding=1)).sum().backward())
    forward = seen.steps[0].detail.tensors[0].value.where
    back = seen.steps[-1].detail.contributions[0].where
    assert forward == back and forward.startswith("[0, :, :, ")
