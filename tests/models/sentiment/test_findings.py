"""The findings about sentences: what is counted, on hand-made numbers, and what is written."""

import json

import numpy as np
import pytest

from minigrad.weights import load_weights
from models import SHIPPED
from models.__main__ import main
from models.explain.attributions import filter_conductance
from models.sentiment import division_of_labour as labour
from models.sentiment import treebank as treebank_files
from models.sentiment.negation import negation
from tests.helpers.sentences import WORDS, filters_of, hand_made


@pytest.fixture
def treebank(tmp_path):
    """Three files like the treebank's, of made-up sentences."""
    generator = np.random.default_rng(0)
    for name in treebank_files.FILES.values():
        lines = []
        for _ in range(30):
            label = generator.integers(2)
            words = generator.choice(WORDS, generator.integers(1, 12))
            lines.append(f"{label} {' '.join(words)}")
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_findings_are_written(shipped_reader, treebank, capsys):
    pytest.importorskip("matplotlib", reason="figures need matplotlib; pip install -e '.[lessons]'")
    out = treebank / "out"
    out.mkdir()
    folders = "--data", str(treebank), "--out", str(out)
    assert main(["findings", *folders, "--sentences", "70"]) == 0
    report = json.loads((out / "findings.json").read_text(encoding="utf-8"))
    assert list(report["files"].values()) == [30, 30, 10]
    assert report["division_of_labour"]["sentences"] == 70
    assert (out / "findings.md").read_text(encoding="utf-8") in capsys.readouterr().out
    for name in ("division_of_labour.png", "negation.png"):
        assert (out / name).stat().st_size > 10_000


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
def test_findings_that_cannot_be(shipped_reader, treebank, change, words, capsys):
    options = {"--data": str(treebank), "--out": str(treebank)}
    options |= {"--sentences": "5"} | change
    assert main(["findings", *(part for pair in options.items() for part in pair)]) == 1
    printed = capsys.readouterr().err
    assert words in printed and printed.count("\n") == 1


def test_one_sided_filters_are_counted():
    """Four filters: always for, 9 of 10 against, half and half, never above the threshold."""
    model = hand_made()
    model.output.weight.data = np.array([[1.0], [-1.0], [1.0], [1.0]])
    values = np.full((10, 4), 0.5)
    values[:, 1] = [-1] * 9 + [1]
    values[5:, 2] = -0.02
    values[:, 3] = 0.009
    numbers = labour.division_of_labour(model, values)
    names = "filters_with_a_sign", "one_sided", "for_positive", "for_negative"
    assert [numbers[name] for name in names] == [3, 2, 1, 1]
    assert numbers["one_sided_share"] == pytest.approx(2 / 3)
    assert numbers["nonzero_share"] == pytest.approx(0.75)
    assert numbers["nonzero_with_the_sign_of_the_output_weight"] == pytest.approx(24 / 30)


def test_untrained_networks_stand_beside_it(reader):
    """Their conductance is the closed form w (y(x) − y(x′)); thresholds are as they say.

    y(x′) is one for all sentences.
    """
    texts = ["good", "this is not good .", "the film was dull but clever , and never bad ."]
    tokens = [reader.tokenize([text])[0] for text in texts]
    control = labour.untrained(reader, 1)
    assert (control.widths, control.filters) == (
        reader.widths,
        reader.filters,
    )
    assert control.vocabulary == reader.vocabulary
    y, y_baseline = labour.filters_at_ends(control, tokens)
    for row, one in zip(y, tokens):
        one = one[None]
        alone = filters_of(control, one, control.embed(one).data)
        alone_baseline = filters_of(control, one, control.baseline(one))
        np.testing.assert_allclose(row, alone, atol=1e-6)
        np.testing.assert_allclose(y_baseline, alone_baseline, atol=1e-6)
    closed = control.output.weight.numpy()[:, 0] * (y - y_baseline)
    np.testing.assert_allclose(closed, filter_conductance(control, tokens)[0], atol=1e-6)
    found = labour.untrained_controls(reader, tokens, 0.25)
    assert [one["seed"] for one in found] == [0, 1, 2]
    assert len({one["same_share"]["zero_below"] for one in found}) == 3
    for one in found:
        assert one["same_threshold"]["zero_below"] == 0.01
        assert one["same_share"]["nonzero_share"] == pytest.approx(0.25, abs=1 / closed.size)
    assert found[1]["silent_for_padding"] == (y_baseline == 0).sum()
    assert found[1]["same_threshold"] == labour.division_of_labour(control, closed)


def test_the_treebanks_lines(tmp_path):
    path = tmp_path / "stsa.binary.test"
    # U+2028 separates words, not lines
    path.write_text("1 it is n\u2028't bad .\n0 dull\n", encoding="utf-8")
    sentences = treebank_files.read_sentences(path)
    assert sentences.words == [["it", "is", "n", "'t", "bad", "."], ["dull"]]
    assert sentences.labels.tolist() == [1, 0]
    for text, words in (
        ("", "holds no sentence"),
        ("1 good\n2 dull\n", ":2: expected"),
        ("1 good\n0 \n", ":2: expected"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=words) as error:
            treebank_files.read_sentences(path)
        assert "\n" not in str(error.value)


def test_first_sentences_know_where_they_stand(treebank):
    found = treebank_files.first_sentences(treebank, 70)
    assert len(found.words) == 70
    test, dev, train = "stsa.binary.test", "stsa.binary.dev", "stsa.binary.train"
    places = [found.place(number) for number in (0, 29, 30, 69)]
    assert places == [(test, 1), (test, 30), (dev, 1), (train, 10)]
    with pytest.raises(IndexError):
        found.place(70)


@pytest.mark.data
def test_the_metadata_count_the_same_negations():
    """What the shipped weights say of the test sentences holds by the one list of negations."""
    from tests.helpers.data import data_path

    metadata = load_weights(SHIPPED["sentiment"])[1]
    words = treebank_files.read_sentences(data_path("text", "stsa.binary.test")).words
    negated = treebank_files.hold_negation(words).sum()
    assert negated == metadata["test_sentences_with_negation"] == 397


def test_negation_filters_of_a_hand_made_network():
    model, generator = hand_made(), np.random.default_rng(0)
    plain = [["a", "film"]] * 60 + [["bad", "film"]] * 90
    sentences = [*plain, *([["this", "is", "not", "good"]] * 50)]
    tokens = [model.tokenize([" ".join(words)])[0] for words in sentences]
    values, _ = filter_conductance(model, tokens)
    order = generator.permutation(len(sentences))
    found = negation(model, [sentences[i] for i in order], values[order])
    assert found["base_rate"] == pytest.approx(0.25)
    (one,) = found["not_good"]["filters"]
    assert one["filter"] == 0 and one["window"] == ["not", "good"] and one["share"] == 1
    assert found["not_good"]["sentences"]["share"] == 1 and found["not_bad"]["filters"] == []
    assert [(one["filter"], one["side"]) for one in found["negation_filters"]] == [(0, "against")]
