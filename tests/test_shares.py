"""The walk behind the convolutions against the plain walk over the embedded words, which is its specification."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import conductance, integrated_gradients
from models.shares import contenders, shares_of
from models.text import padded
from tests.test_explain_text import TEXTS, network  # noqa: F401 (a fixture)


@pytest.mark.parametrize("baseline", ("padding", "zero"))
def test_shares_are_those_of_the_plain_walk_over_the_words(network, baseline):  # noqa: F811
    tokens = padded([network.tokenize([text])[0] for text in TEXTS])
    F, x, x_baseline = network.scorer(tokens), network.embed(tokens).data, network.baseline(tokens, baseline)
    found = shares_of(network, tokens, 30, baseline, workers=1)
    plain = conductance(F, x, x_baseline, ["filters"], 30)
    np.testing.assert_allclose(found.filters, plain["filters"], atol=1e-12)
    np.testing.assert_allclose(found.difference, plain.difference, atol=1e-12)
    np.testing.assert_allclose(found.words, integrated_gradients(F, x, x_baseline, 30), atol=1e-12)


def test_no_window_but_a_contender_is_ever_the_largest():
    rng = np.random.default_rng(0)
    start = rng.standard_normal((5, 12, 7)).round(1)  # rounded, so that some are equal
    end = (start + 0.5 * rng.standard_normal(start.shape)).round(1)
    places = contenders(end, start)
    assert 1 < places.shape[1] < 12
    few_start, few_end = (np.take_along_axis(one, places, axis=1) for one in (start, end))
    for alpha in np.linspace(0.001, 1, 200):
        every, few = start + alpha * (end - start), few_start + alpha * (few_end - few_start)
        np.testing.assert_array_equal(every.max(axis=1), few.max(axis=1))
        first = np.take_along_axis(places, few.argmax(axis=1)[:, None], axis=1)[:, 0]
        np.testing.assert_array_equal(every.argmax(axis=1), first)  # of equal ones the same


def test_a_window_that_may_not_begin_never_wins():
    start, end = np.full((1, 3, 2), -5.0), np.array([[[-1.0, 2.0], [-1e4, -1e4], [-3.0, 1.0]]])
    start[0, 1] = -1e4
    assert contenders(end, start)[..., 0].tolist() == [[0]] and mg.Tensor(end).max(axis=1).data.tolist() == [[-1.0, 2.0]]
