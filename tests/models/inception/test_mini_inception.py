"""The shipped Inception: conservation at every α, maps, ablation, bounds of memory."""

import tracemalloc

import numpy as np
import pytest

import minigrad as mg
import models
from minigrad.attribution import (
    ClassScore,
    ablate,
    conductance,
    conductance_maps,
    gradient_times_activation,
)
from models.scenes import random_scene

NAMES = ("sailboat", "locomotive", "elephant", "windmill")


@pytest.fixture(scope="module")
def model():
    return models.load("mini-inception")


@pytest.fixture(scope="module")
def scenes(model):
    """Four scenes as the network sees them, and their labels."""
    drawn = [random_scene(name, seed=7) for name in NAMES]
    return np.concatenate([model.preprocess(scene.draw()) for scene in drawn]), [
        scene.label for scene in drawn
    ]


def test_the_metadata_say_how_it_was_made():
    _, metadata = mg.load_weights(models.SHIPPED["mini-inception"])
    assert metadata["held_out_accuracy"] >= 0.95 and metadata["swapped_background_accuracy"] >= 0.95
    assert {
        "network",
        "command",
        "commit",
        "seed",
        "steps",
        "accuracy_by_class",
        "sha256",
    } <= metadata.keys()
    assert models.SHIPPED["mini-inception"].stat().st_size < 1_000_000


def test_every_layer_sums_to_the_same_at_every_alpha(model, scenes):
    x, labels = scenes
    found = conductance(ClassScore(model, labels), x, model.baseline(), steps=12)
    assert list(found) == list(model.layers) and len(found) >= 5
    assert (found.conservation_error() < 1e-4).all()
    errors = np.stack([found.completeness_error(layer) for layer in found])
    np.testing.assert_allclose(errors, np.broadcast_to(errors[0], errors.shape), atol=1e-4)


def test_in_float64_the_layers_agree_to_rounding(scenes):
    double = models.load("mini-inception").astype(np.float64)
    x, labels = scenes
    found = conductance(
        ClassScore(double, labels), x.astype(np.float64), double.baseline(), steps=4
    )
    assert (found.conservation_error() < 1e-12).all()


def test_a_map_sums_to_its_filter(model, scenes):
    x, labels = scenes
    F, baseline = ClassScore(model, labels[:1]), model.baseline()
    found = conductance(F, x[:1], baseline, steps=8)
    picked = [(layer, found.strongest(layer, 1)[0][0][0]) for layer in found]
    maps = conductance_maps(F, x[:1], baseline, selections=picked, steps=8)
    for (layer, index), one in zip(picked, maps):
        assert one.shape == x[:1].shape
        assert one.sum(dtype=np.float64) == pytest.approx(
            found.per_filter(layer)[0, index], rel=1e-3
        )


def test_an_example_does_not_depend_on_batch_size_neighbours_or_workers(model, scenes):
    x, labels = scenes
    together = conductance(ClassScore(model, labels), x, model.baseline(), steps=6)
    again = conductance(ClassScore(model, labels), x, model.baseline(), steps=6, workers=2)
    alone = conductance(
        ClassScore(model, labels[2:3]), x[2:3], model.baseline(), steps=6, batch_size=6
    )
    for layer in together:
        np.testing.assert_array_equal(again[layer], together[layer])
        gap = np.linalg.norm(alone.per_filter(layer)[0] - together.per_filter(layer)[2])
        assert gap < 1e-3 * np.linalg.norm(alone.per_filter(layer)[0])


def test_an_ablated_filter_is_zero_and_its_layer_loses_its_gradient_times_activation(model, scenes):
    x, labels = scenes
    F, last = ClassScore(model, labels[:1]), model.layers[-1]
    product = gradient_times_activation(F, x[:1], layers=[last]).per_filter(last)[0]
    index = int(np.abs(product).argmax())
    before = F(mg.Tensor(x[:1])).item()
    with ablate({last: [index]}), mg.watch_layers([last]) as watched:
        after = F(mg.Tensor(x[:1])).item()
    assert not watched.tensors[last].data[..., index].any() and watched.tensors[last].data.any()
    # the score is linear in the last layer
    assert before - after == pytest.approx(product[index], rel=1e-4)


def peak_of(model, x, label, **options):
    """The most that NumPy and Python held at once, in bytes, above what was there before."""
    tracemalloc.start()
    try:
        conductance(ClassScore(model, label), x, model.baseline(), workers=1, **options)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_grows_with_the_batch_and_not_with_the_steps(model, scenes):
    x, labels = scenes
    few, many = (peak_of(model, x[:1], labels[0], steps=steps, batch_size=2) for steps in (8, 40))
    assert many < 1.05 * few
    assert peak_of(model, x[:1], labels[0], steps=40, batch_size=10) > 2 * few
