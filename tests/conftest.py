"""What several test files share: generators, the strict stand-in for CuPy, a browser."""

import os
import shutil
import signal

# A shell starts what runs in its background with Ctrl-C ignored, and every process started from
# there inherits that. The tests, and the processes that they start and interrupt, are to hear it.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

if "PYTEST_XDIST_WORKER" in os.environ and hasattr(os, "sched_setaffinity"):
    # Two test processes beside each other, each on a core of its own: before NumPy counts the
    # cores.
    _cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {_cores[int(os.environ["PYTEST_XDIST_WORKER"][2:]) % len(_cores)]})


import numpy as np
import pytest

from minigrad.machine import backend
from tests.helpers import strict_cupy


@pytest.fixture
def rng():
    """A generator that starts alike in every test."""
    return np.random.default_rng(0)


@pytest.fixture
def strict(monkeypatch):
    """The strict stand-in, in CuPy's place for the length of one test."""
    monkeypatch.setattr(backend, "cupy", strict_cupy)
    return strict_cupy


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, driven by Playwright: it hears of every request and of the console."""
    sync_api = pytest.importorskip(
        "playwright.sync_api",
        reason="the browser tests need Playwright: pip install -e '.[browser]'",
    )
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if program is None:
        pytest.skip("the browser tests need Chromium: apt-get install chromium")
    with sync_api.sync_playwright() as playwright:
        # Chromium's own sandbox asks for rights that root in a container has not; the pages are our
        # own. Gliding to the end of a page, as the pages' style asks for, takes a second each time.
        opened = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-smooth-scrolling"]
        )
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe():
    """What looks for barriers on a page: ``axe.run(tab, options=...)``."""
    library = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="the browser tests need axe-playwright-python: pip install -e '.[browser]'",
    )
    return library.Axe()
