"""What lesson 12 draws: words in boxes coloured by their shares, and the clustered sign maps
filters × sentences.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.patches import Patch, Rectangle
from scipy.cluster.hierarchy import leaves_list, linkage

from .figures import BLACK, BLUE, GREEN, GREY, VERMILION, YELLOW, tidy
from .sentences_12 import PRAISES, SENTENCES, SHOWN
from .tables_12 import signed

FOR_AND_AGAINST = LinearSegmentedColormap.from_list("for and against", [VERMILION, "white", BLUE])
# the colour of 0; a word's share from which on the colour is the darkest
NO_SIGN, STRONGEST = "#F2F2F2", 4.0
TITLES = {"padding": "from padding", "zero": "from the zero embedding"}


def draw(found, maps, one_sided):
    """The whole picture.

    Parameters
    ----------
    found : lessons.sentences_12.Found
        Of the sentences to show word by word, `SHOWN`.
    maps : dict of str to (signs, larger, count)
        By the baseline's kind: the signs (sentences, filters); each filter's share of its larger
        side; how many it has.
    one_sided : float
        The share that makes a filter one-sided.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure = plt.figure(figsize=(13, 10.6), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[1, 2.75])
    half = len(SHOWN) // 2
    for axis, shown in zip(above.subplots(1, 2), (slice(0, half), slice(half, None))):
        draw_words(axis, SHOWN[shown], found.by_word[shown], found.F_x[shown])
    title = "Each word's share of F(x) − F(x′), blue: for, orange: against; at the right F(x)"
    above.suptitle(title, fontsize=11, x=0.01, ha="left")
    for axis, (kind, (signs, larger, count)) in zip(below.subplots(1, 2), maps.items()):
        draw_map(axis, signs)
        sided, live = int(((larger >= one_sided) & (count > 0)).sum()), int((count > 0).sum())
        what = (
            f"{sided} of {live} filters\n({sided / live:.0%}) have at least {one_sided:.0%} of "
            "them on one side"
        )
        rows = f"{len(SENTENCES)} sentences, clustered" if kind == "padding" else ""
        tidy(
            axis,
            f"Signs of conductance {TITLES[kind]}: {what}",
            f"{signs.shape[1]} filters, clustered",
            rows,
        )
        axis.spines[["left", "bottom"]].set_visible(False)
    patches = [
        Patch(color=BLUE, label="conductance for “positive”"),
        Patch(color=VERMILION, label="against"),
    ]
    patches += [
        Patch(facecolor=NO_SIGN, edgecolor=GREY, label="counted as 0"),
        Patch(color=GREEN, label="rows: word of praise"),
    ]
    patches += [
        Patch(facecolor=YELLOW, edgecolor=GREY, label="of criticism"),
        Patch(color=BLACK, label="with “not”"),
    ]
    below.legend(handles=patches, loc="outside lower center", ncols=6, frameon=False)
    return figure


def draw_words(axis, texts, by_word, scores):
    """Each sentence in a line of boxes; the score at the right."""
    for line, text in enumerate(texts):
        left = 0.0
        for word, share in zip(text.split(), by_word[line]):
            width = 0.62 * max(len(word), 5) + 0.9
            colour = FOR_AND_AGAINST(0.5 + 0.5 * np.clip(share / STRONGEST, -1, 1))
            axis.add_patch(
                Rectangle(
                    (left, line + 0.06),
                    width - 0.25,
                    0.86,
                    facecolor=colour,
                    edgecolor=GREY,
                    linewidth=0.7,
                )
            )
            ink = "white" if share > 0.55 * STRONGEST else BLACK
            middle = left + (width - 0.25) / 2
            axis.text(middle, line + 0.34, word, ha="center", va="center", fontsize=11, color=ink)
            axis.text(
                middle, line + 0.71, signed(share), ha="center", va="center", fontsize=9, color=ink
            )
            left += width
        axis.text(
            left + 0.2, line + 0.5, signed(scores[line]), va="center", fontsize=12, weight="bold"
        )
    axis.set(xlim=(-0.1, 31), ylim=(len(texts), -0.05))
    axis.set_axis_off()


def clustered(signs):
    """Orders of rows and columns that bring alike ones together: average linkage, how far the signs
    are apart.
    """
    return tuple(
        leaves_list(linkage(one, "average", metric="cityblock", optimal_ordering=True))
        for one in (signs, signs.T)
    )


def draw_map(axis, signs):
    """The signs, rows and columns reordered; at the left of each row what kind of sentence it is."""
    rows, columns = clustered(signs.astype(float))
    count, filters = signs.shape
    shown = signs[rows][:, columns]
    axis.imshow(
        shown,
        cmap=ListedColormap([VERMILION, NO_SIGN, BLUE]),
        vmin=-1,
        vmax=1,
        aspect="auto",
        interpolation="nearest",
    )
    for row, number in enumerate(rows):
        colour = GREEN if PRAISES[number] else YELLOW
        axis.add_patch(Rectangle((-11, row - 0.5), 6, 1, color=colour, linewidth=0))
        if "not" in SENTENCES[number].split():
            axis.add_patch(Rectangle((-18, row - 0.5), 6, 1, color=BLACK, linewidth=0))
    axis.set(xlim=(-19, filters - 0.5), ylim=(count - 0.5, -0.5), yticks=[], xticks=[])
