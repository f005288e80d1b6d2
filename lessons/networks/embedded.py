"""The embedded Inception in the lessons: shipped weights and a drawn scene."""

import numpy as np


def example(name="sailboat", seed=3):
    """What `conductance` takes, for one drawn scene and its own class.

    Parameters
    ----------
    name : str
        One of `models.scenes.CLASSES`.
    seed : int

    Returns
    -------
    F : ClassScore
        The score of that class, before the softmax.
    x, baseline : numpy.ndarray, shape (1, 64, 64, 3)
        The scene and the black picture, as the network sees them; the black one with a little
        grain: where all pixels are equal, only rounding decides which of a pool's is largest.
    layers : sequence of str
        The five mixed layers.
    """
    import models
    from minigrad.attribution import ClassScore
    from models.scenes import random_scene

    model = models.load("mini-inception")
    scene = random_scene(name, seed)
    x = model.preprocess(scene.draw())
    print(
        f"a drawn {name}, explained on the embedded Inception ({model.specification.filters} "
        "filters)"
    )
    baseline = model.baseline()
    grain = np.random.default_rng(0).standard_normal(x.shape).astype(x.dtype)
    return ClassScore(model, scene.label), x, baseline + grain, model.layers
