"""What the studies write: tables, CSV files, pages, and the intervals in them."""

import csv
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip(
    "markdown_it", reason="reports are made with markdown-it-py; pip install -e '.[lessons]'"
)

from models.inception import mini_inception
from models.study import intervals
from models.study.report import (
    about_again,
    about_skipped,
    about_the_run,
    check_report,
    table,
    verbatim,
    write_csv,
    write_report,
)
from models.study.styles import spread_out

ROWS = [
    {"measure": "conductance", "mean": 3.71828, "photos": 100, "the paper": None},
    {"measure": "**a | b**", "mean": np.float32(-1.5), "photos": np.int64(-2), "the paper": "3.7"},
]


def test_a_table_aligns_numbers_rounds_them_and_leaves_blank_what_is_not_known():
    assert table(ROWS) == [
        "| measure | mean | photos | the paper |",
        "| --- | ---: | ---: | --- |",
        "| conductance | 3.72 | 100 |  |",
        r"| **a \| b** | −1.5 | −2 | 3.7 |",
    ]
    assert table([]) == []


def test_a_csv_file_holds_all_digits_and_can_be_read_again(tmp_path):
    write_csv(tmp_path / "t.csv", ROWS)
    with open(tmp_path / "t.csv", newline="", encoding="utf-8") as file:
        assert list(csv.DictReader(file)) == [
            {"measure": "conductance", "mean": "3.71828", "photos": "100", "the paper": ""},
            {"measure": "**a | b**", "mean": "-1.5", "photos": "-2", "the paper": "3.7"},
        ]
    write_csv(tmp_path / "t.csv", [])
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_bytes() == b""


@pytest.mark.parametrize("value", [float("nan"), np.float32("nan"), float("inf")])
@pytest.mark.parametrize("write", [table, lambda rows: write_csv("never written", rows)])
def test_a_number_that_is_none_is_refused(write, value):
    with pytest.raises(ValueError, match=r"^row 1 of the table: mean is (nan|inf); put None"):
        write([{"mean": 1.0}, {"mean": value}])
    assert not Path("never written").exists()


def test_rows_with_other_heads_are_refused():
    with pytest.raises(
        ValueError, match=r"row 1 .* \['b'\]; expected those of the first row, \['a'\]"
    ):
        table([{"a": 1}, {"b": 1}])


def test_a_page_stands_alone_shows_its_tables_and_obeys_no_name_of_a_file(tmp_path):
    hostile = "<script>alert(1)</script>|`x`.jpg"
    rows = [{"photo": verbatim(hostile), "n": 3}]
    write_report(
        tmp_path, "study", ["# Heading & <all>", "", "![a figure](figure.png)", "", *table(rows)]
    )
    text, page = (
        (tmp_path / "study.md").read_text("utf-8"),
        (tmp_path / "study.html").read_text("utf-8"),
    )
    assert text.startswith("# Heading & <all>\n") and sorted(
        path.name for path in tmp_path.iterdir()
    ) == ["study.html", "study.md"]
    assert "<title>Heading &amp; &lt;all&gt;</title>" in page
    assert '<img src="figure.png" alt="a figure" />' in page
    assert "<code>&lt;script&gt;alert(1)&lt;/script&gt;|`x`.jpg</code>" in page
    assert "<script" not in page
    assert "prefers-color-scheme: dark" in page and "http" not in page
    assert '<td style="text-align:right">3</td>' in page


@pytest.mark.parametrize("name", ["a.jpg", "`", "a``b`", "*a* _b_ [c](d) <e>", "``` "])
def test_a_name_is_shown_as_it_is(name):
    from html import unescape

    from markdown_it import MarkdownIt

    assert (
        unescape(MarkdownIt("commonmark", {"html": False}).render(verbatim(name)))
        == f"<p><code>{name.strip()}</code></p>\n"
    )


@pytest.fixture
def study():
    facts = [
        {"completeness_error": error, "relative_error": error / 2} for error in (0.01, 0.02, 0.12)
    ]
    arrays = [
        {"measures": np.zeros((4, 520)), "points": np.linspace(0, 1, count)} for count in (9, 20, 7)
    ]
    records = [(None, *both) for both in zip(arrays, facts)]
    settings = {"sha256": "0123456789abcdef" * 4, "tolerance": 0.05, "seed": 7}
    broken = {"fish/a.jpg": "/data/photos/fish/a.jpg: the picture is damaged; fetch it again"}
    return SimpleNamespace(
        name="ablation",
        model=mini_inception(0),
        weights="/somewhere/my net.npz",
        settings=settings,
        records=records,
        broken=broken,
        called=("my boats=canoe",),
    )


def test_what_was_measured_is_said_without_the_folder(study):
    text = "\n".join(about_the_run(study, "the strongest label."))
    assert (
        "mini_inception, 520 filters in 5 layers; "
        "weights `my net.npz`, SHA-256 of the arrays 0123456789abcdef…"
    ) in text
    assert "Photos: 3; 1 skipped" in text and "right to 5%: 9 in the median, 7 to 20." in text
    assert "worst layer: median 1.0%, quartiles 0.8% and 3.5%, largest 6.0%" in text
    assert "photos beyond the tolerance: 1." in text
    assert "Completeness error: median 2.0%, quartiles 1.5% and 7.0%, largest 12.0%" in text
    assert text.endswith("of the strongest label.")
    assert about_skipped(study)[-2] == "| `fish/a.jpg` | `the picture is damaged; fetch it again` |"
    again = about_again(study, ("tolerance", "seed"))[2]
    assert (
        "--weights 'my net.npz' --images DIR --called 'my boats=canoe' --photos 4 "
        "--tolerance 0.05 --seed 7 --out OUT"
    ) in again
    study.broken.clear()
    assert about_skipped(study) == [] and "none skipped" in about_the_run(study, "it")[1]


def test_a_missing_library_or_folder_is_met_before_the_long_work(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    check_report(tmp_path)
    with pytest.raises(ValueError, match="does not exist; make it first"):
        check_report(tmp_path / "no")
    monkeypatch.setitem(__import__("sys").modules, "markdown_it", None)
    with pytest.raises(ValueError, match="markdown-it-py: pip install"):
        check_report(tmp_path)


def test_the_interval_of_a_mean_is_that_of_its_standard_error(rng):
    values = 5 + 2 * rng.standard_normal(400)
    mean, low, high = intervals.mean(values)
    error = values.std() / np.sqrt(len(values))
    assert mean == pytest.approx(values.mean(), rel=1e-14)
    # 2000 resamples place a percentile within a tenth of a standard error or so
    np.testing.assert_allclose(
        [low, high], [mean - 1.96 * error, mean + 1.96 * error], atol=0.2 * error
    )
    np.testing.assert_array_equal(intervals.mean(values), (mean, low, high))
    np.testing.assert_allclose(
        intervals.mean(np.full((7, 2), 3.0)), np.full((3, 2), 3.0), rtol=1e-14
    )
    assert intervals.mean([4.0]) == (4.0, 4.0, 4.0)


def test_numbers_in_words():
    assert intervals.with_interval(-1.0, -2.345, 0.001) == "−1.00 (−2.35 to 0.00)"
    assert intervals.number(-0.001) == "0.00" and intervals.number(12.34, 1) == "12.3"


def test_names_that_crowd_are_spread_about_their_middle():
    np.testing.assert_allclose(spread_out([0, 1, 2], 0.5), [0, 1, 2])
    np.testing.assert_allclose(spread_out([0, 0, 0], 0.5), [-0.5, 0, 0.5])
    np.testing.assert_allclose(spread_out([0, 0.1, 5, 5, 9], 1), [-0.45, 0.55, 4.5, 5.5, 9])
    found = spread_out([0, 0.9, 1.0, 1.1], 1)  # a group that grows until it takes in its neighbour
    np.testing.assert_allclose(np.diff(found), 1)
