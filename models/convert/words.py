"""The words of somebody's network, one a line in a file; its rows of padding and unknown words."""

import unicodedata
from pathlib import Path

import numpy as np

from ..sentiment.words import LONGEST, PADDING, UNKNOWN, Vocabulary
from .layout import ConversionError, shown

MAX_BYTES = 2**26
# What such rows are called, without the brackets around it.
MARKERS = {"padding": ("pad", "padding", "blank"), "unknown": ("unk", "unknown", "oov")}
DEFAULTS = {"padding": 0, "unknown": 1}
NONE = "none"


def read_words(path, count):
    """The words of a vocabulary file.

    Parameters
    ----------
    path : str or os.PathLike
        UTF-8, one word a line, in the order of the embedding's rows.
    count : int
        The embedding's rows.

    Returns
    -------
    list of str

    Raises
    ------
    ConversionError
        In one line, what is wrong, and in which line of the file.
    """
    path = Path(path)
    if not path.is_file():
        what = "not a plain file, expected a" if path.exists() else "no such"
        raise ConversionError(f"{path}: {what} vocabulary")
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise ConversionError(
            f"{path}: {size} bytes, more than the {MAX_BYTES} allowed for a vocabulary"
        )
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConversionError(
            f"{path}: line {line} is not UTF-8; expected a text, one word a line"
        ) from None
    lines = text.removesuffix("\n").split("\n") if text else []
    words = [line.removesuffix("\r") for line in lines]
    if len(words) != count:
        raise ConversionError(
            f"{path}: {len(words)} words, expected {count}, "
            "one a line for each row of the embedding"
        )
    seen = {}
    for number, word in enumerate(words, 1):
        if not word or any(character in word for character in " \t\r\0"):
            raise ConversionError(f"{path}: line {number} is {shown(word)}, expected one word")
        if seen.setdefault(word, number) != number:
            raise ConversionError(
                f"{path}: {shown(word)} stands in line {seen[word]} and in line {number}"
            )
    return words


class Rows:
    """Which rows of the source are padding and unknown words, so as to become rows 0 and 1.

    Parameters
    ----------
    count : int
        The embedding's rows.
    words : list of str or None
        Their words, if there is a vocabulary.
    padding, unknown : int or "none" or None
        The row; "none" if the network has no such row, which adds a row of zeros; None
        to look for a word like ``<pad>`` in the vocabulary or, without one, take 0 and 1.
    source : str
        What errors call the vocabulary or the file.
    """

    def __init__(self, count, words, padding, unknown, source):
        self.count, self.words, self.source = count, words, source
        self.padding = self.row("padding", padding)
        self.unknown = self.row("unknown", unknown)
        first = [count if row is None else row for row in (self.padding, self.unknown)]
        self.order = first + [row for row in range(count) if row not in first]

    def row(self, kind, told):
        """The row of padding or of unknown words; None for one that is to be added."""
        if told == NONE:
            return None
        if told is None and self.words is not None:
            return self.named(kind)
        row = DEFAULTS[kind] if told is None else told
        if not 0 <= row < self.count:
            expected = f"expected 0 to {self.count - 1}, or none"
            raise ConversionError(
                f"{self.source}: --{kind} {row} is no row of the embedding; {expected}"
            )
        return row

    def named(self, kind):
        """The row whose word says that it is padding or unknown."""
        found = [row for row, word in enumerate(self.words) if _says(word, kind, row)]
        if len(found) != 1:
            what = "more than one word is" if found else "no word is"
            raise ConversionError(
                f"{self.source}: {what} like '<{MARKERS[kind][0]}>', "
                f"so give --{kind} INDEX (the row, from 0), or --{kind} none if there is none"
            )
        return found[0]

    def moved(self, embedding):
        """The embedding in our order: padding, unknown, all others."""
        zeros = np.zeros((1, embedding.shape[1]), np.float32)
        return np.concatenate([embedding, zeros])[self.order]

    def vocabulary(self):
        """The words in our order. Without a vocabulary row 12 of the source is called "word 12"."""
        words = _composed(self.words) or [f"word {row}" for row in range(self.count)]
        rest = [words[row] for row in self.order[2:]]
        for kind, marker in (("padding", PADDING), ("unknown", UNKNOWN)):
            if marker in rest:
                row = words.index(marker)
                raise ConversionError(
                    f"{self.source}: row {row} is {marker!r} too, beside the --{kind} that was told"
                )
        return Vocabulary((PADDING, UNKNOWN, *rest), named=self.words is not None)

    def found(self):
        """Lines that say what was done."""
        lines = []
        for kind, row in (("padding", self.padding), ("unknown words", self.unknown)):
            if row is None:
                lines.append(f"{kind}: no row of the source, so one of zeros")
            else:
                word = f" ({shown(self.words[row])})" if self.words else ""
                lines.append(f"{kind}: row {row} of the source{word}")
        if self.words is None:
            lines.append(
                "no vocabulary, so it takes token numbers, not text: "
                "convert with --vocabulary FILE, one word a line"
            )
        if self.order != list(range(self.count)):
            word = "WORD" if self.words else "word ROW"
            lines.append(
                f"the rows moved: a word's number is now model.vocabulary.numbers[{word!r}]"
            )
        return lines


def least_length(widths, told, source):
    """How many words count at least, padding included, and a line that says so.

    Parameters
    ----------
    widths : list of int
        Of the filters.
    told : int or None
        To how many words the source pads; None for as few as it can do with.
    source : str
        What errors call the file.

    Returns
    -------
    least_length : int
    found : str
    """
    widest = max(widths)
    least = widest if told is None else told
    if not widest <= least <= LONGEST:
        raise ConversionError(
            f"{source}: --pad-to {told}: expected {widest}, the width of the widest filter, "
            f"to {LONGEST}"
        )
    line = f"a sentence of fewer than {least} words is padded to {least}, and every window counts"
    if told is None:
        line += (
            "; what its source pads to, the file does not say: if it is more, "
            "convert with --pad-to WORDS, or scores of short sentences differ"
        )
    return least, line


def _composed(words):
    """The words with their accents in one character, as sentences have them (`marks.plain`).

    One of which the file has the other form too stays as it is.
    """
    taken = set(words or ())
    composed = [unicodedata.normalize("NFC", word) for word in words or ()]
    return [to if to not in taken else word for word, to in zip(words or (), composed)]


def _says(word, kind, row):
    """Whether a word is a marker: ``<pad>``, ``[UNK]``; without brackets only where it is usual."""
    bare = word.strip("<>[]{}()_*#|@").lower()
    return bare in MARKERS[kind] and (bare != word.lower() or row == DEFAULTS[kind])
