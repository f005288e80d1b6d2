"""The walk behind the convolutions against its specification, the walk over the embedded words."""

import numpy as np
import pytest

import minigrad as mg
from minigrad.attribution import conductance, integrated_gradients
from models.explain.attributions import attributions_of
from models.sentiment import NEVER
from models.sentiment.words import padded
from tests.helpers.sentences import TEXTS


@pytest.mark.parametrize("baseline", ("padding", "zero"))
def test_attributions_are_those_of_the_plain_walk_over_the_words(reader, baseline):
    tokens = padded([reader.tokenize([text])[0] for text in TEXTS])
    F, x = reader.scorer(tokens), reader.embed(tokens).data
    x_baseline = reader.baseline(tokens, baseline)
    found = attributions_of(reader, tokens, 30, baseline)
    plain = conductance(F, x, x_baseline, layers=["filters"], steps=np.linspace(0, 1, 30))
    np.testing.assert_allclose(found.filters, plain["filters"], atol=1e-12)
    np.testing.assert_allclose(found.difference, plain.difference, atol=1e-12)
    expected = integrated_gradients(F, x, x_baseline, steps=30)
    np.testing.assert_allclose(found.words, expected, atol=1e-12)
    np.testing.assert_allclose(found.score, reader(tokens).data, atol=1e-12)


def test_a_window_that_may_not_begin_never_wins(reader):
    """Even where every filter is far below 0 at every window that may."""
    tokens = padded([reader.tokenize([text])[0] for text in ("good", "the plot was never dull")])
    before = [one.bias.data for one in reader.convolutions]
    try:
        for one in reader.convolutions:
            one.bias.data = one.bias.data - 100
        windows = reader.convolve(reader.embed(tokens), reader.lengths(tokens)).data
        found = attributions_of(reader, tokens, 5, "padding")
    finally:
        for one, bias in zip(reader.convolutions, before):
            one.bias.data = bias
    # one word: one window of each filter
    assert (windows[0, 1:] == NEVER).all() and (windows[0, 0] > NEVER).all()
    # five words: windows at 0, 1 and 2
    first_of_width_3, last_of_width_3 = windows[1, :3, :64], windows[1, 3:, :64]
    assert (first_of_width_3 > NEVER).all() and (last_of_width_3 == NEVER).all()
    assert (found.windows == -1).all() and not found.filters.any() and not found.words.any()
    assert mg.Tensor(windows).max(axis=1).data.max() < 0
