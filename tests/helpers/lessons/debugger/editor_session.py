"""The session "In the editor" of `lessons/debugger/afternoon.md`, by the adapter's protocol.

``python -m tests.helpers.lessons.debugger.editor_session`` draws `lessons/pictures/session_*.png`
anew: the
line at each stop, and the rows that the adapter answers there. What is drawn is in the file too, as
text.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, wrap

from minigrad.colours import BLACK, BLUE, GREY

from .editor import ROOT, configurations, configured, launched
from .editor_pictures import IN_NETWORK, NETWORK, PALE, PICTURES, SCRIPT, WHITE, draw_lines

SWEEP = ROOT / "minigrad" / "autodiff.py"
IN_SWEEP = "grad_inputs = function.backward(grad_output)"
PATH = ROOT / "minigrad" / "attribution" / "path" / "walk.py"
IN_PATH = "term = product(dF_dy, dy_dalpha)"
ONLY_PRODUCTS, LATE = 'function.name == "multiply"', "alphas[0] > 0.5"
FACTORS = ("self.a", "self.b", "grad_output", "grad_a", "grad_b")
TERMS = ("alphas", "y.data", "dF_dy", "dy_dalpha", "term")
COLUMNS = 52  # of a picture that is read on a phone too
IN_ARRAY = re.compile(r"(?<=[\d\]]), (?=[\d\[-])")  # no line is broken between two numbers
YELLOW = "#FFF0C2"


@dataclass
class Stop:
    """Where the program waits, and what is looked at there."""

    name: str
    place: str
    lines: list
    pane: str
    rows: list = field(default_factory=list)  # (depth, arrow, name, value)

    @property
    def picture(self):
        return PICTURES / f"session_{self.name}.png"

    @property
    def drawn(self):
        """(background, parts of text with their colours) of every line of the picture."""
        yield PALE, [(self.place, BLACK)]
        for at, line in enumerate(self.lines, 1):
            waits = at == len(self.lines)
            text = line if len(line) <= COLUMNS - 2 else line[: COLUMNS - 3] + "…"
            yield YELLOW if waits else WHITE, [("▶ " if waits else "  ", GREY), (text, BLACK)]
        yield PALE, [(self.pane, GREY)]
        for depth, arrow, name, value in self.rows:
            start, label = f"{'  ' * depth}{arrow} ", f"{name}: "
            room = COLUMNS - len(start) - 2
            whole = IN_ARRAY.sub(",\N{NO-BREAK SPACE}", label + value)
            lines = wrap(whole, room, subsequent_indent="  ")
            first, *more = [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]
            yield WHITE, [(start, GREY), (label, BLUE), (first[len(label) :], BLACK)]
            for rest in more:
                yield WHITE, [(" " * len(start) + rest, BLACK)]

    @property
    def text(self):
        """The picture as text, one line each."""
        lines = ("".join(part for part, _ in parts).rstrip() for _, parts in self.drawn)
        return "\n".join(lines)

    def draw(self):
        draw_lines(list(self.drawn), COLUMNS, self.picture, self.text, framed=True)


def stops():
    """Every stop of the session, as the page says what to press."""
    with launched(SCRIPT, ROOT, configured(configurations()[0])) as session:
        session.stop_at(NETWORK, IN_NETWORK)
        session.stop_at(SWEEP, IN_SWEEP, condition=ONLY_PRODUCTS)
        session.begin()
        yield stop("forward", session, 1, "Variables", forward_rows(session))
        session.go_on()
        yield stop("sweep", session, 1, "Variables", plain(session.variables().values()))
        for how in ("stepIn", "next", "next"):
            session.go_on(how)
        yield stop("backward", session, 3, "Watch", watched(session, FACTORS))
        session.stop_at(NETWORK)
        session.stop_at(SWEEP)
        session.stop_at(PATH, IN_PATH, condition=LATE)
        session.go_on()
        session.go_on("next")
        yield stop("path", session, 3, "Watch", watched(session, TERMS))


def stop(name, session, before, pane, rows):
    """What is seen where the session stands; of the source, so many lines before it too."""
    path, line = Path(session.frame["source"]["path"]), session.frame["line"]
    source = path.read_text(encoding="utf-8").splitlines()[line - 1 - before : line]
    function = session.frame["name"].split(".")[-1]  # some Pythons say whose method it is
    place = f"{path.relative_to(ROOT).as_posix()}, in {function}()"
    return Stop(name, place, dedent("\n".join(source)).split("\n"), pane, list(rows))


def forward_rows(session):
    """x and y, and y opened as far as what its creator saved; the first rows of each."""
    rows = session.variables()
    yield from plain([rows["x"]])
    yield 0, "▾", "y", rows["y"]["value"]
    below = session.children(rows["y"])[:4]
    yield from plain(below[:3], 1)
    yield 1, "▾", below[3]["name"], below[3]["value"]
    yield from plain(session.children(below[3])[:2], 2)


def watched(session, expressions):
    return plain(session.watched(expression) for expression in expressions)


def plain(rows, depth=0):
    """Rows that are not opened."""
    for row in rows:
        yield depth, "▸" if row["variablesReference"] else " ", row["name"], row["value"]


def main():
    """Draw all of them."""
    for found in stops():
        found.draw()


if __name__ == "__main__":
    main()
