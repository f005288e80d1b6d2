"""Figures of explained sentences, drawn with matplotlib."""

import numpy as np

from ..output.figures import BLUE, GREY, ORANGE, check_figure_path, new_figure, save
from .describe_text import printable, signed
from .figures import for_and_against

MOST_WORDS = 120  # boxes in a figure; a longer text is cut and says so
LINE = 62  # characters of a line of boxes, at most


def draw_sentence(explanation, path, count=8):
    """Draw a sentence's words as coloured boxes above the bars of its strongest filters.

    Parameters
    ----------
    explanation : models.explain.text.Explanation
    path : str or os.PathLike
        A .png, .svg or .pdf file.
    count : int
        How many filters for and against.
    """
    check_figure_path(path)
    e = explanation
    rows = lines_of_words(e.words[:MOST_WORDS])
    for_score, against = e.strongest(count)
    bars = [*for_score, *against[::-1]]
    above, below = 0.55 + 0.5 * len(rows), 1.1 + 0.27 * max(len(bars), 1)
    figure = new_figure((10, above + below))
    words, filters = figure.subplots(2, 1, height_ratios=[above, below])
    draw_words(words, e, rows)
    draw_filters(filters, e, bars)
    save(figure, path)


def lines_of_words(words):
    """The numbers of the words of each line, as many as fit."""
    rows, used = [[]], 0
    for number, word in enumerate(words):
        room = boxed_length(word)
        if rows[-1] and used + room > LINE:
            rows.append([])
            used = 0
        rows[-1].append(number)
        used += room
    return rows


def boxed_length(word):
    """The width of a word's box, in characters: that of its number at least."""
    return max(len(shortened(word)), 5) + 1.5


def shortened(word, most=24):
    """The word as a figure shows it."""
    word = printable(word).replace("$", r"\$")
    return word if len(word) <= most else word[: most - 1] + "…"


def luminance(colour):
    """How bright a colour (red, green, blue, …) is, from 0 to 1, as WCAG defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def draw_words(axes, explanation, rows):
    """Each word in a box whose colour says how much it speaks for (blue) or against (orange)."""
    e = explanation
    strength = max(float(np.abs(e.gradients).max()), np.finfo(np.float32).tiny)
    colours = for_and_against()
    for line, row in enumerate(rows):
        left = 0.0
        for number in row:
            value, width = float(e.gradients[number]), boxed_length(e.words[number])
            colour = colours(0.5 + 0.5 * value / strength)
            axes.add_patch(rectangle(left, line, width - 0.4, colour))
            middle = left + (width - 0.4) / 2
            word = shortened(e.words[number])
            style = "normal" if e.known[number] else "italic"
            ink = "white" if luminance(colour) < 0.3 else "black"
            centred = {"ha": "center", "va": "center", "color": ink}
            axes.text(middle, line + 0.3, word, fontsize=10, style=style, **centred)
            axes.text(middle, line + 0.64, signed(value, 2), fontsize=7.5, **centred)
            left += width
    axes.set(xlim=(-0.3, LINE + 1), ylim=(len(rows), -0.05))
    axes.set_axis_off()
    cut = f"; the first {MOST_WORDS} of {len(e.words)} words" if len(e.words) > MOST_WORDS else ""
    unknown = "; in italics: not in the vocabulary" if not all(e.known) else ""
    axes.set_title(
        f"score {signed(e.score, 2)}, probability of “positive” {e.probability:.1%}\n"
        f"Integrated gradient of each word, blue for and orange against{cut}{unknown}",
        fontsize=10,
    )


def rectangle(left, top, width, colour):
    """One word's box."""
    from matplotlib.patches import FancyBboxPatch

    corner, height = (left, top + 0.06), 0.78
    form = {"boxstyle": "round,pad=0,rounding_size=0.25", "mutation_aspect": 0.3}
    paint = {"facecolor": colour, "edgecolor": GREY, "linewidth": 0.6}
    return FancyBboxPatch(corner, width, height, **form, **paint)


def draw_filters(axes, explanation, bars):
    """Bars of a few (filter, conductance, window), the window's words beside each."""
    e = explanation
    values = [value for _, value, _ in bars]
    position = np.arange(len(bars))
    axes.barh(position, values, 0.7, color=[BLUE if value > 0 else ORANGE for value in values])
    axes.set_yticks(position, [f"filter {index}" for index, _, _ in bars], fontsize=8)
    for place, (_, value, window) in zip(position, bars):
        text = " ".join(map(shortened, window)) or "(0 here)"
        side = {"ha": "left", "xytext": (4, 0)} if value > 0 else {"ha": "right", "xytext": (-4, 0)}
        beside = {"textcoords": "offset points", "va": "center", **side}
        axes.annotate(text, (value, place), fontsize=8, **beside)
    reach = 2.2 * max(map(abs, values), default=1.0)
    left = -reach if min(values, default=0) < 0 else 0
    right = reach if max(values, default=0) > 0 else 0
    axes.set_xlim(left, right)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel(
        "conductance (units of the score), and the words in the window that the filter chose"
    )
    axes.set_title(
        f"Strongest of {len(e.conductance)} filters. F(x) − F(x′) = {signed(e.difference, 3)}, "
        f"words {signed(e.words_sum, 3)}, filters {signed(e.filters_sum, 3)}",
        fontsize=10,
    )
