"""The learning curve, drawn with matplotlib, which is imported only here."""

import numpy as np

from ..output.figures import BLUE, GREY, ORANGE, check_figure_path, new_figure, save


def draw_curve(training, path, title):
    """Draw the loss and the accuracy of a training over its steps.

    Parameters
    ----------
    training : models.train.loop.Training
    path : str or os.PathLike
        A .png, .svg or .pdf file.
    title : str
    """
    check_figure_path(path)
    figure = new_figure((9, 3.9))
    left, right = figure.subplots(1, 2)
    draw_losses(left, training)
    draw_accuracies(right, training)
    figure.suptitle(title, fontsize=11)
    save(figure, path)


def draw_losses(axes, training):
    """Every minibatch faintly, their running mean over it."""
    steps = np.arange(1, training.step + 1)
    faint = {"color": GREY, "markersize": 1.5, "alpha": 0.35}
    axes.plot(steps, training.losses, ".", label="each minibatch", **faint)
    axes.plot(steps, running_mean(training.losses), color=BLUE, linewidth=1.6, label="running mean")
    # A network that is sure and right has a loss of zero, which has no logarithm.
    if min(training.losses) > 0:
        axes.set_yscale("log")
    axes.set_ylabel("cross-entropy (nats)")
    finish(axes, "upper right")


def draw_accuracies(axes, training):
    """The running mean over the minibatches, and the looks at held-out examples."""
    steps = np.arange(1, training.step + 1)
    percent = 100 * running_mean(training.accuracies)
    told = "training examples (running mean)"
    axes.plot(steps, percent, color=BLUE, linewidth=1.6, label=told)
    if training.checks:
        at, accuracy = np.array(training.checks).T
        marked = {"color": ORANGE, "linewidth": 1.2, "markersize": 4.5}
        axes.plot(at, 100 * accuracy, "D--", label="held-out examples", **marked)
    axes.set_ylim(0, 102)
    axes.set_ylabel("right answers (%)")
    finish(axes, "lower right")


def finish(axes, place):
    axes.set_xlabel("step")
    axes.grid(alpha=0.25)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(fontsize=8, loc=place)


def running_mean(values, window=50):
    """The mean of each value and those before it, up to ``window`` of them."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    end = np.arange(1, len(sums))
    begin = np.maximum(0, end - window)
    return (sums[end] - sums[begin]) / (end - begin)
