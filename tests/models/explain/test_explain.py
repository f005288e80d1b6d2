"""`python -m models explain`: what it prints and draws, of a small Inception and of GoogLeNet."""

import numpy as np
import pytest

pytest.importorskip("PIL", reason="reading pictures needs Pillow; pip install -e '.[lessons]'")

import minigrad as mg
import models
from models.__main__ import main
from models.explain import describe, explain_picture
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
    for layer, index, value, one_map in explanation.maps:
        assert one_map.shape == (64, 64)
        assert value == found.per_filter(layer)[0].max() == found.per_filter(layer)[0, index]
        assert one_map.sum() == pytest.approx(value, rel=1e-3)


def test_the_top_labels_are_sorted_and_the_first_is_explained(explanation):
    scores = [score for _, _, score, _ in explanation.top]
    assert scores == sorted(scores, reverse=True) and len(scores) == 5
    assert (explanation.label, explanation.name) == explanation.top[0][:2]


def test_the_text_states_what_was_computed(explanation):
    text = describe(explanation)
    found = explanation.conductance
    assert f"F(x) − F(x') = {found.difference[0]:.4f}" in text
    assert f"{max(found.completeness_error(layer)[0] for layer in found):.3%}" in text
    for layer in found:
        (index, value), *_ = found.strongest(layer)[0]
        (line,) = [line for line in text.splitlines() if line.strip().startswith(layer)]
        assert f"{index} {value:+.3f} ({value / found.difference[0]:.0%})" in line


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


@pytest.mark.parametrize(
    "change, words",
    [
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
