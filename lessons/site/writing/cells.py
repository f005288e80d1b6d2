"""The child of `execute`: runs one lesson cell by cell, and records what came of it."""

import ast
import contextlib
import io
import json
import os
import platform
import re
import sys
import types
from importlib.metadata import version
from pathlib import Path

from minigrad.weights import atomic_file

from ...classroom.course import FOLDER
from ...classroom.progress import checksum
from ...figures import drawing

ROOT = FOLDER.parent
RECORD = "record.json"
PAGES = "pages"  # where in its folder the explorer writes
LIBRARIES = ("numpy", "scipy", "matplotlib", "pillow")


def child():
    """``FOLDER LESSON``, or ``FOLDER`` for the explorer: do the work, write the record."""
    folder, *paths = map(Path, sys.argv[1:])
    if paths:
        record = {"cells": run_cells(paths[0])}
    else:
        from ...explorer import build_explorer

        build_explorer(folder / PAGES, home="index.html")
        record = {}
    record.update(versions=versions(), files=files_read(paths))
    with atomic_file(folder / RECORD) as file:
        file.write(json.dumps(record, ensure_ascii=False).encode())


def run_cells(path):
    """Run a lesson as the script that it is, and cut what it prints at its cells.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    list of list of dict
        For every cell, Markdown cells included, what it printed and drew, in order:
        ``{"text": …}`` or ``{"figure": file name, "alt": …}``.
    """
    source = path.read_text(encoding="utf-8")
    starts = [
        number for number, line in enumerate(source.splitlines(), 1) if re.match(r"# %%( |$)", line)
    ]
    cells = [[] for _ in starts]
    for statement in ast.parse(source, filename=str(path)).body:
        first = min(
            [statement.lineno]
            + [decorator.lineno for decorator in getattr(statement, "decorator_list", [])]
        )
        cells[sum(start <= first for start in starts) - 1].append(statement)
    module = types.ModuleType("__main__")  # what it would be if Python were given the file
    module.__file__ = str(path)
    sys.modules["__main__"], sys.argv = module, [str(path)]
    outputs = []
    for statements in cells:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.Module(statements, type_ignores=[]), str(path), "exec"), vars(module))
        outputs.append(list(text_and_figures(printed.getvalue())))
    return outputs


def text_and_figures(printed):
    """What a cell printed, cut where `lessons.figures.save` says that it saved a figure."""
    for is_figure, shown in drawing.text_and_figures(printed.splitlines()):
        if is_figure:
            yield {"figure": Path(shown).name, "alt": drawing.alternative_text(shown)}
        else:
            # paths from the repository on
            yield {"text": shown.replace(f"{ROOT}{os.sep}", "")}


def versions():
    """What besides our own files decides what a lesson prints and draws."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def files_read(paths):
    """Checksums by path: the given files, our imported modules, weights and labels."""
    modules = [
        getattr(module, "__file__", None)
        for name, module in list(sys.modules.items())
        if ours(name)
    ]
    data = [
        *(ROOT / "models/weights").glob("*.npz"),
        *(ROOT / "models/inception/labels").glob("*.txt"),
    ]
    if "lessons.explorer" in sys.modules:
        data += (ROOT / "models/explain/explorer").glob("*.*")  # its scripts and its style
    found = {Path(path).resolve() for path in (*paths, *filter(None, modules), *data)}
    return {name_of(path): checksum(path) for path in sorted(found)}


def name_of(path):
    """A file's name in a record: its path from the repository on, or whole if it lies elsewhere."""
    path = Path(path).resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def ours(name):
    """Whether a module belongs to this project."""
    return name.split(".")[0] in ("minigrad", "models", "lessons")
