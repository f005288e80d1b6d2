"""Explained sentences: conservation, windows, batches, what is printed and drawn."""

import io
import json
from functools import partial

import numpy as np
import pytest

from minigrad.attribution import conductance, integrated_gradients
from models.__main__ import main
from models.explain import attributions
from models.explain import command as explain_command
from models.explain.attributions import batches_by_length, filter_conductance
from models.explain.describe_text import (
    AGAINST,
    FOR,
    describe_sentence,
    json_line,
    printable,
    wants_colour,
)
from models.explain.text import explain_sentences, filter_widths
from models.sentiment.words import tokens_of
from tests.helpers.sentences import TEXTS, filters_of, hand_made


@pytest.fixture(scope="module")
def explained(reader):
    return explain_sentences(reader, TEXTS, steps=200)


def test_words_and_filters_share_the_same_difference(explained):
    # dF/dα jumps where ReLUs and maxima switch; each of the few hundred jumps costs about its
    # height / steps².
    for e in explained:
        assert e.filters_sum == pytest.approx(e.difference, abs=1e-12)  # exact, see below
        assert e.words_sum == pytest.approx(e.difference, abs=1e-3)
        assert e.padding == 0  # it does not move on the path from padding
        assert len(e.gradients) == len(e.words) == len(e.known) and len(e.conductance) == 256


def test_filters_have_the_closed_form_of_a_linear_head(reader, explained):
    """Behind the filters is one linear layer, so Cond_j = w_j (y_j(x) − y_j(x′)), exactly."""
    weight = reader.output.weight.numpy()[:, 0]
    for text, e in zip(TEXTS, explained):
        tokens = reader.tokenize([text])
        y = filters_of(reader, tokens, reader.embed(tokens).data)
        y_baseline = filters_of(reader, tokens, reader.baseline(tokens))
        closed = weight * (y - y_baseline)
        np.testing.assert_allclose(e.conductance, closed, atol=1e-12)


def test_one_sweep_equals_the_two_functions_apart(reader):
    (e,) = explain_sentences(reader, TEXTS[2:3], steps=20)
    tokens = reader.tokenize(TEXTS[2:3])
    arguments = reader.scorer(tokens), reader.embed(tokens).data, reader.baseline(tokens)
    by_word = integrated_gradients(*arguments, steps=20)[0].sum(axis=-1)
    by_filter = conductance(*arguments, steps=(0, 1))["filters"][0]
    np.testing.assert_allclose(e.gradients, by_word, atol=1e-12)
    np.testing.assert_allclose(e.conductance, by_filter, atol=1e-12)
    assert e.score == pytest.approx(float(reader(tokens).numpy()[0]), abs=1e-12)


@pytest.mark.parametrize("batch", (1, 2, 100))
def test_neighbours_do_not_matter(reader, explained, batch, monkeypatch):
    monkeypatch.setattr(attributions, "batches_by_length", partial(batches_by_length, batch=batch))
    for alone, e in zip(explained, explain_sentences(reader, [*TEXTS, "film " * 300], steps=200)):
        np.testing.assert_allclose(e.gradients, alone.gradients, atol=1e-12)
        np.testing.assert_allclose(e.conductance, alone.conductance, atol=1e-12)
        assert e.score == pytest.approx(alone.score, abs=1e-12)
        assert (e.text, e.windows.tolist()) == (alone.text, alone.windows.tolist())


def test_filters_alone_are_the_same(reader, explained):
    tokens = [reader.tokenize([text])[0] for text in TEXTS]
    values, difference = filter_conductance(reader, tokens)
    np.testing.assert_allclose(values, [e.conductance for e in explained], atol=1e-12)
    np.testing.assert_allclose(difference, [e.difference for e in explained], atol=1e-12)


def test_the_zero_baseline_counts_padding_apart(reader):
    one, long = explain_sentences(reader, ["good", TEXTS[2]], steps=200, baseline="zero")
    # windows over one word also hold five words of padding
    assert one.padding != 0 and long.padding == 0
    assert one.words_sum == pytest.approx(one.difference, abs=1e-3)


def test_windows_of_a_hand_made_network():
    model = hand_made()
    texts = ["this is not good .", "bad film , not good", "a film", "it was bad"]
    good, both, neither, end = explain_sentences(model, texts, 200)
    assert filter_widths(model).tolist() == [2, 2]
    assert good.windows.tolist() == [2, -1]
    assert good.window(0) == ["not", "good"] and good.window(1) == []
    assert both.windows.tolist() == [3, 0] and both.window(1) == ["bad", "film"]
    assert neither.windows.tolist() == [-1, -1] and neither.difference == 0
    assert end.windows.tolist() == [-1, -1]  # "bad" comes last: no window begins there
    assert good.score == pytest.approx(-2.5) and good.difference == pytest.approx(-3)
    # both words are needed: half each
    np.testing.assert_allclose(good.gradients, [0, 0, -1.5, -1.5, 0], atol=0.02)
    assert both.strongest()[1] == [
        (0, pytest.approx(-3, abs=0.02), ["not", "good"]),
        (1, pytest.approx(-1), ["bad", "film"]),
    ]


def test_odd_texts(reader):
    texts = ["Good", "😀", "qwx qwy", "dull film , " * 3333]
    one, emoji, unknown, long = explain_sentences(reader, texts, steps=2)
    assert one.words == ["good"] and one.known == [True]
    assert emoji.words == ["😀"] and emoji.known == [False] and unknown.known == [False, False]
    assert len(long.words) == 9999 and np.isfinite(long.gradients).all()
    assert len(json.loads(json_line(long))["gradients"]) == 9999
    for texts, words in (
        ([], "empty list"),
        (["good", " "], "no word"),
        (["film " * 10_001], "10001 words"),
    ):
        with pytest.raises(ValueError, match=words):
            explain_sentences(reader, texts)
    with pytest.raises(TypeError, match="give a list"):
        explain_sentences(reader, "good")


def test_batches_hold_every_sentence_once_and_alike_lengths_together():
    lengths = np.random.default_rng(0).integers(1, 60, 500).tolist() + [5000, 5000]
    batches = batches_by_length(lengths, 16)
    assert sorted(i for members in batches for i in members) == list(range(502))
    assert max(map(len, batches)) == 16 and [len(members) for members in batches[-2:]] == [1, 1]
    assert [lengths[i] for members in batches for i in members] == sorted(lengths)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_colours_are_for_terminals_that_want_them(explained):
    assert wants_colour(Terminal(), {}) and wants_colour(Terminal(), {"NO_COLOR": ""})
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert not wants_colour(Terminal(), environment)
    assert not wants_colour(io.StringIO(), {})
    plain, coloured = (describe_sentence(explained[0], colour=colour) for colour in (False, True))
    assert "\x1b" not in plain and FOR in coloured and AGAINST in coloured
    for line in coloured.splitlines():
        assert ("+" in line) >= (FOR in line) and ("−" in line) >= (AGAINST in line)


def test_text_cannot_command_the_terminal():
    assert printable("a\x1b[31m\x07é😀") == r"a\x1b[31m\x07é😀"


def test_the_text_states_what_was_computed(explained):
    e = explained[0]
    text = describe_sentence(e, count=3).replace("−", "-")
    for word, value in zip(e.words, e.gradients):
        assert any(line.split()[:2] == [f"{value:+.4f}", word] for line in text.splitlines())
    for index, value, window in [*e.strongest(3)[0], *e.strongest(3)[1]]:
        words = " ".join(window) or "(0 here"
        assert f"{value:+.4f}  filter {index:3d}, {e.widths[index]} words: {words}" in text
    assert f"F(x) - F(x′) = {e.difference:+.4f}" in text and f"{e.probability:.1%}" in text


def test_command_line_explains_and_draws_a_sentence(shipped_reader, tmp_path, capsys):
    pytest.importorskip("matplotlib", reason="figures need matplotlib; pip install -e '.[lessons]'")
    figure = tmp_path / "figure.svg"
    assert main(["explain", "This is not good", "--steps", "3", "--save", str(figure)]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("This is not good\nscore ")
    assert "F(x) − F(x′)" in printed and str(figure) in printed
    assert "\x1b" not in printed and figure.stat().st_size > 10_000


def test_a_file_becomes_json_lines_in_order(shipped_reader, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(explain_command, "CHUNK", 3)
    path = tmp_path / "sentences.txt"
    lines = [TEXTS[2], "", "good\r", "film " * 10_001, TEXTS[0], ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert main(["explain", "--file", str(path), "--steps", "2"]) == 0
    printed = capsys.readouterr()
    records = [json.loads(line) for line in printed.out.splitlines()]
    assert [record["line"] for record in records] == [1, 3, 5]
    assert [record["text"] for record in records] == [TEXTS[2], "good", TEXTS[0]]
    for record in records:
        assert record["words"] == tokens_of(record["text"]) and len(record["conductance"]) == 256
        assert sum(record["gradients"]) == pytest.approx(record["words_sum"], abs=1e-4)
        assert record["for"][0]["conductance"] == max(record["conductance"])
    errors = printed.err.splitlines()
    assert "line 2 is empty: skipped" in errors[0] and "line 4 skipped" in errors[2]
    assert errors[-1].endswith("line 5 of 5; 3 explained, 2 skipped")


@pytest.mark.parametrize(
    "arguments, words",
    [
        ([], "give a picture, a sentence in quotes, or --file"),
        (["good", "--file", "x"], "one of them"),
        ([""], "no word"),
        (["\x00"], "no word in the text '\\x00'"),
        ([__file__], "--weights sentiment"),
        (["photo.jpg"], "no such picture"),
        (["good", "--label", "3"], "--label is for pictures"),
        (["good", "--tolerance", "0.1"], "--tolerance is for pictures"),
        (["good", "--steps", "0"], "steps is 0"),
        (["good", "--save", "x.txt"], "endings"),
        (["--file", "x", "--save", "x.png"], "--save draws one sentence"),
        (["--file", "nowhere.txt"], "nowhere.txt"),
        (["good", "--weights", "nowhere.npz"], "no such weight file"),
    ],
)
def test_bad_use_is_one_line(shipped_reader, arguments, words, capsys):
    status = main(["explain", *arguments])
    printed = capsys.readouterr()
    assert status == 1 and words in printed.err and printed.err.count("\n") == 1
    assert printed.out == ""


@pytest.mark.parametrize(
    "content, words",
    [
        (b"\xff\xfe\x00", "UTF-8 (line 1, byte 2)"),
        (b"good\n\xff", "UTF-8 (line 2, byte 5)"),
        (b"", "no sentence"),
        (b"\n \n", "no sentence"),
    ],
)
def test_bad_files_are_named(shipped_reader, tmp_path, content, words, capsys):
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    assert main(["explain", "--file", str(path)]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"error: {path}") and words in last
