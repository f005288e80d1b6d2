"""Part 2: conductance and training on the device, against the CPU."""

import copy

import numpy as np

import minigrad as mg
import models
from minigrad.attribution import ClassScore, conductance
from minigrad.autodiff import data_of
from minigrad.machine.backend import to_numpy
from tests.gpu.setup import Result

TOLERANCE = 1e-4  # of a layer's largest filter, or of a loss
WAYS = {
    "chain rule, 8 points": {"steps": 8},
    "line integral, 9 points": {"steps": np.linspace(0, 1, 9) ** 2},
}
TEXTS = "not a bad film", "a dull , overlong film with a wonderful actress"
TRAINING_STEPS = 3


def run(setup):
    """Yield a `Result` for each network and way, and for training."""
    mini = models.load("mini-inception")
    shape = (2, *mini.baseline().shape[1:])
    pictures = np.random.default_rng(1).uniform(-100, 100, shape).astype(np.float32)
    yield from of_pictures(
        setup, "the embedded Inception, 2 pictures", mini, pictures, mini.baseline()
    )
    yield from of_sentences(setup)
    yield training(setup, pictures)
    name = "GoogLeNet" if setup.weights else "GoogLeNet with random weights"
    yield from of_pictures(setup, name, setup.googlenet, setup.picture, setup.baseline)


def of_pictures(setup, name, model, x, baseline):
    """Conductance of all layers of an Inception."""
    scores = model(mg.Tensor(x)).data
    labels, there = scores.argmax(axis=-1), copy.deepcopy(model).to(setup.device)
    for way, options in WAYS.items():
        expected = conductance(ClassScore(model, labels), x, baseline, **options)
        place = setup.place(x), setup.place(baseline)
        found = conductance(ClassScore(there, labels), *place, **options)
        yield compared(f"{name}, {way}", found, expected)


def of_sentences(setup):
    """Conductance of the filters of the shipped sentiment network."""
    model = models.load("sentiment")
    there = copy.deepcopy(model).to(setup.device)
    for text in TEXTS:
        tokens = model.tokenize([text])
        x, baseline = model.embed(tokens).data, to_numpy(data_of(model.baseline(tokens)))
        options = {"layers": ["filters"], "steps": 8}
        expected = conductance(model.scorer(tokens), x, baseline, **options)
        place = setup.place(x), setup.place(baseline)
        found = conductance(there.scorer(tokens), *place, **options)
        yield compared(f"the sentiment network, {text!r}", found, expected)


def training(setup, pictures):
    """A few steps of Adam on the embedded Inception: the losses, and a weight at the end."""
    found = [
        losses_and_weight(setup.place if there else np.asarray, device, pictures)
        for there, device in ((True, setup.device), (False, "numpy"))
    ]
    (ours, weight), (cpus, cpu_weight) = found
    gap = max(abs(np.subtract(ours, cpus) / cpus).max(), abs(weight - cpu_weight).max())
    numbers = {"largest_gap": float(gap), "first_loss": cpus[0], "last_loss": cpus[-1]}
    return Result(f"{TRAINING_STEPS} training steps", bool(gap <= TOLERANCE), numbers)


def losses_and_weight(place, device, pictures):
    """The loss before each step, and the last layer's bias after them, in NumPy's memory."""
    model, x = models.load("mini-inception").to(device), mg.Tensor(place(pictures))
    model.requires_grad(True)
    parameters = list(model.parameters())
    optimizer, losses = mg.optim.Adam(parameters, 1e-3), []
    for _ in range(TRAINING_STEPS):
        loss = mg.cross_entropy(model(x), place(np.arange(len(pictures))))
        loss.backward()
        optimizer.step()
        losses.append(float(loss.numpy()))
    return losses, to_numpy(parameters[-1].data)


def compared(what, found, expected):
    """The filters of every layer, against those of the CPU."""
    gaps = {}
    for layer in expected:
        ours, cpus = found.per_filter(layer), expected.per_filter(layer)
        gaps[layer] = float(abs(ours - cpus).max() / abs(cpus).max())
    numbers = {"largest_gap": max(gaps.values())}
    worst = max(gaps, key=gaps.get)
    return Result(what, numbers["largest_gap"] <= TOLERANCE, numbers, f"the worst layer is {worst}")
