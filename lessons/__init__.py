"""The course: one percent-format file a lesson; in the rooms beside them, all that serves it.

A lesson begins with ``from lessons import attempt, figures, two_neurons``: what judges an answer,
what draws and prints, and the network it is about.
"""

import sys

from models.output.console import make_readable

from .classroom.checking import attempt
from .classroom.headings import print_headings
from .networks import boat, embedded, googlenet, sentences, small_inception, two_neurons

__all__ = [
    "attempt",
    "boat",
    "embedded",
    "googlenet",
    "sentences",
    "small_inception",
    "two_neurons",
]

make_readable(sys.stdout, sys.stderr)  # a lesson is a script: a sign must not end it
print_headings()
