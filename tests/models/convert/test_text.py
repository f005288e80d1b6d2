"""Sentiment networks from PyTorch: every layout that is understood, and their words."""

import numpy as np
import pytest
from safetensors.numpy import save, save_file

import models
from minigrad.weights import load_weights
from models.__main__ import main
from models.convert import ConversionError, convert, kim
from models.sentiment.words import padded
from tests.helpers.files.kim import WORDS, E, kim_scores, kim_state

MANY = [f"w{row}" for row in range(WORDS)]


@pytest.fixture
def state(rng):
    return kim_state(rng)


def converted(folder, state, **options):
    """The network that comes out, and its metadata."""
    save_file(state, folder / "kim.safetensors")
    metadata = convert(folder / "kim.safetensors", folder / "kim.npz", **options)
    return models.load(folder / "kim.npz"), metadata


def vocabulary_file(folder, words):
    (folder / "words.txt").write_text("".join(f"{word}\n" for word in words), encoding="utf-8")
    return folder / "words.txt"


# --- layouts -----------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["conv2d", "conv1d"])
@pytest.mark.parametrize("outputs", [1, 2])
@pytest.mark.parametrize("bias", [True, False])
def test_layouts_score_as_a_loop_over_windows(layout, outputs, bias, rng, tmp_path):
    shape = {"outputs": outputs, "bias": bias, "widths": (4, 2, 1), "filters": (3, 5, 2)}
    model, _ = converted(tmp_path, kim_state(np.random.default_rng(3), layout, **shape))
    tokens = rng.integers(2, WORDS, (8, 9))
    scores = kim_scores(kim_state(np.random.default_rng(3), "conv2d", **shape), tokens, (4, 2, 1))
    expected = scores[:, 1] - scores[:, 0] if outputs == 2 else scores[:, 0]
    assert (model.widths, model.filters) == ((4, 2, 1), (3, 5, 2))
    np.testing.assert_allclose(model(tokens).numpy(), expected, rtol=1e-5, atol=1e-5)


def test_layers_are_ordered_by_the_numbers_in_their_names(rng, tmp_path):
    """A .safetensors keeps no order; "convs.10" comes after "convs.2"."""
    widths = tuple(int(size) for size in rng.integers(1, 6, 12))
    state = kim_state(rng, widths=widths, filters=range(1, 13))
    model, _ = converted(tmp_path, state)
    assert model.widths == widths and model.filters == tuple(range(1, 13))
    tokens = rng.integers(2, WORDS, (4, 7))
    np.testing.assert_allclose(
        model(tokens).numpy(), kim_scores(state, tokens, widths)[:, 0], rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("names", [("conv5", "conv3", "conv4"), ("c", "a", "b")])
def test_a_file_that_keeps_the_order_of_its_layers_decides(names, rng):
    """As PyTorch's own does; where the numbers in the names say something else, that is told."""
    widths = (5, 3, 4)
    state = kim_state(rng, widths=widths, filters=(2, 3, 4))
    renamed = {}
    for name, array in state.items():
        layer, _, kind = name.rpartition(".")
        number = layer.removeprefix("convs.")
        renamed[f"{names[int(number)] if number.isdigit() else layer}.{kind}"] = array
    network = kim.understand(renamed, "kim.pth")
    assert [kernel.shape[0] for kernel in network.kernels] == list(widths)
    told = "'conv5.weight' first, though by number 'conv3.weight' would be" in network.found[-1]
    assert told == (names[0] == "conv5") and "stand in the file" in network.found[-1]


@pytest.mark.parametrize("pad_to", [None, 5, 8])
def test_short_sentences_score_as_the_source_scores_them_padded(pad_to, rng, tmp_path):
    """A source pads to its widest filter, or further, and all windows of that count."""
    state = kim_state(rng)
    state["embedding.weight"][0] = rng.standard_normal(E)  # not all sources keep padding at zero
    state["convs.2.bias"] += 1  # a bias that wins where there are but zeros
    model, metadata = converted(tmp_path, state, pad_to=pad_to)
    short = [rng.integers(1, WORDS, length) for length in range(1, 11)]
    tokens = padded(short, 14)  # in a batch, and further than the source would
    scores = model(tokens).numpy()
    for sentence, score in zip(short, scores):
        alone = padded([sentence], pad_to or 5)
        expected = kim_scores(state, alone)[0, 0]
        np.testing.assert_allclose(score, expected, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(model(alone).numpy()[0], expected, rtol=1e-5, atol=1e-5)
    said = "the file does not say" in " ".join(metadata["source"]["found"])
    assert said == (pad_to is None)
    with pytest.raises(ValueError, match="so pad, as `tokenize` does"):
        model(tokens[:, :4])


@pytest.mark.parametrize("pad_to", [4, 0, -1, 10**9])
def test_padding_that_no_source_can_have_is_refused(pad_to, state, tmp_path):
    with pytest.raises(ConversionError, match=f"--pad-to {pad_to}: expected 5"):
        converted(tmp_path, state, pad_to=pad_to)


def test_names_and_prefixes_do_not_matter(state, rng, tmp_path):
    names = {
        "embedding": "module.model.emb",
        "convs.0": "conv3",
        "convs.1": "conv4",
        "convs.2": "conv5",
        "fc": "module.linear",
    }
    model, _ = converted(
        tmp_path,
        {
            ".".join([names[k.rpartition(".")[0]], k.rpartition(".")[2]]): v
            for k, v in state.items()
        },
    )
    tokens = rng.integers(2, WORDS, (4, 7))
    np.testing.assert_allclose(
        model(tokens).numpy(), kim_scores(state, tokens)[:, 0], rtol=1e-5, atol=1e-5
    )


@pytest.mark.parametrize("half", ["F16", "BF16"])
def test_half_precision_is_widened(half, state, tmp_path):
    if half == "F16":
        expected = {name: array.astype(np.float16) for name, array in state.items()}
        data = save(expected)
    else:  # the upper halves of float32, written as integers and renamed
        expected = {
            name: (array.view(np.uint32) & 0xFFFF0000).view(np.float32)
            for name, array in state.items()
        }
        data = save(
            {
                name: (array.view(np.uint32) >> 16).astype(np.int16)
                for name, array in expected.items()
            }
        )
        size = int.from_bytes(data[:8], "little")
        header = data[8 : 8 + size].replace(b'"I16"', b'"BF16"')
        data = len(header).to_bytes(8, "little") + header + data[8 + size :]
    (tmp_path / "half.safetensors").write_bytes(data)
    convert(tmp_path / "half.safetensors", tmp_path / "a.npz")
    arrays = load_weights(tmp_path / "a.npz")[0]
    np.testing.assert_array_equal(arrays["embedding.weight"], expected["embedding.weight"])
    np.testing.assert_array_equal(
        arrays["convolutions.1.weight"], expected["convs.1.weight"][:, 0].transpose(1, 2, 0)
    )


def test_command_line_says_what_it_found(rng, tmp_path, capsys):
    save_file(kim_state(rng, outputs=2), tmp_path / "kim.safetensors")
    assert main(["convert", str(tmp_path / "kim.safetensors"), str(tmp_path / "kim.npz")]) == 0
    said = capsys.readouterr().out
    for words in (
        "sentiment, from kim.safetensors (safetensors)",
        "'embedding.weight': 20 words of 7 numbers",
        "'convs.1.weight': 6 filters over 4 words",
        "'fc.weight': two outputs; the score is row 1 (positive) minus row 0 (negative)",
        "assumed",
        "padding: row 0 of the source",
        "unknown words: row 1 of the source",
        "takes token numbers, not text",
        "SHA-256",
    ):
        assert words in said
    assert "moved" not in said
    vocabulary = vocabulary_file(tmp_path, ["<unk>", "<pad>", *MANY[2:]])
    assert (
        main(
            [
                "convert",
                str(tmp_path / "kim.safetensors"),
                str(tmp_path / "kim.npz"),
                "--vocabulary",
                str(vocabulary),
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "padding: row 1 of the source ('<pad>')" in said and "the rows moved" in said
    assert main(["convert", str(vocabulary), str(tmp_path / "kim.npz"), "--padding", "none"]) == 1
    with pytest.raises(SystemExit):
        main(["convert", str(vocabulary), str(tmp_path / "kim.npz"), "--padding", "first"])


# --- words -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words, options, rows",
    [
        (["<pad>", "<unk>", *MANY[2:]], {}, (0, 1)),
        (["<unk>", "<pad>", *MANY[2:]], {}, (1, 0)),
        (["the", *MANY[2:], "[PAD]"], {"unknown": "none"}, (19, None)),
        (["PAD", "UNK", *MANY[2:]], {}, (0, 1)),
        (["pad", *MANY[2:], "<oov>"], {}, (0, 19)),
        (MANY, {"padding": "none", "unknown": "none"}, (None, None)),
        (MANY, {"padding": 7, "unknown": 3}, (7, 3)),
        (MANY, {"padding": 4, "unknown": 4}, (4, 4)),
        (None, {}, (0, 1)),
        (None, {"padding": 5}, (5, 1)),
        (None, {"padding": "none", "unknown": 0}, (None, 0)),
    ],
)
def test_padding_and_unknown_become_rows_0_and_1(words, options, rows, state, rng, tmp_path):
    """Every other word keeps its embedding, so a sentence keeps its score, whatever moved."""
    options = options | ({"vocabulary": vocabulary_file(tmp_path, words)} if words else {})
    model, metadata = converted(tmp_path, state, **options)
    assert (metadata["source"]["padding"], metadata["source"]["unknown"]) == rows
    table = model.embedding.weight.data
    for ours, row in enumerate(rows):
        np.testing.assert_array_equal(
            table[ours], np.zeros(E) if row is None else state["embedding.weight"][row]
        )
    rest = [row for row in range(WORDS) if row not in rows]
    assert len(model.vocabulary) == len(table) == len(rest) + 2
    numbers = model.vocabulary.numbers
    tokens = rng.choice(rest, (5, 8))
    mapped = np.array(
        [
            [numbers[words[row] if words else f"word {row}"] for row in sentence]
            for sentence in tokens
        ]
    )
    np.testing.assert_allclose(
        model(mapped).numpy(), kim_scores(state, tokens)[:, 0], rtol=1e-5, atol=1e-5
    )


def test_text_is_tokenised_with_the_vocabulary_and_refused_without(state, tmp_path):
    words = ["<pad>", "<unk>", "good", "n't", "café", "is", *MANY[6:]]
    model, _ = converted(tmp_path, state, vocabulary=vocabulary_file(tmp_path, words))
    np.testing.assert_array_equal(model.tokenize(["It isn't good café"]), [[1, 5, 3, 2, 4]])
    assert np.isfinite(model(model.tokenize(["good", "a good good good film"])).numpy()).all()
    model, _ = converted(tmp_path, state)
    assert not model.vocabulary.named
    with pytest.raises(ValueError, match="--vocabulary FILE"):
        model.tokenize(["good"])


@pytest.mark.parametrize(
    "content, options, word",
    [
        (b"<pad>\n<unk>\n", {}, "2 words, expected 20"),
        (b"", {}, "0 words, expected 20"),
        (b"\n" * 20, {}, "line 1 is ''"),
        (
            "\n".join(["<pad>", "<unk>", *MANY[2:-1], "w 1"]).encode(),
            {},
            "line 20 is 'w 1', expected one word",
        ),
        (
            "\n".join(["<pad>", "<unk>", *MANY[2:-1], "w4"]).encode(),
            {},
            "'w4' stands in line 5 and in line 20",
        ),
        (b"a\n\xff\xfe\n", {}, "line 2 is not UTF-8"),
        ("\n".join(MANY).encode(), {}, "no word is like '<pad>', so give --padding INDEX"),
        (
            "\n".join(["<pad>", *MANY[1:]]).encode(),
            {},
            "no word is like '<unk>', so give --unknown INDEX",
        ),
        (
            "\n".join(["<pad>", "[pad]", *MANY[2:]]).encode(),
            {},
            "more than one word is like '<pad>'",
        ),
        ("\n".join(["<pad>", "<unk>", *MANY[2:]]).encode(), {"padding": 3}, "row 0 is '<pad>' too"),
        (
            "\n".join(MANY).encode(),
            {"padding": 20},
            "--padding 20 is no row of the embedding; expected 0 to 19",
        ),
        (None, {"unknown": -1}, "--unknown -1 is no row"),
    ],
)
def test_vocabulary_that_does_not_fit(content, options, word, state, tmp_path):
    if content is not None:
        (tmp_path / "words.txt").write_bytes(content)
        options = options | {"vocabulary": tmp_path / "words.txt"}
    with pytest.raises(ConversionError) as refusal:
        converted(tmp_path, state, **options)
    assert word in str(refusal.value) and "\n" not in str(refusal.value)
    assert not (tmp_path / "kim.npz").exists()


def test_vocabulary_that_is_no_file(state, tmp_path):
    for path, word in [
        (tmp_path, "not a plain file"),
        (tmp_path / "none.txt", "no such vocabulary"),
    ]:
        with pytest.raises(ConversionError, match=word):
            converted(tmp_path, state, vocabulary=path)


def test_accents_written_apart_are_the_words_of_sentences(state, tmp_path):
    apart = ["cafe\u0301", "na\u0131ve", "x\u0301\u0302", "e\u0301t\u00e9"]
    path = vocabulary_file(tmp_path, ["<pad>", "<unk>", *apart, "\u00e9", "e\u0301", *MANY[8:]])
    model, _ = converted(tmp_path, state, vocabulary=path)
    tokens = model.tokenize(["Caf\u00e9 cafe\u0301 \u00e9t\u00e9 \u00e9"])
    assert tokens.tolist() == [[2, 2, 5, 6, 0]]


def test_windows_lines_and_a_byte_order_mark_are_no_part_of_words(state, tmp_path):
    (tmp_path / "words.txt").write_bytes(
        b"\xef\xbb\xbf" + "\r\n".join(["<pad>", "<unk>", *MANY[2:]]).encode() + b"\r\n"
    )
    model, _ = converted(tmp_path, state, vocabulary=tmp_path / "words.txt")
    assert model.vocabulary.words == ("<pad>", "<unk>", *MANY[2:])
