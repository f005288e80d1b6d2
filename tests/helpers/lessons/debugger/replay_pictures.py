"""The pictures of replays in `lessons/pictures/`, taken anew in headless Chromium.

``python -m tests.helpers.lessons.debugger.replay_pictures`` writes them: `replay.png` of the front
page, and
what "An afternoon in the debugger" shows beside the editor. The step is kept in the file as text,
in the words of the page.
"""

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lessons.replay import replay
from lessons.replay.build import TITLES, excerpt_of

from .editor_pictures import PICTURES, SCRIPT, save


@dataclass
class Shot:
    """One picture: which step of which script, how wide, and from which part to which."""

    name: str
    script: Path
    step: int
    size: tuple
    parts: tuple = ()  # the whole window unless told
    title: str = None


SHOTS = (
    Shot("replay", excerpt_of(8), 90, (1280, 1175), title=TITLES[8]),
    Shot("session_replay_backward", SCRIPT, 7, (460, 900), ("#step-title", "#right")),
    Shot("session_replay_path", SCRIPT, 47, (460, 900), ("#step-title", "#middle")),
)


@contextmanager
def opened(shot, folder, browser):
    """The page at the step, its answer shown."""
    page = Path(folder, f"{shot.name}.html")
    replay(shot.script, page, title=shot.title)
    width, height = shot.size
    tab = browser.new_page(viewport={"width": width, "height": height})
    tab.goto(f"{page.as_uri()}#step={shot.step}&ask=off")
    yield tab
    tab.close()


def take(shot, folder, browser):
    """Write the picture."""
    from PIL import Image

    with opened(shot, folder, browser) as tab:
        clip = between(tab, *shot.parts) if shot.parts else None
        raw = Path(folder, f"{shot.name}.png")
        tab.screenshot(path=raw, clip=clip, full_page=clip is not None)
        where = tab.locator("#where").inner_text()
    with Image.open(raw) as image:
        save(image.convert("RGB"), PICTURES / raw.name, where, framed=clip is not None, colours=256)


def between(tab, first, last):
    """The rectangle from the top of one element to the end of another."""
    top = tab.locator(first).bounding_box()["y"] - 8
    below = tab.locator(last).bounding_box()
    width = tab.viewport_size["width"]
    return {"x": 0, "y": top, "width": width, "height": below["y"] + below["height"] + 8 - top}


def main():
    """Take all of them."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as machinery, tempfile.TemporaryDirectory() as folder:
        program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
        browser = machinery.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for shot in SHOTS:
            take(shot, folder, browser)


if __name__ == "__main__":
    main()
