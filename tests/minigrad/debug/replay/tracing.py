"""What the tests of a replay share: two things that are traced, and what the page holds."""

import json
import re

import numpy as np

import minigrad as mg
from lessons.networks.two_neurons import BASELINE, F, X
from minigrad.attribution import conductance
from minigrad.debug.replay.page import data_of, page_of

OTHER = np.array([[1.0, 0.5]])  # y = (1, 2.5)
STEPS = 6


def traced(run, **options):
    """The trace of ``run()`` with arrays."""
    with mg.trace(collect=True, arrays=True, **options) as seen:
        run()
    return seen


def sweep():
    """Forward and back at one point."""
    x = mg.Tensor(OTHER, requires_grad=True, name="x")
    F(x).backward()


def walk(**options):
    """Conductance of the two neurons, point by point."""
    options = {"steps": STEPS, "rule": "midpoint", "batch_size": 1} | options
    return conductance(F, X, BASELINE, **options)


def page_data(seen):
    """The data as a browser reads them from the page."""
    text = page_of(data_of(seen), "a page")
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL).group(1))


def kinds(seen):
    return [step.kind for step in seen.steps]
