"""What lesson 14 draws and prints: filters set to zero, one after the other, in five orders."""

import matplotlib.pyplot as plt
import numpy as np

from models.parts.measure import filters_of
from models.scenes import CLASSES
from models.study.ablation.prefixes import Lacking, prefixes, until_it_flips

from ..networks import filters
from .drawing import BLACK, GREY, save, tidy
from .lesson_10 import COLOURS as MEASURE_COLOURS

FIRST_SEED = 2000  # a training's scenes have seeds from 10,000,000 up
COLOURS = MEASURE_COLOURS | {"random order": GREY}
PAPER = 3.7  # filters by conductance, GoogLeNet: from reading notes on the paper
SHOWN = 24  # filters removed at most in the lower panel


def picture(model, name):
    """A drawn scene of one class as the network sees it, each class from a seed of its own."""
    return filters.scene(model, name, FIRST_SEED + CLASSES.index(name))


def by_layer(model, numbers):
    """Filters, numbers among all, as `ablate` takes them: {layer: numbers in that layer}."""
    names = filters_of(model)
    missing = {}
    for number in numbers:
        layer, filter = names[number]
        missing.setdefault(layer, []).append(filter)
    return missing


def try_search(first_change, scores_without, x, order):
    """Print how many filters of an order a search of the lesson's says must go."""
    label = int(scores_without(x, []).argmax())

    def strongest(count):
        return int(scores_without(x, order[:count]).argmax())

    try:
        found = f"{first_change(strongest, label, len(order))} filters"
    except NotImplementedError:
        found = "(not yet: the exercise above comes first)"
    print(f"the sailboat, in the order of conductance: the label changes after {found}\n")


def flips_of(model, x, random, most):
    """By order how many filters must go to change the label, None if ``most`` are not enough.

    Parameters
    ----------
    model : models.inception.Inception
    x : numpy.ndarray, shape (1, H, W, 3)
    random : numpy.random.Generator
        For the random order.
    most : int

    Returns
    -------
    dict of str to (int or None)
    """
    lacking = Lacking(model, x)
    label = int(lacking.scores_intact.argmax())
    values = filters.measures_of(model, x, label)
    values["random order"] = random.random(lacking.filters)
    orders = {name: highest_first(one) for name, one in values.items()}
    return {
        name: until_it_flips(lacking, order, label, curve=0, most=most)[0]
        for name, order in orders.items()
    }


def highest_first(values):
    """The filters' numbers in the order in which they go."""
    return np.argsort(-values, kind="stable")


def show_orders(model, boat):
    """The paper's experiment on a scene of each class: the table, and the picture.

    Parameters
    ----------
    model : models.inception.Inception
    boat : numpy.ndarray, shape (1, H, W, 3)
        The scene of the lower panel.
    """
    random, count = np.random.default_rng(0), len(filters_of(model))
    found = [flips_of(model, picture(model, name), random, count) for name in model.labels]
    flips = {order: [scene[order] for scene in found] for order in found[0]}
    print_flips(flips, count)
    lacking, seen = Lacking(model, boat), {}
    label = int(lacking.scores_intact.argmax())
    for name, values in filters.measures_of(model, boat, label).items():
        rows = prefixes(highest_first(values), 0, SHOWN, count)
        seen[name] = lacking.scores(rows).argmax(axis=1)
    save(draw(flips, seen, model.labels[label], count), "14_ablation.png")


def draw(flips, seen, label, count):
    """The lesson's picture: how many filters each scene took, and one scene cell by cell.

    Parameters
    ----------
    flips : dict of str to list of (int or None)
        By the order's name, for each scene; None: all are not enough.
    seen : dict of str to array
        The strongest label of one picture without the first 0, 1, … filters, (k,).
    label : str
        The name of that picture's label, ``seen[order][0]``.
    count : int
        How many filters the network has.

    Returns
    -------
    matplotlib.figure.Figure
    """
    shape = {"figsize": (10.5, 8.4), "height_ratios": (1.5, 1), "layout": "constrained"}
    figure, axes = plt.subplots(2, 1, **shape)
    draw_flips(axes[0], flips, count)
    draw_labels(axes[1], seen, label)
    return figure


def counts(flips, most):
    """How many filters each scene took; one more than ``most`` where all were not enough."""
    return np.array([most + 1 if flip is None else flip for flip in flips])


def draw_flips(axis, found, count):
    """How many filters each scene took: for every order its dots, and a line at their mean."""
    clear = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    for place, name in enumerate(COLOURS):
        flips = counts(found[name], count)
        draw_dots(axis, flips, place, count, COLOURS[name])
        mean = flips.mean()
        axis.plot([mean, mean], [place - 0.33, place + 0.33], color=BLACK, linewidth=1.5)
        centred = {"ha": "center", "va": "bottom", "fontsize": 10}
        axis.text(mean, place - 0.37, f"mean {mean:.1f}", **centred, bbox=clear)
        if None in found[name]:
            under = {"ha": "right", "va": "top", "fontsize": 9, "color": GREY}
            axis.text(count, place + 0.12, "not even all", **under)
    axis.axvline(PAPER, color=GREY, linestyle="--", linewidth=1.2, zorder=0)
    note = f"dashed: conductance in the paper,\non GoogLeNet, mean {PAPER} [B]"
    axis.text(PAPER * 1.07, len(COLOURS) - 0.3, note, color=GREY, fontsize=9, va="bottom")
    ticks = (1, 2, 5, 10, 20, 50, 100, 200, 500)
    axis.set_xscale("log")
    axis.set_xticks(ticks, map(str, ticks))
    axis.minorticks_off()
    axis.set_yticks(range(len(COLOURS)), COLOURS)
    axis.set(xlim=(0.9, 600), ylim=(len(COLOURS) - 0.25, -0.75))
    axis.tick_params(axis="y", length=0)
    tidy(axis, "How many until the label changes, a dot a scene", "filters removed (logarithmic)")


def draw_dots(axis, flips, place, most, colour):
    """A dot for each scene, hollow if all filters were not enough; equal ones side by side."""
    for value in np.unique(flips):
        equal = (flips == value).sum()
        level = place + 0.075 * (np.arange(equal) - (equal - 1) / 2)
        face = "white" if value > most else colour
        dot = {"markersize": 5, "color": colour, "markerfacecolor": face}
        axis.plot(np.full(equal, value), level, "o", **dot)


def draw_labels(axis, seen, label):
    """For one picture and every order a row of cells, filled where the label is still strongest."""
    for place, (name, labels) in enumerate(seen.items()):
        same = labels == labels[0]
        for k, stays in enumerate(same):
            colour = {"color": COLOURS[name] if stays else "white", "edgecolor": COLOURS[name]}
            axis.bar(k, 0.62, 0.86, bottom=place - 0.31, **colour, linewidth=0.8)
        if not same.all():
            axis.plot(same.argmin(), place - 0.42, "v", color=BLACK, markersize=6)
    axis.set_yticks(range(len(seen)), seen)
    axis.set(xlim=(-0.7, len(labels) - 0.3), ylim=(len(seen) - 0.5, -0.75))
    title = f"One scene: filled while “{label}” is strongest, ▾ the first change"
    tidy(axis, title, "filters removed")
    axis.spines["left"].set_visible(False)
    axis.tick_params(axis="y", length=0)


def print_one_by_one(model, order, values, scores):
    """Which filter goes, what it was ordered by, and which label is strongest then.

    Parameters
    ----------
    model : models.inception.Inception
    order : integer array, shape (filters,)
    values : numpy.ndarray, shape (filters,)
    scores : sequence of numpy.ndarray, shape (classes,)
        Without the first 0, 1, … filters.
    """
    names, label = filters_of(model), scores[0].argmax()
    heads = f"conductance   score of “{model.labels[label]}”   strongest label, then the second"
    print(f"removed   filter          {heads}")
    for k, row in enumerate(scores):
        gone = " " * 27
        if k:
            layer, filter = names[order[k - 1]]
            gone = f"{layer:>8}, {filter:<4} {values[order[k - 1]]:12.2f}"
        first_two = [f"{model.labels[one]} ({row[one]:.2f})" for one in np.argsort(-row)[:2]]
        said = f"{k:4}      {gone} {row[label]:16.2f}            {', '.join(first_two)}"
        print(said.replace("-", "−"))
    print()


def print_flips(found, count):
    """How many filters each order took.

    Parameters
    ----------
    found : dict of str to list of (int or None)
    count : int
        How many filters the network has.
    """
    print("filters removed until the label changes, twenty scenes")
    print("order                         mean   more than 10    most")
    for name, flips in found.items():
        taken = counts(flips, count)
        print(f"{name:26} {taken.mean():7.1f} {(taken > 10).mean():14.0%} {taken.max():7}")
        missed = flips.count(None)
        if missed:
            said = f"all {count} were not enough: counted as {count + 1}"
            print(f"    (in {missed} of the scenes {said})")
    print()


def print_together(model, name):
    """By drop alone and by conductance: what filters take one at a time, and what together.

    Parameters
    ----------
    model : models.inception.Inception
    name : str
        The class of the scene.
    """
    x = picture(model, name)
    lacking = Lacking(model, x)
    label = int(lacking.scores_intact.argmax())
    score = lacking.scores_intact[label]
    one_each = np.eye(lacking.filters, dtype=bool)
    drops = score - lacking.scores(one_each)[:, label]
    heads = "filters until the label changes   drops alone, added up   together"
    print(f"{model.labels[label]}, F(x) = {score:.2f}   {heads}")
    conductance = filters.measures_of(model, x, label)["conductance"]
    for ordered, values in ("drop alone", drops), ("conductance", conductance):
        order = highest_first(values)
        flip, _ = until_it_flips(lacking, order, label, 0, lacking.filters)
        without_all = lacking.scores(prefixes(order, flip, flip, lacking.filters))[0, label]
        alone, together = drops[order[:flip]].sum(), score - without_all
        print(f"ordered by {ordered:12} {flip:32} {alone:23.1f} {together:10.1f}")
    print()


def print_googlenet(example, most=128):
    """How many filters each order took on one photo, ``example`` of `googlenet`."""
    F, x, *_ = example
    for name, flip in flips_of(F.model, x, np.random.default_rng(0), most).items():
        print(f"{name:26} {f'more than {most}' if flip is None else flip}")
