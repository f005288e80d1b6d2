"""How complete conductance is on real photos: ``python -m tests.benchmarks.completeness [PHOTOS] [STEPS]``.

For each photo and its strongest label: how far the nine layers' totals stray from dF/dα
and from each other at any α, and the completeness error with Gauss–Legendre steps.
"""

import sys

import numpy as np

import minigrad as mg
from minigrad.attribution import ClassScore, conductance
from tests.googlenet import googlenet, photos


def main(count=20, steps=200):
    """Measure ``count`` photos, spread over the classes, and print a row for each."""
    model = googlenet()
    errors, strays = [], []
    chosen = photos(every=max(1, 500 // count))[:count]
    for number, (path, _) in enumerate(chosen, start=1):
        x = model.preprocess(path)
        with mg.no_grad():
            label = int(model(mg.Tensor(x)).numpy().argmax())
        found = conductance(ClassScore(model, label), x, model.baseline(), steps=steps)
        slopes = np.stack([found.along.slope, *found.along.layer_slope.values()])
        strays.append((np.ptp(slopes, axis=0) / np.abs(found.along.slope)).max())
        errors.append(max(found.completeness_error(layer)[0] for layer in found))
        print(f"{number:3d}  {path.stem:32s}  stray at any α {strays[-1]:.1e}   completeness error {errors[-1]:.3%}", flush=True)
    print(
        f"{len(chosen)} photos, {steps} steps: largest stray at any α {max(strays):.1e}; "
        f"completeness error median {np.median(errors):.3%}, largest {max(errors):.3%}"
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
