"""What several tests of the models share: a small sentiment network, also as the shipped one."""

import pytest

import models
from tests.helpers import sentences


@pytest.fixture(scope="session")
def reader():
    """A small network that reads sentences: untrained, in float64, it knows a few words."""
    return sentences.untrained()


@pytest.fixture
def shipped_reader(reader, monkeypatch):
    """The small network in the place of the shipped one."""
    load = models.load

    def load_small(name):
        return reader if name == "sentiment" else load(name)

    monkeypatch.setattr(models, "load", load_small)
