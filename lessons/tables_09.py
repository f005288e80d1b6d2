"""What lesson 9 prints: units, filters and layers; one filter on several scenes; batches; memory; a
relu in place.
"""

import tracemalloc

import numpy as np

import minigrad as mg
from minigrad.attribution import conductance, conductance_map

from .two_neurons import BASELINE, B, W, X
from .two_neurons import F as with_new_tensors


def print_sums(result):
    """For each layer its units, what its filters add and take away, their total, and the strongest
    filter.
    """
    print(
        "layer      units: rows, columns, filters       for   against     total   strongest filter"
    )
    for layer in result:
        sums, shape = result.per_filter(layer)[0], result[layer].shape[1:]
        numbers = (
            f"{sums[sums > 0].sum():9.3f} {sums[sums < 0].sum():9.3f} {result.total(layer)[0]:9.3f}"
        )
        units = f"{np.prod(shape):6} = {' × '.join(map(str, shape)):20}"
        print(f"{layer:10} {units} {numbers}   {sums.argmax()} with {sums.max():.3f}")
    print(
        f"F(x) − F(x′) = {result.difference[0]:.3f}, completeness error "
        f"{result.completeness_error(layer)[0]:.2%}\n"
    )


def print_scenes(model, F, scenes, part, layer, filter, steps):
    """One filter on several scenes: its conductance, the share of its map on a part, and its fall
    without the part.
    """
    x, x_without = (
        np.concatenate([model.preprocess(scene.draw(without)) for scene in scenes])
        for without in ((), (part,))
    )
    result, without = (
        conductance(F, pictures, model.baseline(), layers=[layer], steps=steps)
        for pictures in (x, x_without)
    )
    maps = conductance_map(F, x, model.baseline(), layer=layer, select=filter, steps=steps)
    maps = maps.sum(axis=-1)
    headings = f"   F(x) − F(x′)   conductance   area of the {part}   share on it   fall without it"
    print(f"{layer}, filter {filter}{headings}")
    for n, scene in enumerate(scenes):
        value, mask = result.per_filter(layer)[n, filter], scene.mask(part)
        shares = (
            mask.mean(),
            maps[n][mask].sum() / maps[n].sum(),
            1 - without.per_filter(layer)[n, filter] / value,
        )
        print(
            f"scene {scene.seed:<12} {result.difference[n]:15.2f} {value:13.3f}"
            + "{:18.0%} {:13.0%} {:16.0%}".format(*shares)
        )
    print()


def print_two_sides(two_sides, y, pullback, velocity):
    """``two_sides`` for a u of random numbers and for ∂F/∂y of the whole layer."""
    noise = np.random.default_rng(0).standard_normal(y.shape).astype(y.dtype)
    for what, u in (("a random u", noise), ("u = ∂F/∂y", y.grad)):
        print(
            "{}: {:.4f} over units, {:.4f} over pixels".format(
                what, *two_sides(u, y, pullback, velocity)
            )
        )
    print()


def apart(one, other):
    """The largest difference between two results' units, relative to the largest unit of the layer,
    over all layers.
    """
    return max(np.abs(one[layer] - other[layer]).max() / np.abs(one[layer]).max() for layer in one)


def print_invariances(F, x, baseline, steps=8):
    """How far the numbers are apart with other batch sizes, with other workers, and for an example
    alone.
    """
    usual, alone = (
        conductance(F, x, baseline, steps=steps),
        conductance(F, x[1:2], baseline, steps=steps),
    )
    found = {"example 1 alone": apart(alone, {layer: usual[layer][1:2] for layer in usual})}
    for option, value in (("batch_size", 6), ("batch_size", 100), ("workers", 1), ("workers", 2)):
        found[f"{option} {value}"] = apart(
            usual, conductance(F, x, baseline, steps=steps, **{option: value})
        )
    print(
        f"{x.dtype}, apart by:", *(f"{change} {by:.0e}" for change, by in found.items()), sep="   "
    )


def peak(*arguments, **options):
    """The most bytes that arrays took at once during a conductance in one thread."""
    tracemalloc.start()
    conductance(*arguments, workers=1, **options)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def print_memory(F, x, baseline):
    """Peak memory for several steps and batch sizes, with and without the terms kept."""
    print("\nsteps   batch_size   keep_terms   peak memory in MB")
    cases = (
        (12, 3, False),
        (48, 3, False),
        (48, 6, False),
        (48, 12, False),
        (12, 3, True),
        (48, 3, True),
    )
    for steps, batch_size, keep_terms in cases:
        most = peak(F, x, baseline, steps=steps, batch_size=batch_size, keep_terms=keep_terms)
        print(f"{steps:5} {batch_size:12} {'yes' if keep_terms else 'no':>12} {most / 1e6:19.1f}")
    print()


def in_place(x):
    """y₁ · y₂ of lesson 6, with a relu that neither reverse nor forward mode sees."""
    y = mg.linear(x, W, B).named("y")
    np.maximum(y.data, 0, out=y.data)  # the tape still holds what `linear` recorded
    return y[:, 0] * y[:, 1]


def print_in_place():
    """Conductance and both errors of the two neurons, with a new tensor at every step and with a
    relu in place.
    """
    for what, network in (("a new tensor", with_new_tensors), ("in place", in_place)):
        r = conductance(network, X, BASELINE, steps=300, rule="midpoint")
        errors = (
            f"conservation error {r.conservation_error()[0]:.0e}, completeness error "
            f"{r.completeness_error('y')[0]:.2%}"
        )
        print(
            f"{what:13} F(x) − F(x′) = {r.difference[0]:.3f}, Cond = {r['y'][0].round(3)}, {errors}"
        )
    print()
