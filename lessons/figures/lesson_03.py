"""What lesson 3 prints and draws: one window, the path of a picture; the network is next door."""

import matplotlib.pyplot as plt
import numpy as np

import minigrad as mg
from models.inception.images import deprocess

from ..networks.small_grids import EDGE, IMAGE
from .drawing import BLACK, BLUE, ORANGE, save, tidy
from .grids import draw_numbers, frame
from .network_picture import draw_network  # noqa: F401 (for the lesson)

ASKED = 1, 2  # the position whose response is the reader's to find
SIZE = len(EDGE)
ALPHAS = 0.0, 0.25, 0.5, 0.75, 1.0
UNIT_OF_STEM = 20, 16, 5  # row, column and filter of the first convolution's output


def draw_window():
    """A picture with a window, the kernel, and all responses but one."""
    responses = mg.conv2d(IMAGE.reshape(1, 6, 6, 1), EDGE.reshape(3, 3, 1, 1)).data[0, :, :, 0]
    figure, axes = plt.subplots(1, 3, figsize=(10.4, 3.9), layout="constrained")
    draw_numbers(axes[0], IMAGE)
    draw_numbers(axes[1], EDGE)
    draw_numbers(axes[2], responses, hidden=ASKED)
    frame(axes[0], ASKED, np.add(ASKED, SIZE), edgecolor=ORANGE, linewidth=3)
    frame(axes[1], (0, 0), (SIZE, SIZE), edgecolor=ORANGE, linewidth=3)
    frame(axes[2], ASKED, np.add(ASKED, 1), edgecolor=ORANGE, linewidth=3)
    titles = "a picture, 6 × 6, and a window", "the kernel, 3 × 3", "the responses, 4 × 4"
    for axis, title in zip(axes, titles):
        axis.set_title(title, fontsize=11)
    save(figure, "03_one_window.png")


def print_layers(tensors):
    """The five blocks' arrays: filters, positions, and their product."""
    print("block     shape (pictures, rows, columns, filters)   filters × positions =  units")
    filters = units = 0
    for name, tensor in tensors.items():
        _, rows, columns, count = tensor.shape
        filters, units = filters + count, units + tensor.size
        product = f"{count:7} × {rows * columns:<9} = {tensor.size:6,}"
        print(f"{name:9} {tensor.shape!s:43}{product}")
    print(f"{'together':53}{filters:7}{'':14}{units:6,}")


def compare_with_network(response, model, x):
    """One unit of the network's first convolution, by the reader's function and by minigrad."""
    row, column, filter = UNIT_OF_STEM
    kernel, bias = model.conv2d0.weight.data[..., filter], model.conv2d0.bias.data[filter]
    theirs = mg.relu(model.conv2d0(x)).data[0, row, column, filter]
    try:
        # "same" padding puts one pixel before this picture, so windows begin one earlier
        ours = response(x[0], kernel, 2 * row - 1, 2 * column - 1)
        found = f"{max(float(ours + bias), 0):.4f}"
    except NotImplementedError:
        found = "(not yet: the exercise above comes first)"
    except Exception as error:  # the verdict above says what is wrong
        found = f"({type(error).__name__})"
    print(f"filter {filter} of the first convolution at position ({row}, {column}), picture x:")
    print(f"by your function, + bias, ReLU: {found}   by the network: {theirs:.4f}")


def print_scores(model, scores, count=3):
    """The classes with the highest scores: name, score and probability."""
    scores = scores.data[0].astype(float)
    exponentials = np.exp(scores)
    print("class            score (logit)         exp(score)   probability")
    for label in np.argsort(-scores)[:count]:
        share = exponentials[label] / exponentials.sum()
        score = f"{scores[label]:.2f}".replace("-", "−")
        print(f"{model.labels[label]:16} {score:>13} {exponentials[label]:18,.2f}   {share:11.8f}")


def draw_path(path_point, model, x):
    """Pictures on the path from black to x by the reader's function; below, score and softmax."""
    baseline = model.baseline()
    try:
        pictures = [np.asarray(path_point(x, baseline, alpha)) for alpha in ALPHAS]
        right = [picture.shape == x.shape for picture in pictures]
    except NotImplementedError:
        right = [False]
    except Exception:  # the verdict above says what is wrong
        right = [False]
    if not all(right):
        print("no picture yet: the exercise above comes first")
        return
    figure = plt.figure(figsize=(10.4, 5.2), layout="constrained")
    panels = figure.subplot_mosaic([[*ALPHAS], ["curves"] * len(ALPHAS)], height_ratios=(1, 1.25))
    for alpha, picture in zip(ALPHAS, pictures):
        panels[alpha].imshow(deprocess(picture, model.specification))
        panels[alpha].set(xticks=[], yticks=[])
        panels[alpha].set_title(f"x({alpha:g})" + {0: " = x′", 1: " = x"}.get(alpha, ""))
    draw_curves(panels["curves"], path_point, model, x, baseline)
    save(figure, "03_from_black_to_a_sailboat.png")


def draw_curves(axis, path_point, model, x, baseline):
    """The score of "sailboat" along the path, and on the right its probability."""
    alphas = np.linspace(0, 1, 41)
    path = np.concatenate([path_point(x, baseline, alpha) for alpha in alphas])
    scores = model(path.astype(x.dtype)).data
    label = model.labels.index("sailboat")
    probability = mg.softmax(scores).data[:, label]
    tidy(axis, "", "α (0: baseline, 1: picture)", "score of “sailboat”")
    axis.plot(alphas, scores[:, label], color=BLUE, linewidth=2)
    axis.annotate("score", (alphas[-9], scores[-9, label]), (0, -14), color=BLUE,
                  textcoords="offset points", ha="left", va="top")  # fmt: skip
    right = axis.twinx()
    right.plot(alphas, probability, "--", color=ORANGE, linewidth=2)
    right.set(ylim=(-0.05, 1.12), ylabel="its probability")
    right.annotate("probability", (alphas[14], probability[14]), (0, 6), color=BLACK,
                   textcoords="offset points", ha="left")  # fmt: skip
    right.spines["top"].set_visible(False)
