"""The pictures of `lessons/guide/editors.md`: what debuggers answer, drawn row by row.

``python -m tests.helpers.lessons.debugger.editor_pictures`` draws `lessons/pictures/editor_*.png`
anew: the
rows are the answers of debugpy's adapter to an editor that looks at a tensor, the last picture is
pudb's screen. Its terminal is the package pyte's, which is needed for nothing else here.
"""

import os
import select
import struct
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from lessons.classroom.course import FOLDER, child_environment
from minigrad.colours import BLACK, BLUE, GREY

from .editor import ROOT, configurations, configured, launched

PICTURES, PACKAGES = FOLDER / "pictures", sysconfig.get_path("purelib")
SCRIPT = FOLDER / "debugger" / "two_neurons.py"
NETWORK, IN_NETWORK = FOLDER / "networks" / "two_neurons.py", "return y[:, 0] * y[:, 1]"
STOP = "return x.grad"
COLUMNS = 84  # of an editor's pane; what is longer is cut there as editors do
SCREEN = (84, 26)  # pudb's terminal
WHITE, PALE, NIGHT = "#FFFFFF", "#E8F1F8", "#1B3A57"
ANSI = {"default": None, "black": BLACK, "blue": NIGHT, "cyan": "#9FD6D2", "brown": "#F0E442"}
ANSI |= {"white": "#E6E6E6", "red": "#B03A2E", "green": "#2E7D5B", "magenta": "#8E4585"}
SIZE = 16  # of letters, in pixels


# ---- the rows of an editor's pane ----


def rows_of(environment, opened):
    """(depth, is open, name, value) of every row that is seen when some rows have been opened."""

    def walk(row, depth, path):
        value = row["value"].replace(PACKAGES, "…").replace(f"{ROOT}{os.sep}", "")
        here = (*path, row["name"])
        is_open = here in opened
        can_open = row["variablesReference"] > 0
        found = [(depth, is_open if can_open else None, row["name"], value)]
        for child in session.children(row) if is_open else ():
            found += walk(child, depth + 1, here)
        return found

    with launched(SCRIPT, ROOT, environment) as session:
        session.run_to(NETWORK, IN_NETWORK)
        rows = session.variables()
        return [row for name in ("x", "y") for row in walk(rows[name], 0, ())]


def draw_rows(rows, path):
    """A pane: a row's arrow, its name and its value in one line each; kept in the file as text."""
    lines = [
        (WHITE if depth else PALE, [(start, GREY), (label, BLUE), (text, BLACK)])
        for depth, start, label, text in parts_of(rows)
    ]
    draw_lines(lines, COLUMNS, path, text_of(rows))


def parts_of(rows):
    """(depth, arrow, name, value) of every row, as much as the pane has room for."""
    for depth, is_open, name, value in rows:
        arrow = {None: " ", True: "▾", False: "▸"}[is_open]
        start = f"{'  ' * depth}{arrow} "
        label = f"{name}: " if value else name
        text = " ".join(value.split())  # an editor's row is one line
        room = COLUMNS - len(start) - len(label)
        yield depth, start, label, text if len(text) <= room else text[: room - 1] + "…"


def text_of(rows):
    """The rows as they are drawn."""
    return "\n".join(f"{start}{label}{text}".rstrip() for _, start, label, text in parts_of(rows))


def text_in(path):
    """The rows of a picture that was drawn before."""
    from PIL import Image

    with Image.open(path) as image:
        return image.text["rows"]


# ---- pudb's screen ----


def pudb_screen():
    """The screen of pudb at the same line: rows of (letter, colour, background)."""
    import pyte

    columns, lines = SCREEN
    screen = pyte.Screen(columns, lines)
    stream = pyte.ByteStream(screen)
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "pudb", "pudb.cfg")
        settings.parent.mkdir()
        settings.write_text(
            "[pudb]\nseen_welcome = e999\ntheme = classic\nsidebar_width = 1\nline_numbers = True\n"
            "stack_weight = 0.5\nbreakpoints_weight = 0.3\nhide_cmdline_win = True\n",
            encoding="utf-8",
        )
        environment = child_environment(XDG_CONFIG_HOME=folder, TERM="xterm", HOME=folder)
        number = next(
            n for n, line in enumerate(SCRIPT.read_text(encoding="utf-8").split("\n"), 1)
            if STOP in line
        )  # fmt: skip
        process, terminal = in_terminal(["-m", "pudb", str(SCRIPT)], environment)
        try:
            read_until_still(terminal, stream)
            # go to a line, run to the cursor
            for keys in ("L", f"{number}\n", "t"):
                os.write(terminal, keys.encode())
                read_until_still(terminal, stream)
        finally:
            process.kill()
            process.wait()
            os.close(terminal)
    return [[screen.buffer[y][x] for x in range(columns)] for y in range(lines)]


def in_terminal(command, environment):
    """A Python process in a terminal of its own; returns both."""
    import fcntl
    import pty
    import termios

    ours, theirs = pty.openpty()
    columns, lines = SCREEN
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    whole = [sys.executable, *command]
    process = subprocess.Popen(whole, cwd=ROOT, env=environment, start_new_session=True, **streams)
    os.close(theirs)
    return process, ours


def read_until_still(terminal, stream, quiet=2.0):
    """Feed what a program writes to its screen until it has been quiet for some seconds."""
    end = time.monotonic() + 30
    while select.select([terminal], [], [], quiet)[0] and time.monotonic() < end:
        stream.feed(os.read(terminal, 65536))


def draw_screen(cells, path):
    """A terminal's screen, letter by letter."""
    image, pen, font, width, height = canvas(SCREEN[0], len(cells))
    for row, line in enumerate(cells):
        for column, cell in enumerate(line):
            ink, paper = ANSI.get(cell.fg), ANSI.get(cell.bg)
            ink, paper = (paper or WHITE, ink or BLACK) if cell.reverse else (ink, paper)
            if paper == NIGHT and ink in (None, BLACK):
                ink = WHITE
            x, y = MARGIN + column * width, MARGIN + row * height
            if paper:
                pen.rectangle([x, y, x + width, y + height - 1], fill=paper)
            pen.text((x, y), cell.data, font=font, fill=ink or BLACK)
    save(image, path)


# ---- drawing ----

MARGIN = 8


def canvas(columns, lines):
    """An empty picture for letters of one width: with a pen, the font, a letter's size."""
    import matplotlib
    from PIL import Image, ImageDraw, ImageFont

    file = Path(matplotlib.get_data_path(), "fonts", "ttf", "DejaVuSansMono.ttf")
    font = ImageFont.truetype(str(file), SIZE)
    width, height = font.getlength("0"), round(1.4 * SIZE)
    size = round(columns * width) + 2 * MARGIN, lines * height + 2 * MARGIN
    image = Image.new("RGB", size, WHITE)
    return image, ImageDraw.Draw(image), font, width, height


def draw_lines(lines, columns, path, text, framed=False):
    """(background, parts of text with their colours), line by line; kept in the file as text."""
    image, pen, font, width, height = canvas(columns, len(lines))
    for at, (paper, parts) in enumerate(lines):
        x, y = MARGIN, MARGIN + at * height
        if paper != WHITE:
            pen.rectangle([0, y - 1, image.width, y + height - 2], fill=paper)
        for part, ink in parts:
            pen.text((x, y), part, font=font, fill=ink)
            x += width * len(part)
    save(image, path, text, framed)


def save(image, path, text=None, framed=False, colours=32):
    """A small file: 32 colours are enough for letters. A frame parts it from a page's own words."""
    from PIL import ImageDraw
    from PIL.PngImagePlugin import PngInfo

    if framed:
        ImageDraw.Draw(image).rectangle([0, 0, image.width - 1, image.height - 1], outline=GREY)
    info = PngInfo()
    if text is not None:
        info.add_itxt("rows", text)
    image.quantize(colours).save(path, optimize=True, pnginfo=info)
    print(f"{path.relative_to(ROOT)}  {image.width} × {image.height}  {path.stat().st_size} bytes")


def panes():
    """(picture, its rows today) of the two panes."""
    with_presenters = configured(configurations()[0])
    without = {**with_presenters, "PYTHONPATH": str(ROOT)}
    yield PICTURES / "editor_without_presenters.png", rows_of(without, {("y",)})
    below = {("y",), ("y", "creator")}
    yield PICTURES / "editor_with_presenters.png", rows_of(with_presenters, below)


def main():
    """Draw all of them."""
    for path, rows in panes():
        draw_rows(rows, path)
    draw_screen(pudb_screen(), PICTURES / "editor_pudb.png")


if __name__ == "__main__":
    main()
