"""`ablate` with values: what the field calls patching; and with masks of units."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import ablate, activation, conductance, integrated_gradients
from tests.helpers.networks import SmoothNet


@pytest.fixture(scope="module")
def net():
    return SmoothNet()


def score(net, x, filters, values=None):
    with mg.no_grad(), ablate(filters, values):
        return net(mg.Tensor(x)).numpy()


def test_a_whole_cut_set_to_what_it_is_for_the_baseline_gives_the_baselines_score(net):
    x, baseline = net.example(2)
    values = activation(net, baseline)
    for layer, count in (("stem", 4), ("mixed", 5), ("top", 6)):
        patched = score(net, x, {layer: range(count)}, values)
        np.testing.assert_allclose(patched, net(mg.Tensor(baseline)).numpy(), rtol=1e-13)


def test_values_are_set_where_they_are_told_and_nowhere_else(net):
    x, _ = net.example(2)
    whole = activation(net, x)["mixed"]
    mean = np.arange(5.0)  # broadcasts to the layer
    with ablate({"mixed": [1, 4]}, {"mixed": mean}):
        found = activation(net, x)["mixed"]
    assert (found[..., 1] == 1).all() and (found[..., 4] == 4).all()
    np.testing.assert_array_equal(found[..., [0, 2, 3]], whole[..., [0, 2, 3]])
    with ablate({"mixed": 0}, {"mixed": 7}):
        assert (activation(net, x)["mixed"][..., 0] == 7).all()


def test_zero_is_what_no_values_mean(net):
    x, _ = net.example(1)
    for values in (None, {"mixed": 0}, {"mixed": np.zeros(5)}):
        np.testing.assert_array_equal(
            score(net, x, {"mixed": [2]}, values), score(net, x, {"mixed": [2]})
        )


def test_a_mask_takes_units_and_one_of_all_rows_other_units_in_each(net, rng):
    x, baseline = net.example(2)
    whole, other = activation(net, x)["stem"], activation(net, baseline)["stem"]
    rows = rng.random(whole.shape) < 0.5
    for mask in (rows, rows[0]):
        with ablate({"stem": mask}, {"stem": other}):
            found = activation(net, x)["stem"]
        np.testing.assert_array_equal(found, np.where(mask, other, whole))


def test_the_score_with_a_part_set_is_that_of_a_network_written_so(net):
    """Forward, gradient and tangent: what is set is a constant."""
    x, baseline = net.example(1)
    stem = activation(net, baseline)["stem"]
    kept = np.array([1.0, 0, 1, 0])

    class Patched(SmoothNet):
        def __call__(self, x):
            y = mg.tanh(mg.conv2d(x, self.stem, stride=2, padding="same"))
            return self.behind_the_stem(kept * y + (1 - kept) * stem)

        def behind_the_stem(self, stem):
            stem = stem.named("stem")
            left = mg.softplus(mg.conv2d(stem, self.left))
            right = mg.sigmoid(mg.conv2d(stem, self.right, padding=1))
            mixed = mg.local_response_norm(mg.concatenate([left, right]), 1, 1.0, 0.3, 0.75)
            top = mg.softplus(mg.matmul(mixed.mean(axis=(1, 2)), self.top))
            return mg.matmul(top * top, self.head)

    written = Patched()
    with ablate({"stem": [1, 3]}, {"stem": stem}):
        found = integrated_gradients(net, x, baseline, steps=4)
        ours = conductance(net, x, baseline, layers=["stem"], steps=4)
    expected = integrated_gradients(written, x, baseline, steps=4)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-14)
    theirs = conductance(written, x, baseline, layers=["stem"], steps=4)
    np.testing.assert_allclose(ours["stem"], theirs["stem"], rtol=1e-11, atol=1e-14)
    assert not ours["stem"][..., [1, 3]].any() and ours["stem"][..., [0, 2]].all()


def test_blocks_nest_with_values_of_their_own(net):
    x, _ = net.example(1)
    with ablate({"mixed": [0]}, {"mixed": 2}), ablate({"mixed": [1]}, {"mixed": 3}):
        found = activation(net, x)["mixed"]
    assert (found[..., 0] == 2).all() and (found[..., 1] == 3).all()


def test_values_lie_beside_the_layer(net, strict):
    x = mg.Tensor(strict.ones((1, 3)))

    def F(x):
        return (x * 1).named("h").sum(axis=1)

    with ablate({"h": [1]}, {"h": strict.full((3,), 5.0)}):
        assert F(x).numpy().tolist() == [7.0]
    with ablate({"h": [1]}, {"h": 5}):
        assert F(x).numpy().tolist() == [7.0]
    with pytest.raises(TypeError, match="NumPy and CuPy"):
        with ablate({"h": [1]}, {"h": np.full(3, 5.0)}):
            F(x)


@pytest.mark.parametrize(
    "filters, values, error, words",
    [
        ({"mixed": [0]}, {"top": 0}, ValueError, "none for layer 'mixed'; give 0"),
        ({"mixed": [0]}, np.zeros(5), TypeError, "expected an array for each layer"),
        ({"mixed": [0]}, {"mixed": np.zeros(4)}, ValueError, r"shape \(4,\), which does not"),
        ({"mixed": [0]}, {"mixed": np.zeros((9, 1, 1, 1, 5))}, ValueError, "does not broadcast"),
        ({"mixed": np.ones(5, bool)}, None, ValueError, r"mask of layer 'mixed' has shape \(5,\)"),
    ],
)
def test_what_does_not_fit_is_told(net, filters, values, error, words):
    x, _ = net.example(1)
    with pytest.raises(error, match=words):
        score(net, x, filters, values)
