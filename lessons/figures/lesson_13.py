"""What lesson 13 draws and prints: peak memory, invariances, a relu in place."""

import tracemalloc

import matplotlib.pyplot as plt
import numpy as np

import models
from minigrad.attribution import ClassScore, conductance
from models.scenes import random_scene

from ..networks import two_neurons
from .drawing import BLUE, GREEN, PURPLE, VERMILION, tidy

STEPS = (12, 24, 48)  # points on the path
# how the batch is chosen: (marker, colour, batch_size for a number of points, every factor kept).
# With batch_size = steps, there are still four batches.
WAYS = {
    "at most 3 rows at a time": ("o", BLUE, lambda steps: 3, False),
    "at most 6 rows at a time": ("s", GREEN, lambda steps: 6, False),
    "a quarter of the points at a time": ("D", VERMILION, lambda steps: steps, False),
    "at most 3 rows, every factor kept": ("^", PURPLE, lambda steps: 3, True),
}


def sailboats(model, count):
    """Drawn sailboats as the network sees them, (count, 64, 64, 3)."""
    scenes = [random_scene("sailboat", 1 + place) for place in range(count)]
    return np.concatenate([model.preprocess(scene.draw()) for scene in scenes])


def peak(*arguments, **options):
    """The most megabytes that arrays took at once during a conductance in one thread."""
    tracemalloc.start()
    conductance(*arguments, workers=1, **options)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


def draw_memory(F, x, baseline):
    """Peak memory against the number of points, a line for each way to choose the batch.

    Parameters
    ----------
    F : ClassScore
    x, baseline : numpy.ndarray, shape (1, 64, 64, 3)

    Returns
    -------
    matplotlib.figure.Figure
    """
    conductance(F, x, baseline, steps=1)  # what is made once is not counted
    figure, axis = plt.subplots(figsize=(8.6, 4.4), layout="constrained")
    for label, (marker, colour, rows, keep_terms) in WAYS.items():
        most = [
            peak(F, x, baseline, steps=steps, batch_size=rows(steps), keep_terms=keep_terms)
            for steps in STEPS
        ]
        axis.plot(STEPS, most, marker=marker, color=colour)
        beside = {"xytext": (9, 0), "textcoords": "offset points", "va": "center"}
        said = f"{label}: {most[-1]:.0f} MB"
        axis.annotate(said, (STEPS[-1], most[-1]), **beside, color=colour, annotation_clip=False)
    axis.set(xticks=STEPS, xlim=(0, 1.62 * STEPS[-1]), ylim=(0, None))
    axis.spines["bottom"].set_bounds(0, STEPS[-1])
    tidy(axis, "The most memory at once", "points on the path", "MB")
    axis.xaxis.set_label_coords(0.31, -0.09)
    return figure


def apart(one, other):
    """How far two results are apart: of all layers, the most in terms of the layer's largest."""
    return max(np.abs(one[layer] - other[layer]).max() / np.abs(one[layer]).max() for layer in one)


def print_invariances(F, x, baseline, steps=6):
    """How far numbers are apart for an example alone, other batch sizes and other workers."""
    heads = ("example 1 alone", "batch_size 6", "batch_size 100", "workers 1", "workers 2")
    print("precision" + "".join(f"{head:>17}" for head in heads))
    for dtype in (np.float32, np.float64):
        score = in_precision(F, dtype)
        ends = x.astype(dtype), baseline.astype(dtype)
        usual = conductance(score, *ends, steps=steps)
        alone = conductance(score, ends[0][1:2], ends[1], steps=steps)
        found = [apart({layer: usual[layer][1:2] for layer in usual}, alone)]
        for option, value in [head.split() for head in heads[1:]]:
            changed = conductance(score, *ends, steps=steps, **{option: int(value)})
            found.append(apart(usual, changed))
        cells = "".join(f"{number:17.0e}".replace("e-", "e−") for number in found)
        print(f"{np.dtype(dtype).name:9}{cells}")
    print()


def in_precision(F, dtype):
    """The score with weights of a precision; a function of one's own stays as it is."""
    if not isinstance(F, ClassScore):
        return F
    return ClassScore(models.load("mini-inception").astype(dtype), F.labels[0])


def print_errors(network):
    """Conductance and both errors of the two neurons, for one way to compute them."""
    result = conductance(network, two_neurons.X, two_neurons.BASELINE, steps=300)
    one, other = result["y"][0]
    conservation = result.conservation_error()[0]
    completeness = result.completeness_error("y")[0]
    print(
        f"{network.__name__:9} F(x) − F(x′) = {result.difference[0]:.2f}, "
        f"Cond(y₁) = {one:.2f}, Cond(y₂) = {other:.2f}; errors: "
        f"conservation {conservation:.0e}, completeness {completeness:.1%}".replace("e-", "e−")
    )
