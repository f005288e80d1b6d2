"""The afternoon's session in the editor: the adapter and the replay give its numbers."""

import re

import numpy as np
import pytest

from lessons.classroom.course import FOLDER
from lessons.replay import replay
from minigrad.debug.replay.page import data_of

PAGE = (FOLDER / "debugger" / "afternoon.md").read_text(encoding="utf-8")
SESSION = PAGE.partition("## In the editor\n")[2].partition("\n## ")[0]
PICTURES, SCRIPT = FOLDER / "pictures", FOLDER / "debugger" / "two_neurons.py"
ADDRESS = re.compile(r"^\| `#step=(\d+)` \| (.+?) \| (.+?) \| (.+?) \|$", re.M)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """What `two_neurons.html` holds."""
    seen, status = replay(SCRIPT, tmp_path_factory.mktemp("a folder") / "two_neurons.html")
    assert status == 0
    return data_of(seen)


def numbers_of(data, number):
    """What a debugger's names hold at a step of the replay."""
    step = data["steps"][number - 1]
    if step["kind"] == "product":
        return {"dF_dy": step["dF_dy"], "dy_dalpha": step["dy"], "term": step["term"]}
    held = {"y.data": step["output"]["value"]}
    if step["kind"] == "tangent":
        held = {"dy_dalpha": step["output"]["tangent"]}
    if step["kind"] == "backward":
        a, *b = step["inputs"]
        held = {"self.a": a["value"], "grad_a": a["given"], "dF_dy": a["sum"]}
        held |= {"self.b": b[0]["value"], "grad_b": b[0]["given"]} if b else {}
        held["grad_output"] = step["output"]["grad"]
    return {name: data["arrays"][place]["values"] for name, place in held.items()}


def title_of(data, number):
    """The step in the words that the page puts above it."""
    step = data["steps"][number - 1]
    output = f"→ {step['output']['label']}" if "output" in step else step["name"]
    words = [step["kind"], *([step["operation"]] if "output" in step else []), output]
    alpha = step["alphas"]
    return " ".join(words) + (f", α = {alpha[0]:.4g}" if alpha else "")


def flat(values):
    return np.ravel(values).tolist()


def texts():
    """The text of each picture of the session that was drawn from the adapter's answers."""
    pytest.importorskip("PIL")
    from tests.helpers.lessons.debugger.editor_pictures import text_in

    names = re.findall(r"pictures/(session_\w+\.png)", SESSION)
    drawn = [name for name in names if "replay" not in name]
    assert len(drawn) == 4
    return {name: text_in(PICTURES / name) for name in drawn}


def row_in(text, expression):
    """The numbers in the row of an expression: what stands after shape and dtype."""
    row = re.search(rf"^\W*{re.escape(expression)}: \([\d, ]+\) float64: (.+)$", text, re.M)
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", row[1])]


def test_every_address_leads_to_the_step_that_the_page_says(data):
    found = ADDRESS.findall(SESSION)
    assert len(found) == 5 == SESSION.count("| `#step=")
    for number, title, where, quoted in found:
        assert title == title_of(data, int(number))
        held = numbers_of(data, int(number))
        names = [name for name in re.findall(r"`([\w.]+)`", where) if name in held]
        assert names, where
        given = [number for name in names for number in flat(held[name])]
        assert quoted == ", ".join(f"{number:.4g}" for number in given)


def test_the_pictures_have_the_numbers_of_the_replay(data):
    drawn = texts()
    for picture, number, names in (
        ("session_backward.png", 7, ("self.a", "self.b", "grad_output", "grad_a", "grad_b")),
        ("session_path.png", 47, ("dF_dy", "dy_dalpha", "term")),
        ("session_path.png", 32, ("y.data",)),
    ):
        held = numbers_of(data, number)
        for name in names:
            expected = [float(f"{value:.4g}") for value in flat(held[name])]
            assert row_in(drawn[picture], name) == expected, name


def test_every_breakpoint_and_condition_is_one_that_the_session_was_drawn_with():
    from tests.helpers.lessons.debugger import editor_session as drawn

    for text in (drawn.IN_NETWORK, drawn.IN_SWEEP, drawn.IN_PATH, drawn.ONLY_PRODUCTS, drawn.LATE):
        assert f"`{text}`" in SESSION
    for path, text in (
        (drawn.NETWORK, drawn.IN_NETWORK),
        (drawn.SWEEP, drawn.IN_SWEEP),
        (drawn.PATH, drawn.IN_PATH),
    ):
        assert text in path.read_text(encoding="utf-8")
        assert f"`{path.relative_to(drawn.ROOT).as_posix()}`" in SESSION
    assert all(f"`{name}`" in SESSION for name in (*drawn.FACTORS, *drawn.TERMS))


def test_its_pictures_are_described_small_and_all_shown():
    shown = re.findall(r"!\[([^]]+)\]\(\.\./pictures/(\w+\.png)\)", SESSION)
    assert {name for _, name in shown} == {path.name for path in PICTURES.glob("session_*.png")}
    for words, name in shown:
        assert len(words) > 60 and (PICTURES / name).stat().st_size < 30_000
    described = {name: words for words, name in shown}
    for name, text in texts().items():
        numbers = re.findall(r"(?<![\w.])\d+(?:\.\d+)?", described[name])
        assert numbers and not [number for number in numbers if number not in text], name
        assert not re.search(r"(?<![\w…])/\w+/", text), text  # where somebody keeps the repository


@pytest.mark.large
def test_the_drawn_stops_are_what_the_adapter_answers_today():
    pytest.importorskip("debugpy")
    from tests.helpers.lessons.debugger import editor_session

    drawn = texts()
    assert {found.picture.name: found.text for found in editor_session.stops()} == drawn


@pytest.mark.browser
def test_the_pictures_of_replays_are_of_the_steps_of_today(browser, tmp_path):
    pytest.importorskip("PIL")
    from tests.helpers.lessons.debugger import replay_pictures
    from tests.helpers.lessons.debugger.editor_pictures import text_in

    for shot in replay_pictures.SHOTS:
        with replay_pictures.opened(shot, tmp_path, browser) as tab:
            where = tab.locator("#where").inner_text()
        assert where == text_in(PICTURES / f"{shot.name}.png")
        assert where.startswith(f"step {shot.step} of ")
