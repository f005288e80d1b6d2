"""The real GoogLeNet: what Caffe computed, photos it recognises, conductance conserved."""

import re

import numpy as np
import pytest
from scipy.io import loadmat

import minigrad as mg
from minigrad.attribution import ClassScore, ablate, conductance, conductance_maps
from tests.helpers.data import data_path
from tests.helpers.googlenet import activations, googlenet, photos, relative_gap

pytestmark = pytest.mark.data


def test_all_121_reference_activations_of_caffe():
    folder = data_path("googlenet-bvlc", "reference-activations")
    x = loadmat(folder / "1_data.mat")["data"].transpose(1, 0, 2)[None].astype(np.float32)
    found = activations(googlenet(), x)
    files = sorted(folder.glob("*.mat"), key=lambda path: int(path.name.split("_")[0]))
    assert len(files) == 121
    gaps = {}
    for path in files:
        # 9_pool2_3x3_s2_pool2_3x3_s2_0_split_0 is a copy of pool2_3x3_s2, one for each branch.
        name = re.sub(r"^(\w+?)_\1_0_split_\d$", r"\1", path.stem.split("_", 1)[1])
        reference = loadmat(path)["data"]
        ours = found[name][0]
        reference = reference.transpose(1, 0, 2) if ours.ndim == 3 else reference.reshape(-1)
        assert ours.shape == reference.shape, name
        gaps[path.stem] = relative_gap(ours, reference)
    worst = max(gaps, key=gaps.get)
    assert gaps[worst] < 1e-4, f"{worst}: {gaps[worst]:.2e}"


@pytest.mark.large
def test_at_least_80_percent_of_500_photos_are_right_at_top_1():
    model, right = googlenet(), 0
    paths = photos()
    assert len(paths) == 500
    with mg.no_grad():
        for start in range(0, 500, 5):
            few = paths[start : start + 5]
            x = np.concatenate([model.preprocess(path) for path, _ in few])
            best = model(mg.Tensor(x)).numpy().argmax(axis=1)
            right += sum(int(label == truth) for label, (_, truth) in zip(best, few))
    assert right >= 400, f"{right} of 500"


@pytest.fixture(scope="module")
def explained():
    """Two photos and the conductance of every filter for their best labels, 12 steps."""
    model = googlenet()
    x = np.concatenate([model.preprocess(path) for path, _ in photos(every=300)])
    with mg.no_grad():
        labels = model(mg.Tensor(x)).numpy().argmax(axis=1)
    F = ClassScore(model, labels)
    return F, x, model.baseline(), conductance(F, x, model.baseline(), steps=12)


def test_nine_layers_have_5488_filters(explained):
    *_, found = explained
    assert list(found) == list(googlenet().layers) and len(found) == 9
    assert (
        sum(found.per_filter(layer).shape[1] for layer in found)
        == 5488
        == googlenet().specification.filters
    )


def test_every_alpha_conserves_the_slope_in_all_nine_layers(explained):
    *_, found = explained
    slope = found.along.slope
    for layer, layer_slope in found.along.layer_slope.items():
        gap = np.abs(layer_slope - slope) / np.abs(slope)
        assert gap.max() < 1e-4, f"{layer}: {gap.max():.2e}"
    assert found.conservation_error().max() < 1e-5


def test_all_layers_share_one_completeness_error(explained):
    *_, found = explained
    errors = np.array([found.completeness_error(layer) for layer in found])
    assert np.ptp(errors, axis=0).max() < 1e-4


def test_float64_in_is_float64_out_and_conserved_to_rounding():
    """In float64 the nine layers agree a thousand times better: the gaps above are rounding."""
    model = googlenet()
    x = model.preprocess(photos(every=300)[0][0])
    try:
        model.astype(np.float64)
        found = conductance(ClassScore(model, 0), x.astype(np.float64), model.baseline(), steps=2)
    finally:
        model.astype(np.float32)
    assert all(found[layer].dtype == np.float64 for layer in found)
    assert found.conservation_error().max() < 1e-12


def test_maps_sum_to_their_filters_and_to_the_layer(explained):
    F, x, baseline, _ = explained
    one, label = x[:1], ClassScore(F.model, F.labels[:1])
    found = conductance(label, one, baseline, layers=["mixed4c", "mixed5b"], steps=4)
    filters = [("mixed4c", 76), ("mixed5b", 0), ("mixed5b", range(1024))]
    maps = conductance_maps(label, one, baseline, selections=filters, steps=4)
    size = abs(found.difference[0])
    for (layer, chosen), one_map in zip(filters, maps):
        expected = found.per_filter(layer)[0][np.asarray(chosen)].sum()
        assert one_map.sum(dtype=np.float64) == pytest.approx(expected, abs=1e-5 * size)
    assert maps[-1].sum(dtype=np.float64) == pytest.approx(
        found.total("mixed5b")[0], abs=1e-5 * size
    )


def test_ablating_every_filter_of_a_layer_leaves_the_bias(explained):
    F, x, _, _ = explained
    model = F.model
    with mg.no_grad(), ablate({"mixed5b": range(1024)}):
        scores = model(mg.Tensor(x)).numpy()
    np.testing.assert_array_equal(scores, np.broadcast_to(model.softmax2.bias.data, scores.shape))


@pytest.mark.large
def test_200_gauss_legendre_steps_are_complete_within_one_percent():
    """One photo here; more photos: `python -m tests.benchmarks --only tolerance`."""
    model = googlenet()
    x = model.preprocess(data_path("googlenet-bvlc", "sample_input.jpg"))
    found = conductance(ClassScore(model, 967), x, model.baseline(), layers=["mixed5b"], steps=200)
    assert found.completeness_error("mixed5b") < 0.01
