"""A Tensor, a Function and a trace as HTML."""

import inspect
from collections import Counter
from html import escape

from ... import functions
from ...function import NOTED
from ...machine.backend import is_array, is_cupy
from ...recording import short_place
from .arrays import array_html, axes_of
from .pictures import cell, heading, quiet, scrolling, shortened, side_by_side, table, whole

ROWS = 60  # of a trace
INPUTS = 6  # of a Function, and arrays that it saved
COLOURS = "blue above 0, vermilion below, full at the largest |value| of each array"


def tensor_html(tensor):
    """A Tensor: what it is, where it comes from, and its data, tangent and gradient as pictures.

    It may be half made, as a debugger meets it inside ``__init__``.
    """
    noted = vars(tensor)
    if noted.get("data") is None:
        return whole(type(tensor).__name__, "without data yet")
    titles = [title for title in ("data", "tangent", "grad") if noted.get(title) is not None]
    most = 8 if len(titles) == 1 else 4  # so that all of it is a screen
    pictures = [array_html(noted[title], title, tensor.is_parameter, most) for title in titles]
    said = [origin(tensor)]
    if noted.get("requires_grad") and noted.get("creator") is None:
        said.append("requires a gradient")
    colours = COLOURS if tensor.data.size > 1 else ""
    return whole(
        type(tensor).__name__,
        title_of(tensor),
        quiet(" · ".join(said)),
        side_by_side(pictures),
        quiet(colours),
    )


def tensor_in_treescope(tensor, path, subtree_renderer):
    """A Tensor for treescope, which draws arrays itself and unfolds what one clicks at."""
    from treescope import repr_lib

    keys = ("data", "tangent", "grad", "creator", "made_by", "name")
    attributes = {key: vars(tensor)[key] for key in keys if vars(tensor).get(key) is not None}
    return repr_lib.render_object_constructor(type(tensor), attributes, path, subtree_renderer)


def title_of(tensor):
    """'mixed4c' (1, 14, 14, 512) float32, read as N, H, W, C; as HTML."""
    name, data = vars(tensor).get("name"), tensor.data
    label = f"<b>{escape(shortened(repr(name)))}</b> " if name else ""
    axes = axes_of(data, tensor.is_parameter)
    read = f", read as {', '.join(axes)}" if axes else ""
    place = " on the GPU" if is_cupy(data) else ""
    return f"{label}<code>{data.shape}</code> {data.dtype}{place}{read}"


def origin(tensor):
    """'made by conv2d at model.py:12' or 'a leaf'."""
    made_by = vars(tensor).get("made_by")
    return "a leaf" if made_by is None else f"made by {made_by[0]} at {short_place(*made_by[1:])}"


def function_html(function):
    """A Function: its operation in words, its inputs, and what it saved for the way back."""
    noted = vars(function)
    inputs = noted.get("inputs") or ()
    public = getattr(functions, function.name, None)  # `mg.sum` says what Sum computes
    words = inspect.cleandoc(type(function).__doc__ or getattr(public, "__doc__", None) or "")
    parts = [quiet(words.split("\n\n")[0].replace("\n", " ").replace("``", "")[:300])]
    place = f" at {short_place(*noted['applied_at'])}" if "applied_at" in noted else ", not applied"
    parts.append(quiet(f"a {type(function).__name__}{place}"))
    lines = [f"<li>{title_of(tensor)}, {escape(origin(tensor))}</li>" for tensor in inputs[:INPUTS]]
    lines += [f"<li>{len(inputs) - INPUTS} more</li>"] if len(inputs) > INPUTS else []
    if lines:
        parts.append(f'<div>inputs<ol start="0" style="margin:0">{"".join(lines)}</ol></div>')
    pictures = [
        array_html(tensor.data, f"input {position}", tensor.is_parameter, most=3)
        for position, tensor in enumerate(inputs[:3])
    ]
    saved = {key: value for key, value in noted.items() if key not in NOTED}
    arrays = {key: value for key, value in saved.items() if is_array(value)}
    for key, value in list(arrays.items())[:INPUTS]:
        title = f"saved: {shortened(key)} {value.shape} {value.dtype}"
        pictures.append(array_html(value, title, most=3))
    others = [f"{key} = {type_or_repr(value)}" for key, value in saved.items() if key not in arrays]
    parts += [quiet("saved: " + "; ".join(others[:12]))] if others else []
    return whole(function.name, "", *parts, side_by_side(pictures), quiet(COLOURS))


def type_or_repr(value):
    """A small thing's repr; of what may be large, its type."""
    entries = value if isinstance(value, tuple) else (value,)
    if all(one is None or isinstance(one, (bool, int, float, complex, str)) for one in entries):
        return shortened(repr(value))
    return type(value).__name__


def trace_html(seen):
    """The steps that a trace kept, as a table; the first 60, and how many more there are."""
    steps = vars(seen).get("steps", [])
    if not steps:
        return whole("trace", "of no steps", quiet("mg.trace(collect=True) keeps the steps"))
    rows = ""
    for position, step in enumerate(steps[:ROWS]):
        place = short_place(*step.applied_at)
        texts = [step.kind, step.operation, step.names_as_text(20), place, step.arrays_as_text()]
        cells = "".join(
            cell(shortened(text, 120), "text-align:left;white-space:nowrap;") for text in texts
        )
        rows += f"<tr>{cell(str(position))}{cells}</tr>"
    head = heading("step", "sweep", "operation", "names", "place", "in → out", align="left")
    kinds = ", ".join(f"{n} {kind}" for kind, n in Counter(step.kind for step in steps).items())
    rest = quiet(f"and {len(steps) - ROWS} more steps") if len(steps) > ROWS else ""
    told = f"{len(steps)} steps: {kinds}"
    shown = scrolling(table(rows, told, head), f"the trace's {told}")
    return whole("trace", f"of {escape(told)}", shown, rest)
