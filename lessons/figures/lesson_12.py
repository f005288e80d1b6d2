"""What lesson 12 draws and prints."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.patches import Patch, Rectangle
from scipy.cluster.hierarchy import fcluster, leaves_list, linkage

import minigrad as mg
from minigrad.attribution import conductance

from ..networks.sentences import PAIRS, PRAISES, SENTENCES, SHOWN, embed
from .drawing import BLACK, BLUE, GREEN, GREY, VERMILION, YELLOW, tidy

FOR_AND_AGAINST = LinearSegmentedColormap.from_list("for and against", [VERMILION, "white", BLUE])
# the colour of 0; a word's share from which on the colour is the darkest
NO_SIGN, STRONGEST = "#F2F2F2", 4.0
TITLES = {"padding": "from padding", "zero": "from the zero embedding"}


def draw(found, maps, one_sided):
    """The whole picture.

    Parameters
    ----------
    found : lessons.networks.sentences.Found
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


def signed(value, form="+.2f"):
    """A number with its sign, a true minus."""
    return format(float(value), form).replace("-", "−")


def print_token_numbers(model, text):
    """A sentence's token numbers, and what a path between them would need."""
    tokens = model.tokenize([text])
    print(f"{text!r} is {tokens[0]}: four words, and padding, number 0, up to the widest filter")
    try:
        conductance(model, tokens, np.zeros_like(tokens))
    except TypeError as error:
        print(f"TypeError: {error}\n")


def print_slopes(shares, model, text, alphas):
    """The words' sum, the filters' sum and dF/dα at several α."""
    arrays = embed(model, [text], "padding")
    print(f"{text!r}\nα      sum of the words   sum of the filters   dF/dα")
    for alpha in alphas:
        slope, words, filters = shares(model, *arrays, alpha)
        print(
            f"{alpha:.2f} {signed(words.sum(), '+19.12f')} {signed(filters.sum(), '+19.12f')} "
            f"{signed(slope[0], '+18.12f')}"
        )
    print()


def print_words(explain, texts):
    """Each sentence with its words' shares, and both sums beside F(x) − F(x′)."""
    for text in texts:
        found = explain([text])
        words = "  ".join(
            f"{word} {signed(share)}" for word, share in zip(text.split(), found.by_word[0])
        )
        sums = signed(found.by_word.sum(), "+.4f"), signed(found.by_filter.sum(), "+.4f")
        print(f"F(x) = {signed(found.F_x[0])}   {words}")
        difference = signed((found.F_x - found.F_baseline)[0], "+.4f")
        print(
            f"               sum of the words {sums[0]}, of the filters {sums[1]}, F(x) − F(x′) "
            f"= {difference}"
        )
    print()


def print_baselines(explain, text):
    """The words' and the padding's shares from padding, from the unknown word and from the zero
    embedding.
    """
    words = text.split()
    print(
        "x′                     F(x′)" + "".join(f"{word:>9}" for word in words) + "  padding "
        "behind     "
        "sum   F(x) − "
        "F(x′)"
    )
    for name, kind in (
        ("padding, number 0", "padding"),
        ("unknown, number 1", "unknown"),
        ("zero embedding", "zero"),
    ):
        found = explain([text], kind)
        numbers = [found.F_baseline[0], *found.by_word[0, : len(words)]]
        padding, total = found.by_word[0, len(words) :].sum(), found.by_word.sum()
        line = (
            "".join(signed(number, "+9.2f") for number in numbers)
            + signed(padding, "+16.2f")
            + signed(total, "+8.3f")
        )
        print(f"{name:19}{line}{signed((found.F_x - found.F_baseline)[0], '+15.3f')}")
    print()


def filters_of(model, tokens, embedded):
    """y, the layer `filters`, of embedded sentences: (N, 256)."""
    with mg.watch_layers(["filters"]) as hidden:
        model.scorer(tokens)(mg.Tensor(embedded))
    return hidden.tensors["filters"].data


def print_filters(explain, windows, model, text, count=4):
    """The strongest filters for and against: w, y at both ends, the conductance by both ways, the
    window.
    """
    tokens, *ends = embed(model, [text], "padding")
    (y_x,), (y_baseline,) = (filters_of(model, tokens, end) for end in ends)
    w, value, window = model.output.weight.data[:, 0], explain([text]).by_filter[0], windows(text)
    order = np.argsort(-value, kind="stable")
    print(
        f"{text!r}\nfilter        w    y(x′)     y(x)   w · (y(x) − y(x′))   by integral   window"
    )
    for k in (*order[:count], *order[-count:]):
        exact = signed(w[k] * (y_x[k] - y_baseline[k]), "+21.4f")
        numbers = (
            f"{signed(w[k], '+9.3f')} {y_baseline[k]:8.3f} "
            f"{y_x[k]:8.3f}{exact}{signed(value[k], '+14.4f')}"
        )
        print(f"{k:6} {numbers}   {' '.join(window[k]) or '(0 here)'}")
    off = abs(w * (y_x - y_baseline) - value).max()
    print(f"largest difference of the two ways, any filter: {off:.4f} (the quadrature error)\n")


def print_sides(name, kind, model, signs, larger, count, one_sided):
    """How many filters are one-sided, of all that have a sign and of those that are 0 for x′; and
    the sentences' two clusters.
    """
    tokens, _, baseline = embed(model, SENTENCES[:1], kind)
    begins_at_0, has_sign, is_sided = (
        filters_of(model, tokens, baseline)[0] == 0,
        count > 0,
        larger >= one_sided,
    )
    parts = (
        f"{(is_sided & among).sum()} of {among.sum()}"
        for among in (has_sign & begins_at_0, has_sign & ~begins_at_0)
    )
    share = f"{(is_sided & has_sign).sum()} of {has_sign.sum()} = {is_sided[has_sign].mean():.0%}"
    print(
        f"{name:9} from {kind:7}  one-sided {share} of the filters with a sign (0 for x′: "
        f"{'; not 0: '.join(parts)})"
    )
    agree = np.mean(two_clusters(signs) == PRAISES)
    print(
        f"{'':24} two clusters of sentences: {max(agree, 1 - agree):.0%} agree with praise and "
        "criticism"
    )


def two_clusters(signs):
    """The tree of the sentences cut in two, as a mask: average linkage, how far the signs are
    apart.
    """
    return fcluster(linkage(signs.astype(float), "average", metric="cityblock"), 2, "maxclust") == 1


def moves(values):
    """What "not" does in each pair: from (96, …) to (48, …)."""
    return values[PAIRS:] - values[:PAIRS]


def print_negation(explain, windows, zero):
    """What "not" does: to the scores, to the filters of two sentences, and to the same filters in
    the others.
    """
    found, praised = explain(SENTENCES), PRAISES[:PAIRS]
    by = moves(found.by_filter)
    print()
    for name, which in (("praise", praised), ("criticism", ~praised)):
        before, move = found.F_x[:PAIRS][which].mean(), moves(found.F_x)[which]
        rises = (
            f"it rises in {(move > 0).sum()}, falls in {(move < 0).sum()}, by "
            f"{signed(move.min())} to {signed(move.max())}"
        )
        print(
            f"{which.sum()} of {name:9}  mean score {signed(before)}, with “not” "
            f"{signed(before + move.mean())}; {rises}"
        )
    turned = np.flatnonzero(
        (by[praised].mean(axis=0) <= -zero) & (by[~praised].mean(axis=0) >= zero)
    )
    print(
        f"filters whose mean falls by {zero} or more in praise and rises so in criticism: "
        f"{turned}\n"
    )
    for word in ("good", "bad"):
        print_moved_filters(explain, windows, by, word, zero)


def print_moved_filters(explain, windows, by_others, word, zero, count=6):
    """The filters whose window holds "not" and which it moves most, and whether it moves them so in
    the other sentences.
    """
    text = f"this is not {word}"
    window, (with_not, without) = windows(text), explain([text, f"this is {word}"]).by_filter
    holds, by = np.array(["not" in words for words in window]), with_not - without
    same = (by_others * by > 0).mean(axis=0)
    print(f"{text!r}\nfilter   Cond   without “not”   moved the same way in   window")
    for k in np.argsort(-abs(by) * holds, kind="stable")[:count]:
        numbers = signed(with_not[k], "+8.3f") + signed(without[k], "+16.3f")
        print(f"{k:6} {numbers} {same[k] * PAIRS:12.0f} of {PAIRS} pairs   {' '.join(window[k])}")
    sized = abs(with_not) >= zero
    for name, group in (
        (f"|Cond| at least {zero}", sized),
        ("  and “not” in its window", sized & holds),
        ("  and moved by “not” to its side", sized & holds & (by * np.sign(with_not) >= zero)),
    ):
        print(
            f"{name:34}{group.sum():4} filters, moved the same way in {same[group].mean():.0%} "
            "of the other pairs"
        )
    print()
