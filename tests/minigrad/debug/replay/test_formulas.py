"""The formulas on a page, computed by NumPy, are what the engine computed."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.debug.replay.formulas import ENTRYWISE, WORDS, formulas
from minigrad.function import Function

from ...functions.operations import ROWS
from .tracing import traced


def value_of(rule, names, shape):
    """What a formula gives, computed by NumPy."""
    if "entry" in rule:
        # fmt: off
        functions = {"exp": np.exp, "log": np.log, "sqrt": np.sqrt, "tanh": np.tanh, "abs": np.abs,
                     "sign": np.sign, "max": np.maximum}
        # fmt: on
        expression = rule["entry"].replace("min(", "minimum(")
        found = eval(expression, {**functions, "minimum": np.minimum}, names)
        return summed_to(np.broadcast_to(found, names["out"].shape), shape)
    total = np.zeros(shape)
    for subscripts, factors in rule["sum"]:
        into, result = subscripts.split("->")
        operands = [names[factor] for factor in factors]
        missing = [letter for letter in result if letter not in into]
        lengths = [shape[result.index(letter)] for letter in missing]
        ones = [np.ones(length) for length in lengths]
        total = total + np.einsum(",".join([into, *missing]) + "->" + result, *operands, *ones)
    return total * rule["scale"]


def summed_to(array, shape):
    """The sum over the copies of a broadcast input; the array itself if it was none."""
    while array.ndim > len(shape):
        array = array.sum(axis=0)
    axes = tuple(k for k, length in enumerate(shape) if length == 1 and array.shape[k] != 1)
    return array.sum(axis=axes, keepdims=True) if axes else array


@pytest.mark.parametrize("case", ROWS, ids=lambda row: row.name)
def test_every_formula_gives_the_engines_numbers(case):
    """For each case of the tests of operations, in all three directions."""
    rng = np.random.default_rng(0)
    arrays = [np.array(array, dtype=float) for array in case.draw(rng)]
    tensors = [
        mg.Tensor(array, requires_grad=True, tangent=rng.normal(size=array.shape))
        for array in arrays
    ]

    def run():
        output = case.apply(*tensors)
        output.backward(rng.normal(size=output.shape))

    checked = 0
    for step in traced(run).steps:
        detail = step.detail
        *inputs, output = detail.tensors
        if any(one.value.values is None for one in detail.tensors):
            continue
        names = {one.argument: one.value.values for one in inputs} | {"out": output.value.values}
        moving = {one.argument for one in inputs if one.tangent is not None}
        names |= {f"d{one.argument}": one.tangent.values for one in inputs if one.tangent}
        zeros = {f"d{one.argument}": 0.0 for one in inputs if not one.tangent}
        names = zeros | names
        if step.kind == "backward":
            names["g"] = detail.grad_output.values
        rules = formulas(
            step.kind,
            step.operation,
            [one.argument for one in inputs],
            [one.value.shape for one in detail.tensors],
            detail.attributes,
            moving,
        )
        expected = {
            "forward": [output.value],
            "tangent": [output.tangent],
            "backward": detail.contributions,
        }[step.kind]
        assert len(rules) == len(expected)
        for rule, shown in zip(rules, expected):
            if shown is None or "words" in rule:
                assert "words" not in rule or "see its method" not in rule["words"], step.operation
                continue
            found = value_of(rule, names, shown.shape)
            np.testing.assert_allclose(found, shown.values, rtol=1e-12, atol=1e-12)
            checked += 1
    assert checked or not set(ENTRYWISE) & {case.function}


def test_every_operation_has_a_formula_or_words():
    def operations(kind):
        for one in kind.__subclasses__():
            if one.__module__.startswith("minigrad.functions"):
                if "forward" in vars(one) or one.__subclasses__() == []:
                    yield getattr(one, "operation", one.__name__.lower())
            yield from operations(one)

    sums = {"linear", "matmul", "sum", "mean", "transpose"}
    known = set(ENTRYWISE) | set(WORDS) | sums
    assert set(operations(Function)) - known == set()
