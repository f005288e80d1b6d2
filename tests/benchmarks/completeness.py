"""How complete conductance is on real photos.

``python -m tests.benchmarks.completeness [PHOTOS] [STEPS]``.

For each photo and its strongest label: how far the nine layers' totals and dF/dα differ
from each other at any α, and the completeness error with Gauss–Legendre steps.
"""

import sys

import numpy as np

import minigrad as mg
from minigrad.attribution import ClassScore, conductance
from tests.helpers.googlenet import googlenet, spread_photos


def main(count=20, steps=200):
    """Measure ``count`` photos, spread over the classes, and print a row for each."""
    model = googlenet()
    errors, strays, conservation = [], [], []
    chosen = spread_photos(count)
    for number, (path, _) in enumerate(chosen, start=1):
        x = model.preprocess(path)
        with mg.no_grad():
            label = int(model(mg.Tensor(x)).numpy().argmax())
        found = conductance(ClassScore(model, label), x, model.baseline(), steps=steps)
        slopes = np.stack([found.along.slope, *found.along.layer_slope.values()])
        strays.append((np.ptp(slopes, axis=0) / np.abs(found.along.slope)).max())
        conservation.append(found.conservation_error()[0])
        errors.append(max(found.completeness_error(layer)[0] for layer in found))
        print(
            f"{number:3d}  {path.stem:32s}  layers and dF/dα differ by at most "
            f"{conservation[-1]:.1e} of the largest |dF/dα|, {strays[-1]:.1e} of "
            f"|dF/dα| at the same α   completeness error {errors[-1]:.3%}",
            flush=True,
        )
    print(
        f"{len(chosen)} photos, {steps} steps: differences at most {max(conservation):.1e} "
        f"of the largest |dF/dα|; of |dF/dα| at the same α, median {np.median(strays):.1e}, "
        f"largest {max(strays):.1e} (where dF/dα passes through zero); "
        f"completeness error median {np.median(errors):.3%}, largest {max(errors):.3%}"
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
