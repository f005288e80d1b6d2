"""Explanations of sentences as text for the terminal, in colour where it can, and as JSON."""

import json
import os

BAR = 24  # characters of the longest bar
# blue and orange, readable on black and on white
FOR, AGAINST, PLAIN = "\x1b[38;5;33m", "\x1b[38;5;208m", "\x1b[0m"


def wants_colour(stream, environment=None):
    """Whether to write colours: to a terminal, unless NO_COLOR is set or TERM is "dumb".

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
        f"score {signed(e.score, 3)}: {verdict}, "
        f"the probability of “positive” is {e.probability:.1%}",
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
    words = []
    for word, known in zip(explanation.words, explanation.known):
        words.append(printable(word) + ("" if known else " (not in the vocabulary)"))
    column = min(20, max(map(len, words)))
    lines = []
    for word, value in zip(words, gradients):
        bar = "█" * round(BAR * abs(value) / largest)
        line = f"{signed(value):>8}  {word:{column}s}  {bar}".rstrip()
        lines.append("    " + painted(line, value, colour))
    return lines


def filter_lines(explanation, filters, colour):
    """One line for each (filter, conductance, window)."""
    lines = []
    for index, value, window in filters:
        words = " ".join(map(printable, window))
        words = words or "(0 here: what counts is what it is for the baseline)"
        width = explanation.widths[index]
        line = f"{signed(value):>8}  filter {index:3d}, {width} words: {words}"
        lines.append("    " + painted(line, value, colour))
    return lines or ["    none"]


def conservation(explanation):
    """What words and filters sum to, beside F(x) − F(x′)."""
    e = explanation
    of_words = abs(e.words_sum - e.difference)
    of_filters = abs(e.filters_sum - e.difference)
    # the filters are exact, with any number of steps
    advice = " Use more --steps." if of_words > 0.05 * abs(e.difference) else ""
    return (
        f"F(x) − F(x′) = {signed(e.difference)}; "
        f"the words sum to {signed(e.words_sum)} (off by {of_words:.1e}), "
        f"the {len(e.conductance)} filters to {signed(e.filters_sum)} (off by {of_filters:.1e})."
        f"{advice}"
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
    """The text with what a terminal would obey, or what has no shape, as Python escapes it."""
    return "".join(c if c.isprintable() else escaped(c) for c in text)


def escaped(character):
    return character.encode("unicode_escape").decode("ascii")


def json_line(explanation, line=None, count=5, ascii_only=False):
    """The explanation as one line of JSON.

    Parameters
    ----------
    explanation : models.explain.text.Explanation
    line : int, optional
        The number of the sentence's line in a file.
    count : int
        How many filters for and against to name with their windows; ``"conductance"`` has all.
    ascii_only : bool
        Write other letters as JSON's ``\\u`` escapes, for a console that is not UTF-8.

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
    return json.dumps(record, ensure_ascii=ascii_only)


def rounded(value):
    """Six digits, about what float32 holds, of a NumPy number."""
    return float(f"{value:.6g}")
