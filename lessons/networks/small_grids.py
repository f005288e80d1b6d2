"""Arrays small enough for a pencil: a picture, two kernels, a sentence and its embedding."""

import numpy as np

IMAGE = np.array([list(row) for row in "142031 025312 369405 213770 502168 431203".split()], float)
EDGE = np.array([[-1, 0, 1]] * 3, float)  # the right column of a window minus the left one
KERNEL = np.array([[-1, -2, -3], [4, 5, 6], [7, 8, 9]], float)  # nine different numbers

VOCABULARY = ("padding", "not", "good", "bad", "film")
SENTENCE = ("not", "good", "not", "bad")
TOKENS = np.array([VOCABULARY.index(word) for word in SENTENCE])
# the embedding: a row for each word of the vocabulary
TABLE = np.array([[0, 0, 0], [1, -2, 1], [2, 1, 0], [-1, 2, 1], [0, 1, 3]], float)
WORD_PAIR = np.array([[1, -1, 0], [0, 2, 1]], float)  # a filter that reads two words
