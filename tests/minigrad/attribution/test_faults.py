"""Faults that attributions had: each with the program that showed it, and what is right."""

import threading
import warnings

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import (
    ClassScore,
    activation,
    conductance,
    conductance_by_definition,
    conductance_map,
    explain_unit,
    gradient_times_activation,
    integrated_gradients,
    internal_influence,
    measures_per_filter,
    quadrature,
)
from minigrad.functions import winograd
from minigrad.machine.blas import numpy_blas
from models.sentiment.network import SentenceScore

W, V = np.random.default_rng(0).standard_normal((4, 3)), np.array([1.0, -2.0, 0.5])
X, BASELINE = np.ones((1, 4)), np.zeros((1, 4))
AUTO = ({}, {"steps": "auto"}, {"method": "difference"}, {"rule": "trapezoid"})


def K(x):
    return mg.tanh(x @ W).named("h") @ V


def H(x):
    """The score itself is a layer, of shape (N,)."""
    return (mg.tanh(x @ W).named("h") @ V).named("score") * 1.0


@pytest.fixture
def several():
    return np.random.default_rng(1).standard_normal((3, 4)), np.zeros((3, 4))


# ---- contexts end with the loop that needs them ----


def breaks_on_the_path(x):
    h = mg.tanh(x @ W).named("h")
    if float(x.data[0, 0]) > 0.4:
        raise RuntimeError("it breaks here")
    return h @ V


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("attribution", [conductance, internal_influence, integrated_gradients])
def test_a_failing_walk_leaves_no_context_behind(workers, attribution):
    blas = numpy_blas()
    before = blas.get_num_threads() if blas else None
    threads = set(threading.enumerate())
    with pytest.raises(RuntimeError, match="it breaks here") as held:
        attribution(breaks_on_the_path, X, BASELINE, workers=workers)
    assert held.value.__traceback__ is not None  # whose frames hold all that the walk held
    assert winograd._kept.get() is None
    assert (blas.get_num_threads() if blas else None) == before
    assert set(threading.enumerate()) == threads


def test_what_takes_results_in_may_fail_too():
    """`progress` breaks in the middle of the walk."""

    def stops(batches):
        yield from batches[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        conductance(K, X, BASELINE, workers=2, progress=stops)
    assert winograd._kept.get() is None


# ---- one score for each example ----


@pytest.mark.parametrize("attribution", [conductance, integrated_gradients, internal_influence])
def test_labels_of_another_number_than_examples_are_refused(attribution):
    x = np.arange(16.0).reshape(4, 4)
    F = ClassScore(lambda x: x.named("x"), [0, 1])
    with pytest.raises(ValueError, match="made for 2 examples.*x holds 4"):
        attribution(F, x, 0 * x)
    with pytest.raises(ValueError, match="made for 2 examples.*x holds 4"):
        activation(F, x)
    right = ClassScore(lambda x: x.named("x"), [0, 1, 2, 3])
    np.testing.assert_allclose(right(mg.Tensor(x)).data, [0, 5, 10, 15])


def test_sentences_of_another_number_than_examples_are_refused():
    F = SentenceScore(None, lengths=[3, 4])
    with pytest.raises(ValueError, match="made for 2 examples.*x holds 4"):
        conductance(F, np.ones((4, 5, 2)), 0.0)


@pytest.mark.parametrize("shape", [(2, 3, 1, 1), (2, 1, 1, 3), (2, 7, 3), (2,)])
def test_a_head_of_another_shape_is_told_so(shape):
    def model(x):
        return mg.Tensor(np.zeros(shape))

    with pytest.raises(ValueError, match=r"returned shape .*; expected \(N, classes\)"):
        ClassScore(model, 0)(mg.Tensor(np.ones((2, 4))))


def test_a_label_may_be_a_tensor_and_two_inputs_are_refused():
    F = ClassScore(lambda x: x.named("x"), mg.Tensor(np.array([0, 1])))
    assert conductance(F, np.ones((2, 4)), 0.0)["x"].tolist() == [[1, 0, 0, 0], [0, 1, 0, 0]]
    with pytest.raises(TypeError, match="tuple of 2; F takes one input"):
        conductance(F, (X, X), (BASELINE, BASELINE))


# ---- a layer (N,) is one filter ----


def test_a_layer_without_a_filter_axis_is_one_filter(several):
    x, baseline = several
    found = conductance(H, x, baseline)
    change = np.tanh(x @ W) @ V
    np.testing.assert_allclose(found.per_filter("score"), change[:, None], rtol=1e-12)
    np.testing.assert_allclose(found.per_filter("h").sum(axis=1), change, rtol=1e-12)
    for n in range(3):
        (((filter, value),), _) = found.strongest("score", example=n)[:: 1 if change[n] > 0 else -1]
        assert filter == 0 and value == pytest.approx(change[n])
    assert found.error("score").shape == (3, 1)


def test_measures_of_a_layer_without_a_filter_axis(several):
    measures = measures_per_filter(H, *several)
    assert measures.layers["score"].shape == (4, 3, 1) and measures.positions["score"] == 1
    assert measures.completeness_error.max() < 1e-12
    np.testing.assert_allclose(measures.layers["score"][0, :, 0], np.tanh(several[0] @ W) @ V)


def test_a_map_of_a_layer_without_a_filter_axis_is_integrated_gradients(several):
    whole = integrated_gradients(H, *several)
    for select in (0, [0]):
        its_map = conductance_map(H, *several, layer="score", select=select)
        np.testing.assert_allclose(its_map, whole, rtol=1e-12)
    with pytest.raises(IndexError, match="filters 0 to 0, got \\[1\\]"):
        conductance_map(H, *several, layer="score", select=1)


def test_the_unit_of_a_layer_without_a_filter_axis():
    ledger = explain_unit(H, X, BASELINE, layer="score", unit=0, steps=30)
    assert ledger.conductance == pytest.approx(H(mg.Tensor(X)).numpy()[0])
    whole = conductance_by_definition(H, X, BASELINE, layer="score", steps=30)
    assert whole.sum() == pytest.approx(ledger.conductance)


# ---- inside other blocks ----


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("options", AUTO)
def test_conductance_inside_watch_layers_watches_for_itself(workers, options):
    expected = conductance(K, X, BASELINE, **options)["h"]
    with mg.watch_layers() as outer:
        found = conductance(K, X, BASELINE, workers=workers, **options)
        influence = internal_influence(K, X, BASELINE, workers=workers)
        integrated_gradients(K, X, BASELINE, workers=workers)
    np.testing.assert_array_equal(found["h"], expected)
    assert influence["h"].shape == (1, 3) and not outer.met


def test_predict_inside_watch_layers_is_the_same_with_any_number_of_workers():
    x = np.random.default_rng(0).standard_normal((5, 4))
    with mg.watch_layers() as outer:
        one, two = mg.predict(K, x, workers=1), mg.predict(K, x, workers=2)
    np.testing.assert_allclose(one, two, rtol=1e-15)
    assert not outer.met


@pytest.mark.parametrize("workers", [1, 2])
def test_conductance_inside_f(workers):
    """F weighs the units by their own conductance, computed inside F: a constant for the path."""

    def F(x):
        inner = conductance(K, X, BASELINE, workers=1)["h"][0]
        return mg.tanh(x @ W).named("h") @ mg.Tensor(inner)

    found = conductance(F, X, BASELINE, workers=workers, steps=4, method="difference")
    share = conductance(K, X, BASELINE)["h"][0]
    np.testing.assert_allclose(found["h"], np.tanh(X @ W) * share, rtol=1e-12)


# ---- rules, inputs, small things ----


@pytest.mark.parametrize("steps", [1, 2, 3, 10, 64, 151, 700])
def test_gauss_legendre_by_newtons_iteration_is_numpys(steps):
    points, weights = np.polynomial.legendre.leggauss(steps)
    alphas, ours = quadrature(steps)
    np.testing.assert_allclose(alphas, (points + 1) / 2, atol=1e-15)
    np.testing.assert_allclose(ours, weights / 2, atol=2e-14)


def test_many_points_of_gauss_legendre_need_no_matrix():
    alphas, weights = quadrature(4000)  # the matrix alone would have 128 MB
    assert weights.sum() == pytest.approx(1, abs=1e-14) and (np.diff(alphas) > 0).all()
    assert weights @ np.cos(alphas) == pytest.approx(np.sin(1), abs=1e-14)
    assert weights @ alphas**7000 == pytest.approx(1 / 7001, rel=1e-9)


@pytest.mark.parametrize(
    "dtype, expected",
    [(">f8", "f8"), (">f4", "f4"), (np.longdouble, "f8"), (np.float16, "f4"), ("<f8", "f8")],
)
def test_floats_keep_their_width_in_the_machines_order(dtype, expected):
    x = X.astype(dtype)

    def F(x):
        return mg.tanh(x @ W.astype(expected)).named("h") @ V.astype(expected)

    for found in (
        integrated_gradients(F, x, BASELINE),
        conductance(F, x, BASELINE)["h"],
        conductance(F, X, BASELINE.astype(dtype))["h"].astype(expected),
    ):
        assert found.dtype == np.dtype(expected) and found.dtype.isnative
    whole = conductance(F, x, BASELINE).total("h")
    assert whole == pytest.approx(K(mg.Tensor(X)).numpy(), rel=1e-6 if expected == "f4" else 1e-12)


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: mg.predict(K, X, workers=0), ValueError, "workers is 0"),
        (lambda: mg.predict(K, X, workers=1.5), ValueError, "workers is 1.5"),
        (lambda: activation(K, X, workers=0), ValueError, "workers is 0"),
        (lambda: internal_influence(K, X, BASELINE, ["h"]), TypeError, "3 positional arguments"),
        (
            lambda: conductance(K, np.full((1, 4), 3e38, np.float32), np.float32(-3e38)),
            ValueError,
            "too large for float32",
        ),
        (lambda: conductance(K, X + 1j, BASELINE), TypeError, "complex128; expected real"),
        (lambda: conductance(K, X, BASELINE, layers="h"), TypeError, "'h' is one name"),
    ],
)
def test_bad_use_is_told(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("batch_size", [1, 3, 50])
def test_a_constant_layer_is_refused_with_any_batch_size(batch_size):
    def F(x):
        bias = mg.Tensor(np.ones((1, 3))).named("bias")
        return (mg.tanh(x @ W).named("h") * bias) @ V

    with pytest.raises(ValueError, match="layer 'bias' has shape \\(1, 3\\)"):
        conductance(F, X, BASELINE, batch_size=batch_size)
    found = conductance(F, X, BASELINE, layers=["h"], batch_size=batch_size)
    assert found.completeness_error("h") < 1e-12


@pytest.mark.parametrize("options", AUTO)
def test_layers_may_come_from_a_generator(options):
    found = conductance(K, X, BASELINE, layers=(name for name in ["h"]), **options)
    np.testing.assert_array_equal(found["h"], conductance(K, X, BASELINE, **options)["h"])
    for measure in (activation, gradient_times_activation):
        assert list(measure(K, X, layers=(name for name in ["h"]))) == ["h"]
    assert list(internal_influence(K, X, BASELINE, layers=iter(["h"]))) == ["h"]


@pytest.mark.parametrize("attribution", [conductance, internal_influence])
def test_no_grad_inside_f_is_told(attribution):
    def F(x):
        with mg.no_grad():
            return K(x)

    with pytest.raises(ValueError, match="layer 'h' was named inside no_grad"):
        attribution(F, X, BASELINE)


@pytest.mark.parametrize("options", AUTO)
def test_leaving_the_tape_behind_a_layer_is_told(options):
    def F(x):
        h = mg.tanh(x @ W).named("h")
        return mg.Tensor(h.data.max(axis=1))

    with pytest.warns(UserWarning, match="does not depend on the layers \\['h'\\]"):
        found = conductance(F, X, BASELINE, workers=1, **options)
    assert not found["h"].any()


# ---- rows that see each other ----


class BatchNorm(mg.Module):
    """Statistics of the batch, as in training."""

    def forward(self, x):
        h = (x @ W).named("h")
        centred = h - h.mean(axis=0, keepdims=True)
        return mg.tanh(centred / mg.sqrt((centred**2).mean(axis=0, keepdims=True) + 1e-5)) @ V


def with_dropout(train):
    net = mg.layers.Sequential(
        mg.layers.Linear(4, 50, rng=0),
        lambda h: mg.relu(h).named("h"),
        mg.layers.Dropout(0.5),
        mg.layers.Linear(50, 1, rng=1),
    )
    net = net.train() if train else net.eval()
    return lambda x: net(x)[:, 0]


def softmax_over_rows(x):
    return mg.softmax(mg.tanh(x @ W).named("h") @ V, axis=0)


@pytest.mark.parametrize("options", AUTO)
@pytest.mark.parametrize("F", [BatchNorm(), with_dropout(train=True), softmax_over_rows])
def test_rows_that_see_each_other_are_noticed(F, options):
    with pytest.warns(UserWarning, match="other scores beside other rows") as told:
        conductance(F, X.astype(np.float32), np.float32(0.0), workers=1, **options)
    assert any("model.eval()" in str(warning.message) for warning in told)


def test_dropout_is_noticed_when_the_input_is_the_baseline():
    x = X.astype(np.float32)
    with pytest.warns(UserWarning, match="other scores beside other rows") as told:
        conductance(with_dropout(train=True), x, x, workers=1)
    assert any("model.eval()" in str(warning.message) for warning in told)


@pytest.mark.parametrize("examples", [1, 2, 7])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rows_that_do_not_see_each_other_raise_no_suspicion(examples, dtype):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((examples, 4)).astype(dtype)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        conductance(with_dropout(train=False), x, dtype(0), workers=1)
        measures_per_filter(with_dropout(train=False), x, dtype(0), workers=1)
    assert told == []


# ---- an infinite slope on the path ----


def norm_score(x):
    h = mg.relu(x @ W).named("h")
    return mg.sqrt((h * h).sum(axis=1))


def root_score(x):
    h = mg.relu(x @ W).named("h")
    return mg.sqrt(h).sum(axis=1)


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize("F", [norm_score, root_score])
@pytest.mark.parametrize(
    "options",
    [
        {"steps": "auto", "most_steps": 2000, "tolerance": 0.01},
        {"steps": "auto", "method": "chain_rule", "most_steps": 300},
        {"steps": 400, "rule": "trapezoid"},
        {"steps": 400, "method": "difference"},
        {"steps": 400, "method": "difference", "rule": "left"},
        {"steps": 50},
    ],
)
def test_units_that_do_not_move_keep_their_zero_beside_an_infinite_slope(F, options):
    x = np.array([[1.0, -0.5, 0.3, 2.0]])
    pre = (x @ W)[0]
    assert (pre > 0).any() and (pre <= 0).any()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = conductance(F, x, BASELINE, **options)
    assert np.isfinite(found["h"]).all() and not found["h"][0, pre <= 0].any()
    assert not found.error("h")[0, pre <= 0].any()
    if F is norm_score:
        return  # without a slope at 0, and so without one that is infinite
    # dy/dα is 0 at α = 0, so by the chain rule the infinite slope is not met
    expected = options.get("method") == "difference" or options["steps"] == "auto"
    expected = expected and options.get("method") != "chain_rule"
    told = [str(one.message) for one in caught]
    assert any("infinite or NaN in layer 'h' at α = 0." in one for one in told) == expected
    if expected:
        assert np.isinf(found.error("h")[0, pre > 0]).all()
        assert np.isinf(found.relative_error("h")).all()
        assert found.converged is (False if options["steps"] == "auto" else None)
    if expected and options["steps"] == "auto":
        np.testing.assert_allclose(found["h"][0], np.sqrt(np.maximum(pre, 0)), rtol=0.05)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "how", [{"steps": np.linspace(0, 1, 5)}, {"rule": "trapezoid", "steps": 5}]
)
def test_where_a_slope_is_infinite_only_minigrad_warns(how, workers):
    """NumPy warned of 0 · ∞ as well, and its "raise" ended the walk."""

    def F(x):
        return mg.sqrt((x * 1.0).named("y")).sum(axis=1)

    with np.errstate(invalid="raise"), warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = conductance(F, np.array([[0.0, 1.0]]), np.zeros((1, 2)), workers=workers, **how)
    assert [one.category for one in told] == [UserWarning] and "is infinite" in str(told[0].message)
    assert found["y"][0, 0] == 0 and np.isfinite(found["y"]).all()
