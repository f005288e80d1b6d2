"""How an editor's variables pane shows minigrad's objects: one line each, children in order.

debugpy and PyCharm load this file at the start of whatever Python they debug, if `lessons/debugger`
is on ``sys.path``. So it does nothing at that moment, imports neither minigrad nor NumPy, keeps to
the syntax of Python 3.8, and never raises: an exception here could end a session that has nothing
to do with us. Looking changes nothing: it reads ``__dict__``, applies no operation, and asks an
array for its smallest and its largest entry at most.
"""

import sys

from _pydevd_bundle.pydevd_extension_api import StrPresentationProvider, TypeResolveProvider

__all__ = ["ArrayLine", "MinigradChildren", "MinigradLine"]

LONGEST = 100  # characters of a line
LONGEST_NAME, LONGEST_PLACE = 30, 50
FEW = 4  # numbers that are shown in place of their range
MOST = 2**22  # entries of an array whose range is looked for: some milliseconds
TYPED = ("repl", "clipboard")  # who types a name or copies a value wants the object's own repr
KINDS = {  # where our classes live; others may have a Tensor of their own
    ("minigrad.tensor", "Tensor"): "Tensor",
    ("minigrad.function", "Function"): "Function",
    ("minigrad.attribution.result", "Attribution"): "Attribution",
    ("minigrad.attribution.result", "Terms"): "Terms",
    ("minigrad.attribution.result", "Along"): "Along",
    ("minigrad.debug.tracing", "trace"): "trace",
    ("minigrad.debug.tracing", "Step"): "Step",
}
# In the order in which a person asks for them; what else an object holds comes after.
FIRST = {
    "Tensor": ("data", "tangent", "grad", "creator", "made_by", "name", "requires_grad", "used_at"),
    "Function": (),
    "Attribution": ("difference", "converged", "points", "along", "terms"),
    "Terms": ("term", "dF_dy", "dy_dalpha", "alpha", "weight"),
    "Along": ("score", "slope", "layer_slope", "alpha", "weight"),
    "trace": ("steps",),
    "Step": (),
}
# Of a Function: what it notes for itself. What it saved for its backward comes before.
LAST = ("applied_at", "needs_grad", "moves", "differentiated", "inputs")
HIDDEN = ("xp", "modules")


# ---- what an object is, and what it holds ----


def kind_of(type_object):
    """Which of our classes a class is or comes from; None for all others."""
    try:
        for base in type.__getattribute__(type_object, "__mro__"):
            kind = KINDS.get((base.__module__, base.__name__))
            if kind:
                return kind
    except Exception:  # a class that is not like others is not ours
        pass
    return None


def held_by(thing):
    """What an object holds by name, nothing computed; empty as long as nothing is there."""
    return object.__getattribute__(thing, "__dict__")


def package_of(thing):
    """The package that a thing's class belongs to."""
    return str(type(thing).__module__).partition(".")[0]


def is_array(value):
    """Whether a value is an array of NumPy's or CuPy's."""
    return package_of(value) in ("numpy", "cupy") and hasattr(value, "dtype")


# ---- words ----


def shortened(text, most):
    """A text of at most `most` characters: its middle is left out."""
    text = "".join([one if one.isprintable() else " " for one in text])
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return text[: most - 1 - tail] + "…" + text[len(text) - tail :]


def one_line(head, place="", more=""):
    """Head, place and what else fits; of what is too long the head is cut and the place stays."""
    place = shortened(place, LONGEST_PLACE)
    line = shortened(head, LONGEST - len(place)) + place
    return line + more if len(line) + len(more) <= LONGEST else line


def place_of(file, line):
    """``lesson.py:12``, without the folder."""
    name = str(file).replace("\\", "/").rpartition("/")[2]
    return f"{name}:{line}"


def quoted(name):
    """``'y' ``, or nothing for what has no name."""
    return shortened(repr(name), LONGEST_NAME) + " " if isinstance(name, str) and name else ""


def written(value):
    """``6``, ``[[3, 2]]``: numbers, and lists of them, as Tensor's own repr writes them."""
    if isinstance(value, list):
        return "[" + ", ".join([written(one) for one in value]) + "]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def values_of(array):
    """The numbers of a small array, or its range: ``0 … 52.3``; '' if that would take long."""
    if package_of(array) != "numpy" or not 0 < array.size <= MOST:
        return ""
    if array.size <= FEW:
        return written(array.tolist())
    if array.dtype.kind == "b":
        return f"{array.sum()} of {array.size} True"
    return range_of(array) if array.dtype.kind in "iuf" else ""


def range_of(array):
    """``0 … 52.3``, or ``all 1``; NaN is counted, and the range is that of the others."""
    low, high = array.min().item(), array.max().item()
    if low == high:
        return f"all {written(low)}"
    if low == low and high == high:
        return f"{written(low)} … {written(high)}"
    others = array[array == array]
    counted = f"{array.size - others.size} NaN"
    return f"{counted}, others {range_of(others)}" if others.size else counted


def shape_of(array):
    """``(1, 14, 14, 512) float32``."""
    place = " on the GPU" if package_of(array) == "cupy" else ""
    return f"{tuple(array.shape)} {array.dtype}{place}"


def with_values(array):
    """``(1, 14, 14, 512) float32, 0 … 52.3``."""
    values = values_of(array)
    return f"{shape_of(array)}, {values}" if values else shape_of(array)


# ---- lines ----


def of_tensor(tensor):
    """``Tensor 'y' (1, 2) float64, [[3, 2]], from relu at two_neurons.py:30, with grad``."""
    held, word = held_by(tensor), type(tensor).__name__
    if not is_array(held.get("data")):
        return f"{word}, not yet made"
    head = f"{word} {quoted(held.get('name'))}{with_values(held['data'])}"
    made, parts = held.get("made_by"), []
    place = f", from {made[0]} at {place_of(*made[1:])}" if made else ""
    parts = [name for name in ("tangent", "grad") if held.get(name) is not None]
    more = f", with {' and '.join(parts)}" if parts else ""
    if held.get("requires_grad") is True and held.get("creator") is None:
        more = ", requires_grad" + more
    return one_line(head, place, more)


def of_function(function):
    """``multiply of 'y' (1,), (1,), at two_neurons.py:31``."""
    held, own = held_by(function), getattr(type(function), "operation", None)
    operation = own if isinstance(own, str) else type(function).__name__.lower()
    if not held.get("inputs"):
        return f"{operation}, not yet applied"
    given = []
    for tensor in held["inputs"]:
        data = held_by(tensor).get("data")
        shape = tuple(data.shape) if is_array(data) else "not yet made"
        given.append(f"{quoted(held_by(tensor).get('name'))}{shape}")
    at = held.get("applied_at")
    return one_line(f"{operation} of {', '.join(given)}", f", at {place_of(*at)}" if at else "")


def of_attribution(found):
    """``Attribution of 1 layer: y (1, 2), F(x) − F(x') [4]``."""
    held = held_by(found)
    if not isinstance(held.get("_values"), dict):
        return "Attribution, not yet made"
    shapes = [f"{name} {tuple(array.shape)}" for name, array in held["_values"].items()]
    head = f"Attribution of {len(shapes)} layer{'s' * (len(shapes) != 1)}: {', '.join(shapes)}"
    failed = ", NOT converged" if held.get("converged") is False else ""
    difference = held.get("difference")
    values = values_of(difference) if is_array(difference) else ""
    return one_line(head, f", F(x) − F(x') {values}{failed}" if values else failed)


def of_points(thing):
    """``Terms at 2 points: ∂F/∂y · dy/dα (2, 1, 2) float64, 0 … 4.732``; `Along` likewise."""
    held, word = held_by(thing), type(thing).__name__
    name, formula = ("term", "∂F/∂y · dy/dα") if "term" in held else ("score", "F(x(α))")
    if not is_array(held.get("alpha")) or not is_array(held.get(name)):
        return f"{word}, not yet made"
    return one_line(f"{word} at {held['alpha'].size} points: {formula} {with_values(held[name])}")


def of_trace(trace):
    """``trace of 12 steps: 6 forward, 3 tangent, 3 backward``."""
    steps, counts = held_by(trace).get("steps"), {}
    if not steps:
        return "trace, no steps collected"
    for step in steps:
        kind = held_by(step).get("kind")
        counts[kind] = counts.get(kind, 0) + 1
    return one_line(
        f"trace of {len(steps)} steps: {', '.join([f'{counts[kind]} {kind}' for kind in counts])}"
    )


def of_step(step):
    """``forward multiply (1,), (1,) → (1,), at two_neurons.py:31``."""
    held = held_by(step)
    shapes, first = [str(shape) for shape in held["shapes"]], len(held["shapes"]) - held["came_out"]
    sides = [", ".join(shapes[:first]), ", ".join(shapes[first:])]
    arrays = " → ".join([side for side in sides if side])
    place = f", at {place_of(*held['applied_at'])}"
    return one_line(f"{held['kind']} {held['operation']} {arrays}", place)


LINES = {
    "Tensor": of_tensor,
    "Function": of_function,
    "Attribution": of_attribution,
    "Terms": of_points,
    "Along": of_points,
    "trace": of_trace,
    "Step": of_step,
}


def line_of(thing):
    """One of our objects in one line of at most `LONGEST` characters; half made, its class."""
    try:
        return shortened(LINES[kind_of(type(thing))](thing), LONGEST)
    except Exception:
        return f"{type(thing).__name__}, half made"


def line_of_array(array):
    """An array by shape, dtype and range; a small one by its numbers."""
    try:
        if 0 < array.size <= 3 * FEW and array.dtype.kind in "biufc":
            line = f"{shape_of(array)}: {written(array.tolist())}"
            if len(line) <= LONGEST:
                return line
        return shortened(with_values(array), LONGEST)
    except Exception:
        return object.__repr__(array)


# ---- children ----


def children_of(thing):
    """(name, value, suffix) of what an object holds, the first asked for first.

    The suffix behind the object's own expression is the child's: ``.data``, ``['mixed4c']``.
    """
    try:
        kind, held = kind_of(type(thing)), held_by(thing)
        shown = [name for name in held if not name.startswith("_") and name not in HIDDEN]
        first = [name for name in FIRST[kind] if name in shown]
        last = [name for name in LAST if name in shown]
        saved = [name for name in shown if name not in first and name not in last]
        children = [(name, held[name], f".{name}") for name in first + saved + last]
        return parts_of(kind, held) + children
    except Exception:
        return []


def parts_of(kind, held):
    """The same of each layer of an Attribution and of each input of a Function."""
    layers, inputs = held.get("_values"), held.get("inputs")
    if kind == "Attribution" and type(layers) is dict:
        return [(f"[{name!r}]", layers[name], f"[{name!r}]") for name in layers]
    if kind == "Function" and type(inputs) is tuple:
        return [(f"inputs[{i}]", one, f".inputs[{i}]") for i, one in enumerate(inputs)]
    return []


class MinigradLine(StrPresentationProvider):
    """The line of an object of ours."""

    def can_provide(self, type_object, type_name):
        return kind_of(type_object) is not None

    def get_str(self, val):
        return line_of(val)

    def get_str_in_context(self, val, context):
        return None if context in TYPED else line_of(val)


class MinigradChildren(TypeResolveProvider):
    """What opens below that line, each with the expression that gives it."""

    def can_provide(self, type_object, type_name):
        return kind_of(type_object) is not None

    def resolve(self, var, attribute):
        return self.get_dictionary(var)[attribute]

    def get_dictionary(self, var):
        return {name: value for name, value, _ in children_of(var)}

    def get_contents_debug_adapter_protocol(self, obj, fmt=None):
        return children_of(obj)


class ArrayLine(StrPresentationProvider):
    """The line of a NumPy array, in programs that use minigrad.

    The debugger asks once a type and remembers the answer: where an array was looked at before
    ``import minigrad``, arrays keep NumPy's own text till the end of the session.
    """

    def can_provide(self, type_object, type_name):
        numpy = sys.modules.get("numpy")
        return "minigrad" in sys.modules and type_object is getattr(numpy, "ndarray", None)

    def get_str(self, val):
        return line_of_array(val)

    def get_str_in_context(self, val, context):
        return None if context in TYPED else line_of_array(val)
