"""SentimentCNN on disk: what is saved is loaded as it was, metadata that do not fit refused."""

import numpy as np
import pytest

import models
from minigrad.weights import WeightsError, load_weights, save_weights
from models.sentiment import SentimentCNN
from models.sentiment.file import save_sentiment
from models.sentiment.words import Vocabulary
from models.train.session import in_halves


@pytest.fixture
def model():
    return SentimentCNN(
        Vocabulary(("<pad>", "<unk>", "good", "schön", "ba\u2028d")),
        6,
        dropout=0.25,
        widths=(2, 3),
        filters=(4, 1),
    )


@pytest.mark.parametrize("halves", [False, True])
def test_saved_network_is_loaded_as_it_was(halves, model, tmp_path):
    state = in_halves(model) if halves else None
    written = save_sentiment(tmp_path / "a.npz", model, {"seed": 3, "network": "another"}, state)
    arrays, metadata = load_weights(tmp_path / "a.npz")
    assert metadata == written | {"sha256": metadata["sha256"]}
    assert metadata["network"] == "sentiment" and metadata["seed"] == 3
    assert {array.dtype for array in arrays.values()} == {
        np.dtype(np.float16 if halves else np.float32)
    }
    loaded = models.load(tmp_path / "a.npz")
    assert loaded.vocabulary.words == model.vocabulary.words and loaded.vocabulary.named
    assert (loaded.widths, loaded.filters, loaded.dropout) == ((2, 3), (4, 1), 0.25)
    assert not any(parameter.requires_grad for parameter in loaded.parameters())
    tokens = model.tokenize(["good schön", "good bad good schön good"])
    np.testing.assert_allclose(
        loaded(tokens).numpy(),
        model(tokens).numpy(),
        rtol=1e-2 if halves else 0,
        atol=1e-2 if halves else 0,
    )
    assert loaded(tokens).dtype == np.float32


def test_default_network_and_one_without_words(tmp_path):
    default = SentimentCNN(Vocabulary(("<pad>", "<unk>", "a")))
    assert default.filters == (64, 64, 64, 64)
    save_sentiment(tmp_path / "a.npz", default)
    assert models.load(tmp_path / "a.npz").filters == default.filters
    save_sentiment(
        tmp_path / "b.npz", SentimentCNN(Vocabulary(("<pad>", "<unk>", "word 9"), named=False), 3)
    )
    assert not models.load(tmp_path / "b.npz").vocabulary.named
    with pytest.raises(ValueError, match="shorter"):
        SentimentCNN(Vocabulary(("<pad>", "<unk>")), widths=(2, 3), filters=(4,))


def test_a_file_from_before_padding_could_count_has_none_that_does(model, tmp_path):
    metadata = save_sentiment(tmp_path / "a.npz", model)
    del metadata["specification"]["least_length"]
    save_weights(tmp_path / "a.npz", model, metadata)
    assert models.load(tmp_path / "a.npz").least_length == 0


SPECIFICATIONS = {
    "none": (None, "NoneType"),
    "widths": ({"widths": [0, 3]}, "widths is [0, 3]"),
    "bools": ({"widths": [True, 3]}, "widths is [True, 3]"),
    "text": ({"filters": "41"}, "filters is 41"),
    "lengths": ({"filters": [4]}, "one for each convolution"),
    "widths gone": ({"widths": None}, "widths is None"),
    "absurd": ({"filters": [4, 2**30]}, "expected (1073741828, 1)"),
    "absurd width": ({"width": 2**30}, "expected (5, 1073741824)"),
    "infinite width": ({"width": 1e400}, "width is inf"),
    "dropout": ({"dropout": 1}, "dropout is 1"),
    "named": ({"named_words": 1}, "named_words"),
    "padding": ({"least_length": 10**9}, "least_length is 1000000000"),
    "padding as text": ({"least_length": "5"}, "least_length is 5"),
    "words": ({"words": 4}, "has 5 words"),
}


@pytest.mark.parametrize("change, word", SPECIFICATIONS.values(), ids=SPECIFICATIONS)
def test_metadata_with_one_thing_wrong(change, word, model, tmp_path):
    metadata = save_sentiment(tmp_path / "a.npz", model)
    specification = None if change is None else metadata["specification"] | change
    save_weights(tmp_path / "a.npz", model, metadata | {"specification": specification})
    with pytest.raises(WeightsError) as refusal:
        models.load(tmp_path / "a.npz")
    assert word in str(refusal.value) and "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    "words, word",
    [
        (None, "missing"),
        ("ab", "not a list"),
        ([1, 2, 3, 4, 5], "not a list of words"),
        (["<pad>", "<unk>", "a", "b"], "4 words"),
        (["a", "b", "c", "d", "e"], "begins with"),
        (["<pad>", "<unk>", "a", "a", "b"], "twice"),
    ],
)
def test_words_that_are_none(words, word, model, tmp_path):
    metadata = save_sentiment(tmp_path / "a.npz", model)
    save_weights(tmp_path / "a.npz", model, metadata | {"vocabulary": words})
    with pytest.raises(WeightsError, match=word):
        models.load(tmp_path / "a.npz")


def test_arrays_of_another_network(model, tmp_path):
    metadata = save_sentiment(tmp_path / "a.npz", model)
    arrays = model.state_dict()
    for change, word in [
        ({"extra": np.ones(2)}, "unknown 'extra'"),
        ({"output.bias": np.ones(2)}, "'output.bias' has shape"),
    ]:
        save_weights(tmp_path / "a.npz", arrays | change, metadata)
        with pytest.raises(WeightsError, match=word):
            models.load(tmp_path / "a.npz")
    del arrays["embedding.weight"]
    save_weights(tmp_path / "a.npz", arrays, metadata)
    with pytest.raises(WeightsError, match="'embedding.weight' has shape none"):
        models.load(tmp_path / "a.npz")
