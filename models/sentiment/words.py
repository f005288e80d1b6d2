"""Words: raw text to the treebank's tokens, and tokens to the numbers of a vocabulary."""

import re

import numpy as np

from .marks import ACCENTS, plain

PADDING, UNKNOWN = "<pad>", "<unk>"  # the first two words of every vocabulary
LONGEST = 10_000  # words; a longer text is more likely a mistake than a sentence

# The treebank writes contractions as two words, brackets as -lrb- and -rrb-, quotes as `` and '',
# and a stroke or a star behind a backslash.
CONTRACTION = re.compile(r"(?<=\w)(n't|'(?:s|re|ve|ll|d|m))(?!\w)")
WRITTEN_TOGETHER = re.compile(r"\b(can(?=not\b)|gon(?=na\b)|got(?=ta\b))")
LONG_ELLIPSIS = re.compile(r"\.{4,}")
OPENING_QUOTE = re.compile(r"(^|[\s(\[{])\"")
LETTER = f"[\\w{ACCENTS}]"
TOKEN = re.compile(
    r"\.\.\.|--|``|''|-[lr]rb-|n't|'(?:s|re|ve|ll|d|m)(?!\w)"  # as they stand
    r"|(?:mr|mrs|ms|dr|st|jr|sr|vs|[a-z])\.(?=\s)|(?:[a-z]\.){2,}"  # abbreviations keep their stop
    r"|\d+(?:[.,]\d+)+|(?:\\\*)+|[!?]{2,}"  # numbers; stars; ?!
    rf"|{LETTER}+(?:(?:[-'.]|\\/){LETTER}+)*"  # words, also joined by a hyphen or a stroke
    r"|[^\w\s]"
)
BRACKETS = {"(": "-lrb-", "[": "-lrb-", "{": "-lrb-", ")": "-rrb-", "]": "-rrb-", "}": "-rrb-"}


def tokens_of(text):
    """Split raw text as the Stanford Sentiment Treebank is split, in lower case.

    "It isn't (that) bad." is ``it is n't -lrb- that -rrb- bad .`` Text that is split
    already stays as it is. Signs of typography and markup become the treebank's first, see
    `models.sentiment.marks.plain`.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str
        Empty for an empty text.
    """
    if not isinstance(text, str):
        raise TypeError(
            f"tokens: expected a string, got {type(text).__name__}; "
            "for several sentences call this on each"
        )
    text = plain(text).lower()
    text = OPENING_QUOTE.sub(r"\1 `` ", text).replace('"', " '' ")
    text = re.sub(r"\\?([/*])", r"\\\1", text)
    text = WRITTEN_TOGETHER.sub(r"\1 ", text)
    text = CONTRACTION.sub(r" \1", text)
    words = [BRACKETS.get(word, word) for word in TOKEN.findall(LONG_ELLIPSIS.sub("...", text))]
    if len(words) > LONGEST:
        raise ValueError(
            f"tokens: the text has {len(words)} words, more than {LONGEST}; "
            "explain it sentence by sentence"
        )
    return words


class Vocabulary:
    """Words and their numbers; 0 is padding, 1 every word that is not known.

    Parameters
    ----------
    words : sequence of str
        All words, padding and unknown first.
    named : bool
        False where the words of a network are not known and stand here as "word 2" and
        so on: such a vocabulary has numbers, but cannot encode.
    """

    def __init__(self, words, named=True):
        self.words, self.named = tuple(words), named
        if self.words[:2] != (PADDING, UNKNOWN):
            raise ValueError(
                f"vocabulary: begins with {self.words[:2]}; expected {(PADDING, UNKNOWN)}"
            )
        self.numbers = {word: number for number, word in enumerate(self.words)}
        if len(self.numbers) != len(self.words):
            raise ValueError("vocabulary: a word stands in it twice")

    @classmethod
    def of(cls, sentences, least=2):
        """The words that ``sentences`` (lists of tokens) hold at least ``least`` times.

        The most frequent come first.
        """
        counts = {}
        for sentence in sentences:
            for word in sentence:
                counts[word] = counts.get(word, 0) + 1
        kept = [word for word, count in counts.items() if count >= least]
        return cls((PADDING, UNKNOWN, *sorted(kept, key=lambda word: (-counts[word], word))))

    def __len__(self):
        return len(self.words)

    def encode(self, sentences, least_length=1):
        """Lists of tokens as one array of numbers, padded at the end.

        Parameters
        ----------
        sentences : sequence of list of str
        least_length : int
            At least so many columns.

        Returns
        -------
        numpy.ndarray of int64, shape (N, T)

        Raises
        ------
        ValueError
            The words are not known.
        """
        if not self.named:
            raise ValueError(
                "vocabulary: the words of this network are not known, "
                "so give it token numbers (N, T), or convert it again with --vocabulary FILE"
            )
        rows = [[self.numbers.get(word, 1) for word in sentence] for sentence in sentences]
        return padded(rows, least_length)


def padded(rows, least_length=1):
    """Several sentences' token numbers as one array (N, T) of int64, padded at the end.

    T is the length of the longest sentence, and at least ``least_length``.
    """
    length = max([least_length, *map(len, rows)])
    tokens = np.zeros((len(rows), length), dtype=np.int64)
    for to, row in zip(tokens, rows):
        to[: len(row)] = row
    return tokens
