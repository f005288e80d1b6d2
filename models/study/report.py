"""What a study writes: tables as CSV and Markdown, the report as Markdown and as a page."""

import csv
import io
import math
import shlex
from pathlib import Path

import numpy as np

from minigrad.weights import atomic_file

from ..output.page import page_of
from .records import is_probability

MARKS = (
    "How sure the paper's figures are: **[A]** from a review of the paper with its tables, "
    "**[B]** from reading notes on the paper; **[C]** is our own choice, "
    "because the paper's text could not be had. What nobody knows is left blank."
)

STYLE = """\
table { display: block; overflow-x: auto; border-collapse: collapse; font-size: 0.92rem; \
font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.7rem; border: 1px solid var(--line); text-align: left; \
vertical-align: top; }
th { background: var(--shade); }
code { padding: 0.1em 0.3em; border-radius: 3px; overflow-wrap: anywhere; }
pre code { padding: 0; }
"""


def check_report(folder):
    """Raise a ValueError unless figures and a page can be made there; for before the long work."""
    from ..output.figures import check_figure_path

    check_figure_path(Path(folder) / "figure.png")
    try:
        import markdown_it  # noqa: F401
    except ImportError:
        raise ValueError(
            "the report's page needs markdown-it-py: pip install -e '.[lessons]'"
        ) from None


def write_csv(path, rows, encoding="utf-8"):
    """Write rows to a CSV file, all of it or nothing.

    Parameters
    ----------
    path : str or os.PathLike
    rows : list of dict
        All with the same keys, which are the heads; None is left blank.
    encoding : str

    Raises
    ------
    ValueError
        The rows' keys differ, or a number is not finite.
    """
    check_rows(rows)
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    with atomic_file(path) as file:
        file.write(text.getvalue().encode(encoding))


def table(rows):
    """A Markdown table of rows.

    Parameters
    ----------
    rows : list of dict
        All with the same keys, which are the heads. A str may hold Markdown; a float is
        rounded to three digits; None is left blank.

    Returns
    -------
    list of str
        Its lines; columns of numbers stand to the right. None of them if there are no rows.

    Raises
    ------
    ValueError
        The rows' keys differ, or a number is not finite.
    """
    check_rows(rows)
    if not rows:
        return []
    heads = list(rows[0])
    right = [all(is_number(row[head]) or row[head] is None for row in rows) for head in heads]
    rule = ["---:" if one else "---" for one in right]
    lines = [heads, rule, *(row.values() for row in rows)]
    return [f"| {' | '.join(map(cell, line))} |" for line in lines]


def check_rows(rows):
    """Raise a ValueError unless all rows have the same keys in order, and numbers are finite."""
    for index, row in enumerate(rows):
        if list(row) != list(rows[0]):
            raise ValueError(
                f"row {index} of the table has the heads {list(row)}; "
                f"expected those of the first row, {list(rows[0])}"
            )
        for head, value in row.items():
            if is_number(value) and not math.isfinite(value):
                raise ValueError(
                    f"row {index} of the table: {head} is {value}; "
                    "put None for what is not known, and say why in the report"
                )


def is_number(value):
    """Whether a value is a number, NumPy's included."""
    return hasattr(value, "__float__")


def cell(value):
    """A value as it stands in a Markdown table."""
    if value is None:
        return ""
    if is_number(value):
        value = str(value) if hasattr(value, "__index__") else f"{float(value):.3g}"
        value = value.replace("-", "−")
    return " ".join(str(value).split()).replace("|", "\\|")


def verbatim(text):
    """A file's name or the like as Markdown that shows it as it is, whatever it holds."""
    fence = "`"
    while fence in text:
        fence += "`"
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return fence + space + " ".join(text.split()) + space + fence


def about_the_run(study, scored):
    """What was measured, for the beginning of a report.

    Parameters
    ----------
    study : models.study.command.Study
    scored : str
        Which label's score was explained, and why.

    Returns
    -------
    list of str
        Markdown.
    """
    facts = [facts for _, _, facts in study.records]
    filters = study.records[0][1]["measures"].shape[1]
    checksum = f"SHA-256 of the arrays {study.settings['sha256'][:16]}…"
    weights = f"weights {verbatim(Path(study.weights).name)}, {checksum}"
    points = np.array([len(arrays["points"]) for _, arrays, _ in study.records])
    missed = sum(one["relative_error"] > study.settings["tolerance"] for one in facts)
    return [
        f"- Network: {study.model.specification.name}, {filters} filters "
        f"in {len(study.model.layers)} layers; {weights}",
        f"- Photos: {len(facts)}; {len(study.broken) or 'none'} skipped",
        f"- Path: from the black picture, with as many points as it takes for the filters of every "
        f"layer to be right to {study.settings['tolerance']:.0%}: {np.median(points):.0f} in the "
        f"median, {points.min()} to {points.max()}. Estimated error of conductance in the worst "
        f"layer: {quartiles(facts, 'relative_error')}; photos beyond the tolerance: "
        f"{missed or 'none'}. Completeness error: {quartiles(facts, 'completeness_error')}",
        f"- Score: {score_in_words(study)}, of {scored}",
    ]


def score_in_words(study):
    """What is explained."""
    return "the softmax probability" if is_probability(study.settings) else "before the softmax"


def heading(study, title):
    """A report's first line; the probability for a score is said in it."""
    return f"# {title}{', the probability explained' if is_probability(study.settings) else ''}"


def quartiles(facts, name):
    """A number of every photo in words: median, quartiles and the largest, in percent."""
    numbers = np.array([one[name] for one in facts])
    low, middle, high = np.quantile(numbers, (0.25, 0.5, 0.75))
    return f"median {middle:.1%}, quartiles {low:.1%} and {high:.1%}, largest {numbers.max():.1%}"


def about_skipped(study):
    """The photos that could not be read, as lines of Markdown; none if all could."""
    if not study.broken:
        return []
    # The message begins with the path, and the photo's key is its end.
    rows = []
    for key, message in study.broken.items():
        why = message.split(f"{key}: ", 1)[-1]
        rows.append({"photo": verbatim(key), "why": verbatim(why)})
    return ["## Photos that were skipped", "", *table(rows), ""]


def about_again(study, names):
    """How the report is made again, as lines of Markdown.

    Parameters
    ----------
    study : models.study.command.Study
    names : sequence of str
        The settings that the command takes, for example ``("tolerance", "seed")``.

    Returns
    -------
    list of str
    """
    names = *names, *(name for name in ("score",) if name in study.settings)
    options = "".join(f" --{name} {study.settings[name]}" for name in names)
    called = "".join(f" --called {shlex.quote(renaming)}" for renaming in study.called)
    photos = len(study.records) + len(study.broken)
    weights = shlex.quote(Path(study.weights).name)
    command = (
        f"python -m models study {study.name} --weights {weights} "
        f"--images DIR{called} --photos {photos}{options} --out OUT"
    )
    return [
        "## To make it again",
        "",
        f"    {command}",
        "",
        "DIR is the folder of photos. Photos that are measured already are not measured again; "
        "the report is written anew.",
    ]


def write_report(folder, name, lines):
    """Write ``name``.md and ``name``.html, each whole or not at all.

    Parameters
    ----------
    folder : str or os.PathLike
        Figures lie in it too, and are named in the text without a folder.
    name : str
    lines : list of str
        Markdown with tables. The first line is the heading and becomes the page's title.
    """
    from markdown_it import MarkdownIt

    text = "\n".join(lines) + "\n"
    # HTML in the text is shown, not obeyed: names of files come from anywhere.
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    page = page_of(lines[0].lstrip("# "), body, STYLE)
    for ending, content in (("md", text), ("html", page)):
        with atomic_file(Path(folder) / f"{name}.{ending}") as file:
            file.write(content.encode())
