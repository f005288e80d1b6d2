"""Puts the page together: every step as data, and template, style and scripts around it."""

import base64
import json
import re
from html import escape
from pathlib import Path
from string import Template

from ... import colours
from ...attribution.conductance import conductance_plain, line_integral_plain
from ...attribution.path.straight import StraightPath
from ...weights import atomic_file
from .formulas import formulas
from .layout import HEIGHT, WIDTH, Graph, Passes, spoken
from .record import MOST_ALIKE, MOST_STEPS
from .snapshot import rounded
from .sources import excerpts, method_source, shown_name, source_of
from .walks import Walks

BROWSER = Path(__file__).resolve().parent / "browser"
PARTS = "steps", "numbers", "graph", "arrays", "panels", "path", "question", "replay"
SCRIPTS = [f"{part}.js" for part in PARTS]  # in this order
# Where a product along a path is written, and which of the lines it is.
WAYS = {
    "chain rule": (conductance_plain, "y.grad * y.tangent"),
    "line integral": (line_integral_plain, "(y - y_before)"),
    "sum": (StraightPath.sum_over_points, "matmul(weights"),
    "final": (StraightPath.times_difference, "self.difference * integral"),
}
MOST_BYTES = 8_000_000
PICTURE_BYTES = 5_000_000  # of all pictures together; what comes later has numbers only
FOLDERS = re.compile(r"(?:[A-Za-z]:)?[/\\](?:[^\s/\\:\"']+[/\\])+")  # before a file's name


def save_page(seen, path, title=None, home=None):
    """Write the page of a traced block; see `minigrad.debug.trace.save`.

    With ``home``, an address and words, a link back stands above.
    """
    path = Path(path)
    page = page_of(data_of(seen), title or title_of(seen), home).encode()
    if len(page) > MOST_BYTES:
        raise ValueError(
            f"the page is {len(page) / 1e6:.1f} MB; expected at most {MOST_BYTES / 1e6:.1f} MB: "
            "trace fewer steps, or name the operations and layers that matter with only=[…]"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_file(path) as file:
        file.write(page)
    return path


def page_of(data, title, home=None):
    """The page as text."""
    address, words = map(escape, home or ("", ""))
    names = "BLUE", "SKY", "VERMILION", "ORANGE", "GREEN", "PURPLE"
    palette = " ".join(f"--{name.lower()}: {getattr(colours, name)};" for name in names)
    # nothing in the data can end the element that holds it
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Template(read("replay.html")).substitute(
        title=escape(title),
        home=f'<p><a href="{address}">{words}</a></p>' if home else "",
        style=f":root {{ {palette} }}\n{read('replay.css')}",
        data=text.replace("<", "\\u003c"),
        scripts="\n".join(f"<script>\n{read(name)}</script>" for name in SCRIPTS),
    )


def read(name):
    """One of the files that run in the browser."""
    return (BROWSER / name).read_text(encoding="utf-8")


def title_of(seen):
    """The name of the file whose lines applied the first operation."""
    return shown_name(seen.steps[0].applied_at[0]) if seen.steps else "nothing"


class Pool:
    """Things that many steps share, each kept once; a step has its place."""

    def __init__(self):
        self.items, self.places = [], {}

    def place(self, item):
        """Where an item stands; None for None."""
        if item is None:
            return None
        key = json.dumps(item, ensure_ascii=False)
        if key not in self.places:
            self.places[key] = len(self.items)
            self.items.append(item)
        return self.places[key]


def data_of(seen):
    """Everything that the page shows, of strings, numbers, lists and dicts only.

    Parameters
    ----------
    seen : minigrad.debug.trace
        With arrays.

    Returns
    -------
    dict
        ``steps``, and what they refer to by place: ``arrays``, ``graphs``, ``files``, ``methods``.
    """
    steps = seen.steps
    labels = labels_of(steps)
    files = excerpts(step.applied_at for step in steps)
    known = {
        "labels": labels,
        "passes": Passes(steps, labels),
        "arrays": Arrays(),
        "methods": Pool(),
        "files": list(files),
    }
    walks = Walks(steps)
    found = [step_data(step, known) for step in steps]
    for place, one in enumerate(found):
        if one["kind"] == "product":
            one.update(walks.data(place))
    return {
        "steps": found,
        "arrays": known["arrays"].items,
        "graphs": [graph.drawn() for graph in known["passes"].graphs],
        "box": [WIDTH, HEIGHT],
        "files": list(files.values()),
        "methods": known["methods"].items,
        "notes": list(notes_of(seen, known["arrays"], known["passes"])),
        "error": FOLDERS.sub("", seen.error),
        "colours": {"for": colours.BLUE, "against": colours.VERMILION},
    }


def labels_of(steps):
    """What tensors are called, by number: their names; ``y[:, 0]`` if part of a named one."""
    labels = {}
    for step in steps:
        for tensor in step.detail.tensors:
            if tensor.name:
                labels[tensor.number] = tensor.name
    for step in steps:
        if step.operation == "get_item" and step.kind in ("forward", "backward"):
            whole, part = (tensor.number for tensor in step.detail.tensors)
            index = step.detail.attributes.get("index")
            if whole in labels and index and part not in labels:
                labels[part] = labels[whole] + (index if index[0] == "[" else f"[{index}]")
    return labels


def label_of(tensor, node, labels):
    """What a tensor without a name is called: a constant by its number, a result by its box.

    None stands for what the operation calls it.
    """
    values = tensor.value.values
    if tensor.role == "constant" and tensor.value.shape == () and values.dtype.kind in "fiu":
        return f"{values.item():.6g}".replace("-", "−")
    if node and node["role"] == "result":
        return node["label"]
    word = spoken(tensor.argument, labels)
    return word if word != tensor.argument else None


def nothing_seen(seen):
    """Why a block may have no step, in a sentence."""
    if seen.only is not None:
        return "No step was of these operations or on a tensor of these names."
    return (
        "No step was recorded: nothing applied an operation of minigrad here, outside a trace "
        "block of its own and in the thread that was traced."
    )


def notes_of(seen, arrays, passes):
    """What is not on the page, in sentences."""
    if not seen.steps:
        yield nothing_seen(seen)
    if seen.left_out:
        yield (
            f"{seen.left_out:,} more steps were counted only: of steps that do the same on one "
            f"line the first {MOST_ALIKE} are here, of all together {MOST_STEPS:,}, and as many "
            "products along a path."
        )
    if seen.only is not None:
        names = ", ".join(sorted(seen.only))
        yield f"Only steps of these operations and names were kept: {names}."
    if arrays.without_picture:
        yield f"{arrays.without_picture} arrays of later steps have numbers, but no picture."
    if any(node["role"] == "block" for graph in passes.graphs for node in graph.nodes.values()):
        yield "In the graph all that one call of a module does is one box."


def step_data(step, known):
    """One step; of a product what `Walks` knows is added later."""
    detail, (file, line) = step.detail, step.applied_at
    found = {
        "kind": step.kind,
        "operation": step.operation,
        "sweep": detail.sweep,
        "at": [known["files"].index(file), line],
        "alphas": None if detail.alphas is None else [rounded(one) for one in detail.alphas],
    }
    if step.kind == "product":
        method, told = WAYS[detail.product["way"]]
        source = source_of(method, method.__qualname__)
        return {**found, "method": known["methods"].place(source), "told": told}
    passes, place = known["passes"], known["arrays"].place
    *inputs, output = detail.tensors
    root = passes.root(output.number)
    if root not in passes.graph_of:  # named, and made before the block
        alone = tensor_data(output, Graph(), {}, known)
        return {**found, "inputs": [], "output": {**alone, "grad": None}}
    graph = passes.graphs[passes.graph_of[root]]
    back = step.kind == "backward"
    grads = detail.contributions if back else [None] * len(inputs)
    sums = detail.sums if back else [None] * len(inputs)
    shown = [tensor_data(tensor, graph, passes.node_of[root], known) for tensor in detail.tensors]
    for one, given, total in zip(shown, grads, sums):
        one |= {"given": place(given), "sum": place(total)}
    found |= {
        "begins": detail.begins,
        "pass": root,
        "graph": passes.graph_of[root],
        "inputs": shown[:-1],
        "output": {**shown[-1], "grad": place(detail.grad_output)},
    }
    if step.kind == "name":
        return found
    arguments = [tensor.argument for tensor in inputs]
    moving = {tensor.argument for tensor in inputs if tensor.tangent is not None}
    shapes = [tensor.value.shape for tensor in detail.tensors]
    rules = formulas(step.kind, step.operation, arguments, shapes, detail.attributes, moving)
    return found | {
        "method": known["methods"].place(method_source(detail.function, step.kind)),
        "attributes": detail.attributes,
        "modules": [title for _, title in detail.modules],
        "rules": rules,
    }


def tensor_data(tensor, graph, node_of, known):
    """One tensor of a step: its box in the graph, what it is called, its value and tangent."""
    key = node_of.get(tensor.number)
    labels = known["labels"]
    label = labels.get(tensor.number) or label_of(tensor, graph.nodes.get(key), labels)
    return {
        "node": None if key is None else list(graph.nodes).index(key),
        "label": label,
        "argument": tensor.argument,
        "role": tensor.role,
        "value": known["arrays"].place(tensor.value),
        "tangent": known["arrays"].place(tensor.tangent),
    }


class Arrays(Pool):
    """The arrays of all steps, each once; pictures until they are too many."""

    def __init__(self):
        super().__init__()
        self.bytes, self.without_picture = 0, 0

    def place(self, snapshot):
        """Where the data of a `Snapshot` stands."""
        if snapshot is None:
            return None
        data = {"shape": list(snapshot.shape), "dtype": snapshot.dtype}
        if snapshot.values is not None:
            values = [rounded(value) for value in snapshot.values.reshape(-1).tolist()]
            return super().place({**data, "values": values})
        data |= {
            "first": [rounded(value) for value in snapshot.first.tolist()],
            **{name: rounded(getattr(snapshot, name)) for name in ("norm", "low", "high")},
        }
        picture = base64.b64encode(snapshot.picture.tobytes()).decode()
        whole = {
            **data,
            "picture": picture,
            "size": list(snapshot.picture.shape),
            "unit": rounded(snapshot.unit),
            "where": snapshot.where,
        }
        if json.dumps(whole, ensure_ascii=False) not in self.places:
            self.bytes += len(picture)
            if self.bytes > PICTURE_BYTES:
                self.without_picture += 1
                return super().place(data)
        return super().place(whole)
