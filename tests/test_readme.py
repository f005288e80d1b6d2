"""The README's promises: its ten lines run, its map names what is there."""

import contextlib
import io
import re
from pathlib import Path

import numpy as np

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def test_the_ten_lines_run_and_conserve():
    (code,) = blocks("python")
    lines = [line for line in code.splitlines() if line.strip()]
    assert len(lines) <= 10
    scope = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, scope)
    assert printed.getvalue().startswith("[[")
    np.testing.assert_allclose(
        scope["found"].total("hidden"), scope["found"].difference, rtol=1e-12
    )


def test_there_are_two_commands():
    lessons, tests = blocks("sh")
    assert lessons.strip().endswith("python -m lessons run")
    assert tests.strip().endswith("python -m pytest")


def test_the_map_names_files_that_are_there():
    root = Path(__file__).parents[1]
    named = re.findall(r"`((?:minigrad|models|lessons|tests)/[\w/.]*)`", README)
    assert len(named) > 8
    assert [name for name in named if not (root / name).exists()] == []


def test_every_module_of_the_engine_is_on_the_map():
    root = Path(__file__).parents[1]
    for folder in ("minigrad", "minigrad/functions", "minigrad/attribution", "models"):
        for path in (root / folder).glob("[a-z]*.py"):
            assert (
                f"`{path.stem}" in README
                or f"`{folder}/{path.name}`" in README
                or f"`{path.name}`" in README
            ), path.name
