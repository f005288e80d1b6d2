"""What lesson 11 prints and draws: layers' sums at every α, their totals, and a filter's error."""

import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg
from minigrad.attribution import conductance

from ..networks import embedded, googlenet, small_inception
from ..networks.small_inception import CUTS
from .drawing import BLUE, GREY, ORANGE, VERMILION, save, tidy
from .lesson_10 import NOT_YET, STOPPED

STOPS = np.array([0.15, 0.4, 0.65])  # where the slider is drawn
STEPS = 20


def show_slider(walk):
    """dF/dα along the path, and at three α what the units of every layer add and take away.

    Parameters
    ----------
    walk : callable
        The lesson's.
    """
    F, x, baseline = small_inception.example()
    alphas = np.linspace(0, 1, 501)
    slopes, at_stops = dF_dalpha(F, x, baseline, alphas), dF_dalpha(F, x, baseline, STOPS)
    hidden = walk(F, x, baseline, STOPS)
    figure, (curve, *panels) = plt.subplots(
        1, 4, figsize=(12, 3.6), width_ratios=(1.15, 1, 1, 1), layout="constrained"
    )
    draw_curve(curve, alphas, slopes, at_stops)
    for stop, axis in enumerate(panels):
        products = {name: hidden[name].grad[stop] * hidden[name].tangent[stop] for name in CUTS}
        draw_sums(axis, products, at_stops[stop], label_layers=stop == 0)
        tidy(axis, f"the slider at α = {STOPS[stop]:g}", "∂F/∂y · dy/dα")
    low = min(axis.get_xlim()[0] for axis in panels)
    high = max(axis.get_xlim()[1] for axis in panels)
    for axis in panels:
        axis.set_xlim(low, high)
    panels[-1].legend(frameon=False, fontsize=8, loc="upper center", ncols=3, handlelength=1,
                      columnspacing=0.8, handletextpad=0.4)  # fmt: skip
    save(figure, "11_slider.png")


def dF_dalpha(F, x, baseline, alphas):
    """The slope of F at every α, by forward mode alone: no layer, no walk back."""
    velocities = np.repeat(x - baseline, len(alphas), axis=0)
    points = baseline + np.reshape(alphas, (-1, 1, 1, 1)) * velocities
    with mg.no_grad():
        return F(mg.Tensor(points, tangent=velocities)).tangent


def draw_curve(axis, alphas, slopes, at_stops):
    """dF/dα along the path, with the slider's three positions."""
    axis.plot(alphas, slopes, "k-", linewidth=1.2)
    axis.vlines(STOPS, 0, at_stops, color=GREY, linestyle="--", linewidth=1)
    axis.plot(STOPS, at_stops, "kD", markersize=6)
    axis.set(xlim=(0, 1), ylim=(0, 1.15 * slopes.max()))
    tidy(axis, "dF/dα, by forward mode alone", "α (0: baseline, 1: picture)")


def draw_sums(axis, products, slope, label_layers):
    """Of every layer the units that raise F, those that lower it, and the sum of all."""
    for row, product in enumerate(products.values()):
        up, down = product[product > 0].sum(), product[product < 0].sum()
        axis.barh(row, up, color=BLUE, height=0.6, label="for" if row == 0 else None)
        axis.barh(row, down, color=VERMILION, height=0.6, label="against" if row == 0 else None)
        axis.plot(up + down, row, "kD", markersize=6, label="sum" if row == 0 else None)
    axis.axvline(slope, color="black", linestyle="--", linewidth=1, zorder=0)
    axis.axvline(0, color=GREY, linewidth=0.8)
    clear = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    below = len(products) - 0.35
    axis.text(slope, below, f"{slope:.4f}", ha="center", va="top", fontsize=9, bbox=clear)
    axis.set_yticks(range(len(products)), products if label_layers else [""] * len(products))
    axis.set_ylim(len(products) + 0.1, -1.1)


def print_slopes(layer_slope, hidden, alphas):
    """A table: at every α what a learner's function finds for every layer.

    Parameters
    ----------
    layer_slope : callable
        As in the lesson.
    hidden : dict of str to minigrad.Tensor
        Named tensors, a row for each α.
    alphas : numpy.ndarray
    """
    columns = {name: found(layer_slope, hidden[name]) for name in CUTS}
    if any(np.size(column) != len(alphas) for column in columns.values()):
        print(NOT_YET)
        return
    columns["dF/dα"] = dF_dalpha(*small_inception.example(), alphas)
    print("α   " + "".join(f"{name:>13}" for name in columns))
    for row, alpha in enumerate(alphas):
        cells = "".join(f"{np.ravel(column)[row]:13.8f}" for column in columns.values())
        print(f"{alpha:.1f} {cells}")


def found(function, *arrays):
    """What a learner's function gives; None if it gives nothing."""
    try:
        return function(*arrays)
    except STOPPED:
        return None


def show_branches(find_cut):
    """The totals of the five layers, and end to end those of the tensors of a learner's cut."""
    names = found(find_cut)
    if names is None:
        print(NOT_YET)
        return
    result = conductance(*small_inception.example(), steps=STEPS)
    known = [name for name in names if name in result]
    parts = {"mixed": {name: name for name in known}}
    figure, axis = plt.subplots(figsize=(9, 4.6), layout="constrained")
    title = "Totals of five layers; inside mixed the tensors of your cut, end to end"
    draw_totals(axis, result, CUTS, title, parts)
    save(figure, "11_totals.png")


def draw_totals(axis, result, layers, title, parts=None):
    """One bar a layer, under some layers their parts end to end, and a line at F(x) − F(x′).

    Parameters
    ----------
    axis : matplotlib.axes.Axes
    result : minigrad.attribution.Attribution
    layers : sequence of str
    title : str
    parts : dict of str to dict of str to str, optional
        For a layer, what to call its parts and the tensors that they are.
    """
    rows = []
    for name in layers:
        rows.append((name, 0.0, result.total(name)[0], BLUE))
        end = 0.0
        for label, tensor in (parts or {}).get(name, {}).items():
            value = result.total(tensor)[0]
            rows.append((label, end, value, ORANGE))
            end += value
    ends = [0.0] + [start + width for _, start, width, _ in rows]
    low, high = min(ends), max(ends)
    for row, (_, start, width, colour) in enumerate(rows):
        axis.barh(row, width, left=start, color=colour, height=0.7)
        axis.text(high + 0.03 * (high - low), row, f"{width:+.4f}".replace("-", "−"), va="center")
    difference = result.difference[0]
    axis.plot([difference, difference], [-0.55, len(rows) - 0.4], "k--")
    axis.text(difference, -0.8, f"F(x) − F(x′) = {difference:.4f}", ha="center")
    axis.set_yticks(range(len(rows)), [label for label, *_ in rows])
    axis.set(xlim=(low, high + 0.2 * (high - low)), ylim=(len(rows) - 0.4, -1.2))
    tidy(axis, title, "total conductance (score, before the softmax)")


def print_totals(layer_total):
    """Every layer's total in 20 steps by a learner's function, and how far off it is."""
    path = {"layers": CUTS, "steps": STEPS, "keep_terms": True}
    result = conductance(*small_inception.example(), **path)
    difference = result.difference[0]
    print(f"Gauss–Legendre, {STEPS} points; F(x) − F(x′) = {difference:.6f}")
    for name in CUTS:
        terms = result.terms[name]
        dF_dy, dy_dalpha = (flat(one) for one in (terms.dF_dy, terms.dy_dalpha))
        total = found(layer_total, terms.weight, dF_dy, dy_dalpha)
        if total is None or np.size(total) != 1:
            print(NOT_YET)
            return
        total = np.ravel(total)[0]
        off = f"{total - difference:+.6f}".replace("-", "−")
        print(f"{name:10}{total:10.6f}   off by {off}")


def flat(factor):
    """A factor of one example as (steps, units)."""
    return factor.reshape(len(factor), -1)


def print_accuracy(F):
    """The two filters of the layer "y" with their error, and the completeness of their sum."""
    print("rule            points        y₁ ± error        y₂ ± error     sum   off by")
    x, baseline = np.ones((1, 1)), np.zeros((1, 1))
    for rule, points in (("left", 4), ("trapezoid", 4), ("gauss_legendre", 5), ("left", 64)):
        result = conductance(F, x, baseline, steps=points, rule=rule)
        filters = zip(result["y"][0], result.error("y")[0])
        cells = "".join(f"{value:10.3f} ± {error:5.3f}" for value, error in filters)
        total, incomplete = result.total("y")[0], result.completeness_error("y")[0]
        said = f"{rule:16}{points:6}{cells}{total:8.3f} {incomplete:8.2%}"
        print(said.replace("-", "−"))


def print_trained_networks():
    """The layers of the embedded Inception, and of GoogLeNet where its weights are."""
    examples = [embedded.example]
    if googlenet.available():
        examples.append(googlenet.example)
    for example_of in examples:
        F, x, baseline, layers = example_of()
        result = conductance(F, x, baseline, layers=layers, steps=50)
        print(f"F(x) − F(x′) = {result.difference[0]:.3f}; 50 points")
        print(f"{'layer':12}{'sum':>10}{'off by':>10}{'filters, off by about':>25}")
        for name in layers:
            off, filters = result.completeness_error(name)[0], result.relative_error(name)[0]
            print(f"{name:12}{result.total(name)[0]:10.3f}{off:10.2%}{filters:25.1%}")
