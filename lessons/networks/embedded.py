"""The embedded Inception in the lessons: shipped weights and a drawn scene."""


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
        The scene and the black picture, as the network sees them.
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
    return ClassScore(model, scene.label), x, model.baseline(), model.layers
