"""What lesson 9 draws and prints: sums by several rules, doubts of panels, areas over y."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

import minigrad as mg
from minigrad.attribution import conductance

from ..networks.two_neurons import BASELINE, CONDUCTANCE, F, X, smooth
from .drawing import BLACK, BLUE, GREEN, GREY, ORANGE, SKY, VERMILION, tidy

STEPS = np.unique(np.geomspace(3, 256, 27).astype(int))
TRUE = float(CONDUCTANCE[0])  # of y₁
NAMES = "y₁", "y₂"
DRAWN_POINTS, PLACED_FROM = 11, 3
WRONG = TypeError, ValueError, IndexError  # what a wrong answer makes of the printing


def factors(alphas):
    """y, ∂F/∂y and dy/dα of the two neurons at points of the path, each (points, 2)."""
    seen = []
    for alpha in alphas:
        x_alpha = mg.Tensor(BASELINE + alpha * (X - BASELINE), tangent=X - BASELINE)
        with mg.watch_layers() as hidden:
            F(x_alpha).backward()
        y = hidden.tensors["y"]
        seen.append((y.data[0], y.grad[0], y.tangent[0]))
    return tuple(np.array(part) for part in zip(*seen))


def integrand(alphas):
    """g = ∂F/∂y₁ · dy₁/dα at points of the path."""
    _, dF_dy, dy_dalpha = factors(alphas)
    return (dF_dy * dy_dalpha)[:, 0]


def boxes(alphas, g):
    """Width times change of every panel, never negative."""
    return np.abs(np.diff(g)) * np.diff(alphas)


def placed(count, measure=boxes):
    """So many points: each new one in the middle of the panel that ``measure`` finds largest."""
    alphas = np.linspace(0, 1, PLACED_FROM)
    g = integrand(alphas)
    while len(alphas) < count:
        worst = np.argmax(measure(alphas, g))
        middle = (alphas[worst] + alphas[worst + 1]) / 2
        alphas = np.insert(alphas, worst + 1, middle)
        g = np.insert(g, worst + 1, integrand([middle]))
    return alphas, g


def trapezoids(alphas, g):
    """The sum over panels of width · mean of both ends."""
    return float(np.sum(np.diff(alphas) * (g[:-1] + g[1:]) / 2))


def sum_by(rule, steps, network=F):
    """Cond(y₁) by one of minigrad's rules."""
    return conductance(network, X, BASELINE, steps=int(steps), rule=rule)["y"][0, 0]


def print_sums(trapezoid_rule):
    """Cond(y₁) for several numbers of points: the learner's rule beside two of minigrad's."""
    print("points   midpoint   Gauss–Legendre   trapezoid (yours)")
    for count in (3, 6, 20, 21, 22, 200):
        try:
            alphas, weights = trapezoid_rule(count)
            yours = f"{np.sum(weights * integrand(alphas)):.6f}"
        except NotImplementedError:
            yours = "not yet"
        except WRONG:
            yours = "wrong"
        others = (sum_by(rule, count) for rule in ("midpoint", "gauss_legendre"))
        print(f"{count:6} {next(others):10.6f} {next(others):16.6f} {yours:>19}")


def draw_errors():
    """The relative error of Cond(y₁) over the number of points, smooth and with a jump.

    Returns
    -------
    matplotlib.figure.Figure
    """
    smooth_truth = sum_by("gauss_legendre", 400, smooth)
    curves = (
        ("smooth: midpoint", "^-", GREEN, smooth_truth,
            [sum_by("midpoint", steps, smooth) for steps in STEPS]),
        ("smooth: Gauss–Legendre", "D-", BLUE, smooth_truth,
            [sum_by("gauss_legendre", steps, smooth) for steps in STEPS]),
        ("with a jump: midpoint", "x", VERMILION, TRUE,
            [sum_by("midpoint", steps) for steps in STEPS]),
        ("with a jump: points placed by doubt", "+-", BLACK, TRUE,
            [trapezoids(*placed(steps)) for steps in STEPS]),
    )  # fmt: skip
    figure, axis = plt.subplots(figsize=(8.4, 5.4), layout="constrained")
    for label, style, colour, truth, sums in curves:
        errors = np.maximum(abs(np.array(sums) / truth - 1), 1e-16)  # 0 has no logarithm
        axis.loglog(STEPS, errors, style, color=colour, markersize=5, linewidth=1.2, label=label)
    for power, text in ((1, "1/n"), (2, "1/n²")):
        guide = 1.2 * (STEPS[0] / STEPS) ** power
        axis.loglog(STEPS, guide, ":", color=GREY)
        place = {"xytext": (5, 0), "textcoords": "offset points", "va": "center"}
        axis.annotate(text, (STEPS[-1], guide[-1]), color=GREY, **place)
    axis.text(15, 7e-16, "rounding", color=GREY, va="bottom")
    axis.set_xlim(right=2.2 * STEPS[-1])
    axis.legend(frameon=False, loc="center right", bbox_to_anchor=(1, 0.3))
    tidy(axis, "Cond(y₁): how wrong is the sum?", "n, points", "|sum − truth| / |truth|")
    return figure


def draw_doubts():
    """g over α, trapezoids and boxes; even points on the left, as many placed ones on the right.

    Returns
    -------
    matplotlib.figure.Figure
    """
    even = np.linspace(0, 1, DRAWN_POINTS)
    choices = (("even points", even, integrand(even)), ("placed points", *placed(len(even))))
    true = np.array([0, 1 / 3, 1 / 3, 1]), np.array([0, 0, 2, 6])
    figure, axes = plt.subplots(1, 2, figsize=(12, 4.6), sharey=True, layout="constrained")
    for axis, (name, alphas, g) in zip(axes, choices):
        draw_panels(axis, alphas, g)
        axis.plot(*true, color=BLUE, linewidth=2, label="g")
        axis.plot(alphas, g, "o-", color=BLACK, linewidth=1, label="straight lines")
        axis.set(xlim=(-0.02, 1.02), ylim=(-0.15, 6.3))
        axis.legend(frameon=False, loc="upper left", fontsize=10)
        title = f"{len(alphas)} {name}: {trapezoids(alphas, g):.3f} (right: {TRUE:.3f})"
        tidy(axis, title, "α (0: x′, 1: x)", "g (score per unit of α)")
        axis.tick_params(labelleft=True)
    return figure


def draw_panels(axis, along, heights):
    """The area under straight lines, and over every panel a box: width × change."""
    axis.fill_between(along, heights, color=SKY, alpha=0.45, linewidth=0)
    box = {"facecolor": ORANGE, "edgecolor": "white", "alpha": 0.45, "linewidth": 0.8}
    for left, low, width, height in zip(along, heights, np.diff(along), np.diff(heights)):
        axis.add_patch(Rectangle((left, low), width, height, **box))
    axis.add_patch(Rectangle((0, 0), 0, 0, label="box: half of it is the panel’s doubt", **box))


def draw_areas():
    """∂F/∂y of both neurons over y, and the trapezoids between six points of the path.

    Returns
    -------
    matplotlib.figure.Figure
    """
    alphas = np.linspace(0, 1, 6)
    found = conductance(F, X, BASELINE, steps=alphas)
    at_points, along = factors(alphas), factors(np.linspace(0, 1, 601))
    figure, axes = plt.subplots(1, 2, figsize=(12, 4.6), sharey=True, layout="constrained")
    for unit, (axis, name) in enumerate(zip(axes, NAMES)):
        y, dF_dy = (part[:, unit] for part in at_points[:2])
        draw_panels(axis, y, dF_dy)
        axis.plot(
            along[0][:, unit], along[1][:, unit], color=BLUE, linewidth=2, label=f"∂F/∂{name}"
        )
        axis.plot(y, dF_dy, "o-", color=BLACK, linewidth=1, label="six even points of the path")
        value, error = found["y"][0, unit], found.error("y")[0, unit]
        area = f"area = Cond({name}): {value:.2f} ± {error:.2f}"
        axis.text(1.98, 0.12, area, ha="right", va="center", fontsize=11)
        axis.set(xlim=(-0.06, 2.06), ylim=(-0.05, 2.75))
        axis.legend(frameon=False, loc="upper left", fontsize=10)
        tidy(axis, f"Cond({name}) as ∫ ∂F/∂y dy", f"{name}, its value", f"∂F/∂{name}")
        axis.tick_params(labelleft=True)
    return figure


def try_doubts(doubts):
    """The error of trapezoids for y₁ and √(Σ e² / 3), with even points and placed by ``doubts``."""
    print("         even points           placed points")
    print("points    error    doubt          error     doubt")
    for count in (10, 20, 40, 80, 160):
        even = np.linspace(0, 1, count)
        try:
            rows = [judged(doubts, *at) for at in ((even, integrand(even)), placed(count, doubts))]
        except NotImplementedError:
            print("(not yet: the exercise above comes first)")
            return
        except WRONG:
            print("(wrong: see the verdict)")
            return
        (error, doubt), (error_placed, doubt_placed) = rows
        print(f"{count:6} {error:8.4f} {doubt:8.4f} {error_placed:14.5f} {doubt_placed:9.5f}")


def judged(doubts, alphas, g):
    """How wrong the trapezoids are, and what their doubts say."""
    return abs(trapezoids(alphas, g) - TRUE), np.sqrt(np.sum(np.square(doubts(alphas, g))) / 3)


def print_two_ways():
    """Cond(y₁) with its error, by the chain rule and as an area over y, from the same points."""
    print(f"points   ∂F/∂y · dy/dα, over α    ∂F/∂y, over y       (true: {TRUE:.4f})")
    for count in (5, 6, 8, 20, 80):
        cells = []
        for method in ("chain_rule", "difference"):
            found = conductance(F, X, BASELINE, steps=count, rule="trapezoid", method=method)
            cells.append(f"{found['y'][0, 0]:.4f} ± {found.error('y')[0, 0]:.4f}")
        print(f"{count:6}   {cells[0]:22}   {cells[1]}")


def print_units(found):
    """Both neurons with their ±, beside the pencil's, and the points that it took."""
    for name, value, error, exact in zip(NAMES, found["y"][0], found.error("y")[0], CONDUCTANCE):
        print(f"Cond({name}) = {value:.4f} ± {error:.4f}   by pencil {exact} = {float(exact):.4f}")
    print(f"{len(found.points)} points")
