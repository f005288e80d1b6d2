"""`python -m models explain`: what it prints and draws, of a small Inception and of GoogLeNet."""

import numpy as np
import pytest

pytest.importorskip("PIL", reason="reading pictures needs Pillow; pip install -e '.[lessons]'")

import minigrad as mg
import models
from models.__main__ import main
from models.explain import describe, explain_picture
from models.explain.filters import listed, with_error
from models.inception import mini_inception
from models.inception.labels import read_labels
from models.scenes import sailboat
from tests.helpers.data import data_path
from tests.helpers.googlenet import converted_path


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """The weights of an untrained small Inception."""
    path = tmp_path_factory.mktemp("weights") / "mini.npz"
    mg.save_weights(path, mini_inception(rng=3), {"network": "mini_inception"})
    return path


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    path = tmp_path_factory.mktemp("pictures") / "boat.png"
    sailboat(96).save(path)
    return path


@pytest.fixture(scope="module")
def explanation(weights, picture):
    return explain_picture(models.load(weights), picture, steps=6)


def test_an_explanation_is_complete_and_its_maps_sum_to_their_filters(explanation):
    found = explanation.conductance
    assert list(found) == ["mixed3a", "mixed3b", "mixed4a", "mixed4b", "mixed5a"]
    for layer in found:
        np.testing.assert_allclose(found.along.layer_slope[layer], found.along.slope, rtol=1e-4)
    assert len(explanation.maps) == 5
    for layer, index, value, pixels, places in explanation.maps:
        assert pixels.shape == (64, 64) and places.shape == found[layer].shape[1:3]
        assert value == found.per_filter(layer)[0].max() == found.per_filter(layer)[0, index]
        assert pixels.sum() == pytest.approx(value, rel=1e-3)
        assert places.sum() == pytest.approx(value, rel=1e-5)


def test_the_top_labels_are_sorted_and_the_first_is_explained(explanation):
    scores = [score for _, _, score, _ in explanation.top]
    assert scores == sorted(scores, reverse=True) and len(scores) == 5
    assert (explanation.label, explanation.name) == explanation.top[0][:2]


def test_the_text_states_what_was_computed(explanation):
    text = describe(explanation)
    found = explanation.conductance
    assert f"F(x) − F(x') = {found.difference[0]:.4f}" in text
    assert f"{max(found.completeness_error(layer)[0] for layer in found):.3%}" in text
    assert f"{found.conservation_error()[0]:.1e}" in text  # by the chain rule
    assert max(map(len, text.splitlines())) < 100
    lines = text.splitlines()
    for layer in found:
        (at,) = [k for k, line in enumerate(lines) if line.startswith(f"  {layer}: ")]
        assert f"± {found.relative_error(layer)[0]:.1%}" in lines[at]
        for line, side in zip(lines[at + 1 :], found.strongest(layer)):
            index, value = side[0]
            number = with_error(value, found.error(layer)[0, index])
            assert f" {index} {number} ({value / found.difference[0]:.0%})" in line


@pytest.mark.large
def test_unless_told_there_are_as_many_points_as_the_tolerance_takes(weights, picture):
    model = models.load(weights)
    rough, fine = (explain_picture(model, picture, tolerance=share) for share in (0.2, 0.02))
    for explanation, tolerance in (rough, 0.2), (fine, 0.02):
        found = explanation.conductance
        assert found.converged and all(found.relative_error(k)[0] <= tolerance for k in found)
        for _, _, value, pixels, _ in explanation.maps:  # Eq. 2 at the same points
            assert pixels.sum() == pytest.approx(value, rel=2 * tolerance)
    assert len(rough.conductance.points) < len(fine.conductance.points)
    assert "or less" in describe(rough) and "Conservation" not in describe(rough)


@pytest.mark.parametrize(
    "value, error, told",
    [
        (2.0512, 0.031, "+2.05 ± 0.04"),
        (2.0512, 0.03, "+2.05 ± 0.03"),
        (-2.0512, 0.2, "-2.1 ± 0.2"),
        (0.0123, 0.00991, "+0.012 ± 0.010"),
        (234.2, 17.0, "+230 ± 20"),
        (3.25, 2.0, "+3 ± 2"),
        (0.7578, 1e-7, "+0.7578"),
        (0.7578, np.inf, "+0.758 ± ∞"),
    ],
)
def test_no_digit_is_told_that_is_not_known(value, error, told):
    assert with_error(value, error) == told


def test_filters_closer_than_their_errors_are_told_to_be():
    errors = np.array([0.1, 0.1, 0.01, 0])
    assert listed([(1, 2.0), (0, 1.85), (2, 1.6)], errors, 4.0) == (
        "1 +2.0 ± 0.1 (50%) ≈ 0 +1.9 ± 0.1 (46%), 2 +1.60 ± 0.01 (40%)"
    )
    assert listed([], errors, 4.0) == "none"


def test_command_line_prints_and_draws(weights, picture, tmp_path, capsys):
    from PIL import Image

    figure = tmp_path / "figure.png"
    assert (
        main(
            [
                "explain",
                str(picture),
                "--weights",
                str(weights),
                "--steps",
                "3",
                "--label",
                "7",
                "--save",
                str(figure),
            ]
        )
        == 0
    )
    printed = capsys.readouterr().out
    assert f"Explained: {read_labels('scenes.txt')[7]} (7)" in printed and str(figure) in printed
    with Image.open(figure) as image:
        # something is drawn
        assert image.width > 1000 and len(np.unique(np.asarray(image.convert("L")))) > 100


def test_labels_from_a_file(weights, picture, tmp_path, capsys):
    names = tmp_path / "my names.txt"
    names.write_text("".join(f"thing {index}\n" for index in range(20)), encoding="utf-8")
    arguments = ["explain", str(picture), "--weights", str(weights), "--steps", "1"]
    assert main([*arguments, "--labels", str(names), "--label", "thing 7"]) == 0
    assert "Explained: thing 7 (7)" in capsys.readouterr().out
    assert main(["explain", "not a picture", "--labels", str(names)]) == 1
    assert "--labels is for pictures" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change, words",
    [
        ({"--labels": "nowhere.txt"}, "nowhere.txt: no such file of labels"),
        ({"--labels": __file__}, "labels, expected 20, one a line"),
        ({"picture": "nowhere.jpg"}, "nowhere.jpg"),
        ({"picture": __file__}, "no picture in a known format"),
        ({"--weights": "nowhere.npz"}, "nowhere.npz: no such weight file"),
        ({"--weights": __file__}, "not a readable .npz file"),
        ({"--label": "20"}, "indices run from 0 to 19"),
        ({"--label": "-1"}, "indices run from 0 to 19"),
        ({"--label": "zeppelin"}, "no label is called 'zeppelin'"),
        ({"--steps": "0"}, "steps is 0"),
        ({"--save": "figure.txt"}, "endings"),
        ({"--save": "no/such/folder/figure.png"}, "does not exist"),
    ],
)
def test_bad_use_is_one_line_and_no_traceback(weights, picture, change, words, capsys):
    options = {"--weights": str(weights), "--steps": "1"} | {
        key: value for key, value in change.items() if key != "picture"
    }
    arguments = [
        "explain",
        change.get("picture", str(picture)),
        *(part for pair in options.items() for part in pair),
    ]
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert words in printed.err and printed.err.count("\n") == 1 and printed.out == ""


@pytest.mark.data
def test_the_sample_photo_is_an_espresso(tmp_path, capsys):
    photo = data_path("googlenet-bvlc", "sample_input.jpg")
    assert main(["explain", str(photo), "--weights", str(converted_path()), "--steps", "6"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:2] == ["967", "espresso"]
    assert sum(line.strip().startswith("mixed") for line in lines) == 9
