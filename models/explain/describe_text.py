"""Explanations of sentences as text for the terminal, in colour where there is one, and as JSON
lines.
"""

import json
import os

BAR = 24  # characters of the longest bar
# blue and orange, readable on black and on white
FOR, AGAINST, PLAIN = "\x1b[38;5;33m", "\x1b[38;5;208m", "\x1b[0m"


def wants_colour(stream, environment=None):
    """Whether to write colours to a stream: only to a terminal, and not if NO_COLOR is set or TERM
    is "dumb".

    Parameters
    ----------
    stream : file
    environment : mapping, optional
        ``os.environ`` unless told.

    Returns
    -------
    bool
    """
    environment = os.environ if environment is None else environment
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def describe_sentence(explanation, count=5, colour=False):
    """The explanation of a sentence as lines of text.

    Parameters
    ----------
    explanation : models.explain.text.Explanation
    count : int
        How many filters for and against to list.
    colour : bool
        Whether to colour what speaks for the score blue and what speaks against it orange.

    Returns
    -------
    str
    """
    e = explanation
    verdict = "positive" if e.score > 0 else "negative"
    lines = [
        f"{printable(e.text)}",
        f"score {signed(e.score, 3)}: {verdict}, the probability of “positive” "
        f"is {e.probability:.1%}",
        f"Explained against a baseline of {'padding' if e.baseline == 'padding' else 'zeros'}, "
        f"whose score is {signed(e.baseline_score, 3)}; {e.steps} steps",
        "",
        "  integrated gradient of each word:",
        *word_lines(e, colour),
        "",
    ]
    for name, filters in zip(("for", "against"), e.strongest(count)):
        lines += [f"  strongest filters {name}:", *filter_lines(e, filters, colour), ""]
    lines.append(conservation(e))
    return "\n".join(lines)


def word_lines(explanation, colour):
    """One line for each word: its number, a bar, the word."""
    gradients = explanation.gradients.tolist()
    largest = max(map(abs, gradients)) or 1.0
    words = [
        printable(word) + ("" if known else " (not in the vocabulary)")
        for word, known in zip(explanation.words, explanation.known)
    ]
    column = min(20, max(map(len, words)))
    lines = []
    for word, value in zip(words, gradients):
        bar = "█" * round(BAR * abs(value) / largest)
        lines.append(
            "    " + painted(f"{signed(value):>8}  {word:{column}s}  {bar}".rstrip(), value, colour)
        )
    return lines


def filter_lines(explanation, filters, colour):
    """One line for each (filter, conductance, window)."""
    lines = []
    for index, value, window in filters:
        words = " ".join(map(printable, window)) or (
            "(0 here: what counts is what it is for the baseline)"
        )
        width = explanation.widths[index]
        lines.append(
            "    "
            + painted(
                f"{signed(value):>8}  filter {index:3d}, {width} words: {words}", value, colour
            )
        )
    return lines or ["    none"]


def conservation(explanation):
    """What words and filters sum to, beside F(x) − F(x′)."""
    e = explanation
    errors = [total - e.difference for total in (e.words_sum, e.filters_sum)]
    advice = " Use more --steps." if max(map(abs, errors)) > 0.05 * abs(e.difference) else ""
    return (
        f"F(x) − F(x′) = {signed(e.difference)}; the words sum to {signed(e.words_sum)} "
        f"(off by {abs(errors[0]):.1e}), the {len(e.conductance)} filters "
        f"to {signed(e.filters_sum)} (off by {abs(errors[1]):.1e}).{advice}"
    )


def signed(value, digits=4):
    """A number with its sign, a true minus."""
    return f"{value:+.{digits}f}".replace("-", "−")


def painted(line, value, colour):
    """The line in the colour of the sign of ``value``."""
    if not colour or value == 0:
        return line
    return f"{FOR if value > 0 else AGAINST}{line}{PLAIN}"


def printable(text):
    """The text without characters that a terminal would obey, or that have no shape: those as
    Python escapes them.
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def json_line(explanation, line=None, count=5):
    """The explanation as one line of JSON.

    Parameters
    ----------
    explanation : models.explain.text.Explanation
    line : int, optional
        The number of the sentence's line in a file.
    count : int
        How many filters for and against to name with their windows; ``"conductance"`` has all.

    Returns
    -------
    str
    """
    e = explanation
    record = {} if line is None else {"line": line}
    record |= {
        "text": e.text,
        "score": e.score,
        "probability": e.probability,
        "baseline_score": e.baseline_score,
    }
    record |= {
        "words": e.words,
        "known": e.known,
        "gradients": [rounded(value) for value in e.gradients],
    }
    for name, filters in zip(("for", "against"), e.strongest(count)):
        record[name] = [
            {"filter": i, "conductance": rounded(value), "window": window}
            for i, value, window in filters
        ]
    record["conductance"] = [rounded(value) for value in e.conductance]
    record |= {
        "difference": e.difference,
        "words_sum": e.words_sum,
        "filters_sum": e.filters_sum,
        "steps": e.steps,
    }
    return json.dumps(record, ensure_ascii=False)


def rounded(value):
    """Six digits, about what float32 holds, of a NumPy number."""
    return float(f"{value:.6g}")
