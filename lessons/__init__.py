"""The course: one percent-format file a lesson; in the rooms beside them, all that serves it.

A lesson begins with ``from lessons import attempt, figures, two_neurons``: what judges an answer,
what draws and prints, and the network it is about.
"""

from .classroom.checking import attempt
from .networks import embedded, googlenet, sentences, two_neurons

__all__ = ["attempt", "embedded", "googlenet", "sentences", "two_neurons"]
