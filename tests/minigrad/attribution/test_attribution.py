"""Conductance and its neighbours on small networks: definition, properties, wrong formulas."""

import gc
import inspect
import weakref

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import (
    ClassScore,
    ablate,
    activation,
    conductance,
    conductance_by_definition,
    conductance_map,
    conductance_maps,
    explain_unit,
    gradient_times_activation,
    integrated_gradients,
    internal_influence,
    measures_per_filter,
    quadrature,
)
from minigrad.attribution.path.straight import StraightPath
from models.inception import mini_inception
from tests.helpers import networks
from tests.minigrad.attribution import mutants

CUTS = ("stem", "mixed", "top")
ALONG_A_PATH = (
    conductance,
    conductance_by_definition,
    conductance_map,
    conductance_maps,
    explain_unit,
    integrated_gradients,
    internal_influence,
    measures_per_filter,
)


@pytest.fixture(scope="module")
def net():
    return networks.SmoothNet()


# ---- the checks that every formula for conductance must pass ----


def check_counterexamples(formula):
    """The exact one-dimensional cases of the paper, by rules whose cells end at the kinks.

    So they are exact too.
    """
    cases = [
        (networks.saturation, 1.0, "midpoint", 10, {"y": 1.0, "z": 1.0}),
        (networks.overshoot, 1.1, "midpoint", 11, {"f": 0.1, "g": 0.1}),
        (networks.wrong_sign, 1.0, "midpoint", 10, {"f": 1.0, "g": 1.0}),
        (networks.curved_path, 1.0, "gauss_legendre", 10, {"y": 1.0}),
        (networks.zero_at_both_ends, 1.0, "midpoint", 10, {"y": -0.25, "direct": 0.25}),
    ]
    for F, at, rule, steps, expected in cases:
        found = formula(F, np.array([[at]]), np.array([[0.0]]), steps, rule)
        for layer, value in expected.items():
            assert found[layer].item() == pytest.approx(value, abs=1e-14), (
                f"{F.__name__}, layer {layer}"
            )


def check_completeness(formula):
    """Every layer that cuts the network sums to F(x) − F(x')."""
    net = networks.SmoothNet()
    x, baseline = net.example(2)
    found = formula(net, x, baseline, 30, "gauss_legendre")
    for layer in CUTS:
        np.testing.assert_allclose(
            found.total(layer), found.difference, rtol=1e-10, err_msg=f"completeness of {layer}"
        )


def check_definition(formula):
    """Unit by unit, the paper's double loop."""
    net = networks.SmoothNet()
    x, baseline = net.example(1)
    found = formula(net, x, baseline, 4, "gauss_legendre")
    for layer in ("stem", "left", "right", "mixed", "top"):
        expected = conductance_by_definition(net, x, baseline, layer=layer, steps=4).sum(axis=1)
        np.testing.assert_allclose(
            found[layer].reshape(1, -1),
            expected,
            rtol=1e-10,
            atol=1e-13,
            err_msg=f"definition, {layer}",
        )


CHECKS = [check_counterexamples, check_completeness, check_definition]


def our_conductance(F, x, baseline, steps, rule):
    return conductance(F, x, baseline, steps=steps, rule=rule)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("formula", [our_conductance, mutants.right_formula])
def test_right_formula_passes_every_check(formula, check):
    check(formula)


@pytest.mark.parametrize("wrong", mutants.WRONG_CONDUCTANCES)
def test_wrong_formula_fails_some_check(wrong):
    failed = []
    for check in CHECKS:
        try:
            check(wrong)
        except AssertionError:
            failed.append(check.__name__)
    assert failed, f"{wrong.__name__} passes every check: {wrong.__doc__}"


# ---- the fast form against the definition ----


@pytest.mark.parametrize("layer", ["stem", "left", "mixed", "top"])
def test_conductance_is_the_definition_summed_over_inputs(net, layer):
    x, baseline = net.example(2)
    found = conductance(net, x, baseline, layers=[layer], steps=7)
    expected = conductance_by_definition(net, x, baseline, layer=layer, steps=7)
    np.testing.assert_allclose(
        found[layer].reshape(2, -1), expected.sum(axis=1), rtol=1e-11, atol=1e-14
    )


def test_conductance_is_the_product_of_brute_force_jacobians(net):
    """∂y/∂x by the complex step, which shares neither reverse nor forward mode with conductance."""
    x, baseline = net.example(1)
    alphas, weights = quadrature(5)
    expected = 0
    for alpha, weight in zip(alphas, weights):
        x_alpha = baseline + alpha * (x - baseline)
        with mg.no_grad(), mg.watch_layers(["top"]) as hidden:
            net(mg.Tensor(x_alpha + 1e-30j * (x - baseline)))
        dy_dalpha = hidden.tensors["top"].data.imag / 1e-30
        y = hidden.tensors["top"].data.real
        # F = head · y², so ∂F/∂y = 2 y head
        expected = expected + weight * (2 * y * net.head) * dy_dalpha
    np.testing.assert_allclose(conductance(net, x, baseline, steps=5)["top"], expected, rtol=1e-12)


def test_map_sums_to_the_filters_conductance_and_over_all_filters_to_the_total(net):
    x, baseline = net.example(2)
    whole = conductance(net, x, baseline, steps=6)
    for filter_index in range(5):
        its_map = conductance_map(net, x, baseline, layer="mixed", select=filter_index, steps=6)
        assert its_map.shape == x.shape
        np.testing.assert_allclose(
            its_map.reshape(2, -1).sum(axis=1),
            whole.per_filter("mixed")[:, filter_index],
            rtol=1e-10,
        )
    all_filters = conductance_map(net, x, baseline, layer="mixed", select=range(5), steps=6)
    np.testing.assert_allclose(
        all_filters.reshape(2, -1).sum(axis=1), whole.total("mixed"), rtol=1e-10
    )
    np.testing.assert_allclose(
        all_filters, integrated_gradients(net, x, baseline, steps=6), rtol=1e-10, atol=1e-14
    )


def test_map_of_a_mask_is_the_definition_for_those_units(net):
    x, baseline = net.example(1)
    mask = np.random.default_rng(3).random((3, 2, 5)) < 0.4
    expected = conductance_by_definition(net, x, baseline, layer="mixed", steps=5)[0][
        :, mask.reshape(-1)
    ].sum(axis=1)
    found = conductance_map(net, x, baseline, layer="mixed", select=mask, steps=5)
    np.testing.assert_allclose(found.reshape(-1), expected, rtol=1e-10, atol=1e-14)


def test_integrated_gradients_is_complete(net):
    x, baseline = net.example(3)
    total = integrated_gradients(net, x, baseline, steps=30).reshape(3, -1).sum(axis=1)
    np.testing.assert_allclose(total, conductance(net, x, baseline, steps=2).difference, rtol=1e-10)


# ---- the properties ----


def test_every_alpha_conserves_the_slope_in_every_cut(net):
    x, baseline = net.example(2)
    found = conductance(net, x, baseline, steps=9)
    for layer in CUTS:
        np.testing.assert_allclose(found.along.layer_slope[layer], found.along.slope, rtol=1e-12)
    branches = found.along.layer_slope["left"] + found.along.layer_slope["right"]
    np.testing.assert_allclose(branches, found.along.slope, rtol=1e-12)
    # one branch alone is no cut
    assert np.abs(found.along.layer_slope["left"] - found.along.slope).min() > 1e-3


def test_conservation_error_is_rounding_for_cuts_and_not_for_a_branch(net):
    x, baseline = net.example(1)
    assert conductance(net, x, baseline, layers=CUTS, steps=5).conservation_error() < 1e-12
    assert conductance(net, x, baseline, layers=["left"], steps=5).conservation_error() > 1e-3


def test_linearity():
    """F = a·f1 + b·f2: the units f1 and f2 get a·Δf1 and b·Δf2."""
    weight = np.random.default_rng(0).standard_normal((4, 2))

    def F(x):
        f = mg.tanh(mg.matmul(x, weight)).named("f")
        return 3.0 * f[:, 0] - 2.0 * f[:, 1]

    x, baseline = np.random.default_rng(1).standard_normal((2, 1, 4))
    change = np.tanh(x @ weight) - np.tanh(baseline @ weight)
    np.testing.assert_allclose(
        conductance(F, x, baseline, steps=40)["f"], change * [3.0, -2.0], rtol=1e-12
    )


def test_insensitivity():
    """Zero where F does not depend on y, and where y does not depend on x."""

    def F(x):
        unused = mg.exp(x).named("unused")
        constant = mg.Tensor(np.ones((len(x), 1))).named("constant")
        assert unused.shape == constant.shape
        return (x * constant)[:, 0]

    found = conductance(F, np.array([[2.0]]), np.array([[0.5]]))
    assert found["unused"].item() == 0 and found["constant"].item() == 0


def test_the_same_input_and_baseline_give_zero(net):
    x, _ = net.example(1)
    found = conductance(net, x, x, steps=3)
    for layer in CUTS:
        assert not found[layer].any() and found.completeness_error(layer) == 0
    assert found.conservation_error() == 0


# ---- the rivals, and how they fail ----


def test_rivals_say_what_the_sheet_says():
    one, zero = np.array([[1.0]]), np.array([[0.0]])
    assert gradient_times_activation(networks.saturation, one)["y"].item() == 0
    assert gradient_times_activation(networks.overshoot, np.array([[1.1]]))[
        "f"
    ].item() == pytest.approx(1.1)
    assert internal_influence(networks.wrong_sign, one, zero)["f"].item() == pytest.approx(-1)
    assert mutants.change_times_mean_gradient(
        networks.curved_path, one, zero, 10, "gauss_legendre"
    )["y"].item() == pytest.approx(2 / 3)
    assert activation(networks.zero_at_both_ends, one)["y"].item() == 0


def test_internal_influence_is_the_mean_gradient(net):
    x, baseline = net.example(2)
    found = internal_influence(net, x, baseline, steps=6)
    terms = conductance(net, x, baseline, steps=6, keep_terms=True).terms["mixed"]
    assert repr({"mixed": terms}).startswith("{'mixed': Terms(6 points, term (6, ")  # no arrays
    assert len(repr(terms)) < 60
    np.testing.assert_allclose(
        found["mixed"], np.tensordot(terms.weight, terms.dF_dy, 1), rtol=1e-13
    )
    wrong = mutants.influence_as_a_gradient_at_x(net, x, baseline)
    assert np.abs(wrong["mixed"] - found["mixed"]).max() > 1e-3


def test_gradient_times_activation_is_the_product_at_x(net):
    x, _ = net.example(1)
    with mg.watch_layers(["top"]) as hidden:
        net(mg.Tensor(x)).sum().backward()
    y = hidden.tensors["top"]
    np.testing.assert_array_equal(gradient_times_activation(net, x)["top"], y.data * y.grad)
    np.testing.assert_array_equal(activation(net, x)["top"], y.data)


# ---- the difference form ----


@pytest.mark.parametrize("rule, order", [("left", 1), ("trapezoid", 2)])
def test_difference_form_converges_to_the_integral_and_differs_at_finite_steps(net, rule, order):
    x, baseline = net.example(2)
    exact = conductance(net, x, baseline, steps=30)["mixed"]
    errors = []
    for panels in (20, 40, 80):
        steps = panels if rule == "left" else panels + 1
        found = conductance(net, x, baseline, steps=steps, method="difference", rule=rule)
        errors.append(np.abs(found["mixed"] - exact).max())
    assert errors[0] > 1e-4 if rule == "left" else errors[0] > 1e-6
    ratios = errors[0] / errors[1], errors[1] / errors[2]
    assert ratios == pytest.approx((2**order, 2**order), rel=0.1)


@pytest.mark.parametrize("rule", ["left", "trapezoid"])
def test_difference_form_is_the_telescoped_sum(net, rule):
    x, baseline = net.example(2)
    panels = 5
    gradients, values = [], []
    for k in range(panels + 1):
        with mg.watch_layers(["mixed"]) as hidden:
            net(mg.Tensor(baseline + k / panels * (x - baseline))).sum().backward()
        gradients.append(hidden.tensors["mixed"].grad)
        values.append(hidden.tensors["mixed"].data)
    slopes = gradients
    if rule == "trapezoid":
        slopes = [(before + after) / 2 for before, after in zip(gradients, gradients[1:])]
    expected = sum(slopes[k] * (values[k + 1] - values[k]) for k in range(panels))
    for batch_size in (1, 3, 4, 100):
        found = conductance(
            net,
            x,
            baseline,
            layers=["mixed"],
            steps=panels if rule == "left" else panels + 1,
            rule=rule,
            method="difference",
            batch_size=batch_size,
        )
        np.testing.assert_allclose(found["mixed"], expected, rtol=1e-11, atol=1e-14)
        np.testing.assert_allclose(found.points, np.arange(panels + 1) / panels, rtol=1e-15)


# ---- batches, terms, dtypes ----


def test_result_does_not_depend_on_the_batch_size(net):
    x, baseline = net.example(3)
    whole = conductance(net, x, baseline, steps=7)
    for batch_size in (1, 2, 5, 6, 1000):
        found = conductance(net, x, baseline, steps=7, batch_size=batch_size)
        for layer in whole:
            np.testing.assert_allclose(found[layer], whole[layer], rtol=1e-12, atol=1e-15)


def test_a_batch_is_its_examples_one_by_one(net):
    x, baseline = net.example(3)
    batch = conductance(net, x, baseline, steps=5)
    for n in range(3):
        alone = conductance(net, x[n : n + 1], baseline[n : n + 1], steps=5)
        for layer in alone:
            np.testing.assert_allclose(batch[layer][n], alone[layer][0], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "method, rule", [("chain_rule", None), ("difference", "left"), ("difference", "trapezoid")]
)
def test_kept_terms_multiply_and_add_up(net, method, rule):
    x, baseline = net.example(2)
    options = {"method": method, "rule": rule, "keep_terms": True, "batch_size": 4}
    found = conductance(net, x, baseline, steps=6, **options)
    count = 5 if rule == "trapezoid" else 6  # of the panels between six points, or of the points
    for layer, terms in found.terms.items():
        assert terms.term.shape == (count, *found[layer].shape)
        np.testing.assert_array_equal(terms.term, terms.dF_dy * terms.dy_dalpha)
        np.testing.assert_allclose(
            np.tensordot(terms.weight, terms.term, 1), found[layer], rtol=1e-12, atol=1e-15
        )
        sums = terms.term.reshape(count, 2, -1).sum(axis=-1)
        np.testing.assert_allclose(found.along.layer_slope[layer], sums, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("method", ["chain_rule", "difference"])
def test_the_filters_sums_can_be_kept_without_the_units(net, method):
    x, baseline = net.example(2)
    options = {"method": method, "steps": 6, "batch_size": 4}
    found = conductance(net, x, baseline, keep_terms="filters", **options)
    every = conductance(net, x, baseline, keep_terms=1, **options)  # as good as True
    assert not found.terms and not conductance(net, x, baseline, **options).along.filter_slope
    for layer, slopes in found.along.filter_slope.items():
        term = every.terms[layer].term  # (steps, N, *positions, filters)
        sums = term.reshape(*term.shape[:2], -1, term.shape[-1]).sum(axis=2)
        np.testing.assert_allclose(slopes, sums, rtol=1e-12, atol=1e-15)
        np.testing.assert_array_equal(slopes, every.along.filter_slope[layer])
        together = np.tensordot(found.along.weight, slopes, 1)
        np.testing.assert_allclose(together, found.per_filter(layer), rtol=1e-12, atol=1e-15)


def test_float32_stays_float32(net):
    x, baseline = net.example(1)

    def F(x):
        return mg.tanh(mg.conv2d(x, net.stem.astype(np.float32))).named("stem").sum(axis=(1, 2, 3))

    for method in ("chain_rule", "difference"):
        found = conductance(
            F, x.astype(np.float32), baseline, steps=3, method=method, keep_terms=True
        )
        terms = found.terms["stem"]
        for array in (found["stem"], terms.dF_dy, terms.dy_dalpha, terms.term):
            assert array.dtype == np.float32
    assert integrated_gradients(F, x.astype(np.float32), baseline, steps=3).dtype == np.float32


def test_parameters_get_no_gradient_and_the_tape_begins_at_the_first_layer_asked_for(net):
    weight = mg.Parameter(np.ones((2, 2)))
    seen = []

    def F(x):
        first = mg.tanh(mg.matmul(x, weight)).named("first")
        second = mg.tanh(mg.matmul(first, weight)).named("second")
        seen.append((first, second))
        return second.sum(axis=1)

    conductance(F, np.ones((1, 2)), 0.0, layers=["second"], steps=2)
    assert weight.grad is None
    first, second = seen[0]  # the last calls score the two ends, without a tape
    assert first.creator is None and second.creator is None and second.grad is not None


def test_the_tape_is_freed_at_once_without_the_garbage_collector(net):
    """A cycle of references would keep every tape until the collector runs: gigabytes."""
    alive = []

    def F(x):
        score = net(x)
        alive.append(weakref.ref(score))
        return score

    x, baseline = net.example(1)
    gc.disable()
    try:
        conductance(F, x, baseline, steps=4, batch_size=1)
        with ablate({"mixed": [0]}):
            internal_influence(F, x, baseline, steps=2, batch_size=1)
        conductance_map(F, x, baseline, layer="mixed", select=0, steps=2, batch_size=1)
        assert len(alive) == 10 and [reference() for reference in alive] == [None] * len(alive)
    finally:
        gc.enable()


def test_the_number_of_workers_changes_no_bit(net):
    x, baseline = net.example(2)
    alone = conductance(net, x, baseline, steps=7, workers=1)
    for workers in (2, 3):
        found = conductance(net, x, baseline, steps=7, workers=workers)
        for layer in alone:
            np.testing.assert_array_equal(found[layer], alone[layer])
        np.testing.assert_array_equal(found.along.slope, alone.along.slope)


def test_the_number_of_workers_changes_no_bit_with_products_that_blas_would_split():
    model = mini_inception(rng=1)
    x = np.random.default_rng(0).uniform(-100, 100, (1, 64, 64, 3)).astype(np.float32)
    alone = conductance(ClassScore(model, 3), x, 0.0, steps=5, workers=1)
    both = conductance(ClassScore(model, 3), x, 0.0, steps=5, workers=2)
    for layer in alone:
        np.testing.assert_array_equal(both[layer], alone[layer])


def test_gradients_of_what_f_holds_are_left_alone():
    weight = mg.Tensor(np.ones((2, 2)), requires_grad=True)

    def F(x):
        return mg.tanh(mg.matmul(x.named("x"), weight)).named("h").sum(axis=1)

    weight.grad = mine = np.full((2, 2), 7.0)
    conductance(F, np.ones((1, 2)), 0.0, steps=2)
    internal_influence(F, np.ones((1, 2)), 0.0, steps=2)
    gradient_times_activation(F, np.ones((1, 2)))
    assert weight.grad is mine


def test_workers_see_the_contexts_of_the_caller(net):
    x, baseline = net.example(1)
    with ablate({"mixed": [1]}):
        found = conductance(net, x, baseline, steps=4, workers=2)
    assert not found["mixed"][..., 1].any()


def test_an_error_in_a_worker_reaches_the_caller_and_blas_gets_its_threads_back(net):
    from minigrad.machine.blas import numpy_blas

    blas, calls = numpy_blas(), []
    before = blas.get_num_threads() if blas else None

    def F(x):
        calls.append(len(x))
        if len(calls) > 5:
            raise RuntimeError("the sixth call fails")
        return net(x)

    x, baseline = net.example(1)
    with pytest.raises(RuntimeError, match="sixth"):
        conductance(F, x, baseline, steps=40, workers=2, batch_size=1)
    assert len(calls) < 12  # what had not begun did not begin
    assert (blas.get_num_threads() if blas else None) == before


def test_a_batch_at_x_is_shared_out_with_each_example_its_label():
    weight = np.random.default_rng(0).standard_normal((3, 4))

    def model(x):
        return mg.matmul(mg.tanh(x).named("h"), weight)

    x, labels = np.random.default_rng(1).standard_normal((5, 3)), [3, 0, 1, 1, 2]
    for measure in (activation, gradient_times_activation):
        whole = measure(ClassScore(model, labels), x, workers=1)["h"]
        shared = measure(ClassScore(model, labels), x, workers=2)["h"]
        np.testing.assert_allclose(shared, whole, rtol=1e-14)


def test_predict_is_the_model_row_by_row():
    weight = np.random.default_rng(0).standard_normal((3, 4))

    def model(x):
        return mg.tanh(mg.matmul(x, weight))

    x = np.random.default_rng(1).standard_normal((5, 3))
    for workers in (None, 1, 2, 9):
        np.testing.assert_allclose(mg.predict(model, x, workers), np.tanh(x @ weight), rtol=1e-14)


# ---- results ----


def test_a_fixed_number_of_steps_claims_no_convergence(net):
    assert conductance(net, *net.example(1), steps=3).converged is None


def test_strongest_are_the_largest_for_and_against(net):
    x, baseline = net.example(2)
    found = conductance(net, x, baseline, steps=5)
    sums = found.per_filter("mixed")[1]
    for_score, against = found.strongest("mixed", 2, example=1)
    assert for_score == [(int(i), float(sums[i])) for i in np.argsort(-sums) if sums[i] > 0][:2]
    assert against == [(int(i), float(sums[i])) for i in np.argsort(sums) if sums[i] < 0][:2]


# ---- quadrature ----


@pytest.mark.parametrize("rule", ["gauss_legendre", "midpoint", "trapezoid", "left", "right"])
@pytest.mark.parametrize("steps", [2, 5, 50, 200])
def test_weights_sum_to_one_and_points_increase(rule, steps):
    alphas, weights = quadrature(steps, rule)
    assert weights.sum() == pytest.approx(1, abs=1e-13)
    assert (np.diff(alphas) > 0).all() and alphas[0] >= 0 and alphas[-1] <= 1


@pytest.mark.parametrize(
    "rule, order", [("midpoint", 2), ("trapezoid", 2), ("left", 1), ("right", 1)]
)
def test_order_of_convergence(rule, order):
    errors = []
    for steps in (100, 200):
        alphas, weights = quadrature(steps, rule)
        errors.append(abs((weights * np.exp(alphas)).sum() - (np.e - 1)))
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.05)


def test_gauss_legendre_is_exact_for_polynomials_of_degree_2n_minus_1():
    alphas, weights = quadrature(5)
    for degree in range(10):
        assert (weights * alphas**degree).sum() == pytest.approx(1 / (degree + 1), abs=1e-14)
    assert abs((weights * alphas**10).sum() - 1 / 11) > 1e-7


# ---- ablation ----


def test_ablated_filters_are_zero_and_others_are_not(net):
    x, _ = net.example(2)
    with ablate({"mixed": [1, 4]}), mg.watch_layers(["mixed"]) as hidden:
        net(mg.Tensor(x)).sum().backward()
    mixed = hidden.tensors["mixed"].data
    assert not mixed[..., [1, 4]].any() and mixed[..., [0, 2, 3]].all()


def test_ablating_a_filter_is_multiplying_its_outgoing_weights_by_zero():
    first, second = np.random.default_rng(0).standard_normal((2, 3, 3))

    def F(x, second=second):
        return mg.matmul(mg.tanh(mg.matmul(x, first)).named("h"), second).sum(axis=1)

    x = np.ones((1, 3))
    with ablate({"h": [1]}):
        ablated = F(mg.Tensor(x)).numpy()
        found = conductance(F, x, 0.0, steps=5)
    without = second.copy()
    without[1] = 0
    np.testing.assert_allclose(ablated, F(mg.Tensor(x), without).numpy(), rtol=1e-14)
    assert found["h"][0, 1] == 0 and found["h"][0, 0] != 0


def test_one_filter_may_be_given_as_a_number_and_none_as_an_empty_list(net):
    x, _ = net.example(1)
    with ablate({"mixed": 2, "top": []}):
        found = activation(net, x)
    assert not found["mixed"][..., 2].any() and found["top"].all()
    assert not conductance_map(net, *net.example(1), layer="mixed", select=[], steps=1).any()


def test_ablations_nest_and_end(net):
    x, _ = net.example(1)
    whole = activation(net, x)["mixed"]
    with ablate({"mixed": [0]}):
        with ablate({"mixed": [2]}):
            both = activation(net, x)["mixed"]
        one = activation(net, x)["mixed"]
    assert not both[..., [0, 2]].any()
    assert not one[..., 0].any() and one[..., 2].all()
    np.testing.assert_array_equal(activation(net, x)["mixed"], whole)


# ---- bad use ----


def turned_layer(x):
    return mg.transpose(mg.transpose(x[:, 0, 0], 1, 0).named("turned"), 1, 0).sum(axis=1)


@pytest.mark.parametrize(
    "call, error, words",
    [
        (
            lambda net, x, b: conductance(net, x, b, layers=["mixed9z"]),
            KeyError,
            "no layer named 'mixed9z'.*stem",
        ),
        (lambda net, x, b: conductance(net, x, b, steps=0), ValueError, "at least 1"),
        (
            lambda net, x, b: conductance(net, x, b, rule="simpson"),
            ValueError,
            "unknown rule 'simpson'",
        ),
        (
            lambda net, x, b: conductance(net, x, b, method="magic"),
            ValueError,
            "unknown method 'magic'",
        ),
        (lambda net, x, b: conductance(net, x, b, batch_size=0), ValueError, "batch_size is 0"),
        (
            lambda net, x, b: conductance(net, x, b, keep_terms="filter"),
            ValueError,
            "keep_terms is 'filter'; expected True, False or 'filters'",
        ),
        (
            lambda net, x, b: conductance(net, x, b, method="difference", rule="simpson"),
            ValueError,
            "unknown rule 'simpson'",
        ),
        (
            lambda net, x, b: conductance(net, x, b, steps="auto", tolerance=-1),
            ValueError,
            "tolerance is -1",
        ),
        (lambda net, x, b: conductance(net, x, b, layers="stem"), TypeError, "'stem' is one name"),
        (
            lambda net, x, b: conductance(turned_layer, x, b, batch_size=1),
            ValueError,
            "its first axis must be theirs",
        ),
        (lambda net, x, b: conductance(net, x, b, workers=0), ValueError, "workers is 0"),
        (lambda net, x, b: conductance(net, x, b, steps="many"), ValueError, "steps is 'many'"),
        (
            lambda net, x, b: conductance(net, x, b, steps="auto", most_steps=5),
            ValueError,
            "begins with 9 points",
        ),
        (
            lambda net, x, b: conductance(net, x, b, steps="auto", rule="midpoint"),
            ValueError,
            "goes with rule 'trapezoid', not 'midpoint'",
        ),
        (
            lambda net, x, b: conductance(net, x, b, method="difference", rule="midpoint"),
            ValueError,
            "goes with rule 'trapezoid' or 'left'",
        ),
        (
            lambda net, x, b: conductance(net, x, b, steps=[0, 0.5, 0.5, 1]),
            ValueError,
            "must increase from 0 to 1",
        ),
        (
            lambda net, x, b: conductance(
                net, x, b, steps=[0, 1], method="chain_rule", rule="left"
            ),
            ValueError,
            "points that are given have the trapezoid rule",
        ),
        (lambda net, x, b: conductance(net, x[:0], b[:0]), ValueError, "batch is empty"),
        (lambda net, x, b: conductance(net, x[0, 0, 0], 0.0), ValueError, r"x\[None\]"),
        (lambda net, x, b: conductance(net, x * np.nan, b), ValueError, "x holds NaN"),
        (
            lambda net, x, b: conductance(net, x, b * np.inf),
            ValueError,
            "baseline holds NaN or infinity",
        ),
        (lambda net, x, b: conductance(net, x, b[:, :2]), ValueError, "does not broadcast"),
        (
            lambda net, x, b: conductance(net, np.ones((1, 4), int), 0.0),
            TypeError,
            "dtype int.*give floats",
        ),
        (
            lambda net, x, b: conductance(lambda t: t.sum(), x, b),
            ValueError,
            "one score for each row",
        ),
        (lambda net, x, b: conductance(lambda t: t.data, x, b), TypeError, "expected a Tensor"),
        (
            lambda net, x, b: conductance(lambda t: t.sum(axis=(1, 2, 3)), x, b),
            ValueError,
            "names no layer",
        ),
        (
            lambda net, x, b: conductance_map(net, x, b, layer="mixed", select=5),
            IndexError,
            "filters 0 to 4, got \\[5\\]",
        ),
        (
            lambda net, x, b: conductance_map(net, x, b, layer="mixed", select=[-1]),
            IndexError,
            "filters 0 to 4, got \\[-1\\]",
        ),
        (
            lambda net, x, b: conductance_map(
                net, x, b, layer="mixed", select=np.ones((2, 2), bool)
            ),
            ValueError,
            "mask has shape",
        ),
        (
            lambda net, x, b: conductance_map(net, x, b, layer="nowhere", select=0),
            KeyError,
            "no layer named 'nowhere'",
        ),
        (lambda net, x, b: conductance(net, x, b)["nowhere"], KeyError, "no layer named 'nowhere'"),
        (
            lambda net, x, b: activation(net, x).completeness_error("mixed"),
            ValueError,
            "no baseline",
        ),
        (lambda net, x, b: ClassScore(net, [])(mg.Tensor(x)), ValueError, "class index"),
        (
            lambda net, x, b: ClassScore(lambda t: t[:, 0, 0], -1)(mg.Tensor(x)),
            IndexError,
            "0 to 1",
        ),
        (
            lambda net, x, b: ClassScore(lambda t: t[:, 0, 0], [0, 1, 0])(mg.Tensor(x)),
            ValueError,
            "shared among 3 labels",
        ),
    ],
)
def test_bad_use_gets_an_error_that_teaches(net, call, error, words):
    x, baseline = net.example(1)
    with pytest.raises(error, match=words):
        call(net, x, baseline)


def test_two_layers_of_one_name_are_refused():
    with pytest.raises(ValueError, match="two tensors are named 'h'"):
        conductance(lambda x: (x.named("h") * 1).named("h").sum(axis=1), np.ones((1, 2)), 0.0)


@pytest.mark.parametrize(
    "filters, error, words",
    [
        ({"mixed": [5]}, IndexError, "filters 0 to 4, got \\[5\\]"),
        ({"mixed": [-1]}, IndexError, "filters 0 to 4"),
        ({"mixed": [0.5]}, TypeError, "whole numbers"),
        (["mixed"], TypeError, "expected a dictionary"),
        ({"mixd": [0]}, KeyError, "no layer named 'mixd' was met.*mixed"),
    ],
)
def test_bad_ablation_gets_an_error_that_teaches(net, filters, error, words):
    x, _ = net.example(1)
    with pytest.raises(error, match=words):
        with ablate(filters):
            net(mg.Tensor(x))


def test_class_score_gives_each_example_its_own_label():
    weight = np.random.default_rng(0).standard_normal((3, 4))

    def model(x):
        return mg.matmul(mg.tanh(x).named("h"), weight)

    x = np.random.default_rng(1).standard_normal((2, 3))
    both = conductance(ClassScore(model, [1, 3]), x, 0.0, steps=4)
    for n, label in enumerate([1, 3]):
        alone = conductance(ClassScore(model, label), x[n : n + 1], 0.0, steps=4)
        np.testing.assert_allclose(both["h"][n], alone["h"][0], rtol=1e-13)


@pytest.mark.parametrize(
    "points, batch_size, examples",
    ((50, 2, 1), (50, 5, 1), (7, 3, 1), (3, 1, 1), (1, 4, 1), (10, 4, 2), (10, 1, 3)),
)
def test_batches_are_the_path_in_order_small_enough_and_alike(points, batch_size, examples):
    path = StraightPath(np.ones((examples, 2)), 0.0)
    alphas, _ = quadrature(points)
    batches = path.batches(alphas, batch_size)
    assert np.array_equal(np.concatenate(batches), alphas)
    sizes = [len(batch) for batch in batches]
    assert max(sizes) * examples <= max(batch_size, examples) and max(sizes) - min(sizes) <= 1
    assert len(batches) == points or (len(batches) % 2 == 0 and len(batches) >= 4)


# ---- options ----

OPTIONS = (
    "layers measures steps rule method tolerance most_steps batch_size keep_terms workers progress"
)
SUBJECTS = ("layer", "select", "selections", "unit")  # what an attribution is about comes first


@pytest.mark.parametrize("attribution", ALONG_A_PATH)
def test_after_the_baseline_all_is_named_and_in_one_order(attribution):
    first, second, third, *options = inspect.signature(attribution).parameters.values()
    assert (first.name, second.name, third.name) == ("F", "x", "baseline")
    assert all(option.kind is option.KEYWORD_ONLY for option in options)
    order = [*SUBJECTS, *OPTIONS.split()]
    names = [option.name for option in options]
    assert names == sorted(names, key=order.index)


@pytest.mark.parametrize("attribution", ALONG_A_PATH)
def test_a_positional_option_is_refused(net, attribution):
    with pytest.raises(TypeError, match="3 positional arguments"):
        attribution(net, *net.example(1), 50)
