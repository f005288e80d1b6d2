"""What lesson 17 draws and prints: words, signs of conductance, what "not" does."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, ListedColormap
from matplotlib.patches import Patch, Rectangle
from scipy.cluster.hierarchy import fcluster, leaves_list, linkage

from ..networks import sentences
from ..networks.sentences import PAIRS, PRAISES, SENTENCES, SHOWN
from .drawing import BLACK, BLUE, GREEN, GREY, VERMILION, YELLOW, tidy

ALPHAS = (0.1, 0.3, 0.5, 0.7, 0.9)
ZERO = 0.01  # less counts as 0 (reported)
ONE_SIDED = 0.9  # the share that makes a filter one-sided: our choice
FOR_AND_AGAINST = LinearSegmentedColormap.from_list("for and against", [VERMILION, "white", BLUE])
# the colour of 0; a word's share from which on the colour is the darkest
NO_SIGN, STRONGEST = "#F2F2F2", 4.0
TITLES = {"padding": "from padding", "zero": "from the zero embedding"}


def draw_words(model):
    """Eight sentences, word by word, each in the colour of its share."""
    found = sentences.explain(model, SHOWN)
    figure, axes = plt.subplots(1, 2, figsize=(13, 3.1), layout="constrained")
    half = len(SHOWN) // 2
    for axis, shown in zip(axes, (slice(0, half), slice(half, None))):
        draw_sentences(axis, SHOWN[shown], found.by_word[shown], found.F_x[shown])
    title = "Each word's share of F(x) − F(x′), blue: for, orange: against; at the right F(x)"
    figure.suptitle(title, fontsize=11, x=0.01, ha="left")
    return figure


def draw_division_of_labour(model):
    """The signs of all filters in all sentences, from both baselines."""
    figure, axes = plt.subplots(1, 2, figsize=(13, 7.8), layout="constrained")
    for axis, kind in zip(axes, TITLES):
        signs, larger, count = sides(sentences.filters_conductance(model, SENTENCES, kind))
        draw_map(axis, signs)
        live = count > 0
        sided, with_sign = int((live & (larger >= ONE_SIDED)).sum()), int(live.sum())
        title = f"Signs {TITLES[kind]}: {sided} of {with_sign} filters are one-sided"
        rows = f"{len(SENTENCES)} sentences, alike ones together" if kind == "padding" else ""
        tidy(axis, title, f"{signs.shape[1]} filters, alike ones together", rows)
        axis.spines[["left", "bottom"]].set_visible(False)
    figure.legend(handles=key(), loc="outside lower center", ncols=6, frameon=False)
    return figure


def sides(by_filter):
    """The signs −1, 0 (below ZERO) and 1; of each filter's signs the share of the larger side.

    And how many signs it has that are not 0.
    """
    signs = np.where(abs(by_filter) < ZERO, 0, np.sign(by_filter)).astype(int)
    positive, negative = (signs > 0).sum(axis=0), (signs < 0).sum(axis=0)
    count = positive + negative
    return signs, np.maximum(positive, negative) / np.maximum(count, 1), count


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


def draw_sentences(axis, texts, by_word, scores):
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


def print_slopes(shares_at):
    """The words' sum, the filters' sum and dF/dα at several α."""
    print("α      sum of the words   sum of the filters   dF/dα")
    for alpha in ALPHAS:
        slope, words, filters = shares_at(alpha)
        sums = f"{signed(words.sum(), '+19.12f')} {signed(filters.sum(), '+19.12f')}"
        print(f"{alpha:.2f} {sums} {signed(slope[0], '+18.12f')}")
    print()


def print_baselines(model, text):
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
        found = sentences.explain(model, [text], kind)
        of_words, of_padding = np.split(found.by_word[0], [len(words)])
        numbers = (signed(number, "+9.2f") for number in (found.F_baseline[0], *of_words))
        padding = signed(of_padding.sum(), "+16.2f")
        total = signed(found.by_word.sum(), "+8.3f")
        difference = signed(found.F_x[0] - found.F_baseline[0], "+15.3f")
        print(f"{name:19}{''.join(numbers)}{padding}{total}{difference}")
    print()


def print_filters(model, text, count=4):
    """The strongest filters for and against: w, y at both ends, conductance two ways, window."""
    tokens, *ends = sentences.embed(model, [text])
    y_x, y_baseline = (sentences.filters_of(model, tokens, end)[0] for end in ends)
    w, window = model.output.weight.data[:, 0], sentences.windows_that_won(model, text)
    value, exact = sentences.filters_conductance(model, [text])[0], w * (y_x - y_baseline)
    order = np.argsort(-value, kind="stable")
    print("filter        w    y(x′)     y(x)   by pencil   by integral   window that won")
    for k in (*order[:count], *order[-count:]):
        ends = f"{signed(w[k], '+9.3f')} {y_baseline[k]:8.3f} {y_x[k]:8.3f}"
        ways = f"{signed(exact[k], '+12.4f')}{signed(value[k], '+14.4f')}"
        print(f"{k:6} {ends}{ways}   {' '.join(window[k]) or '(0 here)'}")
    off = abs(exact - value).max()
    print(f"largest difference of the two ways, any filter: {off:.4f} (the quadrature error)\n")


def print_division_of_labour(model):
    """One-sided filters, and whether clusters are praise and criticism: two networks, two x′."""
    print("“140 of 147”: of 147 filters that have a sign in some sentence, 140 are one-sided.")
    print("Then those of them whose y(x′) is 0, and those that begin above 0.")
    heads = (
        f"{'one-sided filters':>22} {'those 0 for x′':>18} {'the others':>13} {'rows parted':>14}"
    )
    print(f"{'':22} {heads}")
    for name, network in {"untrained": sentences.untrained(model), "trained": model}.items():
        for kind in TITLES:
            by_filter = sentences.filters_conductance(network, SENTENCES, kind)
            print_sides(f"{name:9} from {kind:7}", kind, network, *sides(by_filter))
    print()


def print_sides(name, kind, model, signs, larger, count):
    """A row of that table."""
    tokens, _, baseline = sentences.embed(model, SENTENCES[:1], kind)
    begins_at_0 = sentences.filters_of(model, tokens, baseline)[0] == 0
    has_sign, is_sided = count > 0, larger >= ONE_SIDED
    share = f"{of(is_sided, has_sign)}, {is_sided[has_sign].mean():.0%}"
    silent, others = of(is_sided, has_sign & begins_at_0), of(is_sided, has_sign & ~begins_at_0)
    agree = np.mean(two_clusters(signs) == PRAISES)
    clusters = f"{max(agree, 1 - agree):.0%}"
    print(f"{name} {share:>22} {silent:>18} {others:>13} {clusters:>14}")


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


def print_negation(model):
    """What "not" does to the scores of praise and of criticism, and to the filters."""
    found, praised = sentences.explain(model, SENTENCES), PRAISES[:PAIRS]
    print("the film is bad / it is a bad film, and the same with “not”; other nouns and words:")
    print("“this is bad” is none of them: its score rises with “not”.")
    print("pairs             mean score   with “not”   it rises in   falls in")
    for name, which in (("praise", praised), ("criticism", ~praised)):
        move, before = moves(found.F_x)[which], found.F_x[:PAIRS][which].mean()
        means = f"{signed(before):>10} {signed(before + move.mean()):>12}"
        counts = f"{(move > 0).sum():11} {(move < 0).sum():10}"
        print(f"{which.sum()} of {name:9} {means} {counts}")
    by = moves(found.by_filter)
    falls, rises = by[praised].mean(axis=0) <= -ZERO, by[~praised].mean(axis=0) >= ZERO
    said = f"filters that fall by {ZERO} on average in praise and rise so in criticism"
    print(f"{said}: {np.flatnonzero(falls & rises).tolist()}\n")


def try_negation(negation_filters, model):
    """The candidates of two sentences, tried on the 48 pairs."""
    by_others = moves(sentences.filters_conductance(model, SENTENCES))
    for word in ("good", "bad"):
        text = f"this is not {word}"
        pair = sentences.filters_conductance(model, [text, f"this is {word}"])
        same = (by_others * (pair[0] - pair[1]) > 0).mean(axis=0)
        strong = abs(pair[0]) >= ZERO
        try:
            chosen = negation_filters(*pair, sentences.holds_not(model, text))
            tried = f"moved the same way in {same[chosen].mean():.0%} of the 48 pairs"
            said = f"{np.sum(chosen)} candidates, {tried}"
        except NotImplementedError:
            said = "(not yet: the exercise above comes first)"
        print(f"{text!r}: {said}")
        others = f"all {strong.sum()} filters of this strength: in {same[strong].mean():.0%}"
        print(f"{'':{len(text) + 4}}{others}")
    print()
