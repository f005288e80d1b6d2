"""The style of every file: ruff, lines of 100 columns, first sentences, entries of a folder."""

import ast
import importlib.util
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]
PRODUCT = ("minigrad", "models", "lessons")
COLUMNS = 100
MOST_ENTRIES = 15  # about a dozen is what one takes in at a look
MASTER = re.compile(r"lessons/[0-9]{2}_\w+\.py")
# The lessons stand for one entry, and so do the files of checks.
ONE_OF_A_SERIES = re.compile(r"[0-9]{2}_\w+\.py|lesson_[0-9]{2}\.py")


def tracked(*paths):
    """The tracked files below some paths, as git lists them; skips outside a clone."""
    command = ["git", "ls-files", "-z", "--", *paths]
    try:
        listed = subprocess.run(
            command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8"
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("only a clone knows which files are its own")
    return [name for name in listed.split("\0") if name and (ROOT / name).exists()]


@pytest.mark.parametrize("arguments", [("format", "--check"), ("check",)], ids=" ".join)
def test_ruff_is_content(arguments):
    if importlib.util.find_spec("ruff") is None:
        pytest.skip("needs ruff: pip install -e '.[test]'")
    command = [sys.executable, "-m", "ruff", *arguments, "--no-cache", "."]
    found = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, encoding="utf-8"
    )
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("folder", [*PRODUCT, "tests"])
def test_no_line_is_longer_than_100_characters(folder):
    long = []
    for name in tracked(f"{folder}/*.py"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > COLUMNS:
                long.append(f"{name}:{number} has {len(line)}")
    assert long == []


@pytest.mark.parametrize("folder", PRODUCT)
def test_every_file_begins_with_a_whole_sentence_on_its_first_line(folder):
    """The site's map of the source shows just that line."""
    torn = []
    for name in tracked(f"{folder}/*.py"):
        if MASTER.fullmatch(name):  # begins with its title
            continue
        docstring = ast.get_docstring(ast.parse((ROOT / name).read_text(encoding="utf-8")))
        first = docstring.split("\n")[0] if docstring else ""
        if not first.endswith((".", ":", "?")):
            torn.append(f"{name}: {first!r}")
    assert torn == []


def test_no_wrapped_line_of_a_lesson_begins_with_what_reads_as_something_else():
    """Jupytext takes a line that begins with % for a command, Markdown one with 1) for a list."""
    mark, torn = re.compile(r"#\s+(%|[+*>] |\d+[.)] )"), []
    for name in filter(MASTER.fullmatch, tracked("lessons/*.py")):
        prose, before = False, ""
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").split("\n"), 1):
            if line.startswith("# %%"):
                prose, before = "[markdown]" in line, ""
            elif prose:
                if mark.match(line) and before.strip("# "):
                    torn.append(f"{name}:{number}: {line[:40]}")
                before = line
    assert torn == []


@pytest.mark.parametrize("folder", [*PRODUCT, "tests"])
def test_no_folder_is_crowded(folder):
    entries = defaultdict(set)
    for name in tracked(folder):
        path = PurePosixPath(name)
        for inner, outer in zip([path, *path.parents], path.parents):
            entries[str(outer)].add(ONE_OF_A_SERIES.sub("one of a series", inner.name))
    crowded = {room: len(held) for room, held in entries.items() if len(held) > MOST_ENTRIES}
    assert crowded == {}
