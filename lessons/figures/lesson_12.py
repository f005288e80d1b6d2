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
        live = count > 0
        sided, with_sign = int((live & (larger >= one_sided)).sum()), int(live.sum())
        what = f"{sided} of {with_sign} filters\n({sided / with_sign:.0%})"
        side = f"have at least {one_sided:.0%} of them on one side"
        title = f"Signs of conductance {TITLES[kind]}: {what} {side}"
        rows = f"{len(SENTENCES)} sentences, clustered" if kind == "padding" else ""
        tidy(axis, title, f"{signs.shape[1]} filters, clustered", rows)
        axis.spines[["left", "bottom"]].set_visible(False)
    below.legend(handles=key(), loc="outside lower center", ncols=6, frameon=False)
    return figure


def key():
    """What the colours of the maps mean."""
    return [
        Patch(color=BLUE, label="conductance for “positive”"),
        Patch(color=VERMILION, label="against"),
        Patch(facecolor=NO_SIGN, edgecolor=GREY, label="counted as 0"),
        Patch(color=GREEN, label="rows: word of praise"),
        Patch(facecolor=YELLOW, edgecolor=GREY, label="of criticism"),
        Patch(color=BLACK, label="with “not”"),
    ]


def draw_words(axis, texts, by_word, scores):
    """Each sentence in a line of boxes; the score at the right."""
    for line, text in enumerate(texts):
        left = 0.0
        for word, share in zip(text.split(), by_word[line]):
            width = 0.62 * max(len(word), 5) + 0.9
            draw_word(axis, word, share, left, width - 0.25, line)
            left += width
        at_the_right = {"va": "center", "fontsize": 12, "weight": "bold"}
        axis.text(left + 0.2, line + 0.5, signed(scores[line]), **at_the_right)
    axis.set(xlim=(-0.1, 31), ylim=(len(texts), -0.05))
    axis.set_axis_off()


def draw_word(axis, word, share, left, width, line):
    """One word over its share, in a box of the share's colour."""
    colour = FOR_AND_AGAINST(0.5 + 0.5 * np.clip(share / STRONGEST, -1, 1))
    frame = {"facecolor": colour, "edgecolor": GREY, "linewidth": 0.7}
    axis.add_patch(Rectangle((left, line + 0.06), width, 0.86, **frame))
    ink = "white" if share > 0.55 * STRONGEST else BLACK
    centred, middle = {"ha": "center", "va": "center", "color": ink}, left + width / 2
    axis.text(middle, line + 0.34, word, fontsize=11, **centred)
    axis.text(middle, line + 0.71, signed(share), fontsize=9, **centred)


def clustered(signs):
    """Orders of rows and columns that bring alike ones together, how far the signs are apart."""
    how = {"method": "average", "metric": "cityblock", "optimal_ordering": True}
    return tuple(leaves_list(linkage(one, **how)) for one in (signs, signs.T))


def draw_map(axis, signs):
    """The signs, rows and columns reordered; at the left the kind of sentence of each row."""
    rows, columns = clustered(signs.astype(float))
    count, filters = signs.shape
    scale = {"cmap": ListedColormap([VERMILION, NO_SIGN, BLUE]), "vmin": -1, "vmax": 1}
    axis.imshow(signs[rows][:, columns], **scale, aspect="auto", interpolation="nearest")
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
        sums = f"{signed(words.sum(), '+19.12f')} {signed(filters.sum(), '+19.12f')}"
        print(f"{alpha:.2f} {sums} {signed(slope[0], '+18.12f')}")
    print()


def print_words(explain, texts):
    """Each sentence with its words' shares, and both sums beside F(x) − F(x′)."""
    for text in texts:
        found = explain([text])
        shares = zip(text.split(), found.by_word[0])
        words = "  ".join(f"{word} {signed(share)}" for word, share in shares)
        print(f"F(x) = {signed(found.F_x[0])}   {words}")
        by_word, by_filter = found.by_word.sum(), found.by_filter.sum()
        sums = f"words {signed(by_word, '+.4f')}, of the filters {signed(by_filter, '+.4f')}"
        difference = signed(found.F_x[0] - found.F_baseline[0], "+.4f")
        print(f"               sum of the {sums}, F(x) − F(x′) = {difference}")
    print()


def print_baselines(explain, text):
    """The words' and the padding's shares from each of the three baselines."""
    words = text.split()
    heads = "".join(f"{word:>9}" for word in words)
    print(f"x′                     F(x′){heads}  padding behind     sum   F(x) − F(x′)")
    names = {
        "padding": "padding, number 0",
        "unknown": "unknown, number 1",
        "zero": "zero embedding",
    }
    for kind, name in names.items():
        found = explain([text], kind)
        of_words, of_padding = np.split(found.by_word[0], [len(words)])
        numbers = (signed(number, "+9.2f") for number in (found.F_baseline[0], *of_words))
        padding = signed(of_padding.sum(), "+16.2f")
        total = signed(found.by_word.sum(), "+8.3f")
        difference = signed(found.F_x[0] - found.F_baseline[0], "+15.3f")
        print(f"{name:19}{''.join(numbers)}{padding}{total}{difference}")
    print()


def filters_of(model, tokens, embedded):
    """y, the layer `filters`, of embedded sentences: (N, 256)."""
    with mg.watch_layers(["filters"]) as hidden:
        model.scorer(tokens)(mg.Tensor(embedded))
    return hidden.tensors["filters"].data


def print_filters(explain, windows, model, text, count=4):
    """The strongest filters for and against: w, y at both ends, conductance two ways, window."""
    tokens, *ends = embed(model, [text], "padding")
    y_x, y_baseline = (filters_of(model, tokens, end)[0] for end in ends)
    w, value, window = model.output.weight.data[:, 0], explain([text]).by_filter[0], windows(text)
    exact = w * (y_x - y_baseline)
    order = np.argsort(-value, kind="stable")
    print(
        f"{text!r}\nfilter        w    y(x′)     y(x)   w · (y(x) − y(x′))   by integral   window"
    )
    for k in (*order[:count], *order[-count:]):
        ends = f"{signed(w[k], '+9.3f')} {y_baseline[k]:8.3f} {y_x[k]:8.3f}"
        ways = f"{signed(exact[k], '+21.4f')}{signed(value[k], '+14.4f')}"
        print(f"{k:6} {ends}{ways}   {' '.join(window[k]) or '(0 here)'}")
    off = abs(exact - value).max()
    print(f"largest difference of the two ways, any filter: {off:.4f} (the quadrature error)\n")


def print_sides(name, kind, model, signs, larger, count, one_sided):
    """How many filters are one-sided, and whether the sentences' two clusters are the two kinds.

    Of all filters that have a sign, and of those of them that are 0 for x′ and that are not.
    """
    tokens, _, baseline = embed(model, SENTENCES[:1], kind)
    begins_at_0 = filters_of(model, tokens, baseline)[0] == 0
    has_sign, is_sided = count > 0, larger >= one_sided
    all_of_them = of(is_sided, has_sign)
    share = f"{all_of_them} = {is_sided[has_sign].mean():.0%} of the filters with a sign"
    parts = of(is_sided, has_sign & begins_at_0), of(is_sided, has_sign & ~begins_at_0)
    print(f"{name:9} from {kind:7}  one-sided {share} (0 for x′: {'; not 0: '.join(parts)})")
    agree = np.mean(two_clusters(signs) == PRAISES)
    said = f"{max(agree, 1 - agree):.0%} agree with praise and criticism"
    print(f"{'':24} two clusters of sentences: {said}")


def of(some, among):
    """'3 of 12': how many of those among which to count."""
    return f"{(some & among).sum()} of {among.sum()}"


def two_clusters(signs):
    """The tree of the sentences cut in two, as a mask; of how far their signs are apart."""
    tree = linkage(signs.astype(float), "average", metric="cityblock")
    return fcluster(tree, 2, "maxclust") == 1


def moves(values):
    """What "not" does in each pair: from (96, …) to (48, …)."""
    return values[PAIRS:] - values[:PAIRS]


def print_negation(explain, windows, zero):
    """What "not" does: to the scores, and to the filters of two sentences and of all others."""
    found, praised = explain(SENTENCES), PRAISES[:PAIRS]
    by = moves(found.by_filter)
    print()
    for name, which in (("praise", praised), ("criticism", ~praised)):
        move, before = moves(found.F_x)[which], found.F_x[:PAIRS][which].mean()
        rises = f"it rises in {(move > 0).sum()}, falls in {(move < 0).sum()}"
        by_how_much = f"by {signed(move.min())} to {signed(move.max())}"
        means = f"{signed(before)}, with “not” {signed(before + move.mean())}"
        print(f"{which.sum()} of {name:9}  mean score {means}; {rises}, {by_how_much}")
    falls = by[praised].mean(axis=0) <= -zero
    rises = by[~praised].mean(axis=0) >= zero
    said = f"filters whose mean falls by {zero} or more in praise and rises so in criticism"
    print(f"{said}: {np.flatnonzero(falls & rises)}\n")
    for word in ("good", "bad"):
        print_moved_filters(explain, windows, by, word, zero)


def print_moved_filters(explain, windows, by_others, word, zero, count=6):
    """The filters that "not" moves most where it is in their window, here and in other pairs."""
    text = f"this is not {word}"
    window, (with_not, without) = windows(text), explain([text, f"this is {word}"]).by_filter
    holds, by = np.array(["not" in words for words in window]), with_not - without
    same = (by_others * by > 0).mean(axis=0)
    print(f"{text!r}\nfilter   Cond   without “not”   moved the same way in   window")
    for k in np.argsort(-abs(by) * holds, kind="stable")[:count]:
        numbers = signed(with_not[k], "+8.3f") + signed(without[k], "+16.3f")
        print(f"{k:6} {numbers} {same[k] * PAIRS:12.0f} of {PAIRS} pairs   {' '.join(window[k])}")
    sized = abs(with_not) >= zero
    to_its_side = by * np.sign(with_not) >= zero
    for name, group in (
        (f"|Cond| at least {zero}", sized),
        ("  and “not” in its window", sized & holds),
        ("  and moved by “not” to its side", sized & holds & to_its_side),
    ):
        moved = f"moved the same way in {same[group].mean():.0%} of the other pairs"
        print(f"{name:34}{group.sum():4} filters, {moved}")
    print()
