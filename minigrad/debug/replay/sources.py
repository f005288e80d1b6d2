"""The source beside a step: the user's lines, and the method of the engine that ran."""

import inspect
import linecache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]  # what holds minigrad; files below it are named from it
WHOLE = 150  # lines up to which a file is shown whole
AROUND = 12  # … and of a longer one so many lines on both sides


def shown_name(file):
    """A file's name on a page: from the repository on, else without its folders."""
    path = Path(file)
    inside = path.is_absolute() and path.is_relative_to(ROOT)
    return path.relative_to(ROOT).as_posix() if inside else path.name


def excerpts(places):
    """The lines around some places.

    Parameters
    ----------
    places : iterable of (file, line)

    Returns
    -------
    dict of str to dict
        By file: its ``name`` and ``parts``, a list of {"first": number, "lines": [text, …]}.
    """
    wanted = {}
    for file, line in places:
        wanted.setdefault(file, set()).add(line)
    found = {}
    for file, numbers in wanted.items():
        lines = [line.rstrip("\n") for line in linecache.getlines(file)]
        near = range(1, len(lines) + 1)
        if len(lines) > WHOLE:
            near = [k for k in near if any(abs(k - number) <= AROUND for number in numbers)]
        found[file] = {"name": shown_name(file), "parts": list(parts_of(lines, near))}
    return found


def parts_of(lines, numbers):
    """Runs of neighbouring lines."""
    run = []
    for number in [*numbers, None]:
        if run and (number is None or number != run[-1] + 1):
            yield {"first": run[0], "lines": [lines[k - 1] for k in run]}
            run = []
        run.append(number)


def method_source(function, kind):
    """The method that a step ran: its name, file, first line and text; None if it has no source.

    Parameters
    ----------
    function : type
        The operation's class.
    kind : {"forward", "tangent", "backward"}
    """
    name = "jvp" if kind == "tangent" else kind
    return source_of(getattr(function, name), f"{function.__name__}.{name}")


def source_of(method, name):
    """The text of a function."""
    try:
        lines, first = inspect.getsourcelines(method)
        file = inspect.getsourcefile(method)
    except (OSError, TypeError):  # written at a prompt
        return None
    indent = len(lines[0]) - len(lines[0].lstrip())
    text = [line.rstrip("\n")[indent:] for line in lines]
    return {"name": name, "file": shown_name(file), "first": first, "lines": text}
