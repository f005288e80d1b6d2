"""The sentiment network and its words: tokens, padding that never wins, baseline, gradients."""

import numpy as np
import pytest

from minigrad.attribution import conductance, conductance_by_definition
from models.sentiment import SentimentCNN
from models.sentiment.words import LONGEST, PADDING, UNKNOWN, Vocabulary, tokens_of

# Ours, split by hand as the treebank's manual says.
SPLIT = {
    "It isn't (that) bad.": "it is n't -lrb- that -rrb- bad .",
    'He said "wow" twice': "he said `` wow '' twice",
    "I can't say we've won; it's Bob's.": "i ca n't say we 've won ; it 's bob 's .",
    "don’t, I’d say": "do n't , i 'd say",
    "I cannot and gonna": "i can not and gon na",
    "well-made, state-of-the-art": "well-made , state-of-the-art",
    "funny/sad at 9/11": "funny\\/sad at 9\\/11",
    "Mr. Ray paid $1,000.50!": "mr. ray paid $ 1,000.50 !",
    "so… slow — really?!": "so ... slow -- really ?!",
    "it is n't -lrb- that -rrb- bad .": "it is n't -lrb- that -rrb- bad .",
    "très bon 😀 映画": "très bon 😀 映画",
    "": "",
    " \n\t ": "",
}


@pytest.mark.parametrize("text", SPLIT)
def test_raw_text_is_split_as_the_treebank_is(text):
    assert tokens_of(text) == SPLIT[text].split()


@pytest.mark.parametrize("text", SPLIT)
def test_what_is_split_stays_as_it_is(text):
    assert tokens_of(" ".join(tokens_of(text))) == tokens_of(text)


@pytest.mark.data
def test_the_treebanks_own_sentences_stay_as_they_are():
    from tests.helpers.data import data_path

    lines = data_path("text", "stsa.binary.test").read_text(encoding="utf-8").splitlines()
    sentences = [line.split(" ", 1)[1] for line in lines]
    kept = sum(tokens_of(sentence) == sentence.split() for sentence in sentences)
    assert len(sentences) == 1821 and kept / len(sentences) > 0.985


@pytest.mark.parametrize("text", [None, 3, b"bytes", ["a", "list"]])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(TypeError, match="expected a string"):
        tokens_of(text)


def test_a_book_is_no_sentence():
    assert len(tokens_of("word " * LONGEST)) == LONGEST
    with pytest.raises(ValueError, match="sentence by sentence"):
        tokens_of("word " * (LONGEST + 1))


def test_a_vocabulary_keeps_frequent_words_in_order_and_pads_at_the_end():
    words = Vocabulary.of([["b", "a", "b"], ["c", "a", "b"], ["d"]])
    assert words.words == (PADDING, UNKNOWN, "b", "a")
    np.testing.assert_array_equal(
        words.encode([["a"], ["b", "zebra", "a"]], least_length=4), [[3, 0, 0, 0], [2, 1, 3, 0]]
    )
    with pytest.raises(ValueError, match="stands in it twice"):
        Vocabulary((PADDING, UNKNOWN, "a", "a"))
    with pytest.raises(ValueError, match="begins with"):
        Vocabulary(("a", "b"))


def network(dtype=np.float64, **options):
    """A small one with the shipped shape, its padding row not zero."""
    words = "not bad good a very long film with no end and some words that nobody needs".split()
    model = SentimentCNN(
        Vocabulary((PADDING, UNKNOWN, *words)), width=5, filters=4, rng=3, **options
    )
    for parameter in model.astype(dtype).requires_grad(False).parameters():
        if parameter.ndim == 1:
            parameter.data = parameter.data + np.random.default_rng(0).normal(
                0, 0.3, parameter.shape
            )
    return model


TEXTS = [
    "not bad",
    "good",
    "a very long film with no end and some words that nobody needs",
    "unseen zebras only",
]


def test_a_score_does_not_depend_on_the_neighbours_in_the_batch():
    model = network()
    together = model(model.tokenize(TEXTS)).numpy()
    alone = [model(model.tokenize([text])).numpy()[0] for text in TEXTS]
    np.testing.assert_allclose(together, alone, rtol=1e-12)
    longer = np.pad(model.tokenize(TEXTS), ((0, 0), (0, 7)))
    np.testing.assert_allclose(model(longer).numpy(), together, rtol=1e-12)


def test_padding_never_wins_even_if_every_filter_likes_it():
    model = network()
    tokens = np.pad(model.tokenize(["a very long film with no end"]), ((0, 0), (0, 6)))
    before = model(tokens).numpy()
    # windows in the padding would now win wherever a kernel's sum is positive
    model.embedding.weight.data[0] = 1000.0
    np.testing.assert_array_equal(model(tokens).numpy(), before)


def test_the_score_is_the_definition_word_by_word():
    model = network()
    tokens = model.tokenize(["a very long film with no end"])
    words, score = model.embedding.weight.data[tokens[0]], float(model.output.bias.data[0])
    filters = []
    for size, convolution in zip(model.widths, model.convolutions):
        for f in range(4):
            window_values = [
                (words[start : start + size] * convolution.weight.data[:, :, f]).sum()
                + convolution.bias.data[f]
                for start in range(len(words) - size + 1)
            ]
            filters.append(max(0.0, *window_values))
    score += np.array(filters) @ model.output.weight.data[:, 0]
    assert model(tokens).item() == pytest.approx(score, rel=1e-12)


def test_the_256_filters_are_the_layer_and_sum_to_the_difference():
    model = network()
    tokens = model.tokenize(TEXTS)
    found = conductance(
        model.scorer(tokens),
        model.embed(tokens),
        model.baseline(tokens),
        steps=1000,
        rule="midpoint",
        batch_size=100,
    )
    assert found["filters"].shape == (4, 16) and list(found) == ["filters"]
    np.testing.assert_allclose(
        found.total("filters"), found.difference, atol=2e-3 * np.abs(found.difference).max()
    )
    assert SentimentCNN(Vocabulary((PADDING, UNKNOWN))).output.weight.shape == (256, 1)


def test_conductance_of_a_sentence_is_the_papers_definition():
    model = network()
    tokens = model.tokenize(TEXTS[:1])
    args = model.scorer(tokens), model.embed(tokens).data, model.baseline(tokens)
    # over the inputs: Eq. 3
    by_definition = conductance_by_definition(*args, layer="filters", steps=5).sum(axis=1)
    np.testing.assert_allclose(
        conductance(*args, steps=5)["filters"], by_definition, rtol=1e-10, atol=1e-14
    )


def test_baselines_are_as_many_padding_words_or_zeros():
    model = network()
    tokens = model.tokenize(TEXTS)
    np.testing.assert_array_equal(model.baseline(tokens), model.embed(np.zeros_like(tokens)).data)
    assert not model.baseline(tokens, "zero").any()
    assert model.baseline(tokens, "zero").shape == model.baseline(tokens).shape
    with pytest.raises(ValueError, match="'padding' or 'zero'"):
        model.baseline(tokens, "noise")


def test_dropout_acts_in_training_only():
    model = network()
    embedded = model.embed(model.tokenize(TEXTS))
    still = model.score(embedded).numpy()
    np.testing.assert_array_equal(
        model.score(embedded, rng=np.random.default_rng(0)).numpy(), still
    )
    moved = model.train().score(embedded, rng=np.random.default_rng(0)).numpy()
    assert (moved != still).all()


def test_every_parameter_learns():
    model = network().requires_grad(True).train()
    model(model.tokenize(TEXTS)).sum().backward()
    assert all(np.abs(parameter.grad).sum() > 0 for parameter in model.parameters())


WRONG = {
    "one string": (
        lambda m: m.tokenize("not bad"),
        TypeError,
        r"give a list of them, \['not bad'\]",
    ),
    "no word": (lambda m: m.tokenize(["good", "   "]), ValueError, "no word in the text"),
    "no text": (lambda m: m.tokenize([]), ValueError, "at least one sentence"),
    "text for numbers": (lambda m: m(np.array([["not", "bad"]])), ValueError, "model.tokenize"),
    "one row": (lambda m: m(np.array([1, 2, 3])), ValueError, r"expected whole numbers \(N, T\)"),
    "too short": (lambda m: m(np.array([[2, 3]])), ValueError, "the widest filter needs 6"),
    "beyond the vocabulary": (lambda m: m(np.full((1, 6), 99)), IndexError, "expected 0 to"),
    "rows that cannot be shared": (
        lambda m: m.scorer(m.tokenize(TEXTS))(m.embed(m.tokenize(TEXTS[:3]))),
        ValueError,
        "cannot be shared",
    ),
}


@pytest.mark.parametrize("call, error, said", WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_said(call, error, said):
    with pytest.raises(error, match=said):
        call(network())
