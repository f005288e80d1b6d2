"""`python -m models explain PHOTO --page`: a page with the numbers that the command prints."""

import dataclasses
import hashlib
import re
from html import unescape

import numpy as np
import pytest
from scipy.integrate import cumulative_trapezoid

pytest.importorskip("PIL", reason="reading pictures needs Pillow; pip install -e '.[lessons]'")

import minigrad as mg
import models
from minigrad.attribution import ClassScore, conductance
from models.__main__ import main
from models.explain import explain_picture, filters
from models.explain.explorer import build, page_of, photo
from models.explain.explorer.maps import grid, place_map
from models.explain.explorer.numbers import accumulated, class_numbers, rounded
from models.explain.filters import with_error
from models.output import destination
from models.output.figures import check_figure_path
from tests.helpers.data import data_path
from tests.helpers.explorer_pages import (
    addresses_in,
    data_in,
    numbers,
    values_of,
)
from tests.helpers.googlenet import converted_path

# sums of thousands of float32 products in two orders; they are about 1 to 10
FLOAT32 = {"rtol": 2e-5, "atol": 2e-5}


def test_the_page_has_the_numbers_of_the_explanation(data, explained, model, boat):
    found, (only,) = explained.conductance, data["pictures"]
    (told,) = only["classes"]
    assert (told["name"], told["label"]) == (explained.name, explained.label)
    file = models.SHIPPED["mini-inception"].read_bytes()
    checksum = hashlib.sha256(file).hexdigest()
    assert data["network"] == {"name": "mini-inception", "sha256": checksum, "filters": 520}
    assert told["alphas"] == found.points.tolist() and len(found.points) > 9
    x = model.preprocess(boat)
    steps = [model.baseline() + np.float32(a) * (x - model.baseline()) for a in found.points]
    scores = [model(mg.Tensor(one)).numpy()[0, explained.label] for one in steps]
    np.testing.assert_allclose(told["scores"], scores, rtol=1e-4, atol=1e-5)
    slopes = np.diff(scores) / np.diff(found.points)
    assert told["slopes"][0] is None
    np.testing.assert_allclose(told["slopes"][1:], slopes, rtol=1e-3, atol=1e-3)
    assert told["difference"] == pytest.approx(explained.difference, rel=1e-6)
    assert list(told["layers"]) == data["layers"] == list(found)
    for name, layer in told["layers"].items():
        sums = found.per_filter(name)[0]
        expected = [index for side in found.strongest(name, 6) for index, _ in side]
        assert [one["filter"] for one in layer["filters"]] == expected
        got = [one["upTo"][-1] for one in layer["filters"]]
        np.testing.assert_allclose(got, sums[expected], **FLOAT32)
        errors = [one["error"] for one in layer["filters"]]
        np.testing.assert_allclose(errors, found.error(name)[0, expected], rtol=1e-6)
        np.testing.assert_allclose(layer["for"][-1], sums[sums > 0].sum(), **FLOAT32)
        np.testing.assert_allclose(layer["against"][-1], sums[sums < 0].sum(), **FLOAT32)
        assert layer["completenessError"] == pytest.approx(found.completeness_error(name)[0])
        assert layer["relativeError"] == pytest.approx(found.relative_error(name)[0])


def test_what_is_accumulated_between_two_alphas_is_the_conductance_of_that_part(
    data, explained, model, boat
):
    points, (first, last) = explained.conductance.points, (2, 6)
    F, x, black = ClassScore(model, explained.label), model.preprocess(boat), model.baseline()
    ends = [black + np.float32(points[k]) * (x - black) for k in (last, first)]
    inside = (points[first : last + 1] - points[first]) / (points[last] - points[first])
    part = conductance(F, *ends, steps=inside, layers=model.layers)
    for name, layer in data["pictures"][0]["classes"][0]["layers"].items():
        for one in layer["filters"]:
            got = one["upTo"][last] - one["upTo"][first]
            expected = part.per_filter(name)[0, one["filter"]]
            assert got == pytest.approx(expected, rel=1e-3, abs=1e-4)
            stretches = np.diff(points) * one["terms"][1:]
            np.testing.assert_allclose(np.cumsum(stretches), one["upTo"][1:], **FLOAT32)


def test_points_without_the_ends_get_them_on_the_slider(by_points):
    found = by_points.conductance
    told = class_numbers(found, by_points.score, {})
    assert told["alphas"] == [0, *found.points, 1]
    np.testing.assert_allclose(told["scores"][1:-1], found.along.score[:, 0], rtol=1e-6)
    assert told["scores"][-1] == pytest.approx(by_points.score, rel=1e-6)
    assert told["scores"][-1] - told["scores"][0] == pytest.approx(by_points.difference, rel=1e-5)
    assert told["slopes"][0] is told["slopes"][-1] is None and None not in told["slopes"][1:-1]
    for name, layer in told["layers"].items():
        for one in layer["filters"]:
            assert one["upTo"][0] == 0 and one["terms"][0] is one["terms"][-1] is None
            whole = found.per_filter(name)[0, one["filter"]]
            assert one["upTo"][-1] == pytest.approx(whole, rel=1e-5, abs=1e-6)


def test_up_to_a_point_of_the_trapezoid_rule_is_the_trapezoid_rule():
    found = conductance(exponential, np.ones((1, 1)), 0.0, steps=5, rule="trapezoid", **KEEP)
    slopes, alphas = found.along.filter_slope["y"][:, 0], found.along.alpha
    up_to = accumulated(found.along, alphas, slopes)[:, 0]
    expected = cumulative_trapezoid(slopes[:, 0], alphas, initial=0)
    np.testing.assert_allclose(up_to, expected, rtol=1e-12)


KEEP = {"keep_terms": "filters"}


def exponential(x):
    """F of one number through a layer of one unit that has no positions."""
    return mg.exp(x.named("y")).sum(axis=1)


def test_layers_without_positions_have_no_map_by_position_and_an_infinite_error_is_said():
    found = conductance(exponential, np.ones((1, 1)), 0.0, steps=1, **KEEP)
    layer = class_numbers(found, np.e, {("y", 0): place_map(found["y"][0, ..., 0])})["layers"]["y"]
    assert layer["shape"] == [1] and "places" not in layer["filters"][0]
    assert layer["filters"][0]["error"] is None and layer["relativeError"] is None
    assert rounded([1.23456789, -0.0, np.nan]) == [1.234568, 0, None]


def test_from_one_point_the_command_claims_no_error(boat, tmp_path, capsys):
    out = tmp_path / "page.html"
    options = ["--page", str(out), "--label", "submarine", "--steps", "1"]
    assert main(["explain", str(boat), *options]) == 0
    printed, page = capsys.readouterr().out, out.read_text(encoding="utf-8")
    assert "inf" not in printed.replace("mini-inception", "") and "filters ± ∞," in printed
    assert "of one point no error can be estimated" in printed
    assert 'with 1 point"' in page and "submarine, score −" in page


def test_large_maps_are_summed_in_blocks_also_where_they_do_not_come_out_even(rng):
    values = rng.standard_normal((70, 33))
    got = grid(values)
    assert (got["block"], got["rows"], got["columns"]) == (3, 24, 11)
    blocks = np.pad(values, ((0, 2), (0, 0))).reshape(24, 3, 11, 3).sum(axis=(1, 3))
    assert np.abs(values_of(got) - blocks).max() <= 0.501 * got["unit"]
    assert not values_of(grid(np.zeros((2, 2)))).any()


def test_maps_are_those_of_the_explanation(data, explained):
    found = explained.conductance
    layers = data["pictures"][0]["classes"][0]["layers"]
    pixels = [
        (name, one["filter"])
        for name in layers
        for one in layers[name]["filters"]
        if "pixels" in one
    ]
    assert pixels == [
        (name, index) for name in found for side in found.strongest(name, 1) for index, _ in side
    ]
    assert [(one.layer, one.filter) for one in explained.maps] == pixels
    for name in found:
        mapped = [one for one in layers[name]["filters"] if "places" in one]
        assert len(mapped) == 6
        for one in mapped:
            exact = found[name][0, ..., one["filter"]]
            got = values_of(one["places"])
            assert got.shape == exact.shape
            assert np.abs(got - exact).max() <= 0.501 * one["places"]["unit"]
    shown_pixels = numbers(data["pictures"][0]["pixels"], np.uint8).reshape(64, 64, 3)
    np.testing.assert_array_equal(shown_pixels, explained.pixels)


def test_the_page_changes_nothing_of_the_explanation_and_the_same_gives_the_same_bytes(
    explained, model, boat, page, tmp_path
):
    plain = explain_picture(model, boat, tolerance=0.3)
    assert filters.describe(plain) == filters.describe(explained)
    for_score = [one for one in explained.maps if one.value > 0]
    assert [one[:3] for one in plain.maps] == [one[:3] for one in for_score]
    again = explain_picture(model, boat, tolerance=0.3, for_page=True)
    photo.write_photo_page(tmp_path / "again.html", again, boat, "mini-inception")
    assert (tmp_path / "again.html").read_bytes() == page.read_bytes()
    assert not plain.conductance.along.filter_slope


def test_names_with_tags_in_them_are_text(explained, page):
    name = '<!--<script>alert("1")</script><b>'
    strange = dataclasses.replace(explained, name=name)
    text = page_of(
        photo.photo_data(strange, f"/tmp/{name}.png", "mini-inception"),
        photo.title_of(strange),
    )
    told = data_in(text)
    assert told["pictures"][0]["classes"][0]["name"] == name
    usual = page.read_text(encoding="utf-8")
    for tag in ("<!--", "<b>", "<script", "</script>"):
        assert text.count(tag) == usual.count(tag)
    (title,) = re.findall(r"<title>(.*?)</title>", text)
    assert unescape(title) == photo.title_of(strange)
    assert addresses_in(usual) == ["data:,"]


def test_who_did_not_get_within_the_tolerance_is_told(explained, boat):
    assert "NOT within" not in photo.in_words(explained)
    found = explained.conductance
    failed = type(found)(dict(found), found.difference, found.points, converged=False)
    assert "NOT within" in photo.in_words(dataclasses.replace(explained, conductance=failed))


def test_the_command_writes_the_page_and_prints_the_same_numbers(boat, tmp_path, capsys):
    out = tmp_path / "a page.html"
    options = ["--page", str(out), "--label", "car", "--tolerance", "0.3"]
    assert main(["explain", str(boat), *options]) == 0
    printed = capsys.readouterr().out
    assert f"Page: {out}" in printed
    data = data_in(out.read_text(encoding="utf-8"))
    (told,) = data["pictures"][0]["classes"]
    assert told["name"] == "car" and told["role"] == "asked for"
    assert f"F(x) − F(x') = {told['difference']:.4f}" in printed
    assert f"{len(told['alphas'])} points on the path" in printed
    lines = printed.splitlines()
    for name, layer in told["layers"].items():
        (at,) = [k for k, line in enumerate(lines) if line.startswith(f"  {name}: ")]
        assert f"± {layer['relativeError']:.1%}" in lines[at]
        for line, sign in (lines[at + 1], 1), (lines[at + 2], -1):
            side = [one for one in layer["filters"] if sign * one["upTo"][-1] > 0][:3]
            for one in side:
                assert f" {one['filter']} {with_error(one['upTo'][-1], one['error'])}" in line


@pytest.mark.parametrize(
    "change, words",
    [
        ({"--page": "page.txt"}, "ending .html"),
        ({"--page": "no/such/folder/page.html"}, "does not exist"),
        ({"--page": "FOLDER.html"}, "that is a folder"),
        ({"--steps": "5000"}, "at most 1025 points"),
    ],
)
def test_what_is_wrong_is_said_before_the_work(boat, change, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "FOLDER.html").mkdir()
    monkeypatch.setattr(filters, "explain_picture", None)  # whoever calls it fails
    options = {"--page": "page.html"} | change
    arguments = [part for pair in options.items() for part in pair]
    assert main(["explain", str(boat), *arguments]) == 1
    printed = capsys.readouterr()
    assert words in printed.err and printed.err.count("\n") == 1 and printed.out == ""


def test_a_folder_in_which_nothing_can_be_written_is_said_before_the_work(tmp_path, monkeypatch):
    def refuse(dir):
        raise PermissionError(13, "Permission denied", str(dir))

    monkeypatch.setattr(destination.tempfile, "TemporaryFile", refuse)
    for check, name in (build.check_page_path, "page.html"), (check_figure_path, "figure.png"):
        with pytest.raises(ValueError, match=r"nothing can be written .* \(Permission denied\)"):
            check(tmp_path / name)


def test_a_sentence_has_no_page(shipped_reader, tmp_path, capsys):
    assert main(["explain", "a good film", "--page", str(tmp_path / "page.html")]) == 1
    assert "--page is for pictures, and “a good film”" in capsys.readouterr().err
    assert main(["explain", "--file", __file__, "--page", str(tmp_path / "page.html")]) == 1
    assert "leave out --file" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.data
@pytest.mark.large
def test_googlenets_nine_layers_fit_on_a_page_beside_a_figure(tmp_path, capsys):
    photo_of, out = data_path("googlenet-bvlc", "sample_input.jpg"), tmp_path / "page.html"
    options = ["--weights", str(converted_path()), "--page", str(out)]
    figure = tmp_path / "figure.png"
    assert main(["explain", str(photo_of), *options, "--save", str(figure)]) == 0
    assert figure.stat().st_size > 10_000
    text = out.read_text(encoding="utf-8")
    data = data_in(text)
    assert len(text) < 2_000_000 < build.MOST_BYTES == 8_000_000
    assert len(data["layers"]) == 9 and data["network"]["filters"] == 5488
    (told,) = data["pictures"][0]["classes"]
    assert told["name"] == "espresso" and told["alphas"][0] == 0 and told["alphas"][-1] == 1
    for layer in told["layers"].values():
        one = layer["filters"][0]
        assert one["pixels"]["block"] == 7 and one["places"]["rows"] == layer["shape"][0]
