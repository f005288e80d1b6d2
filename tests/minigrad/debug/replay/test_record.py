"""What a traced step holds is what the engine computed, as a debugger sees it too."""

import gc
import re
import sys
import weakref

import numpy as np
import pytest

import minigrad as mg
from lessons.networks.two_neurons import BASELINE, CONDUCTANCE, F, X
from minigrad.attribution import conductance, integrated_gradients
from minigrad.debug import tracing
from minigrad.debug.replay import record
from minigrad.function import Function

from .tracing import OTHER, STEPS, kinds, page_data, sweep, traced, walk


def test_a_debugger_that_stops_in_every_operation_sees_the_same_arrays():
    """Python's own hook, as pdb uses it, in forward, jvp and backward of every operation."""
    calls = {"_compute": "forward", "_tangent": "tangent", "gradients_of_inputs": "backward"}
    stops = []

    def on_return(frame, event, value):
        if event == "return":
            function = frame.f_locals["self"]
            went_in = [v for k, v in frame.f_locals.items() if k in names_of(frame)]
            outputs = value if isinstance(value, tuple) else (value,)
            needed = function.needs_grad if frame.f_code.co_name == "backward" else (True,)
            came_out = [np.array(one) for one, wanted in zip(outputs, needed) if wanted]
            stops.append((calls[frame.f_back.f_code.co_name], function.name, went_in, came_out))
        return on_return

    def on_call(frame, event, value):
        method = frame.f_code.co_name in ("forward", "jvp", "backward")
        of_engine = method and isinstance(frame.f_locals.get("self"), Function)
        return on_return if of_engine and frame.f_back.f_code.co_name in calls else None

    def names_of(frame):
        return frame.f_code.co_varnames[1 : frame.f_code.co_argcount]

    def both():
        sweep()
        walk()

    before = sys.gettrace()
    try:
        with mg.trace(collect=True, arrays=True) as seen:
            sys.settrace(on_call)
            both()
    finally:
        sys.settrace(before)
    steps = [step for step in seen.steps if step.kind not in ("name", "product")]
    assert [(step.kind, step.operation) for step in steps] == [stop[:2] for stop in stops]
    assert len(steps) > 100
    for step, (kind, _, went_in, came_out) in zip(steps, stops):
        detail = step.detail
        *inputs, output = detail.tensors
        if kind == "forward":
            shown_in, shown_out = [one.value for one in inputs], [output.value]
        elif kind == "tangent":
            shown_in = [one.tangent for one in inputs if one.tangent is not None]
            went_in, shown_out = [one for one in went_in if one is not None], [output.tangent]
        else:
            shown_in = [detail.grad_output]
            shown_out = [one for one in detail.contributions if one is not None]
        # the tangent of a constant is zeros or is left out
        if len(shown_in) == len(went_in):
            for shown, array in zip(shown_in, went_in):
                np.testing.assert_array_equal(shown.values, array)
        assert len(shown_out) == len(came_out)
        for shown, array in zip(shown_out, came_out):
            np.testing.assert_array_equal(shown.values, array)


def test_sums_so_far_end_in_the_gradients_and_a_second_sweep_begins_anew():
    x = mg.Tensor([2.0, 3.0], requires_grad=True, name="x")

    def run():
        y = (x * x + x * 3).named("y")
        z = (y * y + y).sum()
        z.backward()
        z.backward()

    seen = traced(run)
    last = {}
    for step in seen.steps:
        for tensor, total in zip(step.detail.tensors, step.detail.sums):
            if total is not None and tensor.number == seen.steps[0].detail.tensors[0].number:
                last.setdefault(step.detail.sweep, []).append(total.values)
    assert len(last) == 2  # both backward sweeps
    for totals in last.values():
        assert len(totals) == 3  # x * x gives two at once, x * 3 one
        np.testing.assert_array_equal(totals[-1], x.grad)
    assert [step.detail.begins for step in seen.steps if step.kind == "backward"].count(True) == 2


def test_products_are_the_terms_and_their_running_sums_end_in_the_conductance():
    found = walk(keep_terms=True)
    seen = traced(walk)
    products = [step.detail for step in seen.steps if step.kind == "product"]
    terms = found.terms["y"]
    assert len(products) == STEPS
    for k, detail in enumerate(products):
        assert detail.alphas == (found.points[k],)
        for key, expected in (
            ("dF_dy", terms.dF_dy[k]),
            ("dy", terms.dy_dalpha[k]),
            ("term", terms.term[k]),
            ("weights", terms.weight[k]),
        ):
            np.testing.assert_array_equal(detail.product[key][0], expected)
    np.testing.assert_array_equal(products[-1].product["running"][-1], found["y"])
    np.testing.assert_allclose(found["y"][0], [float(part) for part in CONDUCTANCE], rtol=1e-14)


def test_every_step_of_a_walk_knows_its_alpha_and_none_outside():
    seen = traced(lambda: (sweep(), walk(), sweep()))
    alphas = [step.detail.alphas for step in seen.steps]
    first, last = kinds(seen).index("product"), STEPS
    assert alphas[0] is None and alphas[-1] is None
    assert alphas[first] == (1 / (2 * last),)
    assert all(alphas[k] == alphas[first] for k in range(first - 12, first))
    points = {one for one in alphas if one is not None}
    assert {(float(point),) for point in walk().points} <= points
    ends = {(1.0, 0.0), (1.0, 1.0)}  # the two passes that compute F(x) and F(x')
    assert points - {(float(point),) for point in walk().points} == ends


@pytest.mark.parametrize("options", [{"batch_size": None}, {"steps": [0, 0.25, 1.0], "rule": None}])
def test_several_points_at_a_time_and_the_line_integral_give_the_same_sums(options):
    found = walk(**options)
    products = [
        step.detail for step in traced(lambda: walk(**options)).steps if step.detail.product
    ]
    np.testing.assert_array_equal(products[-1].product["running"][-1], found["y"])
    for detail in products:
        product = detail.product
        np.testing.assert_allclose(product["term"], product["dF_dy"] * product["dy"], rtol=1e-13)
        assert len(detail.alphas) == len(product["term"]) == len(product["running"])


def test_integrated_gradients_end_in_a_product_with_the_way_of_x():
    found = integrated_gradients(F, X, BASELINE, steps=3)
    seen = traced(lambda: integrated_gradients(F, X, BASELINE, steps=3))
    products = [step.detail.product for step in seen.steps if step.kind == "product"]
    assert len(products) == 4 and all(product["name"] == "x" for product in products)
    np.testing.assert_array_equal(products[-1]["term"][0], found)
    integral = products[-1]["dF_dy"][0]
    np.testing.assert_allclose(products[2]["running"][-1], integral, rtol=1e-13)
    np.testing.assert_array_equal(products[-1]["dy"][0], X - BASELINE)
    assert [product["way"] for product in products] == ["sum"] * 3 + ["final"]


def test_without_arrays_a_trace_is_what_it_was():
    with mg.trace(collect=True) as plain:
        sweep()
        walk()
    seen = traced(lambda: (sweep(), walk()))
    assert all(step.detail is None for step in plain.steps)
    kept = [str(step) for step in seen.steps if step.kind != "product"]
    lines = [re.sub(r":\d+$", "", line) for line in map(str, plain.steps)]
    assert lines == [re.sub(r":\d+$", "", line) for line in kept]
    with pytest.raises(ValueError, match="no arrays were kept"):
        plain.save("page.html")
    with pytest.raises(ValueError, match="add collect=True"):
        mg.trace(arrays=True)


def test_a_trace_keeps_no_tensor_alive():
    kept = []

    def run():
        x = mg.Tensor(OTHER, requires_grad=True)
        score = F(x)
        score.backward()
        kept.extend([weakref.ref(x), weakref.ref(score)])

    seen = traced(run)
    gc.collect()
    assert [reference() for reference in kept] == [None, None]
    assert seen.steps[0].detail.tensors[0].value.values.tolist() == OTHER.tolist()


def test_a_tensors_number_is_never_given_twice_though_tensors_die():
    def run():
        for _ in range(20):
            mg.relu(mg.Tensor(OTHER))

    numbers = [step.detail.tensors[-1].number for step in traced(run).steps]
    assert len(set(numbers)) == 20


def test_what_is_overwritten_later_does_not_change_what_was_seen():
    weight = mg.Tensor([1.0, 2.0], requires_grad=True, name="w")

    def run():
        (weight * weight).sum().backward()
        weight.data -= weight.grad

    step = traced(run).steps[0]
    assert step.detail.tensors[0].value.values.tolist() == [1.0, 2.0]


def test_of_a_loop_the_first_rounds_are_kept_and_the_rest_is_counted(monkeypatch):
    def run():
        for _ in range(40):
            mg.relu(mg.Tensor(OTHER))

    seen = traced(run)
    assert len(seen.steps) == record.MOST_ALIKE and seen.left_out == 40 - record.MOST_ALIKE
    monkeypatch.setattr(record, "MOST_STEPS", 10)
    seen = traced(lambda: (run(), walk()))
    assert kinds(seen).count("product") == STEPS  # they have a limit of their own
    assert len(seen.steps) == 10 + STEPS
    assert f"{seen.left_out:,} more steps" in " ".join(page_data(seen)["notes"])


def test_only_picks_operations_and_names():
    seen = traced(lambda: walk(), only=["y"])
    assert {step.operation for step in seen.steps} == {"relu", "get_item", "product"}
    assert {step.operation for step in traced(walk, only=["multiply"]).steps} == {"multiply"}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_on_a_gpu_the_same_is_seen_as_in_numpys_memory(strict, dtype, monkeypatch):
    monkeypatch.setattr(tracing, "norm", lambda array: 0.0)  # CuPy's, which the stand-in has not
    rng = np.random.default_rng(0)
    image, kernel = (rng.normal(size=shape).astype(dtype) for shape in ((1, 7, 7, 2), (3, 3, 2, 3)))

    def score(x):
        h = mg.relu(mg.conv2d(x, kernel if isinstance(x.data, np.ndarray) else there)).named("h")
        return (h * h).sum(axis=(1, 2, 3))

    there = strict.asarray(kernel)
    here = traced(lambda: conductance(score, image, np.zeros_like(image), steps=2))
    x = strict.asarray(image)
    gpu = traced(lambda: conductance(score, x, strict.zeros_like(x), steps=2, batch_size=1))
    steps = [step for step in here.steps if step.kind == "backward"]
    assert len(steps) > 5
    for one, other in zip(steps, [step for step in gpu.steps if step.kind == "backward"]):
        assert one.operation == other.operation and one.detail.alphas == other.detail.alphas
        for expected, found in zip(one.detail.sums, other.detail.sums):
            assert (expected is None) == (found is None)
            if found is not None:
                assert found.dtype == dtype.__name__
                assert found.norm == pytest.approx(expected.norm, rel=1e-5)
    assert page_data(gpu)["steps"]


def test_forward_mode_as_a_function_and_no_grad_are_seen_too():
    def run():
        mg.jvp(F, (X,), (np.ones_like(X),))
        with mg.no_grad():
            F(mg.Tensor(X))

    seen = traced(run)
    assert kinds(seen).count("tangent") == 5 and kinds(seen).count("forward") == 10
    assert "backward" not in kinds(seen)
    (graph,) = page_data(seen)["graphs"]  # both are passes through one network
    assert len(graph["nodes"]) == 8
