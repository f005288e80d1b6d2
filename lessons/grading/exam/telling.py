"""What a verdict tells: the numbers in it, and what it says or draws to be right."""

import re

import numpy as np

from ...classroom.comparison import FEW
from ...classroom.properties import YOURS

NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:\.\d+)?(?:e[-+−]?\d+)?(?![\w]|\.\d)")
FRACTION = re.compile(r"(?<![\w.])(\d+) ?/ ?(\d+)(?!\w|\.\d)")
THEIRS = re.compile(rf"{YOURS}\S+?\.(?=\s|$)")


def right_part(verdict):
    """What a verdict says to be right, in words and by its picture."""
    said = verdict.detail.partition("Right: ")[2]
    drawn = verdict.expected is not None and np.size(verdict.expected) > FEW
    return said, repr(np.asarray(verdict.expected).tolist()) if drawn else ""


def numbers_in(text):
    """The numbers that stand in a verdict by themselves, but for the answer's own."""
    text = THEIRS.sub("", text)
    fractions = [int(top) / int(bottom) for top, bottom in FRACTION.findall(text) if int(bottom)]
    rest = NUMBER.findall(FRACTION.sub(" ", text))
    return fractions + [float(found.replace("−", "-")) for found in rest]
