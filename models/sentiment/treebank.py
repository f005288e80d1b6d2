"""The Stanford Sentiment Treebank's binary files, and which of its sentences hold a negation."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

FILES = {"train": "stsa.binary.train", "dev": "stsa.binary.dev", "test": "stsa.binary.test"}
NEGATIONS = frozenset(
    "not n't no never nothing nor neither none nobody nowhere "
    "without hardly barely cannot lacks lack".split()
)


@dataclass(frozen=True)
class Sentences:
    """Labelled sentences.

    Attributes
    ----------
    words : list of list of str
    labels : numpy.ndarray of int
        1 for positive.
    """

    words: list
    labels: np.ndarray


def read_sentences(path):
    """A file of lines ``LABEL words …``, tokenised, label 0 or 1.

    Parameters
    ----------
    path : str or os.PathLike

    Returns
    -------
    Sentences

    Raises
    ------
    FileNotFoundError, ValueError
        In one line: what is wrong with which line.
    """
    words, labels = [], []
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            label, _, text = line.partition(" ")
            if label not in ("0", "1") or not text.strip():
                raise ValueError(
                    f"{path}:{number}: expected '0 text' or '1 text', found {line.rstrip()[:40]!r}"
                )
            labels.append(int(label))
            words.append(text.split())
    if not words:
        raise ValueError(f"{path}: holds no sentence")
    return Sentences(words, np.array(labels))


@dataclass(frozen=True)
class FirstSentences:
    """Sentences out of several files.

    Attributes
    ----------
    words : list of list of str
    counts : dict of str to int
        How many sentences came from each file, in order.
    """

    words: list
    counts: dict

    def place(self, number):
        """The file and the line of a sentence."""
        for name, count in self.counts.items():
            if number < count:
                return name, number + 1
            number -= count
        raise IndexError("no such sentence")


def first_sentences(folder, most):
    """The first ``most`` sentences; first of test and dev, which training has not seen.

    Those of train come last.

    Parameters
    ----------
    folder : str or os.PathLike
        Where the files of `FILES` are.
    most : int

    Returns
    -------
    FirstSentences

    Raises
    ------
    FileNotFoundError, ValueError
        A file is missing or holds something else; there are too few sentences.
    """
    if most < 2:
        raise ValueError(f"{folder}: {most} sentences are asked for; expected at least 2")
    words, counts = [], {}
    for part in ("test", "dev", "train"):
        if len(words) < most:
            some = read_sentences(Path(folder) / FILES[part]).words[: most - len(words)]
            words += some
            counts[FILES[part]] = len(some)
    if len(words) < most:
        raise ValueError(f"{folder}: {len(words)} sentences in all, {most} are asked for")
    return FirstSentences(words, counts)


def hold_negation(sentences):
    """Which of the sentences, lists of words, hold one of `NEGATIONS`: an array of bool."""
    return np.array([not NEGATIONS.isdisjoint(words) for words in sentences])
