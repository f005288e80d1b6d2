"""A SentimentCNN in one `.npz`: its arrays, and in the metadata its sizes and its words."""

from minigrad.weights import WeightsError, save_weights

from .network import SentimentCNN
from .words import LONGEST, Vocabulary

NETWORK = "sentiment"  # its name in the metadata
MOST = 2**31  # no size is as large


def save_sentiment(path, model, metadata=None, state=None):
    """Write a SentimentCNN so that `models.load` builds it again, all of it or nothing.

    Parameters
    ----------
    path : str or os.PathLike
        The `.npz` file; an older one is replaced only once the new one is whole.
    model : SentimentCNN
    metadata : dict, optional
        Where the weights come from, anything JSON can hold. The network's name, its
        ``"specification"`` and its ``"vocabulary"`` are added here.
    state : dict of str to numpy.ndarray, optional
        The model's arrays, in float16 to take half the room (they are read as float32);
        those of ``model.state_dict()`` unless told.

    Returns
    -------
    dict
        The metadata with what was added; the checksum is only in the file.
    """
    words, width = model.embedding.weight.shape
    specification = {
        "widths": list(model.widths),
        "filters": list(model.filters),
        "width": width,
        "words": words,
        "named_words": model.vocabulary.named,
        "dropout": model.dropout,
        "least_length": model.least_length,
    }
    described = {"network": NETWORK, **(metadata or {})}
    described |= {
        "network": NETWORK,
        "specification": specification,
        "vocabulary": list(model.vocabulary.words),
    }
    save_weights(path, model.state_dict() if state is None else state, described)
    return described


def sentiment_from(state, metadata, path):
    """The SentimentCNN that `save_sentiment` wrote.

    Parameters
    ----------
    state, metadata : dict
        As `minigrad.load_weights` reads them.
    path : str or os.PathLike
        What errors call the file.

    Returns
    -------
    SentimentCNN

    Raises
    ------
    minigrad.weights.WeightsError
        The metadata are not of such a network, or the arrays do not fit them.
    """
    try:
        specification, words = metadata.get("specification"), metadata.get("vocabulary")
        _check_specification(specification, words)
        _check_shapes(state, specification)
        model = SentimentCNN(
            Vocabulary(words, specification["named_words"]),
            specification["width"],
            specification["dropout"],
            widths=specification["widths"],
            filters=specification["filters"],
            least_length=specification.get("least_length", 0),  # older files have none
        )
        return model.load_state_dict(state)
    except ValueError as error:
        raise WeightsError(f"{path}: {error}") from None


def _check_specification(specification, words):
    if not isinstance(specification, dict):
        kind = type(specification).__name__
        raise ValueError(f"the metadata's specification is a {kind}, expected a dictionary")
    widths, filters = specification.get("widths"), specification.get("filters")
    for name, sizes in (("widths", widths), ("filters", filters)):
        if not _are_sizes(sizes) or len(sizes) != len(widths):
            raise ValueError(
                f"the specification's {name} is {str(sizes)[:80]}; "
                "expected sizes above 0, one for each convolution"
            )
    width = specification.get("width")
    if not _is_size(width):
        raise ValueError(f"the specification's width is {str(width)[:80]}; expected a size above 0")
    dropout = specification.get("dropout")
    if type(dropout) not in (int, float) or not 0 <= dropout < 1:
        raise ValueError(
            f"the specification's dropout is {str(dropout)[:80]}; "
            "expected a number from 0 to below 1"
        )
    least = specification.get("least_length", 0)
    if type(least) is not int or not 0 <= least <= LONGEST:
        raise ValueError(
            f"the specification's least_length is {str(least)[:80]}; "
            f"expected a number of words, 0 to {LONGEST}"
        )
    if type(specification.get("named_words")) is not bool:
        raise ValueError("the specification's named_words is missing; expected true or false")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise ValueError("the metadata's vocabulary is missing or not a list of words")
    said = specification.get("words")
    if said != len(words):
        raise ValueError(
            f"the vocabulary has {len(words)} words, the specification says {str(said)[:80]}"
        )


def _is_size(value):
    return type(value) is int and 0 < value < MOST


def _are_sizes(values):
    """Whether this is a list of sizes, at least one."""
    return isinstance(values, list) and values != [] and all(map(_is_size, values))


def _check_shapes(state, specification):
    """Compare the arrays with the sizes before a network of these sizes takes memory."""
    width, filters = specification["width"], specification["filters"]
    expected = {
        "embedding.weight": (specification["words"], width),
        "output.weight": (sum(filters), 1),
    }
    for index, (size, count) in enumerate(zip(specification["widths"], filters)):
        expected[f"convolutions.{index}.weight"] = (size, width, count)
    for name, shape in expected.items():
        found = state[name].shape if name in state else "none"
        if found != shape:
            raise ValueError(
                f"array {name!r} has shape {found}, expected {shape} by the specification"
            )
