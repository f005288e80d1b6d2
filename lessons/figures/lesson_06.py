"""What lesson 6 draws and prints: F and its slope along a path, the areas of parts, tables."""

from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg
from minigrad.attribution import ClassScore, integrated_gradients, quadrature

from ..networks.two_neurons import BASELINE, F, X
from .drawing import BLACK, BLUE, GREY, ORANGE, SKY, VERMILION, for_and_against, mask_of, tidy

ALPHA = "α (0: baseline x′, 1: input x)"
POINTS = 241  # of a path
AT_ONCE = 8  # points that go through the network together


class Along(NamedTuple):
    """What was found on a path: F, (points,), and each input's part in dF/dα, (points, *inputs)."""

    alphas: np.ndarray
    scores: np.ndarray
    parts: np.ndarray

    def sum_over(self, inputs=...):
        """The part in dF/dα of all inputs, or of those of a mask or index: (points,)."""
        return self.parts[:, inputs].reshape(len(self.alphas), -1).sum(axis=1)

    def areas(self):
        """The area under each input's part, shaped like one input."""
        return np.tensordot(quadrature(len(self.alphas), "trapezoid")[1], self.parts, axes=1)


def walk(F, x, baseline):
    """F and each input's part in its slope at many points of a path.

    Returns
    -------
    Along
    """
    alphas, scores, gradients = np.linspace(0, 1, POINTS), [], []
    for some in np.array_split(alphas, range(AT_ONCE, POINTS, AT_ONCE)):
        points = np.concatenate([baseline + alpha * (x - baseline) for alpha in some])
        x_alpha = mg.Tensor(points.astype(x.dtype), requires_grad=True)
        score = F(x_alpha)
        score.sum().backward()  # every row has a score of its own, so this is each row's gradient
        scores.append(score.data)
        gradients.append(x_alpha.grad)
    return Along(alphas, np.concatenate(scores), np.concatenate(gradients) * (x - baseline))


def draw_areas(neurons, picture, scene):
    """F along two paths, and its slope with the area under it: the two neurons above, the boat.

    Parameters
    ----------
    neurons, picture : Along
    scene : models.scenes.Scene

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(2, 2, figsize=(11, 8.2), layout="constrained")
    title = "its slope, and the area under it"
    draw_rise(axes[0, 0], neurons, "Two neurons: F along the path")
    draw_slope(axes[0, 1], neurons, {}, title)
    draw_rise(axes[1, 0], picture, "A drawn boat: F along the path")
    add_pictures(axes[1, 0], scene.draw())
    draw_slope(axes[1, 1], picture, {}, title, headroom=0.15)
    return figure


def draw_parts(neurons, picture, scene):
    """The slope of both paths with the areas of some parts, and the area of each pixel.

    Parameters
    ----------
    neurons, picture : Along
    scene : models.scenes.Scene

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(
        1, 3, figsize=(13, 4.4), width_ratios=(1, 1.1, 1.25), layout="constrained"
    )
    boat = mask_of(scene)
    of_inputs = {"of x₁": (0, BLUE), "of x₂": (1, ORANGE)}
    of_pixels = {"of the boat's pixels": (boat, BLUE), "of all others": (~boat, ORANGE)}
    draw_slope(axes[0], neurons, of_inputs, "Two neurons: the slope's parts")
    draw_slope(axes[1], picture, of_pixels, "The boat: the slope's parts", headroom=0.45)
    pixels = picture.areas().sum(axis=-1)
    draw_attribution(axes[2], pixels, boat, "the area of each pixel, IG")
    return figure


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
    tidy(axis, title, ALPHA, "F(x(α)), the score")


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
    what = "dF/dα and its parts" if parts else "dF/dα"
    tidy(axis, title, ALPHA, f"{what} (score per unit of α)")


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


def print_parts(input_parts, gradient):
    """At some α both inputs' parts, their sum, and dF/dα found another way."""
    print("  α   part of x₁  part of x₂     sum   dF/dα by forward mode")
    for alpha in (0.2, 0.4, 0.6, 0.8, 1.0):
        point = BASELINE + alpha * (X - BASELINE)
        _, tangent = mg.jvp(F, (point,), (X - BASELINE,))
        try:
            first, second = input_parts(gradient(point), X, BASELINE)[0]
        except NotImplementedError:
            print("(not yet: the exercise above comes first)")
            break
        print(f"{alpha:.1f}{first:12.2f}{second:12.2f}{first + second:8.2f}{tangent[0]:14.2f}")
    print()


def try_integral(integrate_gradients, gradient):
    """IG of the two neurons by the learner's sum of few and of many points."""
    try:
        for steps in (5, 20, 200):
            first, second = integrate_gradients(gradient, X, BASELINE, steps)[0]
            total = f"sum {first + second:.4f}, F(x) − F(x′) = 4"
            print(f"{steps:3} steps: IG₁ = {first:.4f}, IG₂ = {second:.4f}, {total}")
    except NotImplementedError:
        print("(not yet: the exercises above come first)")


def print_scores(model, score, scene):
    """Σ IG and F(x) − F(x′) of a picture from black, and the largest pixel, for four questions."""
    x, black = model.preprocess(scene.draw()), model.baseline()

    def probability(times):
        return ClassScore(lambda x: mg.softmax(times * model(x)), score.labels)

    print("F                               Σ IG   F(x) − F(x′)   largest |IG| of a pixel")
    for what, explained, baseline in (
        ("score (logit)", score, black),
        ("score, with x′ = x", score, x),
        ("softmax of the scores", probability(1), black),
        ("softmax of 1000 · scores", probability(1000), black),
    ):
        pixels = integrated_gradients(explained, x, baseline, steps=50)[0].sum(axis=-1)
        F_x, F_baseline = (explained(mg.Tensor(end)).data[0] for end in (x, baseline))
        total = round(float(pixels.sum()), 2) + 0.0  # never −0.00
        sums = f"{total:10.2f}{F_x - F_baseline:15.2f}{abs(pixels).max():18.2g}"
        print(f"{what:26}{sums}".replace("-", "−"))
    print()
