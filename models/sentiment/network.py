"""SentimentCNN: a convolutional classifier of text (Kim 2014) with the paper's 256 filters."""

import numpy as np

import minigrad as mg
from minigrad import layers
from minigrad.machine.backend import get_array_module

from .words import tokens_of

WIDTHS, FILTERS = (3, 4, 5, 6), 64  # our choice: the paper says 256 filters, not how wide
NEVER = -1e4  # what stands for a window that may not begin: the ReLU makes 0 of it
SHORTEST = max(WIDTHS)  # shorter sentences are padded to this, so that every filter has a window


class SentimentCNN(mg.Module):
    """Embedding → convolutions over 3, 4, 5 and 6 words → ReLU → maximum over time → one score.

    The score is that of "positive" before the sigmoid: above 0 the sentence is held to be
    positive. The layer named ``"filters"`` is the 256 maxima, those of width 3 first.

    A filter's window may begin at any word from which it fits into the sentence; where the
    sentence is shorter than the filter, there is one window, filled up with padding. Windows
    that begin later, in the padding that a batch adds, are set far below 0 before the ReLU, so
    they never win: a sentence's score does not depend on its neighbours in the batch.

    Other people's networks count differently: they pad a short sentence to ``least_length``
    words, and every window of what comes out counts.

    Parameters
    ----------
    vocabulary : models.sentiment.words.Vocabulary
    width : int
        Numbers in the embedding of a word.
    dropout : float
        Of the filters, in training.
    rng : numpy.random.Generator or int, optional
    widths : sequence of int
        Over how many words the filters of each convolution go.
    filters : int or sequence of int
        How many filters each convolution has.
    least_length : int
        So many words of a sentence count, though some of them be padding.
    """

    def __init__(
        self,
        vocabulary,
        width=64,
        dropout=0.5,
        rng=None,
        widths=WIDTHS,
        filters=FILTERS,
        least_length=0,
    ):
        rng = layers.as_rng(rng)
        self.vocabulary, self.least_length = vocabulary, least_length
        self.widths, self.dropout = tuple(widths), dropout
        self.filters = (filters,) * len(self.widths) if isinstance(filters, int) else tuple(filters)
        self.embedding = layers.Embedding(len(vocabulary), width, rng=rng)
        self.convolutions = [
            layers.Conv1d(width, count, size, rng=rng)
            for size, count in zip(self.widths, self.filters, strict=True)
        ]
        self.output = layers.Linear(sum(self.filters), 1, rng=rng)

    def forward(self, tokens):
        """The score of every sentence: token numbers (N, T) to a Tensor (N,)."""
        return self.scorer(tokens)(self.embed(tokens))

    def embed(self, tokens):
        """Token numbers (N, T) to a Tensor (N, T, width).

        Numbers have no gradient: what is explained is this.
        """
        return self.embedding(self.checked(tokens))

    def score(self, embedded, lengths=None, rng=None):
        """The score of embedded sentences.

        Parameters
        ----------
        embedded : Tensor, shape (N, T, width)
        lengths : integer array (N,), optional
            How many words each sentence has, if some of T are padding; see the class.
        rng : numpy.random.Generator, optional
            For dropout while training.

        Returns
        -------
        Tensor, shape (N,)
        """
        return self.score_windows(self.convolve(embedded, lengths), rng)

    def convolve(self, embedded, lengths=None):
        """Every filter, before its ReLU, at every window.

        This is affine in the embedded words, so a straight path from a baseline to a sentence
        stays straight here.

        Parameters
        ----------
        embedded, lengths
            As for `score`.

        Returns
        -------
        Tensor, shape (N, T, filters)
            At word t the window that begins there; `NEVER` where none may begin.
        """
        length = embedded.shape[1]
        if length < self.shortest():
            raise ValueError(
                f"sentiment: {length} words; the widest filter needs {max(self.widths)} and a "
                f"sentence counts for {self.least_length}, so pad, as `tokenize` does"
            )
        lengths = np.full(len(embedded), length) if lengths is None else np.asarray(lengths)
        lengths = np.maximum(lengths, self.least_length)
        every = []
        for size, convolution in zip(self.widths, self.convolutions):
            windows = convolution(embedded)
            mask = self.window_mask(windows, lengths, size)
            windows = windows * mask + NEVER * (1 - mask)
            every.append(mg.pad(windows, ((0, 0), (0, size - 1), (0, 0)), NEVER))
        return mg.concatenate(every, axis=-1)

    def shortest(self):
        """To how many words a shorter sentence is padded, so that every filter has a window."""
        return max(*self.widths, self.least_length)

    def score_windows(self, windows, rng=None):
        """The score, (N,), of what `convolve` gives, (N, T, filters); ``rng`` as for `score`."""
        # The largest after the ReLU is the ReLU of the largest: it never exchanges two numbers.
        hidden = mg.relu(windows.max(axis=1)).named("filters")
        if self.training and rng is not None:
            hidden = mg.dropout(hidden, self.dropout, rng)
        return self.output(hidden)[:, 0]

    def window_mask(self, windows, lengths, size):
        """1 for each window that begins where the filter still fits, 0 for the others.

        Returns
        -------
        array, shape (N, windows, 1)
        """
        first = np.arange(windows.shape[1])
        last = np.maximum(lengths - size, 0)
        mask = (first <= last[:, None])[..., None].astype(windows.dtype)
        return get_array_module(windows.data).asarray(mask)

    def scorer(self, tokens):
        """`score` for the sentences of ``tokens``, as `conductance` takes it: a `SentenceScore`."""
        return SentenceScore(self, self.lengths(tokens))

    def lengths(self, tokens):
        """How many words each sentence has; all but the padding at its end."""
        tokens = self.checked(tokens)
        padding = np.argmax(tokens[:, ::-1] != 0, axis=1)
        return np.where(tokens.any(axis=1), tokens.shape[1] - padding, 0)

    def checked(self, tokens):
        """Token numbers as an array (N, T), or an error that says what they are instead."""
        tokens = np.asarray(tokens.numpy() if isinstance(tokens, mg.Tensor) else tokens)
        if tokens.ndim != 2 or not tokens.size or tokens.dtype.kind not in "iu":
            raise ValueError(
                f"sentiment: tokens of shape {tokens.shape}, {tokens.dtype}; "
                "expected whole numbers (N, T): model.tokenize([sentence, …]) makes them of text"
            )
        return tokens

    def tokenize(self, texts):
        """Raw sentences to token numbers.

        Parameters
        ----------
        texts : list of str

        Returns
        -------
        numpy.ndarray of int64, shape (N, T)
            Padded at the end to the longest, and to `shortest`.

        Raises
        ------
        TypeError, ValueError
            One string instead of a list; a text without a word in it.
        """
        if isinstance(texts, str):
            raise TypeError(f"tokenize: {texts!r} is one text; give a list of them, [{texts!r}]")
        split = [tokens_of(text) for text in texts]
        for text, words in zip(texts, split):
            if not words:
                raise ValueError(f"tokenize: no word in the text {text!r}; give a sentence")
        if not split:
            raise ValueError("tokenize: an empty list; give at least one sentence")
        return self.vocabulary.encode(split, least_length=self.shortest())

    def baseline(self, tokens, kind="padding"):
        """x′ for sentences: what stands at the beginning of the path, (N, T, width).

        Parameters
        ----------
        tokens : integer array, shape (N, T)
        kind : {"padding", "zero"}
            "padding" is a sentence as long of padding words, which the network has met
            beside short sentences: the absence of words. "zero" is a point that no word
            has, the middle of the embedding: use it to see what hangs on this choice.
        """
        tokens = self.checked(tokens)
        weight = self.embedding.weight.data
        if kind == "zero":
            xp, shape = get_array_module(weight), (*tokens.shape, weight.shape[1])
            return xp.zeros(shape, dtype=weight.dtype)
        if kind != "padding":
            raise ValueError(f"baseline: unknown kind {kind!r}; expected 'padding' or 'zero'")
        return weight[np.zeros_like(tokens)]


class SentenceScore:
    """F for sentences: embedded rows to scores, each row by its sentence's length.

    Parameters
    ----------
    model : SentimentCNN
    lengths : integer array (N,)
        Path points come stacked, point after point, so row r belongs to sentence ``r % N``.

    Attributes
    ----------
    examples : int
        N: attributions refuse another number.
    """

    def __init__(self, model, lengths):
        self.model, self.lengths = model, np.asarray(lengths)
        self.examples = len(self.lengths)

    def for_rows(self, rows):
        """The same for some of the sentences, those of the slice ``rows``."""
        return SentenceScore(self.model, self.lengths[rows])

    def __call__(self, embedded):
        rows, sentences = len(embedded), len(self.lengths)
        points, rest = divmod(rows, sentences)
        if rest:
            raise ValueError(f"sentiment: {rows} rows cannot be shared among {sentences} sentences")
        return self.model.score(embedded, np.tile(self.lengths, points))
