"""What a check compares, and the picture that is drawn of a wrong answer."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from lessons.classroom import comparison, properties
from lessons.classroom.checking import Verdict


def broken(check):
    with pytest.raises(properties.PropertyBroken) as caught:
        check()
    return caught.value


def test_require_equal_compares_shape_and_numbers_and_keeps_both():
    properties.require_equal([1, 2], np.array([1.0, 2.0]), "p", "d")
    properties.require_equal(3, 3.0 + 1e-10, "p", "d")
    for got in (3.0 + 1e-7, [3.0], None, "3", [[1], [1, 2]], float("nan"), 3 + 1j):
        error = broken(lambda got=got: properties.require_equal(got, 3.0, "p", "d"))
        assert (error.property, error.detail, error.expected) == ("p", "d", 3.0)
    assert broken(lambda: properties.require_equal([1, 2], [1, 3], "p", "d")).got.tolist() == [1, 2]
    assert broken(lambda: properties.require(False, "p", "d", ["no", "number"], [1])).got is None


@pytest.mark.parametrize(
    "expected, got, titles",
    [
        (3.0, 3.5, ["expected, one number", "yours, one number", "yours − expected"]),
        (
            [1.0, 2, 3],
            [1.0, np.nan, np.inf],
            ["expected, 3 numbers", "yours, 3 numbers", "yours − expected"],
        ),
        ([1.0, 2, 3], np.ones((2, 3)), ["expected, 3 numbers", "yours, 2 × 3", ""]),
        (
            np.zeros((1, 33, 33, 3)),
            np.eye(33)[None, :, :, None] * [0, 2, 1],
            ["expected, 1 × 33 × 33 × 3", "yours, 1 × 33 × 33 × 3", "yours − expected"],
        ),
        ([[1e300, 0]], [[-1e300, 0]], ["expected, 1 × 2", "yours, 1 × 2", "yours − expected"]),
    ],
)
def test_the_picture_has_three_panels_and_one_scale_for_two(expected, got, titles, tmp_path):
    import matplotlib.pyplot as plt

    figure = comparison.draw(
        Verdict("add", "wrong", "the sum", "", np.array(expected), np.array(got))
    )
    panels = [axis for axis in figure.axes if axis.get_label() != "<colorbar>"]
    assert [panel.get_title() for panel in panels] == titles
    first, second, *third = [panel.images[0] for panel in panels if panel.images]
    assert first.get_clim() == second.get_clim()
    if third:
        np.testing.assert_array_equal(
            third[0].get_array().filled(0), (second.get_array() - first.get_array()).filled(0)
        )
        assert third[0].get_clim()[0] == -third[0].get_clim()[1]
    else:
        assert "the shapes differ" in panels[2].texts[0].get_text()
    if np.ndim(expected) > 2:
        assert "the part [0, :, :, 1]" in figure.get_suptitle()  # where the difference is largest
    elif third:
        assert len(panels[0].texts) == np.size(expected)
    plt.close(figure)


@pytest.mark.parametrize(
    "arrays", [(None, np.ones(2)), (np.ones(0), np.ones(2)), (np.ones(2), np.ones(2) * 1j)]
)
def test_what_cannot_be_drawn_is_not(arrays, tmp_path):
    assert comparison.save(Verdict("add", "wrong", "", "", *arrays), tmp_path) is None
    assert not list(tmp_path.iterdir())
