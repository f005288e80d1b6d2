"""The findings about sentences: what is counted, on hand-made numbers and networks, and what the command writes."""

import json

import numpy as np
import pytest

from models import findings
from models.__main__ import main
from models.explain_text import filter_conductance
from tests.test_explain_text import WORDS, hand_made, network, shipped  # noqa: F401 (two are fixtures)


@pytest.fixture
def treebank(tmp_path):
    """Three files like the treebank's, of made-up sentences."""
    generator = np.random.default_rng(0)
    for name in findings.FILES:
        lines = [f"{generator.integers(2)} {' '.join(generator.choice(WORDS, generator.integers(1, 12)))}" for _ in range(30)]
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_findings_are_written(shipped, treebank, capsys):
    pytest.importorskip("matplotlib", reason="figures need matplotlib; pip install 'minigrad[lessons]'")
    out = treebank / "out"
    out.mkdir()
    assert main(["findings", "--data", str(treebank), "--out", str(out), "--sentences", "70", "--steps", "5"]) == 0
    report = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    assert list(report["files"].values()) == [30, 30, 10] and report["division_of_labour"]["sentences"] == 70
    assert (out / "findings.md").read_text(encoding="utf-8") in capsys.readouterr().out
    assert all((out / name).stat().st_size > 10_000 for name in ("division_of_labour.png", "negation.png"))


@pytest.mark.parametrize(
    "change, words",
    [
        ({"--data": "nowhere"}, "nowhere"),
        ({"--out": "nowhere"}, "nowhere: no such folder"),
        ({"--sentences": "91"}, "90 sentences in all, 91 are asked for"),
        ({"--sentences": "1"}, "at least 2"),
        ({"--weights": "nowhere.npz"}, "no such weight file"),
    ],
)
def test_findings_that_cannot_be(shipped, treebank, change, words, capsys):
    options = {"--data": str(treebank), "--out": str(treebank), "--sentences": "5", "--steps": "1"} | change
    assert main(["findings", *(part for pair in options.items() for part in pair)]) == 1
    printed = capsys.readouterr().err
    assert words in printed and printed.count("\n") == 1


def test_one_sided_filters_are_counted():
    """Four filters: always for, 9 of 10 against, half and half, and one that is never above the threshold."""
    model = hand_made()
    model.output.weight.data = np.array([[1.0], [-1.0], [1.0], [1.0]])
    values = np.full((10, 4), 0.5)
    values[:, 1] = [-1] * 9 + [1]
    values[5:, 2] = -0.02
    values[:, 3] = 0.009
    numbers = findings.division_of_labour(model, values)
    counts = [numbers[name] for name in ("filters_with_a_sign", "one_sided", "for_positive", "for_negative")]
    assert counts == [3, 2, 1, 1]
    assert numbers["one_sided_share"] == pytest.approx(2 / 3) and numbers["nonzero_share"] == pytest.approx(0.75)
    assert numbers["nonzero_with_the_sign_of_the_output_weight"] == pytest.approx(24 / 30)


def test_negation_filters_of_a_hand_made_network():
    model, generator = hand_made(), np.random.default_rng(0)
    plain = [["a", "film"]] * 60 + [["bad", "film"]] * 90
    sentences = [*plain, *([["this", "is", "not", "good"]] * 50)]
    values, _ = filter_conductance(model, [model.tokenize([" ".join(words)])[0] for words in sentences], 20)
    order = generator.permutation(len(sentences))
    found = findings.negation(model, [sentences[i] for i in order], values[order])
    assert found["base_rate"] == pytest.approx(0.25)
    (one,) = found["not_good"]["filters"]
    assert one["filter"] == 0 and one["window"] == ["not", "good"] and one["share"] == 1
    assert found["not_good"]["sentences"]["share"] == 1 and found["not_bad"]["filters"] == []
    assert [(one["filter"], one["side"]) for one in found["negation_filters"]] == [(0, "against")]
