"""The source as pages: a map with every file's first sentence, each file in colours.

Also a Sphinx extension: it gives the lines of those pages anchors, and every entry of the
reference a link to the line where it is defined.
"""

import ast
import importlib
import inspect

from docutils import nodes

from .cells import ROOT
from .lesson_page import fenced

# In reading order; what is in a package's own folders comes after its files.
PACKAGES = {
    "minigrad": "the engine: tensors, operations, the two sweeps",
    "minigrad/functions": "the differentiable operations",
    "minigrad/functions/windowed": "convolution and pooling",
    "minigrad/debug": "what shows it happen: every step, the first NaN, the graph, a debugger",
    "minigrad/debug/notebook": "what Jupyter shows of each object",
    "minigrad/debug/replay": "the page on which every step goes forward and back",
    "minigrad/attribution": "conductance, integrated gradients and their rivals",
    "minigrad/attribution/path": "where the path's points are, and what is seen there",
    "minigrad/machine": "what the mathematics runs on",
    "models": "the networks, their weights, and what explains a picture or a sentence",
    "models/inception": "the networks for pictures, what they see, their classes",
    "models/inception/labels": "the names of the classes",
    "models/sentiment": "the network for sentences, its words, and what it has learnt",
    "models/explain": "which filters, and which words, a score comes from",
    "models/explain/explorer": "the page on which α moves",
    "models/convert": "other people's weight files",
    "models/convert/families": "the names in them, folded normalisation, the last layer",
    "models/convert/onnx": "any network from an ONNX file",
    "models/convert/onnx/operators": "what each of ONNX's operators becomes",
    "models/graph": "networks that came as a graph, walked step by step",
    "models/scenes": "the drawn pictures",
    "models/train": "what trained the networks",
    "models/parts": "a study of parts that are drawn and left out",
    "models/study": "the paper's experiments",
    "models/study/ablation": "how many filters must go until the label changes",
    "models/study/agreement": "do the measures agree with what ablating one filter does?",
    "models/study/predict": "what does a measure say of a part, and what does the score lose?",
    "models/study/classes": "which filters a class speaks through",
    "models/study/features": "few filters as features of a classifier",
    "models/study/running": "photos measured in many processes",
    "models/output": "how commands talk to people",
    "lessons": "the course and its command line",
    "lessons/classroom": "the course at work: its files, running and checking a lesson",
    "lessons/classroom/answers": "a student's file: its parts, and what an answer depends on",
    "lessons/grading": "many students' files, judged in processes of their own",
    "lessons/grading/overview": "the page without names that an hour is planned from",
    "lessons/grading/exam": "examinations whose numbers follow a seed",
    "lessons/platforms": "what Gradescope, Otter and nbgrader take of the course",
    "lessons/platforms/gradescope": "the zip for Gradescope, and what runs inside it",
    "lessons/checks": "what the exercises are held to",
    "lessons/networks": "the networks and sentences that the lessons explain",
    "lessons/figures": "what the lessons draw and print",
    "lessons/debugger": "scripts to step through in a debugger",
    "lessons/debugger/pydevd_plugins/extensions": "how an editor's debugger shows tensors",
    "lessons/site": "what makes these pages",
    "lessons/site/writing": "what each kind of page is written by",
    "lessons/explorer": "the course's pictures on that page",
    "lessons/replay": "what is replayed of the lessons, step by step",
}


def source_files():
    """The Python files of each package, ``folder -> paths``, without the lessons."""
    found = {folder: sorted((ROOT / folder).glob("[!0-9]*.py")) for folder in PACKAGES}
    return {folder: paths for folder, paths in found.items() if paths}


def first_sentence(path):
    """The first line of a file's docstring."""
    lines = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").splitlines()
    return lines[0] if lines else ""


def map_page():
    """The map as Markdown: a table for each package."""
    lines = [
        "# Map of the source",
        "",
        "The first sentence of every file, in reading order. A name leads to the file.",
    ]
    for folder, paths in source_files().items():
        lines += [
            "",
            f"## {folder}/",
            "",
            f"{PACKAGES[folder].capitalize()}.",
            "",
            "| file | what lives there |",
            "|---|---|",
        ]
        for path in paths:
            said = first_sentence(path).replace("|", "\\|")
            lines.append(f"| [`{path.name}`]({page_of(path)}.md) | {said} |")
    return "\n".join(lines) + "\n"


def source_pages():
    """Markdown by path: one page for each file."""
    pages = {}
    for folder, paths in source_files().items():
        for path in paths:
            code = fenced(
                path.read_text(encoding="utf-8").rstrip("\n"),
                "{code-block} python",
                ":linenos:",
                "",
            )
            # No page's table of contents leads here, and the search finds the reference instead.
            pages[f"{page_of(path)}.md"] = (
                f"---\norphan: true\nnosearch: true\n---\n\n# {folder}/{path.name}\n\n{code}\n"
            )
    return pages


def page_of(path):
    """The page of a file, without its ending."""
    return f"source/{path.relative_to(ROOT).with_suffix('').as_posix()}"


# ---- the extension ----


def setup(app):
    """Anchors for the lines of source pages, to which ``linkcode_resolve`` leads."""
    app.connect("doctree-read", with_line_anchors)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def with_line_anchors(app, doctree):
    if app.env.docname.startswith("source/"):
        for block in doctree.findall(nodes.literal_block):
            block.setdefault("highlight_args", {})["lineanchors"] = "line"


def linkcode_resolve(domain, info):
    """Where an entry of the reference is defined, as a link; None if it is nowhere."""
    if domain != "py" or not info["module"]:
        return None
    value = importlib.import_module(info["module"])
    try:
        for name in info["fullname"].split("."):
            value = inspect.unwrap(getattr(value, name))
        value = value.fget if isinstance(value, property) else value
        path, line = inspect.getsourcefile(value), inspect.getsourcelines(value)[1]
    except (AttributeError, TypeError, OSError):  # data, or an attribute that is made in __init__
        return None
    known = [one for paths in source_files().values() for one in paths if str(one) == path]
    return f"../{page_of(known[0])}.html#line-{line}" if known else None
