"""What lesson 4 draws and prints: F and its slope along the path, errors of rules, tables."""

from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg
from minigrad.attribution import integrated_gradients, quadrature

from ..networks.two_neurons import BASELINE, F, X, smooth
from .drawing import (
    BLACK,
    BLUE,
    GREY,
    ORANGE,
    SKY,
    VERMILION,
    draw_residuals,
    for_and_against,
    mask_of,
    tidy,
)

RULES = ("left", "midpoint", "gauss_legendre")
STEPS = np.unique(np.geomspace(2, 256, 29).astype(int))
ALPHA = "α (0: baseline x′, 1: input x)"


class Along(NamedTuple):
    """What was found on a path: F, (points,), and each input's part in dF/dα, (points, *inputs)."""

    alphas: np.ndarray
    scores: np.ndarray
    parts: np.ndarray

    def sum_over(self, inputs=...):
        """The part in dF/dα of all inputs, or of those of a mask or index: (points,)."""
        return self.parts[:, inputs].reshape(len(self.alphas), -1).sum(axis=1)


def walk(rises, F, x, baseline):
    """What the lesson's `rises` finds at 241 points of a path."""
    alphas = np.linspace(0, 1, 241)
    return Along(alphas, *rises(F, x, baseline, alphas))


def errors(F, x, baseline, rule):
    """|Σ_i IG_i − (F(x) − F(x′))| / |F(x) − F(x′)|, the completeness error, for each of STEPS."""
    gained = (F(mg.Tensor(x)) - F(mg.Tensor(baseline))).data[0]
    sums = [
        integrated_gradients(F, x, baseline, steps=steps, batch_size=64, rule=rule).sum()
        for steps in STEPS
    ]
    return np.abs(np.array(sums) / gained - 1)


def draw(neurons, picture, attribution, scene):
    """The whole figure: the two neurons above, the drawn boat below.

    Parameters
    ----------
    neurons, picture : Along
        Of the two neurons' path and of the picture's.
    attribution : numpy.ndarray, shape (side, side, 3)
        Of the picture.
    scene : models.scenes.Scene

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(
        2, 3, figsize=(13, 8.2), width_ratios=(1, 1.1, 1.25), layout="constrained"
    )
    title = "its slope, and the area under it"
    draw_rise(axes[0, 0], neurons, "Two neurons: F along the path")
    draw_slope(axes[0, 1], neurons, {"of x₁": (0, BLUE), "of x₂": (1, ORANGE)}, title)
    draw_rules(axes[0, 2])
    draw_rise(axes[1, 0], picture, "A drawn boat: F along the path")
    add_pictures(axes[1, 0], scene.draw())
    boat = mask_of(scene)
    parts = {"of the boat's pixels": (boat, BLUE), "of all others": (~boat, ORANGE)}
    draw_slope(axes[1, 1], picture, parts, title, headroom=0.45)
    divided = "the area, divided among the pixels"
    draw_attribution(axes[1, 2], attribution.sum(axis=-1), boat, divided)
    return figure


def draw_rules(axis):
    """The errors of rules for the two neurons, made smooth and as they are."""
    by_rule = {rule: errors(smooth, X, BASELINE, rule) for rule in RULES}
    draw_residuals(axis, "with softplus for ReLU: errors of rules", by_rule, STEPS)
    ragged = np.maximum(errors(F, X, BASELINE, "midpoint"), 1e-16)
    axis.loglog(STEPS, ragged, "x", color=VERMILION, label="midpoint, with ReLU")
    placed = [abs(error) for error, _ in trapezoids(F, X, BASELINE, STEPS[STEPS > 2], placed=True)]
    axis.loglog(STEPS[STEPS > 2], placed, "+", color=BLACK, label="placed by doubt, with ReLU")
    axis.texts[-1].set_y(-18)  # "rounding", below the markers
    axis.set_ylim(bottom=1e-18)
    axis.set_ylabel("|Σ_i IG_i − (F(x) − F(x′))| / |F(x) − F(x′)|")
    axis.legend(frameon=False, loc="center right", bbox_to_anchor=(0.93, 0.42))


def trapezoids(F, x, baseline, counts, placed):
    """The trapezoid rule's error, and √(Σ e² / 3) of its doubts e, for each number of points.

    Both relative to F(x) − F(x′).

    Parameters
    ----------
    counts : sequence of int, increasing
    placed : bool
        Whether each point goes into the middle of the panel with the largest doubt; or the points
        are even.
    """

    def slope(alpha):  # dF/dα, by forward mode
        return F(mg.Tensor(baseline + alpha * (x - baseline), tangent=x - baseline)).tangent[0]

    gained = (F(mg.Tensor(x)) - F(mg.Tensor(baseline))).data[0]
    found, alphas = [], np.linspace(0, 1, 3)
    for count in counts:
        if not placed:
            alphas = np.linspace(0, 1, count)
        g = np.array([slope(alpha) for alpha in alphas])
        while len(alphas) < count:
            worst = abs(np.diff(alphas) * np.diff(g)).argmax()
            middle = alphas[worst : worst + 2].mean()
            alphas = np.insert(alphas, worst + 1, middle)
            g = np.insert(g, worst + 1, slope(middle))
        doubts = np.diff(alphas) * np.diff(g) / 2
        area = (np.diff(alphas) * (g[1:] + g[:-1]) / 2).sum()
        found.append((area / gained - 1, np.sqrt((doubts**2).sum() / 3) / abs(gained)))
    return found


def draw_rise(axis, along, title):
    """F over α, and how much it gains."""
    scores = along.scores
    axis.plot(along.alphas, scores, color=BLACK, linewidth=2)
    axis.axhline(scores[0], color=GREY, linewidth=1, linestyle=":")
    arrow = {"arrowstyle": "<->", "color": VERMILION}
    axis.annotate("", (1.03, scores[-1]), (1.03, scores[0]), arrowprops=arrow)
    gained = f"F(x) − F(x′) = {scores[-1] - scores[0]:.2f}".replace("= -", "= −")
    axis.text(1.05, (scores[0] + scores[-1]) / 2, gained, color=VERMILION, va="center", rotation=90)
    axis.set(xlim=(0, 1.14), xticks=np.linspace(0, 1, 6))
    tidy(axis, title, ALPHA, "F(x(α)), score before the softmax")


def add_pictures(axis, picture):
    """The picture at five points of the path, above the curve."""
    low, high = axis.get_ylim()
    axis.set_ylim(low, high + 0.28 * (high - low))
    for alpha in (0, 0.25, 0.5, 0.75, 1):
        inset = axis.inset_axes((0.02 + 0.76 * alpha, 0.81, 0.18, 0.18), xticks=[], yticks=[])
        inset.imshow(np.rint(alpha * picture).astype(np.uint8))
        inset.set_xlabel(f"{alpha:g}", fontsize=8, labelpad=1)


def draw_slope(axis, along, parts, title, headroom=0.0):
    """dF/dα with its area, and the parts of some inputs, each with its own area in the legend."""
    axis.fill_between(along.alphas, along.sum_over(), color=SKY, alpha=0.4, linewidth=0)
    axis.axhline(0, color=GREY, linewidth=1)
    weights = quadrature(len(along.alphas), "trapezoid")[1]
    for label, (inputs, colour) in ({"dF/dα": (..., BLACK)} | parts).items():
        part = along.sum_over(inputs)
        text = f"{label}: {weights @ part:.2f}".replace("-", "−")
        dashes = "-" if inputs is ... else "--"
        axis.plot(along.alphas, part, dashes, color=colour, linewidth=1.8, label=text)
    low, high = axis.get_ylim()
    axis.set(xlim=(0, 1), ylim=(low, high + headroom * (high - low)))
    axis.legend(frameon=False, loc="upper left", title="area under the line", alignment="left")
    tidy(axis, title, ALPHA, "dF/dα and its parts (score per unit of α)")


def draw_attribution(axis, pixels, outline, title):
    """IG summed over colours, with the object's outline.

    The strongest percent of pixels share one colour.
    """
    strength = np.quantile(abs(pixels), 0.99)
    colours = {"cmap": for_and_against(), "vmin": -strength, "vmax": strength}
    image = axis.imshow(pixels, interpolation="nearest", **colours)
    side = np.arange(len(pixels))
    axis.contour(side, side, outline, levels=[0.5], colors=BLACK, linewidths=1)
    axis.figure.colorbar(image, ax=axis, shrink=0.85, extend="both", label="IG of a pixel (score)")
    tidy(axis, title)
    axis.axis("off")


def print_path(alphas, scores, parts, slopes):
    """Both inputs' parts, their sum, and dF/dα found another way."""
    print("   α         F    part of x₁ and x₂       sum  dF/dα by forward mode")
    for alpha, score, part, slope in zip(alphas, scores, parts, slopes):
        found = f"{part[0]:11.4f}{part[1]:9.4f} {part.sum():9.4f} {slope:12.4f}"
        print(f"{alpha:.2f}  {score:8.4f}  {found}")
    print()


def print_rules(F, x, baseline, exact, rules):
    """IG of both inputs, for each rule with several numbers of steps.

    The completeness error is relative to F(x) − F(x′).
    """
    print("rule            steps       IG₁        IG₂        sum   completeness error")
    for rule, several in rules.items():
        for steps in several:
            first, second = integrated_gradients(F, x, baseline, steps=steps, rule=rule)[0]
            together = first + second
            error = abs(together / float(sum(exact)) - 1)
            found = f"{first:10.6f} {second:10.6f} {together:10.6f} {error:12.3%}"
            print(f"{rule:15} {steps:5} {found}")
    print(f"exact                   {exact[0]}       {exact[1]}          {sum(exact)}\n")


def print_doubts(F, x, baseline, counts):
    """The trapezoid rule's error and its doubt, with even points and with points placed by it."""
    even, placed = (trapezoids(F, x, baseline, counts, way) for way in (False, True))
    print("points   even: error   √(Σ e²/3)   placed by doubt: error   √(Σ e²/3)")
    for count, (error, doubt), (error_placed, doubt_placed) in zip(counts, even, placed):
        cells = f"{abs(error):12.3%} {doubt:11.3%} {abs(error_placed):24.4%} {doubt_placed:11.4%}"
        print(f"{count:6} {cells}")
    print()


def print_scores(cases, scene):
    """Σ IG, F(x) − F(x′) and the sum over the object's pixels, for (F, x, baseline) by name."""
    heads = "Σ IG   F(x) − F(x′)   the boat's pixels   largest |IG| of a pixel"
    print(f"what is explained           {heads}")
    for what, (score, x, baseline) in cases.items():
        pixels = integrated_gradients(score, x, baseline, steps=50)[0].sum(axis=-1)
        F_x, F_baseline = (score(mg.Tensor(end)).data[0] for end in (x, baseline))
        sums = f"{pixels.sum():10.2f} {F_x - F_baseline:14.2f}"
        parts = f"{pixels[mask_of(scene)].sum():19.2f} {abs(pixels).max():14.2g}"
        print(f"{what:22}{sums} {parts}".replace("-0.00", " 0.00"))
