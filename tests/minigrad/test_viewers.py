"""What debuggers and viewers of arrays are told that know nothing of minigrad."""

import io
import re

import numpy as np
import pytest

import minigrad as mg


def made():
    """A tensor as one meets it in a debugger: named, with a tangent, made on a line here."""
    x = mg.Tensor(np.full((1, 14, 14, 512), -1.234e-05, np.float32), tangent=X)
    return mg.multiply(x, 1.0).named("mixed4c")


X = np.zeros((1, 14, 14, 512), np.float32)


def test_the_first_85_characters_of_a_repr_say_the_most_and_the_last_42_the_place():
    """So much is left of a tensor inside a list: debugpy shortens each one's repr to 128."""
    text = repr(made())
    assert text[:85].startswith("Tensor('mixed4c', shape (1, 14, 14, 512), float32, values [-1.23")
    assert re.search(r"from multiply at test_viewers\.py:\d+\)$", text[-42:])
    assert "\n" not in text


def test_messages_keep_the_whole_path_that_one_can_click():
    y = mg.multiply(mg.Tensor(np.ones(3)), 2.0)
    with pytest.raises(ValueError, match=re.escape(f"from multiply at {__file__}:")):
        y.backward()


@pytest.mark.parametrize(
    "asked",
    [lambda y: np.savetxt(io.StringIO(), y, delimiter="~"), np.asarray],
    ids=["text", "table"],
)
def test_pycharms_view_as_array_is_told_what_to_open(asked):
    """It takes every class named Tensor for another's, and asks for its shape, then for its values:
    by a DataFrame, which calls `asarray`, or without pandas as text."""
    with mg.trace(collect=True) as seen:
        y = made()
        steps = len(seen.steps)
        assert (y.ndim, y.shape[0], str(y.dtype)) == (4, 1, "float32")
        with pytest.raises(TypeError, match=r"In a debugger's viewer open .*: y\.data, not y"):
            asked(y)
        assert len(seen.steps) == steps


def test_pudb_shows_what_a_tensor_is():
    var_view = pytest.importorskip("pudb.var_view")
    with mg.trace(collect=True) as seen:
        y = made()
        steps = len(seen.steps)
        assert var_view.default_stringifier(y) == repr(y)
        assert var_view.default_stringifier(mg.Parameter([2.0])).endswith(
            "values [2], requires_grad)"
        )
        half_made = mg.Parameter.__new__(mg.Parameter)
        assert var_view.default_stringifier(half_made) == "Parameter, not yet made"
        assert len(seen.steps) == steps
