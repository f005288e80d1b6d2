"""GoogLeNet in the lessons: weights from $MINIGRAD_GOOGLENET, a photo or a drawing."""

import os

import numpy as np

from .drawn import drawn_picture

WEIGHTS_VARIABLE, PHOTO_VARIABLE = "MINIGRAD_GOOGLENET", "MINIGRAD_PHOTO"


def available():
    """Whether $MINIGRAD_GOOGLENET names the weights; if not, says how to get them."""
    if os.environ.get(WEIGHTS_VARIABLE):
        return True
    print(
        "For the same on GoogLeNet, run `python -m models download bvlc_googlenet` once,\n"
        f"then this lesson with {WEIGHTS_VARIABLE}=bvlc_googlenet.npz in the environment\n"
        f"(and {PHOTO_VARIABLE}=a photo of yours)."
    )
    return False


def example():
    """What `conductance` takes, for the class that GoogLeNet puts first.

    Returns
    -------
    F : ClassScore
        The score of that class, before the softmax.
    x, baseline : numpy.ndarray, shape (1, side, side, 3)
        The picture and the black one, as the network sees them.
    layers : sequence of str
        The nine mixed layers.
    """
    import minigrad as mg
    import models
    from minigrad.attribution import ClassScore

    model = models.load(os.environ[WEIGHTS_VARIABLE])
    photo = os.environ.get(PHOTO_VARIABLE)
    x = model.preprocess(photo or np.rint(255 * drawn_picture(256)[0]).astype(np.uint8))
    with mg.no_grad():
        scores = model(mg.Tensor(x)).numpy()[0]
    label = int(scores.argmax())
    print(
        f"{photo or 'the drawn picture'}: GoogLeNet's first class is {model.labels[label]!r}, "
        f"score {scores[label]:.3f}"
    )
    return ClassScore(model, label), x, model.baseline(), model.layers
