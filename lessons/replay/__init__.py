"""``python -m lessons replay``: a lesson or a script as a page of steps.

``lesson_NN.py`` is what is replayed of a lesson on the course's site: the lesson's own lines.
"""

from .build import build_replays
from .running import replay
